"""Sentences of reading for the comparison of ambitions, each built from the data; invented records are said to be so.

Each function takes the dataset and the language and returns one paragraph.
"""

from . import comparison, labels, made_up
from .ambitions import loaded
from .dataset import ROLES


def status(dataset, lang=None):
    """Say which ambitions are loaded, with how many laureates, and whether there is something to compare.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    str

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> status(load(), "en").split(",")[0]
    'Only one ambition is loaded: ambition 4'
    """
    lang = labels.language(lang)
    parts = []
    for row in loaded(dataset).to_dict("records"):
        name, title = _name(row["number"], lang), row[f"title_{lang}"]
        name = labels.t("comparison.titled", lang, ambition=name, title=title) if title else name
        parts.append((name, labels.count(row["count"], "laureate", lang)))
    if len(parts) == 1:
        return labels.t("comparison.one", lang, ambition=parts[0][0], laureates=parts[0][1])
    if not parts:
        return labels.t("comparison.zero", lang)
    said = [labels.t("comparison.part", lang, ambition=name, laureates=number) for name, number in parts]
    text = labels.t("comparison.several", lang, count=len(said), parts=labels.join(said, lang))
    return _marked(text, dataset, lang)


def roles(dataset, lang=None):
    """Say how many laureates of each ambition have each role.

    Examples
    --------
    >>> roles(made_up.load(), "en").split(";")[1]
    ' Inspirer, ambition 8: 2/6, ambition 9: 5/7'
    """
    lang = labels.language(lang)
    table = comparison.roles_by_ambition(dataset).to_dict("records")
    names = _names(dataset, lang)
    parts = []
    for role in ROLES:
        cells = [(names[r["ambition_id"]], f"{r['count']}/{r['of']}") for r in table if r["role"] == role]
        said = [labels.t("comparison.cell", lang, ambition=name, words=share) for name, share in cells]
        parts.append(labels.t("comparison.role", lang, role=labels.t(f"role.{role}", lang), parts=", ".join(said)))
    return _marked(labels.t("comparison.roles", lang, parts=_listed(parts, lang)), dataset, lang)


def actors(dataset, lang=None):
    """Say how many actors the ambitions have in common, counts beside the index.

    Examples
    --------
    >>> "7 in common of 17" in actors(made_up.load(), "en")
    True
    """
    lang = labels.language(lang)
    names, parts = _names(dataset, lang), []
    rows = comparison.actors_overlap(dataset).to_dict("records")
    for whole, bodies in zip(rows[::2], rows[1::2], strict=True):
        parts.append(
            labels.t(
                "comparison.pair",
                lang,
                a=names[whole["ambition_a"]],
                b=names[whole["ambition_b"]],
                shared=whole["shared"],
                either=whole["either"],
                jaccard=_index(whole["jaccard"], lang),
                named=bodies["shared"],
                bodies=bodies["either"],
                other=_index(bodies["jaccard"], lang),
            )
        )
    shared = comparison.shared_actors(dataset).drop_duplicates("actor_id")
    values = {"shared": len(shared), "named": int((shared["kind"] != "generic").sum())}
    parts = _listed([part[:1].upper() + part[1:] for part in parts] or ["–"], lang)
    return _marked(labels.t("comparison.actors", lang, parts=parts, **values), dataset, lang)


def levers(dataset, lang=None):
    """Say how the ambitions compare on levers, and which themes have the same name in several.

    Examples
    --------
    >>> "Mutual help" in levers(made_up.load(), "en")
    True
    """
    lang = labels.language(lang)
    names, parts = _names(dataset, lang), []
    for row in comparison.levers_by_ambition(dataset).to_dict("records"):
        if row["kind"] == "lever":
            values = {name: row[name] for name in ("direct", "of", "supported", "themes")}
            parts.append(labels.t("comparison.lever", lang, ambition=names[row["ambition_id"]], **values))
    label = dict(zip(dataset.themes["theme_id"], dataset.themes[f"label_{lang}"], strict=True))
    found = list(dict.fromkeys(label[theme] for theme in comparison.same_themes(dataset)["theme_id"]))
    said = labels.join([labels.t("frame.quoted", lang, words=name) for name in found], lang)
    same = labels.t("comparison.same", lang, names=said) if found else labels.t("comparison.none_same", lang)
    return _marked(labels.t("comparison.levers", lang, parts=labels.join(parts, lang), same=same), dataset, lang)


def _names(dataset, lang):
    numbers = zip(dataset.ambitions["ambition_id"], dataset.ambitions["number"], strict=True)
    return {ambition: _name(number, lang) for ambition, number in numbers}


def _name(number, lang):
    name = labels.t("ambitions.name", lang, number=number)
    return name[:1].lower() + name[1:]


def _index(value, lang):
    return "–" if value != value else labels.number(value, lang, 2)


def _listed(parts, lang):
    return labels.typography(" ; ".join(parts)) if lang == "fr" else "; ".join(parts)


def _marked(text, dataset, lang):
    return labels.t("comparison.invented", lang, text=text) if made_up.within(dataset) else text
