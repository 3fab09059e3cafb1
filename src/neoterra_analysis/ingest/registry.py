"""Known actors: an exact printed form is that actor; what is only like one is a proposal, never a decision."""

import re
from typing import NamedTuple

from rapidfuzz import fuzz

from ..contract import fold
from ..reading import plain
from .french import ARTICLES, level

CLOSE = 75  # of 100: likeness from which a known actor is proposed
MOST = 3
EMPTY = frozenset("a au aux d de des du en et l la le les pour sur".split())


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
        for form in printed(row):
            forms.setdefault(fold(form), row["actor_id"])
            loose.setdefault(bare(form), row["actor_id"])
    return Registry(known, forms, loose)


def printed(row):
    """Return the name of an actor, then its aliases.

    Examples
    --------
    >>> printed({"name": "Ville", "aliases": "La Ville|mairie"})
    ['Ville', 'La Ville', 'mairie']
    """
    return [row["name"], *filter(None, row["aliases"].split("|"))]


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
    The greater of rapidfuzz's ratios over sorted words and, a tenth off, over shared words; articles and the like
    do not count.

    Examples
    --------
    >>> known = registry([{"actor_id": "caf-23", "name": "Caisse familiale de la Creuse", "aliases": ""}])
    >>> proposals(known, "Caisse familiale Creuse"), proposals(known, "Cercle de la Creuse")
    ([('caf-23', 100)], [])
    """
    wanted = _content(mention)
    if len(wanted) < 4:
        return []
    best = {}
    for form, actor in known.loose.items():
        score = _likeness(wanted, _content(form))
        if score >= CLOSE:
            best[actor] = max(score, best.get(actor, 0))
    return sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]


def _content(form):
    """Return the words of a form that carry its meaning."""
    return " ".join(word for word in bare(form).split() if word not in EMPTY)


def _likeness(one, other):
    shared = set(one.split()) & set(other.split())
    subset = 0.9 * fuzz.token_set_ratio(one, other) if any(len(word) > 3 for word in shared) else 0
    return round(max(fuzz.token_sort_ratio(one, other), subset))


def slug(text):
    """Return the id of a name.

    Examples
    --------
    >>> slug("L'École d’Art & Métiers")
    'l-ecole-d-art-metiers'
    """
    return re.sub(r"[^a-z0-9]+", "-", plain(level(text).replace("œ", "oe").replace("Œ", "oe"))).strip("-")
