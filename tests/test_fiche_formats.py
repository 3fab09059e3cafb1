"""The invented fiches: their true records stand in their text, and three formats hold the same words."""

import json
import re
import unicodedata
import zipfile

import docx as word
import pdfplumber
import pytest
from lxml import html as page

from fiche_formats import FICHES, SIMPLE, blocks_of, docx, html, parts, pdf, plain

KINDS = set(
    "no_separators parenthesis unknown_actor role_word negated_role hypothetical_role two_laureates laureate_twice"
    " name_unmarked row_cut title_differs number_differs several_departments open_list no_role salience"
    " one_or_two".split()
)
TRUTHS = sorted(file.name for file in FICHES.glob("*.json"))


def fiche_of(truth):
    """Return the text of the fiche beside a file of true records."""
    (file,) = (file for file in FICHES.glob(truth.replace(".json", ".*")) if file.suffix != ".json")
    return file.read_text("utf-8")


def clean(text):
    """Return a text in NFC, without markup, soft hyphens and kinds of white space."""
    text = unicodedata.normalize("NFC", text).replace("\u00ad", "")
    return " ".join(re.sub(r"<[^<>]{1,3}>|\*\*", " ", text).split())


def truth_of(name):
    """Return the true records of a fiche."""
    return json.loads((FICHES / name).read_text("utf-8"))


@pytest.fixture(params=TRUTHS)
def truth(request):
    return request.param


def test_ten_fiches_each_with_its_records():
    assert len(TRUTHS) == 10
    assert sum(file.is_file() for file in FICHES.iterdir()) == 20
    names = [laureate["name"] for truth in TRUTHS for laureate in truth_of(truth)["laureates"]]
    assert len(names) == len(set(names)) == 50


def test_records_stand_in_the_text(truth):
    records, raw = truth_of(truth), fiche_of(truth)
    text = clean(raw)
    assert raw.count("\n") < 120
    cut = {flag["about"] for flag in records["flags"] if flag["kind"] == "row_cut"}
    said = [records["ambition"]["title"], *(title for enjeu in records["enjeux"] for title in titles(enjeu))]
    for laureate in records["laureates"]:
        said += [laureate["place"], laureate["project"]]
        assert laureate["name"].lower() in text.lower()
        for mention, _ in records["mentions"][laureate["name"]]:
            # A page may stand inside a mention of a row that it cuts.
            said += mention.split() if laureate["name"] in cut else [mention]
    assert [words for words in said if words not in text] == []
    assert f"Fiche Ambition n°{records['ambition']['number']}" in text.replace("n° ", "n°")


def titles(enjeu):
    """Return the titles of an enjeu: that of its heading and, where it differs, the listed one."""
    return [enjeu["title"], enjeu.get("listed", "")]


def test_records_are_whole(truth):
    records = truth_of(truth)
    names = [laureate["name"] for laureate in records["laureates"]]
    assert list(records["mentions"]) == list(records["roles"]) == names
    assert [enjeu["number"] for enjeu in records["enjeux"]] == list(range(1, len(records["enjeux"]) + 1))
    assert {laureate["enjeu"] for laureate in records["laureates"]} <= {e["number"] for e in records["enjeux"]}
    for mentions in records["mentions"].values():
        parents = [parent for _, parent in mentions]
        assert all(parent is None or parents[parent - 1] is None for parent in parents)
        assert all(parent is None or parent < rank for rank, parent in enumerate(parents, 1))
    codes = [code for roles in records["roles"].values() for code, _ in roles]
    assert set(codes) <= {"aiguillon", "inspirateur", "connecteur"}


def test_doubts_are_of_a_kind_and_once(truth):
    records = truth_of(truth)
    assert {flag["kind"] for flag in records["flags"]} <= KINDS
    keys = [(flag["about"], flag["kind"]) for flag in records["flags"]]
    assert len(keys) == len(set(keys))
    text = clean(fiche_of(truth))
    assert all(flag["about"].lower() in text.lower() and flag["why"] for flag in records["flags"])


def test_every_kind_of_doubt_is_there():
    assert {flag["kind"] for truth in TRUTHS for flag in truth_of(truth)["flags"]} == KINDS


def test_the_decomposed_fiche_stays_so():
    text = (FICHES / "e-nfd.md").read_text("utf-8")
    assert unicodedata.is_normalized("NFD", text) and not unicodedata.is_normalized("NFC", text)
    assert {"\u00ad", "\u00a0", "\u202f"} <= set(text)


# The three formats


@pytest.fixture(params=SIMPLE)
def blocks(request):
    return blocks_of((FICHES / request.param).read_text("utf-8"))


def tables(blocks):
    """Return the tables of a fiche, each as rows of the words of their cells."""
    return [[[plain(cell) for cell in row] for row in block[1]] for block in blocks if block[0] == "table"]


@pytest.mark.parametrize(("file", "rows"), [(SIMPLE[0], [3, 2, 3]), (SIMPLE[1], [3, 1, 2, 2, 2])])
def test_blocks_hold_the_rows(file, rows):
    blocks = blocks_of((FICHES / file).read_text("utf-8"))
    assert [len(table) for table in tables(blocks)] == rows
    assert {len(row) for table in tables(blocks) for row in table} == {3}
    bold = {words for block in blocks if block[0] == "table" for row in block[1] for words, strong in row[0] if strong}
    names = {laureate["name"].lower() for laureate in truth_of(file.split(".")[0] + ".json")["laureates"]}
    assert {words.lower() for words in bold} == names


def test_html_holds_the_same_cells(blocks):
    text = html(blocks)
    assert text == html(blocks)
    tree = page.fromstring(text.encode())
    found = [[[c.text_content() for c in r] for r in t.iter("tr") if len(r) == 3] for t in tree.iter("table")]
    assert found == tables(blocks)
    assert len(tree.xpath("//thead/tr/th[@colspan='3']")) == sum(1 for t in found if t[0][0] == "Projet")
    assert tree.xpath("//td/strong") and tree.xpath("//li/strong") and tree.xpath("//h1") and tree.xpath("//h2")


@pytest.mark.parametrize("headings", [True, False])
def test_docx_holds_the_same_cells(blocks, tmp_path, headings):
    docx(blocks, tmp_path / "a.docx", headings)
    docx(blocks, tmp_path / "b.docx", headings)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        assert {item.date_time[0] for item in archive.infolist()} == {1980}
    document = word.Document(tmp_path / "a.docx")
    assert [[[c.text for c in row.cells] for row in t.rows] for t in document.tables] == tables(blocks)
    assert any(run.bold for row in document.tables[0].rows for run in row.cells[0].paragraphs[0].runs)
    printed = [p.text for p in document.paragraphs if p.text]
    assert printed == [plain(block[-1]) for block in blocks if block[0] != "table"]
    styled = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert styled == ([plain(block[2]) for block in blocks if block[0] == "heading"] if headings else [])


@pytest.mark.parametrize("rules", [True, False])
def test_pdf_holds_the_words_over_several_pages(blocks, tmp_path, rules):
    pdf(blocks, tmp_path / "a.pdf", rules)
    pdf(blocks, tmp_path / "b.pdf", rules)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    with pdfplumber.open(tmp_path / "a.pdf") as document:
        assert len(document.pages) > 2
        texts = [sheet.extract_text() for sheet in document.pages]
        boxes = sum(len(sheet.rects) + len(sheet.lines) for sheet in document.pages)
    assert (boxes > 0) == rules
    headed = sum(1 for block in blocks if block[0] == "table" and parts(block[1])[0])
    assert sum(text.count("Acteurs mobilisés") for text in texts) > headed, "no header was repeated"
    assert [re.search(r" – page (\d)$", text)[1] for text in texts] == [str(n) for n in range(1, len(texts) + 1)]
    cells = {word for table in tables(blocks) for row in table for cell in row for word in re.findall(r"\w+", cell)}
    assert cells <= set(re.findall(r"\w+", " ".join(texts)))
