"""The explorer in Chromium: who can read it, its addresses, its figure, its print, hostile texts."""

import base64
import io
import re
import time
import unicodedata

import pypdf
import pytest
from PIL import Image

import test_explorer as plain

from .conftest import THOROUGH
from .test_explorer import reach

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


@pytest.mark.parametrize("name", MANY if THOROUGH else ["initial", "tables"])
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


@pytest.mark.parametrize(
    ("name", "lang"),
    [(name, lang) for name in STATES for lang in ("fr", "en") if THOROUGH or lang == "fr" or not STATES[name]],
)
def test_accessible(made, page, axe, lang, name):
    if THOROUGH or lang == "fr" or name == "initial":  # the languages differ by their words only
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
        for state in STATES.values() if THOROUGH or which == "hostile" else [STATES["tables"]]:
            page(made[which], state)
            for width in (320, 800, 1280):
                size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
                browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
                assert browser.execute_script("return document.documentElement.scrollWidth") <= width, (state, width)
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("name", STATES if THOROUGH else ["initial", "laureate", "tables"])
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
