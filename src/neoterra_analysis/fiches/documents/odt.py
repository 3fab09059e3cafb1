"""OpenDocument texts: the body as it would print, with tracked changes accepted, and what stands beside it."""

import posixpath
import re
import zipfile
from io import BytesIO

from ...words import labels
from . import beside
from .beside import Picture, Piece
from .blocks import Aside, Document, Paragraph, Place, Table, span, text
from .limits import MAX_BLOCKS, refusal

OASIS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
TEXT, STYLE, OFFICE, DRAW, TABLE = (OASIS % name for name in ("text", "style", "office", "drawing", "table"))
FORMAT, SVG = OASIS % "xsl-fo-compatible", OASIS % "svg-compatible"
LIBRE = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
LINK = "{http://www.w3.org/1999/xlink}href"
ID = "{http://www.w3.org/XML/1998/namespace}id"
CREATED = "{http://purl.org/dc/elements/1.1/}"
KINDS = {"1": "decimal", "a": "lower_letter", "A": "upper_letter", "i": "lower_roman", "I": "upper_roman"}
SPACES = {TEXT + "s": " ", TEXT + "tab": " ", TEXT + "line-break": "\n"}
# What has words that do not print.
UNPRINTED = {
    *(TEXT + name for name in "tracked-changes number note-citation ruby-text sequence-decls variable-decls".split()),
    *(TEXT + name for name in "user-field-decls dde-connection-decls script".split()),
    *(OFFICE + name for name in "forms scripts event-listeners".split()),
    *(CREATED + name for name in ("creator", "date")),
    SVG + "title",
    SVG + "desc",
}
INSERTED = {DRAW + name for name in "object object-ole plugin applet floating-frame".split()}
MOST_COLUMNS, MOST_CELLS = 1000, 200_000


def read(raw, digest, lang=None):
    """Read an OpenDocument text."""
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        story = _Story(archive, lang)
        blocks, pictures = beside.settle(story.blocks(story.body))
        found = list(dict.fromkeys(map(beside.header, map(_words, story.margins))))
        found += [Aside("deleted", words, Place(0, 0)) for words in story.deleted.values()]
        asides = beside.gathered([*found, *story.asides, *story.calls.asides(), *pictures])
        return Document("odt", digest, tuple(blocks), (), asides, story.raw())


def _part(archive, name):
    # Imported late: whoever reads no such document does not wait for it.
    from lxml import etree

    if name not in archive.namelist():
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(archive.read(name), parser)


def _styles(*roots):
    """Return what each style says, with what it inherits: ``{(family, name): {"bold", "level", …}}``."""
    own = {}
    for style in (style for root in roots for tag in ("default-style", "style") for style in root.iter(STYLE + tag)):
        family, name = style.get(STYLE + "family"), style.get(STYLE + "name")
        said, properties = {}, style.find(STYLE + "text-properties")
        level = style.get(STYLE + "default-outline-level") or ""
        if level.isdecimal():
            said["level"] = int(level)
        elif name == "Title":
            said["level"] = 1
        if properties is not None:
            said |= _letters(properties)
        own[family, name] = (style.get(STYLE + "parent-style-name"), said)
    return {key: _inherited(key, own) for key in own}


def _inherited(key, own):
    chain, seen = [], set()
    family, name = key
    while (family, name) in own and name not in seen:
        seen.add(name)
        name, said = own[family, name]
        chain.append(said)
    chain.append(own.get((family, None), (None, {}))[1])
    return {name: value for said in reversed(chain) for name, value in said.items()}


def _letters(properties):
    """Return what properties say of letters: bold, struck, hidden, raised."""
    said = {}
    weight = properties.get(FORMAT + "font-weight")
    if weight is not None:
        said["bold"] = int(weight) >= 600 if weight.isdecimal() else weight == "bold"
    font = properties.get(STYLE + "font-name") or properties.get(FORMAT + "font-family")
    if font is not None:
        said["bold_font"] = bool(beside.BOLD_FONT.search(font))
    lines = [properties.get(STYLE + f"text-line-through-{name}") for name in ("style", "type")]
    if any(lines):
        said["struck"] = any(line not in (None, "none") for line in lines)
    if properties.get(TEXT + "display") is not None:
        said["hidden"] = properties.get(TEXT + "display") == "none"
    height = properties.get(STYLE + "text-position")
    if height is not None:
        said["raised"] = bool(re.match(r"super|[1-9]", height))
    return said


class _Story:
    """The way through a document: the line it is at, the numbers counted, and the asides so far."""

    def __init__(self, archive, lang):
        self.archive, self.lang = archive, lang
        self.root, named = _part(archive, "content.xml"), _part(archive, "styles.xml")
        roots = [root for root in (named, self.root) if root is not None]
        self.styles = _styles(*roots)
        self.body = self.root.find(f"{OFFICE}body/{OFFICE}text")
        lists = [one for root in roots for one in root.iter(TEXT + "list-style")]
        self.lists = {one.get(STYLE + "name"): _levels(one) for one in lists}
        self.outline = next((_levels(one) for root in roots for one in root.iter(TEXT + "outline-style")), {})
        self.deleted = {
            region.get(TEXT + "id") or region.get(ID): _words(deletion)
            for region in self.body.iter(TEXT + "changed-region")
            for deletion in region.iter(TEXT + "deletion")
        }
        pages = [] if named is None else named.iter(STYLE + "master-page")
        names = [f"{STYLE}{side}{which}" for side in ("header", "footer") for which in ("", "-left", "-first")]
        self.margins = [
            one for page in pages for one in page.iterchildren(*names) if one.get(STYLE + "display") != "false"
        ]
        self.line, self.asides, self.calls = 0, [], beside.Calls()
        self.counters, self.headings = {}, {}

    def blocks(self, container, in_cell=False, listed=None):
        """Gather the paragraphs, tables and pictures below an element; ``listed`` is the list that it stands in."""
        found = []
        for child in container:
            tag = child.tag
            if self.line > MAX_BLOCKS:
                raise refusal("blocks", self.lang, most=labels.number(MAX_BLOCKS, self.lang))
            if tag in (TEXT + "p", TEXT + "h"):
                found += self.paragraph(child, in_cell, listed)
                listed = listed and listed | {"number": ""}  # only the first paragraph of an item is numbered
            elif tag == TEXT + "list":
                found += self.items(child, in_cell, listed)
            elif tag == TABLE + "table":
                found += self.table(child)
            elif tag in (TEXT + "change", OFFICE + "annotation"):
                self.inline(child, {}, [], found, Place(0, self.line))
            elif tag.startswith(DRAW):
                found += self.drawn(child, Place(0, self.line + 1), in_cell)
            elif tag == TEXT + "section" and child.get(TEXT + "display") not in (None, "true"):
                self.asides.append(Aside("hidden", _words(child), Place(0, self.line + 1)))
            elif re.search(r"-index$|table-of-content$", tag):
                self.asides.append(Aside("other", _words(child), Place(0, self.line + 1)))
            elif tag not in UNPRINTED:
                found += self.blocks(child, in_cell, listed)
        return found

    def paragraph(self, element, in_cell, listed):
        """Make a paragraph, and what the boxes and pictures in it give."""
        self.line += 1
        place, pieces, extra = Place(0, self.line), [], []
        said = self.styles.get(
            ("paragraph", element.get(TEXT + "style-name")), self.styles.get(("paragraph", None), {})
        )
        self.inline(element, said, pieces, extra, place)
        if any(one.get(TEXT + "is-hidden") == "true" for one in element.iter(TEXT + "hidden-paragraph")):
            pieces = [piece._replace(gone=piece.gone or "hidden") for piece in pieces]
        level = said.get("level", 0)
        if element.tag == TEXT + "h":
            given = element.get(TEXT + "outline-level") or ""
            level = int(given) if given.isdecimal() and len(given) < 3 else level or 1
        stored = element.find(TEXT + "number")
        number = listed["number"] if listed else self.heading_number(element, level) if level else ""
        number = number if stored is None else "".join(stored.itertext())
        kept, gone = beside.parted(pieces, place)
        self.asides += gone
        before = beside.label(number, in_cell)
        if before and any(piece.words.strip() for piece in kept):
            kept.insert(0, Piece(before))
        runs, is_note = self.calls.runs(kept, place)
        made = text(runs, place)
        found = []
        if made.text and is_note:
            self.asides.append(Aside("footnote", made.text, place))
        elif made.text:
            found.append(Paragraph(made, level, bool(listed) and not level))
        for one in extra:
            found += [one] if isinstance(one, Picture) else self.drawn(one, place, in_cell)
        return found

    def inline(self, element, said, pieces, extra, place):
        """Gather the pieces below an element; ``said`` is what the styles around it say."""
        bold, raised = bool(said.get("bold") or said.get("bold_font")), bool(said.get("raised"))
        gone = "hidden" if said.get("hidden") else "struck" if said.get("struck") else ""

        def say(words):
            if words:
                pieces.append(Piece(words, bold, raised, gone))

        if element.tag == TEXT + "change":
            self.asides.append(Aside("deleted", self.deleted.pop(element.get(TEXT + "change-id"), ""), place))
        elif element.tag == OFFICE + "annotation":
            self.asides.append(Aside("comment", _words(element), place))
        elif element.tag == TEXT + "note":
            kind = "endnote" if element.get(TEXT + "note-class") == "endnote" else "footnote"
            self.asides.append(Aside(kind, _words(element), place))
        elif element.tag == TEXT + "hidden-text" and element.get(TEXT + "is-hidden") != "false":
            words = element.get(TEXT + "string-value") or "".join(element.itertext())
            self.asides.append(Aside("hidden", words, place))
        elif element.tag in SPACES:
            say(SPACES[element.tag])
        elif element.tag.startswith(DRAW) and element.tag != DRAW + "a":
            extra.append(element)
        elif element.tag not in UNPRINTED:
            say(_flat(element.text))
            for child in element:
                style = self.styles.get(("text", child.get(TEXT + "style-name")), {})
                self.inline(child, said | style if child.tag == TEXT + "span" else said, pieces, extra, place)
                say(_flat(child.tail))

    def items(self, listed, in_cell, outer):
        """Read a list: each item begins with its number, if it has one."""
        depth = outer["depth"] + 1 if outer else 1
        name = listed.get(TEXT + "style-name") or (outer or {}).get("name")
        levels = self.lists.get(name, {})
        goes_on = listed.get(TEXT + "continue-list") or (listed.get(TEXT + "continue-numbering") == "true" and name)
        counts = outer["counts"] if outer else dict(self.counters.get(goes_on, {})) if goes_on else {}
        if outer:
            counts.pop(depth, None)
        found = []
        for item in listed:
            number = ""
            if (
                item.tag == TEXT + "list-item"
                and item.find(f"{TEXT}p") is not None
                or item.find(f"{TEXT}h") is not None
            ):
                number = _counted(levels, counts, depth, item.get(TEXT + "start-value"))
            here = {"depth": depth, "name": name, "counts": counts, "number": number}
            found += self.blocks(item, in_cell, here)
        if not outer:
            self.counters |= {key: counts for key in (name, listed.get(ID)) if key}
        return found

    def heading_number(self, element, level):
        """Count a heading, and return its number as printed."""
        if element.get(TEXT + "is-list-header") == "true" or level not in self.outline:
            return ""
        start = element.get(TEXT + "start-value") if element.get(TEXT + "restart-numbering") == "true" else None
        return _counted(self.outline, self.headings, level, start)

    def drawn(self, element, place, in_cell):
        """Return what of a drawing belongs to the text: pictures, boxes with a table or a heading; note the rest."""
        inserted = [one for one in element.iter(*INSERTED)]
        if inserted:
            self.asides += [Aside("embedded", self.words_inside(one), place) for one in inserted]
            return []
        found = []
        if element.tag == DRAW + "frame":
            boxes, images = element.findall(DRAW + "text-box"), element.findall(DRAW + "image")
            if images and not boxes:
                alt = " ".join("".join(one.itertext()) for one in element.iterchildren(SVG + "title", SVG + "desc"))
                size = (beside.centimetres(element.get(SVG + side)) for side in ("width", "height"))
                return [Picture(alt, place, beside.is_large(*size))]
        elif element.tag in (DRAW + "g", DRAW + "a"):
            return [one for child in element if child.tag.startswith(DRAW) for one in self.drawn(child, place, in_cell)]
        else:
            boxes = [element]
        for box in boxes:
            if in_cell:
                self.asides.append(Aside("text_box", _words(box), place))
                continue
            kept, asides = beside.boxed(self.blocks(box), place)
            self.asides += asides
            found += kept
        return found

    def words_inside(self, inserted):
        """Return the words of an object that is a document of its own in the archive."""
        name = posixpath.normpath((inserted.get(LINK) or "").removeprefix("./"))
        root = _part(self.archive, f"{name}/content.xml")
        body = None if root is None else root.find(OFFICE + "body")
        return "" if body is None else _words(body)

    def table(self, table):
        cells = [cell for row in _rows(table) for cell in row.iterchildren(TABLE + "table-cell")]
        if len(cells) == 1 and cells[0].find(f".//{TABLE}table") is not None or any(map(_is_frame, cells)):
            return [block for cell in cells for block in self.blocks(cell)]  # a frame that merely holds other tables
        rows, hanging, count = [], {}, 0
        for row in _rows(table):
            self.line += 1
            place = Place(0, self.line)
            if _is_collapsed(row):
                self.asides.append(Aside("hidden", _words(row), place))
                continue
            line, own = self.row(row, place, hanging)
            is_filled = any(cell.text for cell in line)
            for _ in range(span(row.get(TABLE + "number-rows-repeated"), MAX_BLOCKS) if is_filled else 1):
                rows.append(
                    tuple(line[:1] if own == 1 and len(line) > 1 and not any(c.text for c in line[1:]) else line)
                )
                count += len(line)
                if count > MOST_CELLS:
                    raise refusal("cells", self.lang, most=labels.number(MOST_CELLS, self.lang))
        return [Table(tuple(rows))] if rows else []

    def row(self, row, place, hanging):
        """Return the cells of a row in the columns where they print, and how many are its own."""
        line, own = [], 0
        for cell in row.iterchildren(TABLE + "table-cell", TABLE + "covered-table-cell"):
            times = span(cell.get(TABLE + "number-columns-repeated"), MOST_COLUMNS)
            if cell.tag == TABLE + "covered-table-cell":
                self.asides.append(Aside("hidden", _words(cell), place))
                for at in range(len(line), len(line) + times):
                    left, above = hanging.pop(at, (0, text((), place)))
                    if left > 1:
                        hanging[at] = (left - 1, above)
                    line.append(above)
                continue
            before, known = self.line, len(self.asides)
            printed, pictures = beside.flattened(self.blocks(cell, in_cell=True), place)
            self.asides[known:] = [one._replace(place=place) for one in self.asides[known:]] + pictures
            self.line = before
            own += times
            high = span(cell.get(TABLE + "number-rows-spanned"), MAX_BLOCKS)
            wide = span(cell.get(TABLE + "number-columns-spanned"), MOST_COLUMNS)
            for at in range(wide if high > 1 else 0):  # the covered cells of this row are of no row above
                hanging[len(line) + at] = (high, text((), place)) if at else (high - 1, printed)
            line += [printed] * times
        return line, own

    def raw(self):
        """Return all that prints, by a walk over the parts that knows nothing of paragraphs."""
        pieces = []
        _collect(self.body, pieces, self.styles)
        inside = [self.words_inside(one) for one in self.body.iter(*INSERTED)]
        regions = [_words(one) for one in self.body.iter(TEXT + "deletion")]
        headers = [one.text for one in dict.fromkeys(map(beside.header, map(_words, self.margins)))]
        return "\n".join([beside.plain(pieces), *regions, *inside, *headers])


def _levels(style):
    """Return the levels of a list style: ``{depth: (format, before, after, levels shown, start, pattern)}``."""
    found = {}
    for level in style:
        depth = level.get(TEXT + "level") or ""
        if depth.isdecimal() and level.tag in (TEXT + "list-level-style-number", TEXT + "outline-level-style"):
            shown = span(level.get(TEXT + "display-levels"), 10)
            start = level.get(TEXT + "start-value") or ""
            found[int(depth)] = (
                level.get(STYLE + "num-format") or "",
                level.get(STYLE + "num-prefix") or "",
                level.get(STYLE + "num-suffix") or "",
                shown,
                int(start) if start.isdecimal() and len(start) < 9 else 1,
                level.get(LIBRE + "num-list-format"),
            )
    return found


def _counted(levels, counts, depth, start=None):
    """Count an item, and return its number as printed; a bullet is none."""
    for deeper in [at for at in counts if at > depth]:
        del counts[deeper]
    first = levels[depth][4] if depth in levels else 1
    counts[depth] = int(start) if start and start.isdecimal() and len(start) < 9 else counts.get(depth, first - 1) + 1
    if depth not in levels or not levels[depth][0]:
        return ""
    _, before, after, shown, _, pattern = levels[depth]

    def one(at):
        form = levels[at][0] if at in levels else "1"
        return beside.counted(counts.setdefault(at, levels[at][4] if at in levels else 1), KINDS.get(form, "decimal"))

    if pattern is not None:
        return re.sub("%([1-9]|10)%", lambda match: one(int(match[1])), pattern)
    return before + ".".join(one(at) for at in range(max(1, depth - shown + 1), depth + 1)) + after


def _rows(table):
    for child in table:
        if child.tag == TABLE + "table-row":
            yield child
        elif child.tag in (TABLE + name for name in ("table-header-rows", "table-rows", "table-row-group")):
            yield from _rows(child)


def _is_collapsed(row):
    group = row.getparent()
    return row.get(TABLE + "visibility") in ("collapse", "filter") or group.get(TABLE + "display") == "false"


def _is_frame(cell):
    """Tell whether a cell holds a whole table of several columns: then the table around it only lays out the page."""
    for table in cell.iter(TABLE + "table"):
        rows = [len(row.findall(TABLE + "table-cell")) for row in _rows(table)]
        if len(rows) > 1 and max(rows) > 2:
            return True
    return False


def _flat(words):
    return (words or "").replace("\n", " ").replace("\t", " ")


def _words(element):
    """Return all the words below an element, each paragraph on a line."""
    pieces = []
    _collect(element, pieces, {})
    return beside.plain(pieces)


def _collect(element, pieces, styles, raised=False):
    """Gather the text below an element into pieces, by a walk that knows nothing of paragraphs."""
    if element.tag in UNPRINTED or element.tag.endswith("-source"):
        return
    if element.tag == TEXT + "span":
        raised = styles.get(("text", element.get(TEXT + "style-name")), {}).get("raised", raised)
    apart = element.tag in (TEXT + "note", OFFICE + "annotation") or element.tag.startswith(DRAW)
    pieces.append(Piece("\n" if apart else SPACES.get(element.tag) or ""))
    pieces.append(Piece(_flat(element.text), False, bool(raised)))
    for child in element:
        _collect(child, pieces, styles, raised)
        pieces.append(Piece(_flat(child.tail), False, bool(raised)))
    pieces.append(Piece("\n" if apart or element.tag in (TEXT + "p", TEXT + "h") else ""))
