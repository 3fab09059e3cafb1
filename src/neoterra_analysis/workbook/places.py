"""Addresses of cells: C7 is row 7, column 3."""

import re

from openpyxl.utils import column_index_from_string, get_column_letter

ADDRESS = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
MAX_ROW, MAX_COLUMN = 1 << 20, 1 << 14


def place(spot):
    """Return the row and the column of an address.

    Parameters
    ----------
    spot : str
        An address, or a range, of which the first cell counts.

    Returns
    -------
    tuple of int

    Raises
    ------
    ValueError
        If a sheet has no such cell.

    Examples
    --------
    >>> place("C7"), place("AA10"), place("B2:D4")
    ((7, 3), (10, 27), (2, 2))
    >>> place("XFE1")
    Traceback (most recent call last):
    ValueError: XFE1
    """
    found = ADDRESS.fullmatch((spot or "").partition(":")[0])
    row, column = (int(found[2]), column_index_from_string(found[1])) if found else (0, 0)
    if not (0 < row <= MAX_ROW and 0 < column <= MAX_COLUMN):
        raise ValueError(spot)
    return row, column


def address(row, column):
    """Return the address of a row and a column.

    Examples
    --------
    >>> address(7, 3), address(10, 27), address(1, 16384)
    ('C7', 'AA10', 'XFD1')
    """
    return f"{get_column_letter(column)}{row}"
