"""How many typical mistakes do pandas, pandera, frictionless and this project let through, on the same mutants?

Run ``python benchmarks/validation.py [--each 8]``. Each class of mistake of ``tests/mutants.py`` gives at most
``--each`` mutants. A mistake is *let through* when nothing is raised or reported; a harmless change is *refused* when
something is. Every tool gets what the contract says that it can express: pandera and frictionless the columns, types,
codes, patterns and keys, frictionless the foreign keys too.
"""

import argparse
import shutil
import sys
import tempfile
import time
import warnings
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import mutants  # noqa: E402
from neoterra_analysis.dataset.check import check  # noqa: E402


def with_pandas(folder, table):
    """Read as text, which is the best that pandas alone can do."""
    import pandas as pd

    pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False)
    return True


def pandera_schemas():
    """Translate the contract for pandera."""
    import pandera.pandas as pa

    schemas = {}
    for name, resource in mutants.CONTRACT.items():
        columns = {}
        for field in resource["schema"]["fields"]:
            rules, checks = field.get("constraints", {}), []
            if "enum" in rules:
                checks.append(pa.Check.isin(rules["enum"]))
            if "pattern" in rules:
                checks.append(pa.Check.str_matches(f"(?:{rules['pattern']})$"))
            if field["type"] == "integer":
                checks.append(pa.Check.str_matches("[0-9]+$"))
            if "minimum" in rules:
                lowest = rules["minimum"]
                checks.append(pa.Check(lambda s, lowest=lowest: s.map(lambda v: not v.isdigit() or int(v) >= lowest)))
            columns[field["name"]] = pa.Column(str, checks, nullable=not rules.get("required"))
        schemas[name] = pa.DataFrameSchema(columns, strict=True, unique=resource["schema"]["primaryKey"])
    return schemas


def with_pandera(folder, table, schemas):
    """Read as text, empty as missing, and validate."""
    import pandas as pd

    frame = pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False, na_values=[""])
    schemas[table].validate(frame, lazy=True)
    return True


def with_frictionless(folder, table):
    """Validate the table with those that its foreign keys point at."""
    import frictionless

    names = [
        table,
        *sorted({f["reference"]["resource"] for f in mutants.CONTRACT[table]["schema"].get("foreignKeys", [])}),
    ]
    keys = ("name", "path", "schema", "encoding", "format", "type")
    resources = [{key: mutants.CONTRACT[name][key] for key in keys} for name in dict.fromkeys(names)]
    package = frictionless.Package.from_descriptor({"name": "p", "resources": resources}, basepath=str(folder))
    return package.validate().valid


def main():
    """Run all tools on the same mutants and print one line a tool."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--each", type=int, default=8, help="mutants of each class (default: 8)")
    each = arguments.parse_args().each
    warnings.simplefilter("ignore")
    chosen = defaultdict(list)
    for mutant in mutants.all_mutants():
        if len(chosen[mutant.kind]) < each:
            chosen[mutant.kind].append(mutant)
    schemas = pandera_schemas()
    tools = {
        "pandas": lambda folder, mutant: with_pandas(folder, mutant.table),
        "pandera": lambda folder, mutant: with_pandera(folder, mutant.table, schemas),
        "frictionless": lambda folder, mutant: with_frictionless(folder, mutant.table),
        "neoterra check": lambda folder, mutant: not check(folder, mutant.encoding).problems,
    }
    kinds = [kind for kind in chosen if not chosen[kind][0].harmless]
    print(f"{len(kinds)} classes of mistakes, {len(chosen) - len(kinds)} of harmless changes, {each} mutants each\n")
    print(f"{'tool':16} {'mistakes let through':>24} {'classes':>21} {'harmless refused':>18} {'s a check':>10}")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        shutil.copytree(mutants.DATA, folder)
        for tool, accepts in tools.items():
            through, refused, spent = defaultdict(int), 0, 0.0
            for kind, group in chosen.items():
                for mutant in group:
                    file = folder / f"{mutant.table}.csv"
                    sound = file.read_bytes()
                    if mutant.content is None:
                        file.unlink()
                    else:
                        file.write_bytes(mutant.content)
                    start = time.perf_counter()
                    try:
                        good = accepts(folder, mutant)
                    except Exception:
                        good = False
                    spent += time.perf_counter() - start
                    file.write_bytes(sound)
                    if mutant.harmless:
                        refused += not good
                    else:
                        through[kind] += good
            wrong = sum(len(chosen[kind]) for kind in kinds)
            harmless = sum(len(group) for kind, group in chosen.items() if kind not in kinds)
            classes = sum(through[kind] > 0 for kind in kinds)
            passed = f"{sum(through.values())} of {wrong} ({sum(through.values()) / wrong:.0%})"
            each_check = spent / (wrong + harmless)
            print(
                f"{tool:16} {passed:>24} {classes:>14} of {len(kinds)} {refused:>11} of {harmless} {each_check:>10.3f}"
            )


if __name__ == "__main__":
    main()
