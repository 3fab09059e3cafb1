"""HTML pages: what a browser would show of them, as paragraphs and tables, and what stands beside it."""

import re

from ...words import labels
from . import beside, stylesheet
from .beside import Picture, Piece
from .blocks import Aside, Document, Paragraph, Place, Table, span, text
from .limits import decode_html, refusal

# What is no text of a page, and what a browser does not show as text, with the kind of its aside.
NOTHING = set("script style title link meta base area map source track param datalist".split())
ASIDES = {
    **dict.fromkeys("template noscript canvas audio video dialog".split(), "hidden"),
    **dict.fromkeys("iframe object embed".split(), "embedded"),
    **dict.fromkeys("select textarea".split(), "other"),
    "svg": "text_box",
}
BLOCKS = set(
    "html head body p div li h1 h2 h3 h4 h5 h6 ul ol dl dt dd section article aside main nav header footer address "
    "blockquote figure figcaption center form fieldset legend details summary hr pre caption tr td th tbody "
    "thead tfoot".split()
)
NOTE_HOLDERS = set("p li div dd aside section".split())
ITEM_KINDS = {"a": "lower_letter", "A": "upper_letter", "i": "lower_roman", "I": "upper_roman"}
LINK_MARK = re.compile(r"\W*(?:\d{1,3}|[a-z]|[*†‡§]{1,4})\W*", re.IGNORECASE)
PLAIN = Piece("")
MOST_NOTE = 3000  # letters
# The first two are those of browsers.
MOST_COLUMNS, MOST_ROWS, MOST_CELLS = 1000, 65534, 200_000


def read(raw, digest, lang=None):
    r"""Read an HTML page."""
    # Imported late: whoever reads no HTML does not wait for it.
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(decode_html(raw, lang).encode(), parser=parser)
    except etree.ParserError:
        return Document("html", digest, ())  # nothing to show
    except etree.XMLSyntaxError:
        raise refusal("deep", lang) from None
    # The parser keeps quiet about what it leaves out.
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise refusal("deep", lang)
    page = _Page(root, lang)
    blocks, pictures = beside.settle(page.blocks(root))
    asides = beside.gathered([*page.asides, *page.calls.asides(), *pictures])
    pieces = []
    page.collect(root, False, pieces)
    return Document("html", digest, tuple(blocks), (), asides, beside.plain(pieces))


class _Page:
    """The way through a page: its style sheets, its notes, and the asides so far."""

    def __init__(self, root, lang):
        self.lang, self.asides, self.calls, self.numbers = lang, [], beside.Calls(), {}
        self.sheet = stylesheet.rules([sheet.text_content() for sheet in root.iter("style")])
        self.marks, self.notes = _linked_notes(root)

    def blocks(self, element, like=PLAIN, in_cell=False):
        """Gather the paragraphs, tables and pictures below an element."""
        found, pieces, state = [], [], {"line": 0, "start": 0, "level": 0, "item": False, "label": ""}

        def close():
            if pieces:
                place = Place(0, state["start"])
                kept, gone = beside.parted(pieces, place)
                self.asides += gone
                runs, is_note = self.calls.runs(kept, place)
                made = text(runs, place)
                if made.text and is_note:
                    self.asides.append(Aside("footnote", made.text, place))
                elif made.text:
                    if state["label"] and not made.text[0].isdecimal():
                        made = text([(state["label"], False), *runs], place)
                    state["label"] = ""
                    found.append(Paragraph(made, state["level"], state["item"]))
            pieces.clear()

        def say(words, like, kept):
            for part in re.split("(\n)", words or ""):
                if part.strip() and not pieces:
                    state["start"] = state["line"]
                if part == "\n":
                    state["line"] += 1
                    part = "\n" if kept else " "
                if pieces or part.strip():
                    pieces.append(like._replace(words=part))

        def walk(node, like, kept):
            state["line"] = max(state["line"], node.sourceline or 0)
            tag, style = node.tag, stylesheet.of(node, self.sheet)
            if self.is_out(node, style, Place(0, state["line"])):
                return
            if tag == "table":
                close()
                found.extend(self.table(node, _like(node, style, like)))
                return
            if tag == "img":
                found.append(Picture(node.get("alt") or "", Place(0, state["line"]), _size(node)))
                return
            if tag == "br":
                if pieces:
                    pieces.append(like._replace(words="\n"))
                return
            like, kept = _like(node, style, like), kept or tag == "pre"
            before = state["level"], state["item"]
            if tag in BLOCKS:
                close()
                heading = re.fullmatch("h([1-6])", tag)
                state["level"] = int(heading[1]) if heading else state["level"]
                state["item"] = state["item"] or tag == "li"
                state["label"] = beside.label(self.number(node), in_cell) if tag == "li" else state["label"]
            say("« " if tag == "q" else "", like, kept)
            say(node.text, like, kept)
            for child in node:
                walk(child, like, kept)
                say(child.tail, like, kept)
            say(" »" if tag == "q" else "", like, kept)
            if tag in BLOCKS:
                close()
                state["level"], state["item"] = before
                state["label"] = "" if tag == "li" else state["label"]

        walk(element, like, False)
        close()
        return found

    def is_out(self, node, style, place):
        """Tell whether an element is no part of the text, and note it as an aside where it has words."""
        if not isinstance(node.tag, str) or node.tag in NOTHING or node in self.marks:
            return True
        kind = ASIDES.get(node.tag) or self.notes.get(node)
        if node.tag == "dialog" and node.get("open") is not None:
            kind = None
        role = (node.get("role") or "").removeprefix("doc-")
        if role in ("footnote", "endnote", "toc"):
            kind = "other" if role == "toc" else role
        is_hidden = style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse")
        if node.get("hidden") is not None or is_hidden:
            kind = "hidden"
        if kind is None:
            return False
        pieces = []
        self.collect(node, False, pieces)
        self.asides.append(Aside(kind, beside.plain(pieces), place))
        return True

    def number(self, item):
        """Return the number of an item, or nothing where none is printed."""
        listed = item.getparent()
        if listed is None or listed.tag != "ol" or "none" in (listed.get("style") or ""):
            return ""
        if listed not in self.numbers:
            self.numbers[listed] = _numbers(listed)
        return self.numbers[listed][item]

    def shown(self, nodes):
        """Yield the elements that are shown, the others noted."""
        for node in nodes:
            if not self.is_out(node, stylesheet.of(node, self.sheet), Place(0, node.sourceline or 0)):
                yield node

    def table(self, table, like):
        """Read a table, what stands in it outside of cells before it, as browsers show it."""
        found, rows = [], []
        for node in self.shown(table.iterchildren("caption")):
            found += self.blocks(node, like)
        strays = []
        for row in self.rows(table, strays):
            around = like
            for node in [row.getparent()] * (row.getparent() is not table) + [row]:
                around = _like(node, stylesheet.of(node, self.sheet), around)
            rows.append((row, around, self.cells(row, strays)))
        if any(words.strip() for words in strays):
            place = Place(0, table.sourceline or 0)
            found += [Paragraph(text([(" ".join(strays), False)], place))]
        cells = [cell for _, _, row in rows for cell in row]
        if len(cells) == 1 and cells[0].find(".//table") is not None or any(map(_is_frame, cells)):
            return found + [
                block for _, around, row in rows for cell in row for block in self.blocks(cell, around)
            ]  # it merely holds other tables
        return found + [self.grid(rows)] if cells else found

    def rows(self, table, strays, parts=("thead", "tbody", "tfoot")):
        strays.append(table.text or "")
        for child in table:
            if child.tag == "tr":
                yield from self.shown([child])
            elif child.tag in parts:
                for part in self.shown([child]):
                    yield from self.rows(part, strays, ())
            elif child.tag not in ("caption", "colgroup", "col"):
                strays += [one.text_content() for one in self.shown([child])]
            strays.append(child.tail or "")

    def cells(self, row, strays):
        found = []
        strays.append(row.text or "")
        for child in self.shown(row):
            if child.tag in ("td", "th"):
                found.append(child)
            else:
                strays.append(child.text_content())
        strays += [child.tail or "" for child in row]
        return found

    def grid(self, lines):
        """Put the cells of a table into the columns where they print."""
        rows, hanging, count = [], {}, 0
        for row, like, waiting in lines:
            cells, waiting = [], list(waiting)
            is_single = len(waiting) == 1 and not hanging
            has_data = any(cell.tag == "td" for cell in waiting)
            while waiting or any(column >= len(cells) for column in hanging):
                at = len(cells)
                if at in hanging:
                    left, above = hanging.pop(at)
                    if left > 1:
                        hanging[at] = (left - 1, above)
                    cells.append(above)
                elif waiting:
                    cell = waiting.pop(0)
                    printed = self.cell(cell, like._replace(bold=like.bold or cell.tag == "th" and has_data))
                    high = span(cell.get("rowspan"), MOST_ROWS)
                    for column in range(at, at + span(cell.get("colspan"), MOST_COLUMNS)):
                        if high > 1:
                            hanging[column] = (high - 1, printed)
                        cells.append(printed)
                        printed = text((), printed.place)
                else:
                    cells.append(text((), Place(0, row.sourceline or 0)))
            if cells:
                rows.append(tuple(cells[:1] if is_single else cells))
            count += len(cells)
            if count > MOST_CELLS:
                raise refusal("cells", self.lang, most=labels.number(MOST_CELLS, self.lang))
        return Table(tuple(rows))

    def cell(self, cell, like):
        made, pictures = beside.flattened(self.blocks(cell, like, in_cell=True), Place(0, cell.sourceline or 0))
        self.asides += pictures
        return made

    def collect(self, node, raised, pieces):
        """Gather all text below an element, by a walk that knows nothing of paragraphs."""
        if not isinstance(node.tag, str) or node.tag in NOTHING or node in self.marks:
            return
        raised = _like(node, stylesheet.of(node, self.sheet), Piece("", False, raised)).raised
        is_apart = node.tag in BLOCKS or node.tag in ASIDES or node.tag in ("br", "option")
        pieces += [Piece("\n")] if is_apart else []
        pieces.append(Piece(_flat(node.text), False, raised))
        for child in node:
            self.collect(child, raised, pieces)
            pieces.append(Piece(_flat(child.tail), False, raised))
        pieces += [Piece("\n")] if is_apart else []


def _flat(words):
    return (words or "").replace("\n", " ")


def _like(node, style, like):
    """Return how the text of an element is printed, given how that around it is."""
    tag = node.tag
    weight = style.get("font-weight") or " ".join(
        word for word in style.get("font", "").split() if re.fullmatch(r"bold|bolder|[1-9]00", word)
    )
    bold = like.bold or tag in ("b", "strong") or bool(beside.BOLD_FONT.search(style.get("font-family", "")))
    if weight in ("inherit", "unset"):
        bold = like.bold
    elif weight:
        bold = int(weight) >= 600 if weight.isdecimal() else weight in ("bold", "bolder")
    line = style.get("text-decoration", "") + style.get("text-decoration-line", "")
    is_struck = tag in ("s", "del", "strike") and "none" not in line or "line-through" in line
    height = style.get("vertical-align", "")
    raised = like.raised or (tag == "sup" and height in ("", "super")) or height == "super"
    return Piece("", bold, raised, like.gone or ("struck" if is_struck else ""))


def _linked_notes(root):
    """Return the links that call a note, and the element of each note with its kind: later, short, without a table."""
    ids, order = {}, {}
    for at, node in enumerate(root.iter("*")):
        names = [node.get("id"), node.get("name") if node.tag == "a" else None] if node.attrib else []
        for name in filter(None, names):
            ids.setdefault(name, (node, at))
        if node.tag == "a":
            order[node] = at
    marks, notes = set(), {}
    for link, at in order.items():
        name = link.get("href") or ""
        target, below = ids.get(name[1:], (None, 0)) if name.startswith("#") else (None, 0)
        if below < at or not LINK_MARK.fullmatch(link.text_content()):
            continue
        while target is not None and target.tag not in BLOCKS:
            target = target.getparent()
        if target is None or target.tag not in NOTE_HOLDERS or target in link.iterancestors():
            continue
        is_short = len(target.text_content()) <= MOST_NOTE and target.find(".//table") is None
        if is_short and not any(True for _ in target.iter("h1", "h2", "h3", "h4")):
            marks.add(link)
            notes[target] = "comment" if "cmnt" in name else "endnote" if "edn" in name else "footnote"
    return marks, notes


def _numbers(listed):
    """Return the number that a browser prints before each item of a list."""
    found, start = {}, listed.get("start") or ""
    count = int(start) if start.isascii() and start.isdecimal() and len(start) < 9 else 1
    for item in listed.iterchildren("li"):
        value = item.get("value") or ""
        count = int(value) if value.isascii() and value.isdecimal() and len(value) < 9 else count
        found[item] = beside.counted(count, ITEM_KINDS.get(listed.get("type"), "decimal")) + "."
        count += 1
    return found


def _is_frame(cell):
    """Tell whether a cell holds a whole table of several columns: then the table around it only lays out the page."""
    for table in cell.iter("table"):
        rows = [sum(one.tag in ("td", "th") for one in row) for row in table.iter("tr")]
        if len(rows) > 1 and max(rows) > 2:
            return True
    return False


def _size(image):
    """Tell by its size whether a picture may hide a table."""
    style = dict(re.findall(r"(?:^|;)\s*(width|height)\s*:\s*([^;]+)", image.get("style") or ""))
    lengths = (beside.centimetres((style.get(name) or image.get(name) or "").strip()) for name in ("width", "height"))
    return beside.is_large(*lengths)
