"""The command ``neoterra diff``: what a draft has more, less or otherwise than the data, cell by cell."""

import json
import sys
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from itertools import zip_longest

from ..dataset import rules
from ..dataset.cells import clean
from ..dataset.csvfile import read
from ..dataset.problems import as_text, visible
from ..words import labels
from ..words.folding import fold, printed_forms, unaccented
from .merging import NUMBERED, key_of


def _by_key(draft, data, key):
    """Pair rows by primary key; of a key that stands several times, equal rows first."""
    for ours, theirs in _grouped(draft, data, key, lambda row: tuple(row.cells.values())):
        left, right = list(ours), list(theirs)
        for row in ours:
            equal = next((other for other in right if other.cells == row.cells), None)
            if equal is not None:
                left.remove(row)
                right.remove(equal)
                yield row, equal
        yield from zip_longest(left, right)


def _grouped(draft, data, columns, order):
    """Yield the rows of both sides that have the same cells in some columns, in order."""
    groups = defaultdict(lambda: ([], []))
    for side, rows in enumerate((draft, data)):
        for row in sorted(rows, key=order):
            groups[key_of(row, columns)][side].append(row)
    yield from (group for _, group in sorted(groups.items()))


def _mentions(draft, data):
    """Pair mentions within each laureate by their text, in order; then those that moved."""

    def order(row):
        return [_in_order(value) for value in (row.cells["position"], *row.cells.values())]

    for ours, theirs in _grouped(draft, data, ["laureate_id"], order):
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
        words = [f"{row.cells['position']} ({row.cells['mention']})" for row in (mine, other)]
        a = a._replace(cells=a.cells | {"parent_position": words[0]})
        cells["parent_position"] = words[1]
    return a, b._replace(cells=b.cells | cells)


def _aligned(ours, theirs):
    """Yield pairs of mentions, and whether they moved; blocks of one length that replace each other go in order."""
    texts = [[fold(row.cells["mention"]) for row in rows] for rows in (ours, theirs)]
    if texts[0] > texts[1]:  # the matcher is not symmetric: from either side, the same one is asked
        yield from ((b, a, moved) for a, b, moved in _aligned(theirs, ours))
        return
    blocks = []
    for kind, a, b, c, d in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from ((x, y, False) for x, y in zip(ours[a:b], theirs[c:d], strict=True))
        else:
            blocks.append((ours[a:b], theirs[c:d]))
    for block, other in [(block, other) for block, _ in blocks for _, other in blocks]:
        for row in list(block):
            same = next((o for o in other if fold(o.cells["mention"]) == fold(row.cells["mention"])), None)
            if same is not None:
                block.remove(row)
                other.remove(same)
                yield row, same, True
    for block, other in blocks:
        if len(block) == len(other):
            yield from ((x, y, False) for x, y in zip(block, other, strict=True))
        else:
            yield from ((x, None, False) for x in block)
            yield from ((None, y, False) for y in other)


def _in_order(part):
    """Return by what to sort a part of a key: numbers as numbers, before words."""
    return (0, int(part), "") if part.isdecimal() else (1, 0, part)


COLUMNS = ("table", "key", "column", "status", "draft", "data", "draft_line", "data_line")
BLANK = " · "  # between the cells of a row that only one side has


def rows_of(folder, lang=None):
    """Read all tables of a data folder; what is harmless in a cell is put right, nothing else is checked.

    >>> rows_of(rules.find())["roles"][0].line
    2
    """
    found, problems = {}, []
    for name, resource in rules.tables(rules.find(folder)).items():
        table, fields = read(folder, resource), resource["schema"]["fields"]
        problems += [problem for problem in table.problems if not problem.notice]
        found[name] = [
            row._replace(cells={f["name"]: clean(row.cells[f["name"]], f, table.semicolon)[0] for f in fields})
            for row in table.rows
        ]
    if problems:
        head = labels.t("differences.unread", lang, folder=folder)
        raise ValueError("\n\n".join([head, *(as_text(problem, lang) for problem in problems)]))
    return found


def compare(one, two, lang=None):
    """Compare a draft with the data that it is about.

    >>> len(compare(rules.find(), rules.find()))
    0
    """
    import pandas as pd

    draft, data = rows_of(one, lang), rows_of(two, lang)
    resources = rules.tables(rules.find(two))
    draft, found = {name: draft.get(name, []) for name in resources}, []
    data = _within(draft, data, resources)
    for name, resource in resources.items():
        key, rows = resource["schema"]["primaryKey"], (draft[name], data[name])
        pairs = _mentions(*rows) if name == "mentions" else _by_key(*rows, key)
        told = [line for a, b in pairs for line in _lines(name, key, a, b)]
        found += sorted(told, key=lambda line: [_in_order(part) for part in line["key"].split("/")])
    frame = pd.DataFrame(found, columns=list(COLUMNS)).astype("str")
    return frame.assign(**{c: pd.to_numeric(frame[c]).astype("Int64") for c in ("draft_line", "data_line")})


def _within(draft, data, resources):
    """Leave aside the rows of the data that belong to what a draft is not about."""

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
    used, elsewhere = set(), set()  # the actors of laureates in question, and of those left aside
    for name, columns in (("mentions", ["actor_id"]), ("relations", ["from_id", "to_id"])):
        for row in data[name]:
            (elsewhere if row.cells["laureate_id"] in away["laureate_id"] else used).update(key_of(row, columns))
    away["reading"] = elsewhere - used
    others = away["reading"] - values(draft, "actors", "actor_id")
    known = {unaccented(form) for row in draft["actors"] for form in printed_forms(row.cells)}
    away["actor_id"] = {
        row.cells["actor_id"]
        for row in data["actors"]
        if row.cells["actor_id"] in others and known.isdisjoint(map(unaccented, printed_forms(row.cells)))
    }
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


def _lines(name, key, a, b):
    """Tell one pair of rows: a line for a row that only one has, else a line for each cell that differs."""
    row = a or b
    place = {"table": name, "key": "/".join(key_of(row, key))}
    if a is None or b is None:
        cells = BLANK.join(f"{c} = {v}" for c, v in row.cells.items() if v and c not in key)
        status, side = ("missing", "data") if a is None else ("added", "draft")
        blank = {"column": "", "status": status, "draft": "", "data": "", "draft_line": None, "data_line": None}
        yield place | blank | {side: cells, f"{side}_line": row.line}
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
    found = compare(draft, data, lang)
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
