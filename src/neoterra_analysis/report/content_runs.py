"""Sentences whose numbers and names lead somewhere, and what all parts of the report are made from.

Sentences come whole from `prose`; here their numbers and names are found again and made to lead to the table row, or
to the laureate, that they rest on.
"""

import re
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from .. import labels
from .model import Bullets, Paragraph, Run

# A number as a sentence writes it: 8/11, 1 234, 0,73, 73 %. The formula k(k−1)/2 counts nothing.
NUMBER = r"\d(?:[\d.,/\u202f]*\d)?(?:\u202f?%)?"
FORMULA = r"k\(k−1\)/2"
BREAK = r"[.;:?!](?=\s|$)"


class Given(NamedTuple):
    """What all parts of the report are made from.

    Attributes
    ----------
    dataset : Dataset
        The loaded records.
    lang : {"fr", "en"}
        Language of the report.
    fragility, claims : DataFrame
        As made by `headlines.fragility` and `ledger.ledger`: computed once, as they take long.
    figures : pathlib.Path or None
        Folder of the built figures of this language; without it, no pictures.
    """

    dataset: object
    lang: str
    fragility: pd.DataFrame
    claims: pd.DataFrame
    figures: Path | None


def place(family, key):
    """Return the id of a record inside the report.

    Parameters
    ----------
    family : str
        ``laureate``, ``actor``, ``enjeu``, ``theme``, ``claim``, or the name of a table's rows.
    key : str
        Id of the record.

    Returns
    -------
    str

    Examples
    --------
    >>> place("enjeu", "4.1")
    'enjeu-4-1'
    """
    return f"{family}-{key.replace('.', '-').replace('+', '-')}"


def said(text, lang):
    """Return a text of the data with the spaces that its language wants.

    Parameters
    ----------
    text : str
        Words of the data.
    lang : {"fr", "en"}
        Language of the report.

    Returns
    -------
    str

    Examples
    --------
    >>> said("a : b", "fr") == "a\u202f: b"
    True
    """
    return labels.typography(text) if lang == "fr" else text


def quoted(text, lang):
    """Return words of the source between the quotation marks of the report's language.

    Examples
    --------
    >>> quoted("a", "en")
    '“a”'
    """
    return f"«{labels.NARROW}{text}{labels.NARROW}»" if lang == "fr" else f"“{text}”"


def french(text, lang):
    """Return words of the source, or of its coder, as a run that is marked as French in a report that is not.

    Examples
    --------
    >>> french("un rôle", "en").lang, french("un rôle", "fr").lang
    ('fr', '')
    """
    return Run(said(text, lang), lang="" if lang == "fr" else "fr")


def printed(text, lang):
    """Return words of the source between quotation marks, marked as French in a report that is not.

    Examples
    --------
    >>> printed("un rôle", "en")
    Run(text='“un rôle”', target='', strong=False, lang='fr')
    """
    return Run(quoted(text, lang), lang="" if lang == "fr" else "fr")


def people(given):
    """Return the name of each laureate, as it is written in the report, by id.

    Parameters
    ----------
    given : Given
        What the report is made from.

    Returns
    -------
    dict of str to str
    """
    laureates = given.dataset.laureates
    names = (said(name, given.lang) for name in laureates["name"])
    return dict(zip(laureates["laureate_id"], names, strict=True))


def linked(text, target, names=None, rows=None):
    """Cut a sentence into runs: its numbers lead to a target, the names of laureates to the laureates.

    Parameters
    ----------
    text : str
        A sentence or several.
    target : str
        Id that numbers lead to.
    names : dict of str to str, optional
        Names of laureates by id.
    rows : dict of str to str, optional
        Ids of more exact targets by the words that announce them: numbers lead there up to the next such words or the
        next full stop, colon or semicolon.

    Returns
    -------
    tuple of Run

    Examples
    --------
    >>> [run.target for run in linked("In all 3: A 1, B 2.", "table-x", rows={"B": "row-b"}) if run.target]
    ['table-x', 'table-x', 'row-b']
    >>> linked("3 for Ann", "table-x", {"ann": "Ann"})[-1]
    Run(text='Ann', target='laureate-ann', strong=False, lang='')
    """
    ids = {}
    for laureate, name in (names or {}).items():
        ids.setdefault(name, place("laureate", laureate))
    rows = rows or {}
    known = sorted({word for word in (*ids, *rows) if word}, key=lambda word: (-len(word), word))
    parts = [rf"(?<!\w){re.escape(word)}(?!\w)" for word in known]
    pattern = re.compile("|".join([*parts, FORMULA, NUMBER, BREAK]))
    runs, end, now = [], 0, target
    for found in pattern.finditer(text):
        word = found.group()
        if word in rows:
            now = rows[word]
        elif word in tuple(".;:?!"):
            now = target
        leads = ids.get(word, "") or (now if re.fullmatch(NUMBER, word) else "")
        if leads and word not in rows:
            runs += [Run(text[end : found.start()]), Run(word, leads)]
            end = found.end()
    runs.append(Run(text[end:]))
    return tuple(run for run in runs if run.text)


def paragraph(given, text, target, rows=None, first=None):
    """Make a paragraph of a sentence or several; see `linked`.

    Parameters
    ----------
    given : Given
        What the report is made from.
    text, target, rows
        See `linked`.
    first : str, optional
        What the numbers of the first sentence lead to, where it is something else.

    Returns
    -------
    Paragraph
    """
    names, end = people(given), text.find(". ") + 2 if first else 0
    return Paragraph(linked(text[:end], first, names, rows) + linked(text[end:], target, names, rows))


def bullets(given, items):
    """Make a list of sentences, each with what its numbers lead to.

    Parameters
    ----------
    given : Given
        What the report is made from.
    items : iterable of (str, str)
        Sentence and target.

    Returns
    -------
    Bullets
    """
    names = people(given)
    return Bullets(tuple(linked(text, target, names) for text, target in items))


def who(given, cell):
    """Return the laureates of a cell, each leading to its own place.

    Parameters
    ----------
    given : Given
        What the report is made from.
    cell : str
        Ids joined by ``"; "``.

    Returns
    -------
    tuple of Run
    """
    names = people(given)
    return listed((names[one], place("laureate", one)) for one in cell.split("; ") if one)


def listed(pairs):
    """Return words that lead somewhere as a list with commas.

    Examples
    --------
    >>> "".join(run.text for run in listed([("A", "a"), ("B", "b")]))
    'A, B'
    """
    runs = []
    for text, target in pairs:
        runs += [Run(", ")] if runs else []
        runs.append(Run(text, target))
    return tuple(runs)
