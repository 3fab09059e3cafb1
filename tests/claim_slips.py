"""Slips in claims, readings and discrepancies, and in whole tables: other tables say otherwise."""

from neoterra_analysis.words.codes import ROLES
from slips import FIELDS, KEYS, ROWS, added, cell, column_moved, lost, other_code, other_id, patched, swap
from value_slips import LAUREATE, before, told

# --- claims, readings, discrepancies ---------------------------------------------------------------------------------


def ruled(*rules):
    return lambda row: row["rule"] in rules


def other_role(row, rng):
    laureate, _, role = row["subject"].partition("/")
    return f"{laureate}/{rng.choice([one for one in ROLES if one != role])}"


told(
    "claim_subject_filled_down",
    "a claim stands once",
    "told_twice no_subject unlike_words",
    cell(
        "claims",
        "subject",
        lambda r, d: next((o["subject"] for o in ROWS["claims"] if o["rule"] == r["rule"] and o is not r), None),
        each=30,
    ),
)
told(
    "claim_subjects_exchanged",
    "a theme has the same words",
    "unlike_words other_kind",
    swap("claims", ["subject"], lambda a, b: a["rule"] == b["rule"] == "evidence"),
)
told(
    "claim_anchors_exchanged",
    "a theme has the same words",
    "unlike_words",
    swap("claims", ["anchor"], lambda a, b: a["rule"] == b["rule"] == "evidence"),
)
told(
    "claim_by_another_rule",
    "a rule has its subjects",
    "no_subject not_expected other_kind",
    cell(
        "claims",
        "rule",
        lambda r, d: d.choice(
            [
                one
                for one in ("enjeu", "role", "evidence", "count")
                if one != r["rule"] and {one, r["rule"]} != {"count", "about"}
            ]
        ),
        each=30,
    ),
)
told(
    "claim_of_another_kind",
    "the rule says the kind",
    "other_kind",
    cell(
        "claims",
        "kind",
        other_code("claims", "kind"),
        ruled("enjeu", "principal", "role", "means", "actor", "actor_type", "count", "about", "evidence"),
        each=30,
    ),
)
told(
    "claim_number_unlike_its_words",
    "the words print the number",
    "unlike_words",
    cell("claims", "expected", lambda r, d: str(int(r["expected"]) + d.choice([1, 2, 10])), ruled("count", "about")),
    cell("claims", "expected", lambda r, d: r["expected"] + "0", ruled("count", "about")),
    swap("claims", ["expected"], lambda a, b: {a["rule"], b["rule"]} <= {"count", "about"}),
)
told(
    "claim_expects_nothing",
    "a number is expected",
    "not_expected",
    cell("claims", "expected", lambda r, d: "", ruled("count", "about", "means", "actor")),
    cell("claims", "expected", lambda r, d: "4", ruled("enjeu", "role", "evidence", "majority")),
)
told(
    "claim_of_another_role",
    "the words name the role",
    "unlike_words no_case",
    cell("claims", "subject", other_role, ruled("principal")),
)
told(
    "claim_of_a_laureate_without_it",
    "a row of the roles says so",
    "no_case",
    cell(
        "claims",
        "subject",
        lambda r, d: f"{d.choice([one for one in LAUREATE if one not in r['subject']])}/{r['subject'].split('/')[1]}",
        ruled("principal"),
    ),
)
told(
    "claim_number_twice",
    "a number stands once",
    "number_twice",
    cell("claims", "number", lambda r, d: before("claims", r)["number"], each=20),
)
told(
    "claim_of_a_theme_lost",
    "each theme has its claim",
    "no_claim number_hole",
    lost("claims", ruled("evidence"), each=20),
)
told(
    "claim_lost_within",
    "numbers leave no hole",
    "number_hole",
    lost("claims", lambda r: int(r["number"]) < len(ROWS["claims"]), each=30),
)
told(
    "claim_of_another_ambition",
    "document and subject are of one ambition",
    "other_home",
    cell("claims", "ambition_id", other_id("ambitions", "ambition_id")),
)
told(
    "reading_values_exchanged",
    "a reading tells what the cell holds",
    "stale_reading required impossible_answer no_such_row",
    cell(
        "readings",
        "value",
        lambda r, d: {"value": r["alternative"], "alternative": r["value"]},
        lambda r: True,
        each=30,
    ),
)
told(
    "reading_of_itself",
    "another reading is another value",
    "same_answer",
    cell("readings", "alternative", lambda r, d: r["value"], lambda r: r["value"]),
)
told(
    "reading_impossible",
    "another reading is a value of its column",
    "impossible_answer",
    cell(
        "readings",
        "alternative",
        lambda r, d: d.choice(["peut-être", "oui", "autre", "1,5"]),
        lambda r: r["column"] != "mention",
        each=20,
    ),
)
told(
    "reading_twice",
    "a doubt is told once",
    "told_twice",
    added("readings", lambda r, d: {"reading_id": "r99"}, each=20),
)
told(
    "reading_of_a_row_that_is_gone",
    "a reading points at a row",
    "no_such_row",
    cell("readings", "key", lambda r, d: r["key"] + "-2", lambda r: r["value"], each=20),
    cell("readings", "key", lambda r, d: r["key"].replace("/", "-"), lambda r: r["value"] and "/" in r["key"], each=20),
)
told(
    "reading_of_another_table",
    "a reading points at a row",
    "no_such_row no_such_column",
    cell("readings", "table", other_code("readings", "table"), lambda r: r["value"], each=20),
)
told(
    "reading_of_another_column",
    "a reading tells what the cell holds",
    "stale_reading no_such_column impossible_answer",
    cell(
        "readings",
        "column",
        lambda r, d: d.choice([c for c in FIELDS[r["table"]] if c != r["column"]]),
        lambda r: r["value"],
        each=20,
    ),
)
told(
    "reading_taken_over_only_in_the_data",
    "a reading tells what the cell holds",
    "stale_reading unknown_form hole",
    lambda rng: filter(None, (taken(row) for row in ROWS["readings"])),
)
told(
    "discrepancy_of_another_document",
    "no document is called so",
    "orphan",
    cell("discrepancies", "source_id", lambda r, d: "fiche-ambition-6"),
)


def taken(reading):
    """Write the other reading into the data, and leave it open."""
    if not reading["value"]:
        return None
    table, key = reading["table"], tuple(reading["key"].split("/"))
    index = next(i for i, row in enumerate(ROWS[table]) if tuple(row[column] for column in KEYS[table]) == key)
    return patched(table, (index, {reading["column"]: reading["alternative"]}))


# --- whole tables ----------------------------------------------------------------------------------------------------


def cut(rng):
    """Lose the last rows of a table that others point at."""
    for table in ("laureates", "actors", "themes", "enjeux"):
        size = len(ROWS[table])
        for rows in sorted({size // 3, size // 2, size - 2, size - 1}):
            yield {table: ROWS[table][:rows]}


def doubled(rng):
    for table, rows in ROWS.items():
        yield {table: [*rows, *rows]}
        yield {table: [*rows, *rows[-2:]]}


def emptied(rng):
    for table in ROWS:
        yield {table: []}


def replaced_in_ids(rng):
    """Find and replace in one table what are ids in others too."""
    for old, new in (
        ("cargo-209", "cargo209"),
        ("vivance", "vivances"),
        ("ess-carriers", "ess_carriers"),
        ("ambition-4", "ambition-04"),
        ("gd-tech", "GD-Tech"),
        ("habitants", "riverains"),
        ("4.3", "4.03"),
    ):
        for table in ("laureates", "actors", "mentions", "roles", "evidence", "contributions", "themes", "enjeux"):
            if any(old in row.values() for row in ROWS[table]):
                yield {table: [{c: new if v == old else v for c, v in row.items()} for row in ROWS[table]]}


def ids_sorted_alone(rng):
    for table, column in (
        ("laureates", "laureate_id"),
        ("laureates", "enjeu_id"),
        ("enjeux", "enjeu_id"),
        ("themes", "theme_id"),
        ("actors", "actor_id"),
        ("evidence", "laureate_id"),
        ("mentions", "laureate_id"),
        ("claims", "subject"),
        ("claims", "rule"),
    ):
        yield from column_moved(table, column, lambda v, d: sorted(v, reverse=True))(rng)


told("table_cut", "other tables point at its rows", "orphan", cut)
told("table_doubled", "a row stands once", "duplicate_row", doubled)
told("table_emptied", "a table has rows", "empty_table orphan no_subject no_such_row", emptied)
told(
    "replaced_in_one_table",
    "other tables have the old id",
    "orphan pattern letter_case no_such_row number_of_id",
    replaced_in_ids,
)
told(
    "ids_sorted_alone",
    "the rows of other tables no longer fit",
    "unknown_form row_order number_of_id duplicate_key unlike_words not_linked stale_reading no_such_row other_kind",
    ids_sorted_alone,
)
