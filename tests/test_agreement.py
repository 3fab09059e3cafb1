"""Measures of agreement: published values, an independent oracle, laws."""

import csv
import io
import json
import random

import pytest

from neoterra_analysis import cli
from neoterra_analysis.coding import agreement
from neoterra_analysis.coding.agreement import cohen_kappa, krippendorff_alpha, left_out

# K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), examples A, B and C: one line a coder.
BINARY = ["0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"]
NOMINAL = ["a a b b d c c c e d d a", "b a b b b c c c e d d d"]
MISSING = ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 ."]
# Three coders of 15 units: the worked example of the encyclopedia article "Krippendorff's alpha".
THREE = [". . . . . 3 4 1 2 1 1 3 3 . 3", "1 . 2 1 3 3 4 3 . . . . . . .", ". . 2 1 3 4 4 . 2 1 1 3 3 . 4"]


def units(coders):
    """Turn lines of coders into units; a point is a missing value."""
    return [[None if value == "." else value for value in unit] for unit in zip(*map(str.split, coders), strict=True)]


def table(cells):
    """Turn a table of counts into the values of two coders."""
    pairs = [(i, j) for i, row in enumerate(cells) for j, times in enumerate(row) for _ in range(times)]
    return [i for i, _ in pairs], [j for _, j in pairs]


@pytest.mark.parametrize(
    ("coders", "alpha"), [(BINARY, "0.095"), (NOMINAL, "0.692"), (MISSING, "0.743"), (THREE, "0.691")]
)
def test_published_alphas(coders, alpha):
    assert f"{krippendorff_alpha(units(coders)):.3f}" == alpha


@pytest.mark.parametrize(
    ("cells", "kappa"),
    [
        ([[20, 5], [10, 15]], "0.4000"),  # fifty grant proposals: the encyclopedia article "Cohen's kappa"
        ([[0, 4, 1], [0, 8, 0], [0, 1, 5]], "0.4842"),  # printed by SAS, kept in the tests of statsmodels
    ],
)
def test_published_kappas(cells, kappa):
    assert f"{cohen_kappa(*table(cells)):.4f}" == kappa


def test_the_kappa_of_r_on_the_anxiety_ratings():
    # Raters 2 and 3 of the data set anxiety of the R package irr: kappa2 gives -0.006289308 (tests of statsmodels).
    second = [int(value) for value in "36462424332333221334"]
    third = [int(value) for value in "21443216111233113322"]
    assert cohen_kappa(second, third) == pytest.approx(-0.006289308, abs=1e-9)


def random_units(seed, coders, missing):
    rng = random.Random(seed)
    values = "abcd"[: rng.randint(1, 4)]
    number = rng.randint(2, 14)
    return [[None if rng.random() < missing else rng.choice(values) for _ in range(coders)] for _ in range(number)]


def oracle(units):
    from nltk.metrics.agreement import AnnotationTask

    return AnnotationTask([(c, i, v) for i, unit in enumerate(units) for c, v in enumerate(unit) if v is not None])


@pytest.mark.parametrize("seed", range(60))
def test_alpha_is_that_of_nltk(seed):
    coded = random_units(seed, coders=2 + seed % 4, missing=0.2 * (seed % 3))
    paired = [value for unit in coded if sum(v is not None for v in unit) > 1 for value in unit if value is not None]
    alpha = krippendorff_alpha(coded)
    if len(set(paired)) < 2:
        assert alpha is None  # nltk says 1 here
    else:
        assert alpha == pytest.approx(oracle(coded).alpha(), abs=1e-12)


@pytest.mark.parametrize("seed", range(60))
def test_kappa_is_that_of_nltk(seed):
    a, b = zip(*random_units(seed, coders=2, missing=0), strict=True)
    kappa = cohen_kappa(a, b)
    if kappa is None:
        assert len({*a, *b}) == 1  # nltk says 1 here
    else:
        assert kappa == pytest.approx(oracle(list(zip(a, b, strict=True))).kappa(), abs=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_no_order_and_no_name_changes_a_digit(seed):
    coded = random_units(seed, coders=3, missing=0.2)
    rng = random.Random(seed)
    turned = [rng.sample(unit, 3) for unit in rng.sample(coded, len(coded))]
    named = [[value and f"code {value}" for value in unit] for unit in turned]
    assert krippendorff_alpha(named) == krippendorff_alpha(coded)
    without = [sorted(map(str, left_out(units, krippendorff_alpha).values())) for units in (named, coded)]
    assert without[0] == without[1]
    a, b, _ = zip(*coded, strict=True)
    assert cohen_kappa(a, b) == cohen_kappa(b, a)


def test_what_has_no_variation_is_undefined():
    for coded in ([], [["a", None], [None, "b"]], [["a", "a"], ["a", "a"]]):
        assert krippendorff_alpha(coded) is None
    assert cohen_kappa([], []) is None and cohen_kappa(["a", "a"], ["a", "a"]) is None
    assert krippendorff_alpha([["a", "a"], ["b", "b"]]) == 1 and cohen_kappa(["a", "b"], ["a", "b"]) == 1
    assert cohen_kappa(["a", "a"], ["a", "b"]) == 0  # one coder without variation: agreement is that of chance
    with pytest.raises(ValueError):
        cohen_kappa(["a"], ["a", "b"])


def test_each_unit_left_out_by_hand():
    coded = [("a", "a"), ("b", "b"), ("a", "b"), ("a", "a")]
    without = [krippendorff_alpha(coded[:i] + coded[i + 1 :]) for i in range(4)]
    assert list(left_out(coded, krippendorff_alpha).values()) == without
    # Without the only unit that has another value, alpha is undefined: the range is that of the others.
    few = [("a", "a"), ("a", "a"), ("b", "b")]
    assert left_out(few, krippendorff_alpha) == {0: 1.0, 1: 1.0, 2: None}
    assert left_out([("a", "a")], krippendorff_alpha) == {0: None}
    # Two groups: either is left out as a whole.
    grouped = left_out(coded, krippendorff_alpha, ["x", "y", "x", "y"])
    assert grouped == {"x": krippendorff_alpha(coded[1::2]), "y": krippendorff_alpha(coded[::2])}


def test_units_needed_is_that_of_the_source():
    # ATLAS.ti 22 manual, "Sample size and decision rules", after Krippendorff (2019): four codes, level 0.05.
    assert agreement.units_needed(0.8, 1 / 4) == 139 and agreement.units_needed(0.667, 1 / 4) == 81
    assert agreement.ENOUGH == 60
    assert all(agreement.units_needed(share=p) >= agreement.ENOUGH for p in (0.1, 0.3, 0.45, 0.6, 0.9))


# Words for an empty cell, and labels that read the same


def sheet(folder, rows):
    path = folder / "sheet.csv"
    path.write_text("unit,a,b\n" + "".join(f"{i},{a},{b}\n" for i, (a, b) in enumerate(rows, 1)), encoding="utf-8")
    return path


def told(path, capsys, form, *more):
    assert cli.main(["agreement", str(path), "--columns", "a", "b", "--lang", "en", "--format", form, *more]) == 0
    return capsys.readouterr().out


CODED = [("x", "x"), ("y", "y"), ("x", "y"), ("x", "x")]  # alpha: 1 - 7 * 2 / (64 - 25 - 9) = 8 / 15
WORDS = ["NA", "N/A", "n/a", "#N/A", "-", "–", ".", "null", "NULL", "None", "NaN", "nd", "n.d."]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_for_an_empty_cell_is_no_code(tmp_path, capsys, word):
    path = sheet(tmp_path, [*CODED, (word, word), (word, word), (word, "x")])
    found = json.loads(told(path, capsys, "json"))
    (row,) = found["measures"]
    assert (row["of"], row["missing"]) == (4, 3) and row["alpha"] == pytest.approx(8 / 15)
    assert len(found["notices"]) == 1 and f"{word} (5)" in found["notices"][0]
    announced = json.loads(told(path, capsys, "json", "--codes", word))
    # Values x 6, y 3, the word 5, of 14: 1 - 13 * 4 / (196 - 36 - 9 - 25).
    assert announced["measures"][0]["alpha"] == pytest.approx(1 - 13 * 4 / 126) and not announced["notices"]


SAME = [
    ("1.0", "1"),
    ("0.0", "0"),
    ("l’art", "l'art"),
    ("Lever", "lever"),
    ("é", "e\u0301"),
    ("haut\u2011lieu", "haut-lieu"),
    ("un  lieu", "un lieu"),
]


def test_labels_that_read_the_same_are_one(tmp_path, capsys):
    # Eight labels twice each, but for one pair of 1 and 0: 1 - 15 * 2 / (256 - ...) with 1 and 0 three times each.
    path = sheet(tmp_path, [*SAME, ("1.0", "0")])
    text = told(path, capsys, "text")
    assert "Disagreements (1):" in text
    (row,) = json.loads(told(path, capsys, "json"))["measures"]
    assert row["alpha"] == pytest.approx(1 - 15 * 2 / (256 - 2 * 9 - 5 * 4))
    notices = [line for line in text.splitlines() if line.startswith("Notice: ")]
    assert len(notices) == 1 and "1 = 1.0; 0 = 0.0; " in notices[0] and "Lever = lever" in notices[0]
    rows = list(csv.DictReader(io.StringIO(told(path, capsys, "csv"))))
    assert [f"Notice: {row['note']}" for row in rows if row["record"] == "notice"] == notices
    kept = json.loads(told(path, capsys, "json", "--codes", "Lever", "lever"))
    assert [row["value_a"] for row in kept["disagreements"]] == ["Lever", "1"]


def test_nothing_is_said_of_plain_codes(tmp_path, capsys):
    assert json.loads(told(sheet(tmp_path, [*CODED, ("none", "x"), ("10", "1")]), capsys, "json"))["notices"] == []


def test_a_small_sheet_of_two_programs(repo, capsys):
    path = repo / "tests" / "fiches" / "cases" / "labels.csv"
    assert cli.main(["agreement", str(path), "--columns", "anna", "bert", "--unit", "unit", "--lang", "en"]) == 0
    text = capsys.readouterr().out
    assert "4 of 5 (80%)" in text and "Disagreements (1):\n- Coding, 3: A 1; B 0\n" in text
