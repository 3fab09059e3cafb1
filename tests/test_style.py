"""The palette: contrast, colour deficiencies, grey, second channels."""

import itertools
import subprocess
import sys

import matplotlib
import numpy as np
import pytest

from neoterra_analysis.words import labels, palette

SETS = {"role": palette.ROLE, "kind": palette.KIND, "family": palette.FAMILY_LOOK, "state": palette.STATE}
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
# CIE 1976 distance in L*a*b*; about 2.3 is just noticeable, 15 is plain between small marks side by side.
APART = 15
GREY = 12  # difference of lightness L* between roles, 0 black to 100 white


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


def distance(one, other, seen):
    matrix = np.array(MACHADO[seen])
    return np.linalg.norm(lab(matrix @ linear(one)) - lab(matrix @ linear(other)))


def test_the_measures_are_right():
    assert palette.contrast("#FFFFFF", "#000000") == 21
    assert palette.contrast("#767676") == pytest.approx(4.54, abs=0.01)
    assert lab(linear("#FFFFFF")) == pytest.approx([100, 0, 0], abs=0.02)
    assert lab(linear("#FF0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    assert distance("#00FF00", "#FFA000", "deuteranopia") < distance("#00FF00", "#FFA000", "none") / 3


@pytest.mark.parametrize("name", [*SETS, "dimension", "strength"])
def test_contrast(name):
    looks = {**SETS, "dimension": palette.DIMENSION, "strength": palette.STRENGTH}[name]
    for code, look in looks.items():
        assert palette.contrast(look.color) >= 3, code
        assert palette.contrast(look.text) >= 4.5, code
        assert palette.contrast(look.text, palette.BAND) >= 4.5, code
    for color in (palette.INK, palette.SOFT):
        assert palette.contrast(color, palette.BAND) >= 4.5
    for color in (palette.MARK, palette.FAINT):
        assert palette.contrast(color) >= 3


@pytest.mark.parametrize("seen", MACHADO)
@pytest.mark.parametrize("name", SETS)
def test_told_apart(name, seen):
    for (a, one), (b, other) in itertools.combinations(SETS[name].items(), 2):
        assert distance(one.color, other.color, seen) >= APART, f"{a}, {b}: {seen}"


def test_roles_told_apart_in_grey():
    lightness = sorted(lab(linear(look.color))[0] for look in palette.ROLE.values())
    assert min(np.diff(lightness)) >= GREY


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
