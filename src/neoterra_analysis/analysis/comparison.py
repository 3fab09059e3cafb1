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
from ..words.codes import DIMENSIONS, NONE, STRENGTHS, THEME_KINDS, VERDICTS
from ..words.folding import fold
from . import findings, network, records, roles
from . import themes as framework
from .network import typed

COVERED = ("laureates", "enjeux", "departments", "located", "role", "contribution", "actor", "theme")
FRAGILE = ("robust", "laureate", "code", "reading", "threshold")


def possible(dataset):
    """Tell whether there is something to compare: at least two ambitions with laureates."""
    return len(loaded(dataset)) >= 2


def subject(dataset):
    """Return what a comparison can be shown on: the records, or the invented ones where there is nothing to compare.

    A selection of records that can be compared is shown as it is: invented ones would be taken for the others.

    >>> invented = invented_example.load()
    >>> subject(invented) is invented, len(subject(invented.only(8)).laureates)
    (True, 6)
    """
    return dataset if possible(dataset) or dataset.left_out else invented_example.load()


def funded(dataset):
    """List the numbers of funded projects that the documents state, of which the laureates are chosen examples.

    Returns
    -------
    DataFrame
        One row a number, the least first: ``funded``, ``ambitions`` whose documents state it; none where no document
        states one.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> funded(load()).values.tolist()
    [[440, 'ambition-4']]
    """
    told, number = {}, by_id(dataset, "ambitions", "number")
    columns = dataset.sources.reindex(columns=["funded", "ambition_id"])  # older data have no such column
    for stated, ambition in zip(*(columns[name].tolist() for name in columns), strict=True):
        if not pd.isna(stated):
            told.setdefault(int(stated), set()).add(ambition)
    rows = [(stated, "; ".join(sorted(told[stated], key=number.get))) for stated in sorted(told)]
    return typed(rows, funded="int64", ambitions="str")


def coverage_by_ambition(dataset):
    """Say what the records of each ambition hold.

    Returns
    -------
    DataFrame
        All loaded ambitions times `COVERED`: ``ambition_id``, ``field``, ``count``, ``of``, ``total`` and ``whole``,
        both of all ambitions. Laureates, out of those of all ambitions, to which they add up; enjeux with a laureate,
        out of those of the ambition; départements of the region with a laureate, out of all; laureates whose
        département is known, that have a role, a contribution, an actor or a passage on a theme, out of those of the
        ambition.

    Examples
    --------
    >>> table = coverage_by_ambition(invented_example.load()).query("field == 'laureates'")
    >>> table[["ambition_id", "count", "of"]].values.tolist()
    [['exemple-8', 6, 13], ['exemple-9', 7, 13]]
    """
    parts, whole = split(dataset), len(dataset.laureates)
    cells = {ambition: _covered(part, whole) for ambition, part in parts.items()}
    rows = []
    for at, field in enumerate(COVERED):
        ends = [sum(cell[at][i] for cell in cells.values()) for i in (0, 1)]
        if field == "laureates":
            ends[1] = whole
        if field == "departments":  # one that two ambitions reach is one
            ends = _reached(dataset)
        rows += [(ambition, field, *cell[at], *ends) for ambition, cell in cells.items()]
    return typed(rows, ambition_id="str", field="str", **dict.fromkeys(("count", "of", "total", "whole"), "int64"))


def _covered(part, whole):
    """Return count and denominator of each of `COVERED` for the records of an ambition."""
    own = len(part.laureates)
    located = int(((part.laureates["department_stated"] != "") | (part.laureates["department_inferred"] != "")).sum())
    having = [part.roles, part.contributions, part.evidence]
    role, contribution, theme = (table["laureate_id"].nunique() for table in having)
    actor = len({laureate for laureate, *_ in network.mobilised(part)})
    enjeux = (part.laureates["enjeu_id"].nunique(), len(part.enjeux))
    counts = (located, role, contribution, actor, theme)
    return [(own, whole), enjeux, _reached(part), *((count, own) for count in counts)]


def _reached(dataset):
    """Return how many départements of the region have a laureate, and how many there are."""
    found = records.places(dataset).set_index("department")["count"].reindex(list(records.REGION))
    return int((found > 0).sum()), len(found)


def _shares(rows, *keys):
    """Make a table of laureates counted by ambition: (ambition, keys, laureates, of) a row, with what one can change.

    ``share``; ``low`` and ``high``, the least and greatest share with one laureate of the ambition left out; ``total``
    of all ambitions.
    """
    made, total = [], {}
    for _, *key, members, _ in rows:
        total[tuple(key)] = total.get(tuple(key), 0) + len(members)
    for ambition, *key, members, of in rows:
        count = len(members)
        # One of those counted is left out, or one of the others.
        ends = [some / (of - 1) for some, such in ((count - 1, count), (count, of - count)) if such and of > 1]
        share = (count / of, min(ends, default=None), max(ends, default=None))
        made.append((ambition, *key, count, of, *share, total[tuple(key)], "; ".join(members)))
    shares = dict.fromkeys(("share", "low", "high"), "float64")
    texts = dict.fromkeys(("ambition_id", *keys), "str")
    return typed(made, **texts, count="int64", of="int64", **shares, total="int64", laureates="str")


def _members(cell):
    return cell.split("; ") if cell else []


def roles_by_ambition(dataset):
    """Count the laureates of each role in each ambition.

    Returns
    -------
    DataFrame
        All loaded ambitions times all roles: ``ambition_id``, ``role``, ``count``, ``of`` the laureates of the
        ambition, ``share``; ``low`` and ``high``, the least and greatest share with one laureate of the ambition left
        out (missing where it has one only); ``total`` of all ambitions; ``laureates``. A laureate may have several
        roles.

    Examples
    --------
    >>> table = roles_by_ambition(invented_example.load()).query("role == 'inspirateur'")
    >>> table[["ambition_id", "count", "of"]].values.tolist()
    [['exemple-8', 2, 6], ['exemple-9', 5, 7]]
    """
    tables = {ambition: roles.counts(part) for ambition, part in split(dataset).items()}
    rows = [(a, r["role"], _members(r["laureates"]), r["of"]) for a, t in tables.items() for r in t.to_dict("records")]
    return _shares(rows, "role")


def combinations_by_ambition(dataset):
    """Count the laureates of each exact combination of roles in each ambition; each laureate is in exactly one.

    Returns
    -------
    DataFrame
        All loaded ambitions times all eight combinations, ``none`` included: columns as `roles_by_ambition`, with
        ``combination`` (roles joined by ``+``) instead of the role. Counts of an ambition add up to ``of``.

    Examples
    --------
    >>> table = combinations_by_ambition(invented_example.load()).query("combination == 'connecteur'")
    >>> table[["ambition_id", "count", "of"]].values.tolist()
    [['exemple-8', 2, 6], ['exemple-9', 1, 7]]
    """
    tables = {ambition: roles.combinations(part) for ambition, part in split(dataset).items()}
    return _shares(
        [
            (a, r["combination"], _members(r["laureates"]), r["of"])
            for a, t in tables.items()
            for r in t.to_dict("records")
        ],
        "combination",
    )


def means_by_ambition(dataset):
    """Count the laureates that use each means to change sectors (filières), or territories, in each ambition.

    Returns
    -------
    DataFrame
        All loaded ambitions times the dimensions and means that occur in one of them: columns as `roles_by_ambition`,
        with ``dimension`` and ``code`` instead of the role. The most used means of each dimension first. A laureate may
        use several.

    Examples
    --------
    >>> table = means_by_ambition(invented_example.load())
    >>> table[["dimension", "code", "total"]].values.tolist()[0]
    ['filiere', 'methods', 2]
    """
    home, own = of_laureates(dataset), loaded(dataset)
    columns = (dataset.contributions[name] for name in ("dimension", "code", "laureate_id"))
    used = set(zip(*columns, strict=True))
    held = {(dimension, code): [i for i in home if (dimension, code, i) in used] for dimension, code, _ in used}
    order = sorted(held, key=lambda key: (DIMENSIONS.index(key[0]), -len(held[key]), key[1]))
    return _by_ambition(home, own, order, held, "dimension", "code")


def actor_types_by_ambition(dataset):
    """Count the laureates that mobilise at least one actor of each type, in each ambition.

    Actors whose type is not identified, and what is not an actor, do not count.

    Returns
    -------
    DataFrame
        All loaded ambitions times the types that are mobilised in one of them: columns as `roles_by_ambition`, with
        ``actor_type`` instead of the role. The most mobilised types first.

    Examples
    --------
    >>> table = actor_types_by_ambition(invented_example.load()).query("actor_type == 'citizens'")
    >>> table[["ambition_id", "count", "of"]].values.tolist()
    [['exemple-8', 3, 6], ['exemple-9', 3, 7]]
    """
    home, held = of_laureates(dataset), {}
    for laureate, _, _, _, actor_type, *_ in network.mobilised(dataset):
        if actor_type:
            held.setdefault((actor_type,), {})[laureate] = None
    order = sorted(held, key=lambda key: (-len(held[key]), key))
    return _by_ambition(home, loaded(dataset), order, held, "actor_type")


def _by_ambition(home, own, order, held, *keys):
    """Make a table of some keys, each with the laureates that have it, by their ambition."""
    sizes = list(zip(own["ambition_id"], own["count"].tolist(), strict=True))
    return _shares([(a, *key, [i for i in held[key] if home[i] == a], of) for key in order for a, of in sizes], *keys)


def shared_actors(dataset, kinds=network.ALL):
    """List the actors of some kinds that laureates of at least two ambitions mobilise.

    A category (``generic``) in common does not mean that the same people are mobilised. Of one ambition alone, the
    actors are listed that at least two of its laureates mobilise.

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
    total = {actor: sum(map(len, held.values())) for actor, held in members.items()}
    total = {actor: n for actor, n in total.items() if (len(members[actor]) if len(table) > 1 else n) >= 2}
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
    held = {name: {} for name in ("all", "named")}
    for name, kinds in (("all", network.ALL), ("named", network.NAMED)):
        for laureate, actor, *_ in network.mobilised(dataset, kinds):
            held[name].setdefault(home[laureate], set()).add(actor)
    for one, other in combinations(loaded(dataset)["ambition_id"], 2):
        for name, of in held.items():
            ours, theirs = of.get(one, set()), of.get(other, set())
            shared, either = ours & theirs, ours | theirs
            sizes = (len(ours), len(theirs), len(shared), len(either))
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


def fragility_by_ambition(dataset, level="notebook", progress=True):
    """Count, for each ambition, the headline statistics of its fiche that are robust, and those moved by what.

    They are those that notebooks 01 to 04 tell of the ambition's own records: what was computed is not again.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    level : {"notebook", "section"}
        What the statistics are counted by: the notebook, or the finding that they belong to.
    progress : bool
        Show a bar in a terminal if it takes long.

    Returns
    -------
    DataFrame
        All loaded ambitions times the notebooks (and the ``section``) times `FRAGILE`: ``ambition_id``, ``notebook``,
        ``fragility``, ``count``, ``of`` the statistics there, ``total`` and ``whole``, both of all ambitions. A
        statistic may be moved by several.

    Examples
    --------
    >>> table = fragility_by_ambition(invented_example.load(), progress=False).query("fragility == 'robust'")
    >>> table["notebook"].unique().tolist()
    ['01', '02', '03', '04']
    """
    keys = ["notebook", "section"][: 1 + (level == "section")]
    found = {a: findings.fragility(part, progress=progress) for a, part in split(dataset).items()}
    counts = {}
    for ambition, table in found.items():
        for row in table.to_dict("records"):
            cell = counts.setdefault((ambition, *(row[key] for key in keys)), dict.fromkeys((*FRAGILE, "of"), 0))
            for code in ("of", *row["verdict"].split("; ")):
                cell[code] += 1
    order = list(dict.fromkeys(tuple(key) for _, *key in counts))
    rows = []
    for key in sorted(order, key=lambda key: (key[0], order.index(key))):
        cells = {a: counts.get((a, *key), dict.fromkeys((*FRAGILE, "of"), 0)) for a in found}
        total = {code: sum(cell[code] for cell in cells.values()) for code in (*FRAGILE, "of")}
        for code in FRAGILE:
            rows += [(a, *key, code, cell[code], cell["of"], total[code], total["of"]) for a, cell in cells.items()]
    texts = dict.fromkeys(("ambition_id", *keys, "fragility"), "str")
    return typed(rows, **texts, **dict.fromkeys(("count", "of", "total", "whole"), "int64"))
