"""Measures of agreement between coders: how often they agree, beyond chance, and what each unit weighs in it.

Krippendorff's alpha is written out here, as its package is under a licence that this project cannot carry; the tests
hold it to nltk's and to the published examples. All sums are exact fractions, so that no order of rows can change a
digit. A measure without variation is undefined: it is told so, and is neither 0 nor 1.
"""

import math
from collections import Counter
from fractions import Fraction
from statistics import NormalDist

import pandas as pd

POOLED = {"role": "roles", "theme": "themes", "code": "codes"}


def units_needed(least=2 / 3, share=1 / 2, level=0.05):
    """Return how many units two coders must share before an alpha can be told from one that is too low.

    ``N = 2 z² ((1 + m)(3 - m) / (4 p (1 - p)(1 - m)) - m)``, with ``m`` the least alpha that would be accepted, ``p``
    the share of the rarest value and ``z`` the one-sided normal quantile of the level.

    Parameters
    ----------
    least : float
        Least alpha accepted; 2/3 is the smallest of those in Krippendorff's table.
    share : float
        Share of the rarest value; 1/2, two values equally frequent, is the most favourable case.
    level : float
        Probability of accepting an alpha that is too low.

    Returns
    -------
    int

    References
    ----------
    D. A. Bloch and H. C. Kraemer, "2 x 2 kappa coefficients: measures of agreement or association", Biometrics 45,
    1989, 269-287, equation 3.7, as used by K. Krippendorff, Content Analysis, 4th ed., 2019. The two examples below
    are those of the manual of ATLAS.ti 22, "Sample size and decision rules".

    Examples
    --------
    >>> units_needed(0.667, 1 / 4), units_needed(0.8, 1 / 4), units_needed()
    (81, 139, 60)
    """
    z = NormalDist().inv_cdf(1 - level)
    return math.ceil(2 * z * z * ((1 + least) * (3 - least) / (4 * share * (1 - share) * (1 - least)) - least))


# Below this, no reliability can be claimed even in the most favourable case.
ENOUGH = units_needed()


def krippendorff_alpha(units):
    """Compute Krippendorff's alpha for nominal values, any number of coders and missing values.

    ``alpha = 1 - Do / De``. A unit with ``m`` values, at least two of them, makes ``m (m - 1)`` ordered pairs, each
    weighing ``1 / (m - 1)``; ``Do`` is the weighted share of pairs that differ, ``De`` that of the pairs that all
    ``n`` paired values would make, whatever their unit: ``De = 1 - sum of n_c (n_c - 1) / (n (n - 1))``.

    Parameters
    ----------
    units : list of list
        The values of each unit, one a coder; None where a coder gave none.

    Returns
    -------
    float or None
        None when undefined: no unit has two values, or all values are the same.

    References
    ----------
    K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", University of Pennsylvania, 2011; Content Analysis,
    4th ed., 2019, chapter 12. A. F. Hayes and K. Krippendorff, "Answering the call for a standard reliability measure
    for coding data", Communication Methods and Measures 1, 2007, 77-89.

    Examples
    --------
    >>> krippendorff_alpha([["a", "a"], ["b", "b"], ["a", "b"], ["b", None]])
    0.4444444444444444
    >>> krippendorff_alpha([["a", "a"], ["a", "a"]]) is None
    True
    """
    totals, differing = Counter(), Fraction(0)
    for values, times in Counter(map(tuple, units)).items():
        counts = Counter(value for value in values if value is not None)
        size = counts.total()
        if size < 2:
            continue
        differing += times * Fraction(size * size - sum(n * n for n in counts.values()), size - 1)
        for value, n in counts.items():
            totals[value] += times * n
    n = totals.total()
    expected = n * n - sum(count * count for count in totals.values())
    return float(1 - (n - 1) * differing / expected) if expected else None


def cohen_kappa(a, b):
    """Compute Cohen's kappa for two coders.

    ``kappa = (Po - Pe) / (1 - Pe)``, with ``Po`` the share of units on which they agree and ``Pe`` the sum over the
    values of the product of the shares that each coder gives them.

    Parameters
    ----------
    a, b : list
        The values of each coder, unit by unit; a unit where either is None does not count.

    Returns
    -------
    float or None
        None when undefined: no unit, or both coders give the same one value everywhere.

    Raises
    ------
    ValueError
        If the lists are not of the same length.

    References
    ----------
    J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20, 1960,
    37-46.

    Examples
    --------
    >>> cohen_kappa(["a", "a", "b", "b"], ["a", "a", "b", "a"]), cohen_kappa(["a"], ["a"])
    (0.5, None)
    """
    both = [pair for pair in zip(a, b, strict=True) if None not in pair]
    n, agreed = len(both), sum(x == y for x, y in both)
    first, second = Counter(x for x, _ in both), Counter(y for _, y in both)
    chance = sum(count * second[value] for value, count in first.items())
    return float(Fraction(n * agreed - chance, n * n - chance)) if n * n != chance else None


def left_out(units, measure, groups=None):
    """Compute a measure again without each unit in turn.

    Parameters
    ----------
    units : list of list
        As for `krippendorff_alpha`.
    measure : callable
        From units to a float, or None if undefined; the order of the units must not matter to it.
    groups : list, optional
        The group of each unit: the units of a group are left out together. Without it, each is left out alone.

    Returns
    -------
    dict
        Value of the measure without each group (without it, each position), in the order of first appearance.

    Examples
    --------
    >>> left_out([["a", "a"], ["b", "b"], ["a", "b"]], krippendorff_alpha)
    {0: 0.0, 1: 0.0, 2: 1.0}
    """
    units = list(map(tuple, units))
    members = {}
    for unit, group in zip(units, range(len(units)) if groups is None else groups, strict=True):
        members.setdefault(group, []).append(unit)
    everything, known, values = Counter(units), {}, {}
    for group, inside in members.items():
        less = Counter(inside)
        key = frozenset(less.items())  # groups of the same content give the same value
        if key not in known:
            known[key] = measure(list((everything - less).elements()))
        values[group] = known[key]
    return values


def jackknife(units, measure, groups=None):
    """Return the range of a measure when each unit is left out in turn.

    Parameters
    ----------
    units, measure, groups
        As for `left_out`.

    Returns
    -------
    low, high : float or None
        Least and greatest defined value; None when there is none.

    References
    ----------
    B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 11: the leave-one-out values. Their
    range is told as it is, without a standard error, which would be that of a sample.

    Examples
    --------
    >>> jackknife([["a", "a"], ["b", "b"], ["a", "b"]], krippendorff_alpha)
    (0.0, 1.0)
    """
    return _range(left_out(units, measure, groups).values())


def _range(values):
    defined = [value for value in values if value is not None]
    return (min(defined), max(defined)) if defined else (None, None)


def measures(table):
    """Measure the agreement in each item of a table of pairs, and over all items of a kind.

    In the pooled rows the cells of one unit hang together: they are left out together.

    Parameters
    ----------
    table : DataFrame
        As made by `codings.pairs` or `codings.from_sheet`; the anchors are not looked at.

    Returns
    -------
    DataFrame
        One row an item, then one over all items (``what`` is ``roles``, ``themes`` or ``codes``): ``what``, ``item``,
        ``units`` coded by both, ``missing`` cells that one or both left empty, ``agreed`` of ``of`` cells, ``alpha``,
        ``alpha_low`` and ``alpha_high`` when one unit is left out, ``alpha_lost`` (the unit or two without which
        alpha is undefined), ``kappa``, and ``note``: ``no_unit`` or ``no_variation`` where the measures are undefined,
        ``one_value`` where one coder gives a single value, so that kappa cannot but be 0.

    Examples
    --------
    >>> table = pd.DataFrame({"what": "role", "item": "aiguillon", "unit": list("abc")})
    >>> table = table.assign(value_a=list("yyn"), value_b=list("ynn"))
    >>> measures(table)[["what", "agreed", "of", "kappa"]].values.tolist()
    [['role', 2, 3, 0.4], ['roles', 2, 3, 0.4]]
    """
    rows = []
    for what, family in table.groupby("what", sort=False):
        rows += [_measured(what, item, part) for item, part in family.groupby("item", sort=False)]
        if what in POOLED:
            rows.append(_measured(POOLED[what], "", family))
    frame = pd.DataFrame(rows)
    kinds = {name: "Float64" for name in ("alpha", "alpha_low", "alpha_high", "kappa")}
    return frame.astype({**kinds, "what": "str", "item": "str", "alpha_lost": "str", "note": "str"})


def _measured(what, item, part):
    both = part[(part["value_a"] != "") & (part["value_b"] != "")]
    a, b = list(both["value_a"]), list(both["value_b"])
    units = list(zip(a, b, strict=True))
    alpha = krippendorff_alpha(units)
    without = left_out(units, krippendorff_alpha, both["unit"])
    low, high = _range(without.values())
    lost = [] if alpha is None else [unit for unit, value in without.items() if value is None]
    note = "no_unit" if not units else "no_variation" if alpha is None else ""
    if not note and 1 in (len(set(a)), len(set(b))):
        note = "one_value"
    return {
        "what": what,
        "item": item,
        "units": both["unit"].nunique(),
        "missing": len(part) - len(both),
        "agreed": sum(x == y for x, y in units),
        "of": len(units),
        "alpha": alpha,
        "alpha_low": low,
        "alpha_high": high,
        "alpha_lost": "; ".join(lost),
        "kappa": cohen_kappa(a, b),
        "note": note,
    }
