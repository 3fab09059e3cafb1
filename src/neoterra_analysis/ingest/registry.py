"""Known actors: an exact printed form is that actor; what is only like one is a proposal, never a decision."""

import re
from typing import NamedTuple

from rapidfuzz import fuzz, process

from ..contract import fold
from ..reading import plain
from .french import ARTICLES, level

CLOSE = 82  # of 100: likeness from which a known actor is proposed
MOST = 3


class Registry(NamedTuple):
    """Known actors by id, and the id that each printed form names: exactly, and without article, accents and case."""

    actors: dict
    forms: dict
    loose: dict


def registry(actors):
    """Make a registry of the rows of ``actors.csv``.

    Parameters
    ----------
    actors : iterable of dict
        Rows, ``{column: text}``.

    Returns
    -------
    Registry

    Examples
    --------
    >>> known = registry([{"actor_id": "inrae", "name": "Institut (INRAE)", "aliases": "INRAE"}])
    >>> find(known, "l’INRAE"), find(known, "INREA")
    (('inrae', False), None)
    """
    known, forms, loose = {}, {}, {}
    for row in actors:
        known[row["actor_id"]] = row
        for form in (row["name"], *row["aliases"].split("|")):
            if form:
                forms.setdefault(fold(form), row["actor_id"])
                loose.setdefault(bare(form), row["actor_id"])
    return Registry(known, forms, loose)


def bare(form):
    """Return a form without its article, accents, case and punctuation.

    Examples
    --------
    >>> bare("L’École d’Art") == bare("ecole d'art")
    True
    """
    without = ARTICLES.sub("", level(form), count=1) if ARTICLES.match(level(form)) else level(form)
    return re.sub(r"\W+", " ", plain(without)).strip()


def find(known, mention):
    """Return the actor that a mention names.

    Parameters
    ----------
    known : Registry
    mention : str
        As printed.

    Returns
    -------
    tuple of (str, bool) or None
        Its id, and whether the mention is one of its printed forms, apostrophes and case aside; None for no actor.
    """
    exact = known.forms.get(fold(mention))
    if exact:
        return exact, True
    near = known.loose.get(bare(mention))
    return (near, False) if near else None


def proposals(known, mention):
    """Return the known actors that a mention is like, best first, each with its likeness in percent.

    Parameters
    ----------
    known : Registry
    mention : str

    Returns
    -------
    list of (str, int)

    References
    ----------
    Weighted ratio of rapidfuzz, over the forms without articles, accents and case.

    Examples
    --------
    >>> known = registry([{"actor_id": "caf-23", "name": "Caisse familiale de la Creuse", "aliases": ""}])
    >>> proposals(known, "Caisse familiale Creuse")[0][0]
    'caf-23'
    """
    wanted = bare(mention)
    if len(wanted) < 4:
        return []
    hits = process.extract(wanted, list(known.loose), scorer=fuzz.WRatio, score_cutoff=CLOSE, limit=3 * MOST)
    best = {}
    for form, score, _ in sorted(hits, key=lambda hit: (-hit[1], hit[0])):
        best.setdefault(known.loose[form], round(score))
    return list(best.items())[:MOST]


def slug(text):
    """Return the id of a name.

    Examples
    --------
    >>> slug("L'École d’Art & Métiers")
    'l-ecole-d-art-metiers'
    """
    return re.sub(r"[^a-z0-9]+", "-", plain(level(text).replace("œ", "oe").replace("Œ", "oe"))).strip("-")
