"""The ledger of the fiche's claims: each checkable statement, the rows that speak to it, the verdict, its fragility.

A claim names a rule and what the rule looks at. Most rules gather *cases*: laureates whose row holds a direct or an
indirect passage; `themes.verdict` then says what that shows. A few hold a number against the one announced.
A claim is about the laureates of its own ambition, whatever else is loaded.
"""

import numpy as np
import pandas as pd

from ..dataset.decisions import PARTS, latest
from ..dataset.loading import by_id, restrict
from ..words.codes import CLAIM_VERDICTS, NOT_AN_ACTOR, PRINCIPAL, ROLES, STRENGTHS
from . import findings, fragility, themes
from .coded import ABSENT, STRENGTH, Coded, encode, mentioning_type
from .memory import remembered

NEARLY = 0.10  # "about" a number: within a tenth of it

# What a number counts, by the statistic's name; the contract names the same.
NUMBERS = {
    "laureates": findings.coverage,
    "enjeux": findings.coverage,
    "roles_occurring": findings.role_patterns,
    "carriers_ess": findings.stated,
}
# What the cases of a rule are read from; see `fragility.assess`.
READS = {
    "enjeu": {"laureates.enjeu_id": ()},
    "role": {"roles.role": ()},
    "principal": {"roles": ()},
    "means": {"roles.role": (), "contributions.code": ()},
    "actor_type": {"actors.actor_type": (), "actors.kind": findings.SAME_ACTORS, **findings.MENTIONED},
    "actor": findings.MENTIONED,
    "evidence": {"evidence": ()},
    "count": {"roles.role": (), "laureates.enjeu_id": ()},
    "about": {"laureates.enjeu_id": ()},
    "majority": {"laureates.carrier_status": ()},
}


def of(dataset, claim):
    """Count the laureates that could be cases of a claim."""
    if claim["rule"] == "principal":
        return int((dataset.laureates["laureate_id"] == claim["subject"].split("/")[0]).sum())
    if claim["rule"] == "means":
        return int((dataset.roles["role"] == claim["subject"]).sum())
    return len(dataset.laureates)


def judge(dataset, claim, enough=themes.ENOUGH):
    """Give the verdict on one claim, on the records of its ambition, a dataset or coded ones."""
    if claim["rule"] in ("count", "about"):
        announced = int(claim["expected"])
        far = abs(number(dataset, claim) - announced)
        return "supported" if far <= (NEARLY * announced if claim["rule"] == "about" else 0) else "contradicted"
    if claim["rule"] == "majority":
        share = number(dataset, claim)
        return "no_case" if not share.count else "supported" if 2 * share.count > share.of else "partly"
    coded = dataset if isinstance(dataset, Coded) else encode(dataset)
    strengths, of_all = _strengths(coded, claim["rule"], claim["subject"], claim["expected"])
    return themes.verdict(int((strengths == 2).sum()), int((strengths == 1).sum()), max(1, min(enough, of_all)))


def _strengths(coded, rule, subject, expected):
    """Return how each laureate's row speaks to a claim (0, 1 indirect, 2 direct), and how many could be cases."""
    at, of = coded.names.at, int(coded.present.sum())
    if rule == "enjeu":
        return 2 * ((coded.enjeu == at["enjeux"].get(subject, ABSENT - 1)) & coded.present), of
    if rule == "role":
        return 2 * (coded.roles[:, ROLES.index(subject)] > 0), of
    if rule == "principal":
        laureate, role = subject.split("/")
        place = at["laureates"].get(laureate)
        there = place is not None and coded.present[place]
        return coded.roles[[place] if there else [], ROLES.index(role)], int(there)
    if rule == "means":
        uses = np.zeros(len(coded.present), dtype=bool)
        wanted = [at["codes"][code] for code in expected.split("|") if code in at["codes"]]
        uses[coded.c_laureate[(coded.c_laureate >= 0) & np.isin(coded.c_code, wanted)]] = True
        having = coded.roles[:, ROLES.index(subject)] > 0
        return 2 * (uses & having), int(having.sum())
    if rule == "actor_type":
        return 2 * mentioning_type(coded, at["types"].get(subject, ABSENT - 1)), of
    if rule == "actor":
        named = np.zeros(len(coded.present), dtype=int)
        mine = (coded.m_laureate >= 0) & (coded.m_actor == at["actors"].get(subject, ABSENT - 1))
        named[coded.m_laureate[mine]] = STRENGTH[expected]
        return named, of
    return coded.evidence[at["themes"][subject]] if subject in at["themes"] else coded.enjeu * 0, of


def number(dataset, claim):
    """Return the statistic that a claim about a number looks at."""
    return NUMBERS[claim["subject"]](dataset)[claim["subject"]]


def ledger(dataset, progress=True):
    """Hold every claim of the fiche against the rows.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    progress : bool
        Show a bar in a terminal if it takes long.

    Returns
    -------
    DataFrame
        One row a claim, in the order of the fiche: ``claim_id, number, kind, statement_fr, statement_en, rule``;
        ``count`` (laureates with a direct passage, or the number found), ``indirect``, ``of``, ``verdict``,
        ``fragility`` (as in `fragility.assess`), ``laureates_direct``, ``laureates_indirect``. `ledger_where` gives
        the anchors.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> table = ledger(load())
    >>> table.loc[table["verdict"] == "no_case", "claim_id"].tolist()
    ['mistrust']
    """
    fragile, rows = {}, []
    for home in _homes(dataset).values():
        fragile |= _fragile(home, progress=progress)
    about = ["claim_id", "number", "kind", "statement_fr", "statement_en", "rule"]
    for claim, home in _claims(dataset):
        held = cases(home, claim)
        ids = [[i for i, (strength, _) in held.items() if strength == wanted] for wanted in STRENGTHS]
        count, whole = len(ids[0]), of(home, claim)
        if claim["rule"] in ("count", "about"):
            count, whole = number(home, claim), int(claim["expected"])
        elif claim["rule"] == "majority":
            count, whole = number(home, claim)
        found = (count, len(ids[1]), whole, judge(home, claim), fragile[claim["claim_id"]])
        rows.append((*(claim[name] for name in about), *found, *map("; ".join, ids)))
    columns = ["count", "indirect", "of", "verdict", "fragility", "laureates_direct", "laureates_indirect"]
    return pd.DataFrame(rows, columns=[*about, *columns])


def ledger_where(dataset):
    """Return the rows and anchors that each claim rests on.

    Returns
    -------
    DataFrame
        One row a passage: ``claim_id``, ``laureate_id``, ``strength``, ``anchor``, ``source_id``, ``source_row``. A
        claim without any case has none.
    """
    source, place = by_id(dataset, "laureates", "source_id"), by_id(dataset, "laureates", "source_row")
    rows = [
        (claim["claim_id"], laureate, strength, anchor, source[laureate], place[laureate])
        for claim, home in _claims(dataset)
        for laureate, (strength, found) in cases(home, claim).items()
        for anchor in found
    ]
    return pd.DataFrame(rows, columns=["claim_id", "laureate_id", "strength", "anchor", "source_id", "source_row"])


def ledger_verdicts(dataset):
    """Count the claims by verdict.

    Returns
    -------
    DataFrame
        One row a verdict of `codes.CLAIM_VERDICTS`: ``verdict``, ``count``, ``of`` all claims, ``claims``. Counts add
        up to ``of``.
    """
    found = {claim["claim_id"]: judge(home, claim) for claim, home in _claims(dataset)}
    rows = []
    for verdict in CLAIM_VERDICTS:
        mine = [name for name, is_so in found.items() if is_so == verdict]
        rows.append((verdict, len(mine), len(found), "; ".join(mine)))
    return pd.DataFrame(rows, columns=["verdict", "count", "of", "claims"])


def confidence(dataset, table):
    """Say how far each claim can be relied on: four concerns and a level, in the manner of GRADE-CERQual.

    Adequacy and coherence are proposed from the rows. Adequacy: serious concerns without a direct passage, moderate
    with fewer laureates than `themes.ENOUGH`, minor with fewer than twice as many, else none. Coherence: none where the
    verdict is robust, minor where it depends on a reading or a threshold, moderate where one laureate or one code moves
    it, serious where the rows contradict a number. Limits, relevance and the level are a person's, in
    ``decisions.csv``; nothing stands for them until then. A person's decision on adequacy or coherence comes first.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    table : DataFrame
        As made by `ledger`.

    Returns
    -------
    DataFrame
        One row a claim: ``claim_id, number, kind, statement_fr, statement_en``; ``limits, relevance, adequacy,
        coherence`` (one of `decisions.CONCERNS`, or ``""``), ``level`` (of `decisions.LEVELS`, or ``""``); ``judged``
        (which of these a person decided), ``person, date, reason`` of the level.

    References
    ----------
    S. Lewin et al., "Applying GRADE-CERQual to qualitative evidence synthesis findings", Implementation Science 13
    (2018), suppl. 1.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> dataset = load()
    >>> found = confidence(dataset, ledger(dataset)).set_index("claim_id")
    >>> found.loc["mistrust", ["adequacy", "level"]].tolist()
    ['serious', '']
    """
    last, rows = latest(dataset.decisions.to_dict("records")), []
    about = ["claim_id", "number", "kind", "statement_fr", "statement_en"]
    for claim in table.to_dict("records"):
        mine = {part: last[one] for part in PARTS if (one := ("judgement", claim["claim_id"], part)) in last}
        found = {"adequacy": _adequacy(claim), "coherence": _coherence(claim)}
        found |= {part: decision["decided"] for part, decision in mine.items()}
        level = mine.get("level", {})
        told = (level.get(name, "") for name in ("person", "date", "reason"))
        rows.append(
            (*(claim[name] for name in about), *(found.get(part, "") for part in PARTS), "; ".join(mine), *told)
        )
    return pd.DataFrame(rows, columns=[*about, *PARTS, "judged", "person", "date", "reason"])


def _adequacy(claim):
    """Propose a concern about how much there is; a number that is announced is held to all rows."""
    if claim["rule"] in ("count", "about", "majority"):
        return ""
    steps = {"serious": 0, "moderate": themes.ENOUGH - 1, "minor": 2 * themes.ENOUGH - 1}
    return next((concern for concern, most in steps.items() if claim["count"] <= most), "none")


def _coherence(claim):
    """Propose a concern about how well the rows agree, from what moves the verdict; without a case there is none."""
    if claim["verdict"] == "no_case":
        return ""
    moved = set(claim["fragility"].split("; "))
    if claim["verdict"] == "contradicted":
        return "serious"
    return "moderate" if moved & {"laureate", "code"} else "minor" if moved & {"reading", "threshold"} else "none"


@remembered(lambda found: all(isinstance(verdict, str) for verdict in found.values()))
def _fragile(dataset, progress=None):
    """Return the fragility of each claim's verdict; the claims of one rule are tried together."""
    found = {}
    claims = [claim for claim, _ in _claims(dataset)]
    for rule in dict.fromkeys(claim["rule"] for claim in claims):
        mine = [claim for claim in claims if claim["rule"] == rule]

        def verdicts(variant, enough=themes.ENOUGH, mine=mine):
            return {claim["claim_id"]: judge(variant, claim, enough) for claim in mine}

        verdicts.on_arrays = True

        choices = {} if rule in ("count", "about", "majority") else {"enough": findings.ENOUGH}
        bar = f"claims, {rule}" if progress else None
        table = fragility.assess(dataset, verdicts, READS[rule], choices, progress=bar)
        found |= table.set_index("statistic")["verdict"].to_dict()
    return found


def _homes(dataset):
    """Return the records that each ambition's claims are about: its own."""
    return {ambition: restrict(dataset, [ambition]) for ambition in sorted(set(dataset.claims["ambition_id"]))}


def _claims(dataset):
    """List the claims in the order of the fiche, each with the records that it is about."""
    homes = _homes(dataset)
    rows = dataset.claims.sort_values(["source_id", "number"]).to_dict("records")
    return [(claim, homes[claim["ambition_id"]]) for claim in rows]


def cases(dataset, claim):
    """Gather the laureates whose row speaks to a claim: the strength and the anchors of each."""
    found = _FINDERS[claim["rule"]](dataset, claim["subject"], claim["expected"])
    return {laureate: found[laureate] for laureate in dataset.laureates["laureate_id"] if laureate in found}


def _by_laureate(pairs):
    held = {}
    for laureate, anchor in pairs:
        held.setdefault(laureate, ("direct", []))[1].append(anchor)
    return held


def _columns(frame, *names):
    return zip(*(frame[name].tolist() for name in names), strict=True)


def _enjeu(dataset, subject, expected):
    rows = _columns(dataset.laureates, "laureate_id", "row_anchor", "enjeu_id")
    return _by_laureate((laureate, anchor) for laureate, anchor, enjeu in rows if enjeu == subject)


def _role(dataset, subject, expected):
    rows = _columns(dataset.roles, "laureate_id", "anchor", "role")
    return _by_laureate((laureate, anchor) for laureate, anchor, role in rows if role == subject)


def _principal(dataset, subject, expected):
    of_laureate, of_role = subject.split("/")
    rows = _columns(dataset.roles, "laureate_id", "role", "salience", "anchor")
    return {
        laureate: ("direct" if salience == PRINCIPAL else "indirect", [anchor])
        for laureate, role, salience, anchor in rows
        if (laureate, role) == (of_laureate, of_role)
    }


def _means(dataset, subject, expected):
    having = _role(dataset, subject, expected)
    wanted = expected.split("|")
    rows = _columns(dataset.contributions, "laureate_id", "anchor", "code")
    return _by_laureate((who, anchor) for who, anchor, code in rows if who in having and code in wanted)


def _actor_type(dataset, subject, expected):
    rows = _columns(dataset.actors, "actor_id", "actor_type", "kind")
    wanted = {actor for actor, kind_of, kind in rows if kind_of == subject and kind != NOT_AN_ACTOR}
    rows = _columns(dataset.mentions, "laureate_id", "mention", "actor_id")
    return _by_laureate((laureate, mention) for laureate, mention, actor in rows if actor in wanted)


def _actor(dataset, subject, expected):
    rows = _columns(dataset.mentions, "laureate_id", "mention", "actor_id")
    held = _by_laureate((laureate, mention) for laureate, mention, actor in rows if actor == subject)
    return {laureate: (expected, anchors) for laureate, (_, anchors) in held.items()}


def _evidence(dataset, subject, expected):
    rows = _columns(dataset.evidence, "theme_id", "laureate_id", "strength", "anchor")
    return {laureate: (strength, [anchor]) for theme, laureate, strength, anchor in rows if theme == subject}


def _counted(dataset, subject, expected):
    """Return the rows that a number counts."""
    if subject == "roles_occurring":
        return _by_laureate(_columns(dataset.roles, "laureate_id", "anchor"))
    rows = list(_columns(dataset.laureates, "laureate_id", "row_anchor", "carrier_anchor", "carrier_status"))
    if subject == "carriers_ess":
        return _by_laureate((laureate, anchor) for laureate, _, anchor, status in rows if status == "association")
    return _by_laureate((laureate, anchor) for laureate, anchor, _, _ in rows)


_FINDERS = {
    "enjeu": _enjeu,
    "role": _role,
    "principal": _principal,
    "means": _means,
    "actor_type": _actor_type,
    "actor": _actor,
    "evidence": _evidence,
    **dict.fromkeys(("count", "about", "majority"), _counted),
}
