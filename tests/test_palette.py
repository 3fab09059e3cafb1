"""The palette, computed: contrast on every background, and codes told apart by those who see colours otherwise.

And the parameters of drawing: they are left as they were, and no drawing library is imported before it is needed.
"""

import itertools
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest

from neoterra_analysis.words import labels, palette

SETS = {"role": palette.ROLE, "kind": palette.KIND, "family": palette.FAMILY_LOOK, "state": palette.STATE}
OTHERS = {"dimension": palette.DIMENSION, "strength": palette.STRENGTH}
# Severity 1.0, linear RGB. Machado G. M., Oliveira M. M., Fernandes L. A. F. (2009), "A Physiologically-based
# Model for Simulation of Color Vision Deficiency", IEEE TVCG 15(6), tables of the authors.
MACHADO = {
    "none": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TEXT, MARK = 4.5, 3.0  # WCAG 2.1, success criteria 1.4.3 (text) and 1.4.11 (graphical objects)
# CIEDE2000 (ISO/CIE 11664-6): about 1 is just noticeable side by side. Ten of it are asked for between marks that
# stand apart; our choice.
APART = 10
EMPTY = (palette.WHITE.lower(), palette.RULE.lower())  # a cell of a grid in which nothing is
SVG = sorted((Path(__file__).resolve().parents[1] / "figures").glob("*/*/*.svg"))
GREY = 12  # of lightness L*, 0 black to 100 white: between roles, which bars show side by side


def linear(color):
    parts = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """Convert linear sRGB to CIE L*a*b* (D65)."""
    to_xyz = [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
    xyz = np.array(to_xyz) @ np.clip(rgb, 0, 1) / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


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


def test_the_measures_are_right():
    assert palette.contrast("#FFFFFF", "#000000") == 21
    assert palette.contrast("#767676") == pytest.approx(4.54, abs=0.01)
    assert lab(linear("#FFFFFF")) == pytest.approx([100, 0, 0], abs=0.02)
    assert lab(linear("#FF0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    apart = {how: np.linalg.norm(seen("#00FF00", how) - seen("#FFA000", how)) for how in ("deuteranopia", "none")}
    assert apart["deuteranopia"] < apart["none"] / 3


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


@pytest.mark.parametrize("name", SETS)
def test_never_colour_alone(name):
    markers = [look.marker for look in SETS[name].values()]
    assert len(set(markers)) == len(markers)


def test_hatches_differ_where_bars_do():
    for looks in (palette.ROLE, palette.KIND):
        assert len({look.hatch for look in looks.values()}) == len(looks)


def test_every_code_has_a_look():
    codes = {key.partition(".")[2] for key in labels.words() if key.startswith("type.")}
    assert codes == set(palette.FAMILY)
    assert set(palette.FAMILY.values()) == set(palette.FAMILY_LOOK)
    for code in codes:
        assert palette.of_type(code) == palette.FAMILY_LOOK[palette.FAMILY[code]]
    assert set(palette.STATE) == {k.partition(".")[2] for k in labels.words() if k.startswith("state.")}
    assert set(palette.STRENGTH) == {k.partition(".")[2] for k in labels.words() if k.startswith("strength.")}


def test_text_is_read_on_every_shade():
    for count, of in ((k, n) for n in range(1, 13) for k in range(1, n + 1)):
        face = palette.shade(count / of)
        assert palette.contrast(palette.text_on(face), face) >= 4.5, (count, of)
    shades = [palette.luminance(palette.shade(i / 20)) for i in range(21)]
    assert shades == sorted(shades, reverse=True)


def test_parameters_are_left_as_they_were():
    before = dict(matplotlib.rcParams)
    with matplotlib.rc_context({"font.size": 3, "lines.linewidth": 9}), palette.drawing():
        assert matplotlib.rcParams["font.size"] == 7
        assert matplotlib.rcParams["lines.linewidth"] == palette.RC["lines.linewidth"]
    assert dict(matplotlib.rcParams) == before


def test_importing_the_package_loads_no_drawing_library():
    code = (
        "import sys, neoterra_analysis, neoterra_analysis.figures;"
        "print([m for m in ('matplotlib', 'scipy', 'networkx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


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
