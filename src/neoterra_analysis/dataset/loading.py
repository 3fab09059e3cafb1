"""The coded records of the fiches: read from a data folder, refused if they break the contract, or some of them."""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from functools import wraps
from html import escape
from pathlib import Path
from weakref import WeakKeyDictionary

import pandas as pd

from ..words import labels
from ..words.codes import ALL, OF_A_LAUREATE
from . import identifiers, rules
from .check import check, refused
from .decisions import closed
from .problems import as_text
from .rules import find

SHOWN = {
    "laureates": "name",
    "actors": "short_{lang}",
    "enjeux": "short_{lang}",
    "themes": "label_{lang}",
    "claims": "statement_{lang}",
    "sources": "title",
}


class DataError(ValueError):
    """The data break the contract; ``problems`` is everything found, sorted by file and line."""

    def __init__(self, problems, lang=None):
        self.problems = problems
        super().__init__("\n".join([refused(len(problems), lang), *(as_text(problem, lang) for problem in problems)]))


@dataclass(frozen=True, eq=False)
class Dataset:
    """All tables of a data folder; each attribute is the DataFrame of the table of that name.

    Text columns hold ``str``, empty where the source says nothing; integer columns hold ``Int64``. Rows are sorted
    by primary key, laureates by document and by row in the document, so that the order of a file does not matter.
    ``path`` is the data folder; ``digest`` the SHA-256 over the content of all tables, whatever the order of rows and
    columns; ``notices`` what was harmless and was put right, or may be true but deserves a look; ``left_out`` the
    loaded ambitions that a selection leaves out.
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
    decisions: pd.DataFrame
    path: Path
    digest: str
    notices: tuple
    left_out: tuple = ()

    def __repr__(self):
        sizes = ", ".join(f"{name} {len(getattr(self, name))}" for name in TABLES)
        notices = f"; {len(self.notices)} notices, see: neoterra check" if self.notices else ""
        return f"Dataset({sizes}; sha256 {self.digest[:12]}{notices})"

    def _repr_html_(self):
        """Return what a notebook shows: a table of the tables, with the titles that the contract gives them."""
        lang, left = labels.language(), 'style="text-align: left"'
        try:
            contract = rules.tables(self.path)
        except (OSError, ValueError):  # the folder is not there any more
            contract = {}
        rows = []
        for name in TABLES:
            told = escape(contract.get(name, {}).get("title" if lang == "fr" else "title_en", ""))
            size = labels.number(len(getattr(self, name)), lang)
            rows.append(
                f'<tr><th scope="row" {left}><code>{name}</code></th><td {left}>{told}</td><td>{size}</td></tr>'
            )
        here = [labels.t("ambitions.name", lang, number=number) for number in loaded(self)["number"]]
        about = {"ambitions": labels.join(here, lang), "digest": self.digest[:12] or "–"}
        caption = escape(labels.t("dataset.caption", lang, notices=len(self.notices), **about))
        heads = [labels.t(f"dataset.{name}", lang) for name in ("table", "holds", "rows")]
        head = "".join(f'<th scope="col" {left}>{name}</th>' for name in heads)
        parts = ("<table>", f"<caption>{caption}</caption>", f"<thead><tr>{head}</tr></thead>", "<tbody>", *rows)
        return "\n".join([*parts, "</tbody>", "</table>"])

    def only(self, ambition):
        """Return the records of some ambitions, as a dataset like any other.

        All tables are restricted but the list of ambitions, which is the roadmap's own: laureates by the ambition of
        their enjeu, with all that hangs on them; what a document states by its ambition; actors that these mention,
        relate or look for; open readings of rows that stay. A laureate of another ambition stays as a mere actor.

        Parameters
        ----------
        ambition : int, str or iterable of these
            A number (``4``, ``"4"``), an id (``"ambition-4"``), several (a list, or ``"2,4"``), or ``"all"``.

        Returns
        -------
        Dataset
            The very same object where nothing is left out; else one whose digest is that of the rows that stay, so that
            it does not change with the other ambitions, and whose notices, which are about files, are none.

        Examples
        --------
        >>> dataset = load()
        >>> dataset.only("all") is dataset.only(4) is dataset
        True
        """
        wanted = _wanted(ambition)
        if wanted is None:
            return self
        table = loaded(self)
        here, known = _numbers(table), _numbers(self.ambitions)
        having = labels.join([f"{number} ({one})" for number, one in _pairs(table, "number", "ambition_id")])
        for one in wanted:
            if one not in here:
                key = "empty" if one in known else "unknown"
                raise ValueError(labels.t(f"ambitions.{key}", value=one, loaded=having))
        if not wanted:
            raise ValueError(labels.t("ambitions.none_asked", value=str(ambition), loaded=having))
        return restrict(self, [here[one] for one in wanted])


# A folder whose contract is older than the log of decisions has none.
COLUMNS = ("decision_id", "date", "person", "about", "key", "column", "decided", "reason")
DECISIONS = {"schema": {"fields": [{"name": name, "type": "string"} for name in COLUMNS], "primaryKey": COLUMNS[:1]}}
TABLES = tuple(field.name for field in dataclass_fields(Dataset) if field.type is pd.DataFrame)


def load(path=None, encoding=None, ambition=None):
    """Load and validate the coded records.

    Parameters
    ----------
    path : path-like, optional
        Data folder; without it, ``NEOTERRA_DATA``, else the first ``data`` in the working folder or above.
    encoding : str, optional
        Announced encoding of the files that are not UTF-8, such as ``"cp1252"``; nothing is guessed.
    ambition : int, str or iterable of these, optional
        Only the records of these ambitions: ``4``, ``"ambition-4"``, ``"2,4"``, ``"all"``; see `Dataset.only`.
        Without it, the environment variable ``NEOTERRA_AMBITION``, else all.

    Returns
    -------
    Dataset

    Raises
    ------
    DataError
        If anything breaks the contract; it lists every problem with its file, line and column.

    Examples
    --------
    >>> dataset = load()
    >>> list(dataset.roles.columns)
    ['laureate_id', 'role', 'salience', 'anchor']
    """
    folder = find(path)
    report = check(folder, encoding)
    if report.problems:
        raise DataError(report.problems)
    resources, content = rules.tables(folder), report.content
    resources.setdefault("decisions", DECISIONS)
    frames = {name: _frame(content.get(name, []), resources[name]["schema"]) for name in TABLES}
    made = Dataset(**frames, path=folder, digest=digest_of(content), notices=tuple(report.notices))
    return made.only(os.environ.get("NEOTERRA_AMBITION") if ambition is None else ambition)


def _frame(cells, schema):
    """Make the typed, sorted DataFrame of one table."""
    columns = [field["name"] for field in schema["fields"]]
    frame = pd.DataFrame({name: pd.Series([row[name] for row in cells], dtype="str") for name in columns})
    for field in schema["fields"]:
        if field["type"] == "integer":
            frame[field["name"]] = frame[field["name"]].replace("", None).astype("Int64")
    first = [name for name in ("source_id", "source_row") if "source_row" in columns]
    return frame.sort_values([*first, *schema["primaryKey"]], kind="stable", ignore_index=True)


def digest_of(content):
    """Hash all cells of all tables; rows are sorted and columns are named, so that their order does not count.

    An empty log of decisions is as none, and so is an identifier of an actor that is not filled in.

    >>> digest_of({"t": [{"a": "1"}, {"a": "2"}]}) == digest_of({"t": [{"a": "2"}, {"a": "1"}]})
    True
    """
    written = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode  # made once: it is called for each row
    if set(identifiers.FORMS) & {*next(iter(content.get("actors", [])), ())}:
        filled = [{k: v for k, v in row.items() if v or k not in identifiers.FORMS} for row in content["actors"]]
        content = {**content, "actors": filled}
    canonical = {name: sorted(map(written, rows)) for name, rows in content.items() if rows or name != "decisions"}
    return hashlib.sha256(written(canonical).encode()).hexdigest()


def _pairs(frame, one, other):
    return zip(frame[one].tolist(), frame[other].tolist(), strict=True)


def by_id(dataset, table, column):
    """Return a column of a table by the id, the first column, of each row.

    >>> by_id(load(), "ambitions", "number")["ambition-4"]
    4
    """
    frame = getattr(dataset, table)
    return dict(_pairs(frame, frame.columns[0], column))


def once(function):
    """Compute a function of a dataset once for it, as long as it lives; what it returns must not be changed."""
    found = WeakKeyDictionary()

    @wraps(function)
    def caller(dataset, *what):
        held = found.setdefault(dataset, {})
        if what not in held:
            held[what] = function(dataset, *what)
        return held[what]

    return caller


def names(dataset, table, lang=None):
    """Return what a reader is shown for the id of a laureate, an actor, an enjeu, a theme, a claim or a source.

    >>> names(load(), "actors", "en")["habitants"]
    'Residents'
    """
    return _names(dataset, SHOWN[table].format(lang=labels.language(lang)), table)


@once
def _names(dataset, column, table):
    return by_id(dataset, table, column)


@once
def rows_of(dataset, table):
    """Return the rows of a table by laureate, in their order."""
    rows = {}
    for row in getattr(dataset, table).to_dict("records"):
        rows.setdefault(row["laureate_id"], []).append(row)
    return rows


def open_readings(dataset):
    """Return the rows of the readings that no decision closes."""
    readings = dataset.readings.to_dict("records")
    decided = closed(readings, dataset.decisions.to_dict("records"))
    return [reading for reading in readings if reading["reading_id"] not in decided]


def loaded(dataset):
    """List the ambitions that have laureates in the data.

    Returns
    -------
    DataFrame
        One row an ambition, by number: ``ambition_id``, ``number``, ``title_fr``, ``title_en``, ``count`` of its
        laureates, ``of`` all laureates, ``laureates``. Counts add up to ``of``.
    """
    home = of_laureates(dataset)
    table = _having(dataset.ambitions, "ambition_id", home.values()).sort_values(["number", "ambition_id"])
    table = table[["ambition_id", "number", "title_fr", "title_en"]].reset_index(drop=True)
    groups = [[laureate for laureate, at in home.items() if at == ambition] for ambition in table["ambition_id"]]
    counts = pd.array([len(ids) for ids in groups], dtype="int64")
    joined = pd.array(["; ".join(ids) for ids in groups], dtype="str")
    return table.assign(count=counts, of=len(home), laureates=joined)


def of_laureates(dataset):
    """Tell the ambition of each laureate, that of its enjeu."""
    ambition = by_id(dataset, "enjeux", "ambition_id")
    return {laureate: ambition.get(enjeu, "") for laureate, enjeu in by_id(dataset, "laureates", "enjeu_id").items()}


def part(dataset):
    """Name what a dataset is about: its ambition, the ambitions selected, or all of several.

    >>> part(load())
    'ambition-4'
    """
    here = loaded(dataset)["ambition_id"].tolist()
    return "+".join(here) if here and (len(here) == 1 or dataset.left_out) else ALL


def split(dataset):
    """Return the records of each loaded ambition."""
    return {ambition: restrict(dataset, [ambition]) for ambition in loaded(dataset)["ambition_id"]}


def restrict(dataset, chosen):
    """Restrict all tables to some ambitions, whether these have laureates or not; see `Dataset.only`."""
    chosen = set(chosen)
    spoken = set().union(*(getattr(dataset, n)["ambition_id"] for n in ("sources", "enjeux", "themes", "claims")))
    if spoken <= chosen:
        return dataset
    kept = {name: _where(dataset, name, "ambition_id", chosen) for name in ("enjeux", "themes", "claims")}
    kept["laureates"] = _where(dataset, "laureates", "enjeu_id", kept["enjeux"]["enjeu_id"])
    laureates, themes = set(kept["laureates"]["laureate_id"]), set(kept["themes"]["theme_id"])
    kept |= {name: _where(dataset, name, "laureate_id", laureates) for name in OF_A_LAUREATE}
    kept["evidence"] = _having(kept["evidence"], "theme_id", themes)
    for end in ("from_id", "to_id"):
        kept["relations"] = _having(kept["relations"], end, laureates | set(dataset.actors["actor_id"]))
    used = set().union(*(kept[name]["source_id"] for name in ("laureates", "themes", "claims")))
    used |= set(dataset.sources.loc[dataset.sources["ambition_id"].isin(chosen), "source_id"])
    kept |= {name: _where(dataset, name, "source_id", used) for name in ("sources", "discrepancies")}
    kept["actors"] = _actors(dataset, kept, laureates)
    kept["readings"] = _readings(dataset, kept, laureates, themes)
    kept["decisions"] = _decisions(dataset, kept, laureates)
    # A variant, which no file holds, has no digest, and its selection has none either.
    digest = _digest({name: kept.get(name, getattr(dataset, name)) for name in TABLES}) if dataset.digest else ""
    left_out = tuple(one for one in loaded(dataset)["ambition_id"] if one not in chosen)
    return replace(dataset, **kept, digest=digest, notices=(), left_out=(*dataset.left_out, *left_out))


def _digest(frames):
    """Hash tables as `digest_of` hashes the cells that they were made of."""
    texts = {name: frame.astype("str").fillna("") for name, frame in frames.items()}
    return digest_of({name: frame.to_dict("records") for name, frame in texts.items()})


def _where(dataset, table, column, values):
    return _having(getattr(dataset, table), column, values)


def _having(frame, column, values):
    return frame[frame[column].isin(list(values))].reset_index(drop=True)


def _actors(dataset, kept, laureates):
    """Return the actors that the kept rows mention, relate, are, look for or could mention instead."""
    wanted = {*kept["mentions"]["actor_id"], *kept["relations"]["from_id"], *kept["relations"]["to_id"]}
    wanted |= {subject for rule, subject in _pairs(kept["claims"], "rule", "subject") if rule == "actor"}
    for row in dataset.readings.to_dict("records"):
        if (row["table"], row["column"]) == ("mentions", "actor_id") and row["key"].split("/")[0] in laureates:
            wanted.add(row["alternative"])
    frame = dataset.actors
    frame = frame[frame["actor_id"].isin(wanted) | frame["laureate_id"].isin(laureates)]
    linked = frame["laureate_id"].where(frame["laureate_id"].isin(laureates), "")
    return frame.assign(laureate_id=linked).reset_index(drop=True)


def _readings(dataset, kept, laureates, themes):
    """Return the open readings whose row is still there, and whose other answer is."""
    actors = set(kept["actors"]["actor_id"])
    ends = {"enjeu_id": set(kept["enjeux"]["enjeu_id"]), "laureate_id": laureates, "theme_id": themes}

    def stays(row):
        first, *rest = row["key"].split("/")
        other, known = row["alternative"], ends.get(row["column"])
        if other and known is not None and other not in known:
            return False
        if row["table"] == "evidence":
            return first in themes and rest[0] in laureates
        return first in (actors if row["table"] == "actors" else laureates)

    kept = [row["reading_id"] for row in dataset.readings.to_dict("records") if stays(row)]
    return _where(dataset, "readings", "reading_id", kept)


def _decisions(dataset, kept, laureates):
    """Return the decisions about what is still there."""
    claims, readings = set(kept["claims"]["claim_id"]), set(kept["readings"]["reading_id"])

    def stays(row):
        here = {"judgement": {row["key"]} & claims, "reading": {row["key"]} & readings}
        return bool(here.get(row["about"], set(row["key"].split("/")) & laureates))

    return _where(
        dataset,
        "decisions",
        "decision_id",
        [row["decision_id"] for row in dataset.decisions.to_dict("records") if stays(row)],
    )


def _wanted(ambition):
    """Return the ambitions asked for as texts, None for all."""
    if ambition is None:
        return None
    parts = [ambition] if isinstance(ambition, str) or not isinstance(ambition, Iterable) else list(ambition)
    texts = [text.strip() for part in parts for text in str(part).split(",")]
    if texts == [""] or ALL in texts:
        return None
    return [text for text in dict.fromkeys(texts) if text]


def _numbers(table):
    """Return the ids of ambitions by number and by id, as texts; an id wins over a number."""
    rows = list(_pairs(table, "ambition_id", "number"))
    return {**{str(number): ambition for ambition, number in rows}, **{ambition: ambition for ambition, _ in rows}}
