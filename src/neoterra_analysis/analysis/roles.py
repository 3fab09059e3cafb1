"""Role patterns: which roles the fiche gives to the laureates, alone and in combination.

Roles are counted as the fiche states them; a laureate may have several, so that shares do not add up to 1. Exact
combinations, on the contrary, put each laureate in exactly one.
"""

from itertools import combinations as subsets
from itertools import product

import pandas as pd

from ..dataset.loading import by_id
from ..words.codes import NOT_AN_ACTOR, PRINCIPAL, ROLES


def membership(dataset):
    """Tell which laureate has which role."""
    pairs = set(zip(dataset.roles["laureate_id"], dataset.roles["role"], strict=True))
    laureates = list(dataset.laureates["laureate_id"])
    cells = [[(laureate, role) in pairs for role in ROLES] for laureate in laureates]
    return pd.DataFrame(cells, index=pd.Index(laureates, name="laureate_id"), columns=list(ROLES), dtype=bool)


def _names(mask):
    """Join the ids of the laureates for which a boolean Series is true."""
    return "; ".join(mask.index[mask])


def counts(dataset):
    """Count the laureates of each role, and those for which the fiche calls it the main one.

    Returns
    -------
    DataFrame
        One row a role: ``role``, ``count``, ``principal``, ``of`` all laureates, ``laureates``,
        ``principal_laureates``.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> counts(load())["of"].tolist()
    [11, 11, 11]
    """
    table = membership(dataset)
    main = dataset.roles[dataset.roles["salience"] == PRINCIPAL]
    rows = []
    for role in ROLES:
        chief = table.index.isin(main.loc[main["role"] == role, "laureate_id"])
        names = _names(table[role]), "; ".join(table.index[chief])
        rows.append((role, int(table[role].sum()), int(chief.sum()), len(table), *names))
    return pd.DataFrame(rows, columns=["role", "count", "principal", "of", "laureates", "principal_laureates"])


def combinations(dataset):
    """Count each exact combination of roles; each laureate is in exactly one.

    Returns
    -------
    DataFrame
        All eight combinations, also those that never occur and ``none``: ``combination`` (roles joined by ``+``),
        one boolean column a role, ``count``, ``of``, ``laureates``. Counts add up to ``of``.
    """
    table = membership(dataset)
    rows = []
    for flags in sorted(product([True, False], repeat=len(ROLES)), key=lambda f: (sum(f), [not x for x in f])):
        exact = (table == list(flags)).all(axis=1)
        name = "+".join(role for role, has in zip(ROLES, flags, strict=True) if has) or "none"
        rows.append((name, *flags, int(exact.sum()), len(table), _names(exact)))
    return pd.DataFrame(rows, columns=["combination", *ROLES, "count", "of", "laureates"])


def pairs(dataset):
    """Count the laureates that have both roles of each pair, whatever else they have.

    Returns
    -------
    DataFrame
        One row a pair of roles: ``role_a``, ``role_b``, ``count``, ``of``, ``laureates``.
    """
    table = membership(dataset)
    rows = []
    for a, b in subsets(ROLES, 2):
        both = table[a] & table[b]
        rows.append((a, b, int(both.sum()), len(table), _names(both)))
    return pd.DataFrame(rows, columns=["role_a", "role_b", "count", "of", "laureates"])


def by_enjeu(dataset):
    """Count the laureates of each role within each enjeu.

    Returns
    -------
    DataFrame
        All enjeux times all roles: ``enjeu_id``, ``role``, ``count``, ``of`` the laureates of the enjeu,
        ``laureates``.
    """
    table = membership(dataset)
    enjeu = table.index.map(by_id(dataset, "laureates", "enjeu_id"))
    rows = []
    for key in dataset.enjeux["enjeu_id"]:
        inside = enjeu == key
        for role in ROLES:
            mask = inside & table[role]
            rows.append((key, role, int(mask.sum()), int(inside.sum()), _names(mask)))
    return pd.DataFrame(rows, columns=["enjeu_id", "role", "count", "of", "laureates"])


def by_actor_type(dataset):
    """Count, among the laureates of each role, those that mobilise at least one actor of each type.

    Actors whose type is not identified, and what is not an actor, do not count.

    Returns
    -------
    DataFrame
        All actor types that are mobilised times all roles: ``actor_type``, ``role``, ``count``, ``of`` the
        laureates of the role, ``laureates``. Types in the order of their codes.
    """
    kind, type_of = by_id(dataset, "actors", "kind"), by_id(dataset, "actors", "actor_type")
    mobilised = {}
    for laureate, actor in zip(dataset.mentions["laureate_id"], dataset.mentions["actor_id"], strict=True):
        if kind[actor] != NOT_AN_ACTOR and type_of[actor]:
            mobilised.setdefault(type_of[actor], set()).add(laureate)
    having = set(zip(dataset.roles["role"], dataset.roles["laureate_id"], strict=True))
    members = {role: [x for x in dataset.laureates["laureate_id"] if (role, x) in having] for role in ROLES}
    rows = []
    for actor_type, role in product(sorted(mobilised), ROLES):
        reach = [laureate for laureate in members[role] if laureate in mobilised[actor_type]]
        rows.append((actor_type, role, len(reach), len(members[role]), "; ".join(reach)))
    return pd.DataFrame(rows, columns=["actor_type", "role", "count", "of", "laureates"])


def where(dataset):
    """Return each role with its place in the source.

    Returns
    -------
    DataFrame
        One row a coded role: ``laureate_id``, ``role``, ``salience``, ``anchor``, ``source_id``, ``source_row``.
    """
    place = dataset.laureates[["laureate_id", "source_id", "source_row"]]
    table = place.merge(dataset.roles, on="laureate_id", how="inner")
    rank = {role: i for i, role in enumerate(ROLES)}
    table = table.sort_values(["source_id", "source_row", "role"], key=lambda s: s.map(rank) if s.name == "role" else s)
    return table[["laureate_id", "role", "salience", "anchor", "source_id", "source_row"]].reset_index(drop=True)
