"""Figures of notebook 02 that cross roles with something else: enjeux, types of actors mobilised."""

from .. import labels, style
from .frame import canvas, capital, finish, ids, listed, people, plural, role_name
from .ink import PLOT, balanced, block, box, line_height, measure, put, rule, symbol, tag, wrap


@style.drawing()
def role_by_enjeu(table, ctx):
    """Draw ``02-role-by-enjeu``: for each enjeu and role, the laureates by name, out of those of the enjeu.

    Parameters
    ----------
    table : DataFrame
        ``roles.by_enjeu``: one row per enjeu and role.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    cells = {(r["enjeu_id"], r["role"]): r for r in table.to_dict("records")}
    rows, codes = list(dict.fromkeys(table["enjeu_id"])), list(style.ROLE)
    present = {role: sum(cells[e, role]["count"] > 0 for e in rows) for role in codes}
    order = sorted(codes, key=lambda role: -present[role])
    title = capital(
        labels.t(
            "role_by_enjeu.title",
            ctx.lang,
            role=role_name(order[0], ctx),
            count=present[order[0]],
            of=len(rows),
            others=labels.join(
                [
                    labels.t("role_by_enjeu.title_part", ctx.lang, role=role_name(role, ctx), count=present[role])
                    for role in order[1:]
                ],
                ctx.lang,
            ),
        )
    )
    left, head, step = 3.3, 0.6, line_height() + 0.04
    pitch = (PLOT - left) / len(codes)
    texts = {k: [balanced(name, pitch - 0.65) for name in people(c["laureates"], ctx)] for k, c in cells.items()}
    heights = [max(sum(map(len, texts[e, role])) for role in codes) * step + 0.75 for e in rows]
    first = next(c for c in cells.values() if c["count"])
    reading = labels.t(
        "role_by_enjeu.reading",
        ctx.lang,
        enjeu=ctx.enjeux[first["enjeu_id"]],
        share=plural("frame.of", first["count"], ctx.lang, of=first["of"]),
        role=role_name(first["role"], ctx),
        names=labels.join(people(first["laureates"], ctx), ctx.lang),
    )
    figure, ax = canvas(
        ctx,
        head + sum(heights),
        title,
        labels.t("role_by_enjeu.subtitle", ctx.lang),
        reading,
        labels.t("role_by_enjeu.note", ctx.lang),
        hangs=("roles_everywhere",),
    )
    for j, role in enumerate(codes):
        look, x = style.ROLE[role], left + pitch * j
        symbol(ax, x + 0.15, 0.25, look)
        put(ax, x + 0.42, 0.25, role_name(role, ctx, low=False), size=8, weight="bold", color=look.text)
    y = head
    for enjeu, height in zip(rows, heights, strict=True):
        rule(ax, 0, PLOT, y)
        put(ax, 0, y + 0.28, enjeu, weight="bold")
        block(ax, 0.65, y + 0.28 - line_height() / 2, wrap(ctx.enjeux[enjeu], left - 0.85), va="top")
        for j, role in enumerate(codes):
            cell, look, x = cells[enjeu, role], style.ROLE[role], left + pitch * j
            share = labels.t("frame.share", ctx.lang, count=cell["count"], of=cell["of"])
            shade = look.text if cell["count"] else style.SOFT
            put(ax, x, y + 0.28, share, weight="bold", color=shade)
            line = y + 0.55
            for code, name in zip(ids(cell["laureates"]), texts[enjeu, role], strict=True):
                mark = symbol(ax, x + 0.12, line + step / 2, look, size=4.5)
                tag(mark, "dot", enjeu, role, code)
                line = block(ax, x + 0.35, line + 0.02, name, va="top") + 0.02
        y += height
    parts = [
        labels.t(
            "role_by_enjeu.alt_part",
            ctx.lang,
            enjeu=ctx.enjeux[e],
            cells=", ".join(
                f"{role_name(role, ctx)} "
                + labels.t("frame.share", ctx.lang, count=cells[e, role]["count"], of=cells[e, role]["of"])
                for role in codes
            ),
        )
        for e in rows
    ]
    alt = labels.t("role_by_enjeu.alt", ctx.lang, title=title, parts=listed(parts, ctx.lang))
    return finish(figure, "02-role-by-enjeu", ctx, title, alt, table)


def _present(role, count, ctx):
    return labels.t("role_by_enjeu.title_part", ctx.lang, role=role_name(role, ctx), count=count)


@style.drawing()
def role_by_actor_type(table, ctx):
    """Draw ``02-role-by-actor-type``: which types of actors the laureates of each role mobilise.

    Parameters
    ----------
    table : DataFrame
        ``roles.by_actor_type``: one row per type of actor and role.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    cells = {(r["actor_type"], r["role"]): r for r in table.to_dict("records")}
    found, codes = set(table["actor_type"]), list(style.ROLE)
    types = [t for t in style.FAMILY if t in found]
    families = list(dict.fromkeys(style.FAMILY[t] for t in types))
    size = {role: cells[types[0], role]["of"] for role in codes}
    used = {role: sum(cells[t, role]["count"] > 0 for t in types) for role in codes}
    order = sorted(codes, key=lambda role: (-used[role], -size[role]))
    group = {r: labels.t("role_by_actor_type.group", ctx.lang, of=size[r], role=role_name(r, ctx)) for r in codes}
    title = labels.t(
        "role_by_actor_type.title",
        ctx.lang,
        count=used[order[0]],
        of=len(types),
        role=group[order[0]],
        others=labels.join(
            [
                labels.t("role_by_actor_type.title_part", ctx.lang, count=used[role], role=group[role])
                for role in order[1:]
            ],
            ctx.lang,
        ),
    )
    first = max(cells.values(), key=lambda c: (c["count"] / c["of"] if c["of"] else 0, c["count"]))
    reading = labels.t(
        "role_by_actor_type.reading",
        ctx.lang,
        share=plural("frame.of", first["count"], ctx.lang, of=first["of"]),
        role=role_name(first["role"], ctx),
        type=labels.t(f"type.{first['actor_type']}", ctx.lang),
        names=labels.join(people(first["laureates"], ctx), ctx.lang),
    )
    least = min(s for s in size.values() if s)
    note = labels.t(
        "role_by_actor_type.note",
        ctx.lang,
        share=labels.share(1, least, ctx.lang),
        of=least,
        most=max(size.values()),
    )
    family, left, head, step = 2.7, 8.6, 0.95, 0.46
    pitch = (PLOT - left) / len(codes)
    figure, ax = canvas(
        ctx,
        head + step * len(types) + 0.12 * (len(families) - 1),
        title,
        labels.t("role_by_actor_type.subtitle", ctx.lang),
        reading,
        note,
    )
    for j, role in enumerate(codes):
        look, x = style.ROLE[role], left + pitch * (j + 0.5)
        name = role_name(role, ctx, low=False)
        put(ax, x + 0.15, 0.22, name, ha="center", weight="bold", color=look.text)
        symbol(ax, x + 0.15 - measure(name, weight="bold") / 2 - 0.22, 0.22, look, size=5)
        put(ax, x, 0.6, labels.count(size[role], "laureate", ctx.lang), ha="center", color=style.SOFT)
    y = head
    for code in families:
        inside = [t for t in types if style.FAMILY[t] == code]
        rule(ax, 0, PLOT, y - 0.06)
        block(
            ax,
            0,
            y + step * len(inside) / 2,
            balanced(labels.t(f"family.{code}", ctx.lang), family - 0.3),
            color=style.SOFT,
        )
        for actor_type in inside:
            put(ax, family, y + step / 2, labels.t(f"type.{actor_type}", ctx.lang))
            for j, role in enumerate(codes):
                cell = cells[actor_type, role]
                share = cell["count"] / cell["of"] if cell["of"] else 0
                face = style.shade(share)
                place = left + pitch * j + 0.05
                patch = box(ax, place, y + 0.03, pitch - 0.1, step - 0.06, facecolor=face)
                tag(patch, "cell", actor_type, role)
                words = f"{cell['count']}/{cell['of']}"
                ink = style.text_on(face) if cell["count"] else style.SOFT
                put(ax, left + pitch * (j + 0.5), y + step / 2, words, ha="center", color=ink)
            y += step
        y += 0.12
    parts = [
        labels.t(
            "role_by_actor_type.alt_part",
            ctx.lang,
            type=labels.t(f"type.{t}", ctx.lang),
            cells=", ".join(
                f"{role_name(role, ctx)} {cells[t, role]['count']}/{cells[t, role]['of']}" for role in codes
            ),
        )
        for t in types
    ]
    alt = labels.t("role_by_actor_type.alt", ctx.lang, title=title, parts=listed(parts, ctx.lang))
    return finish(figure, "02-role-by-actor-type", ctx, title, alt, table)
