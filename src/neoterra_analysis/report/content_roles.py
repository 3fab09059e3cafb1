"""The report's third analysis: the roles that the fiche gives to the laureates, alone and together."""

from .. import labels, prose, roles
from .content_blocks import fragile, grid, picture
from .content_runs import paragraph, place
from .model import Section


def make(given):
    """Write the section.

    Parameters
    ----------
    given : content_runs.Given
        What the report is made from.

    Returns
    -------
    Section
    """
    parts = [_counts(given), _together(given), _by_enjeu(given), _by_actor_type(given)]
    return Section("roles", labels.t("report.part.roles", given.lang), (), tuple(part for part in parts if part))


def _role(role, lang):
    return labels.t(f"role.{role}", lang)


def _counts(given):
    dataset, lang = given.dataset, given.lang
    table = roles.counts(dataset)
    rows = {_role(role, lang): place("row-roles", role) for role in table["role"]}
    blocks = (
        paragraph(given, prose.role_counts(dataset, lang), "table-roles", rows),
        *picture(given, "02-role-counts"),
        grid(given, "roles", table, list(rows.values())),
        *fragile(given, "role_counts"),
    )
    return Section("roles-counts", labels.t("report.part.role_counts", lang), blocks)


def _together(given):
    dataset, lang = given.dataset, given.lang
    table = roles.combinations(dataset)
    found = table[table["count"] > 0][["combination", "count", "of", "laureates"]]
    ids = [place("row-combinations", name) for name in found["combination"]]
    words = [" + ".join(_role(role, lang) for role in name.split("+")) for name in found["combination"]]
    blocks = (
        paragraph(given, prose.combinations(dataset, lang), "table-combinations", dict(zip(words, ids, strict=True))),
        *picture(given, "02-role-combinations"),
        grid(given, "combinations", found, ids),
        grid(given, "pairs", roles.pairs(dataset)),
        *fragile(given, "combinations"),
    )
    return Section("roles-combinations", labels.t("report.part.combinations", lang), blocks)


def _by_enjeu(given):
    dataset, lang = given.dataset, given.lang
    blocks = (
        paragraph(given, prose.role_by_enjeu(dataset, lang), "table-role-by-enjeu"),
        *picture(given, "02-role-by-enjeu"),
        grid(given, "role-by-enjeu", roles.by_enjeu(dataset)),
        *fragile(given, "role_by_enjeu"),
    )
    return Section("roles-by-enjeu", labels.t("report.part.role_by_enjeu", lang), blocks)


def _by_actor_type(given):
    dataset, lang = given.dataset, given.lang
    table = roles.by_actor_type(dataset)
    if table.empty:
        return None
    blocks = (
        paragraph(given, prose.role_by_actor_type(dataset, lang), "table-role-by-actor-type"),
        *picture(given, "02-role-by-actor-type"),
        grid(given, "role-by-actor-type", table[table["count"] > 0]),
        *fragile(given, "role_by_actor_type"),
    )
    return Section("roles-by-actor-type", labels.t("report.part.role_by_actor_type", lang), blocks)
