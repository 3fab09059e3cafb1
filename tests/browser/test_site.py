"""The site of the documentation in Chromium, opened as files: silent, alone, accessible, narrow, by keyboard."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

import test_site as made

# A page of each kind; `make thorough` opens all of them.
from .conftest import THOROUGH

KINDS = {
    "start": "index.html",
    "notebook": "carnets/03-actor-networks.html",
    "gallery": "galerie/ambition-4.html",
    "dictionary": "donnees.html",
    "number": "nombre.html",
    "functions": "api/figures.html",
    "list": "api.html",
    "readme": "en/readme.html",
    "changelog": "en/changelog.html",
    "statement": "accessibilite.html",
    "search": "search.html?q=connecteur",
}
OVERFLOW = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
PLACES = "return [...document.querySelectorAll('img')].filter(each => !each.complete || !each.naturalWidth).length"
EAGER = "for (const each of document.querySelectorAll('img[loading]')) each.loading = 'eager'"
RING = "const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.boxShadow"


@pytest.fixture(scope="module")
def site():
    return made.built()


def kinds(first):
    """Return every page in a thorough run, else every second kind of page: the others at the other width."""
    if not THOROUGH:
        return list(KINDS.values())[first::2]
    return [*KINDS.values(), *(str(path.relative_to(made.OUT / "docs")) for path in made.built().rglob("*.html"))]


def open_at(page, site, name):
    name, _, query = name.partition("?")
    return page((site / name).as_uri() + (f"?{query}" if query else ""))


@pytest.fixture
def narrow(browser):
    size = {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    yield
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("name", kinds(0))
def test_silent_alone_and_accessible(name, site, page, console, requests, axe):
    driver = open_at(page, site, name)
    if "?" in name:
        WebDriverWait(driver, 10).until(lambda d: d.find_elements(By.CSS_SELECTOR, "#search-results li"))
    driver.execute_script(EAGER)
    WebDriverWait(driver, 10).until(lambda d: d.execute_script(PLACES) == 0)
    assert console(driver) == [] and requests(driver) == []
    assert axe(driver) == []  # it asks for the style sheets again, and so comes last


@pytest.mark.parametrize("name", kinds(1))
def test_narrow(name, site, page, axe, narrow):
    driver = open_at(page, site, name)
    assert driver.execute_script(OVERFLOW) <= 0
    assert axe(driver) == []


def test_search_finds_a_word_from_any_page(site, page):
    driver = open_at(page, site, "nombre.html")
    driver.find_element(By.ID, "site-search").send_keys("connecteurs", Keys.ENTER)
    WebDriverWait(driver, 10).until(lambda d: d.find_elements(By.CSS_SELECTOR, "#search-results li a"))
    WebDriverWait(driver, 10).until(
        lambda d: "nombre.html" in d.find_element(By.ID, "search-results").get_property("innerHTML")
    )
    driver.find_element(By.CSS_SELECTOR, '#search-results a[href*="nombre.html"]').click()
    assert "Comment un nombre est fait" in driver.title
    nothing = open_at(page, site, "search.html?q=xyzzyx")
    WebDriverWait(nothing, 10).until(lambda d: d.find_elements(By.CSS_SELECTOR, "#search-results .search-summary"))
    assert not nothing.find_elements(By.CSS_SELECTOR, "#search-results li")


def press(driver, *keys):
    driver.switch_to.active_element.send_keys(*keys)


def test_keyboard_reaches_content_search_and_pages(site, page):
    driver = open_at(page, site, "index.html")
    press(driver, Keys.TAB)
    assert driver.switch_to.active_element.get_attribute("href").endswith("#content")
    assert driver.switch_to.active_element.rect["x"] >= 0 and driver.execute_script(RING) != "nonenone"
    press(driver, Keys.ENTER)
    assert driver.execute_script("return document.activeElement.id") == "content"
    driver = open_at(page, site, "index.html")
    stops = []
    for _ in range(8):
        press(driver, Keys.TAB)
        assert driver.execute_script(RING) != "nonenone", "the focus is seen"
        stops.append(driver.switch_to.active_element)
    assert [one.tag_name for one in stops] == ["a", "a", "input", "button", "summary", "a", "a", "a"]
    stops[5].send_keys(Keys.ENTER)
    WebDriverWait(driver, 10).until(lambda d: d.current_url.endswith("/nombre.html"))


def test_pages_unfold_by_keyboard_where_there_is_little_room(site, page, narrow):
    driver = open_at(page, site, "nombre.html")
    assert not driver.find_element(By.CSS_SELECTOR, "nav.pages a").is_displayed()
    driver.find_element(By.CSS_SELECTOR, "nav.pages summary").send_keys(Keys.ENTER)
    assert driver.find_element(By.CSS_SELECTOR, "nav.pages a").is_displayed()


def test_code_and_alternative_texts_unfold(site, page):
    for name, inside in (("carnets/02-role-patterns.html", "pre"), ("galerie/ambition-4.html", "p")):
        driver = open_at(page, site, name)
        fold = driver.find_element(By.CSS_SELECTOR, f"main details:not(.here):has({inside})")
        assert not fold.find_element(By.CSS_SELECTOR, inside).is_displayed()
        fold.find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
        assert fold.find_element(By.CSS_SELECTOR, inside).is_displayed()


def test_the_start_page_leads_to_the_documents(site, page):
    driver = page(made.OUT / "index.html")
    WebDriverWait(driver, 10).until(lambda d: d.current_url.endswith("/docs/index.html"))
    driver.find_element(By.CSS_SELECTOR, 'a[href="../ambition-4/essai-fr.html"]').click()
    assert driver.title == "Fiche d'essai & suite"
