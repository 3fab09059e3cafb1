"""From bytes to text: UTF-8, or what an HTML page declares; nothing is guessed."""

import re

from .safety import CONTROLS, refusal

BEGINNING = 4096
DECLARATION = re.compile(rb"""<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
# What browsers take these names for.
WESTERN = {"windows-1252", "cp1252", "x-cp1252", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "us-ascii"}


def decode(raw, lang=None):
    r"""Decode UTF-8 text, with or without a byte order mark.

    Parameters
    ----------
    raw : bytes
        The whole file.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    str
        Without the mark.

    Raises
    ------
    DocumentError
        If it is UTF-16, not UTF-8, or not text at all.

    Examples
    --------
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
        raise refusal("not_utf8", lang, byte=f"0x{raw[error.start]:02X}", at=error.start + 1, line=line) from None
    check_letters(text, lang)
    return text


def check_letters(text, lang=None):
    r"""Refuse a text that holds control characters: it is a program, an image, anything but text.

    Parameters
    ----------
    text : str
        The whole text.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Raises
    ------
    DocumentError
        If there is one.

    Examples
    --------
    >>> check_letters("tabs\tand\nlines")
    """
    if CONTROLS.search(text):
        raise refusal("not_text", lang)


def is_utf16(raw):
    r"""Tell UTF-16 by its byte order mark, or by a zero in every second byte.

    Examples
    --------
    >>> is_utf16("là".encode("utf-16")), is_utf16("fiche".encode("utf-16-le")), is_utf16(b"MZ\x90\0\3\0\0\0")
    (True, True, False)
    """
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    head = raw[:400]
    return len(head) > 4 and any(not any(head[odd::2]) and 0 not in head[1 - odd :: 2] for odd in (0, 1))


def decode_html(raw, lang=None):
    r"""Decode an HTML page: UTF-8, or the Western encoding that it declares.

    Parameters
    ----------
    raw : bytes
        The whole file.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    str

    Raises
    ------
    DocumentError
        If it is neither, if it declares another encoding, or one that its bytes contradict.

    Examples
    --------
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
