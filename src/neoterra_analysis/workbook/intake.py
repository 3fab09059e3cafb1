"""From the grids of a workbook to the tables of the contract; what is not plain text in its place is told."""

import json
from typing import NamedTuple

from ..problems import Problem
from ..reading import Row, Table, nearest
from . import names, sheets
from .places import address, place
from .values import value

# Faults of a kind told of a sheet: more would help nobody.
MOST = 50


class Taken(NamedTuple):
    """What a workbook holds: tables for the check, rows of every sheet, what refuses the workbook, what is told.

    ``heads`` holds the number of each column; ``structural`` problems refuse the workbook, and its notices stand
    with them; ``soft`` problems are about a value, as those of the check are.
    """

    tables: dict
    content: dict
    heads: dict
    structural: list
    soft: list


def about(grids, name, lang=None):
    """Return what a workbook says of itself: its language, the digest of what was exported, the tables beside.

    Parameters
    ----------
    grids : list of grids.Grid
        The sheets.
    name : str
        The file's name.
    lang : {"fr", "en"}, optional
        Language of the refusals.

    Returns
    -------
    dict
        ``version``, ``lang``, ``digest`` and ``extra``.

    Raises
    ------
    WorkbookError
        If it is not a workbook that `export` wrote, or one of another version.

    Examples
    --------
    >>> about([], "grid.xlsx", "en")
    Traceback (most recent call last):
    neoterra_analysis.workbook.sheets.WorkbookError: grid.xlsx was not made by: neoterra workbook export
    """
    grid = next((grid for grid in grids if grid.title == sheets.META), None)
    rows = {} if grid is None else {r: cell.text for (r, c), cell in grid.cells.items() if c == 1}
    found = {key: grid.cells[r, 2].text for r, key in rows.items() if (r, 2) in grid.cells}
    version = found.get(sheets.MARK)
    if version is None:
        raise sheets.refusal("not_exported", lang, file=name)
    if version != sheets.VERSION:
        raise sheets.refusal("other_version", lang, file=name, version=version[:20], known=sheets.VERSION)
    try:
        extra = json.loads(found["extra"])
        if found["lang"] not in ("fr", "en") or not set(extra) <= set(sheets.EXTRA):
            raise ValueError
        return {"lang": found["lang"], "digest": found["digest"], "extra": {k: list(v) for k, v in extra.items()}}
    except (KeyError, ValueError, TypeError):
        raise sheets.refusal("not_exported", lang, file=name) from None


def take(grids, plan, lang, name):
    """Read the sheets of a plan.

    Parameters
    ----------
    grids : list of grids.Grid
        All sheets of the workbook.
    plan : list of sheets.Sheet
        Those wanted, in the workbook's language.
    lang : {"fr", "en"}
        The workbook's language.
    name : str
        The file's name.

    Returns
    -------
    Taken

    Examples
    --------
    >>> take([], [], "fr", "grid.xlsx")
    Taken(tables={}, content={}, heads={}, structural=[], soft=[])
    """
    by_title = {grid.title: grid for grid in grids}
    own = {sheets.META, sheets.LISTS, sheets.title("guide", "fr"), sheets.title("guide", "en")}
    wanted = {sheet.title for sheet in plan}
    others = [grid.title for grid in grids if grid.title not in wanted | own]
    problems, heads, read = [], {}, {}
    for sheet in plan:
        if sheet.title not in by_title:
            near = nearest(sheet.title, others)
            problems.append(Problem(name, 0, "", "missing_sheet", sheet.title, nearest=near))
            continue
        problems += _layout(by_title[sheet.title])
        heads[sheet.table], found = _head(by_title[sheet.title], sheet)
        problems += found
        if not any(not problem.notice for problem in found):
            read[sheet.table] = _raw(by_title[sheet.title], heads[sheet.table])
    problems += [Problem(title, 1, "", "extra_sheet", cell="A1") for title in others]
    keys = {sheet.table: sheet.key[0] for sheet in plan if sheet.key}
    bare = {table: [{c: cell.text for c, (_, cell) in row.items()} for _, row in rows] for table, rows in read.items()}
    tables, content, soft = {}, {}, []
    for sheet in plan:
        ids = choices(sheet, keys, bare, lang)
        complete = all(table in read for targets in sheet.links.values() for table in targets)
        rows = []
        for line, cells in read.get(sheet.table, []):
            values, bad = {}, set()
            for field in sheet.fields:
                column = field["name"]
                spot, cell = cells.get(column, (None, None))
                values[column], finding = value(cell, field, ids.get(column)) if cell else ("", None)
                if not finding:
                    continue
                hard, told = finding
                if told["code"] == "unknown_name" and not complete:
                    continue
                told = Problem(sheet.title, line, column, value=cell.text, cell=spot, **told)
                (problems if hard or told.notice else soft).append(told)
                bad |= set() if told.notice else {column}
            rows.append(Row(line, values, dict.fromkeys(values, line), frozenset(bad)))
        problems += _blank(rows, sheet)
        filled = [row for row in rows if any(text.strip() for text in row.cells.values())]
        tables[sheet.table] = Table(filled, [], sheet.table in read)
        content[sheet.table] = [row.cells for row in filled]
    return Taken(tables, content, heads, sorted(set(problems)), sorted(set(soft)))


def choices(sheet, keys, content, lang):
    """Return what each column of ids or codes may hold, ``{column: names.Known}``.

    Parameters
    ----------
    sheet : sheets.Sheet
        The sheet.
    keys : dict of str to str
        The id column of each table.
    content : dict of str to list of dict
        Rows of the tables that ids stand in.
    lang : {"fr", "en"}
        Language of the names shown.

    Returns
    -------
    dict of str to names.Known

    Examples
    --------
    >>> role = {"name": "role", "constraints": {"enum": ["connecteur"]}}
    >>> sheet = sheets.Sheet("roles", "rôles", "roles.csv", [role], ["role"], {}, {})
    >>> choices(sheet, {}, {}, "fr")
    {'role': Known(shown={'connecteur': ''}, forms={})}
    """
    found = {f["name"]: names.coded(f) for f in sheet.fields if f.get("constraints", {}).get("enum")}
    for column, targets in sheet.links.items():
        if all(target in keys for target in targets):
            found[column] = names.known(targets, keys, content, lang)
    return found


def _layout(grid):
    """Tell what hides, joins or comments cells of a sheet."""
    found = [Problem(grid.title, 1, "", "hidden_sheet", cell="A1")] if grid.hidden else []
    for ref in grid.merged[:MOST]:
        line, column = place(ref)
        found.append(Problem(grid.title, line, "", "merged_cells", ref, cell=address(line, column)))
    filled = {line for line, _ in grid.cells}
    hidden = grid.hidden_rows & filled
    code = "filtered_rows" if grid.filtered else "hidden_rows"
    for line in sorted(hidden):
        if line - 1 not in hidden:
            last = next(n for n in range(line, line + len(hidden) + 1) if n + 1 not in hidden)
            value = f"{line}" if last == line else f"{line}-{last}"
            found.append(Problem(grid.title, line, "", code, value, cell=address(line, 1)))
    filled = sorted({column for _, column in grid.cells})
    for column in filled:
        if any(first <= column <= last for first, last in grid.hidden_columns):
            letters = address(1, column)[:-1]
            found.append(Problem(grid.title, 1, "", "hidden_column", letters, cell=address(1, column)))
    for line, column in grid.comments[:MOST]:
        found.append(Problem(grid.title, line, "", "comment_left", cell=address(line, column), notice=True))
    if grid.drawings:
        found.append(Problem(grid.title, 1, "", "drawing_left", cell="A1", notice=True))
    return found


def _head(grid, sheet):
    """Find the columns of a sheet, and tell what stands outside them."""
    found, columns = [], {}
    heads = {column: cell.text.strip() for (line, column), cell in grid.cells.items() if line == 1}
    allowed = tuple(sheet.columns)
    for column, name in sorted(heads.items())[: len(allowed) + MOST]:
        spot = address(1, column)
        if name not in allowed:
            near = nearest(name, [one for one in allowed if one not in heads.values()])
            found.append(Problem(grid.title, 1, name, "unknown_column", name, allowed, near, cell=spot))
        elif name in columns:
            found.append(Problem(grid.title, 1, name, "duplicate_column", name, cell=spot))
        else:
            columns[name] = column
    missing = [name for name in allowed if name not in columns]
    found += [Problem(grid.title, 1, name, "missing_column", name, allowed, cell="A1") for name in missing]
    stray = {}
    for line, column in sorted(grid.cells):
        if column not in heads:
            stray.setdefault(column, line)
    for column, line in list(stray.items())[:MOST]:
        value = grid.cells[line, column].text
        found.append(Problem(grid.title, line, "", "stray_cell", value, cell=address(line, column)))
    return columns, found


def _raw(grid, columns):
    """Return the rows below the head as they stand: ``(line, {column: (address, Cell)})``."""
    names_of = {column: name for name, column in columns.items()}
    rows = {}
    for (line, column), cell in grid.cells.items():
        if line > 1 and column in names_of:
            rows.setdefault(line, {})[names_of[column]] = address(line, column), cell
    return sorted(rows.items())


def _blank(rows, sheet):
    """Tell of each stretch of empty rows between two records."""
    lines = [row.line for row in rows if any(text.strip() for text in row.cells.values())]
    gaps = [a + 1 for a, b in zip([1, *lines], lines, strict=False) if b > a + 1]
    return [Problem(sheet.title, line, "", "blank_line", cell=address(line, 1), notice=True) for line in gaps]
