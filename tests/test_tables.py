import inspect

import pytest

import invented
from neoterra_analysis import load
from neoterra_analysis.analysis import claims, findings, network, records, roles, saturation, themes
from neoterra_analysis.sentences import prose, tables
from neoterra_analysis.words import labels


@pytest.fixture(scope="module")
def dataset():
    return invented.shipped()


def results(dataset):
    """Every table that a notebook shows."""
    yield from (fn(dataset) for fn in (records.coverage, records.stated_counts, records.contributions, records.means))
    yield from (fn(dataset) for fn in (records.dimensions, records.discrepancies, records.where))
    yield from (fn(dataset) for fn in (roles.counts, roles.combinations, roles.pairs, roles.by_enjeu, roles.where))
    yield from (fn(dataset) for fn in (themes.themes, themes.verdicts, themes.where, themes.roles_by_lever))
    whole = network.incidence(dataset)
    yield from (network.summary(dataset), network.ties(whole), network.row_shares(whole), network.project(whole))
    yield from (network.edge_sources(whole), network.edge_sources(whole, "laureates"), network.direct_ties(dataset))
    yield from (network.type_mix(dataset), network.component_sizes(network.components(whole)))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_table_reads_without_a_code(dataset, lang):
    codes = {*dataset.laureates["laureate_id"], *dataset.themes["theme_id"], "not_stated", "local_authority", "filiere"}
    for table in results(dataset):
        shown = tables.show(table, dataset, lang).frame
        assert shown.shape == table.shape, (list(shown.columns), list(table.columns))
        cells = {str(cell) for cell in shown.to_numpy().ravel()}
        assert not cells & codes


def test_a_list_of_ids_becomes_names_and_a_semicolon_in_text_stays(dataset):
    coverage = tables.show(records.coverage(dataset), dataset, "fr").frame
    assert "ADAM, Du vert dans les rouages" in coverage.iloc[0, 3]
    texts = tables.show(records.discrepancies(dataset, "fr"), dataset, "fr").frame.iloc[:, -1]
    assert list(texts) == list(dataset.discrepancies["what_fr"])


def test_html_is_escaped(dataset):
    table = records.discrepancies(dataset).assign(what="<script>alert(1)</script>")
    assert "<script>" not in tables.show(table, dataset)._repr_html_()


# Both data sets hold one ambition: nothing that several share.
COMPARED = ("shared_actors",)


def sentences():
    found = [fn for name, fn in inspect.getmembers(prose, inspect.isfunction) if fn.__module__ == prose.__name__]
    told = [fn for fn in found if list(inspect.signature(fn).parameters)[:2] == ["dataset", "lang"]]
    return [fn for fn in told if fn.__name__ not in COMPARED]


TOLD = {
    prose.fragility: findings.fragility,
    prose.heaviest_laureate: findings.left_out,
    prose.ledger: claims.ledger,
    prose.saturation: saturation.unseen,
    prose.specifications: lambda dataset: findings.curve(dataset, "supported"),
}


@pytest.mark.parametrize("sentence", TOLD)
def test_sentences_about_a_table_follow_it(tmp_path, dataset, sentence):
    small = load(invented.write(tmp_path / "small"))
    more = ["supported"] if sentence is prose.specifications else []
    real, other = TOLD[sentence](dataset), TOLD[sentence](small)
    for lang in ("fr", "en"):
        assert sentence(dataset, real, *more, lang) != sentence(small, other, *more, lang)
        assert "{" not in sentence(dataset, real, *more, lang)
    assert sentence(dataset, real, *more, "fr") != sentence(dataset, real, *more, "en")


@pytest.mark.parametrize("sentence", [fn for fn in sentences() if not fn.__name__.startswith("_")])
def test_sentences_follow_the_data(tmp_path, dataset, sentence):
    small = load(invented.write(tmp_path / "small"))
    for lang in ("fr", "en"):
        assert sentence(dataset, lang) != sentence(small, lang)
        assert "{" not in sentence(dataset, lang)
    assert sentence(dataset, "fr") != sentence(dataset, "en")


def test_french_numbers_and_spaces(dataset):
    text = prose.role_counts(dataset, "fr")
    assert labels.share(8, 11, "fr") == "73\u202f%" and labels.share(8, 11, "fr") in text
    assert " :" not in text and "\u202f:" in text
