"""The workbook of a second coder: the units and the codebook, nothing of the first coding; and back to a data folder.

What is written follows from the units alone (laureates, themes, printed mentions): two codings of the same units give
the same bytes. What is not asked of the second coder (the documents, places, statuses, relations, claims) is taken
from the data when the workbook comes back.
"""

from collections import defaultdict

from ..dataset import rules
from ..dataset.cells import findings
from ..dataset.csvfile import Row, Table
from ..dataset.loading import load, of_laureates
from ..dataset.problems import Problem
from ..words import labels
from ..words.codes import NONE, PRINCIPAL, ROLES
from ..words.folding import fold, slug
from . import sheets
from .sheets import address

# What each sheet is keyed by, and shows of a table of the contract; what is coded stands in `ASKED`.
KEYS = {
    "laureates": ("laureate_id", "name", "project_name", "enjeu", "source", "source_row"),
    "themes": ("theme_id", "kind", "label_{lang}", "definition_{lang}"),
    "roles": ("laureate_id", "role"),
    "evidence": ("laureate_id", "theme_id"),
    "contributions": (),
    "mentions": ("laureate_id", "position", "mention"),
}
# Columns to be filled in.
ASKED = {
    "roles": ("coded", "anchor"),
    "evidence": ("coded", "anchor", "note"),
    "contributions": ("laureate_id", "dimension", "target", "code", "label_{lang}", "anchor"),
    "mentions": ("kind", "actor_type", "scale", "actor", "parent_position"),
}
CODES = {"roles": ("yes", PRINCIPAL, "no"), "evidence": ("direct", "indirect", NONE)}
PRINTED = {"enjeu": "enjeu_id", "source": "source_id"}  # shown as printed, not as ids
WIDE = ("anchor", "note", "actor", "label_fr", "label_en")  # empty columns that will hold texts
SAID = ("kind", "actor_type", "scale")  # of an actor, wherever it is mentioned


def planned(contract, lang):
    """Return the sheets of the workbook, made of the contract's tables and columns."""
    actors = {field["name"]: field for field in contract["actors"]["schema"]["fields"]}
    made = {}
    for table, keys in KEYS.items():
        resource = contract[table]
        known = {field["name"]: field for field in resource["schema"]["fields"]}
        names = [name.format(lang=lang) for name in keys]
        columns = [*names, *(name.format(lang=lang) for name in ASKED.get(table, ()))]
        fields = []
        for name in columns:
            field = dict(known.get(PRINTED.get(name, name)) or actors.get(name) or _own(table, name)) | {"name": name}
            field.pop("example", None)  # it may be a cell of the first coding
            if table in CODES and name == "anchor":
                field["constraints"] = {}  # what is not there has none
            if name in WIDE:
                field["width"] = 46
            fields.append(field)
        links = [one for one in resource["schema"].get("foreignKeys", []) if one["reference"]["resource"] in KEYS]
        links = [one for one in links if one["fields"][0] in columns]
        schema = {"fields": fields, "primaryKey": names, "foreignKeys": links}
        made[table] = {**resource, "schema": schema}
    return sheets.planned(made, lang=lang)


def _own(table, name):
    """Describe a column that the contract does not have."""

    def both(entry, key):
        return {entry: labels.t(key, "fr"), f"{entry}_en": labels.t(key, "en")}

    field = {"name": name, "type": "string"}
    field |= both("title", f"blind.{name}.title") | both("description", f"blind.{table}.{name}")
    if table not in CODES:
        return field
    categories = [
        {"value": code} | both("label", f"blind.code.{code}") | both("description", f"blind.{table}.{code}")
        for code in CODES[table]
    ]
    return field | {"constraints": {"required": True, "enum": list(CODES[table])}, "categories": categories}


def units(dataset, plan, lang):
    """Return the rows of the sheets: the units, in the order in which they are printed, nothing coded."""
    heading, source = (
        {row[key]: row for row in getattr(dataset, table).to_dict("records")}
        for table, key in (("enjeux", "enjeu_id"), ("sources", "source_id"))
    )
    laureates, home = dataset.laureates.to_dict("records"), of_laureates(dataset)
    for row in laureates:
        row["enjeu"] = f"{row['enjeu_id']} {heading[row['enjeu_id']]['title_fr']}"
        row["source"] = source[row["source_id"]]["title"]
    themes = dataset.themes.sort_values(["ambition_id", "number", "theme_id"]).to_dict("records")
    mentions = defaultdict(list)
    for row in dataset.mentions.to_dict("records"):
        mentions[row["laureate_id"]].append(row)
    ids = [row["laureate_id"] for row in laureates]
    found = {
        "laureates": laureates,
        "themes": themes,
        "roles": [{"laureate_id": one, "role": role} for one in ids for role in ROLES],
        "evidence": [
            {"laureate_id": one, "theme_id": theme["theme_id"]}
            for one in ids
            for theme in themes
            if theme["ambition_id"] == home[one]
        ],
        "mentions": [row for one in ids for row in mentions[one]],
        "contributions": [],
    }
    rows = {}
    for sheet in plan:
        shown = [name.format(lang=lang) for name in KEYS[sheet.table]]
        rows[sheet.table] = []
        for line, row in enumerate(found[sheet.table], 2):
            cells = {name: str(row[name]) if name in shown else "" for name in sheet.columns}
            rows[sheet.table].append(Row(line, cells, dict.fromkeys(cells, line)))
    return rows


def tables(found, plan, data, lang):
    """Make the tables of a data folder: what was coded, beside what the data hold.

    Returns the tables, the faults of units, which refuse the workbook, and what else is told.
    """
    dataset = load(data, ambition="all")
    wanted, by_table, told = units(dataset, plan, lang), {sheet.table: sheet for sheet in plan}, []

    def tell(table, line, column, code, **more):
        place = found.heads[table].get(column, 1)
        told.append(Problem(by_table[table].title, line, column, code, cell=address(line, place), **more))

    coded = {}
    for table, keys in KEYS.items():
        names = [name.format(lang=lang) for name in keys]
        asked = {_key(row, names) for row in wanted[table]} if names else None
        coded[table], seen = [], {}
        for row in found.tables[table].rows:
            key = _key(row, names)
            if asked is None:
                coded[table].append(row)
            elif key in asked and key not in seen:
                coded[table].append(row)
            else:
                tell(
                    table, row.line, names[0], "blind_twice" if key in seen else "blind_unknown", value=" / ".join(key)
                )
            seen.setdefault(key, row.line)
        for row in wanted[table] if names else ():
            if _key(row, names) not in seen:
                tell(table, 1, names[0], "blind_missing", value=" / ".join(_key(row, names)))
    faults, told[:] = list(told), []
    made = {
        "roles": [_role(row) for row in _answered("roles", coded, by_table, tell)],
        "evidence": [_passage(row) for row in _answered("evidence", coded, by_table, tell)],
        "contributions": [
            _with(row, **dict.fromkeys(("label_fr", "label_en"), row.cells[f"label_{lang}"]))
            for row in coded["contributions"]
        ],
    }
    made["actors"], made["mentions"] = _actors(coded["mentions"], dataset, by_table["mentions"], tell)
    made["readings"] = []
    rows, _ = sheets.stored(dataset.path, sheets.planned(rules.tables(dataset.path)))
    return {name: Table(made.get(name, rows[name]), [], True) for name in rows}, faults, told


# Columns of the contract that a check speaks of, by the columns that they were made of.
MADE_OF = {"salience": "coded", "strength": "coded"}
MADE_OF |= dict.fromkeys(("name", "aliases", "actor_id", "short_fr", "short_en"), "actor")


def asked(problems):
    """Keep of what a check found what the second coder can put right, and say on which sheet and in which column."""
    found = []
    for one in problems:
        file = "mentions.csv" if one.file == "actors.csv" else one.file
        if file.removesuffix(".csv") in ASKED:
            found.append(one._replace(file=file, column=MADE_OF.get(one.column, one.column)))
        elif not one.notice:
            found.append(one)
    return found


def _key(row, names):
    return tuple(row.cells[name] for name in names)


def _with(row, **cells):
    """Return a row with more cells, all of one line."""
    return Row(row.line, row.cells | cells, defaultdict(lambda: row.line), row.bad)


def _answered(table, coded, by_table, tell):
    """Yield the rows that have a code, and tell those that have none, or words for nothing."""
    field = next(field for field in by_table[table].fields if field["name"] == "coded")
    for row in coded[table]:
        value, problems = findings(row.cells["coded"], field)
        for one in problems:
            tell(table, row.line, "coded", **one)
        empty = value in ("no", NONE)
        if empty and row.cells["anchor"]:
            tell(table, row.line, "anchor", "blind_words", value=row.cells["anchor"], notice=True)
        if value in CODES[table] and not empty:
            yield _with(row, coded=value)


def _role(row):
    return _with(row, salience=PRINCIPAL if row.cells["coded"] == PRINCIPAL else "stated")


def _passage(row):
    return _with(row, strength=row.cells["coded"])


def _actors(rows, dataset, sheet, tell):
    """Return the actors that the mentions name, and the mentions; an actor that the data know keeps its id."""
    groups, fields = {}, {field["name"]: field for field in sheet.fields}
    for row in rows:
        groups.setdefault(fold(row.cells["actor"] or row.cells["mention"]), []).append(row)
    known = dataset.actors.to_dict("records")
    by_form = {fold(form): one for one in known for form in one["aliases"].split("|") if form}
    by_form |= {fold(one["name"]): one for one in known}
    laureates = {fold(one["name"]): one["laureate_id"] for one in dataset.laureates.to_dict("records")}
    actors, mentions, taken = [], [], set()
    own = {fold(one["name"]) for one in known}
    for named in sorted(groups, key=lambda name: name not in own):  # another form must not take the id of a name
        mine = groups[named]
        like = by_form.get(named)
        identity = like["actor_id"] if like and like["actor_id"] not in taken else slug(named) or "x"
        while identity in taken or (not like and identity in {one["actor_id"] for one in known}):
            identity += "-2"
        taken.add(identity)
        said = {name: _said(name, mine, fields[name], tell) for name in SAID}
        printed = next((row.cells["actor"] for row in mine if row.cells["actor"]), mine[0].cells["mention"])
        forms = {fold(row.cells["mention"]): row.cells["mention"] for row in mine}
        cells = {"actor_id": identity, "name": printed, "short_fr": printed, "short_en": printed, **said}
        cells["laureate_id"] = like["laureate_id"] if like else laureates.get(named, "")
        cells |= {"aliases": "|".join(form for key, form in forms.items() if key != named), "note": ""}
        actors.append(_with(mine[0], **cells))
        mentions += [_with(row, actor_id=identity) for row in mine]
    # Relations and claims may speak of actors that no row mentions.
    spoken = {*dataset.relations["from_id"], *dataset.relations["to_id"]}
    spoken |= set(dataset.claims.loc[dataset.claims["rule"] == "actor", "subject"])
    for one in known:
        if one["actor_id"] in spoken - taken:
            line = len(rows) + 2
            actors.append(Row(line, {**one, "aliases": ""}, defaultdict(lambda line=line: line)))
    return actors, sorted(mentions, key=lambda row: row.line)


def _said(name, rows, field, tell):
    """Return what is said of an actor in the rows that mention it: the same, or nothing, in each."""
    said = {row.cells[name]: row for row in reversed(rows) if row.cells[name]}
    if not said:
        value, problems = findings("", field)
        for one in problems:
            tell("mentions", rows[0].line, name, **one)
        return value
    first, *others = sorted(said, key=lambda value: said[value].line)
    for value in others:
        tell("mentions", said[value].line, name, "blind_two", value=value, other=first, nearest=first)
    value, problems = findings(first, field)
    for one in problems:
        tell("mentions", said[first].line, name, **one)
    return value
