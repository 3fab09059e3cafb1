"""The figures of notebook 00, and the mark that every figure drawn from invented records carries."""

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


LONG = "Fédération des ateliers coopératifs de la vallée et des plateaux du nord"
CROSSED = ("coverage_by_ambition", "combinations_by_ambition", "means_by_ambition", "actor_types_by_ambition")
CROSSED += ("fragility_by_ambition",)


def many(name, numbers):
    """Return what a figure draws of the invented ambitions, again under other numbers, and a context of long names."""
    made = checks.given(name, two())[:-1]
    table = made[0]
    parts = [table.assign(ambition_id=[f"{ambition}-{i}" for ambition in table["ambition_id"]]) for i in numbers]
    ids = sorted({ambition for part in parts for ambition in part["ambition_id"]})
    context = dataclasses.replace(
        figures.context(two(), "fr"),
        ambitions={ambition: f"Ambition {i}" for i, ambition in enumerate(ids, 10)},
        names={i: f"{LONG} {k}" for k, i in enumerate(two().laureates["laureate_id"])},
        actors={i: f"{LONG} {k}" for k, i in enumerate(two().actors["actor_id"])},
    )
    table = pd.concat(parts, ignore_index=True)
    by = ["actor_id", "ambition_id"] if name == "shared_actors" else "ambition_id"
    return [table.sort_values(by, kind="stable", ignore_index=True), *made[1:]], context


@pytest.mark.parametrize("name", [name for name in COMPARED if name != "actors_overlap"])
def test_many_ambitions_long_names_and_a_lone_laureate_fit(name):
    """Six ambitions; one has one laureate, names are long."""
    (table, *more), context = many(name, (1, 3, 5))
    if "low" in table:
        table.loc[0, ["low", "high"]] = None
    figure = getattr(figures, name)(table, *more, context)
    checks.check(figure, name)
    expected = checks.MARKS[name](0, table, *more)
    assert figure.marks == {mark: int(number) for mark, number in expected.items() if number}


@pytest.mark.parametrize("name", [name for name in COMPARED if name != "actors_overlap"])
def test_beyond_six_ambitions_the_others_are_told(name):
    (table, *more), context = many(name, (1, 3, 5, 7))
    figure = getattr(figures, name)(table, *more, context)
    checks.check(figure, name)
    drawn = {mark.get_gid().split(".")[-1] for marks in checks.marks(figure).values() for mark in marks}
    assert len({one for one in drawn if one.startswith("exemple-")}) == 6
    assert "Au plus 6 ambitions sont dessinées" in checks.shown(figure)
    if name in CROSSED:
        assert figure.marks == {"cell": len(table) * 6 // 8}
    # All are in the data, and in the last column.
    assert len(set(figure.data["ambition_id"])) == 8


def test_pairs_of_many_ambitions_fit():
    """Of eight ambitions the six with most actors are drawn, each pair with categories of actors and without."""
    ids = [f"a-{i}" for i in range(8)]
    context = dataclasses.replace(figures.context(two(), "fr"), ambitions={a: f"Ambition {a[2:]}" for a in ids})
    rows = [
        {"ambition_a": a, "ambition_b": b, "kinds": kinds, "actors_a": 100 + i, "actors_b": 100 + k}
        | {"shared": (i * k) % 7, "either": 200, "jaccard": (i * k) % 7 / 200, "actors": ""}
        for i, a in enumerate(ids)
        for k, b in list(enumerate(ids))[i + 1 :]
        for kinds in ("all", "named")
    ]
    figure = figures.actors_overlap(pd.DataFrame(rows), context)
    checks.check(figure)
    assert figure.marks == {"cell": 30} and "ambition 0 et ambition 1" in checks.shown(figure)
    none = figures.actors_overlap(pd.DataFrame(rows).assign(shared=0, jaccard=0.0), context)
    assert none.title == text.typeset(labels.t("actors_overlap.title.zero", "fr"))


def test_the_total_is_that_of_all_ambitions(both):
    """The last column adds up the others; départements that two ambitions reach are one."""
    for name in CROSSED:
        table, *_ = checks.given(name, both)
        keys = [key for key in table.columns if key in ("field", "combination", "dimension", "code", "actor_type")]
        keys += [key for key in ("notebook", "fragility") if key in table]
        for key, rows in table.groupby(keys):
            if key != ("departments",):
                assert rows["count"].sum() == rows["total"].iloc[0], (name, key)
            whole = rows["whole"].iloc[0] if "whole" in rows else len(both.laureates)
            assert f"{rows['total'].iloc[0]}/{whole}" in checks.shown(checks.draw(name, both)), (name, key)


def test_the_funded_projects_are_those_that_documents_state(shipped, both):
    def title(data, **numbers):
        sources = data.sources.assign(funded=pd.array(list(numbers.values()) or [None] * len(data.sources), "Int64"))
        other = dataclasses.replace(data, sources=sources)
        return figures.coverage_by_ambition(*checks.given("coverage_by_ambition", other, "en")).title

    assert "11 laureates of one ambition, among 440 funded projects" in title(shipped, a=440).replace("\u00a0", " ")
    assert "17 laureates of 2 ambitions, among 430 and 440 funded projects according" in title(both, a=440, b=430)
    assert "among 440 funded projects" in title(both, a=440, b=440)
    assert title(both).endswith("the number of funded projects is not stated")


def test_titles_state_the_finding(shipped):
    assert checks.draw("roles_by_ambition", two(), "en").title == (
        "Inspirer and connector are the roles whose share varies most between ambitions"
    )
    assert checks.draw("shared_actors", two(), "en").title.startswith(
        "7 actors are mobilised in more than one ambition"
    )
    assert checks.draw("shared_actors", shipped, "en").title.startswith("5 actors are mobilised by more than one")
    bare = dataclasses.replace(two(), mentions=two().mentions.iloc[:0], digest="")
    assert checks.draw("shared_actors", bare, "en").title.startswith("No actor is")
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
    keys = {file.stem for file in (repo / "figures" / "fr" / "ambition-4").glob("*.txt")}
    assert keys == {findings.figure_key(name) for name in NAMES if name not in COMPARED}
    # Coverage is never that of the invented records, which stand in for a comparison only.
    for file in sorted((repo / "figures").glob("*/*/0[1-5]-*")) + sorted((repo / "figures").glob("*/*/00-coverage-*")):
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
    folder = tmp_path / "fr" / "programme"
    assert stamp in (folder / "00-shared-actors.txt").read_text(encoding="utf-8")
    assert stamp in (folder / "00-shared-actors.svg").read_text(encoding="utf-8")
    head, *rows = (folder / "00-shared-actors.csv").read_text(encoding="utf-8").splitlines()
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
