"""Time the explorer at programme size: making the page, opening it, and a click on a filter.

    python benchmarks/explorer.py FOLDER [FOLDER …] [--repeat 3]

Each folder is a data folder; all its ambitions are read. The page is made in a process of its own, and opened in a
Chromium without a window from a file. A click is over when its new state is painted. The least of the rounds counts
for making and opening, for clicks the median of all (with the slowest beside it).
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PAGE = """
import sys, time
from neoterra_analysis import load
from neoterra_analysis.pages import explorer
dataset = load(sys.argv[1], ambition="all")
started = time.process_time()
text = explorer.make(dataset, "fr")
print(time.process_time() - started, len(dataset.laureates))
open(sys.argv[2], "w", encoding="utf-8").write(text)
"""
OPTIONS = ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "disable-background-networking")
# Two frames later, what was asked for is on the screen.
PAINTED = "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(performance.now() - from))));"
READY = f"const done = arguments[0], from = 0; {PAINTED}"
CLICK = f"const done = arguments[1], from = performance.now(); arguments[0].click(); {PAINTED}"
CALM = "setTimeout(arguments[0], 1000)"  # the picture for print is made after the view


def browser(profile):
    """Start a Chromium without a window."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    os.environ |= {"NO_PROXY": "localhost,127.0.0.1", "no_proxy": "localhost,127.0.0.1"}
    options = webdriver.ChromeOptions()
    for option in (*OPTIONS, "window-size=1280,900", f"user-data-dir={profile}"):
        options.add_argument(f"--{option}")
    options.binary_location = shutil.which("chromium")
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_script_timeout(300)
    return driver


def make(folder, file):
    """Make a page in a new process; return the CPU seconds and the number of laureates."""
    done = subprocess.run([sys.executable, "-c", PAGE, folder, file], check=True, capture_output=True, text=True)
    seconds, laureates = done.stdout.split()
    return float(seconds), int(laureates)


def opened(driver, file):
    """Open a page; return the seconds until it is painted, and the milliseconds of clicks on filters."""
    driver.get("about:blank")
    driver.get(file.as_uri())
    ready = driver.execute_async_script(READY) / 1000
    clicks = []
    for group in ("ambition", "enjeu", "role", "type"):
        box = driver.find_element("css selector", f'[data-group="{group}"]')
        for _ in ("on", "off"):
            driver.execute_async_script(CALM)
            clicks.append(driver.execute_async_script(CLICK, box))
    return ready, clicks


def main():
    """Measure every folder and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument("--repeat", type=int, default=3, help="rounds (default: 3)")
    asked = parser.parse_args()
    print(f"{'folder':16}{'laureates':>10}{'MB':>7}{'make, CPU s':>13}{'ready, s':>10}{'click, ms':>11}{'slowest':>9}")
    with tempfile.TemporaryDirectory() as name:
        driver = browser(f"{name}/profile")
        try:
            for folder in asked.folders:
                file = Path(name) / "explorer.html"
                made = [make(folder, str(file)) for _ in range(asked.repeat)]
                rounds = [opened(driver, file) for _ in range(asked.repeat)]
                clicks = [click for _, some in rounds for click in some]
                cells = (
                    f"{Path(folder).name:16}{made[0][1]:10,}{file.stat().st_size / 1e6:7.2f}{min(made)[0]:13.2f}"
                    f"{min(rounds)[0]:10.2f}{statistics.median(clicks):11.0f}{max(clicks):9.0f}"
                )
                print(cells, flush=True)
        finally:
            driver.quit()


if __name__ == "__main__":
    main()
