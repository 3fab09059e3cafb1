"""The command ``neoterra proofread``: a draft with Word comments where its statements and its rows disagree."""

import hashlib
import sys
from collections import Counter
from pathlib import Path

from ...analysis import claims
from ...dataset.loading import by_id, load
from ...dataset.problems import visible
from ...fiches import documents, trace
from ...fiches.documents import limits, sandbox
from ...fiches.documents.blocks import as_text
from ...fiches.doubts import first_words
from ...words import files, labels
from ...words.folding import find, normalise, one_line
from . import cells, comments, spellings, statements, whereabouts
from .galley import Finding, galley

# Of a claim of the data: what its rows say, if it is not simply supported.
VERDICTS = {"no_case": "claim_no_case", "contradicted": "claim_contradicted", "indirect_only": "claim_indirect"}
SURE = ("claim_no_case", "claim_contradicted")
# Of these, the rows are named that speak.
WITH_ROWS = (
    "count_",
    "role_",
    "claim_",
    "actor_spelt",
    "actor_acronym",
    "actor_one",
    "place_one",
    "row_twice",
    "text_twice",
)
MOST = 400  # comments in one document; the rest is counted
LONGEST = 90  # letters of words that a comment quotes
ENDING = {"fr": "-relu", "en": "-proofread"}


def findings(document, dataset=None):
    """Return all that is found in a document, in the order of its words, and the texts that it has."""
    one = galley(document)
    found = [*statements.find(one), *whereabouts.find(one), *spellings.find(one), *cells.find(one)]
    if dataset is not None:
        found = _with_known(found, list(_recorded(one, document, dataset)))
    found.sort(key=lambda each: (each.at, each.start, each.end, each.kind))
    return _once(found), one


def _once(found):
    """Leave out what is told twice of the same words, and a misprint wherever it stands again."""
    kept = {}
    for each in found:
        again = each.kind, each.told.get("one") if each.kind in ("word", "acronym", "land") else (each.at, each.start)
        kept.setdefault(again, each)
    return list(kept.values())


def _with_known(found, recorded):
    """Put a recorded discrepancy beside what was found of the same words, and what was not found after that."""
    made = list(found)
    for one in recorded:
        near = next((at for at, each in enumerate(made[: len(found)]) if _is_of(one, each) and not each.known), None)
        if near is None:
            made.append(one)
        elif one.kind == "known":
            made[near] = made[near]._replace(known=one.told["what"])
    return made


def _is_of(one, each):
    """Tell whether what the data hold is about the words of a finding: a discrepancy, or a number of a claim."""
    shared = min(one.end, each.end) - max(one.start, each.start)
    if one.at != each.at or one.kind == "known":
        return one.at == each.at and shared > 0
    near = 2 * shared > min(one.end - one.start, each.end - each.start)
    return near and one.kind == "claim_contradicted" and each.kind.startswith("count_")


def _recorded(one, document, dataset):
    """Yield what the data hold about a document: claims that do not simply stand, discrepancies that are known."""
    source = trace.recognise(dataset, as_text(document))
    if source is None:
        return
    ambition = by_id(dataset, "sources", "ambition_id")[source]
    names = by_id(dataset, "laureates", "name")
    texts = [(unit, *normalise(unit.text.text)) for unit in one.units if unit.text.text]

    def places(anchor):
        for unit, normal, offsets in texts:
            for start, end in find(anchor, normal):
                yield unit, offsets[start], offsets[end - 1] + 1

    ledger = claims.ledger(dataset.only(ambition), progress=False).to_dict("records")
    anchors = by_id(dataset, "claims", "anchor")
    for row in ledger:
        spot = next(places(anchors[row["claim_id"]]), None)
        direct = [names[key] for key in filter(None, row["laureates_direct"].split("; "))]
        indirect = [names[key] for key in filter(None, row["laureates_indirect"].split("; "))]
        kind = VERDICTS.get(row["verdict"])
        if not kind and row["rule"] not in ("principal", "count", "about", "majority") and len(direct) == 1:
            kind = "claim_one"
        if not kind and "reading" in row["fragility"]:
            kind = "claim_reading"
        if spot and kind:
            unit, start, end = spot
            told = {name: row[name] for name in ("count", "of", "indirect")}
            told |= {"claim_fr": row["statement_fr"], "claim_en": row["statement_en"]}
            rows = indirect if kind == "claim_indirect" else direct
            yield Finding(kind, kind in SURE, unit.at, start, end, told, (), tuple(rows))
    mine = dataset.discrepancies[dataset.discrepancies["source_id"] == source]
    for row in mine.to_dict("records"):
        spot = next(places(row["anchor"]), None)
        if spot:
            unit, start, end = spot
            told = {name: row[name] for name in ("discrepancy_id", "what_fr", "what_en", "kind")}
            yield Finding("known", True, unit.at, start, end, told | {"what": told})


def lines(each, one, lang):
    """Return what a comment says: rank and kind; what; where else; which rows; what to do."""
    w = labels.Words(lang)
    told = {key: _said(key, value, w) for key, value in each.told.items()}
    told |= {"what": each.told.get(f"what_{w.lang}", ""), "claim": each.told.get(f"claim_{w.lang}", "")}
    told["words"] = told.get("words") or _short(one.units[each.at].text.text[each.start : each.end])
    rank = w("proof.certain" if each.certain else "proof.look")
    found = [w("proof.head", rank=rank, kind=w(f"proof.{each.kind}"))]
    found.append(w(f"proof.{each.kind}.what", **told))
    if each.other:
        spots = [
            w("proof.place", place=place(one, at, w), words=w.quoted(_short(one.units[at].text.text[start:end])))
            for at, start, end in each.other[:3]
        ]
        found.append(w("proof.other", places=w.listed(spots)))
    if one.rows and each.kind.startswith(WITH_ROWS) and each.kind not in ("count_actors", "count_list", "count_enjeux"):
        rows = list(dict.fromkeys(each.rows))
        named = ", ".join(rows[:12]) + ("…" if len(rows) > 12 else "")
        found.append(w("proof.rows", count=len(rows), of=len(one.rows), names=f" ({named})" if rows else ""))
    if each.known:
        what = each.known
        found.append(w("proof.also_known", id=what["discrepancy_id"], what=what[f"what_{w.lang}"]))
    found.append(w("proof.do", do=w(f"proof.{each.kind}.do", **told)))
    return found


def _said(key, value, w):
    """Return what is told as a reader reads it: codes as their names."""
    if key == "role":
        return w(f"role.{value}").lower()
    if key == "roles":
        return w.join(w(f"role.{one}").lower() for one in value)
    if key in ("right", "place", "said"):
        return f"{labels.department(value, w.lang)} ({value})" if value else ""
    if key == "homes":
        return w.join(f"{labels.department(one, w.lang)} ({one})" for one in value)
    if key == "column":
        return w(f"verify.cell.{value}")
    return _short(value) if isinstance(value, str) else value


def _short(words):
    flat = one_line(words)
    return flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"


def place(one, at, w):
    """Say where a text stands, as a person finds it in Word: the row and its column, or the paragraph's number."""
    unit = one.units[at]
    if unit.row >= 0 and unit.column:
        return w("proof.in_row", name=one.rows[unit.row].name, column=w(f"verify.cell.{unit.column}"))
    if unit.zone == "table":
        return w("proof.in_table", words=first_words(unit.text.text, 4))
    number = sum(each.zone != "table" for each in one.units[: at + 1])
    return w("proof.in_paragraph", number=number)


def proofread(raw, name, data=None, lang=None):
    """Return a draft with comments, what is found in it, the draft as it is read, and the counts of comments."""
    lang = labels.language(lang)
    form = documents._form(raw, Path(name).suffix.lower(), lang)
    if form != "docx":
        raise limits.DocumentError(labels.t("proof.not_word", lang, form=labels.t(f"form.{form}", lang)))
    document = sandbox.read("docx", raw, hashlib.sha256(raw).hexdigest(), lang)
    found, one = findings(document, load(data) if data else None)
    notes = [(each.at, each.start, each.end, lines(each, one, lang)) for each in found[:MOST]]
    texts = [unit.text.text for unit in one.units]
    made, *counts = comments.add(raw, texts, notes, lang)
    return made, found, one, counts


def run(file, data=None, lang=None, target=None, out=None):
    """Proof-read a draft, write it with its comments and tell how many of which kind, for ``neoterra proofread``."""
    lang, out = labels.language(lang), out or sys.stdout
    target = Path(target) if target else file.with_name(f"{file.stem}{ENDING[lang]}.docx")
    name = visible(file.name)
    if target.exists() and (target.is_dir() or file.exists() and target.samefile(file)):
        raise ValueError(labels.t("proof.over_itself", lang, file=name))
    try:
        made, found, one, (new, again, unplaced, gone) = proofread(
            documents.bytes_of(file, lang), file.name, data, lang
        )
    except limits.DocumentError as error:
        raise limits.DocumentError(labels.t("document.refused", lang, name=name, why=error)) from None
    files.replace(target, made)
    if not one.rows:
        print(labels.t("proof.no_rows", lang, file=name), file=out)
    certain = sum(each.certain for each in found)
    print(labels.t("proof.summary", lang, file=name, count=len(found), certain=certain, rows=len(one.rows)), file=out)
    for kind, count in sorted(Counter(each.kind for each in found).items(), key=lambda pair: (-pair[1], pair[0])):
        print(labels.t("proof.line", lang, count=count, kind=labels.t(f"proof.{kind}", lang)), file=out)
    for key, count in (("again", again), ("unplaced", unplaced), ("gone", gone), ("over", max(0, len(found) - MOST))):
        if count:
            print(labels.t(f"proof.{key}", lang, count=count), file=out)
    print(labels.t("proof.written", lang, new=new, target=target), file=out)
    return int(certain > 0)
