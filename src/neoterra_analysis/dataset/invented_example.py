"""Invented records of two invented ambitions, to show what a comparison looks like before there is one to make.

Nobody in them exists. Their numbers, 8 and 9, are those of no ambition of the roadmap; the publisher's name says
that they are invented, which is how they are told wherever they are copied or merged.
"""

from pathlib import Path

from . import loading

FOLDER = Path(__file__).with_name("invented_example")
PUBLISHER = "Enregistrements inventés"


def load():
    """Load the invented records, whatever ambition the reader asks for elsewhere."""
    return loading.load(FOLDER, ambition="all")


def sources(records):
    """Return the documents behind the laureates, and whether each is invented."""
    used = set(records.laureates["source_id"])
    rows = zip(records.sources["source_id"], records.sources["publisher"], strict=True)
    return {source: publisher == PUBLISHER for source, publisher in rows if source in used}


def within(records):
    """Tell whether some of the records are invented."""
    return any(sources(records).values())
