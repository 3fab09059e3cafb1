"""The figures of notebook 05: they fit, follow their data, and draw few or many rows alike."""

from functools import cache
from itertools import product

import pandas as pd
import pytest

import figure_checks as checks
import invented
from neoterra_analysis import figures
from neoterra_analysis.analysis import claims as synthesis
from neoterra_analysis.figures import publish, sheet
from neoterra_analysis.sentences import fragility_words
from neoterra_analysis.words import labels

LAUREATES = ["adam", "gd-tech", "vivance"]


@cache
def real():
    return invented.shipped()


@cache
def ctx(lang="fr"):
    return figures.context(real(), lang)


def check(figure, *expected):
    checks.check_layout(figure)
    checks.check_marks(figure)
    checks.check_words(figure, *expected)


def left_out(*rows):
    """Return a table of one statistic a row: its measure, then for each laureate (change, moved)."""
    made = [
        {"statistic": f"s{i}", "notebook": "01", "label": f"Statistic {i}", "measure": kind, "laureate_id": laureate}
        | {"base": "3", "value": "2", "change": change, "moved": moved}
        for i, (kind, *changes) in enumerate(rows)
        for laureate, (change, moved) in zip(LAUREATES, changes, strict=True)
    ]
    return pd.DataFrame(made)


def curve(readings, thresholds, value):
    """Return the curve of all combinations; ``value(on, enough)`` gives each."""
    names = [f"r{i}" for i in range(readings)]
    made = [
        {"value": value(sum(on), enough), "coded": not sum(on) and enough == thresholds[0], "enough": enough}
        | dict(zip(names, on, strict=True))
        for on in product([False, True], repeat=readings)
        for enough in thresholds
    ]
    return pd.DataFrame(made), pd.DataFrame({"option": names, "label": [f"Reading {name}" for name in names]})


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_the_ledger_with_all_its_verdicts_fits_for_print(lang):
    claims = figures.ledger(fragility_words.ledger(synthesis.ledger(real()), lang), ctx(lang))
    check(claims)
    assert claims.key == "05-ledger" and claims.canvas.get_figheight() * 2.54 <= sheet.PAGE
    assert claims.marks["verdict"] == len(claims.data)
    moved = claims.data["fragility"][claims.data["fragility"] != "robust"]
    assert claims.marks["mover"] == moved.str.split("; ").map(len).sum()


def test_leave_one_out_by_hand():
    nan, same = float("nan"), (0.0, False)
    table = left_out(
        ("number", (0.5, True), same, (-0.05, False)),
        ("share", (-0.2, True), same, same),
        ("label", (nan, True), (nan, False), (nan, True)),
        ("number", (nan, True), same, same),
        ("number", same, same, same),
    )
    figure = figures.leave_one_out(table, ctx("en"))
    check(figure, "ADAM, 4", "GD Tech, 0", "Vivance, 1")
    assert figure.marks == {"moved": 5, "cell": 1}
    assert figure.title.startswith("Without ADAM, 4 findings of 5") and "1 holds" in figure.title
    even = figures.leave_one_out(left_out(("label", (nan, True), (nan, True), (nan, False))), ctx())
    check(even)
    assert "ADAM" not in even.title
    for quiet in (left_out(("number", same, same, same)), table.iloc[:0]):
        none = figures.leave_one_out(quiet, ctx())
        check(none)
        assert none.marks == {}


def test_curve_of_one_combination():
    table, options = curve(0, [2], lambda on, enough: 4)
    for made in (table, table.drop(columns="enough")):
        figure = figures.specification_curve(made, options, ctx(), "Thèmes", "-b")
        check(figure)
        assert figure.key == "05-specification-curve-b" and figure.marks["step"] == 1
    missing = figures.specification_curve(table.assign(value=float("nan")), options, ctx(), "Thèmes")
    check(missing)


@pytest.mark.parametrize("value", [lambda on, enough: on - enough, lambda on, enough: (on * 37 + enough) % 11 / 4])
def test_curve_of_many_combinations(value):
    table, options = curve(10, [2, 1, 3, 4], value)
    before = table.copy()
    figure = figures.specification_curve(table, options, ctx("en"), "Themes")
    check(figure, "4,096 combinations")
    pd.testing.assert_frame_equal(table, before)
    svg = publish.svg_bytes(figure)
    assert len(svg) < 300_000
    assert publish.svg_bytes(figures.specification_curve(table, options, ctx("en"), "Themes")) == svg


def test_curve_draws_where_a_reading_is_on():
    table, options = curve(1, [2], lambda on, enough: 4 - on)
    figure = figures.specification_curve(table, options, ctx("en"), "Themes")
    check(figure, "3, × 1; 4, × 1")
    (row,) = [mark for mark in checks.marks(figure)["row"] if "--r0." in mark.get_gid()]
    steps = checks.marks(figure)["step"]
    extent = row.get_path().vertices[:4]
    assert extent[:, 0].min() == pytest.approx(steps[0].get_x())
    assert extent[:, 0].max() == pytest.approx(steps[1].get_x())
    assert steps[0].get_y() > steps[1].get_y()


def test_ledger_by_hand():
    columns = ["claim_id", "group", "statement", "count", "of", "indirect", "verdict", "fragility"]
    verdicts = ["supported", "partly", "indirect_only", "no_case", "contradicted"]
    rows = [(f"c{i}", "Group", f"Claim {i}.", i, 5, i % 2, v, "robust") for i, v in enumerate(verdicts)]
    rows.append(("c9", "Other", "Nothing counted " * 5, None, None, 0, "no_case", "code; reading"))
    table = pd.DataFrame(rows, columns=columns)
    figure = figures.ledger(table, ctx("en"))
    check(figure, "Claim 0: supported, robust", "no case in the rows, moved by one code and depends on a reading")
    assert figure.marks == {"verdict": 6, "mover": 2}
    assert figure.title.startswith("1 claim of 6") and "5 verdicts are robust" in figure.title
    looks = {(m.get_marker(), m.get_fillstyle()) for m in checks.marks(figure)["verdict"]}
    assert len(looks) == len(verdicts)
    check(figures.ledger(table.iloc[:0], ctx()))
    other = figures.ledger(table.assign(verdict="partly"), ctx("en"))
    assert publish.svg_bytes(other) != publish.svg_bytes(figure) and other.alt != figure.alt
