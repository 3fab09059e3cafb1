"""Datasets with one decision taken otherwise: a laureate left out, a code flipped, an open reading.

A variant is made without validation, from tables that were valid; its digest is empty, because no file holds it.
"""

from dataclasses import replace
from functools import cache
from itertools import product

import pandas as pd

from ..dataset import rules
from ..dataset.loading import of_laureates
from ..words.codes import NONE, OF_A_LAUREATE, PRINCIPAL, STRENGTHS
from ..words.folding import fold, slug

CELLS = (("contributions", "code"), ("contributions", "dimension"), ("actors", "actor_type"), ("actors", "kind"))
# Tables in which a row is the code itself: a reading without an alternative takes the row away.
ROW_IS_CODE = {"evidence": "strength", "roles": "role", "contributions": "code"}


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
    """Flip each code to each other allowed value, one at a time."""
    allowed = _contract(dataset.path)
    if touches(reads, "roles", "role") or touches(reads, "roles", "salience"):
        yield from _role_flips(dataset, rules.codes(allowed["roles"], "role"), reads)
    if touches(reads, "evidence", "strength"):
        yield from _evidence_flips(dataset)
    for table, column in CELLS:
        if touches(reads, table, column):
            values = rules.codes(allowed[table], column) + ([""] if column == "actor_type" else [])
            yield from _cell_flips(dataset, table, column, values, allowed[table]["schema"]["primaryKey"], reads)


def touches(reads, table, column, *values):
    """Tell whether a statistic can see a change in a column or, with values, between values that it tells apart."""
    if reads is None or table in reads:
        return True
    name = f"{table}.{column}"
    return name in reads and not (values and any(set(values) <= set(same) for same in reads[name]))


def _role_flips(dataset, roles, reads):
    rows = list(dataset.roles.itertuples(index=False, name=None))
    columns = list(dataset.roles.columns)
    coded = {row[:2]: row for row in rows}
    chief = {row[0] for row in rows if row[2] == PRINCIPAL}

    def variant(changed):
        frame = pd.DataFrame(changed, columns=columns, dtype="str")
        return replace(dataset, roles=frame.sort_values(columns[:2], ignore_index=True), digest="")

    for laureate, role in product(dataset.laureates["laureate_id"], roles):
        row = coded.get((laureate, role))
        now = row[2] if row else NONE
        rest = [r for r in rows if r is not row]
        for other in (NONE, "stated", PRINCIPAL):
            if other == now or (other == PRINCIPAL and laureate in chief):
                continue
            if NONE not in (now, other) and not touches(reads, "roles", "salience"):
                continue
            added = [] if other == NONE else [(laureate, role, other, row[3] if row else "")]
            yield ("roles", f"{laureate}/{role}", "salience", now, other), variant(rest + added)
        for other in roles if row else ():
            if (laureate, other) not in coded:
                moved = [(laureate, other, *row[2:])]
                yield ("roles", f"{laureate}/{role}", "role", role, other), variant(rest + moved)


def _evidence_flips(dataset):
    rows = list(dataset.evidence.itertuples(index=False, name=None))
    columns = list(dataset.evidence.columns)
    coded = {row[:2]: row for row in rows}
    homes = of_laureates(dataset).items()
    for theme, of in zip(dataset.themes["theme_id"], dataset.themes["ambition_id"], strict=True):
        for laureate in (i for i, home in homes if home == of):
            row = coded.get((theme, laureate))
            rest = [r for r in rows if r is not row]
            now = row[2] if row else NONE
            for other in (NONE, *reversed(STRENGTHS)):
                if other != now:
                    added = [] if other == NONE else [(theme, laureate, other, *(row[3:] if row else ("", "")))]
                    frame = pd.DataFrame(rest + added, columns=columns, dtype="str")
                    frame = frame.sort_values(columns[:2], ignore_index=True)
                    flip = ("evidence", f"{theme}/{laureate}", "strength", now, other)
                    yield flip, replace(dataset, evidence=frame, digest="")


def _cell_flips(dataset, table, column, values, key, reads):
    frame = getattr(dataset, table)
    cells = frame[column].tolist()
    keys = _keys(frame, key)
    for i, now in enumerate(cells):
        for other in values:
            if other != now and touches(reads, table, column, now, other):
                changed = frame.assign(**{column: pd.Series([*cells[:i], other, *cells[i + 1 :]], dtype="str")})
                changed = _rekeyed(changed, column, key, i)
                yield (table, keys[i], column, now, other), replace(dataset, **{table: changed}, digest="")


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
