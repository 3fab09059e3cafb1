"""Figures of notebook 03 that draw networks: two-mode, co-occurrence as chords, laureates."""

import math
from itertools import accumulate

from ..words import palette
from .arrange import around, free, oval, ring, sides, spread, stack, taller
from .marks import arrow, sign, symbol, tag, tile
from .sheet import figure, ids
from .text import BODY, CM, FOOT, PLOT, ROW, balanced, block, legend, legend_rows, line_height, measure, put

FILL = {"named": "full", "institution": "half", "generic": "hollow"}
THIN = {"color": palette.FAINT, "linewidth": 0.55, "zorder": 0.6}
THICK = {"color": palette.INK, "linewidth": 1.3, "zorder": 0.8}
DOTTED = {**THIN, "linestyle": (0, (2.5, 1.8))}


@figure()
def two_mode(table, ctx):
    """Draw ``03-two-mode``: every laureate, every actor of its row, and a line between them.

    ``table`` is ``network.two_mode``: one row per laureate and actor.
    """
    rows = table.to_dict("records")
    held = {laureate: [r for r in rows if r["laureate_id"] == laureate] for laureate in ctx.names}
    holders = {r["actor_id"]: [h["laureate_id"] for h in rows if h["actor_id"] == r["actor_id"]] for r in rows}
    shared = [a for a in holders if len(holders[a]) > 1]
    title = ctx.plural("title", len(shared), of=len(holders))
    reading = ""
    if holders:
        most = max(holders, key=lambda a: (len(holders[a]), a))
        share = ctx.laureates(len(holders[most]), ctx.n)
        names = ctx.join(ctx.names[i] for i in holders[most])
        reading = ctx.say("reading", actor=ctx.actors[most], share=share, names=names)
    present = {r["kind"] for r in rows}
    fills = [(sign(fill=fill), ctx.word(f"kind.{kind}")) for kind, fill in FILL.items() if kind in present]
    nested, between = any(r["parent"] for r in rows), any(r["node"] in ctx.names for r in rows)
    lines = {"shared": (True, _stroke(THICK)), "nested": (nested, _stroke(DOTTED)), "laureate": (between, _pointed)}
    signs = _signs(fills, lines, rows, ctx)
    head = ROW * len(signs) + 0.25
    label, box_width = 4.5, 3.2
    actors, words, columns = _columns(held, holders, ctx, label)
    box_words = {i: balanced(ctx.names[i], box_width - 0.2, BODY, "bold") for i in held}
    box_tall = {i: line_height() * (len(w) + 1) + 0.2 for i, w in box_words.items()}
    need = [sum(t for b in c for _, t in b) + 0.16 * max(len(c) - 1, 0) for c in columns]
    height = max(*need, sum(box_tall.values()) + 0.15 * len(held))

    ax = ctx.sheet(head + height + 0.05, title, reading)
    legend(ax, signs)
    places = [stack(column, height) for column in columns]
    x_of = {a: label + 0.25 if side == 0 else PLOT - label - 0.25 for side in (0, 1) for a in places[side]}
    y_of = {a: head + y for column in places for a, y in column.items()}
    wanted = {}
    for laureate in held:
        mine = [r["actor_id"] for r in held[laureate] if r["actor_id"] in y_of]
        ys = [y_of[a] for a in mine if a not in shared] or [y_of[a] for a in mine] or [head + height / 2]
        wanted[laureate] = sum(ys) / len(ys)
    box = spread(wanted, box_tall, 0.15, head, head + height)
    left, right = (PLOT - box_width) / 2, (PLOT + box_width) / 2
    for r in rows:
        if r["actor_id"] in y_of:
            x = x_of[r["actor_id"]]
            ends = [x + 0.12, left] if x < PLOT / 2 else [x - 0.12, right]
            look = THICK if r["degree"] > 1 else DOTTED if r["parent"] else THIN
            line = ax.plot(ends, [y_of[r["actor_id"]], box[r["laureate_id"]]], **look)[0]
        else:
            start, end = (right, box[r["laureate_id"]]), (right, box[r["node"]])
            bulge = (right + 0.4 + 0.12 * abs(start[1] - end[1]), (start[1] + end[1]) / 2)
            line = arrow(ax, start, bulge, end, linewidth=1.3)
        tag(line, "edge", r["laureate_id"], r["actor_id"])
    for actor, r in actors.items():
        x, y = x_of[actor], y_of[actor]
        mark = symbol(ax, x, y, palette.of_type(r["actor_type"]), FILL[r["kind"]], 5.0)
        tag(mark, "node", "actor", actor)
        away, ha = (-0.2, "right") if x < PLOT / 2 else (0.2, "left")
        block(ax, x + away, y, words[actor], ha=ha, weight="bold" if actor in shared else "normal")
    for laureate, y in box.items():
        tall = box_tall[laureate]
        tag(tile(ax, left, y - tall / 2, box_width, tall, zorder=2), "node", "laureate", laureate)
        top = y - tall / 2 + 0.1
        top = block(ax, PLOT / 2, top, box_words[laureate], va="top", ha="center", weight="bold", zorder=3)
        count = ctx.count(len(held[laureate]), "actor")
        put(ax, PLOT / 2, top + line_height() / 2, count, ha="center", color=palette.SOFT, zorder=3)
    parts = []
    for laureate, own in held.items():
        # By name: in the order of the cell, the list would copy the fiche.
        named = ", ".join(sorted(ctx.actors[r["actor_id"]] for r in own))
        parts.append(ctx.word("network.alt_laureate", name=ctx.names[laureate], actors=named or "–"))
    numbers = {"laureates": ctx.count(len(held), "laureate"), "edges": ctx.count(len(rows), "edge")}
    tying = ctx.join(ctx.actors[a] for a in shared)
    return ctx.finish(ax, title, table, parts, "alt" if shared else "alt_none", tying=tying, **numbers)


def _columns(held, holders, ctx, width):
    """Gather the actors that stand in the outer columns, the lines of their labels, and the two columns."""
    rank = {laureate: i for i, laureate in enumerate(held)}
    actors = {r["actor_id"]: r for own in held.values() for r in own if r["node"] not in rank}
    words = {}
    for actor, r in actors.items():
        several = len(holders[actor]) > 1
        name = ctx.actors[actor]
        if not several and r["parent"] in [h["actor_id"] for h in held[r["laureate_id"]]]:
            name = ctx.word("network.example", name=name)
        words[actor] = balanced(name, width, BODY, "bold" if several else "normal")
    tall = {a: line_height() * len(w) + 0.055 for a, w in words.items()}
    own = [(rank[i], [(a, tall[a]) for a in actors if holders[a] == [i]]) for i in held]
    shared = [a for a in actors if len(holders[a]) > 1]
    middle = [(sum(rank[i] for i in holders[a]) / len(holders[a]), [(a, tall[a])]) for a in shared]
    return actors, words, sides(own, middle)


def _signs(fills, lines, rows, ctx):
    """Return the lines of a legend: kinds of actors, the lines that are drawn, families of types."""
    lines = [(draw, ctx.say(name)) for name, (drawn, draw) in lines.items() if drawn]
    shapes = ctx.families([r["actor_type"] for r in rows])
    return [*legend_rows(fills), *legend_rows(lines), *legend_rows(shapes, 0.2)]


def _stroke(look):
    """Return the sign of a line."""
    return lambda ax, x, y: ax.plot([x - 0.15, x + 0.2], [y, y], **look)


def _pointed(ax, x, y):
    """Draw the sign of an arrow."""
    ax.plot([x - 0.15, x + 0.05], [y, y], color=palette.INK, linewidth=1.3)
    ax.plot([x + 0.1], [y], linestyle="none", marker=">", markersize=4.5, color=palette.INK)


GAP = 0.18  # cm, from a node to its label
WIDEST = 5.0  # cm, half the width of the ring: beyond, it becomes an oval, so that labels keep room on both sides


@figure(words="co_occurrence")
def co_occurrence_named(mobilised, edges, ctx):
    """Draw ``03-co-occurrence-named``: organisations and institutions printed in the same row.

    ``mobilised`` is ``network.two_mode`` restricted to ``network.NAMED``,
    ``edges`` is ``network.project`` of the same actors; the figure's data.
    """
    return _co_occurrence(mobilised, edges, ctx, "named")


@figure(words="co_occurrence")
def co_occurrence_all(mobilised, edges, ctx):
    """Draw ``03-co-occurrence-all``: all actors printed in the same row, categories included.

    ``mobilised`` is ``network.two_mode`` of all kinds,
    ``edges`` is ``network.project`` of the same actors; the figure's data.
    """
    return _co_occurrence(mobilised, edges, ctx, "all")


def _co_occurrence(mobilised, table, ctx, which):
    edges, rows = table.to_dict("records"), mobilised.to_dict("records")
    held = {i: [r["actor_id"] for r in rows if r["laureate_id"] == i] for i in ctx.names}
    several = {r["actor_id"] for r in rows if r["degree"] > 1}
    groups = [(ctx.say("shared"), several)]
    groups += [(ctx.names[i], [a for a in own if a not in several]) for i, own in held.items()]
    axes, entries, up, down = _ring([(name, nodes) for name, nodes in groups if nodes], ctx)

    twice = [e for e in edges if e["count"] > 1]
    title = ctx.say(
        f"title.{'none' if not twice else 'one' if len(twice) == 1 else 'many'}",
        edges=ctx.number(len(edges)),
        count=len(twice),
        pair=" – ".join(ctx.actors[twice[0][end]] for end in ("source", "target")) if twice else "",
        what=ctx.say(f"what_{which}"),
    )
    drawn = {i: len(own) * (len(own) - 1) // 2 for i, own in held.items()}
    largest = max(drawn, key=drawn.get)
    share = ctx.percent(drawn[largest], len(edges))
    note = ctx.say("note", name=ctx.names[largest], edges=drawn[largest], of=len(edges), share=share)
    fills, once = ctx.kinds({r["kind"] for r in rows}), _stroke(_edge(1, True))
    lines = {
        "plain": (True, _stroke(_edge(1, False))),
        "across": (several, once),
        "twice": (twice, _stroke(_edge(2, True))),
    }
    signs = _signs(fills if len(fills) > 1 else [], lines, rows, ctx)
    head = ROW * len(signs)
    ax = ctx.sheet(head + up + down, title, ctx.say("reading"), note, subtitle=ctx.say(f"subtitle_{which}"))
    legend(ax, signs)
    centre = (PLOT / 2, head + up)
    angle_of = {node: angle for node, _, _, angle in entries if node}
    for e in edges:
        look = _edge(e["count"], bool(several & {e["source"], e["target"]}))
        curve = _chord(ax, centre, axes, angle_of[e["source"]], angle_of[e["target"]], **look)
        tag(curve, "edge", e["source"], e["target"])
    kind = {r["actor_id"]: r["kind"] for r in rows}
    for node, words, weight, angle in entries:
        place = _polar(centre, axes, angle)
        if node:
            fill = "hollow" if kind[node] == "generic" else "full"
            tag(symbol(ax, *place, palette.of_type(ctx.actor_types[node]), fill, 4.2), "node", node)
        _radial(ax, place, _outwards(axes, angle), words, weight)
    parts = [ctx.say("alt_part", name=ctx.names[i], edges=n) for i, n in drawn.items() if n]
    numbers = {"nodes": ctx.count(len(angle_of), "actor"), "edges": ctx.count(len(edges), "edge")}
    return ctx.finish(ax, title, table, parts, **numbers)


def _edge(count, across):
    if count > 1:
        return {"color": palette.INK, "linewidth": 2.4, "zorder": 0.9}
    if across:
        return {"color": palette.MARK, "linewidth": 0.6, "zorder": 0.8}
    return {"color": palette.FAINT, "linewidth": 0.4, "zorder": 0.6}


def _ring(groups, ctx):
    """Lay labels out around a ring: its half axes, (node, lines, weight, angle) of each, room above and below."""

    def order(actor):
        return list(palette.FAMILY).index(ctx.actor_types[actor]), ctx.actors[actor].casefold(), actor

    step = line_height(FOOT) * 0.92
    texts = []
    for name, nodes in groups:
        nodes = sorted(nodes, key=order)
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

    turn = (other - one + 180) % 360 - 180
    half = math.radians(abs(turn) / 2)
    depth = math.cos(half) * (0.9 - 0.45 * math.sin(half))
    points = [_polar(centre, axes, one), _polar(centre, axes, one + turn / 2, depth)]
    path = Path([*points, _polar(centre, axes, other)], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    return ax.add_patch(PathPatch(path, facecolor="none", edgecolor=color, **look))


# Beyond so many laureates, a ring at equal angles is too crowded above and below: boxes are wider than high.
FEW, SPACING = 10, (3.3, 1.35)  # cm from one box to the next, sideways and downwards


@figure(words="laureates")
def laureate_projection(shared, direct, ctx):
    """Draw ``03-laureate-projection``: laureates that share actors, each link with the actors that make it.

    ``shared`` is ``network.edge_sources(incidence, "laureates")``, ``direct`` is ``network.direct_ties``.
    """
    edges, stated = shared.to_dict("records"), direct.to_dict("records")
    every = edges + stated
    linked = {r[end] for r in every for end in ("source", "target")}
    alone = [i for i in ctx.names if i not in linked]
    order = ring([i for i in ctx.names if i in linked], [(r["source"], r["target"]) for r in every])
    makes = [a for e in edges for a in ids(e["actors"])]
    letters = {a: _letters(i) for i, a in enumerate(sorted(set(makes), key=lambda a: (-makes.count(a), a)))}

    firm = sum(e["named"] > 0 for e in edges)
    title = ctx.plural("title", len(edges), of=ctx.n * (ctx.n - 1) // 2, named=firm)
    most = max(edges, key=lambda e: (e["count"], e["source"], e["target"]), default=None)
    signs = [(_stroke(_tie(n)), ctx.say(k)) for n, k in ((1, "firm"), (0, "generic"))]
    if stated:
        signs.append((_pointed, ctx.say("direct")))
    keys = [(_letter(letters[a]), f"{ctx.actors[a]} ({makes.count(a)})") for a in letters]
    signs = [*legend_rows(signs), *legend_rows(keys, 0.3)]
    wide, high, width = 6.35, 4.1, 2.3
    if len(order) > FEW:
        high = max(high, taller(len(order), wide, *SPACING))
    words = {i: balanced(ctx.names[i], width - 0.15, BODY, "bold") for i in ctx.names}
    tall = {i: line_height() * len(w) + 0.26 for i, w in words.items()}
    head, foot = ROW * len(signs) + 0.35, (max(tall.values()) + 0.35 if alone else 0.0)
    deep = 2 * high + max(tall.values()) + 0.2 if order else 0.0
    ax = ctx.sheet(head + deep + foot, title, ctx.say("reading", **_link_facts(most, ctx)) if most else "")
    legend(ax, signs)
    centre = (PLOT / 2, head + deep / 2)
    turns = around([1] * len(order), 90 + 180 / max(len(order), 1))
    if len(order) > FEW:
        turns = oval([i / len(order) for i in range(len(order))], wide, high, *SPACING)
    place = {i: _polar(centre, (wide, high), turn) for i, turn in zip(order, turns, strict=True)}
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
        label, y = ctx.say("alone"), head + deep + foot - max(tall.values()) / 2 - 0.05
        put(ax, 0, y, label, color=palette.SOFT)
        for k, i in enumerate(alone):
            x = measure(label) + 0.3 + width / 2 + k * (width + 0.25)
            _laureate(ax, i, words[i], x, y, width, tall[i])
    parts = [ctx.say("alt_part", **_link_facts(e, ctx)) for e in edges]
    for tie in stated:
        kind = ctx.word(f"relation.{tie['kind']}")
        parts.append(f"{ctx.names[tie['source']]} {kind} {ctx.names[tie['target']]}")
    names = ctx.join(ctx.names[i] for i in alone) or ctx.say("nobody")
    return ctx.finish(ax, title, _links(shared, direct), parts, n=ctx.n, alone=names)


def _link_facts(edge, ctx):
    """Name both ends of a link and the actors that make it."""
    actors = ctx.join(ctx.actors[i] for i in ids(edge["actors"]))
    return {"a": ctx.names[edge["source"]], "b": ctx.names[edge["target"]], "actors": actors}


def _letters(number):
    """Return A, B, ... Z, AA, AB, ... for 0, 1, ..."""
    return (_letters(number // 26 - 1) if number >= 26 else "") + chr(65 + number % 26)


def _letter(character):
    """Return the sign of a letter in a small box."""

    def draw(ax, x, y):
        tile(ax, x - 0.14, y - 0.165, 0.33, 0.33, facecolor=palette.WHITE, linewidth=0.6)
        put(ax, x + 0.025, y, character, weight="bold", ha="center", zorder=3)

    return draw


def _tie(named):
    if named:
        return {"color": palette.INK, "linewidth": 1.6, "zorder": 0.8}
    return {"color": palette.MARK, "linewidth": 0.9, "linestyle": (0, (3, 1.6)), "zorder": 0.7}


def _steps(curve):
    """Return points of a curve, the middle first, then farther and farther from it."""
    return [curve(0.5 + sign * d / 50) for d in range(18) for sign in ((1, -1) if d else (1,))]


def _chip(ax, a, b, text, taken):
    """Write the letters of a link on it, where nothing else stands."""
    width = max(0.36, measure(text, BODY, "bold") + 0.18)
    points = _steps(lambda t: (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t))
    x, y = free(points, taken, width + 0.1, 0.46)
    taken.append((x, y, width, 0.36))
    tile(ax, x - width / 2, y - 0.18, width, 0.36, facecolor=palette.WHITE, zorder=2, linewidth=0.6)
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
    text = ctx.word(f"relation.{tie['kind']}")
    width = measure(text) + 0.16
    points = _steps(curve)
    if abs(first - last) < 0.5:
        # Too short to carry its word: it goes outside the bend.
        out = (control[0] - centre[0], control[1] - centre[1])
        far = math.hypot(*out) or 1.0
        points = [(control[0] + out[0] / far * d / 10, control[1] + out[1] / far * d / 10) for d in range(30)]
    x, y = free(points, taken, width, 0.34)
    taken.append((x, y, width, 0.34))
    tile(ax, x - width / 2, y - 0.17, width, 0.34, facecolor=palette.WHITE, edgecolor=palette.WHITE, zorder=2.6)
    put(ax, x, y, text, ha="center", zorder=3)


def _laureate(ax, laureate, words, x, y, width, height):
    tag(tile(ax, x - width / 2, y - height / 2, width, height, zorder=2.55), "node", laureate)
    block(ax, x, y, words, ha="center", weight="bold", zorder=3)


def _links(shared, direct):
    """Put shared actors and direct ties in one table, for the CSV."""
    import pandas as pd

    made = shared.assign(kind=["shares_named" if n else "shares_category" for n in shared["named"]])
    table = pd.concat([made, direct.assign(count=0, named=0, actors="")], ignore_index=True)
    return table[["source", "target", "kind", "count", "named", "actors"]]
