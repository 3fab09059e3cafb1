"""Time what an evaluator waits for, from one fiche to a programme of any size, each job in a new process.

    python benchmarks/programme.py --generator PATH [--repeat 3] [--jobs JOB …] [--sizes SIZE …]

The generator writes wholly invented data folders; it is no part of the project:
``python PATH OUT --ambitions 6 --laureates 100 --seed 1``. Seconds are those of the processor, as other programs change
them little, and without the imports but in a build, whose notebooks are all counted; medians of the rounds. Each is
told with its goal, with its ratio to the same job at 11 laureates in the same run, and with the most memory that a
process took. What opening the explorer takes is wall time, in a Chromium without a window, where one is installed.
"""

import argparse
import csv
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import explorer
from neoterra_analysis.dataset.check import check

SIZES = {"11": (1, 11), "22": (1, 22), "100": (1, 100), "6x100": (6, 100), "440": (6, 440), "2000": (6, 2000)}
# What is timed, and what is imported and made before.
LOAD = "from neoterra_analysis.dataset.loading import load"
DATA = f"{LOAD}; dataset = load(sys.argv[1], ambition='all')"
JOBS = {
    "load": (LOAD, "load(sys.argv[1], ambition='all')"),
    "nulls": (f"{DATA}; from neoterra_analysis.analysis import nulls", "nulls.tests(dataset)"),
    "fragility": (f"{DATA}; from neoterra_analysis.analysis import findings", "findings.fragility(dataset)"),
    "ledger": (f"{DATA}; from neoterra_analysis.analysis import claims", "claims.ledger(dataset)"),
    "explorer": (f"{DATA}; from neoterra_analysis.pages import explorer", "explorer.make(dataset, 'fr')"),
    "opened": None,
    "build": None,
    "changed": None,
}
# Seconds; None: measured, without a goal.
GOALS = {
    "load": {"11": 0.3, "22": 0.3, "100": 0.3, "6x100": 0.3, "440": 0.8, "2000": 2},
    "nulls": {"11": 0.5, "22": None, "100": 5, "6x100": None},
    "fragility": {"11": 2, "22": 5, "100": 60, "6x100": 20, "440": 600},
    "ledger": {"11": None, "22": None, "100": None, "6x100": None, "440": None},
    "explorer": {"11": None, "22": None, "100": None, "6x100": 1, "440": 3, "2000": None},
    "opened": {"11": None, "6x100": None, "440": None, "2000": None},
    "build": {"11": None, "22": None, "6x100": None},
    "changed": {"6x100": None},
}
LONG = {"build": {"440": None}, "changed": {"440": None}}  # only where they are asked for by name


def run(command, cwd=None):
    """Run a command; return its text, the processor seconds of all its processes, and the most MB that one took."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("NEOTERRA_")}
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        child = subprocess.Popen([sys.executable, *map(str, command)], cwd=cwd, env=env, stdout=out, stderr=err)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode:
            sys.exit(err.read())
        return out.read(), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def timed(job, folder, page):
    """Time one of the jobs of a line; the explorer's page is kept to be opened."""
    before, what = JOBS[job]
    code = f"import sys, time\n{before}\nstarted = time.process_time()\nmade = {what}\n"
    code += "print(time.process_time() - started)\n"
    if job == "explorer":
        code += f"open({str(page)!r}, 'w', encoding='utf-8').write(made)\n"
    text, _, memory = run(["-c", code, folder])
    return float(text.split()[-1]), memory


def built(folder, out):
    """Build in one language what changed."""
    _, seconds, memory = run(["-m", "neoterra_analysis", "build", "--lang", "fr", "--data", folder, "--out", out])
    return seconds, memory


def change_a_role(folder):
    """Let one laureate of the second fiche have another main role, so that the records stay valid."""
    table = Path(folder) / "roles.csv"
    text = table.read_text(encoding="utf-8")
    with open(Path(folder) / "laureates.csv", encoding="utf-8", newline="") as opened:
        second = {row["laureate_id"] for row in csv.DictReader(opened) if row["enjeu_id"].startswith("2.")}
    for line in text.split("\n"):
        if line.split(",")[0] in second and ",principal," in line:
            table.write_text(text.replace(line, line.replace(",principal,", ",stated,")), encoding="utf-8")
            if not check(folder).problems:
                return
            table.write_text(text, encoding="utf-8")
    sys.exit("no role of the second fiche can be changed")


def opened(page, rounds):
    """Return the seconds after which a page is painted, where a Chromium is installed."""
    with tempfile.TemporaryDirectory() as profile:
        try:
            driver = explorer.browser(profile)
        except Exception as error:  # whatever is missing
            print(f"(the explorer is not opened: {type(error).__name__})")
            return []
        try:
            return [(explorer.opened(driver, page)[0], None) for _ in range(rounds)]
        finally:
            driver.quit()


def measured(job, folder, rounds):
    """Return the seconds and the memory of each round of a job."""
    page, out = folder / "explorer.html", folder.with_suffix(".built")
    if job == "opened":
        if not page.is_file():
            timed("explorer", folder, page)
        return opened(page, rounds)
    if job not in ("build", "changed"):
        return [timed(job, folder, page) for _ in range(rounds)]
    if job == "changed":
        if not out.is_dir():
            built(folder, out)
        change_a_role(folder)
    return [built(folder, out)]


def told(job, size, rounds, goal, least):
    """Print a line of the table."""
    seconds, memory = (statistics.median(part) if None not in part else None for part in zip(*rounds, strict=True))
    kept = "" if goal is None else "yes" if seconds <= goal else "NO"
    ratio = f"{seconds / least:.1f}" if least else ""
    cells = ("" if goal is None else f"{goal:g}", kept, ratio, "" if memory is None else f"{memory:.0f}")
    print(f"{job:12}{size:>8}{seconds:10.2f}" + "".join(f"{cell:>8}" for cell in cells), flush=True)


def main():
    """Measure all jobs at all sizes and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generator", required=True, type=Path, help="the script that writes invented data")
    parser.add_argument("--repeat", type=int, default=3, help="rounds (default: 3); a build has one")
    parser.add_argument("--jobs", nargs="+", choices=list(JOBS), default=list(JOBS), help="only these (default: all)")
    parser.add_argument("--sizes", nargs="+", choices=list(SIZES), help="only these (default: all but long builds)")
    asked = parser.parse_args()
    print(f"{'job':12}{'size':>8}{'seconds':>10}{'goal':>8}{'kept':>8}{'/ 11':>8}{'MB':>8}")
    with tempfile.TemporaryDirectory() as name:
        for job in asked.jobs:
            least = None
            for size, goal in (GOALS[job] | (LONG.get(job, {}) if asked.sizes else {})).items():
                if asked.sizes and size not in asked.sizes:
                    continue
                folder = Path(name) / size
                if not folder.is_dir():
                    ambitions, laureates = SIZES[size]
                    make = [asked.generator.resolve(), folder, "--ambitions", ambitions, "--laureates", laureates]
                    run([*make, "--seed", 1], Path(__file__).resolve().parents[1])
                rounds = measured(job, folder, asked.repeat)
                if rounds:
                    least = statistics.median(seconds for seconds, _ in rounds) if size == "11" else least
                    told(job, size, rounds, goal, least)


if __name__ == "__main__":
    main()
