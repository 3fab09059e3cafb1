"""Figures of notebooks 01 and 02: laureates by enjeu and place, what the sheet states, contributions, roles."""

from itertools import groupby

from ..words import labels, palette
from ..words.codes import DIMENSIONS, FIELDS
from .marks import SOLID, TRACK, box, cuts, hatched, rule, ruled, share_cell, sign, stripes, swatch, symbol, tag, tile
from .sheet import LARGE, LISTED, capital, figure, fits, ids, largest
from .text import PLOT, balanced, block, legend, legend_rows, line_height, listing, measure, put, wrap

TILED = 40  # laureates: beyond, or beyond a page, those of each enjeu are a bar; of many enjeux the largest are drawn


@figure()
def enjeux(table, ctx):
    """Draw ``01-enjeux``: the laureates of each enjeu, one named tile each.

    ``table`` is ``records.coverage``: one row per enjeu.
    """
    rows = table.to_dict("records")
    if not rows:
        return ctx.missing(table, "enjeux")
    label, left, width = 5.2, 5.5, PLOT - 1.7 - 5.5
    tiles = [[(ctx.names[i], ("tile", r["enjeu_id"], i), {}) for i in ids(r["laureates"])] for r in rows]
    flows = [_flow(tiles_of_one, width, 0.12) for tiles_of_one in tiles]
    step = 0.17 + line_height() * max((len(words) for f in flows for line in f for _, _, words, *_ in line), default=1)
    names = [wrap(ctx.enjeux[r["enjeu_id"]], label - 0.8) for r in rows]
    heights = [max(step * len(f), line_height() * len(w)) + 0.3 for f, w in zip(flows, names, strict=True)]

    top = max(r["count"] for r in rows)
    best = [ctx.enjeux[r["enjeu_id"]] for r in rows if r["count"] == top]
    form = "even" if len(best) == len(rows) > 1 else "one" if len(best) == 1 else "many"
    form = "zero" if not top else form if len(best) <= LISTED else f"{form}_counted"
    share = ctx.laureates(top, rows[0]["of"])
    title = ctx.say(f"title.{form}", enjeux=ctx.quoted(best[:LISTED]), count=len(best), share=share)
    reading = ctx.read("reading", rows[0]["laureates"], **ctx.facts(rows[0]))
    parts, sizes = [ctx.say("alt_part", **ctx.facts(row)) for row in rows], [row["count"] for row in rows]
    ax = ctx.sheet(sum(heights), title, reading, note="")
    if rows[0]["of"] > TILED or not fits(ax):
        ax = _enjeux_counted(rows, title, reading, ctx)
        return ctx.finish(ax, title, table, parts, "alt_counted", sizes)
    for row, flow, words, (_, y) in zip(rows, flows, names, ruled(ax, 0.0, heights), strict=True):
        put(ax, 0, y, row["enjeu_id"], weight="bold")
        block(ax, 0.7, y, words)
        _draw_flow(ax, left, y, step, flow)
        put(ax, PLOT, y, ctx.share(row["count"], row["of"]), size=8, weight="bold", ha="right")
    return ctx.finish(ax, title, table, parts, sizes=sizes)


def _enjeux_counted(rows, title, reading, ctx):
    """Draw a bar for each enjeu, for the largest ones where there are many; return the axes."""
    left, wide, rest, counts = 6.0, 6.9, 0.5, [row["count"] for row in rows]
    note = ctx.word("frame.counted", limit=TILED)
    words = [wrap(ctx.enjeux[row["enjeu_id"]], left - 1.2) for row in rows]
    tall = [max(0.5, line_height() * len(lines) + 0.16) for lines in words]
    room = ctx.room(title, reading, note)
    kept = largest(counts, tall, room if sum(tall) <= room else room - rest)
    others, foot = len(rows) - len(kept), sum(tall[i] for i in kept)
    ax = ctx.sheet(foot + (rest if others else 0), title, reading, note)
    for i, (_, y) in zip(kept, ruled(ax, 0.0, [tall[i] for i in kept]), strict=True):
        put(ax, 0, y, rows[i]["enjeu_id"], weight="bold")
        block(ax, 0.8, y, words[i])
        if counts[i]:
            tag(box(ax, left, y - 0.15, wide * counts[i] / max(counts), 0.3, **SOLID), "bar", rows[i]["enjeu_id"])
        put(ax, PLOT, y, ctx.share(counts[i], rows[i]["of"]), size=8, weight="bold", ha="right")
    if others:
        left_out = ctx.count(sum(counts) - sum(counts[i] for i in kept), "laureate")
        put(ax, 0.8, foot + rest / 2, ctx.plural("rest", others, laureates=left_out), color=palette.SOFT)
    return ax


def _flow(tiles, width, gap):
    """Lay tiles (words, codes, look) out in lines no wider than a width: ``(x, width, words, codes, look)`` of each."""
    lines, x = [[]], 0.0
    for words, codes, look in tiles:
        rows = balanced(words, width - 0.3)
        wide = max(measure(row) for row in rows) + 0.3
        if lines[-1] and x + wide > width:
            lines.append([])
            x = 0.0
        lines[-1].append((x, wide, rows, codes, look))
        x += wide + gap
    return lines


def _draw_flow(ax, left, middle, step, lines):
    for i, line in enumerate(lines):
        y = middle + (i - len(lines) / 2) * step
        for x, wide, words, codes, look in line:
            tag(tile(ax, left + x, y + 0.04, wide, step - 0.08, **look), *codes)
            block(ax, left + x + wide / 2, y + step / 2, words, ha="center")


LINED = 30  # laureates: beyond, or beyond a page, the laureates of each state are a part of a bar, field by field


@figure()
def stated(table, ctx):
    """Draw ``01-stated``: for each laureate, what the sheet states, what was inferred, what is missing.

    ``table`` is ``records.stated``: one row per laureate and field.
    """
    if not len(table):
        return ctx.missing(table, "laureates")
    state = {(r.laureate_id, r.field): r.state for r in table.itertuples()}
    laureates = list(dict.fromkeys(table["laureate_id"]))
    fields = [f for f in FIELDS if f in set(table["field"])]
    name = {f: ctx.word(f"field.{f}") for f in fields}
    by_field = {f: {s: sum(state[i, f] == s for i in laureates) for s in palette.STATE} for f in fields}
    missing = max(counts["not_stated"] for counts in by_field.values())
    worst = [name[f] for f in fields if by_field[f]["not_stated"] == missing]
    found = sum(s == "stated" for s in state.values())
    form = "none" if not missing else "one" if len(worst) == 1 else "many" if len(worst) <= LISTED else "counted"
    facts = {
        "found": ctx.plural("title.found", found, of=len(state)),
        "fields": ctx.quoted(worst),
        "share": ctx.laureates(missing, len(laureates)),
        "count": len(worst),
        "of": len(state),
    }
    title = ctx.say(f"title.{'all' if found == len(state) else form}", **facts) if found else facts["found"]
    first = laureates[0]
    parts = [ctx.say("reading_part", field=name[f], state=ctx.word(f"state.{state[first, f]}")) for f in fields]
    told = {"field": name[fields[0]], **by_field[fields[0]], "of": ctx.count(len(laureates), "laureate")}
    reading = ctx.read("reading", name=ctx.names[first], parts=ctx.join(parts), **told)
    left, step, head = 4.5, 0.5, 1.0
    pitch = (PLOT - left) / len(fields)
    names = [wrap(ctx.names[i], left - 0.3) for i in laureates]
    tall = [max(step, line_height() * len(rows) + 0.14) for rows in names]
    foot = head + 0.4 + sum(tall)
    ax = ctx.sheet(foot + step + 0.1, title, reading)
    parts = [ctx.say("alt_part", field=name[f], **by_field[f]) for f in fields]
    if len(laureates) > LINED or not fits(ax):
        ax = _stated_counted(by_field, name, len(laureates), title, reading, ctx)
        return ctx.finish(ax, title, table, parts, "alt_counted", n=len(laureates))
    signs = [(sign(look, look.marker, 6.5, "o"), ctx.word(f"state.{s}")) for s, look in palette.STATE.items()]
    legend(ax, legend_rows(signs), 0.3)
    middle = {field: left + pitch * (j + 0.5) for j, field in enumerate(fields)}
    wide = max(pitch - 0.2, *(measure(word, weight="bold") for f in fields for word in name[f].split(" ")))
    for field, x in middle.items():
        block(ax, x, head - 0.05, wrap(name[field], wide, weight="bold"), ha="center", weight="bold")
    for laureate, words, (_, y) in zip(laureates, names, stripes(ax, head + 0.4, tall), strict=True):
        block(ax, 0.1, y, words)
        for field, x in middle.items():
            look = palette.STATE[state[laureate, field]]
            tag(symbol(ax, x, y, look, look.marker, 6.5, "o"), "cell", laureate, field)
    rule(ax, 0, PLOT, foot, color=palette.SOFT)
    put(ax, 0.1, foot + step / 2, ctx.say("total"), weight="bold")
    for field, x in middle.items():
        share = ctx.share(by_field[field]["stated"], len(laureates))
        put(ax, x, foot + step / 2, share, ha="center", weight="bold")
    return ctx.finish(ax, title, table, parts, n=len(laureates))


def _stated_counted(by_field, name, of, title, reading, ctx):
    """Draw for each field a bar of all laureates, cut by what is said of them; return the axes."""
    left, wide, step, head = 4.2, 7.4, 0.8, 0.6
    note = ctx.noted(ctx.word("frame.counted", limit=LINED))
    ax = ctx.sheet(head + step * len(by_field), title, reading, note)
    looks = {s: LOOK[look] for s, look in zip(palette.STATE, LOOK, strict=True)}
    legend(ax, legend_rows([(swatch(look), ctx.word(f"state.{s}")) for s, look in looks.items()]), 0.2)
    for i, (field, counts) in enumerate(by_field.items()):
        x, y = left, head + step * (i + 0.5)
        put(ax, 0, y, name[field], weight="bold")
        for state, count in counts.items():
            if count:
                tag(box(ax, x, y - 0.22, wide * count / of, 0.44, **looks[state]), "bar", field, state)
            x += wide * count / of
        put(ax, left + wide + 0.25, y - 0.16, ctx.share(counts["stated"], of), size=8, weight="bold")
        others = ctx.say("others", inferred=counts["inferred"], not_stated=counts["not_stated"])
        put(ax, left + wide + 0.25, y + 0.18, others, color=palette.SOFT)
    return ax


# Tiles of a cell that are tried, until the sheet fits a page: those of most laureates are named, the others counted.
TILES = (None, 12, 8, 6, 5, 4, 3, 2, 1)
DARKEST = 5  # laureates of a tile: up to so many, it is as dark in all figures


@figure()
def contributions(table, ctx):
    """Draw ``01-contributions``: through what laureates change which sectors, and which territories.

    Rows are the ways, panels the dimensions; each cell that is not empty is a labelled tile.

    ``table`` is ``records.contributions``: one row per dimension, target and code.
    """
    rows = table.to_dict("records")
    if not rows:
        return ctx.missing(table, "contributions")
    found = {code: {i for r in rows if r["code"] == code for i in ids(r["laureates"])} for code in table["code"]}
    name = {code: ctx.word(f"mode.{code}") for code in found}
    codes = sorted(found, key=lambda c: (-len(found[c]), name[c]))
    share = {code: ctx.laureates(len(found[code]), ctx.n) for code in codes}
    left, step = 4.1, 0.46
    panel = (PLOT - left - 0.3) / 2
    start = {d: left + i * (panel + 0.3) for i, d in enumerate(DIMENSIONS)}
    words = {c: balanced(name[c], left - 0.9) for c in codes}

    best = [name[c] for c in codes if len(found[c]) == len(found[codes[0]])]
    form = "title" if len(best) <= LISTED else "title_counted"
    title = ctx.plural(form, len(best), modes=ctx.quoted(best[:LISTED]), share=share[codes[0]])
    first = max(rows, key=lambda r: r["count"])
    target = ctx.word(f"target.{first['target']}")
    reading = ctx.read("reading", first["laureates"], mode=name[first["code"]], target=target, **ctx.facts(first))
    tiles = {(d, c): _tiles(rows, d, c, ctx) for d in DIMENSIONS for c in codes}
    for most in TILES:
        flows = {cell: _flow(_largest_tiles(of_cell, most, ctx), panel, 0.1) for cell, of_cell in tiles.items()}
        heights = [max(step * len(flows[d, c]) for d in DIMENSIONS) for c in codes]
        heights = [max(tall, line_height() * len(words[c])) + 0.16 for tall, c in zip(heights, codes, strict=True)]
        note = ctx.noted(ctx.say("largest", most=most) if most else "")
        ax = ctx.sheet(0.6 + sum(heights), title, reading, note)
        if fits(ax):
            break
    put(ax, 0, 0.25, ctx.say("mode"), weight="bold")
    for dimension, x in start.items():
        look = palette.DIMENSION[dimension]
        symbol(ax, x + 0.12, 0.25, look)
        put(ax, x + 0.35, 0.25, ctx.say(dimension), weight="bold", color=look.text)
    for code, (_, y) in zip(codes, ruled(ax, 0.6, heights), strict=True):
        block(ax, 0, y, words[code])
        put(ax, left - 0.35, y, str(len(found[code])), weight="bold", ha="right")
        for dimension, x in start.items():
            _draw_flow(ax, x, y, step, flows[dimension, code])
    tiles = {c: ", ".join(" ".join(t[2]) for d in DIMENSIONS for line in flows[d, c] for t in line) for c in codes}
    parts = [ctx.say("alt_part", mode=name[c], share=share[c], tiles=tiles[c]) for c in codes]
    brief = [ctx.say("alt_part", mode=name[c], share=len(found[c]), tiles=tiles[c]) for c in codes]
    return ctx.finish(ax, title, table, parts, sizes=[len(found[c]) for c in codes], brief=brief)


def _tiles(rows, dimension, code, ctx):
    """Return the tiles of one way in one panel, those of most laureates first."""
    color, most = palette.DIMENSION[dimension].color, max(r["count"] for r in rows)
    # The step from one count to the next is smaller where counts are large: words stay legible on the darkest tile.
    shade = 0.12 * min(1, DARKEST / most)
    cells = [(ctx.word(f"target.{r['target']}"), r) for r in rows if (r["dimension"], r["code"]) == (dimension, code)]
    return [
        (
            f"{name}\u2009·\u2009{r['count']}",
            ("cell", dimension, r["target"], code),
            {"facecolor": palette.tint(color, 0.1 + shade * r["count"]), "edgecolor": color},
        )
        for name, r in sorted(cells, key=lambda cell: (-cell[1]["count"], cell[0]))
    ]


def _largest_tiles(tiles, most, ctx):
    """Return the first tiles of a cell, and one that counts the others."""
    if most is None or len(tiles) <= most + 1:
        return tiles
    words = ctx.plural("others", len(tiles) - most)
    return [*tiles[:most], (words, ("rest", *tiles[most][1][1:]), {"facecolor": palette.WHITE})]


# Where each département stands: tiles that share a side are neighbours on the ground, and neighbours touch at least at
# a corner.
_MAP = ("-- 79 86", "17 16 87 23", "33 24 19", "40 47", "64")
GRID = {code: (i, j) for i, line in enumerate(_MAP) for j, code in enumerate(line.split()) if code != "--"}
WIDE, TALL, GAP, HEAD, PAD = 3.72, 1.78, 0.14, 0.65, 0.18
BESIDE_MAP = 2 * (WIDE + GAP) + 0.9  # left edge of the boxes where the grid has no tile
BAR, BAR_TOP, LAST = 0.24, 0.96, 1.5  # height of a bar, its top and the middle of the last line in a tile
ABROAD = 12  # départements of other regions that are named; beyond, those of most laureates are, the others counted
LOOK = {
    "stated": {"facecolor": palette.STATE["stated"].color},
    "inferred": hatched(palette.STATE["inferred"].color, linewidth=0.9),
    "unknown": {"facecolor": palette.WHITE, "edgecolor": palette.FAINT, "linewidth": 0.9},
}


@figure()
def places(table, ctx):
    """Draw ``01-places``: the laureates of each département on a schematic grid; those without one in a box.

    ``table`` is ``records.places``: one row per département, and one for the laureates without.
    """
    rows = {row["department"]: row for row in table.to_dict("records")}
    unknown = rows.pop("")
    outside = [row for code, row in rows.items() if code not in GRID]
    known = [row for row in rows.values() if row["count"]]
    split = {name: sum(row[name] for row in outside) for name in ("stated", "inferred", "count")}
    title = _places_title(known, unknown, ctx)
    unit = (WIDE - 2 * PAD) / max(unknown["count"], split["count"], *(r["count"] for r in rows.values()), 1)
    named = [outside[i] for i in largest([r["count"] for r in outside], [1] * len(outside), ABROAD)]
    others = [ctx.plural("abroad", len(outside) - len(named))] if len(named) < len(outside) else []
    told = [ctx.word("prose.places.part", place=r["department"], count=r["count"]) for r in named]
    abroad = ", ".join([*told, *others])
    lines = wrap(abroad or ctx.say("empty"), PLOT - BESIDE_MAP - 2 * PAD)
    height = TALL + line_height() * (len(lines) - 1)
    foot = HEAD + 3 * (TALL + GAP)
    ax = ctx.sheet(foot + TALL + height + GAP + 0.05, title, _places_reading(known, unknown, ctx))
    legend(ax, legend_rows([(swatch(look), ctx.say(name)) for name, look in LOOK.items()]), 0.2)
    for code, (line, column) in GRID.items():
        _department(ax, column * (WIDE + GAP), HEAD + line * (TALL + GAP), rows[code], unit, ctx)
    _outside_the_grid(ax, foot, TALL, "unknown", [ctx.say("unknown")], unknown["count"], ctx)
    _bars(ax, BESIDE_MAP + PAD, foot + BAR_TOP, {"unknown": unknown["count"]}, unit, "unknown")
    top = foot + TALL + GAP
    _outside_the_grid(ax, top, height, "outside", lines, split["count"], ctx)
    _bars(ax, BESIDE_MAP + PAD, top + BAR_TOP, split, unit, "outside")
    parts = [_places_alt([rows[code] for code in sorted(GRID)], ctx)]
    abroad = f" ({ctx.listed([*(_place_alt(row, ctx) for row in named), *others])})" if outside else ""
    return ctx.finish(ax, title, table, parts, outside=f"{split['count']}{abroad}", unknown=unknown["count"])


def _department(ax, x, y, row, unit, ctx):
    """Draw the tile of a département: code, name, count, and its bars."""
    code, count = row["department"], row["count"]
    look = {
        "edgecolor": palette.MARK if count else palette.FAINT,
        "facecolor": palette.BAND if count else palette.WHITE,
    }
    tag(tile(ax, x, y, WIDE, TALL, **look, clip_on=False), "department", code)
    put(ax, x + PAD, y + 0.3, code, size=8, weight="bold")
    put(ax, x + PAD, y + 0.68, labels.department(code, ctx.lang))
    if count:
        put(ax, x + WIDE - PAD, y + 0.3, str(count), size=9, weight="bold", ha="right")
    words = ctx.say("split", stated=row["stated"], inferred=row["inferred"]) if count else ctx.say("empty")
    put(ax, x + PAD, y + LAST, words, color=palette.SOFT)
    _bars(ax, x + PAD, y + BAR_TOP, row, unit, code)


def _bars(ax, x, y, counts, unit, code):
    """Draw one bar after the other."""
    for name, look in LOOK.items():
        if counts.get(name):
            bar = box(ax, x, y, counts[name] * unit, BAR, zorder=2, **look)
            tag(bar, "part" if name == "inferred" else "bar", code)
            x += counts[name] * unit


def _outside_the_grid(ax, y, height, kind, lines, count, ctx):
    """Draw a box that is no place of the grid, hence dashed: its name, its count and its words."""
    look = {"facecolor": palette.WHITE, "edgecolor": palette.SOFT, "linestyle": (0, (4, 2)), "clip_on": False}
    tag(tile(ax, BESIDE_MAP, y, PLOT - BESIDE_MAP, height, **look), "apart", kind)
    put(ax, BESIDE_MAP + PAD, y + 0.3, ctx.say(f"box.{kind}"), weight="bold")
    put(ax, PLOT - PAD, y + 0.3, str(count), size=9, weight="bold", ha="right")
    block(ax, BESIDE_MAP + PAD, y + LAST - line_height() / 2, lines, va="top", color=palette.SOFT)


def _places_title(known, unknown, ctx):
    share = ctx.laureates(unknown["of"] - unknown["count"], unknown["of"])
    if not known:
        return ctx.say("title.none", share=share)
    top = max(row["count"] for row in known)
    best = [labels.department(row["department"], ctx.lang) for row in known if row["count"] == top]
    form = "one" if len(best) == 1 else "many" if len(best) < 4 else "even"
    return ctx.say(f"title.{form}", share=share, names=ctx.join(best), count=top)


def _places_reading(known, unknown, ctx):
    first = max(known, key=lambda row: row["count"], default=unknown)
    share, code = ctx.laureates(first["count"], first["of"]), first["department"]
    if not known:
        return ctx.say("reading_none", share=share)
    more = {"stated": first["stated"], "inferred": first["inferred"], "code": code}
    return ctx.say("reading", place=labels.department(code, ctx.lang), share=share, **more)


def _place_alt(row, ctx):
    name = "alt_part" if row["inferred"] else "alt_plain"
    more = {"code": row["department"], "count": row["count"], "inferred": row["inferred"]}
    return ctx.say(name, place=labels.department(row["department"], ctx.lang), **more)


def _places_alt(home, ctx):
    """Tell the départements with laureates, then those without."""
    parts = [_place_alt(row, ctx) for row in home if row["count"]]
    empty = [labels.department(row["department"], ctx.lang) for row in home if not row["count"]]
    sentences = [ctx.say("alt_parts", parts=ctx.listed(parts))] if parts else []
    return " ".join([*sentences, *([ctx.say("alt_empty", names=ctx.join(empty))] if empty else [])])


@figure()
def role_counts(table, ctx):
    """Draw ``02-role-counts``: laureates of each role, and for how many it is said to be the main one.

    Three bars are read for any number of laureates: where these are many, they are no longer cut one from the other.

    ``table`` is ``roles.counts``: one row per role.
    """
    rows = table.to_dict("records")
    top = max(rows, key=lambda r: r["count"], default={"count": 0})
    if not top["count"]:
        return ctx.missing(table, "roles")
    best = [ctx.role(r["role"]) for r in rows if r["count"] == top["count"]]
    title = ctx.plural("title", len(best), roles=capital(ctx.join(best)), share=ctx.laureates(top["count"], top["of"]))
    left, step, thick, head = 2.9, 0.95, 0.56, 0.65
    unit = (PLOT - left - 2.9) / top["of"]
    reading = ctx.say("reading", principal=ctx.say("principal", count=top["principal"]), **ctx.facts(top))
    ax = ctx.sheet(head + step * len(rows), title, reading)
    signs = {"plain": SOLID, "hatched": hatched(palette.MARK), "without": TRACK}
    legend(ax, legend_rows([(swatch(look), ctx.say(name)) for name, look in signs.items()]), 0.2)
    for i, row in enumerate(rows):
        count, principal, of = row["count"], row["principal"], row["of"]
        color, y = palette.ROLE[row["role"]].color, head + step * (i + 0.5)
        ctx.role_head(ax, 0.15, y, row["role"])
        box(ax, left, y - thick / 2, unit * of, thick, **TRACK)
        tag(box(ax, left, y - thick / 2, unit * count, thick, facecolor=color), "bar", row["role"])
        if principal:
            look = hatched(color, linewidth=1.0)
            tag(box(ax, left, y - thick / 2, unit * principal, thick, **look, zorder=1.5), "part", row["role"])
        cuts(ax, left, y, unit, thick, [palette.WHITE if k < count else palette.RULE for k in range(1, of)])
        right = left + unit * of + 0.25
        put(ax, right, y - (0.16 if principal else 0), ctx.share(count, of), size=8, weight="bold")
        if principal:
            put(ax, right, y + 0.18, ctx.plural("said", principal), color=palette.SOFT)
    parts = [ctx.say("alt_part", principal=ctx.plural("said", r["principal"]), **ctx.facts(r)) for r in rows]
    return ctx.finish(ax, title, table, parts)


NAMED_ONCE = 50  # laureates: beyond, or beyond a page, those of each combination are counted, no longer named


@figure()
def role_combinations(table, ctx):
    """Draw ``02-role-combinations``: the exact combination of roles of laureates, an UpSet plot on its side.

    ``table`` is ``roles.combinations``: one row per combination, those that never occur included.

    References
    ----------
    Lex A. et al. (2014), "UpSet: Visualization of Intersecting Sets", IEEE TVCG 20(12).
    """
    rows = sorted(table.to_dict("records"), key=lambda r: (-r["count"], r["combination"] == "none"))
    real = [r for r in rows if r["combination"] != "none"]
    most = [r for r in real if r["count"] == max(r["count"] for r in real)]
    if not most or not most[0]["count"]:
        return ctx.missing(table, "roles")
    first = ctx.facts(most[0])
    never = ctx.plural("never", sum(r["count"] == 0 for r in real), of=len(real))
    names = ctx.join(_combination(r, ctx) for r in most[:LISTED])
    form = "title" if len(most) <= LISTED else "title_counted"
    title = ctx.plural(form, len(most), most=names, share=first["share"], never=never)
    reading = ctx.read("reading", most[0]["laureates"], combination=_combination(most[0], ctx), **first)
    pitch, head = 1.95, 0.6
    middle = {role: pitch * (j + 0.5) for j, role in enumerate(palette.ROLE)}
    bars = pitch * len(middle) + 0.3
    of = rows[0]["of"]
    unit = (2.4 if of <= NAMED_ONCE else 2.2) / max(1, rows[0]["count"])  # a number of three digits finds room
    left = bars + 2.4 + 0.65
    nobody = {r["combination"]: [ctx.say("none" if r["combination"] == "none" else "zero")] for r in rows}
    for named in (True, False):
        some = [
            listing(ctx.people(r["laureates"]), PLOT - left)
            if named
            else [ctx.say("part", share=ctx.percent(r["count"], of))]
            for r in rows
        ]
        texts = [text if r["count"] else nobody[r["combination"]] for r, text in zip(rows, some, strict=True)]
        heights = [max(0.56, line_height() * len(t) + 0.22) for t in texts]
        note = ctx.noted("" if named else ctx.word("frame.counted", limit=NAMED_ONCE))
        ax = ctx.sheet(head + sum(heights), title, reading, note)
        if of <= NAMED_ONCE and fits(ax):
            break
    for role, x in middle.items():
        put(ax, x, 0.25, ctx.role(role, low=False), ha="center", weight="bold", color=palette.ROLE[role].text)
    put(ax, bars, 0.25, ctx.say("laureates" if named else "laureates_counted"), weight="bold")
    for row, text, (_, y) in zip(rows, texts, stripes(ax, head, heights), strict=True):
        count, code = row["count"], row["combination"]
        inside = [x for role, x in middle.items() if row[role]]
        if len(inside) > 1:
            rule(ax, inside[0], inside[-1], y, color=palette.MARK, width=1.6, zorder=2)
        for role, x in middle.items():
            look = (palette.ROLE[role], "full", 7) if row[role] else (palette.STATE["not_stated"], "hollow", 3.2, "o")
            tag(symbol(ax, x, y, *look), "dot", code, role)
        if count:
            tag(box(ax, bars, y - 0.17, unit * count, 0.34, facecolor=palette.MARK), "bar", code)
        cuts(ax, bars, y, unit, 0.34, [palette.WHITE] * (count - 1), 0.8)
        tag(put(ax, bars + unit * count + 0.12, y, str(count), size=8, weight="bold"), "row", code)
        block(ax, left, y, text, color=palette.INK if count else palette.SOFT)
    facts = [{"combination": _combination(r, ctx), "count": r["count"], **ctx.facts(r)} for r in rows]
    parts = [ctx.say("alt_part", **one) for one in facts if one["count"]]
    zero = ctx.join(one["combination"] for one in facts if not one["count"])
    alt, sizes = "alt" if zero else "alt_all", [one["count"] for one in facts if one["count"]]
    return ctx.finish(ax, title, table, parts, alt, sizes, zero=zero)


def _combination(row, ctx):
    """Write a combination for a reader: "aiguillon + connecteur", the roles it leaves out being absent."""
    inside = [ctx.role(role) for role in palette.ROLE if row[role]]
    return "\u00a0+ ".join(inside) if inside else ctx.role("none")


NAMED_BY_ROLE = 40  # laureates: beyond, or beyond a page, shaded shares; of many enjeux the largest are drawn


@figure()
def role_by_enjeu(table, ctx):
    """Draw ``02-role-by-enjeu``: for each enjeu and role, the laureates by name, out of those of the enjeu.

    ``table`` is ``roles.by_enjeu``: one row per enjeu and role.
    """
    cells = {(r["enjeu_id"], r["role"]): r for r in table.to_dict("records")}
    rows, codes = list(dict.fromkeys(table["enjeu_id"])), list(palette.ROLE)
    present = {role: sum(cells[e, role]["count"] > 0 for e in rows) for role in codes}
    top, *others = sorted(codes, key=lambda role: -present[role])
    if not present[top]:
        return ctx.missing(table, "roles")
    others = ctx.join(ctx.plural("title_part", present[role], role=ctx.role(role)) for role in others)
    title = capital(ctx.plural("title", present[top], role=ctx.role(top), of=len(rows), others=others))
    first = next(c for c in cells.values() if c["count"])
    reading = ctx.read("reading", first["laureates"], **ctx.facts(first))
    shares = {k: f"{ctx.role(k[1])} {ctx.share(c['count'], c['of'])}" for k, c in cells.items()}
    parts = [ctx.say("alt_part", enjeu=ctx.enjeux[e], cells=", ".join(shares[e, role] for role in codes)) for e in rows]
    sizes = [cells[e, top]["of"] for e in rows]
    left, head, step = 3.3, 0.6, line_height() + 0.04
    pitch = (PLOT - left) / len(codes)
    start = {role: left + pitch * j for j, role in enumerate(codes)}
    texts = {k: [balanced(name, pitch - 0.65) for name in ctx.people(c["laureates"])] for k, c in cells.items()}
    words = {e: wrap(ctx.enjeux[e], left - 0.85) for e in rows}
    heights = [max(sum(map(len, texts[e, role])) for role in codes) * step + 0.75 for e in rows]
    heights = [max(tall, line_height() * len(words[e]) + 0.25) for tall, e in zip(heights, rows, strict=True)]
    ax = ctx.sheet(head + sum(heights), title, reading)
    if ctx.n > NAMED_BY_ROLE or not fits(ax):
        ax = _roles_counted(rows, cells, sizes, title, reading, ctx)
        return ctx.finish(ax, title, table, parts, "alt_counted", sizes)
    for role, x in start.items():
        ctx.role_head(ax, x + 0.15, 0.25, role)
    for enjeu, (y, _) in zip(rows, ruled(ax, head, heights), strict=True):
        put(ax, 0, y + 0.28, enjeu, weight="bold")
        block(ax, 0.65, y + 0.28 - line_height() / 2, words[enjeu], va="top")
        for role, x in start.items():
            cell, look = cells[enjeu, role], palette.ROLE[role]
            color = look.text if cell["count"] else palette.SOFT
            put(ax, x, y + 0.28, ctx.share(cell["count"], cell["of"]), weight="bold", color=color)
            line = y + 0.55
            for code, name in zip(ids(cell["laureates"]), texts[enjeu, role], strict=True):
                tag(symbol(ax, x + 0.12, line + step / 2, look, size=4.5), "dot", enjeu, role, code)
                line = block(ax, x + 0.35, line + 0.02, name, va="top") + 0.02
    return ctx.finish(ax, title, table, parts, sizes=sizes)


def _roles_counted(rows, cells, sizes, title, reading, ctx):
    """Draw for each enjeu, for the largest ones where there are many, the shares of the roles; return the axes."""
    left, head, rest = 6.4, 0.6, 0.5
    pitch = (PLOT - left) / len(palette.ROLE)
    note = ctx.noted(ctx.word("frame.counted", limit=NAMED_BY_ROLE))
    words = [wrap(ctx.enjeux[enjeu], left - 1.1) for enjeu in rows]
    tall = [max(0.5, line_height() * len(lines) + 0.16) for lines in words]
    room = ctx.room(title, reading, note) - head
    kept = largest(sizes, tall, room if sum(tall) <= room else room - rest)
    others, foot = len(rows) - len(kept), head + sum(tall[i] for i in kept)
    ax = ctx.sheet(foot + (rest if others else 0), title, reading, note)
    for j, role in enumerate(palette.ROLE):
        ctx.role_head(ax, left + pitch * j + 0.2, 0.25, role)
    for i, (y, middle) in zip(kept, ruled(ax, head, [tall[i] for i in kept]), strict=True):
        put(ax, 0, middle, rows[i], weight="bold")
        block(ax, 0.8, middle, words[i])
        for j, role in enumerate(palette.ROLE):
            x, cell = left + pitch * j + 0.05, cells[rows[i], role]
            share_cell(ax, x, y + 0.04, pitch - 0.1, tall[i] - 0.08, cell, rows[i], role)
    if others:
        left_out = ctx.count(sum(sizes) - sum(sizes[i] for i in kept), "laureate")
        put(ax, 0.8, foot + rest / 2, ctx.plural("rest", others, laureates=left_out), color=palette.SOFT)
    return ax


@figure()
def role_by_actor_type(table, ctx):
    """Draw ``02-role-by-actor-type``: which types of actors the laureates of each role mobilise.

    Its rows are the types of the code list: it is as high for any number of laureates.

    ``table`` is ``roles.by_actor_type``: one row per type of actor and role.
    """
    cells = {(r["actor_type"], r["role"]): r for r in table.to_dict("records")}
    found, codes = set(table["actor_type"]), list(palette.ROLE)
    if not found or not table["of"].any():
        return ctx.missing(table, "roles" if found else "mentions")
    types = [t for t in palette.FAMILY if t in found]
    groups = {family: list(members) for family, members in groupby(types, palette.FAMILY.get)}
    name = {t: ctx.word(f"type.{t}") for t in types}
    size = {role: cells[types[0], role]["of"] for role in codes}
    used = {role: sum(cells[t, role]["count"] > 0 for t in types) for role in codes}
    top, *others = sorted(codes, key=lambda role: (-used[role], -size[role]))
    group = {role: ctx.plural("group", size[role], of=size[role], role=ctx.role(role)) for role in codes}
    others = [ctx.plural("title_part", used[role], role=group[role]) for role in others if size[role]]
    others = ctx.say("others", others=ctx.join(others)) if others else ""
    title = ctx.plural("title", used[top], role=group[top], of=len(types)) + others
    first = max(cells.values(), key=lambda c: (c["count"] / c["of"] if c["of"] else 0, c["count"]))
    least, most = min(s for s in size.values() if s), max(size.values())
    sizes = ctx.plural("sizes.even" if least == most else "sizes.uneven", most, of=least)
    note = ctx.say("note" if least < LARGE else "note_large", share=ctx.percent(1, least), sizes=sizes)
    label, left, head, step = 2.7, 8.6, 0.95, 0.46
    pitch = (PLOT - left) / len(codes)
    height = head + step * len(types) + 0.12 * (len(groups) - 1)
    ax = ctx.sheet(height, title, ctx.read("reading", first["laureates"], **ctx.facts(first)), note)
    for j, role in enumerate(codes):
        look, x = palette.ROLE[role], left + pitch * (j + 0.5)
        words = ctx.role(role, low=False)
        put(ax, x + 0.15, 0.22, words, ha="center", weight="bold", color=look.text)
        symbol(ax, x + 0.15 - measure(words, weight="bold") / 2 - 0.22, 0.22, look, size=5)
        put(ax, x, 0.6, ctx.count(size[role], "laureate"), ha="center", color=palette.SOFT)
    y = head
    for family, members in groups.items():
        rule(ax, 0, PLOT, y - 0.06)
        words = balanced(ctx.word(f"family.{family}"), label - 0.3)
        block(ax, 0, y + step * len(members) / 2, words, color=palette.SOFT)
        for actor_type in members:
            put(ax, label, y + step / 2, name[actor_type])
            for j, role in enumerate(codes):
                cell = cells[actor_type, role]
                share_cell(ax, left + pitch * j + 0.05, y + 0.03, pitch - 0.1, step - 0.06, cell, actor_type, role)
            y += step
        y += 0.12
    shares = {k: f"{ctx.role(k[1])} {c['count']}/{c['of']}" for k, c in cells.items()}
    parts = [ctx.say("alt_part", type=name[t], cells=", ".join(shares[t, role] for role in codes)) for t in types]
    return ctx.finish(ax, title, table, parts)
