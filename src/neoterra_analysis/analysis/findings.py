"""The headline statistics of notebooks 01 to 04, each as a function of the dataset, and how fragile each is.

A family gives several statistics at once, so that each variant of the data is made and counted once. ``reads`` names
what the family can see: a test scrambles all the rest and finds every value unchanged.
"""

from collections.abc import Callable
from functools import wraps
from itertools import combinations as subsets
from itertools import compress, product
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..words.codes import CONNECTEUR, NOT_AN_ACTOR, ROLES
from . import network, themes
from .coded import (
    ACTOR_KINDS,
    DIMENSIONS,
    Coded,
    components,
    direct_ties,
    distinct,
    encode,
    links,
    members,
    mentioned_types,
    pairs,
)
from .fragility import ASSESSED, Share, assess, bar, leave_one_out, measure, moved, specifications
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
        Name of the finding, and of its sentence in `prose`, of notebook 00 in `sentences.programme`.
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


def counted(function):
    """Let a family of statistics be counted from records that are coded already, or from a dataset."""

    @wraps(function)
    def counter(records, *choices, **named):
        return function(records if isinstance(records, Coded) else encode(records), *choices, **named)

    counter.on_arrays = True
    return counter


@counted
def coverage(coded):
    """Count laureates and enjeux, and find the enjeu with most laureates.

    Returns
    -------
    dict
        Values by statistic, as in all functions of this module.
    """
    enjeux = coded.names.enjeux
    counts = np.bincount(coded.enjeu[coded.present], minlength=len(enjeux))
    return {
        "laureates": int(coded.present.sum()),
        "enjeux": len(enjeux),
        "largest_enjeu": _top(enjeux, counts),
    }


@counted
def stated(coded):
    """Count the laureates whose carrier and département are known, and the social-economy carriers among the known."""
    of, status = int(coded.present.sum()), coded.status[coded.present]
    place = coded.names.at["statuses"]
    known = int((status != place[""]).sum())
    return {
        "carrier_stated": Share(known, of),
        "carriers_ess": Share(int((status == place["association"]).sum()), known),
        "department_known": Share(int(((coded.stated | coded.inferred) & coded.present).sum()), of),
    }


@counted
def contributions(coded):
    """Count the laureates that change both a sector and a territory, and those that use the most shared means."""
    of, there = int(coded.present.sum()), coded.c_laureate >= 0
    has = np.zeros((len(coded.present), len(DIMENSIONS) + 1), dtype=bool)
    has[coded.c_laureate[there], coded.c_dimension[there]] = True
    uses = np.zeros((len(coded.present), len(coded.names.codes)), dtype=bool)
    uses[coded.c_laureate[there], coded.c_code[there]] = True
    counts = uses.sum(axis=0)
    return {
        "both_dimensions": Share(int(has[:, : len(DIMENSIONS)].all(axis=1).sum()), of),
        "top_means": _top(coded.names.codes, counts),
        "top_means_share": Share(int(counts.max(initial=0)), of),
    }


COMBINATIONS = sorted(product([True, False], repeat=len(ROLES)), key=lambda f: (sum(f), [not has for has in f]))


@counted
def role_patterns(coded):
    """Count roles, alone and together."""
    of, has = int(coded.present.sum()), coded.roles > 0
    count = dict(zip(ROLES, has.sum(axis=0).tolist(), strict=True))
    weight = 1 << np.arange(len(ROLES))
    met = np.bincount(has[coded.present] @ weight, minlength=1 << len(ROLES))
    exact = met[np.array(COMBINATIONS) @ weight]
    names = ["+".join(compress(ROLES, flags)) or "none" for flags in COMBINATIONS]
    together = {(a, b): has[:, ROLES.index(a)] & has[:, ROLES.index(b)] for a, b in subsets(ROLES, 2)}
    return {
        **{f"share_{role}": Share(count[role], of) for role in ROLES},
        "top_role": [role for role in ROLES if count[role] == max(count.values()) > 0],
        "role_order": sorted(ROLES, key=lambda role: -count[role]),
        "roles_occurring": sum(number > 0 for number in count.values()),
        "principal": Share(int((coded.roles == 2).sum()), int(has.sum())),
        "combinations_found": int((exact > 0).sum()),
        "top_combination": _top(names, exact),
        "top_combination_share": Share(int(exact.max()), of),
        "pairs_never": [f"{a}+{b}" for (a, b), both in together.items() if not both.any()],
    }


@counted
def roles_by_enjeu(coded):
    """Find the roles that are present in every enjeu."""
    met = np.zeros((len(coded.names.enjeux), len(ROLES)), dtype=int)
    np.add.at(met, coded.enjeu[coded.present], coded.roles[coded.present] > 0)
    return {"roles_everywhere": list(compress(ROLES, (met > 0).all(axis=0)))}


@counted
def actor_types(coded):
    """Find the type of actor that the laureates of each role mobilise most, and how varied their actors are."""
    held, has = mentioned_types(coded), coded.roles > 0
    counts = held.T.astype(int) @ has.astype(int)
    varied = held.sum(axis=1)
    connecteur = has[:, ROLES.index(CONNECTEUR)]
    groups = [varied[coded.present & connecteur], varied[coded.present & ~connecteur]]
    ours, others = (float(np.median(group)) if len(group) else None for group in groups)
    if None in (ours, others):
        compared = "unknown"
    else:
        compared = "more" if ours > others else "same" if ours == others else "less"
    return {
        **{f"top_type_{role}": _top(coded.names.types, counts[:, r]) for r, role in enumerate(ROLES)},
        "types_connecteurs": ours,
        "types_others": others,
        "connecteurs_varied": compared,
    }


NETWORK = ("actors", "links", "shared_actors", "most_shared", "components", "components_named", "edges", "edges_named")
NETWORK += ("repeated_pairs", "top_row", "top_row_share", "top_row_named", "top_row_share_named", "laureate_pairs")
NETWORK += ("laureate_pairs_named", "isolated")


@counted
def networks(coded):
    """Measure the two-mode network and its projections, with categories of actors and without."""
    names, size, width = coded.names, len(coded.present), max(len(coded.names.actors), 1)
    number = int(coded.present.sum())
    found, tied = {}, np.zeros(size, dtype=bool)
    for suffix, kinds in (("", network.ALL), ("_named", network.NAMED)):
        laureate, actor = links(coded, kinds)
        edges, weights = distinct(pairs(laureate, actor, width))
        by_actor = np.lexsort((laureate, actor))
        shared, _ = distinct(pairs(actor[by_actor], laureate[by_actor], size))
        lists = np.bincount(laureate, minlength=size)
        made = lists * (lists - 1) // 2
        if not suffix:
            held = np.bincount(actor, minlength=width)
            repeated = edges[weights >= 2]
            tied[shared // size] = tied[shared % size] = True
            found |= {
                "actors": int((held > 0).sum()),
                "links": len(actor),
                "shared_actors": Share(int((held >= 2).sum()), int((held > 0).sum())),
                "most_shared": _top(names.actors, held) if held.max() >= 2 else [],
                "repeated_pairs": [
                    f"{names.actors[a]}+{names.actors[b]}"
                    for a, b in zip(repeated // width, repeated % width, strict=True)
                ],
            }
        found |= {
            f"components{suffix}": components(coded, laureate, actor),
            f"edges{suffix}": len(edges),
            f"top_row{suffix}": _top(names.laureates, made),
            f"top_row_share{suffix}": Share(int(made.max(initial=0)), len(edges)),
            f"laureate_pairs{suffix}": Share(len(shared), number * (number - 1) // 2),
        }
    tied[direct_ties(coded)] = True
    found["isolated"] = list(compress(names.laureates, coded.present & ~tied))
    return {statistic: found[statistic] for statistic in NETWORK}


@counted
def nesting(coded):
    """Count the edges that link a category to its own example."""
    if not len(coded.names.actors):
        return {"nested_pairs": 0}
    row = np.flatnonzero((coded.m_laureate >= 0) & (coded.m_parent >= 0))
    actor, parent = coded.m_actor[row], coded.m_actor[coded.m_parent[row]]
    real = [coded.a_kind[ends] != ACTOR_KINDS.index(NOT_AN_ACTOR) for ends in (actor, parent)]
    kept = real[0] & real[1] & (actor != parent)
    packed = np.minimum(actor, parent)[kept] * len(coded.names.actors) + np.maximum(actor, parent)[kept]
    return {"nested_pairs": len(np.unique(packed))}


@counted
def theme_verdicts(coded, enough=themes.ENOUGH):
    """Give the verdict of each theme, and count the supported ones."""
    inside = members(coded)
    direct, indirect = (((coded.evidence == code) & inside).sum(axis=1) for code in (2, 1))
    ids = coded.names.themes
    found = [themes.verdict(*ends, enough) for ends in zip(direct.tolist(), indirect.tolist(), strict=True)]
    return {
        "supported": Share(found.count("supported"), len(ids)),
        "themes_direct": Share(int((direct > 0).sum()), len(ids)),
        "themes_without_case": [theme for theme, verdict in zip(ids, found, strict=True) if verdict == "no_case"],
        "most_direct": _top(ids, direct),
        **{f"verdict_{theme}": verdict for theme, verdict in zip(ids, found, strict=True)},
    }


@counted
def levers(coded):
    """Count the levers that laureates of all roles speak to, and the couples of lever and role."""
    spoken = np.where(members(coded), coded.evidence, 0)[coded.names.lever]
    has = (coded.roles > 0).astype(int)
    counts, direct = (spoken > 0).astype(int) @ has, (spoken == 2).astype(int) @ has
    return {
        "levers_all_roles": Share(int((counts.min(axis=1) > 0).sum()), len(counts)),
        "lever_roles_direct": Share(int((direct > 0).sum()), direct.size),
    }


def _top(ids, counts):
    """Return the ids with the greatest count, none when that is 0."""
    most = counts.max(initial=0)
    return [ids[i] for i in np.flatnonzero(counts == most)] if most else []


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
    Finding("coverage_by_ambition", "00", {"coverage_by_ambition": ()}),
    Finding("roles_by_ambition", "00", {"roles_by_ambition": ()}),
    Finding("combinations_by_ambition", "00", {"combinations_by_ambition": ()}),
    Finding("means_by_ambition", "00", {"means_by_ambition": ()}),
    Finding("actor_types_by_ambition", "00", {"actor_types_by_ambition": ()}),
    Finding("shared_actors", "00", {"shared_actors": ()}),
    Finding("actors_overlap", "00", {"actors_overlap": ()}),
    Finding("levers_by_ambition", "00", {"levers_by_ambition": ()}),
    Finding("fragility_by_ambition", "00", {"fragility_by_ambition": ()}),
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
    Finding("saturation", "05", {"saturation": ()}),
    Finding("ledger", "05", {"ledger": ()}),
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
        As `fragility.assess`, with ``notebook`` and ``section``, in the order of the notebooks.

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
        `fragility.leave_one_out`), ``change``, ``moved``.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> dataset = load()
    >>> len(left_out(dataset)) == len(values(dataset)) * len(dataset.laureates)
    True
    """
    tables = [leave_one_out(dataset, family.function) for family in FAMILIES]
    table = pd.concat(tables, ignore_index=True)
    table["notebook"] = [of_statistic(name).notebook for name in table["statistic"]]
    table["measure"] = [measure(base) for base in table["base"]]
    table["moved"] = [moved(*ends) for ends in zip(table["base"], table["value"], strict=True)]
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
        As `fragility.specifications`.

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
            shown = bar(family.name if progress else None)
            return specifications(dataset, family.function, family.reads, family.choices, progress=shown)
    raise KeyError(statistic)


@remembered(lambda found: [*found.columns] == ASSESSED)
def _assessed(dataset, name, progress=None):
    """Assess a family."""
    family = next(family for family in FAMILIES if family.name == name)
    shown = name if progress else None
    return assess(dataset, family.function, family.reads, family.choices, progress=shown)
