"""The content of the report: everything that it says, made from the records, whatever it is written as."""

from pathlib import Path

import pandas as pd

from ..analysis import findings, network, records, roles, saturation, themes
from ..analysis.claims import confidence, ledger
from ..dataset import invented_example, loading
from ..sentences import fragility_words, prose, tables
from ..words import labels
from ..words.codes import CLAIM_VERDICTS
from .linked import (
    Given,
    bullets,
    fragile,
    french,
    grid,
    listed,
    paragraph,
    people,
    picture,
    place,
    plain,
    printed,
    resolved,
    said,
    shown,
    who,
)
from .model import Bullets, Paragraph, Report, Run, Section


def _finding(given, key, section, target, *blocks, rows=None, first=None, figures=None, part=None):
    """Make the section of a finding: its sentence, its figures, what is given, its fragility."""
    shown = findings.of_key(key).figures if figures is None else figures
    made = (
        paragraph(given, getattr(prose, key)(given.dataset, given.lang), target, rows, first),
        *(block for name in shown for block in picture(given, name)),
        *blocks,
        *fragile(given, key),
    )
    return Section(section, given.t(f"report.part.{part or key}"), made)


def _none(given, section, part, words):
    """Make the section that says that there is nothing to say."""
    return Section(section, given.t(f"report.part.{part}"), (paragraph(given, given.t(words), ""),))


def _over(given, name, *sections):
    """Make a section of sections, without those that have nothing to say."""
    return Section(name, given.t(f"report.part.{name}"), (), tuple(section for section in sections if section))


def enjeux_section(given):
    """Write the enjeux that the laureates cover, and what the source states about them."""
    dataset, short = given.dataset, given.names("enjeux", f"short_{given.lang}")
    table, stated, places = records.coverage(dataset), records.stated_counts(dataset), records.places(dataset)
    enjeux = {short[enjeu]: place("enjeu", enjeu) for enjeu in table["enjeu_id"]}
    covered = grid(given, "enjeux", table, [place("enjeu", enjeu) for enjeu in table["enjeu_id"]])
    fields = {given.t(f"field.{field}").lower(): place("row-stated", field) for field in stated["field"]}
    found = places[(places["count"] > 0) | (places["department"] == "")]
    ids = [place("row-places", code or "none") for code in found["department"]]
    names = dict(zip([labels.department(code, given.lang) for code in found["department"]], ids, strict=True))
    where = grid(given, "places", found.drop(columns="laureates_inferred"), ids)
    return _over(
        given,
        "enjeux",
        _finding(given, "coverage", "enjeux-covered", "table-enjeux", covered, rows=enjeux),
        _finding(
            given,
            "stated",
            "enjeux-stated",
            "table-stated",
            grid(given, "stated", stated, list(fields.values())),
            rows=fields,
        ),
        _finding(given, "places", "enjeux-places", "table-places", where, rows=names),
    )


def contributions_section(given):
    """Write how the laureates change sectors (filières) and territories."""
    dataset = given.dataset
    if dataset.contributions.empty:
        return _none(given, "contributions", "contributions", "report.no_contributions")
    means, cases = records.means(dataset), records.dimensions(dataset)
    ids = [place("row-means", code) for code in means["code"]]
    rows = {given.t(f"mode.{code}"): one for code, one in zip(means["code"], ids, strict=True)}
    detail = records.contributions(dataset)[["target", "dimension", "code", "count", "laureates"]]
    passages = (
        paragraph(given, given.t("report.contributions.how", count=len(detail)), "table-contributions"),
        grid(given, "contributions", detail),
    )
    section = _finding(
        given,
        "contributions",
        "contributions",
        "table-dimensions",
        grid(given, "dimensions", cases, [place("row-dimensions", case) for case in cases["case"]]),
        grid(given, "means", means, ids),
        rows=rows,
        first="table-contributions",
    )
    return section._replace(sections=(Section("contributions-targets", given.t("report.part.targets"), passages),))


def roles_section(given):
    """Write the roles that the fiche gives to the laureates, alone and together."""
    dataset = given.dataset
    counts, exact, mobilised = roles.counts(dataset), roles.combinations(dataset), roles.by_actor_type(dataset)
    found = exact[exact["count"] > 0][["combination", "count", "of", "laureates"]]
    alone = {given.t(f"role.{role}"): place("row-roles", role) for role in counts["role"]}
    together = {
        " + ".join(given.t(f"role.{role}") for role in name.split("+")): place("row-combinations", name)
        for name in found["combination"]
    }
    by_enjeu = grid(given, "role-by-enjeu", roles.by_enjeu(dataset))
    sections = [
        _finding(
            given,
            "role_counts",
            "roles-counts",
            "table-roles",
            grid(given, "roles", counts, list(alone.values())),
            rows=alone,
        ),
        _finding(
            given,
            "combinations",
            "roles-combinations",
            "table-combinations",
            grid(given, "combinations", found, list(together.values())),
            grid(given, "pairs", roles.pairs(dataset)),
            rows=together,
        ),
        _finding(given, "role_by_enjeu", "roles-by-enjeu", "table-role-by-enjeu", by_enjeu),
    ]
    if len(mobilised):
        table = grid(given, "role-by-actor-type", mobilised[mobilised["count"] > 0])
        sections.append(_finding(given, "role_by_actor_type", "roles-by-actor-type", "table-role-by-actor-type", table))
    return _over(given, "roles", *sections)


def levers_section(given):
    """Write the conditions, challenges and levers, and what the rows show for each."""
    return _over(given, "levers", _themes(given), _by_role(given), _carriers(given))


def _themes(given):
    dataset = given.dataset
    if dataset.themes.empty:
        return _none(given, "levers-themes", "themes", "report.no_themes")
    table, counts, told = themes.themes(dataset), themes.verdicts(dataset), themes.sentences(dataset, given.lang)
    rows = {given.t(f"verdict.{v}"): place("row-verdicts", v) for v in counts["verdict"]}
    ids = [place("theme", theme) for theme in table["theme_id"]]
    section = _finding(
        given,
        "verdicts",
        "levers-themes",
        "table-verdicts",
        grid(given, "verdicts", counts, list(rows.values())),
        rows=rows,
        part="themes",
    )
    more = (
        bullets(given, [(row["sentence"], place("theme", row["theme_id"])) for row in told.to_dict("records")]),
        *picture(given, "theme_cases"),
        grid(given, "themes", table.drop(columns=["none"]), ids),
        *picture(given, "framework_matrix"),
        *fragile(given, "themes"),
    )
    return section._replace(blocks=(*section.blocks, *more))


def _by_role(given):
    table = themes.roles_by_lever(given.dataset)
    if table.empty:
        return None
    text = given.t("report.levers.how", levers=table["theme_id"].nunique())
    blocks = (
        paragraph(given, text, "table-role-by-lever"),
        *picture(given, "roles_by_lever"),
        grid(given, "role-by-lever", table),
        *fragile(given, "levers"),
    )
    return Section("levers-by-role", given.t("report.part.role_by_lever"), blocks)


def _carriers(given):
    rows = []
    for status in ("association", "company", ""):
        mine = given.dataset.laureates.query("carrier_status == @status")["laureate_id"]
        rows.append((given.t(f"status.{status}"), given.number(len(mine)), who(given, "; ".join(mine))))
    head = ("field.carrier_status", "column.count", "column.laureates")
    table = plain(given, "carriers", head, rows, numeric=(1,))
    return _finding(given, "carriers", "levers-carriers", "table-carriers", table)


def actors_section(given):
    """Write the ecosystem of actors: the two-mode network, what ties laureates together, the types of actors."""
    whole = network.incidence(given.dataset)
    if whole.matrix.nnz == 0:
        none = _none(given, "actors", "actors", "report.no_actors")
        return none if given.dataset.actors.empty else none._replace(sections=(_list(given),))
    mix = network.type_mix(given.dataset)[["laureate_id", "actors", "types", "type_list"]]
    types = grid(given, "type-mix", mix, heads={"actors": given.t("report.head.actors")})
    return _over(
        given,
        "actors",
        _two_mode(given, whole),
        _ties(given, whole),
        _edges(given, whole),
        _finding(given, "type_mix", "actors-types", "table-type-mix", types),
        _list(given),
    )


def _two_mode(given, whole):
    ties, names = network.ties(whole), given.names("actors", f"short_{given.lang}")
    return _finding(
        given,
        "two_mode",
        "actors-network",
        "table-ties",
        grid(given, "ties", ties),
        *picture(given, "ties"),
        rows={names[actor]: place("actor", actor) for actor in ties["actor_id"]},
        first="table-actors",
        figures=("two_mode",),
    )


def _ties(given, whole):
    names = given.names("actors", f"short_{given.lang}")
    stated = [
        (who(given, source), given.t(f"relation.{kind}"), who(given, target))
        for source, target, kind in network.direct_ties(given.dataset).itertuples(index=False, name=None)
    ]
    shared = [
        (
            who(given, f"{row['source']}; {row['target']}"),
            given.number(row["count"]),
            listed((names[actor], place("actor", actor)) for actor in row["actors"].split("; ")),
        )
        for row in network.edge_sources(whole, "laureates").to_dict("records")
    ]
    tables = [plain(given, "laureate-pairs", ("pair", "shared", "actors"), shared, numeric=(1,))]
    if stated:
        tables.append(plain(given, "direct-ties", ("laureate", "tie", "laureate"), stated))
    return _finding(given, "laureate_ties", "actors-ties", "table-laureate-pairs", *tables)


def _edges(given, whole):
    repeated = network.edge_sources(whole).query("count >= 2")
    shares = network.row_shares(whole)[["laureate_id", "actors", "pairs", "own_edges", "edges", "share"]]
    shares["share"] = [labels.share(part, 1, given.lang) for part in shares["share"]]
    heads = {name: given.t(f"report.head.{name}") for name in ("actors", "pairs", "own_edges", "edges", "share")}
    tables = [grid(given, "row-shares", shares, heads=heads)]
    if len(repeated):
        tables.append(grid(given, "repeated-pairs", repeated))
    blocks = (
        paragraph(given, prose.co_occurrence(given.dataset, given.lang), "table-row-shares"),
        paragraph(given, prose.row_shares(given.dataset, given.lang), "table-row-shares"),
        *picture(given, "row_shares"),
        *tables,
        *fragile(given, "co_occurrence"),
        *fragile(given, "row_shares"),
    )
    return Section("actors-edges", given.t("report.part.co_occurrence"), blocks)


def _list(given):
    """List every actor with the laureates that mobilise it: the network without the picture."""
    dataset = given.dataset
    order = {laureate: rank for rank, laureate in enumerate(dataset.laureates["laureate_id"])}
    held = dataset.mentions.groupby("actor_id")["laureate_id"].unique()
    rows, ids = [], []
    for actor in dataset.actors.to_dict("records"):
        mine = sorted(held.get(actor["actor_id"], ()), key=order.get)
        kind_of = "" if actor["kind"] == "not_an_actor" else given.t(f"type.{actor['actor_type']}")
        kind, number = given.t(f"kind.{actor['kind']}"), given.number(len(mine))
        rows.append((actor["name"], kind, kind_of, number, who(given, "; ".join(mine))))
        ids.append(place("actor", actor["actor_id"]))
    text = given.t("report.actors.how", count=given.number(len(rows)))
    head = ("actor", "kind", "type", "count", "laureates")
    blocks = (paragraph(given, text, "table-actors"), plain(given, "actors", head, rows, (3,), ids))
    return Section("actors-list", given.t("report.part.actors_list"), blocks)


MOVED = ("robust", "laureate", "code", "reading", "threshold")


def claims_section(given):
    """Write the verdicts of the claims ledger, and how fragile the findings of this report are."""
    return _over(given, "claims", _ledger(given), _confidence(given), _fragility(given), _saturation(given))


def _ledger(given):
    table = given.claims
    if table.empty:
        return _none(given, "claims-ledger", "ledger", "report.no_claims")
    words, counted = {}, []
    for code in CLAIM_VERDICTS:
        verdict, mine = given.t(f"verdict.{code}"), table[table["verdict"] == code]
        words[verdict] = place("row-ledger", code)
        pairs = zip(map(given.number, mine["number"]), mine["claim_id"], strict=True)
        links = listed((number, place("claim", claim)) for number, claim in pairs)
        counted.append((verdict, given.number(len(mine)), given.number(len(table)), links))
    head = ("verdict", "count", "of", "claims")
    blocks = (
        paragraph(given, prose.ledger(given.dataset, table, given.lang), "table-ledger-verdicts", words),
        plain(given, "ledger-verdicts", head, counted, (1, 2), words.values()),
        *picture(given, "ledger"),
        plain(
            given,
            "ledger",
            ("claim", "about", "verdict", "found", "fragility", "laureates"),
            [_claim(given, claim) for claim in table.to_dict("records")],
            ids=[place("claim", claim) for claim in table["claim_id"]],
        ),
    )
    return Section("claims-ledger", given.t("report.part.ledger"), blocks)


def _claim(given, claim):
    announced = claim["rule"] in ("count", "about")
    key = "report.claim.number" if announced else "report.claim.cases"
    cases = () if announced else who(given, claim["laureates_direct"])
    if claim["laureates_indirect"]:
        stop = {"fr": " ; ", "en": "; "}[given.lang] if cases else ""
        words = Run(given.said(f"{stop}{given.t('report.claim.indirect')} "))
        cases = (*cases, words, *who(given, claim["laureates_indirect"]))
    return (
        (Run(given.number(claim["number"]) + ". "), Run(given.said(claim[f"statement_{given.lang}"]))),
        given.t(f"claim.{claim['kind']}"),
        Run(given.t(f"verdict.{claim['verdict']}"), strong=True),
        given.t(key, **{name: claim[name] for name in ("count", "indirect", "of")}),
        fragility_words.verdict(claim["fragility"], given.lang),
        cases,
    )


def _fragility(given):
    table = given.fragility
    if table.empty:
        return None
    verdicts = [verdict.split("; ") for verdict in table["verdict"]]
    rows = []
    for code in MOVED:
        number = sum(code in found for found in verdicts)
        rows.append((given.t(f"fragility.{code}"), given.number(number), given.number(len(table))))
    ids = [place("row-fragility", code) for code in MOVED]
    head = ("fragility", "count", "of")
    blocks = (
        paragraph(given, prose.fragility(given.dataset, table, given.lang), "table-fragility"),
        plain(given, "fragility-summary", head, rows, (1, 2), ids, table_id="table-fragility"),
        *picture(given, "leave_one_out"),
    )
    return Section("claims-fragility", given.t("report.part.fragility"), blocks)


def _confidence(given):
    if given.claims.empty:
        return None
    found = fragility_words.confidence(confidence(given.dataset, given.claims), given.lang)
    frame = tables.show(found, given.dataset, given.lang).frame
    text = Paragraph((Run(given.t("report.confidence")),))
    return Section("claims-confidence", given.t("report.part.confidence"), (text, shown(given, "confidence", frame)))


def _saturation(given):
    table = saturation.unseen(given.dataset)
    rows, ids = [], [place("row-saturation", kind) for kind in table["kind"]]
    for row in table.to_dict("records"):
        counts = [given.number(row[name]) for name in ("seen", "once", "twice")]
        estimates = [prose.estimate(row[name], given.lang) for name in ("estimate", "low", "high")]
        rows.append((given.t(f"saturation.kind.{row['kind']}"), *counts, *estimates))
    head = ("codes", "seen", "once", "twice", "estimate", "low", "high")
    blocks = (
        paragraph(given, prose.saturation(given.dataset, table, given.lang), "table-saturation"),
        plain(given, "saturation", head, rows, tuple(range(1, len(head))), ids),
        *picture(given, "saturation"),
    )
    return Section("claims-saturation", given.t("report.part.saturation"), blocks)


def laureates_section(given):
    """Write what is coded for each laureate, with the words by which it is found again, in the documents' order."""
    text = Paragraph((Run(given.t("report.laureates.how")),))
    parts = tuple(_laureate(given, row) for row in given.dataset.laureates.to_dict("records"))
    return Section("laureates", given.t("report.part.laureates"), (text,), parts)


def _laureate(given, row):
    key = row["laureate_id"]
    tables = (
        ("roles", ("role", "salience", "anchor"), _roles(given, key)),
        ("contributions", ("contribution", "what", "means", "anchor"), _contributions(given, key)),
        ("mentions", ("mention", "actor", "kind", "inside"), _mentions(given, key)),
        ("passages", ("theme", "strength", "anchor", "note"), _passages(given, key)),
    )
    name = given.said(row["name"])
    made = [
        plain(given, f"of.{kind}", head, rows, table_id=f"table-{kind}-{key}", laureate=name)
        for kind, head, rows in tables
        if rows
    ]
    summary = Paragraph((Run(given.said(row[f"summary_{given.lang}"])),))
    return Section(place("laureate", key), name, (summary, _facts(given, row), *made))


def _rows(given, table, key):
    return loading.rows_of(given.dataset, table).get(key, [])


def _facts(given, row):
    """List what stands in the laureate's own line; what the source does not state is said so."""
    none = given.t("state.not_stated")
    enjeu = given.names("enjeux", f"title_{given.lang}")[row["enjeu_id"]]
    enjeu = enjeu or given.names("enjeux", f"short_{given.lang}")[row["enjeu_id"]]
    source = given.names("sources", "title")[row["source_id"]]
    # The same few words give the place and the département.
    places = _anchor(given, row["place_anchor"])
    items = [
        ("project", (Run(given.said(row["project_name"]) or none),)),
        ("enjeu", (Run(enjeu, place("enjeu", row["enjeu_id"])),)),
        ("carrier", (Run(given.t(f"status.{row['carrier_status']}")), *_anchor(given, row["carrier_anchor"]))),
        ("place", (Run(given.said(row["place"]) or none), *(places if row["place"] else ()))),
        ("department", (Run(_department(given, row)), *(() if row["place"] else places))),
        (
            "source",
            (
                Run(given.t("report.source", title=source, row=row["source_row"])),
                *_anchor(given, row["row_anchor"]),
            ),
        ),
    ]
    items += [("tie", _tie(given, tie)) for tie in _rows(given, "relations", row["laureate_id"])]
    made = [(Run(given.t(f"report.fact.{name}"), strong=True), Run(" "), *runs) for name, runs in items]
    return Bullets(tuple(made))


def _anchor(given, anchor):
    return (Run(" ("), printed(anchor, given.lang), Run(")")) if anchor else ()


def _department(given, row):
    state = next((name for name in ("stated", "inferred") if row[f"department_{name}"]), None)
    if state is None:
        return given.t("state.not_stated")
    code = row[f"department_{state}"]
    name = labels.department(code, given.lang)
    return given.t(f"report.department.{state}", name=name, code=code, clues=row["inferred_from"])


def _tie(given, tie):
    """Write a stated tie: who, what, whom, and by which words."""
    known, names = people(given), given.names("actors", "name")
    ends = [
        who(given, end) if end in known else (Run(names[end], place("actor", end)),)
        for end in (tie["from_id"], tie["to_id"])
    ]
    words = Run(f" {given.t('relation.' + tie['kind'])} ")
    return (*ends[0], words, *ends[1], *_anchor(given, tie["anchor"]))


def _roles(given, key):
    return [
        (
            Run(given.t(f"role.{row['role']}"), place("row-roles", row["role"])),
            given.t(f"salience.{row['salience']}"),
            printed(row["anchor"], given.lang),
        )
        for row in _rows(given, "roles", key)
    ]


def _contributions(given, key):
    return [
        (
            row[f"label_{given.lang}"],
            given.t("report.what", **{name: given.t(f"{name}.{row[name]}") for name in ("dimension", "target")}),
            Run(given.t(f"mode.{row['code']}"), place("row-means", row["code"])),
            printed(row["anchor"], given.lang),
        )
        for row in _rows(given, "contributions", key)
    ]


def _mentions(given, key):
    found, names, kinds = _rows(given, "mentions", key), given.names("actors", "name"), given.names("actors", "kind")
    mentions = {row["position"]: row["mention"] for row in found}
    parents = [row["parent_position"] for row in found]
    return [
        (
            (Run(given.number(row["position"]) + ". "), printed(row["mention"], given.lang)),
            Run(names[row["actor_id"]], place("actor", row["actor_id"])),
            given.t(f"kind.{kinds[row['actor_id']]}"),
            () if pd.isna(parent) else printed(mentions[parent], given.lang),
        )
        for row, parent in zip(found, parents, strict=True)
    ]


def _passages(given, key):
    names, kinds = given.names("themes", f"label_{given.lang}"), given.names("themes", "kind")
    return [
        (
            (
                Run(given.t("report.kind", kind=given.t(f"theme.{kinds[row['theme_id']]}")) + " "),
                Run(names[row["theme_id"]], place("theme", row["theme_id"])),
            ),
            given.t(f"strength.{row['strength']}"),
            printed(row["anchor"], given.lang),
            french(row["note"], given.lang) if row["note"] else (),
        )
        for row in _rows(given, "evidence", key)
    ]


def methods_section(given):
    """Write how the report is made, what it rests on, and what must not be read into it."""
    return _over(given, "methods", _coding(given), _limits(given), *_tables_of_methods(given))


def _coding(given):
    names = ("empty", "anchor", "role", "mention", "passage", "verdict", "fragility")
    made = bullets(given, [(given.t(f"report.method.{name}"), "") for name in names])
    return Section("methods-coding", given.t("report.part.coding"), (made,))


def _limits(given):
    names = ["chosen", "small", "absent", "sources", "coder"]
    if invented_example.within(given.dataset):
        names.insert(0, "invented")
    count = len(given.dataset.laureates)
    items = [(given.t(f"report.limit.{name}", count=count), "table-enjeux") for name in names]
    return Section("methods-limits", given.t("report.part.limits"), (bullets(given, items),))


def _tables_of_methods(given):
    """Write the open readings, the discrepancies of the sources, and the sources."""
    dataset, lang = given.dataset, given.lang
    readings = [
        (fragility_words.reading(row["reading_id"], dataset, lang), row[f"reason_{lang}"])
        for row in loading.open_readings(dataset)
    ]
    wrong = [
        (row["what"], given.t(f"discrepancy.{row['kind']}"), row["locator"], printed(row["anchor"], lang))
        for row in records.discrepancies(dataset, lang).to_dict("records")
    ]
    used = set(dataset.laureates["source_id"])
    sources = [
        (row["title"], row["publisher"], row["retrieved"], Run(row["sha256"]))
        for row in dataset.sources.to_dict("records")
        if row["source_id"] in used
    ]
    how = given.t("report.readings", count=given.number(len(readings)))
    digest = Paragraph((Run(given.said(given.t("report.digest", digest=dataset.digest))),))
    told = paragraph(given, prose.discrepancies(dataset, lang), "table-discrepancies")
    parts = (
        ("readings", paragraph(given, how, "table-readings"), ("reading", "reason"), readings),
        ("discrepancies", told, ("what_wrong", "kind_wrong", "where", "anchor"), wrong),
        ("sources", digest, ("title", "publisher", "retrieved", "sha256"), sources),
    )
    return [
        Section(f"methods-{name}", given.t(f"report.part.{name}"), (text, plain(given, name, head, rows)))
        for name, text, head, rows in parts
        if rows or name == "sources"
    ]


PARTS = (
    enjeux_section,
    contributions_section,
    roles_section,
    levers_section,
    actors_section,
    claims_section,
    laureates_section,
    methods_section,
)


def make(dataset, lang=None, ambition=None, figures_folder=None, fragility=None, claims=None):
    """Make the report of some records."""
    lang = labels.language(lang)
    dataset = dataset.only(ambition)
    given = Given(dataset, lang, fragility, claims, None if figures_folder is None else Path(figures_folder))
    for name in findings.of_key("coverage").figures:
        picture(given, name)  # a folder without figures is told before what takes long
    given = given._replace(
        fragility=findings.fragility(dataset, progress=False) if fragility is None else fragility,
        claims=ledger(dataset, progress=False) if claims is None else claims,
    )
    sections = resolved(tuple(part(given) for part in PARTS))
    source = prose.source_line(dataset, lang)
    return Report(lang, _title(dataset, lang), _subtitle(dataset, lang), source, dataset.digest, sections)


def _title(dataset, lang):
    """Name the ambitions; one alone with its title, where that is known."""
    table = loading.loaded(dataset)
    numbers = [labels.number(number, lang) for number in table["number"]]
    if len(table) != 1:
        return labels.t("report.title.many", lang, numbers=labels.join(numbers, lang))
    title = said(table[f"title_{lang}"].iloc[0] or table["title_fr"].iloc[0], lang)
    return labels.t("report.title.titled" if title else "report.title.one", lang, number=numbers[0], title=title)


def _subtitle(dataset, lang):
    total = labels.count(len(dataset.laureates), "laureate", lang)
    text = labels.t("report.subtitle", lang, total=total)
    if invented_example.within(dataset):
        text = f"{labels.t('frame.invented', lang)}. {text}"
    return text
