"""The figures of networks at any size: from no mention at all to a hundred laureates, on one page."""

import io
import os
import random
import re
from functools import cache
from itertools import combinations

import pytest
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from PIL import Image

import figure_checks as checks
import invented
from neoterra_analysis import load
from neoterra_analysis.analysis import network
from neoterra_analysis.figures import edges, graphs, publish, sheet, text
from neoterra_analysis.words import labels, palette

NAMES = (
    *("two_mode", "co_occurrence_named", "co_occurrence_all", "laureate_projection", "type_co_occurrence"),
    *("row_shares", "ties", "type_mix", "indices"),
)
THOROUGH = os.environ.get("NEOTERRA_THOROUGH") == "1"
SIZES = (0, 1, 2, 3, 11, 22, 40, 100) if THOROUGH else (0, 2, 22)
TYPES = [actor_type for actor_type in palette.FAMILY if actor_type]
FIRST = ("Atelier", "Fabrique", "Maison", "Réseau", "Compagnie", "Coopérative", "Fédération régionale")
LAST = ("des rives", "du grand pré", "des communs", "de la haute lisière", "du bief", "des trois chênes du plateau")


@cache
def made(folder, size, seed):
    """Load records of so many laureates; with 0, of a dozen that mobilise nobody."""
    chance = random.Random(f"{size} {seed}")
    laureates, actors, mentions, roles = (invented.TABLES[t][:1] for t in ("laureates", "actors", "mentions", "roles"))
    named = {}
    for i in range(60 + 3 * size):
        kind = "generic" if i < 20 else chance.choice(["named", "institution"])
        actor_type = "" if i == 30 else chance.choice(TYPES)
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)} {i}"
        named[i] = name
        actors.append(f"a-{i},{name},{name},{name},{kind},{actor_type},,,,")
    weights = [1 / (i + 1) ** 0.9 for i in range(len(actors) - 1)]
    for i in range(size or 12):
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)} {i}"
        laureates.append(f"l-{i},{name},,,1.1,,,,,Un,One,doc,{i + 1},Ligne {i},,")
        if chance.random() < 0.5:
            roles.append(f"l-{i},connecteur,stated,le lien {i}")
        many = min(chance.randint(2, 6) + chance.randint(0, 9), len(weights)) if size else 0
        for place, actor in enumerate(dict.fromkeys(chance.choices(range(len(weights)), weights, k=many)), 1):
            mentions.append(f"l-{i},{place},{named[actor]},a-{actor},")
    relations = ["l-0,l-2,origin,l-0,issu de"] if size > 2 else []
    tables = {"laureates": laureates, "actors": actors, "mentions": mentions, "roles": roles}
    tables["relations"] = [*invented.TABLES["relations"][:1], *relations]
    for name in ("contributions", "evidence", "claims", "readings", "discrepancies"):
        tables[name] = invented.TABLES[name][:1]
    return load(invented.write(folder / f"{size}-{seed}", **tables))


@pytest.fixture(scope="module")
def of(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sizes")
    return lambda size, seed=1: made(folder, size, seed)


def reading_lines(figure):
    """Return how many lines of the footer the reading takes."""
    words = {t.get_text(): t.get_position()[1] for t in checks.texts(figure)}
    if (head := labels.t("frame.reading", figure.lang)) not in words:
        return 0
    return round((words[labels.t("frame.source", figure.lang)] - words[head]) / text.line_height(text.FOOT))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_right_at_any_size(name, size, seed, of):
    lang = labels.LANGUAGES[(seed + size) % 2]
    figure = checks.draw(name, of(size, seed), lang)
    checks.check_layout(figure)
    checks.check_marks(figure)
    checks.check_words(figure)
    assert figure.canvas.get_figheight() * text.CM <= 24
    assert len(figure.alt) <= sheet.ALT
    # A pair of types may have names that fill a line by themselves.
    assert reading_lines(figure) <= (2 if name == "type_co_occurrence" or size in sheet.TWO_LINES else 1)
    if size >= 40 and name != "type_co_occurrence":
        assert {"fr": "forme réduite, au-delà de", "en": "reduced form, beyond"}[lang] in checks.shown(figure)


@pytest.mark.parametrize("name", NAMES)
def test_the_preview_keeps_the_colours_of_codes(name, of):
    for size in SIZES[-2:] if THOROUGH else SIZES[-1:]:
        figure = checks.draw(name, of(size), labels.LANGUAGES[(1 + size) % 2])
        symbols = figure.canvas.findobj(lambda a: isinstance(a, Line2D) and a.get_marker() not in ("", "None", None))
        drawn = [symbol.get_markeredgecolor() for symbol in symbols]
        drawn += [patch.get_facecolor() for patch in figure.canvas.findobj(Patch)]
        wanted = {to_hex(color).upper() for color in drawn} & publish.CODED
        with Image.open(io.BytesIO(publish.png_bytes(figure, palette.PREVIEW_DPI))) as image:
            kept = {f"#{r:02X}{g:02X}{b:02X}" for _, (r, g, b) in image.convert("RGB").getcolors(1 << 24)}
        assert wanted <= kept
        assert wanted or name in ("laureate_projection", "row_shares", "indices")


def test_what_the_reduced_forms_draw_and_count(of):
    data, lang = of(22), "en"
    drawn = {name: checks.draw(name, data, lang) for name in NAMES}
    rows = network.two_mode(data)
    shared = rows[rows["degree"] > 1]
    lines = checks.marks(drawn["two_mode"])["edge"]
    pairs = set(zip(shared["laureate_id"], shared["actor_id"], strict=True))
    assert {tuple(line.get_gid().split("--")[2].split(".")) for line in lines} <= pairs
    assert len(lines) <= graphs.MOST_LINES
    assert f"{len(lines)} of {len(rows)} edges" in checks.shown(drawn["two_mode"])
    repeated = network.project(network.incidence(data)).query("count > 1")
    figure = drawn["co_occurrence_all"]
    nodes = {mark.get_gid().split("--")[2] for mark in checks.marks(figure)["node"]}
    between = [frozenset(p) for p in zip(repeated["source"], repeated["target"], strict=True) if nodes.issuperset(p)]
    cells = checks.marks(figure)["cell"]
    assert {frozenset(cell.get_gid().split("--")[2].split(".")) for cell in cells} == set(between)
    assert f"{len(between)} of {len(repeated)} repeated pairs" in checks.shown(figure)
    links = network.edge_sources(network.incidence(data), "laureates")
    assert len(data.laureates) <= graphs.MOST_NAMES
    assert drawn["laureate_projection"].marks["cell"] == len(links)
    numbers = [t.get_text() for t in drawn["laureate_projection"].canvas.axes[1].texts if t.get_text().isdigit()]
    assert sorted(map(int, numbers)) == sorted([*links["count"].tolist(), 2, 2])  # and the two of the legend
    ties = network.ties(network.incidence(data))
    assert drawn["ties"].marks["dot"] == ties["count"][: edges.MOST_TIES].sum()


def test_seriation_begins_where_most_is_tied(of):
    links = network.project(network.incidence(of(22))).query("count > 1").to_dict("records")
    kept, order = graphs.strongest(links, 6)
    assert len(order) <= 6 and set(order) == {node for pair in kept for node in pair}
    assert max(link["count"] for link in links) == max(link["count"] for link in kept.values())
    tied = {frozenset(pair): link["count"] for pair, link in kept.items()}
    totals = {i: sum(tied.get(frozenset((i, other)), 0) for other in order if other != i) for i in order}
    assert totals[order[0]] == max(totals.values())
    assert all(a != b for a, b in combinations(order, 2))


def test_parts_of_a_ranking_hold_all_repeated_pairs(of):
    levels = network.index_levels(network.project(network.incidence(of(22))))
    count = levels[levels["index"] == "count"].to_dict("records")
    parts = edges.repeated_by_part(count, 40)
    assert sum(parts) == pytest.approx(sum(r["repeated"] for r in count))
    assert parts == pytest.approx(sorted(parts, reverse=True))  # by number, the repeated pairs come first


def test_one_line_counts_the_names_that_do_not_fit(of):
    figure = checks.draw("two_mode", of(22), "fr")
    seen = checks.shown(figure)
    assert re.search(r"Lecture\u202f: « ?.+» est mobilisé par \d+ lauréats sur 22\u202f: .+ et \d+ autres?\.", seen)
