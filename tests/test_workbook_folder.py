"""Where the tables of a workbook go, all or none, and what a hostile or odd file can do to its import: nothing."""

import csv
import os
import shutil
import subprocess
import sys

import pytest

import invented
from neoterra_analysis.coding import sheets, workbook, workbook_out
from neoterra_analysis.words import files as aside
from neoterra_analysis.words import files as swap
from workbook_tools import added, brief, files, patched


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Return a data folder and its workbook; to be read only."""
    place = tmp_path_factory.mktemp("base")
    folder = invented.write(place / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "NEW_LISTED", 2)
        patch.setattr(workbook_out, "lines", lambda plan, lang: [])
        return folder, workbook.write(folder, place / "grid.xlsx", "fr")


def test_a_folder_of_something_else_is_left_alone(base, tmp_path):
    folder, file = base
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    for out, words in ((tmp_path / "mine", "autre chose"), (tmp_path / "mine" / "thesis.txt", "est un fichier")):
        with pytest.raises(sheets.WorkbookError, match=words):
            workbook.read(file, out, data=folder)
    assert list(files(tmp_path / "mine")) == ["thesis.txt"]


def test_tables_that_were_there_are_replaced_and_other_files_kept(base, tmp_path):
    folder, file = base
    out = shutil.copytree(folder, tmp_path / "out")
    (out / "README.md").write_text("mine")
    outcome = workbook.read(file, out, data=folder)
    assert "target_moved" not in [p.code for p in outcome.notices]
    (out / "roles.csv").write_text("\n".join(invented.TABLES["roles"][:2]) + "\n", encoding="utf-8")
    outcome = workbook.read(file, out, data=folder)
    assert "target_moved" in [p.code for p in outcome.notices]
    assert files(out) == files(folder) | {"README.md": b"mine"}


STEPS = [(shutil, "copytree"), (aside, "replace"), (swap, "sync"), (swap, "exchange"), (os, "rename")]


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize(("home", "step"), STEPS)
@pytest.mark.parametrize("error", [OSError("full"), KeyboardInterrupt()], ids=repr)
def test_a_step_that_fails_changes_nothing(tmp_path, monkeypatch, home, step, error, there):
    out = tmp_path / "out"
    if there:
        out.mkdir()
        for name in ("datapackage.json", "b.csv"):
            (out / name).write_bytes(b"old")
    if step == "rename" and there:
        monkeypatch.setattr(swap, "exchange", lambda one, two: False)

    def failing(*args, **more):
        raise error

    with monkeypatch.context() as patch, workbook.held(out) as held:
        patch.setattr(home, step, failing)
        new = {"datapackage.json": b"new", "b.csv": b"new"}
        if there or step not in ("copytree", "exchange"):
            with pytest.raises(type(error)):
                workbook.put(held, new)
            assert brief(tmp_path) == (["out"] if there else [])
            assert not there or files(out) == {"datapackage.json": b"old", "b.csv": b"old"}
    with workbook.held(out) as held:
        workbook.put(held, new)
    assert files(out) == new and brief(tmp_path) == ["out"]


# Each of these calls may be the one before which a run is killed.
KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from neoterra_analysis.coding import workbook
from neoterra_analysis.words import files

def armed(n, renames):
    calls = 0
    def wrap(home, name):
        real = getattr(home, name)
        def call(*args, **more):
            nonlocal calls
            calls += 1
            if calls == n:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **more)
        setattr(home, name, call)
    if renames:
        files.exchange = lambda one, two: False
    for home, name in ((shutil, "copytree"), (shutil, "rmtree"), (os, "replace"), (os, "rename"), (os, "unlink"),
                       (os, "rmdir"), (files, "sync"), (files, "exchange"), (files, "put"), (files, "replace")):
        wrap(home, name)

root, names = Path(sys.argv[1]), ("datapackage.json", "a.csv", "b.csv")
for kind in ("new", "exchange", "renames"):
    n, killed = 0, True
    while killed:
        n += 1
        home = root / f"{kind}-{n:02}"
        home.mkdir()
        if kind != "new":
            (home / "out").mkdir()
            for name in (*names, "mine.txt"):
                (home / "out" / name).write_bytes(b"old")
        child = os.fork()
        if not child:
            armed(n, kind == "renames")
            with workbook.held(home / "out") as out:
                workbook.put(out, dict.fromkeys(names, b"new"))
            os._exit(0)
        killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
"""


def test_a_killed_import_leaves_the_old_tables_or_the_new(tmp_path):
    pytest.importorskip("fcntl")
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    names, seen = ("a.csv", "b.csv", "datapackage.json"), set()
    for home in sorted(tmp_path.iterdir()):
        out, mine = home / "out", {} if home.name.startswith("new") else {"mine.txt": b"old"}
        states = {state: dict.fromkeys(names, state.encode()) | mine for state in ("old", "new")}
        found = "none" if not out.exists() else next(s for s, content in states.items() if content == files(out))
        seen.add((home.name.split("-")[0], found))
        with workbook.held(out) as held:
            # What a run killed between two renames left is put back first.
            assert files(held) == states[found] if found != "none" else held.exists() == bool(mine)
            workbook.put(held, dict.fromkeys(names, b"new"))
        assert files(out) == states["new"] and brief(home) == ["out"]
    wanted = {("new", "none"), ("new", "new"), ("exchange", "old"), ("exchange", "new")}
    assert seen == wanted | {("renames", found) for found in ("old", "none", "new")}


def test_an_import_waits_for_no_other_and_overwrites_no_change(base, tmp_path, monkeypatch):
    folder, file = base
    out = shutil.copytree(folder, tmp_path / "out")
    with workbook.held(out), pytest.raises(sheets.WorkbookError, match="autre commande"):
        workbook.read(file, out, "fr", folder)
    monkeypatch.setattr(swap, "sync", lambda new: (out / "note.txt").write_text("meanwhile"))
    with pytest.raises(sheets.WorkbookError, match="a changé"):
        workbook.read(file, out, "fr", folder)
    monkeypatch.undo()
    assert (out / "note.txt").read_text() == "meanwhile" and brief(tmp_path) == ["out"]
    monkeypatch.chdir(out)
    with pytest.raises(sheets.WorkbookError, match="où vous êtes"):
        workbook.read(file, ".", "fr", folder)


def test_a_link_to_the_folder_stays_a_link(base, tmp_path):
    folder, file = base
    out = shutil.copytree(folder, tmp_path / "out")
    (tmp_path / "link").symlink_to(out)
    (out / "roles.csv").unlink()
    assert workbook.read(file, tmp_path / "link", data=folder).written
    assert (tmp_path / "link").is_symlink() and files(out) == files(folder)


COSTLY = {
    "a range of links": '<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>',
    "many lists": "<dataValidations>" + '<dataValidation sqref="A1 B1"/>' * 20_000 + "</dataValidations>",
    "unknown": '<scenarios a="1"><b/></scenarios><extLst><ext uri="{x}"/></extLst>',
}


@pytest.mark.parametrize("name", COSTLY)
def test_what_is_not_read_costs_nothing_and_stops_nothing(base, tmp_path, name):
    folder, file = base
    heavy = added("rôles", "<pageMargins", f"{COSTLY[name]}<pageMargins")(tmp_path / "heavy.xlsx", file)
    assert workbook.read(heavy, tmp_path / "back", data=folder).problems == []
    assert files(tmp_path / "back") == files(folder)


DAMAGED = {
    "two cells of one address": '<c r="A2"><v>1</v></c>',
    "a cell below the first string": '<c r="E2" t="s"><v>-1</v></c>',
    "a cell of no kind": '<c r="E2" t="x"><v>1</v></c>',
    "a cell of no column": '<c r="XFE2"><v>1</v></c>',
    "a cell of no row": '<c r="A1048577"><v>1</v></c>',
    "a cell of no style": '<c r="E2" s="999"><v>1</v></c>',
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_sheet_that_could_be_read_in_two_ways_is_damaged(base, tmp_path, name):
    folder, file = base
    bad = added("rôles", "</sheetData>", f'<row r="2">{DAMAGED[name]}</row></sheetData>')(tmp_path / "bad.xlsx", file)
    with pytest.raises(sheets.WorkbookError, match="abîmé"):
        workbook.read(bad, tmp_path / "back", data=folder)


def test_a_formula_of_many_cells_is_refused_in_each(base, tmp_path):
    folder, file = base
    shared = '<row r="9"><c r="A9"><f t="shared" ref="A9:A10" si="0">A1</f></c></row>'
    shared += '<row r="10"><c r="A10"><f t="shared" si="0"/></c></row></sheetData>'
    bad = added("rôles", "</sheetData>", shared)(tmp_path / "bad.xlsx", file)
    found = workbook.read(bad, tmp_path / "back", data=folder).problems
    assert [p.cell for p in found if p.code == "formula_cell"] == ["A9", "A10"]


# Texts as they may stand in the XML, and what they are; None if refused.
STORED = {
    "_x005F_x000D_": "_x000D_",
    "_x005f_x000D_": "_x000D_",
    "x005F_": "x005F_",
    "_x0041_x005F_": "Ax005F_",
    "_x005F_x005F_": "_x005F_",
    "a<!-- b -->c": "ac",
    "<![CDATA[a<b]]>": "a<b",
    "_xD83D__xDE00_": "\U0001f600",
    "_xD83D_": None,
    "a_x0000_b": None,
}


@pytest.mark.parametrize("stored", STORED)
def test_a_text_is_what_the_file_says(base, tmp_path, stored):
    folder, file = base
    changed = [("xl/sharedStrings.xml", "<t>un indice</t>", f"<t>{stored}</t>")]
    outcome = workbook.read(patched(file, tmp_path / "a.xlsx", changed), tmp_path / "back", data=folder, draft=True)
    if STORED[stored] is None:
        assert [(p.cell, p.code) for p in outcome.problems] == [("I3", "control_char")]
    else:
        with (tmp_path / "back" / "laureates.csv").open(encoding="utf-8", newline="") as text:
            assert [row[8] for row in csv.reader(text)][2] == STORED[stored]
