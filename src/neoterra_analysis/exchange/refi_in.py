"""A REFI-QDA project of a second coder, held to a copy of the fiche: a draft of what was found, and a review list."""

import re
import sys
from bisect import bisect_left
from collections import Counter
from pathlib import Path

from ..coding import verify
from ..dataset import loading
from ..dataset.loading import load
from ..dataset.problems import Problem, visible
from ..fiches import documents, draft, quotes, trace
from ..fiches.doubts import first_words
from ..words import labels
from ..words.folding import find, fold, normalise, one_line
from . import refi, refi_file

TAGS = re.compile(r"</?[A-Za-z][^<>]*>|\*\*")
ORDER = ("project", "where", "actors", "contribution")  # of the cells of a row
COLUMN = "refi"  # what the places of a coding stand in for the columns of a sheet


def run(form, file, fiche, out_folder, data=None, coder=None, lang=None, out=None):
    """Import the project of a coder as a draft, and tell what was taken, for ``neoterra import``."""
    lang, out = labels.language(lang), out or sys.stdout
    found, name = refi_file.read(file, lang), visible(Path(file).name)
    cases = set(found["cases"])
    units = [one for one in found["codings"] if one["code"] in cases]
    coder, mine = _of(coder, [one for one in found["codings"] if one["code"] not in cases], name, lang)
    dataset, book = load(data, ambition="all"), verify.Codebook(data, lang)
    text = trace.read(fiche, lang)[0]
    source = trace.recognise(dataset, text)
    if source is None:
        raise ValueError(labels.t("trace.other_text", lang, fiche=fiche))
    copy = quotes.fiche_of(documents.read(fiche, lang), book.laureates)
    place = _places(dataset, source, found["texts"], text)
    rows, asked = _rows(mine, place, dataset, source, name, lang)
    checked = verify.verify(rows, copy, book, lambda row, verdict: _choose(row, verdict, mine, place, copy))
    kept = sum(one.status == "found" for one in checked)
    of_source = dataset.laureates[dataset.laureates["source_id"] == source]["laureate_id"]
    made, _ = verify.tables(checked, book, [one for one in of_source if one in copy.rows])
    review = list(_review(checked, asked, mine, found["texts"], lang))
    draft.put(made, review, out_folder, data, lang)
    told = {"file": name, "fiche": fiche, "coder": coder or labels.t("refi.nobody", lang), "found": kept}
    parts = [labels.t("refi.head", lang, count=sum(one["code"] is not None for one in mine), **told)]
    counts = Counter(one["kind"] for one in review)
    parts += [labels.t("refi.left", lang, kind=kind, count=count) for kind, count in sorted(counts.items())]
    parts += [labels.t("refi.units", lang, count=len(units))] if units else []
    empty = [name for name in verify.CODES if not made[name]]
    parts += [labels.t("refi.empty", lang, tables=", ".join(empty))] if empty else []
    told = {"folder": out_folder, "laureates": len(made["laureates"]), "left": len(review)}
    print("\n".join([*parts, labels.t("refi.draft", lang, **told)]), file=out)
    return 0


def _of(coder, codings, name, lang):
    """Return the coder asked for, or the only one, with its codings."""
    there = sorted({one["user"] for one in codings if one["code"] is not None})
    if not there:
        raise ValueError(labels.t("refi.no_coding", lang, file=name))
    chosen = [one for one in there if coder is not None and fold(one) == fold(coder)]
    if coder is None and len(there) > 1 or coder is not None and not chosen:
        shown = ", ".join(visible(one) or labels.t("refi.nobody", lang) for one in there) or "–"
        key = "refi.coders" if coder is None else "refi.no_coder"
        raise ValueError(labels.t(key, lang, file=name, coder=visible(coder or ""), names=shown))
    chosen = chosen or there  # memos of who codes nothing go with every coder
    others = set(there) - set(chosen)
    return chosen[0], [one for one in codings if one["user"] not in others]


def _places(dataset, source, texts, copy):
    """Return ``place(coding)``: its laureate, which of the same words in the row it is, and of how many."""
    tables = trace.coded(dataset, source)

    def plan(text):
        normal, offsets = normalise(text)
        return trace.plan_of(tables, normal), offsets

    plans = {own: plan(one["text"]) for own, one in texts.items()}
    ours = plan(copy)[0]

    def place(one, column=None):
        if one["source"] not in plans:
            return "", None, 0
        there, offsets = plans[one["source"]]
        words = _quote(one)
        start = one["start"] + len(one["text"]) - len(one["text"].lstrip())
        at = bisect_left(offsets, start)
        row = next((row for row, (a, b) in there.rows.items() if a <= at < b), "")
        if not row or row not in ours.rows:
            return row, None, 0
        zones = [one.cells.get(row) if column == "actors" else one.rows[row] for one in (there, ours)]
        if None in zones or there.text[slice(*zones[0])] != ours.text[slice(*zones[1])]:
            return row, None, 0
        same = [start for start, _ in find(words, there.text, *zones[0])]
        return row, same.index(at) if at in same else None, len(same)

    return place


def _quote(one):
    """Return the words of a coding without the marks of a page or of Markdown."""
    return TAGS.sub("", one["text"].replace("\r\n", "\n").replace("\r", "\n")).strip()


def _choose(row, verdict, mine, place, copy):
    """Take of several places of the same words the one that was coded, if the row is the same in both texts."""
    column = "actors" if all(spot.cell.column == "actors" for spot in verdict.spots) else None
    laureate, which, count = place(mine[row.line - 1], column)
    spots = sorted(verdict.spots, key=lambda spot: (ORDER.index(spot.cell.column), spot.start))
    if which is None or count != len(spots):
        return verdict
    spot, zone = spots[which], copy.rows[laureate]
    if which and column is None:  # an anchor is found where its words stand first: a later one takes more words
        longer = (first_words(spot.cell.text[spot.start :], most) for most in range(2, quotes.ANCHOR_WORDS + 1))
        hits = (found.whole[0] for words in longer if len((found := quotes.places(words, zone)).whole) == 1)
        spot = next((one for one in hits if one.start == spot.start and one.end > spot.end), None)
    return verdict if spot is None else verdict._replace(status="found", spots=(spot,))


def _meanings(dataset, source):
    """Return what codes stand for, by their identifier and by their name, in either language."""
    about = dataset.sources.set_index("source_id").loc[source]
    by_guid, by_name = {}, {}
    for part in (
        loading.restrict(dataset, [about["ambition_id"]]),
        dataset,
    ):  # the names of the fiche's book come first
        named = {}
        for lang in labels.LANGUAGES:
            for node in refi.walk(refi.book(part, lang)):
                if node.cells:
                    by_guid[refi.guid("code", node.key)] = node.cells
                    found = named.setdefault(refi.plain(node.name), [])
                    found += [] if node.cells in found else [node.cells]
        by_name = named | by_name
    return by_guid, by_name


def _rows(mine, place, dataset, source, name, lang):
    """Return codings as the rows of a sheet, and what has to be asked instead, ``[(kind, coding number)]``."""
    by_guid, by_name = _meanings(dataset, source)
    known = {one_line(text) for column in ("fr", "en") for text in dataset.contributions[f"label_{column}"]}
    known |= {one_line(text) for column in ("fr", "en") for text in dataset.readings[f"reason_{column}"]}
    rows, asked = [], []
    for number, one in enumerate(mine, 1):
        one["memos"] = [memo for memo in one["memos"] if memo not in known]
        own, named = by_guid.get(one["code"]), by_name.get(refi.plain(one["name"]), [])
        kind = "memo" if one["code"] is None else "refi_not_text" if not one["source"] else ""
        kind = kind or ("refi_no_code" if not one["name"] and not own else "")
        kind = kind or ("refi_renamed" if own and named and own not in named else "")
        laureate = "" if kind else place(one)[0]
        kind = kind or ("" if laureate else "outside")
        if kind:
            asked.append((kind, number))
            continue
        cells = own or (named[0] if len(named) == 1 else {"code": one["name"]})
        cells = {"laureate": laureate, "quote": _quote(one), **cells}
        if cells.get("table") == "evidence" or one["memos"] and "table" not in cells:
            cells["note"] = " ".join(one["memos"])
        at = Problem(name, number, COLUMN, "")
        rows.append(verify.Row(number, cells, dict.fromkeys((*verify.HEADS, *verify.MORE), at), []))
    return rows, asked


def _review(checked, asked, mine, texts, lang):
    """List what was not taken, and the memos for which the data have no column."""
    lines = {}
    for one in checked:
        coding = mine[one.row.line - 1]
        if one.status != "found":
            if one.other:
                one = one._replace(other=_line(mine[one.other - 1], texts))
            near = one.verdict and one.verdict.nearest
            why = " ".join(line.strip() for line in verify.why(one, lang))
            told = {"kind": one.status, "question": why, "table": one.table, "key": one.laureate}
            told |= {"column": verify.CODES.get(one.table, ""), "proposals": near.printed if near else ""}
            told["proposals"] = told["proposals"] or (one.problem.nearest if one.problem else "")
            lines[one.row.line] = [told]
        elif coding["memos"] and one.table != "evidence":
            lines[one.row.line] = [{"kind": "memo", "table": one.table, "key": one.laureate}]
    for kind, number in asked:
        lines[number] = [{"kind": kind}]
    count = 0
    for number, found in sorted(lines.items()):
        coding = mine[number - 1]
        if coding["memos"] and found[0]["kind"] != "memo":
            found.append({**found[0], "kind": "memo", "question": "", "proposals": ""})
        for told in found:
            count += 1
            question = told.get("question") or labels.t(f"refi.ask.{told['kind']}", lang)
            value = " ".join(coding["memos"]) if told["kind"] == "memo" else coding["name"] or coding["code"]
            source = texts.get(coding["source"], {"name": "–"})["name"]
            where = {"source": source, "line": _line(coding, texts), "start": coding["start"]}
            where = source if coding["start"] is None else labels.t("refi.place", lang, **where)
            own = {"review_id": f"q{count:03d}", "value": value, "passage": one_line(coding["text"])[:300]}
            yield {"proposals": "", "confidence": "low", **told, **own, "question": question, "place": where}


def _line(coding, texts):
    """Return the line of a text on which a coding begins."""
    text = texts.get(coding["source"], {"text": ""})["text"][: coding["start"] or 0]
    return len(re.findall(r"\r\n|\r|\n", text)) + 1
