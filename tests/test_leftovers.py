"""Killed runs leave nothing that the next one does not remove; links, broken pipes and Ctrl-C end well."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import invented
from neoterra_analysis import cli
from neoterra_analysis.dataset import check
from neoterra_analysis.words import files

posix = pytest.mark.skipif(os.name == "nt", reason="asks for processes")


@pytest.fixture
def dead():
    """Return the number of a process that is over."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.fixture
def living():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process.pid
        process.communicate(b"\n")


@pytest.fixture
def home(tmp_path, monkeypatch):
    invented.write(tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    return tmp_path


PLACES = (".", "data", "site/ambition-4", "figures/fr/ambition-4", "notebooks/fr/ambition-2", "build")


@posix
def test_the_next_command_removes_what_killed_runs_left(home, dead, living):
    for place in PLACES:
        (home / place).mkdir(parents=True, exist_ok=True)
        for process in (dead, living):
            (home / place / f".a.csv.{process}.new").write_text("half")
            (home / place / f".draft.{process}.new").mkdir()
            (home / place / f".draft.{process}.new" / "x.csv").write_text("half")
        (home / place / ".mine.new").write_text("a person's")
        (home / place / "a.12.new").write_text("a person's")
    assert cli.main(["check"]) == 0
    for place in PLACES:
        left = {file.name for file in (home / place).iterdir() if file.name.endswith(".new")}
        assert left == {f".a.csv.{living}.new", f".draft.{living}.new", ".mine.new", "a.12.new"}, place


@posix
def test_beside_the_file_that_is_asked_for_too(home, dead, tmp_path_factory):
    away = tmp_path_factory.mktemp("away")
    (away / f".sheet.xlsx.{dead}.new").write_text("half")
    assert cli.main(["workbook", "export", str(away / "sheet.xlsx")]) == 0
    assert [file.name for file in away.iterdir()] == ["sheet.xlsx"]


@posix
def test_temporary_folders_too(dead, living, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in (f"neoterra-{dead}-abc", f"neoterra-{living}-abc", "neoterra-mine", "other"):
        (tmp_path / name).mkdir()
    with files.scratch() as folder:
        assert {one.name for one in tmp_path.iterdir()} == {
            *(f"neoterra-{living}-abc", "neoterra-mine", "other"),
            folder.name,
        }
    assert not folder.exists()


@posix
def test_a_file_that_another_machine_is_writing_stays(tmp_path, dead):
    """On a shared disk its process is unknown here, but it holds the file."""
    code = f"""
import time
from pathlib import Path
from neoterra_analysis.words import files
file = Path({str(tmp_path)!r}, ".a.csv.{dead}.new").open("wb")
assert files.take(file)
print("held", flush=True)
input()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        files.sweep(tmp_path)
        assert (tmp_path / f".a.csv.{dead}.new").exists()
        process.communicate(b"\n")
    files.sweep(tmp_path)
    assert not list(tmp_path.iterdir())


KILLED = """
import os, sys
from pathlib import Path
from neoterra_analysis.words import files
real, calls = os.fsync, []
def fsync(handle):
    calls.append(handle)
    if len(calls) == int(sys.argv[2]):
        os.kill(os.getpid(), 9)
    real(handle)
os.fsync = fsync
files.put_all(Path(sys.argv[1]), {"a.csv": b"new", "b.csv": b"new"})
"""


@posix
@pytest.mark.parametrize("at", [1, 2, 3, 5])
def test_killed_while_writing_pages(home, at):
    place = home / "site" / "ambition-4"
    place.mkdir(parents=True)
    (place / "a.csv").write_text("old")
    subprocess.run([sys.executable, "-c", KILLED, str(place), str(at)])
    assert cli.main(["check"]) == 0
    files.put_all(place, {"b.csv": b"again"})
    assert sorted(file.name for file in place.iterdir()) == ["a.csv", "b.csv"]
    assert (place / "b.csv").read_text() == "again"


@posix
def test_a_table_that_is_a_link_is_written_where_it_leads(home, tmp_path_factory):
    away = tmp_path_factory.mktemp("away") / "roles.csv"
    table = home / "data" / "roles.csv"
    shutil.move(table, away)
    table.symlink_to(away)
    files.replace(table, away.read_bytes() + b"\n")
    assert table.is_symlink() and away.read_bytes().endswith(b"\n\n")
    files.put_all(home / "data", {"roles.csv": away.read_bytes().rstrip() + b"\n", "x.csv": b"x"})
    assert table.is_symlink() and not away.is_symlink() and not away.read_bytes().endswith(b"\n\n")
    assert [file.name for file in away.parent.iterdir()] == ["roles.csv"]
    assert not check.check(home / "data").problems


@posix
def test_what_was_cut_is_undone_through_a_link(home, tmp_path_factory, monkeypatch):
    away = tmp_path_factory.mktemp("away") / "roles.csv"
    table = home / "data" / "roles.csv"
    shutil.move(table, away)
    table.symlink_to(away)
    before, real = away.read_bytes(), files._move

    def cut(source, target):
        real(source, target)
        if source.parent.name == "new":
            raise KeyboardInterrupt

    monkeypatch.setattr(files, "_move", cut)
    with pytest.raises(KeyboardInterrupt):
        files.put_all(home / "data", {"roles.csv": b"half", "x.csv": b"x"})
    monkeypatch.undo()
    assert table.is_symlink() and away.read_bytes() == before and not (home / "data" / "x.csv").exists()


def test_ctrl_c_is_one_line(home, monkeypatch, capsys):
    def stopped(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "run", stopped)
    assert cli.main(["check"]) == 130
    told = capsys.readouterr()
    assert told.out == "" and len(told.err.splitlines()) == 1


@posix
def test_who_reads_the_beginning_only_is_told_no_error(home):
    command = f"'{sys.executable}' -m neoterra_analysis check --format json | head -c 1"
    done = subprocess.run(command, shell=True, cwd=home, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[", "")
    code = "import sys; from neoterra_analysis import cli; sys.exit(cli.main(['check', '--lang', 'fr']))"
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([sys.executable, "-c", code], cwd=home, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_temporary_folder_of_this_process_is_its_own():
    with files.scratch() as one, files.scratch() as other:
        assert one != other and Path(one).is_dir() and Path(other).is_dir()


COMMANDS = (
    ("ingest", "fiche.md", "--out", "draft", "--data", "data"),
    ("workbook", "export", "sheet.xlsx"),
    ("workbook", "import", "full.xlsx", "--out", "again"),
    ("check",),
)
EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "fiche-ambition-2.md"


@posix
@pytest.mark.skipif(os.environ.get("NEOTERRA_THOROUGH") != "1", reason="hundreds of processes")
def test_hundreds_of_killed_commands_leave_nothing(home, monkeypatch, tmp_path_factory, record_property):
    """Each command is killed at a time drawn at random; the next one of that folder removes what it left."""
    scratch = tmp_path_factory.mktemp("scratch")
    shutil.copy(EXAMPLE, home / "fiche.md")
    monkeypatch.setenv("TMPDIR", str(scratch))
    assert cli.main(["workbook", "export", "full.xlsx"]) == 0
    draw, left, kills = random.Random(4), 0, 300
    for n in range(kills):
        command = COMMANDS[n % len(COMMANDS)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen([sys.executable, "-m", "neoterra_analysis", *command], cwd=home, **quiet) as process:
            time.sleep(0.3 + draw.random() * 1.5)
            process.kill()
        left += bool(lying(home, scratch))
    assert not check.check(home / "data").problems
    subprocess.run([sys.executable, "-m", "neoterra_analysis", *COMMANDS[0]], cwd=home, check=True, capture_output=True)
    record_property("told", f"commands killed: {kills}; left something: {left}; after the next command: 0")
    assert lying(home, scratch) == [] and left > 0


def lying(home, scratch):
    """List what lies aside in a project and among the temporary files."""
    return [file for file in home.rglob("*") if file.name.endswith(".new")] + list(scratch.iterdir())
