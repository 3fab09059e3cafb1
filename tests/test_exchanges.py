"""Cells of two rows exchanged, on fiches of our own in six formats: none of what the text can tell stays unseen."""

import os
import random
from pathlib import Path

import pytest

import invented
from exchanges import Folder
from neoterra_analysis.fiches import draft, trace
from test_ingest import document, filled
from test_trace import REAL

REPO = Path(__file__).resolve().parents[1]
EXAMPLE = REPO / "examples" / "fiche-ambition-2.md"
TABS = Path(__file__).parent / "fiches" / "b-tabulations.txt"
MOST = 40 if os.environ.get("NEOTERRA_THOROUGH") == "1" else 1  # pairs of rows of each column that are tried

# What an exchange cannot leave unseen, whether the check or the trace sees it.
HELD = [
    *(("ambitions", column) for column in ("ambition_id", "number", "title_fr", "title_en")),
    *(("enjeux", column) for column in ("enjeu_id", "number", "title_fr")),
    *(("laureates", column) for column in "laureate_id name project_name carrier_status enjeu_id place".split()),
    *(
        ("laureates", column)
        for column in "department_stated department_inferred inferred_from source_row row_anchor".split()
    ),
    *(("laureates", column) for column in ("carrier_anchor", "place_anchor")),
    *(("roles", column) for column in ("laureate_id", "role", "salience", "anchor")),
    *(("mentions", column) for column in "laureate_id position mention actor_id parent_position".split()),
    *(("relations", column) for column in ("from_id", "to_id", "laureate_id", "anchor")),
    *(("themes", column) for column in ("theme_id", "number", "kind", "anchor")),
    *(("claims", column) for column in ("kind", "rule", "expected")),
    ("evidence", "laureate_id"),
    ("contributions", "dimension"),
]


def unseen(folder, table, column):
    pairs = folder.pairs(table, column)
    tried = random.Random(f"{table} {column}").sample(pairs, min(MOST, len(pairs)))
    return [pair for pair in tried if folder.exchanged(table, column, *pair) == "silent"]


@pytest.mark.parametrize("form", ["md", "txt", "html", "docx", "odt", "pdf"])
def test_exchanged_cells_of_a_draft_are_seen_in_every_format(form, tmp_path):
    file = {"md": EXAMPLE, "txt": TABS}.get(form) or document(TABS, form, tmp_path)
    made = filled(draft.write(draft.ingest(file, invented.DATA, "2026-01-31"), tmp_path / "draft", invented.DATA))
    folder = Folder(made, trace.read(file)[0])
    assert not folder.before[0] and not folder.before[2]
    tried = [(table, column) for table, column in HELD if folder.pairs(table, column)]
    assert len(tried) >= 15
    assert {(table, column): unseen(folder, table, column) for table, column in tried} == dict.fromkeys(tried, [])


@pytest.mark.skipif(not REAL.is_file(), reason="no copy of the fiche here: set NEOTERRA_FICHE to yours")
def test_exchanged_cells_of_the_shipped_records_are_seen():
    folder = Folder(invented.DATA, trace.read(REAL)[0])
    assert {held: unseen(folder, *held) for held in HELD} == dict.fromkeys(HELD, [])
