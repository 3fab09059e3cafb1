"""Several ambitions in one data folder: which are loaded, and the records of some of them.

A selection is a dataset like any other. Every function that takes a dataset first and is marked `scoped` also takes
``ambition``: a number (``4``, ``"4"``), an id (``"ambition-4"``), several (a list, or ``"2,4"``), or ``"all"``, which
is what it does without.
"""

import hashlib
import inspect
from collections.abc import Iterable
from dataclasses import replace
from functools import wraps

import pandas as pd

from . import labels

ALL = "all"
# Tables with the rows of a laureate; a relation has ends too.
OF_A_LAUREATE = ("contributions", "roles", "mentions")


def loaded(dataset):
    """List the ambitions that have laureates in the data.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.

    Returns
    -------
    DataFrame
        One row an ambition, by number: ``ambition_id``, ``number``, ``title_fr``, ``title_en``, ``count`` of its
        laureates, ``of`` all laureates, ``laureates``. Counts add up to ``of``.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> loaded(load())[["ambition_id", "count"]].values.tolist()
    [['ambition-4', 11]]
    """
    home = of_laureates(dataset)
    members = {}
    for laureate in dataset.laureates["laureate_id"]:
        members.setdefault(home[laureate], []).append(laureate)
    table = dataset.ambitions[dataset.ambitions["ambition_id"].isin(list(members))]
    table = table.sort_values(["number", "ambition_id"], ignore_index=True)
    names = [members[ambition] for ambition in table["ambition_id"]]
    table = table[["ambition_id", "number", "title_fr", "title_en"]]
    counts = pd.array([len(ids) for ids in names], dtype="int64")
    joined = pd.array(["; ".join(ids) for ids in names], dtype="str")
    return table.assign(count=counts, of=len(home), laureates=joined)


def of_laureates(dataset):
    """Tell the ambition of each laureate, that of its enjeu.

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> of_laureates(load())["pivoine"]
    'ambition-4'
    """
    enjeux = dict(zip(dataset.enjeux["enjeu_id"], dataset.enjeux["ambition_id"], strict=True))
    pairs = zip(dataset.laureates["laureate_id"], dataset.laureates["enjeu_id"], strict=True)
    return {laureate: enjeux.get(enjeu, "") for laureate, enjeu in pairs}


def select(dataset, ambition=None):
    """Return the records of some ambitions.

    All tables are restricted, but the list of ambitions, which is the roadmap's own: laureates by the ambition of
    their enjeu, and all that hangs on them; sources, enjeux, themes, claims and discrepancies by their ambition;
    actors that these mention, relate or look for; open readings of rows that stay. An actor that is a laureate of
    another ambition stays as an actor like others.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    ambition : int, str or iterable of these, optional
        See the module. Without it, all.

    Returns
    -------
    Dataset
        The very same object where nothing is left out; else its digest is made of the dataset's and the ambitions.

    Raises
    ------
    ValueError
        If an ambition is unknown or has no laureate; the message names those loaded.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> dataset = load()
    >>> select(dataset, "all") is select(dataset, 4) is dataset
    True
    """
    wanted = _wanted(ambition)
    if wanted is None:
        return dataset
    table = loaded(dataset)
    chosen = [_found(one, table, dataset) for one in wanted]
    if not chosen:
        raise ValueError(labels.t("ambitions.none_asked", value=str(ambition), loaded=_named(table)))
    return restrict(dataset, chosen)


def split(dataset):
    """Return the records of each loaded ambition.

    Returns
    -------
    dict of str to Dataset
        By ambition, in the order of their numbers.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> [(name, len(part.laureates)) for name, part in split(load()).items()]
    [('ambition-4', 11)]
    """
    return {ambition: restrict(dataset, [ambition]) for ambition in loaded(dataset)["ambition_id"]}


def scoped(function):
    """Let a function that takes a dataset first take ``ambition`` too, as in `select`.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> count = scoped(lambda dataset: len(dataset.laureates))
    >>> count(load()), count(load(), ambition=4)
    (11, 11)
    """
    signature = inspect.signature(function)
    first = next(iter(signature.parameters))

    @wraps(function)
    def caller(*args, ambition=None, **more):
        if ambition is None:  # statistics are computed for thousands of variants: no detour for them
            return function(*args, **more)
        if args:
            return function(select(args[0], ambition), *args[1:], **more)
        return function(**{**more, first: select(more[first], ambition)})

    extra = inspect.Parameter("ambition", inspect.Parameter.KEYWORD_ONLY, default=None)
    caller.__signature__ = signature.replace(parameters=[*signature.parameters.values(), extra])
    return caller


def restrict(dataset, chosen):
    """Restrict all tables to some ambitions, whether these have laureates or not; see `select`.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    chosen : iterable of str
        Ids of ambitions.

    Returns
    -------
    Dataset

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> len(restrict(load(), ["ambition-1"]).laureates)
    0
    """
    chosen = set(chosen)
    spoken = set().union(*(getattr(dataset, n)["ambition_id"] for n in ("sources", "enjeux", "themes", "claims")))
    if spoken <= chosen:
        return dataset
    kept = {name: _where(dataset, name, "ambition_id", chosen) for name in ("enjeux", "themes", "claims")}
    kept["laureates"] = _where(dataset, "laureates", "enjeu_id", kept["enjeux"]["enjeu_id"])
    laureates, themes = set(kept["laureates"]["laureate_id"]), set(kept["themes"]["theme_id"])
    kept |= {name: _where(dataset, name, "laureate_id", laureates) for name in OF_A_LAUREATE}
    evidence = _where(dataset, "evidence", "laureate_id", laureates)
    kept["evidence"] = evidence[evidence["theme_id"].isin(themes)].reset_index(drop=True)
    known = laureates | set(dataset.actors["actor_id"])
    relations = _where(dataset, "relations", "laureate_id", laureates)
    ends = relations["from_id"].isin(known) & relations["to_id"].isin(known)
    kept["relations"] = relations[ends].reset_index(drop=True)
    used = set().union(*(kept[name]["source_id"] for name in ("laureates", "themes", "claims")))
    used |= set(dataset.sources.loc[dataset.sources["ambition_id"].isin(chosen), "source_id"])
    kept |= {name: _where(dataset, name, "source_id", used) for name in ("sources", "discrepancies")}
    kept["actors"] = _actors(dataset, kept, laureates)
    kept["readings"] = _readings(dataset, kept, laureates, themes)
    mark = f"{dataset.digest} {' '.join(sorted(chosen))}"
    # A variant, which no file holds, has no digest, and its selection has none either.
    digest = hashlib.sha256(mark.encode()).hexdigest() if dataset.digest else ""
    return replace(dataset, **kept, digest=digest)


def _where(dataset, table, column, values):
    frame = getattr(dataset, table)
    return frame[frame[column].isin(list(values))].reset_index(drop=True)


def _actors(dataset, kept, laureates):
    """Return the actors that the kept rows mention, relate, are, look for or could mention instead."""
    rows = dataset.readings.to_dict("records")
    others = {
        row["alternative"]
        for row in rows
        if (row["table"], row["column"]) == ("mentions", "actor_id") and row["key"].split("/")[0] in laureates
    }
    claims = zip(kept["claims"]["rule"], kept["claims"]["subject"], strict=True)
    asked = {subject for rule, subject in claims if rule == "actor"}
    tied = {*kept["mentions"]["actor_id"], *kept["relations"]["from_id"], *kept["relations"]["to_id"]}
    frame = dataset.actors
    frame = frame[frame["actor_id"].isin(tied | others | asked) | frame["laureate_id"].isin(laureates)]
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

    flags = [stays(row) for row in dataset.readings.to_dict("records")]
    return dataset.readings[pd.array(flags, dtype="bool")].reset_index(drop=True)


def _wanted(ambition):
    """Return the ambitions asked for as texts, None for all."""
    if ambition is None:
        return None
    parts = [ambition] if isinstance(ambition, str) or not isinstance(ambition, Iterable) else list(ambition)
    texts = [text.strip() for part in parts for text in str(part).split(",")]
    if texts == [""] or ALL in texts:
        return None
    return [text for text in dict.fromkeys(texts) if text]


def _found(wanted, table, dataset):
    """Return the id of an ambition asked for by id or number."""
    having, known = _numbers(table), _numbers(dataset.ambitions)
    if wanted in having:
        return having[wanted]
    key = "empty" if wanted in known else "unknown"
    raise ValueError(labels.t(f"ambitions.{key}", value=wanted, loaded=_named(table)))


def _numbers(table):
    """Return the ids of ambitions by number and by id, as texts; an id wins over a number."""
    rows = list(zip(table["ambition_id"], table["number"], strict=True))
    return {**{str(number): ambition for ambition, number in rows}, **{ambition: ambition for ambition, _ in rows}}


def _named(table):
    rows = zip(table["number"], table["ambition_id"], strict=True)
    return labels.join([f"{number} ({ambition})" for number, ambition in rows])
