"""A draft as it is proof-read: its texts in order, its rows as a fiche has them, and what is found in them."""

import re
from typing import NamedTuple

from ...fiches import actors_cell, contribution_cell, project_cell
from ...fiches.documents.blocks import Paragraph, Text
from ...fiches.doubts import first_words
from ...fiches.outline import LAST, is_heading, outline
from ...words.folding import one_line, straight

LONGEST = 2000  # letters of a sentence; what goes on beyond is taken as another one


class Unit(NamedTuple):
    """A text of a document: a paragraph, or a cell of a row of projects (``row`` from 0) or of another (-1).

    ``zone`` is before, enjeu, last or table; ``flat`` is the text, letter by letter, with straight apostrophes.
    """

    at: int
    text: Text
    flat: str
    zone: str
    row: int = -1
    column: str = ""
    enjeu: int = 0
    item: bool = False
    level: int = 0


class Line(NamedTuple):
    """A row of projects: its laureate, the roles that it states, its mentions, and its texts by column."""

    name: str
    enjeu: int
    laureate: project_cell.Laureate
    roles: tuple
    mentions: tuple
    doubts: tuple
    cells: dict
    row: tuple


class Finding(NamedTuple):
    """What is found: its kind, whether it is certain, the words, what is told of them, other places, names of rows."""

    kind: str
    certain: bool
    at: int
    start: int
    end: int
    told: dict
    other: tuple = ()
    rows: tuple = ()
    known: str = ""


class Galley(NamedTuple):
    """A draft: its texts, its rows, the parts of its fiche, and its tables as numbers of texts."""

    units: tuple
    rows: tuple
    outline: tuple
    tables: tuple

    def of(self, *zones):
        """Return the paragraphs of some zones, or all that stand in no row of projects."""
        return [one for one in self.units if one.row < 0 and one.zone != "table" and (one.zone in zones or not zones)]

    def cell(self, row, column):
        """Return the first text of a cell, or None."""
        return next((self.units[at] for at in self.rows[row].cells.get(column, ())), None)


def galley(document):
    """Read a document as it is proof-read."""
    found = outline(document)
    owner = {}
    for number, row in enumerate(found.rows):
        for column, text in row.printed:
            owner.setdefault((text.place, text.text), []).append((number, column))
    units, tables, zone, enjeu = [], [], "before", 0
    heads = {one.place: one.number for one in found.enjeux}
    for block in document.blocks:
        if isinstance(block, Paragraph):
            line = one_line(block.text.text)
            enjeu = heads.get(block.text.place, enjeu)
            if block.text.place in heads or is_heading(line):
                zone = "enjeu"
            elif found.rows and zone != "before" and LAST.search(line) and len(line) <= 160 and not block.item:
                zone, enjeu = "last", 0
            place = {"enjeu": enjeu, "item": block.item, "level": block.level}
            units.append(Unit(len(units), block.text, straight(block.text.text), zone, **place))
            continue
        cells = []
        for row in block.rows:
            cells.append([])
            for cell in row:
                number, column = next(iter(owner.get((cell.place, cell.text), ())), (-1, ""))
                mine = found.rows[number].enjeu if number >= 0 else enjeu
                cells[-1].append(len(units))
                units.append(Unit(len(units), cell, straight(cell.text), "table", number, column, mine))
                zone = "enjeu" if number >= 0 else zone
        tables.append(tuple(map(tuple, cells)))
    rows = [_line(row, number, units) for number, row in enumerate(found.rows)]
    return Galley(tuple(units), tuple(rows), found, tuple(tables))


def _line(row, number, units):
    laureate, doubts = project_cell.read(row.project, row.contribution, row.where)
    name = laureate.name or first_words(row.project.text, 4)
    roles, unsure = contribution_cell.roles(row.contribution.text, row.contribution.bold, name)
    mentions, split = actors_cell.split(row.actors.text)
    cells = {}
    for unit in units:
        if unit.row == number and unit.text.text:
            cells.setdefault(unit.column, []).append(unit.at)
    return Line(name, row.enjeu, laureate, tuple(roles), tuple(mentions), (*doubts, *unsure, *split), cells, row)


def named(one, flat):
    """Return the rows whose laureate a text names."""
    found = []
    for number, row in enumerate(one.rows):
        name = re.sub(r"^Association ", "", row.laureate.name)
        if len(name) > 2 and re.search(rf"(?<!\w)(?i:{re.escape(name[0])}){re.escape(name[1:])}(?!\w)", flat):
            found.append(number)
    return found


def finding(kind, certain, unit, span, other=(), rows=(), **told):
    """Make a finding about words of a text."""
    return Finding(kind, certain, unit.at, *span, told, tuple(other), tuple(rows))


def sentences(flat):
    """Yield where the sentences of a text stand.

    >>> list(sentences("Un tri. Trois"))
    [(0, 7), (8, 13)]
    """
    at = 0
    for stop in [*re.finditer(r"(?<=[.!?])\s+(?=[A-ZÀ-ÝŒ«\"(])|\n", flat), None]:
        until = stop.start() if stop else len(flat)
        yield from ((begun, min(until, begun + LONGEST)) for begun in range(at, max(until, at + 1), LONGEST))
        at = stop.end() if stop else until


def whole(unit):
    """Return where the words of a text stand."""
    text = unit.text.text
    return len(text) - len(text.lstrip()), len(text.rstrip())
