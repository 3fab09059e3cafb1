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
    for (const image of cell.node.querySelectorAll(".jp-RenderedImage img")) {
      await image.decode();
      seen.push(image.naturalWidth);
    }
  }
  return seen;
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
    pictures = [o["metadata"] for cell in cells for o in cell["outputs"] if "image/png" in o.get("data", {})]
    if len(pictures) != drawn or not all(metadata["image/png"]["alt"] for metadata in pictures):
        found.append(f"{len(pictures)} figures with an alt text, not {drawn}")
    seen = ask(driver, PICTURES, name)
    if len(seen) != drawn or min(seen) < 500:
        found.append(f"{len(seen)} figures on the screen, not {drawn}, {seen} pixels wide")
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


@pytest.mark.slow
def test_every_notebook_runs(opened, project):
    assert NOTEBOOKS
    problems = {}
    for name in run(opened, NOTEBOOKS):
        problems[name] = wrong(opened, name, project / "figures")
        assert ask(opened, CLOSE, name) == "closed"
    assert sorted(problems) == NOTEBOOKS
    assert not {name: found for name, found in problems.items() if found}
