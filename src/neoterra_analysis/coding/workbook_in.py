"""From the bytes of a workbook to the tables of the contract; what is not plain text in its place is told."""

import json
import zipfile
from collections import namedtuple
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import NamedTuple

from ..dataset.csvfile import Row, Table, nearest
from ..dataset.problems import Problem, visible
from ..fiches.documents import sandbox
from ..fiches.documents.limits import MAX_FILE, MEGABYTE, DocumentError, check_archive
from . import sheets
from .sheets import address, letters, place, refusal

TYPES = "[Content_Types].xml"
PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
# Parts of a workbook that bring in something from outside, by the start of their names.
OUTSIDE = ("xl/externallinks/", "xl/connections", "xl/querytables/")
# Rules of documents that have words of their own for workbooks.
OWN_WORDS = {code: code for code in ("strict", "too_many_cells", "too_much")}
OWN_WORDS |= {"unreadable": "damaged", "too_long": "too_much"}


# What a cell holds: a text, or what a spreadsheet made of one (number, date, formula, boolean, error).
Cell = namedtuple("Cell", "kind text")


class Grid(NamedTuple):
    """A sheet as it stands: name, whether it is hidden, cells by (row, column) from 1, and what is done to them."""

    title: str
    hidden: bool = False
    cells: dict = {}
    merged: list = []
    hidden_rows: list = []
    hidden_columns: list = []
    filtered: bool = False
    struck: list = []
    comments: list = []
    drawings: bool = False


def grids(file, lang=None):
    """Read all sheets of a workbook, in a process of its own.

    >>> grids("no-such-grid.xlsx", "en")
    Traceback (most recent call last):
    neoterra_analysis.coding.sheets.WorkbookError: no-such-grid.xlsx: no such file
    """
    file = Path(file)
    name = visible(file.name)
    raw = _bytes(file, name, lang)
    try:
        code = _kind(raw, check_archive(raw, lang, MAX_ELEMENTS))
        found = [] if code else sandbox.call(stored_grids, raw, lang=lang, times=TIMES)
    except DocumentError as error:
        raise refusal(OWN_WORDS.get(error.code, "refused"), lang, file=name, why=error) from None
    if code:
        raise refusal(code, lang, file=name)
    return [
        Grid(*stored)._replace(cells={(row, column): Cell(*cell) for row, column, *cell in stored[2]})
        for stored in found
    ]


def _bytes(file, name, lang):
    if not file.is_file():
        raise refusal("not_a_file" if file.exists() else "no_file", lang, file=name)
    with file.open("rb") as stream:
        raw = stream.read(MAX_FILE + 1)
    if len(raw) > MAX_FILE:
        raise refusal("too_large", lang, file=name, most=MAX_FILE // MEGABYTE)
    if not raw.startswith(b"PK"):
        old = raw.startswith(b"\xd0\xcf\x11\xe0")
        raise refusal("empty" if not raw else "old_or_encrypted" if old else "not_a_workbook", lang, file=name)
    return raw


def _kind(raw, members):
    """Name what kind of file an archive is, if not a workbook that is read."""
    folded = [member.casefold() for member in members]
    if TYPES not in members:
        return "opendocument" if "content.xml" in folded else "not_a_workbook"
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        types = archive.read(TYPES)
    if b"macroEnabled" in types or any(member.endswith("vbaproject.bin") for member in folded):
        return "macros"
    if PLAIN not in types:
        return "not_a_workbook"
    return "external" if any(member.startswith(OUTSIDE) for member in folded) else None


# What the tables are made of in this process; what the other one may cost is in its own hands.
# Three times what the data of 2,000 laureates take.
TIMES = 3  # of the time and memory of a document
MAX_ELEMENTS = 2_400_000
MAX_CELLS = 800_000
MAX_ROWS = 160_000
MAX_LETTERS = 45_000_000
MOST = 50  # faults of a kind told of a sheet: more would help nobody
NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TEXTS = (f"{NS}t", f"{NS}r")


def stored_grids(raw, lang):
    """Read all sheets of a workbook in this process, each as a tuple like a `Grid`, for `grids` alone.

    openpyxl's own way through a workbook takes ``x005F_`` out of texts, makes a cell of each place of a merged range,
    drops shapes, and stumbles over what is not read here; so only its parts are used, for links and for dates.
    """
    from openpyxl.packaging.manifest import Manifest
    from openpyxl.packaging.relationship import get_dependents, get_rels_path
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900
    from openpyxl.xml.constants import SHARED_STRINGS, XLSX

    with zipfile.ZipFile(BytesIO(raw)) as archive:
        names = set(archive.namelist())

        def linked(path):
            """Return what a part refers to."""
            rels = get_rels_path(path)
            return get_dependents(archive, rels).to_dict() if rels in names else {}

        manifest = Manifest.from_tree(_tree(archive, TYPES))
        book = manifest.find(XLSX).PartName[1:]
        tree, links = _tree(archive, book), linked(book)
        if "purl.oclc.org" in tree.tag:
            raise DocumentError(code="strict")
        shared = manifest.find(SHARED_STRINGS)
        items = list(_tree(archive, shared.PartName[1:]).iter(f"{NS}si")) if shared else []
        texts = [_plain(item) for item in items]
        styles = [link.target for link in links.values() if link.Type == f"{LINKS}/styles"]
        dates, strikes = _styles(_tree(archive, styles[0])) if styles else ([None], [False])
        macintosh = any(one.get("date1904") in ("1", "true") for one in tree.iter(f"{NS}workbookPr"))
        epoch = CALENDAR_MAC_1904 if macintosh else CALENDAR_WINDOWS_1900
        found, targets = [], []
        for entry in tree.find(f"{NS}sheets"):
            link, hidden = links[entry.get(f"{{{LINKS}}}id")], entry.get("state", "visible") != "visible"
            targets.append(link.target)
            if link.Type != f"{LINKS}/worksheet":
                found.append(Grid(entry.get("name")))
                continue
            sheet, beside = _tree(archive, link.target), linked(link.target).values()
            notes = [one.target for one in beside if one.Type == f"{LINKS}/comments"]
            refs = {place(one.get("ref")) for path in notes for one in _tree(archive, path).iter(f"{NS}comment")}
            drawn = any(one.Type == f"{LINKS}/drawing" for one in beside)
            read = _sheet(sheet, items, texts, dates, strikes, epoch)
            found.append(Grid(entry.get("name"), hidden, *read, sorted(refs)[:MOST], drawn))
    titles = {grid.title.casefold() for grid in found}
    if len(titles) < len(found) or len(set(targets)) < len(targets):
        raise ValueError("two sheets of one name or one part")
    rows = sum(len({row for row, *_ in grid.cells}) for grid in found)
    sizes = [len(text) for grid in found for *_, text in grid.cells]
    if len(sizes) > MAX_CELLS or rows > MAX_ROWS or sum(sizes) > MAX_LETTERS:
        raise DocumentError(code="too_many_cells")
    return found


def _tree(archive, path):
    from lxml import etree

    # A comment inside a text would cut it in two.
    safe = {"remove_comments": True, "remove_pis": True, "resolve_entities": False, "no_network": True}
    return etree.fromstring(archive.read(path), etree.XMLParser(**safe))


def _plain(item):
    """Return the text of a string, rich or not, without the pronunciation that may stand beside it."""
    parts = [part.findtext(f"{NS}t") if part.tag == f"{NS}r" else part.text for part in item if part.tag in TEXTS]
    return _unescaped("".join(part or "" for part in parts))


def _unescaped(text):
    """Read ``_xHHHH_`` as the character that it stands for; two halves of one character are put together."""
    from openpyxl.utils.escape import unescape

    return unescape(text).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") if "_x" in text else text


def _styles(tree):
    """Tell of each cell style if numbers are stretches of time in it, None if no dates, and if it strikes texts out."""
    from openpyxl.styles.numbers import builtin_format_code, is_date_format, is_timedelta_format

    own = {one.get("numFmtId"): one.get("formatCode") for one in tree.iterfind(f"{NS}numFmts/{NS}numFmt")}
    fonts = [_is_on(font, "strike") for font in tree.iterfind(f"{NS}fonts/{NS}font")]
    styles = tree.findall(f"{NS}cellXfs/{NS}xf")
    numbers = [style.get("numFmtId", "0") for style in styles]
    codes = [own[number] if number in own else builtin_format_code(int(number)) for number in numbers]
    dates = [is_timedelta_format(code) if is_date_format(code) else None for code in codes]
    return dates, [fonts[int(style.get("fontId", 0))] if fonts else False for style in styles]


def _is_on(font, name):
    """Tell whether a font has a trait: Excel writes ``<strike/>``, LibreOffice ``<strike val="true"/>`` or false."""
    trait = font.find(f"{NS}{name}")
    return trait is not None and trait.get("val", "1") not in ("0", "false")


def _is_struck(cell, items, styles):
    """Tell whether letters of a cell are struck out; a part without a font of its own has that of the cell."""
    own = styles[int(cell.get("s", 0))]
    item = items[int(cell.findtext(f"{NS}v"))] if cell.get("t") == "s" else cell.find(f"{NS}is")
    parts = [part for part in (item if item is not None else ()) if part.tag == f"{NS}r"]
    fonts = [part.find(f"{NS}rPr") for part in parts if (part.findtext(f"{NS}t") or "").strip()]
    return any(own if font is None else _is_on(font, "strike") for font in fonts) if fonts else own


def _sheet(tree, items, texts, dates, strikes, epoch):
    """Return the filled cells of a sheet, ``(row, column, kind, text)``, and what hides, joins or strikes its cells."""

    def is_hidden(element, size):
        return element.get("hidden") in ("1", "true") or float(element.get(size, 1)) == 0

    cells, hidden, struck, number = [], set(), [], 0
    for line in tree.iter(f"{NS}row"):
        number = row = int(line.get("r", number + 1))
        hidden |= {number} if is_hidden(line, "ht") else set()
        column = 0
        for cell in line.iterchildren(f"{NS}c"):
            row, column = place(cell.get("r") or address(row, column + 1))
            kind, text = _cell(cell, texts, dates, epoch)
            cells += [(row, column, kind, text)] if text else []
            struck += [(row, column)] if text.strip() and _is_struck(cell, items, strikes) else []
    if len({cell[:2] for cell in cells}) < len(cells):
        raise ValueError("two cells of one address")
    merged = [one.get("ref") for one in tree.iter(f"{NS}mergeCell") if place(one.get("ref"))]
    ranges = [(int(one.get("min")), int(one.get("max"))) for one in tree.iter(f"{NS}col") if is_hidden(one, "width")]
    columns = {column for _, column, *_ in cells}
    hidden_columns = sorted(column for column in columns if any(first <= column <= last for first, last in ranges))
    hidden_rows = sorted({row for row, *_ in cells} & hidden)
    filtered = tree.find(f".//{NS}filterColumn") is not None
    return cells, merged[:MOST], hidden_rows, hidden_columns, filtered, struck[:MOST]


def _cell(cell, texts, dates, epoch):
    """Return the kind of a cell and its text, empty if it holds nothing."""
    from openpyxl.utils.datetime import from_excel, from_ISO8601

    kind, value, formula = cell.get("t", "n"), cell.findtext(f"{NS}v"), cell.find(f"{NS}f")
    if formula is not None:
        return "formula", f"={formula.text or ''}"
    if kind == "inlineStr":
        return "text", "".join(_plain(part) for part in cell.iterchildren(f"{NS}is"))
    if not value:
        return "text", ""
    if kind == "s" and value.isascii() and value.isdecimal():
        return "text", texts[int(value)]
    if kind == "str":
        return "text", _unescaped(value)
    if kind == "b":
        return "boolean", "TRUE" if int(value) else "FALSE"
    if kind == "e":
        return "error", value
    if kind not in ("n", "d"):
        raise ValueError(kind)
    if kind == "d":
        value = from_ISO8601(value)
    else:
        value, style = float(value) if any(mark in value for mark in ".eE") else int(value), int(cell.get("s", 0))
        if dates[style] is None:
            return "number", str(value)
        try:
            value = from_excel(value, epoch, timedelta=dates[style])
        except (OverflowError, ValueError):
            return "error", "#VALUE!"
    return "date", str(value).removesuffix(" 00:00:00")


class Content(NamedTuple):
    """What a workbook holds: tables for the check, columns of each, what refuses the workbook, what else is told."""

    tables: dict
    heads: dict
    structural: list
    soft: list


def about(grids, name, lang=None):
    """Return what a workbook says of itself: its language, the digest of what was exported, the tables beside.

    >>> about([], "grid.xlsx", "en")
    Traceback (most recent call last):
    neoterra_analysis.coding.sheets.WorkbookError: grid.xlsx was not made by: neoterra workbook export
    """
    cells = next((grid.cells for grid in grids if grid.title == sheets.META), {})
    rows = {cell.text: row for (row, column), cell in cells.items() if column == 1}
    found = {key: cells[row, 2].text for key, row in rows.items() if (row, 2) in cells}
    version = found.get(sheets.MARK, sheets.VERSION)
    if version != sheets.VERSION:
        raise refusal("other_version", lang, file=name, version=version[:20], known=sheets.VERSION)
    try:
        extra = json.loads(found["extra"])
        if sheets.MARK not in found or found["lang"] not in ("fr", "en") or not set(extra) <= set(sheets.EXTRA):
            raise ValueError
        kept = {"lang": found["lang"], "digest": found["digest"], "kind": found.get("kind", "workbook")}
        return kept | {"extra": {k: list(v) for k, v in extra.items()}}
    except (KeyError, ValueError, TypeError):
        raise refusal("not_exported", lang, file=name) from None


def content(grids, plan, lang, name):
    """Read the sheets of a plan.

    >>> content([], [], "fr", "grid.xlsx")
    Content(tables={}, heads={}, structural=[], soft=[])
    """
    by_title = {grid.title: grid for grid in grids}
    known = {sheets.META, sheets.LISTS, sheets.title("guide", "fr"), sheets.title("guide", "en")}
    others = [title for title in by_title if title not in known | {sheet.title for sheet in plan}]
    problems, heads, read = [], {}, {}
    for sheet in plan:
        grid = by_title.get(sheet.title)
        if grid is None:
            near = nearest(sheet.title, others)
            problems.append(Problem(name, 0, "", "missing_sheet", sheet.title, nearest=near))
            continue
        heads[sheet.table], found = _head(grid, sheet)
        problems += [*_layout(grid, sheet.table in sheets.EXTRA), *found]
        if all(problem.notice for problem in found):
            read[sheet.table] = _rows(grid, heads[sheet.table])
    problems += [Problem(title, 1, "", "extra_sheet", cell="A1") for title in others]
    choices = sheets.choices(plan, read, lang)
    tables, soft = {}, []
    for sheet in plan:
        complete = all(table in read for targets in sheet.links.values() for table in targets)
        filled = []
        for row in read.get(sheet.table, []):
            values, bad = {}, set()
            for field in sheet.fields:
                column = field["name"]
                spot = row.line, heads[sheet.table][column]
                cell = by_title[sheet.title].cells.get(spot)
                values[column], finding = (
                    sheets.value(cell, field, choices[sheet.table].get(column)) if cell else ("", None)
                )
                if not finding or (finding[1]["code"] == "unknown_name" and not complete):
                    continue
                hard, told = finding
                told = Problem(sheet.title, row.line, column, value=cell.text, cell=address(*spot), **told)
                (problems if hard or told.notice else soft).append(told)
                bad |= set() if told.notice else {column}
            if any(text.strip() for text in values.values()):
                filled.append(Row(row.line, values, dict.fromkeys(values, row.line), frozenset(bad)))
        lines = [row.line for row in filled]
        gaps = [a + 1 for a, b in zip([1, *lines], lines, strict=False) if b > a + 1]
        problems += [Problem(sheet.title, line, "", "blank_line", cell=address(line, 1), notice=True) for line in gaps]
        tables[sheet.table] = Table(filled, [], sheet.table in read)
    return Content(tables, heads, sorted(set(problems)), sorted(set(soft)))


def _layout(grid, beside=False):
    """Tell what hides, joins, strikes or comments cells of a sheet; a sheet beside the tables holds no coded value."""

    def told(line, column, code, value="", notice=False):
        return Problem(grid.title, line, "", code, value, cell=address(line, column), notice=notice)

    found = [told(1, 1, "hidden_sheet")] if grid.hidden else []
    found += [told(*place(ref), "merged_cells", ref) for ref in grid.merged]
    hidden, line = set(grid.hidden_rows), 0
    for first in grid.hidden_rows:
        if first > line:
            line = next(line for line in count(first) if line + 1 not in hidden)
            rows = f"{first}" if line == first else f"{first}-{line}"
            found.append(told(first, 1, "filtered_rows" if grid.filtered else "hidden_rows", rows))
    found += [told(1, column, "hidden_column", letters(column)) for column in grid.hidden_columns]
    for line, column in grid.struck:
        code = "struck_beside" if beside else "struck_cell"
        found.append(told(line, column, code, grid.cells[line, column].text, beside))
    found += [told(line, column, "comment_left", notice=True) for line, column in grid.comments]
    return [*found, told(1, 1, "drawing_left", notice=True)] if grid.drawings else found


def _head(grid, sheet):
    """Find the columns of a sheet, and tell what stands outside them."""
    found, columns, allowed = [], {}, tuple(sheet.columns)
    heads = {column: cell.text.strip() for (line, column), cell in grid.cells.items() if line == 1}
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
        text = grid.cells[line, column].text
        found.append(Problem(grid.title, line, "", "stray_cell", text, cell=address(line, column)))
    return columns, found


def _rows(grid, columns):
    """Return the rows below the head as they stand."""
    names, rows = {column: name for name, column in columns.items()}, {}
    for (line, column), cell in grid.cells.items():
        if line > 1 and column in names:
            rows.setdefault(line, {})[names[column]] = cell.text
    return [Row(line, cells, {}) for line, cells in sorted(rows.items())]
