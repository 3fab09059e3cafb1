"""Figures of notebook 05: what one laureate less, or the open readings decided otherwise, would change."""

from itertools import groupby

from .. import labels, style
from .frame import canvas, capital, finish, listed, plural
from .ink import PLOT, block, box, line_height, measure, put, rule, symbol, tag, upright, wrap
from .signs import write_legend

SMALL, STEP, BAND = 6.5, 0.285, 0.34  # pt; cm: height of a row of the heat map, of the head of a group
LIGHT = {"facecolor": style.tint(style.MARK, 0.24), "edgecolor": style.FAINT, "linewidth": 0.5}
MOVED = {
    "up": style.Look("#C65300", "#A84E00", "^", ""),
    "down": style.Look("#332288", "#332288", "v", ""),
    "words": style.Look(style.INK, style.INK, "D", ""),
}
CODED = style.Look("#D55E00", "#A84E00", "v", "")
LEFT, TALL, ROW = 5.9, 3.2, 0.36  # cm: words, upper panel and least height of a row of the specification curve
BINS = 160  # columns that are still seen apart, and that keep the file small


@style.drawing()
def leave_one_out(table, ctx):
    """Draw ``05-leave-one-out``: for each headline statistic, what becomes of it without each laureate.

    Parameters
    ----------
    table : DataFrame
        ``beside.left_out``: one row per statistic and laureate.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    rows = table.to_dict("records")
    laureates = list(dict.fromkeys(table["laureate_id"]))
    cells = {(r["statistic"], r["laureate_id"]): r for r in rows}
    groups = {}
    for r in rows:
        groups.setdefault(r["notebook"], {}).setdefault(r["statistic"], r)
    total = {i: sum(bool(r["moved"]) for r in rows if r["laureate_id"] == i) for i in laureates}
    of = len({r["statistic"] for r in rows})
    still = of - len({r["statistic"] for r in rows if r["moved"]})
    title = _out_title(total, of, still, ctx)
    best = sorted(rows, key=lambda r: (*MOVED, "light", "").index(_kind(r)))  # a number is read more easily than words
    first = best[0] if best else None
    said = {name: first[name] for name in ("label", "base", "value")} if first else {}
    reading = labels.t("leave_one_out.reading", ctx.lang, name=ctx.names[first["laureate_id"]], **said) if first else ""
    pitch = min(0.42, 5.2 / max(len(laureates), 1))
    sums = labels.t("leave_one_out.total", ctx.lang)
    signs = [(0, [(_sign(name), labels.t(f"leave_one_out.{name}", ctx.lang))]) for name in (*MOVED, "light")]
    widths = [measure(text, SMALL) for text in {*table["label"], sums}] + [measure(words) for _, [(_, words)] in signs]
    left = min(max(widths) + 0.6, 6.9)
    right = left + pitch * len(laureates) + 0.15
    head = max([1.7, *(measure(ctx.names[i]) + 0.2 for i in laureates)])
    figure, ax = canvas(
        ctx,
        head + BAND * len(groups) + STEP * of + 0.62,
        title,
        labels.t("leave_one_out.subtitle", ctx.lang),
        reading,
        labels.t("leave_one_out.note", ctx.lang),
    )
    write_legend(ax, signs, head - 1.5)
    for j, laureate in enumerate(laureates):
        upright(ax, left + pitch * (j + 0.5), head - 0.12, [ctx.names[laureate]])
    put(ax, right, head - 0.25, labels.t("leave_one_out.base", ctx.lang), weight="bold")
    y = head
    for notebook, members in groups.items():
        box(ax, 0, y, PLOT, BAND, zorder=0)
        put(ax, 0.12, y + BAND / 2, labels.t("leave_one_out.notebook", ctx.lang, notebook=notebook), weight="bold")
        y += BAND
        for statistic, base in members.items():
            middle = y + STEP / 2
            put(ax, 0.3, middle, _cut(base["label"], left - 0.4), size=SMALL)
            put(ax, right, middle, _cut(base["base"], PLOT - right), size=SMALL, color=style.SOFT)
            for j, laureate in enumerate(laureates):
                if (statistic, laureate) in cells:
                    _cell(ax, left + pitch * j, y, pitch, cells[statistic, laureate])
            y += STEP
            rule(ax, 0.3, PLOT, y, width=0.4)
    rule(ax, 0, PLOT, y, color=style.SOFT)
    put(ax, 0.12, y + 0.3, _cut(sums, left - 0.2, "bold"), size=SMALL, weight="bold")
    for j, laureate in enumerate(laureates):
        put(ax, left + pitch * (j + 0.5), y + 0.3, str(total[laureate]), size=SMALL, weight="bold", ha="center")
    put(ax, right, y + 0.3, labels.t("frame.of_findings", ctx.lang, of=of), size=SMALL, color=style.SOFT)
    parts = [labels.t("leave_one_out.alt_part", ctx.lang, name=ctx.names[i], count=total[i]) for i in laureates]
    alt = labels.t("leave_one_out.alt", ctx.lang, title=title, of=of, parts=listed(parts, ctx.lang) or "–")
    return finish(figure, "05-leave-one-out", ctx, title, alt, table)


def _out_title(total, of, still, ctx):
    most = max(total.values(), default=0)
    if not most:
        return labels.t("leave_one_out.title.none", ctx.lang)
    top = [i for i in total if total[i] == most]
    key = "leave_one_out.title.one" if len(top) == 1 else "leave_one_out.title.even"
    firm = plural("leave_one_out.still", still, ctx.lang)
    return labels.t(key, ctx.lang, name=ctx.names[top[0]], count=most, of=of, still=firm)


def _kind(row):
    """Return how a cell is drawn: ``"up"``, ``"down"``, ``"words"``, ``"light"`` or ``""`` if nothing changes."""
    change = row["change"]
    known = change == change  # a value that is not there, or words, changes without an amount
    if row["moved"]:
        return "words" if not known or not change else "up" if change > 0 else "down"
    return "light" if known and change else ""


def _cell(ax, x, y, pitch, row):
    kind = _kind(row)
    codes = (row["statistic"], row["laureate_id"])
    if kind == "light":
        tag(box(ax, x + 0.02, y + 0.02, pitch - 0.04, STEP - 0.04, **LIGHT), "cell", *codes)
    elif kind:
        tag(_strong(ax, x + pitch / 2, y + STEP / 2, kind, pitch - 0.04), "moved", *codes)


def _strong(ax, x, y, kind, width):
    """Draw a change beyond what is tolerated, and return its mark."""
    if kind == "words":
        return symbol(ax, x, y, MOVED[kind], size=4.2)
    full = box(ax, x - width / 2, y - STEP / 2 + 0.02, width, STEP - 0.04, facecolor=MOVED[kind].color)
    white = style.Look(style.WHITE, style.WHITE, MOVED[kind].marker, "")
    symbol(ax, x, y, white, size=2.8)
    return full


def _sign(name):
    if name == "light":
        return lambda ax, x, y: box(ax, x - 0.17, y - 0.125, 0.36, 0.25, **LIGHT)
    return lambda ax, x, y: _strong(ax, x, y, name, 0.36)


def _cut(text, width, weight="normal"):
    """Return a text, or its beginning and an ellipsis if it is wider than a width."""
    if measure(text, SMALL, weight) <= width:
        return text
    parts = text.split(" ")
    while len(parts) > 1 and measure(" ".join(parts) + " …", SMALL, weight) > width:
        parts.pop()
    return " ".join(parts).rstrip(",") + " …"


@style.drawing()
def specification_curve(table, options, ctx, label, key_suffix=""):
    """Draw ``05-specification-curve``: a statistic under all combinations of the open readings and thresholds.

    Parameters
    ----------
    table : DataFrame
        ``beside.curve``: one row a combination.
    options : DataFrame
        ``beside.options``: the columns of the readings, with their words.
    ctx : Context
        Language, source.
    label : str
        Name of the statistic.
    key_suffix : str, optional
        Ends the key, where there are several curves.

    Returns
    -------
    Figure
    """
    names = dict(zip(options["option"], options["label"], strict=True))
    thresholds = sorted(set(table["enough"])) if "enough" in table else []
    order = ["value", *(["enough"] if thresholds else []), *names]
    made = table.sort_values([*order, "coded"], kind="stable", na_position="last").reset_index(drop=True)
    values, of = made["value"].tolist(), len(made)
    known = [v for v in values if v == v]
    at = made["coded"].tolist().index(True)
    words = {v: _value(v, ctx) for v in dict.fromkeys(known)}
    said = {
        "label": label,
        "value": words.get(values[at], "–"),
        "low": words.get(min(known, default=None), "–"),
        "high": words.get(max(known, default=None), "–"),
        "combinations": plural("specification.combinations", of, ctx.lang, shown=labels.number(of, ctx.lang)),
        "same": labels.number(values.count(values[at]), ctx.lang),
    }
    title = labels.t(f"specification.title.{'range' if len(words) > 1 else 'one'}", ctx.lang, **said)
    rows = [(name, wrap(text, LEFT - 0.55, SMALL), made[name].tolist()) for name, text in names.items()]
    others = [
        (
            f"enough.{v}",
            [capital(labels.t("beside.threshold", ctx.lang, enough=v))],
            [e == v for e in made["enough"]],
        )
        for v in thresholds
    ]
    parts = [(head, members) for head, members in (("readings", rows), ("thresholds", others)) if members]
    tall = {name: max(ROW, line_height(SMALL) * len(text) + 0.1) for _, members in parts for name, text, _ in members}
    dense = of > BINS
    figure, ax = canvas(
        ctx,
        TALL + 0.85 + 0.5 * len(parts) + sum(tall.values()),
        title,
        labels.t("specification.subtitle", ctx.lang),
        labels.t("specification.reading", ctx.lang, **said),
        " ".join(labels.t(f"specification.{n}", ctx.lang) for n in ("note", *(["dense"] if dense else []))),
    )
    wide = min((PLOT - LEFT - 0.15) / of, 0.6)
    _curve(ax, values, at, words, wide, label, ctx)
    y = TALL + 0.85
    for head, members in parts:
        put(ax, 0, y + 0.22, labels.t(f"specification.{head}", ctx.lang), weight="bold")
        y += 0.5
        for i, (name, text, on) in enumerate(members):
            if i % 2 == 0:
                box(ax, 0, y, PLOT, tall[name], zorder=0)
            block(ax, 0.3, y + tall[name] / 2, text, size=SMALL)
            _ticks(ax, name, on, y + tall[name] / 2, wide)
            y += tall[name]
    counts = [
        labels.t("specification.alt_part", ctx.lang, value=words[v], count=labels.number(known.count(v), ctx.lang))
        for v in words
    ]
    alt = labels.t("specification.alt", ctx.lang, title=title, parts=listed(counts, ctx.lang) or "–")
    return finish(figure, f"05-specification-curve{key_suffix}", ctx, title, alt, table)


def _value(value, ctx):
    return labels.number(value, ctx.lang, 0 if float(value).is_integer() else 1)


def _curve(ax, values, at, words, wide, label, ctx):
    """Draw the sorted values as steps, how many combinations give each, and the pointer on the coded one."""
    low, high = min(words, default=0), max(words, default=0)
    height = {v: TALL - (TALL - 0.85) * ((v - low) / (high - low) if high > low else 0.5) for v in words}
    block(ax, 0, 0.65, wrap(label, LEFT - 1.6, weight="bold"), weight="bold", va="top")
    last = None
    for v in sorted(words, reverse=True):
        rule(ax, LEFT, PLOT, height[v], width=0.4)
        if last is None or height[v] - last > 0.3:
            put(ax, LEFT - 0.2, height[v], words[v], ha="right", color=style.SOFT)
            last = height[v]
    x, room = LEFT, LEFT
    for i, (v, run) in enumerate(groupby(values)):
        number = len(list(run))
        if v == v:
            step = box(ax, x, height[v] - 0.055, wide * number, 0.11, facecolor=style.MARK, zorder=2)
            tag(step, "step", str(i))
            text = f"× {labels.number(number, ctx.lang)}"
            half = measure(text, SMALL) / 2
            middle = max(x + wide * number / 2, LEFT + half)
            if wide * number > 2 * half + 0.1 and middle - half > room:
                put(ax, middle, height[v] + 0.24, text, size=SMALL, ha="center", color=style.SOFT)
                room = middle + half
        x += wide * number
    here = values[at]
    middle = LEFT + wide * (at + 0.5)
    top = height.get(here, TALL)
    tag(symbol(ax, middle, top - 0.2, CODED, size=6.5), "pointer", "coded")
    # What lies higher lies further right: nothing but the lines of the scale is crossed.
    rule(ax, middle, middle, 0.4, top - 0.2, color=CODED.color, width=0.8)
    text = labels.t("specification.coded", ctx.lang, value=words.get(here, "–"))
    half = measure(text, weight="bold") / 2
    middle = min(max(middle, LEFT + half), PLOT - half)
    put(ax, middle, 0.2, text, weight="bold", ha="center", color=CODED.text)


def _ticks(ax, name, on, y, wide):
    """Draw where an option is on; columns that lie too close are drawn together, the darker the more are on."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    of, bins = len(on), min(len(on), BINS)
    edges = [of * i // bins for i in range(bins + 1)]
    # Quarters, so that equal neighbours are drawn as one.
    level = [-(-4 * sum(on[a:b]) // (b - a)) for a, b in zip(edges, edges[1:], strict=False)]
    shapes, i = {}, 0
    for quarter, run in groupby(level):
        number = len(list(run))
        ends = LEFT + wide * edges[i], LEFT + wide * edges[i + number]
        corners = [(ends[0], y - 0.11), (ends[1], y - 0.11), (ends[1], y + 0.11), (ends[0], y + 0.11), (0, 0)]
        shapes.setdefault(quarter, []).extend(corners)
        i += number
    rule(ax, LEFT, LEFT + wide * of, y, color=style.RULE)
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    for quarter, corners in sorted(shapes.items()):
        if quarter:
            path = Path(corners, codes * (len(corners) // 5))
            color = style.tint(style.MARK, (0, 0.3, 0.5, 0.75, 1)[quarter])
            tag(ax.add_patch(PathPatch(path, facecolor=color, linewidth=0, zorder=2)), "row", name, str(quarter))
