"""What the coding itself rules out or makes doubtful, whatever the document says: numbers, anchors, homes, readings.

Each rule is a function of the rows by table; what cannot be true is a problem, what may be true is a notice.
"""

import re
from collections import defaultdict
from datetime import date

from ..words import labels
from ..words.codes import PRINCIPAL, ROLES, ROW_IS_CODE
from ..words.folding import bare_words, fold
from .cells import findings
from .crossed import FRENCH, check_crossed, check_languages
from .csvfile import nearest
from .problems import Problem

FREE = ("note", "inferred_from", "summary", "reason", "definition", "what", "statement")  # columns of running text
MOST = 100_000  # a number, a rank or a place in a list beyond it is a slip
PRINCIPALLY = re.compile(r"\b(principal\w*|surtout|avant tout|d'abord|essentiel\w*|majeur\w*)\b")
GLUED = re.compile(r"[^\W\d_]{28,}")
KINDS = {"enjeu": {"enjeu"}, "principal": {"principal"}, "role": {"role"}, "means": {"role"}}
KINDS |= {"actor_type": {"ecosystem"}, "actor": {"ecosystem"}, "count": {"announced"}, "about": {"announced"}}


def check_coherence(contract, data, whole):
    """Hold the rows, by table, to all rules of the coding."""
    rules = (_numbers, _sense, _homes, _labels, check_crossed, check_languages, _anchors, _places, _statuses)
    rules += (_roles, _contributions, _claims, _relations, _unused)
    return [problem for rule in rules for problem in rule(contract, data, whole)] + _readings(contract, data, whole)


def _problem(contract, table, row, column, code, value=None, **more):
    told = row.cells[column] if value is None else value
    return Problem(contract[table]["path"], row.lines[column], column, code, told, **more)


def _sound(data, table, *columns):
    """Return the rows of a table whose cells in some columns were not refused."""
    return [row for row in data[table] if not row.bad & set(columns)]


def _column(data, table, key, column):
    return {row.cells[key]: row.cells[column] for row in _sound(data, table, key, column)}


def _numbers(contract, data, whole):
    """Check that numbers stand once and leave no hole, and that ids made of numbers agree with them."""
    found, lists = [], (("enjeux", "ambition_id"), ("themes", "source_id"), ("claims", "source_id"))
    for table, among, column in (
        ("ambitions", None, "number"),
        *((t, a, "number") for t, a in lists),
        ("laureates", "source_id", "source_row"),
    ):
        groups = defaultdict(dict)
        for row in _sound(data, table, column, *filter(None, [among])):
            number = row.cells[column]
            first = groups[row.cells[among] if among else ""].setdefault(number, row)
            if first is not row:
                found.append(_problem(contract, table, row, column, "number_twice", other=str(first.line)))
        for numbered in groups.values() if whole[table] and table != "ambitions" else ():
            ranks = sorted(int(number) for number in numbered if number.isascii() and number.isdecimal())
            hole = next((rank for rank, at in enumerate(ranks, 1) if at != rank), None)
            if hole and ranks[-1] <= MOST and len(ranks) == len(numbered):
                row = numbered[str(ranks[hole - 1])]
                found.append(_problem(contract, table, row, column, "number_hole", nearest=str(hole), notice=True))
    numbers = _column(data, "ambitions", "ambition_id", "number")
    for row in _sound(data, "ambitions", "ambition_id", "number"):
        named = re.fullmatch(r"ambition-(\d+)", row.cells["ambition_id"])
        if named and named[1] != row.cells["number"]:
            found.append(
                _problem(
                    contract,
                    "ambitions",
                    row,
                    "number",
                    "number_of_id",
                    nearest=named[1],
                    other=row.cells["ambition_id"],
                )
            )
    for row in _sound(data, "enjeux", "enjeu_id", "ambition_id", "number"):
        home = numbers.get(row.cells["ambition_id"])
        meant = f"{home}.{row.cells['number']}"
        if home and row.cells["enjeu_id"] != meant:
            found.append(
                _problem(
                    contract,
                    "enjeux",
                    row,
                    "enjeu_id",
                    "number_of_id",
                    nearest=meant,
                    other=f"{home}, {row.cells['number']}",
                )
            )
    return found


def _sense(contract, data, whole):
    """Check that integers are counts that can be, dates past, cells of one line, and tables not empty."""
    found, today = [], date.today().isoformat()
    for table, resource in contract.items():
        fields = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        whole_numbers = [name for name, kind in fields.items() if kind == "integer"]
        dates = [name for name, kind in fields.items() if kind == "date"]
        for row in data[table]:
            for column in whole_numbers:
                text = row.cells[column]
                if text and not _plain(text) and column not in row.bad:
                    found.append(
                        _problem(contract, table, row, column, "number_sense", nearest=_meant(text), other=str(MOST))
                    )
            for column in dates:
                if column not in row.bad and row.cells[column] > today:
                    found.append(_problem(contract, table, row, column, "future", other=today))
            for column, text in row.cells.items():
                if ("\n" in text or "\r" in text) and column not in row.bad:
                    told = {"nearest": " ".join(text.split()), "notice": column.startswith(FREE)}
                    found.append(_problem(contract, table, row, column, "line_break", **told))
        if not data[table] and whole[table] and not resource.get("optional"):
            first = resource["schema"]["primaryKey"][0]
            found.append(Problem(resource["path"], 1, first, "empty_table", notice=True))
    return found


def _plain(text):
    """Tell whether a number is written in plain digits, without zeros before them, and is one that can be."""
    return text.isascii() and text.isdecimal() and str(int(text)) == text and int(text) <= MOST


def _meant(text):
    """Return the number that digits of another kind, or with zeros before them, stand for."""
    try:
        number = int("".join(str(int(digit)) for digit in text))
    except ValueError:
        return ""
    return str(number) if number <= MOST else ""


def _homes(contract, data, whole):
    """Check that what hangs together is of one ambition: laureate, enjeu and document; theme or claim and document."""
    enjeux, sources = (
        _column(data, t, k, "ambition_id") for t, k in (("enjeux", "enjeu_id"), ("sources", "source_id"))
    )
    themes, found = _column(data, "themes", "theme_id", "ambition_id"), []
    documents = {home: source for source, home in sources.items()}
    for row in _sound(data, "ambitions", "ambition_id", "title_fr"):
        document = documents.get(row.cells["ambition_id"])
        if document and not row.cells["title_fr"]:
            found.append(_problem(contract, "ambitions", row, "title_fr", "untitled", other=document, notice=True))
    for row in _sound(data, "laureates", "enjeu_id", "source_id"):
        home, printed = enjeux.get(row.cells["enjeu_id"]), sources.get(row.cells["source_id"])
        if home and printed and home != printed:
            found.append(_problem(contract, "laureates", row, "source_id", "other_home", other=home))
    for table in ("themes", "claims"):
        for row in _sound(data, table, "ambition_id", "source_id"):
            printed = sources.get(row.cells["source_id"])
            if printed and printed != row.cells["ambition_id"]:
                found.append(_problem(contract, table, row, "ambition_id", "other_home", other=printed))
    for row in _sound(data, "claims", "ambition_id", "rule", "subject"):
        home = {"enjeu": enjeux, "evidence": themes}.get(row.cells["rule"], {}).get(row.cells["subject"])
        if home and home != row.cells["ambition_id"]:
            found.append(_problem(contract, "claims", row, "subject", "other_home", other=home))
    return found


LABELLED = {
    "enjeux": ("title_fr", "short_fr", "short_en"),
    "themes": ("label_fr", "label_en"),
    "claims": ("statement_fr",),
}


def _labels(contract, data, whole):
    """Check that no two codes or laureates of an ambition are called alike."""
    found = []
    named = [(table, column, "ambition_id") for table, columns in LABELLED.items() for column in columns]
    for table, column, among in (*named, ("laureates", "name", "source_id")):
        seen = {}
        for row in _sound(data, table, column, among):
            text = fold(row.cells[column])
            first = seen.setdefault((row.cells[among], text), row) if text else row
            if first is not row:
                found.append(
                    _problem(
                        contract, table, row, column, "same_label", other=str(first.line), notice=table != "themes"
                    )
                )
    return found


def _anchors(contract, data, whole):
    """Check that an anchor can be found again: it has a word that tells something, and spaces between its words."""
    found = []
    for table, resource in contract.items():
        for column in [field["name"] for field in resource["schema"]["fields"] if field.get("anchor")]:
            for row in _sound(data, table, column):
                text = row.cells[column]
                words = re.findall(r"[^\W_]+", fold(text))
                if text and not any(word not in FRENCH for word in words):
                    found.append(_problem(contract, table, row, column, "anchor_of_nothing"))
                elif GLUED.search(text):
                    found.append(_problem(contract, table, row, column, "anchor_glued", notice=True))
    return found


def _places(contract, data, whole):
    """Check that places and statuses have the words that state them, and départements are those that these name."""
    found, names = [], departments()
    for row in _sound(data, "laureates", "place", "department_stated", "place_anchor"):
        cells, stated = row.cells, row.cells["place"] or row.cells["department_stated"]
        if stated and not cells["place_anchor"]:
            column = "place" if cells["place"] else "department_stated"
            found.append(_problem(contract, "laureates", row, column, "no_words", other="place_anchor", notice=True))
        if cells["place_anchor"] and not stated:
            found.append(
                _problem(
                    contract,
                    "laureates",
                    row,
                    "place_anchor",
                    "nothing_stated",
                    other="place, department_stated",
                    notice=True,
                )
            )
        told = _departments(bare_words(cells["place_anchor"]), names)
        if cells["department_stated"] and told and cells["department_stated"] not in told:
            more = {"nearest": min(told), "other": cells["place_anchor"]}
            found.append(_problem(contract, "laureates", row, "department_stated", "other_department", **more))
        words = {*bare_words(cells["place_anchor"]).split(), *FRENCH, "l", "d"}
        if cells["place_anchor"] and set(bare_words(cells["place"]).split()) - words:
            more = {"other": cells["place_anchor"], "notice": True}
            found.append(_problem(contract, "laureates", row, "place", "other_place", **more))
    for column in ("department_stated", "department_inferred"):
        for row in _sound(data, "laureates", column):
            if row.cells[column] and row.cells[column] not in names.values():
                found.append(_problem(contract, "laureates", row, column, "outside", notice=True))
    for row in _sound(data, "laureates", "carrier_status", "carrier_anchor"):
        if bool(row.cells["carrier_status"]) != bool(row.cells["carrier_anchor"]):
            status = bool(row.cells["carrier_status"])
            column, other = ("carrier_status", "carrier_anchor") if status else ("carrier_anchor", "carrier_status")
            found.append(
                _problem(
                    contract,
                    "laureates",
                    row,
                    column,
                    "no_words" if status else "nothing_stated",
                    other=other,
                    notice=True,
                )
            )
    return found


def _statuses(contract, data, whole):
    """Check that the words of a status do not name another one."""
    field = next(one for one in contract["laureates"]["schema"]["fields"] if one["name"] == "carrier_status")
    names = {one["value"]: bare_words(one["label"]) for one in field.get("categories", [])}
    found = []
    for row in _sound(data, "laureates", "carrier_status", "carrier_anchor"):
        status, text = row.cells["carrier_status"], bare_words(row.cells["carrier_anchor"])
        named = [one for one, name in names.items() if f" {name} " in f" {text} "]
        if status and named and status not in named:
            more = {"nearest": named[0], "other": row.cells["carrier_anchor"]}
            found.append(_problem(contract, "laureates", row, "carrier_status", "other_status", **more))
    return found


def departments():
    """Return the codes of the région's départements by the words of their names."""
    told = {
        key.removeprefix("department."): words["fr"] for key, words in labels.words().items() if "department." in key
    }
    return {bare_words(name): code for code, name in told.items() if code[:1].isdigit()}


def _departments(text, names):
    """Return the départements that a text names; the longer name wins (Haute-Vienne, not Vienne)."""
    told = set()
    for name in sorted(names, key=len, reverse=True):
        if f" {name} " in f" {text} ":
            told.add(names[name])
            text = f" {text} ".replace(f" {name} ", "  ")
    return told


def _roles(contract, data, whole):
    """Check that the words of a role name it, and say that it is the principal one if it is."""
    found = []
    for row in _sound(data, "roles", "role", "salience", "anchor"):
        text, role = fold(row.cells["anchor"]), row.cells["role"]
        others = [one for one in ROLES if one in text]
        if others and role not in others:
            found.append(
                _problem(contract, "roles", row, "role", "other_role", nearest=others[0], other=row.cells["anchor"])
            )
        elif role not in text:
            found.append(_problem(contract, "roles", row, "anchor", "unnamed_role", other=role, notice=True))
        principally = bool(PRINCIPALLY.search(text))
        if principally != (row.cells["salience"] == PRINCIPAL):
            code = "principally" if principally else "not_principally"
            found.append(_problem(contract, "roles", row, "salience", code, other=row.cells["anchor"], notice=True))
    return found


def _contributions(contract, data, whole):
    """Check that a sector is changed as a filière and a land as a territoire."""
    field = next(one for one in contract["contributions"]["schema"]["fields"] if one["name"] == "target")
    home = {one["value"]: one.get("dimension") for one in field.get("categories", [])}
    return [
        _problem(
            contract,
            "contributions",
            row,
            "dimension",
            "other_dimension",
            nearest=home[row.cells["target"]],
            other=row.cells["target"],
        )
        for row in _sound(data, "contributions", "dimension", "target")
        if home.get(row.cells["target"]) not in (None, row.cells["dimension"])
    ]


def _claims(contract, data, whole):
    """Check that the kind of a claim is that of its theme or of its rule."""
    kinds, found = _column(data, "themes", "theme_id", "kind"), []
    for row in _sound(data, "claims", "kind", "rule", "subject", "expected"):
        cells = row.cells
        right = (
            {kinds[cells["subject"]]}
            if cells["rule"] == "evidence" and cells["subject"] in kinds
            else KINDS.get(cells["rule"])
        )
        if right and cells["kind"] not in right:
            found.append(
                _problem(contract, "claims", row, "kind", "other_kind", nearest=min(right), other=cells["rule"])
            )
        if cells["expected"].isdecimal() and not _plain(cells["expected"]):
            more = {"nearest": _meant(cells["expected"]), "other": str(MOST)}
            found.append(_problem(contract, "claims", row, "expected", "number_sense", **more))
    return found


def _relations(contract, data, whole):
    """Check that a relation begins at the laureate in whose row it stands, and ends elsewhere."""
    found = []
    for row in _sound(data, "relations", "from_id", "to_id", "laureate_id"):
        if row.cells["from_id"] == row.cells["to_id"]:
            found.append(_problem(contract, "relations", row, "to_id", "self_loop"))
        elif row.cells["from_id"] != row.cells["laureate_id"]:
            found.append(_problem(contract, "relations", row, "from_id", "direction", nearest=row.cells["laureate_id"]))
    return found


def _unused(contract, data, whole):
    """Tell themes without a claim, laureates without contribution or passage, actors of whom no row speaks."""
    found = []
    claimed = {row.cells["subject"] for row in data["claims"] if row.cells["rule"] == "evidence"}
    spoken = {row.cells[end] for row in data["relations"] for end in ("from_id", "to_id")}
    spoken |= {row.cells["actor_id"] for row in data["mentions"]}
    spoken |= {row.cells["subject"] for row in data["claims"] if row.cells["rule"] == "actor"}
    spoken |= {row.cells["alternative"] for row in data["readings"] if row.cells["column"] == "actor_id"}
    uses = [
        ("themes", "theme_id", "claims", claimed, "no_claim"),
        ("actors", "actor_id", "mentions", spoken, "unused_actor"),
    ]
    for table, code in (("contributions", "no_contribution"), ("evidence", "no_passage")):
        uses.append(("laureates", "laureate_id", table, {row.cells["laureate_id"] for row in data[table]}, code))
    for table, key, other, known, code in uses:
        for row in _sound(data, table, key) if whole[other] and data[other] else ():
            if row.cells[key] not in known:
                found.append(_problem(contract, table, row, key, code, notice=True))
    return found


def _readings(contract, data, whole):
    """Check that the other answer of an open reading is one that its cell could hold, and does not."""
    found = []
    ids = {
        (t, k): {row.cells[k] for row in data[t]}
        for t, k in (
            ("actors", "actor_id"),
            ("enjeux", "enjeu_id"),
            ("laureates", "laureate_id"),
            ("themes", "theme_id"),
        )
    }
    places = defaultdict(dict)
    for row in _sound(data, "mentions", "laureate_id", "position", "parent_position"):
        places[row.cells["laureate_id"]][row.cells["position"]] = row.cells["parent_position"]
    for row in _sound(data, "readings", "table", "key", "column", "value", "alternative"):
        cells = row.cells
        table, column, other = cells["table"], cells["column"], cells["alternative"]
        field = next((f for f in contract[table]["schema"]["fields"] if f["name"] == column), None)
        if field is None:
            continue
        passage = ROW_IS_CODE.get(table) == column  # empty: there is no such row
        told = {"other": f"{table}.{column}", "allowed": tuple(field.get("constraints", {}).get("enum", ()))}
        home = next((key for key in ids if key[1] == column and (table, column) != key), None)
        if other == cells["value"]:
            found.append(_problem(contract, "readings", row, "alternative", "same_answer", other=told["other"]))
        elif not other and field.get("constraints", {}).get("required") and not passage:
            found.append(_problem(contract, "readings", row, "alternative", "impossible_answer", **told))
        elif other and home and other not in ids[home]:
            near = nearest(other, tuple(sorted(ids[home])))
            found.append(_problem(contract, "readings", row, "alternative", "impossible_answer", nearest=near, **told))
        elif other and any(not one.get("notice") for one in findings(other, field)[1]):
            found.append(
                _problem(
                    contract,
                    "readings",
                    row,
                    "alternative",
                    "impossible_answer",
                    nearest=nearest(other, told["allowed"]),
                    **told,
                )
            )
        elif other and column == "parent_position":
            laureate, _, position = cells["key"].partition("/")
            if other == position or places[laureate].get(other, "lost"):
                found.append(_problem(contract, "readings", row, "alternative", "impossible_answer", **told))
    return found
