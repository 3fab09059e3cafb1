"""PDF documents: the words and rules of each page, for `layout` to put together."""

import re
import zlib
from io import BytesIO
from itertools import islice

from .blocks import Document
from .layout import Page, Word, blocks
from .limits import MAX_INFLATED, MEGABYTE, refusal

MAX_PAGES = 60
BOLD = re.compile("bold|black|semi|heavy|demi", re.IGNORECASE)
COMPRESSED = re.compile(rb"/Filter\s*\[?\s*/(?:FlateDecode|Fl)\b(?=.*>>\s*$)", re.DOTALL)
THIN = 3  # points: what is drawn thinner is a line
LARGE = 0.25  # of a page: logos are smaller
FEW = 10  # words on a picture: where there are more, it is a background, or a scan whose text was added


def read(raw, digest, lang=None):
    """Read a PDF, in a process with little memory and time (see `sandbox`)."""
    _check_streams(raw, lang)
    pages, pictures = _pages(raw, lang)
    letters = "".join(word.letters for page in pages for word in page.words)
    # Letters that a font does not name come out as (cid:12).
    if not letters.strip() or len(re.findall(r"\(cid:\d+\)", letters)) * 20 > len(letters):
        raise refusal("no_text", lang)
    return Document("pdf", digest, tuple(blocks(pages)), pictures)


def _check_streams(raw, lang):
    """Inflate each stream: none may swell, and none that says it is compressed may be damaged and lose its text."""
    is_locked = b"/Encrypt" in raw
    for found in re.finditer(rb"stream\r?\n?", raw):
        machine, at, size = zlib.decompressobj(), found.end(), 0
        header = raw[max(0, found.start() - 1000) : found.start()].rpartition(b"obj")[2]
        packed = raw[at : at + 64]
        at += len(packed)
        try:
            while packed and not machine.eof:
                size += len(machine.decompress(packed, MEGABYTE))
                if size > MAX_INFLATED:
                    raise refusal("stream", lang, most=MAX_INFLATED // MEGABYTE)
                packed = machine.unconsumed_tail
                if not packed:
                    packed, at = raw[at : at + MEGABYTE], at + MEGABYTE
            is_whole = machine.eof
        except zlib.error:
            is_whole = False
        if not is_whole and not is_locked and COMPRESSED.search(header):
            raise refusal("broken", lang)


def _pages(raw, lang):
    """Return the pages, with no more of them than is needed further on, and the numbers of those with a picture."""
    # Imported late: whoever reads no PDF does not wait for it.
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfminer.pdfpage import PDFPage

    try:
        pdf = pdfplumber.open(BytesIO(raw))
    except Exception as error:
        causes = (error, *error.args)
        if any(isinstance(cause, PDFEncryptionError | PDFPasswordIncorrect) for cause in causes):
            raise refusal("encrypted", lang) from None
        raise
    with pdf:
        if sum(1 for _ in islice(PDFPage.create_pages(pdf.doc), MAX_PAGES + 1)) > MAX_PAGES:
            raise refusal("pages", lang, most=MAX_PAGES)
        pages, pictures = [], []
        for number, page in enumerate(pdf.pages, 1):
            pages.append(Page(float(page.height), _words(page), _grids(page)))
            if _has_picture(page, pages[-1].words):
                pictures.append(number)
            page.close()
    return pages, tuple(pictures)


def _has_picture(page, words):
    """Tell whether pictures cover much of a page, and hardly any words that could be read stand on them."""
    boxes = [(image["x0"], image["x1"], image["top"], image["bottom"]) for image in page.images]
    if sum((x1 - x0) * (bottom - top) for x0, x1, top, bottom in boxes) < LARGE * page.width * page.height:
        return False
    on = [w for w in words if any(a <= w.x0 and w.x1 <= b and c <= w.top and w.bottom <= d for a, b, c, d in boxes)]
    return len(on) < FEW


def _words(page):
    found = []
    for word in page.extract_words(return_chars=True, x_tolerance_ratio=0.15, use_text_flow=False):
        chars, parts = word["chars"], []
        for char in chars:
            bold = bool(BOLD.search(char["fontname"].rpartition("+")[2]))
            if parts and parts[-1][1] == bold:
                parts[-1][0].append(char["text"])
            else:
                parts.append([[char["text"]], bold])
        letters = tuple(("".join(pieces), bold) for pieces, bold in parts)
        if "".join(piece for piece, _ in letters).strip():
            size = round(2 * max(char["size"] for char in chars)) / 2
            box = word["x0"], word["x1"], word["top"], word["bottom"]
            # Where its letters stand; the lower edge of a box tells that only within one font.
            base, first = float(page.bbox[3]) - chars[0]["matrix"][5], chars[0]
            base = base if first["top"] < base < first["bottom"] + 1 else first["bottom"]
            found.append(Word(*box, size, letters, base))
    return tuple(found)


def _grids(page):
    """Return the tables with rules that have at least two columns: the others are frames around text."""
    grids = []
    for table in page.find_tables():
        grid = tuple(tuple(row.cells) for row in table.rows)
        wide = max(sum(box is not None for box in row) for row in grid) > 1
        # Coloured rows, every other one, of a table without rules are no tables of their own.
        drawn = page.lines + page.rects + page.curves
        if wide and (len(grid) > 2 or any(_is_rule(one, table.bbox) for one in drawn)):
            grids.append(grid)
    return tuple(grids)


def _is_rule(drawn, box):
    """Tell whether something drawn is a line of a table, or a frame, not only a coloured ground."""
    if drawn["x0"] > box[2] or drawn["x1"] < box[0] or drawn["top"] > box[3] or drawn["bottom"] < box[1]:
        return False
    return drawn.get("stroke") or min(drawn["width"], drawn["height"]) < THIN
