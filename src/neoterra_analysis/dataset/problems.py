"""What a check finds: problems that refuse the data, and notices of what was put right."""

import hashlib
import json
import unicodedata
from typing import NamedTuple

from ..words import labels

SHOWN = 80


class Problem(NamedTuple):
    """One finding: where it stands, what stands there, the rule, and what to do."""

    file: str
    line: int
    column: str
    code: str
    value: str = ""
    allowed: tuple = ()
    nearest: str = ""
    other: str = ""
    notice: bool = False
    cell: str = ""

    def words(self, lang=None):
        """Return the finding in words, ``{"rule": ..., "fix": ..., "value": ...}``."""
        values = {name: visible(getattr(self, name)) for name in ("value", "nearest", "other")}
        values["column"] = self.column
        fix = f"fix.{self.code}"
        if self.nearest and f"{fix}.nearest" in labels.words():
            fix += ".nearest"
        rule = labels.t(f"rule.{self.code}", lang, **values)
        return {"rule": rule, "fix": labels.t(fix, lang, **values), "value": values["value"]}


def visible(text):
    r"""Show the characters that a reader cannot see, or could take for others, by their code point.

    >>> visible("a\u200bb"), visible("r\u043ele")
    ('a‹U+200B›b', 'rо‹U+043E›le')
    """
    shown = []
    for char in text[:SHOWN]:
        point = f"‹U+{ord(char):04X}›"
        hidden = unicodedata.category(char)[0] in "CZ" or char == "\ufffd" or unicodedata.combining(char)
        if char == " " or char.isascii() and char.isprintable():
            shown.append(char)
        elif char.isalpha() and not unicodedata.name(char, "").startswith("LATIN"):
            shown.append(char + point)
        else:
            shown.append(point if hidden else char)
    return "".join(shown) + ("…" if len(text) > SHOWN else "")


def as_text(problem, lang=None):
    """Write a finding for a person, on two to four lines."""
    lang = labels.language(lang)
    words = problem.words(lang)
    place = problem.file
    if problem.cell:
        place += f"!{problem.cell}"
    elif problem.line:
        place += labels.t("check.line", lang, line=problem.line)
    if problem.column:
        place += labels.t("check.column", lang, column=problem.column)
    if problem.value:
        place += labels.t("check.value", lang, value=words["value"])
    lines = [place, labels.t("check.rule", lang, code=problem.code, rule=words["rule"])]
    if problem.allowed:
        lines.append(labels.t("check.allowed", lang, allowed=", ".join(problem.allowed)))
    lines.append(labels.t("check.done" if problem.notice else "check.fix", lang, fix=words["fix"]))
    return "\n".join(lines)


def as_github(problem, folder="", lang=None, at=0):
    """Write a finding as a workflow command, which a code-hosting service shows beside the line.

    >>> as_github(Problem("roles.csv", 5, "role", "required"), "data", "en", 7).split("::")[1]
    'error file=data/roles.csv,line=5,col=7,title=required'
    """
    level = "notice" if problem.notice else "error"
    where = f"file={_property(_path(problem, folder))},line={max(problem.line, 1)}{f',col={at}' if at else ''}"
    return f"::{level} {where},title={_property(problem.code)}::{_data(_on_one_line(problem, lang))}"


def _path(problem, folder):
    """Return the file of a finding; in a workbook, which is the folder here, a sheet is no file."""
    return folder if problem.cell and folder else f"{folder}/{problem.file}" if folder else problem.file


def _on_one_line(problem, lang):
    words = problem.words(lang)
    place = f"{problem.file}!{problem.cell}" if problem.cell else ""
    return ": ".join(part for part in (place, problem.column, words["value"], words["rule"], words["fix"]) if part)


def _data(text):
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text):
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_gitlab(problems, folder="", lang=None):
    """Write findings as a report of code quality, which a code-hosting service shows beside the lines.

    >>> json.loads(as_gitlab([Problem("roles.csv", 5, "role", "required")], "data", "en"))[0]["location"]
    {'path': 'data/roles.csv', 'lines': {'begin': 5}}
    """
    rows = []
    for problem in problems:
        path, text = _path(problem, folder), _on_one_line(problem, lang)
        known = hashlib.sha256(json.dumps([path, *problem], default=str).encode()).hexdigest()
        level = "info" if problem.notice else "major"
        where = {"path": path, "lines": {"begin": max(problem.line, 1)}}
        row = {"description": text, "check_name": problem.code, "fingerprint": known, "severity": level}
        rows.append(row | {"location": where})
    return json.dumps(rows, ensure_ascii=False, indent=1)


def as_json(problems, lang=None):
    """Write findings as JSON, one object each, for other programs.

    >>> json.loads(as_json([Problem("roles.csv", 5, "role", "required")], "en"))[0]["line"]
    5
    """
    rows = []
    for problem in problems:
        words, row = problem.words(lang), problem._asdict()
        row["severity"] = "notice" if row.pop("notice") else "error"
        rows.append(row | {"shown": words["value"], "rule": words["rule"], "fix": words["fix"]})
    return json.dumps(rows, ensure_ascii=False, indent=1)
