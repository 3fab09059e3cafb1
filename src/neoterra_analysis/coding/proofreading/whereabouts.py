"""Places of a draft, held to each other: numbers and names of départements, towns, the prose and the rows."""

import re
from bisect import bisect_left
from functools import lru_cache

from rapidfuzz import fuzz

from ...fiches.french import DEPARTMENTS, TOWNS
from ...words.folding import bare_words
from .galley import finding, named, sentences


@lru_cache(4096)
def departments(flat):
    """Return where a text names départements: start, end and code.

    >>> departments("en Charente-Maritime")
    [(3, 20, '17')]
    """
    found = NAMED.finditer(flat.translate(PLAIN).lower())
    return [
        (*match.span(), DEPARTMENTS[re.sub(" +", " ", match.group())])
        for match in found
        if flat[match.start()].isupper()
    ]


PLAIN = str.maketrans("ÀÂÉÈÊËÎÏÔÙÛÇàâéèêëîïôùûç\u2010\u2011\u2012\u2013\u2014-", "AAEEEEIIOUUCaaeeeeiiouuc      ")
NAMED = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(DEPARTMENTS, key=len, reverse=True)).replace(' ', ' +')})(?!\w)")
NUMBERED = re.compile(r"\s*\(\s*(?:n°\s?)?(?P<code>\d{2})(?:\d{3})?\s*\)|\s*[,–-]\s*(?P<code2>\d{2})(?=\s*[).,;]|\s*$)")
BESIDE = re.compile(r"\s*(?:[,(–-]\s*)?(?:en|dans l[ae]s?|département (?:de la|du|des|de l'))?\s*$", re.IGNORECASE)
POST = re.compile(r"(?<!\d)(?P<code>\d{2})\d{3}\s+(?=[A-ZÀ-Ý])")
BEFORE = re.compile(r"(?<!\d)(?P<code>\d{2})\s*[,:–-]?\s*(?:\()?$")
TOWN = re.compile(r"(?<![\w-])[A-ZÀ-Ý][\w'-]+(?:[ -](?:(?:de|du|la|le|les|sur|sous|en|et|d'|l')[ -])*[A-ZÀ-Ý][\w'-]+)*")


def _towns(flat):
    """Yield the known towns of a text: start, end, and the codes of the départements that have one of the name."""
    for match in TOWN.finditer(flat):
        pieces = list(re.finditer(r"[^\s-]+", match.group()))
        pieces = pieces[:8]  # of a name; a heading in capitals is no town
        tried = [(a, b) for a in range(len(pieces)) for b in range(len(pieces), a, -1)]
        for a, b in tried:
            words = match.group()[pieces[a].start() : pieces[b - 1].end()]
            if bare_words(words) in TOWNS and (a == 0 or match.group()[pieces[a].start() - 1] == " "):
                start = match.start() + pieces[a].start()
                before = flat[max(0, start - 40) : start]
                if not re.search(
                    r"\b(?:rue|avenue|place|université|métropole|saint|de l'|du|près de|près d'|autour de|loin de)\s*$",
                    before,
                    re.IGNORECASE,
                ):
                    yield start, start + len(words), TOWNS[bare_words(words)]
                break


def _beside(flat, end, found):
    """Return the département that a text names right after a place, in a list, or nothing."""
    nearest = found[(at := bisect_left(found, (end,))) : at + 1]
    return nearest if nearest and BESIDE.fullmatch(flat, end, nearest[0][0]) else []


def find(one):
    """Yield départements and numbers, towns and départements, prose and rows that disagree about a place."""
    labels = {code: name for name, code in DEPARTMENTS.items()}
    for unit in one.units:
        found = departments(unit.flat)
        for start, end, key in found:
            after = NUMBERED.match(unit.flat, end)
            before = (
                BEFORE.search(unit.flat, max(0, start - 12), start)
                if unit.flat[start - 1 : start] in "(-–,: "
                else None
            )
            number = after and (after["code"] or after["code2"])
            if number and number != key:
                yield finding("place_number", True, unit, (start, after.end()), code=number, right=key)
            elif before and before["code"] != key and before["code"] in labels:
                yield finding("place_number", True, unit, (before.start("code"), end), code=before["code"], right=key)
        codes = {key for *_, key in found}
        for start, end, home in _towns(unit.flat):
            post = POST.search(unit.flat[max(0, start - 7) : start + 1])
            beside = _beside(unit.flat, end, found)
            number = NUMBERED.match(unit.flat, end)
            number = number and (number["code"] or number["code2"])
            told = {"town": unit.flat[start:end], "homes": tuple(sorted(home))}
            is_of_row = unit.row >= 0 and unit.column in ("project", "where") and len(codes) == 1
            if post and post["code"] not in home:
                yield finding("place_town", True, unit, (start, end), said=post["code"], **told)
            elif number and number not in home and number in labels:
                yield finding("place_town", True, unit, (start, end), said=number, **told)
            elif (beside or is_of_row) and (beside[0][2] if beside else min(codes)) not in home:
                at = beside[0] if beside else found[0]
                yield finding("place_town", bool(beside), unit, (start, end), [(unit.at, *at[:2])], said=at[2], **told)
        yield from _near_departments(unit, found)
    yield from _two_homes(one)
    yield from _two_departments(one)


def _two_departments(one):
    """Yield towns that stand in one département here and in another there."""
    told = {}
    for unit in one.units:
        found = departments(unit.flat)
        for match in TOWN.finditer(unit.flat) if found else ():
            beside = _beside(unit.flat, match.end(), found)
            name = bare_words(match.group())
            if not beside or name in DEPARTMENTS or name in TOWNS or match.end() == beside[0][0]:
                continue
            first = told.setdefault(name, (beside[0][2], unit, match.span(), beside[0][:2]))
            if first[0] != beside[0][2]:
                span = match.start(), beside[0][1]
                told_ = {"town": match.group(), "homes": (first[0],), "said": beside[0][2]}
                yield finding("place_town", False, unit, span, [(first[1].at, first[2][0], first[3][1])], **told_)


def _near_departments(unit, found):
    """Yield names that are nearly that of a département."""
    taken = {at for start, end, _ in found for at in range(start, end)}
    for match in TOWN.finditer(unit.flat):
        key = bare_words(match.group())
        if (
            key in DEPARTMENTS
            or match.start() in taken
            and "-" not in match.group()
            or not 4 < len(key) < 40
            or key in TOWNS
            or not re.search(
                r"\b(?:en|dans la|dans le|dans les|département (?:de la|du|des|de l'))\s*$|\($",
                unit.flat[max(0, match.start() - 60) : match.start()],
                re.IGNORECASE,
            )
        ):
            continue
        near = max(DEPARTMENTS, key=lambda name: fuzz.ratio(key, name))
        if near not in (key, key.rstrip("s")) and fuzz.ratio(key, near) >= 85 and key not in ("charentes", "vienne"):
            yield finding("place_spelt", True, unit, match.span(), right=DEPARTMENTS[near])


def _two_homes(one):
    """Yield laureates whose département the prose, or their other cell, names otherwise than their row."""
    for unit in one.units:
        if unit.column == "contribution":
            spans = [(0, len(unit.flat))]
        elif unit.row < 0 and unit.zone != "table":
            spans = list(sentences(unit.flat))
        else:
            continue
        for start, end in spans:
            said = departments(unit.flat[start:end])
            who = [unit.row] if unit.row >= 0 else named(one, unit.flat[start:end]) if said else []
            if len(who) != 1 or len({key for *_, key in said}) != 1:
                continue
            row = one.rows[who[0]]
            right, project = row.laureate.department_stated, one.cell(who[0], "project")
            if right and project and said[0][2] != right:
                at = next(iter(departments(project.flat)), (0, len(project.flat)))
                span = start + said[0][0], start + said[0][1]
                told = {"name": row.name, "said": said[0][2], "right": right}
                beside = unit.row < 0 and _is_beside(row.laureate.name, unit.flat[start:end], said[0])
                if beside is None:
                    continue
                yield finding("place_row", beside, unit, span, [(project.at, *at[:2])], (row.name,), **told)


def _is_beside(name, said, place):
    """Tell whether a name and a département stand beside each other; None where another name is between them."""
    first, last = sorted([(said.find(name), said.find(name) + len(name)), place[:2]])
    between = said[first[1] : last[0]]
    is_elsewhere = re.search(r"[A-ZÀ-Ý]|\b(?:venue?s?|issue?s?|originaires?|depuis|vers|jusqu|près)\b", between)
    return None if is_elsewhere else len(between) < 40 and not re.search(r"[;:]|\bavec\b", between)


def department_in(text):
    """Return the code of the first département that a text names, or nothing."""
    return departments(text)[0][2] if departments(text) else ""
