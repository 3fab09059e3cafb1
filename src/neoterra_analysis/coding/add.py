"""The command ``neoterra add``: a draft, made from one fiche, is merged into the data, wholly or not at all."""

import os
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ..dataset import csvfile, rules
from ..dataset.check import check
from ..dataset.problems import Problem, as_text
from ..words import files, labels
from . import identities, joining
from .diff import rows_of


def merge(draft, data, resources, update=False):
    """Join the rows of a draft to those of the data; nothing is read or written."""
    same, problems = identities.match_laureates(draft, data)
    lines = {row.cells["laureate_id"]: row for row in draft["laureates"]}
    draft = identities.rename(draft, laureates=same)
    if not update:
        problems += [_there(lines[old], new) for old, new in same.items()]
    known, more = identities.match_actors(draft["actors"], data["actors"])
    problems += more
    actors, told, more = _actors(draft["actors"], data["actors"], known, update)
    problems += more
    draft = identities.rename(draft, actors=known)
    merged, filled, renumbered = {}, [], []
    for name, resource in resources.items():
        theirs, ours = draft[name], data[name]
        columns = [field["name"] for field in resource["schema"]["fields"]]
        if name in joining.NUMBERED:
            theirs, given = joining.number(name, resource, theirs, ours)
            renumbered += given
        if name == "actors":
            merged[name] = actors
        elif "laureate_id" in columns:
            merged[name], more = joining.replace(resource, theirs, ours, set(same.values()), update)
            problems += more
        else:
            merged[name], cells, more = joining.join(name, resource, theirs, ours, update)
            filled += cells
            problems += more
    brought = {row.cells["laureate_id"] for row in draft["laureates"]}
    brought |= {row.cells["actor_id"] for row in draft["actors"]}
    merged["actors"], linked = identities.link(actors, merged["laureates"], brought)
    merged = {name: joining.arrange(resources[name], rows, data[name]) for name, rows in merged.items()}
    changed = _changed(merged, data)
    updated = [lines[old].cells["name"] for old, new in same.items() if new in changed]
    added = [row.cells["name"] for row in lines.values() if row.cells["laureate_id"] not in same]
    told |= {"added": tuple(added), "updated": tuple(updated), "linked": tuple(linked)}
    told |= {"filled": (*told["filled"], *filled), "renumbered": tuple(renumbered)}
    return merged, told, sorted(set(problems))


def _changed(merged, data):
    """Return the laureates of which a row is new, changed or gone."""
    found = set()
    for name, rows in merged.items():
        kept = {id(row) for row in rows}
        touched = [row for row in rows if not row.line] + [row for row in data[name] if id(row) not in kept]
        found |= {row.cells["laureate_id"] for row in touched if "laureate_id" in row.cells and name != "actors"}
    return found


def _there(row, ours):
    """Say by what a laureate of the draft was known again."""
    column = "laureate_id" if row.cells["laureate_id"] == ours else "name"
    return Problem("laureates.csv", row.lines[column], column, "laureate_there", row.cells[column], other=ours)


def _actors(draft, data, known, update):
    """Join the actors: the rows, what was done, and problems."""
    ours = {row.cells["actor_id"]: row for row in data}
    new, merged, filled, problems = [], [], [], []
    for row in draft:
        actor = row.cells["actor_id"]
        if actor not in known:
            ours.setdefault(actor, row._replace(line=0))
            new.append((actor, row.cells["name"]))
            continue
        before = ours[known[actor]]
        cells, forms, more = identities.one_actor(row, before.cells, update)
        problems += more
        if cells != before.cells:
            ours[known[actor]] = before._replace(line=0, cells=cells)
            blank = [c for c, value in before.cells.items() if cells[c] and not value and c != "aliases"]
            filled += [("actors", known[actor], column, cells[column]) for column in blank]
        if forms or actor != known[actor]:
            merged.append((actor, known[actor], tuple(forms)))
    told = {"actors_new": tuple(new), "actors_merged": tuple(merged), "filled": tuple(filled)}
    return list(ours.values()), told, problems


def counts(rows, before, resource):
    """Count the rows of a table."""
    key = resource["schema"]["primaryKey"]
    old = {joining.key_of(row, key): row.cells for row in before}
    now = [(joining.key_of(row, key), row.cells) for row in rows]
    kinds = Counter("kept" if old.get(k) == c else "changed" if k in old else "added" for k, c in now)
    return len(rows), kinds["added"], kinds["changed"], len(old) - kinds["kept"] - kinds["changed"]


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


@dataclass(frozen=True)
class Summary:
    """What a merge did."""

    folder: Path
    written: bool
    added: tuple
    updated: tuple
    actors_new: tuple
    actors_merged: tuple
    linked: tuple
    filled: tuple
    renumbered: tuple
    rows: dict
    undone: bool = False
    left: str = ""


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
            if not (len(rows) == len(data_rows[name]) and all(map(_is, rows, data_rows[name]))):
                file = folder / resources[name]["path"]
                raw = file.read_bytes().decode("utf-8")
                texts[file.name] = joining.text(raw, rows, data_rows[name], resources[name])
        told |= {"rows": {n: counts(rows, data_rows[n], resources[n]) for n, rows in merged.items()}}
        left = _write(folder, resources, texts, before, lang) if texts else ""
        return Summary(folder, bool(texts), **told, undone=undone, left=left)


def _is(one, two):
    return one is two


def _sound(draft, folder, lang):
    """Return the contract and the rows of both folders; refuse what is not sound or not reviewed."""
    problems = check(folder).problems
    if problems:
        raise MergeError("data", problems, folder, lang)
    resources, theirs = rules.tables(folder), rules.tables(draft)
    if _columns(resources) != _columns(theirs):
        raise MergeError("draft", [Problem("datapackage.json", 0, "", "other_contract")], draft, lang)
    waiting = review(draft)
    problems, shown = check(draft).problems, waiting[:SHOWN]
    if problems or waiting:
        raise MergeError("draft", [*problems, *shown], draft, lang, len(waiting) - len(shown))
    return resources, rows_of(draft)[0], rows_of(folder)[0]


def _columns(resources):
    return {name: {field["name"] for field in one["schema"]["fields"]} for name, one in resources.items()}


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
    with tempfile.TemporaryDirectory() as trial:
        for name in ("datapackage.json", *(resource["path"] for resource in resources.values())):
            shutil.copy(folder / name, trial)
        for name, text in texts.items():
            files.replace(Path(trial) / name, text)
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
        told = add(draft, data or rules.find(), update, lang)
    except KeyboardInterrupt:
        print(labels.t("merging.interrupted", lang), file=sys.stderr)
        return 130
    except (FileNotFoundError, MergeError, files.Busy, files.Cut, ValueError) as error:
        return _failed(error)
    except OSError as error:
        return _failed(labels.t("merging.not_written", lang, error=error))
    print("\n".join(_lines(told, draft, lang)), file=out or sys.stdout)
    return 0


def _failed(text):
    print(text, file=sys.stderr)
    return 1


def _lines(told, draft, lang):
    """Tell what was done, a line each."""

    def t(key, **values):
        return labels.t(f"merging.{key}", lang, **values)

    lines = [t("undone", folder=told.folder)] if told.undone else []
    lines += [t("done" if told.written else "same", draft=draft, folder=told.folder)]
    for kind in ("added", "updated"):
        names = getattr(told, kind)
        said = ", ".join(t("form", form=name) for name in names)
        lines += [t(kind, count=len(names), names=said)] if names else []
    lines += [t("actor_new", actor=actor, name=name) for actor, name in told.actors_new]
    for old, actor, forms in told.actors_merged:
        said = ", ".join(t("form", form=form) for form in forms)
        lines.append(t("actor_merged" if forms else "actor_known", old=old, actor=actor, forms=said))
    lines += [t("linked", actor=actor, laureate=laureate) for actor, laureate in told.linked]
    lines += [t("filled", table=n, row=key, column=column, value=v) for n, key, column, v in told.filled]
    lines += [t("renumbered", table=name, old=old, new=new) for name, old, new in told.renumbered]
    for name, (rows, added, changed, removed) in told.rows.items():
        if added or changed or removed:
            size = labels.count(rows, "row", lang)
            lines.append(t("rows", table=name, rows=size, added=added, changed=changed, removed=removed))
    lines += [t("left", folder=told.left)] if told.left else []
    return [*lines, t("next")] if told.written else lines
