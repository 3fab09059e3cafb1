"""Quotes held to a copy of the fiche: each is in its laureate's row, once and as printed, or refused with the reason.

`find` looks for a quote as `trace` looks for an anchor; what that takes for the same though a reader would not (a
number written otherwise, a dash for a hyphen, half a word, a negation left off) is held against it here. Nothing is
moved to a passage that merely looks alike.
"""

import re
import unicodedata
from bisect import bisect
from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import accumulate, product
from typing import NamedTuple

from rapidfuzz import fuzz

from ..dataset.cells import ANCHOR_WORDS, BIDI, count_words
from ..dataset.problems import visible
from ..words.folding import DASHES, LETTER, QUOTES, SOFT, UNSEEN, find, normalise, one_line, straight
from .documents.blocks import Paragraph, Place
from .doubts import first_words
from .outline import outline

# Words that say nothing by themselves; elided ones are here without their apostrophe.
EMPTY = frozenset(
    """
    a à afin ainsi alors au aussi aux avec c ce cela ces cet cette comme d dans de des donc dont du elle elles en
    entre est et étant être eux il ils j je l la le les leur leurs lui m ma mais me même mes n ne ni nos notre nous on
    ont or ou où par pas plus pour qu que qui s sa sans se ses si son sont sous sur t te tout toute toutes tous très tu
    un une vers vos votre vous y
    """.split()
)
HIDDEN = re.compile(f"[{UNSEEN}\ufffd]|{BIDI.pattern}")
# A word cut by the end of a line; whether its hyphen is its own, only the other copy can tell.
LINE_END = re.compile(rf"(?<={LETTER})(?:[-\u2010]\s+|\u00ad[^\S\r\n]*[\r\n]\s*)(?={LETTER})")
SEAM = re.compile(rf"({LETTER}+)[-\u2010][^\S\r\n]*[\r\n]\s*({LETTER}+)")
LEFT_OUT = re.compile(r"[\[(] ?(?:\u2026|\.{3}) ?[\])]|\u2026|\.{3,}")
# What may stand at the ends of a quote and not in the fiche: quotation marks and ellipses, and one full stop.
ENDS = f' \n"\u2026{QUOTES}'
AT_END = re.compile(rf"^(?:{LEFT_OUT.pattern})|(?:{LEFT_OUT.pattern})$")
NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
# What stands before a place, or after it, and turns its sense round.
NO = "pas|jamais|guère|point|aucune?|nulle(?:ment)?"
NEGATED = re.compile(rf"(?:\b(?:ne|non|sans|ni) |\bn'|\bn(?:e\b|')[^.;\t]{{,60}}\b(?:{NO}) )$", re.IGNORECASE)
NEGATING = re.compile(rf" ?(?:{NO})\b", re.IGNORECASE)
CUT_BEFORE = re.compile("\\w[-\u00ad]$|(?i:\\baujourd'$)")
CUT_AFTER = re.compile("[-\u00ad]\\w|'\\w")
NEAR, ELSEWHERE = 60, 85  # of 100: likeness from which a passage of the row, or of another place, is shown
LONG = 1000  # letters more than twice its row: nothing is looked for that far
FEW = 3  # words: less left out in one place is an alteration, more are two passages


class Cell(NamedTuple):
    """A text of the fiche: whose row it is of (empty outside the rows), its column, and where it begins."""

    row: str
    column: str
    text: str
    place: Place


class Spot(NamedTuple):
    """Where a quote stands: its cell, and from where to where in the text of that."""

    cell: Cell
    start: int
    end: int

    @property
    def printed(self):
        """The words of the spot as printed, on one line."""
        return one_line(self.cell.text[self.start : self.end])


class Zone(NamedTuple):
    """Cells one after the other, comparable with a quote: their text, where each begins in it, and what it is."""

    text: str
    starts: list
    parts: list


class Fiche(NamedTuple):
    """The row of each laureate, all rows, and all that is no row."""

    rows: dict
    every: Zone
    outside: Zone


class Verdict(NamedTuple):
    """What was found of a quote: ``found`` or why not, its spots, the nearest passage, and the difference from it."""

    status: str
    spots: tuple = ()
    nearest: Spot | None = None
    difference: str = ""


def fiche_of(document, laureates):
    """Find the row of each laureate by its first words in the tables of a document, and all that is no such row."""
    rows = outline(document).rows
    columns = ("project", "where", "actors", "contribution")
    texts = [[(name, getattr(row, name)) for name in columns if getattr(row, name).text] for row in rows]
    project = [normalise(row.project.text)[0] for row in rows]
    home = {}
    for one in laureates:
        hits = [find(one["row_anchor"] or one["name"], text) for text in project]
        hits = {at: places[0][0] for at, places in enumerate(hits) if places}
        first = [at for at, start in hits.items() if not start]
        chosen = first if len(first) == 1 else list(hits)
        home |= {one["laureate_id"]: chosen[0]} if len(chosen) == 1 else {}
    twice = Counter(home.values())
    home = {laureate: at for laureate, at in home.items() if twice[at] == 1}
    names = {at: laureate for laureate, at in home.items()}
    cells = [
        [Cell(names.get(at) or first_words(row.project.text), name, text.text, text.place) for name, text in texts[at]]
        for at, row in enumerate(rows)
    ]
    printed = {(text.text, text.place) for row in rows for _, text in row.printed}
    rest = list(document.asides)
    for block in document.blocks:
        rest += [block.text] if isinstance(block, Paragraph) else [cell for row in block.rows for cell in row]
    rest = [Cell("", "outside", one.text, one.place) for one in rest if (one.text, one.place) not in printed]
    seams = {first + rest: first for first, rest in SEAM.findall(unicodedata.normalize("NFC", document.raw))}
    known = {laureate: zone(cells[at], seams) for laureate, at in home.items()}
    return Fiche(known, zone([cell for row in cells for cell in row], seams), zone(rest, seams))


def zone(cells, seams=None):
    """Make cells comparable with a quote; a word that the end of a line cut stands there both ways.

    ``seams`` are words that a reader of documents has put together, with their first halves.
    """
    parts = []
    for cell in cells:
        parts.append((cell, *normalise(cell.text)))
        if LINE_END.search(cell.text):
            parts.append((cell, *normalise(LINE_END.sub(lambda cut: "-\n" + " " * (len(cut[0]) - 2), cell.text))))
        text, offsets = (list(one) for one in parts[-1][1:])
        cuts = [
            word.start() + len(seams[word[0]]) for word in re.finditer(r"\w+", parts[-1][1]) if word[0] in (seams or ())
        ]
        for at in reversed(cuts):
            text.insert(at, SOFT)
            offsets.insert(at, offsets[at])
        parts += [(cell, "".join(text), offsets)] if cuts else []
    starts = [0, *accumulate(len(text) + 1 for _, text, _ in parts)][: len(parts)]
    return Zone("\t".join(text for _, text, _ in parts), starts, parts)


@lru_cache(maxsize=1024)
def forms(quote):
    r"""Return how a quote may be printed: as it is, without what only its ends have; with words at line ends whole.

    >>> forms("« un lien conti-\nnu. »")[-2:]
    ('un lien continu', 'un lien conti-nu')
    """
    quote = re.sub(r"\s+", lambda gap: "\n" if set("\r\n") & set(gap[0]) else " ", quote).strip()
    bare = _inside(quote)
    bare = _inside(bare[:-1] if bare.endswith(".") else bare)
    if re.fullmatch(r"['\u2018].*['\u2019]", bare, re.DOTALL):
        bare = bare[1:-1].strip()
    found = []
    for one in (quote, bare):
        pieces = LINE_END.split(one)
        joints = product(("", "-"), repeat=len(pieces) - 1) if len(pieces) < 5 else ([mark] * 99 for mark in ("", "-"))
        found += [one] if len(pieces) > 1 else []
        found += ["".join(a + b for a, b in zip(pieces, [*joint, ""], strict=False)) for joint in joints]
    return tuple(dict.fromkeys(found))


def _inside(text):
    while True:
        shorter = AT_END.sub("", text.strip(ENDS))
        if shorter == text:
            return text
        text = shorter


class Places(NamedTuple):
    """Where a quote stands; where so but for a negation left off; where only as a part of a word or of a number."""

    whole: list
    negated: list
    cut: list


def places(quote, zone):
    """Find a quote in a zone."""
    for form, is_any_case in product(forms(quote), (False, True)):
        found = Places([], [], [])
        for start, end in find(form, zone.text, name=is_any_case) if len(form) < 2 * len(zone.text) else ():
            at = bisect(zone.starts, start) - 1
            cell, text, offsets = zone.parts[at]
            start, end = start - zone.starts[at], end - zone.starts[at]
            spot = _spot(cell, text, offsets, start, end)
            if _marks(form) == _marks(cell.text[spot.start : spot.end]):
                around = text[:start], text[start:end], text[end:]
                kind = found.cut if is_cut(*around) else found.negated if is_negated(*around) else found.whole
                kind += [] if spot in kind else [spot]
        if any(found):
            return found
    return Places([], [], [])


def _spot(cell, text, offsets, start, end):
    stop = len(cell.text) if end == len(text) else offsets[end]
    return Spot(cell, offsets[start], len(cell.text[:stop].rstrip()))  # a space before a bracket is of neither side


def _marks(text):
    """Return the first letter of a text, its numbers as written, and its dashes; one inside a word is a hyphen."""
    flat = re.sub(rf"(?<=\w)[{DASHES}](?=\w)", "-", one_line(unicodedata.normalize("NFC", straight(text))))
    first = flat[:1].lower() if flat[:1].isalnum() else ""  # whose case alone is free
    return first, NUMBER.findall(flat), len(re.findall(rf"[{DASHES}]|(?<!\S)-(?!\S)", flat))


def is_cut(before, inside, after):
    """Tell whether a stretch of a text begins or ends inside a word or a number.

    >>> is_cut("10 ", "000 arbres", ""), is_cut("agro-", "écologie", ""), is_cut("l'", "école", "")
    (True, True, False)
    """
    word = inside[0].isalnum() and CUT_BEFORE.search(before) or inside[-1].isalnum() and CUT_AFTER.match(after)
    thousands = re.search(r"(?<!\d)\d{1,3} $", before) and re.match(r"\d{3}(?!\d)", inside)
    number = inside[0].isdigit() and (thousands or re.search(r"\d[.,]$", before))
    thousands = re.search(r"(?<!\d)\d{1,3}$", inside) and re.match(r" \d{3}(?!\d)", after)
    return bool(word or number or inside[-1].isdigit() and (thousands or re.match(r"[.,]\d", after)))


def is_negated(before, inside, after):
    """Tell whether a negation stands right before a stretch of a text, or right after it.

    >>> is_negated("il n'", "est pas", " seul"), is_negated("il n'est ", "plus", ""), is_negated("", "il ne va", " pas")
    (True, False, True)
    """
    is_negative = re.search(r"\bne\b|\bn'", f"{' '.join(before.split()[-1:])} {inside}", re.IGNORECASE)
    return bool(NEGATED.search(before) or is_negative and NEGATING.match(after))


def _words(text):
    return re.findall(r"[^\W_]+", text.casefold())


def says_nothing(text):
    """Tell whether a text has no word but those that say nothing by themselves.

    >>> says_nothing("de l'"), says_nothing("de l'art")
    (True, False)
    """
    return EMPTY.issuperset(_words(text))


def hidden(quote):
    """Return a quote with the characters shown that nobody sees, or "" where it has none but hyphens at line ends."""
    bare = LINE_END.sub("", quote)
    odd = HIDDEN.search(bare) or any(unicodedata.category(c)[0] == "C" and not c.isspace() for c in bare)
    return " ".join(visible(word) for word in bare.split()) if odd else ""


def judge(quote, laureate, fiche, column=None):
    """Say whether a quote stands in the row of a laureate (or in one column of it), once and as printed."""
    if hidden(quote):
        return Verdict("hidden", difference=hidden(quote))
    if says_nothing(quote):
        return Verdict("too_little" if _words(quote) else "empty")
    own = fiche.rows.get(laureate)
    if own is None:
        return Verdict("no_row")
    if len(quote) > 2 * len(own.text) + LONG:
        return Verdict("nowhere")
    found = places(quote, own)
    fitting = [spot for spot in found.whole if column in (None, spot.cell.column)]
    if len(fitting + found.negated) > 1:
        return Verdict("ambiguous", (*fitting, *found.negated))
    if fitting:
        is_all = count_words(fitting[0].printed) == count_words(fitting[0].cell.text) > ANCHOR_WORDS
        return Verdict("whole_cell" if is_all else "found", tuple(fitting))
    if found.whole:
        return Verdict("wrong_cell", tuple(found.whole))
    if found.negated or found.cut:
        spot = _widened((found.negated + found.cut)[0])
        return Verdict("negated" if found.negated else "altered", (), spot, difference(quote, spot.printed))
    for status, others in (("other_row", fiche.every), ("outside", fiche.outside)):
        found = places(quote, others).whole
        if found:
            return Verdict(status, tuple(found))
    parts = _parts(quote, own, fiche.every)
    if parts:
        return Verdict("joined", tuple(parts))
    for status, zones, least in (("altered", [own], NEAR), ("nowhere", [fiche.every, fiche.outside], ELSEWHERE)):
        near = nearest(quote, zones, least)
        if near:
            return Verdict(status, (), near, difference(quote, near.printed))
    return Verdict("nowhere")


def _widened(spot):
    """Return a spot with the word before and the word after it."""
    text = spot.cell.text
    before = re.search(r"(?:[^\s'\u2019]+['\u2019\s]*)?$", text[: spot.start])
    after = re.match(r"\s*\S*", text[spot.end :])
    return Spot(spot.cell, before.start(), spot.end + after.end())


def _parts(quote, own, every):
    """Return the spots of two or more passages that a quote puts together, or nothing."""

    def one(words):
        zones = [] if says_nothing(words) else [own, every] if count_words(words) >= FEW else [own]
        return next((found[0] for one in zones if (found := places(words, one).whole)), None)

    bare = forms(quote)[-1]
    told = [part for part in LEFT_OUT.split(bare) if re.search(r"\w", part)]
    if len(told) > 1:
        spots = [one(part) for part in told]
        return spots if all(spots) else []
    words = re.split(r"\s+", bare)
    best = []
    for at in (at for at in range(2, len(words) - 1) if re.search(r"\w", words[at - 1])):
        first, rest = one(" ".join(words[:at])), one(" ".join(words[at:]))
        if not first:
            break
        if rest and not (first.cell is rest.cell and 0 <= rest.start - first.end and _between(first, rest) <= FEW):
            best = [first, rest]
    return best


def _between(first, rest):
    return count_words(first.cell.text[first.end : rest.start])


def nearest(quote, zones, least=NEAR):
    """Return the passage of some zones that looks most like a quote, None where nothing does."""
    bare = forms(quote)[-1]
    wanted, best = normalise(bare)[0].replace("\u00ad", "-"), (least, None, None)
    for part in (part for zone in zones for part in zone.parts):
        like = fuzz.partial_ratio_alignment(wanted, part[1], score_cutoff=best[0]) if part[1] else None
        if like and like.score > best[0]:
            best = like.score, part, (like.dest_start, like.dest_end)
    if not best[1]:
        return None
    (cell, text, offsets), span = best[1:]
    start, end = _spot(cell, text, offsets, *span)[1:]
    words = [word.span() for word in re.finditer(r"\S+", cell.text)]
    inside = [at for at, (a, b) in enumerate(words) if a < end and b > start]
    ours = _keys(bare.split())
    more = 3 + len(ours) // 4
    low, high = max(inside[0] - more, 0), min(inside[-1] + more + 1, len(words))
    theirs = _keys(cell.text[a:b] for a, b in words[low:high])
    first, last = inside[0], inside[-1] + 1
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()[:-1]
    if blocks:
        first = max(low + blocks[0].b - blocks[0].a, low)
        last = min(low + blocks[-1].b + len(ours) - blocks[-1].a, high)
    start, end = words[first][0], words[last - 1][1]
    start += len(re.match(r"\W*" if bare[:1].isalnum() else "", cell.text[start:end])[0])
    return Spot(cell, start, end - len(re.search(r"\W*$" if bare[-1:].isalnum() else "$", cell.text[start:end])[0]))


def _keys(words):
    """Return each word without what a comparison does not look at, at its ends neither."""
    return [normalise(word)[0].replace("\u00ad", "-").strip(".,;:") or word for word in words]


def difference(quote, printed):
    """Mark word by word what a quote has more [-so-] and what it lacks {+so+}.

    >>> difference("un rôle de passeur", "un rôle fort de passeur")
    'un rôle {+fort+} de passeur'
    """
    ours, theirs = forms(quote)[-1].split(), printed.split()
    same = [[normalise(word)[0] for word in words] for words in (ours, theirs)]
    if same[0] == same[1]:  # the kind of a dash, a space in a number
        same = [ours, theirs]
    told = []
    for kind, a, b, c, d in SequenceMatcher(None, *same, autojunk=False).get_opcodes():
        if kind == "equal":
            told += theirs[c:d]
            continue
        told += [f"[-{' '.join(map(visible, ours[a:b]))}-]"] if b > a else []
        told += [f"{{+{' '.join(map(visible, theirs[c:d]))}+}}"] if d > c else []
    return " ".join(told)


def anchor_of(spot, zone):
    """Return the longest beginning of a passage, eight words at most, that its row has once, or ""."""
    printed = spot.printed
    if count_words(printed) <= ANCHOR_WORDS and not LINE_END.search(spot.cell.text[spot.start : spot.end]):
        return printed
    for most in range(ANCHOR_WORDS, 1, -1):
        words = first_words(printed, most)
        if len(places(words, zone).whole) == 1 and not says_nothing(words):
            return words
    return ""
