"""From the blocks of a document to the parts of a fiche: ambition, enjeux, rows, last section.

All that layout can do to a fiche is undone here, whatever the format it came in: tables cut in two, header lines that
come again, separator lines gone astray, page numbers and running lines between rows, headings without a mark.
"""

import re
from typing import NamedTuple

from rapidfuzz import fuzz

from ..words.folding import bare_words, one_line, straight, unaccented, unnumbered
from .documents.blocks import Paragraph, Place, Table, Text
from .documents.plain import is_page_number, running_lines
from .doubts import HIGH, MEDIUM, Doubt, first_words
from .french import COUNTED, number

COLUMNS = ("project", "actors", "contribution")
# A fourth column may say where; other columns are asked about.
HEADS = {
    "where": re.compile(r"territoires?|departements?|lieux?|localisation|implantation|communes?", re.IGNORECASE),
    "project": re.compile(r"projets?|laureats?|projets?-laureats?|nom-du-projet|porteurs?", re.IGNORECASE),
    "actors": re.compile(r"acteurs?\b.*|partenaires?.*|parties-prenantes", re.IGNORECASE),
    "contribution": re.compile(r"contributions?\b.*|roles?\b.*", re.IGNORECASE),
}
MARK = r"(?:\d{1,2}\.)*(?P<number>\d{1,2}|[IVX]+)"
ENJEU = re.compile(
    rf"\W*enjeu\s*(?:n\s?[°ºo]\s*)?(?:\d\.)?(?P<number>\d{{1,2}}|[IVX]+|{'|'.join(COUNTED[:9])})\b"
    r"(?:\s*\(suite\))?\s*[:.–—-]*\s*(?P<title>.*)",
    re.IGNORECASE | re.DOTALL,
)
LISTED = re.compile(rf"[^\w(]*{MARK}\s*[.):–-]*\s+(?P<title>\S.*)", re.DOTALL)
ANNOUNCED = re.compile(r"(?P<number>\d+|\w+)\s+(?:grands?\s+|principaux\s+)*enjeux\b", re.IGNORECASE)
EXAMPLES = re.compile(
    r"(?P<number>\b\d+|\b\w+)\s+(?:d'|de\s+)?(?:exemples?|projets?|lauréats?|initiatives?)\b", re.IGNORECASE
)
AMBITION = re.compile(
    r"\bambition\s*(?:n\s?[°ºo.]\s*)?(?P<number>[1-9])\b\s*[:.–—-]*\s*(?P<title>.*)", re.I | re.DOTALL
)
LAST = re.compile(
    r"\bleviers?\b.*\b(?:défis?|freins?|obstacles?)\b|\b(?:défis?|freins?)\b.*\bleviers?\b", re.IGNORECASE
)
TITLE_LENGTH = 160
ALIKE = 84  # of 100: what listed titles and their headings have in common at least


class Row(NamedTuple):
    """A row of a table: its cells (``where`` is seldom there), its enjeu (0 if none), the doubts about its layout."""

    project: Text
    actors: Text
    contribution: Text
    where: Text
    enjeu: int
    doubts: tuple = ()


class Enjeu(NamedTuple):
    """An enjeu: number, title of its heading, title in the list, and where the heading stands."""

    number: int
    title: str
    listed: str
    place: Place


class Outline(NamedTuple):
    """The parts of a fiche; ``ambition`` is ``(number, title, place)``, 0 and ``""`` where not found."""

    ambition: tuple
    enjeux: tuple
    rows: tuple
    section: tuple
    doubts: tuple
    region: bool


def outline(document):
    """Find the parts of a fiche."""
    blocks = list(document.blocks)
    doubts = []
    paragraphs = [block for block in blocks if isinstance(block, Paragraph)]
    lines = [block.text.text for block in paragraphs]
    ambition = _ambition(paragraphs, doubts)
    listed, start = _list(blocks, doubts)
    repeated = running_lines(lines) - {unnumbered(title) for title in (*listed.values(), ambition[1])}
    walk = _Walk(listed, repeated, doubts)
    for block in blocks[start:]:
        walk.step(block)
    walk.end()
    enjeux = tuple(walk.enjeux[number] for number in sorted(walk.enjeux))
    _compare(enjeux, listed, len(walk.rows), blocks[:start] or blocks, doubts)
    region = any(re.search(r"région nouvelle[ -]aquitaine", line, re.IGNORECASE) for line in lines)
    return Outline(ambition, enjeux, tuple(walk.rows), tuple(walk.section), tuple(doubts), region)


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
    """Return the listed titles by number, and the index of the block after the list."""
    for i, block in enumerate(blocks):
        if isinstance(block, Table):
            if any(_header(_cells(row)) for row in block.rows):
                break
            continue
        announced = ANNOUNCED.search(straight(block.text.text))
        if not (announced and number(announced["number"])) or is_heading(block.text.text):
            continue
        titles, after = {}, i + 1
        items = [line for line in block.text.text[announced.end() :].split("\n")[1:] if line.strip()]
        for following in blocks[i + 1 :]:
            if not isinstance(following, Paragraph) or ENJEU.match(following.text.text) and items:
                break
            lines = following.text.text.split("\n")
            numbered = all(LISTED.match(line) for line in lines)
            if not (following.item or numbered) or following.level:
                break
            items += lines if numbered else [one_line(following.text.text)]
            after += 1
        for line in items:
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
            return titles, after
    return {}, 0


def is_heading(line):
    """Tell whether a line is the heading of an enjeu.

    >>> is_heading("## ENJEU n°2 – Se former"), is_heading("Les enjeux du territoire")
    (True, False)
    """
    return bool(ENJEU.match(line)) and len(line) <= TITLE_LENGTH


class _Walk:
    """The way through the blocks below the list: which enjeu, which columns, which part it is in."""

    def __init__(self, listed, repeated, doubts):
        self.listed, self.repeated, self.doubts = listed, repeated, doubts
        self.enjeux, self.rows, self.section = {}, [], []
        self.now, self.columns, self.untitled, self.closing = 0, None, None, False

    def ask(self, kind, place, words, **where):
        self.doubts.append(Doubt(kind, first_words(words), place=place, **where))

    def step(self, block):
        if isinstance(block, Table):
            self.closing = self.closing and not any(_header(_cells(row)) for row in block.rows)
            for row in block.rows:
                self.row(row)
        else:
            self.paragraph(block)

    def paragraph(self, block):
        line = one_line(block.text.text)
        if not line:
            return
        short = len(line) <= TITLE_LENGTH
        heading = ENJEU.match(line) if short else None
        if heading:
            self.untitled = None
            self.begin(_roman(heading["number"]), heading["title"], block.text.place)
        elif self.untitled and short and not self.is_marginal(line):
            self.enjeux[self.untitled] = self.enjeux[self.untitled]._replace(title=_title(line))
            self.untitled = None
        elif is_page_number(line) or self.is_marginal(line) and not self.meant(line):
            return
        elif self.rows and LAST.search(line) and short and not block.item and line[-1:] != ".":
            self.closing = True
        elif self.closing:
            self.section.append(block)
        else:
            meant, item = self.meant(line), LISTED.match(line)
            if not meant and block.level and short and item and not self.listed:
                meant = _roman(item["number"])
            if meant:
                self.begin(meant, item["title"] if item else line, block.text.place)
            elif self.enjeux or self.rows:
                self.ask("unread_text", block.text.place, line)

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

    def begin(self, enjeu, title, place):
        self.now = enjeu
        listed = self.listed.get(enjeu, "")
        if title.isupper() and bare_words(title) == bare_words(listed):  # capitals are the layout's
            title = listed
        if enjeu not in self.enjeux:
            self.enjeux[enjeu] = Enjeu(enjeu, _title(title), listed, place)
            self.untitled = None if title.strip() else enjeu

    def row(self, cells):
        self.end()
        words = _cells(cells)
        filled = [word for word in words if word]
        if all(re.fullmatch(r"[\s:|–—-]+", word) for word in filled):
            return
        single = filled[0] if len(set(filled)) == 1 else ""
        header = _header(words)
        if header:
            self.columns = header
            for cell in cells:
                below = cell.text.partition("\n")[2]
                if cell.bold and below or re.search(r"[.!?]", below):  # more than a head: a row without marks below it
                    self.ask("unread_row", cell.place, below, table="laureates")
        elif single and (ENJEU.match(single) or self.meant(single)):
            self.paragraph(Paragraph(next(cell for cell in cells if cell.text.strip())))
        elif not (single and self.is_marginal(single)):
            self.record(cells, words)

    def record(self, cells, words):
        place, whole = cells[0].place, " ".join(words)
        if self.columns is None:
            if len(cells) != 3 or not self.now:  # key figures and the like
                self.ask("unread_row", place, whole)
                return
            self.columns = dict(zip(COLUMNS, range(3), strict=True))
            self.ask("no_header", place, words[0])
        extra = [words[i] for i in range(len(cells)) if i not in self.columns.values() and words[i]]
        doubts = tuple(Doubt("extra_cell", first_words(word), place=place) for word in extra)
        empty = Text("", (), place)
        one = {"where": empty} | {name: cells[at] if at < len(cells) else empty for name, at in self.columns.items()}
        told = len(words) > 1 and (one["actors"].text or one["contribution"].text)
        last = self.rows[-1] if self.rows else None
        if told and last and last.enjeu == self.now and _goes_on(one, last):
            mark = Doubt("row_cut", first_words(" ".join(filter(None, words))), confidence=MEDIUM, place=place)
            joined = {name: _join(getattr(last, name), one[name]) for name in one}
            self.rows[-1] = last._replace(**joined, doubts=(*last.doubts, mark, *doubts))
        elif told and one["project"].text:
            if not self.now:
                no_enjeu = Doubt("no_enjeu", first_words(words[0]), table="laureates", column="enjeu_id", place=place)
                doubts = (*doubts, no_enjeu)
            self.rows.append(Row(**one, enjeu=self.now, doubts=doubts))
        else:
            self.ask("unread_row", place, whole, table="laureates")

    def end(self):
        if self.untitled:
            place = self.enjeux[self.untitled].place
            self.ask("no_title", place, "", table="enjeux", key=str(self.untitled), column="title_fr")
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


def _header(words):
    """Return the column of each part when a row is a header line, else None."""
    found = {}
    for at, word in enumerate(words):
        for name, pattern in HEADS.items():
            if name not in found and len(word) <= 80 and pattern.fullmatch(unaccented(word.strip(" *:"))):
                found[name] = at
                break
    return found if all(name in found for name in COLUMNS) else None


def _goes_on(one, last):
    """Tell whether a row is the rest of the row above, cut in two by the end of a page."""
    project = one["project"]
    if not project.text:
        return True
    ended = all(re.search(r"[.!?»)…]\s*$", cell.text) for cell in (last.project, last.contribution))
    return project.text[0].islower() and not project.bold and not ended and not re.match("l'", straight(project.text))


def _join(above, below):
    """Join the two halves of a cell."""
    if not below.text or not above.text:
        return above if above.text else below
    shift = len(above.text) + 1
    bold = (*above.bold, *((a + shift, b + shift) for a, b in below.bold))
    return Text(f"{above.text} {below.text}", bold, above.place)


def _cells(row):
    return [one_line(cell.text) for cell in row]


def _title(text):
    return one_line(text).strip(" *_").rstrip(" .;:,")


def _roman(text):
    """Return the number that figures, a word or a Roman numeral stand for."""
    if number(text):
        return number(text)[0]
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in text.upper()]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-one if one < after else one for one, after in pairs)
