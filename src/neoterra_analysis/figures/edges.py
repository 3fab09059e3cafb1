"""Figures of notebook 03 that count edges: by pair of actor types, by row, by index."""

from .. import labels, style
from .frame import canvas, finish, listed, plural
from .ink import BODY, PLOT, block, box, line_height, measure, put, rule, symbol, tag, wrap
from .signs import ROW, families, legend_rows, write_legend

INDICES = ("count", "newman", "jaccard", "association_strength")
POINTER = style.Look(style.INK, style.INK, "v", "")


@style.drawing()
def type_co_occurrence(every, named, ctx):
    """Draw ``03-type-co-occurrence``: laureates that mobilise both of two types of actors.

    Parameters
    ----------
    every, named : DataFrame
        ``network.co_occurrence`` at the grain of types: all kinds of actors, and ``network.NAMED``.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    count, firm = _by_pair(every), _by_pair(named)
    types = [t for t in style.FAMILY if (t, t) in count]
    name = {t: labels.t(f"type.{t}", ctx.lang) for t in types}
    pairs = [(a, b) for i, b in enumerate(types) for a in types[:i]]
    top = max((count[p] for p in pairs), default=0)
    best = [p for p in pairs if count[p] == top and top]
    met = sum(count[p] > 0 for p in pairs)
    said = [{"a": name[a], "b": name[b], "count": count[a, b], "named": firm.get((a, b), 0)} for a, b in best]
    title = plural("type_pairs.title", top, ctx.lang, of=ctx.n, met=met, pairs=len(pairs))
    share = plural("frame.of", top, ctx.lang, of=ctx.n)
    signs = legend_rows(families(types, ctx), 0.35)
    cell, head = 0.76, ROW * len(signs) + 0.12
    figure, ax = canvas(
        ctx,
        head + cell * len(types),
        title,
        labels.t("type_pairs.subtitle", ctx.lang),
        labels.t("type_pairs.reading", ctx.lang, share=share, **said[0]) if said else "",
        labels.t("type_pairs.note", ctx.lang),
    )
    write_legend(ax, signs)
    for i, row in enumerate(types):
        y = head + cell * i
        for j, column in enumerate(types[: i + 1]):
            numbers = count[row, column], firm.get((row, column), 0)
            face = style.tint(style.MARK, min(0.16 + 0.2 * numbers[0], 1)) if i != j and numbers[0] else style.WHITE
            shape = box(ax, cell * j, y, cell, cell, facecolor=face, edgecolor=style.RULE, linewidth=0.7)
            tag(shape, "cell", row, column)
            if numbers[0]:
                _numbers(ax, cell * (j + 0.5), y, cell, numbers, style.text_on(face))
        x = cell * (i + 1)
        symbol(ax, x + 0.22, y + cell / 2, style.of_type(row), "full", 5.5)
        block(ax, x + 0.42, y + cell / 2, wrap(name[row], PLOT - x - 0.45))
    spread = [
        labels.t(
            "type_pairs.spread",
            ctx.lang,
            pairs=labels.count(sum(count[p] == number for p in pairs), "pair", ctx.lang),
            laureates=labels.count(number, "laureate", ctx.lang),
        )
        for number in range(top, -1, -1)
    ]
    parts = listed([labels.t("type_pairs.alt_part", ctx.lang, **words) for words in said], ctx.lang)
    values = {"types": len(types), "parts": parts or "–", "spread": labels.join(spread, ctx.lang)}
    alt = labels.t("type_pairs.alt", ctx.lang, title=title, **values)
    data = every.assign(count_named=[firm.get(p, 0) for p in zip(every["source"], every["target"], strict=True)])[
        ["source", "target", "count", "count_named", "of"]
    ]
    return finish(figure, "03-type-co-occurrence", ctx, title, alt, data)


def _by_pair(table):
    return {(a, b): n for a, b, n in zip(table["source"], table["target"], table["count"], strict=True)}


def _numbers(ax, x, y, cell, numbers, ink):
    """Write the two numbers of a cell under one another."""
    put(ax, x, y + cell * 0.34, str(numbers[0]), weight="bold", ha="center", color=ink, zorder=3)
    put(ax, x, y + cell * 0.7, f"({numbers[1]})", size=6.5, ha="center", color=ink, zorder=3)


@style.drawing()
def row_shares(every, named, ctx):
    """Draw ``03-row-shares``: the part of the edges between actors that each row draws.

    Parameters
    ----------
    every, named : DataFrame
        ``network.row_shares`` of all kinds of actors, and of ``network.NAMED``.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    import pandas as pd

    panels = {"named": named.to_dict("records"), "all": every.to_dict("records")}
    most = {which: max(rows, key=lambda r: r["pairs"]) for which, rows in panels.items()}
    said = {f"{which}_name": ctx.names[r["laureate_id"]] for which, r in most.items()}
    said |= {f"{which}_share": _percent(r, ctx.lang) for which, r in most.items()}
    form = "one" if said["named_name"] == said["all_name"] else "two"
    title = labels.t(f"row_shares.title.{form}", ctx.lang, **said)
    first = most["all"]
    reading = labels.t(
        "row_shares.reading",
        ctx.lang,
        name=said["all_name"],
        share=said["all_share"],
        **{k: first[k] for k in ("actors", "pairs", "edges")},
    )
    left, gap, head = 4.2, 0.3, 0.6
    names = [wrap(ctx.names[r["laureate_id"]], left - 0.2) for r in panels["all"]]
    tall = [max(0.5, line_height() * len(words) + 0.14) for words in names]
    middle = [head + sum(tall[:i]) + tall[i] / 2 for i in range(len(tall))]
    panel = (PLOT - left - gap) / 2
    figure, ax = canvas(
        ctx,
        head + sum(tall),
        title,
        labels.t("row_shares.subtitle", ctx.lang),
        reading,
        labels.t("row_shares.note", ctx.lang),
        hangs=("top_row_named", "top_row"),
    )
    for i, words in enumerate(names):
        if i % 2 == 0:
            box(ax, 0, middle[i] - tall[i] / 2, PLOT, tall[i], zorder=0)
        block(ax, 0.1, middle[i], words)
    said = {which: [_value_of(r, ctx) for r in rows] for which, rows in panels.items()}
    widest = max(measure(words) for rows in said.values() for words in rows)
    scale = (panel - widest - 0.15) / (max(r["share"] for rows in panels.values() for r in rows) or 1)
    for p, (which, rows) in enumerate(panels.items()):
        x = left + p * (panel + gap)
        edges = labels.number(rows[0]["edges"], ctx.lang)
        put(ax, x, 0.25, labels.t(f"row_shares.{which}", ctx.lang, edges=edges), weight="bold")
        for i, r in enumerate(rows):
            y, wide = middle[i], scale * r["share"]
            shape = box(ax, x, y - 0.14, wide, 0.28, facecolor=style.MARK, edgecolor=style.MARK, linewidth=0.5)
            tag(shape, "bar", which, r["laureate_id"])
            put(ax, x + wide + 0.1, y, said[which][i])
        rule(ax, x, x, head, head + sum(tall), color=style.SOFT)
    parts = [
        labels.t(
            "row_shares.alt_part",
            ctx.lang,
            name=ctx.names[a["laureate_id"]],
            named=a["pairs"],
            every=b["pairs"],
        )
        for a, b in zip(*panels.values(), strict=True)
    ]
    edges = {"named": most["named"]["edges"], "every": most["all"]["edges"]}
    alt = labels.t("row_shares.alt", ctx.lang, title=title, parts=listed(parts, ctx.lang), **edges)
    data = pd.concat([named.assign(kinds="named"), every.assign(kinds="all")], ignore_index=True)
    return finish(figure, "03-row-shares", ctx, title, alt, data)


def _percent(row, lang):
    if 0 < row["share"] < 0.005:
        return labels.t("network.below", lang)
    return labels.share(row["pairs"], row["edges"], lang)


def _value_of(row, ctx):
    return labels.t(
        "row_shares.value", ctx.lang, pairs=row["pairs"], share=_percent(row, ctx.lang), actors=row["actors"]
    )


@style.drawing()
def indices(levels, ctx):
    """Draw ``03-indices``: the edges ranked by each index, ties together, and where the repeated ones stand.

    Parameters
    ----------
    levels : DataFrame
        ``network.index_levels``.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    rows = {index: levels[levels["index"] == index].to_dict("records") for index in INDICES}
    edges = sum(r["edges"] for r in rows["count"])
    repeated = sum(r["repeated"] for r in rows["count"])
    first = {i: next((r["rank"] for r in rows[i] if r["repeated"]), 0) for i in INDICES}
    form = "one" if repeated == 1 else "many" if repeated else "zero"
    ranks = {f"rank_{i}": rank for i, rank in first.items()}
    title = labels.t(f"indices.title.{form}", ctx.lang, edges=edges, count=repeated, **ranks)
    before = {"before": first["jaccard"] - 1, "edges": edges}
    signs = legend_rows(
        [(_two_tones, labels.t("indices.level", ctx.lang)), (_point, labels.t("indices.repeated", ctx.lang))]
    )
    left, step, head = 3.4, 1.2, ROW * len(signs) + 0.35
    bottom = head + step * len(INDICES)
    figure, ax = canvas(
        ctx,
        bottom + 0.15,
        title,
        labels.t("indices.subtitle", ctx.lang),
        labels.t("indices.reading", ctx.lang, **before) if before["before"] > 0 else "",
        labels.t("indices.note", ctx.lang),
        hangs=("repeated_pairs",),
    )
    write_legend(ax, signs)
    scale = (PLOT - left) / max(edges, 1)
    for i, index in enumerate(INDICES):
        y = head + step * i + 0.35
        words = wrap(labels.t(f"index.{index}", ctx.lang), left - 0.3, weight="bold")
        block(ax, 0, y + 0.21, words, weight="bold")
        for k, r in enumerate(rows[index]):
            x, wide = left + scale * (r["rank"] - 1), scale * r["edges"]
            face = style.tint(style.MARK, 0.45 if k % 2 == 0 else 0.2)
            shape = box(ax, x, y, wide, 0.42, facecolor=face, edgecolor=style.SOFT, linewidth=0.4)
            tag(shape, "level", index, str(r["rank"]))
            value = _value(r["value"], ctx.lang)
            if measure(value) + 0.12 < wide:
                put(ax, x + wide / 2, y + 0.21, value, ha="center", zorder=3)
        _pointers(ax, ctx, [r for r in rows[index] if r["repeated"]], index, left, scale, y)
    put(ax, left, bottom, labels.t("indices.first", ctx.lang), color=style.SOFT)
    put(ax, PLOT, bottom, labels.t("indices.last", ctx.lang, edges=edges), color=style.SOFT, ha="right")
    parts = [
        labels.t(
            "indices.alt_part",
            ctx.lang,
            index=labels.t(f"index.{i}", ctx.lang),
            levels=len(rows[i]),
            top=labels.count(rows[i][0]["edges"], "pair", ctx.lang),
            value=_value(rows[i][0]["value"], ctx.lang),
            rank=first[i] or "–",
        )
        for i in INDICES
        if rows[i]
    ]
    alt = labels.t("indices.alt", ctx.lang, title=title, edges=edges, parts=listed(parts, ctx.lang) or "–")
    return finish(figure, "03-indices", ctx, title, alt, levels)


def _value(value, lang):
    digits = next(d for d in (0, 1, 2, 3) if d == 3 or abs(value - round(value, d)) < 1e-9)
    return labels.number(value, lang, digits)


def _two_tones(ax, x, y):
    edge = {"edgecolor": style.SOFT, "linewidth": 0.4}
    box(ax, x - 0.15, y - 0.12, 0.15, 0.24, facecolor=style.tint(style.MARK, 0.45), **edge)
    box(ax, x, y - 0.12, 0.15, 0.24, facecolor=style.tint(style.MARK, 0.2), **edge)


def _point(ax, x, y):
    return symbol(ax, x, y, POINTER, "full", 5.5)


def _pointers(ax, ctx, rows, index, left, scale, y):
    """Point at the levels that hold repeated edges; write their ranks where there is room."""
    clear = left
    for r in rows:
        x = left + scale * (r["rank"] - 1 + r["edges"] / 2)
        tag(_point(ax, x, y - 0.12), "pointer", index, str(r["rank"]))
        last = r["rank"] + r["edges"] - 1
        form = "one" if last == r["rank"] else "many"
        words = labels.t(f"indices.rank.{form}", ctx.lang, rank=r["rank"], last=last)
        wide = measure(words, BODY, "bold")
        start = min(max(x - wide / 2, left), PLOT - wide)
        if start >= clear - 1e-9:
            put(ax, start, y - 0.12 - line_height() * 0.9, words, weight="bold")
            clear = start + wide + 0.15
