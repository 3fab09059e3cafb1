"""The rules that the contract lists are those that the check holds: each is broken once in each column, twice.

A slip changes the rows of sound tables, ``{table: [{column: text}]}``, in the place given by its table and column.
"""

import ast
import inspect
import os
from functools import cache

import pytest

import invented
from neoterra_analysis.coding import sheets, workbook_out
from neoterra_analysis.dataset import coherence, crossed, decisions, invented_example, plausible, rules
from neoterra_analysis.dataset.check import check_tables
from neoterra_analysis.dataset.csvfile import Row, Table, read
from neoterra_analysis.words import labels

FOLDERS = {"shipped": invented.DATA, "invented": invented_example.FOLDER}
CONTRACT = rules.tables(invented.DATA)
LISTED = [
    (table, rule["code"], column, rule["level"])
    for table, resource in CONTRACT.items()
    for rule in resource["rules"]
    for column in rule["columns"]
]
OTHERS = {"duplicate_key", "duplicate_row", "required", "announced"}  # said by the schema, or words of another sense


def group(rows, table):
    """Return the rows of a table that are of the ambition or document of the first, at least two."""
    among = next((name for name in ("ambition_id", "source_id") if name in rows[table][0]), "")
    return (
        [row for row in rows[table] if row.get(among) == rows[table][0].get(among)]
        if table != "ambitions"
        else rows[table]
    )


def one(rows, table, **cells):
    """Return the first row that has these cells; True is for any text."""
    return next(row for row in rows[table] if all(row[c] and v in (True, row[c]) for c, v in cells.items()))


def setting(value, **where):
    """Return a slip that writes a value, in the first row or in that which has these cells."""
    return lambda rows, table, column: one(rows, table, **where).update({column: value})


def like_the_first(rows, table, column):
    first, second = group(rows, table)[:2]
    second[column] = first[column]


def number_hole(rows, table, column):
    last = max(group(rows, table), key=lambda row: int(row[column]))
    last[column] = str(int(last[column]) + 1)


def number_of_id(rows, table, column):
    row = next(row for row in rows[table] if table == "enjeux" or row["ambition_id"].startswith("ambition-"))
    row[column] = "77" if table == "ambitions" else "7.7"


def other_home(rows, table, column):
    if table == "laureates":
        home = next(
            row["ambition_id"] for row in rows["ambitions"] if row["ambition_id"] != rows["sources"][0]["ambition_id"]
        )
        rows["sources"].append(rows["sources"][0] | {"source_id": "another", "ambition_id": home})
        rows["laureates"][0]["source_id"] = "another"
        return
    row = one(rows, table, rule="enjeu") if column == "subject" else rows[table][0]
    row["ambition_id"] = next(a["ambition_id"] for a in rows["ambitions"] if a["ambition_id"] != row["ambition_id"])


def no_words(rows, table, column):
    row = one(rows, table, **{column: True})
    row["carrier_anchor" if column == "carrier_status" else "place_anchor"] = ""
    row["place"] = row["place"] if column == "place" else ""


def nothing_stated(rows, table, column):
    one(rows, table, **{column: True}).update(place="", department_stated="", carrier_status="")


def other_department(rows, table, column):
    one(rows, table, department_stated=True).update(department_stated="33", place="", place_anchor="en Haute-Vienne")


def other_status(rows, table, column):
    one(rows, table, carrier_status=True).update(carrier_status="company", carrier_anchor="notre Association")


def two_principals(rows, table, column):
    rows[table][0].update(salience="principal")
    rows[table].append(
        rows[table][0] | {"role": "connecteur" if rows[table][0]["role"] != "connecteur" else "aiguillon"}
    )


def other_dimension(rows, table, column):
    row = rows[table][0]
    row.update(target="rural", dimension="filiere")


def alias_cycle(rows, table, column):
    first, second = rows[table][:2]
    first["aliases"], second["aliases"] = second["name"], first["name"]


def shared_alias(rows, table, column):
    rows[table][1][column] = rows[table][0]["name"]


def unused_actor(rows, table, column):
    rows[table].append(rows[table][0] | {"actor_id": "idle", "name": "Repos", "aliases": "", "laureate_id": ""})


def nested_twice(rows, table, column):
    mine = [row for row in rows[table] if row["laureate_id"] == rows[table][0]["laureate_id"]]
    assert len(mine) > 1
    mine[0]["parent_position"], mine[1]["parent_position"] = "2", "1"


def self_loop(rows, table, column):
    rows[table][0]["to_id"] = rows[table][0]["from_id"]


def direction(rows, table, column):
    row = rows[table][0]
    row["from_id"] = next(
        one["laureate_id"] for one in rows["laureates"] if one["laureate_id"] not in (row["from_id"], row["to_id"])
    )


def lost(table):
    """Return a slip that drops what another table has of the first row."""

    def slip(rows, home, column):
        column_there = {"claims": "subject"}.get(table, column)
        rows[table] = [row for row in rows[table] if row[column_there] != rows[home][0][column]]

    return slip


def other_ambition(rows, table, column):
    theme = one(rows, "themes", theme_id=rows[table][0]["theme_id"])
    theme["ambition_id"] = next(a["ambition_id"] for a in rows["ambitions"] if a["ambition_id"] != theme["ambition_id"])


def other_kind(rows, table, column):
    row = one(rows, table, rule="evidence")
    row["kind"] = "lever" if row["kind"] != "lever" else "challenge"


def exchanged(rows, table, column):
    """Two words of each language leave no doubt, one does."""
    english = f"{column[:-3]}_en"
    rows[table][0].update({column: "The work of the two is here", english: "Le travail de la ville"})
    rows[table][1].update({column: "The mill", english: "Le moulin"})


def crossing(rows, table, column):
    """Let all texts of two rows speak of one thing each, but those of a column."""
    first = rows[table][0]
    mine = first.get("laureate_id") if table in ("roles", "relations", "evidence") else None
    second = next(row for row in rows[table][1:] if mine is None or row["laureate_id"] != mine)
    texts = [name for name in first if name.endswith(("_fr", "_en")) or name in ("name", "anchor", "locator")]
    if len(texts) == 1:  # the names of the laureates are the other text; that of a theme could be akin to them
        first.update({"theme_id": "x"} if table == "evidence" else {})
        second.update({"theme_id": "x"} if table == "evidence" else {})
        first[column], second[column] = (row["laureate_id"].replace("-", " ") for row in (second, first))
        return
    for row, text in (first, "fontaines anciennes"), (second, "moulins rouverts"):
        row.update(dict.fromkeys(texts, text))
    first[column], second[column] = "moulins rouverts", "fontaines anciennes"


def told_twice(rows, table, column):
    """Copy a row's cell to the next row of the same laureate or document; in a table of one row, add another."""
    among = next((name for name in ("laureate_id", "source_id", "ambition_id") if name in rows[table][0]), None)
    full = [row for row in rows[table] if row[column]] or [rows[table][0] | {column: "Un mot"}]
    pairs = ((a, b) for a in full for b in rows[table] if a is not b and (not among or a[among] == b[among]))
    first, second = next(pairs, (full[0], None))
    if second is None and table == "discrepancies":
        raise StopIteration
    if second is None or table in ("actors", "ambitions", "enjeux") and column != "title_en":
        first, second = rows[table][:2] if len(rows[table]) > 1 else (full[0], dict(full[0]))
        first[column] = first[column] or (rows["laureates"][0][column] if table == "actors" else "Un mot")
        rows[table] += [second] if second not in rows[table] or len(rows[table]) == 1 else []
    second.update({name: first[name] for name in {"claims": ("rule", "subject")}.get(table, (column,))})
    second.update(
        {name: first[name] for name in ("table", "key", "column") if table == "readings"} | {column: first[column]}
    )


def row_order(rows, table, column):
    mine = sorted(group(rows, table), key=lambda row: int(row["source_row"]))
    mine[0][column], mine[-1][column] = mine[-1][column], mine[0][column]


def no_case(rows, table, column):
    if table == "enjeux":
        rows["laureates"] = [row for row in rows["laureates"] if row[column] != rows[table][0][column]]
        return
    laureate, role = one(rows, table, rule="principal")[column].split("/")
    rows["roles"] = [row for row in rows["roles"] if (row["laureate_id"], row["role"]) != (laureate, role)]


def unlike_words(rows, table, column):
    """Write words beside a cell that say another number, role, tie or département."""
    words = {
        "funded": ("funded_anchor", "3 projets"),
        "ambition_id": ("title", "Fiche Ambition n°77"),
        "expected": ("anchor", "au regard de 77 enjeux"),
        "department_stated": ("place_anchor", "en Haute-Vienne"),
        "department_inferred": ("inferred_from", "CCI99"),
        "kind": ("anchor", "il est issu de là"),
        "subject": ("anchor", "surtout un aiguillon"),
    }[column]
    row = rows[table][0]
    if table == "claims":
        row = one(rows, table, rule="count" if column == "expected" else "principal")
        row.update({column: row[column].replace("aiguillon", "connecteur")})
    row.update({words[0]: words[1]})
    more = {"funded": "440", "department_stated": "", "department_inferred": "33", "kind": "carries"}
    row.update({column: more.get(column, row[column])})
    if column == "department_inferred":
        row.update(department_stated="")


def not_linked(rows, table, column):
    row = rows[table][0]
    row.update({column: "", "name": rows["laureates"][0]["name"]})


def coded_label(rows, table, column):
    one(rows, table, actor_type=True).update({column: "not_an_actor"})


def itself(rows, table, column):
    rows["actors"].append(rows["actors"][0] | {"actor_id": "own", "laureate_id": rows[table][0]["laureate_id"]})
    rows[table][0][column] = "own"


def before_parent(rows, table, column):
    row = one(rows, table, position="1")
    row[column] = "2"


def other_laureate(rows, table, column):
    others = [row["name"] for row in rows["laureates"] if row["laureate_id"] != rows[table][0]["laureate_id"]]
    rows[table][0][column] = f"chez {next(name for name in others if len(name) > 6)}"


def empty_table(rows, table, column):
    rows[table] = []


def judged(rows):
    """Return what a person decided of the first claim."""
    told = {"date": "2026-01-31", "person": "A", "about": "judgement", "key": rows["claims"][0]["claim_id"]}
    parts = {"limits": "minor", "relevance": "none", "level": "high"}
    return [
        {"decision_id": f"k00{n}", **told, "column": part, "decided": value, "reason": "Vu."}
        for n, (part, value) in enumerate(parts.items(), 1)
    ]


def not_as_decided(rows, table, column):
    reading = rows["readings"][0]
    rows[table][0].update(about="reading", key=reading["reading_id"], column="", decided=reading["alternative"])


SLIPS = {
    "decision_nowhere": setting("nobody"),
    "decision_column": setting("zz"),
    "decision_value": setting("zz"),
    "not_as_decided": not_as_decided,
    "decided_twice": lambda rows, table, column: rows[table].append(
        rows[table][0] | {"decision_id": "k009", column: "serious"}
    ),
    "level_alone": lambda rows, table, column: rows.update({table: rows[table][-1:]}),
    "number_twice": like_the_first,
    "number_hole": number_hole,
    "number_of_id": number_of_id,
    "number_sense": lambda rows, table, column: one(rows, table, **{column: True}).update({column: "007"}),
    "future": setting("2999-01-01"),
    "line_break": setting("un\nmot"),
    "empty_table": empty_table,
    "told_twice": told_twice,
    "other_language": lambda rows, table, column: rows[table][0].update(
        {column: "the work of the two is here" if column.endswith("_fr") else "le travail de la ville est ici"}
    ),
    "odd_text": setting("12,5"),
    "row_order": row_order,
    "no_case": no_case,
    "long_past": setting("1926-01-31"),
    "unlike_words": unlike_words,
    "not_linked": not_linked,
    "coded_label": coded_label,
    "itself": itself,
    "before_parent": before_parent,
    "several_forms": setting("Un tel, un autre"),
    "other_laureate": other_laureate,
    "untitled": lambda rows, table, column: one(rows, table, title_fr=True).update({column: ""}),
    "one_language": lambda rows, table, column: one(rows, table, title_fr=True).update({column: ""}),
    "other_home": other_home,
    "same_label": like_the_first,
    "exchanged": exchanged,
    "crossed": crossing,
    "anchor_of_nothing": setting("de la"),
    "anchor_glued": setting("troismotsquinontplusaucuneespace"),
    "no_words": no_words,
    "nothing_stated": nothing_stated,
    "other_place": setting("Nulle-Part", place=True),
    "other_department": other_department,
    "outside": setting("75"),
    "other_status": other_status,
    "stated_twice": setting("33", department_stated=True),
    "no_clue": setting("", inferred_from=True),
    "no_role": lost("roles"),
    "no_mention": lost("mentions"),
    "no_contribution": lost("contributions"),
    "no_passage": lost("evidence"),
    "other_role": lambda rows, table, column: rows[table][0].update(role="aiguillon", anchor="un connecteur"),
    "unnamed_role": setting("un mot"),
    "principally": lambda rows, table, column: rows[table][0].update(
        salience="stated", anchor="surtout " + rows[table][0]["role"]
    ),
    "not_principally": lambda rows, table, column: rows[table][0].update(
        salience="principal", anchor=rows[table][0]["role"]
    ),
    "two_principals": two_principals,
    "other_dimension": other_dimension,
    "shared_alias": shared_alias,
    "alias_cycle": alias_cycle,
    "same_id": lambda rows, table, column: rows[table][0].update(
        actor_id=rows["laureates"][0]["laureate_id"], laureate_id=""
    ),
    "unused_actor": unused_actor,
    "hole": setting("99"),
    "no_parent": setting("98"),
    "nested_twice": nested_twice,
    "unknown_form": setting("Tout autre"),
    "orphan": setting("nobody"),
    "self_loop": self_loop,
    "direction": direction,
    "no_claim": lost("claims"),
    "other_ambition": other_ambition,
    "no_subject": setting("nothing"),
    "not_expected": setting("zz", rule="count"),
    "other_kind": other_kind,
    "no_such_column": setting("colour"),
    "no_such_row": setting("nobody/1"),
    "stale_reading": setting("zz"),
    "same_answer": lambda rows, table, column: rows[table][0].update(alternative=rows[table][0]["value"]),
    "impossible_answer": setting("z z", column="salience"),
}


THOROUGH = os.environ.get("NEOTERRA_THOROUGH") == "1"
# All columns (make thorough); else one column of each rule of a table, and each rule once on the second programme.
FIRST = {(table, code, level): (table, code, column, level) for table, code, column, level in reversed(LISTED)}
ONE = {(code, level): (table, code, column, level) for table, code, column, level in reversed(LISTED)}
TRIED = [("shipped", *rule) for rule in (LISTED if THOROUGH else FIRST.values())]
TRIED += [("invented", *rule) for rule in (LISTED if THOROUGH else ONE.values())]


@cache
def stored(folder):
    """Return the tables of a sound folder and what is told of it."""
    tables = {name: read(FOLDERS[folder], resource) for name, resource in CONTRACT.items()}
    return tables, told(tables)


def told(tables):
    report = check_tables(CONTRACT, tables)
    found = [(one, "refused") for one in report.problems] + [(one, "notice") for one in report.notices]
    return {(one.file.removesuffix(".csv"), one.code, one.column, level) for one, level in found}


def slipped(tables, code, table, column):
    """Return tables with one slip, at the lines that their rows had."""
    rows = {name: [dict(row.cells) for row in kept.rows] for name, kept in tables.items()}
    if table == "decisions":
        rows[table] = judged(rows)
    SLIPS[code](rows, table, column)
    made = {
        name: [Row(line, cells, dict.fromkeys(cells, line)) for line, cells in enumerate(kept, 2)]
        for name, kept in rows.items()
    }
    return {name: Table(made[name], [], True) for name in tables}


@pytest.mark.parametrize(("folder", "table", "code", "column", "level"), TRIED)
def test_each_rule_is_held_where_it_is_listed(folder, table, code, column, level):
    tables, before = stored(folder)
    try:
        now = told(slipped(tables, code, table, column))
    except StopIteration:
        assert folder == "invented"
        pytest.skip("these records have no such row")
    if code == "crossed":  # which of two columns was exchanged cannot be told
        assert (table, code, level) in {(table, code, level) for table, code, _, level in now}
    else:
        assert (table, code, column, level) in now
    # What the schema says itself is not listed: foreign keys, and what a single cell may hold.
    listed = {code for _, code, *_ in LISTED} - {"orphan"}
    assert {one for one in now - before if one[1] in listed} <= set(LISTED)


def test_the_contract_lists_all_rules_and_no_other():
    """The codes that stand in the modules of the rules are those listed: one in neither, or in one alone, fails."""
    found = set()
    for module in (coherence, crossed, decisions, plausible, rules):
        found |= {
            node.value for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Constant)
        }
    known = {key.removeprefix("rule.") for key in labels.words() if key.startswith("rule.")}
    assert (found & known) - OTHERS == {code for _, code, *_ in LISTED} == set(SLIPS)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_dictionary_and_workbook_tell_the_rules_of_the_contract(lang):
    """Both in one language's words; the dictionary has both."""
    lines = rules.dictionary(invented.DATA).split("\n### ")
    plan = sheets.planned(CONTRACT, lang=lang)
    guide = [cells for kind, cells in workbook_out.lines(plan, lang) if kind == "rule"]
    assert len(guide) == sum(len(resource["rules"]) for resource in CONTRACT.values())
    for sheet, part in zip(plan, lines, strict=True):
        own = [cells for cells in guide if cells[0] == sheet.title]
        assert (
            len(own)
            == len(sheet.resource["rules"])
            == part.count("\n- `") - sum(len(field.get("categories", [])) for field in sheet.fields)
        )
        for (_, columns, title, text, *_), rule in zip(own, sheet.resource["rules"], strict=True):
            assert columns == ", ".join(rule["columns"]) and set(rule["columns"]) <= set(sheet.columns)
            assert title.endswith(
                {"fr": {"refused": "(refus)"}, "en": {"refused": "(refused)"}}[lang].get(rule["level"], ")")
            )
            assert text in part and "{" not in text and f"- `{rule['code']}` (" in part
