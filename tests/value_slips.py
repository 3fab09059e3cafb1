"""Slips in how codes, ids, numbers and texts are written, which the table itself betrays."""

import re

from neoterra_analysis.words.codes import ROLES
from slips import (
    CONTRACT,
    FIELDS,
    ROWS,
    cell,
    patched,
    seen,
)


def told(kind, why, codes, *generators):
    seen("table", kind, why, codes, *generators)


def value_of(table, key, column):
    return {row[key]: row[column] for row in ROWS[table]}


LAUREATE = {row["laureate_id"]: row for row in ROWS["laureates"]}
NUMBER = value_of("enjeux", "enjeu_id", "number")
IDS = [("laureates", "laureate_id"), ("actors", "actor_id"), ("themes", "theme_id"), ("sources", "source_id")]
IDS += [("ambitions", "ambition_id"), ("enjeux", "enjeu_id")]
FOREIGN = [(t, f["fields"][0]) for t, r in CONTRACT.items() for f in r["schema"].get("foreignKeys", [])]
CODED = [(t, c) for t, fields in FIELDS.items() for c, f in fields.items() if "enum" in f.get("constraints", {})]
COUNTS = [(t, c) for t, fields in FIELDS.items() for c, f in fields.items() if f["type"] == "integer"]
PAIRS = [(t, c, f"{c[:-3]}_en") for t, fields in FIELDS.items() for c in fields if c.endswith("_fr")]
PAIRS = [(t, fr, en) for t, fr, en in PAIRS if en in FIELDS[t] and t not in ("actors", "ambitions")]
TEXTS = [(t, c) for t, fr, en in PAIRS for c in (fr, en)] + [("laureates", "name"), ("claims", "statement_fr")]
ANCHORS = [(t, c) for t, fields in FIELDS.items() for c, f in fields.items() if f.get("anchor") and t != "sources"]
FUNCTION = re.compile(r"\b(la|les|des|du|de|et|une|un|par|pour|sur|au|aux|the|of|and|to|from|with|its|a|an|by|for)\b")


def each_of(places, change, each=4, test=None):
    """Change cells of many columns: ``change(row[column], rng)``."""

    def one(table, column):
        how = (lambda row, c=column: row[c] and test(row[c])) if test else None
        return cell(table, column, lambda row, rng, c=column: change(row[c], rng), how, each)

    return [one(table, column) for table, column in places]


# --- how a code is written -------------------------------------------------------------------------------------------

FRENCH = {"company": "entreprise", "local_authority": "collectivité", "training": "formation", "tourism": "tourisme"}
FRENCH |= {"governance": "gouvernance", "methods": "méthodes", "research": "recherche", "stated": "énoncé"}
FRENCH |= {"farming": "agriculture", "energy": "énergie", "condition": "états", "challenge": "défi", "lever": "levier"}
FRENCH |= {"named": "nommé", "generic": "générique", "national": "nationale", "direct": "directe", "origin": "origine"}
NO_CODE = "unknown_code letter_case lookalike pattern control_char excel_date word_for_empty"
for kind, why, change in (
    ("code_plural", "a code is one of the list", lambda v, d: v[:-1] if v.endswith("s") else v + "s"),
    ("code_in_french", "codes are English", lambda v, d: FRENCH.get(v)),
    ("code_of_french_gender", "a code is one of the list", lambda v, d: v + "e"),
    ("code_with_full_stop", "a code has no punctuation", lambda v, d: v + "."),
    ("code_with_question_mark", "a doubt belongs into the readings", lambda v, d: v + " ?"),
    ("code_in_quotes", "quotes of a word processor", lambda v, d: f"« {v} »"),
    ("code_in_brackets", "a code has no brackets", lambda v, d: f"({v})"),
    ("code_after_apostrophe", "how Excel marks a text", lambda v, d: "'" + v),
    ("code_twice_in_cell", "one cell, one code", lambda v, d: f"{v}/{v}"),
    ("code_and_note", "a note has its own column", lambda v, d: f"{v} (à revoir)"),
    ("code_with_space_for_underscore", "a code is one of the list", lambda v, d: v.replace("_", " ")),
    ("code_with_hyphen_for_underscore", "a code is one of the list", lambda v, d: v.replace("_", "-")),
    ("code_with_footnote", "a mark of a footnote is part of the value", lambda v, d: v + "¹"),
    ("code_cut", "as wide as the column was", lambda v, d: v[: max(2, len(v) // 2)]),
    ("code_number", "the rank in the list instead of the code", lambda v, d: str(d.randrange(1, 9))),
    ("code_cross", "a tick instead of the code", lambda v, d: d.choice("xX✓")),
):
    told(kind, why, NO_CODE, *each_of(CODED, change))
told(
    "code_of_another_column",
    "a code belongs to its column",
    NO_CODE,
    *(
        cell(t, c, lambda row, rng, c=c, o=o: row[o] if row[o] not in ("", row[c]) else None, each=4)
        for t, c in CODED
        for o in FIELDS[t]
        if o != c
        and (t, o) in CODED
        and not set(FIELDS[t][o]["constraints"]["enum"]) & {*FIELDS[t][c]["constraints"]["enum"]}
    ),
)
told(
    "code_column_name", "the head of the column", NO_CODE, *(cell(t, c, lambda r, d, c=c: c, each=2) for t, c in CODED)
)

# --- how an id is written --------------------------------------------------------------------------------------------

for kind, why, codes, change in (
    ("id_with_underscore", "ids have hyphens", "pattern", lambda v, d: v.replace("-", "_")),
    ("id_with_spaces", "ids have hyphens", "pattern", lambda v, d: v.replace("-", " ")),
    ("id_without_hyphen", "no row is called so", "orphan", lambda v, d: v.replace("-", "")),
    ("id_cut", "no row is called so", "orphan pattern", lambda v, d: v[:-1]),
    ("id_doubled", "no row is called so", "orphan pattern", lambda v, d: f"{v}-{v}" if "." not in v else f"{v}.{v}"),
    ("id_with_full_stop", "ids are ASCII slugs", "pattern", lambda v, d: v + "."),
    ("id_with_article", "no row is called so", "orphan pattern", lambda v, d: "la-" + v),
    ("id_two_letters_exchanged", "no row is called so", "orphan pattern", lambda v, d: v[:-2] + v[-1] + v[-2]),
    ("id_numbered", "a copy that was numbered", "orphan pattern", lambda v, d: v + "-2" if "." not in v else v + "-2"),
    ("id_two_in_cell", "one cell, one id", "pattern", lambda v, d: f"{v}|{v}"),
):
    told(kind, why, codes, *each_of(FOREIGN, change))
NAMES = {key: value_of(table, key, "name") for table, key in (("laureates", "laureate_id"), ("actors", "actor_id"))}
told(
    "id_name_instead",
    "the name that readers see instead of the id",
    "pattern letter_case orphan",
    *(cell(t, c, lambda r, d, c=c: NAMES[c].get(r[c])) for t, c in FOREIGN if c in NAMES),
)


def renamed_in(table, key, rng, each=3):
    """Rename an id in one table, and nowhere else; only ids that other tables point at."""
    places = [(t, c) for t, c in FOREIGN if c == key and t != table]
    used = {row[c] for t, c in places for row in ROWS[t]}
    ids = sorted({row[key] for row in ROWS[table]} & used)
    for old in rng.sample(ids, min(each, len(ids))):
        new = {key: "9.9" if key == "enjeu_id" else f"{old}-bis"}
        yield patched(table, *((i, new) for i, row in enumerate(ROWS[table]) if row[key] == old))


told(
    "id_renamed_in_its_table_only",
    "the other tables still use the old id",
    "orphan number_of_id",
    *(lambda rng, t=t, k=k: renamed_in(t, k, rng, 6) for t, k in IDS),
)
told(
    "id_renamed_in_one_other_table_only",
    "its own table does not know the new id",
    "orphan",
    *(lambda rng, t=t, c=c: renamed_in(t, c, rng) for t, c in FOREIGN if t != "sources"),
)
told(
    "id_ambition_in_another_form",
    "no ambition is called so",
    "orphan pattern letter_case",
    *(
        each_of(
            [(t, c) for t, c in FOREIGN if c == "ambition_id"],
            lambda v, d: d.choice(["4", "Ambition 4", "ambition4", "a-4", "ambition-04"]),
        )
    ),
)
told(
    "id_enjeu_in_another_form",
    "the number of an enjeu is 4.1",
    "pattern orphan excel_date",
    *(
        each_of(
            [("laureates", "enjeu_id"), ("enjeux", "enjeu_id")],
            lambda v, d: d.choice([v[-1], f"E{v[-1]}", v.replace(".", "-"), f"{v}.", f"{v[0]}.0{v[-1]}", f"enjeu {v}"]),
            8,
        )
    ),
)

# --- how a number is written -----------------------------------------------------------------------------------------

NO_NUMBER = "not_integer number_sense too_small spaced_number not_finite excel_date unlike_words number_hole"
for kind, why, change in (
    ("number_with_unit", "a number has no unit", lambda v, d: f"{v} lignes"),
    ("number_with_footnote", "a mark of a footnote is part of the value", lambda v, d: v + d.choice("¹*²")),
    ("number_of_other_digits", "digits are 0 to 9", lambda v, d: "".join(chr(0x660 + int(one)) for one in v)),
    ("number_full_width", "digits are 0 to 9", lambda v, d: "".join(chr(0xFF10 + int(one)) for one in v)),
    ("number_with_zeros", "a number has no zero before it", lambda v, d: "00" + v),
    ("number_huge", "no list is so long", lambda v, d: v + "0" * d.choice([7, 20])),
    ("number_in_words", "a number is of digits", lambda v, d: d.choice(["un", "premier", "IV", "1er", "n°1"])),
    ("number_with_sign", "a number has no sign", lambda v, d: d.choice("+≈~<") + v),
    ("number_halved", "a number is whole", lambda v, d: v + d.choice([".5", ",5", "/2"])),
    ("number_range", "one cell, one number", lambda v, d: f"{v}–{int(v) + 1}"),
):
    told(kind, why, NO_NUMBER, *each_of(COUNTS, change))

# --- texts ---------------------------------------------------------------------------------------------------------

told(
    "text_number",
    "a text has words",
    "odd_text",
    *each_of(TEXTS[:-2], lambda v, d: d.choice(["4", "12,5", "-", "?", "…"])),
)
told(
    "text_column_name",
    "the head of the column",
    "odd_text",
    *(cell(t, c, lambda r, d, c=c: c, each=2) for t, c in TEXTS),
)
told(
    "text_to_come_back_to",
    "a mark to come back to",
    "odd_text",
    *each_of(TEXTS, lambda v, d: v + d.choice([" (à vérifier)", " ??", " TODO", " (?)"])),
)
told("text_formula", "a formula instead of its value", "odd_text", *each_of(TEXTS, lambda v, d: "=" + v))
told("text_after_apostrophe", "how Excel marks a text", "odd_text", *each_of(TEXTS, lambda v, d: "'" + v))
told(
    "text_code",
    "a code stands in the column of its label",
    "odd_text",
    *(
        cell(t, c, lambda r, d, o=o: r[o] if r[o] not in ROLES else None, lambda r, o=o: r[o], each=6)
        for t, c in (
            ("contributions", "label_fr"),
            ("contributions", "label_en"),
            ("themes", "label_fr"),
            ("claims", "statement_fr"),
            ("discrepancies", "what_fr"),
            ("actors", "short_fr"),
            ("actors", "note"),
        )
        for o in FIELDS[t]
        if (t, o) in CODED
    ),
)
told(
    "text_languages_exchanged",
    "each language has words of its own",
    "exchanged other_language",
    *(
        cell(
            t,
            fr,
            lambda r, d, fr=fr, en=en: {fr: r[en], en: r[fr]},
            lambda r, fr=fr, en=en: speaks(r[fr]) and speaks(r[en]) and r[fr] != r[en],
            each=8,
        )
        for t, fr, en in PAIRS
    ),
)
told(
    "text_not_translated",
    "each language has words of its own",
    "other_language",
    *(cell(t, en, lambda r, d, fr=fr: r[fr], lambda r, fr=fr: speaks(r[fr]), each=6) for t, fr, en in PAIRS),
    *(cell(t, fr, lambda r, d, en=en: r[en], lambda r, en=en: speaks(r[en]), each=6) for t, fr, en in PAIRS),
)


def speaks(text):
    return len(set(FUNCTION.findall(text.lower()))) >= 2


for t, c in (
    ("enjeux", "title_fr"),
    ("enjeux", "title_en"),
    ("enjeux", "short_fr"),
    ("themes", "label_fr"),
    ("themes", "label_en"),
    ("claims", "statement_fr"),
    ("claims", "statement_en"),
    ("laureates", "name"),
    ("laureates", "summary_fr"),
    ("laureates", "summary_en"),
    ("laureates", "row_anchor"),
    ("themes", "anchor"),
    ("claims", "anchor"),
    ("discrepancies", "anchor"),
):
    told(
        f"filled_down_{t}_{c}",
        "what is said once stands twice",
        "same_label told_twice other_laureate unlike_words not_linked",
        cell(t, c, lambda r, d, t=t, c=c: before(t, r)[c]),
    )


def before(table, row):
    return ROWS[table][ROWS[table].index(row) - 1]
