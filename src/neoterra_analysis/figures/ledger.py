"""Figure of notebook 05: the claims of the fiche, each with its verdict and what moves it."""

from .. import labels, style
from .frame import canvas, capital, finish, ids, listed, plural
from .ink import PLOT, balanced, block, box, line_height, measure, put, rule, symbol, tag, upright
from .signs import legend_rows, write_legend

VERDICT = {
    "supported": (style.Look("#11704F", "#11704F", "o", ""), "full"),
    "partly": (style.Look("#1F6A9E", "#1F6A9E", "s", ""), "half"),
    "indirect_only": (style.Look("#8A5200", "#8A5200", "D", ""), "hollow"),
    "no_case": (style.Look(style.SOFT, style.SOFT, "_", ""), "full"),
    "contradicted": (style.Look("#8A1538", "#8A1538", "X", ""), "full"),
}
MOVER = style.Look(style.MARK, style.INK, "D", "")
FRAGILE = ("laureate", "code", "reading", "threshold")
WORDS, SIGN, COUNT, INDIRECT, MARKS, PITCH = 7.75, 8.0, 13.1, 13.45, 13.85, 0.44  # cm, columns from left to right
SMALL, GROUP = 6.7, 0.42


@style.drawing()
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
    words = {row["claim_id"]: balanced(_statement(row, ctx), WORDS - 0.2, SMALL) for row in rows}
    tall = {claim: line_height(SMALL) * len(lines) + 0.12 for claim, lines in words.items()}
    present = [verdict for verdict in VERDICT if number[verdict]]
    signs = legend_rows([(_sign(v), f"{_verdict(v, ctx)} ({number[v]})") for v in present], gap=0.3)
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
        rule(ax, 0, PLOT, y, color=style.FAINT)
        put(ax, 0, y + GROUP / 2, group, weight="bold")
        y += GROUP
        for i, row in enumerate(members):
            claim, middle = row["claim_id"], y + tall[row["claim_id"]] / 2
            if i % 2 == 0:
                box(ax, 0, y, PLOT, tall[claim], zorder=0)
            block(ax, 0.2, middle, words[claim], size=SMALL)
            _row(ax, row, middle, columns, ctx)
            y += tall[claim]
    rule(ax, 0, PLOT, y, color=style.SOFT)
    parts = [_said(row, ctx) for row in rows]
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
            rule(ax, x - 0.05, x + 0.05, y, color=style.FAINT)


def _sign(verdict):
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


def _said(row, ctx):
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
