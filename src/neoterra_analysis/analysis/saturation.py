"""Would one more row bring anything new? Rarefaction over all orders of the rows, and what stayed unseen (Chao2).

Both ask how often what was met came back. They hold if the rows were exchangeable; rows that were chosen are not, so
that they describe the rows that there are.
"""

from collections import Counter
from fractions import Fraction
from math import comb, sqrt

import numpy as np
import pandas as pd

from . import network

KINDS = ("means", "themes", "actor_types", "named_actors")
NEARLY = 0.9  # of the estimate: what was seen is nearly all (of several rows)


def met(dataset):
    """List what each laureate's row brings: means of its contributions, themes, types of actors, actors by name.

    Returns
    -------
    DataFrame
        ``kind`` (one of `KINDS`), ``laureate_id``, ``code``; each couple once.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> found = met(load())
    >>> int(found.loc[found["kind"] == "themes", "code"].nunique())
    9
    """
    means, themes = dataset.contributions, dataset.evidence
    rows = [("means", *pair) for pair in zip(means["laureate_id"], means["code"], strict=True)]
    rows += [("themes", *pair) for pair in zip(themes["laureate_id"], themes["theme_id"], strict=True)]
    rows += [("actor_types", row[0], row[4]) for row in network.mobilised(dataset) if row[4]]
    rows += [("named_actors", row[0], row[1]) for row in network.mobilised(dataset, network.NAMED)]
    return pd.DataFrame(list(dict.fromkeys(rows)), columns=["kind", "laureate_id", "code"], dtype="str")


def rarefaction(dataset):
    """Say how many different codes some rows bring together, on average over all choices of so many rows.

    This is exact, not drawn: a code of f rows among N is absent from C(N - f, k) of the C(N, k) choices of k rows, and
    two codes together from C(N - u, k), where u rows hold one of them or both.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.

    Returns
    -------
    DataFrame
        For each kind of `KINDS` and number of rows from 1 to all: ``kind, rows, mean, deviation`` (the standard
        deviation over all choices), ``of`` all codes met.

    References
    ----------
    S. H. Hurlbert, Ecology 52 (1971), p. 577-586; K. I. Ugland, J. S. Gray and K. E. Ellingsen, Journal of Animal
    Ecology 72 (2003), p. 888-897.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> table = rarefaction(load())
    >>> last = table[table["rows"] == 11]
    >>> (last["mean"] == last["of"]).all(), (last["deviation"] == 0).all()
    (np.True_, np.True_)
    """
    laureates, found = list(dataset.laureates["laureate_id"]), []
    number = len(laureates)
    for kind, held in _held(dataset, laureates).items():
        times, together = held.sum(axis=0), held.T @ held
        alone, both = Counter(times.tolist()), Counter((times[:, None] + times - together).ravel().tolist())
        for rows in range(1, number + 1):
            choices = comb(number, rows)
            # Sums over all choices, as whole numbers: of codes that are absent, and of their square.
            missing = sum(many * comb(number - f, rows) for f, many in alone.items())
            squared = sum(many * comb(number - u, rows) for u, many in both.items())
            mean = Fraction(len(times) * choices - missing, choices)
            variance = Fraction(squared * choices - missing * missing, choices * choices)
            found.append((kind, rows, float(mean), sqrt(variance), len(times)))
    return pd.DataFrame(found, columns=["kind", "rows", "mean", "deviation", "of"])


def unseen(dataset):
    """Estimate how many codes there would be at least if more such rows were read: Chao2, corrected for bias.

    Returns
    -------
    DataFrame
        One row a kind of `KINDS`: ``kind``, ``seen``, ``once`` and ``twice`` (codes of one row only, of two),
        ``estimate``, ``low`` and ``high`` (the estimate with any one laureate left out), ``rows``,
        ``nearly`` (seen is at least `NEARLY` of the estimate). The estimate is seen + (N - 1) / N * once (once - 1) /
        (2 (twice + 1)), N rows.

    References
    ----------
    A. Chao, Biometrics 43 (1987), p. 783-791; A. Chao and C.-H. Chiu, "Species richness: estimation and comparison",
    Wiley StatsRef (2016), equation 4.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> table = unseen(load()).set_index("kind")
    >>> int(table.loc["themes", "seen"]), float(table.loc["themes", "estimate"])
    (9, 9.0)
    """
    laureates, found = list(dataset.laureates["laureate_id"]), []
    for kind, held in _held(dataset, laureates).items():
        times = held.sum(axis=0)
        seen, once, twice, estimate = _chao2(times, len(laureates))
        others = [_chao2(times - row, len(laureates) - 1)[-1] for row in held] or [estimate]
        ends = min(others), max(others), len(laureates)
        found.append((kind, seen, once, twice, estimate, *ends, len(laureates) > 1 and seen >= NEARLY * estimate))
    columns = ["kind", "seen", "once", "twice", "estimate", "low", "high", "rows", "nearly"]
    return pd.DataFrame(found, columns=columns)


def _chao2(times, rows):
    """Return how many codes were seen, seen once, seen twice, and the estimate, from how many rows hold each."""
    seen, once, twice = (int(np.count_nonzero(which)) for which in (times > 0, times == 1, times == 2))
    return seen, once, twice, float(seen + Fraction((rows - 1) * once * (once - 1), 2 * max(rows, 1) * (twice + 1)))


def _held(dataset, laureates):
    """Return for each kind which laureate's row (line) has which code (column), as zeros and ones."""
    place, found = {laureate: i for i, laureate in enumerate(laureates)}, {}
    table = met(dataset)
    for kind in KINDS:
        own = table[table["kind"] == kind]
        codes = {code: i for i, code in enumerate(sorted(set(own["code"])))}
        found[kind] = np.zeros((len(laureates), len(codes)), dtype=np.int64)
        found[kind][own["laureate_id"].map(place), own["code"].map(codes)] = 1
    return found
