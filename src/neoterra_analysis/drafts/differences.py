"""The command ``neoterra diff``: what a draft has more, less or otherwise than the data, row by row and cell by cell.

Nothing is validated, so that a draft can be compared long before it is complete.
"""

import json
import sys
from collections import Counter

from .. import contract, labels
from ..cells import clean
from ..problems import as_text, visible
from ..reading import read
from . import aligning
from .identities import forms, unaccented
from .joining import NUMBERED, key_of

COLUMNS = ("table", "key", "column", "status", "draft", "data", "draft_line", "data_line")
FORMATS = ("text", "csv", "json")
BLANK = " · "  # between the cells of a row that only one side has


class Unread(ValueError):
    """Tables that cannot be read: of which `folder`, and in `problems` where and why."""

    def __init__(self, folder, problems, lang=None):
        self.folder, self.problems = folder, problems
        head = labels.t("differences.unread", lang, folder=folder)
        super().__init__("\n\n".join([head, *(as_text(problem, lang) for problem in problems)]))


def rows_of(folder):
    """Read all tables of a data folder; what is harmless in a cell is put right, nothing else is checked.

    Parameters
    ----------
    folder : path-like
        Data folder, with ``datapackage.json``.

    Returns
    -------
    rows : dict of str to list of Row
        Rows of each table.
    problems : list of Problem
        What kept rows from being read.

    Raises
    ------
    FileNotFoundError
        If the folder holds no contract.

    Examples
    --------
    >>> rows, problems = rows_of(contract.find())
    >>> rows["roles"][0].line, problems
    (2, [])
    """
    found, problems = {}, []
    for name, resource in contract.tables(contract.find(folder)).items():
        table, fields = read(folder, resource), resource["schema"]["fields"]
        problems += [problem for problem in table.problems if not problem.notice]
        found[name] = [
            row._replace(cells={f["name"]: clean(row.cells[f["name"]], f, table.semicolon)[0] for f in fields})
            for row in table.rows
        ]
    return found, problems


def compare(one, two):
    """Compare a draft with the data that it is about.

    Rows are the same when their primary keys are; mentions are aligned by their text within a laureate, so that one
    more is one row and not a shift of all that follow. Rows of the data that belong to ambitions, documents, laureates
    or actors that the draft is not about are left aside.

    Parameters
    ----------
    one, two : path-like
        Folder of the draft, and data folder.

    Returns
    -------
    DataFrame
        ``table``, ``key`` (its parts joined by ``/``), ``column``, ``status`` (``added``: only in the draft,
        ``missing``: only in the data, ``changed``), ``draft`` and ``data`` (the cell, or the filled cells of a row that
        only one has), and the line in each file. A mention that moved among the others is a changed ``position``; the
        key of a mention is its place in the draft, of a missing one its place in the data.

    Raises
    ------
    Unread
        If a file cannot be read.
    FileNotFoundError
        If a folder holds no contract.

    Examples
    --------
    >>> len(compare(contract.find(), contract.find()))
    0
    """
    import pandas as pd

    sides = []
    for folder in (one, two):
        rows, problems = rows_of(folder)
        if problems:
            raise Unread(folder, problems)
        sides.append(rows)
    resources = contract.tables(contract.find(two))
    draft = {name: sides[0].get(name, []) for name in resources}
    data, found = within(draft, sides[1], resources), []
    for name, resource in resources.items():
        key = resource["schema"]["primaryKey"]
        align = aligning.mentions if name == "mentions" else aligning.by_key
        told = [line for a, b in align(draft[name], data[name], key) for line in _lines(name, key, a, b)]
        found += sorted(told, key=lambda line: [aligning.in_order(part) for part in line["key"].split("/")])
    frame = pd.DataFrame(found, columns=list(COLUMNS)).astype("str")
    return frame.assign(**{c: pd.to_numeric(frame[c]).astype("Int64") for c in ("draft_line", "data_line")})


def within(draft, data, resources):
    """Leave aside the rows of the data that belong to what a draft is not about.

    A row is left aside only when it hangs on something that the data have and the draft does not treat: an ambition,
    a document, a laureate, or an actor that only such laureates mention.

    Parameters
    ----------
    draft, data : dict of str to list of Row
        Tables.
    resources : dict
        The contract; see `contract.tables`.

    Returns
    -------
    dict of str to list of Row
        The rows of the data that are left.

    Examples
    --------
    >>> rows, _ = rows_of(contract.find())
    >>> within(rows, rows, contract.tables(contract.find())) == rows
    True
    """

    def values(tables, table, column):
        return {row.cells[column] for row in tables[table]}

    ambitions = values(draft, "sources", "ambition_id") | values(draft, "enjeux", "ambition_id")
    ambitions = ambitions or values(draft, "ambitions", "ambition_id")
    copies = values(draft, "sources", "source_id"), values(draft, "sources", "sha256")
    ours = {row.cells["source_id"]: row.cells for row in data["sources"]}
    sources = {id_ for id_, cells in ours.items() if id_ in copies[0] or cells["sha256"] in copies[1]}
    sources = sources or {id_ for id_, cells in ours.items() if cells["ambition_id"] in ambitions}
    others = set(ours) - sources
    hanging = {row.cells["laureate_id"] for row in data["laureates"] if row.cells["source_id"] in others}
    away = {
        "ambition_id": values(data, "ambitions", "ambition_id") - ambitions,
        "source_id": others,
        "laureate_id": hanging - values(draft, "laureates", "laureate_id"),
    }
    used, elsewhere = _actors_used(data, away["laureate_id"])
    away["reading"] = elsewhere - used
    away["actor_id"] = _actors_away(draft["actors"], data, elsewhere - used)
    kept = {}
    for name, rows in data.items():
        key = resources[name]["schema"]["primaryKey"]
        # The numbers of a list start anew in each draft: the same one means nothing.
        known = set() if name in NUMBERED else {key_of(row, key) for row in draft[name]}
        kept[name] = [row for row in rows if key_of(row, key) in known or not _is_away(name, row.cells, away)]
    return kept


def _is_away(name, cells, away):
    if name == "actors":
        return cells["actor_id"] in away["actor_id"]
    if name == "readings":
        parts = cells["key"].split("/")
        part = parts[1] if cells["table"] == "evidence" and len(parts) > 1 else parts[0]
        return part in away["reading" if cells["table"] == "actors" else "laureate_id"]
    return any(cells.get(column) in away[column] for column in ("ambition_id", "source_id", "laureate_id"))


def _actors_used(data, laureates):
    """Return the actors that laureates in question use, and those that laureates left aside use."""
    used, elsewhere = set(), set()
    for name, columns in (("mentions", ["actor_id"]), ("relations", ["from_id", "to_id"])):
        for row in data[name]:
            ends = {row.cells[column] for column in columns}
            (elsewhere if row.cells["laureate_id"] in laureates else used).update(ends)
    return used, elsewhere


def _actors_away(draft, data, others):
    """Return those of others' actors that share no id and no name with an actor of the draft."""
    ids = {row.cells["actor_id"] for row in draft}
    known = {unaccented(form) for row in draft for form in forms(row.cells)}
    return {
        row.cells["actor_id"]
        for row in data["actors"]
        if row.cells["actor_id"] in others - ids and not known & {unaccented(form) for form in forms(row.cells)}
    }


def _lines(name, key, a, b):
    """Tell one pair of rows: a line for a row that only one has, else a line for each cell that differs."""
    place = {"table": name, "key": "/".join((a or b).cells[column] for column in key)}
    if a is None or b is None:
        row = a or b
        cells = BLANK.join(f"{c} = {v}" for c, v in row.cells.items() if v and c not in key)
        there = {"draft": cells, "data": "", "draft_line": row.line, "data_line": None}
        if a is None:
            there = {"draft": "", "data": cells, "draft_line": None, "data_line": row.line}
        yield place | {"column": "", "status": "missing" if a is None else "added"} | there
        return
    for column, value in a.cells.items():
        other = b.cells.get(column, "")
        if value != other:
            lines = {"draft_line": a.lines[column], "data_line": b.lines.get(column, b.line)}
            yield place | {"column": column, "status": "changed", "draft": value, "data": other} | lines


def run(draft, data=None, lang=None, form="text", out=None):
    """Compare a draft with the data and write what was found, for ``neoterra diff``.

    Parameters
    ----------
    draft : path-like
        Folder of the draft.
    data : path-like, optional
        Data folder; see `contract.find`.
    lang : {"fr", "en"}, optional
        See `labels.language`.
    form : {"text", "csv", "json"}
        How to write the result; the last two hold whole cells.
    out : file, optional
        Where to write; standard output if not given. What keeps a table from being read goes to standard error.

    Returns
    -------
    int
        0 when they were compared, whatever they differ in; 1 when a table cannot be read.

    Raises
    ------
    FileNotFoundError
        If a folder holds no contract.

    Examples
    --------
    >>> run(contract.find(), contract.find(), "en", "csv")
    table,key,column,status,draft,data,draft_line,data_line
    0
    """
    out, lang, data = out or sys.stdout, labels.language(lang), contract.find(data)
    try:
        found = compare(draft, data)
    except Unread as error:
        print(Unread(error.folder, error.problems, lang), file=sys.stderr)
        return 1
    if form == "csv":
        out.write(found.to_csv(index=False, lineterminator="\n"))
    elif form == "json":
        rows = found.astype(object).where(found.notna(), None).to_dict("records")
        out.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    else:
        print("\n".join(_as_text(found, draft, data, lang)), file=out)
    return 0


def _as_text(found, draft, data, lang):
    lines = [labels.t("differences.head", lang, draft=draft, data=data)]
    if found.empty:
        return [*lines, labels.t("differences.none", lang)]
    for name, part in found.groupby("table", sort=False):
        lines += ["", name]
        for row in part.to_dict("records"):
            kind = row["status"]
            if kind == "changed" and not (row["draft"] and row["data"]):
                kind = "filled" if row["draft"] else "emptied"
            shown = {column: row[column] for column in ("column", "draft_line", "data_line")}
            shown |= {"row": visible(row["key"]), "draft": visible(row["draft"]), "data": visible(row["data"])}
            lines.append(labels.t(f"differences.{kind}", lang, **shown))
    counts = Counter(found["status"])
    return [*lines, "", labels.t("differences.sum", lang, **{k: counts[k] for k in ("added", "missing", "changed")})]
