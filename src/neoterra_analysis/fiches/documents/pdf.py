"""PDF documents: the words and rules of each page, for `layout` to put together, and what stands beside the text."""

import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from io import BytesIO
from itertools import groupby, islice, pairwise
from operator import itemgetter

from .blocks import Aside, Document, Place
from .layout import BULLETS, Page, Word, blocks
from .limits import MAX_INFLATED, MEGABYTE, refusal

MAX_PAGES = 60
BOLD = re.compile("bold|black|semi|heavy|demi", re.IGNORECASE)
COMPRESSED = re.compile(rb"/Filter\s*\[?\s*/(?:FlateDecode|Fl)\b(?=.*>>\s*$)", re.DOTALL)
THIN = 3  # points: what is drawn thinner is a line
LARGE = 0.25  # of a page: logos are smaller
FEW = 10  # words on a picture: where there are more, it is a background, or a scan whose text was added
GAP = 0.15  # of the size of letters: what stands further apart is two words
TWICE = 0.12  # of the size of letters: the same letter so near is one, printed twice to look bold
UNNAMED = re.compile(r"\(cid:\d+\)|[\ue000-\uf8ff\ufffd]")  # letters that a font gives no name, or one of its own
STROKED, UNPAINTED = (1, 2, 5, 6), (3, 7)  # rendering modes of text
FORCE_BOLD, ITALIC = 1 << 18, 1 << 6
HEAVY = 600  # the weight of a font from which it is bold


def read(raw, digest, lang=None):
    """Read a PDF, in a process with little memory and time (see `sandbox`)."""
    _check_streams(raw, lang)
    sheets = _sheets(raw, lang)
    letters = "".join(word.letters for sheet in sheets for word in sheet["page"].words)
    # Letters that a font does not name come out as (cid:12).
    if not letters.strip() or len(UNNAMED.findall(letters)) * 20 > len(letters):
        raise refusal("no_text", lang)
    found, asides = blocks([sheet["page"] for sheet in sheets])
    asides = [*(aside for sheet in sheets for aside in sheet["asides"]), *asides]
    printed = "\n".join(sheet["raw"] for sheet in sheets)
    pictures = tuple(number for number, sheet in enumerate(sheets, 1) if sheet["picture"])
    return Document("pdf", digest, tuple(found), pictures, tuple(asides), printed)


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


def _sheets(raw, lang):
    """Return what is needed further on of each page, and no more."""
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
        read = []
        for page in pdf.pages:
            page, chars = _upright(page)
            shown, asides = _shown(page, chars)
            sheet = {"all": chars, "chars": shown, "asides": asides, "notes": _notes(page), "grids": _grids(page)}
            sheet |= {"height": float(page.height), "width": float(page.width), "rules": _rules(page)}
            sheet["pictures"] = [(one["x0"], one["x1"], one["top"], one["bottom"]) for one in page.images]
            read.append(sheet)
            page.close()
    _harden(sheet["all"] for sheet in read)
    bold = _bold([char for sheet in read for char in sheet["chars"]])
    for number, sheet in enumerate(read, 1):
        words = _words(sheet.pop("chars"), bold)
        sheet["page"] = Page(sheet["height"], words, sheet.pop("grids"), sheet.pop("rules"))
        sheet["picture"] = _has_picture(sheet, words)
        sheet["raw"] = "\n".join([_printed(sheet.pop("all")), *(note.text for note in sheet["notes"])])
        sheet["asides"] += sheet.pop("notes")
        unnamed = [word.letters for word in words if UNNAMED.search(word.letters.strip(BULLETS))]
        sheet["asides"] += [Aside("other", word, Place(number, 0)) for word in dict.fromkeys(unnamed)]
    return read


# Letters


def _upright(page):
    """Return a page turned so that most of its letters stand upright, and its letters."""
    from pdfplumber.page import Page as Sheet

    chars = _chars(page)
    ways = Counter(_way(char) for char in chars if char["text"].strip())
    turn = ways.most_common(1)[0][0] if ways else 0
    if turn not in (90, 180, 270):
        return page, chars
    page.page_obj.rotate = page.page_obj.attrs["Rotate"] = (page.page_obj.rotate + turn) % 360
    page = Sheet(page.pdf, page.page_obj, page_number=page.page_number, initial_doctop=0)
    return page, _chars(page)


def _way(char):
    """Return by how many degrees a letter is turned against the clock: 0, 90, 180, 270, or 1 for aslant."""
    a, b = char["matrix"][:2]
    if abs(b) <= 0.02 * abs(a):
        return 0 if a > 0 else 180
    return (90 if b > 0 else 270) if abs(a) <= 0.02 * abs(b) else 1


def _chars(page):
    """Return the letters of a page as printed, each once, with how it is painted and the weight of its font."""
    from pdfminer.pdfinterp import PDFPageInterpreter
    from pdfplumber.page import PDFPageAggregatorWithMarkedContent

    class Device(PDFPageAggregatorWithMarkedContent):
        """Notes with each letter what pdfminer knows and does not tell."""

        def render_string(self, state, *rest):
            self.mode = state.render
            super().render_string(state, *rest)

        def render_char(self, matrix, font, *rest):
            advance = super().render_char(matrix, font, *rest)
            self.cur_item._objs[-1].tag = [self.mode, *_weight(font)]
            return advance

    device = Device(page.pdf.rsrcmgr, pageno=page.page_number, laparams=page.pdf.laparams)
    PDFPageInterpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()
    found, seen = [], defaultdict(list)
    for char in page.chars:
        text = char["text"]
        if "\ufb00" <= text[:1] <= "\ufb06":
            char["text"] = unicodedata.normalize("NFKC", text)
        x, y, near = char["matrix"][4], char["matrix"][5], TWICE * char["size"]
        # Where it stands; the lower edge of a box tells that only within one font.
        base = float(page.bbox[3]) - y
        char["base"] = base if char["top"] < base < char["bottom"] + 1 else char["bottom"]
        same = seen[text] if text.strip() else []
        twin = next((one for one in reversed(same) if _is_near(one, x, y, near)), None)
        if twin:
            twin["twice"] = True
        else:
            same.append(char)
            found.append(char)
    return found


def _harden(sheets):
    """Make soft hyphens of a font ordinary ones, if it prints them inside lines: one sign stands for both there."""
    sheets = list(sheets)
    fonts = set()
    for char, after in (pair for chars in sheets for pair in pairwise(chars)):
        beside = abs(char["base"] - after["base"]) < 1 and abs(after["x0"] - char["x1"]) < GAP * char["size"]
        if char["text"] == "\u00ad" and beside and after["text"].isalnum():
            fonts.add(char["tag"][1])
    for char in (char for chars in sheets for char in chars):
        if char["text"] == "\u00ad" and char["tag"][1] in fonts:
            char["text"] = "-"


def _is_near(char, x, y, near):
    return abs(char["matrix"][4] - x) < near and abs(char["matrix"][5] - y) < near


def _weight(font):
    """Return what a font is: its number, whether it says that it is bold, whether it is slanted, its stems' width."""
    told = font.descriptor or {}

    def number(key):
        return told[key] if isinstance(told.get(key), int | float) else 0

    name = font.fontname.decode("latin-1") if isinstance(font.fontname, bytes) else str(font.fontname)
    flags = int(number("Flags"))
    is_bold = bool(BOLD.search(name.rpartition("+")[2])) or bool(flags & FORCE_BOLD) or number("FontWeight") >= HEAVY
    return [id(font), is_bold, bool(flags & ITALIC) or bool(number("ItalicAngle")), number("StemV")]


def _bold(chars):
    """Return a function that tells whether a letter is bold, by the best sign that the document gives."""
    letters = [char for char in chars if char["text"].isalpha()]
    most = Counter(char["tag"][1] for char in letters)
    twice = sum("twice" in char for char in letters)

    def marked(char):
        mode, _, is_bold, *_ = char["tag"]
        return is_bold or (mode in STROKED and mode % 4 == 2) or ("twice" in char and 2 * twice < len(letters))

    if len(most) < 2 or any(map(marked, letters)):
        return marked
    usual = most.most_common(1)[0][0]
    stem = next(char["tag"][4] for char in letters if char["tag"][1] == usual)
    # Where no font says that it is bold: those with wider stems, else the one beside the usual one in lines.
    heavy = {char["tag"][1] for char in letters if stem and char["tag"][4] >= 1.25 * stem}
    if not heavy:
        beside = Counter()
        for before, char in pairwise(letters):
            font, other = before["tag"][1], char["tag"][1]
            if usual in (font, other) and font != other and abs(before["matrix"][5] - char["matrix"][5]) < 1:
                beside[(before if other == usual else char)["tag"][1]] += 1
        heavy = {font for font, _ in beside.most_common(1)}
    return lambda char: char["tag"][1] in heavy


def _shown(page, chars):
    """Split letters into those that a reader sees, from left to right, and asides of all others."""
    number, shown, others = page.page_number, [], {"hidden": [], "rotated": []}
    left, top, right, bottom = page.bbox
    crop = page.cropbox
    left, top, right, bottom = max(left, crop[0]), max(top, crop[1]), min(right, crop[2]), min(bottom, crop[3])
    grounds = [one for one in page.rects + page.curves if one.get("fill") and not _is_white(one["non_stroking_color"])]
    grounds = [_box(one) for one in [*grounds, *page.images]]
    pictures = [_box(one) for one in page.images]
    for char in chars:
        at = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
        unseen = not (left <= at[0] <= right and top <= at[1] <= bottom) or char["size"] < 1
        # The text of a scan is not painted: it lies on its picture.
        unseen = unseen or (char["tag"][0] in UNPAINTED and not _stands_on(at, pictures))
        unseen = unseen or (
            char["tag"][0] % 4 == 0 and _is_white(char["non_stroking_color"]) and not _stands_on(at, grounds)
        )
        (others["hidden"] if unseen else shown if _way(char) == 0 else others["rotated"]).append(char)
    asides = []
    for kind, those in others.items():
        lines = _printed(those).split("\n")
        asides += [Aside(kind, line.strip(), Place(number, 0)) for line in lines if line.strip()]
    return shown, asides


def _is_white(colour):
    if not isinstance(colour, tuple | list) or not all(isinstance(part, int | float) for part in colour):
        return False
    return len(colour) in (1, 3) and min(colour) > 0.98 or len(colour) == 4 and max(colour) < 0.02


def _box(one):
    return one["x0"], one["x1"], one["top"], one["bottom"]


def _stands_on(at, boxes):
    return any(x0 <= at[0] <= x1 and top <= at[1] <= bottom for x0, x1, top, bottom in boxes)


def _printed(chars):
    """Return letters as they were printed one after the other: spaces where there is room, line ends elsewhere."""
    found, last = [], None
    for char in chars:
        a, b, _, _, x, y = char["matrix"]
        long = (a * a + b * b) ** 0.5 or 1
        along, across = (x * a + y * b) / long, (y * a - x * b) / long
        if last is not None:
            end, base = last
            if abs(across - base) > 0.5 * char["size"]:
                found.append("\n")
            elif not -char["size"] < along - end < GAP * char["size"]:
                found.append(" ")
        found.append(char["text"])
        wide = char["x1"] - char["x0"] if abs(a) >= abs(b) else char["bottom"] - char["top"]
        last = along + wide, across
    return "".join(found)


def _notes(page):
    """Return the notes on a page, and what is written into its forms."""
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    found = []
    for note in resolve1(page.page_obj.annots) or []:
        told = resolve1(note)
        values = [resolve1(told.get(key)) for key in ("Contents", "V")] if isinstance(told, dict) else []
        said = (decode_text(value) for value in values if isinstance(value, bytes))
        found += [
            Aside("comment", " ".join(words.split()), Place(page.page_number, 0)) for words in said if words.strip()
        ]
    return found


def _has_picture(sheet, words):
    """Tell whether pictures cover much of a page, and hardly any words that could be read stand on them."""
    boxes = sheet["pictures"]
    if sum((x1 - x0) * (bottom - top) for x0, x1, top, bottom in boxes) < LARGE * sheet["width"] * sheet["height"]:
        return False
    on = [w for w in words if any(a <= w.x0 and w.x1 <= b and c <= w.top and w.bottom <= d for a, b, c, d in boxes)]
    return len(on) < FEW


def _words(chars, bold):
    from pdfplumber.utils import extract_words

    found = []
    for word in extract_words(chars, return_chars=True, x_tolerance_ratio=GAP, use_text_flow=True):
        runs = [(char["text"], bold(char)) for char in word["chars"]]
        letters = tuple(("".join(text for text, _ in group), b) for b, group in groupby(runs, key=itemgetter(1)))
        if "".join(piece for piece, _ in letters).strip():
            size = round(2 * max(char["size"] for char in word["chars"])) / 2
            first = word["chars"][0]
            box = (round(float(word[edge]), 2) for edge in ("x0", "x1", "top", "bottom"))
            found.append(Word(*box, size, letters, round(float(first["base"]), 2)))
    return tuple(found)


def _rules(page):
    """Return the lines across a page, and the upper and lower edges of coloured grounds: left, right, height."""
    found = set()
    for one in page.lines + page.rects + page.curves:
        if one["x1"] - one["x0"] > 10 * THIN:
            edges = [one["top"]] if one["bottom"] - one["top"] < THIN else [one["top"], one["bottom"]]
            found |= {(round(float(one["x0"]), 1), round(float(one["x1"]), 1), round(float(y), 1)) for y in edges}
    return tuple(sorted(found, key=itemgetter(2, 0)))


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
