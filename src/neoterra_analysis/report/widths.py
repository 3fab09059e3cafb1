"""How wide the columns of a table are set, the same in Word and in PDF."""

import re

WORD = 14  # letters of a word beyond which it is cut rather than given more room
LINE = 96  # letters that a line of a table holds on an upright page


def texts(table):
    """Return the words of a table: its head, then its rows, one text a cell.

    Parameters
    ----------
    table : model.Table

    Returns
    -------
    list of list of str

    Examples
    --------
    >>> from neoterra_analysis.report.model import Run, Table
    >>> texts(Table("t", "", ("a", "b"), (((Run("1"), Run("2")), ()),)))
    [['a', 'b'], ['12', '']]
    """
    return [list(table.head)] + [["".join(run.text for run in cell) for cell in row] for row in table.rows]


def shares(table):
    """Return the share of each column: room for its longest word, then letter by letter where rows get lowest by it.

    A row is as high as its highest cell; the sum of the cubes of the cells' lines stands for that.

    Parameters
    ----------
    table : model.Table

    Returns
    -------
    list of float
        They add up to 1.

    Examples
    --------
    >>> from neoterra_analysis.report.model import Run, Table
    >>> shares(Table("t", "", ("ab", "cd"), (((Run("ef"),), (Run("gh"),)),)))
    [0.5, 0.5]
    """
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
    """Tell whether a table asks for a page on its side: its longest words do not fit side by side upright.

    Parameters
    ----------
    table : model.Table

    Returns
    -------
    bool

    Examples
    --------
    >>> from neoterra_analysis.report.model import Table
    >>> wide(Table("t", "", ("a", "b"), ())), wide(Table("t", "", ("départements",) * 8, ()))
    (False, True)
    """
    return sum(_least(list(zip(*texts(table), strict=True)))) > LINE


def _least(columns):
    """Return the letters that each column needs for its longest word and the space beside it; the first is bold."""
    words = [[word for text in column for word in re.split(r"[\s\-/]", text)] for column in columns]
    longest = [min(max(map(len, column)), WORD) for column in words]
    return [count + (4 if at == 0 else 2) for at, count in enumerate(longest)]
