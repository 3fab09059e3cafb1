"""The two-mode network: which laureate mobilises which actor, as a table, a sparse matrix and a graph.

A laureate that another laureate mobilises is one node, not two.
"""

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from .ambitions import scoped

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


@scoped
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


@scoped
def mobilised(ds, kinds=ALL):
    """List who mobilises whom as plain tuples: what `two_mode` tells, without the cost of a table.

    Each small change of a coding asks for the counts again, so what counts starts from here.

    Parameters
    ----------
    ds : Dataset
        With ``laureates``, ``actors`` and ``mentions``.
    kinds : sequence of {"named", "institution", "generic"}
        Kinds of actors to keep.

    Returns
    -------
    list of tuple of str
        ``(laureate_id, actor_id, node, kind, actor_type, mention, parent)``, in the order of the source.

    Raises
    ------
    ValueError
        If a kind is unknown.

    Examples
    --------
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

    Examples
    --------
    >>> frame([], node="str", count="int64").dtypes.astype(str).tolist()
    ['str', 'int64']
    """
    cells = zip(*rows, strict=True) if rows else [()] * len(types)
    columns = zip(types.items(), cells, strict=True)
    return pd.DataFrame({name: pd.array(list(column), dtype=kind) for (name, kind), column in columns})


@scoped
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


@scoped
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
    keep = {actor for actor, kind in zip(ds.actors["actor_id"], ds.actors["kind"], strict=True) if kind in kinds}
    rows = {
        (*sorted((actor, parent)), laureate, parent)
        for laureate, _, actor, _, parent in _mentions(ds)
        if parent != actor and actor in keep and parent in keep
    }
    return frame(sorted(rows), source="str", target="str", laureate_id="str", parent="str")


@scoped
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


@scoped
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
