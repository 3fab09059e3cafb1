"""One cell at a time: a text is taken as it is, an id also by name, a number only if no other text could be meant."""

import re

from ..reading import nearest
from . import names

# A spreadsheet keeps no character that commands a device but a tab and a new line; XML knows no U+FFFE and U+FFFF,
# and half a character is none.
COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def value(cell, field, ids):
    """Return the text of a cell, and what is wrong with it.

    Parameters
    ----------
    cell : grids.Cell
        The cell as it stands.
    field : dict
        The column's entry in the contract.
    ids : names.Known or None
        What the column may hold, if it holds ids or codes.

    Returns
    -------
    text : str
    finding : tuple of (bool, dict), or None
        Whether it refuses the workbook, not only the value, and the parts of the problem.

    Examples
    --------
    >>> from neoterra_analysis.workbook.grids import Cell
    >>> value(Cell("number", "33"), {"type": "string", "constraints": {"pattern": "[0-9]{2}"}}, None)
    ('33', (False, {'code': 'number_read', 'nearest': '33', 'notice': True}))
    >>> value(Cell("formula", "=A1"), {"type": "string"}, None)
    ('=A1', (True, {'code': 'formula_cell'}))
    """
    if cell.kind == "text":
        return _text(cell.text, field, ids)
    if cell.kind == "number":
        return _number(cell.text, field, ids)
    if cell.kind == "date":
        near = cell.text if field["type"] == "date" else field.get("example", "")
        return cell.text, (True, {"code": "date_cell", "nearest": near})
    return cell.text, (True, {"code": f"{cell.kind}_cell"})


def _text(text, field, ids):
    if COMMANDS.search(text):
        text = text.replace("\r\n", "\n")
        bad = bool(COMMANDS.search(text))
        told = {"code": "control_char" if bad else "line_ends", "nearest": COMMANDS.sub(" ", text), "notice": not bad}
        return text, (bad, told)
    if ids is None:
        return text, None
    value, finding = names.decode(text, ids)
    if finding:
        code, found = finding
        shown = [f"{ids.shown[one]} [{one}]" if ids.shown[one] else one for one in found]
        if code == "read_by_name":
            return value, (False, {"code": code, "nearest": value, "notice": True})
        return value, (False, {"code": code, "allowed": tuple(shown)})
    rules = field.get("constraints", {})
    if value and value not in ids.shown and "pattern" in rules and not re.fullmatch(rules["pattern"], value.strip()):
        near = nearest(value, list(ids.forms))
        if near:
            one = min(ids.forms[near])
            return value, (False, {"code": "unknown_name", "nearest": names.encode(one, ids) or one})
    return value, None


def _number(text, field, ids):
    """Read a number: plainly in a column of whole numbers, and elsewhere only where no other text could be meant."""
    number = float(text)
    whole = number.is_integer() and abs(number) < 1e15
    plain = str(int(number)) if whole else repr(number)
    rules = field.get("constraints", {})
    if field["type"] == "integer" and whole:
        told = {"code": "number_read", "nearest": plain, "notice": True}
        return plain, None if text.isdecimal() else (False, told)
    forms = [plain, *("0" * n + plain for n in (1, 2)), *(plain + "0" * n for n in (1, 2) if not whole)]
    forms += [f"{plain}.{'0' * n}" for n in (1, 2) if whole]
    if ids is not None:
        valid = [form for form in forms if form in ids.shown]
    else:
        valid = [form for form in forms if "pattern" in rules and re.fullmatch(rules["pattern"], form)]
    if valid == [plain]:
        return plain, (False, {"code": "number_read", "nearest": plain, "notice": True})
    return plain, (True, {"code": "number_cell", "nearest": valid[0] if len(valid) == 1 else ""})
