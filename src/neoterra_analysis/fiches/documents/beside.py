"""What stands beside the text, in all formats: page numbers, running lines, calls of notes, pictures, boxes."""

import re
from collections import Counter
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from ...words.folding import one_line, unnumbered
from .blocks import Aside, Paragraph, Place, Table, text

SIGN = r"(?:\d{1,3}|[a-c]|[*†‡§]{1,4})"
MARK = re.compile(rf"[\s(\[]*{SIGN}(?:\s*[,;–-]?\s*{SIGN})*[)\].\s]*")
SMALL = re.compile("([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
UNIT = re.compile(r"(?:(?<![^\W\d_])[cdhkmn]?m|\d\s?h)$")
# What may stand between two bold words of one name without being bold itself.
JOINT = re.compile(r"[ \t\xa0\u202f'’-]{1,3}")
# A font that is bold by its name.
BOLD_FONT = re.compile(r"\b(?:(?:semi|demi|extra|ultra)[ -]?)?(?:bold|black|heavy|gras)\b", re.IGNORECASE)
TITLE = re.compile(r"\W*(?:fiche\s+)?(?:enjeu|ambition)\b|\W*(?:les\s+)?(?:leviers|défis|freins)\b", re.IGNORECASE)
LONGEST_TITLE = 160
ROMAN = (("x", 10), ("ix", 9), ("v", 5), ("iv", 4), ("i", 1))
MOST_MARKS = 10_000

NUMBER = re.compile(r"(?:page|p\.)?\s*[-–—]?\s*\d{1,3}\s*(?:(?:/|sur|of)\s*\d{1,3})?\s*[-–—]?", re.IGNORECASE)
HEADING = re.compile(r"[\W_]*(?:\*\*|<b>)?\s*(?:enjeu|ambition)\b", re.IGNORECASE)
LONGEST = 120


def is_page_number(line):
    """Tell whether a line is a page number and nothing else.

    >>> [is_page_number(line) for line in ("7", "Page 4 / 9", "- 3 -", "440 projets")]
    [True, True, True, False]
    """
    # Spaces are folded first: a very long run of them would take the pattern for ever.
    return bool(len(line) <= 2000 and NUMBER.fullmatch(one_line(line)))


def running_lines(lines):
    """Return the lines that stand several times, whatever their numbers: running headers and footers.

    >>> running_lines(["Ma fiche, page 1", "Un texte", "Ma fiche, page 2", "Enjeu 1", "Enjeu 2"])
    {'ma fiche, page #'}
    """
    counted = Counter(unnumbered(line) for line in lines if not HEADING.match(one_line(line)))
    return {line for line, number in counted.items() if number > 1 and len(line) <= LONGEST and line.strip("# .")}


class Piece(NamedTuple):
    """A stretch of text; ``raised`` is superscript, or a link to a note; ``gone`` is why it is not of the text."""

    words: str
    bold: bool = False
    raised: bool = False
    gone: str = ""


class Picture(NamedTuple):
    """A picture between blocks; ``large`` is None where its size is not known."""

    alt: str
    place: Place
    large: bool | None


class Box(NamedTuple):
    """A text box of one line between blocks: the heading of the table that follows it, or an aside."""

    line: Paragraph
    aside: Aside


class Calls:
    """The calls of notes met so far, and the notes that explain them."""

    def __init__(self):
        self.met, self.told = {}, set()

    def runs(self, pieces, place):
        """Return pieces as runs without the calls in them, and whether they are the note of one.

        >>> Calls().runs([Piece("CAF"), Piece("1", raised=True), Piece(", 9 m"), Piece("2", raised=True)], Place(0, 1))
        ([('CAF, 9 m2', False)], False)
        """
        found, line, is_note = [], "", False
        for words, bold, raised, _ in _joined(pieces):
            flat = words.translate(DIGITS)
            signs = set(re.findall(SIGN, flat)) if raised and MARK.fullmatch(flat) else set()
            if signs and not line.strip():
                is_note = not found and signs <= self.met.keys()
                self.told |= signs if is_note else set()
                words += " "
            elif signs and not UNIT.search(line):
                if len(self.met) < MOST_MARKS:
                    self.met |= {sign: place for sign in signs - self.met.keys()}
                continue
            found.append((words, bold))
            line = (line + words).rpartition("\n")[2][-9:]
        return _whole_names(found), is_note

    def asides(self):
        """Return an aside for each call that no note explains."""
        return [Aside("footnote", sign, place) for sign, place in self.met.items() if sign not in self.told]


def _joined(pieces):
    """Return the pieces with small digits as raised ones, neighbours that are raised as one."""
    found = []
    for words, bold, raised, _ in pieces:
        for part in filter(None, SMALL.split(words)):
            is_up = raised or bool(SMALL.fullmatch(part))
            if is_up and found and found[-1].raised:
                found[-1] = found[-1]._replace(words=found[-1].words + part)
            else:
                found.append(Piece(part, bold, is_up))
    return found


def _whole_names(runs):
    """Make what only joins two bold words bold: a space between the words of a name is seldom marked."""
    runs = [("".join(words for words, _ in group), bold) for bold, group in groupby(runs, key=itemgetter(1))]
    for at in range(1, len(runs) - 1):
        if not runs[at][1] and JOINT.fullmatch(runs[at][0]):
            runs[at] = (runs[at][0], True)
    return runs


def plain(pieces):
    """Return pieces as plain text without calls of notes, for the extraction that knows nothing of blocks."""
    return "".join(words for words, _ in Calls().runs([*pieces], Place(0, 0))[0])


def settle(blocks):
    """Return blocks without the pictures and boxes among them, and their asides.

    A picture may hide a table when it is large, or below a heading under which no table stands.
    """
    kept, asides, section, headed, has_table = [], [], [], False, False
    for at in reversed(range(len(blocks))):
        if isinstance(blocks[at], Box):
            is_heading = at + 1 < len(blocks) and isinstance(blocks[at + 1], Table)
            asides += [] if is_heading else [blocks[at].aside]
            blocks[at : at + 1] = [blocks[at].line] if is_heading else []

    def close():
        small = [one for one in section if one.large is None]
        if headed and small and not has_table and not any(one.large for one in section):
            asides.append(Aside("picture_table", " ".join(filter(None, (one.alt for one in small))), small[0].place))
        section.clear()

    for block in blocks:
        if isinstance(block, Picture):
            section.append(block)
            asides += [Aside("picture_table", block.alt, block.place)] if block.large else []
            continue
        if isinstance(block, Paragraph) and (block.level or TITLE.match(block.text.text)):
            close()
            headed, has_table = True, False
        has_table = has_table or isinstance(block, Table)
        kept.append(block)
    close()
    return kept, asides


def boxed(blocks, place):
    """Return what of a text box belongs to the text (a table, a heading), and the asides of the rest."""
    texts = [one for one in blocks if not isinstance(one, Picture | Box)]
    if any(isinstance(one, Table) or one.level or TITLE.match(one.text.text) for one in texts):
        return blocks, []
    rest, aside = [one for one in blocks if isinstance(one, Picture | Box)], Aside("text_box", words_of(texts), place)
    if len(texts) == 1 and len(texts[0].text.text) <= LONGEST_TITLE:
        return [*rest, Box(texts[0], aside)], []
    return rest, [aside]


def parted(pieces, place):
    """Return the pieces that are of the text, and an aside for each stretch that is not."""
    kept, asides = [], []
    for gone, group in groupby(pieces, key=lambda piece: piece.gone):
        group = list(group)
        if gone:
            asides.append(Aside(gone, "".join(piece.words for piece in group), place))
        else:
            kept += group
    return kept, asides


def is_large(width, height):
    """Tell by centimetres whether a picture may hide a table: surely (True), surely not (False), or perhaps (None)."""
    if not width or not height:
        return None
    return True if width >= 10 and height >= 4 else False if width < 5 or height < 1.5 else None


LENGTH = re.compile(r"\s*([\d.]{1,9})\s*(cm|mm|in|pt|pc|px)?\s*")
UNITS = {"cm": 1, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6, "px": 2.54 / 96, None: 2.54 / 96}


def centimetres(length):
    """Return a length in centimetres, 0 where it is not told.

    >>> centimetres("2in"), centimetres("auto"), centimetres(None)
    (5.08, 0, 0)
    """
    told = LENGTH.fullmatch(length or "")
    return float(told[1]) * UNITS[told[2]] if told and told[1].count(".") < 2 and told[1] != "." else 0


def words_of(blocks):
    """Return the words of blocks, a line each."""
    lines = []
    for block in blocks:
        rows = block.rows if isinstance(block, Table) else ((block.text,),)
        lines += [cell.text for row in rows for cell in row if cell.text]
    return "\n".join(lines)


def gathered(asides):
    """Join neighbouring asides of a kind at one place, and leave out those without words but for parts not read."""
    found = []
    for kind, words, place in asides:
        words = text([(words, False)], place).text
        if found and found[-1][0] == kind and found[-1][2] == place and kind in ("struck", "hidden", "deleted"):
            found[-1] = Aside(kind, f"{found[-1][1]} {words}".strip(), place)
        elif words or kind in ("embedded", "picture_table"):
            found.append(Aside(kind, words, place))
    return tuple(found)


def flattened(blocks, place):
    """Return the text of a cell that holds blocks, each on a line of its own, and an aside if it is but a picture."""
    runs, pictures = [], []
    for block in blocks:
        if isinstance(block, Picture):
            pictures.append(block)
            continue
        for printed, marked, _ in (
            (block.text,) if isinstance(block, Paragraph) else (c for row in block.rows for c in row)
        ):
            at = 0
            for start, end in marked:
                runs += [(printed[at:start], False), (printed[start:end], True)]
                at = end
            runs += [(printed[at:], False), ("\n", False)]
    made = text(runs, place)
    hides = [one for one in pictures if one.large or one.large is None and not made.text]
    return made, [Aside("picture_table", one.alt, place) for one in hides[:1]]


def header(words):
    """Return the aside of a header or footer of a page; its text is empty where it is but the number of the page."""
    lines = [line for line in words.split("\n") if line.strip() and not is_page_number(line)]
    return Aside("header", " ".join(" ".join(lines).split()), Place(0, 0))


def counted(number, kind):
    """Write the number of a list item: decimal, or ``lower_`` or ``upper_``, ``letter`` or ``roman``.

    >>> [counted(4, kind) for kind in ("decimal", "lower_letter", "upper_roman")], counted(27, "upper_letter")
    (['4', 'd', 'IV'], 'AA')
    """
    written = str(number)
    if kind.endswith("letter") and 0 < number < 1000:
        written = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif kind.endswith("roman") and 0 < number < 40:
        written = ""
        for letters, value in ROMAN:
            written += letters * (number // value)
            number %= value
    return written.upper() if kind.startswith("upper") else written


def label(before, in_cell):
    """Return the number that stands before an item as text; in a cell only one with words: there, an item is a line."""
    before = " ".join(before.split())
    return before + " " if before and (not in_cell or re.search(r"[^\W\d_]{3}", before)) else ""
