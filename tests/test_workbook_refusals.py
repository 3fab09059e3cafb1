"""What a workbook may not hold when it comes back: each refused in its cell by its own rule, and nothing is written."""

import datetime
import os
import tomllib
import zipfile

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.formula import ArrayFormula

import invented
from neoterra_analysis.coding import sheets, workbook, workbook_in, workbook_out
from neoterra_analysis.coding.sheets import address
from neoterra_analysis.dataset.problems import as_text
from neoterra_analysis.fiches.documents import sandbox
from neoterra_analysis.words import labels
from workbook_tools import LONGEST, added, edited, files, patched, sheet_xml

pytestmark = pytest.mark.usefixtures("in_process")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Return a data folder and its workbook, small enough to be saved again by each test."""
    place = tmp_path_factory.mktemp("base")
    laureates = invented.replaced("laureates", "gamma,Gamma", "gamma,Beta")
    enjeux = [*invented.TABLES["enjeux"], "1.10,a-1,10,Tenth,Dixième,,Dixième,Tenth"]
    enjeux.append("2.3,a-2,3,Other,Autre,,Autre,Other")
    folder = invented.write(place / "data", laureates=laureates, enjeux=enjeux)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "NEW_LISTED", 2)
        # The codebook, which no import reads, would be half of the cells.
        patch.setattr(workbook_out, "lines", lambda plan, lang: [])
        return folder, workbook.write(folder, place / "grid.xlsx", "fr")


def put(sheet, cell, value, form=None):
    """Return a change of one cell, as a person would make it."""

    def change(book):
        book[sheet][cell].value = value
        if form:
            book[sheet][cell].number_format = form

    return change


def struck(*spots):
    def change(book):
        for spot in spots:
            book["rôles"][spot].font = Font(strike=True)

    return change


def renamed(book):
    book["rôles"].title = "Rôle"


def filtered(book):
    book["rôles"].auto_filter.add_filter_column(1, ["aiguillon"])
    for row in (4, 5):
        book["rôles"].row_dimensions[row].hidden = True


def hidden_rows(book):
    for row in (2, 4, 5):
        book["rôles"].row_dimensions[row].hidden = True


def duplicated(book):
    book["rôles"]["E1"].value = "role"


# What is changed, the place and the rule.
REFUSED = {
    "formula": (put("rôles", "D2", "=1+1"), [("rôles", "D2", "formula_cell")]),
    "formula of text": (put("rôles", "D2", '=A2&"x"'), [("rôles", "D2", "formula_cell")]),
    "array formula": (put("rôles", "D2", ArrayFormula("D2", "=SUM(A1:A2)")), [("rôles", "D2", "formula_cell")]),
    "error": (put("rôles", "D2", "#REF!"), [("rôles", "D2", "error_cell")]),
    "other error": (put("mentions", "C2", "#N/A"), [("mentions", "C2", "error_cell")]),
    "boolean": (put("rôles", "D2", True), [("rôles", "D2", "boolean_cell")]),
    "date": (put("mentions", "B2", datetime.date(2026, 3, 12), "dd-mmm"), [("mentions", "B2", "date_cell")]),
    "date in its column": (
        put("sources", "F2", datetime.date(2026, 1, 31), "yyyy\\-mm\\-dd"),
        [("sources", "F2", "date_cell")],
    ),
    "time": (put("rôles", "D2", datetime.time(1, 2), "[hh]:mm"), [("rôles", "D2", "date_cell")]),
    "number": (put("rôles", "D2", 12, "General"), [("rôles", "D2", "number_cell")]),
    "lost zero": (put("lauréats", "G2", 1, "General"), [("lauréats", "G2", "number_cell")]),
    "lost decimal": (put("lauréats", "E2", 1.1, "General"), [("lauréats", "E2", "number_cell")]),
    "lost decimal of a key": (put("enjeux", "A3", 1.2, "General"), [("enjeux", "A3", "number_cell")]),
    "broken number": (put("mentions", "B2", 1.5, "General"), [("mentions", "B2", "number_cell")]),
    "merged": (lambda book: book["rôles"].merge_cells("F3:G9"), [("rôles", "F3", "merged_cells")]),
    "hidden rows": (hidden_rows, [("rôles", "A2", "hidden_rows"), ("rôles", "A4", "hidden_rows")]),
    "filtered rows": (filtered, [("rôles", "A4", "filtered_rows")]),
    "hidden column": (
        lambda book: setattr(book["rôles"].column_dimensions["C"], "hidden", True),
        [("rôles", "C1", "hidden_column")],
    ),
    "hidden sheet": (lambda book: setattr(book["rôles"], "sheet_state", "hidden"), [("rôles", "A1", "hidden_sheet")]),
    "struck out": (struck("D2"), [("rôles", "D2", "struck_cell")]),
    "struck out with its row": (struck("A3", "B3", "C3", "D3"), [("rôles", f"{c}3", "struck_cell") for c in "ABCD"]),
    "struck out head": (struck("C1"), [("rôles", "C1", "struck_cell")]),
    "struck out in part": (
        put("rôles", "D2", CellRichText("un ", TextBlock(InlineFont(strike=True), "bon"), " aiguillon")),
        [("rôles", "D2", "struck_cell")],
    ),
    "extra sheet": (lambda book: book.create_sheet("Feuil1"), [("Feuil1", "A1", "extra_sheet")]),
    "missing sheet": (lambda book: book.remove(book["rôles"]), [("bad.xlsx", "", "missing_sheet")]),
    "renamed sheet": (renamed, [("bad.xlsx", "", "missing_sheet"), ("Rôle", "A1", "extra_sheet")]),
    "unknown column": (put("rôles", "E1", "extra"), [("rôles", "E1", "unknown_column")]),
    "renamed column": (
        put("rôles", "C1", "saliance"),
        [("rôles", "A1", "missing_column"), ("rôles", "C1", "unknown_column")],
    ),
    "duplicate column": (duplicated, [("rôles", "E1", "duplicate_column")]),
    "stray cell": (put("rôles", "H9", "note"), [("rôles", "H9", "stray_cell")]),
    "far stray cell": (put("rôles", "XFD1048576", "loin"), [("rôles", "XFD1048576", "stray_cell")]),
    "same name": (put("rôles", "A3", "Beta"), [("rôles", "A3", "ambiguous_name")]),
    "near name": (put("rôles", "A2", "Alpho"), [("rôles", "A2", "unknown_name")]),
    "name of another": (put("rôles", "A2", "Alpha [delta]"), [("rôles", "A2", "name_of_another")]),
    "unknown id": (put("rôles", "A2", "omega"), [("rôles", "A2", "orphan")]),
    "unknown id by name": (put("rôles", "A2", "Oméga [omega]"), [("rôles", "A2", "orphan")]),
    "unknown code": (put("rôles", "B2", "aiguilon"), [("rôles", "B2", "unknown_code")]),
    "empty": (put("rôles", "D2", None), [("rôles", "D2", "required")]),
    "second key": (
        put("rôles", "B4", "aiguillon"),
        [("rôles", "B4", "duplicate_key"), ("rôles", "B4", "other_role")],
    ),
}
SOFT = {"same name", "near name", "name of another", "unknown id", "unknown id by name", "unknown code", "empty"}


@pytest.mark.parametrize("name", REFUSED)
def test_each_fault_is_told_in_its_cell(base, tmp_path, name):
    folder, file = base
    change, wanted = REFUSED[name]
    bad = edited(file, tmp_path / "bad.xlsx", change)
    outcome = workbook.read(bad, tmp_path / "back", data=folder)
    found = [(p.file, p.cell, p.code) for p in outcome.problems]
    # A key that is refused leaves others without their row: those are told too.
    assert [one for one in found if one[2] not in ("orphan", "no_such_row") or one in wanted] == wanted
    assert outcome.written is None and os.listdir(tmp_path) == ["bad.xlsx"]
    assert outcome.structural == (name not in SOFT | {"second key"})
    for problem in outcome.problems:
        for lang in ("fr", "en"):
            told = as_text(problem, lang)
            assert "{" not in told and told.startswith(f"{problem.file}!{problem.cell}" if problem.cell else "bad.xlsx")
            assert ".csv" not in told
    if name in SOFT | {"formula", "merged", "missing sheet"}:
        draft = workbook.read(bad, tmp_path / "draft", data=folder, draft=True)
        assert (draft.written is not None) == (name in SOFT) and draft.problems == outcome.problems


def test_a_far_cell_costs_nothing(base, tmp_path, own_process):
    folder, file = base
    (part,) = [part for part, title in sheet_xml(zipfile.ZipFile(file)) if title == "rôles"]
    wide = [(part, 'ref="A1:D5"', 'ref="A1:XFD1048576"')]
    joined = '<mergeCells count="1"><mergeCell ref="F3:XFD1048576"/></mergeCells>'
    wide += [(part, "<autoFilter", f"{joined}<autoFilter")]
    wide += [(part, "</sheetData>", '<row r="1048576"><c r="XFD1048576" t="str"><v> </v></c></row></sheetData>')]
    outcome = workbook.read(patched(file, tmp_path / "wide.xlsx", wide), tmp_path / "back", data=folder)
    assert [(p.cell, p.code) for p in outcome.problems] == [("F3", "merged_cells"), ("XFD1048576", "stray_cell")]


READ = {
    "whole number": (put("mentions", "B2", 1, "General"), None),
    "whole number with decimals": (put("mentions", "B2", 1.0, "0.00"), None),
    "department": (put("lauréats", "G2", 33, "General"), "number_read"),
    "enjeu": (put("sources", "B2", "Doc"), None),
}


@pytest.mark.parametrize("name", READ)
def test_a_number_that_can_only_be_one_text_is_read(base, tmp_path, name):
    folder, file = base
    change, notice = READ[name]
    outcome = workbook.read(edited(file, tmp_path / "read.xlsx", change), tmp_path / "back", data=folder)
    assert files(tmp_path / "back") == files(folder)
    assert [p.code for p in outcome.notices if p.code == "number_read"] == ([notice] if notice else [])


def test_a_number_of_an_enjeu_is_read_where_no_other_is_meant(base, tmp_path):
    folder, file = base
    change = put("lauréats", "E4", 2.3, "General")  # an enjeu of another ambition: told too
    outcome = workbook.read(edited(file, tmp_path / "read.xlsx", change), tmp_path / "back", data=folder, draft=True)
    assert [(p.cell, p.nearest) for p in outcome.notices if p.code == "number_read"] == [("E4", "2.3")]
    assert "gamma,Beta,,,2.3," in (tmp_path / "back" / "laureates.csv").read_text(encoding="utf-8")


def test_a_decimal_number_of_whole_is_noticed(base, tmp_path):
    folder, file = base
    (part,) = [part for part, title in sheet_xml(zipfile.ZipFile(file)) if title == "mentions"]
    xml = zipfile.ZipFile(file).read(part).decode()
    cell = xml[xml.index('<c r="B2"') : xml.index('<c r="C2"')]
    change = [(part, cell, '<c r="B2"><v>1.0</v></c>')]
    outcome = workbook.read(patched(file, tmp_path / "read.xlsx", change), tmp_path / "back", data=folder)
    assert files(tmp_path / "back") == files(folder)
    assert [(p.cell, p.nearest) for p in outcome.notices if p.code == "number_read"] == [("B2", "1")]


def test_what_is_left_behind_is_noticed(base, tmp_path):
    def change(book):
        book["rôles"]["D2"].comment = Comment("à revoir", "Anna")
        book["rôles"].move_range("A5:D5", rows=3)

    folder, file = base
    commented = edited(file, tmp_path / "commented.xlsx", change)
    (part,) = [part for part, title in sheet_xml(zipfile.ZipFile(file)) if title == "thèmes"]
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = f'<Relationships><Relationship Id="r1" Type="{kind}/drawing" Target="../d.xml"/></Relationships>'
    more = {part.replace("sheets/", "sheets/_rels/") + ".rels": link}
    drawn = patched(commented, tmp_path / "drawn.xlsx", more=more)
    outcome = workbook.read(drawn, tmp_path / "back", data=folder)
    told = [(p.file, p.cell, p.code) for p in outcome.notices if p.file in ("rôles", "thèmes")]
    assert told == [("rôles", "D2", "comment_left"), ("rôles", "A5", "blank_line"), ("thèmes", "A1", "drawing_left")]
    assert outcome.problems == [] and files(tmp_path / "back") == files(folder)


def test_line_ends_of_windows_are_put_right_and_others_refused(base, tmp_path):
    folder, file = base
    old = "<t>un indice</t>"
    ends = patched(file, tmp_path / "a.xlsx", [("xl/sharedStrings.xml", old, "<t>un_x000D_\nindice</t>")])
    outcome = workbook.read(ends, tmp_path / "back", data=folder)
    assert [(p.file, p.cell) for p in outcome.notices if p.code == "line_ends"] == [("lauréats", "I3")]
    assert '"un\nindice"' in (tmp_path / "back" / "laureates.csv").read_bytes().decode()
    ends = patched(file, tmp_path / "b.xlsx", [("xl/sharedStrings.xml", old, "<t>un_x000D_indice</t>")])
    outcome = workbook.read(ends, tmp_path / "none", data=folder, draft=True)
    assert [(p.file, p.cell, p.code) for p in outcome.problems] == [("lauréats", "I3", "control_char")]


def test_all_faults_come_in_one_pass(base, tmp_path):
    def change(book):
        book["rôles"]["D2"].value = "=1"
        book["rôles"]["B3"].value = "aiguilon"
        book["thèmes"]["E2"].value = "leverr"

    folder, file = base
    outcome = workbook.read(edited(file, tmp_path / "bad.xlsx", change), tmp_path / "back", data=folder)
    told = [(p.file, p.cell, p.code) for p in outcome.problems]
    assert told[:3] == [
        ("rôles", "D2", "formula_cell"),
        ("rôles", "B3", "unknown_code"),
        ("thèmes", "E2", "unknown_code"),
    ]


PART = "<r>{font}<t>{text}</t></r>"
STRUCK = {
    "by Excel": ("<rPr><strike/></rPr>", True),
    "by LibreOffice": ('<rPr><strike val="true"/></rPr>', True),
    "not by LibreOffice": ('<rPr><strike val="false"/></rPr>', False),
    "not by Excel": ('<rPr><strike val="0"/></rPr>', False),
    "with another font": ("<rPr><b/></rPr>", False),
    "with the font of its cell": ("", False),
}


@pytest.mark.parametrize("name", STRUCK)
@pytest.mark.parametrize("whole", ["", '<strike val="false"/>', "<strike/>", '<strike val="true"/>'])
def test_a_part_struck_out_is_refused_and_no_other(base, tmp_path, name, whole):
    """The font of the cell, which all cells have, counts where a part has none of its own."""
    folder, file = base
    font, struck_out = STRUCK[name]
    rich = PART.format(font="<rPr><i/></rPr>", text="un") + PART.format(font=font, text=" indice")
    parts = [("xl/sharedStrings.xml", "<t>un indice</t>", rich)]
    fonts = zipfile.ZipFile(file).read("xl/styles.xml").decode()
    parts.append(("xl/styles.xml", fonts, fonts.replace("<font>", f"<font>{whole}")))
    outcome = workbook.read(patched(file, tmp_path / "bad.xlsx", parts), tmp_path / "back", data=folder)
    whole_struck = whole in ("<strike/>", '<strike val="true"/>')
    told = [(p.file, p.cell, p.value) for p in outcome.problems if p.code == "struck_cell"]
    expected = struck_out or (whole_struck and not font)
    assert (("lauréats", "I3", "un indice") in told) == expected
    assert (len(told) > 1) == whole_struck and (outcome.written is None) == bool(told)
    for lang in ("fr", "en"):
        assert all("I3" in as_text(p, lang) and "{" not in as_text(p, lang) for p in outcome.problems if p.cell == "I3")


def test_an_empty_cell_struck_out_is_none(base, tmp_path):
    folder, file = base
    outcome = workbook.read(edited(file, tmp_path / "a.xlsx", struck("E2", "D9")), tmp_path / "back", data=folder)
    assert outcome.problems == [] and files(tmp_path / "back") == files(folder)


def test_a_struck_cell_is_told_by_the_process_that_reads_and_beside_the_tables_only_told(base, tmp_path, own_process):
    folder, file = base
    draft = invented.write(tmp_path / "draft")
    (draft / "review.csv").write_text("table,cell,decision\nroles,alpha,ok\n", encoding="utf-8")
    grid = workbook.write(draft, tmp_path / "review.xlsx", "fr")

    def change(book):
        struck("B2")(book)
        book["à relire"]["B2"].font = Font(strike=True)

    outcome = workbook.read(edited(grid, tmp_path / "bad.xlsx", change), tmp_path / "back", data=draft)
    told = [(p.file, p.cell, p.code, p.value) for p in (*outcome.problems, *outcome.notices) if "struck" in p.code]
    assert told == [("rôles", "B2", "struck_cell", "aiguillon"), ("à relire", "B2", "struck_beside", "alpha")]


def zipped(members):
    def make(path, file):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, raw in members.items():
                archive.writestr(name, raw)

    return make


def copied(parts=(), more=(), without=()):
    return lambda path, file: patched(file, path, parts, more, without)


def meta(old, new):
    return copied([("xl/sharedStrings.xml", f"<t>{old}</t>", f"<t>{new}</t>")])


TYPES = "[Content_Types].xml"
MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ONE_LINE = {
    "nothing": (lambda path, file: path.write_bytes(b""), "is empty"),
    "folder": (lambda path, file: path.mkdir(), "is not a file"),
    "old": (lambda path, file: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "has a password"),
    "csv": (lambda path, file: path.write_text("a,b\n1,2\n"), "whatever its name says"),
    "cut": (lambda path, file: path.write_bytes(file.read_bytes()[:5000]), "damaged"),
    "ods": (
        zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}),
        "OpenDocument",
    ),
    "zip": (zipped({"a.txt": "a"}), "whatever its name says"),
    "docx": (copied([(TYPES, MAIN, DOCX)]), "whatever its name says"),
    "macro type": (copied([(TYPES, MAIN, MACRO)]), "macros"),
    "macro part": (copied(more={"xl/vbaProject.bin": b"x"}), "macros"),
    "links": (copied(more={"xl/externalLinks/externalLink1.xml": "<a/>"}), "linked"),
    "connections": (copied(more={"xl/connections.xml": "<a/>"}), "linked"),
    "queries": (copied(more={"xl/queryTables/queryTable1.xml": "<a/>"}), "linked"),
    "entities": (
        copied([("xl/sharedStrings.xml", "<sst", '<!DOCTYPE a [<!ENTITY b "c">]><sst')]),
        "xl/sharedStrings.xml",
    ),
    "slip": (copied(more={"../evil.xml": "<a/>"}), "evil"),
    "bomb": (copied(more={"xl/media/image1.bin": b"\0" * (150 << 20)}), "MB"),
    "no strings": (copied(without=["xl/sharedStrings.xml"]), "damaged"),
    "no sheet": (copied(without=["xl/worksheets/sheet3.xml"]), "damaged"),
    "bad XML": (copied([("xl/workbook.xml", "</workbook>", "")]), "damaged"),
    "bad number": (
        copied([("xl/sharedStrings.xml", "</sst>", "<si/></sst>"), ("xl/workbook.xml", "rId3", "x")]),
        "dam",
    ),
    "not ours": (copied([("xl/workbook.xml", 'name="neoterra"', 'name="other"')]), "was not made by"),
    "not ours either": (meta(sheets.MARK, "x"), "was not made by"),
    "strict": (
        copied([("xl/workbook.xml", "schemas.openxmlformats.org/spread", "purl.oclc.org/ooxml/spread")]),
        "Strict",
    ),
    "sheet twice": (copied([("xl/workbook.xml", 'name="rôles"', 'name="ACTEURS"')]), "damaged"),
    "part twice": (copied([("xl/workbook.xml", 'r:id="rId5"', 'r:id="rId4"')]), "damaged"),
    "no language": (meta("lang", "x"), "was not made by"),
}


@pytest.mark.parametrize("name", ONE_LINE)
def test_what_is_no_such_workbook_is_refused_in_one_line(base, tmp_path, capsys, name):
    folder, file = base
    make, words = ONE_LINE[name]
    make(tmp_path / "bad.xlsx", file)
    with pytest.raises(sheets.WorkbookError) as refusal:
        workbook.run_import(tmp_path / "bad.xlsx", tmp_path / "back", folder, lang="en")
    told = str(refusal.value)
    assert capsys.readouterr().out == "" and "\n" not in told and told.startswith("bad.xlsx") and words in told, told
    assert not (tmp_path / "back").exists()


def test_another_version_is_refused(base, tmp_path, monkeypatch):
    folder, file = base
    monkeypatch.setattr(sheets, "VERSION", "2")
    with pytest.raises(sheets.WorkbookError, match="autre version"):
        workbook.read(file, tmp_path / "back", data=folder)


def test_no_more_faults_are_told_than_help(base, tmp_path):
    folder, file = base
    (part,) = [part for part, title in sheet_xml(zipfile.ZipFile(file)) if title == "rôles"]
    merged = "".join(f'<mergeCell ref="H{row}:I{row}"/>' for row in range(1, 300))
    stray = "".join(f'<c r="{address(900, column)}"><v>1</v></c>' for column in range(6, 300))
    wide = [(part, "<autoFilter", f"<mergeCells>{merged}</mergeCells><autoFilter")]
    wide += [(part, "</sheetData>", f'<row r="900">{stray}</row></sheetData>')]
    outcome = workbook.read(patched(file, tmp_path / "wide.xlsx", wide), tmp_path / "back", data=folder)
    assert [p.code for p in outcome.problems].count("merged_cells") == 50
    assert [p.code for p in outcome.problems].count("stray_cell") == 50


def more(count, cells, packed=zipfile.ZIP_DEFLATED):
    return added("rôles", "</sheetData>", f"<row>{cells}</row>" * count + "</sheetData>", packed)


LONG = '<c t="str"><v>{}</v></c>'
# An element that is small in the file, and large in memory.
LARGE = "<c " + " ".join(f'{letter}=""' for letter in "abcdefghijklmnopqrstuvwxyz") + "/>"
# What is made of a workbook, and a part of the refusal.
TOO_MUCH = {
    "cells": (more(15_001, "<c><v>1</v></c>" * 10), "trop de cellules"),
    "rows": (more(30_001, "<c><v>1</v></c>"), "trop de cellules"),
    "letters": (more(701, LONG.format("x" * 30_000), zipfile.ZIP_STORED), "trop de cellules"),
    "one text many times": (
        lambda path, file: patched(
            more(2_000, '<c t="s"><v>0</v></c>')(path.with_suffix(".a"), file),
            path,
            [("xl/sharedStrings.xml", "<si><t>", f"<si><t>{'x' * 900_000}")],
        ),
        "trop de cellules",
    ),
    "memory": (more(300_000, LARGE, zipfile.ZIP_STORED), "trop de temps ou de mémoire"),
    "letters in one text": (more(1, LONG.format("x" * 12_000_000), zipfile.ZIP_STORED), "abîmé"),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_too_much_is_refused(base, tmp_path, own_process, monkeypatch, name):
    folder, file = base
    if TOO_MUCH[name][1] == "trop de cellules":  # smaller limits, which another process would not know
        for limit, value in (("MAX_CELLS", 150_000), ("MAX_ROWS", 30_000), ("MAX_LETTERS", 20_000_000)):
            monkeypatch.setattr(workbook_in, limit, value)
        monkeypatch.setattr(sandbox, "call", lambda function, raw, lang, times: function(raw, lang))
    make, words = TOO_MUCH[name]
    make(tmp_path / "bad.xlsx", file)
    with pytest.raises(sheets.WorkbookError, match=words) as refusal:
        workbook.read(tmp_path / "bad.xlsx", tmp_path / "back", data=folder)
    assert len(str(refusal.value).splitlines()) == 1 and not (tmp_path / "back").exists()


def test_too_long_and_too_large_are_refused(base, tmp_path, own_process, monkeypatch):
    folder, file = base
    for limit, value, words in (
        ("neoterra_analysis.fiches.documents.sandbox.PATIENCE", 0.001, "trop de temps"),
        ("neoterra_analysis.coding.workbook_in.MAX_FILE", 1000, "dépasse"),
    ):
        monkeypatch.setattr(limit, value)
        with pytest.raises(sheets.WorkbookError, match=words):
            workbook.read(file, tmp_path / "back", data=folder)
    assert not (tmp_path / "back").exists()


def test_a_text_longer_than_a_cell_is_refused(base, tmp_path):
    folder, file = base
    long = "<t>" + "x" * (LONGEST + 1) + "</t>"
    bad = patched(file, tmp_path / "bad.xlsx", [("xl/sharedStrings.xml", "<t>un indice</t>", long)])
    outcome = workbook.read(bad, tmp_path / "back", data=folder)
    assert [(p.file, p.cell, p.code) for p in outcome.problems] == [("lauréats", "I3", "long_cell")]


def test_every_rule_of_the_workbook_has_its_test(repo):
    file = repo / "src" / "neoterra_analysis" / "words" / "workbook.toml"
    keys = tomllib.loads(file.read_text(encoding="utf-8"))
    rules = {key.removeprefix("rule.") for key in keys if key.startswith("rule.")}
    tested = {code for _, wanted in REFUSED.values() for *_, code in wanted}
    tested |= {"number_read", "comment_left", "drawing_left", "struck_beside"}
    tested |= {"target_moved"}  # in test_workbook_folder.py
    tested |= {"read_by_name", "no_cell", "not_comma"}  # in test_workbook.py
    assert rules <= tested
    assert all(f"fix.{rule}" in labels.words() for rule in rules)
