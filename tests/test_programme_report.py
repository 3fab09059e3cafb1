"""The programme in two documents: from one fiche or several, each number in its place, nobody named."""

import dataclasses
import re

import pytest

import merged
from neoterra_analysis import load
from neoterra_analysis.analysis import findings
from neoterra_analysis.dataset import invented_example
from neoterra_analysis.figures.text import typeset
from neoterra_analysis.pages import as_html, programme
from neoterra_analysis.pages.model import Bullets, Paragraph, Picture, Table, ids, walk
from neoterra_analysis.words import labels

FIGURES = [findings.figure_key(name) for one in findings.FINDINGS if one.notebook == "00" for name in one.figures]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return load(merged.write(tmp_path_factory.mktemp("merged") / "data"))


@pytest.fixture
def drawn(tmp_path):
    """Write a folder of all figures of the notebook, in a word each."""
    for key in FIGURES:
        for ending, content in (("svg", f"<svg><title>{key}</title></svg>"), ("png", "png"), ("txt", "Un texte.")):
            (tmp_path / f"{key}.{ending}").write_text(content, encoding="utf-8")
    return tmp_path


def blocks(report, kind):
    return [block for block, _ in walk(report.sections) if isinstance(block, kind)]


def runs(report):
    """Yield every run of a report."""
    for block in blocks(report, (Paragraph, Bullets, Table)):
        cells = [block.runs] if isinstance(block, Paragraph) else getattr(block, "items", None)
        yield from (run for cell in cells or [cell for row in block.rows for cell in row] for run in cell)


def bare(data):
    """Return the records with laureates and their enjeux only."""
    names = ("roles", "contributions", "mentions", "actors", "themes", "evidence", "claims", "readings", "relations")
    return dataclasses.replace(data, digest="", **{name: getattr(data, name).iloc[:0] for name in names})


def annex(data, lang, figures=None):
    return programme.pair(data, lang, figures)[f"annex-{lang}"]


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_one_fiche_two_a_selection_and_bare_ones(shipped, both, lang):
    for data in (shipped, both, both.only(4), bare(both), bare(shipped)):
        report = annex(data, lang)
        assert len(report.sections) == len(programme.PARTS)
        assert len(set(ids(report))) == len(ids(report))
        text = " ".join(run.text for run in runs(report))
        assert not re.search(r"[{}]|\bnan\b|\bNone\b", text)
        assert as_html.write(report).count("<table") == len(blocks(report, Table))
        # What is covered comes first, and is that of the very records.
        assert report.sections[0].id == "coverage-by-ambition"
        assert labels.number(len(data.laureates), lang) in {run.text for run in runs(report)}
        assert not blocks(report, Picture)


def test_numbers_lead_to_tables_and_no_laureate_is_named(shipped, both):
    for data in (shipped, both):
        report = annex(data, "fr")
        numbers = [run for one in blocks(report, Paragraph) for run in one.runs if re.fullmatch(r"\d+/\d+", run.text)]
        assert len(numbers) >= 4 and all(run.target.startswith("table-") for run in numbers)
        assert {run.target.split("-")[0] for run in runs(report)} <= {"", "table"}
        actors = set(data.actors["name"]) | set(data.actors["short_fr"])
        others = set(data.laureates["name"]) - actors
        assert others and not [name for name in others if name in " ".join(run.text for run in runs(report))]


def test_each_picture_is_of_the_records_told(shipped, both, drawn):
    def keys(data):
        return [key for one in programme.pair(data, "fr", drawn).values() for key in drawn_in(one)]

    def drawn_in(report):
        return [picture.key for picture in blocks(report, Picture)]

    # What the overview draws, the annex does not.
    assert sorted(keys(both)) == sorted(keys(both.only(4))) == sorted(FIGURES)
    # With one fiche the notebook compares invented records: these are no part of a report.
    assert keys(shipped) == ["00-coverage-by-ambition"]
    (drawn / "00-shared-actors.txt").unlink()
    with pytest.raises(FileNotFoundError, match="00-shared-actors.txt"):
        keys(both)


def test_it_says_what_cannot_be_compared_yet(shipped, both):
    def told(data, lang):
        return "".join(run.text for run in runs(annex(data, lang)))

    assert typeset(labels.t("report.programme.alone", "fr")) in told(shipped, "fr")
    assert "1 ambition of 2 loaded is selected" in told(both.only(4), "en")
    assert "inventé" not in told(shipped, "fr")
    assert labels.t("report.limit.invented", "en") in told(invented_example.load(), "en")
    assert "440 projets ont pu bénéficier" in told(shipped, "fr")
