"""A build that is killed, out of disk, or not allowed to write leaves whole files, and the next one mends all."""

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from neoterra_analysis import build, cli
from neoterra_analysis.words import files as placing
from neoterra_analysis.words import labels
from test_build import built, once, project, run  # noqa: F401
from test_workbook_folder import FULL, killed, quick, stopped  # noqa: F401

THOROUGH = os.environ.get("NEOTERRA_THOROUGH") == "1"
posix = pytest.mark.skipif(os.name == "nt", reason="asks for processes")
MADE = ("01-one.csv", "01-one.txt", "02-two.csv", "02-two.txt")
KEPT = [call for call in FULL if call[1] in ("mkdir", "fsync", "copy2")]  # what a full disk refuses


def execute(run, data, *_):
    """Make what a notebook of the tests makes, without a kernel."""
    folder = run.scratch / "figures" / run.part.folder
    folder.mkdir(parents=True)
    key = {"01-first": "01-one", "02-second": "02-two"}[run.source.stem]
    table = (data / "table.csv").read_text()
    run.notebook.cells[1]["outputs"] = [nbformat.v4.new_output("stream", text=table)]
    for ending in ("csv", "txt"):
        (folder / f"{key}.{ending}").write_text(table + ending)
    placing.replace(run.scratch / run.source.name, nbformat.writes(run.notebook).rstrip("\n") + "\n")
    run.figures = sorted(folder.iterdir())


@pytest.fixture
def changed(built, monkeypatch, quick):  # noqa: F811
    """Return a project whose records changed since it was built; kernels are not asked."""
    monkeypatch.setattr(build, "_execute", execute)
    run(built, force=True)
    (built / "data" / "table.csv").write_text("id,n\na,7\n")
    return built


def other(root, tmp_path):
    """Return the files of the project once it is built."""
    whole = shutil.copytree(root, tmp_path / "whole" / "project")
    run(whole)
    return project(whole)


def left(root):
    """List what lies aside."""
    found = [str(file.relative_to(root)) for file in root.rglob("*") if file.name.endswith(".new")]
    return found + ["staging"] * (root / "build" / "staging").exists()


def refused(told):
    """Return the one line that a build ends with, after the notices about the records."""
    *before, last = told.strip().splitlines()
    assert last.startswith("écriture impossible") and "écriture" not in "".join(before), told
    assert "Traceback" not in told
    return last


def kill_everywhere(root, home):
    """Kill builds of copies of a project, at each call."""
    labels.words()
    build._execute, os.fsync = execute, lambda handle: None
    run(shutil.copytree(root, home.parent / "warm" / "project"))  # what is slow to import is there for all
    n, going = 0, True
    while going:
        n += 1 if THOROUGH else 13
        copy = shutil.copytree(root, home / f"{n:03}" / "project")
        going = killed(n, lambda: run(copy))  # noqa: B023


@posix
def test_a_killed_build_leaves_whole_files_and_the_next_one_mends(changed, tmp_path, record_property):
    old, new = project(changed), other(changed, tmp_path)
    assert old != new
    script = "import sys, pathlib as p, test_build_cut as t; t.kill_everywhere(*map(p.Path, sys.argv[1:]))"
    command = [sys.executable, "-c", script, str(changed), str(tmp_path / "cut")]
    done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    homes, seen = sorted((tmp_path / "cut").iterdir()), set()
    for home in homes:
        found = {name: text for name, text in project(home / "project").items() if not name.endswith(".new")}
        assert set(found) == set(new)
        assert all(text in (old[name], new[name]) for name, text in found.items()), home
        seen.add("old" if found == old else "new" if found == new else "some")
        placing.tidy([home / "project"])
        run(home / "project")
        assert project(home / "project") == new and not left(home / "project"), home
    record_property(
        "told", f"builds killed at {len(homes)} calls: {', '.join(sorted(seen))}; left aside after the next: 0"
    )
    assert {"old", "new"} <= seen and len(homes) >= (100 if THOROUGH else 10)


@posix
@pytest.mark.skipif(not THOROUGH, reason="a hundred builds; one is killed in test_build")
def test_the_whole_command_killed_at_any_time(built, tmp_path, record_property):  # noqa: F811
    (built / "data" / "table.csv").write_text("id,n\na,7\n")
    old = project(built)
    whole = shutil.copytree(built, tmp_path / "whole" / "project")
    started = time.monotonic()
    run(whole)
    lasts, draw, new, ends = time.monotonic() - started + 2, random.Random(4), project(whole), []
    for n in range(100):
        copy = shutil.copytree(built, tmp_path / f"{n:03}" / "project")
        command = [sys.executable, "-m", "neoterra_analysis", "build"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
        with subprocess.Popen(command, cwd=copy, **quiet) as process:
            time.sleep(draw.random() * lasts)
            process.send_signal(signal.SIGKILL)
        found = {name: text for name, text in project(copy).items() if not name.endswith(".new")}
        assert all(text in (old.get(name), new.get(name)) for name, text in found.items())
        ends.append("new" if found == new else "old" if found == old else "some")
        if n % 10 == 0:
            run(copy)
            assert project(copy) == new and not left(copy)
        shutil.rmtree(copy.parent)
    record_property("told", f"commands killed at 100 times: old {ends.count('old')}, new {ends.count('new')}")


def test_a_full_disk_changes_nothing(changed, tmp_path, capsys, monkeypatch):
    old, new, n, told = project(changed), other(changed, tmp_path), 0, set()

    def full():
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.chdir(changed)
    while True:
        n += 1 if THOROUGH else 9
        with stopped(n, full, KEPT, once=False) as seen:
            status = cli.main(["build"])
        error = capsys.readouterr().err
        if len(seen) < n:
            break
        assert status == 1 and "le disque est plein" in refused(error)
        found = project(changed)
        figures = {name: text for name, text in found.items() if "/figures/" in name and not name.endswith("SUMS")}
        told.add("old" if all(text == old[name] for name, text in figures.items()) else "new")
        assert figures == {name: (old if "old" in told else new)[name] for name in figures} or told == {"old", "new"}
        assert all(text in (old[name], new[name]) for name, text in found.items()) and not left(changed)
        for name, text in old.items():
            (changed.parent / name).write_bytes(text)
    assert status == 0 and project(changed) == new and "old" in told


@pytest.mark.parametrize("held", MADE[1:])
def test_a_figure_that_another_program_holds_leaves_all_as_they_were(changed, capsys, monkeypatch, held):
    """Windows refuses to replace a file that is open in a viewer."""
    old, real = project(changed), os.replace

    def replace(source, target):
        if Path(target).name == held and "staging" in Path(source).parts and Path(source).name == held:
            raise PermissionError(errno.EACCES, "in use", str(target))
        real(source, target)

    monkeypatch.chdir(changed)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace)
        assert cli.main(["build"]) == 1
    assert held in refused(capsys.readouterr().err)
    assert project(changed) == old and not left(changed)
    assert cli.main(["build"]) == 0 and project(changed) != old


@posix
def test_who_may_not_write_is_told_in_one_line(changed, tmp_path):
    """Another user's project: nothing can be written below it."""
    old = project(changed)
    child = os.fork()
    if not child:
        sys.stdout = sys.stderr = (tmp_path / "told").open("w")
        os.chdir(changed)
        if os.geteuid() == 0:
            for folder in Path("/").joinpath(changed).parents:
                folder.chmod(folder.stat().st_mode | 0o055)
            os.setuid(65534)
        else:
            for folder in (changed, *(one for one in changed.rglob("*") if one.is_dir())):
                folder.chmod(0o555)
        status = cli.main(["build"])
        sys.stderr.flush()
        os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    for folder in (changed, *(one for one in changed.rglob("*") if one.is_dir())):
        folder.chmod(0o755)
    told = (tmp_path / "told").read_text()
    assert status == 1 and "accès refusé" in refused(told)
    assert project(changed) == old and not left(changed)
