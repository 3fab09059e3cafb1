"""Who works with whom: the two-mode network, its projections, what makes their edges, and what ties laureates."""

import importlib
import math
import sys
from collections import Counter
from functools import cache
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..dataset.loading import by_id, names, of_laureates, rows_of
from ..words import labels
from ..words.codes import ACTOR_KINDS as ALL
from ..words.codes import CONNECTEUR, NAMED, PRINCIPAL

MOST_PAIRS = 1 << 27  # 1 GiB of packed pairs
EXACT = 1 << 53  # integers up to here are exact as floats
INDICES = ("count", "jaccard", "association_strength", "newman")
SIDES = ("actors", "laureates")
NETWORKS = ("two-mode", *SIDES)


class Incidence(NamedTuple):
    """A two-mode table: which laureate mobilises which actor (or type of actor)."""

    matrix: object  # a csr_array of scipy, which is slow to import
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
        ``laureate_id, actor_id, node, kind, actor_type, mention, parent, degree``, in the order of the source.
        ``node`` is the laureate's id where the actor is itself a laureate, else the actor's; ``parent`` the actor in
        whose parenthesis this one is printed, else ``""``; ``degree`` the number of laureates that mobilise the actor.
    """
    rows = mobilised(ds, kinds)
    degree = Counter(actor for _, actor, *_ in rows)
    texts = dict.fromkeys(("laureate_id", "actor_id", "node", "kind", "actor_type", "mention", "parent"), "str")
    return typed([(*row, degree[row[1]]) for row in rows], **texts, degree="int64")


def mobilised(ds, kinds=ALL):
    """List who mobilises whom as plain tuples: what `two_mode` tells, without the cost of a table.

    >>> [row[:2] for row in mobilised(example(), NAMED)]
    [('a', 'city'), ('a', 'lab'), ('b', 'city')]
    """
    if unknown := sorted(set(kinds) - set(ALL)):
        raise ValueError(f"unknown kinds of actors: {', '.join(unknown)}; choose among {', '.join(ALL)}")
    columns = (ds.actors[name] for name in ("actor_id", "kind", "actor_type", "laureate_id"))
    coded = {actor: about for actor, *about in zip(*columns, strict=True) if about[0] in kinds}
    place = {laureate: i for i, laureate in enumerate(_in_order(ds))}
    rows = {}
    for laureate, _, actor, mention, parent in sorted(_mentions(ds), key=lambda row: (place[row[0]], row[1])):
        if actor in coded:
            kind, actor_type, same = coded[actor]
            rows.setdefault((laureate, actor), (laureate, actor, same or actor, kind, actor_type, mention, parent))
    return list(rows.values())


def typed(rows, **types):
    """Make a table of tuples, each column with its type; the types hold without any row too.

    >>> typed([], node="str", count="int64").dtypes.astype(str).tolist()
    ['str', 'int64']
    """
    cells = zip(*rows, strict=True) if rows else [()] * len(types)
    columns = zip(types.items(), cells, strict=True)
    return pd.DataFrame({name: pd.array(list(column), dtype=kind) for (name, kind), column in columns})


def incidence(ds, grain="actor", kinds=ALL):
    """Build the sparse laureate-actor table.

    Parameters
    ----------
    ds, kinds
        As in `two_mode`.
    grain : {"actor", "actor_type"}
        What a column is. At the grain of types, an actor of unidentified type is left out.

    Examples
    --------
    >>> inc = incidence(example())
    >>> inc.matrix.toarray().tolist(), inc.actors
    ([[1, 0, 1], [1, 1, 0], [0, 0, 0]], ('city', 'firm', 'lab'))
    """
    from scipy.sparse import csr_array

    if grain not in ("actor", "actor_type"):
        raise ValueError(f"unknown grain {grain!r}: choose actor or actor_type")
    cell = 1 if grain == "actor" else 4  # of a row of `mobilised`
    pairs = list(dict.fromkeys((row[0], row[cell]) for row in mobilised(ds, kinds) if row[cell]))
    laureates = tuple(_in_order(ds))
    actors = tuple(sorted({actor for _, actor in pairs}))
    row = {laureate: i for i, laureate in enumerate(laureates)}
    column = {actor: i for i, actor in enumerate(actors)}
    cells = np.array([(row[laureate], column[actor]) for laureate, actor in pairs], dtype=np.int64).reshape(-1, 2)
    matrix = csr_array((np.ones(len(pairs), dtype=np.int8), tuple(cells.T)), shape=(len(laureates), len(actors)))
    matrix.sort_indices()
    same, kind = ({}, {}) if grain == "actor_type" else (by_id(ds, "actors", x) for x in ("laureate_id", "kind"))
    return Incidence(matrix, laureates, actors, *(tuple(of.get(a, "") for a in actors) for of in (same, kind)))


def nested_pairs(ds, kinds=ALL):
    """List the edges that are a category and its example, printed in a parenthesis.

    >>> nested_pairs(example()).values.tolist()
    [['city', 'firm', 'b', 'firm']]
    """
    kind = by_id(ds, "actors", "kind")
    rows = {
        (*sorted((actor, parent)), laureate, parent)
        for laureate, _, actor, _, parent in _mentions(ds)
        if parent != actor and kind[actor] in kinds and kind.get(parent) in kinds
    }
    return typed(sorted(rows), source="str", target="str", laureate_id="str", parent="str")


def type_mix(ds):
    """Count the types of actors that each laureate mobilises, beside whether it is coded connecteur.

    Returns
    -------
    DataFrame
        ``laureate_id, connecteur (bool), actors, types, type_list``, in the order of the source: the number of actors,
        of distinct identified types, and these joined by ``"; "``.
    """
    types = {laureate: [] for laureate in _in_order(ds)}
    for laureate, _, _, _, actor_type, _, _ in mobilised(ds):
        types[laureate].append(actor_type)
    connecteurs = set(ds.roles.loc[ds.roles["role"] == CONNECTEUR, "laureate_id"])
    rows = []
    for laureate, own in types.items():
        known = sorted(set(own) - {""})
        rows.append((laureate, laureate in connecteurs, len(own), len(known), "; ".join(known)))
    return pd.DataFrame(rows, columns=["laureate_id", CONNECTEUR, "actors", "types", "type_list"])


def type_mix_summary(mix):
    """Describe `type_mix` for the laureates coded connecteur and the others: a description, not a test.

    Returns
    -------
    DataFrame
        ``connecteur, laureates, types_median, types_min, types_max, actors_median``; a group without
        laureates is left out. The number of actors stands there because a longer list can hold more types.
    """
    asked = {"laureate_id": ["size"], "types": ["median", "min", "max"], "actors": ["median"]}
    table = mix.groupby(CONNECTEUR).agg(asked)
    table.columns = ["laureates", "types_median", "types_min", "types_max", "actors_median"]
    return table.sort_index(ascending=False).reset_index()


def graph(ds, network="two-mode", kinds=ALL, lang=None):
    """Make a networkx graph with everything that the records say of its nodes and edges, to go on from there.

    Parameters
    ----------
    ds : Dataset
        All records, or those of some ambitions.
    network : {"two-mode", "actors", "laureates"}
        Laureates and the actors that they mobilise, with the stated relations (from the one whose row says so, a
        ``MultiDiGraph``); actors that share laureates (a ``Graph``); laureates that share actors, or that one row ties
        to another (a ``MultiGraph``, whose direct ties have ``from_id`` and ``to_id``).
    kinds : sequence of {"named", "institution", "generic"}
        Kinds of actors to keep. What is not an actor never counts.
    lang : {"fr", "en"}, optional
        Language of labels; codes are those of the data.

    Returns
    -------
    networkx graph
        All nodes have the same attributes: texts, ``""`` where nothing is said, and two numbers, how many actors it
        ``mobilises`` and how many laureates it is ``mobilised_by``. Several values are joined by ``"; "``. Each edge
        has a ``relation`` and a ``weight``, the number of shared nodes in a projection, with the indices of `project`.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> made = graph(load(), lang="en")
    >>> made.nodes["adam"]["department"], made.nodes["adam"]["roles"]
    ('Gironde', 'aiguillon')
    >>> made.edges["vivance", "cargo-209", "origin"]["laureate_id"]
    'vivance'
    """
    import networkx as nx

    if network not in NETWORKS:
        raise ValueError(f"unknown network {network!r}: choose among {', '.join(NETWORKS)}")
    described, same = _described(ds, kinds, lang), by_id(ds, "actors", "laureate_id")
    if network == "two-mode":
        made = nx.MultiDiGraph(network=network)
        held, edges = _in_order(ds), _stated(ds, kinds, lang)
        held += sorted({end for source, target, _ in edges for end in (source, target)} - set(held))
    else:
        table = incidence(ds, kinds=kinds)
        made = nx.Graph(network=network) if network == "actors" else nx.MultiGraph(network=network)
        held = table.actors if network == "actors" else _in_order(ds)
        edges = _shared(ds, table, network, kinds, lang)
    made.add_nodes_from((node, dict(described[same.get(node) or node])) for node in held)
    for (source, target, key), told in edges.items():
        made.add_edge(source, target, **({"key": key} if made.is_multigraph() else {}), **told)
    return made


def _described(ds, kinds, lang):
    """Describe each laureate, and each actor that is none, by the same attributes."""
    known, enjeux, home = by_id(ds, "actors", "laureate_id"), names(ds, "enjeux", lang), of_laureates(ds)
    pairs = {(row[0], row[2]) for row in mobilised(ds, kinds)}
    mobilises, mobilised_by = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    own = {name: rows_of(ds, name) for name in ("roles", "contributions", "evidence")}
    found = {}
    for row in ds.laureates.to_dict("records"):
        key = row["laureate_id"]
        roles, contributions, evidence = (own[name].get(key, []) for name in own)
        found[key] = {
            "label": row["name"],
            **{name: row[name] for name in ("name", "project_name", "carrier_status", "enjeu_id")},
            "side": "laureate",
            "enjeu": enjeux.get(row["enjeu_id"], ""),
            "ambition_id": home[key],
            **{name: row[name] for name in ("place", "department_stated", "department_inferred", "inferred_from")},
            "department": labels.department(row["department_stated"] or row["department_inferred"], lang),
            "roles": _joined(role["role"] for role in roles),
            "principal_roles": _joined(role["role"] for role in roles if role["salience"] == PRINCIPAL),
            "role_anchors": _joined(role["anchor"] for role in roles),
            "contributions": _joined("/".join((one["dimension"], one["target"], one["code"])) for one in contributions),
            "themes": _joined(f"{one['theme_id']}/{one['strength']}" for one in evidence),
            "summary": row[f"summary_{labels.language(lang)}"],
            "fiche_row": f"{row['source_id']}/{row['source_row']}",
            **{name: row[name] for name in ("row_anchor", "carrier_anchor", "place_anchor")},
        }
    short = names(ds, "actors", lang)
    for row in ds.actors.to_dict("records"):
        node = known[row["actor_id"]] or row["actor_id"]
        if node not in found:
            found[node] = {"label": short[node], "name": row["name"], "side": "actor"}
        told = {name: row[name] for name in ("actor_id", "kind", "actor_type", "scale", "aliases", "note")}
        told["kind_label"], told["type_label"] = (
            labels.t(f"{key}.{row[column]}", lang) for key, column in (("kind", "kind"), ("type", "actor_type"))
        )
        about = found[node]
        about |= {name: _joined((about.get(name, ""), value)) for name, value in told.items()}
    blank = dict.fromkeys(dict.fromkeys(name for about in found.values() for name in about), "")
    numbers = {node: {"mobilises": mobilises[node], "mobilised_by": mobilised_by[node]} for node in found}
    return {node: blank | about | numbers[node] for node, about in found.items()}


def _joined(texts):
    return "; ".join(dict.fromkeys(filter(None, texts)))


def _stated(ds, kinds, lang):
    """Tell the edges of the two-mode network: who mobilises whom, with what is printed, and the stated relations."""
    kind, same = by_id(ds, "actors", "kind"), by_id(ds, "actors", "laureate_id")
    place, edges = {laureate: i for i, laureate in enumerate(_in_order(ds))}, {}
    for laureate, position, actor, mention, parent in sorted(_mentions(ds), key=lambda row: (place[row[0]], row[1])):
        if kind[actor] not in kinds:
            continue
        key = (laureate, same[actor] or actor, "mobilises")
        held = edges.setdefault(key, {"mention": "", "parent": "", "mentions": 0, "position": int(position)})
        held["mention"], held["parent"] = _joined((held["mention"], mention)), _joined((held["parent"], parent))
        held["mentions"] += 1
    for row in ds.relations.to_dict("records"):
        ends = (row["from_id"], row["to_id"])
        if all(end in place or kind[end] in kinds for end in ends):
            key = (*(end if end in place else same[end] or end for end in ends), row["kind"])
            edges[key] = {"mention": "", "parent": "", "anchor": row["anchor"], "laureate_id": row["laureate_id"]}
    return {
        key: {"weight": 1, "relation": key[2], "relation_label": labels.t(f"relation.{key[2]}", lang), "anchor": ""}
        | {"laureate_id": key[0]}
        | told
        for key, told in edges.items()
    }


def _shared(ds, table, side, kinds, lang):
    """Tell the edges of a projection: what two nodes share, and between laureates their direct ties."""
    other = {"actors": "laureates", "laureates": "actors"}[side]
    nested = {}
    for row in nested_pairs(ds, kinds).itertuples() if side == "actors" else ():
        nested[row.source, row.target] = _joined((nested.get((row.source, row.target), ""), row.laureate_id))
    edges, no_ends = {}, {"from_id": "", "to_id": ""}
    for row in traced_edges(table, side).to_dict("records"):
        ends = row["source"], row["target"]
        told = {name: row[name] for name in (*INDICES[1:], other)}
        told |= {"nested": nested.get(ends, "")} if side == "actors" else {"named": row["named"]} | no_ends
        edges[(*ends, "shares")] = {"weight": row["count"], "relation": "shares"} | told
    for source, target, kind in direct_ties(ds).itertuples(index=False) if side == "laureates" else ():
        told = {"weight": 1, "relation": kind, "actors": "", "from_id": source, "to_id": target}
        edges[source, target, f"{kind} {source} {target}"] = told
    return {
        key: told | {"relation_label": labels.t(f"relation.{told['relation']}", lang)} for key, told in edges.items()
    }


def two_mode_graph(ds, kinds=ALL):
    """Make the two-mode networkx graph, for measures and drawing."""
    import networkx as nx

    table = two_mode(ds, kinds)
    graph = nx.Graph()
    names = by_id(ds, "actors", "name") | by_id(ds, "laureates", "name")
    graph.add_nodes_from((laureate, {"side": "laureate", "name": names[laureate]}) for laureate in _in_order(ds))
    for row in table.sort_values("actor_id", kind="stable").itertuples():
        if row.node not in graph:
            graph.add_node(row.node, side="actor", name=names[row.actor_id])
        graph.nodes[row.node].update(kind=row.kind, actor_type=row.actor_type)
    for row in table.itertuples():
        graph.add_edge(row.laureate_id, row.node, laureate=row.laureate_id, nested=bool(row.parent))
    return graph


@cache
def igraph():
    """Import igraph without its drawing: the import of matplotlib.pyplot takes longer than all null models."""
    held = sys.modules.get("matplotlib")
    if "igraph" in sys.modules or "matplotlib.pyplot" in sys.modules:
        return importlib.import_module("igraph")
    sys.modules["matplotlib"] = None  # as if it were not installed
    try:
        return importlib.import_module("igraph")
    finally:
        del sys.modules["matplotlib"]
        if held is not None:
            sys.modules["matplotlib"] = held


def example():
    """Return three laureates and three actors, small enough to check by hand; the docstrings use them."""
    from types import SimpleNamespace

    actors = [("city", "institution", "local_authority"), ("firm", "generic", "company"), ("lab", "named", "research")]
    mentions = [("a", 1, "city", None), ("a", 2, "lab", None), ("b", 1, "firm", None), ("b", 2, "city", 1)]
    mentions = pd.DataFrame(mentions, columns=["laureate_id", "position", "actor_id", "parent_position"])
    return SimpleNamespace(
        laureates=pd.DataFrame({"laureate_id": list("abc")}),
        actors=pd.DataFrame(actors, columns=["actor_id", "kind", "actor_type"]).assign(laureate_id=""),
        mentions=mentions.assign(mention=mentions["actor_id"]),
    )


def _mentions(ds):
    """List the mentions: laureate, position, actor, text and the actor in whose parenthesis they stand, else ``""``."""
    names = ("laureate_id", "position", "actor_id", "mention", "parent_position")
    laureates, positions, actors, texts, within = (ds.mentions[name].tolist() for name in names)
    printed = dict(zip(zip(laureates, positions, strict=True), actors, strict=True))
    parents = [printed.get(key, "") for key in zip(laureates, within, strict=True)]
    return list(zip(laureates, positions, actors, texts, parents, strict=True))


def _in_order(ds):
    """List the laureates in the order of the documents' rows."""
    columns = [c for c in ("source_id", "source_row", "laureate_id") if c in ds.laureates]
    return [row[-1] for row in sorted(zip(*(ds.laureates[c] for c in columns), strict=True))]


def shared_rows(matrix):
    """Find the rows that hold each pair of columns: source, target, place of its first row, and the rows; all sorted.

    Each pair is packed with its row in one integer, because these sort several times as fast as scipy multiplies
    matrices (see benchmarks/projection.py), which would not tell the rows either.

    >>> [found.tolist() for found in shared_rows(incidence(example()).matrix)]
    [[0, 0], [1, 2], [0, 1], [1, 0]]
    """
    sizes = np.diff(matrix.indptr).astype(np.int64)
    pairs = int((sizes * (sizes - 1) // 2).sum())
    low, high = (max(number - 1, 1).bit_length() for number in matrix.shape)
    if pairs > MOST_PAIRS or low + 2 * high > 63:
        raise ValueError(
            f"{pairs:,} pairs of {matrix.shape[1]:,} columns are too many to hold (at most {MOST_PAIRS:,}): "
            "keep the two-mode table, or project its other side"
        )
    row = np.repeat(np.arange(len(sizes)), sizes)
    column = matrix.indices.astype(np.int64)
    following = matrix.indptr[row + 1] - np.arange(len(row)) - 1  # cells of its row after each one
    keys, done, cells = np.empty(pairs, dtype=np.int64), 0, np.arange(len(row))
    for step in range(1, sizes.max(initial=0)):  # each cell with the one so many places further
        cells = cells[following[cells] >= step]
        keys[done : done + len(cells)] = (column[cells] << high | column[cells + step]) << low | row[cells]
        done += len(cells)
    keys.sort()
    rows = keys & (1 << low) - 1
    keys >>= low
    first = np.r_[0, np.flatnonzero(keys[1:] != keys[:-1]) + 1][: len(keys)]
    return keys[first] >> high, keys[first] & (1 << high) - 1, first, rows


def project_matrix(matrix):
    """Project a table, with ascending columns in each row, on its columns: arrays named as the columns of `project`.

    Newman's weights are summed as whole numbers, so that the order of rows does not count: multiples of 1 / 360360 are
    exact for rows of up to 16. Where the sizes have no such common multiple, the weights are rounded to 1 / 2**62.
    """
    source, target, first, rows = shared_rows(matrix)
    count = np.diff(first, append=len(rows))
    held = np.bincount(matrix.indices, minlength=matrix.shape[1]).astype(float)
    of_source, of_target = held[source], held[target]
    others = np.maximum(np.diff(matrix.indptr).astype(np.int64) - 1, 1)
    scale, most = math.lcm(*np.unique(others).tolist()), int(count.max(initial=1))
    if scale * most > EXACT:
        scale = (1 << 62) // most
    return {
        "source": source,
        "target": target,
        "count": count,
        "jaccard": count / (of_source + of_target - count),
        "association_strength": count / (of_source * of_target),
        "newman": np.add.reduceat((scale // others)[rows], first) / scale,
    }


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
        ``source, target, count, jaccard, association_strength, newman``, with ``source < target``, sorted: ``count``
        is the number of shared nodes of the other side; of two nodes with n and m of these, ``jaccard`` is
        count / (n + m - count), ``association_strength`` count / (n m), and ``newman`` the sum of 1 / (k - 1) over the
        shared ones, which have k each.

    Examples
    --------
    >>> project(incidence(example()))[["source", "target", "count", "newman"]].values.tolist()
    [['city', 'firm', 1, 1.0], ['city', 'lab', 1, 1.0]]
    """
    matrix, nodes = _side(incidence, side)
    names = pd.array(nodes, dtype="str")
    edges = project_matrix(matrix)
    return pd.DataFrame({**edges, **{end: names.take(edges[end]) for end in ("source", "target")}})


def edge_sources(incidence, side="actors"):
    """List what makes each edge of the same projection.

    Returns
    -------
    DataFrame
        ``source, target, count``, then between actors ``laureates``, those shared, joined by ``"; "`` in the order of
        the source; between laureates ``named``, the shared actors that are no category, and ``actors``, all by id.
    """
    matrix, nodes = _side(incidence, side)
    source, target, first, via = shared_rows(matrix)
    others = incidence.laureates if side == "actors" else incidence.actors
    named, via, rows = [kind in NAMED for kind in incidence.kind_of], via.tolist(), []
    for edge, (start, stop) in enumerate(pairwise([*first.tolist(), len(via)])):
        shared = via[start:stop]
        count = (stop - start,) if side == "actors" else (stop - start, sum(named[i] for i in shared))
        rows.append((nodes[source[edge]], nodes[target[edge]], *count, "; ".join(others[i] for i in shared)))
    rest = {"laureates": "str"} if side == "actors" else {"named": "int64", "actors": "str"}
    return typed(rows, source="str", target="str", count="int64", **rest)


def traced_edges(incidence, side="actors"):
    """Project on one side, with what makes each edge: the columns of `project`, then those of `edge_sources`."""
    sources = edge_sources(incidence, side)
    return project(incidence, side).merge(sources, on=["source", "target", "count"], validate="one_to_one")


def row_shares(incidence):
    """Tell how much of the projection on actors comes from each row.

    Returns
    -------
    DataFrame
        One row per laureate, in the order of the source: ``laureate_id``; ``actors``, its number k of actors;
        ``pairs``, the k(k-1)/2 edges that its row draws; ``own_edges``, those that no other row draws; ``edges``, of
        the whole projection; ``share = pairs / edges`` and ``own_share = own_edges / edges``. The pairs add up to the
        counts of all edges, so that the shares exceed 1 in all by the edges drawn twice.
    """
    matrix, _ = _side(incidence, "actors")
    _, _, first, rows = shared_rows(matrix)
    own = rows[first[np.diff(first, append=len(rows)) == 1]]
    table = pd.DataFrame({"laureate_id": pd.array(incidence.laureates, dtype="str")})
    table["actors"] = sizes = np.diff(matrix.indptr).astype(np.int64)
    table["pairs"], table["own_edges"] = sizes * (sizes - 1) // 2, np.bincount(own, minlength=len(sizes))
    table["edges"] = len(first)
    return table.assign(share=table["pairs"] / max(len(first), 1), own_share=table["own_edges"] / max(len(first), 1))


def co_occurrence(incidence):
    """Write the projection on actors as a full matrix, for a small number of columns (types).

    Returns
    -------
    DataFrame
        ``source, target, count, of``, all ordered pairs: number of laureates that mobilise both; on the
        diagonal (``source == target``) the number that mobilise the one; ``of`` is the number of laureates.
    """
    matrix = incidence.matrix.astype(np.int64)
    counts = (matrix.T @ matrix).toarray().ravel().tolist()
    pairs = zip(product(incidence.actors, repeat=2), counts, strict=True)
    rows = [(source, target, count, len(incidence.laureates)) for (source, target), count in pairs]
    return typed(rows, source="str", target="str", count="int64", of="int64")


def index_levels(edges):
    """Show what each index says of the edges made by `project`: its values, highest first, ties kept together.

    Returns
    -------
    DataFrame
        ``index, rank, value, edges, repeated``: ``rank`` counts the edges with a higher value, plus 1; ``edges`` have
        this value, within 1e-9; ``repeated`` of them have a count of at least 2.
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

    Returns
    -------
    DataFrame
        ``component, node, side {laureate, actor}``: components numbered from 1 in the order of their first
        laureate, laureates first within each, in the order of the source.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    nodes = [same or actor for actor, same in zip(incidence.actors, incidence.laureate_of, strict=True)]
    sides = dict.fromkeys(nodes, "actor") | dict.fromkeys(incidence.laureates, "laureate")
    place = {node: i for i, node in enumerate(dict.fromkeys([*incidence.laureates, *nodes]))}
    held = incidence.matrix.tocoo()
    column = np.array([place[node] for node in nodes], dtype=np.int64)[held.col]
    adjacency = coo_array((np.ones(held.nnz), (held.row, column)), shape=(len(place), len(place)))
    _, label = connected_components(adjacency, directed=False)
    number = {}  # laureates come first: each component has one
    rows = [
        (number.setdefault(part, len(number) + 1), node, sides[node])
        for part, node in zip(label.tolist(), place, strict=True)
    ]
    return typed(sorted(rows, key=lambda row: row[0]), component="int64", node="str", side="str")


def component_sizes(components):
    """Sum up `components`, one row each: ``component``, number of ``laureates`` and ``actors``, ``members``."""
    is_laureate = components["side"] == "laureate"
    counted = components.assign(laureates=is_laureate, actors=~is_laureate)
    table = counted.groupby("component")[["laureates", "actors"]].sum().reset_index()
    members = components[is_laureate].groupby("component")["node"].agg("; ".join)
    return table.assign(members=table["component"].map(members)).astype({"laureates": "int64", "actors": "int64"})


def ties(incidence, least=2):
    """List the actors that tie laureates together: those that at least so many laureates mobilise.

    Returns
    -------
    DataFrame
        ``actor_id, kind, count, laureates`` (joined by ``"; "`` in the order of the source), the most shared
        first, equal counts by id.
    """
    columns = incidence.matrix.tocsc()
    held = np.split(columns.indices, columns.indptr[1:-1]) if len(incidence.actors) else []
    rows = [
        (actor, kind, len(rows), "; ".join(incidence.laureates[i] for i in sorted(rows)))
        for actor, kind, rows in zip(incidence.actors, incidence.kind_of, held, strict=True)
        if len(rows) >= least
    ]
    table = typed(rows, actor_id="str", kind="str", count="int64", laureates="str")
    return table.sort_values(["count", "actor_id"], ascending=[False, True], ignore_index=True)


def direct_ties(ds):
    """List the ties between two laureates without a third: one mobilises, carries or stems from the other.

    Returns
    -------
    DataFrame
        ``source, target, kind {mobilises, carries, origin}``, sorted: source is the one whose row says so.
    """
    same = by_id(ds, "actors", "laureate_id")
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

    Returns
    -------
    DataFrame
        Four rows: ``grain {actor, actor_type}``, ``kinds {named, all}``, ``nodes``, ``edges``, ``repeated``
        (edges of a count of 2 or more), ``components`` of the two-mode network (at the grain of actors, else
        missing), ``top`` the laureate whose row draws the most pairs and ``top_share``, its pairs over edges.
    """
    rows = []
    for grain in ("actor", "actor_type"):
        for name, kinds in (("named", NAMED), ("all", ALL)):
            table = incidence(ds, grain, kinds)
            edges, shares = project(table), row_shares(table)
            top = shares.loc[shares["pairs"].idxmax(), ["laureate_id", "share"]]
            parts = components(table)["component"].nunique() if grain == "actor" else pd.NA
            rows.append((grain, name, len(table.actors), len(edges), (edges["count"] >= 2).sum(), parts, *top))
    columns = ["grain", "kinds", "nodes", "edges", "repeated", "components", "top", "top_share"]
    return pd.DataFrame(rows, columns=columns).astype({"components": "Int64"})


def _side(incidence, side):
    """Return the table with the wanted side as ascending columns, and these columns' ids, sorted."""
    if side not in SIDES:
        raise ValueError(f"unknown side {side!r}: choose {' or '.join(SIDES)}")
    matrix = incidence.matrix if side == "actors" else incidence.matrix.T
    names = getattr(incidence, side)
    order = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
    matrix = matrix.tocsr()[:, order]
    matrix.sum_duplicates()
    return matrix, [names[i] for i in order]
