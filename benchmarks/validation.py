"""How many typical mistakes do pandas, pandera, frictionless and this project let through, on the same mutants?

Run ``python benchmarks/validation.py [--each 4]``. Each class of mistake of ``tests/mutants.py`` that the tables
themselves betray gives at most ``--each`` mutants. A mistake is *let through* when nothing is raised, refused or asked;
a harmless change is *refused* when something is. Every tool gets what the contract says that it can express: pandera
and frictionless the columns, types, codes, patterns and keys, frictionless the foreign keys too.
"""

import argparse
import shutil
import sys
import tempfile
import time
import warnings
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import mutants  # noqa: E402
import slips  # noqa: E402
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


def told(report):
    """Tell whether a check speaks of more than what it put right: a problem, or a question to the coder."""
    return report.problems or any(notice.code not in mutants.PUT_RIGHT for notice in report.notices)


class Case(NamedTuple):
    """One mutant: the content of the files that it changes, None for one that is taken away."""

    harmless: bool
    encoding: str | None
    files: dict


def chosen(each):
    """Return at most so many mutants of each class, ``{class: [Case]}``: those of one file, and the slips of tables."""
    cases = defaultdict(list)
    for mutant in mutants.all_mutants():
        cases[mutant.kind].append(Case(mutant.harmless, mutant.encoding, {mutant.table: mutant.content}))
    for slip in slips.slips("table"):
        files = {table: slips.as_bytes(table, rows) for table, rows in slip.tables.items()}
        cases[slip.kind].append(Case(False, None, files))
    return {kind: made[:each] for kind, made in cases.items()}


def main():
    """Run all tools on the same mutants and print one line a tool."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--each", type=int, default=4, help="mutants of each class (default: 4)")
    each = arguments.parse_args().each
    warnings.simplefilter("ignore")
    cases = chosen(each)
    schemas = pandera_schemas()
    tools = {
        "pandas": lambda folder, case: all(with_pandas(folder, table) for table in case.files),
        "pandera": lambda folder, case: all(with_pandera(folder, table, schemas) for table in case.files),
        "frictionless": lambda folder, case: all(with_frictionless(folder, table) for table in case.files),
        "neoterra check": lambda folder, case: not told(check(folder, case.encoding)),
    }
    kinds = [kind for kind in cases if not cases[kind][0].harmless]
    print(f"{len(kinds)} classes of mistakes, {len(cases) - len(kinds)} of harmless changes, {each} mutants each\n")
    print(f"{'tool':16} {'mistakes let through':>24} {'classes':>21} {'harmless refused':>18} {'s a check':>10}")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        shutil.copytree(mutants.DATA, folder)
        for tool, accepts in tools.items():
            through, refused, spent = defaultdict(int), 0, 0.0
            for kind, group in cases.items():
                for case in group:
                    paths = {folder / f"{table}.csv": content for table, content in case.files.items()}
                    sound = {path: path.read_bytes() for path in paths}
                    for path, content in paths.items():
                        path.unlink() if content is None else path.write_bytes(content)
                    start = time.process_time()
                    try:
                        good = accepts(folder, case)
                    except Exception:
                        good = False
                    spent += time.process_time() - start
                    for path, content in sound.items():
                        path.write_bytes(content)
                    if case.harmless:
                        refused += not good
                    else:
                        through[kind] += good
            wrong = sum(len(cases[kind]) for kind in kinds)
            harmless = sum(len(group) for kind, group in cases.items() if kind not in kinds)
            classes = sum(through[kind] > 0 for kind in kinds)
            passed = f"{sum(through.values())} of {wrong} ({sum(through.values()) / wrong:.0%})"
            each_check = spent / (wrong + harmless)
            print(
                f"{tool:16} {passed:>24} {classes:>14} of {len(kinds)} {refused:>11} of {harmless} {each_check:>10.3f}"
            )


if __name__ == "__main__":
    main()
