"""The content of the report: everything that it says, made from the records, whatever it is written as."""

from pathlib import Path

import pandas as pd

from ..analysis import claims, findings, network, records, roles, themes
from ..analysis.claims import ledger as judged
from ..dataset import invented_example, loading
from ..sentences import fragility_words, prose
from ..words import labels
from .linked import Given, bullets, fragile, french, grid, listed, paragraph, picture, place, plain, printed, said, who
from .model import Bullets, Paragraph, Picture, Report, Run, Section, Table


def enjeux_section(given):
    """Write the section."""
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


def contributions_section(given):
    """Write the section."""
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


def roles_section(given):
    """Write the section."""
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


def levers_section(given):
    """Write the section."""
    parts = [_themes(given), _by_role(given), _carriers(given)]
    return Section("levers", labels.t("report.part.levers", given.lang), (), tuple(part for part in parts if part))


def _themes(given):
    dataset, lang = given.dataset, given.lang
    title = labels.t("report.part.themes", lang)
    if dataset.themes.empty:
        return Section("levers-themes", title, (paragraph(given, labels.t("report.no_themes", lang), ""),))
    table, counts = themes.themes(dataset), themes.verdicts(dataset)
    rows = {labels.t(f"verdict.{v}", lang): place("row-verdicts", v) for v in counts["verdict"]}
    sentences = themes.sentences(dataset, lang)
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
    table = themes.roles_by_lever(dataset)
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


def actors_section(given):
    """Write the section."""
    title = labels.t("report.part.actors", given.lang)
    if network.incidence(given.dataset).matrix.nnz == 0:
        none = (paragraph(given, labels.t("report.no_actors", given.lang), ""),)
        return Section("actors", title, none, () if given.dataset.actors.empty else (_list(given),))
    parts = (_two_mode(given), _ties(given), _edges(given), _mix(given), _list(given))
    return Section("actors", title, (), parts)


def _two_mode(given):
    dataset, lang = given.dataset, given.lang
    ties = network.ties(network.incidence(dataset))
    names = dict(zip(dataset.actors["actor_id"], dataset.actors[f"short_{lang}"], strict=True))
    rows = {said(names[actor], lang): place("actor", actor) for actor in ties["actor_id"]}
    blocks = (
        paragraph(given, prose.two_mode(dataset, lang), "table-ties", rows, "table-actors"),
        *picture(given, "03-two-mode"),
        grid(given, "ties", ties),
        *picture(given, "03-ties"),
        *fragile(given, "two_mode"),
    )
    return Section("actors-network", labels.t("report.part.two_mode", lang), blocks)


def _ties(given):
    dataset, lang = given.dataset, given.lang
    direct = network.direct_ties(dataset)
    edges = network.edge_sources(network.incidence(dataset), "laureates")
    head = [labels.t(f"report.head.{name}", lang) for name in ("laureate", "tie", "laureate")]
    stated = [
        (who(given, source), labels.t(f"relation.{kind}", lang), who(given, target))
        for source, target, kind in direct.itertuples(index=False, name=None)
    ]
    shared = [
        (who(given, f"{row['source']}; {row['target']}"), labels.number(row["count"], lang), _actors(given, row))
        for row in edges.to_dict("records")
    ]
    pair = [labels.t(f"report.head.{name}", lang) for name in ("pair", "shared", "actors")]
    blocks = (
        paragraph(given, prose.laureate_ties(dataset, lang), "table-laureate-pairs"),
        *picture(given, "03-laureate-projection"),
        plain(given, "laureate-pairs", pair, shared, numeric=(1,)),
        *([plain(given, "direct-ties", head, stated)] if stated else []),
        *fragile(given, "laureate_ties"),
    )
    return Section("actors-ties", labels.t("report.part.laureate_ties", lang), blocks)


def _actors(given, row):
    column = given.dataset.actors[f"short_{given.lang}"]
    names = dict(zip(given.dataset.actors["actor_id"], column, strict=True))
    return listed((said(names[one], given.lang), place("actor", one)) for one in row["actors"].split("; "))


def _edges(given):
    dataset, lang = given.dataset, given.lang
    whole = network.incidence(dataset)
    repeated = network.edge_sources(whole).query("count >= 2")
    shares = network.row_shares(whole)[["laureate_id", "actors", "pairs", "own_edges", "edges", "share"]]
    heads = {name: labels.t(f"report.head.{name}", lang) for name in ("actors", "pairs", "own_edges", "edges")}
    shares["share"] = [labels.share(part, 1, lang) for part in shares["share"]]
    heads["share"] = labels.t("report.head.share", lang)
    blocks = (
        paragraph(given, prose.co_occurrence(dataset, lang), "table-row-shares"),
        paragraph(given, prose.row_shares(dataset, lang), "table-row-shares"),
        *picture(given, "03-row-shares"),
        grid(given, "row-shares", shares, heads=heads),
        *([grid(given, "repeated-pairs", repeated)] if len(repeated) else []),
        *fragile(given, "co_occurrence"),
        *fragile(given, "row_shares"),
    )
    return Section("actors-edges", labels.t("report.part.co_occurrence", lang), blocks)


def _mix(given):
    dataset, lang = given.dataset, given.lang
    table = network.type_mix(dataset)
    columns = [name for name in ("laureate_id", "actors", "types", "type_list") if name in table.columns]
    heads = {"actors": labels.t("report.head.actors", lang)}
    blocks = (
        paragraph(given, prose.type_mix(dataset, lang), "table-type-mix"),
        *picture(given, "03-type-mix"),
        grid(given, "type-mix", table[columns], heads=heads),
        *fragile(given, "type_mix"),
    )
    return Section("actors-types", labels.t("report.part.type_mix", lang), blocks)


def _list(given):
    """List every actor with the laureates that mobilise it: the network without the picture."""
    dataset, lang = given.dataset, given.lang
    order = {laureate: rank for rank, laureate in enumerate(dataset.laureates["laureate_id"])}
    held = {}
    for laureate, actor in zip(dataset.mentions["laureate_id"], dataset.mentions["actor_id"], strict=True):
        held.setdefault(actor, set()).add(laureate)
    rows, ids = [], []
    for actor in dataset.actors.to_dict("records"):
        mine = sorted(held.get(actor["actor_id"], ()), key=order.get)
        kind = labels.t(f"kind.{actor['kind']}", lang)
        kind_of = "" if actor["kind"] == "not_an_actor" else labels.t(f"type.{actor['actor_type']}", lang)
        rows.append((actor["name"], kind, kind_of, labels.number(len(mine), lang), who(given, "; ".join(mine))))
        ids.append(place("actor", actor["actor_id"]))
    head = [labels.t(f"report.head.{name}", lang) for name in ("actor", "kind", "type", "count", "laureates")]
    text = labels.t("report.actors.how", lang, count=labels.number(len(rows), lang))
    blocks = (paragraph(given, text, "table-actors"), plain(given, "actors", head, rows, (3,), ids))
    return Section("actors-list", labels.t("report.part.actors_list", lang), blocks)


MOVED = ("robust", "laureate", "code", "reading", "threshold")


def claims_section(given):
    """Write the section."""
    parts = [_ledger(given), _fragility(given)]
    return Section("claims", labels.t("report.part.claims", given.lang), (), tuple(part for part in parts if part))


def _ledger(given):
    dataset, lang, table = given.dataset, given.lang, given.claims
    title = labels.t("report.part.ledger", lang)
    if table.empty:
        return Section("claims-ledger", title, (paragraph(given, labels.t("report.no_claims", lang), ""),))
    words, counted = {}, []
    for code in claims.VERDICTS:
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


def laureates_section(given):
    """Write the section: one under it for each laureate, in the order of the documents."""
    dataset, lang = given.dataset, given.lang
    text = labels.t("report.laureates.how", lang)
    parts = tuple(_laureate(given, row) for row in dataset.laureates.to_dict("records"))
    return Section("laureates", labels.t("report.part.laureates", lang), (Paragraph((Run(text),)),), parts)


def _laureate(given, row):
    lang, key = given.lang, row["laureate_id"]
    tables = [make(given, key) for make in (_roles, _contributions, _mentions, _passages)]
    summary = Paragraph((Run(said(row[f"summary_{lang}"], lang)),))
    blocks = (summary, _facts(given, row), *(table for table in tables if table))
    return Section(place("laureate", key), said(row["name"], lang), blocks)


def _rows(given, table, key):
    frame = getattr(given.dataset, table)
    return frame[frame["laureate_id"] == key].to_dict("records")


def _name(given, table, key_column, key, column):
    frame = getattr(given.dataset, table)
    return said(dict(zip(frame[key_column], frame[column], strict=True)).get(key, key), given.lang)


def _facts(given, row):
    """List what stands in the laureate's own line; what the source does not state is said so."""
    lang = given.lang
    none = labels.t("state.not_stated", lang)
    enjeu = _name(given, "enjeux", "enjeu_id", row["enjeu_id"], f"title_{lang}")
    enjeu = enjeu or _name(given, "enjeux", "enjeu_id", row["enjeu_id"], f"short_{lang}")
    source = _name(given, "sources", "source_id", row["source_id"], "title")
    # The same few words give the place and the département.
    places = _anchor(row["place_anchor"], lang)
    items = [
        ("project", (Run(said(row["project_name"], lang) or none),)),
        ("enjeu", (Run(enjeu, place("enjeu", row["enjeu_id"])),)),
        ("carrier", (Run(labels.t(f"status.{row['carrier_status']}", lang)), *_anchor(row["carrier_anchor"], lang))),
        ("place", (Run(said(row["place"], lang) or none), *(places if row["place"] else ()))),
        ("department", (Run(_department(row, lang)), *(() if row["place"] else places))),
        ("source", _source(source, row, lang)),
    ]
    items += [("tie", _tie(given, tie)) for tie in _rows(given, "relations", row["laureate_id"])]
    made = [(Run(labels.t(f"report.fact.{name}", lang), strong=True), Run(" "), *runs) for name, runs in items]
    return Bullets(tuple(made))


def _anchor(anchor, lang):
    return (Run(" ("), printed(anchor, lang), Run(")")) if anchor else ()


def _department(row, lang):
    state = next((name for name in ("stated", "inferred") if row[f"department_{name}"]), None)
    if state is None:
        return labels.t("state.not_stated", lang)
    code = row[f"department_{state}"]
    words = {"name": labels.department(code, lang), "code": code, "clues": row["inferred_from"]}
    return labels.t(f"report.department.{state}", lang, **words)


def _source(title, row, lang):
    where = labels.t("report.source", lang, title=title, row=row["source_row"])
    return (Run(where), *_anchor(row["row_anchor"], lang))


def _tie(given, tie):
    """Write a stated tie: who, what, whom, and by which words."""
    runs = []
    known = set(given.dataset.laureates["laureate_id"])
    for end in (tie["from_id"], tie["to_id"]):
        if end in known:
            runs.append(who(given, end))
        else:
            name = _name(given, "actors", "actor_id", end, "name")
            runs.append((Run(name, place("actor", end)),))
    words = labels.t(f"relation.{tie['kind']}", given.lang)
    return (*runs[0], Run(f" {words} "), *runs[1], *_anchor(tie["anchor"], given.lang))


def _table(given, name, key, columns, rows):
    if not rows:
        return None
    head = [labels.t(f"report.head.{column}", given.lang) for column in columns]
    laureate = _name(given, "laureates", "laureate_id", key, "name")
    return plain(given, f"of.{name}", head, rows, table_id=f"table-{name}-{key}", laureate=laureate)


def _roles(given, key):
    lang = given.lang
    rows = [
        (
            (Run(labels.t(f"role.{row['role']}", lang), place("row-roles", row["role"])),),
            labels.t(f"salience.{row['salience']}", lang),
            (printed(row["anchor"], lang),),
        )
        for row in _rows(given, "roles", key)
    ]
    return _table(given, "roles", key, ("role", "salience", "anchor"), rows)


def _contributions(given, key):
    lang = given.lang
    rows = [
        (
            row[f"label_{lang}"],
            _what(row, lang),
            (Run(labels.t(f"mode.{row['code']}", lang), place("row-means", row["code"])),),
            (printed(row["anchor"], lang),),
        )
        for row in _rows(given, "contributions", key)
    ]
    return _table(given, "contributions", key, ("contribution", "what", "means", "anchor"), rows)


def _what(row, lang):
    words = {name: labels.t(f"{name}.{row[name]}", lang) for name in ("dimension", "target")}
    return labels.t("report.what", lang, **words)


def _mentions(given, key):
    lang = given.lang
    found = _rows(given, "mentions", key)
    mentions = {row["position"]: row["mention"] for row in found}
    kinds = dict(zip(given.dataset.actors["actor_id"], given.dataset.actors["kind"], strict=True))
    rows = []
    for row in found:
        parent = row["parent_position"]
        inside = mentions.get(parent, "") if not pd.isna(parent) else ""
        name = _name(given, "actors", "actor_id", row["actor_id"], "name")
        rows.append(
            (
                (Run(labels.number(row["position"], lang) + ". "), printed(row["mention"], lang)),
                (Run(name, place("actor", row["actor_id"])),),
                labels.t(f"kind.{kinds[row['actor_id']]}", lang),
                (printed(inside, lang),) if inside else (),
            )
        )
    return _table(given, "mentions", key, ("mention", "actor", "kind", "inside"), rows)


def _passages(given, key):
    lang = given.lang
    kinds = dict(zip(given.dataset.themes["theme_id"], given.dataset.themes["kind"], strict=True))
    rows = [
        (
            (
                Run(labels.t("report.kind", lang, kind=labels.t(f"theme.{kinds[row['theme_id']]}", lang)) + " "),
                Run(
                    _name(given, "themes", "theme_id", row["theme_id"], f"label_{lang}"),
                    place("theme", row["theme_id"]),
                ),
            ),
            labels.t(f"strength.{row['strength']}", lang),
            (printed(row["anchor"], lang),),
            (french(row["note"], lang),) if row["note"] else (),
        )
        for row in _rows(given, "evidence", key)
    ]
    return _table(given, "passages", key, ("theme", "strength", "anchor", "note"), rows)


def methods_section(given):
    """Write the section."""
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
    if invented_example.within(given.dataset):
        names.insert(0, "invented")
    items = [(labels.t(f"report.limit.{name}", lang, count=number), "table-enjeux") for name in names]
    return Section("methods-limits", labels.t("report.part.limits", lang), (bullets(given, items),))


def _readings(given):
    dataset, lang = given.dataset, given.lang
    if dataset.readings.empty:
        return None
    rows = [
        (fragility_words.reading(row["reading_id"], dataset, lang), row[f"reason_{lang}"])
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
    given = Given(
        dataset,
        lang,
        findings.fragility(dataset, progress=False) if fragility is None else fragility,
        judged(dataset, progress=False) if claims is None else claims,
        None if figures_folder is None else Path(figures_folder),
    )
    sections = resolved(tuple(part(given) for part in PARTS))
    source = prose.source_line(dataset, lang)
    return Report(lang, _title(dataset, lang), _subtitle(dataset, lang), source, dataset.digest, sections)


def targets(sections):
    """List every id of some sections, in reading order."""
    found = []
    for section in sections:
        found.append(section.id)
        for block in section.blocks:
            if isinstance(block, Picture):
                found.append(f"figure-{block.key}")
            elif isinstance(block, Table):
                found += [block.id, *block.ids]
            elif isinstance(block, Paragraph):
                found.append(block.id)
        found += targets(section.sections)
    return [one for one in found if one]


def resolved(sections):
    """Let no run lead to what the report does not hold, as where data have no actor or no contribution."""
    known = set(targets(sections))

    def runs(these):
        return tuple(run if run.target in known else run._replace(target="") for run in these)

    def block(one):
        if isinstance(one, Paragraph):
            return one._replace(runs=runs(one.runs))
        if isinstance(one, Bullets):
            return one._replace(items=tuple(runs(item) for item in one.items))
        if isinstance(one, Table):
            return one._replace(rows=tuple(tuple(runs(cell) for cell in row) for row in one.rows))
        return one

    def section(one):
        return one._replace(blocks=tuple(map(block, one.blocks)), sections=tuple(map(section, one.sections)))

    return tuple(section(one) for one in sections)


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
