"""Figures of notebooks 04 and 06: themes with their cases and roles; ambitions, each counted on its own laureates."""

from ..analysis.themes import ENOUGH
from ..words import palette
from .marks import SOLID, TRACK, box, cuts, hatched, rule, ruled, share_cell, sign, stripes, swatch, symbol, tag
from .sheet import MARK, capital, figure, plural
from .text import PLOT, ROW, balanced, block, legend, legend_rows, line_height, listing, measure, put, upright, wrap

FOUND = ("supported", "partly", "indirect_only", "no_case")
BARS = {"direct": SOLID, "indirect": hatched(palette.MARK), "none": TRACK}
THICK = 0.42  # cm, height of a bar


@figure(words="framework")
def framework_matrix(table, ctx):
    """Draw ``04-framework-matrix``: for each theme and laureate, direct evidence, indirect evidence or none.

    ``table`` is ``themes.framework``: one row per theme and laureate, those without evidence included.
    """
    strength = {(r.theme_id, r.laureate_id): r.strength for r in table.itertuples()}
    laureates = list(dict.fromkeys(table["laureate_id"]))
    groups = _by_kind(table)
    themes = [t for members in groups.values() for t in members]
    sums = [(code, s) for code in [*themes, *laureates] for s in ("direct", "indirect")]
    total = {(code, s): sum(strength[k] == s for k in strength if code in k) for code, s in sums}
    bare = sum(not total[t, "direct"] + total[t, "indirect"] for t in themes)
    direct = ctx.plural("direct", sum(total[t, "direct"] > 0 for t in themes), of=len(themes))
    title = ctx.say("title", direct=direct, none=ctx.plural("none", bare))
    first = min(table.itertuples(), key=lambda r: list(palette.STRENGTH).index(r.strength))
    facts = {"name": ctx.names[first.laureate_id], "theme": ctx.themes[first.theme_id]}
    left, margin, group = 4.9, 1.9, 0.5
    pitch = (PLOT - left - margin) / len(laureates)
    place = {i: left + pitch * (j + 0.5) for j, i in enumerate(laureates)}
    heads = {i: balanced(ctx.names[i], 2.3) if pitch > 2 * line_height() else [ctx.names[i]] for i in laureates}
    right = {"direct": PLOT - margin * 0.72, "indirect": PLOT - margin * 0.24}
    sums = {s: ctx.say(f"total.{s}") for s in right}
    head = 0.75 + max(measure(row) for rows in [*heads.values(), sums.values()] for row in rows)
    words = {t: balanced(ctx.themes[t], left - 0.6) for t in themes}
    step = {t: max(0.54, line_height() * len(words[t]) + 0.16) for t in themes}
    foot = head + group * len(groups) + sum(step.values())
    ax = ctx.sheet(foot + 0.2 + 2 * 0.42, title, ctx.say(f"reading.{first.strength}", **facts))
    blank = swatch({"facecolor": palette.WHITE, "edgecolor": palette.RULE}, 0.3, 0.26)
    signs = [*_strength_signs(ctx), (blank, ctx.say("blank"))]
    if len(strength) < len(themes) * len(laureates):
        signs.append((_of_another_ambition, ctx.say("apart")))
    legend(ax, legend_rows(signs))
    for laureate, x in place.items():
        upright(ax, x, head - 0.15, heads[laureate])
    for s, x in right.items():
        upright(ax, x, head - 0.15, [sums[s]], weight="bold")

    def write_total(x, y, number):
        put(ax, x, y, str(number), ha="center", weight="bold", color=palette.INK if number else palette.SOFT)

    y = head
    for kind, members in groups.items():
        ctx.kind_head(ax, y, group, kind)
        y += group
        for theme, (_, middle) in zip(members, stripes(ax, y, [step[t] for t in members]), strict=True):
            block(ax, 0.35, middle, words[theme])
            for laureate, x in place.items():
                code = strength.get((theme, laureate))
                if code is None:
                    _of_another_ambition(ax, x, middle)
                elif code != "none":
                    fill = palette.STRENGTH[code].marker
                    tag(symbol(ax, x, middle, palette.KIND[kind], fill, 6.5), fill, theme, laureate)
            for s, x in right.items():
                write_total(x, middle, total[theme, s])
        y += sum(step[t] for t in members)
    rule(ax, 0, PLOT, foot, color=palette.SOFT)
    for i, s in enumerate(right):
        middle = foot + 0.3 + 0.42 * i
        put(ax, 0.35, middle, sums[s], weight="bold")
        for laureate, x in place.items():
            write_total(x, middle, total[laureate, s])
        write_total(right[s], middle, sum(total[t, s] for t in themes))
    parts = [ctx.word("themes.alt_part", theme=ctx.themes[t], **{s: total[t, s] for s in right}) for t in themes]
    return ctx.finish(ax, title, table, parts, themes=len(themes), laureates=len(laureates))


def _by_kind(table):
    """Return the themes of each kind, in the order of the table, kinds in the order of the palette."""
    pairs = dict(zip(table["theme_id"], table["kind"], strict=True))
    groups = {kind: [t for t, k in pairs.items() if k == kind] for kind in palette.KIND}
    return {kind: members for kind, members in groups.items() if members}


def _of_another_ambition(ax, x, y):
    """Draw the sign of a theme that was not looked for in a row: it belongs to another ambition."""
    rule(ax, x - 0.1, x + 0.1, y, color=palette.FAINT, width=0.8)


def _strength_signs(ctx):
    looks = {s: palette.STRENGTH[s] for s in ("direct", "indirect")}
    return [(sign(look, look.marker, 6, "o"), ctx.word(f"strength.{s}")) for s, look in looks.items()]


@figure()
def theme_cases(table, ctx):
    """Draw ``04-theme-cases``: laureates that speak to each theme, directly or indirectly, and the verdict.

    ``table`` is ``themes.themes``: one row per theme.
    """
    rows = {r["theme_id"]: r for r in table.to_dict("records")}
    groups = _by_kind(table)
    themes = [t for members in groups.values() for t in members]
    verdict = {t: ctx.word(f"verdict.{rows[t]['verdict']}") for t in themes}
    most = max(r["of"] for r in rows.values())
    bare = [ctx.themes[t] for t in themes if rows[t]["verdict"] == "no_case"]
    top = ctx.laureates(max(r["direct"] for r in rows.values()), most)
    title = ctx.say(f"title.{'some' if bare else 'all'}", top=top, themes=ctx.quoted(bare))
    first = max(rows.values(), key=lambda r: (r["direct"] > 0 and r["indirect"] > 0, r["direct"]))
    facts = ctx.facts(first, "direct", "laureates_direct")
    others = ctx.named(first["laureates_indirect"]) or "–"
    reading = ctx.say("reading", direct=facts["share"], indirect=first["indirect"], others=others, **facts)
    left, right, step, group, head = 4.9, 4.1, 0.74, 0.5, 0.45
    unit = (PLOT - left - right - 0.3) / most
    fragile = {t for t in themes if f"verdict_{t}" in ctx.fragile}
    height = head + group * len(groups) + step * len(themes)
    marked = ctx.word("fragile.verdicts") if fragile else ""
    ax = ctx.sheet(height, title, reading, ctx.say("note", enough=ENOUGH), marked=marked)
    legend(ax, legend_rows([(swatch(look), ctx.word(f"strength.{s}")) for s, look in BARS.items()]))
    y = head
    for kind, members in groups.items():
        ctx.kind_head(ax, y, group, kind)
        y += group
        for theme in members:
            row, middle = rows[theme], y + step / 2 - 0.06
            block(ax, 0.35, middle, balanced(ctx.themes[theme], left - 0.5))
            _evidence_bar(ax, left, middle, unit, row, kind, theme)
            x = left + unit * row["of"] + 0.25
            words = f"{verdict[theme]} {MARK}" if theme in fragile else verdict[theme]
            tag(put(ax, x, middle - 0.16, words, weight="bold"), "row", theme)
            put(ax, x, middle + 0.17, _strengths(row, ctx), color=palette.SOFT)
            y += step
    facts = {t: {"verdict": verdict[t], "strengths": _strengths(rows[t], ctx)} for t in themes}
    parts = [ctx.say("alt_part", theme=ctx.themes[t], **facts[t]) for t in themes]
    return ctx.finish(ax, title, table, parts)


def _evidence_bar(ax, left, y, unit, row, kind, code):
    """Draw the laureates with direct, then with indirect evidence, out of all."""
    direct, both, of = row["direct"], row["direct"] + row["indirect"], row["of"]
    color = palette.KIND[kind].color
    box(ax, left, y - THICK / 2, unit * of, THICK, **TRACK)
    if direct:
        tag(box(ax, left, y - THICK / 2, unit * direct, THICK, facecolor=color, zorder=1.5), "bar", code)
    if row["indirect"]:
        look, start = hatched(color, linewidth=0.9), left + unit * direct
        tag(box(ax, start, y - THICK / 2, unit * row["indirect"], THICK, **look, zorder=1.4), "part", code)
    shades = [palette.WHITE if k < direct else color if direct < k < both else palette.RULE for k in range(1, of)]
    cuts(ax, left, y, unit, THICK, shades)


def _strengths(row, ctx):
    """Write "3 directs, 1 indirect"; one that is nought is left out, unless both are."""
    parts = [plural(f"themes.{s}", row[s], ctx.lang) for s in ("direct", "indirect") if row[s]]
    return ", ".join(parts) if parts else ctx.word("strength.none")


@figure()
def roles_by_lever(table, ctx):
    """Draw ``04-roles-by-lever``: for each lever and role, the laureates of the role that speak to the lever.

    ``table`` is ``themes.roles_by_lever``: one row per lever and role.
    """
    cells = {(r["theme_id"], r["role"]): r for r in table.to_dict("records")}
    rows, codes = list(dict.fromkeys(table["theme_id"])), list(palette.ROLE)
    size = {t: cells[t, codes[0]]["of"] for t in rows}
    filled = sum(c["count"] > 0 for c in cells.values())
    direct = sum(c["direct"] > 0 for c in cells.values())
    numbers = {"levers": len(rows), "roles": len(codes), "filled": filled, "direct": direct, "of": len(cells)}
    title = ctx.say(f"title.{'all' if filled == len(cells) else 'some'}", **numbers)
    first = max(cells.values(), key=lambda c: (c["direct"] > 0 and c["indirect"] > 0, c["count"]))
    reading = ctx.say("reading", strengths=_strengths(first, ctx), **ctx.facts(first))
    left, head = 3.5, 1.05
    pitch = (PLOT - left) / len(codes)
    start = {role: left + pitch * j for j, role in enumerate(codes)}
    texts = {k: listing(ctx.people(c["laureates"]), pitch - 0.25) for k, c in cells.items()}
    heights = [1.2 + line_height() * max(len(texts[t, role]) for role in codes) for t in rows]
    note = ctx.say("note", of=min(size.values()), most=max(size.values()))
    ax = ctx.sheet(head + sum(heights), title, reading, note)
    legend(ax, legend_rows(_strength_signs(ctx)))
    for role, x in start.items():
        ctx.role_head(ax, x + 0.12, 0.7, role, gap=0.28)
    for theme, (y, _) in zip(rows, ruled(ax, head, heights), strict=True):
        words = balanced(ctx.themes[theme], left - 0.3, weight="bold")
        below = block(ax, 0, y + 0.12, words, va="top", weight="bold")
        tag(put(ax, 0, below + line_height() / 2, ctx.count(size[theme], "laureate"), color=palette.SOFT), "row", theme)
        for role, x in start.items():
            cell, look = cells[theme, role], palette.ROLE[role]
            share, color = ctx.share(cell["count"], cell["of"]), look.text if cell["count"] else palette.SOFT
            put(ax, x, y + 0.29, share, weight="bold", size=8, color=color)
            for k, fill in enumerate(["full"] * cell["direct"] + ["hollow"] * cell["indirect"]):
                tag(symbol(ax, x + 0.12 + 0.36 * k, y + 0.72, look, fill), fill, theme, role, str(k))
            block(ax, x, y + 1.0, texts[theme, role], va="top", color=palette.SOFT)
    shares = {k: f"{ctx.role(k[1])} {ctx.share(c['count'], c['of'])} ({_strengths(c, ctx)})" for k, c in cells.items()}
    parts = [ctx.say("alt_part", theme=ctx.themes[t], cells=", ".join(shares[t, role] for role in codes)) for t in rows]
    return ctx.finish(ax, title, table, parts)


@figure()
def roles_by_ambition(table, ctx):
    """Draw ``06-roles-by-ambition``: for each role and ambition its share, and that with one laureate left out.

    ``table`` is ``comparison.roles_by_ambition``: one row per ambition and role.
    """
    rows = table.to_dict("records")
    groups = {role: [r for r in rows if r["role"] == role] for role in palette.ROLE}
    title, first = _roles_title(groups, ctx)
    left, wide, step, group, head = 2.6, 9.3, 0.52, 0.55, 0.95
    foot = head + sum(group + step * len(mine) for mine in groups.values())
    facts = {"ambition": _low(ctx.ambitions[first["ambition_id"]]), **ctx.facts(first)}
    known = first["low"] == first["low"]
    ends = {end: ctx.percent(first[end], 1) for end in ("low", "high")} if known else {}
    reading = ctx.say(f"reading.{'range' if known else 'plain'}", **facts, **ends)
    ax = ctx.sheet(foot + 0.1, title, reading, scope=_scope(rows, ctx))

    def left_out(ax, x, y):
        rule(ax, x - 0.2, x + 0.1, y, color=palette.MARK, width=2.2)

    legend(ax, legend_rows([(sign(size=6), ctx.say("dot")), (left_out, ctx.word("left_out.range"))]))
    for part in (0, 0.25, 0.5, 0.75, 1):
        rule(ax, left + wide * part, left + wide * part, head - 0.12, foot)
        put(ax, left + wide * part, head - 0.32, ctx.percent(part, 1), ha="center", color=palette.SOFT)
    cells = {role: [] for role in groups}
    y = head
    for role, mine in groups.items():
        look = palette.ROLE[role]
        rule(ax, 0, PLOT, y, color=palette.FAINT)
        ctx.role_head(ax, 0.15, y + group / 2, role, sizes=(5, 7))
        y += group
        for r in mine:
            ambition, middle = r["ambition_id"], y + step / 2 - 0.08
            put(ax, 0.42, middle, ctx.ambitions[ambition])
            if r["low"] == r["low"]:
                ends = [left + wide * r["low"], left + wide * r["high"]]
                tag(rule(ax, *ends, middle, color=look.color, width=2.2, zorder=2), "range", role, ambition)
            tag(symbol(ax, left + wide * r["share"], middle, look, size=7), "dot", role, ambition)
            share = f"{ctx.share(r['count'], r['of'])} ({ctx.percent(r['count'], r['of'])})"
            put(ax, left + wide + 0.4, middle, share, weight="bold")
            cells[role].append(_cell(r, share, ctx))
            y += step
    parts = [ctx.say("alt_part", role=ctx.role(role), parts=", ".join(own)) for role, own in cells.items()]
    return ctx.finish(ax, title, table, parts)


def _roles_title(groups, ctx):
    """Return the finding, and the row that is read out: the role whose share varies most."""
    span = {role: max(r["share"] for r in mine) - min(r["share"] for r in mine) for role, mine in groups.items()}
    most = [role for role in groups if span[role] > max(span.values()) - 1e-9]
    rows = sorted(groups[most[0]], key=lambda r: r["share"])
    if len(rows) == 1:
        return ctx.say("title.single"), rows[0]
    if max(span.values()) < 1e-9:
        return ctx.say("title.even"), rows[0]
    names = capital(ctx.join(ctx.role(role) for role in most))
    ends = {"low": _counted(rows[0], "count", ctx), "high": _counted(rows[-1], "count", ctx)}
    return ctx.plural("title", len(most), roles=names, **ends), rows[0]


@figure()
def shared_actors(table, ctx):
    """Draw ``06-shared-actors``: the actors mobilised in several ambitions, and by how many laureates of each.

    ``table`` is ``comparison.shared_actors``: one row per shared actor and ambition.
    """
    rows = table.to_dict("records")
    actors = {}
    for r in rows:
        actors.setdefault(r["actor_id"], {})[r["ambition_id"]] = r
    about = {actor: list(mine.values())[-1] for actor, mine in actors.items()}
    columns = {r["ambition_id"]: r["of"] for r in rows}
    title = ctx.plural("title", len(actors), named=sum(r["kind"] != "generic" for r in about.values()))
    first = next((r["actor_id"] for r in rows if r["count"]), None)
    signs = [
        *legend_rows(ctx.kinds({r["kind"] for r in rows})),
        *legend_rows(ctx.families([r["actor_type"] for r in rows]), 0.35),
    ]
    left, margin, step = 6.2 if len(columns) < 4 else 4.4, 1.3, 0.5
    words = {a: wrap(ctx.actors[a], left - 0.7) for a in actors}
    tall = {a: max(step, line_height() * len(words[a]) + 0.16) for a in actors}
    pitch = (PLOT - left - margin) / max(len(columns), 1)
    heads = {a: balanced(ctx.ambitions[a], pitch - 0.15, weight="bold") for a in columns}
    deep = line_height() * max((len(lines) for lines in heads.values()), default=0)
    head = ROW * len(signs) + (deep + 0.65 if actors else 0.1)
    reading = ""
    if first:
        names = ctx.join(name for r in actors[first].values() for name in ctx.people(r["laureates"]))
        parts = ctx.join(_counted(r, "count", ctx) for r in actors[first].values())
        reading = ctx.say("reading", actor=ctx.actors[first], parts=parts, names=names)
    ax = ctx.sheet(head + sum(tall.values()), title, reading, scope=_scope(rows, ctx))
    legend(ax, signs)
    for j, (ambition, of) in enumerate(columns.items()):
        x = left + pitch * (j + 0.5)
        block(ax, x, head - 0.45 - deep, heads[ambition], va="top", ha="center", weight="bold")
        put(ax, x, head - 0.24, ctx.count(of, "laureate"), ha="center", color=palette.SOFT)
    if actors:
        put(ax, PLOT - 0.05, head - 0.24, ctx.say("total"), ha="right", weight="bold")
    for (actor, r), (y, middle) in zip(about.items(), ruled(ax, head, tall.values()), strict=True):
        fill = "hollow" if r["kind"] == "generic" else "full"
        tag(symbol(ax, 0.2, middle, palette.of_type(r["actor_type"]), fill, 5.5), "node", actor)
        block(ax, 0.5, middle, words[actor])
        for j, ambition in enumerate(columns):
            x, cell = left + pitch * j + 0.08, actors[actor][ambition]
            share_cell(ax, x, y + 0.05, pitch - 0.16, tall[actor] - 0.1, cell, actor, ambition)
        put(ax, PLOT - 0.05, middle, str(r["total"]), ha="right", weight="bold")
    cells = {a: [_cell(r, f"{r['count']}/{r['of']}", ctx) for r in mine.values()] for a, mine in actors.items()}
    parts = [ctx.say("alt_part", actor=ctx.actors[a], parts=", ".join(cells[a])) for a in actors]
    return ctx.finish(ax, title, table, parts)


@figure()
def levers_by_ambition(table, ctx):
    """Draw ``06-levers-by-ambition``: laureates that speak to the themes of each kind, and the verdicts of these.

    ``table`` is ``comparison.levers_by_ambition``: one row per ambition and kind of theme.
    """
    rows = table.to_dict("records")
    groups = {kind: [r for r in rows if r["kind"] == kind] for kind in palette.KIND}
    levers = groups["lever"]
    ranked = [_counted(r, "direct", ctx) for r in sorted(levers, key=lambda r: r["direct"] / r["of"])]
    parts = ctx.join(_counted(r, "direct", ctx) for r in levers)
    title = ctx.say(f"title.{'few' if len(levers) < 4 else 'many'}", parts=parts, low=ranked[0], high=ranked[-1])
    first = max(levers, key=lambda r: r["direct"])
    facts = {"ambition": _low(ctx.ambitions[first["ambition_id"]]), **ctx.facts(first, "direct", "laureates_direct")}
    reading = ctx.say("reading", themes=_themes(first, ctx), **facts)
    left, wide, step, group, head = 2.3, 6.4, 0.82, 0.55, 0.5
    height = head + sum(group + step * len(mine) for mine in groups.values())
    ax = ctx.sheet(height, title, reading, ctx.say("note", enough=ENOUGH), scope=_scope(rows, ctx))
    legend(ax, legend_rows([(swatch(look), ctx.say(s)) for s, look in BARS.items()]))
    cells = {kind: [] for kind in groups}
    y = head
    for kind, mine in groups.items():
        ctx.kind_head(ax, y, group, kind)
        y += group
        for r in mine:
            ambition, middle = r["ambition_id"], y + step / 2 - 0.12
            strengths = _strengths(r, ctx)
            strengths, themes = ctx.say("strengths", said=strengths, of=r["of"]), _themes(r, ctx)
            put(ax, 0.35, middle, ctx.ambitions[ambition])
            _evidence_bar(ax, left, middle, wide / r["of"], r, kind, f"{kind}.{ambition}")
            tag(put(ax, left + wide + 0.25, middle - 0.17, strengths, weight="bold"), "row", kind, ambition)
            put(ax, left + wide + 0.25, middle + 0.18, themes, color=palette.SOFT)
            cells[kind].append(_cell(r, f"{strengths}, {themes}", ctx))
            y += step
    parts = [ctx.say("alt_part", kind=ctx.word(f"kinds.{kind}"), parts=", ".join(own)) for kind, own in cells.items()]
    return ctx.finish(ax, title, table, parts)


def _themes(row, ctx):
    """Write "2 thèmes : 1 étayé, 1 sans cas"."""
    found = [ctx.plural(v, row[v]) for v in FOUND if row[v]]
    number = ctx.count(row["themes"], "theme")
    return ctx.say("themes", themes=number, found=", ".join(found)) if found else number


def _cell(row, words, ctx):
    """Write "ambition 8 : 2 sur 6"."""
    return ctx.word("comparison.cell", ambition=_low(ctx.ambitions[row["ambition_id"]]), words=words)


def _counted(row, column, ctx):
    """Write "2 lauréats sur 6 (ambition 8)"."""
    return f"{ctx.laureates(row[column], row['of'])} ({_low(ctx.ambitions[row['ambition_id']])})"


def _low(text):
    return text[:1].lower() + text[1:]


def _scope(rows, ctx):
    """Say who is counted: the laureates of each ambition."""
    sizes = {r["ambition_id"]: r["of"] for r in rows}
    parts = [ctx.word("comparison.scope_part", ambition=_low(ctx.ambitions[a]), n=n) for a, n in sizes.items()]
    return ctx.word("comparison.scope", parts=ctx.join(parts)) if parts else ""
