"""What the margins alone would give: null models for the statements on the network and on the roles.

A network of few laureates with lists of unequal length has pairs, parts and groups whatever its content. Each
statement stands here beside all arrangements that keep its margins, equally likely: listed or counted exactly where
that can be done, drawn where it cannot. The laureates are all those published, not a sample: the shares say how
unusual an observation is among these arrangements, and nothing about other laureates.
"""

import math
from collections import Counter
from functools import cache, lru_cache
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from . import margins, network, partitions, roles
from .ambitions import scoped
from .dataset import ROLES
from .margins import DRAWS, SEED

CLASS = 0.05  # modularity is shown in classes of this width
EXACT = 2**53  # integers up to here are exact as floats

NETWORK = ("repeated_pairs", "laureate_pairs", "components", "modularity")
PAIRS = tuple("_".join(pair) for pair in combinations(ROLES, 2))
TYPES = ("types_median", "types_mean")
STATEMENTS = (*NETWORK, *PAIRS, *TYPES)
FAMILY = {**dict.fromkeys(NETWORK, "network"), **dict.fromkeys(PAIRS, "roles"), **dict.fromkeys(TYPES, "types")}


class Null(NamedTuple):
    """An observation and its null distribution: weight of each value, out of equally likely arrangements."""

    observed: float | None
    weights: dict
    exact: bool
    why: str = ""  # why there is no value


@scoped
def null_models(dataset, draws=DRAWS, seed=SEED):
    """Compute each statement and its null distribution.

    - ``repeated_pairs``, ``laureate_pairs``, ``components``, ``modularity``: the matrix of laureates and actors (all
      kinds), each laureate keeping its number of actors and each actor its number of laureates. Parts are told at
      the level of this matrix: a laureate that another one mobilises is an actor like any other, stated direct ties
      do not count.
    - pairs of roles: the laureates that have both, each laureate keeping its number of roles and each role its
      number of laureates.
    - ``types_median``, ``types_mean``: number of actor types of the connecteurs less that of the others, whichever
      laureates were connecteurs, as many of them.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    draws : int
        Number of draws where arrangements cannot be counted.
    seed : int
        Seed of the draws.

    Returns
    -------
    dict of str to Null
        In the order of `STATEMENTS`.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> null_models(load())["aiguillon_inspirateur"].observed
    0
    """
    found = {**network_models(dataset, draws, seed), **_role_pairs(dataset), **_types(dataset, draws, seed)}
    return {statement: found[statement] for statement in STATEMENTS}


@scoped
def tests(dataset, draws=DRAWS, seed=SEED):
    """Set each statement beside what its margins alone give.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    draws : int
        Number of draws where arrangements cannot be counted.
    seed : int
        Seed of the draws.

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

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> table = tests(load())
    >>> table.loc[table["test"] == "null-aiguillon-inspirateur", ["observed", "exact", "draws"]].values.tolist()
    [[0.0, True, 4170]]
    """
    rows = []
    for statement, null in null_models(dataset, draws, seed).items():
        test = f"null-{statement.replace('_', '-')}"
        rows.append({"test": test, "statement": statement, "exact": null.exact, **_summary(null)})
    columns = ["observed", "null_low", "null_median", "null_high"]
    shares = ["p_low", "p_high", "p_least"]
    table = pd.DataFrame(rows)[["test", "statement", "outcome", *columns, "draws", "exact", *shares]]
    return table.astype({**dict.fromkeys([*columns, *shares], "float64"), "draws": "Int64"})


tests.__test__ = False  # pytest would take it for a test when it is given this file


@scoped
def distributions(dataset, draws=DRAWS, seed=SEED):
    """List the values of each null distribution with their shares, beside the columns of `tests`.

    Returns
    -------
    DataFrame
        One row a value: ``test``, ``value``, ``share`` of the arrangements, ``is_observed``, ``is_inside`` (in the
        central 95 %), then the other columns of `tests`. The observed value has a row even where no draw gave it;
        a statement without a value has one row without value and share. Modularity is in classes of `CLASS`.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> table = distributions(load())
    >>> table.groupby("test")["share"].sum().round(9).unique().tolist()
    [1.0]
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
        return {"outcome": null.why, **dict.fromkeys(("observed", "null_low", "null_median", "null_high"))} | {
            **dict.fromkeys(("draws", "p_low", "p_high", "p_least"))
        }
    total, own = sum(null.weights.values()), 0 if null.exact else 1  # the observation counts among the draws
    low, middle, high = (quantile(null.weights, part, 40) for part in (1, 20, 39))
    tails = [
        sum(w for value, w in null.weights.items() if value <= null.observed) + own,
        sum(w for value, w in null.weights.items() if value >= null.observed) + own,
    ]
    rarest = min(null.weights[min(null.weights)], null.weights[max(null.weights)]) if null.exact else 1
    outcome = "below" if null.observed < low else "above" if null.observed > high else "inside"
    return {
        "outcome": "forced" if null.exact and len(null.weights) == 1 else outcome,
        "observed": null.observed,
        "null_low": low,
        "null_median": middle,
        "null_high": high,
        "draws": total if total <= EXACT else None,
        "p_low": tails[0] / (total + own),
        "p_high": tails[1] / (total + own),
        "p_least": rarest / (total + own),
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


@scoped
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
    alike = margins.alike(cells)
    if alike:
        found = {name: Null(value, {value: alike}, True) for name, value in observed.items()}
    else:
        drawn = _measures(margins.randomise(cells, draws, seed))
        found = {name: Null(value, Counter(drawn[name]), False) for name, value in observed.items()}
    if observed["modularity"] is None:  # shared actors are the same number in all arrangements
        found["modularity"] = Null(None, {}, False, "no_shared_actor")
    return found


def _measures(drawn):
    """Compute the statements of the network for each of several matrices with the same margins."""
    cells = drawn[:, :, drawn[0].sum(axis=0) > 1].astype(np.float32)  # only shared actors can make a repeated pair
    both = cells.transpose(0, 2, 1) @ cells > 1.5
    repeated = (both.sum(axis=(1, 2)) - both[:, range(both.shape[1]), range(both.shape[1])].sum(axis=1)) // 2
    shared = shared_actors(drawn)
    number = shared.shape[1]
    reach = (shared > 0) | np.eye(number, dtype=bool)
    for _ in range(max(number - 1, 1).bit_length()):  # each squaring doubles the length of the chains
        step = reach.astype(np.float32)
        reach = step @ step > 0.5
    first = reach.argmax(axis=2) == np.arange(number)  # one in each part: the first of its laureates
    best = cache(
        lambda content: partitions.best_partition(np.frombuffer(content, dtype=np.int64).reshape(number, number))[0]
    )
    return {
        "repeated_pairs": repeated.tolist(),
        "laureate_pairs": ((shared > 0).sum(axis=(1, 2)) // 2).tolist(),
        "components": first.sum(axis=1).tolist(),
        "modularity": [best(one.tobytes()) for one in shared],
    }


@scoped
def matrix(dataset):
    """Return the 0/1 matrix of laureates and actors, both sorted by id, and the laureates' ids."""
    whole = network.incidence(dataset)
    order = sorted(range(len(whole.laureates)), key=lambda i: whole.laureates[i])
    cells = whole.matrix.toarray().astype(bool).reshape(len(whole.laureates), len(whole.actors))
    return cells[order], [whole.laureates[i] for i in order]


def shared_actors(drawn):
    """Count the actors that two laureates share: an array of numbers, laureates by laureates, for each matrix."""
    cells = drawn[:, :, drawn[0].sum(axis=0) > 1].astype(np.float32)  # whole numbers, exact in this type
    shared = np.rint(cells @ cells.transpose(0, 2, 1)).astype(np.int64)
    shared[:, np.arange(shared.shape[1]), np.arange(shared.shape[1])] = 0
    return shared


def _role_pairs(dataset):
    """Return the null models of the pairs of roles, exact: laureates that have both."""
    member = roles.membership(dataset)
    if not len(member):
        return dict.fromkeys(PAIRS, Null(None, {}, True, "few_laureates"))
    sums = sorted(member.sum(axis=1).tolist()), [int(n) for n in member.sum()]
    found = {}
    for name, (one, other) in zip(PAIRS, combinations(range(len(ROLES)), 2), strict=True):
        observed = int((member.iloc[:, one] & member.iloc[:, other]).sum())
        found[name] = Null(observed, margins.pair_counts(*sums, one, other), True)
    return found


def _types(dataset, draws, seed):
    """Return the null models of the difference between connecteurs and others in number of actor types."""
    mix = network.type_mix(dataset)
    yes = mix["connecteur"].to_numpy(dtype=bool)
    types = np.r_[np.sort(mix["types"][yes]), np.sort(mix["types"][~yes])].astype(np.int64)
    number, of = int(yes.sum()), len(types)
    why = "" if 0 < number < of else "one_group"
    why = why if types.any() or why else "no_actor"
    if why:
        return dict.fromkeys(TYPES, Null(None, {}, True, why))
    exact = math.comb(of, number) <= margins.MOST
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
