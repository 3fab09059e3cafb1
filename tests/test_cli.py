"""The command line: what it says, its exit status, and what it does not import."""

import json
import shutil
import subprocess
import sys

import pytest

from neoterra_analysis import __version__, cli

HEAVY = ("pandas", "numpy", "matplotlib", "scipy", "networkx", "nbclient", "nbformat", "jupyter_client")


def loaded_by(code, cwd):
    """Return which heavy modules a fresh interpreter has loaded after some code."""
    tail = f"\nimport sys; print('LOADED', *[m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code + tail], cwd=cwd, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1].split()[1:]


@pytest.fixture
def misspelt(repo, tmp_path):
    """Return a data folder in which one code is misspelt."""
    data = shutil.copytree(repo / "data", tmp_path / "data")
    roles = data / "roles.csv"
    roles.write_text(roles.read_text(encoding="utf-8").replace(",connecteur,", ",conecteur,", 1), encoding="utf-8")
    return data


def test_help_tells_every_command_with_an_example(capsys):
    for arguments, words in (
        (["--help"], ["build", "check", "trace", "NEOTERRA_LANG", "NEOTERRA_DATA", "exit status", "neoterra build"]),
        (["build", "--help"], ["--lang", "--data", "--out", "--force", "--jobs", "neoterra build --lang all"]),
        (["check", "--help"], ["PATH", "--encoding", "--format", "neoterra check trial/"]),
        (["dictionary", "--help"], ["data/README.md", "neoterra dictionary"]),
        (["trace", "--help"], ["--fiche", "--data", "--list", "neoterra trace --fiche"]),
        (["read", "--help"], ["--fiche", "--second", "--data", "--out", "neoterra read --fiche"]),
        (["ingest", "--help"], ["FILE", "--out", "--ambition", "--retrieved", "review.csv", "neoterra ingest"]),
        (["verify", "--help"], ["SHEET", "--fiche", "--columns", "--encoding", "--out", "--format", "neoterra verify"]),
        (["diff", "--help"], ["DRAFT", "DATA", "--format", "neoterra diff draft"]),
        (["add", "--help"], ["DRAFT", "--update", "review.csv", "neoterra add draft"]),
        (["report", "--help"], ["--ambition", "--out", "site/", "neoterra report --lang all"]),
        (["identifiers", "--help"], ["--data", "SIREN", "neoterra identifiers"]),
        (["import", "--help"], ["actors"]),
        (["import", "actors", "--help"], ["FILE.csv", "--out", "--encoding", "review.csv", "neoterra import actors"]),
        (["workbook", "--help"], ["export", "import"]),
        (["workbook", "export", "--help"], ["FILE.xlsx", "--data", "neoterra workbook export"]),
        (["workbook", "import", "--help"], ["FILE.xlsx", "--out", "--draft", "neoterra workbook import"]),
    ):
        with pytest.raises(SystemExit) as stopped:
            cli.main(arguments)
        told = capsys.readouterr().out
        assert stopped.value.code == 0
        assert [word for word in words if word not in told] == []


def test_version(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"neoterra {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [["bild"], ["build", "--lang", "de"], ["build", "--jobs", "0"], ["trace"], ["check", "a", "b"]],
)
def test_what_is_not_understood_is_told(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    assert stopped.value.code == 2
    assert "usage: neoterra" in capsys.readouterr().err


def test_an_unknown_language_in_the_environment_is_told(monkeypatch, capsys):
    monkeypatch.setenv("NEOTERRA_LANG", "de")
    with pytest.raises(SystemExit) as stopped:
        cli.main(["check"])
    assert stopped.value.code == 2
    assert "'de'" in capsys.readouterr().err


def test_importing_and_asking_for_help_is_light(repo):
    assert loaded_by("import neoterra_analysis", repo) == []
    ask = "from neoterra_analysis import cli\ntry: cli.main(['build', '--help'])\nexcept SystemExit: pass"
    assert loaded_by(ask, repo) == []
    assert loaded_by("import neoterra_analysis as n; n.load", repo) != []  # the test can see a heavy module


def test_loading_the_data_needs_neither_plots_nor_scipy(repo):
    loaded = loaded_by("import neoterra_analysis; neoterra_analysis.load()", repo)
    assert "pandas" in loaded
    assert not {"matplotlib", "scipy", "networkx"} & set(loaded)


def test_check_counts_tables_and_rows(repo, capsys):
    assert cli.main(["check", str(repo / "data"), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "laureates: 11 rows" in told
    assert f" {len(list((repo / 'data').glob('*.csv')))} tables, " in told.splitlines()[-1]


def test_check_speaks_french_by_default(repo, capsys):
    assert cli.main(["check", str(repo / "data")]) == 0
    assert "laureates\u202f: 11 lignes" in capsys.readouterr().out


def test_check_tells_a_wrong_code_without_a_traceback(misspelt, capsys):
    assert cli.main(["check", str(misspelt), "--lang", "en"]) == 1
    told = capsys.readouterr()
    assert told.err == ""
    assert "roles.csv" in told.out and "conecteur" in told.out and "Traceback" not in told.out


def test_build_tells_bad_data_once_and_starts_nothing(misspelt, tmp_path, capsys):
    assert cli.main(["build", "--data", str(misspelt), "--out", str(tmp_path / "out")]) == 1
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("conecteur") == 2 and not (tmp_path / "out").exists()


def test_check_writes_for_programs(misspelt, capsys):
    assert cli.main(["check", str(misspelt), "--format", "json"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)
    assert (problem["file"], problem["column"], problem["nearest"]) == ("roles.csv", "role", "connecteur")
    assert cli.main(["check", str(misspelt), "--format", "github"]) == 1
    assert capsys.readouterr().out.startswith("::error file=data/roles.csv,line=")


def test_check_writes_nothing(repo, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(repo / "data", data)
    before = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in data.iterdir()}
    assert cli.main(["check", str(data)]) == 0
    assert {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in data.iterdir()} == before


def test_dictionary_is_written_again_and_refused_without_its_marks(repo, tmp_path, monkeypatch, capsys):
    data = tmp_path / "data"
    shutil.copytree(repo / "data", data)
    monkeypatch.setenv("NEOTERRA_DATA", str(data))
    readme, sound = data / "README.md", (repo / "data" / "README.md").read_text(encoding="utf-8")
    start = "<!-- dictionary: start -->"
    head, tail = sound.split(start)[0], sound.split("<!-- dictionary: end -->")[1]
    readme.write_text(f"{head}{start}<!-- dictionary: end -->{tail}", encoding="utf-8")
    assert cli.main(["dictionary"]) == 0 and readme.read_text(encoding="utf-8") == sound
    readme.write_text("no marks", encoding="utf-8")
    assert cli.main(["dictionary"]) == 1 and readme.read_text(encoding="utf-8") == "no marks"


def test_check_tells_a_missing_folder(tmp_path, capsys):
    assert cli.main(["check", str(tmp_path / "nowhere")]) == 1
    assert "nowhere" in capsys.readouterr().err


def test_trace_tells_a_missing_file(tmp_path, capsys):
    assert cli.main(["trace", "--fiche", str(tmp_path / "nowhere.txt")]) == 1
    assert "nowhere.txt" in capsys.readouterr().err


def test_trace_tells_another_text(tmp_path, capsys):
    fiche = tmp_path / "other.txt"
    fiche.write_text("Un autre texte.", encoding="utf-8")
    assert cli.main(["trace", "--fiche", str(fiche)]) == 1


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_broken_contract_is_told(tmp_path, monkeypatch, capsys, command):
    (tmp_path / "data").mkdir()
    for text in ("{}", "{", '{"resources": [{}]}'):
        (tmp_path / "data" / "datapackage.json").write_text(text)
        monkeypatch.chdir(tmp_path)
        assert cli.main([command, "--lang", "en"]) == 1
        told = capsys.readouterr().err
        assert "datapackage.json" in told and "Traceback" not in told


def test_build_tells_a_folder_without_notebooks(repo, tmp_path, monkeypatch, capsys):
    shutil.copytree(repo / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["build", "--lang", "en"]) == 1
    assert "no notebook" in capsys.readouterr().err


def test_python_m_is_the_same_command(repo):
    done = subprocess.run([sys.executable, "-m", "neoterra_analysis", "--version"], capture_output=True, text=True)
    assert done.stdout == f"neoterra {__version__}\n"
