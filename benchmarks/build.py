"""Compare `neoterra build` with nbconvert and with the same cells in one plain process.

    python benchmarks/build.py [--repeat 3]

All methods execute the project's notebooks in French and write their figures to a temporary folder. The text
outputs of every cell must be equal before any time is compared. The methods take turns; each ratio is between
the least times of this run.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
OURS, SPAWNED, NBCONVERT, PLAIN = (
    "neoterra build",
    "its kernels not forked",
    "nbconvert, one by one",
    "one plain process",
)
GOALS = {NBCONVERT: 0.5, PLAIN: 1.2}
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


def commands(folder):
    """Return what each method runs."""
    python = sys.executable
    convert = [
        python,
        "-m",
        "nbconvert",
        "--log-level=ERROR",
        "--to=notebook",
        "--execute",
        f"--output-dir={folder}",
    ]
    build = [python, "-m", "neoterra_analysis", "build", "--force", "--lang", "fr", "--out", str(folder)]
    return {
        OURS: [build],
        SPAWNED: [build],
        NBCONVERT: [[*convert, str(path)] for path in NOTEBOOKS],
        PLAIN: [[python, "-c", CELLS, *map(str, NOTEBOOKS)]],
    }


def run(method):
    """Return the wall time in seconds, and the text outputs of each notebook's cells."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = os.environ | {
            "NEOTERRA_LANG": "fr",
            "NEOTERRA_FIGURES": str(folder / "figures"),
            "MPLBACKEND": "agg",
        }
        env["NEOTERRA_DATA"] = str(ROOT / "data")
        env["NEOTERRA_FORK"] = "0" if method == SPAWNED else "1"
        started = time.perf_counter()
        for command in commands(folder)[method]:
            cwd = folder if method == PLAIN else ROOT
            done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True)
            if done.returncode:
                sys.exit(done.stderr)
        seconds = time.perf_counter() - started
        if method == PLAIN:
            texts = json.loads((folder / "plain.json").read_text())
        else:
            texts = [written(folder / ("." if method == NBCONVERT else "notebooks") / path.name) for path in NOTEBOOKS]
        figures = len(list((folder / "figures").rglob("*.svg")))
    return seconds, texts, figures


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
    times = {method: [] for method in (OURS, SPAWNED, NBCONVERT, PLAIN)}
    expected = None
    for _ in range(rounds):
        for method, taken in times.items():
            seconds, *result = run(method)
            expected = expected or result
            assert result == expected, f"{method}: other outputs"
            taken.append(seconds)
    texts, figures = expected
    cells = sum(map(len, texts))
    print(f"{len(texts)} notebooks, {cells} code cells, {figures} figures, {os.cpu_count()} cores")
    print(f"least of {rounds} rounds; text outputs equal\n")
    ours = min(times[OURS])
    print(f"{'method':28}{'seconds':>8}   neoterra build / method")
    for method, taken in times.items():
        goal = f"   (goal: at most {GOALS[method]})" if method in GOALS else ""
        print(f"{method:28}{min(taken):8.1f}   {ours / min(taken):.2f}{goal}")


if __name__ == "__main__":
    main()
