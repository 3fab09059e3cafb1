"""The networks in the files of VOSviewer and Kumu, and the rows as a hypergraph (HIF)."""

import html
import io
import json
from datetime import datetime

from ..words import labels
from . import Loss
from .graphs import about_laureates, cleaned, columns, made_of, records, unkept

SEVERAL = dict.fromkeys(("roles", "principal_roles", "contributions", "themes"), "; ") | {"aliases": "|"}
NUMBERS = ("mobilises", "mobilised_by")


def _json(made):
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()


def vosviewer(dataset, options):
    """Make the network as VOSviewer's JSON; what is said of a node stands in its description, as HTML."""
    graph, about, losses = made_of(dataset, options)
    nodes, edges = records(graph)
    lang, by = options.get("lang"), "enjeu" if about_laureates(graph) else "kind_label"
    laureate = labels.t("exchange.what.laureate", lang)
    group = {row["id"]: laureate if by == "kind_label" and row["side"] == "laureate" else row[by] for row in nodes}
    clusters = {label: i for i, label in enumerate(dict.fromkeys(group.values()), 1)}
    items = [
        {
            "id": row["id"],
            "label": row["label"],
            "description": _described(row, lang),
            "cluster": clusters[group[row["id"]]],
            "weights": {labels.t(f"exchange.what.{name}", lang): row[name] for name in NUMBERS},
        }
        for row in nodes
    ]
    strength = {}
    main = [edge for edge in edges if edge["relation"] in ("mobilises", "shares") and not edge.get("from_id")]
    for edge in main:  # it has no direction: two that mobilise each other have one link
        ends = tuple(sorted((edge["source"], edge["target"])))
        strength[ends] = strength.get(ends, 0) + edge["weight"]
    links = [{"source_id": one, "target_id": other, "strength": n} for (one, other), n in strength.items()]
    network = {
        "items": items,
        "links": links,
        "clusters": [{"cluster": i, "label": label or "–"} for label, i in clusters.items()],
    }
    told = "<br>".join(html.escape(f"{name}: {value}") for name, value in about.items() if name != "title")
    losses += unkept(main, ("source", "target", "weight"), "no_place")
    losses.append(Loss("ties", len(edges) - len(main), "one_link"))
    losses.append(Loss("direction", len(main) if graph.is_directed() else 0, "one_link"))
    return {".json": _json({"network": network, "info": {"title": about["title"], "description": told}})}, losses


def _described(row, lang):
    told = {name: value for name, value in row.items() if value != "" and name not in ("label", *NUMBERS)}
    lines = [(labels.t(f"exchange.what.{name}", lang), name, str(value)) for name, value in told.items()]
    return "<br>".join(f'<b title="{name}">{html.escape(what)}</b> {html.escape(value)}' for what, name, value in lines)


def kumu(dataset, options):
    """Make the network as Kumu's JSON and as its workbook of elements and connections."""
    graph, about, losses = made_of(dataset, options)
    nodes, edges, losses = cleaned(graph, losses)
    elements = []
    for row in nodes:
        own = {n: v.split(SEVERAL[n]) if n in SEVERAL and v else v for n, v in row.items()}
        kind = (
            labels.t("exchange.what.laureate", options.get("lang")) if row["side"] == "laureate" else row["kind_label"]
        )
        tags = own["roles"] or []
        told = {"id": own.pop("id"), "label": own.pop("label"), "type": kind}
        elements.append({**told, "description": row["summary"] or row["note"], "tags": tags, **own})
    connections = []
    for i, row in enumerate(edges):
        own = {name: value for name, value in row.items() if name not in ("source", "target", "from_id", "to_id")}
        stated = graph.is_directed() or row.get("from_id")
        ends = {"from": row.get("from_id") or row["source"], "to": row.get("to_id") or row["target"]}
        told = {"id": f"c{i}", **ends, "type": row["relation_label"]}
        connections.append({**told, "direction": "directed" if stated else "undirected", **own})
    one = ((n, v) for row in (*nodes, *edges) for n, v in row.items() if isinstance(v, str) and SEVERAL.get(n) != "|")
    piped = sum("|" in value for _, value in one)
    losses.append(Loss("pipe", piped, "kumu_pipe"))
    blueprint = {"name": about["title"], "about": about, "elements": elements, "connections": connections}
    return {".json": _json(blueprint), ".xlsx": _workbook(about, elements, connections)}, losses


def _workbook(about, elements, connections):
    """Write the two sheets that Kumu reads; texts are written as texts, so that none runs as a formula."""
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        comments = "\n".join(f"{name}: {value}" for name, value in about.items() if name != "title")
        book.set_properties({"created": datetime(2000, 1, 1), "title": about["title"], "comments": comments})
        for name, rows in (("Elements", elements), ("Connections", connections)):
            sheet, heads = book.add_worksheet(name), list(columns(rows))
            known = {
                key: key.capitalize() for key in ("label", "type", "description", "tags", "from", "to", "direction")
            }
            for place, head in enumerate(heads):
                sheet.write_string(0, place, known.get(head, "ID" if head == "id" else head))
                for line, row in enumerate(rows, 1):
                    value = row.get(head, "")
                    if isinstance(value, list):
                        value = "|".join(value)
                    elif isinstance(value, str):
                        value = value.replace("|", "¦")
                    if isinstance(value, str):
                        sheet.write_string(line, place, value)
                    else:
                        sheet.write_number(line, place, value)
    return file.getvalue()


def hif(dataset, options):
    """Make the rows as a hypergraph: a laureate is an edge that holds all actors of its row, an actor is a node."""
    graph, about, losses = made_of(dataset, options)
    nodes, edges = records(graph)
    printed = [edge for edge in edges if edge["relation"] == "mobilises"]
    mobilised = {edge["target"] for edge in printed}
    incidences = [
        {"edge": row.pop("source"), "node": row.pop("target"), "weight": row.pop("weight"), "attrs": row}
        for row in printed
    ]
    about["network"] = labels.t("exchange.network.hypergraph", options.get("lang"))
    about["title"] = f"{about['title'].rpartition(' – ')[0]} – {about['network']}"
    made = {"network-type": "undirected", "metadata": about, "incidences": incidences}
    made["nodes"] = [{"node": row["id"], "attrs": _but_id(row)} for row in nodes if row["id"] in mobilised]
    made["edges"] = [{"edge": row["id"], "attrs": _but_id(row)} for row in nodes if row["side"] == "laureate"]
    ties = len(edges) - len(incidences)
    alone = sum(row["side"] == "actor" and row["id"] not in mobilised for row in nodes)
    return {".json": _json(made)}, [*losses, Loss("ties", ties, "hyperedge"), Loss("unmobilised", alone, "hyperedge")]


def _but_id(row):
    return {name: value for name, value in row.items() if name != "id"}
