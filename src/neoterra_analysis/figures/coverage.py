"""Figures of notebook 01: enjeux and their laureates, where these are, what the sheet states, contributions."""

from ..words import labels, palette
from ..words.codes import DIMENSIONS, FIELDS
from .marks import PLOT, balanced, block, box, legend, line_height, measure, put, rule, symbol, tag, tile, wrap
from .sheet import canvas, finish, ids, listed, people, plural, quoted

FILL = {"stated": "full", "inferred": "half", "not_stated": "hollow"}


@palette.drawing()
def enjeux(table, ctx):
    """Draw ``01-enjeux``: the laureates of each enjeu, one named tile each.

    Parameters
    ----------
    table : DataFrame
        ``records.coverage``: one row per enjeu.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    rows = table.to_dict("records")
    label, left, right, gap = 5.2, 5.5, PLOT - 1.7, 0.12
    flows = [_flow(ids(r["laureates"]), people(r["laureates"], ctx), right - left, gap) for r in rows]
    step = 0.17 + line_height() * max((len(t[3]) for f in flows for line in f for t in line), default=1)
    titles = [wrap(ctx.enjeux[r["enjeu_id"]], label - 0.8) for r in rows]
    heights = [max(step * len(f), line_height() * len(w)) + 0.3 for f, w in zip(flows, titles, strict=True)]

    top = max(r["count"] for r in rows)
    best = [ctx.enjeux[r["enjeu_id"]] for r in rows if r["count"] == top]
    form = "even" if len(best) == len(rows) > 1 else "one" if len(best) == 1 else "many"
    share = plural("frame.of", top, ctx.lang, of=rows[0]["of"])
    title = labels.t(f"enjeux.title.{form}", ctx.lang, enjeux=quoted(best, ctx.lang), share=share)
    first = rows[0]
    reading = labels.t(
        "enjeux.reading",
        ctx.lang,
        enjeu=ctx.enjeux[first["enjeu_id"]],
        share=plural("frame.of", first["count"], ctx.lang, of=first["of"]),
        names=labels.join(people(first["laureates"], ctx), ctx.lang),
    )
    figure, ax = canvas(
        ctx,
        sum(heights),
        title,
        labels.t("enjeux.subtitle", ctx.lang),
        reading,
        hangs=("largest_enjeu",),
    )
    y = 0.0
    for row, flow, words, height in zip(rows, flows, titles, heights, strict=True):
        middle = y + height / 2
        rule(ax, 0, PLOT, y)
        put(ax, 0, middle, row["enjeu_id"], weight="bold")
        block(ax, 0.7, middle, words)
        for i, line in enumerate(flow):
            line_y = middle + (i - len(flow) / 2) * step
            for x, width, laureate, said in line:
                shape = tile(ax, left + x, line_y + 0.04, width, step - 0.08)
                tag(shape, "tile", row["enjeu_id"], laureate)
                block(ax, left + x + width / 2, line_y + step / 2, said, ha="center")
        share = labels.t("frame.share", ctx.lang, count=row["count"], of=row["of"])
        put(ax, PLOT, middle, share, size=8, weight="bold", ha="right")
        y += height
    return finish(figure, "01-enjeux", ctx, title, _enjeux_alt(rows, ctx, title), table)


def _flow(codes, names, width, gap):
    """Lay tiles out in lines no wider than a width: ``(x, width, id, words)`` of each tile in each line."""
    lines, x = [[]], 0.0
    for code, name in zip(codes, names, strict=True):
        rows = balanced(name, width - 0.3)
        wide = max(measure(row) for row in rows) + 0.3
        if lines[-1] and x + wide > width:
            lines.append([])
            x = 0.0
        lines[-1].append((x, wide, code, rows))
        x += wide + gap
    return lines


def _enjeux_alt(rows, ctx, title):
    parts = [
        labels.t(
            "enjeux.alt_part",
            ctx.lang,
            enjeu=ctx.enjeux[r["enjeu_id"]],
            share=plural("frame.of", r["count"], ctx.lang, of=r["of"]),
            names=labels.join(people(r["laureates"], ctx), ctx.lang),
        )
        for r in rows
    ]
    return labels.t("enjeux.alt", ctx.lang, title=title, parts=listed(parts, ctx.lang))


@palette.drawing()
def stated(table, ctx):
    """Draw ``01-stated``: for each laureate, what the sheet states, what was inferred, what is missing.

    Parameters
    ----------
    table : DataFrame
        ``records.stated``: one row per laureate and field.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    state = {(r.laureate_id, r.field): r.state for r in table.itertuples()}
    laureates = list(dict.fromkeys(table["laureate_id"]))
    fields = [f for f in FIELDS if f in set(table["field"])]
    totals = {s: sum(v == s for v in state.values()) for s in palette.STATE}
    by_field = {f: {s: sum(state[i, f] == s for i in laureates) for s in palette.STATE} for f in fields}
    missing = max(by_field[f]["not_stated"] for f in fields)
    worst = [labels.t(f"field.{f}", ctx.lang) for f in fields if by_field[f]["not_stated"] == missing]
    title = labels.t(
        f"stated.title.{'none' if not missing else 'one' if len(worst) == 1 else 'many'}",
        ctx.lang,
        stated=totals["stated"],
        of=len(state),
        fields=quoted(worst, ctx.lang),
        share=plural("frame.of", missing, ctx.lang, of=len(laureates)),
    )
    first = laureates[0]
    reading = labels.t(
        "stated.reading",
        ctx.lang,
        name=ctx.names[first],
        parts=labels.join(
            [
                labels.t(
                    "stated.reading_part",
                    ctx.lang,
                    field=labels.t(f"field.{f}", ctx.lang),
                    state=labels.t(f"state.{state[first, f]}", ctx.lang),
                )
                for f in fields
            ],
            ctx.lang,
        ),
    )
    left, step, head = 4.5, 0.5, 1.0
    pitch = (PLOT - left) / len(fields)
    names = [wrap(ctx.names[i], left - 0.3) for i in laureates]
    tall = [max(step, line_height() * len(rows) + 0.14) for rows in names]
    height = head + 0.4 + sum(tall) + step + 0.1
    figure, ax = canvas(
        ctx,
        height,
        title,
        labels.t("stated.subtitle", ctx.lang),
        reading,
        labels.t("stated.note", ctx.lang),
    )
    signs = [
        (
            lambda x, y, s=s: symbol(ax, x, y, palette.STATE[s], FILL[s], 6.5, "o"),
            labels.t(f"state.{s}", ctx.lang),
        )
        for s in palette.STATE
    ]
    legend(ax, 0, 0.3, signs)
    for j, field in enumerate(fields):
        words = wrap(labels.t(f"field.{field}", ctx.lang), pitch - 0.2, weight="bold")
        block(ax, left + pitch * (j + 0.5), head - 0.05, words, ha="center", weight="bold")
    top = head + 0.4
    for i, laureate in enumerate(laureates):
        y = top + tall[i] / 2
        if i % 2 == 0:
            box(ax, 0, top, PLOT, tall[i], zorder=0)
        block(ax, 0.1, y, names[i])
        top += tall[i]
        for j, field in enumerate(fields):
            code = state[laureate, field]
            mark = symbol(ax, left + pitch * (j + 0.5), y, palette.STATE[code], FILL[code], 6.5, "o")
            tag(mark, "cell", laureate, field)
    y = top + step / 2
    rule(ax, 0, PLOT, top, color=palette.SOFT)
    put(ax, 0.1, y, labels.t("stated.total", ctx.lang), weight="bold")
    for j, field in enumerate(fields):
        share = labels.t("frame.share", ctx.lang, count=by_field[field]["stated"], of=len(laureates))
        put(ax, left + pitch * (j + 0.5), y, share, ha="center", weight="bold")
    parts = [
        labels.t("stated.alt_part", ctx.lang, field=labels.t(f"field.{f}", ctx.lang), **by_field[f]) for f in fields
    ]
    alt = labels.t("stated.alt", ctx.lang, title=title, n=len(laureates), parts=listed(parts, ctx.lang))
    return finish(figure, "01-stated", ctx, title, alt, table)


@palette.drawing()
def contributions(table, ctx):
    """Draw ``01-contributions``: through what laureates change which sectors, and which territories.

    Rows are the ways, panels the dimensions; each cell that is not empty is a labelled tile.

    Parameters
    ----------
    table : DataFrame
        ``records.contributions``: one row per dimension, target and code.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    rows = table.to_dict("records")
    found = {code: {i for r in rows if r["code"] == code for i in ids(r["laureates"])} for code in table["code"]}
    name = {code: labels.t(f"mode.{code}", ctx.lang) for code in found}
    codes = sorted(found, key=lambda c: (-len(found[c]), name[c]))
    left, step, gap = 4.1, 0.46, 0.1
    panel = (PLOT - left - 0.3) / 2
    start = {d: left + i * (panel + 0.3) for i, d in enumerate(DIMENSIONS)}
    tiles = {
        (d, c): _flow(*_tiles([r for r in rows if (r["dimension"], r["code"]) == (d, c)], ctx), panel, gap)
        for d in DIMENSIONS
        for c in codes
    }
    words = {c: balanced(name[c], left - 0.9) for c in codes}
    heights = [
        max([step * len(tiles[d, c]) for d in DIMENSIONS] + [line_height() * len(words[c])]) + 0.16 for c in codes
    ]

    top = len(found[codes[0]])
    best = [name[c] for c in codes if len(found[c]) == top]
    title = labels.t(
        f"contributions.title.{'one' if len(best) == 1 else 'many'}",
        ctx.lang,
        modes=quoted(best, ctx.lang),
        share=plural("frame.of", top, ctx.lang, of=ctx.n),
    )
    first = next(r for r in rows if r["count"] == max(x["count"] for x in rows))
    said = {
        "mode": name[first["code"]],
        "target": labels.t(f"target.{first['target']}", ctx.lang),
        "share": plural("frame.of", first["count"], ctx.lang, of=first["of"]),
        "names": labels.join(people(first["laureates"], ctx), ctx.lang),
    }
    figure, ax = canvas(
        ctx,
        0.6 + sum(heights),
        title,
        labels.t("contributions.subtitle", ctx.lang),
        labels.t("contributions.reading", ctx.lang, **said),
        labels.t("contributions.note", ctx.lang),
        hangs=("top_means", "top_means_share"),
    )
    put(ax, 0, 0.25, labels.t("contributions.mode", ctx.lang), weight="bold")
    for dimension in DIMENSIONS:
        look = palette.DIMENSION[dimension]
        symbol(ax, start[dimension] + 0.12, 0.25, look)
        head = labels.t(f"contributions.{dimension}", ctx.lang)
        put(ax, start[dimension] + 0.35, 0.25, head, weight="bold", color=look.text)
    y = 0.6
    for code, height in zip(codes, heights, strict=True):
        rule(ax, 0, PLOT, y)
        middle = y + height / 2
        block(ax, 0, middle, words[code])
        put(ax, left - 0.35, middle, str(len(found[code])), weight="bold", ha="right")
        for dimension in DIMENSIONS:
            look, flow = palette.DIMENSION[dimension], tiles[dimension, code]
            for i, line in enumerate(flow):
                line_y = middle + (i - len(flow) / 2) * step
                for x, width, (target, count), text in line:
                    face = palette.tint(look.color, 0.1 + 0.12 * count)
                    place = start[dimension] + x
                    shape = tile(ax, place, line_y + 0.04, width, step - 0.08, facecolor=face, edgecolor=look.color)
                    tag(shape, "cell", dimension, target, code)
                    block(ax, place + width / 2, line_y + step / 2, text, ha="center")
        y += height
    parts = [
        labels.t(
            "contributions.alt_part",
            ctx.lang,
            mode=name[c],
            share=plural("frame.of", len(found[c]), ctx.lang, of=ctx.n),
            tiles=", ".join(" ".join(t[3]) for d in DIMENSIONS for line in tiles[d, c] for t in line),
        )
        for c in codes
    ]
    alt = labels.t("contributions.alt", ctx.lang, title=title, parts=listed(parts, ctx.lang))
    return finish(figure, "01-contributions", ctx, title, alt, table)


def _tiles(rows, ctx):
    """Return what `_flow` lays out for one row of a panel: ``(target, count)`` and the words of each tile."""
    name = {r["target"]: labels.t(f"target.{r['target']}", ctx.lang) for r in rows}
    rows = sorted(rows, key=lambda r: (-r["count"], name[r["target"]]))
    return [(r["target"], r["count"]) for r in rows], [f"{name[r['target']]}\u2009·\u2009{r['count']}" for r in rows]


# Row and column of each département: tiles that share a side are neighbours on the ground, and neighbours touch at
# least at a corner.
GRID = {
    "79": (0, 1),
    "86": (0, 2),
    "17": (1, 0),
    "16": (1, 1),
    "87": (1, 2),
    "23": (1, 3),
    "33": (2, 0),
    "24": (2, 1),
    "19": (2, 2),
    "40": (3, 0),
    "47": (3, 1),
    "64": (4, 0),
}
WIDE, TALL, GAP, HEAD, PAD = 3.72, 1.78, 0.14, 0.65, 0.18
ASIDE = 2 * (WIDE + GAP) + 0.9  # left edge of what stands beside the map
BAR, BAR_TOP, LAST = 0.24, 0.96, 1.5  # height of a bar, its top and the middle of the last line in a tile
STATED = {"facecolor": palette.STATE["stated"].color}
INFERRED = {
    "facecolor": palette.WHITE,
    "edgecolor": palette.STATE["inferred"].color,
    "hatch": "/////",
    "linewidth": 0.9,
}
UNKNOWN = {"facecolor": palette.WHITE, "edgecolor": palette.FAINT, "linewidth": 0.9}


@palette.drawing()
def places(table, ctx):
    """Draw ``01-places``: the laureates of each département on a schematic grid; those without one beside it.

    Parameters
    ----------
    table : DataFrame
        ``records.places``: one row per département, and one for the laureates without.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    rows = {row["department"]: row for row in table.to_dict("records")}
    unknown = rows.pop("")
    outside = [row for code, row in rows.items() if code not in GRID]
    known = [row for row in rows.values() if row["count"]]
    title = _title(known, unknown, ctx)
    most = max([unknown["count"], sum(r["count"] for r in outside), *(r["count"] for r in rows.values())])
    unit = (WIDE - 2 * PAD) / max(most, 1)
    abroad = [labels.t("prose.places.part", ctx.lang, place=r["department"], count=r["count"]) for r in outside]
    lines = wrap(", ".join(abroad), PLOT - ASIDE - 2 * PAD) if abroad else []
    heights = (TALL, TALL + line_height() * max(len(lines) - 1, 0))
    foot = HEAD + 3 * (TALL + GAP)  # the boxes stand where the grid has no tile
    figure, ax = canvas(
        ctx,
        foot + max(2 * TALL + GAP, sum(heights) + GAP) + 0.05,
        title,
        labels.t("places.subtitle", ctx.lang),
        _reading(known, unknown, ctx),
        labels.t("places.note", ctx.lang),
        hangs=("department_known",),
    )
    signs = ((STATED, "stated"), (INFERRED, "inferred"), (UNKNOWN, "unknown"))
    entries = [
        (lambda x, y, k=k: box(ax, x - 0.15, y - 0.12, 0.34, 0.24, **{"linewidth": 0.6, **k}), f"places.{word}")
        for k, word in signs
    ]
    legend(ax, 0, 0.2, [(sign, labels.t(word, ctx.lang)) for sign, word in entries])
    for code, (line, column) in GRID.items():
        _department(ax, column * (WIDE + GAP), HEAD + line * (TALL + GAP), rows[code], unit, ctx)
    words = labels.t("places.unknown", ctx.lang)
    _beside(ax, foot, heights[0], "unknown", [words], unknown["count"], ctx)
    if unknown["count"]:
        _bar(ax, ASIDE + PAD, foot + BAR_TOP, unknown["count"] * unit, UNKNOWN, "bar", "unknown")
    split = {name: sum(r[name] for r in outside) for name in ("stated", "inferred", "count")}
    top = foot + heights[0] + GAP
    _beside(ax, top, heights[1], "outside", lines or [labels.t("places.empty", ctx.lang)], split["count"], ctx)
    _bars(ax, ASIDE + PAD, top + BAR_TOP, split, unit, "outside")
    return finish(figure, "01-places", ctx, title, _alt(rows, outside, unknown, title, ctx), table)


def _department(ax, x, y, row, unit, ctx):
    """Draw the tile of a département: code, name, count, and its bars."""
    code = row["department"]
    edge = palette.MARK if row["count"] else palette.FAINT
    face = palette.BAND if row["count"] else palette.WHITE
    tag(tile(ax, x, y, WIDE, TALL, edgecolor=edge, facecolor=face, clip_on=False), "department", code)
    put(ax, x + PAD, y + 0.3, code, size=8, weight="bold")
    put(ax, x + PAD, y + 0.68, labels.department(code, ctx.lang))
    said = labels.t("places.empty", ctx.lang)
    if row["count"]:
        put(ax, x + WIDE - PAD, y + 0.3, str(row["count"]), size=9, weight="bold", ha="right")
        said = labels.t("places.split", ctx.lang, stated=row["stated"], inferred=row["inferred"])
    put(ax, x + PAD, y + LAST, said, color=palette.SOFT)
    _bars(ax, x + PAD, y + BAR_TOP, row, unit, code)


def _bars(ax, x, y, row, unit, code):
    """Draw the stated laureates as a full bar, then the inferred ones as a hatched one."""
    if row["stated"]:
        _bar(ax, x, y, row["stated"] * unit, STATED, "bar", code)
    if row["inferred"]:
        _bar(ax, x + row["stated"] * unit, y, row["inferred"] * unit, INFERRED, "part", code)


def _bar(ax, x, y, width, look, *name):
    tag(box(ax, x, y, width, BAR, zorder=2, **look), *name)


def _beside(ax, y, height, kind, lines, count, ctx):
    """Draw a box beside the map: its name, its count and its words, dashed as it is no place of the grid."""
    look = {"facecolor": palette.WHITE, "edgecolor": palette.SOFT, "linestyle": (0, (4, 2)), "clip_on": False}
    tag(tile(ax, ASIDE, y, PLOT - ASIDE, height, **look), "apart", kind)
    put(ax, ASIDE + PAD, y + 0.3, labels.t(f"places.box.{kind}", ctx.lang), weight="bold")
    put(ax, PLOT - PAD, y + 0.3, str(count), size=9, weight="bold", ha="right")
    block(ax, ASIDE + PAD, y + LAST - line_height() / 2, lines, va="top", color=palette.SOFT)


def _title(known, unknown, ctx):
    of = unknown["of"]
    if not known:
        return labels.t("places.title.none", ctx.lang, share=plural("frame.of", 0, ctx.lang, of=of))
    top = max(row["count"] for row in known)
    best = [labels.department(row["department"], ctx.lang) for row in known if row["count"] == top]
    form = "one" if len(best) == 1 else "many" if len(best) < 4 else "even"
    share = plural("frame.of", of - unknown["count"], ctx.lang, of=of)
    return labels.t(f"places.title.{form}", ctx.lang, share=share, names=labels.join(best, ctx.lang), count=top)


def _reading(known, unknown, ctx):
    if not known:
        share = plural("frame.of", unknown["count"], ctx.lang, of=unknown["of"])
        return labels.t("places.reading_none", ctx.lang, share=share)
    first = max(known, key=lambda row: row["count"])
    share = plural("frame.of", first["count"], ctx.lang, of=first["of"])
    more = {"stated": first["stated"], "inferred": first["inferred"], "code": first["department"]}
    return labels.t(
        "places.reading", ctx.lang, place=labels.department(first["department"], ctx.lang), share=share, **more
    )


def _alt(rows, outside, unknown, title, ctx):
    def said(row):
        key = "places.alt_part" if row["inferred"] else "places.alt_plain"
        more = {"code": row["department"], "count": row["count"], "inferred": row["inferred"]}
        return labels.t(key, ctx.lang, place=labels.department(row["department"], ctx.lang), **more)

    home = [rows[code] for code in sorted(GRID)]
    parts = listed([said(row) for row in home if row["count"]], ctx.lang)
    empty = labels.join([labels.department(r["department"], ctx.lang) for r in home if not r["count"]], ctx.lang)
    abroad = f" ({listed([said(row) for row in outside], ctx.lang)})" if outside else ""
    sentences = [
        *([labels.t("places.alt_parts", ctx.lang, parts=parts)] if parts else []),
        *([labels.t("places.alt_empty", ctx.lang, names=empty)] if empty else []),
    ]
    return labels.t(
        "places.alt",
        ctx.lang,
        title=title,
        parts=" ".join(sentences),
        outside=f"{sum(row['count'] for row in outside)}{abroad}",
        unknown=unknown["count"],
    )
