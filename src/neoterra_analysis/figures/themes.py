"""Figures of notebook 04: themes with their cases and roles."""

from ..analysis.themes import ENOUGH
from ..words import palette
from .marks import SOLID, TRACK, box, cuts, hatched, rule, ruled, share_cell, sign, stripes, swatch, symbol, tag
from .sheet import LARGE, LISTED, MARK, figure, fits, largest, plural
from .text import (
    PLOT,
    balanced,
    block,
    legend,
    legend_rows,
    line_height,
    listing,
    measure,
    put,
    upright,
    upright_rows,
    wrap,
)

FOUND = ("supported", "partly", "indirect_only", "no_case")
BARS = {"direct": SOLID, "indirect": hatched(palette.MARK), "none": TRACK}
THICK = 0.42  # cm, height of a bar
COLUMNS = 24  # laureates: beyond, or beyond a page, themes with their cases, and laureates by number of themes


@figure(words="framework")
def framework_matrix(table, ctx):
    """Draw ``04-framework-matrix``: for each theme and laureate, direct evidence, indirect evidence or none.

    ``table`` is ``themes.framework``: one row per theme and laureate, those without evidence included.
    """
    if not len(table):
        return ctx.missing(table, "themes")
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
    heads = {i: upright_rows(ctx.names[i], pitch, 2.3) for i in laureates}
    right = {"direct": PLOT - margin * 0.72, "indirect": PLOT - margin * 0.24}
    sums = {s: ctx.say(f"total.{s}") for s in right}
    head = 0.75 + max(measure(row) for rows in [*heads.values(), sums.values()] for row in rows)
    words = {t: balanced(ctx.themes[t], left - 0.6) for t in themes}
    step = {t: max(0.54, line_height() * len(words[t]) + 0.16) for t in themes}
    foot = head + group * len(groups) + sum(step.values())
    reading = ctx.read(f"reading.{first.strength}", **facts)
    parts = [ctx.word("themes.alt_part", theme=ctx.themes[t], **{s: total[t, s] for s in right}) for t in themes]
    sizes = [(total[t, "direct"], total[t, "indirect"]) for t in themes]
    ax = ctx.sheet(foot + 0.2 + 2 * 0.42, title, reading)
    if len(laureates) > COLUMNS or not fits(ax):
        ax, spread = _themes_counted(table, groups, total, title, ctx)
        numbers = {"themes": len(themes), "laureates": len(laureates), "spread": spread}
        return ctx.finish(ax, title, table, parts, "alt_counted", sizes, **numbers)
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
    return ctx.finish(ax, title, table, parts, sizes=sizes, themes=len(themes), laureates=len(laureates))


def _themes_counted(table, groups, total, title, ctx):
    """Draw the cases of each theme, of many the largest, and how many laureates speak to how many themes.

    Return the axes, and the second part in words.
    """
    themes = [t for members in groups.values() for t in members]
    of = table.groupby("theme_id")["laureate_id"].size().to_dict()
    spoken = table[table["strength"] != "none"].groupby("laureate_id").size()
    spoken = spoken.reindex(table["laureate_id"].unique(), fill_value=0).value_counts().sort_index().to_dict()
    left, head, group, rest, below = 9.0, 0.6, 0.5, 0.5, 3.6
    pitch = (PLOT - left) / 2
    note = ctx.say("counted", limit=COLUMNS)
    best = max(themes, key=lambda t: (total[t, "direct"], total[t, "indirect"]))
    numbers = {s: total[best, s] for s in ("direct", "indirect")}
    reading = ctx.say("reading_counted", theme=ctx.themes[best], of=of[best], **numbers)
    words = {t: wrap(ctx.themes[t], left - 0.6) for t in themes}
    tall = [max(0.46, line_height() * len(words[t]) + 0.12) for t in themes]
    room = ctx.room(title, reading, note) - head - group * len(groups) - below
    sizes = [(total[t, "direct"], total[t, "indirect"]) for t in themes]
    kept = largest(sizes, tall, room if sum(tall) <= room else room - rest)
    others = len(themes) - len(kept)
    drawn = {kind: [i for i in kept if themes[i] in members] for kind, members in groups.items()}
    drawn = {kind: members for kind, members in drawn.items() if members}
    foot = head + group * len(drawn) + sum(tall[i] for i in kept) + (rest if others else 0)
    ax = ctx.sheet(foot + below, title, reading, note)
    for j, s in enumerate(("direct", "indirect")):
        put(ax, left + pitch * (j + 0.5), 0.3, ctx.say(f"total.{s}"), weight="bold", ha="center")
    y = head
    for kind, members in drawn.items():
        ctx.kind_head(ax, y, group, kind)
        y += group
        for i, (top, middle) in zip(members, stripes(ax, y, [tall[i] for i in members]), strict=True):
            block(ax, 0.35, middle, words[themes[i]])
            for j, s in enumerate(("direct", "indirect")):
                cell = {"count": total[themes[i], s], "of": of[themes[i]]}
                x = left + pitch * j + 0.05
                share_cell(ax, x, top + 0.03, pitch - 0.1, tall[i] - 0.06, cell, themes[i], s)
        y += sum(tall[i] for i in members)
    if others:
        put(ax, 0.35, y + rest / 2, ctx.plural("rest", others), color=palette.SOFT)
    rule(ax, 0, PLOT, foot, color=palette.SOFT)
    put(ax, 0, foot + 0.35, ctx.say("spread"), weight="bold")
    _columns(ax, spoken, 0.3, foot + below - 0.5, below - 1.6)
    parts = [
        ctx.say("spread_part", themes=ctx.count(k, "theme"), laureates=ctx.count(n, "laureate"))
        for k, n in spoken.items()
    ]
    return ax, ctx.listed(parts)


def _columns(ax, counts, x, foot, tall):
    """Draw an upright bar for each number, its count above it and the number below it."""
    slot = min(1.1, (PLOT - x) / (max(counts) + 1))
    rule(ax, x, x + slot * (max(counts) + 1), foot, color=palette.SOFT)
    for number in range(max(counts) + 1):
        count, middle = counts.get(number, 0), x + slot * (number + 0.5)
        high = tall * count / max(counts.values())
        if count:
            tag(box(ax, middle - slot * 0.36, foot - high, slot * 0.72, high, **SOLID), "bar", str(number))
            put(ax, middle, foot - high - 0.18, str(count), ha="center", weight="bold")
        put(ax, middle, foot + 0.22, str(number), ha="center", color=palette.SOFT)


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

    Its rows are themes, whatever the number of laureates: of more than a page holds, about 20, those with most cases
    are drawn and the others counted by verdict.

    ``table`` is ``themes.themes``: one row per theme.
    """
    rows = {r["theme_id"]: r for r in table.to_dict("records")}
    if not rows or not table["of"].any():
        return ctx.missing(table, "themes")
    groups = _by_kind(table)
    themes = [t for members in groups.values() for t in members]
    verdict = {t: ctx.word(f"verdict.{rows[t]['verdict']}") for t in themes}
    most = max(r["of"] for r in rows.values())
    bare = [ctx.themes[t] for t in themes if rows[t]["verdict"] == "no_case"]
    best = max(rows.values(), key=lambda r: r["direct"])
    top = ctx.plural("top", best["direct"], top=ctx.laureates(best["direct"], best["of"]))
    form = "cases" if len(bare) <= LISTED else "cases_counted"
    title = ctx.say("title", top=top, cases=ctx.plural(form, len(bare), themes=ctx.quoted(bare), of=len(themes)))
    first = max(rows.values(), key=lambda r: (r["direct"] > 0 and r["indirect"] > 0, r["direct"]))
    facts = ctx.facts(first, "direct", "laureates_direct")
    others = ctx.named(first["laureates_indirect"]) or "–"
    told = {"direct": facts["share"], "indirect": first["indirect"], "others": others, **facts}
    reading = ctx.read("reading", first["laureates_direct"], **told)
    left, right, step, group, head = 4.9, 4.1, 0.74, 0.5, 0.45
    unit = (PLOT - left - right - 0.3) / most
    facts = {t: {"verdict": verdict[t], "strengths": strengths(rows[t], ctx)} for t in themes}
    parts = [ctx.say("alt_part", theme=ctx.themes[t], **facts[t]) for t in themes]
    sizes = [(rows[t]["direct"], rows[t]["indirect"]) for t in themes]
    fragile = {t for t in themes if f"verdict_{t}" in ctx.fragile}
    words = {t: balanced(ctx.themes[t], left - 0.5) for t in themes}
    tall = {t: max(step, line_height() * len(words[t]) + 0.08) for t in themes}
    height = head + group * len(groups) + step * len(themes) + sum(tall[t] - step for t in themes)
    marked = ctx.word("fragile.verdicts") if fragile else ""
    note, others = ctx.say("note", enough=ENOUGH), []
    ax = ctx.sheet(height, title, reading, note, marked=marked)
    if not fits(ax):
        note = " ".join((note, ctx.say("largest")))
        room = ctx.room(title, reading, note, marked=marked) - head - group * len(groups) - 0.5
        kept = [themes[i] for i in largest(sizes, list(tall.values()), room)]
        others = [t for t in themes if t not in kept]
        groups = {kind: [t for t in members if t in kept] for kind, members in groups.items()}
        groups = {kind: members for kind, members in groups.items() if members}
        height = head + group * len(groups) + sum(tall[t] for t in kept) + 0.5
        ax = ctx.sheet(height, title, reading, note, marked=marked)
    legend(ax, legend_rows([(swatch(look), ctx.word(f"strength.{s}")) for s, look in BARS.items()]))
    y = head
    for kind, members in groups.items():
        ctx.kind_head(ax, y, group, kind)
        y += group
        for theme in members:
            row, middle = rows[theme], y + tall[theme] / 2 - 0.06
            block(ax, 0.35, middle, words[theme])
            evidence_bar(ax, left, middle, unit, row, palette.KIND[kind].color, theme)
            x = left + unit * row["of"] + 0.25
            told = f"{verdict[theme]} {MARK}" if theme in fragile else verdict[theme]
            tag(put(ax, x, middle - 0.16, told, weight="bold"), "row", theme)
            put(ax, x, middle + 0.17, strengths(row, ctx), color=palette.SOFT)
            y += tall[theme]
    if others:
        found = {v: sum(rows[t]["verdict"] == v for t in others) for v in FOUND}
        told = ", ".join(f"{ctx.word(f'verdict.{v}')} {number}" for v, number in found.items() if number)
        put(ax, 0.35, y + 0.25, ctx.plural("rest", len(others), verdicts=told), color=palette.SOFT)
    return ctx.finish(ax, title, table, parts, sizes=sizes)


def evidence_bar(ax, left, y, unit, row, color, code, thick=THICK, cut=True):
    """Draw the laureates with direct, then with indirect evidence, out of all."""
    direct, both, of = row["direct"], row["direct"] + row["indirect"], row["of"]
    box(ax, left, y - thick / 2, unit * of, thick, **TRACK)
    if direct:
        tag(box(ax, left, y - thick / 2, unit * direct, thick, facecolor=color, zorder=1.5), "bar", code)
    if row["indirect"]:
        look, start = hatched(color, linewidth=0.9), left + unit * direct
        tag(box(ax, start, y - thick / 2, unit * row["indirect"], thick, **look, zorder=1.4), "part", code)
    if not cut:
        return
    shades = [palette.WHITE if k < direct else color if direct < k < both else palette.RULE for k in range(1, of)]
    cuts(ax, left, y, unit, thick, shades)


def strengths(row, ctx):
    """Write "3 directs, 1 indirect"; one that is nought is left out, unless both are."""
    parts = [plural(f"themes.{s}", row[s], ctx.lang) for s in ("direct", "indirect") if row[s]]
    return ", ".join(parts) if parts else ctx.word("strength.none")


SYMBOLS = 10  # laureates of a cell: beyond, or beyond a page, a bar counts them; of many levers the largest are drawn


@figure()
def roles_by_lever(table, ctx):
    """Draw ``04-roles-by-lever``: for each lever and role, the laureates of the role that speak to the lever.

    ``table`` is ``themes.roles_by_lever``: one row per lever and role.
    """
    cells = {(r["theme_id"], r["role"]): r for r in table.to_dict("records")}
    rows, codes = list(dict.fromkeys(table["theme_id"])), list(palette.ROLE)
    if not rows:
        return ctx.missing(table, "themes", "levers")
    size = {t: cells[t, codes[0]]["of"] for t in rows}
    filled = sum(c["count"] > 0 for c in cells.values())
    direct = sum(c["direct"] > 0 for c in cells.values())
    if filled == len(cells):
        told = ctx.plural("pairs", direct, of=len(cells))
        title = ctx.plural("title.all", len(rows), roles=len(codes), direct=told)
    else:
        title = ctx.plural("title.some", filled, of=len(cells), direct=ctx.plural("direct", direct))
    first = max(cells.values(), key=lambda c: (c["direct"] > 0 and c["indirect"] > 0, c["count"]))
    reading = ctx.read("reading", strengths=strengths(first, ctx), **ctx.facts(first))
    left, head = 3.5, 1.05
    pitch = (PLOT - left) / len(codes)
    start = {role: left + pitch * j for j, role in enumerate(codes)}
    texts = {k: listing(ctx.people(c["laureates"]), pitch - 0.25) for k, c in cells.items()}
    words = {t: balanced(ctx.themes[t], left - 0.3, weight="bold") for t in rows}
    heights = [1.2 + line_height() * max(len(texts[t, role]) for role in codes) for t in rows]
    heights = [max(tall, line_height() * (len(words[t]) + 1) + 0.3) for tall, t in zip(heights, rows, strict=True)]
    sizes = [size[t] for t in rows]
    form = "sizes.even" if len(set(sizes)) == 1 else "sizes.uneven"
    note = "note" if min(sizes) < LARGE else "note_large"
    note = ctx.say(note, sizes=ctx.plural(form, max(sizes), of=min(sizes)))
    shares = {k: f"{ctx.role(k[1])} {ctx.share(c['count'], c['of'])} ({strengths(c, ctx)})" for k, c in cells.items()}
    parts = [ctx.say("alt_part", theme=ctx.themes[t], cells=", ".join(shares[t, role] for role in codes)) for t in rows]
    ax = ctx.sheet(head + sum(heights), title, reading, note)
    if max(c["count"] for c in cells.values()) > SYMBOLS or not fits(ax):
        ax = _levers_counted(rows, cells, sizes, title, reading, note, ctx)
        return ctx.finish(ax, title, table, parts, "alt_counted", sizes)
    legend(ax, legend_rows(_strength_signs(ctx)))
    for role, x in start.items():
        ctx.role_head(ax, x + 0.12, 0.7, role, gap=0.28)
    for theme, (y, _) in zip(rows, ruled(ax, head, heights), strict=True):
        below = block(ax, 0, y + 0.12, words[theme], va="top", weight="bold")
        tag(put(ax, 0, below + line_height() / 2, ctx.count(size[theme], "laureate"), color=palette.SOFT), "row", theme)
        for role, x in start.items():
            cell, look = cells[theme, role], palette.ROLE[role]
            share, color = ctx.share(cell["count"], cell["of"]), look.text if cell["count"] else palette.SOFT
            put(ax, x, y + 0.29, share, weight="bold", size=8, color=color)
            for k, fill in enumerate(["full"] * cell["direct"] + ["hollow"] * cell["indirect"]):
                tag(symbol(ax, x + 0.12 + 0.36 * k, y + 0.72, look, fill), fill, theme, role, str(k))
            block(ax, x, y + 1.0, texts[theme, role], va="top", color=palette.SOFT)
    return ctx.finish(ax, title, table, parts, sizes=sizes)


def _levers_counted(rows, cells, sizes, title, reading, note, ctx):
    """Draw for each lever, for the largest ones where there are many, a bar for each role; return the axes."""
    left, head, rest = 4.5, 1.05, 0.5
    pitch = (PLOT - left) / len(palette.ROLE)
    note = " ".join((note, ctx.say("counted", limit=SYMBOLS)))
    words = [balanced(ctx.themes[t], left - 0.3, weight="bold") for t in rows]
    tall = [max(0.95, line_height() * (len(lines) + 1) + 0.24) for lines in words]
    room = ctx.room(title, reading, note) - head
    kept = largest(sizes, tall, room if sum(tall) <= room else room - rest)
    others, foot = [size for i, size in enumerate(sizes) if i not in kept], head + sum(tall[i] for i in kept)
    ax = ctx.sheet(foot + (rest if others else 0), title, reading, note)
    signs = {s: ctx.say("others") if s == "none" else ctx.word(f"strength.{s}") for s in BARS}
    legend(ax, legend_rows([(swatch(look), signs[s]) for s, look in BARS.items()]))
    for j, role in enumerate(palette.ROLE):
        ctx.role_head(ax, left + pitch * j + 0.12, 0.7, role, gap=0.28)
    for i, (y, middle) in zip(kept, ruled(ax, head, [tall[i] for i in kept]), strict=True):
        below = block(ax, 0, y + 0.12, words[i], va="top", weight="bold")
        put(ax, 0, below + line_height() / 2, ctx.count(sizes[i], "laureate"), color=palette.SOFT)
        for j, role in enumerate(palette.ROLE):
            x, cell, look = left + pitch * j, cells[rows[i], role], palette.ROLE[role]
            share, color = ctx.share(cell["count"], cell["of"]), look.text if cell["count"] else palette.SOFT
            put(ax, x, middle - 0.2, share, weight="bold", color=color)
            if cell["of"]:
                unit = (pitch - 0.4) / cell["of"]
                evidence_bar(ax, x, middle + 0.2, unit, cell, look.color, f"{rows[i]}.{role}", 0.28, cut=False)
    if others:
        most = ctx.count(max(others), "laureate")
        put(ax, 0, foot + rest / 2, ctx.plural("rest", len(others), laureates=most), color=palette.SOFT)
    return ax
