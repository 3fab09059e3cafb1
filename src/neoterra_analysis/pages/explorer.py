"""The explorer: one self-contained page in which the records are filtered, looked up and copied."""

import base64
import json
import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass
from html import escape
from importlib import resources

import pandas as pd

from ..analysis import network, records, roles, themes
from ..dataset import loading
from ..dataset.loading import loaded, of_laureates
from ..sentences import prose
from ..words import labels, palette
from ..words.codes import ROLES
from ..words.folding import sort_key

WHOLE = 150  # nodes that a picture can hold and still be read; beyond, the page's script draws a part
PAGE = (1500, 900)  # the picture of about a hundred nodes, in the page's units; more nodes take more room
ROOM = (118, 44)  # least distance between two nodes, across and down, so that names can be told apart
EVEN = 0.55  # how far nodes are moved from where they fall to where they fill the picture evenly
GAP = 100  # between parts that no edge joins, before they are stretched to the page
ROUNDS = 60  # in which nodes are pushed apart


def positions(graph):
    """Place each node of a graph: every connected part by Kamada and Kawai, the parts side by side."""
    import networkx as nx

    order = {node: i for i, node in enumerate(graph)}
    parts = [sorted(part, key=order.get) for part in nx.connected_components(graph)]
    parts.sort(key=lambda part: (-len(part), order[part[0]]))
    places = _pushed_apart(_spread(_packed([_drawn(graph, part) for part in parts])))
    return {node: (round(places[node][0]), round(places[node][1])) for node in graph}


def _drawn(graph, part):
    """Place one connected part around the origin."""
    index = {node: i for i, node in enumerate(part)}
    edges = sorted(tuple(sorted((index[a], index[b]))) for a, b in graph.subgraph(part).edges)
    net = network.igraph().Graph(n=len(part), edges=edges)
    circle = [[math.cos(2 * math.pi * i / len(part)), math.sin(2 * math.pi * i / len(part))] for i in range(len(part))]
    found = net.layout_kamada_kawai(seed=circle) if len(part) > 2 else [[i, 0] for i in range(len(part))]
    # Whole numbers hide the last digits of the arithmetic.
    return {node: (round(100 * x), round(100 * y)) for node, (x, y) in zip(part, found, strict=True)}


def _packed(parts):
    """Set the first part down, and the others in columns to its right, as high as it."""
    places, left, top, column, tall = {}, 0, 0, 0, 0
    for part in parts:
        xs, ys = zip(*part.values(), strict=True)
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        if not places:
            tall = high
        elif top + high > tall:
            left, top, column = left + column + GAP, 0, 0
        places |= {node: (left + x - min(xs), top + y - min(ys)) for node, (x, y) in part.items()}
        top, column = top + high + GAP, max(column, wide)
    return places


def _spread(places):
    """Stretch the picture to the page, and move nodes a part of the way to even ranks across and down."""
    grown = max(1.0, len(places) / 100) ** 0.5
    spread = {node: [] for node in places}
    for axis, room in enumerate(PAGE):
        values = {node: place[axis] for node, place in places.items()}
        low, high = min(values.values(), default=0), max(values.values(), default=0)
        for i, node in enumerate(sorted(values, key=values.get)):
            share, rank = (values[node] - low) / ((high - low) or 1), i / max(len(values) - 1, 1)
            spread[node].append(room * grown * ((1 - EVEN) * share + EVEN * rank))
    return spread


def _pushed_apart(places):
    """Push nodes that are too near each other apart, a little at a time."""
    for _ in range(ROUNDS):
        # From left to right: only neighbours can be too near.
        order = sorted(places.values(), key=lambda place: place[0])
        across = [place[0] for place in order]
        ends = [bisect_left(across, x + ROOM[0]) for x in across]
        near = [(one, other) for i, one in enumerate(order) for other in order[i + 1 : ends[i]]]
        if not any([_push(one, other) for one, other in near]):
            break
    return places


def _push(one, other):
    """Part two places along the shorter way, and tell whether that was needed."""
    lacks = [room - abs(a - b) for room, a, b in zip(ROOM, one, other, strict=True)]
    if min(lacks) <= 0:
        return False
    axis = 1 if lacks[1] <= lacks[0] else 0
    push = (lacks[axis] / 2 + 0.5) * (1 if one[axis] >= other[axis] else -1)
    one[axis] += push
    other[axis] -= push
    return True


NONE = "none"  # in the page and its address: no role, no family
UNIDENTIFIED = "unidentified"  # there too, an actor type that is not known
LOOKS = {"role": palette.ROLE, "family": palette.FAMILY_LOOK, "kind": palette.KIND}
PREFIX = "explorer.js."  # words that the page's script uses


def content(dataset, lang=None):
    """Gather all that the page shows."""
    lang = labels.language(lang)
    links = network.mobilised(dataset)
    few = len({node for _, _, node, *_ in links}.union(dataset.laureates["laureate_id"])) <= WHOLE
    places = positions(network.two_mode_graph(dataset)) if few else None
    return {
        "lang": lang,
        "whole": WHOLE,
        "placed": few,
        "digest": dataset.digest[:12],
        "source": prose.source_line(dataset, lang),
        "words": _words(lang),
        "looks": {name: _looks(looks) for name, looks in LOOKS.items()},
        "groups": _groups(dataset, links, lang),
        "themes": _themes(dataset, lang),
        "laureates": _laureates(dataset, places, lang),
        "actors": _actors(dataset, places, lang),
        "links": [{"laureate": row[0], "actor": row[1], "within": row[6]} for row in links],
    }


def _words(lang):
    """Return the words of the script; their placeholders are filled in there."""
    found = {key: entry[lang] for key, entry in labels.words().items() if key.startswith(PREFIX)}
    return {key.removeprefix(PREFIX): labels.typography(text) if lang == "fr" else text for key, text in found.items()}


def _looks(looks):
    return {code or NONE: {"color": look.color, "marker": look.marker} for code, look in looks.items()}


def _groups(dataset, links, lang):
    """List the filters: code, label and number of laureates of each value that occurs."""
    ambitions, enjeux = [], []
    for row in loaded(dataset).to_dict("records"):
        label, title = labels.t("ambitions.name", lang, number=row["number"]), row[f"title_{lang}"]
        ambitions.append(_value(row["ambition_id"], _pair(label, title, lang) if title else label, row["count"]))
    covered = dataset.enjeux.merge(records.coverage(dataset)).sort_values(["ambition_id", "number"])
    for row in covered.to_dict("records"):
        enjeux.append(_value(row["enjeu_id"], f"{row['enjeu_id']} {row[f'short_{lang}']}", row["count"]))
    having = roles.counts(dataset).set_index("role")["count"].to_dict()
    without = roles.combinations(dataset).set_index("combination").at["none", "count"]
    if without:
        having[NONE] = without
    reached = Counter(actor_type for _, actor_type in {(row[0], row[4]) for row in links})
    types = [
        _value(code or UNIDENTIFIED, labels.t(f"type.{code}", lang), reached[code]) | {"family": family or NONE}
        for code, family in palette.FAMILY.items()
        if code in reached
    ]
    return {
        "ambition": ambitions,
        "enjeu": enjeux,
        "role": [_value(role, labels.t(f"role.{role}", lang), count) for role, count in having.items()],
        "type": types,
    }


def _value(code, label, count):
    return {"id": code, "label": label, "count": int(count)}


def _pair(label, value, lang):
    return labels.t("explorer.js.pair", lang, label=label, value=value)


def _fields(row, *names, **renamed):
    """Return some cells of a row, some of them under a name of the page."""
    return {name: row[name] for name in names} | {name: row[column] for name, column in renamed.items()}


def _themes(dataset, lang):
    """List the themes in the order of the framework matrix."""
    order = themes.themes(dataset)["theme_id"]
    rows = dataset.themes.set_index("theme_id", drop=False).loc[order].to_dict("records")
    columns = {"label": f"label_{lang}", "definition": f"definition_{lang}", "ambition": "ambition_id"}
    return [
        _fields(row, "kind", id="theme_id", **columns) | {"kind_label": labels.t(f"theme.{row['kind']}", lang)}
        for row in rows
    ]


def _laureates(dataset, places, lang):
    """List the laureates in the order of the documents, each with all that its row says."""
    ambition_of, titles = of_laureates(dataset), loading.names(dataset, "sources")
    names = loading.names(dataset, "actors", lang) | loading.names(dataset, "laureates")
    rows_of = defaultdict(list)
    for table in ("roles", "mentions", "evidence", "contributions", "relations"):
        for row in getattr(dataset, table).to_dict("records"):
            rows_of[table, row["laureate_id"]].append(row)
    columns = {
        "id": "laureate_id",
        "project": "project_name",
        "status_anchor": "carrier_anchor",
        "enjeu": "enjeu_id",
        "stated": "department_stated",
        "inferred": "department_inferred",
        "summary": f"summary_{lang}",
        "anchor": "row_anchor",
    }
    found = []
    for row in dataset.laureates.to_dict("records"):
        key = row["laureate_id"]
        own_roles = sorted(rows_of["roles", key], key=lambda role: ROLES.index(role["role"]))
        found.append(
            _fields(row, "name", "place", "inferred_from", "place_anchor", **columns)
            | {
                "status": labels.t(f"status.{row['carrier_status']}", lang) if row["carrier_status"] else "",
                "ambition": ambition_of[key],
                "source": titles[row["source_id"]],
                "row": int(row["source_row"]),
                "roles": [_role(one, lang) for one in own_roles],
                "mentions": [_mention(one) for one in rows_of["mentions", key]],
                "evidence": [
                    _fields(one, "strength", "anchor", "note", theme="theme_id") for one in rows_of["evidence", key]
                ],
                "contributions": [_contribution(one, lang) for one in rows_of["contributions", key]],
                "relations": [_relation(one, names, lang) for one in rows_of["relations", key]],
            }
            | _place(places, key)
        )
    return found


def _place(places, key):
    return {} if places is None else dict(zip("xy", places.get(key, (0, 0)), strict=True))


def _role(row, lang):
    salience = labels.t(f"salience.{row['salience']}", lang)
    return _fields(row, "role", "salience", "anchor") | {"salience_label": salience}


def _mention(row):
    within = row["parent_position"]
    return _fields(row, "mention", actor="actor_id") | {
        "position": int(row["position"]),
        "within": None if pd.isna(within) else int(within),
    }


def _contribution(row, lang):
    where = _pair(*(labels.t(f"{name}.{row[name]}", lang) for name in ("dimension", "target")), lang)
    return _fields(row, "anchor", label=f"label_{lang}") | {"where": where}


def _relation(row, names, lang):
    kind = labels.t(f"relation.{row['kind']}", lang)
    return {"from": names[row["from_id"]], "kind": kind, "to": names[row["to_id"]], "anchor": row["anchor"]}


def _actors(dataset, places, lang):
    """List the actors that rows mention, by name; also what is printed among them and is none."""
    found = []
    mentioned = dataset.actors["actor_id"].isin(dataset.mentions["actor_id"])
    for row in dataset.actors[mentioned].to_dict("records"):
        family = palette.FAMILY[row["actor_type"]]
        found.append(
            _fields(row, "name", "kind", "note", id="actor_id", short=f"short_{lang}", laureate="laureate_id")
            | {
                "kind_label": labels.t(f"kind.{row['kind']}", lang),
                "type": row["actor_type"] or UNIDENTIFIED,
                "type_label": labels.t(f"type.{row['actor_type']}", lang),
                "family": family or NONE,
                "family_label": labels.t(f"family.{family}", lang),
                "scale": labels.t(f"explorer.scale.{row['scale']}", lang) if row["scale"] else "",
                "aliases": [alias for alias in row["aliases"].split("|") if alias],
            }
            | _place(places, row["laureate_id"] or row["actor_id"])
        )
    return sorted(found, key=lambda actor: (sort_key(actor["name"]), actor["id"]))


SCRIPTS = (
    "model.js",
    "part.js",
    "layout.js",
    "dom.js",
    "details.js",
    "tables.js",
    "network.js",
    "picture.js",
    "explorer.js",
)
LIBRARY = "cytoscape.min.js"
FRAME = 900  # pixels of height below a cell


def make(dataset, lang=None):
    """Write the explorer as one HTML page that asks the network for nothing."""
    lang = labels.language(lang)
    parts = {
        "lang": lang,
        "style": _colors() + _read("static", "explorer.css"),
        "data": script_json(content(dataset, lang)),
        "library": _read("vendor", LIBRARY),
        "script": "\n".join(_read("static", name) for name in SCRIPTS),
    }

    def filled(place):
        name = place[1]
        return parts[name] if name in parts else escape(labels.t(f"explorer.{name}", lang))

    # One pass: what is put in is never looked at again, whatever it holds.
    return re.sub(r"\[\[([a-z_.]+)\]\]", filled, _read("static", "page.html"))


@dataclass(frozen=True, repr=False)
class Below:
    """The explorer below a cell of a notebook; elsewhere, a line that says how to open it."""

    page: str
    lang: str

    def __repr__(self):
        return labels.t("below.text", self.lang)

    def _repr_html_(self):
        # A frame without the notebook's origin: its scripts reach nothing of JupyterLab. Untrusted notebooks drop it.
        source = base64.b64encode(self.page.encode()).decode()
        title = escape(labels.t("explorer.title", self.lang))
        frame = f'<iframe title="{title}" lang="{self.lang}" sandbox="allow-scripts allow-downloads" width="100%"'
        frame += f' height="{FRAME}" src="data:text/html;charset=utf-8;base64,{source}"></iframe>'
        return f'{frame}\n<p lang="{self.lang}">{escape(repr(self))}</p>'


def show(dataset, lang=None):
    """Show the explorer below a cell of a notebook.

    Parameters
    ----------
    dataset : Dataset
        The records to explore.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    Below
        In JupyterLab the page itself, without any request to the network; elsewhere a line that says how to open it.
        A notebook that is opened without being trusted shows that line too: run the cell again.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> print(show(load(), "en"))
    Explorer: run this cell in JupyterLab, or open site/…/explorer-en.html, which neoterra build writes.
    """
    lang = labels.language(lang)
    return Below(make(dataset, lang), lang)


def script_json(value):
    r"""Write a value as JSON that can stand inside a script element, whatever its texts hold.

    >>> script_json({"a": "</script>"})
    '{"a":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _read(folder, name):
    return (resources.files(__package__) / folder / name).read_text(encoding="utf-8")


def _colors():
    """Write the package's colours as properties of the style sheet."""
    names = ("ink", "soft", "mark", "faint", "rule", "band")
    return ":root{" + ";".join(f"--{name}:{getattr(palette, name.upper())}" for name in names) + "}\n"
