"""From the bytes of a CSV file to its rows, each cell with the physical line that it starts on.

The csv module gives neither the line of a cell after a quoted newline nor the line where an unclosed quote opens, and
takes up everything after it; a line-by-line recovery is what lets all problems of a file be told at once.
"""

import re
from bisect import bisect_left
from collections import Counter
from contextlib import suppress
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ..words.folding import UNSEEN, unaccented
from .problems import Problem

DELIMITERS = {",": None, ";": "semicolon", "\t": "wrong_delimiter", "|": "wrong_delimiter"}
CUTOFF = 0.6  # of difflib: how near is near
MOST_MEGABYTES = 50  # of a file; the largest table of 2,000 laureates has two
FEW = 100  # values that are compared one by one
INVISIBLE = re.compile(f"[{UNSEEN}]")


ENCODINGS = ("cp1252", "mac_roman", "cp850")
SMALL, CAPITAL = "àâäæçéèêëîïôöœùûüÿ", "ÀÂÄÆÇÉÈÊËÎÏÔÖŒÙÛÜŸ"
SIGNS = "™©®§£¤µ¶½¼¾²³°¹…‚„†‡‰×÷€¨¯¸¿¡"
# Letters that French has not, an accented capital within a word, a sign between two letters.
IMPOSSIBLE = re.compile(
    f"[^\\x00-\\x7f{SMALL}{CAPITAL}{SIGNS}«»‹›“”‘’–—·•\\u00a0\\u202f\\u2009\\u00ad]"
    f"|(?<=[a-z{SMALL}])[{CAPITAL}]|(?<=[A-Za-z{SMALL}])[{SIGNS}](?=[A-Za-z{SMALL}])"
)


class Cell(NamedTuple):
    """The text of a cell, and the physical line on which it starts."""

    text: str
    line: int


class Row(NamedTuple):
    """A data row: its line, the text of its cells by column, the line of each, and the columns that are refused."""

    line: int
    cells: dict[str, str]
    lines: dict[str, int]
    bad: frozenset = frozenset()


class Table(NamedTuple):
    """A file as read: its rows, what was found, whether rows stand for the whole file, whether Excel wrote it."""

    rows: list
    problems: list
    whole: bool
    semicolon: bool = False


def read(folder, resource, encoding=None):
    """Read one table."""
    file = resource["path"]
    path = Path(folder) / file
    if path.is_file() and path.stat().st_size > MOST_MEGABYTES << 20:
        return Table([], [Problem(file, 0, "", "too_large", other=str(MOST_MEGABYTES))], False)
    raw = path.read_bytes() if path.is_file() else b""
    if resource.get("optional") and not path.exists():
        return Table([], [], True)
    if not raw.strip():
        code = "empty_file" if path.is_file() else "missing_file"
        return Table([], [Problem(file, 0, "", code)], False)
    problems = []
    text = _decode(raw, file, encoding, problems)
    if text is None:
        return Table([], problems, False)
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        problems.append(Problem(file, line, "", "line_ends", notice=True))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text, merged = _without_conflicts(text, file, problems)
    return _rows(text, resource, problems, merged)


def _decode(raw, file, encoding, problems):
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.append(Problem(file, 1, "", "utf16"))
        return None
    if raw.startswith(b"\xef\xbb\xbf"):
        problems.append(Problem(file, 1, "", "bom", notice=True))
        raw = raw[3:]
    if max(raw[odd:FEW:2].count(0) for odd in (0, 1)) > FEW / 4:  # every second byte of Latin letters
        problems.append(Problem(file, 1, "", "utf16"))
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", raw[: error.start])) + 1
        value, text = f"0x{raw[error.start]:02X}", None
    with suppress(UnicodeDecodeError, LookupError):
        text = raw.decode(encoding) if encoding else None
    fitting, wrong = fitting_encoding(raw), text and IMPOSSIBLE.search(text)
    if wrong and fitting and _impossible(text) > _impossible(raw.decode(fitting)):
        line = text.count("\n", 0, wrong.start()) + 1
        start = wrong.start()
        word = re.search(r"\S*$", text[max(0, start - FEW) : start])[0] + re.match(r"\S*", text[start:])[0]
        problems.append(Problem(file, line, "", "wrong_encoding", word, nearest=fitting, other=encoding))
        return None
    code = "not_utf8" if encoding is None else "not_announced" if text is None else "announced"
    fitting = "" if code == "announced" else fitting
    problems.append(Problem(file, line, "", code, value, (), fitting, encoding or "", notice=text is not None))
    return text


def fitting_encoding(raw):
    """Return the encoding in which bytes are French, the likeliest first, or ``""`` where none makes sense."""
    found = {}
    for name in ENCODINGS:
        with suppress(UnicodeDecodeError):
            found[name] = _impossible(raw.decode(name))
    best = min(found, key=found.get)
    return best if found[best] * 5 <= len(re.findall(rb"[\x80-\xff]", raw)) else ""


def _impossible(text):
    return len(IMPOSSIBLE.findall(text))


def _without_conflicts(text, file, problems):
    """Empty the lines of merge conflict markers; tell whether there were any."""
    lines = text.split("\n")
    marks = [i for i, line in enumerate(lines) if re.match(r"(<{7}|>{7}|\|{7})( |$)|={7}$", line)]
    for i in marks:
        problems.append(Problem(file, i + 1, "", "merge_conflict", lines[i]))
        lines[i] = ""
    return "\n".join(lines), bool(marks)


def split(text, delimiter):
    r"""Split CSV text into records."""
    cell = re.compile(rf'[ ]*"((?:[^"]|"")*)"[ ]*(?={re.escape(delimiter)}|\n|\Z)|([^"{re.escape(delimiter)}\n]*)')
    breaks = [match.start() for match in re.finditer("\n", text)]
    records, faults, record, at = [], [], [], 0
    while at < len(text):
        line = bisect_left(breaks, at) + 1
        stop = breaks[line - 1] if line <= len(breaks) else len(text)
        if not record and text.find('"', at, stop) < 0:  # most lines: no quote, so that a cell ends where it seems to
            records.append([Cell(one, line) for one in text[at:stop].split(delimiter)])
            at = stop + 1
            continue
        found = cell.match(text, at)
        end = found.end()
        after = text[end : end + 1]
        if after not in (delimiter, "\n", ""):
            start = text.rfind("\n", 0, at) + 1
            opened = text[at:stop].lstrip(" ")
            closed = re.match(rf'"(?:[^"{re.escape(delimiter)}]|"")*"', opened)
            code = "unclosed_quote" if opened.startswith('"') and not closed else "stray_quote"
            faults.append((line, code, text[start:stop]))
            record, at = [], stop + 1
            continue
        quoted = found.group(1)
        record.append(Cell(found.group(2) if quoted is None else quoted.replace('""', '"'), line))
        at = end + 1
        if after == delimiter and at < len(text):
            continue
        records.append([*record, Cell("", line)] if after == delimiter else record)
        record = []
    return records, faults


def _rows(text, resource, problems, merged):
    file = resource["path"]
    wanted = [field["name"] for field in resource["schema"]["fields"]]
    delimiter = _delimiter(text, wanted)
    records, faults = split(text, delimiter)
    problems += [Problem(file, line, "", code, value) for line, code, value in faults]
    if DELIMITERS[delimiter] == "wrong_delimiter":
        problems.append(Problem(file, 1, "", "wrong_delimiter", delimiter))
    elif DELIMITERS[delimiter]:
        problems.append(Problem(file, 1, "", "semicolon", notice=True))
    filled = []
    for record in records:
        if any(cell.text.strip() for cell in record):
            filled.append(record)
        elif not (merged and len(record) == 1):
            problems.append(Problem(file, record[0].line, "", "blank_line", notice=True))
    header, body = _header(filled, wanted, file, problems)
    if header is None:
        return Table([], problems, False)
    rows, whole = [], not faults and not merged
    for record in body:
        texts = [cell.text.strip() for cell in record]
        if texts == header:
            problems.append(Problem(file, record[0].line, "", "repeated_header", delimiter.join(texts)))
        elif len(record) != len(header):
            long = next((cell for cell in record if "\n" in cell.text), None)
            code = "unclosed_quote" if long else "extra_cells" if len(record) > len(header) else "missing_cells"
            line = long.line if long else record[0].line
            column = header[len(record)] if len(record) < len(header) and not long else ""
            problems.append(Problem(file, line, column, code, str(len(record)), other=str(len(header))))
            whole = False
        else:
            texts, lines = (dict(zip(header, part, strict=True)) for part in zip(*record, strict=True))
            rows.append(Row(record[0].line, texts, lines))
    return Table(rows, problems, whole, DELIMITERS[delimiter] == "semicolon")


def _delimiter(text, wanted):
    """Return the delimiter with which one of the first lines names the most columns; a comma when none does."""
    best, most = ",", 0
    for line in text.split("\n")[:10]:
        for delimiter in DELIMITERS:
            found = len(set(_names(line, delimiter)) & set(wanted))
            if found > most and line.count(delimiter):
                best, most = delimiter, found
    return best


def _names(line, delimiter):
    return [INVISIBLE.sub("", name).strip().strip('"').strip() for name in line.split(delimiter)]


def _header(records, wanted, file, problems):
    """Find the header, check its columns, and return its names and the records below; None when it cannot serve."""
    if not records:
        problems.append(Problem(file, 0, "", "empty_file"))
        return None, []
    known = [len({cell.text.strip() for cell in record} & set(wanted)) for record in records[:10]]
    at = known.index(max(known)) if max(known) > len(wanted) / 2 else 0
    above = [record[0] for record in records[:at]]
    problems += [Problem(file, cell.line, "", "title_row", cell.text) for cell in above if cell.text != "sep="]
    names = [INVISIBLE.sub("", cell.text).strip() for cell in records[at]]
    line, wrong, times, allowed = records[at][0].line, [], Counter(names), set(wanted)
    missing = [name for name in wanted if name not in times]
    for name in times:
        if not name:
            wrong.append((name, "blank_column", ""))
        elif name not in allowed:
            wrong.append((name, "unknown_column", nearest(name, missing)))
        elif times[name] > 1:
            wrong.append((name, "duplicate_column", ""))
    wrong += [(name, "missing_column", "") for name in missing]
    problems += [Problem(file, line, name, code, name, tuple(wanted), near) for name, code, near in wrong]
    return (None, []) if wrong else (names, records[at + 1 :])


def nearest(value, allowed):
    """Return the allowed value that a slip of the pen most probably meant, or ``""``.

    >>> nearest("aigullon", ["aiguillon", "inspirateur"]), nearest("zzz", ["aiguillon"])
    ('aiguillon', '')
    """
    return _nearest(value, tuple(allowed))


@lru_cache(maxsize=4096)  # a wrong value often stands in many rows
def _nearest(value, allowed):
    folded, wanted = _folded(allowed), unaccented(value)
    if wanted in folded:
        return folded[wanted]
    find = get_close_matches if len(folded) <= FEW else _closest
    found = find(wanted, list(folded), n=1, cutoff=CUTOFF)
    return folded[found[0]] if found else ""


@lru_cache(maxsize=8)
def _folded(allowed):
    """Return the first of the values that are folded to each text."""
    folded = {}
    for candidate in allowed:
        folded.setdefault(unaccented(candidate), candidate)
    return folded


def _closest(wanted, texts, n, cutoff):
    """Do as `get_close_matches` for one match of thousands: only texts of much the same letters are compared."""
    import numpy as np  # here: the sandbox that reads workbooks does without it

    letters, sizes = _letters(tuple(texts))
    same = sum(np.minimum(letters[one], wanted.count(one)) for one in set(wanted) & set(letters))
    most = 2.0 * same / (sizes + len(wanted))  # the ratio is at most this, whatever the order of the letters
    best, matcher = (cutoff, ""), SequenceMatcher()
    matcher.set_seq2(wanted)
    for i in np.argsort(-most).tolist():
        if most[i] < best[0]:
            break
        matcher.set_seq1(texts[i])
        best = max(best, (matcher.ratio(), texts[i]))
    return [best[1]] if best[1] else []


@lru_cache(maxsize=8)
def _letters(texts):
    """Count each letter in each of some texts."""
    import numpy as np

    counts = {one: np.array([text.count(one) for text in texts], dtype=np.int32) for one in set("".join(texts))}
    return counts, np.array([len(text) for text in texts])
