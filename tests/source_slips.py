"""Slips that leave sound tables, and that the reader's copy of the fiche shows."""

import re

from neoterra_analysis.words.folding import find, fold, normalise
from slips import KEYS, ROWS, cell, lost, patched, seen, swap

ANCHORS = [("contributions", "anchor"), ("evidence", "anchor"), ("relations", "anchor"), ("discrepancies", "anchor")]
LAUREATES = [row["laureate_id"] for row in ROWS["laureates"]]
NAMES = {row["actor_id"]: row for row in ROWS["actors"]}
LINKED = {row["laureate_id"] for row in ROWS["actors"]}


def fiche_of(rows, source):
    """Print a fiche of tables: each thing that they quote once, in the place that they give it, and nothing else."""
    own = {name: [row for row in table if row.get("source_id", source) == source] for name, table in rows.items()}
    home = own["sources"][0]["ambition_id"]
    enjeux = sorted((row for row in rows["enjeux"] if row["ambition_id"] == home), key=lambda row: int(row["number"]))
    parts = {"": [row["title_fr"] for row in rows["ambitions"] if row["ambition_id"] == home]}
    quote(parts[""], own["sources"][0]["funded_anchor"])
    parts[""] += [f"- {row['listed_title_fr'].removeprefix('…').strip() or row['title_fr']}" for row in enjeux]
    parts["synth"] = [row["anchor"] for row in sorted(own["themes"], key=lambda row: int(row["number"]))]
    for row in own["laureates"]:
        said = parts[row["name"]] = []
        for name in ("row_anchor", "name", "project_name", "carrier_anchor", "place_anchor"):
            quote(said, row[name])
        for name in ("roles", "contributions", "evidence", "relations"):
            for one in own[name]:
                if one["laureate_id"] == row["laureate_id"]:
                    quote(said, one["anchor"])
    for row in own["claims"]:
        kind = "synth" if row["kind"] in ("condition", "challenge", "lever") else ""
        if row["kind"] not in ("principal", "enjeu"):
            quote(parts[kind], row["anchor"])
    cells = {
        row["name"]: cell_of([m for m in rows["mentions"] if m["laureate_id"] == row["laureate_id"]])
        for row in own["laureates"]
    }
    for row in own["discrepancies"]:
        place = next((name for name in parts if name and name.lower() in row["locator"].lower()), "")
        place = place or next(
            (name for name in parts if row["locator"].startswith("ligne ") and name.startswith(row["locator"][6:])), ""
        )
        quote(parts[place], row["anchor"], cells.get(place, ""))
    lines = [*parts[""], ""]
    for enjeu in enjeux:
        lines += [enjeu["title_fr"], "Projet\tActeurs mobilisés\tContribution"]
        for row in sorted(own["laureates"], key=lambda row: int(row["source_row"])):
            if row["enjeu_id"] == enjeu["enjeu_id"]:
                first, *more = parts[row["name"]]
                lines += [f"{first}\t{cells[row['name']]}\t{' ; '.join(more)}", ""]
    return "\n".join([*lines, "Les leviers et les défis", "", " ; ".join(parts["synth"])]) + "\n"


def quote(said, anchor, cell=""):
    """Add an anchor to what is said, if it does not stand there yet."""
    if anchor and not find(anchor, normalise("\t".join([*said, cell]))[0]):
        shorter = next((i for i, one in enumerate(said) if find(one, normalise(anchor)[0])), len(said))
        said[shorter : shorter + 1] = [anchor]


def cell_of(mentions):
    """Print the actors of a row, examples in brackets after what they illustrate."""
    printed = []
    for row in mentions:
        if not row["parent_position"]:
            nested = [one["mention"] for one in mentions if one["parent_position"] == row["position"]]
            printed.append(row["mention"] + (f" ({', '.join(nested)})" if nested else ""))
    return ", ".join(printed)


# --- with the source -------------------------------------------------------------------------------------------------


def traced(kind, why, *generators):
    seen("source", kind, why, "", *generators)


def anchored(change, places=ANCHORS, each=5):
    """Change anchors by a function of their text; they keep at most eight words."""

    def how(column):
        def one(row, rng):
            text = change(row[column], rng)
            return text if text and len(re.findall(r"[^\W_]+", text)) <= 8 else None

        return one

    return [cell(table, column, how(column), each=each) for table, column in places]


def of_words(change):
    """Change the words of an anchor: ``change(words, rng)``."""
    return lambda text, rng: " ".join(change(text.split(), rng) or [])


def inner(words, rng):
    return rng.randrange(1, len(words) - 1) if len(words) > 2 else None


def put(words, rng, more):
    at = inner(words, rng)
    return [*words[:at], *more, *words[at:]] if at else None


def dropped(words, rng):
    at = inner(words, rng)
    return [*words[:at], *words[at + 1 :]] if at else None


def plain(text):
    return text.translate(str.maketrans("éèêàâùûîôç", "eeeaauuioc"))


def half(text, rng):
    """Lose the letters after the middle of the longest word, and what comes after it."""
    longest = max(re.finditer(r"[^\W\d_]+", text), key=lambda word: len(word.group()))
    return text[: longest.start() + max(3, len(longest.group()) // 2)] if len(longest.group()) > 3 else None


def doubled(text, rng):
    """Type a letter in the middle twice."""
    at = next((i for i in range(len(text) // 2, len(text)) if text[i].isalpha()), None)
    return at and text[:at] + text[at] + text[at:]


SYNONYMS = {"territoire": "région", "entreprises": "sociétés", "développement": "essor", "patrimoine": "héritage"}
for kind, why, change in (
    ("anchor_word_doubled", "printed otherwise", of_words(lambda w, d: [w[0], *w] if len(w[0]) > 1 else None)),
    ("anchor_word_added", "printed otherwise", of_words(lambda w, d: put(w, d, ["très"]))),
    ("anchor_word_dropped", "printed otherwise", of_words(dropped)),
    (
        "anchor_words_exchanged",
        "printed otherwise",
        of_words(lambda w, d: [w[-1], *w[1:-1], w[0]] if len(w) > 1 else None),
    ),
    ("anchor_negated", "printed otherwise", of_words(lambda w, d: put(w, d, ["ne", "pas"]))),
    ("anchor_with_ellipsis", "what is left out is no longer one passage", of_words(lambda w, d: put(w, d, ["[…]"]))),
    (
        "anchor_with_dots",
        "what is left out is no longer one passage",
        of_words(lambda w, d: [w[0], "...", *w[2:]] if len(w) > 2 else None),
    ),
    (
        "anchor_paraphrased",
        "our own words",
        lambda t, d: d.choice(
            ["un travail mené en commun", "elle aide les autres acteurs", "le projet change les pratiques"]
        ),
    ),
    (
        "anchor_in_english",
        "the fiche is in French",
        lambda t, d: d.choice(["working together on the land", "new ways of training"]),
    ),
    ("anchor_letter_lost", "printed otherwise", lambda t, d: t[: len(t) // 2] + t[len(t) // 2 + 1 :]),
    ("anchor_letter_doubled", "printed otherwise", doubled),
    ("anchor_letters_exchanged", "printed otherwise", lambda t, d: t[:-3] + t[-2] + t[-3] + t[-1]),
    ("anchor_plural", "printed otherwise", lambda t, d: t.removesuffix("s") if t.endswith("s") else t + "s"),
    ("anchor_without_accents", "printed otherwise", lambda t, d: plain(t)),
    ("anchor_cut_within_a_word", "words are found whole", half),
    ("anchor_in_capitals", "printed otherwise", lambda t, d: t.upper()),
    (
        "anchor_synonym",
        "printed otherwise",
        lambda t, d: next((t.replace(a, b) for a, b in SYNONYMS.items() if a in t), None),
    ),
    ("anchor_with_footnote", "a mark of a footnote is not printed", lambda t, d: t + d.choice(["1", "¹", "*1"])),
    (
        "anchor_corrected",
        "a misprint is quoted as printed",
        lambda t, d: None if t != t.lower() else t.replace("o", "ô", 1),
    ),
):
    traced(kind, why, *anchored(change))
ARTICLES = {"un": "le", "une": "la", "des": "les", "la": "une", "les": "des", "de": "à", "en": "dans", "dans": "en"}
traced(
    "anchor_article_changed",
    "printed otherwise",
    *anchored(of_words(lambda w, d: [ARTICLES.get(one, one) for one in w])),
)


def last_letter(column):
    """Misspell the last word of a text."""
    return lambda row, rng: row[column][:-1] + ("x" if row[column][-1] != "x" else "z")


def elsewhere(one, two):
    return one["laureate_id"] != two["laureate_id"]


def free(table):
    """Give a row to another laureate who has none of its key yet."""
    keys = {tuple(row[column] for column in KEYS[table]) for row in ROWS[table]}

    def one(row, rng):
        taken = {
            one for one in LAUREATES if tuple({**row, "laureate_id": one}[column] for column in KEYS[table]) in keys
        }
        doubted = any(one["key"] == "/".join(row[column] for column in KEYS[table]) for one in ROWS["readings"])
        return None if doubted else rng.choice([one for one in LAUREATES if one not in taken] or [None])

    return one


for table, column in (("laureates", "row_anchor"), ("laureates", "place_anchor"), ("laureates", "carrier_anchor")):
    traced(f"misprinted_{column}", "printed otherwise", cell(table, column, last_letter(column)))
traced(
    "misprinted_role_anchor",
    "printed otherwise",
    cell("roles", "anchor", lambda r, d: "x" + r["anchor"]),
    cell("roles", "anchor", lambda r, d: "sans " + r["anchor"], lambda r: len(r["anchor"].split()) < 7),
)
traced(
    "misprinted_name",
    "the row prints it",
    cell("laureates", "name", last_letter("name"), lambda r: r["laureate_id"] not in LINKED),
)
traced("misprinted_project", "the row prints it", cell("laureates", "project_name", last_letter("project_name")))
traced(
    "project_invented",
    "the row prints it",
    cell("laureates", "project_name", lambda r, d: "Le Phare", lambda r: not r["project_name"]),
)
traced("projects_exchanged", "each row prints its own", swap("laureates", ["project_name"]))
traced(
    "anchors_of_two_rows_exchanged",
    "found in another row",
    *(swap(table, ["anchor"], elsewhere, 30) for table in ("contributions", "evidence")),
)
traced(
    "passage_of_another_laureate",
    "found in another row",
    *(cell(table, "laureate_id", free(table), each=30) for table in ("contributions", "evidence")),
)
traced(
    "relation_of_another_row",
    "found in another row",
    cell("relations", "laureate_id", lambda r, d: {"laureate_id": "pivoine", "from_id": "pivoine"}),
)

# The actors cell: its mentions with their actors' forms, so that the tables agree.


def with_form(row, mention):
    """Change a mention, and give its actor that form."""
    index, actor = ROWS["mentions"].index(row), NAMES[row["actor_id"]]
    forms = {"aliases": "|".join([*filter(None, actor["aliases"].split("|")), mention])}
    known = {fold(one) for other in ROWS["actors"] for one in [other["name"], *other["aliases"].split("|")]}
    tables = patched("mentions", (index, {"mention": mention}))
    return tables if fold(mention) in known else tables | patched("actors", (ROWS["actors"].index(actor), forms))


def mentions_as(change, test=lambda row: True, each=30):
    def generate(rng):
        rows = [row for row in ROWS["mentions"] if test(row)]
        for row in rng.sample(rows, min(each, len(rows))):
            mention = change(row)
            if mention and unread(row) and fold(mention) != fold(row["mention"]) and "," not in mention:
                yield with_form(row, mention)

    return generate


def mine(row):
    return [one for one in ROWS["mentions"] if one["laureate_id"] == row["laureate_id"]]


def last(row):
    return not any(int(one["position"]) > int(row["position"]) for one in mine(row))


def parent(row):
    return any(one["parent_position"] == row["position"] for one in mine(row))


def renumbered(row):
    """Take a mention out and count the others anew."""
    at, kept = int(row["position"]), []
    for one in ROWS["mentions"]:
        if one is not row:
            down = {c: str(int(one[c]) - 1) for c in ("position", "parent_position") if one[c] and int(one[c]) > at}
            kept.append({**one, **down} if one["laureate_id"] == row["laureate_id"] else one)
    return {"mentions": kept}


def unread(row):
    """Tell whether an open reading points at none of the mentions of a row: it would go stale."""
    return not any(
        one["table"] == "mentions" and one["key"].startswith(f"{row['laureate_id']}/") for one in ROWS["readings"]
    )


def taken_out(rng):
    for row in [row for row in ROWS["mentions"] if not parent(row) and not last(row) and unread(row)]:
        yield renumbered(row)


def added_actor(rng):
    for laureate in LAUREATES:
        own = [row for row in ROWS["mentions"] if row["laureate_id"] == laureate]
        here = {row["actor_id"] for row in own}
        for actor in rng.sample(
            [
                a
                for a in ROWS["actors"]
                if a["actor_id"] not in here and a["laureate_id"] != laureate and "," not in a["name"]
            ],
            4,
        ):
            row = {
                "laureate_id": laureate,
                "position": str(len(own) + 1),
                "mention": actor["name"],
                "actor_id": actor["actor_id"],
                "parent_position": "",
            }
            yield {"mentions": [*ROWS["mentions"], row]}


def neighbours(one, two):
    alone = not (one["parent_position"] or two["parent_position"] or parent(one) or parent(two))
    return alone and one["laureate_id"] == two["laureate_id"] and unread(one)


def earlier(row, rng):
    """Choose a parent before which others stand: an example directly after it may be printed without brackets."""
    before = [one["position"] for one in mine(row) if int(one["position"]) < int(row["position"])]
    before = [one["position"] for one in mine(row) if one["position"] in before and not one["parent_position"]][:-1]
    return rng.choice(before) if before and not parent(row) else None


traced("mention_misspelt_with_its_form", "the cell prints it", mentions_as(lambda r: r["mention"][:-1]))
traced(
    "mention_two_letters_exchanged",
    "the cell prints it",
    mentions_as(lambda r: r["mention"][:-2] + r["mention"][-1] + r["mention"][-2]),
)
traced("mention_without_accents", "the cell prints it", mentions_as(lambda r: plain(r["mention"])))
traced("mention_in_the_singular", "the cell prints it", mentions_as(lambda r: r["mention"].removesuffix("s")))
traced("mention_with_article", "the cell prints it", mentions_as(lambda r: "les " + r["mention"]))
traced("mention_spelt_out", "the cell prints a short form", mentions_as(lambda r: NAMES[r["actor_id"]]["name"]))
traced("mention_in_english", "the fiche is in French", mentions_as(lambda r: NAMES[r["actor_id"]]["short_en"]))
CORRECTED = {"Bx Mtropole": "Bordeaux Métropole", "DIRRECTE": "DIRECCTE", "Mairie de Bx": "Mairie de Bordeaux"}
CORRECTED |= {"clubs d'ânés": "clubs d'aînés", "LiREM": "LIREM", "ADI": "ADI Nouvelle-Aquitaine"}
traced(
    "mention_corrected",
    "a misprint is quoted as printed",
    mentions_as(lambda r: CORRECTED.get(r["mention"]), lambda r: r["mention"] in CORRECTED),
)
traced("mention_with_footnote", "a mark of a footnote is not printed", mentions_as(lambda r: r["mention"] + "2"))
traced("mentions_exchanged", "printed in another order", swap("mentions", ["mention", "actor_id"], neighbours, 40))
traced(
    "mention_last_lost",
    "the cell prints one more",
    lost("mentions", lambda r: last(r) and not parent(r) and unread(r), 30),
)
traced("mention_lost_and_counted_anew", "the cell prints one more", taken_out)
traced("mention_invented", "the cell does not print it", added_actor)
traced("mention_parent_lost", "printed in brackets", cell("mentions", "parent_position", lambda r, d: ""))
traced(
    "mention_parent_invented",
    "printed without brackets",
    cell("mentions", "parent_position", earlier, lambda r: not r["parent_position"] and unread(r), each=30),
)
traced(
    "mention_cells_exchanged",
    "printed in another row",
    swap(
        "mentions",
        ["mention", "actor_id"],
        lambda a, b: elsewhere(a, b) and unread(a) and unread(b) and neither(a, b),
        30,
    ),
)


def neither(one, two):
    """Tell whether two mentions could stand in each other's row without another rule speaking."""
    here = ({row["actor_id"] for row in mine(a)} | {a["laureate_id"]} for a in (one, two))
    return all(b["actor_id"] not in held for held, b in zip(here, (two, one), strict=True)) and not any(
        NAMES[a["actor_id"]]["laureate_id"] for a in (one, two)
    )


# Rows, headings, the text around the tables.


def without_last_laureate(rng):
    """Take out the laureate printed last, with all that hangs on it."""
    gone = max(ROWS["laureates"], key=lambda row: int(row["source_row"]))["laureate_id"]
    named = {
        table: [
            row
            for row in rows
            if gone not in (row.get("laureate_id"), row.get("key", "").split("/")[0], row.get("key", "").split("/")[-1])
        ]
        for table, rows in ROWS.items()
    }
    used = {row["actor_id"] for row in named["mentions"]} | {row["to_id"] for row in ROWS["relations"]}
    used |= {row["key"] for row in ROWS["readings"] if row["table"] == "actors"}
    used |= {row["subject"] for row in ROWS["claims"]}
    named["actors"] = [row for row in ROWS["actors"] if row["actor_id"] in used]
    yield {table: rows for table, rows in named.items() if rows != ROWS[table]}


def within_one_enjeu(one, two):
    return one["enjeu_id"] == two["enjeu_id"]


def at_the_edge(rng):
    """Move the first or the last laureate of an enjeu to the one before or after."""
    printed = sorted(ROWS["laureates"], key=lambda row: int(row["source_row"]))
    for one, two in zip(printed, printed[1:], strict=False):
        if one["enjeu_id"] != two["enjeu_id"]:
            for row, enjeu in ((one, two["enjeu_id"]), (two, one["enjeu_id"])):
                yield patched("laureates", (ROWS["laureates"].index(row), {"enjeu_id": enjeu}))


def both(change):
    """Change an anchor of a theme or of its claim, and the other alike."""

    def generate(rng):
        for theme in ROWS["themes"]:
            text = change(theme["anchor"])
            claims = [i for i, row in enumerate(ROWS["claims"]) if row["anchor"] == theme["anchor"]]
            yield patched("themes", (ROWS["themes"].index(theme), {"anchor": text})) | patched(
                "claims", *((i, {"anchor": text}) for i in claims)
            )

    return generate


def numbered(row, rng):
    """Count otherwise, in the cell and in its words."""
    words = {
        "15": "une vingtaine d’exemples de projets",
        "4": "au regard de 5 enjeux principaux",
        "3": "quatre types de fonctions",
    }
    return {"expected": {"15": "20", "4": "5", "3": "4"}[row["expected"]], "anchor": words[row["expected"]]}


traced("laureate_last_lost", "the fiche prints one row more", without_last_laureate)
traced(
    "ranks_within_an_enjeu_exchanged", "printed in another order", swap("laureates", ["source_row"], within_one_enjeu)
)
traced("enjeu_of_a_row_at_the_edge", "printed under another heading", at_the_edge)
traced(
    "heading_reworded",
    "printed otherwise",
    cell("enjeux", "title_fr", lambda r, d: r["title_fr"] + " durable"),
    cell("enjeux", "title_fr", lambda r, d: r["title_fr"].replace("dans", "pour").replace("par", "avec")),
)
traced("headings_exchanged", "printed elsewhere", swap("enjeux", ["title_fr"]))
traced(
    "listed_heading_reworded",
    "printed otherwise",
    cell("enjeux", "listed_title_fr", lambda r, d: r["listed_title_fr"] + "s"),
)
traced(
    "listed_heading_invented",
    "the list has the heading",
    cell("enjeux", "listed_title_fr", lambda r, d: "… pour demain", lambda r: not r["listed_title_fr"]),
)
traced(
    "ambition_reworded",
    "printed otherwise",
    cell("ambitions", "title_fr", lambda r, d: r["title_fr"][:-1]),
    cell("ambitions", "title_fr", lambda r, d: r["title_fr"] + " et sobre"),
)
traced(
    "funded_otherwise_with_its_words",
    "printed otherwise",
    *(
        cell(
            "sources", "funded", lambda r, d, n=n: {"funded": n, "funded_anchor": r["funded_anchor"].replace("440", n)}
        )
        for n in ("450", "404", "44")
    ),
)
traced(
    "claim_otherwise_with_its_words",
    "printed otherwise",
    cell("claims", "expected", numbered, lambda r: r["rule"] in ("count", "about")),
)
traced(
    "claim_anchor_misprinted",
    "printed otherwise",
    cell("claims", "anchor", last_letter("anchor"), lambda r: r["rule"] != "evidence", each=30),
)
traced(
    "claim_anchor_paraphrased",
    "our own words",
    cell(
        "claims",
        "anchor",
        lambda r, d: f"les lauréats sont ainsi {r['number']}",
        lambda r: r["rule"] not in ("principal", "count", "about"),
        each=30,
    ),
)
for kind, change in (
    ("misprinted", lambda t: t[:-1] + "x"),
    ("paraphrased", lambda t: "selon nous " + t.split()[-1]),
    ("cut", lambda t: t[:-2]),
    ("in_capitals", str.upper),
):
    traced(f"theme_anchor_{kind}_with_its_claim", "printed otherwise", both(change))
