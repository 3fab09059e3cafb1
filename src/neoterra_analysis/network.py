"""Who works with whom: projections of the two-mode network, what makes their edges, and what ties laureates.

A projection turns each row of k actors into k(k-1)/2 edges, so a long row weighs by the square of its length:
`row_shares` and `edge_sources` say which rows the edges come from, and the raw count stands beside any index.
Nothing here ranks actors by betweenness or looks for communities: eleven chosen examples do not carry that.
"""

from itertools import chain, pairwise

import numpy as np
import pandas as pd

from .ambitions import scoped
from .projection import pair_rows, project_arrays
from .twomode import (
    ALL,
    NAMED,
    Incidence,
    example,
    frame,
    incidence,
    mobilised,
    nested_pairs,
    two_mode,
    two_mode_graph,
    type_mix,
    type_mix_summary,
)

__all__ = [
    "ALL",
    "INDICES",
    "NAMED",
    "Incidence",
    "co_occurrence",
    "component_sizes",
    "components",
    "direct_ties",
    "edge_sources",
    "example",
    "graph",
    "incidence",
    "index_levels",
    "nested_pairs",
    "project",
    "row_shares",
    "summary",
    "ties",
    "traced_edges",
    "two_mode",
    "two_mode_graph",
    "type_mix",
    "type_mix_summary",
]

INDICES = ("count", "jaccard", "association_strength", "newman")
SIDES = ("actors", "laureates")


def project(incidence, side="actors"):
    """Project the two-mode table on one side: two nodes are linked when they share a node of the other side.

    Parameters
    ----------
    incidence : Incidence
        The two-mode table.
    side : {"actors", "laureates"}
        The side that stays.

    Returns
    -------
    DataFrame
        ``source, target, count, jaccard, association_strength, newman``, with ``source < target``, sorted.
        ``count`` is the number of shared nodes of the other side; `projection.project_arrays` gives the
        formulas.

    Raises
    ------
    ValueError
        If the side is unknown or the projection too large.

    Examples
    --------
    >>> project(incidence(example()))[["source", "target", "count", "newman"]].values.tolist()
    [['city', 'firm', 1, 1.0], ['city', 'lab', 1, 1.0]]
    """
    matrix, nodes = _side(incidence, side)
    edges = project_arrays(matrix.indptr, matrix.indices, len(nodes))
    names = pd.array(nodes, dtype="str")
    ends = {"source": names.take(edges.source), "target": names.take(edges.target)}
    values = {"count": edges.count.astype(np.int64), **{name: getattr(edges, name) for name in INDICES[1:]}}
    return pd.DataFrame({**ends, **values})


def edge_sources(incidence, side="actors"):
    """List what makes each edge of a projection.

    Parameters
    ----------
    incidence : Incidence
        The two-mode table.
    side : {"actors", "laureates"}
        The side that stays in the projection.

    Returns
    -------
    DataFrame
        Between actors: ``source, target, count, laureates``, the shared laureates joined by ``"; "`` in the
        order of the source. Between laureates: ``source, target, count, named, actors``, the shared actors
        joined by ``"; "``, by id; ``named`` counts those that are no category.

    Examples
    --------
    >>> edge_sources(incidence(example()), "laureates").values.tolist()
    [['a', 'b', 1, 1, 'city']]
    """
    matrix, nodes = _side(incidence, side)
    source, target, row = pair_rows(matrix.indptr, matrix.indices)
    bounds = _runs(source, target)
    others = incidence.laureates if side == "actors" else incidence.actors
    named, via, rows = [kind in NAMED for kind in incidence.kind_of], row.tolist(), []
    for start, stop in pairwise(bounds.tolist()):
        shared = via[start:stop]
        count = (stop - start,) if side == "actors" else (stop - start, sum(named[i] for i in shared))
        rows.append((nodes[source[start]], nodes[target[start]], *count, "; ".join(others[i] for i in shared)))
    rest = {"laureates": "str"} if side == "actors" else {"named": "int64", "actors": "str"}
    return frame(rows, source="str", target="str", count="int64", **rest)


def traced_edges(incidence, side="actors"):
    """Project on one side, with what makes each edge: `project` and `edge_sources` in one table.

    Parameters
    ----------
    incidence : Incidence
        The two-mode table.
    side : {"actors", "laureates"}
        The side that stays.

    Returns
    -------
    DataFrame
        The columns of `project`, then those of `edge_sources` that it lacks.

    Examples
    --------
    >>> traced_edges(incidence(example()))[["source", "target", "count", "laureates"]].values.tolist()
    [['city', 'firm', 1, 'b'], ['city', 'lab', 1, 'a']]
    """
    sources = edge_sources(incidence, side)
    return project(incidence, side).merge(sources, on=["source", "target", "count"], validate="one_to_one")


def row_shares(incidence):
    """Tell how much of the projection on actors comes from each row.

    Parameters
    ----------
    incidence : Incidence
        The two-mode table.

    Returns
    -------
    DataFrame
        One row per laureate, in the order of the source: ``laureate_id``; ``actors``, its number k of actors;
        ``pairs``, the k(k-1)/2 edges that its row draws; ``own_edges``, those that no other row draws;
        ``edges``, of the whole projection; ``share = pairs / edges`` and ``own_share = own_edges / edges``.
        The pairs add up to the sum of the counts of all edges, so the shares exceed 1 in all by the edges
        drawn twice.

    Examples
    --------
    >>> row_shares(incidence(example()))[["laureate_id", "pairs", "own_edges", "share"]].values.tolist()
    [['a', 1, 1, 0.5], ['b', 1, 1, 0.5], ['c', 0, 0, 0.0]]
    """
    matrix, _ = _side(incidence, "actors")
    sizes = np.diff(matrix.indptr).astype(np.int64)
    source, target, row = pair_rows(matrix.indptr, matrix.indices)
    bounds = _runs(source, target)
    own = row[bounds[:-1][np.diff(bounds) == 1]]
    edges = len(bounds) - 1
    pairs, own_edges = sizes * (sizes - 1) // 2, np.bincount(own, minlength=len(sizes))
    columns = {"actors": sizes, "pairs": pairs, "own_edges": own_edges, "edges": np.full(len(sizes), edges)}
    columns |= {"share": pairs / max(edges, 1), "own_share": own_edges / max(edges, 1)}
    return pd.DataFrame({"laureate_id": pd.array(incidence.laureates, dtype="str"), **columns})


def co_occurrence(incidence):
    """Write the projection on actors as a full matrix, for a small number of columns (types).

    Parameters
    ----------
    incidence : Incidence
        The two-mode table.

    Returns
    -------
    DataFrame
        ``source, target, count, of``, all ordered pairs: number of laureates that mobilise both; on the
        diagonal (``source == target``) the number that mobilise the one; ``of`` is the number of laureates.

    Examples
    --------
    >>> table = co_occurrence(incidence(example(), "actor_type"))
    >>> table.query("source == 'company'")[["target", "count", "of"]].values.tolist()
    [['company', 1, 3], ['local_authority', 1, 3], ['research', 0, 3]]
    """
    matrix = incidence.matrix.astype(np.int64)
    counts = (matrix.T @ matrix).toarray()
    size = len(incidence.actors)
    names = np.array(incidence.actors, dtype=object)
    table = pd.DataFrame({"source": np.repeat(names, size), "target": np.tile(names, size), "count": counts.ravel()})
    return table.assign(of=len(incidence.laureates)).astype({"source": "str", "target": "str", "count": "int64"})


def index_levels(edges):
    """Show what each index says of the edges: its values, highest first, ties kept together.

    Parameters
    ----------
    edges : DataFrame
        As made by `project`.

    Returns
    -------
    DataFrame
        ``index, rank, value, edges, repeated``: ``rank`` counts the edges with a higher value, plus 1;
        ``edges`` have this value; ``repeated`` of them have a count of at least 2. Values that differ by less
        than 1e-9 are equal.

    Examples
    --------
    >>> index_levels(project(incidence(example()))).query("index == 'jaccard'").values.tolist()
    [['jaccard', 1, 0.5, 2, 0]]
    """
    tables = []
    for index in INDICES:
        value = edges[index].astype(float).round(9)
        table = pd.DataFrame({"value": value, "repeated": edges["count"] >= 2})
        table = table.groupby("value")["repeated"].agg(edges="size", repeated="sum").sort_index(ascending=False)
        rank = table["edges"].cumsum() - table["edges"] + 1
        tables.append(table.assign(index=index, rank=rank).reset_index())
    columns = ["index", "rank", "value", "edges", "repeated"]
    return pd.concat(tables, ignore_index=True)[columns].astype({"index": "str", "repeated": "int64"})


def components(incidence):
    """Find the parts of the two-mode network that no chain of mentions links.

    A laureate that another one mobilises is one node. A laureate without any actor is a component by itself.

    Parameters
    ----------
    incidence : Incidence
        The two-mode table.

    Returns
    -------
    DataFrame
        ``component, node, side {laureate, actor}``: components numbered from 1 in the order of their first
        laureate, laureates first within each, in the order of the source.

    Examples
    --------
    >>> components(incidence(example())).groupby("component")["node"].agg(list).tolist()
    [['a', 'b', 'city', 'firm', 'lab'], ['c']]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    laureates, actors = incidence.laureates, incidence.actors
    others = tuple(a for a, same in zip(actors, incidence.laureate_of, strict=True) if not same)
    place = {node: i for i, node in enumerate(laureates + others)}
    at = np.array([place[same or a] for a, same in zip(actors, incidence.laureate_of, strict=True)], dtype=np.int64)
    held = incidence.matrix.tocoo()
    shape = (len(place), len(place))
    adjacency = coo_array((np.ones(held.nnz), (held.row, at[held.col] if held.nnz else held.col)), shape=shape)
    _, label = connected_components(adjacency, directed=False)
    number = {}
    for found in label[: len(laureates)].tolist():
        number.setdefault(found, len(number) + 1)
    sides = ["laureate"] * len(laureates) + ["actor"] * len(others)
    rows = zip((number[found] for found in label.tolist()), place, sides, strict=True)
    return frame(sorted(rows, key=lambda row: row[0]), component="int64", node="str", side="str")


def component_sizes(components):
    """Sum up `components`, one row each: ``component``, number of ``laureates`` and ``actors``, ``members``.

    Examples
    --------
    >>> component_sizes(components(incidence(example()))).values.tolist()
    [[1, 2, 3, 'a; b'], [2, 1, 0, 'c']]
    """
    is_laureate = components["side"] == "laureate"
    counted = components.assign(laureates=is_laureate, actors=~is_laureate)
    table = counted.groupby("component")[["laureates", "actors"]].sum().reset_index()
    members = components[is_laureate].groupby("component")["node"].agg("; ".join)
    return table.assign(members=table["component"].map(members)).astype({"laureates": "int64", "actors": "int64"})


def ties(incidence, least=2):
    """List the actors that tie laureates together: those that several laureates mobilise.

    Parameters
    ----------
    incidence : Incidence
        The two-mode table.
    least : int
        Least number of laureates.

    Returns
    -------
    DataFrame
        ``actor_id, kind, count, laureates`` (joined by ``"; "`` in the order of the source), the most shared
        first, equal counts by id.

    Examples
    --------
    >>> ties(incidence(example())).values.tolist()
    [['city', 'institution', 2, 'a; b']]
    """
    columns = incidence.matrix.tocsc()
    held = np.split(columns.indices, columns.indptr[1:-1]) if len(incidence.actors) else []
    names = np.array(incidence.laureates, dtype=object)
    rows = [
        (actor, kind, len(rows), "; ".join(names[np.sort(rows)]))
        for actor, kind, rows in zip(incidence.actors, incidence.kind_of, held, strict=True)
        if len(rows) >= least
    ]
    table = pd.DataFrame(rows, columns=["actor_id", "kind", "count", "laureates"])
    table = table.astype({"actor_id": "str", "kind": "str", "count": "int64", "laureates": "str"})
    return table.sort_values(["count", "actor_id"], ascending=[False, True], ignore_index=True)


@scoped
def direct_ties(ds):
    """List the ties between two laureates without a third: one mobilises, carries or stems from the other.

    Parameters
    ----------
    ds : Dataset
        With ``laureates``, ``actors``, ``mentions`` and ``relations``.

    Returns
    -------
    DataFrame
        ``source, target, kind {mobilises, carries, origin}``, sorted: source is the one whose row says so.

    Examples
    --------
    >>> direct_ties(example()).values.tolist()
    []
    """
    same = dict(zip(ds.actors["actor_id"], ds.actors["laureate_id"], strict=True))
    laureates = set(ds.laureates["laureate_id"])
    pairs = ((laureate, node) for laureate, _, node, *_ in mobilised(ds) if node in laureates)
    rows = {(laureate, node, "mobilises") for laureate, node in pairs if laureate != node}
    for start, end, kind in zip(ds.relations["from_id"], ds.relations["to_id"], ds.relations["kind"], strict=True):
        ends = tuple(i if i in laureates else same.get(i, "") for i in (start, end))
        if all(ends) and ends[0] != ends[1]:
            rows.add((*ends, kind))
    return pd.DataFrame(sorted(rows), columns=["source", "target", "kind"], dtype="str")


@scoped
def summary(ds):
    """Compare the projection on actors at both grains, with named actors only and with categories too.

    Parameters
    ----------
    ds : Dataset
        With ``laureates``, ``actors`` and ``mentions``.

    Returns
    -------
    DataFrame
        Four rows: ``grain {actor, actor_type}``, ``kinds {named, all}``, ``nodes``, ``edges``, ``repeated``
        (edges of a count of 2 or more), ``components`` of the two-mode network (at the grain of actors, else
        missing), ``top`` the laureate whose row draws the most pairs and ``top_share``, its pairs over edges.

    Examples
    --------
    >>> summary(example())[["grain", "kinds", "nodes", "edges"]].values.tolist()[:2]
    [['actor', 'named', 2, 1], ['actor', 'all', 3, 2]]
    """
    rows = []
    for grain in ("actor", "actor_type"):
        for name, kinds in (("named", NAMED), ("all", ALL)):
            table = incidence(ds, grain, kinds)
            edges, shares = project(table), row_shares(table)
            top = shares.loc[shares["pairs"].idxmax()]
            parts = components(table)["component"].nunique() if grain == "actor" else pd.NA
            repeated = int((edges["count"] >= 2).sum())
            heaviest = (top["laureate_id"], float(top["share"]))
            rows.append((grain, name, len(table.actors), len(edges), repeated, parts, *heaviest))
    columns = ["grain", "kinds", "nodes", "edges", "repeated", "components", "top", "top_share"]
    return pd.DataFrame(rows, columns=columns).astype({"components": "Int64"})


def graph(edges, nodes=()):
    """Make a networkx graph of a projection, for measures and drawing.

    Parameters
    ----------
    edges : DataFrame
        As made by `project`.
    nodes : iterable of str, optional
        Nodes to keep even without an edge.

    Returns
    -------
    networkx.Graph
        With every index as an edge attribute, and ``weight`` equal to the count.

    Examples
    --------
    >>> graph(project(incidence(example()))).edges["city", "lab"]["weight"]
    1
    """
    import networkx as nx

    made = nx.Graph()
    made.add_nodes_from(sorted(set(chain(nodes, edges["source"], edges["target"]))))
    for row in edges.to_dict("records"):
        made.add_edge(row["source"], row["target"], weight=row["count"], **{name: row[name] for name in INDICES})
    return made


def _side(incidence, side):
    """Return the table with the wanted side as ascending columns, and these columns' ids, sorted."""
    if side not in SIDES:
        raise ValueError(f"unknown side {side!r}: choose {' or '.join(SIDES)}")
    from scipy.sparse import csr_array

    matrix = incidence.matrix if side == "actors" else incidence.matrix.T.tocsr()
    names = incidence.actors if side == "actors" else incidence.laureates
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), dtype=matrix.indices.dtype)
    rank[order] = np.arange(len(names))
    matrix = csr_array((matrix.data, rank[matrix.indices], matrix.indptr), shape=matrix.shape, copy=True)
    matrix.sum_duplicates()
    return matrix, [names[i] for i in order]


def _runs(source, target):
    """Return where each run of equal pairs starts in sorted pairs, then their number."""
    new = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
    return np.r_[0, np.flatnonzero(new) + 1, len(source)] if len(source) else np.zeros(1, dtype=int)
