"""What a report is made of, and what all its writers say alike: order, places, numbers, lines and columns."""

import re
from typing import NamedTuple

from ..words import labels


class Run(NamedTuple):
    """A piece of text; ``target`` is the id that it leads to inside the report (``laureate-cargo-209``), or ``""``."""

    text: str
    target: str = ""
    strong: bool = False
    lang: str = ""


class Paragraph(NamedTuple):
    """Runs that follow each other; ``id`` lets others lead here."""

    runs: tuple
    id: str = ""


class Bullets(NamedTuple):
    """A list of items, each a tuple of runs."""

    items: tuple
    id = ""


class Table(NamedTuple):
    """A table: caption, heads of the columns, rows of cells (each a tuple of runs); the first column heads its row."""

    id: str
    caption: str
    head: tuple
    rows: tuple
    numeric: tuple = ()
    ids: tuple = ()

    @property
    def named_rows(self):
        """Return each row with its id, ``""`` where it has none."""
        return list(zip(self.ids or ("",) * len(self.rows), self.rows, strict=True))


class Picture(NamedTuple):
    """A figure of the package: its key (``02-role-counts``), its title, alternative text, and its SVG and PNG bytes."""

    key: str
    title: str
    alt: str
    svg: bytes
    png: bytes

    @property
    def id(self):
        """Return what others lead to: ``figure-02-role-counts``."""
        return f"figure-{self.key}"


class Section(NamedTuple):
    """A section: id, title, blocks in order, and the sections under it."""

    id: str
    title: str
    blocks: tuple
    sections: tuple = ()


class Report(NamedTuple):
    """A report: language, title, subtitle, source line, digest of the data, and its sections."""

    lang: str
    title: str
    subtitle: str
    source: str
    digest: str
    sections: tuple


AUTHOR = "neoterra_analysis"
LINK = "#1F4E79"
REGION = {"fr": "FR", "en": "GB"}
# Characters that turn the direction of what follows them.
TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
WIDTH, HEIGHT = 160, 225  # millimetres that a picture may take on an upright page, its caption under it


def walk(sections, level=1):
    """Yield sections, and after each its blocks, in reading order, each with the level of its section."""
    for section in sections:
        yield section, level
        for block in section.blocks:
            if not isinstance(block, (Paragraph, Bullets, Table, Picture)):
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
    lost = sorted(_targets(report.sections) - set(found))
    if lost:
        raise ValueError(labels.t("edition.no_place", report.lang, ids=", ".join(lost)))
    return found


def _targets(part):
    """Return the ids that the runs of a part lead to, however deep they stand in it."""
    if isinstance(part, Run):
        return {part.target} - {""}
    return set().union(*(_targets(one) for one in part if isinstance(one, tuple)))


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


WORD = 14  # letters of a word beyond which it is cut rather than given more room
LINE = 96  # letters that a line of a table holds on an upright page


def columns(table):
    """Return the words of each column: its head, then its cells."""
    rows = (["".join(run.text for run in cell) for cell in row] for row in table.rows)
    return list(zip(table.head, *rows, strict=True))


def shares(table):
    """Return the share of each column: room for its longest word, then letter by letter where rows get lowest by it."""
    texts = columns(table)
    widths = _least(texts)
    full = [max(map(len, column)) + 4 for column in texts]
    weights = [sum(len(text) ** 3 for text in column) for column in texts]
    for _ in range(LINE - sum(widths)):
        gains = [
            weight * (width**-3 - (width + 1) ** -3) if width < most else 0
            for weight, width, most in zip(weights, widths, full, strict=True)
        ]
        if not any(gains):
            break
        widths[gains.index(max(gains))] += 1
    return [width / sum(widths) for width in widths]


def wide(table):
    """Tell whether a table asks for a page on its side: its longest words do not fit side by side upright."""
    return sum(_least(columns(table))) > LINE


def _least(texts):
    """Return the letters that each column needs for its longest word and the space beside it; the first is bold."""
    words = [[word for text in column for word in re.split(r"[\s\-/]", text)] for column in texts]
    return [min(max(map(len, column)), WORD) + (2 if at else 4) for at, column in enumerate(words)]
