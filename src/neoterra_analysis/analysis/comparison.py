"""What several ambitions have in common and where they differ: a description, counts first, without any test.

Each ambition is counted on its own laureates, which are all those that its fiche chose to show. Their numbers differ,
so that a share stands beside its count and its denominator. The codebooks of levers and challenges differ from one
ambition to the next: themes are compared by kind (condition, challenge, lever), and one by one only where two
ambitions use the very same label.
"""

from itertools import combinations

import pandas as pd

from ..dataset import invented_example
from ..dataset.loading import by_id, loaded, of_laureates, split
from ..words.codes import NONE, STRENGTHS, THEME_KINDS, VERDICTS
from ..words.folding import fold
from . import network, roles
from . import themes as framework
from .network import typed


def possible(dataset):
    """Tell whether there is something to compare: at least two ambitions with laureates."""
    return len(loaded(dataset)) >= 2


def subject(dataset):
    """Return what a comparison can be shown on: the records, or the invented ones where there is nothing to compare.

    >>> invented = invented_example.load()
    >>> subject(invented) is invented, subject(invented.only(8)).path.name
    (True, 'invented_example')
    """
    return dataset if possible(dataset) else invented_example.load()


def roles_by_ambition(dataset):
    """Count the laureates of each role in each ambition.

    Returns
    -------
    DataFrame
        All loaded ambitions times all roles: ``ambition_id``, ``role``, ``count``, ``of`` the laureates of the
        ambition, ``share``; ``low`` and ``high``, the least and greatest share with one laureate of the ambition left
        out (missing where it has one only); ``laureates``. A laureate may have several roles.

    Examples
    --------
    >>> table = roles_by_ambition(invented_example.load()).query("role == 'inspirateur'")
    >>> table[["ambition_id", "count", "of"]].values.tolist()
    [['exemple-8', 2, 6], ['exemple-9', 5, 7]]
    """
    rows = []
    for ambition, part in split(dataset).items():
        for row in roles.counts(part).to_dict("records"):
            count, of = row["count"], row["of"]
            # One of those with the role is left out, or one of the others.
            left = [(count - 1, count), (count, of - count)]
            ends = [some / (of - 1) for some, such in left if such and of > 1]
            share = (count / of, min(ends, default=None), max(ends, default=None))
            rows.append((ambition, row["role"], count, of, *share, row["laureates"]))
    shares = dict.fromkeys(("share", "low", "high"), "float64")
    return typed(rows, ambition_id="str", role="str", count="int64", of="int64", **shares, laureates="str")


def shared_actors(dataset, kinds=network.ALL):
    """List the actors of some kinds that laureates of at least two ambitions mobilise.

    A category (``generic``) in common does not mean that the same people are mobilised.

    Returns
    -------
    DataFrame
        Each such actor times all loaded ambitions: ``actor_id``, ``kind``, ``actor_type``, ``ambitions`` that mobilise
        it and ``total`` of their laureates that do; ``ambition_id``, ``count`` of its laureates that do, ``of`` its
        laureates, ``laureates``. The most shared actors first, equal ones by id.

    Examples
    --------
    >>> table = shared_actors(invented_example.load())
    >>> table.query("actor_id == 'region-exemple'")[["ambition_id", "count", "of"]].values.tolist()
    [['exemple-8', 3, 6], ['exemple-9', 2, 7]]
    """
    home, table = of_laureates(dataset), loaded(dataset)
    about, members = {}, {}
    for laureate, actor, _, kind, actor_type, *_ in network.mobilised(dataset, kinds):
        about[actor] = (kind, actor_type)
        members.setdefault(actor, {}).setdefault(home[laureate], []).append(laureate)
    total = {actor: sum(map(len, held.values())) for actor, held in members.items() if len(held) >= 2}
    rows = []
    for actor in sorted(total, key=lambda actor: (-len(members[actor]), -total[actor], actor)):
        held = members[actor]
        using = "; ".join(ambition for ambition in table["ambition_id"] if ambition in held)
        for ambition, of in zip(table["ambition_id"], table["count"], strict=True):
            mine = held.get(ambition, [])
            rows.append((actor, *about[actor], using, total[actor], ambition, len(mine), of, "; ".join(mine)))
    texts = dict.fromkeys(("actor_id", "kind", "actor_type", "ambitions"), "str")
    more = {"total": "int64", "ambition_id": "str", "count": "int64", "of": "int64", "laureates": "str"}
    return typed(rows, **texts, **more)


def actors_overlap(dataset):
    """Say how many actors each two ambitions have in common, with categories and with named bodies only.

    Returns
    -------
    DataFrame
        Two rows a pair of loaded ambitions: ``ambition_a``, ``ambition_b``, ``kinds {all, named}``, ``actors_a``,
        ``actors_b``, ``shared``, ``either`` (numbers of actors), ``jaccard = shared / either`` (missing where there
        is no actor), ``actors`` in common.

    Examples
    --------
    >>> columns = ["kinds", "actors_a", "actors_b", "shared", "either"]
    >>> actors_overlap(invented_example.load())[columns].values.tolist()
    [['all', 12, 12, 7, 17], ['named', 10, 9, 5, 14]]
    """
    home, rows = of_laureates(dataset), []
    for one, other in combinations(loaded(dataset)["ambition_id"], 2):
        for name, kinds in (("all", network.ALL), ("named", network.NAMED)):
            held = {one: set(), other: set()}
            for laureate, actor, *_ in network.mobilised(dataset, kinds):
                held.setdefault(home[laureate], set()).add(actor)
            shared, either = held[one] & held[other], held[one] | held[other]
            sizes = (len(held[one]), len(held[other]), len(shared), len(either))
            jaccard = len(shared) / len(either) if either else None
            rows.append((one, other, name, *sizes, jaccard, "; ".join(sorted(shared))))
    numbers = dict.fromkeys(("actors_a", "actors_b", "shared", "either"), "int64")
    texts = dict.fromkeys(("ambition_a", "ambition_b", "kinds"), "str")
    return typed(rows, **texts, **numbers, jaccard="float64", actors="str")


def levers_by_ambition(dataset):
    """Count, by ambition and kind of theme, the themes of each verdict and the laureates that speak to them.

    Returns
    -------
    DataFrame
        All loaded ambitions times all kinds: ``ambition_id``, ``kind``; ``themes`` of that kind, and of these
        ``supported``, ``partly``, ``indirect_only``, ``no_case``, which add up to it; laureates with a ``direct``
        passage for at least one theme of the kind, with an ``indirect`` one only, with ``none``, which add up to
        ``of``; ``laureates_direct``, ``laureates_indirect``.

    Examples
    --------
    >>> table = levers_by_ambition(invented_example.load()).query("kind == 'lever'")
    >>> table[["ambition_id", "themes", "supported", "direct", "indirect", "none", "of"]].values.tolist()
    [['exemple-8', 2, 1, 4, 1, 1, 6], ['exemple-9', 3, 1, 3, 2, 2, 7]]
    """
    rows = []
    for ambition, part in split(dataset).items():
        themes, cells = framework.themes(part), framework.framework(part)
        order = part.laureates["laureate_id"].tolist()
        for kind in THEME_KINDS:
            mine, found = themes[themes["kind"] == kind], cells[cells["kind"] == kind]
            direct = set(found.loc[found["strength"] == "direct", "laureate_id"])
            indirect = set(found.loc[found["strength"] == "indirect", "laureate_id"]) - direct
            counts = [int((mine["verdict"] == verdict).sum()) for verdict in VERDICTS]
            sizes = [len(direct), len(indirect), len(order) - len(direct) - len(indirect), len(order)]
            names = ["; ".join(i for i in order if i in members) for members in (direct, indirect)]
            rows.append((ambition, kind, len(mine), *counts, *sizes, *names))
    numbers = dict.fromkeys(("themes", *VERDICTS, *STRENGTHS, NONE, "of"), "int64")
    texts = dict.fromkeys(("laureates_direct", "laureates_indirect"), "str")
    return typed(rows, ambition_id="str", kind="str", **numbers, **texts)


def same_themes(dataset):
    """List the themes that two ambitions call by the very same label, the only ones to be compared one by one.

    Returns
    -------
    DataFrame
        One row a theme: ``theme_id``, ``kind``, ``ambition_id``, ``direct``, ``indirect``, ``none``, ``of``,
        ``verdict``, as in `themes.themes`; themes of one label stand together.

    Examples
    --------
    >>> same_themes(invented_example.load())[["theme_id", "direct", "of", "verdict"]].values.tolist()
    [['entraide-8', 3, 6, 'supported'], ['entraide-9', 1, 7, 'partly']]
    """
    number, ambition = by_id(dataset, "ambitions", "number"), by_id(dataset, "themes", "ambition_id")
    label = {theme: fold(text) for theme, text in by_id(dataset, "themes", "label_fr").items()}
    table = framework.themes(dataset)
    rows = [{**row, "ambition_id": ambition[row["theme_id"]]} for row in table[table["of"] > 0].to_dict("records")]
    homes = {}
    for row in rows:
        homes.setdefault((row["kind"], label[row["theme_id"]]), set()).add(row["ambition_id"])
    rows = [row for row in rows if len(homes[row["kind"], label[row["theme_id"]]]) >= 2]

    def place(row):
        theme = row["theme_id"]
        return THEME_KINDS.index(row["kind"]), label[theme], number[row["ambition_id"]], theme

    texts, counts = ("theme_id", "kind", "ambition_id"), (*STRENGTHS, NONE, "of")
    types = {**dict.fromkeys(texts, "str"), **dict.fromkeys(counts, "int64"), "verdict": "str"}
    return typed([tuple(row[name] for name in types) for row in sorted(rows, key=place)], **types)


def where(dataset):
    """Return what the comparison rests on: each role, each mention of a shared actor, each passage of a theme.

    Returns
    -------
    DataFrame
        In the order of the ambitions and of their documents: ``ambition_id``, ``laureate_id``; ``role``, ``actor_id``
        or ``theme_id``, the two others missing; ``anchor`` (of an actor, the mention as printed), ``source_id``,
        ``source_row``.

    Examples
    --------
    >>> invented = invented_example.load()
    >>> table = where(invented)
    >>> int(table["role"].notna().sum()) == len(invented.roles)
    True
    """
    shared = set(shared_actors(dataset)["actor_id"])
    mentions = dataset.mentions[dataset.mentions["actor_id"].isin(list(shared))].rename(columns={"mention": "anchor"})
    parts = {"role": dataset.roles, "actor_id": mentions, "theme_id": dataset.evidence}
    kept = [part[["laureate_id", name, "anchor"]].assign(step=i) for i, (name, part) in enumerate(parts.items())]
    table = pd.concat(kept, ignore_index=True)
    place = dataset.laureates[["laureate_id", "source_id", "source_row"]]
    table = table.merge(place, on="laureate_id", how="left", validate="many_to_one")
    rank = {ambition: i for i, ambition in enumerate(loaded(dataset)["ambition_id"])}
    table["ambition_id"] = table["laureate_id"].map(of_laureates(dataset)).astype("str")
    table["rank"] = table["ambition_id"].map(rank)
    columns = ["ambition_id", "laureate_id", *parts, "anchor", "source_id", "source_row"]
    table = table.sort_values(["rank", "source_id", "source_row", "step", *parts, "anchor"], ignore_index=True)
    return table[columns]
