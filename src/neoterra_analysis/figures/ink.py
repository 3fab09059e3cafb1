"""Words and marks on axes that are measured in centimetres, with y growing downwards."""

import re
from functools import lru_cache

from .. import style

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

    Examples
    --------
    >>> 0 < measure("i") < measure("m") < measure("m", weight="bold")
    True
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, False)[0] / 72 * CM * 1.01


def wrap(text, width, size=BODY, weight="normal", first=0.0):
    """Cut a text into lines no wider than a width, at ordinary spaces only (never at a no-break space).

    Parameters
    ----------
    text : str
        The text.
    width : float
        Width of a line, in cm. A single longer word keeps a line of its own.
    size : float
        Size in points.
    weight : {"normal", "bold"}
        Weight of the letters.
    first : float
        Width, in cm, already taken on the first line.

    Returns
    -------
    list of str

    Examples
    --------
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

    Examples
    --------
    >>> round(line_height(7), 2)
    0.33
    """
    return size * LEADING / 72 * CM


def balanced(text, width, size=BODY, weight="normal"):
    """Cut a text as `wrap` does, into as many lines but of about the same length.

    Examples
    --------
    >>> balanced("one two three four", measure("one two three", 7) + 0.1, 7)
    ['one two', 'three four']
    """
    rows = wrap(text, width, size, weight)
    while len(shorter := wrap(text, width - 0.2, size, weight)) == len(rows) and width > 1:
        rows, width = shorter, width - 0.2
    return rows


def listing(items, width, size=BODY):
    """Cut a list into lines, between its items wherever an item fits on a line.

    Examples
    --------
    >>> [row.replace("\u00a0", " ") for row in listing(["one two", "three four"], measure("one two, three"))]
    ['one two,', 'three four']
    """
    whole = [item.replace(" ", "\u00a0") if measure(f"{item},", size) <= width else item for item in items]
    return balanced(", ".join(whole), width, size)


def put(ax, x, y, text, size=BODY, color=style.INK, weight="normal", ha="left", va="center", **more):
    """Write one line at a point of the axes (cm) and return the matplotlib text.

    With ``va="center"`` the middle of the small letters is at ``y``, whatever letters the line holds;
    apostrophes are set as typographers want them.
    """
    if va == "center":
        y, va = y + 0.33 * size / 72 * CM, "baseline"
    text = typeset(text)
    return ax.text(x, y, text, fontsize=size, color=color, fontweight=weight, ha=ha, va=va, **more)


def typeset(text):
    """Return a text with its straight apostrophes curved.

    Examples
    --------
    >>> typeset("l'enjeu") == "l\u2019enjeu"
    True
    """
    return text.replace("'", "\u2019")


def block(ax, x, y, rows, size=BODY, va="center", **more):
    """Write several lines, ``y`` being the top or the centre of them all; return the y below the last one.

    Parameters
    ----------
    ax : matplotlib Axes in cm, y downwards
    x, y : float
        Position in cm.
    rows : list of str
        The lines, as `wrap` gives them.
    size : float
        Size in points.
    va : {"center", "top"}
        What ``y`` is.
    **more
        As for `put`.

    Returns
    -------
    float
        y of the lower edge, in cm.
    """
    step = line_height(size)
    top = y - step * len(rows) / 2 if va == "center" else y
    for i, row in enumerate(rows):
        put(ax, x, top + step * (i + 0.5), row, size=size, **more)
    return top + step * len(rows)


def legend(ax, x, y, entries, size=BODY, gap=0.5):
    """Write a one-line legend: for each entry its sign, then its words; return the x of its end.

    Parameters
    ----------
    ax : matplotlib Axes in cm
    x, y : float
        Left end and middle of the line, in cm.
    entries : list of (function, str)
        ``function(x, y)`` draws a sign of about 0.3 cm centred there.
    size : float
        Size of the words in points.
    gap : float
        Space between two entries, in cm.

    Returns
    -------
    float
    """
    for draw, words in entries:
        draw(x + 0.15, y)
        put(ax, x + 0.45, y, words, size=size, color=style.SOFT)
        x += 0.45 + measure(words, size) + gap
    return x - gap


def upright(ax, x, y, rows, size=BODY, **more):
    """Write lines upwards, side by side around ``x``, their feet at ``y``: the head of a column."""
    step = line_height(size) * 0.95
    for i, row in enumerate(rows):
        place = x + step * (i - (len(rows) - 1) / 2)
        put(ax, place, y, row, size=size, ha="center", va="bottom", rotation=90, **more)


def tag(artist, name, *codes):
    """Name a mark, so that it is counted and carries an id in the SVG.

    Parameters
    ----------
    artist : matplotlib Artist
        The mark.
    name : str
        What it is: a ``noun.NAME`` of the words ("bar", "dot").
    *codes : str
        The codes that it stands for; name and codes are unique in a figure.

    Returns
    -------
    matplotlib Artist
        The same artist.
    """
    artist.set_gid(f"{name}--" + re.sub(r"[^\w.-]", "_", ".".join(codes), flags=re.ASCII))
    return artist


def symbol(ax, x, y, look, fill="full", size=6.0, marker=None):
    """Draw a symbol of a look: full, half (left half filled) or hollow; return the matplotlib line.

    Parameters
    ----------
    ax : matplotlib Axes
    x, y : float
        Position in the units of the axes.
    look : style.Look
        Colour and marker.
    fill : {"full", "half", "hollow"}
        How it is filled.
    size : float
        Size in points.
    marker : str, optional
        Marker in place of the look's own.
    """
    marker = marker or look.marker
    return ax.plot(
        [x],
        [y],
        linestyle="none",
        marker=marker,
        markersize=size * EVEN.get(marker, 1.0),
        markeredgewidth=1.1,
        markeredgecolor=look.color,
        markerfacecolor=style.WHITE if fill == "hollow" else look.color,
        markerfacecoloralt=style.WHITE,
        fillstyle="left" if fill == "half" else "full",
        clip_on=False,
        zorder=3,
    )[0]


def box(ax, x, y, width, height, **more):
    """Draw a rectangle from its upper left corner, in cm; return the patch."""
    from matplotlib.patches import Rectangle

    more = {"linewidth": 0, "facecolor": style.BAND, "zorder": 1, **more}
    return ax.add_patch(Rectangle((x, y), width, height, **more))


def tile(ax, x, y, width, height, **more):
    """Draw a rectangle with rounded corners from its upper left corner, in cm; return the patch."""
    from matplotlib.patches import FancyBboxPatch

    more = {"linewidth": 0.7, "facecolor": style.BAND, "edgecolor": style.MARK, "zorder": 1, **more}
    shape = "round,pad=0,rounding_size=0.09"
    return ax.add_patch(FancyBboxPatch((x, y), width, height, boxstyle=shape, **more))


def rule(ax, x0, x1, y0, y1=None, color=style.RULE, width=0.6, **more):
    """Draw a hairline, horizontal unless a second y is given; return the line."""
    return ax.plot([x0, x1], [y0, y0 if y1 is None else y1], color=color, linewidth=width, zorder=0.5, **more)[0]
