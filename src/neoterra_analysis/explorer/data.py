"""What the page holds: the records as plain lists, the words, the looks."""

import unicodedata

import pandas as pd

from .. import framework, labels, style, twomode
from ..ambitions import loaded, of_laureates
from ..dataset import ROLES
from ..figures.frame import context
from .counting import NO_ROLE, UNIDENTIFIED
from .layout import positions

PREFIX = "explorer.js."  # words that the page's script uses


def made(dataset, lang=None):
    """Gather all that the page shows.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    dict
        Lists, texts and numbers only, ready for JSON.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> found = made(load(), "en")
    >>> len(found["laureates"]), found["laureates"][0]["id"], found["lang"]
    (11, 'adam', 'en')
    """
    lang = labels.language(lang)
    places = positions(twomode.two_mode_graph(dataset))
    links = twomode.mobilised(dataset)
    return {
        "lang": lang,
        "digest": dataset.digest[:12],
        "source": context(dataset, lang).source,
        "words": _words(lang),
        "looks": _looks(),
        "groups": _groups(dataset, links, lang),
        "themes": _themes(dataset, lang),
        "laureates": _laureates(dataset, places, lang),
        "actors": _actors(dataset, places, lang),
        "links": [{"laureate": row[0], "actor": row[1], "within": row[6]} for row in links],
    }


def _words(lang):
    """Return the words of the script; their placeholders are filled in there."""
    found = {key: entry[lang] for key, entry in labels.words().items() if key.startswith(PREFIX)}
    return {key.removeprefix(PREFIX): labels.typography(text) if lang == "fr" else text for key, text in found.items()}


def _looks():
    """Return colours and shapes by code."""

    def plain(looks):
        return {code or "none": {"color": look.color, "marker": look.marker} for code, look in looks.items()}

    return {"role": plain(style.ROLE), "family": plain(style.FAMILY_LOOK), "kind": plain(style.KIND)}


def _groups(dataset, links, lang):
    """List the filters: code, label and number of laureates of each value that occurs."""
    home, number = of_laureates(dataset), _pairs(dataset.ambitions, "ambition_id", "number")
    enjeu_of = _pairs(dataset.laureates, "laureate_id", "enjeu_id")
    having = {}
    for laureate, role in zip(dataset.roles["laureate_id"], dataset.roles["role"], strict=True):
        having.setdefault(laureate, set()).add(role)
    without = [NO_ROLE] if set(enjeu_of) - set(having) else []
    reached = {}
    for row in links:
        reached.setdefault(row[4], set()).add(row[0])
    names = {row["ambition_id"]: row[f"title_{lang}"] for row in loaded(dataset).to_dict("records")}
    ambitions = []
    for key, title in names.items():
        label = labels.t("ambitions.name", lang, number=number[key])
        parts = [label, title] if title else [label]
        ambitions.append(_value(key, _colon(parts, lang), sum(a == key for a in home.values())))
    enjeux = [
        _value(row["enjeu_id"], f"{row['enjeu_id']} {row[f'short_{lang}']}", _times(enjeu_of, row["enjeu_id"]))
        for row in dataset.enjeux.sort_values(["ambition_id", "number"]).to_dict("records")
    ]
    roles = [
        _value(r, labels.t(f"role.{r}", lang), sum(r in having.get(x, {NO_ROLE}) for x in enjeu_of))
        for r in [*ROLES, *without]
    ]
    types = [
        _value(t or UNIDENTIFIED, labels.t(f"type.{t}", lang), len(reached[t])) | {"family": style.FAMILY[t] or "none"}
        for t in style.FAMILY
        if t in reached
    ]
    return {"ambition": ambitions, "enjeu": enjeux, "role": roles, "type": types}


def _pairs(frame, key, value):
    return dict(zip(frame[key], frame[value], strict=True))


def _value(code, label, count):
    return {"id": code, "label": label, "count": count}


def _times(mapping, wanted):
    return sum(value == wanted for value in mapping.values())


def _colon(parts, lang):
    return labels.typography(" : ".join(parts)) if lang == "fr" else ": ".join(parts)


def _themes(dataset, lang):
    """List the themes in the order of the framework matrix."""
    about = dataset.themes.set_index("theme_id")
    return [
        {
            "id": row.theme_id,
            "kind": row.kind,
            "kind_label": labels.t(f"theme.{row.kind}", lang),
            "label": about.at[row.theme_id, f"label_{lang}"],
            "definition": about.at[row.theme_id, f"definition_{lang}"],
            "ambition": about.at[row.theme_id, "ambition_id"],
        }
        for row in framework.themes(dataset).itertuples()
    ]


def _laureates(dataset, places, lang):
    """List the laureates in the order of the documents, each with all that its row says."""
    home, title = of_laureates(dataset), _pairs(dataset.sources, "source_id", "title")
    own = {
        name: _by_laureate(getattr(dataset, name))
        for name in ("roles", "mentions", "evidence", "contributions", "relations")
    }
    called = _called(dataset, lang)
    made = []
    for row in dataset.laureates.to_dict("records"):
        key = row["laureate_id"]
        mine = {name: rows.get(key, []) for name, rows in own.items()}
        x, y = places[key]
        made.append(
            {
                "id": key,
                "name": row["name"],
                "project": row["project_name"],
                "status": labels.t(f"status.{row['carrier_status']}", lang) if row["carrier_status"] else "",
                "status_anchor": row["carrier_anchor"],
                "enjeu": row["enjeu_id"],
                "ambition": home[key],
                "place": row["place"],
                "stated": row["department_stated"],
                "inferred": row["department_inferred"],
                "inferred_from": row["inferred_from"],
                "place_anchor": row["place_anchor"],
                "summary": row[f"summary_{lang}"],
                "source": title.get(row["source_id"], row["source_id"]),
                "row": int(row["source_row"]),
                "anchor": row["row_anchor"],
                "roles": [_role(mine["roles"], role, lang) for role in ROLES if _role(mine["roles"], role, lang)],
                "mentions": [_mention(one) for one in mine["mentions"]],
                "evidence": [_only(one, "strength", "anchor", "note", theme="theme_id") for one in mine["evidence"]],
                "contributions": [_contribution(one, lang) for one in mine["contributions"]],
                "relations": [_relation(one, called, lang) for one in mine["relations"]],
                "x": x,
                "y": y,
            }
        )
    return made


def _by_laureate(frame):
    """Return the rows of a table by laureate."""
    rows = {}
    for row in frame.to_dict("records"):
        rows.setdefault(row["laureate_id"], []).append(row)
    return rows


def _only(row, *names, **renamed):
    return {name: row[name] for name in names} | {name: row[old] for name, old in renamed.items()}


def _role(rows, role, lang):
    """Return a role of a laureate, None where it has not that role."""
    for row in rows:
        if row["role"] == role:
            salience = labels.t(f"salience.{row['salience']}", lang)
            return {"role": role, "salience": row["salience"], "salience_label": salience, "anchor": row["anchor"]}
    return None


def _mention(row):
    within = row["parent_position"]
    return _only(row, "mention", actor="actor_id") | {
        "position": int(row["position"]),
        "within": None if pd.isna(within) else int(within),
    }


def _contribution(row, lang):
    parts = [labels.t(f"{name}.{row[name]}", lang) for name in ("dimension", "target")]
    return {"where": _colon(parts, lang), "label": row[f"label_{lang}"], "anchor": row["anchor"]}


def _relation(row, called, lang):
    kind = labels.t(f"relation.{row['kind']}", lang)
    ends = [called.get(row[name], row[name]) for name in ("from_id", "to_id")]
    return {"from": ends[0], "kind": kind, "to": ends[1], "anchor": row["anchor"]}


def _called(dataset, lang):
    """Return the names of actors and laureates by id."""
    actors = _pairs(dataset.actors, "actor_id", f"short_{lang}")
    return actors | _pairs(dataset.laureates, "laureate_id", "name")


def _folded(text):
    """Return a text without case or accents, to sort by."""
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def _actors(dataset, places, lang):
    """List the actors that rows mention, by name; also what is printed among them and is none."""
    mentioned = set(dataset.mentions["actor_id"])
    made = []
    for row in dataset.actors.to_dict("records"):
        if row["actor_id"] not in mentioned:
            continue
        place = places.get(row["laureate_id"] or row["actor_id"])
        made.append(
            {
                "id": row["actor_id"],
                "name": row["name"],
                "short": row[f"short_{lang}"],
                "kind": row["kind"],
                "kind_label": labels.t(f"kind.{row['kind']}", lang),
                "type": row["actor_type"] or UNIDENTIFIED,
                "type_label": labels.t(f"type.{row['actor_type']}", lang),
                "family": style.FAMILY[row["actor_type"]] or "none",
                "family_label": labels.t(f"family.{style.FAMILY[row['actor_type']]}", lang),
                "scale": labels.t(f"explorer.scale.{row['scale']}", lang) if row["scale"] else "",
                "laureate": row["laureate_id"],
                "aliases": [alias for alias in row["aliases"].split("|") if alias],
                "note": row["note"],
                "x": place[0] if place else 0,
                "y": place[1] if place else 0,
            }
        )
    return sorted(made, key=lambda actor: (_folded(actor["name"]), actor["id"]))
