"""The report's second analysis: how the laureates change sectors (filières) and territories."""

from .. import labels, prose, records
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
    dataset, lang = given.dataset, given.lang
    title = labels.t("report.part.contributions", lang)
    if dataset.contributions.empty:
        return Section("contributions", title, (paragraph(given, labels.t("report.no_contributions", lang), ""),))
    means, cases = records.means(dataset), records.dimensions(dataset)
    ids = [place("row-means", code) for code in means["code"]]
    rows = {labels.t(f"mode.{code}", lang): place("row-means", code) for code in means["code"]}
    blocks = (
        paragraph(given, prose.contributions(dataset, lang), "table-dimensions", rows, "table-contributions"),
        *picture(given, "01-contributions"),
        grid(given, "dimensions", cases, [place("row-dimensions", case) for case in cases["case"]]),
        grid(given, "means", means, ids),
        *fragile(given, "contributions"),
    )
    detail = records.contributions(dataset)[["target", "dimension", "code", "count", "laureates"]]
    passages = (
        paragraph(given, labels.t("report.contributions.how", lang, count=len(detail)), "table-contributions"),
        grid(given, "contributions", detail),
    )
    under = Section("contributions-targets", labels.t("report.part.targets", lang), passages)
    return Section("contributions", title, blocks, (under,))
