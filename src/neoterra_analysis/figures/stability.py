"""What holds: one laureate less, open readings, the ledger of claims (notebook 05), null models (notebook 03)."""

from dataclasses import replace
from itertools import groupby
from statistics import fmean
from typing import NamedTuple

from ..analysis import nulls
from ..sentences import tables
from ..words import labels, palette
from .marks import SOLID, box, hatched, rule, sign, stripes, swatch, symbol, tag
from .sheet import capital, figure, fits, ids, largest
from .text import (
    PLOT,
    UPRIGHT,
    balanced,
    block,
    legend,
    legend_rows,
    line_height,
    measure,
    put,
    shortened,
    upright,
    wrap,
)

SMALL, STEP, BAND = 6.5, 0.255, 0.31  # pt; cm: height of a row of the heat map, of the head of a group
LIGHT = {"facecolor": palette.tint(palette.MARK, 0.24), "edgecolor": palette.FAINT, "linewidth": 0.5}
POINTER = palette.Look("#D55E00", "#A84E00", "v", "")
LEFT, TALL, ROW = 5.9, 3.2, 0.36  # cm: words, upper panel and least height of a row of the specification curve
BINS = 160  # columns that are still seen apart, and that keep the file small
FOLDED, HEAD = 0.41, 2.4  # cm: distance of columns where a head of two lines finds room; length that one line may have
REST = 0.4  # cm, height of the line that counts what is not drawn
MORE = 300  # characters: more than any line holds
# Laureates: up to so many, one column for each; where a page does not hold all rows, those that most removals move are
# drawn, the others counted. Beyond, a bar counts the removals that move a statistic.
MATRIX = 15
HEAVIEST = 6  # laureates that are named under the bars


@figure()
def leave_one_out(table, ctx):
    """Draw ``05-leave-one-out``: for each headline statistic, what becomes of it without each laureate.

    ``table`` is ``fragility_words.left_out``: one row per statistic and laureate.
    """
    rows = table.to_dict("records")
    laureates = list(dict.fromkeys(table["laureate_id"]))
    groups = {}
    for r in rows:
        r["label"] = _told_apart(r["statistic"], r["label"], ctx)
        groups.setdefault(r["notebook"], {}).setdefault(r["statistic"], {})[r["laureate_id"]] = r
    total = {i: sum(bool(r["moved"]) for r in rows if r["laureate_id"] == i) for i in laureates}
    of = len({r["statistic"] for r in rows})
    title = _out_title(total, of, of - len({r["statistic"] for r in rows if r["moved"]}), ctx)
    # A number is read more easily than words.
    first = min(rows, key=lambda r: (*palette.MOVED, "light", "").index(_kind(r)), default=None)
    reading = ""
    if first:
        values = {name: _cut(first[name], 4.0) for name in ("base", "value")}
        reading = ctx.read("reading", name=ctx.names[first["laureate_id"]], **first | values)
    parts = [ctx.say("alt_part", name=ctx.names[i], count=total[i]) for i in laureates]
    draw = _removals if len(laureates) <= MATRIX else _removals_counted
    ax, alt = draw(groups, laureates, total, title, reading, ctx)
    return ctx.finish(ax, title, table, parts, alt, list(total.values()), of=of)


def _removals(groups, laureates, total, title, reading, ctx):
    """Draw one column a laureate and one row a statistic, on a page those that most removals move; return the axes."""
    order = [cells for members in groups.values() for cells in members.values()]
    counts, of = [_moved(cells) for cells in order], len(order)
    pitch = min(0.42, 5.2 / max(len(laureates), 1))
    sums, row_labels = ctx.say("total"), [next(iter(cells.values()))["label"] for cells in order]
    signs = [(0, [(_sign(name), ctx.say(name))]) for name in (*palette.MOVED, "light")]
    widths = [measure(text, SMALL) for text in (*row_labels, sums)] + [measure(words) for _, [(_, words)] in signs]
    left = min(max(widths) + 0.6, 6.9)
    right = left + pitch * len(laureates) + 0.15
    place = {laureate: left + pitch * (j + 0.5) for j, laureate in enumerate(laureates)}
    heads = dict(zip(laureates, _folded([ctx.names[i] for i in laureates], pitch), strict=True))
    head = max([1.7, *(measure(row, SMALL) + 0.2 for rows in heads.values() for row in rows)])
    foot = head + BAND * len(groups) + STEP * of
    ax = ctx.sheet(foot + 0.62, title, reading)
    rest = []
    if not fits(ax):
        note = ctx.noted(ctx.say("largest"))
        room = ctx.room(title, reading, note) - head - BAND * len(groups) - REST - 0.62
        groups, rest = _only_moved(groups, counts, room)
        foot = head + BAND * len(groups) + STEP * (of - len(rest)) + REST
        ax = ctx.sheet(foot + 0.62, title, reading, note)
    legend(ax, signs, head - 1.5)
    for laureate, x in place.items():
        upright(ax, x, head - 0.12, heads[laureate], size=SMALL)
    put(ax, right, head - 0.25, ctx.say("base"), weight="bold")
    for statistic, cells, y in _lines(ax, groups, head, left, right, ctx):
        for laureate, x in place.items():
            kind = _kind(cells[laureate]) if laureate in cells else ""
            if kind:
                mark = _change(ax, x, y + STEP / 2, kind, pitch - 0.04)
                tag(mark, "cell" if kind == "light" else "moved", statistic, laureate)
    _not_drawn(ax, rest, foot - REST, ctx)
    rule(ax, 0, PLOT, foot, color=palette.SOFT)
    put(ax, 0.12, foot + 0.3, _cut(sums, left - 0.2, "bold"), size=SMALL, weight="bold")
    for laureate, x in place.items():
        put(ax, x, foot + 0.3, str(total[laureate]), size=SMALL, weight="bold", ha="center")
    put(ax, right, foot + 0.3, ctx.word("frame.of_findings", of=of), size=SMALL, color=palette.SOFT)
    return ax, "alt"


def _folded(names, pitch):
    """Cut the longest names into two lines, as far as their neighbours leave room for these; return lines of each."""
    heads = [[name] for name in names]
    long = [measure(name, SMALL) for name in names]
    for i in sorted(range(len(names)), key=lambda i: -long[i]):
        alone = all(len(rows) == 1 for rows in (*heads[max(i - 1, 0) : i], *heads[i + 1 : i + 2]))
        halves = balanced(names[i], long[i] * 0.7, SMALL)
        if pitch >= FOLDED and long[i] > HEAD and alone and len(halves) == 2:
            heads[i] = halves
    return [[shortened(row, UPRIGHT, SMALL) for row in rows] for rows in heads]


def _removals_counted(groups, laureates, total, title, reading, ctx):
    """Draw for each statistic a bar of the removals that move it, on a page the most moved; return the axes."""
    order = [cells for members in groups.values() for cells in members.values()]
    counts = [_moved(cells) for cells in order]
    left, wide, head, below = 7.4, 3.6, 1.0, 1.3
    right, unit = left + wide + 0.9, wide / len(laureates)
    note = " ".join((ctx.say("note_counted"), ctx.say("counted", limit=MATRIX)))
    most = max(range(len(order)), key=lambda i: counts[i])
    label = next(iter(order[most].values()))["label"]
    reading = ctx.plural("reading_counted", counts[most][0], label=label, of=len(laureates))
    room = ctx.room(title, reading, note) - head - BAND * len(groups) - REST - below
    groups, rest = _only_moved(groups, counts, room)
    foot = head + BAND * len(groups) + STEP * (len(order) - len(rest)) + REST
    ax = ctx.sheet(foot + below, title, reading, note)
    legend(ax, legend_rows([(swatch(SOLID), ctx.say("moves")), (swatch(LIGHT), ctx.say("light"))]))
    put(ax, left, head - 0.25, ctx.say("removals", of=len(laureates)), weight="bold")
    put(ax, right, head - 0.25, ctx.say("base"), weight="bold")
    for statistic, cells, y in _lines(ax, groups, head, left, right, ctx):
        top, (moved, light) = y + STEP / 2 - 0.09, _moved(cells)
        tag(box(ax, left, top, unit * moved, 0.18, **SOLID), "bar", statistic)
        if light:
            box(ax, left + unit * moved, top, unit * light, 0.18, **LIGHT)
        put(ax, right - 0.15, y + STEP / 2, str(moved), size=SMALL, weight="bold", ha="right")
    _not_drawn(ax, rest, foot - REST, ctx)
    rule(ax, 0, PLOT, foot, color=palette.SOFT)
    put(ax, 0.12, foot + 0.3, ctx.say("heaviest"), weight="bold")
    heaviest = sorted(total, key=lambda i: -total[i])[:HEAVIEST]
    words = ", ".join(f"{ctx.names[i]}\u00a0({total[i]})" for i in heaviest)
    block(ax, 0.3, foot + 0.5, wrap(words, PLOT - 0.3)[:2], va="top", color=palette.SOFT)
    return ax, "alt_counted"


def _moved(cells):
    """Return how many removals move a statistic, and how many change it within tolerance."""
    kinds = [_kind(cell) for cell in cells.values()]
    return sum(kind in palette.MOVED for kind in kinds), kinds.count("light")


def _only_moved(groups, counts, room):
    """Return the groups with those statistics that most removals move and that find room, and what others count."""
    kept = {i for i in largest(counts, [STEP] * len(counts), room) if counts[i][0]}
    names = [statistic for members in groups.values() for statistic in members]
    kept_names = {names[i] for i in kept}
    some = {notebook: {s: c for s, c in members.items() if s in kept_names} for notebook, members in groups.items()}
    some = {notebook: members for notebook, members in some.items() if members}
    return some, [counts[i] for i in range(len(counts)) if i not in kept]


def _lines(ax, groups, y, left, right, ctx):
    """Draw heads of groups, names and values of statistics; give each statistic, its cells and its top."""
    for notebook, members in groups.items():
        box(ax, 0, y, PLOT, BAND, zorder=0)
        put(ax, 0.12, y + BAND / 2, ctx.say("notebook", notebook=notebook), weight="bold")
        y += BAND
        for statistic, cells in members.items():
            base, middle = next(iter(cells.values())), y + STEP / 2
            put(ax, 0.3, middle, _cut(base["label"], left - 0.4), size=SMALL)
            put(ax, right, middle, _cut(base["base"], PLOT - right), size=SMALL, color=palette.SOFT)
            yield statistic, cells, y
            y += STEP
            rule(ax, 0.3, PLOT, y, width=0.4)


def _not_drawn(ax, rest, y, ctx):
    """Count the statistics that are not drawn, and those of them that no removal moves."""
    if rest:
        quiet = sum(not moved for moved, _ in rest)
        words = ctx.plural("quiet" if quiet == len(rest) else "rest", len(rest), quiet=quiet)
        put(ax, 0.3, y + REST / 2, words, size=SMALL, color=palette.SOFT)


def _told_apart(statistic, label, ctx):
    """Add the ambition to the verdict of a theme whose words another ambition uses too."""
    theme = ctx.themes.get(statistic.removeprefix("verdict_"), "")
    words = theme.rpartition(" (")[0]
    return label.removesuffix(words) + theme if words and label.endswith(words) else label


def _out_title(total, of, still, ctx):
    most = max(total.values(), default=0)
    if not most:
        return ctx.say("title.none")
    top = [ctx.names[i] for i in total if total[i] == most]
    form = "lone" if len(total) == 1 else "one" if len(top) == 1 else "even"
    facts = {"moved": ctx.plural("moves_if", most, of=of), "still": ctx.plural("still", still)}
    return ctx.say(f"title.{form}", name=top[0], count=most, of=of, **facts)


def _kind(row):
    """Return how a cell is drawn: ``"up"``, ``"down"``, ``"words"``, ``"light"`` or ``""`` if nothing changes."""
    change = row["change"]
    known = change == change  # a value that is not there, or words, changes without an amount
    if row["moved"]:
        return "words" if not known or not change else "up" if change > 0 else "down"
    return "light" if known and change else ""


def _change(ax, x, y, kind, width):
    """Draw a change around a point, and return its mark."""
    if kind == "words":
        return symbol(ax, x, y, palette.MOVED[kind], size=4.2)
    place = x - width / 2, y - STEP / 2 + 0.02, width, STEP - 0.04
    if kind == "light":
        return box(ax, *place, **LIGHT)
    full = box(ax, *place, facecolor=palette.MOVED[kind].color)
    symbol(ax, x, y, palette.Look(palette.WHITE, palette.WHITE, palette.MOVED[kind].marker, ""), size=2.8)
    return full


def _sign(name):
    if name == "light":
        return lambda ax, x, y: box(ax, x - 0.17, y - 0.125, 0.36, 0.25, **LIGHT)
    return lambda ax, x, y: _change(ax, x, y, name, 0.36)


def _cut(text, width, weight="normal"):
    """Return a text, or its beginning and an ellipsis if it is wider than a width."""
    if len(text) < MORE and measure(text, SMALL, weight) <= width:
        return text
    parts = text[:MORE].split(" ")
    while len(parts) > 1 and measure(" ".join(parts) + " …", SMALL, weight) > width:
        parts.pop()
    return " ".join(parts).rstrip(",") + " …"


# Rows of the specification curve are readings, whatever the number of laureates: of more than a page holds, about 20,
# those that make the greatest difference on average are drawn, the others counted.
@figure(words="specification")
def specification_curve(table, options, ctx, label, key_suffix=""):
    """Draw ``05-specification-curve``: a statistic under all combinations of the open readings and thresholds.

    Parameters
    ----------
    table : DataFrame
        ``fragility_words.curve``: one row a combination.
    options : DataFrame
        ``fragility_words.options``: the columns of the readings, with their words.
    label : str
        Name of the statistic.
    key_suffix : str, optional
        Ends the key, where there are several curves.
    """
    ctx = replace(ctx, key=ctx.key + key_suffix)
    names = dict(zip(options["option"], options["label"], strict=True))
    thresholds = sorted(set(table["enough"])) if "enough" in table else []
    order = ["value", *(["enough"] if thresholds else []), *names, "coded"]
    made = table.sort_values(order, kind="stable", na_position="last").reset_index(drop=True)
    values, of = made["value"].tolist(), len(made)
    known = [v for v in values if v == v]
    at = made["coded"].tolist().index(True)
    words = {v: ctx.decimal(v) for v in dict.fromkeys(known)}
    facts = {
        "label": label,
        "value": words.get(values[at], "–"),
        "low": words.get(min(known, default=None), "–"),
        "high": words.get(max(known, default=None), "–"),
        "combinations": ctx.plural("combinations", of, shown=ctx.number(of)),
        "same": ctx.number(values.count(values[at])),
    }
    title = ctx.say(f"title.{'range' if len(words) > 1 else 'one'}", **facts)
    groups = {
        "readings": [(name, wrap(text, LEFT - 0.55, SMALL), made[name].tolist()) for name, text in names.items()],
        "thresholds": [
            (f"enough.{v}", [capital(ctx.word("beside.threshold", enough=v))], [e == v for e in made["enough"]])
            for v in thresholds
        ],
    }
    groups = {head: members for head, members in groups.items() if members}
    tall = {head: [max(ROW, line_height(SMALL) * len(m[1]) + 0.1) for m in members] for head, members in groups.items()}
    height = TALL + 0.85 + 0.5 * len(groups) + sum(tall for heights in tall.values() for tall in heights)
    note = ctx.noted(ctx.say("dense") if of > BINS else "")
    reading, rest = ctx.say("reading", **facts), 0
    ax = ctx.sheet(height, title, reading, note)
    if not fits(ax) and "readings" in groups:
        note = " ".join((note, ctx.say("largest")))
        members, fixed = groups["readings"], height - sum(tall["readings"]) + REST
        room = ctx.room(title, reading, note) - fixed
        kept = largest([_difference(values, on) for *_, on in members], tall["readings"], room)
        rest = len(members) - len(kept)
        groups["readings"] = [members[i] for i in kept]
        tall["readings"] = [tall["readings"][i] for i in kept]
        ax = ctx.sheet(fixed + sum(tall["readings"]), title, reading, note)
    wide = min((PLOT - LEFT - 0.15) / of, 0.6)
    _curve(ax, values, at, words, wide, label, ctx)
    y = TALL + 0.85
    for head, members in groups.items():
        put(ax, 0, y + 0.22, ctx.say(head), weight="bold")
        for (name, text, on), (_, middle) in zip(members, stripes(ax, y + 0.5, tall[head]), strict=True):
            block(ax, 0.3, middle, text, size=SMALL)
            _ticks(ax, name, on, middle, wide)
        y += 0.5 + sum(tall[head])
        if head == "readings" and rest:
            put(ax, 0.3, y + REST / 2, ctx.plural("rest", rest), size=SMALL, color=palette.SOFT)
            y += REST
    parts = [ctx.say("alt_part", value=words[v], count=ctx.number(known.count(v))) for v in words]
    return ctx.finish(ax, title, table, parts, sizes=[known.count(v) for v in words])


def _difference(values, on):
    """Return by how much the values where an option is on differ on average from the others."""
    sides = [[v for v, here in zip(values, on, strict=True) if v == v and here == side] for side in (True, False)]
    return abs(fmean(sides[0]) - fmean(sides[1])) if all(sides) else 0


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
            text = f"× {ctx.number(number)}"
            half = measure(text, SMALL) / 2
            middle = max(x + wide * number / 2, LEFT + half)
            if wide * number > 2 * half + 0.1 and middle - half > room:
                put(ax, middle, height[v] + 0.24, text, size=SMALL, ha="center", color=palette.SOFT)
                room = middle + half
        x += wide * number
    here = values[at]
    middle = LEFT + wide * (at + 0.5)
    top = height.get(here, TALL)
    tag(symbol(ax, middle, top - 0.2, POINTER, size=6.5), "pointer", "coded")
    # What lies higher lies further right: nothing but the lines of the scale is crossed.
    rule(ax, middle, middle, 0.4, top - 0.2, color=POINTER.color, width=0.8)
    text = ctx.say("coded", value=words.get(here, "–"))
    half = measure(text, weight="bold") / 2
    middle = min(max(middle, LEFT + half), PLOT - half)
    put(ax, middle, 0.2, text, weight="bold", ha="center", color=POINTER.text)


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


FILLS = {"supported": "full", "partly": "half", "indirect_only": "hollow", "no_case": "full", "contradicted": "full"}
VERDICT = {verdict: (palette.VERDICT[verdict], fill) for verdict, fill in FILLS.items()}
MOVER = palette.Look(palette.MARK, palette.INK, "D", "")
FRAGILE = ("laureate", "code", "reading", "threshold")
WORDS, SIGN, COUNT, INDIRECT, MARKS, PITCH = 7.75, 8.0, 13.1, 13.45, 13.85, 0.44  # cm, columns from left to right
SMALL_CLAIM, GROUP = 6.7, 0.38
# Claims, whatever the number of laureates: up to so many all are listed; beyond, they are counted by kind and verdict,
# and those that most things move are listed as far as a page holds them.
CLAIMS = 31


@figure()
def ledger(table, ctx):
    """Draw ``05-ledger``: for each claim its verdict, its cases and what would move the verdict.

    ``table`` is ``fragility_words.ledger``: one row a claim.
    """
    rows = table.to_dict("records")
    if not rows:
        return ctx.missing(table, "claims")
    groups = {}
    for row in rows:
        groups.setdefault(row["group"], []).append(row)
    number = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in VERDICT}
    robust = ctx.plural("robust", sum(row["fragility"] == "robust" for row in rows))
    title = ctx.plural("title", number["supported"], of=len(rows), robust=robust)
    facts = {row["claim_id"]: _claim_facts(row, ctx) for row in rows}
    words = {claim: balanced(one["statement"], WORDS - 0.2, SMALL_CLAIM) for claim, one in facts.items()}
    tall = {claim: line_height(SMALL_CLAIM) * len(lines) + 0.07 for claim, lines in words.items()}
    signs = [
        (sign(look, fill, 5.6), f"{ctx.word(f'verdict.{verdict}')} ({number[verdict]})")
        for verdict, (look, fill) in VERDICT.items()
        if number[verdict]
    ]
    signs = legend_rows(signs, gap=0.3)
    columns = {name: MARKS + PITCH * i for i, name in enumerate(FRAGILE)}
    heads = {name: capital(ctx.say(name)) for name in (*FRAGILE, "indirect")}
    head = 0.4 * len(signs) + 0.35 + max(measure(text) for text in heads.values())
    foot = head + GROUP * len(groups) + sum(tall.values())
    # The first claim whose verdict would move is read out, else the first claim.
    first = next((row["claim_id"] for row in rows if row["fragility"] != "robust"), rows[0]["claim_id"])
    reading, scope = ctx.read("lecture", **facts[first]), ctx.plural("scope", len(rows))
    parts, sizes = [ctx.say("alt_part", **one) for one in facts.values()], [len(_movers(row)) for row in rows]
    ax = ctx.sheet(foot + 0.1, title, reading, scope=scope)
    if len(rows) > CLAIMS or not fits(ax):
        listed = _Listed(words, tall, facts, signs, heads, head, columns)
        ax = _claims_counted(groups, listed, title, reading, scope, ctx)
        numbers = ctx.join(f"{ctx.word(f'verdict.{verdict}')} {count}" for verdict, count in number.items() if count)
        return ctx.finish(ax, title, table, parts, "alt_counted", sizes, verdicts=numbers)
    legend(ax, signs)
    put(ax, 0, head - 0.25, ctx.say("statement"), weight="bold")
    put(ax, SIGN - 0.15, head - 0.25, ctx.say("verdict"), weight="bold")
    put(ax, COUNT, head - 0.25, ctx.say("count"), weight="bold", ha="right")
    for name, x in {"indirect": INDIRECT, **columns}.items():
        upright(ax, x, head - 0.12, [heads[name]])
    y = head
    for group, members in groups.items():
        rule(ax, 0, PLOT, y, color=palette.FAINT)
        put(ax, 0, y + GROUP / 2, group, weight="bold")
        heights = [tall[row["claim_id"]] for row in members]
        for row, (_, middle) in zip(members, stripes(ax, y + GROUP, heights), strict=True):
            block(ax, 0.2, middle, words[row["claim_id"]], size=SMALL_CLAIM)
            _claim(ax, row, facts[row["claim_id"]], middle, columns)
        y += GROUP + sum(heights)
    rule(ax, 0, PLOT, foot, color=palette.SOFT)
    return ctx.finish(ax, title, table, parts, sizes=sizes)


class _Listed(NamedTuple):
    """What the listed claims are drawn with: words, heights and facts by claim; legend, heads and columns."""

    words: dict
    tall: dict
    facts: dict
    signs: list
    heads: dict
    head: float
    columns: dict


def _movers(row):
    return [name for name in FRAGILE if name in ids(row["fragility"])]


def _claims_counted(groups, listed, title, reading, scope, ctx):
    """Draw the kinds of claims with their verdicts, then the claims that most things move; return the axes."""
    note, head = ctx.noted(ctx.say("counted", limit=CLAIMS)), listed.head
    below = head + GROUP * (len(groups) + 1) + 0.7  # top of the list
    whole = [row for members in groups.values() for row in members]
    moved = [row for row in whole if _movers(row)]
    heights = [listed.tall[row["claim_id"]] for row in moved]
    room = ctx.room(title, reading, note, scope=scope) - below - REST
    kept = largest([len(_movers(row)) for row in moved], heights, room)
    foot = below + sum(heights[i] for i in kept)
    ax = ctx.sheet(foot + REST, title, reading, note, scope=scope)
    legend(ax, listed.signs)
    put(ax, 0, head - 0.25, ctx.say("kind"), weight="bold")
    present = [verdict for verdict in VERDICT if any(row["verdict"] == verdict for row in whole)]
    place = {verdict: SIGN - 0.6 + 0.95 * i for i, verdict in enumerate(present)}
    for verdict, x in place.items():
        symbol(ax, x, head - 0.25, *VERDICT[verdict], 5.6)
    put(ax, COUNT, head - 0.25, ctx.say("claims"), weight="bold", ha="right")
    for name, x in listed.columns.items():
        upright(ax, x, head - 0.12, [listed.heads[name]])
    rows = [*groups.items(), (ctx.say("all"), whole)]
    for (group, members), (_, y) in zip(rows, stripes(ax, head, [GROUP] * len(rows)), strict=True):
        look = {"weight": "bold"} if members is whole else {}
        tag(put(ax, 0.2, y, group, **look), "row", group)
        numbers = {x: sum(row["verdict"] == verdict for row in members) for verdict, x in place.items()}
        numbers |= {x: sum(name in _movers(row) for row in members) for name, x in listed.columns.items()}
        for x, number in numbers.items():
            put(ax, x, y, str(number), ha="center", **(look if number else {"color": palette.SOFT}))
        put(ax, COUNT, y, str(len(members)), ha="right", **look)
    rule(ax, 0, PLOT, below - 0.7, color=palette.SOFT)
    put(ax, 0, below - 0.3, ctx.plural("moved" if len(kept) == len(moved) else "moved_most", len(moved)), weight="bold")
    if moved:
        put(ax, COUNT, below - 0.3, ctx.say("count"), weight="bold", ha="right")
    for i, (_, middle) in zip(kept, stripes(ax, below, [heights[i] for i in kept]), strict=True):
        claim = moved[i]["claim_id"]
        block(ax, 0.2, middle, listed.words[claim], size=SMALL_CLAIM)
        _claim(ax, moved[i] | {"indirect": 0}, listed.facts[claim], middle, listed.columns)
    if len(moved) > len(kept):
        put(ax, 0.2, foot + REST / 2, ctx.plural("rest", len(moved) - len(kept)), color=palette.SOFT)
    return ax


def _claim(ax, row, facts, y, columns):
    """Draw a claim's verdict, its cases and what moves it."""
    claim, (look, fill) = row["claim_id"], VERDICT[row["verdict"]]
    tag(symbol(ax, SIGN, y, look, fill, 5.6), "verdict", claim)
    put(ax, SIGN + 0.28, y, facts["verdict"], color=look.text)
    put(ax, COUNT, y, facts["cases"], ha="right")
    if row["indirect"]:
        put(ax, INDIRECT, y, str(row["indirect"]), ha="center")
    for name, x in columns.items():
        if name in _movers(row):
            tag(symbol(ax, x, y, MOVER, size=4.6), "mover", claim, name)
        else:
            rule(ax, x - 0.05, x + 0.05, y, color=palette.FAINT)


def _claim_facts(row, ctx):
    """Say a claim, its verdict, its cases and, in the order of the columns, what moves the verdict."""
    statement = row["statement"].rstrip(". ")
    counted = row["count"] == row["count"] and row["of"] == row["of"]
    moved = [code for code in ("robust", *FRAGILE) if code in ids(row["fragility"])]
    return {
        "statement": labels.typography(statement) if ctx.lang == "fr" else statement,
        "verdict": ctx.word(f"verdict.{row['verdict']}"),
        "cases": ctx.share(int(row["count"]), int(row["of"])) if counted else "–",
        "moved": ctx.join(ctx.word(f"fragility.{code}") for code in moved),
    }


INSIDE = {"facecolor": palette.tint(palette.MARK, 0.6), "edgecolor": palette.MARK, "linewidth": 0.5}
OUTSIDE = {**hatched(palette.MARK, linewidth=0.5), "hatch": "//////"}
NULL_LEFT, WIDE, NULL_STEP, NULL_TALL = 4.9, 5.6, 1.3, 0.57  # cm: words, chart, height of a row and of its highest bar
COLUMNS = {"observed": 11.4, "p_low": 12.55, "p_high": 13.6, "p_least": 14.68}  # middles, in cm


@figure()
def null_models(table, ctx):
    """Draw ``03-null-models``: for each statement the distribution that its margins alone give, and the observation.

    ``table`` is ``nulls.distributions``: one row a value of each statement.
    """
    panels = {s: table[table["statement"] == s].to_dict("records") for s in dict.fromkeys(table["statement"])}
    filled = {s: rows for s, rows in panels.items() if rows[0]["share"] == rows[0]["share"]}
    facts = {s: _null_facts(s, rows, ctx) for s, rows in filled.items()}
    title = _null_title([rows[0]["outcome"] for rows in filled.values()], ctx)
    groups = {}
    for statement in panels:
        groups.setdefault(nulls.FAMILY[statement], []).append(statement)
    how = {family: _how([panels[s][0] for s in members if s in filled], ctx) for family, members in groups.items()}
    heads = {family: ctx.say(f"group.{family}") for family in groups}
    short = {family: measure(heads[family], weight="bold") + measure(how[family]) < PLOT - 0.6 for family in groups}
    bands = {family: line_height() * (1 if short[family] else 2) + 0.24 for family in groups}
    first = next((s for s, rows in filled.items() if rows[0]["outcome"] != "forced"), None)
    top = 1.1
    height = top + sum(bands.values()) + NULL_STEP * len(panels) + 0.1
    reading = (
        ctx.read("reading_one" if facts[first]["low"] == facts[first]["high"] else "reading", **facts[first])
        if first
        else ""
    )
    ax = ctx.sheet(height, title, reading)
    signs = [(swatch(look, 0.3, 0.26), ctx.say(name)) for name, look in (("inside", INSIDE), ("outside", OUTSIDE))]
    legend(ax, legend_rows([*signs, (sign(POINTER, size=6), ctx.say("pointer"))]))
    _heads(ax, top, ctx)
    # One possible value fills the chart, whatever the scale: it would flatten all others.
    scale = NULL_TALL / max((r["share"] for rows in filled.values() if len(rows) > 1 for r in rows), default=1)
    y = top
    for family, members in groups.items():
        box(ax, 0, y, PLOT, bands[family] - 0.06, zorder=0.55)
        put(ax, 0.1, y + 0.09 + line_height() / 2, heads[family], weight="bold")
        put(ax, PLOT - 0.1, y + bands[family] - 0.15 - line_height() / 2, how[family], ha="right", color=palette.SOFT)
        y += bands[family]
        for i, statement in enumerate(members):
            rows, middle = panels[statement], y + NULL_STEP / 2
            if i:
                rule(ax, 0, PLOT, y)
            block(ax, 0.1, middle, wrap(ctx.word(f"null.{statement}"), NULL_LEFT - 0.4))
            if statement in filled:
                _chart(ax, statement, rows, y, scale, ctx)
                put(ax, COLUMNS["observed"], middle, facts[statement]["observed"], weight="bold", ha="center", size=8)
                for name in ("p_low", "p_high", "p_least"):
                    put(ax, COLUMNS[name], middle, tables.share_text(rows[0][name], ctx.lang), ha="center")
            else:
                words = ctx.say("missing", why=ctx.word(f"null.why.{rows[0]['outcome']}"))
                block(ax, NULL_LEFT, middle, wrap(words, PLOT - NULL_LEFT), color=palette.SOFT)
            y += NULL_STEP
    parts = [ctx.say("alt_one" if one["low"] == one["high"] else "alt_part", **one) for one in facts.values()]
    return ctx.finish(ax, title, table, parts)


def _null_title(outcomes, ctx):
    inside = sum(outcome in ("inside", "forced") for outcome in outcomes)
    if not outcomes:
        return ctx.say("title.none")
    if inside == len(outcomes) > 1:
        return ctx.say("title.all", of=len(outcomes))
    return ctx.plural("title.some", inside, of=len(outcomes))


def _how(rows, ctx):
    """Say how a group's arrangements were found, from the first row where more than one value is possible."""
    rows = sorted(rows, key=lambda row: row["outcome"] == "forced")
    return tables.how_text(rows[0], ctx.lang) if rows else ctx.say("group.empty")


def _null_facts(statement, rows, ctx):
    """Return what a sentence says of a statement."""
    here = next(row for row in rows if row["is_observed"])
    values = {"observed": here["observed"], "low": here["null_low"], "high": here["null_high"]}
    return {
        "statement": ctx.word(f"null.{statement}"),
        "share": ctx.percent(here["share"], 1),
        **{name: tables.value_text(statement, value, ctx.lang) for name, value in values.items()},
    }


def _heads(ax, y, ctx):
    """Write the heads of the columns of numbers, above a height."""
    for name, x in COLUMNS.items():
        look = {"weight": "bold"} if name == "observed" else {"color": palette.SOFT}
        put(ax, x, y - 0.22, ctx.say(f"head.{name}"), ha="center", **look)
    first, last = COLUMNS["p_low"] - 0.5, COLUMNS["p_least"] + 0.5
    rule(ax, first, last, y - 0.42, color=palette.FAINT)
    put(ax, (first + last) / 2, y - 0.6, ctx.say("head.shares"), weight="bold", ha="center")


def _chart(ax, statement, rows, y, scale, ctx):
    """Draw a statement's bars, the pointer on the observed value and the values that find room below."""
    foot = y + NULL_STEP - 0.45
    low, high = rows[0]["value"], rows[-1]["value"]
    gap = min((b["value"] - a["value"] for a, b in zip(rows, rows[1:], strict=False)), default=1)
    slot = min(WIDE / ((high - low) / gap + 1), 0.8)
    middle = {r["value"]: NULL_LEFT + slot * ((r["value"] - low) / gap + 0.5) for r in rows}
    thick = slot * 0.72
    rule(ax, NULL_LEFT, NULL_LEFT + slot * ((high - low) / gap + 1), foot, color=palette.SOFT, zorder=2)
    ends = [middle[r["value"]] for r in rows if r["is_inside"]]
    rule(ax, ends[0] - thick / 2, ends[-1] + thick / 2, foot + 0.03, color=palette.MARK, width=2.4, zorder=2)
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
        words, bold = tables.value_text(statement, r["value"], ctx.lang), "bold" if r["is_observed"] else "normal"
        x, half = middle[r["value"]], measure(words, 6.5, bold) / 2 + 0.08
        if all(abs(x - other) > half + room for other, room in taken):
            color = POINTER.text if r["is_observed"] else palette.SOFT
            put(ax, x, foot + 0.2, words, size=6.5, ha="center", weight=bold, color=color)
            taken.append((x, half))
    if len(rows) == 1:
        put(ax, NULL_LEFT + slot + 0.3, foot - NULL_TALL / 2, ctx.say("only"), color=palette.SOFT)
