"""All that is wrong with a data folder, in one pass: bytes, lines, cells, keys, and what holds between tables."""

from collections import defaultdict
from typing import NamedTuple

from . import contract as rules
from .cells import findings
from .reading import read


class Report(NamedTuple):
    """What a check found.

    Attributes
    ----------
    content : dict of str to list of dict
        Rows of each table as loaded, ``{column: text}``; only to be used when there is no problem.
    problems, notices : list of neoterra_analysis.problems.Problem
        What refuses the data, and what was put right; sorted by file and line.
    rules : int
        Number of rules that the data were held to: fields, keys, and rules between tables.
    """

    content: dict
    problems: list
    notices: list
    rules: int


def check(folder, encoding=None):
    """Check a data folder against its contract.

    Parameters
    ----------
    folder : path-like
        Data folder, with ``datapackage.json``.
    encoding : str, optional
        Announced encoding of the files that are not UTF-8.

    Returns
    -------
    Report

    Raises
    ------
    FileNotFoundError
        If the folder holds no contract.

    Examples
    --------
    >>> from neoterra_analysis.contract import find
    >>> check(find()).problems
    []
    """
    contract = rules.tables(folder)
    return check_tables(contract, {name: read(folder, resource, encoding) for name, resource in contract.items()})


def check_tables(contract, tables):
    """Check tables that are read already, from files or from the sheets of a workbook.

    Parameters
    ----------
    contract : dict
        See `contract.tables`.
    tables : dict of str to neoterra_analysis.reading.Table
        Every table of the contract; a row's ``bad`` columns were refused when it was read, and are not told again.

    Returns
    -------
    Report

    Examples
    --------
    >>> from neoterra_analysis.contract import find
    >>> contract = rules.tables(find())
    >>> check_tables(contract, {name: read(find(), resource) for name, resource in contract.items()}).problems
    []
    """
    found, data, whole, meant = [], {}, {}, defaultdict(set)
    for name, resource in contract.items():
        table = tables[name]
        found += table.problems
        whole[name], data[name] = table.whole, []
        for row in table.rows:
            cells, bad = {}, set(row.bad)
            for field in resource["schema"]["fields"]:
                column = field["name"]
                if column in row.bad:
                    cells[column] = row.cells[column]
                    continue
                cells[column], problems = findings(row, field, resource["path"], table.semicolon)
                found += problems
                refused = [problem for problem in problems if not problem.notice]
                bad |= {column for _ in refused}
                meant[name, column] |= {problem.nearest for problem in refused}
            data[name].append(row._replace(cells=cells, bad=frozenset(bad)))
    found += rules.check_keys(contract, data, whole, meant)
    found += rules.check_mentions(data, whole) + rules.check_actors(data)
    found += rules.check_meaning(data, whole, meant) + rules.check_readings(contract, data, whole)
    found += rules.check_claims(contract, data, whole, meant)
    found = sorted(set(found))
    content = {name: [row.cells for row in rows] for name, rows in data.items()}
    problems = [problem for problem in found if not problem.notice]
    return Report(content, problems, [problem for problem in found if problem.notice], _count(contract))


def _count(contract):
    """Count the rules of the contract, and those between tables by their words."""
    number = 0
    for resource in contract.values():
        schema = resource["schema"]
        number += 1 + len(schema.get("foreignKeys", []))
        number += sum(1 + len(field.get("constraints", {})) for field in schema["fields"])
    return number
