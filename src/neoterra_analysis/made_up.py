"""Invented records of two invented ambitions, to show what a comparison looks like before there is one to make.

Nobody in them exists. Their numbers, 8 and 9, are those of no ambition of the roadmap; the publisher's name says
that they are invented, which is how they are told wherever they are copied or merged.
"""

from pathlib import Path

from . import dataset

FOLDER = Path(__file__).with_name("made_up_data")
PUBLISHER = "Enregistrements inventés"


def load():
    """Load the invented records, whatever ambition the reader asks for elsewhere.

    Returns
    -------
    Dataset

    Examples
    --------
    >>> invented = load()
    >>> len(invented.laureates), sorted(set(invented.sources["publisher"]))
    (13, ['Enregistrements inventés'])
    """
    return dataset.load(FOLDER, ambition="all")


def sources(records):
    """Return the documents behind the laureates, and whether each is invented.

    Parameters
    ----------
    records : Dataset
        The loaded records.

    Returns
    -------
    dict of str to bool
        By ``source_id``.

    Examples
    --------
    >>> sources(dataset.load())
    {'fiche-ambition-4': False}
    """
    used = set(records.laureates["source_id"])
    rows = zip(records.sources["source_id"], records.sources["publisher"], strict=True)
    return {source: publisher == PUBLISHER for source, publisher in rows if source in used}


def within(records):
    """Tell whether some of the records are invented.

    Parameters
    ----------
    records : Dataset
        The loaded records.

    Returns
    -------
    bool

    Examples
    --------
    >>> within(load()), within(dataset.load())
    (True, False)
    """
    return any(sources(records).values())
