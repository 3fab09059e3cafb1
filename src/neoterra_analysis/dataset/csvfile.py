"""From the bytes of a CSV file to its rows, each cell with the physical line that it starts on.

The csv module gives neither the line of a cell after a quoted newline nor the line where an unclosed quote opens, and
takes up everything after it; a line-by-line recovery is what lets all problems of a file be told at once.
"""

import re
from bisect import bisect_left
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from ..words.folding import unaccented
from .problems import Problem

DELIMITERS = {",": None, ";": "semicolon", "\t": "wrong_delimiter", "|": "wrong_delimiter"}
INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")


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
    try:
        raw = (Path(folder) / file).read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return Table([], [Problem(file, 0, "", "missing_file")], False)
    if not raw.strip():
        return Table([], [Problem(file, 0, "", "empty_file")], False)
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
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", raw[: error.start])) + 1
        value = f"0x{raw[error.start]:02X}"
        if encoding is None:
            problems.append(Problem(file, line, "", "not_utf8", value))
            return None
    try:
        text = raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        problems.append(Problem(file, line, "", "not_announced", value, other=encoding))
        return None
    problems.append(Problem(file, line, "", "announced", value, other=encoding, notice=True))
    return text


def _without_conflicts(text, file, problems):
    """Empty the lines of merge conflict markers; tell whether there were any."""
    lines = text.split("\n")
    merged = False
    for number, line in enumerate(lines, 1):
        if re.match(r"(<{7}|>{7}|\|{7})( |$)|={7}$", line):
            problems.append(Problem(file, number, "", "merge_conflict", line))
            lines[number - 1], merged = "", True
    return "\n".join(lines), merged


def split(text, delimiter):
    r"""Split CSV text into records."""
    cell = re.compile(rf'[ ]*"((?:[^"]|"")*)"[ ]*(?={re.escape(delimiter)}|\n|\Z)|([^"{re.escape(delimiter)}\n]*)')
    breaks = [match.start() for match in re.finditer("\n", text)]
    records, faults, record, at = [], [], [], 0
    while at < len(text):
        found = cell.match(text, at)
        line = bisect_left(breaks, at) + 1
        end = found.end()
        after = text[end : end + 1]
        if after not in (delimiter, "\n", ""):
            start = breaks[line - 2] + 1 if line > 1 else 0
            stop = text.find("\n", at)
            stop = len(text) if stop < 0 else stop
            opened = text[at:stop].lstrip(" ")
            closed = re.match(rf'"(?:[^"{re.escape(delimiter)}]|"")*"', opened)
            code = "unclosed_quote" if opened.startswith('"') and not closed else "stray_quote"
            faults.append((line, code, text[start:stop]))
            record, at = [], stop + 1
            continue
        quoted = found.group(1)
        record.append(Cell(found.group(2) if quoted is None else quoted.replace('""', '"'), line))
        at = end + 1
        if after != delimiter:
            records.append(record)
            record = []
        elif at >= len(text):
            record.append(Cell("", line))
            records.append(record)
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
            column = header[len(record)] if len(record) < len(header) else ""
            counts = {"value": str(len(record)), "other": str(len(header))}
            problems.append(Problem(file, line, "" if long else column, code, **counts))
            whole = False
        else:
            cells = dict(zip(header, (cell.text for cell in record), strict=True))
            rows.append(Row(record[0].line, cells, dict(zip(header, (cell.line for cell in record), strict=True))))
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
    at = known.index(max(known))
    names = [INVISIBLE.sub("", cell.text).strip() for cell in records[at]]
    line = records[at][0].line
    if at and max(known) > len(wanted) / 2:
        above = [record[0] for record in records[:at]]
        problems += [Problem(file, cell.line, "", "title_row", cell.text) for cell in above if cell.text != "sep="]
    elif at:
        at, line = 0, records[0][0].line
        names = [INVISIBLE.sub("", cell.text).strip() for cell in records[0]]
    sound = True
    for name in dict.fromkeys(names):
        if not name:
            code, near = "blank_column", ""
        elif name not in wanted:
            code, near = "unknown_column", nearest(name, [w for w in wanted if w not in names])
        elif names.count(name) > 1:
            code, near = "duplicate_column", ""
        else:
            continue
        problems.append(Problem(file, line, name, code, name, tuple(wanted), near))
        sound = False
    for name in wanted:
        if name not in names:
            problems.append(Problem(file, line, name, "missing_column", name, tuple(wanted)))
            sound = False
    return (names, records[at + 1 :]) if sound else (None, [])


def nearest(value, allowed):
    """Return the allowed value that a slip of the pen most probably meant, or ``""``.

    >>> nearest("conecteur", ["aiguillon", "connecteur"]), nearest("zzz", ["aiguillon"])
    ('connecteur', '')
    """
    folded = {}
    for candidate in allowed:
        folded.setdefault(unaccented(candidate), candidate)
    found = get_close_matches(unaccented(value), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else ""
