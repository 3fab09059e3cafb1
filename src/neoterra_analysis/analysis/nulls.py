"""What the margins alone would give: null models for the network, the roles and groups of laureates."""

import math
from collections import Counter
from functools import lru_cache
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..words.codes import CONNECTEUR, ROLES
from . import network, roles
from .coded import distinct, pairs

DRAWS = 999  # with the observation itself, thousandths
SEED = 4  # any number would do; it is fixed so that the same data give the same draws
BATCH = 50  # matrices measured at a time: what they take together stays small
MEMORY = 1 << 28  # cells that are held at a time, a byte each
TRIALS = 20  # for each tie and draw; with 10 or 200 the shares of `null_tests` only move by the chance of drawing
MOST = 200_000  # arrangements that are listed one by one


def randomise(matrix, draws=DRAWS, seed=SEED, part=slice(None)):
    """Draw 0/1 matrices uniformly among those with the same row and column sums, and return a part of them.

    >>> drawn = randomise([[1, 1, 0], [0, 0, 1]], draws=5)
    >>> drawn.sum(axis=2).tolist() == [[2, 1]] * 5, drawn.sum(axis=1).tolist() == [[1, 1, 1]] * 5
    (True, True)
    """
    cells = np.asarray(matrix.toarray() if hasattr(matrix, "toarray") else matrix) != 0
    if draws < 1:
        raise ValueError(f"{draws} draws: at least one is needed")
    height, width = cells.shape
    row, column = np.nonzero(cells)
    kept = np.arange(len(range(draws)[part]))
    held = np.tile(cells.ravel(), len(kept))  # one flat array: an index for each draw and cell
    flat = np.tile(column, len(kept))  # the column of each tie; its row never changes
    start, first = kept * cells.size, kept * len(row)
    generator = np.random.default_rng(seed)
    for _ in range(TRIALS * len(row)):
        one, other = generator.integers(len(row), size=(2, draws))[:, part]
        above, below = start + row[one] * width, start + row[other] * width
        one, other = first + one, first + other
        left, right = flat[one], flat[other]
        free = np.flatnonzero(~(held[above + right] | held[below + left]))
        above, below, left, right = above[free], below[free], left[free], right[free]
        held[above + left] = held[below + right] = False
        held[above + right] = held[below + left] = True
        flat[one[free]], flat[other[free]] = right, left
    return held.reshape(len(kept), height, width)


def enumerate_matrices(rows, columns, most=MOST):
    """List every 0/1 matrix with given row and column sums.

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

    Of the three matrices of `enumerate_matrices` above, one has a row with both of the first two columns.
    >>> pair_counts([2, 1], [1, 1, 1], 0, 1)
    {0: 2, 1: 1}
    """
    columns, number = tuple(map(int, columns)), Counter(map(int, rows))
    done = {((0,) * len(columns), 0): 1}
    for size in sorted(set(number) - {1}):
        step = {(number[size], *state): ways for state, ways in done.items()}
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
    found = Counter()
    for (sums, both), ways in done.items():  # rows with one column have no choice left but their order
        alone = [wanted - s for s, wanted in zip(sums, columns, strict=True)]
        if sum(alone) == number[1]:
            found[both] += ways * math.factorial(number[1]) // math.prod(map(math.factorial, alone))
    return dict(sorted(found.items()))


def all_alike(cells):
    """Count the matrices with the same margins, if they differ by nothing but the order of columns held by one row.

    >>> all_alike(np.array([[True, True], [True, False]])), all_alike(np.eye(3, dtype=bool))
    (1, 6)
    """
    rows = cells[np.argsort(-cells.sum(axis=1), kind="stable")]
    if not (rows[1:] & ~rows[:-1]).any():  # each row's columns hold those of the next shorter row: no exchange is free
        return 1
    if cells.sum(axis=0).max() > 1:
        return 0
    sizes = cells.sum(axis=1).tolist()  # nothing is shared: the columns can be dealt out in any way
    return math.factorial(sum(sizes)) // math.prod(map(math.factorial, sizes))


FEW = 12  # nodes up to which the best partition is searched exactly; beyond, in a greedy way


def best_partition(shared):
    """Find the partition of highest modularity of a weighted network.

    Two pairs:
    >>> modularity, member = best_partition(np.array([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]))
    >>> modularity, bool(member[0] == member[1] != member[2] == member[3])
    (0.5, True)
    """
    member = np.arange(len(shared)) + len(shared)
    tied = np.flatnonzero(shared.any(axis=1))
    if not len(tied):
        return None, member
    weights = shared[np.ix_(tied, tied)].tolist()
    graph = network.igraph().Graph.Weighted_Adjacency(weights, mode="undirected", attr="weight", loops=False)
    if len(shared) <= FEW:
        found = graph.community_optimal_modularity(weights="weight").membership
    else:
        found = graph.community_fastgreedy(weights="weight").as_clustering().membership
    member[tied] = found
    return round(graph.modularity(found, weights="weight"), 9), member


def highest_modularity(shared):
    """Find the highest modularity of each of several small networks, exactly, as that of `best_partition`.

    >>> highest_modularity(np.array([[[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]]))
    [0.5]
    """
    found, tied = [None] * len(shared), shared.any(axis=2)
    sizes = tied.sum(axis=1)
    for size in set(sizes.tolist()) - {0}:
        alike = np.flatnonzero(sizes == size)
        nodes = np.nonzero(tied[alike])[1].reshape(-1, size)
        some = shared[alike[:, None, None], nodes[:, :, None], nodes[:, None, :]].T  # the last axis: the networks
        total, degree = some.sum(axis=(0, 1)), some.sum(axis=0)
        gain = total * some - degree[:, None] * degree
        worth = np.zeros((1 << size, len(alike)), dtype=np.int64)  # of a group of nodes, times total squared
        for top in range(size):
            joined = np.zeros((1 << top, len(alike)), dtype=np.int64)
            for i in range(top):
                joined[1 << i : 2 << i] = joined[: 1 << i] + gain[top, i]
            worth[1 << top : 2 << top] = worth[: 1 << top] + gain[top, top] + 2 * joined
        best = np.zeros_like(worth)  # of all divisions of a set of nodes
        for held in range(1, 1 << size):
            others = np.zeros(1, dtype=np.int64)  # what the group of the last node may leave
            for i in range(held.bit_length() - 1):
                others = np.r_[others, others | 1 << i] if held >> i & 1 else others
            best[held] = (worth[held ^ others] + best[others]).max(axis=0)
        for i, value, whole in zip(alike.tolist(), best[-1].tolist(), total.tolist(), strict=True):
            found[i] = round(value / whole**2, 9)
    return found


def equally_good(shared):
    """Count the partitions of highest modularity.

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


CLASS = 0.05  # modularity is shown in classes of this width

NETWORK = ("repeated_pairs", "laureate_pairs", "components", "modularity")
PAIRS = tuple("_".join(pair) for pair in combinations(ROLES, 2))
TYPES = ("types_median", "types_mean")
STATEMENTS = (*NETWORK, *PAIRS, *TYPES)
VALUES, SHARES = ("observed", "null_low", "null_median", "null_high"), ("p_low", "p_high", "p_least")
FAMILY = {**dict.fromkeys(NETWORK, "network"), **dict.fromkeys(PAIRS, "roles"), **dict.fromkeys(TYPES, "types")}


class Null(NamedTuple):
    """An observation and its null distribution: weight of each value, out of equally likely arrangements."""

    observed: float | None
    weights: dict
    exact: bool
    why: str = ""  # why there is no value


def null_models(dataset, draws=DRAWS, seed=SEED):
    """Compute each statement and its null distribution."""
    found = {**network_models(dataset, draws, seed), **_role_pairs(dataset), **_types(dataset, draws, seed)}
    return {statement: found[statement] for statement in STATEMENTS}


def tests(dataset, draws=DRAWS, seed=SEED):
    """Set each statement beside what its margins alone give.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    draws, seed : int
        Number of draws where arrangements cannot be counted, and their seed.

    Returns
    -------
    DataFrame
        One row a statement: ``test`` (``null-repeated-pairs``), ``statement`` (code of the words), ``outcome``
        (``inside``, ``below`` or ``above`` the central 95 %; ``forced`` if the margins leave one value; else why
        there is no value), ``observed``; ``null_low``, ``null_median``, ``null_high``: smallest values that 2.5, 50
        and 97.5 % of the arrangements do not exceed; ``draws`` or, if ``exact``, number of arrangements (missing
        beyond 2 to the power of 53); ``p_low``, ``p_high``: share of arrangements with a value as low, as high, the
        observation itself counted; ``p_least``: smallest share that can come out at all.

    Notes
    -----
    With B draws of which b are as low: p = (1 + b) / (1 + B), and at least 1 / (1 + B). Exact: the share of all
    arrangements, and at least the share of the lowest or of the highest value, whichever is rarer.

    References
    ----------
    B. Phipson and G. K. Smyth, "Permutation p-values should never be zero", Statistical Applications in Genetics and
    Molecular Biology 9(1), 39, 2010.
    """
    rows = []
    for statement, null in null_models(dataset, draws, seed).items():
        test = f"null-{statement.replace('_', '-')}"
        rows.append({"test": test, "statement": statement, "exact": null.exact, **_summary(null)})
    table = pd.DataFrame(rows)[["test", "statement", "outcome", *VALUES, "draws", "exact", *SHARES]]
    return table.astype({**dict.fromkeys([*VALUES, *SHARES], "float64"), "draws": "Int64"})


tests.__test__ = False  # pytest would take it for a test when it is given this file


def distributions(dataset, draws=DRAWS, seed=SEED):
    """List the values of each null distribution with their shares, beside the columns of `tests`.

    Returns
    -------
    DataFrame
        One row a value: ``test``, ``value``, ``share`` of the arrangements, ``is_observed``, ``is_inside`` (in the
        central 95 %), then the other columns of `tests`. The observed value has a row even where no draw gave it;
        a statement without a value has one row without value and share. Modularity is in classes of `CLASS`.
    """
    summaries = tests(dataset, draws, seed).set_index("statement", drop=False)
    rows = []
    for statement, null in null_models(dataset, draws, seed).items():
        summary = summaries.loc[statement]
        if null.why:
            rows.append((statement, None, None, False, False))
            continue
        total, weights = sum(null.weights.values()), Counter()
        for value, weight in [*null.weights.items(), (null.observed, 0)]:
            weights[_class(statement, value)] += weight
        low, high = (_class(statement, summary[f"null_{end}"]) for end in ("low", "high"))
        for value in sorted(weights):
            here = value == _class(statement, null.observed)
            rows.append((statement, value, weights[value] / total, here, low <= value <= high))
    table = pd.DataFrame(rows, columns=["statement", "value", "share", "is_observed", "is_inside"])
    table = table.astype({"value": "float64", "share": "float64"})
    table = table.merge(summaries.reset_index(drop=True), on="statement", how="left", validate="many_to_one")
    return table[["test", *(name for name in table if name != "test")]]


def _summary(null):
    """Place an observation in its null distribution: the columns of `tests` that follow from it."""
    if null.why:
        return {"outcome": null.why, **dict.fromkeys([*VALUES, "draws", *SHARES])}
    total, own = sum(null.weights.values()), 0 if null.exact else 1  # the observation counts among the draws
    low, middle, high = (quantile(null.weights, part, 40) for part in (1, 20, 39))
    low_tail = sum(w for value, w in null.weights.items() if value <= null.observed) + own
    high_tail = sum(w for value, w in null.weights.items() if value >= null.observed) + own
    rarest = min(null.weights[min(null.weights)], null.weights[max(null.weights)]) if null.exact else 1
    outcome = "below" if null.observed < low else "above" if null.observed > high else "inside"
    return {
        "outcome": "forced" if null.exact and len(null.weights) == 1 else outcome,
        **dict(zip(VALUES, (null.observed, low, middle, high), strict=True)),
        "draws": total if total <= network.EXACT else None,
        **{name: number / (total + own) for name, number in zip(SHARES, (low_tail, high_tail, rarest), strict=True)},
    }


def quantile(weights, part, whole):
    """Return the smallest value that part/whole of the weight does not exceed, in whole numbers throughout."""
    total, below = sum(weights.values()), 0
    for value in sorted(weights):
        below += weights[value]
        if below * whole >= total * part:
            return value
    raise ValueError("no value has a weight")


def _class(statement, value):
    """Return the value under which one is listed: for modularity the middle of its class."""
    if statement == "modularity":
        return round(round(value / CLASS) * CLASS, 9)
    return round(float(value), 9)


def network_models(dataset, draws, seed):
    """Return the null models of the statements on the two-mode matrix."""
    cells, names = matrix(dataset)
    why = "few_laureates" if len(names) < 2 else "no_actor" if not cells.any() else ""
    if why:
        return dict.fromkeys(NETWORK, Null(None, {}, False, why))
    return _network_nulls(cells.tobytes(), cells.shape, draws, seed)


@lru_cache(maxsize=8)  # keyed by the cells themselves: `tests`, `distributions` and `communities` share their draws
def _network_nulls(content, shape, draws, seed):
    cells = np.frombuffer(content, dtype=bool).reshape(shape)
    observed = {name: values[0] for name, values in _measures(cells[None]).items()}
    alike = all_alike(cells)
    if alike:
        found = {name: Null(value, {value: alike}, True) for name, value in observed.items()}
    else:
        step = max(1, MEMORY // cells.size)
        parts = (randomise(cells, draws, seed, slice(i, i + step)) for i in range(0, draws, step))
        drawn = [_measures(part) for part in parts]
        found = {
            name: Null(value, Counter(value for part in drawn for value in part[name]), False)
            for name, value in observed.items()
        }
    if observed["modularity"] is None:  # shared actors are the same number in all arrangements
        found["modularity"] = Null(None, {}, False, "no_shared_actor")
    return found


def _measures(drawn):
    """Compute the statements of the network for each of several matrices with the same margins, some at a time."""
    parts = [_measured(drawn[i : i + BATCH]) for i in range(0, len(drawn), BATCH)]
    found = {name: [value for part in parts for value in part[name]] for name in parts[0]}
    if drawn.shape[1] <= FEW:
        found["modularity"] = highest_modularity(shared_actors(drawn))
    return found


def _measured(drawn):
    cells = drawn[:, :, drawn[0].sum(axis=0) > 1]  # no other actor ties laureates, or is in a repeated pair
    number, height, width = cells.shape
    draw, row, column = np.nonzero(cells)
    row, column = draw * height + row, draw * width + column  # the matrices side by side, as one
    pair, times = distinct(pairs(row, column, number * width))
    repeated = pair[times > 1] // (number * width) // width  # the draw of each
    shared = shared_actors(cells)
    return {
        "repeated_pairs": np.bincount(repeated, minlength=number).tolist(),
        "laureate_pairs": ((shared > 0).sum(axis=(1, 2)) // 2).tolist(),
        "components": _parts(row, column, *cells.shape).tolist(),
        "modularity": [best_partition(one)[0] for one in shared] if height > FEW else [],
    }


def _parts(row, column, number, height, width):
    """Count the parts of each of several matrices side by side, given the places of their ties."""
    lowest, before = np.arange(number * height), None  # of the laureates that each can reach
    while before is None or (lowest != before).any():
        before, reached = lowest.copy(), np.full(number * width, number * height)
        np.minimum.at(reached, column, lowest[row])
        np.minimum.at(lowest, row, reached[column])
        lowest = lowest[lowest]
    own = np.flatnonzero(lowest == np.arange(number * height))
    return np.bincount(own // height, minlength=number)


def matrix(dataset):
    """Return the 0/1 matrix of laureates and actors, both sorted by id, and the laureates' ids."""
    whole = network.incidence(dataset)
    order = sorted(range(len(whole.laureates)), key=lambda i: whole.laureates[i])
    cells = whole.matrix.toarray().astype(bool).reshape(len(whole.laureates), len(whole.actors))
    return cells[order], [whole.laureates[i] for i in order]


def shared_actors(drawn):
    """Count the actors that two laureates share: an array of numbers, laureates by laureates, for each matrix."""
    number, height, width = drawn.shape
    draw, column, row = np.nonzero(drawn.transpose(0, 2, 1))
    row += draw * height  # the matrices side by side, as one
    pair, times = distinct(pairs(draw * width + column, row, number * height))
    one, other = np.divmod(pair, number * height)
    shared = np.zeros((number * height, height), dtype=np.int64)
    shared[one, other % height] = shared[other, one % height] = times
    return shared.reshape(number, height, height)


def _role_pairs(dataset):
    """Return the null models of the pairs of roles, exact: laureates that have both."""
    member = roles.membership(dataset)
    if not len(member):
        return dict.fromkeys(PAIRS, Null(None, {}, True, "few_laureates"))
    sums = sorted(member.sum(axis=1).tolist()), [int(n) for n in member.sum()]
    found = {}
    for name, (one, other) in zip(PAIRS, combinations(range(len(ROLES)), 2), strict=True):
        observed = int((member.iloc[:, one] & member.iloc[:, other]).sum())
        found[name] = Null(observed, pair_counts(*sums, one, other), True)
    return found


def _types(dataset, draws, seed):
    """Return the null models of the difference between connecteurs and others in number of actor types."""
    mix = network.type_mix(dataset)
    yes = mix[CONNECTEUR].to_numpy(dtype=bool)
    types = np.r_[np.sort(mix["types"][yes]), np.sort(mix["types"][~yes])].astype(np.int64)
    number, of = int(yes.sum()), len(types)
    why = "" if 0 < number < of else "one_group"
    why = why if types.any() or why else "no_actor"
    if why:
        return dict.fromkeys(TYPES, Null(None, {}, True, why))
    exact = math.comb(of, number) <= MOST
    if exact:
        chosen = np.fromiter(chain.from_iterable(combinations(range(of), number)), dtype=np.int64).reshape(-1, number)
        mask = np.zeros((len(chosen), of), dtype=bool)
        mask[np.arange(len(chosen))[:, None], chosen] = True
        each = np.broadcast_to(types, mask.shape)
        arranged = [each[part].reshape(len(mask), -1) for part in (mask, ~mask)]
    else:
        mixed = np.random.default_rng(seed).permuted(np.tile(types, (draws, 1)), axis=1)
        arranged = [mixed[:, :number], mixed[:, number:]]
    observed = [types[None, :number], types[None, number:]]
    found = {}
    for name, measure in zip(TYPES, (np.median, np.mean), strict=True):
        here, there = (
            np.round(measure(yes, axis=1) - measure(no, axis=1), 9).tolist() for yes, no in (observed, arranged)
        )
        found[name] = Null(here[0], Counter(there), exact)
    return found


class Communities(NamedTuple):
    """What `communities` found."""

    partition: pd.DataFrame
    outcome: str
    modularity: float | None
    threshold: float | None
    best: int | None


def communities(dataset, draws=DRAWS, seed=SEED):
    """Divide the laureates into groups by the actors that they share, only if that says more than the margins."""
    null = network_models(dataset, draws, seed)["modularity"]
    empty = network.typed([], laureate_id="str", community="int64")
    if null.why:
        return Communities(empty, null.why, None, None, None)
    threshold = quantile(null.weights, 95, 100)
    if null.observed <= threshold:
        outcome = "forced" if len(null.weights) == 1 else "inside"
        return Communities(empty, outcome, null.observed, threshold, None)
    cells, names = matrix(dataset)
    shared = shared_actors(cells[None])[0]
    _, member = best_partition(shared)
    tied = np.flatnonzero(shared.any(axis=1))
    number = {group: i for i, group in enumerate(dict.fromkeys(member[tied].tolist()), 1)}
    partition = network.typed([(names[i], number[member[i]]) for i in tied], laureate_id="str", community="int64")
    best = equally_good(shared[np.ix_(tied, tied)]) if len(names) <= FEW else None
    return Communities(partition, "above", null.observed, threshold, best)
