"""The command ``neoterra add``: a draft, made from one fiche, is merged into the data, wholly or not at all."""

import os
import shutil
import sys
from collections import namedtuple
from pathlib import Path

from ..dataset import accepted, csvfile, rules
from ..dataset.check import check
from ..dataset.problems import Problem, as_text
from ..words import files, labels, opened
from .diff import rows_of
from .merging import counts, merge, text

REVIEW = "review.csv"
SHOWN = 5  # open cells of a review that are told one by one


class MergeError(ValueError):
    """Why a draft was not merged; nothing was written."""

    def __init__(self, stage, problems, folder, lang=None, more=0):
        self.stage, self.problems, self.more = stage, problems, more
        lines = [labels.t(f"merging.refused.{stage}", lang, folder=folder, count=len(problems) + more)]
        lines += [as_text(problem, lang) for problem in problems]
        lines += [labels.t("merging.more", lang, count=more)] if more else []
        super().__init__("\n\n".join([*lines, labels.t("merging.nothing", lang)]))


# What a merge did: the tables and what is told of them, and what a killed run left or this one could not remove.
Summary = namedtuple(
    "Summary", "folder written undone left pending added updated actors_new actors_merged linked filled renumbered rows"
)


def add(draft, data, update=False, lang=None):
    """Merge a draft into the data, put all tables in place in one step, or change nothing."""
    draft, folder = Path(draft), Path(os.path.realpath(data))
    rules.find(draft), rules.find(folder)
    with files.locked(folder, lang) as undone:
        before = files.signature(folder)
        resources, draft_rows, data_rows = _sound(draft, folder, lang)
        merged, told, problems = merge(draft_rows, data_rows, resources, update)
        if problems:
            raise MergeError("merge", problems, draft, lang)
        texts = {}
        for name, rows in merged.items():
            if list(map(id, rows)) != list(map(id, data_rows[name])):
                file = folder / resources[name]["path"]
                raw = file.read_bytes().decode("utf-8") if file.exists() else ",".join(rows[0].cells) + "\n"
                texts[file.name] = text(raw, rows, data_rows[name], resources[name])
        if texts:
            sides = ({n: [row.cells for row in rows] for n, rows in one.items()} for one in (data_rows, merged))
            kept = accepted.carried(folder, resources, *sides)
            texts |= {accepted.NAME: kept} if kept else {}
        told |= {"rows": {n: counts(rows, data_rows[n], resources[n]) for n, rows in merged.items()}}
        left = _write(folder, resources, texts, before, lang) if texts else ""
        told["pending"] = sum(one.code != "nothing_accepted" for one in accepted.changes(folder))
        return Summary(folder, bool(texts), **told, undone=undone, left=left)


def _sound(draft, folder, lang):
    """Return the contract and the rows of both folders; refuse what is not sound or not reviewed."""
    problems = check(folder).problems
    if problems:
        raise MergeError("data", problems, folder, lang)
    resources, theirs = rules.tables(folder), rules.tables(draft)

    def columns(contract):
        return {name: {field["name"] for field in one["schema"]["fields"]} for name, one in contract.items()}

    if columns(resources) != columns(theirs):
        raise MergeError("draft", [Problem("datapackage.json", 0, "", "other_contract")], draft, lang)
    waiting = review(draft)
    problems, shown = check(draft).problems, waiting[:SHOWN]
    if problems or waiting:
        raise MergeError("draft", [*problems, *shown], draft, lang, len(waiting) - len(shown))
    return resources, rows_of(draft), rows_of(folder)


def review(draft):
    r"""Find the cells that a draft's review leaves open."""
    file = Path(draft) / REVIEW
    if not file.is_file():
        return []
    head = file.read_bytes().decode("utf-8", "replace").lstrip("\ufeff").partition("\n")[0].strip()
    names = [name.strip().strip('"') for name in head.split(max(",;\t", key=head.count))]
    wanted = [*names, *(name for name in ("place", "kind", "decision") if name not in names)]
    resource = {"path": REVIEW, "schema": {"primaryKey": [], "fields": [{"name": name} for name in wanted]}}
    table = csvfile.read(draft, resource)
    problems = [problem for problem in table.problems if not problem.notice]
    for row in table.rows:
        if not row.cells["decision"].strip():
            told = {"value": row.cells["place"], "other": row.cells["kind"]}
            problems.append(Problem(REVIEW, row.lines["decision"], "decision", "review_open", **told))
    return problems


def _write(folder, resources, texts, before, lang):
    """Check the new tables aside, and put them in place; return what is left of the old ones."""
    with files.scratch() as trial:
        for name in ("datapackage.json", *(resource["path"] for resource in resources.values())):
            if (folder / name).exists():  # but for an optional table
                shutil.copy(folder / name, trial)
        for name, text in texts.items():
            files.replace(trial / name, text)
        problems = check(trial).problems
    if problems:
        raise MergeError("merged", problems, folder, lang)

    def unchanged():
        if files.signature(folder) != before:
            raise files.Busy(labels.t("merging.changed", lang, folder=folder))

    files.put_locked(folder, texts, unchanged)
    left = folder / files.STAGED
    return str(left) if left.exists() else ""


def run(draft, data=None, update=False, lang=None, out=None):
    """Merge a draft into the data and tell what was done, for ``neoterra add``."""
    lang = labels.language(lang)
    try:
        told = add(draft, rules.mine(data), update, lang)
    except KeyboardInterrupt:
        print(labels.t("merging.interrupted", lang), file=sys.stderr)
        return 130
    except (FileNotFoundError, MergeError, files.Busy, files.Cut, ValueError) as error:
        return _failed(error)
    except OSError as error:
        return _failed(labels.t("merging.not_written", lang, error=opened.why(error, lang)))
    print("\n".join(_lines(told, draft, lang)), file=out or sys.stdout)
    return 0


def _failed(text):
    print(text, file=sys.stderr)
    return 1


def _lines(told, draft, lang):
    """Tell what was done, a line each."""

    def t(key, **values):
        return labels.t(f"merging.{key}", lang, **values)

    def quoted(names):
        return ", ".join(t("form", form=name) for name in names)

    lines = [t("undone", folder=told.folder)] if told.undone else []
    lines += [t("done" if told.written else "same", draft=draft, folder=told.folder)]
    for kind, names in (("added", told.added), ("updated", told.updated)):
        lines += [t(kind, count=len(names), names=quoted(names))] if names else []
    lines += [t("actor_new", actor=actor, name=name) for actor, name in told.actors_new]
    for old, actor, forms in told.actors_merged:
        lines.append(t("actor_merged" if forms else "actor_known", old=old, actor=actor, forms=quoted(forms)))
    lines += [t("linked", actor=actor, laureate=laureate) for actor, laureate in told.linked]
    lines += [t("filled", table=n, row=key, column=column, value=v) for n, key, column, v in told.filled]
    lines += [t("renumbered", table=name, old=old, new=new) for name, old, new in told.renumbered]
    for name, (rows, added, changed, removed) in told.rows.items():
        if added or changed or removed:
            size = labels.count(rows, "row", lang)
            lines.append(t("rows", table=name, rows=size, added=added, changed=changed, removed=removed))
    lines += [t("pending", count=told.pending, folder=told.folder)] if told.pending else []
    lines += [t("left", folder=told.left)] if told.left else []
    return [*lines, t("next")] if told.written else lines
