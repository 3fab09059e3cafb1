"""The explorer in Chromium: its counts, its tables and its search by keyboard alone, its network by mouse."""

import json
import random
import re
from collections import Counter
from itertools import product

import test_explorer as plain
from neoterra_analysis.analysis import network
from neoterra_analysis.pages import explorer

from .conftest import COPIES

GROUP = {"ambition": "ambitions", "enjeu": "enjeux", "role": "roles", "type": "types"}


def active(driver):
    return driver.execute_script("return document.activeElement.id")


def reach(driver, keys, wanted, key="TAB", most=200):
    """Press a key until the wanted element has the focus."""
    for _ in range(most):
        if active(driver) == wanted:
            return
        keys(key)
    raise AssertionError(f"{wanted} is not reached by {key}")


def sizes(text):
    """Return the numbers of laureates, actors and links in a sentence, without those that they are of."""
    numbers = re.findall(r"(\d+) \w+ (?:sur|of) \d+", text.replace("\u202f", ""))
    return dict(zip(("laureates", "actors", "edges"), map(int, numbers), strict=True))


def told(driver):
    """Return what the page counts, as it is read on it."""
    text, combinations, cells = driver.execute_script(
        """
        const one = (query, key) => [...document.querySelectorAll(query)].map(e => [key(e), e.textContent]);
        return [counts.textContent, one("[data-combination]", e => e.dataset.combination),
          one("[data-theme]", e => [e.dataset.theme, e.dataset.strength])];
        """
    )
    found = {}
    for (theme, strength), cell in cells:
        count, of = map(int, re.findall(r"\d+", cell))
        found.setdefault(theme, {"of": of})[strength] = count
    return sizes(text) | {"combinations": {name: int(count) for name, count in combinations}, "cells": found}


def shown(driver):
    """Return what the page counts, and that the picture holds all of it."""
    found = told(driver)
    laureates, edges = driver.execute_script(
        """const cy = document.getElementById("network")._cyreg.cy;
        return [cy.nodes(".laureate").map(n => n.id().slice(2)), cy.edges().length];"""
    )
    assert sorted(laureates) == sorted(set(laureates)) and len(laureates) == found["laureates"]
    assert edges == found["edges"]
    assert not driver.find_element("id", "part").is_displayed()
    return found | {"laureate_ids": laureates}


def expected(dataset, chosen):
    """Return what the package counts; a theme without a laureate of its ambition has no cells on the page."""
    found = plain.counts(dataset, **{GROUP[group]: ids for group, ids in chosen.items()})
    found["cells"] = {theme: cell for theme, cell in found["cells"].items() if cell["of"]}
    del found["actor_ids"]
    return found


def choices(dataset):
    """Draw choices of filters: each group alone, pairs of groups, all groups."""
    draw = random.Random(6)
    ids = {g: [v["id"] for v in values] for g, values in explorer.content(dataset, "fr")["groups"].items()}
    singles = [{"ambition": [one]} for one in ids["ambition"]] + [{"role": [one]} for one in ids["role"]]
    pairs = [{"role": [r], "enjeu": [e]} for r, e in draw.sample(list(product(ids["role"], ids["enjeu"])), 7)]
    types = [{"type": draw.sample(ids["type"], size)} for size in (1, 2, 3)]
    mixed = [{g: draw.sample(ids[g], draw.choice((0, 1, 1, 2))) for g in ids} for _ in range(15)]
    return [*singles, *pairs, *types, *mixed]


def driven(driver, keys, dataset, asked):
    """Hold the page to the package for each choice of filters, by keyboard alone; return what was seen.

    From one choice to the next, the keys go over all boxes once, backwards and forwards in turn, and change those that
    differ; the button then puts all of them back.
    """
    assert shown(driver) == expected(dataset, {})
    keys("TAB")
    assert driver.execute_script("return document.activeElement.className") == "skip"
    every = "return [...document.querySelectorAll('[data-group]')].map(b => [b.dataset.group, b.value, b.checked])"
    boxes = [(group, value) for group, value, _ in driver.execute_script(every)]
    reach(driver, keys, "reset")
    seen, ticked, backwards = [], set(), True
    for chosen in asked:
        wanted = {(group, value) for group, values in chosen.items() for value in values}
        steps = [["SPACE"] if box in wanted ^ ticked else [] for box in boxes]
        if backwards:  # from the button to the first box, and from there to the button
            keys(*(key for step in reversed(steps) for key in ("BACK", *step)))
        else:
            keys(*(key for step in steps for key in (*step, "TAB")))
        ticked, backwards = wanted, not backwards
        assert {(group, value) for group, value, on in driver.execute_script(every) if on} == wanted
        seen.append(shown(driver))
        assert seen[-1] == expected(dataset, chosen), chosen
    reach(driver, keys, "reset", most=len(boxes))
    keys("ENTER")
    assert active(driver) == "reset"
    assert shown(driver) == expected(dataset, {})
    return seen


def test_counts_by_keyboard_alone(made, both, page, keys, console, requests):
    driver, asked = page(made["both"]), choices(both)
    assert len(asked) >= 24
    seen = driven(driver, keys, both, asked)
    assert len({json.dumps(found, sort_keys=True) for found in seen}) >= 20, "choices that show different things"
    assert (console(driver), requests(driver)) == ([], [])


def test_laureates_without_a_role_or_an_actor(made, small, page, keys, console):
    """Counted by hand: delta has no role and no actor, an actor of beta has no type."""
    asked = [{"role": ["none"]}, {"role": ["none", "connecteur"]}, {"type": ["unidentified"]}, {"enjeu": ["1.2"]}]
    driver = page(made["small"])
    seen = driven(driver, keys, small, asked)
    assert [found["laureate_ids"] for found in seen] == [["delta"], ["beta", "delta"], ["beta"], ["gamma", "delta"]]
    assert console(driver) == []


def test_tables_by_keyboard_give_everything(made, shipped, page, keys, console):
    driver = page(made["fr"])
    reach(driver, keys, "show-tables")
    keys("ENTER")
    assert driver.execute_script("return document.activeElement.getAttribute('aria-pressed')") == "true"
    counts = plain.counts(shipped)
    names = ("laureates", "actors", "links")
    rows = {name: len(driver.find_elements("css selector", f"#table-{name} tbody tr")) for name in names}
    assert rows == {"laureates": counts["laureates"], "actors": counts["actors"], "links": counts["edges"]}
    keys("TAB", "TAB", "ENTER")  # the frame of the table, then the first laureate
    assert active(driver) == "detail-title"
    text = driver.execute_script("return detail.textContent")
    first = shipped.laureates.iloc[0]
    anchored = [(name, "anchor") for name in ("roles", "evidence", "contributions")]
    for name, column in [*anchored, ("mentions", "mention")]:
        table = getattr(shipped, name)
        for value in table.loc[table["laureate_id"] == first["laureate_id"], column]:
            assert value in text
    assert first["row_anchor"] in text and f"ligne {first['source_row']}" in text
    keys("ESCAPE")
    assert driver.execute_script("return document.activeElement.dataset.open") == f"laureate-{first['laureate_id']}"
    assert not driver.find_element("id", "detail").is_displayed()
    assert console(driver) == []


def test_every_record_opens(made, shipped, page, console):
    names = {f"laureate-{key}": name for key, name in zip(*both_columns(shipped.laureates, "laureate_id"), strict=True)}
    mentioned = shipped.actors[shipped.actors["actor_id"].isin(shipped.mentions["actor_id"])]
    names |= {f"actor-{key}": name for key, name in zip(*both_columns(mentioned, "actor_id"), strict=True)}
    driver = page(made["fr"])
    titles = driver.execute_async_script(
        """const [keys, done] = arguments, titles = {};
        (async () => {
          for (const key of keys) {
            const changed = new Promise(go => addEventListener("hashchange", go, {once: true}));
            location.hash = key;
            await changed;
            titles[key] = document.getElementById("detail-title")?.textContent;
          }
          done(titles);
        })();""",
        list(names),
    )
    assert titles == names
    assert console(driver) == []


def both_columns(frame, key):
    return frame[key], frame["name"]


def test_search_by_keyboard(made, page, keys):
    driver = page(made["fr"])
    reach(driver, keys, "search")
    keys(*"ecole d'arch")  # without accents, with a plain apostrophe
    assert driver.find_element("id", "search-count").text == "1 trouvé"
    keys("TAB", "ENTER")
    assert active(driver) == "detail-title"
    assert "École" in driver.find_element("id", "detail-title").text
    assert "q=ecole%20d" in driver.current_url and "open=actor-" in driver.current_url


def test_mouse_on_the_network(made, page):
    from selenium.webdriver import ActionChains

    driver = page(made["fr"])
    box = driver.find_element("id", "network")
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", box)
    x, y, wide, high = driver.execute_script(
        """const cy = arguments[0]._cyreg.cy, p = cy.getElementById("L:vivance").renderedPosition();
        return [p.x, p.y, cy.width(), cy.height()]""",
        box,
    )
    ActionChains(driver).move_to_element_with_offset(box, round(x - wide / 2), round(y - high / 2)).click().perform()
    assert driver.find_element("id", "detail-title").text == "Vivance"
    assert active(driver) == "detail-title"
    driver.back()
    assert not driver.find_element("id", "detail").is_displayed()


def drawn_of(dataset, chosen):
    """Return how many laureates, actors and links a picture of many laureates holds, as the page must decide it."""
    found = plain.counts(dataset, **{GROUP[group]: ids for group, ids in chosen.items()})
    kept, types = set(found["laureate_ids"]), set(chosen.get("type", ()))
    links = [row for row in network.mobilised(dataset) if row[0] in kept and (not types or row[4] in types)]
    if found["laureates"] + found["actors"] <= explorer.WHOLE:
        return None
    among = Counter(row[1] for row in links)
    shared = [row for row in links if among[row[1]] > 1]
    actors = {row[1] for row in shared}
    if len(kept) + len(actors) <= explorer.WHOLE:
        return {"laureates": len(kept), "actors": len(actors), "edges": len(shared)}
    enjeu = dict(zip(dataset.laureates["laureate_id"], dataset.laureates["enjeu_id"], strict=True))
    ties = Counter((enjeu[row[0]], row[1]) for row in links)
    least = next(n for n in range(1, 1000) if sum(count >= n for count in ties.values()) <= 100)
    strong = {tie: count for tie, count in ties.items() if count >= least}
    return {"laureates": len(kept), "actors": len({actor for _, actor in strong}), "edges": sum(strong.values())}


def test_hundreds_of_laureates(made, both, page, console, requests):
    """The counts are those of the analysis; what the picture leaves out is said, and can be read if it is drawn."""
    dataset, draw = plain.many(both, COPIES), random.Random(4)
    driver = page(made["many"])
    seen = Counter()
    for chosen in [{}, *draw.sample(choices(dataset), 14)]:
        address = "&".join(f"{group}={','.join(ids)}" for group, ids in chosen.items() if ids)
        driver.execute_script("location.hash = arguments[0]", address)
        driver.execute_async_script("requestAnimationFrame(() => setTimeout(arguments[0]))")  # the event comes after
        wanted = expected(dataset, chosen)
        del wanted["laureate_ids"]
        assert told(driver) == wanted, chosen
        drawn, words = drawn_of(dataset, chosen), driver.find_element("id", "part").text
        found = re.search(r"Dessinés\s: ([^.]+)\.", words)
        assert (sizes(found[1]) if found else None) == drawn, chosen
        points, boxes, covered = driver.execute_script(OVERLAPS)
        assert points <= explorer.WHOLE and covered == 0, chosen
        seen[boxes if found else "whole"] += 1
    assert set(seen) == {"whole", "laureate", "enjeu"}
    assert (console(driver), requests(driver)) == ([], [])


# Points, what boxes stand for, and pairs of names that cover each other.
OVERLAPS = """
const cy = document.getElementById("network")._cyreg.cy;
const names = cy.nodes(".box, .named").not(".mute").map(n => n.boundingBox({includeNodes: false, includeEdges: false}));
const common = (a, b, axis) => Math.min(a[axis + 2], b[axis + 2]) - Math.max(a[axis + 1], b[axis + 1]);
const meet = (a, b) => common(a, b, "x") > 6 && common(a, b, "y") > 6;
return [cy.nodes().length, cy.nodes(".enjeu").length ? "enjeu" : "laureate",
  names.filter((a, i) => names.slice(0, i).some(b => meet(a, b))).length];
"""


def test_lists_are_shown_in_parts(made, page, keys, console):
    """By keyboard: one press shows more and goes to the first of it; the address keeps how far."""
    driver = page(made["many"], "show=tables&ambition=exemple-8")
    rows = "return document.querySelectorAll('#table-laureates tbody > tr').length"
    assert driver.execute_script(rows) == 100
    driver.execute_script("document.querySelector('[data-more=table-laureates]').focus()")
    keys("ENTER")
    assert driver.execute_script(rows) == 120
    key = driver.execute_script("return document.activeElement.dataset.open")
    assert key == driver.execute_script(
        "return document.querySelectorAll('#table-laureates th > button')[100].dataset.open"
    )
    assert driver.current_url.endswith("&more=table-laureates:2")
    driver.refresh()
    assert driver.execute_script(rows) == 120
    assert console(driver) == []


def test_an_enjeu_in_the_picture_is_a_filter(made, page):
    driver = page(made["many"])
    driver.execute_script("document.getElementById('network')._cyreg.cy.getElementById('E:4.1').emit('tap')")
    assert driver.current_url.endswith("#enjeu=4.1")
