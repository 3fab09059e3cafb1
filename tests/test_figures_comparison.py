"""The figures of notebook 06, and the mark that every figure drawn from invented records carries."""

import dataclasses

import pandas as pd
import pytest

import figure_checks as checks
import merged
from neoterra_analysis import figures, load
from neoterra_analysis.analysis import comparison, findings
from neoterra_analysis.figures import arrange, graphs, text
from neoterra_analysis.words import labels
from test_figures import COMPARED, NAMES, two


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return load(merged.write(tmp_path_factory.mktemp("merged") / "data"))


@pytest.mark.parametrize("name", COMPARED)
def test_a_published_and_an_invented_ambition_fit(name, both):
    checks.check(checks.draw(name, both), name, both)


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
    for name in COMPARED:
        table = pd.concat(frames[name], ignore_index=True)
        if name == "shared_actors":
            table = table.sort_values(["actor_id", "ambition_id"], ignore_index=True)
        else:
            table = table.sort_values("ambition_id", kind="stable", ignore_index=True)
        if "low" in table:
            table.loc[0, ["low", "high"]] = None
        figure = getattr(figures, name)(table, context)
        checks.check(figure, name)
        expected = checks.MARKS[name](0, table)
        assert figure.marks == {mark: int(number) for mark, number in expected.items() if number}


def test_titles_state_the_finding(shipped):
    assert checks.draw("roles_by_ambition", two(), "en").title == (
        "Inspirer and connector are the roles whose share varies most between ambitions"
    )
    assert checks.draw("shared_actors", two(), "en").title.startswith(
        "7 actors are mobilised in more than one ambition"
    )
    assert checks.draw("shared_actors", shipped, "en").title.startswith("No actor is")
    title = checks.draw("levers_by_ambition", two(), "en").title
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
    assert checks.draw("roles_by_ambition", shipped, "en").title == labels.t("roles_by_ambition.title.single", "en")


def test_alt_texts_hold_the_numbers():
    expected = {
        "roles_by_ambition": ["inspirateur, ambition 8 : 2 sur 6 (33 %), ambition 9 : 5 sur 7 (71 %)"],
        "shared_actors": ["« Région Exemple », ambition 8 : 3/6, ambition 9 : 2/7"],
        "levers_by_ambition": [
            "ambition 9 : 3 directs, 2 indirects (sur 7), 3 thèmes : 1 étayé, 1 en partie, 1 sans cas"
        ],
    }
    for name, pieces in expected.items():
        checks.check_words(checks.draw(name, two()), *[labels.typography(piece) for piece in pieces])


# The mark of invented records --------------------------------------------------------------------------------------


def check_stamp(figure, lang):
    stamp = text.typeset(labels.t("frame.invented", lang))
    assert checks.shown(figure).count(stamp) == 1, figure.key
    assert figure.alt.endswith(f" {stamp}.") and figure.data["invented"].all(), figure.key
    assert labels.t("frame.source_invented.many", lang, numbers="@").split("(")[0] in checks.shown(figure), figure.key
    assert "neoterra_analysis" not in checks.shown(figure), figure.key


def test_every_figure_of_invented_records_says_so():
    for name in NAMES:
        check_stamp(checks.draw(name, two()), "fr")
    for name in COMPARED:
        check_stamp(checks.draw(name, two(), "en"), "en")


def test_no_figure_of_the_published_records_says_so(repo, shipped):
    """What is committed: every figure but those of the comparison, in its words, its drawing and its data."""
    keys = {file.stem for file in (repo / "figures" / "fr").glob("0[1-5]-*.txt")}
    assert keys == {findings.figure_key(name) for name in NAMES if name not in COMPARED}
    for file in sorted((repo / "figures").glob("*/0[1-5]-*")):
        if file.suffix in (".txt", ".csv"):
            assert "invent" not in file.read_text(encoding="utf-8").lower(), file
    figure = checks.draw("roles_by_ambition", shipped)
    assert "invent" not in checks.shown(figure) + figure.alt and "invented" not in figure.data.columns


def test_the_mark_stays_on_what_is_only_partly_invented(shipped, both):
    assert figures.context(both, "fr").invented and not figures.context(both.only(4), "fr").invented
    context = figures.context(both, "fr")
    assert "4 et 8" in context.source and "Région Nouvelle-Aquitaine" in context.source
    assert figures.context(both.only(4), "fr").source == figures.context(shipped, "fr").source
    assert figures.context(two().only(8), "fr").source != context.source


def test_the_mark_is_saved_with_every_file(tmp_path):
    published = figures.save(checks.draw("shared_actors", two()), tmp_path)
    stamp = text.typeset(labels.t("frame.invented", "fr"))
    folder = tmp_path / "fr"
    assert stamp in (folder / "06-shared-actors.txt").read_text(encoding="utf-8")
    assert stamp in (folder / "06-shared-actors.svg").read_text(encoding="utf-8")
    head, *rows = (folder / "06-shared-actors.csv").read_text(encoding="utf-8").splitlines()
    assert head.endswith(",invented") and all(row.endswith(",True") for row in rows)
    assert stamp in published.text


# Two ambitions in the figures of the other notebooks ---------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("enjeux", "role_by_enjeu", "framework_matrix", "theme_cases"),
        *("laureate_projection", "co_occurrence_all", "ties", "two_mode"),
    ],
)
def test_two_ambitions_fit(name, both):
    figure = checks.draw(name, both)
    # With 17 laureates these are in their reduced form, whose marks test_networks_size holds.
    reduced = name in ("laureate_projection", "co_occurrence_all", "two_mode")
    checks.check(figure, name, None if reduced else both)
    assert "des fiches (n = 17)" in checks.shown(figure)


def test_a_theme_of_another_ambition_is_not_a_blank_cell(shipped, both):
    words = labels.t("framework.apart", "fr")
    shown = [checks.shown(checks.draw("framework_matrix", data)) for data in (shipped, both)]
    assert [text.typeset(words) in one for one in shown] == [False, True]


def test_letters_go_on_after_z():
    assert [graphs._letters(i) for i in (0, 25, 26, 27, 51, 52, 701, 702)] == [
        *("A", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA")
    ]


def test_points_of_an_oval():
    assert arrange.oval([i / 8 for i in range(8)], 3, 3) == pytest.approx(arrange.around([1] * 8, 112.5), abs=1e-3)
    turns = arrange.oval([i / 12 for i in range(12)], 2, 5)
    assert turns == sorted(turns, reverse=True) and turns[0] == 90 and turns[-1] > -270
    assert arrange.taller(1, 3) == 3 and arrange.taller(50, 3) > arrange.taller(40, 3) > 3
