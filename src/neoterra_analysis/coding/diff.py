"""The command ``neoterra diff``: what a draft has more, less or otherwise than the data, cell by cell."""

import json
import sys
from collections import Counter, defaultdict
from difflib import SequenceMatcher

from ..dataset import rules
from ..dataset.cells import clean
from ..dataset.csvfile import read
from ..dataset.problems import as_text, visible
from ..words import labels
from ..words.folding import fold, printed_forms, unaccented
from .joining import NUMBERED, key_of


def by_key(draft, data, key):
    """Pair rows by primary key; of a key that stands several times, equal rows first."""
    sides = []
    for rows in (draft, data):
        by_key = defaultdict(list)
        for row in sorted(rows, key=lambda row: tuple(row.cells.values())):
            by_key[tuple(row.cells[column] for column in key)].append(row)
        sides.append(by_key)
    for value in sorted(set(sides[0]) | set(sides[1])):
        yield from _same_key(sides[0].get(value, []), sides[1].get(value, []))


def _same_key(ours, theirs):
    left, right = list(ours), list(theirs)
    for row in ours:
        equal = next((other for other in right if other.cells == row.cells), None)
        if equal is not None:
            left.remove(row)
            right.remove(equal)
            yield row, equal
    for i in range(max(len(left), len(right))):
        yield (left[i] if i < len(left) else None, right[i] if i < len(right) else None)


def mentions(draft, data, key=None):
    """Pair mentions within each laureate by their text, in order; then those that moved."""
    sides = []
    for rows in (draft, data):
        by_laureate = defaultdict(list)
        for row in sorted(rows, key=lambda row: [in_order(v) for v in (row.cells["position"], *row.cells.values())]):
            by_laureate[row.cells["laureate_id"]].append(row)
        sides.append(by_laureate)
    for laureate in sorted(set(sides[0]) | set(sides[1])):
        ours, theirs = sides[0].get(laureate, []), sides[1].get(laureate, [])
        pairs = list(_aligned(ours, theirs))
        same = {id(a): b for a, b, _ in pairs if a and b}
        parents = [{row.cells["position"]: row for row in rows} for rows in (ours, theirs)]
        for a, b, moved in pairs:
            yield _settled(a, b, moved, same, *parents) if a and b else (a, b)


def _settled(a, b, moved, same, ours, theirs):
    """Take away from two paired mentions what only shifted: positions, and the number of one and the same parent."""
    cells = {} if moved else {"position": a.cells["position"]}
    mine, other = ours.get(a.cells["parent_position"]), theirs.get(b.cells["parent_position"])
    if mine and other and same.get(id(mine)) is other:
        cells["parent_position"] = a.cells["parent_position"]
    elif mine and other:  # two parents, perhaps of one number: only their words tell them apart
        a = a._replace(cells=a.cells | {"parent_position": _told(mine)})
        cells["parent_position"] = _told(other)
    return a, b._replace(cells=b.cells | cells)


def _told(row):
    return f"{row.cells['position']} ({row.cells['mention']})"


def _aligned(ours, theirs):
    """Yield pairs of mentions, and whether they moved; blocks of one length that replace each other go in order."""
    texts = [[fold(row.cells["mention"]) for row in rows] for rows in (ours, theirs)]
    if texts[0] > texts[1]:  # the matcher is not symmetric: from either side, the same one is asked
        yield from ((b, a, moved) for a, b, moved in _aligned(theirs, ours))
        return
    left, right = [], []
    for kind, a, b, c, d in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from ((x, y, False) for x, y in zip(ours[a:b], theirs[c:d], strict=True))
        else:
            left.append(ours[a:b])
            right.append(theirs[c:d])
    for block, other in [(x, y) for x in left for y in right]:
        for row in list(block):
            same = next((o for o in other if fold(o.cells["mention"]) == fold(row.cells["mention"])), None)
            if same is not None:
                block.remove(row)
                other.remove(same)
                yield row, same, True
    for block, other in zip(left, right, strict=True):
        if len(block) == len(other):
            yield from ((x, y, False) for x, y in zip(block, other, strict=True))
        else:
            yield from ((x, None, False) for x in block)
            yield from ((None, y, False) for y in other)


def in_order(part):
    """Return by what to sort a part of a key: numbers as numbers, before words.

    >>> sorted(["b", "10", "9"], key=in_order)
    ['9', '10', 'b']
    """
    return (0, int(part), "") if part.isdecimal() else (1, 0, part)


COLUMNS = ("table", "key", "column", "status", "draft", "data", "draft_line", "data_line")
FORMATS = ("text", "csv", "json")
BLANK = " · "  # between the cells of a row that only one side has


class Unread(ValueError):
    """Tables that cannot be read: of which `folder`, and in `problems` where and why."""

    def __init__(self, folder, problems, lang=None):
        self.folder, self.problems = folder, problems
        head = labels.t("differences.unread", lang, folder=folder)
        super().__init__("\n\n".join([head, *(as_text(problem, lang) for problem in problems)]))


def rows_of(folder):
    """Read all tables of a data folder; what is harmless in a cell is put right, nothing else is checked.

    >>> rows, problems = rows_of(rules.find())
    >>> rows["roles"][0].line, problems
    (2, [])
    """
    found, problems = {}, []
    for name, resource in rules.tables(rules.find(folder)).items():
        table, fields = read(folder, resource), resource["schema"]["fields"]
        problems += [problem for problem in table.problems if not problem.notice]
        found[name] = [
            row._replace(cells={f["name"]: clean(row.cells[f["name"]], f, table.semicolon)[0] for f in fields})
            for row in table.rows
        ]
    return found, problems


def compare(one, two):
    """Compare a draft with the data that it is about.

    >>> len(compare(rules.find(), rules.find()))
    0
    """
    import pandas as pd

    sides = []
    for folder in (one, two):
        rows, problems = rows_of(folder)
        if problems:
            raise Unread(folder, problems)
        sides.append(rows)
    resources = rules.tables(rules.find(two))
    draft = {name: sides[0].get(name, []) for name in resources}
    data, found = within(draft, sides[1], resources), []
    for name, resource in resources.items():
        key = resource["schema"]["primaryKey"]
        align = mentions if name == "mentions" else by_key
        told = [line for a, b in align(draft[name], data[name], key) for line in _lines(name, key, a, b)]
        found += sorted(told, key=lambda line: [in_order(part) for part in line["key"].split("/")])
    frame = pd.DataFrame(found, columns=list(COLUMNS)).astype("str")
    return frame.assign(**{c: pd.to_numeric(frame[c]).astype("Int64") for c in ("draft_line", "data_line")})


def within(draft, data, resources):
    """Leave aside the rows of the data that belong to what a draft is not about.

    >>> rows, _ = rows_of(rules.find())
    >>> within(rows, rows, contract.tables(rules.find())) == rows
    True
    """

    def values(tables, table, column):
        return {row.cells[column] for row in tables[table]}

    ambitions = values(draft, "sources", "ambition_id") | values(draft, "enjeux", "ambition_id")
    ambitions = ambitions or values(draft, "ambitions", "ambition_id")
    copies = values(draft, "sources", "source_id"), values(draft, "sources", "sha256")
    ours = {row.cells["source_id"]: row.cells for row in data["sources"]}
    sources = {id_ for id_, cells in ours.items() if id_ in copies[0] or cells["sha256"] in copies[1]}
    sources = sources or {id_ for id_, cells in ours.items() if cells["ambition_id"] in ambitions}
    others = set(ours) - sources
    hanging = {row.cells["laureate_id"] for row in data["laureates"] if row.cells["source_id"] in others}
    away = {
        "ambition_id": values(data, "ambitions", "ambition_id") - ambitions,
        "source_id": others,
        "laureate_id": hanging - values(draft, "laureates", "laureate_id"),
    }
    used, elsewhere = _actors_used(data, away["laureate_id"])
    away["reading"] = elsewhere - used
    away["actor_id"] = _actors_away(draft["actors"], data, elsewhere - used)
    kept = {}
    for name, rows in data.items():
        key = resources[name]["schema"]["primaryKey"]
        # The numbers of a list start anew in each draft: the same one means nothing.
        known = set() if name in NUMBERED else {key_of(row, key) for row in draft[name]}
        kept[name] = [row for row in rows if key_of(row, key) in known or not _is_away(name, row.cells, away)]
    return kept


def _is_away(name, cells, away):
    if name == "actors":
        return cells["actor_id"] in away["actor_id"]
    if name == "readings":
        parts = cells["key"].split("/")
        part = parts[1] if cells["table"] == "evidence" and len(parts) > 1 else parts[0]
        return part in away["reading" if cells["table"] == "actors" else "laureate_id"]
    return any(cells.get(column) in away[column] for column in ("ambition_id", "source_id", "laureate_id"))


def _actors_used(data, laureates):
    """Return the actors that laureates in question use, and those that laureates left aside use."""
    used, elsewhere = set(), set()
    for name, columns in (("mentions", ["actor_id"]), ("relations", ["from_id", "to_id"])):
        for row in data[name]:
            ends = {row.cells[column] for column in columns}
            (elsewhere if row.cells["laureate_id"] in laureates else used).update(ends)
    return used, elsewhere


def _actors_away(draft, data, others):
    """Return those of others' actors that share no id and no name with an actor of the draft."""
    ids = {row.cells["actor_id"] for row in draft}
    known = {unaccented(form) for row in draft for form in printed_forms(row.cells)}
    return {
        row.cells["actor_id"]
        for row in data["actors"]
        if row.cells["actor_id"] in others - ids and not known & {unaccented(form) for form in printed_forms(row.cells)}
    }


def _lines(name, key, a, b):
    """Tell one pair of rows: a line for a row that only one has, else a line for each cell that differs."""
    place = {"table": name, "key": "/".join((a or b).cells[column] for column in key)}
    if a is None or b is None:
        row = a or b
        cells = BLANK.join(f"{c} = {v}" for c, v in row.cells.items() if v and c not in key)
        there = {"draft": cells, "data": "", "draft_line": row.line, "data_line": None}
        if a is None:
            there = {"draft": "", "data": cells, "draft_line": None, "data_line": row.line}
        yield place | {"column": "", "status": "missing" if a is None else "added"} | there
        return
    for column, value in a.cells.items():
        other = b.cells.get(column, "")
        if value != other:
            lines = {"draft_line": a.lines[column], "data_line": b.lines.get(column, b.line)}
            yield place | {"column": column, "status": "changed", "draft": value, "data": other} | lines


def run(draft, data=None, lang=None, form="text", out=None):
    """Compare a draft with the data and write what was found, for ``neoterra diff``.

    >>> run(rules.find(), rules.find(), "en", "csv")
    table,key,column,status,draft,data,draft_line,data_line
    0
    """
    out, lang, data = out or sys.stdout, labels.language(lang), rules.find(data)
    try:
        found = compare(draft, data)
    except Unread as error:
        print(Unread(error.folder, error.problems, lang), file=sys.stderr)
        return 1
    if form == "csv":
        out.write(found.to_csv(index=False, lineterminator="\n"))
    elif form == "json":
        rows = found.astype(object).where(found.notna(), None).to_dict("records")
        out.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    else:
        print("\n".join(_as_text(found, draft, data, lang)), file=out)
    return 0


def _as_text(found, draft, data, lang):
    lines = [labels.t("differences.head", lang, draft=draft, data=data)]
    if found.empty:
        return [*lines, labels.t("differences.none", lang)]
    for name, part in found.groupby("table", sort=False):
        lines += ["", name]
        for row in part.to_dict("records"):
            kind = row["status"]
            if kind == "changed" and not (row["draft"] and row["data"]):
                kind = "filled" if row["draft"] else "emptied"
            shown = {column: row[column] for column in ("column", "draft_line", "data_line")}
            shown |= {"row": visible(row["key"]), "draft": visible(row["draft"]), "data": visible(row["data"])}
            lines.append(labels.t(f"differences.{kind}", lang, **shown))
    counts = Counter(found["status"])
    return [*lines, "", labels.t("differences.sum", lang, **{k: counts[k] for k in ("added", "missing", "changed")})]
