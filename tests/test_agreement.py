"""Measures of agreement: published values, an independent oracle, laws."""

import csv
import io
import json
import random
from itertools import combinations

import openpyxl
import pytest

import invented
from neoterra_analysis import cli
from neoterra_analysis.coding import coefficients
from neoterra_analysis.coding.coefficients import (
    brennan_prediger,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    left_out,
    light_kappa,
    raw_agreement,
)

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
    without = [sorted(map(str, left_out(units).values())) for units in (named, coded)]
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
    assert list(left_out(coded).values()) == without
    # Without the only unit that has another value, alpha is undefined: the range is that of the others.
    few = [("a", "a"), ("a", "a"), ("b", "b")]
    assert left_out(few) == {0: 1.0, 1: 1.0, 2: None}
    assert left_out([("a", "a")]) == {0: None}
    # Two groups: either is left out as a whole.
    grouped = left_out(coded, ["x", "y", "x", "y"])
    assert grouped == {"x": krippendorff_alpha(coded[1::2]), "y": krippendorff_alpha(coded[::2])}


def test_units_needed_is_that_of_the_source():
    # ATLAS.ti 22 manual, "Sample size and decision rules", after Krippendorff (2019): four codes, level 0.05.
    assert coefficients.units_needed(0.8, 1 / 4) == 139 and coefficients.units_needed(0.667, 1 / 4) == 81
    assert coefficients.ENOUGH == 60
    assert all(coefficients.units_needed(share=p) >= coefficients.ENOUGH for p in (0.1, 0.3, 0.45, 0.6, 0.9))


# Coefficients that high prevalence does not pull down, and several coders


def test_published_values_of_the_other_coefficients():
    # K. L. Gwet, Handbook of Inter-Rater Reliability, four raters of twelve units, as printed by the R package irrCAC.
    four = units(MISSING)
    assert f"{gwet_ac1(four):.5f}" == "0.77544" and f"{fleiss_kappa(four):.5f}" == "0.76117"
    assert f"{brennan_prediger(four):.5f}" == "0.77273" and f"{raw_agreement(four):.5f}" == "0.81818"
    # K. L. Gwet, "Kappa statistic is not satisfactory" (2002): 125 units, 118 5 / 2 0; agreement 0.944, AC1 0.941.
    pairs = list(zip(*table([[118, 5], [2, 0]]), strict=True))
    assert f"{raw_agreement(pairs):.3f} {gwet_ac1(pairs):.3f}" == "0.944 0.941"
    assert f"{cohen_kappa(*zip(*pairs, strict=True)):.3f}" == "-0.023"


def naive(coded, chance):
    """Compute agreement beyond chance pair by pair, from the shares of values in each unit."""
    rated = [[value for value in unit if value is not None] for unit in coded]
    rated = [unit for unit in rated if unit]
    several = [unit for unit in rated if len(unit) > 1]
    agreeing = [[a == b for a, b in combinations(unit, 2)] for unit in several]
    agreed = sum(sum(same) / len(same) for same in agreeing) / len(agreeing)
    values = sorted({value for unit in rated for value in unit})
    shares = [sum(unit.count(value) / len(unit) for unit in rated) / len(rated) for value in values]
    expected = chance(shares, len(values))
    return (agreed - expected) / (1 - expected)


@pytest.mark.parametrize("seed", range(60))
def test_ac1_and_brennan_prediger_are_those_of_their_formulas(seed):
    coded = random_units(seed, coders=2 + seed % 4, missing=0.2 * (seed % 3))
    given = {value for unit in coded for value in unit if value is not None}
    if len(given) < 2 or not any(sum(v is not None for v in unit) > 1 for unit in coded):
        assert gwet_ac1(coded) is brennan_prediger(coded) is None
        return
    spread = naive(coded, lambda shares, number: sum(p * (1 - p) for p in shares) / (number - 1))
    assert gwet_ac1(coded) == pytest.approx(spread, abs=1e-12)
    assert brennan_prediger(coded) == pytest.approx(naive(coded, lambda shares, number: 1 / number), abs=1e-12)
    assert fleiss_kappa(coded) == pytest.approx(naive(coded, lambda shares, _: sum(p * p for p in shares)), abs=1e-12)


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_complete_tables_are_those_of_nltk(seed):
    coded = random_units(seed, coders=2 + seed % 4, missing=0)
    if len({value for unit in coded for value in unit}) < 2:
        return
    assert brennan_prediger(coded) == pytest.approx(oracle(coded).S(), abs=1e-12)
    kappa = light_kappa(coded)
    if kappa is not None:
        assert kappa == pytest.approx(oracle(coded).kappa(), abs=1e-12)
    if len(coded[0]) == 2:
        assert fleiss_kappa(coded) == pytest.approx(oracle(coded).pi(), abs=1e-12)


def test_a_scale_that_nobody_used_up_counts():
    same = [("no", "no")] * 4
    assert gwet_ac1(same) is brennan_prediger(same) is None
    assert gwet_ac1(same, 2) == brennan_prediger(same, 2) == 1
    one = [("a", "a"), ("a", "b")]  # raw 1/2; chance with three categories 1/3, and (1 - 9/16 - 1/16) / 2 = 3/16
    assert brennan_prediger(one, 3) == pytest.approx(1 / 4) and gwet_ac1(one, 3) == pytest.approx((5 / 16) / (13 / 16))
    assert coefficients.most_used([("b", "a")]) == ("a", 0.5) and coefficients.most_used([]) == ("", None)


LONE = [("no", "no")] * 10 + [("yes", "no")]


def test_the_paradox_of_kappa_is_said(tmp_path, capsys):
    text = told(sheet(tmp_path, LONE), capsys, "text")
    assert "10 of 11 (91%)  0.00" in text and "kappa paradox" in text
    (said,) = [line for line in text.splitlines() if line.startswith("Notice: ")]
    for words in ("91%", "95% of the values are “no”", "kappa 0.00, alpha 0.00", "AC1 (0.90)"):
        assert words in said
    found = json.loads(told(sheet(tmp_path, LONE), capsys, "json"))
    (row,) = found["measures"]
    assert row["paradox"] and [f"Notice: {one}" for one in found["paradoxes"]] == [said]
    assert (row["prevalence"], row["most_used"], row["kappa"]) == (21 / 22, "no", 0.0)
    # No high agreement, no paradox; nor where kappa is high.
    for rows in ([("x", "y"), ("y", "x")] * 3, [("x", "x"), ("y", "y")] * 5):
        assert not json.loads(told(sheet(tmp_path, rows), capsys, "json"))["paradoxes"]


def many(folder, text, capsys, form, *more):
    (folder / "many.csv").write_text(text, encoding="utf-8")
    arguments = [str(folder / "many.csv"), "--columns", "anna", "bert", "carl", "--unit", "u"]
    assert cli.main(["agreement", *arguments, "--lang", "en", "--format", form, *more]) == 0
    return capsys.readouterr().out


THREE_CODERS = "u,anna,bert,carl\n1,x,x,x\n2,x,y,x\n3,y,y,\n4,,,x\n5,y,y,y\n"


def test_three_coders_with_missing_values(tmp_path, capsys):
    coded = [("x", "x", "x"), ("x", "y", "x"), ("y", "y", None), (None, None, "x"), ("y", "y", "y")]
    (row,) = json.loads(many(tmp_path, THREE_CODERS, capsys, "json"))["measures"]
    assert (row["units"], row["missing"], row["agreed"], row["of"]) == (4, 1, 3, 4)
    assert row["raw"] == pytest.approx((1 + 1 / 3 + 1 + 1) / 4)
    numbers = (krippendorff_alpha(coded), light_kappa(coded), gwet_ac1(coded), fleiss_kappa(coded))
    assert (row["alpha"], row["kappa"], row["ac1"], row["fleiss"]) == numbers
    text = many(tmp_path, THREE_CODERS, capsys, "text")
    assert text.startswith("3 codings of 5 coded units: A = anna, B = bert, C = carl\n")
    assert "- Coding, 2: A x; B y; C x\n" in text and "Light's kappa" in text and "Fleiss' kappa" in text
    assert "Counted without C: Coding, 3." in text
    assert "Not counted: Coding, 4, without a value from A and B." in text


def test_three_folders(tmp_path, capsys):
    third = {"roles": [line for line in invented.TABLES["roles"] if not line.startswith("gamma")]}
    third |= {"themes": invented.TABLES["themes"][:-1], "readings": invented.TABLES["readings"][:1]}
    third |= {name: [line for line in invented.TABLES[name] if "pushed" not in line] for name in ("evidence", "claims")}
    paths = [invented.write(tmp_path / name, **more) for name, more in (("a", {}), ("b", {}), ("c", third))]
    assert cli.main(["agreement", *map(str, paths), "--lang", "en", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (lone,) = found["disagreements"]
    assert [lone[f"value_{coder}"] for coder in "abc"] == ["yes", "yes", "no"] and lone["item"] == "inspirateur"
    pushed = next(row for row in found["measures"] if row["item"] == "pushed")
    assert pushed["agreed"] == pushed["of"] == 4 and found["left_out"] == []  # two folders know the theme


def test_what_nobody_coded_is_told_apart(tmp_path, capsys):
    # Of six units, one is coded by both, one by one of them; the empty cells of four agree on nothing.
    text = "u,anna,bert,carl\n1,k,k,\n2,k,,\n3,,,\n4,,,\n5,,,\n6,,,\n"
    (tmp_path / "s.csv").write_text(text, encoding="utf-8")
    arguments = ["agreement", str(tmp_path / "s.csv"), "--columns", "anna", "bert", "--unit", "u", "--lang", "en"]
    assert cli.main([*arguments, "--uncoded", "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["measures"]
    assert (row["agreed"], row["of"], row["agreed_touched"], row["of_touched"]) == (5, 6, 1, 2)
    # All six: chance 1/6 x 2/6 + 5/6 x 4/6; without the four, kappa of (k, k), (k, none) is 0, Brennan-Prediger 0.
    assert row["kappa"] == pytest.approx((5 / 6 - 22 / 36) / (1 - 22 / 36)) and row["kappa_touched"] == 0
    assert row["bp"] == pytest.approx(2 / 3) and row["bp_touched"] == 0
    assert cli.main([*arguments, "--uncoded"]) == 0
    assert "Without the units that nobody coded:" in capsys.readouterr().out
    assert cli.main([*arguments, "--format", "json"]) == 0  # without the option, an empty cell is no value
    (row,) = json.loads(capsys.readouterr().out)["measures"]
    assert (row["agreed"], row["of"], row["of_touched"]) == (1, 1, 1)


def test_a_workbook_of_what_was_found(tmp_path, capsys):
    file = tmp_path / "found.xlsx"
    many(tmp_path, THREE_CODERS.replace("2,x", "2,=1+1"), capsys, "xlsx", "--out", str(file))
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["measures", "disagreements", "notes"]
    head, row = ([cell.value for cell in line] for line in book["measures"].iter_rows())
    measured = dict(zip(head, row, strict=True))
    assert (measured["name"], measured["of"], measured["paradox"]) == ("Coding", 4, False)
    said = {cell.value: cell.data_type for line in book["disagreements"].iter_rows() for cell in line}
    assert said["=1+1"] == "s" and "Warning" in str([cell.value for cell in book["notes"][2]])
    before = file.read_bytes()
    many(tmp_path, THREE_CODERS.replace("2,x", "2,=1+1"), capsys, "xlsx", "--out", str(file))
    assert file.read_bytes() == before


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
