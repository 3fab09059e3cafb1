"""Figures of notebook 04: the framework matrix, the cases of each theme, the roles that go with each lever."""

from ..analysis.themes import ENOUGH
from ..words import labels, palette
from .marks import PLOT, balanced, block, box, legend, line_height, listing, measure, put, rule, symbol, tag, upright
from .sheet import MARK, canvas, finish, listed, people, plural, quoted, role_name


@palette.drawing()
def framework_matrix(table, ctx):
    """Draw ``04-framework-matrix``: for each theme and laureate, direct evidence, indirect evidence or none.

    Parameters
    ----------
    table : DataFrame
        ``synthesis.framework``: one row per theme and laureate, those without evidence included.
    ctx : Context
        Language, names, themes, source.

    Returns
    -------
    Figure
    """
    strength = {(r.theme_id, r.laureate_id): r.strength for r in table.itertuples()}
    laureates = list(dict.fromkeys(table["laureate_id"]))
    groups = by_kind(table)
    themes = [t for members in groups.values() for t in members]
    total = {
        (code, s): sum(strength[k] == s for k in strength if code in k)
        for code in [*themes, *laureates]
        for s in ("direct", "indirect")
    }
    bare = [t for t in themes if not total[t, "direct"] + total[t, "indirect"]]
    solid = sum(total[t, "direct"] > 0 for t in themes)
    title = labels.t(
        "framework.title",
        ctx.lang,
        direct=plural("framework.direct", solid, ctx.lang, of=len(themes)),
        none=plural("framework.none", len(bare), ctx.lang),
    )
    first = min(table.itertuples(), key=lambda r: list(palette.STRENGTH).index(r.strength))
    said = {"name": ctx.names[first.laureate_id], "theme": ctx.themes[first.theme_id]}
    reading = labels.t(f"framework.reading.{first.strength}", ctx.lang, **said)
    left, margin, group = 4.9, 1.9, 0.5
    pitch = (PLOT - left - margin) / len(laureates)
    heads = {i: balanced(ctx.names[i], 2.3) if pitch > 2 * line_height() else [ctx.names[i]] for i in laureates}
    sums = [[labels.t(f"framework.total.{s}", ctx.lang)] for s in ("direct", "indirect")]
    head = 0.75 + max(measure(row) for rows in [*heads.values(), *sums] for row in rows)
    words = {t: balanced(ctx.themes[t], left - 0.6) for t in themes}
    step = {t: max(0.54, line_height() * len(words[t]) + 0.16) for t in themes}
    height = head + group * len(groups) + sum(step.values()) + 0.2 + 2 * 0.42
    figure, ax = canvas(
        ctx,
        height,
        title,
        labels.t("framework.subtitle", ctx.lang),
        reading,
        labels.t("framework.note", ctx.lang),
        hangs=("themes_direct", "themes_without_case"),
    )
    apart = len(strength) < len(themes) * len(laureates)
    strength_legend(ax, 0.15, ctx, blank=True, apart=apart)
    for j, laureate in enumerate(laureates):
        upright(ax, left + pitch * (j + 0.5), head - 0.15, heads[laureate])
    right = {"direct": PLOT - margin * 0.72, "indirect": PLOT - margin * 0.24}
    for s, said in zip(right, sums, strict=True):
        upright(ax, right[s], head - 0.15, said, weight="bold")
    y = head
    for kind, members in groups.items():
        look = palette.KIND[kind]
        rule(ax, 0, PLOT, y, color=palette.FAINT)
        symbol(ax, 0.12, y + group / 2, look, size=5)
        put(ax, 0.35, y + group / 2, labels.t(f"kinds.{kind}", ctx.lang), weight="bold", color=look.text)
        y += group
        for i, theme in enumerate(members):
            middle = y + step[theme] / 2
            if i % 2 == 0:
                box(ax, 0, y, PLOT, step[theme], zorder=0)
            block(ax, 0.35, middle, words[theme])
            for j, laureate in enumerate(laureates):
                code = strength.get((theme, laureate), "apart")
                if code == "apart":
                    _apart(ax, left + pitch * (j + 0.5), middle)
                    continue
                if code != "none":
                    mark = symbol(ax, left + pitch * (j + 0.5), middle, look, palette.STRENGTH[code].marker, 6.5)
                    tag(mark, palette.STRENGTH[code].marker, theme, laureate)
            for s, x in right.items():
                _total(ax, x, middle, total[theme, s])
            y += step[theme]
    rule(ax, 0, PLOT, y, color=palette.SOFT)
    for i, s in enumerate(right):
        middle = y + 0.3 + 0.42 * i
        put(ax, 0.35, middle, labels.t(f"framework.total.{s}", ctx.lang), weight="bold")
        for j, laureate in enumerate(laureates):
            _total(ax, left + pitch * (j + 0.5), middle, total[laureate, s])
        _total(ax, right[s], middle, sum(total[t, s] for t in themes))
    parts = [
        labels.t(
            "themes.alt_part",
            ctx.lang,
            theme=ctx.themes[t],
            direct=total[t, "direct"],
            indirect=total[t, "indirect"],
        )
        for t in themes
    ]
    alt = labels.t(
        "framework.alt",
        ctx.lang,
        title=title,
        themes=len(themes),
        laureates=len(laureates),
        parts=listed(parts, ctx.lang),
    )
    return finish(figure, "04-framework-matrix", ctx, title, alt, table)


def by_kind(table):
    """Return the themes of each kind, in the order of the table, kinds in the order of the palette."""
    pairs = dict(zip(table["theme_id"], table["kind"], strict=True))
    groups = {kind: [t for t, k in pairs.items() if k == kind] for kind in palette.KIND}
    return {kind: members for kind, members in groups.items() if members}


def _total(ax, x, y, number):
    put(ax, x, y, str(number), ha="center", weight="bold", color=palette.INK if number else palette.SOFT)


def _apart(ax, x, y):
    """Draw the sign of a theme that was not looked for in a row: it belongs to another ambition."""
    rule(ax, x - 0.1, x + 0.1, y, color=palette.FAINT, width=0.8)


def strength_legend(ax, y, ctx, blank=False, apart=False):
    """Write what full and hollow marks mean and, if asked for, what a blank cell does, and a dash."""
    signs = [
        (
            lambda x, y, s=s: symbol(ax, x, y, palette.STRENGTH[s], palette.STRENGTH[s].marker, 6, "o"),
            labels.t(f"strength.{s}", ctx.lang),
        )
        for s in ("direct", "indirect")
    ]
    if blank:
        edge = {"facecolor": palette.WHITE, "edgecolor": palette.RULE, "linewidth": 0.6}
        empty = labels.t("framework.blank", ctx.lang)
        signs.append((lambda x, y: box(ax, x - 0.15, y - 0.13, 0.3, 0.26, **edge), empty))
    if apart:
        signs.append((lambda x, y: _apart(ax, x, y), labels.t("framework.apart", ctx.lang)))
    legend(ax, 0, y, signs)


@palette.drawing()
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
        {"facecolor": palette.MARK},
        {"facecolor": palette.WHITE, "edgecolor": palette.MARK, "hatch": "/////"},
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
                ({"facecolor": palette.WHITE, "edgecolor": palette.FAINT}, "none"),
            )
        ],
    )
    y = head
    for kind, members in groups.items():
        look = palette.KIND[kind]
        rule(ax, 0, PLOT, y, color=palette.FAINT)
        symbol(ax, 0.12, y + group / 2, look, size=5)
        put(ax, 0.35, y + group / 2, labels.t(f"kinds.{kind}", ctx.lang), weight="bold", color=look.text)
        y += group
        for theme in members:
            row, middle = rows[theme], y + step / 2 - 0.06
            block(ax, 0.35, middle, balanced(ctx.themes[theme], left - 0.5))
            track = {"facecolor": palette.WHITE, "edgecolor": palette.FAINT, "linewidth": 0.6}
            box(ax, left, middle - thick / 2, unit * row["of"], thick, **track)
            direct, indirect = unit * row["direct"], unit * row["indirect"]
            if row["direct"]:
                bar = box(ax, left, middle - thick / 2, direct, thick, facecolor=look.color, zorder=1.5)
                tag(bar, "bar", theme)
            if row["indirect"]:
                more = {"facecolor": palette.WHITE, "edgecolor": look.color, "hatch": "/////", "linewidth": 0.9}
                part = box(ax, left + direct, middle - thick / 2, indirect, thick, **more, zorder=1.4)
                tag(part, "part", theme)
            for k in range(1, row["of"]):
                shade = palette.WHITE if k < row["direct"] else palette.RULE
                if row["direct"] < k < row["direct"] + row["indirect"]:
                    shade = look.color
                between = middle - thick / 2, middle + thick / 2
                rule(ax, left + unit * k, left + unit * k, *between, shade).set_zorder(2)
            x = left + unit * row["of"] + 0.25
            word = labels.t(f"verdict.{row['verdict']}", ctx.lang)
            word = f"{word} {MARK}" if f"verdict_{theme}" in ctx.fragile else word
            said = put(ax, x, middle - 0.16, word, weight="bold")
            tag(said, "row", theme)
            put(ax, x, middle + 0.17, _strengths(row, ctx), color=palette.SOFT)
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


@palette.drawing()
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
    rows, codes = list(dict.fromkeys(table["theme_id"])), list(palette.ROLE)
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
        look, x = palette.ROLE[role], left + pitch * j
        symbol(ax, x + 0.12, 0.7, look)
        put(ax, x + 0.4, 0.7, role_name(role, ctx, low=False), size=8, weight="bold", color=look.text)
    y = head
    for theme, height in zip(rows, heights, strict=True):
        rule(ax, 0, PLOT, y)
        words = balanced(ctx.themes[theme], left - 0.3, weight="bold")
        below = block(ax, 0, y + 0.12, words, va="top", weight="bold")
        said = labels.count(size[theme], "laureate", ctx.lang)
        tag(put(ax, 0, below + line_height() / 2, said, color=palette.SOFT), "row", theme)
        for j, role in enumerate(codes):
            cell, look, x = cells[theme, role], palette.ROLE[role], left + pitch * j
            part = labels.t("frame.share", ctx.lang, count=cell["count"], of=cell["of"])
            put(ax, x, y + 0.29, part, weight="bold", size=8, color=look.text if cell["count"] else palette.SOFT)
            marks = ["full"] * cell["direct"] + ["hollow"] * cell["indirect"]
            for k, fill in enumerate(marks):
                mark = symbol(ax, x + 0.12 + 0.36 * k, y + 0.72, look, fill)
                tag(mark, fill, theme, role, str(k))
            block(ax, x, y + 1.0, texts[theme, role], va="top", color=palette.SOFT)
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
