"""What the fiche covers: its enjeux and laureates, what it states and leaves out, what the laureates contribute to."""

import pandas as pd

from ..words import labels

FIELDS = ("project_name", "carrier_status", "place", "department", "role", "actors")
REGION = ("16", "17", "19", "23", "24", "33", "40", "47", "64", "79", "86", "87")  # Nouvelle-Aquitaine, INSEE codes


def order(dataset):
    """Return the laureates' ids in the order of the documents' rows."""
    return list(dataset.laureates["laureate_id"])


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
    >>> table = coverage(load())
    >>> int(table["count"].sum()) == int(table["of"].iloc[0])
    True
    """
    rows = []
    for enjeu in dataset.enjeux["enjeu_id"]:
        members = dataset.laureates.loc[dataset.laureates["enjeu_id"] == enjeu, "laureate_id"]
        rows.append((enjeu, len(members), len(dataset.laureates), "; ".join(members)))
    return pd.DataFrame(rows, columns=["enjeu_id", "count", "of", "laureates"])


def stated(dataset):
    """Tell for each laureate and field whether the source states it.

    Returns
    -------
    DataFrame
        All laureates times all fields of `FIELDS`: ``laureate_id``, ``field``, ``state`` (``stated``, ``inferred``
        or ``not_stated``) and ``value`` (for roles and actors, how many are stated).

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> sorted(stated(load())["state"].unique())
    ['inferred', 'not_stated', 'stated']
    """
    roles = dataset.roles["laureate_id"].value_counts()
    actors = _real_mentions(dataset)["laureate_id"].value_counts()
    rows = []
    for laureate in dataset.laureates.to_dict("records"):
        key = laureate["laureate_id"]
        values = {name: laureate[name] for name in ("project_name", "carrier_status", "place")}
        values["department"] = laureate["department_stated"] or laureate["department_inferred"]
        values["role"] = str(roles.get(key, "") or "")
        values["actors"] = str(actors.get(key, "") or "")
        for field in FIELDS:
            state = "stated" if values[field] else "not_stated"
            if field == "department" and laureate["department_inferred"]:
                state = "inferred"
            rows.append((key, field, state, values[field]))
    return pd.DataFrame(rows, columns=["laureate_id", "field", "state", "value"])


def _real_mentions(dataset):
    """Return the mentions that stand for an actor."""
    kinds = dataset.actors.set_index("actor_id")["kind"]
    return dataset.mentions[dataset.mentions["actor_id"].map(kinds) != "not_an_actor"]


def stated_counts(dataset):
    """Count, field by field, the laureates for which it is stated, inferred or not stated.

    Returns
    -------
    DataFrame
        One row a field of `FIELDS`: ``field``, ``stated``, ``inferred``, ``not_stated``, ``of``; the three add up
        to ``of``.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> table = stated_counts(load())
    >>> bool((table[["stated", "inferred", "not_stated"]].sum(axis=1) == table["of"]).all())
    True
    """
    table = stated(dataset)
    counts = table.groupby(["field", "state"]).size().unstack(fill_value=0)
    counts = counts.reindex(index=list(FIELDS), columns=["stated", "inferred", "not_stated"], fill_value=0)
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

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> table = places(load())
    >>> len(table) - 1 == len(REGION) and int(table["count"].sum()) == int(table["of"].iloc[0])
    True
    """
    columns = ("laureate_id", "department_stated", "department_inferred")
    known = list(zip(*(dataset.laureates[name] for name in columns), strict=True))
    others = {code for _, *codes in known for code in codes if code} - {*REGION}
    rows = []
    for code in (*REGION, *sorted(others), ""):
        members = [laureate for laureate, said, inferred in known if (said or inferred) == code]
        guessed = [laureate for laureate, said, inferred in known if code and not said and inferred == code]
        stated_here = len(members) - len(guessed) if code else 0
        rows.append((code, stated_here, len(guessed), len(members), len(known), "; ".join(members), "; ".join(guessed)))
    columns = ["department", "stated", "inferred", "count", "of", "laureates", "laureates_inferred"]
    return pd.DataFrame(rows, columns=columns)


def contributions(dataset):
    """Count the laureates that change each sector or territory, by the means they use.

    Returns
    -------
    DataFrame
        One row a combination that occurs: ``dimension``, ``target``, ``code``, ``count`` of distinct laureates,
        ``of`` all laureates, ``laureates`` and the ``anchors`` of the passages, both joined by ``"; "``.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> contributions(load())["dimension"].unique().tolist()
    ['filiere', 'territoire']
    """
    rank = {laureate: i for i, laureate in enumerate(order(dataset))}
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

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> table = means(load())
    >>> bool(table["count"].is_monotonic_decreasing)
    True
    """
    used = set(zip(dataset.contributions["code"], dataset.contributions["laureate_id"], strict=True))
    rows = []
    for code in sorted({code for code, _ in used}):
        members = [laureate for laureate in order(dataset) if (code, laureate) in used]
        rows.append((code, len(members), len(dataset.laureates), "; ".join(members)))
    table = pd.DataFrame(rows, columns=["code", "count", "of", "laureates"])
    return table.sort_values(["count", "code"], ascending=[False, True], ignore_index=True)


def dimensions(dataset):
    """Count the laureates that contribute to sectors, to territories, to both, to neither.

    Returns
    -------
    DataFrame
        One row a case (``filiere_only``, ``territoire_only``, ``both``, ``neither``): ``case``, ``count``, ``of``,
        ``laureates``. Counts add up to ``of``.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> table = dimensions(load())
    >>> int(table["count"].sum()) == int(table["of"].iloc[0])
    True
    """
    has = {
        name: set(dataset.contributions.loc[dataset.contributions["dimension"] == name, "laureate_id"])
        for name in ("filiere", "territoire")
    }
    cases = {
        "filiere_only": (True, False),
        "territoire_only": (False, True),
        "both": (True, True),
        "neither": (False, False),
    }
    rows = []
    for case, wanted in cases.items():
        members = [x for x in order(dataset) if (x in has["filiere"], x in has["territoire"]) == wanted]
        rows.append((case, len(members), len(dataset.laureates), "; ".join(members)))
    return pd.DataFrame(rows, columns=["case", "count", "of", "laureates"])


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

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> list(discrepancies(load(), "en").columns)
    ['discrepancy_id', 'kind', 'locator', 'anchor', 'what']
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

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> dataset = load()
    >>> len(where(dataset)) == len(dataset.contributions)
    True
    """
    place = dataset.laureates[["laureate_id", "source_id", "source_row"]]
    table = place.merge(dataset.contributions, on="laureate_id", how="inner")
    table = table.sort_values(["source_id", "source_row", "dimension", "target", "code"], ignore_index=True)
    return table[["laureate_id", "dimension", "target", "code", "anchor", "source_id", "source_row"]]
