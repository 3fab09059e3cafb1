"""An actors cell, split into mentions: what separates, what nests, which known actor it is, what cannot be told."""

import re
from typing import NamedTuple

from rapidfuzz import fuzz

from ..dataset.csvfile import plain
from ..dataset.rules import fold
from .doubts import HIGH, LOW, MEDIUM
from .french import ARTICLES, CITING, HEADS, OPEN_END, TAILS, level

BREAKS = re.compile(r"[,;•·▪◦‣➤|\n]|\s/\s|(?<=\w)/(?=[A-ZÀ-Ý])|\s[-–—]\s|(?<!\.[A-Z])\.(?=\s+[A-ZÀ-Ý])")
AND = re.compile(r"\s+(?:et|ainsi que|&)\s+")
DOTTED = re.compile(r"(?:\b[A-ZÀ-Ý]\.){2,}$")
LABEL = re.compile(
    r"(?:partenaires?|acteurs?|soutiens?|financeurs?|membres?|avec)\b[^,;:\n]{0,40}\s*:\s*", re.IGNORECASE
)
UNDER = re.compile(r"(?P<head>[^,;:()]{3,60}?)\s*:\s+(?P<rest>\S.*)", re.DOTALL)
DASHES = ("-", "–", "—")
BULLET = re.compile(r"(?:^|\n)\s*[-–•*▪◦]\s+|\s•\s")
TRAILING = " \t\n.,;:…-–—"


class Piece(NamedTuple):
    """A mention: its text as printed, and the place of its parent in the list of pieces, or None."""

    text: str
    parent: int | None = None


class Question(NamedTuple):
    """A doubt about a cell: its kind, the text concerned, what it could be, how sure the split is."""

    kind: str
    text: str
    proposals: tuple = ()
    confidence: str = MEDIUM


def split(cell, known=frozenset()):
    r"""Split an actors cell into mentions."""
    questions, pieces = [], []
    text = cell.strip()
    ended = re.search(r"\S*\s*(?:\.{3}|…|\betc\b)", text, re.IGNORECASE)
    if ended:
        questions.append(Question("open_list", ended.group().strip(), (), HIGH))
    lines = BULLET.split(text) if len(BULLET.findall(text)) > 1 else [text]
    parts = [part for line in lines for part in _line(line, len(lines) > 1, known, pieces, questions)]
    if len(parts) == 1 and pieces and not any(piece.parent is not None for piece in pieces):
        whole = " ".join(_strip(text).split())
        named = unseparated(whole, known)
        if len(named) > 1 and len(pieces) == 1:
            sure = HIGH if all(fold(name) in known for name in named) else LOW
            pieces = [Piece(name) for name in named]
            questions.append(Question("no_separators", whole, (" | ".join(named),), sure))
        elif len(pieces) == 1 and len(whole.split()) > 3 and fold(whole) not in known:
            questions.append(Question("no_separators", whole, (whole,), LOW))
    else:
        for piece in pieces:
            named = unseparated(piece.text, known) if fold(piece.text) not in known and "(" not in piece.text else []
            if len(named) > 1 and len(re.findall(r"\b[A-ZÀ-Ý]{3,}\b", piece.text)) > 1:
                questions.append(Question("no_separators", piece.text, (" | ".join(named),), LOW))
    return pieces, questions


def _line(line, listed, known, pieces, questions):
    """Add the mentions of one line to the pieces, and return its parts; of a list, “head: a, b” nests a and b."""
    label = LABEL.match(line.strip())
    if label:
        questions.append(Question("label", label.group().strip(), (), HIGH))
        line = line.strip()[label.end() :]
    under = UNDER.fullmatch(line.strip()) if listed else None
    if under:
        examples = [_strip(OPEN_END.sub("", item)) for item in _parts(under["rest"], known)]
        _nest(under["head"].strip(), [item for item in examples if item], line.strip(), pieces, questions, MEDIUM)
        return [line]
    parts = list(_parts(line, known))
    for index, part in enumerate(parts):
        bare = _strip(OPEN_END.sub("", part))
        if not re.search(r"\w", bare):
            continue
        if fold(bare) in known:
            pieces.append(Piece(bare))
            continue
        for one in _conjoined(bare, index == len(parts) - 1 and index > 0, known, questions):
            _place(one, known, pieces, questions)
    return parts


def _nest(head, examples, whole, pieces, questions, sure):
    """Add a category and its examples, and ask."""
    questions.append(Question("parenthesis", whole, (f"{head} > {' | '.join(examples)}", whole), sure))
    parent = len(pieces)
    pieces.append(Piece(head))
    pieces.extend(Piece(one, parent) for one in examples)


def _parts(text, known):
    """Cut at the separators that stand in no parenthesis and in no known form."""
    flat = level(text)
    kept = _kept(flat, known)
    depth, inside = 0, []
    for letter in flat:
        depth = max(0, depth + (letter in "([") - (letter in ")]"))
        inside.append(depth > 0)
    breaks = [
        b for b in BREAKS.finditer(text) if not inside[b.start()] and not any(x <= b.start() < y for x, y in kept)
    ]
    if any(b.group() in ",;" for b in breaks):
        # With commas, a line break only wraps, unless a bullet begins the line.
        breaks = [b for b in breaks if b.group() != "\n" or re.match(r"\s*[-–•*]\s", text[b.end() :])]
    if not all(b.group().strip() in DASHES for b in breaks):
        breaks = [b for b in breaks if b.group().strip() not in DASHES]
    at = 0
    for found in breaks:
        yield text[at : found.start()]
        at = found.end()
    yield text[at:]


def _kept(flat, known):
    """Return where known forms stand that hold a separator themselves."""
    folded = fold(flat)
    places = []
    for form in known:
        if BREAKS.search(form) or "(" in form or " et " in form:
            places += [(m.start(), m.end()) for m in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", folded)]
    return places


def _strip(text):
    """Take away what surrounds a mention: spaces, bullets, a leading “et”, punctuation at the end."""
    bare = re.sub(r"^[\s\-–—•*.,;:]*(?:(?:ainsi que|et)\s+)?", "", text.replace("\n", " "))
    bare = " ".join(bare.split())
    while bare and bare[-1] in TRAILING and not DOTTED.search(bare):
        bare = bare[:-1]
    return bare


def _conjoined(part, last, known, questions):
    """Decide what “et” does in a part: two names, or one group."""
    outside = re.sub(r"[(\[][^)\]]*[)\]]?", lambda m: "\0" * len(m.group()), part)
    found = list(AND.finditer(outside))
    if not found:
        return [part]
    at = found[-1]
    left, right = part[: at.start()], part[at.end() :]
    if fold(left) in known and fold(right) in known:
        return [left, right]
    joint = at.group().strip()
    if joint == "&":  # part of a name, unless it joins two acronyms or a name and common words
        acronyms = re.fullmatch(r"[A-Z\d. ]+", left) and re.fullmatch(r"[A-Z\d. ]+", right)
        two = bool(acronyms or right[:1].islower()) and not re.search('[«“"][^»”"]*$', left)
        questions.append(Question("one_or_two", part, (f"{left} | {right}", part), LOW))
        return [left, right] if two else [part]
    also = joint == "ainsi que"
    named = _is_name(right) or also
    group = re.match(r"(?:de |du |des |d')", level(right), re.IGNORECASE)
    lone = last and len(left.split()) == 1
    two = also or not group and (named or lone)
    sure = MEDIUM if named or group else LOW
    questions.append(Question("one_or_two", part, (f"{left} | {right}", part), sure))
    return [*_conjoined(left, False, known, questions), right] if two else [part]


def _place(part, known, pieces, questions):
    """Add a part to the pieces, its parenthesis nested or kept."""
    cited = CITING.match(part)
    above = max((i for i, piece in enumerate(pieces) if piece.parent is None), default=None)
    if cited and above is not None:
        example = part[cited.end() :]
        questions.append(Question("parenthesis", part, (f"{pieces[above].text} > {example}", example), MEDIUM))
        pieces.append(Piece(example, above))
        return
    opened = re.search(r"[(\[]", part)
    if not opened:
        pieces.append(Piece(part))
        return
    closed = max(part.rfind(")"), part.rfind("]"))
    end = closed if closed > opened.start() else len(part)
    head, inner, tail = part[: opened.start()].strip(), part[opened.end() : end].strip(), part[end + 1 :].strip()
    if not head or tail or end == len(part):
        questions.append(Question("parenthesis", part, (part,), LOW))
        pieces.append(Piece(part))
        return
    deep = bool(re.search(r"[(\[]", inner))  # examples of examples: the contract nests once
    listed = _parts(re.sub(r"[(\[\])]", ",", inner), known) if deep else _parts(inner, known)
    examples = [_strip(OPEN_END.sub("", CITING.sub("", item.strip(), count=1))) for item in listed]
    examples = [one for item in examples if item for one in _examples(item)]
    if examples and (len(examples) > 1 or CITING.match(inner) or _is_name(inner)) and not _short_for(inner, head):
        sure = HIGH if all(fold(one) in known or _is_name(one) for one in examples) else MEDIUM
        _nest(head, examples, part, pieces, questions, LOW if deep else sure)
    else:
        nested = f"{head} > {' | '.join(examples)}"
        questions.append(Question("parenthesis", part, (part, nested), MEDIUM))
        pieces.append(Piece(part))


def _examples(item):
    sides = re.split(r"\s+et\s+", item)
    return sides if len(sides) > 1 and all(_is_name(side) for side in sides) else [item]


def _is_name(text):
    """Tell whether a text begins as a name: a capital or an acronym, not a number."""
    return bool(re.match(r"(?:l'|la |le |les )?[A-ZÀ-ÝŒ]", level(text)))


def _short_for(inner, head):
    """Tell whether a parenthesis only abbreviates what stands before it, or says where it is."""
    letters = plain(inner.split()[0]).replace("-", "") if inner.split() else ""
    if not re.fullmatch(r"[A-Z]{2,}(?:\s?\d+)?|\d+", inner):
        return False
    initials = "".join(plain(word)[:1] for word in re.findall(r"[^\W\d_]+", level(head)))
    at = 0
    for letter in re.sub(r"\d", "", letters):
        at = initials.find(letter, at) + 1
        if not at:
            return False
    return True


def unseparated(text, known=frozenset()):
    """Split a run of names without separators, by known forms, capitals and words that begin a name.

    >>> unseparated("Vexalis Conseil TRIOLO Fondation ORME Atelier Lune Atelier bleu")
    ['Vexalis Conseil', 'TRIOLO', 'Fondation ORME', 'Atelier Lune', 'Atelier bleu']
    """
    words, names, at = text.split(), [], 0
    waiting = False  # for the name that follows its first word
    while at < len(words):
        size = _longest_known(words[at:], known)
        word = words[at]
        key = plain(word)
        acronym = bool(
            re.fullmatch(r"\W*[A-Z0-9À-Ý&.-]*[A-Z]{2,}\w*\W*|\w*[a-z][A-Z]{2,}\w*|[A-Z][a-z]+[A-Z]\w*", word)
        )
        upper = word[:1].isupper()
        tail = at + 1 >= len(words) or not words[at + 1][:1].islower()
        joins = names and key in TAILS and tail and not waiting
        if size:
            names.append(words[at : at + size])
            waiting = False
            at += size
            continue
        if names and (waiting and (upper or word.islower()) and key not in HEADS or joins):
            names[-1].append(word)
            waiting = waiting and word.islower() and len(word) < 4
        elif not names or upper and (key in HEADS or acronym or _is_acronym(names[-1])):
            names.append([word])
            waiting = key in HEADS and upper
        else:
            names[-1].append(word)
        at += 1
    return [" ".join(name) for name in names]


def _is_acronym(name):
    return len(name) == 1 and len(re.findall(r"[A-Z]", name[0])) > 1


def _longest_known(words, known):
    for size in range(min(len(words), 10), 0, -1):
        if fold(" ".join(words[:size])) in known:
            return size
    return 0


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
        for form in printed(row):
            forms.setdefault(fold(form), row["actor_id"])
            loose.setdefault(bare(form), row["actor_id"])
    return Registry(known, forms, loose)


def printed(row):
    """Return the name of an actor, then its aliases.

    >>> printed({"name": "Ville", "aliases": "La Ville|mairie"})
    ['Ville', 'La Ville', 'mairie']
    """
    return [row["name"], *filter(None, row["aliases"].split("|"))]


def bare(form):
    """Return a form without its article, accents, case and punctuation.

    >>> bare("L’École d’Art") == bare("ecole d'art")
    True
    """
    without = ARTICLES.sub("", level(form), count=1) if ARTICLES.match(level(form)) else level(form)
    return re.sub(r"\W+", " ", plain(without)).strip()


def find_actor(known, mention):
    """Return the actor that a mention names."""
    exact = known.forms.get(fold(mention))
    if exact:
        return exact, True
    near = known.loose.get(bare(mention))
    return (near, False) if near else None


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
        score = _likeness(wanted, _content(form))
        if score >= CLOSE:
            best[actor] = max(score, best.get(actor, 0))
    return sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]


def _content(form):
    """Return the words of a form that carry its meaning."""
    return " ".join(word for word in bare(form).split() if word not in EMPTY)


def _likeness(one, other):
    shared = set(one.split()) & set(other.split())
    subset = 0.9 * fuzz.token_set_ratio(one, other) if any(len(word) > 3 for word in shared) else 0
    return round(max(fuzz.token_sort_ratio(one, other), subset))


def slug(text):
    """Return the id of a name.

    >>> slug("L'École d’Art & Métiers")
    'l-ecole-d-art-metiers'
    """
    return re.sub(r"[^a-z0-9]+", "-", plain(level(text).replace("œ", "oe").replace("Œ", "oe"))).strip("-")
