"""How far a statistic hangs on one laureate, one code or one open reading.

The fiche shows chosen examples, all of them published. There is no sampling error to speak of, so that what can be
asked of a number is what it becomes when one decision behind it is taken otherwise: a laureate left out, a code
flipped, an open reading decided the other way, in every combination.
"""

import math
import os
import random
import sys
from bisect import bisect_right
from collections.abc import Callable
from itertools import compress, product
from typing import NamedTuple

import pandas as pd

from ..dataset.loading import open_readings
from . import coded as arrays
from .variants import flipped, flips, rereadings, touches, without

MOST = 4096  # specifications tried in full; beyond, as many are drawn
SEED = 20261123
TOLERANCE = 0.10  # ten points of a share, a tenth of a number


_ENDS = ("low", "high", "other", "differ", "moved", "of")
ASSESSED = [  # the columns of `assess`
    *("statistic", "measure", "value", *(f"loo_{end}" for end in _ENDS), "loo_laureate"),
    *(*(f"flip_{end}" for end in _ENDS), "flip", *(f"spec_{end}" for end in _ENDS), "spec"),
    *("spec_possible", "spec_complete", "verdict"),
]


class Share(NamedTuple):
    """A part of a whole, as two counts.

    >>> float(Share(1, 4)), math.isnan(float(Share(0, 0)))
    (0.25, True)
    """

    count: int
    of: int

    def __float__(self):
        return self.count / self.of if self.of else math.nan


def measure(value):
    """Tell what kind of value a statistic gives: ``share``, ``number``, ``label`` or ``list``.

    >>> [measure(x) for x in (Share(1, 2), 3, "aiguillon", ["a", "b"])]
    ['share', 'number', 'label', 'list']
    """
    if isinstance(value, Share):
        return "share"
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return "number"
    if isinstance(value, str):
        return "label"
    if isinstance(value, (list, tuple)):
        return "list"
    raise TypeError(f"a statistic gives a Share, a number, a text or a list, not {type(value).__name__}")


def change(base, value):
    """Measure how far a value is from the coded one.

    >>> round(change(Share(8, 11), Share(7, 11)), 3), change(10, 11), change("a", "b")
    (-0.091, 0.1, 1.0)
    >>> change(["a", "b"], ["b", "a"]), change(["a"], ["a", "b", "c"])
    (1.0, 2.0)
    """
    kind = measure(base)
    if kind in ("share", "number"):
        ends = [math.nan if x is None else float(x) for x in (base, value)]
        if math.isnan(ends[0]) or math.isnan(ends[1]):
            return 0.0 if math.isnan(ends[0]) and math.isnan(ends[1]) else math.inf
        step = ends[1] - ends[0]
        if kind == "share" or not step:
            return step
        return step / abs(ends[0]) if ends[0] else math.copysign(math.inf, step)
    if kind == "label":
        return float(base != value)
    only = set(base) ^ set(value)
    if only:
        return float(len(only))
    rank = {entry: i for i, entry in enumerate(value)}
    passed, before = 0, []  # pairs in the other order, and the places so far, sorted
    for entry in base:
        at = bisect_right(before, rank[entry])
        passed += len(before) - at
        before.insert(at, rank[entry])
    return float(passed)


def moved(base, value, tolerance=TOLERANCE):
    """Tell whether a value differs from the coded one by more than the tolerance; words have none.

    >>> moved(Share(8, 11), Share(7, 11)), moved(Share(2, 4), Share(1, 3)), moved("a", "a")
    (False, True, False)
    """
    far = abs(change(base, value))
    return far > tolerance + 1e-9 if measure(base) in ("share", "number") else far > 0


def evaluate(function, dataset, **choice):
    """Call a statistic, or a family of statistics, and return its values by name.

    >>> evaluate(lambda dataset: 3, None)
    {'value': 3}
    """
    found = function(dataset, **choice)
    return found if isinstance(found, dict) else {"value": found}


class Variants(NamedTuple):
    """What makes the variants of some records: each a function of a decision."""

    without: Callable
    flipped: Callable
    reread: Callable


def _variants(dataset, function, readings=()):
    """Return how variants are made: as arrays for the statistics that are counted from these, else as tables."""
    if not getattr(function, "on_arrays", False) or not all(map(arrays.follows, readings)):
        return Variants(
            lambda laureate: without(dataset, laureate),
            lambda flip: flipped(dataset, flip),
            lambda patterns: rereadings(dataset, readings, patterns),
        )
    coded = arrays.encode(dataset)
    return Variants(
        lambda laureate: arrays.without(coded, coded.names.at["laureates"][laureate]),
        lambda flip: arrays.flipped(coded, flip),
        lambda patterns: ((p, arrays.reread(coded, compress(readings, p))) for p in patterns),
    )


def leave_one_out(dataset, function, progress=iter):
    """Evaluate a statistic with each laureate left out in turn: ``statistic, laureate_id, base, value, change``.

    The values are those that the jackknife is made of (B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap,
    1993, chapter 11); here they are shown as they are, and no variance is inferred from them.
    """
    base, tried = evaluate(function, dataset), _variants(dataset, function)
    rows = [
        (name, laureate, base[name], value, change(base[name], value))
        for laureate in progress(dataset.laureates["laureate_id"].tolist())
        for name, value in evaluate(function, tried.without(laureate)).items()
    ]
    return _table(rows, ["statistic", "laureate_id", "base", "value", "change"])


def flip_one_code(dataset, function, reads=None, progress=iter):
    """Evaluate a statistic with each code flipped to each other allowed value, one at a time; see `variants.flips`."""
    base, tried = evaluate(function, dataset), _variants(dataset, function)
    rows = [
        (name, *flip, base[name], value, change(base[name], value))
        for flip in progress(flips(dataset, reads))
        for name, value in evaluate(function, tried.flipped(flip)).items()
    ]
    columns = ["statistic", "table", "key", "column", "before", "after", "base", "value", "change"]
    return _table(rows, columns)


def options(dataset, reads=None):
    """Return the open readings that a statistic can see, as rows of ``readings.csv``."""
    rows = open_readings(dataset)
    return [row for row in rows if touches(reads, row["table"], row["column"], row["value"], row["alternative"])]


def specifications(dataset, function, reads=None, choices=None, most=MOST, seed=SEED, progress=iter):
    """Evaluate a statistic under every combination of the open readings, and of its own thresholds.

    Parameters
    ----------
    dataset, function, reads, choices
        As in `assess`.
    most, seed : int
        Where there are more combinations, this many are drawn instead, among them the coded data with each choice.

    Returns
    -------
    DataFrame
        One row a combination, that of the coded data first: one bool column a reading that matters (decided
        otherwise), one column a choice, one column a statistic. ``attrs`` hold ``readings`` and ``choices`` (the
        column names), ``statistics``, ``possible`` (the number of combinations) and ``complete``.

    References
    ----------
    U. Simonsohn, J. P. Simmons and L. D. Nelson, "Specification curve analysis", Nature Human Behaviour 4, 2020,
    1208-1214: the display; their inference does not apply to records that are no sample.
    """
    readings, choices = options(dataset, reads), choices or {}
    settings = [dict(zip(choices, values, strict=True)) for values in product(*choices.values())]
    possible = len(settings) << len(readings)
    if possible <= most:
        drawn = [(p, s) for p in product((False, True), repeat=len(readings)) for s in range(len(settings))]
    else:
        numbers, draw = set(range(min(len(settings), most))), random.Random(seed)
        while len(numbers) < most:  # random.sample refuses a range of more than 63 bits
            numbers.add(draw.randrange(possible))
        drawn = sorted(_unpacked(number, len(readings), len(settings)) for number in numbers)
    plans = {}
    for pattern, setting in drawn:
        plans.setdefault(pattern, []).append(setting)
    rows = [
        (*pattern, *settings[s].values(), *evaluate(function, variant, **settings[s]).values())
        for pattern, variant in progress(_variants(dataset, function, readings).reread(plans))
        for s in plans[pattern]
    ]
    names, statistics = [row["reading_id"] for row in readings], list(evaluate(function, dataset))
    table = _table(rows, [*names, *choices, *statistics])
    table.attrs = {"readings": names, "choices": list(choices), "statistics": statistics}
    table.attrs |= {"possible": possible, "complete": possible <= most}
    return table


def _unpacked(number, readings, settings):
    """Return the pattern and the setting of a combination's number; 0 is the coded one."""
    bits, setting = divmod(number, settings)
    return tuple(bool(bits >> i & 1) for i in range(readings)), setting


def _table(rows, columns):
    """Make a table of values of any kind: pandas must not make floats of counts beside None, nor arrays of lists."""
    cells = zip(*rows, strict=True) if rows else [() for _ in columns]
    made = {}
    for name, values in zip(columns, cells, strict=True):
        column = pd.Series(list(values), dtype=object)
        made[name] = column if any(value is None for value in values) else column.infer_objects()
    return pd.DataFrame(made)


def assess(dataset, function, reads=None, choices=None, tolerance=TOLERANCE, most=MOST, seed=SEED, progress=None):
    """Say how fragile a statistic is: leave one laureate out, flip one code, decide the open readings otherwise.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    function : callable
        ``Dataset -> Share, number, str or list``; or a dict of these by name, for a family of statistics.
    reads : dict, optional
        What the statistic can see, so that the rest need not be tried: tables, or columns as ``table.column``; with a
        column, groups of values that the statistic does not tell apart. None: everything is tried.
    choices : dict of str to tuple, optional
        Arguments of the function with the values to try, the usual one first (thresholds).
    tolerance : float
        A share is moved by more than this difference, a number by more than this part of it; words by any change.
    most, seed : int
        See `specifications`.
    progress : str, optional
        Name beside a progress bar, shown in a terminal when the work takes more than a few seconds.

    Returns
    -------
    DataFrame
        One row a statistic: ``statistic, measure, value``; for ``loo``, ``flip`` and ``spec`` each: ``_low`` and
        ``_high`` (least and greatest value, of numbers), ``_other`` (the value farthest from the coded one),
        ``_differ`` (how many differ at all), ``_moved`` (how many beyond the tolerance), ``_of`` (how many were tried);
        ``loo_laureate``, ``flip`` and ``spec`` (which one moves it most: an id; ``(table, key, column, before,
        after)``; names of the options taken otherwise); ``spec_possible``, ``spec_complete``; ``verdict``:
        ``robust``, or those that apply of ``laureate``, ``code``, ``reading``, ``threshold``, joined by ``"; "``.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> table = assess(load(), lambda dataset: len(dataset.sources), reads={})
    >>> [table[column].tolist() for column in ("value", "loo_moved", "loo_of", "verdict")]
    [[1], [0], [11], ['robust']]
    """
    shown, choices = bar(progress), choices or {}
    left = leave_one_out(dataset, function, shown)
    flipped = flip_one_code(dataset, function, reads, shown)
    tried = specifications(dataset, function, reads, choices, most, seed, shown)
    rows = []
    for name, base in evaluate(function, dataset).items():
        loo = left[left["statistic"] == name]
        flip = flipped[flipped["statistic"] == name]
        row = {"statistic": name, "measure": measure(base), "value": base}
        out = _summary("loo", base, loo["value"].tolist(), tolerance)
        row |= {**out, "loo_laureate": None if out["at"] is None else loo["laureate_id"].iloc[out["at"]]}
        out = _summary("flip", base, flip["value"].tolist(), tolerance)
        how = ["table", "key", "column", "before", "after"]
        row |= {**out, "flip": None if out["at"] is None else tuple(flip[how].iloc[out["at"]])}
        out = _summary("spec", base, tried[name].tolist(), tolerance)
        row |= {**out, "spec": None if out["at"] is None else _taken(tried, out["at"], choices)}
        row |= {"spec_possible": tried.attrs["possible"], "spec_complete": tried.attrs["complete"]}
        row["verdict"] = _verdict(row, tried, name, choices, tolerance)
        del row["at"]
        rows.append(row)
    return _table([tuple(row[name] for name in ASSESSED) for row in rows], ASSESSED)


def _summary(prefix, base, values, tolerance):
    """Sum up the values of all variants of one kind; ``at`` is the first of those farthest from the coded value."""
    far = [abs(change(base, value)) for value in values]
    at = max(range(len(far)), key=lambda i: (far[i], -i)) if far and max(far) > 0 else None
    numbers = [v for v in (base, *values) if measure(base) in ("share", "number") and v is not None]
    known = [v for v in numbers if not math.isnan(float(v))]
    return {
        f"{prefix}_low": min(known, key=float, default=None),
        f"{prefix}_high": max(known, key=float, default=None),
        f"{prefix}_other": None if at is None else values[at],
        f"{prefix}_differ": sum(step > 0 for step in far),
        f"{prefix}_moved": sum(moved(base, value, tolerance) for value in values),
        f"{prefix}_of": len(values),
        "at": at,
    }


def _taken(tried, at, choices):
    row = tried.iloc[at]
    chosen = [f"{name}={row[name]}" for name, values in choices.items() if row[name] != values[0]]
    return (*(name for name in tried.attrs["readings"] if row[name]), *chosen)


def _verdict(row, tried, name, choices, tolerance):
    usual = pd.Series(True, index=tried.index)
    for choice, values in choices.items():
        usual &= tried[choice] == values[0]
    plain = ~tried[tried.attrs["readings"]].any(axis=1) if tried.attrs["readings"] else pd.Series(True, tried.index)

    def moves(rows):
        return any(moved(row["value"], value, tolerance) for value in tried.loc[rows, name])

    found = {"laureate": row["loo_moved"] > 0, "code": row["flip_moved"] > 0}
    found |= {"reading": moves(usual), "threshold": moves(plain)}
    return "; ".join(code for code, is_so in found.items() if is_so) or "robust"


def bar(name):
    """Return what shows a progress bar over an iterable once it takes more than three seconds.

    >>> list(bar(None)([1, 2]))
    [1, 2]
    """
    if not name or not (sys.stderr.isatty() or os.environ.get("NEOTERRA_PROGRESS")):
        return iter
    from tqdm import tqdm

    return lambda variants: tqdm(variants, desc=name, delay=3, leave=False, unit="")
