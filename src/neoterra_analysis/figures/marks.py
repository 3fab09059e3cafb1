"""Words and marks on axes that are measured in centimetres, with y growing downwards."""

import re
from functools import lru_cache

from ..words import labels, palette

WIDTH, MARGIN = 16.0, 0.35  # of a sheet, in cm
PLOT = WIDTH - 2 * MARGIN  # width of the plot area
TITLE, SUBTITLE, BODY, FOOT = 10.5, 7.6, 7.0, 6.8  # pt
LEADING = 1.32
CM = 2.54
EVEN = {"D": 0.8, "s": 0.9, "^": 1.08, "v": 1.08}  # markers of one size look alike
# A number stays with what it counts and with what it is out of; an equation stays whole.
GLUE = re.compile(r"(?<=\d) (?=[^\W\d])|(?<=\bsur) (?=\d)|(?<=\bof) (?=\d)|(?<==) | (?==)")


@lru_cache(maxsize=8192)
def measure(text, size=BODY, weight="normal"):
    """Return the printed width of a text in cm, for a size in points.

    >>> 0 < measure("i") < measure("m") < measure("m", weight="bold")
    True
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, False)[0] / 72 * CM * 1.01


def wrap(text, width, size=BODY, weight="normal", first=0.0):
    """Cut a text into lines no wider than a width, at ordinary spaces only (never at a no-break space).

    >>> wrap("one two three", measure("one two "))
    ['one two', 'three']
    """
    rows = [""]
    bound = GLUE.sub("\u00a0", text)
    for word in bound.split(" "):
        longer = f"{rows[-1]} {word}" if rows[-1] else word
        taken = first if len(rows) == 1 else 0.0
        if rows[-1] and taken + measure(longer, size, weight) > width:
            rows.append(word)
        else:
            rows[-1] = longer
    return rows


def line_height(size=BODY):
    """Return the distance between two lines of a text in cm.

    >>> round(line_height(7), 2)
    0.33
    """
    return size * LEADING / 72 * CM


def balanced(text, width, size=BODY, weight="normal"):
    """Cut a text as `wrap` does, into as many lines but of about the same length.

    >>> balanced("one two three four", measure("one two three", 7) + 0.1, 7)
    ['one two', 'three four']
    """
    rows = wrap(text, width, size, weight)
    while len(shorter := wrap(text, width - 0.2, size, weight)) == len(rows) and width > 1:
        rows, width = shorter, width - 0.2
    return rows


def listing(items, width, size=BODY):
    """Cut a list into lines, between its items wherever an item fits on a line.

    >>> [row.replace("\u00a0", " ") for row in listing(["one two", "three four"], measure("one two, three"))]
    ['one two,', 'three four']
    """
    whole = [item.replace(" ", "\u00a0") if measure(f"{item},", size) <= width else item for item in items]
    return balanced(", ".join(whole), width, size)


def put(ax, x, y, text, size=BODY, color=palette.INK, weight="normal", ha="left", va="center", **more):
    """Write one line at a point of the axes (cm) and return the matplotlib text."""
    if va == "center":
        y, va = y + 0.33 * size / 72 * CM, "baseline"
    text = typeset(text)
    return ax.text(x, y, text, fontsize=size, color=color, fontweight=weight, ha=ha, va=va, **more)


def typeset(text):
    """Return a text with its straight apostrophes curved.

    >>> typeset("l'enjeu") == "l\u2019enjeu"
    True
    """
    return text.replace("'", "\u2019")


def block(ax, x, y, rows, size=BODY, va="center", **more):
    """Write several lines, ``y`` being the top or the centre of them all; return the y below the last one."""
    step = line_height(size)
    top = y - step * len(rows) / 2 if va == "center" else y
    for i, row in enumerate(rows):
        put(ax, x, top + step * (i + 0.5), row, size=size, **more)
    return top + step * len(rows)


def legend(ax, x, y, entries, size=BODY, gap=0.5):
    """Write a one-line legend: for each entry its sign, then its words; return the x of its end."""
    for draw, words in entries:
        draw(x + 0.15, y)
        put(ax, x + 0.45, y, words, size=size, color=palette.SOFT)
        x += 0.45 + measure(words, size) + gap
    return x - gap


def upright(ax, x, y, rows, size=BODY, **more):
    """Write lines upwards, side by side around ``x``, their feet at ``y``: the head of a column."""
    step = line_height(size) * 0.95
    for i, row in enumerate(rows):
        place = x + step * (i - (len(rows) - 1) / 2)
        put(ax, place, y, row, size=size, ha="center", va="bottom", rotation=90, **more)


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


def rule(ax, x0, x1, y0, y1=None, color=palette.RULE, width=0.6, **more):
    """Draw a hairline, horizontal unless a second y is given; return the line."""
    return ax.plot([x0, x1], [y0, y0 if y1 is None else y1], color=color, linewidth=width, zorder=0.5, **more)[0]


FILL = {"named": "full", "institution": "half", "generic": "hollow"}
PLAIN = palette.Look(palette.MARK, palette.INK, "o", "")
ROW = 0.38  # cm, height of a line of a legend


def legend_rows(entries, gap=0.5, width=PLOT):
    """Cut the entries of a legend (sign, words) into lines no wider than a width.

    >>> [len(row) for _, row in legend_rows([(None, "x" * 40), (None, "y"), (None, "z" * 60)])]
    [2, 1]
    """
    rows, x = [[]], 0.0
    for entry in entries:
        wide = 0.45 + measure(entry[1])
        if rows[-1] and x + wide > width:
            rows.append([])
            x = 0.0
        rows[-1].append(entry)
        x += wide + gap
    return [(gap, row) for row in rows if row]


def write_legend(ax, rows, y=0.15):
    """Write the lines that `legend_rows` cut, from a height on."""
    for gap, row in rows:
        legend(ax, 0, y, [(lambda x, y, draw=draw: draw(ax, x, y), words) for draw, words in row], gap=gap)
        y += ROW


def families(types, ctx):
    """Return the legend entries of the families that some actor types belong to."""
    found = [f for f in palette.FAMILY_LOOK if any(palette.FAMILY[t] == f for t in types)]
    return [(_shape(f), labels.t(f"family.{f}", ctx.lang)) for f in found]


def kinds(present, ctx, merged=True):
    """Return the legend entries of the kinds of actors; merged: what is a category, and what is not."""
    if not merged:
        return [(dot(FILL[k]), labels.t(f"kind.{k}", ctx.lang)) for k in FILL if k in present]
    entries = [(dot("full"), labels.t("network.named", ctx.lang))] if set(present) - {"generic"} else []
    if "generic" in present:
        entries.append((dot("hollow"), labels.t("network.generic", ctx.lang)))
    return entries


def _shape(family):
    return lambda ax, x, y: symbol(ax, x, y, palette.FAMILY_LOOK[family], "full", 5.0)


def dot(fill, size=5.0, marker="o"):
    """Return the sign of a fill."""
    return lambda ax, x, y: symbol(ax, x, y, PLAIN, fill, size, marker)


def stroke(look):
    """Return the sign of a line."""
    return lambda ax, x, y: ax.plot([x - 0.15, x + 0.2], [y, y], **look)


def pointed(ax, x, y):
    """Draw the sign of an arrow."""
    ax.plot([x - 0.15, x + 0.05], [y, y], color=palette.INK, linewidth=1.3)
    ax.plot([x + 0.1], [y], linestyle="none", marker=">", markersize=4.5, color=palette.INK)


def letter(character):
    """Return the sign of a letter in a small box."""

    def draw(ax, x, y):
        tile(ax, x - 0.14, y - 0.165, 0.33, 0.33, facecolor=palette.WHITE, linewidth=0.6)
        put(ax, x + 0.025, y, character, weight="bold", ha="center", zorder=3)

    return draw


def arrow(ax, start, control, end, **more):
    """Draw a bent arrow and return it; both ends aim at the control point."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    path = Path([start, control, end], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    look = {"arrowstyle": "-|>", "mutation_scale": 7, "color": palette.INK, "shrinkA": 0, "shrinkB": 0}
    return ax.add_patch(FancyArrowPatch(path=path, zorder=2.5, **look, **more))
