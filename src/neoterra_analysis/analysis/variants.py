"""Datasets with one decision taken otherwise: a laureate left out, a code flipped, an open reading.

A variant is made without validation, from tables that were valid; its digest is empty, because no file holds it.
"""

from dataclasses import replace
from functools import cache
from itertools import product

import pandas as pd

from ..dataset import rules
from ..dataset.loading import of_laureates
from ..words.codes import NONE, OF_A_LAUREATE, PRINCIPAL, ROW_IS_CODE, STRENGTHS
from ..words.folding import fold, slug

CELLS = (("contributions", "code"), ("contributions", "dimension"), ("actors", "actor_type"), ("actors", "kind"))


def without(dataset, laureate):
    """Leave one laureate out, with everything that its row states."""
    if laureate not in set(dataset.laureates["laureate_id"]):
        raise KeyError(laureate)
    frames = {name: getattr(dataset, name) for name in ("laureates", *OF_A_LAUREATE)}
    kept = {name: frame[frame["laureate_id"] != laureate].reset_index(drop=True) for name, frame in frames.items()}
    ends = kept["relations"][["from_id", "to_id"]]
    kept["relations"] = kept["relations"][~ends.eq(laureate).any(axis=1)].reset_index(drop=True)
    actors = dataset.actors
    if (actors["laureate_id"] == laureate).any():
        actors = actors.assign(laureate_id=actors["laureate_id"].where(actors["laureate_id"] != laureate, ""))
    return replace(dataset, **kept, actors=actors, digest="")


def flips(dataset, reads):
    """List each code flipped to each other allowed value: ``(table, key, column, before, after)``."""
    allowed = _contract(dataset.path)
    if touches(reads, "roles", "role") or touches(reads, "roles", "salience"):
        yield from _role_flips(dataset, rules.codes(allowed["roles"], "role"), reads)
    if touches(reads, "evidence", "strength"):
        yield from _evidence_flips(dataset)
    for table, column in CELLS:
        if touches(reads, table, column):
            values = rules.codes(allowed[table], column) + ([""] if column == "actor_type" else [])
            frame = getattr(dataset, table)
            keys = _keys(frame, allowed[table]["schema"]["primaryKey"])
            for key, now in zip(keys, frame[column].tolist(), strict=True):
                for other in values:
                    if other != now and touches(reads, table, column, now, other):
                        yield table, key, column, now, other


def touches(reads, table, column, *values):
    """Tell whether a statistic can see a change in a column or, with values, between values that it tells apart."""
    if reads is None or table in reads:
        return True
    name = f"{table}.{column}"
    return name in reads and not (values and any(set(values) <= set(same) for same in reads[name]))


def _role_flips(dataset, roles, reads):
    rows = zip(*(dataset.roles[name] for name in ("laureate_id", "role", "salience")), strict=True)
    coded = {(laureate, role): salience for laureate, role, salience in rows}
    chief = {laureate for (laureate, _), salience in coded.items() if salience == PRINCIPAL}
    for laureate, role in product(dataset.laureates["laureate_id"], roles):
        now = coded.get((laureate, role), NONE)
        for other in (NONE, "stated", PRINCIPAL):
            if other == now or (other == PRINCIPAL and laureate in chief):
                continue
            if NONE in (now, other) or touches(reads, "roles", "salience"):
                yield "roles", f"{laureate}/{role}", "salience", now, other
        for other in roles if now != NONE else ():
            if (laureate, other) not in coded:
                yield "roles", f"{laureate}/{role}", "role", role, other


def _evidence_flips(dataset):
    rows = zip(*(dataset.evidence[name] for name in ("theme_id", "laureate_id", "strength")), strict=True)
    coded = {(theme, laureate): strength for theme, laureate, strength in rows}
    homes = of_laureates(dataset).items()
    for theme, of in zip(dataset.themes["theme_id"], dataset.themes["ambition_id"], strict=True):
        for laureate in (i for i, home in homes if home == of):
            now = coded.get((theme, laureate), NONE)
            for other in (NONE, *reversed(STRENGTHS)):
                if other != now:
                    yield "evidence", f"{theme}/{laureate}", "strength", now, other


def flipped(dataset, flip):
    """Flip one code; see `flips`."""
    table, key, column, before, after = flip
    frame, order = getattr(dataset, table), _contract(dataset.path)[table]["schema"]["primaryKey"]
    keys = _keys(frame, order)
    if NONE in (before, after) and column in ("salience", "strength"):
        if after == NONE:
            changed = frame.drop(index=keys.index(key)).reset_index(drop=True)
        else:
            row = {**dict.fromkeys(frame.columns, ""), **dict(zip(order, key.split("/"), strict=True)), column: after}
            changed = _typed([*frame.to_dict("records"), row], frame, order)
    else:
        at = keys.index(key)
        cells = frame[column].tolist()
        cells[at] = after
        changed = _rekeyed(frame.assign(**{column: pd.Series(cells, dtype="str")}), column, order, at)
    return replace(dataset, **{table: changed}, digest="")


def rereadings(dataset, readings, patterns):
    """Decide open readings otherwise, one variant for each pattern."""
    path, before = [dataset], ()
    for pattern in patterns:
        same = next((i for i, (a, b) in enumerate(zip(before, pattern, strict=False)) if a != b), len(before))
        del path[same + 1 :]
        for i in range(same, len(readings)):
            path.append(reread(path[-1], readings[i]) if pattern[i] else path[-1])
        before = pattern
        yield pattern, path[-1]


def reread(dataset, reading):
    """Decide one open reading otherwise."""
    table, column, other = reading["table"], reading["column"], reading["alternative"]
    frame = getattr(dataset, table)
    key = _contract(dataset.path)[table]["schema"]["primaryKey"]
    keys = _keys(frame, key)
    codes = ROW_IS_CODE.get(table) == column
    if reading["key"] not in keys:
        if not codes or reading["value"]:
            raise KeyError(f"{table}: {reading['key']}")
        row = {**dict.fromkeys(frame.columns, ""), **dict(zip(key, reading["key"].split("/"), strict=True))}
        changed = _typed([*frame.to_dict("records"), {**row, column: other}], frame, key)
    elif table == "mentions" and column == "mention":
        return _split(dataset, keys.index(reading["key"]), other.split("|"))
    elif codes and not other:
        changed = frame.drop(index=keys.index(reading["key"])).reset_index(drop=True)
    else:
        cells = frame[column].tolist()
        whole = isinstance(frame[column].dtype, pd.Int64Dtype)
        at = keys.index(reading["key"])
        cells[at] = (int(other) if other else pd.NA) if whole else other
        changed = _rekeyed(frame.assign(**{column: pd.Series(cells, dtype=frame[column].dtype)}), column, key, at)
    return replace(dataset, **{table: changed}, digest="")


def _rekeyed(frame, column, key, at):
    """Keep keys single and sorted where a row's key changed: without the row, if it now says what another one says."""
    if column not in key:
        return frame
    twice = frame.duplicated(key, keep=False).iloc[at]
    return (frame.drop(index=at) if twice else frame).sort_values(key, ignore_index=True)


@cache
def _contract(path):
    return rules.tables(path)


def _keys(frame, key):
    return ["/".join(map(str, values)) for values in zip(*(frame[column].tolist() for column in key), strict=True)]


def _typed(rows, frame, order):
    made = pd.DataFrame(rows, columns=list(frame.columns)).astype(frame.dtypes.to_dict())
    return made.sort_values(list(order), ignore_index=True)


def _split(dataset, at, parts):
    """Make several mentions of one; each part is the actor of that name, else a new one like the whole's."""
    rows = dataset.mentions.to_dict("records")
    whole = rows[at]
    actors = dataset.actors.to_dict("records")
    like = next(actor for actor in actors if actor["actor_id"] == whole["actor_id"])
    forms = {
        fold(form): actor["actor_id"]
        for actor in actors
        for form in (actor["name"], *actor["aliases"].split("|"))
        if form
    }
    known = {actor["actor_id"] for actor in actors}
    last = max(row["position"] for row in rows if row["laureate_id"] == whole["laureate_id"])
    for i, part in enumerate(parts):
        actor = forms.get(fold(part))
        if actor is None:
            actor = forms[fold(part)] = slug(part)
        if actor not in known:
            known.add(actor)
            actors.append({**like, "actor_id": actor, "name": part, "short_fr": part, "short_en": part, "aliases": ""})
        row = {**whole, "mention": part, "actor_id": actor}
        if i:
            rows.append({**row, "position": last + i})
        else:
            rows[at] = row
    mentions = _typed(rows, dataset.mentions, ("laureate_id", "position"))
    return replace(dataset, mentions=mentions, actors=_typed(actors, dataset.actors, ("actor_id",)), digest="")
