"""Two codings side by side: hand-countable folders and sheets, and the command that tells of them."""

import csv
import io
import json
import shlex
import shutil

import pandas as pd
import pytest

import invented
from neoterra_analysis import cli, load
from neoterra_analysis.coding import agreement

# Second coding: alpha loses aiguillon, gains connecteur; gamma's role is the main one; beta's lever is indirect.
SECOND = {
    "roles": [
        "laureate_id,role,salience,anchor",
        "alpha,connecteur,stated,un connecteur",
        "beta,aiguillon,stated,aussi aiguillon",
        "beta,connecteur,principal,surtout connecteur",
        "gamma,inspirateur,principal,un inspirateur",
    ],
    "evidence": invented.replaced("evidence", "pushed,beta,direct,ce levier", "pushed,beta,indirect,autre levier"),
    "readings": invented.TABLES["readings"][:1],
}


@pytest.fixture
def folders(tmp_path):
    return invented.write(tmp_path / "first"), invented.write(tmp_path / "second", **SECOND)


def test_compare_by_hand(folders):
    found = agreement.measures(agreement.pairs(*map(load, folders))).set_index(["what", "item"])
    assert found.index.tolist() == [
        *[("role", role) for role in ("aiguillon", "inspirateur", "connecteur")],
        ("roles", ""),
        ("main_role", ""),
        *[("theme", theme) for theme in ("eased", "held", "pushed")],
        ("themes", ""),
    ]
    counts = found[["units", "agreed", "of", "missing"]]
    assert counts.loc[("role", "aiguillon")].tolist() == [4, 3, 4, 0]
    assert counts.loc[("role", "inspirateur")].tolist() == [4, 4, 4, 0]
    assert counts.loc[("roles", "")].tolist() == [4, 10, 12, 0]
    assert counts.loc[("main_role", "")].tolist() == [4, 3, 4, 0]
    assert counts.loc[("themes", "")].tolist() == [4, 11, 12, 0]
    # aiguillon: yes-no, yes-yes, no-no, no-no. Po 3/4; Pe (2 x 1 + 2 x 3) / 16; alpha 1 - 7 x 2 / (64 - 9 - 25).
    row = found.loc[("role", "aiguillon")]
    assert row["kappa"] == 0.5 and row["alpha"] == pytest.approx(1 - 14 / 30)
    # Without alpha all agree; without beta no one says yes twice; without gamma or delta 1 - 5 x 2 / (36 - 9 - 9).
    assert row["alpha_low"] == 0 and row["alpha_high"] == 1 and row["alpha_lost"] == ""
    assert pd.isna(found.loc[("theme", "eased"), "alpha"]) and pd.isna(found.loc[("theme", "eased"), "kappa"])
    assert found.loc[("theme", "eased"), "note"] == "no_variation"
    # held: only beta has a passage, in both codings; without beta nothing varies.
    assert found.loc[("theme", "held"), ["alpha", "alpha_lost"]].tolist() == [1, "beta"]


def test_disagreements_by_hand(folders):
    found = agreement.differing(agreement.pairs(*map(load, folders)))
    assert found.values.tolist() == [
        ["role", "aiguillon", "alpha", "yes", "un aiguillon", "no", ""],
        ["role", "connecteur", "alpha", "no", "", "yes", "un connecteur"],
        ["main_role", "", "gamma", "none", "", "inspirateur", "un inspirateur"],
        ["theme", "pushed", "beta", "direct", "ce levier", "indirect", "autre levier"],
    ]


def test_disagreements_are_what_does_not_agree(folders):
    a, b = map(load, folders)
    found, apart = agreement.measures(agreement.pairs(a, b)), agreement.differing(agreement.pairs(a, b))
    single = found[~found["what"].isin(agreement.POOLED.values())]
    assert (single["of"] - single["agreed"]).sum() == len(apart)
    back = agreement.measures(agreement.pairs(b, a))
    assert back.equals(found)


def test_the_order_of_rows_does_not_matter(folders, tmp_path):
    turned = [invented.shuffled(folder, tmp_path / f"turned-{i}", seed=i) for i, folder in enumerate(folders)]
    before, after = (agreement.measures(agreement.pairs(*map(load, pair))) for pair in (folders, turned))
    assert before.equals(after)
    assert agreement.differing(agreement.pairs(*map(load, folders))).equals(
        agreement.differing(agreement.pairs(*map(load, turned)))
    )


def test_laureates_and_themes_of_one_coding_only_are_told_and_left_out(tmp_path, folders, capsys):
    more = invented.write(
        tmp_path / "more",
        laureates=[*invented.TABLES["laureates"], "epsilon,Epsilon,,,1.2,,,,,Cinq,Five,doc,5,Epsilon fait,,"],
        themes=[*invented.TABLES["themes"], "extra,a-1,doc,4,lever,Encore,More,Def,Def,encore"],
    )
    a, b = load(folders[0]), load(more)
    assert agreement.unshared(a, b).values.tolist() == [["laureate", "epsilon", "b"], ["theme", "extra", "b"]]
    assert agreement.measures(agreement.pairs(a, b)).equals(agreement.measures(agreement.pairs(a, a)))
    assert cli.main(["agreement", str(folders[0]), str(more), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "laureate Epsilon stands only in B" in told and "theme More stands only in B" in told


def test_a_laureate_under_another_ambition_has_no_shared_themes(tmp_path, folders, incoherent):
    enjeux = [*invented.TABLES["enjeux"], "2.1,a-2,1,Third,Troisième,,Third,Troisième"]
    laureates = invented.replaced("laureates", "delta,Delta,,,1.2", "delta,Delta,,,2.1")
    readings = invented.TABLES["readings"][:1]
    moved = invented.write(tmp_path / "moved", enjeux=enjeux, laureates=laureates, readings=readings)
    found = agreement.measures(agreement.pairs(load(folders[0]), load(moved))).set_index("what")
    assert found.loc["themes", ["units", "of", "missing"]].tolist() == [3, 9, 3]
    assert found.loc["roles", ["units", "of", "missing"]].tolist() == [4, 12, 0]


def test_the_shipped_data_agree_with_themselves():
    dataset = invented.shipped()
    found = agreement.measures(agreement.pairs(dataset, dataset))
    assert (found["agreed"] == found["of"]).all() and (found["missing"] == 0).all()
    assert len(found) == 3 + 1 + 1 + len(dataset.themes) + 1
    for name in ("alpha", "kappa"):
        assert (found[name].dropna() == 1).all()
        assert (found[name].isna() == (found["note"] == "no_variation")).all()
    silent = set(dataset.themes["theme_id"]) - set(dataset.evidence["theme_id"])
    assert set(found.loc[found["note"] == "no_variation", "item"]) == silent
    assert agreement.differing(agreement.pairs(dataset, dataset)).empty


# --- sheets

SHEET = "ligne;anna;bert;ancre a;ancre b;note\nr3;oui;non;un mot;;x\nr1;oui;oui;;;\nr2;non;non;;;\nr4;;oui;;=1+1;\n"


def sheet(folder, text=SHEET, encoding="utf-8"):
    path = folder / "sheet.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_sheet_by_hand(tmp_path):
    found = agreement.from_sheet(sheet(tmp_path), ("anna", "bert"), "ligne", ("ancre a", "ancre b"))
    assert found["unit"].tolist() == ["r1", "r2", "r3", "r4"] and set(found["what"]) == {"sheet"}
    assert found.loc[2].tolist() == ["sheet", "", "r3", "oui", "un mot", "non", ""]
    (row,) = agreement.measures(found).to_dict("records")
    assert (row["units"], row["missing"], row["agreed"], row["of"]) == (3, 1, 2, 3)
    assert row["kappa"] == 0.4 and row["alpha"] == agreement.krippendorff_alpha([("o", "o"), ("n", "n"), ("o", "n")])


def test_the_same_coding_gives_the_same_numbers_as_a_sheet(folders, tmp_path):
    pairs = agreement.pairs(*map(load, folders))
    pairs = pairs[pairs["what"] == "theme"]
    path = sheet(tmp_path, pairs.to_csv(index=False, lineterminator="\r\n"), "utf-8-sig")
    again = agreement.from_sheet(path, ("value_a", "value_b"), "unit", ("anchor_a", "anchor_b"), "item")
    numbers = ["units", "missing", "agreed", "of", "alpha", "alpha_low", "alpha_high", "alpha_lost", "kappa", "note"]
    assert agreement.measures(again)[numbers].equals(agreement.measures(pairs)[numbers])
    assert agreement.measures(again)["what"].tolist() == ["code", "code", "code", "codes"]


def test_a_sheet_without_names_of_units_names_lines(tmp_path):
    found = agreement.from_sheet(sheet(tmp_path, "a,b\nx,y\n\nx,x\n"), ("a", "b"))
    assert found["unit"].tolist() == ["2", "4"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_excel_does_to_a_sheet_is_harmless(tmp_path, encoding, end):
    plain = agreement.from_sheet(sheet(tmp_path), ("anna", "bert"), "ligne")
    other = SHEET.replace("oui", "oui\u00a0").replace("\n", end)
    assert agreement.from_sheet(sheet(tmp_path, other, encoding), ("anna", "bert"), "ligne").equals(plain)
    commas = SHEET.replace(";", ",")
    assert agreement.from_sheet(sheet(tmp_path, commas), ("anna", "bert"), "ligne").equals(plain)


def test_an_encoding_is_announced_never_guessed(tmp_path):
    path = sheet(tmp_path, "unité;a;b\n1;forêt;forêt\n2;pré;forêt\n", "cp1252")
    with pytest.raises(ValueError, match="--encoding"):
        agreement.from_sheet(path, ("a", "b"))
    assert set(agreement.from_sheet(path, ("a", "b"), "unité", encoding="cp1252")["value_a"]) == {"forêt", "pré"}
    with pytest.raises(ValueError, match="klingon"):
        agreement.from_sheet(path, ("a", "b"), encoding="klingon")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "header"),
        ("unit,a,b\n", "no row"),
        ("unit,a\n1,x\n", "no column “b”; columns: a, unit"),
        ("unit,a,b\n1,x,x\n2,x,x\n1,x,y\n", "line 4: the unit “1” stands already on line 2"),
        ("unit,a,b\n1,x,x\n,x,x\n", "line 3: column “unit” is empty"),
        ('unit,a,b\n1,"x,x\n2,x,x\n', "line 2"),
        ("unit,a,b\n1,x\n", "2 cells instead of 3"),
        ("unit,a,b,b\n1,x,x,y\n", "may not stand twice"),
        ("unit\ta\tb\n1\tx\tx\n", "comma"),
        ("unit,a,b\n1,x\x07,x\n", "line 2, column a"),
    ],
)
def test_a_bad_sheet_is_told_on_one_line(tmp_path, capsys, text, words):
    arguments = ["agreement", str(sheet(tmp_path, text)), "--columns", "a", "b", "--unit", "unit", "--lang", "en"]
    assert cli.main(arguments) == 1
    told = capsys.readouterr()
    assert told.out == "" and words in told.err and told.err.count("\n") == 1
    assert told.err.startswith("sheet.csv")


def test_a_unit_may_stand_once_for_each_code(tmp_path):
    path = sheet(tmp_path, "u,c,a,b\n1,x,p,p\n1,y,p,q\n2,x,q,q\n2,y,q,q\n")
    found = agreement.measures(agreement.from_sheet(path, ("a", "b"), "u", code="c"))
    assert found[["what", "item", "units", "agreed", "of"]].values.tolist() == [
        ["code", "x", 2, 2, 2],
        ["code", "y", 2, 1, 2],
        ["codes", "", 2, 3, 4],
    ]


# --- the command


def test_the_command_tells_all(folders, capsys):
    assert cli.main(["agreement", *map(str, folders), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Two codings of 4 laureates: A = ")
    for words in (
        "3 of 4 (75%)",
        "All roles",
        "undefined",
        "one and the same value",
        "without: Beta",
        "Disagreements (4):",
    ):
        assert words in told
    assert "- Spur, Alpha: A yes (“un aiguillon”); B no" in told
    assert "- Main role, Gamma: A no main role; B Inspirer (“un inspirateur”)" in told
    assert "- Pushed, Beta: A direct (“ce levier”); B indirect (“autre levier”)" in told
    assert "Warning: 4 laureates cannot carry a reliability claim" in told and "60 would be needed" in told
    assert "alpha for “Spur” goes from 0.00 to 1.00 (a width of 1.00" in told
    assert " nan" not in told.lower()


def test_the_command_speaks_french_by_default(folders, capsys):
    assert cli.main(["agreement", *map(str, folders)]) == 0
    told = capsys.readouterr().out
    assert (
        "Désaccords (4)\u202f:" in told and "A oui (« un aiguillon »)".replace("« ", "«\u202f").split(" »")[0] in told
    )
    assert "3 sur 4 (75\u202f%)" in told and "4 lauréats ne suffisent pas" in told and "indéfini" in told


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_shipped_data_against_themselves(repo, capsys, lang):
    assert cli.main(["agreement", str(repo / "data"), str(repo / "data"), "--lang", lang]) == 0
    told = capsys.readouterr().out
    assert {"fr": "Aucun désaccord (0).", "en": "No disagreement (0)."}[lang] in told
    assert {"fr": "11 lauréats ne suffisent pas", "en": "11 laureates cannot carry"}[lang] in told
    assert {"fr": "Aucun alpha ne change", "en": "No alpha changes"}[lang] in told


def test_many_units_are_not_warned_of(tmp_path, capsys):
    rows = "".join(f"{i},{'xy'[i % 2]},{'xy'[i % 3 == 0]}\n" for i in range(60))
    assert cli.main(["agreement", str(sheet(tmp_path, "u,a,b\n" + rows)), "--columns", "a", "b", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "Note: 60 coded units" in told and "Warning" not in told


def test_json_and_csv_hold_the_same(folders, capsys):
    arguments = ["agreement", *map(str, folders), "--lang", "en", "--format"]
    assert cli.main([*arguments, "json"]) == 0
    told = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert (told["units"], told["enough"], len(told["disagreements"])) == (4, 60, 4)
    eased = next(row for row in told["measures"] if row["item"] == "eased")
    assert (eased["alpha"], eased["kappa"], eased["note"]) == (None, None, "no_variation")
    assert cli.main([*arguments, "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["record"] for row in rows] == ["measure"] * 9 + ["disagreement"] * 4 + ["warning"]
    for row, same in zip(rows, told["measures"] + told["disagreements"], strict=False):
        for name, value in same.items():
            assert row[name] == ("" if value is None else str(value))
    assert rows[-1]["note"] == told["warning"]


def test_csv_runs_no_formula_in_a_spreadsheet(tmp_path, capsys):
    text = "u,a,b,wa,wb\n1,=1+1,@b,-2,+3\n2,x,x,,\n"
    arguments = ["--columns", "a", "b", "--unit", "u", "--anchors", "wa", "wb", "--format", "csv"]
    assert cli.main(["agreement", str(sheet(tmp_path, text)), *arguments]) == 0
    (row,) = [r for r in csv.DictReader(io.StringIO(capsys.readouterr().out)) if r["record"] == "disagreement"]
    said = [row[name] for name in ("value_a", "anchor_a", "value_b", "anchor_b")]
    assert said == ["'=1+1", "'-2", "'@b", "'+3"]


def test_a_missing_value_is_told(tmp_path, capsys):
    arguments = ["--columns", "anna", "bert", "--unit", "ligne", "--lang", "en"]
    assert cli.main(["agreement", str(sheet(tmp_path)), *arguments]) == 0
    told = capsys.readouterr().out
    assert "Not counted: Coding, r4, without a value from A." in told and "Disagreements (1):" in told


def test_what_a_cell_hides_is_shown(tmp_path, capsys):
    path = sheet(tmp_path, 'u,a,b\n1,"x\ny",z\n2,x,x\n')
    assert cli.main(["agreement", str(path), "--columns", "a", "b", "--lang", "en"]) == 0
    assert "A x‹U+000A›y; B z" in capsys.readouterr().out


def test_bad_data_are_told_with_their_folder(folders, tmp_path, capsys):
    bad = tmp_path / "bad"
    shutil.copytree(folders[0], bad)
    roles = bad / "roles.csv"
    roles.write_text(roles.read_text(encoding="utf-8").replace("connecteur,", "conecteur,"), encoding="utf-8")
    assert cli.main(["agreement", str(folders[0]), str(bad), "--lang", "en"]) == 1
    told = capsys.readouterr()
    assert told.out == "" and "bad" in told.err and "roles.csv, line 4, column role" in told.err


def test_nothing_to_compare_is_told(folders, tmp_path, capsys):
    assert cli.main(["agreement", str(folders[0]), str(tmp_path / "nowhere")]) == 1
    assert "nowhere" in capsys.readouterr().err
    assert cli.main(["agreement", str(tmp_path / "nowhere.csv"), "--columns", "a", "b"]) == 1
    assert "nowhere.csv" in capsys.readouterr().err
    assert cli.main(["agreement", str(sheet(tmp_path)), "--columns", "anna", "anna", "--lang", "en"]) == 1
    assert "two coders" in capsys.readouterr().err
    assert cli.main(["agreement", str(folders[0]), str(invented.DATA), "--lang", "en"]) == 1
    assert "no laureate in common" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        *([], ["a"], ["a", "b", "--columns", "x", "y"], ["a", "b", "--unit", "u"], ["a", "--columns", "x"]),
        *(["a", "b", "--uncoded"], ["a", "--columns", "x", "y", "--anchors", "z"]),
    ],
)
def test_what_is_not_understood_is_told(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["agreement", *arguments])
    assert stopped.value.code == 2 and "usage: neoterra agreement" in capsys.readouterr().err


def test_the_readme_shows_what_the_command_prints(repo, tmp_path, monkeypatch, capsys):
    rows = "p1,lever,lever,,\np2,lever,challenge,a support,a resistance\np3,challenge,challenge,,\n"
    rows += "p4,lever,lever,,\np5,challenge,challenge,,\np6,challenge,challenge,,\n"
    sheet(tmp_path, f"passage,anna,bert,anna's words,bert's words\n{rows}")
    monkeypatch.chdir(tmp_path)
    shown = (repo / "README.md").read_text(encoding="utf-8").split("$ .venv/bin/neoterra agreement ")[1]
    arguments, *lines = shown.split("\n```")[0].splitlines()
    assert cli.main(["agreement", *shlex.split(arguments)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not any(one.startswith(line.removesuffix("…")) for one in told)] == []


def test_help_tells_every_option(capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["agreement", "--help"])
    told = capsys.readouterr().out
    options = ("--columns", "--unit", "--anchors", "--code", "--encoding", "--format", "--lang")
    assert stopped.value.code == 0 and all(word in told for word in (*options, "neoterra agreement data/"))
