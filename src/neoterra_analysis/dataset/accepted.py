"""What of a data folder was accepted: a manifest of its rows and cells, by which what is gone or changed is named.

A row that was dropped, or a valid code that took the place of another, cannot be seen from the data alone. The manifest
holds values, not bytes: order, quotes and line ends do not count. A cell that is short, or of a key, stands in it as it
is, so that it can be told what it was; of a longer one it holds the digest.
"""

import hashlib
import json
from base64 import b64encode
from collections import defaultdict
from itertools import zip_longest
from pathlib import Path

from ..words import files, labels
from . import rules
from .cells import clean
from .csvfile import read
from .problems import Problem

NAME = "accepted.json"
SHORT = 24  # characters that are held as they are
CHANGES = ("row_gone", "row_new", "cell_changed", "cell_filled", "cell_emptied")


def changes(folder, encoding=None, since=None):
    """Tell what changed in a data folder since it was accepted; nothing is checked, nothing is written.

    Parameters
    ----------
    folder : path-like
        Data folder.
    encoding : str, optional
        Announced encoding of the tables that are not UTF-8.
    since : path-like, optional
        Data folder whose manifest is held against the tables (default: ``folder``).

    Returns
    -------
    list of Problem
        One notice for each row that is gone (``row_gone``) or new (``row_new``) and each cell that is another
        (``cell_changed``, ``cell_filled``, ``cell_emptied``), by file and line; or one that says why this cannot be
        told (``nothing_accepted``, ``accepted_damaged``); none where nothing changed.

    Examples
    --------
    >>> changes(rules.find())
    []
    """
    contract = rules.tables(folder)
    return compare(since or folder, contract, _read(folder, contract, encoding))


def compare(folder, contract, tables):
    """Compare tables, read from files or from the sheets of a workbook, with the manifest of a folder."""
    try:
        known = _stored(folder)
    except ValueError as error:
        return [Problem(NAME, 0, "", "accepted_damaged", str(error), notice=True)]
    if known is None:
        return [Problem(NAME, 0, "", "nothing_accepted", notice=True)]
    found = [Problem(NAME, 0, "", "other_table", name, notice=True) for name in known if name not in contract]
    for name, resource in contract.items():
        columns = [field["name"] for field in resource["schema"]["fields"]]
        found += _changes(resource, columns, *known.get(name, (columns, [])), tables[name])
    return sorted(found)


def rows_of(folder, contract, encoding=None):
    """Return the cells of the tables of a folder as they stand, ``{name: [{column: value}]}``; nothing is checked."""
    tables = _read(folder, contract, encoding)
    return {name: [row.cells for row in _cleaned(tables[name], one)] for name, one in contract.items()}


def text(contract, content):
    """Return the manifest of tables, whose rows are cells by column: the same bytes for the same values."""
    known = {}
    for name, resource in contract.items():
        columns = [field["name"] for field in resource["schema"]["fields"]]
        key = resource["schema"]["primaryKey"]
        known[name] = columns, [_marks(cells, columns, key) for cells in content[name]]
    return _text(known)


def put(folder, content, lang=None):
    """Accept the tables of a folder as they were read; a manifest that says so already is left as it is."""
    file, new = Path(folder) / NAME, text(rules.tables(folder), content)
    try:
        if not file.is_file() or file.read_bytes() != new.encode():
            files.replace(file, new)
    except OSError as error:
        raise OSError(labels.t("merging.not_written", lang, error=error)) from error


def carried(folder, contract, before, after):
    """Return the manifest of a folder with what a command changed in its tables accepted, and nothing else.

    What was changed by hand before that is still told by `changes`. None where no manifest can be carried on.
    """
    try:
        known = _stored(folder)
    except ValueError:
        return None
    shape = {name: [field["name"] for field in one["schema"]["fields"]] for name, one in contract.items()}
    if known is None or {name: columns for name, (columns, _) in known.items()} != shape:
        return None
    made = {}
    for name, columns in shape.items():
        key = contract[name]["schema"]["primaryKey"]
        sides = ([_marks(cells, columns, key) for cells in one[name]] for one in (before, after))
        accepted, old, new = ({_key(row, key): row for row in rows} for rows in (known[name][1], *sides))
        for one in old.keys() - new.keys():
            accepted.pop(one, None)
        for one, row in new.items():
            if one not in old:
                accepted[one] = row
            elif one in accepted:
                accepted[one] |= {column: row[column] for column in columns if row[column] != old[one][column]}
        made[name] = columns, list(accepted.values())
    return _text(made)


def _read(folder, contract, encoding):
    return {name: read(folder, resource, encoding) for name, resource in contract.items()}


def _cleaned(table, resource):
    """Return the rows of a table with what is harmless in a cell put right."""
    fields = [(field["name"], field) for field in resource["schema"]["fields"]]

    def cells(row):
        return {name: clean(row.cells[name], field, table.semicolon)[0] for name, field in fields}

    return [row._replace(cells=cells(row)) for row in table.rows]


def _marks(cells, columns, key):
    """Return what the manifest holds of the cells of a row."""
    return {column: cells[column] if column in key else _mark(cells[column]) for column in columns}


def _mark(value):
    if len(value) <= SHORT and not value.startswith("~"):
        return value
    return "~" + b64encode(hashlib.sha256(value.encode()).digest()[:6]).decode()


def _key(row, key):
    return tuple(row[column] for column in key or row)


def _text(known):
    """Write a manifest, a line for each row, so that versions of it are compared row by row."""
    parts = []
    for name, (columns, rows) in known.items():
        lines = sorted(_line([row[column] for column in columns]) for row in rows)
        head = f'"rows": {len(lines)}, "sha256": "{_digest(lines)}", "columns": {_line(columns)}'
        parts.append(f'{_line(name)}: {{{head}, "cells": [\n' + ",\n".join(lines) + "\n]}")
    return '{"tables": {\n' + ",\n".join(parts) + "\n}}\n"


def _line(what):
    return json.dumps(what, ensure_ascii=False, separators=(",", ":"))


def _digest(lines):
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _stored(folder):
    """Read the manifest of a folder, ``{table: (columns, rows)}``; None without one, ValueError of a damaged one."""
    try:
        written = (Path(folder) / NAME).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(error.strerror) from None
    try:
        known = {}
        for name, table in json.loads(written)["tables"].items():
            columns, lines = table["columns"], [_line(row) for row in table["cells"]]
            texts = all(isinstance(one, str) for row in (columns, *table["cells"]) for one in row)
            if not texts or (table["rows"], table["sha256"]) != (len(lines), _digest(lines)):
                raise ValueError(name)
            known[name] = columns, [dict(zip(columns, row, strict=True)) for row in table["cells"]]
        return known
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(str(error)) from None


def _changes(resource, columns, accepted, old, table):
    """Compare the rows of a table with those accepted."""
    file, key = resource["path"], resource["schema"]["primaryKey"]
    found = [Problem(file, 1, one, "other_column", notice=True) for one in sorted({*columns} ^ {*accepted})]
    both = [one for one in columns if one in accepted]
    marked = [(_marks(row.cells, both, key), row) for row in _cleaned(table, resource)]
    key = [one for one in key if one in both] or both
    groups = defaultdict(lambda: ([], []))
    for row in old:
        groups[_key(row, key)][0].append({column: row[column] for column in both})
    for marks, row in marked:
        groups[_key(marks, key)][1].append((marks, row))
    pairs = []
    for theirs, ours in groups.values():
        for row in list(theirs):
            same = next((one for one in ours if one[0] == row), None)
            if same is not None:
                theirs.remove(row)
                ours.remove(same)
        for row, one in zip_longest(theirs, ours):
            pairs.append((row, one))
    gone, new = [row for row, one in pairs if one is None], [one for row, one in pairs if row is None]
    pairs = [pair for pair in pairs if None not in pair] + _renamed(gone, new, both, key)

    def told(code, line, value, column="", **more):
        found.append(Problem(file, line, column, code, value, notice=True, **more))

    for row in gone if table.whole else ():  # of a table that is cut or broken, that is told
        told("row_gone", 0, "/".join(_key(row, key)))
    for marks, row in new:
        told("row_new", row.line, "/".join(_key(marks, key)))
    for was, (marks, row) in pairs:
        for column in both:
            before, now = was[column], row.cells[column]
            if marks[column] != before:
                code = "cell_filled" if not before else "cell_changed" if now else "cell_emptied"
                nearest = "" if before.startswith("~") else before
                told(code, row.lines[column], now, column, other="/".join(_key(was, key)), nearest=nearest)
    return found


def _renamed(gone, new, columns, key):
    """Take out the rows, gone and new, that differ in one column of the key only, and return them as pairs."""
    pairs, index = [], defaultdict(list)

    def rest(marks, column):
        return column, tuple(marks[one] for one in columns if one != column)

    for one in new:
        for column in key:
            index[rest(one[0], column)].append(one)
    taken = set()
    for row in gone:
        alike = (one for column in key for one in index[rest(row, column)] if id(one) not in taken)
        one = next(alike, None)
        if one is not None:
            taken.add(id(one))
            pairs.append((row, one))
    paired = {id(row) for row, _ in pairs}
    gone[:] = [row for row in gone if id(row) not in paired]
    new[:] = [one for one in new if id(one) not in taken]
    return pairs
