"""start.py: on an old Python, in a strange folder, when something fails; and the files of other places that call it."""

import ast
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

REFUSED = r"Il faut Python 3\.11 au moins \(ici [\d.]+\) ; .+ / Python 3\.11 or later is needed; .+\n"
WORDS = "src/neoterra_analysis/words/start.toml"


@pytest.fixture
def start(repo, tmp_path, monkeypatch):
    """Return start.py as a module, in a project without an environment, whose folder has spaces and accents."""
    home = tmp_path / "Évaluation néo terra"
    (home / WORDS).parent.mkdir(parents=True)
    for name in ("start.py", WORDS, "requirements.lock", "pyproject.toml", "Makefile"):
        shutil.copy(repo / name, home / name)
    for name in ("MAKELEVEL", "FICHE", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "argv", ["start.py", "build"])
    spec = importlib.util.spec_from_file_location("started", home / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def told(capsys):
    """Return what a refusal told: one line, without a traceback."""
    out = capsys.readouterr().err
    assert len(out.splitlines()) == 1 and "Traceback" not in out, out
    return out


def test_any_python_reads_it(repo):
    text = (repo / "start.py").read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 4))
    for program in ("python2.7", "python3.6", "python3.8", "python3.10"):
        if not shutil.which(program) or subprocess.run([program, "-V"], capture_output=True).returncode:
            continue
        code = "import ast, io; ast.parse(io.open('start.py', 'rb').read())"
        done = subprocess.run([program, "-c", code], cwd=repo, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_an_old_python_is_told_what_to_type_in_one_line(start, monkeypatch, capsys):
    monkeypatch.setattr(start, "LEAST", (4, 0))
    monkeypatch.setattr(start, "newer", lambda: "python4.1")
    assert start.main(["test", "FICHE=a"]) == 1
    line = told(capsys)
    assert re.fullmatch(REFUSED, line) and line.isascii() and "type: python4.1 start.py test FICHE=a\n" in line
    monkeypatch.setattr(start, "newer", lambda: "")
    assert start.main([]) == 1 and "www.python.org" in told(capsys)


def test_an_old_python_hands_over_to_the_environment(start, monkeypatch):
    monkeypatch.setattr(start, "LEAST", (3, sys.version_info[1] + 1))
    monkeypatch.setattr(start, "call", lambda command: 0)
    monkeypatch.setattr(start.subprocess, "call", lambda command: command)
    assert start.main(["build"]) == [start.PYTHON, os.path.join(start.HERE, "start.py"), "build"]


def test_words_in_both_languages_with_the_command_to_type_again(start, monkeypatch, capsys):
    for lang, words in (
        ("fr", "n'est pas connu\u00a0; à choisir\u00a0: build"),
        ("en", "is not known; choose one of build"),
    ):
        monkeypatch.setenv("NEOTERRA_LANG", lang)
        assert start.main(["frob"]) == 2 and words in told(capsys)
        assert start.main([]) == 0 and "JupyterLab" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["start.py", "test", "FICHE=x"])
    assert start.again() == f"{'py' if os.name == 'nt' else 'python3'} start.py test FICHE=x"
    monkeypatch.setenv("MAKELEVEL", "1")
    assert start.again() == "make test FICHE=x"


def refusals(start, monkeypatch):
    """Return ``{key of the words: what makes it}``."""

    def no_module(command):
        return 1 if "import ensurepip, venv" in command else None

    def denied(*_):
        raise PermissionError(13, "Permission denied", "x")

    return {
        "no_venv": lambda: monkeypatch.setattr(start, "call", no_module),
        "no_writing": lambda: monkeypatch.setattr(os, "mkdir", denied),
        "no_32_bits": lambda: monkeypatch.setattr(sys, "maxsize", 2**31 - 1),
        "held": lambda: [os.makedirs(start.VENV), monkeypatch.setattr(shutil, "rmtree", denied)],
        "too_long": lambda: [
            monkeypatch.setattr(start, "WINDOWS", True),
            monkeypatch.setattr(start, "MAX_PATH", len(start.HERE) + start.DEEPEST - 1),
        ],
    }


@pytest.mark.parametrize("key", ["no_venv", "no_writing", "no_32_bits", "held", "too_long"])
def test_what_prevents_an_environment_is_one_line(start, monkeypatch, capsys, key):
    with monkeypatch.context() as patch:
        refusals(start, patch)[key]()
        assert start.main(["environment"]) == 1
    line = told(capsys)
    words = tomllib.loads(start.read(WORDS).decode("utf-8"))
    begin = words[f"start.{key}"]["fr"].partition("{")[0]
    assert line.replace("\u00a0", " ").startswith(begin) and line.endswith(" start.py build\n")


def test_pip_that_fails_is_told_with_what_it_says(start, monkeypatch, capsys):
    """As without a network: a package that is nowhere to be found."""
    monkeypatch.setattr(start, "PYTHON", sys.executable)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with pytest.raises(start.Stop) as stopped:
        start.pip(["--version"], ["install", "--no-deps", "--dry-run", "a-package-that-is-nowhere==1"])
    assert stopped.value.args[1] == 1 and "PIP_FIND_LINKS" in stopped.value.args[0]
    out = capsys.readouterr().err
    assert "ERROR: " in out and len(out.splitlines()) <= 3


def test_checks_that_run_together_are_all_told_and_one_failure_fails(start, capfd):
    good, bad = (
        [sys.executable, "-c", f"print('{word}é'); raise SystemExit({status})"]
        for word, status in (("un", 0), ("deux", 3))
    )
    start.together([good])
    with pytest.raises(start.Stop) as stopped:
        start.together([bad, good], PYTHONUTF8="1")
    assert stopped.value.args[1] == 3 and "état 3" in stopped.value.args[0]
    out = capfd.readouterr().out
    assert out.count("\nuné\n") == 2 and out.count("\ndeuxé\n") == 1


def test_status_and_settings_reach_the_caller(start, monkeypatch, capsys, tmp_path):
    """Each target ends with the status of what failed; the checks see the project's own data, in French."""
    seen = []

    def begin(command, told=None, cwd=None, **settings):
        seen.append((command, settings))
        code = 0 if told else 7
        return subprocess.Popen([sys.executable, "-c", f"raise SystemExit({code})"], stdout=told)

    monkeypatch.setattr(start, "begin", begin)
    monkeypatch.setattr(start, "environment", lambda: None)
    fiche = tmp_path / "fiche.txt"
    fiche.write_text("", encoding="utf-8")
    os.mkdir(os.path.join(start.HERE, "notebooks"))
    for target in ("build", "test", "browser", "thorough", "lab"):
        seen.clear()
        assert start.main([target, f"FICHE={fiche}"]) == 7, target
        assert "7" in capsys.readouterr().err
        if target in ("test", "thorough"):
            assert all(one["NEOTERRA_LANG"] == "fr" and one["NEOTERRA_DATA"] == "" for _, one in seen[4:])
            assert all(("NEOTERRA_THOROUGH" in one) == (target == "thorough") for _, one in seen[4:])
            assert [str(fiche) in command for command, _ in seen].count(True) == 1
    monkeypatch.setenv("CI", "true")
    assert start.main(["test", "FICHE=nowhere.txt"]) == 1 and "nowhere.txt" in capsys.readouterr().err
    assert start.main(["site"]) == 1 and "docs/" in told(capsys)


def test_clean_removes_what_was_made_and_nothing_else(start):
    kept = ("figures/fr/a/01-x.svg", "notebooks/01-x.ipynb", "src/a.py", "data/roles.csv")
    made = (".venv/x", "build/x", "site/x", "figures/fr/a/01-x.png", "notebooks/fr/x.ipynb", "src/a/__pycache__/x")
    for name in kept + made:
        os.makedirs(os.path.dirname(os.path.join(start.HERE, name)), exist_ok=True)
        open(os.path.join(start.HERE, name), "w", encoding="utf-8").close()
    assert start.main(["clean"]) == 0
    assert all(os.path.exists(os.path.join(start.HERE, name)) for name in kept)
    assert not any(os.path.exists(os.path.join(start.HERE, name)) for name in made)


def test_an_environment_is_made_again_only_for_cause(start, monkeypatch):
    """When the lock or the folder is another, or its Python is gone; the project alone when pyproject.toml changes."""
    steps, works = [], {"it": True}
    monkeypatch.setattr(start, "call", lambda command: 0 if works["it"] else None)
    monkeypatch.setattr(start, "install", lambda lock: [steps.append("lock"), os.makedirs(start.VENV, exist_ok=True)])
    monkeypatch.setattr(start, "pip", lambda *words: steps.append(words[0][0]))
    monkeypatch.setattr(start, "link", lambda: None)

    def done():
        steps.clear()
        start.environment()
        return list(steps)

    whole = ["lock", "install", "check"]
    assert done() == whole and done() == []
    start.write(start.read("requirements.lock") + b"\n", "requirements.lock")
    assert done() == whole and done() == []
    start.write(start.read("pyproject.toml") + b"\n", "pyproject.toml")
    assert done() == ["install", "check"] and done() == []
    start.write(b"/elsewhere\n" + start.read("requirements.lock"), ".venv", "locked")
    assert done() == whole
    works["it"] = False
    assert done() == whole


def test_the_makefile_has_the_targets_of_start(repo, start):
    text = (repo / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^TARGETS = (.*)$", text, re.M)[1].split()
    assert targets[0] == "build" and set(targets) == {one.__name__ for one in start.TARGETS} | {"help"}
    words = tomllib.loads((repo / WORDS).read_text(encoding="utf-8"))["start.help"]
    for lang in ("fr", "en"):
        assert {line.split()[0] for line in words[lang].strip().splitlines()} == set(targets) - {"help"} | {"neoterra"}


def of_readme(repo):
    """Return the table of README, a target a row: with make, on Windows, on macOS and Linux."""
    text = (repo / "README.md").read_text(encoding="utf-8").partition("| with make |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1:4] for line in text.splitlines()[2:]]
    return [[cell.strip(" `") for cell in row] for row in rows]


def test_readme_types_the_same_with_make_and_without(repo, start):
    rows = of_readme(repo)
    for make, windows, elsewhere in rows:
        target, _, python = make.removeprefix("make ").partition(" PYTHON=")
        assert target in {one.__name__ for one in start.TARGETS}
        assert elsewhere == f"{python or 'python3'} start.py {target}"
        assert windows == f"py {python.replace('python', '-') + ' ' if python else ''}start.py {target}"
    assert {row[0] for row in rows} >= {f"make {target}" for target in ("build", "test", "browser", "lab", "site")}


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="README types these on macOS and Linux")
def test_a_checkout_with_make_and_without(repo, tmp_path):
    """README's commands in a checkout whose folder has accents, its environment being that of the tests.

    What is not tracked is not there. `make thorough` builds all; else one notebook of one language is enough.
    """
    home, here = tmp_path / "Évaluation néo terra", Path(sys.prefix)
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=repo, capture_output=True, check=True).stdout.decode()
    for name in filter(None, tracked.split("\0")):
        if (repo / name).is_file() and not name.startswith(("tests/", "figures/en")):
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(repo / name, home / name)
    (home / ".venv").mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (home / ".venv" / name).symlink_to(here / name)
    (home / ".venv" / "locked").write_bytes(f"{home}\n".encode() + (home / "requirements.lock").read_bytes())
    shutil.copy(home / "pyproject.toml", home / ".venv" / "project")
    thorough = os.environ.get("NEOTERRA_THOROUGH") == "1"
    build = {row[0]: row for row in of_readme(repo)}["make build"]
    for notebook in () if thorough else (home / "notebooks").glob("*.ipynb"):
        notebook.unlink() if not notebook.name.startswith("04") else None
    settings = os.environ if thorough else os.environ | {"NEOTERRA_AMBITION": "4"}
    for command in (build[0], build[2]):
        done = subprocess.run(command, shell=True, cwd=home, env=settings, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        for drawing in sorted((home / "figures/fr/ambition-4").glob("04-*.svg")):
            assert drawing.read_bytes() == (repo / drawing.relative_to(home)).read_bytes()
        assert (home / "notebooks/04-levers-and-challenges.ipynb").read_bytes() == (
            repo / "notebooks/04-levers-and-challenges.ipynb"
        ).read_bytes()


# Where each command of the files below is expected: in the checkout, in its environment, or on any machine.
PLACES = (
    ".github/workflows/check.yml",
    ".gitlab-ci.yml",
    ".devcontainer/devcontainer.json",
    ".binder/postBuild",
    ".onyxia/init.sh",
    ".pre-commit-config.yaml",
)


@pytest.mark.parametrize("name", PLACES)
def test_files_of_other_places_point_at_the_same_start(repo, start, name):
    text = (repo / name).read_text(encoding="utf-8")
    assert "ever run" in text  # "never run here": said as long as it is so
    assert "://" not in text
    for target in re.findall(r"start\.py (\w+)", text):
        assert target in {one.__name__ for one in start.TARGETS} | {"neoterra"}
    for program in re.findall(r"(?<![\w.])(\.ci/\w+|docs/\w+\.py)", text):
        assert (repo / program).exists()
    if name.endswith((".yml", ".yaml")):
        assert yaml.safe_load(text)
    elif name.endswith(".json"):
        assert json.loads(re.sub("^//.*$", "", text, flags=re.M))["image"]
    elif os.name != "nt":
        assert os.access(repo / name, os.X_OK)
        assert subprocess.run(["sh", "-n", str(repo / name)]).returncode == 0


def test_hooks_run_the_environment_s_own_programs(repo):
    hooks = yaml.safe_load((repo / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [one["repo"] for one in hooks] == ["local"]
    for hook in hooks[0]["hooks"]:
        assert hook["language"] == "system" and 'PATH=".venv/bin:.venv/Scripts:$PATH"' in hook["entry"]
        program, word = re.search(r'\$PATH" (\w+) (\w+)', hook["entry"]).groups()
        assert shutil.which(program, path=os.path.dirname(sys.executable)) and word in ("check", "format")
