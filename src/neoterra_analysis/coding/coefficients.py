"""Coefficients of agreement for nominal values, any number of coders and missing values.

``units`` are rows of values, one a coder; None is a missing one. What the data do not define is None.
"""

import math
from collections import Counter
from fractions import Fraction
from itertools import combinations
from statistics import NormalDist

# High raw agreement beside a low kappa or alpha is the paradox of kappa: one value takes nearly all.
HIGH, LOW = 4 / 5, 2 / 5


def units_needed(least=2 / 3, share=1 / 2, level=0.05):
    """Return how many units two coders must share before an alpha can be told from one that is too low.

    >>> units_needed(0.667, 1 / 4), units_needed(0.8, 1 / 4), units_needed()
    (81, 139, 60)
    """
    z = NormalDist().inv_cdf(1 - level)
    return math.ceil(2 * z * z * ((1 + least) * (3 - least) / (4 * share * (1 - share) * (1 - least)) - least))


# Below this, no reliability can be claimed even in the most favourable case.
ENOUGH = units_needed()


def krippendorff_alpha(units):
    """Compute Krippendorff's alpha for nominal values, any number of coders and missing values.

    >>> krippendorff_alpha([["a", "a"], ["b", "b"], ["a", "b"], ["b", None]])
    0.4444444444444444
    >>> krippendorff_alpha([["a", "a"], ["a", "a"]]) is None
    True
    """
    totals, differing = _tally(units)
    return _alpha(totals.total(), sum(count * count for count in totals.values()), differing)


def _tally(units):
    """Return how often each value was paired, and how many pairs differ."""
    totals, differing = Counter(), Fraction(0)
    for counts, times in _counted(units):
        size = counts.total()
        if size < 2:
            continue
        differing += times * Fraction(size * size - sum(n * n for n in counts.values()), size - 1)
        for value, n in counts.items():
            totals[value] += times * n
    return totals, differing


def _alpha(n, squares, differing):
    expected = n * n - squares
    return float(1 - (n - 1) * differing / expected) if expected else None


def _counted(units):
    """Count the values of each unit, equal units once, with how often they occur."""
    for values, times in Counter(map(tuple, units)).items():
        counts = Counter(value for value in values if value is not None)
        if counts:
            yield counts, times


def cohen_kappa(a, b):
    """Compute Cohen's kappa for two coders.

    >>> cohen_kappa(["a", "a", "b", "b"], ["a", "a", "b", "a"]), cohen_kappa(["a"], ["a"])
    (0.5, None)
    """
    both = [pair for pair in zip(a, b, strict=True) if None not in pair]
    n, agreed = len(both), sum(x == y for x, y in both)
    first, second = Counter(x for x, _ in both), Counter(y for _, y in both)
    chance = sum(count * second[value] for value, count in first.items())
    return float(Fraction(n * agreed - chance, n * n - chance)) if n * n != chance else None


def light_kappa(units):
    """Compute Light's kappa, the mean of Cohen's for each two coders; undefined if one of these is.

    >>> light_kappa([["a", "a", "a"], ["b", "b", "a"], ["a", "a", "a"], ["b", "b", "b"]])
    0.6666666666666666
    """
    kappas = [cohen_kappa(a, b) for a, b in combinations(zip(*units, strict=True), 2)]
    return sum(kappas) / len(kappas) if kappas and None not in kappas else None


def raw_agreement(units):
    """Return the share of agreeing pairs of values, a mean over the units that have two values or more.

    >>> raw_agreement([["a", "a", "b"], ["a", None, None], ["b", "b", "b"]])
    0.6666666666666666
    """
    found = _agreeing(units)
    return None if found is None else float(found)


def _agreeing(units):
    agreed, number = Fraction(0), 0
    for counts, times in _counted(units):
        size = counts.total()
        if size > 1:
            agreed += times * Fraction(sum(n * (n - 1) for n in counts.values()), size * (size - 1))
            number += times
    return agreed / number if number else None


def _shares(units):
    """Return the mean share of each value in a unit, over all units with a value."""
    shares, number = Counter(), 0
    for counts, times in _counted(units):
        number += times
        for value, n in counts.items():
            shares[value] += Fraction(times * n, counts.total())
    return {value: share / number for value, share in shares.items()}


def _beyond(units, chance):
    """Correct the raw agreement for that of chance."""
    agreed = _agreeing(units)
    return None if agreed is None or chance is None or chance == 1 else float((agreed - chance) / (1 - chance))


def fleiss_kappa(units):
    """Compute Fleiss' kappa, as extended to missing values by Gwet; Scott's pi for two coders.

    >>> round(fleiss_kappa([["a", "a"], ["b", "b"], ["a", "b"]]), 3)
    0.333
    """
    shares = _shares(units)
    return _beyond(units, sum(share * share for share in shares.values()) if shares else None)


def gwet_ac1(units, categories=None):
    """Compute Gwet's AC1 for a number of categories to choose from, by default those that were chosen.

    References
    ----------
    K. L. Gwet, Handbook of Inter-Rater Reliability, 4th ed., 2014, chapters 2 and 3.

    >>> round(gwet_ac1([["no", "no"]] * 10 + [["yes", "no"]]), 4)
    0.9005
    """
    shares = _shares(units)
    number = categories or len(shares)
    spread = 1 - sum(share * share for share in shares.values())
    return _beyond(units, Fraction(spread) / (number - 1)) if number > 1 else None


def brennan_prediger(units, categories=None):
    """Compute the coefficient of Brennan and Prediger: chance takes every category equally often.

    >>> round(brennan_prediger([["no", "no"]] * 10 + [["yes", "no"]]), 4)
    0.8182
    """
    number = categories or len(_shares(units))
    return _beyond(units, Fraction(1, number)) if number > 1 else None


def most_used(units):
    """Return the value given most often, and its share of all values; of several, the first in alphabetical order.

    >>> most_used([["no", "no"], ["yes", "no"], [None, "no"]])
    ('no', 0.8)
    """
    counts = Counter(value for values in units for value in values if value is not None)
    if not counts:
        return "", None
    value = min(counts, key=lambda one: (-counts[one], one))
    return value, counts[value] / counts.total()


def paradoxical(raw, *corrected):
    """Tell whether raw agreement is high while a coefficient corrected for chance is low.

    >>> paradoxical(10 / 11, 0.0), paradoxical(10 / 11, None), paradoxical(0.7, 0.1)
    (True, False, False)
    """
    return raw is not None and raw >= HIGH and any(one is not None and one < LOW for one in corrected)


def left_out(units, groups=None):
    """Compute Krippendorff's alpha again without each unit in turn.

    >>> left_out([["a", "a"], ["b", "b"], ["a", "b"]])
    {0: 0.0, 1: 0.0, 2: 1.0}
    """
    units = list(map(tuple, units))
    members = {}
    for unit, group in zip(units, range(len(units)) if groups is None else groups, strict=True):
        members.setdefault(group, []).append(unit)
    totals, differing = _tally(units)
    n, squares, known, values = totals.total(), sum(count * count for count in totals.values()), {}, {}
    for group, inside in members.items():
        key = frozenset(Counter(inside).items())  # groups of the same content give the same value
        if key not in known:
            lost, apart = _tally(inside)
            fewer = sum(count * (2 * totals[value] - count) for value, count in lost.items())
            known[key] = _alpha(n - lost.total(), squares - fewer, differing - apart)
        values[group] = known[key]
    return values
