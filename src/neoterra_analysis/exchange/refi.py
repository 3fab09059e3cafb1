"""The codebook and the codings of a fiche as a REFI-QDA project, for QualCoder, NVivo, MAXQDA and ATLAS.ti."""

import re
import uuid
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from ..dataset import loading, rules
from ..fiches import trace
from ..fiches.documents.limits import CONTROLS
from ..pages import reading
from ..words import labels
from ..words.codes import ROLES
from ..words.folding import bare_words, normalise, one_line, printed_forms
from . import Loss

SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "neoterra_analysis/refi-qda")
CODED = ("roles", "contributions", "evidence", "mentions")  # tables whose rows are codings of a passage
FACTS = "enjeu project carrier_status department_stated department_inferred place roles".split()
LOST = {"relations": "no_code", "claims": "no_code", "discrepancies": "no_code", "themes": "synthesis"}
ODD = re.compile(f"{CONTROLS.pattern}|[\x0c\ud800-\udfff\ufffe\uffff]")


class Node(NamedTuple):
    """A code or, without ``cells``, what codes hang under; ``cells`` are those of the record that it stands for."""

    key: str
    name: str
    text: str
    cells: dict | None
    under: tuple = ()
    is_code: bool = True


def guid(*words):
    """Return the identifier of something in the data, the same in every export.

    >>> guid("code", "roles/aiguillon/stated")
    '18d62b71-a814-51ea-9ea5-70445d7ba49a'
    """
    return str(uuid.uuid5(SPACE, "\n".join(words)))


def book(dataset, lang=None):
    """Return the codes as a tree, each name once: what tools for coding ask for."""
    lang, contract = labels.language(lang), rules.tables(rules.find(dataset.path))
    of_codes = {}
    for table, column in ("roles", "role"), ("roles", "salience"), ("evidence", "strength"), ("themes", "kind"):
        of_codes[column] = _categories(contract, table, column)
    for column in ("dimension", "target", "code"):
        of_codes[column] = _categories(contract, "contributions", column)
    label = {
        (column, code): row["label" if lang == "fr" else "label_en"]
        for column, rows in of_codes.items()
        for code, row in rows.items()
    }

    def group(key, name, text, cells, under):
        return Node(key, name, text, cells, tuple(under), is_code=False)

    def two(one, other):
        return labels.t("refi.two", lang, one=one, other=other)

    def told(column, code):
        return _both(of_codes[column][code].get("description"), of_codes[column][code].get("description_en"))

    def leaf(table, name, text, **cells):
        return Node("/".join((table, *cells.values())), name, text, {"table": table, **cells})

    def top(table, under):
        return group(table, labels.t(f"refi.book.{table}", lang), "", None, under)

    roles = [
        group(
            f"roles/{role}",
            label["role", role],
            told("role", role),
            {"table": "roles", "code": role},
            [
                leaf(
                    "roles",
                    two(label["role", role], label["salience", one]),
                    told("salience", one),
                    code=role,
                    salience=one,
                )
                for one in of_codes["salience"]
            ],
        )
        for role in of_codes["role"]
    ]
    pairs = sorted(set(zip(dataset.contributions["dimension"], dataset.contributions["target"], strict=True)))
    means = []
    for code in of_codes["code"]:
        under = []
        for dimension, target in pairs:
            where = two(label["dimension", dimension], label["target", target])
            cells = {"dimension": dimension, "target": target, "code": code}
            under.append(leaf("contributions", two(label["code", code], where), told("target", target), **cells))
        means.append(group(f"contributions/{code}", label["code", code], told("code", code), None, under))
    themes = dataset.themes.sort_values(["ambition_id", "number", "theme_id"]).to_dict("records")
    kinds = []
    for kind in of_codes["kind"]:
        under = []
        for row in (row for row in themes if row["kind"] == kind):
            theme, name = row["theme_id"], row[f"label_{lang}"]
            leaves = [
                leaf("evidence", two(name, label["strength", one]), told("strength", one), code=theme, strength=one)
                for one in of_codes["strength"]
            ]
            text = _both(row["definition_fr"], row["definition_en"])
            under.append(group(f"evidence/{theme}", name, text, {"table": "evidence", "code": theme}, leaves))
        kinds += [group(f"themes/{kind}", label["kind", kind], told("kind", kind), None, under)] if under else []
    names, types = loading.names(dataset, "actors", lang), {}
    for row in dataset.actors.sort_values("actor_id").to_dict("records"):
        text = labels.t("refi.printed", lang, forms=" ; ".join(printed_forms(row)))
        types.setdefault(row["actor_type"], []).append(
            leaf("mentions", names[row["actor_id"]], text, code=row["actor_id"])
        )
    actors = [
        group(f"actors/{one}", labels.t(f"type.{one}", lang), "", None, under) for one, under in sorted(types.items())
    ]
    tops = {"roles": roles, "contributions": means, "evidence": kinds, "mentions": actors}
    return _named([top(table, under) for table, under in tops.items() if under], lang)


def _categories(contract, table, column):
    fields = contract[table]["schema"]["fields"]
    return {one["value"]: one for one in next(field for field in fields if field["name"] == column)["categories"]}


def _both(fr, en):
    return "\n".join(dict.fromkeys(filter(None, (fr, en))))


def _named(nodes, lang):
    """Give each code a name of its own: one that is there already, whatever its case, says what it is under."""
    every = Counter(plain(node.name) for node in walk(nodes))
    taken = set()

    def own(node, parent):
        name = node.name
        if every[plain(name)] > 1 and parent:
            name = labels.t("refi.under", lang, name=name, parent=parent)
        number, free = 1, name
        while plain(free) in taken:
            number += 1
            free = f"{name} {number}"
        taken.add(plain(free))
        return node._replace(name=free, under=tuple(own(one, node.name) for one in node.under))

    return [own(node, "") for node in nodes]


def plain(name):
    """Return what counts of the name of a code: its words, whatever case, accents and marks between them."""
    return bare_words(name) or name


def walk(nodes):
    """Yield the nodes of a tree, each before what is under it."""
    for node in nodes:
        yield node
        yield from walk(node.under)


def export(dataset, options):
    """Return the files of the format and what it cannot hold: a project with a copy, or the codebook alone."""
    lang = labels.language(options.get("lang"))
    if not options.get("fiche"):
        root = _element("CodeBook", xmlns="urn:QDA-XML:codebook:1.0", origin="neoterra_analysis")
        codes = _element("Codes", root)
        for node in book(dataset, lang):
            _code(node, codes)
        count = sum(len(getattr(dataset, table)) for table in CODED)
        return {".qdc": _xml(root)}, [Loss("refi_codings", count, "refi_codebook")] if count else []
    coder = options.get("coder") or labels.t("refi.coder", lang)
    return _project(dataset, Path(options["fiche"]), coder, lang)


def _project(dataset, fiche, coder, lang):
    text = trace.read(fiche, lang)[0].replace("\r\n", "\n").replace("\r", "\n")
    source = trace.recognise(dataset, text)
    if source is None:
        raise ValueError(labels.t("trace.other_text", lang, fiche=fiche))
    about = dataset.sources.set_index("source_id").loc[source]
    home = loading.restrict(dataset, [about["ambition_id"]])
    placed, lost = reading.codes(home, text, source, lang)
    kept = [one for one in placed if one.table in CODED and one.here]
    day = {"creationDateTime": f"{about['retrieved']}T00:00:00Z"}
    user = guid("user", coder)
    made = {"creatingUser": user, **day}
    names = {"xmlns": "urn:QDA-XML:project:1.0", "name": about["title"], "origin": "neoterra_analysis"}
    root = _element("Project", **names, creatingUserGUID=user, **day)
    _element("User", _element("Users", root), guid=user, name=coder)
    laureates = home.laureates[home.laureates["source_id"] == source].to_dict("records")
    codes = _element("Codes", _element("CodeBook", root))
    units = [
        Node(f"case/{row['laureate_id']}", labels.t("refi.row", lang, name=row["name"]), "", {}) for row in laureates
    ]
    rows = Node("cases", labels.t("refi.book.cases", lang), labels.t("refi.rows", lang), None, tuple(units), False)
    for node in _named([*book(home, lang), rows], lang):
        _code(node, codes)
    variables = _element("Variables", root)
    for fact in FACTS:
        named = {"name": labels.t(f"refi.fact.{fact}", lang), "typeOfVariable": "Text"}
        _element("Variable", variables, guid=guid("variable", fact), **named)
    zones = _zones(home, text, source)
    _cases(home, laureates, zones, source, _element("Cases", root), lang)
    notes, selections = [], []
    for row in laureates:
        if row["laureate_id"] in zones:
            key = f"case/{row['laureate_id']}"
            selections.append((key, *zones[row["laureate_id"]], guid("code", key), []))
    records = _records(home)
    for one in kept:
        record = records[one.table, one.key]
        selections.append(
            (f"{one.table}/{one.key}", one.start, one.end, _coded(one.table, record), _memos(one, record))
        )
    astray = _with_readings(selections, placed, home, lang)
    named = {"name": fiche.stem, "plainTextPath": f"internal://{guid('source', source)}.txt"}
    origin = _element("TextSource", _element("Sources", root), guid=guid("source", source), **named, **made)
    for key, start, end, code, memos in sorted(selections, key=lambda one: (one[1], -one[2], one[0])):
        where = {"startPosition": str(start), "endPosition": str(end), "name": one_line(text[start:end])[:80]}
        part = _element("PlainTextSelection", origin, guid=guid("selection", key), **where, **made)
        if memos:  # some tools read the description alone, others the notes
            _element("Description", part, "\n".join(memo for _, memo in memos))
        coding = _element("Coding", part, guid=guid("coding", key), **made)
        _element("CodeRef", coding, targetGUID=code)
        for kind, memo in memos:
            _element("NoteRef", part, targetGUID=guid("note", key, kind, memo))
            notes.append((guid("note", key, kind, memo), kind, memo))
    if notes:
        whole = _element("Notes", root)
        for own, kind, memo in notes:
            note = _element("Note", whole, guid=own, name=labels.t(f"refi.note.{kind}", lang), **made)
            _element("PlainTextContent", note, memo)
    _element("Description", root, labels.t("refi.about", lang, title=about["title"]))
    return {".qdpx": _zip(_xml(root), guid("source", source), text)}, _losses(home, placed, lost, kept, astray)


def _zones(home, text, source):
    """Return where the row of each laureate begins and ends in a text."""
    normal, offsets = normalise(text)
    plan = trace.plan_of(trace.coded(home, source), normal)
    ends = {row: offsets[end] if end < len(offsets) else len(text) for row, (_, end) in plan.rows.items()}
    return {
        row: (offsets[start], offsets[start] + len(text[offsets[start] : ends[row]].rstrip()))
        for row, (start, _) in plan.rows.items()
    }


def _records(home):
    """Return the rows of the coded tables by table and key."""
    return {
        (table, "/".join(str(row[name]) for name in trace.TABLES[table])): row
        for table in CODED
        for row in getattr(home, table).to_dict("records")
    }


def _coded(table, row):
    """Return the identifier of the code of a record."""
    columns = {"roles": ("role", "salience"), "evidence": ("theme_id", "strength"), "mentions": ("actor_id",)}
    columns["contributions"] = ("dimension", "target", "code")
    return guid("code", "/".join((table, *(row[name] for name in columns[table]))))


def _memos(one, row):
    if one.table == "contributions":
        return [("label", one_line(row["label_fr"])), ("label", one_line(row["label_en"]))]
    return [("evidence", one_line(row["note"]))] if one.table == "evidence" and row["note"] else []


def _with_readings(selections, placed, home, lang):
    """Put the reason of each open reading with what it is about; return how many stand at no passage."""
    at = {}
    for key, start, end, _, memos in selections:
        at.setdefault((start, end), []).append((key.partition("/")[0], memos))
    row_of = {key.removeprefix("case/"): memos for key, *_, memos in selections if key.startswith("case/")}
    reasons = dict(zip(home.readings["reading_id"], home.readings[f"reason_{lang}"], strict=True))
    told = set()
    for one in (one for one in placed if one.kind == "readings"):
        found = [memos for table, memos in at.get((one.start, one.end), ()) if table in (one.code, "mentions")]
        memos = found[0] if found else row_of.get(one.laureate)
        if memos is not None:
            told.add(one.key)
            memo = ("reading", one_line(reasons[one.key]))
            memos += [] if memo in memos else [memo]
    return len(reasons) - len(told)


def _cases(home, laureates, zones, source, parent, lang):
    titles = dict(zip(home.enjeux["enjeu_id"], home.enjeux["title_fr"], strict=True))
    held = {laureate: set(rows["role"]) for laureate, rows in home.roles.groupby("laureate_id")}
    for row in laureates:
        laureate = row["laureate_id"]
        case = _element("Case", parent, guid=guid("code", f"case/{laureate}"), name=row["name"])
        _element("Description", case, row[f"summary_{lang}"])
        department = {name: row[f"department_{name}"] for name in ("stated", "inferred")}
        values = {f"department_{name}": labels.t(f"department.{one}", lang) for name, one in department.items() if one}
        values |= {"enjeu": f"{row['enjeu_id']} {titles[row['enjeu_id']]}", "project": row["project_name"]}
        values |= {"carrier_status": labels.t(f"status.{row['carrier_status']}", lang), "place": row["place"]}
        roles = [labels.t(f"role.{role}", lang) for role in ROLES if role in held.get(laureate, ())]
        values["roles"] = labels.join(roles, lang) if roles else labels.t("role.none", lang)
        for fact in (fact for fact in FACTS if values.get(fact)):
            value = _element("VariableValue", case)
            _element("VariableRef", value, targetGUID=guid("variable", fact))
            _element("TextValue", value, values[fact])
        _element("SourceRef", case, targetGUID=guid("source", source))
        if laureate in zones:
            _element("SelectionRef", case, targetGUID=guid("selection", f"case/{laureate}"))


def _losses(home, placed, lost, kept, astray):
    """Count what a project of codings cannot hold, or does not because it stands nowhere in the copy."""
    counts = Counter(one.table for one in placed if one.table in LOST)
    losses = [Loss(f"refi_{table}", counts[table], f"refi_{why}") for table, why in LOST.items() if counts[table]]
    facts = sum(one.kind == "facts" for one in placed)
    losses += [Loss("refi_facts", facts, "refi_values")] if facts else []
    nested = int(home.mentions["parent_position"].notna().sum())
    losses += [Loss("refi_nested", nested, "refi_brackets")] if nested else []
    gone = len(lost) + sum(one.table in CODED and not one.here for one in placed)
    losses += [Loss("refi_unplaced", gone, "refi_elsewhere")] if gone else []
    losses += [Loss("refi_readings", astray, "refi_no_passage")] if astray else []
    decided = len(home.decisions)
    return losses + ([Loss("refi_decisions", decided, "refi_no_code")] if decided else [])


def _element(tag, parent=None, text=None, /, **attributes):
    attributes = {name: ODD.sub(" ", str(value)) for name, value in attributes.items()}
    element = ET.Element(tag, attributes) if parent is None else ET.SubElement(parent, tag, attributes)
    element.text = ODD.sub(" ", text) if text else None
    return element


def _code(node, parent):
    own = {"guid": guid("code", node.key), "name": node.name, "isCodable": "true" if node.is_code else "false"}
    element = _element("Code", parent, **own)
    if node.text:
        _element("Description", element, node.text)
    for one in node.under:
        _code(one, element)


def _xml(root):
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _zip(project, source, text):
    """Return an archive that has no time of today in it."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in (("project.qde", project), (f"sources/{source}.txt", text.encode())):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            archive.writestr(entry, content)
    return file.getvalue()
