"""Slips in documents, laureates, roles and contributions: the words beside a code, or another row, say otherwise."""

import re

from neoterra_analysis.words.folding import fold
from slips import ROWS, added, cell, column_moved, lost, other_code, other_id, shifted, swap
from value_slips import LAUREATE, NO_CODE, NUMBER, before, told

# --- documents, ambitions, enjeux ------------------------------------------------------------------------------------

told(
    "funded_unlike_its_words",
    "the anchor prints the number",
    "unlike_words",
    cell("sources", "funded", lambda r, d: d.choice(["404", "44", "4400", "441"])),
    cell("sources", "funded", lambda r, d: "540"),
)
told(
    "title_of_another_ambition",
    "the title prints the number",
    "unlike_words",
    cell("sources", "title", lambda r, d: r["title"].replace("4", "5")),
    cell("sources", "ambition_id", lambda r, d: "ambition-2"),
)
told(
    "retrieved_in_another_century",
    "no fiche was on the Web then",
    "long_past",
    cell("sources", "retrieved", lambda r, d: r["retrieved"].replace("20", "19", 1)),
    cell("sources", "retrieved", lambda r, d: "1926-01-01"),
)
told(
    "retrieved_next_year",
    "a document was retrieved before today",
    "future",
    cell("sources", "retrieved", lambda r, d: "2031-" + r["retrieved"][5:]),
    cell("sources", "retrieved", lambda r, d: "2206" + r["retrieved"][4:]),
)
told(
    "date_of_two_digits",
    "a date is YYYY-MM-DD",
    "not_date",
    cell("sources", "retrieved", lambda r, d: r["retrieved"][2:]),
    cell("sources", "retrieved", lambda r, d: r["retrieved"][:7]),
    cell("sources", "retrieved", lambda r, d: r["retrieved"].replace("-", "/")),
    cell("sources", "retrieved", lambda r, d: "46349"),
)
told(
    "sha_cut",
    "a digest has 64 digits",
    "pattern letter_case path_id",
    cell("sources", "sha256", lambda r, d: r["sha256"][:-1]),
    cell("sources", "sha256", lambda r, d: r["sha256"][:12]),
    cell("sources", "sha256", lambda r, d: r["sha256"].upper()),
    cell("sources", "sha256", lambda r, d: "sha256:" + r["sha256"]),
)
told("ambition_numbers_exchanged", "the id says the number", "number_of_id", swap("ambitions", ["number"]))
told(
    "ambition_number_twice",
    "a number stands once",
    "number_twice",
    cell("ambitions", "number", lambda r, d: before("ambitions", r)["number"]),
)
told(
    "ambition_lost", "other tables point at it", "orphan", lost("ambitions", lambda r: r["ambition_id"] == "ambition-4")
)
told(
    "enjeu_numbers_exchanged",
    "the id says the number",
    "number_of_id",
    swap("enjeux", ["number"]),
    swap("enjeux", ["enjeu_id"]),
)
told(
    "enjeu_of_another_ambition",
    "its id says the ambition",
    "number_of_id",
    cell("enjeux", "ambition_id", other_id("ambitions", "ambition_id")),
)
told("enjeu_lost", "laureates point at it", "orphan", lost("enjeux", lambda r: True))
told(
    "enjeu_without_laureate",
    "a fiche has no empty table",
    "no_case",
    added(
        "enjeux",
        lambda r, d: {
            "enjeu_id": "4.5",
            "number": "5",
            "title_fr": "Autre enjeu",
            "title_en": "Another one",
            "listed_title_fr": "",
            "short_fr": "Autre",
            "short_en": "Other",
        },
    ),
)

# --- laureates -------------------------------------------------------------------------------------------------------


def enjeu_out_of_order(row, rng):
    """Give an enjeu that breaks the order in which the fiche prints its rows."""
    printed = sorted(ROWS["laureates"], key=lambda one: int(one["source_row"]))
    ranks = [int(NUMBER[one["enjeu_id"]]) for one in printed]
    at = printed.index(row)
    wrong = [
        e
        for e, n in NUMBER.items()
        if [*ranks[:at], int(n), *ranks[at + 1 :]] != sorted([*ranks[:at], int(n), *ranks[at + 1 :]])
    ]
    return rng.choice([one for one in wrong if one != row["enjeu_id"]])


def of_two_enjeux(one, two):
    return one["enjeu_id"] != two["enjeu_id"]


def statuses(one, two):
    return {one["carrier_status"], two["carrier_status"]} == {"company", "association"}


def places(one, two):
    return bool(one["place_anchor"] and two["place_anchor"]) and one["department_stated"] != two["department_stated"]


def named(row):
    return fold(row["name"]) in fold(row["row_anchor"])


told(
    "enjeu_of_a_row_among_others",
    "rows are printed enjeu by enjeu",
    "row_order",
    cell("laureates", "enjeu_id", enjeu_out_of_order),
)
told(
    "enjeux_of_two_rows_exchanged",
    "rows are printed enjeu by enjeu",
    "row_order",
    swap("laureates", ["enjeu_id"], of_two_enjeux),
)
told(
    "ranks_of_two_rows_exchanged",
    "rows are printed enjeu by enjeu",
    "row_order",
    swap("laureates", ["source_row"], of_two_enjeux),
)
told(
    "rank_twice",
    "a rank stands once",
    "number_twice",
    cell("laureates", "source_row", lambda r, d: before("laureates", r)["source_row"]),
)
told(
    "rank_left_out",
    "ranks leave no hole",
    "number_hole",
    cell("laureates", "source_row", lambda r, d: str(int(r["source_row"]) + 11)),
)
told(
    "status_unlike_its_words",
    "the words say association or entreprise",
    "unlike_words",
    cell(
        "laureates",
        "carrier_status",
        other_code("laureates", "carrier_status"),
        lambda r: re.search("association|entreprise", r["carrier_anchor"]),
    ),
)
told(
    "statuses_exchanged",
    "the words say association or entreprise",
    "unlike_words",
    swap("laureates", ["carrier_status"], statuses),
    swap("laureates", ["carrier_anchor"], statuses),
)
told("status_lost", "its words are still there", "nothing_stated", cell("laureates", "carrier_status", lambda r, d: ""))
told(
    "status_without_words",
    "a status is stated somewhere",
    "no_words",
    cell("laureates", "carrier_anchor", lambda r, d: ""),
    cell("laureates", "carrier_status", lambda r, d: "company", lambda r: not r["carrier_status"]),
)
told(
    "department_unlike_its_words",
    "the words name the département",
    "other_department",
    cell(
        "laureates",
        "department_stated",
        lambda r, d: d.choice([one for one in ("16", "23", "33", "40", "64", "87") if one != r["department_stated"]]),
    ),
)
told(
    "departments_exchanged",
    "the words name the département",
    "other_department unlike_words nothing_stated",
    swap("laureates", ["department_stated"], places),
    swap("laureates", ["place_anchor"], places),
)
told(
    "department_lost",
    "the words name a département",
    "unlike_words nothing_stated",
    cell("laureates", "department_stated", lambda r, d: ""),
)
told(
    "department_in_the_other_column",
    "what is inferred has its clue",
    "no_clue unlike_words",
    cell(
        "laureates",
        "department_stated",
        lambda r, d: {"department_stated": "", "department_inferred": r["department_stated"]},
    ),
)
told(
    "department_unlike_its_clue",
    "the clue prints a number",
    "unlike_words",
    cell("laureates", "department_inferred", lambda r, d: "64"),
    cell("laureates", "department_inferred", lambda r, d: "24"),
    cell("laureates", "department_inferred", lambda r, d: "87"),
)
told(
    "department_of_another_region",
    "the programme is of one région",
    "outside other_department",
    cell("laureates", "department_stated", lambda r, d: d.choice(["75", "31", "972", "2A"])),
    cell("laureates", "department_inferred", lambda r, d: "75"),
)
told(
    "department_by_name",
    "a département is its number",
    "pattern",
    cell(
        "laureates",
        "department_stated",
        lambda r, d: d.choice(["Gironde", "Bordeaux", "33 - Gironde", "33000", "CD33", "Nouvelle-Aquitaine"]),
    ),
)
told(
    "place_anchor_lost",
    "a place is stated somewhere",
    "no_words",
    cell("laureates", "place_anchor", lambda r, d: "", lambda r: r["place"] or r["department_stated"]),
)
told(
    "places_exchanged",
    "the words name the place",
    "unlike_words",
    swap(
        "laureates",
        ["place"],
        lambda a, b: (
            a["place"][:4] != b["place"][:4] and a["place_anchor"] and b["place_anchor"] and a["place"] and b["place"]
        ),
    ),
)
told(
    "names_exchanged",
    "the first words of a row name it",
    "other_laureate not_linked",
    swap("laureates", ["name"], lambda a, b: named(a) or named(b)),
)
told(
    "row_anchors_exchanged",
    "the first words of a row name it",
    "other_laureate",
    swap("laureates", ["row_anchor"], lambda a, b: named(a) or named(b)),
)
told(
    "laureate_under_another_name",
    "its row is printed once",
    "told_twice",
    added(
        "laureates",
        lambda r, d: {"laureate_id": r["laureate_id"] + "-2", "name": r["name"] + " bis", "source_row": "12"},
    ),
)
told("laureate_lost", "other tables point at it", "orphan", lost("laureates", lambda r: True))
told(
    "laureate_of_another_document",
    "no document is called so",
    "orphan",
    cell("laureates", "source_id", lambda r, d: "fiche-ambition-5"),
)

# --- roles, contributions --------------------------------------------------------------------------------------------


def two_roles(one, two):
    return one["laureate_id"] == two["laureate_id"]


ONLY = {one for one in LAUREATE if sum(row["laureate_id"] == one for row in ROWS["roles"]) == 1}
told(
    "role_unlike_its_words",
    "the words name the role",
    "other_role duplicate_key",
    cell("roles", "role", other_code("roles", "role"), each=30),
)
told(
    "roles_exchanged",
    "the words name the role",
    "other_role",
    swap("roles", ["role"], two_roles),
    swap("roles", ["anchor"], lambda a, b: a["role"] != b["role"], each=20),
)
told(
    "role_without_its_name",
    "the words of a role name it",
    "unnamed_role",
    cell(
        "roles",
        "anchor",
        lambda r, d: r["anchor"].rsplit(" ", 1)[0].rstrip("'’d ") if r["anchor"].endswith(r["role"]) else None,
    ),
)
told(
    "role_in_other_words",
    "the words of a role name it",
    "unnamed_role other_role",
    cell(
        "roles",
        "anchor",
        lambda r, d: d.choice(["joue un rôle important", "il montre la voie", "fait le lien entre tous"]),
    ),
)
told(
    "principal_role_filled_down",
    "the words say principalement",
    "not_principally",
    cell("roles", "salience", lambda r, d: "principal", lambda r: r["salience"] != "principal"),
)
told(
    "principal_role_lost",
    "the words say principalement",
    "principally",
    cell("roles", "salience", lambda r, d: "stated", lambda r: r["salience"] == "principal"),
)
told(
    "salience_column_filled_down",
    "the words say principalement",
    "not_principally two_principals",
    column_moved("roles", "salience", lambda v, d: ["principal"] * len(v)),
    column_moved("roles", "salience", lambda v, d: ["stated"] * len(v)),
)
told(
    "only_role_lost",
    "each fiche tells a role of each laureate",
    "no_role",
    lost("roles", lambda r: r["laureate_id"] in ONLY),
)
told("principal_row_lost", "a claim tells it", "no_case", lost("roles", lambda r: r["salience"] == "principal"))
told(
    "role_sorted_alone",
    "the words name the role",
    "other_role duplicate_key",
    *(column_moved("roles", c, lambda v, d: sorted(v)) for c in ("role", "anchor")),
    *(column_moved("roles", c, lambda v, d: sorted(v, reverse=True)) for c in ("role", "anchor", "laureate_id")),
)
told(
    "role_one_row_too_low",
    "the words name the role",
    "other_role duplicate_key required",
    *(column_moved("roles", c, shifted) for c in ("role", "anchor")),
)
told(
    "target_of_the_other_dimension",
    "a target is a sector or a land",
    "other_dimension",
    cell("contributions", "dimension", other_code("contributions", "dimension"), each=40),
)
told(
    "dimension_filled_down",
    "a target is a sector or a land",
    "other_dimension duplicate_key",
    *(
        column_moved("contributions", "dimension", lambda v, d, one=one: [one] * len(v))
        for one in ("filiere", "territoire")
    ),
    column_moved("contributions", "dimension", lambda v, d: sorted(v)),
    column_moved("contributions", "target", lambda v, d: sorted(v)),
)
told(
    "dimension_and_target_exchanged",
    "codes belong to their column",
    NO_CODE,
    cell("contributions", "dimension", lambda r, d: {"dimension": r["target"], "target": r["dimension"]}),
)
told(
    "contributions_all_lost",
    "a laureate changes something",
    "no_contribution",
    lambda rng: (without_laureate("contributions", one) for one in LAUREATE),
)
told(
    "passages_all_lost",
    "each laureate speaks to some theme",
    "no_passage",
    lambda rng: (without_laureate("evidence", one) for one in LAUREATE),
)
told(
    "mentions_all_lost",
    "each laureate has actors",
    "no_mention",
    lambda rng: (without_laureate("mentions", one) for one in LAUREATE),
)


def without_laureate(table, laureate):
    return {table: [row for row in ROWS[table] if row["laureate_id"] != laureate]}
