"""Two codings as one table of units, from two data folders or from one coding sheet, and where they differ."""

from pathlib import Path

import pandas as pd

from . import labels
from .agreement import measures
from .cells import clean
from .dataset import ROLES
from .framework import KINDS
from .problems import Problem, as_text, visible
from .reading import read

COLUMNS = ("what", "item", "unit", "value_a", "anchor_a", "value_b", "anchor_b")


def _ordered_themes(dataset):
    rank = {kind: i for i, kind in enumerate(KINDS)}
    key = ["ambition_id", "kind", "number", "theme_id"]
    return dataset.themes.sort_values(key, key=lambda s: s.map(rank) if s.name == "kind" else s)


def _coded(dataset):
    """Return value and anchor of each laureate for each role, the main role and each theme of its ambition."""
    ambition = dict(zip(dataset.enjeux["enjeu_id"], dataset.enjeux["ambition_id"], strict=True))
    roles = {(r["laureate_id"], r["role"]): r for r in dataset.roles.to_dict("records")}
    passages = {(r["laureate_id"], r["theme_id"]): r for r in dataset.evidence.to_dict("records")}
    themes = _ordered_themes(dataset)
    cells = {}
    for laureate, enjeu in zip(dataset.laureates["laureate_id"], dataset.laureates["enjeu_id"], strict=True):
        cells["main_role", "", laureate] = ("none", "")
        for role in ROLES:
            found = roles.get((laureate, role))
            cells["role", role, laureate] = ("yes", found["anchor"]) if found else ("no", "")
            if found and found["salience"] == "principal":
                cells["main_role", "", laureate] = (role, found["anchor"])
        for theme in themes.loc[themes["ambition_id"] == ambition[enjeu], "theme_id"]:
            found = passages.get((laureate, theme))
            cells["theme", theme, laureate] = (found["strength"], found["anchor"]) if found else ("none", "")
    return cells


def _shared(a, b, table, key):
    others = set(getattr(b, table)[key])
    frame = _ordered_themes(a) if table == "themes" else getattr(a, table)
    return [value for value in frame[key] if value in others]


def pairs(a, b):
    """Put two codings of the same laureates side by side.

    Parameters
    ----------
    a, b : Dataset
        The codings. Laureates and themes that stand in only one of them are left out; see `unshared`.

    Returns
    -------
    DataFrame
        One row a unit and code, agreed or not: ``what`` (``role``, ``main_role``, ``theme``), ``item`` (the role or
        theme), ``unit`` (the laureate), ``value_a``, ``anchor_a``, ``value_b``, ``anchor_b``. Values are ``yes`` and
        ``no`` for a role, a role or ``none`` for the main role, ``direct``, ``indirect`` or ``none`` for a theme;
        empty where one coding has no such cell, as it puts the laureate under another ambition.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> dataset = load()
    >>> table = pairs(dataset, dataset)
    >>> bool((table["value_a"] == table["value_b"]).all())
    True
    """
    first, second = _coded(a), _coded(b)
    laureates = _shared(a, b, "laureates", "laureate_id")
    items = [("role", role) for role in ROLES] + [("main_role", "")]
    items += [("theme", theme) for theme in _shared(a, b, "themes", "theme_id")]
    keys = [(*item, laureate) for item in items for laureate in laureates]
    keys = [key for key in keys if key in first or key in second]
    rows = [(*key, *first.get(key, ("", "")), *second.get(key, ("", ""))) for key in keys]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")


def unshared(a, b):
    """List the laureates and themes that stand in only one of two codings.

    Parameters
    ----------
    a, b : Dataset
        The codings.

    Returns
    -------
    DataFrame
        ``what`` (``laureate``, ``theme``), ``id``, ``coder`` (``a`` or ``b``), by coder and id.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> len(unshared(load(), load()))
    0
    """
    rows = []
    for what, table in (("laureate", "laureates"), ("theme", "themes")):
        ids = {coder: set(getattr(ds, table)[f"{what}_id"]) for coder, ds in (("a", a), ("b", b))}
        rows += [(what, one, "a") for one in sorted(ids["a"] - ids["b"])]
        rows += [(what, one, "b") for one in sorted(ids["b"] - ids["a"])]
    return pd.DataFrame(rows, columns=["what", "id", "coder"], dtype="str")


def compare(a, b):
    """Measure the agreement between two codings of the same laureates: each role, the main role, each theme.

    Parameters
    ----------
    a, b : Dataset
        The codings.

    Returns
    -------
    DataFrame
        As made by `agreement.measures`.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> table = compare(load(), load())
    >>> bool((table["agreed"] == table["of"]).all())
    True
    """
    return measures(pairs(a, b))


def differing(table):
    """Keep the rows of a table of pairs on which the two coders disagree; a missing value is no disagreement."""
    told = (table["value_a"] != "") & (table["value_b"] != "")
    return table[told & (table["value_a"] != table["value_b"])].reset_index(drop=True)


def disagreements(a, b):
    """List what two codings of the same laureates decide otherwise, each with the anchor that it rests on.

    Parameters
    ----------
    a, b : Dataset
        The codings.

    Returns
    -------
    DataFrame
        The columns of `pairs`.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> len(disagreements(load(), load()))
    0
    """
    return differing(pairs(a, b))


def from_sheet(path, columns, unit=None, anchors=None, code=None, encoding=None, lang=None):
    r"""Read two columns of one coding sheet as two codings.

    Parameters
    ----------
    path : path-like
        A CSV file with a header, separated by commas or semicolons, in UTF-8 unless an encoding is announced.
    columns : (str, str)
        The columns of the two coders; an empty cell is a value that was not given.
    unit : str, optional
        The column that names the unit; without it, a unit is named by its line.
    anchors : (str, str), optional
        The columns that say what each coder rests on.
    code : str, optional
        The column that says what is coded, when there are several things a unit.
    encoding : str, optional
        Announced encoding of a sheet that is not UTF-8; nothing is guessed.
    lang : {"fr", "en"}, optional
        Of the error's words.

    Returns
    -------
    DataFrame
        The columns of `pairs`; ``what`` is ``code`` or, without such a column, ``sheet``. Sorted by item and unit.

    Raises
    ------
    ValueError
        If the sheet cannot be read, lacks a column or has no row, or a unit stands twice or has no name; each problem
        on one line.

    Examples
    --------
    >>> import tempfile
    >>> sheet = Path(tempfile.mkdtemp()) / "sheet.csv"
    >>> _ = sheet.write_text("row;anna;bert\n2;yes;no\n1;yes;yes\n")
    >>> from_sheet(sheet, ("anna", "bert"), "row")[["unit", "value_a", "value_b"]].values.tolist()
    [['1', 'yes', 'yes'], ['2', 'yes', 'no']]
    """
    path = Path(path)
    if columns[0] == columns[1]:
        raise ValueError(labels.t("agreement.sheet.same", lang, column=visible(columns[0])))
    wanted = list(dict.fromkeys(name for name in (*columns, unit, *(anchors or ()), code) if name))
    rows, problems = [], []
    for row in _sheet(path, wanted, encoding, lang):
        for name in (name for name in (unit, code) if name and not row[1][name]):
            problems.append(labels.t("agreement.sheet.blank", lang, sheet=path.name, line=row[0], column=name))
        rows.append(row)
    seen, found = {}, []
    for line, cells in rows:
        key = (cells[code] if code else "", cells[unit] if unit else str(line))
        if unit and key in seen:
            values = {"line": line, "unit": visible(key[1]), "other": seen[key]}
            problems.append(labels.t("agreement.sheet.twice", lang, sheet=path.name, **values))
        seen.setdefault(key, line)
        said = [cells[name] if name else "" for name in _alternate(columns, anchors or ("", ""))]
        found.append((key[0], key[1] if unit else "", line, ("code" if code else "sheet", *key, *said)))
    if problems:
        raise ValueError("\n".join(problems))
    return pd.DataFrame([row for *_, row in sorted(found)], columns=list(COLUMNS), dtype="str")


def _alternate(columns, anchors):
    return columns[0], anchors[0], columns[1], anchors[1]


def _sheet(path, wanted, encoding, lang):
    """Read a sheet, whatever other columns it has: line and cleaned cells of each row."""
    if not path.is_file():
        raise ValueError(labels.t("cli.no_file", lang, path=path))
    resource = {"path": path.name, "schema": {"fields": [{"name": name} for name in wanted]}}
    table = read(path.parent, resource, encoding)
    others = [problem.value for problem in table.problems if problem.code == "unknown_column"]
    if others:
        resource["schema"]["fields"] += [{"name": name} for name in others]
        table = read(path.parent, resource, encoding)
    problems = [problem for problem in table.problems if not problem.notice]
    missing = [problem.column for problem in problems if problem.code == "missing_column"]
    if missing:
        there = ", ".join(visible(name) for name in [*(w for w in wanted if w not in missing), *others])
        told = {"sheet": path.name, "columns": there}
        raise ValueError("\n".join(labels.t("agreement.sheet.column", lang, column=m, **told) for m in missing))
    rows = []
    for row in table.rows:
        cells = {}
        for name in wanted:
            cells[name], _, fault = clean(row.cells[name], {"name": name, "type": "string"}, table.semicolon)
            if fault:
                place = (path.name, row.lines[name], name)
                problems.append(Problem(*place, fault[0], row.cells[name], nearest=fault[1]))
        rows.append((row.line, cells))
    if problems:
        raise ValueError("\n".join(_line(problem, lang) for problem in problems))
    if not rows:
        raise ValueError(labels.t("agreement.sheet.empty", lang, sheet=path.name))
    return rows


def _line(problem, lang):
    """Write a problem of a sheet on one line."""
    words = problem.words(lang)
    fix = labels.t("agreement.sheet.encoding", lang) if problem.code == "not_utf8" else words["fix"]
    place = as_text(problem, lang).split("\n")[0]
    return labels.t("agreement.sheet.problem", lang, place=place, rule=words["rule"], fix=fix)
