"""Read a document of any of five forms (text, HTML, Word, OpenDocument, PDF) into the same blocks, safely.

The form is decided by the content; a name that says otherwise is refused. Whatever is refused, is in one line.
"""

import hashlib
import stat
import unicodedata
import zipfile
from io import BytesIO
from pathlib import Path

from ...dataset.problems import visible
from ...words import labels
from . import sandbox
from .limits import MAX_FILE, MAX_TEXT, MEGABYTE, DocumentError, check_archive, refusal

# Each form by its name's endings; those after the first five are only named in refusals.
SUFFIXES = {
    "text": (".txt", ".text", ".md", ".markdown"),
    "html": (".html", ".htm", ".xhtml"),
    "docx": (".docx",),
    "odt": (".odt",),
    "pdf": (".pdf",),
    "macros": (".docm", ".dotm"),
    "sheet": (".xlsx", ".xlsm"),
    "slides": (".pptx", ".pptm"),
    "opendocument": (".ods", ".odp", ".odg", ".ott", ".fodt"),
    "zip": (".zip",),
    "old": (".doc", ".xls", ".ppt"),
    "rtf": (".rtf",),
    "program": (".exe", ".dll", ".so"),
    "image": (".png", ".jpg", ".jpeg", ".gif"),
    "xml": (".xml",),
    "web_archive": (".mht", ".mhtml"),
}
STARTS = {
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
    "old": (b"\xd0\xcf\x11\xe0",),
    "rtf": (b"{\\rtf",),
    "program": (b"MZ", b"\x7fELF"),
    "image": (b"\x89PNG", b"\xff\xd8\xff", b"GIF8"),
    "packed": (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!"),
}
PARTS = {"word/": "docx", "xl/": "sheet", "ppt/": "slides", "content.xml": "opendocument"}
TEXT_DOCUMENT = b"application/vnd.oasis.opendocument.text"
MACROS = b"application/vnd.ms-word.document.macroEnabled", b"application/vnd.ms-word.template.macroEnabled"


def read(file, lang=None):
    """Read a document."""
    file = Path(file)
    try:
        raw = bytes_of(file, lang)
        digest = hashlib.sha256(raw).hexdigest()
        form = _form(raw, file.suffix.lower(), lang)
        if form == "text" and len(raw) > MAX_TEXT:
            raise refusal("too_large", lang, most=MAX_TEXT // MEGABYTE)
        return sandbox.read(form, raw, digest, lang)
    except DocumentError as error:
        name = visible(unicodedata.normalize("NFC", file.name or str(file)))
        raise DocumentError(labels.t("document.refused", lang, name=name, why=error)) from None


def bytes_of(file, lang=None):
    """Return the content of a file, if it is one and not too large."""
    try:
        status = file.stat()
        if stat.S_ISDIR(status.st_mode):
            raise refusal("folder", lang)
        if not stat.S_ISREG(status.st_mode):
            raise refusal("not_a_file", lang)
        with file.open("rb") as stream:
            raw = stream.read(MAX_FILE + 1)
    except FileNotFoundError:
        raise refusal("missing", lang) from None
    except (OSError, ValueError) as error:
        raise error if isinstance(error, DocumentError) else refusal("unopened", lang) from None
    if len(raw) > MAX_FILE:
        raise refusal("too_large", lang, most=MAX_FILE // MEGABYTE)
    if not raw.strip():
        raise refusal("empty", lang)
    return raw


def _form(raw, suffix, lang):
    """Return the form that the content has, if it is one that is read and the one that the name says."""
    named = next((form for form, endings in SUFFIXES.items() if suffix in endings), None)
    found = next((form for form, starts in STARTS.items() if raw.startswith(starts)), None)
    if found == "program" and raw.isascii() and b"\0" not in raw:
        found = None  # a text may begin with the letters MZ
    if found == "zip":
        found = _archive_form(raw, lang)
    elif found is None:
        found = _text_form(raw, named)
    if named and named != found:
        words = {"named": labels.t(f"form.{named}", lang), "found": labels.t(f"form.{found}", lang)}
        raise refusal("disagrees", lang, suffix=suffix, **words)
    if found not in sandbox.READERS:
        fix = "old" if found == "old" else "macros" if found == "macros" else "other"
        raise refusal(f"form_{fix}", lang, found=labels.t(f"form.{found}", lang))
    return found


def _archive_form(raw, lang):
    names = check_archive(raw, lang)
    form = next((form for part, form in PARTS.items() if any(name.startswith(part) for name in names)), "zip")
    if form == "docx":
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
        types = types.replace(b"\0", b"")  # UTF-16 reads like UTF-8 as far as names go
        if any(kind in types for kind in MACROS) or "word/vbaproject.bin" in map(str.casefold, names):
            return "macros"
        if not types:
            raise refusal("damaged", lang)
    if form == "opendocument" and _is_text_document(raw, names):
        return "odt"
    return form


def _is_text_document(raw, names):
    """Tell a text of OpenDocument from its sheets and slides by the type that it declares."""
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        declared = archive.read("mimetype").strip() if "mimetype" in names else b""
        return declared == TEXT_DOCUMENT or not declared and b"<office:text" in archive.read("content.xml")


def _text_form(raw, named):
    start = raw[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"%pdf-"):
        return "pdf"
    if start.startswith(b"mime-version:") and b"multipart/related" in start:
        return "web_archive"
    is_page = start.startswith((b"<!doctype html", b"<html")) or (start.startswith(b"<?xml") and b"<html" in start)
    if start.startswith(b"<?xml") and not is_page and named != "html" and b"<!doctype html" not in start:
        return "opendocument" if b"<office:document" in start else "xml"
    return "html" if is_page or named == "html" else "text"
