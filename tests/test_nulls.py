"""Null models of the statements: small cases by hand, laws, lists beside draws, igraph and networkx as oracles."""

import dataclasses
import os
import random
import re
import subprocess
import sys

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import figure_checks as checks
import invented
from invented import Tables
from neoterra_analysis import load
from neoterra_analysis.analysis import network, nulls
from neoterra_analysis.sentences import prose, tables
from neoterra_analysis.words import labels
from neoterra_analysis.words.codes import ROLES

DRAWN = ("repeated_pairs", "laureate_pairs", "components", "modularity")


def made(rows, connecteurs=(), roles=()):
    """Return records with these actors for each laureate: ``{"a": "xyz"}``; each actor is a type of its own."""
    laureates = pd.DataFrame({"laureate_id": list(rows), "name": [r.upper() for r in rows]})
    actors = pd.DataFrame({"actor_id": sorted(set("".join(rows.values())))}, dtype="str")
    actors = actors.assign(name=actors["actor_id"], kind="named", actor_type=actors["actor_id"], laureate_id="")
    mentions = [(laureate, i, actor, pd.NA) for laureate, held in rows.items() for i, actor in enumerate(held, 1)]
    mentions = pd.DataFrame(mentions, columns=["laureate_id", "position", "actor_id", "parent_position"])
    roles = pd.DataFrame([*roles, *((c, "connecteur") for c in connecteurs)], columns=["laureate_id", "role"])
    return Tables(
        laureates=laureates.assign(source_row=range(1, len(laureates) + 1)),
        actors=actors,
        mentions=mentions.assign(mention=mentions["actor_id"]).astype({"parent_position": "Int64"}),
        roles=roles.assign(salience="stated"),
        relations=pd.DataFrame(columns=["from_id", "to_id", "kind"], dtype="str"),
    )


@pytest.fixture(scope="module")
def real():
    return invented.shipped()


def table_of(dataset, **more):
    return nulls.tests(dataset, **more).set_index("statement")


# Statements


def test_a_small_network_by_hand():
    # Margins 2, 1, 1 and 2, 1, 1: five matrices (above). Observed: a holds x and y, b x, c z.
    ds = made({"a": "xy", "b": "x", "c": "z"}, connecteurs="a")
    table = table_of(ds, draws=4000)
    assert table.loc[list(DRAWN), "observed"].tolist() == [0, 1, 2, 0]
    # x is shared in all five: always one pair of laureates, two parts, one pair in modularity.
    assert (table.loc[list(DRAWN), ["p_low", "p_high"]] == 1).all(axis=None)
    # a has 2 types, b and c 1: medians differ by +1 if a is the connecteur, else by -0.5.
    types = table.loc["types_median"]
    assert types[["observed", "null_low", "null_median", "null_high"]].tolist() == [1, -0.5, -0.5, 1]
    assert types[["draws", "exact", "outcome"]].tolist() == [3, True, "inside"]
    assert types[["p_low", "p_high", "p_least"]].tolist() == pytest.approx([1, 1 / 3, 1 / 3])
    assert table.loc["types_mean", "observed"] == 1


def test_draws_agree_with_the_list():
    ds = made({"a": "wxyz", "b": "wx", "c": "w", "d": "v"}, connecteurs="ab")
    cells, _ = nulls.matrix(ds)
    every = nulls._measures(nulls.enumerate_matrices(cells.sum(axis=1), cells.sum(axis=0)))
    table = table_of(ds, draws=4999)
    for name in DRAWN:
        row = table.loc[name]
        low, high = (
            sum(test(v, row["observed"]) for v in every[name]) / len(every[name])
            for test in (lambda v, o: v <= o, lambda v, o: v >= o)
        )
        assert not row["exact"] and row["draws"] == 4999
        assert row["p_low"] == pytest.approx(low, abs=0.025) and row["p_high"] == pytest.approx(high, abs=0.025)
        assert row["p_least"] == 1 / 5000


def test_types_drawn_agree_with_types_listed(real, monkeypatch):
    exact = table_of(real).loc[list(nulls.TYPES)]
    assert exact["draws"].tolist() == [165, 165] and exact["exact"].all()
    monkeypatch.setattr(nulls, "MOST", 164)
    for name, null in nulls._types(real, 4999, nulls.SEED).items():
        drawn = nulls._summary(null)
        assert not null.exact and drawn["observed"] == exact.loc[name, "observed"]
        for share in ("p_low", "p_high"):
            assert drawn[share] == pytest.approx(exact.loc[name, share], abs=0.025)


def test_the_shipped_observations_are_those_of_the_other_modules(real):
    table = table_of(real)
    whole = network.incidence(real)
    assert table.loc["repeated_pairs", "observed"] == (network.project(whole)["count"] >= 2).sum()
    sharing = network.project(whole, "laureates")
    assert table.loc["laureate_pairs", "observed"] == len(sharing)
    graph = nx.from_pandas_edgelist(sharing)
    graph.add_nodes_from(whole.laureates)
    assert table.loc["components", "observed"] == nx.number_connected_components(graph)
    summary = network.type_mix_summary(network.type_mix(real)).set_index("connecteur")["types_median"]
    assert table.loc["types_median", "observed"] == summary[True] - summary[False]
    # 4,170 ways to give 11 laureates their numbers of roles: listed here by another route.
    having = real.roles.groupby("laureate_id")["role"].nunique().reindex(real.laureates["laureate_id"], fill_value=0)
    columns = [int((real.roles["role"] == role).sum()) for role in ROLES]
    every = nulls.enumerate_matrices(having, columns)
    both = (every[:, :, 0] & every[:, :, 1]).sum(axis=1)
    row = table.loc["aiguillon_inspirateur"]
    assert row["draws"] == len(every) and row["p_low"] == pytest.approx((both <= row["observed"]).mean())


def test_laws_of_the_table(real, small):
    for dataset in (real, small):
        table = nulls.tests(dataset)
        assert table["statement"].tolist() == list(nulls.STATEMENTS)
        full = table[table["observed"].notna()]
        assert len(full) > 3
        assert (full["p_low"] + full["p_high"] >= 1).all()
        assert (full[["p_low", "p_high"]].min(axis=1) >= full["p_least"] - 1e-12).all()
        assert (full["null_low"] <= full["null_median"]).all() and (full["null_median"] <= full["null_high"]).all()
        inside = full["observed"].between(full["null_low"], full["null_high"])
        assert (inside == full["outcome"].isin(["inside", "forced"])).all()
        spread = nulls.distributions(dataset)
        assert spread.groupby("statement")["is_observed"].sum().loc[full["statement"]].eq(1).all()
        assert spread.groupby("statement")["share"].sum().loc[full["statement"]].round(9).eq(1).all()


def test_an_observation_outside_is_seen():
    blocks = made({"a": "stuv", "b": "stuv", "c": "stuv", "d": "wxyz", "e": "wxyz", "f": "wxyz"})
    table = table_of(blocks)
    assert table.loc[["laureate_pairs", "components", "modularity"], "outcome"].tolist() == ["below", "above", "above"]
    assert table.loc["modularity", ["p_high", "p_least"]].tolist() == [0.001, 0.001]
    # No draw came near: the observed value still has its row.
    spread = nulls.distributions(blocks).query("statement == 'modularity' and is_observed")
    assert spread[["value", "share", "is_inside"]].values.tolist() == [[0.5, 0.0, False]]


def test_margins_that_leave_one_arrangement():
    nested = table_of(made({"a": "xyz", "b": "xy", "c": "x"}, connecteurs="a"))
    rows = nested.loc[list(DRAWN)]
    assert (rows[["p_low", "p_high", "p_least", "draws"]] == 1).all(axis=None)
    assert rows["exact"].all() and (rows["outcome"] == "forced").all()
    apart = table_of(made({"a": "uv", "b": "wx", "c": "y"}, connecteurs="a"))
    rows = apart.loc[["repeated_pairs", "laureate_pairs", "components"]]
    assert rows["observed"].tolist() == [0, 0, 3] and (rows["p_least"] == 1).all()
    assert (rows["draws"] == len(nulls.enumerate_matrices([2, 2, 1], [1] * 5))).all()
    assert apart.loc["modularity", "outcome"] == "no_shared_actor"


EMPTY = {
    "no connecteur": (made({"a": "xy", "b": "xz", "c": "w"}), {"types_median": "one_group"}),
    "only connecteurs": (made({"a": "xy", "b": "xz"}, connecteurs="ab"), {"types_mean": "one_group"}),
    "one laureate": (
        made({"a": "xy"}, connecteurs="a"),
        {"repeated_pairs": "few_laureates", "modularity": "few_laureates", "types_mean": "one_group"},
    ),
    "no laureate": (made({}), {"components": "few_laureates", "aiguillon_connecteur": "few_laureates"}),
    "no actor": (
        made({"a": "", "b": ""}, connecteurs="a"),
        {"repeated_pairs": "no_actor", "components": "no_actor", "types_median": "no_actor"},
    ),
}


@pytest.mark.parametrize("case", EMPTY)
def test_what_makes_no_sense_has_no_value_and_says_why(case):
    ds, expected = EMPTY[case]
    table = table_of(ds)
    for statement, why in expected.items():
        row = table.loc[statement]
        assert row["outcome"] == why and row[["observed", "draws", "p_low", "p_least"]].isna().all()
        for lang in labels.LANGUAGES:
            said = prose.null_sentences(ds, lang).set_index("test")["sentence"][row["test"]]
            assert labels.t(f"null.why.{why}", lang) in said
    spread = nulls.distributions(ds)
    assert spread["value"].isna().sum() == table["observed"].isna().sum()
    assert nulls.communities(ds).partition.empty
    assert prose.communities(ds, "en").startswith("No group")


def test_the_highest_modularity_of_small_networks_is_that_of_igraph():
    draw = np.random.default_rng(1)
    for size in (2, 5, 9, nulls.FEW):
        half = np.triu(draw.integers(1, 4, (20, size, size)) * (draw.random((20, size, size)) < 0.4), 1)
        shared = half + half.transpose(0, 2, 1)
        assert nulls.highest_modularity(shared) == [nulls.best_partition(one)[0] for one in shared]


def test_many_laureates_are_divided_greedily():
    ds = made({chr(97 + i): "xyzw"[i % 4] + "uv"[i % 2] for i in range(nulls.FEW + 2)}, connecteurs="ab")
    table = table_of(ds, draws=19)
    assert table.loc["modularity", "observed"] > 0 and table.loc["modularity", "p_least"] == 0.05


def test_what_is_counted_for_many_matrices_is_what_each_says():
    drawn = np.random.default_rng(3).random((12, 9, 20)) < 0.12
    shared = nulls.shared_actors(drawn)
    for cells, found in zip(drawn, shared, strict=True):
        both = cells.astype(int) @ cells.T.astype(int)
        assert (found == both - np.diag(np.diag(both))).all()
        (measured,) = zip(*nulls._measures(cells[None]).values(), strict=True)
        pairs = cells.T.astype(int) @ cells.astype(int)
        parts = nx.number_connected_components(nx.from_numpy_array(found))
        assert measured[:3] == (int((np.triu(pairs, 1) > 1).sum()), int((np.triu(found, 1) > 0).sum()), parts)
    assert len({tuple(one.ravel()) for one in shared}) == 12


def test_a_part_of_the_draws_is_a_part_of_all(monkeypatch, real):
    cells, _ = nulls.matrix(real)
    whole = nulls.randomise(cells, draws=10)
    parts = [nulls.randomise(cells, 10, part=slice(i, i + 4)) for i in (0, 4, 8)]
    assert [len(part) for part in parts] == [4, 4, 2] and (np.concatenate(parts) == whole).all()
    table = nulls.tests(real, draws=40)
    nulls._network_nulls.cache_clear()
    monkeypatch.setattr(nulls, "MEMORY", 7 * cells.size)
    pd.testing.assert_frame_equal(nulls.tests(real, draws=40), table)


def test_igraph_is_imported_without_drawing_and_matplotlib_stays_as_it_was():
    code = """
import sys
from neoterra_analysis.analysis import network
assert network.igraph() is sys.modules["igraph"] and "matplotlib" not in sys.modules
import matplotlib.pyplot
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_igraph_draws_the_same_distribution(real):
    igraph = pytest.importorskip("igraph")
    cells, _ = nulls.matrix(real)
    row, column = np.nonzero(cells)
    graph = igraph.Graph(n=sum(cells.shape), edges=list(zip(row, column + len(cells), strict=True)), directed=True)
    state = random.getstate()
    random.seed(1)  # igraph draws from this module unless told otherwise
    theirs = np.zeros((2000, *cells.shape), dtype=bool)
    for matrix in theirs:
        graph.rewire(20 * len(row))
        ends = np.array(graph.get_edgelist())
        matrix[ends[:, 0], ends[:, 1] - len(cells)] = True
    random.setstate(state)
    ours = nulls._measures(nulls.randomise(cells, 2000, 1))
    theirs = nulls._measures(theirs)
    for name in DRAWN:
        for value in sorted(set(ours[name])):
            shares = [sum(v <= value for v in found[name]) / 2000 for found in (ours, theirs)]
            assert abs(shares[0] - shares[1]) < 0.06, (name, value)


# Groups


def test_groups_are_shown_only_beyond_the_margins(real):
    blocks = made({"a": "stuv", "b": "stuv", "c": "stuv", "d": "wxyz", "e": "wxyz", "f": "wxyz", "g": "!"})
    found = nulls.communities(blocks)
    assert found.outcome == "above" and found.modularity > found.threshold and found.best == 1
    assert found.partition.values.tolist() == [["a", 1], ["b", 1], ["c", 1], ["d", 2], ["e", 2], ["f", 2]]
    assert "A, B and C; D, E and F" in prose.communities(blocks, "en")
    ordinary = nulls.communities(real)
    assert ordinary.partition.empty == (ordinary.modularity <= ordinary.threshold)
    row = table_of(real).loc["modularity"]
    assert ordinary.modularity == row["observed"] and ordinary.threshold <= row["null_high"]


# The order of the data


def test_the_order_of_the_rows_changes_nothing(real, tmp_path):
    mixed = load(invented.shuffled(invented.DATA, tmp_path / "mixed", 3))
    pd.testing.assert_frame_equal(nulls.tests(real), nulls.tests(mixed))
    pd.testing.assert_frame_equal(nulls.distributions(real), nulls.distributions(mixed))
    turned = dataclasses.replace(real, laureates=real.laureates.iloc[::-1], mentions=real.mentions.iloc[::-1])
    pd.testing.assert_frame_equal(nulls.tests(real), nulls.tests(turned))


def test_another_process_finds_the_same(real):
    code = "from neoterra_analysis import load, nulls; print(nulls.tests(load()).to_csv(index=False), end='')"
    env = {**os.environ, "PYTHONHASHSEED": "1", "NEOTERRA_DATA": str(invented.DATA)}
    run = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True, text=True)
    assert run.stdout == nulls.tests(real).to_csv(index=False)


def test_arguments_are_left_alone(real):
    before = {f.name: getattr(real, f.name) for f in dataclasses.fields(real)}
    copies = {name: frame.copy() for name, frame in before.items() if isinstance(frame, pd.DataFrame)}
    table = nulls.tests(real)
    copy = table.copy()
    tables.null_table(table, "fr"), prose.null_sentences(table, "fr"), nulls.communities(real)
    pd.testing.assert_frame_equal(table, copy)
    for name, frame in copies.items():
        pd.testing.assert_frame_equal(getattr(real, name), frame)


# Words


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_sentences_describe_and_never_infer(real, lang):
    found = prose.null_sentences(real, lang)
    table = nulls.tests(real)
    assert found["test"].tolist() == table["test"].tolist()
    assert prose.null_models(table, lang).splitlines() == found["sentence"].tolist()
    for sentence, row in zip(found["sentence"], table.to_dict("records"), strict=True):
        assert sentence.endswith(".") and not re.search(r"[{}]|\bnan\b|None", sentence)
        for column in ("observed", "null_low", "null_high"):
            assert tables.value_text(row["statement"], row[column], lang) in sentence
        for column in ("p_low", "p_high", "p_least"):
            assert tables.share_text(row[column], lang) in sentence


def test_no_word_of_inference():
    words = [text for key, (file, entry) in checks.words().items() if file == "nulls.toml" for text in entry.values()]
    assert len(words) > 100
    for text in words:
        assert not re.search(r"signific|corr[ée]l|prou?ve|d[ée]monstr|d[ée]montr", text, re.IGNORECASE), text


def test_the_table_can_be_shown(real):
    shown = tables.show(tables.null_table(nulls.tests(real), "fr"), real, "fr").frame
    assert shown.shape == (9, 8)
    assert shown["Observé"].tolist()[4] == "0" and shown["95\u202f% centraux des arrangements"].tolist()[4] == "0 à 2"
    gaps = tables.null_table(nulls.tests(EMPTY["one laureate"][0]), "en")
    assert gaps.loc[0, ["observed", "p_low", "how"]].tolist() == ["", "", "at least two laureates are needed"]
