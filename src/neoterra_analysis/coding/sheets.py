"""What the sheets of a coding workbook are: names, columns, addresses, ids shown by name, values."""

import csv
import hashlib
import io
import re
from pathlib import Path
from typing import NamedTuple

from ..dataset import csvfile
from ..dataset.csvfile import nearest
from ..dataset.problems import Problem
from ..words import labels
from ..words.folding import fold

ADDRESS = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
MAX_ROW, MAX_COLUMN = 1 << 20, 1 << 14


def place(spot):
    """Return the row and the column of an address.

    >>> place("C7"), place("AA10"), place("B2:D4")
    ((7, 3), (10, 27), (2, 2))
    """
    found = ADDRESS.fullmatch((spot or "").partition(":")[0])
    row, column = int(found[2]) if found else 0, 0
    for letter in found[1] if found else "":
        column = 26 * column + ord(letter) - 64
    if not (0 < row <= MAX_ROW and 0 < column <= MAX_COLUMN):
        raise ValueError(spot)
    return row, column


def letters(column):
    """Name a column.

    >>> letters(3), letters(27), letters(16384)
    ('C', 'AA', 'XFD')
    """
    before, last = divmod(column - 1, 26)
    return (letters(before) if before else "") + chr(65 + last)


def address(row, column):
    """Return the address of a row and a column."""
    return f"{letters(column)}{row}"


# Columns of a table that name its rows, the one that shows them first; ``aliases`` holds several.
NAMES = {
    "sources": ("title",),
    "ambitions": ("title_fr", "title_en"),
    "enjeux": ("short_fr", "short_en", "title_fr", "title_en"),
    "laureates": ("name",),
    "actors": ("name", "short_fr", "short_en", "aliases"),
    "themes": ("label_fr", "label_en"),
}
LONGEST = 80


class Known(NamedTuple):
    """Ids that a column may hold: the name that each is shown by, and the ids that each folded name stands for."""

    shown: dict
    forms: dict


def shown_column(table, lang):
    """Return the column that shows the rows of a table by name, or ``""``.

    >>> shown_column("themes", "en"), shown_column("relations", "en")
    ('label_en', '')
    """
    other = "_fr" if lang == "en" else "_en"
    return next((column for column in NAMES.get(table, ()) if not column.endswith(other)), "")


def choices(plan, rows, lang):
    """Return what the columns of ids or codes may hold, ``{table: {column: Known}}``."""
    by_table, found = {sheet.table: sheet for sheet in plan}, {}
    for sheet in plan:
        coded = [field for field in sheet.fields if field.get("constraints", {}).get("enum")]
        found[sheet.table] = {field["name"]: _codes(field) for field in coded}
        for column, targets in sheet.links.items():
            if all(target in by_table for target in targets):
                found[sheet.table][column] = _ids([by_table[target] for target in targets], rows, lang)
    return found


def _ids(targets, rows, lang):
    """Return the ids of one or more tables, with their names."""
    known = Known({}, {})
    for sheet in targets:
        for row in rows.get(sheet.table, []):
            cells = row.cells
            one = cells.get(sheet.key[0], "")
            if not one:
                continue
            # On one line, short enough for a cell that also holds an id.
            name = " ".join(cells.get(shown_column(sheet.table, lang), "").split())[:LONGEST].strip()
            known.shown.setdefault(one, name)
            printed = [cells.get(column, "") for column in NAMES.get(sheet.table, ()) if column != "aliases"]
            for form in (name, *printed, *cells.get("aliases", "").split("|")):
                if form.strip():
                    known.forms.setdefault(fold(" ".join(form.split())), set()).add(one)
    return known


def _codes(field):
    """Return the codes of a column, with their labels in both languages."""
    forms = {}
    for category in field.get("categories", []):
        for label in (category["label"], category["label_en"]):
            forms.setdefault(fold(label), set()).add(category["value"])
    return Known(dict.fromkeys(field["constraints"]["enum"], ""), forms)


def bracketed(text):
    """Return what stands in the last pair of brackets of a text that ends with it, else None.

    >>> bracketed("Label [sic] [label-a]"), bracketed("x [a [b]]"), bracketed("a]"), bracketed("[a] b")
    ('label-a', 'a [b]', None, None)
    """
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += {"]": 1, "[": -1}.get(text[at], 0)
        if not depth:
            return text[at + 1 : -1] if at < len(text) - 1 else None
    return None


def decode(text, ids):
    """Read the id that a cell holds; return it, and what is to be told: the rule and the ids meant."""
    bare = text.strip()
    if not bare or text in ids.shown or bare in ids.shown:
        return text, None
    inner = bracketed(bare)
    if inner is not None:
        others = ids.forms.get(fold(" ".join(bare[: -len(inner) - 2].split())), set())
        of_another = inner in ids.shown and others and inner not in others
        return inner, ("name_of_another", sorted(others)) if of_another else None
    named = sorted(ids.forms.get(fold(" ".join(bare.split())), ()))
    if len(named) == 1:
        return named[0], ("read_by_name", named)
    return text, ("ambiguous_name", named) if named else None


def encode(value, ids, by_name=True):
    """Write an id as a cell that `decode` reads back as the very same text, or None if there is no such cell."""
    name = ids.shown.get(value, "") if by_name else ""
    for text in (f"{name} [{value}]" if name else value, f"[{value}]"):
        if decode(text, ids) == (value, None):
            return text
    return None


MARK, VERSION = "neoterra-workbook", "1"
# The two hidden sheets: what the workbook is, and the lists behind the dropdowns.
META, LISTS = "neoterra", "neoterra-lists"
# Empty rows below the data that have dropdowns too, and new records of a table that the lists of other sheets follow.
NEW_ROWS, NEW_LISTED = 500, 200
# Tables outside the contract that a draft may hold, and the values offered for some of their columns.
EXTRA = {"review": ("review.csv", {"decision": ("", "ok")}), "passages": ("passages.csv", {})}
# Ends of a relation are ids of either table, which a table schema cannot say.
EITHER = {("relations", "from_id"): ("laureates", "actors"), ("relations", "to_id"): ("laureates", "actors")}


class WorkbookError(ValueError):
    """A workbook that is not written, or not read; the message is for the reader."""

    def __init__(self, message, problems=()):
        self.problems = list(problems)
        super().__init__(message)


class Sheet(NamedTuple):
    """A table as a sheet: its name in the contract, the sheet's name, the file, its fields, key and links."""

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

    >>> print(refusal("no_file", "en", file="grid.xlsx"))
    grid.xlsx: no such file
    """
    return WorkbookError(labels.t(f"workbook.{code}", lang, **values))


def title(table, lang=None):
    """Return the name of a table's sheet; a table without words for it keeps its own name.

    >>> title("roles", "fr"), title("roles", "en"), title("other", "fr")
    ('rôles', 'roles', 'other')
    """
    return labels.t(f"sheet.{table}", lang) if f"sheet.{table}" in labels.words() else table[:31]


def planned(contract, extra=None, lang=None):
    """Return the sheets of a workbook in their order: what is to be reviewed, the tables, what was read."""
    inside = [_sheet(name, resource, lang) for name, resource in contract.items()]
    outside = [_sheet(name, _resource(name, columns), lang) for name, columns in (extra or {}).items()]
    review = [sheet for sheet in outside if sheet.table == "review"]
    return review + inside + [sheet for sheet in outside if sheet.table != "review"]


def _sheet(name, resource, lang):
    schema = resource["schema"]
    links = {foreign["fields"][0]: (foreign["reference"]["resource"],) for foreign in schema.get("foreignKeys", [])}
    links |= {column: tables for (table, column), tables in EITHER.items() if table == name}
    key = list(schema["primaryKey"])
    return Sheet(name, title(name, lang), resource["path"], schema["fields"], key, links, resource)


def _resource(name, columns):
    """Describe a table outside the contract as the contract would: texts, and the values offered for a column."""
    path, offered = EXTRA[name]
    fields = [
        {"name": one, "type": "string"} | ({"offered": offered[one]} if one in offered else {}) for one in columns
    ]
    return {"name": name, "path": path, "schema": {"fields": fields, "primaryKey": []}}


def extras(folder):
    """Return the columns of the tables outside the contract that a folder holds."""
    found = {}
    for name, (path, _) in EXTRA.items():
        file = Path(folder) / path
        if file.is_file():
            first = file.read_bytes().decode("utf-8-sig", errors="replace").splitlines()[:1]
            found[name] = next(csv.reader(first), [])
    return found


def stored(folder, plan):
    """Read the tables of a folder as they stand; nothing is checked but that they can be read."""
    rows, problems = {}, []
    for sheet in plan:
        table = csvfile.read(folder, sheet.resource)
        rows[sheet.table] = table.rows
        problems += [problem for problem in table.problems if not problem.notice]
        problems += [Problem(sheet.path, 1, "", "not_comma", ";")] if table.semicolon else []
    return rows, sorted(problems)


def texts(plan, rows):
    """Return the table of each sheet as the project's CSV files are written, by its path."""
    found = {}
    for sheet in plan:
        file = io.StringIO(newline="")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([sheet.columns, *([row.cells[c] for c in sheet.columns] for row in rows[sheet.table])])
        found[sheet.path] = file.getvalue()
    return found


def digest(files):
    """Hash the CSV files of a workbook; the order of rows counts, since an import writes it."""
    whole = hashlib.sha256()
    for path in sorted(files):
        part = hashlib.sha256(files[path].encode("utf-8", errors="surrogatepass")).hexdigest()
        whole.update(f"{path}\n{part}\n".encode())
    return whole.hexdigest()


# A spreadsheet keeps no character that commands a device but a tab and a new line; XML knows no U+FFFE and U+FFFF,
# and half a character is none.
COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def value(cell, field, ids):
    """Return the text of a cell, and what is wrong with it: whether that refuses the workbook, and the finding."""
    if cell.kind == "text":
        return _text(cell.text, field, ids)
    if cell.kind == "number":
        return _number(cell.text, field, ids)
    told = {"code": f"{cell.kind}_cell"}
    if cell.kind == "date":
        told["nearest"] = cell.text if field["type"] == "date" else field.get("example", "")
    return cell.text, (True, told)


def _text(text, field, ids):
    if COMMANDS.search(text):
        text = text.replace("\r\n", "\n")
        bad = bool(COMMANDS.search(text))
        told = {"code": "control_char" if bad else "line_ends", "nearest": COMMANDS.sub(" ", text), "notice": not bad}
        return text, (bad, told)
    if ids is None:
        return text, None
    value, finding = decode(text, ids)
    if finding:
        code, found = finding
        if code == "read_by_name":
            return value, (False, {"code": code, "nearest": value, "notice": True})
        shown = tuple(f"{ids.shown[one]} [{one}]" if ids.shown[one] else one for one in found)
        return value, (False, {"code": code, "allowed": shown})
    pattern = field.get("constraints", {}).get("pattern")
    if value and value not in ids.shown and pattern and not re.fullmatch(pattern, value.strip()):
        near = nearest(value, list(ids.forms))
        if near:
            one = min(ids.forms[near])
            return value, (False, {"code": "unknown_name", "nearest": encode(one, ids) or one})
    return value, None


def _number(text, field, ids):
    """Read a number: plainly in a column of whole numbers, and elsewhere only where no other text could be meant."""
    number = float(text)
    whole = number.is_integer() and abs(number) < 1e15
    plain = str(int(number)) if whole else repr(number)
    read = False, {"code": "number_read", "nearest": plain, "notice": True}
    if field["type"] == "integer" and whole:
        return plain, None if text.isdecimal() else read
    forms = [plain, *("0" * n + plain for n in (1, 2))]
    forms += [f"{plain}.{'0' * n}" if whole else plain + "0" * n for n in (1, 2)]
    pattern = field.get("constraints", {}).get("pattern")
    if ids is not None:
        valid = [form for form in forms if form in ids.shown]
    else:
        valid = [form for form in forms if pattern is not None and re.fullmatch(pattern, form)]
    if valid == [plain]:
        return plain, read
    return plain, (True, {"code": "number_cell", "nearest": valid[0] if len(valid) == 1 else ""})
