"""Sentences of reading, each built from the data that it speaks of: no number is written by hand.

Each function takes the dataset and the language and returns one paragraph.
"""

import numpy as np
import pandas as pd

from ..analysis import claims as synthesis
from ..analysis import comparison, network, nulls, records, roles, themes
from ..analysis import fragility as robustness
from ..analysis.nulls import DRAWS, FAMILY, SEED, TYPES
from ..dataset import invented_example, loading
from ..dataset.loading import ROLES, loaded, restrict
from ..words import labels
from . import fragility_words


def coverage(dataset, lang=None):
    """Say how many laureates there are, and under which enjeux.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> coverage(load(), "en").split(" under ")[0]
    '11 laureates'
    """
    lang = labels.language(lang)
    short = dataset.enjeux.set_index("enjeu_id")[f"short_{lang}"]
    table = records.coverage(dataset)
    parts = [f"« {short[e]} » ({n})" if lang == "fr" else f"“{short[e]}” ({n})" for e, n in _pairs(table, "enjeu_id")]
    total = labels.count(len(dataset.laureates), "laureate", lang)
    return labels.t("prose.coverage", lang, total=total, enjeux=len(table), parts=labels.join(parts, lang))


def stated(dataset, lang=None):
    """Say for how many laureates each field is stated, inferred or missing.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "inferred" in stated(load(), "en")
    True
    """
    lang = labels.language(lang)
    parts = []
    for row in records.stated_counts(dataset).to_dict("records"):
        key = "prose.stated.inferred" if row["inferred"] else "prose.stated.plain"
        field = labels.t(f"field.{row['field']}", lang).lower()
        parts.append(labels.t(key, lang, field=field, count=row["stated"], of=row["of"], inferred=row["inferred"]))
    return labels.t("prose.stated", lang, parts=labels.join(parts, lang))


def places(dataset, lang=None):
    """Say for how many laureates the département is known, and which départements these are.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "unknown for" in places(load(), "en")
    True
    """
    lang = labels.language(lang)
    table = records.places(dataset)
    known = table[(table["department"] != "") & (table["count"] > 0)].sort_values(
        "count", ascending=False, kind="stable"
    )
    names = [
        labels.t("prose.places.part", lang, place=labels.department(code, lang), count=count)
        for code, count in _pairs(known, "department")
    ]
    key = "prose.places.known" if names else "prose.places.none"
    return labels.t(
        "prose.places",
        lang,
        stated=table["stated"].sum(),
        inferred=table["inferred"].sum(),
        unknown=table["count"].iloc[-1],
        of=len(dataset.laureates),
        parts=labels.t(key, lang, names=labels.join(names, lang)),
    )


def contributions(dataset, lang=None):
    """Say what the laureates change, and the means that most of them use.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "of 11" in contributions(load(), "en")
    True
    """
    lang = labels.language(lang)
    cases = records.dimensions(dataset).set_index("case")["count"]
    table = records.means(dataset)
    top = table[table["count"] == table["count"].max()]
    return labels.t(
        "prose.contributions",
        lang,
        passages=len(dataset.contributions),
        both=cases["both"],
        filiere=cases["filiere_only"],
        territoire=cases["territoire_only"],
        neither=cases["neither"],
        of=len(dataset.laureates),
        means=labels.join([_quoted(labels.t(f"mode.{code}", lang), lang) for code in top["code"]], lang),
        count=int(table["count"].max()),
    )


def discrepancies(dataset, lang=None):
    """Say how many discrepancies of each kind the source has.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "layout" in discrepancies(load(), "en")
    True
    """
    lang = labels.language(lang)
    kinds = dataset.discrepancies["kind"].value_counts()
    parts = [f"{labels.t(f'discrepancy.{kind}', lang)} ({kinds.get(kind, 0)})" for kind in _KINDS]
    return labels.t("prose.discrepancies", lang, count=len(dataset.discrepancies), parts=labels.join(parts, lang))


_KINDS = ("contradiction", "misprint", "layout")


def role_counts(dataset, lang=None):
    """Say how many laureates have each role, and which roles the fiche calls principal.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "Connector" in role_counts(load(), "en")
    True
    """
    lang = labels.language(lang)
    table = roles.counts(dataset).sort_values("count", ascending=False, kind="stable")
    parts = [
        f"{labels.t(f'role.{row.role}', lang)} {row.number}/{row.of} ({labels.share(row.number, row.of, lang)})"
        for row in table.rename(columns={"count": "number"}).itertuples(index=False)
    ]
    return labels.t(
        "prose.role_counts",
        lang,
        stated=len(dataset.roles),
        total=labels.count(len(dataset.laureates), "laureate", lang),
        parts=labels.join(parts, lang),
        principal=int(table["principal"].sum()),
    )


def combinations(dataset, lang=None):
    """Say which combinations of roles occur, and which pairs never do.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "never" in combinations(load(), "en")
    True
    """
    lang = labels.language(lang)
    table = roles.combinations(dataset)
    found = table[table["count"] > 0].sort_values("count", ascending=False, kind="stable")
    parts = [f"{_roles(name, lang)} ({number})" for name, number in _pairs(found, "combination")]
    never = roles.pairs(dataset)
    never = never[never["count"] == 0]
    pairs = [_roles(f"{a}+{b}", lang) for a, b in zip(never["role_a"], never["role_b"], strict=True)]
    text = labels.t(
        "prose.combinations",
        lang,
        found=len(found),
        possible=len(table) - 1,
        parts=labels.join(parts, lang),
        total=int(table["count"].sum()),
        of=len(dataset.laureates),
    )
    key = "prose.never" if pairs else "prose.all_pairs"
    return f"{text} {labels.t(key, lang, pairs=labels.join(pairs, lang))}"


def role_by_enjeu(dataset, lang=None):
    """Say in how many enjeux each role is present.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "of 4 enjeux" in role_by_enjeu(load(), "en")
    True
    """
    lang = labels.language(lang)
    table = roles.by_enjeu(dataset)
    present = table[table["count"] > 0].groupby("role")["enjeu_id"].nunique()
    total = table["enjeu_id"].nunique()
    parts = [
        labels.t(
            "prose.in_enjeux",
            lang,
            role=labels.t(f"role.{role}", lang),
            count=int(present.get(role, 0)),
            of=total,
        )
        for role in loading.ROLES
    ]
    return labels.t("prose.role_by_enjeu", lang, parts=labels.join(parts, lang))


def role_by_actor_type(dataset, lang=None):
    """Say which type of actor the laureates of each role mobilise most often.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "of 8" in role_by_actor_type(load(), "en")
    True
    """
    lang = labels.language(lang)
    table = roles.by_actor_type(dataset)
    parts = []
    for role in loading.ROLES:
        mine = table[table["role"] == role]
        top = mine[mine["count"] == mine["count"].max()]
        types = labels.join([_quoted(labels.t(f"type.{code}", lang), lang) for code in top["actor_type"]], lang)
        words = {"role": labels.t(f"role.{role}", lang), "types": types}
        parts.append(
            labels.t("prose.most_type", lang, count=int(mine["count"].max()), of=int(mine["of"].max()), **words)
        )
    return labels.t("prose.role_by_actor_type", lang, parts=("; " if lang == "en" else " ; ").join(parts))


def two_mode(dataset, lang=None):
    """Say how large the two-mode network is, what ties laureates together and into how many parts it falls.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "components" in two_mode(load(), "en")
    True
    """
    lang = labels.language(lang)
    whole = network.incidence(dataset)
    named = network.incidence(dataset, kinds=network.NAMED)
    ties = network.ties(whole)
    names = dataset.actors.set_index("actor_id")[f"short_{lang}"]
    parts = [f"{names[actor]} ({number})" for actor, number in _pairs(ties, "actor_id")]
    return labels.t(
        "prose.two_mode",
        lang,
        laureates=len(whole.laureates),
        actors=len(whole.actors),
        links=int(whole.matrix.nnz),
        shared=len(ties),
        parts=labels.join(parts, lang),
        components=_components(whole),
        named=_components(named),
    )


def row_shares(dataset, lang=None):
    """Say how much of the edges comes from the heaviest row, with categories and without.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "edges" in row_shares(load(), "en")
    True
    """
    lang = labels.language(lang)
    table = network.summary(dataset).query("grain == 'actor'").set_index("kinds")
    names = dataset.laureates.set_index("laureate_id")["name"]
    values = {}
    for kinds in ("all", "named"):
        row = table.loc[kinds]
        values[f"{kinds}_name"] = names[row["top"]]
        values[f"{kinds}_share"] = labels.share(row["top_share"], 1, lang)
        values[f"{kinds}_edges"] = row["edges"]
    return labels.t("prose.row_shares", lang, **values)


def co_occurrence(dataset, lang=None):
    """Say how many pairs of actors occur together, how many more than once, and how many are a category's example.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "more than one" in co_occurrence(load(), "en")
    True
    """
    lang = labels.language(lang)
    whole = network.incidence(dataset)
    edges = network.project(whole)
    repeated = edges[edges["count"] >= 2]
    names = dataset.actors.set_index("actor_id")[f"short_{lang}"]
    pairs = [f"{names[a]} – {names[b]}" for a, b in zip(repeated["source"], repeated["target"], strict=True)]
    key = "prose.repeated" if pairs else "prose.no_repeated"
    tail = labels.t(key, lang, count=len(pairs), pairs=labels.join(pairs, lang))
    nested = len(network.nested_pairs(dataset)[["source", "target"]].drop_duplicates())
    return f"{labels.t('prose.co_occurrence', lang, edges=len(edges), actors=len(whole.actors), nested=nested)} {tail}"


def laureate_ties(dataset, lang=None):
    """Say how many pairs of laureates share an actor, and who shares none.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "pairs of laureates" in laureate_ties(load(), "en")
    True
    """
    lang = labels.language(lang)
    whole = network.incidence(dataset)
    edges = network.project(whole, "laureates")
    tied = {*edges["source"], *edges["target"]}
    direct = network.direct_ties(dataset)
    tied |= {*direct["source"], *direct["target"]}
    alone = [laureate for laureate in whole.laureates if laureate not in tied]
    number = len(whole.laureates)
    names = dataset.laureates.set_index("laureate_id")["name"]
    key = "prose.alone" if alone else "prose.none_alone"
    text = labels.t("prose.laureate_ties", lang, edges=len(edges), pairs=number * (number - 1) // 2, direct=len(direct))
    return f"{text} {labels.t(key, lang, names=labels.join([names[i] for i in alone], lang))}"


def type_mix(dataset, lang=None):
    """Describe how many types of actors the laureates coded connecteur mobilise, and the others.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "median" in type_mix(load(), "en")
    True
    """
    lang = labels.language(lang)
    parts = []
    for row in network.type_mix_summary(network.type_mix(dataset)).to_dict("records"):
        group = labels.t("prose.connecteurs" if row["connecteur"] else "prose.others", lang)
        median = labels.number(row["types_median"], lang, 1)
        values = {"group": group, "count": row["laureates"], "median": median}
        parts.append(labels.t("prose.type_mix", lang, low=row["types_min"], high=row["types_max"], **values))
    return labels.t("prose.type_mixes", lang, parts=("; " if lang == "en" else " ; ").join(parts))


def verdicts(dataset, lang=None):
    """Say how many claims of the fiche have which verdict.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> verdicts(load(), "en").startswith("10 claims")
    True
    """
    lang = labels.language(lang)
    table = themes.verdicts(dataset)
    parts = [f"{labels.t(f'verdict.{name}', lang)} ({number})" for name, number in _pairs(table, "verdict")]
    return labels.t(
        "prose.verdicts",
        lang,
        total=len(dataset.themes),
        parts=labels.join(parts, lang),
        enough=themes.ENOUGH,
    )


def carriers(dataset, lang=None):
    """Say which status of carrier the rows state, beside what a fiche claims about who carries.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "association" in carriers(load(), "en")
    True
    """
    lang = labels.language(lang)
    claims = dataset.claims[(dataset.claims["rule"] == "majority") & (dataset.claims["subject"] == "carriers_ess")]
    number = dict(zip(dataset.ambitions["ambition_id"], dataset.ambitions["number"], strict=True))
    claiming = sorted(set(claims["ambition_id"]), key=lambda ambition: number[ambition])
    if not claiming:
        return labels.t("prose.carriers.plain", lang, **_carriers(dataset))
    key = "prose.carriers" if len(loaded(dataset)) <= 1 else "prose.carriers.of"
    parts = [(number[ambition], _carriers(restrict(dataset, [ambition]))) for ambition in claiming]
    return " ".join(labels.t(key, lang, number=number, **counts) for number, counts in parts)


def fragility(dataset, table, lang=None):
    """Say how many headline statistics are robust, and how many are moved by what.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    table : DataFrame
        As made by `headlines.fragility`.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> from neoterra_analysis.analysis import findings
    >>> dataset = load()
    >>> "robust" in fragility(dataset, findings.fragility(dataset, "01"), "en")
    True
    """
    lang = labels.language(lang)
    verdicts = [verdict.split("; ") for verdict in table["verdict"]]
    counts = {
        code: sum(code in found for found in verdicts)
        for code in ("robust", "laureate", "code", "reading", "threshold")
    }
    percent = labels.share(robustness.TOLERANCE, 1, lang)
    points = labels.number(100 * robustness.TOLERANCE, lang)
    return labels.t("prose.fragility", lang, of=len(table), points=points, percent=percent, **counts)


def heaviest_laureate(dataset, table, lang=None):
    """Say which laureate moves most headline statistics when it is left out.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    table : DataFrame
        As made by `headlines.left_out`.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> from neoterra_analysis.analysis import findings
    >>> dataset = load()
    >>> heaviest_laureate(dataset, findings.left_out(dataset), "en").split(" is ")[0]
    'The laureate whose removal moves most findings'
    """
    counts = table.groupby("laureate_id", sort=False)["moved"].sum()
    names = dataset.laureates.set_index("laureate_id")["name"]
    most = labels.join([names[i] for i in counts.index[counts == counts.max()]], lang)
    of = table["statistic"].nunique()
    return labels.t("prose.leave_one_out", lang, name=most, count=int(counts.max()), of=of)


def specifications(dataset, table, statistic, lang=None):
    """Say what a statistic is under all combinations of the open readings.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    table : DataFrame
        As made by `robustness.specifications`.
    statistic : str
        Its column: a number or a share.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> from neoterra_analysis.analysis import findings
    >>> dataset = load()
    >>> "5 open readings" in specifications(dataset, findings.curve(dataset, "supported"), "supported", "en")
    True
    """
    lang = labels.language(lang)
    found = table[statistic].tolist()
    ends = {"value": found[0], "low": min(found, key=float), "high": max(found, key=float)}
    settings = table[table.attrs["choices"]].drop_duplicates() if table.attrs["choices"] else [None]
    return labels.t(
        "prose.specifications",
        lang,
        label=fragility_words.label(statistic, dataset, lang),
        of=labels.number(len(table), lang),
        readings=len(table.attrs["readings"]),
        thresholds=len(settings),
        same=found.count(found[0]),
        **{name: fragility_words.words(statistic, value, dataset, lang) for name, value in ends.items()},
    )


def ledger(dataset, table, lang=None):
    """Say how the claims of the fiche stand against the rows, naming those without a case and those contradicted.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    table : DataFrame
        As made by `synthesis.ledger`.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> from neoterra_analysis.analysis import claims
    >>> dataset = load()
    >>> ledger(dataset, claims.ledger(dataset), "en").startswith("31 claims")
    True
    """
    lang = labels.language(lang)
    counts = table["verdict"].value_counts()
    parts = [f"{labels.t(f'verdict.{name}', lang)} ({counts.get(name, 0)})" for name in synthesis.VERDICTS]

    def named(verdict):
        texts = table.loc[table["verdict"] == verdict, f"statement_{lang}"]
        return labels.join([_quoted(text.rstrip("."), lang) for text in texts], lang) or labels.t("beside.none", lang)

    return labels.t(
        "prose.ledger",
        lang,
        of=len(table),
        parts=labels.join(parts, lang),
        robust=int((table["fragility"] == "robust").sum()),
        none=named("no_case"),
        against=named("contradicted"),
    )


def _carriers(dataset):
    counts = dataset.laureates["carrier_status"].value_counts()
    values = {status: int(counts.get(status, 0)) for status in ("association", "company")}
    return {**values, "missing": int(counts.get("", 0)), "of": len(dataset.laureates)}


def _pairs(table, key):
    """Return the values of a key column beside their counts, as plain values."""
    return list(zip(table[key].tolist(), table["count"].tolist(), strict=True))


def _quoted(text, lang):
    return f"« {text} »" if lang == "fr" else f"“{text}”"


def _roles(combination, lang):
    return " + ".join(labels.t(f"role.{role}", lang) for role in combination.split("+"))


def _components(incidence):
    return int(network.components(incidence)["component"].nunique())


def ambitions_status(dataset, lang=None):
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
    >>> ambitions_status(load(), "en").split(",")[0]
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


def roles_by_ambition(dataset, lang=None):
    """Say how many laureates of each ambition have each role.

    Examples
    --------
    >>> roles_by_ambition(invented_example.load(), "en").split(";")[1]
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


def shared_actors(dataset, lang=None):
    """Say how many actors the ambitions have in common, counts beside the index.

    Examples
    --------
    >>> "7 in common of 17" in shared_actors(invented_example.load(), "en")
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


def levers_by_ambition(dataset, lang=None):
    """Say how the ambitions compare on levers, and which themes have the same name in several.

    Examples
    --------
    >>> "Mutual help" in levers_by_ambition(invented_example.load(), "en")
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
    return labels.t("comparison.invented", lang, text=text) if invented_example.within(dataset) else text


def null_sentences(table, lang=None):
    """Write one sentence of reading for each statement: a description, beside what the margins alone give."""
    lang = labels.language(lang)
    table = table if isinstance(table, pd.DataFrame) else nulls.tests(table)
    rows = [(r["test"], r["outcome"], _null_sentence(r, lang)) for r in table.to_dict("records")]
    return pd.DataFrame(rows, columns=["test", "outcome", "sentence"])


def null_models(table, lang=None):
    """Write the sentences of `sentences`, one a line.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "margins alone" in null_models(load(), "en")
    True
    """
    return "\n".join(null_sentences(table, lang)["sentence"])


def null_table(table, lang=None):
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
    >>> null_table(nulls.tests(load()), "en")[["observed", "null_range", "p_low"]].values.tolist()[4]
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


def communities(dataset, lang=None, draws=DRAWS, seed=SEED):
    """Say which groups of laureates stand out, or why none is shown.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> communities(load(), "en").endswith(".")
    True
    """
    lang = labels.language(lang)
    found = nulls.communities(dataset, draws, seed)
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
    if not row["exact"]:
        return labels.t("null.how.draws", lang, count=labels.number(row["draws"], lang))
    if pd.isna(row["draws"]):
        return labels.t("null.how.countless", lang)
    return labels.t("null.how.exact", lang, count=labels.number(row["draws"], lang))


def _null_sentence(row, lang):
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


def source_line(dataset, lang=None):
    """Say where the records come from; what is invented has no publisher to name."""
    lang = labels.language(lang)
    invented = invented_example.sources(dataset)
    sources = dataset.sources[dataset.sources["source_id"].isin(list(invented))]
    number = dict(zip(dataset.ambitions["ambition_id"], dataset.ambitions["number"], strict=True))
    numbers = sorted({number[ambition] for ambition in sources["ambition_id"]})
    kind = "source_invented" if invented and all(invented.values()) else "source_text"
    return labels.t(
        f"frame.{kind}.{'one' if len(numbers) == 1 else 'many'}",
        lang,
        publisher=labels.join(sorted(set(sources["publisher"])), lang),
        numbers=labels.join([str(n) for n in numbers], lang),
    )
