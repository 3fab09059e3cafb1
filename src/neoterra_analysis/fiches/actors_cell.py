"""An actors cell, split into mentions: what separates, what nests, which known actor it is, what cannot be told."""

import re
from typing import NamedTuple

from rapidfuzz import fuzz

from ..words.folding import DASHES, HYPHENS, bare_words, fold, printed_forms, straight, unaccented
from .doubts import HIGH, LOW, MEDIUM, Doubt
from .french import ARTICLES, CITING, HEADS, OPEN_END, TAILS, is_name

ACRONYM = re.compile(r"\W*[A-Z0-9À-Ý&.-]*[A-Z]{2,}\w*\W*|\w*[a-z][A-Z]{2,}\w*|[A-Z][a-z]+[A-Z]\w*")
DASH = f"-{HYPHENS}{DASHES}"
BREAKS = re.compile(rf"[,;•·▪◦‣➤|\n]|\s/\s|(?<=\w)/(?=[A-ZÀ-Ý])|\s[{DASH}]\s|(?<!\.[A-Z])\.(?=\s+[A-ZÀ-Ý])")
ENDED = re.compile(r"\.{3}|…|\betc\b", re.IGNORECASE)
AND = re.compile(r"\s+(?:et|ainsi que|&)\s+")
DOTTED = re.compile(r"\b[A-ZÀ-Ý]\.[A-ZÀ-Ý]\.$")  # looked for in the last letters
LABEL = re.compile(
    r"(?:partenaires?|acteurs?|soutiens?|financeurs?|membres?|avec)\b[^,;:\n]{0,40}\s*:\s*", re.IGNORECASE
)
UNDER = re.compile(r"(?P<head>[^,;:()]{3,60}?)\s*:\s+(?P<rest>\S.*)", re.DOTALL)
UNDONE = re.compile(r"(?:\b(?:et|ou|de|du|des|la|le|les|en|à|au|aux|pour|sur|d|l)|['&-])\s*$", re.IGNORECASE)
BULLET = re.compile(rf"(?:^|\n)\s*[{DASH}•*▪◦]\s+|\s•\s")
TRAILING = f" \t\n.,;:…{DASH}"
LONGEST = 5000  # letters of a cell that is split; a longer one is no list of actors
MOST_AND = 12  # times “et” in what may be split there
LONGEST_ACRONYM = 40


class Mention(NamedTuple):
    """A mention: its text as printed, and the place of its parent in the list of mentions, or None."""

    text: str
    parent: int | None = None


def split(cell, known=frozenset()):
    """Return the mentions of an actors cell, and the doubts about how it splits."""
    doubts, mentions = [], []
    text = cell.strip()
    if len(text) > LONGEST:
        return [], [Doubt("long_cell", text)]
    ended = ENDED.search(text)
    if ended:
        before = text[: ended.start()].split()
        words = text[len(text[: ended.start()].rstrip()) - len(before[-1]) if before else 0 : ended.end()]
        doubts.append(Doubt("open_list", words.strip(), confidence=HIGH))
    lines = BULLET.split(text) if len(BULLET.findall(text)) > 1 else [text]
    below = text.split("\n")
    if len(lines) == 1 and len(below) > 2 and any(map(UNDER.fullmatch, below[1:])):
        lines = below  # of a list whose bullets are not in the text
    parts = [part for line in lines for part in _line(line, len(lines) > 1, known, mentions, doubts)]
    if len(parts) == 1 and mentions and not any(mention.parent is not None for mention in mentions):
        whole = _strip(text)
        named = unseparated(whole, known)
        if len(named) > 1 and len(mentions) == 1:
            sure = HIGH if all(fold(name) in known for name in named) else LOW
            mentions = [Mention(name) for name in named]
            doubts.append(Doubt("no_separators", whole, "", (" | ".join(named),), sure))
        elif len(mentions) == 1 and len(whole.split()) > 3 and fold(whole) not in known:
            doubts.append(Doubt("no_separators", whole, "", (whole,), LOW))
    else:
        for mention in mentions:
            if fold(mention.text) in known or "(" in mention.text:
                continue
            named = unseparated(mention.text, known)
            if len(named) > 1 and len(re.findall(r"\b[A-ZÀ-Ý]{3,}\b", mention.text)) > 1:
                doubts.append(Doubt("no_separators", mention.text, "", (" | ".join(named),), LOW))
    return mentions, doubts


def _line(line, listed, known, mentions, doubts):
    """Add the mentions of one line to the mentions, and return its parts; of a list, “head: a, b” nests a and b."""
    line = line.strip()
    label = LABEL.match(line)
    if label:
        doubts.append(Doubt("label", label.group().strip(), confidence=HIGH))
        line = line[label.end() :]
    under = UNDER.fullmatch(line.strip()) if listed else None
    if under:
        examples = [example for item in _parts(under["rest"], known) if (example := _strip(OPEN_END.sub("", item)))]
        _nest(under["head"].strip(), examples, line.strip(), mentions, doubts, MEDIUM)
        return [line]
    parts = list(_parts(line, known))
    for index, part in enumerate(parts):
        part = _strip(OPEN_END.sub("", part))
        if fold(part) in known:
            mentions.append(Mention(part))
        elif re.search(r"\w", part):
            for one in _conjoined(part, 0 < index == len(parts) - 1, known, doubts):
                _place(one, known, mentions, doubts)
    return parts


def _nest(head, examples, whole, mentions, doubts, sure):
    """Add a category and its examples, and ask."""
    doubts.append(Doubt("parenthesis", whole, "", (f"{head} > {' | '.join(examples)}", whole), sure))
    parent = len(mentions)
    mentions.append(Mention(head))
    mentions.extend(Mention(one, parent) for one in examples)


def _parts(text, known):
    """Cut at the separators that stand in no parenthesis and in no known form."""
    kept = _kept(straight(text).casefold(), known)
    inside = _inside(text)
    breaks = [
        b for b in BREAKS.finditer(text) if not inside[b.start()] and not any(x <= b.start() < y for x, y in kept)
    ]
    # Each line end is one that the document means, but for one in the middle of a group of words.
    breaks = [b for b in breaks if b.group() != "\n" or not UNDONE.search(straight(text[: b.start()].rstrip()[-9:]))]
    if not all(b.group().strip() in tuple(DASH) for b in breaks):
        breaks = [b for b in breaks if b.group().strip() not in tuple(DASH)]
    at = 0
    for found in breaks:
        yield text[at : found.start()]
        at = found.end()
    yield text[at:]


def _inside(text):
    """Tell of each letter whether it stands in a parenthesis; one that is never closed ends with its line."""
    opened, inside = [], [False] * len(text)
    for at, letter in enumerate(text):
        if letter in "([":
            opened.append(at)
        elif letter in ")]" and opened:
            start = opened.pop()
            inside[start:at] = [True] * (at - start)
    for start in opened:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        inside[start:end] = [True] * (end - start)
    return inside


def _kept(folded, known):
    """Return where known forms stand that hold a separator themselves."""
    forms = [form for form in known if BREAKS.search(form) or "(" in form or " et " in form]
    return [m.span() for form in forms for m in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", folded)]


def _strip(text):
    """Take away what surrounds a mention: spaces, bullets, a leading “et”, punctuation at the end."""
    text = " ".join(re.sub(rf"^[{DASH}\s•*.,;:]*(?:(?:ainsi que|et)\s+)?", "", text.replace("\n", " ")).split())
    while text and text[-1] in TRAILING and not DOTTED.search(text[-5:]):
        text = text[:-1]
    return text


def _conjoined(part, last, known, doubts):
    """Decide what “et” does in a part: two names, or one group."""
    outside = re.sub(r"[(\[][^)\]]*[)\]]?", lambda m: "\0" * len(m.group()), part)
    found = list(AND.finditer(outside))
    if not found:
        return [part]
    if len(found) > MOST_AND:
        doubts.append(Doubt("one_or_two", part, "", (part,), LOW))
        return [part]
    at = found[-1]
    left, right = part[: at.start()], part[at.end() :]
    if fold(left) in known and fold(right) in known:
        return [left, right]
    joint, sure = at.group().strip(), LOW
    if joint == "&":  # part of a name, unless it joins two acronyms or a name and common words
        acronyms = re.fullmatch(r"[A-Z\d. ]+", left) and re.fullmatch(r"[A-Z\d. ]+", right)
        two = (acronyms or right[:1].islower()) and not re.search('[«“"][^»”"]*$', left)
    else:
        also = joint == "ainsi que"
        group = re.match(r"(?:de |du |des |d')", straight(right), re.IGNORECASE)
        two = also or not group and (is_name(right) or last and len(left.split()) == 1)
        sure = MEDIUM if also or group or is_name(right) else LOW
    doubts.append(Doubt("one_or_two", part, "", (f"{left} | {right}", part), sure))
    if not two:
        return [part]
    return [left, right] if joint == "&" else [*_conjoined(left, False, known, doubts), right]


def _place(part, known, mentions, doubts):
    """Add a part to the mentions, its parenthesis nested or kept."""
    cited = CITING.match(part)
    above = next((i for i in reversed(range(len(mentions))) if mentions[i].parent is None), None)
    if cited and above is not None:
        example = part[cited.end() :]
        doubts.append(Doubt("parenthesis", part, "", (f"{mentions[above].text} > {example}", example), MEDIUM))
        mentions.append(Mention(example, above))
        return
    opened, end = re.search(r"[(\[]", part), max(part.rfind(")"), part.rfind("]"))
    if not opened:
        if UNDER.fullmatch(part) or end >= 0:
            doubts.append(Doubt("parenthesis", part, "", (part,), LOW))
        mentions.append(Mention(part))
        return
    head, inner, tail = part[: opened.start()].strip(), part[opened.end() : end].strip(), part[end + 1 :].strip()
    if not head or tail or end < opened.start():
        doubts.append(Doubt("parenthesis", part, "", (part,), LOW))
        mentions.append(Mention(part))
        return
    deep = bool(re.search(r"[(\[]", inner))  # examples of examples: the contract nests once
    listed = _parts(re.sub(r"[(\[\])]", ",", inner) if deep else inner, known)
    examples = []
    for item in listed:
        item = _strip(OPEN_END.sub("", CITING.sub("", item.strip(), count=1)))
        names = re.split(r"\s+et\s+", item)
        examples += names if all(map(is_name, names)) else [item] if item else []
    if examples and (len(examples) > 1 or CITING.match(inner) or is_name(inner)) and not _short_for(inner, head):
        sure = HIGH if all(fold(one) in known or is_name(one) for one in examples) else MEDIUM
        _nest(head, examples, part, mentions, doubts, LOW if deep else sure)
    else:
        nested = f"{head} > {' | '.join(examples)}"
        doubts.append(Doubt("parenthesis", part, "", (part, nested), MEDIUM))
        mentions.append(Mention(part))


def _short_for(inner, head):
    """Tell whether a parenthesis only abbreviates what stands before it, or says where it is."""
    if not re.fullmatch(r"[A-Z]{2,}(?:\s?\d+)?|\d+", inner):
        return False
    initials = iter([unaccented(word)[:1] for word in re.findall(r"[^\W\d_]+", straight(head))])
    return all(letter in initials for letter in re.sub(r"\d", "", inner.split()[0].lower()))


def unseparated(text, known=frozenset()):
    """Split a run of names without separators, by known forms, capitals and words that begin a name.

    >>> unseparated("Vexalis Conseil TRIOLO Fondation ORME Atelier Lune Atelier bleu")
    ['Vexalis Conseil', 'TRIOLO', 'Fondation ORME', 'Atelier Lune', 'Atelier bleu']
    """
    words, names, at = text.split(), [], 0
    waiting = False  # for the name that follows its first word
    while at < len(words):
        sizes = range(min(len(words) - at, 10), 0, -1)
        size = next((size for size in sizes if fold(" ".join(words[at : at + size])) in known), 0)
        if size:
            names.append(words[at : at + size])
            waiting = False
            at += size
            continue
        word = words[at]
        key, upper, acronym = unaccented(word), word[:1].isupper(), ACRONYM.fullmatch(word[:LONGEST_ACRONYM])
        tail = at + 1 >= len(words) or not words[at + 1][:1].islower()
        joins = key in TAILS and tail and not waiting
        if names and (waiting and (upper or word.islower()) and key not in HEADS or joins):
            names[-1].append(word)
            waiting = waiting and word.islower() and len(word) < 4
        elif not names or upper and (key in HEADS or acronym or _has_capitals(names[-1])):
            names.append([word])
            waiting = key in HEADS and upper
        else:
            names[-1].append(word)
        at += 1
    return [" ".join(name) for name in names]


def _has_capitals(name):
    """Tell a name of one word with two capitals."""
    return len(name) == 1 and len(re.findall("[A-Z]", name[0])) > 1


CLOSE = 75  # of 100: likeness from which a known actor is proposed
MOST = 3
EMPTY = frozenset("a au aux d de des du en et l la le les pour sur".split())


class Registry(NamedTuple):
    """Known actors by id, and the id that each printed form names: exactly, and without article, accents and case."""

    actors: dict
    forms: dict
    loose: dict


def registry(actors):
    """Make a registry of the rows of ``actors.csv``.

    >>> known = registry([{"actor_id": "inrae", "name": "Institut (INRAE)", "aliases": "INRAE"}])
    >>> find_actor(known, "l’INRAE"), find_actor(known, "INREA")
    (('inrae', False), None)
    """
    known, forms, loose = {}, {}, {}
    for row in actors:
        known[row["actor_id"]] = row
        for form in printed_forms(row):
            forms.setdefault(fold(form), row["actor_id"])
            loose.setdefault(bare(form), row["actor_id"])
    return Registry(known, forms, loose)


def bare(form):
    """Return the words of a form alone, without its article.

    >>> bare("L’École d’Art") == bare("ecole d'art")
    True
    """
    return bare_words(ARTICLES.sub("", straight(form), count=1))


def find_actor(known, mention):
    """Return the actor that a mention names, and whether by a form exactly; None for no actor."""
    exact = known.forms.get(fold(mention))
    near = exact or known.loose.get(bare(mention))
    return (near, bool(exact)) if near else None


def proposals(known, mention):
    """Return the known actors that a mention is like, best first, each with its likeness in percent.

    >>> known = registry([{"actor_id": "caf-23", "name": "Caisse familiale de la Creuse", "aliases": ""}])
    >>> proposals(known, "Caisse familiale Creuse"), proposals(known, "Cercle de la Creuse")
    ([('caf-23', 100)], [])
    """
    wanted = _content(mention)
    if len(wanted) < 4:
        return []
    best = {}
    for form, actor in known.loose.items():
        words = _content(form)
        shared = set(wanted.split()) & set(words.split())
        subset = 0.9 * fuzz.token_set_ratio(wanted, words) if any(len(word) > 3 for word in shared) else 0
        score = round(max(fuzz.token_sort_ratio(wanted, words), subset))
        if score >= CLOSE:
            best[actor] = max(score, best.get(actor, 0))
    return sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]


def _content(form):
    """Return the words of a form that carry its meaning."""
    return " ".join(word for word in bare(form).split() if word not in EMPTY)
