"""Groups of laureates by the actors that they share, given only if they say more than the margins alone."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from . import partitions
from .ambitions import scoped
from .margins import DRAWS, SEED
from .null_tests import matrix, network_models, quantile, shared_actors


class Communities(NamedTuple):
    """What `communities` found.

    Attributes
    ----------
    partition : DataFrame
        ``laureate_id, community``; without a row unless the partition stands out. Laureates that share no actor
        are left out.
    outcome : str
        ``above`` if it stands out; else ``inside``, ``forced`` or the reason why there is nothing to divide.
    modularity, threshold : float or None
        Of the best partition observed, and 95 % quantile of the best ones of the draws.
    best : int or None
        Number of partitions that reach the same modularity; None if there is none to show or they were not counted.
    """

    partition: pd.DataFrame
    outcome: str
    modularity: float | None
    threshold: float | None
    best: int | None


@scoped
def communities(dataset, draws=DRAWS, seed=SEED):
    """Divide the laureates into groups by the actors that they share, only if that says more than the margins.

    Laureates are linked by their number of shared actors; the best partition is the one of highest modularity. It is
    given only if its modularity exceeds that of the best partitions of 95 % of the draws.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    draws : int
        Number of draws.
    seed : int
        Seed of the draws.

    Returns
    -------
    Communities

    Notes
    -----
    Up to `partitions.FEW` laureates igraph finds the best partition exactly, and all partitions that are as good are
    counted; beyond, the greedy agglomeration of Clauset et al. is used, for the draws too. Of equally good partitions
    the one shown depends on the alphabetical order of the laureates' ids.

    References
    ----------
    U. Brandes et al., "On modularity clustering", IEEE Transactions on Knowledge and Data Engineering 20(2), 2008.
    A. Clauset, M. E. J. Newman and C. Moore, "Finding community structure in very large networks", Physical Review
    E 70, 066111, 2004.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> found = communities(load())
    >>> found.partition.empty == (found.outcome != "above")
    True
    """
    null = network_models(dataset, draws, seed)["modularity"]
    empty = pd.DataFrame({"laureate_id": [], "community": []}).astype({"laureate_id": "str", "community": "int64"})
    if null.why:
        return Communities(empty, null.why, None, None, None)
    threshold = quantile(null.weights, 95, 100)
    if null.observed <= threshold:
        outcome = "forced" if len(null.weights) == 1 else "inside"
        return Communities(empty, outcome, null.observed, threshold, None)
    cells, names = matrix(dataset)
    shared = shared_actors(cells[None])[0]
    _, member = partitions.best_partition(shared)
    tied = np.flatnonzero(shared.any(axis=1))
    number = {group: i for i, group in enumerate(dict.fromkeys(member[tied].tolist()), 1)}
    partition = pd.DataFrame({"laureate_id": [names[i] for i in tied], "community": [number[member[i]] for i in tied]})
    best = partitions.equally_good(shared[np.ix_(tied, tied)]) if len(names) <= partitions.FEW else None
    return Communities(partition.astype(empty.dtypes.to_dict()), "above", null.observed, threshold, best)
