"""What stands beside a number: its fragility in the reader's words.

The tables of `headlines.fragility` hold values and codes; here they become names, ranges and sentences.
"""

import math

import pandas as pd

from ..analysis import findings, fragility
from ..words import labels
from .tables import Shown


def show(table, dataset, section=None, lang=None):
    """Show how fragile the headline statistics are.

    Parameters
    ----------
    table : DataFrame
        As made by `headlines.fragility`.
    dataset : Dataset
        The records that it was made from.
    section : str, optional
        Only the statistics that the sentence of this name in `prose` tells.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    tables.Shown
        One row a statistic: its value; its range with one laureate left out, one code changed, the open readings
        decided otherwise, each with what moves it most; the verdict.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> dataset = load()
    >>> show(findings.fragility(dataset, "01"), dataset, "coverage", "en").frame["Fragility"].tolist()
    ['robust', 'robust', 'moved by one laureate']
    """
    lang = labels.language(lang)
    if section is not None:
        table = table[table["section"] == section]
    rows = []
    for row in table.to_dict("records"):
        name = row["statistic"]
        cells = {
            "statistic": label(name, dataset, lang),
            "value": words(name, row["value"], dataset, lang),
            "loo": _range(row, "loo", dataset, lang),
            "flip": _range(row, "flip", dataset, lang),
            "spec": _range(row, "spec", dataset, lang),
            "verdict": verdict(row["verdict"], lang),
        }
        rows.append({labels.t(f"beside.{column}", lang): text for column, text in cells.items()})
    return Shown(pd.DataFrame(rows, dtype=object))


def label(statistic, dataset, lang=None):
    """Name a headline statistic.

    Examples
    --------
    >>> label("top_role", None, "en")
    'Most frequent role'
    """
    if statistic.startswith("verdict_"):
        themes = dict(zip(dataset.themes["theme_id"], dataset.themes[f"label_{labels.language(lang)}"], strict=True))
        return labels.t("stat.verdict", lang, theme=themes[statistic.removeprefix("verdict_")])
    return labels.t(f"stat.{statistic}", lang)


def verdict(codes, lang=None):
    """Say in words what moves a statistic.

    >>> verdict("laureate; code", "en")
    'moved by one laureate, moved by one code'
    """
    return ", ".join(labels.t(f"fragility.{code}", lang) for code in codes.split("; "))


def words(statistic, value, dataset, lang=None):
    """Write a value of a headline statistic.

    >>> words("share_connecteur", fragility.Share(8, 11), None, "en")
    '8 of 11 (73%)'
    """
    lang = labels.language(lang)
    kind = fragility.measure(value)
    if _missing(value):
        return labels.t("beside.missing", lang)
    if kind == "share":
        return labels.t("beside.share", lang, count=value.count, of=value.of, share=labels.share(*value, lang))
    if kind == "number":
        return labels.number(value, lang, 0 if float(value).is_integer() else 1)
    family = findings.word_family(statistic)
    if kind == "label":
        return _word(family, value, dataset, lang)
    return ", ".join(_word(family, entry, dataset, lang) for entry in value) or labels.t("beside.none", lang)


def _missing(value):
    """Tell whether a share or a number does not exist: it has no whole, or no value."""
    return value is None or (fragility.measure(value) in ("share", "number") and math.isnan(float(value)))


def _word(family, code, dataset, lang):
    if family == "combination":
        return " + ".join(labels.t(f"role.{role}", lang) for role in code.split("+"))
    if family == "actors":
        return " – ".join(_word("actor", actor, dataset, lang) for actor in code.split("+"))
    columns = {
        "actor": ("actors", "actor_id", f"short_{lang}"),
        "enjeu": ("enjeux", "enjeu_id", f"short_{lang}"),
        "laureate": ("laureates", "laureate_id", "name"),
        "theme": ("themes", "theme_id", f"label_{lang}"),
    }
    if family in columns:
        return _names(dataset, *columns[family]).get(code, code)
    return labels.t(f"{family}.{code}", lang)


def _names(dataset, table, key, column):
    frame = getattr(dataset, table)
    return dict(zip(frame[key], frame[column], strict=True))


def _range(row, prefix, dataset, lang):
    """Write what a statistic becomes, and what moves it most."""
    tried, other = row[f"{prefix}_of"], row[f"{prefix}_other"]
    if not tried or (prefix == "spec" and tried == 1):
        return labels.t("beside.nothing", lang)
    parts = []
    if not row[f"{prefix}_differ"]:
        parts.append(labels.t("beside.same", lang))
    else:
        how = _how(row, prefix, dataset, lang)
        key = "without" if prefix == "loo" else "by"
        if row["measure"] in ("share", "number") and not _missing(row["value"]) and not _missing(other):
            ends = [_short(row[f"{prefix}_{end}"], lang) for end in ("low", "high")]
            parts.append(labels.t("beside.range", lang, low=ends[0], high=ends[1]))
            parts.append(labels.t(f"beside.{key}", lang, name=how, how=how))
        else:
            value = words(row["statistic"], other, dataset, lang)
            parts.append(labels.t(f"beside.becomes_{key}", lang, value=value, name=how, how=how))
            parts.append(labels.t("beside.moved_of", lang, count=row[f"{prefix}_moved"], of=labels.number(tried, lang)))
    if prefix == "spec" and not row["spec_complete"]:
        possible = labels.number(row["spec_possible"], lang)
        parts.append(labels.t("beside.drawn", lang, of=labels.number(tried, lang), possible=possible))
    return (" ; " if lang == "fr" else "; ").join(parts)


def _short(value, lang):
    if isinstance(value, fragility.Share):
        return labels.share(*value, lang)
    return labels.number(value, lang, 0 if float(value).is_integer() else 1)


def _how(row, prefix, dataset, lang):
    if prefix == "loo":
        return _word("laureate", row["loo_laureate"], dataset, lang)
    if prefix == "flip":
        return flip(row["flip"], dataset, lang)
    parts = []
    for name in row["spec"]:
        if "=" in name:
            parts.append(labels.t("beside.threshold", lang, enough=name.split("=")[1]))
        else:
            parts.append(reading(name, dataset, lang))
    return " + ".join(parts)


def flip(how, dataset, lang=None):
    """Say which code was flipped."""
    lang = labels.language(lang)
    table, key, column, *ends = how
    parts = key.split("/")
    family = {"salience": "salience", "strength": "strength", "code": "mode", "actor_type": "type"}.get(column, column)
    if table == "contributions":  # without a passage there is no code of any column
        ends = ("strength.none" if code == "none" else f"{family}.{code}" for code in ends)
    else:
        ends = (f"{family}.{code}" for code in ends)
    before, after = (labels.t(key, lang) for key in ends)
    names = {"before": before.lower() if column == "salience" else before, "after": after}
    if table == "actors":
        return labels.t("beside.flip.actors", lang, actor=_word("actor", parts[0], dataset, lang), **names)
    if table == "evidence":
        theme = _word("theme", parts[0], dataset, lang)
        return labels.t(
            "beside.flip.evidence", lang, theme=theme, laureate=_word("laureate", parts[1], dataset, lang), **names
        )
    laureate = _word("laureate", parts[0], dataset, lang)
    role = labels.t(f"role.{parts[1]}", lang) if table == "roles" else ""
    return labels.t(f"beside.flip.{table}", lang, laureate=laureate, role=role, **names)


def left_out(table, dataset, lang=None):
    """Put words in the table of `headlines.left_out`, for its figure.

    Parameters
    ----------
    table : DataFrame
        As made by `headlines.left_out`.
    dataset : Dataset
        The loaded records.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    DataFrame
        With ``label``, and ``base`` and ``value`` as they are shown; ``change`` is missing for words.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> dataset = load()
    >>> left_out(findings.left_out(dataset), dataset, "en")["base"].iloc[0]
    '11'
    """
    made = table.copy()
    made["label"] = [label(name, dataset, lang) for name in table["statistic"]]
    for column in ("base", "value"):
        pairs = zip(table["statistic"], table[column], strict=True)
        made[column] = [words(name, value, dataset, lang) for name, value in pairs]
    made["change"] = made["change"].where(made["measure"].isin(["share", "number"]))
    return made


def options(table, dataset, lang=None):
    """Name the open readings of a specification curve.

    Parameters
    ----------
    table : DataFrame
        As made by `robustness.specifications`.
    dataset : Dataset
        The loaded records.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    DataFrame
        One row a reading: ``option`` (the column), ``label``.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> dataset = load()
    >>> options(findings.curve(dataset, "supported"), dataset)["option"].tolist()
    ['r15', 'r16', 'r17', 'r18', 'r19']
    """
    names = table.attrs["readings"]
    return pd.DataFrame({"option": names, "label": [reading(name, dataset, lang) for name in names]})


def curve(table, statistic):
    """Return a specification curve as its figure draws it.

    Parameters
    ----------
    table : DataFrame
        As made by `robustness.specifications`.
    statistic : str
        Its column: a number, or a share, of which the count is drawn.

    Returns
    -------
    DataFrame
        ``value``, ``coded`` (the combination of the data as they are), then the readings and the choices.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> int(curve(findings.curve(load(), "supported"), "supported")["coded"].sum())
    1
    """
    made = table[[*table.attrs["readings"], *table.attrs["choices"]]].copy()
    counts = [value.count if isinstance(value, fragility.Share) else value for value in table[statistic]]
    made.insert(0, "value", counts)
    made.insert(1, "coded", [i == 0 for i in range(len(made))])
    return made


def ledger(table, lang=None):
    """Put words in the ledger, for its figure.

    Parameters
    ----------
    table : DataFrame
        As made by `ledger.ledger`.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    DataFrame
        With ``group`` (the kind of claim) and ``statement``.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> from neoterra_analysis.analysis import claims
    >>> ledger(claims.ledger(load()), "en")["group"].iloc[0]
    'What is announced'
    """
    lang = labels.language(lang)
    made = table.drop(columns=["statement_fr", "statement_en"])
    made.insert(1, "group", [labels.t(f"claim.{kind}", lang) for kind in table["kind"]])
    made.insert(2, "statement", table[f"statement_{lang}"])
    return made


def reading(reading_id, dataset, lang=None):
    """Say what an open reading decides otherwise."""
    lang = labels.language(lang)
    row = dataset.readings.set_index("reading_id").loc[reading_id]
    table, column, parts = row["table"], row["column"], row["key"].split("/")
    ends = (row["value"], row["alternative"])
    if column in ("salience", "role", "strength", "code", "dimension", "target", "actor_type", "kind"):
        blank = "" if column == "actor_type" else "none"
        return flip((table, row["key"], column, *(end or blank for end in ends)), dataset, lang)
    where = _word("actor" if table == "actors" else "laureate", parts[1 if table == "evidence" else 0], dataset, lang)
    if column in ("actor_id", "enjeu_id", "laureate_id", "theme_id"):
        ends = tuple(_word(column.removesuffix("_id"), end, dataset, lang) for end in ends)
    elif column == "carrier_status":
        ends = tuple(labels.t(f"status.{end}", lang) if end else "" for end in ends)
    elif column == "parent_position":
        mentions = dataset.mentions[dataset.mentions["laureate_id"] == parts[0]]
        printed = dict(zip(mentions["position"].astype(str), mentions["mention"], strict=True))
        where = f"{where}, {printed[parts[1]]}"
        ends = tuple(f"({printed[end]})" if end else "" for end in ends)
    before, after = (end.replace("|", " + ") or labels.t("beside.uncoded", lang) for end in ends)
    return labels.t("beside.reading", lang, where=where, before=before, after=after)


def one_code(table, dataset, lang):
    """Say, for each statistic of `findings.fragility` that one changed code would change, an example of such a code."""
    moved = table[table["verdict"].str.split("; ").map(lambda codes: "code" in codes)]
    how = {row["statistic"]: flip(row["flip"], dataset, lang) for row in moved.to_dict("records")}
    return {statistic: labels.t("fragile.title", lang, how=words) for statistic, words in how.items()}
