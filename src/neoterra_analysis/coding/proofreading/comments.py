"""Word comments on exact words of a document, of which nothing else changes, part by part.

The XML is changed here and not by python-docx, which writes every part that it has read again (styles, settings,
numbers, properties), opens no Strict Open XML, and dates each comment.
"""

import json
import posixpath
import re
import unicodedata
import zipfile
from base64 import b64decode, b64encode
from collections import Counter
from copy import deepcopy
from difflib import SequenceMatcher
from io import BytesIO

from ...fiches.documents import sandbox, word
from ...fiches.documents.blocks import UNSEEN

AUTHOR, INITIALS = "neoterra", "nt"
# Runs are looked for in these; what is deleted, and boxes, are no text of their paragraph.
WRAPPERS = {tag.rpartition("}")[2] for tag in word.WRAPPERS}
MARKS = ("commentRangeStart", "commentRangeEnd", "commentReference")
THREADS = ("commentsExtended", "commentsIds")  # what Word keeps of comments elsewhere, by their paragraphs
CELLS = ("tbl", "tr", "tc")
PRINTED = ("t", "noBreakHyphen", "sym")
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
KIND = "officeDocument/%srelationships/comments"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
TYPES = "[Content_Types].xml"


def add(raw, texts, notes, lang=None):
    """Add comments to a Word document; return its bytes, how many are new, stood there already, had no place, are gone.

    ``texts`` are those of its paragraphs and cells in order; a note is ``(number of the text, start, end, lines)``.
    """
    told = json.dumps({"texts": texts, "notes": notes}).encode()
    found = sandbox.call(changed, len(told).to_bytes(8) + told + raw, lang=lang, times=2)
    counts = found["new"], found["again"], found["unplaced"], found["gone"]
    return (rewritten(raw, found["parts"]) if found["parts"] else raw), *counts


def rewritten(raw, parts):
    """Return an archive with some parts changed or new, all others as they are."""
    left, made = {name: b64decode(content) for name, content in parts.items()}, BytesIO()
    with zipfile.ZipFile(BytesIO(raw)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info, left.pop(info.filename, None) or old.read(info), info.compress_type)
        for name, content in left.items():
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def changed(raw, lang=None):
    """Return the parts of a document that comments change, in the process of a sandbox."""
    from lxml import etree

    size = int.from_bytes(raw[:8])
    told = json.loads(raw[8 : 8 + size])
    with zipfile.ZipFile(BytesIO(raw[8 + size :])) as archive:
        main = next(target for kind, target in word._relations(archive, "").values() if kind == "officeDocument")
        names = {name.casefold(): name for name in archive.namelist()}
        main = names[main.casefold()]
        kept = {kind: target for kind, target in word._relations(archive, main).values()}

        def tree(name):
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            return etree.fromstring(archive.read(name), parser)

        root = tree(main)
        space = f"{{{etree.QName(root).namespace}}}"
        there = names.get(kept.get("comments", "").casefold())
        book = tree(there) if there else etree.Element(space + "comments", nsmap={"w": space[1:-1]})
        own = [one for one in book if isinstance(one.tag, str) and one.get(space + "author") == AUTHOR]
        before = Counter(map(_told, own))
        number = max([-1, *(int(one.get(space + "id") or 0) for one in book if isinstance(one.tag, str))]) + 1
        places = _matched(told["texts"], list(_units(next(_named(root, "body")))))
        counts = {"new": 0, "again": 0, "unplaced": 0, "gone": 0}
        for at, start, end, lines in told["notes"]:
            if before["\n".join(lines)] > 0:
                before["\n".join(lines)] -= 1
                counts["again"] += 1
            elif at in places and _mark(places[at], told["texts"][at], start, end, space, str(number)):
                book.append(_comment(lines, space, str(number)))
                number += 1
                counts["new"] += 1
            else:
                counts["unplaced"] += 1
        parts = {main: root, there or posixpath.join(posixpath.dirname(main), "comments.xml"): book}
        threads = {names[t.casefold()]: None for k, t in kept.items() if k in THREADS and t.casefold() in names}
        threads = {name: tree(name) for name in threads} if before.total() else {}
        counts["gone"] = _withdrawn(own, before, root, threads.values(), space)
        parts |= threads if counts["gone"] else {}
        if not there:
            parts |= _announced(archive, tree, names, main, "purl.oclc.org" in space)
    written = {name: b64encode(_bytes(one)).decode() for name, one in parts.items()}
    written = written if counts["new"] or counts["gone"] else {}
    return counts | {"parts": written}


def _withdrawn(own, left, root, threads, space):
    """Take out our comments of an earlier time that no longer hold and that nobody answered; return how many."""
    answered = {value for tree in threads for one in tree for key, value in one.attrib.items() if "Parent" in key}
    count = 0
    for comment in reversed(own):
        ids = {value for one in comment.iter() for key, value in one.attrib.items() if key.endswith("}paraId")}
        if left[_told(comment)] < 1 or ids & answered:
            continue
        left[_told(comment)] -= 1
        number = comment.get(space + "id")
        for one in [one for one in root.iter(*(space + name for name in MARKS)) if one.get(space + "id") == number]:
            run = one.getparent() if _name(one) == "commentReference" else one
            run.getparent().remove(run)
        for one in [one for tree in threads for one in tree if ids & set(one.values())]:
            one.getparent().remove(one)
        comment.getparent().remove(comment)
        count += 1
    return count


def _bytes(root):
    from lxml import etree

    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)


def _announced(archive, tree, names, main, strict):
    """Return the list of types and the relations of the main part with the part of the comments in them."""
    from lxml import etree

    folder, name = posixpath.split(main)
    types, place = tree(names[TYPES.casefold()]), f"{folder}/_rels/{name}.rels".lstrip("/")
    etree.SubElement(types, etree.QName(types, "Override"), PartName=f"/{folder}/comments.xml", ContentType=TYPE)
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    found = names.get(place.casefold())
    relations = tree(found) if found else etree.Element(f"{{{space}}}Relationships", nsmap={None: space})
    ids = {one.get("Id") for one in relations}
    key = next(f"rId{at}" for at in range(1, len(ids) + 2) if f"rId{at}" not in ids)
    kind = "http://" + (
        "purl.oclc.org/ooxml/" + KIND % "" if strict else "schemas.openxmlformats.org/" + KIND % "2006/"
    )
    etree.SubElement(relations, etree.QName(space, "Relationship"), Id=key, Type=kind, Target="comments.xml")
    return {names[TYPES.casefold()]: types, found or place: relations}


def _name(element):
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _named(element, *names):
    """Yield the children of some names, also those inside controls, links and insertions."""
    for child in element:
        if _name(child) in names:
            yield child
        elif _name(child) in WRAPPERS:
            yield from _named(child, *names)
        elif _name(child) == "AlternateContent":
            yield from _named(word._chosen(child), *names)


def _units(container):
    """Yield the paragraphs of each text in order, as the reader of documents puts them together."""
    for element in _named(container, "p", "tbl"):
        if _name(element) == "p":
            yield [element]
        else:
            yield from _cells(element)


def _cells(table):
    for row in _named(table, "tr"):
        for cell in _named(row, "tc"):
            whole = list(_under(cell))
            if len(whole) and any(_name(one) == "tbl" for one in _named(cell, "tbl")):
                yield from _units(cell)  # a frame; where its table is flattened, the whole below is what matches
            yield whole


def _under(cell):
    for element in _named(cell, "p", *CELLS):
        yield from _under(element) if _name(element) in CELLS else [element]


def _letters(paragraphs):
    """Return what prints of some paragraphs, but for spaces: each letter, the run and the child that it is in, where.

    Strokes, notes and boxes are left to the comparison, which is not one of equals.
    """
    found = []

    def run(one):
        for child in one:
            if _name(child) in PRINTED:
                words = child.text or "" if _name(child) == "t" else "-" if _name(child) == "noBreakHyphen" else "•"
                for at, letter in enumerate(words):
                    if unicodedata.combining(letter) and found and found[-1][2] is child:
                        found[-1][0] = unicodedata.normalize("NFC", found[-1][0] + letter)
                        found[-1][4] = at + 1
                    elif not letter.isspace() and not UNSEEN.match(letter):
                        found.append([letter, one, child, at, at + 1])

    def walk(element):
        for child in element:
            if _name(child) == "r":
                run(child)
            elif _name(child) in WRAPPERS:
                walk(child)

    for paragraph in paragraphs:
        walk(paragraph)
    return found


def _flat(text):
    return re.sub(r"\s", "", text)


def _matched(texts, units):
    """Return the paragraphs of each text: equal ones in order, then between them those that hold it or are in it."""
    wanted = [_flat(text) for text in texts]
    there = ["".join(letter[0] for letter in _letters(unit)) for unit in units]
    pairs = {}
    for start, other, size in SequenceMatcher(None, wanted, there).get_matching_blocks():
        pairs |= {start + at: other + at for at in range(size)}
    known = sorted(pairs.items())
    for (above, first), (below, last) in zip([(-1, -1), *known], [*known, (len(wanted), len(there))], strict=True):
        free = list(range(first + 1, last))
        for at in range(above + 1, below):
            near = next((one for one in free if there[one] and _is_in(there[one], wanted[at])), None)
            if near is not None:
                pairs[at] = near
                free = [one for one in free if one > near]
    return {at: units[other] for at, other in pairs.items()}


def _is_in(one, two):
    """Tell whether a text is most of another: a number before it, a call of a note or struck words are left out."""
    if one in two or two in one:
        return 2 * min(len(one), len(two)) > max(len(one), len(two))
    return SequenceMatcher(None, one[:400], two[:400]).quick_ratio() > 0.8


def _mark(paragraphs, text, start, end, space, number):
    """Put the marks of a comment around words, and tell whether they were found."""
    letters = _letters(paragraphs)
    words, near = _flat(text[start:end]), len(_flat(text[:start]))
    flat = "".join(one[0][:1] for one in letters)
    places = [match.start() for match in re.finditer(re.escape(words), flat)] if words else []
    if not places:
        return False
    first = min(places, key=lambda at: abs(at - near))
    _, run, child, at, _ = letters[first]
    _, last, its_child, _, its_end = letters[first + len(words) - 1]
    if _name(its_child) == "t":
        _cut(last, its_child, its_end, space)
    opening = _cut(run, child, at if _name(child) == "t" else 0, space)
    last = opening if last is run else last
    make = opening.makeelement
    opening.addprevious(make(space + "commentRangeStart", {space + "id": number}))
    closing, reference = make(space + "commentRangeEnd", {space + "id": number}), make(space + "r")
    reference.append(make(space + "commentReference", {space + "id": number}))
    last.addnext(closing)
    top = closing
    while _name(top.getparent()) != "p":
        top = top.getparent()
    top.addnext(reference)
    return True


def _cut(run, child, at, space):
    """Cut a run before a letter of a child; return the run that begins there: the same if nothing is before."""
    children = [one for one in run if _name(one) != "rPr"]
    place, length = children.index(child), len(child.text or "")
    if not at and not place or at == length and place == len(children) - 1:
        return run
    new = run.makeelement(run.tag, dict(run.attrib))
    if run.find(space + "rPr") is not None:
        new.append(deepcopy(run.find(space + "rPr")))
    if 0 < at < length:
        rest = child.makeelement(child.tag, dict(child.attrib))
        child.text, rest.text = child.text[:at], child.text[at:]
        for piece, is_inner in ((child, child.text[-1]), (rest, rest.text[0])):
            if is_inner.isspace():
                piece.set(SPACE, "preserve")
        new.append(rest)
    new.extend(children[place + (at > 0) :])
    run.addnext(new)
    return new


def _comment(lines, space, number):
    """Make a comment without a date: a fixed one would not be true, that of the day would change the file each time."""
    from lxml import etree

    made = etree.Element(
        space + "comment", {space + "id": number, space + "author": AUTHOR, space + "initials": INITIALS}
    )
    for rank, line in enumerate(lines):
        run = etree.SubElement(etree.SubElement(made, space + "p"), space + "r")
        if not rank:
            etree.SubElement(etree.SubElement(run, space + "rPr"), space + "b")
        etree.SubElement(run, space + "t").text = line
    return made


def _told(comment):
    """Return the words of a comment, a line for each of its paragraphs."""
    lines = [
        "".join(one.text or "" for one in paragraph.iter() if _name(one) == "t") for paragraph in _named(comment, "p")
    ]
    return "\n".join(lines)
