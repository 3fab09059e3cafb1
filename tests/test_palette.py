"""The palette, computed: contrast on every background, and codes told apart by those who see colours otherwise.

`test_style.py` holds the first measures (CIE 1976); here a finer one, what is drawn on tints, and the finished figures.
"""

import itertools
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from neoterra_analysis.words import palette
from test_style import MACHADO, lab, linear

SETS = {"role": palette.ROLE, "kind": palette.KIND, "family": palette.FAMILY_LOOK, "state": palette.STATE}
OTHERS = {"dimension": palette.DIMENSION, "strength": palette.STRENGTH}
TEXT, MARK = 4.5, 3.0  # WCAG 2.1, success criteria 1.4.3 (text) and 1.4.11 (graphical objects)
# CIEDE2000 (ISO/CIE 11664-6): about 1 is just noticeable side by side. Ten of it are asked for between marks that
# stand apart; our choice, about the distance of 15 that the CIE 1976 test asks for.
APART = 10
EMPTY = (palette.WHITE.lower(), palette.RULE.lower())  # a cell of a grid in which nothing is
SVG = sorted((Path(__file__).resolve().parents[1] / "figures").glob("*/*.svg"))
GREY = 12  # of lightness L*, 0 black to 100 white: between roles, which bars show side by side


def ciede2000(one, other):
    """Return the CIEDE2000 difference of two L*a*b* colours.

    Sharma G., Wu W., Dalal E. N. (2005), "The CIEDE2000 color-difference formula: implementation notes,
    supplementary test data, and mathematical observations", Color Research & Application 30(1).
    """
    (l1, a1, b1), (l2, a2, b2) = np.array(one, dtype=float), np.array(other, dtype=float)
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean**7 / (mean**7 + 25**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    if turn == -180:  # half a turn counts upwards where the second hue is the larger one
        turn = 180.0 if h2 > h1 else -180.0
    hue = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = 1 - 0.17 * np.cos(np.radians(hue - 30)) + 0.24 * np.cos(np.radians(2 * hue))
    t += 0.32 * np.cos(np.radians(3 * hue + 6)) - 0.20 * np.cos(np.radians(4 * hue - 63))
    sl = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    sc, sh = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    around = 30 * np.exp(-(((hue - 275) / 25) ** 2))
    rt = -np.sin(np.radians(2 * around)) * 2 * np.sqrt(chroma**7 / (chroma**7 + 25**7))
    dl, dc = (l2 - l1) / sl, (c2 - c1) / sc
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / sh
    return float(np.sqrt(dl**2 + dc**2 + dh**2 + rt * dc * dh))


def seen(color, how):
    """Return a colour in L*a*b* as somebody sees it."""
    return lab(np.array(MACHADO[how]) @ linear(color))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (58, 24, 15), 19.4535),
        ((50, 2.5, 0), (50, 3.2592, 0.3350), 1.0000),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_measure_gives_the_published_values(one, other, expected):
    assert ciede2000(one, other) == pytest.approx(expected, abs=1e-4)
    assert ciede2000(other, one) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("how", MACHADO)
@pytest.mark.parametrize("name", SETS)
def test_codes_are_told_apart_however_colours_are_seen(name, how):
    for (a, one), (b, other) in itertools.combinations(SETS[name].items(), 2):
        assert ciede2000(seen(one.color, how), seen(other.color, how)) >= APART, f"{a}, {b}: {how}"


@pytest.mark.parametrize("how", MACHADO)
def test_marks_stand_out_from_the_sheet_however_colours_are_seen(how):
    for looks in (SETS | OTHERS).values():
        for code, look in looks.items():
            assert ciede2000(seen(look.color, how), seen(palette.WHITE, how)) >= 2.5 * APART, f"{code}: {how}"


@pytest.mark.parametrize("background", [palette.WHITE, palette.BAND])
def test_contrast_on_both_backgrounds_of_a_sheet(background):
    for looks in (SETS | OTHERS).values():
        for code, look in looks.items():
            assert palette.contrast(look.text, background) >= TEXT, code
            assert palette.contrast(look.color, background) >= MARK, code
    for color in (palette.INK, palette.SOFT):
        assert palette.contrast(color, background) >= TEXT
    for color in (palette.MARK, palette.FAINT):
        assert palette.contrast(color, background) >= MARK, color


def test_ink_is_read_on_every_tint_of_a_tile():
    for look in palette.DIMENSION.values():
        for count in range(1, 6):
            assert palette.contrast(palette.INK, palette.tint(look.color, 0.1 + 0.12 * count)) >= TEXT, (look, count)


def test_roles_differ_in_grey_and_by_shape():
    lightness = sorted(lab(linear(look.color))[0] for look in palette.ROLE.values())
    assert min(np.diff(lightness)) >= GREY


@pytest.mark.parametrize("name", SETS)
def test_what_grey_does_not_tell_a_shape_does(name):
    """Five families cannot be apart in grey and on white at once: each pair close in lightness differs by marker."""
    for (a, one), (b, other) in itertools.combinations(SETS[name].items(), 2):
        close = abs(lab(linear(one.color))[0] - lab(linear(other.color))[0]) < GREY
        assert not close or one.marker != other.marker, (a, b)


def shapes(path):
    """List what an SVG of ours paints, in order: words, mark's name, fill, stroke, and its box or its first point."""
    found = []

    def look(node, name, words):
        for child in node:
            if child.tag is ElementTree.Comment:
                words = child.text.strip()
                continue
            kind = child.tag.rpartition("}")[2]
            own = child.get("id", "")
            below = own.split("--")[1] if own.startswith("fig-") and "--" in own else name
            paint = dict(re.findall(r"(fill|stroke): (#[0-9a-f]{6}|none)", child.get("style", "")))
            if kind == "g" and words and "fill" in paint:
                x, y = map(float, re.match(r"translate\((\S+) (\S+)\)", child.get("transform")).groups())
                turned = "rotate" in child.get("transform")
                found.append((words, "", paint["fill"], "", (x - 1.5, y - 1) if turned else (x + 1, y - 1.5)))
            elif kind == "path" and paint and not words:
                at = np.array(re.findall(r"-?[0-9.]+", child.get("d")), dtype=float).reshape(-1, 2)
                found.append(("", below, paint.get("fill", ""), paint.get("stroke", ""), (*at.min(0), *at.max(0))))
            elif kind == "use" and paint and not words:
                x, y = float(child.get("x")), float(child.get("y"))
                found.append(("", below, paint.get("fill", ""), paint.get("stroke", ""), (x, y, x, y)))
            if kind not in ("defs", "clipPath"):
                look(child, below, words if kind == "g" else "")

    parser = ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True))
    look(ElementTree.parse(path, parser).getroot(), "", "")
    return found


def holds(box, point):
    """Tell whether a point is in a box."""
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


@pytest.mark.parametrize("path", SVG, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_finished_figures(path):
    """Each text is read on what lies under its beginning; each mark stands out, or a text in it says the same."""
    painted = shapes(path)
    texts = [(i, one) for i, one in enumerate(painted) if one[0]]
    assert len(texts) > 5
    for i, (words, _, color, _, point) in texts:
        under = [
            fill for *_, fill, _, box in painted[:i] if len(box) == 4 and fill.startswith("#") and holds(box, point)
        ]
        background = under[-1] if under else palette.WHITE
        assert palette.contrast(color, background) >= TEXT, f"{words!r}: {color} on {background}"
    for words, name, fill, stroke, box in painted:
        if words or not name or (fill, stroke) == EMPTY:
            continue
        best = max(palette.contrast(color) for color in (fill, stroke) if color.startswith("#"))
        assert best >= MARK or any(holds(box, point) for _, (*_, point) in texts), f"{name}: {fill} {stroke}"
