"""Selecting ambitions: what stays, what goes, and the laws that hold between a selection and the whole."""

import dataclasses
import itertools
import json
import subprocess
import sys

import pandas as pd
import pytest

import invented
import merged
from neoterra_analysis import figures, load
from neoterra_analysis.analysis import claims, findings, network, nulls, records, roles, themes
from neoterra_analysis.dataset import invented_example, loading
from neoterra_analysis.dataset.check import check
from neoterra_analysis.dataset.loading import TABLES
from neoterra_analysis.sentences import prose, tables
from neoterra_analysis.words import labels

MODULES = (roles, records, network, themes, claims, findings, prose, nulls)


@pytest.fixture(scope="module")
def real():
    return invented.shipped()


@pytest.fixture(scope="module")
def two():
    return invented_example.load()


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return load(merged.write(tmp_path_factory.mktemp("merged") / "data"))


def same(one, other, tables_of=TABLES):
    for name in tables_of:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_loaded_names_the_ambitions_that_have_laureates(real, two):
    assert loading.loaded(two)[["ambition_id", "number", "count", "of"]].values.tolist() == [
        ["exemple-8", 8, 6, 13],
        ["exemple-9", 9, 7, 13],
    ]
    one = loading.loaded(real)
    assert len(real.ambitions) == 6 and one["number"].tolist() == [4]
    assert one["title_fr"].tolist() == ["Innover pour une économie responsable et décarbonée"]
    assert one["laureates"].iloc[0].split("; ") == real.laureates["laureate_id"].tolist()


def test_one_ambition_by_hand(two):
    part = two.only(8)
    sizes = {name: len(getattr(part, name)) for name in TABLES}
    assert sizes == {
        "sources": 1,
        "ambitions": 2,
        "enjeux": 2,
        "laureates": 6,
        "contributions": 8,
        "roles": 8,
        "actors": 13,  # 12 and the label, which is no actor
        "mentions": 20,
        "relations": 1,
        "themes": 5,
        "evidence": 9,
        "claims": 11,
        "readings": 2,
        "discrepancies": 1,
        "decisions": 0,
    }
    assert part.readings["reading_id"].tolist() == ["r901", "r902"]
    assert set(part.laureates["source_id"]) == {"exemple-fiche-8"}


def test_a_laureate_of_another_ambition_stays_as_an_actor_like_others(two):
    other = two.only(9)
    actor = other.actors.set_index("actor_id").loc["exemple-nord"]
    assert actor["laureate_id"] == "" and actor["kind"] == "named"
    assert two.actors.set_index("actor_id").loc["exemple-nord", "laureate_id"] == "exemple-nord"
    mobilised = network.two_mode(other).set_index(["laureate_id", "actor_id"])["node"]
    assert mobilised["exemple-delta", "exemple-nord"] == "exemple-nord"


@pytest.mark.parametrize("asked", [8, "8", " 8 ", "exemple-8", [8], ["8"], (8,), {"exemple-8"}, "8,", ["8", 8]])
def test_all_ways_of_asking_for_one(two, asked):
    same(two.only(asked), two.only(8))
    assert two.only(asked).digest == two.only(8).digest


@pytest.mark.parametrize("asked", [None, "all", " all ", "", ["all"], ["8", "all"], "8,9", [9, 8], ["exemple-9", 8]])
def test_all_is_the_very_same_object(two, asked):
    assert two.only(asked) is two


@pytest.mark.parametrize("asked", [None, "all", 4, "4", "ambition-4", [4], "4,4"])
def test_the_only_ambition_is_all_of_the_data(real, asked):
    assert real.only(asked) is real


def test_a_selection_is_idempotent_and_its_order_does_not_matter(both, two):
    part = both.only(8)
    assert part.only(8) is part
    assert both.only("4,8") is both is both.only([8, 4])
    three = dataclasses.replace(both, enjeux=_with_a_third(both), digest="x")
    one, other = three.only([4, 8]), three.only(["8", "ambition-4"])
    assert one is not three
    same(one, other)
    assert one.digest == other.digest != ""


def _with_a_third(dataset):
    extra = dataset.enjeux.iloc[[0]].assign(enjeu_id="7.1", ambition_id="ambition-1")
    return pd.concat([dataset.enjeux, extra], ignore_index=True)


def test_digests_tell_selections_apart(both):
    digests = [both.digest, both.only(4).digest, both.only(8).digest]
    assert len(set(digests)) == 3 and all(len(digest) == 64 for digest in digests)
    variant = dataclasses.replace(both, digest="")
    assert variant.only(4).digest == ""
    assert both.only(4).path == both.path


def test_shuffled_rows_do_not_matter(tmp_path, two):
    for seed in range(3):
        mixed = load(invented.shuffled(invented_example.FOLDER, tmp_path / str(seed), seed))
        for ambition in (8, 9):
            same(mixed.only(ambition), two.only(ambition))
            assert mixed.only(ambition).digest == two.only(ambition).digest


def test_what_is_merged_comes_apart_again(real, two, both):
    """Every table of the project's records is found again, but the list of ambitions, which a selection keeps whole."""
    rest = [name for name in TABLES if name != "ambitions"]
    same(both.only(4), real, rest)
    same(both.only(8), two.only(8), [name for name in rest if name != "actors"])
    ours, theirs = (d.only(8).actors.set_index("actor_id") for d in (both, two))
    assert ours.index.tolist() == theirs.index.tolist()


def test_parts_add_up_to_the_whole(both):
    parts = [both.only(ambition) for ambition in (4, 8)]
    for name in TABLES:
        if name not in ("ambitions", "actors"):
            assert sum(len(getattr(part, name)) for part in parts) == len(getattr(both, name)), name
    assert set().union(*(part.actors["actor_id"] for part in parts)) == set(both.actors["actor_id"])

    def total(function, *columns):
        whole = function(both)[list(columns)].sum()
        halves = [function(part)[list(columns)].sum() for part in parts]
        assert (halves[0] + halves[1] == whole).all(), function.__name__

    total(roles.counts, "count", "principal")
    total(roles.combinations, "count")
    total(roles.pairs, "count")
    total(records.coverage, "count")
    total(records.stated_counts, "stated", "inferred", "not_stated")
    total(records.dimensions, "count")
    total(themes.themes, "direct", "indirect", "none", "of")
    total(themes.verdicts, "count")
    total(claims.ledger_verdicts, "count")
    for function in (network.two_mode, roles.where, records.where, themes.where, claims.ledger_where):
        assert sum(len(function(part)) for part in parts) == len(function(both))


def test_a_claim_is_about_its_own_ambition(real, two, both):
    """What the rows show for a claim does not change when another ambition is loaded too."""

    def few(dataset):
        # Those that are quickly tried in all variants; without a digest, nothing of it is kept for other tests.
        kept = dataset.claims[dataset.claims["rule"].isin(["count", "about", "principal"])]
        return dataclasses.replace(dataset, claims=kept, digest="")

    alone = [claims.ledger(few(real)), claims.ledger(few(two).only(8))]
    whole = claims.ledger(few(both)).set_index("claim_id")
    for table in alone:
        pd.testing.assert_frame_equal(whole.loc[table["claim_id"]], table.set_index("claim_id"))
    assert len(whole) == sum(map(len, alone)) == 8
    where = claims.ledger_where(both)
    parts = [claims.ledger_where(real), claims.ledger_where(two.only(8))]
    assert {tuple(row) for part in parts for row in part.values} == {tuple(row) for row in where.values}
    announced = whole.loc["lignes-8"]
    assert announced["verdict"] == "supported" and announced["count"] == 6
    assert set(announced["laureates_direct"].split("; ")) == set(both.only(8).laureates["laureate_id"])


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_sentences_about_carriers_name_the_fiche_only_where_it_says_so(real, two, both, lang):
    assert "4" not in prose.carriers(real, lang).split("ESS")[0]
    said = prose.carriers(both, lang)
    assert "ambition 4" in said and "ambition 8" not in said
    assert "ambition" not in prose.carriers(two.only(8), lang)


def test_a_selection_is_the_dataset_of_its_records(two):
    context = figures.context(two.only(8), "fr")
    assert context.n == 6 and context.sheets == 1
    assert list(context.names) == two.only("8").laureates["laureate_id"].tolist()


# Refusals and settings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked, key",
    [
        (7, "unknown"),
        ("autre", "unknown"),
        ("8,7", "unknown"),
        (8.5, "unknown"),
        (",", "none_asked"),
        ([], "none_asked"),
    ],
)
@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_what_is_not_loaded_is_refused_and_what_is_loaded_is_named(monkeypatch, two, asked, key, lang):
    monkeypatch.setenv("NEOTERRA_LANG", lang)
    with pytest.raises(ValueError) as refused:
        two.only(asked)
    start = labels.t(f"ambitions.{key}", lang, value="@", loaded="@").split("@")[0]
    assert str(refused.value).startswith(start)
    for name in ("8 (exemple-8)", "9 (exemple-9)", "NEOTERRA_AMBITION"):
        assert name in str(refused.value)


def test_an_ambition_without_laureates_is_refused(real):
    with pytest.raises(ValueError, match="l'ambition 2 n'a pas de lauréat .* 4 \\(ambition-4\\)"):
        real.only(2)
    with pytest.raises(ValueError, match="ambition-2"):
        real.only("4,ambition-2")


def test_load_follows_the_argument_then_the_environment(monkeypatch, tmp_path):
    folder = merged.write(tmp_path / "data")
    whole = load(folder)
    assert loading.loaded(whole)["number"].tolist() == [4, 8]
    monkeypatch.setenv("NEOTERRA_AMBITION", "4")
    assert loading.loaded(load(folder))["number"].tolist() == [4]
    assert load(folder).digest == load(folder, ambition=4).digest
    assert loading.loaded(load(folder, ambition=8))["number"].tolist() == [8]
    assert load(folder, ambition="all").digest == whole.digest
    assert len(invented_example.load().laureates) == 13
    monkeypatch.setenv("NEOTERRA_AMBITION", "")
    assert load(folder).digest == whole.digest
    monkeypatch.setenv("NEOTERRA_AMBITION", "8,4")
    assert load(folder).digest == whole.digest
    monkeypatch.setenv("NEOTERRA_AMBITION", "1")
    with pytest.raises(ValueError, match="ambition 1"):
        load(folder)


# Odd selections ----------------------------------------------------------------------------------------------------


def test_readings_that_would_lead_out_of_the_selection_go(both):
    """A reading whose other answer is a laureate or an enjeu of another ambition cannot be tried within one."""
    extra = pd.DataFrame(
        [
            ("r950", "laureates", "exemple-nord", "enjeu_id", "8.1", "4.1"),
            ("r951", "laureates", "exemple-nord", "enjeu_id", "8.1", "8.2"),
            ("r952", "actors", "exemple-nord", "laureate_id", "exemple-nord", "adam"),
            ("r953", "mentions", "exemple-nord/2", "actor_id", "habitants", "chercheurs"),
            ("r954", "evidence", "temps-8/exemple-sud", "strength", "", "direct"),
        ],
        columns=["reading_id", "table", "key", "column", "value", "alternative"],
    ).assign(reason_fr="", reason_en="")
    readings = pd.concat([both.readings, extra], ignore_index=True)
    part = dataclasses.replace(both, readings=readings).only(8)
    assert part.readings["reading_id"].tolist() == ["r901", "r902", "r951", "r953", "r954"]
    assert "chercheurs" in set(part.actors["actor_id"])


def test_relations_that_lead_out_of_the_selection_go(both):
    extra = pd.DataFrame(
        [
            ("exemple-nord", "adam", "origin", "exemple-nord", "a"),
            ("exemple-sud", "insee", "origin", "exemple-sud", "b"),
        ],
        columns=both.relations.columns,
    )
    actors = pd.concat([both.actors, both.actors.iloc[[0]].assign(actor_id="insee")], ignore_index=True)
    relations = pd.concat([both.relations, extra], ignore_index=True)
    part = dataclasses.replace(both, relations=relations, actors=actors).only(8)
    assert part.relations["to_id"].tolist() == ["atelier-imaginaire", "insee"]
    assert "insee" in set(part.actors["actor_id"])


def test_a_claim_keeps_the_actor_that_it_looks_for(two):
    row = two.claims[two.claims["claim_id"] == "region-8"].assign(subject="label-exemple")
    mentions = two.mentions[two.mentions["actor_id"] != "label-exemple"]
    claims = pd.concat([two.claims[two.claims["claim_id"] != "region-8"], row], ignore_index=True)
    part = dataclasses.replace(two, claims=claims, mentions=mentions).only(8)
    assert "label-exemple" in set(part.actors["actor_id"])


# The invented records ----------------------------------------------------------------------------------------------


def test_the_invented_records_keep_the_contract_and_say_what_they_are(two):
    report = check(invented_example.FOLDER)
    assert report.problems == []
    assert {one.code for one in report.notices} == {"no_passage", "not_principally"}
    contract = [
        json.loads((folder / "datapackage.json").read_text()) for folder in (invented_example.FOLDER, invented.DATA)
    ]
    assert contract[0] == contract[1], "copy data/datapackage.json to invented_example"
    assert set(two.sources["publisher"]) == {invented_example.PUBLISHER}
    assert two.sources["title"].str.contains("invented").all()
    assert two.ambitions["title_fr"].str.contains("inventé").all()
    assert two.enjeux["short_fr"].str.contains("inventé").all() and two.themes["label_fr"].str.contains("inventé").all()
    for _, actor in two.actors[two.actors["kind"] != "generic"].iterrows():
        assert any(word in actor["name"] for word in ("Exemple", "Imaginaire")), actor["name"]
    assert two.laureates["name"].str.startswith("Exemple-").all()
    assert 5 <= loading.loaded(two)["count"].min() and loading.loaded(two)["count"].max() <= 7


def test_invented_records_are_told_wherever_they_are(real, two, both):
    assert invented_example.within(two) and invented_example.within(both) and invented_example.within(both.only(8))
    assert not invented_example.within(real) and not invented_example.within(both.only(4))
    assert invented_example.sources(both) == {"exemple-fiche-8": True, "fiche-ambition-4": False}


def test_tables_of_two_ambitions_have_words(both):
    for lang, function in itertools.product(labels.LANGUAGES, (loading.loaded, records.coverage, roles.where)):
        shown = tables.show(function(both), both, lang).frame
        assert len(shown) == len(function(both))


def test_selection_loads_nothing_that_draws():
    code = "import sys; from neoterra_analysis import load; load(ambition='all'); print('matplotlib' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=invented.DATA.parent)
    assert out.stdout.strip() == "False", out.stderr
