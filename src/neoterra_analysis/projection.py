"""One-mode projections of a two-mode table, on arrays: no loop over pairs.

A row (a laureate) that mobilises k columns (actors) makes k(k-1)/2 pairs. Each pair is packed with its row's
size in one 64-bit integer; one sort then brings equal pairs together in an order that does not depend on the
order of the rows, and everything else is counting runs. `network` asks the questions; this module only knows
integers.
"""

import math
from typing import NamedTuple

import numpy as np

BLOCK = 1 << 15  # pairs handled at a time: temporaries stay within the processor's cache
MOST_PAIRS = 1 << 27  # 1 GiB of packed pairs
EXACT = 1 << 53  # integers up to here are exact as floats


class Edges(NamedTuple):
    """Edges of a projection as parallel arrays, sorted by source, then target.

    Attributes
    ----------
    source, target : ndarray of int32
        Column numbers, ``source < target``.
    count : ndarray of int32
        Number of rows that hold both columns.
    jaccard, association_strength, newman : ndarray of float64
        The three indices, see `project_arrays`.
    """

    source: np.ndarray
    target: np.ndarray
    count: np.ndarray
    jaccard: np.ndarray
    association_strength: np.ndarray
    newman: np.ndarray


def project_arrays(indptr, indices, columns):
    """Project a two-mode table on its columns.

    With ``n_i`` the number of rows that hold column i and ``c`` the number that hold both i and j:

    - count: ``c``;
    - Jaccard: ``c / (n_i + n_j - c)``;
    - association strength (van Eck & Waltman, probabilistic, without a constant factor): ``c / (n_i * n_j)``;
    - Newman: the sum over the shared rows of ``1 / (k - 1)``, with k the number of columns that the row
      holds. A row that holds one column makes no pair and gives nothing.

    Parameters
    ----------
    indptr, indices : array_like of int
        The table in compressed sparse row form: row r holds the columns ``indices[indptr[r]:indptr[r + 1]]``,
        ascending, each once.
    columns : int
        Number of columns.

    Returns
    -------
    Edges
        One entry per pair of columns that share at least one row.

    Raises
    ------
    ValueError
        If a row's columns are not ascending, or if there are too many pairs to hold or too many columns to
        pack a pair in 64 bits.

    Notes
    -----
    Newman's weights are summed as integers over the least common multiple of the row sizes less one (which
    divides 360360 for sizes up to 16), so that the sum is exact. Where that multiple would be too large for
    exact floats, the weights are summed as floats in the sorted order, which is the same whatever the order
    of the rows. Peak memory is at most 44 bytes per pair beside the input.

    References
    ----------
    Jaccard, P. (1912). The distribution of the flora in the alpine zone. New Phytologist 11(2), 37-50.

    van Eck, N. J. & Waltman, L. (2009). How to normalize cooccurrence data? An analysis of some well-known
    similarity measures. Journal of the American Society for Information Science and Technology 60(8),
    1635-1651. The association strength is theirs, between numbers of occurrences.

    Newman, M. E. J. (2001). Scientific collaboration networks. II. Shortest paths, weighted networks, and
    centrality. Physical Review E 64, 016132.

    Examples
    --------
    Two rows: {0, 1} and {0, 1, 2}.

    >>> edges = project_arrays([0, 2, 5], [0, 1, 0, 1, 2], 3)
    >>> edges.source.tolist(), edges.target.tolist(), edges.count.tolist()
    ([0, 0, 1], [1, 2, 2], [2, 1, 1])
    >>> edges.newman.tolist()
    [1.5, 0.5, 0.5]
    """
    indptr = np.asarray(indptr, dtype=np.int64)
    indices = np.asarray(indices, dtype=np.int32)
    _check(indptr, indices, columns)
    sizes = np.diff(indptr)
    kinds, kind_of_row = np.unique(sizes[sizes > 1], return_inverse=True)
    low = max(len(kinds) - 1, 0).bit_length()
    high = max(columns - 1, 1).bit_length()
    if 2 * high + low > 63:
        raise ValueError(f"{columns} columns with {len(kinds)} row sizes: a pair does not fit in 64 bits")

    keys = _packed_pairs(indptr, indices, kind_of_row, high, low)
    keys.sort()
    return _count_runs(keys, high, low, kinds, np.bincount(indices, minlength=columns).astype(float))


def pair_rows(indptr, indices):
    """List every pair with the row that makes it.

    Parameters
    ----------
    indptr, indices : array_like of int
        As in `project_arrays`.

    Returns
    -------
    source, target, row : ndarray of int64, shape (pairs,)
        Sorted by source, target, row.

    Raises
    ------
    ValueError
        If there are too many pairs to hold.

    Examples
    --------
    >>> [column.tolist() for column in pair_rows([0, 2, 5], [0, 1, 0, 1, 2])]
    [[0, 0, 0, 1], [1, 1, 2, 2], [0, 1, 1, 1]]
    """
    indptr, indices = np.asarray(indptr, dtype=np.int64), np.asarray(indices, dtype=np.int64)
    _check(indptr, indices, int(indices.max(initial=-1)) + 1)
    first, second = _positions(indptr, slice(0, len(indptr) - 1))
    row = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))[first]
    source, target = indices[first], indices[second]
    order = np.lexsort((row, target, source))
    return source[order], target[order], row[order]


def _check(indptr, indices, columns):
    sizes = np.diff(indptr)
    pairs = int((sizes * (sizes - 1) // 2).sum())
    if pairs > MOST_PAIRS:
        raise ValueError(
            f"{pairs:,} pairs are too many to hold (at most {MOST_PAIRS:,}): "
            "keep the two-mode table, or project its other side"
        )
    ascending = indices[1:] > indices[:-1]
    inner = indptr[1:-1]
    ascending[inner[(inner > 0) & (inner < len(indices))] - 1] = True
    if not ascending.all() or (len(indices) and not 0 <= indices.min() <= indices.max() < columns):
        raise ValueError("each row must hold ascending column numbers, each once, below the number of columns")


def _slices(length, size=BLOCK):
    return (slice(start, min(start + size, length)) for start in range(0, length, size))


def _positions(indptr, rows):
    """Return the positions of the first and second member of every pair of these rows."""
    start, end = indptr[rows.start], indptr[rows.stop]
    ends = np.repeat(indptr[rows.start + 1 : rows.stop + 1], np.diff(indptr[rows.start : rows.stop + 1]))
    position = np.arange(start, end)
    partners = ends - position - 1
    first = np.repeat(position, partners)
    before = np.cumsum(partners) - partners
    second = np.arange(len(first)) + np.repeat(position + 1 - before, partners)
    return first, second


def _packed_pairs(indptr, indices, kind_of_row, high, low):
    sizes = np.diff(indptr)
    made = sizes * (sizes - 1) // 2
    kind = np.zeros(len(sizes), dtype=np.int64)
    kind[sizes > 1] = kind_of_row
    ends = np.cumsum(made)
    keys = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.int64)
    # Blocks of whole rows with about BLOCK pairs each: they bound the temporaries.
    stops = np.unique(np.r_[np.searchsorted(ends, np.arange(BLOCK, len(keys), BLOCK)), len(sizes)])
    start = 0
    for stop in stops.tolist():
        rows = slice(start, stop)
        first, second = _positions(indptr, rows)
        done = int(ends[start - 1]) if start else 0
        block = keys[done : done + len(first)]
        np.left_shift(indices[first].astype(np.int64), high, out=block)
        block |= indices[second]
        block <<= low
        block |= np.repeat(kind[rows], made[rows])
        start = stop
    return keys


def _count_runs(keys, high, low, kinds, rows_of):
    """Count the runs of equal pairs in sorted keys, block by block: only the result is large."""
    weights, scale = _weights(kinds, len(keys))
    blocks = []
    start = 0
    while start < len(keys):
        after = (int(keys[min(start + BLOCK, len(keys)) - 1]) >> low) + 1
        stop = int(np.searchsorted(keys, after << low))
        pairs = keys[start:stop] >> low
        blocks.append((start, stop, 1 + np.count_nonzero(pairs[1:] != pairs[:-1])))
        start = stop
    edges = sum(found for _, _, found in blocks)
    result = Edges(*(np.empty(edges, dtype=kind) for kind in (np.int32,) * 3 + (np.float64,) * 3))
    done = 0
    for start, stop, found in blocks:
        pairs = keys[start:stop] >> low
        bounds = np.empty(found + 1, dtype=np.int64)
        bounds[0], bounds[-1] = 0, len(pairs)
        bounds[1:-1] = np.flatnonzero(pairs[1:] != pairs[:-1]) + 1
        pairs = pairs[bounds[:-1]]
        source, target, count, jaccard, strength, newman = (column[done : done + found] for column in result)
        source[:] = pairs >> high
        target[:] = pairs & ((1 << high) - 1)
        count[:] = np.diff(bounds)
        rows_a, rows_b = rows_of.take(source), rows_of.take(target)
        np.divide(count, rows_a + rows_b - count, out=jaccard)
        np.divide(count, rows_a * rows_b, out=strength)
        weight = weights.take(keys[start:stop] & ((1 << low) - 1))
        if scale is None:
            newman[:] = np.add.reduceat(weight, bounds[:-1])
        else:
            running = np.zeros(len(weight) + 1, dtype=np.int64)
            np.cumsum(weight, out=running[1:])
            np.divide(np.diff(running[bounds]), scale, out=newman)
        done += found
    return result


def _weights(kinds, most):
    """Return a weight per row size and what to divide sums by: integers, or floats and None if inexact."""
    scale = math.lcm(*(int(size) - 1 for size in kinds))
    if scale * most < EXACT:
        return np.array([scale // (int(size) - 1) for size in kinds], dtype=np.int64), scale
    return 1 / (kinds - 1.0), None
