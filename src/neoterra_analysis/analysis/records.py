"""What the fiche covers: its enjeux and laureates, what it states and leaves out, what the laureates contribute to."""

import pandas as pd

from ..dataset.loading import by_id
from ..words import labels
from ..words.codes import DIMENSIONS, FIELDS, NOT_AN_ACTOR, STATES

REGION = ("16", "17", "19", "23", "24", "33", "40", "47", "64", "79", "86", "87")  # Nouvelle-Aquitaine, INSEE codes


def _counted(dataset, members, key):
    """Make a table of the laureates of each case: the key, their ``count``, ``of`` all laureates, ``laureates``."""
    of = len(dataset.laureates)
    rows = [(case, len(ids), of, "; ".join(ids)) for case, ids in members.items()]
    return pd.DataFrame(rows, columns=[key, "count", "of", "laureates"])


def coverage(dataset):
    """Count the laureates presented under each enjeu.

    Returns
    -------
    DataFrame
        One row an enjeu, also those without a laureate: ``enjeu_id``, ``count`` of laureates, ``of`` all laureates,
        and the ``laureates`` themselves, joined by ``"; "``. Counts add up to ``of``.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> int(coverage(load())["count"].sum())
    11
    """
    home = by_id(dataset, "laureates", "enjeu_id").items()
    return _counted(dataset, {e: [i for i, at in home if at == e] for e in dataset.enjeux["enjeu_id"]}, "enjeu_id")


def stated(dataset):
    """Tell for each laureate and field whether the source states it.

    Returns
    -------
    DataFrame
        All laureates times all fields of `codes.FIELDS`: ``laureate_id``, ``field``, ``state`` (``stated``,
        ``inferred`` or ``not_stated``) and ``value`` (for roles and actors, how many are stated).
    """
    kinds = dataset.mentions["actor_id"].map(by_id(dataset, "actors", "kind"))
    counted = {"role": dataset.roles, "actors": dataset.mentions[kinds != NOT_AN_ACTOR]}
    numbers = {field: table["laureate_id"].value_counts() for field, table in counted.items()}
    rows = []
    for laureate in dataset.laureates.to_dict("records"):
        key = laureate["laureate_id"]
        laureate["department"] = laureate["department_stated"] or laureate["department_inferred"]
        laureate |= {field: str(number.get(key, "")) for field, number in numbers.items()}
        for field in FIELDS:
            inferred = field == "department" and laureate["department_inferred"]
            state = "inferred" if inferred else "stated" if laureate[field] else "not_stated"
            rows.append((key, field, state, laureate[field]))
    return pd.DataFrame(rows, columns=["laureate_id", "field", "state", "value"])


def stated_counts(dataset):
    """Count, field by field, the laureates for which it is stated, inferred or not stated.

    Returns
    -------
    DataFrame
        One row a field of `codes.FIELDS`: ``field``, ``stated``, ``inferred``, ``not_stated``, ``of``; the three add
        up to ``of``.
    """
    counts = stated(dataset).groupby(["field", "state"]).size().unstack(fill_value=0)
    counts = counts.reindex(index=list(FIELDS), columns=list(STATES), fill_value=0)
    counts["of"] = len(dataset.laureates)
    return counts.rename_axis(index="field", columns=None).reset_index()


def places(dataset):
    """Count the laureates of each département, those that the source states apart from those inferred.

    Returns
    -------
    DataFrame
        One row a département: those of `REGION`, also without a laureate, then others that occur, then ``""`` for the
        laureates without one: ``department`` (INSEE code), ``stated``, ``inferred``, ``count``, ``of`` all laureates,
        ``laureates``, and those of them whose département is inferred, ``laureates_inferred``, both joined by
        ``"; "``. Counts add up to ``of``.
    """
    columns = ("laureate_id", "department_stated", "department_inferred")
    known = list(zip(*(dataset.laureates[name] for name in columns), strict=True))
    others = {code for _, *codes in known for code in codes if code} - {*REGION}
    rows = []
    for code in (*REGION, *sorted(others), ""):
        members = [laureate for laureate, told, inferred in known if (told or inferred) == code]
        guessed = [laureate for laureate, told, inferred in known if code and not told and inferred == code]
        told_here = len(members) - len(guessed) if code else 0
        rows.append((code, told_here, len(guessed), len(members), len(known), "; ".join(members), "; ".join(guessed)))
    columns = ["department", "stated", "inferred", "count", "of", "laureates", "laureates_inferred"]
    return pd.DataFrame(rows, columns=columns)


def contributions(dataset):
    """Count the laureates that change each sector or territory, by the means they use.

    Returns
    -------
    DataFrame
        One row a combination that occurs: ``dimension``, ``target``, ``code``, ``count`` of distinct laureates,
        ``of`` all laureates, ``laureates`` and the ``anchors`` of the passages, both joined by ``"; "``.
    """
    rank = {laureate: i for i, laureate in enumerate(dataset.laureates["laureate_id"])}
    table = dataset.contributions.sort_values("laureate_id", key=lambda ids: ids.map(rank), kind="stable")
    groups = table.groupby(["dimension", "target", "code"], sort=True)
    result = groups.agg(
        count=("laureate_id", "nunique"),
        laureates=("laureate_id", lambda ids: "; ".join(dict.fromkeys(ids))),
        anchors=("anchor", "; ".join),
    ).reset_index()
    result.insert(4, "of", len(dataset.laureates))
    return result


def means(dataset):
    """Count the laureates by the means they use, whatever sector or territory they change.

    Returns
    -------
    DataFrame
        One row a means that occurs, the most used first: ``code``, ``count`` of distinct laureates, ``of`` all
        laureates, ``laureates``. A laureate may use several.
    """
    used = set(zip(dataset.contributions["code"], dataset.contributions["laureate_id"], strict=True))
    laureates = dataset.laureates["laureate_id"].tolist()
    members = {code: [i for i in laureates if (code, i) in used] for code in sorted({code for code, _ in used})}
    table = _counted(dataset, members, "code")
    return table.sort_values(["count", "code"], ascending=[False, True], ignore_index=True)


def dimensions(dataset):
    """Count the laureates that contribute to sectors, to territories, to both, to neither.

    Returns
    -------
    DataFrame
        One row a case (``filiere_only``, ``territoire_only``, ``both``, ``neither``): ``case``, ``count``, ``of``,
        ``laureates``. Counts add up to ``of``.
    """
    told = set(zip(dataset.contributions["dimension"], dataset.contributions["laureate_id"], strict=True))
    one, other = DIMENSIONS
    cases = {
        (True, False): f"{one}_only",
        (False, True): f"{other}_only",
        (True, True): "both",
        (False, False): "neither",
    }
    members = {case: [] for case in cases.values()}
    for laureate in dataset.laureates["laureate_id"]:
        members[cases[(one, laureate) in told, (other, laureate) in told]].append(laureate)
    return _counted(dataset, members, "case")


def discrepancies(dataset, lang=None):
    """Return what is wrong in the source itself, in the reader's language.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    DataFrame
        One row a discrepancy: ``discrepancy_id``, ``kind``, ``locator``, ``anchor``, ``what``.
    """
    columns = ["discrepancy_id", "kind", "locator", "anchor", f"what_{labels.language(lang)}"]
    return dataset.discrepancies[columns].set_axis([*columns[:-1], "what"], axis=1)


def where(dataset):
    """Return each contribution with its place in the source.

    Returns
    -------
    DataFrame
        One row a coded contribution, in the order of the documents: ``laureate_id``, ``dimension``, ``target``,
        ``code``, ``anchor``, ``source_id``, ``source_row``.
    """
    place = dataset.laureates[["laureate_id", "source_id", "source_row"]]
    table = place.merge(dataset.contributions, on="laureate_id", how="inner")
    table = table.sort_values(["source_id", "source_row", "dimension", "target", "code"], ignore_index=True)
    return table[["laureate_id", "dimension", "target", "code", "anchor", "source_id", "source_row"]]
