"""What was accepted: each loss and exchange that no rule can see is named; the same otherwise written is not."""

import csv
import errno
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import invented
import merged
import mutants
from neoterra_analysis import cli, load
from neoterra_analysis.coding import add as merging
from neoterra_analysis.coding import workbook
from neoterra_analysis.dataset import accepted, csvfile, rules
from neoterra_analysis.dataset.check import stops
from neoterra_analysis.words import files
from test_merging import draft_of, edited
from test_workbook_folder import CALLS, killed

NAME = accepted.NAME
TOLD = {"row_gone", "row_new", "cell_changed", "cell_filled", "cell_emptied", "other_column", "other_table"}
TOLD |= {"nothing_accepted", "accepted_damaged"}


def accept(folder):
    """Accept a folder as it stands, without a word."""
    contract = rules.tables(folder)
    (folder / NAME).write_bytes(accepted.text(contract, accepted.rows_of(folder, contract)).encode())
    return folder


def judged(folder):
    """Note two decisions about the first claim of a folder, so that no table is without rows."""
    claim = (folder / "claims.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[0]
    lines = [
        f"k00{n},2026-01-31,Ada,judgement,{claim},{part},minor,Relu" for n, part in ((1, "limits"), (2, "relevance"))
    ]
    (folder / "decisions.csv").write_text("\n".join([*invented.TABLES["decisions"], *lines]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def data(tmp_path):
    return accept(judged(invented.write(tmp_path / "data")))


def rewrite(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} does not stand once in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8", newline="")


def told(found):
    return [(one.code, one.file, one.line, one.column, one.value, one.other, one.nearest) for one in found]


def test_the_data_are_what_was_accepted(repo):
    """A commit that changes records carries their acceptance: neoterra check --accept."""
    assert told(accepted.changes(repo / "data")) == []
    written = (repo / "data" / NAME).read_bytes()
    contract = rules.tables(repo / "data")
    assert written == accepted.text(contract, accepted.rows_of(repo / "data", contract)).encode()
    assert len(written) < 40_000 and b"\r" not in written and str(repo).encode() not in written


def test_every_rule_has_words_and_a_test(repo):
    words = tomllib.loads((repo / "src/neoterra_analysis/words/accepted.toml").read_text(encoding="utf-8"))
    assert {key.removeprefix("rule.") for key in words if key.startswith("rule.")} == TOLD > set(accepted.CHANGES)


# --- the laws, on tables in memory -------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["shipped", "invented", "programme"])
def whole(request, tmp_path_factory):
    """Return a folder that was accepted, its contract and its tables."""
    home = tmp_path_factory.mktemp("whole") / "data"
    if request.param == "shipped":
        shutil.copytree(invented.DATA, home)
    else:
        {"invented": invented.write, "programme": merged.write}[request.param](home)
    accept(judged(home))
    contract = rules.tables(home)
    return home, contract, {name: csvfile.read(home, resource) for name, resource in contract.items()}


def compare(whole, name, rows):
    """Tell what changed when a table has other rows."""
    home, contract, tables = whole
    return accepted.compare(home, contract, tables | {name: tables[name]._replace(rows=rows)})


def key_of(row, resource):
    return "/".join(row.cells[column] for column in resource["schema"]["primaryKey"])


def some(cases, many=60):
    """Return a seeded part of the cases in CI, all of them in make thorough."""
    cases = list(cases)
    return cases if mutants.EVERY == 1 else random.Random(4).sample(cases, min(len(cases), many))


def test_each_row_that_is_dropped_is_named_and_nothing_else(whole):
    _, contract, tables = whole
    for name, i in some((name, i) for name, table in tables.items() for i in range(len(table.rows))):
        rows = tables[name].rows
        found = compare(whole, name, rows[:i] + rows[i + 1 :])
        assert told(found) == [("row_gone", f"{name}.csv", 0, "", key_of(rows[i], contract[name]), "", "")]


def test_of_a_table_cut_at_any_row_each_row_gone_is_named(whole):
    _, contract, tables = whole
    for name, table in tables.items():
        for size in sorted({0, len(table.rows) // 2, len(table.rows) - 1}):
            found = compare(whole, name, table.rows[:size])
            assert {(one.code, one.file) for one in found} == {("row_gone", f"{name}.csv")}
            assert sorted(one.value for one in found) == sorted(key_of(r, contract[name]) for r in table.rows[size:])


def other_value(field, value):
    """Return another value: another code where there are codes."""
    codes = [one for one in field.get("constraints", {}).get("enum", []) if one != value]
    return codes[0] if codes else value + "9"


def test_each_cell_that_is_another_is_named(whole):
    _, contract, tables = whole
    cells = ((n, i, f) for n, t in tables.items() for i in range(len(t.rows)) for f in contract[n]["schema"]["fields"])
    for name, i, field in some(cells):
        rows, column = list(tables[name].rows), field["name"]
        row, now = rows[i], other_value(field, rows[i].cells[column])
        rows[i] = row._replace(cells=row.cells | {column: now})
        key = key_of(row, contract[name])
        ((code, *place, before),) = told(compare(whole, name, rows))
        assert place == [f"{name}.csv", row.line, column, now, key] and code == (
            "cell_changed" if row.cells[column] else "cell_filled"
        )
        is_key = column in contract[name]["schema"]["primaryKey"]
        assert before == (row.cells[column] if is_key or len(row.cells[column]) <= accepted.SHORT else "")


def test_cells_of_two_rows_that_are_exchanged_are_both_named(whole):
    _, contract, tables = whole
    for name, resource in contract.items():
        rows, key = tables[name].rows, resource["schema"]["primaryKey"]
        for column in (field["name"] for field in resource["schema"]["fields"] if field["name"] not in key):
            a, b = rows[0], next((row for row in rows if row.cells[column] != rows[0].cells[column]), None)
            if b:
                mixed = [{a.line: b, b.line: a}.get(row.line, row).cells[column] for row in rows]
                mixed = [row._replace(cells=row.cells | {column: v}) for row, v in zip(rows, mixed, strict=True)]
                found = compare(whole, name, mixed)
                assert [(one.line, one.column) for one in found] == sorted([(a.line, column), (b.line, column)])
                assert {one.other for one in found} == {key_of(a, resource), key_of(b, resource)}


def test_a_row_that_stands_twice_is_named(whole):
    _, contract, tables = whole
    for name, table in tables.items():
        again = table.rows[0]._replace(line=99)
        found = told(compare(whole, name, [*table.rows, again]))
        assert found == [("row_new", f"{name}.csv", 99, "", key_of(again, contract[name]), "", "")]


def test_the_order_of_rows_says_nothing(whole):
    _, _, tables = whole
    for name, table in tables.items():
        assert compare(whole, name, random.Random(name).sample(table.rows, len(table.rows))) == []


# --- the laws, on files ------------------------------------------------------------------------------------------


def test_tables_of_two_folders_that_are_exchanged_are_named(data):
    for name in rules.tables(data):
        mine = (data / f"{name}.csv").read_bytes()
        shutil.copy(invented.DATA / f"{name}.csv", data)
        assert {one.file for one in accepted.changes(data)} == {f"{name}.csv"}
        (data / f"{name}.csv").write_bytes(mine)
    assert accepted.changes(data) == []


def test_of_a_table_that_is_not_read_to_its_end_no_row_is_called_gone(data, capsys):
    rewrite(data / "roles.csv", "beta,aiguillon,stated,", "beta,aiguillon,stated,one,too,many,")
    rewrite(data / "roles.csv", "gamma,inspirateur,stated", "gamma,inspirateur,principal")
    (data / "evidence.csv").unlink()
    assert [(one.code, one.line) for one in accepted.changes(data)] == [("cell_changed", 5)]
    assert check(capsys, data)[0] == 1


def two_alike(folder, key=()):
    """Write a folder of two tables that have the same columns."""
    folder.mkdir()
    fields = [{"name": name, "type": "string", "example": "x"} for name in ("one", "two")]
    schema = {"fields": fields, "primaryKey": list(key)}
    tables = [{"name": name, "path": f"{name}.csv", "schema": schema} for name in ("a", "b")]
    (folder / "datapackage.json").write_text(json.dumps({"resources": tables}))
    (folder / "a.csv").write_text("one,two\nr,1\ns,1\n")
    (folder / "b.csv").write_text("one,two\nr,2\nt,2\n")
    return accept(folder)


@pytest.mark.parametrize("key", [(), ("one",)])
def test_two_tables_of_the_same_columns_that_are_exchanged_are_named(tmp_path, key):
    folder = two_alike(tmp_path / "two", key)
    assert accepted.changes(folder) == []
    a, b = (folder / name for name in ("a.csv", "b.csv"))
    (first, second) = a.read_text(), b.read_text()
    a.write_text(second), b.write_text(first)
    found = told(accepted.changes(folder))
    assert {one[1] for one in found} == {"a.csv", "b.csv"}
    changed = ("cell_changed", "a.csv", 2, "two", "2", "r" if key else "r/1", "1")
    assert changed in found and ("cell_changed", "b.csv", 2, "two", "1", "r" if key else "r/2", "2") in found
    assert [one for one in found if "s" in one[4] or "t" in one[4]] != []


def test_without_a_key_rows_are_counted(tmp_path):
    folder = two_alike(tmp_path / "two")
    (folder / "a.csv").write_text("one,two\nr,1\nr,1\ns,1\n")
    assert [one.code for one in accepted.changes(folder)] == ["row_new"]
    accept(folder)
    (folder / "a.csv").write_text("one,two\nr,1\ns,1\n")
    assert told(accepted.changes(folder)) == [("row_gone", "a.csv", 0, "", "r/1", "", "")]


def test_what_is_the_same_otherwise_written_says_nothing(tmp_path):
    mixed = invented.shuffled(invented.DATA, tmp_path / "mixed", seed=3)
    for file in mixed.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as stream:
            rows = [row[::-1] for row in csv.reader(stream)]
        with file.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(rows)
    manifest = (invented.DATA / NAME).read_bytes()
    for other in (manifest, manifest.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + manifest):
        (mixed / NAME).write_bytes(other)
        assert accepted.changes(mixed) == []
    assert load(mixed).digest == invented.shipped().digest


def test_harmless_changes_say_nothing_and_mistakes_say_so(tmp_path):
    """What the other tests make of the shipped tables: those that load to the same records are the same."""
    folder = tmp_path / "data"
    shutil.copytree(invented.DATA, folder)
    harmless = "file_bom file_cr file_excel_fr file_excel_fr_announced file_empty_row char_nbsp char_nfd".split()
    seen = 0
    for made in (mutants.CLASSES[name] for name in (*harmless, "char_curly_apostrophe")):
        for one in some(made(random.Random(1)), 4):
            file, before = folder / f"{one.table}.csv", (folder / f"{one.table}.csv").read_bytes()
            file.write_bytes(one.content)
            assert accepted.changes(folder, one.encoding) == [], one
            assert accepted.changes(folder, one.encoding, since=invented.DATA) == []
            file.write_bytes(before)
            seen += 1
    assert seen > 20
    rewrite(folder / "roles.csv", "adam,aiguillon,stated", "adam,aiguillon,principal")
    assert [one.value for one in accepted.changes(folder, since=invented.DATA)] == ["principal"]


# --- the command -------------------------------------------------------------------------------------------------


def check(capsys, *words):
    code = cli.main(["check", *map(str, words)])
    return code, capsys.readouterr()


def test_check_names_what_changed_and_accept_takes_it_as_meant(data, capsys):
    rewrite(data / "actors.csv", "generic,company", "generic,farming")
    rewrite(data / "mentions.csv", "beta,3,Inconnu,unknown,\n", "")
    rewrite(data / "laureates.csv", "Pain,company", ",company")
    rewrite(data / "themes.csv", "Facile,Eased,Def", "Facile,Eased,Une définition plus longue que courte")
    code, out = check(capsys, data, "--lang", "fr")
    for line in (
        "actors.csv, ligne 3, colonne actor_type : « farming »\n  règle [cell_changed] : ce n'est pas ce qui a été",
        "accepté pour « mill »\n  avis : chargée ainsi ; c'était « company »\n",
        "mentions.csv : « beta/3 »\n  règle [row_gone] : cette ligne a été acceptée et n'y est plus\n",
        "laureates.csv, ligne 2, colonne project_name\n  règle [cell_emptied]",
        "c'était « Pain »",
        "themes.csv, ligne 2, colonne definition_fr : « Une définition",
        "Changements depuis ce qui a été accepté : 4. S'ils sont voulus : la même commande avec --accept",
    ):
        assert line in out.out.replace("\u202f", " ").replace("\u00a0", " "), line
    assert code == 0 and out.err == ""
    code, out = check(capsys, data, "--format", "json")
    known = {(one["file"], one["code"], one["severity"]) for one in json.loads(out.out)}
    assert code == 0 and ("mentions.csv", "row_gone", "notice") in known
    code, out = check(capsys, data, "--format", "github", "--lang", "en")
    assert (
        re.search(r"::notice file=data/actors.csv,line=3,col=\d+,title=cell_changed::actor_type: farming: ", out.out)
        and code == 0
    )
    assert "::notice file=data/mentions.csv,line=1,title=row_gone::beta/3: " in out.out
    code, out = check(capsys, data, "--accept", "--lang", "en")
    assert code == 0 and "row_gone" in out.out and out.out.endswith(f"Accepted as it stands: {data}\n")
    code, out = check(capsys, data, "--lang", "en")
    assert code == 0 and "accepted" not in out.out and accepted.changes(data) == []
    stamp = (data / NAME).stat().st_mtime_ns
    assert check(capsys, data, "--accept")[0] == 0 and (data / NAME).stat().st_mtime_ns == stamp


def test_a_longer_cell_is_named_though_not_what_it_was(data, capsys):
    long = "Une définition qui est plus longue que courte"
    rewrite(data / "themes.csv", "Facile,Eased,Def", f"Facile,Eased,{long}")
    accept(data)
    for now, code in ((f"{long}.", "cell_changed"), ("", "cell_emptied"), ("~" + long, "cell_changed")):
        text = (data / "themes.csv").read_text(encoding="utf-8")
        (data / "themes.csv").write_text(text.replace(long, now), encoding="utf-8")
        assert told(accepted.changes(data)) == [(code, "themes.csv", 2, "definition_fr", now, "eased", "")]
        assert "{" not in check(capsys, data)[1].out
        (data / "themes.csv").write_text(text, encoding="utf-8")


def test_a_cell_that_only_looks_like_a_digest_is_held_as_any_other(data):
    mark = accepted._mark("Une définition qui est plus longue que courte")
    rewrite(data / "themes.csv", "Facile,Eased,Def", "Facile,Eased,Une définition qui est plus longue que courte")
    accept(data)
    rewrite(data / "themes.csv", "Une définition qui est plus longue que courte", mark)
    assert [one.value for one in accepted.changes(data)] == [mark]


def test_problems_are_not_accepted_and_their_cells_told_once(data, capsys):
    before = (data / NAME).read_bytes()
    rewrite(data / "roles.csv", "gamma,inspirateur", "gamma,inspirater")
    rewrite(data / "actors.csv", "generic,company", "generic,farming")
    code, out = check(capsys, data, "--accept", "--lang", "en")
    assert code == 1 and out.out.count("column role: “inspirater”\n") == 1 and "[cell_changed]" in out.out
    assert out.out.endswith("Nothing was accepted: correct it first.\n") and (data / NAME).read_bytes() == before
    assert check(capsys, data, "--accept", "--format", "json")[0] == 1 and (data / NAME).read_bytes() == before


def test_of_many_changes_a_person_is_told_some_and_a_program_all(tmp_path, capsys):
    folder = tmp_path / "data"
    shutil.copytree(invented.DATA, folder)
    for name in ("readings", "discrepancies"):
        (folder / f"{name}.csv").write_text((folder / f"{name}.csv").read_text("utf-8").splitlines()[0] + "\n")
    code, out = check(capsys, folder, "--lang", "en")
    gone = {name: len(getattr(invented.shipped(), name)) for name in ("readings", "discrepancies")}
    assert code == 0 and out.out.count("[row_gone]") == 40
    for name, number in gone.items():
        assert f"{name}.csv: more changes, which --format json tells all: {number - 20}\n" in out.out
    found = json.loads(check(capsys, folder, "--format", "json")[1].out)
    assert sum(one["code"] == "row_gone" for one in found) == sum(gone.values())


def test_where_nothing_was_accepted_one_notice_says_so_and_all_else_works(tmp_path, capsys):
    folder = invented.write(tmp_path / "data")
    assert told(accepted.changes(folder)) == [("nothing_accepted", NAME, 0, "", "", "", "")]
    code, out = check(capsys, folder, "--lang", "en")
    assert code == 0 and out.out.count(NAME) == 1 and "neoterra check --accept" in out.out and "since" not in out.out
    assert all(one.file != NAME for one in load(folder).notices) and not (folder / NAME).exists()
    assert stops(folder) is False and "accept" not in capsys.readouterr().err
    code, out = check(capsys, folder, "--accept", "--lang", "en")
    assert code == 0 and "[nothing_accepted]" not in out.out and accepted.changes(folder) == []


def test_a_build_tells_that_something_is_not_accepted(data, capsys):
    assert stops(data, "en") is False
    assert "Changes since" not in capsys.readouterr().err
    rewrite(data / "actors.csv", "generic,company", "generic,farming")
    assert stops(data, "en") is False
    assert f"Changes since what was accepted: 1. To see them: neoterra check {data}\n" in capsys.readouterr().err
    assert load(data).notices == load(invented.write(data.parent / "plain")).notices


def one_table(**changed):
    """Return a manifest of one table with something else in it."""
    table = {"rows": 1, "sha256": accepted._digest(['["x"]']), "columns": ["a"], "cells": [["x"]]} | changed
    return json.dumps({"tables": {"roles": table}})


DAMAGED = {
    "empty": "",
    "cut": '{"tables": {"roles": {"rows": 1',
    "a list": "[]",
    "a number": "1",
    "no tables": "{}",
    "tables are a list": '{"tables": []}',
    "a table is a list": '{"tables": {"roles": []}}',
    "deep": "[" * 100_000,
    "conflict": "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n",
    "not text": b"\xff\xfe\x00",
    "rows": one_table(rows=2),
    "digest": one_table(sha256="0" * 64),
    "cells are text": one_table(cells="x"),
    "a cell is a number": one_table(cells=[[1]]),
    "a row is short": one_table(columns=["a", "b"]),
    "columns are numbers": one_table(columns=[1]),
    "no columns": one_table(columns=None),
    "a long number": '{"tables": ' + "9" * 5000 + "}",
    "a row was lost": None,
}


@pytest.mark.parametrize("how", DAMAGED)
def test_a_damaged_manifest_is_told_and_mended_by_accepting(data, capsys, how):
    bad = DAMAGED[how]
    if bad is None:
        bad = (data / NAME).read_text("utf-8").replace('["label",', '["lebal",')
    (data / NAME).write_bytes(bad if isinstance(bad, bytes) else bad.encode())
    assert [one.code for one in accepted.changes(data)] == ["accepted_damaged"]
    code, out = check(capsys, data, "--lang", "en")
    assert code == 0 and out.err == "" and "[accepted_damaged]" in out.out and len(out.out) < 3000
    assert len(load(data).laureates) == 4 and stops(data) is False
    capsys.readouterr()
    assert check(capsys, data, "--accept")[0] == 0 and accepted.changes(data) == []


def test_a_folder_in_the_place_of_the_manifest_is_told(data, capsys):
    (data / NAME).unlink()
    (data / NAME).mkdir()
    code, out = check(capsys, data)
    assert code == 0 and "[accepted_damaged]" in out.out
    code, out = check(capsys, data, "--accept", "--lang", "en")
    assert code == 1 and len(out.err.splitlines()) == 1 and "Nothing was changed" in out.err


def test_tables_and_columns_that_the_contract_does_not_have_are_told(data, capsys):
    known = json.loads((data / NAME).read_text("utf-8"))["tables"]
    state = {
        n: (t["columns"], [dict(zip(t["columns"], row, strict=True)) for row in t["cells"]]) for n, t in known.items()
    }
    columns, rows = state["roles"]
    state["roles"] = [*columns[:-1], "colour"], [{**row, "colour": "blue"} for row in rows]
    state["guests"] = state.pop("relations")
    (data / NAME).write_text(accepted._text(state), encoding="utf-8")
    assert [(one.code, one.file, one.column or one.value) for one in accepted.changes(data)] == [
        ("other_table", NAME, "guests"),
        ("row_new", "relations.csv", "beta/alpha/origin"),
        ("other_column", "roles.csv", "anchor"),
        ("other_column", "roles.csv", "colour"),
    ]
    rewrite(data / "actors.csv", "generic,company", "generic,farming")
    assert "farming" in [one.value for one in accepted.changes(data)]
    code, out = check(capsys, data)
    assert code == 0 and "[other_table]" in out.out and "[other_column]" in out.out and "{" not in out.out
    contract, rows = rules.tables(data), accepted.rows_of(data, rules.tables(data))
    assert accepted.carried(data, contract, rows, rows) is None


def kill_everywhere(root):
    """Kill an acceptance at each call."""
    os.fsync = lambda handle: None
    calls = [call for call in CALLS if call[1] != "open"]
    n, going = 0, True
    while going:
        n += 1
        data = accept(invented.write(root / f"{n:03}" / "data"))
        rewrite(data / "mentions.csv", "beta,3,Inconnu,unknown,\n", "")
        going = killed(n, lambda: cli.main(["check", str(data), "--accept", "--format", "json"]), calls)  # noqa: B023


def test_a_killed_acceptance_leaves_the_old_manifest_or_the_new(tmp_path):
    pytest.importorskip("fcntl")
    script = "import sys, pathlib, test_accepted as t; t.kill_everywhere(pathlib.Path(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=Path(__file__).parent, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    seen = [[one.code for one in accepted.changes(case / "data")] for case in sorted(tmp_path.iterdir())]
    assert {("row_gone",), ()} == {tuple(codes) for codes in seen} and len(seen) > 5 and seen[-1] == []
    assert cli.main(["check", str(tmp_path / "001" / "data"), "--accept"]) == 0
    assert not [file.name for file in (tmp_path / "001" / "data").iterdir() if file.name.startswith(".")]


def test_a_read_only_folder_is_told_on_one_line(data, capsys, monkeypatch):
    rewrite(data / "actors.csv", "generic,company", "generic,farming")

    def refused(*args):
        raise PermissionError(errno.EACCES, "Permission denied", str(data))

    monkeypatch.setattr(os, "replace", refused)
    before = (data / NAME).read_bytes()
    code, out = check(capsys, data, "--accept", "--lang", "en")
    assert code == 1 and out.out == "" and len(out.err.splitlines()) == 1 and "Nothing was changed" in out.err
    assert (data / NAME).read_bytes() == before


def test_what_changes_while_it_is_read_is_not_accepted(data, capsys, monkeypatch):
    real, before = accepted.changes, (data / NAME).read_bytes()

    def slow(*args):
        found = real(*args)
        rewrite(data / "actors.csv", "generic,company", "generic,farming")
        return found

    monkeypatch.setattr(accepted, "changes", slow)
    code, out = check(capsys, data, "--accept", "--lang", "en")
    assert code == 1 and "changed while it was read" in out.err and (data / NAME).read_bytes() == before
    with files.locked(data):
        assert check(capsys, data, "--accept")[0] == 1


# --- add and import ----------------------------------------------------------------------------------------------


def test_an_add_accepts_what_it_adds_and_leaves_named_what_was_changed_by_hand(data, capsys):
    rewrite(data / "actors.csv", "named,company", "named,farming")
    rewrite(data / "mentions.csv", "beta,3,Inconnu,unknown,\n", "")
    rewrite(data / "actors.csv", "Moulins,generic", "Moulin,generic")  # the row that the draft gives an alias
    pending = told(accepted.changes(data))
    assert len(pending) == 3
    assert merging.run(draft_of(data.parent / "draft"), data, lang="en") == 0
    assert "which remain to be accepted: 3 (to see them: neoterra check" in capsys.readouterr().out
    assert told(accepted.changes(data)) == pending
    accept(data)
    draft = draft_of(
        data.parent / "other",
        roles=edited("roles", "zeta,aiguillon,stated,un aiguillon", "zeta,inspirateur,stated,un inspirateur"),
    )
    assert merging.run(draft, data, update=True, lang="en") == 0
    assert "remain" not in capsys.readouterr().out and accepted.changes(data) == []
    assert "zeta,inspirateur" in (data / "roles.csv").read_text("utf-8")


def test_an_add_to_what_was_accepted_leaves_nothing_to_accept(data):
    merging.add(draft_of(data.parent / "draft"), data)
    assert accepted.changes(data) == [] and len(load(data).laureates) == 6
    contract = rules.tables(data)
    assert (data / NAME).read_text("utf-8") == accepted.text(contract, accepted.rows_of(data, contract))


def test_a_row_that_was_lost_and_comes_back_with_an_add_is_accepted(data):
    draft = draft_of(data.parent / "draft")
    merging.add(draft, data)
    rewrite(data / "evidence.csv", "wet,zeta,direct,cette eau,\n", "")
    assert [one.code for one in accepted.changes(data)] == ["row_gone"]
    merging.add(draft, data, update=True)
    assert accepted.changes(data) == []


@pytest.mark.parametrize("manifest", [None, b"damaged"])
def test_an_add_accepts_nothing_where_nothing_was(data, manifest):
    (data / NAME).unlink()
    if manifest:
        (data / NAME).write_bytes(manifest)
    merging.add(draft_of(data.parent / "draft"), data)
    assert ((data / NAME).read_bytes() if manifest else (data / NAME).exists()) == (manifest or False)


def without_a_row(file, path, sheet, row):
    import openpyxl

    book = openpyxl.load_workbook(file)
    book[sheet].delete_rows(row)
    book.save(path)
    return path


def test_an_import_shows_what_it_changes_accepts_it_and_leaves_named_what_was_changed_by_hand(data, tmp_path, capsys):
    file = workbook.write(data, tmp_path / "coding.xlsx", "fr")
    short = without_a_row(file, tmp_path / "short.xlsx", "mentions", 7)  # beta, 3
    assert workbook.run_import(short, data, data, lang="en") == 0
    out = capsys.readouterr().out
    assert "mentions: “beta/3”\n  rule [row_gone]" in out and "remain" not in out and accepted.changes(data) == []
    rewrite(data / "actors.csv", "generic,company", "generic,farming")
    pending = told(accepted.changes(data))
    assert workbook.run_import(workbook.write(data, tmp_path / "again.xlsx", "fr"), data, data, lang="en") == 0
    out = capsys.readouterr().out
    assert "acteurs!" in out and "it was “company”" in out and "remain to be accepted: 1" in out
    assert told(accepted.changes(data)) == pending
    assert workbook.run_import(short, data, data) == 0 and accepted.changes(data) == []


def test_an_import_into_a_new_folder_accepts_it_as_the_folder_that_it_follows(data, tmp_path):
    file = workbook.write(data, tmp_path / "coding.xlsx", "fr")
    workbook.read(file, tmp_path / "new", "fr", data)
    assert (tmp_path / "new" / NAME).read_bytes() == (data / NAME).read_bytes()
    (data / NAME).unlink()
    workbook.read(file, tmp_path / "other", "fr", data)
    workbook.read(file, data, "fr", data)
    assert not (tmp_path / "other" / NAME).exists() and not (data / NAME).exists()


def test_an_import_that_is_not_finished_accepts_nothing(data, tmp_path):
    rewrite(data / "laureates.csv", "delta,Delta", "delta,")
    before = (data / NAME).read_bytes()
    file = workbook.write(data, tmp_path / "coding.xlsx", "fr")
    assert workbook.read(file, data, "fr", data, draft=True).problems and (data / NAME).read_bytes() == before
    assert workbook.read(file, tmp_path / "new", "fr", data, draft=True).written
    assert not (tmp_path / "new" / NAME).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the README is written for a Unix shell")
def test_the_steps_of_the_readme_are_as_written(repo, tmp_path):
    section = (repo / "README.md").read_text("utf-8").partition("## Add or correct a record\n")[2].partition("\n## ")[0]
    commands = re.findall(r"`(\.venv/bin/neoterra check[^`]*)`", section)
    assert len(commands) == 2 and commands[1].endswith("--accept") and NAME in section
    shutil.copytree(repo / "data", tmp_path / "data")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    rewrite(tmp_path / "data" / "actors.csv", "accueil-paysan,Accueil Paysan,", "accueil-paysan,Accueil paysan,")
    said = []
    for command in (*commands, commands[0]):
        done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        said.append("[cell_changed]" in done.stdout)
    assert said == [True, True, False]
