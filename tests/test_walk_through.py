"""The walk-through of the README, executed as written."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from neoterra_analysis import load


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the walk-through is written for a Unix shell")
def test_add_a_fiche(repo, tmp_path):
    text = (repo / "README.md").read_text(encoding="utf-8")
    section = text.partition("## Add a fiche\n")[2].partition("\n## ")[0]
    (block,) = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    commands = block.splitlines()
    assert 1 <= len(commands) <= 8
    for folder in ("data", "examples"):
        shutil.copytree(repo / folder, tmp_path / folder)
    (tmp_path / "notebooks").mkdir()
    # The overview of the programme is what a second fiche is for; make thorough: all notebooks.
    copied = "*" if os.environ.get("NEOTERRA_THOROUGH") == "1" else "00-*"
    for notebook in (repo / "notebooks").glob(f"{copied}.ipynb"):
        shutil.copy(notebook, tmp_path / "notebooks")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    for command in commands:
        done = subprocess.run(command, shell=True, cwd=tmp_path, env=os.environ, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
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
