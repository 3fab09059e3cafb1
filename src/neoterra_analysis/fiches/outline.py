"""From the blocks of a document to the parts of a fiche: ambition, enjeux, rows, last section.

All that layout can do to a fiche is undone here, whatever the format it came in: tables cut in two, header lines that
come again, separator lines gone astray, page numbers and running lines between rows, headings without a mark. Each
block and each cell has a fate, which `conservation` holds to the document.
"""

import re
from itertools import islice
from typing import NamedTuple

from rapidfuzz import fuzz

from ..words.folding import DASHES, HYPHENS, bare_words, one_line, straight, unnumbered
from .documents.beside import is_page_number, running_lines
from .documents.blocks import Paragraph, Place, Table, Text
from .doubts import ASKED, CODED, FURNITURE, HIGH, MEDIUM, NARRATIVE, Doubt, Fate, first_words
from .french import COUNTED, number
from .rows import COLUMNS, Row, are_records, flat, goes_on, has_other_header, header, join, near_header, part

MARK = r"(?:\d{1,2}\.)*(?P<number>\d{1,2}|[IVX]+)"
ENJEU = re.compile(
    rf"\W*enjeu\s*(?:n\s?[°ºo]\s*)?(?:\d\.)?(?P<number>\d{{1,2}}|[IVX]+|{'|'.join(COUNTED[:9])})\b"
    rf"(?:\s*\(suite\))?\s*[:.{HYPHENS}{DASHES}-]*\s*(?P<title>.*)",
    re.IGNORECASE | re.DOTALL,
)
LISTED = re.compile(rf"[^\w(]*{MARK}\s*[.):–-]*\s+(?P<title>\S.*)", re.DOTALL)
ANNOUNCED = re.compile(r"\b(?P<number>\w+)\s+(?:grands?\s+|principaux\s+){0,3}enjeux\b", re.IGNORECASE)
EXAMPLES = re.compile(
    r"(?P<number>\b\d+|\b\w+)\s+(?:d'|de\s+)?(?:exemples?|projets?|lauréats?|initiatives?)\b", re.IGNORECASE
)
AMBITION = re.compile(
    rf"\bambition\s*(?:n\s?[°ºo.]\s*)?(?P<number>[1-9])\b\s*[:.{HYPHENS}{DASHES}-]*\s*(?P<title>.*)",
    re.I | re.DOTALL,
)
LAST = re.compile(
    r"\bleviers?\b.*\b(?:défis?|freins?|obstacles?)\b|\b(?:défis?|freins?)\b.*\bleviers?\b", re.IGNORECASE
)
CAPITALS = re.compile(r"^[A-ZÀ-Ý][a-zà-ÿ]+\b.* [a-zà-ÿ]{4,} (?:[\w']+ )*[A-ZÀ-Ý][a-zà-ÿ]+(?! Terra)\b", re.DOTALL)
TITLE_LENGTH = 160
MOST_LISTED = 100  # lines of the list of enjeux
MOST_PARTS = 60  # cells of a row that pages have cut
SHOWN, SHOWN_ROWS = 500, 20  # letters of a row, and rows, of a table that is not read
ALIKE = 84  # of 100: what listed titles and their headings have in common at least


class Enjeu(NamedTuple):
    """An enjeu: number, title of its heading, title in the list, and where the heading stands."""

    number: int
    title: str
    listed: str
    place: Place


class Outline(NamedTuple):
    """The parts of a fiche; ``ambition`` is ``(number, title, place)``, 0 and ``""`` where not found.

    ``fates`` says what became of the text outside the rows.
    """

    ambition: tuple
    enjeux: tuple
    rows: tuple
    section: tuple
    doubts: tuple
    region: bool
    fates: tuple


def outline(document):
    """Find the parts of a fiche."""
    blocks = list(document.blocks)
    doubts = []
    paragraphs = [block for block in blocks if isinstance(block, Paragraph)]
    lines = [block.text.text for block in paragraphs]
    ambition = _ambition(paragraphs, doubts)
    listed, items = _list(blocks, doubts)
    start = items.stop
    repeated = running_lines(lines) - {unnumbered(title) for title in (*listed.values(), ambition[1])}
    is_marked = bool(listed) or any(is_heading(line) for line in lines)
    walk = _Walk(listed, repeated, is_marked, ambition[1:], doubts)
    for at, block in enumerate(blocks[:start]):
        walk.before(block, at in items)
    for block in blocks[start:]:
        walk.step(block)
    walk.end()
    walk.drop_heading()
    enjeux = tuple(walk.enjeux[number] for number in sorted(walk.enjeux))
    _compare(enjeux, listed, len(walk.rows), blocks[:start] or blocks, doubts)
    region = any(re.search(r"région nouvelle[ -]aquitaine", straight(line), re.IGNORECASE) for line in lines)
    parts = tuple(walk.rows), tuple(walk.section), tuple(doubts), region, tuple(walk.fates)
    return Outline(ambition, enjeux, *parts)


def _ambition(paragraphs, doubts):
    """Find the number and the title of the ambition."""
    found = [(i, AMBITION.search(block.text.text)) for i, block in enumerate(paragraphs)]
    found = [(i, match) for i, match in found if match]
    if not found:
        doubts.append(Doubt("no_ambition", table="ambitions", column="number", place=Place(0, 1)))
        return 0, "", Place(0, 1)
    of_fiche = [pair for pair in found if re.search("fiche", paragraphs[pair[0]].text.text, re.IGNORECASE)] or found
    index, match = of_fiche[0]
    chosen, place = int(match["number"]), paragraphs[index].text.place
    others = sorted({int(m["number"]) for _, m in found} - {chosen})
    if others and not re.search("fiche", paragraphs[found[0][0]].text.text, re.IGNORECASE):
        proposals, words = tuple(map(str, [chosen, *others])), first_words(match.group())
        asked = words, str(chosen), proposals, MEDIUM
        doubts.append(Doubt("several_ambitions", *asked, "ambitions", "", "number", place))
    title = one_line(match["title"])
    if not title or is_page_number(title) or re.match(r"page\b", title, re.IGNORECASE):
        below = [one_line(block.text.text) for block in paragraphs[index + 1 :][:4]]
        title = next((line for line in below if 8 < len(line) <= TITLE_LENGTH and line[-1] not in ".:"), "")
    bare = bare_words(title)
    if not bare or sum(bare_words(block.text.text).count(bare) for block in paragraphs) < 2:
        asked = first_words(title), title, (), MEDIUM
        doubts.append(Doubt("ambition_title", *asked, "ambitions", str(chosen), "title_fr", place))
    return chosen, title, place


def _list(blocks, doubts):
    """Return the listed titles by number, and the indices of the blocks that are the list."""
    is_below = False  # a heading of an enjeu: what a table of projects follows
    for i, block in enumerate(blocks):
        if isinstance(block, Table):
            if any(header(flat(row)) or is_below and len(row) >= len(COLUMNS) for row in block.rows):
                break
            continue
        is_below = is_below or is_heading(block.text.text)
        announced = ANNOUNCED.search(straight(block.text.text))
        if not (announced and number(announced["number"])) or is_heading(block.text.text):
            continue
        titles, after = {}, i + 1
        items = [line for line in block.text.text[announced.end() :].split("\n")[1:] if line.strip()]
        for following in islice(blocks, i + 1, i + 1 + MOST_LISTED):
            if not isinstance(following, Paragraph) or ENJEU.match(following.text.text) and items:
                break
            lines = following.text.text.split("\n")
            numbered = all(LISTED.match(line) for line in lines)
            if not (following.item or numbered) or following.level:
                break
            items += lines if numbered else [one_line(following.text.text)]
            after += 1
        for line in items[:MOST_LISTED]:
            match = LISTED.match(line)
            titles[_roman(match["number"]) if match else len(titles) + 1] = _title(match["title"] if match else line)
        if titles:
            announced_number, about = number(announced["number"])
            if announced_number != len(titles) and not about:
                words = first_words(block.text.text[announced.start() :], 4)
                proposals = (str(announced_number), str(len(titles)))
                doubts.append(
                    Doubt("number_differs", words, proposals=proposals, table="enjeux", place=block.text.place)
                )
            return titles, range(i + 1, after)
    return {}, range(0)


def is_heading(line):
    """Tell whether a line is the heading of an enjeu.

    >>> is_heading("## ENJEU n°2 – Se former"), is_heading("Les enjeux du territoire")
    (True, False)
    """
    return bool(ENJEU.match(line)) and len(line) <= TITLE_LENGTH


class _Walk:
    """The way through the blocks: which enjeu, which columns, which part it is in."""

    def __init__(self, listed, repeated, is_marked, ambition, doubts):
        self.listed, self.repeated, self.is_marked, self.doubts = listed, repeated, is_marked, doubts
        self.ambition = ambition
        self.enjeux, self.rows, self.section, self.fates = {}, [], [], []
        self.now, self.columns, self.untitled, self.closing = 0, None, None, False
        self.headed = None  # the enjeu and the number of columns of the last header line
        self.seam, self.bold, self.heading = True, False, None
        self.unknown = None  # what looks like a heading and is not read as one, since the last enjeu

    def ask(self, kind, text, words=None, **where):
        """Ask about a text; ``words`` are those of it that tell."""
        self.doubts.append(Doubt(kind, first_words(text.text if words is None else words), place=text.place, **where))
        self.give(ASKED, text)

    def give(self, fate, *texts):
        """Say what became of some texts."""
        self.fates += [Fate(fate, text.text, text.place) for text in texts]

    def before(self, block, is_item):
        """Take a block above the end of the list of enjeux."""
        if isinstance(block, Table):
            self.other_table(block)
        elif is_item or self.is_marginal(one_line(block.text.text)):
            self.give(FURNITURE, block.text)
        else:
            self.narrate(block.text)

    def narrate(self, text):
        """Take a text before the first enjeu: the ambition's title is coded, the rest tells."""
        title, place = self.ambition
        is_title = text.place == place or title and bare_words(text.text) == bare_words(title)
        self.give(CODED if is_title else NARRATIVE, text)

    def other_table(self, block):
        """Ask about a table that is no table of projects, in one line."""
        cells = [cell for row in block.rows for cell in row if cell.text]
        if cells:
            told = " ".join(flat(block.rows[0]))
            place = block.rows[0][0].place if block.rows[0] else cells[0].place
            about = tuple(" | ".join(flat(row))[:SHOWN] for row in block.rows[:SHOWN_ROWS])
            self.doubts.append(Doubt("unread_table", first_words(told), proposals=about, place=place))
            self.give(ASKED, *cells)

    def step(self, block):
        if isinstance(block, Table):
            self.table(block.rows)
        else:
            self.paragraph(block)

    def table(self, rows):
        """Take a table: of projects, with or without its header line, or another one."""
        self.seam = True
        is_headed = any(header(flat(row)) or header([cell.text.partition("\n")[0] for cell in row]) for row in rows)
        wide = [row for row in rows if len({word for word in flat(row) if word}) > 1]
        if not is_headed and wide:
            near = near_header(rows)
            if near:
                words = [word for at, word in enumerate(flat(rows[0])) if at in near.values()]
                self.head(rows[0], near)
                self.ask("header_unsure", rows[0][0], " ".join(words), confidence=MEDIUM)
                rows = rows[1:]
            elif not self.goes_on(wide):
                columns = self.columns if self.columns and self.headed[1] == len(wide[0]) else None
                columns = columns or dict(zip(COLUMNS, range(3), strict=True))
                is_known = len(wide[0]) > max(columns.values()) and (len(wide[0]) == 3 or columns is self.columns)
                if not self.now or self.closing or has_other_header(wide) or not is_known:
                    return self.other_table(Table(rows))
                if not are_records(wide, columns):
                    return self.other_table(Table(rows))
                self.columns, self.headed = columns, (self.now, len(wide[0]))
                first = wide[0][0]
                self.doubts.append(Doubt("no_header", first_words(first.text or flat(wide[0])[1]), place=first.place))
        if is_headed:
            self.closing = False
        for row in rows:
            self.row(row)
        return None

    def goes_on(self, rows):
        """Tell whether rows without a header line belong to the table above."""
        here = self.headed == (self.now, len(rows[0])) and not self.closing
        return here and not has_other_header(rows)

    def paragraph(self, block):
        line = one_line(block.text.text)
        if not line:
            return None
        short = len(line) <= TITLE_LENGTH
        heading = ENJEU.match(line) if short else None
        if heading:
            self.untitled = None
            self.begin(_roman(heading["number"]), heading["title"], block.text)
        elif self.untitled and short and not self.is_marginal(line):
            self.enjeux[self.untitled] = self.enjeux[self.untitled]._replace(title=_title(line))
            self.give(CODED, block.text)
            self.untitled = None
        elif is_page_number(line) or self.is_marginal(line) and not self.meant(line):
            is_twice = self.closing and block.item and not is_page_number(line)
            if is_twice:
                self.section.append(block)
            self.give(NARRATIVE if is_twice else FURNITURE, block.text)
            self.seam = True
        elif self.rows and short and LAST.search(line) and not block.item and line[-1:] != ".":
            self.closing = True
            self.give(NARRATIVE, block.text)
        elif self.closing:
            self.section.append(block)
            self.give(NARRATIVE, block.text)
        else:
            meant, item = self.meant(line), LISTED.match(line)
            if not meant and block.level and short and item and not self.listed:
                meant = _roman(item["number"])
            if meant:
                self.begin(meant, item["title"] if item else line, block.text)
            elif block.level and short and not self.is_marked:
                self.drop_heading()
                self.heading = block.text  # of an enjeu, where a table of projects follows
            elif self.enjeux or self.rows:
                self.drop_heading()
                self.ask("unread_text", block.text)
                if (
                    short
                    and line[-1] not in ".;:,"
                    and (block.level or item or block.text.bold[:1] == ((0, len(line)),))
                ):
                    self.unknown = line
            else:
                self.drop_heading()
                self.narrate(block.text)

    def drop_heading(self):
        """Take a heading that no table of projects follows as text."""
        if self.heading and (self.enjeux or self.rows):
            self.ask("unread_text", self.heading)
        elif self.heading:
            self.narrate(self.heading)
        self.heading = None

    def is_marginal(self, line):
        """Tell a page number or a running line."""
        return is_page_number(line) or unnumbered(line) in self.repeated

    def meant(self, line):
        """Return the number of the listed enjeu whose title a line repeats, or 0."""
        if len(line) > TITLE_LENGTH or line[-1:] in ".;":
            return 0
        item = LISTED.match(line)
        bare = bare_words(item["title"] if item else line)
        scores = {n: fuzz.ratio(bare, bare_words(title)) for n, title in self.listed.items() if n not in self.enjeux}
        best = max(scores, key=scores.get, default=0)
        return best if scores.get(best, 0) >= ALIKE else 0

    def begin(self, enjeu, title, text):
        """Begin an enjeu at its heading."""
        self.now, self.unknown = enjeu, None
        listed = self.listed.get(enjeu, "")
        if title.isupper() and bare_words(title) == bare_words(listed):  # capitals are the layout's
            title = listed
        if enjeu not in self.enjeux:
            self.enjeux[enjeu] = Enjeu(enjeu, _title(title), listed, text.place)
            self.untitled = None if title.strip() else enjeu
        elif title and bare_words(re.sub(r"\(?suite\)?", "", title)) not in bare_words(self.enjeux[enjeu].title):
            offered = self.enjeux[enjeu].title, _title(title)
            self.ask("enjeu_twice", text, title, proposals=offered, table="enjeux", key=str(enjeu), column="title_fr")
            return None
        self.give(CODED, text)

    def head(self, cells, columns):
        """Take a header line."""
        if self.heading:
            new = max(self.enjeux, default=0) + 1
            told = {"value": one_line(self.heading.text), "table": "enjeux", "key": str(new), "column": "number"}
            words = first_words(self.heading.text)
            self.doubts.append(Doubt("heading_unnumbered", words, place=self.heading.place, **told))
            text, self.heading = self.heading, None
            self.begin(new, text.text, text)
        self.columns, self.headed, self.seam = columns, (self.now, len(cells)), True
        for cell in cells:
            below = cell.text.partition("\n")[2]
            # More than a head: a row without marks below it, or its first words beside it.
            more = cell.bold and below or re.search(r"[.!?]", below) or re.search(r"[,;]", cell.text)
            if more or CAPITALS.search(cell.text[:SHOWN]):
                words = first_words(below or cell.text)
                self.doubts.append(Doubt("unread_row", words, place=cell.place, table="laureates"))
            self.give(ASKED if more else FURNITURE, cell)

    def row(self, cells):
        self.end()
        words = flat(cells)
        glued = header([cell.text.partition("\n")[0] for cell in cells])
        if glued and not header(words) and all("\n" in cells[at].text for at in glued.values()):
            return self.under_header(cells, glued)
        filled = [word for word in words if word]
        if all(re.fullmatch(r"[\s:|–—-]+", word) for word in filled):
            return None
        single = filled[0] if len(set(filled)) == 1 else ""
        columns = header(words)
        if columns:
            return self.head(cells, columns)
        if single and (ENJEU.match(single) or self.meant(single)):
            return self.paragraph(Paragraph(next(cell for cell in cells if cell.text.strip())))
        if single and self.is_marginal(single):
            self.give(FURNITURE, *cells)
            self.seam = True
            return None
        below = [cell.text.rpartition("\n")[2] for cell in cells]
        at = next((at for at, line in enumerate(below) if self.is_below(cells[at], line)), None)
        if at is None:
            return self.record(cells, words)
        whole = cells[at]
        cells = (*cells[:at], part(whole, 0, len(whole.text) - len(below[at])), *cells[at + 1 :])
        self.record(cells, flat(cells))
        return self.paragraph(Paragraph(part(whole, len(whole.text) - len(below[at]), len(whole.text))))

    def is_below(self, cell, line):
        """Tell whether a line that ends a cell is the heading of the next enjeu, which the layout does not part."""
        return line != cell.text and (is_heading(line) or bool(self.meant(line)))

    def under_header(self, cells, columns):
        """Take a row in one with its header line, each head on the first line of its cell."""
        place, ends = cells[0].place, [len(cell.text.partition("\n")[0]) + 1 for cell in cells]
        heads = tuple(part(cell, 0, end) for cell, end in zip(cells, ends, strict=True))
        rest = tuple(part(cell, end, len(cell.text)) for cell, end in zip(cells, ends, strict=True))
        self.head(heads, columns)
        self.doubts.append(Doubt("header_unsure", first_words(" ".join(flat(heads))), confidence=MEDIUM, place=place))
        self.row(rest)

    def unread(self, cells, words):
        """Ask about a row that is not read."""
        place, whole = cells[0].place, " ".join(filter(None, words))
        about = tuple(filter(None, words)) if len(words) > 1 else ()
        self.doubts.append(Doubt("unread_row", first_words(whole), "", about, table="laureates", place=place))
        self.give(ASKED, *cells)

    def record(self, cells, words):
        if self.columns is None or len(cells) == 1:  # key figures, a text over the whole width
            return self.unread(cells, words)
        place = cells[0].place
        extra = [at for at in range(len(cells)) if at not in self.columns.values() and words[at]]
        doubts = tuple(Doubt("extra_cell", first_words(words[at]), place=place) for at in extra)
        empty = Text("", (), place)
        one = {"where": empty} | {name: cells[at] if at < len(cells) else empty for name, at in self.columns.items()}
        if not any(one[name].text for name in COLUMNS):
            return self.unread(cells, words)
        names = {at: name for name, at in self.columns.items()}
        printed = tuple((names.get(at, ""), cell) for at, cell in enumerate(cells) if cell.text)
        last = self.rows[-1] if self.rows and self.rows[-1].enjeu == self.now else None
        self.bold = self.bold or bool(one["project"].bold)
        is_near = last and len(last.printed) < MOST_PARTS
        verdict = goes_on(one, last, self.seam, self.bold) if is_near else ""
        self.seam = False
        whole = first_words(" ".join(filter(None, words)))
        if verdict == "joined":
            mark = Doubt("row_cut", whole, confidence=MEDIUM, place=place)
            joined = {name: join(getattr(last, name), one[name]) for name in one}
            doubts = (*last.doubts, mark, *doubts)
            self.rows[-1] = last._replace(**joined, doubts=doubts, printed=(*last.printed, *printed))
            return None
        if verdict == "perhaps":
            doubts = (*doubts, Doubt("row_open", whole, place=place))
        if not one["actors"].text and not one["contribution"].text and not one["project"].bold:
            return self.unread(cells, words)
        if not self.now:
            no_enjeu = Doubt("no_enjeu", first_words(words[0]), table="laureates", column="enjeu_id", place=place)
            doubts = (*doubts, no_enjeu)
        if self.unknown:
            where = {"table": "laureates", "column": "enjeu_id", "place": place}
            doubts = (*doubts, Doubt("enjeu_unsure", first_words(self.unknown), **where))
        self.rows.append(Row(**one, enjeu=self.now, doubts=doubts, printed=printed))
        return None

    def end(self):
        """End what waits for a title."""
        if self.untitled:
            place, key = self.enjeux[self.untitled].place, str(self.untitled)
            self.doubts.append(Doubt("no_title", place=place, table="enjeux", key=key, column="title_fr"))
            self.untitled = None


def _compare(enjeux, listed, rows, before, doubts):
    """Hold the list of enjeux to the headings, and the number announced to the rows."""
    for enjeu in enjeux:
        if enjeu.listed and bare_words(enjeu.listed) != bare_words(enjeu.title):
            asked = first_words(enjeu.title), enjeu.title, (enjeu.title, enjeu.listed), HIGH
            doubts.append(Doubt("title_differs", *asked, "enjeux", str(enjeu.number), "title_fr", enjeu.place))
    for missing in sorted(set(listed) - {enjeu.number for enjeu in enjeux}):
        words = first_words(listed[missing])
        doubts.append(Doubt("no_heading", words, table="enjeux", key=str(missing), column="title_fr"))
    for block in before:
        for found in EXAMPLES.finditer(straight(block.text.text)) if isinstance(block, Paragraph) else ():
            announced, _ = number(found["number"]) or (0, False)
            if announced > 1 and announced != rows and 2 * announced > rows / 2 and announced < 60:
                words = first_words(block.text.text[found.start() :], 4)
                proposals = (str(announced), str(rows))
                doubts.append(
                    Doubt("number_differs", words, proposals=proposals, table="laureates", place=block.text.place)
                )


def _title(text):
    return one_line(text).strip(" *_").rstrip(" .;:,")


def _roman(text):
    """Return the number that figures, a word or a Roman numeral stand for."""
    if number(text):
        return number(text)[0]
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in text.upper()]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-one if one < after else one for one, after in pairs)
