"""What a document may cost before anything parses it, and how its bytes become text; the refusals in one line."""

import re
import stat
import struct
import zipfile
import zlib
from io import BytesIO
from itertools import islice

from ...dataset.csvfile import fitting_encoding
from ...dataset.problems import visible
from ...words import labels

MEGABYTE = 1 << 20
MAX_FILE = 50 * MEGABYTE
MAX_TEXT = 5 * MEGABYTE
MAX_INFLATED = 100 * MEGABYTE
MAX_MEMBERS = 2_000
MAX_RATIO = 200
MAX_ELEMENTS = 1_000_000
MAX_BLOCKS = 20_000
MAX_LETTERS = 5_000_000
MAX_PASSAGE = 100_000  # letters of a paragraph or a cell
UNPARSED = (".svg", "meta-inf/manifest.xml")  # may declare a document type: nothing here parses them
CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
DECLARED = re.compile(rb"""^<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)""")
PLAIN_CODES = {b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"}


class DocumentError(ValueError):
    """A file that is not read; the message is one line, in the reader's language, and `code` its rule."""

    def __init__(self, message="", code=""):
        self.code = code
        super().__init__(message)


def refusal(code, lang=None, **values):
    """Make the error for a rule of ``words/documents.toml``.

    >>> print(refusal("empty", "en"))
    the file is empty; give one that has text
    """
    return DocumentError(labels.t(f"document.{code}", lang, **values), code)


def check_archive(raw, lang=None, most=MAX_ELEMENTS):
    """Hold a zip archive (docx, odt, xlsx) to the limits, before anything opens it."""
    # Counted in the bytes: zipfile would make an object of each entry of the directory.
    if raw.count(b"PK\x01\x02") > MAX_MEMBERS:
        raise refusal("members", lang, most=MAX_MEMBERS)
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error, OverflowError):
        raise refusal("damaged", lang) from None
    _check_names(members, lang)
    _check_manifest(raw, members, lang)
    inflated = elements = 0
    for member in members:
        size = check = 0
        tail, is_xml = b"", None
        for piece in _inflate(raw, member, lang):
            size, inflated, check = size + len(piece), inflated + len(piece), zlib.crc32(piece, check)
            if inflated > MAX_INFLATED or (size > 10 * MEGABYTE and size > MAX_RATIO * member.compress_size):
                raise refusal("inflates", lang, most=MAX_INFLATED // MEGABYTE)
            # Without zero bytes, UTF-16 and UTF-32 read like UTF-8 as far as markup goes.
            flat = piece.replace(b"\x00", b"")
            if is_xml is None:
                is_xml = _is_xml(flat, member.filename, lang)
            is_parsed = is_xml and not member.filename.casefold().endswith(UNPARSED)
            if is_parsed and re.search(rb"<!(?:DOCTYPE|ENTITY)", tail + flat):
                raise refusal("entities", lang, name=visible(member.filename))
            elements += (flat.count(b"<") - flat.count(b"</")) if is_xml else 0
            tail = flat[-9:]
        if size != member.file_size or check != member.CRC:
            raise refusal("damaged", lang)
        if elements > most:
            raise refusal("elements", lang, most=labels.number(most, lang))
    return sorted(member.filename for member in members)


def _check_manifest(raw, members, lang):
    """Refuse an OpenDocument file behind a password; its parts would only look damaged."""
    manifest = next((member for member in members if member.filename == "META-INF/manifest.xml"), None)
    if manifest and any(b"encryption-data" in piece for piece in islice(_inflate(raw, manifest, lang), 2)):
        raise refusal("encrypted", lang)


def _check_names(members, lang):
    names = set()
    for member in members:
        name = member.orig_filename
        parts = name.replace("\\", "/").split("/")
        linked = stat.S_ISLNK(member.external_attr >> 16)
        if "\\" in name or name.startswith("/") or ".." in parts or ":" in parts[0] or CONTROLS.search(name) or linked:
            raise refusal("member_name", lang, name=visible(name))
        if member.flag_bits & 0x2041:
            raise refusal("encrypted", lang)
        # Word and Excel take letter case for nothing in the names of parts.
        if name.casefold() in names:
            raise refusal("member_twice", lang, name=visible(name))
        names.add(name.casefold())
        if member.file_size > MAX_INFLATED:
            raise refusal("inflates", lang, most=MAX_INFLATED // MEGABYTE)


def _inflate(raw, member, lang):
    """Yield the content of a member piece by piece, to its real end and not to the one that it declares."""
    start = member.header_offset
    head = raw[start : start + 30]
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise refusal("damaged", lang)
    start += 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    packed = raw[start : start + member.compress_size]
    if len(packed) != member.compress_size or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refusal("damaged", lang)
    if member.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while not machine.eof:
            piece = machine.decompress(packed, MEGABYTE)
            packed = machine.unconsumed_tail
            if not piece and not packed:
                break
            yield piece
    except zlib.error:
        raise refusal("damaged", lang) from None


def _is_xml(flat, name, lang):
    """Tell whether a member is XML, and refuse encodings that could hide markup."""
    flat = flat.lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n")
    named = name.casefold().endswith((".xml", ".rels", ".vml"))
    code = DECLARED.match(flat[:200])
    if (named and flat and not flat.startswith(b"<")) or (code and code[1].lower() not in PLAIN_CODES):
        raise refusal("member_xml", lang, name=visible(name))
    return flat.startswith(b"<")


def check_blocks(document, lang=None):
    """Refuse a document with more paragraphs, rows or letters than a fiche could have."""
    count = letters = 0
    for block in document.blocks:
        rows = block.rows if hasattr(block, "rows") else ((block.text,),)
        count += len(rows)
        letters += sum(len(cell.text) for row in rows for cell in row)
        for text, _, (page, line) in (cell for row in rows for cell in row if len(cell.text) > MAX_PASSAGE):
            told = {"page": page, "line": line, "most": labels.number(MAX_PASSAGE, lang), "words": visible(text[:40])}
            raise refusal("passage_page" if page else "passage", lang, **told)
        if count > MAX_BLOCKS or letters > MAX_LETTERS:
            raise refusal("blocks", lang, most=labels.number(MAX_BLOCKS, lang))
    return document


BEGINNING = 4096
DECLARATION = re.compile(rb"""<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
# What browsers take these names for.
WESTERN = {"windows-1252", "cp1252", "x-cp1252", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "us-ascii"}


def decode(raw, lang=None):
    r"""Decode UTF-8 text, with or without a byte order mark.

    >>> decode(b"\xef\xbb\xbfl\xc3\xa0")
    'là'
    """
    if is_utf16(raw):
        raise refusal("utf16", lang)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if CONTROLS.search(raw[:4096].decode("latin-1")):
            raise refusal("not_text", lang) from None
        line = raw.count(b"\n", 0, error.start) + 1
        told = {"byte": f"0x{raw[error.start]:02X}", "at": error.start + 1, "line": line}
        fitting = fitting_encoding(raw)
        raise refusal("not_utf8_but" if fitting else "not_utf8", lang, **told, encoding=fitting) from None
    check_letters(text, lang)
    return text


def check_letters(text, lang=None):
    r"""Refuse a text that holds control characters: it is a program, an image, anything but text.

    >>> check_letters("tabs\tand\nlines")
    """
    if CONTROLS.search(text):
        raise refusal("not_text", lang)


def is_utf16(raw):
    r"""Tell UTF-16 by its byte order mark, or by a zero in every second byte.

    >>> is_utf16("là".encode("utf-16")), is_utf16("fiche".encode("utf-16-le")), is_utf16(b"MZ\x90\0\3\0\0\0")
    (True, True, False)
    """
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    head = raw[:400]
    return len(head) > 4 and any(not any(head[odd::2]) and 0 not in head[1 - odd :: 2] for odd in (0, 1))


def decode_html(raw, lang=None):
    r"""Decode an HTML page: UTF-8, or the Western encoding that it declares.

    >>> decode_html(b"<meta charset=windows-1252><p>l\xe0")
    '<meta charset=windows-1252><p>là'
    """
    declared = DECLARATION.search(raw[:BEGINNING])
    name = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    if raw.startswith(b"\xef\xbb\xbf") or name in ("utf-8", "utf8") or is_utf16(raw):
        return decode(raw, lang)
    if name not in WESTERN:
        raise refusal("charset", lang, name=name)
    if not raw.isascii() and _is_utf8(raw):
        raise refusal("other_charset", lang, name=name)
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise refusal("not_declared", lang, byte=f"0x{raw[error.start]:02X}", line=line, name=name) from None
    check_letters(text, lang)
    return text


def _is_utf8(raw):
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
