"""What a report is made of, whatever it is written as, where it can be led to, and how wide its columns are."""

import hashlib
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


class Table(NamedTuple):
    """A table: caption, heads of the columns, rows of cells (each a tuple of runs); the first column heads its row."""

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


LONGEST = 40  # characters of a bookmark's name in Word
OPENED = {"\u202a": "\u202c", "\u202b": "\u202c", "\u202d": "\u202c", "\u202e": "\u202c"}
OPENED |= {"\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069"}


def picture_id(picture):
    """Return the id of a picture.

    >>> picture_id(Picture("02-role-counts", "", "", b"", b""))
    'figure-02-role-counts'
    """
    return f"figure-{picture.key}"


def _walk(sections):
    """Yield the ids of sections and the targets of their runs, in order: ``(id, targets)``."""
    for section in sections:
        yield section.id, ()
        for block in section.blocks:
            if isinstance(block, Picture):
                yield picture_id(block), ()
            elif isinstance(block, Table):
                yield block.id, _targets(block.head)
                ids = block.ids or ("",) * len(block.rows)
                for name, row in zip(ids, block.rows, strict=True):
                    yield name, _targets(row)
            elif isinstance(block, Bullets):
                yield "", _targets(block.items)
            elif isinstance(block, Paragraph):
                yield block.id, _targets([block.runs])
            else:
                raise TypeError(f"{section.id}: no writer knows a {type(block).__name__}")
        yield from _walk(section.sections)


def _targets(groups):
    return [run.target for runs in groups if not isinstance(runs, str) for run in runs if run.target]


def ids(report):
    """Return the ids of a report in its order, once it is sure that every link has its place."""
    walked = list(_walk(report.sections))
    found = [name for name, _ in walked if name]
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        raise ValueError(labels.t("edition.same_place", report.lang, ids=", ".join(twice)))
    lost = sorted({target for _, targets in walked for target in targets} - set(found))
    if lost:
        raise ValueError(labels.t("edition.no_place", report.lang, ids=", ".join(lost)))
    return found


def numbers(sections):
    """Give pictures and tables their numbers, each kind by itself, in the order of the report."""
    blocks = list(_blocks(sections))
    pictures = [picture_id(block) for block in blocks if isinstance(block, Picture)]
    tables = [block.id for block in blocks if isinstance(block, Table)]
    return {name: number for kind in (pictures, tables) for number, name in enumerate(kind, 1)}


def _blocks(sections):
    for section in sections:
        yield from section.blocks
        yield from _blocks(section.sections)


def bookmarks(names):
    """Give each id a bookmark's name as Word takes it: letters, digits, ``_``, at most 40, unique whatever the case.

    >>> bookmarks(["laureate-cargo-209", "enjeu-4-1"])
    {'laureate-cargo-209': 'laureate_cargo_209', 'enjeu-4-1': 'enjeu_4_1'}
    """
    plain = {name: re.sub("[^A-Za-z0-9_]", "_", name) for name in names}
    folded = [text.lower() for text in plain.values()]
    made = {}
    for name, text in plain.items():
        if not re.match("[A-Za-z]", text) or len(text) > LONGEST or folded.count(text.lower()) > 1:
            digest = hashlib.sha256(name.encode("utf-8")).hexdigest()[:12]
            text = f"at_{text[: LONGEST - 16]}_{digest}"
        made[name] = text
    return made


def closed(text):
    r"""Return a text whose changes of reading direction end with it: what follows keeps its own.

    >>> closed("ab\u202ecd") == "ab\u202ecd\u202c", closed("ab")
    (True, 'ab')
    """
    waiting = []
    for letter in text:
        if letter in OPENED:
            waiting.append(OPENED[letter])
        elif waiting and letter == waiting[-1]:
            waiting.pop()
    return text + "".join(reversed(waiting))


WORD = 14  # letters of a word beyond which it is cut rather than given more room
LINE = 96  # letters that a line of a table holds on an upright page


def texts(table):
    """Return the words of a table: its head, then its rows, one text a cell."""
    return [list(table.head)] + [["".join(run.text for run in cell) for cell in row] for row in table.rows]


def shares(table):
    """Return the share of each column: room for its longest word, then letter by letter where rows get lowest by it."""
    columns = list(zip(*texts(table), strict=True))
    widths = _least(columns)
    full = [max(map(len, column)) + 4 for column in columns]
    weights = [sum(len(text) ** 3 for text in column) for column in columns]
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
    return sum(_least(list(zip(*texts(table), strict=True)))) > LINE


def _least(columns):
    """Return the letters that each column needs for its longest word and the space beside it; the first is bold."""
    words = [[word for text in column for word in re.split(r"[\s\-/]", text)] for column in columns]
    longest = [min(max(map(len, column)), WORD) for column in words]
    return [count + (4 if at == 0 else 2) for at, count in enumerate(longest)]
