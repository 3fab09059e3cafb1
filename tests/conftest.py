"""What several test files share."""

import gc
import html
import json
import re
import shutil
import sys
import warnings
from pathlib import Path

import pytest
from PIL import Image

# Figures are many small objects that refer to each other: looking for dead ones all the time takes a quarter of it.
gc.set_threshold(200_000, 50, 1000)
# With this grammar of international addresses, which nothing here is checked for, nbformat takes seconds to import.
sys.modules.setdefault("rfc3987_syntax", None)

import invented  # noqa: E402
from neoterra_analysis import load  # noqa: E402
from neoterra_analysis.fiches.documents import limits, sandbox  # noqa: E402

IN_A_PROCESS = sandbox.call


@pytest.fixture
def repo():
    """Return the project's folder."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shipped():
    """Return the project's own records."""
    return invented.shipped()


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Return the invented records that are counted by hand."""
    return load(invented.write(tmp_path_factory.mktemp("data") / "small"))


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    """Return the figures of the last build, by language and ambition.

    For those that are not tracked, others stand in: a French drawing with the English title, a white PNG.
    """
    folder = tmp_path_factory.mktemp("pictures")
    shutil.copytree(Path(__file__).resolve().parents[1] / "figures", folder, dirs_exist_ok=True)
    for file in (folder / "en").rglob("*.txt"):
        if not file.with_suffix(".svg").exists():
            drawing = (folder / "fr" / file.relative_to(folder / "en")).with_suffix(".svg").read_text(encoding="utf-8")
            title = html.escape(file.read_text(encoding="utf-8").partition(". ")[0])
            head, french = re.search(r"<title[^>]*>(.*?)</title>", drawing, re.DOTALL).span(1)
            file.with_suffix(".svg").write_text(drawing[:head] + title + drawing[french:], encoding="utf-8")
    for file in folder.rglob("*.svg"):
        if not file.with_suffix(".png").exists():
            Image.new("P", (1890, 1200)).save(file.with_suffix(".png"), dpi=(300, 300))
    return folder


@pytest.fixture
def incoherent(monkeypatch):
    """Let records load that break the coding's own rules, as those do that are drawn at random."""
    monkeypatch.setattr("neoterra_analysis.dataset.check.check_coherence", lambda *_: [])


@pytest.fixture
def in_process(monkeypatch):
    """Read what comes from outside in this process; `test_hostile` and those with `own_process` prove the sandbox."""

    def call(function, raw, *words, lang=None, times=1):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return json.loads(json.dumps(function(raw, *words, lang)))
        except limits.DocumentError:
            raise
        except Exception:
            raise limits.refusal("unreadable", lang) from None

    monkeypatch.setattr(sandbox, "call", call)


@pytest.fixture
def own_process(in_process, monkeypatch):
    """Read what comes from outside in another process after all."""
    monkeypatch.setattr(sandbox, "call", IN_A_PROCESS)


@pytest.fixture(autouse=True)
def no_settings_of_the_reader(monkeypatch):
    """Forget the reader's own settings, and what a test sets."""
    for name in ("LANG", "DATA", "AMBITION", "FIGURES", "PROGRESS"):
        name = f"NEOTERRA_{name}"
        monkeypatch.setenv(name, "")  # so that its removal is noted even where it was not set
        monkeypatch.delenv(name)


def pytest_collection_modifyitems(items):
    """Begin with the long tests: at the end, one of them would keep a single worker busy."""
    items.sort(key=lambda item: "slow" not in item.keywords)


def pytest_terminal_summary(terminalreporter):
    """Tell what long tests counted, also when they ran in another process."""
    for report in [r for name in ("passed", "failed") for r in terminalreporter.stats.get(name, [])]:
        for name, text in report.user_properties:
            if name == "told":
                terminalreporter.write_line(text)
