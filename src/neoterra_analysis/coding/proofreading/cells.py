"""Rows and cells of a draft that are cut, empty, provisional or doubled."""

import re
from collections import defaultdict
from itertools import combinations

from rapidfuzz import fuzz

from ...fiches.rows import ENDED, header, is_open
from ...words.folding import bare_words, straight
from .galley import finding, whole
from .spellings import HANGING, bare_name, key_of

TODO = r"à (?:compléter|préciser|définir|confirmer|renseigner|remplir|venir|vérifier)"
# What stands where a text is to come: all of a cell or paragraph, in brackets, or in capitals.
PROVISIONAL = re.compile(
    rf"^\W*(?:(?i:{TODO}|todo|tbd|x{{2,}}|n/?c)\W*)$|^[-–—?.…_\s]+$|[\[(]\s*(?i:{TODO})\b[^\])]*[\])]"
    rf"|\b(?:X{{3,}}|TODO|TBD|{TODO.upper()})\b|(?i:\blorem ipsum\b)"
)
COLUMNS = ("project", "actors", "contribution", "where")


def find(one):
    """Yield rows and cells that are not as they should be."""
    yield from _provisional(one)
    if one.rows:
        yield from _cells(one)
        yield from _rows(one)
        yield from _tables(one)


def _provisional(one):
    """Yield what stands where a text is to come."""
    for unit in one.units:
        match = PROVISIONAL.search(unit.flat)
        if match and (unit.row >= 0 or re.search(r"\w", match.group())):
            yield finding("provisional", True, unit, match.span(), words=match.group().strip())


def _cells(one):
    """Yield cells that end in the middle, begin in the middle, or are empty beside full ones."""
    ended = {}
    for column in ("project", "contribution"):
        texts = [getattr(row.row, column) for row in one.rows]
        ended[column] = sum(bool(ENDED.search(text.text)) for text in texts if text.text)
    has_where = 2 * sum(bool(row.cells.get("where")) for row in one.rows) > len(one.rows)
    for row in one.rows:
        for column in COLUMNS:
            text, at = getattr(row.row, column), row.cells.get(column, ())
            if not (text and text.text.strip()):
                if column == "where" and not has_where:
                    continue
                beside = next(
                    (one.units[u] for c in ("project", "actors", "contribution") for u in row.cells.get(c, ())), None
                )
                if beside:
                    yield finding("cell_empty", True, beside, whole(beside), (), (row.name,), column=column)
                continue
            unit = one.units[at[-1]] if at else None
            if unit is None or column == "where" or PROVISIONAL.search(unit.flat):
                continue
            start, end = whole(unit)
            tail = re.search(r"\S+(?:\s+\S+){0,3}\s*$", unit.flat).start()
            if is_open(text) and not HANGING.search(straight(text.text).rstrip("-")):
                if not any(straight(text.text).count(a) > straight(text.text).count(b) for a, b in ("()", "[]", "«»")):
                    yield finding("cell_cut", True, unit, (tail, end), (), (row.name,), column=column)
            elif re.search(r"[^\W\d]-\s*$|'\s*$", unit.flat):
                yield finding("cell_cut", True, unit, (tail, end), (), (row.name,), column=column)
            elif column != "actors" and not ENDED.search(text.text) and not re.search(r"[,;:]\s*$", text.text):
                if ended[column] > 0.7 * (len(one.rows) - 1) and len(one.rows) > 1 and len(text.text) > 40:
                    yield finding("cell_end", False, unit, (tail, end), (), (row.name,), column=column)
            first = one.units[at[0]]
            if (
                column != "actors"
                and re.match(r"[,;:.)»]|[a-zà-ÿ]", first.flat.strip())
                and not first.text.bold[:1] == ((0, 0),)
            ):
                starts = [
                    getattr(r.row, column).text.strip()[:1] for r in one.rows if getattr(r.row, column).text.strip()
                ]
                if sum(letter.isupper() or not letter.isalpha() for letter in starts) > 0.6 * len(starts) and not (
                    first.text.bold and first.text.bold[0][0] <= 3
                ):
                    a, b = whole(first)
                    b = a + re.match(r"\S+(?:\s+\S+){0,3}", first.flat[a:]).end()
                    yield finding("cell_start", False, first, (a, b), (), (row.name,), column=column)


def _rows(one):
    """Yield rows that stand twice, and texts that two rows have."""
    told = set()
    names = defaultdict(list)
    for number, row in enumerate(one.rows):
        if row.laureate.name:
            names[key_of(bare_name(row.laureate.name))].append(number)
    pairs = [(a, b) for numbers in names.values() for a, b in combinations(numbers, 2)]
    for kind, first, second in [("row_twice", *pair) for pair in pairs]:
        yield from _twice(one, kind, "project", first, second)
        told.add((first, second))
    for (first, row), (second, other) in combinations(list(enumerate(one.rows))[:400], 2):
        own = [mention.text for mention in row.mentions]
        if len(own) > 3 and own == [mention.text for mention in other.mentions] and (first, second) not in told:
            yield from _twice(one, "text_twice", "actors", first, second)
    for column in ("project", "contribution"):
        texts = [(number, bare_words(getattr(row.row, column).text)) for number, row in enumerate(one.rows)]
        texts = [(number, text) for number, text in texts if len(text) > 20][:400]
        for (first, text), (second, other) in combinations(texts, 2):
            near = len(text) > 40 and abs(len(text) - len(other)) < 0.1 * len(text) and fuzz.ratio(text, other) > 92
            if (first, second) not in told and (near or text == other):
                told.add((first, second))
                yield from _twice(one, "text_twice", column, first, second)


def _twice(one, kind, column, first, second):
    unit, other = one.cell(second, column), one.cell(first, column)
    if unit and other:
        start, end = whole(unit)
        short = start + re.match(r"\S+(?:\s+\S+){0,7}", unit.flat[start:]).end()
        rows = one.rows[first].name, one.rows[second].name
        yield finding(
            kind,
            column != "actors",
            unit,
            (start, short),
            [(other.at, *whole(other))],
            rows,
            column=column,
            one=one.rows[second].name,
        )


def _tables(one):
    """Yield tables of an enjeu that are cut in two, with their header line again or without it, and rows cut in two."""
    above, last = None, -1
    for row in one.rows:
        halves = next((at for at in row.cells.values() if len(at) > 1), None)
        if halves:
            unit = one.units[halves[1]]
            yield finding(
                "row_cut",
                False,
                unit,
                whole(unit),
                [(halves[0], *whole(one.units[halves[0]]))],
                (row.name,),
                name=row.name,
            )
    for table in one.tables:
        projects = [at for row in table for at in row if one.units[at].row >= 0]
        if not projects:
            continue
        unit = one.units[projects[0]]
        first = next((at for at in table[0] if one.units[at].text.text), projects[0])
        headed = bool(header([one.units[at].flat for at in table[0]]))
        if above is not None and unit.enjeu == above and unit.row > last:
            kind = "table_cut" if headed else "row_detached"
            target = unit if not headed or not one.units[first].text.text else one.units[first]
            start, end = whole(target)
            short = start + re.match(r"\S+(?:\s+\S+){0,7}", target.flat[start:]).end()
            yield finding(kind, True, target, (start, short), (), (one.rows[unit.row].name,), number=unit.enjeu)
        above, last = unit.enjeu, max(one.units[at].row for at in projects)
