"""A REFI-QDA project from outside, read in a process of its own: its coders, codes, texts, codings and memos."""

import hashlib
import re
import unicodedata
import zipfile
from io import BytesIO
from pathlib import Path

from ..dataset.problems import visible
from ..fiches import documents
from ..fiches.documents import sandbox
from ..fiches.documents.limits import MEGABYTE, DocumentError, check_archive, decode
from ..words import labels

PROJECT = re.compile(r"\{urn:QDA-XML:project:[\w.:]+\}Project")
MOST_CODINGS, MOST_CODES, MOST_MEMO = 3_000, 20_000, 5_000
MOST_TEXT, MOST_PASSAGE, MOST_LETTERS, SEEN = 5 * MEGABYTE, 5_000, 500_000, 200


def read(file, lang=None):
    """Read a project: ``{"codings": […], "texts": {…}, "sha256": …}``; whatever is refused, is in one line."""
    file = Path(file)
    try:
        raw = documents.bytes_of(file, lang)
        names = check_archive(raw, lang) if raw.startswith(b"PK") else []
        projects = [name for name in names if name.casefold().endswith(".qde")]
        if len(projects) != 1:
            told = "refi.no_project" if not projects else "refi.two_projects"
            raise _refusal(told, lang, names=", ".join(map(visible, projects)))
        found = sandbox.call(parse, raw, projects[0], lang=lang)
        return found | {"sha256": hashlib.sha256(raw).hexdigest()}
    except DocumentError as error:
        name = visible(unicodedata.normalize("NFC", file.name or str(file)))
        raise DocumentError(labels.t("document.refused", lang, name=name, why=error)) from None


def _refusal(key, lang, **values):
    return DocumentError(labels.t(key, lang, **values), key)


def parse(raw, project, lang):
    """Read a project in this process, for `read` alone."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        content = archive.read(project)
        if content.count(b"Coding") > 4 * MOST_CODINGS:  # before they take memory
            raise _refusal("refi.codings", lang, most=labels.number(MOST_CODINGS, lang))
        try:
            root = etree.fromstring(content, parser)
        except etree.XMLSyntaxError:
            raise _refusal("refi.not_xml", lang, name=visible(project)) from None
        if not PROJECT.fullmatch(root.tag):
            raise _refusal("refi.not_qda", lang, name=visible(project))
        return _Reader(archive, root, lang).found()


class _Reader:
    """The way through a project: its names without namespace, and the texts read so far."""

    def __init__(self, archive, root, lang):
        self.archive, self.root, self.lang = archive, root, lang
        self.space = root.tag.rpartition("}")[0] + "}"
        self.members = {name.replace("\\", "/").casefold(): name for name in archive.namelist()}

    def all(self, tag, within=None):
        """Return all elements of a name, wherever they are."""
        return (self.root if within is None else within).iter(self.space + tag)

    def found(self):
        """Return what the project holds, for an answer in JSON."""
        users = {_id(one.get("guid")): one.get("name") or one.get("id") or "" for one in self.all("User")}
        codes = {}
        for one in self.all("Code"):
            if _id(one.get("guid")) in codes:
                raise _refusal("refi.guid_twice", self.lang, guid=visible(one.get("guid") or ""))
            codes[_id(one.get("guid"))] = one.get("name") or ""
        if len(codes) > MOST_CODES:
            raise _refusal("refi.codes", self.lang, most=labels.number(MOST_CODES, self.lang))
        cases = sorted(_id(one.get("guid")) for one in self.all("Case"))
        self.notes = {_id(one.get("guid")): one for one in self.all("Note")}
        codings, texts = [], {}
        for coding in self.all("Coding"):
            place = coding.getparent()
            is_text = place.tag == self.space + "PlainTextSelection"
            source = place.getparent() if is_text else place
            told = self._coding(coding, place) | {"source": self._source(source, texts) if is_text else ""}
            user = _id(coding.get("creatingUser") or place.get("creatingUser") or place.get("modifyingUser"))
            ref = coding.find(self.space + "CodeRef")
            code = _id(ref.get("targetGUID")) if ref is not None else ""
            codings.append(told | {"user": users.get(user) or user, "code": code, "name": codes.get(code, "")})
            if len(codings) > MOST_CODINGS:
                raise _refusal("refi.codings", self.lang, most=labels.number(MOST_CODINGS, self.lang))
        for place, source, notes in self._uncoded():
            told = self._coding(place, place, notes) | {
                "source": self._source(source, texts) if source is not None else ""
            }
            user = _id(place.get("creatingUser") or place.get("modifyingUser"))
            codings += [told | {"user": users.get(user) or user, "code": None, "name": ""}] if told["memos"] else []
            if len(codings) > 2 * MOST_CODINGS:
                raise _refusal("refi.codings", self.lang, most=labels.number(MOST_CODINGS, self.lang))
        return {"codings": _placed(codings, texts, self.lang), "texts": texts, "cases": cases}

    def _uncoded(self):
        """Yield what has a memo and no code: the passage, its source and the note, as far as there is one of each."""
        selection = self.space + "PlainTextSelection"
        for place in self.all("PlainTextSelection"):
            if place.find(self.space + "Coding") is None and place.getparent().tag != self.space + "Note":
                yield place, place.getparent(), []
        refs = [(one.getparent(), _id(one.get("targetGUID"))) for one in self.all("NoteRef")]
        told = {own for parent, own in refs if parent.tag in (selection, self.space + "Coding")}
        of_source = {own: parent for parent, own in refs if parent.tag == self.space + "TextSource"}
        for own, note in self.notes.items():
            place = note.find(selection)
            if own not in told and place is not None and own in of_source:  # as QualCoder writes its annotations
                place.set("creatingUser", note.get("creatingUser") or note.get("modifyingUser") or "")
                yield place, of_source[own], [note]
            elif own not in told:
                yield note, None, [note]

    def _coding(self, coding, place, notes=()):
        start, end = (_whole(place.get(name)) for name in ("startPosition", "endPosition"))
        refs = [ref for one in dict.fromkeys((place, coding)) for ref in one.findall(self.space + "NoteRef")]
        memos = [place.findtext(self.space + "Description") or ""]
        memos += [self._note(self.notes.get(_id(ref.get("targetGUID")))) for ref in refs]
        memos += map(self._note, notes)
        lines = [" ".join(line.split()) for memo in memos for line in memo[:MOST_MEMO].splitlines()]
        told = {"start": start, "end": end, "guid": place.get("guid") or "", "printed": place.get("name") or ""}
        return told | {"memos": list(dict.fromkeys(filter(None, lines)))}

    def _note(self, note):
        if note is None:
            return ""
        content = note.findtext(self.space + "PlainTextContent") or note.findtext(self.space + "Description")
        return content or (self._member(note.get("plainTextPath")) if note.get("plainTextPath") else "")

    def _source(self, element, texts):
        """Return the name of a text source, and keep its text."""
        own = _id(element.get("guid"))
        if own not in texts:
            inline = element.findtext(self.space + "PlainTextContent")
            text = inline if inline is not None else self._member(element.get("plainTextPath") or "")
            parent = element.getparent()
            texts[own] = {"name": element.get("name") or parent.get("name") or own, "text": text}
        return own

    def _member(self, path):
        """Return the text of a file inside the project."""
        name = path.removeprefix("internal://").lstrip("/")
        member = self.members.get(f"sources/{name}".casefold()) or self.members.get(name.casefold())
        if not path.startswith("internal://") or not member:
            raise _refusal("refi.no_source", self.lang, path=visible(path))
        raw = self.archive.read(member)
        if len(raw) > MOST_TEXT:
            raise _refusal("refi.long_source", self.lang, path=visible(path), most=MOST_TEXT // MEGABYTE)
        text = decode(raw, self.lang)
        return "\ufeff" + text if raw.startswith(b"\xef\xbb\xbf") else text


def _id(guid):
    return (guid or "").strip().strip("{}").lower()


def _whole(text):
    return int(text) if text and re.fullmatch(r"[+-]?\d{1,9}", text.strip()) else None


def readings(text):
    r"""Return how the positions of a text may be meant, each the text that they count in; first without BOM.

    >>> readings("\ufeffa\r\nb")
    ['a\r\nb', 'a\nb', '\ufeffa\r\nb', '\ufeffa\nb']
    """
    forms = [form for one in (text.removeprefix("\ufeff"), text) for form in (one, one.replace("\r\n", "\n"))]
    return list(dict.fromkeys(forms))


def _placed(codings, texts, lang):
    """Choose for each text how its positions are meant, where most passages begin as the project itself says.

    A project that says it nowhere is believed where most passages begin and end as words do.
    """
    for own, source in texts.items():
        mine = [one for one in codings if one["source"] == own]
        for one in mine:
            if one["start"] is None or one["end"] is None or not 0 <= one["start"] <= one["end"]:
                raise _wrong(one, source, lang)
        forms = readings(source["text"])
        best = max(forms, key=lambda form: (sum(_fits(one, form) for one in mine), -forms.index(form)))
        for one in mine:
            if one["end"] > len(best):
                raise _wrong(one, source, lang)
        source["text"] = best
    for one in codings:
        text = texts[one["source"]]["text"][one["start"] : one["end"]] if one["source"] else ""
        one["text"] = text if len(text) <= MOST_PASSAGE else f"{text[:MOST_PASSAGE]}\t"  # no quote has a tab
    if sum(len(one["text"]) for one in codings) > MOST_LETTERS:  # each is held to the copy, which takes its time
        raise _refusal("refi.letters", lang, most=labels.number(MOST_LETTERS, lang))
    return codings


def _fits(one, text):
    """Weigh a reading of positions: 0 outside of the text, 1 for each end at a word's edge, 2 for the words named."""
    start, end = one["start"], one["end"]
    if end > len(text):
        return -10
    edges = sum(not (0 < at < len(text) and text[at - 1 : at + 1].isalnum()) for at in (start, end))
    words, named = (" ".join(one[:SEEN].split()) for one in (text[start : min(end, start + SEEN)], one["printed"]))
    named = named.rstrip("….")
    return edges + 2 * bool(named and words and (words.startswith(named) or named.startswith(words)))


def _wrong(one, source, lang):
    where = {"start": one["start"], "end": one["end"]}
    where = {name: "?" if value is None else value for name, value in where.items()}
    return _refusal(
        "refi.positions", lang, guid=visible(one["guid"]), source=visible(source["name"]),
        length=len(source["text"]), **where,
    )  # fmt: skip
