"""The public identifiers that an actor may have: how each is written, and columns for them where a folder wants them.

A folder whose contract does not have these columns is as it was. Nothing is looked up: a person fills them in.
"""

import csv
import io
import json
import re

from ..words import files, labels
from . import rules
from .csvfile import read
from .problems import Problem

# An association of Alsace or Moselle stands in the register of a court, and has no RNA number.
FORMS = {
    "siren": r"\d{9}",
    "rna": r"W\d[0-9A-Z]\d{7}",  # the second sign is a letter in Corsica (W2A…) and overseas (W9R…)
    "wikidata": r"Q[1-9]\d*",
    "insee": r"(?:0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5])\d{3}|97[1-8]\d{2}|98[46-9]\d{2}",
}

EXAMPLES = {"siren": "732829320", "rna": "W332012345", "wikidata": "Q12345", "insee": "33063"}


def fault(name, value):
    """Return the rule that an identifier breaks, ``""`` if none.

    >>> fault("siren", "732829320"), fault("siren", "732829321"), fault("wikidata", "Q0"), fault("insee", "2A004")
    ('', 'siren_key', 'wikidata_form', '')
    """
    if not re.fullmatch(FORMS[name], value, re.ASCII):
        return f"{name}_form"
    return "siren_key" if name == "siren" and not luhn(value) else ""


def luhn(digits):
    """Tell whether digits end with their own key, by the formula of Luhn.

    >>> luhn("732829320"), luhn("732829302")
    (True, False)
    """
    doubled = (sum(divmod(2 * int(one), 10)) if at % 2 else int(one) for at, one in enumerate(reversed(digits)))
    return sum(doubled) % 10 == 0


def check_identifiers(contract, data):
    """Check the identifiers of actors, where the contract has them: a SIREN has its key, none is that of two actors."""
    found, columns = [], [field["name"] for field in contract["actors"]["schema"]["fields"]]
    for column in (name for name in FORMS if name in columns):
        seen = {}
        for row in data["actors"]:
            value = row.cells[column]
            if not value or column in row.bad:
                continue
            place = (contract["actors"]["path"], row.lines[column], column)
            first = seen.setdefault(value, row)
            if column == "siren" and not luhn(value):
                found.append(Problem(*place, "siren_key", value))
            elif first is not row and row.cells["actor_id"] != first.cells["actor_id"]:
                found.append(Problem(*place, "identifier_twice", value, other=first.cells["actor_id"]))
    return found


def add_columns(folder, lang=None):
    """Add the columns to the actors of a data folder and to its contract, in one step; tell whether they were lacking.

    The digest of the data does not change before an identifier is filled in.
    """
    resource = rules.tables(folder)["actors"]
    table = read(folder, resource)
    if problems := [problem for problem in table.problems if not problem.notice]:
        raise ValueError(labels.t("identifiers.unsound", lang, folder=folder, count=len(problems)))
    contract = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    actors = next(one for one in contract["resources"] if one["name"] == "actors")
    fields = actors["schema"]["fields"]
    old = [field["name"] for field in fields]
    new = [name for name in FORMS if name not in old]
    if not new:
        return False
    fields += [_field(name) for name in new]
    keys = [("siren_key", ["siren"]), ("identifier_twice", list(FORMS))]
    actors.setdefault("rules", []).extend({"code": c, "level": "refused", "columns": names} for c, names in keys)
    text = io.StringIO(newline="")
    rows = [[row.cells[name] for name in old] + [""] * len(new) for row in table.rows]
    csv.writer(text, lineterminator="\n").writerows([[*old, *new], *rows])
    written = json.dumps(contract, ensure_ascii=False, indent=1) + "\n"
    files.put_all(folder, {"datapackage.json": written, resource["path"]: text.getvalue()}, lang)
    return True


def _field(name):
    words = {"title": "title", "description": "description"}
    told = {key: labels.t(f"identifiers.{word}.{name}", "fr") for key, word in words.items()}
    told |= {f"{key}_en": labels.t(f"identifiers.{word}.{name}", "en") for key, word in words.items()}
    return {"name": name, "type": "string", **told, "example": EXAMPLES[name], "constraints": {"pattern": FORMS[name]}}


def run(data=None, lang=None):
    """Add the columns and tell so, for ``neoterra identifiers``."""
    folder = rules.mine(rules.find(data))
    print(labels.t(f"identifiers.{'added' if add_columns(folder, lang) else 'there'}", lang, folder=folder))
    return 0
