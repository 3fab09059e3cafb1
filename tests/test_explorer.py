"""The explorer without a browser: what it counts, what the page holds, and that texts stay texts."""

import base64
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from itertools import cycle

import pandas as pd
import pytest
from lxml import html

import merged
from neoterra_analysis import load
from neoterra_analysis.analysis import network, themes
from neoterra_analysis.analysis import roles as role_patterns
from neoterra_analysis.dataset.loading import of_laureates
from neoterra_analysis.pages import explorer
from neoterra_analysis.words import labels

FOLDER = resources.files("neoterra_analysis") / "pages"
MARKUP = '<script>alert(1)</script>"><img src=x onerror=alert(2)>{{7*7}}[[data]]'
HOSTILE = f"{MARKUP}=cmd|' /C calc'!A0\u202egnp\u2028"
LONG = "x" * 5000
# Columns that hold free text; ids and codes are held to lists by the contract.
FREE = {
    "laureates": "name project_name place inferred_from summary_fr summary_en row_anchor carrier_anchor place_anchor",
    "actors": "name short_fr short_en aliases note",
    "mentions": "mention",
    "roles": "anchor",
    "evidence": "anchor note",
    "contributions": "label_fr label_en anchor",
    "relations": "anchor",
    "themes": "label_fr label_en definition_fr definition_en",
    "enjeux": "short_fr short_en",
    "ambitions": "title_fr title_en",
    "sources": "title publisher",
}


def hostile(dataset):
    """Return the records with a hostile text in every free text."""
    tables = {}
    for name, columns in FREE.items():
        frame = getattr(dataset, name).copy()
        for column in columns.split():
            frame[column] = [f"{HOSTILE}{LONG if i % 8 == 0 else i}" for i in range(len(frame))]
        tables[name] = frame
    return replace(dataset, **tables)


def many(dataset, copies):
    """Return the records several times over: each copy has its own laureates, every third one its own actors too."""

    def copied(table, **marked):
        parts = [getattr(dataset, table)]
        for i in range(1, copies):
            parts.append(parts[0].copy())
            for column, every in marked.items():
                if i % every == 0:
                    parts[-1][column] += f"-{i}"
        return pd.concat(parts, ignore_index=True).drop_duplicates()

    tables = {name: copied(name, laureate_id=1) for name in ("roles", "evidence", "contributions")}
    tables["laureates"] = copied("laureates", laureate_id=1, name=1)
    tables["mentions"] = copied("mentions", laureate_id=1, actor_id=3)
    tables["actors"] = copied("actors", actor_id=3, name=3).assign(laureate_id="")
    return replace(dataset, **tables)


class Page(HTMLParser):
    """The elements of a page, and the texts of its scripts."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.scripts, self.ids, self.open = [], [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")
            self.open = True
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_data(self, text):
        if self.open:
            self.scripts[-1] += text

    def handle_endtag(self, tag):
        self.open = False


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Return the records of two ambitions."""
    return load(merged.write(tmp_path_factory.mktemp("data") / "two"))


def embedded(text):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)[1])


def counts(dataset, enjeux=(), roles=(), types=(), ambitions=()):
    """Count what the page must show under filters: laureates that fit every group, and what hangs on them."""
    types = {"" if name == explorer.UNIDENTIFIED else name for name in types}
    links = [row[:2] for row in network.mobilised(dataset) if not types or row[4] in types]
    having, home = {}, of_laureates(dataset)
    for laureate, role in zip(dataset.roles["laureate_id"], dataset.roles["role"], strict=True):
        having.setdefault(laureate, set()).add(role)
    kept = {
        laureate
        for laureate, enjeu in zip(dataset.laureates["laureate_id"], dataset.laureates["enjeu_id"], strict=True)
        if (not enjeux or enjeu in enjeux)
        and (not roles or having.get(laureate, {explorer.NONE}) & set(roles))
        and (not ambitions or home[laureate] in ambitions)
    }
    if types:
        kept &= {laureate for laureate, _ in links}
    frames = {name: getattr(dataset, name) for name in ("laureates", "roles", "evidence")}
    part = replace(dataset, **{name: frame[frame["laureate_id"].isin(kept)] for name, frame in frames.items()})
    links = [link for link in links if link[0] in kept]
    actors = sorted({actor for _, actor in links})
    combinations = role_patterns.combinations(part)
    return {
        "laureates": len(kept),
        "actors": len(actors),
        "edges": len(links),
        "laureate_ids": list(part.laureates["laureate_id"]),
        "actor_ids": actors,
        "combinations": {
            name: int(n) for name, n in zip(combinations["combination"], combinations["count"], strict=True)
        },
        "cells": {
            row["theme_id"]: {name: row[name] for name in ("direct", "indirect", "of")}
            for row in themes.themes(part).to_dict("records")
        },
    }


@pytest.mark.parametrize(
    ("filters", "laureates", "actors", "edges"),
    [
        ({}, "alpha beta gamma delta", "mill ovens school town unknown", 6),
        ({"enjeux": ["1.1"]}, "alpha beta", "mill ovens school town unknown", 6),
        ({"enjeux": ["1.2"]}, "gamma delta", "", 0),
        ({"enjeux": ["1.1", "1.2"], "roles": ["inspirateur"]}, "gamma", "", 0),
        ({"roles": ["connecteur"]}, "beta", "school town unknown", 3),
        ({"roles": ["connecteur", "inspirateur"]}, "beta gamma", "school town unknown", 3),
        ({"roles": ["none"]}, "delta", "", 0),
        ({"types": ["company"]}, "alpha", "mill ovens", 2),
        ({"types": ["local_authority"]}, "alpha beta", "town", 2),
        ({"types": ["local_authority", "unidentified"]}, "alpha beta", "town unknown", 3),
        ({"types": [""]}, "beta", "unknown", 1),
        ({"types": ["company"], "roles": ["connecteur"]}, "", "", 0),
        ({"ambitions": ["a-1"]}, "alpha beta gamma delta", "mill ovens school town unknown", 6),
        ({"ambitions": ["a-2"]}, "", "", 0),
    ],
)
def test_counted_by_hand(small, filters, laureates, actors, edges):
    found = counts(small, **filters)
    assert (found["laureate_ids"], found["actor_ids"]) == (laureates.split(), actors.split())
    assert (found["laureates"], found["actors"], found["edges"]) == (len(laureates.split()), len(actors.split()), edges)


def test_cells_and_combinations_by_hand(small):
    found = counts(small, roles=["connecteur", "inspirateur"])
    assert {name: n for name, n in found["combinations"].items() if n} == {"aiguillon+connecteur": 1, "inspirateur": 1}
    assert found["cells"] == {
        "eased": {"direct": 0, "indirect": 0, "of": 2},
        "held": {"direct": 0, "indirect": 1, "of": 2},
        "pushed": {"direct": 1, "indirect": 0, "of": 2},
    }


def test_laws_of_filters(both):
    """More values in a group show more, another group shows less; parts add up."""
    groups = explorer.content(both, "fr")["groups"]
    ids = {name: [value["id"] for value in values] for name, values in groups.items()}
    for enjeu, role in zip(ids["enjeu"], cycle(ids["role"])):
        one = counts(both, enjeux=[enjeu], roles=[role])
        assert set(one["laureate_ids"]) <= set(counts(both, enjeux=[enjeu])["laureate_ids"])
        assert sum(one["combinations"].values()) == one["laureates"]
    whole = counts(both)
    parts = [counts(both, enjeux=[enjeu]) for enjeu in ids["enjeu"]]
    assert sum(part["laureates"] for part in parts) == whole["laureates"]
    assert sum(part["edges"] for part in parts) == whole["edges"]
    types = [counts(both, types=[kind]) for kind in ids["type"]]
    assert sum(part["edges"] for part in types) == whole["edges"]
    assert sum(part["actors"] for part in types) == whole["actors"]
    assert counts(both, types=ids["type"])["edges"] == whole["edges"]
    assert counts(both, ambitions=ids["ambition"]) == whole


def test_numbers_beside_the_filters(both):
    groups = explorer.content(both, "fr")["groups"]
    names = {"ambition": "ambitions", "enjeu": "enjeux", "role": "roles", "type": "types"}
    for group, values in groups.items():
        for value in values:
            assert value["count"] == counts(both, **{names[group]: [value["id"]]})["laureates"], value


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_page_holds_all_records(both, lang):
    found = embedded(explorer.make(both, lang))
    assert found["lang"] == lang
    assert [one["id"] for one in found["laureates"]] == list(both.laureates["laureate_id"])
    assert {one["id"] for one in found["actors"]} == set(both.mentions["actor_id"])
    assert sum(len(one["mentions"]) for one in found["laureates"]) == len(both.mentions)
    assert sum(len(one["roles"]) for one in found["laureates"]) == len(both.roles)
    assert sum(len(one["evidence"]) for one in found["laureates"]) == len(both.evidence)
    assert sum(len(one["contributions"]) for one in found["laureates"]) == len(both.contributions)
    assert sum(len(one["relations"]) for one in found["laureates"]) == len(both.relations)
    anchors = {one["anchor"] for x in found["laureates"] for part in ("roles", "evidence") for one in x[part]}
    assert anchors == {*both.roles["anchor"], *both.evidence["anchor"]}
    assert [one["id"] for one in found["themes"]] == list(themes.themes(both)["theme_id"])


def test_hundreds_of_laureates(both):
    """The page stays small, its script places what it draws, and the numbers are those of the analysis."""
    dataset = many(both, 20)
    text = explorer.make(dataset, "fr")
    found = embedded(text)
    assert len(found["laureates"]) == 340 and len(text.encode()) < 2_500_000
    assert not found["placed"] and not any("x" in one for one in found["laureates"] + found["actors"])
    assert (len(found["links"]), len({link["actor"] for link in found["links"]})) == (
        counts(dataset)["edges"],
        counts(dataset)["actors"],
    )
    test_numbers_beside_the_filters(dataset)


def test_few_are_placed_beforehand(both):
    found = embedded(explorer.make(both, "fr"))
    assert found["placed"] and all("x" in one and "y" in one for one in found["laureates"] + found["actors"])


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_page_is_one_file_that_asks_for_nothing(shipped, lang):
    text = explorer.make(shipped, lang)
    assert len(text.encode()) < 1_500_000
    parts = Page(text)
    assert parts.elements[0][1]["lang"] == lang
    policy = next(a["content"] for tag, a in parts.elements if tag == "meta" and "http-equiv" in a)
    assert policy.startswith("default-src 'none'; ")
    leading = ("src", "href", "action", "data", "poster")
    addresses = [a[name] for _, a in parts.elements for name in leading if name in a]
    assert sorted(addresses) == ["#view", "data:,"]
    assert len(parts.ids) == len(set(parts.ids))
    assert [tag for tag, _ in parts.elements].count("script") == 3
    assert "[[" not in re.sub(r"<script.*?</script>", "", text, flags=re.S)


def test_same_records_same_bytes(shipped):
    """Also in a process where sets are in another order."""
    code = (
        "import sys; from neoterra_analysis import load; from neoterra_analysis.pages import explorer; "
        "sys.stdout.buffer.write(explorer.make(load(), 'fr').encode())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7", "NEOTERRA_DATA": str(shipped.path)}
    other = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True).stdout
    assert other == explorer.make(shipped, "fr").encode() == explorer.make(shipped).encode()


def test_order_of_rows_does_not_count(small, tmp_path):
    import invented

    other = load(invented.shuffled(small.path, tmp_path / "shuffled", 3))
    assert explorer.make(other, "en") == explorer.make(small, "en")


def test_one_ambition(both):
    found = embedded(explorer.make(both.only(8), "en"))
    assert {one["ambition"] for one in found["laureates"]} == {"exemple-8"}
    assert [one["id"] for one in found["groups"]["ambition"]] == ["exemple-8"]


def test_changed_record_changes_the_page(shipped):
    table = shipped.evidence.copy()
    assert table.loc[0, "strength"] == "indirect"
    table.loc[0, "strength"] = "direct"
    changed = replace(shipped, evidence=table)
    assert explorer.make(changed, "fr") != explorer.make(shipped, "fr")


def test_hostile_texts_stay_texts(shipped):
    plain, text = (Page(explorer.make(one, "fr")) for one in (shipped, hostile(shipped)))
    assert text.elements == plain.elements
    assert len(text.scripts) == 3 and text.scripts[1:] == plain.scripts[1:]
    assert "<" not in text.scripts[0] and "\u2028" not in text.scripts[0]
    found = json.loads(text.scripts[0])
    assert found["laureates"][0]["name"] == HOSTILE + LONG
    assert found["laureates"][0]["mentions"][0]["mention"].startswith(HOSTILE)


def test_unknown_language_is_refused(small):
    with pytest.raises(ValueError, match="'de'"):
        explorer.make(small, "de")


def test_empty_records(small):
    from neoterra_analysis.dataset import loading

    nobody = loading.restrict(small, ["a-2"])
    assert counts(nobody)["laureates"] == 0
    assert embedded(explorer.make(nobody, "fr"))["laureates"] == []


def test_script_says_only_known_words_and_all_of_them():
    script = "\n".join((FOLDER / "static" / name).read_text(encoding="utf-8") for name in explorer.SCRIPTS)
    known = {key.removeprefix(explorer.PREFIX) for key in labels.words() if key.startswith(explorer.PREFIX)}
    said = set(re.findall(r'\bsay\("([\w.]+)"', script))
    counted = set(re.findall(r'\bcounted\("([\w.]+)"', script))
    said |= set(re.findall(r'\? "(laureate)" : "(actor)"', script)[0])
    families = {name.removesuffix("${") for name in re.findall(r"`(\w+\.\$\{)", script)}
    said |= {f"{name}.{form}" for name in counted for form in ("one", "many")}
    said |= {key for key in known if any(key.startswith(name) for name in families)}
    columns = re.search(r'heads\(("[^)]*)\)', script)
    assert columns
    heads = {f"head.{key}" for call in re.findall(r"heads\(([^)]*)\)", script) for key in re.findall(r'"(\w+)"', call)}
    assert said | heads == known
    places = set(re.findall(r"\[\[([a-z_.]+)\]\]", (FOLDER / "static" / "page.html").read_text(encoding="utf-8")))
    fixed = {"lang", "style", "data", "library", "script"}
    own = {key for key in labels.words() if key.startswith("explorer.") and not key.startswith(explorer.PREFIX)}
    own = {key.removeprefix("explorer.") for key in own}
    assert places - fixed == {key for key in own if not key.startswith("scale.")}


def test_script_never_reads_data_as_markup():
    for name in explorer.SCRIPTS:
        text = (FOLDER / "static" / name).read_text(encoding="utf-8")
        markup = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function"
        assert not re.search(markup, text), name


def test_library_stands_beside_its_licence():
    folder = FOLDER / "vendor"
    readme, licence = ((folder / name).read_text(encoding="utf-8") for name in ("README.md", "LICENSE"))
    version = re.search(r"cytoscape (\d+\.\d+\.\d+)", readme)[1]
    library = (folder / explorer.LIBRARY).read_text(encoding="utf-8")
    assert f'"{version}"' in library
    assert "Permission is hereby granted, free of charge" in licence and "</script" not in library.lower()


def test_layout(both):
    graph = network.two_mode_graph(both)
    places = explorer.positions(graph)
    assert list(places) == list(graph) and places == explorer.positions(graph)
    assert all(type(x) is int and type(y) is int for x, y in places.values())
    across, down = explorer.ROOM
    points = list(places.values())
    pairs = [(one, other) for i, one in enumerate(points) for other in points[:i]]
    near = [1 for (x, y), (u, v) in pairs if abs(x - u) < across / 2 and abs(y - v) < down / 2]
    assert not near


def test_below_a_cell(small):
    shown = explorer.show(small, "en")
    frame, text = html.fragments_fromstring(shown._repr_html_())
    assert frame.tag == "iframe" and frame.get("title") and frame.get("sandbox") == "allow-scripts allow-downloads"
    kind, page = frame.get("src").split(",")
    assert kind == "data:text/html;charset=utf-8;base64"
    assert base64.b64decode(page).decode() == explorer.make(small, "en") == shown.page
    assert text.text == repr(shown) and "explorer-en.html" in repr(shown) and "\n" not in repr(shown)
    assert "explorer-fr.html" in repr(explorer.show(small))
