"""The records as integers: what headline statistics are counted from, thousands of times with one decision changed.

`encode` reads the tables once. A variant is the same arrays with a few cells changed (`without`, `flipped`, `reread`):
what `variants` does with tables, without walking a table again. Rows and actors that an open reading would add stand
in the arrays from the start, and count for nothing until it does.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ..dataset import rules
from ..dataset.loading import open_readings
from ..words.codes import ACTOR_KINDS as REAL
from ..words.codes import DIMENSIONS, NONE, NOT_AN_ACTOR, PRINCIPAL, ROLES, THEME_KINDS
from ..words.folding import fold, slug

ACTOR_KINDS = (*REAL, NOT_AN_ACTOR)
SALIENCE = {NONE: 0, "": 1, "stated": 1, PRINCIPAL: 2}
STRENGTH = {NONE: 0, "": 0, "indirect": 1, "direct": 2}
ABSENT = -1  # no such thing: a row that is not there, an actor without a type
# Columns that no headline statistic reads, and those that decide who is meant.
UNSEEN = {
    "laureates": ("place", "inferred_from", "name", "project_name", "place_anchor", "carrier_anchor", "row_anchor"),
    "roles": ("anchor",),
    "contributions": ("target", "label_fr", "label_en", "anchor"),
    "evidence": ("anchor", "note"),
    "actors": ("short_fr", "short_en", "scale", "note"),
}
SEEN = {
    "laureates": ("enjeu_id", "carrier_status", "department_stated", "department_inferred"),
    "roles": ("role", "salience"),
    "contributions": ("code", "dimension"),
    "evidence": ("strength",),
    "actors": ("kind", "actor_type", "laureate_id"),
    "mentions": ("actor_id", "parent_position", "mention"),
}


class Names(NamedTuple):
    """What the integers stand for, the same in all variants of a dataset."""

    laureates: list
    enjeux: list
    ambition: np.ndarray  # of an enjeu
    themes: list
    theme_ambition: np.ndarray
    lever: np.ndarray
    actors: list
    types: list
    codes: list
    statuses: list
    at: dict  # place of an id, by table, or of a row by table and key
    parts: dict  # of a mention that a reading would split: its reading, and the actor and row of each part


class Coded(NamedTuple):
    """The records as arrays; a row without a laureate is not there.

    ``roles``: laureates x `ROLES` (0, 1 stated, 2 principal). ``evidence``: themes x laureates (0, 1 indirect, 2
    direct). ``c_``: contributions. ``a_``: actors, sorted by id. ``m_``: mentions; ``m_parent`` is the row of the
    mention in whose parenthesis it stands. ``r_``: relations; an end is a laureate, or an actor after all laureates.
    """

    names: Names
    present: np.ndarray
    enjeu: np.ndarray
    status: np.ndarray
    stated: np.ndarray
    inferred: np.ndarray
    roles: np.ndarray
    evidence: np.ndarray
    c_laureate: np.ndarray
    c_dimension: np.ndarray
    c_code: np.ndarray
    a_kind: np.ndarray
    a_type: np.ndarray
    a_laureate: np.ndarray
    m_laureate: np.ndarray
    m_actor: np.ndarray
    m_parent: np.ndarray
    r_from: np.ndarray
    r_to: np.ndarray
    r_laureate: np.ndarray


@lru_cache(maxsize=4)  # several families are counted from the same records
def encode(dataset):
    """Code the records as integers, with the rows and actors that open readings would add."""
    contract = rules.tables(dataset.path)
    laureates = dataset.laureates["laureate_id"].tolist()
    enjeux = dataset.enjeux["enjeu_id"].tolist()
    ambitions = _at(dict.fromkeys([*dataset.enjeux["ambition_id"], *dataset.themes["ambition_id"]]))
    rank = {kind: i for i, kind in enumerate(THEME_KINDS)}
    themes = sorted(
        zip(*(dataset.themes[name] for name in ("ambition_id", "kind", "number", "theme_id")), strict=True),
        key=lambda theme: (theme[0], rank[theme[1]], theme[2]),
    )
    rows = dataset.actors[["actor_id", "kind", "actor_type", "laureate_id", "name", "aliases"]].values.tolist()
    mentions = dataset.mentions[["laureate_id", "position", "actor_id", "parent_position"]].values.tolist()
    splits, added = _splits(dataset, rows)
    actors = sorted({row[0] for row in rows} | added)
    at = {
        "laureates": _at(laureates),
        "enjeux": _at(enjeux),
        "themes": _at(theme for *_, theme in themes),
        "actors": _at(actors),
    }
    at["mentions"] = {(laureate, int(position)): i for i, (laureate, position, *_) in enumerate(mentions)}
    types = sorted({*rules.codes(contract["actors"], "actor_type"), *(row[2] for row in rows)} - {""})
    codes = sorted({*rules.codes(contract["contributions"], "code"), *dataset.contributions["code"]})
    statuses = sorted({"", *rules.codes(contract["laureates"], "carrier_status"), *dataset.laureates["carrier_status"]})
    at |= {"types": _at(types), "codes": _at(codes), "statuses": _at(statuses)}
    keys = contract["contributions"]["schema"]["primaryKey"]
    rows_of = ["/".join(key) for key in zip(*(dataset.contributions[k] for k in keys), strict=True)]
    added_rows = [key for key in _added(dataset) if key not in rows_of]
    at["contributions"] = _at([*rows_of, *added_rows])
    spare_rows = [""] * len(added_rows)
    parts, more = {}, len(mentions)
    for key, members in splits.items():
        if key not in at["mentions"]:  # as in a variant without its laureate
            continue
        row = at["mentions"][key]
        parts[row] = [(at["actors"][actor], row if not i else more + i - 1) for i, actor in enumerate(members)]
        more += len(members) - 1
    names = Names(
        laureates,
        enjeux,
        _ints(dataset.enjeux["ambition_id"], ambitions),
        [theme for *_, theme in themes],
        _ints((theme[0] for theme in themes), ambitions),
        np.array([theme[1] == "lever" for theme in themes], dtype=bool),
        actors,
        types,
        codes,
        statuses,
        at,
        parts,
    )
    size, blank = len(laureates), np.full(len(actors), ABSENT)
    roles, evidence = np.zeros((size, len(ROLES)), np.int8), np.zeros((len(themes), size), np.int8)
    coded = zip(*(dataset.roles[name] for name in ("laureate_id", "role", "salience")), strict=True)
    for laureate, role, salience in coded:
        roles[at["laureates"][laureate], ROLES.index(role)] = SALIENCE[salience]
    coded = zip(*(dataset.evidence[name] for name in ("theme_id", "laureate_id", "strength")), strict=True)
    for theme, laureate, strength in coded:
        evidence[at["themes"][theme], at["laureates"][laureate]] = STRENGTH[strength]
    a_kind, a_type, a_laureate = blank, blank.copy(), blank.copy()
    for actor, kind, actor_type, laureate, *_ in rows:
        i = at["actors"][actor]
        a_kind[i], a_type[i] = ACTOR_KINDS.index(kind), at["types"].get(actor_type, ABSENT)
        a_laureate[i] = at["laureates"].get(laureate, ABSENT)
    within = [
        at["mentions"].get((laureate, int(parent)), ABSENT) if str(parent).isdigit() else ABSENT
        for laureate, _, _, parent in mentions
    ]
    spare = [ABSENT] * (more - len(mentions))
    ends = {**{actor: size + i for actor, i in at["actors"].items()}, **at["laureates"]}
    return Coded(
        names,
        np.ones(size, dtype=bool),
        _ints(dataset.laureates["enjeu_id"], at["enjeux"]),
        _ints(dataset.laureates["carrier_status"], at["statuses"]),
        (dataset.laureates["department_stated"] != "").to_numpy(bool),
        (dataset.laureates["department_inferred"] != "").to_numpy(bool),
        roles,
        evidence,
        _ints([*dataset.contributions["laureate_id"], *spare_rows], at["laureates"]),
        _ints([*dataset.contributions["dimension"], *(key.split("/")[1] for key in added_rows)], _at(DIMENSIONS)),
        _ints([*dataset.contributions["code"], *spare_rows], at["codes"]),
        a_kind,
        a_type,
        a_laureate,
        _ints([*(row[0] for row in mentions), *spare], at["laureates"]),
        _ints([*(row[2] for row in mentions), *spare], at["actors"]),
        np.array([*within, *spare], dtype=np.int64),
        _ints(dataset.relations["from_id"], ends),
        _ints(dataset.relations["to_id"], ends),
        _ints(dataset.relations["laureate_id"], at["laureates"]),
    )


def _at(values):
    return {value: i for i, value in enumerate(values)}


def _ints(values, place):
    return np.array([place.get(value, ABSENT) for value in values], dtype=np.int64)


def _splits(dataset, rows):
    """Return the mentions that readings would split, each with the actors of its parts, and the actors that are new."""
    forms = {fold(form): row[0] for row in rows for form in (row[4], *row[5].split("|")) if form}
    known, splits, added = {row[0] for row in rows}, {}, set()
    for reading in open_readings(dataset):
        if (reading["table"], reading["column"]) == ("mentions", "mention"):
            laureate, position = reading["key"].rsplit("/", 1)
            members = [forms.get(fold(part)) or slug(part) for part in reading["alternative"].split("|")]
            splits[laureate, int(position)] = members
            added |= set(members) - known
    return splits, added


def _added(dataset):
    """Return the keys of contributions that readings would add."""
    rows = dataset.readings.to_dict("records")
    return [row["key"] for row in rows if (row["table"], row["column"], row["value"]) == ("contributions", "code", "")]


def follows(reading):
    """Tell whether a reading can be decided otherwise in arrays."""
    table, column = reading["table"], reading["column"]
    return column in SEEN.get(table, ()) or column in UNSEEN.get(table, ())


def without(coded, laureate):
    """Leave a laureate out, by its place, with everything that its row states."""
    changed = {
        "present": coded.present.copy(),
        "roles": coded.roles.copy(),
        "evidence": coded.evidence.copy(),
        "c_laureate": np.where(coded.c_laureate == laureate, ABSENT, coded.c_laureate),
        "m_laureate": np.where(coded.m_laureate == laureate, ABSENT, coded.m_laureate),
        "a_laureate": np.where(coded.a_laureate == laureate, ABSENT, coded.a_laureate),
    }
    changed["present"][laureate] = False
    changed["roles"][laureate] = 0
    changed["evidence"][:, laureate] = 0
    gone = (coded.r_laureate == laureate) | (coded.r_from == laureate) | (coded.r_to == laureate)
    changed["r_from"] = np.where(gone, ABSENT, coded.r_from)
    return coded._replace(**changed)


def flipped(coded, flip):
    """Flip one code; see `variants.flips`."""
    table, key, column, _, after = flip
    return _changed(coded, [(table, key, column, after)])


def reread(coded, readings):
    """Decide open readings otherwise, in their order."""
    return _changed(coded, [tuple(row[name] for name in ("table", "key", "column", "alternative")) for row in readings])


def _changed(coded, decisions):
    """Return the arrays with some cells decided otherwise."""
    at, own = coded.names.at, {}

    def write(field, place, value):
        if field not in own:
            own[field] = getattr(coded, field).copy()
        own[field][place] = value

    def read(field, place):
        return own.get(field, getattr(coded, field))[place]

    for table, key, column, value in decisions:
        if column in UNSEEN.get(table, ()):
            continue
        if table == "laureates":
            i = at["laureates"][key]
            if column == "enjeu_id":
                write("enjeu", i, at["enjeux"][value])
            elif column == "carrier_status":
                write("status", i, at["statuses"][value])
            else:
                write(column.removeprefix("department_"), i, bool(value))
        elif table == "roles":
            laureate, role = key.split("/")
            i, r = at["laureates"][laureate], ROLES.index(role)
            if column == "salience":
                write("roles", (i, r), SALIENCE[value])
            else:
                before = read("roles", (i, r)) or 1
                write("roles", (i, r), 0)
                if value and not read("roles", (i, ROLES.index(value))):
                    write("roles", (i, ROLES.index(value)), before)
        elif table == "evidence":
            theme, laureate = key.split("/")
            write("evidence", (at["themes"][theme], at["laureates"][laureate]), STRENGTH[value])
        elif table == "contributions":
            row = at["contributions"][key]
            if column == "dimension":
                write("c_dimension", row, DIMENSIONS.index(value) if value in DIMENSIONS else ABSENT)
            elif value:
                write("c_laureate", row, at["laureates"][key.split("/")[0]])
                write("c_code", row, at["codes"][value])
            else:
                write("c_laureate", row, ABSENT)
        elif table == "actors":
            i = at["actors"][key]
            if column == "kind":
                write("a_kind", i, ACTOR_KINDS.index(value))
            elif column == "actor_type":
                write("a_type", i, at["types"].get(value, ABSENT))
            else:
                write("a_laureate", i, at["laureates"].get(value, ABSENT))
        else:
            laureate, position = key.rsplit("/", 1)
            row = at["mentions"][laureate, int(position)]
            if column == "actor_id":
                write("m_actor", row, at["actors"][value])
            elif column == "parent_position":
                write("m_parent", row, at["mentions"][laureate, int(value)] if value else ABSENT)
            else:
                like, parent = read("m_actor", row), read("m_parent", row)
                for actor, place in coded.names.parts[row]:
                    if read("a_kind", actor) == ABSENT:
                        for field in ("a_kind", "a_type", "a_laureate"):
                            write(field, actor, read(field, like))
                    write("m_laureate", place, at["laureates"][laureate])
                    write("m_actor", place, actor)
                    write("m_parent", place, parent)
    return coded._replace(**own)


def pairs(owner, member, size):
    """Return the pairs of members of each owner, each pair as one integer, sorted; both arrays are sorted by owner."""
    ends = np.searchsorted(owner, owner, side="right")
    reach = ends - np.arange(len(owner)) - 1
    first = np.repeat(np.arange(len(owner)), reach)
    second = first + 1 + np.arange(len(first)) - np.repeat(np.cumsum(reach) - reach, reach)
    return np.sort(member[first] * size + member[second])


def distinct(packed):
    """Return the different values of a sorted array, and how often each occurs."""
    if not len(packed):
        return packed, packed
    starts = np.flatnonzero(np.r_[True, packed[1:] != packed[:-1]])
    return packed[starts], np.diff(np.r_[starts, len(packed)])


def links(coded, kinds):
    """Return which laureate mobilises which actor of some kinds, once each, sorted by laureate, then actor."""
    inside = np.zeros(len(ACTOR_KINDS) + 1, dtype=bool)  # the last place is that of an actor that is not there
    inside[[ACTOR_KINDS.index(kind) for kind in kinds]] = True
    size = max(len(coded.names.actors), 1)
    kept = (coded.m_laureate >= 0) & inside[coded.a_kind[coded.m_actor]] if len(coded.names.actors) else []
    packed, _ = distinct(np.sort(coded.m_laureate[kept] * size + coded.m_actor[kept]))
    return packed // size, packed % size


def components(coded, laureate, actor):
    """Count the components of laureates and the actors that they mobilise; an actor that is a laureate is one node."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = len(coded.names.laureates)
    same = coded.a_laureate[actor]
    node = np.where(same >= 0, same, size + actor)
    shape = (size + len(coded.names.actors),) * 2
    _, label = connected_components(coo_array((np.ones(len(node)), (laureate, node)), shape=shape), directed=False)
    return len(np.unique(np.r_[label[:size][coded.present], label[node]]))


def mentioned_types(coded):
    """Tell which laureate mobilises which type of actor: laureates x types."""
    held = np.zeros((len(coded.names.laureates), len(coded.names.types)), dtype=bool)
    if len(coded.names.actors):
        type_of = coded.a_type[coded.m_actor]
        kept = _real(coded) & (type_of >= 0)
        held[coded.m_laureate[kept], type_of[kept]] = True
    return held


def _real(coded):
    """Tell which mentions stand for an actor."""
    return (coded.m_laureate >= 0) & (coded.a_kind[coded.m_actor] != ACTOR_KINDS.index(NOT_AN_ACTOR))


def mentioning_type(coded, actor_type):
    """Tell which laureates mobilise an actor of a type, by its place."""
    held = np.zeros(len(coded.present), dtype=bool)
    if len(coded.names.actors):
        held[coded.m_laureate[_real(coded) & (coded.a_type[coded.m_actor] == actor_type)]] = True
    return held


def members(coded):
    """Tell which laureates a theme is about, those of its ambition: themes x laureates."""
    home = coded.names.ambition[coded.enjeu]
    return (coded.names.theme_ambition[:, None] == home[None, :]) & coded.present[None, :]


def direct_ties(coded):
    """Return the laureates that are tied by a row of their own: mobilised by another, or in a stated relation."""
    size = len(coded.names.laureates)
    laureate, actor = links(coded, REAL)
    node = coded.a_laureate[actor]
    kept = (node >= 0) & (node != laureate)
    found = [laureate[kept], node[kept]]
    ends = []
    for end in (coded.r_from, coded.r_to):
        same = np.full(len(end), ABSENT)
        same[end >= size] = coded.a_laureate[end[end >= size] - size]
        there = (end >= 0) & (end < size)
        same[there] = end[there]
        ends.append(same)
    tied = (ends[0] >= 0) & (ends[1] >= 0) & (ends[0] != ends[1])
    return np.concatenate([*found, ends[0][tied], ends[1][tied]])
