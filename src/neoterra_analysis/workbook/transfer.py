"""A data folder to a workbook, and a workbook to a data folder."""

from pathlib import Path
from typing import NamedTuple

from .. import aside, contract, labels
from ..problems import as_text
from ..validation import check_tables
from . import export, folder, guard, intake, sheets
from .grids import grids
from .places import address, place
from .sheets import WorkbookError, refusal


class Outcome(NamedTuple):
    """What became of a workbook.

    Attributes
    ----------
    sizes : dict of str to int
        Number of rows of each sheet.
    problems, notices : list of neoterra_analysis.problems.Problem
        What is wrong, and what was put right; sorted by sheet and row.
    structural : bool
        Whether the workbook itself is at fault, and not only values in it.
    written : pathlib.Path or None
        The folder, if the tables were written.
    changed : bool
        Whether it holds something else than what was exported.
    """

    sizes: dict
    problems: list
    notices: list
    structural: bool
    written: Path | None
    changed: bool


def write(data, file, lang=None):
    """Write a data folder or a draft as a workbook; it need not be valid, only readable.

    Parameters
    ----------
    data : path-like
        Folder with ``datapackage.json``.
    file : path-like
        The workbook to write, ``.xlsx``; replaced in one step if it is there.
    lang : {"fr", "en"}, optional
        Language of the sheets; see `labels.language`.

    Returns
    -------
    pathlib.Path
        The workbook.

    Raises
    ------
    WorkbookError
        If a table cannot be read, or holds a text that no cell can hold; nothing is then written.

    Examples
    --------
    >>> import tempfile
    >>> write(contract.find(), Path(tempfile.mkdtemp(), "grid.xlsx")).name
    'grid.xlsx'
    """
    lang, file = labels.language(lang), Path(file)
    if file.suffix.lower() != ".xlsx":
        raise refusal("suffix", lang, file=file.name)
    if file.is_dir():
        raise refusal("not_a_file", lang, file=file.name)
    plan = sheets.planned(contract.tables(data), sheets.extras(data), lang)
    rows, problems = sheets.stored(data, plan)
    raw, faults = (b"", []) if problems else export.workbook(plan, rows, lang)
    problems += faults
    if problems:
        head = labels.t("workbook.not_exported_many", lang, count=len(problems))
        raise WorkbookError("\n".join([head, *(as_text(problem, lang) for problem in problems)]), problems)
    return aside.replace(file, raw)


def read(file, out, lang=None, data=None, draft=False):
    """Write the tables of a workbook into a folder, all or none.

    Parameters
    ----------
    file : path-like
        A workbook that `write` made, edited or not.
    out : path-like
        The folder to write: a new one, or a data folder whose tables are replaced.
    lang : {"fr", "en"}, optional
        Language of the refusals; see `labels.language`.
    data : path-like, optional
        Folder whose contract holds; see `contract.find`.
    draft : bool
        Write the tables even if values break the contract, as those of a draft do; a workbook that cannot be read
        without doubt is refused all the same.

    Returns
    -------
    Outcome

    Raises
    ------
    WorkbookError
        If the file is no such workbook, or the folder is not one to write into.
    FileNotFoundError
        If there is no contract.

    Examples
    --------
    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp())
    >>> outcome = read(write(contract.find(), place / "grid.xlsx"), place / "back")
    >>> outcome.problems, outcome.changed, (place / "back" / "roles.csv").is_file()
    ([], False, True)
    """
    lang, home, name = labels.language(lang), contract.find(data), Path(file).name
    folder.check(out, lang)
    resources = contract.tables(home)
    found = grids(guard.content(file, lang), name, lang)
    about = intake.about(found, name, lang)
    plan = sheets.planned(resources, about["extra"], about["lang"])
    taken = intake.take(found, plan, about["lang"], name)
    report = check_tables(resources, {table: taken.tables[table] for table in resources})
    told = [*taken.structural, *taken.soft, *_placed(report.problems + report.notices, plan, taken.heads)]
    told = in_order(set(told), [sheet.title for sheet in plan])
    problems = [problem for problem in told if not problem.notice]
    notices = [problem for problem in told if problem.notice]
    structural = any(not problem.notice for problem in taken.structural)
    files = sheets.texts(plan, taken.content)
    written = not structural and (draft or not problems)
    if written:
        bytes_of = {path: text.encode("utf-8") for path, text in files.items()}
        bytes_of["datapackage.json"] = (home / "datapackage.json").read_bytes()
        with folder.held(out, lang) as place_of:
            notices += _moved(place_of, files, about, plan)
            folder.put(place_of, bytes_of, lang)
    sizes = {sheet.title: len(taken.content[sheet.table]) for sheet in plan}
    changed = sheets.digest(files) != about["digest"]
    return Outcome(sizes, problems, notices, structural, Path(out) if written else None, changed)


def in_order(problems, titles):
    """Sort findings as a reader goes through the workbook: sheet by sheet, row by row, from left to right.

    Parameters
    ----------
    problems : iterable of neoterra_analysis.problems.Problem
        What was found.
    titles : iterable of str
        Names of the sheets in their order; what is about no sheet of these comes first.

    Returns
    -------
    list of neoterra_analysis.problems.Problem

    Examples
    --------
    >>> from neoterra_analysis.problems import Problem
    >>> found = [Problem("b", 1, "", "x", cell="AA1"), Problem("b", 1, "", "x", cell="B1"), Problem("a", 2, "", "x")]
    >>> [problem.cell for problem in in_order(found, ["a", "b"])]
    ['', 'B1', 'AA1']
    """
    rank = {title: number for number, title in enumerate(titles, 1)}

    def key(problem):
        column = place(problem.cell)[1] if problem.cell else 0
        return rank.get(problem.file, 0), problem.line, column, problem

    return sorted(problems, key=key)


def _placed(problems, plan, heads):
    """Say of each finding of the check where it stands in the workbook."""
    by_path = {sheet.path: sheet for sheet in plan}
    found = []
    for problem in problems:
        sheet = by_path[problem.file]
        column = heads.get(sheet.table, {}).get(problem.column, 1)
        other = problem.other
        for path, target in by_path.items():
            other = other.replace(path, target.title)
        cell = address(problem.line, column) if problem.line else ""
        found.append(problem._replace(file=sheet.title, other=other, cell=cell))
    return found


def _moved(out, files, about, plan):
    """Tell of tables in the folder that are neither those exported nor those of the workbook."""
    present = {path: Path(out) / path for path in files}
    if not all(path.is_file() for path in present.values()):
        return []
    rows, problems = sheets.stored(out, plan)
    content = {table: [row.cells for row in found] for table, found in rows.items()}
    found = None if problems else sheets.digest(sheets.texts(plan, content))
    if found in (about["digest"], sheets.digest(files)):
        return []
    return [sheets.reading.Problem(Path(out).name, 0, "", "target_moved", notice=True)]
