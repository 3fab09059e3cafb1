"""What the margins alone would give, beside what is observed (notebook 03)."""

from .. import labels, null_tests, null_words, style
from .frame import canvas, finish, listed, plural
from .ink import PLOT, block, box, line_height, measure, put, rule, symbol, tag, wrap
from .signs import legend_rows, write_legend

INSIDE = {"facecolor": style.tint(style.MARK, 0.6), "edgecolor": style.MARK, "linewidth": 0.5}
OUTSIDE = {"facecolor": style.WHITE, "edgecolor": style.MARK, "linewidth": 0.5, "hatch": "//////"}
POINTER = style.Look("#D55E00", "#A84E00", "v", "")
LEFT, WIDE, STEP, TALL = 4.9, 5.6, 1.3, 0.57  # cm: words, chart, height of a row and of its highest bar
COLUMNS = {"observed": 11.4, "p_low": 12.55, "p_high": 13.6, "p_least": 14.68}  # middles, in cm


@style.drawing()
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
        groups.setdefault(null_tests.FAMILY[statement], []).append(statement)
    how = {family: _how([panels[s][0] for s in members if s in filled], ctx) for family, members in groups.items()}
    heads = {family: labels.t(f"null_models.group.{family}", ctx.lang) for family in groups}
    beside = {family: measure(heads[family], weight="bold") + measure(how[family]) < PLOT - 0.6 for family in groups}
    bands = {family: line_height() * (1 if beside[family] else 2) + 0.24 for family in groups}
    said = [(s, rows) for s, rows in filled.items() if rows[0]["outcome"] != "forced"]
    reading = labels.t("null_models.reading", ctx.lang, **_said(*said[0], ctx)) if said else ""
    signs = [
        (lambda ax, x, y: box(ax, x - 0.15, y - 0.13, 0.3, 0.26, **INSIDE), "inside"),
        (lambda ax, x, y: box(ax, x - 0.15, y - 0.13, 0.3, 0.26, **OUTSIDE), "outside"),
        (lambda ax, x, y: symbol(ax, x, y, POINTER), "pointer"),
    ]
    top = 1.1
    figure, ax = canvas(
        ctx,
        top + sum(bands.values()) + STEP * len(panels) + 0.1,
        title,
        labels.t("null_models.subtitle", ctx.lang),
        reading,
        labels.t("null_models.note", ctx.lang),
    )
    write_legend(ax, legend_rows([(draw, labels.t(f"null_models.{name}", ctx.lang)) for draw, name in signs]))
    _heads(ax, top, ctx)
    # One possible value fills the chart, whatever the scale: it would flatten all others.
    scale = TALL / max((r["share"] for rows in filled.values() if len(rows) > 1 for r in rows), default=1)
    y = top
    for family, members in groups.items():
        box(ax, 0, y, PLOT, bands[family] - 0.06, facecolor=style.BAND, zorder=0.55)
        put(ax, 0.1, y + 0.09 + line_height() / 2, heads[family], weight="bold")
        put(ax, PLOT - 0.1, y + bands[family] - 0.15 - line_height() / 2, how[family], ha="right", color=style.SOFT)
        y += bands[family]
        for i, statement in enumerate(members):
            if i:
                rule(ax, 0, PLOT, y)
            block(ax, 0.1, y + STEP / 2, wrap(labels.t(f"null.{statement}", ctx.lang), LEFT - 0.4))
            if statement in filled:
                _chart(ax, statement, panels[statement], y, scale, ctx)
                _numbers(ax, statement, panels[statement][0], y + STEP / 2, ctx)
            else:
                why = labels.t(f"null.why.{panels[statement][0]['outcome']}", ctx.lang)
                words = wrap(labels.t("null_models.missing", ctx.lang, why=why), PLOT - LEFT)
                block(ax, LEFT, y + STEP / 2, words, color=style.SOFT)
            y += STEP
    parts = [labels.t("null_models.alt_part", ctx.lang, **_said(s, rows, ctx)) for s, rows in filled.items()]
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
    return null_words.how_text(rows[0], ctx.lang) if rows else labels.t("null_models.group.empty", ctx.lang)


def _said(statement, rows, ctx):
    """Return what a sentence says of a statement."""
    here = next(row for row in rows if row["is_observed"])
    return {
        "statement": labels.t(f"null.{statement}", ctx.lang),
        "observed": null_words.value_text(statement, here["observed"], ctx.lang),
        "low": null_words.value_text(statement, here["null_low"], ctx.lang),
        "high": null_words.value_text(statement, here["null_high"], ctx.lang),
        "share": labels.share(here["share"], 1, ctx.lang),
    }


def _heads(ax, y, ctx):
    """Write the heads of the columns of numbers, above a height."""
    for name, x in COLUMNS.items():
        head = {"weight": "bold"} if name == "observed" else {"color": style.SOFT}
        put(ax, x, y - 0.22, labels.t(f"null_models.head.{name}", ctx.lang), ha="center", **head)
    first, last = COLUMNS["p_low"] - 0.5, COLUMNS["p_least"] + 0.5
    rule(ax, first, last, y - 0.42, color=style.FAINT)
    put(ax, (first + last) / 2, y - 0.6, labels.t("null_models.head.shares", ctx.lang), weight="bold", ha="center")


def _chart(ax, statement, rows, y, scale, ctx):
    """Draw a statement's bars, the pointer on the observed value and the values that find room below."""
    foot = y + STEP - 0.45
    low, high = rows[0]["value"], rows[-1]["value"]
    gap = min((b["value"] - a["value"] for a, b in zip(rows, rows[1:], strict=False)), default=1)
    slot = min(WIDE / ((high - low) / gap + 1), 0.8)
    middle = {r["value"]: LEFT + slot * ((r["value"] - low) / gap + 0.5) for r in rows}
    thick = slot * 0.72
    rule(ax, LEFT, LEFT + slot * ((high - low) / gap + 1), foot, color=style.SOFT).set_zorder(2)
    ends = [middle[r["value"]] for r in rows if r["is_inside"]]
    rule(ax, ends[0] - thick / 2, ends[-1] + thick / 2, foot + 0.03, color=style.MARK, width=2.4).set_zorder(2)
    for r in rows:
        x, tall = middle[r["value"]], TALL if len(rows) == 1 else scale * r["share"]
        code = f"{r['value']:g}"
        if r["share"]:
            look = INSIDE if r["is_inside"] else OUTSIDE
            tag(box(ax, x - thick / 2, foot - tall, thick, tall, **look), "bar", statement, code)
        if r["is_observed"]:
            tag(symbol(ax, x, foot - (tall if r["share"] else 0) - 0.14, POINTER), "pointer", statement, code)
    taken = []
    for r in sorted(rows, key=lambda r: (not r["is_observed"], r["value"] not in (low, high), r["value"])):
        words, bold = null_words.value_text(statement, r["value"], ctx.lang), "bold" if r["is_observed"] else "normal"
        x, half = middle[r["value"]], measure(words, 6.5, bold) / 2 + 0.08
        if all(abs(x - other) > half + room for other, room in taken):
            color = POINTER.text if r["is_observed"] else style.SOFT
            put(ax, x, foot + 0.2, words, size=6.5, ha="center", weight=bold, color=color)
            taken.append((x, half))
    if len(rows) == 1:
        put(ax, LEFT + slot + 0.3, foot - TALL / 2, labels.t("null_models.only", ctx.lang), color=style.SOFT)


def _numbers(ax, statement, row, y, ctx):
    """Write the observed value and its shares of the arrangements."""
    words = null_words.value_text(statement, row["observed"], ctx.lang)
    put(ax, COLUMNS["observed"], y, words, weight="bold", ha="center", size=8)
    for name in ("p_low", "p_high", "p_least"):
        put(ax, COLUMNS[name], y, null_words.share_text(row[name], ctx.lang), ha="center")
