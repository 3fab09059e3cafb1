"""Word documents: the text of the body as it would print, with tracked changes accepted, and what stands beside it.

The XML is walked here, because python-docx passes over content controls, insertions and links between runs, and does
not open Strict Open XML.
"""

import posixpath
import re
import zipfile
from io import BytesIO
from typing import NamedTuple
from urllib.parse import unquote

from ...words import labels
from . import beside
from .beside import Picture, Piece
from .blocks import Aside, Document, Paragraph, Place, Table, span, text
from .limits import MAX_BLOCKS, refusal

NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
IN_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
VML = "{urn:schemas-microsoft-com:vml}"
OLE = "{urn:schemas-microsoft-com:office:office}OLEObject"
CHOICES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
HEADING = re.compile(r"(?:heading|titre)\s*([1-9])", re.IGNORECASE)
LIST = re.compile(r"list (?:bullet|number)|liste à (?:puces|numéros)", re.IGNORECASE)
CONTENTS = re.compile(r"toc \d|table of (?:figures|authorities)|index \d", re.IGNORECASE)
# What wraps text without being a paragraph or a run of its own.
WRAPPERS = {
    NAMESPACE + name for name in "sdt sdtContent ins moveTo customXml smartTag hyperlink fldSimple dir bdo".split()
}
BOX = NAMESPACE + "txbxContent"
LETTERS = {"b": "bold", "vanish": "hidden", "strike": "struck", "dstrike": "struck_twice", "vertAlign": "raised"}
LETTERS = {NAMESPACE + name: key for name, key in (LETTERS | {"position": "lifted", "rFonts": "bold_font"}).items()}
DELETED = (NAMESPACE + "del", NAMESPACE + "moveFrom")
MARKS = {"br": "\n", "cr": "\n", "tab": " ", "ptab": " ", "noBreakHyphen": "-"}
NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote", "commentReference": "comment"}
MOST_COLUMNS = 63  # of a table in Word
EMU = 360_000  # in a centimetre
OFF = ("0", "false", "off", "none")


def read(raw, digest, lang=None):
    """Read a Word document."""
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        main = next(target for kind, target in _relations(archive, "").values() if kind == "officeDocument")
        story = _Story(archive, main, lang)
        blocks, pictures = beside.settle(story.blocks(story.body))
        asides = [*story.asides, *story.rest(), *story.calls.asides(), *pictures]
        return Document("docx", digest, tuple(blocks), (), beside.gathered(asides), story.raw())


# The parts of the archive


def _part(archive, name):
    """Return the root of an XML part, its names as in Transitional Open XML, or None if there is none."""
    # Imported late: whoever reads no Word document does not wait for it.
    from lxml import etree

    name = {member.casefold(): member for member in archive.namelist()}.get(name.casefold())
    if name is None:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(archive.read(name), parser)
    if any("purl.oclc.org/ooxml" in space for space in root.nsmap.values()):
        root = etree.fromstring(
            STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/", etree.tostring(root)), parser
        )
    return root


def _relations(archive, part):
    """Return what a part refers to in the archive: ``{id: (kind, name of the part)}``."""
    folder, name = posixpath.split(part)
    root = _part(archive, posixpath.join(folder, "_rels", f"{name}.rels"))
    found = {}
    for one in () if root is None else root:
        if isinstance(one.tag, str) and one.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, unquote(one.get("Target") or ""))).lstrip("/")
            found[one.get("Id")] = ((one.get("Type") or "").rpartition("/")[2], target)
    return found


# Styles and numbers


def _styles(root):
    """Return what each style says, with what it inherits: ``{id: {"bold", "level", "item", …}}``."""
    own = {}
    for style in () if root is None else root.findall(_w("style")):
        name = _value(style.find(_w("name"))) or ""
        key = style.get(_w("styleId"))
        said = _properties(style.find(_w("pPr")), style.find(_w("rPr"))) | {"style": key}
        heading = HEADING.fullmatch(name.strip())
        if heading:
            said["level"] = int(heading[1])
        elif name.casefold() in ("title", "titre"):
            said.setdefault("level", 1)
        if LIST.match(name):
            said.setdefault("item", True)
        if CONTENTS.fullmatch(name.strip()):
            said["contents"] = True
        default = name if style.get(_w("default")) in ("1", "true") and style.get(_w("type")) == "paragraph" else None
        own[key] = (_value(style.find(_w("basedOn"))), said, default)
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
    """Return what a ``w:pPr`` and a ``w:rPr`` say of level, number, bold and so on, but for what they leave open."""
    said = {}
    if paragraph is not None:
        level = _value(paragraph.find(_w("outlineLvl")))
        if level is not None and level.isdecimal():
            said["level"] = int(level) + 1 if int(level) < 9 else 0
        number = paragraph.find(f"{_w('numPr')}/{_w('numId')}")
        if number is not None:
            said["number"] = _value(number)
            said["item"] = _value(number) != "0"
        depth = _value(paragraph.find(f"{_w('numPr')}/{_w('ilvl')}"))
        if depth is not None and depth.isdecimal():
            said["depth"] = int(depth)
    for child in () if run is None else run:
        key = LETTERS.get(child.tag)
        if key in ("bold", "hidden", "struck", "struck_twice"):
            said[key] = (_value(child) or "1") not in OFF
        elif key == "raised":
            said[key] = _value(child) == "superscript"
        elif key == "lifted":
            said[key] = (_value(child) or "").removesuffix("pt").isdecimal() and _value(child) != "0"
        elif key == "bold_font" and child.get(_w("ascii")):
            said[key] = bool(beside.BOLD_FONT.search(child.get(_w("ascii"))))
    return said


class _Level(NamedTuple):
    start: int
    kind: str
    text: str
    style: str | None
    restarts: bool
    legal: bool


def _numbering(root, styles):
    """Return the levels and restarts of each numbering: ``{id: (its series, {depth: level}, {depth: start})}``."""
    series, found = {}, {}
    for abstract in () if root is None else root.findall(_w("abstractNum")):
        levels = {int(level.get(_w("ilvl"))): _level(level) for level in abstract.findall(_w("lvl"))}
        series[abstract.get(_w("abstractNumId"))] = (levels, _value(abstract.find(_w("numStyleLink"))))
    numbers = {} if root is None else {one.get(_w("numId")): one for one in root.findall(_w("num"))}
    for key, one in numbers.items():
        name = _value(one.find(_w("abstractNumId")))
        levels, link = series.get(name, ({}, None))
        linked = numbers.get(styles.get(link, {}).get("number")) if link else None
        if linked is not None:
            name = _value(linked.find(_w("abstractNumId")))
            levels = series.get(name, ({}, None))[0]
        starts = {}
        for change in one.findall(_w("lvlOverride")):
            depth = int(change.get(_w("ilvl")))
            if change.find(_w("lvl")) is not None:
                levels = levels | {depth: _level(change.find(_w("lvl")))}
            start = _value(change.find(_w("startOverride")))
            if start is not None and start.isdecimal():
                starts[depth] = int(start)
        found[key] = (name, levels, starts)
    return found


def _level(level):
    start = _value(level.find(_w("start")))
    kind = re.sub("([A-Z])", r"_\1", _value(level.find(_w("numFmt"))) or "decimal").lower()
    restarts, legal = _value(level.find(_w("lvlRestart"))) != "0", level.find(_w("isLgl")) is not None
    said = _value(level.find(_w("lvlText"))) or ""
    return _Level(
        int(start) if start and start.isdecimal() else 0, kind, said, _value(level.find(_w("pStyle"))), restarts, legal
    )


# The text


class _Story:
    """The way through a document: the line it is at, the numbers counted, the fields that are open, and the asides."""

    def __init__(self, archive, part, lang):
        self.archive, self.lang = archive, lang
        self.relations = _relations(archive, part)
        self.styles = _styles(self.named("styles"))
        self.numbering = _numbering(self.named("numbering"), self.styles)
        self.root = _part(archive, part)
        self.body = self.root.find(_w("body"))
        self.notes = {}
        for kind in dict.fromkeys(NOTES.values()):
            root = self.named(f"{kind}s")
            for note in () if root is None else root.findall(_w(kind)):
                if "eparator" not in (note.get(_w("type")) or ""):
                    self.notes[kind, note.get(_w("id"))] = note
        self.line, self.asides, self.calls = 0, [], beside.Calls()
        self.counters, self.begun, self.fields, self.told, self.contents = {}, set(), [], set(), None

    def named(self, kind):
        """Return the root of the only part of a kind."""
        return next((_part(self.archive, name) for found, name in self.relations.values() if found == kind), None)

    def blocks(self, container):
        """Gather the paragraphs, tables and pictures of the body, or of a box."""
        found = []
        for group in _grouped(_inside(container, "p", "tbl", "altChunk", "subDoc")):
            if self.line > MAX_BLOCKS:
                raise refusal("blocks", self.lang, most=labels.number(MAX_BLOCKS, self.lang))
            element = group[0]
            if element.tag == _w("p"):
                self.line += len(group)
                found += self.paragraph(group)
            elif element.tag == _w("tbl"):
                found += self.table(element)
            else:
                found += self.chunk(element)
        return found

    def paragraph(self, group):
        """Make the paragraph of ``w:p`` elements that print as one, and what its boxes and pictures give."""
        place = Place(0, self.line)
        said, runs, is_note, extra = self.runs(group, place)
        made = text(runs, place)
        found = []
        if made.text and said.get("contents"):
            self.contents = self.contents or Aside("other", "", place)
            self.contents = self.contents._replace(text=f"{self.contents.text}\n{made.text}")
        elif made.text and is_note:
            self.asides.append(Aside("footnote", made.text, place))
        elif made.text:
            level = said.get("level", 0)
            found = [Paragraph(made, level, not level and said.get("item", False))]
        for one in extra:
            if isinstance(one, Picture):
                found.append(one)
            else:
                kept, asides = beside.boxed(self.blocks(one), place)
                found += kept
                self.asides += asides
        return found

    def runs(self, group, place, in_cell=False):
        """Return what the style of a paragraph says, its runs, whether it is a note, its boxes and pictures."""
        properties = group[-1].find(_w("pPr"))
        said = _style(properties, "pStyle", self.styles) | _properties(properties, None)
        pieces, extra = [], []
        for element in group:
            self.walk(element, said, pieces, extra, place)
        before = beside.label(self.number(said), in_cell)
        kept, gone = beside.parted(pieces, place)
        self.asides += gone
        if before and any(piece.words.strip() for piece in kept):
            kept.insert(0, Piece(before))
        return said, *self.calls.runs(kept, place), extra

    def number(self, said):
        """Count a numbered paragraph, and return its number as printed; a bullet is none."""
        series, levels, starts = self.numbering.get(said.get("number"), (None, {}, {}))
        own = next((depth for depth, level in levels.items() if level.style and level.style == said.get("style")), 0)
        depth = said.get("depth", own)
        if depth not in levels:
            return ""
        counters = self.counters.setdefault(series, {})
        if said["number"] not in self.begun:
            self.begun.add(said["number"])
            counters |= {at: start - 1 for at, start in starts.items()}
        counters[depth] = counters.get(depth, levels[depth].start - 1) + 1
        for deeper in [at for at in counters if at > depth and (at not in levels or levels[at].restarts)]:
            del counters[deeper]
        if levels[depth].kind == "bullet":
            return ""

        def printed(match):
            at = int(match[1]) - 1
            if at not in levels or levels[at].kind == "none":
                return ""
            count = counters.setdefault(at, levels[at].start)
            return beside.counted(count, "decimal" if levels[depth].legal else levels[at].kind)

        return re.sub("%([1-9])", printed, levels[depth].text)

    def walk(self, element, said, pieces, extra, place, gone=""):
        """Gather the pieces, boxes and pictures below a paragraph; ``said`` is what the style of the paragraph says."""
        for child in element:
            if child.tag == _w("r"):
                self.run(child, said, pieces, extra, place, gone)
            elif child.tag in DELETED:
                self.walk(child, said, pieces, extra, place, "deleted")
            elif child.tag in WRAPPERS or child.tag in (CHOICES + "Choice", CHOICES + "Fallback"):
                self.walk(child, said, pieces, extra, place, gone)
            elif child.tag == CHOICES + "AlternateContent":
                self.walk(_chosen(child), said, pieces, extra, place, gone)
            elif child.tag in (MATH + "oMath", MATH + "oMathPara"):
                pieces.append(Piece("".join(one.text or "" for one in child.iter(MATH + "t")), gone=gone))

    def run(self, run, said, pieces, extra, place, gone):
        properties = run.find(_w("rPr"))
        styled, own = _style(properties, "rStyle", self.styles), _properties(None, properties)
        whole = said | styled | own
        if "bold" not in own and said.get("bold") and styled.get("bold"):
            whole["bold"] = False  # bold in bold by two styles is plain
        bold = bool(whole.get("bold") or whole.get("bold_font"))
        raised = bool(whole.get("raised") or whole.get("lifted"))
        struck = whole.get("struck") or whole.get("struck_twice")
        gone = gone or ("hidden" if whole.get("hidden") else "struck" if struck else "")
        self.content(run, Piece("", bold, raised, gone), pieces, extra, place)

    def content(self, run, like, pieces, extra, place):
        """Gather what stands in a run."""
        for child in run:
            name = child.tag.removeprefix(NAMESPACE) if isinstance(child.tag, str) else ""
            if name == "fldChar":
                self.field(child.get(_w("fldCharType")))
            elif name in NOTES:
                self.note(NOTES[name], child.get(_w("id")), place)
            elif name == "ruby":
                for base in child.iter(_w("rubyBase")):
                    for inner in base.iter(_w("r")):
                        self.content(inner, like, pieces, extra, place)
            elif child.tag == CHOICES + "AlternateContent":
                self.content(_chosen(child), like, pieces, extra, place)
            elif child.tag == BOX:
                extra.append(child)
            elif name in ("drawing", "pict", "object", "control"):
                self.drawn(child, extra, place)
            elif not any(self.fields):
                words = _letters(child)
                pieces += [like._replace(words=words)] if words else []

    def field(self, kind):
        """Note where the instruction of a field begins and ends: only its result prints."""
        if kind == "begin":
            self.fields.append(True)
        elif self.fields and kind == "separate":
            self.fields[-1] = False
        elif self.fields and kind == "end":
            self.fields.pop()

    def note(self, kind, key, place):
        if (kind, key) in self.notes and (kind, key) not in self.told:
            self.told.add((kind, key))
            self.asides.append(Aside(kind, _words(self.notes[kind, key]), place))

    def rest(self):
        """Return the asides that have no place in the text: notes that nothing calls, headers and footers, contents."""
        place = Place(0, 0)
        found = [
            Aside(kind, _words(note), place) for (kind, key), note in self.notes.items() if (kind, key) not in self.told
        ]
        found += dict.fromkeys(map(beside.header, map(_words, self.margins())))
        return found + [self.contents] * bool(self.contents)

    def margins(self):
        """Return the roots of the headers and footers that a section names."""
        named = [
            one.get(RELATION + "id") for kind in ("header", "footer") for one in self.root.iter(_w(f"{kind}Reference"))
        ]
        targets = dict.fromkeys(self.relations[key][1] for key in named if key in self.relations)
        return [root for root in (_part(self.archive, target) for target in targets) if root is not None]

    def drawn(self, element, extra, place):
        """Gather the text boxes, pictures and parts of a drawing."""
        if element.tag == _w("control") or element.find(f".//{OLE}") is not None or element.tag == _w("object"):
            self.asides.append(Aside("embedded", "", place))
            return
        extra += _boxes(element)
        for told, words in _drawn_words(element, self.archive, self.relations):
            self.asides.append(Aside(told, words, place))
        if any(True for tag in (DRAWN + "blip", VML + "imagedata") for _ in element.iter(tag)):
            extra.append(_picture(element, place))

    def chunk(self, element):
        """Read a part in another format that stands in the text, or tell that it is not read."""
        from . import web

        self.line += 1
        _, target = self.relations.get(element.get(RELATION + "id"), ("", ""))
        if not target.endswith((".html", ".htm", ".xhtml")) or target not in self.archive.namelist():
            self.asides.append(Aside("embedded", "", Place(0, self.line)))
            return []
        made = web.read(self.archive.read(target), "", self.lang)
        self.asides += [one._replace(place=Place(0, self.line)) for one in made.asides]
        self.chunks = [*getattr(self, "chunks", ()), made.raw]
        return [self.moved(block) for block in made.blocks]

    def moved(self, block):
        """Give a block of another part its place in this one."""
        if isinstance(block, Paragraph):
            self.line += 1
            return block._replace(text=block.text._replace(place=Place(0, self.line)))
        rows = []
        for row in block.rows:
            self.line += 1
            rows.append(tuple(cell._replace(place=Place(0, self.line)) for cell in row))
        return Table(tuple(rows))

    def table(self, table):
        cells = [cell for row in _inside(table, "tr") for cell in _inside(row, "tc")]
        if len(cells) == 1 and cells[0].find(f".//{_w('tbl')}") is not None or any(map(_is_frame, cells)):
            return [block for cell in cells for block in self.blocks(cell)]  # a frame that merely holds other tables
        rows = self.rows(table)
        return [Table(rows)] if rows else []

    def rows(self, table):
        rows, above = [], {}
        width = len(table.findall(f"{_w('tblGrid')}/{_w('gridCol')}"))
        for row in _inside(table, "tr"):
            self.line += 1
            place, here = Place(0, self.line), {}
            gone = row.find(f"{_w('trPr')}/{_w('del')}"), row.find(f"{_w('trPr')}/{_w('hidden')}")
            if any(one is not None for one in gone):
                self.asides.append(Aside("deleted" if gone[0] is not None else "hidden", _words(row, True), place))
                continue
            line = [text((), place)] * span(_value(row.find(f"{_w('trPr')}/{_w('gridBefore')}")), MOST_COLUMNS, 0)
            cells = list(_inside(row, "tc"))
            for cell in cells:
                merged = cell.find(f"{_w('tcPr')}/{_w('vMerge')}")
                printed = self.cell(cell, place)
                if merged is not None and (_value(merged) or "continue") == "continue" and len(line) in above:
                    self.asides.append(Aside("hidden", printed.text, place))
                    printed = above[len(line)]
                if merged is not None:
                    here[len(line)] = printed
                wide = span(_value(cell.find(f"{_w('tcPr')}/{_w('gridSpan')}")), MOST_COLUMNS)
                line += [printed] + [text((), place)] * (wide - 1)
            above = here
            if cells:
                rows.append((printed,) if len(cells) == 1 and len(line) >= width else tuple(line))
        return tuple(rows)

    def cell(self, cell, place):
        """Flatten a cell: each paragraph, also of a table inside, stands on a line of its own."""
        found, pictures = [], []
        if cell.find(f"{_w('tcPr')}/{_w('cellDel')}") is not None:
            self.asides.append(Aside("deleted", _words(cell, True), place))
            return text((), place)
        for group in _grouped(_under(cell)):
            if group[0].tag != _w("p"):
                self.asides.append(Aside("embedded", "", place))
                continue
            _, runs, is_note, extra = self.runs(group, place, in_cell=True)
            if is_note:
                self.asides.append(Aside("footnote", text(runs, place).text, place))
            else:
                found += [("\n", False), *runs]
            for one in extra:
                if isinstance(one, Picture):
                    pictures.append(one)
                else:
                    self.asides.append(Aside("text_box", _words(one), place))
        made = text(found, place)
        pictures = [one for one in pictures if one.large or one.large is None and not made.text]
        self.asides += [Aside("picture_table", one.alt, place) for one in pictures[:1]]
        return made

    def raw(self):
        """Return all that prints, by a walk over the parts that knows nothing of paragraphs."""
        pieces, gone = [], []
        for root in (self.root, *self.notes.values()):
            _collect(root, pieces, gone, self.styles)
            pieces.append(Piece("\n"))
        drawn = [words for _, words in _drawn_words(self.root, self.archive, self.relations)]
        drawn += [one.text for one in dict.fromkeys(map(beside.header, map(_words, self.margins())))]
        return "\n".join([beside.plain(pieces), "".join(gone), *drawn, *getattr(self, "chunks", ())])


def _letters(piece):
    name = piece.tag.removeprefix(NAMESPACE) if isinstance(piece.tag, str) else ""
    if name in ("t", "delText"):
        return (piece.text or "").replace("\n", " ")
    if name == "sym":
        code = int(piece.get(_w("char")) or "0", 16)
        # Letters of a symbol font are bullets and arrows, mostly.
        return "•" if 0xF000 <= code <= 0xF0FF or not code else chr(code)
    return MARKS.get(name, "")


def _words(element, deleted=False):
    """Return all the words below an element, each paragraph on a line."""
    pieces, gone = [], []
    _collect(element, pieces, gone, {})
    return beside.plain(pieces) + ("\n" + "".join(gone) if deleted else "")


def _collect(element, pieces, gone, styles):
    """Gather the text below an element into pieces, and what is deleted into another list."""
    for child in element:
        if child.tag in DELETED:
            inner = []
            _collect(child, inner, inner, styles)
            gone += ["\n", *(getattr(one, "words", one) for one in inner)]
        elif child.tag == CHOICES + "AlternateContent":
            _collect(_chosen(child), pieces, gone, styles)
        elif child.tag == _w("r"):
            properties = child.find(_w("rPr"))
            said = _style(properties, "rStyle", styles) | _properties(None, properties)
            start = len(pieces)
            _collect(child, pieces, gone, styles)
            if said.get("raised") or said.get("lifted"):
                pieces[start:] = [one._replace(raised=True) for one in pieces[start:]]
        elif child.tag == MATH + "t":
            pieces.append(Piece(child.text or ""))
        elif child.tag == _w("delText"):
            gone.append(child.text or "")
        elif isinstance(child.tag, str) and _letters(child):
            pieces.append(Piece(_letters(child)))
        else:
            pieces += [Piece("\n")] if child.tag == BOX else []
            _collect(child, pieces, gone, styles)
            if child.tag == BOX or child.tag == _w("p") and not _goes_on(child):
                pieces.append(Piece("\n"))


def _grouped(elements):
    """Yield the paragraphs that print as one together, and all else alone."""
    group = []
    for element in elements:
        if element.tag == _w("p"):
            group.append(element)
            if _goes_on(element):
                continue
            yield group
        else:
            yield from [group] if group else []
            yield [element]
        group = []
    yield from [group] if group else []


def _goes_on(paragraph):
    """Tell whether the end of a paragraph is deleted, or its text is only the large first letter of the next."""
    mark = paragraph.find(f"{_w('pPr')}/{_w('rPr')}")
    is_gone = mark is not None and any(mark.find(tag) is not None for tag in DELETED)
    frame = paragraph.find(f"{_w('pPr')}/{_w('framePr')}")
    return is_gone or frame is not None and frame.get(_w("dropCap")) in ("drop", "margin")


def _under(container):
    """Yield the paragraphs of a cell in order, also those of the tables inside."""
    for element in _inside(container, "p", "tbl", "tr", "tc", "altChunk", "subDoc"):
        yield from _under(element) if element.tag in map(_w, ("tbl", "tr", "tc")) else [element]


def _is_frame(cell):
    """Tell whether a cell holds a whole table of several columns: then the table around it only lays out the page."""
    for table in cell.iter(_w("tbl")):
        rows = table.findall(_w("tr"))
        if len(rows) > 1 and max(len(row.findall(_w("tc"))) for row in rows) > 2:
            return True
    return False


def _chosen(alternate):
    """Return what to read of an ``mc:AlternateContent``: Word writes the same text for itself and for others."""
    choices = [child for child in alternate if child.tag in (CHOICES + "Choice", CHOICES + "Fallback")]
    told = [child for child in choices if any(True for _ in child.iter(_w("t")))]
    return [*told, *choices, alternate.makeelement("nothing")][0]


def _drawn_words(element, archive, relations):
    """Yield the words of shapes that are no text boxes, of charts and of diagrams, each with the kind of its aside."""
    shapes = [one.text or "" for one in element.iter(DRAWN + "t")]
    shapes += [one.get("string") or "" for one in element.iter(VML + "textpath")]
    if any(shapes):
        yield "text_box", "\n".join(shapes)
    for tag, key in ((CHART + "chart", RELATION + "id"), (DIAGRAM + "relIds", RELATION + "dm")):
        for one in element.iter(tag):
            root = _part(archive, relations.get(one.get(key), ("", ""))[1])
            told = () if root is None else root.iter(DRAWN + "t", CHART + "v")
            yield "embedded", "\n".join(words.text or "" for words in told)


def _picture(element, place):
    """Make the picture of a drawing."""
    properties, extent = element.find(f".//{IN_DRAWING}docPr"), element.find(f".//{IN_DRAWING}extent")
    alt = "" if properties is None else properties.get("descr") or properties.get("title") or ""
    width = height = 0
    if extent is not None:
        width, height = (
            int(given) / EMU if (given := extent.get(key) or "").isdecimal() else 0 for key in ("cx", "cy")
        )
    for shape in element.iter(VML + "shape"):
        alt = alt or shape.get("alt") or ""
        styled = dict(re.findall(r"(width|height):([^;]+)", shape.get("style") or ""))
        width, height = (beside.centimetres(styled.get(key)) for key in ("width", "height"))
    return Picture(alt, place, beside.is_large(width, height))


def _style(properties, name, styles):
    """Return what the style that some properties name says; without a name, a paragraph has the default style."""
    key = None if properties is None else _value(properties.find(_w(name)))
    return styles.get(key, {}) if key or name == "pStyle" else {}


def _boxes(element):
    """Yield the text boxes below an element once each: Word writes them twice, for itself and for older programs."""
    for child in element:
        if child.tag == BOX:
            yield child
        elif child.tag == CHOICES + "AlternateContent":
            yield from _boxes(_chosen(child))
        elif child.tag not in DELETED:
            yield from _boxes(child)


def _inside(element, *names):
    """Yield the children of some names, also those inside controls, links and insertions."""
    for child in element:
        if child.tag in map(_w, names):
            yield child
        elif child.tag == CHOICES + "AlternateContent":
            yield from _inside(_chosen(child), *names)
        elif child.tag in WRAPPERS:
            yield from _inside(child, *names)


def _value(element):
    return None if element is None else element.get(_w("val"))


def _w(name):
    return NAMESPACE + name
