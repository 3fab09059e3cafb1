"""What a document may cost before anything parses it: size, archive members, encoding, and the refusals in one line.

Nothing that a file says of itself is believed: members of an archive are inflated piece by piece, and counted.
"""

import re
import stat
import struct
import zipfile
import zlib
from io import BytesIO

from .. import labels
from ..problems import visible

MEGABYTE = 1 << 20
MAX_FILE = 50 * MEGABYTE
MAX_TEXT = 5 * MEGABYTE
MAX_INFLATED = 100 * MEGABYTE
MAX_MEMBERS = 2_000
MAX_RATIO = 200
MAX_ELEMENTS = 1_000_000
MAX_BLOCKS = 20_000
MAX_LETTERS = 5_000_000
CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
DECLARED = re.compile(rb"""^<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)""")
PLAIN_CODES = {b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"}


class DocumentError(ValueError):
    """A document that is not read; the message is one line, in the reader's language."""


def refusal(code, lang=None, **values):
    """Make the error for a rule of ``words/documents.toml``.

    Parameters
    ----------
    code : str
        What follows ``document.`` in the key.
    lang : {"fr", "en"}, optional
        See `labels.language`.
    **values
        What the placeholders stand for.

    Returns
    -------
    DocumentError

    Examples
    --------
    >>> print(refusal("empty", "en"))
    the file is empty; give one that has text
    """
    return DocumentError(labels.t(f"document.{code}", lang, **values))


def check_archive(raw, lang=None):
    """Hold a zip archive (docx, xlsx) to the limits, before anything opens it.

    Parameters
    ----------
    raw : bytes
        The whole archive.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    list of str
        Names of the members, sorted.

    Raises
    ------
    DocumentError
        If the archive is damaged, encrypted or too large once inflated, if a member's name leaves the archive, stands
        twice or is a link, or if an XML member declares a document type or an entity.

    Examples
    --------
    >>> file = BytesIO()
    >>> with zipfile.ZipFile(file, "w") as archive:
    ...     archive.writestr("word/document.xml", "<document/>")
    >>> check_archive(file.getvalue())
    ['word/document.xml']
    """
    # Counted in the bytes: zipfile would make an object of each entry of the directory.
    if raw.count(b"PK\x01\x02") > MAX_MEMBERS:
        raise refusal("members", lang, most=MAX_MEMBERS)
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, struct.error, OverflowError):
        raise refusal("damaged", lang) from None
    _check_names(members, lang)
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
            if is_xml and re.search(rb"<!(?:DOCTYPE|ENTITY)", tail + flat):
                raise refusal("entities", lang, name=visible(member.filename))
            elements += (flat.count(b"<") - flat.count(b"</")) if is_xml else 0
            tail = flat[-9:]
        if size != member.file_size or check != member.CRC:
            raise refusal("damaged", lang)
        if elements > MAX_ELEMENTS:
            raise refusal("elements", lang, most=labels.number(MAX_ELEMENTS, lang))
    return sorted(member.filename for member in members)


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
    if (named and not flat.startswith(b"<")) or (code and code[1].lower() not in PLAIN_CODES):
        raise refusal("member_xml", lang, name=visible(name))
    return flat.startswith(b"<")


def check_blocks(document, lang=None):
    """Refuse a document with more paragraphs, rows or letters than a fiche could have.

    Parameters
    ----------
    document : blocks.Document
        As read.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    blocks.Document
        The same.

    Raises
    ------
    DocumentError
        If there are too many.

    Examples
    --------
    >>> from .blocks import Document
    >>> check_blocks(Document("text", "", ()))
    Document(form='text', digest='', blocks=(), pictures=())
    """
    count = letters = 0
    for block in document.blocks:
        rows = block.rows if hasattr(block, "rows") else ((block.text,),)
        count += len(rows)
        letters += sum(len(cell.text) for row in rows for cell in row)
        if count > MAX_BLOCKS or letters > MAX_LETTERS:
            raise refusal("blocks", lang, most=labels.number(MAX_BLOCKS, lang))
    return document
