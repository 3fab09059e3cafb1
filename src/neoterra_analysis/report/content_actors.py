"""The ecosystem of actors: the two-mode network, what ties laureates together, the kinds and types of actors."""

from .. import labels, network, prose
from .content_blocks import fragile, grid, picture, plain
from .content_runs import listed, paragraph, place, said, who
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
