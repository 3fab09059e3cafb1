"""0/1 matrices with given margins (row and column sums): drawn, listed or counted."""

import math
from collections import Counter
from itertools import combinations

import numpy as np

DRAWS = 999  # with the observation itself, thousandths
SEED = 4  # any number would do; it is fixed so that the same data give the same draws
TRIALS = 20  # for each tie and draw; with 10 or 200 the shares of `null_tests` only move by the chance of drawing
MOST = 200_000  # arrangements that are listed one by one


def randomise(matrix, draws=DRAWS, seed=SEED):
    """Draw 0/1 matrices uniformly among those with the same row and column sums.

    Each draw starts from the observed matrix and makes `TRIALS` trials per tie. A trial takes two ties at random (it
    may be the same one twice) and exchanges their columns unless a tie would stand twice. Refused trials count and
    trials are symmetric, so that all matrices are equally likely in the end; exchanges reach every one of them
    (Ryser 1957). The draws do not depend on one another.

    Parameters
    ----------
    matrix : array_like of 0 and 1, shape (rows, columns)
        The observed matrix; sparse matrices too. The order of its rows and columns counts: sort them first.
    draws : int
        Number of matrices.
    seed : int
        Seed of a generator that only this call uses.

    Returns
    -------
    ndarray of bool, shape (draws, rows, columns)

    Raises
    ------
    ValueError
        If no draw is asked for.

    Notes
    -----
    ``igraph.Graph.rewire`` is not used. Its trials always take two different ties: where every degree is 1, any even
    number of trials reaches only half of the matrices. And igraph's generator belongs to the whole process and
    cannot be read back, so that what its user has set would be lost.

    References
    ----------
    H. J. Ryser, "Combinatorial properties of matrices of zeros and ones", Canadian Journal of Mathematics 9, 1957.
    G. Strona et al., "A fast and unbiased procedure to randomize ecological binary matrices with fixed row and
    column totals", Nature Communications 5, 4114, 2014.

    Examples
    --------
    >>> drawn = randomise([[1, 1, 0], [0, 0, 1]], draws=5)
    >>> drawn.sum(axis=2).tolist() == [[2, 1]] * 5, drawn.sum(axis=1).tolist() == [[1, 1, 1]] * 5
    (True, True)
    """
    cells = np.asarray(matrix.toarray() if hasattr(matrix, "toarray") else matrix) != 0
    if draws < 1:
        raise ValueError(f"{draws} draws: at least one is needed")
    height, width = cells.shape
    row, column = np.nonzero(cells)
    held = np.tile(cells.ravel(), draws)  # one flat array: an index for each draw and cell
    at = np.tile(column, (draws, 1))  # the column of each tie; its row never changes
    flat = at.ravel()
    start, first = np.arange(draws) * cells.size, np.arange(draws) * len(row)
    generator = np.random.default_rng(seed)
    for _ in range(TRIALS * len(row)):
        one, other = generator.integers(len(row), size=(2, draws))
        above, below = start + row[one] * width, start + row[other] * width
        one, other = first + one, first + other
        left, right = flat[one], flat[other]
        free = np.flatnonzero(~(held[above + right] | held[below + left]))
        above, below, left, right = above[free], below[free], left[free], right[free]
        held[above + left] = held[below + right] = False
        held[above + right] = held[below + left] = True
        flat[one[free]], flat[other[free]] = right, left
    return held.reshape(draws, height, width)


def enumerate_matrices(rows, columns, most=MOST):
    """List every 0/1 matrix with given row and column sums.

    Parameters
    ----------
    rows, columns : sequence of int
        Row sums and column sums.
    most : int
        Largest number of matrices to list.

    Returns
    -------
    ndarray of bool, shape (matrices, rows, columns)
        In a fixed order; without a matrix if no matrix has these sums.

    Raises
    ------
    ValueError
        If there are more than ``most`` matrices.

    Examples
    --------
    >>> enumerate_matrices([2, 1], [1, 1, 1]).astype(int).tolist()
    [[[1, 1, 0], [0, 0, 1]], [[1, 0, 1], [0, 1, 0]], [[0, 1, 1], [1, 0, 0]]]
    """
    found, rows = [], [int(size) for size in rows]

    def fill(above, left):
        if len(above) == len(rows):
            if not any(left):
                found.append(above)
            if len(found) > most:
                raise ValueError(f"more than {most:,} matrices have these margins: draw some with `randomise`")
            return
        # A column that still wants all the rows below must take this one.
        below = len(rows) - len(above)
        must = [j for j, wanted in enumerate(left) if wanted == below]
        may = [j for j, wanted in enumerate(left) if 0 < wanted < below]
        if max(left, default=0) <= below and rows[len(above)] >= len(must):
            for more in combinations(may, rows[len(above)] - len(must)):
                taken = {*must, *more}
                fill((*above, sorted(taken)), [wanted - (j in taken) for j, wanted in enumerate(left)])

    fill((), [int(size) for size in columns])
    cells = np.zeros((len(found), len(rows), len(columns)), dtype=bool)
    for matrix, sets in zip(cells, found, strict=True):
        for row, taken in zip(matrix, sets, strict=True):
            row[taken] = True
    return cells


def pair_counts(rows, columns, one, other):
    """Count the 0/1 matrices with given margins by the number of rows that hold both of two columns.

    Rows of the same sum are alike: for each set of columns it is enough to say how many of them hold it. So nothing
    is listed, and the numbers are exact.

    Parameters
    ----------
    rows, columns : sequence of int
        Row sums and column sums; few columns.
    one, other : int
        Positions of the two columns.

    Returns
    -------
    dict of int to int
        For each number of rows with both columns, the number of matrices, by ascending number of rows.

    Examples
    --------
    Of the three matrices of `enumerate_matrices` above, one has a row with both of the first two columns.

    >>> pair_counts([2, 1], [1, 1, 1], 0, 1)
    {0: 2, 1: 1}
    """
    columns = tuple(int(size) for size in columns)
    done = {((0,) * len(columns), 0): 1}
    for size, number in sorted(Counter(int(size) for size in rows).items()):
        step = {(number, *state): ways for state, ways in done.items()}
        sets = list(combinations(range(len(columns)), size))
        for taken in sets:
            last, after = taken == sets[-1], Counter()
            for (left, sums, both), ways in step.items():
                for some in range(left if last else 0, left + 1):
                    more = tuple(s + some * (j in taken) for j, s in enumerate(sums))
                    if all(s <= wanted for s, wanted in zip(more, columns, strict=True)):
                        state = (left - some, more, both + some * (one in taken and other in taken))
                        after[state] += ways * math.comb(left, some)
            step = after
        done = {state[1:]: ways for state, ways in step.items() if not state[0]}
    return dict(sorted((both, ways) for (sums, both), ways in done.items() if sums == columns))


def alike(cells):
    """Count the matrices with the same margins, if they differ by nothing but the order of columns held by one row.

    That is so where the margins leave one matrix, and where no column is held by two rows.

    Parameters
    ----------
    cells : ndarray of bool, shape (rows, columns)
        One of the matrices.

    Returns
    -------
    int
        0 if the matrices may differ in more.

    Examples
    --------
    >>> alike(np.array([[True, True], [True, False]])), alike(np.eye(3, dtype=bool))
    (1, 6)
    """
    rows = cells[np.argsort(-cells.sum(axis=1), kind="stable")]
    if not (rows[1:] & ~rows[:-1]).any():  # each row's columns hold those of the next shorter row: no exchange is free
        return 1
    if cells.sum(axis=0).max() > 1:
        return 0
    sizes = cells.sum(axis=1).tolist()  # nothing is shared: the columns can be dealt out in any way
    return math.factorial(sum(sizes)) // math.prod(map(math.factorial, sizes))
