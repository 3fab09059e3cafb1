"""Figures of notebook 03 that count: edges by type, by row, by index; who ties laureates; mix of types."""

from ..words import palette
from .marks import PLAIN, box, rule, sign, stripes, symbol, tag
from .sheet import figure, ids
from .text import BODY, PLOT, ROW, balanced, block, legend, legend_rows, line_height, measure, put, upright, wrap

INDICES = ("count", "newman", "jaccard", "association_strength")
POINTER = palette.Look(palette.INK, palette.INK, "v", "")


@figure(words="type_pairs")
def type_co_occurrence(every, named, ctx):
    """Draw ``03-type-co-occurrence``: laureates that mobilise both of two types of actors.

    ``every`` and ``named`` are ``network.co_occurrence`` of types: of all kinds of actors, and of ``network.NAMED``.
    """
    count, firm = _by_pair(every), _by_pair(named)
    types = [t for t in palette.FAMILY if (t, t) in count]
    name = {t: ctx.word(f"type.{t}") for t in types}
    pairs = [(a, b) for i, b in enumerate(types) for a in types[:i]]
    top = max((count[p] for p in pairs), default=0)
    best = [p for p in pairs if count[p] == top and top]
    facts = [{"a": name[a], "b": name[b], "count": top, "named": firm.get((a, b), 0)} for a, b in best]
    met = sum(count[p] > 0 for p in pairs)
    title = ctx.plural("title", top, of=ctx.n, met=met, pairs=len(pairs))
    reading = ctx.say("reading", share=ctx.laureates(top, ctx.n), **facts[0]) if facts else ""
    signs = legend_rows(ctx.families(types), 0.35)
    cell, head = 0.76, ROW * len(signs) + 0.12
    ax = ctx.sheet(head + cell * len(types), title, reading)
    legend(ax, signs)
    for i, row in enumerate(types):
        y = head + cell * i
        for j, column in enumerate(types[: i + 1]):
            both = count[row, column]
            face = palette.tint(palette.MARK, min(0.16 + 0.2 * both, 1)) if i != j and both else palette.WHITE
            shape = box(ax, cell * j, y, cell, cell, facecolor=face, edgecolor=palette.RULE, linewidth=0.7)
            tag(shape, "cell", row, column)
            if both:
                look = {"ha": "center", "color": palette.text_on(face), "zorder": 3}
                put(ax, cell * (j + 0.5), y + cell * 0.34, str(both), weight="bold", **look)
                put(ax, cell * (j + 0.5), y + cell * 0.7, f"({firm.get((row, column), 0)})", size=6.5, **look)
        x = cell * (i + 1)
        symbol(ax, x + 0.22, y + cell / 2, palette.of_type(row), size=5.5)
        block(ax, x + 0.42, y + cell / 2, wrap(name[row], PLOT - x - 0.45))
    spread = []
    for number in range(top, -1, -1):
        how_many = ctx.count(sum(count[p] == number for p in pairs), "pair")
        spread.append(ctx.say("spread", pairs=how_many, laureates=ctx.count(number, "laureate")))
    parts = [ctx.say("alt_part", **words) for words in facts]
    data = every.assign(count_named=[firm.get(p, 0) for p in zip(every["source"], every["target"], strict=True)])
    data = data[["source", "target", "count", "count_named", "of"]]
    return ctx.finish(ax, title, data, parts, types=len(types), spread=ctx.join(spread))


def _by_pair(table):
    return {(a, b): n for a, b, n in zip(table["source"], table["target"], table["count"], strict=True)}


@figure()
def row_shares(every, named, ctx):
    """Draw ``03-row-shares``: the part of the edges between actors that each row draws.

    ``every`` and ``named`` are ``network.row_shares`` of all kinds of actors, and of ``network.NAMED``.
    """
    import pandas as pd

    panels = {"named": named.to_dict("records"), "all": every.to_dict("records")}
    most = {which: max(rows, key=lambda r: r["pairs"]) for which, rows in panels.items()}
    name = {which: ctx.names[r["laureate_id"]] for which, r in most.items()}
    share = {which: _percent(r, ctx) for which, r in most.items()}
    facts = {f"{which}_{k}": words[which] for which in panels for k, words in (("name", name), ("share", share))}
    title = ctx.say(f"title.{'one' if name['named'] == name['all'] else 'two'}", **facts)
    left, gap, head = 4.2, 0.3, 0.6
    names = [wrap(ctx.names[r["laureate_id"]], left - 0.2) for r in panels["all"]]
    tall = [max(0.5, line_height() * len(words) + 0.14) for words in names]
    panel = (PLOT - left - gap) / 2
    bottom = head + sum(tall)
    ax = ctx.sheet(bottom, title, ctx.say("reading", **{**most["all"], "name": name["all"], "share": share["all"]}))
    middles = [middle for _, middle in stripes(ax, head, tall)]
    for words, y in zip(names, middles, strict=True):
        block(ax, 0.1, y, words)
    values = {
        which: [ctx.say("value", pairs=r["pairs"], share=_percent(r, ctx), actors=r["actors"]) for r in rows]
        for which, rows in panels.items()
    }
    widest = max(measure(words) for rows in values.values() for words in rows)
    scale = (panel - widest - 0.15) / (max(r["share"] for rows in panels.values() for r in rows) or 1)
    for p, (which, rows) in enumerate(panels.items()):
        x = left + p * (panel + gap)
        put(ax, x, 0.25, ctx.say(which, edges=ctx.number(rows[0]["edges"])), weight="bold")
        for r, y, words in zip(rows, middles, values[which], strict=True):
            wide = scale * r["share"]
            shape = box(ax, x, y - 0.14, wide, 0.28, facecolor=palette.MARK, edgecolor=palette.MARK, linewidth=0.5)
            tag(shape, "bar", which, r["laureate_id"])
            put(ax, x + wide + 0.1, y, words)
        rule(ax, x, x, head, bottom, color=palette.SOFT)
    parts = [
        ctx.say("alt_part", name=ctx.names[a["laureate_id"]], named=a["pairs"], every=b["pairs"])
        for a, b in zip(*panels.values(), strict=True)
    ]
    data = pd.concat([named.assign(kinds="named"), every.assign(kinds="all")], ignore_index=True)
    edges = {"named": most["named"]["edges"], "every": most["all"]["edges"]}
    return ctx.finish(ax, title, data, parts, **edges)


def _percent(row, ctx):
    return ctx.word("network.below") if 0 < row["share"] < 0.005 else ctx.percent(row["pairs"], row["edges"])


@figure()
def indices(levels, ctx):
    """Draw ``03-indices``: the edges ranked by each index, ties together, and where the repeated ones stand.

    ``levels`` is ``network.index_levels``.
    """
    rows = {index: levels[levels["index"] == index].to_dict("records") for index in INDICES}
    edges = sum(r["edges"] for r in rows["count"])
    repeated = sum(r["repeated"] for r in rows["count"])
    first = {i: next((r["rank"] for r in rows[i] if r["repeated"]), 0) for i in INDICES}
    form = "one" if repeated == 1 else "many" if repeated else "zero"
    ranks = {f"rank_{i}": rank for i, rank in first.items()}
    title = ctx.say(f"title.{form}", edges=edges, count=repeated, **ranks)
    before = first["jaccard"] - 1
    tones = [palette.tint(palette.MARK, share) for share in (0.45, 0.2)]
    edge = {"edgecolor": palette.SOFT, "linewidth": 0.4}

    def two_tones(ax, x, y):
        box(ax, x - 0.15, y - 0.12, 0.15, 0.24, facecolor=tones[0], **edge)
        box(ax, x, y - 0.12, 0.15, 0.24, facecolor=tones[1], **edge)

    signs = legend_rows([(two_tones, ctx.say("level")), (sign(POINTER, size=5.5), ctx.say("repeated"))])
    left, step, head = 3.4, 1.2, ROW * len(signs) + 0.35
    bottom = head + step * len(INDICES)
    ax = ctx.sheet(bottom + 0.15, title, ctx.say("reading", before=before, edges=edges) if before > 0 else "")
    legend(ax, signs)
    scale = (PLOT - left) / max(edges, 1)
    for i, index in enumerate(INDICES):
        y = head + step * i + 0.35
        block(ax, 0, y + 0.21, wrap(ctx.word(f"index.{index}"), left - 0.3, weight="bold"), weight="bold")
        for k, r in enumerate(rows[index]):
            x, wide = left + scale * (r["rank"] - 1), scale * r["edges"]
            tag(box(ax, x, y, wide, 0.42, facecolor=tones[k % 2], **edge), "level", index, str(r["rank"]))
            value = _value(r["value"], ctx)
            if measure(value) + 0.12 < wide:
                put(ax, x + wide / 2, y + 0.21, value, ha="center", zorder=3)
        _pointers(ax, ctx, rows[index], index, left, scale, y)
    put(ax, left, bottom, ctx.say("first"), color=palette.SOFT)
    put(ax, PLOT, bottom, ctx.say("last", edges=edges), color=palette.SOFT, ha="right")
    parts = [
        ctx.say(
            "alt_part",
            index=ctx.word(f"index.{i}"),
            levels=len(rows[i]),
            top=ctx.count(rows[i][0]["edges"], "pair"),
            value=_value(rows[i][0]["value"], ctx),
            rank=first[i] or "–",
        )
        for i in INDICES
        if rows[i]
    ]
    return ctx.finish(ax, title, levels, parts, edges=edges)


def _value(value, ctx):
    return ctx.number(value, next(d for d in (0, 1, 2, 3) if d == 3 or abs(value - round(value, d)) < 1e-9))


def _pointers(ax, ctx, rows, index, left, scale, y):
    """Point at the levels that hold repeated edges; write their ranks where there is room."""
    clear = left
    for r in (r for r in rows if r["repeated"]):
        x = left + scale * (r["rank"] - 1 + r["edges"] / 2)
        tag(symbol(ax, x, y - 0.12, POINTER, size=5.5), "pointer", index, str(r["rank"]))
        last = r["rank"] + r["edges"] - 1
        words = ctx.say(f"rank.{'one' if last == r['rank'] else 'many'}", rank=r["rank"], last=last)
        wide = measure(words, BODY, "bold")
        start = min(max(x - wide / 2, left), PLOT - wide)
        if start >= clear - 1e-9:
            put(ax, start, y - 0.12 - line_height() * 0.9, words, weight="bold")
            clear = start + wide + 0.15


@figure()
def ties(table, ctx):
    """Draw ``03-ties``: the actors that several laureates mobilise, and which laureates these are.

    ``table`` is ``network.ties``.
    """
    rows = table.to_dict("records")
    facts = [ctx.facts(r) for r in rows]
    title = ctx.plural("title", len(rows), **facts[0]) if rows else ctx.say("none")
    left, right, step = 4.4, 1.0, 0.62
    shares = {r["count"]: ctx.share(r["count"], ctx.n) for r in rows}
    share = 0.15 + max((measure(words, weight="bold") for words in shares.values()), default=0.0)
    if right + (PLOT - left - right) / max(ctx.n, 1) / 2 < share + 0.05:  # the last symbol would touch the numbers
        right = share
    pitch = (PLOT - left - right) / max(ctx.n, 1)
    place = {laureate: left + pitch * (j + 0.5) for j, laureate in enumerate(ctx.names)}
    heads = {i: balanced(name, 2.6, BODY) for i, name in ctx.names.items()}
    shapes = ctx.families([ctx.actor_types[r["actor_id"]] for r in rows])
    signs = [*legend_rows(ctx.kinds({r["kind"] for r in rows})), *legend_rows(shapes, 0.35)]
    head = ROW * len(signs) + 0.2 + max(measure(line) for words in heads.values() for line in words)
    reading = ctx.say("reading", **facts[0]) if rows else ""
    ax = ctx.sheet(head + 0.15 + step * len(rows), title, reading)
    legend(ax, signs)
    for laureate, x in place.items():
        upright(ax, x, head, heads[laureate])
    for r, (_, y) in zip(rows, stripes(ax, head + 0.15, [step] * len(rows)), strict=True):
        actor = r["actor_id"]
        block(ax, 0.1, y, wrap(ctx.actors[actor], left - 0.2))
        own = {laureate: x for laureate, x in place.items() if laureate in ids(r["laureates"])}
        rule(ax, min(own.values()), max(own.values()), y, color=palette.FAINT, width=0.9)
        fill = "hollow" if r["kind"] == "generic" else "full"
        for laureate, x in own.items():
            tag(symbol(ax, x, y, palette.of_type(ctx.actor_types[actor]), fill, 7.0), "dot", actor, laureate)
        put(ax, PLOT - 0.05, y, shares[r["count"]], weight="bold", ha="right")
    return ctx.finish(ax, title, table, [ctx.say("alt_part", **words) for words in facts])


DASHED = {"color": palette.INK, "linewidth": 1.2, "linestyle": (0, (2, 1))}


@figure()
def type_mix(table, summary, ctx):
    """Draw ``03-type-mix``: types of actors, and actors, of each laureate; connecteurs and the others.

    ``table`` is ``network.type_mix``, ``summary`` is ``network.type_mix_summary``.
    """
    groups = summary.to_dict("records")
    order = sorted(table.to_dict("records"), key=lambda r: (-r["types"], -r["actors"]))
    rows = [(g, [r for r in order if r["connecteur"] == g["connecteur"]]) for g in groups]
    facts = {
        r["laureate_id"]: {
            "name": ctx.names[r["laureate_id"]],
            "types": ctx.count(r["types"], "type"),
            "actors": ctx.count(r["actors"], "actor"),
        }
        for _, own in rows
        for r in own
    }
    left, head, heading, axis = 4.6, 0.55, 0.62, 0.75
    words = {i: wrap(ctx.names[i], left - 0.3) for i in facts}
    tall = {i: max(0.46, line_height() * len(lines) + 0.12) for i, lines in words.items()}
    bottom = head + heading * len(groups) + sum(tall.values())
    title = _mix_title({g["connecteur"]: g for g in groups}, ctx)
    ax = ctx.sheet(bottom + axis, title, ctx.say("reading", **next(iter(facts.values()))))
    signs = [
        (sign(size=6.5, marker="s"), ctx.say("types")),
        (sign(fill="hollow", size=5.5), ctx.say("actors")),
        (lambda ax, x, y: ax.plot([x, x], [y - 0.17, y + 0.17], **DASHED), ctx.say("median")),
    ]
    legend(ax, legend_rows(signs))
    longest = max(r["actors"] for r in order)
    scale = (PLOT - left - 0.6) / max(longest, 1)
    for value in range(0, longest + 1, 1 if longest <= 20 else 5):
        rule(ax, left + scale * value, left + scale * value, head + heading / 2, bottom)
        put(ax, left + scale * value, bottom + 0.25, str(value), ha="center", color=palette.SOFT)
    put(ax, left, bottom + 0.58, ctx.say("axis"), color=palette.SOFT)
    y = head
    for group, own in rows:
        yes = group["connecteur"]
        look = palette.ROLE["connecteur"] if yes else PLAIN
        box(ax, 0, y, PLOT, heading - 0.08, zorder=0.55)
        medians = {"median": ctx.decimal(group["types_median"]), "actors": ctx.decimal(group["actors_median"])}
        ends = {"low": group["types_min"], "high": group["types_max"]}
        heading_words = ctx.plural("yes" if yes else "no", group["laureates"], **medians, **ends)
        put(ax, 0.1, y + heading / 2 - 0.04, heading_words, weight="bold", color=look.text)
        y += heading
        x = left + scale * group["types_median"]
        end = y + sum(tall[r["laureate_id"]] for r in own)
        tag(ax.plot([x, x], [y, end], zorder=2, **DASHED)[0], "median", str(yes))
        for r in own:
            laureate = r["laureate_id"]
            middle = y + tall[laureate] / 2
            block(ax, 0.1, middle, words[laureate])
            a, b = left + scale * r["types"], left + scale * r["actors"]
            rule(ax, a, b, middle, color=palette.FAINT, width=0.8)
            tag(symbol(ax, b, middle, look, "hollow", 5.5, "o"), "ring", laureate)
            tag(symbol(ax, a, middle, look, "full", 6.5, "s"), "dot", laureate)
            y += tall[laureate]
    return ctx.finish(ax, title, table, [ctx.say("alt_part", **numbers) for numbers in facts.values()])


def _mix_title(group, ctx):
    if len(group) < 2:
        return ctx.say("title.single", n=ctx.n)
    a, b = (group[yes]["types_median"] for yes in (True, False))
    form = "same" if a == b else "more" if a > b else "less"
    numbers = {"n_a": group[True]["laureates"], "n_b": group[False]["laureates"]}
    return ctx.say(f"title.{form}", a=ctx.decimal(a), b=ctx.decimal(b), **numbers)
