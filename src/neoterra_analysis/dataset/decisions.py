"""The log of decisions: readings decided, disagreements settled, confidence judged; the latest of a subject holds."""

from .csvfile import nearest
from .problems import Problem

OPEN, PRESENT, ABSENT = "open", "present", "absent"
CONCERNS = ("none", "minor", "moderate", "serious")
LEVELS = ("high", "moderate", "low", "very_low")
WRITTEN = ("limits", "relevance")  # parts of a judgement that no row tells
PARTS = (*WRITTEN, "adequacy", "coherence", "level")


def check_decisions(contract, data, whole):
    """Check that each decision is about something that is there, is one that can be made, and is what the data hold."""
    if not data.get("decisions"):
        return []
    rows = [row for row in data["decisions"] if not row.bad & {"about", "key", "column", "decided", "date"}]
    held, found, seen = _held(contract, data), [], {}
    for row in rows:
        subject = tuple(row.cells[name] for name in ("about", "key", "column"))
        first = seen.setdefault((*subject, row.cells["date"]), row)
        if first.cells["decided"] != row.cells["decided"]:
            found.append(_problem(contract, row, "decided", "decided_twice", other=str(first.line)))
    last = latest([row.cells for row in rows])
    for row in rows:
        about, key, column = (row.cells[name] for name in ("about", "key", "column"))
        table = "readings" if about == "reading" else "claims" if about == "judgement" else key.partition("/")[0]
        if not whole.get(table, True):
            continue
        holds = last[about, key, column] is row.cells
        found += CHECKS[about](contract, row, held, holds, last)
    return found


def latest(rows):
    """Return the decision that holds for each subject: that of the latest day, of one day the last identifier.

    >>> rows = [{"about": "reading", "key": "r01", "column": "", "date": day, "decision_id": day} for day in "21"]
    >>> latest(rows)["reading", "r01", ""]["date"]
    '2'
    """
    ordered = sorted(rows, key=lambda row: (row["date"], row["decision_id"]))
    return {(row["about"], row["key"], row["column"]): row for row in ordered}


def closed(readings, decisions):
    """Return the ids of the readings that are decided: they are open no more."""
    last = latest(decisions)
    ids = [(row["reading_id"], last.get(("reading", row["reading_id"], ""))) for row in readings]
    return {reading for reading, decision in ids if decision and decision["decided"] != OPEN}


def _problem(contract, row, column, code, **more):
    return Problem(contract["decisions"]["path"], row.lines[column], column, code, row.cells[column], **more)


def _held(contract, data):
    """Return the rows of every table by their key, joined as in readings.csv."""
    keys = {name: resource["schema"]["primaryKey"] for name, resource in contract.items()}
    return {name: {"/".join(row.cells[k] for k in keys[name]): row.cells for row in data[name]} for name in contract}


def _nowhere(contract, row, known, other):
    near = nearest(row.cells["key"], tuple(sorted(known)))
    return [_problem(contract, row, "key", "decision_nowhere", nearest=near, other=other)]


def _one_of(contract, row, column, code, allowed, other=""):
    """Check that a cell holds one of some values."""
    if row.cells[column] in allowed:
        return []
    near = nearest(row.cells[column], allowed)
    return [_problem(contract, row, column, code, nearest=near, allowed=tuple(allowed), other=other)]


def _reading(contract, row, held, holds, last):
    reading = held["readings"].get(row.cells["key"])
    if reading is None:
        return _nowhere(contract, row, held["readings"], "readings.csv")
    found = _one_of(contract, row, "column", "decision_column", ("",), "reading")
    found += _one_of(
        contract, row, "decided", "decision_value", (reading["value"], reading["alternative"], OPEN), "reading"
    )
    if holds and not found and row.cells["decided"] not in (reading["value"], OPEN):
        found = [_problem(contract, row, "decided", "not_as_decided", nearest=reading["value"], other=reading["key"])]
    return found


def _settlement(contract, row, held, holds, last):
    table, _, key = row.cells["key"].partition("/")
    if table not in held:
        return _nowhere(contract, row, held, "datapackage.json")
    cells, column, decided = held[table].get(key), row.cells["column"], row.cells["decided"]
    columns = tuple(field["name"] for field in contract[table]["schema"]["fields"])
    found = _one_of(contract, row, "column", "decision_column", ("", *columns), table)
    if found or not holds or decided == OPEN:
        return found
    if not column:
        found = _one_of(contract, row, "decided", "decision_value", (PRESENT, ABSENT, OPEN), table)
        here = ABSENT if cells is None else PRESENT
    elif cells is None:
        return _nowhere(contract, row, held[table], contract[table]["path"])
    else:
        here = cells[column]
    if not found and decided != here:
        found = [_problem(contract, row, "decided", "not_as_decided", nearest=here, other=row.cells["key"])]
    return found


def _judgement(contract, row, held, holds, last):
    if row.cells["key"] not in held["claims"]:
        return _nowhere(contract, row, held["claims"], "claims.csv")
    found = _one_of(contract, row, "column", "decision_column", PARTS, "judgement")
    part = row.cells["column"]
    if not found:
        found = _one_of(contract, row, "decided", "decision_value", LEVELS if part == "level" else CONCERNS, part)
    lacking = [one for one in WRITTEN if ("judgement", row.cells["key"], one) not in last]
    if part == "level" and holds and not found and lacking:
        found = [_problem(contract, row, "column", "level_alone", other=", ".join(lacking), notice=True)]
    return found


CHECKS = {"reading": _reading, "settlement": _settlement, "judgement": _judgement}
