"""Slips that leave sound tables and agree with the fiche: they only show against what was accepted before."""

import re

from slips import CONTRACT, FIELDS, KEYS, ROWS, added, cell, lost, other_code, patched, seen, swap
from source_slips import elsewhere, mine, parent, plain, unread


def kept(kind, why, *generators):
    seen("accepted", kind, why, "", *generators)


def codes_of(table, column, test=None, each=40):
    """Give another code; where it is of the key, one that makes no other row's."""
    keys, change = {tuple(row[name] for name in KEYS[table]) for row in ROWS[table]}, other_code(table, column)

    def one(row, rng):
        code = change(row, rng)
        taken = column in KEYS[table] and tuple({**row, column: code}[name] for name in KEYS[table]) in keys
        return None if taken else code

    return cell(table, column, one, test, each)


def parent_before(row, rng):
    """Make an example of the mention directly after another, as one may be printed without brackets."""
    one = next((one for one in mine(row) if int(one["position"]) == int(row["position"]) - 1), None)
    nested = one is None or one["parent_position"] or row["parent_position"] or parent(row) or not unread(row)
    return None if nested else one["position"]


def sets(table, column, value, test=None, each=12):
    return cell(table, column, lambda row, rng: value(row), test, each)


def cut_at_row(table):
    """Lose the last rows, as many as leave no hole elsewhere."""

    def generate(rng):
        for rows in (1, 2, 3, 5):
            yield {table: ROWS[table][:-rows]}

    return generate


def older(rng):
    """Put a table of an earlier day over today's: some cells are as they were."""
    for table, column, was in (
        ("actors", "note", ""),
        ("evidence", "note", ""),
        ("contributions", "label_fr", None),
        ("laureates", "summary_fr", None),
    ):
        for _ in range(4):
            rows = rng.sample(range(len(ROWS[table])), 3)
            yield patched(
                table, *((i, {column: ROWS[table][i][column][:-1] + "é" if was is None else was}) for i in rows)
            )


def filled_down(table, column, test=lambda row: True):
    def generate(rng):
        for i in range(1, len(ROWS[table])):
            if test(ROWS[table][i]) and test(ROWS[table][i - 1]):
                yield patched(table, (i, {column: ROWS[table][i - 1][column]}))

    return generate


def merged_with_their_forms(rng):
    """Make one actor of two: forms, mentions and all."""
    plain_ones = [
        a
        for a in ROWS["actors"]
        if not a["laureate_id"]
        and not any(a["actor_id"] in row.values() for t in ("readings", "claims", "relations") for row in ROWS[t])
    ]
    for one, two in [rng.sample(plain_ones, 2) for _ in range(20)]:
        held = [
            {row["laureate_id"] for row in ROWS["mentions"] if row["actor_id"] == a["actor_id"]} for a in (one, two)
        ]
        if held[0] & held[1] or "|" in one["name"]:
            continue
        forms = "|".join(filter(None, [two["aliases"], one["name"], one["aliases"]]))
        actors = [{**row, "aliases": forms} if row is two else row for row in ROWS["actors"] if row is not one]
        mentions = [
            {**row, "actor_id": two["actor_id"]} if row["actor_id"] == one["actor_id"] else row
            for row in ROWS["mentions"]
        ]
        yield {"actors": actors, "mentions": mentions}


def theme_with_its_claim(rng):
    """Give a theme and its claim another kind."""
    for theme in ROWS["themes"]:
        claims = [i for i, row in enumerate(ROWS["claims"]) if row["subject"] == theme["theme_id"]]
        for kind in sorted({"condition", "challenge", "lever"} - {theme["kind"]}):
            yield patched("themes", (ROWS["themes"].index(theme), {"kind": kind})) | patched(
                "claims", *((i, {"kind": kind}) for i in claims)
            )


OPEN = {(row["table"], row["key"], row["column"]) for row in ROWS["readings"]}


def settled(table, column):
    """Tell a row of which no reading is open in this column: its code can change without another cell saying so."""
    return lambda row: bool(row[column]) and (table, "/".join(row[c] for c in KEYS[table]), column) not in OPEN


VALID = "another code of the list, and nothing else says which"
for table, column in (
    ("actors", "actor_type"),
    ("actors", "scale"),
    ("evidence", "strength"),
    ("contributions", "code"),
    ("discrepancies", "kind"),
):
    kept(f"another_{table}_{column}", VALID, codes_of(table, column, settled(table, column), 60))


def same_side(row, rng):
    """Give a contribution another target of its dimension."""
    field = next(one for one in CONTRACT["contributions"]["schema"]["fields"] if one["name"] == "target")
    side = [one["value"] for one in field["categories"] if one.get("dimension") == row["dimension"]]
    keys = {tuple(one[c] for c in KEYS["contributions"]) for one in ROWS["contributions"]}
    free = [
        t for t in side if t != row["target"] and (row["laureate_id"], row["dimension"], t, row["code"]) not in keys
    ]
    return rng.choice(free) if free else None


def other_theme(row, rng):
    taken = {one["theme_id"] for one in ROWS["evidence"] if one["laureate_id"] == row["laureate_id"]}
    taken |= {one["key"].split("/")[0] for one in ROWS["readings"] if one["key"].endswith(f"/{row['laureate_id']}")}
    return rng.choice([one["theme_id"] for one in ROWS["themes"] if one["theme_id"] not in taken] or [None])


def other_kind(row, rng):
    return rng.choice([kind for kind in ("named", "institution", "generic") if kind != row["kind"]])


kept(
    "mention_parent_of_the_one_before",
    "an example may be printed without brackets",
    cell("mentions", "parent_position", parent_before, lambda row: True, 30),
)
kept("another_target_of_the_dimension", VALID, cell("contributions", "target", same_side, each=40))
kept(
    "another_kind_of_actor",
    VALID,
    cell("actors", "kind", other_kind, lambda r: r["kind"] != "not_an_actor" and settled("actors", "kind")(r), 60),
)
kept(
    "another_theme_of_a_passage",
    VALID,
    cell("evidence", "theme_id", other_theme, lambda r: settled("evidence", "strength")(r), 40),
)
kept("another_kind_of_theme_and_claim", VALID, theme_with_its_claim)
kept(
    "another_strength_expected",
    VALID,
    cell(
        "claims",
        "expected",
        lambda r, d: "direct" if r["expected"] == "indirect" else "indirect",
        lambda r: r["rule"] == "actor",
    ),
)
kept(
    "other_means_expected",
    VALID,
    *(
        cell("claims", "expected", lambda r, d, m=m: m, lambda r: r["rule"] == "means")
        for m in ("alliances", "methods|offer", "training|research|outlook")
    ),
)
kept(
    "codes_filled_down",
    VALID,
    filled_down("actors", "actor_type", settled("actors", "actor_type")),
    filled_down("evidence", "strength", settled("evidence", "strength")),
)
kept(
    "codes_exchanged",
    VALID,
    swap(
        "actors", ["actor_type"], lambda a, b: settled("actors", "actor_type")(a) and settled("actors", "actor_type")(b)
    ),
    swap("actors", ["scale"], lambda a, b: settled("actors", "scale")(a) and settled("actors", "scale")(b)),
)
kept(
    "code_emptied",
    "a cell may be empty",
    sets("actors", "actor_type", lambda r: "", settled("actors", "actor_type"), 30),
    sets("actors", "scale", lambda r: "", settled("actors", "scale"), 30),
)
kept(
    "code_filled_in",
    "a cell may be full",
    cell("actors", "scale", other_code("actors", "scale"), lambda r: not r["scale"], 30),
)
kept(
    "department_guessed_otherwise",
    "a clue without a number says none",
    cell(
        "laureates",
        "department_inferred",
        lambda r, d: {"department_inferred": "87", "inferred_from": "indice d'ailleurs"},
    ),
    cell(
        "laureates",
        "department_inferred",
        lambda r, d: {"department_inferred": "19", "inferred_from": "le nom du lieu"},
        lambda r: (
            not r["department_stated"]
            and settled("laureates", "department_inferred")({**r, "department_inferred": "x"})
        ),
    ),
)
kept(
    "department_and_clue_lost",
    "a laureate may have neither",
    cell("laureates", "department_inferred", lambda r, d: {"department_inferred": "", "inferred_from": ""}),
)
kept(
    "status_and_words_lost",
    "a laureate may have neither",
    cell("laureates", "carrier_status", lambda r, d: {"carrier_status": "", "carrier_anchor": ""}),
)
kept(
    "place_and_words_lost",
    "a laureate may have neither",
    cell("laureates", "place_anchor", lambda r, d: {"place": "", "department_stated": "", "place_anchor": ""}),
)
kept("project_lost", "a laureate may have none", sets("laureates", "project_name", lambda r: ""))
kept("listed_heading_lost", "the list may have the heading", sets("enjeux", "listed_title_fr", lambda r: ""))
kept(
    "anchors_within_a_row_exchanged",
    "both are found in the row",
    *(swap(t, ["anchor"], lambda a, b: not elsewhere(a, b), 30) for t in ("contributions", "evidence")),
)
kept(
    "themes_numbered_otherwise",
    "each number stands once",
    swap("themes", ["number"], each=20),
    swap("claims", ["number"], each=20),
)
kept("actors_merged_with_their_forms", "forms, mentions and all agree", merged_with_their_forms)
kept(
    "form_added",
    "a form that is not printed yet",
    sets("actors", "aliases", lambda r: f"{r['aliases']}|{r['name']} SA".strip("|"), lambda r: True, 20),
)
DOUBTED = {row["key"] for row in ROWS["readings"]}


def spare(table):
    """Tell a row that no reading points at, of a laureate that has others."""

    def one(row):
        key = "/".join(row[column] for column in KEYS[table])
        return key not in DOUBTED and sum(other["laureate_id"] == row["laureate_id"] for other in ROWS[table]) > 1

    return one


kept("contribution_lost", "a laureate may have fewer", lost("contributions", spare("contributions"), 40))
kept("passage_lost", "a laureate may have fewer", lost("evidence", spare("evidence"), 40))
kept(
    "stated_role_lost",
    "a laureate may have fewer",
    lost("roles", lambda r: spare("roles")(r) and r["salience"] == "stated"),
)
kept("relation_lost", "a fiche may tell fewer", lost("relations", lambda r: r["kind"] == "origin"))
kept("reading_lost", "a doubt that was settled", lost("readings", lambda r: r["column"] != "actor_id", 30))
kept("discrepancy_lost", "a source may have fewer", lost("discrepancies", lambda r: True, 30))
kept(
    "table_cut_at_a_row",
    "a file that was saved halfway",
    *(cut_at_row(table) for table in ("discrepancies", "readings")),
)
kept(
    "contribution_invented",
    "a laureate may have more",
    added(
        "contributions",
        lambda r, d: {"code": "diffusion", "label_fr": "Autre apport", "label_en": "Something else"},
        lambda r: (
            r["code"] != "diffusion"
            and not any(
                o["code"] == "diffusion" and o["laureate_id"] == r["laureate_id"] for o in ROWS["contributions"]
            )
        ),
        20,
    ),
)
kept("note_lost", "a note is free", *(sets(t, "note", lambda r: "", each=20) for t in ("actors", "evidence")))
kept("note_of_another_row", "a note is free", *(swap(t, ["note"], each=12) for t in ("actors", "evidence")))
OWN_WORDS = [
    (t, c)
    for t, fields in FIELDS.items()
    for c in fields
    if re.match("(label|summary|definition|statement|what|reason)_", c)
]
SAID = (
    ("cut", lambda v, d: v[: len(v) * 2 // 3].rstrip()),
    ("typo", lambda v, d: v[:-4] + v[-3] + v[-4] + v[-2:] if len(v) > 6 else None),
    ("reworded", lambda v, d: v.replace(" et ", " ou ").replace(" and ", " or ")),
    ("negated", lambda v, d: re.sub(r"\b(est|sont|is|are)\b", r"\1 pas", v, count=1)),
    ("autocorrected", lambda v, d: v.replace(" : ", ": ").replace(" ;", ";").replace("oe", "œ")),
    ("in_capitals", lambda v, d: v.upper()),
    ("without_accents", lambda v, d: plain(v)),
    ("with_a_note", lambda v, d: f"{v} NB : vu avec Paul"),
)
for kind, change in SAID:
    kept(
        f"own_words_{kind}",
        "words of our own",
        *(cell(t, c, lambda r, d, c=c, f=change: f(r[c], d), each=2) for t, c in OWN_WORDS),
    )
kept("own_words_exchanged", "words of our own", *(swap(t, [c], each=2) for t, c in OWN_WORDS))
kept(
    "short_name_changed",
    "words of our own",
    *(
        sets(t, c, lambda r, c=c: r[c] + " N", each=8)
        for t, c in (("actors", "short_fr"), ("actors", "short_en"), ("enjeux", "short_fr"), ("enjeux", "short_en"))
    ),
)
kept("short_names_exchanged", "words of our own", *(swap("actors", [c], each=8) for c in ("short_fr", "short_en")))
kept(
    "document_described_otherwise",
    "nothing else says it",
    sets("sources", "publisher", lambda r: "Région"),
    sets("sources", "retrieved", lambda r: "2026-10-23"),
    sets("sources", "sha256", lambda r: r["sha256"][::-1]),
    sets("sources", "title", lambda r: r["title"].replace("sociales", "locales")),
)
kept(
    "locator_changed",
    "nothing else says it",
    swap("discrepancies", ["locator"]),
    sets("discrepancies", "locator", lambda r: "ligne 3"),
)
kept(
    "translation_changed",
    "nothing else says it",
    sets("enjeux", "title_en", lambda r: r["title_en"].replace("in ", "of ")),
    sets("ambitions", "title_en", lambda r: r["title_en"][:-1]),
)
kept("older_table", "it was sound then", older)
