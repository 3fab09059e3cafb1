"""The PDF edition of the report, read back: language, title, tags, outline, alternative texts, order of the words."""

import io
import re

import pdfplumber
import pypdf
import pytest

import hand_made_report as made
from neoterra_analysis.pages import as_pdf
from neoterra_analysis.pages.model import Paragraph, Report, Run, Section, Table


@pytest.fixture(scope="module")
def raw():
    return as_pdf.write(made.report())


@pytest.fixture(scope="module")
def reader(raw):
    return pypdf.PdfReader(io.BytesIO(raw))


def root(reader):
    return reader.trailer["/Root"]


def tags(reader):
    """Return the tags of a document in reading order, ``(kind, element, kinds above)``."""
    found = []

    def walk(element, above):
        element = element.get_object()
        if not isinstance(element, dict):
            return
        kind = element.get("/S")
        if kind:
            found.append((kind, element, above))
        children = element.get("/K", [])
        children = children.get_object() if hasattr(children, "get_object") else children
        for child in children if isinstance(children, list) else [children]:
            walk(child, (*above, kind))

    walk(root(reader)["/StructTreeRoot"], ())
    return found


def plain(text):
    """Return a text without the spaces and line ends that its lines were set with."""
    return re.sub(r"\s", "", text)


def text(reader):
    return "\n".join(page.extract_text() for page in reader.pages)


def within(raw):
    """Tell whether all letters stand between the margins."""
    with pdfplumber.open(io.BytesIO(raw)) as document:
        return all(70 <= c["x0"] and c["x1"] <= page.width - 70 for page in document.pages for c in page.chars)


@pytest.mark.parametrize("lang, tag", [("fr", "fr-FR"), ("en", "en-GB")])
def test_language_title_and_standard_are_said(lang, tag):
    reader = pypdf.PdfReader(io.BytesIO(as_pdf.write(made.report(lang))))
    assert root(reader)["/Lang"] == tag
    assert root(reader)["/MarkInfo"]["/Marked"].value is True
    assert root(reader)["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert reader.metadata.title == "Le rapport" and reader.metadata.author == "neoterra_analysis"
    assert "<pdfuaid:part>1</pdfuaid:part>" in root(reader)["/Metadata"].get_object().get_data().decode()
    assert {"fr": "Tableau1–Lesrôles", "en": "Table1–Lesrôles"}[lang] in plain(text(reader))


def test_no_date_stands_in_it(reader):
    assert "/CreationDate" not in reader.metadata and "/ModDate" not in reader.metadata
    assert b"CreateDate" not in root(reader)["/Metadata"].get_object().get_data()


def test_headings_are_tagged_and_in_the_outline(reader):
    found = [(kind, element.get("/T")) for kind, element, _ in tags(reader) if re.fullmatch("/H[1-6]", kind)]
    levels = ("/H1", "/H1", "/H2", "/H3", "/H1")
    assert found == list(zip(levels, ["Sommaire", *made.HEADS], strict=True))

    def titles(outline):
        return [titles(one) if isinstance(one, list) else one.title for one in outline]

    assert titles(reader.outline) == [made.HEADS[0], [made.HEADS[1], [made.HEADS[2]]], made.HEADS[3]]


def test_every_figure_has_its_alternative_text(reader):
    assert [element["/Alt"] for kind, element, _ in tags(reader) if kind == "/Figure"] == made.ALTS


def test_tables_have_header_cells_of_their_columns(reader):
    found = tags(reader)
    assert sum(kind == "/Table" for kind, _, _ in found) == 3
    heads = [(element, above) for kind, element, above in found if kind == "/TH"]
    assert len(heads) == 2 + 2 + 8
    for element, above in heads:
        assert "/THead" in above
        assert "/Column" in [one.get_object().get("/Scope") for one in element["/A"]]
    assert sum(kind == "/TR" for kind, _, _ in found) == 3 + 91 + 4


def test_the_words_stand_in_reading_order(reader):
    words = ("Tout commence ici", "lauréats sur", "Connecteur", "Second", "ce constat", "n89", made.HEADS[3])
    found = text(reader)[len(reader.pages[0].extract_text()) :]
    places = [found.index(one) for one in words]
    assert places == sorted(places)
    order = [kind for kind, _, _ in tags(reader) if kind in ("/H2", "/Figure", "/Table", "/L", "/H3")]
    assert order == ["/H2", "/Figure", "/Table", "/L", "/H3", "/Table", "/Figure", "/Table"]


def test_the_header_row_is_repeated_and_the_pages_are_numbered(reader):
    pages = [page.extract_text() for page in reader.pages]
    assert sum("Nom Texte" in page for page in pages) > 1
    assert [f"Le rapport – page {n} / {len(pages)}" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)


def test_only_the_wide_table_lies_on_its_side(reader):
    turned = [page.mediabox.width > page.mediabox.height for page in reader.pages]
    assert sum(turned) == 1 and "Département8" in plain(reader.pages[turned.index(True)].extract_text())


def test_links_lead_inside_and_say_where(reader):
    links = [link.get_object() for page in reader.pages for link in page.get("/Annots", [])]
    # Three entries of the contents, then 5, 8, Connecteur, Second, ce constat.
    assert len(links) == 8
    assert all(link["/Subtype"] == "/Link" and "/Dest" in link and "/A" not in link for link in links)
    assert all(link["/Contents"].strip() for link in links)


def test_same_bytes_for_the_same_report(raw):
    assert as_pdf.write(made.report()) == raw


@pytest.mark.parametrize("words", made.HOSTILE, ids=range(len(made.HOSTILE)))
def test_hostile_texts_come_out_as_text(words):
    raw = as_pdf.write(made.hostile(words))
    reader = pypdf.PdfReader(io.BytesIO(raw))
    assert reader.metadata.title == words
    assert [element["/Alt"] for kind, element, _ in tags(reader) if kind == "/Figure"] == [words]
    assert [element["/T"] for kind, element, _ in tags(reader) if kind == "/H1"][1:] == [words]
    if words.isascii() and len(words) < 1000:
        assert plain(text(reader)).count(plain(words)) >= 10
    assert not re.search(rb"/(JS|JavaScript|URI|Launch|OpenAction|EmbeddedFiles)\b", raw)
    assert within(raw)


def test_a_very_long_word_loses_no_letter():
    long = "mot" * 1000
    table = Table("table-a", "", ("a", "b"), (((Run(long),), (Run("b"),)),))
    blocks = (Paragraph((Run(long),)), table)
    raw = as_pdf.write(Report("fr", "t", "", "", "", (Section("one", "Un", blocks),)))
    # In the table it is hyphenated where French does so.
    found = re.sub(r"t–page[0-9]+/[0-9]+|Tableau1–|ab", "", plain(text(pypdf.PdfReader(io.BytesIO(raw)))))
    assert found.replace("-", "").replace("\u2010", "").count("mot") == 2 * 1000
    assert "".join(as_pdf.breakable(long)) == long
    assert within(raw)


def test_a_letter_that_no_font_has_is_written_as_its_code():
    assert as_pdf.printable("a\u4e2d\ufeffb\tc\nd") == "a[U+4E2D][U+FEFF]b c\nd"
    assert as_pdf.printable("« Œuvre » 1\u202f000 → ≥ é ◇") == "« Œuvre » 1\u202f000 → ≥ é ◇"
    report = made.hostile("nom \u4e2d\ufeff\U00013000\x01")
    assert "[U+4E2D][U+FEFF][U+13000][U+0001]" in plain(text(pypdf.PdfReader(io.BytesIO(as_pdf.write(report)))))


def test_a_turned_text_turns_nothing_after_it():
    assert as_pdf.printable(made.TURNED) == "avant [U+202E]dessus-dessous"
    report = Report("fr", "t", "", "", "", (Section("one", "Un", (Paragraph((Run(made.TURNED), Run(" suite"))),)),))
    assert "dessous suite" in text(pypdf.PdfReader(io.BytesIO(as_pdf.write(report))))


def test_links_that_lead_nowhere_are_refused():
    report = Report("fr", "t", "", "", "", (Section("one", "Un", (Paragraph((Run("a", "nobody"),)),)),))
    with pytest.raises(ValueError, match="nobody"):
        as_pdf.write(report)


def test_words_of_another_language_say_so():
    runs = (Run("In "), Run("« un rôle »", lang="fr"), Run(" he"))
    section = Section("part", "Part", (Paragraph(runs),))
    content = as_pdf.write(Report("en", "T", "S", "source", "digest", (section,)))
    drawn = b"".join(page.get_contents().get_data() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert drawn.count(b"/Lang(fr)") == 1
