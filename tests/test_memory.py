"""What was computed is found again for the same records and the same code, and only then."""

import hashlib
import json
import os
import pickle
import subprocess
import sys
from types import SimpleNamespace

import pytest

from neoterra_analysis import figures
from neoterra_analysis.analysis import findings, memory, records
from neoterra_analysis.figures import publish


@pytest.fixture
def counted(monkeypatch, tmp_path):
    """Return a function that counts its calls, as a new process would remember it, and its folder."""
    monkeypatch.setenv("NEOTERRA_MEMORY", str(tmp_path / "memory"))
    calls = []

    def function(dataset, what, progress=None):
        calls.append(what)
        return {"digest": dataset.digest, "what": what}

    def sound(found):
        return isinstance(found, dict) and set(found) == {"digest", "what"}

    return lambda: memory.remembered(sound)(function), calls, tmp_path / "memory"


def data(digest="abc"):
    return SimpleNamespace(digest=digest)


def test_another_process_finds_it(counted):
    anew, calls, folder = counted
    assert anew()(data(), "x") == anew()(data(), "x", progress=True) == {"digest": "abc", "what": "x"}
    assert calls == ["x"] and len(list(folder.glob("*.json"))) == 1


def test_other_records_other_questions_and_other_code_are_computed(counted, monkeypatch):
    anew, calls, folder = counted
    anew()(data(), "x")
    anew()(data("def"), "x")
    anew()(data(), "y")
    monkeypatch.setattr(memory, "_code", lambda: "changed")
    anew()(data(), "x")
    assert calls == ["x", "x", "y", "x"] and len(list(folder.glob("*.json"))) == 4


def test_variants_are_not_kept(counted):
    anew, calls, folder = counted
    function = anew()
    function(data(""), "x")
    function(data(""), "x")
    assert calls == ["x", "x"] and not folder.exists()


def test_a_damaged_file_is_computed_again(counted):
    anew, calls, folder = counted
    anew()(data(), "x")
    (file,) = folder.glob("*.json")
    whole = file.read_bytes()
    edited = whole.replace(b"abc", b"abd")
    assert edited != whole
    for content in (b"", b"not JSON", pickle.dumps([1]), whole[:-3], edited):
        file.write_bytes(content)
        assert anew()(data(), "x")["what"] == "x"
    assert calls == ["x"] * 6


class Bomb:
    def __reduce__(self):
        return os.mkdir, ("exploded",)


@pytest.mark.parametrize(
    "text",
    [
        pickle.dumps([Bomb()]),
        json.dumps(["Bomb", ["exploded"]]).encode(),
        json.dumps(["DataFrame", [[["a", "object", ["list", [["Bomb", []]]]]], 1]]).encode(),
        json.dumps(["dict", [["what", "x"]]]).encode(),
        json.dumps(["list", ["digest", "what"]]).encode(),
        json.dumps("__import__('os').mkdir('exploded')").encode(),
        b"[" * 100_000,
    ],
)
def test_a_poisoned_file_does_nothing(counted, monkeypatch, tmp_path, text):
    """It has the right digest, as whoever can write there can give it."""
    monkeypatch.chdir(tmp_path)
    anew, calls, folder = counted
    anew()(data(), "x")
    (file,) = folder.glob("*.json")
    file.write_bytes(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)
    assert anew()(data(), "x") == {"digest": "abc", "what": "x"} and calls == ["x", "x"]
    assert not (tmp_path / "exploded").exists()


def test_of_several_that_ask_at_once_one_computes(tmp_path):
    code = """
import sys, time
from neoterra_analysis.analysis import memory
def slow():
    print("computed")
    time.sleep(1)
    return "x"
assert memory.kept(slow, str.isalpha, "key") == "x"
"""
    env = os.environ | {"NEOTERRA_MEMORY": str(tmp_path / "memory")}
    several = [subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE) for _ in range(3)]
    assert b"".join(one.communicate(timeout=60)[0] for one in several) == b"computed\n"
    assert [one.returncode for one in several] == [0, 0, 0]
    assert [file.suffix for file in (tmp_path / "memory").iterdir()] == [".json"]


def test_png_and_pdf_are_made_again_only_for_another_drawing_or_writer(counted, shipped, monkeypatch, tmp_path):
    _, calls, folder = counted
    real = publish.pdf_bytes
    monkeypatch.setattr(publish, "pdf_bytes", lambda figure: calls.append(figure.lang) or real(figure))

    def saved(lang):
        figure = figures.enjeux(records.coverage(shipped), figures.context(shipped, lang))
        published = figures.save(figure, tmp_path / "figures")
        return [published.png, *(file.read_bytes() for file in published.files)]

    first = saved("en")
    (tmp_path / "figures" / "en" / "ambition-4" / "01-enjeux.pdf").write_bytes(b"edited")
    assert saved("en") == first and calls == ["en"]
    assert saved("fr") != first and calls == ["en", "fr"]
    monkeypatch.setattr(publish, "_writer", lambda: "changed")
    assert saved("en") == first and calls == ["en", "fr", "en"]
    for file in folder.glob("*.json"):
        file.write_bytes(file.read_bytes().replace(b"A", b"B", 1))
    assert saved("en") == first and calls == ["en", "fr", "en", "en"]


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
    assert len(list(folder.glob("*.json"))) == 3


def test_what_is_remembered_is_what_is_computed(shipped, small, monkeypatch, tmp_path):
    monkeypatch.setenv("NEOTERRA_MEMORY", str(tmp_path))
    function = findings._assessed.__wrapped__
    for dataset in (shipped, small):
        fresh = function(dataset, "coverage", progress=None)
        for _ in range(2):  # written, then read
            assert memory.remembered(len)(function)(dataset, "coverage").equals(fresh)
