"""The workbook of a data folder, written for people who code in a spreadsheet."""

import json
import re
from datetime import datetime
from io import BytesIO

from .. import labels
from ..problems import Problem
from . import guide, lists, names, sheets
from .intake import choices
from .places import address
from .values import COMMANDS

LONGEST = 32767
# Texts that xlsxwriter does not write as they are: it takes the first kind for markup, and escapes the second in part.
UNKEPT = re.compile("<r>.*</r>|.*_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_.*", re.DOTALL)
ALLOWED = "format_columns format_rows insert_rows delete_rows sort autofilter select_locked_cells select_unlocked_cells"


def cells(plan, rows, lang):
    """Write the cells of every sheet: ids by name, everything else as it stands.

    Parameters
    ----------
    plan : list of sheets.Sheet
        See `sheets.planned`.
    rows : dict of str to list of neoterra_analysis.reading.Row
        See `sheets.stored`.
    lang : {"fr", "en"}
        Language of the names.

    Returns
    -------
    shown : dict of str to list of list of str
    ids : dict of str to dict of str to names.Known
        What each column may hold.
    problems : list of neoterra_analysis.problems.Problem
        Texts that no cell can hold.

    Examples
    --------
    >>> cells([], {}, "fr")
    ({}, {}, [])
    """
    shown, ids, problems = {}, {}, []
    keys = {sheet.table: sheet.key[0] for sheet in plan if sheet.key}
    content = {table: [row.cells for row in found] for table, found in rows.items()}
    for sheet in plan:
        ids[sheet.table] = choices(sheet, keys, content, lang)
        shown[sheet.table] = []
        for row in rows[sheet.table]:
            line = []
            for column in sheet.columns:
                text = value = row.cells[column]
                if column in ids[sheet.table]:
                    text = names.encode(value, ids[sheet.table][column], column in sheet.links)
                fault = _fault(value, text)
                if fault:
                    problems.append(Problem(sheet.path, row.lines[column], column, value=value, **fault))
                line.append(text)
            shown[sheet.table].append(line)
    return shown, ids, sorted(problems)


def _fault(value, text):
    """Name the rule by which a cell cannot hold a text; the limit counts halves of characters, as Excel does."""
    if COMMANDS.search(value):
        return {"code": "control_char", "nearest": COMMANDS.sub("", value)}
    if text is None or UNKEPT.fullmatch(text):
        return {"code": "no_cell"}
    if len(text.encode("utf-16-le")) > 2 * LONGEST:
        return {"code": "long_cell", "other": str(LONGEST)}
    return None


def workbook(plan, rows, lang):
    """Make the workbook.

    Parameters
    ----------
    plan : list of sheets.Sheet
        See `sheets.planned`.
    rows : dict of str to list of neoterra_analysis.reading.Row
        See `sheets.stored`.
    lang : {"fr", "en"}
        Language of the sheets.

    Returns
    -------
    raw : bytes
        The same for the same data; empty if there are problems.
    problems : list of neoterra_analysis.problems.Problem
        Texts that no cell can hold.

    Examples
    --------
    >>> workbook([], {}, "fr")[0][:2]
    b'PK'
    """
    import xlsxwriter

    shown, ids, problems = cells(plan, rows, lang)
    if problems:
        return b"", problems
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        # Dates would make other bytes of the same data.
        book.set_properties({"created": datetime(2000, 1, 1), "title": labels.t("workbook.title", lang)})
        book.set_calc_mode("auto")
        formats = _formats(book)
        guide.write(book, plan, lang)
        made = {sheet.table: book.add_worksheet(sheet.title) for sheet in plan}
        ranges = lists.write(book, plan, rows, ids, lang)
        for sheet in plan:
            _table(made[sheet.table], sheet, shown[sheet.table], ids[sheet.table], ranges, formats, lang)
        _meta(book, plan, rows, lang)
    return file.getvalue(), []


def _formats(book):
    body = {"num_format": "@", "text_wrap": True, "valign": "top", "locked": False}
    head = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "num_format": "@"}
    return {
        "body": book.add_format(body),
        "key": book.add_format(body | {"locked": True, "bg_color": "#EFEFEF", "bottom": 4, "bottom_color": "#BFBFBF"}),
        "head": book.add_format(head | {"bg_color": "#DCE6EE"}),
        "required": book.add_format(head | {"bg_color": "#A9C4D9"}),
    }


def _table(made, sheet, lines, ids, ranges, formats, lang):
    """Write the sheet of a table: texts only, so that no value is taken for a number, a date or a formula."""
    count, last = len(lines), len(lines) + sheets.NEW_ROWS
    widths = [_width(sheet, column, [line[column] for line in lines]) for column in range(len(sheet.fields))]
    for column, field in enumerate(sheet.fields):
        name = field["name"]
        required = field.get("constraints", {}).get("required")
        made.set_column(column, column, widths[column], formats["body"])
        made.write_string(0, column, name, formats["required" if required else "head"])
        if "description" in field:
            made.data_validation(0, column, 0, column, {"validate": "any", **guide.message(field, lang)})
        offered = _offered(sheet, field, ids, ranges, lang)
        if offered:
            made.data_validation(1, column, last, column, offered)
    for row, line in enumerate(lines, 1):
        made.set_row(row, guide.height(line, widths))
        for column, text in enumerate(line):
            kind = "key" if sheet.columns[column] in sheet.key else "body"
            made.write_string(row, column, text, formats[kind])
    width = len(sheet.fields) - 1
    made.freeze_panes(1, 1)
    made.autofilter(0, 0, max(count, 1), width)
    made.ignore_errors({"number_stored_as_text": f"A1:{address(last + 1, width + 1)}"})
    made.protect("", dict.fromkeys(ALLOWED.split(), True))
    guide.printed(made, 0, sheet.title, sum(widths))


def _width(sheet, column, texts):
    name = sheet.columns[column]
    longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
    # The first column stays in view, and must leave room for the others.
    return min(max(len(name) + 4, longest + 2, 10), 46 if column else 30)


def _offered(sheet, field, ids, ranges, lang):
    """Return the dropdown of a column, if it has one; ids may also be typed, codes may not be others."""
    name = field["name"]
    more = {"ignore_blank": True, "error_title": labels.t("workbook.list_title", lang)}
    if name in sheet.links and sheet.links[name] in ranges:
        text = labels.t("workbook.list_ids", lang)
        return (
            {"validate": "list", "source": ranges[sheet.links[name]], "error_type": "warning"}
            | more
            | {"error_message": text}
        )
    values = list(ids[name].shown) if name in ids else [value for value in field.get("offered", ()) if value]
    if not values:
        return None
    source = values if len(",".join(values)) <= 255 else ranges[(sheet.table, name)]
    return {"validate": "list", "source": source, "error_message": labels.t("workbook.list_codes", lang)} | more


def _meta(book, plan, rows, lang):
    """Write what the workbook is, for its import."""
    made = book.add_worksheet(sheets.META)
    made.very_hidden()
    content = {table: [row.cells for row in found] for table, found in rows.items()}
    extra = {sheet.table: sheet.columns for sheet in plan if sheet.table in sheets.EXTRA}
    facts = {
        sheets.MARK: sheets.VERSION,
        "lang": lang,
        "digest": sheets.digest(sheets.texts(plan, content)),
        "extra": json.dumps(extra, ensure_ascii=False),
    }
    for row, (key, value) in enumerate(facts.items()):
        made.write_string(row, 0, key)
        made.write_string(row, 1, value)
