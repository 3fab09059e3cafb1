"""Ambitions side by side: counts by hand on the invented records, laws, and what happens with only one ambition."""

import dataclasses
import json
import math
import shutil
from itertools import combinations

import pandas as pd
import pytest

import invented
import merged
import mutants
from neoterra_analysis import build, load
from neoterra_analysis.analysis import comparison, findings, network, records, roles
from neoterra_analysis.analysis import themes as framework
from neoterra_analysis.dataset import invented_example, loading
from neoterra_analysis.sentences import programme, tables
from neoterra_analysis.words import labels
from neoterra_analysis.words.codes import VERDICTS

SHARES = ["count", "of", "share", "low", "high", "total", "laureates"]
TABLES = {
    "coverage_by_ambition": ["ambition_id", "field", "count", "of", "total", "whole"],
    "roles_by_ambition": ["ambition_id", "role", *SHARES],
    "combinations_by_ambition": ["ambition_id", "combination", *SHARES],
    "means_by_ambition": ["ambition_id", "dimension", "code", *SHARES],
    "actor_types_by_ambition": ["ambition_id", "actor_type", *SHARES],
    "shared_actors": [
        "actor_id",
        "kind",
        "actor_type",
        "ambitions",
        "total",
        "ambition_id",
        "count",
        "of",
        "laureates",
    ],
    "actors_overlap": [
        "ambition_a",
        "ambition_b",
        "kinds",
        "actors_a",
        "actors_b",
        "shared",
        "either",
        "jaccard",
        "actors",
    ],
    "levers_by_ambition": [
        *("ambition_id", "kind", "themes", "supported", "partly", "indirect_only", "no_case"),
        *("direct", "indirect", "none", "of", "laureates_direct", "laureates_indirect"),
    ],
    "same_themes": ["theme_id", "kind", "ambition_id", "direct", "indirect", "none", "of", "verdict"],
}
CROSSED = [name for name in TABLES if name.endswith("_by_ambition") and name != "levers_by_ambition"]
TOLD = (
    *("ambitions_status", "coverage_by_ambition", "roles_by_ambition", "combinations_by_ambition", "means_by_ambition"),
    *("actor_types_by_ambition", "shared_actors", "actors_overlap", "levers_by_ambition"),
)
SENTENCES = [getattr(programme, name) for name in TOLD]


@pytest.fixture(scope="module")
def real():
    return invented.shipped()


@pytest.fixture(scope="module")
def two():
    return invented_example.load()


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return load(merged.write(tmp_path_factory.mktemp("merged") / "data"))


def test_roles_by_hand(two):
    table = comparison.roles_by_ambition(two)
    assert table[["ambition_id", "role", "count", "of"]].values.tolist() == [
        ["exemple-8", "aiguillon", 2, 6],
        ["exemple-8", "inspirateur", 2, 6],
        ["exemple-8", "connecteur", 4, 6],
        ["exemple-9", "aiguillon", 2, 7],
        ["exemple-9", "inspirateur", 5, 7],
        ["exemple-9", "connecteur", 2, 7],
    ]
    assert table["laureates"].iloc[1] == "exemple-ouest; exemple-colline"


def test_the_range_is_that_of_a_share_without_one_laureate(two, both):
    """With k of n: one of the k out gives (k-1)/(n-1), another one out k/(n-1)."""
    functions = [getattr(comparison, name) for name in CROSSED if name != "coverage_by_ambition"]
    for row in pd.concat([made(data) for data in (two, both) for made in functions]).to_dict("records"):
        count, rest = row["count"], row["of"] - 1
        ends = ([(count - 1) / rest] if count else []) + ([count / rest] if count < row["of"] else [])
        assert (row["low"], row["high"]) == pytest.approx((min(ends), max(ends)))
        assert row["share"] == pytest.approx(count / row["of"])
        assert row["low"] - 1e-9 <= row["share"] <= row["high"] + 1e-9


def test_shared_actors_by_hand(two):
    table = comparison.shared_actors(two)
    assert table[["actor_id", "ambition_id", "count", "total"]].values.tolist()[:4] == [
        ["habitants", "exemple-8", 3, 6],
        ["habitants", "exemple-9", 3, 6],
        ["region-exemple", "exemple-8", 3, 5],
        ["region-exemple", "exemple-9", 2, 5],
    ]
    once = table.drop_duplicates("actor_id")
    assert once["actor_id"].tolist()[2:] == [
        *("artisans", "exemple-nord", "lycee-exemple", "theatre-imaginaire", "universite-exemple")
    ]
    assert set(table["ambitions"]) == {"exemple-8; exemple-9"}
    # One laureate says Région Exemple, another Conseil régional Exemple.
    assert table.loc[3, "laureates"] == "exemple-gue; exemple-etang"
    named = comparison.shared_actors(two, network.NAMED)
    assert set(named["actor_id"]) == set(once["actor_id"]) - {"habitants", "artisans"}


def test_overlap_by_hand(two):
    whole, named = comparison.actors_overlap(two).to_dict("records")
    assert [whole[name] for name in ("actors_a", "actors_b", "shared", "either")] == [12, 12, 7, 17]
    assert [named[name] for name in ("actors_a", "actors_b", "shared", "either")] == [10, 9, 5, 14]
    assert whole["jaccard"] == pytest.approx(7 / 17) and named["jaccard"] == pytest.approx(5 / 14)
    assert named["actors"].split("; ")[0] == "exemple-nord"


def test_levers_by_hand(two):
    table = comparison.levers_by_ambition(two)
    columns = ["ambition_id", "kind", *VERDICTS, "direct", "indirect", "none"]
    assert table[columns].values.tolist() == [
        ["exemple-8", "condition", 0, 1, 0, 0, 1, 1, 4],
        ["exemple-8", "challenge", 0, 1, 1, 0, 1, 1, 4],
        ["exemple-8", "lever", 1, 1, 0, 0, 4, 1, 1],
        ["exemple-9", "condition", 1, 0, 0, 0, 2, 0, 5],
        ["exemple-9", "challenge", 0, 0, 0, 1, 0, 0, 7],
        ["exemple-9", "lever", 1, 1, 0, 1, 3, 2, 2],
    ]
    same = comparison.same_themes(two)
    assert same["theme_id"].tolist() == ["entraide-8", "entraide-9"]


def test_themes_are_compared_one_by_one_only_where_kind_and_label_are_the_same(two):
    def relabelled(theme, **changed):
        themes = two.themes.copy()
        for column, value in changed.items():
            themes.loc[themes["theme_id"] == theme, column] = value
        return comparison.same_themes(dataclasses.replace(two, themes=themes))

    assert relabelled("entraide-9", label_fr="RÉSEAU D’ENTRAIDE (INVENTÉ)")["theme_id"].tolist()
    assert relabelled("entraide-9", label_fr="Autre chose").empty
    assert relabelled("entraide-9", kind="challenge").empty
    # The same label twice within one ambition is no reason to compare.
    assert len(relabelled("essais-8", label_fr="Petits essais (inventé)")) == 2


def test_laws(two, both):
    for data in (two, both):
        loaded = loading.loaded(data).set_index("ambition_id")["count"]
        role = comparison.roles_by_ambition(data)
        whole = roles.counts(data).set_index("role")["count"]
        assert (role.groupby("role")["count"].sum() == whole.sort_index()).all()
        assert (role["of"] == role["ambition_id"].map(loaded)).all()
        shared = comparison.shared_actors(data)
        ties = network.ties(network.incidence(data)).set_index("actor_id")["count"]
        assert (shared.groupby("actor_id")["count"].sum() == shared.groupby("actor_id")["total"].first()).all()
        assert (shared.groupby("actor_id")["total"].first() == ties.reindex(sorted(set(shared["actor_id"])))).all()
        assert (shared["count"] <= shared["of"]).all()
        lever = comparison.levers_by_ambition(data)
        assert (lever[["direct", "indirect", "none"]].sum(axis=1) == lever["of"]).all()
        assert (lever[list(VERDICTS)].sum(axis=1) == lever["themes"]).all()
        assert lever["themes"].sum() == len(data.themes) == len(framework.themes(data))
        pairs = comparison.actors_overlap(data)
        assert len(pairs) == 2 * len(list(combinations(loaded, 2)))
        assert (pairs["either"] == pairs["actors_a"] + pairs["actors_b"] - pairs["shared"]).all()
        assert pairs.loc[pairs["kinds"] == "all", "shared"].tolist() == [shared["actor_id"].nunique()]


def test_laws_of_counts_by_ambition(two, both):
    """Counts add up to those of the programme; combinations to the laureates."""
    for data in (two, both):
        loaded = loading.loaded(data).set_index("ambition_id")["count"]
        for name in CROSSED:
            table = getattr(comparison, name)(data)
            keys = [column for column in TABLES[name] if column not in ("ambition_id", "whole", *SHARES)]
            assert set(table.groupby(keys)["ambition_id"].agg(tuple)) == {tuple(loaded.index)}
            if name != "coverage_by_ambition":
                assert (table["of"] == table["ambition_id"].map(loaded)).all()
                assert (table.groupby(keys)["count"].sum() == table.groupby(keys)["total"].first()).all()
                assert table["laureates"].map(lambda cell: len(cell.split("; ")) if cell else 0).equals(table["count"])
        together = comparison.combinations_by_ambition(data)
        assert (together.groupby("ambition_id")["count"].sum() == loaded).all()
        whole = roles.combinations(data).set_index("combination")["count"]
        assert (together.groupby("combination")["total"].first() == whole.sort_index()).all()
        means = comparison.means_by_ambition(data)
        used = means.groupby("code")["laureates"].agg("; ".join).map(lambda cell: len({*cell.split("; ")} - {""}))
        assert (used == records.means(data).set_index("code")["count"].sort_index()).all()
        types = comparison.actor_types_by_ambition(data).drop_duplicates("actor_type").set_index("actor_type")["total"]
        incidence = network.incidence(data, "actor_type")
        assert types.sort_index().to_dict() == dict(zip(incidence.actors, incidence.matrix.sum(axis=0), strict=True))
        covered = comparison.coverage_by_ambition(data).set_index(["ambition_id", "field"])
        assert covered["count"].xs("laureates", level=1).sum() == len(data.laureates)
        assert (covered["count"] <= covered["of"]).all() and (covered["total"] <= covered["whole"]).all()
        known = records.places(data).iloc[:-1]["count"].sum()
        assert covered["count"].xs("located", level=1).sum() == known


def test_with_one_ambition_the_column_is_the_fiche_s_own_table(real):
    same = ["count", "of", "laureates"]
    one = comparison.roles_by_ambition(real)
    assert one[["role", *same]].values.tolist() == roles.counts(real)[["role", *same]].values.tolist()
    one = comparison.combinations_by_ambition(real)
    assert (
        one[["combination", *same]].values.tolist() == roles.combinations(real)[["combination", *same]].values.tolist()
    )
    ties = network.ties(network.incidence(real)).set_index("actor_id")["count"].to_dict()
    assert comparison.shared_actors(real).set_index("actor_id")["count"].to_dict() == ties
    told = records.dimensions(real).set_index("case")["count"]
    text = programme.means_by_ambition(real, "en")
    assert f"a sector: ambition 4: {told['both'] + told['filiere_only']}/11" in text
    assert f"A territory: ambition 4: {told['both'] + told['territoire_only']}/11" in text


def test_coverage_by_hand(real, small):
    table = comparison.coverage_by_ambition(small)
    # Beta's département is inferred; alpha, beta and gamma have a role, alpha and beta all else.
    assert table[["field", "count", "of"]].values.tolist() == [
        *(["laureates", 4, 4], ["enjeux", 2, 2], ["departments", 2, 12], ["located", 2, 4]),
        *(["role", 3, 4], ["contribution", 2, 4], ["actor", 2, 4], ["theme", 2, 4]),
    ]
    assert comparison.funded(small).values.tolist() == [[44, "a-1"]]
    assert comparison.funded(real).values.tolist() == [[440, "ambition-4"]]
    older = dataclasses.replace(real, sources=real.sources.drop(columns=["funded", "funded_anchor"]))
    assert comparison.funded(older).empty


def test_what_is_stated_of_funded_projects(real, both):
    assert "C'est 11 sur 440 projets financés" in programme.coverage_by_ambition(real, "fr")
    assert "17 of 440 funded projects" in programme.coverage_by_ambition(both, "en")
    numbers = {"en": "different numbers of funded projects: 430 (ambition 4) and 440 (ambition 8)"}
    sources = both.sources.assign(funded=pd.array([440, 430], "Int64")).sort_values("source_id")
    assert both.sources["ambition_id"].tolist() == ["exemple-8", "ambition-4"]
    differ = dataclasses.replace(both, sources=sources)
    assert numbers["en"] in programme.coverage_by_ambition(differ, "en")
    for other in (sources.assign(funded=pd.NA), sources.drop(columns="funded")):
        none = dataclasses.replace(both, sources=other)
        assert "No document states how many" in programme.coverage_by_ambition(none, "en")


def test_means_and_types_by_hand(two):
    table = comparison.means_by_ambition(two)
    assert table[["dimension", "code", "count"]].values.tolist()[:4] == [
        ["filiere", "methods", 0],
        ["filiere", "methods", 2],
        ["filiere", "offer", 1],
        ["filiere", "offer", 1],
    ]
    table = comparison.actor_types_by_ambition(two).query("actor_type == 'local_authority'")
    assert table["count"].tolist() == [5, 2] and table["total"].tolist() == [7, 7]


@pytest.mark.parametrize("level", ["notebook", "section"])
def test_fragility_is_that_of_each_fiche(two, level):
    table = comparison.fragility_by_ambition(two, level, progress=False)
    assert set(table["fragility"]) == set(comparison.FRAGILE)
    for ambition, part in loading.split(two).items():
        own = findings.fragility(part, progress=False)
        mine = table[table["ambition_id"] == ambition]
        assert mine[mine["fragility"] == "robust"]["of"].sum() == len(own)
        for code in comparison.FRAGILE:
            number = sum(code in verdict.split("; ") for verdict in own["verdict"])
            assert mine[mine["fragility"] == code]["count"].sum() == number
        for key, rows in own.groupby(level):
            found = mine[(mine[level] == key) & (mine["fragility"] == "laureate")]
            assert found["of"].tolist() == [len(rows)]
            assert found["count"].tolist() == [sum("laureate" in verdict.split("; ") for verdict in rows["verdict"])]
    assert (
        table.groupby([*table.columns[1:-4]])["count"].sum() == table.groupby([*table.columns[1:-4]])["total"].first()
    ).all()


def test_what_has_the_same_name_in_two_ambitions_is_not_one(two):
    """Enjeux, themes and laureates are told apart by their ids: names are only shown."""
    same = dataclasses.replace(
        two,
        digest="",
        laureates=two.laureates.assign(name="Même nom"),
        enjeux=two.enjeux.assign(title_fr="Même titre", short_fr="Même titre"),
        themes=two.themes.assign(label_en="Same label"),
    )
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(comparison, name)(same), getattr(comparison, name)(two))


def test_two_ambitions_without_a_common_actor(two):
    ours = set(two.only(8).laureates["laureate_id"])
    kept = two.mentions[two.mentions["laureate_id"].isin(ours)]
    apart = dataclasses.replace(two, mentions=kept)
    assert comparison.shared_actors(apart).empty
    assert comparison.actors_overlap(apart)["shared"].tolist() == [0, 0]
    bare = dataclasses.replace(two, mentions=two.mentions.iloc[:0])
    assert all(math.isnan(value) for value in comparison.actors_overlap(bare)["jaccard"])
    for sentence in SENTENCES:
        assert "nan" not in sentence(bare, "en")


def test_one_laureate_has_no_range(two):
    table = comparison.roles_by_ambition(_alone(two))
    lone = table[table["ambition_id"] == "exemple-9"]
    assert lone["of"].tolist() == [1, 1, 1] and lone[["low", "high"]].isna().all().all()
    assert tables.show(table, two, "fr").frame.iloc[-1, 5] == ""


def _alone(two):
    """Return the records with one laureate left in the second ambition."""
    ids = {*two.only(8).laureates["laureate_id"], "exemple-gue"}
    frames = {}
    for name in ("laureates", "roles", "mentions", "evidence", "contributions", "relations"):
        frame = getattr(two, name)
        frames[name] = frame[frame["laureate_id"].isin(ids)].reset_index(drop=True)
    return dataclasses.replace(two, **frames, digest="")


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_the_same_with_one_ambition_and_with_two(real, two, name):
    function = getattr(comparison, name)
    one, other = function(real), function(two)
    assert list(one.columns) == list(other.columns) == TABLES[name]
    none = ("actors_overlap", "same_themes")
    assert one.empty == (name in none)
    assert set(one.get("ambition_id", [])) == (set() if name in none else {"ambition-4"})
    pd.testing.assert_frame_equal(function(two.only(8)), function(two.only(8)))
    for column in one:
        if len(one):
            assert one[column].dtype == other[column].dtype, column


@pytest.mark.parametrize("lang", labels.LANGUAGES)
@pytest.mark.parametrize("name", TABLES)
def test_tables_have_words(real, two, both, name, lang):
    for data in (real, two, both):
        table = getattr(comparison, name)(data)
        shown = programme.crossed(table, data, lang).frame if name in CROSSED else tables.show(table, data, lang).frame
        assert name in CROSSED or shown.shape == table.shape
        assert not {str(cell) for cell in shown.to_numpy().ravel()} & {"exemple-8", "exemple-9", "aiguillon", "lever"}


def test_rows_in_another_order_change_nothing(tmp_path, two):
    mixed = load(invented.shuffled(invented_example.FOLDER, tmp_path / "mixed", 3))
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(comparison, name)(mixed), getattr(comparison, name)(two))


def test_arguments_are_left_alone(two):
    before = {name: getattr(two, name).copy() for name in ("roles", "mentions", "evidence", "laureates")}
    for name in TABLES:
        getattr(comparison, name)(two)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(getattr(two, name), frame)


def test_what_is_compared(real, two, both):
    assert not comparison.possible(real) and comparison.possible(two) and comparison.possible(both)
    assert comparison.subject(two) is two and comparison.subject(both) is both
    assert comparison.subject(real).digest == two.digest
    # A selection is shown as it is, not the invented records: the others are only left out.
    part = both.only(4)
    assert part.left_out == ("exemple-8",) and comparison.subject(part) is part and not comparison.possible(part)
    assert real.left_out == () and both.only("all").left_out == ()
    text = programme.ambitions_status(part, "fr")
    assert text.startswith("1 ambition sur 2 chargées est sélectionnée") and "ambition 4" in text and "8" not in text
    three = dataclasses.replace(both, left_out=("ambition-9",))
    assert programme.ambitions_status(three, "en").split(": ")[1].startswith("2 ambitions of 3 loaded are selected")


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_sentences_say_what_is_loaded_and_what_is_invented(real, two, both, lang):
    assert all("{" not in sentence(data, lang) for sentence in SENTENCES for data in (real, two, both))
    said = programme.ambitions_status(real, lang)
    title = real.ambitions.set_index("number").loc[4, f"title_{lang}"]
    assert "ambition 4" in said and title in said and labels.count(11, "laureate", lang) in said
    start = labels.t("comparison.invented", lang, text="@").split("@")[0]
    for sentence in SENTENCES:
        assert not sentence(real, lang).startswith(start)
        assert sentence(two.only(8), lang).startswith(start)
        assert sentence(two, lang).startswith(start) and sentence(both, lang).startswith(start)
        assert sentence(two, lang) != sentence(both, lang)
    for number in ("2/6", "5/7", "4/6"):
        assert number in programme.roles_by_ambition(two, lang)
    assert "7" in programme.shared_actors(two, lang)
    assert labels.number(7 / 17, lang, 2) in programme.actors_overlap(two, lang)


def test_no_laureate_at_all(real):
    none = dataclasses.replace(real, laureates=real.laureates.iloc[:0])
    assert loading.loaded(none).empty and not comparison.possible(none)
    for lang in labels.LANGUAGES:
        assert labels.t("comparison.zero", lang) == programme.ambitions_status(none, lang)


def texts(folder, name):
    """Return the printed outputs of an executed notebook."""
    cells = json.loads((folder / "notebooks" / name).read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return "".join("".join(o.get("text") or o.get("data", {}).get("text/plain", "")) for o in outputs)


@pytest.mark.slow
@pytest.mark.skipif(
    mutants.EVERY > 1,
    reason="make thorough: the walk-through builds the notebooks of two ambitions too",
)
def test_notebooks_of_two_ambitions(tmp_path, repo):
    """Each is built as if the other were not there; the overview compares them."""
    (tmp_path / "project" / "notebooks").mkdir(parents=True)
    for name in ("01-records.ipynb", "00-programme.ipynb"):
        shutil.copy(repo / "notebooks" / name, tmp_path / "project" / "notebooks")
    build.build(tmp_path / "project", data=merged.write(tmp_path / "data"), out=tmp_path / "out")
    made = tmp_path / "out" / "figures" / "fr"
    counted = {part.name: len(list(part.glob("*.png"))) for part in made.iterdir()}
    assert counted == {"ambition-4": 4, "exemple-8": 4, "programme": 9}
    alone = (repo / "figures" / "fr" / "ambition-4" / build.SUMS).read_text().splitlines()
    assert set((made / "ambition-4" / build.SUMS).read_text().splitlines()) <= set(alone)
    stamp = labels.t("frame.invented", "fr").replace("'", "’")
    assert all(stamp in file.read_text() for file in (made / "exemple-8").glob("*.txt"))
    assert "2 ambitions sont chargées" in texts(tmp_path / "out", "00-programme.ipynb")
