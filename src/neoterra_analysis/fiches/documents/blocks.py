"""What every format is read into: paragraphs and tables, in order, each text with its bold stretches and its place.

Nothing is interpreted here: what is a heading without a mark, a header line, a page number or a row cut in two is for
the reader of a fiche to find out, once for all formats.

Of the line ends in a cell, a reader gives those that the document means (a paragraph, a list item, a bullet, a break)
as a line end, and those that only wrap as a space: in a cell of actors, each line end separates. Where a file does not
say which it is (a line of a text file), a wrap is what follows a comma or an open parenthesis, and what goes on in
lower case.
"""

import re
import unicodedata
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from ...words import folding
from ...words.folding import one_line

MOST_MARKS = 30  # combining marks that may join a letter
UNSEEN = re.compile(f"[{folding.UNSEEN}]")


READINGS = ("hyphen", "line_end")


class Place(NamedTuple):
    """Where a text stands: page (from 1, or 0 without pages) and line (from 1; of the file, or of the page)."""

    page: int
    line: int


class Text(NamedTuple):
    r"""A text as printed, without markup."""

    text: str
    bold: tuple
    place: Place


class Paragraph(NamedTuple):
    """A paragraph; ``level`` is 0, or that of a marked heading (from 1); ``item`` tells a list item."""

    text: Text
    level: int = 0
    item: bool = False


class Table(NamedTuple):
    """A table: rows of cells, as they stand, header lines included; rows may differ in length."""

    rows: tuple


class Aside(NamedTuple):
    """What a document says outside its text, or takes back: asked about, never taken as a fact.

    ``kind`` is footnote, endnote, comment, struck, hidden, deleted, text_box, embedded (a part that is not read),
    picture_table (a picture where a table may stand), header, rotated or other; ``text`` is empty without words.
    Those of `READINGS` give words of the text as they are taken and as they may be meant: “taken / meant”.
    """

    kind: str
    text: str
    place: Place


class Document(NamedTuple):
    """A document: ``form``, SHA-256 of its bytes, its blocks in order, pages with a large picture, and its asides.

    ``raw`` is all that prints, asides too, by a second extraction that knows nothing of blocks; empty if there is none.
    """

    form: str
    digest: str
    blocks: tuple
    pictures: tuple = ()
    asides: tuple = ()
    raw: str = ""


def text(runs, place):
    r"""Make a text of runs.

    >>> text([("L\u2019", False), ("ate\u00adlier ", True), (" a  ", False)], Place(0, 1))
    Text(text='L’atelier a', bold=((2, 9),), place=Place(page=0, line=1))
    """
    letters = []  # each with its weight; one may be of several code points
    for piece, bold in runs:
        for letter in UNSEEN.sub("", piece):
            last = letters[-1][0] if letters else "\n"
            # A combining mark joins the letter before it, even across runs.
            if unicodedata.combining(letter) and letters and len(last) < MOST_MARKS:
                letters[-1] = (unicodedata.normalize("NFC", last + letter), letters[-1][1])
            elif letter == "\n":
                if last == " ":
                    del letters[-1]
                if letters and letters[-1][0] != "\n":
                    letters.append(("\n", bold))
            elif not letter.isspace():
                letters.append((letter, bold))
            elif last not in " \n":
                letters.append((" ", bold))
    while letters and letters[-1][0] in " \n":
        del letters[-1]
    at, stretches = 0, []
    for bold, group in groupby(letters, key=itemgetter(1)):
        words = "".join(letter for letter, _ in group)
        if bold and words.strip():
            start = at + len(words) - len(words.lstrip())
            stretches.append((start, start + len(words.strip())))
        at += len(words)
    return Text("".join(letter for letter, _ in letters), tuple(stretches), place)


def span(given, most, least=1):
    """Return over how many columns or rows a cell goes; a document that says a million says it to do harm."""
    given = (given or "").strip()
    return min(max(int(given), least), most) if given.isascii() and given.isdecimal() and len(given) < 9 else least


def as_text(document):
    r"""Return a document as plain text: a line a paragraph, a line a row of a table with tabs between its cells.

    >>> row = tuple(text([(cell, False)], Place(0, 2)) for cell in ("Rivage", "CAF"))
    >>> as_text(Document("html", "", (Paragraph(text([("Enjeu 1", False)], Place(0, 1))), Table((row,)))))
    'Enjeu 1\n\nRivage\tCAF\n'
    """
    lines = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            lines += [one_line(block.text.text), ""]
        else:
            lines += ["\t".join(one_line(cell.text) for cell in row) for row in block.rows] + [""]
    return "\n".join(lines)
