"""The data contract: what ``datapackage.json`` and the rules across tables ask of the CSV files.

A table schema says types, allowed codes, patterns and keys; the rules here that it cannot say are the length of an
anchor, the order of mentions, the aliases of actors, and the ambition that a passage belongs to.
"""

import csv
import io
import json
import re
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import NamedTuple

from . import labels

ANCHOR_WORDS = 8


class Problem(NamedTuple):
    """One thing wrong with the data: where it stands, and the rule that it breaks.

    Attributes
    ----------
    file : str
        Name of the file.
    line : int
        Physical line, from 1; 0 for the file as a whole.
    column : str
        Name of the column, or ``""``.
    code : str
        Rule, as in ``words/messages.toml``.
    value : str
        What stands there.
    hint : str
        What the rule wants: the allowed codes, the pattern, the other line.
    """

    file: str
    line: int
    column: str
    code: str
    value: str = ""
    hint: str = ""

    def sentence(self, lang=None):
        """Return the problem as one line for a reader, ``file:line: column: message``."""
        place = ":".join(str(part) for part in (self.file, self.line or "", self.column) if part)
        return f"{place}: {labels.t(f'problem.{self.code}', lang, value=self.value, hint=self.hint)}"


class Row(NamedTuple):
    """A data row as it stands in its file: the physical line that it starts on, and its cells by column."""

    line: int
    cells: dict[str, str]


def tables(folder):
    """Return the tables of the contract in a data folder, ``{name: resource}``.

    Parameters
    ----------
    folder : path-like
        Folder that holds ``datapackage.json``.

    Raises
    ------
    FileNotFoundError
        If the folder holds no contract.
    """
    package = json.loads((Path(folder) / "datapackage.json").read_text(encoding="utf-8"))
    return {resource["name"]: resource for resource in package["resources"]}


def codes(resource, column):
    """Return the allowed codes of a column, in the contract's order.

    Examples
    --------
    >>> codes({"schema": {"fields": [{"name": "kind", "constraints": {"enum": ["a", "b"]}}]}}, "kind")
    ['a', 'b']
    """
    field = next(field for field in resource["schema"]["fields"] if field["name"] == column)
    return field.get("constraints", {}).get("enum", [])


def count_words(text):
    """Count words as runs of letters and digits, so that ``d'un`` is two.

    Examples
    --------
    >>> count_words("un rôle d'aiguillon")
    4
    """
    return len(re.findall(r"[^\W_]+", text))


def read_rows(folder, resource):
    """Read one table as text.

    Parameters
    ----------
    folder : path-like
        Data folder.
    resource : dict
        The table's entry in the contract.

    Returns
    -------
    rows : list of Row
    problems : list of Problem
        What kept the file, or some of its lines, from being read.
    """
    file = resource["path"]
    wanted = [field["name"] for field in resource["schema"]["fields"]]
    try:
        text = (Path(folder) / file).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return [], [Problem(file, 0, "", "missing_file")]
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return [], [Problem(file, line, "", "not_utf8", f"0x{error.object[error.start]:02X}")]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, problems, start = [], [], 1
    try:
        header = next(reader, [])
        for name in wanted:
            if header.count(name) != 1:
                code = "duplicate_column" if name in header else "missing_column"
                problems.append(Problem(file, 1, name, code, name, ", ".join(wanted)))
        for name in header:
            if name not in wanted:
                problems.append(Problem(file, 1, name, "unknown_column", name, ", ".join(wanted)))
        if problems:
            return [], problems
        start = reader.line_num + 1
        for cells in reader:
            if len(cells) == len(header):
                rows.append(Row(start, dict(zip(header, cells, strict=True))))
            else:
                problems.append(Problem(file, start, "", "cell_count", str(len(cells)), str(len(header))))
            start = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(file, start, "", "bad_csv", str(error)))
    return rows, problems


def check_cells(resource, rows):
    """Check each cell of a table against its field: required, type, codes, pattern, length of an anchor.

    Returns
    -------
    list of Problem
    """
    problems = []
    for field in resource["schema"]["fields"]:
        name, rules = field["name"], field.get("constraints", {})
        allowed, pattern, lowest = rules.get("enum"), rules.get("pattern"), rules.get("minimum")
        for row in rows:
            value, say = row.cells[name], None
            if not value.strip():
                say = ("required", "") if rules.get("required") or value else None
            elif value != value.strip():
                say = ("outer_space", value.strip())
            elif field["type"] == "integer" and not re.fullmatch(r"[0-9]+", value):
                say = ("not_integer", "")
            elif field["type"] == "integer" and lowest is not None and int(value) < lowest:
                say = ("too_small", str(lowest))
            elif field["type"] == "date" and not _is_date(value):
                say = ("not_date", "2026-11-23")
            elif allowed and value not in allowed:
                say = ("unknown_code", ", ".join(allowed))
            elif pattern and not re.fullmatch(pattern, value):
                say = ("pattern", field["example"])
            elif field.get("anchor") and count_words(value) > ANCHOR_WORDS:
                say = ("long_anchor", str(ANCHOR_WORDS))
            if say:
                problems.append(Problem(resource["path"], row.line, name, say[0], value, say[1]))
    return problems


def _is_date(value):
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def check_keys(contract, data):
    """Check that primary keys stand once and that each foreign key has its row.

    Parameters
    ----------
    contract : dict
        See `tables`.
    data : dict of str to list of Row
        Rows of each table.

    Returns
    -------
    list of Problem
    """
    problems = []
    for name, resource in contract.items():
        key, seen = resource["schema"]["primaryKey"], {}
        for row in data[name]:
            value = tuple(row.cells[column] for column in key)
            if value in seen:
                shown = "/".join(value)
                problems.append(Problem(resource["path"], row.line, key[-1], "duplicate_key", shown, str(seen[value])))
            seen.setdefault(value, row.line)
        for foreign in resource["schema"].get("foreignKeys", []):
            (column,), target = foreign["fields"], foreign["reference"]
            known = {row.cells[target["fields"][0]] for row in data[target["resource"]]}
            problems += [
                Problem(
                    resource["path"],
                    row.line,
                    column,
                    "orphan",
                    row.cells[column],
                    f"{target['resource']}.csv",
                )
                for row in data[name]
                if row.cells[column] and row.cells[column] not in known
            ]
    return problems


def check_mentions(data):
    """Check that positions run 1, 2, 3, … in each row, and that a parent stands in the same row.

    Returns
    -------
    list of Problem
    """
    problems, by_row = [], defaultdict(dict)
    for row in data["mentions"]:
        by_row[row.cells["laureate_id"]][int(row.cells["position"])] = row
    for rows in by_row.values():
        for rank, (position, row) in enumerate(sorted(rows.items()), 1):
            if position != rank:
                problems.append(Problem("mentions.csv", row.line, "position", "hole", str(position), str(rank)))
                break
        for position, row in rows.items():
            parent = row.cells["parent_position"]
            if parent and (int(parent) not in rows or int(parent) == position):
                problems.append(Problem("mentions.csv", row.line, "parent_position", "no_parent", parent))
            elif parent and rows[int(parent)].cells["parent_position"]:
                problems.append(Problem("mentions.csv", row.line, "parent_position", "nested_twice", parent))
    return problems


def check_actors(data):
    """Check that a printed form names one actor only, and that each mention uses a form of its actor.

    Returns
    -------
    list of Problem
    """
    problems, owner, forms = [], {}, defaultdict(set)
    for row in data["actors"]:
        actor = row.cells["actor_id"]
        for form in [row.cells["name"], *filter(None, row.cells["aliases"].split("|"))]:
            folded = fold(form)
            if owner.setdefault(folded, actor) != actor:
                problems.append(Problem("actors.csv", row.line, "aliases", "shared_alias", form, owner[folded]))
            forms[actor].add(folded)
    for row in data["mentions"]:
        actor, mention = row.cells["actor_id"], row.cells["mention"]
        if actor in forms and fold(mention) not in forms[actor]:
            problems.append(Problem("mentions.csv", row.line, "mention", "unknown_form", mention, actor))
    return problems


def fold(text):
    """Fold a name for matching: case and the kind of apostrophe do not count.

    Examples
    --------
    >>> fold("L’Arban") == fold("l'arban")
    True
    """
    return text.replace("’", "'").casefold()


def check_meaning(data):
    """Check what only makes sense across columns and tables.

    One principal role at most for a laureate; a passage and its theme belong to one ambition; a département is
    stated or inferred, not both; the ends of a relation exist; a reading points at a cell that says what it says.

    Returns
    -------
    list of Problem
    """
    problems, principal = [], {}
    for row in data["roles"]:
        if row.cells["salience"] == "principal":
            laureate = row.cells["laureate_id"]
            if laureate in principal:
                line = str(principal[laureate])
                problems.append(Problem("roles.csv", row.line, "salience", "two_principals", laureate, line))
            principal.setdefault(laureate, row.line)
    enjeu = {row.cells["enjeu_id"]: row.cells["ambition_id"] for row in data["enjeux"]}
    ambition = {row.cells["laureate_id"]: enjeu.get(row.cells["enjeu_id"]) for row in data["laureates"]}
    themes = {row.cells["theme_id"]: row.cells["ambition_id"] for row in data["themes"]}
    for row in data["evidence"]:
        theme, laureate = row.cells["theme_id"], row.cells["laureate_id"]
        if theme in themes and laureate in ambition and themes[theme] != ambition[laureate]:
            problems.append(Problem("evidence.csv", row.line, "theme_id", "other_ambition", theme, ambition[laureate]))
    for row in data["laureates"]:
        if row.cells["department_stated"] and row.cells["department_inferred"]:
            value = row.cells["department_inferred"]
            problems.append(Problem("laureates.csv", row.line, "department_inferred", "stated_twice", value))
        if bool(row.cells["department_inferred"]) != bool(row.cells["inferred_from"]):
            problems.append(Problem("laureates.csv", row.line, "inferred_from", "no_clue", row.cells["inferred_from"]))
    known = set(ambition) | {row.cells["actor_id"] for row in data["actors"]}
    problems += [
        Problem("relations.csv", row.line, column, "orphan", row.cells[column], "laureates.csv, actors.csv")
        for row in data["relations"]
        for column in ("from_id", "to_id")
        if row.cells[column] not in known
    ]
    return problems


def check_readings(contract, data):
    """Check that each open reading points at a cell that holds the value it names.

    A reading of ``evidence`` may point at a passage that is not coded: its value is then empty.

    Returns
    -------
    list of Problem
    """
    problems = []
    for row in data["readings"]:
        cells = row.cells
        resource = contract[cells["table"]]
        if cells["column"] not in [field["name"] for field in resource["schema"]["fields"]]:
            problems.append(
                Problem("readings.csv", row.line, "column", "no_such_column", cells["column"], cells["table"])
            )
            continue
        key = resource["schema"]["primaryKey"]
        found = [r.cells for r in data[cells["table"]] if "/".join(r.cells[k] for k in key) == cells["key"]]
        absent = cells["table"] == "evidence" and not cells["value"]
        if not found and not absent:
            problems.append(Problem("readings.csv", row.line, "key", "no_such_row", cells["key"], resource["path"]))
        elif found and found[0][cells["column"]] != cells["value"]:
            actual = found[0][cells["column"]]
            problems.append(Problem("readings.csv", row.line, "value", "stale_reading", cells["value"], actual))
    return problems


def check(folder):
    """Read all tables of a folder and check them against the contract.

    Parameters
    ----------
    folder : path-like
        Data folder, with ``datapackage.json``.

    Returns
    -------
    data : dict of str to list of Row
    problems : list of Problem
        All of them, sorted by file and line. Rules across tables are checked once each table reads well.

    Raises
    ------
    FileNotFoundError
        If the folder holds no contract.
    """
    contract = tables(folder)
    data, problems = {}, []
    for name, resource in contract.items():
        data[name], found = read_rows(folder, resource)
        problems += found + check_cells(resource, data[name])
    if not problems:
        problems = check_keys(contract, data)
        problems += check_mentions(data) + check_actors(data) + check_meaning(data) + check_readings(contract, data)
    return data, sorted(problems)
