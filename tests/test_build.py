"""What a build writes, when, and what it leaves alone, on invented notebooks."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import invented
from neoterra_analysis import build
from neoterra_analysis.build import Progress

DRAW = """\
import os
from pathlib import Path
part = os.environ["NEOTERRA_AMBITION"] or "programme"
folder = Path(os.environ["NEOTERRA_FIGURES"], os.environ["NEOTERRA_LANG"], part)
folder.mkdir(parents=True, exist_ok=True)
table = Path(os.environ["NEOTERRA_DATA"], "table.csv").read_text()
_ = (folder / "{key}.csv").write_text(table)
_ = (folder / "{key}.txt").write_text(f"{{len(table)}} {{os.environ['NEOTERRA_LANG']}}")
"""


def notebook(path, *sources):
    cells = [new_markdown_cell("# Une question"), *map(new_code_cell, sources)]
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}"
    nbformat.write(new_notebook(cells=cells), path)


def project_in(folder):
    """Write a project of two notebooks, one figure each, and one table."""
    root = folder / "project"
    (root / "notebooks").mkdir(parents=True)
    invented.write(root / "data")
    (root / "data" / "table.csv").write_text("id,n\na,1\n")
    notebook(root / "notebooks" / "01-first.ipynb", DRAW.format(key="01-one"), "print(table)", "", "len(table)")
    notebook(root / "notebooks" / "02-second.ipynb", DRAW.format(key="02-two"))
    return root


@pytest.fixture
def root(tmp_path):
    """Return a project that was never built."""
    return project_in(tmp_path)


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """Return a project that was built in French, and what the build told; tests take a copy."""
    root = project_in(tmp_path_factory.mktemp("once"))
    return root, run(root)


@pytest.fixture
def built(once, tmp_path):
    """Return a project of its own that was built in French."""
    return shutil.copytree(once[0], tmp_path / "project")


def run(root, *langs, **options):
    """Build, and return what was told."""
    told = io.StringIO()
    build.build(root, langs or ("fr",), progress=Progress(told), **options)
    return told.getvalue()


def failed(root, *langs, **options):
    """Build what cannot be built, and return why."""
    with pytest.raises(build.BuildError) as problem:
        run(root, *langs, **options)
    return str(problem.value)


def tree(*folders):
    """Return every file below some folders with its bytes."""
    return {
        f"{folder.name}/{file.relative_to(folder).as_posix()}": file.read_bytes()
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def project(root):
    """Return every file of a project except those of build/."""
    return {name: content for name, content in tree(root).items() if not name.startswith("project/build/")}


def outputs(path):
    return [cell["outputs"] for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]


def test_first_build_writes_executed_notebooks_and_figures(once):
    root, told = once
    assert sorted(tree(root / "figures")) == [
        "figures/fr/a-1/01-one.csv",
        "figures/fr/a-1/01-one.txt",
        "figures/fr/a-1/02-two.csv",
        "figures/fr/a-1/02-two.txt",
        "figures/fr/a-1/SHA256SUMS",
    ]
    cells = json.loads((root / "notebooks" / "01-first.ipynb").read_text())["cells"]
    assert [cell.get("execution_count") for cell in cells] == [None, 1, 2, None, 3]
    assert cells[2]["outputs"][0]["text"] == ["id,n\n", "a,1\n", "\n"]
    assert "01-first" in told and "01-one" in told and "02-two" in told
    assert not (root / "build" / "staging").exists()


def test_notebook_files_hold_nothing_of_the_machine_or_the_day(built):
    first = tree(built / "notebooks")
    for content in first.values():
        metadata = json.loads(content)["metadata"]
        assert metadata["kernelspec"]["name"] == "python3"
        assert "version" not in metadata["language_info"]
        assert b"execution_state" not in content and b"iopub" not in content and str(built).encode() not in content
    assert "0 fichier écrit" in run(built, force=True)
    assert tree(built / "notebooks") == first


def test_nothing_changed_ends_at_once_and_touches_nothing(built, monkeypatch):
    before = {file: file.stat().st_mtime_ns for file in built.rglob("*") if file.name != "lock"}
    monkeypatch.setattr(build, "_stale", lambda *_: pytest.fail("notebooks were executed"))
    assert "rien n’a changé" in run(built)
    assert {file: file.stat().st_mtime_ns for file in built.rglob("*") if file.name != "lock"} == before


def test_nothing_changed_imports_nothing_heavy(built):
    code = (
        "import sys; from neoterra_analysis import cli; status = cli.main(['build']);"
        "print(status, [m for m in ('pandas', 'nbclient', 'nbformat', 'jupyter_client') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=built, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "0 []"


CHANGES = {
    "a table": lambda root: (root / "data" / "table.csv").write_text("id,n\na,2\n"),
    "a new data file": lambda root: (root / "data" / "new.csv").write_text("id\n"),
    "a cell": lambda root: notebook(root / "notebooks" / "02-second.ipynb", DRAW.format(key="02-two"), "1 + 1"),
    "the lock": lambda root: (root / "requirements.lock").write_text("pandas==3.0.0"),
    "a figure edited": lambda root: (root / "figures" / "fr" / "a-1" / "01-one.txt").write_text("by hand"),
    "a figure removed": lambda root: (root / "figures" / "fr" / "a-1" / "01-one.txt").unlink(),
    "outputs cleared": lambda root: notebook(root / "notebooks" / "02-second.ipynb", DRAW.format(key="02-two")),
    "a notebook removed": lambda root: (root / "notebooks" / "02-second.ipynb").unlink(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_is_seen(built, change, monkeypatch):
    class Executed(Exception):
        pass

    def executed(*_):
        raise Executed

    monkeypatch.setattr(build, "_stale", executed)
    run(built)
    CHANGES[change](built)
    with pytest.raises(Executed):
        run(built)


@pytest.mark.parametrize("change", ["a table", "a figure edited", "a notebook removed"])
def test_a_change_is_built_once(built, change):
    before = tree(built / "figures")
    CHANGES[change](built)
    digests = tree(built / "figures")
    assert "rien n’a changé" not in run(built)
    assert "rien n’a changé" in run(built)
    if change == "a table":
        assert tree(built / "figures") != before
    elif change.startswith("a figure"):
        assert digests != before and tree(built / "figures") == before


def test_what_jupyterlab_notes_is_no_change(built):
    path = built / "notebooks" / "01-first.ipynb"
    saved = json.loads(path.read_text())
    saved["metadata"]["language_info"]["version"] = "3.11.99"
    saved["cells"][1]["metadata"]["execution"] = {"iopub.status.idle": "2026-01-01T00:00:00Z"}
    before = path.read_text()
    path.write_text(json.dumps(saved))
    run(built)
    assert path.read_text() == before


def test_a_failing_cell_is_told_and_nothing_is_touched(built):
    notebook(built / "notebooks" / "01-first.ipynb", DRAW.format(key="01-new"), "ok = 1\nwords = {}\nwords['mot']")
    (built / "data" / "table.csv").write_text("id,n\na,3\n")
    before = project(built)
    why = failed(built)
    assert "01-first.ipynb, cellule [2]" in why
    assert "KeyError: 'mot'" in why and "words['mot']" in why
    assert "Traceback" not in why and "\x1b" not in why and len(why.splitlines()) <= 3
    assert project(built) == before
    assert not (built / "build" / "staging").exists()


def test_every_failing_notebook_is_told(root):
    notebook(root / "notebooks" / "01-first.ipynb", "1 / 0")
    notebook(root / "notebooks" / "02-second.ipynb", "import no_such_module")
    why = failed(root)
    assert "01-first.ipynb, cellule [1]" in why and "ZeroDivisionError" in why
    assert "02-second.ipynb, cellule [1]" in why and "no_such_module" in why


def test_a_kernel_that_dies_is_told(root):
    notebook(
        root / "notebooks" / "01-first.ipynb",
        "x = 1",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    )
    before = project(root)
    assert "01-first.ipynb, cellule [2]\u202f: le noyau" in failed(root)
    assert project(root) == before


def test_an_endless_cell_is_told(root, monkeypatch):
    monkeypatch.setattr(build, "CELL_SECONDS", 1)
    notebook(root / "notebooks" / "01-first.ipynb", "while True: pass")
    assert "01-first.ipynb, cellule [1]\u202f: plus de 1 s" in failed(root)


def test_a_figure_made_by_two_notebooks_is_refused(root):
    notebook(root / "notebooks" / "02-second.ipynb", DRAW.format(key="01-one"))
    before = project(root)
    why = failed(root)
    assert "01-one" in why and "01-first.ipynb, 02-second.ipynb" in why
    assert project(root) == before


def test_a_figure_of_another_language_is_refused(root):
    other = DRAW.format(key="02-two").replace('os.environ["NEOTERRA_LANG"]', '"en"')
    notebook(root / "notebooks" / "02-second.ipynb", other)
    assert "02-second.ipynb\u202f: 02-two.csv" in failed(root)


def test_figures_that_no_notebook_makes_are_removed_and_told(built):
    figures = built / "figures" / "fr" / "a-1"
    for name in ("01-one.pdf", "09-old.svg", "notes.md", "my-chart.png"):
        (figures / name).write_text("x")
    notebook(built / "notebooks" / "02-second.ipynb", DRAW.format(key="02-three"))
    told = run(built)
    assert sorted(file.name for file in figures.iterdir()) == [
        "01-one.csv",
        "01-one.txt",
        "02-three.csv",
        "02-three.txt",
        "SHA256SUMS",
        "my-chart.png",
        "notes.md",
    ]
    for name in ("01-one.pdf", "02-two.csv", "02-two.txt", "09-old.svg"):
        assert f"figures/fr/a-1/{name}\u202f: retirée" in told
    assert "notes.md" not in told


def test_a_failed_build_removes_no_figure(built):
    notebook(built / "notebooks" / "02-second.ipynb", "1 / 0")
    failed(built)
    assert (built / "figures" / "fr" / "a-1" / "02-two.csv").exists()


def test_english_goes_aside_and_leaves_the_french_alone(built):
    before = project(built)
    told = run(built, "en")
    assert {name: content for name, content in project(built).items() if "/en/" not in name} == before
    assert (built / "figures" / "en" / "a-1" / "01-one.txt").read_text().endswith("en")
    assert (built / "notebooks" / "en" / "a-1" / "01-first.ipynb").exists()
    assert "notebooks/en/a-1" in told
    assert "figures/en/\u202f: rien n’a changé" in run(built, "fr", "en")


def test_a_language_that_fails_does_not_hold_back_the_other(root):
    notebook(
        root / "notebooks" / "02-second.ipynb",
        "import os; assert os.environ['NEOTERRA_LANG'] == 'fr', 'English only'",
    )
    assert "English only" in failed(root, "fr", "en")
    assert (root / "figures" / "fr" / "a-1" / "01-one.txt").exists() and not (root / "figures" / "en" / "a-1").exists()
    assert outputs(root / "notebooks" / "01-first.ipynb")[1]


def test_out_leaves_the_project_alone(root, once, tmp_path):
    before = tree(root)
    out = tmp_path / "out"
    run(root, "fr", "en", out=out)
    assert tree(root) == before
    made = {name: content for name, content in tree(out / "notebooks").items() if "/en/" not in name}
    assert made == tree(once[0] / "notebooks")
    assert tree(out / "figures" / "fr" / "a-1") == tree(once[0] / "figures" / "fr" / "a-1")
    assert (out / "figures" / "en" / "a-1" / "01-one.txt").read_text().endswith("en")
    assert "rien n’a changé" in run(root, out=out)


def test_another_data_folder(root, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(root / "data", other)
    (other / "table.csv").write_text("id,n\na,1\nb,2\n")
    run(root, data=other, out=tmp_path / "out")
    assert (tmp_path / "out" / "figures" / "fr" / "a-1" / "01-one.csv").read_text() == "id,n\na,1\nb,2\n"


def test_one_job_gives_the_same(built):
    before = project(built)
    run(built, force=True, jobs=1)
    assert project(built) == before


def test_an_input_that_changes_meanwhile_stops_the_build(root):
    notebook(root / "notebooks" / "02-second.ipynb", "_ = open('../data/table.csv', 'a').write('b,2\\n')")
    before = project(root)
    assert "pendant l’exécution" in failed(root)
    after = project(root)
    assert after.pop("project/data/table.csv") != before.pop("project/data/table.csv")
    assert after == before


def test_an_unreadable_notebook_is_told(root):
    (root / "notebooks" / "03-broken.ipynb").write_text("{ not json")
    assert "03-broken.ipynb" in failed(root)
    (root / "notebooks" / "03-broken.ipynb").write_text(
        '{"cells": [{"cell_type": "x", "metadata": {}, "source": ""}], "metadata": {}}'
    )
    assert "03-broken.ipynb" in failed(root)


def test_cells_without_an_id_get_a_lasting_one(root):
    path = root / "notebooks" / "01-first.ipynb"
    (root / "notebooks" / "02-second.ipynb").unlink()
    old = json.loads(path.read_text())
    old["nbformat_minor"] = 4
    for cell in old["cells"][1:]:
        del cell["id"]
    old["cells"][0]["id"] = "cell-2"
    path.write_text(json.dumps(old))
    run(root)
    first = path.read_bytes()
    assert [cell["id"] for cell in json.loads(first)["cells"]] == [
        "cell-2",
        "cell-2-bis",
        "cell-3",
        "cell-4",
        "cell-5",
    ]
    path.write_text(json.dumps(old))
    run(root, force=True)
    assert path.read_bytes() == first


def test_a_second_build_in_the_same_folder_is_refused(root):
    fcntl = pytest.importorskip("fcntl")
    (root / "build").mkdir()
    with open(root / "build" / "lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert "en cours" in failed(root)
    run(root)


def test_a_build_stopped_while_it_writes_is_completed_by_the_next(built, monkeypatch):
    (built / "data" / "table.csv").write_text("id,n\na,3\n")
    replace, done = os.replace, []

    def stop_at_the_third(source, target):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(replace(source, target))

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", stop_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            run(built)
    run(built)
    assert {(built / "figures" / "fr" / "a-1" / f"{key}.csv").read_text() for key in ("01-one", "02-two")} == {
        "id,n\na,3\n"
    }
    assert outputs(built / "notebooks" / "01-first.ipynb")[1][0]["text"] == ["id,n\n", "a,3\n", "\n"]
    assert "0 fichier écrit" in run(built, force=True)


# Put where Python finds it, this ends a kernel before it answers: once, or always.
DIES = """\
import os, sys
from pathlib import Path
before = Path(__file__).with_name("before")
if "ipykernel_launcher" in " ".join(sys.orig_argv) and ({always} or not before.exists()):
    before.touch()
    os._exit(3)
"""


@pytest.mark.parametrize("always", [False, True])
def test_a_kernel_that_dies_before_it_answers_is_started_again_once(root, tmp_path, always):
    (root / "notebooks" / "02-second.ipynb").unlink()
    (tmp_path / "sitecustomize.py").write_text(DIES.format(always=always))
    env = os.environ | {"PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "neoterra_analysis", "build"]
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True)
    assert (tmp_path / "before").exists()
    if always:
        assert done.returncode == 1 and "01-first.ipynb\u202f: le noyau" in done.stderr
    else:
        assert done.returncode == 0 and (root / "figures" / "fr" / "a-1" / "01-one.csv").exists()
    assert "Traceback" not in done.stderr


def alive(pid):
    """Return whether a process runs; one that ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait(condition, seconds=60):
    """Wait for something that must happen."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    "end", [signal.SIGKILL, signal.SIGINT, *([signal.SIGTERM] if os.environ.get("NEOTERRA_THOROUGH") == "1" else [])]
)
def test_a_build_that_is_stopped_leaves_what_was_there(built, tmp_path, end):
    pids = tmp_path / "pid"
    slow = f"import os, time; _ = open({str(pids)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    notebook(built / "notebooks" / "02-second.ipynb", DRAW.format(key="02-other"), slow)
    (built / "data" / "table.csv").write_text("id,n\na,3\n")
    before = project(built)
    command = subprocess.Popen(
        [sys.executable, "-m", "neoterra_analysis", "build"],
        cwd=built,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell that starts the tests in the background has them ignore Ctrl-C, and their children with them.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    wait(lambda: pids.exists() and pids.read_text())
    if end == signal.SIGINT:  # as Ctrl-C does, to the whole group
        os.killpg(command.pid, end)
    else:
        command.send_signal(end)
    told = command.communicate(timeout=60)[1]
    assert command.returncode == {signal.SIGINT: 130}.get(end, -end)
    assert "Traceback" not in told
    wait(lambda: not alive(int(pids.read_text())))  # no kernel is left behind
    assert project(built) == before
    notebook(built / "notebooks" / "02-second.ipynb", DRAW.format(key="02-two"))
    run(built)
    assert (built / "figures" / "fr" / "a-1" / "02-two.csv").read_text() == "id,n\na,3\n"
    assert not (built / "build" / "staging").exists()


def test_a_terminal_gets_one_moving_line_and_lasting_ones():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    told = Terminal()
    progress = Progress(told)
    progress.step("01-first", 1, 4)
    progress.step("02-second", 2, 3)
    progress.end("01-first")
    progress.line("done")
    last = told.getvalue().split("\r\x1b[2K")
    assert last[1:] == ["01-first 1/4", "01-first 1/4   02-second 2/3", "done\n"]
