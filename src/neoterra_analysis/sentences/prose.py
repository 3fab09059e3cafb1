"""Sentences of reading, each built from the data that it speaks of: no number is written by hand.

Each function takes the dataset first and the language last (``"fr"``, ``"en"``; see `labels.language`), between them
the tables that take long to compute, and returns one paragraph.
"""

import pandas as pd

from ..analysis import network, nulls, records, roles, themes
from ..analysis.fragility import TOLERANCE
from ..analysis.nulls import DRAWS, FAMILY, SEED
from ..dataset import invented_example, loading
from ..dataset.loading import loaded, restrict
from ..words import labels
from ..words.codes import CLAIM_VERDICTS, NONE, ROLES
from ..words.labels import Words
from . import fragility_words, tables

SAID = 12  # items that a sentence lists, the others being counted
TYPES = 4  # types of actors that tie and are named
LARGE = 20  # laureates of an enjeu from which shares can be compared


def coverage(dataset, lang=None):
    """Say how many laureates there are, and under which enjeux.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> coverage(load(), "en").split(" under ")[0]
    '11 laureates'
    """
    w = Words(lang)
    short = loading.names(dataset, "enjeux", w.lang)
    table = records.coverage(dataset)
    parts = [f"{w.quoted(short[e])} ({n})" for e, n in _pairs(table, "enjeu_id")]
    total = w.count(len(dataset.laureates), "laureate")
    return w("prose.coverage", total=total, enjeux=len(table), parts=w.join(parts))


def stated(dataset, lang=None):
    """Say for how many laureates each field is stated, inferred or missing.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "inferred" in stated(load(), "en")
    True
    """
    w = Words(lang)
    parts = []
    for row in records.stated_counts(dataset).to_dict("records"):
        key = "prose.stated.inferred" if row["inferred"] else "prose.stated.plain"
        field = w(f"field.{row['field']}").lower()
        parts.append(w(key, field=field, count=row["stated"], of=row["of"], inferred=row["inferred"]))
    return w("prose.stated", parts=w.join(parts))


def places(dataset, lang=None):
    """Say for how many laureates the département is known, and which départements these are.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "unknown for" in places(load(), "en")
    True
    """
    w = Words(lang)
    table = records.places(dataset)
    known = table[(table["department"] != "") & (table["count"] > 0)].sort_values(
        "count", ascending=False, kind="stable"
    )
    names = [
        w("prose.places.part", place=labels.department(code, w.lang), count=count)
        for code, count in _pairs(known, "department")
    ]
    key = "prose.places.known" if names else "prose.places.none"
    return w(
        "prose.places",
        stated=table["stated"].sum(),
        inferred=table["inferred"].sum(),
        unknown=table["count"].iloc[-1],
        of=len(dataset.laureates),
        parts=w(key, names=w.join(names)),
    )


def contributions(dataset, lang=None):
    """Say what the laureates change, and the means that most of them use.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "of 11" in contributions(load(), "en")
    True
    """
    w = Words(lang)
    if dataset.contributions.empty:
        return w("report.no_contributions")
    cases = records.dimensions(dataset).set_index("case")["count"]
    table = records.means(dataset)
    top = table[table["count"] == table["count"].max()]
    return w(
        "prose.contributions",
        passages=len(dataset.contributions),
        both=cases["both"],
        filiere=cases["filiere_only"],
        territoire=cases["territoire_only"],
        neither=cases["neither"],
        of=len(dataset.laureates),
        means=w.join([w.quoted(w(f"mode.{code}")) for code in top["code"]]),
        ways=len(top),
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
    w = Words(lang)
    if dataset.discrepancies.empty:
        return w("prose.no_discrepancy")
    kinds = dataset.discrepancies["kind"].value_counts()
    parts = [f"{w(f'discrepancy.{kind}')} ({kinds[kind]})" for kind in _KINDS if kind in kinds]
    return w("prose.discrepancies", count=len(dataset.discrepancies), parts=w.join(parts))


_KINDS = ("contradiction", "misprint", "layout")


def role_counts(dataset, lang=None):
    """Say how many laureates have each role, and which roles the fiche calls principal.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "Connector" in role_counts(load(), "en")
    True
    """
    w = Words(lang)
    if dataset.roles.empty:
        return w("prose.no_role")
    table = roles.counts(dataset).sort_values("count", ascending=False, kind="stable")
    parts = [
        f"{w(f'role.{row.role}')} {row.number}/{row.of} ({w.share(row.number, row.of)})"
        for row in table.rename(columns={"count": "number"}).itertuples(index=False)
    ]
    return w(
        "prose.role_counts",
        stated=len(dataset.roles),
        total=w.count(len(dataset.laureates), "laureate"),
        parts=w.join(parts),
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
    w = Words(lang)
    if dataset.roles.empty:
        return w("prose.no_role")
    table = roles.combinations(dataset)
    found = table[table["count"] > 0].sort_values("count", ascending=False, kind="stable")
    parts = [f"{_roles(name, w)} ({number})" for name, number in _pairs(found, "combination")]
    never = roles.pairs(dataset)
    never = never[never["count"] == 0]
    pairs = [_roles(f"{a}+{b}", w) for a, b in zip(never["role_a"], never["role_b"], strict=True)]
    text = w(
        "prose.combinations",
        found=int((found["combination"] != NONE).sum()),
        possible=len(table) - 1,
        parts=w.join(parts),
        total=int(table["count"].sum()),
        of=len(dataset.laureates),
    )
    key = "prose.never" if pairs else "prose.all_pairs"
    return f"{text} {w(key, pairs=w.join(pairs))}"


def role_by_enjeu(dataset, lang=None):
    """Say in how many enjeux each role is present.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "of 4 enjeux" in role_by_enjeu(load(), "en")
    True
    """
    w = Words(lang)
    if dataset.roles.empty:
        return w("prose.no_role")
    table = roles.by_enjeu(dataset)
    present = table[table["count"] > 0].groupby("role")["enjeu_id"].nunique()
    total = table["enjeu_id"].nunique()
    parts = [
        w(
            "prose.in_enjeux",
            role=w(f"role.{role}"),
            count=int(present.get(role, 0)),
            of=total,
        )
        for role in ROLES
    ]
    return w("prose.role_by_enjeu" if table["of"].min() < LARGE else "prose.role_by_enjeu_large", parts=w.join(parts))


def role_by_actor_type(dataset, lang=None):
    """Say which type of actor the laureates of each role mobilise most often.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "of 8" in role_by_actor_type(load(), "en")
    True
    """
    w = Words(lang)
    table, parts = roles.by_actor_type(dataset), []
    if table.empty:
        return w("report.no_actors")
    for role in ROLES:
        mine = table[table["role"] == role]
        top = mine[(mine["count"] == mine["count"].max()) & (mine["count"] > 0)]
        types = w.join([w.quoted(w(f"type.{code}")) for code in top["actor_type"]])
        words = {"role": w(f"role.{role}"), "types": types, "number": len(top)}
        key = "prose.most_type" if len(top) <= TYPES else "prose.most_types"
        if len(top):
            parts.append(w(key, count=int(mine["count"].max()), of=int(mine["of"].max()), **words))
    if not parts:
        return w("prose.no_role")
    return w("prose.role_by_actor_type", parts=w.listed(parts))


def two_mode(dataset, lang=None):
    """Say how large the two-mode network is, what ties laureates together and into how many parts it falls.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "components" in two_mode(load(), "en")
    True
    """
    w = Words(lang)
    whole = network.incidence(dataset)
    named = network.incidence(dataset, kinds=network.NAMED)
    ties = network.ties(whole)
    called = loading.names(dataset, "actors", w.lang)
    parts = [f"{called[actor]} ({number})" for actor, number in _pairs(ties, "actor_id")]
    if not whole.actors:
        return w("report.no_actors")
    shared = w("prose.shared", count=len(parts), parts=_some(parts, w)) if parts else w("prose.none_shared")
    return w(
        "prose.two_mode",
        laureates=len(whole.laureates),
        actors=len(whole.actors),
        links=int(whole.matrix.nnz),
        shared=shared,
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
    w = Words(lang)
    table = network.summary(dataset).query("grain == 'actor'").set_index("kinds")
    called = loading.names(dataset, "laureates")
    values = {}
    for kinds in ("all", "named"):
        row = table.loc[kinds]
        values[f"{kinds}_name"] = called[row["top"]]
        values[f"{kinds}_share"] = w.share(row["top_share"], 1)
        values[f"{kinds}_edges"] = row["edges"]
    if not values["all_edges"]:
        return w("prose.no_pair")
    return w("prose.row_shares" if values["named_edges"] else "prose.row_shares_unnamed", **values)


def co_occurrence(dataset, lang=None):
    """Say how many pairs of actors occur together, how many more than once, and how many are a category's example.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "more than one" in co_occurrence(load(), "en")
    True
    """
    w = Words(lang)
    whole = network.incidence(dataset)
    edges = network.project(whole)
    repeated = edges[edges["count"] >= 2]
    called = loading.names(dataset, "actors", w.lang)
    pairs = [f"{called[a]} – {called[b]}" for a, b in zip(repeated["source"], repeated["target"], strict=True)]
    if edges.empty:
        return w("prose.no_pair")
    key = "prose.repeated" if pairs else "prose.no_repeated"
    tail = w(key, count=len(pairs), pairs=_some(pairs, w))
    nested = len(network.nested_pairs(dataset)[["source", "target"]].drop_duplicates())
    return f"{w('prose.co_occurrence', edges=len(edges), actors=len(whole.actors), nested=nested)} {tail}"


def laureate_ties(dataset, lang=None):
    """Say how many pairs of laureates share an actor, and who shares none.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "pairs of laureates" in laureate_ties(load(), "en")
    True
    """
    w = Words(lang)
    whole = network.incidence(dataset)
    edges = network.project(whole, "laureates")
    tied = {*edges["source"], *edges["target"]}
    direct = network.direct_ties(dataset)
    tied |= {*direct["source"], *direct["target"]}
    alone = [laureate for laureate in whole.laureates if laureate not in tied]
    number = len(whole.laureates)
    if number < 2:
        return w("prose.one_laureate")
    called = loading.names(dataset, "laureates")
    key = "prose.alone" if alone else "prose.none_alone"
    text = w("prose.laureate_ties", edges=len(edges), pairs=number * (number - 1) // 2, direct=len(direct))
    return f"{text} {w(key, names=_some([called[i] for i in alone], w))}"


def type_mix(dataset, lang=None):
    """Describe how many types of actors the laureates coded connecteur mobilise, and the others.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> "median" in type_mix(load(), "en")
    True
    """
    w = Words(lang)
    parts = []
    for row in network.type_mix_summary(network.type_mix(dataset)).to_dict("records"):
        group = w("prose.connecteurs" if row["connecteur"] else "prose.others")
        median = w.number(row["types_median"], 1)
        values = {"group": group, "count": row["laureates"], "median": median}
        parts.append(w("prose.type_mix", low=row["types_min"], high=row["types_max"], **values))
    return w("prose.type_mixes", parts=w.listed(parts))


def verdicts(dataset, lang=None):
    """Say how many claims of the fiche have which verdict.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> verdicts(load(), "en").startswith("10 claims")
    True
    """
    w = Words(lang)
    if dataset.themes.empty:
        return w("prose.no_theme")
    table = themes.verdicts(dataset)
    parts = [f"{w(f'verdict.{name}')} ({number})" for name, number in _pairs(table, "verdict")]
    return w(
        "prose.verdicts",
        total=len(dataset.themes),
        parts=w.join(parts),
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
    w = Words(lang)
    claims = dataset.claims[(dataset.claims["rule"] == "majority") & (dataset.claims["subject"] == "carriers_ess")]
    number = dict(zip(dataset.ambitions["ambition_id"], dataset.ambitions["number"], strict=True))
    claiming = sorted(set(claims["ambition_id"]), key=lambda ambition: number[ambition])
    if not claiming:
        return w("prose.carriers.plain", **_carriers(dataset))
    key = "prose.carriers" if len(loaded(dataset)) <= 1 else "prose.carriers.of"
    parts = [(number[ambition], _carriers(restrict(dataset, [ambition]))) for ambition in claiming]
    return " ".join(w(key, number=number, **counts) for number, counts in parts)


def fragility(dataset, table, lang=None):
    """Say how many headline statistics are robust, and how many are moved by what.

    Parameters
    ----------
    table : DataFrame
        As made by `findings.fragility`.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> from neoterra_analysis.analysis import findings
    >>> dataset = load()
    >>> "robust" in fragility(dataset, findings.fragility(dataset, "01"), "en")
    True
    """
    w = Words(lang)
    verdicts = [verdict.split("; ") for verdict in table["verdict"]]
    codes = ("robust", "laureate", "code", "reading", "threshold")
    counts = {code: sum(code in found for found in verdicts) for code in codes}
    percent = w.share(TOLERANCE, 1)
    points = w.number(100 * TOLERANCE)
    return w("prose.fragility", of=len(table), points=points, percent=percent, **counts)


def heaviest_laureate(dataset, table, lang=None):
    """Say which laureate moves most headline statistics when it is left out.

    Parameters
    ----------
    table : DataFrame
        As made by `findings.left_out`.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> from neoterra_analysis.analysis import findings
    >>> dataset = load()
    >>> heaviest_laureate(dataset, findings.left_out(dataset), "en").split(" is ")[0]
    'The laureate whose removal moves most findings'
    """
    w = Words(lang)
    counts = table.groupby("laureate_id", sort=False)["moved"].sum()
    called = loading.names(dataset, "laureates")
    if not counts.any():
        return w("prose.leave_none_out")
    most = [called[i] for i in counts.index[counts == counts.max()]]
    of = table["statistic"].nunique()
    return w("prose.leave_one_out", name=_some(most, w), most=len(most), count=int(counts.max()), of=of)


def specifications(dataset, table, statistic, lang=None):
    """Say what a statistic is under all combinations of the open readings.

    Parameters
    ----------
    table : DataFrame
        As made by `fragility.specifications`.
    statistic : str
        Its column: a number or a share.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> from neoterra_analysis.analysis import findings
    >>> dataset = load()
    >>> "5 open readings" in specifications(dataset, findings.curve(dataset, "supported"), "supported", "en")
    True
    """
    w = Words(lang)
    found = table[statistic].tolist()
    ends = {"value": found[0], "low": min(found, key=float), "high": max(found, key=float)}
    settings = table[table.attrs["choices"]].drop_duplicates() if table.attrs["choices"] else [None]
    said = {name: fragility_words.words(statistic, value, dataset, w.lang) for name, value in ends.items()}
    return w(
        "prose.specifications" if said["low"] != said["high"] else "prose.specifications_same",
        label=fragility_words.label(statistic, dataset, w.lang),
        of=w.number(len(table)),
        made=len(table),
        readings=len(table.attrs["readings"]),
        thresholds=len(settings),
        same=found.count(found[0]),
        **said,
    )


def ledger(dataset, table, lang=None):
    """Say how the claims of the fiche stand against the rows, naming those without a case and those contradicted.

    Parameters
    ----------
    table : DataFrame
        As made by `claims.ledger`.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> from neoterra_analysis.analysis import claims
    >>> dataset = load()
    >>> ledger(dataset, claims.ledger(dataset), "en").startswith("31 claims")
    True
    """
    w = Words(lang)
    if table.empty:
        return w("prose.no_claim")
    counts = table["verdict"].value_counts()
    parts = [f"{w(f'verdict.{name}')} ({counts.get(name, 0)})" for name in CLAIM_VERDICTS]

    def named(verdict):
        texts = table.loc[table["verdict"] == verdict, f"statement_{w.lang}"]
        return _some([w.quoted(text.rstrip(".")) for text in texts], w) or w("beside.none")

    return w(
        "prose.ledger",
        of=len(table),
        parts=w.join(parts),
        robust=int((table["fragility"] == "robust").sum()),
        none=named("no_case"),
        against=named("contradicted"),
    )


def saturation(dataset, table, lang=None):
    """Say what other rows would bring, if rows were exchangeable: codes seen, seen once, and estimated.

    Parameters
    ----------
    table : DataFrame
        As made by `saturation.unseen`.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> from neoterra_analysis.analysis import saturation as rows
    >>> dataset = load()
    >>> "named actors: 44 seen, 41 of them in one row only" in saturation(dataset, rows.unseen(dataset), "en")
    True
    """
    w = Words(lang)
    parts = []
    for row in table.to_dict("records"):
        estimates = {name: estimate(row[name], w.lang) for name in ("estimate", "low", "high")}
        label = w(f"saturation.low.{row['kind']}")
        parts.append(w("prose.saturation.part", label=label, seen=row["seen"], once=row["once"], **estimates))
    return w("prose.saturation", rows=w.count(len(dataset.laureates), "row"), parts=w.listed(parts))


def estimate(value, lang=None):
    """Write an estimated number, with a decimal if it is small.

    >>> estimate(11.303, "fr"), estimate(230.36, "fr")
    ('11,3', '230')
    """
    return labels.number(value, lang, int(value < 20 and round(value, 1) % 1 > 0))


def _some(items, w):
    """Write a list as a sentence does; of many items the first ones, the others counted."""
    others = len(items) - SAID
    return w.join(items if others < 2 else [*items[:SAID], w("frame.others.many", count=others)])


def _carriers(dataset):
    counts = dataset.laureates["carrier_status"].value_counts()
    values = {status: int(counts.get(status, 0)) for status in ("association", "company")}
    return {**values, "missing": int(counts.get("", 0)), "of": len(dataset.laureates)}


def _pairs(table, key):
    """Return the values of a key column beside their counts, as plain values."""
    return list(zip(table[key].tolist(), table["count"].tolist(), strict=True))


def _roles(combination, w):
    return " + ".join(w(f"role.{role}") for role in combination.split("+"))


def _components(incidence):
    return int(network.components(incidence)["component"].nunique())


def null_sentences(table, lang=None):
    """Write one sentence of reading for each statement: a description, beside what the margins alone give."""
    w = Words(lang)
    table = table if isinstance(table, pd.DataFrame) else nulls.tests(table)
    rows = [(r["test"], r["outcome"], _null_sentence(r, w)) for r in table.to_dict("records")]
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


def communities(dataset, lang=None, draws=DRAWS, seed=SEED):
    """Say which groups of laureates stand out, or why none is shown.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> communities(load(), "en").endswith(".")
    True
    """
    w = Words(lang)
    found = nulls.communities(dataset, draws, seed)
    values = {}
    if found.modularity is not None:
        values = {"modularity": tables.value_text("modularity", found.modularity, w.lang)}
        values["threshold"] = tables.value_text("modularity", found.threshold, w.lang)
    if found.outcome != "above":
        return w(f"null.communities.{found.outcome}", **values)
    called = loading.names(dataset, "laureates")
    groups = [w.join(called[i] for i in part["laureate_id"]) for _, part in found.partition.groupby("community")]
    ties = "uncounted" if found.best is None else "one" if found.best == 1 else "many"
    tail = w(f"null.communities.ties.{ties}", count=found.best)
    parts = w.listed(groups)
    return w("null.communities.above", number=len(groups), parts=parts, ties=tail, **values)


def _null_sentence(row, w):
    words = w(f"null.{row['statement']}")
    if pd.isna(row["observed"]):
        return w("null.missing", statement=words, why=w(f"null.why.{row['outcome']}"))
    names = ("observed", "null_low", "null_median", "null_high")
    values = {name: tables.value_text(row["statement"], row[name], w.lang) for name in names}
    shares = {name: tables.share_text(row[name], w.lang) for name in ("p_low", "p_high", "p_least")}
    held = w(f"null.held.{FAMILY[row['statement']]}")
    if row["outcome"] == "forced":
        return w("null.forced", statement=words, held=held, **values)
    place = w(f"null.outcome.{row['outcome']}")
    how = tables.how_text(row, w.lang)
    key = "null.sentence" if values["null_low"] != values["null_high"] else "null.sentence_one"
    return w(key, statement=words, held=held, place=place, how=how, **values, **shares)


def source_line(dataset, lang=None):
    """Say where the records come from; what is invented has no publisher to name."""
    w, invented = Words(lang), invented_example.sources(dataset)
    sources = dataset.sources[dataset.sources["source_id"].isin(list(invented))]
    number = loading.by_id(dataset, "ambitions", "number")
    numbers = sorted({number[ambition] for ambition in sources["ambition_id"]})
    kind = "source_invented" if invented and all(invented.values()) else "source_text"
    return w(
        f"frame.{kind}.{'one' if len(numbers) == 1 else 'many'}",
        publisher=w.join(sorted(set(sources["publisher"]))),
        numbers=w.join([str(n) for n in numbers]),
    )
