"""Slips in actors, mentions, relations, themes and passages: another row or table says otherwise."""

from neoterra_analysis.words.folding import fold
from slips import ROWS, added, cell, column_moved, lost, other_code, other_id, shifted, swap
from value_slips import LAUREATE, NO_CODE, before, told

# --- actors and mentions ---------------------------------------------------------------------------------------------

MENTIONS = ROWS["mentions"]
USED = {row["actor_id"] for row in ROWS["mentions"]}
PRINTED = {(row["actor_id"], fold(row["mention"])) for row in ROWS["mentions"]}


def printed_alias(row):
    return any((row["actor_id"], fold(form)) in PRINTED for form in row["aliases"].split("|") if form)


def printed_name(row):
    return (row["actor_id"], fold(row["name"])) in PRINTED


def in_one_cell(one, two):
    return one["laureate_id"] == two["laureate_id"]


def merged(rng):
    """Point the mentions of one actor at another and drop it, without its forms."""
    for one, two in [rng.sample(sorted(USED), 2) for _ in range(20)]:
        moved = [{**row, "actor_id": two} if row["actor_id"] == one else row for row in ROWS["mentions"]]
        yield {"mentions": moved, **{"actors": [row for row in ROWS["actors"] if row["actor_id"] != one]}}


def of_parent(row):
    return next(
        (
            r
            for r in ROWS["mentions"]
            if r["laureate_id"] == row["laureate_id"] and r["position"] == row["parent_position"]
        ),
        None,
    )


def parent_after(row, rng):
    later = [
        r["position"] for r in ROWS["mentions"] if in_one_cell(r, row) and int(r["position"]) > int(row["position"])
    ]
    return later[-1] if later else None


def joined(row, rng):
    rows = ROWS["mentions"]
    after = rows[(rows.index(row) + 1) % len(rows)]
    return f"{row['mention']}{rng.choice([', ', ' ; ', '|'])}{after['mention']}"


LINKED = [row["laureate_id"] for row in ROWS["actors"] if row["laureate_id"]]
told(
    "actor_names_exchanged",
    "mentions use a form of their actor",
    "unknown_form shared_alias not_linked alias_cycle",
    swap("actors", ["name"], lambda a, b: printed_name(a) or printed_name(b), each=20),
)
told(
    "actor_ids_exchanged",
    "mentions use a form of their actor",
    "unknown_form",
    swap("actors", ["actor_id"], lambda a, b: a["actor_id"] in USED or b["actor_id"] in USED, each=20),
)
told("actors_merged_without_their_forms", "mentions use a form of their actor", "unknown_form orphan", merged)
told(
    "actor_split",
    "an actor stands for some mention",
    "unused_actor",
    added(
        "actors",
        lambda r, d: {
            "actor_id": r["actor_id"] + "-2",
            "name": r["name"] + " (antenne)",
            "short_fr": r["short_fr"] + " 2",
            "short_en": r["short_en"] + " 2",
            "aliases": "",
            "laureate_id": "",
        },
    ),
)
told("actor_lost", "mentions point at it", "orphan", lost("actors", lambda r: r["actor_id"] in USED, each=20))
told(
    "actor_of_no_mention",
    "an actor stands for some mention",
    "unused_actor",
    added(
        "actors",
        lambda r, d: {
            "actor_id": "ville-d-ailleurs",
            "name": "Ville d'ailleurs",
            "short_fr": "Ailleurs",
            "short_en": "Elsewhere",
            "aliases": "",
            "laureate_id": "",
        },
    ),
)
told(
    "alias_lost",
    "mentions use a form of their actor",
    "unknown_form",
    cell("actors", "aliases", lambda r, d: "", printed_alias, each=20),
)
told(
    "alias_misspelt",
    "mentions use a form of their actor",
    "unknown_form",
    cell("actors", "aliases", lambda r, d: r["aliases"][:-1], printed_alias, each=20),
)
told(
    "aliases_with_semicolons",
    "forms stand between bars",
    "unknown_form",
    cell("actors", "aliases", lambda r, d: r["aliases"].replace("|", " ; "), lambda r: "|" in r["aliases"]),
)
told(
    "alias_in_the_name",
    "mentions use a form of their actor",
    "unknown_form",
    cell("actors", "name", lambda r, d: f"{r['name']} / {r['short_en']}", printed_name, each=20),
)
told(
    "link_lost",
    "an actor of a laureate's name is it",
    "not_linked same_id",
    cell("actors", "laureate_id", lambda r, d: ""),
)
told(
    "link_to_another_laureate",
    "an actor of a laureate's name is it",
    "not_linked same_id",
    cell("actors", "laureate_id", other_id("laureates", "laureate_id")),
    cell(
        "actors",
        "laureate_id",
        lambda r, d: d.choice([one for one in LAUREATE if one not in LINKED]),
        lambda r: not r["laureate_id"],
        each=20,
    ),
)
told(
    "label_coded_as_an_actor",
    "what is no actor has no type",
    "coded_label",
    cell("actors", "kind", lambda r, d: "not_an_actor", lambda r: r["actor_type"], each=20),
    cell("actors", "actor_type", other_code("actors", "actor_type"), lambda r: r["kind"] == "not_an_actor"),
)
told(
    "mention_filled_down",
    "a mention uses a form of its actor",
    "unknown_form told_twice",
    cell("mentions", "mention", lambda r, d: before("mentions", r)["mention"], each=20),
)
told(
    "mention_actor_filled_down",
    "a mention uses a form of its actor",
    "unknown_form told_twice",
    cell("mentions", "actor_id", lambda r, d: before("mentions", r)["actor_id"], each=20),
)
told(
    "mention_of_another_actor",
    "a mention uses a form of its actor",
    "unknown_form",
    cell("mentions", "actor_id", lambda r, d: other_actor(r, d), each=40),
    swap("mentions", ["actor_id"], each=40),
)
told(
    "mention_twice",
    "a cell names an actor once",
    "told_twice",
    added(
        "mentions",
        lambda r, d: {"position": str(1 + sum(in_one_cell(r, o) for o in ROWS["mentions"])), "parent_position": ""},
        each=30,
    ),
)
told(
    "mention_of_itself",
    "a laureate is none of its actors",
    "itself",
    added("mentions", lambda r, d: itself(r), lambda r: r["laureate_id"] in LINKED),
)
told(
    "mention_lost_within",
    "positions leave no hole",
    "hole",
    lost(
        "mentions",
        lambda r: any(in_one_cell(r, o) and int(o["position"]) > int(r["position"]) for o in ROWS["mentions"]),
        each=40,
    ),
)
told(
    "mentions_in_one_cell",
    "a mention is one actor",
    "several_forms unknown_form",
    cell("mentions", "mention", joined, each=30),
)
told(
    "mention_one_row_too_low",
    "a mention uses a form of its actor",
    "unknown_form required",
    *(column_moved("mentions", c, shifted) for c in ("mention", "actor_id")),
)
told(
    "mention_column_sorted_alone",
    "a mention uses a form of its actor",
    "unknown_form",
    *(
        column_moved("mentions", c, lambda v, d, r=r: sorted(v, reverse=r))
        for c in ("mention", "actor_id")
        for r in (0, 1)
    ),
)
told(
    "mention_positions_exchanged",
    "an example stands after what it illustrates",
    "before_parent no_parent nested_twice",
    swap("mentions", ["position"], lambda a, b: in_one_cell(a, b) and (of_parent(a) is b or of_parent(b) is a)),
)
told(
    "mention_parent_after",
    "an example stands after what it illustrates",
    "before_parent nested_twice",
    cell("mentions", "parent_position", parent_after, lambda r: True, each=20),
)
told(
    "mention_positions_from_zero",
    "the first is 1",
    "too_small hole",
    column_moved("mentions", "position", lambda v, d: [str(int(one) - 1) for one in v]),
    column_moved("mentions", "position", lambda v, d: [str(int(one) + 1) for one in v]),
    column_moved("mentions", "position", lambda v, d: [str(n) for n, _ in enumerate(v, 1)]),
)
told(
    "mention_of_another_row",
    "positions stand once",
    "duplicate_key",
    cell(
        "mentions",
        "laureate_id",
        lambda r, d: d.choice(
            [
                one
                for one in LAUREATE
                if one != r["laureate_id"] and sum(o["laureate_id"] == one for o in MENTIONS) >= int(r["position"])
            ]
            or [""]
        ),
        each=30,
    ),
)


def other_actor(row, rng):
    return rng.choice([a for a in sorted(USED) if (a, fold(row["mention"])) not in PRINTED])


def itself(row):
    own = next(a for a in ROWS["actors"] if a["laureate_id"] == row["laureate_id"])
    last = sum(in_one_cell(row, other) for other in ROWS["mentions"])
    return {"position": str(last + 1), "mention": own["name"], "actor_id": own["actor_id"], "parent_position": ""}


# --- relations, themes, passages -------------------------------------------------------------------------------------

told(
    "relation_reversed",
    "it begins at the laureate of its row",
    "direction",
    cell("relations", "from_id", lambda r, d: {"from_id": r["to_id"], "to_id": r["from_id"]}),
)
told(
    "relation_to_itself",
    "it ends elsewhere",
    "self_loop",
    cell("relations", "to_id", lambda r, d: r["from_id"]),
    cell("relations", "from_id", lambda r, d: r["to_id"]),
)
told(
    "relation_unlike_its_words",
    "the words say issu or porte",
    "unlike_words",
    cell("relations", "kind", other_code("relations", "kind")),
    swap("relations", ["kind"]),
    swap("relations", ["anchor"]),
)
told(
    "relation_of_another_laureate",
    "it begins at the laureate of its row",
    "direction",
    cell("relations", "laureate_id", other_id("laureates", "laureate_id")),
    cell("relations", "from_id", other_id("laureates", "laureate_id")),
)
told(
    "theme_of_another_kind",
    "a claim says its kind",
    "other_kind",
    cell("themes", "kind", other_code("themes", "kind"), each=20),
)
told(
    "theme_kinds_exchanged",
    "claims say their kinds",
    "other_kind",
    swap("themes", ["kind"]),
    column_moved("themes", "kind", lambda v, d: sorted(v)),
    column_moved("themes", "kind", shifted),
)
told(
    "theme_number_twice",
    "a number stands once",
    "number_twice",
    cell("themes", "number", lambda r, d: before("themes", r)["number"]),
)
told(
    "theme_number_left_out",
    "numbers leave no hole",
    "number_hole",
    cell("themes", "number", lambda r, d: str(int(r["number"]) + 10)),
)
told("theme_lost", "passages and claims point at it", "orphan no_subject", lost("themes", lambda r: True))
told("theme_anchors_exchanged", "its claim has the same words", "unlike_words", swap("themes", ["anchor"]))
told("theme_ids_exchanged", "its claim has the same words", "unlike_words other_kind", swap("themes", ["theme_id"]))
told(
    "passage_filled_down",
    "a passage is told once",
    "told_twice",
    swap_down := cell(
        "evidence",
        "anchor",
        lambda r, d: next((o["anchor"] for o in ROWS["evidence"] if in_one_cell(o, r) and o is not r), None),
        each=20,
    ),
)
told(
    "passage_in_the_note",
    "an anchor is required",
    "required",
    cell("evidence", "anchor", lambda r, d: {"anchor": "", "note": r["anchor"]}),
)
told(
    "strength_and_note_exchanged",
    "a strength is one of two codes",
    NO_CODE + " required",
    cell("evidence", "strength", lambda r, d: {"strength": r["note"], "note": r["strength"]}),
)
