"""Word documents: the text of the body as it would print, with tracked changes accepted.

The XML is walked here, because python-docx passes over content controls, insertions and links between runs.
"""

import re
from io import BytesIO

from ...words import labels
from .blocks import Document, Paragraph, Place, Table, span, text
from .limits import MAX_BLOCKS, refusal

NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
HEADING = re.compile(r"(?:heading|titre)\s*([1-9])", re.IGNORECASE)
LIST = re.compile(r"list (?:bullet|number)|liste à (?:puces|numéros)", re.IGNORECASE)
# What wraps text without being a paragraph or a run of its own.
WRAPPERS = {
    NAMESPACE + name for name in "sdt sdtContent ins moveTo customXml smartTag hyperlink fldSimple dir bdo".split()
}
BOX = NAMESPACE + "txbxContent"
DELETED = (NAMESPACE + "del", NAMESPACE + "moveFrom")
MOST_COLUMNS = 63  # of a table in Word
OFF = ("0", "false", "off", "none")


def read(raw, digest, lang=None):
    """Read a Word document."""
    # Imported late: whoever reads no Word document does not wait for it.
    import docx

    document = docx.Document(BytesIO(raw))
    styles = _styles(document.styles.element)
    return Document("docx", digest, tuple(_blocks(document.element.body, styles, [0], lang)))


def _styles(element):
    """Return what each style says, with what it inherits: ``{id: {"bold", "level", "item"}}``."""
    own = {}
    for style in element.findall(_w("style")):
        name = _value(style.find(_w("name"))) or ""
        said = _properties(style.find(_w("pPr")), style.find(_w("rPr")))
        heading = HEADING.fullmatch(name.strip())
        if heading:
            said["level"] = int(heading[1])
        elif name.casefold() in ("title", "titre"):
            said.setdefault("level", 1)
        if LIST.match(name):
            said.setdefault("item", True)
        default = name if style.get(_w("default")) in ("1", "true") and style.get(_w("type")) == "paragraph" else None
        own[style.get(_w("styleId"))] = (_value(style.find(_w("basedOn"))), said, default)
    whole = {key: _inherited(key, own) for key in own}
    whole[None] = next((whole[key] for key, (_, _, default) in own.items() if default), {})
    return whole


def _inherited(key, own):
    chain, seen = [], set()
    while key in own and key not in seen:
        seen.add(key)
        base, said, _ = own[key]
        chain.append(said)
        key = base
    return {name: value for said in reversed(chain) for name, value in said.items()}


def _properties(paragraph, run):
    """Return what a ``w:pPr`` and a ``w:rPr`` say of level, item, bold and hidden; nothing for what they leave open."""
    said = {}
    if paragraph is not None:
        level = _value(paragraph.find(_w("outlineLvl")))
        if level is not None and level.isdecimal():
            said["level"] = int(level) + 1 if int(level) < 9 else 0
        number = paragraph.find(f"{_w('numPr')}/{_w('numId')}")
        if number is not None:
            said["item"] = _value(number) != "0"
    if run is not None:
        for key, name in (("bold", "b"), ("hidden", "vanish")):
            found = run.find(_w(name))
            if found is not None:
                said[key] = (_value(found) or "1") not in OFF
    return said


def _blocks(container, styles, count, lang):
    """Gather the paragraphs and tables of the body, or of a cell; ``count`` is their last number so far."""
    found = []
    for element in _inside(container, "p", "tbl"):
        if count[0] > MAX_BLOCKS:
            raise refusal("blocks", lang, most=labels.number(MAX_BLOCKS, lang))
        if element.tag == _w("p"):
            count[0] += 1
            found += _paragraphs(element, styles, count[0])
            continue
        cells = [cell for row in _inside(element, "tr") for cell in _inside(row, "tc")]
        if len(cells) == 1 and cells[0].find(f".//{_w('tbl')}") is not None:
            found += _blocks(cells[0], styles, count, lang)  # a frame that merely holds other tables
            continue
        rows = _rows(element, styles, count)
        found += [Table(rows)] if rows else []
    return found


def _rows(table, styles, count):
    rows, above = [], {}
    width = len(table.findall(f"{_w('tblGrid')}/{_w('gridCol')}"))
    for row in _inside(table, "tr"):
        count[0] += 1
        place, here = Place(0, count[0]), {}
        line = [text((), place)] * span(_value(row.find(f"{_w('trPr')}/{_w('gridBefore')}")), MOST_COLUMNS, 0)
        cells = list(_inside(row, "tc"))
        for cell in cells:
            merged = cell.find(f"{_w('tcPr')}/{_w('vMerge')}")
            printed = _cell(cell, styles, place)
            if merged is not None and (_value(merged) or "continue") == "continue":
                printed = above.get(len(line), printed)
            if merged is not None:
                here[len(line)] = printed
            wide = span(_value(cell.find(f"{_w('tcPr')}/{_w('gridSpan')}")), MOST_COLUMNS)
            line += [printed] + [text((), place)] * (wide - 1)
        above = here
        if cells:
            rows.append(tuple(line[:1] if len(cells) == 1 and len(line) >= width else line))
    return tuple(rows)


def _cell(cell, styles, place):
    """Flatten a cell: each paragraph, also of a table inside, stands on a line of its own."""
    pieces = []
    for paragraph in _under(cell):
        for runs in _printed(paragraph, styles):
            pieces += [("\n", False), *runs]
    return text(pieces[1:], place)


def _under(container):
    """Yield the paragraphs of a cell or a text box in order, also those of the tables inside."""
    for element in _inside(container, "p", "tbl", "tr", "tc"):
        yield from [element] if element.tag == _w("p") else _under(element)


def _paragraphs(element, styles, line):
    """Make the paragraph of a ``w:p``, then those of its text boxes, without the empty ones."""
    properties = element.find(_w("pPr"))
    said = _style(properties, "pStyle", styles) | _properties(properties, None)
    made = text(_runs(element, styles, said), Place(0, line))
    level = said.get("level", 0)
    found = [Paragraph(made, level, not level and said.get("item", False))] if made.text else []
    for box in _boxes(element):
        for paragraph in _under(box):
            found += _paragraphs(paragraph, styles, line)
    return found


def _printed(paragraph, styles):
    """Yield the runs of a paragraph, then those of each paragraph in its text boxes."""
    yield _runs(paragraph, styles, _style(paragraph.find(_w("pPr")), "pStyle", styles))
    for box in _boxes(paragraph):
        for inner in box.findall(_w("p")):
            yield from _printed(inner, styles)


def _runs(element, styles, said):
    """Return the runs below a paragraph; ``said`` is what the style of the paragraph says."""
    found = []
    for child in _inside(element, "r"):
        properties = child.find(_w("rPr"))
        whole = said | _style(properties, "rStyle", styles) | _properties(None, properties)
        if not whole.get("hidden"):
            found.append(("".join(map(_letters, child)), bool(whole.get("bold"))))
    return found


def _letters(piece):
    if piece.tag == _w("t"):
        return (piece.text or "").replace("\n", " ")
    marks = {"br": "\n", "cr": "\n", "tab": " ", "ptab": " ", "noBreakHyphen": "-"}
    return marks.get(piece.tag.removeprefix(NAMESPACE), "") if isinstance(piece.tag, str) else ""


def _style(properties, name, styles):
    """Return what the style that some properties name says; without a name, a paragraph has the default style."""
    key = None if properties is None else _value(properties.find(_w(name)))
    return styles.get(key, {}) if key or name == "pStyle" else {}


def _boxes(element):
    """Yield the text boxes below an element once each: Word writes them twice, for itself and for older programs."""
    for child in element:
        if child.tag == BOX:
            yield child
        elif child.tag not in (FALLBACK, *DELETED):
            yield from _boxes(child)


def _inside(element, *names):
    """Yield the children of some names, also those inside controls, links and insertions, not what is deleted."""
    for child in element:
        if child.tag in map(_w, names):
            if child.find(f"{_w('trPr')}/{_w('del')}") is None:
                yield child
        elif child.tag in WRAPPERS:
            yield from _inside(child, *names)


def _value(element):
    return None if element is None else element.get(_w("val"))


def _w(name):
    return NAMESPACE + name
