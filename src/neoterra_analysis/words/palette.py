"""One palette and one set of drawing parameters, keyed by the codes of the data.

Each code has a colour and a second channel (marker, hatch), so that nothing is said by colour alone. Every
mark colour has a contrast of at least 3 on white and every text colour at least 4.5 (WCAG 2.2);
the tests compute this, and the distances under three simulated colour deficiencies and in grey.
"""

from contextlib import contextmanager
from typing import NamedTuple

from .codes import ROLES

WHITE = "#FFFFFF"
INK = "#1A1A1A"  # titles, labels
SOFT = "#4D4D4D"  # subtitles, footers
MARK = "#3B4754"  # marks that carry no code
FAINT = "#8C8C8C"  # what is absent, still 3:1 on white
RULE = "#C8CCD0"  # hairlines between rows: decoration, never data
HINT = "#B9C3CE"  # the line under a link where nearly every number and name is one
BAND = "#F3F4F5"  # background of every other row

PREVIEW_DPI = 110
PRINT_DPI = 300


class Look(NamedTuple):
    """How a code is drawn: colour of its marks, of its words, marker, hatch."""

    color: str
    text: str
    marker: str
    hatch: str


ROLE_LOOKS = (
    Look("#E06900", "#A84E00", "^", "////"),
    Look("#1F6A9E", "#1F6A9E", "o", "...."),
    Look("#332288", "#332288", "s", "\\\\\\\\"),
)
ROLE = dict(zip(ROLES, ROLE_LOOKS, strict=True))
KIND = {
    "condition": Look("#6F7A85", "#4F5963", "o", "...."),
    "challenge": Look("#6A1540", "#6A1540", "D", "xxxx"),
    "lever": Look("#11704F", "#11704F", "s", "////"),
}
FAMILY_LOOK = {
    "public": Look("#332288", "#332288", "s", "\\\\\\\\"),
    "economy": Look("#D55E00", "#A84E00", "^", "////"),
    "civil": Look("#882255", "#882255", "o", "...."),
    "knowledge": Look("#2F86C1", "#246D9F", "D", "xxxx"),
    "land": Look("#0F5A2B", "#0F5A2B", "v", "----"),
    "": Look(FAINT, SOFT, "X", ""),
}
FAMILY = {
    "local_authority": "public",
    "state": "public",
    "company": "economy",
    "chamber": "economy",
    "support": "economy",
    "ess": "civil",
    "citizens": "civil",
    "social": "civil",
    "culture": "civil",
    "research": "knowledge",
    "training": "knowledge",
    "farming": "land",
    "tourism": "land",
    "": "",
}
# Direct evidence is a full mark, indirect a hollow one, none a blank: the colour is the kind's or the role's.
STRENGTH = {
    "direct": Look(MARK, INK, "full", ""),
    "indirect": Look(MARK, INK, "hollow", ""),
    "none": Look(FAINT, SOFT, "blank", ""),
}
STATE = {
    "stated": Look("#2B3A4A", "#2B3A4A", "full", ""),
    "inferred": Look("#B26A00", "#8A5200", "half", "////"),
    "not_stated": Look(FAINT, SOFT, "hollow", ""),
}
DIMENSION = {
    "filiere": Look("#1B6E78", "#1B6E78", "s", ""),
    "territoire": Look("#7A5C14", "#7A5C14", "o", ""),
}
VERDICT = {
    "supported": Look("#11704F", "#11704F", "o", ""),
    "partly": Look("#1F6A9E", "#1F6A9E", "s", ""),
    "indirect_only": Look("#8A5200", "#8A5200", "D", ""),
    "no_case": Look(SOFT, SOFT, "_", ""),
    "contradicted": Look("#8A1538", "#8A1538", "X", ""),
}
# A statistic that a removal moves: its value up or down, or its words.
MOVED = {
    "up": Look("#C65300", "#A84E00", "^", ""),
    "down": Look("#332288", "#332288", "v", ""),
    "words": Look(INK, INK, "D", ""),
}

RC = {
    "font.family": "DejaVu Sans",
    "font.size": 7.0,
    "text.parse_math": False,
    "text.hinting": "none",
    "text.color": INK,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.unicode_minus": False,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelsize": 7.0,
    "ytick.labelsize": 7.0,
    "lines.linewidth": 1.0,
    "patch.linewidth": 0.8,
    "hatch.linewidth": 0.6,
    "figure.facecolor": WHITE,
    "savefig.facecolor": WHITE,
    "svg.fonttype": "path",
    "svg.hashsalt": "neoterra-analysis",
    "svg.image_inline": True,
    "pdf.fonttype": 42,
}


@contextmanager
def drawing():
    """Draw under the package's parameters, whatever the reader's own settings; nothing is left behind."""
    import logging

    import matplotlib

    log = logging.getLogger("matplotlib.font_manager")
    level = log.level
    log.setLevel(logging.ERROR)  # "building the font cache" must not reach a notebook's outputs
    try:
        import matplotlib.font_manager  # noqa: F401
    finally:
        log.setLevel(level)
    defaults = {k: v for k, v in matplotlib.rcParamsDefault.items() if not k.startswith(("backend", "webagg"))}
    with matplotlib.rc_context({**defaults, **RC}):
        yield


def of_type(actor_type):
    """Return the look of an actor type: that of its family.

    >>> of_type("research").color == of_type("training").color
    True
    """
    return FAMILY_LOOK[FAMILY[actor_type]]


def tint(color, share):
    """Return a colour mixed with white: 0 gives white, 1 the colour itself.

    >>> tint("#000000", 0.5)
    '#808080'
    """
    parts = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02X}" for part in parts)


def shade(share):
    """Return the grey-blue that stands for a share: the larger, the darker, in grey print too.

    >>> shade(0), luminance(shade(0.2)) > luminance(shade(0.8))
    ('#FFFFFF', True)
    """
    return tint(MARK, 0.08 + 0.57 * share) if share else WHITE


def luminance(color):
    """Return the relative luminance of ``#RRGGBB``, from 0 (black) to 1 (white).

    >>> luminance("#FFFFFF"), luminance("#000000")
    (1.0, 0.0)
    """
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return round(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2], 12)


def contrast(one, other=WHITE):
    """Return the contrast ratio of two colours, from 1 to 21.

    >>> contrast("#000000")
    21.0
    """
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return round((light + 0.05) / (dark + 0.05), 6)


def text_on(color):
    """Return the colour, ink or white, that is read best on a background.

    >>> text_on("#332288"), text_on("#F3F4F5")
    ('#FFFFFF', '#1A1A1A')
    """
    return max((INK, WHITE), key=lambda text: contrast(text, color))
