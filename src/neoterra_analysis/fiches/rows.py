"""Rows of the tables of projects: what is a header line, which table is another one, which row goes on overleaf."""

import re
from typing import NamedTuple

from rapidfuzz import fuzz

from ..words.folding import bare_words, one_line, straight, unaccented
from . import project_cell
from .documents.blocks import Text
from .french import is_name

COLUMNS = ("project", "actors", "contribution")
# A fourth column may say where; other columns are asked about.
HEADS = {
    "where": re.compile(r"territoires?|departements?|lieux?|localisation|implantation|communes?", re.IGNORECASE),
    "project": re.compile(r"projets?|laureats?|projets?-laureats?|nom-du-projet|porteurs?", re.IGNORECASE),
    "actors": re.compile(r"acteurs?\b.*|partenaires?.*|parties-prenantes", re.IGNORECASE),
    "contribution": re.compile(r"contributions?\b.*|roles?\b.*", re.IGNORECASE),
}
FIRST_WORDS = {
    "project": ("projet", "projets", "laureat"),
    "actors": ("acteurs", "partenaires"),
    "contribution": ("contribution",),
}
ALIKE = 75  # of 100: a misspelt head and the right one
ENDED = re.compile(r"[.!?…»][)»\"”]?\s*$")
# What a cell may begin with only as the rest of another one, and what it may end with only if it goes on.
GOES_ON = re.compile(r"[,;:.)\]»]|(?:et|ou|ainsi que)\b")
DANGLING = re.compile(
    r"[,(«\[-]\s*$|\b(?:et|ou|de|du|des|la|le|les|un|une|en|à|au|aux|avec|pour|sur|par|dans|dont|que|qui)\s*$|'\s*$",
    re.IGNORECASE,
)
REFERRING = re.compile(r"(?:il|elle|ils|elles|son|sa|ses|leur|leurs|ce|cet|cette|ces|on)\b", re.IGNORECASE)


class Row(NamedTuple):
    """A row of a table: its cells (``where`` is seldom there), its enjeu (0 if none), the doubts about its layout.

    ``printed`` holds its cells as they stand in the document, ``(column, text)``, those of both halves of a cut row.
    """

    project: Text
    actors: Text
    contribution: Text
    where: Text
    enjeu: int
    doubts: tuple = ()
    printed: tuple = ()


def flat(row):
    """Return the words of each cell of a row on one line."""
    return [one_line(cell.text) for cell in row]


def header(words):
    """Return the column of each part when a row is a header line, else None."""
    found = _heads(words)
    return found if all(name in found for name in COLUMNS) else None


def _heads(words):
    found = {}
    for at, word in enumerate(words):
        for name, pattern in HEADS.items():
            if name not in found and len(word) <= 80 and pattern.fullmatch(unaccented(word.strip(" *:"))):
                found[name] = at
                break
    return found


def near_header(rows):
    """Return the columns that the first row of a table heads although a head is misspelt or unknown, else None."""
    words = flat(rows[0])
    found = _heads(words)
    if len(rows) < 2 or len(words) < 3 or any(len(word) > 80 for word in words):
        return None
    for name, known in FIRST_WORDS.items():
        free = [at for at, word in enumerate(words) if word and at not in found.values()]
        firsts = {at: bare_words(words[at]).split(" ")[0] for at in free}
        like = {at: max(fuzz.ratio(first, one) for one in known) for at, first in firsts.items()}
        best = max(like, key=like.get, default=None)
        if name not in found and best is not None and like[best] >= ALIKE:
            found[name] = best
    missing = [name for name in COLUMNS if name not in found]
    free = [at for at, word in enumerate(words) if at not in found.values()]
    if len(missing) == 1 and len(free) == 1:
        found[missing[0]] = free[0]
        missing = []
    return found if not missing and are_records(rows[1:], found) else None


def has_other_header(rows):
    """Tell whether the first row of a table heads columns of another kind."""
    cells = [cell for cell in rows[0] if cell.text.strip()]
    words = flat(cells)
    if len(rows) < 2 or len(cells) < len(rows[0]) or len(cells) < 2 or _is_name_in_bold(rows[0][0]):
        return False
    return all(len(word) <= 40 and word[:1].isupper() and not re.search(r"[.!?,;]", word) for word in words)


def are_records(rows, columns):
    """Tell whether the rows of a table without header look like projects: a name in its sentence, actors, a text."""
    told = []
    for row in rows:
        cells = {name: row[at] for name, at in columns.items() if at < len(row)}
        if len(row) > 1 and len(cells) == len(columns):
            letters = all(_is_text(cells[name].text) for name in ("actors", "contribution"))
            told.append(letters and has_name(cells["project"], cells["contribution"]))
    return 2 * sum(told) > len(rows) or (sum(told) > 0 and 2 * sum(told) >= len(rows))


def _is_text(words):
    """Tell a text from a figure such as an amount or a year."""
    return not words.strip() or len(re.findall(r"[^\W\d_]", words)) > len(re.findall(r"\d", words))


def _is_name_in_bold(cell):
    """Tell whether a cell has a name in bold that is not all of it."""
    return any(end - start < 0.8 * len(cell.text) and is_name(cell.text[start:end]) for start, end in cell.bold)


def has_name(project, contribution):
    """Tell whether a project cell says the name of a laureate: in bold, or as what acts in its sentence."""
    return bool(project.bold) or bool(project_cell.candidates(straight(project.text), straight(contribution.text)))


def ended(cell):
    """Tell whether a cell ends as a sentence or a list does, with nothing left open."""
    return bool(ENDED.search(cell.text)) and not is_open(cell)


def is_open(cell):
    """Tell whether a cell ends where it cannot end: at a comma, an article, inside a parenthesis or a quotation."""
    words = straight(cell.text)
    opened = any(words.count(a) > words.count(b) for a, b in ("()", "[]", "«»"))
    return bool(words.strip()) and (opened or bool(DANGLING.search(words)))


def goes_on(one, last, seam, bold):
    """Tell whether a row is the rest of the row above, cut in two by a page: "joined", "perhaps" or "".

    ``seam`` tells that a page or a header line stood between, ``bold`` that the document's names are in bold.
    """
    project, contribution = one["project"], one["contribution"]
    filled = [name for name in COLUMNS if one[name].text]
    loose = [name for name in ("project", "contribution") if not ended(getattr(last, name))]
    open_cells = [name for name in COLUMNS if is_open(getattr(last, name))]
    starts = [name for name in filled if _continues(one[name], name)]
    if not project.text:
        whole = len(filled) == 2 and contribution.text[:1].isupper() and len(loose) < 2
        cut = starts or is_open(last.actors) or not last.contribution.text or (seam and loose)
        return "joined" if cut or not whole and (seam or loose) else ""
    beside = [name for name in starts if name != "project"]
    inside = bool(last.project.bold) and last.project.bold[-1][1] == len(last.project.text)  # of a name
    perhaps = "perhaps" if beside or "project" in open_cells or "contribution" in open_cells else ""
    if not project.bold:
        named = has_name(project, contribution)
        if "project" in starts and (loose or not named):
            return "joined"
        if named:
            cut = beside or len(loose) == 2 and (seam or inside)
            is_rest = "project" in loose and ("project" in open_cells or bold and cut)
        else:
            beside = beside or not contribution.text
            is_rest = bool(loose) and beside or len(loose) == 2 or "project" in open_cells
            is_rest = is_rest or REFERRING.match(project.text) and (seam or len(filled) == 1)
            is_rest = is_rest or "project" in loose and seam
        return "joined" if is_rest else perhaps
    # A row with a name of its own goes on only in the middle of a name, or where the row above has none.
    unnamed = bold and not last.project.bold
    told = open_cells or beside or (seam and ended(project))
    cut = "project" in loose or unnamed and open_cells
    if (inside and not project.bold[0][0] or unnamed or "project" in starts) and cut and told:
        others = "contribution" in loose or open_cells or beside or not contribution.text
        return "joined" if others else "perhaps"
    return perhaps


def _continues(cell, column):
    """Tell whether a cell begins as the rest of another one; actors often begin in lower case."""
    words = straight(cell.text).strip()
    return bool(words) and (bool(GOES_ON.match(words)) or column != "actors" and words[0].islower())


def part(cell, start, end):
    """Return a part of a cell, with what is bold in it."""
    words = cell.text[start:end].rstrip()
    kept = words.lstrip()
    shift, end = start + len(words) - len(kept), start + len(words)
    bold = ((max(a, shift) - shift, min(b, end) - shift) for a, b in cell.bold if a < end and b > shift)
    return Text(kept, tuple(bold), cell.place)


def join(above, below):
    """Join the two halves of a cell."""
    if not below.text or not above.text:
        return above if above.text else below
    kept, between = above.text, " "
    if re.search(r"\w[-\u2010]$", kept) and below.text[:1].islower():
        kept, between = kept[:-1], ""
    elif re.search("['\u2019]$", kept):
        between = ""
    elif "\n" in above.text + below.text and not is_open(above) and not _continues(below, ""):
        between = "\n"  # of a list
    shift = len(kept) + len(between)
    bold = (*above.bold, *((a + shift, b + shift) for a, b in below.bold))
    return Text(f"{kept}{between}{below.text}", bold, above.place)
