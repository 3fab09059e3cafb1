"""All mistakes that people make in the tables, by the first that can see them, and harmless variants.

A mutant belongs to the first that can see it by its nature: the table alone (`file_mutants`, `coded_mutants`,
`value_slips`, `laureate_slips`, `actor_slips`, `claim_slips`), the reader's copy of the fiche (`source_slips`), or what
was accepted before (`accepted_slips`).
"""

import csv
import io
import os
import random
from collections import Counter

import accepted_slips  # noqa: F401 (these fill the classes of slips)
import actor_slips  # noqa: F401
import claim_slips  # noqa: F401
import coded_mutants
import file_mutants
import laureate_slips  # noqa: F401
import source_slips  # noqa: F401
import value_slips  # noqa: F401
from file_mutants import CONTRACT, DATA, SHEETS
from slips import GROUPS, slips

__all__ = ["CONTRACT", "DATA", "SHEETS"]
# One change in so many is tried, at least one of each class; all of them with NEOTERRA_THOROUGH=1 (make thorough).
EVERY = 1 if os.environ.get("NEOTERRA_THOROUGH") == "1" else 40
# What a check puts right, and says so: not what makes a mistake known.
PUT_RIGHT = {"bom", "line_ends", "semicolon", "blank_line", "odd_space", "outer_space", "zero_width", "nfd"}
PUT_RIGHT |= {"curly_apostrophe", "decimal_comma", "announced"}
CLASSES = file_mutants.CLASSES | coded_mutants.CLASSES


def drawn(name, made, every, seed=4):
    """Draw one in so many of a class."""
    return random.Random(f"{seed} {name} drawn").sample(made, -(-len(made) // every)) if every > 1 else made


def all_mutants(seed=4, every=1):
    """Make the mutants of one file, each class from a seed of its own: all, or one of so many in each class, drawn."""
    for name, generate in CLASSES.items():
        yield from drawn(name, list(generate(random.Random(f"{seed} {name}"))), every)


def all_slips(group, every=1):
    """Make the slips of a group: all, or one of so many in each class, drawn."""
    by_kind = {}
    for slip in slips(group):
        by_kind.setdefault(slip.kind, []).append(slip)
    for kind, made in by_kind.items():
        yield from drawn(kind, made, every)


def counts():
    """Count what is made of each class, ``{group: {class: number}}``; harmless changes are a group of their own."""
    found = {group: Counter(slip.kind for slip in slips(group)) for group in GROUPS} | {"harmless": Counter()}
    for mutant in all_mutants():
        found["harmless" if mutant.harmless else "table"][mutant.kind] += 1
    return found


def variants(number=300, seed=8):
    """Make harmless variants of whole folders: column order, row order, line ends, BOM, quoting style."""
    for i in range(number):
        rng = random.Random(f"{seed} {i}")
        files = {}
        for sheet in SHEETS.values():
            order = rng.sample(range(len(sheet.header)), len(sheet.header))
            rows = rng.sample(sheet.rows, len(sheet.rows))
            out = io.StringIO()
            style = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
            writer = csv.writer(out, lineterminator=rng.choice(["\n", "\r\n"]), quoting=style)
            writer.writerows([[row[j] for j in order] for row in [sheet.header, *rows]])
            text = out.getvalue() if rng.random() < 0.8 else out.getvalue().rstrip("\r\n")
            files[f"{sheet.name}.csv"] = (b"\xef\xbb\xbf" if rng.random() < 0.3 else b"") + text.encode("utf-8")
        yield files
