"""All that is wrong with a data folder, in one pass, and the command ``neoterra check`` that tells it."""

import re
import sys
from collections import defaultdict
from contextlib import nullcontext
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from ..words import files, labels
from . import accepted, rules
from .cells import findings
from .coherence import check_coherence
from .csvfile import Row, read
from .decisions import check_decisions
from .identifiers import check_identifiers
from .plausible import check_plausible
from .problems import Problem, as_github, as_gitlab, as_json, as_text
from .rules import find

CELL = re.compile(r'(?:^|,)("(?:[^"]|"")*"|[^,"]*)(?=,|\s*$)')
SHOWN = 20  # changes of one file that are told to a person


class Report(NamedTuple):
    """What a check found."""

    content: dict
    problems: list
    notices: list
    rules: int


def check(folder, encoding=None):
    """Check a data folder against its contract."""
    contract = rules.tables(folder)
    return check_tables(contract, {name: read(folder, resource, encoding) for name, resource in contract.items()})


def check_tables(contract, tables):
    """Check tables that are read already, from files or from the sheets of a workbook."""
    found, data, whole, meant = [], {}, {}, defaultdict(set)
    for name, resource in contract.items():
        table = tables[name]
        found += table.problems
        whole[name], data[name] = table.whole, []
        fields = [(field["name"], field, {}) for field in resource["schema"]["fields"]]
        for row in table.rows:
            cells, bad = {}, frozenset(row.bad)
            for column, field, known in fields:
                text = cells[column] = row.cells[column]
                if column in row.bad:
                    continue
                if text not in known:  # the same text stands in many rows
                    known[text] = findings(text, field, table.semicolon)
                cells[column], told = known[text]
                for what in told:
                    problem = Problem(resource["path"], row.lines[column], column, **what)
                    found.append(problem)
                    if not problem.notice:
                        bad |= {column}
                        meant[name, column].add(problem.nearest)
            data[name].append(Row(row.line, cells, row.lines, bad))
    found += rules.check_keys(contract, data, whole, meant)
    found += rules.check_mentions(data, whole) + rules.check_actors(data)
    found += rules.check_meaning(data, whole, meant) + rules.check_readings(contract, data, whole)
    found += rules.check_claims(contract, data, whole, meant)
    found += check_coherence(contract, data, whole) + check_plausible(contract, data, whole)
    found += check_decisions(contract, data, whole)
    found += check_identifiers(contract, data)
    found = sorted(set(found))
    content = {name: [row.cells for row in rows] for name, rows in data.items()}
    problems = [problem for problem in found if not problem.notice]
    return Report(content, problems, [problem for problem in found if problem.notice], _count(contract))


def _count(contract):
    """Count the rules of the contract: keys, and the type and constraints of each column."""
    schemas = [resource["schema"] for resource in contract.values()]
    keys = sum(1 + len(schema.get("foreignKeys", [])) for schema in schemas)
    return keys + sum(1 + len(field.get("constraints", {})) for schema in schemas for field in schema["fields"])


def run(path=None, encoding=None, lang=None, form="text", accept=False, out=None):
    """Check a data folder and tell what was found, and what changed since it was accepted; or accept it.

    >>> run(lang="en")  # doctest: +ELLIPSIS
      sources: 1 row
    ...
    0
    """
    out, lang = out or sys.stdout, labels.language(lang)
    folder = rules.mine(find(path)) if accept else find(path)
    with files.locked(folder, lang) if accept else nullcontext():
        before = files.signature(folder) if accept else []
        report, changes = check(folder, encoding), accepted.changes(folder, encoding)
        if accept and not report.problems:
            if files.signature(folder) != before:
                raise files.Busy(labels.t("accepted.moved", lang, folder=folder))
            accepted.put(folder, report.content, lang)
            changes = [one for one in changes if one.code in accepted.CHANGES]
    places = {(one.file, one.line, one.column) for one in report.problems}
    changes = [one for one in changes if not one.line or (one.file, one.line, one.column) not in places]
    report = report._replace(notices=[*report.notices, *changes])
    found = sorted([*report.problems, *report.notices])
    if form == "json":
        print(as_json(found, lang), file=out)
    elif form == "gitlab":
        print(as_gitlab(found, _shown(folder), lang), file=out)
    elif form == "github":
        lines = {one.file: _lines(folder / one.file) for one in found}
        told = (as_github(one, _shown(folder), lang, _at(lines[one.file], one)) for one in found)
        print(*(one + "\n" for one in told), sep="", end="", file=out)
    else:
        _tell(found, lang, out)
        print(_summary(report, lang), file=out)
        end = ("refused" if report.problems else "done") if accept else "meant"
        if accept or changes and changes[0].code != "nothing_accepted" and not report.problems:
            print(labels.t(f"accepted.{end}", lang, folder=folder, count=len(changes)), file=out)
    return 1 if report.problems else 0


def _shown(folder):
    """Return a folder as a service names it: from where the command runs, which is the top of the project."""
    folder, here = folder.resolve(), Path.cwd().resolve()
    return folder.relative_to(here).as_posix() if here in folder.parents else folder.name


def _lines(file):
    """Return the lines of a table, none of one that is not there or is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, ValueError):
        return []


def _at(lines, problem):
    """Return at which character of its line the cell of a finding begins, 0 where its row is not one line."""
    names = lines[0].rstrip().split(",") if lines else []
    if problem.column not in names or not 0 < problem.line <= len(lines):
        return 0
    starts = [found.start(1) + 1 for found in CELL.finditer(lines[problem.line - 1])]
    return starts[names.index(problem.column)] if len(starts) == len(names) else 0


def _tell(found, lang, out):
    """Print findings; of the changes in one file, only so many."""
    for file, some in groupby(found, key=attrgetter("file")):
        some = list(some)
        more = set([one for one in some if one.code in accepted.CHANGES][SHOWN:])
        print(*(as_text(one, lang) + "\n\n" for one in some if one not in more), sep="", end="", file=out)
        if more:
            print(labels.t("accepted.more", lang, file=file, count=len(more)), end="\n\n", file=out)


def stops(path=None, lang=None, out=None):
    """Tell what keeps a data folder from loading, and the notices; say nothing of good data that were accepted.

    >>> stops()
    False
    """
    folder, out = find(path), out or sys.stderr
    report = check(folder)
    changes = [one for one in accepted.changes(folder) if one.code != "nothing_accepted"]
    for finding in [*report.notices, *report.problems]:
        print(as_text(finding, lang), end="\n\n", file=out)
    if report.problems:
        print(_summary(report, labels.language(lang)), file=out)
    elif changes:
        print(labels.t("accepted.pending", lang, count=len(changes), folder=folder), file=out)
    return bool(report.problems)


def refused(number, lang):
    """Say that so many problems keep the data from loading."""
    return labels.t(f"check.refused.{'one' if number == 1 else 'many'}", lang, count=number)


def _summary(report, lang):
    if report.problems:
        return refused(len(report.problems), lang)
    sizes = {name: len(rows) for name, rows in report.content.items()}
    told = {name: labels.count(number, "row", lang) for name, number in sizes.items()}
    counts = {"tables": len(sizes), "rows": sum(sizes.values()), "rules": report.rules, "notices": len(report.notices)}
    lines = [labels.t("cli.checked_table", lang, table=name, rows=rows) for name, rows in told.items()]
    return "\n".join([*lines, labels.t("check.good", lang, **counts)])
