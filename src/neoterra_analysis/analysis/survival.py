"""Which findings survive a second coder: two codings cell by cell, and each headline under every way of settling them.

A disagreement is a cell that two coders fill differently. Settling it for the one or the other is deciding an open
reading (`coded.reread`), so that thousands of settlements are counted from the same arrays. What the second coder
could not know of (laureates, themes or mentions of one coding only) is no disagreement; nor are notes and anchors.
"""

import random
from collections import defaultdict
from dataclasses import replace
from itertools import combinations
from math import comb

import pandas as pd

from ..dataset.loading import loaded, of_laureates, restrict
from ..words.codes import NONE, NOT_AN_ACTOR, PRINCIPAL, ROLES, STRENGTHS
from . import claims, coded, findings
from .fragility import MOST, SEED, moved
from .variants import touches

COLUMNS = ["disagreement_id", "table", "key", "column", "value_a", "anchor_a", "value_b", "anchor_b"]
CONTRIBUTION = ["laureate_id", "dimension", "target", "code"]
# Columns of a laureate that are coded, and where the words of each stand.
OF_LAUREATES = {
    "enjeu_id": "row_anchor",
    "carrier_status": "carrier_anchor",
    "place": "place_anchor",
    "department_stated": "place_anchor",
    "department_inferred": "inferred_from",
}
OF_ACTORS = ("kind", "actor_type", "scale", "laureate_id")
REQUIRED = ("enjeu_id", "kind", "actor_id")  # of the cells that are not codes of a row: never empty
REDUCED = 20  # settlements of a sample that are looked into for a smaller one that moves a finding too
SURVIVAL = [
    *("ambition_id", "kind", "name", "value_a", "value_b", "value_both", "value_either", "disagreements"),
    *("possible", "tried", "complete", "moved", "survives", "size", "smallest", "exact", "can_move"),
]


def cells(dataset):
    """Return what is coded, cell by cell: the value and its words, by table, key and column."""
    found, home = {}, of_laureates(dataset)
    roles = {(row["laureate_id"], row["role"]): row for row in dataset.roles.to_dict("records")}
    for laureate in home:
        main = NONE, ""
        for role in ROLES:
            row = roles.get((laureate, role))
            found["roles", f"{laureate}/{role}", "role"] = ("yes", row["anchor"]) if row else ("no", "")
            if row and row["salience"] == PRINCIPAL:
                main = role, row["anchor"]
        found["roles", laureate, "salience"] = main
    passages = {(row["theme_id"], row["laureate_id"]): row for row in dataset.evidence.to_dict("records")}
    for theme, of in zip(dataset.themes["theme_id"], dataset.themes["ambition_id"], strict=True):
        for laureate in (one for one, at in home.items() if at == of):
            row = passages.get((theme, laureate))
            value = (row["strength"], row["anchor"]) if row else (NONE, "")
            found["evidence", f"{theme}/{laureate}", "strength"] = value
    for row in dataset.contributions.to_dict("records"):
        found["contributions", "/".join(row[name] for name in CONTRIBUTION), "code"] = "yes", row["anchor"]
    for row in dataset.laureates.to_dict("records"):
        for column, anchor in OF_LAUREATES.items():
            found["laureates", row["laureate_id"], column] = row[column], row[anchor] if row[column] else ""
    printed = {}
    for row in dataset.mentions.to_dict("records"):
        printed.setdefault(row["actor_id"], row["mention"])
        parent = "" if pd.isna(row["parent_position"]) else str(row["parent_position"])
        for column, value in (("actor_id", row["actor_id"]), ("parent_position", parent)):
            found["mentions", f"{row['laureate_id']}/{row['position']}", column] = value, row["mention"]
    for row in dataset.actors.to_dict("records"):
        for column in OF_ACTORS:
            found["actors", row["actor_id"], column] = row[column], printed.get(row["actor_id"], "")
    return found


def disagreements(a, b):
    """List the cells that two codings of the same laureates fill differently.

    Parameters
    ----------
    a, b : Dataset
        The first and the second coding.

    Returns
    -------
    DataFrame
        One row a disagreement: ``disagreement_id``; ``table``, ``key`` and ``column`` of the cell (a role or a
        contribution is ``yes`` or ``no``, a laureate's main role stands in ``salience``); value and words of either
        coder: ``value_a, anchor_a, value_b, anchor_b``.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> len(disagreements(load(), load()))
    0
    """
    first, second = cells(a), cells(b)
    shared, rows = set(of_laureates(a)) & set(of_laureates(b)), []
    for cell in {**first, **second}:
        table, key, column = cell
        lone = table == "contributions" and key.split("/")[0] in shared
        if not lone and not (cell in first and cell in second):
            continue
        ends = [side.get(cell, ("no", "")) for side in (first, second)]
        if ends[0][0] != ends[1][0] and not (table == "mentions" and ends[0][1] != ends[1][1]):
            rows.append((table, key, column, *ends[0], *ends[1]))
    order = {table: i for i, table in enumerate(("roles", "evidence", "contributions"))}
    rows.sort(key=lambda row: order.get(row[0], len(order)))
    numbered = [(f"d{i:02d}", *row) for i, row in enumerate(rows, 1)]
    return pd.DataFrame(numbered, columns=COLUMNS, dtype="str")


def union(a, b, table):
    """Return the first coding with the contributions and actors that only the second one has, where they disagree."""
    more = set(table.loc[(table["table"] == "contributions") & (table["value_a"] == "no"), "key"])
    named = set(table.loc[table["column"] == "actor_id", "value_b"]) - set(a.actors["actor_id"])
    keys = ["/".join(key) for key in b.contributions[CONTRIBUTION].values.tolist()]
    rows = {
        "contributions": b.contributions[[key in more for key in keys]],
        "actors": b.actors[b.actors["actor_id"].isin(named)],
    }
    frames = {name: pd.concat([getattr(a, name), frame], ignore_index=True) for name, frame in rows.items()}
    return replace(a, **frames, digest="")


def decisions(a, rows, values):
    """Return what settling each disagreement for a value decides in the union of the codings, as open readings do."""
    made, ours, main = [], defaultdict(dict), {}
    for row, value in zip(rows, values, strict=True):
        table, key, column = row["table"], row["key"], row["column"]
        if table == "roles":
            laureate, _, role = key.partition("/")
            ours[laureate] |= {role: value == "yes"} if role else {}
            main |= {} if role else {laureate: value}
        elif table != "contributions":
            made.append({"table": table, "key": key, "column": column, "alternative": value})
        elif value == "no":
            made.append({"table": table, "key": key, "column": column, "alternative": ""})
    if not (ours or main):
        return made
    coded_so = zip(a.roles["laureate_id"], a.roles["role"], a.roles["salience"], strict=True)
    coded_so = {(laureate, role): salience for laureate, role, salience in coded_so}
    for laureate in dict.fromkeys([*ours, *main]):
        for role in ROLES:
            salience = coded_so.get((laureate, role), NONE)
            if role in ours[laureate]:
                salience = NONE if not ours[laureate][role] else "stated" if salience == NONE else salience
            if laureate in main and salience != NONE:
                salience = PRINCIPAL if main[laureate] == role else "stated"
            made.append({"table": "roles", "key": f"{laureate}/{role}", "column": "salience", "alternative": salience})
    return made


def both(row):
    """Return what both coders say of a cell: the weaker code; where neither is, nothing, or the first coder's."""
    a, b = row["value_a"], row["value_b"]
    if row["table"] in ("roles", "contributions"):
        return NONE if row["column"] == "salience" else "no"
    if row["table"] == "evidence":
        return max(a, b, key=(*STRENGTHS, NONE).index)
    if NOT_AN_ACTOR in (a, b):
        return NOT_AN_ACTOR
    return a if row["column"] in REQUIRED else ""


def either(row):
    """Return what at least one coder says of a cell: the stronger code; where neither is, the first coder's."""
    a, b = row["value_a"], row["value_b"]
    if row["table"] == "evidence":
        return min(a, b, key=(*STRENGTHS, NONE).index)
    return b if a in ("no", NONE, "", NOT_AN_ACTOR) else a


def survival(a, b, most=MOST, seed=SEED):
    """Say of each headline statistic and claim whether it survives a second coder, whichever way they are settled.

    Parameters
    ----------
    a, b : Dataset
        The first and the second coding.
    most, seed : int
        All settlements of the disagreements that a finding can see are tried, up to this many; beyond, all of few
        disagreements settled for B, and as many settlements drawn with a fixed seed.

    Returns
    -------
    DataFrame
        One row a finding of each ambition: ``ambition_id``; ``kind`` (``statistic`` or ``claim``), ``name``; what it
        is under A, B, both (only what both coded) and either (what either coded): ``value_a, value_b, value_both,
        value_either``; ``disagreements`` (how many it can see), ``possible`` and ``tried`` settlements, ``complete``;
        ``moved`` (how many of those tried move it from A's value, as `fragility.moved` says), ``survives``; ``size``
        of the smallest set of disagreements that moves it when settled for B, ``smallest`` (these sets), ``exact``
        (no smaller set can be there); ``can_move`` (the disagreements on which any of this hangs).

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> bool(survival(load(), load())["survives"].all())
    True
    """
    whole, rows = disagreements(a, b), []
    ids = {(row["table"], row["key"], row["column"]): row["disagreement_id"] for row in whole.to_dict("records")}
    for ambition in loaded(a)["ambition_id"]:
        home, other = restrict(a, [ambition]), restrict(b, [ambition])
        table, here = disagreements(home, other), []
        for row in table.to_dict("records"):
            one = ids.get((row["table"], row["key"], row["column"]))
            here += [row | {"disagreement_id": one}] if one else []
        arrays = coded.encode(union(home, other, table))
        for kind, function, relevant, names in _tasks(home, here):
            rows += _explored((home, arrays, here), function, relevant, names, most, seed, [ambition, kind])
    columns = zip(*rows, strict=True) if rows else [[] for _ in SURVIVAL]
    made = {name: pd.Series(list(values), dtype=object) for name, values in zip(SURVIVAL, columns, strict=True)}
    kinds = dict.fromkeys(("disagreements", "tried", "moved"), "int64") | dict.fromkeys(("complete", "survives"), bool)
    return pd.DataFrame(made).astype(kinds | dict.fromkeys(("smallest", "can_move"), "str"))


def _tasks(home, rows):
    """Yield what is counted together: its kind, its function, the disagreements that it can see, its names."""

    def seen(reads, theme=None):
        if theme is None:
            return [i for i, row in enumerate(rows) if _sees(reads, row)]
        return [i for i, row in enumerate(rows) if row["table"] == "evidence" and row["key"].split("/")[0] == theme]

    for family in findings.FAMILIES:
        names = list(family.function(home))
        verdicts = [name for name in names if name.startswith("verdict_")]
        yield "statistic", family.function, seen(family.reads), [name for name in names if name not in verdicts]
        for name in verdicts:
            yield "statistic", family.function, seen(None, name.removeprefix("verdict_")), [name]
    for claim in home.claims.sort_values(["source_id", "number"]).to_dict("records"):

        def judged(records, claim=claim):
            return {claim["claim_id"]: claims.judge(records, claim)}

        theme = claim["subject"] if claim["rule"] == "evidence" else None
        yield "claim", judged, seen(claims.READS[claim["rule"]], theme), [claim["claim_id"]]


def _sees(reads, row):
    """Tell whether a finding can see a disagreement."""
    if (row["table"], row["column"]) in (("roles", "role"), ("contributions", "code")):  # a whole row comes or goes
        others = {"roles": ("role", "salience"), "contributions": ("code", "dimension")}[row["table"]]
        return any(touches(reads, row["table"], column) for column in others)
    return touches(reads, row["table"], row["column"], row["value_a"], row["value_b"])


def _explored(records, function, relevant, names, most, seed, about):
    """Return the row of each finding of a task; a settlement is a number whose bits are what is settled for B."""
    home, arrays, rows = records
    number, known = len(relevant), {}

    def under(values):
        return function(coded.reread(arrays, decisions(home, rows, values)))

    def settled(mask):
        if mask not in known:
            values = [row["value_a"] for row in rows]
            for bit, place in enumerate(relevant):
                if mask >> bit & 1:
                    values[place] = rows[place]["value_b"]
            known[mask] = under(values)
        return known[mask]

    def told(mask, comma):
        return comma.join(rows[place]["disagreement_id"] for bit, place in enumerate(relevant) if mask >> bit & 1)

    others = [under([choose(row) for row in rows]) for choose in (lambda row: row["value_b"], both, either)]
    base, complete, (tried, reach) = settled(0), 2**number <= most, _tried(number, most, seed)
    found = []
    for name in names:

        def moves(mask, name=name):
            return moved(base[name], settled(mask)[name])

        moving = {mask for mask in tried if moves(mask)}
        small = {mask for mask in moving if mask.bit_count() <= reach}
        sets = small | {_reduced(mask, moves) for mask in sorted(moving - small)[:REDUCED]}
        size = min((mask.bit_count() for mask in sets), default=None)
        smallest = sorted(mask for mask in sets if mask.bit_count() == size)
        hinge = 0
        for bit in range(number if complete else 0):
            hinge |= 1 << bit if any((mask ^ 1 << bit in moving) != (mask in moving) for mask in tried) else 0
        for mask in sets if not complete else ():
            hinge |= mask if not any(other != mask and other & mask == other for other in sets) else 0
        values = [base[name], *(one[name] for one in others)]
        counts = [number, 2**number, len(tried), complete, len(moving), not moving, size]
        exact = complete or (size is not None and size <= reach)
        least = "; ".join(told(mask, "+") for mask in smallest)
        found.append([*about, name, *values, *counts, least, exact, told(hinge, "; ")])
    return found


def _tried(number, most, seed):
    """Return the settlements to try, and up to how many disagreements settled for B all of them are among these."""
    if 2**number <= most:
        return list(range(2**number)), number
    reach = 0
    while sum(comb(number, k) for k in range(reach + 2)) <= most:
        reach += 1
    tried = {sum(1 << bit for bit in bits) for k in range(reach + 1) for bits in combinations(range(number), k)}
    draw, drawn = random.Random(seed), set()
    while len(drawn) < most:
        drawn.add(draw.randrange(2**number))
    return sorted(tried | drawn), reach


def _reduced(mask, moves):
    """Take disagreements out of a set as long as it still moves the finding."""
    for bit in range(mask.bit_length()):
        if mask >> bit & 1 and moves(mask & ~(1 << bit)):
            mask &= ~(1 << bit)
    return mask


def to_settle_first(table, found):
    """Order disagreements by what hangs on them: those to settle first, then those that can move nothing.

    Parameters
    ----------
    table : DataFrame
        As made by `disagreements`.
    found : DataFrame
        As made by `survival` from the same codings.

    Returns
    -------
    DataFrame
        The disagreements with ``alone`` (how many findings each moves by itself), ``moves`` (how many hang on it) and
        ``findings`` (which).

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> dataset = load()
    >>> to_settle_first(disagreements(dataset, dataset), survival(dataset, dataset)).empty
    True
    """
    hanging, alone = defaultdict(list), defaultdict(int)
    for row in found.to_dict("records"):
        for one in filter(None, row["can_move"].split("; ")):
            hanging[one].append(row["name"])
        for one in row["smallest"].split("; ") if row["size"] == 1 else ():
            alone[one] += 1
    ids = table["disagreement_id"].tolist()
    made = table.assign(
        alone=[alone[one] for one in ids],
        moves=[len(hanging[one]) for one in ids],
        findings=pd.Series(["; ".join(hanging[one]) for one in ids], dtype="str", index=table.index),
    )
    return made.sort_values(["alone", "moves"], ascending=False, kind="stable", ignore_index=True)
