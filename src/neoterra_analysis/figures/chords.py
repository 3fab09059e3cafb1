"""The co-occurrence of actors, of notebook 03, as chords of a ring on which each row stands together."""

import math
from itertools import accumulate

from .. import labels, style
from .arrange import around, oval, taller
from .frame import canvas, finish, listed
from .ink import CM, FOOT, PLOT, balanced, line_height, measure, put, symbol, tag
from .signs import ROW, families, kinds, legend_rows, stroke, write_legend

GAP = 0.18  # cm, from a node to its label
WIDEST = 5.0  # cm, half the width of the ring: beyond, it becomes an oval, so that labels keep room on both sides


@style.drawing()
def co_occurrence_named(mobilised, edges, ctx):
    """Draw ``03-co-occurrence-named``: organisations and institutions printed in the same row.

    Parameters
    ----------
    mobilised : DataFrame
        ``network.two_mode`` restricted to ``network.NAMED``.
    edges : DataFrame
        ``network.project`` of the same actors; the figure's data.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    return _co_occurrence(mobilised, edges, ctx, "named")


@style.drawing()
def co_occurrence_all(mobilised, edges, ctx):
    """Draw ``03-co-occurrence-all``: all actors printed in the same row, categories included.

    Parameters
    ----------
    mobilised : DataFrame
        ``network.two_mode`` of all kinds.
    edges : DataFrame
        ``network.project`` of the same actors; the figure's data.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    return _co_occurrence(mobilised, edges, ctx, "all")


def _co_occurrence(mobilised, table, ctx, which):
    edges, rows = table.to_dict("records"), mobilised.to_dict("records")
    held = {i: [r["actor_id"] for r in rows if r["laureate_id"] == i] for i in ctx.names}
    several = {r["actor_id"] for r in rows if r["degree"] > 1}
    groups = [(ctx.names[i], [a for a in held[i] if a not in several]) for i in ctx.names]
    groups.insert(0, (labels.t("co_occurrence.shared", ctx.lang), sorted(several)))
    groups = [(name, sorted(nodes, key=lambda a: _order(a, ctx))) for name, nodes in groups if nodes]
    axes, entries, up, down = _ring(groups, ctx)

    twice = [e for e in edges if e["count"] > 1]
    form = "none" if not twice else "one" if len(twice) == 1 else "many"
    title = labels.t(
        f"co_occurrence.title.{form}",
        ctx.lang,
        edges=labels.number(len(edges), ctx.lang),
        count=len(twice),
        pair=" – ".join(ctx.actors[twice[0][end]] for end in ("source", "target")) if twice else "",
        what=labels.t(f"co_occurrence.what_{which}", ctx.lang),
    )
    drawn = {i: len(own) * (len(own) - 1) // 2 for i, own in held.items()}
    largest = max(drawn, key=drawn.get)
    note = labels.t(
        "co_occurrence.note",
        ctx.lang,
        name=ctx.names[largest],
        edges=drawn[largest],
        of=len(edges),
        share=labels.share(drawn[largest], len(edges), ctx.lang),
    )
    signs = _co_occurrence_signs(rows, several, twice, ctx)
    head = ROW * len(signs)
    figure, ax = canvas(
        ctx,
        head + up + down,
        title,
        labels.t(f"co_occurrence.subtitle_{which}", ctx.lang),
        labels.t("co_occurrence.reading", ctx.lang),
        note,
        hangs=("repeated_pairs",) if which == "all" else (),
    )
    write_legend(ax, signs)
    centre = (PLOT / 2, head + up)
    angle_of = {node: angle for node, _, _, angle in entries if node}
    for e in edges:
        look = _edge(e["count"], bool(several & {e["source"], e["target"]}))
        curve = _chord(ax, centre, axes, angle_of[e["source"]], angle_of[e["target"]], **look)
        tag(curve, "edge", e["source"], e["target"])
    kind = {r["actor_id"]: r["kind"] for r in rows}
    for node, words, weight, angle in entries:
        if node:
            fill = "hollow" if kind[node] == "generic" else "full"
            x, y = _polar(centre, axes, angle)
            tag(symbol(ax, x, y, style.of_type(ctx.actor_types[node]), fill, 4.2), "node", node)
        _radial(ax, _polar(centre, axes, angle), _outwards(axes, angle), words, weight)
    parts = [labels.t("co_occurrence.alt_part", ctx.lang, name=ctx.names[i], edges=n) for i, n in drawn.items() if n]
    alt = labels.t(
        "co_occurrence.alt",
        ctx.lang,
        title=title,
        nodes=labels.count(len(angle_of), "actor", ctx.lang),
        edges=labels.count(len(edges), "edge", ctx.lang),
        parts=listed(parts, ctx.lang) or "–",
    )
    return finish(figure, f"03-co-occurrence-{which}", ctx, title, alt, table)


def _order(actor, ctx):
    return list(style.FAMILY).index(ctx.actor_types[actor]), ctx.actors[actor].casefold(), actor


def _co_occurrence_signs(rows, several, twice, ctx):
    fills = kinds({r["kind"] for r in rows}, ctx)
    fills = fills if len(fills) > 1 else []
    lines = [(stroke(_edge(1, False)), labels.t("co_occurrence.plain", ctx.lang))]
    if several:
        lines.append((stroke(_edge(1, True)), labels.t("co_occurrence.across", ctx.lang)))
    if twice:
        lines.append((stroke(_edge(2, True)), labels.t("co_occurrence.twice", ctx.lang)))
    shapes = families([r["actor_type"] for r in rows], ctx)
    return [*legend_rows(fills), *legend_rows(lines), *legend_rows(shapes, 0.2)]


def _edge(count, across):
    if count > 1:
        return {"color": style.INK, "linewidth": 2.4, "zorder": 0.9}
    if across:
        return {"color": style.MARK, "linewidth": 0.6, "zorder": 0.8}
    return {"color": style.FAINT, "linewidth": 0.4, "zorder": 0.6}


def _ring(groups, ctx):
    """Lay labels out around a ring: its half axes, (node, lines, weight, angle) of each, room above and below.

    A label is as long as the sheet is wide at its angle; beyond, it is wrapped and takes more of the ring.
    """
    step = line_height(FOOT) * 0.92
    texts = []
    for name, nodes in groups:
        texts += [(None, name, "bold"), *((n, ctx.actors[n], "normal") for n in nodes), (None, "", "")]
    rooms = [4.1] * len(texts)
    length = 0.0
    for _ in range(12):
        words = [balanced(t, room, FOOT, w) if t else [] for (_, t, w), room in zip(texts, rooms, strict=True)]
        slots = [len(lines) or 0.7 for lines in words]
        # The ring only grows: that is what makes this end.
        length = max(length, 2 * math.pi * (3.6 + GAP), sum(slots) * step)
        radius, angles = length / (2 * math.pi) - GAP, around(slots)
        axes = radius, radius
        if radius > WIDEST:
            axes = WIDEST, taller(length, WIDEST + GAP) - GAP
            passed = accumulate(slots, initial=0)
            angles = oval([(p + s / 2) / sum(slots) for p, s in zip(passed, slots, strict=False)], *axes)
        rooms = []
        for angle in angles:
            across = abs(math.cos(math.radians(_outwards(axes, angle))))
            side = abs(axes[0] * math.cos(math.radians(angle)))
            rooms.append(min(4.1, (PLOT / 2 - 0.15 - side) / max(across, 0.01) - 0.2))
        long = [
            max((measure(line, FOOT, w) for line in lines), default=0.0)
            for (_, _, w), lines in zip(texts, words, strict=True)
        ]
        if all(have <= room for have, room in zip(long, rooms, strict=True)):
            break
    sines = [(math.sin(math.radians(a)), math.sin(math.radians(_outwards(axes, a)))) for a in angles]
    reach = [0.0] + [axes[1] * at + (0.2 + have) * out for have, (at, out) in zip(long, sines, strict=True)]
    entries = [
        (node, lines, weight, angle)
        for (node, _, weight), lines, angle in zip(texts, words, angles, strict=True)
        if lines
    ]
    return axes, entries, max(axes[1], *reach) + 0.3, max(axes[1], *(-r for r in reach)) + 0.3


def _polar(centre, axes, angle, depth=1.0):
    turn = math.radians(angle)
    return centre[0] + depth * axes[0] * math.cos(turn), centre[1] - depth * axes[1] * math.sin(turn)


def _outwards(axes, angle):
    """Return the direction that leaves the ring at a point of it, in degrees."""
    if axes[0] == axes[1]:
        return angle
    turn = math.radians(angle)
    return math.degrees(math.atan2(math.sin(turn) / axes[1], math.cos(turn) / axes[0]))


def _radial(ax, place, angle, words, weight):
    """Write lines outwards from a point of a ring, always read from left to right."""
    right = math.cos(math.radians(angle)) >= -1e-9
    turn = angle if right else angle + 180
    down = math.radians(turn - 90)
    x, y = _polar(place, (GAP, GAP), angle)
    for i, line in enumerate(words):
        # The baseline belongs a third of the size below the middle of the ray.
        shift = line_height(FOOT) * 0.92 * (i - (len(words) - 1) / 2) + 0.33 * FOOT / 72 * CM
        more = {"rotation": (turn + 180) % 360 - 180, "rotation_mode": "anchor", "va": "baseline"}
        place = (x + shift * math.cos(down), y - shift * math.sin(down))
        put(ax, *place, line, size=FOOT, weight=weight, ha="left" if right else "right", **more)


def _chord(ax, centre, axes, one, other, color, **look):
    """Draw a curve inside a ring between two angles: the farther apart, the nearer to the middle."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    apart = (other - one + 180) % 360 - 180
    half = math.radians(abs(apart) / 2)
    depth = math.cos(half) * (0.9 - 0.45 * math.sin(half))
    points = [_polar(centre, axes, one), _polar(centre, axes, one + apart / 2, depth)]
    path = Path([*points, _polar(centre, axes, other)], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    return ax.add_patch(PathPatch(path, facecolor="none", edgecolor=color, **look))
