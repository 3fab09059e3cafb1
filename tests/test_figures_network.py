"""The figures of networks: lines end at their nodes, nothing hides, layouts keep their distances."""

import dataclasses
import re
from itertools import combinations

import pandas as pd
import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, PathPatch

import figure_checks as checks
from neoterra_analysis import figures
from neoterra_analysis.analysis import network
from neoterra_analysis.figures import arrange


def test_the_title_of_the_mix_of_types(shipped):
    table, ctx = network.type_mix(shipped), figures.context(shipped, "en")
    starts = {
        3: "Connector laureates mobilise more",
        0: "Connector laureates mobilise as many",
        -3: "Conn",
    }
    for more, start in starts.items():
        types = [5 + more if yes else 5 for yes in table["connecteur"]]
        mix = table.assign(types=types, actors=9)
        assert figures.type_mix(mix, network.type_mix_summary(mix), ctx).title.startswith(start)


def test_several_repeated_pairs(small):
    both = small.mentions.assign(laureate_id="beta", position=lambda t: t["position"] + 10, parent_position=pd.NA)
    mentions = pd.concat([small.mentions, both[small.mentions["laureate_id"] == "alpha"]])
    other = dataclasses.replace(small, mentions=mentions.astype({"parent_position": "Int64"}))
    for name in ("co_occurrence_all", "indices"):
        figure = checks.draw(name, other)
        checks.check(figure, name, other)
        assert re.search(r"\b3 (des|paires)\b", figure.title)


def ends(line):
    (xs, ys) = line.get_data()
    return (xs[0], ys[0]), (xs[-1], ys[-1])


def test_every_link_runs_between_its_two_nodes(shipped):
    figure = checks.draw("two_mode", shipped)
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


def test_no_link_between_laureates_hides_behind_a_third(shipped):
    found = checks.marks(checks.draw("laureate_projection", shipped))
    boxes = {mark.get_gid().split("--")[2]: mark for mark in found["node"]}
    for link in found["edge"]:
        own = set(link.get_gid().split("--")[2].split("."))
        (ax, ay), (bx, by) = ends(link)
        for step in range(101):
            x, y = ax + (bx - ax) * step / 100, ay + (by - ay) * step / 100
            for name, box in boxes.items():
                across = 0 < x - box.get_x() < box.get_width() and 0 < y - box.get_y() < box.get_height()
                assert name in own or not across, f"{own} passes behind {name}"


def test_repeated_pairs_are_drawn_thick(shipped):
    links = checks.marks(checks.draw("co_occurrence_all", shipped))["edge"]
    assert all(isinstance(link, PathPatch) for link in links)
    thick = {link.get_gid().split("--")[2] for link in links if link.get_linewidth() > 2}
    edges = network.project(network.incidence(shipped))
    repeated = edges[edges["count"] > 1]
    assert thick == {f"{s}.{t}" for s, t in zip(repeated["source"], repeated["target"], strict=True)}


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
