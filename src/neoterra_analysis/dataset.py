"""The coded records of the fiches, read from a data folder and refused when they break the contract."""

import hashlib
import json
import os
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from pathlib import Path

import pandas as pd

from . import contract, labels
from .contract import find
from .problems import as_text
from .validation import check

ROLES = ("aiguillon", "inspirateur", "connecteur")


class DataError(ValueError):
    """The data break the contract.

    Attributes
    ----------
    problems : list of neoterra_analysis.problems.Problem
        Everything found, sorted by file and line.
    """

    def __init__(self, problems, lang=None):
        self.problems = problems
        form = "one" if len(problems) == 1 else "many"
        head = labels.t(f"check.refused.{form}", lang, count=len(problems))
        super().__init__("\n".join([head, *(as_text(problem, lang) for problem in problems)]))


@dataclass(frozen=True, eq=False)
class Dataset:
    """All tables of a data folder; each attribute is the DataFrame of the table of that name.

    Text columns hold ``str``, empty where the source says nothing; integer columns hold ``Int64``. Rows are sorted
    by primary key, laureates by document and by row in the document, so that the order of a file does not matter.

    Attributes
    ----------
    path : pathlib.Path
        The data folder.
    digest : str
        SHA-256 over the content of all tables, whatever the order of their rows and columns.
    notices : tuple of neoterra_analysis.problems.Problem
        What was harmless and was put right, or may be true but deserves a look.
    """

    sources: pd.DataFrame
    ambitions: pd.DataFrame
    enjeux: pd.DataFrame
    laureates: pd.DataFrame
    contributions: pd.DataFrame
    roles: pd.DataFrame
    actors: pd.DataFrame
    mentions: pd.DataFrame
    relations: pd.DataFrame
    themes: pd.DataFrame
    evidence: pd.DataFrame
    claims: pd.DataFrame
    readings: pd.DataFrame
    discrepancies: pd.DataFrame
    path: Path
    digest: str
    notices: tuple

    def __repr__(self):
        sizes = ", ".join(f"{name} {len(getattr(self, name))}" for name in TABLES)
        notices = f"; {len(self.notices)} notices, see: neoterra check" if self.notices else ""
        return f"Dataset({sizes}; sha256 {self.digest[:12]}{notices})"


TABLES = tuple(field.name for field in dataclass_fields(Dataset) if field.name not in ("path", "digest", "notices"))


def load(path=None, encoding=None, ambition=None):
    """Load and validate the coded records.

    Parameters
    ----------
    path : path-like, optional
        Data folder; see `contract.find`.
    encoding : str, optional
        Announced encoding of the files that are not UTF-8, such as ``"cp1252"``; nothing is guessed.
    ambition : int, str or iterable of these, optional
        Only the records of these ambitions: ``4``, ``"ambition-4"``, ``"2,4"``, ``"all"``; see `ambitions.select`.
        Without it, the environment variable ``NEOTERRA_AMBITION``, else all.

    Returns
    -------
    Dataset

    Raises
    ------
    DataError
        If anything breaks the contract; it lists every problem with its file, line and column.
    FileNotFoundError
        If there is no data folder.
    ValueError
        If an ambition that is asked for is not among the data.

    Examples
    --------
    >>> dataset = load()
    >>> list(dataset.roles.columns)
    ['laureate_id', 'role', 'salience', 'anchor']
    """
    from .ambitions import select

    folder = find(path)
    report = check(folder, encoding)
    if report.problems:
        raise DataError(report.problems)
    resources, content = contract.tables(folder), report.content
    frames = {name: _frame(content[name], resources[name]["schema"]) for name in TABLES}
    made = Dataset(**frames, path=folder, digest=digest_of(content), notices=tuple(report.notices))
    return select(made, os.environ.get("NEOTERRA_AMBITION") if ambition is None else ambition)


def _frame(cells, schema):
    """Make the typed, sorted DataFrame of one table."""
    columns = [field["name"] for field in schema["fields"]]
    frame = pd.DataFrame(cells, columns=columns, dtype="str")
    for field in schema["fields"]:
        if field["type"] == "integer":
            frame[field["name"]] = frame[field["name"]].replace("", None).astype("Int64")
    first = [name for name in ("source_id", "source_row") if "source_row" in columns]
    return frame.sort_values([*first, *schema["primaryKey"]], kind="stable", ignore_index=True)


def digest_of(content):
    """Hash all cells of all tables; rows are sorted and columns are named, so that their order does not count.

    Parameters
    ----------
    content : dict of str to list of dict
        Rows of each table, ``{column: text}``.

    Returns
    -------
    str
        SHA-256, in hexadecimal.

    Examples
    --------
    >>> digest_of({"t": [{"a": "1"}, {"a": "2"}]}) == digest_of({"t": [{"a": "2"}, {"a": "1"}]})
    True
    """
    canonical = {
        name: sorted(json.dumps(cells, ensure_ascii=False, sort_keys=True) for cells in rows)
        for name, rows in content.items()
    }
    return hashlib.sha256(json.dumps(canonical, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
