"""Tables for readers: the same rows with names for ids, words for codes and headings in the reader's language."""

from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from ..analysis.nulls import TYPES
from ..dataset import loading
from ..words import labels
from ..words.labels import Words

# What stands in a column of that name: a family of codes in the words.
CODES = {
    "actor_type": "type",
    "case": "case",
    "code": "mode",
    "dimension": "dimension",
    "field": "field",
    "grain": "grain",
    "index": "index",
    "kinds": "kinds",
    "role": "role",
    "role_a": "role",
    "role_b": "role",
    "salience": "salience",
    "state": "state",
    "strength": "strength",
    "target": "target",
    "verdict": "verdict",
}
# Columns of several codes: the family, what joins them in the table and what before the reader.
LISTS_OF_CODES = {
    "combination": ("role", "+", " + "),
    "fragility": ("fragility", "; ", ", "),
    "type_list": ("type", "; ", ", "),
}
# Columns that hold one id, or several joined by "; ".
IDS = (
    "actor_id actors end_a end_b enjeu_id laureate_id laureates laureates_direct laureates_indirect laureates_inferred "
    "members parent principal_laureates theme_id themes top"
).split()
AMBITION_IDS = ("ambition_a", "ambition_b", "ambition_id", "ambitions")
CLAIM_IDS = ("claim_id", "claims")
# Families of the codes in a column "kind": the first that has the code.
KINDS = ("theme", "discrepancy", "kind", "relation", "claim")


@dataclass(frozen=True, eq=False)
class Shown:
    """A table as a reader sees it; ``frame`` holds the cells as shown."""

    frame: pd.DataFrame

    def __repr__(self):
        return self.frame.to_string(index=False, max_colwidth=None)

    def _repr_html_(self):
        head = "".join(f'<th scope="col" style="text-align: left">{escape(name)}</th>' for name in self.frame.columns)
        rows = [f"<tr>{''.join(map(_html_cell, row))}</tr>" for row in self.frame.itertuples(index=False, name=None)]
        return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{chr(10).join(rows)}\n</tbody>\n</table>"


def _html_cell(value):
    """Write a cell of HTML: numbers to the right, as their columns are compared; text to the left."""
    number = not isinstance(value, str) or value.replace(",", "").replace(".", "").isdigit()
    return f'<td style="text-align: {"right" if number else "left"}">{escape(str(value))}</td>'


def show(table, dataset, lang=None):
    """Show a table of results: names for ids, words for codes, headings in the reader's language.

    Parameters
    ----------
    table : DataFrame
        As made by `records`, `roles`, `network` or `themes`; it is not changed.
    dataset : Dataset
        The records that it was made from.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    Shown

    Raises
    ------
    KeyError
        If a column or a code has no words.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> from neoterra_analysis.analysis import roles
    >>> dataset = load()
    >>> list(show(roles.counts(dataset), dataset, "en").frame.columns)[:3]
    ['Role', 'Count', 'Of which said to be the main one']
    """
    lang = labels.language(lang)
    known = {}
    for one in ("actors", "laureates", "enjeux", "themes"):  # a laureate wins where an actor is one
        known |= loading.names(dataset, one, lang)
    claims = loading.names(dataset, "claims", lang)  # a claim may have the id of the theme that it is about
    numbers = loading.by_id(dataset, "ambitions", "number").items()
    ambitions = {ambition: labels.t("ambitions.name", lang, number=number) for ambition, number in numbers}
    named = dict.fromkeys(IDS, (known, ", "))
    named |= dict.fromkeys(AMBITION_IDS, (ambitions, ", ")) | dict.fromkeys(CLAIM_IDS, (claims, " "))
    # An edge's ends are ids of nodes; a contribution's target is a code.
    ends = {"source": "end_a", "target": "end_b"} if {"source", "target"} <= set(table.columns) else {}
    shown = {}
    for column in table.columns:
        name = ends.get(column, column)
        shown[labels.t(f"column.{name}", lang)] = [_cell(name, value, named, lang) for value in table[column]]
    return Shown(pd.DataFrame(shown, dtype=object))


def _cell(column, value, named, lang):
    """Write one cell."""
    if pd.isna(value):
        return ""
    if isinstance(value, bool):
        return labels.t("word.yes" if value else "word.no", lang)
    if isinstance(value, float):
        return labels.number(value, lang, 1 if column.endswith("median") else 2)
    if not isinstance(value, str):
        return value
    if column in named:
        known, joint = named[column]
        return joint.join(known[part] for part in value.split("; ")) if value else ""
    if column in LISTS_OF_CODES:
        family, parted, joint = LISTS_OF_CODES[column]
        return joint.join(labels.t(f"{family}.{code}", lang) for code in value.split(parted) if code)
    if column == "department":
        return labels.department(value, lang)
    if column == "kind":
        family = next(family for family in KINDS if f"{family}.{value}" in labels.words())
        return labels.t(f"{family}.{value}", lang)
    if column in CODES:
        return labels.t(f"{CODES[column]}.{value}", lang)
    return value


def null_table(table, lang=None):
    """Write the table of `nulls.tests` for a reader; `tables.show` gives it its headings.

    Parameters
    ----------
    table : DataFrame
        As made by `nulls.tests`; it is not changed.

    Returns
    -------
    DataFrame of str
        ``statement, observed, null_range, null_median, p_low, p_high, p_least, how``; empty where there is no value.

    Examples
    --------
    >>> from neoterra_analysis import load, nulls
    >>> null_table(nulls.tests(load()), "en")[["observed", "null_range", "p_low"]].values.tolist()[4]
    ['0', '0 to 2', '0.30']
    """
    w = Words(lang)
    rows = []
    for row in table.to_dict("records"):
        cells = {"statement": w(f"null.{row['statement']}")}
        if pd.isna(row["observed"]):
            cells["how"] = w(f"null.why.{row['outcome']}")
        else:
            cells |= {name: value_text(row["statement"], row[name], w.lang) for name in ("observed", "null_median")}
            ends = {end: value_text(row["statement"], row[f"null_{end}"], w.lang) for end in ("low", "high")}
            cells |= {"null_range": w("null.range", **ends), "how": how_text(row, w.lang)}
            cells |= {name: share_text(row[name], w.lang) for name in ("p_low", "p_high", "p_least")}
        rows.append(cells)
    columns = ["statement", "observed", "null_range", "null_median", "p_low", "p_high", "p_least", "how"]
    return pd.DataFrame(rows, columns=columns).fillna("").astype("str")


def value_text(statement, value, lang=None):
    """Write a value of a statement: whole numbers whole, a difference with its sign.

    >>> value_text("components", 5.0, "fr"), value_text("types_median", 1.5, "en"), value_text("types_mean", -1, "en")
    ('5', '+1.5', '−1')
    """
    digits = 0 if float(value).is_integer() and statement != "modularity" else 1 if statement == "types_median" else 2
    text = labels.number(abs(value) if statement in TYPES else value, lang, digits)
    sign = {-1.0: "−", 0.0: "", 1.0: "+"}[float(np.sign(value))] if statement in TYPES else ""
    return sign + text


def share_text(share, lang=None):
    """Write a share of arrangements between 0 and 1: two digits, three where it is small.

    >>> share_text(0.4567, "fr"), share_text(0.0123, "en"), share_text(1, "en"), share_text(0.00001, "en")
    ('0,46', '0.012', '1', '< 0.001')
    """
    if share < 0.0005:
        return "< " + labels.number(0.001, lang, 3)
    return labels.number(share, lang, 0 if share == 1 else 2 if 0.0995 <= share < 0.995 else 3)


def how_text(row, lang=None):
    """Say how a distribution was found: exactly, over how many arrangements, or by how many draws."""
    w = Words(lang)
    if not row["exact"]:
        return w("null.how.draws", count=w.number(row["draws"]))
    if pd.isna(row["draws"]):
        return w("null.how.countless")
    return w("null.how.exact", count=w.number(row["draws"]))
