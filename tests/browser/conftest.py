"""A Chromium without a window, what it says and fetches, and axe-core for accessibility.

`.ci/browser` installs Chromium and fetches axe-core; without them these tests are skipped, and say so.
"""

import json
import os
import shutil
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import merged
import test_explorer as plain
from neoterra_analysis import load
from neoterra_analysis.pages import explorer

HERE = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DRIVERS = ("chromedriver", "chromium.chromedriver")
OPTIONS = (
    "--headless=new",
    "--no-sandbox",  # containers run as root
    "--disable-gpu",
    "--disable-dev-shm-usage",  # containers have a small /dev/shm
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--window-size=1280,900",
    "--lang=fr",
)
AXE = HERE.parents[1] / "build" / "axe" / "axe.min.js"
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
INSIDE = {"file", "data", "blob", "about", "javascript"}  # schemes that leave no machine
SEVERE = {"SEVERE", "WARNING"}
THOROUGH = os.environ.get("NEOTERRA_THOROUGH") == "1"  # every page in every width and language, else some
COPIES = 20  # of the records, for a page of hundreds of laureates


def pytest_configure(config):
    """Name the marker that every test of this folder bears."""
    config.addinivalue_line("markers", "browser: opens pages in Chromium (deselect with -m 'not browser')")


def pytest_collection_modifyitems(items):
    """Give every test of this folder the marker."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


def _program(names, what):
    found = next((path for path in map(shutil.which, names) if path), None)
    if not found:
        pytest.skip(f"{what} is not installed (.ci/browser installs it)")
    return found


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Return a Chromium of its own for the tests of one file, driven by selenium, with an empty profile."""
    webdriver = pytest.importorskip("selenium.webdriver")
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = _program(BROWSERS, "Chromium")
    for option in OPTIONS:
        options.add_argument(option)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with pytest.MonkeyPatch.context() as patch:
        for name in ("NO_PROXY", "no_proxy"):  # the driver listens on this machine
            patch.setenv(name, "localhost,127.0.0.1")
        driver = webdriver.Chrome(options=options, service=Service(_program(DRIVERS, "chromedriver")))
        try:
            driver.set_page_load_timeout(60)
            driver.set_script_timeout(60)
            driver.kept = {"browser": [], "performance": []}
            yield driver
        finally:
            driver.quit()


def _log(driver, kind):
    """Return what one log holds since the page was opened; the driver itself forgets what it has given once."""
    driver.kept[kind] += driver.get_log(kind)
    return driver.kept[kind]


@pytest.fixture
def page(browser):
    """Return ``page(path, fragment="")``: opens a file in the browser, logs emptied, and returns the driver.

    ``path`` is a file's path, or an address (``http://127.0.0.1:…``) that is opened as it is.
    """

    def go(path, fragment=""):
        browser.get("about:blank")  # a page that differs only by its fragment is loaded anew
        for kind in browser.kept:
            browser.get_log(kind)
            browser.kept[kind] = []
        address = str(path) if "://" in str(path) else Path(path).resolve().as_uri()
        browser.get(address + (f"#{fragment.removeprefix('#')}" if fragment else ""))
        return browser

    return go


@pytest.fixture
def console():
    """Return ``console(driver)``: the errors and warnings that the page wrote to the browser's console, as text."""

    def errors(driver):
        return [f"{e['level']}: {e['message']}" for e in _log(driver, "browser") if e["level"] in SEVERE]

    return errors


@pytest.fixture
def requests():
    """Return ``requests(driver)``: the addresses that the page asked the network for, whether they answered or not.

    Requests of ``file:``, ``data:`` and ``blob:`` stay on the machine and are left out.
    """

    def asked(driver):
        time.sleep(0.2)  # the log comes a little after the event
        found = []
        for entry in _log(driver, "performance"):
            message = json.loads(entry["message"])["message"]
            params = message["params"]
            if message["method"] == "Network.requestWillBeSent":
                found.append(params["request"]["url"])
            elif message["method"] in ("Network.webSocketCreated", "Network.webTransportCreated"):
                found.append(params["url"])
        return [address for address in found if urlsplit(address).scheme not in INSIDE]

    return asked


@pytest.fixture(scope="session")
def axe():
    """Return ``axe(driver, within=None)``: what axe-core finds against WCAG 2.1 A and AA, a line for each element.

    ``within`` is a CSS selector of the part to look at. The list is empty where nothing is wrong.
    """
    path = Path(os.environ.get("NEOTERRA_AXE") or AXE)
    if not path.is_file():
        pytest.skip("axe-core is not there (.ci/browser fetches it; or name it in NEOTERRA_AXE)")
    source = path.read_text(encoding="utf-8")

    def violations(driver, within=None):
        if not driver.execute_script("return !!window.axe"):
            driver.execute_script(source)
        result = driver.execute_async_script(
            """
            const [within, tags, done] = arguments;
            axe.run(within || document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]})
              .then(found => done(found), error => done({error: String(error)}));
            """,
            within,
            list(WCAG),
        )
        assert "error" not in result, result["error"]
        assert result["passes"], "axe-core looked at nothing"
        return [
            f"{rule['id']} ({rule['impact']}) {' '.join(map(str, node['target']))}: {rule['help']}"
            for rule in result["violations"]
            for node in rule["nodes"]
        ]

    return violations


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return load(merged.write(tmp_path_factory.mktemp("data") / "two"))


@pytest.fixture(scope="module")
def made(tmp_path_factory, shipped, small, both):
    """Return pages of the explorer: French and English, two ambitions, the records counted by hand, hostile texts."""
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
