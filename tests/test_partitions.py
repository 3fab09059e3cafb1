"""Partitions of small networks: all of them tried, networkx as the oracle of their modularity."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from neoterra_analysis.analysis import nulls
from neoterra_analysis.words import labels


def every_partition(nodes):
    if not nodes:
        yield []
        return
    first, rest = nodes[0], nodes[1:]
    for size in range(len(rest) + 1):
        for others in combinations(rest, size):
            for tail in every_partition([n for n in rest if n not in others]):
                yield [{first, *others}, *tail]


@pytest.mark.parametrize("seed", range(6))
def test_best_partition_is_the_best_of_all(seed):
    weights = np.triu(np.random.default_rng(seed).integers(0, 3, (6, 6)), 1)
    weights = weights + weights.T
    tied = [int(i) for i in np.flatnonzero(weights.any(axis=1))]
    graph = nx.from_numpy_array(weights)
    values = [round(nx.community.modularity(graph.subgraph(tied), p), 9) for p in every_partition(tied)]
    modularity, member = nulls.best_partition(weights)
    assert modularity == max(values)
    groups = [{i for i in tied if member[i] == m} for m in dict.fromkeys(member[tied].tolist())]
    assert round(nx.community.modularity(graph.subgraph(tied), groups), 9) == modularity
    assert nulls.equally_good(weights[np.ix_(tied, tied)]) == values.count(max(values))


def test_equally_good_partitions_are_told():
    # A ring of five: one node has to choose its side, whichever it is.
    ring = np.roll(np.eye(5, dtype=int), 1, axis=1)
    assert nulls.equally_good(ring + ring.T) == 5
    assert "5 partitions" in labels.t("null.communities.ties.many", "en", count=5)
