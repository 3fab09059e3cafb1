"""Words on axes that are measured in centimetres, with y growing downwards: cut into lines by measure, written."""

import re
from functools import cache, lru_cache

from ..words import palette

PLOT = 15.3  # cm, width of the plot area
BODY, FOOT = 7.0, 6.8  # pt
LEADING = 1.32
CM = 2.54
UPRIGHT = 5.0  # cm, the longest head of a column
ROW = 0.38  # cm, height of a line of a legend
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

    Only a word that is wider than a line is cut inside.

    >>> wrap("one two three", measure("one two "))
    ['one two', 'three']
    """
    return _filled(_words(text, width, size, weight), width, size, weight, first)


def _words(text, width, size, weight):
    """Return the words of a text; one that is wider than a line is cut where the line ends."""
    words = []
    for word in GLUE.sub("\u00a0", text).split(" "):
        # No letter is wider than its size, about: most words need not be measured.
        while len(word) * size * 0.04 > width and measure(word, size, weight) > width:
            end = next((i for i in range(len(word) - 1, 1, -1) if measure(word[:i], size, weight) <= width), 1)
            words.append(word[:end])
            word = word[end:]
        words.append(word)
    return words


def _filled(words, width, size, weight, first=0.0):
    rows = [""]
    for word in words:
        longer = f"{rows[-1]} {word}" if rows[-1] else word
        taken = first if len(rows) == 1 else 0.0
        if rows[-1] and _is_wider(longer, width - taken, size, weight):
            rows.append(word)
        else:
            rows[-1] = longer
    return rows


def _is_wider(text, width, size, weight):
    """Tell whether a text is wider than a width; its letters do, unless that is in doubt: to measure takes long."""
    letters = size * sum(_advance(letter, weight) for letter in text)
    doubt = 0.02 * letters + 0.12
    return letters - doubt > width or letters + doubt > width and measure(text, size, weight) > width


@cache
def _advance(letter, weight):
    """Return how far a letter moves the next one, in cm for each point of size."""
    return (measure(f"n{letter}n", 100, weight) - measure("nn", 100, weight)) / 100


def line_height(size=BODY):
    """Return the distance between two lines of a text in cm."""
    return size * LEADING / 72 * CM


def balanced(text, width, size=BODY, weight="normal"):
    """Cut a text as `wrap` does, into as many lines but of about the same length.

    >>> balanced("one two three four", measure("one two three", 7) + 0.1, 7)
    ['one two', 'three four']
    """
    words = _words(text, width, size, weight)
    rows = _filled(words, width, size, weight)
    while len(shorter := _filled(words, width - 0.2, size, weight)) == len(rows) and width > 1:
        rows, width = shorter, width - 0.2
    return rows


def held(text, width, most, size=BODY, weight="normal"):
    """Cut a text as `balanced` does, into at most so many lines: what they do not hold is left out.

    >>> held("one two three four", measure("three.."), 2)
    ['one', 'two…']
    """
    rows = balanced(text, width, size, weight)
    if len(rows) <= most:
        return rows
    rows = wrap(text, width, size, weight)
    return [*rows[: most - 1], shortened(f"{rows[most - 1]}…", width, size, weight)]


def upright_rows(name, pitch, width):
    """Cut a name into no more lines than stand side by side in a column, as short as that allows.

    >>> upright_rows("one two", 1.0, measure("one")), upright_rows("one two", 0.4, measure("one"))
    (['one', 'two'], ['one two'])
    """
    if pitch <= 2 * line_height():
        return [shortened(name, UPRIGHT)]
    while len(rows := balanced(name, width)) > pitch / line_height():
        if width > UPRIGHT:
            return held(name, UPRIGHT, int(pitch / line_height()))
        width += 0.3
    return rows


def shortened(text, width, size=BODY, weight="normal"):
    """Return a text that is no wider than a width: its beginning and an ellipsis, where it is too long.

    >>> shortened("one two three", measure("one two…") + 0.01)
    'one two…'
    """
    if measure(text, size, weight) <= width:
        return text
    while text and measure(f"{text}…", size, weight) > width:
        text = text[:-1].rstrip(" .,’'-…")
    return f"{text}…"


def listing(items, width):
    """Cut a list into lines, between its items wherever an item fits on a line.

    >>> [row.replace("\u00a0", " ") for row in listing(["one two", "three four"], measure("one two, three"))]
    ['one two,', 'three four']
    """
    whole = [item.replace(" ", "\u00a0") if measure(f"{item},") <= width else item for item in items]
    return balanced(", ".join(whole), width)


def put(ax, x, y, text, size=BODY, color=palette.INK, weight="normal", ha="left", va="center", **more):
    """Write one line at a point of the axes (cm) and return the matplotlib text."""
    if va == "center":
        y, va = y + 0.33 * size / 72 * CM, "baseline"
    return ax.text(x, y, typeset(text), fontsize=size, color=color, fontweight=weight, ha=ha, va=va, **more)


def typeset(text):
    """Return a text with its straight apostrophes curved."""
    return text.replace("'", "\u2019")


def block(ax, x, y, rows, size=BODY, va="center", **more):
    """Write several lines, ``y`` being the top or the centre of them all; return the y below the last one."""
    step = line_height(size)
    top = y - step * len(rows) / 2 if va == "center" else y
    for i, row in enumerate(rows):
        put(ax, x, top + step * (i + 0.5), row, size=size, **more)
    return top + step * len(rows)


def upright(ax, x, y, rows, size=BODY, **more):
    """Write lines upwards, side by side around ``x``, their feet at ``y``: the head of a column."""
    for i, row in enumerate(rows):
        place = x + line_height(size) * 0.95 * (i - (len(rows) - 1) / 2)
        put(ax, place, y, row, size=size, ha="center", va="bottom", rotation=90, **more)


def legend_rows(entries, gap=0.5):
    """Cut the entries of a legend (sign, words) into lines no wider than the plot.

    >>> [len(row) for _, row in legend_rows([(None, "x" * 40), (None, "y"), (None, "z" * 60)])]
    [2, 1]
    """
    rows, x = [[]], 0.0
    for entry in entries:
        wide = 0.45 + measure(entry[1])
        if rows[-1] and x + wide > PLOT:
            rows.append([])
            x = 0.0
        rows[-1].append(entry)
        x += wide + gap
    return [(gap, row) for row in rows if row]


def legend(ax, rows, y=0.15):
    """Write the lines that `legend_rows` cut, from a height on; a sign is drawn by ``draw(ax, x, y)``."""
    for gap, row in rows:
        x = 0.0
        for draw, words in row:
            draw(ax, x + 0.15, y)
            put(ax, x + 0.45, y, words, color=palette.SOFT)
            x += 0.45 + measure(words) + gap
        y += ROW
