"""Who ties laureates together, and how wide a mix of actor types each mobilises (notebook 03)."""

from .. import labels, style
from .frame import canvas, finish, ids, listed, people, plural
from .ink import BODY, PLOT, balanced, block, box, line_height, measure, put, rule, symbol, tag, upright, wrap
from .signs import PLAIN, ROW, dot, families, kinds, legend_rows, write_legend

DASHED = {"color": style.INK, "linewidth": 1.2, "linestyle": (0, (2, 1))}


@style.drawing()
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
        rule(ax, own[0][0], own[-1][0], y, color=style.FAINT, width=0.9)
        look = style.of_type(ctx.actor_types[r["actor_id"]])
        fill = "hollow" if r["kind"] == "generic" else "full"
        for x, laureate in own:
            tag(symbol(ax, x, y, look, fill, 7.0), "dot", r["actor_id"], laureate)
        put(ax, PLOT - 0.05, y, shares[r["count"]], weight="bold", ha="right")
    parts = listed([labels.t("ties.alt_part", ctx.lang, **words) for words in said], ctx.lang)
    alt = labels.t("ties.alt", ctx.lang, title=title, parts=parts or "–")
    return finish(figure, "03-ties", ctx, title, alt, table)


@style.drawing()
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
    rows = [(g, [r for r in order if r["connecteur"] == g["connecteur"]]) for g in groups]
    first = rows[0][1][0]
    left, head, heading, axis = 4.6, 0.55, 0.62, 0.75
    words = {r["laureate_id"]: wrap(ctx.names[r["laureate_id"]], left - 0.3) for r in order}
    tall = {i: max(0.46, line_height() * len(lines) + 0.12) for i, lines in words.items()}
    bottom = head + heading * len(groups) + sum(tall.values())
    title = _mix_title({g["connecteur"]: g for g in groups}, ctx)
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
        put(ax, left + scale * value, bottom + 0.25, str(value), ha="center", color=style.SOFT)
    put(ax, left, bottom + 0.58, labels.t("type_mix.axis", ctx.lang), color=style.SOFT)
    y = head
    for group, own in rows:
        yes = group["connecteur"]
        look = style.ROLE["connecteur"] if yes else PLAIN
        box(ax, 0, y, PLOT, heading - 0.08, facecolor=style.BAND, zorder=0.55)
        put(ax, 0.1, y + heading / 2 - 0.04, _group(group, ctx), weight="bold", color=look.text)
        y += heading
        x = left + scale * group["types_median"]
        end = y + sum(tall[r["laureate_id"]] for r in own)
        tag(ax.plot([x, x], [y, end], zorder=2, **DASHED)[0], "median", str(yes))
        for r in own:
            middle = y + tall[r["laureate_id"]] / 2
            block(ax, 0.1, middle, words[r["laureate_id"]])
            a, b = left + scale * r["types"], left + scale * r["actors"]
            rule(ax, a, b, middle, color=style.FAINT, width=0.8)
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
        f"type_mix.{'yes' if group['connecteur'] else 'no'}",
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
