"""The laureates' network of notebook 03: who shares actors with whom, and which ones."""

import math

from .. import labels, style
from .arrange import around, free, oval, ring, taller
from .frame import canvas, finish, ids, listed, plural
from .ink import BODY, PLOT, balanced, block, line_height, measure, put, tag, tile
from .signs import ROW, arrow, legend_rows, letter, pointed, stroke, write_legend

# Beyond so many laureates, a ring at equal angles is too crowded above and below: boxes are wider than high.
FEW, APART = 10, (3.3, 1.35)  # cm from one box to the next, sideways and downwards


@style.drawing()
def laureate_projection(shared, direct, ctx):
    """Draw ``03-laureate-projection``: laureates that share actors, each link with the actors that make it.

    Parameters
    ----------
    shared : DataFrame
        ``network.edge_sources(incidence, "laureates")``.
    direct : DataFrame
        ``network.direct_ties``.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    edges, stated = shared.to_dict("records"), direct.to_dict("records")
    every = edges + stated
    linked = {r[end] for r in every for end in ("source", "target")}
    alone = [i for i in ctx.names if i not in linked]
    order = ring([i for i in ctx.names if i in linked], [(r["source"], r["target"]) for r in every])
    makes = [a for e in edges for a in ids(e["actors"])]
    letters = {a: _letters(i) for i, a in enumerate(sorted(set(makes), key=lambda a: (-makes.count(a), a)))}

    firm = sum(e["named"] > 0 for e in edges)
    title = plural("laureates.title", len(edges), ctx.lang, of=ctx.n * (ctx.n - 1) // 2, named=firm)
    most = max(edges, key=lambda e: (e["count"], e["source"], e["target"]), default=None)
    reading = most and labels.t(
        "laureates.reading",
        ctx.lang,
        a=ctx.names[most["source"]],
        b=ctx.names[most["target"]],
        actors=labels.join([ctx.actors[i] for i in ids(most["actors"])], ctx.lang),
    )
    signs = [(stroke(_tie(n)), labels.t(f"laureates.{k}", ctx.lang)) for n, k in ((1, "firm"), (0, "generic"))]
    if stated:
        signs.append((pointed, labels.t("laureates.direct", ctx.lang)))
    keys = [(letter(letters[a]), f"{ctx.actors[a]} ({makes.count(a)})") for a in letters]
    signs = [*legend_rows(signs), *legend_rows(keys, 0.3)]
    wide, high, width = 6.35, 4.1, 2.3
    if len(order) > FEW:
        high = max(high, taller(len(order), wide, *APART))
    words = {i: balanced(ctx.names[i], width - 0.15, BODY, "bold") for i in ctx.names}
    tall = {i: line_height() * len(w) + 0.26 for i, w in words.items()}
    head, foot = ROW * len(signs) + 0.35, (max(tall.values()) + 0.35 if alone else 0.0)
    deep = 2 * high + max(tall.values()) + 0.2 if order else 0.0
    figure, ax = canvas(
        ctx,
        head + deep + foot,
        title,
        labels.t("laureates.subtitle", ctx.lang),
        reading or "",
        labels.t("laureates.note", ctx.lang),
        hangs=("laureate_pairs", "laureate_pairs_named"),
    )
    write_legend(ax, signs)
    centre = (PLOT / 2, head + deep / 2)
    turns = around([1] * len(order), 90 + 180 / max(len(order), 1))
    if len(order) > FEW:
        turns = oval([i / len(order) for i in range(len(order))], wide, high, *APART)
    place = {
        i: (centre[0] + wide * math.cos(math.radians(t)), centre[1] - high * math.sin(math.radians(t)))
        for i, t in zip(order, turns, strict=True)
    }
    taken = [(x, y, width, tall[i]) for i, (x, y) in place.items()]
    for e in edges:
        line = ax.plot(*zip(place[e["source"]], place[e["target"]], strict=True), **_tie(e["named"]))[0]
        tag(line, "edge", e["source"], e["target"])
    for e in edges:
        _chip(ax, place[e["source"]], place[e["target"]], " ".join(letters[a] for a in ids(e["actors"])), taken)
    for tie in stated:
        ends = [(*place[tie[end]], width, tall[tie[end]]) for end in ("source", "target")]
        _direct(ax, *ends, centre, tie, taken, ctx)
    for i, (x, y) in place.items():
        _laureate(ax, i, words[i], x, y, width, tall[i])
    if alone:
        said, y = labels.t("laureates.alone", ctx.lang), head + deep + foot - max(tall.values()) / 2 - 0.05
        put(ax, 0, y, said, color=style.SOFT)
        for k, i in enumerate(alone):
            x = measure(said) + 0.3 + width / 2 + k * (width + 0.25)
            _laureate(ax, i, words[i], x, y, width, tall[i])
    alt = _laureates_alt(edges, stated, alone, title, ctx)
    return finish(figure, "03-laureate-projection", ctx, title, alt, _links(shared, direct))


def _letters(number):
    """Return A, B, ... Z, AA, AB, ... for 0, 1, ..."""
    return (_letters(number // 26 - 1) if number >= 26 else "") + chr(65 + number % 26)


def _tie(named):
    if named:
        return {"color": style.INK, "linewidth": 1.6, "zorder": 0.8}
    return {"color": style.MARK, "linewidth": 0.9, "linestyle": (0, (3, 1.6)), "zorder": 0.7}


def _steps(curve):
    """Return points of a curve, the middle first, then farther and farther from it."""
    return [curve(0.5 + sign * d / 50) for d in range(18) for sign in ((1, -1) if d else (1,))]


def _chip(ax, a, b, text, taken):
    """Write the letters of a link on it, where nothing else stands."""
    width = max(0.36, measure(text, BODY, "bold") + 0.18)
    points = _steps(lambda t: (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t))
    x, y = free(points, taken, width + 0.1, 0.46)
    taken.append((x, y, width, 0.36))
    tile(ax, x - width / 2, y - 0.18, width, 0.36, facecolor=style.WHITE, zorder=2, linewidth=0.6)
    put(ax, x, y, text, weight="bold", ha="center", zorder=3)


def _direct(ax, a, b, centre, tie, taken, ctx):
    """Draw a direct tie as an arrow that bends away from the middle of the ring, with its word."""
    bend = 0.25
    control = ((a[0] + b[0]) / 2 - bend * (b[1] - a[1]), (a[1] + b[1]) / 2 + bend * (b[0] - a[0]))
    other = ((a[0] + b[0]) - control[0], (a[1] + b[1]) - control[1])
    control = max(control, other, key=lambda p: (math.dist(p, centre), p))

    def curve(t, start=a, aim=control, end=b):
        return tuple((1 - t) ** 2 * start[k] + 2 * t * (1 - t) * aim[k] + t * t * end[k] for k in (0, 1))

    def leaves(box, t, step):
        while abs(curve(t)[0] - box[0]) < box[2] / 2 + 0.04 and abs(curve(t)[1] - box[1]) < box[3] / 2 + 0.04:
            t += step
        return t

    first, last = leaves(a, 0.0, 0.01), leaves(b, 1.0, -0.01)
    # The part of a quadratic curve between two parameters is one, with this control point.
    aim = tuple(
        (1 - first) * (1 - last) * a[k] + (first + last - 2 * first * last) * control[k] + first * last * b[k]
        for k in (0, 1)
    )
    drawn = arrow(ax, curve(first), aim, curve(last), linewidth=1.1)
    tag(drawn, "arrow", tie["source"], tie["target"], tie["kind"])
    text = labels.t(f"relation.{tie['kind']}", ctx.lang)
    width = measure(text) + 0.16
    x, y = free(_steps(curve), taken, width, 0.34)
    if abs(first - last) < 0.5:
        # Too short to carry its word: it goes outside the bend.
        out = (control[0] - centre[0], control[1] - centre[1])
        far = math.hypot(*out) or 1.0
        points = [(control[0] + out[0] / far * d / 10, control[1] + out[1] / far * d / 10) for d in range(30)]
        x, y = free(points, taken, width, 0.34)
    taken.append((x, y, width, 0.34))
    tile(ax, x - width / 2, y - 0.17, width, 0.34, facecolor=style.WHITE, edgecolor=style.WHITE, zorder=2.6)
    put(ax, x, y, text, ha="center", zorder=3)


def _laureate(ax, laureate, words, x, y, width, height):
    tag(tile(ax, x - width / 2, y - height / 2, width, height, zorder=2.55), "node", laureate)
    block(ax, x, y, words, ha="center", weight="bold", zorder=3)


def _laureates_alt(edges, stated, alone, title, ctx):
    parts = [
        labels.t(
            "laureates.alt_part",
            ctx.lang,
            a=ctx.names[e["source"]],
            b=ctx.names[e["target"]],
            actors=labels.join([ctx.actors[i] for i in ids(e["actors"])], ctx.lang),
        )
        for e in edges
    ]
    for tie in stated:
        word = labels.t(f"relation.{tie['kind']}", ctx.lang)
        parts.append(f"{ctx.names[tie['source']]} {word} {ctx.names[tie['target']]}")
    names = labels.join([ctx.names[i] for i in alone], ctx.lang) or labels.t("laureates.nobody", ctx.lang)
    joined = listed(parts, ctx.lang) or "–"
    return labels.t("laureates.alt", ctx.lang, title=title, n=ctx.n, parts=joined, alone=names)


def _links(shared, direct):
    """Put shared actors and direct ties in one table, for the CSV."""
    import pandas as pd

    made = shared.assign(kind=["shares_named" if n else "shares_category" for n in shared["named"]])
    table = pd.concat([made, direct.assign(count=0, named=0, actors="")], ignore_index=True)
    return table[["source", "target", "kind", "count", "named", "actors"]]
