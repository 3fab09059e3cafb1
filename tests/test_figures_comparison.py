"""The figures of notebook 06, and the mark that every figure drawn from invented records carries."""

import dataclasses
from functools import cache

import pandas as pd
import pytest
from matplotlib.patches import FancyBboxPatch, Rectangle

import figure_checks as checks
import invented
import merged
import test_figures
import test_figures_network
from neoterra_analysis import figures, load
from neoterra_analysis.analysis import comparison, findings, nulls, records
from neoterra_analysis.dataset import invented_example, loading
from neoterra_analysis.figures import arrange, graphs, marks, publish
from neoterra_analysis.sentences import fragility_words
from neoterra_analysis.words import labels

CASES = {
    "06-roles-by-ambition": (comparison.roles_by_ambition, figures.roles_by_ambition),
    "06-shared-actors": (comparison.shared_actors, figures.shared_actors),
    "06-levers-by-ambition": (comparison.levers_by_ambition, figures.levers_by_ambition),
}
MARKS = {
    "06-roles-by-ambition": lambda t: {"dot": len(t), "range": t["low"].notna().sum()},
    "06-shared-actors": lambda t: {"cell": len(t), "node": t["actor_id"].nunique()},
    "06-levers-by-ambition": lambda t: {
        "bar": (t["direct"] > 0).sum(),
        "part": (t["indirect"] > 0).sum(),
        "row": len(t),
    },
}


@cache
def real():
    return load(invented.DATA)


@cache
def two():
    return invented_example.load()


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return load(merged.write(tmp_path_factory.mktemp("merged") / "data"))


def draw(key, data, lang="fr"):
    table, function = CASES[key]
    return function(table(data), figures.context(data, lang))


def check(key, figure):
    with pytest.MonkeyPatch.context() as patch:
        # A curve has no inside: only boxes may not be crossed by a text.
        patch.setattr(checks, "Patch", (Rectangle, FancyBboxPatch))
        checks.check_layout(figure)
    checks.check_marks(figure)
    checks.check_words(figure)
    assert figure.key == key
    if key in MARKS:
        assert figure.marks == {k: int(v) for k, v in MARKS[key](figure.data).items() if v}


def text_of(figure):
    return " ".join(text.get_text() for text in checks.texts(figure)).replace("\u00a0", " ")


@pytest.mark.parametrize("lang", labels.LANGUAGES)
@pytest.mark.parametrize("key", CASES)
def test_fit_for_print(key, lang, both):
    for data in {"fr": (two(), both), "en": (two(),)}[lang]:
        figure = draw(key, data, lang)
        check(key, figure)
        for name in ("scope", "reading", "source", "note"):
            assert labels.t(f"frame.{name}", lang) in text_of(figure)
        for row in loading.loaded(data).to_dict("records"):
            assert f"mbition {row['number']} (n = {row['count']})" in text_of(figure)


@pytest.mark.parametrize("key", CASES)
def test_one_ambition_can_be_drawn_too(key):
    figure = draw(key, real())
    check(key, figure)
    assert labels.t("frame.invented", "fr") not in text_of(figure)


def test_many_ambitions_long_names_and_a_lone_laureate_fit():
    """Six ambitions: the invented ones, again under other numbers; one has one laureate, names are long."""
    frames = {"roles_by_ambition": [], "shared_actors": [], "levers_by_ambition": []}
    for number in (1, 3, 5):
        for name, made in frames.items():
            table = getattr(comparison, name)(two())
            table = table.assign(ambition_id=[f"{ambition}-{number}" for ambition in table["ambition_id"]])
            made.append(table)
    ids = sorted({ambition for table in frames["roles_by_ambition"] for ambition in table["ambition_id"]})
    long = "Fédération des ateliers coopératifs de la vallée et des plateaux du nord"
    context = dataclasses.replace(
        figures.context(two(), "fr"),
        ambitions={ambition: f"Ambition {i}" for i, ambition in enumerate(ids, 10)},
        names={i: f"{long} {k}" for k, i in enumerate(two().laureates["laureate_id"])},
        actors={i: f"{long} {k}" for k, i in enumerate(two().actors["actor_id"])},
    )
    for key, (_, function) in CASES.items():
        table = pd.concat(frames[function.__name__], ignore_index=True)
        if function.__name__ == "shared_actors":
            table = table.sort_values(["actor_id", "ambition_id"], ignore_index=True)
        else:
            table = table.sort_values("ambition_id", kind="stable", ignore_index=True)
        if "low" in table:
            table.loc[0, ["low", "high"]] = None
        check(key, function(table, context))


def test_titles_state_the_finding():
    assert draw("06-roles-by-ambition", two(), "en").title == (
        "Inspirer and connector are the roles whose share varies most between ambitions"
    )
    assert draw("06-shared-actors", two(), "en").title.startswith("7 actors are mobilised in more than one ambition")
    assert draw("06-shared-actors", real(), "en").title.startswith("0 actors")
    title = draw("06-levers-by-ambition", two(), "en").title
    assert "4 of 6 laureates (ambition 8) and 3 of 7 laureates (ambition 9)" in title.replace("\u00a0", " ")
    context = figures.context(two(), "en")
    table = comparison.roles_by_ambition(two())
    one = table.assign(count=[2, 2, 4, 2, 2, 2], share=[2 / 6, 2 / 6, 4 / 6, 2 / 7, 2 / 7, 2 / 7])
    title = figures.roles_by_ambition(one, context).title
    assert title.startswith("Connector is the role") and title.endswith(
        "from 2 of 7 laureates (ambition 9) to 4 of 6 laureates (ambition 8)"
    )
    even = figures.roles_by_ambition(table.assign(share=0.5), context)
    assert even.title == labels.t("roles_by_ambition.title.even", "en")
    assert draw("06-roles-by-ambition", real(), "en").title == labels.t("roles_by_ambition.title.single", "en")


def test_alt_texts_hold_the_numbers():
    expected = {
        "06-roles-by-ambition": ["inspirateur, ambition 8 : 2 sur 6 (33 %), ambition 9 : 5 sur 7 (71 %)"],
        "06-shared-actors": ["« Région Exemple », ambition 8 : 3/6, ambition 9 : 2/7"],
        "06-levers-by-ambition": [
            "ambition 9 : 3 directs, 2 indirects (sur 7), 3 thèmes : 1 étayé, 1 en partie, 1 sans cas"
        ],
    }
    for key, pieces in expected.items():
        checks.check_words(draw(key, two()), *[labels.typography(piece) for piece in pieces])


@pytest.mark.parametrize("key", CASES)
def test_a_changed_value_changes_the_drawing_and_the_argument_is_left_alone(key):
    table, function = CASES[key]
    data = table(real() if key != "06-shared-actors" else two())
    before, context = data.copy(), figures.context(two() if key == "06-shared-actors" else real(), "fr")
    column = "direct" if "direct" in data else "count"
    other = data.copy()
    other.loc[len(other) - 1, column] = 0
    other = other.assign(share=other["count"] / other["of"]) if "share" in other else other
    one, two_ = function(data, context), function(other, context)
    assert publish.svg_bytes(one) != publish.svg_bytes(two_) and one.alt != two_.alt
    pd.testing.assert_frame_equal(data, before)


# The mark of invented records --------------------------------------------------------------------------------------


@cache
def everything(data, lang):
    """Draw every figure that the package offers; return them by key."""
    context = figures.context(data, lang)
    made = [function(table(data), context) for table, function in {**test_figures.CASES, **CASES}.values()]
    found = test_figures_network
    made += [function(*found.tables(key, data), context) for key, function in found.FUNCTIONS.items()]
    left = findings.left_out(data).head(3 * len(data.laureates))
    curve = findings.curve(data, "supported")
    about = fragility_words.label("supported", data, context.lang)
    options = fragility_words.options(curve, data, context.lang)
    made += [
        figures.places(records.places(data), context),
        figures.null_models(nulls.distributions(data, 19), context),
        figures.leave_one_out(fragility_words.left_out(left, data, context.lang), context),
        figures.specification_curve(fragility_words.curve(curve, "supported"), options, context, about),
        figures.ledger(fragility_words.ledger(_ledger(data), context.lang), context),
    ]
    return {figure.key: figure for figure in made}


def _ledger(data):
    """Return a ledger without trying its verdicts in all variants, which takes long."""
    claims = data.claims.head(3)
    more = {"count": 1, "indirect": 0, "of": 2, "verdict": "supported", "fragility": "robust"}
    columns = ["claim_id", "number", "kind", "statement_fr", "statement_en", "rule"]
    return claims[columns].assign(**more, laureates_direct="", laureates_indirect="")


def test_every_figure_function_is_looked_at():
    drawn = {name for name in figures.__all__ if callable(getattr(figures, name))}
    drawn -= {"Context", "Figure", "Published", "context", "save"}
    assert len(everything(two(), "fr")) == len(drawn)


def check_stamp(figure, lang):
    stamp = marks.typeset(labels.t("frame.invented", lang))
    assert text_of(figure).count(stamp) == 1, figure.key
    assert figure.alt.endswith(f" {stamp}.") and figure.data["invented"].all(), figure.key
    assert labels.t("frame.source_invented.many", lang, numbers="@").split("(")[0] in text_of(figure), figure.key
    assert "neoterra_analysis" not in text_of(figure), figure.key


def test_every_figure_of_invented_records_says_so():
    for figure in everything(two(), "fr").values():
        check_stamp(figure, "fr")
    for key in CASES:
        check_stamp(draw(key, two(), "en"), "en")


def test_no_figure_of_the_published_records_says_so(repo):
    """What is committed: every figure but those of the comparison, in its words, its drawing and its data."""
    keys = {file.stem for file in (repo / "figures" / "fr").glob("0[1-5]-*.txt")}
    assert keys == {key for key in everything(two(), "fr") if not key.startswith("06")}
    for file in sorted((repo / "figures").glob("*/0[1-5]-*")):
        if file.suffix in (".txt", ".csv"):
            assert "invent" not in file.read_text(encoding="utf-8").lower(), file
    figure = draw("06-roles-by-ambition", real())
    assert "invent" not in text_of(figure) + figure.alt and "invented" not in figure.data.columns


def test_the_mark_stays_on_what_is_only_partly_invented(both):
    assert figures.context(both, "fr").invented and not figures.context(both.only(4), "fr").invented
    context = figures.context(both, "fr")
    assert "4 et 8" in context.source and "Région Nouvelle-Aquitaine" in context.source
    assert figures.context(both.only(4), "fr").source == figures.context(real(), "fr").source
    assert figures.context(two().only(8), "fr").source != context.source


def test_the_mark_is_saved_with_every_file(tmp_path):
    published = figures.save(draw("06-shared-actors", two()), tmp_path)
    stamp = marks.typeset(labels.t("frame.invented", "fr"))
    folder = tmp_path / "fr"
    assert stamp in (folder / "06-shared-actors.txt").read_text(encoding="utf-8")
    assert stamp in (folder / "06-shared-actors.svg").read_text(encoding="utf-8")
    head, *rows = (folder / "06-shared-actors.csv").read_text(encoding="utf-8").splitlines()
    assert head.endswith(",invented") and all(row.endswith(",True") for row in rows)
    assert stamp in published.text


# Two ambitions in the figures of the other notebooks ---------------------------------------------------------------


@pytest.mark.parametrize("key", ["03-laureate-projection", "03-co-occurrence-all", "03-ties", "03-two-mode"])
def test_networks_of_two_ambitions_fit(key, both):
    data = both
    tables = test_figures_network.tables(key, data)
    check(key, test_figures_network.FUNCTIONS[key](*tables, figures.context(data, "fr")))


@pytest.mark.parametrize("key", ["01-enjeux", "02-role-by-enjeu", "04-framework-matrix", "04-theme-cases"])
def test_tables_of_two_ambitions_fit(key, both):
    table, function = test_figures.CASES[key]
    figure = function(table(both), figures.context(both, "fr"))
    check(key, figure)
    assert "des fiches (n = 17)" in text_of(figure)


def test_a_theme_of_another_ambition_is_not_a_blank_cell(both):
    words = labels.t("framework.apart", "fr")
    table, function = test_figures.CASES["04-framework-matrix"]
    shown = [text_of(function(table(data), figures.context(data, "fr"))) for data in (real(), both)]
    assert [marks.typeset(words) in text for text in shown] == [False, True]


def test_letters_go_on_after_z():
    assert [graphs._letters(i) for i in (0, 25, 26, 27, 51, 52, 701, 702)] == [
        *("A", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA")
    ]


def test_points_of_an_oval():
    assert arrange.oval([i / 8 for i in range(8)], 3, 3) == pytest.approx(arrange.around([1] * 8, 112.5), abs=1e-3)
    turns = arrange.oval([i / 12 for i in range(12)], 2, 5)
    assert turns == sorted(turns, reverse=True) and turns[0] == 90 and turns[-1] > -270
    assert arrange.taller(1, 3) == 3 and arrange.taller(50, 3) > arrange.taller(40, 3) > 3
