"""The coding workbook: a data folder to a workbook and back, and the commands ``neoterra workbook``."""

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ..dataset import accepted, rules
from ..dataset.check import check_tables
from ..dataset.loading import load
from ..dataset.problems import Problem, as_text
from ..words import files, labels, opened
from . import blind as second
from . import sheets, workbook_in, workbook_out
from .sheets import WorkbookError, address, place, refusal


def check(out, lang=None):
    """Refuse a folder that tables should not be written into.

    >>> check("no-such-folder")
    """
    out = Path(out)
    files.mend(out, lang)
    if out.exists() and not out.is_dir():
        raise refusal("out_is_file", lang, out=out)
    other = out.is_dir() and any(file.name != files.LOCK for file in out.iterdir())
    if other and not (out / "datapackage.json").is_file():
        raise refusal("out_is_other", lang, out=out)
    if Path(os.path.realpath(out)) in (Path.cwd(), *Path.cwd().parents):
        raise refusal("out_is_here", lang, out=out)


@contextmanager
def held(out, lang=None):
    """Hold a folder against other runs, and put right what one that was cut left."""
    out = Path(os.path.realpath(out))
    try:
        with files.locked(out, lang):
            check(out, lang)
            yield out
    except files.Busy:
        raise refusal("busy", lang, out=out) from None


def put(out, contents, lang=None):
    """Put files into a folder that is held, all or none; other files there are kept."""
    before = files.signature(out)

    def unchanged():
        if files.signature(out) != before:
            raise refusal("out_changed", lang, out=out)

    files.put_locked(out, contents, unchanged)


class Outcome(NamedTuple):
    """What became of a workbook."""

    sizes: dict
    problems: list
    notices: list
    structural: bool
    written: Path | None
    changed: bool


def write(data, file, lang=None, blind=False):
    """Write a data folder or a draft as a workbook; it need not be valid, only readable, unless for a second coder."""
    lang, file = labels.language(lang), Path(file)
    if file.suffix.lower() != ".xlsx":
        raise refusal("suffix", lang, file=file.name)
    if file.is_dir():
        raise refusal("not_a_file", lang, file=file.name)
    if blind:
        plan, problems = second.planned(rules.tables(data), lang), []
        rows = second.units(load(data, ambition="all"), plan, lang)
    else:
        plan = sheets.planned(rules.tables(data), sheets.extras(data), lang)
        rows, problems = sheets.stored(data, plan)
    raw, faults = (b"", []) if problems else workbook_out.workbook(plan, rows, lang, "blind" if blind else "workbook")
    problems += faults
    if problems:
        head = labels.t("workbook.not_exported_many", lang, count=len(problems))
        raise WorkbookError("\n".join([head, *(as_text(problem, lang) for problem in problems)]), problems)
    return files.replace(file, raw)


def read(file, out, lang=None, data=None, draft=False):
    """Write the tables of a workbook into a folder, all or none."""
    lang, home, name = labels.language(lang), rules.find(data), Path(file).name
    check(out, lang)
    resources = rules.tables(home)
    grids = workbook_in.grids(file, lang)
    about = workbook_in.about(grids, name, lang)
    blind = about["kind"] == "blind"
    whole = plan = sheets.planned(resources, about["extra"], about["lang"])
    plan = second.planned(resources, about["lang"]) if blind else plan
    found = workbook_in.content(grids, plan, about["lang"], name)
    coded = sheets.texts(plan, {table: read.rows for table, read in found.tables.items()})
    tables, structural, told = found.tables, any(not one.notice for one in found.structural), []
    if blind and not structural:
        tables, faults, told = second.tables(found, plan, home, about["lang"])
        structural, told = bool(faults), [*faults, *told]
    if not (blind and structural):
        report = check_tables(resources, {table: tables[table] for table in resources})
        checked = report.problems + report.notices
        told += _placed(second.asked(checked) if blind else checked, plan, found.heads)
    told = in_order({*found.structural, *found.soft, *told}, [sheet.title for sheet in plan])
    problems = [problem for problem in told if not problem.notice]
    notices = [problem for problem in told if problem.notice]
    files = {} if blind and structural else sheets.texts(whole, {name: read.rows for name, read in tables.items()})
    written = not structural and (draft or not problems)
    if written:
        bytes_of = {path: text.encode("utf-8") for path, text in files.items()}
        bytes_of["datapackage.json"] = (home / "datapackage.json").read_bytes()
        with held(out, lang) as place_of:
            notices += _moved(place_of, files, about, whole)
            found_now = accepted.compare(place_of, resources, tables) if not blind else []
            notices += _placed([one for one in found_now if one.code in accepted.CHANGES], plan, found.heads)
            bytes_of |= {} if problems else _accepted(place_of, home, resources, report.content)
            put(place_of, bytes_of, lang)
    sizes = {sheet.title: len(found.tables[sheet.table].rows) for sheet in plan}
    changed = sheets.digest(coded) != about["digest"]
    return Outcome(sizes, problems, notices, structural, Path(out) if written else None, changed)


def in_order(problems, titles):
    """Sort findings as a reader goes through the workbook: sheet by sheet, row by row, from left to right."""
    rank = {title: number for number, title in enumerate(titles, 1)}

    def key(problem):
        column = place(problem.cell)[1] if problem.cell else 0
        return rank.get(problem.file, 0), problem.line, column, problem

    return sorted(problems, key=key)


def _placed(problems, plan, heads):
    """Say of each finding of the check where it stands in the workbook."""
    by_path, found = {sheet.path: sheet for sheet in plan}, []
    for problem in problems:
        sheet, other = by_path.get(problem.file), problem.other
        if sheet is None:  # of a table that is not in the workbook
            found.append(problem)
            continue
        for path, target in by_path.items():
            other = other.replace(path, target.title)
        column = heads.get(sheet.table, {}).get(problem.column, 1)
        cell = address(problem.line, column) if problem.line else ""
        found.append(problem._replace(file=sheet.title, other=other, cell=cell))
    return found


def _moved(out, files, about, plan):
    """Tell of tables in the folder that are neither those exported nor those of the workbook."""
    if not all((Path(out) / path).is_file() for path in files):
        return []
    rows, problems = sheets.stored(out, plan)
    if not problems and sheets.digest(sheets.texts(plan, rows)) in (about["digest"], sheets.digest(files)):
        return []
    return [Problem(Path(out).name, 0, "", "target_moved", notice=True)]


def _accepted(out, home, resources, content):
    """Return what is accepted in a folder once these tables are in it, by file; in a new one, as in that it follows."""
    if (out / "datapackage.json").exists():
        kept = accepted.carried(out, resources, accepted.rows_of(out, resources), content)
    else:
        kept = accepted.text(resources, content) if (home / accepted.NAME).exists() else None
    return {accepted.NAME: kept.encode("utf-8")} if kept else {}


def run_export(file, data=None, lang=None, blind=False):
    """Write a data folder as a workbook, and tell what was done."""
    if open_now := opened.told(file, lang):  # who has it open would save over it
        raise ValueError(labels.t("opened.not_over", lang, told=open_now, file=Path(file).name))
    made = write(rules.find(data), file, lang, blind)
    print(labels.t("workbook.written_blind" if blind else "workbook.written", lang, file=made.name))
    return 0


def run_import(file, out_folder=None, data=None, draft=False, lang=None):
    """Write the tables of a workbook into a folder, and tell what was done."""
    lang, file = labels.language(lang), Path(file)
    if open_now := opened.told(file, lang):  # what is not saved yet is not read
        print(labels.t("opened.as_saved", lang, told=open_now), file=sys.stderr)
    outcome = read(file, out_folder or file.with_suffix(""), lang, data, draft)
    for finding in in_order([*outcome.problems, *outcome.notices], outcome.sizes):
        print(as_text(finding, lang), end="\n\n")
    print(_summary(outcome, lang))
    return 0 if outcome.written else 1


def _summary(outcome, lang):
    lines = []
    if outcome.written:
        for title, size in outcome.sizes.items():
            lines.append(labels.t("cli.checked_table", lang, table=title, rows=labels.count(size, "row", lang)))
        lines.append(labels.t("workbook.changed" if outcome.changed else "workbook.unchanged", lang))
        pending = sum(one.code != "nothing_accepted" for one in accepted.changes(outcome.written))
        told = {"count": pending, "folder": outcome.written}
        lines += [labels.t("merging.pending", lang, **told)] if pending else []
        code = "taken_draft" if outcome.problems else "taken"
    else:
        code = "structure" if outcome.structural else "values"
    counts = {"count": len(outcome.problems), "notices": len(outcome.notices)}
    return "\n".join([*lines, labels.t(f"workbook.{code}", lang, folder=outcome.written, **counts)])
