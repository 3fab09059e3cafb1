"""Figures of notebook 02: roles and their combinations."""

from .. import labels, style
from .frame import canvas, capital, finish, listed, people, plural, role_name
from .ink import PLOT, block, box, legend, line_height, listing, put, rule, symbol, tag


@style.drawing()
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
        {"facecolor": style.MARK},
        {"facecolor": style.WHITE, "edgecolor": style.MARK, "hatch": "/////"},
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
        look, y = style.ROLE[row["role"]], head + step * (i + 0.5)
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
                facecolor=style.WHITE,
                edgecolor=look.color,
                hatch="/////",
                linewidth=1.0,
                zorder=1.5,
            )
            tag(part, "part", row["role"])
        for k in range(1, row["of"]):
            shade = style.WHITE if k < row["count"] else style.RULE
            rule(ax, left + unit * k, left + unit * k, y - thick / 2, y + thick / 2, shade).set_zorder(2)
        share = labels.t("frame.share", ctx.lang, count=row["count"], of=row["of"])
        right = left + unit * row["of"] + 0.25
        put(ax, right, y - (0.16 if row["principal"] else 0), share, size=8, weight="bold")
        if row["principal"]:
            put(ax, right, y + 0.18, plural("role_counts.said", row["principal"], ctx.lang), color=style.SOFT)
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
    return {"facecolor": style.WHITE, "edgecolor": style.FAINT}


@style.drawing()
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
    codes = list(style.ROLE)
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
        look, x = style.ROLE[role], pitch * (j + 0.5)
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
            rule(ax, *ends, middle, color=style.MARK, width=1.6).set_zorder(2)
        for j, role in enumerate(codes):
            if row[role]:
                mark = symbol(ax, pitch * (j + 0.5), middle, style.ROLE[role], size=7)
            else:
                mark = symbol(ax, pitch * (j + 0.5), middle, style.STATE["not_stated"], "hollow", 3.2, "o")
            tag(mark, "dot", row["combination"], role)
        if row["count"]:
            bar = box(ax, bars, middle - 0.17, unit * row["count"], 0.34, facecolor=style.MARK)
            tag(bar, "bar", row["combination"])
        for k in range(1, row["count"]):
            rule(ax, bars + unit * k, bars + unit * k, middle - 0.17, middle + 0.17, style.WHITE, 0.8).set_zorder(2)
        total = put(ax, bars + unit * row["count"] + 0.12, middle, str(row["count"]), size=8, weight="bold")
        tag(total, "row", row["combination"])
        block(ax, names, middle, text, color=style.INK if row["count"] else style.SOFT)
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
    inside = [role_name(role, ctx) for role in style.ROLE if row[role]]
    return "\u00a0+ ".join(inside) if inside else labels.t("role.none", ctx.lang).lower()


def _people_lines(row, ctx, width):
    if not row["count"]:
        key = "none" if row["combination"] == "none" else "zero"
        return [labels.t(f"role_combinations.{key}", ctx.lang)]
    return listing(people(row["laureates"], ctx), width)
