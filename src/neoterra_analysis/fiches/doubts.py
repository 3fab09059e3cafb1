"""What an ingest is not certain of: one doubt a line, for a person to settle."""

import re
from typing import NamedTuple

from ..dataset.cells import ANCHOR_WORDS
from .documents.blocks import Place

HIGH, MEDIUM, LOW = "high", "medium", "low"
# What becomes of each word of a document.
CODED, NARRATIVE, ASKED, FURNITURE, LOST = FATES = "coded", "narrative", "asked", "furniture", "lost"


class Doubt(NamedTuple):
    """One doubt; who reads a single cell leaves open what only the draft knows: place, table and key."""

    kind: str
    passage: str = ""
    value: str = ""
    proposals: tuple = ()
    confidence: str = LOW
    table: str = ""
    key: str = ""
    column: str = ""
    place: Place = Place(0, 0)


class Fate(NamedTuple):
    """What became of a text of the document: a cell of the draft, part of the story, a doubt, or layout."""

    fate: str
    text: str
    place: Place


def first_words(text, most=ANCHOR_WORDS):
    """Return the beginning of a text, at most so many words, as printed.

    >>> first_words("L'école du bourg, ouverte à tous les habitants", 4)
    "L'école du bourg"
    """
    flat = text.replace("\n", " ").strip()
    ends = [word.end() for word in re.finditer(r"[^\W_]+", flat)]
    return flat if len(ends) <= most else flat[: ends[most - 1]]
