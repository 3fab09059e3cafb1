"""Where the laureates are: the counts by département, the schematic map and its sentence."""

import dataclasses
import itertools

import pandas as pd
import pytest

import figure_checks as checks
import invented
from neoterra_analysis import figures, load
from neoterra_analysis.analysis import records
from neoterra_analysis.figures import publish
from neoterra_analysis.figures.records_and_roles import GRID
from neoterra_analysis.sentences import prose, tables
from neoterra_analysis.words import labels

# Borders between départements of the region, each once.
BORDERS = {
    frozenset(pair.split("-"))
    for pair in (
        "16-17 16-24 16-79 16-86 16-87 17-24 17-33 17-79 19-23 19-24 19-87 23-87 24-33 24-47 24-87 33-40 33-47 40-47 "
        "40-64 79-86 86-87"
    ).split()
}


def with_places(dataset, stated, inferred=()):
    """Return the dataset with other départements, row by row."""
    inferred = [*inferred, *[""] * (len(stated) - len(inferred))]
    laureates = dataset.laureates.assign(department_stated=stated, department_inferred=inferred)
    return dataclasses.replace(dataset, laureates=laureates)


def draw(dataset, lang="fr"):
    return figures.places(records.places(dataset), figures.context(dataset, lang))


def expected_marks(table):
    home, last = table["department"].isin(records.REGION), table["count"].iloc[-1]
    away = table[~home & (table["department"] != "")]
    return {
        "department": 12,
        "apart": 2,
        "bar": (table[home]["stated"] > 0).sum() + (last > 0) + (away["stated"].sum() > 0),
        "part": (table[home]["inferred"] > 0).sum() + (away["inferred"].sum() > 0),
    }


def test_counted_by_hand(small):
    table = records.places(small)
    assert table["department"].tolist() == [*records.REGION, ""]
    found = table[table["count"] > 0].values.tolist()
    assert found == [
        ["33", 1, 0, 1, 4, "alpha", ""],
        ["64", 0, 1, 1, 4, "beta", "beta"],
        ["", 0, 0, 2, 4, "gamma; delta", ""],
    ]


def test_other_regions_are_counted_apart(small):
    table = records.places(with_places(small, ["33", "2A", "", "75"], ["", "", "75", ""]))
    assert table["department"].tolist() == [*records.REGION, "2A", "75", ""]
    rows = table.set_index("department")
    assert rows.loc["75", ["stated", "inferred", "count"]].tolist() == [1, 1, 2]
    assert rows.loc["75", "laureates_inferred"] == "gamma"
    assert rows.loc["", "count"] == 0


def test_every_laureate_is_counted_once(shipped):
    table = records.places(shipped)
    assert table["count"].sum() == len(shipped.laureates) == table["of"].iloc[0]
    assert (table["stated"] + table["inferred"] == table["count"])[:-1].all()
    named = "; ".join(cell for cell in table["laureates"] if cell).split("; ")
    assert sorted(named) == sorted(shipped.laureates["laureate_id"])
    counts = records.stated_counts(shipped).set_index("field").loc["department"]
    sums = (table["stated"].sum(), table["inferred"].sum(), table["count"].iloc[-1])
    assert sums == (counts["stated"], counts["inferred"], counts["not_stated"])


def test_order_of_rows_changes_nothing(tmp_path, shipped):
    before = shipped.laureates.copy(deep=True)
    mixed = load(invented.shuffled(invented.DATA, tmp_path, seed=5))
    pd.testing.assert_frame_equal(records.places(shipped), records.places(mixed))
    pd.testing.assert_frame_equal(shipped.laureates, before)


def test_an_ambition_can_be_chosen(shipped):
    pd.testing.assert_frame_equal(records.places(shipped.only(4)), records.places(shipped))
    with pytest.raises(ValueError):
        shipped.only(1)


def test_neighbours_stay_neighbours():
    assert set(GRID) == set(records.REGION) and len(set(GRID.values())) == 12
    assert len(BORDERS) == 21
    for one, other in itertools.combinations(GRID, 2):
        gap = sorted(abs(a - b) for a, b in zip(GRID[one], GRID[other], strict=True))
        if gap == [0, 1]:
            assert {one, other} in BORDERS, f"{one} and {other} share a side but no border"
        if {one, other} in BORDERS:
            assert gap[1] == 1, f"{one} and {other} share a border but do not touch"


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_fit_for_print(shipped, lang):
    figure, table = draw(shipped, lang), records.places(shipped)
    checks.check_layout(figure)
    checks.check_marks(figure)
    checks.check_words(figure, "(33) 5", "(47) 2", "(64) 1")
    assert figure.key == "01-places" and figure.data.equals(table)
    assert {k: int(v) for k, v in expected_marks(table).items() if v} == figure.marks
    shown = " ".join(t.get_text() for t in checks.texts(figure)).replace("\u00a0", " ")
    for name in ("scope", "reading", "source", "note"):
        assert labels.t(f"frame.{name}", lang) in shown
    assert "(n = 11)" in shown
    for code in records.REGION:
        assert labels.department(code) in shown and labels.department(code) in figure.alt


OTHERS = {
    "nobody has one": (["", "", "", ""], [], "Aucun département connu"),
    "everybody has one": (["33", "33", "", "24"], ["", "", "33", ""], "le plus fréquent : Gironde (3)"),
    "two come first": (["33", "33", "24", "24"], [], "les plus fréquents : Dordogne et Gironde (2 chacun)"),
    "none comes first": (["33", "24", "40", "86"], [], "1 au plus par département"),
    "all are elsewhere": (["75", "75", "2B", ""], ["", "", "", "974"], "le plus fréquent : département 75 (2)"),
    "all are inferred": ([""] * 4, ["87"] * 4, "Département connu pour 4 lauréats sur 4"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_data_fit_too(small, name):
    stated, inferred, words = OTHERS[name]
    dataset = with_places(small, stated, inferred)
    figure = draw(dataset)
    checks.check_layout(figure)
    checks.check_marks(figure)
    checks.check_words(figure)
    assert words in figure.title.replace(labels.NARROW, " ")
    assert {k: int(v) for k, v in expected_marks(records.places(dataset)).items() if v} == figure.marks


def test_a_hundred_laureates_from_all_over_fit(small):
    codes = [f"{n:02}" for n in (*range(1, 20), *range(21, 96))] + ["33"] * 45 + [""] * 12
    rows = pd.concat([small.laureates.iloc[[0]]] * len(codes), ignore_index=True)
    rows = rows.assign(
        laureate_id=[f"l-{i}" for i in range(len(codes))],
        department_stated=[code if i % 3 else "" for i, code in enumerate(codes)],
        department_inferred=["" if i % 3 else code for i, code in enumerate(codes)],
    )
    figure = draw(dataclasses.replace(small, laureates=rows))
    checks.check_layout(figure)
    checks.check_marks(figure)
    checks.check_words(figure, "Hors région" + labels.NARROW + ": 82", "(33) 46")


def test_same_data_same_bytes(small):
    one, other = draw(small), draw(small)
    assert publish.svg_bytes(one) == publish.svg_bytes(other)
    assert publish.csv_bytes(one.data) == publish.csv_bytes(other.data)
    moved = draw(with_places(small, ["33", "64", "", ""]))
    assert publish.svg_bytes(one) != publish.svg_bytes(moved)


def test_what_is_inferred_is_not_told_by_colour_alone(small):
    figure = draw(small)
    found = checks.marks(figure)
    assert all(part.get_hatch() for part in found["part"])
    assert not any(bar.get_hatch() for bar in found["bar"])
    assert {tile.get_linestyle() for tile in found["department"]} != {tile.get_linestyle() for tile in found["apart"]}


def test_table_and_sentence_in_both_languages(small, shipped):
    shown = tables.show(records.places(small), small, "fr").frame
    assert shown["Département"].tolist()[:2] == ["Charente", "Charente-Maritime"]
    assert shown["Département"].tolist()[-1] == "non énoncé"
    assert prose.places(small, "fr").startswith("Sur 4 lauréats, le département est énoncé pour 1, déduit pour 1")
    assert prose.places(with_places(small, [""] * 4), "en").endswith("No département is known.")
    assert "Gironde (5), Lot-et-Garonne (2) and" in prose.places(shipped, "en")
    assert (
        tables.show(records.places(with_places(small, ["75"] * 4)), small, "en").frame.iloc[12, 0] == "département 75"
    )
