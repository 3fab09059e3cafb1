"""What holds: one laureate less, open readings, the ledger of claims (notebook 05), null models (notebook 03)."""

from itertools import groupby

from ..analysis import nulls
from ..sentences import prose
from ..words import labels, palette
from .marks import (
    PLOT,
    balanced,
    block,
    box,
    legend_rows,
    line_height,
    measure,
    put,
    rule,
    symbol,
    tag,
    upright,
    wrap,
    write_legend,
)
from .sheet import canvas, capital, finish, ids, listed, plural

SMALL, STEP, BAND = 6.5, 0.285, 0.34  # pt; cm: height of a row of the heat map, of the head of a group
LIGHT = {"facecolor": palette.tint(palette.MARK, 0.24), "edgecolor": palette.FAINT, "linewidth": 0.5}
MOVED = {
    "up": palette.Look("#C65300", "#A84E00", "^", ""),
    "down": palette.Look("#332288", "#332288", "v", ""),
    "words": palette.Look(palette.INK, palette.INK, "D", ""),
}
CODED = palette.Look("#D55E00", "#A84E00", "v", "")
LEFT, TALL, ROW = 5.9, 3.2, 0.36  # cm: words, upper panel and least height of a row of the specification curve
BINS = 160  # columns that are still seen apart, and that keep the file small


@palette.drawing()
def leave_one_out(table, ctx):
    """Draw ``05-leave-one-out``: for each headline statistic, what becomes of it without each laureate.

    Parameters
    ----------
    table : DataFrame
        ``beside.left_out``: one row per statistic and laureate.
    ctx : Context
        Language, names, source.

    Returns
    -------
    Figure
    """
    rows = table.to_dict("records")
    laureates = list(dict.fromkeys(table["laureate_id"]))
    cells = {(r["statistic"], r["laureate_id"]): r for r in rows}
    groups = {}
    for r in rows:
        groups.setdefault(r["notebook"], {}).setdefault(r["statistic"], r)
    total = {i: sum(bool(r["moved"]) for r in rows if r["laureate_id"] == i) for i in laureates}
    of = len({r["statistic"] for r in rows})
    still = of - len({r["statistic"] for r in rows if r["moved"]})
    title = _out_title(total, of, still, ctx)
    best = sorted(rows, key=lambda r: (*MOVED, "light", "").index(_kind(r)))  # a number is read more easily than words
    first = best[0] if best else None
    said = {name: first[name] for name in ("label", "base", "value")} if first else {}
    reading = labels.t("leave_one_out.reading", ctx.lang, name=ctx.names[first["laureate_id"]], **said) if first else ""
    pitch = min(0.42, 5.2 / max(len(laureates), 1))
    sums = labels.t("leave_one_out.total", ctx.lang)
    signs = [(0, [(_sign(name), labels.t(f"leave_one_out.{name}", ctx.lang))]) for name in (*MOVED, "light")]
    widths = [measure(text, SMALL) for text in {*table["label"], sums}] + [measure(words) for _, [(_, words)] in signs]
    left = min(max(widths) + 0.6, 6.9)
    right = left + pitch * len(laureates) + 0.15
    head = max([1.7, *(measure(ctx.names[i]) + 0.2 for i in laureates)])
    figure, ax = canvas(
        ctx,
        head + BAND * len(groups) + STEP * of + 0.62,
        title,
        labels.t("leave_one_out.subtitle", ctx.lang),
        reading,
        labels.t("leave_one_out.note", ctx.lang),
    )
    write_legend(ax, signs, head - 1.5)
    for j, laureate in enumerate(laureates):
        upright(ax, left + pitch * (j + 0.5), head - 0.12, [ctx.names[laureate]])
    put(ax, right, head - 0.25, labels.t("leave_one_out.base", ctx.lang), weight="bold")
    y = head
    for notebook, members in groups.items():
        box(ax, 0, y, PLOT, BAND, zorder=0)
        put(ax, 0.12, y + BAND / 2, labels.t("leave_one_out.notebook", ctx.lang, notebook=notebook), weight="bold")
        y += BAND
        for statistic, base in members.items():
            middle = y + STEP / 2
            put(ax, 0.3, middle, _cut(base["label"], left - 0.4), size=SMALL)
            put(ax, right, middle, _cut(base["base"], PLOT - right), size=SMALL, color=palette.SOFT)
            for j, laureate in enumerate(laureates):
                if (statistic, laureate) in cells:
                    _cell(ax, left + pitch * j, y, pitch, cells[statistic, laureate])
            y += STEP
            rule(ax, 0.3, PLOT, y, width=0.4)
    rule(ax, 0, PLOT, y, color=palette.SOFT)
    put(ax, 0.12, y + 0.3, _cut(sums, left - 0.2, "bold"), size=SMALL, weight="bold")
    for j, laureate in enumerate(laureates):
        put(ax, left + pitch * (j + 0.5), y + 0.3, str(total[laureate]), size=SMALL, weight="bold", ha="center")
    put(ax, right, y + 0.3, labels.t("frame.of_findings", ctx.lang, of=of), size=SMALL, color=palette.SOFT)
    parts = [labels.t("leave_one_out.alt_part", ctx.lang, name=ctx.names[i], count=total[i]) for i in laureates]
    alt = labels.t("leave_one_out.alt", ctx.lang, title=title, of=of, parts=listed(parts, ctx.lang) or "–")
    return finish(figure, "05-leave-one-out", ctx, title, alt, table)


def _out_title(total, of, still, ctx):
    most = max(total.values(), default=0)
    if not most:
        return labels.t("leave_one_out.title.none", ctx.lang)
    top = [i for i in total if total[i] == most]
    key = "leave_one_out.title.one" if len(top) == 1 else "leave_one_out.title.even"
    firm = plural("leave_one_out.still", still, ctx.lang)
    return labels.t(key, ctx.lang, name=ctx.names[top[0]], count=most, of=of, still=firm)


def _kind(row):
    """Return how a cell is drawn: ``"up"``, ``"down"``, ``"words"``, ``"light"`` or ``""`` if nothing changes."""
    change = row["change"]
    known = change == change  # a value that is not there, or words, changes without an amount
    if row["moved"]:
        return "words" if not known or not change else "up" if change > 0 else "down"
    return "light" if known and change else ""


def _cell(ax, x, y, pitch, row):
    kind = _kind(row)
    codes = (row["statistic"], row["laureate_id"])
    if kind == "light":
        tag(box(ax, x + 0.02, y + 0.02, pitch - 0.04, STEP - 0.04, **LIGHT), "cell", *codes)
    elif kind:
        tag(_strong(ax, x + pitch / 2, y + STEP / 2, kind, pitch - 0.04), "moved", *codes)


def _strong(ax, x, y, kind, width):
    """Draw a change beyond what is tolerated, and return its mark."""
    if kind == "words":
        return symbol(ax, x, y, MOVED[kind], size=4.2)
    full = box(ax, x - width / 2, y - STEP / 2 + 0.02, width, STEP - 0.04, facecolor=MOVED[kind].color)
    white = palette.Look(palette.WHITE, palette.WHITE, MOVED[kind].marker, "")
    symbol(ax, x, y, white, size=2.8)
    return full


def _sign(name):
    if name == "light":
        return lambda ax, x, y: box(ax, x - 0.17, y - 0.125, 0.36, 0.25, **LIGHT)
    return lambda ax, x, y: _strong(ax, x, y, name, 0.36)


def _cut(text, width, weight="normal"):
    """Return a text, or its beginning and an ellipsis if it is wider than a width."""
    if measure(text, SMALL, weight) <= width:
        return text
    parts = text.split(" ")
    while len(parts) > 1 and measure(" ".join(parts) + " …", SMALL, weight) > width:
        parts.pop()
    return " ".join(parts).rstrip(",") + " …"


@palette.drawing()
def specification_curve(table, options, ctx, label, key_suffix=""):
    """Draw ``05-specification-curve``: a statistic under all combinations of the open readings and thresholds.

    Parameters
    ----------
    table : DataFrame
        ``beside.curve``: one row a combination.
    options : DataFrame
        ``beside.options``: the columns of the readings, with their words.
    ctx : Context
        Language, source.
    label : str
        Name of the statistic.
    key_suffix : str, optional
        Ends the key, where there are several curves.

    Returns
    -------
    Figure
    """
    names = dict(zip(options["option"], options["label"], strict=True))
    thresholds = sorted(set(table["enough"])) if "enough" in table else []
    order = ["value", *(["enough"] if thresholds else []), *names]
    made = table.sort_values([*order, "coded"], kind="stable", na_position="last").reset_index(drop=True)
    values, of = made["value"].tolist(), len(made)
    known = [v for v in values if v == v]
    at = made["coded"].tolist().index(True)
    words = {v: _value(v, ctx) for v in dict.fromkeys(known)}
    said = {
        "label": label,
        "value": words.get(values[at], "–"),
        "low": words.get(min(known, default=None), "–"),
        "high": words.get(max(known, default=None), "–"),
        "combinations": plural("specification.combinations", of, ctx.lang, shown=labels.number(of, ctx.lang)),
        "same": labels.number(values.count(values[at]), ctx.lang),
    }
    title = labels.t(f"specification.title.{'range' if len(words) > 1 else 'one'}", ctx.lang, **said)
    rows = [(name, wrap(text, LEFT - 0.55, SMALL), made[name].tolist()) for name, text in names.items()]
    others = [
        (
            f"enough.{v}",
            [capital(labels.t("beside.threshold", ctx.lang, enough=v))],
            [e == v for e in made["enough"]],
        )
        for v in thresholds
    ]
    parts = [(head, members) for head, members in (("readings", rows), ("thresholds", others)) if members]
    tall = {name: max(ROW, line_height(SMALL) * len(text) + 0.1) for _, members in parts for name, text, _ in members}
    dense = of > BINS
    figure, ax = canvas(
        ctx,
        TALL + 0.85 + 0.5 * len(parts) + sum(tall.values()),
        title,
        labels.t("specification.subtitle", ctx.lang),
        labels.t("specification.reading", ctx.lang, **said),
        " ".join(labels.t(f"specification.{n}", ctx.lang) for n in ("note", *(["dense"] if dense else []))),
    )
    wide = min((PLOT - LEFT - 0.15) / of, 0.6)
    _curve(ax, values, at, words, wide, label, ctx)
    y = TALL + 0.85
    for head, members in parts:
        put(ax, 0, y + 0.22, labels.t(f"specification.{head}", ctx.lang), weight="bold")
        y += 0.5
        for i, (name, text, on) in enumerate(members):
            if i % 2 == 0:
                box(ax, 0, y, PLOT, tall[name], zorder=0)
            block(ax, 0.3, y + tall[name] / 2, text, size=SMALL)
            _ticks(ax, name, on, y + tall[name] / 2, wide)
            y += tall[name]
    counts = [
        labels.t("specification.alt_part", ctx.lang, value=words[v], count=labels.number(known.count(v), ctx.lang))
        for v in words
    ]
    alt = labels.t("specification.alt", ctx.lang, title=title, parts=listed(counts, ctx.lang) or "–")
    return finish(figure, f"05-specification-curve{key_suffix}", ctx, title, alt, table)


def _value(value, ctx):
    return labels.number(value, ctx.lang, 0 if float(value).is_integer() else 1)


def _curve(ax, values, at, words, wide, label, ctx):
    """Draw the sorted values as steps, how many combinations give each, and the pointer on the coded one."""
    low, high = min(words, default=0), max(words, default=0)
    height = {v: TALL - (TALL - 0.85) * ((v - low) / (high - low) if high > low else 0.5) for v in words}
    block(ax, 0, 0.65, wrap(label, LEFT - 1.6, weight="bold"), weight="bold", va="top")
    last = None
    for v in sorted(words, reverse=True):
        rule(ax, LEFT, PLOT, height[v], width=0.4)
        if last is None or height[v] - last > 0.3:
            put(ax, LEFT - 0.2, height[v], words[v], ha="right", color=palette.SOFT)
            last = height[v]
    x, room = LEFT, LEFT
    for i, (v, run) in enumerate(groupby(values)):
        number = len(list(run))
        if v == v:
            step = box(ax, x, height[v] - 0.055, wide * number, 0.11, facecolor=palette.MARK, zorder=2)
            tag(step, "step", str(i))
            text = f"× {labels.number(number, ctx.lang)}"
            half = measure(text, SMALL) / 2
            middle = max(x + wide * number / 2, LEFT + half)
            if wide * number > 2 * half + 0.1 and middle - half > room:
                put(ax, middle, height[v] + 0.24, text, size=SMALL, ha="center", color=palette.SOFT)
                room = middle + half
        x += wide * number
    here = values[at]
    middle = LEFT + wide * (at + 0.5)
    top = height.get(here, TALL)
    tag(symbol(ax, middle, top - 0.2, CODED, size=6.5), "pointer", "coded")
    # What lies higher lies further right: nothing but the lines of the scale is crossed.
    rule(ax, middle, middle, 0.4, top - 0.2, color=CODED.color, width=0.8)
    text = labels.t("specification.coded", ctx.lang, value=words.get(here, "–"))
    half = measure(text, weight="bold") / 2
    middle = min(max(middle, LEFT + half), PLOT - half)
    put(ax, middle, 0.2, text, weight="bold", ha="center", color=CODED.text)


def _ticks(ax, name, on, y, wide):
    """Draw where an option is on; columns that lie too close are drawn together, the darker the more are on."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    of, bins = len(on), min(len(on), BINS)
    edges = [of * i // bins for i in range(bins + 1)]
    # Quarters, so that equal neighbours are drawn as one.
    level = [-(-4 * sum(on[a:b]) // (b - a)) for a, b in zip(edges, edges[1:], strict=False)]
    shapes, i = {}, 0
    for quarter, run in groupby(level):
        number = len(list(run))
        ends = LEFT + wide * edges[i], LEFT + wide * edges[i + number]
        corners = [(ends[0], y - 0.11), (ends[1], y - 0.11), (ends[1], y + 0.11), (ends[0], y + 0.11), (0, 0)]
        shapes.setdefault(quarter, []).extend(corners)
        i += number
    rule(ax, LEFT, LEFT + wide * of, y, color=palette.RULE)
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    for quarter, corners in sorted(shapes.items()):
        if quarter:
            path = Path(corners, codes * (len(corners) // 5))
            color = palette.tint(palette.MARK, (0, 0.3, 0.5, 0.75, 1)[quarter])
            tag(ax.add_patch(PathPatch(path, facecolor=color, linewidth=0, zorder=2)), "row", name, str(quarter))


VERDICT = {
    "supported": (palette.Look("#11704F", "#11704F", "o", ""), "full"),
    "partly": (palette.Look("#1F6A9E", "#1F6A9E", "s", ""), "half"),
    "indirect_only": (palette.Look("#8A5200", "#8A5200", "D", ""), "hollow"),
    "no_case": (palette.Look(palette.SOFT, palette.SOFT, "_", ""), "full"),
    "contradicted": (palette.Look("#8A1538", "#8A1538", "X", ""), "full"),
}
MOVER = palette.Look(palette.MARK, palette.INK, "D", "")
FRAGILE = ("laureate", "code", "reading", "threshold")
WORDS, SIGN, COUNT, INDIRECT, MARKS, PITCH = 7.75, 8.0, 13.1, 13.45, 13.85, 0.44  # cm, columns from left to right
SMALL_CLAIM, GROUP = 6.7, 0.42


@palette.drawing()
def ledger(table, ctx):
    """Draw ``05-ledger``: for each claim its verdict, its cases and what would move the verdict.

    Parameters
    ----------
    table : DataFrame
        ``beside.ledger``: one row a claim.
    ctx : Context
        Language, source.

    Returns
    -------
    Figure
    """
    rows = table.to_dict("records")
    groups = {}
    for row in rows:
        groups.setdefault(row["group"], []).append(row)
    number = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in VERDICT}
    robust = sum(row["fragility"] == "robust" for row in rows)
    title = plural("ledger.title", number["supported"], ctx.lang, of=len(rows), robust=_robust(robust, ctx))
    words = {row["claim_id"]: balanced(_statement(row, ctx), WORDS - 0.2, SMALL_CLAIM) for row in rows}
    tall = {claim: line_height(SMALL_CLAIM) * len(lines) + 0.12 for claim, lines in words.items()}
    present = [verdict for verdict in VERDICT if number[verdict]]
    signs = legend_rows([(_verdict_sign(v), f"{_verdict(v, ctx)} ({number[v]})") for v in present], gap=0.3)
    heads = {name: capital(labels.t(f"ledger.{name}", ctx.lang)) for name in (*FRAGILE, "indirect")}
    head = 0.4 * len(signs) + 0.35 + max(measure(text) for text in heads.values())
    figure, ax = canvas(
        ctx,
        head + GROUP * len(groups) + sum(tall.values()) + 0.1,
        title,
        labels.t("ledger.subtitle", ctx.lang),
        _reading(rows, ctx),
        labels.t("ledger.note", ctx.lang),
        scope=plural("ledger.scope", len(rows), ctx.lang),
    )
    write_legend(ax, signs)
    put(ax, 0, head - 0.25, labels.t("ledger.statement", ctx.lang), weight="bold")
    put(ax, SIGN - 0.15, head - 0.25, labels.t("ledger.verdict", ctx.lang), weight="bold")
    put(ax, COUNT, head - 0.25, labels.t("ledger.count", ctx.lang), weight="bold", ha="right")
    upright(ax, INDIRECT, head - 0.12, [heads["indirect"]])
    columns = {name: MARKS + PITCH * i for i, name in enumerate(FRAGILE)}
    for name, x in columns.items():
        upright(ax, x, head - 0.12, [heads[name]])
    y = head
    for group, members in groups.items():
        rule(ax, 0, PLOT, y, color=palette.FAINT)
        put(ax, 0, y + GROUP / 2, group, weight="bold")
        y += GROUP
        for i, row in enumerate(members):
            claim, middle = row["claim_id"], y + tall[row["claim_id"]] / 2
            if i % 2 == 0:
                box(ax, 0, y, PLOT, tall[claim], zorder=0)
            block(ax, 0.2, middle, words[claim], size=SMALL_CLAIM)
            _row(ax, row, middle, columns, ctx)
            y += tall[claim]
    rule(ax, 0, PLOT, y, color=palette.SOFT)
    parts = [_claim_said(row, ctx) for row in rows]
    alt = labels.t("ledger.alt", ctx.lang, title=title, parts=listed(parts, ctx.lang) or "–")
    return finish(figure, "05-ledger", ctx, title, alt, table)


def _row(ax, row, y, columns, ctx):
    """Draw a claim's verdict, its cases and what moves it."""
    claim, (look, fill) = row["claim_id"], VERDICT[row["verdict"]]
    tag(symbol(ax, SIGN, y, look, fill, 5.6), "verdict", claim)
    put(ax, SIGN + 0.28, y, _verdict(row["verdict"], ctx), color=look.text)
    put(ax, COUNT, y, _cases(row, ctx), ha="right")
    if row["indirect"]:
        put(ax, INDIRECT, y, str(row["indirect"]), ha="center")
    for name, x in columns.items():
        if name in ids(row["fragility"]):
            tag(symbol(ax, x, y, MOVER, size=4.6), "mover", claim, name)
        else:
            rule(ax, x - 0.05, x + 0.05, y, color=palette.FAINT)


def _verdict_sign(verdict):
    look, fill = VERDICT[verdict]
    return lambda ax, x, y: symbol(ax, x, y, look, fill, 5.6)


def _statement(row, ctx):
    """Return a claim as a line of the table: without its full stop."""
    text = row["statement"].rstrip(". ")
    return labels.typography(text) if ctx.lang == "fr" else text


def _verdict(code, ctx):
    return labels.t(f"verdict.{code}", ctx.lang)


def _robust(number, ctx):
    return plural("ledger.robust", number, ctx.lang)


def _cases(row, ctx):
    """Return the cases of a claim out of those looked at; a dash where nothing is counted."""
    if row["count"] != row["count"] or row["of"] != row["of"]:
        return "–"
    return labels.t("frame.share", ctx.lang, count=int(row["count"]), of=int(row["of"]))


def _moved(row, ctx):
    """Say what moves a verdict, in the order of the columns."""
    codes = [code for code in ("robust", *FRAGILE) if code in ids(row["fragility"])]
    return labels.join([labels.t(f"fragility.{code}", ctx.lang) for code in codes], ctx.lang)


def _claim_said(row, ctx):
    return labels.t(
        "ledger.alt_part",
        ctx.lang,
        statement=_statement(row, ctx),
        verdict=_verdict(row["verdict"], ctx),
        moved=_moved(row, ctx),
    )


def _reading(rows, ctx):
    """Read the first claim whose verdict would move, else the first claim."""
    row = next((row for row in rows if row["fragility"] != "robust"), rows[0] if rows else None)
    if row is None:
        return ""
    said = {"verdict": _verdict(row["verdict"], ctx), "moved": _moved(row, ctx), "cases": _cases(row, ctx)}
    return labels.t("ledger.lecture", ctx.lang, statement=_statement(row, ctx), **said)


INSIDE = {"facecolor": palette.tint(palette.MARK, 0.6), "edgecolor": palette.MARK, "linewidth": 0.5}
OUTSIDE = {"facecolor": palette.WHITE, "edgecolor": palette.MARK, "linewidth": 0.5, "hatch": "//////"}
POINTER = palette.Look("#D55E00", "#A84E00", "v", "")
NULL_LEFT, WIDE, NULL_STEP, NULL_TALL = 4.9, 5.6, 1.3, 0.57  # cm: words, chart, height of a row and of its highest bar
COLUMNS = {"observed": 11.4, "p_low": 12.55, "p_high": 13.6, "p_least": 14.68}  # middles, in cm


@palette.drawing()
def null_models(table, ctx):
    """Draw ``03-null-models``: for each statement the distribution that its margins alone give, and the observation.

    Parameters
    ----------
    table : DataFrame
        ``nulls.distributions``: one row a value of each statement.
    ctx : Context
        Language, source.

    Returns
    -------
    Figure
    """
    panels = {s: table[table["statement"] == s].to_dict("records") for s in dict.fromkeys(table["statement"])}
    filled = {s: rows for s, rows in panels.items() if rows[0]["share"] == rows[0]["share"]}
    title = _title([rows[0]["outcome"] for rows in filled.values()], ctx)
    groups = {}
    for statement in panels:
        groups.setdefault(nulls.FAMILY[statement], []).append(statement)
    how = {family: _how([panels[s][0] for s in members if s in filled], ctx) for family, members in groups.items()}
    heads = {family: labels.t(f"null_models.group.{family}", ctx.lang) for family in groups}
    beside = {family: measure(heads[family], weight="bold") + measure(how[family]) < PLOT - 0.6 for family in groups}
    bands = {family: line_height() * (1 if beside[family] else 2) + 0.24 for family in groups}
    said = [(s, rows) for s, rows in filled.items() if rows[0]["outcome"] != "forced"]
    reading = labels.t("null_models.reading", ctx.lang, **_null_said(*said[0], ctx)) if said else ""
    signs = [
        (lambda ax, x, y: box(ax, x - 0.15, y - 0.13, 0.3, 0.26, **INSIDE), "inside"),
        (lambda ax, x, y: box(ax, x - 0.15, y - 0.13, 0.3, 0.26, **OUTSIDE), "outside"),
        (lambda ax, x, y: symbol(ax, x, y, POINTER), "pointer"),
    ]
    top = 1.1
    figure, ax = canvas(
        ctx,
        top + sum(bands.values()) + NULL_STEP * len(panels) + 0.1,
        title,
        labels.t("null_models.subtitle", ctx.lang),
        reading,
        labels.t("null_models.note", ctx.lang),
    )
    write_legend(ax, legend_rows([(draw, labels.t(f"null_models.{name}", ctx.lang)) for draw, name in signs]))
    _heads(ax, top, ctx)
    # One possible value fills the chart, whatever the scale: it would flatten all others.
    scale = NULL_TALL / max((r["share"] for rows in filled.values() if len(rows) > 1 for r in rows), default=1)
    y = top
    for family, members in groups.items():
        box(ax, 0, y, PLOT, bands[family] - 0.06, facecolor=palette.BAND, zorder=0.55)
        put(ax, 0.1, y + 0.09 + line_height() / 2, heads[family], weight="bold")
        put(ax, PLOT - 0.1, y + bands[family] - 0.15 - line_height() / 2, how[family], ha="right", color=palette.SOFT)
        y += bands[family]
        for i, statement in enumerate(members):
            if i:
                rule(ax, 0, PLOT, y)
            block(ax, 0.1, y + NULL_STEP / 2, wrap(labels.t(f"null.{statement}", ctx.lang), NULL_LEFT - 0.4))
            if statement in filled:
                _chart(ax, statement, panels[statement], y, scale, ctx)
                _numbers(ax, statement, panels[statement][0], y + NULL_STEP / 2, ctx)
            else:
                why = labels.t(f"null.why.{panels[statement][0]['outcome']}", ctx.lang)
                words = wrap(labels.t("null_models.missing", ctx.lang, why=why), PLOT - NULL_LEFT)
                block(ax, NULL_LEFT, y + NULL_STEP / 2, words, color=palette.SOFT)
            y += NULL_STEP
    parts = [labels.t("null_models.alt_part", ctx.lang, **_null_said(s, rows, ctx)) for s, rows in filled.items()]
    alt = labels.t("null_models.alt", ctx.lang, title=title, parts=listed(parts, ctx.lang) or "–")
    return finish(figure, "03-null-models", ctx, title, alt, table)


def _title(outcomes, ctx):
    inside = sum(outcome in ("inside", "forced") for outcome in outcomes)
    if not outcomes:
        return labels.t("null_models.title.none", ctx.lang)
    if inside == len(outcomes) > 1:
        return labels.t("null_models.title.all", ctx.lang, of=len(outcomes))
    return plural("null_models.title.some", inside, ctx.lang, of=len(outcomes))


def _how(rows, ctx):
    """Say how a group's arrangements were found, from the first row where more than one value is possible."""
    rows = sorted(rows, key=lambda row: row["outcome"] == "forced")
    return prose.how_text(rows[0], ctx.lang) if rows else labels.t("null_models.group.empty", ctx.lang)


def _null_said(statement, rows, ctx):
    """Return what a sentence says of a statement."""
    here = next(row for row in rows if row["is_observed"])
    return {
        "statement": labels.t(f"null.{statement}", ctx.lang),
        "observed": prose.value_text(statement, here["observed"], ctx.lang),
        "low": prose.value_text(statement, here["null_low"], ctx.lang),
        "high": prose.value_text(statement, here["null_high"], ctx.lang),
        "share": labels.share(here["share"], 1, ctx.lang),
    }


def _heads(ax, y, ctx):
    """Write the heads of the columns of numbers, above a height."""
    for name, x in COLUMNS.items():
        head = {"weight": "bold"} if name == "observed" else {"color": palette.SOFT}
        put(ax, x, y - 0.22, labels.t(f"null_models.head.{name}", ctx.lang), ha="center", **head)
    first, last = COLUMNS["p_low"] - 0.5, COLUMNS["p_least"] + 0.5
    rule(ax, first, last, y - 0.42, color=palette.FAINT)
    put(ax, (first + last) / 2, y - 0.6, labels.t("null_models.head.shares", ctx.lang), weight="bold", ha="center")


def _chart(ax, statement, rows, y, scale, ctx):
    """Draw a statement's bars, the pointer on the observed value and the values that find room below."""
    foot = y + NULL_STEP - 0.45
    low, high = rows[0]["value"], rows[-1]["value"]
    gap = min((b["value"] - a["value"] for a, b in zip(rows, rows[1:], strict=False)), default=1)
    slot = min(WIDE / ((high - low) / gap + 1), 0.8)
    middle = {r["value"]: NULL_LEFT + slot * ((r["value"] - low) / gap + 0.5) for r in rows}
    thick = slot * 0.72
    rule(ax, NULL_LEFT, NULL_LEFT + slot * ((high - low) / gap + 1), foot, color=palette.SOFT).set_zorder(2)
    ends = [middle[r["value"]] for r in rows if r["is_inside"]]
    rule(ax, ends[0] - thick / 2, ends[-1] + thick / 2, foot + 0.03, color=palette.MARK, width=2.4).set_zorder(2)
    for r in rows:
        x, tall = middle[r["value"]], NULL_TALL if len(rows) == 1 else scale * r["share"]
        code = f"{r['value']:g}"
        if r["share"]:
            look = INSIDE if r["is_inside"] else OUTSIDE
            tag(box(ax, x - thick / 2, foot - tall, thick, tall, **look), "bar", statement, code)
        if r["is_observed"]:
            tag(symbol(ax, x, foot - (tall if r["share"] else 0) - 0.14, POINTER), "pointer", statement, code)
    taken = []
    for r in sorted(rows, key=lambda r: (not r["is_observed"], r["value"] not in (low, high), r["value"])):
        words, bold = prose.value_text(statement, r["value"], ctx.lang), "bold" if r["is_observed"] else "normal"
        x, half = middle[r["value"]], measure(words, 6.5, bold) / 2 + 0.08
        if all(abs(x - other) > half + room for other, room in taken):
            color = POINTER.text if r["is_observed"] else palette.SOFT
            put(ax, x, foot + 0.2, words, size=6.5, ha="center", weight=bold, color=color)
            taken.append((x, half))
    if len(rows) == 1:
        put(
            ax, NULL_LEFT + slot + 0.3, foot - NULL_TALL / 2, labels.t("null_models.only", ctx.lang), color=palette.SOFT
        )


def _numbers(ax, statement, row, y, ctx):
    """Write the observed value and its shares of the arrangements."""
    words = prose.value_text(statement, row["observed"], ctx.lang)
    put(ax, COLUMNS["observed"], y, words, weight="bold", ha="center", size=8)
    for name in ("p_low", "p_high", "p_least"):
        put(ax, COLUMNS[name], y, prose.share_text(row[name], ctx.lang), ha="center")
