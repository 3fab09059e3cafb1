"""What the sheets of a workbook are: their names, their columns, and the tables behind them."""

import csv
import hashlib
import io
from pathlib import Path
from typing import NamedTuple

from .. import labels, reading

MARK, VERSION = "neoterra-workbook", "1"
# The two hidden sheets: what the workbook is, and the lists behind the dropdowns.
META, LISTS = "neoterra", "neoterra-lists"
# Empty rows below the data that have dropdowns too.
NEW_ROWS = 500
# New records of a table that the lists of other sheets follow.
NEW_LISTED = 200
# Tables outside the contract that a draft may hold, and the values offered for some of their columns.
EXTRA = {"review": ("review.csv", {"decision": ("", "ok")}), "passages": ("passages.csv", {})}
# Ends of a relation are ids of either table, which a table schema cannot say.
EITHER = {("relations", "from_id"): ("laureates", "actors"), ("relations", "to_id"): ("laureates", "actors")}


class WorkbookError(ValueError):
    """A workbook that is not written, or not read; the message is for the reader.

    Attributes
    ----------
    problems : list of neoterra_analysis.problems.Problem
        What was found, if it has places.
    """

    def __init__(self, message, problems=()):
        self.problems = list(problems)
        super().__init__(message)


class Sheet(NamedTuple):
    """A table as a sheet: its name in the contract, the sheet's name, the file, its fields, key and links.

    ``links`` gives for each column that holds ids the tables that these stand in.
    """

    table: str
    title: str
    path: str
    fields: list
    key: list
    links: dict
    resource: dict

    @property
    def columns(self):
        """Names of the columns, in order."""
        return [field["name"] for field in self.fields]


def refusal(code, lang=None, **values):
    """Make the one-line error of a rule of ``words/workbook.toml``.

    Examples
    --------
    >>> print(refusal("no_file", "en", file="grid.xlsx"))
    grid.xlsx: no such file
    """
    return WorkbookError(labels.t(f"workbook.{code}", lang, **values))


def title(table, lang=None):
    """Return the name of a table's sheet; a table without words for it keeps its own name.

    Examples
    --------
    >>> title("roles", "fr"), title("roles", "en"), title("other", "fr")
    ('rôles', 'roles', 'other')
    """
    return labels.t(f"sheet.{table}", lang) if f"sheet.{table}" in labels.words() else table[:31]


def planned(contract, extra=None, lang=None):
    """Return the sheets of a workbook in their order: what is to be reviewed, the tables, what was read.

    Parameters
    ----------
    contract : dict
        See `contract.tables`.
    extra : dict of str to list of str, optional
        Columns of the tables outside the contract.
    lang : {"fr", "en"}, optional
        Language of the sheets' names.

    Returns
    -------
    list of Sheet

    Examples
    --------
    >>> from neoterra_analysis import contract
    >>> plan = planned(contract.tables(contract.find()), {"review": ["review_id", "decision"]}, "en")
    >>> [sheet.title for sheet in plan][:3], len(plan)
    (['review', 'sources', 'ambitions'], 15)
    """
    sheets = [_sheet(name, resource, lang) for name, resource in contract.items()]
    outside = [_sheet(name, pseudo(name, columns), lang) for name, columns in (extra or {}).items()]
    return [s for s in outside if s.table == "review"] + sheets + [s for s in outside if s.table != "review"]


def _sheet(name, resource, lang):
    schema = resource["schema"]
    links = {foreign["fields"][0]: (foreign["reference"]["resource"],) for foreign in schema.get("foreignKeys", [])}
    links |= {column: tables for (table, column), tables in EITHER.items() if table == name}
    return Sheet(
        name, title(name, lang), resource["path"], schema["fields"], list(schema["primaryKey"]), links, resource
    )


def pseudo(name, columns):
    """Describe a table outside the contract as the contract would: texts, and the values offered for a column.

    Examples
    --------
    >>> pseudo("review", ["decision"])["schema"]["fields"]
    [{'name': 'decision', 'type': 'string', 'offered': ('', 'ok')}]
    """
    path, offered = EXTRA[name]
    fields = [
        {"name": column, "type": "string"} | ({"offered": offered[column]} if column in offered else {})
        for column in columns
    ]
    return {"name": name, "path": path, "schema": {"fields": fields, "primaryKey": []}}


def extras(folder):
    """Return the columns of the tables outside the contract that a folder holds.

    Examples
    --------
    >>> from neoterra_analysis import contract
    >>> extras(contract.find())
    {}
    """
    found = {}
    for name, (path, _) in EXTRA.items():
        file = Path(folder) / path
        if file.is_file():
            first = file.read_bytes().decode("utf-8-sig", errors="replace").splitlines()[:1]
            found[name] = next(csv.reader(first), [])
    return found


def stored(folder, sheets):
    """Read the tables of a folder as they stand; nothing is checked but that they can be read.

    Parameters
    ----------
    folder : path-like
        Data folder or draft.
    sheets : list of Sheet
        See `planned`.

    Returns
    -------
    rows : dict of str to list of neoterra_analysis.reading.Row
    problems : list of neoterra_analysis.problems.Problem
        What keeps a file from being read.

    Examples
    --------
    >>> from neoterra_analysis import contract
    >>> rows, problems = stored(contract.find(), planned(contract.tables(contract.find())))
    >>> len(rows["ambitions"]), problems
    (6, [])
    """
    rows, problems = {}, []
    for sheet in sheets:
        table = reading.read(folder, sheet.resource)
        rows[sheet.table] = table.rows
        problems += [problem for problem in table.problems if not problem.notice]
        if table.semicolon:
            problems += [reading.Problem(sheet.path, 1, "", "not_comma", ";")]
    return rows, sorted(problems)


def csv_text(columns, rows):
    r"""Write rows as the project's CSV files are written.

    Examples
    --------
    >>> csv_text(["a", "b"], [{"b": "2,5", "a": "1"}])
    'a,b\n1,"2,5"\n'
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row[column] for column in columns] for row in rows)
    return file.getvalue()


def texts(sheets, content):
    """Return the CSV file of each sheet's table, by its path.

    Parameters
    ----------
    sheets : list of Sheet
        See `planned`.
    content : dict of str to list of dict
        Rows of each table, ``{column: text}``.

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> texts([], {})
    {}
    """
    return {sheet.path: csv_text(sheet.columns, content[sheet.table]) for sheet in sheets}


def digest(files):
    """Hash the CSV files of a workbook; the order of rows counts, since an import writes it.

    Examples
    --------
    >>> digest({"a.csv": "x"}) == digest({"a.csv": "y"})
    False
    """
    whole = hashlib.sha256()
    for path in sorted(files):
        part = hashlib.sha256(files[path].encode("utf-8", errors="surrogatepass")).hexdigest()
        whole.update(f"{path}\n{part}\n".encode())
    return whole.hexdigest()
