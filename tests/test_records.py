import pandas as pd
import pytest

import invented
from neoterra_analysis import load
from neoterra_analysis.analysis import records, roles, themes


def test_coverage_counted_by_hand(small):
    table = records.coverage(small)
    assert table.values.tolist() == [["1.1", 2, 4, "alpha; beta"], ["1.2", 2, 4, "gamma; delta"]]


def test_stated_counted_by_hand(small):
    counts = records.stated_counts(small).set_index("field")
    assert counts.loc["department"].tolist() == [1, 1, 2, 4]
    assert counts.loc["actors"].tolist() == [2, 0, 2, 4]
    assert counts.loc["role"].tolist() == [3, 0, 1, 4]
    values = records.stated(small).set_index(["laureate_id", "field"])["value"]
    assert values["alpha", "actors"] == "3" and values["beta", "department"] == "64" and values["delta", "role"] == ""


def test_contributions_counted_by_hand(small):
    table = records.contributions(small)
    assert table[["target", "code", "count", "of", "laureates"]].values.tolist() == [
        ["culture", "offer", 2, 4, "alpha; beta"],
        ["rural", "dialogue", 1, 4, "beta"],
    ]
    assert records.dimensions(small)["count"].tolist() == [1, 0, 1, 2]


def test_cells_of_contributions_lead_back_to_their_rows():
    dataset = invented.shipped()
    table = records.contributions(dataset)
    anchors = [anchor for cell in table["anchors"] for anchor in cell.split("; ")]
    assert sorted(anchors) == sorted(dataset.contributions["anchor"])


@pytest.mark.parametrize(
    "statistic",
    [
        records.coverage,
        records.stated,
        records.stated_counts,
        records.contributions,
        records.dimensions,
        roles.counts,
        roles.combinations,
        roles.pairs,
        roles.by_enjeu,
        roles.by_actor_type,
        roles.where,
        themes.framework,
        themes.themes,
        themes.roles_by_lever,
        themes.sentences,
        themes.verdicts,
        themes.where,
    ],
)
def test_shuffled_rows_change_nothing_and_arguments_stay(tmp_path, statistic):
    plain = load(invented.DATA)
    before = {name: getattr(plain, name).copy(deep=True) for name in ("roles", "laureates", "mentions", "evidence")}
    mixed = load(invented.shuffled(invented.DATA, tmp_path, seed=11))
    pd.testing.assert_frame_equal(statistic(plain), statistic(mixed))
    for name, frame in before.items():
        pd.testing.assert_frame_equal(frame, getattr(plain, name))
