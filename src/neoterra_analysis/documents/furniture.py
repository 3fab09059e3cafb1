"""What a page carries besides its text: page numbers, and lines that stand again on each page."""

import re
from collections import Counter

NUMBER = re.compile(r"(?:page|p\.)?\s*[-–—]?\s*\d{1,3}\s*(?:(?:/|sur|of)\s*\d{1,3})?\s*[-–—]?", re.IGNORECASE)
HEADING = re.compile(r"[\W_]*(?:\*\*|<b>)?\s*(?:enjeu|ambition)\b", re.IGNORECASE)
LONGEST = 120


def is_page_number(line):
    """Tell whether a line is a page number and nothing else.

    Examples
    --------
    >>> [is_page_number(line) for line in ("7", "Page 4 / 9", "- 3 -", "440 projets")]
    [True, True, True, False]
    """
    # Spaces are folded first: a very long run of them would take the pattern for ever.
    return bool(len(line) <= 2000 and NUMBER.fullmatch(" ".join(line.split())))


def running(lines):
    """Return the lines that stand several times, whatever their numbers: running headers and footers.

    Parameters
    ----------
    lines : iterable of str
        Each a paragraph or a line outside tables.

    Returns
    -------
    set of str
        As `mould` makes them; headings of an enjeu are never among them.

    Examples
    --------
    >>> running(["Ma fiche, page 1", "Un texte", "Ma fiche, page 2", "Enjeu 1", "Enjeu 2"])
    {'ma fiche, page #'}
    """
    counted = Counter(mould(line) for line in lines if not HEADING.match(line))
    return {line for line, number in counted.items() if number > 1 and len(line) <= LONGEST and line.strip("# .")}


def mould(line):
    """Return a line with its numbers and letter case taken away.

    Examples
    --------
    >>> mould("  Page 12  / 30 ")
    'page # / #'
    """
    return re.sub(r"\d+", "#", " ".join(line.casefold().split()))
