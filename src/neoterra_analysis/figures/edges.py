"""Figures of notebook 03 that count: edges by type, by row, by index; who ties laureates; mix of types."""

from ..words import labels, palette
from ..words.codes import CONNECTEUR
from .marks import (
    BODY,
    PLAIN,
    PLOT,
    ROW,
    balanced,
    block,
    box,
    dot,
    families,
    kinds,
    legend_rows,
    line_height,
    measure,
    put,
    rule,
    symbol,
    tag,
    upright,
    wrap,
    write_legend,
)
from .sheet import canvas, finish, ids, listed, people, plural

INDICES = ("count", "newman", "jaccard", "association_strength")
POINTER = palette.Look(palette.INK, palette.INK, "v", "")


@palette.drawing()
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
    types = [t for t in palette.FAMILY if (t, t) in count]
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
            face = (
                palette.tint(palette.MARK, min(0.16 + 0.2 * numbers[0], 1)) if i != j and numbers[0] else palette.WHITE
            )
            shape = box(ax, cell * j, y, cell, cell, facecolor=face, edgecolor=palette.RULE, linewidth=0.7)
            tag(shape, "cell", row, column)
            if numbers[0]:
                _numbers(ax, cell * (j + 0.5), y, cell, numbers, palette.text_on(face))
        x = cell * (i + 1)
        symbol(ax, x + 0.22, y + cell / 2, palette.of_type(row), "full", 5.5)
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


@palette.drawing()
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
            shape = box(ax, x, y - 0.14, wide, 0.28, facecolor=palette.MARK, edgecolor=palette.MARK, linewidth=0.5)
            tag(shape, "bar", which, r["laureate_id"])
            put(ax, x + wide + 0.1, y, said[which][i])
        rule(ax, x, x, head, head + sum(tall), color=palette.SOFT)
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


@palette.drawing()
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
            face = palette.tint(palette.MARK, 0.45 if k % 2 == 0 else 0.2)
            shape = box(ax, x, y, wide, 0.42, facecolor=face, edgecolor=palette.SOFT, linewidth=0.4)
            tag(shape, "level", index, str(r["rank"]))
            value = _value(r["value"], ctx.lang)
            if measure(value) + 0.12 < wide:
                put(ax, x + wide / 2, y + 0.21, value, ha="center", zorder=3)
        _pointers(ax, ctx, [r for r in rows[index] if r["repeated"]], index, left, scale, y)
    put(ax, left, bottom, labels.t("indices.first", ctx.lang), color=palette.SOFT)
    put(ax, PLOT, bottom, labels.t("indices.last", ctx.lang, edges=edges), color=palette.SOFT, ha="right")
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
    edge = {"edgecolor": palette.SOFT, "linewidth": 0.4}
    box(ax, x - 0.15, y - 0.12, 0.15, 0.24, facecolor=palette.tint(palette.MARK, 0.45), **edge)
    box(ax, x, y - 0.12, 0.15, 0.24, facecolor=palette.tint(palette.MARK, 0.2), **edge)


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


DASHED = {"color": palette.INK, "linewidth": 1.2, "linestyle": (0, (2, 1))}


@palette.drawing()
def ties(table, ctx):
    """Draw ``03-ties``: the actors that several laureates mobilise, and which laureates these are.

    Parameters
    ----------
    table : DataFrame
        ``network.ties``.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    rows = table.to_dict("records")
    said = [
        {
            "actor": ctx.actors[r["actor_id"]],
            "share": plural("frame.of", r["count"], ctx.lang, of=ctx.n),
            "names": labels.join(people(r["laureates"], ctx), ctx.lang),
        }
        for r in rows
    ]
    title = plural("ties.title", len(rows), ctx.lang, **said[0]) if rows else labels.t("ties.none", ctx.lang)
    left, right, step = 4.4, 1.0, 0.62
    shares = {r["count"]: labels.t("frame.share", ctx.lang, count=r["count"], of=ctx.n) for r in rows}
    share = 0.15 + max((measure(words, weight="bold") for words in shares.values()), default=0.0)
    if right + (PLOT - left - right) / max(ctx.n, 1) / 2 < share + 0.05:  # the last symbol would touch the numbers
        right = share
    pitch = (PLOT - left - right) / max(ctx.n, 1)
    heads = [balanced(name, 2.6, BODY) for name in ctx.names.values()]
    shapes = families([ctx.actor_types[r["actor_id"]] for r in rows], ctx)
    signs = [*legend_rows(kinds({r["kind"] for r in rows}, ctx)), *legend_rows(shapes, 0.35)]
    head = ROW * len(signs) + 0.2 + max(measure(line) for words in heads for line in words)
    figure, ax = canvas(
        ctx,
        head + 0.15 + step * len(rows),
        title,
        labels.t("ties.subtitle", ctx.lang),
        labels.t("ties.reading", ctx.lang, **said[0]) if rows else "",
        labels.t("ties.note", ctx.lang),
        hangs=("most_shared",),
    )
    write_legend(ax, signs)
    for j, words in enumerate(heads):
        upright(ax, left + pitch * (j + 0.5), head, words)
    for i, r in enumerate(rows):
        y = head + 0.15 + step * (i + 0.5)
        if i % 2 == 0:
            box(ax, 0, y - step / 2, PLOT, step, zorder=0)
        block(ax, 0.1, y, wrap(ctx.actors[r["actor_id"]], left - 0.2))
        own = [(left + pitch * (j + 0.5), k) for j, k in enumerate(ctx.names) if k in ids(r["laureates"])]
        rule(ax, own[0][0], own[-1][0], y, color=palette.FAINT, width=0.9)
        look = palette.of_type(ctx.actor_types[r["actor_id"]])
        fill = "hollow" if r["kind"] == "generic" else "full"
        for x, laureate in own:
            tag(symbol(ax, x, y, look, fill, 7.0), "dot", r["actor_id"], laureate)
        put(ax, PLOT - 0.05, y, shares[r["count"]], weight="bold", ha="right")
    parts = listed([labels.t("ties.alt_part", ctx.lang, **words) for words in said], ctx.lang)
    alt = labels.t("ties.alt", ctx.lang, title=title, parts=parts or "–")
    return finish(figure, "03-ties", ctx, title, alt, table)


@palette.drawing()
def type_mix(mix, summary, ctx):
    """Draw ``03-type-mix``: types of actors, and actors, of each laureate; connecteurs and the others.

    Parameters
    ----------
    mix : DataFrame
        ``network.type_mix``.
    summary : DataFrame
        ``network.type_mix_summary``.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    groups = summary.to_dict("records")
    order = sorted(mix.to_dict("records"), key=lambda r: (-r["types"], -r["actors"]))
    rows = [(g, [r for r in order if r[CONNECTEUR] == g[CONNECTEUR]]) for g in groups]
    first = rows[0][1][0]
    left, head, heading, axis = 4.6, 0.55, 0.62, 0.75
    words = {r["laureate_id"]: wrap(ctx.names[r["laureate_id"]], left - 0.3) for r in order}
    tall = {i: max(0.46, line_height() * len(lines) + 0.12) for i, lines in words.items()}
    bottom = head + heading * len(groups) + sum(tall.values())
    title = _mix_title({g[CONNECTEUR]: g for g in groups}, ctx)
    figure, ax = canvas(
        ctx,
        bottom + axis,
        title,
        labels.t("type_mix.subtitle", ctx.lang),
        labels.t("type_mix.reading", ctx.lang, name=ctx.names[first["laureate_id"]], **_counts(first, ctx)),
        labels.t("type_mix.note", ctx.lang),
        hangs=("connecteurs_varied",),
    )
    signs = [
        (dot("full", 6.5, "s"), labels.t("type_mix.types", ctx.lang)),
        (dot("hollow", 5.5), labels.t("type_mix.actors", ctx.lang)),
        (
            lambda ax, x, y: ax.plot([x, x], [y - 0.17, y + 0.17], **DASHED),
            labels.t("type_mix.median", ctx.lang),
        ),
    ]
    write_legend(ax, legend_rows(signs))
    longest = max(r["actors"] for r in order)
    scale = (PLOT - left - 0.6) / max(longest, 1)
    for value in range(0, longest + 1, 1 if longest <= 20 else 5):
        rule(ax, left + scale * value, left + scale * value, head + heading / 2, bottom)
        put(ax, left + scale * value, bottom + 0.25, str(value), ha="center", color=palette.SOFT)
    put(ax, left, bottom + 0.58, labels.t("type_mix.axis", ctx.lang), color=palette.SOFT)
    y = head
    for group, own in rows:
        yes = group[CONNECTEUR]
        look = palette.ROLE[CONNECTEUR] if yes else PLAIN
        box(ax, 0, y, PLOT, heading - 0.08, facecolor=palette.BAND, zorder=0.55)
        put(ax, 0.1, y + heading / 2 - 0.04, _group(group, ctx), weight="bold", color=look.text)
        y += heading
        x = left + scale * group["types_median"]
        end = y + sum(tall[r["laureate_id"]] for r in own)
        tag(ax.plot([x, x], [y, end], zorder=2, **DASHED)[0], "median", str(yes))
        for r in own:
            middle = y + tall[r["laureate_id"]] / 2
            block(ax, 0.1, middle, words[r["laureate_id"]])
            a, b = left + scale * r["types"], left + scale * r["actors"]
            rule(ax, a, b, middle, color=palette.FAINT, width=0.8)
            tag(symbol(ax, b, middle, look, "hollow", 5.5, "o"), "ring", r["laureate_id"])
            tag(symbol(ax, a, middle, look, "full", 6.5, "s"), "dot", r["laureate_id"])
            y += tall[r["laureate_id"]]
    parts = [
        labels.t("type_mix.alt_part", ctx.lang, name=ctx.names[r["laureate_id"]], **_counts(r, ctx))
        for _, own in rows
        for r in own
    ]
    alt = labels.t("type_mix.alt", ctx.lang, title=title, parts=listed(parts, ctx.lang))
    return finish(figure, "03-type-mix", ctx, title, alt, mix)


def _mix_title(group, ctx):
    if len(group) < 2:
        return labels.t("type_mix.title.single", ctx.lang, n=ctx.n)
    a, b = group[True], group[False]
    form = "same"
    if a["types_median"] != b["types_median"]:
        form = "more" if a["types_median"] > b["types_median"] else "less"
    medians = {"a": _decimal(a["types_median"], ctx.lang), "b": _decimal(b["types_median"], ctx.lang)}
    return labels.t(f"type_mix.title.{form}", ctx.lang, n_a=a["laureates"], n_b=b["laureates"], **medians)


def _group(group, ctx):
    """Write the heading of a group, with its numbers."""
    return plural(
        f"type_mix.{'yes' if group[CONNECTEUR] else 'no'}",
        group["laureates"],
        ctx.lang,
        median=_decimal(group["types_median"], ctx.lang),
        low=group["types_min"],
        high=group["types_max"],
        actors=_decimal(group["actors_median"], ctx.lang),
    )


def _counts(row, ctx):
    """Write the numbers of a laureate with their nouns."""
    return {
        "types": labels.count(row["types"], "type", ctx.lang),
        "actors": labels.count(row["actors"], "actor", ctx.lang),
    }


def _decimal(value, lang):
    return labels.number(value, lang, 0 if float(value).is_integer() else 1)
