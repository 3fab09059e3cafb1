"""Figures of notebook 03 that draw networks: two-mode, co-occurrence as chords, laureates."""

import math
from collections import Counter

from ..words import palette
from .arrange import (
    GAP,
    around,
    free,
    labelled_ring,
    outwards,
    oval,
    polar,
    ring,
    sides,
    spread,
    stack,
    strongest,
    taller,
)
from .marks import arrow, box, sign, symbol, tag, tile
from .sheet import figure, fits, ids
from .text import (
    BODY,
    CM,
    FOOT,
    PLOT,
    ROW,
    balanced,
    block,
    held,
    legend,
    legend_rows,
    line_height,
    measure,
    put,
    shortened,
    wrap,
)

FILL = {"named": "full", "institution": "half", "generic": "hollow"}
THIN = {"color": palette.FAINT, "linewidth": 0.55, "zorder": 0.6}
THICK = {"color": palette.INK, "linewidth": 1.3, "zorder": 0.8}
DOTTED = {**THIN, "linestyle": (0, (2.5, 1.8))}
# Readable with every actor up to so many laureates, if the plot is no deeper (cm); beyond, `_most_shared` is drawn.
EVERY_ACTOR, DEEPEST = 12, 17.5
# What that draws: so many actors, so many laureates, and fewer actors where there are more lines.
MOST_SHARED, MOST_TIED, MOST_LINES = 20, 30, 90
MOST_NAMED = 900  # characters of the actors' names in the alt text; beyond, these are counted for each laureate
SQUARE = {"edgecolor": palette.MARK, "linewidth": 0.7, "zorder": 2}


@figure()
def two_mode(table, ctx):
    """Draw ``03-two-mode``: every laureate, every actor of its row, and a line between them.

    ``table`` is ``network.two_mode``: one row per laureate and actor.
    """
    rows = table.to_dict("records")
    held, holders = {laureate: [] for laureate in ctx.names}, {r["actor_id"]: [] for r in rows}
    for r in rows:
        held[r["laureate_id"]].append(r)
        holders[r["actor_id"]].append(r["laureate_id"])
    shared = [a for a in holders if len(holders[a]) > 1]
    form = "title" if len(shared) < len(holders) else "title_all"
    of = ctx.number(len(holders)) if shared else len(holders)
    title = ctx.plural(form, len(shared), of=of) if holders else ctx.word("network.no_actor")
    reading = ""
    if holders:
        most = max(holders, key=lambda a: (len(holders[a]), a))
        share = ctx.laureates(len(holders[most]), ctx.n)
        names = [ctx.names[i] for i in holders[most]]
        reading = ctx.one_line("reading", names, actor=ctx.actors[most], share=share)
    ax = ctx.blank(title) if not rows else None
    if ax is None and len(held) <= EVERY_ACTOR:
        ax = _every_actor(rows, held, holders, shared, title, reading, ctx)
    if ax is None:
        ax = _most_shared(rows, held, holders, title, reading, ctx)
    parts, counts = [], []
    for laureate, own in held.items():
        # By name: in the order of the cell, the list would copy the fiche.
        named = ", ".join(sorted(ctx.actors[r["actor_id"]] for r in own))
        for form, actors in ((parts, named or "–"), (counts, ctx.count(len(own), "actor"))):
            form.append(ctx.word("network.alt_laureate", name=ctx.names[laureate], actors=actors))
    if len(ctx.listed(parts)) > MOST_NAMED:
        parts = counts
    sizes = [len(own) for own in held.values()]
    numbers = {"laureates": ctx.count(len(held), "laureate"), "edges": ctx.count(len(rows), "edge"), "n": len(held)}
    tying = [ctx.actors[a] for a in sorted(shared, key=lambda a: -len(holders[a]))]
    return ctx.finish(
        ax, title, table, parts, "alt" if shared else "alt_none", sizes, tying=ctx.some(tying, 12), **numbers
    )


def _every_actor(rows, held, holders, shared, title, reading, ctx):
    """Draw the laureates between two columns of actors; return no axes where that is too deep."""
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
    if head + height > DEEPEST:
        return None

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
    middle = spread(wanted, box_tall, 0.15, head, head + height)
    left, right = (PLOT - box_width) / 2, (PLOT + box_width) / 2
    for r in rows:
        if r["actor_id"] in y_of:
            x = x_of[r["actor_id"]]
            ends = [x + 0.12, left] if x < PLOT / 2 else [x - 0.12, right]
            look = THICK if r["degree"] > 1 else DOTTED if r["parent"] else THIN
            line = ax.plot(ends, [y_of[r["actor_id"]], middle[r["laureate_id"]]], **look)[0]
        else:
            start, end = (right, middle[r["laureate_id"]]), (right, middle[r["node"]])
            bulge = (right + 0.4 + 0.12 * abs(start[1] - end[1]), (start[1] + end[1]) / 2)
            line = arrow(ax, start, bulge, end, linewidth=1.3)
        tag(line, "edge", r["laureate_id"], r["actor_id"])
    for actor, r in actors.items():
        x, y = x_of[actor], y_of[actor]
        mark = symbol(ax, x, y, palette.of_type(r["actor_type"]), FILL[r["kind"]], 5.0)
        tag(mark, "node", "actor", actor)
        away, ha = (-0.2, "right") if x < PLOT / 2 else (0.2, "left")
        block(ax, x + away, y, words[actor], ha=ha, weight="bold" if actor in shared else "normal")
    for laureate, y in middle.items():
        tall = box_tall[laureate]
        tag(tile(ax, left, y - tall / 2, box_width, tall, zorder=2), "node", "laureate", laureate)
        top = y - tall / 2 + 0.1
        top = block(ax, PLOT / 2, top, box_words[laureate], va="top", ha="center", weight="bold", zorder=3)
        count = ctx.count(len(held[laureate]), "actor")
        put(ax, PLOT / 2, top + line_height() / 2, count, ha="center", color=palette.SOFT, zorder=3)
    return ax


def _most_shared(rows, held, holders, title, reading, ctx):
    """Draw the most shared actors, the laureates that they tie the most, and the lines between; count the rest."""
    kind = {r["actor_id"]: r["kind"] for r in rows}
    ranked = sorted((a for a in holders if len(holders[a]) > 1), key=lambda a: (-len(holders[a]), ctx.actors[a], a))
    rank = {laureate: i for i, laureate in enumerate(held)}
    for number in range(min(len(ranked), MOST_SHARED), 0, -1):
        actors = ranked[:number]
        tied = Counter(i for a in actors for i in holders[a])
        laureates = sorted(tied, key=lambda i: (-tied[i], rank[i]))[:MOST_TIED]
        lines = [(a, i) for a in actors for i in holders[a] if i in laureates]
        if len(lines) <= MOST_LINES:
            break
    else:
        return ctx.blank(title)
    place = {a: i for i, a in enumerate(actors)}
    ends = {i: [place[a] for a, other in lines if other == i] for i in laureates}
    laureates.sort(key=lambda i: (sum(ends[i]) / len(ends[i]), rank[i]))  # near their actors: few crossings
    note = ctx.say(
        "note_most",
        limit=EVERY_ACTOR,
        actors=len(actors),
        laureates=len(laureates),
        lines=ctx.number(len(lines)),
        edges=ctx.number(len(rows)),
        shared=ctx.number(len(ranked) - len(actors)),
        single=ctx.number(len(holders) - len(ranked)),
        rest=ctx.number(len(held) - len(laureates)),
    )
    signs = _signs(ctx.kinds({kind[a] for a in actors}), {}, [{"actor_type": ctx.actor_types[a]} for a in actors], ctx)
    head = ROW * len(signs) + 0.25
    height = max(0.46 * len(actors), 0.42 * len(laureates))
    ax = ctx.sheet(head + height, title, reading, note, subtitle=ctx.say("subtitle_most"))
    legend(ax, signs)
    left, right = 5.2, 9.6
    y_of = {a: head + height * (i + 0.5) / len(actors) for i, a in enumerate(actors)}
    y_of |= {i: head + height * (k + 0.5) / len(laureates) for k, i in enumerate(laureates)}
    for actor, laureate in lines:
        look = {"color": palette.of_type(ctx.actor_types[actor]).color, "linewidth": 0.7, "zorder": 0.6}
        tag(ax.plot([left + 0.15, right - 0.1], [y_of[actor], y_of[laureate]], **look)[0], "edge", laureate, actor)
    for actor in actors:
        y, share = y_of[actor], f" ({len(holders[actor])})"
        name = shortened(ctx.actors[actor], left - 0.3 - measure(share), BODY, "bold")
        fill = "hollow" if kind[actor] == "generic" else "full"
        tag(symbol(ax, left, y, palette.of_type(ctx.actor_types[actor]), fill, 5.0), "node", "actor", actor)
        put(ax, left - 0.2, y, name + share, ha="right", weight="bold")
    for laureate in laureates:
        y, count = y_of[laureate], f" ({len(held[laureate])})"
        tag(box(ax, right - 0.1, y - 0.11, 0.22, 0.22, **SQUARE), "node", "laureate", laureate)
        put(ax, right + 0.25, y, shortened(ctx.names[laureate], PLOT - right - 0.3 - measure(count)) + count)
    return ax


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


# Readable as a ring up to so many actors, pairs, and pairs of several laureates, if no deeper than 18 cm; beyond, the
# last are drawn as a matrix.
MOST_ACTORS, MOST_PAIRS, MOST_REPEATED, DEEPEST_RING = 80, 350, 15, 18.0


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
    actors = {r["actor_id"]: r for r in rows}
    twice = [e for e in edges if e["count"] > 1]
    title = ctx.say(
        f"title.{'none' if not twice else 'one' if len(twice) == 1 else 'many'}",
        edges=ctx.number(len(edges)),
        pairs=len(edges),
        count=len(twice),
        pair=" – ".join(ctx.actors[twice[0][end]] for end in ("source", "target")) if twice else "",
        what=ctx.say(f"what_{which}"),
    )
    if not edges:
        title = ctx.word("network.no_pair", what=ctx.say(f"what_{which}"))
    drawn = {i: len(own) * (len(own) - 1) // 2 for i, own in held.items()}
    largest = max(drawn, key=drawn.get)
    share = ctx.percent(drawn[largest], len(edges))
    note = ctx.say("note", name=ctx.names[largest], edges=drawn[largest], of=len(edges), share=share)
    subtitle = ctx.say(f"subtitle_{which}")
    ax = ctx.blank(title, subtitle) if not edges else None
    if edges and len(actors) <= MOST_ACTORS and len(edges) <= MOST_PAIRS and len(twice) <= MOST_REPEATED:
        ax = _in_a_ring(rows, edges, held, twice, title, note, which, ctx)
    alt = "alt" if ax else "alt_matrix"
    if ax is None:
        ax = _repeated_pairs(actors, twice, len(edges), title, which, ctx) if twice else ctx.blank(title, subtitle)
    parts = [ctx.say("alt_part", name=ctx.names[i], edges=n) for i, n in drawn.items() if n]
    numbers = {"nodes": ctx.count(len(actors), "actor"), "edges": ctx.count(len(edges), "edge")}
    sizes = [n for n in drawn.values() if n]
    return ctx.finish(ax, title, table, parts, alt, sizes, repeated=ctx.number(len(twice)), **numbers)


def _in_a_ring(rows, edges, held, twice, title, note, which, ctx):
    """Draw all actors around a ring, and a curve for each pair; return no axes where that is too deep."""
    several = {r["actor_id"] for r in rows if r["degree"] > 1}
    groups = [(ctx.say("shared"), several)]
    groups += [(ctx.names[i], [a for a in own if a not in several]) for i, own in held.items()]
    axes, entries, up, down = labelled_ring([(name, nodes) for name, nodes in groups if nodes], ctx)
    fills, once = ctx.kinds({r["kind"] for r in rows}), _stroke(_edge(1, True))
    lines = {
        "plain": (True, _stroke(_edge(1, False))),
        "across": (several, once),
        "twice": (twice, _stroke(_edge(2, True))),
    }
    signs = _signs(fills if len(fills) > 1 else [], lines, rows, ctx)
    head = ROW * len(signs)
    if head + up + down > DEEPEST_RING:
        return None
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
        place = polar(centre, axes, angle)
        if node:
            fill = "hollow" if kind[node] == "generic" else "full"
            tag(symbol(ax, *place, palette.of_type(ctx.actor_types[node]), fill, 4.2), "node", node)
        _radial(ax, place, outwards(axes, angle), words, weight)
    return ax


def _repeated_pairs(actors, twice, pairs, title, which, ctx):
    """Draw the matrix of the pairs of actors that several laureates mobilise."""
    cells, order = strongest(twice, MOST_NAMES)
    first = cells[max(cells, key=lambda pair: (cells[pair]["count"], pair))]
    ends = {name: shortened(ctx.actors[first[end]], 3.8) for name, end in (("a", "source"), ("b", "target"))}
    reading = ctx.say("reading_matrix", **ends, share=ctx.laureates(first["count"], ctx.n))
    note = ctx.say(
        "note_matrix",
        nodes=MOST_ACTORS,
        pairs=MOST_PAIRS,
        repeated=MOST_REPEATED,
        drawn=ctx.number(len(cells)),
        of=ctx.number(len(twice)),
        actors=len(order),
        once=ctx.number(pairs - len(twice)),
    )
    fills = ctx.kinds({actors[a]["kind"] for a in order})
    signs = _signs(fills if len(fills) > 1 else [], {}, [actors[a] for a in order], ctx)
    subtitle = ctx.say("subtitle_matrix", what=ctx.say(f"what_{which}"))
    head = ROW * len(signs) + 0.15
    ax = ctx.sheet(head + _side(order) * len(order), title, reading, note, subtitle=subtitle)
    legend(ax, signs)
    for node, x, y in _matrix(ax, head, order, cells):
        fill = "hollow" if actors[node]["kind"] == "generic" else "full"
        tag(symbol(ax, x + 0.2, y, palette.of_type(ctx.actor_types[node]), fill, 4.5), "node", node)
        put(ax, x + 0.4, y, shortened(ctx.actors[node], PLOT - x - 0.4))
    return ax


MOST_NAMES = 30  # beside the diagonal of a matrix


def _side(order):
    """Return the side of a cell, in cm, of a matrix of so many rows."""
    return min(0.52, 11.1 / max(len(order), 1))


def _matrix(ax, top, order, cells):
    """Draw the lower half of a matrix of pairs; give each node, and where its name begins on the diagonal.

    A number is bold where the edge says that it holds organisations or institutions, or does not tell.
    """
    side, most = _side(order), max(e["count"] for e in cells.values())
    for i, row in enumerate(order):
        y = top + side * i
        for j, column in enumerate(order[:i]):
            e = cells.get((row, column)) or cells.get((column, row))
            e = e if e and e["count"] else None  # linked by a direct tie only
            face = palette.tint(palette.MARK, 0.1 + 0.7 * e["count"] / max(most, 1)) if e else palette.WHITE
            shape = box(ax, side * j, y, side, side, facecolor=face, edgecolor=palette.RULE, linewidth=0.5)
            if e:
                tag(shape, "cell", row, column)
                weight = "bold" if e.get("named", 1) else "normal"
                look = {"color": palette.text_on(face), "weight": weight, "size": 6.5, "zorder": 3}
                put(ax, side * (j + 0.5), y + side / 2, str(e["count"]), ha="center", **look)
        yield row, side * i, y + side / 2


def _edge(count, across):
    if count > 1:
        return {"color": palette.INK, "linewidth": 2.4, "zorder": 0.9}
    if across:
        return {"color": palette.MARK, "linewidth": 0.6, "zorder": 0.8}
    return {"color": palette.FAINT, "linewidth": 0.4, "zorder": 0.6}


def _radial(ax, place, angle, words, weight):
    """Write lines outwards from a point of a ring, always read from left to right."""
    right = math.cos(math.radians(angle)) >= -1e-9
    turn = angle if right else angle + 180
    down = math.radians(turn - 90)
    x, y = polar(place, (GAP, GAP), angle)
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
    points = [polar(centre, axes, one), polar(centre, axes, one + turn / 2, depth)]
    path = Path([*points, polar(centre, axes, other)], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    return ax.add_patch(PathPatch(path, facecolor="none", edgecolor=color, **look))


# Beyond so many laureates, a ring at equal angles is too crowded above and below: boxes are wider than high.
FEW, SPACING = 10, (3.3, 1.35)  # cm from one box to the next, sideways and downwards
# Readable as a ring up to so many laureates and links; beyond, a matrix holds the laureates of the strongest ones.
MOST_LAUREATES, MOST_LINKS = 12, 45
MOST_TOLD = 12  # links that the alt text of a matrix tells


@figure(words="laureates")
def laureate_projection(shared, direct, ctx):
    """Draw ``03-laureate-projection``: laureates that share actors, each link with the actors that make it.

    ``shared`` is ``network.edge_sources(incidence, "laureates")``, ``direct`` is ``network.direct_ties``.
    """
    edges, stated = shared.to_dict("records"), direct.to_dict("records")
    every = edges + stated
    linked = {r[end] for r in every for end in ("source", "target")}
    alone = [i for i in ctx.names if i not in linked]
    firm = sum(e["named"] > 0 for e in edges)
    of = ctx.n * (ctx.n - 1) // 2
    form = "all" if firm == len(edges) else "most" if 2 * firm > len(edges) else "many"
    form = "single" if ctx.n < 2 else "none" if not edges else "one" if len(edges) == 1 else form
    shown = {name: ctx.number(number) for name, number in (("pairs", len(edges)), ("of", of), ("shown", firm))}
    title = ctx.say(f"title.{form}", named=firm, all=of, **shown)
    most = max(edges, key=lambda e: (e["count"], e["source"], e["target"]), default=None)
    reading = ""
    if most:
        ends = {"a": ctx.names[most["source"]], "b": ctx.names[most["target"]]}
        reading = ctx.one_line("reading", [ctx.actors[a] for a in ids(most["actors"])], **ends)
    matrix = ctx.n > MOST_LAUREATES or len(every) > MOST_LINKS
    tied = []
    for tie in stated:
        kind = ctx.word(f"relation.{tie['kind']}")
        tied.append(f"{ctx.names[tie['source']]} {kind} {ctx.names[tie['target']]}")
    ax = None if matrix else _linked_ring(edges, stated, alone, title, reading, ctx)
    matrix = matrix or bool(every and not fits(ax))
    if matrix:
        ax = _linked_pairs(edges, stated, tied, alone, title, reading, ctx) if every else ctx.blank(title)
    told = edges
    if matrix:
        told = sorted(edges, key=lambda e: (-e["count"], -e["named"], e["source"], e["target"]))[:MOST_TOLD]
    parts = [ctx.say("alt_part", **_link_facts(e, ctx)) for e in told] + tied
    sizes = [e["count"] for e in told] + [len(shared)] * len(tied)
    alone = ctx.some([ctx.names[i] for i in alone], 12) if alone else ctx.say("nobody")
    alt = "alt_matrix" if matrix else "alt"
    return ctx.finish(ax, title, _links(shared, direct), parts, alt, sizes, n=ctx.n, alone=alone)


def _linked_ring(edges, stated, alone, title, reading, ctx):
    """Draw the laureates around a ring, their links as lines with the letters of the actors that make them."""
    every = edges + stated
    linked = {r[end] for r in every for end in ("source", "target")}
    order = ring([i for i in ctx.names if i in linked], [(r["source"], r["target"]) for r in every])
    makes = [a for e in edges for a in ids(e["actors"])]
    letters = {a: _letters(i) for i, a in enumerate(sorted(set(makes), key=lambda a: (-makes.count(a), a)))}

    signs = [(_stroke(_tie(n)), ctx.say(k)) for n, k in ((1, "firm"), (0, "generic"))]
    if stated:
        signs.append((_pointed, ctx.say("direct")))
    signs = signs if every else []
    keys = [(_letter(letters[a]), f"{ctx.actors[a]} ({makes.count(a)})") for a in letters]
    signs = [*legend_rows(signs), *legend_rows(keys, 0.3)]
    wide, high, width = 6.35, 4.1 if len(order) > 3 else 3.0, 2.3
    if len(order) > FEW:
        high = max(high, taller(len(order), wide, *SPACING))
    words = {i: held(ctx.names[i], width - 0.15, 3, BODY, "bold") for i in ctx.names}
    tall = {i: line_height() * len(w) + 0.26 for i, w in words.items()}
    label = ctx.say("alone")
    abreast = int((PLOT - measure(label) - 0.05) / (width + 0.25))
    lone = [alone[k : k + abreast] for k in range(0, len(alone), abreast)]
    head, foot = ROW * len(signs) + 0.35, (max(tall.values()) + 0.35) * len(lone)
    deep = 2 * high + max(tall.values()) + 0.2 if order else 0.0
    ax = ctx.sheet(head + deep + foot, title, reading)
    legend(ax, signs)
    centre = (PLOT / 2, head + deep / 2)
    turns = around([1] * len(order), 90 + 180 / max(len(order), 1))
    if len(order) > FEW:
        turns = oval([i / len(order) for i in range(len(order))], wide, high, *SPACING)
    place = {i: polar(centre, (wide, high), turn) for i, turn in zip(order, turns, strict=True)}
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
    for row, own in enumerate(lone):
        y = head + deep + foot - (max(tall.values()) + 0.35) * (len(lone) - 1 - row) - max(tall.values()) / 2 - 0.05
        put(ax, 0, y, "" if row else label, color=palette.SOFT)
        for k, i in enumerate(own):
            x = measure(label) + 0.3 + width / 2 + k * (width + 0.25)
            _laureate(ax, i, words[i], x, y, width, tall[i])
    return ax


def _linked_pairs(edges, stated, tied, alone, title, reading, ctx):
    """Draw the matrix of the laureates with the strongest links; count the others."""
    told = {frozenset((t["source"], t["target"])) for t in stated}
    pairs = [frozenset((e["source"], e["target"])) for e in edges]
    lone = [{**t, "count": 0, "named": 0} for t in stated if frozenset((t["source"], t["target"])) not in pairs]
    links = edges + list({frozenset((t["source"], t["target"])): t for t in lone}.values())
    cells, order = strongest(links, MOST_NAMES)
    sample = palette.tint(palette.MARK, 0.3)

    def number(weight):
        def draw(ax, x, y):
            box(ax, x - 0.16, y - 0.16, 0.32, 0.32, facecolor=sample)
            put(ax, x, y, "2", ha="center", weight=weight, zorder=3)

        return draw

    signs = [(number("bold"), ctx.say("matrix_firm")), (number("normal"), ctx.say("matrix_generic"))]
    if any(pair <= set(order) for pair in told):
        signs.append((lambda ax, x, y: box(ax, x - 0.16, y - 0.16, 0.32, 0.32, **FRAMED), ctx.say("direct")))
    signs = legend_rows(signs)
    note = ctx.say(
        "note_matrix",
        limit=MOST_LAUREATES,
        links=MOST_LINKS,
        drawn=ctx.number(sum(e["count"] > 0 for e in cells.values())),
        of=ctx.number(len(edges)),
        laureates=len(order),
        rest=ctx.number(ctx.n - len(order) - len(alone)),
    )
    side, head = _side(order), ROW * len(signs) + 0.15
    lines = wrap(f"{ctx.say('alone')} {ctx.some([ctx.names[i] for i in alone], 12)}", PLOT) if alone else []
    if tied:
        lines += wrap(f"{ctx.say('stated')} {ctx.some(tied, 6)}", PLOT)
    bottom = head + side * len(order)
    subtitle = ctx.say("subtitle_matrix")
    ax = ctx.sheet(bottom + line_height() * len(lines) + 0.2, title, reading, note, subtitle=subtitle)
    legend(ax, signs)
    for node, x, y in _matrix(ax, head, order, cells):
        put(ax, x + 0.15, y, shortened(ctx.names[node], PLOT - x - 0.15))
    place = {node: i for i, node in enumerate(order)}
    for pair in told:
        if pair <= set(order):
            column, row = sorted(place[i] for i in pair)
            frame = box(ax, side * column, head + side * row, side, side, **FRAMED)
            tag(frame, "arrow", order[column], order[row])
    block(ax, 0, bottom + 0.15, lines, va="top", color=palette.SOFT)
    return ax


FRAMED = {"facecolor": "none", "edgecolor": palette.INK, "linewidth": 1.4, "zorder": 2}


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
