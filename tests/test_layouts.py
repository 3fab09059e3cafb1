"""The published fiche and the invented ones in many layouts: right, asked about or refused, never silently other."""

import os
import random
from collections import Counter, defaultdict

import pytest

import fiche_formats
import layouts
from neoterra_analysis.fiches import documents, draft
from neoterra_analysis.fiches.documents.limits import DocumentError
from test_ingest import FICHE, FICHES, NOTHING_KNOWN, PUBLISHED, facts, table

THOROUGH = os.environ.get("NEOTERRA_THOROUGH") == "1"
VARIANTS, SAMPLE = 360, 12
MOST_LINES = 25  # on the review list, with the shipped registry, for a layout that is read rightly


def told(file, text, known):
    """Return how the draft of a file compares with that of the text, what is silently other, and its doubts."""
    try:
        made = draft.draft(documents.read(file), known, "2026-11-23")
    except DocumentError:
        return "refused", [], 0
    found, true = facts(made.tables), facts(text.tables)
    if found == true:
        return "right", [], len(made.doubts)
    wrong = layouts.silent(found, true, made, text)
    return "silent" if wrong else "asked", wrong, len(made.doubts)


def in_table(counts):
    """Return counts of outcomes by format as lines of a table."""
    heads = ("right", "asked", "refused", "silent")
    yield "layouts      " + "".join(f"{head:>9}" for head in heads)
    for form, found in counts.items():
        yield f"  {form:<11}" + "".join(f"{found[head]:>9}" for head in heads)


@PUBLISHED
def test_layouts_of_the_published_fiche(in_process, tmp_path, record_property):
    """Pages that end anywhere, rules or none, repeated headers, bullets, hyphens: no difference without a question."""
    known = {name: table(name) for name in ("actors", "ambitions", "laureates")}
    text = draft.draft(documents.read(FICHE), known, "2026-11-23")
    blocks = fiche_formats.blocks_of(FICHE.read_text(encoding="utf-8"))
    ways = layouts.ways(VARIANTS, len(text.tables["laureates"]))
    assert len(ways) >= 300 and len(set(ways)) > 300
    chosen = ways if THOROUGH else random.Random(1).sample(ways, SAMPLE)
    counts, wrong, lines = defaultdict(Counter), {}, []
    for number, way in enumerate(chosen):
        outcome, silent, doubts = told(layouts.write(blocks, way, tmp_path, f"v{number}"), text, known)
        counts[way[0]][outcome] += 1
        wrong |= {str(way): silent} if silent else {}
        lines += [doubts] if outcome == "right" else []
    for line in in_table(counts):
        record_property("told", line)
    record_property("told", f"  lines to review where it is right: {min(lines)} to {max(lines)}")
    assert wrong == {}
    total = sum(counts.values(), Counter())
    assert total["right"] >= 0.8 * len(chosen) and total["refused"] == 0
    assert sorted(lines)[int(0.9 * len(lines))] <= MOST_LINES


@pytest.mark.parametrize("file", FICHES, ids=[file.stem for file in FICHES])
def test_layouts_of_invented_fiches(file, in_process, tmp_path, record_property):
    document = documents.read(file)
    text = draft.draft(document, NOTHING_KNOWN, "2026-01-31")
    blocks = layouts.meant(layouts.blocks_of(document))
    ways = layouts.ways(24, max(len(text.tables["laureates"]), 1))
    if any("\n" in words for block in blocks if block[0] == "table" for words in layouts.words_of(block)):
        ways = [way for way in ways if way[0] != "tabs"]  # a cell of it has no line ends
    if not THOROUGH:
        ways = random.Random(file.stem).sample(ways, 2)
    counts, wrong = defaultdict(Counter), {}
    for number, way in enumerate(ways):
        outcome, silent, _ = told(layouts.write(blocks, way, tmp_path, f"v{number}"), text, NOTHING_KNOWN)
        counts[file.stem[:11]][outcome] += 1
        wrong |= {str(way): silent} if silent else {}
    record_property("told", list(in_table(counts))[1])
    assert wrong == {}
    assert not sum(counts.values(), Counter())["refused"]
