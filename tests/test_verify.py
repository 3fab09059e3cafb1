"""Quotes held to a fiche: what is the same and what is not, by hand and by mutants; sheets; drafts of those found."""

import csv
import io
import json
import os
import shutil
from collections import Counter, defaultdict

import openpyxl
import pytest

import quote_mutants
from fiche_formats import blocks_of, docx, html, odt, pdf
from neoterra_analysis import cli, load
from neoterra_analysis.coding import verify
from neoterra_analysis.dataset.cells import count_words
from neoterra_analysis.fiches import documents, draft, quotes
from quote_mutants import NOTHING_KNOWN, PUBLISHED, REPO

pytestmark = pytest.mark.usefixtures("in_process")
FICHE = """Exemple inventé.

Fiche Ambition n°2

# Se chauffer ensemble

Trois projets répondent à 1 enjeu :

- 1. Partager la chaleur

## Enjeu 1 : Partager la chaleur

| Projet | Acteurs mobilisés | Contribution aux transitions |
|---|---|---|
| **Braise Douce** est une association de Tulle, en Corrèze, qui chauffe 2 300 logements depuis 2023. | Région, CAF (allocataires, agents), Ademe, Atelier du Feu | Braise Douce joue un rôle **d'aiguillon** : elle n'est pas un bureau d'études, où chacun a son mot à dire. Elle relie 12,5 km de tuyaux – sans chaudière – aux jardins de l'agro-écologie. L’été, elle relie les voisins, à pied, et les voisins répondent. |
| En Gironde, **Tisons** répare des poêles. « Grille d'or », son projet, forme des fumistes. | CAF, Atelier du Feu | Tisons joue un rôle **de connecteur** entre fumistes et voisins. |
| **Cendre Neuve** rend la cendre aux potagers du Médoc. | Ademe | Le projet joue un rôle **d'inspirateur**. |

## Leviers et défis

Les voisins manquent de temps pour se chauffer ensemble.

- Prêter un poêle
"""  # noqa: E501


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of a fiche and of its draft."""
    folder = tmp_path_factory.mktemp("verify")
    (folder / "fiche.md").write_text(FICHE, encoding="utf-8")
    draft.write(draft.ingest(folder / "fiche.md", REPO / "data", "2026-01-01"), folder / "data", REPO / "data")
    return folder


@pytest.fixture(scope="module")
def fiche(folder):
    made = draft.draft(documents.read(folder / "fiche.md"), NOTHING_KNOWN, "2026-01-01")
    return quotes.fiche_of(documents.read(folder / "fiche.md"), made.tables["laureates"])


@pytest.mark.parametrize(
    ("quote", "status"),
    [
        ("joue un rôle d'aiguillon", "found"),
        ("« Joue un rôle\nd’aiguillon »", "found"),
        ("l'été, elle relie les voisins", "found"),
        ("qui chauffe 2\u202f300 logements", "found"),
        ("tuyaux — sans chaudière — aux jardins", "found"),
        ("tuyaux - sans chaudière - aux jardins", "found"),
        ("jardins de l'agro\u2011écologie", "found"),
        ("jardins de l'agro-\nécologie", "found"),
        ("jardins de l'agro-éco-\nlogie.", "found"),
        ("un bureau d'e\u0301tudes", "negated"),
        ("un mot à dire", "altered"),
        ("où chacun à son mot", "altered"),
        ("ou chacun a son mot", "altered"),
        ("où chacun a son mot, à dire", "altered"),
        ("elle est un bureau d'études", "altered"),
        ("est pas un bureau d'études", "negated"),
        ("aiguillon : elle n'est", "negated"),
        ("n'est pas un bureau d'études", "found"),
        ("chauffe 2 301 logements", "altered"),
        ("chauffe 2300 logements", "altered"),
        ("300 logements depuis 2023", "altered"),
        ("qui chauffe 2", "altered"),
        ("5 km de tuyaux", "altered"),
        ("12.5 km de tuyaux", "altered"),
        ("12, 5 km de tuyaux", "altered"),
        ("tuyaux-sans chaudière", "altered"),
        ("tuyaux sans chaudière", "altered"),
        ("chaudière – aux jardins", "negated"),
        ("écologie. L'été", "altered"),
        ("de l'agro", "altered"),
        ("Chacun a son Mot à dire", "altered"),
        ("joue un role d'aiguillon", "altered"),
        ("jouait un rôle d'aiguillon", "altered"),
        ("joue un rôle d'aiguillons", "altered"),
        ("joue un rôle d'аiguillon", "altered"),
        ("joue un rôle d'aigu\u200billon", "hidden"),
        ("joue un rôle d'aigu\u00adillon", "hidden"),
        ("\u202ejoue un rôle d'aiguillon", "hidden"),
        ("joue un rôle d'aiguillon\u00b9 : elle", "altered"),
        ("les voisins", "ambiguous"),
        ("elle relie", "found"),
        ("ıl joue", "altered"),
        ("joue un rôle de connecteur", "other_row"),
        ("les voisins manquent de temps", "outside"),
        ("Partager la chaleur", "outside"),
        ("Acteurs mobilisés", "outside"),
        ("joue un rôle d'aiguillon […] elle relie les voisins", "joined"),
        ("joue un rôle d'aiguillon, elle relie les voisins", "altered"),
        ("chacun a son mot à dire aux jardins de l'agro-écologie", "joined"),
        ("logements depuis 2023. Région, CAF", "joined"),
        ("Ademe, Atelier du Feu Braise Douce", "joined"),
        ("L'association propose une rupture technologique inédite", "nowhere"),
        ("", "empty"),
        ("« … »", "empty"),
        ("l'", "too_little"),
        ("de la", "too_little"),
    ],
)
def test_a_quote_is_the_same_or_is_not(fiche, quote, status):
    verdict = quotes.judge(quote, "braise-douce", fiche)
    assert verdict.status == status, verdict
    if status == "found":
        assert len(verdict.spots) == 1 and verdict.spots[0].cell.row == "braise-douce"


def test_a_whole_cell_is_no_quote(fiche):
    cells = [cell for cell, *_ in fiche.rows["braise-douce"].parts]
    statuses = [quotes.judge(cell.text, "braise-douce", fiche).status for cell in cells]
    assert statuses == ["whole_cell", "found", "whole_cell"]  # eight words may well be a mention
    assert quotes.judge("Ademe", "cendre-neuve", fiche, "actors").status == "found"


def test_a_mention_is_read_in_the_actors_cell_alone(fiche):
    assert quotes.judge("Région", "braise-douce", fiche, "actors").status == "found"
    assert quotes.judge("Tulle", "braise-douce", fiche, "actors").status == "wrong_cell"
    assert quotes.judge("CAF", "cendre-neuve", fiche, "actors").status == "other_row"


def test_the_reason_is_shown_with_its_places(fiche):
    ambiguous = quotes.judge("les voisins", "braise-douce", fiche)
    assert [spot.printed for spot in ambiguous.spots] == ["les voisins"] * 2
    joined = quotes.judge("forme des fumistes (...) entre fumistes et voisins", "tisons", fiche)
    assert [spot.cell.column for spot in joined.spots] == ["project", "contribution"]
    altered = quotes.judge("Tisons tient un rôle fort de connecteur", "tisons", fiche)
    assert altered.nearest.printed == "Tisons joue un rôle de connecteur"
    assert altered.difference == "Tisons [-tient-] {+joue+} un rôle [-fort-] de connecteur"
    negated = quotes.judge("est pas un bureau d'études", "braise-douce", fiche)
    assert negated.difference == "{+n'est+} [-est-] pas un bureau d'études" or "n'est" in negated.difference
    assert "а‹U+0430›iguillon" in quotes.judge("joue un rôle d'аiguillon", "braise-douce", fiche).difference
    assert "aigu‹U+200B›illon" in quotes.judge("rôle d'aigu\u200billon", "braise-douce", fiche).difference


def test_the_same_words_in_two_rows_are_found_in_the_one_named(fiche):
    for laureate in ("braise-douce", "tisons"):
        verdict = quotes.judge("Atelier du Feu", laureate, fiche)
        assert (verdict.status, verdict.spots[0].cell.row) == ("found", laureate)


@pytest.mark.parametrize("filling", [" ", "\n", "… ", "[…] ", "-\n", ". ", "« ", "- ", "a", "\u00ad\n"])
def test_what_is_made_to_cost_time_costs_none(fiche, filling):
    for quote in (f"joue{filling * 700}un rôle", f"joue{filling * 8000}un rôle", filling * 16000):
        verdict = quotes.judge(quote, "braise-douce", fiche)
        assert verdict.status in ("altered", "joined", "empty", "nowhere", "hidden", "found")


def test_an_unknown_row_is_told(fiche):
    assert quotes.judge("joue un rôle", "adam", fiche).status == "no_row"


def test_mutants_of_quotes():
    wanted = 25 if os.environ.get("NEOTERRA_THOROUGH") == "1" else 1
    tried, wrong, classes = Counter(), [], defaultdict(Counter)
    for source in quote_mutants.sources():
        for mutant in quote_mutants.mutants(source, of_a_class=wanted * (1 + (source.name == PUBLISHED.name))):
            verdict = quotes.judge(mutant.text, mutant.laureate, source.fiche, mutant.column)
            tried[mutant.harmless] += 1
            classes[mutant.kind][verdict.status] += 1
            if (verdict.status == "found") != mutant.harmless:
                wrong.append((source.name, *mutant, verdict.status))
    assert wrong == []
    assert len(quote_mutants.NOT_THE_SAME) >= 20 and len(quote_mutants.THE_SAME) >= 8
    assert tried[False] > (5000 if wanted > 1 else 250) and tried[True] > 80
    # What each class is told as, where only one thing is right.
    for kind, allowed in {
        "empty": {"empty"},
        "one_function_word": {"too_little"},
        "whole_cell": {"whole_cell"},
        "zero_width": {"hidden"},
        "bidi": {"hidden"},
        "moved": {"other_row"},
        "left_out": {"joined", "altered", "ambiguous"},
        "word_changed": {"altered", "joined", "other_row"},
        "homoglyph": {"altered", "joined"},
        "number_changed": {"altered", "joined"},
        "headings": {"outside", "other_row", "empty", "too_little"},
    }.items():
        assert set(classes[kind]) <= allowed, (kind, classes[kind])


@pytest.mark.skipif(not PUBLISHED.is_file(), reason=f"no copy of the fiche at {PUBLISHED}")
def test_every_anchor_of_the_data_is_found():
    source = quote_mutants.sources()[-1]
    tables = verify.Codebook(REPO / "data").rows
    for name in verify.CODES:
        for row in tables[name]:
            column = "actors" if name == "mentions" else None
            text = row.cells["mention" if name == "mentions" else "anchor"]
            assert quotes.judge(text, row.cells["laureate_id"], source.fiche, column).status == "found", text


@pytest.mark.parametrize("form", ["html", "docx", "odt", "pdf", "txt"])
def test_any_form_of_the_fiche(folder, fiche, form, tmp_path):
    file = tmp_path / f"fiche.{form}"
    blocks = blocks_of(FICHE)
    if form == "html":
        file.write_text(html(blocks), encoding="utf-8")
    elif form == "txt":
        rows = [line.strip("| ").replace(" | ", "\t") for line in FICHE.split("\n") if "---" not in line]
        file.write_text("\n".join(rows), encoding="utf-8")
    else:
        {"docx": docx, "odt": odt, "pdf": pdf}[form](blocks, file)
    other = quotes.fiche_of(documents.read(file), [cells.cells for cells in rows_of(folder, "laureates")])
    told = [
        "qui chauffe 2 300 logements",
        "joue un rôle d'aiguillon",
        "les voisins",
        "est pas un bureau",
        "Leviers et défis",
    ]
    told += [
        "elle relie 12,5 km de tuyaux – sans chaudière – aux jardins de l'agro-écologie",
        "joue un rôle de connecteur",
    ]
    for quote in told:
        verdicts = [quotes.judge(quote, "braise-douce", one).status for one in (fiche, other)]
        assert verdicts[0] == verdicts[1], quote


def rows_of(folder, table):
    return verify.Codebook(folder / "data").rows[table]


def run(sheet, folder, capsys, *more):
    """Run the command; return its exit status, and what it said."""
    status = cli.main(
        ["verify", str(sheet), "--fiche", str(folder / "fiche.md"), "--data", str(folder / "data"), *more]
    )
    told = capsys.readouterr()
    return status, told.out + told.err


def written(path, *rows, head="laureate,code,quote"):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([head.split(","), *rows])
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


SHEET = [
    ("Braise Douce", "aiguillon", "joue un rôle d’aiguillon"),
    ("tisons", "Connecteur", "un rôle de connecteur"),
    ("cendre-neuve", "inspirateur", "un rôle de connecteur"),
    ("Tisson", "connecteur", "un rôle de connecteur"),
    ("tisons", "conecteur", "un rôle de connecteur"),
    ("tisons", "connecteur", "Tisons joue un rôle"),
    ("braise-douce", "caf", "CAF"),
    ("braise-douce", "ademe", "Ademe"),
    ("braise-douce", "ademe", "Région"),
]


def table(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_sheet_becomes_a_draft_and_a_review(folder, tmp_path, capsys):
    sheet = written(tmp_path / "quotes.csv", *SHEET)
    status, told = run(sheet, folder, capsys, "--out", str(tmp_path / "draft"), "--lang", "en")
    assert status == 1
    assert told.startswith(f"quotes.csv, held to {folder / 'fiche.md'}: 4 of 9 quotes found, 4 refused.")
    assert "quotes.csv, line 4, column quote: “un rôle de connecteur”\n  rule [other_row]" in told
    assert "quotes.csv, line 5, column laureate: “Tisson”\n  rule [orphan]" in told and "write “tisons”" in told
    assert "quotes.csv, line 6, column code: “conecteur”" in told and "write “connecteur”" in told
    assert "allowed: aiguillon, inspirateur, connecteur" in told
    assert "quotes.csv, line 7" in told and "rule [twice]" in told
    assert "quotes.csv, line 10, column code: “Région”\n  rule [unknown_form]" in told
    assert table(tmp_path / "draft", "roles.csv") == [
        {
            "laureate_id": "braise-douce",
            "role": "aiguillon",
            "salience": "stated",
            "anchor": "joue un rôle d'aiguillon",
        },
        {"laureate_id": "tisons", "role": "connecteur", "salience": "stated", "anchor": "un rôle de connecteur"},
    ]
    mentions = [(row["position"], row["mention"], row["actor_id"]) for row in table(tmp_path / "draft", "mentions.csv")]
    assert mentions == [("1", "CAF", "caf"), ("2", "Ademe", "ademe")]
    review = [
        (row["kind"], row["place"], row["value"], row["decision"]) for row in table(tmp_path / "draft", "review.csv")
    ]
    assert review == [
        ("other_row", "quotes.csv, line 4", "inspirateur", ""),
        ("orphan", "quotes.csv, line 5", "connecteur", ""),
        ("unknown_code", "quotes.csv, line 6", "conecteur", ""),
        ("twice", "quotes.csv, line 7", "connecteur", ""),
        ("unknown_form", "quotes.csv, line 10", "ademe", ""),
    ]
    assert [row["laureate_id"] for row in table(tmp_path / "draft", "laureates.csv")] == ["braise-douce", "tisons"]
    assert cli.main(["diff", str(tmp_path / "draft"), str(folder / "data"), "--format", "csv"]) == 0
    changed = [
        row for row in csv.DictReader(io.StringIO(capsys.readouterr().out)) if row["table"] in ("laureates", "enjeux")
    ]
    assert [(row["key"], row["status"]) for row in changed] == [("cendre-neuve", "missing")]


def test_french_and_english_say_the_same(folder, tmp_path, capsys):
    sheet = written(tmp_path / "quotes.csv", *SHEET)
    told = {lang: run(sheet, folder, capsys, "--lang", lang)[1] for lang in ("fr", "en")}
    assert told["fr"].count("\n") == told["en"].count("\n")
    assert "quotes.csv, ligne 4, colonne quote : « un rôle de connecteur »" in told["fr"].replace("\u202f", " ")


def test_every_rule_has_its_words():
    from neoterra_analysis.words.labels import words

    statuses = {key.removeprefix("verify.rule.") for key in words() if key.startswith("verify.rule.")}
    assert {f"verify.fix.{status}" for status in statuses} <= set(words())
    source = (REPO / "src/neoterra_analysis/fiches/quotes.py").read_text("utf-8")
    source += (REPO / "src/neoterra_analysis/coding/verify.py").read_text("utf-8")
    assert [status for status in statuses if f'"{status}"' not in source] == []


def test_all_found_is_status_0_and_nothing_is_written_without_out(folder, tmp_path, capsys):
    sheet = written(tmp_path / "quotes.csv", *SHEET[:2])
    assert run(sheet, folder, capsys)[0] == 0
    assert [file.name for file in tmp_path.iterdir()] == ["quotes.csv"]


def test_a_draft_is_written_whole_or_not_at_all(folder, tmp_path, capsys, monkeypatch):
    sheet, out = written(tmp_path / "quotes.csv", *SHEET), tmp_path / "draft"
    out.mkdir()
    (out / "mine.txt").write_text("x")
    status, told = run(sheet, folder, capsys, "--out", str(out), "--lang", "en")
    assert status == 1 and "exists already" in told and [file.name for file in out.iterdir()] == ["mine.txt"]
    replace = draft.files.replace

    def full(path, content):
        if path.name == "review.csv":
            raise OSError("no space left")
        return replace(path, content)

    monkeypatch.setattr(draft.files, "replace", full)
    status, told = run(sheet, folder, capsys, "--out", str(tmp_path / "other"))
    assert status == 1 and "no space left" in told
    assert sorted(file.name for file in tmp_path.iterdir()) == ["draft", "quotes.csv"]


def test_a_long_quote_keeps_its_first_words(folder, fiche, tmp_path, capsys):
    long = "Elle relie 12,5 km de tuyaux – sans chaudière – aux jardins"
    sheet = written(tmp_path / "quotes.csv", ("braise-douce", "aiguillon", long))
    status, told = run(sheet, folder, capsys, "--out", str(tmp_path / "draft"), "--lang", "en")
    (row,) = table(tmp_path / "draft", "roles.csv")
    assert (status, row["anchor"]) == (0, "Elle relie 12,5 km de tuyaux – sans") and count_words(row["anchor"]) == 8
    assert "1 quote of more than eight words" in told


def test_a_long_quote_whose_first_words_stand_twice_is_asked_about(tmp_path, folder, capsys):
    twice = "un deux trois quatre cinq six sept huit"
    changed = FICHE.replace("et les voisins répondent.", f"puis {twice} neuf ; encore {twice} dix.")
    (tmp_path / "fiche.md").write_text(changed, encoding="utf-8")
    shutil.copytree(folder / "data", tmp_path / "data")
    sheet = written(tmp_path / "quotes.csv", ("braise-douce", "aiguillon", f"{twice} dix"))
    status, told = run(sheet, tmp_path, capsys, "--lang", "en")
    assert status == 1 and "rule [no_anchor]" in told


def test_what_the_sheet_says_besides_is_taken(folder, tmp_path, capsys):
    row = ("braise-douce", "aiguillon", "un rôle d'aiguillon", "principal")
    sheet = written(tmp_path / "quotes.csv", row, head="laureate,code,quote,salience")
    assert run(sheet, folder, capsys, "--out", str(tmp_path / "draft"))[0] == 0
    assert table(tmp_path / "draft", "roles.csv")[0]["salience"] == "principal"
    sheet = written(tmp_path / "quotes.csv", (*row[:3], "principl"), head="laureate,code,quote,salience")
    status, told = run(sheet, folder, capsys, "--lang", "en")
    assert status == 1 and "column salience: “principl”" in told and "write “principal”" in told


@pytest.mark.parametrize(
    ("cells", "record"),
    [
        ({"code": "filiere/energy/methods"}, {"dimension": "filiere", "target": "energy", "code": "methods"}),
        ({"code": "methods", "dimension": "filiere", "target": "energy"}, {"label_en": "Methods and tools"}),
        ({"code": "diffusion"}, {"theme_id": "diffusion", "strength": "indirect"}),
        (
            {"code": "diffusion", "table": "contributions", "dimension": "territoire", "target": "rural"},
            {"code": "diffusion"},
        ),
        ({"code": "Diffusion de ce qui réussit", "table": "passages"}, {"theme_id": "diffusion"}),
        ({"code": "Aiguillon", "table": "rôles"}, {"role": "aiguillon"}),
        ({"code": "Atelier Zelium"}, {"actor_id": "atelier-zelium"}),
    ],
)
def test_a_code_is_of_its_kind(cells, record):
    book = verify.Codebook(REPO / "data")
    row = verify.Row(2, cells, {name: verify.Problem("s.csv", 2, name, "") for name in cells}, [])
    _, found = book.coded(row, "adam")
    if "label_en" in record:
        record = {"label_en": found["label_en"]}
        assert found["label_en"] and found["label_fr"]
    assert {name: found[name] for name in record} == record


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"code": "methods"}, "required", "dimension"),
        ({"code": "filiere/enrgy/methods"}, "unknown_code", "target"),
        ({"code": "diffusion", "table": "thmes"}, "unknown_code", "table"),
        ({"code": ""}, "required", "code"),
        ({"code": "aiguillon", "table": "evidence"}, "unknown_code", "code"),
    ],
)
def test_a_code_of_no_kind_is_told(cells, code, column):
    book = verify.Codebook(REPO / "data")
    row = verify.Row(2, cells, {name: verify.Problem("s.csv", 2, name, "") for name in cells}, [])
    table, problem = book.coded(row, "adam")
    assert (table, problem.code, problem.column) == (None, code, column)


def test_sheets_as_people_save_them(folder, tmp_path, capsys):
    text = "Citation;Lauréat;Code;remarque\n« joue un rôle d’aiguillon »;Braise Douce;aiguillon;é\n"
    (tmp_path / "quotes.csv").write_bytes(text.encode("cp1252"))
    status, told = run(tmp_path / "quotes.csv", folder, capsys, "--lang", "en")
    assert status == 1 and "announce the encoding (--encoding cp1252)" in told
    assert run(tmp_path / "quotes.csv", folder, capsys, "--encoding", "cp1252")[0] == 0
    sheet = written(
        tmp_path / "other.csv", ("aiguillon", "un rôle d'aiguillon", "Braise Douce"), head="étiquette,preuve,projet"
    )
    status, told = run(sheet, folder, capsys, "--lang", "en")
    assert status == 1 and "no column for the laureate" in told and "étiquette, preuve, projet" in told
    assert run(sheet, folder, capsys, "--columns", "projet", "étiquette", "preuve")[0] == 0
    sheet.write_text('laureate,code,quote\nbraise-douce,aiguillon,"un rôle\ntisons,connecteur,x\n', encoding="utf-8")
    status, told = run(sheet, folder, capsys, "--lang", "en")
    assert status == 1 and "other.csv, line 2" in told and "found" not in told
    sheet.write_text("laureate,code,quote\n", encoding="utf-8")
    assert "no row below the header" in run(sheet, folder, capsys, "--lang", "en")[1]
    assert run(tmp_path / "none.csv", folder, capsys)[0] == 1


def book_of(path, *rows, change=lambda book: None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book)
    book.save(path)
    return path


def test_a_workbook_is_a_sheet_too(folder, tmp_path, capsys, own_process):
    rows = [("id", "laureate", "code", "quote"), *((n, *row) for n, row in enumerate(SHEET))]
    sheet = book_of(
        tmp_path / "quotes.xlsx", *rows, change=lambda book: book.create_sheet("notes", 0).append(("a", "b"))
    )
    status, told = run(sheet, folder, capsys, "--lang", "en")
    assert (
        status == 1
        and "4 of 9 quotes found, 4 refused." in told
        and "quotes.xlsx!B5, column laureate: “Tisson”" in told
    )
    bad = [("laureate", "code", "quote"), ("braise-douce", "aiguillon", '=HYPERLINK("http://x";"y")')]
    status, told = run(book_of(tmp_path / "bad.xlsx", *bad), folder, capsys, "--lang", "en")
    assert status == 1 and "bad.xlsx!C2" in told and "not a formula" in told
    (tmp_path / "fake.xlsx").write_bytes(b"PK\x03\x04 no archive")
    status, told = run(tmp_path / "fake.xlsx", folder, capsys)
    assert status == 1 and told.count("\n") == 1


def test_other_documents_are_told(folder, tmp_path, capsys):
    sheet = written(tmp_path / "quotes.csv", *SHEET)
    (tmp_path / "fiche.md").write_text("Un autre texte.", encoding="utf-8")
    shutil.copytree(folder / "data", tmp_path / "data")
    status, told = run(sheet, tmp_path, capsys, "--lang", "en")
    assert status == 1 and "not a copy of a fiche coded here" in told
    (tmp_path / "fiche.md").unlink()
    assert run(sheet, tmp_path, capsys)[0] == 1


def test_programs_read_what_was_found(folder, tmp_path, capsys):
    sheet = written(tmp_path / "quotes.csv", *SHEET)
    rows = list(csv.DictReader(io.StringIO(run(sheet, folder, capsys, "--format", "csv")[1])))
    told = json.loads(run(sheet, folder, capsys, "--format", "json")[1])
    assert [row["status"] for row in rows] == [row["status"] for row in told["rows"]]
    assert (told["quotes"], told["found"], told["twice"], told["refused"]) == (9, 4, 1, 4)
    assert rows[0]["key"] == "braise-douce/aiguillon" and rows[0]["places"].startswith("Braise Douce, contribution")


def test_nested_mentions_have_their_parent(folder, tmp_path, capsys):
    names = ["CAF", "allocataires", "agents", "Région"]
    actors = {row.cells["name"].casefold(): row.cells["actor_id"] for row in rows_of(folder, "actors")}
    by_form = {row.cells["mention"]: row.cells["actor_id"] for row in rows_of(folder, "mentions")}
    assert actors and set(names) <= set(by_form)
    sheet = written(tmp_path / "quotes.csv", *(("braise-douce", by_form[name], name) for name in names))
    assert run(sheet, folder, capsys, "--out", str(tmp_path / "draft"))[0] == 0
    found = [
        (row["position"], row["mention"], row["parent_position"]) for row in table(tmp_path / "draft", "mentions.csv")
    ]
    assert found == [("1", "Région", ""), ("2", "CAF", ""), ("3", "allocataires", "2"), ("4", "agents", "2")]


@pytest.mark.skipif(not PUBLISHED.is_file(), reason=f"no copy of the fiche at {PUBLISHED}")
def test_the_data_given_back_as_quotes_are_the_data(tmp_path, capsys):
    rows = verify.Codebook(REPO / "data").rows
    sheet = [
        [
            "table",
            "laureate",
            "code",
            "quote",
            "dimension",
            "target",
            "salience",
            "strength",
            "note",
            "label_fr",
            "label_en",
        ]
    ]
    for name, column in verify.CODES.items():
        for row in rows[name]:
            cells = row.cells | {"table": name, "laureate": row.cells["laureate_id"], "code": row.cells[column]}
            cells["quote"] = cells.get("mention") or cells["anchor"]
            sheet.append([cells.get(head, "") for head in sheet[0]])
    path = written(tmp_path / "quotes.csv", *sheet[1:], head=",".join(sheet[0]))
    out = tmp_path / "draft"
    assert (
        cli.main(["verify", str(path), "--fiche", str(PUBLISHED), "--data", str(REPO / "data"), "--out", str(out)]) == 0
    )
    for name in verify.CODES:
        assert (out / f"{name}.csv").read_text("utf-8") == (REPO / "data" / f"{name}.csv").read_text("utf-8")
    trial = shutil.copytree(REPO / "data", tmp_path / "trial")
    assert cli.main(["add", str(out), "--data", str(trial), "--update"]) == 0
    assert {file.name: file.read_bytes() for file in trial.iterdir()} == {
        file.name: file.read_bytes() for file in (REPO / "data").iterdir() if file.is_file()
    }
    assert len(load(out).roles) == len(load(REPO / "data").roles)
    assert cli.main(["agreement", str(REPO / "data"), str(out)]) == 0
    capsys.readouterr()
