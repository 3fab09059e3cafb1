"""The framework matrix: themes by laureates, and what the rows show for each theme of the fiche's synthesis."""

import pandas as pd

from ..dataset.loading import ROLES
from ..words import labels

KINDS = ("condition", "challenge", "lever")
ENOUGH = 2


def _ordered_themes(dataset):
    """List each theme, its kind and its laureates, by kind: conditions, challenges, levers."""
    ambition = dict(zip(dataset.enjeux["enjeu_id"], dataset.enjeux["ambition_id"], strict=True))
    members = {}
    laureates = zip(dataset.laureates["laureate_id"], dataset.laureates["enjeu_id"], strict=True)
    for row, (laureate, enjeu) in enumerate(laureates):
        members.setdefault(ambition.get(enjeu), []).append((row, laureate))
    rank = {kind: i for i, kind in enumerate(KINDS)}
    themes = zip(*(dataset.themes[name] for name in ("ambition_id", "kind", "number", "theme_id")), strict=True)
    ordered = sorted(themes, key=lambda theme: (theme[0], rank[theme[1]], theme[2]))
    return [(theme, kind, members.get(of, [])) for of, kind, _, theme in ordered]


def _strengths(dataset):
    """Return the strength of each coded passage by theme and laureate."""
    evidence = dataset.evidence
    return dict(zip(zip(evidence["theme_id"], evidence["laureate_id"], strict=True), evidence["strength"], strict=True))


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
    evidence = dataset.evidence
    passages = zip(*(evidence[name] for name in ("strength", "anchor", "note")), strict=True)
    coded = dict(zip(zip(evidence["theme_id"], evidence["laureate_id"], strict=True), passages, strict=True))
    places = list(zip(dataset.laureates["source_id"], dataset.laureates["source_row"], strict=True))
    rows = []
    for theme, kind, members in _ordered_themes(dataset):
        for row, laureate in members:
            strength, anchor, note = coded.get((theme, laureate), ("none", "", ""))
            rows.append((theme, kind, laureate, strength, anchor, *places[row], note))
    columns = ["theme_id", "kind", "laureate_id", "strength", "anchor", "source_id", "source_row", "note"]
    types = ["Int64" if name == "source_row" else "str" for name in columns]
    cells = [pd.array([row[i] for row in rows], dtype=kind) for i, kind in enumerate(types)]
    return pd.DataFrame(dict(zip(columns, cells, strict=True)))


def verdict(direct, indirect, enough=ENOUGH):
    """Say what the rows show for a claim.

    >>> [verdict(2, 0), verdict(1, 3), verdict(0, 1), verdict(0, 0)]
    ['supported', 'partly', 'indirect_only', 'no_case']
    """
    if direct:
        return "supported" if direct >= enough else "partly"
    return "indirect_only" if indirect else "no_case"


def themes(dataset, enough=ENOUGH):
    """Count the laureates that speak to each theme, and say what that shows.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    enough : int
        See `verdict`.

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
    coded = _strengths(dataset)
    rows = []
    for theme, kind, members in _ordered_themes(dataset):
        ids = {"direct": [], "indirect": [], "none": []}
        for _, laureate in members:
            ids[coded.get((theme, laureate), "none")].append(laureate)
        rows.append(
            {
                "theme_id": theme,
                "kind": kind,
                **{strength: len(having) for strength, having in ids.items()},
                "of": len(members),
                "verdict": verdict(len(ids["direct"]), len(ids["indirect"]), enough),
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
    coded = _strengths(dataset)
    having = set(zip(dataset.roles["role"], dataset.roles["laureate_id"], strict=True))
    rows = []
    for theme, kind, members in _ordered_themes(dataset):
        if kind != "lever":
            continue
        spoken = [laureate for _, laureate in members if (theme, laureate) in coded]
        for role in ROLES:
            mine = [laureate for laureate in spoken if (role, laureate) in having]
            direct = sum(coded[theme, laureate] == "direct" for laureate in mine)
            rows.append((theme, role, direct, len(mine) - direct, len(mine), len(spoken), "; ".join(mine)))
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
    """Count the claims by verdict."""
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
