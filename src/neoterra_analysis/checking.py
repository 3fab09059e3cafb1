"""The command ``neoterra check``: what is wrong with a data folder, told to a person or to a program."""

import sys

from . import labels
from .contract import find
from .problems import as_github, as_json, as_text
from .validation import check

FORMATS = ("text", "json", "github")


def run(path=None, encoding=None, lang=None, form="text", out=None):
    """Check a data folder and tell what was found; nothing is written.

    Parameters
    ----------
    path : path-like, optional
        Data folder; see `contract.find`.
    encoding : str, optional
        Announced encoding of the files that are not UTF-8.
    lang : {"fr", "en"}, optional
        See `labels.language`.
    form : {"text", "json", "github"}
        How to write the findings.
    out : file, optional
        Where to write; standard output if not given.

    Returns
    -------
    int
        0 when the data load, 1 when they are refused.

    Raises
    ------
    FileNotFoundError
        If there is no data folder.

    Examples
    --------
    >>> run(lang="en")  # doctest: +ELLIPSIS
      sources: 1 row
    ...
    0
    """
    out = out or sys.stdout
    lang = labels.language(lang)
    folder = find(path)
    report = check(folder, encoding)
    findings = sorted([*report.problems, *report.notices])
    if form == "json":
        print(as_json(findings, lang), file=out)
    elif form == "github":
        for finding in findings:
            print(as_github(finding, folder.name, lang), file=out)
    else:
        print(*(as_text(finding, lang) for finding in findings), sep="\n\n", end="\n\n" if findings else "", file=out)
        print(_summary(report, lang), file=out)
    return 1 if report.problems else 0


def stops(path=None, lang=None, out=None):
    """Tell what keeps a data folder from loading, and the notices; say nothing of good data.

    Parameters
    ----------
    path : path-like, optional
        Data folder; see `contract.find`.
    lang : {"fr", "en"}, optional
        See `labels.language`.
    out : file, optional
        Where to write; standard error if not given.

    Returns
    -------
    bool
        True when the data are refused.

    Raises
    ------
    FileNotFoundError
        If there is no data folder.

    Examples
    --------
    >>> stops()
    False
    """
    report = check(find(path))
    for finding in [*report.notices, *report.problems]:
        print(as_text(finding, lang), end="\n\n", file=out or sys.stderr)
    if report.problems:
        print(_summary(report, labels.language(lang)), file=out or sys.stderr)
    return bool(report.problems)


def _summary(report, lang):
    number = len(report.problems)
    if number:
        return labels.t(f"check.refused.{'one' if number == 1 else 'many'}", lang, count=number)
    sizes = {name: len(rows) for name, rows in report.content.items()}
    rows = {name: labels.count(number, "row", lang) for name, number in sizes.items()}
    lines = [labels.t("cli.checked_table", lang, table=name, rows=words) for name, words in rows.items()]
    counts = {"tables": len(sizes), "rows": sum(sizes.values()), "rules": report.rules}
    return "\n".join([*lines, labels.t("check.good", lang, notices=len(report.notices), **counts)])
