"""Slips of coding: the machinery by which small changes of the rows of a data folder are made, class by class.

A slip belongs to the first that can see it: the table alone, the reader's copy of the fiche, what was accepted before.
"""

import csv
import io
import random
import re
from typing import NamedTuple

from file_mutants import CONTRACT, DATA

GROUPS = ("table", "source", "accepted")
EACH = 12  # slips of a class of one column, at most
CLASSES = {}  # name: (group, why it can be seen there, codes, generator)
KEYS = {name: resource["schema"]["primaryKey"] for name, resource in CONTRACT.items()}
FIELDS = {name: {field["name"]: field for field in resource["schema"]["fields"]} for name, resource in CONTRACT.items()}


class Slip(NamedTuple):
    kind: str
    group: str
    tables: dict
    codes: tuple


def rows_of(folder=DATA):
    """Read the tables of a folder, ``{table: [{column: text}]}``."""
    rows = {}
    for name in CONTRACT:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            rows[name] = list(csv.DictReader(stream))
    return rows


ROWS = rows_of()


def as_bytes(table, rows):
    """Write the rows of a table as its file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(FIELDS[table]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def by_key(table, rows):
    return {tuple(row[column] for column in KEYS[table]): row for row in rows}


def differences(table, rows):
    """Count by hand what a table says otherwise: ``(file, key, column)``, no column for rows that are gone or new."""
    old, new = by_key(table, ROWS[table]), by_key(table, rows)
    found = {(f"{table}.csv", "/".join(key), "") for key in old.keys() ^ new.keys()}
    for key in old.keys() & new.keys():
        told = [column for column in FIELDS[table] if old[key][column] != new[key][column]]
        found |= {(f"{table}.csv", "/".join(key), column) for column in told}
    return found


def named(changes):
    """Return the places that the manifest names, ``(file, key, column)``; a row whose key changed is gone and new."""
    places = set()
    for one in changes:
        places.add((one.file, one.other if one.column else one.value, one.column))
        key = KEYS[one.file.removesuffix(".csv")]
        if one.column in key:
            new = one.other.split("/")
            new[key.index(one.column)] = one.value
            places |= {(one.file, one.other, ""), (one.file, "/".join(new), "")}
    return places


# --- how rows are changed ------------------------------------------------------------------------------------------


def patched(table, *edits):
    """Return a table with the cells of some rows changed; an edit is ``(index, {column: value})``."""
    rows = [dict(row) for row in ROWS[table]]
    for index, cells in edits:
        rows[index] |= cells
    return {table: rows}


def without(table, test):
    return {table: [row for row in ROWS[table] if not test(row)]}


def cell(table, column, change, test=None, each=EACH):
    """Change one cell of a row, or several by a dict: ``change(row, rng)`` gives the other value, or None."""

    def generate(rng):
        rows = [(i, row) for i, row in enumerate(ROWS[table]) if (test(row) if test else row[column])]
        for i, row in rng.sample(rows, min(each, len(rows))):
            value = change(row, rng)
            cells = value if isinstance(value, dict) else {column: value}
            if value is not None and any(row[name] != text for name, text in cells.items()):
                yield patched(table, (i, cells))

    return generate


def swap(table, columns, test=lambda one, two: True, each=EACH):
    """Exchange cells of two rows."""

    def generate(rng):
        rows, made = list(enumerate(ROWS[table])), 0
        pairs = [(a, b) for n, a in enumerate(rows) for b in rows[n + 1 :]]
        for (i, one), (j, two) in rng.sample(pairs, len(pairs)):
            first, second = ({name: row[name] for name in columns} for row in (two, one))
            if first != second and test(one, two):
                yield patched(table, (i, first), (j, second))
                made += 1
            if made == each:
                return

    return generate


def lost(table, test, each=EACH):
    """Take out one row."""

    def generate(rng):
        rows = [row for row in ROWS[table] if test(row)]
        for gone in rng.sample(rows, min(each, len(rows))):
            yield without(table, lambda row, gone=gone: row is gone)

    return generate


def added(table, make, test=lambda row: True, each=EACH):
    """Add rows made of one, directly after it."""

    def generate(rng):
        rows = [(i, row) for i, row in enumerate(ROWS[table]) if test(row)]
        for i, row in rng.sample(rows, min(each, len(rows))):
            more = make(row, rng)
            if more is not None:
                yield {table: [*ROWS[table][: i + 1], {**row, **more}, *ROWS[table][i + 1 :]]}

    return generate


def column_moved(table, column, move):
    """Change a whole column: ``move(values)`` gives the others, in the order of the rows."""

    def generate(rng):
        values = [row[column] for row in ROWS[table]]
        moved = move(list(values), rng)
        if moved != values:
            yield patched(table, *((i, {column: value}) for i, value in enumerate(moved)))

    return generate


def several(*generators):
    def generate(rng):
        for one in generators:
            yield from one(rng)

    return generate


# --- what values become ----------------------------------------------------------------------------------------------


def other_code(table, column):
    codes = FIELDS[table][column]["constraints"]["enum"]
    return lambda row, rng: rng.choice([code for code in codes if code != row[column]])


def other_id(table, key):
    return lambda row, rng: rng.choice([one[key] for one in ROWS[table] if one[key] != row[key]])


def words_of(text):
    return re.findall(r"[^\W_]+", text)


def shifted(values, rng):
    return ["", *values[:-1]] if "" in values else [values[-1], *values[:-1]]


def slips(group, seed=4):
    """Make the slips of a group, each class from a seed of its own; twice the same is made once."""
    for kind, (_, _, codes, generate) in [one for one in CLASSES.items() if one[1][0] == group]:
        seen = set()
        for tables in generate(random.Random(f"{seed} {kind}")):
            same = tuple((table, as_bytes(table, rows)) for table, rows in tables.items())
            if same not in seen and any(rows != ROWS[table] for table, rows in tables.items()):
                seen.add(same)
                yield Slip(kind, group, tables, codes)


def seen(group, kind, why, codes, *generators):
    assert kind not in CLASSES, kind
    CLASSES[kind] = (group, why, tuple(codes.split()), several(*generators))
