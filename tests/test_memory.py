"""What was computed is found again for the same records and the same code, and only then."""

import pickle
from types import SimpleNamespace

import pytest

from neoterra_analysis.analysis import findings, memory


@pytest.fixture
def counted(monkeypatch, tmp_path):
    """Return a function that counts its calls, as a new process would remember it, and its folder."""
    monkeypatch.setenv("NEOTERRA_MEMORY", str(tmp_path / "memory"))
    calls = []

    def function(dataset, what, progress=None):
        calls.append(what)
        return {"digest": dataset.digest, "what": what}

    return lambda: memory.remembered(function), calls, tmp_path / "memory"


def data(digest="abc"):
    return SimpleNamespace(digest=digest)


def test_another_process_finds_it(counted):
    anew, calls, folder = counted
    assert anew()(data(), "x") == anew()(data(), "x", progress=True) == {"digest": "abc", "what": "x"}
    assert calls == ["x"] and len(list(folder.glob("*.pickle"))) == 1


def test_other_records_other_questions_and_other_code_are_computed(counted, monkeypatch):
    anew, calls, folder = counted
    anew()(data(), "x")
    anew()(data("def"), "x")
    anew()(data(), "y")
    monkeypatch.setattr(memory, "_code", lambda: "changed")
    anew()(data(), "x")
    assert calls == ["x", "x", "y", "x"] and len(list(folder.glob("*.pickle"))) == 4


def test_variants_are_not_kept(counted):
    anew, calls, folder = counted
    function = anew()
    function(data(""), "x")
    function(data(""), "x")
    assert calls == ["x", "x"] and not folder.exists()


def test_a_damaged_file_is_computed_again(counted):
    anew, calls, folder = counted
    anew()(data(), "x")
    (file,) = folder.glob("*.pickle")
    for content in (b"", b"not a pickle", pickle.dumps([1])[:-3]):
        file.write_bytes(content)
        assert anew()(data(), "x")["what"] == "x"
    assert calls == ["x"] * 4


def test_a_folder_that_cannot_be_written_is_no_matter(counted, monkeypatch, tmp_path):
    anew, calls, _ = counted
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NEOTERRA_MEMORY", str(tmp_path / "file"))
    assert anew()(data(), "x")["what"] == "x" and calls == ["x"]


def test_only_the_newest_are_kept(counted, monkeypatch):
    anew, _, folder = counted
    monkeypatch.setattr(memory, "MOST", 3)
    function = anew()
    for number in range(6):
        function(data(), number)
    assert len(list(folder.glob("*.pickle"))) == 3


def test_what_is_remembered_is_what_is_computed(shipped, small, monkeypatch, tmp_path):
    monkeypatch.setenv("NEOTERRA_MEMORY", str(tmp_path))
    function = findings._assessed.__wrapped__
    for dataset in (shipped, small):
        fresh = function(dataset, "coverage", progress=None)
        for _ in range(2):  # written, then read
            assert memory.remembered(function)(dataset, "coverage").equals(fresh)
