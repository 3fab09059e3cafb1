"""The two-mode network: which laureate mobilises which actor, as a table, a sparse matrix and a graph.

A laureate that another laureate mobilises is one node, not two.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from scipy.sparse import csr_array

NAMED = ("named", "institution")  # bodies that can be told apart
ALL = ("named", "institution", "generic")


class Incidence(NamedTuple):
    """A two-mode table: which laureate mobilises which actor (or type of actor).

    Attributes
    ----------
    matrix : scipy.sparse.csr_array of int8, shape (laureates, actors)
        1 where the laureate's row mentions the actor, once or more.
    laureates : tuple of str
        All laureates, in the order of the source's rows.
    actors : tuple of str
        Ids of the actors (or codes of their types) that are mentioned, sorted.
    laureate_of : tuple of str
        For each actor, the laureate that it is, else ``""``.
    kind_of : tuple of str
        For each actor, its kind; ``""`` at the grain of types.
    """

    matrix: "csr_array"
    laureates: tuple[str, ...]
    actors: tuple[str, ...]
    laureate_of: tuple[str, ...]
    kind_of: tuple[str, ...]


def two_mode(ds, kinds=ALL):
    """List who mobilises whom, once for each laureate and actor.

    Parameters
    ----------
    ds : Dataset
        With ``laureates``, ``actors`` and ``mentions``.
    kinds : sequence of {"named", "institution", "generic"}
        Kinds of actors to keep. What is not an actor never counts.

    Returns
    -------
    DataFrame
        ``laureate_id, actor_id, node, kind, actor_type, mention, parent, degree``, in the order of the
        source. ``node`` is the laureate's id where the actor is itself a laureate, else the actor's;
        ``parent`` the actor in whose parenthesis this one is printed, else ``""``; ``degree`` the number of
        laureates that mobilise the actor.

    Raises
    ------
    ValueError
        If a kind is unknown.

    Examples
    --------
    >>> two_mode(example()).query("degree > 1")[["laureate_id", "actor_id"]].values.tolist()
    [['a', 'city'], ['b', 'city']]
    """
    unknown = sorted(set(kinds) - set(ALL))
    if unknown:
        raise ValueError(f"unknown kinds of actors: {', '.join(unknown)}; choose among {', '.join(ALL)}")
    order = _in_order(ds)["laureate_id"]
    actors = ds.actors.set_index("actor_id")
    table = _mentions(ds).drop_duplicates(["laureate_id", "actor_id"])
    table = table.assign(
        kind=table["actor_id"].map(actors["kind"]),
        actor_type=table["actor_id"].map(actors["actor_type"]),
        node=table["actor_id"].map(actors["laureate_id"]),
        row=table["laureate_id"].map(pd.Series(range(len(order)), index=order.to_numpy())),
    )
    table = table[table["kind"].isin(kinds)].sort_values(["row", "position"], ignore_index=True)
    table["node"] = table["node"].where(table["node"] != "", table["actor_id"])
    table["degree"] = table["actor_id"].map(table["actor_id"].value_counts())
    return table[["laureate_id", "actor_id", "node", "kind", "actor_type", "mention", "parent", "degree"]]


def incidence(ds, grain="actor", kinds=ALL):
    """Build the sparse laureate-actor table.

    Parameters
    ----------
    ds : Dataset
        With ``laureates``, ``actors`` and ``mentions``.
    grain : {"actor", "actor_type"}
        What a column is. At the grain of types, an actor of unidentified type is left out.
    kinds : sequence of {"named", "institution", "generic"}
        Kinds of actors to keep.

    Returns
    -------
    Incidence

    Raises
    ------
    ValueError
        If the grain or a kind is unknown.

    Examples
    --------
    >>> inc = incidence(example())
    >>> inc.matrix.toarray().tolist(), inc.actors
    ([[1, 0, 1], [1, 1, 0], [0, 0, 0]], ('city', 'firm', 'lab'))
    """
    from scipy.sparse import csr_array

    if grain not in ("actor", "actor_type"):
        raise ValueError(f"unknown grain {grain!r}: choose actor or actor_type")
    table = two_mode(ds, kinds)
    column = "actor_id" if grain == "actor" else "actor_type"
    pairs = table.loc[table[column] != "", ["laureate_id", column]].drop_duplicates()
    laureates = tuple(_in_order(ds)["laureate_id"])
    actors = tuple(sorted(pairs[column].unique()))
    rows = pd.Index(laureates).get_indexer(pairs["laureate_id"])
    columns = pd.Index(actors, dtype=object).get_indexer(pairs[column])
    ones = np.ones(len(pairs), dtype=np.int8)
    matrix = csr_array((ones, (rows, columns)), shape=(len(laureates), len(actors)))
    matrix.sort_indices()
    coded = ds.actors.set_index("actor_id")
    of = {
        name: tuple(coded.loc[list(actors), name]) if grain == "actor" else ("",) * len(actors)
        for name in ("laureate_id", "kind")
    }
    return Incidence(matrix, laureates, actors, of["laureate_id"], of["kind"])


def nested_pairs(ds, kinds=ALL):
    """List the edges that are a category and its example, printed in a parenthesis.

    Parameters
    ----------
    ds : Dataset
        With ``laureates``, ``actors`` and ``mentions``.
    kinds : sequence of {"named", "institution", "generic"}
        Kinds of actors to keep.

    Returns
    -------
    DataFrame
        ``source, target, laureate_id, parent`` with ``source < target``, sorted: the edges of the projection
        on actors of which one end (``parent``) is the category and the other its example.

    Examples
    --------
    >>> nested_pairs(example()).values.tolist()
    [['city', 'firm', 'b', 'firm']]
    """
    pairs = _mentions(ds)[["laureate_id", "actor_id", "parent"]].drop_duplicates()
    keep = set(ds.actors.loc[ds.actors["kind"].isin(kinds), "actor_id"])
    pairs = pairs[pairs["actor_id"].isin(keep) & pairs["parent"].isin(keep) & (pairs["actor_id"] != pairs["parent"])]
    ends = np.sort(pairs[["actor_id", "parent"]].to_numpy(dtype=object), axis=1).reshape(-1, 2)
    table = pairs.assign(source=ends[:, 0], target=ends[:, 1])[["source", "target", "laureate_id", "parent"]]
    return table.astype("str").sort_values(list(table), ignore_index=True)


def type_mix(ds, kinds=ALL):
    """Count the types of actors that each laureate mobilises, beside whether it is coded connecteur.

    Parameters
    ----------
    ds : Dataset
        With ``laureates``, ``actors``, ``mentions`` and ``roles``.
    kinds : sequence of {"named", "institution", "generic"}
        Kinds of actors to keep.

    Returns
    -------
    DataFrame
        ``laureate_id, connecteur (bool), actors, types, type_list``, in the order of the source: the number
        of actors, of distinct identified types, and these joined by ``"; "``.

    Examples
    --------
    >>> type_mix(example())[["laureate_id", "connecteur", "types"]].values.tolist()
    [['a', True, 2], ['b', False, 2], ['c', False, 0]]
    """
    table = two_mode(ds, kinds)
    laureates = _in_order(ds)["laureate_id"].tolist()
    connecteurs = set(ds.roles.loc[ds.roles["role"] == "connecteur", "laureate_id"])
    rows = []
    for laureate in laureates:
        own = table[table["laureate_id"] == laureate]
        types = sorted(set(own["actor_type"]) - {""})
        rows.append((laureate, laureate in connecteurs, len(own), len(types), "; ".join(types)))
    return pd.DataFrame(rows, columns=["laureate_id", "connecteur", "actors", "types", "type_list"])


def type_mix_summary(mix):
    """Describe `type_mix` for the laureates coded connecteur and the others: a description, not a test.

    Parameters
    ----------
    mix : DataFrame
        As made by `type_mix`.

    Returns
    -------
    DataFrame
        ``connecteur, laureates, types_median, types_min, types_max, actors_median``; a group without
        laureates is left out. The median number of actors stands there because a longer list can hold more
        types.

    Examples
    --------
    >>> type_mix_summary(type_mix(example())).values.tolist()
    [[True, 1, 2.0, 2, 2, 2.0], [False, 2, 1.0, 0, 2, 1.0]]
    """
    table = mix.groupby("connecteur").agg(
        laureates=("laureate_id", "size"),
        types_median=("types", "median"),
        types_min=("types", "min"),
        types_max=("types", "max"),
        actors_median=("actors", "median"),
    )
    return table.sort_index(ascending=False).reset_index()


def two_mode_graph(ds, kinds=ALL):
    """Make the two-mode networkx graph, for measures and drawing.

    Parameters
    ----------
    ds : Dataset
        With ``laureates``, ``actors`` and ``mentions``.
    kinds : sequence of {"named", "institution", "generic"}
        Kinds of actors to keep.

    Returns
    -------
    networkx.Graph
        Nodes: all laureates (``side="laureate"``), in the order of the source, then the actors mentioned
        (``side="actor"``), each with ``name``; an actor has ``kind`` and ``actor_type`` too. A laureate that
        another one mobilises is one node, of side laureate. An edge has ``laureate`` (the one whose row
        mentions the other end) and ``nested``.

    Examples
    --------
    >>> two_mode_graph(example())
    <networkx.classes.graph.Graph object at ...>
    """
    import networkx as nx

    table = two_mode(ds, kinds)
    graph = nx.Graph()
    for row in _in_order(ds).itertuples():
        graph.add_node(row.laureate_id, side="laureate", name=row.name)
    names = ds.actors.set_index("actor_id")["name"]
    for row in table.sort_values("actor_id", kind="stable").itertuples():
        if row.node not in graph:
            graph.add_node(row.node, side="actor", name=names[row.actor_id])
        graph.nodes[row.node].update(kind=row.kind, actor_type=row.actor_type)
    for row in table.itertuples():
        graph.add_edge(row.laureate_id, row.node, laureate=row.laureate_id, nested=bool(row.parent))
    return graph


def example():
    """Return three laureates and three actors, small enough to check by hand; the docstrings use them.

    Row a holds city and lab; row b firm and, in its parenthesis, city; row c nothing. Laureate a is a
    connecteur.

    Examples
    --------
    >>> example().laureates["laureate_id"].tolist()
    ['a', 'b', 'c']
    """
    from types import SimpleNamespace

    laureates = pd.DataFrame({"laureate_id": list("abc"), "name": list("ABC"), "source_row": [1, 2, 3]})
    actors = pd.DataFrame(
        [
            ("city", "institution", "local_authority"),
            ("firm", "generic", "company"),
            ("lab", "named", "research"),
        ],
        columns=["actor_id", "kind", "actor_type"],
    ).assign(name=["City", "Firms", "Lab"], laureate_id="")
    mentions = pd.DataFrame(
        [("a", 1, "city", pd.NA), ("a", 2, "lab", pd.NA), ("b", 1, "firm", pd.NA), ("b", 2, "city", 1)],
        columns=["laureate_id", "position", "actor_id", "parent_position"],
    ).astype({"parent_position": "Int64"})
    mentions.insert(2, "mention", mentions["actor_id"])
    roles = pd.DataFrame({"laureate_id": ["a"], "role": ["connecteur"]})
    relations = pd.DataFrame(columns=["from_id", "to_id", "kind"], dtype="str")
    return SimpleNamespace(laureates=laureates, actors=actors, mentions=mentions, roles=roles, relations=relations)


def _mentions(ds):
    """Return the mentions with ``parent``, the actor in whose parenthesis they stand, else ``""``."""
    mentions = ds.mentions[["laureate_id", "position", "mention", "actor_id", "parent_position"]]
    holders = mentions[["laureate_id", "position", "actor_id"]]
    holders = holders.rename(columns={"position": "parent_position", "actor_id": "parent"})
    holders = holders.astype({"parent_position": "Int64"})
    table = mentions.astype({"parent_position": "Int64"}).merge(
        holders, how="left", on=["laureate_id", "parent_position"]
    )
    return table.fillna({"parent": ""}).sort_values(["laureate_id", "position"], ignore_index=True)


def _in_order(ds):
    """Return the laureates in the order of the documents' rows."""
    return ds.laureates.sort_values([c for c in ("source_id", "source_row") if c in ds.laureates])
