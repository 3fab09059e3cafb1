"""The network's counts: hand-countable cases, laws, and networkx and scipy as oracles."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from networkx.algorithms import bipartite
from scipy.sparse import csr_array, triu

from invented import Tables
from neoterra_analysis import load
from neoterra_analysis.analysis import network
from neoterra_analysis.analysis.network import Incidence

# Six laureates by hand. a: x, y, z, and x again. b: x, y. c: d (a laureate). d: y, and a certificate that is
# not an actor. e: w alone. f: nothing. The example x of the category y stands in a's parenthesis.
LISTS = {
    "a": ["x", "y", "z", "x"],
    "b": ["x", "y"],
    "c": ["d-house", "z"],
    "d": ["y", "label"],
    "e": ["w"],
    "f": [],
}
ACTORS = [
    ("d-house", "named", "culture", "d"),
    ("label", "not_an_actor", "", ""),
    ("w", "generic", "", ""),
    ("x", "named", "company", ""),
    ("y", "generic", "company", ""),
    ("z", "institution", "state", ""),
]


@pytest.fixture
def ds():
    names = list(LISTS)
    laureates = pd.DataFrame({"laureate_id": names, "name": [n.upper() for n in names], "source_row": range(1, 7)})
    actors = pd.DataFrame(ACTORS, columns=["actor_id", "kind", "actor_type", "laureate_id"])
    mentions = pd.DataFrame(
        [(one, i, actor) for one, row in LISTS.items() for i, actor in enumerate(row, 1)],
        columns=["laureate_id", "position", "actor_id"],
    )
    nested = (mentions["laureate_id"] == "a") & (mentions["position"] == 1)
    mentions["parent_position"] = pd.Series([2 if n else pd.NA for n in nested], dtype="Int64")
    roles = pd.DataFrame({"laureate_id": ["a", "a", "e"], "role": ["connecteur", "aiguillon", "connecteur"]})
    relations = pd.DataFrame([("e", "d-house", "origin"), ("e", "x", "carries")], columns=["from_id", "to_id", "kind"])
    return Tables(
        laureates=laureates,
        actors=actors.assign(name=actors["actor_id"]),
        mentions=mentions.assign(mention=mentions["actor_id"]),
        roles=roles,
        relations=relations,
    )


def shuffled(ds, seed):
    tables = {name: table.sample(frac=1, random_state=seed) for name, table in vars(ds).items()}
    return Tables(**tables)


def random_incidence(laureates, actors, mean, seed):
    random = np.random.default_rng(seed)
    popularity = 1 / np.arange(1, actors + 1)
    rows = [
        np.sort(random.choice(actors, min(size, actors), replace=False, p=popularity / popularity.sum()))
        for size in random.poisson(mean, laureates)
    ]
    indptr = np.r_[0, np.cumsum([len(row) for row in rows])]
    indices = np.concatenate(rows)
    matrix = csr_array((np.ones(len(indices), dtype=np.int8), indices, indptr), shape=(laureates, actors))
    names = tuple(f"actor-{i:04}" for i in random.permutation(actors))
    # Ids that are not in the order of the columns: the projection must sort them.
    return Incidence(
        matrix,
        tuple(f"laureate-{i:04}" for i in range(laureates)),
        names,
        ("",) * actors,
        ("named",) * actors,
    )


def bipartite_graph(incidence):
    graph = nx.Graph()
    graph.add_nodes_from(incidence.laureates)
    graph.add_nodes_from(incidence.actors)
    held = incidence.matrix.tocoo()
    pairs = zip(held.row, held.col, strict=True)
    graph.add_edges_from((incidence.laureates[row], incidence.actors[column]) for row, column in pairs)
    return graph


def as_dict(edges, column):
    return {(s, t): v for s, t, v in zip(edges["source"], edges["target"], edges[column], strict=True)}


def weights(graph):
    return {tuple(sorted((u, v))): w for u, v, w in graph.edges(data="weight")}


def test_two_mode_lists_each_actor_once_in_source_order(ds):
    table = network.two_mode(ds)
    assert list(zip(table["laureate_id"], table["actor_id"], strict=True)) == [
        ("a", "x"), ("a", "y"), ("a", "z"), ("b", "x"), ("b", "y"), ("c", "d-house"), ("c", "z"), ("d", "y"),
        ("e", "w"),
    ]  # fmt: skip
    assert dict(zip(table["actor_id"], table["degree"], strict=True)) == {
        "x": 2,
        "y": 3,
        "z": 2,
        "d-house": 1,
        "w": 1,
    }
    assert table.set_index(["laureate_id", "actor_id"]).loc[("c", "d-house"), "node"] == "d"
    assert table.loc[table["parent"] != "", ["laureate_id", "actor_id", "parent"]].values.tolist() == [["a", "x", "y"]]


def test_incidence_counts_once_and_keeps_laureates_without_actors(ds):
    inc = network.incidence(ds)
    assert inc.laureates == ("a", "b", "c", "d", "e", "f")
    assert inc.actors == ("d-house", "w", "x", "y", "z")
    assert inc.laureate_of == ("d", "", "", "", "")
    assert inc.kind_of == ("named", "generic", "named", "generic", "institution")
    expected = [[0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [1, 0, 0, 0, 1], [0, 0, 0, 1, 0], [0, 1, 0, 0, 0], [0] * 5]
    assert inc.matrix.toarray().tolist() == expected


def test_plain_tuples_tell_what_the_table_tells(ds):
    for kinds in (network.ALL, network.NAMED, ("generic",), ()):
        table = network.two_mode(ds, kinds)
        assert network.mobilised(ds, kinds) == list(table.drop(columns="degree").itertuples(index=False, name=None))
        # At most one row a pair, and the same pairs in the matrix.
        pairs = list(zip(table["laureate_id"], table["actor_id"], strict=True))
        inc = network.incidence(ds, kinds=kinds)
        held = inc.matrix.tocoo()
        assert sorted(pairs) == sorted(
            (inc.laureates[row], inc.actors[column]) for row, column in zip(held.row, held.col, strict=True)
        )
    with pytest.raises(ValueError, match="family"):
        network.mobilised(ds, ("family",))


def test_an_actor_may_bear_the_id_of_the_laureate_that_it_is(ds):
    for table in (ds.actors, ds.mentions):
        table["actor_id"] = table["actor_id"].replace("d-house", "d")
    inc = network.incidence(ds)
    assert inc.actors == ("d", "w", "x", "y", "z") and inc.laureate_of == ("d", "", "", "", "")
    groups = network.components(inc).groupby("component")["node"].agg(list).tolist()
    assert groups == [["a", "b", "c", "d", "x", "y", "z"], ["e", "w"], ["f"]]
    assert network.direct_ties(ds).values.tolist()[0] == ["c", "d", "mobilises"]


def test_the_first_mention_of_an_actor_counts(ds):
    ds.mentions["mention"] = [f"{actor} {i}" for i, actor in enumerate(ds.mentions["actor_id"])]
    first = network.two_mode(ds).set_index(["laureate_id", "actor_id"])["mention"]
    assert first["a", "x"] == "x 0"
    ds.mentions.loc[0, "position"] = 9  # what was a's first mention is now its last
    again = network.two_mode(ds).set_index(["laureate_id", "actor_id"])
    assert again.loc[("a", "x"), "mention"] == "x 3" and again.loc[("a", "x"), "parent"] == ""
    assert again.loc["a"].index.tolist() == ["y", "z", "x"]


def test_incidence_by_type_leaves_out_unidentified_types(ds):
    inc = network.incidence(ds, "actor_type")
    assert inc.actors == ("company", "culture", "state")
    assert inc.matrix.toarray().tolist() == [[1, 0, 1], [1, 0, 0], [0, 1, 1], [1, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_incidence_keeps_the_kinds_asked_for(ds):
    assert network.incidence(ds, kinds=("named",)).actors == ("d-house", "x")
    assert network.incidence(ds, kinds=network.NAMED).actors == ("d-house", "x", "z")
    with pytest.raises(ValueError, match="not_an_actor"):
        network.incidence(ds, kinds=("named", "not_an_actor"))
    with pytest.raises(ValueError, match="family"):
        network.incidence(ds, grain="family")


def test_project_by_hand(ds):
    edges = network.project(network.incidence(ds))
    assert list(edges) == ["source", "target", "count", "jaccard", "association_strength", "newman"]
    # n: d-house 1, w 1, x 2, y 3, z 2. Row a has 3 actors (weight 1/2), b and c 2 (weight 1), d and e one.
    assert edges.values.tolist() == [
        ["d-house", "z", 1, 1 / 2, 1 / 2, 1.0],
        ["x", "y", 2, 2 / 3, 2 / 6, 1.5],
        ["x", "z", 1, 1 / 3, 1 / 4, 0.5],
        ["y", "z", 1, 1 / 4, 1 / 6, 0.5],
    ]


def test_project_laureates_by_hand(ds):
    edges = network.project(network.incidence(ds), "laureates")
    # x joins a, b; y joins a, b, d; z joins a, c.
    assert edges[["source", "target", "count", "newman"]].values.tolist() == [
        ["a", "b", 2, 1.5],
        ["a", "c", 1, 1.0],
        ["a", "d", 1, 0.5],
        ["b", "d", 1, 0.5],
    ]
    with pytest.raises(ValueError, match="roles"):
        network.project(network.incidence(ds), "roles")


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("side", ["actors", "laureates"])
def test_project_equals_networkx(side, seed):
    inc = random_incidence(120, 80, 5, seed)
    graph = bipartite_graph(inc)
    edges = network.project(inc, side)
    nodes = getattr(inc, side)
    assert as_dict(edges, "count") == weights(bipartite.weighted_projected_graph(graph, nodes))
    newman = weights(bipartite.collaboration_weighted_projected_graph(graph, nodes))
    assert as_dict(edges, "newman") == pytest.approx(newman, rel=1e-12)
    jaccard = weights(bipartite.overlap_weighted_projected_graph(graph, nodes, jaccard=True))
    assert as_dict(edges, "jaccard") == pytest.approx(jaccard, rel=1e-12)
    degree = dict(graph.degree())
    strength = {(s, t): c / (degree[s] * degree[t]) for (s, t), c in as_dict(edges, "count").items()}
    assert as_dict(edges, "association_strength") == pytest.approx(strength, rel=1e-12)


@pytest.mark.parametrize("side", ["actors", "laureates"])
def test_project_equals_scipy(side):
    inc = random_incidence(150, 60, 6, 3)
    edges = network.project(inc, side)
    assert (edges["source"] < edges["target"]).all()
    assert edges.equals(edges.sort_values(["source", "target"], ignore_index=True))
    names = np.array(getattr(inc, side))
    matrix = (inc.matrix if side == "actors" else inc.matrix.T).tocsr().astype(int)[:, np.argsort(names)]
    oracle = triu(matrix.T @ matrix, k=1).tocsr()
    oracle.sort_indices()
    assert oracle.data.tolist() == edges["count"].tolist()
    ends = (np.sort(names)[i].tolist() for i in oracle.nonzero())
    assert [edges["source"].tolist(), edges["target"].tolist()] == list(ends)


def test_newman_is_exact_for_sizes_up_to_16():
    inc = random_incidence(400, 60, 8, 5)
    sizes = np.diff(inc.matrix.indptr)
    keep = np.flatnonzero((sizes > 0) & (sizes <= 16))
    inc = inc._replace(matrix=inc.matrix[keep], laureates=tuple(inc.laureates[i] for i in keep))
    sources = network.edge_sources(inc)
    size = dict(zip(inc.laureates, np.diff(inc.matrix.indptr).tolist(), strict=True))
    exact = [sum(360360 // (size[one] - 1) for one in row.split("; ")) / 360360 for row in sources["laureates"]]
    assert network.project(inc)["newman"].tolist() == exact


def test_newman_of_large_rows_does_not_depend_on_the_order_of_rows():
    random = np.random.default_rng(2)
    sizes = random.permutation(np.arange(20, 90))  # their least common multiple does not fit
    rows = [np.sort(random.choice(120, size, replace=False)) for size in sizes]
    expected = None
    for order in (np.arange(len(rows)), random.permutation(len(rows)), random.permutation(len(rows))):
        indptr, indices = np.r_[0, np.cumsum(sizes[order])], np.concatenate([rows[i] for i in order])
        edges = network.project_matrix(csr_array((np.ones(len(indices)), indices, indptr), shape=(len(rows), 120)))
        expected = edges if expected is None else expected
        assert all((edges[name] == expected[name]).all() for name in expected)
    first = sum(1 / (len(row) - 1) for row in rows if {0, 1} <= set(row.tolist()))
    assert (edges["source"][0], edges["target"][0]) == (0, 1)
    assert edges["newman"][0] == pytest.approx(first, rel=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_shuffled_rows_change_nothing(ds, seed):
    other = shuffled(ds, seed)
    for kinds in (network.NAMED, network.ALL):
        one, two = network.incidence(ds, kinds=kinds), network.incidence(other, kinds=kinds)
        for question in (
            network.project, network.edge_sources, network.row_shares, network.components, network.ties,
            network.co_occurrence, lambda inc: network.project(inc, "laureates"),
            lambda inc: network.edge_sources(inc, "laureates"),
        ):  # fmt: skip
            pd.testing.assert_frame_equal(question(one), question(two))
    for question in (network.two_mode, network.nested_pairs, network.direct_ties, network.type_mix):
        pd.testing.assert_frame_equal(question(ds), question(other))
    one, two = network.two_mode_graph(ds), network.two_mode_graph(other)
    assert list(one.nodes(data=True)) == list(two.nodes(data=True))
    assert list(one.edges(data=True)) == list(two.edges(data=True))


def test_arguments_are_not_changed(ds):
    before = {name: table.copy() for name, table in vars(ds).items()}
    inc = network.incidence(ds)
    matrix = inc.matrix.copy()
    for question in (
        network.project,
        network.edge_sources,
        network.row_shares,
        network.components,
        network.ties,
    ):
        question(inc)
    network.two_mode_graph(ds), network.nested_pairs(ds), network.direct_ties(ds), network.type_mix(ds)
    for name, table in before.items():
        pd.testing.assert_frame_equal(getattr(ds, name), table)
    assert (inc.matrix != matrix).nnz == 0


@pytest.mark.parametrize("seed", range(3))
def test_parts_add_up(seed):
    inc = random_incidence(90, 70, 5, seed)
    edges, sources, shares = network.project(inc), network.edge_sources(inc), network.row_shares(inc)
    assert shares["pairs"].sum() == edges["count"].sum()
    assert (shares["edges"] == len(edges)).all()
    assert shares["own_edges"].sum() == (edges["count"] == 1).sum()
    assert shares["actors"].sum() == inc.matrix.nnz
    assert as_dict(sources, "count") == as_dict(edges, "count")
    assert (sources["laureates"].str.split("; ").str.len() == sources["count"]).all()
    # Newman's weights of a node add up to the number of rows of two or more that hold it.
    total = edges.groupby("source")["newman"].sum().add(edges.groupby("target")["newman"].sum(), fill_value=0)
    large = inc.matrix[np.diff(inc.matrix.indptr) > 1].sum(axis=0)
    assert total.to_dict() == pytest.approx({n: c for n, c in zip(inc.actors, large, strict=True) if c}, rel=1e-9)


def test_row_shares_by_hand(ds):
    shares = network.row_shares(network.incidence(ds)).set_index("laureate_id")
    assert shares["actors"].tolist() == [3, 2, 2, 1, 1, 0]
    assert shares["pairs"].tolist() == [3, 1, 1, 0, 0, 0]
    assert shares["own_edges"].tolist() == [2, 0, 1, 0, 0, 0]
    assert shares["edges"].unique().tolist() == [4]
    assert shares["share"].tolist() == [0.75, 0.25, 0.25, 0, 0, 0]
    assert shares["own_share"].tolist() == [0.5, 0, 0.25, 0, 0, 0]


def test_edge_sources_by_hand(ds):
    inc = network.incidence(ds)
    assert network.edge_sources(inc).values.tolist() == [
        ["d-house", "z", 1, "c"],
        ["x", "y", 2, "a; b"],
        ["x", "z", 1, "a"],
        ["y", "z", 1, "a"],
    ]
    assert network.edge_sources(inc, "laureates").values.tolist()[0] == ["a", "b", 2, 1, "x; y"]


def test_edge_sources_keep_the_order_of_the_source(ds):
    ds.laureates["source_row"] = [6, 5, 4, 3, 2, 1]
    inc = network.incidence(ds)
    assert inc.laureates == ("f", "e", "d", "c", "b", "a")
    assert network.edge_sources(inc).values.tolist()[1] == ["x", "y", 2, "b; a"]
    assert network.ties(inc).values.tolist()[0] == ["y", "generic", 3, "d; b; a"]


def test_a_laureate_that_is_an_actor_is_one_node(ds):
    graph = network.two_mode_graph(ds)
    assert sorted(graph) == ["a", "b", "c", "d", "e", "f", "w", "x", "y", "z"]
    assert graph.nodes["d"] == {"side": "laureate", "name": "D", "kind": "named", "actor_type": "culture"}
    assert graph.edges["c", "d"] == {"laureate": "c", "nested": False}
    assert graph.edges["a", "x"]["nested"]
    assert graph.number_of_edges() == len(network.two_mode(ds))


def test_components_by_hand(ds):
    table = network.components(network.incidence(ds))
    groups = table.groupby("component")["node"].agg(list).to_dict()
    assert groups == {1: ["a", "b", "c", "d", "x", "y", "z"], 2: ["e", "w"], 3: ["f"]}
    assert network.component_sizes(table).values.tolist() == [
        [1, 4, 3, "a; b; c; d"],
        [2, 1, 1, "e"],
        [3, 1, 0, "f"],
    ]


def test_components_equal_networkx(ds):
    for kinds in (("named",), network.NAMED, network.ALL):
        groups = network.components(network.incidence(ds, kinds=kinds)).groupby("component")["node"].agg(set)
        oracle = nx.connected_components(network.two_mode_graph(ds, kinds))
        assert sorted(map(sorted, groups)) == sorted(map(sorted, oracle))


def test_ties_by_hand(ds):
    inc = network.incidence(ds)
    assert network.ties(inc).values.tolist() == [
        ["y", "generic", 3, "a; b; d"],
        ["x", "named", 2, "a; b"],
        ["z", "institution", 2, "a; c"],
    ]
    assert len(network.ties(inc, least=1)) == 5


def test_direct_ties_need_two_laureates(ds):
    assert network.direct_ties(ds).values.tolist() == [["c", "d", "mobilises"], ["e", "d", "origin"]]


def test_nested_pairs_by_hand(ds):
    assert network.nested_pairs(ds).values.tolist() == [["x", "y", "a", "y"]]
    assert network.nested_pairs(ds, network.NAMED).empty


def test_nested_pairs_are_edges():
    data = load()
    edges = as_dict(network.edge_sources(network.incidence(data)), "laureates")
    nested = network.nested_pairs(data)
    assert len(nested) == data.mentions["parent_position"].notna().sum() > 0
    for row in nested.itertuples():
        assert row.laureate_id in edges[row.source, row.target].split("; ")


def test_co_occurrence_is_a_full_symmetric_matrix(ds):
    inc = network.incidence(ds, "actor_type")
    table = network.co_occurrence(inc).pivot(index="source", columns="target", values="count")
    assert table.to_numpy().tolist() == [[3, 0, 1], [0, 1, 1], [1, 1, 2]]
    upper = {k: v for k, v in as_dict(network.co_occurrence(inc), "count").items() if k[0] < k[1] and v}
    assert upper == as_dict(network.project(inc), "count")


def test_index_levels_keep_ties_together(ds):
    edges = network.project(network.incidence(ds))
    levels = network.index_levels(edges)
    assert levels.groupby("index")["edges"].sum().to_dict() == dict.fromkeys(network.INDICES, 4)
    assert levels[levels["index"] == "newman"].values.tolist() == [
        ["newman", 1, 1.5, 1, 1],
        ["newman", 2, 1.0, 1, 0],
        ["newman", 3, 0.5, 2, 0],
    ]
    assert levels[levels["index"] == "association_strength"]["repeated"].tolist() == [0, 1, 0, 0]


def test_type_mix_by_hand(ds):
    mix = network.type_mix(ds)
    assert mix.values.tolist() == [
        ["a", True, 3, 2, "company; state"],
        ["b", False, 2, 1, "company"],
        ["c", False, 2, 2, "culture; state"],
        ["d", False, 1, 1, "company"],
        ["e", True, 1, 0, ""],
        ["f", False, 0, 0, ""],
    ]
    assert network.type_mix_summary(mix).values.tolist() == [
        [True, 2, 1.0, 0, 2, 2.0],
        [False, 4, 1.0, 0, 2, 1.5],
    ]


def test_columns_need_not_be_sorted_nor_each_once():
    # Row p holds d, b and d again; row q holds a and b.
    matrix = csr_array((np.ones(5, dtype=np.int8), np.array([1, 0, 1, 2, 0]), np.array([0, 3, 5])), shape=(2, 3))
    inc = Incidence(matrix, ("p", "q"), ("b", "d", "a"), ("",) * 3, ("named", "generic", "named"))
    assert network.project(inc)[["source", "target", "count"]].values.tolist() == [["a", "b", 1], ["b", "d", 1]]
    assert network.edge_sources(inc, "laureates").values.tolist() == [["p", "q", 1, 1, "b"]]
    assert network.row_shares(inc)["pairs"].tolist() == [1, 1]
    assert matrix.indices.tolist() == [1, 0, 1, 2, 0] and matrix.indptr.tolist() == [0, 3, 5]


def test_types_hold_without_any_row(ds):
    full = [network.project(network.incidence(ds)), network.nested_pairs(ds), network.direct_ties(ds)]
    full += [network.edge_sources(network.incidence(ds), side) for side in network.SIDES]
    ds.mentions, ds.relations = ds.mentions.iloc[:0], ds.relations.iloc[:0]
    bare = [network.project(network.incidence(ds)), network.nested_pairs(ds), network.direct_ties(ds)]
    bare += [network.edge_sources(network.incidence(ds), side) for side in network.SIDES]
    for one, two in zip(full, bare, strict=True):
        assert len(one) and two.empty
        pd.testing.assert_series_equal(one.dtypes, two.dtypes)


def test_nothing_to_project(ds):
    ds.mentions = ds.mentions.iloc[:0]
    inc = network.incidence(ds)
    for side in network.SIDES:
        assert network.project(inc, side).empty
        assert network.edge_sources(inc, side).empty
    assert network.row_shares(inc)["share"].tolist() == [0] * 6
    assert network.components(inc)["component"].tolist() == [1, 2, 3, 4, 5, 6]
    assert network.ties(inc).empty and network.index_levels(network.project(inc)).empty
    assert network.two_mode_graph(ds).number_of_edges() == 0


def test_too_large_is_refused_with_a_reason(monkeypatch):
    one = csr_array((np.ones(4), [0, 1, 2, 3], [0, 4]), shape=(1, 4))
    with pytest.raises(ValueError, match="6 pairs of 1,099,511,627,776 columns are too many"):
        network.shared_rows(csr_array((one.data, one.indices, one.indptr), shape=(1, 1 << 40)))
    monkeypatch.setattr(network, "MOST_PAIRS", 5)
    with pytest.raises(ValueError, match="6 pairs of 4 columns are too many"):
        network.shared_rows(one)


def test_the_fiche_obeys_the_laws():
    data = load()
    for grain in ("actor", "actor_type"):
        for kinds in (network.NAMED, network.ALL):
            inc = network.incidence(data, grain, kinds)
            edges = network.project(inc)
            inc = inc._replace(laureates=tuple(f"row of {one}" for one in inc.laureates))
            oracle = bipartite.weighted_projected_graph(bipartite_graph(inc), inc.actors)
            assert as_dict(edges, "count") == weights(oracle)
            assert network.row_shares(inc)["pairs"].sum() == edges["count"].sum()
    named, every = (set(network.incidence(data, kinds=kinds).actors) for kinds in (network.NAMED, network.ALL))
    assert named < every and "qualiopi" not in every


def test_summary_compares_grains_and_kinds(ds):
    table = network.summary(ds)
    assert table[["grain", "kinds", "nodes", "edges", "repeated"]].values.tolist() == [
        ["actor", "named", 3, 2, 0],
        ["actor", "all", 5, 4, 1],
        ["actor_type", "named", 3, 2, 0],
        ["actor_type", "all", 3, 2, 0],
    ]
    # Without categories: a and c by z, b by x, d by c; e and f alone.
    assert table["components"].tolist()[:2] == [3, 3]
    assert table["top"].tolist() == ["a", "a", "a", "a"]
