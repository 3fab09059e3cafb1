"""The coding workbook: what it looks like, and that a table comes back from it to the byte."""

import csv
import json
import zipfile

import openpyxl
import pytest

import invented
from neoterra_analysis.coding import sheets, workbook, workbook_in, workbook_out
from neoterra_analysis.dataset import rules as contract
from neoterra_analysis.dataset.check import check
from neoterra_analysis.dataset.csvfile import Row
from neoterra_analysis.words import labels
from workbook_tools import LONGEST, edited, files, sheet_xml

pytestmark = pytest.mark.usefixtures("in_process")

# A text, and "same" or the rule that refuses it when the workbook is written.
TEXTS = {
    "formula": ("=1+1", "same"),
    "plus": ("+1", "same"),
    "minus": ("-1", "same"),
    "at": ("@SUM(A1)", "same"),
    "tab": ("\tX", "same"),
    "command": ("=cmd|' /C calc'!A0", "same"),
    "lead": (" lead", "same"),
    "trail": ("trail ", "same"),
    "na": ("NA", "same"),
    "n/a": ("N/A", "same"),
    "error": ("#REF!", "same"),
    "zero": ("01", "same"),
    "exponent": ("1e5", "same"),
    "comma": ("1,5", "same"),
    "month": ("mars-12", "same"),
    "true": ("TRUE", "same"),
    "vrai": ("vrai", "same"),
    "quote": ("'x", "same"),
    "quotes": ('"q"', "same"),
    "semicolon": ("a;b", "same"),
    "list": ("a,b", "same"),
    "bar": ("a|b", "same"),
    "line": ("a\nb", "same"),
    "nul": ("a\0b", "control_char"),
    "bell": ("a\x07b", "control_char"),
    "next_line": ("a\x85b", "control_char"),
    "escape_cr": ("_x000D_", "same"),
    "escape_a": ("_x0041_", "same"),
    "escape_twice": ("_x005F_ _x000D_", "same"),
    "escape_escape": ("_x005F_x000D_", "no_cell"),
    "escape_half": ("x005F_", "same"),
    "emoji": ("\U0001f600", "same"),
    "nfd": ("e\u0301te\u0301", "same"),
    "narrow": ("3\u202f%", "same"),
    "rtl": ("a\u200fb", "same"),
    "bom": ("a\ufeffb", "same"),
    "not_a_character": ("a\uffffb", "control_char"),
    "longest": ("x" * LONGEST, "same"),
    "too_long": ("x" * (LONGEST + 1), "long_cell"),
    "longest_emoji": ("\U0001f600" * (LONGEST // 2), "same"),
    "too_long_emoji": ("\U0001f600" * (LONGEST // 2 + 1), "long_cell"),
    "bold": ("<b>", "same"),
    "entity": ("&amp;", "same"),
    "rich": ("<r><t>x</t></r>", "no_cell"),
    "template": ("{{7*7}}", "same"),
    "address": ("http://x.invalid/", "same"),
    "cdata": ("]]>", "same"),
    "array": ("{=1}", "same"),
    "brackets": ("Alpha [beta]", "same"),
}


@pytest.fixture(scope="module", autouse=True)
def short_lists():
    """Let the lists follow fewer new records: writing their formulas is most of an export."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "NEW_LISTED", 2)
        yield


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Return the invented data folder and its workbook; to be read only."""
    place = tmp_path_factory.mktemp("base")
    folder = invented.write(place / "data")
    with pytest.MonkeyPatch.context() as patch:
        # The codebook, which no import reads, would be half of the cells.
        patch.setattr(workbook_out, "lines", lambda plan, lang: [])
        return folder, workbook.write(folder, place / "grid.xlsx", "fr")


def written(folder, **tables):
    """Write a draft whose passages are given as rows."""
    invented.write(folder)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    return folder


@pytest.fixture(scope="module")
def texts_back(tmp_path_factory):
    """Export all texts that can be, import them, and return both folders."""
    place = tmp_path_factory.mktemp("texts")
    rows = [["passage_id", "text"], *([name, text] for name, (text, fate) in TEXTS.items() if fate == "same")]
    folder = written(place / "draft", passages=rows)
    actors = ["actor_id,name,short_fr,short_en,kind,actor_type,scale,laureate_id,aliases,note".split(",")]
    actors += [[name, text, text, text, "named", "", "", text, "", text] for name, text in rows[1:]]
    with (folder / "actors.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(actors)
    file = workbook.write(folder, place / "texts.xlsx")
    outcome = workbook.read(file, place / "back", data=folder, draft=True)
    return folder, place / "back", outcome, file


@pytest.mark.parametrize("name", [name for name, (_, fate) in TEXTS.items() if fate == "same"])
def test_a_text_comes_back_as_it_is(texts_back, name):
    folder, back, outcome, _ = texts_back
    assert outcome.written and not outcome.structural
    for table, key, columns in (("passages", "passage_id", ("text",)), ("actors", "actor_id", ("laureate_id", "note"))):
        with (back / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            found = {row[key]: row for row in csv.DictReader(file)}
        assert {found[name][column] for column in columns} == {TEXTS[name][0]}


def test_the_files_come_back_to_the_byte(texts_back):
    folder, back, outcome, file = texts_back
    assert files(back) == files(folder) and not outcome.changed
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        assert not any("hyperlink" in archive.read(one).decode().lower() for one in names if one.endswith(".rels"))
        for one in names:
            if "worksheets/sheet" in one and "<f>" in archive.read(one).decode():
                assert "neoterra-lists" in dict(sheet_xml(archive))[one]


@pytest.mark.parametrize("name", [name for name, (_, fate) in TEXTS.items() if fate != "same"])
def test_a_text_that_no_cell_holds_is_refused(tmp_path, name):
    text, rule = TEXTS[name]
    folder = written(tmp_path / "draft", passages=[["passage_id", "text"], ["p", text]])
    with pytest.raises(sheets.WorkbookError) as refusal:
        workbook.write(folder, tmp_path / "grid.xlsx", "en")
    (problem,) = refusal.value.problems
    assert (problem.file, problem.line, problem.column, problem.code) == ("passages.csv", 2, "text", rule)
    assert f"[{rule}]" in str(refusal.value) and not (tmp_path / "grid.xlsx").exists()


def test_a_carriage_return_is_refused(tmp_path):
    plan = sheets.planned({}, {"passages": ["text"]}, "fr")
    rows = {"passages": [Row(2, {"text": "\rX"}, {"text": 2})]}
    assert [problem.code for problem in workbook_out.cells(plan, rows, "fr")[2]] == ["control_char"]


def test_ids_that_brackets_could_confuse_come_back(tmp_path):
    laureates = invented.replaced("laureates", "alpha,Alpha,", 'alpha,"Al [beta], ] [pha",')
    laureates = [line.replace("beta,Beta,", "beta,Gamma,") for line in laureates]
    roles = [*invented.TABLES["roles"], *(f"{one},aiguillon,stated,x" for one in ("Alpha", "a [beta]", "Gamma", "[x]"))]
    folder = invented.write(tmp_path / "draft", laureates=laureates, roles=roles)
    file = workbook.write(folder, tmp_path / "grid.xlsx")
    back = workbook.read(file, tmp_path / "back", data=folder, draft=True)
    assert files(tmp_path / "back") == files(folder)
    assert {p.file for p in back.problems} == {"rôles"} and not back.structural
    roles = [row[0] for row in openpyxl.load_workbook(file)["rôles"].iter_rows(min_row=2, values_only=True)]
    assert roles[0] == "Al [beta], ] [pha [alpha]" and roles[1] == "Gamma [beta]"


def test_an_id_that_no_cell_gives_back_is_refused(tmp_path):
    folder = invented.write(tmp_path / "draft", roles=[*invented.TABLES["roles"], "x]y[c],aiguillon,stated,x"])
    with pytest.raises(sheets.WorkbookError, match="no_cell"):
        workbook.write(folder, tmp_path / "grid.xlsx")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_shipped_data_come_back_to_the_byte(repo, tmp_path, own_process, lang):
    file = workbook.write(repo / "data", tmp_path / "grid.xlsx", lang)
    again = workbook.write(repo / "data", tmp_path / "again.xlsx", lang)
    assert file.read_bytes() == again.read_bytes()
    outcome = workbook.read(file, tmp_path / "back", lang)
    assert (outcome.problems, outcome.notices, outcome.changed) == ([], [], False)
    shipped = files(repo / "data")
    assert {name: raw for name, raw in shipped.items() if name != "README.md"} == files(tmp_path / "back")
    assert sum(outcome.sizes.values()) == sum(raw.count(b"\n") - 1 for n, raw in shipped.items() if n.endswith(".csv"))


def test_cells_are_those_that_another_reader_finds(repo, tmp_path):
    file = workbook.write(repo / "data", tmp_path / "grid.xlsx")
    other = openpyxl.load_workbook(file)
    for grid in workbook_in.grids(file):
        found = {
            (cell.row, cell.column): str(cell.value)
            for row in other[grid.title].iter_rows()
            for cell in row
            if cell.value not in (None, "")
        }
        assert {place: cell.text for place, cell in grid.cells.items()} == found
        kinds = {cell.kind for cell in grid.cells.values()}
        assert kinds == {"formula"} if grid.title == sheets.LISTS else kinds == {"text"}


def test_saved_by_another_program_it_comes_back(base, tmp_path):
    folder, file = base
    saved = edited(file, tmp_path / "saved.xlsx", lambda book: None)
    assert saved.read_bytes() != file.read_bytes()
    outcome = workbook.read(saved, tmp_path / "back", data=folder)
    assert not outcome.changed and files(tmp_path / "back") == files(folder)


def test_rich_text_is_read_as_its_text(base, tmp_path):
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont

    def change(book):
        book["rôles"]["D2"].value = CellRichText("un ", TextBlock(InlineFont(b=True), "aiguillon"))

    folder, file = base
    workbook.read(edited(file, tmp_path / "rich.xlsx", change), tmp_path / "back", data=folder)
    assert files(tmp_path / "back") == files(folder)


def test_a_new_record_is_taken_up_in_the_order_of_the_sheet(base, tmp_path):
    def change(book):
        for column, text in enumerate(("Alpha [alpha]", "connecteur", "stated", "un lien"), 1):
            book["rôles"].cell(6, column, text)

    folder, file = base
    outcome = workbook.read(edited(file, tmp_path / "more.xlsx", change), tmp_path / "back", data=folder)
    lines = (tmp_path / "back" / "roles.csv").read_text(encoding="utf-8").splitlines()
    assert lines == [*invented.TABLES["roles"], "alpha,connecteur,stated,un lien"]
    assert outcome.changed and outcome.problems == [] and check(tmp_path / "back").problems == []


NAMED = {
    "bracket": ("Gamma [gamma]", "gamma", None),
    "old name": ("Nom d'avant [gamma]", "gamma", None),
    "bare id": ("gamma", "gamma", None),
    "name": ("Gamma", "gamma", "read_by_name"),
    "name, otherwise written": (" gAMMA  ", "gamma", "read_by_name"),
}


@pytest.mark.parametrize("name", NAMED)
def test_an_id_is_read_by_name(base, tmp_path, name):
    text, meant, notice = NAMED[name]
    folder, file = base
    file = edited(file, tmp_path / "named.xlsx", lambda book: book["rôles"].cell(5, 1, text))
    outcome = workbook.read(file, tmp_path / "back", data=folder)
    assert outcome.problems == [] and files(tmp_path / "back") == files(folder)
    told = [(p.file, p.cell, p.code) for p in outcome.notices if p.file == "rôles"]
    assert told == ([("rôles", "A5", notice)] if notice else [])


def test_a_code_is_read_by_its_label(base, tmp_path):
    folder, file = base
    file = edited(file, tmp_path / "named.xlsx", lambda book: book["rôles"].cell(5, 2, "Inspirer"))
    outcome = workbook.read(file, tmp_path / "back", data=folder)
    assert files(tmp_path / "back") == files(folder)
    assert [(p.cell, p.nearest) for p in outcome.notices if p.code == "read_by_name"] == [("B5", "inspirateur")]


def test_sheets_are_made_for_people(base):
    folder, file = base
    book = openpyxl.load_workbook(file)
    assert book.sheetnames[:3] == ["Mode d'emploi", "sources", "ambitions"]
    assert [book[name].sheet_state for name in (sheets.META, sheets.LISTS)] == ["veryHidden"] * 2
    roles = book["rôles"]
    assert roles.freeze_panes == "B2" and roles.auto_filter.ref == "A1:D5"
    assert roles.page_setup.orientation == "landscape" and roles.print_title_rows == "$1:$1"
    assert roles.page_setup.fitToHeight == 0 and roles.sheet_properties.pageSetUpPr.fitToPage
    assert roles.protection.sheet and roles.protection.password is None
    assert not roles.protection.insertRows and not roles.protection.sort and not roles.protection.autoFilter
    locked = [[cell.protection.locked for cell in roles[row]] for row in (1, 2)]
    assert locked == [[True] * 4, [True, True, False, False]]
    assert not roles.column_dimensions["A"].protection.locked  # the rows below the data
    assert {cell.number_format for row in roles.iter_rows() for cell in row} == {"@"}
    assert roles.column_dimensions["A"].number_format == "@"
    rules = {str(rule.sqref): rule for rule in roles.data_validations.dataValidation}
    assert rules["B2:B505"].formula1 == '"aiguillon,inspirateur,connecteur"'
    assert rules["A2:A505"].formula1.startswith(f"OFFSET('{sheets.LISTS}'!$")
    assert (rules["B1"].promptTitle, rules["B1"].prompt) == ("Rôle", "Le rôle énoncé. Obligatoire.")


def test_rows_show_all_their_lines_and_pages_can_be_read(repo, tmp_path):
    book = openpyxl.load_workbook(workbook.write(repo / "data", tmp_path / "grid.xlsx", "fr"))
    assert (
        workbook_out.height(["x" * 30, "a\nb\nc"], [12, 40]) == 45 and workbook_out.height(["x" * 90_000], [10]) == 409
    )
    made = book["acteurs"]
    widest = {cell.row for row in made.iter_rows() for cell in row if len(cell.value or "") > 60}
    assert widest and all(made.row_dimensions[row].height >= 30 for row in widest)
    wide, narrow = book["lauréats"], book["rôles"]
    assert (wide.page_setup.fitToWidth, wide.print_title_cols) == (2, "$A:$A")
    assert (narrow.page_setup.fitToWidth or 1, narrow.print_title_cols) == (1, None)


def test_every_coded_column_and_every_id_has_a_list(base):
    folder, file = base
    book = openpyxl.load_workbook(file)
    for table, resource in contract.tables(folder).items():
        made = book[sheets.title(table, "fr")]
        columns = [field["name"] for field in resource["schema"]["fields"]]
        wanted = {field["name"] for field in resource["schema"]["fields"] if field.get("constraints", {}).get("enum")}
        wanted |= {foreign["fields"][0] for foreign in resource["schema"].get("foreignKeys", [])}
        wanted |= {"from_id", "to_id"} & set(columns)
        lists = [rule for rule in made.data_validations.dataValidation if rule.type == "list"]
        assert {made.cell(1, min(rule.sqref.ranges, key=str).min_col).value for rule in lists} == wanted
        assert {min(rule.sqref.ranges, key=str).max_row for rule in lists} <= {
            len(invented.TABLES[table]) + sheets.NEW_ROWS
        }


def test_the_lists_show_what_the_cells_show(repo, tmp_path):
    file = workbook.write(repo / "data", tmp_path / "grid.xlsx")
    book = openpyxl.load_workbook(file, data_only=True)
    offered = {cell for row in book[sheets.LISTS].iter_rows(values_only=True) for cell in row if cell}
    for title, column in (("rôles", 1), ("mentions", 1), ("mentions", 4), ("passages", 1), ("relations", 2)):
        shown = {row[column - 1] for row in book[title].iter_rows(min_row=2, values_only=True)}
        assert {text for text in shown if len(text) < 80} <= offered
    formulas = [cell for row in openpyxl.load_workbook(file)[sheets.LISTS].iter_rows(values_only=True) for cell in row]
    assert max(len(str(formula)) for formula in formulas) < 1000


def test_a_long_list_of_codes_stands_on_the_hidden_sheet(tmp_path):
    folder = invented.write(tmp_path / "draft")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    field = package["resources"][5]["schema"]["fields"][1]
    field["constraints"]["enum"] = [*field["constraints"]["enum"], *(f"code-{n:03}" for n in range(40))]
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    book = openpyxl.load_workbook(workbook.write(folder, tmp_path / "grid.xlsx"))
    (rule,) = [r for r in book["rôles"].data_validations.dataValidation if str(r.sqref).startswith("B2:")]
    assert rule.formula1.startswith(f"'{sheets.LISTS}'!$") and rule.formula1.endswith("$43")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_first_sheet_tells_what_everything_means(repo, lang):
    plan = sheets.planned(contract.tables(repo / "data"), {"review": ["review_id", "decision"]}, lang)
    found = workbook_out.lines(plan, lang)
    resources = contract.tables(repo / "data").values()
    fields = [field for resource in resources for field in resource["schema"]["fields"]]
    kinds = [kind for kind, _ in found]
    assert kinds.count("table") == len(resources) + 1 and kinds.count("column") == len(fields) + 2
    assert kinds.count("code") == sum(len(field.get("categories", [])) for field in fields)
    meaning = {cells[1]: cells[2:4] for kind, cells in found if kind == "code"}
    assert meaning["connecteur"][0] == ("Connecteur" if lang == "fr" else "Connector") and meaning["connecteur"][1]
    titles = [sheet.title for sheet in plan]
    assert len(set(map(str.casefold, titles))) == len(titles) and max(map(len, titles)) <= 31


def test_a_draft_comes_with_what_is_to_be_reviewed(tmp_path):
    review = [["review_id", "kind", "passage", "decision"], ["1", "acteur", "=un\ndeux", ""], ["2", "rôle", "x", "ok"]]
    passages = [["passage_id", "text"], ["p1", "Un texte, long"]]
    folder = written(tmp_path / "draft", review=review, passages=passages)
    (folder / "laureates.csv").write_text(
        "\n".join(invented.replaced("laureates", "Un,One", ",")) + "\n", encoding="utf-8"
    )
    file = workbook.write(folder, tmp_path / "grid.xlsx")
    book = openpyxl.load_workbook(file)
    assert book.sheetnames[1] == "à relire" and book.sheetnames[17] == "textes lus"
    (rule,) = book["à relire"].data_validations.dataValidation
    assert (rule.formula1, str(rule.sqref)) == ('"ok"', "D2:D503")
    refused = workbook.read(file, tmp_path / "back", data=folder)
    assert {(p.file, p.cell, p.code) for p in refused.problems} == {
        ("lauréats", "J2", "required"),
        ("lauréats", "K2", "required"),
    }
    assert refused.written is None and not refused.structural and not (tmp_path / "back").exists()
    kept = workbook.read(file, tmp_path / "back", data=folder, draft=True)
    assert kept.problems == refused.problems and files(tmp_path / "back") == files(folder)


def test_what_cannot_be_read_is_not_exported(tmp_path):
    folder = invented.write(tmp_path / "draft")
    (folder / "roles.csv").unlink()
    (folder / "actors.csv").write_bytes((folder / "actors.csv").read_bytes().replace(b",", b";"))
    (folder / "themes.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(sheets.WorkbookError) as refusal:
        workbook.write(folder, tmp_path / "grid.xlsx")
    codes = {(p.file, p.code) for p in refusal.value.problems}
    assert codes == {("roles.csv", "missing_file"), ("actors.csv", "not_comma"), ("themes.csv", "utf16")}
    assert list(tmp_path.iterdir()) == [folder]


def test_commands_tell_what_was_done(base, tmp_path, own_process, capsys):
    folder, _ = base
    file = tmp_path / "grille.xlsx"
    assert workbook.run_export(file, folder, "fr") == 0
    assert "grille.xlsx est écrit" in capsys.readouterr().out
    with pytest.raises(sheets.WorkbookError, match="^.*xlsx.*$"):
        workbook.run_export(tmp_path / "grille.csv", folder, "fr")
    assert workbook.run_import(file, None, folder, lang="fr") == 0
    told = capsys.readouterr().out
    assert "rôles\u202f: 4 lignes" in told and "inchangé" in told and str(tmp_path / "grille") in told
    bad = edited(file, tmp_path / "bad.xlsx", lambda book: book["rôles"].cell(5, 2, "inspirator"))
    for lang, wanted in (
        ("fr", "rôles!B5, colonne role\u202f: «\u202finspirator\u202f»"),
        ("en", "Nothing is written; problems: 1"),
    ):
        assert workbook.run_import(bad, tmp_path / "out", folder, lang=lang) == 1
        assert wanted in capsys.readouterr().out
    assert not (tmp_path / "out").exists()
    assert workbook.run_import(bad, tmp_path / "out", folder, draft=True, lang="fr") == 0
    told = capsys.readouterr().out
    assert "brouillon" in told and "[unknown_code]" in told
    with pytest.raises(sheets.WorkbookError, match="^none.xlsx: no such file$"):
        workbook.run_import(tmp_path / "none.xlsx", lang="en")


def test_the_words_have_both_languages_and_no_slip():
    for key in (key for key in labels.words() if key.startswith(("workbook.how.", "workbook.head."))):
        assert all(labels.t(key, lang) for lang in ("fr", "en"))
    assert len([key for key in labels.words() if key.startswith("workbook.how.")]) == workbook_out.LINES
