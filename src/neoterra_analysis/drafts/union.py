"""A draft and the data made one: who is who first, then table by table."""

from collections import Counter

from ..problems import Problem
from . import identities, joining


def merge(draft, data, resources, update=False):
    """Join the rows of a draft to those of the data; nothing is read or written.

    Parameters
    ----------
    draft, data : dict of str to list of Row
        Tables that keep the contract.
    resources : dict
        The contract; see `contract.tables`.
    update : bool
        Whether laureates that the data have already are replaced, and the draft's value wins where both differ.

    Returns
    -------
    rows : dict of str to list of Row
        The merged tables; rows of the data that did not change are the same objects.
    told : dict
        What was done; attributes of `merging.Summary`.
    problems : list of Problem
        Why the two do not go together; files and lines are those of the draft.

    Examples
    --------
    >>> from neoterra_analysis import contract
    >>> from neoterra_analysis.drafts import differences
    >>> rows, _ = differences.rows_of(contract.find())
    >>> merged, told, problems = merge(rows, rows, contract.tables(contract.find()), update=True)
    >>> merged == rows, told["added"], problems
    (True, (), [])
    """
    same, problems = identities.match_laureates(draft, data)
    lines = {row.cells["laureate_id"]: row for row in draft["laureates"]}
    draft = identities.rename(draft, laureates=same)
    if not update:
        problems += [_there(lines[old], new) for old, new in same.items()]
    known, more = identities.match_actors(draft["actors"], data["actors"])
    problems += more
    actors, told, more = _actors(draft["actors"], data["actors"], known, update)
    problems += more
    draft = identities.rename(draft, actors=known)
    merged, filled, renumbered = {}, [], []
    for name, resource in resources.items():
        theirs, ours = draft[name], data[name]
        columns = [field["name"] for field in resource["schema"]["fields"]]
        if name in joining.NUMBERED:
            theirs, given = joining.number(name, resource, theirs, ours)
            renumbered += given
        if name == "actors":
            merged[name] = actors
        elif "laureate_id" in columns:
            merged[name], more = joining.replace(resource, theirs, ours, set(same.values()), update)
            problems += more
        else:
            merged[name], cells, more = joining.join(name, resource, theirs, ours, update)
            filled += cells
            problems += more
    brought = {row.cells["laureate_id"] for row in draft["laureates"]}
    brought |= {row.cells["actor_id"] for row in draft["actors"]}
    merged["actors"], linked = identities.link(actors, merged["laureates"], brought)
    merged = {name: joining.arrange(resources[name], rows, data[name]) for name, rows in merged.items()}
    changed = _changed(merged, data)
    updated = [lines[old].cells["name"] for old, new in same.items() if new in changed]
    added = [row.cells["name"] for row in lines.values() if row.cells["laureate_id"] not in same]
    told |= {"added": tuple(added), "updated": tuple(updated), "linked": tuple(linked)}
    told |= {"filled": (*told["filled"], *filled), "renumbered": tuple(renumbered)}
    return merged, told, sorted(set(problems))


def _changed(merged, data):
    """Return the laureates of which a row is new, changed or gone."""
    found = set()
    for name, rows in merged.items():
        kept = {id(row) for row in rows}
        touched = [row for row in rows if not row.line] + [row for row in data[name] if id(row) not in kept]
        found |= {row.cells["laureate_id"] for row in touched if "laureate_id" in row.cells and name != "actors"}
    return found


def _there(row, ours):
    """Say by what a laureate of the draft was known again."""
    column = "laureate_id" if row.cells["laureate_id"] == ours else "name"
    return Problem("laureates.csv", row.lines[column], column, "laureate_there", row.cells[column], other=ours)


def _actors(draft, data, known, update):
    """Join the actors: the rows, what was done, and problems."""
    ours = {row.cells["actor_id"]: row for row in data}
    new, merged, filled, problems = [], [], [], []
    for row in draft:
        actor = row.cells["actor_id"]
        if actor not in known:
            ours.setdefault(actor, row._replace(line=0))
            new.append((actor, row.cells["name"]))
            continue
        before = ours[known[actor]]
        cells, forms, more = identities.one_actor(row, before.cells, update)
        problems += more
        if cells != before.cells:
            ours[known[actor]] = before._replace(line=0, cells=cells)
            blank = [c for c, value in before.cells.items() if cells[c] and not value and c != "aliases"]
            filled += [("actors", known[actor], column, cells[column]) for column in blank]
        if forms or actor != known[actor]:
            merged.append((actor, known[actor], tuple(forms)))
    told = {"actors_new": tuple(new), "actors_merged": tuple(merged), "filled": tuple(filled)}
    return list(ours.values()), told, problems


def counts(rows, before, resource):
    """Count the rows of a table.

    Parameters
    ----------
    rows, before : list of Row
        The merged rows, and those of the data.
    resource : dict
        The table's entry in the contract.

    Returns
    -------
    tuple of int
        Rows now, added, changed, removed.

    Examples
    --------
    >>> from neoterra_analysis.reading import Row
    >>> rows = [Row(0, {"id": "a", "x": "1"}, {}), Row(0, {"id": "b", "x": "2"}, {})]
    >>> counts(rows, [Row(2, {"id": "a", "x": ""}, {})], {"schema": {"primaryKey": ["id"]}})
    (2, 1, 1, 0)
    """
    key = resource["schema"]["primaryKey"]
    old = {joining.key_of(row, key): row.cells for row in before}
    now = [(joining.key_of(row, key), row.cells) for row in rows]
    kinds = Counter("kept" if old.get(k) == c else "changed" if k in old else "added" for k, c in now)
    return len(rows), kinds["added"], kinds["changed"], len(old) - kinds["kept"] - kinds["changed"]
