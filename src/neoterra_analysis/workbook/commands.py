"""The commands ``neoterra workbook export`` and ``neoterra workbook import``, told to a person."""

import sys
from pathlib import Path

from .. import contract, labels
from ..problems import as_github, as_json, as_text
from . import transfer
from .sheets import WorkbookError


def run_export(file, data=None, lang=None, out=None):
    """Write a data folder as a workbook, and tell what was done.

    Parameters
    ----------
    file : path-like
        The workbook to write.
    data : path-like, optional
        Data folder or draft; see `contract.find`.
    lang : {"fr", "en"}, optional
        See `labels.language`.
    out : file, optional
        Where to tell; standard output if not given, and standard error for a refusal.

    Returns
    -------
    int
        0 when it was written, 1 when it was not.

    Raises
    ------
    FileNotFoundError
        If there is no data folder.

    Examples
    --------
    >>> import tempfile
    >>> run_export(Path(tempfile.mkdtemp(), "grid.xlsx"), lang="en")
    grid.xlsx is written. To bring it back: neoterra workbook import grid.xlsx --out DIR
    0
    """
    try:
        made = transfer.write(contract.find(data), file, lang)
    except WorkbookError as error:
        print(error, file=out or sys.stderr)
        return 1
    print(labels.t("workbook.written", lang, file=made.name), file=out or sys.stdout)
    return 0


def run_import(file, out_folder=None, data=None, draft=False, lang=None, out=None, form="text"):
    """Write the tables of a workbook into a folder, and tell what was done.

    Parameters
    ----------
    file : path-like
        The workbook.
    out_folder : path-like, optional
        The folder to write; without it, a folder beside the workbook that has its name.
    data : path-like, optional
        Folder whose contract holds; see `contract.find`.
    draft : bool
        Write the tables even if values break the contract.
    lang : {"fr", "en"}, optional
        See `labels.language`.
    out : file, optional
        Where to tell; standard output if not given, and standard error for a refusal.
    form : {"text", "json", "github"}
        How to write the findings.

    Returns
    -------
    int
        0 when the tables were written, 1 when they were not.

    Raises
    ------
    FileNotFoundError
        If there is no contract.

    Examples
    --------
    >>> import tempfile
    >>> file = transfer.write(contract.find(), Path(tempfile.mkdtemp(), "grid.xlsx"))
    >>> run_import(file, lang="en", form="json")
    []
    0
    """
    lang, file = labels.language(lang), Path(file)
    try:
        outcome = transfer.read(file, out_folder or file.with_suffix(""), lang, data, draft)
    except WorkbookError as error:
        print(error, file=out or sys.stderr)
        return 1
    out = out or sys.stdout
    findings = transfer.in_order([*outcome.problems, *outcome.notices], outcome.sizes)
    if form == "json":
        print(as_json(findings, lang), file=out)
    elif form == "github":
        for finding in findings:
            print(as_github(finding, "" if finding.file == file.name else file.name, lang), file=out)
    else:
        for finding in findings:
            print(as_text(finding, lang), end="\n\n", file=out)
        print(_summary(outcome, lang), file=out)
    return 0 if outcome.written else 1


def _summary(outcome, lang):
    lines = []
    if outcome.written:
        for title, size in outcome.sizes.items():
            lines.append(labels.t("cli.checked_table", lang, table=title, rows=labels.count(size, "row", lang)))
        lines.append(labels.t("workbook.changed" if outcome.changed else "workbook.unchanged", lang))
    code = "taken" if outcome.written else "structure" if outcome.structural else "values"
    if outcome.written and outcome.problems:
        code = "taken_draft"
    counts = {"count": len(outcome.problems), "notices": len(outcome.notices)}
    lines.append(labels.t(f"workbook.{code}", lang, folder=outcome.written, **counts))
    return "\n".join(lines)
