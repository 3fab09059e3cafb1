"""Figures of notebook 02: roles, their combinations, roles by enjeu and by type of actor."""

from ..words import labels, palette
from .marks import PLOT, balanced, block, box, legend, line_height, listing, measure, put, rule, symbol, tag, wrap
from .sheet import canvas, capital, finish, ids, listed, people, plural, role_name


@palette.drawing()
def role_counts(table, ctx):
    """Draw ``02-role-counts``: laureates of each role, and for how many it is said to be the main one.

    Parameters
    ----------
    table : DataFrame
        ``roles.counts``: one row per role.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    rows = table.to_dict("records")
    top = max(rows, key=lambda r: r["count"])
    best = [role_name(r["role"], ctx) for r in rows if r["count"] == top["count"]]
    title = labels.t(
        f"role_counts.title.{'one' if len(best) == 1 else 'many'}",
        ctx.lang,
        roles=capital(labels.join(best, ctx.lang)),
        share=plural("frame.of", top["count"], ctx.lang, of=top["of"]),
    )
    reading = labels.t(
        "role_counts.reading",
        ctx.lang,
        role=role_name(top["role"], ctx),
        share=plural("frame.of", top["count"], ctx.lang, of=top["of"]),
        principal=plural("role_counts.principal", top["principal"], ctx.lang),
    )
    left, step, thick, head = 2.9, 0.95, 0.56, 0.65
    unit = (PLOT - left - 2.9) / top["of"]
    figure, ax = canvas(
        ctx,
        head + step * len(rows),
        title,
        labels.t("role_counts.subtitle", ctx.lang),
        reading,
        labels.t("role_counts.note", ctx.lang),
        hangs=("top_role",),
    )
    plain, hatched = (
        {"facecolor": palette.MARK},
        {"facecolor": palette.WHITE, "edgecolor": palette.MARK, "hatch": "/////"},
    )
    entries = [
        (plain, "role_counts.plain"),
        (hatched, "role_counts.hatched"),
        (_track(), "role_counts.without"),
    ]
    legend(
        ax,
        0,
        0.2,
        [
            (
                lambda x, y, k=k: box(ax, x - 0.15, y - 0.12, 0.34, 0.24, **{"linewidth": 0.6, **k}),
                labels.t(w, ctx.lang),
            )
            for k, w in entries
        ],
    )
    for i, row in enumerate(rows):
        look, y = palette.ROLE[row["role"]], head + step * (i + 0.5)
        symbol(ax, 0.15, y, look)
        put(ax, 0.42, y, role_name(row["role"], ctx, low=False), size=8, weight="bold", color=look.text)
        box(ax, left, y - thick / 2, unit * row["of"], thick, **_track(), linewidth=0.6)
        bar = box(ax, left, y - thick / 2, unit * row["count"], thick, facecolor=look.color)
        tag(bar, "bar", row["role"])
        if row["principal"]:
            part = box(
                ax,
                left,
                y - thick / 2,
                unit * row["principal"],
                thick,
                facecolor=palette.WHITE,
                edgecolor=look.color,
                hatch="/////",
                linewidth=1.0,
                zorder=1.5,
            )
            tag(part, "part", row["role"])
        for k in range(1, row["of"]):
            shade = palette.WHITE if k < row["count"] else palette.RULE
            rule(ax, left + unit * k, left + unit * k, y - thick / 2, y + thick / 2, shade).set_zorder(2)
        share = labels.t("frame.share", ctx.lang, count=row["count"], of=row["of"])
        right = left + unit * row["of"] + 0.25
        put(ax, right, y - (0.16 if row["principal"] else 0), share, size=8, weight="bold")
        if row["principal"]:
            put(ax, right, y + 0.18, plural("role_counts.said", row["principal"], ctx.lang), color=palette.SOFT)
    parts = [
        labels.t(
            "role_counts.alt_part",
            ctx.lang,
            role=role_name(r["role"], ctx),
            share=plural("frame.of", r["count"], ctx.lang, of=r["of"]),
            principal=plural("role_counts.said", r["principal"], ctx.lang),
        )
        for r in rows
    ]
    alt = labels.t("role_counts.alt", ctx.lang, title=title, parts=listed(parts, ctx.lang))
    return finish(figure, "02-role-counts", ctx, title, alt, table)


def _track():
    return {"facecolor": palette.WHITE, "edgecolor": palette.FAINT}


@palette.drawing()
def role_combinations(table, ctx):
    """Draw ``02-role-combinations``: the exact combination of roles of laureates, an UpSet plot on its side.

    Parameters
    ----------
    table : DataFrame
        ``roles.combinations``: one row per combination, those that never occur included.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure

    References
    ----------
    Lex A. et al. (2014), "UpSet: Visualization of Intersecting Sets", IEEE TVCG 20(12).
    """
    rows = sorted(table.to_dict("records"), key=lambda r: (-r["count"], r["combination"] == "none"))
    codes = list(palette.ROLE)
    real = [r for r in rows if r["combination"] != "none"]
    never = [r for r in real if r["count"] == 0]
    most = [r for r in real if r["count"] == max(r["count"] for r in real)]
    title = labels.t(
        f"role_combinations.title.{'one' if len(most) == 1 else 'many'}",
        ctx.lang,
        most=labels.join([_combination(r, ctx) for r in most], ctx.lang),
        share=plural("frame.of", most[0]["count"], ctx.lang, of=most[0]["of"]),
        never=plural("role_combinations.never", len(never), ctx.lang, of=len(real)),
    )
    reading = labels.t(
        "role_combinations.reading",
        ctx.lang,
        combination=_combination(most[0], ctx),
        share=plural("frame.of", most[0]["count"], ctx.lang, of=most[0]["of"]),
        names=labels.join(people(most[0]["laureates"], ctx), ctx.lang),
    )
    pitch, head = 1.95, 0.6
    bars = pitch * len(codes) + 0.3
    unit = 2.4 / max(1, rows[0]["count"])
    names = bars + 2.4 + 0.65
    texts = [_people_lines(r, ctx, PLOT - names) for r in rows]
    heights = [max(0.56, line_height() * len(t) + 0.22) for t in texts]
    figure, ax = canvas(
        ctx,
        head + sum(heights),
        title,
        labels.t("role_combinations.subtitle", ctx.lang),
        reading,
        labels.t("role_combinations.note", ctx.lang),
        hangs=("top_combination", "combinations_found"),
    )
    for j, role in enumerate(codes):
        look, x = palette.ROLE[role], pitch * (j + 0.5)
        put(ax, x, 0.25, role_name(role, ctx, low=False), ha="center", weight="bold", color=look.text)
    put(ax, bars, 0.25, labels.t("role_combinations.laureates", ctx.lang), weight="bold")
    y = head
    for i, (row, text, height) in enumerate(zip(rows, texts, heights, strict=True)):
        middle = y + height / 2
        if i % 2 == 0:
            box(ax, 0, y, PLOT, height, zorder=0)
        inside = [j for j, role in enumerate(codes) if row[role]]
        if len(inside) > 1:
            ends = [pitch * (j + 0.5) for j in (inside[0], inside[-1])]
            rule(ax, *ends, middle, color=palette.MARK, width=1.6).set_zorder(2)
        for j, role in enumerate(codes):
            if row[role]:
                mark = symbol(ax, pitch * (j + 0.5), middle, palette.ROLE[role], size=7)
            else:
                mark = symbol(ax, pitch * (j + 0.5), middle, palette.STATE["not_stated"], "hollow", 3.2, "o")
            tag(mark, "dot", row["combination"], role)
        if row["count"]:
            bar = box(ax, bars, middle - 0.17, unit * row["count"], 0.34, facecolor=palette.MARK)
            tag(bar, "bar", row["combination"])
        for k in range(1, row["count"]):
            rule(ax, bars + unit * k, bars + unit * k, middle - 0.17, middle + 0.17, palette.WHITE, 0.8).set_zorder(2)
        total = put(ax, bars + unit * row["count"] + 0.12, middle, str(row["count"]), size=8, weight="bold")
        tag(total, "row", row["combination"])
        block(ax, names, middle, text, color=palette.INK if row["count"] else palette.SOFT)
        y += height
    parts = [
        labels.t(
            "role_combinations.alt_part",
            ctx.lang,
            combination=_combination(r, ctx),
            count=r["count"],
            names=labels.join(people(r["laureates"], ctx), ctx.lang),
        )
        for r in rows
        if r["count"]
    ]
    alt = labels.t(
        "role_combinations.alt",
        ctx.lang,
        title=title,
        parts=listed(parts, ctx.lang),
        zero=labels.join([_combination(r, ctx) for r in rows if not r["count"]] or ["–"], ctx.lang),
    )
    return finish(figure, "02-role-combinations", ctx, title, alt, table)


def _combination(row, ctx):
    """Write a combination for a reader: "aiguillon + connecteur", the roles it leaves out being absent."""
    inside = [role_name(role, ctx) for role in palette.ROLE if row[role]]
    return "\u00a0+ ".join(inside) if inside else labels.t("role.none", ctx.lang).lower()


def _people_lines(row, ctx, width):
    if not row["count"]:
        key = "none" if row["combination"] == "none" else "zero"
        return [labels.t(f"role_combinations.{key}", ctx.lang)]
    return listing(people(row["laureates"], ctx), width)


@palette.drawing()
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
    rows, codes = list(dict.fromkeys(table["enjeu_id"])), list(palette.ROLE)
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
        look, x = palette.ROLE[role], left + pitch * j
        symbol(ax, x + 0.15, 0.25, look)
        put(ax, x + 0.42, 0.25, role_name(role, ctx, low=False), size=8, weight="bold", color=look.text)
    y = head
    for enjeu, height in zip(rows, heights, strict=True):
        rule(ax, 0, PLOT, y)
        put(ax, 0, y + 0.28, enjeu, weight="bold")
        block(ax, 0.65, y + 0.28 - line_height() / 2, wrap(ctx.enjeux[enjeu], left - 0.85), va="top")
        for j, role in enumerate(codes):
            cell, look, x = cells[enjeu, role], palette.ROLE[role], left + pitch * j
            share = labels.t("frame.share", ctx.lang, count=cell["count"], of=cell["of"])
            shade = look.text if cell["count"] else palette.SOFT
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


@palette.drawing()
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
    found, codes = set(table["actor_type"]), list(palette.ROLE)
    types = [t for t in palette.FAMILY if t in found]
    families = list(dict.fromkeys(palette.FAMILY[t] for t in types))
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
        look, x = palette.ROLE[role], left + pitch * (j + 0.5)
        name = role_name(role, ctx, low=False)
        put(ax, x + 0.15, 0.22, name, ha="center", weight="bold", color=look.text)
        symbol(ax, x + 0.15 - measure(name, weight="bold") / 2 - 0.22, 0.22, look, size=5)
        put(ax, x, 0.6, labels.count(size[role], "laureate", ctx.lang), ha="center", color=palette.SOFT)
    y = head
    for code in families:
        inside = [t for t in types if palette.FAMILY[t] == code]
        rule(ax, 0, PLOT, y - 0.06)
        block(
            ax,
            0,
            y + step * len(inside) / 2,
            balanced(labels.t(f"family.{code}", ctx.lang), family - 0.3),
            color=palette.SOFT,
        )
        for actor_type in inside:
            put(ax, family, y + step / 2, labels.t(f"type.{actor_type}", ctx.lang))
            for j, role in enumerate(codes):
                cell = cells[actor_type, role]
                share = cell["count"] / cell["of"] if cell["of"] else 0
                face = palette.shade(share)
                place = left + pitch * j + 0.05
                patch = box(ax, place, y + 0.03, pitch - 0.1, step - 0.06, facecolor=face)
                tag(patch, "cell", actor_type, role)
                words = f"{cell['count']}/{cell['of']}"
                ink = palette.text_on(face) if cell["count"] else palette.SOFT
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
