"""All that is wrong with a data folder, in one pass, and the command ``neoterra check`` that tells it."""

import sys
from collections import defaultdict
from typing import NamedTuple

from ..words import labels
from . import rules
from .cells import findings
from .coherence import check_coherence
from .csvfile import Row, read
from .problems import Problem, as_github, as_json, as_text
from .rules import find


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
    found += check_coherence(contract, data, whole)
    found = sorted(set(found))
    content = {name: [row.cells for row in rows] for name, rows in data.items()}
    problems = [problem for problem in found if not problem.notice]
    return Report(content, problems, [problem for problem in found if problem.notice], _count(contract))


def _count(contract):
    """Count the rules of the contract: keys, and the type and constraints of each column."""
    schemas = [resource["schema"] for resource in contract.values()]
    keys = sum(1 + len(schema.get("foreignKeys", [])) for schema in schemas)
    return keys + sum(1 + len(field.get("constraints", {})) for schema in schemas for field in schema["fields"])


def run(path=None, encoding=None, lang=None, form="text", out=None):
    """Check a data folder and tell what was found; nothing is written.

    >>> run(lang="en")  # doctest: +ELLIPSIS
      sources: 1 row
    ...
    0
    """
    out = out or sys.stdout
    lang = labels.language(lang)
    folder = find(path)
    report = check(folder, encoding)
    found = sorted([*report.problems, *report.notices])
    if form == "json":
        print(as_json(found, lang), file=out)
    elif form == "github":
        print(*(as_github(one, folder.name, lang) + "\n" for one in found), sep="", end="", file=out)
    else:
        print(*(as_text(one, lang) + "\n\n" for one in found), sep="", end="", file=out)
        print(_summary(report, lang), file=out)
    return 1 if report.problems else 0


def stops(path=None, lang=None, out=None):
    """Tell what keeps a data folder from loading, and the notices; say nothing of good data.

    >>> stops()
    False
    """
    report = check(find(path))
    for finding in [*report.notices, *report.problems]:
        print(as_text(finding, lang), end="\n\n", file=out or sys.stderr)
    if report.problems:
        print(_summary(report, labels.language(lang)), file=out or sys.stderr)
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
