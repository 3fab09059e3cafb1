"""From the blocks of a document to the parts of a fiche: ambition, enjeux, rows, last section.

All that layout can do to a fiche is undone here, whatever the format it came in: tables cut in two, header lines that
come again, separator lines gone astray, page numbers and running lines between rows, headings without a mark.
"""

import re
from typing import NamedTuple

from rapidfuzz import fuzz

from ..dataset.csvfile import plain
from .documents.blocks import Paragraph, Place, Table, Text
from .documents.plain import is_page_number, mould, running
from .doubts import HIGH, LOW, MEDIUM, Doubt, first_words
from .french import level, number

COLUMNS = ("project", "actors", "contribution")
# A fourth column may say where; other columns are asked about.
HEADS = {
    "where": re.compile(r"territoires?|departements?|lieux?|localisation|implantation|communes?", re.IGNORECASE),
    "project": re.compile(r"projets?|laureats?|projets?-laureats?|nom-du-projet|porteurs?", re.IGNORECASE),
    "actors": re.compile(r"acteurs?\b.*|partenaires?.*|parties-prenantes", re.IGNORECASE),
    "contribution": re.compile(r"contributions?\b.*|roles?\b.*", re.IGNORECASE),
}
COUNTED = "un|deux|trois|quatre|cinq|six|sept|huit|neuf"
MARK = r"(?:\d{1,2}\.)*(?P<number>\d{1,2}|[IVX]+)"
ENJEU = re.compile(
    rf"\W*enjeu\s*(?:n\s?[°ºo]\s*)?(?:\d\.)?(?P<number>\d{{1,2}}|[IVX]+|{COUNTED})\b"
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
    r"""Find the parts of a fiche."""
    blocks = list(document.blocks)
    doubts = []
    lines = [block.text.text for block in blocks if isinstance(block, Paragraph)]
    ambition = _ambition(blocks, doubts)
    listed, start = _list(blocks, doubts)
    repeated = running(lines) - {mould(title) for title in (*listed.values(), ambition[1])}
    walk = _Walk(listed, repeated, doubts)
    for block in blocks[start:]:
        walk.step(block)
    walk.end()
    enjeux = tuple(walk.enjeux[number] for number in sorted(walk.enjeux))
    _compare(enjeux, listed, len(walk.rows), blocks[:start] or blocks, doubts)
    region = any(re.search(r"région nouvelle[ -]aquitaine", line, re.IGNORECASE) for line in lines)
    return Outline(ambition, enjeux, tuple(walk.rows), tuple(walk.section), tuple(doubts), region)


def _ambition(blocks, doubts):
    """Find the number and the title of the ambition."""
    paragraphs = [block for block in blocks if isinstance(block, Paragraph)]
    found = [(i, AMBITION.search(block.text.text)) for i, block in enumerate(paragraphs)]
    found = [(i, match) for i, match in found if match]
    if not found:
        doubts.append(Doubt("no_ambition", Place(0, 1), "", table="ambitions", column="number"))
        return 0, "", Place(0, 1)
    fiche = [pair for pair in found if re.search(r"fiche", paragraphs[pair[0]].text.text, re.IGNORECASE)] or found
    index, match = fiche[0]
    chosen, place = int(match["number"]), paragraphs[index].text.place
    others = sorted({int(m["number"]) for _, m in found} - {chosen})
    if others and not any(re.search("fiche", paragraphs[i].text.text, re.I) for i, _ in found[:1]):
        proposals = tuple(map(str, [chosen, *others]))
        words = first_words(match.group())
        doubts.append(
            Doubt("several_ambitions", place, words, str(chosen), proposals, MEDIUM, "ambitions", "", "number")
        )
    title = _flat(match["title"])
    if not title or is_page_number(title) or re.match(r"page\b", title, re.IGNORECASE):
        below = [_flat(block.text.text) for block in paragraphs[index + 1 :][:4]]
        title = next((line for line in below if 8 < len(line) <= TITLE_LENGTH and line[-1] not in ".:" and line), "")
    bare = _folded(title)
    twice = sum(_folded(block.text.text).count(bare) for block in paragraphs) > 1 if bare else False
    if not twice:
        words = first_words(title)
        doubts.append(Doubt("ambition_title", place, words, title, (), MEDIUM, "ambitions", str(chosen), "title_fr"))
    return chosen, title, place


def _list(blocks, doubts):
    """Return the listed titles by number, and the index of the block after the list."""
    for i, block in enumerate(blocks):
        if isinstance(block, Table):
            if any(_header(_cells(row)) for row in block.rows):
                break
            continue
        announced = ANNOUNCED.search(level(block.text.text))
        if not (announced and number(announced["number"])) or is_heading(block.text.text):
            continue
        titles, at = {}, i
        inside = block.text.text[announced.end() :].split("\n")[1:]
        items = [(line, True) for line in inside if line.strip()]
        for following in blocks[i + 1 :]:
            if not isinstance(following, Paragraph) or ENJEU.match(following.text.text) and items:
                break
            lines = following.text.text.split("\n")
            numbered = [bool(LISTED.match(line)) for line in lines]
            if not (following.item or all(numbered)) or following.level:
                break
            items += [(line, True) for line in (lines if all(numbered) else [_flat(following.text.text)])]
            at += 1
        for line, _ in items:
            match = LISTED.match(line)
            titles[_roman(match["number"]) if match else len(titles) + 1] = _title(match["title"] if match else line)
        if titles:
            said, about = number(announced["number"])
            if said != len(titles) and not about:
                words = first_words(block.text.text[announced.start() :], 4)
                proposals = (str(said), str(len(titles)))
                doubts.append(Doubt("number_differs", block.text.place, words, "", proposals, LOW, "enjeux"))
            return titles, at + 1
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

    def step(self, block):
        if isinstance(block, Table):
            self.closing = False if any(_header(_cells(row)) for row in block.rows) else self.closing
            for row in block.rows:
                self.row(row)
        else:
            self.paragraph(block)

    def paragraph(self, block):
        line = _flat(block.text.text)
        if not line:
            return
        heading = ENJEU.match(line) if len(line) <= TITLE_LENGTH else None
        if heading:
            self.untitled = None
            self.begin(_roman(heading["number"]), heading["title"], block.text.place)
        elif self.untitled and len(line) <= TITLE_LENGTH and not is_page_number(line) and not self.is_running(line):
            self.enjeux[self.untitled] = self.enjeux[self.untitled]._replace(title=_title(line))
            self.untitled = None
        elif is_page_number(line) or self.is_running(line) and not self.meant(line):
            return
        elif self.rows and LAST.search(line) and len(line) <= TITLE_LENGTH and not block.item and line[-1:] != ".":
            self.closing = True
        elif self.closing:
            self.section.append(block)
        else:
            meant = self.meant(line)
            if not meant and block.level and len(line) <= TITLE_LENGTH and LISTED.match(line) and not self.listed:
                meant = _roman(LISTED.match(line)["number"])
            if meant:
                self.begin(meant, LISTED.sub(r"\g<title>", line) if LISTED.match(line) else line, block.text.place)
            elif self.enjeux or self.rows:
                self.doubts.append(Doubt("unread_text", block.text.place, first_words(line)))

    def is_running(self, line):
        return mould(line) in self.repeated

    def meant(self, line):
        """Return the number of the listed enjeu whose title a line repeats, or 0."""
        if len(line) > TITLE_LENGTH or line[-1:] in ".;":
            return 0
        bare = _folded(LISTED.sub(r"\g<title>", line) if LISTED.match(line) else line)
        scores = {n: fuzz.ratio(bare, _folded(title)) for n, title in self.listed.items() if n not in self.enjeux}
        best = max(scores, key=scores.get, default=0)
        return best if scores.get(best, 0) >= ALIKE else 0

    def begin(self, enjeu, title, place):
        self.now = enjeu
        listed = self.listed.get(enjeu, "")
        if title.isupper() and _folded(title) == _folded(listed):  # capitals are the layout's
            title = listed
        if enjeu not in self.enjeux:
            self.enjeux[enjeu] = Enjeu(enjeu, _title(title), self.listed.get(enjeu, ""), place)
            self.untitled = None if title.strip() else enjeu

    def row(self, row):
        self.end()
        cells = [cell for cell in row]
        words = _cells(row)
        filled = [word for word in words if word]
        if not filled or all(re.fullmatch(r"[\s:|–—-]+", word) for word in filled):
            return
        header = _header(words)
        if header:
            self.columns = header
            for cell in cells:
                below = cell.text.partition("\n")[2]
                if cell.bold and below or re.search(r"[.!?]", below):  # more than a head: a row without marks below it
                    self.doubts.append(Doubt("unread_row", cell.place, first_words(below), table="laureates"))
        elif len(set(filled)) == 1 and (ENJEU.match(filled[0]) or self.meant(filled[0])):
            first = next(cell for cell in cells if cell.text.strip())
            self.paragraph(Paragraph(first))
        elif len(set(filled)) == 1 and (is_page_number(filled[0]) or self.is_running(filled[0])):
            return
        else:
            self.record(cells, words)

    def record(self, cells, words):
        place = cells[0].place
        if self.columns is None:
            if len(cells) != 3 or not self.now:  # key figures and the like
                self.doubts.append(Doubt("unread_row", place, first_words(" ".join(words))))
                return
            self.columns = dict(zip(COLUMNS, range(3), strict=True))
            self.doubts.append(Doubt("no_header", place, first_words(words[0])))
        extra = [words[i] for i in range(len(cells)) if i not in self.columns.values() and words[i]]
        nothing = {"where": Text("", (), place)}
        one = nothing | {name: cells[at] if at < len(cells) else nothing["where"] for name, at in self.columns.items()}
        if len(words) == 1 or not (one["actors"].text or one["contribution"].text):
            self.doubts.append(Doubt("unread_row", place, first_words(" ".join(words)), table="laureates"))
            return
        doubts = [Doubt("extra_cell", place, first_words(word)) for word in extra]
        last = self.rows[-1] if self.rows else None
        if last and last.enjeu == self.now and _goes_on(one, last):
            mark = Doubt("row_cut", place, first_words(" ".join(word for word in words if word)), confidence=MEDIUM)
            joined = {name: _join(getattr(last, name), one[name]) for name in one}
            self.rows[-1] = last._replace(**joined, doubts=(*last.doubts, mark, *doubts))
            return
        if not one["project"].text:
            self.doubts.append(Doubt("unread_row", place, first_words(" ".join(words)), table="laureates"))
            return
        if not self.now:
            doubts.append(Doubt("no_enjeu", place, first_words(words[0]), table="laureates", column="enjeu_id"))
        self.rows.append(Row(**one, enjeu=self.now, doubts=tuple(doubts)))

    def end(self):
        if self.untitled:
            place = self.enjeux[self.untitled].place
            self.doubts.append(Doubt("no_title", place, "", table="enjeux", key=str(self.untitled), column="title_fr"))
            self.untitled = None


def _compare(enjeux, listed, rows, before, doubts):
    """Hold the list of enjeux to the headings, and the number announced to the rows."""
    for enjeu in enjeux:
        if enjeu.listed and _folded(enjeu.listed) != _folded(enjeu.title):
            proposals = (enjeu.title, enjeu.listed)
            words, key = first_words(enjeu.title), str(enjeu.number)
            doubts.append(
                Doubt("title_differs", enjeu.place, words, enjeu.title, proposals, HIGH, "enjeux", key, "title_fr")
            )
    for missing in sorted(set(listed) - {enjeu.number for enjeu in enjeux}):
        words = first_words(listed[missing])
        doubts.append(Doubt("no_heading", Place(0, 0), words, "", (), LOW, "enjeux", str(missing), "title_fr"))
    for block in before:
        if not isinstance(block, Paragraph):
            continue
        for found in EXAMPLES.finditer(level(block.text.text)):
            said = number(found["number"])
            if said and said[0] > 1 and said[0] != rows and 2 * said[0] > rows / 2 and said[0] < 60:
                words = first_words(block.text.text[found.start() :], 4)
                proposals = (str(said[0]), str(rows))
                doubts.append(Doubt("number_differs", block.text.place, words, "", proposals, LOW, "laureates"))


def _header(words):
    """Return the column of each part when a row is a header line, else None."""
    found = {}
    for at, word in enumerate(words):
        for name, pattern in HEADS.items():
            if name not in found and len(word) <= 80 and pattern.fullmatch(plain(word.strip(" *:"))):
                found[name] = at
                break
    return found if all(name in found for name in COLUMNS) else None


def _goes_on(one, last):
    """Tell whether a row is the rest of the row above, cut in two by the end of a page."""
    if not one["project"].text:
        return True
    begins = one["project"].text[:1]
    unended = not re.search(r"[.!?»)…]\s*$", last.project.text) or not re.search(
        r"[.!?»)…]\s*$", last.contribution.text
    )
    return begins.islower() and not one["project"].bold and unended and not re.match(r"l'", level(one["project"].text))


def _join(above, below):
    """Join the two halves of a cell."""
    if not below.text or not above.text:
        return above if above.text else below
    shift = len(above.text) + 1
    bold = (*above.bold, *((a + shift, b + shift) for a, b in below.bold))
    return Text(f"{above.text} {below.text}", bold, above.place)


def _cells(row):
    return [_flat(cell.text) for cell in row]


def _flat(text):
    return " ".join(text.split())


def _title(text):
    return _flat(text).strip(" *_").rstrip(" .;:,")


def _folded(text):
    return re.sub(r"[\W_]+", " ", plain(_flat(level(text)))).strip()


def _roman(text):
    """Return the number that figures, a word or a Roman numeral stand for."""
    if number(text):
        return number(text)[0]
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in text.upper()]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-one if one < after else one for one, after in pairs)
