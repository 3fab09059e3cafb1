"""Where each coded anchor and mention stands in the reader's own copy of a fiche."""

import bisect
import hashlib
import re
import sys
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ..dataset import loading
from ..dataset.cells import ANCHOR_WORDS
from ..dataset.loading import load
from ..words import labels
from ..words.codes import THEME_KINDS
from ..words.folding import bare_words, find, in_order, nearest_place, normalise, one_line, printed_forms
from . import documents, french
from .documents.blocks import as_text

# What fiches print above their tables, and the rules that converters leave under it; no row has them.
TABLE_HEAD = re.compile(
    r"Projets?[ \t]+Acteurs\b[^\t]{0,40}?[ \t]Contributions?"
    r"(?: à la transition des filières et (?:des )?territoires)?"
    r"|(?<!-):?-{2,}+:?(?:\s:?-{2,}+:?)+"
)
LAST_SECTION = "Les leviers et les défis"
# May stand between two actors of a cell without naming one.
CONNECTING = {"et", "etc", "ou", "avec", "le", "la", "les", "l", "de", "du", "des", "d"}


class Plan(NamedTuple):
    """What stands where in a normalised fiche; each place is ``(start, end)``."""

    text: str
    first: dict
    rows: dict
    cells: dict
    headings: dict
    introduction: tuple
    section: tuple


def plan_of(tables, normal):
    """Find the rows, the actors cells, the headings and the last section of a normalised fiche."""
    text = TABLE_HEAD.sub(lambda head: "\0" * len(head.group()), normal)
    laureates = tables["laureates"].sort_values(["source_row", "laureate_id"])
    ids, enjeu_of = list(laureates["laureate_id"]), list(laureates["enjeu_id"])
    candidates = [find(anchor, text) for anchor in laureates["row_anchor"]]
    first = {}
    for row, found, place in zip(ids, candidates, in_order(candidates), strict=True):
        if len(found) > 1:
            first[row] = ("repeated", place or found[0])
        elif found:
            first[row] = ("found" if place else "out_of_order", found[0])
    starts = {row: place[0] for row, (_, place) in first.items()}
    start, last = min(starts.values(), default=len(text)), max(starts.values(), default=len(text))

    # The list of enjeux stands before the first row; each heading after that list, between the rows of the
    # enjeu before and its own.
    enjeux = tables["enjeux"].sort_values("number")
    titles = list(zip(enjeux["enjeu_id"], enjeux["title_fr"], enjeux["listed_title_fr"], strict=True))
    listed = [find(listed_title(listed or title), text, 0, start)[:1] for _, title, listed in titles[1:]]
    list_end = max((item[0][1] for item in listed if item), default=0)
    headings, cuts = {}, []
    for enjeu, title, _ in titles:
        own = [index for index, row in enumerate(ids) if row in starts and enjeu_of[index] == enjeu]
        before = [starts[row] for row in ids[: own[0]] if row in starts] if own else []
        end = starts[ids[own[0]]] if own else len(text)
        zone = (max([list_end, *before]), end)
        found = find(title, text, *zone)
        headings[enjeu] = found[-1] if found else zone
        cuts += [place[0] for place in (found or find(title, text, list_end))[-1:]]

    sections = find(LAST_SECTION, text, last)
    if not sections:
        sections = sorted(place for anchor in tables["themes"]["anchor"] for place in find(anchor, text, last)[:1])
    section = (sections[0][0] if sections else len(text), len(text))
    introduction = (0, min([start, *cuts]))
    cuts = sorted([*starts.values(), *cuts, section[0], len(text)])
    rows = {row: (start, cuts[bisect.bisect(cuts, start)]) for row, start in starts.items()}
    cells = {}
    for row, (start, end) in rows.items():
        marks = [start + mark.start() for mark in re.finditer("\t", text[start:end])]
        if len(marks) > 1:
            cells[row] = (marks[0] + 1, marks[1])
    return Plan(text, first, rows, cells, headings, introduction, section)


def listed_title(title):
    """Return a title of the list without the mark of a beginning left out."""
    return title.removeprefix("…").strip()


def place_mentions(mentions, row, plan):
    """Find the mentions of one row, each after the one before, a nested one within its parent."""
    start, end = plan.cells.get(row, plan.rows[row])
    candidates = [find(mention, plan.text, start, end) for mention in mentions["mention"]]
    chosen = in_order(candidates)
    statuses = ["found" if place else "missing" for place in chosen]
    for index, places in enumerate(candidates):
        if places and not chosen[index]:
            free = [(a, b) for a, b in places if not any(p and a < p[1] and p[0] < b for p in chosen)]
            statuses[index] = "out_of_order" if free else "taken"
            chosen[index] = (free or places)[0]

    brackets, opened = [], []
    for at in range(start, end):
        if plan.text[at] in "([":
            opened.append(at)
        elif plan.text[at] in ")]" and opened:
            brackets.append((opened.pop(), at))
    brackets += [(at, end) for at in opened]
    positions = list(mentions["position"])
    parents = [None if pd.isna(parent) else int(parent) for parent in mentions["parent_position"]]
    for index, place in enumerate(chosen):
        parent = positions.index(parents[index]) if parents[index] in positions else None
        if statuses[index] != "found" or (parent is not None and statuses[parent] != "found"):
            continue
        if parent is None:
            # Without cell marks the brackets may be those of the row's sentences.
            if row in plan.cells and any(opening < place[0] < closing for opening, closing in brackets):
                statuses[index] = "unparented"
            continue
        after = chosen[parent][1]
        own = [closing for opening, closing in brackets if opening == after]
        follows = parent < index and None not in parents[parent + 1 : index]
        if not (after < place[0] < own[0] if own else follows):
            statuses[index] = "not_nested"
    return list(zip(statuses, chosen, strict=True))


def uncoded(row, plan, taken):
    """Return the places of a row's actors cell that no mention covers and that are more than separators."""
    start, end = plan.cells[row]
    left = list(plan.text[start:end])
    for a, b in (place for place in taken if start <= place[0] and place[1] <= end):
        left[a - start : b - start] = "," * (b - a)
    places = []
    for piece in re.finditer(r"[^,;:()\[\]/.]+", "".join(left)):
        words = re.finditer(r"\w+|[^\w\s'\"&\u2022\u00b7-]", piece.group())
        words = [word for word in words if word.group() not in CONNECTING]
        if words:
            at = start + piece.start()
            places.append((at + words[0].start(), at + words[-1].end()))
    return places


def stray_cells(plan):
    """Return the places of table cells that belong to no coded row: a row of the fiche may not be coded."""
    rows = sorted(plan.rows.values())
    gaps = zip([plan.introduction[1], *(end for _, end in rows)], [start for start, _ in rows], strict=False)
    places = []
    for zones, coded in ((gaps, 1), (rows, 3)):
        for start, end in zones:
            cells = list(re.compile(r"[^\t]*\w[^\t]*").finditer(plan.text, start, end))
            places += [cells[coded].span()] if len(cells) > coded + 1 else []
    return sorted(places)


TABLES = {
    "sources": ("source_id",),
    "ambitions": ("ambition_id",),
    "enjeux": ("enjeu_id",),
    "laureates": ("laureate_id",),
    "contributions": ("laureate_id", "dimension", "target", "code"),
    "roles": ("laureate_id", "role"),
    "mentions": ("laureate_id", "position"),
    "relations": ("from_id", "to_id", "kind"),
    "themes": ("theme_id",),
    "evidence": ("theme_id", "laureate_id"),
    "claims": ("claim_id",),
    "discrepancies": ("discrepancy_id",),
}
# How Word documents, PDFs and web pages begin.
CONVERTED = re.compile(rb"PK\x03\x04|%PDF-|(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)\b", re.IGNORECASE)
COLUMNS = "table key column anchor laureate_id status line offset line_column found_in instead".split()
COLUMNS += ["again", "also_in", "longer"]  # further places in its own zone, other rows that have it, one that none has


def coded(dataset, source_id):
    """Return what is coded from one source, ``{table: DataFrame}``, each sorted by its primary key."""
    sources = dataset.sources[dataset.sources["source_id"] == source_id]
    if sources.empty:
        raise ValueError(f"source {source_id!r} is not one of: {', '.join(sorted(dataset.sources['source_id']))}")
    laureates = dataset.laureates.loc[dataset.laureates["source_id"] == source_id, "laureate_id"]
    own = {"laureate_id": list(laureates), "source_id": [source_id], "ambition_id": list(sources["ambition_id"])}
    tables = {}
    for table, key in TABLES.items():
        rows = getattr(dataset, table)
        for column in own:
            rows = rows[rows[column].isin(own[column])] if column in rows else rows
        tables[table] = rows.sort_values(list(key), ignore_index=True)
    return tables


def recognise(dataset, text):
    """Return the source of which a text is a copy: that with most rows found in it, or None."""
    normal, _ = normalise(text)
    rows = dataset.laureates
    known = [s for s, anchor in zip(rows["source_id"], rows["row_anchor"], strict=True) if find(anchor, normal)]
    return max(sorted(set(known)), key=known.count, default=None)


def locate(anchor, plan, zone, text=None, name=False):
    """Return the status and the place of an anchor; its zone is None when its row was not found."""
    text = plan.text if text is None else text
    if not re.search(r"\w", anchor):
        return "empty", None
    if zone is None:
        return "no_row", None
    here = find(anchor, text, *zone, name=name)
    anywhere = [] if here else find(anchor, text, name=name)
    if here or not anywhere:
        return ("found", here[0]) if here else ("missing", None)
    inside = [place for place in anywhere if any(a <= place[0] < b for a, b in plan.rows.values())]
    return ("wrong_row", inside[0]) if inside else ("outside", anywhere[0])


def anchors(tables, forms, plan, normal):
    """Yield each anchor of a source with what is found of it; actors and laureates may be printed in several forms."""
    everywhere = (0, len(normal))
    rows = {name: table.to_dict("records") for name, table in tables.items()}

    def one(table, row, column="anchor", laureate="", zone=everywhere, known=None, anchor=None, **how):
        anchor = anchor or row[column]
        key = "/".join(str(row[name]) for name in TABLES[table])
        status, place = known or locate(anchor, plan, zone, **how)
        return table, key, column, anchor, laureate, zone, status, place

    stated = [row for row in rows["sources"] if not pd.isna(row.get("funded"))]
    yield from (one("sources", row, "funded_anchor") for row in stated)
    yield from (one("ambitions", row, "title_fr") for row in rows["ambitions"] if row["title_fr"])
    rows["enjeux"].sort(key=lambda row: row["number"])
    listed = [listed_title(row["listed_title_fr"] or row["title_fr"]) for row in rows["enjeux"]]
    ordered = ranked([find(title, plan.text, *plan.introduction) for title in listed])
    for row, title, known in zip(rows["enjeux"], listed, ordered, strict=True):
        yield one("enjeux", row, "title_fr", "", plan.headings[row["enjeu_id"]])
        # Without listed title, that of the heading is listed, where there is a list: half of the titles are found.
        if row["listed_title_fr"] or not known and 2 * sum(map(bool, ordered)) >= len(ordered):
            yield one("enjeux", row, "listed_title_fr", "", plan.introduction, anchor=title, known=known)
    for row in rows["laureates"]:
        laureate = row["laureate_id"]
        zone = plan.rows.get(laureate)
        yield one("laureates", row, "row_anchor", laureate, known=plan.first.get(laureate))
        yield one("laureates", row, "name", laureate, zone, name=True)
        for column in ("project_name", "carrier_anchor", "place_anchor"):
            if row[column]:
                yield one("laureates", row, column, laureate, zone, name=column == "project_name")
        if row.get("department_stated") in french.CODES:
            name = labels.t(f"department.{row['department_stated']}", "fr")
            printed = name if zone and find(name, plan.text, *zone) else name.replace("-", " ")
            yield one("laureates", row, "department_stated", laureate, zone, anchor=printed)
    # A row whose first words are lost leaves its cells outside every row; then that is the problem to tell.
    for place in stray_cells(plan) if len(plan.rows) == len(tables["laureates"]) else ():
        yield "laureates", "", "row_anchor", "", "", None, "uncoded_row", place
    for table in ("contributions", "roles"):
        for row in rows[table]:
            yield one(table, row, "anchor", row["laureate_id"], plan.rows.get(row["laureate_id"]))
    for laureate in tables["laureates"]["laureate_id"]:
        mentions = tables["mentions"][tables["mentions"]["laureate_id"] == laureate]
        zone = plan.rows.get(laureate)
        placed = place_mentions(mentions, laureate, plan) if zone else [None] * len(mentions)
        for row, known in zip(mentions.to_dict("records"), placed, strict=True):
            if known and known[0] == "missing":
                status, place = locate(row["mention"], plan, zone)
                known = ("wrong_cell" if status == "found" else status, place)
            yield one("mentions", row, "mention", laureate, plan.cells.get(laureate, zone), known=known)
        if laureate in plan.cells:
            for place in uncoded(laureate, plan, [place for _, place in placed if place]):
                yield "mentions", laureate, "mention", "", laureate, zone, "uncoded", place
        elif zone:
            yield "mentions", laureate, "mention", "", laureate, zone, "unchecked", None
    for row in rows["relations"]:
        laureate, known = row["laureate_id"], forms.get(row["to_id"], [row["to_id"]])
        zone = plan.rows.get(laureate)
        yield one("relations", row, "anchor", laureate, zone)
        printed = next((form for form in known if zone and find(form, plan.text, *zone, name=True)), known[0])
        yield one("relations", row, "to_id", laureate, zone, anchor=printed, name=True)
    rows["themes"].sort(key=lambda row: row["number"])
    themes = ranked([find(row["anchor"], plan.text, *plan.section) for row in rows["themes"]])
    themes = {row["theme_id"]: known for row, known in zip(rows["themes"], themes, strict=True)}
    for row in rows["themes"]:
        yield one("themes", row, "anchor", "", plan.section, known=themes[row["theme_id"]])
    for row in rows["evidence"]:
        yield one("evidence", row, "anchor", row["laureate_id"], plan.rows.get(row["laureate_id"]))
    for row in rows["claims"]:
        laureate = row["subject"].split("/")[0] if row["kind"] == "principal" else ""
        zone = plan.headings.get(row["subject"], plan.rows.get(laureate, everywhere))
        zone = plan.section if row["kind"] in THEME_KINDS else zone
        status, place = locate(row["anchor"], plan, zone)
        status = of_claim(row, place, themes, plan) if status == "found" else status
        yield one("claims", row, "anchor", laureate, zone, known=(status, place))
    homes = [(bare_words(row["name"]), row["laureate_id"]) for row in rows["laureates"]]
    for row in rows["discrepancies"]:
        if row["anchor"]:
            yield one("discrepancies", row, "anchor", *located(row["locator"], homes, plan), text=normal)


def ranked(candidates):
    """Return the status and the place of each anchor of a list, None if it has none; starts follow its order."""
    starts = in_order([[(start, start) for start, _ in places] for places in candidates])
    found = []
    for places, start in zip(candidates, starts, strict=True):
        place = next((place for place in places if start and place[0] == start[0]), None)
        found.append(("found", place) if place else ("out_of_order", places[0]) if places else None)
    return found


def of_claim(claim, place, themes, plan):
    """Return the status of a claim found at a place, where the words about another theme, role or number may stand."""
    rule, subject = claim["rule"], claim["subject"]
    if rule == "evidence" and themes.get(subject):
        placed = {one: known for one, known in themes.items() if known}
        gaps = {one: max(place[0] - at[1], at[0] - place[1]) for one, (_, at) in placed.items()}
        return "found" if max(gaps[subject], 0) == max(min(gaps.values()), 0) else "of_another"
    if rule in ("role", "means"):
        before = re.split(r"[.!?;\t\0]| - ", plan.text[: place[0]])[-1] + plan.text[slice(*place)]
        said = re.findall(french.ROLE, before, re.IGNORECASE)
        return "found" if not said or said[-1][:6].lower() == subject[:6] else "of_another"
    if rule in ("count", "about") and numbers(claim["anchor"]) - {int(claim["expected"])} == numbers(claim["anchor"]):
        return "other_number" if numbers(claim["anchor"]) else "found"
    return "found"


def numbers(anchor):
    """Return the numbers that an anchor names, in figures or in words; French has one word for 1 and for a."""
    words = re.findall(r"[a-zà-ÿ]+|[0-9]+", anchor.casefold())
    return {number[0] for word in words if word != "un" and (number := french.number(word))}


def located(locator, homes, plan):
    """Return the laureate and the part of the document that a locator names, None if it names no single one."""
    told = re.fullmatch(r"(?:ligne|row) (.+)|(synth.*)|(introduction|liste? .*)", bare_words(locator))
    own = [one for name, one in homes if told and told[1] and f"{name} ".startswith(f"{told[1]} ")]
    if len(own) == 1:
        return own[0], plan.rows.get(own[0])
    return "", plan.section if told and told[2] else plan.introduction if told and told[3] else (0, len(plan.text))


def lengthened(place, text, start, end):
    """Return the place of the fewest words about an anchor, eight at most, that stand nowhere else; None if none do."""
    cell = text.rfind("\t", start, place[0]) + 1 or start, min(text.find("\t", place[1], end) % (end + 1), end)
    words = [word.span() for word in re.compile(r"[^\W_]+").finditer(text, *cell)]
    inside = [rank for rank, word in enumerate(words) if place[0] <= word[0] < place[1]]
    for more in range(1, ANCHOR_WORDS - len(inside) + 1):
        for left in range(more + 1):
            first, last = inside[0] - left, inside[-1] + more - left
            if first >= 0 and last < len(words):
                around = min(words[first][0], place[0]), max(words[last][1], place[1])
                if len(find(text[slice(*around)], text)) == 1:
                    return around
    return None


def trace(dataset, text, source_id=None):
    """Find every coded anchor and mention in a copy of a fiche."""
    source_id = source_id or recognise(dataset, text)
    if source_id is None:
        raise ValueError("the text is a copy of none of the sources")
    tables = coded(dataset, source_id)
    normal, offsets = normalise(text)
    offsets.append(len(text))
    plan = plan_of(tables, normal)
    lines = [0, *(end.end() for end in re.finditer(r"\r\n|\r|\n", text))]
    forms = {row["actor_id"]: [*printed_forms(row), row["short_fr"]] for row in dataset.actors.to_dict("records")}
    for row in dataset.laureates.to_dict("records"):
        forms[row["laureate_id"]] = [row["name"], row["project_name"], *forms.get(row["laureate_id"], [])]

    def where(place):
        """Return the line, the offset and the column of a place."""
        line = bisect.bisect(lines, offsets[place[0]])
        return line, offsets[place[0]], offsets[place[0]] - lines[line - 1] + 1

    def printed(place):
        return one_line(re.sub(r"<[^<>]*>|\*\*", "", text[offsets[place[0]] : offsets[place[1]]]))

    records = []
    for table, key, column, anchor, laureate, zone, status, place in anchors(tables, forms, plan, normal):
        again, also, longer = [], [], ""
        if status == "found" and column.endswith("anchor"):
            again = [
                one for one in find(anchor, normal if table == "discrepancies" else plan.text, *zone) if one != place
            ]
        if status == "found" and laureate and column.endswith("anchor"):
            starts = [start for start, _ in find(anchor, plan.text)]
            rows = [row for row, (a, b) in plan.rows.items() if any(a <= start < b for start in starts)]
            also = [row for row in rows if row != laureate]
            around = lengthened(place, plan.text, *zone) if also else None
            longer = printed(around) if around else ""
        if status == "missing":
            place = nearest_place(anchor, plan.text, *zone)
        found_in = next((row for row, (a, b) in plan.rows.items() if place and a <= place[0] < b), "")
        if status in ("uncoded", "uncoded_row"):
            anchor = " ".join(printed(place).split()[:ANCHOR_WORDS])
        at = (
            *(where(place) if place else (None,) * 3),
            found_in,
            printed(place) if place and status == "missing" else "",
        )
        records.append((table, key, column, anchor, laureate, status, *at, [where(one) for one in again], also, longer))
    frame = pd.DataFrame(records, columns=COLUMNS)
    return frame.astype({name: "Int64" for name in ("line", "offset", "line_column")})


def read(fiche, lang=None):
    """Return a reader's copy of a fiche, and its digest."""
    try:
        content = Path(fiche).read_bytes()
        if CONVERTED.match(content):
            return as_text(documents.read(fiche, lang)), hashlib.sha256(content).hexdigest()
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(labels.t("trace.not_utf8", lang, fiche=fiche, byte=error.start)) from None
    except OSError as error:
        key = "trace.no_file" if isinstance(error, FileNotFoundError) else "trace.unreadable"
        raise ValueError(labels.t(key, lang, fiche=fiche, why=error.strerror)) from None
    if not text.strip():
        raise ValueError(labels.t("trace.no_text", lang, fiche=fiche))
    return text, hashlib.sha256(content).hexdigest()


def run(fiche, data=None, lang=None, listing=False, out=None):
    """Trace a copy of a fiche and write what was found, for ``neoterra trace``."""
    out = out or sys.stdout
    dataset = load(data)
    try:
        text, digest = read(fiche, lang)
        source = recognise(dataset, text)
        if source is None:
            raise ValueError(labels.t("trace.other_text", lang, fiche=fiche))
    except ValueError as error:
        print(error, file=out)
        return 1
    places = trace(dataset, text, source)
    names = loading.names(dataset, "laureates")

    def say(key, **values):
        print(labels.t(f"trace.{key}", lang, **values), file=out)

    say("head", fiche=fiche)
    if Path(fiche).suffix.lower() in (".docx", ".odt", ".pdf", ".html", ".htm"):
        say("converted")
    sought = places[~places["status"].isin(["uncoded", "uncoded_row", "unchecked"])]
    for table in TABLES:
        statuses = sought.loc[sought["table"] == table, "status"]
        say("table", table=table, found=int((statuses == "found").sum()), of=len(statuses))
    coded_from = dict(zip(dataset.sources["sha256"], dataset.sources["source_id"], strict=True))
    if coded_from.get(digest) != source and dataset.sources.set_index("source_id").at[source, "sha256"]:
        say("copy_of" if digest in coded_from else "other_copy", source=source, other=coded_from.get(digest))
    unchecked = places.loc[places["status"] == "unchecked", "laureate_id"]
    if len(unchecked):
        say("unchecked", rows=labels.join([names[row] for row in unchecked], lang))
    found = places["status"] == "found"
    for row in places[found].to_dict("records") if listing else ():
        say("place", where=_where(row, lang), record=_record(row), anchor=row["anchor"])
    for row in places[found & (places["again"].str.len() > 0)].to_dict("records"):
        spots = [dict(zip(("line", "offset", "line_column"), one, strict=True)) for one in row["again"]]
        spots = labels.join([_where(one, lang) for one in (row, *spots)], lang)
        say("again", record=_record(row), anchor=row["anchor"], count=1 + len(row["again"]), where=spots)
    also = places[found & (places["also_in"].str.len() > 0)]
    if len(also):
        say("also", count=len(also))
    for row in also.to_dict("records") if listing else ():
        more = ".longer" if row["longer"] else ""
        rows = labels.join([names[one] for one in row["also_in"]], lang)
        say("also_in" + more, record=_record(row), anchor=row["anchor"], rows=rows, longer=row["longer"])
    problems = places[~found & (places["status"] != "unchecked")]
    for row in problems[problems["status"] != "no_row"].to_dict("records"):
        say("problem", record=_record(row), anchor=row["anchor"], what=_what(row, names, lang))
    lost = problems.loc[problems["status"] == "no_row", "laureate_id"].value_counts().sort_index()
    for row, count in lost.items():
        say("status.no_row", row=names[row], count=count)
    total = len(problems)
    say("total." + ("none" if not total else "one" if total == 1 else "many"), count=total or len(sought))
    return int(total > 0)


def _record(row):
    """Name a record: its table, its key and the column traced."""
    return f"{row['table']} {row['key']}".strip() + f", {row['column']}"


def _where(row, lang):
    """Say where the place of a row of `trace` is, nothing when it has none."""
    places = {name: row[name] for name in ("line", "line_column", "offset")}
    return "" if pd.isna(row["line"]) else labels.t("trace.where", lang, **places)


def _what(row, names, lang):
    """Say what is wrong with an anchor, and what was found instead."""
    own = names.get(row["laureate_id"], "")
    told = {"row": own, "other": names.get(row["found_in"], ""), "where": _where(row, lang), "instead": row["instead"]}
    expected = "row" if own and row["column"] != "row_anchor" else row["table"]
    told["expected"] = labels.t(f"trace.expected.{expected}", lang, row=own)
    return labels.t(f"trace.status.{row['status']}{'.near' if row['instead'] else ''}", lang, **told)
