"""Matrices with given margins: small cases by hand, laws, counts beside lists, draws beside what they should be."""

import math
import random
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from scipy.special import chdtri

import invented
from neoterra_analysis.analysis import network, nulls

MARGINS = [
    ((3, 2, 1), (2, 2, 1, 1), 8),
    ((4, 2, 1, 1), (3, 2, 1, 1, 1), 18),
    ((1, 1, 1), (1, 1, 1), 6),  # exchanges only: an even number of trials that never rest would reach three of them
    ((2, 1), (1, 1, 1), 3),
]


@pytest.fixture(scope="module")
def real():
    return invented.shipped()


# Matrices with given margins


def test_matrices_by_hand():
    # The first row takes columns 1 and 2, or 1 and 3 (two ways to go on), or 2 and 3 (one way).
    found = nulls.enumerate_matrices([2, 1, 1], [2, 1, 1])
    assert sorted(["".join(map(str, m.astype(int).ravel())) for m in found]) == [
        "011100100",
        "101010100",
        "101100010",
        "110001100",
        "110100001",
    ]
    assert len(nulls.enumerate_matrices([1, 1, 1], [1, 1, 1])) == 6
    assert nulls.enumerate_matrices([3, 1], [1, 1, 1]).shape == (0, 2, 3)
    assert len(nulls.enumerate_matrices([0, 0], [0])) == 1


def test_too_many_matrices_are_refused():
    with pytest.raises(ValueError, match="more than 23 matrices"):
        nulls.enumerate_matrices([1] * 4, [1] * 4, most=23)
    assert len(nulls.enumerate_matrices([1] * 4, [1] * 4, most=24)) == 24


@pytest.mark.parametrize(("rows", "columns", "number"), MARGINS)
def test_draws_are_uniform(rows, columns, number):
    every = nulls.enumerate_matrices(rows, columns)
    assert len(every) == number == len({m.tobytes() for m in every})
    draws = 20_000
    found = Counter(m.tobytes() for m in nulls.randomise(every[0], draws))
    expected = draws / number
    distance = sum((found[m.tobytes()] - expected) ** 2 / expected for m in every)
    assert sum(found[m.tobytes()] for m in every) == draws
    assert distance < chdtri(number - 1, 0.001)


@pytest.mark.parametrize("seed", range(5))
def test_draws_keep_the_margins(seed):
    cells = np.random.default_rng(seed).random((7, 12)) < 0.3
    drawn = nulls.randomise(cells, 50, seed)
    assert drawn.dtype == bool and drawn.shape == (50, 7, 12)
    assert (drawn.sum(axis=2) == cells.sum(axis=1)).all() and (drawn.sum(axis=1) == cells.sum(axis=0)).all()
    assert len({m.tobytes() for m in drawn}) > 45


def test_draws_follow_their_seed_and_touch_no_other(real):
    cells = network.incidence(real).matrix
    before = random.getstate(), np.random.get_state()[1].tolist()
    one, same, other = (nulls.randomise(cells, 3, seed) for seed in (1, 1, 2))
    assert (one == same).all() and (one != other).any()
    assert before == (random.getstate(), np.random.get_state()[1].tolist())
    assert nulls.randomise(np.zeros((2, 0)), 3).shape == (3, 2, 0)
    with pytest.raises(ValueError, match="at least one"):
        nulls.randomise(cells, 0)


# Pairs of columns, counted


@pytest.mark.parametrize("seed", range(8))
def test_pairs_of_columns_are_those_of_the_list(seed):
    cells = np.random.default_rng(seed).random((5, 3)) < 0.5
    rows, columns = cells.sum(axis=1), cells.sum(axis=0)
    every = nulls.enumerate_matrices(rows, columns)
    for one, other in combinations(range(3), 2):
        listed = Counter((every[:, :, one] & every[:, :, other]).sum(axis=1).tolist())
        assert nulls.pair_counts(rows, columns, one, other) == dict(sorted(listed.items()))


def test_pairs_of_columns_of_many_rows():
    # 60 rows with one of two columns, 30 each: nobody has both.
    assert nulls.pair_counts([1] * 60, [30, 30], 0, 1) == {0: math.comb(60, 30)}
    assert nulls.pair_counts([2] * 3 + [0], [3, 3], 0, 1) == {3: 1}
    assert nulls.pair_counts([3], [1, 1], 0, 1) == {}
