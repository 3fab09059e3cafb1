"""What is refused before a workbook is read: other formats, macros, links to other files, and what costs too much."""

import zipfile
from io import BytesIO
from pathlib import Path

from ..documents.safety import MAX_FILE, MEGABYTE, DocumentError, check_archive
from ..problems import visible
from .sheets import refusal

TYPES = "[Content_Types].xml"
PLAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
# Parts of a workbook that bring in something from outside, by the start of their names.
OUTSIDE = {"xl/externallinks/": "external", "xl/connections": "external", "xl/querytables/": "external"}


def content(file, lang=None):
    """Return the bytes of a workbook that may be read.

    Parameters
    ----------
    file : path-like
        The workbook.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    bytes

    Raises
    ------
    WorkbookError
        If it is not there, is no .xlsx workbook whatever its name says, holds macros or links to other files, is
        encrypted, damaged, or too large.

    Examples
    --------
    >>> content("no-such-grid.xlsx", "en")
    Traceback (most recent call last):
    neoterra_analysis.workbook.sheets.WorkbookError: no-such-grid.xlsx: no such file
    """
    file = Path(file)
    name = visible(file.name)
    if not file.exists():
        raise refusal("no_file", lang, file=name)
    if not file.is_file():
        raise refusal("not_a_file", lang, file=name)
    with file.open("rb") as stream:
        raw = stream.read(MAX_FILE + 1)
    if len(raw) > MAX_FILE:
        raise refusal("too_large", lang, file=name, most=MAX_FILE // MEGABYTE)
    if not raw:
        raise refusal("empty", lang, file=name)
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise refusal("old_or_encrypted", lang, file=name)
    if not raw.startswith(b"PK"):
        raise refusal("not_a_workbook", lang, file=name)
    try:
        members = check_archive(raw, lang)
    except DocumentError as error:
        raise refusal("refused", lang, file=name, why=error) from None
    code = _kind(raw, members)
    if code:
        raise refusal(code, lang, file=name)
    return raw


def _kind(raw, members):
    """Name what kind of file an archive is, if not a workbook that is read."""
    folded = [member.casefold() for member in members]
    if "content.xml" in folded and TYPES not in members:
        return "opendocument"
    if TYPES not in members:
        return "not_a_workbook"
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        types = archive.read(TYPES)
    if b"macroEnabled" in types or any(member.endswith("vbaproject.bin") for member in folded):
        return "macros"
    if PLAIN not in types:
        return "not_a_workbook"
    return next((code for member in folded for start, code in OUTSIDE.items() if member.startswith(start)), None)
