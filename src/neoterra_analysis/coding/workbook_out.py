"""The workbook of a data folder, written for people who code in a spreadsheet."""

import json
import re
from datetime import datetime
from io import BytesIO
from textwrap import wrap

from ..dataset import rules
from ..dataset.problems import Problem
from ..words import labels
from . import sheets
from .sheets import COMMANDS, address, letters

# The columns of the codebook, and how wide they are.
CODEBOOK = {"sheet": 16, "column": 20, "title": 24, "meaning": 70, "required": 12, "example": 34}
LINES = 10
# Letters side by side beyond which an A4 page would be too small to read, and an A3 page.
WIDE, WIDEST = 200, 320
# A column is as wide as so many digits; letters are narrower.
ROOM = 1.1
# Letters of a cell beyond which its row is as high as can be, whatever follows.
LETTERS = 2000


def _worded(entry, key, lang):
    """Return what the contract says, in a language."""
    return entry.get(f"{key}_en" if lang == "en" else key, "")


def message(field, lang):
    """Return the message that a column's head shows: its title and what it means, as long as Excel takes them.

    >>> message({"title": "Rôle", "description": "Le rôle énoncé."}, "fr")
    {'input_title': 'Rôle', 'input_message': 'Le rôle énoncé.'}
    """
    title, text = _worded(field, "title", lang), _worded(field, "description", lang)
    if field.get("constraints", {}).get("required"):
        text += " " + labels.t("workbook.required_note", lang)

    def cut(text, most):
        return text if len(text) <= most else text[: most - 1].rstrip() + "…"

    return {"input_title": cut(title, 32), "input_message": cut(text, 255)}


def lines(plan, lang):
    """Return the rows of the codebook: of each table what a row is, its columns with their codes, then its rules."""
    found = []
    for sheet in plan:
        told = labels.t(f"workbook.about.{sheet.table}", lang) if sheet.table in sheets.EXTRA else None
        meaning = told or _worded(sheet.resource, "description", lang)
        found.append(("table", (sheet.title, "", _worded(sheet.resource, "title", lang), meaning, "", "")))
        for field in sheet.fields:
            required = labels.t("word.yes", lang) if field.get("constraints", {}).get("required") else ""
            words = (_worded(field, "title", lang), _worded(field, "description", lang))
            found.append(("column", (sheet.title, field["name"], *words, required, field.get("example", ""))))
            for category in field.get("categories", []):
                words = (_worded(category, "label", lang), _worded(category, "description", lang))
                found.append(("code", ("", category["value"], *words, "", "")))
        for _, columns, level, told in rules.held(sheet.resource, lang):
            if not set(columns) <= set(sheet.columns):  # a blind workbook does not ask for all of them
                continue
            title = labels.t("held.rule", lang, level=level)
            found.append(("rule", (sheet.title, ", ".join(columns), title, told, "", "")))
    return found


def _write_guide(book, plan, lang, kind):
    """Write the first sheet."""
    title, widths = sheets.title("guide", lang), list(CODEBOOK.values())
    made, top = book.add_worksheet(title), LINES + 2
    body = {"text_wrap": True, "valign": "top", "num_format": "@"}
    formats = {
        "table": book.add_format(body | {"bold": True, "bg_color": "#A9C4D9", "top": 1}),
        "column": book.add_format(body | {"top": 4}),
        "code": book.add_format(body | {"indent": 1, "font_color": "#404040"}),
        "rule": book.add_format(body | {"top": 4, "italic": True}),
        "head": book.add_format(body | {"bold": True, "bottom": 1, "bg_color": "#DCE6EE"}),
    }
    made.write_string(0, 0, labels.t(f"{kind}.title", lang), book.add_format({"bold": True, "font_size": 16}))
    for row in range(1, LINES + 1):
        made.write_string(row, 0, labels.t(f"{kind}.how.{row}", lang))
    for column, (name, width) in enumerate(CODEBOOK.items()):
        made.set_column(column, column, width)
        made.write_string(top, column, labels.t(f"workbook.head.{name}", lang), formats["head"])
    for row, (kind, texts) in enumerate(lines(plan, lang), top + 1):
        made.set_row(row, height(texts, widths))
        for column, text in enumerate(texts):
            made.write_string(row, column, text, formats[kind])
    made.protect("", {"format_columns": True, "format_rows": True})
    made.activate()
    _fit_to_pages(made, top, title)


def height(texts, widths):
    """Return the height that a row needs to show its texts, or None if one line does.

    >>> height(["un", "deux mots"], [10, 12]), height(["un", "deux mots"], [10, 6])
    (None, 30)
    """
    most = 1
    for text, width in zip(texts, widths, strict=True):
        count = sum(len(wrap(line, int(width * ROOM))) or 1 for line in text[:LETTERS].split("\n"))
        most = max(most, count)
    return min(15 * most, 409) if most > 1 else None


def _fit_to_pages(made, top, title, width=0):
    """Make a sheet fit to be printed: landscape, a page wide (A4, or A3; two if very wide), its head on each."""
    made.set_landscape()
    made.set_paper(8 if width > WIDE else 9)
    pages = max(-(-width // WIDEST), 1)
    made.fit_to_pages(pages, 0)
    if pages > 1:
        made.repeat_columns(0)
    made.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    made.repeat_rows(top)
    made.set_footer(f"&L{title.replace('&', '&&')}&R&P / &N")


def _write_lists(book, plan, rows, ids, lang):
    """Write the hidden lists; those of ids follow the sheets, so that a new record is offered at once."""
    made, ranges, column = book.add_worksheet(sheets.LISTS), {}, 0
    made.very_hidden()
    by_table = {sheet.table: sheet for sheet in plan}

    def span(size):
        return f"'{sheets.LISTS}'!${letters(column + 1)}$1:${letters(column + 1)}${size}"

    for sheet in plan:
        for name, known in ids[sheet.table].items():
            targets = sheet.links.get(name)
            if targets is None and len(",".join(known.shown)) > 255:
                for at, code in enumerate(known.shown):
                    made.write_string(at, column, code)
                ranges[sheet.table, name] = f"={span(len(known.shown))}"
                column += 1
            elif targets and targets not in ranges:
                whole = span(_write_ids(made, column, [by_table[target] for target in targets], rows, lang))
                first = whole.partition(":")[0]
                ranges[targets] = f'=OFFSET({first},0,0,MAX(1,COUNTIF({whole},"?*")),1)'
                column += 1
    return ranges


def _write_ids(made, column, targets, rows, lang):
    """Write a list of ids by name as formulas on their sheets, each with its present value; return its length."""
    present = []
    for sheet in targets:
        name = sheets.shown_column(sheet.table, lang)
        for cells in (row.cells for row in rows[sheet.table]):
            one = cells[sheet.key[0]]
            present.append(f"{cells[name]} [{one}]" if one and cells.get(name) else one)
    size = len(present) + sheets.NEW_LISTED
    for at in range(size):
        formula = _formula(targets[0], f"{at + 2}", lang)
        if len(targets) == 2:
            # Below the rows of the first sheet, those of the second; a count includes the head.
            count = f'COUNTIF({_column(targets[0], targets[0].key[0])},"?*")'
            formula = f"IF({at + 2}<={count},{formula},{_formula(targets[1], f'{at + 3}-{count}', lang)})"
        made.write_formula(at, column, f"={formula}", None, present[at] if at < len(present) else "")
    return size


def _column(sheet, name):
    column = letters(sheet.columns.index(name) + 1)
    title = sheet.title.replace("'", "''")
    return f"'{title}'!${column}:${column}"


def _formula(sheet, row, lang):
    one = f"INDEX({_column(sheet, sheet.key[0])},{row})"
    shown = sheets.shown_column(sheet.table, lang)
    if shown not in sheet.columns:
        return f'IF({one}="","",{one})'
    name = f"INDEX({_column(sheet, shown)},{row})"
    return f'IF({one}="","",IF({name}="",{one},{name}&" ["&{one}&"]"))'


LONGEST = 32767
# Texts that xlsxwriter does not write as they are: it takes the first kind for markup, and escapes the second in part.
UNKEPT = re.compile("<r>.*</r>|.*_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_.*", re.DOTALL)
ALLOWED = "format_columns format_rows insert_rows delete_rows sort autofilter select_locked_cells select_unlocked_cells"


def cells(plan, rows, lang):
    """Return the cells of every sheet, ids by name and everything else as it stands; what is offered; problems."""
    shown, problems, ids = {}, [], sheets.choices(plan, rows, lang)
    for sheet in plan:
        shown[sheet.table] = []
        for row in rows[sheet.table]:
            line = []
            for column in sheet.columns:
                text = value = row.cells[column]
                if column in ids[sheet.table]:
                    text = sheets.encode(value, ids[sheet.table][column], column in sheet.links)
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


def workbook(plan, rows, lang, kind="workbook"):
    """Make the workbook, of the tables or of a second coder (``blind``).

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
        book.set_properties({"created": datetime(2000, 1, 1), "title": labels.t(f"{kind}.title", lang)})
        book.set_calc_mode("auto")
        body = {"num_format": "@", "text_wrap": True, "valign": "top", "locked": False}
        head = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "num_format": "@"}
        formats = {
            "body": body,
            "key": body | {"locked": True, "bg_color": "#EFEFEF", "bottom": 4, "bottom_color": "#BFBFBF"},
            "head": head | {"bg_color": "#DCE6EE"},
            "required": head | {"bg_color": "#A9C4D9"},
        }
        formats = {name: book.add_format(one) for name, one in formats.items()}
        _write_guide(book, plan, lang, kind)
        made = {sheet.table: book.add_worksheet(sheet.title) for sheet in plan}
        ranges = _write_lists(book, plan, rows, ids, lang)
        for sheet in plan:
            _write_table(made[sheet.table], sheet, shown[sheet.table], ids[sheet.table], ranges, formats, lang)
        _write_meta(book, plan, rows, lang, kind)
    return file.getvalue(), []


def _write_table(made, sheet, lines, ids, ranges, formats, lang):
    """Write the sheet of a table: texts only, so that no value is taken for a number, a date or a formula."""
    last = len(lines) + sheets.NEW_ROWS
    widths = [_width(sheet, column, [line[column] for line in lines]) for column in range(len(sheet.fields))]
    for column, field in enumerate(sheet.fields):
        name = field["name"]
        required = field.get("constraints", {}).get("required")
        made.set_column(column, column, widths[column], formats["body"])
        made.write_string(0, column, name, formats["required" if required else "head"])
        if "description" in field:
            made.data_validation(0, column, 0, column, {"validate": "any", **message(field, lang)})
        offered = _offered(sheet, field, ids, ranges, lang)
        if offered:
            made.data_validation(1, column, last, column, offered)
    for row, line in enumerate(lines, 1):
        made.set_row(row, height(line, widths))
        for column, text in enumerate(line):
            kind = "key" if sheet.columns[column] in sheet.key else "body"
            made.write_string(row, column, text, formats[kind])
    width = len(sheet.fields) - 1
    made.freeze_panes(1, 1)
    made.autofilter(0, 0, max(len(lines), 1), width)
    made.ignore_errors({"number_stored_as_text": f"A1:{address(last + 1, width + 1)}"})
    made.protect("", dict.fromkeys(ALLOWED.split(), True))
    _fit_to_pages(made, 0, sheet.title, sum(widths))


def _width(sheet, column, texts):
    longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
    # The first column stays in view, and must leave room for the others.
    least = max(len(sheet.columns[column]) + 4, sheet.fields[column].get("width", 10))
    return min(max(least, longest + 2), 46 if column else 30)


def _offered(sheet, field, ids, ranges, lang):
    """Return the dropdown of a column, if it has one; ids may also be typed, codes may not be others."""
    name, kind = field["name"], "list_codes"
    rule = {"validate": "list", "ignore_blank": True, "error_title": labels.t("workbook.list_title", lang)}
    if sheet.links.get(name) in ranges:
        rule |= {"source": ranges[sheet.links[name]], "error_type": "warning"}
        kind = "list_ids"
    else:
        values = list(ids[name].shown) if name in ids else [value for value in field.get("offered", ()) if value]
        if not values:
            return None
        rule["source"] = values if len(",".join(values)) <= 255 else ranges[(sheet.table, name)]
    return rule | {"error_message": labels.t(f"workbook.{kind}", lang)}


def _write_meta(book, plan, rows, lang, kind):
    """Write what the workbook is, for its import."""
    made = book.add_worksheet(sheets.META)
    made.very_hidden()
    extra = {sheet.table: sheet.columns for sheet in plan if sheet.table in sheets.EXTRA}
    facts = {
        sheets.MARK: sheets.VERSION,
        "lang": lang,
        "kind": kind,
        "digest": sheets.digest(sheets.texts(plan, rows)),
        "extra": json.dumps(extra, ensure_ascii=False),
    }
    for row, texts in enumerate(facts.items()):
        for column, text in enumerate(texts):
            made.write_string(row, column, text)
