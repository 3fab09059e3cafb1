"""What a report is made of, whatever it is written as: sections of paragraphs, lists, tables and figures.

The writers (HTML, Word, PDF) draw what stands here and add no words of their own but those of `labels`.
"""

from typing import NamedTuple


class Run(NamedTuple):
    """A piece of text; ``target`` is the id that it leads to inside the report (``laureate-cargo-209``), or ``""``.

    ``lang`` is that of the text where it is not the report's: the words of a fiche stay French.
    """

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


class Table(NamedTuple):
    """A table: caption, heads of the columns, rows of cells (each a tuple of runs); the first column heads its row.

    ``numeric`` holds the places of the columns that are set to the right; ``ids`` one id a row, or ``""``.
    """

    id: str
    caption: str
    head: tuple
    rows: tuple
    numeric: tuple = ()
    ids: tuple = ()


class Picture(NamedTuple):
    """A figure of the package: its key (``02-role-counts``), its title, alternative text, and its SVG and PNG bytes."""

    key: str
    title: str
    alt: str
    svg: bytes
    png: bytes


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
