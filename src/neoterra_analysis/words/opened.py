"""Why a file could not be read or written, in words: which program has it open, a full disk, no permission."""

import errno
import re
from pathlib import Path

from .labels import t

ASIDE = re.compile(r"\.([^/\\]+)\.\d+\.new$")  # see `files.aside`
KINDS = {
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.EROFS: "denied",
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EISDIR: "folder",
    errno.ENOTDIR: "file",
    errno.EEXIST: "file",
    errno.ENOENT: "none",
}


def holder(path):
    """Return who has a workbook open in Excel or LibreOffice, by the file beside it: a name, maybe empty; or None.

    >>> holder("nobody.xlsx")
    """
    path = Path(path)
    for beside, name in ((f"~${path.name}", _of_excel), (f".~lock.{path.name}#", _of_libreoffice)):
        try:
            return name(path.with_name(beside).read_bytes())
        except FileNotFoundError:
            continue
        except OSError:  # it is held too
            return ""
    return None


def _of_excel(raw):
    """Read the name that Excel notes: its length in one byte, then the name, and again in two-byte letters."""
    wide = raw[55:]
    if len(wide) > 2 and len(wide) >= 2 + 2 * wide[0]:
        return wide[2 : 2 + 2 * wide[0]].decode("utf-16-le", "replace").strip("\0 ")
    return raw[1 : 1 + raw[0]].decode("cp1252", "replace").strip("\0 ") if raw else ""


def _of_libreoffice(raw):
    """Read the name that LibreOffice notes: the first of several parts, or that of the account."""
    parts = raw.decode("utf-8", "replace").split(",")
    return (parts[0] or (parts[1] if len(parts) > 1 else "")).strip()


def told(path, lang=None):
    """Return words for a workbook that is open, or nothing."""
    who = holder(path)
    if who is None:
        return ""
    by = t("opened.by", lang, who=who) if who else ""
    return t("opened.open", lang, file=Path(path).name, by=by)


def why(error, lang=None):
    """Return an error as one line for a reader: what, where, and what to do."""
    cause = error if getattr(error, "errno", None) else error.__cause__
    kind = KINDS.get(getattr(cause, "errno", None)) if isinstance(cause, OSError) else None
    place = getattr(cause, "filename2", None) or getattr(cause, "filename", None)
    if kind is None or place is None and kind != "full":
        return str(error)
    place = ASIDE.sub(r"\1", str(place or ""))  # what was to be written, not what is written first
    if kind == "full":  # a system may not say where
        place = place and t("opened.at", lang, path=place)
    open_now = told(place, lang) if kind == "denied" else ""
    words = t("opened.again", lang, told=open_now) if open_now else t(f"opened.{kind}", lang, path=place)
    return words if cause is error else str(error).replace(str(cause), words)
