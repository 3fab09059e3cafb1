"""From the bytes of a workbook to the tables of the contract; what is not plain text in its place is told."""

import json
import re
import warnings
import zipfile
from collections import namedtuple
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from ..dataset.csvfile import Row, Table, nearest
from ..dataset.problems import Problem, visible
from ..fiches.documents.limits import MAX_FILE, MEGABYTE, DocumentError, check_archive
from . import sheets
from .sheets import WorkbookError, address, place, refusal, value

TYPES = "[Content_Types].xml"
PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
# Parts of a workbook that bring in something from outside, by the start of their names.
OUTSIDE = {"xl/externallinks/": "external", "xl/connections": "external", "xl/querytables/": "external"}


def content(file, lang=None):
    """Return the bytes of a workbook that may be read.

    >>> content("no-such-grid.xlsx", "en")
    Traceback (most recent call last):
    neoterra_analysis.coding.sheets.WorkbookError: no-such-grid.xlsx: no such file
    """
    file = Path(file)
    name = visible(file.name)
    if not file.exists():
        raise refusal("no_file", lang, file=name)
    if not file.is_file():
        raise refusal("not_a_file", lang, file=name)
    with file.open("rb") as stream:
        raw = stream.read(MAX_FILE + 1)
    if len(raw) > MAX_FILE:
        raise refusal("too_large", lang, file=name, most=MAX_FILE // MEGABYTE)
    if not raw:
        raise refusal("empty", lang, file=name)
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise refusal("old_or_encrypted", lang, file=name)
    if not raw.startswith(b"PK"):
        raise refusal("not_a_workbook", lang, file=name)
    try:
        members = check_archive(raw, lang)
    except DocumentError as error:
        raise refusal("refused", lang, file=name, why=error) from None
    code = _kind(raw, members)
    if code:
        raise refusal(code, lang, file=name)
    return raw


def _kind(raw, members):
    """Name what kind of file an archive is, if not a workbook that is read."""
    folded = [member.casefold() for member in members]
    if "content.xml" in folded and TYPES not in members:
        return "opendocument"
    if TYPES not in members:
        return "not_a_workbook"
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        types = archive.read(TYPES)
    if b"macroEnabled" in types or any(member.endswith("vbaproject.bin") for member in folded):
        return "macros"
    if PLAIN not in types:
        return "not_a_workbook"
    return next((code for member in folded for start, code in OUTSIDE.items() if member.startswith(start)), None)


MAX_CELLS = 150_000
MAX_ROWS = 30_000
MAX_LETTERS = 20_000_000
MAX_TAGS = 80_000  # of the lists of parts, the styles and the comments
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NS, SLIM_TYPES = f"{{{MAIN}}}", "[Content_Types].xml"
PART_KINDS = {None, "n", "s", "str", "inlineStr", "b", "e", "d"}
TEXTS = (f"{NS}t", f"{NS}r")
ESCAPED = re.compile("_x[0-9A-Fa-f]{4}_|x005F_")


class Found(NamedTuple):
    """What a sheet has: its filled cells by (row, column) from 1, and what the copy leaves out of it."""

    cells: list
    merged: list
    comments: list
    drawn: bool


def slim(raw, name, lang=None):
    """Copy what is read of a workbook.

    >>> slim(b"PK", "grid.xlsx")
    Traceback (most recent call last):
    zipfile.BadZipFile: File is not a zip file
    """
    from openpyxl.packaging.manifest import Manifest
    from openpyxl.packaging.relationship import get_dependents, get_rels_path
    from openpyxl.xml.constants import ARC_STYLE, SHARED_STRINGS, XLSX

    sheets, read, copy = {}, 0, BytesIO()
    too_much = refusal("too_many_cells", lang, file=name)

    def part(path):
        nonlocal read
        content = archive.read(path)
        read += content.count(b"<")
        if read > MAX_TAGS:
            raise refusal("too_many_parts", lang, file=name)
        return content

    def linked(path):
        """Return what a part refers to, after a look at how much that is."""
        rels = get_rels_path(path)
        return get_dependents(archive, rels) if rels in names and part(rels) else ()

    with zipfile.ZipFile(BytesIO(raw)) as archive, zipfile.ZipFile(copy, "w") as new:
        names = set(archive.namelist())
        manifest = Manifest.from_tree(_tree(part(SLIM_TYPES)))
        book = manifest.find(XLSX).PartName[1:]
        links, tree = linked(book), _tree(part(book))
        if "purl.oclc.org" in tree.tag:
            raise refusal("strict", lang, file=name)
        new.writestr(SLIM_TYPES, archive.read(SLIM_TYPES))
        new.writestr(get_rels_path(book), archive.read(get_rels_path(book)))
        new.writestr(book, _book(tree))
        parts, count, rows = links.to_dict(), 0, 0
        for entry in tree.find(f"{NS}sheets"):
            title, link = entry.get("name"), parts[entry.get(f"{{{LINKS}}}id")]
            # openpyxl would give a second sheet of the same name another one.
            if title.casefold() in map(str.casefold, sheets) or link.target in new.namelist():
                raise ValueError(title)
            sheets[title] = None
            if link.Type != f"{LINKS}/worksheet":
                continue
            with archive.open(link.target) as source, new.open(link.target, "w") as target:
                cells, merged = _sheet(source, target)
            count, rows = count + len(cells), rows + len({row for row, _ in cells})
            if count > MAX_CELLS or rows > MAX_ROWS:
                raise too_much
            beside = [(one.Type.removeprefix(f"{LINKS}/"), one.target) for one in linked(link.target)]
            notes = [_refs(_tree(part(path))) for kind, path in beside if kind == "comments"]
            drawn = any(kind == "drawing" for kind, _ in beside)
            sheets[title] = Found(cells, merged, sorted(set(sum(notes, []))), drawn)
        strings = manifest.find(SHARED_STRINGS)
        if strings:
            with archive.open(strings.PartName[1:]) as source, new.open(strings.PartName[1:], "w") as target:
                if not _strings(source, target):
                    raise too_much
        for link in links.find(f"{LINKS}/styles"):
            new.writestr(ARC_STYLE, part(link.target))  # openpyxl looks for them nowhere else
    return copy.getvalue(), sheets


def _tree(content):
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _book(tree):
    """Return the list of sheets and the date system of a workbook, without its names, views and links."""
    for child in list(tree):
        if child.tag == f"{NS}workbookPr":
            _only(child, "date1904")
        elif child.tag != f"{NS}sheets":
            tree.remove(child)
    return etree.tostring(tree)


def _refs(tree):
    """Return where the comments of a sheet are."""
    return [place(one.get("ref")) for one in tree.iter(f"{NS}comment")]


def _only(element, *names):
    """Leave an element some of its attributes: openpyxl stumbles over others than it knows."""
    for name in set(element.attrib) - set(names):
        del element.attrib[name]


def _each(source, *tags):
    """Yield elements of a part as they end, and forget all; a comment in a text would cut it in two."""
    safe = {"remove_comments": True, "remove_pis": True, "resolve_entities": False, "no_network": True}
    wanted, inside = {f"{NS}{tag}" for tag in tags}, 0
    for event, element in etree.iterparse(source, events=("start", "end"), huge_tree=False, **safe):
        if event == "start":
            inside += element.tag in wanted
            continue
        if element.tag in wanted:
            inside -= 1
            if not inside:
                yield element
        if not inside:
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _sheet(source, target):
    """Copy the filled rows, the widths and the filter of a sheet; return its filled cells and its merged ranges."""
    cells, merged, widths, last = [], [], set(), 0
    with etree.xmlfile(target, encoding="utf-8") as new, new.element(f"{NS}worksheet", nsmap={None: MAIN}):
        for element in _each(source, "row", "col", "autoFilter", "mergeCell"):
            tag = element.tag.removeprefix(NS)
            if tag == "row":
                last = int(element.get("r", last + 1))
                cells += _row(element, last)
                if len(cells) > MAX_CELLS:
                    break  # the caller refuses it
            elif tag == "col":
                _only(element, "min", "max", "hidden", "width")
                if element.get("min") in widths:
                    raise ValueError("two widths of a column")
                widths.add(element.get("min"))
            elif tag == "autoFilter":
                _filter(element)
            elif place(element.get("ref")):
                merged.append(element.get("ref"))
            if tag != "mergeCell" and (tag != "row" or len(element)):
                new.write(element)
    if len(set(cells)) < len(cells):
        raise ValueError("two cells of one address")
    return cells, merged


def _filter(element):
    """Leave the columns of a filter, not what they are filtered by."""
    for child in list(element):
        if child.tag == f"{NS}filterColumn":
            _only(child, "colId")
            del child[:]
        else:
            element.remove(child)


def _row(element, row):
    """Leave the filled cells of a row, each with its address; return where they are."""
    found, column = [], 0
    if not len(element):
        return found
    _only(element, "hidden", "ht")
    element.set("r", str(row))
    for cell in list(element):
        if cell.tag == f"{NS}c":
            row, column = place(cell.get("r") or address(row, column + 1))
            kind, value = cell.get("t"), cell.findtext(f"{NS}v")
            # openpyxl takes a number below 0 for one from the end of the strings.
            if kind not in PART_KINDS or (kind == "s" and value and not (value.isascii() and value.isdecimal())):
                raise ValueError(kind)
        if cell.tag != f"{NS}c" or not len(cell):
            element.remove(cell)
            continue
        found.append((row, column))
        _only(cell, "t", "s")
        cell.set("r", address(row, column))
        for part in cell.iterchildren(f"{NS}f"):
            _only(part)  # refused, of whatever kind it is
        for part in cell.iterchildren(f"{NS}is"):
            _plain(part)
    return found


def _strings(source, target):
    """Copy the strings of a workbook as plain text; tell whether they are not too many or too long."""
    count = letters = 0
    with etree.xmlfile(target, encoding="utf-8") as new, new.element(f"{NS}sst", nsmap={None: MAIN}):
        for item in _each(source, "si"):
            count, letters = count + 1, letters + len(_plain(item))
            if count > MAX_CELLS or letters > MAX_LETTERS:
                return False
            item[0].text = ESCAPED.sub(_other, item[0].text)
            new.write(item)
    return True


def _plain(item):
    """Leave the text of a string, rich or not, without the pronunciation that may stand beside it."""
    parts = [part.findtext(f"{NS}t") if part.tag == f"{NS}r" else part.text for part in item if part.tag in TEXTS]
    item.clear()
    etree.SubElement(item, f"{NS}t").text = text = "".join(part or "" for part in parts)
    return text


def _other(found):
    """Write an escape in another way that means the same: openpyxl drops each ``x005F_``, escape or not."""
    return found[0].lower() if found[0].startswith("_") else "_x0078_005F_"


KINDS = {"s": "text", "n": "number", "d": "date", "f": "formula", "b": "boolean", "e": "error"}
Cell = namedtuple("Cell", "kind text")
# What openpyxl or a part of a workbook that is not what it should be runs into.
BROKEN = (zipfile.BadZipFile, SyntaxError, LookupError, ArithmeticError, ValueError, TypeError, AttributeError, OSError)


class Grid(NamedTuple):
    """A sheet as it stands: name, whether it is hidden, cells by (row, column) from 1, and what hides or joins them."""

    title: str
    hidden: bool = False
    cells: dict = {}
    merged: list = []
    hidden_rows: set = set()
    hidden_columns: list = []
    filtered: bool = False
    comments: list = []
    drawings: bool = False


def grids(raw, name, lang=None):
    """Read all sheets of a workbook.

    >>> grids(b"", "grid.xlsx", "en")
    Traceback (most recent call last):
    neoterra_analysis.coding.sheets.WorkbookError: grid.xlsx: the file is damaged; save it again from your spreadsheet
    """
    try:
        with warnings.catch_warnings():
            # What openpyxl warns of is left out of the copy, or becomes a cell that is refused.
            warnings.simplefilter("ignore")
            copy, sheets = slim(raw, name, lang)
            book = load_workbook(BytesIO(copy))
        found = [_grid(book[title], facts) if facts else Grid(title) for title, facts in sheets.items()]
    except WorkbookError:
        raise
    except BROKEN:
        raise refusal("damaged", lang, file=name) from None
    if sum(len(cell.text) for grid in found for cell in grid.cells.values()) > MAX_LETTERS:
        raise refusal("too_many_cells", lang, file=name)
    return [grid._replace(cells={spot: _exact(cell) for spot, cell in grid.cells.items()}) for grid in found]


def _grid(sheet, facts):
    read = {spot: sheet.cell(*spot) for spot in facts.cells}
    cells = {spot: Cell(KINDS[cell.data_type], _text(cell)) for spot, cell in read.items() if cell.value is not None}
    rows = {row for row, size in sheet.row_dimensions.items() if size.hidden or size.height == 0}
    columns = [(size.min, size.max) for size in sheet.column_dimensions.values() if size.hidden or size.width == 0]
    return Grid(
        sheet.title,
        sheet.sheet_state != "visible",
        {spot: cell for spot, cell in cells.items() if cell.text},
        facts.merged,
        rows,
        columns,
        bool(sheet.auto_filter.filterColumn),
        facts.comments,
        facts.drawn,
    )


def _text(cell):
    if cell.data_type == "b":
        return "TRUE" if cell.value else "FALSE"
    return str(cell.value).removesuffix(" 00:00:00") if cell.data_type == "d" else str(cell.value)


def _exact(cell):
    """Read ``_xHHHH_`` as the character that it stands for; two halves of one character are put together."""
    text = unescape(cell.text) if cell.kind == "text" else cell.text
    if text is cell.text:
        return cell
    return cell._replace(text=text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass"))


# Faults of a kind told of a sheet: more would help nobody.
MOST = 50


class Taken(NamedTuple):
    """What a workbook holds: tables for the check, rows of every sheet, what refuses the workbook, what is told."""

    tables: dict
    content: dict
    heads: dict
    structural: list
    soft: list


def about(grids, name, lang=None):
    """Return what a workbook says of itself: its language, the digest of what was exported, the tables beside.

    >>> about([], "grid.xlsx", "en")
    Traceback (most recent call last):
    neoterra_analysis.coding.sheets.WorkbookError: grid.xlsx was not made by: neoterra workbook export
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
    """Return what each column of ids or codes may hold, ``{column: names.Known}``."""
    found = {f["name"]: sheets.coded(f) for f in sheet.fields if f.get("constraints", {}).get("enum")}
    for column, targets in sheet.links.items():
        if all(target in keys for target in targets):
            found[column] = sheets.known(targets, keys, content, lang)
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
