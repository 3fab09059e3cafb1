"""Who is who between a draft and the data: laureates and actors that are the same under two ids, or two under one.

A form of an actor is its name or an alias. Forms are compared first as the contract does (case and apostrophes do not
count), then without accents.
"""

from collections import defaultdict

from ..contract import fold
from ..problems import Problem
from ..reading import plain

LINKED = ("named", "institution")  # kinds of actors that can be a laureate
OF_ACTORS = ("name", "short_fr", "short_en", "kind", "actor_type", "scale", "laureate_id", "note")
OF_NAMES = ("name", "short_fr", "short_en")


def unaccented(text):
    """Fold a name for matching: case, accents and the kind of apostrophe do not count.

    Examples
    --------
    >>> unaccented("L’Échelle") == unaccented("l'echelle")
    True
    """
    return plain(fold(text))


def forms(cells):
    """Return the name of an actor, then its aliases.

    Examples
    --------
    >>> forms({"name": "Ville", "aliases": "La Ville|mairie"})
    ['Ville', 'La Ville', 'mairie']
    """
    return [cells["name"], *(form for form in cells["aliases"].split("|") if form)]


def ambition_of(tables):
    """Return the ambition of each laureate.

    Parameters
    ----------
    tables : dict of str to list of Row
        Tables.

    Returns
    -------
    dict of str to str
        Ambition of each laureate; empty where its enjeu is unknown.

    Examples
    --------
    >>> from neoterra_analysis.drafts.differences import rows_of
    >>> from neoterra_analysis.contract import find
    >>> ambition_of(rows_of(find())[0])["adam"]
    'ambition-4'
    """
    enjeux = {row.cells["enjeu_id"]: row.cells["ambition_id"] for row in tables["enjeux"]}
    return {row.cells["laureate_id"]: enjeux.get(row.cells["enjeu_id"], "") for row in tables["laureates"]}


def match_laureates(draft, data):
    """Find the laureates of a draft that are already in the data.

    By id; else by name, in the same ambition; else by document and row.

    Parameters
    ----------
    draft, data : dict of str to list of Row
        Tables.

    Returns
    -------
    same : dict of str to str
        Id in the draft, id in the data.
    problems : list of Problem
        ``laureate_clash``: an id that stands for laureates of two ambitions.

    Examples
    --------
    >>> from neoterra_analysis.drafts.differences import rows_of
    >>> from neoterra_analysis.contract import find
    >>> data, _ = rows_of(find())
    >>> same, problems = match_laureates(rename(data, laureates={"adam": "l-adam"}), data)
    >>> same["l-adam"], problems
    ('adam', [])
    """
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
    """Find the actors of a draft that are already in the data.

    Parameters
    ----------
    draft, data : list of Row
        Rows of ``actors.csv``.

    Returns
    -------
    same : dict of str to str
        Id in the draft, id in the data.
    problems : list of Problem
        ``actor_clash``: an id that stands for two actors without a common form; ``actor_between``: an actor of the
        draft whose forms are those of two actors of the data.

    Examples
    --------
    >>> from neoterra_analysis.reading import Row
    >>> def row(actor, name, aliases=""):
    ...     return Row(2, {"actor_id": actor, "name": name, "aliases": aliases}, {"actor_id": 2, "aliases": 2})
    >>> match_actors([row("mairie", "Mairie"), row("lac", "Lac")], [row("town", "Ville", "La Ville|mairie")])
    ({'mairie': 'town'}, [])
    """
    exact, near, ours = defaultdict(list), defaultdict(list), {}
    for row in data:
        actor = ours[row.cells["actor_id"]] = row.cells
        for form in forms(actor):
            exact[fold(form)].append(actor["actor_id"])
            near[unaccented(form)].append(actor["actor_id"])
    same, problems = {}, []
    for row in draft:
        cells, actor = row.cells, row.cells["actor_id"]
        owners = list(dict.fromkeys(owner for form in forms(cells) for owner in exact[fold(form)]))
        close = list(dict.fromkeys(owner for form in forms(cells) for owner in near[unaccented(form)]))
        if actor in close:  # its own id settles what accents leave open, but not what a name says exactly
            owners += [] if actor in owners else [actor]
        owners = owners or close
        if len(owners) > 1:
            form = next(form for form in forms(cells) if owners[1] in near[unaccented(form)])
            told = {"value": form, "other": ", ".join(owners)}
            problems.append(Problem("actors.csv", row.lines["aliases"], "aliases", "actor_between", **told))
        elif owners:
            same[actor] = owners[0]
        elif actor in ours:
            told = {"value": actor, "other": ours[actor]["name"]}
            problems.append(Problem("actors.csv", row.lines["actor_id"], "actor_id", "actor_clash", **told))
    return same, problems


def one_actor(row, ours, update):
    """Merge an actor of the draft into the same one of the data.

    What the draft leaves empty says nothing; what the data leave empty is filled. Another name of an actor found by its
    forms is one more alias.

    Parameters
    ----------
    row : Row
        The actor in the draft.
    ours : dict of str to str
        Its cells in the data.
    update : bool
        Whether the draft's value wins where both have one.

    Returns
    -------
    cells : dict of str to str
        The merged cells.
    new : list of str
        Forms that the data did not have.
    problems : list of Problem
        ``actor_differs``, one a cell.

    Examples
    --------
    >>> from neoterra_analysis.reading import Row
    >>> ours = dict.fromkeys((*OF_ACTORS, "aliases"), "") | {"actor_id": "town", "name": "Ville", "kind": "named"}
    >>> theirs = ours | {"actor_id": "mairie", "name": "Mairie", "aliases": "Ville", "scale": "local"}
    >>> cells, new, problems = one_actor(Row(2, theirs, {}), ours, False)
    >>> cells["actor_id"], cells["name"], cells["aliases"], cells["scale"], new, problems
    ('town', 'Ville', 'Mairie', 'local', ['Mairie'], [])
    """
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
    known, new = {fold(form) for form in forms(ours)}, []
    for form in forms(theirs):
        if fold(form) not in known:
            known.add(fold(form))
            new.append(form)
    before = after = forms(ours)[1:]
    if cells["name"] != ours["name"]:
        after = [*before, ours["name"]]  # mentions were coded under the old name
    after = [form for form in [*after, *new] if form in before or fold(form) != fold(cells["name"])]
    if after != before:
        cells["aliases"] = "|".join(after)
    return cells, new, problems


def link(actors, laureates, brought):
    """Link actors to the laureates whose name is one of their forms.

    Parameters
    ----------
    actors, laureates : list of Row
        Merged rows.
    brought : set of str
        Ids of the laureates and actors of the draft: of two that the data had already, nothing is said.

    Returns
    -------
    rows : list of Row
        The actors.
    linked : list of (str, str)
        Actor and laureate.

    Examples
    --------
    >>> from neoterra_analysis.reading import Row
    >>> cells = {"actor_id": "mill", "name": "Moulin", "aliases": "", "kind": "named", "laureate_id": ""}
    >>> laureate = Row(2, {"laureate_id": "le-moulin", "name": "MOULIN"}, {})
    >>> link([Row(2, cells, {})], [laureate], {"le-moulin"})[1]
    [('mill', 'le-moulin')]
    """
    named, rows, linked = defaultdict(list), [], []
    for row in laureates:
        named[unaccented(row.cells["name"])].append(row.cells["laureate_id"])
    for row in actors:
        cells = row.cells
        found = {laureate for form in forms(cells) for laureate in named.get(unaccented(form), ())}
        if not cells["laureate_id"] and cells["kind"] in LINKED and len(found) == 1:
            (laureate,) = found
            if brought & {laureate, cells["actor_id"]}:
                linked.append((cells["actor_id"], laureate))
                row = row._replace(line=0, cells=cells | {"laureate_id": laureate})
        rows.append(row)
    return rows, linked


def rename(tables, laureates=None, actors=None):
    """Give laureates and actors other ids wherever they stand.

    Parameters
    ----------
    tables : dict of str to list of Row
        Tables; they are not changed.
    laureates, actors : dict of str to str, optional
        Old and new ids.

    Returns
    -------
    dict of str to list of Row

    Examples
    --------
    >>> from neoterra_analysis.reading import Row
    >>> cells = {"laureate_id": "alpha", "actor_id": "mill"}
    >>> tables = {"laureates": [], "mentions": [Row(2, cells, {})]}
    >>> rename(tables, actors={"mill": "moulin"})["mentions"][0].cells
    {'laureate_id': 'alpha', 'actor_id': 'moulin'}
    """
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
