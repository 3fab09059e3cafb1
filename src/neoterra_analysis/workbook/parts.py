"""From the XML parts of a workbook to grids of cells, each with its kind and its exact text.

openpyxl would do, but it alters some texts (``_x005F_``), makes a cell of each cell of a merged or linked range
however large, and keeps no trace of some things that must be told. A grid costs what the file holds, no more.
"""

import posixpath
import re
import zipfile
from collections import namedtuple
from datetime import datetime, timedelta
from io import BytesIO
from typing import NamedTuple
from xml.etree import ElementTree

from .sheets import WorkbookError, refusal

MAX_CELLS = 200_000
MAX_LETTERS = 20_000_000
MAX_ROW, MAX_COLUMN = 1 << 20, 1 << 14
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
KINDS = {"b": "boolean", "e": "error", "d": "date", "s": "text", "str": "text", "inlineStr": "text"}
Cell = namedtuple("Cell", "kind text")
# What reading a part that lacks an attribute, a child or a neighbour runs into.
BROKEN = (zipfile.BadZipFile, ElementTree.ParseError, LookupError, ValueError, TypeError, AttributeError, StopIteration)


class Grid(NamedTuple):
    """A sheet as it stands: name, whether it is hidden, cells by (row, column) from 1, and what hides or joins them."""

    title: str
    hidden: bool
    cells: dict
    merged: list
    hidden_rows: set
    hidden_columns: list
    filtered: bool
    comments: list
    drawings: bool


def grids(raw, name, lang=None):
    """Read all sheets of a workbook.

    Parameters
    ----------
    raw : bytes
        The workbook, as `guard.content` lets it through.
    name : str
        The file's name, for the refusals.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    list of Grid

    Raises
    ------
    WorkbookError
        If a part is missing or is not what it should be, or if there are too many cells.

    Examples
    --------
    >>> grids(b"", "grid.xlsx", "en")
    Traceback (most recent call last):
    neoterra_analysis.workbook.sheets.WorkbookError: grid.xlsx: the file is damaged; save it again from your spreadsheet
    """
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            return _grids(archive, name, lang)
    except WorkbookError:
        raise
    except BROKEN:
        raise refusal("damaged", lang, file=name) from None


def _grids(archive, name, lang):
    workbook = _typed(archive, "", "officeDocument")[0]
    parts = _related(archive, workbook)
    shared = [_string(item) for part in _typed(archive, workbook, "sharedStrings") for item in _tree(archive, part)]
    dated = [style for part in _typed(archive, workbook, "styles") for style in _dated(_tree(archive, part))]
    tree = _tree(archive, workbook)
    epoch = datetime(1904, 1, 1) if _true(_first(tree, "workbookPr"), "date1904") else datetime(1899, 12, 30)
    found, left = [], [MAX_CELLS, MAX_LETTERS]
    for sheet in _first(tree, "sheets"):
        part = parts[next(value for key, value in sheet.attrib.items() if key.endswith("}id"))]
        grid = _grid(archive, part, (sheet.get("name"), sheet.get("state", "visible") != "visible"))
        for place, (kind, text, style) in list(grid.cells.items()):
            if kind == "shared":
                kind, text = "text", shared[int(text)]
            if kind == "number" and style < len(dated) and dated[style]:
                kind, text = "date", _day(text, epoch)
            if kind == "number" and text:
                float(text)
            left[0], left[1] = left[0] - 1, left[1] - len(text)
            if min(left) < 0:
                raise refusal("too_many_cells", lang, file=name)
            if text:
                grid.cells[place] = Cell(kind, text)
            else:
                del grid.cells[place]
        found.append(grid)
    return found


def _grid(archive, part, head):
    """Read a sheet; texts that are shared and numbers that are dates are left to the caller."""
    cells, merged, rows, columns, filtered = {}, [], set(), [], False
    row = column = 0
    with archive.open(part) as stream:
        for event, element in ElementTree.iterparse(stream, events=("start", "end")):
            tag = _local(element)
            if event == "start" and tag == "row":
                row, column = int(element.get("r", row + 1)), 0
                if _true(element, "hidden") or element.get("ht") == "0":
                    rows.add(row)
            elif event == "start" and tag == "c":
                row, column = place(element.get("r")) if element.get("r") else (row, column + 1)
                if not (0 < row <= MAX_ROW and 0 < column <= MAX_COLUMN) or (row, column) in cells:
                    raise ValueError
            elif event == "end" and tag == "c":
                if len(element):
                    cells[row, column] = (*_value(element), int(element.get("s", 0)))
                element.clear()
                if len(cells) > MAX_CELLS:
                    break  # the caller refuses it
            elif event == "end" and tag == "row":
                element.clear()
            elif event == "end" and tag == "col" and (_true(element, "hidden") or element.get("width") == "0"):
                columns.append((int(element.get("min")), int(element.get("max"))))
            elif event == "end" and tag == "mergeCell":
                merged.append(element.get("ref"))
            elif tag == "filterColumn":
                filtered = True
    comments = [
        item.get("ref")
        for kind in ("comments", "threadedComment")
        for notes in _typed(archive, part, kind)
        for item in _tree(archive, notes).iter()
        if _local(item) in ("comment", "threadedComment")
    ]
    comments = sorted(set(comments), key=place)
    return Grid(*head, cells, merged, rows, columns, filtered, comments, bool(_typed(archive, part, "drawing")))


def _value(element):
    """Return the kind and the text of a cell."""
    parts = {_local(child): child for child in element}
    kind = element.get("t", "n")
    if "f" in parts:
        return "formula", "=" + (parts["f"].text or "")
    if kind == "inlineStr":
        return "text", _string(parts["is"]) if "is" in parts else ""
    text = (parts["v"].text or "") if "v" in parts else ""
    if kind == "s" and text:
        return "shared", text
    if kind == "b":
        text = "TRUE" if text == "1" else "FALSE"
    return KINDS.get(kind, "number"), unescape(text) if kind == "str" else text


def _string(item):
    """Return the text of a string, rich or not, without the pronunciation that may stand beside it."""
    pieces = []
    for child in item:
        if _local(child) == "t":
            pieces.append(child.text or "")
        elif _local(child) == "r":
            pieces += [part.text or "" for part in child if _local(part) == "t"]
    return unescape("".join(pieces))


def unescape(text):
    r"""Read ``_xHHHH_`` as the character that it stands for.

    Examples
    --------
    >>> unescape("a_x000D_b _x005F_x000D_ _x00_")
    'a\rb _x000D_ _x00_'
    """
    if not ESCAPED.search(text):
        return text
    text = ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)
    # Two halves of one character, each escaped by itself.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def place(address):
    """Return the row and the column of an address.

    Examples
    --------
    >>> place("C7"), place("$AA$10"), place("B2:D4")
    ((7, 3), (10, 27), (2, 2))
    """
    letters, digits = re.match(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})", address or "").groups()
    column = 0
    for letter in letters.upper():
        column = 26 * column + ord(letter) - 64
    return int(digits), column


def address(row, column):
    """Return the address of a row and a column.

    Examples
    --------
    >>> address(7, 3), address(10, 27), address(1, 16384)
    ('C7', 'AA10', 'XFD1')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _dated(styles):
    """Tell of each cell style whether it shows a number as a date."""
    formats = {}
    for one in _first(styles, "numFmts"):
        code = re.sub(r'"[^"]*"|\\.|_.|\*.|\[(?![hmsHMS]+\])[^]]*\]|General|Standard', "", one.get("formatCode", ""))
        formats[int(one.get("numFmtId"))] = bool(re.search("[dmyhsDMYHS]", code))
    kinds = [int(style.get("numFmtId", 0)) for style in _first(styles, "cellXfs")]
    return [formats.get(kind, kind in DATES) for kind in kinds]


def _day(text, epoch):
    try:
        moment = epoch + timedelta(days=float(text))
    except (OverflowError, ValueError):
        return text
    return moment.date().isoformat() if moment.time() == datetime.min.time() else moment.isoformat(" ", "seconds")


def _related(archive, part):
    """Return the parts that a part refers to, by the id that it uses."""
    folder, file = posixpath.split(part)
    links = {}
    for link in _tree(archive, posixpath.join(folder, "_rels", f"{file}.rels"), missing=()):
        if link.get("TargetMode") != "External":
            links[link.get("Id")] = posixpath.normpath(posixpath.join("/", folder, link.get("Target"))).lstrip("/")
    return links


def _typed(archive, part, kind):
    """Return the parts of a kind that a part refers to."""
    folder, file = posixpath.split(part)
    links = _tree(archive, posixpath.join(folder, "_rels", f"{file}.rels"), missing=())
    targets = _related(archive, part)
    return [targets[link.get("Id")] for link in links if link.get("Type", "").endswith(f"/{kind}")]


def _tree(archive, part, missing=None):
    if missing is not None and part not in archive.namelist():
        return missing
    return ElementTree.fromstring(archive.read(part))


def _first(tree, tag):
    return next((child for child in tree if _local(child) == tag), ElementTree.Element(tag))


def _true(element, name):
    return element.get(name) in ("1", "true")


def _local(element):
    return element.tag.rpartition("}")[2]
