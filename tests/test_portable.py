"""What Windows, macOS and plain consoles lack is taken away here: the commands do their work all the same."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from importlib import import_module
from io import BytesIO

import pytest

import invented
from neoterra_analysis import cli
from neoterra_analysis.analysis import memory
from neoterra_analysis.dataset import check
from neoterra_analysis.exchange import deposit
from neoterra_analysis.fiches.documents import sandbox
from neoterra_analysis.fiches.documents.limits import DocumentError
from neoterra_analysis.pages import as_word
from neoterra_analysis.words import files

# Before the package is imported: no module and no function that POSIX alone has.
WITHOUT = """
import os, signal, sys
for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    sys.modules[name] = None
for module, names in ((signal, "setitimer SIGPROF SIGXCPU ITIMER_PROF"), (os, "geteuid getuid sched_getaffinity")):
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
def fork():
    raise AssertionError("fork")
os.fork = fork
from neoterra_analysis.cli import main
worst = 0
for line in sys.stdin.read().splitlines():
    try:
        status = main(line.split())
    except SystemExit as end:
        status = end.code
    print("status", line.split()[0], status, flush=True)
"""
COMMANDS = """check data
check bad
export gexf out/network.gexf --data data
export ro-crate-zip out/deposit --data data
workbook export out/book.xlsx --data data
workbook import out/book.xlsx --data data --out out/back
ingest fiche.md --out out/draft --data data
diff out/draft data
trace --fiche nowhere.txt --data data
nonsense
--help
check data --format github
agreement data data --format csv
"""
STATUSES = "0 1 0 0 0 0 0 0 1 2 0 0 0".split()


@pytest.fixture
def home(tmp_path, repo):
    """Return a folder with records, misspelt records and a fiche."""
    home = tmp_path / "Évaluation néo terra"
    invented.write(home / "data")
    invented.write(home / "bad", roles=invented.replaced("roles", "connecteur", "conecteur"))
    shutil.copy(repo / "examples" / "fiche-ambition-2.md", home / "fiche.md")
    (home / "out").mkdir()
    return home


def test_commands_without_posix_on_a_console_of_windows(home):
    """In cp1252, without UTF-8 mode, and any file opened without saying its encoding is an error."""
    env = os.environ | {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    strict = ["-X", "warn_default_encoding", "-W", "error::EncodingWarning:neoterra_analysis"]
    done = subprocess.run(
        [sys.executable, *strict, "-c", WITHOUT], cwd=home, env=env, input=COMMANDS.encode(), capture_output=True
    )
    out, err = done.stdout.decode("cp1252"), done.stderr.decode("cp1252")
    assert re.findall(r"^status \S+ (\d+)", out, re.M) == STATUSES, out + err
    assert done.returncode == 0 and "Traceback" not in err and "EncodingWarning" not in err
    assert "colonne role : « conecteur »" in out  # what this console can show, and a space for the narrow one
    assert (home / "out" / "back" / "roles.csv").read_bytes() == (home / "data" / "roles.csv").read_bytes()


def test_what_programs_read_is_utf8_whatever_the_console_is(home):
    env = os.environ | {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "neoterra_analysis", "check", "bad", "--format"]
    told = {
        form: subprocess.run([*command, form], cwd=home, env=env, capture_output=True) for form in ("json", "gitlab")
    }
    assert "écrivez «\u202fconnecteur\u202f»" in told["json"].stdout.decode("utf-8") and json.loads(told["json"].stdout)
    (row,) = [one for one in json.loads(told["gitlab"].stdout) if one["check_name"] == "unknown_code"]
    assert row["location"] == {"path": "bad/roles.csv", "lines": {"begin": 4}} and row["severity"] == "major"
    plain = subprocess.run(command[:-1], cwd=home, env=env, capture_output=True).stdout.decode("ascii")
    assert 'ecrivez " connecteur " au lieu de " conecteur "' in plain


@pytest.mark.parametrize("way", ["without a timer", "with one"])
def test_work_is_bounded_without_a_timer_of_the_system(monkeypatch, way):
    if way == "without a timer":
        monkeypatch.delattr(signal, "setitimer", raising=False)
    monkeypatch.setattr(sandbox, "MOST_SECONDS", 0.2)
    monkeypatch.setattr(sandbox, "LOOKS", 0.02)
    with pytest.raises(sandbox.Unbounded) as told, sandbox.bounded("en"):
        until = time.process_time() + 30
        while time.process_time() < until:
            pass
    assert str(told.value).startswith("more than 0.2 s of computing")
    with sandbox.bounded("en"):
        assert sum(range(1000)) == 499500
    for _ in range(1000):
        pass


ENDLESS = """
def endless(raw, *words):
    kept = []
    while True:
        if raw == b"memory":
            kept.append(bytearray(1 << 20))
"""


@pytest.mark.parametrize(("what", "code"), [("time", "too_long"), ("memory", "too_much")])
def test_the_sandbox_is_bounded_without_limits_of_the_system(monkeypatch, what, code, tmp_path):
    (tmp_path / "endless.py").write_text(ENDLESS, encoding="utf-8")
    lines = "import sys; sys.modules['resource'] = None; from neoterra_analysis.fiches.documents import sandbox as s"
    lines += "; s.SECONDS, s.MEMORY = 1, 200 * s.MEGABYTE; s.answer()"
    real = subprocess.run
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(subprocess, "run", lambda words, **k: real([*words[:5], lines, *words[6:]], **k))
    with pytest.raises(DocumentError) as told:
        sandbox.call(import_module("endless").endless, what.encode(), lang="en")
    assert told.value.code == code


def test_a_lock_is_one_lock_in_processes(tmp_path):
    with memory.locked(tmp_path / "lock", wait=False):
        with pytest.raises(memory.Held), memory.locked(tmp_path / "lock", wait=False):
            pass
    with memory.locked(tmp_path / "lock", wait=False):
        pass


def test_a_file_that_excel_holds_is_named_and_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "WINDOWS", True)
    monkeypatch.setattr(files, "GRACE", 0.1)
    monkeypatch.setattr(files, "take", lambda file: True)
    tried, real = [], os.replace

    def held(source, target):
        tried.append(target)
        raise PermissionError(13, "used by another process")

    (tmp_path / "roles.csv").write_bytes(b"old")
    monkeypatch.setattr(os, "replace", held)
    with pytest.raises(PermissionError, match="roles.csv est ouvert dans un autre programme") as told:
        files.replace(tmp_path / "roles.csv", b"new")
    assert len(tried) > 1 and len(str(told.value).splitlines()) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["roles.csv"]
    monkeypatch.setattr(os, "replace", lambda s, t: real(s, t) if len(tried) > 3 else held(s, t))
    monkeypatch.setattr(files, "GRACE", 20)
    tried.clear()
    files.replace(tmp_path / "roles.csv", b"new")  # what looks for viruses has let it go
    assert (tmp_path / "roles.csv").read_bytes() == b"new"


def test_archives_have_the_same_bytes_on_windows(small, monkeypatch):
    deposited, plain = deposit.zipped(small, {"lang": "fr"})[0], BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("[Content_Types].xml", "x")
    document = as_word._steady(plain.getvalue())
    monkeypatch.setattr(sys, "platform", "win32")
    assert as_word._steady(plain.getvalue()) == document and deposit.zipped(small, {"lang": "fr"})[0] == deposited


RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)


def test_every_tracked_name_is_one_on_windows_and_macos(repo):
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=repo, capture_output=True)
    if listed.returncode:
        pytest.skip("not a checkout")
    names = [name for name in listed.stdout.decode("utf-8").split("\0") if name]
    assert len({name.casefold() for name in names}) == len(names) and max(map(len, names)) < 120
    for part in {part for name in names for part in name.split("/")}:
        assert not RESERVED.fullmatch(part) and not re.search(r'[<>:"|?*\\\x00-\x1f]|[. ]$', part), part
    sources = [name for name in names if name.startswith(("src/", "data/")) or name == "start.py"]
    assert not [name for name in sources if b"\r" in (repo / name).read_bytes()]
    words = subprocess.run(["git", "check-attr", "eol", "--", "data/roles.csv"], cwd=repo, capture_output=True)
    assert words.stdout.decode().strip().endswith("eol: lf")


def test_annotations_of_github_hold_what_they_quote_together(tmp_path, capsys, monkeypatch):
    """Percent signs, line ends, colons and commas; the cell's place in its line, also after a quoted comma."""
    (tmp_path / "a,b").mkdir()
    monkeypatch.chdir(tmp_path)
    data = invented.write(tmp_path / "a,b" / "50%:x", roles=invented.replaced("roles", "connecteur", "cone%teur"))
    assert check.run(data, form="github", lang="en") == 1
    line = next(one for one in capsys.readouterr().out.splitlines() if "unknown_code" in one)
    row = (data / "roles.csv").read_text(encoding="utf-8").splitlines()[3]
    at = row.index("cone%teur") + 1
    assert line.startswith(
        f"::error file=a%2Cb/50%25%3Ax/roles.csv,line=4,col={at},title=unknown_code::role: cone%25teur: "
    )
    assert check._at(["a,b,c", '"x, y",zz,t'], check.Problem("f", 2, "b", "")) == 8
    assert check._at(["a,b,c", '"x', 'y",zz,t'], check.Problem("f", 3, "b", "")) == 0


def test_the_help_tells_the_forms(capsys):
    with pytest.raises(SystemExit):
        cli.main(["check", "--help"])
    assert "gitlab" in capsys.readouterr().out
