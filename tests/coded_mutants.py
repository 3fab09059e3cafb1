"""Mistakes in keys and between rows: each class is a generator of small changes to one file of a sound data folder."""

from file_mutants import SHEETS, edit, is_text, made, rules


def row_twice(rng):
    for sheet in SHEETS.values():
        for row in rng.sample(range(len(sheet.rows)), min(3, len(sheet.rows))):
            key = sheet.resource["schema"]["primaryKey"][-1]
            text = sheet.text(rows=[*sheet.rows, sheet.rows[row]])
            yield made("row_twice", sheet, text, len(sheet.rows) + 2, key, "duplicate_row")


def key_twice(rng):
    for sheet in SHEETS.values():
        free = [c for c in sheet.columns(is_text) if c not in sheet.resource["schema"]["primaryKey"]]
        if not free:
            continue
        for row in rng.sample(range(len(sheet.rows)), min(3, len(sheet.rows))):
            other = list(sheet.rows[row])
            other[sheet.header.index(free[-1])] = "autre texte"
            key = sheet.resource["schema"]["primaryKey"][-1]
            yield made(
                "key_twice", sheet, sheet.text(rows=[*sheet.rows, other]), len(sheet.rows) + 2, key, "duplicate_key"
            )


def key_orphan(rng):
    for sheet in SHEETS.values():
        for foreign in sheet.resource["schema"].get("foreignKeys", []):
            column = foreign["fields"][0]
            rows = [i for i in range(len(sheet.rows)) if sheet.cell(i, column)]
            for row in rng.sample(rows, min(3, len(rows))):
                wrong = "9.9" if "[1-9]\\." in rules(sheet.fields[column])["pattern"] else sheet.cell(row, column) + "s"
                yield made("key_orphan", sheet, sheet.with_cell(row, column, wrong), row + 2, column, "orphan")


def relation_orphan(rng):
    sheet = SHEETS["relations"]
    for column in ("from_id", "to_id"):
        for row in range(len(sheet.rows)):
            yield made("relation_orphan", sheet, sheet.with_cell(row, column, "personne"), row + 2, column, "orphan")


def anchor_long(rng):
    long = "un deux trois quatre cinq six sept huit neuf"
    return edit("anchor_long", rng, lambda v, f: long if f.get("anchor") else None, "long_anchor", each=3)


def mention_misspelt(rng):
    sheet = SHEETS["mentions"]
    for row in rng.sample(range(len(sheet.rows)), 12):
        text = sheet.with_cell(row, "mention", sheet.cell(row, "mention") + "s")
        yield made("mention_misspelt", sheet, text, row + 2, "mention", "unknown_form")


def mention_wrong_actor(rng):
    sheet = SHEETS["mentions"]
    for row in rng.sample(range(len(sheet.rows)), 12):
        wrong = "habitants" if sheet.cell(row, "actor_id") != "habitants" else "onf"
        yield made(
            "mention_wrong_actor", sheet, sheet.with_cell(row, "actor_id", wrong), row + 2, "mention", "unknown_form"
        )


def mention_hole(rng):
    sheet = SHEETS["mentions"]
    ends = [i for i, row in enumerate(sheet.rows) if i + 1 == len(sheet.rows) or sheet.rows[i + 1][0] != row[0]]
    for row in ends:
        text = sheet.with_cell(row, "position", str(int(sheet.cell(row, "position")) + 1))
        yield made("mention_hole", sheet, text, row + 2, "position", "hole")


def mention_parent_elsewhere(rng):
    sheet = SHEETS["mentions"]
    for row in rng.sample(range(len(sheet.rows)), 12):
        text = sheet.with_cell(row, "parent_position", "60")
        yield made("mention_parent_elsewhere", sheet, text, row + 2, "parent_position", "no_parent")


def mention_own_parent(rng):
    sheet = SHEETS["mentions"]
    for row in rng.sample(range(len(sheet.rows)), 6):
        text = sheet.with_cell(row, "parent_position", sheet.cell(row, "position"))
        yield made("mention_own_parent", sheet, text, row + 2, "parent_position", "no_parent")


def alias_of_two(rng):
    sheet = SHEETS["actors"]
    aliased = [i for i in range(len(sheet.rows)) if sheet.cell(i, "aliases")]
    for row in rng.sample(aliased, 12):
        target = rng.choice([i for i in range(row + 1, len(sheet.rows))] or [0])
        alias = sheet.cell(row, "aliases").split("|")[0]
        line = max(row, target) + 2
        yield made("alias_of_two", sheet, sheet.with_cell(target, "aliases", alias), line, "aliases", "shared_alias")


def alias_cycle(rng):
    sheet = SHEETS["actors"]
    for one, two in [rng.sample(range(len(sheet.rows)), 2) for _ in range(8)]:
        rows = [list(r) for r in sheet.rows]
        column = sheet.header.index("aliases")
        rows[one][column], rows[two][column] = sheet.cell(two, "name"), sheet.cell(one, "name")
        line = max(one, two) + 2
        yield made("alias_cycle", sheet, sheet.text(rows=rows), line, "aliases", "alias_cycle")


def role_two_principals(rng):
    sheet = SHEETS["roles"]
    rows = [list(r) for r in sheet.rows]
    both = sorted({r[0] for r in rows if sum(x[0] == r[0] for x in rows) > 1})
    for laureate in both:
        changed = [[*r[:2], "principal", r[3]] if r[0] == laureate else r for r in rows]
        line = max(i for i, r in enumerate(rows) if r[0] == laureate) + 2
        yield made("role_two_principals", sheet, sheet.text(rows=changed), line, "salience", "two_principals")


def theme_other_ambition(rng):
    sheet, evidence = SHEETS["themes"], SHEETS["evidence"]
    for row in range(len(sheet.rows)):
        line = next((i + 2 for i, r in enumerate(evidence.rows) if r[0] == sheet.rows[row][0]), None)
        if line:
            text = sheet.with_cell(row, "ambition_id", "ambition-5")
            mutant = made("theme_other_ambition", sheet, text, line, "theme_id", "other_ambition")
            yield mutant._replace(elsewhere="evidence.csv")


def department_twice(rng):
    sheet = SHEETS["laureates"]
    for row in [i for i in range(len(sheet.rows)) if sheet.cell(i, "department_stated")]:
        text = sheet.with_cell(row, "department_inferred", "33")
        yield made("department_twice", sheet, text, row + 2, "department_inferred", "stated_twice")


def department_no_clue(rng):
    sheet = SHEETS["laureates"]
    for row in [i for i in range(len(sheet.rows)) if not sheet.cell(i, "department_stated")]:
        had = sheet.cell(row, "department_inferred")
        text = sheet.with_cell(row, "department_inferred", "" if had else "33")
        yield made("department_no_clue", sheet, text, row + 2, "inferred_from", "no_clue")


def reading_stale(rng):
    sheet = SHEETS["readings"]
    for row in rng.sample(range(len(sheet.rows)), 10):
        if sheet.cell(row, "value"):
            yield made(
                "reading_stale", sheet, sheet.with_cell(row, "value", "perime"), row + 2, "value", "stale_reading"
            )


def reading_no_row(rng):
    sheet = SHEETS["readings"]
    for row in rng.sample(range(len(sheet.rows)), 10):
        if sheet.cell(row, "value"):
            yield made(
                "reading_no_row", sheet, sheet.with_cell(row, "key", "personne/1"), row + 2, "key", "no_such_row"
            )


def reading_no_column(rng):
    sheet = SHEETS["readings"]
    for row in rng.sample(range(len(sheet.rows)), 10):
        text = sheet.with_cell(row, "column", "colonne")
        yield made("reading_no_column", sheet, text, row + 2, "column", "no_such_column")


GROUPS = ("row_", "key_", "relation_", "anchor_", "mention_", "alias_", "role_", "theme_", "department_", "reading_")
CLASSES = {name: fn for name, fn in list(globals().items()) if callable(fn) and name.startswith(GROUPS)}
