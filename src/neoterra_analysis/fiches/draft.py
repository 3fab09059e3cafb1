"""From the parts of a fiche to the tables of a draft, and the command ``neoterra ingest`` that writes them."""

import csv
import io
import os
import re
import shutil
import sys
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ..dataset.loading import load
from ..dataset.rules import find, tables
from ..words import files, labels
from ..words.folding import fold, one_line, printed_forms, slug, straight
from . import actors_cell, conservation, contribution_cell, documents, project_cell
from .actors_cell import bare, find_actor, proposals, registry
from .documents import limits
from .documents.blocks import READINGS, Place, as_text
from .documents.markdown import DATA
from .doubts import ASKED, CODED, HIGH, LOW, MEDIUM, Doubt, Fate, first_words
from .french import ARTICLES, language
from .outline import outline
from .rows import flat

REVIEW = "review_id kind question table key column value place passage proposals confidence decision".split()
PASSAGES = "passage_id place kind anchor theme_id note".split()
FEW = 40  # words: below, a language cannot be told
# The first that fits is proposed as the kind of a passage.
HINTS = {
    "condition": r"\bfacilit\w+|\bfluid\w+|\bconditions?\b|\bfavoris\w+",
    "challenge": r"\bfreins?\b|\bdifficult\w+|\bméfian\w+|\bcloison\w+|\bobstacles?\b|\bdéfis?\b|\bmanqu",
    "lever": r"\bleviers?\b|\bmobilis\w+|\bs'appu\w+|\bpassage par\b|\bstratégies?\b",
}
# A sentence ends before a capital, but not after an initial such as “M.”.
SENTENCE = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\bMM\.)(?<!\b[DM]r\.)(?<!\bMme\.)(?<!\bcf\.)\s+(?=[A-ZÀ-ÝŒ«“])")


class IngestError(ValueError):
    """The document cannot be made into a draft; the message says why in one line."""


class Draft(NamedTuple):
    """A draft: rows of each table, doubts in the order of the document, passages to code, and words by their fate."""

    tables: dict
    doubts: list
    passages: list
    words: dict


def draft(document, data, retrieved, ambition=None):
    """Make the draft tables of a fiche."""
    found = outline(document)
    number, title, place = found.ambition
    number = number or ambition or 0
    known = next((row for row in data["ambitions"] if row["number"] == str(number)), {})
    ambition_id, source_id = known.get("ambition_id") or f"ambition-{number}", f"fiche-ambition-{number}"
    doubts = [Doubt("page_picture", place=Place(page, 0)) for page in document.pictures]
    beside = [one for one in document.asides if one.kind not in READINGS]
    doubts += [Doubt(f"aside_{one.kind}", first_words(one.text), place=one.place) for one in beside]
    doubts += [_keyed(doubt, number, ambition_id) for doubt in found.doubts]
    source = {"source_id": source_id, "title": f"Fiche Ambition n°{number}", "ambition_id": ambition_id}
    source |= {"publisher": "Région Nouvelle-Aquitaine" if found.region else "", "sha256": document.digest}
    of_ambition = {"ambition_id": ambition_id, "number": str(number), "title_fr": title}
    tables = {
        "sources": [source | {"retrieved": retrieved}],
        "ambitions": [of_ambition | {"title_en": known.get("title_en", "")}],
        "enjeux": [
            {
                "enjeu_id": f"{number}.{enjeu.number}",
                "ambition_id": ambition_id,
                "number": str(enjeu.number),
                "title_fr": enjeu.title,
                "listed_title_fr": enjeu.listed if fold(enjeu.listed) != fold(enjeu.title) else "",
            }
            for enjeu in found.enjeux
        ],
        **{name: [] for name in ("laureates", "roles", "actors", "mentions")},
    }
    if not found.region:
        doubts.append(Doubt("publisher", table="sources", key=source_id, column="publisher", place=place))
    fates = list(found.fates)
    rows = _laureates(found, data, tables, doubts, number, source_id, fates)
    doubts[:] = list(_without_laureate(tables, found.enjeux, doubts))
    actors = registry(data["actors"])
    names = {fold(row["name"]): row["laureate_id"] for row in [*data["laureates"], *tables["laureates"]]}
    titles = {row["laureate_id"]: row["name"] for row in tables["laureates"]}
    used, forms, have = {}, {}, defaultdict(set)
    for laureate, row in rows:
        _roles(laureate, titles[laureate], row, tables, doubts, have["roles", laureate])
        fates += _mentions(laureate, row, actors, names, (used, forms), tables, doubts, have["mentions", laureate])
    # Known actors all come along, so that a person can choose among them. A laureate of other fiches is not in the
    # draft: adding the draft links its actor again.
    for _, row in sorted({**actors.actors, **used}.items()):
        tables["actors"].append(row if row.get("laureate_id") in titles else row | {"laureate_id": ""})
    unsure = [one for one in document.asides if one.kind in READINGS]
    printed = {*actors.forms, *(fold(row["name"]) for row in data["laureates"])}
    doubts += _readings(unsure, rows, tables, printed) if unsure else []
    balance = conservation.balance(document, fates)
    doubts = sorted([*doubts, *balance.doubts], key=lambda doubt: doubt.place)
    return Draft(tables, doubts, _passages(found.section), balance.counts)


def _readings(asides, rows, tables, known):
    """Ask about what the end of a line leaves open, of each record what stands in it, but in no known name."""
    owners = {text.place: ("laureates", laureate) for laureate, row in rows for _, text in row.printed}
    told = {("enjeux", row["enjeu_id"]): row["title_fr"] for row in tables["enjeux"]}
    told |= {("ambitions", row["ambition_id"]): row["title_fr"] for row in tables["ambitions"]}
    for key in dict.fromkeys(owners.values()):
        own = (
            row for name in ("laureates", "mentions", "roles") for row in tables[name] if row["laureate_id"] == key[1]
        )
        told[key] = " | ".join(cell for row in own for cell in row.values() if fold(cell) not in known)
    asked = {}
    for one in asides:
        taken = one.text.partition(" / ")[0]
        among = [owners[one.place]] if one.place in owners else [key for key in told if key[0] != "laureates"]
        for key in (key for key in among if straight(taken) in straight(told[key])):
            asked.setdefault((one.kind, *key), []).append(one)
    for (kind, table, key), found in asked.items():
        words = first_words(" | ".join(one.text.partition(" / ")[0] for one in found))
        offered = tuple(dict.fromkeys(one.text for one in found))
        yield Doubt(f"aside_{kind}", words, proposals=offered, table=table, key=key, place=found[0].place)


def _keyed(doubt, number, ambition_id):
    """Give a doubt about an enjeu or the ambition the key of its row."""
    if doubt.table == "enjeux" and doubt.key:
        return doubt._replace(key=f"{number}.{doubt.key}")
    return doubt._replace(key=ambition_id) if doubt.table == "ambitions" else doubt


def _laureates(found, data, tables, doubts, number, source_id, fates):
    """Fill the laureates; return the id of each with its row of the fiche, a row without a clear name left out."""
    known = {fold(row["name"]): row["laureate_id"] for row in data["laureates"]}
    rows, by_name, taken = [], {}, set()
    for rank, row in enumerate(found.rows, 1):
        place = row.project.place
        one, unclear = project_cell.read(row.project, row.contribution, row.where)
        asked = [*row.doubts, *(doubt._replace(place=place) for doubt in unclear)]
        is_out = not one.name or any(doubt.kind == "two_laureates" for doubt in unclear)
        fates += _of_row(row, is_out)
        if is_out:
            doubts += [doubt._replace(table="laureates", value="", confidence=LOW) for doubt in asked]
            told, cells = first_words(" ".join(flat(row[:3]))), tuple(filter(None, flat(row[:3])))
            doubts.append(Doubt("row_left_out", told, "", cells, table="laureates", place=place))
            continue
        again = by_name.get(fold(one.name))
        laureate = again or known.get(fold(one.name)) or _free(_id(one.name), taken)
        doubts += [doubt._replace(table="laureates", key=laureate) for doubt in asked]
        rows.append((laureate, row))
        if again:
            told = first_words(row.project.text), one.name, (one.name,), LOW
            doubts.append(Doubt("laureate_twice", *told, "laureates", laureate, "name", place))
            continue
        by_name[fold(one.name)] = laureate
        taken.add(laureate)
        tables["laureates"].append(
            {
                "laureate_id": laureate,
                "enjeu_id": f"{number}.{row.enjeu}" if row.enjeu else "",
                "source_id": source_id,
                "source_row": str(rank),
                **one._asdict(),
            }
        )
    return rows


def _of_row(row, is_out):
    """Yield what becomes of the cells of a row; those of its actors are told by its mentions, if it is in the draft."""
    for column, text in row.printed:
        if is_out or column != "actors":
            yield Fate(CODED if column and not is_out else ASKED, text.text, text.place)


def _without_laureate(tables, enjeux, doubts):
    """Ask about the enjeux that have no laureate or no heading, and which laureates beside them may be theirs."""
    have = {row["enjeu_id"] for row in tables["laureates"]}
    for row, enjeu in zip(tables["enjeux"], enjeux, strict=True):
        if row["enjeu_id"] not in have:
            where = {"table": "enjeux", "key": row["enjeu_id"], "column": "number", "place": enjeu.place}
            doubts.append(Doubt("enjeu_empty", first_words(row["title_fr"]), **where))
    for doubt in doubts:
        if doubt.kind in ("no_heading", "enjeu_empty"):
            below = [one for one in have if one and _rank(one) < _rank(doubt.key)]
            above = [one for one in have if one and _rank(one) > _rank(doubt.key)]
            beside = {*sorted(below, key=_rank)[-1:], *sorted(above, key=_rank)[:1]}
            doubt = doubt._replace(proposals=tuple(r["name"] for r in tables["laureates"] if r["enjeu_id"] in beside))
        yield doubt


def _rank(enjeu_id):
    return int(enjeu_id.rpartition(".")[2])


def _id(name):
    return slug(re.sub(r"^association\s+", "", name, flags=re.IGNORECASE)) or slug(name) or "laureate"


def _free(wanted, *taken):
    candidate, number = wanted, 1
    while any(candidate in ids for ids in taken):
        number += 1
        candidate = f"{wanted}-{number}"
    return candidate


def _roles(laureate, name, row, tables, doubts, have):
    """Fill the roles of a row; a laureate of two rows has each role once."""
    stated, unsure = contribution_cell.roles(row.contribution.text, row.contribution.bold, name)
    tables["roles"] += [{"laureate_id": laureate} | one._asdict() for one in stated if one.role not in have]
    have.update(one.role for one in stated)
    for doubt in unsure:
        column = "salience" if doubt.kind == "salience" else "role"
        value = next((getattr(one, column) for one in stated if one.role == doubt.key), "")
        key = f"{laureate}/{doubt.key}" if doubt.key else laureate
        where = {"table": "roles", "key": key, "column": column, "place": row.contribution.place}
        doubts.append(doubt._replace(value=value, **where))


def _mentions(laureate, row, known, names, used, tables, doubts, have):
    """Fill the mentions of a row and the actors that they name; return what becomes of the words of the cell."""
    place = row.actors.place
    found, unsure = actors_cell.split(row.actors.text, frozenset(known.forms))
    before, printed = len(have), [straight(mention.text) for mention in found]
    if not found:
        words = first_words(row.actors.text)
        doubts.append(Doubt("no_mention", words, table="mentions", key=laureate, place=place))
    for doubt in unsure:
        passage = straight(doubt.passage)
        at = [i for i, words in enumerate(printed) if words in passage]
        key = f"{laureate}/{at[0] + before + 1}" if at else laureate
        told = first_words(doubt.passage), " | ".join(found[i].text for i in at), doubt.proposals, doubt.confidence
        doubts.append(Doubt(doubt.kind, *told, "mentions", key, "mention", place))
    for position, (text, parent) in enumerate(found, before + 1):
        actor = _actor(text, f"{laureate}/{position}", place, known, names, used, doubts)
        above = "" if parent is None else str(parent + before + 1)
        cells = {"position": str(position), "mention": text, "actor_id": actor, "parent_position": above}
        tables["mentions"].append({"laureate_id": laureate} | cells)
        have.add(position)
    printed = [text for column, text in row.printed if column == "actors"]
    asked = [doubt.passage for doubt in unsure if doubt.kind in ("label", "open_list", "long_cell")]
    return conservation.of_actors(printed, [mention.text for mention in found], asked)


def _actor(mention, key, place, known, names, used, doubts):
    """Return the actor that a mention names: a known one, a laureate, one of this draft, or a new one."""
    used, forms = used

    def ask(kind, actor, offered, sure, *where):
        doubts.append(Doubt(kind, first_words(mention), actor, offered, sure, *where, place))

    hit = find_actor(known, mention)
    if hit:
        actor, exact = hit
        if actor not in used:
            used[actor] = dict(known.actors[actor])
            for form in printed_forms(used[actor]):
                forms.setdefault(bare(form), actor)
        if not exact:
            _also(used[actor], mention)
            ask("near_form", actor, (actor,), HIGH, "mentions", key, "actor_id")
        return actor
    if bare(mention) in forms:
        actor = forms[bare(mention)]
        _also(used[actor], mention)
        return actor
    laureate = names.get(fold(mention)) or names.get(fold(ARTICLES.sub("", mention, count=1)))
    label = straight(mention)
    name = label[:1].upper() + label[1:]
    actor = laureate or _free(slug(ARTICLES.sub("", label, count=1)) or "actor", used, known.actors)
    used[actor] = {"actor_id": actor, "name": name, "short_fr": name, "laureate_id": laureate or "", "aliases": ""}
    _also(used[actor], mention)
    for form in printed_forms(used[actor]):
        forms.setdefault(bare(form), actor)
    if laureate:
        ask("actor_is_laureate", actor, (actor,), HIGH, "actors", actor, "laureate_id")
    else:
        like = tuple(f"{one} ({score} %)" for one, score in proposals(known, mention))
        ask("unknown_actor", actor, like, MEDIUM, "actors", actor, "actor_id")
    return actor


def _also(row, form):
    """Add a printed form to an actor, unless it is one already."""
    forms = printed_forms(row)
    if fold(form) not in map(fold, forms):
        row["aliases"] = "|".join([*forms[1:], straight(form)])


def _passages(section):
    """Return the passages of the last section, each with its place, a hint of its kind, and its first words."""
    texts = []
    for block in section:
        flat = one_line(block.text.text)
        goes_on = texts and flat[:1].islower() and not block.item and not texts[-1][0][-1].endswith(tuple(".!?:»"))
        if goes_on:  # the end of a page stood between
            texts[-1][0].append(flat)
        else:
            texts.append(([flat], block.item, block.text.place))
    found = []
    for parts, item, place in texts:
        flat = " ".join(parts)
        for part in filter(re.compile(r"\w").search, [flat] if item else SENTENCE.split(flat)):
            hints = (kind for kind, hint in HINTS.items() if re.search(hint, straight(part), re.IGNORECASE))
            told = {"place": place, "kind": "lever" if item else next(hints, ""), "anchor": first_words(part)}
            found.append({"passage_id": f"p{len(found) + 1:02d}"} | told)
    return found


def ingest(file, data=None, retrieved=None, ambition=None, lang=None):
    """Read a fiche and make its draft; nothing is written."""
    document = documents.read(file, lang)
    words = DATA.sub("", as_text(document))
    spoken = language(words)
    if len(words.split()) >= FEW and spoken != "fr":
        named = labels.t(f"ingest.language.{spoken}", lang)
        raise IngestError(labels.t("ingest.other_language", lang, file=Path(file).name, language=named))
    dataset = load(data)
    known = {
        name: getattr(dataset, name).astype("str").replace("<NA>", "").to_dict("records")
        for name in ("actors", "ambitions", "laureates")
    }
    made = draft(document, known, retrieved or date.today().isoformat(), ambition)
    if not made.tables["laureates"]:
        out = sum(doubt.kind == "row_left_out" for doubt in made.doubts)
        raise IngestError(
            labels.t("ingest.no_name" if out else "ingest.no_table", lang, file=Path(file).name, count=out)
        )
    if made.tables["ambitions"][0]["number"] == "0":
        raise IngestError(labels.t("ingest.no_ambition_number", lang, file=Path(file).name))
    return made


def write(made, out, data=None, lang=None):
    """Write a draft into a new folder: all of it, or nothing."""
    passages = [row | {"place": where(row["place"], lang)} for row in made.passages]
    return put(made.tables, _review(made.doubts, lang), out, data, lang, passages)


def put(rows, review, out, data=None, lang=None, passages=None):
    """Put the tables of a draft, its review list and its passages into a new folder in one step."""
    out, source = Path(out), find(data)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise IngestError(labels.t("ingest.out_exists", lang, folder=out))
    staged = out.absolute().parent / f".{out.name}.{os.getpid()}.new"
    shutil.rmtree(staged, ignore_errors=True)
    try:
        for name, resource in tables(source).items():
            columns = [field["name"] for field in resource["schema"]["fields"]]
            files.replace(staged / resource["path"], as_csv(columns, rows.get(name, [])))
        files.replace(staged / "review.csv", as_csv(REVIEW, review))
        if passages is not None:
            files.replace(staged / "passages.csv", as_csv(PASSAGES, passages))
        files.replace(staged / "datapackage.json", (source / "datapackage.json").read_bytes())
        if out.exists():
            out.rmdir()
        files.swap(staged, out)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return out


def as_csv(columns, rows):
    """Write rows as the project's CSV files are, an empty cell where a row has none."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _review(doubts, lang):
    for number, doubt in enumerate(doubts, 1):
        names = ("kind", "table", "key", "column", "value", "passage", "confidence")
        row = {name: getattr(doubt, name) for name in names} | {"question": labels.t(f"doubt.{doubt.kind}", lang)}
        row["review_id"], row["place"] = f"q{number:03d}", where(doubt.place, lang)
        yield row | {"proposals": " || ".join(doubt.proposals), "decision": ""}


def where(place, lang=None):
    """Say where a passage stands.

    >>> where((2, 14), "en"), where((0, 14), "en"), where((2, 0), "en"), where((0, 0), "en")
    ('page 2, line 14', 'line 14', 'page 2', '')
    """
    page, line = place
    if not page and not line:
        return ""
    form = "page_line" if page and line else "page" if page else "line"
    return labels.t(f"ingest.place.{form}", lang, page=page, line=line)


def run(file, out, data=None, retrieved=None, ambition=None, lang=None, to=None):
    """Read a fiche, write its draft and tell what was found, for ``neoterra ingest``."""
    to = to or sys.stdout
    lang = labels.language(lang)
    if retrieved and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", retrieved):
        print(labels.t("ingest.not_a_day", lang, value=retrieved), file=to)
        return 1
    try:
        made = ingest(file, data, retrieved, ambition, lang)
        folder = write(made, out, data, lang)
    except (IngestError, limits.DocumentError) as error:
        print(error, file=to)
        return 1
    sizes = {name: len(rows) for name, rows in made.tables.items()}
    sizes["actors"] = len({row["actor_id"] for row in made.tables["mentions"]})
    new = sum(doubt.kind in ("unknown_actor", "actor_is_laureate") for doubt in made.doubts)
    title = made.tables["ambitions"][0]
    print(labels.t("ingest.read", lang, number=title["number"], title=title["title_fr"]), file=to)
    print(labels.t("ingest.sizes", lang, **sizes, new=new, passages=len(made.passages)), file=to)
    total = {"total": sum(made.words.values())} | made.words
    told = {f"{name}_told": labels.number(count, lang) for name, count in total.items()}
    print(labels.t("ingest.words", lang, **total, **told), file=to)
    print(labels.t("ingest.doubts", lang, count=len(made.doubts)), file=to)
    kinds = Counter(doubt.kind for doubt in made.doubts)
    for kind, count in sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0])):
        print(labels.t("ingest.doubt", lang, count=count, what=labels.t(f"doubt.{kind}", lang)), file=to)
    print(labels.t("ingest.next", lang, folder=folder), file=to)
    return 0
