"""Figures of notebook 03 that count: edges by type, by row, by index; who ties laureates; mix of types."""

import math
from collections import Counter

from ..words import palette
from .marks import PLAIN, box, rule, sign, stripes, swatch, symbol, tag
from .sheet import figure, ids
from .text import (
    BODY,
    PLOT,
    ROW,
    block,
    legend,
    legend_rows,
    line_height,
    measure,
    put,
    shortened,
    upright,
    upright_rows,
    wrap,
)

BANDS = 6  # of numbers of laureates, in the alt text of pairs of types; the matrix itself has at most 13 types
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
    title = ctx.say("title", count=top, of=ctx.n, met=met, pairs=len(pairs))
    if not pairs:
        title = ctx.word("network.no_pair", what=ctx.say("what"))
    reading = ctx.read("reading", share=ctx.laureates(top, ctx.n), **facts[0]) if facts else ""
    signs = legend_rows(ctx.families(types), 0.35)
    cell, head = 0.76, ROW * len(signs) + 0.12
    ax = ctx.sheet(head + cell * len(types), title, reading) if types else ctx.blank(title)
    legend(ax, signs)
    depth = 0.8 / max(top, 4)  # the scale of four laureates, unless the data need a longer one
    for i, row in enumerate(types):
        y = head + cell * i
        for j, column in enumerate(types[: i + 1]):
            both = count[row, column]
            face = palette.tint(palette.MARK, 0.16 + depth * both) if i != j and both else palette.WHITE
            shape = box(ax, cell * j, y, cell, cell, facecolor=face, edgecolor=palette.RULE, linewidth=0.7)
            tag(shape, "cell", row, column)
            if both:
                look = {"ha": "center", "color": palette.text_on(face), "zorder": 3}
                put(ax, cell * (j + 0.5), y + cell * 0.34, str(both), weight="bold", **look)
                put(ax, cell * (j + 0.5), y + cell * 0.7, f"({firm.get((row, column), 0)})", size=6.5, **look)
        x = cell * (i + 1)
        symbol(ax, x + 0.22, y + cell / 2, palette.of_type(row), size=5.5)
        block(ax, x + 0.42, y + cell / 2, wrap(name[row], PLOT - x - 0.45))
    spread, step = [], 1 if top <= BANDS else math.ceil(top / BANDS)
    for high in range(step * math.ceil(top / step), -1, -step):
        low = max(high - step + 1, 0)
        number = sum(low <= count[p] <= high for p in pairs)
        how_many = ctx.count(number, "pair")
        if not number:
            continue
        if low == high:
            spread.append(ctx.say("spread", pairs=how_many, laureates=ctx.count(high, "laureate")))
        else:
            spread.append(ctx.say("spread_band", pairs=how_many, low=low, high=min(high, top)))
    parts = [ctx.say("alt_part", **words) for words in facts]
    data = every.assign(count_named=[firm.get(p, 0) for p in zip(every["source"], every["target"], strict=True)])
    data = data[["source", "target", "count", "count_named", "of"]]
    return ctx.finish(ax, title, data, parts, sizes=[top] * len(parts), types=len(types), spread=ctx.join(spread))


def _by_pair(table):
    return {(a, b): n for a, b, n in zip(table["source"], table["target"], table["count"], strict=True)}


# Readable with a bar for each row up to so many laureates, if the plot is no deeper (cm); beyond, the longest rows are
# named and the others drawn as one shape.
MOST_ROWS, LONGEST_ROWS, DEEPEST = 24, 16, 15.0


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
    form = "unnamed" if not most["named"]["pairs"] else "one" if name["named"] == name["all"] else "two"
    title = ctx.say(f"title.{form}", **facts)
    reading = {k: ctx.number(most["all"][k]) for k in ("actors", "pairs", "edges")}
    single = most["all"]["edges" if ctx.lang == "en" else "pairs"]
    reading = ctx.say("reading", name=shortened(name["all"], 4.2), share=share["all"], single=single, **reading)
    parts = [
        ctx.say("alt_part", name=ctx.names[a["laureate_id"]], named=a["pairs"], every=b["pairs"])
        for a, b in zip(*panels.values(), strict=True)
    ]
    left = 4.2
    names = {r["laureate_id"]: wrap(ctx.names[r["laureate_id"]], left - 0.2) for r in panels["all"]}
    tall = {i: max(0.5, line_height() * len(words) + 0.14) for i, words in names.items()}
    shown, note = list(names), None
    if len(parts) > MOST_ROWS or sum(tall.values()) > DEEPEST:
        longest = sorted(panels["all"], key=lambda r: -r["pairs"])
        shown = [r["laureate_id"] for r in longest[:LONGEST_ROWS]]
        while sum(tall[i] for i in shown) > DEEPEST - 4:
            shown.pop()
        note = ctx.say("note_many", limit=MOST_ROWS, rows=len(shown))
    if most["all"]["pairs"]:
        ax = _shares(panels, shown, names, tall, left, title, reading, note, ctx)
    else:
        title = ctx.word("network.no_pair", what=ctx.say("what"))
        ax = ctx.blank(title)
    data = pd.concat([named.assign(kinds="named"), every.assign(kinds="all")], ignore_index=True)
    edges = {"named": ctx.count(most["named"]["edges"], "edge"), "every": ctx.count(most["all"]["edges"], "edge")}
    return ctx.finish(ax, title, data, parts, sizes=[r["pairs"] for r in panels["all"]], **edges)


def _shares(panels, shown, names, tall, left, title, reading, note, ctx):
    """Draw two panels of bars: the rows that are shown, with their names, and below them all the others."""
    gap, head, rest = 0.3, 0.6, 3.0
    others = {which: [r for r in rows if r["laureate_id"] not in shown] for which, rows in panels.items()}
    end = head + sum(tall[i] for i in shown)
    bottom = end + (rest + 0.5 if others["all"] else 0.0)
    panel = (PLOT - left - gap) / 2
    ax = ctx.sheet(bottom, title, reading, note)
    middles = [middle for _, middle in stripes(ax, head, [tall[i] for i in shown])]
    for laureate, y in zip(shown, middles, strict=True):
        block(ax, 0.1, y, names[laureate])
    values = {
        (which, r["laureate_id"]): ctx.say("value", pairs=r["pairs"], share=_percent(r, ctx), actors=r["actors"])
        for which, rows in panels.items()
        for r in rows
        if r["laureate_id"] in shown
    }
    widest = max(measure(words) for words in values.values())
    scale = (panel - widest - 0.15) / (max(r["share"] for rows in panels.values() for r in rows) or 1)
    look = {"facecolor": palette.MARK, "edgecolor": palette.MARK, "linewidth": 0.5}
    for p, (which, rows) in enumerate(panels.items()):
        x = left + p * (panel + gap)
        put(ax, x, 0.25, ctx.say(which, edges=ctx.count(rows[0]["edges"], "edge")), weight="bold")
        of = {r["laureate_id"]: r for r in rows}
        for laureate, y in zip(shown, middles, strict=True):
            wide = scale * of[laureate]["share"]
            tag(box(ax, x, y - 0.14, wide, 0.28, **look), "bar", which, laureate)
            put(ax, x + wide + 0.1, y, values[which, laureate])
        below = sorted(others[which], key=lambda r: -r["pairs"])
        for k, r in enumerate(below):
            thick = rest / len(below)
            place = (x, end + 0.25 + thick * k, scale * r["share"], thick)
            tag(box(ax, *place, facecolor=palette.MARK), "bar", which, r["laureate_id"])
        if below:
            low, high = (ctx.number(r["pairs"]) for r in (below[-1], below[0]))
            put(ax, PLOT if p else x + panel, bottom - 0.6, ctx.say("range", low=low, high=high), ha="right")
        rule(ax, x, x, head, bottom, color=palette.SOFT)
    if others["all"]:
        block(ax, 0.1, end + 0.25 + rest / 2, wrap(ctx.say("others", count=len(others["all"])), left - 0.3))
    return ax


def _percent(row, ctx):
    return ctx.word("network.below") if 0 < row["share"] < 0.005 else ctx.percent(row["pairs"], row["edges"])


# Readable up to so many values of an index; beyond, the ranking is drawn in so many equal parts.
MOST_LEVELS, STEPS = 24, 40


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
    if repeated and not first["count"] < min(first["newman"], first["jaccard"]):
        form = f"plain.{form}"
    if first["count"] == first["newman"] == first["jaccard"] == 1:
        form = "first.one" if repeated == 1 else "first.many"
    ranks = {f"rank_{i}": ctx.number(rank) for i, rank in first.items()}
    title = ctx.say(f"title.{form}", edges=ctx.number(edges), pairs=edges, count=ctx.number(repeated), **ranks)
    if not edges:
        title = ctx.word("network.no_pair", what=ctx.say("what"))
    before = first["jaccard"] - 1
    told = {"before": ctx.number(before), "edges": ctx.number(edges)}
    reading = ctx.say("reading_one" if before == 1 else "reading", **told) if before > 0 else ""
    if not edges:
        ax = ctx.blank(title)
    elif max(map(len, rows.values())) > MOST_LEVELS:
        ax = _parts_of_ranking(rows, first, edges, title, reading, ctx)
    else:
        ax = _levels(rows, edges, title, reading, ctx)
    parts = [
        ctx.say(
            "alt_part" if first[i] else "alt_none",
            index=ctx.word(f"index.{i}"),
            levels=len(rows[i]),
            top=ctx.count(rows[i][0]["edges"], "pair"),
            value=_value(rows[i][0]["value"], ctx),
            rank=ctx.number(first[i]),
        )
        for i in INDICES
        if rows[i]
    ]
    return ctx.finish(ax, title, levels, parts, edges=ctx.number(edges), pairs=edges)


def _levels(rows, edges, title, reading, ctx):
    """Draw each index as a band of the levels of its values."""
    tones = [palette.tint(palette.MARK, share) for share in (0.45, 0.2)]
    edge = {"edgecolor": palette.SOFT, "linewidth": 0.4}

    def two_tones(ax, x, y):
        box(ax, x - 0.15, y - 0.12, 0.15, 0.24, facecolor=tones[0], **edge)
        box(ax, x, y - 0.12, 0.15, 0.24, facecolor=tones[1], **edge)

    signs = legend_rows([(two_tones, ctx.say("level")), (sign(POINTER, size=5.5), ctx.say("repeated"))])
    left, step, head = 3.4, 1.2, ROW * len(signs) + 0.35
    bottom = head + step * len(INDICES)
    ax = ctx.sheet(bottom + 0.15, title, reading)
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
    _ends_of_ranking(ax, left, bottom, edges, ctx)
    return ax


def _ends_of_ranking(ax, left, y, edges, ctx):
    put(ax, left, y, ctx.say("first"), color=palette.SOFT)
    if edges > 1:
        put(ax, PLOT, y, ctx.say("last", edges=ctx.number(edges)), color=palette.SOFT, ha="right")


def repeated_by_part(levels, steps):
    """Count the repeated pairs in equal parts of a ranking; those of a level are spread evenly over it.

    >>> repeated_by_part([{"rank": 1, "edges": 1, "repeated": 1}, {"rank": 2, "edges": 3, "repeated": 0}], 2)
    [1.0, 0.0]
    """
    parts, edges = [0.0] * steps, sum(r["edges"] for r in levels)
    for r in levels:
        start, end = (place * steps / edges for place in (r["rank"] - 1, r["rank"] - 1 + r["edges"]))
        for k in range(int(start), min(math.ceil(end), steps)):
            parts[k] += r["repeated"] * (min(end, k + 1) - max(start, k)) / (end - start)
    return parts


def _parts_of_ranking(rows, first, edges, title, reading, ctx):
    """Draw each index as a band of equal parts of its ranking: the darker, the more of the pairs are repeated."""
    shares = {i: [min(n * STEPS / edges, 1.0) for n in repeated_by_part(rows[i], STEPS)] for i in INDICES}

    def face(share):
        return palette.tint(palette.MARK, 0.06 + 0.84 * share)

    def shades(ax, x, y):
        for k, share in enumerate((0, 0.5, 1)):
            box(ax, x - 0.15 + 0.12 * k, y - 0.12, 0.12, 0.24, facecolor=face(share), **edge)

    edge = {"edgecolor": palette.SOFT, "linewidth": 0.3}
    ends = {"low": ctx.percent(0, 1), "middle": ctx.percent(1, 2), "high": ctx.percent(1, 1)}
    signs = legend_rows([(shades, ctx.say("part", **ends)), (sign(POINTER, size=5.5), ctx.say("repeated_first"))])
    left, step, head = 3.4, 1.2, ROW * len(signs) + 0.35
    bottom = head + step * len(INDICES)
    note = ctx.say("note_many", limit=MOST_LEVELS)
    ax = ctx.sheet(bottom + 0.15, title, reading, note, subtitle=ctx.say("subtitle_many", steps=STEPS))
    legend(ax, signs)
    wide = (PLOT - left) / STEPS
    for i, index in enumerate(INDICES):
        y = head + step * i + 0.35
        block(ax, 0, y + 0.21, wrap(ctx.word(f"index.{index}"), left - 0.3, weight="bold"), weight="bold")
        for k, share in enumerate(shares[index]):
            tag(box(ax, left + wide * k, y, wide, 0.42, facecolor=face(share), **edge), "cell", index, str(k + 1))
        own = [r for r in rows[index] if r["rank"] == first[index]]
        _pointers(ax, ctx, own, index, left, (PLOT - left) / edges, y)
    _ends_of_ranking(ax, left, bottom, edges, ctx)
    return ax


def _value(value, ctx):
    return ctx.number(value, next(d for d in (0, 1, 2, 3) if d == 3 or abs(value - round(value, d)) < 1e-9))


def _pointers(ax, ctx, rows, index, left, scale, y):
    """Point at the levels that hold repeated edges; write their ranks where there is room."""
    clear = left
    for r in (r for r in rows if r["repeated"]):
        x = left + scale * (r["rank"] - 1 + r["edges"] / 2)
        tag(symbol(ax, x, y - 0.12, POINTER, size=5.5), "pointer", index, str(r["rank"]))
        last = r["rank"] + r["edges"] - 1
        ends = {"rank": ctx.number(r["rank"]), "last": ctx.number(last)}
        words = ctx.say(f"rank.{'one' if last == r['rank'] else 'many'}", **ends)
        wide = measure(words, BODY, "bold")
        start = min(max(x - wide / 2, left), PLOT - wide)
        if start >= clear - 1e-9:
            put(ax, start, y - 0.12 - line_height() * 0.9, words, weight="bold")
            clear = start + wide + 0.15


# Readable with a column for each laureate up to so many (their names on one line beyond NARROW), and so many actors;
# beyond, the most shared actors are drawn, as bars where there are too many laureates.
MOST_COLUMNS, NARROW, MOST_TIES = 28, 14, 20


@figure()
def ties(table, ctx):
    """Draw ``03-ties``: the actors that several laureates mobilise, and which laureates these are.

    ``table`` is ``network.ties``.
    """
    rows = table.to_dict("records")
    facts = [ctx.facts(r) for r in rows]
    title = ctx.plural("title", len(rows), **facts[0]) if rows else ctx.say("none")
    reading = ""
    if rows:
        names = ctx.people(rows[0]["laureates"])
        reading = ctx.one_line("reading", names, actor=facts[0]["actor"], share=facts[0]["share"])
    shown, bars = rows[:MOST_TIES], ctx.n > MOST_COLUMNS
    note = None
    if bars or len(rows) > MOST_TIES:
        about = {"limit": MOST_COLUMNS, "rows": len(shown), "rest": ctx.number(len(rows) - len(shown))}
        note = ctx.say("note_bars" if bars else "note_cut", **about)
    if rows:
        ax = (_bars_of_ties if bars else _cross_table)(shown, title, reading, note, ctx)
    else:
        ax = ctx.blank(title)
    parts = [ctx.say("alt_bars_part" if bars else "alt_part", **words) for words in facts]
    return ctx.finish(ax, title, table, parts, "alt_bars" if bars else "alt", [r["count"] for r in rows])


def _cross_table(rows, title, reading, note, ctx):
    """Draw a row for each actor and a column for each laureate."""
    left, right, step = 4.4, 1.0, 0.62 if len(rows) <= 12 else 0.52
    shares = {r["count"]: ctx.share(r["count"], ctx.n) for r in rows}
    share = 0.15 + max(measure(words, weight="bold") for words in shares.values())
    if right + (PLOT - left - right) / max(ctx.n, 1) / 2 < share + 0.05:  # the last symbol would touch the numbers
        right = share
    pitch = (PLOT - left - right) / max(ctx.n, 1)
    place = {laureate: left + pitch * (j + 0.5) for j, laureate in enumerate(ctx.names)}
    heads = {
        i: [shortened(name, 4.0)] if ctx.n > NARROW else upright_rows(name, pitch, 2.6) for i, name in ctx.names.items()
    }
    signs = _signs_of_ties(rows, ctx)
    head = ROW * len(signs) + 0.2 + max(measure(line) for words in heads.values() for line in words)
    words = {r["actor_id"]: wrap(ctx.actors[r["actor_id"]], left - 0.2) for r in rows}
    words = {a: lines if len(lines) < 3 else [shortened(ctx.actors[a], left - 0.2)] for a, lines in words.items()}
    tall = [max(step, line_height() * len(lines) - 0.04) for lines in words.values()]
    ax = ctx.sheet(head + 0.15 + sum(tall), title, reading, note)
    legend(ax, signs)
    for laureate, x in place.items():
        upright(ax, x, head, heads[laureate])
    size = min(7.0, pitch * 16)
    for r, (_, y) in zip(rows, stripes(ax, head + 0.15, tall), strict=True):
        actor = r["actor_id"]
        block(ax, 0.1, y, words[actor])
        own = {laureate: x for laureate, x in place.items() if laureate in ids(r["laureates"])}
        rule(ax, min(own.values()), max(own.values()), y, color=palette.FAINT, width=0.9)
        fill = "hollow" if r["kind"] == "generic" else "full"
        for laureate, x in own.items():
            tag(symbol(ax, x, y, palette.of_type(ctx.actor_types[actor]), fill, size), "dot", actor, laureate)
        put(ax, PLOT - 0.05, y, shares[r["count"]], weight="bold", ha="right")
    return ax


def _bars_of_ties(rows, title, reading, note, ctx):
    """Draw a bar for each actor: its number of laureates."""
    left, step, signs = 5.2, 0.52, _signs_of_ties(rows, ctx)
    head = ROW * len(signs) + 0.2
    ax = ctx.sheet(head + step * len(rows), title, reading, note, subtitle=ctx.say("subtitle_bars"))
    legend(ax, signs)
    shares = {r["count"]: ctx.share(r["count"], ctx.n) for r in rows}
    scale = (PLOT - left - 0.2 - max(measure(words, weight="bold") for words in shares.values())) / rows[0]["count"]
    for r, (_, y) in zip(rows, stripes(ax, head, [step] * len(rows)), strict=True):
        actor, look = r["actor_id"], palette.of_type(ctx.actor_types[r["actor_id"]])
        generic = r["kind"] == "generic"
        symbol(ax, 0.2, y, look, "hollow" if generic else "full", 5.5)
        put(ax, 0.45, y, shortened(ctx.actors[actor], left - 0.6))
        wide = scale * r["count"]
        face = {"facecolor": palette.WHITE if generic else look.color, "edgecolor": look.color, "linewidth": 1.0}
        tag(box(ax, left, y - 0.14, wide, 0.28, **face), "bar", actor)
        put(ax, left + wide + 0.12, y, shares[r["count"]], weight="bold")
    return ax


def _signs_of_ties(rows, ctx):
    shapes = ctx.families([ctx.actor_types[r["actor_id"]] for r in rows])
    return [*legend_rows(ctx.kinds({r["kind"] for r in rows})), *legend_rows(shapes, 0.35)]


DASHED = {"color": palette.INK, "linewidth": 1.2, "linestyle": (0, (2, 1))}


# Readable with a line for each laureate up to so many, if the plot is no deeper (cm); beyond, as two histograms.
MOST_LINES, DEEPEST_MIX = 24, 16.0


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
    title = _mix_title({g["connecteur"]: g for g in groups}, ctx)
    words = {i: wrap(ctx.names[i], 4.3) for i in facts}
    tall = {i: max(0.46, line_height() * len(lines) + 0.12) for i, lines in words.items()}
    many = len(facts) > MOST_LINES or sum(tall.values()) > DEEPEST_MIX
    if not any(r["actors"] for r in order):
        title = ctx.word("network.no_actor")
        ax = ctx.blank(title)
    elif many:
        ax = _histograms(rows, title, ctx)
    else:
        ax = _dot_plot(rows, words, tall, title, ctx.say("reading", **next(iter(facts.values()))), ctx)
    if many:
        return ctx.finish(ax, title, table, [_group(group, ctx) for group in groups], "alt_many")
    parts = [ctx.say("alt_part", **numbers) for numbers in facts.values()]
    sizes = {r["laureate_id"]: r["types"] for r in order}
    return ctx.finish(ax, title, table, parts, sizes=[sizes[i] for i in facts])


def _group(group, ctx):
    """Say what `network.type_mix_summary` tells of a group."""
    medians = {"median": ctx.decimal(group["types_median"]), "actors": ctx.decimal(group["actors_median"])}
    medians |= {"types": group["types_median"], "size": group["actors_median"]}
    ends = {"low": group["types_min"], "high": group["types_max"]}
    return ctx.plural("yes" if group["connecteur"] else "no", group["laureates"], **medians, **ends)


def _head_of_group(ax, y, height, group, ctx):
    """Write what is told of a group on a band, and return the look of its marks."""
    look = palette.ROLE["connecteur"] if group["connecteur"] else PLAIN
    box(ax, 0, y, PLOT, height - 0.08, zorder=0.55)
    put(ax, 0.1, y + height / 2 - 0.04, _group(group, ctx), weight="bold", color=look.text)
    return look


def _dot_plot(rows, words, tall, title, reading, ctx):
    """Draw a line for each laureate, from its number of types to its number of actors."""
    left, head, heading, axis = 4.6, 0.55, 0.62, 0.75
    bottom = head + heading * len(rows) + sum(tall.values())
    ax = ctx.sheet(bottom + axis, title, reading)
    signs = [
        (sign(size=6.5, marker="s"), ctx.say("types")),
        (sign(fill="hollow", size=5.5), ctx.say("actors")),
        (_dashes, ctx.say("median")),
    ]
    legend(ax, legend_rows(signs))
    longest = max(r["actors"] for _, own in rows for r in own)
    scale = (PLOT - left - 0.6) / max(longest, 1)
    for value in range(0, longest + 1, 1 if longest <= 20 else 5):
        rule(ax, left + scale * value, left + scale * value, head + heading / 2, bottom)
        put(ax, left + scale * value, bottom + 0.25, str(value), ha="center", color=palette.SOFT)
    put(ax, left, bottom + 0.58, ctx.say("axis"), color=palette.SOFT)
    y = head
    for group, own in rows:
        look = _head_of_group(ax, y, heading, group, ctx)
        y += heading
        x = left + scale * group["types_median"]
        end = y + sum(tall[r["laureate_id"]] for r in own)
        tag(ax.plot([x, x], [y, end], zorder=2, **DASHED)[0], "median", str(group["connecteur"]))
        for r in own:
            laureate = r["laureate_id"]
            middle = y + tall[laureate] / 2
            block(ax, 0.1, middle, words[laureate])
            a, b = left + scale * r["types"], left + scale * r["actors"]
            rule(ax, a, b, middle, color=palette.FAINT, width=0.8)
            tag(symbol(ax, b, middle, look, "hollow", 5.5, "o"), "ring", laureate)
            tag(symbol(ax, a, middle, look, "full", 6.5, "s"), "dot", laureate)
            y += tall[laureate]
    return ax


def _histograms(rows, title, ctx):
    """Draw, for each group, how many laureates have each number of types and of actors."""
    left, right, head, heading, panel = 1.0, 0.3, 0.55, 0.62, 3.6
    longest = max(r["actors"] for _, own in rows for r in own)
    step = math.ceil((longest + 1) / 30)  # numbers to a bar
    counts = [{what: Counter(r[what] // step for r in own) for what in ("types", "actors")} for _, own in rows]
    highest = max(n for of in counts for c in of.values() for n in c.values())
    tick = next(t * 10**p for p in range(9) for t in (1, 2, 5) if highest <= 5 * t * 10**p)
    bottom = head + (heading + panel) * len(rows)
    note = ctx.say("note_many", limit=MOST_LINES)
    often = max(counts[0]["types"], key=lambda k: (counts[0]["types"][k], k))
    facts = {"types": ctx.count(often, "type"), "laureates": ctx.count(counts[0]["types"][often], "laureate")}
    reading = ctx.say("reading_many", **facts) if step == 1 else ""
    ax = ctx.sheet(bottom + 0.75, title, reading, note, subtitle=ctx.say("subtitle_many"))
    full = {"facecolor": PLAIN.color, "edgecolor": PLAIN.color, "linewidth": 0.6}
    hollow = {**full, "facecolor": palette.WHITE}
    signs = [(swatch(full), ctx.say("types")), (swatch(hollow), ctx.say("actors")), (_dashes, ctx.say("median"))]
    legend(ax, legend_rows(signs))
    pitch = (PLOT - left - right) / (longest // step + 1)
    y = head
    for (group, _), of in zip(rows, counts, strict=True):
        look = _head_of_group(ax, y, heading, group, ctx)
        foot, scale = y + heading + panel - 0.2, (panel - 0.45) / max(highest, 1)
        for value in range(0, highest + 1, tick):
            rule(ax, left, PLOT - right, foot - scale * value)
            put(ax, left - 0.12, foot - scale * value, str(value), ha="right", color=palette.SOFT)
        for what, shift, face in (("types", 0.14, look.color), ("actors", 0.5, palette.WHITE)):
            for k, n in sorted(of[what].items()):
                place = (left + pitch * (k + shift), foot - scale * n, pitch * 0.36, scale * n)
                codes = (what, str(k), str(group["connecteur"]))
                tag(box(ax, *place, facecolor=face, edgecolor=look.color, linewidth=0.6), "bar", *codes)
        x = left + pitch * (group["types_median"] / step + 0.32)
        tag(ax.plot([x, x], [y + heading, foot], zorder=2, **DASHED)[0], "median", str(group["connecteur"]))
        y += heading + panel
    for k in range(longest // step + 1):
        label = str(k * step) if step == 1 else f"{k * step}–{k * step + step - 1}"
        if step == 1 or k % 3 == 0:
            put(ax, left + pitch * (k + 0.5), bottom + 0.1, label, ha="center", color=palette.SOFT)
    put(ax, left, bottom + 0.5, ctx.say("axis"), color=palette.SOFT)
    return ax


def _dashes(ax, x, y):
    """Draw the sign of a median."""
    ax.plot([x, x], [y - 0.17, y + 0.17], **DASHED)


def _mix_title(group, ctx):
    if len(group) < 2:
        return ctx.say("title.single", n=ctx.n) if ctx.n > 1 else ctx.say("title.alone")
    a, b = (group[yes]["types_median"] for yes in (True, False))
    form = "same" if a == b else "more" if a > b else "less"
    numbers = {"n_a": group[True]["laureates"], "n_b": group[False]["laureates"]}
    return ctx.say(f"title.{form}", a=ctx.decimal(a), b=ctx.decimal(b), **numbers)
