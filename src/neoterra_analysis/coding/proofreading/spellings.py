"""What a draft writes in two ways, or leaves unfinished: names, acronyms, actors, signs."""

import re
from collections import Counter, defaultdict
from itertools import combinations, islice

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from ...fiches.actors_cell import AND, bare
from ...fiches.contribution_cell import ANY, INFLECTED, SPELT, is_like_a_role
from ...fiches.french import (
    ACRONYMS,
    ARTICLES,
    COMMON_ACRONYMS,
    HEADS,
    LABELS,
    LANDS,
    is_name,
)  # fmt: skip
from ...fiches.project_cell import LANDS as OF_LAND
from ...words.codes import ROLES
from ...words.folding import bare_words, straight, unaccented
from .galley import finding, whole

ACRONYM = re.compile(r"(?<![\w.&-])[A-ZÉÈ][A-ZÉÈ&]{2,11}(?!\w|['&-]\w)")
SHORT = re.compile(r"(?<![\w'’-])(?P<long>(?:[\w'’-]++ ){1,9}[\w'’-]++)\s++\((?P<short>[A-Z]{3,9})\)")
EXPANDED = re.compile(r"\b(?P<short>[A-Z]{3,9})\s+\((?P<long>[A-ZÀ-Ý][\w'’-]+(?: [\w'’-]+){1,9})\)")
PROPER = re.compile(r"(?<![\w-])[A-ZÀ-Ý][a-zà-ÿ]+(?:[ -][A-ZÀ-Ý]?[a-zà-ÿ]+){1,2}(?![\w-])")
WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
OPENING, CLOSING = "([«“", ")]»”"
DOUBLED = re.compile(
    r"(?<![\w'-])(?P<word>de|du|des|la|le|les|un|une|et|en|dans|pour|par|sur|avec|au|aux|que|qui|à|est)\s+(?P=word)(?![\w'-])",
    re.IGNORECASE,
)
STRAY = re.compile(
    r"[,;]\s*[,;]|(?<![A-ZÀ-Ý.])(?<!etc)(?<!ex)(?<!cf)\.\s?[,;](?!\w)|[,;]\s?\.(?!\.)|\s,(?=\w)|\(\s*[,;]|[,;]\s*\)|^\s*[,;]+"
    r"|(?<!\.)\.\.(?!\.)|(?<=[^\W\d]),(?=[^\W\d])|(?<!:)//"
)
# Two prepositions, of which one is too many; “grâce à de la …” is none.
PREPOSITIONS = re.compile(
    r"(?<!grâce )\bà (?:de la|de l'|du)(?= ?\w)(?! moins| jour)"
    r"|\b(?:pour|par|avec|dans|sur) (?:à|aux|au)\b(?! propos| peu| moins)"
)
PLURALS = re.compile(
    r"(?:portent|proposent|développent|souhaitent|travaillent|jouent|sont|ont|accompagnent|organisent|forment|gèrent|créent|"
    r"réunissent|visent|animent|mènent|agissent|mettent|font)\b"
)
HANGING = re.compile(r"[,;:/|•–-]+\s*$")
RULE = re.compile(r"[\s:|–—=_-]*[-–—=_]{2,}[\s:|–—=_-]*")
MOST_SIGNS = 20  # of one text that are told
MOST = 800  # names, or windows of words, that are compared with each other
ACCENTED = {
    unaccented(word): word
    for word in (
        "bibliothèque château collège comité communauté coopérative département école écomusée épicerie établissement"
        " fédération hôpital lycée médiathèque métropole musée pôle préfecture régie région réseau société théâtre"
        " université"
    ).split()
}
SMALL = frozenset("de du des la le les l d et en a au aux pour sur sous".split())


def find(one):
    """Yield all that is written in two ways or left unfinished."""
    texts = [unit for unit in one.units if unit.text.text]
    yield from _punctuation(one, texts)
    yield from _names(one, texts)
    yield from _proper(texts)
    yield from _cut_names(texts)
    yield from _apostrophes(texts)
    yield from _acronyms(one, texts)
    yield from _misspelt(one, texts)
    if one.rows:
        yield from _agreement(one)
        yield from _actors(one)


# Signs


def _punctuation(one, texts):
    for unit in texts:
        flat = unit.flat
        for at in islice(_unpaired(flat, _is_open_elsewhere(one, unit)), MOST_SIGNS):
            end = min(len(flat), at + 1 + len(re.match(r"\S{0,30}", flat[at + 1 : at + 40]).group()))
            start = (
                at
                if flat[at] in OPENING
                else max(0, at - len(re.search(r"\S{0,30}$", flat[max(0, at - 30) : at]).group()))
            )
            yield finding("parenthesis", True, unit, (start, end if flat[at] in OPENING else at + 1), sign=flat[at])
        if flat.count('"') % 2 and not re.search(r'\d"', flat):
            at = flat.rfind('"')
            yield finding("parenthesis", True, unit, _around(flat, at, at + 1), sign='"')
        for match in DOUBLED.finditer(flat):
            yield finding("doubled", True, unit, match.span(), words=match.group())
        for match in PREPOSITIONS.finditer(flat):
            yield finding("prepositions", False, unit, match.span(), words=match.group())
        for match in re.finditer(r"[^\W\d_]{7,}", flat) if unit.column != "actors" else ():
            word = match.group()
            if is_like_a_role(word) and not ANY.fullmatch(word) and not INFLECTED.search(word):
                near = max(SPELT, key=lambda role: fuzz.ratio(unaccented(word), role))
                yield finding("role_word", False, unit, match.span(), one=word, two=near)
        if RULE.fullmatch(flat):
            before = one.units[unit.at - 1]
            if unit.row < 0 and not (before.text.place == unit.text.place and RULE.fullmatch(before.flat)):
                yield finding("separator", True, unit, whole(unit), words=flat.strip())
            continue
        found = [match.span() for match in STRAY.finditer(flat)]
        found += [match.span() for match in re.finditer(r"\|", flat) if unit.row >= 0]
        found += [match.span() for match in re.finditer(r"\s,(?=\s)", flat) if unit.column == "actors"]
        hanging = HANGING.search(flat, max(0, len(flat) - 60))
        is_last = unit.row >= 0 and unit.at == one.rows[unit.row].cells.get(unit.column, (-1,))[-1]
        if hanging and is_last and unit.column and not is_open_list(flat) and hanging.group().strip() in ",;/|•,,;;":
            found.append(hanging.span())
        if hanging and unit.row < 0 and unit.zone != "table" and hanging.group().strip() == "," and not unit.item:
            found.append(hanging.span())
        for start, end in found[:MOST_SIGNS]:
            start, end = _around(flat, start, end)
            yield finding("separator", True, unit, (start, end), words=flat[start:end].strip())


def is_open_list(flat):
    """Tell a cell whose lines are items of a list: a separator may end each of them."""
    return flat.count("\n") > 1


def _around(flat, start, end):
    """Take in the word before a sign, so that the comment has words to stand on."""
    start -= len(re.search(r"[^\s,;]{0,30}\s*$", flat[max(0, start - 40) : start]).group())
    end += len(re.match(r"\s*[^\s,;]{0,30}", flat[end : end + 40]).group())
    return start, end


def _is_open_elsewhere(one, unit):
    """Return the text of the whole cell where a page has cut it, else the text."""
    if unit.row >= 0 and unit.column and len(one.rows[unit.row].cells.get(unit.column, ())) > 1:
        return "".join(one.units[at].flat for at in one.rows[unit.row].cells[unit.column])
    return unit.flat


def _unpaired(flat, around):
    """Yield where signs stand that open and do not close, or close and do not open."""
    pairs = dict(zip(CLOSING, OPENING, strict=True))
    listed = {m.end() - 1 for m in re.finditer(r"(?:^|[\s;,.:])(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,4})\)", flat)}
    opened = []
    for at, sign in enumerate(flat):
        if sign in OPENING:
            opened.append(at)
        elif sign in CLOSING:
            above = next((place for place in reversed(opened) if flat[place] == pairs[sign]), None)
            if above is not None:
                opened.remove(above)
            elif at not in listed and around.count(sign) > around.count(pairs[sign]):
                yield at
    for at in opened:
        if sum(around.count(s) for s in OPENING) > sum(around.count(s) for s in CLOSING) or around == flat:
            yield at


# Names


def bare_name(name):
    """Return a name without what it may stand without: its article, and what kind of body it is."""
    name = ARTICLES.sub("", straight(name), count=1)
    return re.sub(r"^(?:association|entreprise|société|collectif)\s+(?=[A-ZÀ-Ý])", "", name, flags=re.IGNORECASE)


def key_of(text):
    """Return the letters of a name, by which it is compared."""
    return re.sub(r"\W", "", unaccented(text).replace("&", "et"))


def _windows(texts, size):
    """Return runs of so many words of all texts, by their letters: ``{key: [(unit, start, end)]}``."""
    found = defaultdict(list)
    for unit in texts:
        words = list(WORD.finditer(re.sub(r"(?i)\b(?:[ldns]|qu)'", lambda m: " " * len(m.group()), unit.flat)))
        for first, last in zip(words, words[size - 1 :], strict=False):
            part = unit.flat[first.start() : last.end()]
            before = unit.flat[max(0, first.start() - 5) : first.start()]
            if (re.search(r"[A-ZÀ-Ý\d]", part + before) or "«" in before) and not re.search(r"[,;:()«»\n]", part):
                found[key_of(part)].append((unit, first.start(), last.end()))
    return found


def _most(length):
    """Return how many letters may differ in a name of a length."""
    return 0 if length < 5 else 1 if length < 9 else 2


def _names(one, texts):
    """Yield laureates and projects that are spelt otherwise elsewhere."""
    names = {}
    for number, row in enumerate(one.rows):
        for name in (row.laureate.name, row.laureate.project_name):
            if name and len(key_of(bare_name(name))) > 3:
                names.setdefault(bare_name(name), number)
    sizes, seen = {}, set()
    known = {key_of(name): name for name in names}
    mentions = {key_of(bare_name(mention.text)) for row in one.rows for mention in row.mentions}
    common = Counter(key_of(word) for unit in texts for word in re.findall(r"(?<![\w'’])[a-zà-ÿ]{4,}", unit.flat))
    for name, number in names.items():
        size, key = len(WORD.findall(name)), key_of(name)
        project = one.cell(number, "project")
        home = project and project.flat.find(name)
        for count in {size, size - 1, size + 1} - {0}:
            if count not in sizes:
                sizes[count] = _windows(texts, count)
            near = process.extract(key, list(sizes[count]), scorer=OSA.distance, score_cutoff=_most(len(key)), limit=20)
            for other, distance, _ in near:
                if distance and (count != size or other in known or common[other]):
                    continue
                for unit, start, end in sizes[count][other]:
                    said, is_quoted = unit.flat[start:end], "«" in unit.flat[max(0, start - 5) : start]
                    if (
                        _same(said, name)
                        or (unit.at, start) in seen
                        or not _is_variant(said, name, distance, is_quoted)
                    ):
                        continue
                    if (
                        distance
                        and other in mentions
                        and not unit.row == number
                        and sum(k == other for k in mentions)
                        and (len(sizes[count][other]) > 1)
                    ):
                        continue
                    seen.add((unit.at, start))
                    place = [(project.at, home, home + len(name))] if project and home >= 0 else []
                    yield finding(
                        "name", bool(distance), unit, (start, end), place, (one.rows[number].name,), one=said, two=name
                    )


def _same(said, name):
    """Tell whether a name is as it should be, but for apostrophes and the capital it begins with."""
    return (
        said == name
        or said[:1].casefold() + said[1:] == name[:1].casefold() + name[1:]
        or said.upper() == said
        and len(said.split()) > 1
    )


def _is_variant(said, name, distance, is_quoted):
    """Tell whether words that are nearly a name are meant as the name: with a capital, and no other ending only."""
    if distance and (re.search(r"\d", said) or is_quoted):
        return True
    if not any(word[:1].isupper() for word in said.split()) or said.isupper() and not name.isupper():
        return False
    if not said[:1].isupper() and name[:1].isupper() and not distance:
        return any(word[:1].isupper() for word in said.split()[1:])
    return bool(said[:1].isupper()) or not name[:1].isupper()


def _proper(texts):
    """Yield names of two words or three that are written with and without hyphen, capital or accent."""
    forms, first = defaultdict(Counter), {}
    for unit in texts:
        for match in PROPER.finditer(unit.flat):
            words = re.split("[ -]", match.group())
            for size in {2, len(words)}:
                part = re.match(r"[^ -]+" + r"[ -][^ -]+" * (size - 1), match.group()).group()
                key = bare_words(part).replace("-", " ")
                forms[key][part] += 1
                first.setdefault((key, part), (unit, match.start(), match.start() + len(part)))
    for key, counted in forms.items():
        if len(counted) < 2 or not any(all(w[:1].isupper() for w in re.split("[ -]", form)) for form in counted):
            continue
        if set(key.split()) & SMALL or key.split()[0] in HEADS and "-" not in "".join(counted):
            continue
        (usual, most), *others = counted.most_common()
        for form, times in others:
            unit, start, end = first[key, form]
            other, a, b = first[key, usual]
            yield finding(
                "proper", False, unit, (start, end), [(other.at, a, b)], (), one=form, two=usual, times=times, most=most
            )


def _cut_names(texts):
    """Yield names that are followed by the same word everywhere but once: the word may be missing there."""
    after = defaultdict(list)
    for unit in texts:
        for match in re.finditer(
            r"(?<![\w-])(?:[A-Z]{2,5}|[A-ZÀ-Ý][a-zà-ÿ]+) [A-ZÀ-Ý][a-zà-ÿ]{4,}(?![\w-])(?= (?P<next>[\w-]+))", unit.flat
        ):
            after[bare_words(match.group())].append((unaccented(match["next"]), unit, *match.span()))
    for found in after.values():
        (usual, most), *others = Counter(word for word, *_ in found).most_common()
        if most >= 3 and len(found) - most == 1 and len(usual) > 4:
            _, unit, start, end = next(each for each in found if each[0] != usual)
            _, there, a, b = next(each for each in found if each[0] == usual)
            whole_name = there.flat[a : re.compile(r" [\w-]+").match(there.flat, b).end()]
            told = {"one": unit.flat[start:end], "two": whole_name, "most": most}
            yield finding("name_cut", False, unit, (start, end), [(there.at, a, a + len(whole_name))], (), **told)


def _apostrophes(texts):
    """Yield where the rarer of two kinds of apostrophe stands first, where both are frequent."""
    kinds = {
        sign: [(u, m.start()) for u in texts for m in re.finditer(rf"(?<=\w){sign}(?=\w)", u.text.text)]
        for sign in "'\u2019"
    }
    rare, usual = sorted(kinds.values(), key=len)
    if len(rare) > 4:
        unit, at = rare[0]
        word = re.search(r"\w+$", unit.flat[:at]).start(), at + 1 + len(re.match(r"\w+", unit.flat[at + 1 :]).group())
        yield finding("apostrophes", False, unit, word, (), (), times=len(rare), most=len(usual))


# Acronyms


def _near(one, two):
    """Tell whether an acronym may be a misprint of another: letters exchanged, one too many, too few or another."""
    if one == two or abs(len(one) - len(two)) > 1:
        return False
    if sorted(one) == sorted(two):
        return OSA.distance(one, two) == 1 and len(one) > 2
    longest = max(len(one), len(two))
    if one[0] != two[0]:
        return False
    return (
        OSA.distance(one, two) == 1
        and longest >= 5
        or OSA.distance(one, two) == 2
        and longest >= 8
        and one[-1] == two[-1]
    )


def _initials(long):
    """Return the initials of the words that carry an acronym, and those of all words."""
    words = re.findall(r"[^\W\d_]+", unaccented(straight(long)).replace("-", " "))
    return "".join(w[0] for w in words if w not in SMALL).upper(), "".join(w[0] for w in words).upper()


def _is_long_form(one, two):
    """Tell whether two long forms of an acronym are the same but for endings and misprints."""
    first, second = ([w for w in bare_words(each).split() if w not in SMALL] for each in (one, two))
    return len(first) == len(second) and all(fuzz.ratio(a, b) >= 75 for a, b in zip(first, second, strict=True))


def _acronyms(one, texts):
    spots, seen = defaultdict(list), set()
    for unit in texts:
        capitals = sum(letter.isupper() for letter in unit.flat)
        if 2 * capitals > sum(letter.isalpha() for letter in unit.flat) and unit.row < 0:
            continue
        for match in ACRONYM.finditer(unit.flat):
            if unaccented(match.group()) not in ROLES:
                spots[match.group()].append((unit, *match.span()))
    names = {
        word
        for row in one.rows
        for word in re.findall(r"[A-Z]{3,}", row.laureate.name + " " + row.laureate.project_name)
    }
    for unit in texts:
        for match in (
            re.finditer(r"(?<![\w'-])[A-Z][a-z]{4,11}(?![\w'-])", unit.flat) if unit.column == "actors" else ()
        ):
            key = match.group().upper()
            near = next(
                (each for each in sorted(ACRONYMS) if len(each) > 4 and key not in ACRONYMS and _near(key, each)), None
            )
            if near and near.capitalize()[-1] == match.group()[-1] and sorted(near) == sorted(key):
                yield finding("acronym", False, unit, match.span(), (), (), one=match.group(), two=near)
    longs = defaultdict(dict)
    for unit in texts:
        for match in [*SHORT.finditer(unit.flat), *EXPANDED.finditer(unit.flat)]:
            short, words = match["short"], match["long"].split()
            tails = [" ".join(words[at:]) for at in range(len(words))] if match.re is SHORT else [match["long"]]
            likely = {initials for tail in tails for initials in _initials(tail)}
            loose = [
                tail for tail in tails if " " in tail and tail[0].isupper() and unaccented(tail[0]).upper() == short[0]
            ]
            if short in likely or loose:
                long = next((tail for tail in tails if short in _initials(tail)), loose[-1] if loose else "")
                other = next((each for each in longs[short] if not _is_long_form(each, long)), None)
                if other:
                    yield finding(
                        "acronym_twice",
                        False,
                        unit,
                        match.span(),
                        [longs[short][other]],
                        (),
                        name=short,
                        one=long,
                        two=other,
                    )
                longs[short].setdefault(long, (unit.at, *match.span()))
            right = [
                one
                for one in likely
                if len(one) > 2
                and (_near(short, one) or len(one) == len(short) and len(one) > 3 and OSA.distance(one, short) == 1)
            ]
            if short not in likely and right and short not in ACRONYMS:
                span = match.span("short")
                seen.add(short)
                yield finding(
                    "acronym", True, unit, span, [(unit.at, *match.span("long"))], (), one=short, two=right[0]
                )
    for word in sorted(spots):
        if word in seen or word in ACRONYMS or word in COMMON_ACRONYMS or word in names and len(spots[word]) > 1:
            continue
        near = [
            other
            for other in spots
            if _near(word, other) and (len(spots[other]), other in ACRONYMS) >= (len(spots[word]), False)
        ]
        near = [other for other in near if other not in seen]
        listed = [other for other in sorted(ACRONYMS) if _near(word, other) and len(other) > 3]
        best = max(near, key=lambda other: (other in ACRONYMS, len(spots[other])), default=None) or (
            listed[0] if listed else None
        )
        if best is None:
            continue
        seen.add(word)
        other = [spots[best][0]] if best in spots else []
        other = [(unit.at, start, end) for unit, start, end in other]
        unit, start, end = spots[word][0]
        yield finding("acronym", best in spots and best in ACRONYMS, unit, (start, end), other, (), one=word, two=best)


def _misspelt(one, texts):
    """Yield capitalised words that are one letter away from what organisations are called, and lands in other words."""
    heads = [head for head in HEADS if len(head) > 5]
    of_names = {word for row in one.rows for word in row.laureate.name.split()}
    common = {key_of(word) for unit in texts for word in re.findall(r"(?<![\w'])[a-zà-ÿ]{4,}", unit.flat)}
    for unit in texts:
        for match in re.finditer(r"(?<![\w'-])[A-ZÀ-Ý][a-zà-ÿ]{5,}(?![\w-])", unit.flat):
            key = key_of(match.group())
            for head in heads:
                if (
                    abs(len(key) - len(head)) < 2
                    and key != head
                    and key[0] == head[0]
                    and OSA.distance(key, head, score_cutoff=1) == 1
                ):
                    if (
                        match.group() in of_names
                        or len(key) == len(head)
                        and (len(key) < 8 or sorted(key) == sorted(head))
                        and (sorted(key) != sorted(head))
                    ):
                        continue
                    if (
                        key.startswith(head)
                        or head.startswith(key)
                        or key in common
                        or key[:-1] == head[:-1]
                        or key.rstrip("sx") in HEADS
                    ):
                        continue
                    yield finding("word", False, unit, match.span(), one=match.group(), two=ACCENTED.get(head, head))
        for match in re.finditer(
            rf"{OF_LAND} (?:(?:de la|des|du|de) |de l')?(?P<name>[A-ZÀ-Ý][a-zà-ÿ]+(?:[ -][A-ZÀ-Ý][a-zà-ÿ]+)?)",
            unit.flat,
        ):
            said, key = match["name"], key_of(match["name"])
            for land in LANDS:
                if len(land) > 7 and key != land and OSA.distance(key, land, score_cutoff=2) <= 2:
                    yield finding("land", False, unit, match.span(), one=said, two=land.capitalize())


# Actors


def _actors(one):
    """Yield actors that may be one or two: near spellings, “X et Y”, an acronym beside its long form; certificates."""
    spots = defaultdict(list)
    for number, row in enumerate(one.rows):
        unit, at = one.cell(number, "actors"), 0
        for mention in row.mentions if unit else ():
            start = unit.flat.find(straight(mention.text), at)
            if start >= 0:
                at = start
                spots[mention.text].append((unit, start, start + len(mention.text)))
                if LABELS.fullmatch(straight(mention.text)):
                    yield finding(
                        "not_an_actor",
                        False,
                        unit,
                        (start, start + len(mention.text)),
                        rows=(row.name,),
                        name=mention.text,
                    )
        for doubt in row.doubts if unit else ():
            passage = straight(doubt.passage)
            start = unit.flat.find(passage)
            if start < 0:
                continue
            span = start, start + len(passage)
            if doubt.kind == "no_separators" and "|" in "".join(doubt.proposals):
                yield finding(
                    "no_separators", False, unit, span, rows=(row.name,), words=doubt.proposals[0].replace(" | ", " ; ")
                )
            elif doubt.kind == "one_or_two" and _is_one_or_two(unit.flat, passage, span):
                two = doubt.proposals[0].replace(" | ", " ; ")
                yield finding("one_or_two", False, unit, span, rows=(row.name,), words=two)
    yield from _joined(one, spots)
    yield from _alike(one, spots)


def _joined(one, spots):
    """Yield mentions that are two actors by what stands elsewhere: “SAFER Habitants” where each stands alone too."""
    alone = {bare(text) for text in spots} | {bare(row.laureate.name) for row in one.rows}

    def is_known(words):
        name = " ".join(words)
        is_body = len(words) > 1 and len(words[0]) > 3 and unaccented(words[0]) in HEADS and words[0][0].isupper()
        return (
            bare(name) in alone
            or words[0] in ACRONYMS
            and len(words) < 4
            or is_body
            and not re.fullmatch("[Dd](?:e|u|es)", words[1])
        )

    for text, places in spots.items():
        words = text.split()
        for at in range(1, len(words)) if len(words) < 9 and not re.search("[(&]", text) else ():
            left, right = words[:at], words[at:]
            plain = re.fullmatch(r"[a-zà-ÿ]{4,}s", left[-1]) and at == 1 and bare(" ".join(right)) in alone
            is_two = plain and is_name(right[0]) and not ACRONYM.fullmatch(right[0])
            if (is_two or is_known(left) and is_known(right)) and not re.match(
                "(?:et|de|du|des|en)$|[dl]'", straight(words[at])
            ):
                unit, start, end = places[0]
                two = " ; ".join((" ".join(words[:at]), " ".join(words[at:])))
                yield finding("no_separators", False, unit, (start, end), rows=(one.rows[unit.row].name,), words=two)
                break


def _is_one_or_two(flat, passage, span):
    """Tell whether “et” between two names is more than the end of a list, and no group of common words."""
    if len(AND.findall(passage)) != 1 or "(" in passage:
        return False
    left, right = AND.split(passage)
    is_last = not re.search(r"[,;]", flat[span[1] :]) and re.search(r"[,;]", flat[: span[0]])
    named = is_name(left) and is_name(right) and not re.match(r"(?:de |du |des |d')", right)
    signs = "&" not in passage or bool(ACRONYM.fullmatch(left.strip()) and ACRONYM.fullmatch(right.strip()))
    return bool(named and signs and not is_last)


def _alike(one, spots):
    """Yield mentions that are nearly the same, and acronyms whose long form stands elsewhere."""
    forms = {}
    for text in spots:
        forms.setdefault(bare(text), text)
    keys = list(forms)[:MOST]
    for key, other in combinations(sorted(keys), 2):
        longest, shortest = max(len(key), len(other)), min(len(key), len(other))
        if shortest < 6 or longest - shortest > 2:
            continue
        distance = OSA.distance(key, other, score_cutoff=2)
        if distance > (1 if longest < 12 else 2) or _is_inflected(key, other):
            continue
        if ACRONYM.fullmatch(forms[key]) or re.sub(r"\D", "", key) != re.sub(r"\D", "", other):
            continue
        yield from _pair("actor_spelt", one, spots, forms[key], forms[other])
    accents = defaultdict(list)
    for text in spots:
        accents[bare(text)].append(text)
    for texts in accents.values():
        folded = {straight(ARTICLES.sub("", text, count=1)).casefold(): text for text in texts}
        for text in list(folded.values())[1:]:
            yield from _pair("actor_spelt", one, spots, folded[next(iter(folded))], text)
    for text in spots:
        if not re.fullmatch(r"[A-Z]{3,9}", text):
            continue
        for other in spots:
            if len(other.split()) > 2 and text in _initials(re.sub(r"\(.*", "", other)) and f"({text})" not in other:
                yield from _pair("actor_acronym", one, spots, other, text)


def _pair(kind, one, spots, text, other):
    """Yield the finding on the rarer of two forms of an actor."""
    of = {form: (len(spots[form]), -spots[form][0][0].at if kind == "actor_spelt" else 0) for form in (text, other)}
    if of[other] > of[text]:
        text, other = other, text
    unit, start, end = spots[other][0]
    there, a, b = spots[text][0]
    rows = dict.fromkeys(one.rows[u.row].name for u, *_ in (*spots[text], *spots[other]))
    yield finding(kind, False, unit, (start, end), [(there.at, a, b)], rows, one=other, two=text)


def _is_inflected(one, two):
    """Tell two forms apart by their endings only: singular and plural, masculine and feminine."""
    first, second = one.split(), two.split()
    if len(first) != len(second):
        return False
    ends = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    return all(
        a.rstrip("sxe") == b.rstrip("sxe")
        or a.replace("aux", "al") == b
        or b.replace("aux", "al") == a
        or len(a) < 4
        and len(b) < 4
        for a, b in ends
    )


def _agreement(one):
    """Yield verbs in the plural whose subject is one body."""
    for row in one.rows:
        name = re.escape(bare_name(row.laureate.name))
        subject = re.compile(
            rf"\b(?:l'|la |le )(?:association|entreprise|coopérative|structure|collectif|société|projet) "
            rf"(?:(?:les |le |la |l')?{name} )?(?P<verb>{PLURALS.pattern})",
            re.I,
        )
        for at in (at for column in row.cells.values() for at in column) if row.laureate.name else ():
            for match in subject.finditer(one.units[at].flat):
                yield finding("agreement", False, one.units[at], match.span(), words=match["verb"])
