"""The levers-and-challenges synthesis: themes by laureates, and what the rows show for each claim of the fiche."""

import pandas as pd

from . import labels
from .dataset import ROLES

KINDS = ("condition", "challenge", "lever")
ENOUGH = 2


def _ordered_themes(dataset):
    """Return the themes by kind, in the order of the fiche: conditions, challenges, levers."""
    rank = {kind: i for i, kind in enumerate(KINDS)}
    return dataset.themes.sort_values(
        ["ambition_id", "kind", "number"], key=lambda s: s.map(rank) if s.name == "kind" else s
    )


def framework(dataset):
    """Return the framework matrix in long form: each theme for each laureate of its ambition.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.

    Returns
    -------
    DataFrame
        One row a cell: ``theme_id``, ``kind``, ``laureate_id``, ``strength`` (``direct``, ``indirect``, ``none``),
        ``anchor``, ``source_id`` and ``source_row`` of the passage, ``note``.

    References
    ----------
    J. Ritchie and L. Spencer, "Qualitative data analysis for applied policy research", in A. Bryman and R. G.
    Burgess (eds.), Analyzing Qualitative Data, 1994, 173-194: the framework method.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> dataset = load()
    >>> len(framework(dataset)) == len(dataset.themes) * len(dataset.laureates)
    True
    """
    ambition = dataset.enjeux.set_index("enjeu_id")["ambition_id"]
    laureates = dataset.laureates.assign(ambition_id=dataset.laureates["enjeu_id"].map(ambition))
    cells = _ordered_themes(dataset)[["theme_id", "kind", "ambition_id"]].merge(
        laureates[["laureate_id", "ambition_id", "source_id", "source_row"]], on="ambition_id"
    )
    cells = cells.merge(dataset.evidence, on=["theme_id", "laureate_id"], how="left")
    cells = cells.fillna({"strength": "none", "anchor": "", "note": ""})
    columns = ["theme_id", "kind", "laureate_id", "strength", "anchor", "source_id", "source_row", "note"]
    return cells[columns].reset_index(drop=True)


def verdict(direct, indirect, enough=ENOUGH):
    """Say what the rows show for a claim.

    The rule, in full: ``supported`` when at least ``enough`` laureates have a direct passage; ``partly`` when fewer
    have one; ``indirect_only`` when passages are indirect only; ``no_case`` when there is none. A fiche tells what
    it chose to tell: a verdict is about the rows, not about the programme.

    Parameters
    ----------
    direct, indirect : int
        Number of laureates with a direct passage, and with only an indirect one.
    enough : int
        Number of direct laureates from which a claim is supported.

    Returns
    -------
    {"supported", "partly", "indirect_only", "no_case"}

    Examples
    --------
    >>> [verdict(2, 0), verdict(1, 3), verdict(0, 1), verdict(0, 0)]
    ['supported', 'partly', 'indirect_only', 'no_case']
    """
    if direct:
        return "supported" if direct >= enough else "partly"
    return "indirect_only" if indirect else "no_case"


def themes(dataset):
    """Count the laureates that speak to each theme, and say what that shows.

    Returns
    -------
    DataFrame
        One row a theme, also those without a passage: ``theme_id``, ``kind``, ``direct``, ``indirect``, ``none``,
        ``of`` the laureates of the ambition, ``verdict``, ``laureates_direct``, ``laureates_indirect``. The three
        counts add up to ``of``.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> table = themes(load())
    >>> bool((table[["direct", "indirect", "none"]].sum(axis=1) == table["of"]).all())
    True
    """
    cells = framework(dataset)
    rows = []
    for theme in _ordered_themes(dataset).to_dict("records"):
        mine = cells[cells["theme_id"] == theme["theme_id"]]
        ids = {s: list(mine.loc[mine["strength"] == s, "laureate_id"]) for s in ("direct", "indirect", "none")}
        rows.append(
            {
                "theme_id": theme["theme_id"],
                "kind": theme["kind"],
                **{strength: len(members) for strength, members in ids.items()},
                "of": len(mine),
                "verdict": verdict(len(ids["direct"]), len(ids["indirect"])),
                "laureates_direct": "; ".join(ids["direct"]),
                "laureates_indirect": "; ".join(ids["indirect"]),
            }
        )
    columns = ["theme_id", "kind", "direct", "indirect", "none", "of", "verdict"]
    return pd.DataFrame(rows, columns=[*columns, "laureates_direct", "laureates_indirect"])


def roles_by_lever(dataset):
    """Count, among the laureates that speak to each lever, those of each role.

    Returns
    -------
    DataFrame
        All levers times all roles: ``theme_id``, ``role``, ``direct``, ``indirect``, their sum ``count``, ``of`` the
        laureates that speak to the lever, ``laureates``. A laureate with two roles counts under both.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> table = roles_by_lever(load())
    >>> bool((table["direct"] + table["indirect"] == table["count"]).all())
    True
    """
    cells = framework(dataset)
    having = {role: set(part["laureate_id"]) for role, part in dataset.roles.groupby("role")}
    rows = []
    for theme in [t["theme_id"] for t in _ordered_themes(dataset).to_dict("records") if t["kind"] == "lever"]:
        spoken = cells[(cells["theme_id"] == theme) & (cells["strength"] != "none")]
        for role in ROLES:
            mine = spoken[spoken["laureate_id"].isin(having.get(role, set()))]
            direct = int((mine["strength"] == "direct").sum())
            ids = "; ".join(mine["laureate_id"])
            rows.append((theme, role, direct, len(mine) - direct, len(mine), len(spoken), ids))
    return pd.DataFrame(rows, columns=["theme_id", "role", "direct", "indirect", "count", "of", "laureates"])


def sentences(dataset, lang=None):
    """Write the synthesis: one sentence a claim of the fiche's last section, with what the rows show for it.

    Returns
    -------
    DataFrame
        One row a theme, in the order of `themes`: ``theme_id``, ``kind``, ``verdict``, ``sentence``.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> len(sentences(load())) == len(load().themes)
    True
    """
    lang = labels.language(lang)
    names = dataset.laureates.set_index("laureate_id")["name"]
    label = dataset.themes.set_index("theme_id")[f"label_{lang}"]
    rows = []
    for row in themes(dataset).to_dict("records"):
        parts = []
        for strength in ("direct", "indirect"):
            ids = [x for x in row[f"laureates_{strength}"].split("; ") if x]
            if ids:
                who = labels.join([names[x] for x in ids], lang)
                parts.append(labels.t(f"synthesis.{strength}", lang, count=len(ids), of=row["of"], names=who))
        found = (
            (" ; " if lang == "fr" else "; ").join(parts) if parts else labels.t("synthesis.none", lang, of=row["of"])
        )
        text = labels.t(
            "synthesis.sentence",
            lang,
            kind=labels.t(f"theme.{row['kind']}", lang),
            label=label[row["theme_id"]],
            verdict=labels.t(f"verdict.{row['verdict']}", lang),
            rows=found,
        )
        rows.append((row["theme_id"], row["kind"], row["verdict"], text))
    return pd.DataFrame(rows, columns=["theme_id", "kind", "verdict", "sentence"])


def verdicts(dataset):
    """Count the claims by verdict.

    Returns
    -------
    DataFrame
        One row a verdict, also those that no claim has: ``verdict``, ``count``, ``of`` all claims, ``themes``.
        Counts add up to ``of``.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> table = verdicts(load())
    >>> int(table["count"].sum()) == int(table["of"].iloc[0])
    True
    """
    table = themes(dataset)
    rows = []
    for name in ("supported", "partly", "indirect_only", "no_case"):
        mine = table.loc[table["verdict"] == name, "theme_id"]
        rows.append((name, len(mine), len(table), "; ".join(mine)))
    return pd.DataFrame(rows, columns=["verdict", "count", "of", "themes"])


def where(dataset):
    """Return each coded passage with its place in the source.

    Returns
    -------
    DataFrame
        One row a filled cell of the framework matrix: ``theme_id``, ``laureate_id``, ``strength``, ``anchor``,
        ``source_id``, ``source_row``, ``note``.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> dataset = load()
    >>> len(where(dataset)) == len(dataset.evidence)
    True
    """
    cells = framework(dataset)
    return cells[cells["strength"] != "none"].drop(columns="kind").reset_index(drop=True)
