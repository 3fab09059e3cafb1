import dataclasses

import pandas as pd
import pytest
from lxml import html

import invented
from neoterra_analysis import load
from neoterra_analysis.dataset import rules
from neoterra_analysis.dataset.loading import TABLES
from neoterra_analysis.dataset.rules import find
from neoterra_analysis.words import labels


def test_no_contract_is_a_clear_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="datapackage.json"):
        load(tmp_path)


def test_folder_found_by_environment_and_by_parents(tmp_path, monkeypatch):
    folder = invented.write(tmp_path / "data")
    below = tmp_path / "notebooks"
    below.mkdir()
    monkeypatch.delenv("NEOTERRA_DATA", raising=False)
    monkeypatch.chdir(below)
    assert find() == folder
    monkeypatch.setenv("NEOTERRA_DATA", str(invented.DATA))
    assert find() == invented.DATA


def test_order_of_rows_and_columns_does_not_count(tmp_path):
    plain = load(invented.DATA)
    mixed = load(invented.shuffled(invented.DATA, tmp_path / "mixed", seed=3))
    assert plain.digest == mixed.digest
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(plain, name), getattr(mixed, name))


def test_digest_changes_with_any_cell(tmp_path):
    before = load(invented.write(tmp_path / "a")).digest
    after = load(invented.write(tmp_path / "b", roles=invented.replaced("roles", "un aiguillon", "un autre"))).digest
    assert before != after


def test_words_that_pandas_takes_for_nothing_and_leading_zero_stay_text(tmp_path):
    laureates = invented.replaced("laureates", "Alpha,Pain,company,1.1,Ville,33", "-NaN,1.#IND,company,1.1,-nan,01")
    row = load(invented.write(tmp_path, laureates=laureates)).laureates.iloc[0]
    assert row[["name", "project_name", "place", "department_stated"]].tolist() == ["-NaN", "1.#IND", "-nan", "01"]


def test_labels_and_contract_say_the_same():
    resources = rules.tables(invented.DATA)
    prefixes = {
        ("roles", "role"): "role",
        ("roles", "salience"): None,
        ("actors", "actor_type"): "type",
        ("contributions", "target"): "target",
        ("contributions", "code"): "mode",
        ("contributions", "dimension"): "dimension",
        ("themes", "kind"): "theme",
    }
    for (table, column), prefix in prefixes.items():
        field = next(f for f in resources[table]["schema"]["fields"] if f["name"] == column)
        assert [c["value"] for c in field["categories"]] == rules.codes(resources[table], column)
        for category in field["categories"]:
            if prefix:
                words = labels.words()[f"{prefix}.{category['value']}"]
                assert words == {"fr": category["label"], "en": category["label_en"]}


def test_data_dictionary_is_current():
    from neoterra_analysis.dataset.rules import readme

    assert (invented.DATA / "README.md").read_text(encoding="utf-8") == readme(invented.DATA)


@pytest.mark.parametrize("lang, heads", [("fr", "Table Contenu Lignes"), ("en", "Table Content Rows")])
def test_a_notebook_shows_a_table(small, monkeypatch, lang, heads):
    monkeypatch.setenv("NEOTERRA_LANG", lang)
    (table,) = html.fragments_fromstring(small._repr_html_())
    assert " ".join(table.xpath("./thead/tr/th[@scope='col']/text()")) == heads
    rows = {row[0].text_content(): row[2].text_content() for row in table.xpath("./tbody/tr[th/@scope='row']")}
    assert list(rows) == list(TABLES) and (rows["laureates"], rows["mentions"], rows["decisions"]) == ("4", "7", "0")
    caption = table.findtext("caption")
    assert caption.startswith("Ambition 1") and small.digest[:12] in caption
    assert {"fr": "6 avis", "en": "6 notices"}[lang] in caption and len(small.notices) == 6
    none = dataclasses.replace(small, notices=())._repr_html_()
    assert {"fr": "aucun avis", "en": "no notice"}[lang] in none
    assert "roles 4" in repr(small) and small.digest[:12] in repr(small)


def test_the_table_of_records_without_a_folder(small, tmp_path):
    gone = dataclasses.replace(small, path=tmp_path / "<gone>", digest="", notices=("a", "b"))
    (table,) = html.fragments_fromstring(gone._repr_html_())
    assert len(table.xpath("./tbody/tr")) == len(TABLES) and "2 avis" in table.findtext("caption")


def test_only_the_package_s_own_data_are_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr(rules, "INSIDE", tmp_path / "package")
    (tmp_path / "package").mkdir()
    invented.write(tmp_path / "package" / "data")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    assert find() == tmp_path / "package" / "data" and rules.beside(find()) == tmp_path / "work"
    for path in (None, find(), tmp_path / "package", tmp_path / "work" / ".." / "package" / "data"):
        with pytest.raises(ValueError, match="neoterra init"):
            rules.mine(path)
    mine = invented.write(tmp_path / "work" / "data")
    assert rules.mine() == find() == mine and rules.beside(mine) == tmp_path / "work"
