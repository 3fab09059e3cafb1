"""Mistakes in one file or cell: each class is a generator of small changes to a sound data folder.

A mutant is one file of the folder with one mistake, and what the check should say of it: the file, line and column, and
the codes that name the mistake. A harmless one loads to the identical dataset, with a notice of that code.
"""

import csv
import io
import json
import unicodedata
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).resolve().parents[1] / "data"
CONTRACT = {r["name"]: r for r in json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))["resources"]}


class Mutant(NamedTuple):
    kind: str
    table: str
    content: bytes | None
    line: int
    column: str
    codes: tuple
    harmless: bool = False
    encoding: str | None = None
    elsewhere: str = ""


class Sheet:
    """One table as rows of text, to be changed and written out again."""

    def __init__(self, name):
        self.name = name
        self.resource = CONTRACT[name]
        self.fields = {field["name"]: field for field in self.resource["schema"]["fields"]}
        with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            self.header, *self.rows = list(csv.reader(stream))

    def text(self, delimiter=",", header=None, rows=None, end="\n"):
        out = io.StringIO()
        writer = csv.writer(out, lineterminator=end, delimiter=delimiter)
        writer.writerows([header or self.header, *(rows or self.rows)])
        return out.getvalue()

    def with_cell(self, row, column, value):
        rows = [list(r) for r in self.rows]
        rows[row][self.header.index(column)] = value
        return self.text(rows=rows)

    def cell(self, row, column):
        return self.rows[row][self.header.index(column)]

    def columns(self, test=lambda field: True):
        return [name for name in self.header if test(self.fields[name])]


SHEETS = {
    name: sheet for name in CONTRACT if (sheet := Sheet(name)).rows
}  # an empty log of decisions has no row to slip in


def rules(field):
    return field.get("constraints", {})


def is_id(field):
    return "[a-z0-9]+" in rules(field).get("pattern", "")


def is_code(field):
    return "enum" in rules(field)


def is_number(field):
    return field["type"] == "integer"


def is_text(field):
    return field["type"] == "string" and not is_code(field) and "pattern" not in rules(field)


def made(kind, sheet, text, line, column, *codes, **more):
    return Mutant(kind, sheet.name, text.encode("utf-8"), line, column, codes, **more)


def cells(rng, test=lambda field: True, filled=None, each=1):
    """Pick rows for each table and column where the mistake makes sense."""
    for sheet in SHEETS.values():
        for column in sheet.columns(test):
            rows = [i for i in range(len(sheet.rows)) if filled is None or bool(sheet.cell(i, column)) == filled]
            for row in rng.sample(rows, min(each, len(rows))):
                yield sheet, row, column


def edit(kind, rng, change, *codes, test=lambda field: True, filled=True, each=1, **more):
    """Make one mutant for each cell picked: ``change(value, field)`` gives the mistaken value, or None."""
    for sheet, row, column in cells(rng, test, filled, each):
        value = change(sheet.cell(row, column), sheet.fields[column])
        if value is not None and value != sheet.cell(row, column):
            yield made(kind, sheet, sheet.with_cell(row, column, value), row + 2, column, *codes, **more)


# --- the file ----------------------------------------------------------------------------------------------------


def file_bom(rng):
    for sheet in SHEETS.values():
        yield made("file_bom", sheet, "\ufeff" + sheet.text(), 1, "", "bom", harmless=True)


def file_crlf(rng):
    for sheet in SHEETS.values():
        yield made("file_crlf", sheet, sheet.text(end="\r\n"), 1, "", "line_ends", harmless=True)


def file_cr(rng):
    for sheet in SHEETS.values():
        yield made("file_cr", sheet, sheet.text(end="\r"), 1, "", "line_ends", harmless=True)


def file_blank_last_line(rng):
    for sheet in SHEETS.values():
        yield made(
            "file_blank_last_line", sheet, sheet.text() + "\n", len(sheet.rows) + 2, "", "blank_line", harmless=True
        )


def file_empty_row(rng):
    for sheet in SHEETS.values():
        text = sheet.text() + "," * (len(sheet.header) - 1) + "\n"
        yield made("file_empty_row", sheet, text, len(sheet.rows) + 2, "", "blank_line", harmless=True)


def file_excel_fr(rng):
    for sheet in SHEETS.values():
        yield made("file_excel_fr", sheet, sheet.text(delimiter=";"), 1, "", "semicolon", harmless=True)


def file_excel_fr_announced(rng):
    for sheet in SHEETS.values():
        text = sheet.text(delimiter=";", end="\r\n")
        line = first_accent(text)
        if line and text == text.encode("cp1252", "ignore").decode("cp1252"):
            mutant = made("file_excel_fr_announced", sheet, text, line, "", "announced", harmless=True)
            yield mutant._replace(content=text.encode("cp1252"), encoding="cp1252")


def first_accent(text):
    return next((i for i, line in enumerate(text.splitlines(), 1) if not line.isascii()), 0)


def file_cp1252(rng):
    for sheet in SHEETS.values():
        text = sheet.text()
        if first_accent(text):
            mutant = made("file_cp1252", sheet, text, first_accent(text), "", "not_utf8")
            yield mutant._replace(content=text.encode("cp1252", "replace"))


def file_wrongly_announced(rng):
    """Files of a Mac or of DOS, and those of Windows taken for these."""
    for sheet in SHEETS.values():
        text = sheet.text()
        accents = [letter for letter in text if letter in "éèêàçôùî"]
        for is_in, said in (("mac_roman", "cp1252"), ("cp850", "cp1252"), ("cp1252", "mac_roman"), ("cp1252", "cp850")):
            raw = text.encode(is_in, "replace")
            if len(accents) > 3 and raw.decode(said, "ignore").encode(said, "ignore") == raw:
                read = raw.decode(said, "replace").splitlines()
                line = next(i for i, (a, b) in enumerate(zip(read, text.splitlines(), strict=False), 1) if a != b)
                mutant = made("file_wrongly_announced", sheet, text, line, "", "wrong_encoding")
                yield mutant._replace(content=raw, encoding=said)


def file_utf16_without_mark(rng):
    for sheet in SHEETS.values():
        for name in ("utf-16-le", "utf-16-be"):
            mutant = made("file_utf16_without_mark", sheet, sheet.text(), 1, "", "utf16")
            yield mutant._replace(content=sheet.text().encode(name))


def file_utf16(rng):
    for sheet in SHEETS.values():
        yield made("file_utf16", sheet, "", 1, "", "utf16")._replace(content=sheet.text().encode("utf-16"))


def file_empty(rng):
    for sheet in SHEETS.values():
        yield made("file_empty", sheet, "", 0, "", "empty_file")


def file_missing(rng):
    for sheet in SHEETS.values():
        yield made("file_missing", sheet, "", 0, "", "missing_file")._replace(content=None)


def file_tabs(rng):
    for sheet in SHEETS.values():
        yield made("file_tabs", sheet, sheet.text(delimiter="\t"), 1, "", "wrong_delimiter")


def file_title_row(rng):
    for sheet in SHEETS.values():
        for title in ("Tableau des lauréats", "Export du 12 mars" + "," * (len(sheet.header) - 1)):
            yield made("file_title_row", sheet, f"{title}\n{sheet.text()}", 1, "", "title_row")


def file_repeated_header(rng):
    for sheet in SHEETS.values():
        row = rng.randrange(len(sheet.rows))
        text = sheet.text(rows=[*sheet.rows[:row], sheet.header, *sheet.rows[row:]])
        yield made("file_repeated_header", sheet, text, row + 2, "", "repeated_header")


def file_merge_conflict(rng):
    for sheet in SHEETS.values():
        lines = sheet.text().split("\n")
        row = rng.randrange(1, len(lines) - 1)
        block = ["<<<<<<< HEAD", lines[row], "=======", lines[row], ">>>>>>> autre"]
        text = "\n".join([*lines[:row], *block, *lines[row + 1 :]])
        yield made("file_merge_conflict", sheet, text, row + 1, "", "merge_conflict")


# --- columns and lines -------------------------------------------------------------------------------------------


def headers(kind, change, code):
    for sheet in SHEETS.values():
        for i, name in enumerate(sheet.header):
            header, rows, column = change(sheet, i, name)
            yield made(kind, sheet, sheet.text(header=header, rows=rows), 1, column, code)


def column_misspelt(rng):
    def change(sheet, i, name):
        wrong = name[:-1] + "x"
        return [*sheet.header[:i], wrong, *sheet.header[i + 1 :]], None, wrong

    return headers("column_misspelt", change, "unknown_column")


def column_removed(rng):
    def change(sheet, i, name):
        rows = [[*row[:i], *row[i + 1 :]] for row in sheet.rows]
        return [*sheet.header[:i], *sheet.header[i + 1 :]], rows, name

    return headers("column_removed", change, "missing_column")


def column_twice(rng):
    def change(sheet, i, name):
        return [*sheet.header, name], [[*row, row[i]] for row in sheet.rows], name

    return headers("column_twice", change, "duplicate_column")


def column_blank(rng):
    for sheet in SHEETS.values():
        rows = [[*row, ""] for row in sheet.rows]
        yield made("column_blank", sheet, sheet.text(header=[*sheet.header, ""], rows=rows), 1, "", "blank_column")


def line_extra_cell(rng):
    for sheet in SHEETS.values():
        for row in rng.sample(range(len(sheet.rows)), min(3, len(sheet.rows))):
            rows = [[*r, "trop"] if i == row else r for i, r in enumerate(sheet.rows)]
            yield made("line_extra_cell", sheet, sheet.text(rows=rows), row + 2, "", "extra_cells")


def line_missing_cell(rng):
    for sheet in SHEETS.values():
        for row in rng.sample(range(len(sheet.rows)), min(3, len(sheet.rows))):
            rows = [r[:-1] if i == row else r for i, r in enumerate(sheet.rows)]
            yield made("line_missing_cell", sheet, sheet.text(rows=rows), row + 2, sheet.header[-1], "missing_cells")


def quotes(kind, change, code, rng):
    for sheet, row, column in cells(rng, lambda field: True, filled=True):
        lines = sheet.text(rows=sheet.rows).split("\n")
        fields = [next(csv.reader([lines[row + 1]]))][0]
        i = sheet.header.index(column)
        quoted = ['"' + f.replace('"', '""') + '"' if "," in f or '"' in f else f for f in fields]
        quoted[i] = change(fields[i])
        lines[row + 1] = ",".join(quoted)
        yield made(kind, sheet, "\n".join(lines), row + 2, "", code)


def line_unclosed_quote(rng):
    return quotes("line_unclosed_quote", lambda value: '"' + value.replace('"', ""), "unclosed_quote", rng)


def line_stray_quote(rng):
    return quotes(
        "line_stray_quote", lambda value: f'{value[:1].strip() or "x"}"{value[1:]}'.replace(",", ""), "stray_quote", rng
    )


def line_after_quoted_newline(rng):
    for sheet in SHEETS.values():
        texts = sheet.columns(is_text)
        if len(sheet.rows) > 1 and texts:
            rows = [list(row) for row in sheet.rows]
            rows[0][sheet.header.index(texts[-1])] += "\nsuite"
            column = next(c for c in sheet.header if rules(sheet.fields[c]).get("required"))
            rows[1][sheet.header.index(column)] = ""
            yield made("line_after_quoted_newline", sheet, sheet.text(rows=rows), 4, column, "required")


# --- characters --------------------------------------------------------------------------------------------------


def char_lost(rng):
    return edit("char_lost", rng, lambda v, f: v[:-1] + "\ufffd", "replacement_char")


def char_nul(rng):
    return edit("char_nul", rng, lambda v, f: v + "\x00", "control_char")


def char_control(rng):
    return edit("char_control", rng, lambda v, f: v[:1] + "\x07" + v[1:], "control_char")


def char_tab(rng):
    return edit("char_tab", rng, lambda v, f: v[:1] + "\t" + v[1:], "control_char")


def char_bidi(rng):
    return edit("char_bidi", rng, lambda v, f: "\u202e" + v, "bidi_override")


def char_mojibake(rng):
    def change(value, field):
        try:
            return value.encode("utf-8").decode("cp1252")
        except UnicodeDecodeError:
            return None

    return edit("char_mojibake", rng, change, "mojibake", each=6)


def char_zero_width(rng):
    return edit("char_zero_width", rng, lambda v, f: v[:1] + "\u200b" + v[1:], "zero_width", harmless=True)


def char_zero_width_in_empty(rng):
    optional = {"filled": False, "harmless": True}
    return edit("char_zero_width_in_empty", rng, lambda v, f: "\ufeff", "zero_width", **optional)


def char_nbsp(rng):
    return edit("char_nbsp", rng, lambda v, f: v + "\u00a0", "odd_space", harmless=True)


def char_inner_nbsp(rng):
    def change(value, field):
        return value.replace(" ", "\u202f", 1)

    return edit("char_inner_nbsp", rng, change, "odd_space", harmless=True, each=2)


def char_trailing_space(rng):
    return edit("char_trailing_space", rng, lambda v, f: v + "  ", "outer_space", harmless=True)


def char_leading_space(rng):
    return edit("char_leading_space", rng, lambda v, f: " " + v, "outer_space", harmless=True)


def char_nfd(rng):
    def change(value, field):
        return unicodedata.normalize("NFD", value)

    return edit("char_nfd", rng, change, "nfd", harmless=True, each=6)


def char_curly_apostrophe(rng):
    def change(value, field):
        return value.replace("'", "’") if field.get("apostrophe") == "straight" else None

    return edit("char_curly_apostrophe", rng, change, "curly_apostrophe", harmless=True, each=12)


# --- values ------------------------------------------------------------------------------------------------------


def value_empty(rng):
    required = {"test": lambda f: rules(f).get("required"), "each": 2}
    return edit("value_empty", rng, lambda v, f: "", "required", **required)


def value_blank(rng):
    required = {"test": lambda f: rules(f).get("required")}
    return edit("value_blank", rng, lambda v, f: "   ", "required", **required)


def value_long(rng):
    return edit("value_long", rng, lambda v, f: v + "x" * 32768, "long_cell", test=is_text)


def value_excel_date(rng):
    return edit("value_excel_date", rng, lambda v, f: "mars-12", "excel_date", test=lambda f: f["type"] != "date")


def value_excel_day(rng):
    return edit("value_excel_day", rng, lambda v, f: "04-janv", "excel_date", test=lambda f: f["type"] != "date")


SPREADSHEET = (
    "#NOM? #REF! #N/A #VALEUR! #DIV/0! #NUL! #NOMBRE! #NAME? #VALUE! #NULL! #NUM! #SPILL! #CALC! #PROPAGATION!"
)
SPREADSHEET += (
    " #GETTING_DATA #CHARGEMENT_DONNEES #FIELD! #CHAMP! #BLOCKED! #BLOQUÉ! #CONNECT! #BUSY! #ERROR! #### Err:502"
)


def value_spreadsheet_error(rng):
    return edit("value_spreadsheet_error", rng, lambda v, f: rng.choice(SPREADSHEET.split()), "error_cell", filled=None)


def value_word_for_empty(rng):
    words = "NA N/A n/a NaN nan NULL null None".split()
    codes = ("word_for_empty", "unknown_code")
    return edit(
        "value_word_for_empty",
        rng,
        lambda v, f: rng.choice(words),
        *codes,
        test=lambda f: f["type"] == "string",
        filled=None,
    )


def value_exponent(rng):
    return edit("value_exponent", rng, lambda v, f: "12E03", "excel_exponent", test=lambda f: f["type"] != "date")


def value_french_date(rng):
    return edit("value_french_date", rng, lambda v, f: "23/11/2026", "not_date", test=lambda f: f["type"] == "date")


def code_typo(rng):
    return edit("code_typo", rng, lambda v, f: v[:2] + v[3:], "unknown_code", test=is_code, each=3)


def code_unknown(rng):
    return edit("code_unknown", rng, lambda v, f: "zzz", "unknown_code", test=is_code)


def code_label(rng):
    """The words that the reader sees, instead of the code."""

    def change(value, field):
        label = next((c["label"] for c in field["categories"] if c["value"] == value), value)
        return label if label.lower() != value else None

    return edit("code_label", rng, change, "unknown_code", test=lambda f: "categories" in f, each=3)


def code_capital(rng):
    return edit("code_capital", rng, lambda v, f: v.capitalize(), "letter_case", test=is_code, each=2)


def id_capital(rng):
    return edit("id_capital", rng, lambda v, f: v.upper(), "letter_case", test=is_id, each=2)


def twin(value, field):
    changed = value.translate(str.maketrans("aeopcx", "аеорсх", ""))
    return changed if changed != value else None


def id_lookalike(rng):
    return edit("id_lookalike", rng, twin, "lookalike", test=is_id, each=2)


def code_lookalike(rng):
    return edit("code_lookalike", rng, twin, "lookalike", test=is_code, each=2)


def id_path(rng):
    def change(value, field):
        return rng.choice(["../", "a/", "c:\\"]) + value

    return edit("id_path", rng, change, "path_id", test=is_id, each=2)


def id_space(rng):
    return edit("id_space", rng, lambda v, f: v + " bis", "pattern", test=is_id)


def id_accent(rng):
    return edit("id_accent", rng, lambda v, f: v + "é", "pattern", test=is_id)


def department_lost_zero(rng):
    def change(value, field):
        return "1" if "2[AB]" in rules(field).get("pattern", "") else None

    return edit("department_lost_zero", rng, change, "lost_zero", each=4)


def department_name(rng):
    def change(value, field):
        return "Gironde" if "2[AB]" in rules(field).get("pattern", "") else None

    return edit("department_name", rng, change, "pattern", each=4)


def number_text(rng):
    return edit("number_text", rng, lambda v, f: "deux", "not_integer", test=is_number, each=3)


def number_inf(rng):
    return edit(
        "number_inf", rng, lambda v, f: rng.choice(["inf", "NaN", "-inf"]), "not_finite", test=is_number, each=3
    )


def number_spaced(rng):
    return edit("number_spaced", rng, lambda v, f: f"{v}\u202f000", "spaced_number", test=is_number, each=3)


def number_decimal(rng):
    return edit("number_decimal", rng, lambda v, f: f"{v}.0", "not_integer", test=is_number, each=3)


def number_zero(rng):
    return edit("number_zero", rng, lambda v, f: "0", "too_small", test=is_number, each=3)


def number_negative(rng):
    return edit("number_negative", rng, lambda v, f: f"-{v}", "not_integer", test=is_number)


def number_decimal_comma(rng):
    for sheet, row, column in cells(
        rng, lambda f: is_number(f) or "[1-9]\\." in rules(f).get("pattern", ""), True, each=3
    ):
        value = sheet.cell(row, column)
        wrong = f"{value},0" if is_number(sheet.fields[column]) else value.replace(".", ",")
        rows = [list(r) for r in sheet.rows]
        rows[row][sheet.header.index(column)] = wrong
        text = sheet.text(delimiter=";", rows=rows)
        yield made("number_decimal_comma", sheet, text, row + 2, column, "decimal_comma", harmless=True)


GROUPS = ("file_", "column_", "line_", "char_", "value_", "code_", "id_", "department_", "number_")
CLASSES = {name: fn for name, fn in list(globals().items()) if callable(fn) and name.startswith(GROUPS)}
