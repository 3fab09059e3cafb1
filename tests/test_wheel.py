"""The package as it is installed: built and installed without the network, outside the checkout."""

import hashlib
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import invented
from neoterra_analysis import load

INSIDE = "neoterra_analysis/shipped/"
THOROUGH = os.environ.get("NEOTERRA_THOROUGH") == "1"


def made(source, target, kind):
    """Build the project with the locked backend."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (file,) = target.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return file


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return made(Path(__file__).resolve().parents[1], tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="module")
def home(wheel, tmp_path_factory):
    """Return an environment that has the wheel, and of the tests' environment the libraries only."""
    folder = tmp_path_factory.mktemp("home") / "venv"
    venv.create(folder, symlinks=os.name != "nt")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True).stdout.strip())
    # A path file that is named in another path file is not followed: the checkout stays out.
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    settings = {"NO_COMPILE": "1", "NO_DEPS": "1", "NO_INDEX": "1", "DISABLE_PIP_VERSION_CHECK": "1"}
    settings = {f"PIP_{name}": value for name, value in settings.items()}
    words = commands()[0].split()
    assert words[0] == "python"
    subprocess.run([python, *words[1:]], cwd=wheel.parent, env=os.environ | settings, check=True, capture_output=True)
    return python, site


def commands():
    """Return what README types where there is only the wheel."""
    text = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
    block = text.partition("```console\n")[2].partition("```")[0]
    return [line.removeprefix("$ ") for line in block.splitlines()]


@pytest.fixture
def neoterra(home, tmp_path):
    """Return a function that runs the installed command in a folder, and holds it to its status."""
    python, _ = home
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("NEOTERRA", "PYTHON"))}
    if "NEOTERRA_MEMORY" in os.environ:  # what the same code has computed in the checkout is found again
        kept["NEOTERRA_MEMORY"] = os.environ["NEOTERRA_MEMORY"]

    def run(*words, cwd=tmp_path, status=0, **env):
        command = [python, *words] if words[:1] == ("-c",) else [python, "-m", "neoterra_analysis", *words]
        settings = kept | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8", "NEOTERRA_LANG": "en"} | env
        done = subprocess.run(command, cwd=cwd, env=settings, capture_output=True, encoding="utf-8")
        assert done.returncode == status and "Traceback" not in done.stderr, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def tree(folder):
    return {
        str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.rglob("*") if f.is_file()
    }


def test_what_the_wheel_holds(wheel, repo):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        content = {name.removeprefix(INSIDE): archive.read(name) for name in names if name.startswith(INSIDE)}
        wanted = [*(repo / "data").iterdir(), *(repo / "notebooks").glob("*.ipynb")]
        wanted += [repo / name for name in (".gitignore", ".gitattributes", "requirements.lock")]
        wanted += (repo / ".jupyter").rglob("*.json")
        own = {
            file.relative_to(repo).as_posix(): file.read_bytes() for file in wanted if not file.name.endswith(".new")
        }
        assert content == own
    tops = {name.split("/")[0] for name in names}
    assert tops == {"neoterra_analysis", next(top for top in tops if top.endswith(".dist-info"))}
    assert not [name for name in names if "test" in name.lower() or "shared" in name or name.endswith(".pyc")]
    assert wheel.stat().st_size < 5e6


def test_the_same_wheel_again_from_the_sdist(wheel, repo, tmp_path):
    with tarfile.open(made(repo, tmp_path, "sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = (folder for folder in tmp_path.iterdir() if folder.is_dir())
    assert not (source / "tests").exists()
    assert made(source, tmp_path / "again", "wheel").read_bytes() == wheel.read_bytes()


def test_load_and_first_commands_anywhere(neoterra, home, repo, tmp_path):
    _, site = home
    before = tree(site)
    ask = "import neoterra_analysis as n; d = n.load(); print(n.__file__, d.path, d.digest)"
    file, path, digest = neoterra("-c", ask).split()
    assert Path(file).is_relative_to(site) and Path(path).is_relative_to(site)
    assert digest == load(repo / "data").digest
    first = neoterra()
    assert "Project: none" in first and "neoterra init" in first
    commands = (["build"], ["check", "--accept"], ["identifiers"], ["dictionary"], ["lab"], ["add", "x"])
    told = neoterra("-c", f"from neoterra_analysis.cli import main\nfor words in {commands}: print(words, main(words))")
    assert [line for line in told.splitlines() if line.startswith("[")] == [f"{words} 1" for words in commands]
    assert told.count("first make a folder of your own: neoterra init") == len(commands)
    place = "from neoterra_analysis.figures import publish; print(publish.default_folder())"
    assert neoterra("-c", place).strip() == str(tmp_path / "figures")
    invented.write(tmp_path / "data")
    assert str(tmp_path / "data") in neoterra("-c", ask)
    assert tree(site) == before


def test_a_project_in_which_commands_work(neoterra, home, repo, tmp_path):
    _, site = home
    before, project = tree(site), tmp_path / "projet"
    assert commands()[1:] == ["neoterra init projet", "cd projet", "neoterra build", "neoterra lab"]
    assert "neoterra build" in neoterra("init", "projet", NEOTERRA_LANG="fr")
    assert "# Projet Néo Terra" in (project / "README.md").read_text(encoding="utf-8")
    assert tree(project / "data") == {k: v for k, v in tree(repo / "data").items() if not k.endswith(".new")}
    inside = {"cwd": project / "notebooks"}
    assert "not built here yet" in neoterra(**inside)
    assert neoterra("check", **inside).endswith("notices: 0.\n")
    if not THOROUGH:  # one notebook will do
        for notebook in (project / "notebooks").glob("*.ipynb"):
            notebook.unlink() if not notebook.name.startswith("04") else None
    notebook = (project / "notebooks" / "04-levers-and-challenges.ipynb").read_bytes()
    told = neoterra("build", NEOTERRA_LANG="fr", NEOTERRA_AMBITION="" if THOROUGH else "4", **inside)
    assert "figures/fr/ambition-4" in told
    assert (project / "notebooks" / "04-levers-and-challenges.ipynb").read_bytes() == notebook
    for drawing in (project / "figures" / "fr").rglob("*.svg"):
        assert drawing.read_bytes() == (repo / drawing.relative_to(project)).read_bytes()
    if THOROUGH:
        assert "à jour" in neoterra(NEOTERRA_LANG="fr", **inside)
        neoterra("report", NEOTERRA_LANG="fr", **inside)
    roles = project / "data" / "roles.csv"
    roles.write_text(roles.read_text(encoding="utf-8").replace(",stated,", ",principal,", 1), encoding="utf-8")
    assert "roles.csv" in neoterra("check", **inside)
    assert tree(site) == before
