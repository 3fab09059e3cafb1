"""The verdicts of the claims ledger, with their fragility, and how fragile the findings of this report are."""

from .. import labels, ledger, prose
from .content_blocks import picture, plain
from .content_runs import listed, paragraph, place, said, who
from .model import Run, Section

MOVED = ("robust", "laureate", "code", "reading", "threshold")


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
    parts = [_ledger(given), _fragility(given)]
    return Section("claims", labels.t("report.part.claims", given.lang), (), tuple(part for part in parts if part))


def _ledger(given):
    dataset, lang, table = given.dataset, given.lang, given.claims
    title = labels.t("report.part.ledger", lang)
    if table.empty:
        return Section("claims-ledger", title, (paragraph(given, labels.t("report.no_claims", lang), ""),))
    words, counted = {}, []
    for code in ledger.VERDICTS:
        verdict, mine = labels.t(f"verdict.{code}", lang), table[table["verdict"] == code]
        words[verdict] = place("row-ledger", code)
        numbers = [labels.number(number, lang) for number in mine["number"]]
        links = listed(zip(numbers, (place("claim", claim) for claim in mine["claim_id"]), strict=True))
        counted.append((verdict, labels.number(len(mine), lang), labels.number(len(table), lang), links))
    head = [labels.t(f"report.head.{name}", lang) for name in ("verdict", "count", "of", "claims")]
    blocks = (
        paragraph(given, prose.ledger(dataset, table, lang), "table-ledger-verdicts", words),
        plain(given, "ledger-verdicts", head, counted, (1, 2), tuple(words.values())),
        *picture(given, "05-ledger"),
        _claims(given),
    )
    return Section("claims-ledger", title, blocks)


def _claims(given):
    lang, rows, ids = given.lang, [], []
    for claim in given.claims.to_dict("records"):
        number = claim["rule"] in ("count", "about")
        key = "report.claim.number" if number else "report.claim.cases"
        found = labels.t(key, lang, **{name: claim[name] for name in ("count", "indirect", "of")})
        verdict = labels.t(f"verdict.{claim['verdict']}", lang)
        fragility = ", ".join(labels.t(f"fragility.{code}", lang) for code in claim["fragility"].split("; "))
        direct, indirect = who(given, claim["laureates_direct"]), who(given, claim["laureates_indirect"])
        if number:
            direct = ()
        if indirect:
            stop = {"fr": " ; ", "en": "; "}[lang] if direct else ""
            words = f"{stop}{labels.t('report.claim.indirect', lang)} "
            direct = (*direct, Run(said(words, lang)), *indirect)
        statement = said(claim[f"statement_{lang}"], lang)
        kind = labels.t(f"claim.{claim['kind']}", lang)
        runs = (Run(labels.number(claim["number"], lang) + ". "), Run(statement))
        rows.append((runs, kind, (Run(verdict, strong=True),), found, fragility, direct))
        ids.append(place("claim", claim["claim_id"]))
    names = ("claim", "about", "verdict", "found", "fragility", "laureates")
    return plain(given, "ledger", [labels.t(f"report.head.{name}", lang) for name in names], rows, (), ids)


def _fragility(given):
    dataset, lang, table = given.dataset, given.lang, given.fragility
    if table.empty:
        return None
    verdicts = [verdict.split("; ") for verdict in table["verdict"]]
    rows, ids = [], []
    for code in MOVED:
        name = labels.t(f"fragility.{code}", lang)
        number = sum(code in found for found in verdicts)
        rows.append((name, labels.number(number, lang), labels.number(len(table), lang)))
        ids.append(place("row-fragility", code))
    head = [labels.t(f"report.head.{name}", lang) for name in ("fragility", "count", "of")]
    blocks = (
        paragraph(given, prose.fragility(dataset, table, lang), "table-fragility"),
        plain(given, "fragility-summary", head, rows, (1, 2), ids, table_id="table-fragility"),
        *picture(given, "05-leave-one-out"),
    )
    return Section("claims-fragility", labels.t("report.part.fragility", lang), blocks)
