"""Who is who between a draft and the data: laureates and actors that are the same under two ids, or two under one.

A form of an actor is its name or an alias. Forms are compared first as the contract does (case and apostrophes do not
count), then without accents.
"""

from collections import defaultdict

from ..dataset.problems import Problem
from ..words.folding import fold, printed_forms, unaccented

LINKED = ("named", "institution")  # kinds of actors that can be a laureate
OF_ACTORS = ("name", "short_fr", "short_en", "kind", "actor_type", "scale", "laureate_id", "note")
OF_NAMES = ("name", "short_fr", "short_en")


def ambition_of(tables):
    """Return the ambition of each laureate."""
    enjeux = {row.cells["enjeu_id"]: row.cells["ambition_id"] for row in tables["enjeux"]}
    return {row.cells["laureate_id"]: enjeux.get(row.cells["enjeu_id"], "") for row in tables["laureates"]}


def match_laureates(draft, data):
    """Find the laureates of a draft that are already in the data."""
    of_draft, of_data = ambition_of(draft), ambition_of(data)

    def by_name(row, ambitions):
        return ambitions[row.cells["laureate_id"]], unaccented(row.cells["name"])

    def by_row(row, _):
        return row.cells["source_id"], row.cells["source_row"]

    same, problems = {}, []
    for row in draft["laureates"]:
        laureate = row.cells["laureate_id"]
        if laureate in of_data and of_data[laureate] == of_draft[laureate]:
            same[laureate] = laureate
    for key in (by_name, by_row):
        free = {key(r, of_data): r.cells["laureate_id"] for r in reversed(data["laureates"])}
        free = {value: laureate for value, laureate in free.items() if laureate not in same.values()}
        for row in draft["laureates"]:
            found = free.get(key(row, of_draft))
            if found and row.cells["laureate_id"] not in same:
                same[row.cells["laureate_id"]] = free.pop(key(row, of_draft))
    for row in draft["laureates"]:
        laureate = row.cells["laureate_id"]
        if laureate in of_data and laureate not in same:
            place = ("laureates.csv", row.lines["laureate_id"], "laureate_id")
            problems.append(Problem(*place, "laureate_clash", laureate, other=of_data[laureate]))
    return same, problems


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
        if actor in close:  # its own id settles what accents leave open, but not what a name says exactly
            owners += [] if actor in owners else [actor]
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


def one_actor(row, ours, update):
    """Merge an actor of the draft into the same one of the data."""
    theirs, cells, problems = row.cells, dict(ours), []
    renamed = theirs["actor_id"] != ours["actor_id"]
    for column in OF_ACTORS:
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


def link(actors, laureates, brought):
    """Link actors to the laureates whose name is one of their forms."""
    named, rows, linked = defaultdict(list), [], []
    for row in laureates:
        named[unaccented(row.cells["name"])].append(row.cells["laureate_id"])
    for row in actors:
        cells = row.cells
        found = {laureate for form in printed_forms(cells) for laureate in named.get(unaccented(form), ())}
        if not cells["laureate_id"] and cells["kind"] in LINKED and len(found) == 1:
            (laureate,) = found
            if brought & {laureate, cells["actor_id"]}:
                linked.append((cells["actor_id"], laureate))
                row = row._replace(line=0, cells=cells | {"laureate_id": laureate})
        rows.append(row)
    return rows, linked


def rename(tables, laureates=None, actors=None):
    """Give laureates and actors other ids wherever they stand."""
    laureates, actors = laureates or {}, actors or {}
    ids = {row.cells["laureate_id"] for row in tables["laureates"]}

    def end(value):
        return laureates.get(value, value) if value in ids else actors.get(value, value)

    def changed(name, cells):
        cells = {column: _renamed(column, value, laureates, actors) for column, value in cells.items()}
        if name == "relations":
            cells |= {"from_id": end(cells["from_id"]), "to_id": end(cells["to_id"])}
        elif name == "readings":
            cells["key"] = _key(cells["table"], cells["key"], laureates, actors)
            for column in ("value", "alternative"):
                cells[column] = _renamed(cells["column"], cells[column], laureates, actors)
        elif name == "claims" and cells["rule"] == "actor":
            cells["subject"] = actors.get(cells["subject"], cells["subject"])
        elif name == "claims" and cells["rule"] == "principal":
            cells["subject"] = _key("roles", cells["subject"], laureates, actors)
        return cells

    return {name: [row._replace(cells=changed(name, row.cells)) for row in rows] for name, rows in tables.items()}


def _renamed(column, value, laureates, actors):
    return {"laureate_id": laureates, "actor_id": actors}.get(column, {}).get(value, value)


def _key(table, key, laureates, actors):
    """Rename the part of a row's key that is an id."""
    parts = key.split("/")
    if table == "actors":
        return actors.get(key, key)
    at = 1 if table == "evidence" else 0
    if at < len(parts):
        parts[at] = laureates.get(parts[at], parts[at])
    return "/".join(parts)
