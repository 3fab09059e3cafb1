"""Where the tables of a workbook go, all or none, and what a hostile or odd file can do to its import: nothing."""

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import types
from contextlib import contextmanager
from pathlib import Path

import pytest

import invented
import neoterra_analysis
from neoterra_analysis.coding import sheets, workbook, workbook_out
from neoterra_analysis.dataset import rules
from neoterra_analysis.words import files as placing
from workbook_tools import added, brief, files, patched

pytestmark = pytest.mark.usefixtures("in_process")


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


# Each of these calls may be the last one before a run ends: killed, interrupted, or refused by a full disk.
FULL = ((io, "open"), (os, "mkdir"), (os, "fsync"), (os, "replace"), (os, "unlink"), (shutil, "copy2"))
CALLS = (*FULL, (os, "rmdir"), (os, "chmod"), (shutil, "rmtree"))


@pytest.fixture
def quick(monkeypatch):
    """Wait for no disk: no test cuts the power."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@contextmanager
def stopped(n, how, calls=CALLS, once=True):
    """Do something at the n-th of these calls, or from it on; yield the names of those seen."""
    seen = []

    def wrap(real, name):
        def call(*args, **more):
            seen.append(name)
            if len(seen) == n or (len(seen) > n and not once):
                how()
            return real(*args, **more)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for home, name in calls:
            patch.setattr(home, name, wrap(getattr(home, name), name))
        yield seen


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


def killed(n, work, calls=CALLS):
    """Do some work in a child that is killed at the n-th call; tell whether it came so far."""
    child = os.fork()
    if not child:
        with stopped(n, kill, calls):
            work()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


OLD = {"datapackage.json": b"old", "a.csv": b"old a", "b.csv": b"old b", "mine.txt": b"mine"}
PUT = {"datapackage.json": b"new", "a.csv": b"new a", "b.csv": b"new b", "c.csv": b"new c"}
NEW = OLD | PUT


def written(folder, contents):
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def put(out):
    with workbook.held(out) as held:
        workbook.put(held, PUT)


def cut(folder, moved=2, contents=PUT):
    """Leave a folder as a run does that is killed when it has put so many files in place."""
    real = os.replace

    def failing(old, new):
        if Path(new).parent == folder and not Path(old).name.startswith(".") and old.name in list(contents)[moved:]:
            raise KeyboardInterrupt
        real(old, new)

    with pytest.MonkeyPatch.context() as patch, placing.locked(folder):
        patch.setattr(os, "replace", failing)
        patch.setattr(placing, "_settle", lambda folder: None)
        with pytest.raises(KeyboardInterrupt):
            placing.put_locked(folder, contents)
    return folder


def own(folder):
    """Return the files of a folder but those of a run that was cut."""
    found = files(folder, only_files=True) if folder.exists() else {}
    return {name: content for name, content in found.items() if name != placing.LOCK}


def state(folder, old, new):
    """Say which tables a folder holds."""
    return "old" if own(folder) == old else "new" if own(folder) == new else "mixed"


def kill_everywhere(root):
    """Kill imports into a new folder and into one that is there, and what undoes one, at each call."""
    placing.labels.words()
    os.fsync = lambda handle: None
    for kind in ("new", "there", "undo"):
        n, going = 0, True
        while going:
            n += 1
            out = root / f"{kind}-{n:03}" / "out"
            out.parent.mkdir()
            if kind != "new":
                written(out, OLD)
            if kind == "undo":
                cut(out, 3)
            going = killed(n, lambda: placing.mend(out) if kind == "undo" else put(out))  # noqa: B023


def test_a_killed_import_leaves_the_old_tables_or_the_new(tmp_path, quick):
    pytest.importorskip("fcntl")
    script = "import sys, pathlib, test_workbook_folder as t; t.kill_everywhere(pathlib.Path(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=Path(__file__).parent, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    seen = set()
    for home in sorted(tmp_path.iterdir()):
        out, kind = home / "out", home.name.partition("-")[0]
        old, new = ({}, PUT) if kind == "new" else (OLD, NEW)
        before = state(out, old, new)
        undone = placing.mend(out)
        after = state(out, old, new)
        assert after in ("old", "new") and (undone or before == after), home.name
        assert after == "old" or kind != "undo", home.name
        seen.add((kind, before, after))
        put(out)
        assert files(out) == new and brief(home) == ["out"], home.name
    assert {(kind, *state) for kind in ("new", "there") for state in (("old", "old"), ("new", "new"))} <= seen
    assert {
        ("new", "mixed", "old"),
        ("there", "mixed", "old"),
        ("undo", "mixed", "old"),
        ("undo", "old", "old"),
    } <= seen
    assert ("there", "new", "old") in seen  # all in place, but not said to be


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("once", [True, False])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=repr)
def test_a_step_that_fails_changes_nothing(tmp_path, quick, error, once, there):
    """A disk that is full at one step, or from it on, even while all is put back."""

    def fail():
        raise error

    calls = CALLS if isinstance(error, KeyboardInterrupt) else FULL
    n, seen, raised = 0, [], set()
    while len(seen) >= n:
        n += 1
        out, whole = tmp_path / f"{n}" / "out", OLD if there else {}
        if there:
            written(out, OLD)
        failed = False
        try:
            with stopped(n, fail, calls, once) as seen:
                put(out)
        except (OSError, KeyboardInterrupt) as told:
            failed = True
            raised.add(type(told))
        placing.mend(out)
        found = state(out, whole, whole | PUT)
        assert found in ("old", "new") and (failed or found == "new"), (n, seen)
        assert not failed or isinstance(error, KeyboardInterrupt) or found == "old", (n, seen)
        put(out)
        assert files(out) == whole | PUT and brief(out.parent) == ["out"], (n, seen)
    assert n > 15 and type(error) in raised
    assert (placing.Cut in raised) == (isinstance(error, OSError) and not once)


def test_what_changed_after_a_cut_is_left_alone(tmp_path, capsys):
    out = cut(written(tmp_path / "out", OLD), 2)
    assert own(out) == OLD | {"datapackage.json": b"new", "a.csv": b"new a"}
    (out / "a.csv").write_bytes(b"by hand")
    found = {str(file): file.read_bytes() for file in out.rglob("*") if file.is_file()}
    for reading in (placing.mend, rules.tables, put, lambda out: placing.put_all(out, PUT)):
        with pytest.raises(placing.Cut, match="a.csv a changé depuis"):
            reading(out)
    assert {str(file): file.read_bytes() for file in out.rglob("*") if file.is_file()} == found
    (out / "a.csv").write_bytes(b"new a")
    (out / "b.csv").write_bytes(b"by hand")  # not put in place yet: it stays
    (out / "datapackage.json").unlink()  # the new one is gone: the old one comes back
    assert placing.mend(out) and files(out) == OLD | {"b.csv": b"by hand"}
    assert "coupée à mi-chemin" in capsys.readouterr().err
    assert not placing.mend(out) and capsys.readouterr().err == ""


def test_what_was_cut_is_undone_in_a_copy_too(tmp_path):
    """The journal goes along when a folder is moved or copied, as it stands or through a link."""
    out = cut(written(tmp_path / "out", OLD), 3)
    shutil.copytree(out, tmp_path / "copy")
    (tmp_path / "link").symlink_to(tmp_path / "copy")
    os.rename(out, tmp_path / "moved")
    for name in ("link", "moved"):
        assert placing.mend(tmp_path / name) and files(tmp_path / name) == OLD


def test_the_disk_is_waited_for_before_each_stage(tmp_path, monkeypatch):
    """What a power cut could reorder: both versions, then the journal, then each file, then the end of the journal."""
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("tells which files are open")
    out, told, replace, unlink = written(tmp_path / "out", OLD), [], os.replace, os.unlink
    monkeypatch.setattr(os, "fsync", lambda handle: told.append(("sync", os.readlink(f"/proc/self/fd/{handle}"))))
    monkeypatch.setattr(os, "replace", lambda old, new: (told.append(("put", str(new))), replace(old, new)))
    monkeypatch.setattr(os, "unlink", lambda path, **more: (told.append(("gone", str(path))), unlink(path, **more)))
    put(out)
    staged, journal = out / placing.STAGED, str(out / placing.STAGED / placing.JOURNAL)
    noted, ended = told.index(("put", journal)), told.index(("gone", journal))
    before = {path for what, path in told[:noted] if what == "sync"}
    assert {str(staged / part) for part in ("", "old", "new", "old/a.csv", "old/b.csv")} <= before
    assert len([path for path in before if Path(path).parent == staged / "new"]) == len(PUT)
    placed = [told.index(("put", str(out / name))) for name in PUT]
    assert told.index(("sync", str(staged)), noted) < min(placed)
    assert max(placed) < told.index(("sync", str(out)), noted) < ended


def test_links_and_modes_come_back(tmp_path):
    out = written(tmp_path / "out", OLD)
    (out / "a.csv").chmod(0o640)
    (out / "b.csv").unlink()
    (out / "b.csv").symlink_to("mine.txt")
    cut(out, 3)
    assert (out / "mine.txt").read_bytes() == PUT["b.csv"]
    assert placing.mend(out) and os.readlink(out / "b.csv") == "mine.txt"
    assert (out / "mine.txt").read_bytes() == b"mine" and (out / "a.csv").stat().st_mode & 0o777 == 0o640
    assert placing.put_all(out, PUT) == [out / name for name in PUT] and (out / "mine.txt").read_bytes() == PUT["b.csv"]
    assert os.readlink(out / "b.csv") == "mine.txt"
    assert (out / "a.csv").stat().st_mode & 0o777 == 0o640


def test_no_name_leads_out_of_the_folder(tmp_path):
    for name in ("../a.csv", "..", "", "b/a.csv", str(tmp_path / "a.csv")):
        with pytest.raises(ValueError, match="not the name of a file"):
            placing.put_all(tmp_path / "out", {name: b""})
    assert brief(tmp_path) == []
    out = cut(written(tmp_path / "out", OLD), 1)
    (out / placing.STAGED / placing.JOURNAL).write_text(json.dumps({"../a.csv": [None, None]}))
    with pytest.raises(ValueError, match="not the name of a file"):
        placing.mend(out)


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path, monkeypatch):
    out = written(tmp_path / "out", OLD)

    def refused(*args, **more):
        raise PermissionError(13, "Permission denied", args[0])

    for home, name in ((os, "mkdir"), (io, "open"), (os, "replace")):
        monkeypatch.setattr(home, name, refused)
    with pytest.raises(PermissionError):
        put(out)
    monkeypatch.undo()
    assert files(out) == OLD


def test_no_part_of_it_needs_more_than_any_system_has():
    sources = Path(neoterra_analysis.__file__).parent.rglob("*.py")
    system = re.compile(
        r"ctypes\.(?!pythonapi|c_ulong|py_object)|CDLL"
    )  # Python's own functions are the same everywhere
    assert [file.name for file in sources if system.search(file.read_text(encoding="utf-8"))] == []


def test_a_command_waits_for_files_that_are_put_in_place_and_no_other(tmp_path):
    out = written(tmp_path / "out", OLD)
    with placing.locked(out):
        (out / placing.STAGED).mkdir()
        with pytest.raises(placing.Busy), placing.locked(out):
            pass
        assert not placing.mend(out) and (out / placing.STAGED).is_dir()  # what another run is preparing
        thread = threading.Thread(target=placing.put_all, args=(out, PUT))
        thread.start()
        thread.join(0.2)
        assert thread.is_alive() and own(out) == OLD
    thread.join()
    assert files(out) == NEW


def test_many_at_once_each_put_all_or_none(tmp_path):
    sets = [{name: f"{n}".encode() for name in PUT} for n in range(8)]
    threads = [threading.Thread(target=placing.put_all, args=(tmp_path / "out", one)) for one in sets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert files(tmp_path / "out") in sets


def test_the_lock_of_windows(tmp_path, monkeypatch):
    """Where a locked file cannot be removed while it is open, and no folder can be opened."""
    fcntl = pytest.importorskip("fcntl")
    unlink, opened = os.unlink, Path("/proc/self/fd")
    if not opened.is_dir():
        pytest.skip("tells which files are open")

    def locking(handle, how, size):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PermissionError(13, "Permission denied") from None

    def only_closed(path, **more):
        if not more and any(os.path.realpath(file) == str(path) for file in opened.iterdir()):
            raise PermissionError(13, "The file is being used by another process")
        unlink(path, **more)

    monkeypatch.setitem(sys.modules, "msvcrt", types.SimpleNamespace(locking=locking, LK_NBLCK=2))
    monkeypatch.setattr(placing, "WINDOWS", True)
    monkeypatch.setattr(os, "unlink", only_closed)
    out = written(tmp_path / "out", OLD)
    with placing.locked(out), pytest.raises(placing.Busy), placing.locked(out):
        pass
    put(out)
    assert files(out) == NEW


def test_an_import_waits_for_no_other_and_overwrites_no_change(base, tmp_path, monkeypatch):
    folder, file = base
    out = shutil.copytree(folder, tmp_path / "out")
    with workbook.held(out), pytest.raises(sheets.WorkbookError, match="autre commande"):
        workbook.read(file, out, "fr", folder)
    real = placing.replace
    monkeypatch.setattr(placing, "replace", lambda *args: [(out / "note.txt").write_text("meanwhile"), real(*args)])
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
def test_what_is_not_read_costs_nothing_and_stops_nothing(base, tmp_path, own_process, name):
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
