"""Each notebook opened in JupyterLab as `make lab` starts it, on a copy of the project, and run from top to bottom.

In English, with rows in another order, another clock and another locale: the figures are those of the project. `make
test` holds the French ones, and what the notebooks tell, to what is committed.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

import figures_as_built
import invented

from .conftest import THOROUGH

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
TOKEN = "essai"
LIMIT = 420  # seconds for all notebooks, on a slow machine that does other things too

# What all scripts begin with: the application, and the panel of a notebook.
HEAD = """
const path = arguments[0], done = arguments[arguments.length - 1], app = window.jupyterapp;
const panel = [...app.shell.widgets("main")].find(each => each.context && each.context.path === path);
const ended = promise => promise.then(done, error => done({error: String(error)}));
"""
# The command ends when the last cell has ended, or one has failed; the driver does not wait for it.
START = """
ended((async () => {
  await app.restored;
  const opened = await app.commands.execute("docmanager:open", {path, factory: "Notebook"});
  await opened.context.ready;
  await opened.context.sessionContext.ready;
  await app.commands.execute("notebook:clear-all-cell-outputs");
  window.ran = {...window.ran, [path]: ""};
  app.commands.execute("notebook:run-all-cells").then(
    () => { window.ran[path] = "done"; }, error => { window.ran[path] = String(error); });
  return "started";
})());
"""
OPEN = """
ended((async () => {
  await app.restored;
  const opened = await app.commands.execute("docmanager:open", {path, factory: "Notebook"});
  await opened.context.ready;
  const found = new Set();
  for (let i = 0; i < opened.content.model.cells.length; i++) {
    const cell = opened.content.model.cells.get(i);
    if (cell.type === "code") found.add(cell.trusted);
  }
  return [...found];
})());
"""
STATE = "done([window.ran[path], panel.context.sessionContext.session.kernel.status]);"
# The document's outputs: the screen holds only the cells that are in view.
OUTPUTS = """
const found = [];
for (let i = 0; i < panel.content.model.cells.length; i++) {
  const {cell_type, source, outputs, execution_count} = panel.content.model.cells.get(i).toJSON();
  if (cell_type === "code") found.push({source: [source].flat().join(""), outputs, execution_count});
}
done(found);
"""
# Then what a reader sees who scrolls down.
PICTURES = """
ended((async () => {
  app.shell.activateById(panel.id);
  const seen = [];
  for (const cell of panel.content.widgets) {
    await panel.content.scrollToCell(cell, "center");
    await cell.ready;
    await new Promise(step => setTimeout(step, 20));
    for (const image of cell.node.querySelectorAll(".jp-OutputArea img")) {
      await image.decode();
      seen.push([image.naturalWidth, image.alt]);
    }
  }
  return seen;
})());
"""
FIRST = """
ended((async () => {
  const cell = panel.content.widgets.find(each => JSON.stringify(each.model.toJSON().outputs || "").includes("<img "));
  await panel.content.scrollToCell(cell, "center");
  await new Promise(step => setTimeout(step, 500));
  return "shown";
})());
"""
CLOSE = """
ended((async () => {
  await panel.context.save();
  await panel.context.sessionContext.shutdown();
  panel.dispose();
  return "closed";
})());
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a copy of what the notebooks read, with its own home for JupyterLab's files."""
    folder = tmp_path_factory.mktemp("lab") / "project"
    for name in ("notebooks", ".jupyter"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    invented.shuffled(ROOT / "data", folder / "data", "another")
    assert (folder / "data" / "roles.csv").read_bytes() != (ROOT / "data" / "roles.csv").read_bytes()
    return folder


@pytest.fixture(scope="module")
def lab(project):
    """Start JupyterLab on the copy and return its address; it is stopped with all its kernels."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = project.parent / "home"
    home.mkdir()
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "NEOTERRA", "IPYTHON"))
    }
    env = kept | {"HOME": str(home), "JUPYTER_CONFIG_PATH": str(project / ".jupyter"), "NEOTERRA_PROGRESS": "1"}
    env |= {"NEOTERRA_LANG": "en", "PYTHONHASHSEED": "4242", "TZ": "America/St_Johns", "LC_ALL": "C"}
    # Computed once for these notebooks, and not taken from what other rows and another seed have given.
    env["NEOTERRA_MEMORY"] = str(project.parent / "memory")
    log = project.parent / "lab.log"
    options = [
        f"--ServerApp.root_dir={project}",
        "--LabApp.default_url=/lab/tree/notebooks",
        "--LabApp.expose_app_in_browser=True",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={TOKEN}",
        "--no-browser",
        "--allow-root",
    ]
    command = [sys.executable, "-m", "jupyterlab", *options]
    with log.open("w") as out:
        server = subprocess.Popen(command, env=env, cwd=project, stdout=out, stderr=out)
    address = f"http://127.0.0.1:{port}"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        until = time.monotonic() + 60
        while True:
            try:
                with direct.open(f"{address}/api?token={TOKEN}", timeout=5) as answer:
                    answer.read()
                break
            except OSError:
                assert server.poll() is None and time.monotonic() < until, log.read_text()
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()  # stops the kernels too
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@pytest.fixture(scope="module")
def opened(browser, lab):
    """Return the browser with JupyterLab open in it."""
    browser.get(f"{lab}/lab?token={TOKEN}&reset")
    until = time.monotonic() + 60
    while not browser.execute_script("return !!(window.jupyterapp && document.querySelector('.lm-MenuBar-item'))"):
        assert time.monotonic() < until, browser.title
        time.sleep(0.2)
    browser.execute_async_script("window.jupyterapp.restored.then(arguments[0])")
    return browser


def ask(driver, script, name):
    """Run one of the scripts above on a notebook and return its answer."""
    answer = driver.execute_async_script(HEAD + script, f"notebooks/{name}")
    assert not (isinstance(answer, dict) and "error" in answer), answer
    return answer


def run(driver, names):
    """Open the notebooks and run all their cells, all kernels side by side; yield each when it has ended."""
    for name in names:
        assert ask(driver, START, name) == "started"
    until = time.monotonic() + LIMIT
    while names:
        ended = [name for name in names if ask(driver, STATE, name) == ["done", "idle"]]
        yield from ended
        names = [name for name in names if name not in ended]
        assert time.monotonic() < until, f"still running: {names}"
        time.sleep(0.2)


def errors(cells):
    """Return the error outputs of cells, as text."""
    return [f"{o['ename']}: {o['evalue']}" for cell in cells for o in cell["outputs"] if o["output_type"] == "error"]


def wrong(driver, name, figures):
    """Return what is wrong with a notebook that has run, in words."""
    source = nbformat.read(ROOT / "notebooks" / name, as_version=4).cells
    source = [cell.source for cell in source if cell.cell_type == "code"]
    drawn = sum(text.count("figures.save(") for text in source)
    cells = ask(driver, OUTPUTS, name)
    found = errors(cells)
    if [cell["source"] for cell in cells] != source:
        found.append("other cells than in the file")
    found += [f"did not run: {cell['source']}" for cell in cells if cell["source"] and not cell["execution_count"]]
    seen = ask(driver, PICTURES, name)
    if len(seen) != drawn or min(width for width, _ in seen) < 500:
        found.append(f"{len(seen)} figures on the screen, not {drawn}: {seen}")
    texts = sorted(file.read_text(encoding="utf-8").strip() for file in (figures / "en").glob(f"*/{name[:2]}-*.txt"))
    if sorted(alt for _, alt in seen) != texts:
        found.append(f"other alternative texts than those of the figures: {seen}")
    made = sorted(file.name for file in (figures / "en").glob(f"*/{name[:2]}-*.svg"))
    if len(made) != drawn:
        found.append(f"not {drawn} figures written: {made}")
    return found + figures_as_built.differences(figures / "en", ROOT / "figures" / "en", f"{name[:2]}-*")


def test_in_french(opened):
    assert opened.execute_script("return document.documentElement.lang").lower().startswith("fr")
    assert "Fichier" in opened.execute_script("return document.querySelector('.lm-MenuBar').innerText")


def test_a_cell_that_fails_is_seen(opened, project):
    cells = [nbformat.v4.new_code_cell("1 / 0"), nbformat.v4.new_code_cell("2")]
    kernel = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
    }  # else it is asked for
    broken = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    nbformat.write(broken, project / "notebooks" / "99-broken.ipynb")
    for name in run(opened, ["99-broken.ipynb"]):
        cells = ask(opened, OUTPUTS, name)
        assert errors(cells) == ["ZeroDivisionError: division by zero"]
        assert not cells[1]["execution_count"]
        assert ask(opened, CLOSE, name) == "closed"


def test_untrusted_pictures_keep_their_alternative_text(opened, project, axe):
    """As the project's notebooks are before anyone ran them: JupyterLab cleans their outputs."""
    name = "98-stored.ipynb"
    shutil.copy(ROOT / "notebooks" / "04-levers-and-challenges.ipynb", project / "notebooks" / name)
    assert ask(opened, OPEN, name) == [False]
    seen = ask(opened, PICTURES, name)
    texts = [file.read_text(encoding="utf-8").strip() for file in (ROOT / "figures" / "fr").glob("*/04-*.txt")]
    assert sorted(alt for _, alt in seen) == sorted(texts) and min(width for width, _ in seen) > 500
    assert ask(opened, FIRST, name) == "shown"  # what is out of view is not there for a screen reader either
    told = opened.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    read = {n["name"]["value"] for n in told if n["role"]["value"] in ("image", "img") and n.get("name")}
    assert {" ".join(text.split()) for text in read} & {" ".join(text.split()) for text in texts}, read
    assert not [one for one in axe(opened, ".jp-OutputArea-output") if "image-alt" in one]
    assert ask(opened, CLOSE, name) == "closed"


def test_the_explorer_opens_below_a_cell(opened, project):
    source = "from neoterra_analysis import explorer, load\nexplorer.show(load())"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [nbformat.v4.new_code_cell(source), nbformat.v4.new_code_cell("load()")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), project / "notebooks" / "97-explorer.ipynb")
    for name in run(opened, ["97-explorer.ipynb"]):
        assert not errors(ask(opened, OUTPUTS, name))
        opened.execute_script("window.jupyterapp.shell.activateById(window.jupyterapp.shell.currentWidget.id)")
        table = opened.find_element("css selector", ".jp-OutputArea table")
        assert "Laureates" in table.text and "sha256" in table.find_element("css selector", "caption").text
        frame = opened.find_element("css selector", ".jp-OutputArea iframe")
        opened.switch_to.frame(frame)
        try:
            before = opened.find_element("id", "counts").text
            assert "11" in before
            opened.execute_script("[...document.querySelectorAll('#groups input')].at(-1).click()")
            assert opened.find_element("id", "counts").text != before
            assert opened.execute_script("return location.hash").startswith("#")
            opened.execute_script("document.getElementById('reset').click()")
            assert opened.find_element("id", "counts").text == before
            with pytest.raises(Exception, match="cross-origin|SecurityError|Blocked"):
                opened.execute_script("return parent.document.title")
        finally:
            opened.switch_to.default_content()
        assert ask(opened, CLOSE, name) == "closed"


@pytest.mark.slow
def test_notebooks_run(opened, project):
    # nbval executes all of them; a thorough run looks at all of them here too.
    names = [name for name in NOTEBOOKS if THOROUGH or name.startswith(("02", "04"))]
    assert names
    problems = {}
    for name in run(opened, names):
        problems[name] = wrong(opened, name, project / "figures")
        assert ask(opened, CLOSE, name) == "closed"
    assert sorted(problems) == names
    assert not {name: found for name, found in problems.items() if found}
