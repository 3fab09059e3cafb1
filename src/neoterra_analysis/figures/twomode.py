"""The two-mode network of notebook 03: laureates in the middle, their actors on both sides."""

from .. import labels, style
from .arrange import sides, spread, stack
from .frame import canvas, finish, listed, plural
from .ink import BODY, PLOT, balanced, block, line_height, put, symbol, tag, tile
from .signs import FILL, ROW, arrow, families, kinds, legend_rows, pointed, stroke, write_legend

THIN = {"color": style.FAINT, "linewidth": 0.55, "zorder": 0.6}
THICK = {"color": style.INK, "linewidth": 1.3, "zorder": 0.8}
DOTTED = {**THIN, "linestyle": (0, (2.5, 1.8))}


@style.drawing()
def two_mode(table, ctx):
    """Draw ``03-two-mode``: every laureate, every actor of its row, and a line between them.

    Parameters
    ----------
    table : DataFrame
        ``network.two_mode``: one row per laureate and actor.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    rows = table.to_dict("records")
    held = {laureate: [r for r in rows if r["laureate_id"] == laureate] for laureate in ctx.names}
    holders = {r["actor_id"]: [h["laureate_id"] for h in rows if h["actor_id"] == r["actor_id"]] for r in rows}
    shared = [a for a in holders if len(holders[a]) > 1]
    title = plural("two_mode.title", len(shared), ctx.lang, of=len(holders))
    most = max(holders, key=lambda a: (len(holders[a]), a), default=None)
    reading = most and labels.t(
        "two_mode.reading",
        ctx.lang,
        actor=ctx.actors[most],
        share=plural("frame.of", len(holders[most]), ctx.lang, of=ctx.n),
        names=labels.join([ctx.names[i] for i in holders[most]], ctx.lang),
    )
    signs = _two_mode_signs(rows, ctx)
    head = ROW * len(signs) + 0.25
    label, box_width = 4.5, 3.2
    actors, words, columns = _columns(held, holders, ctx, label)
    box_words = {i: balanced(ctx.names[i], box_width - 0.2, BODY, "bold") for i in held}
    box_tall = {i: line_height() * (len(w) + 1) + 0.2 for i, w in box_words.items()}
    need = [sum(t for b in c for _, t in b) + 0.16 * max(len(c) - 1, 0) for c in columns]
    height = max(*need, sum(box_tall.values()) + 0.15 * len(held))

    figure, ax = canvas(
        ctx,
        head + height + 0.05,
        title,
        labels.t("two_mode.subtitle", ctx.lang),
        reading or "",
        labels.t("two_mode.note", ctx.lang),
        hangs=("shared_actors",),
    )
    write_legend(ax, signs)
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
        mark = symbol(ax, x, y, style.of_type(r["actor_type"]), FILL[r["kind"]], 5.0)
        tag(mark, "node", "actor", actor)
        away, ha = (-0.2, "right") if x < PLOT / 2 else (0.2, "left")
        block(ax, x + away, y, words[actor], ha=ha, weight="bold" if actor in shared else "normal")
    for laureate, y in box.items():
        tall, step = box_tall[laureate], line_height()
        tag(tile(ax, left, y - tall / 2, box_width, tall, zorder=2), "node", "laureate", laureate)
        top = y - tall / 2 + 0.1
        top = block(ax, PLOT / 2, top, box_words[laureate], va="top", ha="center", weight="bold", zorder=3)
        count = labels.count(len(held[laureate]), "actor", ctx.lang)
        put(ax, PLOT / 2, top + step / 2, count, ha="center", color=style.SOFT, zorder=3)
    alt = _two_mode_alt(rows, held, shared, title, ctx)
    return finish(figure, "03-two-mode", ctx, title, alt, table)


def _columns(held, holders, ctx, width):
    """Gather the actors that stand in the outer columns, the lines of their labels, and the two columns."""
    rank = {laureate: i for i, laureate in enumerate(held)}
    actors = {r["actor_id"]: r for own in held.values() for r in own if r["node"] not in rank}
    words = {}
    for actor, r in actors.items():
        beside = [h["actor_id"] for h in held[r["laureate_id"]]]
        several = len(holders[actor]) > 1
        name = ctx.actors[actor]
        if r["parent"] in beside and not several:
            name = labels.t("network.example", ctx.lang, name=name)
        words[actor] = balanced(name, width, BODY, "bold" if several else "normal")
    tall = {a: line_height() * len(w) + 0.055 for a, w in words.items()}
    own = [(rank[i], [(a, tall[a]) for a in actors if holders[a] == [i]]) for i in held]
    shared = [a for a in actors if len(holders[a]) > 1]
    middle = [(sum(rank[i] for i in holders[a]) / len(holders[a]), [(a, tall[a])]) for a in shared]
    return actors, words, sides(own, middle)


def _two_mode_signs(rows, ctx):
    """Return the lines of the legend: kinds of actors, lines, families of types."""
    fills = kinds({r["kind"] for r in rows}, ctx, merged=False)
    lines = [(stroke(THICK), labels.t("two_mode.shared", ctx.lang))]
    if any(r["parent"] for r in rows):
        lines.append((stroke(DOTTED), labels.t("two_mode.nested", ctx.lang)))
    if any(r["node"] in ctx.names for r in rows):
        lines.append((pointed, labels.t("two_mode.laureate", ctx.lang)))
    shapes = families([r["actor_type"] for r in rows], ctx)
    return [*legend_rows(fills), *legend_rows(lines), *legend_rows(shapes, 0.2)]


def _two_mode_alt(rows, held, shared, title, ctx):
    parts = [
        labels.t(
            "network.alt_laureate",
            ctx.lang,
            name=ctx.names[i],
            # By name: in the order of the cell, the list would copy the fiche.
            actors=", ".join(sorted(ctx.actors[r["actor_id"]] for r in own)) or "–",
        )
        for i, own in held.items()
    ]
    return labels.t(
        "two_mode.alt" if shared else "two_mode.alt_none",
        ctx.lang,
        title=title,
        laureates=labels.count(len(held), "laureate", ctx.lang),
        edges=labels.count(len(rows), "edge", ctx.lang),
        tying=labels.join([ctx.actors[a] for a in shared], ctx.lang),
        parts=listed(parts, ctx.lang),
    )
