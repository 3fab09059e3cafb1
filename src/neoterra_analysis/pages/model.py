"""What a report is made of, and what all its writers say alike: order, places, numbers, lines and columns."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import matplotlib
import numpy as np
from matplotlib.ft2font import FT2Font, LoadFlags

from ..words import labels


class Run(NamedTuple):
    r"""A piece of text, or ``"\n"`` for the end of a line; ``target`` is the id that it leads to, or ``""``.

    What is ``printed`` keeps the signs of the source.
    A target inside the report is its id (``laureate-cargo-209``), one of the document beside it ``beside#table-roles``.
    """

    text: str
    target: str = ""
    strong: bool = False
    lang: str = ""
    printed: bool = False


class Paragraph(NamedTuple):
    """Runs that follow each other; ``id`` lets others lead here."""

    runs: tuple
    id: str = ""


class Bullets(NamedTuple):
    """A list of items, each a tuple of runs."""

    items: tuple
    id = ""


class KeyPoints(NamedTuple):
    """What a reader must take away: items of two tuples of runs, a main finding and, in words, its fragility."""

    items: tuple
    id = ""


class Table(NamedTuple):
    """A table: caption, heads of the columns, rows of cells (each a tuple of runs); the first column heads its row.

    ``widths`` are the shares of the columns, where they are not to be computed.
    """

    id: str
    caption: str
    head: tuple
    rows: tuple
    numeric: tuple = ()
    ids: tuple = ()
    widths: tuple = ()

    @property
    def named_rows(self):
        """Return each row with its id, ``""`` where it has none."""
        return list(zip(self.ids or ("",) * len(self.rows), self.rows, strict=True))


class Picture(NamedTuple):
    """A figure of the package: its key (``02-role-counts``), its title, alternative text, and its SVG and PNG bytes.

    One that ``stays`` stands in full size where it is written; another one may go to the foot of a page.
    """

    key: str
    title: str
    alt: str
    svg: bytes
    png: bytes
    stays: bool = False

    @property
    def id(self):
        """Return what others lead to: ``figure-02-role-counts``."""
        return f"figure-{self.key}"


class Section(NamedTuple):
    """A section: id, title, blocks in order, and the sections under it; a ``fresh`` one begins a page."""

    id: str
    title: str
    blocks: tuple
    sections: tuple = ()
    fresh: bool = False


class Report(NamedTuple):
    """A report: language, title, subtitle, source line, digest of the data, and its sections.

    ``kind`` is ``"annex"`` (everything) or ``"fiche"`` (what people read); ``beside`` the stem of the other one's file.
    """

    lang: str
    title: str
    subtitle: str
    source: str
    digest: str
    sections: tuple
    kind: str = "annex"
    beside: str = ""


AUTHOR = "neoterra_analysis"
LINK = "#1F4E79"
REGION = {"fr": "FR", "en": "GB"}
# Characters that turn the direction of what follows them.
TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
WIDTH, HEIGHT = 160, 225  # millimetres that a picture may take on an upright page, its caption under it
TALL = 150  # millimetres from which a picture is made smaller, so that less of a page stays empty before it
SMALL = 0.85  # down to which its letters of 7 points stay readable


def walk(sections, level=1):
    """Yield sections, and after each its blocks, in reading order, each with the level of its section."""
    for section in sections:
        yield section, level
        for block in section.blocks:
            if not isinstance(block, (Paragraph, Bullets, KeyPoints, Table, Picture)):
                raise TypeError(f"{section.id}: no writer knows a {type(block).__name__}")
            yield block, level
        yield from walk(section.sections, level + 1)


def places(sections):
    """List the ids that others can lead to, in reading order."""
    found = []
    for part, _ in walk(sections):
        found += [part.id, *(part.ids if isinstance(part, Table) else ())]
    return [name for name in found if name]


def ids(report):
    """Return the ids of a report in its order, once it is sure that every link has its place."""
    found = places(report.sections)
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        raise ValueError(labels.t("edition.same_place", report.lang, ids=", ".join(twice)))
    lost = sorted(one for one in _targets(report.sections) - set(found) if not (report.beside and outside(one)))
    if lost:
        raise ValueError(labels.t("edition.no_place", report.lang, ids=", ".join(lost)))
    return found


BESIDE = "beside#"


def outside(target):
    """Return the id that a target leads to in the document beside the report, ``""`` where it stays inside.

    >>> outside("beside#table-roles"), outside("table-roles")
    ('table-roles', '')
    """
    return target.removeprefix(BESIDE) if target.startswith(BESIDE) else ""


def size(width, height, kind, stays=False):
    """Return the width and height in millimetres of a picture drawn so wide and so high."""
    shrunk = 1 if stays else SMALL if kind == "fiche" else min(1, max(SMALL, TALL * width / (WIDTH * height)))
    scale = min(WIDTH * shrunk / width, HEIGHT / height)
    return width * scale, height * scale


LONG = 24  # headings from which a fiche needs a list of them, and such a list a page


def contents(report):
    """Return the headings that stand in the list of contents with their levels: none in a short fiche."""
    found = [(part, level) for part, level in walk(report.sections) if isinstance(part, Section) and level < 3]
    return found if report.kind == "annex" or len(found) >= LONG else []


def _targets(part):
    """Return the ids that the runs of a part lead to, however deep they stand in it."""
    if isinstance(part, Run):
        return {part.target} - {""}
    return set().union(*(_targets(one) for one in part if isinstance(one, tuple)))


def names(report):
    """Return what stands at each place that others can lead to, in words."""
    found, numbered = {}, captions(report)
    for part, _ in walk(report.sections):
        if isinstance(part, Section):
            found[part.id] = part.title
        elif isinstance(part, Paragraph):
            found[part.id] = _plain(part.runs)
        elif isinstance(part, (Picture, Table)):
            found[part.id] = "{} {} – {}".format(
                *numbered[part.id], part.title if isinstance(part, Picture) else part.caption
            )
        if isinstance(part, Table):
            found |= {name: _plain(row[0]) for name, row in part.named_rows}
    return found


def _plain(runs):
    return "".join(run.text for run in runs)


def captions(report):
    """Give pictures and tables their kind in words and their number, each kind by itself, by id."""
    found = {}
    for kind, key in ((Picture, "figure"), (Table, "table")):
        word = labels.t(f"edition.{key}", report.lang)
        blocks = [part for part, _ in walk(report.sections) if isinstance(part, kind)]
        found |= {block.id: (word, number) for number, block in enumerate(blocks, 1)}
    return found


def about(report):
    """Return the lines under the title: where the records come from, and their digest."""
    values = {"source": report.source, "digest": report.digest}
    return [labels.t(f"edition.{key}", report.lang, **{key: value}) for key, value in values.items() if value]


def footer(report, title):
    """Return what stands at the foot of a page: before its number, between that and their count, after both."""
    number = "\x00"  # no title holds it
    return labels.t("edition.page", report.lang, title=title, page=number, pages=number).split(number)


# What a line of a table holds upright, in heights of its letters: the smaller they are, the more.
LINE = {"annex": 64, "fiche": 54}
SMALLER = 1.125  # times as much in the tables of a fiche that need it
SIDEWAYS = 1.5  # times as much, on a page on its side
PAD = 1.3  # between the words of two columns
WORD = 8  # what a word is promised before a table lies on its side: longer ones are hyphenated
STEP = 0.5


class Columns(NamedTuple):
    """How a table is set: each column's share, whether it has a word to hyphenate; in smaller letters, on its side."""

    shares: tuple
    cut: tuple
    small: bool
    wide: bool


def texts(table):
    """Return the words of each column: its head, then its cells."""
    rows = (["".join(run.text for run in cell) for cell in row] for row in table.rows)
    return list(zip(table.head, *rows, strict=True))


LONG_CELL = 1200  # letters of a cell that may not fit on one page


def is_long(table):
    """Tell whether the rows of a table may go on on the next page: one of them may not fit on one."""
    return any(len(text) > LONG_CELL for column in texts(table) for text in column)


def columns(table, kind="annex", line=None):
    """Give each column room for its longest word, then step by step where rows get lowest by it."""
    line = line or LINE[kind]
    cells = texts(table)
    bold = [[row == 0 or (at == 0 and not table.widths) for row in range(len(cells[0]))] for at in range(len(cells))]
    words, lines = (_widest(cells, bold, parts) for parts in (_words, str.splitlines))
    need = 0 if table.widths else float(np.minimum(words, WORD + PAD).sum())
    small = kind == "fiche" and need > line
    line *= SMALLER if small else 1
    wide = need > line
    line *= SIDEWAYS if wide else 1
    if table.widths:
        widths = np.array(table.widths) * line / sum(table.widths)
    else:
        rows = np.array(
            [[_em(*cell) for cell in zip(*column, strict=True)] for column in zip(cells, bold, strict=True)]
        )
        widths = _shared(rows, _least(words, line), lines, line)
        # What no row needs goes to the columns of words.
        more = [at for at in range(len(widths)) if at not in table.numeric] or list(range(len(widths)))
        widths[more] *= 1 + max(0, line - widths.sum()) / widths[more].sum()
    return Columns(tuple((widths / widths.sum()).tolist()), tuple((words > widths + 0.01).tolist()), small, wide)


def _shared(rows, widths, most, line):
    """Widen columns step by step while the line has room, each time the one by which rows get lowest."""
    while widths.sum() + STEP <= line and (widths < most).any():
        heights = [_height(rows, widths + STEP * one) for one in np.eye(len(widths))]
        widths[np.argmin(heights)] += STEP
    return widths


def _height(rows, widths):
    """Return how high rows stand in columns, about: each as high as its highest cell, the others counted a little."""
    return ((np.maximum(rows / (widths - PAD)[:, None], 1) ** 4).sum(axis=0) ** 0.25).sum()


def _least(words, line):
    """Return the room for the longest word of each column, the longest of all cut where they do not fit."""
    most = words.max()
    while most > 1 + PAD and np.minimum(words, most).sum() > line:
        most -= STEP
    return np.minimum(words, most)


def _widest(cells, bold, parts):
    """Return the room that the widest part of each column takes, with what stands beside it."""
    found = [
        max((_em(part, strong) for cell, strong in zip(*column, strict=True) for part in parts(cell)), default=0)
        for column in zip(cells, bold, strict=True)
    ]
    return np.array(found) + PAD


def _words(text):
    return re.findall(r"[^ \t\n\-/]+[\-/]?", text)


def _em(text, strong):
    return sum(_advance(letter, strong) for letter in text)


@cache
def _advance(letter, strong):
    """Return how far a letter goes, in heights of the letters of the font of our figures."""
    font, known = _font("DejaVuSans-Bold.ttf" if strong else "DejaVuSans.ttf")
    # A letter that the font lacks is drawn by another one, or as its code.
    glyph = font.load_char(ord(letter), LoadFlags.NO_SCALE) if ord(letter) in known else None
    return glyph.horiAdvance / font.units_per_EM if glyph else 1


@cache
def _font(name):
    font = FT2Font(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name))
    return font, set(font.get_charmap())
