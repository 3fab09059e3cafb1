"""The PDF edition of the report, read back: language, title, tags, outline, alternative texts, order of the words."""

import io
import re

import pdfplumber
import pypdf
import pytest

import hand_made_report as made
from neoterra_analysis.pages import as_pdf, model
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
    """Return a text without the spaces, hyphens and line ends that its lines were set with."""
    return re.sub(r"[\s\u00ad]", "", text)


def text(reader):
    return "\n".join(page.extract_text() for page in reader.pages)


def within(raw):
    """Tell whether all letters stand between the margins."""
    with pdfplumber.open(io.BytesIO(raw)) as document:
        return all(51 <= c["x0"] and c["x1"] <= page.width - 51 for page in document.pages for c in page.chars)


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
    said = [(above[-2], one.get_object()) for element, above in heads for one in element["/A"]]
    scopes = [(above, one["/Scope"]) for above, one in said if one["/O"] == "/Table"]
    assert scopes.count(("/THead", "/Column")) == 2 + 2 + 8
    # The first cell of each row heads it, and no cell says otherwise.
    assert scopes.count(("/TBody", "/Row")) == 2 + 90 + 3 and len(scopes) == 12 + 95
    rows = [element for kind, element, above in found if kind == "/TR" and above[-1] == "/TBody"]
    assert [row["/K"][0].get_object()["/S"] for row in rows] == ["/TH"] * 95
    others = [one.get_object() for kind, element, _ in found if kind == "/TD" for one in element.get("/A", [])]
    assert not any("/Headers" in one for one in others)
    assert sum(kind == "/TR" for kind, _, _ in found) == 3 + 91 + 4


def test_the_words_stand_in_reading_order(reader):
    words = ("Tout commence ici", "lauréats sur", "Connecteur", "Second", "ce constat", "n89", made.HEADS[3])
    found = text(reader)
    found = found[found.index(words[0]) :]
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
    assert [link["/Contents"] for link in links[3:]] == [
        "Tableau 1 – Les rôles",
        "Figure 1 – Cinq connecteurs",
        made.HEADS[3],
        made.HEADS[3],
        "5 lauréats sur 8 sont là.",
    ]
    named = reader.named_destinations
    assert all(link["/Dest"] in named for link in links[3:])


def test_every_place_has_a_name_that_another_document_can_lead_to(reader):
    named = reader.named_destinations
    assert sorted(named) == sorted(model.places(made.report().sections))
    for name, words in (("table-long", "Beaucoup de lignes"), ("laureate-alpha", made.HEADS[3])):
        page = reader.pages[reader.get_destination_page_number(named[name])]
        assert words in page.extract_text() and 0 < named[name]["/Top"] < page.mediabox.height


def narrow(*texts):
    """Return a report whose one table has a column for each text, beside it the words of an evaluator's finding."""
    row = tuple((Run(text),) for text in ("Type d'acteur le plus mobilisé", *texts))
    heads = ("Constat", *(f"Avec les lectures ouvertes {n}" for n in range(len(texts))))
    return Report("fr", "t", "", "", "", (Section("one", "Un", (Table("table-a", "Fragile", heads, (row,)),)),))


def lines(raw):
    """Return the words of each page as they stand on its lines."""
    with pdfplumber.open(io.BytesIO(raw)) as document:
        return [word["text"] for page in document.pages for word in page.extract_words()]


SAID = "Collectivités territoriales : énoncé → non énoncé ; déplacé : 227 sur 1\u202f148"


def test_no_word_of_a_narrow_table_is_cut():
    raw = as_pdf.write(narrow(*(SAID,) * 5))
    given = {"Fragile", "Constat", "Type", "d'acteur", "le", "plus", "mobilisé", "148", *SAID.split(" ")}
    given |= {*"Avec les lectures ouvertes 0 1 2 3 4".split(), *"Un Tableau Sommaire – t page . 1 /".split()}
    assert {word for word in lines(raw) if not set(word) <= set(". 1")} <= given | {"Tableau\xa01"}
    assert len(pypdf.PdfReader(io.BytesIO(raw)).pages) == 1


def test_a_word_longer_than_its_column_is_hyphenated_as_french_does():
    long = "anticonstitutionnellement"
    raw = as_pdf.write(narrow(*(long,) * 9))
    assert model.columns(narrow(*(long,) * 9).sections[0].blocks[0]).cut[1]
    parts = [word for word in lines(raw) if word.strip("\u00ad\u2010-") and word.strip("\u00ad\u2010-") in long]
    cut = [word for word in parts if word != long and len(word) > 2]
    syllables = "an ti cons ti tu tion nel le ment".split()
    ends = {"".join(syllables[:n]) for n in range(1, 9)}
    firsts = [word.rstrip("\u00ad\u2010-") for word in cut if long.startswith(word.rstrip("\u00ad\u2010-"))]
    assert firsts and set(firsts) <= ends and within(raw)


def test_no_heading_stands_last_on_its_page():
    said = Paragraph((Run("Une phrase qui tient sur plus d'une ligne. " * 4),))
    table = tuple(Table(f"table-{n}", "Deux", ("Nom", "Texte"), (made.cells("a", "b"),) * 3) for n in range(40))
    parts = tuple(Section(f"part-{n}", f"Titre {n}.", (said, table[n])) for n in range(40))
    pages = pypdf.PdfReader(io.BytesIO(as_pdf.write(Report("fr", "t", "", "", "", parts)))).pages
    last = [page.extract_text().splitlines()[-2] for page in list(pages)[1:]]
    assert len(last) > 4 and not [one for one in last if re.match("Titre|Tableau|Nom", one)]


def test_pages_are_full_though_pictures_do_not_fit():
    said = (Paragraph((Run("Une phrase courte. " * 60),)),) * 3
    parts = tuple(
        Section(f"part-{n}", "Partie", (made.picture(f"0{n}-a", "Titre", "Texte", 400, 300), *said)) for n in range(6)
    )
    chapter = Report("fr", "t", "", "", "", (Section("one", "Un", (), parts),))
    with pdfplumber.open(io.BytesIO(as_pdf.write(chapter))) as document:
        lowest = [max(p["bottom"] for p in (*page.chars, *page.rects) if p["bottom"] < 780) for page in document.pages]
    assert len(lowest) > 3 and all(foot > 600 for foot in lowest[:-1])


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


def test_a_fiche_leads_to_its_annex_and_has_no_contents():
    reader = pypdf.PdfReader(io.BytesIO(as_pdf.write(made.fiche())))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) == 2 and "La suite" in pages[1] and "Sommaire" not in pages[0]
    assert "Alpha\nBordeaux" in pages[0] and "un\ndeux" in pages[1]
    links = [link.get_object() for link in reader.pages[0]["/Annots"]]
    assert [link["/A"]["/URI"] for link in links] == [
        "annex-fr.pdf#nameddest=claim-one",
        "annex-fr.pdf#nameddest=table-roles",
    ]
    kinds = [kind for kind, _, _ in tags(reader)]
    assert kinds.count("/LI") == 1 and kinds.count("/H1") == 2
