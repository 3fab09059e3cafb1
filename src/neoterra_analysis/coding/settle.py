"""Two codings settled: each disagreement decided by a named person, the folder that follows, what hangs on the rest.

``neoterra settle A B`` tells which findings survive and writes the disagreements as a table to be decided;
``--decided`` makes a third data folder of it: A, with what was decided, and an open reading for what was not.
"""

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd

from ..analysis import survival
from ..analysis.fragility import Share
from ..dataset import rules
from ..dataset.cells import fault_of, findings
from ..dataset.check import check
from ..dataset.csvfile import Row, nearest
from ..dataset.decisions import ABSENT, OPEN, PRESENT
from ..dataset.loading import names
from ..dataset.problems import Problem, as_text, visible
from ..sentences import fragility_words
from ..words import files, labels
from ..words.codes import NONE, PRINCIPAL, ROLES, STRENGTHS
from ..words.folding import fold
from . import agreement, sheets, workbook

# The columns of the settlement, a row a disagreement; the last five are a person's.
CODED = ("disagreement_id", "table", "key", "column", "what", "value_a", "anchor_a", "value_b", "anchor_b", "moves")
DECIDED = ("decision", "anchor", "person", "date", "reason")
IDENTITY = ("table", "key", "column", "value_a", "value_b")
# Where the words of a laureate's column stand.
WORDS_OF = {name: anchor for name, anchor in survival.OF_LAUREATES.items() if name != "enjeu_id"}
FIELDS = {"anchor": {"name": "anchor", "type": "string", "anchor": True}, "date": {"name": "date", "type": "date"}}


def what(row, dataset, lang):
    """Name what a disagreement is about: the code and the laureate, actor or mention."""
    known = {**names(dataset, "laureates"), **names(dataset, "actors", lang), **names(dataset, "themes", lang)}
    table, key, column = row["table"], row["key"].split("/"), row["column"]
    fields = {one["name"]: one for one in rules.tables(dataset.path)[table]["schema"]["fields"]}
    title = fields[column]["title_en" if lang == "en" else "title"]
    if table == "roles":
        title = labels.t(f"role.{key[1]}" if len(key) > 1 else "agreement.what.main_role", lang)
    elif table == "evidence":
        title, key = known.get(key[0], key[0]), key[1:]
    elif table == "contributions":
        title = labels.t("settle.what.contribution", lang, code=" / ".join(key[1:]))
    elif table == "mentions":
        title = f"{title} ({row['anchor_a']})"
    return f"{title}, {known.get(key[0], key[0])}"


def value(row, text, dataset, lang):
    """Word a value of a disagreement."""
    kind = {"evidence": "theme", "contributions": "role"}.get(row["table"])
    if row["table"] == "roles":
        kind = "role" if row["column"] == "role" else "main_role"
    if kind:
        return agreement._value(kind, text, lang)
    fields = {one["name"]: one for one in rules.tables(dataset.path)[row["table"]]["schema"]["fields"]}
    worded = {one["value"]: one for one in fields[row["column"]].get("categories", [])}
    told = worded.get(text, {}).get("label_en" if lang == "en" else "label", text)
    return visible(told) or labels.t("settle.nothing", lang)


def sheet(ordered, dataset, lang):
    """Return the settlement to be decided, what to settle first at the top."""
    rows = []
    for row in ordered.to_dict("records"):
        hanging = [_name(name, dataset, lang) for name in row["findings"].split("; ") if name]
        told = {"what": what(row, dataset, lang), "moves": "; ".join(dict.fromkeys(hanging))}
        rows.append([{**row, **told}.get(name, "") for name in (*CODED, *DECIDED)])
    return pd.DataFrame(rows, columns=[*CODED, *DECIDED], dtype="str")


def _name(name, dataset, lang):
    """Name a statistic or a claim."""
    claimed = names(dataset, "claims", lang)
    return visible(claimed[name]) if name in claimed else fragility_words.label(name, dataset, lang)


def read(path, table, a, b, encoding=None, lang=None):
    """Read a settlement that people filled in: what became of each disagreement, and what is wrong with the file."""
    path, problems, outcomes = Path(path), [], {}
    waiting = {(row["table"], row["key"], row["column"]): row for row in table.to_dict("records")}
    for line, cells in agreement._sheet(path, [*IDENTITY, *DECIDED], encoding, lang):

        def tell(column, code, line=line, **more):
            problems.append(Problem(path.name, line, column, code, **more))

        cells = {name: text.removeprefix("'") if text[1:2] in "=+-@" else text for name, text in cells.items()}
        cell = tuple(cells[name] for name in ("table", "key", "column"))
        row = waiting.get(cell)
        if row is None:
            near = nearest("/".join(cell), ["/".join(one) for one in waiting])
            tell("key", "settle_unknown", value="/".join(cell), nearest=near)
        elif row["disagreement_id"] in outcomes:
            tell("key", "settle_twice", value="/".join(cell))
        elif stale := [name for name in IDENTITY[3:] if cells[name] != row[name]]:
            tell(stale[0], "settle_stale", value=cells[stale[0]], nearest=row[stale[0]])
        elif cells["decision"]:
            outcomes[row["disagreement_id"]] = _decided(row, cells, a, b, tell)
    return outcomes, sorted(problems)


def _decided(row, cells, a, b, tell):
    """Read one decision, and tell what is wrong with it."""
    for name in ("person", "date", "reason"):
        if not cells[name]:
            tell(name, "settle_unsigned", value=cells["decision"])
    fault = fault_of(cells["date"], FIELDS["date"]) if cells["date"] else None
    if fault and fault["nearest"]:  # a day as a French spreadsheet writes it
        cells["date"] = fault["nearest"]
        tell("date", "settle_day", value=fault["nearest"], notice=True)
    elif fault:
        tell("date", value=cells["date"], **fault)
    elif cells["date"] > date.today().isoformat():
        tell("date", "future", value=cells["date"], other=date.today().isoformat())
    made = {name: cells[name] for name in ("person", "date", "reason")} | {"side": "", "anchor": ""}
    given = fold(cells["decision"])
    if given in ("open", "ouvert"):
        return made | {"open": True}
    empty = row["table"] not in ("roles", "evidence", "contributions") and given == NONE
    chosen = "" if empty else cells["decision"]
    sides = [side for side in "ab" if given == side or chosen == row[f"value_{side}"]]
    if sides:
        side = given if given in "ab" else sides[0]
        if cells["anchor"] not in ("", row[f"anchor_{side}"]):
            tell("anchor", "settle_words", value=cells["anchor"], notice=True)
        return made | {"side": side, "value": row[f"value_{side}"], "anchor": row[f"anchor_{side}"]}
    allowed, fault = _allowed(row, chosen, a, b)
    if fault:
        allowed = ("a", "b", "open", *allowed)
        tell("decision", "settle_code", value=chosen, allowed=allowed, nearest=nearest(chosen, allowed))
    words = row["table"] in ("roles", "evidence") or row["column"] in WORDS_OF
    if not fault and words and chosen not in ("", NONE) and not cells["anchor"]:
        tell("anchor", "settle_anchor", value=chosen)
    fault = fault_of(cells["anchor"], FIELDS["anchor"]) if cells["anchor"] else None
    if fault:
        tell("anchor", value=cells["anchor"], **fault)
    return made | {"value": chosen, "anchor": cells["anchor"]}


def _allowed(row, chosen, a, b):
    """Return the codes that a disagreement could be settled for, and whether the chosen one is none of them."""
    table, column = row["table"], row["column"]
    if table in ("roles", "contributions"):
        allowed = (NONE, *ROLES) if column == "salience" else ("yes", "no")
    elif table == "evidence":
        allowed = (*STRENGTHS, NONE)
    elif column in ("enjeu_id", "laureate_id"):
        allowed = tuple(a.enjeux["enjeu_id"] if column == "enjeu_id" else a.laureates["laureate_id"])
    elif column == "actor_id":
        allowed = tuple(dict.fromkeys([*a.actors["actor_id"], *b.actors["actor_id"]]))
    else:
        field = {one["name"]: one for one in rules.tables(a.path)[table]["schema"]["fields"]}[column]
        allowed = tuple(field.get("constraints", {}).get("enum", ()))
        return allowed, any(not one.get("notice") for one in findings(chosen, field)[1])
    return allowed, chosen not in allowed


def settled(a, b, table, outcomes, encoding=None):
    """Return the tables of the third folder: the first coding, what was decided, open readings for the rest."""
    contract = rules.tables(a.path)
    plan = sheets.planned(contract)
    ours, theirs = (check(one.path, encoding).content for one in (a, b))
    keys = {name: resource["schema"]["primaryKey"] for name, resource in contract.items()}
    by_key, other = (
        {name: {"/".join(row[k] for k in keys[name]): dict(row) for row in rows} for name, rows in side.items()}
        for side in (ours, theirs)
    )
    told, rows = [], table.to_dict("records")
    decided = [(row, outcomes[row["disagreement_id"]]) for row in rows if row["disagreement_id"] in outcomes]
    decided = [(row, outcome) for row, outcome in decided if "open" not in outcome]
    mains = [(row, outcome) for row, outcome in decided if (row["table"], row["column"]) == ("roles", "salience")]
    for row, outcome in [*(one for one in decided if one not in mains), *mains]:
        told += _write(row, outcome, by_key, other)
    left = [row for row in rows if row["disagreement_id"] not in outcomes or "open" in outcomes[row["disagreement_id"]]]
    kept = _still_open(by_key, decided)
    # Who is the main role comes before whether it is a role at all: of a row that is gone, nothing else can be read.
    mains_first = sorted(left, key=lambda row: (row["table"], row["column"]) != ("roles", "salience"))
    new = [(row, one) for row in mains_first for one in _as_readings(row, by_key)]
    kept = _with_new(kept, new, outcomes, a)
    _actors(by_key, other, {row["actor_id"] for row in ours["mentions"]}, kept)
    made = {name: list(rows.values()) for name, rows in by_key.items()} | {"readings": kept}
    logged = [(row, outcomes[row["disagreement_id"]]) for row in rows if row["disagreement_id"] in outcomes]
    made["decisions"] = _log(made.get("decisions", []), logged, kept, by_key["roles"])
    for name in ("roles", "evidence", "contributions", "actors"):
        made[name].sort(key=lambda row, name=name: [row[key] for key in keys[name]])
    texts = sheets.texts(plan, {name: [Row(0, row, {}) for row in rows] for name, rows in made.items()})
    return texts, told, left


def _with_new(kept, new, outcomes, dataset):
    """Add new open readings to those that are kept; one that takes the row of a new one away comes after it."""
    cell = ("table", "key", "column")
    known = [tuple(one[name] for name in (*cell, "alternative")) for one in kept]
    new = [(row, one) for row, one in new if tuple(one[name] for name in (*cell, "alternative")) not in known]
    cells = [tuple(one[name] for name in cell) for _, one in new]
    later = [one for one in kept if not one["alternative"] and tuple(one[name] for name in cell) in cells]
    number, made = max([0, *(int(one["reading_id"][1:]) for one in kept)]), []
    for row, one in new:
        why = {
            f"reason_{lang}": _reason(row, outcomes.get(row["disagreement_id"]), dataset, lang) for lang in ("fr", "en")
        }
        made.append({**one, **why})
    numbered = [{**one, "reading_id": f"r{i:02d}"} for i, one in enumerate([*made, *later], number + 1)]
    return [one for one in kept if one not in later] + numbered


def _write(row, outcome, ours, theirs):
    """Write one decision into the tables."""
    table, key, column, chosen = row["table"], row["key"], row["column"], outcome["value"]
    mine, side = ours[table], theirs if outcome["side"] == "b" else ours
    if (table, column) == ("roles", "salience"):
        found = mine.get(f"{key}/{chosen}")
        if chosen != NONE and not found:
            return [(row, "settle_main", chosen)]
        for role in ROLES:
            if f"{key}/{role}" in mine:
                mine[f"{key}/{role}"]["salience"] = PRINCIPAL if role == chosen else "stated"
        if found:
            found["anchor"] = outcome["anchor"]
    elif table in ("roles", "contributions"):
        if chosen == "no":
            mine.pop(key, None)
        elif key not in mine:
            mine[key] = dict(theirs[table][key]) | ({"salience": "stated"} if table == "roles" else {})
    elif table == "evidence":
        source = side[table].get(key) if outcome["side"] else None
        theme, laureate = key.split("/")
        coded = {
            "theme_id": theme,
            "laureate_id": laureate,
            "strength": chosen,
            "anchor": outcome["anchor"],
            "note": "",
        }
        mine.pop(key, None)
        if chosen != NONE:
            mine[key] = dict(source) if source else coded
    else:
        mine[key][column] = chosen
        if column in WORDS_OF:
            words = WORDS_OF[column]
            shared = [name for name, other in WORDS_OF.items() if other == words and name != column]
            if chosen or not any(mine[key][name] for name in shared):
                mine[key][words] = outcome["anchor"] if chosen else ""
    return []


def _log(before, logged, readings, roles):
    """Return the log of decisions: those from before that are about something that stays, then who settled what."""
    there = {one["reading_id"] for one in readings}
    log = [one for one in before if one["about"] != "reading" or one["key"] in there]
    number = max([0, *(int(one["decision_id"][1:]) for one in log)])
    for at, (row, outcome) in enumerate(logged, number + 1):
        key, column, decided = _subject(row, outcome, roles)
        told = {name: outcome[name] for name in ("date", "person", "reason")}
        about = {"about": "settlement", "key": key, "column": column, "decided": decided}
        log.append({"decision_id": f"k{at:03d}", **told, **about})
    return log


def _subject(row, outcome, roles):
    """Return which row and column of the tables a decision is about, and what it says of it."""
    table, key, column = row["table"], row["key"], row["column"]
    chosen = OPEN if "open" in outcome else outcome["value"]
    if (table, column) == ("roles", "salience"):  # of a laureate: which role is the main one
        ends = [f"{key}/{one}" for one in (chosen, row["value_a"], row["value_b"]) if one in ROLES]
        there = next((one for one in ends if one in roles), "")
        if not there and chosen != OPEN:  # no role, no main one
            return f"{table}/{ends[0]}", "", ABSENT
        return f"{table}/{there or ends[0]}", column, {OPEN: OPEN, NONE: "stated"}.get(chosen, PRINCIPAL)
    if table in ("roles", "contributions"):
        return f"{table}/{key}", "", {OPEN: OPEN, "no": ABSENT}.get(chosen, PRESENT)
    if table == "evidence" and chosen == NONE:
        return f"{table}/{key}", "", ABSENT
    return f"{table}/{key}", column, chosen


def _still_open(tables, decided):
    """Return the first coding's open readings that were not decided, and whose cell still says what they name."""
    closed = {(row["table"], row["key"], row["column"]) for row, _ in decided}
    mains = {row["key"] for row, _ in decided if (row["table"], row["column"]) == ("roles", "salience")}
    kept = []
    for one in tables["readings"].values():
        cell, found = (one["table"], one["key"], one["column"]), tables[one["table"]].get(one["key"])
        main = one["table"] == "roles" and one["key"].split("/")[0] in mains and one["column"] == "salience"
        same = found[one["column"]] == one["value"] if found else not one["value"]
        if same and not main and cell not in closed:
            kept.append(one)
    return kept


def _as_readings(row, tables):
    """Return the open reading that is made of a disagreement: the value is what A says, the alternative what B says."""
    table, key, column, a, b = (row[name] for name in ("table", "key", "column", "value_a", "value_b"))
    if (table, column) == ("roles", "salience"):
        chief, other = f"{key}/{a}", f"{key}/{b}"
        if tables["roles"].get(chief, {}).get("salience") == PRINCIPAL:
            return [_reading(table, chief, column, PRINCIPAL, "stated")]
        return [_reading(table, other, column, "stated", PRINCIPAL)] if other in tables["roles"] else []
    if table in ("roles", "contributions"):
        code = key.split("/")[-1]
        there = key in tables[table]
        return [_reading(table, key, column, code if there else "", "" if there else code)]
    if table == "evidence":
        a, b = ("" if one == NONE else one for one in (a, b))
    return [_reading(table, key, column, a, b)]


def _reading(table, key, column, value, alternative):
    return {"table": table, "key": key, "column": column, "value": value, "alternative": alternative}


def _reason(row, outcome, dataset, lang):
    """Return why a reading is open: the person's reason, or that nobody has decided yet."""
    if outcome:
        return labels.t("settle.reason", lang, **{name: outcome[name] for name in ("reason", "person", "date")})
    return labels.t("settle.undecided", lang, value=value(row, row["value_b"], dataset, lang))


def _actors(tables, theirs, mentioned, readings):
    """Bring the actors in line with the mentions: those of B that are meant now, each printed form with one actor."""
    actors, owner = tables["actors"], {}
    for row in tables["mentions"].values():
        owner.setdefault(fold(row["mention"]), (row["actor_id"], row["mention"]))
    used = {row["actor_id"] for row in tables["mentions"].values()}
    spoken = {row[end] for row in tables["relations"].values() for end in ("from_id", "to_id")}
    spoken |= {row["subject"] for row in tables["claims"].values() if row["rule"] == "actor"}
    spoken |= {one["alternative"] for one in readings if one["column"] == "actor_id"}
    for one in mentioned - used - spoken:  # all its mentions are another actor's now
        del actors[one]
    for one in sorted((used | spoken) - set(actors)):
        if one in theirs["actors"]:
            actors[one] = dict(theirs["actors"][one])
    names_of = {}
    for one, row in actors.items():
        name = fold(row["name"])
        if name in names_of or owner.get(name, (one,))[0] != one:
            row["name"] = labels.t("settle.other_name", "fr", name=row["name"], one=one)
        names_of[fold(row["name"])] = one
    for one, row in actors.items():

        def own(form, one=one):
            return names_of.get(form, one) == one and owner.get(form, (one,))[0] == one

        held = [form for form in row["aliases"].split("|") if form and own(fold(form))]
        known = {fold(row["name"]), *map(fold, held)}
        held += [text for form, (actor, text) in owner.items() if actor == one and form not in known and own(form)]
        row["aliases"] = "|".join(held)


def put(a, out, texts, lang=None):
    """Check the tables aside, and put them into a folder: all, or none."""
    contents = {"datapackage.json": (Path(a.path) / "datapackage.json").read_bytes()}
    contents |= {name: text.encode("utf-8") for name, text in texts.items()}
    with files.scratch() as trial:
        for name, content in contents.items():
            files.replace(trial / name, content)
        problems = check(trial).problems
    if problems:
        told = "\n".join(as_text(problem, lang) for problem in problems)
        raise ValueError(labels.t("settle.unsound", lang, count=len(problems), problems=told))
    with workbook.held(out, lang) as place:
        workbook.put(place, contents, lang)


def run(first, second, out=None, decided=None, encoding=None, form="text", lang=None, stream=None):
    """Tell what two codings disagree on and what hangs on it; write the settlement, or the folder that follows."""
    lang = labels.language(lang)
    a, b = (agreement._loaded(path, encoding, lang) for path in (first, second))
    if not set(a.laureates["laureate_id"]) & set(b.laureates["laureate_id"]):
        raise ValueError(labels.t("agreement.nothing", lang))
    table = survival.disagreements(a, b)
    if out and Path(out).resolve() in {Path(one.path).resolve() for one in (a, b)}:
        raise ValueError(labels.t("settle.own_folder", lang, out=out))
    if decided:
        outcomes, problems = read(decided, table, a, b, encoding, lang)
        refused = [problem for problem in problems if not problem.notice]
        texts, told, left = settled(a, b, table, outcomes, encoding) if not refused else ({}, [], [])
        refused += [_misplaced(one, decided, encoding, lang) for one in told]
        if refused:
            words = "\n\n".join(as_text(problem, lang) for problem in refused)
            raise ValueError(f"{words}\n\n{labels.t('settle.refused', lang, count=len(refused))}")
        for notice in problems:
            print(as_text(notice, lang), end="\n\n", file=sys.stderr)
        put(a, out, texts, lang)
    found = survival.survival(a, b)
    ordered = survival.to_settle_first(table, found)
    names_of = survival.union(a, b, table)
    if out and not decided:
        if Path(out).exists():
            raise ValueError(labels.t("settle.exists", lang, out=out))
        from ..figures.publish import csv_bytes

        files.replace(out, csv_bytes(sheet(ordered, names_of, lang)))
    told = {"coders": (first, second), "found": found, "ordered": ordered, "dataset": names_of, "out": out}
    told |= {"outcomes": outcomes, "left": left} if decided else {}
    told["apart"] = _apart(a, b)
    (stream or sys.stdout).write({"json": _as_json, "csv": _as_csv, "text": _as_text}[form](told, lang))
    return 0


def _misplaced(fault, decided, encoding, lang):
    """Say on which line of the settlement a decision is that does not go with the others."""
    row, code, chosen = fault
    cell = tuple(row[name] for name in ("table", "key", "column"))
    lines = agreement._sheet(Path(decided), [*IDENTITY, *DECIDED], encoding, lang)
    line = next(line for line, cells in lines if tuple(cells[name] for name in ("table", "key", "column")) == cell)
    return Problem(Path(decided).name, line, "decision", code, chosen)


def _apart(a, b):
    """List what only one coding has, so that it is no disagreement: laureates, themes, mentions, relations."""
    rows = agreement.unshared(a, b).values.tolist()
    for what_of, names_of in (
        ("mentions", ["laureate_id", "position", "mention"]),
        ("relations", ["from_id", "to_id", "kind"]),
    ):
        sides = [{"/".join(map(str, row)) for row in getattr(one, what_of)[names_of].values.tolist()} for one in (a, b)]
        for coder, only in zip("ab", (sides[0] - sides[1], sides[1] - sides[0]), strict=True):
            rows += [[what_of, one, coder] for one in sorted(only)]
    return pd.DataFrame(rows, columns=agreement.ALONE, dtype="str")


def _shown(row, worth, dataset, lang):
    """Word a value of a finding."""
    if row["kind"] == "claim":
        return labels.t(f"verdict.{worth}", lang)
    return fragility_words.words(row["name"], worth, dataset, lang)


def _as_text(told, lang):
    def t(key, **values):
        return labels.t(f"settle.{key}", lang, **values)

    found, ordered, dataset = told["found"], told["ordered"], told["dataset"]
    first, second = (visible(str(path)) for path in told["coders"])
    moving, survive = int((ordered["moves"] > 0).sum()), int(found["survives"].sum())
    tables = Counter(ordered["table"])
    counts = ", ".join(f"{sheets.title(name, lang)} {number}" for name, number in tables.items())
    lines = [
        t("head", a=first, b=second),
        t("count" if tables else "count.none", count=len(ordered), tables=counts),
        "",
    ]
    for row in told["apart"].to_dict("records"):
        where = sheets.title({"laureate": "laureates", "theme": "themes"}.get(row["what"], row["what"]), lang)
        lines.append(t("apart", where=where, one=visible(row["id"]), coder=row["coder"].upper()))
    lines += [t("survive", survive=survive, of=len(found))]
    several = found["ambition_id"].nunique() > 1
    for row in found[~found["survives"]].to_dict("records"):
        values = {end: _shown(row, row[f"value_{end}"], dataset, lang) for end in ("a", "b", "both", "either")}
        name = _name(row["name"], dataset, lang) + (f" ({row['ambition_id']})" if several else "")
        sets = row["smallest"].split("; ")
        shown = ", ".join(sets[:5]) + (", …" if len(sets) > 5 else "")
        line = t("moved", name=name, size=row["size"], sets=shown, **values)
        lines.append(line if row["exact"] else f"{line} {t('at_most')}")
    partial = found[~found["complete"]]
    if len(partial):
        lines += ["", t("sampled", count=len(partial), tried=int(partial["tried"].max()))]
    lines += ["", t("first", count=len(ordered), moving=moving)]
    for row in ordered[ordered["moves"] > 0].to_dict("records"):
        told_of = {
            "id": row["disagreement_id"],
            "what": visible(what(row, dataset, lang)),
            "moves": row["moves"],
            "alone": row["alone"],
        }
        sides = []
        for side in "ab":
            text, anchor = value(row, row[f"value_{side}"], dataset, lang), visible(row[f"anchor_{side}"])
            key = "agreement.side.anchor" if anchor else "agreement.side"
            sides.append(labels.t(key, lang, coder=side.upper(), value=text, anchor=anchor))
        lines.append(t("item", sides=labels.t("agreement.comma", lang).join(sides), **told_of))
    rest = ordered.loc[ordered["moves"] == 0, "disagreement_id"].tolist()
    lines += [t("rest", ids=", ".join(rest))] if rest else []
    lines += ["", *_ending(told, t)]
    return "\n".join([*lines, ""])


def _ending(told, t):
    """Say what was written, and what is left to do."""
    if "outcomes" not in told:
        return [t("written", out=told["out"])] if told["out"] else [t("next")]
    decided = [one for one in told["outcomes"].values() if "open" not in one]
    sides = Counter(one["side"] or "other" for one in decided)
    left = [row["disagreement_id"] for row in told["left"]]
    moves = told["ordered"].set_index("disagreement_id")["moves"]
    counts = {"count": len(decided), "a": sides["a"], "b": sides["b"], "other": sides["other"]}
    lines = [t("settled", out=told["out"], **counts)]
    if left:
        waiting = [one for one in left if one not in told["outcomes"]]
        hanging = [one for one in left if moves[one] > 0]
        lines.append(t("left", count=len(left), undecided=len(waiting), moving=len(hanging)))
    return lines


def _plain(worth):
    """Return a value of a finding for other programs: a share as count and whole."""
    return list(worth) if isinstance(worth, (Share, list, tuple)) else worth


def _rows(told):
    """Return disagreements and findings as plain rows."""
    found = told["found"].to_dict("records")
    for row in found:
        row |= {name: _plain(worth) for name, worth in row.items() if name.startswith("value_")}
    return told["ordered"].to_dict("records"), found


def _as_json(told, lang):
    ordered, found = _rows(told)
    made = {"coders": dict(zip("ab", map(str, told["coders"]), strict=True)), "disagreements": ordered}
    made |= {"findings": found, "left_out": told["apart"].to_dict("records")}
    made |= {"count": len(ordered), "can_move": sum(row["moves"] > 0 for row in ordered)}
    made |= {"survive": sum(row["survives"] for row in found), "of": len(found)}
    if "outcomes" in told:
        made["open"] = [row["disagreement_id"] for row in told["left"]]
    return json.dumps(made, ensure_ascii=False, indent=1, default=lambda number: number.item()) + "\n"


def _as_csv(told, lang):
    """Write disagreements and findings as one table; ``record`` says what a row is."""
    from ..figures.publish import csv_bytes

    ordered, found = _rows(told)
    rows = [{"record": kind, **row} for kind, part in (("disagreement", ordered), ("finding", found)) for row in part]
    columns = list(dict.fromkeys(["record", *survival.COLUMNS, "alone", "moves", "findings", *survival.SURVIVAL]))

    def text(worth):
        if isinstance(worth, list):
            return (
                "/".join(map(str, worth)) if all(isinstance(one, int) for one in worth) and worth else "; ".join(worth)
            )
        return "" if worth is None else worth

    return csv_bytes(
        pd.DataFrame([[text(row.get(name)) for name in columns] for row in rows], columns=columns, dtype=object)
    ).decode()
