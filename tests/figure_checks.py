"""Checks that any figure of the package must pass, whatever it draws."""

import re
import tomllib
from functools import cache
from importlib import resources

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

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
        if (isinstance(artist, Patch) or symbol) and box.width and box.height:
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
    shown = " ".join(text.get_text() for text in texts(figure)).replace("\u00a0", " ")
    for word in figure.title.replace("\u00a0", " ").split(" "):
        assert word in shown
    for piece in expected:
        assert str(piece) in figure.alt, f"{piece!r} is not in the alt text"
    for text in (figure.title, figure.alt, shown):
        assert not re.search(r"[{}]|\bnan\b|\bNone\b|  ", text), text
        if figure.lang == "fr":
            assert not re.search(r"[ \u00a0][;:!?%»]|«[ \u00a0]|'", text), text


@cache
def words():
    """Return all entries of the words, with the file that each stands in."""
    folder = resources.files("neoterra_analysis") / "words"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return {k: (f.name, entry) for f in files for k, entry in tomllib.loads(f.read_text(encoding="utf-8")).items()}
