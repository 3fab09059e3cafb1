"""The networks in the files of Gephi, Cytoscape, Pajek and UCINET."""

import csv
import io
import re
from collections import Counter
from xml.etree import ElementTree

from ..analysis import network
from ..dataset.loading import by_id
from ..words import files, labels
from ..words.codes import ACTOR_KINDS, NAMED, NOT_AN_ACTOR
from . import Loss, provenance

# Letters that XML forbids, or reads as others.
NO_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What is no part of a network: what a report calls it, and its table.
OUTSIDE = {name: name for name in ("claims", "readings", "discrepancies", "decisions")} | {
    **{"theme_texts": "themes", "contribution_texts": "contributions", "evidence_texts": "evidence"},
    **{"enjeu_titles": "enjeux", "ambition_titles": "ambitions"},
}
XML_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
GEXF_TYPES = {str: "string", int: "integer", float: "double"}
GRAPHML_TYPES = {str: "string", int: "int", float: "double"}


def made_of(dataset, options):
    """Make the graph of an export, with what it says of itself, and tell what of the records is in no such graph."""
    lang, kinds = options.get("lang"), NAMED if options.get("named_only") else ACTOR_KINDS
    graph = network.graph(dataset, options.get("network") or "two-mode", kinds, lang)
    which = graph.graph["network"]
    about = {**provenance(dataset, lang), "network": labels.t(f"exchange.network.{which}", lang)}
    about["title"] = f"{about['title']} – {about['network']}"
    return graph, about, _unheld(dataset, which, kinds, graph)


def _unheld(dataset, which, kinds, graph):
    """Count what a network does not hold, whatever its format."""
    found = [Loss(name, len(getattr(dataset, table)), "no_network") for name, table in OUTSIDE.items()]
    kind, same = by_id(dataset, "actors", "kind"), by_id(dataset, "actors", "laureate_id")
    everyone = {*dataset.laureates["laureate_id"], *(same[actor] or actor for actor in kind)}
    found.append(Loss("no_node", len(everyone - {same.get(node) or node for node in graph}), "no_node"))
    printed = [kind[actor] for actor in dataset.mentions["actor_id"]]
    found.append(Loss("not_an_actor", printed.count(NOT_AN_ACTOR), "not_counted"))
    found.append(Loss("categories", sum(one not in (*kinds, NOT_AN_ACTOR) for one in printed), "asked"))
    if which != "two-mode":
        found.append(Loss("mention", sum(one in kinds for one in printed), "projected"))
    kept = sum(told["relation"] in set(dataset.relations["kind"]) for _, _, told in graph.edges(data=True))
    found.append(Loss("relations", len(dataset.relations) - kept, "ends"))
    found.append(Loss("other_language", len(graph), "one_language"))
    return found


def unkept(records, kept, why):
    """Count the values of each attribute that a format does not keep."""
    counts = {}
    for record in records:
        for name, value in record.items():
            if name not in kept and value != "":
                counts[name] = counts.get(name, 0) + 1
    return [Loss(name, count, why) for name, count in counts.items()]


def records(graph):
    """Return the nodes and the edges of a graph as dictionaries, with ``id``, or ``source`` and ``target``."""
    nodes = [{"id": node, **told} for node, told in graph.nodes(data=True)]
    return nodes, [{"source": source, "target": target, **told} for source, target, told in graph.edges(data=True)]


def columns(rows, but=()):
    """Tell the type of each column of some records, in the order in which they come."""
    return {name: type(value) for row in rows for name, value in row.items() if name not in but}


def cleaned(graph, losses):
    """Return nodes, edges and losses, without the letters that no XML can hold, which count as lost."""
    both, count = records(graph), 0
    for row in (*both[0], *both[1]):
        safe = {name: NO_XML.sub("", value) for name, value in row.items() if isinstance(value, str)}
        count += sum(row[name] != value for name, value in safe.items())
        row |= safe
    return *both, [*losses, Loss("control", count, "xml")]


def _xml(root):
    ElementTree.indent(root, " ")
    return XML_HEAD + ElementTree.tostring(root, encoding="utf-8") + b"\n"


def _child(parent, tag, text=None, **attributes):
    made = ElementTree.SubElement(parent, tag, {name.rstrip("_"): str(value) for name, value in attributes.items()})
    made.text = text
    return made


def gexf(dataset, options):
    """Make the network as GEXF 1.2, for Gephi and Gephi Lite; without the date, which would change the bytes."""
    graph, about, losses = made_of(dataset, options)
    nodes, edges, losses = cleaned(graph, losses)
    root = ElementTree.Element("gexf", {"xmlns": "http://www.gexf.net/1.2draft", "version": "1.2"})
    meta = _child(root, "meta")
    _child(meta, "creator", about["creator"])
    _child(meta, "description", "\n".join((about["title"], about["source"], about["licence"])))
    _child(meta, "keywords", f"sha256 {about['sha256']}")
    body = _child(root, "graph", defaultedgetype="directed" if graph.is_directed() else "undirected", mode="static")
    places = {}
    for kind, rows, but in (("node", nodes, ("id", "label")), ("edge", edges, ("source", "target", "weight"))):
        heads = _child(body, "attributes", class_=kind, mode="static")
        for i, (name, of) in enumerate(columns(rows, but).items()):
            places[kind, name] = str(i)
            _child(heads, "attribute", id=i, title=name, type=GEXF_TYPES[of])
    for kind, rows in (("node", nodes), ("edge", edges)):
        inside = _child(body, f"{kind}s")
        for i, row in enumerate(rows):
            head = {n: row[n] for n in ("id", "label", "source", "target", "weight") if n in row}
            one = _child(inside, kind, **({} if kind == "node" else {"id": i, "label": row["relation_label"]}), **head)
            values = _child(one, "attvalues")
            for name, value in row.items():
                if (kind, name) in places and value != "":
                    _child(values, "attvalue", for_=places[kind, name], value=value)
    return {".gexf": _xml(root)}, losses


def graphml(dataset, options):
    """Make the network as GraphML, for Cytoscape, networkx and igraph."""
    graph, about, losses = made_of(dataset, options)
    nodes, edges, losses = cleaned(graph, losses)
    root = ElementTree.Element("graphml", {"xmlns": "http://graphml.graphdrawing.org/xmlns"})
    keys = {}
    for kind, rows, but in (("graph", [about], ()), ("node", nodes, ("id",)), ("edge", edges, ("source", "target"))):
        for name, of in columns(rows, but).items():
            keys[kind, name] = f"d{len(keys)}"
            told = {"id": keys[kind, name], "for_": kind, "attr.name": name, "attr.type": GRAPHML_TYPES[of]}
            _child(root, "key", **told)
    body = _child(root, "graph", edgedefault="directed" if graph.is_directed() else "undirected")
    for name, value in about.items():
        _child(body, "data", value, key=keys["graph", name])
    for kind, rows in (("node", nodes), ("edge", edges)):
        for i, row in enumerate(rows):
            head = {name: row[name] for name in ("id", "source", "target") if name in row}
            one = _child(body, kind, **({} if kind == "node" else {"id": f"e{i}"}), **head)
            for name, value in row.items():
                if name not in head and value != "":
                    _child(one, "data", str(value), key=keys[kind, name])
    return {".graphml": _xml(root)}, losses


def gephi_csv(dataset, options):
    """Make the network as two tables, of nodes and of edges, as Gephi imports them."""
    graph, about, losses = made_of(dataset, options)
    nodes, edges, losses = cleaned(graph, losses)
    kind = "Directed" if graph.is_directed() else "Undirected"
    edges = [{"source": e["source"], "target": e["target"], "Type": kind, "Id": i, **e} for i, e in enumerate(edges)]
    heads = {name: name.capitalize() for name in ("id", "label", "source", "target", "weight")}
    made, changed = {}, 0
    for ending, rows in ((".nodes.csv", nodes), (".edges.csv", edges)):
        held, file = columns(rows), io.StringIO()
        sheet = csv.writer(file, lineterminator="\n")
        sheet.writerow([heads.get(name, name) for name in held])
        for row in rows:
            cells = [row.get(name, "") for name in held]
            safe = [files.inert(cell) for cell in cells]
            changed += sum(one != other for one, other in zip(safe, cells, strict=True))
            sheet.writerow(safe)
        made[ending] = file.getvalue().encode()
    return made, [*losses, Loss("formula", changed, "spreadsheet"), Loss("provenance", len(about), "no_place")]


def pajek(dataset, options):
    """Make the network as Pajek's, with a partition by kind of actor, or by enjeu for laureates alone."""
    graph, about, losses = made_of(dataset, options)
    nodes, edges = records(graph)
    number = {row["id"]: i for i, row in enumerate(nodes, 1)}
    by = "enjeu_id" if about_laureates(graph) else "kind"
    classes = sorted({row[by] for row in nodes})
    labels_of = unique([(row["id"], _quoted(row["label"])) for row in nodes])
    lines = [f"% {name}: {_quoted(value)}" for name, value in about.items()]
    lines += [f"*Vertices {len(nodes)}", *(f'{number[node]} "{label}"' for node, label in labels_of.items())]
    lines.append("*Arcs" if graph.is_directed() else "*Edges")
    lines += [f'{number[e["source"]]} {number[e["target"]]} {e["weight"]} l "{e["relation"]}"' for e in edges]
    parts = [f"% {i} = {name or '-'}" for i, name in enumerate(classes, 1)]
    parts += [f"*Vertices {len(nodes)}", *(str(classes.index(row[by]) + 1) for row in nodes)]
    losses += unkept(nodes, ("label", by), "no_place")
    losses += unkept(edges, ("source", "target", "weight", "relation"), "no_place")
    changed = sum(labels_of[row["id"]] != row["label"] for row in nodes)
    losses.append(Loss("label", changed, "label_changed"))
    endings = ((".net", lines), (".clu", parts))
    return {ending: "\n".join([*one, ""]).encode("utf-8-sig") for ending, one in endings}, losses


def about_laureates(graph):
    """Tell whether a graph has laureates only."""
    return graph.graph["network"] == "laureates"


def _quoted(text):
    """Make a text one line that stands between quotation marks; a backslash would take the next letter away."""
    return " ".join(NO_XML.sub("", text).replace('"', "'").replace("\\", "/").split())


def unique(pairs):
    """Tell labels apart, where several nodes have the same, by their ids.

    >>> unique([("a", "Lab"), ("b", "Lab"), ("c", "Firm")])
    {'a': 'Lab (a)', 'b': 'Lab (b)', 'c': 'Firm'}
    """
    found = Counter(label for _, label in pairs)
    told = {node: label if label and found[label] == 1 else f"{label} ({node})" for node, label in pairs}
    return told if len(set(told.values())) == len(told) else {node: f"{label} ({node})" for node, label in pairs}


def ucinet(dataset, options):
    """Make the network as a UCINET DL list of edges, by ids, which have no letter that it reads otherwise."""
    graph, about, losses = made_of(dataset, options)
    nodes, edges = records(graph)
    number = {row["id"]: i for i, row in enumerate(nodes, 1)}
    main = [edge for edge in edges if edge["relation"] in ("mobilises", "shares") and not edge.get("from_id")]
    lines = [f"DL n={len(nodes)}", "format = edgelist1", "labels:", *number, "data:"]
    for edge in main:
        ends = number[edge["source"]], number[edge["target"]]
        both = (ends,) if graph.is_directed() else (ends, ends[::-1])  # a matrix without direction is symmetric
        lines += [f"{source} {target} {edge['weight']}" for source, target in both]
    losses += unkept(nodes, ("id",), "no_place") + unkept(main, ("source", "target", "weight"), "no_place")
    losses += [Loss("ties", len(edges) - len(main), "one_matrix"), Loss("provenance", len(about), "no_place")]
    return {".dl": "\n".join([*lines, ""]).encode()}, losses
