"""Figures of notebook 00: the programme, each ambition counted on its own laureates, at most six ambitions a figure.

A sheet holds the six ambitions of the roadmap side by side. Of more, those with most laureates are drawn and the others
counted; rows are codes of lists, pairs of ambitions or a stated number of actors, so that a figure is as high for any
number of laureates.
"""

from ..analysis.themes import ENOUGH
from ..words import palette
from .marks import box, rule, ruled, share_cell, sign, swatch, symbol, tag
from .sheet import LISTED, capital, figure, fits, ids, largest, plural
from .text import PLOT, ROW, balanced, block, legend, legend_rows, line_height, measure, put, wrap
from .themes import BARS, FOUND, evidence_bar, strengths

AMBITIONS = 6  # columns
ACTORS = 20  # rows: of more actors, or beyond a page, the most shared are drawn and the others counted
WIDEST = 2.4  # cm, width of a column
GROUP = 0.5  # cm, height of the head of a group of rows


def _low(text):
    return text[:1].lower() + text[1:]


def _cell(ambition, words, ctx):
    """Write "ambition 8 : 2 sur 6"."""
    return ctx.word("comparison.cell", ambition=_low(ctx.ambitions[ambition]), words=words)


def _counted(row, column, ctx):
    """Write "2 lauréats sur 6 (ambition 8)"."""
    return f"{ctx.laureates(row[column], row['of'])} ({_low(ctx.ambitions[row['ambition_id']])})"


def _scope(sizes, ctx):
    """Say who is counted: the laureates of each ambition."""
    parts = [ctx.word("comparison.scope_part", ambition=_low(ctx.ambitions[a]), n=n) for a, n in sizes.items()]
    return ctx.word("comparison.scope", parts=ctx.join(parts)) if parts else ""


def _sizes(rows):
    """Return the laureates of each ambition, in the order of the table."""
    return {r["ambition_id"]: r["of"] for r in rows}


def _drawn(sizes, ctx):
    """Return the ambitions that are drawn, those with most laureates, and what the note says of the others."""
    names = list(sizes)
    kept = [names[i] for i in largest(list(sizes.values()), [1] * len(names), AMBITIONS)]
    others = [ctx.ambitions[a] for a in names if a not in kept]
    note = ctx.word("programme.others", limit=AMBITIONS, names=ctx.join(map(_low, others))) if others else ""
    return kept, note


def _heads(ax, columns, left, pitch, foot, below, ctx):
    """Write the name of each ambition over its column, and below it how much it is counted on."""
    heads = [balanced(ctx.ambitions[a], pitch - 0.15, weight="bold") for a in columns]
    for j, (lines, words) in enumerate(zip(heads, below, strict=True)):
        x = left + pitch * (j + 0.5)
        block(ax, x, foot - 0.45 - line_height() * len(lines), lines, va="top", ha="center", weight="bold")
        put(ax, x, foot - 0.24, words, ha="center", color=palette.SOFT)


def _deep(columns, pitch, ctx):
    """Return how high the names over columns are, with what stands below them."""
    lines = [balanced(ctx.ambitions[a], pitch - 0.15, weight="bold") for a in columns]
    return line_height() * max(map(len, lines), default=0) + 0.6


def _numbers(sizes, noun, pitch, ctx):
    """Write "17 lauréats" for each ambition, or "n = 17" where one of these is too wide."""
    words = [ctx.count(size, noun) for size in sizes]
    fitting = all(measure(text) < pitch - 0.1 for text in words)
    return words if fitting else [f"n = {ctx.number(size)}" for size in sizes]


def _crossed(table, groups, key, title, reading, ctx, *, sizes, scope=None, noun="laureate", note=None):
    """Draw a cross table of rows, in groups, and ambitions: the larger the share, the darker; finish the figure.

    ``groups`` has for the head of each group, ``""`` for none, the words of its rows by their key, which ``key`` gives
    of a row of the table; ``sizes`` what each ambition is counted on.
    """
    rows = table.to_dict("records")
    cells = {(key(r), r["ambition_id"]): r for r in rows}
    columns, others = _drawn(sizes, ctx)
    note = " ".join(words for words in (ctx.say("note") if note is None else note, others) if words)
    total = len(sizes) > 1
    pitch = min(WIDEST, (PLOT - 5.6) / (len(columns) + total))
    left = PLOT - pitch * (len(columns) + total)
    words = {k: wrap(text, left - 0.55) for members in groups.values() for k, text in members.items()}
    tall = {k: max(0.5, line_height() * len(lines) + 0.16) for k, lines in words.items()}
    head = _deep(columns, pitch, ctx)
    height = head + sum(tall.values()) + GROUP * sum(map(bool, groups))
    ax = ctx.sheet(height, title, reading, note, scope=scope)
    _heads(ax, columns, left, pitch, head, _numbers([sizes[a] for a in columns], noun, pitch, ctx), ctx)
    if total:
        put(ax, PLOT - pitch / 2, head - 0.24, ctx.word("programme.total"), ha="center", weight="bold")
    y = head
    for name, members in groups.items():
        if name:
            rule(ax, 0, PLOT, y, color=palette.FAINT)
            put(ax, 0, y + GROUP / 2, name, weight="bold")
            y += GROUP
        for k, (top, middle) in zip(members, ruled(ax, y, [tall[k] for k in members]), strict=True):
            block(ax, 0.25, middle, words[k])
            for j, ambition in enumerate(columns):
                place = (left + pitch * j + 0.05, top + 0.04, pitch - 0.1, tall[k] - 0.08)
                share_cell(ax, *place, cells[k, ambition], _code(k), ambition)
            if total:
                row = cells[k, columns[0]]
                whole = row.get("whole", ctx.n)
                put(ax, PLOT - pitch / 2, middle, f"{row['total']}/{whole}", ha="center", weight="bold")
        y += sum(tall[k] for k in members)
    flat = {k: text for members in groups.values() for k, text in members.items()}
    told = {k: [_cell(a, f"{cells[k, a]['count']}/{cells[k, a]['of']}", ctx) for a in columns] for k in flat}
    named = _named(groups)
    parts = [ctx.word("programme.alt_part", row=named[k], parts=", ".join(told[k])) for k in flat]
    totals = [cells[k, columns[0]]["total"] for k in flat]
    return ctx.finish(ax, title, table, parts, sizes=totals)


def _named(groups):
    """Name each row with its group, as where the same words stand in several groups."""
    return {k: f"{name}, {text}" if name else text for name, members in groups.items() for k, text in members.items()}


def _code(key):
    return ".".join(key) if isinstance(key, tuple) else key


def _top(rows, key):
    """Return the keys with the greatest total."""
    totals = {key(r): r["total"] for r in rows}
    most = max(totals.values(), default=0)
    return [k for k, total in totals.items() if total == most] if most else []


def _read(rows, words, key, ctx):
    """Read out the cell with the greatest share: the largest ambition of these."""
    first = max(rows, key=lambda r: (r["count"] / r["of"] if r["of"] else 0, r["of"]))
    share = ctx.laureates(first["count"], first["of"])
    return ctx.say("reading", ambition=ctx.ambitions[first["ambition_id"]], share=share, row=words[key(first)])


def _found(rows, words, key, ctx):
    """Say which rows have the greatest total: a few are named, more counted."""
    best = _top(rows, key)
    share = ctx.laureates(next(r["total"] for r in rows if key(r) == best[0]), ctx.n)
    form = "one" if len(best) == 1 else "many" if len(best) <= LISTED else "counted"
    names = ctx.join(words[k] for k in best)
    return ctx.say(f"title.{form}", names=capital(names), share=share, count=len(best))


@figure()
def coverage_by_ambition(table, funded, ctx):
    """Draw ``00-coverage-by-ambition``: what the records of each ambition hold, of how many funded projects.

    ``table`` is ``comparison.coverage_by_ambition``, ``funded`` is ``comparison.funded``.
    """
    rows = table.to_dict("records")
    if not rows:
        return ctx.missing(table, "laureates")
    sizes = {r["ambition_id"]: r["count"] for r in rows if r["field"] == "laureates"}
    stated = funded["funded"].tolist()
    form = "none" if not stated else "one" if len(stated) == 1 else "many"
    values = {"laureates": ctx.count(ctx.n, "laureate"), "ambitions": plural("programme.of", len(sizes), ctx.lang)}
    title = ctx.say(f"title.{form}", funded=ctx.join(map(ctx.number, stated)), **values)
    words = {field: ctx.say(f"field.{field}") for field in dict.fromkeys(table["field"])}
    first = next(r for r in rows if r["field"] == "located")
    reading = ctx.say(
        "reading", ambition=ctx.ambitions[first["ambition_id"]], share=ctx.laureates(first["count"], first["of"])
    )
    scope = _scope(sizes, ctx)
    return _crossed(table, {"": words}, lambda r: r["field"], title, reading, ctx, sizes=sizes, scope=scope)


@figure()
def roles_by_ambition(table, ctx):
    """Draw ``00-roles-by-ambition``: for each role and ambition its share, and that with one laureate left out.

    Its rows are three roles of at most six ambitions: it is as high for any number of laureates.

    ``table`` is ``comparison.roles_by_ambition``: one row per ambition and role.
    """
    rows = table.to_dict("records")
    if not any(r["count"] for r in rows):
        return ctx.missing(table, "roles")
    sizes = _sizes(rows)
    kept, others = _drawn(sizes, ctx)
    groups = {role: [r for r in rows if r["role"] == role] for role in palette.ROLE}
    title, first = _roles_title(groups, ctx)
    left, wide, step, group, head = 2.6, 9.3, 0.52, 0.55, 0.95
    foot = head + (group + step * len(kept)) * len(groups)
    facts = {"ambition": _low(ctx.ambitions[first["ambition_id"]]), **ctx.facts(first)}
    known = first["low"] == first["low"]
    ends = {end: ctx.percent(first[end], 1) for end in ("low", "high")} if known else {}
    reading = ctx.say(f"reading.{'range' if known else 'plain'}", **facts, **ends)
    ax = ctx.sheet(foot + 0.1, title, reading, ctx.noted(others), scope=_scope(sizes, ctx))

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
        for r in (r for r in mine if r["ambition_id"] in kept):
            ambition, middle = r["ambition_id"], y + step / 2 - 0.08
            put(ax, 0.42, middle, ctx.ambitions[ambition])
            if r["low"] == r["low"]:
                ends = [left + wide * r["low"], left + wide * r["high"]]
                tag(rule(ax, *ends, middle, color=look.color, width=2.2, zorder=2), "range", role, ambition)
            tag(symbol(ax, left + wide * r["share"], middle, look, size=7), "dot", role, ambition)
            share = f"{ctx.share(r['count'], r['of'])} ({ctx.percent(r['count'], r['of'])})"
            put(ax, left + wide + 0.4, middle, share, weight="bold")
            cells[role].append(_cell(ambition, share, ctx))
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
def combinations_by_ambition(table, ctx):
    """Draw ``00-combinations-by-ambition``: the laureates of each exact combination of roles, by ambition.

    ``table`` is ``comparison.combinations_by_ambition``: one row per ambition and combination.
    """
    rows = table.to_dict("records")
    told = [r for r in rows if r["combination"] != "none"]
    if not any(r["count"] for r in told):
        return ctx.missing(table, "roles")

    def key(row):
        return row["combination"]

    codes = sorted(dict.fromkeys(map(key, rows)), key=lambda k: k == "none")
    words = {k: "\u00a0+ ".join(ctx.role(role) for role in k.split("+")) for k in codes}
    title, reading = _found(told, words, key, ctx), _read(told, words, key, ctx)
    words = {k: capital(text) for k, text in words.items()}
    sizes = _sizes(rows)
    return _crossed(table, {"": words}, key, title, reading, ctx, sizes=sizes, scope=_scope(sizes, ctx))


@figure()
def means_by_ambition(table, ctx):
    """Draw ``00-means-by-ambition``: the laureates that use each means to change sectors and territories, by ambition.

    ``table`` is ``comparison.means_by_ambition``: one row per ambition, dimension and means.
    """
    rows = table.to_dict("records")
    if not rows:
        return ctx.missing(table, "contributions")

    def key(row):
        return row["dimension"], row["code"]

    words = {k: ctx.word(f"mode.{k[1]}") for k in dict.fromkeys(map(key, rows))}
    long = {k: ctx.say(f"row.{k[0]}", means=ctx.word("frame.quoted", words=text)) for k, text in words.items()}
    groups = {}
    for k, text in words.items():
        groups.setdefault(ctx.say(f"group.{k[0]}"), {})[k] = text
    title, reading, sizes = _found(rows, long, key, ctx), _read(rows, long, key, ctx), _sizes(rows)
    return _crossed(table, groups, key, title, reading, ctx, sizes=sizes, scope=_scope(sizes, ctx))


@figure()
def actor_types_by_ambition(table, ctx):
    """Draw ``00-actor-types-by-ambition``: the laureates that mobilise an actor of each type, by ambition.

    ``table`` is ``comparison.actor_types_by_ambition``: one row per ambition and type of actor.
    """
    rows = table.to_dict("records")
    if not rows:
        return ctx.missing(table, "mentions")

    def key(row):
        return row["actor_type"]

    words = {k: ctx.word(f"type.{k}") for k in dict.fromkeys(map(key, rows))}
    quoted = {k: ctx.word("frame.quoted", words=text) for k, text in words.items()}
    groups = {}
    for family in palette.FAMILY_LOOK:
        members = {k: text for k, text in words.items() if palette.FAMILY[k] == family}
        groups |= {ctx.word(f"family.{family}"): members} if members else {}
    title, reading, sizes = _found(rows, quoted, key, ctx), _read(rows, quoted, key, ctx), _sizes(rows)
    return _crossed(table, groups, key, title, reading, ctx, sizes=sizes, scope=_scope(sizes, ctx))


@figure()
def shared_actors(table, ctx):
    """Draw ``00-shared-actors``: the actors mobilised in several ambitions, and by how many laureates of each.

    ``table`` is ``comparison.shared_actors``: one row per shared actor and ambition.
    """
    rows = table.to_dict("records")
    actors = {}
    for r in rows:
        actors.setdefault(r["actor_id"], {})[r["ambition_id"]] = r
    about = {actor: list(mine.values())[-1] for actor, mine in actors.items()}
    sizes = _sizes(rows)
    columns, others = _drawn(sizes, ctx)
    bodies = [actor for actor, r in about.items() if r["kind"] != "generic"]
    form = "title_single" if len(columns) == 1 else "title"
    title = ctx.plural(form, len(actors), named=len(bodies))
    first = next((r["actor_id"] for r in rows if r["count"]), None)
    signs = [
        *legend_rows(ctx.kinds({r["kind"] for r in rows})),
        *legend_rows(ctx.families([r["actor_type"] for r in rows]), 0.35),
    ]
    left, margin, step = *((6.2, 1.3) if len(columns) < 4 else (4.4, 1.7)), 0.5
    words = {a: wrap(ctx.actors[a], left - 0.7) for a in actors}
    tall = {a: max(step, line_height() * len(words[a]) + 0.16) for a in actors}
    pitch = (PLOT - left - margin) / max(len(columns), 1)
    head = ROW * len(signs) + (_deep(columns, pitch, ctx) + 0.05 if actors else 0.1)
    reading = ""
    if first:
        cells = list(actors[first].values())
        facts = {"actor": ctx.actors[first], "parts": ctx.join(_counted(r, "count", ctx) for r in cells)}
        reading = ctx.say("reading", **facts)
        if len(cells) > 3:
            total = ctx.count(about[first]["total"], "laureate")
            number = len(ids(about[first]["ambitions"]))
            reading = ctx.say("reading_total", actor=ctx.actors[first], laureates=total, number=number)
    scope, drawn, rest, note = _scope(sizes, ctx), list(actors), 0, ctx.noted(others)
    ax = ctx.sheet(head + sum(tall.values()), title, reading, note, scope=scope)
    if len(actors) > ACTORS or not fits(ax):
        note, rest = " ".join((note, ctx.say("largest", limit=ACTORS))), 0.5
        room = ctx.room(title, reading, note, scope=scope) - head - rest
        order = range(len(drawn), 0, -1)  # the table begins with the most shared
        drawn = [drawn[i] for i in largest(order, [tall[a] for a in drawn], room)][:ACTORS]
        ax = ctx.sheet(head + sum(tall[a] for a in drawn) + rest, title, reading, note, scope=scope)
    legend(ax, signs)
    _heads(ax, columns, left, pitch, head, _numbers([sizes[a] for a in columns], "laureate", pitch, ctx), ctx)
    if actors:
        put(ax, PLOT - 0.05, head - 0.24, ctx.say("total"), ha="right", weight="bold")
    for actor, (y, middle) in zip(drawn, ruled(ax, head, [tall[a] for a in drawn]), strict=True):
        r = about[actor]
        fill = "hollow" if r["kind"] == "generic" else "full"
        tag(symbol(ax, 0.2, middle, palette.of_type(r["actor_type"]), fill, 5.5), "node", actor)
        block(ax, 0.5, middle, words[actor])
        for j, ambition in enumerate(columns):
            x, cell = left + pitch * j + 0.08, actors[actor][ambition]
            share_cell(ax, x, y + 0.05, pitch - 0.16, tall[actor] - 0.1, cell, actor, ambition)
        put(ax, PLOT - 0.05, middle, str(r["total"]), ha="right", weight="bold")
    if rest:
        others = [actor for actor in actors if actor not in drawn]
        words = ctx.plural("rest", len(others), named=len(set(others) & set(bodies)))
        put(ax, 0.5, head + sum(tall[a] for a in drawn) + rest / 2, words, color=palette.SOFT)
    cells = {a: [_cell(b, f"{r['count']}/{r['of']}", ctx) for b, r in mine.items()] for a, mine in actors.items()}
    parts = [ctx.say("alt_part", actor=ctx.actors[a], parts=", ".join(cells[a])) for a in actors]
    return ctx.finish(ax, title, table, parts, sizes=range(len(parts), 0, -1))


@figure()
def actors_overlap(table, ctx):
    """Draw ``00-actors-overlap``: the actors that each two ambitions have in common, with categories and without.

    Above the diagonal with categories of actors, below it without them; at most six ambitions, those with most actors.

    ``table`` is ``comparison.actors_overlap``: two rows per pair of ambitions.
    """
    rows = table.to_dict("records")
    size = {}
    for r in rows:
        size.setdefault(r["ambition_a"], {})[r["kinds"]] = r["actors_a"]
        size.setdefault(r["ambition_b"], {})[r["kinds"]] = r["actors_b"]
    if not any(r["either"] for r in rows):
        title = ctx.say("title.single" if not rows else "title.bare")
        return ctx.finish(ctx.blank(title), title, table, [ctx.word("network.blank").rstrip(".")])
    names, others = _drawn({a: by["all"] for a, by in size.items()}, ctx)
    pairs = {(r["ambition_a"], r["ambition_b"], r["kinds"]): r for r in rows}
    title, first = _overlap_title(pairs, ctx)
    reading = _pair("reading", first, pairs[first["ambition_a"], first["ambition_b"], "named"], ctx)
    left = 2.1
    pitch = (PLOT - left) / len(names)
    own = {
        a: wrap(ctx.count(size[a]["all"], "actor"), pitch - 0.2)
        + wrap(ctx.say("named", count=size[a]["named"]), pitch - 0.2)
        for a in names
    }
    step = max(0.95, line_height() * max(map(len, own.values())) + 0.16)
    head = _deep(names, pitch, ctx) - 0.25
    ax = ctx.sheet(head + step * len(names), title, reading, ctx.noted(others))
    most = max(r["jaccard"] for r in rows if r["either"])
    for j, ambition in enumerate(names):
        lines = balanced(ctx.ambitions[ambition], pitch - 0.15, weight="bold")
        block(
            ax,
            left + pitch * (j + 0.5),
            head - 0.15 - line_height() * len(lines),
            lines,
            va="top",
            ha="center",
            weight="bold",
        )
    for i, (one, (y, middle)) in enumerate(zip(names, ruled(ax, head, [step] * len(names)), strict=True)):
        block(ax, 0, middle, balanced(ctx.ambitions[one], left - 0.2, weight="bold"), weight="bold")
        for j, other in enumerate(names):
            x, center = left + pitch * j + 0.05, left + pitch * (j + 0.5)
            if i == j:
                block(ax, center, middle, own[one], ha="center", color=palette.SOFT)
                continue
            first, second = (one, other) if i < j else (other, one)
            row = pairs[first, second, "all" if i < j else "named"]
            share = row["jaccard"] / most if row["either"] and most else 0
            face = palette.shade(share)
            where = (row["ambition_a"], row["ambition_b"], row["kinds"])
            tag(box(ax, x, y + 0.05, pitch - 0.1, step - 0.1, facecolor=face), "cell", *where)
            color = palette.text_on(face) if row["shared"] else palette.SOFT
            index = ctx.number(row["jaccard"], 2) if row["either"] else "–"
            put(ax, center, middle - 0.16, f"{row['shared']}/{row['either']}", ha="center", weight="bold", color=color)
            put(ax, center, middle + 0.17, index, ha="center", color=color)
    order = [(a, b) for a, b, kinds in pairs if kinds == "all"]
    parts = [_pair("alt_part", pairs[a, b, "all"], pairs[a, b, "named"], ctx) for a, b in order]
    return ctx.finish(ax, title, table, parts, sizes=[pairs[a, b, "all"]["shared"] for a, b in order])


def _pair(name, whole, named, ctx):
    """Tell a pair of ambitions: what they have in common, with categories and without."""
    values = {"a": ctx.ambitions[whole["ambition_a"]], "b": _low(ctx.ambitions[whole["ambition_b"]])}
    index = ctx.number(whole["jaccard"], 2) if whole["either"] else "–"
    numbers = {
        "shared": whole["shared"],
        "either": whole["either"],
        "named": named["shared"],
        "bodies": named["either"],
    }
    return ctx.say(name, index=index, **values, **numbers)


def _overlap_title(pairs, ctx):
    """Return the finding, and the row of the pair that has most in common, as a share of its actors."""
    rows = [r for (_, _, kinds), r in pairs.items() if kinds == "all" and r["either"]]
    first = max(rows, key=lambda r: r["jaccard"])
    if not first["shared"]:
        return ctx.say("title.zero"), first
    ties = sum(r["jaccard"] > first["jaccard"] - 1e-9 for r in rows)
    if ties > 1:
        return ctx.say("title.many", count=ties, index=ctx.number(first["jaccard"], 2)), first
    return _pair("title.one", first, pairs[first["ambition_a"], first["ambition_b"], "named"], ctx), first


@figure()
def levers_by_ambition(table, ctx):
    """Draw ``00-levers-by-ambition``: laureates that speak to the themes of each kind, and the verdicts of these.

    Its rows are three kinds of themes of at most six ambitions: it is as high for any number of laureates.

    ``table`` is ``comparison.levers_by_ambition``: one row per ambition and kind of theme.
    """
    rows = table.to_dict("records")
    if not any(r["themes"] for r in rows):
        return ctx.missing(table, "themes")
    sizes = _sizes(rows)
    kept, others = _drawn(sizes, ctx)
    groups = {kind: [r for r in rows if r["kind"] == kind] for kind in palette.KIND}
    levers = groups["lever"]
    ranked = [_counted(r, "direct", ctx) for r in sorted(levers, key=lambda r: r["direct"] / r["of"])]
    parts = ctx.join(_counted(r, "direct", ctx) for r in levers)
    form = "few" if len(levers) < 4 else "many"
    form = form if any(r["direct"] for r in levers) else "zero"
    title = ctx.say(f"title.{form}", parts=parts, low=ranked[0], high=ranked[-1])
    first = max(levers, key=lambda r: r["direct"])
    facts = {"ambition": _low(ctx.ambitions[first["ambition_id"]]), **ctx.facts(first, "direct", "laureates_direct")}
    reading = ctx.read("reading", themes=_themes(first, ctx), **facts)
    left, step, group, head = 2.3, 0.82, 0.55, 0.5
    wide = min(6.4, PLOT - left - 0.25 - max(measure(_themes(r, ctx)) for r in rows))
    height = head + (group + step * len(kept)) * len(groups)
    note = f"{ctx.say('note', enough=ENOUGH)} {others}".rstrip()
    ax = ctx.sheet(height, title, reading, note, scope=_scope(sizes, ctx))
    legend(ax, legend_rows([(swatch(look), ctx.say(s)) for s, look in BARS.items()]))
    cells = {kind: [] for kind in groups}
    y = head
    for kind, mine in groups.items():
        ctx.kind_head(ax, y, group, kind)
        y += group
        for r in (r for r in mine if r["ambition_id"] in kept):
            ambition, middle = r["ambition_id"], y + step / 2 - 0.12
            said, themes = ctx.say("strengths", said=strengths(r, ctx), of=r["of"]), _themes(r, ctx)
            put(ax, 0.35, middle, ctx.ambitions[ambition])
            evidence_bar(ax, left, middle, wide / r["of"], r, palette.KIND[kind].color, f"{kind}.{ambition}")
            tag(put(ax, left + wide + 0.25, middle - 0.17, said, weight="bold"), "row", kind, ambition)
            put(ax, left + wide + 0.25, middle + 0.18, themes, color=palette.SOFT)
            cells[kind].append(_cell(ambition, f"{said}, {themes}" if len(levers) < 4 else said, ctx))
            y += step
    parts = [ctx.say("alt_part", kind=ctx.word(f"kinds.{kind}"), parts=", ".join(own)) for kind, own in cells.items()]
    return ctx.finish(ax, title, table, parts)


def _themes(row, ctx):
    """Write "2 thèmes : 1 étayé, 1 sans cas"."""
    found = [ctx.plural(v, row[v]) for v in FOUND if row[v]]
    number = ctx.count(row["themes"], "theme")
    return ctx.say("themes", themes=number, found=", ".join(found)) if found else number


@figure()
def fragility_by_ambition(table, ctx):
    """Draw ``00-fragility-by-ambition``: how many statistics of each fiche are robust, by notebook, or moved by what.

    ``table`` is ``comparison.fragility_by_ambition``: one row per ambition, notebook and what moves.
    """
    rows = table.to_dict("records")
    if not rows:
        return ctx.missing(table, "laureates")

    def key(row):
        return row["notebook"], row["fragility"]

    groups = {}
    for r in rows:
        words = capital(ctx.word(f"fragility.{r['fragility']}"))
        groups.setdefault(ctx.word(f"programme.notebook.{r['notebook']}"), {})[key(r)] = words
    robust = [r for r in rows if r["fragility"] == "robust"]
    sizes = {a: sum(r["of"] for r in robust if r["ambition_id"] == a) for a in dict.fromkeys(table["ambition_id"])}
    count, of = sum(r["count"] for r in robust), sum(sizes.values())
    moved = sum(r["count"] for r in rows if r["fragility"] == "laureate")
    title = ctx.say("title", count=ctx.number(count), of=ctx.number(of), moved=ctx.number(moved))
    first = robust[0]
    facts = {"ambition": ctx.ambitions[first["ambition_id"]], "count": first["count"], "of": first["of"]}
    reading = ctx.say("reading", notebook=ctx.word(f"programme.notebook.{first['notebook']}"), **facts)
    return _crossed(table, groups, key, title, reading, ctx, sizes=sizes, noun="statistic")
