"""The annex of a fiche: everything that is coded and counted, made from the records, whatever it is written as."""

import pandas as pd

from ..analysis import findings, network, records, roles, saturation, themes
from ..analysis.claims import confidence
from ..dataset import invented_example, loading
from ..dataset.decisions import CONCERNS
from ..sentences import fragility_words, prose, tables
from ..words import labels
from ..words.codes import CLAIM_VERDICTS
from .linked import (
    bullets,
    document,
    fragile,
    french,
    gathered,
    grid,
    listed,
    paragraph,
    people,
    picture,
    place,
    plain,
    printed,
    shown,
    titled,
    who,
)
from .model import Bullets, Paragraph, Run, Section

# Figures that the fiche holds, or that show what a table of the annex tells, row by row.
ELSEWHERE = frozenset(
    "contributions enjeux framework_matrix leave_one_out ledger places role_by_actor_type role_by_enjeu"
    " role_combinations role_counts roles_by_lever row_shares theme_cases ties".split()
)


def _finding(given, key, section, target, *blocks, rows=None, first=None, part=None):
    """Make the section of a finding: its sentence, its figures, what is given, its fragility."""
    figures = [name for name in findings.of_key(key).figures if name not in ELSEWHERE]
    made = (
        paragraph(given, getattr(prose, key)(given.dataset, given.lang), target, rows, first),
        *(block for name in figures for block in picture(given, name)),
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
    table, counts = themes.themes(dataset), themes.verdicts(dataset)
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
    more = (grid(given, "themes", table.drop(columns=["none"]), ids), *fragile(given, "themes"))
    return section._replace(blocks=(*section.blocks, *more))


def _by_role(given):
    table = themes.roles_by_lever(given.dataset)
    if table.empty:
        return None
    text = given.t("report.levers.how", levers=table["theme_id"].nunique())
    blocks = (
        paragraph(given, text, "table-role-by-lever"),
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
        rows={names[actor]: place("actor", actor) for actor in ties["actor_id"]},
        first="table-actors",
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
    statistics = [place("fragility", name) for name in table["statistic"]]
    head = ("fragility", "count", "of")
    blocks = (
        paragraph(given, prose.fragility(given.dataset, table, given.lang), "table-fragility"),
        plain(given, "fragility-summary", head, rows, (1, 2), ids, table_id="table-fragility"),
        shown(given, "fragility-all", fragility_words.show(table, given.dataset, lang=given.lang).frame, statistics),
    )
    return Section("claims-fragility", given.t("report.part.fragility"), blocks)


def _confidence(given):
    if given.claims.empty:
        return None
    table = confidence(given.dataset, given.claims)
    proposed = table[["adequacy", "coherence"]].isin(CONCERNS[1:]).any(axis=1)
    telling = table[proposed | (table["judged"] != "")]
    found = fragility_words.confidence(telling, given.lang)
    # What nobody judged of any claim is said once.
    empty = [name for name in found.columns if (found[name] == given.t("confidence.empty")).all()]
    heads = [given.t(f"column.{name}").lower() for name in empty]
    told = [given.t("report.confidence")]
    if heads and len(found):
        told.append(given.t("report.confidence.unjudged", names=labels.join(heads, given.lang)))
    if len(found) < len(table):
        told.append(given.t("report.confidence.others", count=len(table) - len(found), of=len(table)))
    frame = tables.show(found.drop(columns=empty), given.dataset, given.lang).frame
    rows = [shown(given, "confidence", frame)] if len(found) else []
    blocks = (paragraph(given, " ".join(told), "table-ledger"), *rows)
    return Section("claims-confidence", given.t("report.part.confidence"), blocks)


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
        *(drawn._replace(stays=True) for drawn in picture(given, "saturation")),  # the next chapter comes after it
    )
    return Section("claims-saturation", given.t("report.part.saturation"), blocks)


def laureates_section(given):
    """Write what is coded for each laureate, with the words by which it is found again, in the documents' order."""
    text = Paragraph((Run(given.t("report.laureates.how")),))
    parts = tuple(_laureate(given, row) for row in given.dataset.laureates.to_dict("records"))
    return Section("laureates", given.t("report.part.laureates"), (text,), parts)


def _laureate(given, row):
    key = row["laureate_id"]
    rows = [*_roles(given, key), *_contributions(given, key), *_mentions(given, key), *_passages(given, key)]
    name, head = given.said(row["name"]), ("code", "how", "printed")
    made = [plain(given, "of", head, rows, table_id=f"table-of-{key}", laureate=name)] if rows else []
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


def _coded(given, kind, run):
    """Say what is coded: its kind, then the code, which heads its row."""
    return (Run(given.t("report.kind", kind=given.t(f"report.head.{kind}")) + " "), run)


def _roles(given, key):
    return [
        (
            _coded(given, "role", Run(given.t(f"role.{row['role']}"), place("row-roles", row["role"]))),
            given.t(f"salience.{row['salience']}"),
            printed(row["anchor"], given.lang),
        )
        for row in _rows(given, "roles", key)
    ]


def _contributions(given, key):
    return [
        (
            _coded(given, "contribution", Run(given.said(row[f"label_{given.lang}"]))),
            (
                Run(given.t("report.what", **{one: given.t(f"{one}.{row[one]}") for one in ("dimension", "target")})),
                Run(" – "),
                Run(given.t(f"mode.{row['code']}"), place("row-means", row["code"])),
            ),
            printed(row["anchor"], given.lang),
        )
        for row in _rows(given, "contributions", key)
    ]


def _mentions(given, key):
    found, names = _rows(given, "mentions", key), given.names("actors", "name")
    mentions = {row["position"]: row["mention"] for row in found}
    parents = [row["parent_position"] for row in found]
    return [
        (
            _coded(given, "actor", Run(names[row["actor_id"]], place("actor", row["actor_id"]))),
            () if pd.isna(parent) else (Run(given.t("report.inside") + " "), printed(mentions[parent], given.lang)),
            printed(row["mention"], given.lang),
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
            (
                Run(given.t(f"strength.{row['strength']}")),
                *((Run(" – "), french(row["note"], given.lang)) if row["note"] else ()),
            ),
            printed(row["anchor"], given.lang),
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
        (row["title"], row["publisher"], labels.date(row["retrieved"], lang), Run(row["sha256"]))
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


def of(given, beside=""):
    """Make the annex; ``beside`` is the file stem of the fiche that leads here."""
    title = titled("annex", given.dataset, given.lang)
    return document(given, "annex", title, "report.subtitle", (part(given) for part in PARTS), beside)


def make(dataset, lang=None, ambition=None, figures_folder=None, fragility=None, claims=None):
    """Make the annex of some records."""
    return of(gathered(dataset, lang, ambition, figures_folder, fragility, claims))
