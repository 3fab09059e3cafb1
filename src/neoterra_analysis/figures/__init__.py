"""Figures: one function each, ``figures.NAME(table, ctx) -> Figure``; `save` writes them.

A figure draws the table that it is given, which is also its CSV, and computes no statistic. ``ctx`` is what `context`
gathers: language, denominator, names, source. What is returned is a `Figure`: its key (file name), title, alt text,
data, counted marks and canvas. matplotlib is imported when a figure is drawn, not before.
"""

from . import edges, graphs, programme, records_and_roles, saturation, stability, themes  # noqa: F401  they fill FIGURES
from .publish import Published, save
from .sheet import FIGURES, Context, Figure, context

globals().update(FIGURES)
__all__ = ["Context", "Figure", "Published", "context", "save", *FIGURES]


def __getattr__(name):
    from difflib import get_close_matches

    from ..words.labels import t

    near = [] if name.startswith("_") else get_close_matches(name, FIGURES, 1)
    meant = t("figures.meant", name=near[0]) if near else ""
    raise AttributeError(t("figures.unknown", name=name, meant=meant))
