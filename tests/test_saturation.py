"""What other rows would bring: the formula against all choices of rows, a published example, laws."""

from dataclasses import replace
from itertools import combinations
from statistics import fmean, pstdev

import numpy as np
import pandas as pd
import pytest

from neoterra_analysis.analysis import saturation
from neoterra_analysis.sentences import prose
from neoterra_analysis.words import labels


def of_kind(table, kind):
    return table[table["kind"] == kind]


@pytest.mark.parametrize("kind", saturation.KINDS)
def test_the_formula_is_the_mean_over_all_choices(shipped, small, kind):
    for dataset in (shipped, small):
        pairs = of_kind(saturation.met(dataset), kind)
        of = {laureate: set(codes) for laureate, codes in pairs.groupby("laureate_id")["code"]}
        rows = list(dataset.laureates["laureate_id"])
        told = of_kind(saturation.rarefaction(dataset), kind).set_index("rows")
        for number in range(1, len(rows) + 1):
            seen = [len(set().union(*(of.get(i, set()) for i in some))) for some in combinations(rows, number)]
            assert told.loc[number, "mean"] == pytest.approx(fmean(seen), rel=1e-12)
            assert told.loc[number, "deviation"] == pytest.approx(pstdev(seen), abs=1e-9)


def test_what_the_small_records_hold(small):
    # Counted by hand: the town in two rows; ovens, school and the unknown one in one each; offer twice, dialogue once.
    table = saturation.unseen(small).set_index("kind")
    assert table.loc["named_actors", ["seen", "once", "twice", "rows"]].tolist() == [4, 3, 1, 4]
    assert table.loc["named_actors", "estimate"] == 4 + 3 / 4 * 3 * 2 / (2 * (1 + 1))
    assert table.loc["means", ["seen", "once", "twice"]].tolist() == [2, 1, 1]


def test_the_last_row_brings_what_stands_in_one_row(shipped):
    curves, unseen = saturation.rarefaction(shipped), saturation.unseen(shipped).set_index("kind")
    for kind, curve in curves.groupby("kind"):
        *_, before, last = curve["mean"]
        assert last == unseen.loc[kind, "seen"] and curve["mean"].is_monotonic_increasing
        assert last - before == pytest.approx(unseen.loc[kind, "once"] / len(shipped.laureates))


@pytest.mark.parametrize(
    ("units", "seen", "once", "twice", "estimate"), [(448, 93, 31, 18, 117.419), (483, 94, 35, 16, 128.928)]
)
def test_published_estimates(units, seen, once, twice, estimate):
    """Trees of two plots of Barro Colorado Island, bias-corrected, as SpadeR prints them (three decimals)."""
    times = np.array([1] * once + [2] * twice + [3] * (seen - once - twice))
    found = saturation._chao2(times, units)
    assert found[:3] == (seen, once, twice) and round(found[3], 3) == estimate


def test_order_does_not_count(shipped):
    names = ("laureates", "mentions", "evidence", "contributions", "actors")
    mixed = {name: getattr(shipped, name).sample(frac=1, random_state=4).reset_index(drop=True) for name in names}
    other = replace(shipped, **mixed)
    pd.testing.assert_frame_equal(saturation.rarefaction(other), saturation.rarefaction(shipped))
    pd.testing.assert_frame_equal(saturation.unseen(other), saturation.unseen(shipped))


def test_the_range_is_that_of_each_laureate_left_out(shipped):
    found = saturation.unseen(shipped).set_index("kind")
    kept = ("laureates", "mentions", "evidence", "contributions")
    estimates = []
    for laureate in shipped.laureates["laureate_id"]:
        tables = {name: getattr(shipped, name) for name in kept}
        less = {name: table[table["laureate_id"] != laureate].reset_index(drop=True) for name, table in tables.items()}
        estimates.append(saturation.unseen(replace(shipped, **less)).set_index("kind")["estimate"])
    every = pd.concat(estimates, axis=1)
    assert found["low"].tolist() == every.min(axis=1).tolist()
    assert found["high"].tolist() == every.max(axis=1).tolist()


def test_one_row_and_none_say_nothing(small):
    for number in (0, 1):
        kept = small.laureates.head(number)
        tables = {"laureates": kept}
        for name in ("mentions", "evidence", "contributions"):
            table = getattr(small, name)
            tables[name] = table[table["laureate_id"].isin(kept["laureate_id"])].reset_index(drop=True)
        unseen = saturation.unseen(replace(small, **tables))
        assert unseen["estimate"].tolist() == unseen["seen"].tolist() and not unseen["nearly"].any()
        assert len(saturation.rarefaction(replace(small, **tables))) == number * len(saturation.KINDS)


def test_rows_that_were_chosen_stand_for_nothing_else(shipped):
    for lang, chosen in (("fr", "choisies"), ("en", "chosen")):
        said = prose.saturation(shipped, saturation.unseen(shipped), lang)
        words = " ".join(text[lang] for key, text in labels.words().items() if "saturation" in key)
        assert chosen in said and "population" not in (said + words).lower()
