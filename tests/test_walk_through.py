"""The walk-through of the README, executed as written."""

import os
import re
import shutil
import subprocess
import sys

import pytest

import drafts
from neoterra_analysis import load, survival
from neoterra_analysis.fiches import documents

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="the walk-through is written for a Unix shell"),
]


def commands_of(repo, section):
    """Return the commands of a section of the README."""
    text = (repo / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```sh\n(.*?)```", text.partition(f"## {section}\n")[2].partition("\n## ")[0], re.DOTALL)
    assert 1 <= len(block.splitlines()) <= 8
    return block.splitlines()


def done(commands, folder):
    """Run commands one after the other; return what the last one printed."""
    for command in commands:
        run = subprocess.run(command, shell=True, cwd=folder, env=os.environ, capture_output=True, text=True)
        assert run.returncode == 0, f"{command}\n{run.stdout}{run.stderr}"
    return run.stdout


def test_a_second_coder(repo, tmp_path):
    commands = commands_of(repo, "A second coder")
    shutil.copytree(repo / "examples", tmp_path / "examples")
    shutil.copytree(repo / commands[0].split()[2], tmp_path / commands[0].split()[2])
    (tmp_path / ".venv").symlink_to(sys.prefix)
    told = done(commands, tmp_path)
    first, second, settled = (load(tmp_path / name) for name in ("first", "second", "settled"))
    assert "6 désaccords, 4 peuvent changer un résultat." in told and "Restent ouverts" in told
    assert first.sources["publisher"].eq("Enregistrements inventés").all() and second.readings.empty
    table = survival.disagreements(first, second)
    assert len(table) == 6 and len(survival.disagreements(first, settled)) == 1
    assert len(settled.readings) == len(first.readings) + 4


def test_add_a_fiche(repo, tmp_path):
    commands = commands_of(repo, "Add a fiche")
    for folder in ("data", "examples"):
        shutil.copytree(repo / folder, tmp_path / folder)
    (tmp_path / "notebooks").mkdir()
    # The overview of the programme is what a second fiche is for; make thorough: all notebooks.
    copied = "*" if os.environ.get("NEOTERRA_THOROUGH") == "1" else "00-*"
    for notebook in (repo / "notebooks").glob(f"{copied}.ipynb"):
        shutil.copy(notebook, tmp_path / "notebooks")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    done(commands, tmp_path)
    before, after = load(repo / "data"), load(tmp_path / "trial")
    new = set(after.laureates["laureate_id"]) - set(before.laureates["laureate_id"])
    assert new == {"quatre-bras", "horaire-libre", "chaise-neuve"}
    assert set(after.laureates["enjeu_id"]) - set(before.laureates["enjeu_id"]) == {"2.1", "2.2"}
    assert len(after.mentions) == len(before.mentions) + 12
    made = tmp_path / "trial-figures" / "figures" / "fr"
    fiches = ["ambition-2", "ambition-4"] if copied == "*" else []
    assert sorted(folder.name for folder in made.iterdir()) == [*fiches, "programme"]
    for part in (*fiches, "programme"):
        kept = repo / "figures" / "fr" / part.replace("2", "4")
        assert {file.name for file in (made / part).iterdir()} >= {file.name for file in kept.glob("*.[cst]*")}
    executed = [file.name for file in (tmp_path / "trial-figures" / "notebooks").glob("*.ipynb")]
    assert sorted(executed) == sorted(file.name for file in (tmp_path / "notebooks").iterdir())
    for name in ("laureates", "mentions"):
        assert (tmp_path / "data" / f"{name}.csv").read_bytes() == (repo / "data" / f"{name}.csv").read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="the walk-through is written for a Unix shell")
def test_quotes_from_anyone(repo, tmp_path):
    text = (repo / "README.md").read_text(encoding="utf-8")
    section = text.partition("## Quotes from anyone\n")[2].partition("\n## ")[0]
    (block,), (shown,) = (re.findall(rf"```{kind}\n(.*?)```", section, re.DOTALL) for kind in ("sh", "text"))
    for folder in ("data", "examples"):
        shutil.copytree(repo / folder, tmp_path / folder)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    told = []
    for command in block.splitlines():
        told.append(subprocess.run(command, shell=True, cwd=tmp_path, env=os.environ, capture_output=True, text=True))
    assert [done.returncode for done in told] == [0, 1, 0], told
    assert shown in told[1].stdout and "3 of 4 quotes found, 1 refused." in told[1].stdout
    assert "chaise-neuve/connecteur" in told[2].stdout
    review = (tmp_path / "second" / "review.csv").read_text(encoding="utf-8").splitlines()
    assert len(review) == 2 and "altered" in review[1]


@pytest.mark.skipif(sys.platform == "win32", reason="the walk-through is written for a Unix shell")
def test_before_a_fiche_is_published(repo, tmp_path):
    text = (repo / "README.md").read_text(encoding="utf-8")
    section = text.partition("## Before a fiche is published\n")[2].partition("\n## ")[0]
    (command,), (shown,) = (re.findall(rf"```{kind}\n(.*?)```", section, re.DOTALL) for kind in ("sh", "text"))
    fiche = (repo / "examples" / "fiche-ambition-2.md").read_text(encoding="utf-8")
    (tmp_path / "fiche.md").write_text(fiche.replace("Trois projets", "Quatre projets"), encoding="utf-8")
    made = drafts.as_docx(drafts.blocks_of(documents.read(tmp_path / "fiche.md")))
    (tmp_path / "fiche-ambition-2.docx").write_bytes(made)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    run = subprocess.run(command, shell=True, cwd=tmp_path, env=os.environ, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (1, shown)
