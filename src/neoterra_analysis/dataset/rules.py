"""The data contract: ``datapackage.json``, and the rules that hold between rows and between tables.

A table schema says types, allowed codes, patterns and keys (`cells` and `check_keys` hold the tables to it); the other
rules here are those that it cannot say. frictionless checks the same schema, and agrees in the tests, but takes two
seconds a load, stops at the shape of a value, and numbers rows instead of lines.
"""

import json
import os
from collections import defaultdict
from pathlib import Path

from ..words import files, labels
from ..words.codes import PRINCIPAL, ROW_IS_CODE
from ..words.folding import fold
from .csvfile import nearest
from .problems import Problem

PACKAGE = Path(__file__).resolve().parents[1]
INSIDE = PACKAGE / "shipped"  # of the installed package: a project, which is never written into
START, END = "<!-- dictionary: start -->", "<!-- dictionary: end -->"


def find(path=None):
    """Return the data folder to read."""
    given, here = path or os.environ.get("NEOTERRA_DATA"), Path.cwd()
    above = (here, *here.parents, shipped())
    tried = [Path(given)] if given else [folder / "data" for folder in above]
    for folder in tried:
        if (folder / "datapackage.json").is_file():
            return folder
    if tried[0].is_file():
        raise NotADirectoryError(
            labels.t(f"check.{'workbook' if tried[0].suffix.lower() == '.xlsx' else 'file'}_given", value=tried[0])
        )
    raise FileNotFoundError(labels.t("check.no_data", value=tried[0]))


def shipped():
    """Return the project that comes with the package: inside it, or the checkout that it is run from."""
    return INSIDE if INSIDE.is_dir() else PACKAGE.parents[1]


def mine(path=None):
    """Return the data folder to write into, or another folder; that of the package itself is refused."""
    folder = Path(path) if path else find()
    if _is_inside(folder):
        raise ValueError(labels.t("project.shipped"))
    return folder


def beside(folder):
    """Return where what follows from a data folder is written: beside it; of the package's own, where one works."""
    return Path.cwd() if _is_inside(folder) else Path(folder).parent


def _is_inside(folder):
    return INSIDE in (folder := Path(folder).resolve(), *folder.parents)


def tables(folder):
    """Return the tables of the contract in a data folder, ``{name: resource}``."""
    files.mend(folder)
    file = Path(folder) / "datapackage.json"
    text = file.read_text(encoding="utf-8")
    try:
        found = {resource["name"]: resource for resource in json.loads(text)["resources"]}
        for resource in found.values():
            _ = resource["path"], resource["schema"]["primaryKey"], [f["name"] for f in resource["schema"]["fields"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(labels.t("check.broken_contract", file=file, error=repr(error))) from None
    return found


def codes(resource, column):
    """Return the allowed codes of a column, in the contract's order.

    >>> codes({"schema": {"fields": [{"name": "kind", "constraints": {"enum": ["a", "b"]}}]}}, "kind")
    ['a', 'b']
    """
    field = next(field for field in resource["schema"]["fields"] if field["name"] == column)
    return field.get("constraints", {}).get("enum", [])


def _problem(row, file, column, code, value=None, **more):
    """Make a problem of one cell of a row."""
    return Problem(file, row.lines[column], column, code, row.cells[column] if value is None else value, **more)


def _orphans(rows, file, column, known, meant, other):
    """Find the cells that point at no row, not even at one that is itself refused and was meant to be called so."""
    there = known | meant | {""}
    lost = [row for row in rows if row.cells[column] not in there and column not in row.bad]
    near = tuple(sorted(known)) if lost else ()
    return [
        _problem(row, file, column, "orphan", nearest=nearest(row.cells[column], near), other=other) for row in lost
    ]


def check_keys(contract, data, whole, meant):
    """Check that primary keys stand once and that each foreign key has its row."""
    problems = []
    for name, resource in contract.items():
        file, key, seen = resource["path"], resource["schema"]["primaryKey"], {}
        for row in data[name]:
            if row.bad & set(key):
                continue
            value = tuple(row.cells[column] for column in key)
            first = seen.setdefault(value, row)
            if first is not row:
                code = "duplicate_row" if first.cells == row.cells else "duplicate_key"
                problems.append(_problem(row, file, key[-1], code, value="/".join(value), other=str(first.line)))
        for foreign in resource["schema"].get("foreignKeys", []):
            (column,), target = foreign["fields"], foreign["reference"]
            far, (far_column,) = target["resource"], target["fields"]
            if not whole[far]:
                continue
            known = {row.cells[far_column] for row in data[far]}
            problems += _orphans(data[name], file, column, known, meant[far, far_column], f"{far}.csv")
    return problems


def check_mentions(data, whole):
    """Check that positions run 1, 2, 3, … in each row, and that a parent stands in the same row."""
    if not whole["mentions"] or any("laureate_id" in row.bad for row in data["mentions"]):
        return []
    problems, by_row = [], defaultdict(dict)
    broken = {row.cells["laureate_id"] for row in data["mentions"] if "position" in row.bad}
    for row in data["mentions"]:
        if row.cells["laureate_id"] not in broken:
            by_row[row.cells["laureate_id"]][int(row.cells["position"])] = row
    for rows in by_row.values():
        wrong = [(rank, at) for rank, at in enumerate(sorted(rows), 1) if at != rank]
        for rank, at in wrong[:1]:
            problems.append(_problem(rows[at], "mentions.csv", "position", "hole", nearest=str(rank)))
        for position, row in rows.items():
            parent = row.cells["parent_position"]
            if not parent or "parent_position" in row.bad:
                continue
            if int(parent) not in rows or int(parent) == position:
                problems.append(_problem(row, "mentions.csv", "parent_position", "no_parent"))
            elif rows[int(parent)].cells["parent_position"]:
                problems.append(_problem(row, "mentions.csv", "parent_position", "nested_twice"))
    return problems


def check_actors(data):
    """Check that a printed form names one actor only, and that each mention uses a form of its actor."""
    problems, owner, forms = [], {}, defaultdict(set)
    actors = [row for row in data["actors"] if not row.bad & {"actor_id", "name", "aliases"}]
    names = {fold(row.cells["name"]): row.cells["actor_id"] for row in actors}
    printed = {row.cells["actor_id"]: [form for form in row.cells["aliases"].split("|") if form] for row in actors}
    aliases = {actor: {names.get(fold(form)) for form in own} for actor, own in printed.items()}
    for row in actors:
        actor = row.cells["actor_id"]
        for column, form in [("name", row.cells["name"]), *(("aliases", form) for form in printed[actor])]:
            folded = fold(form)
            other = names.get(folded) if column == "aliases" else None
            if owner.setdefault(folded, actor) != actor or other not in (None, actor):
                holder = other or owner[folded]
                code = "alias_cycle" if actor in aliases.get(holder, ()) else "shared_alias"
                problems.append(_problem(row, "actors.csv", column, code, value=form, other=holder))
            forms[actor].add(folded)
    for row in data["mentions"]:
        actor, mention = row.cells["actor_id"], row.cells["mention"]
        if actor in forms and not row.bad & {"actor_id", "mention"} and fold(mention) not in forms[actor]:
            problems.append(_problem(row, "mentions.csv", "mention", "unknown_form", other=actor))
    return problems


def check_meaning(data, whole, meant):
    """Check what only makes sense across columns and tables."""
    problems, principal = [], {}
    for row in data["roles"]:
        if row.cells["salience"] == PRINCIPAL and "laureate_id" not in row.bad:
            laureate = row.cells["laureate_id"]
            first = principal.setdefault(laureate, row)
            if first.cells["role"] != row.cells["role"]:
                line = str(first.line)
                problems.append(_problem(row, "roles.csv", "salience", "two_principals", value=laureate, other=line))
    enjeux, themes = (
        {row.cells[key]: row.cells["ambition_id"] for row in data[table] if "ambition_id" not in row.bad}
        for table, key in (("enjeux", "enjeu_id"), ("themes", "theme_id"))
    )
    ambition = {row.cells["laureate_id"]: enjeux.get(row.cells["enjeu_id"]) for row in data["laureates"]}
    for row in data["evidence"]:
        own, home = themes.get(row.cells["theme_id"]), ambition.get(row.cells["laureate_id"])
        if own is not None and home and own != home:
            problems.append(_problem(row, "evidence.csv", "theme_id", "other_ambition", other=home))
    for row in data["laureates"]:
        inferred, clue = row.cells["department_inferred"], row.cells["inferred_from"]
        if row.bad & {"department_stated", "department_inferred", "inferred_from"}:
            continue
        if row.cells["department_stated"] and inferred:
            problems.append(_problem(row, "laureates.csv", "department_inferred", "stated_twice"))
        if bool(inferred) != bool(clue):
            problems.append(_problem(row, "laureates.csv", "inferred_from", "no_clue"))
    for row in data["actors"]:
        actor, linked = row.cells["actor_id"], row.cells["laureate_id"]
        if actor in ambition and linked != actor and not row.bad & {"actor_id", "laureate_id"}:
            problems.append(_problem(row, "actors.csv", "laureate_id", "same_id", nearest=actor, other=actor))
    known = set(ambition) | {row.cells["actor_id"] for row in data["actors"]}
    known |= meant["laureates", "laureate_id"] | meant["actors", "actor_id"]
    if whole["laureates"] and whole["actors"]:
        for end in ("from_id", "to_id"):
            problems += _orphans(data["relations"], "relations.csv", end, known, set(), "laureates.csv, actors.csv")
    for table, code in (("roles", "no_role"), ("mentions", "no_mention")):
        having = {row.cells["laureate_id"] for row in data[table]}
        for row in data["laureates"] if whole[table] else ():
            if row.cells["laureate_id"] not in having and "laureate_id" not in row.bad:
                problems.append(_problem(row, "laureates.csv", "laureate_id", code, notice=True))
    return problems


def check_readings(contract, data, whole):
    """Check that each open reading points at a cell that holds the value it names."""
    problems, held = [], {}
    for row in data["readings"]:
        cells, file = row.cells, "readings.csv"
        if row.bad & {"table", "key", "column", "value"} or not whole[cells["table"]]:
            continue
        resource = contract[cells["table"]]
        columns = [field["name"] for field in resource["schema"]["fields"]]
        if cells["column"] not in columns:
            near = nearest(cells["column"], columns)
            problems.append(_problem(row, file, "column", "no_such_column", nearest=near, other=cells["table"]))
            continue
        if cells["table"] not in held:
            key = resource["schema"]["primaryKey"]
            held[cells["table"]] = {"/".join([r.cells[k] for k in key]): r for r in data[cells["table"]]}
        found = held[cells["table"]].get(cells["key"])
        lacking = ROW_IS_CODE.get(cells["table"]) == cells["column"] and not cells["value"]
        if found is None and not (lacking and _could_be(contract, data, cells["table"], cells["key"])):
            near = nearest(cells["key"], held[cells["table"]])
            problems.append(_problem(row, file, "key", "no_such_row", nearest=near, other=resource["path"]))
        elif found and cells["column"] not in found.bad and found.cells[cells["column"]] != cells["value"]:
            problems.append(_problem(row, file, "value", "stale_reading", nearest=found.cells[cells["column"]]))
    return problems


def _could_be(contract, data, table, key):
    """Tell whether a table could have a row of a key: as many parts as there should be, each a code or an id."""
    schema, parts = contract[table]["schema"], key.split("/")
    ids = {one["fields"][0]: one["reference"]["resource"] for one in schema.get("foreignKeys", [])}
    known = [
        codes(contract[table], name) or [row.cells[name] for row in data[ids[name]]] for name in schema["primaryKey"]
    ]
    return len(parts) == len(known) and all(part in allowed for part, allowed in zip(parts, known, strict=True))


def check_claims(contract, data, whole, meant):
    """Check that the rule of each claim finds what it looks at, and the number, means or strength that it expects."""
    problems, fields = [], {f["name"]: f for f in contract["claims"]["schema"]["fields"]}
    roles, means = codes(contract["roles"], "role"), codes(contract["contributions"], "code")

    def ids(table, column):
        return [row.cells[column] for row in data[table]] + sorted(meant[table, column])

    shares = fields["subject"]["shares"]
    numbers = [name for name in fields["subject"]["statistics"] if name not in shares]
    subjects = {
        **dict.fromkeys(("count", "about"), ("statistics", numbers)),
        "majority": ("statistics", shares),
        "enjeu": ("enjeux", ids("enjeux", "enjeu_id")),
        "role": ("roles", roles),
        "means": ("roles", roles),
        "actor_type": ("actors", codes(contract["actors"], "actor_type")),
        "actor": ("actors", ids("actors", "actor_id")),
        "principal": ("laureates", [f"{one}/{role}" for one in ids("laureates", "laureate_id") for role in roles]),
        "evidence": ("themes", ids("themes", "theme_id")),
    }
    for row in data["claims"]:
        rule, subject, expected = (row.cells[name] for name in ("rule", "subject", "expected"))
        if row.bad & {"rule", "subject", "expected"} or not whole.get(subjects[rule][0], True):
            continue
        if subject not in subjects[rule][1]:
            near = nearest(subject, subjects[rule][1])
            problems.append(_problem(row, "claims.csv", "subject", "no_subject", nearest=near, other=rule))
        allowed = {"means": means, "actor": codes(contract["evidence"], "strength")}.get(rule, ())
        fits = set(expected.split("|")) <= set(allowed) if rule == "means" else expected in (allowed or ("",))
        if not (expected.isdecimal() if rule in ("count", "about") else fits):
            more = {"allowed": tuple(allowed), "other": rule}
            problems.append(_problem(row, "claims.csv", "expected", "not_expected", **more))
    return problems


def dictionary(folder):
    """Write the data dictionary of a data folder as Markdown, in French with the English beside it."""
    return "\n\n".join(_table(resource) for resource in tables(folder).values())


def _table(resource):
    schema = resource["schema"]
    lines = [f"### {resource['path']}", "", f"{resource['description']} *{resource['description_en']}*", ""]
    lines += [f"Clé (*key*) : {', '.join(f'`{name}`' for name in schema['primaryKey'])}.", ""]
    lines += ["| colonne | type | obligatoire | sens | *meaning* | exemple |", "|---|---|---|---|---|---|"]
    links = {foreign["fields"][0]: foreign["reference"]["resource"] for foreign in schema.get("foreignKeys", [])}
    for field in schema["fields"]:
        required = "oui" if field.get("constraints", {}).get("required") else ""
        kind = field["type"] + (f" → {links[field['name']]}" if field["name"] in links else "")
        texts = [field[name] for name in ("description", "description_en", "example")]
        cells = [f"`{field['name']}`", kind, required, *texts]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    for field in schema["fields"]:
        if "categories" in field:
            lines += ["", f"Codes de `{field['name']}` :", ""]
            lines += [_code(category) for category in field["categories"]]
    rules = zip(held(resource, "fr"), held(resource, "en"), strict=True)
    lines += ["", "Règles :", ""] if resource.get("rules") else []
    for (code, columns, level, told), (*_, level_en, told_en) in rules:
        named = ", ".join(f"`{name}`" for name in columns)
        lines.append(f"- `{code}` ({level}, *{level_en}*), {named} : {told}. *{told_en}.*")
    return "\n".join(lines)


def held(resource, lang=None):
    """Return what is held of the rows of a table beyond its schema: code, columns, refusal or notice, in words.

    >>> held({"rules": [{"code": "future", "level": "refused", "columns": ["retrieved"]}]}, "en")
    [('future', ['retrieved'], 'refused', 'a date is not to come')]
    """
    found = []
    for rule in resource.get("rules", []):
        code, key = rule["code"], f"held.{rule['code']}"
        told = labels.t(key if key in labels.words() else f"rule.{code}", lang)
        found.append((code, rule["columns"], labels.t(f"held.{rule['level']}", lang), told))
    return found


def _code(category):
    text = f"- `{category['value']}`"
    if category["label"] != category["value"]:
        text += f" : {category['label']} (*{category['label_en']}*)"
    if category["description"]:
        text += f". {category['description']} *{category['description_en']}*"
    return text


def readme(folder):
    """Return the text of ``README.md`` of a data folder with its dictionary written anew between the two marks."""
    text = (Path(folder) / "README.md").read_text(encoding="utf-8")
    if text.count(START) != 1 or text.count(END) != 1:
        raise ValueError(f"README.md: {START} and {END} must each stand once")
    head, rest = text.split(START)
    return f"{head}{START}\n\n{dictionary(folder)}\n\n{END}{rest.split(END)[1]}"


def write_dictionary(folder):
    """Write the dictionary in ``README.md`` of a data folder again; the file is replaced in one step."""
    return files.replace(Path(folder) / "README.md", readme(folder))
