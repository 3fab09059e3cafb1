"""Figures of notebook 04: the cases of each theme, the roles that go with each lever."""

from .. import labels, style
from ..framework import ENOUGH
from .frame import MARK, canvas, finish, listed, people, plural, quoted, role_name
from .ink import (
    PLOT,
    balanced,
    block,
    box,
    legend,
    line_height,
    listing,
    put,
    rule,
    symbol,
    tag,
)
from .synthesis import by_kind, strength_legend


@style.drawing()
def theme_cases(table, ctx):
    """Draw ``04-theme-cases``: laureates that speak to each theme, directly or indirectly, and the verdict.

    Parameters
    ----------
    table : DataFrame
        ``synthesis.themes``: one row per theme.
    ctx : Context
        Language, names, themes, source.

    Returns
    -------
    Figure
    """
    rows = {r["theme_id"]: r for r in table.to_dict("records")}
    groups = by_kind(table)
    themes = [t for members in groups.values() for t in members]
    top = max(r["direct"] for r in rows.values())
    bare = [ctx.themes[t] for t in themes if rows[t]["verdict"] == "no_case"]
    title = labels.t(
        f"theme_cases.title.{'some' if bare else 'all'}",
        ctx.lang,
        top=plural("frame.of", top, ctx.lang, of=max(r["of"] for r in rows.values())),
        themes=quoted(bare, ctx.lang),
    )
    first = max(rows.values(), key=lambda r: (r["direct"] > 0 and r["indirect"] > 0, r["direct"]))
    reading = labels.t(
        "theme_cases.reading",
        ctx.lang,
        theme=ctx.themes[first["theme_id"]],
        direct=plural("frame.of", first["direct"], ctx.lang, of=first["of"]),
        names=labels.join(people(first["laureates_direct"], ctx) or ["–"], ctx.lang),
        indirect=first["indirect"],
        others=labels.join(people(first["laureates_indirect"], ctx) or ["–"], ctx.lang),
    )
    left, right, step, group, head, thick = 4.9, 4.1, 0.74, 0.5, 0.45, 0.42
    unit = (PLOT - left - right - 0.3) / max(r["of"] for r in rows.values())
    figure, ax = canvas(
        ctx,
        head + group * len(groups) + step * len(themes),
        title,
        labels.t("theme_cases.subtitle", ctx.lang),
        reading,
        labels.t("theme_cases.note", ctx.lang, enough=ENOUGH),
        hangs=("most_direct", "themes_without_case"),
        marked=labels.t("fragile.verdicts", ctx.lang) if any(f"verdict_{t}" in ctx.fragile for t in themes) else "",
    )
    plain, hatched = (
        {"facecolor": style.MARK},
        {"facecolor": style.WHITE, "edgecolor": style.MARK, "hatch": "/////"},
    )
    legend(
        ax,
        0,
        0.15,
        [
            (
                lambda x, y, k=k: box(ax, x - 0.15, y - 0.12, 0.34, 0.24, **{"linewidth": 0.6, **k}),
                labels.t(f"strength.{s}", ctx.lang),
            )
            for k, s in (
                (plain, "direct"),
                (hatched, "indirect"),
                ({"facecolor": style.WHITE, "edgecolor": style.FAINT}, "none"),
            )
        ],
    )
    y = head
    for kind, members in groups.items():
        look = style.KIND[kind]
        rule(ax, 0, PLOT, y, color=style.FAINT)
        symbol(ax, 0.12, y + group / 2, look, size=5)
        put(ax, 0.35, y + group / 2, labels.t(f"kinds.{kind}", ctx.lang), weight="bold", color=look.text)
        y += group
        for theme in members:
            row, middle = rows[theme], y + step / 2 - 0.06
            block(ax, 0.35, middle, balanced(ctx.themes[theme], left - 0.5))
            track = {"facecolor": style.WHITE, "edgecolor": style.FAINT, "linewidth": 0.6}
            box(ax, left, middle - thick / 2, unit * row["of"], thick, **track)
            direct, indirect = unit * row["direct"], unit * row["indirect"]
            if row["direct"]:
                bar = box(ax, left, middle - thick / 2, direct, thick, facecolor=look.color, zorder=1.5)
                tag(bar, "bar", theme)
            if row["indirect"]:
                more = {"facecolor": style.WHITE, "edgecolor": look.color, "hatch": "/////", "linewidth": 0.9}
                part = box(ax, left + direct, middle - thick / 2, indirect, thick, **more, zorder=1.4)
                tag(part, "part", theme)
            for k in range(1, row["of"]):
                shade = style.WHITE if k < row["direct"] else style.RULE
                if row["direct"] < k < row["direct"] + row["indirect"]:
                    shade = look.color
                between = middle - thick / 2, middle + thick / 2
                rule(ax, left + unit * k, left + unit * k, *between, shade).set_zorder(2)
            x = left + unit * row["of"] + 0.25
            word = labels.t(f"verdict.{row['verdict']}", ctx.lang)
            word = f"{word} {MARK}" if f"verdict_{theme}" in ctx.fragile else word
            said = put(ax, x, middle - 0.16, word, weight="bold")
            tag(said, "row", theme)
            put(ax, x, middle + 0.17, _strengths(row, ctx), color=style.SOFT)
            y += step
    parts = [
        labels.t(
            "theme_cases.alt_part",
            ctx.lang,
            theme=ctx.themes[t],
            verdict=labels.t(f"verdict.{rows[t]['verdict']}", ctx.lang),
            strengths=_strengths(rows[t], ctx),
        )
        for t in themes
    ]
    alt = labels.t("theme_cases.alt", ctx.lang, title=title, parts=listed(parts, ctx.lang))
    return finish(figure, "04-theme-cases", ctx, title, alt, table)


def _strengths(row, ctx):
    """Write "3 directs, 1 indirect"; one that is nought is left out, unless both are."""
    parts = [plural(f"themes.{s}", row[s], ctx.lang) for s in ("direct", "indirect") if row[s]]
    return ", ".join(parts) if parts else labels.t("strength.none", ctx.lang)


@style.drawing()
def roles_by_lever(table, ctx):
    """Draw ``04-roles-by-lever``: for each lever and role, the laureates of the role that speak to the lever.

    Parameters
    ----------
    table : DataFrame
        ``synthesis.roles_by_lever``: one row per lever and role.
    ctx : Context
        Language, names, themes, source.

    Returns
    -------
    Figure
    """
    cells = {(r["theme_id"], r["role"]): r for r in table.to_dict("records")}
    rows, codes = list(dict.fromkeys(table["theme_id"])), list(style.ROLE)
    size = {t: cells[t, codes[0]]["of"] for t in rows}
    filled = sum(c["count"] > 0 for c in cells.values())
    title = labels.t(
        f"roles_by_lever.title.{'all' if filled == len(cells) else 'some'}",
        ctx.lang,
        levers=len(rows),
        roles=len(codes),
        filled=filled,
        direct=sum(c["direct"] > 0 for c in cells.values()),
        of=len(cells),
    )
    first = max(cells.values(), key=lambda c: (c["direct"] > 0 and c["indirect"] > 0, c["count"]))
    reading = labels.t(
        "roles_by_lever.reading",
        ctx.lang,
        theme=ctx.themes[first["theme_id"]],
        role=role_name(first["role"], ctx),
        share=plural("frame.of", first["count"], ctx.lang, of=first["of"]),
        strengths=_strengths(first, ctx),
    )
    left, head = 3.5, 1.05
    pitch = (PLOT - left) / len(codes)
    texts = {k: listing(people(c["laureates"], ctx), pitch - 0.25) for k, c in cells.items()}
    heights = [1.2 + line_height() * max(len(texts[t, role]) for role in codes) for t in rows]
    figure, ax = canvas(
        ctx,
        head + sum(heights),
        title,
        labels.t("roles_by_lever.subtitle", ctx.lang),
        reading,
        labels.t("roles_by_lever.note", ctx.lang, of=min(size.values()), most=max(size.values())),
        hangs=("levers_all_roles", "lever_roles_direct"),
    )
    strength_legend(ax, 0.15, ctx)
    for j, role in enumerate(codes):
        look, x = style.ROLE[role], left + pitch * j
        symbol(ax, x + 0.12, 0.7, look)
        put(ax, x + 0.4, 0.7, role_name(role, ctx, low=False), size=8, weight="bold", color=look.text)
    y = head
    for theme, height in zip(rows, heights, strict=True):
        rule(ax, 0, PLOT, y)
        words = balanced(ctx.themes[theme], left - 0.3, weight="bold")
        below = block(ax, 0, y + 0.12, words, va="top", weight="bold")
        said = labels.count(size[theme], "laureate", ctx.lang)
        tag(put(ax, 0, below + line_height() / 2, said, color=style.SOFT), "row", theme)
        for j, role in enumerate(codes):
            cell, look, x = cells[theme, role], style.ROLE[role], left + pitch * j
            part = labels.t("frame.share", ctx.lang, count=cell["count"], of=cell["of"])
            put(ax, x, y + 0.29, part, weight="bold", size=8, color=look.text if cell["count"] else style.SOFT)
            marks = ["full"] * cell["direct"] + ["hollow"] * cell["indirect"]
            for k, fill in enumerate(marks):
                mark = symbol(ax, x + 0.12 + 0.36 * k, y + 0.72, look, fill)
                tag(mark, fill, theme, role, str(k))
            block(ax, x, y + 1.0, texts[theme, role], va="top", color=style.SOFT)
        y += height
    parts = [
        labels.t(
            "roles_by_lever.alt_part",
            ctx.lang,
            theme=ctx.themes[t],
            cells=", ".join(
                f"{role_name(role, ctx)} "
                + labels.t("frame.share", ctx.lang, count=cells[t, role]["count"], of=cells[t, role]["of"])
                + f" ({_strengths(cells[t, role], ctx)})"
                for role in codes
            ),
        )
        for t in rows
    ]
    alt = labels.t("roles_by_lever.alt", ctx.lang, title=title, parts=listed(parts, ctx.lang))
    return finish(figure, "04-roles-by-lever", ctx, title, alt, table)
