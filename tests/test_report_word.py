"""The Word edition of the report, opened again by python-docx and by LibreOffice."""

import re
import shutil
import subprocess
import zipfile
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn

import hand_made_report as made
from neoterra_analysis.pages import as_word, model
from neoterra_analysis.pages.model import Paragraph, Report, Run, Section, Table


@pytest.fixture(scope="module")
def raw():
    return as_word.write(made.report())


@pytest.fixture
def document(raw):
    return docx.Document(BytesIO(raw))


def parts(raw):
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def words(element):
    return "".join(piece.text for piece in element.iter(qn("w:t")))


def test_headings_have_real_styles_and_their_level(document):
    found = [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith("Heading")]
    levels = ("Heading 1", "Heading 2", "Heading 3", "Heading 1")
    assert found == list(zip(levels, made.HEADS, strict=True))
    assert [p.text for p in document.paragraphs if p.style.name == "Title"] == ["Le rapport"]
    assert [p.text for p in document.paragraphs if p.style.name == "Subtitle"] == ["En quatre analyses"]
    assert [p.text for p in document.paragraphs if p.style.name == "List Bullet"] == ["Premier", "Second"]


def test_pictures_have_an_alternative_text_and_a_numbered_caption(document):
    said = [shape._inline.docPr for shape in document.inline_shapes]
    assert [one.get("descr") for one in said] == made.ALTS
    assert [one.get("title") for one in said] == ["Cinq connecteurs", "Haute"]
    assert len({one.get("id") for one in said}) == 2
    captions = [p for p in document.paragraphs if p.style.name == "Caption"]
    assert [p.text for p in captions] == ["Figure 1 – Cinq connecteurs", "Figure 2 – Haute"]
    for caption in captions:
        assert [e.text.split()[:2] for e in caption._p.iter(qn("w:instrText"))] == [["SEQ", "Figure"]]
        assert caption._p.getprevious().findall(f".//{qn('w:drawing')}")


def test_pictures_fit_their_page(document):
    for shape in document.inline_shapes:
        assert shape.width.mm <= 160.1 and shape.height.mm <= model.HEIGHT + 0.1
    wide, high = document.inline_shapes
    assert round(wide.width.mm) == 160 and round(high.height.mm) == model.HEIGHT
    assert round(high.height / high.width, 1) == 4.5


def test_tables_repeat_their_header_and_cut_no_row(document):
    assert len(document.tables) == 3
    for table in document.tables:
        flags = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert flags == [True] + [False] * (len(flags) - 1)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        assert table.style.name == "Report Table"
        look = table._tbl.tblPr.find(qn("w:tblLook"))
        assert (look.get(qn("w:firstRow")), look.get(qn("w:firstColumn"))) == ("1", "1")
        before = docx.text.paragraph.Paragraph(table._tbl.getprevious(), None)
        assert before._p.style == "TableCaption"
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == before.text.split(" – ")[1]
    assert [p.text for p in document.paragraphs if p.style.name == "Table Caption"] == [
        "Tableau 1 – Les rôles",
        "Tableau 2 – Beaucoup de lignes",
        "Tableau 3 – Par département",
    ]
    assert [[c.text for c in row.cells] for row in document.tables[0].rows] == [
        ["Rôle", "Effectif"],
        ["Connecteur", "5"],
        ["Aiguillon", "3"],
    ]


def test_only_the_wide_table_lies_on_its_side(document):
    assert [(s.page_width.mm > s.page_height.mm) for s in document.sections] == [False, True, False]
    assert {round(min(s.page_width.mm, s.page_height.mm)) for s in document.sections} == {210}
    # The page stays turned for the wide table alone.
    order = [e.tag.split("}")[1] + ("!" if e.findall(f".//{qn('w:sectPr')}") else "") for e in document.element.body]
    assert order[-3:] == ["tbl", "p!", "sectPr"] and order.count("p!") == 2


def test_no_empty_paragraph_makes_room(document):
    empty = [p for p in document.paragraphs if not p.text and not p._p.findall(f".//{qn('w:drawing')}")]
    assert [p.style.name for p in empty] == ["Break"]  # a section cannot end with a table


def test_links_lead_to_bookmarks(document):
    body = document.element.body
    names = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    numbers = [mark.get(qn("w:id")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert sorted(numbers) == sorted(mark.get(qn("w:id")) for mark in body.iter(qn("w:bookmarkEnd")))
    assert len(set(numbers)) == len(numbers) == len({name.lower() for name in names}) == 11
    assert all(re.fullmatch("[A-Za-z][A-Za-z0-9_]{0,39}", name) for name in names)
    links = [(link.get(qn("w:anchor")), words(link)) for link in body.iter(qn("w:hyperlink"))]
    assert {target for target, _ in links} <= set(names)
    assert ("table_roles", "5") in links and ("figure_02_roles", "8") in links and ("claim_one", "ce constat") in links
    assert ("laureate_alpha", "Connecteur") in links
    marked = {name: mark.getparent() for name, mark in zip(names, body.iter(qn("w:bookmarkStart")), strict=True)}
    assert words(marked["row_connecteur"]) == "Connecteur"
    assert marked["figure_02_roles"].findall(f".//{qn('w:drawing')}")


def test_the_contents_lead_to_the_headings_of_two_levels(document):
    entries = [
        p for p in document.paragraphs if p.style.name.lower().startswith("toc ") and p.style.name != "TOC Heading"
    ]
    assert [(p.style.name.lower(), p.text) for p in entries] == [
        ("toc 1", f"{made.HEADS[0]}\t1"),
        ("toc 2", f"{made.HEADS[1]}\t1"),
        ("toc 1", f"{made.HEADS[3]}\t4"),
    ]
    assert [p.hyperlinks[0].fragment for p in entries] == ["enjeux", "roles", "laureate_alpha"]
    codes = [e.text.split() for p in entries for e in p._p.iter(qn("w:instrText"))]
    assert codes == [["PAGEREF", name, "\\h"] for name in ("enjeux", "roles", "laureate_alpha")]
    kinds = [e.get(qn("w:fldCharType")) for e in document.element.body.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("end") == 3 + 5  # pages and captions
    assert document.settings.element.find(qn("w:updateFields")) is None  # Word would ask before it opens the file


@pytest.mark.parametrize("lang, tag", [("fr", "fr-FR"), ("en", "en-GB")])
def test_the_language_is_said(lang, tag):
    document = docx.Document(BytesIO(as_word.write(made.report(lang))))
    assert [e.get(qn("w:val")) for e in document.styles.element.find(qn("w:docDefaults")).iter(qn("w:lang"))] == [tag]
    assert document.settings.element.find(qn("w:themeFontLang")).get(qn("w:val")) == tag
    assert not list(document.element.body.iter(qn("w:lang")))
    assert document.core_properties.language == tag
    kinds = {p.text.split()[0] for p in document.paragraphs if p.style.name == "Table Caption"}
    assert kinds == {{"fr": "Tableau", "en": "Table"}[lang]}


def test_title_author_and_dates_are_fixed(document):
    said = document.core_properties
    assert (said.title, said.subject, said.author) == ("Le rapport", "En quatre analyses", "neoterra_analysis")
    assert said.created.year == said.modified.year == 2000


def test_the_footer_numbers_the_pages(document):
    footer = document.sections[0].footer
    codes = [e.text.strip() for e in footer._element.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"] and "Le rapport" in footer.paragraphs[0].text
    assert all(section.footer.is_linked_to_previous for section in list(document.sections)[1:])


def test_same_bytes_for_the_same_report(raw):
    assert as_word.write(made.report()) == raw
    with zipfile.ZipFile(BytesIO(raw)) as archive:
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in archive.namelist() if "thumbnail" in name]


@pytest.mark.parametrize("text", made.HOSTILE, ids=range(len(made.HOSTILE)))
def test_hostile_texts_come_out_as_text(text):
    raw = as_word.write(made.hostile(text))
    document = docx.Document(BytesIO(raw))
    texts = [p.text for p in document.paragraphs]
    assert texts[0] == texts[1] == text and texts.count(text + text) == 1
    assert [c.text for row in document.tables[0].rows for c in row.cells] == [text, "b", text, text]
    assert document.inline_shapes[0]._inline.docPr.get("descr") == text
    codes = [e.text.split()[0] for e in document.element.body.iter(qn("w:instrText"))]
    assert codes == ["PAGEREF", "SEQ", "SEQ"]  # none of a field's codes is the data's
    names = [name for name in parts(raw) if name.endswith(".rels")]
    assert not any(b'TargetMode="External"' in parts(raw)[name] for name in names)


def test_a_turned_text_turns_nothing_after_it():
    texts = [p.text for p in docx.Document(BytesIO(as_word.write(made.hostile(made.TURNED)))).paragraphs]
    assert texts[0] == made.TURNED + "\u202c"
    assert as_word.closed("\u2067a\u202eb\u202c") == "\u2067a\u202eb\u202c\u2069"


def test_control_characters_are_refused():
    with pytest.raises(ValueError):
        as_word.write(made.hostile("a\x01b"))


def one(*blocks):
    return Report("fr", "t", "", "", "", (Section("one", "Un", blocks),))


def test_links_that_lead_nowhere_and_ids_given_twice_are_refused():
    with pytest.raises(ValueError, match="laureate-nobody"):
        as_word.write(one(Paragraph((Run("a", "laureate-nobody"),))))
    with pytest.raises(ValueError, match="deux fois.*: one"):
        as_word.write(one(Paragraph((Run("a"),), "one")))
    with pytest.raises(TypeError, match="one: .*str"):
        as_word.write(one("not a block"))


def test_bookmarks_are_short_plain_and_unique():
    names = ["enjeu-4-1", "enjeu_4_1", "Enjeu-4-1", "laureate-" + "x" * 50, "laureate-" + "x" * 51, "4", "été", "a"]
    found = as_word.bookmarks(names)
    assert list(found) == names and found["a"] == "a"
    assert len({name.lower() for name in found.values()}) == len(names)
    assert all(re.fullmatch("[A-Za-z][A-Za-z0-9_]{0,39}", name) for name in found.values())
    assert as_word.bookmarks(names) == found


def test_columns_share_the_line():
    table = Table("t", "", ("Nom", "n", "Texte"), (made.cells("Alpha", "3", "mot " * 60), made.cells("Beta", "4", "")))
    found = model.columns(table).shares
    assert sum(found) == pytest.approx(1) and found[2] > 0.7 and found[0] > found[1] > 0
    assert model.columns(Table("t", "", ("", ""), ())).shares == pytest.approx([1 / 2, 1 / 2])
    assert model.columns(table._replace(widths=(1, 1, 2))).shares == pytest.approx([1 / 4, 1 / 4, 1 / 2])


def test_a_table_is_set_smaller_before_it_lies_on_its_side():
    heads = ("Ambition", *("Connecteur",) * 6, "Effectif")
    table = Table("t", "", heads, (made.cells("Une", *"1234567"),), numeric=tuple(range(1, 8)))
    fiche, annex = (model.columns(table, kind) for kind in ("fiche", "annex"))
    assert (fiche.small, fiche.wide, annex.small, annex.wide) == (True, False, False, False)
    more = table._replace(head=(*heads, "Inspirateur"), rows=(made.cells("Une", *"12345678"),))
    assert model.columns(more, "fiche").wide and not any(model.columns(more, "fiche").cut)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
def test_libreoffice_opens_it(raw, tmp_path):
    import pypdf

    (tmp_path / "report.docx").write_bytes(raw)
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--convert-to",
        "pdf",
    ]
    subprocess.run([*command, "--outdir", tmp_path, tmp_path / "report.docx"], check=True, capture_output=True)
    pages = [page.extract_text() for page in pypdf.PdfReader(tmp_path / "report.pdf").pages]
    text = "\n".join(pages)
    places = [text.rindex(words) for words in ("Tout commence ici", "lauréats sur", "Beaucoup de lignes", "Haute")]
    assert places == sorted(places)
    assert sum("Nom\nTexte" in page or "Nom Texte" in page for page in pages) > 1  # the header row is repeated
    assert f"page 1 / {len(pages)}" in pages[0]
    # LibreOffice brings the numbers of the contents up to date: they are those that the document came with.
    for head in (made.HEADS[0], made.HEADS[1], made.HEADS[3]):
        (number,) = re.findall(rf"{head}[ .]*(\d+)\n", pages[0])
        assert head in pages[int(number) - 1]
        assert f"{head}\t{number}" in [p.text for p in docx.Document(BytesIO(raw)).paragraphs]


def test_words_of_another_language_say_so():
    runs = (Run("In "), Run("« un rôle »", lang="fr"), Run(" he", strong=True))
    section = Section("part", "Part", (Paragraph(runs),))
    document = docx.Document(BytesIO(as_word.write(Report("en", "T", "S", "source", "digest", (section,)))))
    (paragraph,) = (p for p in document.paragraphs if "un rôle" in p.text)
    told = {run.text: [e.get(qn("w:val")) for e in run._r.iter(qn("w:lang"))] for run in paragraph.runs}
    assert told["« un rôle »"] == ["fr-FR"] and told["In "] == [] and told[" he"] == []


def test_a_fiche_leads_to_its_annex_and_has_no_contents():
    document = docx.Document(BytesIO(as_word.write(made.fiche())))
    links = [one for one in document.element.body.iter(qn("w:hyperlink"))]
    files = document.part.rels
    targets = [(files[one.get(qn("r:id"))].target_ref, one.get(qn("w:anchor"))) for one in links]
    assert targets == [("annex-fr.docx", "claim_one"), ("annex-fr.docx", "table_roles")]
    assert all(files[one.get(qn("r:id"))].is_external for one in links)
    styles = [p.style.name for p in document.paragraphs]
    assert "TOC Heading" not in styles and styles.count("Key Point") == styles.count("Key Note") == 1
    heads = [p for p in document.paragraphs if p.style.name == "Heading 1"]
    assert [bool(p.paragraph_format.page_break_before) for p in heads] == [False, True]
    assert document.tables[0].cell(1, 0).text == "Alpha\nBordeaux"
    assert [round(column.width.mm) for column in document.tables[0].columns] == [42, 124]
    # What heads a row is bold where its runs say so; it is marked as a head all the same.
    assert document.tables[0].style.name == "Report Table Plain"
    assert document.tables[0]._tbl.tblPr.find(qn("w:tblLook")).get(qn("w:firstColumn")) == "1"


def test_words_are_hyphenated_in_texts_and_not_in_tables(document):
    settings = [one.tag.rpartition("}")[2] for one in document.settings.element]
    at = settings.index("defaultTabStop")
    assert settings[at + 1 : at + 4] == ["autoHyphenation", "consecutiveHyphenLimit", "hyphenationZone"]
    for name, kept in (("Normal", False), ("Table Text", True), ("Heading 1", True), ("Title", True)):
        assert (document.styles[name].element.find(f".//{qn('w:suppressAutoHyphens')}") is not None) == kept
    cells = document.tables[0]._tbl.iter(qn("w:suppressAutoHyphens"))
    assert not list(cells)
    long = Table("t", "", tuple("abcdefghi"), (made.cells(*("anticonstitutionnellement",) * 9),))
    document = docx.Document(BytesIO(as_word.write(one(long))))
    assert {e.get(qn("w:val")) for e in document.tables[0]._tbl.iter(qn("w:suppressAutoHyphens"))} == {"0"}


def test_properties_stand_in_the_order_that_word_wants():
    order = "keepNext keepLines pageBreakBefore widowControl pBdr shd tabs suppressAutoHyphens spacing ind jc".split()
    for made_of in (made.report(), made.fiche()):
        document = docx.Document(BytesIO(as_word.write(made_of)))
        for root in (document.element, document.styles.element):
            for properties in root.iter(qn("w:pPr")):
                names = [one.tag.rpartition("}")[2] for one in properties]
                places = [order.index(name) for name in names if name in order]
                assert places == sorted(places), names
