"""What may be a slip though each cell is sound: told twice, in the other language, unlike its words, out of order.

Each rule is a function of the rows by table; all of them tell notices, for each may be true.
"""

import re
from collections import defaultdict

from ..words.codes import NOT_AN_ACTOR, PRINCIPAL, ROLES
from ..words.folding import bare_words, fold, printed_forms
from .coherence import _column, _departments, _problem, _sound, departments
from .crossed import ENGLISH, FRENCH

LONG_PAST = "2000-01-01"  # no fiche was on the Web before
# What is printed or said once: table, among which rows, columns.
ONCE = (
    ("sources", "", ("title",)),
    *(("ambitions", "", (column,)) for column in ("title_fr", "title_en")),
    *(("enjeux", "ambition_id", (column,)) for column in ("title_en", "listed_title_fr")),
    *(("laureates", "source_id", (column,)) for column in ("summary_fr", "summary_en", "row_anchor")),
    *((table, "laureate_id", ("anchor",)) for table in ("roles", "evidence")),
    ("actors", "", ("laureate_id",)),
    *(("mentions", "laureate_id", (column,)) for column in ("mention", "actor_id")),
    *((table, "source_id", ("anchor",)) for table in ("themes", "claims", "discrepancies")),
    ("claims", "source_id", ("rule", "subject")),
    ("claims", "source_id", ("statement_en",)),
    ("readings", "", ("table", "key", "column")),
)
FREE = re.compile(r"(title|label|short|definition|statement|summary|what|reason)_|^(name|note|inferred_from)$")
UNSURE = re.compile(r"\b(todo|fixme|tbd|tbc|xxx+|lorem ipsum|[àa] (v[ée]rifier|compl[ée]ter))\b|\?\?|\(\?\)")
TIES = {"carries": re.compile(r"\bport(e|ent|ée?)\b"), "origin": re.compile(r"\b(issue?|née?)\b")}
COUNTS = "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split()
NUMBER = {word: str(number) for number, word in enumerate(COUNTS, 1) if number > 1}
NUMBER |= {"dizaine": "10", "douzaine": "12", "quinzaine": "15", "vingt": "20", "vingtaine": "20", "trentaine": "30"}


def check_plausible(contract, data, whole):
    """Hold the rows, by table, to what is true of nearly all codings."""
    rules = (_once, _languages, _texts, _order, _amounts, _stated, _actors, _forms, _passages)
    return [problem for rule in rules for problem in rule(contract, data, whole)]


def _notice(contract, table, row, column, code, **more):
    return _problem(contract, table, row, column, code, notice=True, **more)


def _once(contract, data, whole):
    """Tell what stands in two rows and is said once: a row filled down or pasted over another."""
    found = []
    for table, among, columns in ONCE:
        seen = {}
        for row in _sound(data, table, *columns, *filter(None, [among])):
            texts = [fold(row.cells.get(column, "")) for column in columns]
            if texts[0]:
                first = seen.setdefault((row.cells[among] if among else "", *texts), row)
                if first is not row:
                    found.append(_notice(contract, table, row, columns[-1], "told_twice", other=str(first.line)))
    return found


def _languages(contract, data, whole):
    """Tell a text that stands in both languages' columns, or that speaks the other language."""
    found = []
    for table, resource in contract.items():
        columns = [field["name"] for field in resource["schema"]["fields"]]
        names = table == "actors"  # a name is a name in any language
        for column in [name for name in columns if name[-3:] in ("_fr", "_en") and not names]:
            other = column[:-2] + ("en" if column.endswith("fr") else "fr")
            own, far = (FRENCH, ENGLISH) if column.endswith("fr") else (ENGLISH, FRENCH)
            for row in _sound(data, table, column):
                words = re.findall(r"(?<![\w-])[a-zà-ÿ]+(?![\w-])", row.cells[column].lower())
                kept = {word for word in words if len(word) > 1}
                same = other in row.cells and row.cells[other] == row.cells[column] and own & set(words)
                if (same and len(words) > 3) or (len(kept & (far - own)) >= 2 and not kept & (own - far)):
                    found.append(_notice(contract, table, row, column, "other_language", other=other))
    return found


def _texts(contract, data, whole):
    """Tell a text that is no text: a number, the head of its column, a code or an id, a mark to come back to."""
    found = []
    for table, resource in contract.items():
        codes = {code for f in resource["schema"]["fields"] for code in f.get("constraints", {}).get("enum", ())}
        for column in [field["name"] for field in resource["schema"]["fields"]]:
            free, anchor = FREE.search(column), column == "mention" or column.endswith("anchor")
            for row in _sound(data, table, column) if free or anchor else ():
                text = row.cells[column]
                bare = not any(letter.isalpha() for letter in text) and not (column == "name" and text.isdecimal())
                wrong = bare or text == column or text[0] in "'=" or UNSURE.search(fold(text)) if text else False
                if wrong or (free and text in codes and text not in ROLES):
                    found.append(_notice(contract, table, row, column, "odd_text"))
    return found


def _order(contract, data, whole):
    """Tell a laureate whose row stands among those of another enjeu, an enjeu without any, an old date."""
    numbers, rows, found = _column(data, "enjeux", "enjeu_id", "number"), defaultdict(list), []
    for row in _sound(data, "laureates", "enjeu_id", "source_id", "source_row"):
        number = numbers.get(row.cells["enjeu_id"], "")
        if number.isdecimal() and row.cells["source_row"].isdecimal():
            rows[row.cells["source_id"]].append((int(row.cells["source_row"]), int(number), row))
    for printed in rows.values():
        printed.sort(key=lambda one: one[0])
        for (_, before, first), (_, after, row) in zip(printed, printed[1:], strict=False):
            if before > after:
                found.append(
                    _notice(contract, "laureates", row, "enjeu_id", "row_order", other=first.cells["enjeu_id"])
                )
    used = {row.cells["enjeu_id"] for row in data["laureates"]}
    for row in _sound(data, "enjeux", "enjeu_id") if whole["laureates"] and used else ():
        if row.cells["enjeu_id"] not in used:
            found.append(_notice(contract, "enjeux", row, "enjeu_id", "no_case", other="laureates"))
    for row in _sound(data, "sources", "retrieved"):
        if row.cells["retrieved"] < LONG_PAST:
            found.append(_notice(contract, "sources", row, "retrieved", "long_past"))
    return found


def _amounts(contract, data, whole):
    """Tell a number that is none of those that its words print."""
    found, numbers = [], _column(data, "ambitions", "ambition_id", "number")
    pairs = [("sources", "funded", "funded_anchor", row) for row in data["sources"] if row.cells.get("funded")]
    pairs += [("claims", "expected", "anchor", r) for r in data["claims"] if r.cells["rule"] in ("count", "about")]
    pairs += [("laureates", "department_inferred", "inferred_from", row) for row in data["laureates"]]
    for table, column, words, row in pairs:
        counted = column != "department_inferred"
        texts = re.findall(r"\d+(?= [a-z])|[a-z]{3,}" if counted else r"(?<!\d)\d\d(?!\d)", fold(row.cells[words]))
        told = {NUMBER.get(text, text) for text in texts if text in NUMBER or text.isdecimal()}
        if told and row.cells[column] and row.cells[column] not in told and not row.bad & {column, words}:
            more = {"nearest": min(told), "other": row.cells[words]}
            found.append(_notice(contract, table, row, column, "unlike_words", **more))
    for row in _sound(data, "sources", "title", "ambition_id"):
        told = re.search(r"ambition (?:n ?[°o] ?)?(\d+)", fold(row.cells["title"]))
        if told and numbers.get(row.cells["ambition_id"], told[1]) != told[1]:
            more = {"nearest": told[1], "other": row.cells["title"]}
            found.append(_notice(contract, "sources", row, "ambition_id", "unlike_words", **more))
    return found


def _stated(contract, data, whole):
    """Tell a département, a tie or a principal role that its words do not say."""
    found, names = [], departments()
    for row in _sound(data, "laureates", "department_stated", "place_anchor"):
        told = _departments(bare_words(row.cells["place_anchor"]), names)
        if told and not row.cells["department_stated"]:
            more = {"nearest": min(told), "other": row.cells["place_anchor"]}
            found.append(_notice(contract, "laureates", row, "department_stated", "unlike_words", **more))
    for row in _sound(data, "relations", "kind", "anchor"):
        said = {kind for kind, word in TIES.items() if word.search(fold(row.cells["anchor"]))}
        if said and row.cells["kind"] not in said:
            more = {"nearest": min(said), "other": row.cells["anchor"]}
            found.append(_notice(contract, "relations", row, "kind", "unlike_words", **more))
    coded = {f"{row.cells['laureate_id']}/{row.cells['role']}": row.cells["salience"] for row in data["roles"]}
    for row in _sound(data, "claims", "rule", "subject", "anchor"):
        if row.cells["rule"] != PRINCIPAL:
            continue
        said = [role for role in ROLES if role in fold(row.cells["anchor"])]
        if said and row.cells["subject"].partition("/")[2] not in said:
            more = {"nearest": said[0], "other": row.cells["anchor"]}
            found.append(_notice(contract, "claims", row, "subject", "unlike_words", **more))
        elif coded.get(row.cells["subject"]) != PRINCIPAL and whole["roles"]:
            found.append(_notice(contract, "claims", row, "subject", "no_case", other="roles"))
    return found


def _actors(contract, data, whole):
    """Tell an actor that is called like a laureate without being linked to it, and a label coded as an actor."""
    names, found = _column(data, "laureates", "laureate_id", "name"), []
    owner = {fold(name): laureate for laureate, name in names.items()}
    for row in _sound(data, "actors", "name", "aliases", "kind", "laureate_id"):
        linked, called = row.cells["laureate_id"], {fold(form) for form in printed_forms(row.cells)}
        alike = sorted({owner[form] for form in called if form in owner})
        if alike and linked not in alike:
            found.append(_notice(contract, "actors", row, "laureate_id", "not_linked", nearest=alike[0]))
        elif linked in names and fold(names[linked]) not in called:
            found.append(_notice(contract, "actors", row, "laureate_id", "not_linked", other=names[linked]))
        if row.cells["kind"] == NOT_AN_ACTOR and (row.cells["actor_type"] or linked):
            found.append(_notice(contract, "actors", row, "kind", "coded_label"))
    return found


def _forms(contract, data, whole):
    """Tell a mention of the laureate itself, one before its parent, several in one cell."""
    linked, found = _column(data, "actors", "actor_id", "laureate_id"), []
    for row in _sound(data, "mentions", "laureate_id", "position", "mention", "actor_id", "parent_position"):
        cells = row.cells
        if linked.get(cells["actor_id"]) == cells["laureate_id"]:
            found.append(_notice(contract, "mentions", row, "actor_id", "itself"))
        if cells["parent_position"].isdecimal() and int(cells["parent_position"]) > int(cells["position"]):
            found.append(_notice(contract, "mentions", row, "parent_position", "before_parent"))
        if re.search(r"[,;|]", re.sub(r"\(.*?\)", "", cells["mention"])):
            found.append(_notice(contract, "mentions", row, "mention", "several_forms"))
    return found


def _passages(contract, data, whole):
    """Tell words that are those of another theme, or that name another laureate than the row's."""
    themes, found = _column(data, "themes", "theme_id", "anchor"), []
    owner = {fold(anchor): theme for theme, anchor in themes.items()}
    for row in _sound(data, "claims", "rule", "subject", "anchor") if len(owner) == len(themes) else ():
        theme = owner.get(fold(row.cells["anchor"]))
        if row.cells["rule"] == "evidence" and theme not in (None, row.cells["subject"]):
            more = {"nearest": theme, "other": row.cells["anchor"]}
            found.append(_notice(contract, "claims", row, "subject", "unlike_words", **more))
    names = _column(data, "laureates", "laureate_id", "name")
    names = {laureate: fold(name) for laureate, name in names.items() if len(name) > 3}
    any_name = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in names.values()) or r"(?!)")
    places = [("laureates", column) for column in ("row_anchor", "carrier_anchor", "place_anchor")]
    for table, column in (*places, ("contributions", "anchor"), ("roles", "anchor"), ("evidence", "anchor")):
        for row in _sound(data, table, "laureate_id", column):
            text, own = fold(row.cells[column]), names.get(row.cells["laureate_id"])
            told = any_name.findall(text)
            if told and own and own not in text:
                more = {"nearest": next(one for one, name in names.items() if name == told[0]), "other": told[0]}
                found.append(_notice(contract, table, row, column, "other_laureate", **more))
    return found
