"""Stand in for people: a second coder's hours, then the hour in which both coders settle. All of it is invented.

Usage: python examples/second_coder.py code second.xlsx first    python examples/second_coder.py settle settlement.csv

The second coder says what the folder of the first coding says, but for `OTHERWISE`.
"""

import csv
import sys
from pathlib import Path

from openpyxl import load_workbook

OTHERWISE = {
    ("roles", "exemple-ouest", "connecteur"): ("yes", "rôle inventé de connecteur"),
    ("roles", "exemple-sud", "aiguillon"): ("no", ""),
    ("evidence", "exemple-sud", "entraide-8"): ("direct", "passage inventé, entraide"),
    ("evidence", "exemple-plaine", "temps-8"): ("none", ""),
    ("evidence", "exemple-gue", "recits-9"): ("indirect", "passage inventé, recits"),
    ("mentions", "agriculteurs"): {"actor_type": "ess"},
}
DECISIONS = {  # of the first two: the second coder was right, the first one was; the others wait
    "exemple-ouest/connecteur": ("b", "Relu ensemble : la ligne le dit"),
    "exemple-sud/aiguillon": ("a", "Relu ensemble : le mot y est"),
    "entraide-8/exemple-sud": ("open", "Les deux lectures se défendent"),
}


def rows(file, *key):
    """Read a table by its key."""
    with Path(file).open(encoding="utf-8", newline="") as stream:
        return {tuple(row[name] for name in key): row for row in csv.DictReader(stream)}


def identity(cell):
    """Return the id of a cell: “Name [id]” names it in brackets."""
    text = str(cell.value or "")
    return text[text.rindex("[") + 1 : -1] if text.endswith("]") else text


def code(file, first):
    """Write a coding into the blind workbook, sheet by sheet, in the order of its sheets."""
    book, folder = load_workbook(file), Path(first)
    _, _, _, roles, evidence, contributions, mentions, *_ = book.worksheets
    said = {k: ("principal" if r["salience"] == "principal" else "yes", r["anchor"])
            for k, r in rows(folder / "roles.csv", "laureate_id", "role").items()}  # fmt: skip
    for row in roles.iter_rows(min_row=2):
        unit = identity(row[0]), row[1].value
        row[2].value, row[3].value = OTHERWISE.get(("roles", *unit), said.get(unit, ("no", "")))
    found = rows(folder / "evidence.csv", "laureate_id", "theme_id")
    for row in evidence.iter_rows(min_row=2):
        unit = identity(row[0]), identity(row[1])
        first_one = (found[unit]["strength"], found[unit]["anchor"]) if unit in found else ("none", "")
        row[2].value, row[3].value = OTHERWISE.get(("evidence", *unit), first_one)
    names = ("laureate_id", "dimension", "target", "code", "label_fr", "anchor")
    for line, one in enumerate(rows(folder / "contributions.csv", *names).values(), 2):
        for column, name in enumerate(names, 1):
            contributions.cell(line, column, one[name])
    actors = rows(folder / "actors.csv", "actor_id")
    printed = rows(folder / "mentions.csv", "laureate_id", "position")
    for row in mentions.iter_rows(min_row=2):
        one = printed[identity(row[0]), row[1].value]
        actor = actors[(one["actor_id"],)] | OTHERWISE.get(("mentions", one["actor_id"]), {})
        texts = (*(actor[name] for name in ("kind", "actor_type", "scale", "name")), one["parent_position"])
        for cell, text in zip(row[3:], texts, strict=True):
            cell.value = text or None
    book.save(file)
    print(f"{file}: coded, {len(OTHERWISE)} times otherwise")


def settle(file):
    """Write decisions into the settlement."""
    with Path(file).open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        found, head = list(reader), reader.fieldnames
    for row in found:
        if row["key"] in DECISIONS:
            decision, reason = DECISIONS[row["key"]]
            row |= {"decision": decision, "reason": reason, "person": "Camille Exemple", "date": "2026-01-31"}
    with Path(file).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, head)
        writer.writeheader()
        writer.writerows(found)
    print(f"{file}: {len(DECISIONS)} decisions")


{"code": code, "settle": settle}[sys.argv[1]](*sys.argv[2:])
