"""What the explorer counts for a choice of filters, from the package's own functions: the page must say the same."""

from dataclasses import replace

from .. import framework, twomode
from .. import roles as role_patterns
from ..ambitions import of_laureates

NO_ROLE = "none"
UNIDENTIFIED = "unidentified"  # in the page and its address, an actor type that is not known


def counts(dataset, enjeux=(), roles=(), types=(), ambitions=()):
    """Count what is shown: laureates that fit every group of filters, and what hangs on them.

    Within a group any value will do; an empty group asks for nothing. A laureate fits types when it mobilises an actor
    of one of them; the actors shown are then those of these types only.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    enjeux, roles, types, ambitions : iterable of str
        Codes that are asked for; ``"none"`` is the role of those without one, ``"unidentified"`` (or ``""``) the type
        of actors that are not identified.

    Returns
    -------
    dict
        ``laureates``, ``actors``, ``edges``: numbers; ``laureate_ids`` and ``actor_ids``: which, in the order of the
        source and of their ids; ``combinations``: number of laureates by exact combination of roles; ``cells``: by
        theme the numbers ``direct``, ``indirect`` and ``of`` the laureates shown of its ambition.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> found = counts(load(), roles=["connecteur"], types=["research"])
    >>> found["laureates"] <= found["edges"], sum(found["combinations"].values()) == found["laureates"]
    (True, True)
    """
    types = {"" if name == UNIDENTIFIED else name for name in types}
    links = [row[:2] for row in twomode.mobilised(dataset) if not types or row[4] in types]
    kept = _fitting(dataset, set(enjeux), set(roles), set(ambitions))
    if types:
        kept &= {laureate for laureate, _ in links}
    part = _part(dataset, kept)
    links = [link for link in links if link[0] in kept]
    actors = sorted({actor for _, actor in links})
    combinations = role_patterns.combinations(part)
    cells = framework.themes(part).to_dict("records")
    return {
        "laureates": len(kept),
        "actors": len(actors),
        "edges": len(links),
        "laureate_ids": list(part.laureates["laureate_id"]),
        "actor_ids": actors,
        "combinations": {
            name: int(n) for name, n in zip(combinations["combination"], combinations["count"], strict=True)
        },
        "cells": {row["theme_id"]: {name: row[name] for name in ("direct", "indirect", "of")} for row in cells},
    }


def _fitting(dataset, enjeux, roles, ambitions):
    """Return the laureates that fit the filters on enjeux, roles and ambitions."""
    having = {}
    for laureate, role in zip(dataset.roles["laureate_id"], dataset.roles["role"], strict=True):
        having.setdefault(laureate, set()).add(role)
    home = of_laureates(dataset)
    rows = zip(dataset.laureates["laureate_id"], dataset.laureates["enjeu_id"], strict=True)
    return {
        laureate
        for laureate, enjeu in rows
        if (not enjeux or enjeu in enjeux)
        and (not roles or having.get(laureate, {NO_ROLE}) & roles)
        and (not ambitions or home[laureate] in ambitions)
    }


def _part(dataset, kept):
    """Return the records with only these laureates, their roles and their passages."""
    tables = {}
    for name in ("laureates", "roles", "evidence"):
        frame = getattr(dataset, name)
        tables[name] = frame[frame["laureate_id"].isin(list(kept))].reset_index(drop=True)
    return replace(dataset, **tables)
