"""A list of actors from elsewhere, held to the registry: each row is proposed to a person, none is merged silently."""

import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

from ..dataset import csvfile, identifiers, rules
from ..dataset.csvfile import nearest
from ..dataset.loading import load
from ..dataset.problems import as_text, visible
from ..fiches import draft
from ..fiches.actors_cell import bare, find_actor, proposals, registry
from ..fiches.doubts import HIGH, LOW, MEDIUM
from ..fiches.french import ARTICLES
from ..words import files, labels
from ..words.folding import fold, printed_forms, slug, straight

# Heads by which columns are known; every other column is told as it is.
HEADS = {
    "name": ["name", "nom", "actor", "acteur", "structure", "organisme", "dénomination", "raison sociale", "libellé"],
    "aliases": ["aliases", "alias", "sigle", "acronyme", "autres noms"],
    "kind": ["kind", "nature"],
    "actor_type": ["actor_type", "type", "type d'acteur"],
    "scale": ["scale", "échelle"],
    "siren": ["siren", "numéro siren", "n° siren"],
    "rna": ["rna", "numéro rna", "n° rna"],
    "wikidata": ["wikidata", "wikidata id", "qid"],
    "insee": ["insee", "code insee", "code commune", "cog"],
}
CODED = ("kind", "actor_type", "scale")


class Row(NamedTuple):
    """A row of a list: its line, its cells by their names here, and all that is printed in it."""

    line: int
    cells: dict
    printed: str


def sheet(path, encoding=None, lang=None):
    """Read a list of actors, CSV with any columns of which one is the name."""
    path = Path(path)
    if not path.is_file():
        raise ValueError(labels.t("cli.no_file", lang, path=path))
    known = {fold(one): name for name, heads in HEADS.items() for one in heads}

    def read(heads):
        fields = [{"name": one} for one in heads]
        return csvfile.read(path.parent, {"path": path.name, "schema": {"fields": fields}}, encoding)

    names = [form for head in known for form in (head, head.capitalize(), head.upper())]
    table = read(names)
    unknown = [problem.value for problem in table.problems if problem.code == "unknown_column"]
    missing = {problem.column for problem in table.problems if problem.code == "missing_column"}
    if unknown or missing:  # once more, as the file has them
        heads = [name for name in names if name not in missing] + unknown
        if not any(known.get(fold(head)) == "name" for head in heads):
            told = {"names": ", ".join(HEADS["name"]), "columns": ", ".join(map(visible, heads))}
            raise ValueError(labels.t("actors_in.no_name_column", lang, file=visible(path.name), **told))
        table = read(heads)
    problems = [problem for problem in table.problems if not problem.notice]
    if problems:
        raise ValueError("\n\n".join(as_text(problem, lang) for problem in problems))
    rows = []
    for row in table.rows:
        cells = {}
        for head, text in row.cells.items():
            cells.setdefault(known.get(fold(head), ""), text.strip())
        printed = " | ".join(f"{head}: {text}" for head, text in row.cells.items() if text.strip())
        rows.append(Row(row.line, cells, printed))
    if not rows:
        raise ValueError(labels.t("actors_in.no_row", lang, file=visible(path.name)))
    return rows


def propose(rows, dataset):
    """Hold a list of actors to the registry; return the actors of a draft, and the lines of its review."""
    registered = dataset.actors.to_dict("records")
    known, used, review = registry(registered), {row["actor_id"]: dict(row) for row in registered}, []
    contract = rules.tables(dataset.path)
    fields = {field["name"]: field for field in contract["actors"]["schema"]["fields"]}
    laureates = {fold(row["name"]): row["laureate_id"] for row in dataset.laureates.to_dict("records")}
    listed, numbered = {}, defaultdict(set)
    for row in registered:
        for name in identifiers.FORMS:
            numbered[name, row.get(name, "")].add(row["actor_id"])
    taken = {*used, *laureates.values()}
    for row in rows:

        def ask(kind, sure, key="", column="", value="", offered=(), row=row):
            told = {"kind": kind, "table": "actors", "key": key, "column": column, "value": value, "confidence": sure}
            review.append(told | {"line": row.line, "passage": row.printed, "proposals": offered})

        name = straight(row.cells["name"])
        numbers = _numbers(row, ask)
        if not re.search(r"\w", name):
            ask("list_no_name", LOW, column="name")
            continue
        hit, twice = find_actor(known, name), listed.get(bare(name))
        same = {actor: number for number in numbers.items() for actor in numbered[number]}
        if twice and not hit:
            ask("list_twice", LOW, twice, "name", offered=(twice,))
            actor = twice
        elif hit:
            actor, exact = hit
            ask("list_known" if exact else "near_form", HIGH, actor, "actor_id", actor, (actor,))
            if not exact:
                used[actor]["aliases"] = "|".join([*printed_forms(used[actor])[1:], name])
        else:
            own = laureates.get(fold(name))
            actor = own if own and own not in used else _free(slug(ARTICLES.sub("", name, count=1)) or "actor", taken)
            taken.add(actor)
            aliases = [straight(one).strip() for one in row.cells.get("aliases", "").split("|")]
            free = [one for one in aliases if one and not find_actor(known, one) and bare(one) not in listed]
            used[actor] = {
                "actor_id": actor,
                "name": name,
                "short_fr": name,
                "short_en": name,
                "laureate_id": own or "",
            }
            used[actor] |= {"aliases": "|".join(free)}
            listed |= {bare(one): actor for one in (name, *free)}
            like = {hit[0]: one for one in aliases if (hit := find_actor(known, one))}
            offered = [f"{one} ({printed})" for one, printed in like.items()]
            offered += [f"{one} ({column} {number})" for one, (column, number) in sorted(same.items())]
            offered += [f"{one} ({score} %)" for one, score in proposals(known, name) if one not in like | same]
            kind = "actor_is_laureate" if own else "unknown_actor"
            ask(kind, MEDIUM, actor, "laureate_id" if own else "actor_id", actor, tuple(offered))
        if hit or twice:
            for other in sorted(set(same) - {actor}):
                ask("list_same_number", LOW, actor, same[other][0], same[other][1], (other,))
        for number in numbers.items():
            numbered[number].add(actor)
        _code(row, used[actor], actor not in known.actors and not twice, fields, ask)
        for column, number in numbers.items():
            ours = used[actor].get(column, "")
            if column in fields and actor not in known.actors and not ours:
                used[actor][column] = number
            elif ours != number:
                ask("list_number", MEDIUM, actor, column, ours, (number,))
    return [used[actor] for actor in sorted(used)], review


def _numbers(row, ask):
    """Return the identifiers of a row that are well written, and ask about the others."""
    found = {}
    for name in identifiers.FORMS:
        given = row.cells.get(name, "")
        number = re.sub(r"[\s.\u00a0\u202f-]", "", given).upper()
        if number and identifiers.fault(name, number):
            ask("list_bad_number", LOW, column=name)
        elif number:
            found[name] = number
    return found


def _code(row, actor, new, fields, ask):
    """Take over the codes of a new actor, and ask where a list says otherwise than the registry."""
    for column in CODED:
        given, ours = row.cells.get(column, ""), actor.get(column, "")
        if not given:
            continue
        categories = fields[column].get("categories", [])
        forms = {fold(one[name]): one["value"] for one in categories for name in ("value", "label", "label_en")}
        code = forms.get(fold(straight(given)))
        if code is None:
            near = nearest(given, tuple(forms))
            ask("list_unknown_code", LOW, actor["actor_id"], column, ours, (forms[near],) if near else ())
        elif new and not ours:
            actor[column] = code
        elif code != ours:
            ask("list_other_code", MEDIUM, actor["actor_id"], column, ours, (code,))


def _free(wanted, taken):
    found, number = wanted, 1
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found


def _lines(review, lang):
    """Return the lines of the review list; none of its cells is a formula to a spreadsheet."""
    for number, row in enumerate(review, 1):
        cells = row | {
            "review_id": f"q{number:03d}",
            "question": labels.t(f"doubt.{row['kind']}", lang),
            "decision": "",
        }
        cells |= {"place": draft.where((0, cells.pop("line")), lang), "proposals": " || ".join(row["proposals"])}
        yield {name: files.inert(text) for name, text in cells.items()}


def run(file, out, data=None, encoding=None, lang=None, to=None):
    """Propose the actors of a list, as a draft or as its review alone, for ``neoterra import actors``."""
    lang, out, to = labels.language(lang), Path(out), to or sys.stdout
    rows, dataset = sheet(file, encoding, lang), load(data, ambition="all")
    actors, review = propose(rows, dataset)
    lines = list(_lines(review, lang))
    if out.suffix.lower() == ".csv":
        if out.exists():
            raise ValueError(labels.t("actors_in.out_exists", lang, file=out))
        files.replace(out, draft.as_csv(draft.REVIEW, lines))
    else:
        draft.put({"actors": actors}, lines, out, data, lang)
    new = len(actors) - len(dataset.actors)
    print(labels.t("actors_in.read", lang, file=visible(Path(file).name), count=len(rows), new=new), file=to)
    for kind, count in sorted(Counter(row["kind"] for row in review).items(), key=lambda one: (-one[1], one[0])):
        print(labels.t("ingest.doubt", lang, count=count, what=labels.t(f"doubt.{kind}", lang)), file=to)
    print(labels.t("actors_in.next", lang, out=out), file=to)
    return 0
