"""What one more row would bring: rarefaction curves, one panel a kind of codes (notebook 05)."""

from ..sentences import prose
from ..words import palette
from .marks import box, rule, tag
from .sheet import capital, figure
from .text import legend, legend_rows, put

SMALL = 6.5  # pt
WIDE, TALL, LEFT, GAP = 6.3, 2.7, 0.9, 0.55  # cm: a panel, what stands left of it, and between two
HEAD, FOOT = 1.5, 0.75  # cm above a panel for its name and numbers, below it for its scale
TOLD = {"seen": True, "open": False}  # words of the title, by what was nearly all seen
BAND = {"facecolor": palette.tint(palette.MARK, 0.24), "edgecolor": palette.FAINT, "linewidth": 0.5}
DOTS = 24  # rows that are drawn as dots; more make a line


@figure()
def saturation(curves, unseen, ctx):
    """Draw ``05-saturation``: how many different codes some rows bring together, on average over all choices of rows.

    ``curves`` is ``saturation.rarefaction``, ``unseen`` ``saturation.unseen``.
    """
    rows = unseen.to_dict("records")
    for row in rows:
        row |= {"label": ctx.say(f"kind.{row['kind']}"), "told": prose.estimate(row["estimate"], ctx.lang)}
        row["ends"] = [prose.estimate(row[end], ctx.lang) for end in ("low", "high")]
    title, most = _title(rows, ctx), max(rows, key=lambda row: row["once"])
    last = ctx.decimal(round(most["once"] / most["rows"], 1)) if most["rows"] else "0"
    reading = ctx.say("reading", what=most["label"], last=last, **{k: most[k] for k in ("once", "seen", "rows")})
    ax = ctx.sheet(0.5 + (HEAD + TALL + FOOT) * 2, title, reading)
    signs = [(lambda ax, x, y: _line(ax, [x - 0.15, x + 0.19], [y, y])), _band_sign]
    legend(ax, legend_rows([(sign, ctx.say(name)) for sign, name in zip(signs, ("mean", "deviation"), strict=True)]))
    for i, row in enumerate(rows):
        left, top = LEFT + (WIDE + GAP + LEFT) * (i % 2), 0.5 + (HEAD + TALL + FOOT) * (i // 2) + HEAD
        _panel(ax, left, top, curves[curves["kind"] == row["kind"]], row, ctx)
    parts = [_told(row, "alt_part", ctx) for row in rows]
    return ctx.finish(ax, title, curves.merge(unseen.drop(columns="rows"), on="kind"), parts)


def _told(row, name, ctx):
    """Return words of the figure about a kind of codes."""
    facts = {name: row[name] for name in ("label", "seen", "once", "rows")}
    low, high = row["ends"]
    return ctx.say(name, told=row["told"], low=low, high=high, **facts)


def _title(rows, ctx):
    """Say which kinds of codes were nearly all seen, and of which others would come."""
    groups = {
        name: [ctx.say(f"low.{row['kind']}") for row in rows if row["seen"] and bool(row["nearly"]) is on]
        for name, on in TOLD.items()
    }
    said = [ctx.say(f"title.{name}", what=ctx.join(kinds)) for name, kinds in groups.items() if kinds]
    return capital(ctx.say(f"title.{('none', 'one', 'both')[len(said)]}", **dict(zip("ab", said, strict=False))))


def _panel(ax, left, top, curve, row, ctx):
    """Draw the curve of a kind of codes, with what was seen and what is estimated above it."""
    put(ax, left, top - 1.15, row["label"], weight="bold")
    for y, name in ((top - 0.78, "head"), (top - 0.44, "at_least")):
        put(ax, left, y, _told(row, name, ctx), size=SMALL, color=palette.SOFT)
    number, of = max(row["rows"], 1), max(row["seen"], 1)
    x = [left + WIDE * k / number for k in (0, *curve["rows"])]
    for share in (0, 0.5, 1):
        y = top + TALL * (1 - share)
        rule(ax, left, left + WIDE, y, width=0.4)
        if share != 0.5:
            put(ax, left - 0.12, y, str(row["seen"] if share else 0), size=SMALL, ha="right", color=palette.SOFT)
    for k in (0, number):
        put(ax, left + WIDE * k / number, top + TALL + 0.25, str(k), size=SMALL, ha="center", color=palette.SOFT)
    put(ax, left + WIDE / 2, top + TALL + 0.25, ctx.say("axis"), size=SMALL, ha="center", color=palette.SOFT)
    mean, spread = [0, *curve["mean"]], [0, *curve["deviation"]]
    low, high = (
        [top + TALL * (1 - min(max(m + s * d, 0), of) / of) for m, d in zip(mean, spread, strict=True)] for s in (-1, 1)
    )
    tag(ax.fill_between(x, low, high, zorder=1, **BAND), "band", row["kind"])
    y = [top + TALL * (1 - m / of) for m in mean]
    tag(_line(ax, x, y), "curve", row["kind"])
    if number <= DOTS:
        for k, ends in enumerate(zip(x[1:], y[1:], strict=True), 1):
            tag(_dot(ax, *ends), "dot", row["kind"], str(k))


def _line(ax, x, y):
    return ax.plot(x, y, color=palette.INK, linewidth=1.2, zorder=2)[0]


def _dot(ax, x, y):
    return ax.plot([x], [y], linestyle="none", marker="o", markersize=3, color=palette.INK, clip_on=False, zorder=3)[0]


def _band_sign(ax, x, y):
    return box(ax, x - 0.15, y - 0.12, 0.34, 0.24, **BAND)
