"""The explorer in Chromium: its counts by keyboard alone, its address, its figure, its print, and who can read it."""

import base64
import io
import json
import random
import re
import time
import unicodedata
from collections import Counter
from itertools import product

import pypdf
import pytest
from PIL import Image

import merged
import test_explorer as plain
from neoterra_analysis import load
from neoterra_analysis.analysis import network
from neoterra_analysis.pages import explorer

STATES = {
    "initial": "",
    "filtered": "role=connecteur&type=ess,research",
    "nothing": "enjeu=4.1&type=farming",
    "laureate": "open=laureate-cargo-209&q=cargo",
    "actor": "open=actor-aract&names=all",
    "tables": "show=tables&open=laureate-adam",
}
MANY = {
    "initial": "",
    "filtered": "role=aiguillon&type=research",
    "record": "enjeu=4.2&open=actor-aract&names=all",
    "tables": "show=tables&more=table-links:2,having-none:3",
}
COPIES = 20  # of the records, for a page of hundreds of laureates
GROUP = {"ambition": "ambitions", "enjeu": "enjeux", "role": "roles", "type": "types"}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return load(merged.write(tmp_path_factory.mktemp("data") / "two"))


@pytest.fixture(scope="module")
def made(tmp_path_factory, shipped, small, both):
    """Return the pages: French and English, two ambitions, the records counted by hand, hostile texts."""
    folder = tmp_path_factory.mktemp("site")
    texts = {
        "fr": explorer.make(shipped, "fr"),
        "en": explorer.make(shipped, "en"),
        "both": explorer.make(both, "fr"),
        "small": explorer.make(small, "en"),
        "hostile": explorer.make(plain.hostile(shipped), "fr"),
        "many": explorer.make(plain.many(both, COPIES), "fr"),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.fixture
def keys(browser):
    """Return ``keys(*names)``: presses keys one after the other, whatever has the focus."""
    from selenium.webdriver import ActionChains, Keys

    def press(*names):
        chain = ActionChains(browser, duration=0)
        for name in names:
            if name == "BACK":
                chain.key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT)
            else:
                chain.send_keys(getattr(Keys, name, name))
        chain.perform()

    return press


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


@pytest.mark.parametrize("name", MANY)
def test_hundreds_are_accessible(made, page, axe, console, name):
    driver = page(made["many"], MANY[name])
    assert driver.current_url.partition("#")[2] == MANY[name]
    assert axe(driver) == []
    assert console(driver) == []


@pytest.mark.parametrize("name", STATES)
def test_address_gives_the_same_view(made, page, name, console):
    """The view is reached by the address, written back the same, and the same when loaded anew."""

    def view(driver):
        return driver.execute_script(
            """const cy = document.getElementById("network")._cyreg?.cy;
            return [document.querySelector("main").innerText, cy ? cy.elements().map(e => e.id() + e.classes()) : null,
              [...document.querySelectorAll("input")].map(i => i.type === "search" ? i.value : i.checked)]"""
        )

    driver = page(made["fr"], STATES[name])
    first = view(driver)
    driver.execute_script("document.getElementById('reset').click()")
    assert name in ("initial", "tables") or view(driver) != first
    driver.execute_script("history.back()")
    time.sleep(0.3)
    assert view(driver) == first
    address = driver.current_url
    assert address.partition("#")[2] == STATES[name]
    driver.refresh()
    assert (view(driver), driver.current_url) == (first, address)
    assert console(driver) == []


def test_address_that_makes_no_sense(made, page, console):
    driver = page(made["fr"], "role=%E0%A4%A,nobody&open=laureate-nobody&show=else&toString=1&q=%3Cimg%3E&=&enjeu")
    assert driver.find_element("id", "counts").text.startswith("11 lauréats sur 11")
    assert driver.find_element("id", "search").get_attribute("value") == "<img>"
    assert console(driver) == []


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", STATES)
def test_accessible(made, page, axe, lang, name):
    assert axe(page(made[lang], STATES[name])) == []


def png(driver, keys):
    """Press the copy button and return the status that follows."""
    reach(driver, keys, "copy")
    keys("ENTER")
    deadline = time.monotonic() + 20
    while not driver.find_element("id", "status").text:
        assert time.monotonic() < deadline, "no status"
        time.sleep(0.05)
    return driver.find_element("id", "status").text


def test_figure_is_copied(made, page, keys, console):
    driver = page(made["fr"], STATES["filtered"])
    driver.execute_script(
        """Object.defineProperty(navigator, "clipboard", {value: {write: async items => {
          const blob = await items[0].getType("image/png"), reader = new FileReader();
          await new Promise(done => { reader.onload = done; reader.readAsDataURL(blob); });
          window.copied = reader.result; }}});"""
    )
    assert "copiée" in png(driver, keys)
    image = Image.open(io.BytesIO(base64.b64decode(driver.execute_script("return copied").partition(",")[2])))
    assert image.format == "PNG" and image.width == 1600 and image.height > 500
    assert len(image.convert("RGB").getcolors(1 << 24)) > 20, "something is drawn"
    assert console(driver) == []


def test_figure_is_downloaded_where_the_clipboard_is_refused(made, page, keys, tmp_path):
    driver = page(made["en"])
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    driver.execute_script(
        """Object.defineProperty(navigator, "clipboard",
          {value: {write: () => Promise.reject(new DOMException("no", "NotAllowedError"))}});"""
    )
    assert "downloaded" in png(driver, keys)
    file, deadline = tmp_path / "laureates-and-actors.png", time.monotonic() + 10
    while not file.is_file():
        assert time.monotonic() < deadline, list(tmp_path.iterdir())
        time.sleep(0.05)
    assert Image.open(io.BytesIO(file.read_bytes())).size[0] == 1600


@pytest.mark.parametrize("name", ["initial", "laureate", "tables"])
def test_print_cuts_nothing(made, shipped, page, name):
    driver = page(made["fr"], STATES[name])
    time.sleep(0.8)  # the picture for print is made a moment after the view
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 690, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
    )
    try:
        cut, wide, picture = driver.execute_script(
            """const cut = [...document.querySelectorAll("main *:not(.hidden)")].filter(e => {
                const more = e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1;
                return more && e.offsetParent && getComputedStyle(e).overflow !== "visible";
              }).map(e => e.outerHTML.slice(0, 80));
            const image = document.getElementById("print-picture");
            return [cut, document.documentElement.scrollWidth, image.offsetWidth * image.naturalWidth];"""
        )
        assert cut == [] and wide <= 690
        assert bool(picture) == (name != "tables")
        printed = driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"]
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    reader = pypdf.PdfReader(io.BytesIO(base64.b64decode(printed)))
    read = unicodedata.normalize("NFKC", "".join(p.extract_text() for p in reader.pages))  # ligatures taken apart
    text = re.sub(r"\s+", "", read)
    wanted = list(shipped.laureates["name"])
    if name == "laureate":
        own = shipped.mentions["laureate_id"] == "cargo-209"
        wanted += [mention.split()[0] for mention in shipped.mentions.loc[own, "mention"]]
    if name == "tables":
        used = shipped.actors["actor_id"].isin(plain.counts(shipped)["actor_ids"])
        wanted += list(shipped.actors.loc[used, "name"])
    assert [value for value in wanted if re.sub(r"\s+", "", unicodedata.normalize("NFKC", value)) not in text] == []


@pytest.mark.parametrize("which", ["fr", "hostile"])
def test_reflow(made, page, browser, which):
    try:
        for state in STATES.values():
            page(made[which], state)
            for width in (320, 800, 1280):
                size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
                browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
                assert browser.execute_script("return document.documentElement.scrollWidth") <= width, (state, width)
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("name", STATES)
def test_hostile_texts_stay_texts(made, page, axe, console, requests, name):
    calm, driver = {}, page(made["fr"], STATES[name])
    count = "return document.querySelectorAll(arguments[0]).length"
    for tag in ("script", "img", "iframe", "a", "style", "form"):
        calm[tag] = driver.execute_script(count, tag)
    driver = page(made["hostile"], STATES[name])
    assert {tag: driver.execute_script(count, tag) for tag in calm} == calm
    assert driver.execute_script("return [...document.querySelectorAll('*')].every(e => !e.hasAttribute('onerror'))")
    text = driver.execute_script("return document.body.textContent")
    body = text.replace(driver.execute_script("return [...document.scripts].map(s => s.textContent).join('')"), "")
    assert plain.MARKUP in body and "{{7*7}}" in body
    assert axe(driver) == []
    assert (console(driver), requests(driver)) == ([], [])
