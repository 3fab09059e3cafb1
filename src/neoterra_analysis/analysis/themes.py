"""The framework matrix: themes by laureates, and what the rows show for each theme of the fiche's synthesis."""

import pandas as pd

from ..dataset.loading import by_id, names, of_laureates
from ..words import labels
from ..words.codes import NONE, ROLES, STRENGTHS, THEME_KINDS, VERDICTS

ENOUGH = 2


def _ordered_themes(dataset):
    """List each theme, its kind and the laureates of its ambition, by kind: conditions, challenges, levers."""
    members = {}
    for laureate, ambition in of_laureates(dataset).items():
        members.setdefault(ambition, []).append(laureate)
    rank = {kind: i for i, kind in enumerate(THEME_KINDS)}
    themes = zip(*(dataset.themes[name] for name in ("ambition_id", "kind", "number", "theme_id")), strict=True)
    ordered = sorted(themes, key=lambda theme: (theme[0], rank[theme[1]], theme[2]))
    return [(theme, kind, members.get(of, [])) for of, kind, _, theme in ordered]


def _passages(dataset):
    """Return the strength, the anchor and the note of each coded passage by theme and laureate."""
    columns = ("theme_id", "laureate_id", "strength", "anchor", "note")
    rows = zip(*(dataset.evidence[name].tolist() for name in columns), strict=True)
    return {(theme, laureate): passage for theme, laureate, *passage in rows}


def framework(dataset):
    """Return the framework matrix in long form: each theme for each laureate of its ambition.

    Returns
    -------
    DataFrame
        One row a cell: ``theme_id``, ``kind``, ``laureate_id``, ``strength`` (``direct``, ``indirect``, ``none``),
        ``anchor``, ``source_id`` and ``source_row`` of the passage, ``note``.

    References
    ----------
    J. Ritchie and L. Spencer, "Qualitative data analysis for applied policy research", in A. Bryman and R. G.
    Burgess (eds.), Analyzing Qualitative Data, 1994, 173-194: the framework method.
    """
    coded = _passages(dataset)
    source, place = by_id(dataset, "laureates", "source_id"), by_id(dataset, "laureates", "source_row")
    rows = []
    for theme, kind, members in _ordered_themes(dataset):
        for laureate in members:
            strength, anchor, note = coded.get((theme, laureate), (NONE, "", ""))
            rows.append((theme, kind, laureate, strength, anchor, source[laureate], place[laureate], note))
    columns = ["theme_id", "kind", "laureate_id", "strength", "anchor", "source_id", "source_row", "note"]
    types = {name: "Int64" if name == "source_row" else "str" for name in columns}
    return pd.DataFrame({name: pd.array([row[i] for row in rows], dtype=types[name]) for i, name in enumerate(columns)})


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
    >>> len(themes(load())) == len(load().themes)
    True
    """
    coded = _passages(dataset)
    rows = []
    for theme, kind, members in _ordered_themes(dataset):
        ids = {strength: [] for strength in (*STRENGTHS, NONE)}
        for laureate in members:
            ids[coded.get((theme, laureate), (NONE,))[0]].append(laureate)
        sizes = [len(having) for having in ids.values()]
        found = verdict(*sizes[:2], enough)
        rows.append((theme, kind, *sizes, len(members), found, *("; ".join(ids[strength]) for strength in STRENGTHS)))
    columns = ["theme_id", "kind", *STRENGTHS, NONE, "of", "verdict", *(f"laureates_{s}" for s in STRENGTHS)]
    return pd.DataFrame(rows, columns=columns)


def roles_by_lever(dataset):
    """Count, among the laureates that speak to each lever, those of each role.

    Returns
    -------
    DataFrame
        All levers times all roles: ``theme_id``, ``role``, ``direct``, ``indirect``, their sum ``count``, ``of`` the
        laureates that speak to the lever, ``laureates``. A laureate with two roles counts under both.
    """
    coded = _passages(dataset)
    having = set(zip(dataset.roles["role"], dataset.roles["laureate_id"], strict=True))
    rows = []
    for theme, kind, members in _ordered_themes(dataset):
        if kind != "lever":
            continue
        spoken = [laureate for laureate in members if (theme, laureate) in coded]
        for role in ROLES:
            mine = [laureate for laureate in spoken if (role, laureate) in having]
            direct = sum(coded[theme, laureate][0] == "direct" for laureate in mine)
            rows.append((theme, role, direct, len(mine) - direct, len(mine), len(spoken), "; ".join(mine)))
    return pd.DataFrame(rows, columns=["theme_id", "role", *STRENGTHS, "count", "of", "laureates"])


def sentences(dataset, lang=None):
    """Write the synthesis: one sentence a claim of the fiche's last section, with what the rows show for it.

    Returns
    -------
    DataFrame
        One row a theme, in the order of `themes`: ``theme_id``, ``kind``, ``verdict``, ``sentence``.
    """
    lang = labels.language(lang)
    name, label = names(dataset, "laureates", lang), names(dataset, "themes", lang)
    rows = []
    for row in themes(dataset).to_dict("records"):
        parts = []
        for strength in STRENGTHS:
            ids = [x for x in row[f"laureates_{strength}"].split("; ") if x]
            if ids:
                who = labels.join([name[x] for x in ids], lang)
                parts.append(labels.t(f"synthesis.{strength}", lang, count=len(ids), of=row["of"], names=who))
        found = (" ; " if lang == "fr" else "; ").join(parts) or labels.t("synthesis.none", lang, of=row["of"])
        words = {
            name: labels.t(f"{key}.{row[name]}", lang) for name, key in (("kind", "theme"), ("verdict", "verdict"))
        }
        text = labels.t("synthesis.sentence", lang, label=label[row["theme_id"]], rows=found, **words)
        rows.append((row["theme_id"], row["kind"], row["verdict"], text))
    return pd.DataFrame(rows, columns=["theme_id", "kind", "verdict", "sentence"])


def verdicts(dataset):
    """Count the claims by verdict."""
    table = themes(dataset)
    rows = []
    for name in VERDICTS:
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
    """
    cells = framework(dataset)
    return cells[cells["strength"] != NONE].drop(columns="kind").reset_index(drop=True)
