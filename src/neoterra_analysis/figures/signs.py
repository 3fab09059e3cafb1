"""Signs that the network figures share: kinds of actors, families, lines, arrows, legends."""

from .. import labels, style
from .ink import PLOT, legend, measure, put, symbol, tile

FILL = {"named": "full", "institution": "half", "generic": "hollow"}
PLAIN = style.Look(style.MARK, style.INK, "o", "")
ROW = 0.38  # cm, height of a line of a legend


def legend_rows(entries, gap=0.5, width=PLOT):
    """Cut the entries of a legend (sign, words) into lines no wider than a width.

    Parameters
    ----------
    entries : list of (function, str)
        ``function(ax, x, y)`` draws the sign.
    gap : float
        Space between two entries, in cm.
    width : float
        Width of a line, in cm.

    Returns
    -------
    list of (float, list of (function, str))
        For each line its gap and its entries.

    Examples
    --------
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
    found = [f for f in style.FAMILY_LOOK if any(style.FAMILY[t] == f for t in types)]
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
    return lambda ax, x, y: symbol(ax, x, y, style.FAMILY_LOOK[family], "full", 5.0)


def dot(fill, size=5.0, marker="o"):
    """Return the sign of a fill."""
    return lambda ax, x, y: symbol(ax, x, y, PLAIN, fill, size, marker)


def stroke(look):
    """Return the sign of a line."""
    return lambda ax, x, y: ax.plot([x - 0.15, x + 0.2], [y, y], **look)


def pointed(ax, x, y):
    """Draw the sign of an arrow."""
    ax.plot([x - 0.15, x + 0.05], [y, y], color=style.INK, linewidth=1.3)
    ax.plot([x + 0.1], [y], linestyle="none", marker=">", markersize=4.5, color=style.INK)


def letter(character):
    """Return the sign of a letter in a small box."""

    def draw(ax, x, y):
        tile(ax, x - 0.14, y - 0.165, 0.33, 0.33, facecolor=style.WHITE, linewidth=0.6)
        put(ax, x + 0.025, y, character, weight="bold", ha="center", zorder=3)

    return draw


def arrow(ax, start, control, end, **more):
    """Draw a bent arrow and return it; both ends aim at the control point."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    path = Path([start, control, end], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    look = {"arrowstyle": "-|>", "mutation_scale": 7, "color": style.INK, "shrinkA": 0, "shrinkB": 0}
    return ax.add_patch(FancyArrowPatch(path=path, zorder=2.5, **look, **more))
