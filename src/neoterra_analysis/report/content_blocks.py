"""The tables and pictures of the report, and the fragility that stands beside its numbers."""

import re

import pandas as pd

from .. import beside, labels, tables
from .content_runs import linked, listed, place, said, who
from .model import Paragraph, Picture, Run, Table

# Columns that hold ids, and where these lead.
PLACES = {
    "actor_id": "actor",
    "claim_id": "claim",
    "claims": "claim",
    "end_a": "actor",
    "end_b": "actor",
    "enjeu_id": "enjeu",
    "laureate_id": "laureate",
    "laureates": "laureate",
    "laureates_direct": "laureate",
    "laureates_indirect": "laureate",
    "principal_laureates": "laureate",
    "theme_id": "theme",
    "themes": "theme",
    "top": "laureate",
}


def grid(given, name, frame, ids=None, heads=None):
    """Make a table of results: names for ids, words for codes; every record leads to its place.

    Parameters
    ----------
    given : content_runs.Given
        What the report is made from.
    name : str
        The table's name: its id is ``table-NAME``, its caption the words ``report.table.NAME``.
    frame : DataFrame
        As made by the package's modules; the first column heads the rows.
    ids : sequence of str, optional
        One id a row.
    heads : dict of str to str, optional
        Heads of columns that `tables` has no words for.

    Returns
    -------
    Table
    """
    ends = {"source": "end_a", "target": "end_b"} if {"source", "target"} <= set(frame.columns) else {}
    columns, numeric = [], []
    for position, column in enumerate(frame.columns):
        values = frame[column].tolist()
        if values and all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            numeric.append(position)
        if heads and column in heads:
            head, texts = heads[column], [said(str(value), given.lang) for value in values]
        else:
            made = tables.show(frame[[column]].rename(columns=ends), given.dataset, given.lang).frame
            head, texts = made.columns[0], made.iloc[:, 0].tolist()
        column = ends.get(column, column)
        columns.append((head, [_cell(given, column, *cell) for cell in zip(values, texts, strict=True)]))
    rows = tuple(zip(*(cells for _, cells in columns), strict=True))
    if ids:  # what heads a row does not lead to that very row
        rows = tuple((_still(first, own), *others) for (first, *others), own in zip(rows, ids, strict=True))
    caption = labels.t(f"report.table.{name}", given.lang)
    return Table(f"table-{name}", caption, tuple(h for h, _ in columns), rows, tuple(numeric), tuple(ids or ()))


def _still(runs, own):
    return tuple(run._replace(target="") if run.target == own else run for run in runs)


def _cell(given, column, value, text):
    family = PLACES.get(column)
    if family == "laureate":
        return who(given, value)
    if family and value:
        parts = value.split("; ")
        if len(parts) == 1:
            return (Run(said(str(text), given.lang), place(family, value)),)
        shown = [tables.show(pd.DataFrame({column: [part]}), given.dataset, given.lang) for part in parts]
        pairs = zip(shown, parts, strict=True)
        return listed((said(str(one.frame.iloc[0, 0]), given.lang), place(family, part)) for one, part in pairs)
    if isinstance(text, int) and not isinstance(text, bool):
        text = labels.number(text, given.lang)
    return (Run(said(str(text), given.lang)),) if str(text) else ()


def plain(given, name, head, rows, numeric=(), ids=(), table_id=None, **values):
    """Make a table of cells that are texts or runs.

    Parameters
    ----------
    given : content_runs.Given
        What the report is made from.
    name : str
        The caption is the words ``report.table.NAME``, with `values` filled in.
    head : sequence of str
        Heads of the columns.
    rows : iterable of sequences
        Cells: a text, which gets the spaces of its language, or runs.
    numeric, ids : tuple
        See `model.Table`.
    table_id : str, optional
        Id, where it is not ``table-NAME``.
    **values
        Placeholders of the caption.

    Returns
    -------
    Table
    """
    made = tuple(tuple(_runs(cell, given.lang) for cell in row) for row in rows)
    caption = labels.t(f"report.table.{name}", given.lang, **values)
    return Table(table_id or f"table-{name}", caption, tuple(head), made, tuple(numeric), tuple(ids))


def _runs(cell, lang):
    if isinstance(cell, str):
        return (Run(said(cell, lang)),) if cell else ()
    return tuple(cell)


def fragile(given, section):
    """Say how fragile the numbers of a sentence are: how many findings hold, and what moves each.

    Parameters
    ----------
    given : content_runs.Given
        What the report is made from.
    section : str
        The sentence's name in `prose`; see `headlines.HEADLINES`.

    Returns
    -------
    tuple
        A paragraph and a table; nothing where there is no such finding.
    """
    mine = given.fragility[given.fragility["section"] == section]
    if mine.empty:
        return ()
    lang = given.lang
    frame = beside.show(mine, given.dataset, lang=lang).frame
    name = f"table-fragility-{section.replace('_', '-')}"
    robust = sum(verdict == "robust" for verdict in mine["verdict"])
    key = "report.fragile.all" if robust == len(mine) else "report.fragile"
    text = labels.t(key, lang, robust=robust, of=len(mine))
    caption = labels.t(f"report.part.{section}", lang)
    rows = frame.itertuples(index=False, name=None)
    table = plain(given, "fragility", list(frame.columns), rows, table_id=name, part=caption)
    return (Paragraph(linked(text, name)), table)


def picture(given, key):
    """Return a built figure, its words and its bytes.

    Parameters
    ----------
    given : content_runs.Given
        What the report is made from.
    key : str
        The figure's key, such as ``02-role-counts``.

    Returns
    -------
    tuple of Picture
        One; none where the report is made without figures.

    Raises
    ------
    FileNotFoundError
        If the figure was not built; the message says what to run.
    """
    if given.figures is None:
        return ()
    content = {}
    for ending in ("svg", "png", "txt"):
        file = given.figures / f"{key}.{ending}"
        if not file.is_file():
            raise FileNotFoundError(labels.t("report.no_figure", given.lang, file=file.name, folder=given.figures))
        content[ending] = file.read_bytes()
    found = re.search(r"<title[^>]*>(.*?)</title>", content["svg"].decode("utf-8"), re.DOTALL)
    title = _unescaped(found.group(1)) if found else key
    alt = content["txt"].decode("utf-8").strip()
    return (Picture(key, title, alt, content["svg"], content["png"]),)


def _unescaped(text):
    for written, meant in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(written, meant)
    return text.strip()
