"""The sentences of a fiche: its main findings, each with its fragility in words, and its synthesis as it is printed.

Each sentence is a `Told`: a text, the record of the annex that its numbers lead to, and those that words in it name.
"""

from typing import NamedTuple

from ..analysis import findings, network, records, roles, themes
from ..dataset import loading, rules
from ..words import labels
from ..words.codes import (
    CLAIM_VERDICTS,
    DIMENSIONS,
    NONE,
    NOT_AN_ACTOR,
    PRINCIPAL,
    ROLES,
    STRENGTHS,
    THEME_KINDS,
    VERDICTS,
)
from ..words.labels import Words
from . import fragility_words, prose

LARGE = 24  # laureates beyond which a fiche tells of them by enjeu
NAMED = {False: 12, True: 4}  # laureates that brackets name, in a large fiche or not; of more, the annex's row does
TIED = 3  # items that tie and are named


# What moves a statistic, as the columns of `findings.fragility` and as its verdict call it.
# Statistics that name what comes first: where they name several, these tie.
LEADING = frozenset("largest_enjeu top_means top_role top_combination most_shared".split())
MOVES = {"loo": {"laureate"}, "flip": {"code"}, "spec": {"reading", "threshold"}}


class Told(NamedTuple):
    """A text; where its numbers lead, as a family and a key or as an id; other places from given words onwards."""

    text: str
    target: tuple | str = ""
    rows: dict = {}


def points(dataset, fragility, ledger, lang=None):
    """Tell the main findings in the order of the fiche.

    Parameters
    ----------
    fragility, ledger : DataFrame
        As made by `findings.fragility` and `claims.ledger`.

    Returns
    -------
    list of tuple
        For each finding its sentence and what is said of its fragility, both lists of `Told`.

    Examples
    --------
    >>> from neoterra_analysis import claims, load
    >>> dataset = load()
    >>> found = points(dataset, findings.fragility(dataset, "01"), claims.ledger(dataset), "en")
    >>> found[0][0][0].text
    '11 laureates are presented under 4 enjeux'
    """
    w = Words(lang)
    told = []
    for point in (_coverage, _stated, contributions_told, roles_told, _combinations, actors_told, _themes):
        sentence, statistics = point(dataset, w)
        if sentence:
            told.append((sentence, note(dataset, fragility, statistics, w.lang)))
    if len(ledger):
        told.append(_ledger(dataset, ledger, w))
    return told


def _coverage(dataset, w):
    table, called = records.coverage(dataset), loading.names(dataset, "enjeux", w.lang)
    most = table[table["count"] == table["count"].max()]
    told = [Told(w("finding.coverage", laureates=len(dataset.laureates), enjeux=len(table)), "table-enjeux")]
    names, key = [w.quoted(called[enjeu]) for enjeu in most["enjeu_id"]], "one" if len(most) == 1 else "tied"
    if len(table) == 1:
        told.append(Told("."))
    elif len(most) == len(table):
        told.append(Told(w("finding.coverage.even", count=int(most["count"].iloc[0])), "table-enjeux"))
    elif len(most) <= TIED:
        places = {name: ("enjeu", enjeu) for name, enjeu in zip(names, most["enjeu_id"], strict=True)}
        text = w(f"finding.coverage.{key}", names=w.join(names), count=int(most["count"].iloc[0]))
        told.append(Told(text, "table-enjeux", places))
    else:
        told.append(Told("."))
    return told, ("largest_enjeu",) if len(table) > 1 else ()


def _stated(dataset, w):
    found = records.stated_counts(dataset).set_index("field")
    status, place = found.loc["carrier_status"], found.loc["department"]
    first = w("finding.status", count=int(status["stated"]), of=int(status["of"]))
    values = {name: int(place[name]) for name in ("stated", "inferred")}
    second = w("finding.department", count=sum(values.values()), **values)
    told = [Told(first, ("row-stated", "carrier_status")), Told(second, ("row-stated", "department"))]
    counts = {"carrier_stated": int(status["stated"]), "department_known": sum(values.values())}
    return told, tuple(name for name, count in counts.items() if count)


def contributions_told(dataset, w):
    """Tell what the laureates change and by which means; with the statistics that say it."""
    if dataset.contributions.empty:
        return [Told(w("report.no_contributions"))], ()
    cases, table = records.dimensions(dataset).set_index("case"), records.means(dataset)
    top = table[table["count"] == table["count"].max()]
    names = [w.quoted(w(f"mode.{code}")) for code in top["code"]]
    key = "finding.means" if len(top) <= TIED else "finding.means.tied"
    values = {"ways": len(top), "count": int(top["count"].iloc[0]), "names": w.join(names)}
    both = w("finding.both", count=int(cases["count"]["both"]), of=int(cases["of"]["both"]))
    places = {name: ("row-means", code) for name, code in zip(names, top["code"], strict=True)}
    told = [Told(both, ("row-dimensions", "both")), Told(w(key, **values), "table-means", places)]
    return told, ("both_dimensions", "top_means")


def roles_told(dataset, w):
    """Tell which role is the most frequent; with the statistics that say it."""
    if dataset.roles.empty:
        return [Told(w("prose.no_role"))], ()
    table = roles.counts(dataset).sort_values("count", ascending=False, kind="stable").to_dict("records")
    most = table[0]["count"]
    words = {row["role"]: w(f"role.of.{row['role']}") for row in table}
    top = [words[row["role"]] for row in table if row["count"] == most]
    others = [f"{words[row['role']]} ({row['count']})" for row in table if row["count"] < most]
    text = w("finding.roles", top=w.join(top), ways=len(top), count=most, of=table[0]["of"])
    text += w("finding.roles.others", names=w.join(others), others=len(others)) if others else "."
    rows = {words[role]: ("row-roles", role) for role in ROLES}
    return [Told(text, "table-roles", rows)], ("top_role", *(f"share_{r['role']}" for r in table if r["count"] == most))


def together(combination, w):
    """Name the roles of a combination in a sentence.

    >>> together("aiguillon+connecteur", Words("fr"))
    'aiguillon et connecteur'
    """
    return w.join([w(f"role.{role}").lower() for role in combination.split("+")])


def _combinations(dataset, w):
    if dataset.roles.empty:
        return [], ()
    table = roles.combinations(dataset)
    found = table[(table["count"] > 0) & (table["combination"] != NONE)]
    top = found[found["count"] == found["count"].max()]
    names = [w.quoted(together(name, w)) for name in top["combination"]]
    key = "finding.combinations" if len(top) == 1 else "finding.combinations.tied"
    values = {"found": len(found), "possible": len(table) - 1, "ways": len(top), "of": len(dataset.laureates)}
    text = w(key, names=names[0], count=int(top["count"].iloc[0]), **values)
    rows = {name: ("row-combinations", one) for name, one in zip(names, top["combination"], strict=True)}
    never = roles.pairs(dataset).query("count == 0")
    pairs = [together(f"{a}+{b}", w) for a, b in zip(never["role_a"], never["role_b"], strict=True)]
    told = [Told(text, "table-combinations", rows if len(top) == 1 else {})]
    if pairs:
        told.append(Told(w("finding.never", pairs=w.listed(pairs)), "table-pairs"))
    return told, ("top_combination", "pairs_never")


def actors_told(dataset, w):
    """Tell how many actors are mobilised, and by several; with the statistics that say it."""
    whole = network.incidence(dataset)
    if not whole.actors:
        return [Told(w("report.no_actors"))], ()
    ties, called = network.ties(whole), loading.names(dataset, "actors", w.lang)
    most = ties[ties["count"] == ties["count"].max()]
    told = [Told(w("finding.actors", actors=len(whole.actors)), "table-actors")]
    told.append(Told(w("finding.actors.shared", count=len(ties)), "table-ties" if len(ties) else ""))
    if len(ties) and len(most) <= TIED:
        names = [called[actor] for actor in most["actor_id"]]
        values = {"names": w.join(map(w.quoted, names)), "ways": len(most), "count": int(most["count"].iloc[0])}
        rows = {w.quoted(name): ("actor", actor) for name, actor in zip(names, most["actor_id"], strict=True)}
        told.append(Told(w("finding.actors.most", **values), "table-ties", rows))
    return told, ("shared_actors", "most_shared")


def _themes(dataset, w):
    if dataset.themes.empty:
        return [Told(w("prose.no_theme"))], ()
    table, called = themes.themes(dataset), loading.names(dataset, "themes", w.lang)
    counts = dict(zip(*(themes.verdicts(dataset)[name] for name in ("verdict", "count")), strict=True))
    told = [Told(w("finding.themes", of=len(table)), "table-themes")]
    told += counted(counts, VERDICTS, "row-verdicts", w)
    none = table[table["verdict"] == "no_case"]["theme_id"].tolist()
    if 0 < len(none) <= TIED:
        rows = {w.quoted(called[theme]): ("theme", theme) for theme in none}
        told.append(Told(w("finding.named", names=w.join(rows)), "", rows))
    return [*told, Told(".")], ("supported", "themes_without_case")


def counted(counts, verdicts, family, w):
    """Tell how many there are of each verdict, leaving out those of which there is none."""
    told = []
    there = [verdict for verdict in verdicts if counts.get(verdict, 0)]
    for at, verdict in enumerate(there):
        stop = " " if not at else w("finding.and") if at == len(there) - 1 else ", "
        told.append(Told(stop + w(f"finding.verdict.{verdict}", count=int(counts[verdict])), (family, verdict)))
    return told


def _ledger(dataset, table, w):
    told = [Told(w("finding.ledger", of=len(table)), "table-ledger-verdicts")]
    told += counted(table["verdict"].value_counts(), CLAIM_VERDICTS, "row-ledger", w)
    against = table[table["verdict"] == "contradicted"].to_dict("records")
    if 0 < len(against) <= TIED:
        rows = {w.quoted(row[f"statement_{w.lang}"].rstrip(".")): ("claim", row["claim_id"]) for row in against}
        told.append(Told(w("finding.named", names=w.join(rows)), "", rows))
    robust = int((table["fragility"] == "robust").sum())
    return [*told, Told(".")], [Told(w("note.ledger", robust=robust, of=len(table)), "table-ledger")]


def note(dataset, fragility, statistics, lang=None):
    """Say how fragile some headline statistics are: the range of what is robust, what the others become and by what."""
    w, told = Words(lang), []
    rows = {row["statistic"]: row for row in fragility.to_dict("records")}
    for name in statistics:
        if row := rows.get(name):
            said = f"note.label.{name}"  # in a sentence a share is called one
            label = w(said) if said in labels.words() else fragility_words.label(name, dataset, w.lang)
            text = w("note.robust", label=label) if row["verdict"] == "robust" else w("note.moved", label=label)
            text += _range(row, w) if row["verdict"] == "robust" else _change(row, dataset, w)
            told.append(Told(f"{' ' if told else ''}{text}.", ("fragility", name)))
    return told


def _range(row, w):
    """Say between which ends a robust share or number stays."""
    ends = [row[f"{move}_{end}"] for move in ("loo", "flip", "spec") for end in ("low", "high") if row[f"{move}_of"]]
    ends = [end for end in ends if end is not None and end == end]
    if row["measure"] not in ("share", "number") or not ends or min(ends, key=float) == max(ends, key=float):
        return ""
    low, high = (fragility_words.short(end(ends, key=float), w) for end in (min, max))
    return w("note.range", low=low, high=high) if low != high else ""


def _change(row, dataset, w):
    """Say what a statistic becomes by the first thing that moves it, and that others do too."""
    codes = row["verdict"].split("; ")
    moves = [move for move, of in MOVES.items() if of & {*codes}]
    how = {"loo": _without, "flip": _flip, "spec": _otherwise}[moves[0]]
    text = f"{_becomes(row['statistic'], row[f'{moves[0]}_other'], dataset, w)} {how(row, dataset, w)}"
    return text + (w("note.others") if len(moves) > 1 else "")


def _without(row, dataset, w):
    return w("note.without", name=fragility_words.how(row, "loo", dataset, w))


def _flip(row, dataset, w):
    """Say which code would be another one, as a condition."""
    table, key, column, before, after = row["flip"]
    first, _, second = key.partition("/")
    given = {"before": before, "after": after}
    how = "away" if after == NONE else "added" if before == NONE else "other"
    if table == "roles" and (how != "other" or column == "role"):
        role = {name: w(f"role.of.{code}") for name, code in given.items() if code in ROLES}
        role.setdefault("role", w(f"role.of.{second}"))
        return w(f"note.role.{how}", name=fragility_words.word("laureate", first, dataset, w), **role)
    if table == "evidence":
        strength = {name: w(f"strength.{code}") for name, code in given.items()}
        names = {"theme": w.quoted(fragility_words.word("theme", first, dataset, w))}
        return w(f"note.passage.{how}", name=fragility_words.word("laureate", second, dataset, w), **names, **strength)
    if table == "actors" and column == "kind" and after == NOT_AN_ACTOR:
        return w("note.actor", name=w.quoted(fragility_words.word("actor", first, dataset, w)))
    return w("note.code", how=fragility_words.flip(row["flip"], dataset, w.lang))


def _otherwise(row, dataset, w):
    """Say which open readings would be decided otherwise, and by which threshold."""
    readings = [name for name in row["spec"] if "=" not in name]
    told = [w("note.threshold", enough=int(name.split("=")[1])) for name in row["spec"] if "=" in name]
    if len(readings) == 1:
        told.append(w("note.reading", how=fragility_words.reading(readings[0], dataset, w.lang)))
    elif readings:
        told.append(w("note.readings", count=len(readings)))
    return w.join(told)


def _becomes(statistic, value, dataset, w):
    """Say what a statistic would be; names between quotation marks, and what ties is said to."""
    family = findings.word_family(statistic)
    if value is None or value != value:
        return w("note.becomes.none")
    if isinstance(value, list | tuple) and family:
        tied = "_tied" if statistic in LEADING else ""
        if len(value) > TIED:
            return w(f"note.becomes.many{tied}", count=len(value))
        words = [
            together(one, w) if family == "combination" else fragility_words.word(family, one, dataset, w)
            for one in value
        ]
        key = "none" if not value else "tied" if tied and len(value) > 1 else "names"
        return w(f"note.becomes.{key}", names=w.join(map(w.quoted, words)), ways=len(value))
    said = fragility_words.words(statistic, value, dataset, w.lang)
    return w("note.becomes.names", names=w.quoted(said) if isinstance(value, str) else said, ways=1)


def places(dataset, lang=None):
    """Say for how many laureates the département is known, and which ones these are."""
    w, table = Words(lang), records.places(dataset)
    known = table[(table["department"] != "") & (table["count"] > 0)].sort_values(
        "count", ascending=False, kind="stable"
    )
    if known.empty:
        return [Told(w("prose.places.none"))]
    names = {labels.department(code, w.lang): ("row-places", code) for code in known["department"]}
    parts = [f"{name} ({count})" for name, count in zip(names, known["count"], strict=True)]
    values = {"count": int(known["count"].sum()), "inferred": int(known["inferred"].sum())}
    text = w("places.known", of=len(dataset.laureates), parts=w.join(parts), **values)
    return [Told(text, "table-places", names)]


def blanks(dataset, lang=None):
    """Say of how many laureates, and of which, the project's name, the carrier's status and the place are not given.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> blanks(load(), "en")[-1].text
    ', nor the place for 2 (Vivance and Permatrek).'
    """
    w, table = Words(lang), dataset.laureates
    placed = table[["place", "department_stated", "department_inferred"]].ne("").any(axis=1)
    given = {"project_name": table["project_name"] != "", "carrier_status": table["carrier_status"] != ""}
    told, called = [], loading.names(dataset, "laureates", w.lang)
    for field, there in (given | {"place": placed}).items():
        with_it, without = ("; ".join(table["laureate_id"][mask]) for mask in (there, ~there))
        if not without:
            continue
        who = _who(dataset, without, w) if with_it else ""  # all of them need no name
        if with_it and not who and there.sum() <= _named(dataset):
            who = w("blanks.but", names=w.join([called[one] for one in with_it.split("; ")]))
        text = w(
            f"blanks.{'more' if told else 'of'}",
            what=w(f"blanks.{field}"),
            count=int((~there).sum()),
            of=len(table),
            who=who,
        )
        # Where there is a département but no place, the row of the places counts otherwise.
        target = "table-stated" if field == "place" else ("row-stated", field)
        told.append(Told(w("blanks.nor" if told else "blanks.first") + text, target))
    return [*told[:-1], told[-1]._replace(text=told[-1].text + ".")] if told else []


def capacity(dataset, lang=None):
    """Tell which laureates change sectors and territories, and by which means.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> capacity(load(), "en")[0][0].text.split(" (")[0]
    '7 of 11 laureates change both a sector and a territory'
    """
    w, told = Words(lang), []
    if dataset.contributions.empty:
        return [[Told(w("report.no_contributions"))]]
    cases = {row["case"]: row for row in records.dimensions(dataset).to_dict("records")}
    one, other = (f"{dimension}_only" for dimension in DIMENSIONS)
    for name in ("both", one, other, "neither"):
        row = cases[name]
        if row["count"] or name == "both":
            text = w(f"capacity.{name}", count=row["count"], of=row["of"]) + _who(dataset, row["laureates"], w)
            told.append(Told(f"{w('capacity.stop') if told else ''}{text}", ("row-dimensions", name)))
    table = records.means(dataset).to_dict("records")
    words = {row["code"]: w.quoted(w(f"mode.{row['code']}")) for row in table}
    rows = {words[row["code"]]: ("row-means", row["code"]) for row in table}
    top = [words[row["code"]] for row in table if row["count"] == table[0]["count"]]
    rest = [f"{words[row['code']]} ({row['count']})" for row in table[len(top) :]]
    means = w("capacity.means", names=w.join(top), ways=len(top), count=table[0]["count"], of=table[0]["of"])
    means += " " + w("capacity.others", names=w.join(rest), others=len(rest)) if rest else ""
    return [[*told, Told(".")], [Told(means, "table-means", rows)]]


def _named(dataset):
    return NAMED[len(dataset.laureates) > LARGE]


def _who(dataset, cell, w):
    """Name the laureates of a cell in brackets, unless they are too many."""
    ids, called = [one for one in cell.split("; ") if one], loading.names(dataset, "laureates", w.lang)
    return f" ({w.join([called[one] for one in ids])})" if 0 < len(ids) <= _named(dataset) else ""


def played(dataset, lang=None):
    """Tell how many laureates have several roles, which are said to be the main ones, and who has none.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> played(load(), "en")[0][0].text.split(" (")[0]
    '6 of 11 laureates combine several roles'
    """
    w = Words(lang)
    if dataset.roles.empty:
        return [[Told(w("prose.no_role"))]]
    member = roles.membership(dataset).sum(axis=1)
    several, alone, none = (member.index[held] for held in (member > 1, member == 1, member == 0))
    told = []
    for key, ids in (("several", several), ("alone", alone), ("none", none)):
        if len(ids) or key == "several":
            text = w(f"played.{key}", count=len(ids), of=len(member)) + _who(dataset, "; ".join(ids), w)
            told.append(Told(f"{w('capacity.stop') if told else ''}{text}", "table-combinations"))
    main, called = dataset.roles[dataset.roles["salience"] == PRINCIPAL], loading.names(dataset, "laureates", w.lang)
    role = dict(zip(main["laureate_id"], main["role"], strict=True))
    named = [f"{called[one]} ({w(f'role.{role[one]}').lower()})" for one in member.index if one in role]
    names = w("played.names", names=w.join(named)) if 0 < len(named) <= _named(dataset) else ""
    second = [Told(w("played.principal", count=len(named), names=names), "table-roles")]
    by_enjeu = roles.by_enjeu(dataset)
    reach = by_enjeu[by_enjeu["count"] > 0].groupby("role")["enjeu_id"].nunique()
    enjeux, held, parts = by_enjeu["enjeu_id"].nunique(), {}, []
    for role in ROLES:
        held.setdefault(int(reach.get(role, 0)), []).append(w(f"role.of.{role}"))
    for count, names in sorted(held.items(), reverse=True):
        key = "played.then" if parts else "played.first.all" if count == enjeux else "played.first.some"
        parts.append(w(key, roles=w.join(names), ways=len(names), count=count, of=enjeux))
    if enjeux > 1:
        first = len(next(names for _, names in sorted(held.items(), reverse=True)))
        second.append(Told(w("played.enjeux", names=first, parts=w.listed(parts)), "table-role-by-enjeu"))
    return [[*told, Told(".")], second]


def definitions(dataset, lang=None):
    """Say what each role means, as the contract of the data defines it."""
    w = Words(lang)
    column = {"fr": "description", "en": "description_en"}[w.lang]
    fields = rules.tables(dataset.path)["roles"]["schema"]["fields"]
    coded = next(field for field in fields if field["name"] == "role").get("categories", [])
    told = {one["value"]: one.get(column, "") for one in coded if isinstance(one, dict)}
    return [(role, told[role]) for role in ROLES if told.get(role)]


def levers(dataset, lang=None):
    """Write the synthesis of conditions, challenges and levers: a paragraph for each kind, what has no case last.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> levers(load(), "en")[1][0].text
    'The published fiche names 4 challenges, of which 1 can be read directly in the row of at least one laureate.'
    """
    w = Words(lang)
    table = themes.themes(dataset)
    told = [_kind(dataset, kind, table[table["kind"] == kind].to_dict("records"), w) for kind in THEME_KINDS]
    told = [paragraph for paragraph in told if paragraph]
    return told or [[Told(w("prose.no_theme"))]]


def _kind(dataset, kind, rows, w):
    """Write the paragraph of a kind: how many there are, then each, those that most rows speak to first."""
    if not rows:
        return []
    rows = sorted(rows, key=lambda row: (-row["direct"], -row["indirect"]))
    direct = sum(row["direct"] > 0 for row in rows)
    how = "single" if len(rows) == 1 else "all" if direct == len(rows) else "some" if direct else "never"
    told = [Told(w(f"levers.{kind}.{how}", count=len(rows), direct=direct), "table-themes")]
    called, place = loading.names(dataset, "themes", w.lang), {"direct": 0, "indirect": 0}
    for row in rows:
        strength = next((one for one in STRENGTHS if row[one]), None)
        if strength:
            told.append(_theme(dataset, row, strength, place[strength], w.quoted(called[row["theme_id"]]), w))
            place[strength] += 1
    none = [row for row in rows if not row["direct"] and not row["indirect"]]
    names = {w.quoted(called[row["theme_id"]]): ("theme", row["theme_id"]) for row in none}
    if none:
        text = w("levers.none", names=w.join(names), count=len(none), of=none[0]["of"])
        told.append(Told(text, ("theme", none[0]["theme_id"]), names))
    return [told[0], *(one._replace(text=f" {one.text}") for one in told[1:])]


def _theme(dataset, row, strength, at, name, w):
    """Write the sentence of a theme; the second of its paragraph is built otherwise than the first, and so on."""
    form = "first" if not at else ("second", "third")[at % 2 - 1] if strength == "direct" else "second"
    who = {one: _who(dataset, row[f"laureates_{one}"], w) for one in STRENGTHS}
    values = {"name": name, "direct": row["direct"], "of": row["of"], "who": who[strength]}
    tail = (
        w("levers.direct.more", count=row["indirect"]) + who["indirect"]
        if strength == "direct" and row["indirect"]
        else ""
    )
    text = w(f"levers.{strength}.{form}", indirect=row["indirect"], **values) + tail + "."
    return Told(text, ("theme", row["theme_id"]), {name: ("theme", row["theme_id"])})


def carriers(dataset, lang=None):
    """Say which statuses the rows state, where a fiche claims who carries; see `prose.carriers`."""
    claimed = (dataset.claims["rule"] == "majority") & (dataset.claims["subject"] == "carriers_ess")
    return [Told(prose.carriers(dataset, lang), "table-carriers")] if claimed.any() else []


def rest(dataset, lang=None):
    """Tell what the fiche rests on: how much is coded, the open readings by table, the source's disagreements."""
    w = Words(lang)
    tables = ("roles", "contributions", "mentions", "evidence")
    counts = [
        w(f"rest.coded.{name}", count=len(getattr(dataset, name))) for name in tables if len(getattr(dataset, name))
    ]
    text = w("rest.laureates", laureates=len(dataset.laureates))
    text += " " + (w("rest.coded", parts=w.join(counts)) if counts else w("rest.not_coded"))
    told = [[Told(text, "table-enjeux")]]
    readings = loading.open_readings(dataset)
    if readings:
        held = [reading["table"] for reading in readings]
        parts = [f"{w(f'rest.table.{name}')} ({held.count(name)})" for name in dict.fromkeys(sorted(held))]
        told.append([Told(w("rest.readings", count=len(readings), parts=w.join(parts)), "table-readings")])
    else:
        told.append([Told(w("rest.no_reading"))])
    return [*told, [Told(prose.discrepancies(dataset, w.lang), "table-discrepancies")]]
