"""A copy of a workbook with nothing in it but its cells and what hides them, held to limits, for openpyxl to read.

openpyxl makes an object of each style, picture, chart, list and rule, and a cell of each cell of a merged or linked
range, however large: a small file could take hours. It also drops ``x005F_`` from any text. The copy spares it both.
"""

import re
import zipfile
from io import BytesIO
from typing import NamedTuple

from lxml import etree

from .places import address, place
from .sheets import refusal

MAX_CELLS = 150_000
MAX_ROWS = 30_000
MAX_LETTERS = 20_000_000
MAX_TAGS = 80_000  # of the lists of parts, the styles and the comments
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NS, TYPES = f"{{{MAIN}}}", "[Content_Types].xml"
KINDS = {None, "n", "s", "str", "inlineStr", "b", "e", "d"}
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

    Parameters
    ----------
    raw : bytes
        The workbook, as `guard.content` lets it through.
    name : str
        The file's name, for the refusals.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    copy : bytes
        The workbook for openpyxl.
    sheets : dict of str to Found
        The sheets by name, in their order; None for one that has no cells, such as a chart.

    Raises
    ------
    WorkbookError
        If there is more than a coding workbook could have, or if it is of a form that openpyxl does not read.
    ValueError, LookupError, SyntaxError, zipfile.BadZipFile
        If a part is missing or is not what it should be.

    Examples
    --------
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
        manifest = Manifest.from_tree(_tree(part(TYPES)))
        book = manifest.find(XLSX).PartName[1:]
        links, tree = linked(book), _tree(part(book))
        if "purl.oclc.org" in tree.tag:
            raise refusal("strict", lang, file=name)
        new.writestr(TYPES, archive.read(TYPES))
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
            if kind not in KINDS or (kind == "s" and value and not (value.isascii() and value.isdecimal())):
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
