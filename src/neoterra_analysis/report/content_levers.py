"""The report's fourth analysis: conditions, challenges and levers, and what the rows show for each."""

from .. import framework, labels, prose
from .content_blocks import fragile, grid, picture, plain
from .content_runs import bullets, paragraph, place, who
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
    parts = [_themes(given), _by_role(given), _carriers(given)]
    return Section("levers", labels.t("report.part.levers", given.lang), (), tuple(part for part in parts if part))


def _themes(given):
    dataset, lang = given.dataset, given.lang
    title = labels.t("report.part.themes", lang)
    if dataset.themes.empty:
        return Section("levers-themes", title, (paragraph(given, labels.t("report.no_themes", lang), ""),))
    table, counts = framework.themes(dataset), framework.verdicts(dataset)
    rows = {labels.t(f"verdict.{v}", lang): place("row-verdicts", v) for v in counts["verdict"]}
    sentences = framework.sentences(dataset, lang)
    pairs = zip(sentences["sentence"], sentences["theme_id"], strict=True)
    blocks = (
        paragraph(given, prose.verdicts(dataset, lang), "table-verdicts", rows),
        grid(given, "verdicts", counts, list(rows.values())),
        *fragile(given, "verdicts"),
        bullets(given, [(text, place("theme", theme)) for text, theme in pairs]),
        *picture(given, "04-theme-cases"),
        grid(given, "themes", table.drop(columns=["none"]), [place("theme", theme) for theme in table["theme_id"]]),
        *picture(given, "04-framework-matrix"),
        *fragile(given, "themes"),
    )
    return Section("levers-themes", title, blocks)


def _by_role(given):
    dataset, lang = given.dataset, given.lang
    table = framework.roles_by_lever(dataset)
    if table.empty:
        return None
    blocks = (
        paragraph(
            given, labels.t("report.levers.how", lang, levers=table["theme_id"].nunique()), "table-role-by-lever"
        ),
        *picture(given, "04-roles-by-lever"),
        grid(given, "role-by-lever", table),
        *fragile(given, "levers"),
    )
    return Section("levers-by-role", labels.t("report.part.role_by_lever", lang), blocks)


def _carriers(given):
    dataset, lang = given.dataset, given.lang
    rows = []
    for status in ("association", "company", ""):
        mine = dataset.laureates.loc[dataset.laureates["carrier_status"] == status, "laureate_id"]
        name = labels.t(f"status.{status}", lang)
        rows.append((name, labels.number(len(mine), lang), who(given, "; ".join(mine))))
    head = [labels.t(f"column.{name}", lang) for name in ("state", "count", "laureates")]
    head[0] = labels.t("field.carrier_status", lang)
    blocks = (
        paragraph(given, prose.carriers(dataset, lang), "table-carriers"),
        plain(given, "carriers", head, rows, numeric=(1,)),
        *fragile(given, "carriers"),
    )
    return Section("levers-carriers", labels.t("report.part.carriers", lang), blocks)
