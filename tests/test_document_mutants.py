"""Changed documents: each is read rightly, asked about or refused; none is read wrongly in silence."""

import os
import random
from collections import Counter
from functools import cache

import pytest

import document_mutants
import layouts
from neoterra_analysis.fiches import documents, draft
from neoterra_analysis.words.folding import fold, sort_key
from test_ingest import FICHES, NOTHING_KNOWN, facts, same

THOROUGH = os.environ.get("NEOTERRA_THOROUGH") == "1"
EACH = 3 if THOROUGH else 1  # of each class and fiche
FEW = 1  # fiches a class without NEOTERRA_THOROUGH
# What the question must be about, where nobody can tell what the facts are now; of other classes it may be any.
ABOUT = {
    "role denied": layouts.ROLE,
    "role misspelt": layouts.ROLE,
    "note in a cell": {*layouts.SPLIT, "unknown_actor"},
    "another name in bold": {"name_in_doubt", "two_laureates"},
    "row doubled": {"laureate_twice"},
    "table as picture": {"aside_picture_table"},
    "text struck": {"aside_struck"},
}
RESULTS = ("right", "asked", "refused", "silent")


@cache
def sound(file):
    """Return a fiche, its facts as they are read, and its review list."""
    read = documents.read(file)
    made = draft.draft(read, NOTHING_KNOWN, "2026-01-31")
    found = facts(made.tables)
    cut = {doubt.key for doubt in made.doubts if doubt.kind == "row_cut"}
    halves = {same(row["name"]) for row in made.tables["laureates"] if row["laureate_id"] in cut}
    return document_mutants.Fiche(read, found, same, halves), made


def alike(fact):
    return tuple(sort_key(fold(str(cell))) for cell in fact)


def less(found, true):
    """Return the facts of one that the other has not, accents and case folded."""
    return {what: {fact for fact in found[what] if alike(fact) not in set(map(alike, true[what]))} for what in found}


def asks(made, base, mutant):
    """Tell whether a line of the review list that the sound fiche has not meets the change."""
    known = Counter(doubt[:4] for doubt in base.doubts)
    ids = {row["laureate_id"] for row in made.tables["laureates"] if same(row["name"]) in mutant.names}
    for doubt in made.doubts:
        if known[doubt[:4]] > 0:
            known[doubt[:4]] -= 1
            continue
        if doubt.kind not in ABOUT.get(mutant.kind, {doubt.kind}):
            continue
        told = " ".join((doubt.passage, doubt.value, *doubt.proposals))
        meets = doubt.place in mutant.places or doubt.key.split("/")[0] in ids
        meets = meets or any(name in told for name in mutant.names) or (mutant.words and mutant.words in told)
        if meets or doubt.kind in ("no_heading", "enjeu_empty"):
            return True
    return False


def judge(mutant, base):
    """Return what became of a mutant: right, asked, refused or silent."""
    made = draft.draft(mutant.document, NOTHING_KNOWN, "2026-01-31")
    assert made.words["lost"] == 0 or any(doubt.kind == "left_over" for doubt in made.doubts)
    if not made.tables["laureates"] or made.tables["ambitions"][0]["number"] == "0":
        return "refused"
    if mutant.facts is not None:
        found = facts(made.tables)
        more, lost = less(found, mutant.facts), less(mutant.facts, found)
        if layouts.silent(more, lost, made, base):
            return "silent"
        if not any([*more.values(), *lost.values()]) and mutant.words != "must ask":
            return "right"
    return "asked" if asks(made, base, mutant) else "silent"


def of_kind(kind):
    chance = random.Random(kind)
    files = FICHES if THOROUGH else chance.sample(FICHES, len(FICHES))
    count = 0
    for file in files:
        fiche, base = sound(file)
        for seed in range(EACH):
            mutant = document_mutants.mutants(fiche, kind, f"{file.stem} {seed}")
            if mutant is not None:
                count += 1
                yield file, seed, mutant, base
        if not THOROUGH and count >= FEW:
            return


@pytest.mark.parametrize("kind", document_mutants.KINDS)
def test_no_changed_document_is_read_wrongly_in_silence(kind, record_property):
    table, silent = Counter(), []
    for file, seed, mutant, base in of_kind(kind):
        result = judge(mutant, base)
        table[result] += 1
        if result == "silent":
            silent.append((file.stem, seed))
    record_property("told", f"{kind}: " + ", ".join(f"{table[one]} {one}" for one in RESULTS))
    assert table and silent == []
