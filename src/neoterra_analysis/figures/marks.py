"""Shapes on axes that are measured in centimetres, with y growing downwards."""

import re

from ..words import palette
from .text import PLOT, put

EVEN = {"D": 0.8, "s": 0.9, "^": 1.08, "v": 1.08}  # markers of one size look alike
PLAIN = palette.Look(palette.MARK, palette.INK, "o", "")
SOLID = {"facecolor": palette.MARK}
TRACK = {"facecolor": palette.WHITE, "edgecolor": palette.FAINT, "linewidth": 0.6}


def tag(artist, name, *codes):
    """Name a mark, so that it is counted and carries an id in the SVG."""
    artist.set_gid(f"{name}--" + re.sub(r"[^\w.-]", "_", ".".join(codes), flags=re.ASCII))
    return artist


def symbol(ax, x, y, look, fill="full", size=6.0, marker=None):
    """Draw a symbol of a look: full, half (left half filled) or hollow; return the matplotlib line."""
    marker = marker or look.marker
    return ax.plot(
        [x],
        [y],
        linestyle="none",
        marker=marker,
        markersize=size * EVEN.get(marker, 1.0),
        markeredgewidth=1.1,
        markeredgecolor=look.color,
        markerfacecolor=palette.WHITE if fill == "hollow" else look.color,
        markerfacecoloralt=palette.WHITE,
        fillstyle="left" if fill == "half" else "full",
        clip_on=False,
        zorder=3,
    )[0]


def box(ax, x, y, width, height, **more):
    """Draw a rectangle from its upper left corner, in cm; return the patch."""
    from matplotlib.patches import Rectangle

    more = {"linewidth": 0, "facecolor": palette.BAND, "zorder": 1, **more}
    return ax.add_patch(Rectangle((x, y), width, height, **more))


def tile(ax, x, y, width, height, **more):
    """Draw a rectangle with rounded corners from its upper left corner, in cm; return the patch."""
    from matplotlib.patches import FancyBboxPatch

    more = {"linewidth": 0.7, "facecolor": palette.BAND, "edgecolor": palette.MARK, "zorder": 1, **more}
    shape = "round,pad=0,rounding_size=0.09"
    return ax.add_patch(FancyBboxPatch((x, y), width, height, boxstyle=shape, **more))


def rule(ax, x0, x1, y0, y1=None, color=palette.RULE, width=0.6, zorder=0.5):
    """Draw a hairline, horizontal unless a second y is given; return the line."""
    return ax.plot([x0, x1], [y0, y0 if y1 is None else y1], color=color, linewidth=width, zorder=zorder)[0]


def stripes(ax, y, heights):
    """Give top and middle of each row of some heights, from a height on; every other row has a background."""
    for i, tall in enumerate(heights):
        if i % 2 == 0:
            box(ax, 0, y, PLOT, tall, zorder=0)
        yield y, y + tall / 2
        y += tall


def ruled(ax, y, heights):
    """Give top and middle of each row of some heights, from a height on; each begins with a line."""
    for tall in heights:
        rule(ax, 0, PLOT, y)
        yield y, y + tall / 2
        y += tall


def cuts(ax, x, y, unit, thick, colors, width=0.6):
    """Cut a bar around a height into units, by a line of each colour, unless they would be too fine to be counted."""
    for k, color in enumerate(colors if unit > 0.12 else (), 1):
        rule(ax, x + unit * k, x + unit * k, y - thick / 2, y + thick / 2, color, width, zorder=2)


def share_cell(ax, x, y, width, height, cell, *codes):
    """Draw the cell of a cross table: the larger the share, the darker; in its middle "8/11"."""
    count, of = cell["count"], cell["of"]
    face = palette.shade(count / of if of else 0)
    tag(box(ax, x, y, width, height, facecolor=face), "cell", *codes)
    color = palette.text_on(face) if count else palette.SOFT
    put(ax, x + width / 2, y + height / 2, f"{count}/{of}", ha="center", color=color)


def hatched(color, **more):
    """Return the look of a hatched bar."""
    return {"facecolor": palette.WHITE, "edgecolor": color, "hatch": "/////", "linewidth": 0.6, **more}


def arrow(ax, start, control, end, **more):
    """Draw a bent arrow and return it; both ends aim at the control point."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    path = Path([start, control, end], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    look = {"arrowstyle": "-|>", "mutation_scale": 7, "color": palette.INK, "shrinkA": 0, "shrinkB": 0}
    return ax.add_patch(FancyArrowPatch(path=path, zorder=2.5, **look, **more))


def sign(look=PLAIN, fill="full", size=5.0, marker=None):
    """Return the sign of a symbol."""
    return lambda ax, x, y: symbol(ax, x, y, look, fill, size, marker)


def swatch(look, width=0.34, height=0.24):
    """Return the sign of a bar."""
    return lambda ax, x, y: box(ax, x - 0.15, y - height / 2, width, height, **{"linewidth": 0.6, **look})
