"""The figures of notebook 03: nothing overlaps, marks are the rows of the tables, titles follow the data."""

import dataclasses
import re
from functools import cache
from itertools import combinations

import pandas as pd
import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, PathPatch, Rectangle

import figure_checks as checks
import invented
from neoterra_analysis import figures, load
from neoterra_analysis.analysis import network
from neoterra_analysis.figures import arrange, publish
from neoterra_analysis.words import labels


def tables(key, ds):
    """Return the tables that a figure of that key is given."""
    named, every = (network.incidence(ds, kinds=kinds) for kinds in (network.NAMED, network.ALL))
    types = [network.incidence(ds, "actor_type", kinds) for kinds in (network.ALL, network.NAMED)]
    mix = network.type_mix(ds)
    return {
        "03-two-mode": lambda: [network.two_mode(ds)],
        "03-co-occurrence-named": lambda: [network.two_mode(ds, network.NAMED), network.project(named)],
        "03-co-occurrence-all": lambda: [network.two_mode(ds), network.project(every)],
        "03-laureate-projection": lambda: [network.edge_sources(every, "laureates"), network.direct_ties(ds)],
        "03-type-co-occurrence": lambda: [network.co_occurrence(inc) for inc in types],
        "03-row-shares": lambda: [network.row_shares(inc) for inc in (every, named)],
        "03-ties": lambda: [network.ties(every)],
        "03-type-mix": lambda: [mix, network.type_mix_summary(mix)],
        "03-indices": lambda: [network.index_levels(network.project(every))],
    }[key]()


FUNCTIONS = {
    "03-two-mode": figures.two_mode,
    "03-co-occurrence-named": figures.co_occurrence_named,
    "03-co-occurrence-all": figures.co_occurrence_all,
    "03-laureate-projection": figures.laureate_projection,
    "03-type-co-occurrence": figures.type_co_occurrence,
    "03-row-shares": figures.row_shares,
    "03-ties": figures.ties,
    "03-type-mix": figures.type_mix,
    "03-indices": figures.indices,
}
# Marks to be expected from the figure's tables and the number of laureates.
MARKS = {
    "03-two-mode": lambda n, t: {"edge": len(t), "node": n + len({*t["node"]} - {*t["laureate_id"]})},
    "03-co-occurrence-named": lambda n, t, e: {"edge": len(e), "node": t["actor_id"].nunique()},
    "03-co-occurrence-all": lambda n, t, e: {"edge": len(e), "node": t["actor_id"].nunique()},
    "03-laureate-projection": lambda n, t, d: {"edge": len(t), "arrow": len(d), "node": n},
    "03-type-co-occurrence": lambda n, t, _: {"cell": (len(t) + t["source"].nunique()) // 2},
    "03-row-shares": lambda n, t, m: {"bar": len(t) + len(m)},
    "03-ties": lambda n, t: {"dot": t["count"].sum()},
    "03-type-mix": lambda n, t, s: {"dot": len(t), "ring": len(t), "median": len(s)},
    "03-indices": lambda n, t: {"level": len(t), "pointer": (t["repeated"] > 0).sum()},
}


@pytest.fixture(scope="module")
def real():
    return load(invented.DATA)


@cache
def draw(key, ds, lang="fr"):
    return FUNCTIONS[key](*tables(key, ds), figures.context(ds, lang))


def check(key, figure, ds):
    with pytest.MonkeyPatch.context() as patch:
        # A curve has no inside: only boxes may not be crossed by a text.
        patch.setattr(checks, "Patch", (Rectangle, FancyBboxPatch))
        checks.check_layout(figure)
    checks.check_marks(figure)
    checks.check_words(figure)
    assert figure.key == key
    expected = MARKS[key](len(ds.laureates), *tables(key, ds))
    assert figure.marks == {name: int(n) for name, n in expected.items() if n}


@pytest.mark.parametrize("lang", labels.LANGUAGES)
@pytest.mark.parametrize("key", FUNCTIONS)
def test_fit_for_print(key, lang, real):
    figure = draw(key, real, lang)
    check(key, figure, real)
    assert figure.canvas.get_figheight() * 2.54 <= 22
    shown = " ".join(text.get_text() for text in checks.texts(figure)).replace("\u00a0", " ")
    for name in ("scope", "reading", "source", "note"):
        assert labels.t(f"frame.{name}", lang) in shown
    assert f"(n = {len(real.laureates)})" in shown


@pytest.mark.parametrize("key", FUNCTIONS)
def test_other_data_fit_too(key, small):
    check(key, draw(key, small), small)


@pytest.mark.parametrize("key", FUNCTIONS)
def test_no_actor_at_all(key, small):
    other = dataclasses.replace(small, mentions=small.mentions.iloc[:0], relations=small.relations.iloc[:0])
    check(key, draw(key, other), other)


@pytest.mark.parametrize("key", FUNCTIONS)
def test_long_names_fit(key, small):
    long = "Fédération des ateliers coopératifs de la vallée et des plateaux du nord"
    laureates = small.laureates.assign(name=[f"{long} {i}" for i in range(len(small.laureates))])
    actors = small.actors.assign(short_fr=[f"{long} {i}" for i in range(len(small.actors))])
    other = dataclasses.replace(small, laureates=laureates, actors=actors)
    check(key, draw(key, other), other)


@pytest.mark.parametrize("key", FUNCTIONS)
def test_tables_are_left_alone(key, real):
    given = tables(key, real)
    before = [table.copy() for table in given]
    FUNCTIONS[key](*given, figures.context(real, "en"))
    for table, copy in zip(given, before, strict=True):
        pd.testing.assert_frame_equal(table, copy)


@pytest.mark.parametrize("key", FUNCTIONS)
def test_the_order_of_the_data_does_not_show(key, real):
    names = [f.name for f in dataclasses.fields(real) if isinstance(getattr(real, f.name), pd.DataFrame)]
    mixed = {name: getattr(real, name).sample(frac=1, random_state=7) for name in names if name != "laureates"}
    other = dataclasses.replace(real, **mixed)
    one, two = draw(key, real), draw(key, other)
    assert publish.csv_bytes(one.data) == publish.csv_bytes(two.data)
    assert publish.svg_bytes(one) == publish.svg_bytes(two)


@pytest.mark.parametrize("key", FUNCTIONS)
def test_one_mention_less_changes_the_drawing(key, real):
    # The Region is mobilised by two laureates; without one of them it ties nothing.
    gone = (real.mentions["laureate_id"] == "vivance") & (real.mentions["mention"] == "Région")
    assert gone.sum() == 1
    other = dataclasses.replace(real, mentions=real.mentions[~gone])
    one, two = draw(key, real), draw(key, other)
    assert publish.csv_bytes(one.data) != publish.csv_bytes(two.data)
    assert publish.svg_bytes(one) != publish.svg_bytes(two)
    assert one.alt != two.alt


def test_alt_texts_hold_the_numbers(small):
    # alpha: town, mill, ovens; beta: town, school, unknown; beta stems from alpha.
    expected = {
        "03-two-mode": ["4 lauréats et leurs acteurs, 6 liens", "Beta : Inconnu, Ville, École", "Gamma : –"],
        "03-co-occurrence-named": ["4 acteurs, 4 liens", "Alpha, 1 ; Beta, 3"],
        "03-co-occurrence-all": ["5 acteurs, 6 liens", "Alpha, 3 ; Beta, 3"],
        "03-laureate-projection": ["Alpha et Beta (Ville) ; Beta est issu de Alpha", "Gamma et Delta"],
        "03-type-co-occurrence": ["2 paires chez 1 lauréat et 1 paire chez 0 lauréat"],
        "03-row-shares": ["Alpha, 1 et 3 ; Beta, 3 et 3 ; Gamma, 0 et 0"],
        "03-ties": ["Ville, 2 lauréats sur 4 (Alpha et Beta)"],
        "03-type-mix": ["Alpha, 2 types d’acteurs pour 3 acteurs", "Delta, 0 type d’acteurs pour 0 acteur"],
        "03-indices": ["Jaccard : 2 valeurs, la plus haute (1) pour 2 paires"],
    }
    assert set(expected) == set(FUNCTIONS)
    for key, pieces in expected.items():
        checks.check_words(draw(key, small), *[labels.typography(piece) for piece in pieces])


def test_titles_state_the_finding(real, small):
    assert draw("03-ties", small, "en").title.startswith("1 actor is common to several laureates: Ville (2 of 4")
    assert draw("03-co-occurrence-all", small, "en").title.startswith("No pair of actors, out of 6")
    table, ctx = network.type_mix(real), figures.context(real, "en")
    starts = {
        3: "Connector laureates mobilise more",
        0: "Connector laureates mobilise as many",
        -3: "Conn",
    }
    for more, start in starts.items():
        types = [5 + more if yes else 5 for yes in table["connecteur"]]
        mix = table.assign(types=types, actors=9)
        assert figures.type_mix(mix, network.type_mix_summary(mix), ctx).title.startswith(start)
    assert len({draw(key, real).title for key in FUNCTIONS}) == len(FUNCTIONS)


def test_several_repeated_pairs(small):
    both = small.mentions.assign(laureate_id="beta", position=lambda t: t["position"] + 10, parent_position=pd.NA)
    mentions = pd.concat([small.mentions, both[small.mentions["laureate_id"] == "alpha"]])
    other = dataclasses.replace(small, mentions=mentions.astype({"parent_position": "Int64"}))
    for key in ("03-co-occurrence-all", "03-indices"):
        figure = draw(key, other)
        check(key, figure, other)
        assert re.search(r"\b3 (des|paires)\b", figure.title)


def ends(line):
    (xs, ys) = line.get_data()
    return (xs[0], ys[0]), (xs[-1], ys[-1])


def test_every_link_runs_between_its_two_nodes(real):
    figure = draw("03-two-mode", real)
    found = checks.marks(figure)
    place = {}
    for mark in found["node"]:
        code = mark.get_gid().split("--")[2].split(".")[1]
        place[code] = mark.get_data() if isinstance(mark, Line2D) else mark
    for link in (artist for artist in found["edge"] if isinstance(artist, Line2D)):
        laureate, actor = link.get_gid().split("--")[2].split(".")
        start, end = ends(link)
        assert abs(start[0] - place[actor][0][0]) < 0.2 and start[1] == pytest.approx(place[actor][1][0])
        box = place[laureate]
        assert end[1] == pytest.approx(box.get_y() + box.get_height() / 2)
    arrows = [artist for artist in found["edge"] if isinstance(artist, FancyArrowPatch)]
    assert [a.get_gid().split("--")[2] for a in arrows] == ["l-accordeur.cargo-209"]
    assert "cargo-209" in place and isinstance(place["cargo-209"], FancyBboxPatch)


def test_no_link_between_laureates_hides_behind_a_third(real):
    found = checks.marks(draw("03-laureate-projection", real))
    boxes = {mark.get_gid().split("--")[2]: mark for mark in found["node"]}
    for link in found["edge"]:
        own = set(link.get_gid().split("--")[2].split("."))
        (ax, ay), (bx, by) = ends(link)
        for step in range(101):
            x, y = ax + (bx - ax) * step / 100, ay + (by - ay) * step / 100
            for name, box in boxes.items():
                across = 0 < x - box.get_x() < box.get_width() and 0 < y - box.get_y() < box.get_height()
                assert name in own or not across, f"{own} passes behind {name}"


def test_repeated_pairs_are_drawn_thick(real):
    links = checks.marks(draw("03-co-occurrence-all", real))["edge"]
    assert all(isinstance(link, PathPatch) for link in links)
    thick = {link.get_gid().split("--")[2] for link in links if link.get_linewidth() > 2}
    edges = network.project(network.incidence(real))
    repeated = edges[edges["count"] > 1]
    assert thick == {f"{s}.{t}" for s, t in zip(repeated["source"], repeated["target"], strict=True)}


def test_the_checks_see_an_overlap(real):
    figure = FUNCTIONS["03-ties"](*tables("03-ties", real), figures.context(real, "en"))
    first = max(checks.texts(figure), key=lambda text: len(text.get_text()))
    figure.canvas.text(0.05, 0.05, "x" * 40)
    figure.canvas.text(0.06, 0.05, "y" * 40)
    assert first
    with pytest.raises(AssertionError, match="touches"):
        checks.check_layout(figure)


def test_ring_has_few_crossings():
    nodes = list("abcdef")
    edges = [("a", "d"), ("d", "b"), ("b", "e"), ("e", "c"), ("c", "f"), ("f", "a")]  # one closed path
    order = arrange.ring(nodes, edges)
    assert sorted(order) == nodes and order[0] == "a"
    assert {frozenset(pair) for pair in zip(order, order[1:] + order[:1], strict=True)} == set(map(frozenset, edges))
    assert arrange.ring(nodes, reversed(edges)) == order


def test_spread_and_stack_keep_their_distances():
    tall = {name: 1 + i % 3 for i, name in enumerate("abcdefg")}
    places = arrange.spread(dict.fromkeys(tall, 4.0), tall, 0.2, 0, 20)
    assert list(places) == list(tall)
    for one, other in combinations(places, 2):
        assert abs(places[one] - places[other]) >= (tall[one] + tall[other]) / 2 + 0.2 - 1e-9
    stacked = arrange.stack([[(name, h)] for name, h in tall.items()], 30)
    first, last = min(stacked.values()), max(stacked.values())
    assert first == tall["a"] / 2 and last == pytest.approx(30 - tall["g"] / 2)
