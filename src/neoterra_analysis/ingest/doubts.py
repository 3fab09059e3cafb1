"""What an ingest is not certain of: one doubt a line, for a person to settle."""

import re
from typing import NamedTuple

from ..cells import ANCHOR_WORDS

COLUMNS = (
    "review_id",
    "kind",
    "question",
    "table",
    "key",
    "column",
    "value",
    "place",
    "passage",
    "proposals",
    "confidence",
    "decision",
)
HIGH, MEDIUM, LOW = "high", "medium", "low"


class Doubt(NamedTuple):
    """One doubt.

    Attributes
    ----------
    kind : str
        Code, as in ``words/ingest.toml``.
    place : documents.blocks.Place
        Where the passage stands.
    passage : str
        At most eight words, as printed.
    value : str
        What the draft holds, empty when it was left out.
    proposals : tuple of str
        What it could be.
    confidence : {"high", "medium", "low"}
        How sure the draft's value is; low when there is none.
    table, key, column : str
        The cell of the draft that it is about.
    """

    kind: str
    place: tuple
    passage: str
    value: str = ""
    proposals: tuple = ()
    confidence: str = LOW
    table: str = ""
    key: str = ""
    column: str = ""


def first_words(text, most=ANCHOR_WORDS):
    """Return the beginning of a text, at most so many words, as printed.

    Examples
    --------
    >>> first_words("L'école du bourg, ouverte à tous les habitants", 4)
    "L'école du bourg"
    """
    flat = text.replace("\n", " ").strip()
    ends = [word.end() for word in re.finditer(r"[^\W_]+", flat)]
    return flat if len(ends) <= most else flat[: ends[most - 1]]
