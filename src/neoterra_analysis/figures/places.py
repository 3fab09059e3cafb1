"""Where the laureates are: a schematic map of notebook 01."""

from .. import labels, style
from .frame import canvas, finish, listed, plural
from .ink import PLOT, block, box, legend, line_height, put, tag, tile, wrap

# Row and column of each département: tiles that share a side are neighbours on the ground, and neighbours touch at
# least at a corner.
GRID = {
    "79": (0, 1),
    "86": (0, 2),
    "17": (1, 0),
    "16": (1, 1),
    "87": (1, 2),
    "23": (1, 3),
    "33": (2, 0),
    "24": (2, 1),
    "19": (2, 2),
    "40": (3, 0),
    "47": (3, 1),
    "64": (4, 0),
}
WIDE, TALL, GAP, HEAD, PAD = 3.72, 1.78, 0.14, 0.65, 0.18
ASIDE = 2 * (WIDE + GAP) + 0.9  # left edge of what stands beside the map
BAR, BAR_TOP, LAST = 0.24, 0.96, 1.5  # height of a bar, its top and the middle of the last line in a tile
STATED = {"facecolor": style.STATE["stated"].color}
INFERRED = {"facecolor": style.WHITE, "edgecolor": style.STATE["inferred"].color, "hatch": "/////", "linewidth": 0.9}
UNKNOWN = {"facecolor": style.WHITE, "edgecolor": style.FAINT, "linewidth": 0.9}


@style.drawing()
def places(table, ctx):
    """Draw ``01-places``: the laureates of each département on a schematic grid; those without one beside it.

    Parameters
    ----------
    table : DataFrame
        ``records.places``: one row per département, and one for the laureates without.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    rows = {row["department"]: row for row in table.to_dict("records")}
    unknown = rows.pop("")
    outside = [row for code, row in rows.items() if code not in GRID]
    known = [row for row in rows.values() if row["count"]]
    title = _title(known, unknown, ctx)
    most = max([unknown["count"], sum(r["count"] for r in outside), *(r["count"] for r in rows.values())])
    unit = (WIDE - 2 * PAD) / max(most, 1)
    abroad = [labels.t("prose.places.part", ctx.lang, place=r["department"], count=r["count"]) for r in outside]
    lines = wrap(", ".join(abroad), PLOT - ASIDE - 2 * PAD) if abroad else []
    heights = (TALL, TALL + line_height() * max(len(lines) - 1, 0))
    foot = HEAD + 3 * (TALL + GAP)  # the boxes stand where the grid has no tile
    figure, ax = canvas(
        ctx,
        foot + max(2 * TALL + GAP, sum(heights) + GAP) + 0.05,
        title,
        labels.t("places.subtitle", ctx.lang),
        _reading(known, unknown, ctx),
        labels.t("places.note", ctx.lang),
        hangs=("department_known",),
    )
    signs = ((STATED, "stated"), (INFERRED, "inferred"), (UNKNOWN, "unknown"))
    entries = [
        (lambda x, y, k=k: box(ax, x - 0.15, y - 0.12, 0.34, 0.24, **{"linewidth": 0.6, **k}), f"places.{word}")
        for k, word in signs
    ]
    legend(ax, 0, 0.2, [(sign, labels.t(word, ctx.lang)) for sign, word in entries])
    for code, (line, column) in GRID.items():
        _department(ax, column * (WIDE + GAP), HEAD + line * (TALL + GAP), rows[code], unit, ctx)
    words = labels.t("places.unknown", ctx.lang)
    _beside(ax, foot, heights[0], "unknown", [words], unknown["count"], ctx)
    if unknown["count"]:
        _bar(ax, ASIDE + PAD, foot + BAR_TOP, unknown["count"] * unit, UNKNOWN, "bar", "unknown")
    split = {name: sum(r[name] for r in outside) for name in ("stated", "inferred", "count")}
    top = foot + heights[0] + GAP
    _beside(ax, top, heights[1], "outside", lines or [labels.t("places.empty", ctx.lang)], split["count"], ctx)
    _bars(ax, ASIDE + PAD, top + BAR_TOP, split, unit, "outside")
    return finish(figure, "01-places", ctx, title, _alt(rows, outside, unknown, title, ctx), table)


def _department(ax, x, y, row, unit, ctx):
    """Draw the tile of a département: code, name, count, and its bars."""
    code = row["department"]
    edge = style.MARK if row["count"] else style.FAINT
    face = style.BAND if row["count"] else style.WHITE
    tag(tile(ax, x, y, WIDE, TALL, edgecolor=edge, facecolor=face, clip_on=False), "department", code)
    put(ax, x + PAD, y + 0.3, code, size=8, weight="bold")
    put(ax, x + PAD, y + 0.68, labels.department(code, ctx.lang))
    said = labels.t("places.empty", ctx.lang)
    if row["count"]:
        put(ax, x + WIDE - PAD, y + 0.3, str(row["count"]), size=9, weight="bold", ha="right")
        said = labels.t("places.split", ctx.lang, stated=row["stated"], inferred=row["inferred"])
    put(ax, x + PAD, y + LAST, said, color=style.SOFT)
    _bars(ax, x + PAD, y + BAR_TOP, row, unit, code)


def _bars(ax, x, y, row, unit, code):
    """Draw the stated laureates as a full bar, then the inferred ones as a hatched one."""
    if row["stated"]:
        _bar(ax, x, y, row["stated"] * unit, STATED, "bar", code)
    if row["inferred"]:
        _bar(ax, x + row["stated"] * unit, y, row["inferred"] * unit, INFERRED, "part", code)


def _bar(ax, x, y, width, look, *name):
    tag(box(ax, x, y, width, BAR, zorder=2, **look), *name)


def _beside(ax, y, height, kind, lines, count, ctx):
    """Draw a box beside the map: its name, its count and its words, dashed as it is no place of the grid."""
    look = {"facecolor": style.WHITE, "edgecolor": style.SOFT, "linestyle": (0, (4, 2)), "clip_on": False}
    tag(tile(ax, ASIDE, y, PLOT - ASIDE, height, **look), "apart", kind)
    put(ax, ASIDE + PAD, y + 0.3, labels.t(f"places.box.{kind}", ctx.lang), weight="bold")
    put(ax, PLOT - PAD, y + 0.3, str(count), size=9, weight="bold", ha="right")
    block(ax, ASIDE + PAD, y + LAST - line_height() / 2, lines, va="top", color=style.SOFT)


def _title(known, unknown, ctx):
    of = unknown["of"]
    if not known:
        return labels.t("places.title.none", ctx.lang, share=plural("frame.of", 0, ctx.lang, of=of))
    top = max(row["count"] for row in known)
    best = [labels.department(row["department"], ctx.lang) for row in known if row["count"] == top]
    form = "one" if len(best) == 1 else "many" if len(best) < 4 else "even"
    share = plural("frame.of", of - unknown["count"], ctx.lang, of=of)
    return labels.t(f"places.title.{form}", ctx.lang, share=share, names=labels.join(best, ctx.lang), count=top)


def _reading(known, unknown, ctx):
    if not known:
        share = plural("frame.of", unknown["count"], ctx.lang, of=unknown["of"])
        return labels.t("places.reading_none", ctx.lang, share=share)
    first = max(known, key=lambda row: row["count"])
    share = plural("frame.of", first["count"], ctx.lang, of=first["of"])
    more = {"stated": first["stated"], "inferred": first["inferred"], "code": first["department"]}
    return labels.t(
        "places.reading", ctx.lang, place=labels.department(first["department"], ctx.lang), share=share, **more
    )


def _alt(rows, outside, unknown, title, ctx):
    def said(row):
        key = "places.alt_part" if row["inferred"] else "places.alt_plain"
        more = {"code": row["department"], "count": row["count"], "inferred": row["inferred"]}
        return labels.t(key, ctx.lang, place=labels.department(row["department"], ctx.lang), **more)

    home = [rows[code] for code in sorted(GRID)]
    parts = listed([said(row) for row in home if row["count"]], ctx.lang)
    empty = labels.join([labels.department(r["department"], ctx.lang) for r in home if not r["count"]], ctx.lang)
    abroad = f" ({listed([said(row) for row in outside], ctx.lang)})" if outside else ""
    sentences = [
        *([labels.t("places.alt_parts", ctx.lang, parts=parts)] if parts else []),
        *([labels.t("places.alt_empty", ctx.lang, names=empty)] if empty else []),
    ]
    return labels.t(
        "places.alt",
        ctx.lang,
        title=title,
        parts=" ".join(sentences),
        outside=f"{sum(row['count'] for row in outside)}{abroad}",
        unknown=unknown["count"],
    )
