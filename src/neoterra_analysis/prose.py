"""Sentences of reading, each built from the data that it speaks of: no number is written by hand.

Each function takes the dataset and the language and returns one paragraph.
"""

from . import beside, labels, network, records, robustness, roles, synthesis
from .ambitions import loaded, restrict, scoped


@scoped
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


@scoped
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


@scoped
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


@scoped
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


@scoped
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


@scoped
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


@scoped
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


@scoped
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
        for role in roles.ROLES
    ]
    return labels.t("prose.role_by_enjeu", lang, parts=labels.join(parts, lang))


@scoped
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
    for role in roles.ROLES:
        mine = table[table["role"] == role]
        top = mine[mine["count"] == mine["count"].max()]
        types = labels.join([_quoted(labels.t(f"type.{code}", lang), lang) for code in top["actor_type"]], lang)
        words = {"role": labels.t(f"role.{role}", lang), "types": types}
        parts.append(
            labels.t("prose.most_type", lang, count=int(mine["count"].max()), of=int(mine["of"].max()), **words)
        )
    return labels.t("prose.role_by_actor_type", lang, parts=("; " if lang == "en" else " ; ").join(parts))


@scoped
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


@scoped
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


@scoped
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


@scoped
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


@scoped
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


@scoped
def verdicts(dataset, lang=None):
    """Say how many claims of the fiche have which verdict.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> verdicts(load(), "en").startswith("10 claims")
    True
    """
    lang = labels.language(lang)
    table = synthesis.verdicts(dataset)
    parts = [f"{labels.t(f'verdict.{name}', lang)} ({number})" for name, number in _pairs(table, "verdict")]
    return labels.t(
        "prose.verdicts",
        lang,
        total=len(dataset.themes),
        parts=labels.join(parts, lang),
        enough=synthesis.ENOUGH,
    )


@scoped
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


@scoped
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
    >>> from neoterra_analysis import headlines, load
    >>> dataset = load()
    >>> "robust" in fragility(dataset, headlines.fragility(dataset, "01"), "en")
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


@scoped
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
    >>> from neoterra_analysis import headlines, load
    >>> dataset = load()
    >>> heaviest_laureate(dataset, headlines.left_out(dataset), "en").split(" is ")[0]
    'The laureate whose removal moves most findings'
    """
    counts = table.groupby("laureate_id", sort=False)["moved"].sum()
    names = dataset.laureates.set_index("laureate_id")["name"]
    most = labels.join([names[i] for i in counts.index[counts == counts.max()]], lang)
    of = table["statistic"].nunique()
    return labels.t("prose.leave_one_out", lang, name=most, count=int(counts.max()), of=of)


@scoped
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
    >>> from neoterra_analysis import headlines, load
    >>> dataset = load()
    >>> "5 open readings" in specifications(dataset, headlines.curve(dataset, "supported"), "supported", "en")
    True
    """
    lang = labels.language(lang)
    found = table[statistic].tolist()
    ends = {"value": found[0], "low": min(found, key=float), "high": max(found, key=float)}
    settings = table[table.attrs["choices"]].drop_duplicates() if table.attrs["choices"] else [None]
    return labels.t(
        "prose.specifications",
        lang,
        label=beside.label(statistic, dataset, lang),
        of=labels.number(len(table), lang),
        readings=len(table.attrs["readings"]),
        thresholds=len(settings),
        same=found.count(found[0]),
        **{name: beside.words(statistic, value, dataset, lang) for name, value in ends.items()},
    )


@scoped
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
    >>> from neoterra_analysis import load, synthesis
    >>> dataset = load()
    >>> ledger(dataset, synthesis.ledger(dataset), "en").startswith("31 claims")
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
