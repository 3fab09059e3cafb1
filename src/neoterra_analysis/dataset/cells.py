"""One cell at a time: what is harmless is put right with a notice, what breaks its field is refused with its cause.

A table schema knows types, codes and patterns; it does not know what Excel, a copy and paste or a second keyboard do
to a value, which is what the causes here name.
"""

import re
import unicodedata
from contextlib import suppress
from datetime import date

from ..words.folding import APOSTROPHES, SPACES, fold, slug
from .csvfile import INVISIBLE, nearest

ANCHOR_WORDS = 8
LONGEST = 32767
MONTHS = "janv|févr|fevr|mars|avr|mai|juin|juil|août|aout|sept|oct|nov|déc|dec|jan|feb|mar|apr|may|jun|jul|aug|sep"
EXCEL_DATE = re.compile(
    rf"(\d{{1,2}}-)?({MONTHS})\.?-\d{{1,4}}|\d{{1,2}}-({MONTHS})\.?(-\d{{2,4}})?"
    r"|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2}( 00:00:00)?",
    re.IGNORECASE,
)
EXPONENT = re.compile(r"[+-]?\d+([.,]\d+)?[eE][+-]?\d+")
MOJIBAKE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0178\u0192\u02c6\u02dc\u2013-\u2122]{1,3}|[\u2500-\u259f]")
ORDINARY = re.compile("[ -~À-ÿ]*")
BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")
ODD_SPACE = re.compile("[" + "".join(one for one in SPACES if one > "\x85" and one not in "\u2028\u2029") + "]")
APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
# Letters of other alphabets that look like ours, as far as ids and codes go.
TWINS = str.maketrans("аеорсухіјѕԁһкмтпгвοανικρτυ", "aeopcyxijsdhkmtnrboavikptu")


# What a spreadsheet shows for a cell that it cannot compute, whatever its language; also as a text in a workbook.
ERROR = re.compile(
    r"#(?:N/?[AD]|[A-ZÀÉÈ][A-ZÀÉÈ0-9_/ ]*[!?]|(?:GETTING|CHARGEMENT|OBTENTION)_[A-ZÀÉÈ_]+|#{2,})|Err\s?:\d{3}"
)
# What programs write into a cell that holds nothing, and what people write; the second are folded.
OF_PROGRAMS = {"NA", "N/A", "n/a", "#N/A", "#NA", "NaN", "nan", "NAN", "NULL", "null", "Null", "None", "<NA>", "NaT"}
OF_PEOPLE = {"nd", "n.d.", "n.d", "na", "n.a.", "n.c.", "nc", "sans objet", "non renseigné", "s.o."}


FIRST = set("nNsS")  # letters with which these begin


def stands_for_empty(value):
    """Tell whether a whole cell is a word that stands for an empty one."""
    return value in OF_PROGRAMS or fold(value) in OF_PEOPLE


def clean(text, field, semicolon=False):
    r"""Put right what is harmless in a cell, and name what is not.

    >>> clean("aiguillon\u00a0", {"name": "role", "type": "string"})
    ('aiguillon', ['odd_space'], None)
    """
    if not semicolon and ORDINARY.fullmatch(text) and text == text.strip():
        return text, [], None
    fault = _broken_characters(text)
    if fault:
        return text, [], fault
    notices, value = [], text
    if INVISIBLE.search(value):
        value = INVISIBLE.sub("", value)
        notices.append("zero_width")
    if ODD_SPACE.search(value):
        if field["type"] == "integer" and re.fullmatch(r"\d+(\s\d+)+", value.strip()):
            return text, notices, ("spaced_number", re.sub(r"\s", "", value))
        value = ODD_SPACE.sub(" ", value)
        notices.append("odd_space")
    if value != value.strip():
        value = value.strip()
        notices += [] if "odd_space" in notices else ["outer_space"]
    if not unicodedata.is_normalized("NFC", value):
        value = unicodedata.normalize("NFC", value)
        notices.append("nfd")
    if field.get("apostrophe") == "straight" and APOSTROPHE.search(value):
        value = APOSTROPHE.sub("'", value)
        notices.append("curly_apostrophe")
    if semicolon and re.fullmatch(r"\d+,\d+", value):
        point = value.replace(",", ".")
        pattern = field.get("constraints", {}).get("pattern")
        whole = field["type"] == "integer" and point.endswith(".0")
        if whole or pattern and re.fullmatch(pattern, point):
            value, notices = point.removesuffix(".0") if whole else point, [*notices, "decimal_comma"]
    return value, notices, None


def _broken_characters(text):
    """Name the characters that no reader typed on purpose."""
    if "\ufffd" in text:
        return "replacement_char", ""
    if BIDI.search(text):
        return "bidi_override", BIDI.sub("", text)
    bare = INVISIBLE.sub("", text).replace("\n", "")
    if any(unicodedata.category(char) in ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp") for char in bare):
        return "control_char", "".join(c for c in text if unicodedata.category(c)[0] != "C")
    repaired = MOJIBAKE.sub(_repair, text)
    if repaired != text:
        return "mojibake", repaired if "\ufffd" not in repaired else ""
    return None


def _repair(match):
    """Read characters back as the bytes that they were, where these are UTF-8; leave them otherwise."""
    if "\u2500" <= match.group()[0] <= "\u259f":
        return "\ufffd"
    for length in range(len(match.group()), 1, -1):
        part = match.group()[:length]
        try:
            raw = b"".join(c.encode("latin-1" if ord(c) < 256 else "cp1252") for c in part)
            return raw.decode("utf-8") + match.group()[length:]
        except (UnicodeDecodeError, UnicodeEncodeError):
            continue
    return match.group()


def fault_of(value, field):
    """Name the rule of its field that a cleaned cell breaks.

    >>> fault_of("mars-12", {"name": "position", "type": "integer", "example": "1"})["code"]
    'excel_date'
    """
    rules = field.get("constraints", {})
    if not value:
        return {"code": "required"} if rules.get("required") else None
    if len(value) > LONGEST:
        return {"code": "long_cell", "other": str(LONGEST)}
    if value[0] in "#E" and ERROR.fullmatch(value):
        return {"code": "error_cell"}
    if field["type"] == "date":
        return None if _is_date(value) else {"code": "not_date", "nearest": _iso(value)}
    allowed, pattern = tuple(rules.get("enum", ())), rules.get("pattern", "")
    fits = value in allowed if allowed else re.fullmatch(pattern, value) if pattern else True
    if value in OF_PROGRAMS and value not in allowed and field["type"] == "string":
        return {"code": "word_for_empty", **({"allowed": allowed} if allowed else {})}
    if EXCEL_DATE.fullmatch(value):
        return {"code": "excel_date", "nearest": field["example"]}
    if EXPONENT.fullmatch(value):
        return {"code": "excel_exponent", "nearest": field["example"]}
    if field["type"] == "integer":
        return _integer_fault(value, rules)
    if not fits:
        return _code_fault(value, field, allowed, pattern)
    if field.get("anchor") and count_words(value) > ANCHOR_WORDS:
        return {"code": "long_anchor", "other": str(ANCHOR_WORDS), "nearest": ""}
    return None


def _integer_fault(value, rules):
    if re.fullmatch(r"[0-9]+", value):
        lowest = rules.get("minimum", 0)
        return {"code": "too_small", "other": str(lowest)} if int(value) < lowest else None
    if re.fullmatch(r"[+-]?(inf(inity)?|nan|∞)", value, re.IGNORECASE):
        return {"code": "not_finite"}
    if re.fullmatch(r"\d+(\s\d+)+", value):
        return {"code": "spaced_number", "nearest": re.sub(r"\s", "", value)}
    digits = unicodedata.normalize("NFKC", value).lstrip("+")
    whole = re.fullmatch(r"(\d+)[.,]0+", digits)
    meant = whole.group(1) if whole else digits if digits.isascii() and digits.isdigit() else ""
    return {"code": "not_integer", "nearest": meant}


def _code_fault(value, field, allowed, pattern):
    """Tell apart the ways in which a code or an id goes wrong."""
    shape = {"allowed": allowed} if allowed else {"other": field["example"]}

    def fits(text):
        return text in allowed if allowed else bool(re.fullmatch(pattern, text))

    ascii_twin = unicodedata.normalize("NFKC", fold(value)).translate(TWINS)
    if not value.isascii() and fits(ascii_twin):
        return {"code": "lookalike", "nearest": ascii_twin, **shape}
    if value != value.lower() and fits(value.lower()):
        return {"code": "letter_case", "nearest": value.lower(), **shape}
    if not allowed and re.search(r"[/\\:]|\.\.", value):
        return {"code": "path_id", "nearest": slug(value), **shape}
    if pattern and value.isdigit() and fits(value.zfill(2)):
        return {"code": "lost_zero", "nearest": value.zfill(2), **shape}
    if allowed:
        return {"code": "unknown_code", "nearest": nearest(value, allowed), **shape}
    return {"code": "pattern", "nearest": slug(value) if fits(slug(value)) else "", **shape}


def _is_date(value):
    with suppress(ValueError):
        return date.fromisoformat(value).isoformat() == value
    return False


def _iso(value):
    day = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", value)
    meant = f"{day.group(3)}-{int(day.group(2)):02d}-{int(day.group(1)):02d}" if day else ""
    return meant if _is_date(meant) else ""


def count_words(text):
    """Count words as runs of letters and digits, so that ``d'un`` is two.

    >>> count_words("un rôle d'aiguillon")
    4
    """
    return len(re.findall(r"[^\W_]+", text))


def findings(text, field, semicolon=False):
    """Clean the text of a cell and check it: its value, and what else than its place is told of each problem.

    >>> findings("aiguillon ", {"name": "role", "type": "string"})
    ('aiguillon', [{'code': 'outer_space', 'value': 'aiguillon ', 'nearest': 'aiguillon', 'notice': True}])
    """
    value, notices, fault = clean(text, field, semicolon)
    if fault:
        return value, [{"code": fault[0], "value": text, "nearest": fault[1]}]
    told = [{"code": code, "value": text, "nearest": value, "notice": True} for code in notices]
    wrong = fault_of(value, field)
    if not wrong and value[:1] in FIRST and len(value) < 16 and _may_be_empty(value, field):
        wrong = {"code": "maybe_empty", "notice": True}
    return value, [*told, {"value": text, **wrong}] if wrong else told


def _may_be_empty(value, field):
    """Tell whether a text is a word that people write for an empty cell."""
    rules = field.get("constraints", {})
    is_text = field["type"] == "string" and not rules.get("enum") and not rules.get("pattern")
    return is_text and fold(value) in OF_PEOPLE
