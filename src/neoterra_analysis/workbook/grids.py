"""The sheets of a workbook as openpyxl reads them: cells with their kind and their exact text, and what hides them."""

import warnings
import zipfile
from collections import namedtuple
from io import BytesIO
from typing import NamedTuple

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from .sheets import WorkbookError, refusal
from .slim import MAX_LETTERS, slim

KINDS = {"s": "text", "n": "number", "d": "date", "f": "formula", "b": "boolean", "e": "error"}
Cell = namedtuple("Cell", "kind text")
# What openpyxl or a part of a workbook that is not what it should be runs into.
BROKEN = (zipfile.BadZipFile, SyntaxError, LookupError, ArithmeticError, ValueError, TypeError, AttributeError, OSError)


class Grid(NamedTuple):
    """A sheet as it stands: name, whether it is hidden, cells by (row, column) from 1, and what hides or joins them."""

    title: str
    hidden: bool = False
    cells: dict = {}
    merged: list = []
    hidden_rows: set = set()
    hidden_columns: list = []
    filtered: bool = False
    comments: list = []
    drawings: bool = False


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
        with warnings.catch_warnings():
            # What openpyxl warns of is left out of the copy, or becomes a cell that is refused.
            warnings.simplefilter("ignore")
            copy, sheets = slim(raw, name, lang)
            book = load_workbook(BytesIO(copy))
        found = [_grid(book[title], facts) if facts else Grid(title) for title, facts in sheets.items()]
    except WorkbookError:
        raise
    except BROKEN:
        raise refusal("damaged", lang, file=name) from None
    if sum(len(cell.text) for grid in found for cell in grid.cells.values()) > MAX_LETTERS:
        raise refusal("too_many_cells", lang, file=name)
    return [grid._replace(cells={spot: _exact(cell) for spot, cell in grid.cells.items()}) for grid in found]


def _grid(sheet, facts):
    read = {spot: sheet.cell(*spot) for spot in facts.cells}
    cells = {spot: Cell(KINDS[cell.data_type], _text(cell)) for spot, cell in read.items() if cell.value is not None}
    rows = {row for row, size in sheet.row_dimensions.items() if size.hidden or size.height == 0}
    columns = [(size.min, size.max) for size in sheet.column_dimensions.values() if size.hidden or size.width == 0]
    return Grid(
        sheet.title,
        sheet.sheet_state != "visible",
        {spot: cell for spot, cell in cells.items() if cell.text},
        facts.merged,
        rows,
        columns,
        bool(sheet.auto_filter.filterColumn),
        facts.comments,
        facts.drawn,
    )


def _text(cell):
    if cell.data_type == "b":
        return "TRUE" if cell.value else "FALSE"
    return str(cell.value).removesuffix(" 00:00:00") if cell.data_type == "d" else str(cell.value)


def _exact(cell):
    """Read ``_xHHHH_`` as the character that it stands for; two halves of one character are put together."""
    text = unescape(cell.text) if cell.kind == "text" else cell.text
    if text is cell.text:
        return cell
    return cell._replace(text=text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass"))
