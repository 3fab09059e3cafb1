"""The first sheet: how to use the workbook, and what each table, column and code means."""

from textwrap import wrap

from .. import labels
from . import sheets

COLUMNS = ("sheet", "column", "title", "meaning", "required", "example")
WIDTHS = (16, 20, 24, 70, 12, 34)
LINES = 10
# Letters beyond which an A4 page would be too small to read.
WIDE = 200
# Letters that an A3 page shows side by side without a magnifying glass.
WIDEST = 320
# A column is as wide as so many digits; letters are narrower.
ROOM = 1.1
# Letters of a cell beyond which its row is as high as can be, whatever follows.
LETTERS = 2000


def said(entry, key, lang):
    """Return what the contract says, in a language.

    Examples
    --------
    >>> said({"title": "Rôle", "title_en": "Role"}, "title", "en")
    'Role'
    """
    return entry.get(f"{key}_en" if lang == "en" else key, "")


def message(field, lang):
    """Return the message that a column's head shows: its title and what it means, as long as Excel takes them.

    Examples
    --------
    >>> message({"title": "Rôle", "description": "Le rôle énoncé."}, "fr")
    {'input_title': 'Rôle', 'input_message': 'Le rôle énoncé.'}
    """
    title, text = said(field, "title", lang), said(field, "description", lang)
    if field.get("constraints", {}).get("required"):
        text += " " + labels.t("workbook.required_note", lang)
    return {"input_title": _cut(title, 32), "input_message": _cut(text, 255)}


def _cut(text, most):
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def lines(plan, lang):
    """Return the rows of the codebook: of each table what a row is, then its columns, each with its codes.

    Parameters
    ----------
    plan : list of sheets.Sheet
        See `sheets.planned`.
    lang : {"fr", "en"}
        Language of the words.

    Returns
    -------
    list of (str, tuple of str)
        Kind of the row (table, column or code), and its cells.

    Examples
    --------
    >>> from neoterra_analysis import contract
    >>> found = lines(sheets.planned(contract.tables(contract.find()), None, "en"), "en")
    >>> found[0], [cells for kind, cells in found if kind == "code"][0][:3]
    (('table', ('sources', '', 'Sources', 'The published documents that the records come from.', '', '')), \
('', 'company', 'Company'))
    """
    found = []
    for sheet in plan:
        told = labels.t(f"workbook.about.{sheet.table}", lang) if sheet.table in sheets.EXTRA else None
        meaning = told or said(sheet.resource, "description", lang)
        found.append(("table", (sheet.title, "", said(sheet.resource, "title", lang), meaning, "", "")))
        for field in sheet.fields:
            rules = field.get("constraints", {})
            required = labels.t("word.yes", lang) if rules.get("required") else ""
            words = (said(field, "title", lang), said(field, "description", lang))
            found.append(("column", (sheet.title, field["name"], *words, required, field.get("example", ""))))
            for category in field.get("categories", []):
                words = (said(category, "label", lang), said(category, "description", lang))
                found.append(("code", ("", category["value"], *words, "", "")))
    return found


def write(book, plan, lang):
    """Write the first sheet.

    Parameters
    ----------
    book : xlsxwriter.Workbook
        The workbook, still without sheets.
    plan : list of sheets.Sheet
        See `sheets.planned`.
    lang : {"fr", "en"}
        Language of the words.

    Examples
    --------
    >>> import io, xlsxwriter
    >>> with xlsxwriter.Workbook(io.BytesIO()) as book:
    ...     write(book, [], "fr")
    ...     print(book.worksheets()[0].name)
    Mode d'emploi
    """
    made = book.add_worksheet(sheets.title("guide", lang))
    body = {"text_wrap": True, "valign": "top", "num_format": "@"}
    formats = {
        "table": book.add_format(body | {"bold": True, "bg_color": "#A9C4D9", "top": 1}),
        "column": book.add_format(body | {"top": 4}),
        "code": book.add_format(body | {"indent": 1, "font_color": "#404040"}),
        "head": book.add_format(body | {"bold": True, "bottom": 1, "bg_color": "#DCE6EE"}),
    }
    made.write_string(0, 0, labels.t("workbook.title", lang), book.add_format({"bold": True, "font_size": 16}))
    for row in range(1, LINES + 1):
        made.write_string(row, 0, labels.t(f"workbook.how.{row}", lang))
    top = LINES + 2
    for column, (name, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
        made.set_column(column, column, width)
        made.write_string(top, column, labels.t(f"workbook.head.{name}", lang), formats["head"])
    for row, (kind, texts) in enumerate(lines(plan, lang), top + 1):
        made.set_row(row, height(texts, WIDTHS))
        for column, text in enumerate(texts):
            made.write_string(row, column, text, formats[kind])
    made.protect("", {"format_columns": True, "format_rows": True})
    made.activate()
    printed(made, top, sheets.title("guide", lang))


def height(texts, widths):
    """Return the height that a row needs to show its texts, or None if one line does.

    LibreOffice gives each row one line unless told otherwise.

    Parameters
    ----------
    texts : sequence of str
        Its cells.
    widths : sequence of int
        Letters that each column shows.

    Returns
    -------
    int or None
        In points; Excel has no row of more than 409.

    Examples
    --------
    >>> height(["un", "deux mots"], [10, 12]), height(["un", "deux mots"], [10, 6])
    (None, 30)
    """
    most = 1
    for text, width in zip(texts, widths, strict=True):
        count = sum(len(wrap(line, int(width * ROOM))) or 1 for line in text[:LETTERS].split("\n"))
        most = max(most, count)
    return min(15 * most, 409) if most > 1 else None


def printed(made, top, title, width=0):
    """Make a sheet fit to be printed: landscape, a page wide (A4, or A3; two if very wide), its head on each.

    Parameters
    ----------
    made : xlsxwriter.worksheet.Worksheet
        The sheet.
    top : int
        Row of its head, from 0.
    title : str
        What the foot of the pages says.
    width : int
        Letters that its columns show side by side.

    Examples
    --------
    >>> import io, xlsxwriter
    >>> with xlsxwriter.Workbook(io.BytesIO()) as book:
    ...     printed(book.add_worksheet("a"), 0, "a")
    """
    made.set_landscape()
    made.set_paper(8 if width > WIDE else 9)
    pages = max(-(-width // WIDEST), 1)
    made.fit_to_pages(pages, 0)
    if pages > 1:
        made.repeat_columns(0)
    made.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    made.repeat_rows(top)
    made.set_footer(f"&L{title.replace('&', '&&')}&R&P / &N")
