"""Rows of a draft joined to the rows of the data, table by table, and the text of the table that this gives.

A row of the data that stays as it is keeps its line number, and so its very bytes; a row that is new or changed has
line 0 and is written anew, as the file around it is.
"""

import csv
import io
import re
from bisect import bisect_right

from ..dataset.csvfile import DELIMITERS, INVISIBLE
from ..dataset.problems import Problem

# Tables that describe: an empty cell says nothing. In the others an empty cell is part of what a row says.
DESCRIBED = ("sources", "ambitions", "enjeux")
# Ids of these are numbers in a list; what a row is about is told by other columns.
NUMBERED = {
    "readings": ("table", "key", "column", "alternative"),
    "discrepancies": ("source_id", "locator", "anchor"),
}


def key_of(row, key):
    """Return the primary key of a row."""
    return tuple(row.cells[column] for column in key)


def replace(resource, draft, data, updated, update=False):
    """Put the draft's rows of some laureates in place of those of the data; add those of the others."""
    key = resource["schema"]["primaryKey"]
    theirs, rows, problems = {key_of(row, key): row for row in draft}, [], []
    for row in data:
        new = theirs.pop(key_of(row, key), None)
        if new and new.cells == row.cells:
            rows.append(row)
        elif row.cells["laureate_id"] in updated or (new and update):
            rows += [new._replace(line=0)] if new else []
        else:
            rows.append(row)
            problems += _differences(resource["path"], new, row) if new else []
    return rows + [row._replace(line=0) for row in theirs.values()], problems


def join(name, resource, draft, data, update):
    """Join rows that belong to no laureate: the same key stands once."""
    key = resource["schema"]["primaryKey"]
    theirs, rows, filled, problems = {key_of(row, key): row for row in draft}, [], [], []
    for row in data:
        new = theirs.pop(key_of(row, key), None)
        if new is None:
            rows.append(row)
            continue
        if new.cells.get("ambition_id") != row.cells.get("ambition_id"):
            told = {"value": "/".join(key_of(row, key)), "other": row.cells["ambition_id"]}
            problems.append(Problem(resource["path"], new.lines[key[-1]], key[-1], "row_clash", **told))
            continue
        cells = dict(new.cells)
        if name in DESCRIBED:
            cells = {column: value or row.cells[column] for column, value in cells.items()}
            blank = [column for column, value in row.cells.items() if cells[column] and not value]
            filled += [(name, "/".join(key_of(row, key)), column, cells[column]) for column in blank]
            filling = row.cells | {column: cells[column] for column in blank}
        else:
            filling = row.cells
        if not update and filling != cells:
            problems += _differences(resource["path"], new._replace(cells=cells), row._replace(cells=filling))
        rows.append(row if cells == row.cells else new._replace(line=0, cells=cells))
    return rows + [row._replace(line=0) for row in theirs.values()], filled, problems


def _differences(file, new, row):
    return [
        Problem(file, new.lines[column], column, "row_differs", value, other=row.cells[column])
        for column, value in new.cells.items()
        if value != row.cells[column]
    ]


def number(name, resource, draft, data):
    """Give the rows of a numbered list of the draft ids that fit the data."""
    (column,) = resource["schema"]["primaryKey"]

    def about(row):
        return tuple(row.cells[name] for name in NUMBERED[name])

    free = {}
    for row in data:
        free.setdefault(about(row), []).append(row.cells)
    used = {row.cells[column] for row in data}
    given = {}
    for row in draft:  # first those that the data have, so that no other row takes their number
        same = free.get(about(row), [])
        if same:
            same.sort(key=lambda ours, row=row: (ours | {column: ""} == row.cells | {column: ""}, ours == row.cells))
            best = next((ours for ours in same if ours[column] == row.cells[column]), same[-1])
            same.remove(best)
            given[row.cells[column]] = best[column]
    rows, renumbered = [], []
    taken = used | {row.cells[column] for row in draft}
    for row in draft:
        old = row.cells[column]
        new = given.get(old, old)
        if old not in given and old in used:
            new = _next(taken)
            taken.add(new)
            renumbered.append((name, old, new))
        rows.append(row._replace(cells=row.cells | {column: new}))
    return rows, renumbered


def _next(taken):
    """Return the number after the last one, written as it is."""
    last = max(taken, key=lambda text: int(re.sub(r"\D", "", text) or 0))
    digits = re.sub(r"\D", "", last)
    return f"{last[: len(last) - len(digits)]}{int(digits) + 1:0{len(digits)}d}"


def arrange(resource, rows, before):
    """Bring the rows of a table into the order that the data had."""
    schema = resource["schema"]
    whole = {field["name"] for field in schema["fields"] if field["type"] == "integer"}
    orders = [schema["primaryKey"]]
    if resource["path"] == "laureates.csv":
        orders.insert(0, ["source_id", "source_row"])
    for columns in orders:

        def place(row, columns=columns):
            return [int(row.cells[c]) if c in whole else row.cells[c] for c in columns]

        if all(place(a) <= place(b) for a, b in zip(before, before[1:], strict=False)):
            return sorted(rows, key=place)
    return rows


def text(raw, rows, before, resource):
    r"""Write a table: lines of rows that did not change are kept, the others are written as the file is."""
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", raw)
    head, columns, delimiter = _head(lines, {field["name"] for field in resource["schema"]["fields"]})
    found = re.search(r"\r\n|\r|\n", raw)
    end = found.group() if found else "\n"
    starts = [row.line for row in before]
    pieces = ["".join(lines[:head])]
    for row in rows:
        if row.line:
            after = bisect_right(starts, row.line)
            stop = starts[after] - 1 if after < len(starts) else len(lines)
            pieces.append("".join(lines[row.line - 1 : stop]))
        else:
            out = io.StringIO()
            csv.writer(out, delimiter=delimiter, lineterminator=end).writerow([row.cells[c] for c in columns])
            pieces.append(out.getvalue())
    ended = [piece if piece.endswith(("\r", "\n")) else piece + end for piece in pieces[:-1]]
    return "".join([*ended, pieces[-1]])


def _head(lines, wanted):
    """Find the header: how many lines it takes with those above, its columns in order, and the delimiter."""
    for at, line in enumerate(lines, 1):
        for delimiter in DELIMITERS:
            names = [INVISIBLE.sub("", name).strip().strip('"').strip() for name in line.split(delimiter)]
            if set(names) == wanted:
                return at, names, delimiter
    raise ValueError("no header")
