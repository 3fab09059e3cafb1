"""Figures of notebook 04: the framework matrix."""

from .. import labels, style
from .frame import canvas, finish, listed, plural
from .ink import (
    PLOT,
    balanced,
    block,
    box,
    legend,
    line_height,
    measure,
    put,
    rule,
    symbol,
    tag,
    upright,
)


@style.drawing()
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
    first = min(table.itertuples(), key=lambda r: list(style.STRENGTH).index(r.strength))
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
        look = style.KIND[kind]
        rule(ax, 0, PLOT, y, color=style.FAINT)
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
                    mark = symbol(ax, left + pitch * (j + 0.5), middle, look, style.STRENGTH[code].marker, 6.5)
                    tag(mark, style.STRENGTH[code].marker, theme, laureate)
            for s, x in right.items():
                _total(ax, x, middle, total[theme, s])
            y += step[theme]
    rule(ax, 0, PLOT, y, color=style.SOFT)
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
    groups = {kind: [t for t, k in pairs.items() if k == kind] for kind in style.KIND}
    return {kind: members for kind, members in groups.items() if members}


def _total(ax, x, y, number):
    put(ax, x, y, str(number), ha="center", weight="bold", color=style.INK if number else style.SOFT)


def _apart(ax, x, y):
    """Draw the sign of a theme that was not looked for in a row: it belongs to another ambition."""
    rule(ax, x - 0.1, x + 0.1, y, color=style.FAINT, width=0.8)


def strength_legend(ax, y, ctx, blank=False, apart=False):
    """Write what full and hollow marks mean and, if asked for, what a blank cell does, and a dash."""
    signs = [
        (
            lambda x, y, s=s: symbol(ax, x, y, style.STRENGTH[s], style.STRENGTH[s].marker, 6, "o"),
            labels.t(f"strength.{s}", ctx.lang),
        )
        for s in ("direct", "indirect")
    ]
    if blank:
        edge = {"facecolor": style.WHITE, "edgecolor": style.RULE, "linewidth": 0.6}
        empty = labels.t("framework.blank", ctx.lang)
        signs.append((lambda x, y: box(ax, x - 0.15, y - 0.13, 0.3, 0.26, **edge), empty))
    if apart:
        signs.append((lambda x, y: _apart(ax, x, y), labels.t("framework.apart", ctx.lang)))
    legend(ax, 0, y, signs)
