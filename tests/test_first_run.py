"""What someone new meets: where one is, a project folder, and each error as one line that says what to do."""

import errno
import os
import subprocess
import sys

import pytest

from neoterra_analysis import cli, figures, project
from neoterra_analysis.coding import workbook
from neoterra_analysis.words import files, opened


@pytest.fixture
def told(monkeypatch, tmp_path, capsys):
    """Return a function that runs a command in an empty folder, and gives what it told."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEOTERRA_LANG", "en")

    def run(*words, status=1):
        try:
            found = cli.main(list(map(str, words)))
        except SystemExit as stopped:
            found = stopped.code
        out, err = capsys.readouterr()
        assert found == status and "Traceback" not in err, out + err
        if status == 1:
            assert (out + err).count("\n") == 1, out + err
        return out + err

    return run


def test_where_one_is(told, repo, tmp_path):
    home = str(repo)
    assert f"Project: {home}" in told(status=0)  # the checkout's own, where there is no other
    told("init", "mine", status=0)
    os.chdir(tmp_path / "mine" / "notebooks")
    first = told(status=0)
    assert f"Project: {tmp_path / 'mine'}" in first and "1 fiche, 11 laureates" in first
    assert "not built here yet" in first and "neoterra build" in first and first.count("\n  neoterra") == 3
    roles = tmp_path / "mine" / "data" / "roles.csv"
    roles.write_text(roles.read_text(encoding="utf-8").replace(",connecteur,", ",conecteur,", 1), encoding="utf-8")
    assert "the data are refused (" in told(status=0)


@pytest.mark.parametrize("state", ["none", "unbuilt", "stale", "current", "broken"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_three_commands_that_there_are(state, lang):
    lines = project.t(f"project.next.{state}", lang).strip().splitlines()
    assert len(lines) == 3
    known = cli.parser().names
    assert all(line.split()[0] == "neoterra" and line.split()[1] in (*known, "--help") for line in lines)


def test_a_state_follows_the_build(tmp_path, monkeypatch):
    monkeypatch.setattr(project.build, "last", lambda *_: {})
    assert project._state(tmp_path, tmp_path / "data", "fr") == "unbuilt"
    monkeypatch.setattr(project.build, "last", lambda *_: {"read": "x"})
    monkeypatch.setattr(project.build, "files_of", lambda *_: project.build.Inputs("x", "", {}))
    monkeypatch.setattr(project.build, "as_it_was", lambda root, lang, read: read == "x")
    assert project._state(tmp_path, tmp_path / "data", "fr") == "current"
    monkeypatch.setattr(project.build, "files_of", lambda *_: project.build.Inputs("y", "", {}))
    assert project._state(tmp_path, tmp_path / "data", "fr") == "stale"


def test_init_is_whole_or_nothing(told, tmp_path, monkeypatch):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.docx").write_text("mine")
    assert "not empty (thesis.docx)" in told("init", "full")
    assert [file.name for file in (tmp_path / "full").iterdir()] == ["thesis.docx"]
    (tmp_path / "file").write_text("mine")
    assert "a file, not a folder" in told("init", "file")
    (tmp_path / "empty").mkdir()
    told("init", "empty", status=0)
    told("init", tmp_path / "new" / "below", status=0)
    names = sorted(file.name for file in (tmp_path / "empty").iterdir())
    assert names == sorted(file.name for file in (tmp_path / "new" / "below").iterdir()) and "data" in names
    for name, there in (("cut", False), ("cut-there", True)):
        (tmp_path / name).mkdir() if there else None
        before = sorted(tmp_path.rglob("*"))

        def full(*_, name=name):
            raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / name / "x"))

        with monkeypatch.context() as patch:
            patch.setattr(
                project.shutil if name == "cut" else project.os, "copyfile" if name == "cut" else "rename", full
            )
            assert "the disk is full" in told("init", name)
        assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_no_permission(told, tmp_path):
    (tmp_path / "shut").mkdir(mode=0o500)
    assert "access denied" in told("init", "shut")
    assert "access denied" in told("init", "shut/new")


@pytest.mark.parametrize(
    "number, words",
    [
        (errno.EACCES, "access denied"),
        (errno.EROFS, "access denied"),
        (errno.ENOSPC, "the disk is full"),
        (errno.ENOENT, "is the drive connected?"),
        (errno.EISDIR, "this is a folder"),
        (errno.ENOTDIR, "a file stands where a folder is needed"),
    ],
)
def test_what_a_system_refuses_is_one_line(told, tmp_path, monkeypatch, number, words):
    def refused(*_):
        raise OSError(number, os.strerror(number), "Z:/figures/x.svg")

    monkeypatch.setattr(files, "replace", refused)
    line = told("workbook", "export", "coding.xlsx")
    assert words in line and "Z:/figures/x.svg" in line and "Errno" not in line
    assert opened.why(OSError(number, "x", "figures/.b.svg.123.new"), "en").startswith("figures/b.svg: ")
    line = opened.why(OSError(number, "x", "a", None, "b.svg"), "fr")
    assert "b.svg" in line and "Errno" not in line
    # An error that was told again keeps its words, without the system's own.
    try:
        try:
            refused()
        except OSError as error:
            raise OSError(f"nothing was changed: {error}") from error
    except OSError as error:
        line = opened.why(error, "en")
    assert line.startswith("nothing was changed: ") and words in line and "Errno" not in line


def test_errors_of_other_kinds_stay_as_they_are():
    assert opened.why(ValueError("a rule")) == "a rule"
    assert opened.why(FileNotFoundError("no copy of the fiche")) == "no copy of the fiche"


EXCEL = bytes([5]) + b"Marie" + b" " * 49 + bytes([5, 0]) + "Marie".encode("utf-16-le") + b" \0" * 49


@pytest.mark.parametrize(
    "beside, raw, who",
    [
        ("~$coding.xlsx", EXCEL, "Marie"),
        ("~$coding.xlsx", EXCEL[:55], "Marie"),
        ("~$coding.xlsx", b"", ""),
        (".~lock.coding.xlsx#", "Zoé Lê,zoe,poste-12,24.11.2026 10:02,file:///x;".encode(), "Zoé Lê"),
        (".~lock.coding.xlsx#", b",zoe,poste-12,24.11.2026 10:02,file:///x;", "zoe"),
    ],
)
def test_a_workbook_that_is_open(told, tmp_path, beside, raw, who):
    assert opened.holder("coding.xlsx") is None
    told("workbook", "export", "coding.xlsx", status=0)
    content = (tmp_path / "coding.xlsx").read_bytes()
    (tmp_path / "coding.xlsx").write_bytes(content + b"edited")
    (tmp_path / beside).write_bytes(raw)
    assert opened.holder("coding.xlsx") == who
    line = told("workbook", "export", "coding.xlsx")
    assert "coding.xlsx: this workbook is open" in line and who in line and "nothing is written" in line
    assert (tmp_path / "coding.xlsx").read_bytes() == content + b"edited"
    denied = PermissionError(errno.EACCES, "x", "a", None, str(tmp_path / "coding.xlsx"))
    assert "this workbook is open" in opened.why(denied, "en") and who in opened.why(denied, "fr")


def test_an_open_workbook_is_read_as_it_was_saved(tmp_path, monkeypatch, capsys):
    (tmp_path / "~$coding.xlsx").write_bytes(EXCEL)
    outcome = workbook.Outcome({}, [], [], True, None, False)
    monkeypatch.setattr(workbook, "read", lambda *_: outcome)
    workbook.run_import(tmp_path / "coding.xlsx", lang="en")
    assert "open (by Marie); what is not saved in it yet is not read" in capsys.readouterr().err


def test_a_file_for_a_folder_and_a_folder_for_a_file(told, tmp_path):
    (tmp_path / "coding.XLSX").write_bytes(b"PK")
    (tmp_path / "roles.csv").write_text("a")
    (tmp_path / "empty").mkdir()
    for command in (["check"], ["build", "--data"], ["export", "gexf", "n.gexf", "--data"]):
        assert "neoterra workbook import" in told(*command, "coding.XLSX")
    assert "give the folder that holds datapackage.json" in told("check", "roles.csv")
    assert "no data folder" in told("check", "empty") and "no data folder" in told("check", "nowhere")
    assert "empty" in told("workbook", "import", "empty")
    assert "empty" in told("workbook", "export", "empty")
    assert "empty" in told("trace", "--fiche", "empty")
    assert "empty" in told("ingest", "empty", "--out", "draft")
    assert "nowhere" in told("build", "--ambition", "9", "--data", "nowhere")


def test_an_unknown_command(told):
    line = told("biuld", status=2)
    assert "unknown command: biuld; did you mean: neoterra build?" in line
    assert "did you mean" not in told("zzzzzz", status=2) and "workbook" in told("zzzzzz", status=2)
    assert "commande inconnue" in told("biuld", "--lang", "fr", status=2)


def test_an_unknown_ambition(told):
    assert "7" in told("build", "--ambition", "7")


def test_an_unknown_figure(monkeypatch):
    with pytest.raises(
        AttributeError, match=r"role_count ; vouliez-vous dire : figures.role_counts".replace(" ", r"\W+")
    ):
        figures.role_count  # noqa: B018
    monkeypatch.setenv("NEOTERRA_LANG", "en")
    with pytest.raises(AttributeError, match="^unknown figure: zzz$"):
        figures.zzz  # noqa: B018


def test_an_old_python_is_told(repo):
    code = (
        f"import sys; sys.version_info = (3, 10); sys.path.insert(0, {str(repo / 'src')!r}); import neoterra_analysis"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True)
    assert done.returncode == 1 and "3.11" in done.stderr and done.stderr.count("\n") == 1
