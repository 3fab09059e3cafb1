"""The three lists of dependencies say the same, and hold no address."""

import json
import os
import re
import subprocess
import sys
import tomllib

import jsonschema
import pytest
import rattler
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

# Where conda-forge names a package otherwise: its "igraph" is the C library, its "matplotlib" brings Qt.
CONDA_NAMES = {"igraph": "python-igraph", "matplotlib": "matplotlib-base", "typst": "typst-py"}
CONDA_ONLY = {"python", "pip"}


def clauses(ranges):
    return {clause.strip() for clause in str(ranges).split(",")}


@pytest.fixture
def project(repo):
    return tomllib.loads((repo / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture
def wanted(project):
    """Return the requirements by conda name."""
    lines = [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]
    found = {}
    for requirement in map(Requirement, lines):
        name = CONDA_NAMES.get(requirement.name, canonicalize_name(requirement.name))
        assert found.setdefault(name, requirement).specifier == requirement.specifier, name
    return found


@pytest.fixture
def locked(repo):
    """Return ``{name: [(version, marker, number of hashes)]}``."""
    text = (repo / "requirements.lock").read_text(encoding="utf-8")
    found = {}
    for entry in re.split(r"\n(?=\S)", text.strip()):
        head, *hashes = [line.strip(" \\") for line in entry.splitlines()]
        pinned = Requirement(head)
        (clause,) = pinned.specifier
        assert clause.operator == "==", head
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in hashes), head
        found.setdefault(canonicalize_name(pinned.name), []).append((clause.version, len(hashes)))
    return found


@pytest.fixture
def conda(repo):
    return yaml.safe_load((repo / "environment.yml").read_text(encoding="utf-8"))


def test_lock_has_a_hash_for_each_package_and_no_address(repo, locked):
    text = (repo / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text and "@" not in text and "--index" not in text and "--find" not in text
    assert len(locked) > 50
    assert all(hashes for versions in locked.values() for _, hashes in versions)


def test_lock_answers_every_requirement(wanted, locked):
    for requirement in wanted.values():
        versions = [version for version, _ in locked[canonicalize_name(requirement.name)]]
        assert versions and all(version in requirement.specifier for version in versions), requirement


def test_the_build_backend_is_locked(repo, locked):
    text = (repo / "pyproject.toml").read_text(encoding="utf-8")
    assert {canonicalize_name(name) for name in tomllib.loads(text)["build-system"]["requires"]} <= set(locked)


def test_each_dependency_has_its_reason(repo, project):
    lines = (repo / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    for requirement in [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]:
        stated = [line for line in lines if line.startswith(f'    "{requirement}",')]
        assert stated and all(re.search(r"  # \w.{10,}", line) for line in stated), requirement


def test_conda_has_the_same_packages_and_ranges(conda, wanted):
    parts = [line.partition(" ") for line in conda["dependencies"]]
    ranges = {name: clauses(specification) for name, _, specification in parts}
    assert len(ranges) == len(parts)
    assert set(ranges) - CONDA_ONLY == set(wanted)
    for name, requirement in wanted.items():
        assert ranges[name] == clauses(requirement.specifier), name


def test_conda_ranges_admit_each_locked_version(conda, wanted, locked):
    for line in conda["dependencies"]:
        name = line.partition(" ")[0]
        matching = rattler.MatchSpec(line, strict=True)
        if name in CONDA_ONLY:
            continue
        ranges = rattler.VersionSpec(str(matching.version))
        for version, _ in locked[canonicalize_name(wanted[name].name)]:
            assert ranges.matches(rattler.Version(version)), (line, version)
        assert not ranges.matches(rattler.Version("0.0.1")), line


def test_conda_has_the_same_python(conda, project):
    (line,) = [line for line in conda["dependencies"] if line.startswith("python ")]
    assert clauses(line.partition(" ")[2]) == clauses(project["requires-python"])
    assert "3.11.0" in SpecifierSet(project["requires-python"])


def test_conda_uses_conda_forge_only(conda):
    assert conda["channels"] == ["conda-forge", "nodefaults"]


def test_jupyterlab_is_french_and_asks_nobody(repo):
    from jupyterlab.commands import get_app_dir

    path = repo / ".jupyter" / "labconfig" / "default_setting_overrides.json"
    overrides = json.loads(path.read_text(encoding="utf-8"))
    assert overrides["@jupyterlab/translation-extension:plugin"]["locale"] == "fr_FR"
    notification = overrides["@jupyterlab/apputils-extension:notification"]
    assert notification == {"fetchNews": "false", "checkForUpdates": False}
    for plugin, settings in overrides.items():
        schema = os.path.join(get_app_dir(), "schemas", *plugin.split(":")) + ".json"
        with open(schema, encoding="utf-8") as file:
            known = json.load(file)
        jsonschema.validate(settings, known)
        assert set(settings) <= set(known["properties"])


def test_jupyterlab_has_no_buttons_of_the_tool_that_compares_notebooks(repo, monkeypatch):
    from jupyterlab_server.config import get_page_config

    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(repo / ".jupyter"))
    disabled = get_page_config([])["disabledExtensions"]
    assert "nbdime-jupyterlab" in disabled
    installed = os.path.join(sys.prefix, "share", "jupyter", "labextensions", "nbdime-jupyterlab")
    assert os.path.isdir(installed), "it has another name now"
    server = json.loads((repo / ".jupyter/jupyter_server_config.d/nbdime.json").read_text(encoding="utf-8"))
    assert server["ServerApp"]["jpserver_extensions"] == {"nbdime": False}


def test_continuous_integration_runs_make_test(repo):
    script = repo / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "make test" in script.read_text(encoding="utf-8")


def test_the_tracked_tree_is_small(repo):
    """Under 20 MB: what is made again from what is tracked is not tracked itself."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=repo, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a checkout")
    files = [repo / name for name in listed.stdout.split("\0") if name]
    assert sum(file.stat().st_size for file in files if file.is_file()) < 20e6
