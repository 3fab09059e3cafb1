"""The command ``neoterra add``: a draft, made from one fiche, is merged into the data, wholly or not at all."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from .. import aside, contract, labels, reading
from ..problems import Problem, as_text
from ..validation import check
from . import joining, swap
from .differences import rows_of
from .union import counts, merge

REVIEW = "review.csv"
SHOWN = 5  # open cells of a review that are told one by one


class MergeError(ValueError):
    """Why a draft was not merged; nothing was written.

    Attributes
    ----------
    stage : str
        What was refused: ``data``, ``draft``, ``merge`` (the two do not go together) or ``merged`` (their sum).
    problems : list of neoterra_analysis.problems.Problem
        What was found; files and lines are those of the draft, for ``data`` and ``merged`` those of these tables.
    more : int
        Number of open cells of the review that are not among the problems.
    """

    def __init__(self, stage, problems, folder, lang=None, more=0):
        self.stage, self.problems, self.more = stage, problems, more
        lines = [labels.t(f"merging.refused.{stage}", lang, folder=folder, count=len(problems) + more)]
        lines += [as_text(problem, lang) for problem in problems]
        lines += [labels.t("merging.more", lang, count=more)] if more else []
        super().__init__("\n\n".join([*lines, labels.t("merging.nothing", lang)]))


@dataclass(frozen=True)
class Summary:
    """What a merge did.

    Attributes
    ----------
    folder : pathlib.Path
        The data folder.
    written : bool
        False when the data had everything already.
    added, updated : tuple of str
        Names of laureates.
    actors_new : tuple of (str, str)
        Id and name.
    actors_merged : tuple of (str, str, tuple of str)
        Id in the draft, id in the data, and forms that became aliases; only those with another id or a new form.
    linked : tuple of (str, str)
        Actors that are laureates: actor and laureate.
    filled : tuple of (str, str, str, str)
        Table, key, column and value of cells that only the draft filled.
    renumbered : tuple of (str, str, str)
        Table, number in the draft, number in the data.
    rows : dict of str to tuple of int
        For each table: rows now, of which added and changed; and rows removed.
    undone : bool
        Whether an earlier run, killed half way, was undone first.
    left : str
        The folder of the old tables, if it could not be removed.
    """

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
    """Merge a draft into the data, put all tables in place in one step, or change nothing.

    Parameters
    ----------
    draft, data : path-like
        Two data folders.
    update : bool
        Whether laureates that the data have already are replaced, and the draft's value wins where both differ.
    lang : {"fr", "en"}, optional
        Language of what a refusal says; see `labels.language`.

    Returns
    -------
    Summary

    Raises
    ------
    MergeError
        If the draft, the data or their sum is refused.
    FileNotFoundError
        If one of the folders holds no contract.
    OSError
        If the folder cannot be written; nothing is changed.
    neoterra_analysis.swap.Busy
        If another run holds the data, or they changed meanwhile.

    Examples
    --------
    >>> import tempfile
    >>> data = shutil.copytree(contract.find(), Path(tempfile.mkdtemp()) / "data")
    >>> add(contract.find(), data, update=True).written
    False
    """
    draft, folder = Path(draft), Path(os.path.realpath(data))
    with swap.alone(folder, lang) as undone:
        contract.find(draft), contract.find(folder)
        before = swap.signature(folder)
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
        left = _write(folder, texts, before, lang) if texts else ""
        return Summary(folder, bool(texts), **told, undone=undone, left=left)


def _is(one, two):
    return one is two


def _sound(draft, folder, lang):
    """Return the contract and the rows of both folders; refuse what is not sound or not reviewed."""
    problems = check(folder).problems
    if problems:
        raise MergeError("data", problems, folder, lang)
    resources, theirs = contract.tables(folder), contract.tables(draft)
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
    r"""Find the cells that a draft's review leaves open.

    Parameters
    ----------
    draft : path-like
        Folder of the draft; without ``review.csv`` nothing is open.

    Returns
    -------
    list of Problem
        ``review_open``, one a row without a decision; or what makes the file unreadable.

    Examples
    --------
    >>> import tempfile
    >>> draft = Path(tempfile.mkdtemp())
    >>> text = "review_id,kind,place,decision\nq1,no_role,ici,\nq2,no_role,là,ok\n"
    >>> _ = (draft / "review.csv").write_text(text, encoding="utf-8")
    >>> [(problem.line, problem.value) for problem in review(draft)]
    [(2, 'ici')]
    """
    file = Path(draft) / REVIEW
    if not file.is_file():
        return []
    head = file.read_bytes().decode("utf-8", "replace").lstrip("\ufeff").partition("\n")[0].strip()
    names = [name.strip().strip('"') for name in head.split(max(",;\t", key=head.count))]
    wanted = [*names, *(name for name in ("place", "kind", "decision") if name not in names)]
    resource = {"path": REVIEW, "schema": {"primaryKey": [], "fields": [{"name": name} for name in wanted]}}
    table = reading.read(draft, resource)
    problems = [problem for problem in table.problems if not problem.notice]
    for row in table.rows:
        if not row.cells["decision"].strip():
            told = {"value": row.cells["place"], "other": row.cells["kind"]}
            problems.append(Problem(REVIEW, row.lines["decision"], "decision", "review_open", **told))
    return problems


def _write(folder, texts, before, lang):
    """Make the new folder beside the data, check it, and put it in place; return what is left of the old one."""
    if not os.access(folder, os.W_OK):
        raise PermissionError(13, os.strerror(13), str(folder))
    new = swap.beside(folder, "new")
    try:
        shutil.copytree(folder, new, symlinks=True)
        for name in sorted(texts):
            aside.replace(new / name, texts[name])
            shutil.copymode(folder / name, new / name)
        problems = check(new).problems
        if problems:
            raise MergeError("merged", problems, folder, lang)
        swap.sync(new)
        if swap.signature(folder) != before:
            raise swap.Busy(labels.t("merging.changed", lang, folder=folder))
        old = swap.put(new, folder)
        shutil.rmtree(old, ignore_errors=True)
        return str(old) if old.exists() else ""
    finally:
        shutil.rmtree(new, ignore_errors=True)


def run(draft, data=None, update=False, lang=None, out=None):
    """Merge a draft into the data and tell what was done, for ``neoterra add``.

    Parameters
    ----------
    draft : path-like
        Folder of the draft.
    data : path-like, optional
        Data folder; see `contract.find`.
    update : bool
        As for `add`.
    lang : {"fr", "en"}, optional
        See `labels.language`.
    out : file, optional
        Where to write; standard output if not given. What refuses the draft goes to standard error.

    Returns
    -------
    int
        0 when the data hold the draft, 1 when nothing was changed, 130 when the run was interrupted.

    Examples
    --------
    >>> import tempfile
    >>> data = shutil.copytree(contract.find(), Path(tempfile.mkdtemp()) / "data")
    >>> with open(os.devnull, "w") as out:
    ...     run(contract.find(), data, True, out=out)
    0
    """
    lang = labels.language(lang)
    try:
        told = add(draft, data or _given(), update, lang)
    except KeyboardInterrupt:
        print(labels.t("merging.interrupted", lang), file=sys.stderr)
        return 130
    except shutil.Error as error:  # copytree gathers what went wrong: (from, to, why)
        why = error.args[0][0][2] if isinstance(error.args[0], list) else error
        return _failed(labels.t("merging.not_written", lang, error=why))
    except FileNotFoundError as error:
        return _failed(error)
    except OSError as error:
        return _failed(labels.t("merging.not_written", lang, error=error))
    except (MergeError, swap.Busy, ValueError) as error:
        return _failed(error)
    print("\n".join(_lines(told, draft, lang)), file=out or sys.stdout)
    return 0


def _failed(text):
    print(text, file=sys.stderr)
    return 1


def _given():
    """Return the data folder, even where a run that was killed left it under another name."""
    if not os.environ.get("NEOTERRA_DATA"):
        for folder in (Path.cwd(), *Path.cwd().parents):
            if not (folder / "data").exists() and any(folder.glob(".data.[0-9]*.old/datapackage.json")):
                return folder / "data"
    return Path(os.environ.get("NEOTERRA_DATA") or contract.find())


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
