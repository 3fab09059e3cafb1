"""How the report is made, what it rests on, and what must not be read into it."""

from .. import beside, labels, made_up, prose, records
from .content_blocks import plain
from .content_runs import bullets, paragraph, printed, said
from .model import Paragraph, Run, Section


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
    parts = [_coding(given), _limits(given), _readings(given), _discrepancies(given), _sources(given)]
    return Section("methods", labels.t("report.part.methods", given.lang), (), tuple(part for part in parts if part))


def _coding(given):
    lang = given.lang
    names = ("empty", "anchor", "role", "mention", "passage", "verdict", "fragility")
    made = bullets(given, [(labels.t(f"report.method.{name}", lang), "") for name in names])
    return Section("methods-coding", labels.t("report.part.coding", lang), (made,))


def _limits(given):
    lang, number = given.lang, len(given.dataset.laureates)
    names = ["chosen", "small", "absent", "sources", "coder"]
    if made_up.within(given.dataset):
        names.insert(0, "invented")
    items = [(labels.t(f"report.limit.{name}", lang, count=number), "table-enjeux") for name in names]
    return Section("methods-limits", labels.t("report.part.limits", lang), (bullets(given, items),))


def _readings(given):
    dataset, lang = given.dataset, given.lang
    if dataset.readings.empty:
        return None
    rows = [
        (beside.reading(row["reading_id"], dataset, lang), row[f"reason_{lang}"])
        for row in dataset.readings.to_dict("records")
    ]
    head = [labels.t(f"report.head.{name}", lang) for name in ("reading", "reason")]
    text = labels.t("report.readings", lang, count=labels.number(len(rows), lang))
    blocks = (paragraph(given, text, "table-readings"), plain(given, "readings", head, rows))
    return Section("methods-readings", labels.t("report.part.readings", lang), blocks)


def _discrepancies(given):
    dataset, lang = given.dataset, given.lang
    table = records.discrepancies(dataset, lang)
    if table.empty:
        return None
    rows = [
        (
            row["what"],
            labels.t(f"discrepancy.{row['kind']}", lang),
            row["locator"],
            (printed(row["anchor"], lang),),
        )
        for row in table.to_dict("records")
    ]
    head = [labels.t(f"report.head.{name}", lang) for name in ("what_wrong", "kind_wrong", "where", "anchor")]
    text = paragraph(given, prose.discrepancies(dataset, lang), "table-discrepancies")
    blocks = (text, plain(given, "discrepancies", head, rows))
    return Section("methods-discrepancies", labels.t("report.part.discrepancies", lang), blocks)


def _sources(given):
    dataset, lang = given.dataset, given.lang
    used = set(dataset.laureates["source_id"])
    rows = [
        (row["title"], row["publisher"], row["retrieved"], (Run(row["sha256"]),))
        for row in dataset.sources.to_dict("records")
        if row["source_id"] in used
    ]
    head = [labels.t(f"report.head.{name}", lang) for name in ("title", "publisher", "retrieved", "sha256")]
    words = said(labels.t("report.digest", lang, digest=dataset.digest), lang)
    blocks = (Paragraph((Run(words),)), plain(given, "sources", head, rows))
    return Section("methods-sources", labels.t("report.part.sources", lang), blocks)
