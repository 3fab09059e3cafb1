"""Every figure with the tables that its notebook gives it and the marks to be expected; what any figure must pass."""

import re
import tomllib
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch
from matplotlib.text import Text

from neoterra_analysis import figures
from neoterra_analysis.analysis import comparison, findings, network, nulls, records, roles, saturation, themes
from neoterra_analysis.figures import publish
from neoterra_analysis.sentences import fragility_words


def _ledger(data):
    """Return a ledger without trying its verdicts in all variants, which takes long."""
    more = {"count": 1, "indirect": 0, "of": 2, "verdict": "supported", "fragility": "robust"}
    columns = ["claim_id", "number", "kind", "statement_fr", "statement_en", "rule"]
    return data.claims.head(3)[columns].assign(**more, laureates_direct="", laureates_indirect="")


def _named(data):
    return network.incidence(data, kinds=network.NAMED)


def _types(data):
    return [network.co_occurrence(network.incidence(data, "actor_type", k)) for k in (network.ALL, network.NAMED)]


def _mix(data):
    return [network.type_mix(data), network.type_mix_summary(network.type_mix(data))]


# What each figure draws: a table, or a list of them.
TABLES = {
    "enjeux": records.coverage,
    "stated": records.stated,
    "places": records.places,
    "contributions": records.contributions,
    "role_counts": roles.counts,
    "role_combinations": roles.combinations,
    "role_by_enjeu": roles.by_enjeu,
    "role_by_actor_type": roles.by_actor_type,
    "two_mode": network.two_mode,
    "co_occurrence_named": lambda d: [network.two_mode(d, network.NAMED), network.project(_named(d))],
    "co_occurrence_all": lambda d: [network.two_mode(d), network.project(network.incidence(d))],
    "laureate_projection": lambda d: [
        network.edge_sources(network.incidence(d), "laureates"),
        network.direct_ties(d),
    ],
    "type_co_occurrence": _types,
    "row_shares": lambda d: [network.row_shares(network.incidence(d)), network.row_shares(_named(d))],
    "ties": lambda d: network.ties(network.incidence(d)),
    "type_mix": _mix,
    "indices": lambda d: network.index_levels(network.project(network.incidence(d))),
    "null_models": lambda d: nulls.distributions(d, 19),
    "framework_matrix": themes.framework,
    "theme_cases": themes.themes,
    "roles_by_lever": themes.roles_by_lever,
    "leave_one_out": findings.left_out,
    "specification_curve": lambda d: findings.curve(d, "supported"),
    "saturation": lambda d: [saturation.rarefaction(d), saturation.unseen(d)],
    "ledger": _ledger,
    "coverage_by_ambition": lambda d: [comparison.coverage_by_ambition(d), comparison.funded(d)],
    "roles_by_ambition": comparison.roles_by_ambition,
    "combinations_by_ambition": comparison.combinations_by_ambition,
    "means_by_ambition": comparison.means_by_ambition,
    "actor_types_by_ambition": comparison.actor_types_by_ambition,
    "shared_actors": comparison.shared_actors,
    "actors_overlap": comparison.actors_overlap,
    "levers_by_ambition": comparison.levers_by_ambition,
    "fragility_by_ambition": lambda d: comparison.fragility_by_ambition(d, progress=False),
}
# Marks to be expected from the tables and the number of laureates; without any actor, some draw nothing.
MARKS = {
    "enjeux": lambda n, t: {"tile": t["count"].sum()},
    "stated": lambda n, t: {"cell": len(t)},
    "contributions": lambda n, t: {"cell": len(t)},
    "role_counts": lambda n, t: {"bar": len(t), "part": (t["principal"] > 0).sum()},
    "role_combinations": lambda n, t: {"row": len(t), "dot": 3 * len(t), "bar": (t["count"] > 0).sum()},
    "role_by_enjeu": lambda n, t: {"dot": t["count"].sum()},
    "role_by_actor_type": lambda n, t: {"cell": len(t)},
    "two_mode": lambda n, t: {"edge": len(t), "node": bool(len(t)) * n + len({*t["node"]} - {*t["laureate_id"]})},
    "co_occurrence_named": lambda n, t, e: {"edge": len(e), "node": t["actor_id"].nunique()},
    "co_occurrence_all": lambda n, t, e: {"edge": len(e), "node": t["actor_id"].nunique()},
    "laureate_projection": lambda n, t, d: {"edge": len(t), "arrow": len(d), "node": n},
    "type_co_occurrence": lambda n, t, _: {"cell": (len(t) + t["source"].nunique()) // 2},
    "row_shares": lambda n, t, m: {"bar": len(t) + len(m)} if t["pairs"].any() else {},
    "ties": lambda n, t: {"dot": t["count"].sum()},
    "type_mix": lambda n, t, s: {"dot": len(t), "ring": len(t), "median": len(s)} if t["actors"].any() else {},
    "indices": lambda n, t: {"level": len(t), "pointer": (t["repeated"] > 0).sum()},
    "null_models": lambda n, t: {"bar": (t["share"] > 0).sum(), "pointer": t["is_observed"].sum()},
    "framework_matrix": lambda n, t: {
        "full": (t["strength"] == "direct").sum(),
        "hollow": (t["strength"] == "indirect").sum(),
    },
    "theme_cases": lambda n, t: {"row": len(t), "bar": (t["direct"] > 0).sum(), "part": (t["indirect"] > 0).sum()},
    "roles_by_lever": lambda n, t: {
        "row": t["theme_id"].nunique(),
        "full": t["direct"].sum(),
        "hollow": t["indirect"].sum(),
    },
    "leave_one_out": lambda n, t: {"moved": t["moved"].sum(), "cell": (~t["moved"] & t["change"].abs().gt(0)).sum()},
    "saturation": lambda n, t, u: {"band": len(u), "curve": len(u), "dot": len(t) if n <= 24 else 0},
    "coverage_by_ambition": lambda n, t, _: {"cell": len(t)},
    "roles_by_ambition": lambda n, t: {"dot": len(t), "range": t["low"].notna().sum()},
    "combinations_by_ambition": lambda n, t: {"cell": len(t)},
    "means_by_ambition": lambda n, t: {"cell": len(t)},
    "actor_types_by_ambition": lambda n, t: {"cell": len(t)},
    "actors_overlap": lambda n, t: {"cell": len(t)},
    "fragility_by_ambition": lambda n, t: {"cell": len(t)},
    "shared_actors": lambda n, t: {"cell": len(t), "node": t["actor_id"].nunique()},
    "levers_by_ambition": lambda n, t: {
        "bar": (t["direct"] > 0).sum(),
        "part": (t["indirect"] > 0).sum(),
        "row": len(t),
    },
}


@cache
def given(name, data, lang="fr"):
    """Return what a notebook gives a figure."""
    made, context = TABLES[name](data), figures.context(data, lang)
    if name == "specification_curve":
        options, label = fragility_words.options(made, data, lang), fragility_words.label("supported", data, lang)
        return [fragility_words.curve(made, "supported"), options, context, label]
    if name == "leave_one_out":
        made = fragility_words.left_out(made, data, lang)
    if name == "ledger":
        made = fragility_words.ledger(made, lang)
    return [*(made if isinstance(made, list) else [made]), context]


@cache
def draw(name, data, lang="fr"):
    """Draw a figure from the tables of its notebook, and see that these are left alone."""
    tables = [table for table in given(name, data, lang) if isinstance(table, pd.DataFrame)]
    before = [table.copy() for table in tables]
    figure = getattr(figures, name)(*given(name, data, lang))
    for table, copy in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(table, copy)
    return figure


@cache
def svg(name, data):
    """Return the bytes of the drawing of a notebook's figure."""
    return publish.svg_bytes(draw(name, data))


def check(figure, name="", data=None, words=()):
    """Assert all that any figure must pass and, for the tables of a notebook, that its marks are their rows."""
    check_layout(figure)
    check_marks(figure)
    check_words(figure, *words)
    if name:
        assert figure.key == findings.figure_key(name)
    if name in MARKS and data is not None:
        expected = MARKS[name](len(data.laureates), *given(name, data, figure.lang)[:-1])
        assert figure.marks == {mark: int(number) for mark, number in expected.items() if number}


def shown(figure):
    """Return the words of a figure, lines joined, as a reader sees them."""
    return " ".join(text.get_text() for text in texts(figure)).replace("\u00a0", " ")


SMALLEST = 6.5  # pt, at the 16 cm of a printed figure
DPI = 200
SLACK = 1.0  # px


def texts(figure):
    """Return the texts of a figure that are seen."""
    found = figure.canvas.findobj(lambda a: isinstance(a, Text) and a.get_visible())
    # The ticks of axes that are off are not drawn; what was put on these axes is.
    put = {text for axes in figure.canvas.axes for text in axes.texts}
    off = {axes for axes in figure.canvas.axes if not axes.axison}
    return [text for text in found if text.get_text().strip() and (text.axes not in off or text in put)]


def marks(figure):
    """Return the marks of a figure, by name: those that its functions tagged."""
    found = {}
    for artist in figure.canvas.findobj(lambda a: "--" in (a.get_gid() or "")):
        found.setdefault(artist.get_gid().split("--")[1], []).append(artist)
    return found


def _renderer(figure):
    figure.canvas.set_dpi(DPI)
    agg = FigureCanvasAgg(figure.canvas)
    figure.canvas.draw_without_rendering()  # places all artists
    return agg.get_renderer()


def corners(text, renderer):
    """Return the four corners of a text in pixels, turned as the text is."""
    angle = np.deg2rad(text.get_rotation())
    text.set_rotation(0)
    box = text.get_window_extent(renderer)
    text.set_rotation(np.rad2deg(angle))
    turned = text.get_window_extent(renderer)
    centre = np.array([(turned.x0 + turned.x1) / 2, (turned.y0 + turned.y1) / 2])
    half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [box.width / 2, box.height / 2]
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return centre + half @ turn


def apart(one, other, slack=SLACK):
    """Tell whether two convex shapes are apart, by the theorem of the separating axis."""
    for shape in (one, other):
        for edge in np.roll(shape, -1, axis=0) - shape:
            axis = np.array([-edge[1], edge[0]]) / np.hypot(*edge)
            a, b = one @ axis, other @ axis
            if a.max() <= b.min() + slack or b.max() <= a.min() + slack:
                return True
    return False


def near(shape, shapes):
    """Return the places of the shapes whose upright box meets that of a shape: only these can touch it."""
    low, high = shapes.min(axis=1), shapes.max(axis=1)
    gap = np.maximum(shape.min(axis=0) - high, low - shape.max(axis=0))
    return np.flatnonzero((gap < 0).all(axis=1))


def _rectangle(box):
    return np.array([[box.x0, box.y0], [box.x1, box.y0], [box.x1, box.y1], [box.x0, box.y1]])


def check_layout(figure):
    """Assert that no text touches another or leaves the sheet, and that none is too small in print.

    A text is either inside a tagged patch or symbol (bar, tile, dot) or outside it, never across its edge.
    """
    renderer = _renderer(figure)
    assert round(figure.canvas.get_figwidth() * 2.54, 6) == 16
    seen = texts(figure)
    assert seen
    words = [text.get_text() for text in seen]
    shapes = np.array([corners(text, renderer) for text in seen])
    for text in seen:
        assert text.get_fontsize() >= SMALLEST, f"too small: {text.get_text()!r}"
    sheet = figure.canvas.bbox
    for place, shape in enumerate(shapes):
        inside = shape.min() >= -SLACK and (shape.max(axis=0) <= [sheet.x1 + SLACK, sheet.y1 + SLACK]).all()
        assert inside, f"off the sheet: {words[place]!r}"
        for other in near(shape, shapes):
            assert other == place or apart(shape, shapes[other]), f"{words[place]!r} touches {words[other]!r}"
    tagged = [(name, artist) for name, artists in marks(figure).items() for artist in artists]
    for name, artist in tagged:
        box = artist.get_window_extent(renderer)
        far = box.x0 >= -SLACK and box.y0 >= -SLACK and box.x1 <= sheet.x1 + SLACK and box.y1 <= sheet.y1 + SLACK
        assert far, f"mark off the sheet: {name}"
        symbol = isinstance(artist, Line2D) and len(artist.get_xdata()) == 1
        # A curve has no inside.
        curve = isinstance(artist, FancyArrowPatch) or (isinstance(artist, Patch) and not artist.get_facecolor()[3])
        if (isinstance(artist, Patch) or symbol) and not curve and box.width and box.height:
            edge = _rectangle(box)
            for place in near(edge, shapes):
                shape = shapes[place]
                within = (shape >= edge.min(axis=0) - SLACK).all() and (shape <= edge.max(axis=0) + SLACK).all()
                assert within or apart(shape, edge), f"{words[place]!r} lies across the edge of a {name}"


def check_marks(figure):
    """Assert that marks are counted as they are drawn, that ids differ and that each name has words."""
    found = marks(figure)
    assert {name: len(artists) for name, artists in found.items()} == figure.marks
    ids = [artist.get_gid() for artists in found.values() for artist in artists]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z][\w.-]*", i, re.ASCII) for i in ids)
    entries = words()
    for name in found:
        assert {f"noun.{name}.one", f"noun.{name}.many"} <= set(entries), name


def check_words(figure, *expected):
    """Assert that the alt text begins with the finding and holds what is expected; no placeholder is left."""
    assert figure.alt.startswith(figure.title)
    assert figure.alt.endswith(".")
    seen = shown(figure)
    for word in figure.title.replace("\u00a0", " ").split(" "):
        assert word in seen
    for piece in expected:
        assert str(piece) in figure.alt, f"{piece!r} is not in the alt text"
    for text in (figure.title, figure.alt, seen):
        assert not re.search(r"[{}]|\bnan\b|\bNone\b|  ", text), text
        if figure.lang == "fr":
            assert not re.search(r"[ \u00a0][;:!?%»]|«[ \u00a0]|'", text), text


@cache
def words():
    """Return all entries of the words, with the file that each stands in."""
    folder = resources.files("neoterra_analysis") / "words"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return {k: (f.name, entry) for f in files for k, entry in tomllib.loads(f.read_text(encoding="utf-8")).items()}
