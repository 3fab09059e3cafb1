"""The command ``neoterra verify``: a sheet of quotes held to a copy of the fiche, and a draft of those found."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from ..dataset import csvfile, rules
from ..dataset.cells import clean, findings
from ..dataset.csvfile import nearest
from ..dataset.problems import Problem, as_text, visible
from ..fiches import documents, draft, quotes
from ..fiches.documents.limits import MAX_FILE, MEGABYTE
from ..words import labels
from ..words.folding import fold, printed_forms
from . import sheets, workbook_in
from .diff import rows_of

# Heads by which the three columns are known, unless they are named; other columns of the tables are taken where there.
HEADS = {
    "laureate": ("laureate", "laureate_id", "lauréat", "lauréate", "laureat"),
    "code": ("code",),
    "quote": ("quote", "citation", "anchor", "repère"),
}
MORE = ("table", "dimension", "target", "salience", "strength", "note", "label_fr", "label_en")
CODES = {"roles": "role", "evidence": "theme_id", "contributions": "code", "mentions": "actor_id"}
# What a sheet may leave unsaid: the last of the codes, which claims least, is taken then.
LEAST = ("salience", "strength")
COLUMNS = "line laureate code quote status table key anchor places nearest difference reason".split()


class Row(NamedTuple):
    """A row of a sheet: its line, its cells by their names here, where each stands, what is wrong with it."""

    line: int
    cells: dict
    places: dict
    problems: list


class Checked(NamedTuple):
    """What became of a row: its status, the record that it gives, the verdict on its quote or the problem of a code."""

    row: Row
    status: str
    laureate: str = ""
    table: str = ""
    record: dict | None = None
    verdict: quotes.Verdict | None = None
    problem: Problem | None = None
    other: int = 0


def sheet(path, columns=None, encoding=None, lang=None):
    """Read a sheet of quotes, CSV or workbook, whatever other columns it has."""
    path = Path(path)
    if not path.is_file():
        raise ValueError(labels.t("cli.no_file", lang, path=path))
    if path.stat().st_size > MAX_FILE:
        raise sheets.refusal("too_large", lang, file=visible(path.name), most=MAX_FILE // MEGABYTE)
    wanted = {name: (given,) for name, given in zip(HEADS, columns, strict=True)} if columns else HEADS
    with path.open("rb") as stream:
        is_book = stream.read(2) in (b"PK", b"\xd0\xcf") or path.suffix.lower() in (".xlsx", ".xls", ".ods")
    found = (_of_workbook if is_book else _of_csv)(path, wanted, encoding, lang)
    if not found:
        raise ValueError(labels.t("agreement.sheet.empty", lang, sheet=path.name))
    return found


def _columns(heads, wanted):
    """Return the head of each column that is there, by its name here."""
    folded = {fold(head): head for head in reversed(heads) if head}
    chosen = {
        name: next((folded[fold(one)] for one in known if fold(one) in folded), None) for name, known in wanted.items()
    }
    taken = set(chosen.values())
    return chosen | {name: folded[name] for name in MORE if name in folded and folded[name] not in taken}


def _missing(path, chosen, wanted, heads, lang):
    there = ", ".join(visible(head) for head in heads if head)
    lines = [
        labels.t(
            "verify.column",
            lang,
            sheet=visible(path.name),
            what=labels.t(f"verify.of.{name}", lang),
            names=names,
            columns=there,
        )
        for name, names in ((name, ", ".join(wanted[name])) for name in wanted if not chosen[name])
    ]
    return ValueError("\n".join(lines))


def _of_csv(path, wanted, encoding, lang):
    names = [one for known in wanted.values() for name in known for one in (name, name.capitalize(), name.upper())]
    names = list(dict.fromkeys([*names, *MORE]))

    def read(heads):
        return csvfile.read(
            path.parent, {"path": path.name, "schema": {"fields": [{"name": one} for one in heads]}}, encoding
        )

    table = read(names)
    unknown = [problem.value for problem in table.problems if problem.code == "unknown_column"]
    missing = {problem.column for problem in table.problems if problem.code == "missing_column"}
    heads = [name for name in names if name not in missing] + unknown
    chosen = _columns(heads, wanted)
    is_headed = any(problem.code in ("unknown_column", "missing_column") for problem in table.problems)
    if is_headed and not all(chosen[name] for name in wanted):
        raise _missing(path, chosen, wanted, heads, lang)
    if is_headed:
        table = read(heads)
    problems = [problem for problem in table.problems if not problem.notice]
    if problems:
        raise ValueError("\n\n".join(_told_of_csv(problem, lang) for problem in problems))
    used = {name: head for name, head in chosen.items() if head}
    rows = []
    for row in table.rows:
        cells = {name: row.cells[head] for name, head in used.items()}
        places = {name: Problem(path.name, row.lines[head], head, "") for name, head in used.items()}
        rows.append(Row(row.line, cells, places, []))
    return rows


def _told_of_csv(problem, lang):
    """Tell a problem of a CSV file; an encoding is announced to this command."""
    told = as_text(problem, lang)
    if problem.code != "not_utf8":
        return told
    fix = labels.t("agreement.sheet.encoding", lang, name=problem.nearest or "cp1252")
    return "\n".join([*told.split("\n")[:-1], labels.t("check.fix", lang, fix=fix)])


def _of_workbook(path, wanted, encoding, lang):
    """Read the first sheet of a workbook that has the three columns."""
    first = None
    for grid in workbook_in.grids(path, lang):
        top = min((row for row, _ in grid.cells), default=0)
        heads = {column: cell.text.strip() for (row, column), cell in sorted(grid.cells.items()) if row == top}
        chosen = _columns(list(heads.values()), wanted)
        first = first or (chosen, list(heads.values()))
        if all(chosen[name] for name in wanted):
            break
    else:
        raise _missing(path, first[0], wanted, first[1], lang)
    at = {name: next(column for column, text in heads.items() if text == head) for name, head in chosen.items() if head}
    lines = sorted({row for row, column in grid.cells if row > top and column in at.values()})
    rows = []
    for line in lines:
        found = {name: grid.cells.get((line, column)) for name, column in at.items()}
        places = {name: Problem(path.name, line, chosen[name], "", cell=sheets.address(line, at[name])) for name in at}
        odd = [
            places[name]._replace(code=f"{cell.kind}_cell", value=cell.text)
            for name, cell in found.items()
            if cell and cell.kind != "text" and not (cell.kind == "number" and name in MORE)
        ]
        rows.append(Row(line, {name: cell.text if cell else "" for name, cell in found.items()}, places, odd))
    return rows


class Codebook:
    """What codes and laureates the data know, and the rows that they hold."""

    def __init__(self, data, lang=None):
        self.contract, self.rows = rules.tables(rules.find(data)), rows_of(rules.find(data), lang)
        self.known = sheets.choices(sheets.planned(self.contract, lang=lang), self.rows, lang)
        self.laureates = [row.cells for row in self.rows["laureates"]]
        self.names = {cells["laureate_id"]: cells["name"] for cells in self.laureates}
        self.actors = {row.cells["actor_id"]: row.cells for row in self.rows["actors"]}
        self.titles = {
            fold(one): table for table in CODES for one in (table, *(sheets.title(table, x) for x in ("fr", "en")))
        }

    def field(self, table, name):
        """Return the field of a column."""
        return next(field for field in self.contract[table]["schema"]["fields"] if field["name"] == name)

    def key(self, table, record):
        """Return the key of a record as one text."""
        return "/".join(str(record[name]) for name in self.contract[table]["schema"]["primaryKey"])

    def laureate(self, row):
        """Return the laureate that a row names, or the problem."""
        return self._meant(row, "laureate", self.known["roles"]["laureate_id"], "orphan", "laureates.csv")

    def _meant(self, row, name, known, code, other="", text=None):
        text = row.cells[name] if text is None else text
        value, _, fault = clean(text, {"type": "string"})
        place = row.places[name]._replace(value=text)
        if fault or not value:
            return None, place._replace(code=fault[0] if fault else "required", nearest=fault[1] if fault else "")
        meant, finding = sheets.decode(value, known)
        allowed = tuple(known.shown)
        if meant not in known.shown or finding and finding[0] == "name_of_another":
            near = nearest(value, allowed) or nearest(value, tuple(known.forms))
            near = near if near in known.shown or not near else min(known.forms[near])
            return None, place._replace(
                code=finding[0] if finding else code, allowed=allowed, nearest=near, other=other
            )
        return meant, None

    def coded(self, row, laureate):
        """Return the table and the record that a row codes, or the problem."""
        told, place = row.cells, row.places["code"]
        given, parts = fold(told.get("table", "").strip()), told["code"].strip().split("/")
        if given and given not in self.titles:
            allowed = tuple(dict.fromkeys(self.titles.values()))
            near = nearest(given, allowed)
            return None, row.places["table"]._replace(
                code="unknown_code", value=told["table"], allowed=allowed, nearest=near
            )
        cells = told | (dict(zip(("dimension", "target", "code"), parts, strict=True)) if len(parts) == 3 else {})
        is_contribution = bool(cells.get("dimension", "").strip() or cells.get("target", "").strip())
        wanted = [self.titles[given]] if given else ["contributions"] if is_contribution else list(CODES)
        found, text = {}, cells["code"].strip()
        for table in wanted:
            value, problem = self._meant(row, "code", self.known[table][CODES[table]], "unknown_code", text=text)
            found |= {} if problem else {table: value}
        if len(found) > 1 and not given:  # without dimension and target it is no contribution
            found.pop("contributions", None)
        if len(found) != 1:
            known = [
                one for table in wanted if table != "mentions" or given for one in self.known[table][CODES[table]].shown
            ]
            near = nearest(text, tuple(known)) or nearest(text, tuple(self.actors) if "mentions" in wanted else ())
            code = "unknown_code" if text else "required"
            return None, place._replace(code=code, value=told["code"], allowed=tuple(known), nearest=near)
        ((table, value),) = found.items()
        return self._record(row, table, laureate, cells | {CODES[table]: value})

    def _record(self, row, table, laureate, cells):
        record = {}
        for field in self.contract[table]["schema"]["fields"]:
            name = field["name"]
            if field.get("anchor") or table == "mentions" and name not in ("laureate_id", "actor_id"):
                continue
            text = laureate if name == "laureate_id" else cells.get(name, "")
            if name in LEAST and not text.strip():
                text = rules.codes(self.contract[table], name)[-1]
            if name.startswith("label_") and not text.strip():
                text = self._label(table, {**record, "laureate_id": laureate}, name)
            record[name], told = findings(text, field)
            wrong = next((one for one in told if not one.get("notice")), None)
            if wrong:
                return None, row.places.get(name, row.places["code"])._replace(column=name, **wrong)
        return table, record

    def _label(self, table, record, name):
        """Return the label that the data have for a record, else that of its code."""
        key = self.contract[table]["schema"]["primaryKey"]
        same = (row.cells[name] for row in self.rows[table] if all(row.cells[one] == record[one] for one in key))
        code = next(one for one in self.field(table, "code")["categories"] if one["value"] == record["code"])
        return next(same, code["label_en" if name == "label_en" else "label"])


def verify(found, fiche, book, choose=None):
    """Hold the rows of a sheet to a fiche; ``choose(row, verdict)`` settles which of several places is meant."""
    checked, seen = [], {}
    for row in found:
        one = _checked(row, fiche, book, choose)
        if one.status == "found":
            key = (
                (one.verdict.spots, *one.record.values())
                if one.table == "mentions"
                else book.key(one.table, one.record)
            )
            first = seen.setdefault((one.table, one.laureate, key), row.line)
            one = one._replace(status="twice", other=first) if first != row.line else one
        checked.append(one)
    return _positioned(checked)


def _checked(row, fiche, book, choose):
    if row.problems:
        return Checked(row, row.problems[0].code, problem=row.problems[0])
    laureate, problem = book.laureate(row)
    if problem:
        return Checked(row, problem.code, problem=problem)
    table, record = book.coded(row, laureate)
    if not table:
        return Checked(row, record.code, laureate, problem=record)
    verdict = quotes.judge(row.cells["quote"], laureate, fiche, "actors" if table == "mentions" else None)
    verdict = choose(row, verdict) if choose and verdict.status == "ambiguous" else verdict
    one = Checked(row, verdict.status, laureate, table, record, verdict)
    if verdict.status != "found":
        return one
    if table != "mentions":
        anchor = quotes.anchor_of(verdict.spots[0], fiche.rows[laureate])
        return one._replace(record=record | {"anchor": anchor}) if anchor else one._replace(status="no_anchor")
    printed, actor = verdict.spots[0].printed, record["actor_id"]
    if fold(printed) not in map(fold, printed_forms(book.actors[actor])):
        problem = row.places["code"]._replace(code="unknown_form", value=printed, other=actor)
        return one._replace(status="unknown_form", problem=problem)
    return one._replace(record=record | {"mention": printed})


def _positioned(checked):
    """Give the mentions of each row their positions, in the order of print, and nested ones their parent."""
    order = {}
    for at, one in enumerate(checked):
        if one.status == "found" and one.table == "mentions":
            order.setdefault(one.laureate, []).append((one.verdict.spots[0], at))
    for group in order.values():
        group.sort(key=lambda pair: (pair[0].start, -pair[0].end))
        for position, (spot, at) in enumerate(group, 1):
            before = spot.cell.text[: spot.start]
            opened = max((i for i, sign in enumerate(before) if sign == "(" and ")" not in before[i:]), default=-1)
            ends = len(before[:opened].rstrip()) if opened >= 0 else -1
            parent = next((str(n) for n, (other, _) in enumerate(group, 1) if other.end == ends), "")
            record = checked[at].record | {"position": str(position), "parent_position": parent}
            checked[at] = checked[at]._replace(record=record)
    return checked


def tables(checked, book, units=None):
    """Return the tables of a draft: verified records, and of their laureates what the sheet does not code.

    Of a coding of its own, all laureates of ``units`` are there, and nothing that it does not code. Returns the tables,
    and the names of those that were carried over from the data.
    """
    kept = [one for one in checked if one.status == "found"]
    laureates, coded = {one.laureate for one in kept}, {one.table for one in checked if one.table}
    laureates, coded = (laureates, coded) if units is None else (set(units), set(CODES))
    of_data = {name: [row.cells for row in found] for name, found in book.rows.items()}
    made = {name: [cells for cells in of_data[name] if cells.get("laureate_id") in laureates] for name in CODES}
    carried = [name for name in CODES if name not in coded and made[name]]
    made |= {name: [one.record for one in kept if one.table == name] for name in coded}
    for name in made:
        key = book.contract[name]["schema"]["primaryKey"]
        made[name] = sorted(made[name], key=lambda row: [int(row[k]) if k == "position" else row[k] for k in key])
    for name in ("laureates", "relations"):
        made[name] = [cells for cells in of_data[name] if cells["laureate_id"] in laureates]
    for name, column in (("enjeux", "enjeu_id"), ("sources", "source_id")):
        have = {cells[column] for cells in made["laureates"]}
        made[name] = [cells for cells in of_data[name] if cells[column] in have]
    ambitions = {cells["ambition_id"] for cells in made["enjeux"]}
    for name in ("ambitions", "themes"):
        made[name] = [cells for cells in of_data[name] if cells["ambition_id"] in ambitions]
    actors = of_data["actors"]  # all, as in the draft of a fiche, so that a person can choose among them
    made["actors"] = [c if c["laureate_id"] in laureates else c | {"laureate_id": ""} for c in actors]
    return made, carried


def _review(checked, name, lang):
    """List what was not taken, as the review of a draft does."""
    left = [one for one in checked if one.status != "found"]
    for number, one in enumerate(left, 1):
        near = one.verdict and one.verdict.nearest
        yield {
            "review_id": f"q{number:03d}",
            "kind": one.status,
            "question": " ".join(line.strip() for line in why(one, lang)),
            "table": one.table,
            "key": one.laureate,
            "column": CODES.get(one.table, ""),
            "value": one.row.cells["code"],
            "place": name + labels.t("check.line", lang, line=one.row.line),
            "passage": one.row.cells["quote"],
            "proposals": near.printed if near else "",
            "confidence": "low",
        }


def _where(spot, book, lang):
    """Say in which row and cell a spot is, and from which line on."""
    row = book.names.get(spot.cell.row, spot.cell.row)
    told = [row, labels.t(f"verify.cell.{spot.cell.column}", lang), draft.where(spot.cell.place, lang)]
    return ", ".join(filter(None, told))


def why(one, lang, book=None):
    """Say why a row was not taken: the rule, then where its words are or what comes nearest, then what to do."""
    if one.problem:
        return as_text(one.problem, lang).split("\n")[1:]
    verdict = one.verdict
    name = labels.t(f"verify.rule.{one.status}", lang, count=len(verdict.spots), line=one.other)
    lines = [labels.t("check.rule", lang, code=one.status, rule=name)]
    if one.status not in ("twice", "no_anchor", "whole_cell") and book:
        lines += [
            labels.t("verify.spot", lang, where=_where(spot, book, lang), words=_around(spot)) for spot in verdict.spots
        ]
    if verdict.nearest and book:
        where = _where(verdict.nearest, book, lang)
        lines.append(labels.t("verify.nearest", lang, where=where, words=verdict.nearest.printed))
    if verdict.difference:
        lines.append(labels.t("verify.difference", lang, difference=verdict.difference))
    return [*lines, labels.t("check.fix", lang, fix=labels.t(f"verify.fix.{one.status}", lang))]


def _around(spot, most=30):
    """Return the words of a spot with a few of those beside it."""
    start, end = max(spot.start - most, 0), spot.end + most
    return quotes.one_line(f"{'…' * (start > 0)}{spot.cell.text[start:end]}{'…' * (end < len(spot.cell.text))}")


def _told(one, book, lang):
    """Tell a row that was not taken: file, line, column, value, and why."""
    column = "code" if one.problem else "quote"
    place = one.problem or one.row.places[column]._replace(value=one.row.cells["quote"], code="required")
    return "\n".join([as_text(place, lang).split("\n")[0], *why(one, lang, book)])


def _record(one, book, lang):
    """Return a row of the result for programs."""
    verdict = one.verdict or quotes.Verdict(one.status)
    cells = {name: one.row.cells[name] for name in HEADS} | {"laureate": one.laureate or one.row.cells["laureate"]}
    told = {"line": one.row.line, **cells, "status": one.status, "table": one.table}
    told["key"] = book.key(one.table, one.record) if one.status == "found" else ""
    told["anchor"] = one.record.get("anchor") or one.record["mention"] if one.status == "found" else ""
    told["places"] = "; ".join(_where(spot, book, lang) for spot in verdict.spots)
    told |= {"nearest": verdict.nearest.printed if verdict.nearest else "", "difference": verdict.difference}
    told["reason"] = "" if one.status == "found" else " ".join(line.strip() for line in why(one, lang))
    return {name: told[name] for name in COLUMNS}


def _notices(checked, carried, lang):
    """Say what was taken for granted: shorter anchors, codes left unsaid, tables carried over."""
    kept = [one for one in checked if one.status == "found"]
    short = [one for one in kept if "anchor" in one.record and one.record["anchor"] != one.verdict.spots[0].printed]
    lines = [labels.t("verify.shortened", lang, count=len(short))] if short else []
    for name in LEAST:
        unsaid = [one for one in kept if name in one.record and not one.row.cells.get(name, "").strip()]
        if unsaid:
            told = {"column": name, "count": len(unsaid), "code": unsaid[0].record[name]}
            lines.append(labels.t("verify.unsaid", lang, **told))
    return lines + ([labels.t("verify.carried", lang, tables=", ".join(carried))] if carried else [])


def run(sheet_file, fiche, data=None, columns=None, encoding=None, out_folder=None, lang=None, form="text", out=None):
    """Hold a sheet of quotes to a fiche, tell what was found and write the draft, for ``neoterra verify``."""
    lang, out = labels.language(lang), out or sys.stdout
    book, name = Codebook(data, lang), visible(Path(sheet_file).name)
    found = sheet(sheet_file, columns, encoding, lang)
    read = quotes.fiche_of(documents.read(fiche, lang), book.laureates)
    if not read.rows:
        raise ValueError(labels.t("trace.other_text", lang, fiche=fiche))
    checked = verify(found, read, book)
    made, carried = tables(checked, book)
    if out_folder:
        draft.put(made, _review(checked, name, lang), out_folder, data, lang)
    counts = Counter("refused" if one.status not in ("found", "twice") else one.status for one in checked)
    rows = [_record(one, book, lang) for one in checked]
    notices = _notices(checked, carried if out_folder else [], lang)
    if form == "csv":
        out.write(draft.as_csv(COLUMNS, rows))
    elif form == "json":
        told = {
            "sheet": name,
            "fiche": str(fiche),
            "quotes": len(rows),
            **{k: counts[k] for k in ("found", "twice", "refused")},
        }
        told |= {"rows": rows, "notices": notices, "draft": str(out_folder or "")}
        out.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    else:
        told = {
            "sheet": name,
            "fiche": fiche,
            "found": counts["found"],
            "count": len(rows),
            "refused": counts["refused"],
        }
        parts = [labels.t("verify.head", lang, **told)]
        parts += [_told(one, book, lang) for one in checked if one.status != "found"]
        parts += [labels.t("verify.legend", lang)] if any(row["difference"] for row in rows) else []
        parts += notices
        if out_folder:
            left = sum(one.status != "found" for one in checked)
            parts.append(labels.t("verify.draft", lang, folder=out_folder, laureates=len(made["laureates"]), left=left))
        print("\n\n".join(parts), file=out)
    return int(counts["refused"] > 0)
