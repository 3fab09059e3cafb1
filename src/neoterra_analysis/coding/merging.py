"""A draft merged into the data, row by row: who is who, which rows stand, and the text of the tables that this gives.

A form of an actor is its name or an alias. Forms are compared first as the contract does (case and apostrophes do not
count), then without accents. A row of the data that stays as it is keeps its line number, and so its very bytes; a row
that is new or changed has line 0 and is written anew, as the file around it is.
"""

import csv
import io
import re
from bisect import bisect_right
from collections import Counter, defaultdict

from ..dataset.csvfile import DELIMITERS, INVISIBLE
from ..dataset.identifiers import FORMS
from ..dataset.problems import Problem
from ..words.codes import NAMED  # kinds of actors that can be a laureate
from ..words.folding import fold, printed_forms, unaccented

OF_NAMES = ("name", "short_fr", "short_en")
OF_ACTORS = (*OF_NAMES, "kind", "actor_type", "scale", "laureate_id", "note")
# Tables that describe: an empty cell says nothing. In the others an empty cell is part of what a row says.
DESCRIBED = ("sources", "ambitions", "enjeux")
# Ids of these are numbers in a list; what a row is about is told by other columns.
NUMBERED = {
    "readings": ("table", "key", "column", "alternative"),
    "discrepancies": ("source_id", "locator", "anchor"),
}


def merge(draft, data, resources, update=False):
    """Join the rows of a draft to those of the data; nothing is read or written."""
    same, problems = _match_laureates(draft, data)
    lines = {row.cells["laureate_id"]: row for row in draft["laureates"]}
    draft = _renamed(draft, laureates=same)
    for old, new in same.items() if not update else ():
        column = "laureate_id" if old == new else "name"  # by what it was known again
        place = ("laureates.csv", lines[old].lines[column], column)
        problems.append(Problem(*place, "laureate_there", lines[old].cells[column], other=new))
    known, more = match_actors(draft["actors"], data["actors"])
    problems += more
    actors, told, more = _joined_actors(draft["actors"], data["actors"], known, update)
    problems += more
    draft = _renamed(draft, actors=known)
    merged, filled, renumbered = {}, [], []
    for name, resource in resources.items():
        rows = draft[name]
        if name == "actors":
            continue
        if name in NUMBERED:
            rows, given = _numbered(name, resource, rows, data[name])
            renumbered += given
        merged[name], cells, more = _joined(name, resource, rows, data[name], set(same.values()), update)
        filled += cells
        problems += more
    brought = {row.cells["laureate_id"] for row in draft["laureates"]}
    brought |= {row.cells["actor_id"] for row in draft["actors"]}
    merged["actors"], linked = _linked(actors, merged["laureates"], brought)
    merged = {name: _arranged(resource, merged[name], data[name]) for name, resource in resources.items()}
    changed = _changed(merged, data)
    updated = [lines[old].cells["name"] for old, new in same.items() if new in changed]
    added = [row.cells["name"] for row in lines.values() if row.cells["laureate_id"] not in same]
    told |= {"added": tuple(added), "updated": tuple(updated), "linked": tuple(linked)}
    told |= {"filled": (*told["filled"], *filled), "renumbered": tuple(renumbered)}
    return merged, told, sorted(set(problems))


def key_of(row, key):
    """Return the primary key of a row."""
    return tuple(row.cells[column] for column in key)


def counts(rows, before, resource):
    """Count the rows of a table: all, added, changed, removed."""
    key = resource["schema"]["primaryKey"]
    old = {key_of(row, key): row.cells for row in before}
    now = [(key_of(row, key), row.cells) for row in rows]
    kinds = Counter("kept" if old.get(k) == c else "changed" if k in old else "added" for k, c in now)
    return len(rows), kinds["added"], kinds["changed"], len(old) - kinds["kept"] - kinds["changed"]


def _changed(merged, data):
    """Return the laureates of which a row is new, changed or gone."""
    found = set()
    for name, rows in merged.items():
        kept = {id(row) for row in rows}
        touched = [row for row in rows if not row.line] + [row for row in data[name] if id(row) not in kept]
        found |= {row.cells["laureate_id"] for row in touched if "laureate_id" in row.cells and name != "actors"}
    return found


def _match_laureates(draft, data):
    """Find the laureates of a draft that are already in the data: by id, by name, by their row of the source."""
    of_draft, of_data = _ambitions(draft), _ambitions(data)

    def by_name(row, ambitions):
        return ambitions[row.cells["laureate_id"]], unaccented(row.cells["name"])

    def by_row(row, _):
        return row.cells["source_id"], row.cells["source_row"]

    ids = [row.cells["laureate_id"] for row in draft["laureates"]]
    same = {one: one for one in ids if one in of_data and of_data[one] == of_draft[one]}
    for key in (by_name, by_row):
        free = {key(row, of_data): row.cells["laureate_id"] for row in reversed(data["laureates"])}
        free = {value: laureate for value, laureate in free.items() if laureate not in same.values()}
        for row in draft["laureates"]:
            found = free.get(key(row, of_draft))
            if found and row.cells["laureate_id"] not in same:
                same[row.cells["laureate_id"]] = free.pop(key(row, of_draft))
    problems = []
    for one, row in zip(ids, draft["laureates"], strict=True):
        if one in of_data and one not in same:
            place = ("laureates.csv", row.lines["laureate_id"], "laureate_id")
            problems.append(Problem(*place, "laureate_clash", one, other=of_data[one]))
    return same, problems


def _ambitions(tables):
    """Return the ambition of each laureate."""
    enjeux = {row.cells["enjeu_id"]: row.cells["ambition_id"] for row in tables["enjeux"]}
    return {row.cells["laureate_id"]: enjeux.get(row.cells["enjeu_id"], "") for row in tables["laureates"]}


def match_actors(draft, data):
    """Find the actors of a draft that are already in the data."""
    exact, near, ours = defaultdict(list), defaultdict(list), {}
    for row in data:
        actor = ours[row.cells["actor_id"]] = row.cells
        for form in printed_forms(actor):
            exact[fold(form)].append(actor["actor_id"])
            near[unaccented(form)].append(actor["actor_id"])
    same, problems = {}, []
    for row in draft:
        cells, actor = row.cells, row.cells["actor_id"]
        owners = list(dict.fromkeys(owner for form in printed_forms(cells) for owner in exact[fold(form)]))
        close = list(dict.fromkeys(owner for form in printed_forms(cells) for owner in near[unaccented(form)]))
        if actor in close and actor not in owners:
            owners.append(actor)  # its own id settles what accents leave open, but not what a name says exactly
        owners = owners or close
        if len(owners) > 1:
            form = next(form for form in printed_forms(cells) if owners[1] in near[unaccented(form)])
            told = {"value": form, "other": ", ".join(owners)}
            problems.append(Problem("actors.csv", row.lines["aliases"], "aliases", "actor_between", **told))
        elif owners:
            same[actor] = owners[0]
        elif actor in ours:
            told = {"value": actor, "other": ours[actor]["name"]}
            problems.append(Problem("actors.csv", row.lines["actor_id"], "actor_id", "actor_clash", **told))
    return same, problems


def _joined_actors(draft, data, known, update):
    """Join the actors: the rows, what was done, and problems."""
    ours = {row.cells["actor_id"]: row for row in data}
    new, merged, filled, problems = [], [], [], []
    for row in draft:
        actor, before = row.cells["actor_id"], ours.get(known.get(row.cells["actor_id"]))
        if before is None:
            ours.setdefault(actor, row._replace(line=0))
            new.append((actor, row.cells["name"]))
            continue
        cells, more_forms, more = _one_actor(row, before.cells, update)
        problems += more
        if cells != before.cells:
            ours[known[actor]] = before._replace(line=0, cells=cells)
            blank = [c for c, value in before.cells.items() if cells[c] and not value and c != "aliases"]
            filled += [("actors", known[actor], column, cells[column]) for column in blank]
        if more_forms or actor != known[actor]:
            merged.append((actor, known[actor], tuple(more_forms)))
    told = {"actors_new": tuple(new), "actors_merged": tuple(merged), "filled": tuple(filled)}
    return list(ours.values()), told, problems


def _one_actor(row, ours, update):
    """Merge an actor of the draft into the same one of the data: its cells, the forms that are new, problems."""
    theirs, cells, problems = row.cells, dict(ours), []
    renamed = theirs["actor_id"] != ours["actor_id"]
    for column in (*OF_ACTORS, *(name for name in FORMS if name in ours)):
        if not theirs[column] or theirs[column] == ours[column] or (renamed and column in OF_NAMES):
            continue
        if ours[column] and not update:
            told = {"value": theirs[column], "nearest": ours["actor_id"], "other": ours[column]}
            problems.append(Problem("actors.csv", row.lines[column], column, "actor_differs", **told))
        else:
            cells[column] = theirs[column]
    known, new = {fold(form) for form in printed_forms(ours)}, []
    for form in printed_forms(theirs):
        if fold(form) not in known:
            known.add(fold(form))
            new.append(form)
    before = after = printed_forms(ours)[1:]
    if cells["name"] != ours["name"]:
        after = [*before, ours["name"]]  # mentions were coded under the old name
    after = [form for form in [*after, *new] if form in before or fold(form) != fold(cells["name"])]
    if after != before:
        cells["aliases"] = "|".join(after)
    return cells, new, problems


def _linked(actors, laureates, brought):
    """Link actors to the laureates whose name is one of their forms."""
    named, rows, linked = defaultdict(list), [], []
    for row in laureates:
        named[unaccented(row.cells["name"])].append(row.cells["laureate_id"])
    for row in actors:
        cells = row.cells
        found = {laureate for form in printed_forms(cells) for laureate in named.get(unaccented(form), ())}
        if not cells["laureate_id"] and cells["kind"] in NAMED and len(found) == 1:
            (laureate,) = found
            if brought & {laureate, cells["actor_id"]}:
                linked.append((cells["actor_id"], laureate))
                row = row._replace(line=0, cells=cells | {"laureate_id": laureate})
        rows.append(row)
    return rows, linked


def _renamed(tables, laureates=None, actors=None):
    """Give laureates or actors other ids wherever they stand."""
    laureates, actors = laureates or {}, actors or {}
    ids = {row.cells["laureate_id"] for row in tables["laureates"]}

    def end(value):
        return laureates.get(value, value) if value in ids else actors.get(value, value)

    def cell(column, value):
        return {"laureate_id": laureates, "actor_id": actors}.get(column, {}).get(value, value)

    def key(table, value):
        """Rename the part of a row's key that is an id."""
        if table == "actors":
            return actors.get(value, value)
        parts, at = value.split("/"), 1 if table == "evidence" else 0
        if at < len(parts):
            parts[at] = laureates.get(parts[at], parts[at])
        return "/".join(parts)

    def changed(name, cells):
        cells = {column: cell(column, value) for column, value in cells.items()}
        if name == "relations":
            cells |= {"from_id": end(cells["from_id"]), "to_id": end(cells["to_id"])}
        elif name == "readings":
            cells["key"] = key(cells["table"], cells["key"])
            cells |= {column: cell(cells["column"], cells[column]) for column in ("value", "alternative")}
        elif name == "claims" and cells["rule"] in ("actor", "principal"):
            cells["subject"] = key("actors" if cells["rule"] == "actor" else "roles", cells["subject"])
        return cells

    return {name: [row._replace(cells=changed(name, row.cells)) for row in rows] for name, rows in tables.items()}


def _joined(name, resource, draft, data, replaced, update):
    """Join rows, the same key once, but those of replaced laureates: the rows, cells that were empty, problems."""
    key, file = resource["schema"]["primaryKey"], resource["path"]
    theirs, rows, filled, problems = {key_of(row, key): row for row in draft}, [], [], []
    for row in data:
        new, is_replaced = theirs.pop(key_of(row, key), None), row.cells.get("laureate_id") in replaced
        if new is None:
            rows += [] if is_replaced else [row]
            continue
        told = "/".join(key_of(row, key))
        if new.cells.get("ambition_id") != row.cells.get("ambition_id"):
            problems.append(
                Problem(file, new.lines[key[-1]], key[-1], "row_clash", told, other=row.cells["ambition_id"])
            )
            continue
        cells, filling = dict(new.cells), row.cells
        if name in DESCRIBED:
            cells = {column: value or row.cells[column] for column, value in cells.items()}
            blank = {column: cells[column] for column, value in row.cells.items() if cells[column] and not value}
            filled += [(name, told, column, value) for column, value in blank.items()]
            filling = row.cells | blank
        if not update and not is_replaced:
            problems += [
                Problem(file, new.lines[column], column, "row_differs", value, other=filling[column])
                for column, value in cells.items()
                if value != filling[column]
            ]
        rows.append(row if cells == row.cells else new._replace(line=0, cells=cells))
    return rows + [row._replace(line=0) for row in theirs.values()], filled, problems


def _numbered(name, resource, draft, data):
    """Give the rows of a numbered list of the draft ids that fit the data."""
    (column,) = resource["schema"]["primaryKey"]
    free = defaultdict(list)
    for row in data:
        free[key_of(row, NUMBERED[name])].append(row.cells)
    used, given = {row.cells[column] for row in data}, {}
    for row in draft:  # first those that the data have, so that no other row takes their number
        same = free[key_of(row, NUMBERED[name])]
        if same:
            same.sort(key=lambda ours, row=row: (ours | {column: ""} == row.cells | {column: ""}, ours == row.cells))
            best = next((ours for ours in same if ours[column] == row.cells[column]), same[-1])
            same.remove(best)
            given[row.cells[column]] = best[column]
    rows, renumbered, taken = [], [], used | {row.cells[column] for row in draft}
    for row in draft:
        old = row.cells[column]
        new = given.get(old, old)
        if old not in given and old in used:
            new = _next(taken)
            taken.add(new)
            renumbered.append((name, old, new))
        rows.append(row._replace(cells=row.cells | {column: new}))
    return rows, renumbered


def _next(taken):
    """Return the number after the last one, written as it is."""
    last = max(taken, key=lambda text: int(re.sub(r"\D", "", text) or 0))
    digits = re.sub(r"\D", "", last)
    return f"{last[: len(last) - len(digits)]}{int(digits) + 1:0{len(digits)}d}"


def _arranged(resource, rows, before):
    """Bring the rows of a table into the order that the data had."""
    schema = resource["schema"]
    whole = {field["name"] for field in schema["fields"] if field["type"] == "integer"}
    orders = [["source_id", "source_row"]] if resource["path"] == "laureates.csv" else []
    for columns in [*orders, schema["primaryKey"]]:

        def place(row, columns=columns):
            return [int(row.cells[c]) if c in whole else row.cells[c] for c in columns]

        if all(place(a) <= place(b) for a, b in zip(before, before[1:], strict=False)):
            return sorted(rows, key=place)
    return rows


def text(raw, rows, before, resource):
    """Write a table: lines of rows that did not change are kept, the others are written as the file is."""
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", raw)
    head, columns, delimiter = _head(lines, {field["name"] for field in resource["schema"]["fields"]})
    found = re.search(r"\r\n|\r|\n", raw)
    end = found.group() if found else "\n"
    starts = [row.line for row in before]
    parts = ["".join(lines[:head])]
    for row in rows:
        if row.line:
            after = bisect_right(starts, row.line)
            stop = starts[after] - 1 if after < len(starts) else len(lines)
            parts.append("".join(lines[row.line - 1 : stop]))
        else:
            out = io.StringIO()
            csv.writer(out, delimiter=delimiter, lineterminator=end).writerow([row.cells[c] for c in columns])
            parts.append(out.getvalue())
    ended = [part if part.endswith(("\r", "\n")) else part + end for part in parts[:-1]]
    return "".join([*ended, parts[-1]])


def _head(lines, wanted):
    """Find the header: how many lines it takes with those above, its columns in order, and the delimiter."""
    for at, line in enumerate(lines, 1):
        for delimiter in DELIMITERS:
            names = [INVISIBLE.sub("", name).strip().strip('"').strip() for name in line.split(delimiter)]
            if set(names) == wanted:
                return at, names, delimiter
    raise ValueError("no header")
