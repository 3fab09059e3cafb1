import math
import random
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import invented
from neoterra_analysis import load
from neoterra_analysis.analysis import findings, fragility, roles, variants
from neoterra_analysis.analysis.fragility import Share
from neoterra_analysis.dataset.loading import TABLES

NAN = math.nan


def aiguillons(dataset):
    return Share(int((dataset.roles["role"] == "aiguillon").sum()), len(dataset.laureates))


def passages(dataset):
    return len(dataset.evidence)


def having_roles(dataset):
    return dataset.roles["laureate_id"].nunique()


def family(dataset):
    return {
        "aiguillons": aiguillons(dataset),
        "passages": passages(dataset),
        "first": next(iter(dataset.roles["role"]), "nobody"),
        "coded": sorted(set(dataset.evidence["theme_id"])),
        "mean": float(dataset.mentions["position"].mean()) if len(dataset.mentions) else None,
    }


def alike(a, b):
    """Tell whether two values are the same; a number and its float are."""
    if isinstance(a, dict):
        return list(a) == list(b) and all(alike(a[key], b[key]) for key in a)
    if a is None or b is None or isinstance(a, (str, list, tuple)):
        return type(a) is type(b) and a == b
    return float(a) == float(b) or (math.isnan(a) and math.isnan(b))


@pytest.mark.parametrize(
    ("base", "value", "expected"),
    [
        (Share(1, 4), Share(2, 4), 0.25),
        (Share(2, 4), Share(1, 2), 0.0),
        (Share(1, 4), Share(0, 0), math.inf),
        (Share(0, 0), Share(0, 3), math.inf),
        (Share(0, 0), Share(0, 0), 0.0),
        (10, 9, -0.1),
        (-10, -9, 0.1),
        (0, 0, 0.0),
        (0, 2, math.inf),
        (0, -2, -math.inf),
        (None, None, 0.0),
        (None, 3, math.inf),
        (3, None, math.inf),
        (NAN, None, 0.0),
        (2.5, NAN, math.inf),
        ("a", "a", 0.0),
        ("a", "", 1.0),
        (["a", "b"], ["a", "b"], 0.0),
        (["a", "b", "c"], ["c", "b", "a"], 3.0),
        (["a", "b", "c"], ["b", "a", "c"], 1.0),
        (["a", "b"], [], 2.0),
        ([], [], 0.0),
        (["a", "b"], ["b", "c"], 2.0),
        (("a",), ["a"], 0.0),
    ],
)
def test_change_by_hand(base, value, expected):
    assert fragility.change(base, value) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("base", "value", "expected"),
    [
        (Share(5, 10), Share(6, 10), False),  # exactly ten points
        (Share(3, 10), Share(2, 10), False),
        (Share(50, 100), Share(61, 100), True),
        (10, 11, False),  # exactly a tenth
        (10, 9, False),
        (10, 12, True),
        (0, 1, True),
        (None, None, False),
        (1, None, True),
        (Share(0, 0), Share(1, 1), True),
        ("a", "b", True),
        (["a", "b"], ["b", "a"], True),
        (["a"], ["a"], False),
    ],
)
def test_moved_up_to_the_edge(base, value, expected):
    assert fragility.moved(base, value) is expected


def test_the_tolerance_is_the_caller_s():
    assert fragility.moved(Share(5, 10), Share(6, 10), 0.05) and not fragility.moved(10, 14, 0.5)
    assert fragility.moved("a", "b", 99)


def test_measure():
    kinds = [fragility.measure(x) for x in (Share(0, 0), 0, 1.5, None, NAN, np.float64(1), "", [], ("a",))]
    assert kinds == ["share", *["number"] * 5, "label", "list", "list"]
    for wrong in (True, {"a"}, {"a": 1}, pd.Series([1]), b"a", np.int64(3)):
        with pytest.raises(TypeError, match=type(wrong).__name__):
            fragility.measure(wrong)


def test_a_statistic_of_another_kind_is_refused(small):
    with pytest.raises(TypeError, match="DataFrame"):
        fragility.assess(small, roles.counts, reads={})


def test_leave_one_out_by_hand(small):
    table = fragility.leave_one_out(small, aiguillons).set_index("laureate_id")
    assert table["value"].to_dict() == {"alpha": (1, 3), "beta": (1, 3), "gamma": (2, 3), "delta": (2, 3)}
    assert table["change"].round(3).tolist() == [-0.167, -0.167, 0.167, 0.167]
    assert set(table["base"]) == {Share(2, 4)} and set(table["statistic"]) == {"value"}


def test_leaving_out_a_row_that_adds_nothing(small):
    values = findings.values(small)
    counting_laureates = {
        "laureates",
        "largest_enjeu",
        "isolated",
        "top_combination",
        "combinations_found",
        "components",
    }
    counting_laureates |= {"components_named", "types_others"}
    left = findings.values(variants.without(small, "delta"))
    assert alike(having_roles(small), having_roles(variants.without(small, "delta")))
    for name, value in values.items():
        if not isinstance(value, Share) and name not in counting_laureates:
            assert alike(value, left[name]), name
        elif isinstance(value, Share) and left[name].of == value.of:
            assert left[name] == value, name
        elif isinstance(value, Share) and not name.startswith("laureate_pairs"):
            assert left[name].of == 3 and value.of == 4 and left[name].count <= value.count, name


def test_a_dataset_twice_keeps_all_shares(small, shipped):
    for dataset in (small, shipped):
        changed = {}
        for name in ("laureates", "contributions", "roles", "mentions", "evidence", "relations"):
            frame = getattr(dataset, name)
            again = frame.assign(laureate_id=frame["laureate_id"] + "-again")
            if name == "laureates":
                again["source_row"] += len(frame)
            if name == "relations":
                known = set(dataset.laureates["laureate_id"])
                ends = {
                    end: again[end].map(lambda i, known=known: f"{i}-again" if i in known else i)
                    for end in ("from_id", "to_id")
                }
                again = again.assign(**ends)
            changed[name] = pd.concat([frame, again], ignore_index=True)
        before, after = findings.values(dataset), findings.values(replace(dataset, **changed))
        assert after["laureates"] == 2 * before["laureates"] and after["actors"] == before["actors"]
        # a share of actors or of pairs is none of laureates, and what is supported is asked of a number of them
        by_actor = {
            "supported",
            "shared_actors",
            "top_row_share",
            "top_row_share_named",
            "laureate_pairs",
            "laureate_pairs_named",
        }
        for name, value in before.items():
            if isinstance(value, Share) and name not in by_actor:
                assert float(after[name]) == pytest.approx(float(value), nan_ok=True), name
        kept = ["top_role", "role_order", "pairs_never", "roles_everywhere", "top_means", "types_connecteurs"]
        kept += ["top_type_connecteur", "connecteurs_varied", "themes_without_case", "most_direct", "edges"]
        assert all(alike(before[name], after[name]) for name in kept)
        # each actor is now shared, and what one laureate alone showed is shown by two
        assert after["shared_actors"].count == after["actors"]
        assert "partly" not in [value for name, value in after.items() if name.startswith("verdict_")]


def test_without_readings_the_curve_is_one_point(tmp_path):
    dataset = load(invented.write(tmp_path, readings=invented.TABLES["readings"][:1]))
    table = fragility.specifications(dataset, aiguillons)
    assert table.to_dict("list") == {"value": [Share(2, 4)]}
    assert (table.attrs["possible"], table.attrs["complete"], table.attrs["readings"]) == (1, True, [])
    assessed = fragility.assess(dataset, aiguillons)
    assert assessed[["spec_of", "spec_moved", "spec_other"]].values.tolist() == [[1, 0, None]]


def nothing(dataset, enough=1, least=0):
    return enough + least


@pytest.mark.parametrize("thresholds", [{}, {"enough": (1, 2, 3)}, {"enough": (1, 2, 3), "least": (0, 5)}])
@pytest.mark.parametrize(
    ("reads", "readings"), [({}, 0), ({"roles": ()}, 1), ({"actors": ()}, 6), ({"evidence": ()}, 5)]
)
def test_the_number_of_specifications(shipped, reads, readings, thresholds):
    table = fragility.specifications(shipped, nothing, reads, thresholds)
    settings = math.prod(len(values) for values in thresholds.values())
    assert len(table) == table.attrs["possible"] == 2**readings * settings
    assert table.attrs["complete"] and len(table.attrs["readings"]) == readings
    given = table.attrs["readings"] + table.attrs["choices"]
    assert not table[given].duplicated().any() if given else len(table) == 1
    assert not table[table.attrs["readings"]].iloc[0].any()
    assert [table[name].iloc[0] for name in thresholds] == [values[0] for values in thresholds.values()]


def test_a_setting_is_given_to_the_statistic(shipped):
    table = fragility.specifications(shipped, nothing, {}, {"enough": (1, 2), "least": (0, 5)})
    assert (table["value"] == table["enough"] + table["least"]).all()
    assert table["value"].tolist() == [1, 6, 2, 7]


def test_beyond_the_most_specifications_are_drawn(shipped):
    thresholds = {"enough": (1, 2, 3)}
    first, again = (fragility.specifications(shipped, nothing, None, thresholds, most=50) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert len(first) == 50 and not first.attrs["complete"]
    assert first.attrs["possible"] == 3 * 2 ** len(shipped.readings) == again.attrs["possible"]
    given = first.attrs["readings"] + ["enough"]
    assert not first[given].duplicated().any()
    plain = first[~first[first.attrs["readings"]].any(axis=1)]
    assert plain.index[0] == 0 and plain["enough"].tolist() == [1, 2, 3]  # the coded data, with each threshold
    other = fragility.specifications(shipped, nothing, None, thresholds, most=50, seed=1)
    assert len(other) == 50 and not other[given].equals(first[given])
    assert len(fragility.specifications(shipped, nothing, None, thresholds, most=1)) == 1
    exact = fragility.specifications(shipped, nothing, {"evidence": ()}, most=32)
    assert exact.attrs["complete"] and len(exact) == 32
    short = fragility.specifications(shipped, nothing, {"evidence": ()}, most=31)
    assert not short.attrs["complete"] and len(short) == 31


def test_very_many_readings_can_be_drawn_from(small):
    line = dict(small.readings.iloc[0])
    many = pd.DataFrame([{**line, "reading_id": f"r{i:03}"} for i in range(140)])
    table = fragility.specifications(replace(small, readings=many), nothing, most=20)
    assert len(table) == 20 and table.attrs["possible"] == 2**140


def test_a_threshold_is_seen_although_specifications_are_drawn(shipped):
    table = fragility.assess(shipped, lambda d, enough=1: str(enough), None, {"enough": (1, 2)}, most=8)
    assert table["verdict"].tolist() == ["reading; threshold"] or table["verdict"].tolist() == ["threshold"]
    assert table["spec_complete"].tolist() == [False]


def test_verdicts_one_by_one(small):
    def stands(function, **more):
        return fragility.assess(small, function, **more)["verdict"].tolist()

    assert stands(lambda d: len(d.sources)) == ["robust"]
    assert stands(lambda d: "beta" in set(d.laureates["laureate_id"]) and "a" or "b") == ["laureate"]
    # only a coder's flip makes alpha a connecteur
    alpha = [("alpha", "connecteur")]
    coded = lambda d: str(alpha[0] in set(zip(d.roles["laureate_id"], d.roles["role"], strict=True)))  # noqa: E731
    assert stands(coded) == ["code"]
    eased = lambda d: str("eased" in set(d.evidence["theme_id"]))  # noqa: E731
    assert stands(eased, reads={"evidence.note": ()}) == ["robust"]
    assert stands(eased) == ["code; reading"]
    note = small.readings.iloc[[0]].assign(table="actors", key="town", column="note", value="", alternative="x")
    only = replace(small, readings=note)
    assert fragility.assess(only, lambda d: "".join(d.actors["note"]))["verdict"].tolist() == ["reading"]
    assert stands(lambda d, enough=1: enough, choices={"enough": (1, 2)}) == ["threshold"]
    assert stands(lambda d, enough=1: 10 * enough, choices={"enough": (1, 1.1)}) == ["robust"]  # within a tenth
    everything = lambda d, enough=1: f"{len(d.laureates)} {len(d.evidence)} {enough}"  # noqa: E731
    assert stands(everything, choices={"enough": (1, 2)}) == ["laureate; code; reading; threshold"]


def test_a_reading_that_only_matters_beside_another_threshold_moves_neither(small):
    def both(dataset, enough=1):
        return str(enough == 2 and "eased" in set(dataset.evidence["theme_id"]))

    row = fragility.assess(small, both, {"evidence.strength": ()}, {"enough": (1, 2)}).iloc[0]
    assert row["spec"] == ("r02", "enough=2") and row["spec_moved"] == 1 and row["spec_of"] == 4
    assert row["verdict"] == "robust"  # neither does it alone


def test_ordered_lists(small):
    def order(dataset):
        return list(dict.fromkeys(dataset.roles.sort_values("anchor")["laureate_id"]))

    row = fragility.assess(small, order, {"roles": ()}).iloc[0]
    assert row["value"] == ["beta", "alpha", "gamma"] and row["measure"] == "list"
    assert row["loo_moved"] == 3 and row["loo_of"] == 4 and row["loo_laureate"] == "alpha"
    assert row["loo_low"] is None and row["spec_other"] is None and row["flip_other"] is not None


def test_what_moves_it_most(small):
    row = fragility.assess(small, aiguillons, {"roles.role": ()}).iloc[0]
    assert (row["loo_low"], row["loo_high"]) == (Share(1, 3), Share(2, 3))
    assert (row["flip_low"], row["flip_high"]) == (Share(1, 4), Share(3, 4))
    assert row["flip"] == ("roles", "alpha/aiguillon", "salience", "stated", "none")
    assert (row["loo_moved"], row["loo_of"], row["spec_of"], row["spec"]) == (4, 4, 1, None)


def test_a_number_that_disappears(small):
    def mean(dataset):
        mine = dataset.mentions.loc[dataset.mentions["laureate_id"] == "gamma", "position"]
        return float(mine.mean()) if len(mine) else None

    row = fragility.assess(small, mean, {}).iloc[0]
    assert row["value"] == row["loo_low"] == row["loo_high"] == 1.0
    assert row["loo_other"] is None and row["loo_laureate"] == "gamma" and row["loo_moved"] == 1
    row = fragility.assess(small, lambda d: None, {}).iloc[0]
    assert row["value"] is None and row["loo_low"] is None and row["verdict"] == "robust"


def test_a_family_gives_the_same_as_its_members(small):
    whole = fragility.assess(small, family)
    for row in whole.to_dict("records"):
        name = row["statistic"]
        alone = fragility.assess(small, lambda dataset, name=name: family(dataset)[name]).iloc[0].to_dict()
        assert alone.pop("statistic") == "value" and row.pop("statistic") == name
        assert alike(alone, row), name


def test_the_order_of_rows_changes_nothing(small, tmp_path):
    expected = fragility.assess(small, family)
    for seed in (1, 2):
        other = load(invented.shuffled(small.path, tmp_path / str(seed), seed))
        pd.testing.assert_frame_equal(fragility.assess(other, family), expected)
    mixed = {name: getattr(small, name).sample(frac=1, random_state=3, ignore_index=True) for name in TABLES}
    plain, shuffled = findings.values(small), findings.values(replace(small, **mixed))
    listed = {name for name, value in plain.items() if isinstance(value, list)}
    assert all(alike(plain[name], shuffled[name]) for name in plain if name not in listed)
    assert all(set(plain[name]) == set(shuffled[name]) for name in listed)


def test_each_family_sees_only_what_it_reads(shipped):
    """Scramble all columns that a family does not read, and find each of its values unchanged."""
    made = random.Random("scrambled")
    for one in findings.FAMILIES:
        changed = {}
        for table in ("contributions", "roles", "actors", "evidence"):
            frame = getattr(shipped, table)
            free = [column for column in ("code", "dimension", "role", "salience", "kind", "actor_type", "strength")]
            free = [c for c in free if c in frame and table not in one.reads and f"{table}.{c}" not in one.reads]
            frame = frame.assign(
                **{c: pd.Series(made.sample(frame[c].tolist(), len(frame)), dtype="str") for c in free}
            )
            changed[table] = frame
        assert alike(one.function(shipped), one.function(replace(shipped, **changed))), one.name


@pytest.mark.parametrize("table", ["contributions", "roles", "mentions", "relations", "evidence", "claims"])
def test_headlines_of_an_empty_table(tmp_path, table):
    nothing = {name: invented.TABLES[name][:1] for name in (table, "readings")}
    dataset = load(invented.write(tmp_path, **nothing))
    for left in (dataset, *(variants.without(dataset, i) for i in dataset.laureates["laureate_id"])):
        values = findings.values(left)
        assert all(fragility.measure(value) for value in values.values())
    if table == "mentions":
        assert values["top_row"] == [] and values["top_row_share"] == Share(0, 0)


def test_headlines_of_no_laureate_at_all(small):
    left = small
    for laureate in small.laureates["laureate_id"]:
        left = variants.without(left, laureate)
    values = findings.values(left)
    assert values["laureates"] == 0 and values["top_row"] == [] and values["types_connecteurs"] is None
    assert len(fragility.leave_one_out(left, aiguillons)) == 0
