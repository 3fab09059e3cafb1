"""What the coding itself rules out or makes doubtful, one slip at a time, and slips in the project's own tables."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import invented
from neoterra_analysis.dataset import invented_example, rules
from neoterra_analysis.dataset.check import check
from neoterra_analysis.dataset.crossed import check_languages
from neoterra_analysis.dataset.csvfile import read
from neoterra_analysis.dataset.problems import as_text

# code, table, text to replace, what it becomes, physical line, column
REFUSED = [
    ("number_twice", "ambitions", "a-2,2", "a-2,1", 3, "number"),
    ("number_twice", "themes", "doc,2,challenge", "doc,1,challenge", 3, "number"),
    ("number_twice", "claims", "doc,2,announced", "doc,1,announced", 3, "number"),
    ("number_twice", "laureates", "doc,2,Beta", "doc,1,Beta", 3, "source_row"),
    ("number_of_id", "ambitions", "a-2,2", "ambition-3,2", 3, "number"),
    ("number_of_id", "enjeux", "1.2,a-1,2", "1.2,a-1,3", 3, "enjeu_id"),
    ("number_sense", "laureates", "doc,4,Delta", "doc,99999999999999999999,Delta", 5, "source_row"),
    ("number_sense", "laureates", "doc,4,Delta", "doc,04,Delta", 5, "source_row"),
    ("number_sense", "claims", "laureates,4", "laureates,999999999", 2, "expected"),
    ("future", "sources", "2026-01-31", "2999-01-31", 2, "retrieved"),
    ("line_break", "laureates", "beta,Beta,", 'beta,"Be\nta",', 3, "name"),
    ("other_home", "themes", "held,a-1", "held,a-2", 3, "ambition_id"),
    ("other_home", "claims", "pushed,a-1", "pushed,a-2", 7, "ambition_id"),
    ("same_label", "themes", "Levier,Pushed", "FREIN,Pushed", 4, "label_fr"),
    ("exchanged", "laureates", "Deux,Two", "The work of the two is here,Le travail de la ville", 3, "summary_fr"),
    ("anchor_of_nothing", "contributions", "un mot", "de la", 2, "anchor"),
    ("anchor_of_nothing", "roles", "un aiguillon", "« – »", 2, "anchor"),
    ("other_department", "laureates", ",à Ville", ",en Haute-Vienne", 2, "department_stated"),
    (
        "other_department",
        "laureates",
        "Ville,33,,,Un,One,doc,1,Alpha fait,une entreprise,à Ville",
        "Ville,33,,,Un,One,doc,1,Alpha fait,une entreprise,à Ville en Lot et Garonne",
        2,
        "department_stated",
    ),
    ("other_status", "laureates", "Beta fait,une association", "Beta fait,une Entreprise", 3, "carrier_status"),
    ("other_role", "roles", "gamma,inspirateur", "gamma,connecteur", 5, "role"),
    ("other_dimension", "contributions", "beta,territoire,rural", "beta,filiere,rural", 4, "dimension"),
    ("other_kind", "claims", "6,lever", "6,challenge", 7, "kind"),
    ("other_kind", "claims", "3,principal", "3,role", 4, "kind"),
    ("self_loop", "relations", "beta,alpha,origin", "beta,beta,origin", 2, "to_id"),
    ("direction", "relations", "beta,alpha,origin", "alpha,beta,origin", 2, "from_id"),
    ("same_answer", "readings", "stated,principal", "stated,stated", 2, "alternative"),
    ("impossible_answer", "readings", "stated,principal", "stated,principaux", 2, "alternative"),
    ("impossible_answer", "readings", "stated,principal", "stated,", 2, "alternative"),
    ("impossible_answer", "readings", "strength,,indirect", "strength,,weak", 3, "alternative"),
]
ASKED = [
    ("no_words", "laureates", "une association,", ",", 3, "carrier_status"),
    ("nothing_stated", "laureates", "Gamma fait,,", "Gamma fait,une entreprise,", 4, "carrier_anchor"),
    ("same_label", "laureates", "gamma,Gamma", "gamma,BETA", 4, "name"),
    ("number_hole", "laureates", "doc,4,Delta", "doc,5,Delta", 5, "source_row"),
    ("anchor_glued", "contributions", "trois mots", "troismotsquinontplusaucuneespace", 4, "anchor"),
    ("no_words", "laureates", ",à Ville", ",", 2, "place"),
    ("nothing_stated", "laureates", "Gamma fait,,", "Gamma fait,,ici", 4, "place_anchor"),
    ("outside", "laureates", "Ville,33", "Ville,75", 2, "department_stated"),
    ("other_place", "laureates", ",à Ville", ",à Villeneuve", 2, "place"),
    ("one_language", "ambitions", "a-1,1,One,Une", "a-1,1,,Une", 2, "title_en"),
    ("untitled", "ambitions", "a-1,1,One,Une", "a-1,1,One,", 2, "title_fr"),
    ("unnamed_role", "roles", "un inspirateur", "une source", 5, "anchor"),
    ("principally", "roles", "un aiguillon", "principalement aiguillon", 2, "salience"),
    ("not_principally", "roles", "surtout connecteur", "un connecteur", 4, "salience"),
    ("no_claim", "claims", "evidence,eased", "evidence,held", 2, "theme_id"),
    ("unused_actor", "actors", "unknown,Inconnu", "idle,Repos,Repos,Repos,named,,,,,\nunknown,Inconnu", 7, "actor_id"),
]
# The invented records have laureates without any, and enjeux without laureates.
USUAL = {"no_contribution", "no_passage", "no_mention", "no_role", "no_case"}
CODES = {code for code, *_ in (*REFUSED, *ASKED)} | {"empty_table", "crossed"} | USUAL


def reading(key, column, value, other, table="mentions"):
    return [*invented.TABLES["readings"], f"r03,{table},{key},{column},{value},{other},Doute,Doubt"]


def found(tmp_path, **tables):
    report = check(invented.write(tmp_path / "data", **tables))
    return [*report.problems, *(one for one in report.notices if one.code not in USUAL)]


def test_the_invented_records_are_sound(tmp_path):
    assert found(tmp_path) == []


@pytest.mark.parametrize(("code", "table", "old", "new", "line", "column"), [*REFUSED, *ASKED])
def test_one_slip_is_told_where_it_is(tmp_path, code, table, old, new, line, column):
    assert any(old in one for one in invented.TABLES[table])
    told = found(tmp_path, **{table: invented.replaced(table, old, new)})
    problem = next(one for one in told if (one.code, one.line, one.column) == (code, line, column))
    assert problem.notice == ((code, table, old, new, line, column) in ASKED)
    for lang in ("fr", "en"):
        text = as_text(problem, lang)
        assert "{" not in text and str(line) in text and column in text


@pytest.mark.parametrize(
    ("key", "column", "value", "other"),
    [
        ("alpha/1", "actor_id", "town", "nobody"),
        ("alpha/1", "actor_id", "town", ""),
        ("alpha/3", "parent_position", "2", "3"),
        ("alpha/3", "parent_position", "2", "9"),
        ("alpha/3", "parent_position", "2", "one"),
        ("alpha/1", "parent_position", "", "3"),
    ],
)
def test_an_answer_that_no_cell_could_hold_is_refused(tmp_path, key, column, value, other):
    told = found(tmp_path, readings=reading(key, column, value, other))
    assert [(one.code, one.line, one.column) for one in told] == [("impossible_answer", 4, "alternative")]


@pytest.mark.parametrize(
    ("table", "key", "column", "value", "other"),
    [
        ("mentions", "alpha/1", "actor_id", "town", "mill"),
        ("mentions", "alpha/3", "parent_position", "2", ""),
        ("mentions", "alpha/3", "parent_position", "2", "1"),
        ("laureates", "gamma", "department_inferred", "", "33"),
        ("laureates", "gamma", "enjeu_id", "1.2", "1.1"),
        ("actors", "unknown", "actor_type", "", "ess"),
        ("evidence", "held/beta", "strength", "indirect", ""),
    ],
)
def test_an_answer_that_another_coder_could_give_is_taken(tmp_path, table, key, column, value, other):
    assert found(tmp_path, readings=reading(key, column, value, other, table)) == []


@pytest.mark.parametrize("table", ["contributions", "relations", "discrepancies", "readings"])
def test_an_empty_table_is_told(tmp_path, table):
    told = found(tmp_path, **{table: invented.TABLES[table][:1]})
    assert ("empty_table", f"{table}.csv", True) in {(one.code, one.file, one.notice) for one in told}


def test_the_longer_name_of_a_departement_is_meant(tmp_path):
    lines = invented.replaced("laureates", "Ville,33", "Ville,87")
    assert found(tmp_path, laureates=[line.replace(",à Ville", ",à Ville en Haute-Vienne") for line in lines]) == []


def enjeux(**texts):
    """Return three enjeux of two words each; a column given has its texts in another order."""
    columns = {
        "title_en": ["Mending boats", "Feeding schools", "Lending tools"],
        "title_fr": ["Réparer des bateaux", "Nourrir les écoles", "Prêter des outils"],
        "listed_title_fr": ["", "", ""],
        "short_fr": ["Bateaux", "Écoles", "Outils"],
        "short_en": ["Boats", "Schools", "Tools"],
    } | texts
    head = "enjeu_id,ambition_id,number," + ",".join(columns)
    return [head, *(f"1.{n},a-1,{n}," + ",".join(row) for n, row in enumerate(zip(*columns.values(), strict=True), 1))]


@pytest.mark.parametrize("column", ["title_fr", "short_fr", "short_en"])
@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (1, 2)])
def test_texts_that_have_changed_places_are_told_once(tmp_path, column, pair):
    assert found(tmp_path, enjeux=enjeux()) == []
    (texts,) = ([row.split(",")[at] for row in enjeux()[1:]] for at in [enjeux()[0].split(",").index(column)])
    texts[pair[0]], texts[pair[1]] = texts[pair[1]], texts[pair[0]]
    (told,) = found(tmp_path, enjeux=enjeux(**{column: texts}))
    assert (told.code, told.line, told.other, told.notice) == ("crossed", pair[1] + 2, str(pair[0] + 2), True)
    assert told.column[-2:] == column[-2:]


def test_texts_of_which_one_alone_fits_elsewhere_are_not_crossed(tmp_path):
    assert found(tmp_path, enjeux=enjeux(short_fr=["Écoles", "Villes", "Outils"])) == []


def test_what_is_shipped_breaks_none_of_these(shipped):
    assert shipped.notices == ()
    assert check(invented_example.FOLDER).problems == []


@pytest.mark.parametrize("patch", sorted((Path(__file__).parent / "rules").glob("*.patch")), ids=lambda file: file.stem)
def test_a_slip_in_the_projects_tables_is_told_in_its_table(tmp_path, patch):
    if not shutil.which("patch"):
        pytest.skip("no patch command")
    shutil.copytree(invented.DATA, tmp_path / "data")
    subprocess.run(["patch", "-s", "-p1", "-i", patch], cwd=tmp_path, check=True)
    report = check(tmp_path / "data")
    file = re.search(r"\+\+\+ b/data/(\S+)", patch.read_text(encoding="utf-8"))[1]
    assert {file, "claims.csv"} & {one.file for one in (*report.problems, *report.notices)}
    assert report.problems or patch.stem.endswith("header_only")


def test_exchanged_languages_are_told_by_the_words_of_other_rows():
    """Of the labels and texts of the project, each with its translation, the words of other rows tell nine in ten."""
    contract = rules.tables(invented.DATA)
    tables = {name: read(invented.DATA, resource) for name, resource in contract.items()}
    assert check_languages(contract, {name: table.rows for name, table in tables.items()}, {}) == []
    seen = tried = 0
    for name, fr in (("contributions", "label_fr"), ("themes", "label_fr"), ("laureates", "summary_fr")):
        en = f"{fr[:-3]}_en"
        for at, row in enumerate(tables[name].rows[:12]):
            rows = list(tables[name].rows)
            rows[at] = row._replace(cells=row.cells | {fr: row.cells[en], en: row.cells[fr]})
            told = check_languages(contract, {one: table.rows for one, table in tables.items()} | {name: rows}, {})
            # Another row with the same few words may be doubted with it.
            assert len(told) <= 2 and {(one.code, one.notice) for one in told[1:]} <= {("exchanged", True)}
            seen += (row.line, fr, "exchanged", en) in [(one.line, one.column, one.code, one.other) for one in told]
            tried += 1
    assert tried == 33 and seen >= 30
