"""The report's page in Chromium: silent, alone, whole, and fit for those who do not see it or use no mouse."""

import base64
import json

import pytest
from selenium.webdriver.common.keys import Keys

import hand_made_report
import invented
import merged
from neoterra_analysis import load
from neoterra_analysis.analysis import findings
from neoterra_analysis.pages import annex as content
from neoterra_analysis.pages import as_html, fiche, programme
from neoterra_analysis.pages.model import Paragraph, Run, places
from neoterra_analysis.words import labels

from .conftest import THOROUGH

# Every link inside the page leads to something, no id stands twice, no label names what is not there.
LOST = """
const ids = [...document.querySelectorAll("[id]")].map(each => each.id);
const asked = [...document.querySelectorAll("a[href^='#']")].map(each => decodeURIComponent(each.hash.slice(1)));
for (const name of ["aria-labelledby", "aria-describedby"])
  for (const each of document.querySelectorAll(`[${name}]`)) asked.push(...each.getAttribute(name).split(/\\s+/));
const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
return [[...new Set(asked)].filter(id => !document.getElementById(id)), [...new Set(twice)]];
"""
# The two languages differ by their words: what no word changes is looked at in French.
IN_FRENCH = pytest.mark.parametrize("made", ["fr"], indirect=True)
HEADINGS = "return [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(each => Number(each.tagName[1]))"
OVERFLOW = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module", params=labels.LANGUAGES if THOROUGH else ["fr"])
def made(request, tmp_path_factory, pictures):
    """Return a language and the page of the project's own records, with the figures of the last build."""
    dataset, lang = load(invented.DATA), request.param
    fragility = findings.fragility(dataset, "01", progress=False)  # of one notebook: all of them take long
    report = content.make(dataset, lang, figures_folder=pictures / lang / "ambition-4", fragility=fragility)
    path = tmp_path_factory.mktemp("site") / f"annex-{lang}.html"
    path.write_text(as_html.write(report), encoding="utf-8")
    return lang, path, report


def press(driver, *keys):
    """Press keys wherever the focus is."""
    driver.switch_to.active_element.send_keys(*keys)


def test_silent_alone_and_accessible(made, page, console, requests, axe):
    lang, path, report = made
    driver = page(path)
    assert driver.execute_script("return document.documentElement.lang") == lang
    assert driver.title
    assert axe(driver) == []
    assert console(driver) == []
    assert requests(driver) == []


def test_every_link_leads_somewhere(made, page):
    _, path, report = made
    driver = page(path)
    lost, twice = driver.execute_script(LOST)
    assert (lost, twice) == ([], [])
    known = set(driver.execute_script("return [...document.querySelectorAll('[id]')].map(each => each.id)"))
    assert set(places(report.sections)) <= known
    links = driver.execute_script("return document.querySelectorAll(\"main a[href^='#']\").length")
    assert links > 100, "numbers lead to their records"
    outward = driver.execute_script("return document.querySelectorAll(\"a:not([href^='#'])\").length")
    assert outward == 0


def test_the_programme_has_a_page_of_the_same_kind(tmp_path, pictures, page, console, requests, axe):
    made = programme.pair(load(merged.write(tmp_path / "data")), "fr", pictures / "fr" / "programme")["overview-fr"]
    path = tmp_path / "overview-fr.html"
    path.write_text(as_html.write(made), encoding="utf-8")
    driver = page(path)
    assert (axe(driver), console(driver), requests(driver)) == ([], [], [])
    assert driver.execute_script(LOST) == [[], []]
    assert len(driver.execute_script("return [...document.querySelectorAll('figure svg')]")) == 6


@pytest.fixture(scope="module")
def handed(small, pictures, tmp_path_factory):
    """Return the page of a fiche."""
    made = fiche.pair(small, "fr", figures_folder=pictures / "fr" / "ambition-4")["fiche-fr"]
    path = tmp_path_factory.mktemp("fiche") / "fiche-fr.html"
    path.write_text(as_html.write(made), encoding="utf-8")
    return path


def test_the_fiche_leads_to_its_annex(handed, page, console):
    driver = page(handed)
    assert (console(driver), driver.execute_script(LOST)) == ([], [[], []])
    away = "return [...document.querySelectorAll(\"a:not([href^='#'])\")].map(each => each.getAttribute('href'))"
    links = driver.execute_script(away)
    assert len(links) > 60 and all(link.startswith("annex-fr.html#") for link in links)


def test_the_fiche_breaks_no_rule_of_access(handed, page, axe):
    assert axe(page(handed)) == []


@IN_FRENCH
def test_headings_go_down_one_step_at_a_time(made, page):
    levels = page(made[1]).execute_script(HEADINGS)
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


@IN_FRENCH
def test_an_address_opens_at_its_record(made, page):
    driver = page(made[1], "laureate-cargo-209")
    top = driver.execute_script("return document.getElementById('laureate-cargo-209').getBoundingClientRect().top")
    height = driver.execute_script("return window.innerHeight")
    assert -1 <= top < height / 2


@IN_FRENCH
def test_keyboard_goes_to_the_content_first(made, page):
    driver = page(made[1])
    press(driver, Keys.TAB)
    first = driver.switch_to.active_element
    assert first.get_attribute("href").endswith("#content") and first.rect["width"] > 1
    press(driver, Keys.ENTER)
    assert driver.execute_script("return document.activeElement.id") == "content"
    press(driver, Keys.TAB)
    ring = "const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.boxShadow"
    assert driver.execute_script(ring) != "nonenone", "the focus is seen"


@IN_FRENCH
def test_figures_have_a_name_and_a_description(made, page, pictures):
    _, path, report = made
    driver = page(path)
    figures = driver.execute_script(
        """return [...document.querySelectorAll("figure svg")].map(svg => [svg.getAttribute("role"),
        svg.querySelector("title").textContent, svg.querySelector("desc").textContent,
        svg.getBoundingClientRect().width])"""
    )
    svg = [text for text in (pictures / made[0] / "ambition-4").glob("*.svg")]
    assert 0 < len(figures) <= len(svg)
    assert all(
        role == "img" and title and desc.startswith(title) and width > 200 for role, title, desc, width in figures
    )
    tables = driver.execute_script(
        """return [...document.querySelectorAll("table")].filter(table => !table.caption ||
        !table.querySelector("thead th[scope=col]") || !table.querySelector("tbody th[scope=row]")).length"""
    )
    assert tables == 0


@IN_FRENCH
@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_is_wider_than_its_window(made, page, width):
    """WCAG 1.4.10: at 320 px the page is read without scrolling sideways; tables and figures scroll by themselves."""
    driver = page(made[1])
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        assert driver.execute_script(OVERFLOW) <= 0
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@IN_FRENCH
def test_it_prints(made, page):
    driver = page(made[1])
    paper = driver.execute_cdp_cmd(
        "Page.printToPDF", {"preferCSSPageSize": True, "paperWidth": 8.27, "paperHeight": 11.7}
    )
    assert base64.b64decode(paper["data"]).startswith(b"%PDF")
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        skip = "return getComputedStyle(document.querySelector('.skip')).display"
        assert driver.execute_script(skip) == "none"
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_hostile_words_are_words(tmp_path, page, console, requests, axe):
    hostile = (*hand_made_report.HOSTILE, hand_made_report.TURNED)
    report = hand_made_report.report()
    more = tuple(Paragraph((Run(text),)) for text in hostile)
    sections = (report.sections[0]._replace(title=hostile[1], blocks=(*report.sections[0].blocks, *more)),)
    report = report._replace(title=hostile[0], subtitle=hostile[1], sections=(*sections, *report.sections[1:]))
    path = tmp_path / "hostile.html"
    path.write_text(as_html.write(report), encoding="utf-8")
    driver = page(path)
    assert driver.title == hostile[0]
    assert (
        driver.execute_script("return document.querySelectorAll('script, img, [onerror], iframe, object').length") == 0
    )
    shown = driver.execute_script("return document.body.textContent")
    for text in hostile:
        assert text in shown
    assert (console(driver), requests(driver)) == ([], [])
    assert axe(driver) == []
    assert driver.execute_script(OVERFLOW) <= 0, json.dumps(driver.get_window_size())


def test_a_fiche_is_accessible_and_no_wider_than_its_window(tmp_path, page, console, requests, axe):
    made = hand_made_report.fiche()
    picture = hand_made_report.picture("02-roles", "Cinq connecteurs", "Deux barres : 3 et 5.", 400, 200)
    first = made.sections[0]._replace(blocks=(*made.sections[0].blocks, picture))
    path = tmp_path / "fiche-fr.html"
    path.write_text(as_html.write(made._replace(sections=(first, *made.sections[1:]))), encoding="utf-8")
    driver = page(path)
    assert (axe(driver), console(driver), requests(driver)) == ([], [], [])
    assert driver.execute_script("return document.querySelector('figcaption').textContent") == "Figure 1"
    link = "return document.querySelector(\"a[href$='#table-roles']\").href"
    assert driver.execute_script(link) == (tmp_path / "annex-fr.html").as_uri() + "#table-roles"
    size = {"width": 320, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        assert driver.execute_script(OVERFLOW) <= 0
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
