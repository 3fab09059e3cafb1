"""The rows, cells and sections of a copy of a fiche, and the mentions in an actors cell."""

import re
from typing import NamedTuple

import pandas as pd

from .matching import find, in_order

# What fiches print above their tables, and the rules that converters leave under it; no row has them.
TABLE_HEAD = re.compile(
    r"Projets?[ \t]+Acteurs\b[^\t]{0,40}?[ \t]Contributions?"
    r"(?: à la transition des filières et (?:des )?territoires)?"
    r"|:?-{2,}:?(?:\s:?-{2,}:?)+"
)
LAST_SECTION = "Les leviers et les défis"
# May stand between two actors of a cell without naming one.
CONNECTING = {"et", "etc", "ou", "avec", "le", "la", "les", "l", "de", "du", "des", "d"}


class Layout(NamedTuple):
    """What stands where in a normalised fiche; each place is ``(start, end)``.

    ``text`` is the fiche with its table heads blanked. By laureate_id: ``first``, the status and place of
    the first words of a row, ``rows``, the row, ``cells``, its actors cell. By enjeu_id: ``headings``, where
    the heading belongs. ``introduction`` is the text before the first heading and row, ``section`` the last
    section.
    """

    text: str
    first: dict
    rows: dict
    cells: dict
    headings: dict
    introduction: tuple
    section: tuple


def layout(tables, normal):
    """Find the rows, the actors cells, the headings and the last section of a normalised fiche.

    A row runs from its first words to those of the next row, the next heading or the last section, on however
    many lines. Its actors cell lies between its first two cell marks, when it has them.

    Parameters
    ----------
    tables : dict of str to DataFrame
        What is coded from the source, each table sorted by its primary key.
    normal : str
        From `normalise`.

    Returns
    -------
    Layout
    """
    text = TABLE_HEAD.sub(lambda head: "\0" * len(head.group()), normal)
    laureates = tables["laureates"].sort_values(["source_row", "laureate_id"])
    ids, enjeu_of = list(laureates["laureate_id"]), list(laureates["enjeu_id"])
    candidates = [find(anchor, text) for anchor in laureates["row_anchor"]]
    first = {}
    for row, found, place in zip(ids, candidates, in_order(candidates), strict=True):
        if len(found) > 1:
            first[row] = ("repeated", place or found[0])
        elif found:
            first[row] = ("found" if place else "out_of_order", found[0])
    starts = {row: place[0] for row, (_, place) in first.items()}
    start, last = min(starts.values(), default=len(text)), max(starts.values(), default=len(text))

    # The list of enjeux stands before the first row; each heading after that list, between the rows of the
    # enjeu before and its own.
    enjeux = tables["enjeux"].sort_values("number")
    titles = list(zip(enjeux["enjeu_id"], enjeux["title_fr"], enjeux["listed_title_fr"], strict=True))
    listed = [find(listed_title(listed or title), text, 0, start)[:1] for _, title, listed in titles[1:]]
    list_end = max((item[0][1] for item in listed if item), default=0)
    headings, cuts = {}, []
    for enjeu, title, _ in titles:
        own = [index for index, row in enumerate(ids) if row in starts and enjeu_of[index] == enjeu]
        before = [starts[row] for row in ids[: own[0]] if row in starts] if own else []
        end = starts[ids[own[0]]] if own else len(text)
        zone = (max([list_end, *before]), end)
        found = find(title, text, *zone)
        headings[enjeu] = found[-1] if found else zone
        cuts += [place[0] for place in (found or find(title, text, list_end))[-1:]]

    sections = find(LAST_SECTION, text, last)
    if not sections:
        sections = sorted(place for anchor in tables["themes"]["anchor"] for place in find(anchor, text, last)[:1])
    section = (sections[0][0] if sections else len(text), len(text))
    introduction = (0, min([start, *cuts]))
    cuts = sorted([*starts.values(), *cuts, section[0], len(text)])
    rows = {row: (start, next(cut for cut in cuts if cut > start)) for row, start in starts.items()}
    cells = {}
    for row, (start, end) in rows.items():
        marks = [start + mark.start() for mark in re.finditer("\t", text[start:end])]
        if len(marks) > 1:
            cells[row] = (marks[0] + 1, marks[1])
    return Layout(text, first, rows, cells, headings, introduction, section)


def listed_title(title):
    """Return a title of the list without the mark of a beginning left out."""
    return title.removeprefix("…").strip()


def place_mentions(mentions, row, plan):
    """Find the mentions of one row, each after the one before, a nested one within its parent.

    Parameters
    ----------
    mentions : DataFrame
        Of one laureate, sorted by position.
    row : str
        The laureate_id, one of ``plan.rows``.
    plan : Layout
        From `layout`.

    Returns
    -------
    list of tuple
        For each mention its status and its place in ``plan.text``, None where it stands nowhere in the zone.
    """
    start, end = plan.cells.get(row, plan.rows[row])
    candidates = [find(mention, plan.text, start, end) for mention in mentions["mention"]]
    chosen = in_order(candidates)
    statuses = ["found" if place else "missing" for place in chosen]
    for index, places in enumerate(candidates):
        if places and not chosen[index]:
            free = [(a, b) for a, b in places if not any(p and a < p[1] and p[0] < b for p in chosen)]
            statuses[index] = "out_of_order" if free else "taken"
            chosen[index] = (free or places)[0]

    brackets, opened = [], []
    for at in range(start, end):
        if plan.text[at] in "([":
            opened.append(at)
        elif plan.text[at] in ")]" and opened:
            brackets.append((opened.pop(), at))
    brackets += [(at, end) for at in opened]
    positions = list(mentions["position"])
    parents = [None if pd.isna(parent) else int(parent) for parent in mentions["parent_position"]]
    for index, place in enumerate(chosen):
        if statuses[index] != "found":
            continue
        if parents[index] not in positions:
            # Without cell marks the brackets may be those of the row's sentences.
            if row in plan.cells and any(opening < place[0] < closing for opening, closing in brackets):
                statuses[index] = "unparented"
            continue
        parent = positions.index(parents[index])
        if statuses[parent] != "found":
            continue
        after = chosen[parent][1]
        own = [closing for opening, closing in brackets if opening == after]
        beside = parent < index and None not in parents[parent + 1 : index]
        if not (after < place[0] < own[0] if own else beside):
            statuses[index] = "not_nested"
    return list(zip(statuses, chosen, strict=True))


def uncoded(row, plan, taken):
    """Return the places of a row's actors cell that no mention covers and that are more than separators.

    Parameters
    ----------
    row : str
        The laureate_id, one of ``plan.cells``.
    plan : Layout
        From `layout`.
    taken : list of tuple of int
        The places of its mentions.

    Returns
    -------
    list of tuple of int
    """
    start, end = plan.cells[row]
    left = list(plan.text[start:end])
    for a, b in (place for place in taken if start <= place[0] and place[1] <= end):
        left[a - start : b - start] = "," * (b - a)
    places = []
    for piece in re.finditer(r"[^,;:()\[\]/.]+", "".join(left)):
        words = [
            word.span()
            for word in re.finditer(r"\w+|[^\w\s'\"&\u2022\u00b7-]", piece.group())
            if word.group() not in CONNECTING
        ]
        if words:
            places.append((start + piece.start() + words[0][0], start + piece.start() + words[-1][1]))
    return places


def stray_cells(plan):
    """Return the places of table cells that belong to no coded row: a row of the fiche may not be coded.

    They stand between a heading and the first coded row after it, or after the three cells of a coded row.
    Text in one more cell is none: a mark may close a row's last cell.

    Parameters
    ----------
    plan : Layout
        From `layout`.

    Returns
    -------
    list of tuple of int
    """
    rows = sorted(plan.rows.values())
    gaps = zip([plan.introduction[1], *(end for _, end in rows)], [start for start, _ in rows], strict=False)
    places = []
    for zones, coded in ((gaps, 1), (rows, 3)):
        for start, end in zones:
            cells = list(re.compile(r"[^\t]*\w[^\t]*").finditer(plan.text, start, end))
            places += [cells[coded].span()] if len(cells) > coded + 1 else []
    return sorted(places)
