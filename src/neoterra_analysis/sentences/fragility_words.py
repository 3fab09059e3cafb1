"""What stands beside a number: its fragility in the reader's words.

The tables of `findings.fragility` hold values and codes; here they become names, ranges and sentences of a language
(``lang``: ``"fr"``, ``"en"``; see `labels.language`), with the names of the ``dataset`` that the table was made from.
"""

import math

import pandas as pd

from ..analysis import findings, fragility
from ..dataset.decisions import PARTS, WRITTEN
from ..dataset.loading import names
from ..words.labels import Words, date
from .tables import Shown

TABLES = {"actor": "actors", "enjeu": "enjeux", "laureate": "laureates", "theme": "themes"}  # of codes that are ids


def show(table, dataset, section=None, lang=None):
    """Show how fragile the headline statistics are.

    Parameters
    ----------
    table : DataFrame
        As made by `findings.fragility`.
    section : str, optional
        Only the statistics that the sentence of this name in `prose` tells.

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
    w = Words(lang)
    if section is not None:
        table = table[table["section"] == section]
    rows = []
    for row in table.to_dict("records"):
        name = row["statistic"]
        cells = {
            "statistic": label(name, dataset, lang),
            "value": words(name, row["value"], dataset, lang),
            **{move: _range(row, move, dataset, w) for move in ("loo", "flip", "spec")},
            "verdict": verdict(row["verdict"], lang),
        }
        rows.append({w(f"beside.{column}"): text for column, text in cells.items()})
    return Shown(pd.DataFrame(rows, dtype=object))


def label(statistic, dataset, lang=None):
    """Name a headline statistic.

    >>> label("top_role", None, "en")
    'Most frequent role'
    """
    w = Words(lang)
    if statistic.startswith("verdict_"):
        return w("stat.verdict", theme=word("theme", statistic.removeprefix("verdict_"), dataset, w))
    return w(f"stat.{statistic}")


def verdict(codes, lang=None):
    """Say in words what moves a statistic.

    >>> verdict("laureate; code", "en")
    'moved by one laureate, moved by one code'
    """
    w = Words(lang)
    return ", ".join(w(f"fragility.{code}") for code in codes.split("; "))


def words(statistic, value, dataset, lang=None):
    """Write a value of a headline statistic.

    >>> words("share_connecteur", fragility.Share(8, 11), None, "en")
    '8 of 11 (73%)'
    """
    w, kind = Words(lang), fragility.measure(value)
    if _missing(value):
        return w("beside.missing")
    if kind == "share":
        return w("beside.share", count=value.count, of=value.of, share=w.share(*value))
    if kind == "number":
        return short(value, w)
    family = findings.word_family(statistic)
    if kind == "label":
        return word(family, value, dataset, w)
    return ", ".join(word(family, entry, dataset, w) for entry in value) or w("beside.none")


def _missing(value):
    """Tell whether a share or a number does not exist: it has no whole, or no value."""
    return value is None or (fragility.measure(value) in ("share", "number") and math.isnan(float(value)))


def word(family, code, dataset, w):
    """Name a code of a family, or the record of an id."""
    if family == "combination":
        return " + ".join(w(f"role.{role}") for role in code.split("+"))
    if family == "actors":
        return " – ".join(word("actor", actor, dataset, w) for actor in code.split("+"))
    if family not in TABLES:
        return w(f"{family}.{code}")
    return names(dataset, TABLES[family], w.lang).get(code, code)


def _range(row, prefix, dataset, w):
    """Write what a statistic becomes, and what moves it most."""
    tried, other = row[f"{prefix}_of"], row[f"{prefix}_other"]
    if not tried or (prefix == "spec" and tried == 1):
        return w("beside.nothing")
    parts = []
    if not row[f"{prefix}_differ"]:
        parts.append(w("beside.same"))
    else:
        what = how(row, prefix, dataset, w)
        key = "without" if prefix == "loo" else "by"
        if row["measure"] in ("share", "number") and not _missing(row["value"]) and not _missing(other):
            low, high = (short(row[f"{prefix}_{end}"], w) for end in ("low", "high"))
            parts.append(w("beside.range", low=low, high=high))
            parts.append(w(f"beside.{key}", name=what, how=what))
        else:
            value = words(row["statistic"], other, dataset, w.lang)
            parts.append(w(f"beside.becomes_{key}", value=value, name=what, how=what))
            parts.append(w("beside.moved_of", count=row[f"{prefix}_moved"], of=w.number(tried)))
    if prefix == "spec" and not row["spec_complete"]:
        parts.append(w("beside.drawn", of=w.number(tried), possible=w.number(row["spec_possible"])))
    return w.listed(parts)


def short(value, w):
    """Write a share as its per cent, a number with a decimal where it needs one."""
    if isinstance(value, fragility.Share):
        return w.share(*value)
    return w.number(value, 0 if float(value).is_integer() else 1)


def how(row, prefix, dataset, w):
    """Say what moves a statistic most: the laureate left out, the code flipped, the readings and the threshold."""
    if prefix == "loo":
        return word("laureate", row["loo_laureate"], dataset, w)
    if prefix == "flip":
        return flip(row["flip"], dataset, w.lang)
    parts = []
    for name in row["spec"]:
        if "=" in name:
            parts.append(w("beside.threshold", enough=name.split("=")[1]))
        else:
            parts.append(reading(name, dataset, w.lang))
    return " + ".join(parts)


def flip(how, dataset, lang=None):
    """Say which code was flipped."""
    w = Words(lang)
    table, key, column, *ends = how
    parts = key.split("/")
    family = {"salience": "salience", "strength": "strength", "code": "mode", "actor_type": "type"}.get(column, column)
    # Without a passage there is no code of any column.
    none = "strength.none" if table == "contributions" else f"{family}.none"
    before, after = (w(none if code == "none" else f"{family}.{code}") for code in ends)
    names = {"before": before.lower() if column == "salience" else before, "after": after}
    if table == "actors":
        return w("beside.flip.actors", actor=word("actor", parts[0], dataset, w), **names)
    if table == "evidence":
        theme = word("theme", parts[0], dataset, w)
        return w("beside.flip.evidence", theme=theme, laureate=word("laureate", parts[1], dataset, w), **names)
    laureate = word("laureate", parts[0], dataset, w)
    role = w(f"role.{parts[1]}") if table == "roles" else ""
    return w(f"beside.flip.{table}", laureate=laureate, role=role, **names)


def left_out(table, dataset, lang=None):
    """Put words in the table of `findings.left_out`, for its figure.

    Parameters
    ----------
    table : DataFrame
        As made by `findings.left_out`.

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
        As made by `fragility.specifications`.

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
        As made by `fragility.specifications`.
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
        As made by `claims.ledger`.

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
    w = Words(lang)
    made = table.drop(columns=["statement_fr", "statement_en"])
    made.insert(1, "group", [w(f"claim.{kind}") for kind in table["kind"]])
    made.insert(2, "statement", table[f"statement_{w.lang}"])
    return made


def confidence(table, lang=None):
    """Put words in the confidence in each claim; what nobody judged is said not to be filled in.

    Parameters
    ----------
    table : DataFrame
        As made by `claims.confidence`.

    Returns
    -------
    DataFrame
        ``claim`` (its number and statement), ``limits``, ``relevance``, ``adequacy``, ``coherence``, ``confidence``,
        ``reason`` (with who decided, and when), as texts.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> from neoterra_analysis.analysis import claims
    >>> dataset = load()
    >>> confidence(claims.confidence(dataset, claims.ledger(dataset)), "en")["confidence"].iloc[0]
    'not filled in'
    """
    w, rows = Words(lang), []
    for row in table.to_dict("records"):
        judged = row["judged"].split("; ")
        told = []
        for part in PARTS:
            family = "level" if part == "level" else "concern"
            text = w(f"{family}.{row[part]}") if row[part] else ""
            if part in WRITTEN or part == "level":
                told.append(text or w("confidence.empty"))
            else:
                told.append(
                    text if part in judged else w("confidence.proposed", concern=text) if text else w("confidence.none")
                )
        signed = w("confidence.signed", reason=row["reason"], person=row["person"], date=date(row["date"], lang))
        statement = w("confidence.claim", number=row["number"], statement=row[f"statement_{w.lang}"])
        rows.append((statement, *told, signed if row["reason"] else w("confidence.empty")))
    columns = ["claim", *PARTS[:-1], "confidence", "reason"]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def reading(reading_id, dataset, lang=None):
    """Say what an open reading decides otherwise."""
    w = Words(lang)
    row = dataset.readings.set_index("reading_id").loc[reading_id]
    table, column, parts = row["table"], row["column"], row["key"].split("/")
    ends = (row["value"], row["alternative"])
    if column in ("salience", "role", "strength", "code", "dimension", "target", "actor_type", "kind"):
        blank = "" if column == "actor_type" else "none"
        return flip((table, row["key"], column, *(end or blank for end in ends)), dataset, lang)
    where = word("actor" if table == "actors" else "laureate", parts[1 if table == "evidence" else 0], dataset, w)
    if column in ("actor_id", "enjeu_id", "laureate_id", "theme_id"):
        ends = tuple(word(column.removesuffix("_id"), end, dataset, w) for end in ends)
    elif column == "carrier_status":
        ends = tuple(w(f"status.{end}") if end else "" for end in ends)
    elif column == "parent_position":
        mentions = dataset.mentions[dataset.mentions["laureate_id"] == parts[0]]
        printed = dict(zip(mentions["position"].astype(str), mentions["mention"], strict=True))
        where = f"{where}, {printed[parts[1]]}"
        ends = tuple(f"({printed[end]})" if end else "" for end in ends)
    before, after = (end.replace("|", " + ") or w("beside.uncoded") for end in ends)
    return w("beside.reading", where=where, before=before, after=after)


def one_code(table, dataset, lang=None):
    """Say, for each statistic of `findings.fragility` that one changed code would change, an example of such a code."""
    w = Words(lang)
    moved = table[table["verdict"].str.split("; ").map(lambda codes: "code" in codes)]
    how = {row["statistic"]: flip(row["flip"], dataset, w.lang) for row in moved.to_dict("records")}
    return {statistic: w("fragile.title", how=words) for statistic, words in how.items()}
