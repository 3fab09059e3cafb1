"""The explorer: one self-contained page in which the records are filtered, looked up and copied."""

import json
import math
import re
import unicodedata
from dataclasses import replace
from html import escape
from importlib import resources
from itertools import islice, takewhile

import pandas as pd

from ..analysis import network, themes
from ..analysis import roles as role_patterns
from ..dataset.loading import ROLES, loaded, of_laureates
from ..sentences import prose
from ..words import labels, palette

NO_ROLE = "none"
UNIDENTIFIED = "unidentified"  # in the page and its address, an actor type that is not known


def counts(dataset, enjeux=(), roles=(), types=(), ambitions=()):
    """Count what is shown: laureates that fit every group of filters, and what hangs on them."""
    types = {"" if name == UNIDENTIFIED else name for name in types}
    links = [row[:2] for row in network.mobilised(dataset) if not types or row[4] in types]
    kept = _fitting(dataset, set(enjeux), set(roles), set(ambitions))
    if types:
        kept &= {laureate for laureate, _ in links}
    part = _part(dataset, kept)
    links = [link for link in links if link[0] in kept]
    actors = sorted({actor for _, actor in links})
    combinations = role_patterns.combinations(part)
    cells = themes.themes(part).to_dict("records")
    return {
        "laureates": len(kept),
        "actors": len(actors),
        "edges": len(links),
        "laureate_ids": list(part.laureates["laureate_id"]),
        "actor_ids": actors,
        "combinations": {
            name: int(n) for name, n in zip(combinations["combination"], combinations["count"], strict=True)
        },
        "cells": {row["theme_id"]: {name: row[name] for name in ("direct", "indirect", "of")} for row in cells},
    }


def _fitting(dataset, enjeux, roles, ambitions):
    """Return the laureates that fit the filters on enjeux, roles and ambitions."""
    having = {}
    for laureate, role in zip(dataset.roles["laureate_id"], dataset.roles["role"], strict=True):
        having.setdefault(laureate, set()).add(role)
    home = of_laureates(dataset)
    rows = zip(dataset.laureates["laureate_id"], dataset.laureates["enjeu_id"], strict=True)
    return {
        laureate
        for laureate, enjeu in rows
        if (not enjeux or enjeu in enjeux)
        and (not roles or having.get(laureate, {NO_ROLE}) & roles)
        and (not ambitions or home[laureate] in ambitions)
    }


def _part(dataset, kept):
    """Return the records with only these laureates, their roles and their passages."""
    tables = {}
    for name in ("laureates", "roles", "evidence"):
        frame = getattr(dataset, name)
        tables[name] = frame[frame["laureate_id"].isin(list(kept))].reset_index(drop=True)
    return replace(dataset, **tables)


PAGE = (1500, 900)  # the picture of about a hundred nodes, in the page's units; more nodes take more room
ROOM = (118, 44)  # least distance between two nodes, across and down, so that names can be told apart
EVEN = 0.55  # how far nodes are moved from where they fall to where they fill the picture evenly


def positions(graph):
    """Place each node of a graph: every connected part by Kamada and Kawai, the parts side by side."""
    import networkx as nx

    order = {node: i for i, node in enumerate(graph)}
    parts = [sorted(part, key=order.get) for part in nx.connected_components(graph)]
    parts.sort(key=lambda part: (-len(part), order[part[0]]))
    places = _apart(_evened(_packed([_drawn(graph, part) for part in parts])))
    return {node: (round(places[node][0]), round(places[node][1])) for node in graph}


def _drawn(graph, part):
    """Place one connected part around the origin."""
    import igraph

    index = {node: i for i, node in enumerate(part)}
    edges = sorted(tuple(sorted((index[a], index[b]))) for a, b in graph.subgraph(part).edges)
    net = igraph.Graph(n=len(part), edges=edges)
    circle = [[math.cos(2 * math.pi * i / len(part)), math.sin(2 * math.pi * i / len(part))] for i in range(len(part))]
    found = net.layout_kamada_kawai(seed=circle) if len(part) > 2 else [[i, 0] for i in range(len(part))]
    # Whole numbers hide the last digits of the arithmetic.
    return {node: (round(100 * x), round(100 * y)) for node, (x, y) in zip(part, found, strict=True)}


def _evened(places):
    """Stretch the picture to the page, and move nodes a part of the way to even ranks across and down."""
    grown = max(1.0, len(places) / 100) ** 0.5
    axes = []
    for axis, room in enumerate(PAGE):
        values = {node: place[axis] for node, place in places.items()}
        low, high = min(values.values(), default=0), max(values.values(), default=1)
        order = sorted(values, key=lambda node: values[node])
        rank = {node: i / max(len(order) - 1, 1) for i, node in enumerate(order)}
        share = {node: (value - low) / ((high - low) or 1) for node, value in values.items()}
        axes.append({n: room * grown * ((1 - EVEN) * share[n] + EVEN * rank[n]) for n in places})
    return {node: (axes[0][node], axes[1][node]) for node in places}


def _apart(places, rounds=60):
    """Push nodes that are too near each other apart, a little at a time."""
    places = dict(places)
    for _ in range(rounds):
        # From left to right: only neighbours can be too near.
        order = sorted(places, key=lambda node: places[node][0])
        near = [pair for i, one in enumerate(order) for pair in _beside(one, order, i, places)]
        moved = [_pushed(places, one, other) for one, other in near]
        if not any(moved):
            break
    return places


def _beside(one, order, i, places):
    """List the nodes to the right of one that may be too near it."""
    limit = places[one][0] + ROOM[0]
    return [(one, other) for other in takewhile(lambda node: places[node][0] < limit, islice(order, i + 1, None))]


def _pushed(places, one, other):
    """Part two nodes along the shorter way, and tell whether that was needed."""
    (x, y), (u, v) = places[one], places[other]
    lack_x, lack_y = ROOM[0] - abs(x - u), ROOM[1] - abs(y - v)
    if lack_x <= 0 or lack_y <= 0:
        return False
    if lack_y <= lack_x:
        push = (lack_y / 2 + 0.5) * (1 if y >= v else -1)
        places[one], places[other] = (x, y + push), (u, v - push)
    else:
        push = (lack_x / 2 + 0.5) * (1 if x >= u else -1)
        places[one], places[other] = (x + push, y), (u - push, v)
    return True


def _packed(parts, gap=100):
    """Set the first part down, and the others in columns to its right, as high as it."""
    done, left, top, column, tall = {}, 0, 0, 0, 0
    for number, part in enumerate(parts):
        xs, ys = [x for x, _ in part.values()], [y for _, y in part.values()]
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        if number == 0:
            tall = high
        elif top and top + high > tall:
            left, top, column = left + column + gap, 0, 0
        done |= {node: (left + x - min(xs), top + y - min(ys)) for node, (x, y) in part.items()}
        if number == 0:
            left = wide + gap
        else:
            top, column = top + high + gap, max(column, wide)
    return done


PREFIX = "explorer.js."  # words that the page's script uses


def made(dataset, lang=None):
    """Gather all that the page shows."""
    lang = labels.language(lang)
    places = positions(network.two_mode_graph(dataset))
    links = network.mobilised(dataset)
    return {
        "lang": lang,
        "digest": dataset.digest[:12],
        "source": prose.source_line(dataset, lang),
        "words": _words(lang),
        "looks": _looks(),
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


def _looks():
    """Return colours and shapes by code."""

    def plain(looks):
        return {code or "none": {"color": look.color, "marker": look.marker} for code, look in looks.items()}

    return {"role": plain(palette.ROLE), "family": plain(palette.FAMILY_LOOK), "kind": plain(palette.KIND)}


def _groups(dataset, links, lang):
    """List the filters: code, label and number of laureates of each value that occurs."""
    home, number = of_laureates(dataset), _pairs(dataset.ambitions, "ambition_id", "number")
    enjeu_of = _pairs(dataset.laureates, "laureate_id", "enjeu_id")
    having = {}
    for laureate, role in zip(dataset.roles["laureate_id"], dataset.roles["role"], strict=True):
        having.setdefault(laureate, set()).add(role)
    without = [NO_ROLE] if set(enjeu_of) - set(having) else []
    reached = {}
    for row in links:
        reached.setdefault(row[4], set()).add(row[0])
    names = {row["ambition_id"]: row[f"title_{lang}"] for row in loaded(dataset).to_dict("records")}
    ambitions = []
    for key, title in names.items():
        label = labels.t("ambitions.name", lang, number=number[key])
        parts = [label, title] if title else [label]
        ambitions.append(_value(key, _colon(parts, lang), sum(a == key for a in home.values())))
    enjeux = [
        _value(row["enjeu_id"], f"{row['enjeu_id']} {row[f'short_{lang}']}", _times(enjeu_of, row["enjeu_id"]))
        for row in dataset.enjeux.sort_values(["ambition_id", "number"]).to_dict("records")
    ]
    roles = [
        _value(r, labels.t(f"role.{r}", lang), sum(r in having.get(x, {NO_ROLE}) for x in enjeu_of))
        for r in [*ROLES, *without]
    ]
    types = [
        _value(t or UNIDENTIFIED, labels.t(f"type.{t}", lang), len(reached[t]))
        | {"family": palette.FAMILY[t] or "none"}
        for t in palette.FAMILY
        if t in reached
    ]
    return {"ambition": ambitions, "enjeu": enjeux, "role": roles, "type": types}


def _pairs(frame, key, value):
    return dict(zip(frame[key], frame[value], strict=True))


def _value(code, label, count):
    return {"id": code, "label": label, "count": count}


def _times(mapping, wanted):
    return sum(value == wanted for value in mapping.values())


def _colon(parts, lang):
    return labels.typography(" : ".join(parts)) if lang == "fr" else ": ".join(parts)


def _themes(dataset, lang):
    """List the themes in the order of the framework matrix."""
    about = dataset.themes.set_index("theme_id")
    return [
        {
            "id": row.theme_id,
            "kind": row.kind,
            "kind_label": labels.t(f"theme.{row.kind}", lang),
            "label": about.at[row.theme_id, f"label_{lang}"],
            "definition": about.at[row.theme_id, f"definition_{lang}"],
            "ambition": about.at[row.theme_id, "ambition_id"],
        }
        for row in themes.themes(dataset).itertuples()
    ]


def _laureates(dataset, places, lang):
    """List the laureates in the order of the documents, each with all that its row says."""
    home, title = of_laureates(dataset), _pairs(dataset.sources, "source_id", "title")
    own = {
        name: _by_laureate(getattr(dataset, name))
        for name in ("roles", "mentions", "evidence", "contributions", "relations")
    }
    called = _called(dataset, lang)
    made = []
    for row in dataset.laureates.to_dict("records"):
        key = row["laureate_id"]
        mine = {name: rows.get(key, []) for name, rows in own.items()}
        x, y = places[key]
        made.append(
            {
                "id": key,
                "name": row["name"],
                "project": row["project_name"],
                "status": labels.t(f"status.{row['carrier_status']}", lang) if row["carrier_status"] else "",
                "status_anchor": row["carrier_anchor"],
                "enjeu": row["enjeu_id"],
                "ambition": home[key],
                "place": row["place"],
                "stated": row["department_stated"],
                "inferred": row["department_inferred"],
                "inferred_from": row["inferred_from"],
                "place_anchor": row["place_anchor"],
                "summary": row[f"summary_{lang}"],
                "source": title.get(row["source_id"], row["source_id"]),
                "row": int(row["source_row"]),
                "anchor": row["row_anchor"],
                "roles": [_role(mine["roles"], role, lang) for role in ROLES if _role(mine["roles"], role, lang)],
                "mentions": [_mention(one) for one in mine["mentions"]],
                "evidence": [_only(one, "strength", "anchor", "note", theme="theme_id") for one in mine["evidence"]],
                "contributions": [_contribution(one, lang) for one in mine["contributions"]],
                "relations": [_relation(one, called, lang) for one in mine["relations"]],
                "x": x,
                "y": y,
            }
        )
    return made


def _by_laureate(frame):
    """Return the rows of a table by laureate."""
    rows = {}
    for row in frame.to_dict("records"):
        rows.setdefault(row["laureate_id"], []).append(row)
    return rows


def _only(row, *names, **renamed):
    return {name: row[name] for name in names} | {name: row[old] for name, old in renamed.items()}


def _role(rows, role, lang):
    """Return a role of a laureate, None where it has not that role."""
    for row in rows:
        if row["role"] == role:
            salience = labels.t(f"salience.{row['salience']}", lang)
            return {"role": role, "salience": row["salience"], "salience_label": salience, "anchor": row["anchor"]}
    return None


def _mention(row):
    within = row["parent_position"]
    return _only(row, "mention", actor="actor_id") | {
        "position": int(row["position"]),
        "within": None if pd.isna(within) else int(within),
    }


def _contribution(row, lang):
    parts = [labels.t(f"{name}.{row[name]}", lang) for name in ("dimension", "target")]
    return {"where": _colon(parts, lang), "label": row[f"label_{lang}"], "anchor": row["anchor"]}


def _relation(row, called, lang):
    kind = labels.t(f"relation.{row['kind']}", lang)
    ends = [called.get(row[name], row[name]) for name in ("from_id", "to_id")]
    return {"from": ends[0], "kind": kind, "to": ends[1], "anchor": row["anchor"]}


def _called(dataset, lang):
    """Return the names of actors and laureates by id."""
    actors = _pairs(dataset.actors, "actor_id", f"short_{lang}")
    return actors | _pairs(dataset.laureates, "laureate_id", "name")


def _folded(text):
    """Return a text without case or accents, to sort by."""
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def _actors(dataset, places, lang):
    """List the actors that rows mention, by name; also what is printed among them and is none."""
    mentioned = set(dataset.mentions["actor_id"])
    made = []
    for row in dataset.actors.to_dict("records"):
        if row["actor_id"] not in mentioned:
            continue
        place = places.get(row["laureate_id"] or row["actor_id"])
        made.append(
            {
                "id": row["actor_id"],
                "name": row["name"],
                "short": row[f"short_{lang}"],
                "kind": row["kind"],
                "kind_label": labels.t(f"kind.{row['kind']}", lang),
                "type": row["actor_type"] or UNIDENTIFIED,
                "type_label": labels.t(f"type.{row['actor_type']}", lang),
                "family": palette.FAMILY[row["actor_type"]] or "none",
                "family_label": labels.t(f"family.{palette.FAMILY[row['actor_type']]}", lang),
                "scale": labels.t(f"explorer.scale.{row['scale']}", lang) if row["scale"] else "",
                "laureate": row["laureate_id"],
                "aliases": [alias for alias in row["aliases"].split("|") if alias],
                "note": row["note"],
                "x": place[0] if place else 0,
                "y": place[1] if place else 0,
            }
        )
    return sorted(made, key=lambda actor: (_folded(actor["name"]), actor["id"]))


SCRIPTS = ("model.js", "dom.js", "details.js", "tables.js", "network.js", "picture.js", "explorer.js")
LIBRARY = "cytoscape.min.js"


def make(dataset, lang=None):
    """Write the explorer as one HTML page that asks the network for nothing."""
    lang = labels.language(lang)
    parts = {
        "lang": lang,
        "style": _colours() + _file("static", "explorer.css"),
        "data": embedded(made(dataset, lang)),
        "library": _file("vendor", LIBRARY),
        "script": "\n".join(_file("static", name) for name in SCRIPTS),
    }

    def filled(place):
        name = place[1]
        return parts[name] if name in parts else escape(labels.t(f"explorer.{name}", lang))

    # One pass: what is put in is never looked at again, whatever it holds.
    return re.sub(r"\[\[([a-z_.]+)\]\]", filled, _file("static", "page.html"))


def embedded(value):
    r"""Write a value as JSON that can stand inside a script element, whatever its texts hold.

    >>> embedded({"a": "</script>"})
    '{"a":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _file(folder, name):
    return (resources.files(__package__) / folder / name).read_text(encoding="utf-8")


def _colours():
    """Write the package's colours as properties of the style sheet."""
    named = {
        "ink": palette.INK,
        "soft": palette.SOFT,
        "mark": palette.MARK,
        "faint": palette.FAINT,
        "rule": palette.RULE,
    }
    return ":root{" + "".join(f"--{name}:{value};" for name, value in named.items()) + f"--band:{palette.BAND}}}\n"
