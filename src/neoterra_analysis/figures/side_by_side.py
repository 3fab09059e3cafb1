"""Figures of notebook 06: ambitions side by side, each counted on its own laureates."""

from ..analysis.themes import ENOUGH
from ..words import labels, palette
from ..words.codes import VERDICTS
from .marks import (
    BODY,
    PLOT,
    ROW,
    balanced,
    block,
    box,
    families,
    kinds,
    legend,
    legend_rows,
    line_height,
    put,
    rule,
    symbol,
    tag,
    wrap,
    write_legend,
)
from .sheet import canvas, capital, finish, listed, people, plural, role_name

TRACK = {"facecolor": palette.WHITE, "edgecolor": palette.FAINT, "linewidth": 0.6}


@palette.drawing()
def roles_by_ambition(table, ctx):
    """Draw ``06-roles-by-ambition``: for each role and ambition its share, and that with one laureate left out.

    Parameters
    ----------
    table : DataFrame
        ``comparison.roles_by_ambition``: one row per ambition and role.
    ctx : Context
        Language, names, ambitions, source.

    Returns
    -------
    Figure
    """
    rows = table.to_dict("records")
    groups = {role: [r for r in rows if r["role"] == role] for role in palette.ROLE}
    title, first = _roles_title(groups, ctx)
    left, wide, step, group, head = 2.6, 9.3, 0.52, 0.55, 0.95
    right = left + wide
    figure, ax = canvas(
        ctx,
        head + sum(group + step * len(mine) for mine in groups.values()) + 0.1,
        title,
        labels.t("roles_by_ambition.subtitle", ctx.lang),
        _roles_reading(first, ctx),
        labels.t("roles_by_ambition.note", ctx.lang),
        _scope(rows, ctx),
    )
    look = palette.Look(palette.MARK, palette.INK, "o", "")
    signs = [
        (lambda x, y: symbol(ax, x, y, look, size=6), labels.t("roles_by_ambition.dot", ctx.lang)),
        (
            lambda x, y: rule(ax, x - 0.2, x + 0.1, y, color=palette.MARK, width=2.2),
            labels.t("left_out.range", ctx.lang),
        ),
    ]
    legend(ax, 0, 0.15, signs)
    foot = head + sum(group + step * len(mine) for mine in groups.values())
    for part in (0, 0.25, 0.5, 0.75, 1):
        rule(ax, left + wide * part, left + wide * part, head - 0.12, foot)
        put(ax, left + wide * part, head - 0.32, labels.share(part, 1, ctx.lang), ha="center", color=palette.SOFT)
    y = head
    for role, mine in groups.items():
        look = palette.ROLE[role]
        rule(ax, 0, PLOT, y, color=palette.FAINT)
        symbol(ax, 0.15, y + group / 2, look, size=5)
        put(ax, 0.42, y + group / 2, role_name(role, ctx, low=False), weight="bold", color=look.text)
        y += group
        for r in mine:
            middle = y + step / 2 - 0.08
            put(ax, 0.42, middle, ctx.ambitions[r["ambition_id"]])
            if r["low"] == r["low"]:
                ends = [left + wide * r["low"], left + wide * r["high"]]
                tag(rule(ax, *ends, middle, color=look.color, width=2.2), "range", role, r["ambition_id"]).set_zorder(2)
            tag(symbol(ax, left + wide * r["share"], middle, look, size=7), "dot", role, r["ambition_id"])
            put(ax, right + 0.4, middle, _share(r, ctx), weight="bold")
            y += step
    parts = [
        labels.t(
            "roles_by_ambition.alt_part",
            ctx.lang,
            role=role_name(role, ctx),
            parts=", ".join(_cell(r, _share(r, ctx), ctx) for r in mine),
        )
        for role, mine in groups.items()
    ]
    alt = labels.t("roles_by_ambition.alt", ctx.lang, title=title, parts=listed(parts, ctx.lang))
    return finish(figure, "06-roles-by-ambition", ctx, title, alt, table)


def _roles_title(groups, ctx):
    """Return the finding, and the row that is read out: the role whose share varies most."""
    span = {role: max(r["share"] for r in mine) - min(r["share"] for r in mine) for role, mine in groups.items()}
    most = [role for role in groups if span[role] > max(span.values()) - 1e-9]
    rows = sorted(groups[most[0]], key=lambda r: r["share"])
    if len(rows) == 1:
        return labels.t("roles_by_ambition.title.single", ctx.lang), rows[0]
    if max(span.values()) < 1e-9:
        return labels.t("roles_by_ambition.title.even", ctx.lang), rows[0]
    names = capital(labels.join([role_name(role, ctx) for role in most], ctx.lang))
    ends = {end: _counted(rows[i], "count", ctx) for end, i in (("low", 0), ("high", -1))}
    return plural("roles_by_ambition.title", len(most), ctx.lang, roles=names, **ends), rows[0]


def _roles_reading(row, ctx):
    known = row["low"] == row["low"]
    return labels.t(
        f"roles_by_ambition.reading.{'range' if known else 'plain'}",
        ctx.lang,
        ambition=_low(ctx.ambitions[row["ambition_id"]]),
        share=plural("frame.of", row["count"], ctx.lang, of=row["of"]),
        role=role_name(row["role"], ctx),
        names=labels.join(people(row["laureates"], ctx) or ["–"], ctx.lang),
        **({end: labels.share(row[end], 1, ctx.lang) for end in ("low", "high")} if known else {}),
    )


@palette.drawing()
def shared_actors(table, ctx):
    """Draw ``06-shared-actors``: the actors mobilised in several ambitions, and by how many laureates of each.

    Parameters
    ----------
    table : DataFrame
        ``comparison.shared_actors``: one row per shared actor and ambition.
    ctx : Context
        Language, names, ambitions, source.

    Returns
    -------
    Figure
    """
    cells = {(r["actor_id"], r["ambition_id"]): r for r in table.to_dict("records")}
    actors = {r["actor_id"]: r for r in cells.values()}
    columns = {r["ambition_id"]: r["of"] for r in cells.values()}
    named = sum(r["kind"] != "generic" for r in actors.values())
    title = plural("shared_actors.title", len(actors), ctx.lang, named=named)
    first = next((r for r in cells.values() if r["count"]), None)
    signs = [
        *legend_rows(kinds({r["kind"] for r in actors.values()}, ctx)),
        *legend_rows(families([r["actor_type"] for r in actors.values()], ctx), 0.35),
    ]
    left, margin, step = 6.2 if len(columns) < 4 else 4.4, 1.3, 0.5
    words = {a: wrap(ctx.actors[a], left - 0.7) for a in actors}
    tall = {a: max(step, line_height() * len(words[a]) + 0.16) for a in actors}
    pitch = (PLOT - left - margin) / max(len(columns), 1)
    heads = {a: balanced(ctx.ambitions[a], pitch - 0.15, BODY, "bold") for a in columns}
    deep = line_height() * max((len(rows) for rows in heads.values()), default=0)
    head = ROW * len(signs) + (deep + 0.65 if actors else 0.1)
    figure, ax = canvas(
        ctx,
        head + sum(tall.values()),
        title,
        labels.t("shared_actors.subtitle", ctx.lang),
        _shared_reading(first, cells, ctx) if first else "",
        labels.t("shared_actors.note", ctx.lang),
        _scope(list(cells.values()), ctx),
    )
    write_legend(ax, signs)
    for j, (ambition, of) in enumerate(columns.items()):
        x = left + pitch * (j + 0.5)
        block(ax, x, head - 0.45 - deep, heads[ambition], va="top", ha="center", weight="bold")
        put(ax, x, head - 0.24, labels.count(of, "laureate", ctx.lang), ha="center", color=palette.SOFT)
    if actors:
        put(ax, PLOT - 0.05, head - 0.24, labels.t("shared_actors.total", ctx.lang), ha="right", weight="bold")
    y = head
    for actor, about in actors.items():
        middle = y + tall[actor] / 2
        rule(ax, 0, PLOT, y)
        fill = "hollow" if about["kind"] == "generic" else "full"
        tag(symbol(ax, 0.2, middle, palette.of_type(about["actor_type"]), fill, 5.5), "node", actor)
        block(ax, 0.5, middle, words[actor])
        for j, ambition in enumerate(columns):
            cell = cells[actor, ambition]
            face = palette.shade(cell["count"] / cell["of"] if cell["of"] else 0)
            patch = box(ax, left + pitch * j + 0.08, y + 0.05, pitch - 0.16, tall[actor] - 0.1, facecolor=face)
            tag(patch, "cell", actor, ambition)
            ink = palette.text_on(face) if cell["count"] else palette.SOFT
            put(ax, left + pitch * (j + 0.5), middle, f"{cell['count']}/{cell['of']}", ha="center", color=ink)
        put(ax, PLOT - 0.05, middle, str(about["total"]), ha="right", weight="bold")
        y += tall[actor]
    parts = [
        labels.t("shared_actors.alt_part", ctx.lang, actor=ctx.actors[a], parts=_by_ambition(a, cells, ctx))
        for a in actors
    ]
    alt = labels.t("shared_actors.alt", ctx.lang, title=title, parts=listed(parts, ctx.lang) or "–")
    return finish(figure, "06-shared-actors", ctx, title, alt, table)


def _by_ambition(actor, cells, ctx):
    mine = [r for (a, _), r in cells.items() if a == actor]
    return ", ".join(_cell(r, f"{r['count']}/{r['of']}", ctx) for r in mine)


def _shared_reading(first, cells, ctx):
    mine = [r for (actor, _), r in cells.items() if actor == first["actor_id"]]
    parts = [_counted(r, "count", ctx) for r in mine]
    names = labels.join([n for r in mine for n in people(r["laureates"], ctx)], ctx.lang)
    parts = labels.join(parts, ctx.lang)
    return labels.t("shared_actors.reading", ctx.lang, actor=ctx.actors[first["actor_id"]], parts=parts, names=names)


@palette.drawing()
def levers_by_ambition(table, ctx):
    """Draw ``06-levers-by-ambition``: laureates that speak to the themes of each kind, and the verdicts of these.

    Parameters
    ----------
    table : DataFrame
        ``comparison.levers_by_ambition``: one row per ambition and kind of theme.
    ctx : Context
        Language, names, ambitions, source.

    Returns
    -------
    Figure
    """
    rows = table.to_dict("records")
    groups = {kind: [r for r in rows if r["kind"] == kind] for kind in palette.KIND}
    levers = groups["lever"]
    ranked = [_counted(r, "direct", ctx) for r in sorted(levers, key=lambda r: r["direct"] / r["of"])]
    parts = [_counted(r, "direct", ctx) for r in levers]
    title = labels.t(
        f"levers_by_ambition.title.{'few' if len(levers) < 4 else 'many'}",
        ctx.lang,
        parts=labels.join(parts, ctx.lang),
        low=ranked[0],
        high=ranked[-1],
    )
    first = max(levers, key=lambda r: r["direct"])
    left, wide, step, group, head, thick = 2.3, 6.4, 0.82, 0.55, 0.5, 0.42
    figure, ax = canvas(
        ctx,
        head + sum(group + step * len(mine) for mine in groups.values()),
        title,
        labels.t("levers_by_ambition.subtitle", ctx.lang),
        labels.t(
            "levers_by_ambition.reading",
            ctx.lang,
            ambition=_low(ctx.ambitions[first["ambition_id"]]),
            share=plural("frame.of", first["direct"], ctx.lang, of=first["of"]),
            names=labels.join(people(first["laureates_direct"], ctx) or ["–"], ctx.lang),
            themes=_themes(first, ctx),
        ),
        labels.t("levers_by_ambition.note", ctx.lang, enough=ENOUGH),
        _scope(rows, ctx),
    )
    solid, hatched = {"facecolor": palette.MARK}, {**TRACK, "edgecolor": palette.MARK, "hatch": "/////"}
    legend(
        ax,
        0,
        0.15,
        [
            (
                lambda x, y, k=k: box(ax, x - 0.15, y - 0.12, 0.34, 0.24, **{"linewidth": 0.6, **k}),
                labels.t(f"levers_by_ambition.{s}", ctx.lang),
            )
            for k, s in ((solid, "direct"), (hatched, "indirect"), (TRACK, "none"))
        ],
    )
    y = head
    for kind, mine in groups.items():
        look = palette.KIND[kind]
        rule(ax, 0, PLOT, y, color=palette.FAINT)
        symbol(ax, 0.12, y + group / 2, look, size=5)
        put(ax, 0.35, y + group / 2, labels.t(f"kinds.{kind}", ctx.lang), weight="bold", color=look.text)
        y += group
        for r in mine:
            middle, unit = y + step / 2 - 0.12, wide / r["of"]
            put(ax, 0.35, middle, ctx.ambitions[r["ambition_id"]])
            box(ax, left, middle - thick / 2, wide, thick, **TRACK)
            ends = left + unit * r["direct"], left + unit * (r["direct"] + r["indirect"])
            if r["direct"]:
                bar = box(ax, left, middle - thick / 2, ends[0] - left, thick, facecolor=look.color, zorder=1.5)
                tag(bar, "bar", kind, r["ambition_id"])
            if r["indirect"]:
                more = {"facecolor": palette.WHITE, "edgecolor": look.color, "hatch": "/////", "linewidth": 0.9}
                part = box(ax, ends[0], middle - thick / 2, ends[1] - ends[0], thick, **more, zorder=1.4)
                tag(part, "part", kind, r["ambition_id"])
            for k in range(1, r["of"]):
                shade = palette.WHITE if k < r["direct"] else palette.RULE
                shade = look.color if r["direct"] < k < r["direct"] + r["indirect"] else shade
                rule(ax, left + unit * k, left + unit * k, middle - thick / 2, middle + thick / 2, shade).set_zorder(2)
            tag(
                put(ax, left + wide + 0.25, middle - 0.17, _strengths(r, ctx), weight="bold"),
                "row",
                kind,
                r["ambition_id"],
            )
            put(ax, left + wide + 0.25, middle + 0.18, _themes(r, ctx), color=palette.SOFT)
            y += step
    parts = [
        labels.t(
            "levers_by_ambition.alt_part",
            ctx.lang,
            kind=labels.t(f"kinds.{kind}", ctx.lang),
            parts=", ".join(_cell(r, f"{_strengths(r, ctx)}, {_themes(r, ctx)}", ctx) for r in mine),
        )
        for kind, mine in groups.items()
    ]
    alt = labels.t("levers_by_ambition.alt", ctx.lang, title=title, parts=listed(parts, ctx.lang))
    return finish(figure, "06-levers-by-ambition", ctx, title, alt, table)


def _strengths(row, ctx):
    """Write "3 directs, 1 indirect sur 6"."""
    parts = [plural(f"themes.{s}", row[s], ctx.lang) for s in ("direct", "indirect") if row[s]]
    said = ", ".join(parts) if parts else labels.t("strength.none", ctx.lang)
    return labels.t("levers_by_ambition.strengths", ctx.lang, said=said, of=row["of"])


def _themes(row, ctx):
    """Write "2 thèmes : 1 étayé, 1 sans cas"."""
    found = [plural(f"levers_by_ambition.{v}", row[v], ctx.lang) for v in VERDICTS if row[v]]
    number = labels.count(row["themes"], "theme", ctx.lang)
    return labels.t("levers_by_ambition.themes", ctx.lang, themes=number, found=", ".join(found)) if found else number


def _cell(row, words, ctx):
    """Write "ambition 8 : 2 sur 6"."""
    return labels.t("comparison.cell", ctx.lang, ambition=_low(ctx.ambitions[row["ambition_id"]]), words=words)


def _counted(row, column, ctx):
    """Write "2 lauréats sur 6 (ambition 8)"."""
    share = plural("frame.of", row[column], ctx.lang, of=row["of"])
    return f"{share} ({_low(ctx.ambitions[row['ambition_id']])})"


def _share(row, ctx):
    """Write "2 sur 6 (33 %)"."""
    share = labels.t("frame.share", ctx.lang, count=row["count"], of=row["of"])
    return f"{share} ({labels.share(row['count'], row['of'], ctx.lang)})"


def _low(text):
    return text[:1].lower() + text[1:]


def _scope(rows, ctx):
    """Say who is counted: the laureates of each ambition."""
    sizes = {r["ambition_id"]: r["of"] for r in rows}
    parts = [
        labels.t("comparison.scope_part", ctx.lang, ambition=_low(ctx.ambitions[a]), n=n) for a, n in sizes.items()
    ]
    return labels.t("comparison.scope", ctx.lang, parts=labels.join(parts, ctx.lang)) if parts else ""
