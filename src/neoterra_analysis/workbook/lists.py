"""The hidden lists behind the dropdowns: of ids by name, as formulas, and of codes too many for a cell's own list."""

from . import names, sheets
from .places import address


def write(book, plan, rows, ids, lang):
    """Write the hidden lists; those of ids follow the sheets, so that a new record is offered at once.

    Parameters
    ----------
    book : xlsxwriter.Workbook
        The workbook.
    plan : list of sheets.Sheet
        See `sheets.planned`.
    rows : dict of str to list of neoterra_analysis.reading.Row
        Rows of each table.
    ids : dict of str to dict of str to names.Known
        What each column may hold.
    lang : {"fr", "en"}
        Language of the names.

    Returns
    -------
    dict
        The range of each list, by the tables that its ids stand in, or by table and column.

    Examples
    --------
    >>> import io, xlsxwriter
    >>> with xlsxwriter.Workbook(io.BytesIO()) as book:
    ...     write(book, [], {}, {}, "fr")
    {}
    """
    made, ranges, column = book.add_worksheet(sheets.LISTS), {}, 0
    made.very_hidden()
    by_table = {sheet.table: sheet for sheet in plan}
    for sheet in plan:
        for name, known in ids[sheet.table].items():
            targets = sheet.links.get(name)
            if targets is None and len(",".join(known.shown)) > 255:
                for at, code in enumerate(known.shown):
                    made.write_string(at, column, code)
                ranges[sheet.table, name] = f"='{sheets.LISTS}'!{_span(column, len(known.shown))}"
                column += 1
            elif targets and targets not in ranges:
                size = _ids(made, column, [by_table[target] for target in targets], rows, lang)
                span = f"'{sheets.LISTS}'!{_span(column, size)}"
                first = f"'{sheets.LISTS}'!{_span(column, 1).split(':')[0]}"
                ranges[targets] = f'=OFFSET({first},0,0,MAX(1,COUNTIF({span},"?*")),1)'
                column += 1
    return ranges


def _span(column, size):
    letters = address(1, column + 1)[:-1]
    return f"${letters}$1:${letters}${size}"


def _ids(made, column, targets, rows, lang):
    """Write a list of ids by name as formulas on their sheets, each with its present value."""
    present = [_shown(row.cells, sheet, lang) for sheet in targets for row in rows[sheet.table]]
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
    letters = address(1, sheet.columns.index(name) + 1)[:-1]
    title = sheet.title.replace("'", "''")
    return f"'{title}'!${letters}:${letters}"


def _formula(sheet, row, lang):
    one = f"INDEX({_column(sheet, sheet.key[0])},{row})"
    shown = names.shown_column(sheet.table, lang)
    if shown not in sheet.columns:
        return f'IF({one}="","",{one})'
    name = f"INDEX({_column(sheet, shown)},{row})"
    return f'IF({one}="","",IF({name}="",{one},{name}&" ["&{one}&"]"))'


def _shown(row, sheet, lang):
    one, name = row[sheet.key[0]], row.get(names.shown_column(sheet.table, lang), "")
    return f"{name} [{one}]" if one and name else one
