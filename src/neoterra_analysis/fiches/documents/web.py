"""HTML pages: what a browser would show of them, as paragraphs and tables."""

import re

from ...words import labels
from .blocks import Document, Paragraph, Place, Table, span, text
from .limits import decode_html, refusal

UNSEEN = set(
    "script style head title template noscript iframe object embed canvas audio video svg math select textarea "
    "datalist area map".split()
)
BLOCKS = set(
    "html body p div li h1 h2 h3 h4 h5 h6 ul ol dl dt dd section article aside main nav header footer address "
    "blockquote figure figcaption center form fieldset legend details summary hr pre caption tr td th tbody "
    "thead tfoot".split()
)
HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
WEIGHT = re.compile(r"(?:^|;)\s*font-weight\s*:\s*(\w+)", re.IGNORECASE)
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
        root = None  # nothing to show
    except etree.XMLSyntaxError:
        raise refusal("deep", lang) from None
    # The parser keeps quiet about what it leaves out.
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise refusal("deep", lang)
    return Document("html", digest, () if root is None else tuple(_blocks(root, lang)))


def _blocks(element, lang):
    """Gather the paragraphs and tables below an element."""
    found, runs, state = [], [], {"line": 0, "start": 0, "level": 0, "item": False}

    def close():
        if runs:
            made = text(runs, Place(0, state["start"]))
            if made.text:
                found.append(Paragraph(made, state["level"], state["item"]))
        runs.clear()

    def say(words, bold, kept):
        for piece in re.split("(\n)", words or ""):
            if piece.strip() and not runs:
                state["start"] = state["line"]
            if piece == "\n":
                state["line"] += 1
                piece = "\n" if kept else " "
            if runs or piece.strip():
                runs.append((piece, bold))

    def walk(node, bold, kept):
        tag, style = node.tag, node.get("style") or ""
        state["line"] = max(state["line"], node.sourceline or 0)
        if _is_hidden(node):
            return
        if tag == "table":
            close()
            for caption in node.iterchildren("caption"):
                found.extend([] if _is_hidden(caption) else _blocks(caption, lang))
            cells = [cell for row in _rows(node) for cell in _cells(row)]
            if len(cells) == 1 and cells[0].find(".//table") is not None:
                found.extend(_blocks(cells[0], lang))  # a frame that merely holds other tables
            elif cells:
                found.append(_table(node, lang))
            return
        if tag == "br":
            if runs:
                runs.append(("\n", bold))
            return
        bold, kept = _is_bold(tag, style, bold), kept or tag == "pre"
        before = state["level"], state["item"]
        if tag in BLOCKS:
            close()
            heading = re.fullmatch("h([1-6])", tag)
            state["level"] = int(heading[1]) if heading else state["level"]
            state["item"] = state["item"] or tag == "li"
        say(node.text, bold, kept)
        for child in node:
            walk(child, bold, kept)
            say(child.tail, bold, kept)
        if tag in BLOCKS:
            close()
            state["level"], state["item"] = before

    walk(element, False, False)
    close()
    return found


def _is_hidden(node):
    is_out = node.tag in UNSEEN or node.get("hidden") is not None or HIDDEN.search(node.get("style") or "")
    return bool(is_out) or not isinstance(node.tag, str)


def _is_bold(tag, style, bold):
    """Tell whether the text of an element is bold, given whether that around it is."""
    weight = WEIGHT.search(style)
    if weight is None:
        return bold or tag in ("b", "strong")
    word = weight[1].lower()
    if word in ("inherit", "unset"):
        return bold
    return int(word) >= 600 if word.isdecimal() else word in ("bold", "bolder")


def _rows(table, parts=("thead", "tbody", "tfoot")):
    for child in table:
        if child.tag == "tr" and not _is_hidden(child):
            yield child
        elif child.tag in parts and not _is_hidden(child):
            yield from _rows(child, ())


def _cells(row):
    return [cell for cell in row if cell.tag in ("td", "th") and not _is_hidden(cell)]


def _table(table, lang):
    """Read a table, its cells in the columns where they print."""
    rows, hanging, count = [], {}, 0
    for row in _rows(table):
        cells, waiting = [], _cells(row)
        is_single = len(waiting) == 1 and not hanging
        while waiting or any(column >= len(cells) for column in hanging):
            at = len(cells)
            if at in hanging:
                left, above = hanging.pop(at)
                if left > 1:
                    hanging[at] = (left - 1, above)
                cells.append(above)
            elif waiting:
                cell = waiting.pop(0)
                printed, high = _cell(cell, lang), span(cell.get("rowspan"), MOST_ROWS)
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
            raise refusal("cells", lang, most=labels.number(MOST_CELLS, lang))
    return Table(tuple(rows))


def _cell(cell, lang):
    """Flatten a cell: what stands apart in it, stands on lines of its own."""
    runs = []
    for block in _blocks(cell, lang):
        texts = (block.text,) if isinstance(block, Paragraph) else (inner for row in block.rows for inner in row)
        for printed, bold, _ in texts:
            at = 0
            for start, end in bold:
                runs += [(printed[at:start], False), (printed[start:end], True)]
                at = end
            runs += [(printed[at:], False), ("\n", False)]
    return text(runs, Place(0, cell.sourceline or 0))
