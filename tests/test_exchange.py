"""Networks in other tools' formats: read back by these tools' libraries, each attribute is there or told as lost."""

import ast
import csv
import html
import io
import json
import os
import re
import shlex
import shutil
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import igraph
import jsonschema
import networkx as nx
import openpyxl
import pandas as pd
import pytest

import invented
import merged
from neoterra_analysis import exchange, load
from neoterra_analysis.analysis import network
from neoterra_analysis.cli import main
from neoterra_analysis.dataset import invented_example
from neoterra_analysis.exchange import graphs, online
from neoterra_analysis.words import labels
from neoterra_analysis.words.codes import NAMED

OURS = {name: about for name, about in exchange.FORMATS.items() if about.makes.split(".")[0] in ("graphs", "online")}
NASTY = (
    *("=cmd|' /C calc'!A0", '"guillemets" & <b>', "a | b ; c", "deux\nlignes", "שלום עולם", "Élan œuvré « ’ »"),
    *(
        "@formule",
        "-1+1",
        "+33",
        "C:\\temp\\n",
        "100 % d'eau",
        "\tretrait",
        "]]>",
        "*Arcs",
        "a<br><script>b</script>",
        "a\r\nb",
        "l'été\u202f!",
        "\x0b",
    ),
)


@pytest.fixture(scope="module")
def datasets(tmp_path_factory):
    """Give the records by name: shipped, small and countable, merged, a programme, and with names that do harm."""
    folder = tmp_path_factory.mktemp("data")
    made = {
        "shipped": invented.shipped(),
        "small": load(invented.write(folder / "small")),
        "merged": load(merged.write(folder / "merged")),
        "programme": invented_example.load(),
    }
    return made | {"nasty": harmed(made["shipped"])}


def harmed(dataset):
    """Give laureates and actors names that mean something to one of the tools."""
    changed = {}
    for table, names in (("laureates", ("name", "place")), ("actors", ("name", "short_fr", "note"))):
        frame = getattr(dataset, table).copy()
        for shift, name in enumerate(names):
            frame[name] = [NASTY[(i + shift) % len(NASTY)] for i in range(len(frame))]
        changed[table] = frame
    mentions = dataset.mentions.assign(mention=[NASTY[i % len(NASTY)] for i in range(len(dataset.mentions))])
    return replace(dataset, **changed, mentions=mentions)


@cache
def made(dataset, name, which):
    """Make a format's files once, with what is lost as ``{what: count}``."""
    files, losses = exchange.make(dataset, name, "fr", **({"network": which} if name != "hif" else {}))
    found = {loss.what: loss.count for loss in losses}
    assert len(found) == len(losses)
    return files, found


def of(dataset, which):
    """Return the nodes and edges of the package's graph."""
    graph = network.graph(dataset, which)
    return dict(graph.nodes(data=True)), [(*sorted((a, b)), told) for a, b, told in graph.edges(data=True)]


# What the tools' libraries read


def from_networkx(graph):
    return dict(graph.nodes(data=True)), [(*sorted((a, b)), told) for a, b, told in graph.edges(data=True)]


def read_gexf(files):
    return from_networkx(nx.read_gexf(io.BytesIO(files[".gexf"])))


def read_graphml(files):
    nodes, edges = from_networkx(nx.parse_graphml(files[".graphml"].decode()))
    return nodes, edges


def read_csv(files):
    def rows(ending):
        return list(csv.DictReader(io.StringIO(files[ending].decode(), newline="")))

    def plain(row):
        return {name.lower() if name in ("Label", "Weight") else name: unrun(value) for name, value in row.items()}

    nodes = {row["Id"]: plain(row) for row in rows(".nodes.csv")}
    return nodes, [(*sorted((row["Source"], row["Target"])), plain(row)) for row in rows(".edges.csv")]


def unrun(value):
    return value[1:] if value[:2] in {f"'{start}" for start in "=+-@\t"} else value


def read_vosviewer(files):
    found = json.loads(files[".json"])["network"]
    cut = re.compile(r'<b title="(\w+)">[^<]*</b> (.*)', re.DOTALL)
    nodes = {}
    for item in found["items"]:
        told = (cut.fullmatch(line).groups() for line in item["description"].split("<br>"))
        numbers = dict(zip(online.NUMBERS, item["weights"].values(), strict=True))
        nodes[item["id"]] = {n: html.unescape(v) for n, v in told} | numbers | {"label": item["label"]}
    return nodes, [(*sorted((e["source_id"], e["target_id"])), {"weight": e["strength"]}) for e in found["links"]]


def read_kumu(files):
    found = json.loads(files[".json"])
    nodes = {element["id"]: joined(element, "; ", "|") for element in found["elements"]}
    return nodes, [kumu_edge(connection) for connection in found["connections"]]


def joined(row, by, aliases):
    return {n: (aliases if n == "aliases" else by).join(v) if isinstance(v, list) else v for n, v in row.items()}


def kumu_edge(row):
    ends = {"from_id": row["from"], "to_id": row["to"]} if row["direction"] == "directed" else {}
    return *sorted((row["from"], row["to"])), row | ends


def read_hif(files):
    found = json.loads(files[".json"])
    nodes = {row[kind]: row["attrs"] for kind in ("node", "edge") for row in found[f"{kind}s"]}
    edges = [(*sorted((i["edge"], i["node"])), i["attrs"] | {"weight": i["weight"]}) for i in found["incidences"]]
    return nodes, edges


READ = {
    "gexf": read_gexf,
    "graphml": read_graphml,
    "gephi-csv": read_csv,
    "vosviewer": read_vosviewer,
    "kumu": read_kumu,
    "hif": read_hif,
}
CASES = ("shipped", "small", "merged", "programme", "nasty")
WHICH = [(name, which) for name in OURS for which in (network.NETWORKS if name != "hif" else ("two-mode",))]


def same(found, meant, changed):
    """Tell whether two values are the same, read from a file of texts; control letters may be gone if that is told."""
    if changed and isinstance(meant, str):
        meant = graphs.NO_XML.sub("", meant)
    if isinstance(meant, str):
        return (found or "") == meant
    return found not in ("", None) and float(found) == pytest.approx(meant, abs=0, rel=1e-15)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("name", "which"), [one for one in WHICH if one[0] in READ])
def test_every_attribute_is_read_back_or_told_as_lost(datasets, case, name, which):
    files, lost = made(datasets[case], name, which)
    nodes, edges = of(datasets[case], which)
    found_nodes, found_edges = READ[name](files)
    changed = "control" in lost
    gone = held({n: told for n, told in nodes.items() if n in found_nodes}, found_nodes, changed)
    if name != "hif":
        assert set(found_nodes) == set(nodes)
    else:
        assert len(nodes) - len(found_nodes) == lost.get("unmobilised", 0)
    kept, left = paired(edges, found_edges)
    assert left == lost.get("ties", 0)
    for i, told in enumerate(kept):
        for attribute in lacking(*told, changed):
            gone.setdefault(attribute, set()).add(i)
    assert {what: len(where) for what, where in gone.items()} == {what: lost.get(what) for what in gone}


def held(meant, found, changed):
    """Tell for each attribute at which nodes it is not as meant."""
    gone = {}
    for node, told in meant.items():
        for attribute in lacking(told, found[node], changed):
            gone.setdefault(attribute, set()).add(node)
    return gone


def lacking(meant, found, changed):
    return [n for n, value in meant.items() if value != "" and not same(found.get(n), value, changed)]


def paired(edges, found):
    """Pair the edges with those found between the same ends, by relation if that is told; count those without one."""
    waiting = {}
    for a, b, told in found:
        waiting.setdefault((a, b), []).append(told)
    pairs, left = [], 0
    for a, b, told in edges:
        among = waiting.get((a, b), [])
        fit = [one for one in among if one.get("relation", told["relation"]) == told["relation"]]
        fit = [one for one in fit if one.get("from_id", told.get("from_id")) in (told.get("from_id"), "", None)] or fit
        main = told["relation"] in ("mobilises", "shares") and not told.get("from_id")
        if not fit or ("relation" not in fit[0] and not main):
            left += 1
            continue
        among.remove(fit[0])
        pairs.append((told, fit[0]))
    assert not any(waiting.values())
    return pairs, left


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("which", network.NETWORKS)
def test_igraph_reads_the_same_graphml(datasets, tmp_path, case, which):
    files, lost = made(datasets[case], "graphml", which)
    (tmp_path / "a.graphml").write_bytes(files[".graphml"])
    found = igraph.Graph.Read_GraphML(str(tmp_path / "a.graphml"))
    nodes, edges = of(datasets[case], which)
    changed = "control" in lost
    assert {v["id"]: v["label"] for v in found.vs} == {
        n: graphs.NO_XML.sub("", told["label"]) if changed else told["label"] for n, told in nodes.items()
    }
    ids = found.vs["id"]
    assert sorted((*sorted((ids[e.source], ids[e.target])), e["relation"], e["weight"]) for e in found.es) == sorted(
        (a, b, told["relation"], told["weight"]) for a, b, told in edges
    )
    assert found.is_directed() == (which == "two-mode")
    assert found["sha256"] == datasets[case].digest


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("which", network.NETWORKS)
def test_pajek_is_read_by_networkx_and_igraph(datasets, tmp_path, case, which):
    files, lost = made(datasets[case], "pajek", which)
    (tmp_path / "a.net").write_bytes(files[".net"])
    nodes, edges = of(datasets[case], which)
    place = {node: i for i, node in enumerate(nodes)}
    meant = sorted((*sorted((place[a], place[b])), told["weight"], told["relation"]) for a, b, told in edges)
    one = igraph.Graph.Read_Pajek(str(tmp_path / "a.net"))
    if meant:
        found = [(*sorted(e.tuple), e["weight"], e["label"]) for e in one.es]
        assert sorted(found) == meant
    names = one.vs["name"]
    assert len(set(names)) == len(nodes)  # namesakes stay apart
    assert sum(n != told["label"] for n, told in zip(names, nodes.values(), strict=True)) == lost.get("label", 0)
    other = nx.read_pajek(str(tmp_path / "a.net"))
    assert list(other) == names
    found = [(*sorted((names.index(a), names.index(b))), t["weight"], t["l"]) for a, b, t in other.edges(data=True)]
    assert sorted(found) == meant
    *heads, _ = (line for line in files[".clu"].decode("utf-8-sig").splitlines() if line[0] in "%*")
    kinds = dict(line[2:].split(" = ") for line in heads)
    parts = files[".clu"].decode().splitlines()[-len(nodes) :]
    by = "enjeu_id" if which == "laureates" else "kind"
    assert [kinds[part] for part in parts] == [told[by] or "-" for told in nodes.values()]
    told_as_lost(nodes, edges, lost, kept=("label", by, "weight", "relation"))


def told_as_lost(nodes, edges, lost, kept):
    """Hold the report to every attribute that a format has no place for."""
    counts = {}
    for told in (*nodes.values(), *(one[-1] for one in edges)):
        for name, value in told.items():
            if value != "" and name not in kept:
                counts[name] = counts.get(name, 0) + 1
    assert counts == {name: lost.get(name) for name in counts}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("which", network.NETWORKS)
def test_ucinet_is_read_by_igraph(datasets, tmp_path, case, which):
    files, lost = made(datasets[case], "ucinet-dl", which)
    (tmp_path / "a.dl").write_bytes(files[".dl"])
    nodes, edges = of(datasets[case], which)
    main = [one for one in edges if one[-1]["relation"] in ("mobilises", "shares") and not one[-1].get("from_id")]
    found = igraph.Graph.Read_DL(str(tmp_path / "a.dl"))
    assert found.vs["name"] == list(nodes)
    names = found.vs["name"]
    read = sorted((*sorted((names[e.source], names[e.target])), e["weight"]) for e in found.es)
    times = 1 if which == "two-mode" else 2  # both halves of a symmetric matrix
    assert read == sorted((a, b, told["weight"]) for a, b, told in main for _ in range(times))
    assert lost.get("ties", 0) == len(edges) - len(main)
    told_as_lost(nodes, main, lost, kept=("weight",))


# What the package counts


@pytest.mark.parametrize("case", ("shipped", "small", "merged", "programme"))
@pytest.mark.parametrize("kinds", (network.ALL, NAMED))
def test_graphs_are_what_the_package_counts(datasets, case, kinds):
    ds = datasets[case]
    table = network.incidence(ds, kinds=kinds)
    whole = network.graph(ds, kinds=kinds)
    pairs = {(row.laureate_id, row.node) for row in network.two_mode(ds, kinds).itertuples()}
    assert {(a, b) for a, b, key in whole.edges(keys=True) if key == "mobilises"} == pairs
    stated = {(row.from_id, row.to_id, row.kind) for row in ds.relations.itertuples()}
    assert {edge for edge in whole.edges(keys=True) if edge[2] != "mobilises"} <= {
        (known(ds, a), known(ds, b), kind) for a, b, kind in stated
    }
    assert kinds != network.ALL or len(whole.edges) - len(pairs) == len(stated)
    for side in network.SIDES:
        made_of = network.graph(ds, side, kinds)
        rows = {(row.source, row.target): row for row in network.project(table, side).itertuples()}
        shared = {(a, b): told for a, b, told in made_of.edges(data=True) if told["relation"] == "shares"}
        found = {tuple(sorted(ends)): told for ends, told in shared.items()}
        assert set(found) == set(rows)
        for ends, told in found.items():
            assert [told[n] for n in ("weight", *network.INDICES[1:])] == list(rows[ends][3:7])
        made_by = network.edge_sources(table, side).set_index(["source", "target"])
        other = "laureates" if side == "actors" else "actors"
        assert {ends: told[other] for ends, told in found.items()} == made_by[other].to_dict()
    ties = {tuple(row) for row in network.direct_ties(ds).values.tolist()}
    tied = [told for *_, told in network.graph(ds, "laureates").edges(data=True) if told["relation"] != "shares"]
    assert {(told["from_id"], told["to_id"], told["relation"]) for told in tied} == ties and len(tied) == len(ties)


def known(ds, end):
    same = dict(zip(ds.actors["actor_id"], ds.actors["laureate_id"], strict=True))
    return end if end in set(ds.laureates["laureate_id"]) else same[end] or end


def test_by_hand(datasets):
    graph = network.graph(datasets["small"], lang="en")
    assert dict(graph.edges["alpha", "ovens", "mobilises"]) == {
        **{"weight": 1, "relation": "mobilises", "relation_label": "mobilises", "anchor": "", "laureate_id": "alpha"},
        **{"mention": "Fours Martin", "parent": "mill", "mentions": 1, "position": 3},
    }
    assert graph.edges["beta", "alpha", "origin"]["anchor"] == "issu de Alpha"
    beta, town = graph.nodes["beta"], graph.nodes["town"]
    assert [beta[name] for name in ("roles", "principal_roles", "themes", "mobilises", "mobilised_by")] == [
        *("aiguillon; connecteur", "connecteur", "held/indirect; pushed/direct", 3, 0)
    ]
    assert [town[name] for name in ("kind_label", "actor_type", "scale", "mobilised_by", "roles")] == [
        *(labels.t("kind.institution", "en"), "local_authority", "local", 2, "")
    ]
    assert len({tuple(sorted(told)) for _, told in graph.nodes(data=True)}) == 1  # all the same attributes
    nested = network.graph(datasets["small"], "actors").edges["mill", "ovens"]["nested"]
    assert nested == "alpha"


def test_a_graph_can_be_written_by_networkx_too(datasets):
    for which in network.NETWORKS:
        nx.write_graphml(network.graph(datasets["merged"], which), io.BytesIO())
        "".join(nx.generate_gexf(network.graph(datasets["merged"], which)))
    with pytest.raises(ValueError, match="unknown network"):
        network.graph(datasets["small"], "persons")


def test_two_that_mobilise_each_other(datasets, tmp_path):
    ds = datasets["small"]
    actors, mentions = ds.actors, ds.mentions
    for own, other in (("alpha", "beta"), ("beta", "alpha")):
        more = actors[actors["actor_id"] == "school"].assign(actor_id=f"{own}-org", laureate_id=own)
        said = mentions[-1:].assign(laureate_id=own, position=9, actor_id=f"{other}-org")
        actors, mentions = pd.concat([actors, more]), pd.concat([mentions, said])
    both = replace(ds, actors=actors, mentions=mentions, relations=ds.relations[:0])
    assert [edge for edge in network.graph(both).edges(keys=True) if set(edge[:2]) == {"alpha", "beta"}] == [
        *(("alpha", "beta", "mobilises"), ("beta", "alpha", "mobilises"))
    ]
    for name, read in READ.items():
        found = [
            told["weight"] for a, b, told in read(made(both, name, "two-mode")[0])[1] if (a, b) == ("alpha", "beta")
        ]
        assert [int(weight) for weight in found] == ([2] if name == "vosviewer" else [1, 1]), name
    assert made(both, "vosviewer", "two-mode")[1]["direction"] == len(network.two_mode(both)) == 8
    direct = [told for a, b, told in of(both, "laureates")[1] if told["relation"] == "mobilises"]
    assert sorted((told["from_id"], told["to_id"]) for told in direct) == [("alpha", "beta"), ("beta", "alpha")]


def test_what_is_outside_a_network_is_counted(datasets):
    """Held to the invented records: 6 actors of which one is none, 7 mentions, of which one is none, one category."""
    assert {which: outside(datasets["small"], which) for which in network.NETWORKS} == {
        "two-mode": {"no_node": 1, "not_an_actor": 1},
        "actors": {"no_node": 5, "not_an_actor": 1, "mention": 6, "relations": 1},  # 4 laureates
        "laureates": {"no_node": 6, "not_an_actor": 1, "mention": 6},
    }
    assert outside(datasets["small"], "two-mode", named_only=True) == {"no_node": 2, "not_an_actor": 1, "categories": 1}


def outside(dataset, which, **options):
    _, losses = exchange.make(dataset, "gexf", network=which, **options)
    found = {loss.what: loss.count for loss in losses}
    for name, table in graphs.OUTSIDE.items():
        assert found.pop(name, 0) == len(getattr(dataset, table))
    assert found.pop("other_language") == len(network.graph(dataset, which, NAMED if options else network.ALL))
    return found


# Schemas

ID = {"type": ["string", "integer"]}
TEXT, NUMBER = {"type": "string", "minLength": 1}, {"type": "number", "minimum": 0}
CLUSTER = {"type": "integer", "minimum": 1, "maximum": 1000}


def shape(required, **properties):
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def several(of):
    return {"type": "array", "items": of}


# As app.vosviewer.com/docs/file-types/json-file-type tells it
ITEM = {"id": ID, "label": TEXT, "description": TEXT, "url": TEXT, "x": {"type": "number"}, "y": {"type": "number"}}
MAP = {"type": "object", "additionalProperties": NUMBER}
VOSVIEWER = shape(
    ["network"],
    network=shape(
        ["items", "links"],
        items=several(shape(["id", "label"], **ITEM, cluster=CLUSTER, weights=MAP)),
        links=several(shape(["source_id", "target_id"], source_id=ID, target_id=ID, strength=NUMBER)),
        clusters=several(shape(["cluster", "label"], cluster=CLUSTER, label=TEXT)),
    ),
    info=shape([], title=TEXT, description=TEXT),
)
# As docs.kumu.io/guides/import/blueprints tells it; other keys are fields of one's own
ELEMENT = {"id": TEXT, "label": {"type": "string"}, "type": TEXT, "tags": several(TEXT)}
LINK = {"id": TEXT, "from": TEXT, "to": TEXT, "direction": {"enum": ["directed", "undirected", "mutual"]}}
KUMU = {
    "type": "object",
    "required": ["elements", "connections"],
    "properties": {
        "elements": several({"type": "object", "required": ["label"], "properties": ELEMENT}),
        "connections": several({"type": "object", "required": ["from", "to"], "properties": LINK}),
    },
}
# As github.com/pszufe/HIF-standard has it
MORE = {"weight": {"type": "number"}, "attrs": {"type": "object"}}
WAY = {"direction": {"enum": ["head", "tail"]}}
HIF = shape(
    ["incidences"],
    metadata={"type": "object"},
    incidences=several(shape(["edge", "node"], edge=ID, node=ID, **MORE, **WAY)),
    nodes=several(shape(["node"], node=ID, **MORE)),
    edges=several(shape(["edge"], edge=ID, **MORE)),
    **{"network-type": {"enum": ["undirected", "directed", "asc"]}},
)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("name", "schema"), (("vosviewer", VOSVIEWER), ("kumu", KUMU), ("hif", HIF)))
def test_json_keeps_its_schema(datasets, case, name, schema):
    for which in network.NETWORKS if name != "hif" else ("two-mode",):
        found = json.loads(made(datasets[case], name, which)[0][".json"])
        jsonschema.validate(found, schema)
        if name == "vosviewer":
            items = [item["id"] for item in found["network"]["items"]]
            ends = [(e["source_id"], e["target_id"]) for e in found["network"]["links"]]
            clusters = {cluster["cluster"] for cluster in found["network"]["clusters"]}
            assert not any("<script" in item["description"] for item in found["network"]["items"])
            assert clusters == {item["cluster"] for item in found["network"]["items"]}
        elif name == "kumu":
            items = [element["id"] for element in found["elements"]] + [one["id"] for one in found["connections"]]
            ends = [(one["from"], one["to"]) for one in found["connections"]]
        else:
            continue
        assert len(set(items)) == len(items) and {end for pair in ends for end in pair} <= set(items)
        assert name != "vosviewer" or len(set(ends)) == len(ends)


@pytest.mark.parametrize("case", CASES)
def test_xgi_reads_the_hypergraph(datasets, tmp_path, case):
    import xgi

    ds = datasets[case]
    (tmp_path / "a.json").write_bytes(made(ds, "hif", "two-mode")[0][".json"])
    found = xgi.read_hif(str(tmp_path / "a.json"))
    rows = {laureate: set() for laureate in ds.laureates["laureate_id"]}
    for row in network.two_mode(ds).itertuples():
        rows[row.laureate_id].add(row.node)
    assert {edge: set(found.edges.members(edge)) for edge in found.edges} == rows
    assert found.nodes[next(iter(found.nodes))]["side"] in ("actor", "laureate")
    assert {node: found.nodes[node]["label"] for node in found.nodes} == {
        node: told["label"] for node, told in network.graph(ds).nodes(data=True) if node in found.nodes
    }


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("which", network.NETWORKS)
def test_the_workbook_of_kumu_says_what_its_json_does(datasets, case, which):
    files, lost = made(datasets[case], "kumu", which)
    blueprint = json.loads(files[".json"])
    book = openpyxl.load_workbook(io.BytesIO(files[".xlsx"]))
    assert book.sheetnames == ["Elements", "Connections"] and datasets[case].digest in book.properties.description
    piped = 0
    for sheet, rows in zip(book, (blueprint["elements"], blueprint["connections"]), strict=True):
        heads, *lines = sheet.values
        keys = [head.lower() if head.lower() in ("id", *ELEMENT, *LINK, "description") else head for head in heads]
        assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
        for row, line in zip(rows, lines, strict=True):
            for key, value in zip(keys, line, strict=True):
                meant = row.get(key, "")
                if isinstance(meant, list):
                    meant = "|".join(meant)
                elif isinstance(meant, str):
                    meant, piped = meant.replace("|", "¦"), piped + ("|" in meant and key != "description")
                assert (value if value is not None else "") == (
                    meant if isinstance(meant, str) else pytest.approx(meant, rel=1e-15)
                )
    assert piped == lost.get("pipe", 0)


# Files


def test_no_cell_of_a_csv_runs(datasets):
    files, lost = made(datasets["nasty"], "gephi-csv", "two-mode")
    cells = [cell for one in files.values() for row in csv.reader(io.StringIO(one.decode())) for cell in row]
    assert lost["formula"] and not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert "'=cmd|' /C calc'!A0" in cells


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_files_are_put_with_their_report_and_the_same_each_time(datasets, tmp_path, name, lang):
    ds, about = datasets["shipped"], exchange.FORMATS[name]
    told = exchange.write(ds, name, tmp_path / "un réseau", lang)
    assert [file.name for file in told] == [f"un réseau{e}" for e in (*about.endings, f".{name}.losses.txt")]
    again = exchange.write(ds, name, tmp_path / "b" / f"un réseau{about.endings[-1]}", lang)
    assert [file.read_bytes() for file in told] == [file.read_bytes() for file in again]
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([*(file.name for file in told), "b"])
    report = told[-1].read_text(encoding="utf-8")
    _, lost = made(ds, name, "two-mode")
    lines = [line for line in report.splitlines() if line.startswith("- ")]
    found = {what: int(count) for what, count in (re.search(r"\[(\w+)\]\s*: (\d+)", line).groups() for line in lines)}
    assert found == lost and ds.digest in report
    inside = b"".join(file.read_bytes() for file in told[:-1])
    assert (ds.digest.encode() in inside) == ("provenance" not in lost)
    assert (b"fiche-ambition-4)" in inside) == ("provenance" not in lost)
    assert "2026" not in re.sub(r"[0-9a-f]{64}", "", told[0].read_bytes().decode())  # no date of today


def test_words_are_there_for_every_loss(datasets):
    keys = {key.removeprefix("exchange.what.") for key in labels.words() if key.startswith("exchange.what.")}
    for which in network.NETWORKS:
        graph = network.graph(datasets["merged"], which)
        for told in (*(t for _, t in graph.nodes(data=True)), *(t for _, _, t in graph.edges(data=True))):
            assert set(told) <= keys


def test_shuffled_rows_give_the_same_bytes(datasets, tmp_path):
    other = load(invented.shuffled(invented.DATA, tmp_path / "other", 3))
    for name in OURS:
        assert made(other, name, "two-mode") == made(datasets["shipped"], name, "two-mode")


@pytest.mark.parametrize("name", OURS)
def test_nobody_mobilises_anybody(datasets, tmp_path, name):
    ds = datasets["small"]
    empty = replace(ds, mentions=ds.mentions[:0], relations=ds.relations[:0])
    for which in network.NETWORKS if name != "hif" else (None,):
        exchange.write(empty, name, tmp_path / "a", network=which)
    if name in READ:
        assert not READ[name](made(empty, name, "two-mode")[0])[1]


REFUSED = [
    (("gefx", "a.gexf"), {}, "“gefx” is not a format"),
    (("gexf", "a.graphml"), {}, "a gexf file ends with .gexf"),
    (("gephi-csv", "a.txt"), {}, "ends with .nodes.csv, .edges.csv"),
    (("hif", "a.json"), {"network": "actors"}, "no option network; its options: named_only"),
    (("gexf", "a"), {"fiche": "f.txt"}, "no option fiche"),
]


@pytest.mark.parametrize(("given", "options", "told"), REFUSED)
def test_what_is_refused(datasets, tmp_path, given, options, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        exchange.write(datasets["small"], given[0], tmp_path / given[1], "en", **options)
    assert not list(tmp_path.iterdir())


def test_the_command(tmp_path, capsys):
    folder = invented.write(tmp_path / "data")
    asked = ["export", "gexf", str(tmp_path / "a"), "--network", "actors", "--named-only", "--data", str(folder)]
    assert main([*asked, "--lang", "en", "--ambition", "1"]) == 0
    out = capsys.readouterr().out
    assert f"{tmp_path}{os.sep}a.gexf\n" in out and "mentions of categories [categories]: 1" in out
    assert {told["kind"] for _, told in nx.read_gexf(tmp_path / "a.gexf").nodes(data=True)} == set(NAMED)
    assert main(["export", "hif", str(tmp_path / "b"), "--network", "actors", "--data", str(folder)]) == 1
    assert "--" not in capsys.readouterr().err and not (tmp_path / "b.json").exists()


# The house, and what README says


def test_exchange_imports_from_below_only(repo):
    for file in (repo / "src" / "neoterra_analysis" / "exchange").glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        rooms = {
            (node.module or "").partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.level == 2
        }
        assert rooms <= {"", "words", "dataset", "analysis", "fiches", "sentences", "pages", "coding"}, file.name
    for file in (repo / "src" / "neoterra_analysis").glob("*/*.py"):  # pages and coding are used one way
        assert "exchange" not in re.findall(r"^\s*from \.\.(\w*)", file.read_text(encoding="utf-8"), re.MULTILINE)


def test_readme_has_a_row_for_each_format(repo, datasets):
    text = (repo / "README.md").read_text(encoding="utf-8")
    for name, about in exchange.FORMATS.items():
        (row,) = re.findall(rf"^\| `{name}` \|(.*)\|$", text, re.MULTILINE)
        if name not in OURS:
            continue
        endings, _, of_nodes, of_edges = (cell.strip() for cell in row.split("|"))
        assert tuple(endings.split()) == about.endings
        which = "two-mode"
        nodes, edges = of(datasets["shipped"], which)
        lost = made(datasets["shipped"], name, which)[1]
        for told, held_by in ((of_nodes, nodes.values()), (of_edges, (edge[-1] for edge in edges))):
            attributes = {attribute for one in held_by for attribute in one}
            assert told.startswith("all attributes") == (not attributes & set(lost)) or name == "hif"
        assert ("no stated relation" in of_edges) == ("ties" in lost)


@pytest.mark.skipif(sys.platform == "win32", reason="README is written for a Unix shell")
def test_the_commands_of_readme(repo, tmp_path, monkeypatch):
    section = (repo / "README.md").read_text("utf-8").partition("## Into other tools\n")[2].partition("\n## ")[0]
    (block,) = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    shutil.copytree(repo / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    commands = [shlex.split(line) for line in block.splitlines()]
    for _, *command in commands:
        assert main([*command, "--data", str(invented.DATA)]) == 0
    exported = [command[2:4] for command in commands if command[1] == "export"]
    reports = {f"{Path(out).stem}.{name}.losses.txt" for name, out in exported}
    assert {one.name for one in tmp_path.rglob("*.losses.txt")} == reports
    review = (tmp_path / "partners" / "review.csv").read_text(encoding="utf-8")
    assert [review.count(kind) for kind in ("list_known", "near_form", "unknown_actor")] == [1, 2, 1]
    assert load(tmp_path / "deposit").digest == load(invented.DATA).digest
