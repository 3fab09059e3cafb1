"""The reading page in Chromium: from each number and claim to its passages and back, by keyboard, for everybody."""

import dataclasses

import pytest

import test_reading as plain
from neoterra_analysis.pages import reading
from test_ingest import FICHE, PUBLISHED

LEADING = "nav a[data-to]"


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    return plain.drafted(plain.EXAMPLE, tmp_path_factory.mktemp("example") / "draft")


@pytest.fixture(scope="module")
def made(tmp_path_factory, example, shipped):
    """Return the pages: the example alone and beside a second coding, a hostile one, the published fiche if there."""
    folder, copy = tmp_path_factory.mktemp("site"), reading.read(plain.EXAMPLE)
    other = dataclasses.replace(example, roles=example.roles.assign(salience="stated"))
    hostile = copy._replace(text="\n\n".join((*plain.HOSTILE, copy.text, *plain.HOSTILE)))
    pages = {
        "example": (copy, example, None),
        "second": (copy, example, ("autre", other)),
        "hostile": (hostile, example, None),
    }
    if FICHE.is_file():
        roles = shipped.roles.copy()
        roles.loc[0, "salience"] = "principal"
        pages["fiche"] = (reading.read(FICHE), shipped, None)
        pages["both"] = (reading.read(FICHE), shipped, ("autre", dataclasses.replace(shipped, roles=roles)))
    for name, (text, dataset, second) in pages.items():
        (folder / f"{name}.html").write_text(reading.make("copie.txt", text, dataset, second, "fr")[0], "utf-8")
    return folder


@pytest.fixture
def keys(browser):
    from selenium.webdriver import ActionChains, Keys

    def press(*names):
        chain = ActionChains(browser, duration=0)
        for name in names:
            chain.send_keys(getattr(Keys, name, name))
        chain.perform()

    return press


REACHED = """
return [...document.querySelectorAll(arguments[0])].filter(link => {
  link.click();
  const call = document.activeElement;
  const words = [...document.querySelectorAll(".s.now")].map(e => e.textContent).join("");
  const box = document.querySelector(".s.now").getBoundingClientRect();
  const seen = box.top >= 0 && box.bottom <= innerHeight && box.width > 0 && words.trim();
  const first = call.dataset.n === link.dataset.to.split(" ")[0];
  document.getElementById("back").click();
  return !(first && seen && document.activeElement === link);
}).map(link => link.id);
"""


def held(driver, shipped_too=False):
    """Hold a page to this: all that leads somewhere leads to a passage that is seen, and back."""
    assert driver.execute_script(REACHED, LEADING) == []
    kinds = "return [...document.querySelectorAll(arguments[0])].map(link => link.id[0])"
    return {kind: driver.execute_script(kinds, LEADING).count(kind) for kind in "fek"}


def test_each_number_leads_to_its_passages_and_back(made, page, console, requests):
    driver = page(made / "example.html")
    counts = held(driver)
    assert counts["f"] > 40 and counts["k"] > 10
    assert (console(driver), requests(driver)) == ([], [])


@PUBLISHED
def test_each_number_and_claim_of_the_published_fiche(made, page, console, requests):
    driver = page(made / "fiche.html")
    counts = held(driver)
    assert (counts["f"], counts["e"]) == (60, 31)
    assert (console(driver), requests(driver)) == ([], [])


def test_from_passage_to_passage_by_keyboard(made, page, keys):
    driver = page(made / "example.html")
    at = "return [document.activeElement.dataset.n, document.querySelectorAll('main a[data-n]').length]"
    keys("n")
    first, count = driver.execute_script(at)
    seen = [first]
    for _ in range(count - 1):
        keys("n")
        seen.append(driver.execute_script(at)[0])
    assert seen == [str(i) for i in range(1, count + 1)]
    keys("n")
    assert driver.execute_script(at)[0] == "1"
    keys("p")
    assert driver.execute_script(at)[0] == str(count)
    style = "const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth]"
    assert driver.execute_script(style) == ["solid", "3px"]
    link = driver.find_element("id", "f-share_connecteur")
    driver.execute_script("arguments[0].focus()", link)
    keys("ENTER", "n", "n")
    wanted = driver.execute_script("return arguments[0].dataset.to", link).split()
    assert driver.execute_script(at)[0] == wanted[2 % len(wanted)]
    assert f"passage {2 % len(wanted) + 1} sur {len(wanted)}" in driver.find_element("id", "where").text
    keys("b")
    assert driver.execute_script("return document.activeElement.id") == "f-share_connecteur"
    driver.find_element("id", "keys").click()
    keys("n")
    assert driver.execute_script("return document.activeElement.id") == "keys"


def test_a_passage_tells_what_counts_it(made, page):
    driver = page(made / "example.html")
    driver.execute_script("document.getElementById('f-share_connecteur').click()")
    told = driver.execute_script("return [...document.querySelectorAll('#counts a')].map(a => a.hash.slice(1))")
    number = driver.execute_script("return document.activeElement.dataset.n")
    every = "return [...document.querySelectorAll('nav a[data-to]')].map(a => [a.id, a.dataset.to.split(' ')])"
    wanted = [key for key, numbers in driver.execute_script(every) if number in numbers and key[:2] == "f-"]
    assert told == wanted and "f-share_connecteur" in told
    driver.execute_script("document.querySelectorAll('#counts a')[1].click()")
    assert driver.execute_script("return document.activeElement.id") == told[1]


def test_codes_are_filtered_by_kind_and_by_code(made, page):
    driver = page(made / "example.html")
    seen = """return ["roles", "mentions"].map(kind => [`main a.${kind}`, `main li.${kind}`].map(
      query => [...document.querySelectorAll(query)].filter(e => !e.hidden).length))"""
    assert driver.execute_script(seen) == [[4, 4], [12, 12]]
    driver.find_element("css selector", "[data-kind=mentions]").click()
    assert driver.execute_script(seen) == [[4, 4], [0, 0]]
    click = "document.querySelector(arguments[0]).click()"
    driver.execute_script(click, "input[data-k='roles:connecteur']")
    assert driver.execute_script(seen) == [[2, 2], [0, 0]]
    line = "return getComputedStyle(document.querySelector('main .u.mentions')).borderBottomColor"
    assert driver.execute_script(line) == "rgba(0, 0, 0, 0)"
    driver.execute_script(click, "#none")
    assert driver.execute_script(seen) == [[0, 0], [0, 0]]
    driver.execute_script(click, "#f-share_connecteur")  # what is asked for is shown again
    assert driver.execute_script(seen)[0] == [2, 2]
    driver.execute_script(click, "#all")
    assert driver.execute_script(seen) == [[4, 4], [12, 12]]


@pytest.mark.parametrize("name", ["example", "second", "hostile", pytest.param("both", marks=PUBLISHED)])
@pytest.mark.parametrize("width", [1280, 400])
def test_for_everybody(made, page, axe, console, name, width):
    driver = page(made / f"{name}.html")
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        driver.refresh()
        assert driver.execute_script("return document.documentElement.scrollWidth <= innerWidth")
        driver.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        driver.execute_script("document.getElementById('next').click()")
        assert axe(driver) == []
        assert console(driver) == []
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_hostile_text_stays_text(made, page, console, requests):
    driver = page(made / "hostile.html")
    shown = driver.find_element("tag name", "main").get_property("textContent")
    for text in plain.HOSTILE:
        assert text.replace("\x07", "\ufffd") in shown.replace("\r", "")
    assert driver.execute_script("return document.querySelectorAll('main img, main script, main svg').length") == 0
    assert (console(driver), requests(driver)) == ([], [])
