"""What stands beside an observation in the reader's words: the null models' sentences, table and values."""

import numpy as np
import pandas as pd

from . import communities, labels, null_tests
from .ambitions import scoped
from .margins import DRAWS, SEED
from .null_tests import FAMILY, TYPES


def sentences(table, lang=None):
    """Write one sentence of reading for each statement: a description, beside what the margins alone give.

    Parameters
    ----------
    table : DataFrame or Dataset
        As made by `null_tests.tests`, or the records to make it from.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    DataFrame
        ``test, outcome, sentence``.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> len(sentences(load(), "en"))
    9
    """
    lang = labels.language(lang)
    table = table if isinstance(table, pd.DataFrame) else null_tests.tests(table)
    rows = [(r["test"], r["outcome"], _sentence(r, lang)) for r in table.to_dict("records")]
    return pd.DataFrame(rows, columns=["test", "outcome", "sentence"])


def reading(table, lang=None):
    """Write the sentences of `sentences`, one a line.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "margins alone" in reading(load(), "en")
    True
    """
    return "\n".join(sentences(table, lang)["sentence"])


def shown(table, lang=None):
    """Write the table of `null_tests.tests` for a reader; `tables.show` gives it its headings.

    Parameters
    ----------
    table : DataFrame
        As made by `null_tests.tests`; it is not changed.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    DataFrame of str
        ``statement, observed, null_range, null_median, p_low, p_high, p_least, how``; empty where there is no value.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> shown(null_tests.tests(load()), "en")[["observed", "null_range", "p_low"]].values.tolist()[4]
    ['0', '0 to 2', '0.30']
    """
    lang = labels.language(lang)
    rows = []
    for row in table.to_dict("records"):
        cells = {"statement": labels.t(f"null.{row['statement']}", lang)}
        if pd.isna(row["observed"]):
            cells["how"] = labels.t(f"null.why.{row['outcome']}", lang)
        else:
            cells |= {name: value_text(row["statement"], row[name], lang) for name in ("observed", "null_median")}
            ends = {end: value_text(row["statement"], row[f"null_{end}"], lang) for end in ("low", "high")}
            cells |= {"null_range": labels.t("null.range", lang, **ends), "how": how_text(row, lang)}
            cells |= {name: share_text(row[name], lang) for name in ("p_low", "p_high", "p_least")}
        rows.append(cells)
    columns = ["statement", "observed", "null_range", "null_median", "p_low", "p_high", "p_least", "how"]
    return pd.DataFrame(rows, columns=columns).fillna("").astype("str")


@scoped
def communities_reading(dataset, lang=None, draws=DRAWS, seed=SEED):
    """Say which groups of laureates stand out, or why none is shown.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> communities_reading(load(), "en").endswith(".")
    True
    """
    lang = labels.language(lang)
    found = communities.communities(dataset, draws, seed)
    values = {}
    if found.modularity is not None:
        values = {"modularity": value_text("modularity", found.modularity, lang)}
        values["threshold"] = value_text("modularity", found.threshold, lang)
    if found.outcome != "above":
        return labels.t(f"null.communities.{found.outcome}", lang, **values)
    names = dataset.laureates.set_index("laureate_id")["name"]
    groups = [labels.join(names[part["laureate_id"]], lang) for _, part in found.partition.groupby("community")]
    ties = "uncounted" if found.best is None else "one" if found.best == 1 else "many"
    tail = labels.t(f"null.communities.ties.{ties}", lang, count=found.best)
    parts = (" ; " if lang == "fr" else "; ").join(groups)
    return labels.t("null.communities.above", lang, number=len(groups), parts=parts, ties=tail, **values)


def value_text(statement, value, lang=None):
    """Write a value of a statement: whole numbers whole, a difference with its sign.

    Examples
    --------
    >>> value_text("components", 5.0, "fr"), value_text("types_median", 1.5, "en"), value_text("types_mean", -1, "en")
    ('5', '+1.5', '−1')
    """
    digits = 0 if float(value).is_integer() and statement != "modularity" else 1 if statement == "types_median" else 2
    text = labels.number(abs(value) if statement in TYPES else value, lang, digits)
    sign = {-1.0: "−", 0.0: "", 1.0: "+"}[float(np.sign(value))] if statement in TYPES else ""
    return sign + text


def share_text(share, lang=None):
    """Write a share of arrangements between 0 and 1: two digits, three where it is small.

    Examples
    --------
    >>> share_text(0.4567, "fr"), share_text(0.0123, "en"), share_text(1, "en"), share_text(0.00001, "en")
    ('0,46', '0.012', '1', '< 0.001')
    """
    if share < 0.0005:
        return "< " + labels.number(0.001, lang, 3)
    return labels.number(share, lang, 0 if share == 1 else 2 if 0.0995 <= share < 0.995 else 3)


def how_text(row, lang=None):
    """Say how a distribution was found: exactly, over how many arrangements, or by how many draws."""
    if not row["exact"]:
        return labels.t("null.how.draws", lang, count=labels.number(row["draws"], lang))
    if pd.isna(row["draws"]):
        return labels.t("null.how.countless", lang)
    return labels.t("null.how.exact", lang, count=labels.number(row["draws"], lang))


def _sentence(row, lang):
    words = labels.t(f"null.{row['statement']}", lang)
    if pd.isna(row["observed"]):
        return labels.t("null.missing", lang, statement=words, why=labels.t(f"null.why.{row['outcome']}", lang))
    values = {
        k: value_text(row["statement"], row[k], lang) for k in ("observed", "null_low", "null_median", "null_high")
    }
    shares = {name: share_text(row[name], lang) for name in ("p_low", "p_high", "p_least")}
    held = labels.t(f"null.held.{FAMILY[row['statement']]}", lang)
    if row["outcome"] == "forced":
        return labels.t("null.forced", lang, statement=words, held=held, **values)
    place = labels.t(f"null.outcome.{row['outcome']}", lang)
    how = how_text(row, lang)
    return labels.t("null.sentence", lang, statement=words, held=held, place=place, how=how, **values, **shares)
