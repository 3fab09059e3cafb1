"""Compare `neoterra build` with nbconvert and with the same cells in one plain process.

    python benchmarks/build.py [--repeat 3]

All methods execute the project's notebooks in French and write their figures to a temporary folder. `neoterra build`
does so four times in the same folder: the first time, when nothing changed, forced, and after one role changed. The
text outputs of every cell must be equal before any time is compared (those after the change: must differ). The methods
take turns; each ratio is between the least times of this run, and where the machine does other work, that of the
processor times is the one to trust.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FIRST, NOTHING, FORCED, CHANGED = ("first build", "nothing changed", "forced", "one role changed")
NBCONVERT, PLAIN = ("nbconvert, one by one", "one plain process")
# The least that runs notebook cells: IPython's shell in one process, no kernel, no messages.
CELLS = """
import json, sys
from IPython.core.displayhook import CapturingDisplayHook
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
shell = InteractiveShell.instance(colors="nocolor")
shell.kernel = None  # pandas asks whether it is in a notebook
shell.history_manager.enabled = False
texts = []
for path in sys.argv[1:]:
    shell.reset(new_session=True)
    texts.append([])
    for cell in json.load(open(path, encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            shell.display_trap.hook = last = CapturingDisplayHook(shell=shell, outputs=[])
            with capture_output() as captured:
                shell.run_cell("".join(cell["source"])).raise_error()
            shown = [out.data for out in captured.outputs] + [out["data"] for out in last.outputs]
            texts[-1].append([captured.stdout, [data.get("text/plain") for data in shown]])
json.dump(texts, open("plain.json", "w"))
"""


def run(folder, method, command):
    """Return the wall time and the processor time of a command in seconds."""
    env = os.environ | {"NEOTERRA_LANG": "fr", "NEOTERRA_FIGURES": str(folder / "figures"), "MPLBACKEND": "agg"}
    env["NEOTERRA_DATA"] = str(folder / "data")
    env.pop("NEOTERRA_MEMORY", None)
    started = time.perf_counter(), worked()
    done = subprocess.run(command, cwd=folder if method == PLAIN else ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return np.array([time.perf_counter(), worked()]) - started


def worked():
    """Return the processor seconds of all that ran and ended; unlike wall time, other programs change them little."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def built(folder):
    """Yield each build in a folder: its name, its time, the text outputs of its notebooks, the number of figures."""
    command = [sys.executable, "-m", "neoterra_analysis", "build", "--lang", "fr", "--out", str(folder)]
    for name in (FIRST, NOTHING, FORCED, CHANGED):
        if name == CHANGED:
            roles = folder / "data" / "roles.csv"
            roles.write_text(roles.read_text().replace(",principal,", ",stated,", 1))
        seconds = run(folder, name, [*command, "--force"] if name == FORCED else command)
        yield name, seconds, *results([folder / "notebooks" / path.name for path in NOTEBOOKS], folder)


def converted(folder):
    """Execute the notebooks with nbconvert."""
    command = [sys.executable, "-m", "nbconvert", "--log-level=ERROR", "--to=notebook", "--execute"]
    seconds = sum(run(folder, NBCONVERT, [*command, f"--output-dir={folder}", str(path)]) for path in NOTEBOOKS)
    yield NBCONVERT, seconds, *results([folder / path.name for path in NOTEBOOKS], folder)


def plain(folder):
    """Execute the cells of the notebooks in one process."""
    seconds = run(folder, PLAIN, [sys.executable, "-c", CELLS, *map(str, NOTEBOOKS)])
    yield PLAIN, seconds, json.loads((folder / "plain.json").read_text()), figures(folder)


def results(notebooks, folder):
    """Return the text outputs of some notebooks, and the number of figures."""
    return [written(path) for path in notebooks], figures(folder)


def figures(folder):
    """Return the number of figures in a folder."""
    return len(list((folder / "figures").rglob("*.svg")))


def written(path):
    """Return the text outputs of a written notebook, as the plain process notes them."""
    cells = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
    texts = []
    for cell in cells:
        streams = [out["text"] for out in cell["outputs"] if out["output_type"] == "stream"]
        shown = [out["data"].get("text/plain", []) for out in cell["outputs"] if "data" in out]
        texts.append(["".join(sum(streams, [])), ["".join(lines) for lines in shown]])
    return texts


def main():
    """Run every method, check that they agree, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3, help="rounds (default: 3)")
    rounds = parser.parse_args().repeat
    times, expected = {}, None
    for _ in range(rounds):
        for method in (built, converted, plain):
            with tempfile.TemporaryDirectory() as name:
                shutil.copytree(ROOT / "data", Path(name) / "data")
                for way, seconds, *result in method(Path(name)):
                    expected = expected or result
                    assert (result == expected) == (way != CHANGED), f"{way}: outputs"
                    times.setdefault(way, []).append(seconds)
    texts, drawn = expected
    cells = sum(map(len, texts))
    print(f"{len(texts)} notebooks, {cells} code cells, {drawn} figures, {os.cpu_count()} cores")
    print(f"least of {rounds} rounds; text outputs equal\n")
    least = {way: np.min(taken, axis=0) for way, taken in times.items()}
    print(f"{'':24}{'wall':>8}{'CPU':>8}    wall, CPU / nbconvert    wall, CPU / one process")
    for way, seconds in least.items():
        shown = "".join(f"{value:8.1f}" for value in seconds)
        for other in (NBCONVERT, PLAIN):
            shown += "          " + "".join(f"{ratio:8.2f}" for ratio in seconds / least[other])
        print(f"{way:24}{shown}")


if __name__ == "__main__":
    main()
