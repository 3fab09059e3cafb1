"""A reader's own copy of a fiche as one page: its text, the codes where `trace` finds them, and what rests on them."""

import bisect
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ..analysis import claims, findings, themes
from ..dataset import loading
from ..dataset.loading import load
from ..fiches import documents, trace
from ..fiches.documents.blocks import Paragraph, as_text
from ..sentences import fragility_words
from ..words import files, labels
from ..words.codes import NOT_AN_ACTOR, PRINCIPAL, ROLES
from ..words.folding import TOKEN, find, normalise
from . import reading_page

KINDS = ("facts", "roles", "contributions", "evidence", "mentions", "relations", "claims", "discrepancies", "readings")
UNPLACED = ("missing", "uncoded", "uncoded_row", "unchecked")  # statuses of `trace` that are no place of a code
CASES = {"role": "roles", "principal": "roles", "means": "contributions", "evidence": "evidence"}
CASES |= {"actor": "mentions", "actor_type": "mentions"}
# Where the fact of a laureate stands that a statistic counts, if not at the start of its row.
FACTS = {"carrier_stated": "carrier_anchor", "carriers_ess": "carrier_anchor", "department_known": "place_anchor"}
# What a code must be to count in a statistic, beside what its value names, which for a share is another statistic's.
NEEDED = {"carrier_stated": "carrier", "carriers_ess": "association", "department_known": "known"}
NEEDED |= {"principal": PRINCIPAL, "both_dimensions": "both", "nested_pairs": "nested", "supported": "supported"}
NEEDED |= {"themes_direct": "direct", "levers_all_roles": "lever", "lever_roles_direct": "lever"}
NEEDED |= dict.fromkeys(("shared_actors", "laureate_pairs", "laureate_pairs_named"), "shared")
NEEDED |= {f"top_type_{role}": role for role in ROLES}
NAMED = {name: name.replace("_share", "") for name in ("top_means_share", "top_combination_share", "top_row_share")}
NAMED |= {"top_row_share_named": "top_row_named"}
IDS = ("actor", "actors", "combination", "enjeu", "laureate", "mode", "role", "theme", "type")


class Copy(NamedTuple):
    """A reader's copy; ``levels`` tells what each line is, where the document does: 1 and more, "li", "row"."""

    text: str
    digest: str
    levels: dict | None


class Code(NamedTuple):
    """A code at its place in a copy, from ``start`` to ``end``; ``number`` is that of its note."""

    number: str
    kind: str
    code: str
    label: str
    note: str
    tags: frozenset
    start: int
    end: int
    here: bool
    table: str
    key: str
    column: str
    laureate: str
    anchor: str


def read(fiche, lang=None):
    """Read a copy as `trace` does: a text as it is, any other document as it is converted."""
    if not (fiche.is_file() and trace.CONVERTED.match(fiche.read_bytes())):
        return Copy(*trace.read(fiche, lang), None)
    document = documents.read(fiche, lang)
    levels, line = {}, 0
    for block in document.blocks:
        if isinstance(block, Paragraph):
            levels[line] = "li" if block.item else block.level
            line += 2
        else:
            levels |= dict.fromkeys(range(line, line + len(block.rows)), "row")
            line += len(block.rows) + 1
    return Copy(as_text(document), document.digest, levels)


def codes(dataset, text, source, lang=None):
    """Return the codes of a source in the order of a copy's text, and those that are not found in it."""
    normal, offsets = normalise(text)
    tell, placed, lost = teller(dataset, source, lang), [], []
    for row in trace.trace(dataset, text, source).to_dict("records"):
        if row["status"] in UNPLACED[1:]:
            continue
        told = tell(row["table"], row["key"], row["column"])
        place = None if row["status"] in UNPLACED or pd.isna(row["offset"]) else span(row, text, normal, offsets)
        own = {"table": row["table"], "key": row["key"], "column": row["column"], "anchor": row["anchor"]}
        made = Code("", *told, *(place or (0, 0)), row["status"] == "found", laureate=row["laureate_id"], **own)
        (placed if place else lost).append(made)
    placed += readings(dataset, placed, lang)
    order = {kind: i for i, kind in enumerate(KINDS)}
    placed.sort(key=lambda one: (one.start, -one.end, order[one.kind], one.table, one.key, one.column))
    return [one._replace(number=str(i)) for i, one in enumerate(placed, 1)], lost


def span(row, text, normal, offsets):
    """Return where an anchor begins and ends, at the place where `trace` found it."""
    at = bisect.bisect_left(offsets, row["offset"])
    found = find(row["anchor"], normal, at, at + 3 * len(row["anchor"]) + 9, name=True)
    if not found or found[0][0] != at:
        return None
    return int(row["offset"]), TOKEN.match(text, offsets[found[0][1] - 1]).end()


def readings(dataset, placed, lang):
    """Return the open readings as codes at the places of what they are about."""
    at, made = {}, []
    for one in placed:
        at.setdefault((one.table, one.key), []).append(one)
    for row in dataset.readings.to_dict("records"):
        about = at.get((row["table"], row["key"]), [])[:1]
        if row["table"] == "actors":
            about = [one for one in placed if one.table == "mentions" and one.code == row["key"]]
        elif row["table"] == "laureates" or not about:
            fact = "carrier_anchor" if row["column"] == "carrier_status" else "place_anchor"
            own = [one for part in row["key"].split("/") for one in at.get(("laureates", part), ())]
            about = [one for column in (fact, "row_anchor") for one in own if one.column == column][:1]
        if about:
            otherwise = fragility_words.reading(row["reading_id"], dataset, lang)
            note = labels.t(
                "read.note.reading", lang, otherwise=otherwise, reason=row[f"reason_{labels.language(lang)}"]
            )
            new = {"kind": "readings", "code": row["table"], "label": labels.t(f"read.about.{row['table']}", lang)}
            new |= {"table": "readings", "key": row["reading_id"], "column": row["column"], "tags": frozenset()}
            made += [one._replace(note=note, **new) for one in about]
    return made


def teller(dataset, source, lang):
    """Return ``tell(table, key, column)``: kind, code, label, note of a record, and what statistics can ask of it."""
    lang, told = labels.language(lang), trace.coded(dataset, source)
    rows = {}
    for table, key in trace.TABLES.items():
        for row in told[table].to_dict("records"):
            rows[table, "/".join(str(row[name]) for name in key)] = row
    actors = {row["actor_id"]: row for row in dataset.actors.to_dict("records")}
    people = loading.names(dataset, "actors", lang) | loading.names(dataset, "laureates")
    theme = {row["theme_id"]: row for row in dataset.themes.to_dict("records")}
    held, about, mates = Counter(), {}, {}
    for laureate, row in told["laureates"].set_index("laureate_id").to_dict("index").items():
        names = ("roles", "contributions", "mentions")
        mine = {name: told[name][told[name]["laureate_id"] == laureate] for name in names}
        own = [role for role in ROLES if role in set(mine["roles"]["role"])]
        tags = {"carrier": row["carrier_status"], "known": row["department_stated"] or row["department_inferred"]}
        tags["both"] = mine["contributions"]["dimension"].nunique() > 1
        about[laureate] = {laureate, row["enjeu_id"], row["carrier_status"], "+".join(own), *own}
        about[laureate] |= {tag for tag, is_so in tags.items() if is_so}
        mates[laureate] = set(mine["mentions"]["actor_id"])
        held.update(mates[laureate])
    direct, indirect = (
        told["evidence"].loc[told["evidence"]["strength"] == strength, "theme_id"].value_counts()
        for strength in ("direct", "indirect")
    )

    def t(key, **values):
        return labels.t(key, lang, **values)

    def both(one, other):
        return t("read.note", one=one, other=other) if other else one

    def tell(table, key, column):
        row = rows[table, key]
        laureate = row.get("laureate_id", "")
        kind, code, tags, label, note = table, row.get("kind", ""), about.get(laureate, set()), "", ""
        if table == "roles":
            code, label = row["role"], t(f"role.{row['role']}")
            note = both(label, t(f"salience.{row['salience']}"))
            tags = (tags - set(ROLES)) | {code, row["salience"]}  # what combines them stays
        elif table == "mentions":
            actor = actors[row["actor_id"]]
            code, label = row["actor_id"], people[row["actor_id"]]
            note, parent = both(label, t(f"type.{actor['actor_type']}")), row["parent_position"]
            if not pd.isna(parent) and (whole := rows.get((table, f"{laureate}/{parent}"))):
                note = t("read.note.nested", one=note, other=whole["mention"])
            real = {"real"} if actor["kind"] != NOT_AN_ACTOR else set()
            tags = tags | {code, actor["actor_type"], actor["kind"]} | real
            tags |= {"+".join(sorted((code, mate))) for mate in mates[laureate] - {code}} if real else set()
            tags |= {"nested"} if not pd.isna(parent) else set()
            tags |= {"shared"} if held[code] > 1 and real else set()
        elif table == "contributions":
            code, label = row["code"], t(f"mode.{row['code']}")
            where = {name: t(f"{name}.{row[name]}") for name in ("dimension", "target")}
            note = t("read.note.means", label=row[f"label_{lang}"], mode=label, **where)
            tags = tags | {code}
        elif table in ("evidence", "themes"):
            kind, code, label = "evidence", row["theme_id"], theme[row["theme_id"]][f"label_{lang}"]
            note = both(label, t(f"strength.{row['strength']}")) if laureate else t("read.note.theme", name=label)
            judged = themes.verdict(int(direct.get(code, 0)), int(indirect.get(code, 0)))
            tags = {code, row.get("strength", ""), theme[code]["kind"], judged, laureate}
        elif table == "relations":
            label = t(f"relation.{code}")
            note = f"{people.get(row['from_id'], row['from_id'])} – {label} – {people.get(row['to_id'], row['to_id'])}"
        elif table == "claims":
            label = t(f"claim.{code}")
            note = t("read.note.claim", number=row["number"], statement=row[f"statement_{lang}"])
        elif table == "discrepancies":
            label, note = t(f"discrepancy.{code}"), row[f"what_{lang}"]
        else:
            kind, code, word = "facts", column, f"read.fact.{column}"
            label = t(word) if word in labels.words() else column
            value = {"carrier_anchor": "carrier_status", "row_anchor": "name"}.get(column, column)
            value = t(f"status.{row[value]}") if value == "carrier_status" else str(row[value])
            note = t("read.note.fact", what=label, value=value) if not column.startswith(("place", "funded")) else label
            tags = tags | about.get(row.get("enjeu_id", ""), set())
        return kind, code, label, note, frozenset(tags)

    return tell


def supports(home, placed, lang):
    """Return the headline statistics of each finding, in words, with the codes that each rests on."""
    values, reads = {}, {}
    for family in findings.FAMILIES:
        made = family.function(home)
        values |= made
        reads |= dict.fromkeys(made, {name.partition(".")[0] for name in family.reads})
    found = {finding.key: [] for finding in findings.FINDINGS}
    for one, value in values.items():
        named, told = fragility_words.label(one, home, lang), fragility_words.words(one, value, home, lang)
        words, rest = labels.t("read.pair", lang, one=named, other=told), _resting(one, values, reads[one], placed)
        found[findings.of_statistic(one).key].append((one, words, rest))
    return {key: rows for key, rows in found.items() if rows}


def _resting(statistic, values, reads, placed):
    """Return the codes that a statistic rests on; all that it looks at where it finds none."""
    if statistic == "enjeux":
        return [one for one in placed if (one.table, one.column) == ("enjeux", "title_fr")]
    fact, need = FACTS.get(statistic, "row_anchor"), NEEDED.get(statistic)
    tables = {"mentions"} if "mentions" in reads else reads | ({"themes"} if "evidence" in reads else set())
    pool = [one for one in placed if one.table in tables and one.column in ("anchor", "mention", "row_anchor", fact)]
    pool = [one for one in pool if one.table != "mentions" or "real" in one.tags]
    if tables == {"laureates"}:  # one passage a laureate: that of the fact, if it has one
        pool = list({one.laureate: one for one in sorted(pool, key=lambda one: one.column == fact)}.values())
    if statistic.endswith("_named"):
        pool = [one for one in pool if one.tags & {"named", "institution"}]
    wanted = values[NAMED.get(statistic, statistic)]
    if statistic.startswith(("share_", "verdict_")):
        wanted = [statistic.partition("_")[2]]
    elif findings.word_family(NAMED.get(statistic, statistic)) not in IDS:
        wanted = []
    wanted = {*wanted, *("+".join(sorted(one.split("+"))) for one in wanted)}
    chosen = [one for one in pool if (not need or need in one.tags) and (not wanted or wanted & one.tags)]
    return sorted(chosen or pool, key=lambda one: one.start)


def of_claims(home, source, placed, lang):
    """Return the claims of a source in its order: id, words, verdict, and its own passage and its cases."""
    where, verdicts = claims.ledger_where(home), claims.ledger_verdicts(home)
    judged = {claim: row["verdict"] for row in verdicts.to_dict("records") for claim in row["claims"].split("; ")}
    found = []
    for claim in home.claims[home.claims["source_id"] == source].sort_values("number").to_dict("records"):
        table = CASES.get(claim["rule"], "roles" if claim["subject"] == "roles_occurring" else "laureates")
        column = "carrier_anchor" if claim["subject"] == "carriers_ess" else "row_anchor"
        rows = where[where["claim_id"] == claim["claim_id"]]
        cases = {(table, *case) for case in zip(rows["laureate_id"], rows["anchor"], strict=True)}
        rest = [one for one in placed if (one.table, one.key) == ("claims", claim["claim_id"])]
        mine = [one for one in placed if one.column in ("anchor", "mention", column)]
        rest += [one for one in mine if (one.table, one.laureate, one.anchor) in cases]
        words = {"number": claim["number"], "statement": claim[f"statement_{lang}"]}
        verdict = labels.t(f"verdict.{judged[claim['claim_id']]}", lang)
        found.append((claim["claim_id"], labels.t("read.note.claim", lang, **words), verdict, rest))
    return found


def _beside(placed, others):
    """Give the codes of a second coding their numbers: that of the first for what both say of the same words."""
    known = {(one.kind, one.code, one.note, one.start, one.end): one.number for one in placed}
    number, made = 0, []
    for one in others:
        twin = known.pop((one.kind, one.code, one.note, one.start, one.end), None)
        number += twin is None
        made.append(one._replace(number=f"{twin}{reading_page.SAME}" if twin else f"{number}{reading_page.SECOND}"))
    return made


def make(fiche, copy, dataset, second=None, lang=None):
    """Return the page of a copy and what it counts; ``second`` is a folder's name and its dataset."""
    lang, source = labels.language(lang), trace.recognise(dataset, copy.text)
    about = dataset.sources.set_index("source_id").loc[source]
    home = loading.restrict(dataset, [about["ambition_id"]])
    placed, lost = codes(dataset, copy.text, source, lang)
    other, compared = None, {}
    if second:
        other = _beside(placed, codes(second[1], copy.text, trace.recognise(second[1], copy.text), lang)[0])
        same = sum(one.number[-1] == reading_page.SAME for one in other)
        compared = {"folder": second[0], "same": same, "first": len(placed) - same, "other": len(other) - same}
    normal, offsets = normalise(copy.text)
    plan = trace.plan_of(trace.coded(dataset, source), normal)
    blocks = reading_page.headed(reading_page.blocks(copy.text, copy.levels), plan, offsets)
    same = "unknown" if not about["sha256"] else "same" if about["sha256"] == copy.digest else "other"
    given = {
        "about": {"file": Path(fiche).name, "title": about["title"], "same": labels.t(f"read.{same}", lang)},
        "counts": {"codes": len(placed), "lost": len(lost), "astray": sum(not one.here for one in placed)},
        "compared": compared,
        "kinds": KINDS,
        "placed": placed,
        "second": other,
        "lost": lost,
        "blocks": blocks,
        "bare": reading_page.bare_sentences(copy, blocks, plan, offsets, [*placed, *(other or [])]),
        "findings": supports(home, placed, lang),
        "claims": of_claims(home, source, placed, lang),
    }
    return reading_page.write(copy, given, lang), given


def run(fiche, out, second=None, data=None, lang=None):
    """Write the page of a reader's copy, for ``neoterra read``."""
    for key, refused in (
        ("is_folder", out.is_dir()),
        ("itself", out.exists() and fiche.exists() and out.samefile(fiche)),
        ("no_html", out.suffix.lower() not in (".html", ".htm")),
    ):
        if refused:
            raise ValueError(labels.t(f"read.{key}", lang, out=out))
    copy, dataset = read(fiche, lang), load(data)
    other = load(second) if second else None
    for one in filter(None, (dataset, other)):
        if trace.recognise(one, copy.text) is None:
            raise ValueError(labels.t("read.no_laureate", lang, fiche=fiche, data=one.path))
    page, given = make(fiche, copy, dataset, other and (second.resolve().name, other), lang)
    try:
        files.replace(out, page)
    except OSError as error:
        raise ValueError(labels.t("read.unwritten", lang, out=out, why=error.strerror or error)) from None
    counts = {**given["counts"], "bare": len(given["bare"]), "size": round(len(page.encode()) / 1000)}
    print(labels.t("read.written", lang, out=out, same=given["about"]["same"], **counts))
    return 0
