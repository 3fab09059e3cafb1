"""The headline statistics of notebooks 01 to 04, each as a function of the dataset, and how fragile each is.

A family gives several statistics at once, so that each variant of the data is made and counted once. ``reads`` names
what the family can see: a test scrambles all the rest and finds every value unchanged.
"""

from collections.abc import Callable
from statistics import median
from typing import NamedTuple

import pandas as pd

from ..words.codes import ROLES
from . import fragility as robustness
from . import network, records, roles, themes
from .fragility import Share
from .memory import remembered

SAME_ACTORS = (("named", "institution", "generic"),)  # kinds that a count of all actors does not tell apart
SAME_BODIES = (("named", "institution"),)
ENOUGH = (themes.ENOUGH, 1, 3)


class Family(NamedTuple):
    """Statistics that are computed together."""

    name: str
    function: Callable
    reads: dict
    choices: dict


class Finding(NamedTuple):
    """What a notebook finds: its table is drawn by figures, told by the sentence of its key, held by statistics.

    Attributes
    ----------
    key : str
        Name of the finding, and of its sentence in `prose`.
    notebook : str
        Number of the notebook that shows it.
    figures : dict of str to tuple of str
        Functions of `figures` that draw it, each with the statistics that its title tells.
    statistics : dict of str to str
        Its headline statistics, each with the family of codes that its words are (``""``: numbers).
    """

    key: str
    notebook: str
    figures: dict = {}
    statistics: dict = {}


def coverage(dataset):
    """Count laureates and enjeux, and find the enjeu with most laureates."""
    table = records.coverage(dataset)
    return {
        "laureates": len(dataset.laureates),
        "enjeux": len(table),
        "largest_enjeu": _top(table, "enjeu_id"),
    }


def stated(dataset):
    """Count the laureates whose carrier and département are known, and the social-economy carriers among the known."""
    of = len(dataset.laureates)
    status = dataset.laureates["carrier_status"].tolist()
    place = zip(dataset.laureates["department_stated"], dataset.laureates["department_inferred"], strict=True)
    known = sum(bool(code) for code in status)
    return {
        "carrier_stated": Share(known, of),
        "carriers_ess": Share(status.count("association"), known),
        "department_known": Share(sum(bool(stated or inferred) for stated, inferred in place), of),
    }


def contributions(dataset):
    """Count the laureates that change both a sector and a territory, and those that use the most shared means."""
    cases = dict(_columns(records.dimensions(dataset), "case", "count"))
    table = records.means(dataset)
    of = len(dataset.laureates)
    return {
        "both_dimensions": Share(int(cases["both"]), of),
        "top_means": _top(table, "code"),
        "top_means_share": Share(int(table["count"].max()) if len(table) else 0, of),
    }


def role_patterns(dataset):
    """Count roles, alone and together."""
    of = len(dataset.laureates)
    table = roles.membership(dataset)
    count = {role: int(table[role].sum()) for role in ROLES}
    exact = roles.combinations(dataset)
    pairs = roles.pairs(dataset)
    ordered = sorted(ROLES, key=lambda role: -count[role])
    never = pairs[pairs["count"] == 0]
    return {
        **{f"share_{role}": Share(count[role], of) for role in ROLES},
        "top_role": [role for role in ROLES if count[role] == max(count.values()) > 0],
        "role_order": ordered,
        "roles_occurring": sum(number > 0 for number in count.values()),
        "principal": Share(int((dataset.roles["salience"] == "principal").sum()), len(dataset.roles)),
        "combinations_found": int((exact["count"] > 0).sum()),
        "top_combination": _top(exact, "combination"),
        "top_combination_share": Share(int(exact["count"].max()), of),
        "pairs_never": [f"{a}+{b}" for a, b in zip(never["role_a"], never["role_b"], strict=True)],
    }


def roles_by_enjeu(dataset):
    """Find the roles that are present in every enjeu."""
    table = roles.by_enjeu(dataset)
    return {"roles_everywhere": [r for r in ROLES if (table.loc[table["role"] == r, "count"] > 0).all()]}


def actor_types(dataset):
    """Find the type of actor that the laureates of each role mobilise most, and how varied their actors are."""
    most = {role: (0, []) for role in ROLES}
    for role, kind, count in _columns(roles.by_actor_type(dataset), "role", "actor_type", "count"):
        if count > most[role][0]:
            most[role] = (count, [])
        if count and count == most[role][0]:
            most[role][1].append(kind)
    varied = {True: [], False: []}
    for connecteur, types in _columns(network.type_mix(dataset), "connecteur", "types"):
        varied[connecteur].append(types)
    ours, others = (float(median(varied[group])) if varied[group] else None for group in (True, False))
    if None in (ours, others):
        beside = "unknown"
    else:
        beside = "more" if ours > others else "same" if ours == others else "less"
    return {
        **{f"top_type_{role}": types for role, (_, types) in most.items()},
        "types_connecteurs": ours,
        "types_others": others,
        "connecteurs_varied": beside,
    }


def networks(dataset):
    """Measure the two-mode network and its projections, with categories of actors and without."""
    whole, named = network.incidence(dataset), network.incidence(dataset, kinds=network.NAMED)
    edges, bodies = network.project(whole), network.project(named)
    shares, body_shares = network.row_shares(whole), network.row_shares(named)
    repeated = edges[edges["count"] >= 2]
    held = whole.matrix.sum(axis=0)
    number = len(whole.laureates)
    possible = number * (number - 1) // 2
    pairs = network.project(whole, "laureates")
    direct = network.direct_ties(dataset)
    tied = {*pairs["source"], *pairs["target"], *direct["source"], *direct["target"]}
    return {
        "actors": len(whole.actors),
        "links": int(whole.matrix.nnz),
        "shared_actors": Share(int((held >= 2).sum()), len(whole.actors)),
        "most_shared": [a for a, n in zip(whole.actors, held, strict=True) if n == held.max() and n >= 2],
        "components": int(network.components(whole)["component"].nunique()),
        "components_named": int(network.components(named)["component"].nunique()),
        "edges": len(edges),
        "edges_named": len(bodies),
        "repeated_pairs": [f"{a}+{b}" for a, b in zip(repeated["source"], repeated["target"], strict=True)],
        "top_row": _top(shares, "laureate_id", "pairs"),
        "top_row_share": Share(int(max(shares["pairs"], default=0)), len(edges)),
        "top_row_named": _top(body_shares, "laureate_id", "pairs"),
        "top_row_share_named": Share(int(max(body_shares["pairs"], default=0)), len(bodies)),
        "laureate_pairs": Share(len(pairs), possible),
        "laureate_pairs_named": Share(len(network.project(named, "laureates")), possible),
        "isolated": [laureate for laureate in whole.laureates if laureate not in tied],
    }


def nesting(dataset):
    """Count the edges that link a category to its own example."""
    return {"nested_pairs": len(network.nested_pairs(dataset)[["source", "target"]].drop_duplicates())}


def theme_verdicts(dataset, enough=themes.ENOUGH):
    """Give the verdict of each theme, and count the supported ones."""
    table = themes.themes(dataset, enough)
    none = table.loc[table["verdict"] == "no_case", "theme_id"]
    return {
        "supported": Share(int((table["verdict"] == "supported").sum()), len(table)),
        "themes_direct": Share(int((table["direct"] > 0).sum()), len(table)),
        "themes_without_case": none.tolist(),
        "most_direct": _top(table, "theme_id", "direct"),
        **{f"verdict_{theme}": verdict for theme, verdict in zip(table["theme_id"], table["verdict"], strict=True)},
    }


def levers(dataset):
    """Count the levers that laureates of all roles speak to, and the couples of lever and role."""
    table = themes.roles_by_lever(dataset)
    all_roles = table.groupby("theme_id")["count"].min() > 0
    return {
        "levers_all_roles": Share(int(all_roles.sum()), len(all_roles)),
        "lever_roles_direct": Share(int((table["direct"] > 0).sum()), len(table)),
    }


def _columns(table, *names):
    # Plain lists: a family is evaluated thousands of times on tables of a few rows.
    return list(zip(*(table[name].tolist() for name in names), strict=True))


def _top(table, column, by="count"):
    """Return the values of a column on the rows with the greatest count, none when that is 0."""
    rows = _columns(table, column, by)
    most = max((count for _, count in rows), default=0)
    return [value for value, count in rows if count == most] if most else []


MENTIONED = {"mentions.actor_id": (), "mentions.mention": ()}

FAMILIES = (
    Family("coverage", coverage, {"laureates.enjeu_id": ()}, {}),
    Family(
        "stated",
        stated,
        {"laureates.carrier_status": (), "laureates.department_stated": (), "laureates.department_inferred": ()},
        {},
    ),
    Family("contributions", contributions, {"contributions.code": (), "contributions.dimension": ()}, {}),
    Family("role_patterns", role_patterns, {"roles": ()}, {}),
    Family("roles_by_enjeu", roles_by_enjeu, {"roles.role": (), "laureates.enjeu_id": ()}, {}),
    Family(
        "actor_types",
        actor_types,
        {"roles.role": (), "actors.actor_type": (), "actors.kind": SAME_ACTORS, **MENTIONED},
        {},
    ),
    Family("networks", networks, {"actors.kind": SAME_BODIES, "actors.laureate_id": (), **MENTIONED}, {}),
    Family("nesting", nesting, {"actors.kind": SAME_ACTORS, "mentions.parent_position": (), **MENTIONED}, {}),
    Family("theme_verdicts", theme_verdicts, {"evidence": ()}, {"enough": ENOUGH}),
    Family("levers", levers, {"evidence": (), "roles.role": ()}, {}),
)

# All findings in reading order: what is built, shown, reported and tried for fragility follows from this list.
FINDINGS = (
    Finding(
        "coverage",
        "01",
        {"enjeux": ("largest_enjeu",)},
        {"laureates": "", "enjeux": "", "largest_enjeu": "enjeu"},
    ),
    Finding("stated", "01", {"stated": ()}, {"carrier_stated": "", "department_known": ""}),
    Finding("places", "01", {"places": ("department_known",)}),
    Finding(
        "contributions",
        "01",
        {"contributions": ("top_means", "top_means_share")},
        {"both_dimensions": "", "top_means": "mode", "top_means_share": ""},
    ),
    Finding("discrepancies", "01"),
    Finding(
        "role_counts",
        "02",
        {"role_counts": ("top_role",)},
        {
            **{f"share_{role}": "" for role in ROLES},
            "top_role": "role",
            "role_order": "role",
            "roles_occurring": "",
            "principal": "",
        },
    ),
    Finding(
        "combinations",
        "02",
        {"role_combinations": ("top_combination", "combinations_found")},
        {
            "combinations_found": "",
            "top_combination": "combination",
            "top_combination_share": "",
            "pairs_never": "combination",
        },
    ),
    Finding("role_by_enjeu", "02", {"role_by_enjeu": ("roles_everywhere",)}, {"roles_everywhere": "role"}),
    Finding("role_by_actor_type", "02", {"role_by_actor_type": ()}, {f"top_type_{role}": "type" for role in ROLES}),
    Finding(
        "two_mode",
        "03",
        {"two_mode": ("shared_actors",), "ties": ("most_shared",)},
        {
            "actors": "",
            "links": "",
            "shared_actors": "",
            "most_shared": "actor",
            "components": "",
            "components_named": "",
        },
    ),
    Finding(
        "co_occurrence",
        "03",
        {
            "co_occurrence_named": (),
            "co_occurrence_all": ("repeated_pairs",),
            "type_co_occurrence": (),
            "indices": ("repeated_pairs",),
        },
        {"edges": "", "edges_named": "", "repeated_pairs": "actors", "nested_pairs": ""},
    ),
    Finding(
        "row_shares",
        "03",
        {"row_shares": ("top_row_named", "top_row")},
        {"top_row": "laureate", "top_row_share": "", "top_row_named": "laureate", "top_row_share_named": ""},
    ),
    Finding(
        "laureate_ties",
        "03",
        {"laureate_projection": ("laureate_pairs", "laureate_pairs_named")},
        {"laureate_pairs": "", "laureate_pairs_named": "", "isolated": "laureate"},
    ),
    Finding(
        "type_mix",
        "03",
        {"type_mix": ("connecteurs_varied",)},
        {"types_connecteurs": "", "types_others": "", "connecteurs_varied": "varied"},
    ),
    Finding("null_models", "03", {"null_models": ()}),
    Finding("communities", "03"),
    # The verdict of each theme, `verdict_THEME`, is a statistic of this finding too.
    Finding(
        "themes",
        "04",
        {
            "framework_matrix": ("themes_direct", "themes_without_case"),
            "theme_cases": ("most_direct", "themes_without_case"),
        },
    ),
    Finding(
        "verdicts",
        "04",
        {},
        {"supported": "", "themes_direct": "", "themes_without_case": "theme", "most_direct": "theme"},
    ),
    Finding(
        "levers",
        "04",
        {"roles_by_lever": ("levers_all_roles", "lever_roles_direct")},
        {"levers_all_roles": "", "lever_roles_direct": ""},
    ),
    Finding("carriers", "04", {}, {"carriers_ess": ""}),
    Finding("heaviest_laureate", "05", {"leave_one_out": ()}),
    Finding("specifications", "05", {"specification_curve": ()}),
    Finding("ledger", "05", {"ledger": ()}),
    Finding("roles_by_ambition", "06", {"roles_by_ambition": ()}),
    Finding("shared_actors", "06", {"shared_actors": ()}),
    Finding("levers_by_ambition", "06", {"levers_by_ambition": ()}),
)
_OF_A_STATISTIC = {name: finding for finding in FINDINGS for name in finding.statistics}
_OF_A_FIGURE = {name: finding for finding in FINDINGS for name in finding.figures}
_OF_A_KEY = {finding.key: finding for finding in FINDINGS}


def of_statistic(statistic):
    """Return the finding that a headline statistic belongs to.

    >>> of_statistic("top_role").key, of_statistic("verdict_silos").key
    ('role_counts', 'themes')
    """
    return _OF_A_KEY["themes"] if statistic.startswith("verdict_") else _OF_A_STATISTIC[statistic]


def of_key(key):
    """Return the finding of a key."""
    return _OF_A_KEY[key]


def of_figure(name):
    """Return the finding that a function of `figures` draws.

    >>> of_figure("role_counts").notebook
    '02'
    """
    return _OF_A_FIGURE[name]


def figure_key(name):
    """Return the name of a figure's files.

    >>> figure_key("role_counts")
    '02-role-counts'
    """
    return f"{of_figure(name).notebook}-{name.replace('_', '-')}"


def word_family(statistic):
    """Return the family of codes that the words of a headline statistic are, ``""`` for a number."""
    return "verdict" if statistic.startswith("verdict_") else _OF_A_STATISTIC[statistic].statistics[statistic]


def values(dataset):
    """Compute all headline statistics."""
    found = {}
    for family in FAMILIES:
        found |= family.function(dataset)
    return found


def fragility(dataset, notebook=None, progress=True):
    """Say how fragile each headline statistic is.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    notebook : str, optional
        Only the statistics of this notebook (``"02"``).
    progress : bool
        Show a bar in a terminal if it takes long.

    Returns
    -------
    DataFrame
        As `robustness.assess`, with ``notebook`` and ``section``, in the order of the notebooks.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> table = fragility(load(), "01")
    >>> table.loc[table["statistic"] == "enjeux", "verdict"].tolist()
    ['robust']
    """
    tables = []
    for family in FAMILIES:
        names = [name for name in family.function(dataset) if notebook in (None, of_statistic(name).notebook)]
        if names:
            made = _assessed(dataset, family.name, progress=progress)
            tables.append(made[made["statistic"].isin(names)])
    table = pd.concat(tables, ignore_index=True)
    places = [of_statistic(name) for name in table["statistic"]]
    table.insert(0, "notebook", [place.notebook for place in places])
    table.insert(1, "section", [place.key for place in places])
    rank = {name: i for i, name in enumerate(_OF_A_STATISTIC)}
    order = sorted(
        range(len(table)),
        key=lambda i: (places[i].notebook, rank.get(table["statistic"].iloc[i], len(rank)), i),
    )
    return table.iloc[order].reset_index(drop=True)


def left_out(dataset):
    """Return each headline statistic with each laureate left out.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.

    Returns
    -------
    DataFrame
        One row a statistic and laureate: ``statistic, notebook, measure, laureate_id``, ``base`` and ``value`` (as
        `robustness.leave_one_out`), ``change``, ``moved``.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> dataset = load()
    >>> len(left_out(dataset)) == len(values(dataset)) * len(dataset.laureates)
    True
    """
    tables = [robustness.leave_one_out(dataset, family.function) for family in FAMILIES]
    table = pd.concat(tables, ignore_index=True)
    table["notebook"] = [of_statistic(name).notebook for name in table["statistic"]]
    table["measure"] = [robustness.measure(base) for base in table["base"]]
    table["moved"] = [robustness.moved(*ends) for ends in zip(table["base"], table["value"], strict=True)]
    rank = {name: i for i, name in enumerate(_OF_A_STATISTIC)}
    rank |= {name: len(rank) for name in table["statistic"] if name not in rank}
    table = table.sort_values(
        ["notebook", "statistic"],
        key=lambda s: s.map(rank) if s.name == "statistic" else s,
        kind="stable",
        ignore_index=True,
    )
    return table[["statistic", "notebook", "measure", "laureate_id", "base", "value", "change", "moved"]]


def curve(dataset, statistic, progress=True):
    """Return the specification curve of one headline statistic.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    statistic : str
        Its name.
    progress : bool
        Show a bar in a terminal if it takes long.

    Returns
    -------
    DataFrame
        As `robustness.specifications`.

    Raises
    ------
    KeyError
        If there is no such statistic.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> len(curve(load(), "supported"))
    96
    """
    for family in FAMILIES:
        if statistic in family.function(dataset):
            bar = robustness.bar(family.name if progress else None)
            return robustness.specifications(dataset, family.function, family.reads, family.choices, progress=bar)
    raise KeyError(statistic)


@remembered
def _assessed(dataset, name, progress=None):
    """Assess a family."""
    family = next(family for family in FAMILIES if family.name == name)
    bar = name if progress else None
    return robustness.assess(dataset, family.function, family.reads, family.choices, progress=bar)
