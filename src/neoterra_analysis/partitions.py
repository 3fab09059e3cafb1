"""Partitions of a small weighted network by modularity: a best one, and how many are as good."""

import numpy as np

FEW = 12  # nodes up to which the best partition is searched exactly; beyond, in a greedy way


def best_partition(shared):
    """Find the partition of highest modularity of a weighted network.

    Parameters
    ----------
    shared : ndarray of int, shape (nodes, nodes)
        Symmetric weights, 0 on the diagonal.

    Returns
    -------
    modularity : float or None
        Rounded to 9 digits; None without an edge.
    member : ndarray of int, shape (nodes,)
        Group of each node; a node without an edge is alone.

    Examples
    --------
    Two pairs:

    >>> modularity, member = best_partition(np.array([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]))
    >>> modularity, bool(member[0] == member[1] != member[2] == member[3])
    (0.5, True)
    """
    import igraph

    member = np.arange(len(shared)) + len(shared)
    tied = np.flatnonzero(shared.any(axis=1))
    if not len(tied):
        return None, member
    weights = shared[np.ix_(tied, tied)].tolist()
    graph = igraph.Graph.Weighted_Adjacency(weights, mode="undirected", attr="weight", loops=False)
    if len(shared) <= FEW:
        found = graph.community_optimal_modularity(weights="weight").membership
    else:
        found = graph.community_fastgreedy(weights="weight").as_clustering().membership
    member[tied] = found
    return round(graph.modularity(found, weights="weight"), 9), member


def equally_good(shared):
    """Count the partitions of highest modularity.

    Parameters
    ----------
    shared : ndarray of int, shape (nodes, nodes)
        Symmetric weights, 0 on the diagonal; few nodes, each with an edge.

    Returns
    -------
    int

    Examples
    --------
    A ring of four: neighbours two by two, in two ways, or all together.

    >>> equally_good(np.array([[0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 0, 1, 0]]))
    3
    """
    # The best division of each set of nodes, from small sets on.
    size, total = len(shared), int(shared.sum())
    gain = total * shared.astype(object) - np.outer(shared.sum(axis=1), shared.sum(axis=1)).astype(object)
    worth = [0] * (1 << size)  # modularity of a group, times total squared: whole numbers
    best = [(0, 1)] + [None] * ((1 << size) - 1)  # highest sum over a set's partitions, and how many reach it
    for nodes in range(1, 1 << size):
        top = nodes.bit_length() - 1
        rest = nodes ^ (1 << top)
        worth[nodes] = worth[rest] + gain[top, top] + 2 * sum(gain[top, i] for i in range(top) if rest >> i & 1)
        high, ways, others = None, 0, rest
        while True:  # every group that holds the last node, with the best partitions of the others
            value = worth[nodes ^ others] + best[others][0]
            if high is None or value > high:
                high, ways = value, 0
            ways += best[others][1] if value == high else 0
            if not others:
                break
            others = (others - 1) & rest
        best[nodes] = (high, ways)
    return best[-1][1]
