"""How many quotes that are not the fiche's do a plain search, a likeness and this project let through?

Run ``python benchmarks/verify.py [--each 25]``. Each class of ``tests/quote_mutants.py`` gives at most ``--each``
mutants of each fiche: the invented ones, and the published one where a copy of it is. What is not the same quote is
*let through* when it is accepted; a harmless change is *refused* when it is not. Search and likeness are given the text
of the laureate's row, spaces folded; a search of the whole document, as scripts do, is shown too.
"""

import argparse
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from rapidfuzz import fuzz

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import quote_mutants  # noqa: E402
from neoterra_analysis.fiches import quotes  # noqa: E402
from neoterra_analysis.words.folding import one_line  # noqa: E402


def methods(source):
    """Return the ways of telling whether a quote stands in a row of a fiche."""
    rows = {laureate: source.whole(laureate) for laureate in source.rows}
    whole = " ".join([*rows.values(), *source.outside])

    def alike(least):
        return lambda one: fuzz.partial_ratio(one_line(one.text), rows[one.laureate], score_cutoff=least) >= least

    return {
        "`in`, the document": lambda one: one_line(one.text) in whole,
        "`in`, the row": lambda one: one_line(one.text) in rows[one.laureate],
        "rapidfuzz `partial_ratio` ≥ 80": alike(80),
        "rapidfuzz `partial_ratio` ≥ 90": alike(90),
        "rapidfuzz `partial_ratio` ≥ 95": alike(95),
        "neoterra verify": lambda one: quotes.judge(one.text, one.laureate, source.fiche, one.column).status == "found",
    }


def main():
    """Put the mutants to all methods and print one line a method, then one a class."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--each", type=int, default=25, help="mutants of a class and a fiche at most")
    each = arguments.parse_args().each
    wrong, spent, tried = defaultdict(Counter), Counter(), Counter()
    harmless = {change.__name__ for change in quote_mutants.THE_SAME}
    for source in quote_mutants.sources():
        found = list(quote_mutants.mutants(source, of_a_class=each))
        tried.update(one.kind for one in found)
        for name, accepts in methods(source).items():
            start = time.process_time()
            told = [accepts(one) for one in found]
            spent[name] += time.process_time() - start
            wrong[name].update(one.kind for one, is_in in zip(found, told, strict=True) if is_in != one.harmless)
    sound = sum(count for kind, count in tried.items() if kind in harmless)
    bad = tried.total() - sound
    print(f"{len(quote_mutants.sources())} fiches, {tried.total()} quotes, of which {sound} are harmless variants\n")
    print("| method | let through | classes let through | harmless refused | ms a quote |\n|---|---|---|---|---|")
    for name, counts in wrong.items():
        through = {kind: count for kind, count in counts.items() if kind not in harmless}
        total, refused = sum(through.values()), counts.total() - sum(through.values())
        share, classes = f"{100 * total / bad:.0f}%", f"{len(through)} of {len(set(tried) - harmless)}"
        cost = 1000 * spent[name] / tried.total()
        print(f"| {name} | {total} of {bad} ({share}) | {classes} | {refused} of {sound} | {cost:.2f} |")
    print("\n| class | quotes | " + " | ".join(wrong) + " |\n|---|---|" + "---|" * len(wrong))
    for kind, count in tried.items():
        print(f"| {kind} | {count} | " + " | ".join(str(counts[kind]) for counts in wrong.values()) + " |")


if __name__ == "__main__":
    main()
