"""The report's first analysis: the enjeux that the laureates cover, and what the source states about them."""

from .. import labels, prose, records
from .content_blocks import fragile, grid, picture
from .content_runs import paragraph, place, said
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
    return Section(
        "enjeux", labels.t("report.part.enjeux", given.lang), (), (_covered(given), _stated(given), _places(given))
    )


def _covered(given):
    dataset, lang = given.dataset, given.lang
    table = records.coverage(dataset)
    ids = {enjeu: place("enjeu", enjeu) for enjeu in table["enjeu_id"]}
    short = dict(zip(dataset.enjeux["enjeu_id"], dataset.enjeux[f"short_{lang}"], strict=True))
    rows = {said(short[enjeu], lang): ids[enjeu] for enjeu in ids}
    blocks = [
        paragraph(given, prose.coverage(dataset, lang), "table-enjeux", rows),
        *picture(given, "01-enjeux"),
        grid(given, "enjeux", table, list(ids.values())),
        *fragile(given, "coverage"),
    ]
    return Section("enjeux-covered", labels.t("report.part.coverage", lang), tuple(blocks))


def _stated(given):
    dataset, lang = given.dataset, given.lang
    table = records.stated_counts(dataset)
    ids = [place("row-stated", field) for field in table["field"]]
    words = [labels.t(f"field.{field}", lang).lower() for field in table["field"]]
    rows = dict(zip(words, ids, strict=True))
    blocks = [
        paragraph(given, prose.stated(dataset, lang), "table-stated", rows),
        *picture(given, "01-stated"),
        grid(given, "stated", table, ids),
        *fragile(given, "stated"),
    ]
    return Section("enjeux-stated", labels.t("report.part.stated", lang), tuple(blocks))


def _places(given):
    dataset, lang = given.dataset, given.lang
    table = records.places(dataset)
    found = table[(table["count"] > 0) | (table["department"] == "")]
    ids = [place("row-places", code or "none") for code in found["department"]]
    names = [labels.department(code, lang) for code in found["department"]]
    rows = dict(zip(names, ids, strict=True))
    blocks = [
        paragraph(given, prose.places(dataset, lang), "table-places", rows),
        *picture(given, "01-places"),
        grid(given, "places", found.drop(columns="laureates_inferred"), ids),
    ]
    return Section("enjeux-places", labels.t("report.part.places", lang), tuple(blocks))
