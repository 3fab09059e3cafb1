"""Who works with whom: the two-mode network, its projections, what makes their edges, and what ties laureates."""

import math
from collections import Counter
from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

BLOCK = 1 << 15  # pairs handled at a time: temporaries stay within the processor's cache
MOST_PAIRS = 1 << 27  # 1 GiB of packed pairs
EXACT = 1 << 53  # integers up to here are exact as floats


class Edges(NamedTuple):
    """Edges of a projection as parallel arrays, sorted by source, then target."""

    source: np.ndarray
    target: np.ndarray
    count: np.ndarray
    jaccard: np.ndarray
    association_strength: np.ndarray
    newman: np.ndarray


def project_arrays(indptr, indices, columns):
    """Project a two-mode table on its columns."""
    indptr = np.asarray(indptr, dtype=np.int64)
    indices = np.asarray(indices, dtype=np.int32)
    _check(indptr, indices, columns)
    sizes = np.diff(indptr)
    kinds, kind_of_row = np.unique(sizes[sizes > 1], return_inverse=True)
    low = max(len(kinds) - 1, 0).bit_length()
    high = max(columns - 1, 1).bit_length()
    if 2 * high + low > 63:
        raise ValueError(f"{columns} columns with {len(kinds)} row sizes: a pair does not fit in 64 bits")

    keys = _packed_pairs(indptr, indices, kind_of_row, high, low)
    keys.sort()
    return _count_runs(keys, high, low, kinds, np.bincount(indices, minlength=columns).astype(float))


def pair_rows(indptr, indices):
    """List every pair with the row that makes it.

    >>> [column.tolist() for column in pair_rows([0, 2, 5], [0, 1, 0, 1, 2])]
    [[0, 0, 0, 1], [1, 1, 2, 2], [0, 1, 1, 1]]
    """
    indptr, indices = np.asarray(indptr, dtype=np.int64), np.asarray(indices, dtype=np.int64)
    _check(indptr, indices, int(indices.max(initial=-1)) + 1)
    first, second = _positions(indptr, slice(0, len(indptr) - 1))
    row = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))[first]
    source, target = indices[first], indices[second]
    order = np.lexsort((row, target, source))
    return source[order], target[order], row[order]


def _check(indptr, indices, columns):
    sizes = np.diff(indptr)
    pairs = int((sizes * (sizes - 1) // 2).sum())
    if pairs > MOST_PAIRS:
        raise ValueError(
            f"{pairs:,} pairs are too many to hold (at most {MOST_PAIRS:,}): "
            "keep the two-mode table, or project its other side"
        )
    ascending = indices[1:] > indices[:-1]
    inner = indptr[1:-1]
    ascending[inner[(inner > 0) & (inner < len(indices))] - 1] = True
    if not ascending.all() or (len(indices) and not 0 <= indices.min() <= indices.max() < columns):
        raise ValueError("each row must hold ascending column numbers, each once, below the number of columns")


def _slices(length, size=BLOCK):
    return (slice(start, min(start + size, length)) for start in range(0, length, size))


def _positions(indptr, rows):
    """Return the positions of the first and second member of every pair of these rows."""
    start, end = indptr[rows.start], indptr[rows.stop]
    ends = np.repeat(indptr[rows.start + 1 : rows.stop + 1], np.diff(indptr[rows.start : rows.stop + 1]))
    position = np.arange(start, end)
    partners = ends - position - 1
    first = np.repeat(position, partners)
    before = np.cumsum(partners) - partners
    second = np.arange(len(first)) + np.repeat(position + 1 - before, partners)
    return first, second


def _packed_pairs(indptr, indices, kind_of_row, high, low):
    sizes = np.diff(indptr)
    made = sizes * (sizes - 1) // 2
    kind = np.zeros(len(sizes), dtype=np.int64)
    kind[sizes > 1] = kind_of_row
    ends = np.cumsum(made)
    keys = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.int64)
    # Blocks of whole rows with about BLOCK pairs each: they bound the temporaries.
    stops = np.unique(np.r_[np.searchsorted(ends, np.arange(BLOCK, len(keys), BLOCK)), len(sizes)])
    start = 0
    for stop in stops.tolist():
        rows = slice(start, stop)
        first, second = _positions(indptr, rows)
        done = int(ends[start - 1]) if start else 0
        block = keys[done : done + len(first)]
        np.left_shift(indices[first].astype(np.int64), high, out=block)
        block |= indices[second]
        block <<= low
        block |= np.repeat(kind[rows], made[rows])
        start = stop
    return keys


def _count_runs(keys, high, low, kinds, rows_of):
    """Count the runs of equal pairs in sorted keys, block by block: only the result is large."""
    weights, scale = _weights(kinds, len(keys))
    blocks = []
    start = 0
    while start < len(keys):
        after = (int(keys[min(start + BLOCK, len(keys)) - 1]) >> low) + 1
        stop = int(np.searchsorted(keys, after << low))
        pairs = keys[start:stop] >> low
        blocks.append((start, stop, 1 + np.count_nonzero(pairs[1:] != pairs[:-1])))
        start = stop
    edges = sum(found for _, _, found in blocks)
    result = Edges(*(np.empty(edges, dtype=kind) for kind in (np.int32,) * 3 + (np.float64,) * 3))
    done = 0
    for start, stop, found in blocks:
        pairs = keys[start:stop] >> low
        bounds = np.empty(found + 1, dtype=np.int64)
        bounds[0], bounds[-1] = 0, len(pairs)
        bounds[1:-1] = np.flatnonzero(pairs[1:] != pairs[:-1]) + 1
        pairs = pairs[bounds[:-1]]
        source, target, count, jaccard, strength, newman = (column[done : done + found] for column in result)
        source[:] = pairs >> high
        target[:] = pairs & ((1 << high) - 1)
        count[:] = np.diff(bounds)
        rows_a, rows_b = rows_of.take(source), rows_of.take(target)
        np.divide(count, rows_a + rows_b - count, out=jaccard)
        np.divide(count, rows_a * rows_b, out=strength)
        weight = weights.take(keys[start:stop] & ((1 << low) - 1))
        if scale is None:
            newman[:] = np.add.reduceat(weight, bounds[:-1])
        else:
            running = np.zeros(len(weight) + 1, dtype=np.int64)
            np.cumsum(weight, out=running[1:])
            np.divide(np.diff(running[bounds]), scale, out=newman)
        done += found
    return result


def _weights(kinds, most):
    """Return a weight per row size and what to divide sums by: integers, or floats and None if inexact."""
    scale = math.lcm(*(int(size) - 1 for size in kinds))
    if scale * most < EXACT:
        return np.array([scale // (int(size) - 1) for size in kinds], dtype=np.int64), scale
    return 1 / (kinds - 1.0), None


if TYPE_CHECKING:
    from scipy.sparse import csr_array

NAMED = ("named", "institution")  # bodies that can be told apart
ALL = ("named", "institution", "generic")


class Incidence(NamedTuple):
    """A two-mode table: which laureate mobilises which actor (or type of actor)."""

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
    rows = mobilised(ds, kinds)
    degree = Counter(actor for _, actor, *_ in rows)
    texts = ("laureate_id", "actor_id", "node", "kind", "actor_type", "mention", "parent")
    counted = "int64" if rows else "object"  # without any row there is no number yet
    return frame([(*row, degree[row[1]]) for row in rows], **dict.fromkeys(texts, "str"), degree=counted)


def mobilised(ds, kinds=ALL):
    """List who mobilises whom as plain tuples: what `two_mode` tells, without the cost of a table.

    >>> [row[:2] for row in mobilised(example(), NAMED)]
    [('a', 'city'), ('a', 'lab'), ('b', 'city')]
    """
    unknown = sorted(set(kinds) - set(ALL))
    if unknown:
        raise ValueError(f"unknown kinds of actors: {', '.join(unknown)}; choose among {', '.join(ALL)}")
    columns = (ds.actors[name] for name in ("actor_id", "kind", "actor_type", "laureate_id"))
    coded = {actor: about for actor, *about in zip(*columns, strict=True) if about[0] in kinds}
    place = {laureate: i for i, laureate in enumerate(_in_order(ds))}
    ranked = [(place.get(row[0], len(place)), row[1], row) for row in _mentions(ds) if row[2] in coded]
    rows = {}
    for _, _, (laureate, _, actor, mention, parent) in sorted(ranked):
        kind, actor_type, same = coded[actor]
        rows.setdefault((laureate, actor), (laureate, actor, same or actor, kind, actor_type, mention, parent))
    return list(rows.values())


def frame(rows, **types):
    """Make a table of tuples, each column with its type; the types hold without any row too.

    >>> frame([], node="str", count="int64").dtypes.astype(str).tolist()
    ['str', 'int64']
    """
    cells = zip(*rows, strict=True) if rows else [()] * len(types)
    columns = zip(types.items(), cells, strict=True)
    return pd.DataFrame({name: pd.array(list(column), dtype=kind) for (name, kind), column in columns})


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
    mentioned = mobilised(ds, kinds)
    laureates = tuple(_in_order(ds))
    if grain == "actor":
        pairs = [(laureate, actor) for laureate, actor, *_ in mentioned]
    else:
        pairs = list(dict.fromkeys((laureate, type_) for laureate, _, _, _, type_, _, _ in mentioned if type_))
    actors = tuple(sorted({actor for _, actor in pairs}))
    row = {laureate: i for i, laureate in enumerate(laureates)}
    column = {actor: i for i, actor in enumerate(actors)}
    rows = np.array([row[laureate] for laureate, _ in pairs], dtype=np.int64)
    columns = np.array([column[actor] for _, actor in pairs], dtype=np.int64)
    ones = np.ones(len(pairs), dtype=np.int8)
    matrix = csr_array((ones, (rows, columns)), shape=(len(laureates), len(actors)))
    matrix.sort_indices()
    if grain == "actor_type":
        return Incidence(matrix, laureates, actors, ("",) * len(actors), ("",) * len(actors))
    coded = zip(*(ds.actors[name] for name in ("actor_id", "laureate_id", "kind")), strict=True)
    about = {actor: (same, kind) for actor, same, kind in coded}
    same, kind = (tuple(about[actor][i] for actor in actors) for i in (0, 1))
    return Incidence(matrix, laureates, actors, same, kind)


def nested_pairs(ds, kinds=ALL):
    """List the edges that are a category and its example, printed in a parenthesis.

    >>> nested_pairs(example()).values.tolist()
    [['city', 'firm', 'b', 'firm']]
    """
    keep = {actor for actor, kind in zip(ds.actors["actor_id"], ds.actors["kind"], strict=True) if kind in kinds}
    rows = {
        (*sorted((actor, parent)), laureate, parent)
        for laureate, _, actor, _, parent in _mentions(ds)
        if parent != actor and actor in keep and parent in keep
    }
    return frame(sorted(rows), source="str", target="str", laureate_id="str", parent="str")


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
    types = {laureate: [] for laureate in _in_order(ds)}
    for laureate, _, _, _, actor_type, _, _ in mobilised(ds, kinds):
        types.get(laureate, []).append(actor_type)
    coded = zip(ds.roles["laureate_id"], ds.roles["role"], strict=True)
    connecteurs = {laureate for laureate, role in coded if role == "connecteur"}
    rows = []
    for laureate, own in types.items():
        known = sorted(set(own) - {""})
        rows.append((laureate, laureate in connecteurs, len(own), len(known), "; ".join(known)))
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

    >>> two_mode_graph(example())
    <networkx.classes.graph.Graph object at ...>
    """
    import networkx as nx

    table = two_mode(ds, kinds)
    graph = nx.Graph()
    called = dict(zip(ds.laureates["laureate_id"], ds.laureates["name"], strict=True))
    for laureate in _in_order(ds):
        graph.add_node(laureate, side="laureate", name=called[laureate])
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
    """List the mentions: laureate, position, actor, text and the actor in whose parenthesis they stand, else ``""``."""
    names = ("laureate_id", "position", "actor_id", "mention", "parent_position")
    laureates, positions, actors, texts, within = (ds.mentions[name].tolist() for name in names)
    wanted = set(zip(laureates, within, strict=True))
    keys = zip(laureates, positions, strict=True)
    printed = {key: actor for key, actor in zip(keys, actors, strict=True) if key in wanted}
    parents = [printed.get(key, "") for key in zip(laureates, within, strict=True)]
    return list(zip(laureates, positions, actors, texts, parents, strict=True))


def _in_order(ds):
    """List the laureates in the order of the documents' rows."""
    columns = [c for c in ("source_id", "source_row", "laureate_id") if c in ds.laureates]
    return [row[-1] for row in sorted(zip(*(ds.laureates[c] for c in columns), strict=True))]


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
