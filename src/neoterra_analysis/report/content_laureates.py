"""The laureates one by one: what is coded for each, with the words by which it is found again in the source."""

import pandas as pd

from .. import labels
from .content_blocks import plain
from .content_runs import french, place, printed, said, who
from .model import Bullets, Paragraph, Run, Section


def make(given):
    """Write the section: one under it for each laureate, in the order of the documents.

    Parameters
    ----------
    given : content_runs.Given
        What the report is made from.

    Returns
    -------
    Section
    """
    dataset, lang = given.dataset, given.lang
    text = labels.t("report.laureates.how", lang)
    parts = tuple(_laureate(given, row) for row in dataset.laureates.to_dict("records"))
    return Section("laureates", labels.t("report.part.laureates", lang), (Paragraph((Run(text),)),), parts)


def _laureate(given, row):
    lang, key = given.lang, row["laureate_id"]
    tables = [make(given, key) for make in (_roles, _contributions, _mentions, _passages)]
    summary = Paragraph((Run(said(row[f"summary_{lang}"], lang)),))
    blocks = (summary, _facts(given, row), *(table for table in tables if table))
    return Section(place("laureate", key), said(row["name"], lang), blocks)


def _rows(given, table, key):
    frame = getattr(given.dataset, table)
    return frame[frame["laureate_id"] == key].to_dict("records")


def _name(given, table, key_column, key, column):
    frame = getattr(given.dataset, table)
    return said(dict(zip(frame[key_column], frame[column], strict=True)).get(key, key), given.lang)


def _facts(given, row):
    """List what stands in the laureate's own line; what the source does not state is said so."""
    lang = given.lang
    none = labels.t("state.not_stated", lang)
    enjeu = _name(given, "enjeux", "enjeu_id", row["enjeu_id"], f"title_{lang}")
    enjeu = enjeu or _name(given, "enjeux", "enjeu_id", row["enjeu_id"], f"short_{lang}")
    source = _name(given, "sources", "source_id", row["source_id"], "title")
    # The same few words give the place and the département.
    places = _anchor(row["place_anchor"], lang)
    items = [
        ("project", (Run(said(row["project_name"], lang) or none),)),
        ("enjeu", (Run(enjeu, place("enjeu", row["enjeu_id"])),)),
        ("carrier", (Run(labels.t(f"status.{row['carrier_status']}", lang)), *_anchor(row["carrier_anchor"], lang))),
        ("place", (Run(said(row["place"], lang) or none), *(places if row["place"] else ()))),
        ("department", (Run(_department(row, lang)), *(() if row["place"] else places))),
        ("source", _source(source, row, lang)),
    ]
    items += [("tie", _tie(given, tie)) for tie in _rows(given, "relations", row["laureate_id"])]
    made = [(Run(labels.t(f"report.fact.{name}", lang), strong=True), Run(" "), *runs) for name, runs in items]
    return Bullets(tuple(made))


def _anchor(anchor, lang):
    return (Run(" ("), printed(anchor, lang), Run(")")) if anchor else ()


def _department(row, lang):
    state = next((name for name in ("stated", "inferred") if row[f"department_{name}"]), None)
    if state is None:
        return labels.t("state.not_stated", lang)
    code = row[f"department_{state}"]
    words = {"name": labels.department(code, lang), "code": code, "clues": row["inferred_from"]}
    return labels.t(f"report.department.{state}", lang, **words)


def _source(title, row, lang):
    where = labels.t("report.source", lang, title=title, row=row["source_row"])
    return (Run(where), *_anchor(row["row_anchor"], lang))


def _tie(given, tie):
    """Write a stated tie: who, what, whom, and by which words."""
    runs = []
    known = set(given.dataset.laureates["laureate_id"])
    for end in (tie["from_id"], tie["to_id"]):
        if end in known:
            runs.append(who(given, end))
        else:
            name = _name(given, "actors", "actor_id", end, "name")
            runs.append((Run(name, place("actor", end)),))
    words = labels.t(f"relation.{tie['kind']}", given.lang)
    return (*runs[0], Run(f" {words} "), *runs[1], *_anchor(tie["anchor"], given.lang))


def _table(given, name, key, columns, rows):
    if not rows:
        return None
    head = [labels.t(f"report.head.{column}", given.lang) for column in columns]
    laureate = _name(given, "laureates", "laureate_id", key, "name")
    return plain(given, f"of.{name}", head, rows, table_id=f"table-{name}-{key}", laureate=laureate)


def _roles(given, key):
    lang = given.lang
    rows = [
        (
            (Run(labels.t(f"role.{row['role']}", lang), place("row-roles", row["role"])),),
            labels.t(f"salience.{row['salience']}", lang),
            (printed(row["anchor"], lang),),
        )
        for row in _rows(given, "roles", key)
    ]
    return _table(given, "roles", key, ("role", "salience", "anchor"), rows)


def _contributions(given, key):
    lang = given.lang
    rows = [
        (
            row[f"label_{lang}"],
            _what(row, lang),
            (Run(labels.t(f"mode.{row['code']}", lang), place("row-means", row["code"])),),
            (printed(row["anchor"], lang),),
        )
        for row in _rows(given, "contributions", key)
    ]
    return _table(given, "contributions", key, ("contribution", "what", "means", "anchor"), rows)


def _what(row, lang):
    words = {name: labels.t(f"{name}.{row[name]}", lang) for name in ("dimension", "target")}
    return labels.t("report.what", lang, **words)


def _mentions(given, key):
    lang = given.lang
    found = _rows(given, "mentions", key)
    mentions = {row["position"]: row["mention"] for row in found}
    kinds = dict(zip(given.dataset.actors["actor_id"], given.dataset.actors["kind"], strict=True))
    rows = []
    for row in found:
        parent = row["parent_position"]
        inside = mentions.get(parent, "") if not pd.isna(parent) else ""
        name = _name(given, "actors", "actor_id", row["actor_id"], "name")
        rows.append(
            (
                (Run(labels.number(row["position"], lang) + ". "), printed(row["mention"], lang)),
                (Run(name, place("actor", row["actor_id"])),),
                labels.t(f"kind.{kinds[row['actor_id']]}", lang),
                (printed(inside, lang),) if inside else (),
            )
        )
    return _table(given, "mentions", key, ("mention", "actor", "kind", "inside"), rows)


def _passages(given, key):
    lang = given.lang
    kinds = dict(zip(given.dataset.themes["theme_id"], given.dataset.themes["kind"], strict=True))
    rows = [
        (
            (
                Run(labels.t("report.kind", lang, kind=labels.t(f"theme.{kinds[row['theme_id']]}", lang)) + " "),
                Run(
                    _name(given, "themes", "theme_id", row["theme_id"], f"label_{lang}"),
                    place("theme", row["theme_id"]),
                ),
            ),
            labels.t(f"strength.{row['strength']}", lang),
            (printed(row["anchor"], lang),),
            (french(row["note"], lang),) if row["note"] else (),
        )
        for row in _rows(given, "evidence", key)
    ]
    return _table(given, "passages", key, ("theme", "strength", "anchor", "note"), rows)
