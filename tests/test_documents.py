"""Each form of document is read into the same blocks: order, bold, headings, breaks, spans, places."""

import hashlib
import subprocess
import sys
import unicodedata

import docx
import pytest
import typst
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image

from neoterra_analysis.fiches.documents import layout, pdf, read, sandbox, web, word
from neoterra_analysis.fiches.documents.blocks import Paragraph
from neoterra_analysis.fiches.documents.limits import DocumentError
from neoterra_analysis.words import labels

W = nsdecls("w")


def outline(document):
    """Return a document as simple values: (text, level, item) for a paragraph, lists of cell texts for a table."""
    return [shape(block) for block in document.blocks]


def shape(block):
    if isinstance(block, Paragraph):
        return block.text.text, block.level, block.item
    return [[cell.text for cell in row] for row in block.rows]


def bold(text):
    return [text.text[start:end] for start, end in text.bold]


def page(body):
    return web.read(f"<!doctype html><meta charset=utf-8><title>x</title>\n{body}".encode(), "")


def printed(source):
    return pdf.read(typst.compile(source.encode()), "")


def saved(document, folder):
    document.save(folder / "made.docx")
    return word.read((folder / "made.docx").read_bytes(), "")


# The same small fiche in three forms.

ROWS = [
    ("Le Moulin", "un lieu.", "SCIC des Prés, mairie", "connecteur"),
    ("La Forge", "un atelier.", "ONF", "aiguillon"),
]


def fiche_html(rows):
    cells = "".join(
        f"<tr><td><b>{name}</b>, {what}<td>{actors}<td>Un rôle de <b>{role}</b>." for name, what, actors, role in rows
    )
    head = "<tr><td>Projet<td>Acteurs mobilisés<td>Contribution"
    items = "<ul><li>un<li>deux</ul>"
    return (
        f"<h1>Fiche</h1><p>Une <b>innovation</b> sociale.</p>{items}<h2>Enjeu</h2><table>{head}{cells}</table><p>Fin."
    )


def fiche_docx(rows):
    made = docx.Document()
    made.add_heading("Fiche", 1)
    paragraph = made.add_paragraph("Une ")
    paragraph.add_run("innovation").bold = True
    paragraph.add_run(" sociale.")
    for item in ("un", "deux"):
        made.add_paragraph(item, style="List Bullet")
    made.add_heading("Enjeu", 2)
    table = made.add_table(1, 3)
    for cell, name in zip(table.rows[0].cells, ("Projet", "Acteurs mobilisés", "Contribution"), strict=True):
        cell.text = name
    for name, what, actors, role in rows:
        first, second, third = table.add_row().cells
        first.paragraphs[0].add_run(name).bold = True
        first.paragraphs[0].add_run(f", {what}")
        second.text = actors
        third.paragraphs[0].add_run("Un rôle de ")
        third.paragraphs[0].add_run(role).bold = True
        third.paragraphs[0].add_run(".")
    made.add_paragraph("Fin.")
    return made


def fiche_typst(rows, table="#table(columns: (1fr, 1fr, 1fr),", page="width: 20cm, height: 20cm"):
    cells = ", ".join(f"[*{name}*, {what}], [{actors}], [Un rôle de *{role}*.]" for name, what, actors, role in rows)
    return (
        f'#set page({page})\n#set text(lang: "fr")\n= Fiche\nUne *innovation* sociale.\n- un\n- deux\n== Enjeu\n'
        f"{table} table.header([Projet], [Acteurs mobilisés], [Contribution]), {cells})\nFin.\n"
    )


SCAN = 'image("scan.png", fit: "stretch", width: '
WRITTEN = "un mot " * 10
# What a page of 20 cm by 20 cm holds, and whether its picture may hide something.
PICTURED = [
    ("Du texte seul.", False),
    (f"#place(top, dx: -2cm, dy: -2cm, {SCAN}20cm, height: 20cm))", True),
    ("", False),
    (f"Un logo #{SCAN}2cm, height: 2cm) et du texte.", False),
    (f"{WRITTEN}#{SCAN}12cm, height: 9cm)", True),
    (f"#{SCAN}12cm, height: 4cm)#{SCAN}12cm, height: 4cm)#{SCAN}12cm, height: 4cm)", True),
    (f"#place(top, dx: -2cm, dy: -2cm, {SCAN}20cm, height: 20cm)){WRITTEN}", False),
]


def test_pages_with_a_large_picture_are_told(tmp_path):
    Image.new("L", (30, 30), 200).save(tmp_path / "scan.png")
    source = '#set page(width: 20cm, height: 20cm, margin: 2cm, numbering: "1")\n'
    source += "\n#pagebreak()\n".join(body for body, _ in PICTURED)
    (tmp_path / "made.typ").write_text(source, encoding="utf-8")
    typst.compile(tmp_path / "made.typ", output=tmp_path / "made.pdf")
    found = read(tmp_path / "made.pdf")
    assert found.pictures == tuple(number for number, (_, hides) in enumerate(PICTURED, 1) if hides)


EXPECTED = [
    ("Fiche", 1, False),
    ("Une innovation sociale.", 0, False),
    ("un", 0, True),
    ("deux", 0, True),
    ("Enjeu", 2, False),
    [
        ["Projet", "Acteurs mobilisés", "Contribution"],
        ["Le Moulin, un lieu.", "SCIC des Prés, mairie", "Un rôle de connecteur."],
        ["La Forge, un atelier.", "ONF", "Un rôle de aiguillon."],
    ],
    ("Fin.", 0, False),
]


def test_three_forms_tell_the_same(tmp_path):
    (tmp_path / "fiche.html").write_text(f"<!doctype html>{fiche_html(ROWS)}", encoding="utf-8")
    fiche_docx(ROWS).save(tmp_path / "fiche.docx")
    (tmp_path / "fiche.pdf").write_bytes(typst.compile(fiche_typst(ROWS).encode()))
    for form in ("html", "docx", "pdf"):
        file = tmp_path / f"fiche.{form}"
        found = read(file)
        assert (found.form, found.digest) == (form, hashlib.sha256(file.read_bytes()).hexdigest())
        assert outline(found) == EXPECTED, form
        table = found.blocks[5]
        assert [bold(cell) for cell in table.rows[1]] == [["Le Moulin"], [], ["connecteur"]], form
        assert bold(found.blocks[1].text) == ["innovation"], form


def test_text_is_read_too(tmp_path):
    file = tmp_path / "fiche.md"
    file.write_bytes(b"\xef\xbb\xbf# Fiche\n\nUne **innovation** sociale.\n")
    found = read(file)
    assert found.form == "text"
    assert outline(found) == [("Fiche", 1, False), ("Une innovation sociale.", 0, False)]
    assert bold(found.blocks[1].text) == ["innovation"]


def test_the_process_apart_answers_as_the_reader_does():
    raw = fiche_html(ROWS).encode()
    assert sandbox.read("html", raw, "x").blocks == web.read(raw, "x").blocks


# HTML


def test_html_breaks_and_spaces():
    found = page("<p>un\n  deux<br>trois&nbsp;:\tqua&shy;tre</p>nu<div>cinq<p>six</div>sept<pre>a\n b</pre>")
    texts = ["un deux\ntrois : quatre", "nu", "cinq", "six", "sept", "a\nb"]
    assert [block.text.text for block in found.blocks] == texts
    assert [block.text.place for block in found.blocks][:2] == [(0, 2), (0, 3)]


def test_html_composes_letters():
    assert page("<p>e\u0301te\u0301").blocks[0].text.text == unicodedata.normalize("NFC", "été")


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ("a <b>b</b> c", ["b"]),
        ("a <strong>b <i>c</i></strong>", ["b c"]),
        ("a <span style='color: red; font-weight: 700'>b</span>", ["b"]),
        ("a <span style='font-weight:bold'>b <span style='font-weight: 400'>c</span> d</span>", ["b", "d"]),
        ("<b style='font-weight:normal'>a</b>", []),
        ("a <span style='font-weight:500'>b</span>", []),
        ("<b>a</b><b>b</b>", ["ab"]),
    ],
)
def test_html_bold(body, marked):
    assert bold(page(f"<p>{body}").blocks[0].text) == marked


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>x</p>",
        "<p style='display:none'>x</p>",
        "<p style='color:red; visibility : hidden'>x</p>",
        "<script>x</script>",
        "<style>x</style>",
        "<!-- x -->",
        "<template><p>x</p></template>",
        "<?x y?>",
        "<table hidden><tr><td>x</table>",
    ],
)
def test_html_hides_what_a_browser_hides(hidden):
    assert outline(page(f"<p>a</p>{hidden}<p>b</p>")) == [("a", 0, False), ("b", 0, False)]


def test_html_headings_and_items():
    found = outline(page("<h3>a</h3><ol><li>b<ul><li><p>c</p></ul>d</ol>e"))
    assert found == [("a", 3, False), ("1. b", 0, True), ("c", 0, True), ("d", 0, True), ("e", 0, False)]


def test_html_spans():
    rows = "<tr><td>1<td>2<td>3<tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td>d<tr><td colspan=3>e<tr><td>f"
    found = outline(page(f"<table>{rows}</table>"))[0]
    assert found == [["1", "2", "3"], ["a", "b", ""], ["a", "c", "d"], ["e"], ["f"]]


def test_html_span_past_the_end_of_a_row_keeps_its_column():
    found = outline(page("<table><tr><td>1<td>2<td rowspan=3>3<tr><td>a<tr><td>b<td>c</table>"))[0]
    assert found == [["1", "2", "3"], ["a", "", "3"], ["b", "c", "3"]]


@pytest.mark.parametrize("span", ["", "0", "-1", "x", "²", "99999999999"])
def test_html_spans_that_say_nothing_count_one(span):
    assert outline(page(f"<table><tr><td colspan='{span}'>a<td rowspan='{span}'>b</table>"))[0] == [["a", "b"]]


def test_html_cells():
    inner = "<p>a <b>b</b></p>c<br>d<ul><li>e<li>f</ul><table><tr><td>g<td>h</table>"
    found = page(f"<table>\n<tr><td>{inner}<td>i</table>").blocks[0].rows[0]
    assert [cell.text for cell in found] == ["a b\nc\nd\ne\nf\ng\nh", "i"]
    assert bold(found[0]) == ["b"]
    assert found[0].place == (0, 3)


def test_html_caption_and_sections_in_order():
    sections = "<thead><tr><th>a<tbody><tr><td>b<tfoot><tr><td>c"
    assert outline(page(f"<table><caption>t</caption>{sections}</table>")) == [("t", 0, False), [["a"], ["b"], ["c"]]]


def test_html_frame_around_tables_is_no_table():
    found = outline(page("<table><tr><td><h2>a</h2><table><tr><td>b<td>c</table></table>"))
    assert found == [("a", 2, False), [["b", "c"]]]


def test_html_without_any_text():
    assert page("").blocks == ()


@pytest.mark.parametrize("name", ["windows-1252", "latin1", "ISO-8859-1"])
def test_html_western_where_declared(name):
    raw = f'<meta http-equiv="Content-Type" content="text/html; charset={name}"><p>l\xe9gume \u0153uf'.encode("cp1252")
    assert outline(web.read(raw, "")) == [("légume œuf", 0, False)]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"<p>l\xe9gume", "not UTF-8: byte 0xE9, line 1 .*opened as cp1252 it is French"),
        ("<p>légume cuit à l’eau".encode("mac_roman"), "opened as mac_roman it is French"),
        (b"<p>\x81\x8d\x8f\x90\x9d\xff\xfe", "not UTF-8: byte 0x81, line 1 .byte 4 of the file.; save it as UTF-8"),
        (b"<meta charset=utf-8><p>\nl\xe9gume", "not UTF-8: byte 0xE9, line 2"),
        (b"<meta charset=koi8-r><p>x", "declares the encoding koi8-r"),
        (b"<meta charset=latin1><p>l\xc3\xa9gume", "but it is UTF-8"),
        (b"<meta charset=windows-1252><p>l\x81gume", "declared encoding, windows-1252: byte 0x81"),
        ("<p>x".encode("utf-16"), "UTF-16"),
        (b"<p>x\x00", "not a text file"),
    ],
)
def test_html_encodings_refused(raw, why):
    with pytest.raises(DocumentError, match=why):
        web.read(raw, "", "en")


def test_html_entities_are_not_expanded():
    bomb = '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/hostname">]>'
    texts = [block.text.text for block in web.read(f"{bomb}<p>[&b;&x;]".encode(), "").blocks]
    assert texts[-1] == "[&b;&x;]"


# Word


def test_word_body(tmp_path):
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "en-tête"
    made.add_paragraph("Titre", style="Title")
    made.add_heading("Trois", 3)
    made.add_paragraph("")
    paragraph = made.add_paragraph("a ")
    paragraph.add_run("b").bold = True
    paragraph.add_run().add_break()
    paragraph.add_run("c", style="Strong")
    paragraph.add_run("\td")
    made.add_paragraph("puce", style="List Bullet")
    found = saved(made, tmp_path)
    assert outline(found) == [("Titre", 1, False), ("Trois", 3, False), ("a b\nc d", 0, False), ("puce", 0, True)]
    assert bold(found.blocks[2].text) == ["b", "c"]
    # An empty paragraph counts, though nothing is read from it.
    assert [block.text.place for block in found.blocks] == [(0, 1), (0, 2), (0, 4), (0, 5)]


def test_word_bold_of_a_style_can_be_taken_back(tmp_path):
    made = docx.Document()
    made.styles["Quote"].font.bold = True
    paragraph = made.add_paragraph("a ", style="Quote")
    paragraph.add_run("b").bold = False
    assert bold(saved(made, tmp_path).blocks[0].text) == ["a"]


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<w:ins><w:r><w:t>x</w:t></w:r></w:ins>", "ax"),
        ("<w:del><w:r><w:delText>x</w:delText></w:r></w:del>", "a"),
        ("<w:del><w:r><w:t>x</w:t></w:r></w:del>", "a"),
        ("<w:moveFrom><w:r><w:t>x</w:t></w:r></w:moveFrom>", "a"),
        ("<w:moveTo><w:r><w:t>x</w:t></w:r></w:moveTo>", "ax"),
        ("<w:hyperlink><w:r><w:t>x</w:t></w:r></w:hyperlink>", "ax"),
        ("<w:fldSimple><w:r><w:t>x</w:t></w:r></w:fldSimple>", "ax"),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r>", "a"),
        ("<w:sdt><w:sdtContent><w:r><w:t>x</w:t></w:r></w:sdtContent></w:sdt>", "ax"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r>", "a"),
        ("<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>x</w:t></w:r>", "ax"),
        ("<w:r><w:noBreakHyphen/><w:t>x</w:t><w:softHyphen/><w:t>y</w:t></w:r>", "a-xy"),
        ("<w:r><w:footnoteReference w:id='1'/></w:r>", "a"),
        ("<w:r><w:br/><w:t>x</w:t><w:cr/><w:t>y</w:t></w:r>", "a\nx\ny"),
    ],
)
def test_word_runs(tmp_path, xml, text):
    made = docx.Document()
    whole = parse_xml(f"<w:p {W}><w:r><w:t>a</w:t></w:r>{xml}</w:p>")
    made.element.body.insert(0, whole)
    assert saved(made, tmp_path).blocks[0].text.text == text


def test_word_controls_and_text_boxes(tmp_path):
    made = docx.Document()
    box = "<w:txbxContent><w:p><w:r><w:t>boîte</w:t></w:r></w:p></w:txbxContent>"
    spaces = f'{W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    held = f"<w:p><w:r><w:t>a</w:t></w:r><w:r>{both}</w:r></w:p>"
    made.element.body.insert(0, parse_xml(f"<w:sdt {spaces}><w:sdtContent>{held}</w:sdtContent></w:sdt>"))
    found = saved(made, tmp_path)
    assert outline(found) == [("a", 0, False)]
    assert found.asides == (("text_box", "boîte", (0, 1)),)


def test_word_tables(tmp_path):
    made = docx.Document()
    made.add_paragraph("avant")
    table = made.add_table(4, 3)
    for at, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = "abcdefghijkl"[at]
    table.cell(0, 0).merge(table.cell(0, 2)).text = "tout"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "deux"
    table.cell(3, 0).merge(table.cell(3, 1)).text = "large"
    table.cell(1, 1).add_paragraph("puce", style="List Bullet").add_run(" grasse").bold = True
    inner = table.cell(1, 2).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "n", "m"
    made.add_paragraph("après")
    found = saved(made, tmp_path)
    assert outline(found) == [
        ("avant", 0, False),
        [["tout"], ["deux", "e\npuce grasse", "f\nn\nm"], ["deux", "h", "i"], ["large", "", "l"]],
        ("après", 0, False),
    ]
    assert bold(found.blocks[1].rows[1][1]) == ["grasse"]
    assert [row[-1].place.line for row in found.blocks[1].rows] == [2, 3, 4, 5]
    assert found.blocks[2].text.place == (0, 6)


def test_word_deleted_row_is_left_out(tmp_path):
    made = docx.Document()
    table = made.add_table(2, 2)
    for row, letter in zip(table.rows, "ab", strict=True):
        row.cells[0].text = letter
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:del {W}/>"))
    assert outline(saved(made, tmp_path)) == [[["b", ""]]]


# PDF


def test_pdf_paragraphs_headings_items_places():
    found = printed(
        '#set page(width: 12cm, height: 12cm, numbering: "1 / 1")\n#set text(size: 10pt, lang: "fr")\n= Un titre\n'
        "Un paragraphe invente une phrase qui passe à la ligne, avec un mot *gras* et sa suite.\n\n"
        "Une ligne \\ puis une autre.\n== Un autre titre\n- un point qui est si long qu'il passe lui aussi à la ligne"
        " suivante\n- un autre\n+ compté\n#pagebreak()\nOverleaf."
    )
    assert outline(found) == [
        ("Un titre", 1, False),
        ("Un paragraphe invente une phrase qui passe à la ligne, avec un mot gras et sa suite.", 0, False),
        ("Une ligne puis une autre.", 0, False),
        ("Un autre titre", 2, False),
        ("un point qui est si long qu’il passe lui aussi à la ligne suivante", 0, True),
        ("un autre", 0, True),
        ("1. compté", 0, True),
        ("Overleaf.", 0, False),
        ("1 / 2", 0, False),
        ("2 / 2", 0, False),
    ]
    assert bold(found.blocks[1].text) == ["gras"]
    assert [block.text.place for block in found.blocks][-3:] == [(2, 1), (1, 11), (2, 2)]
    assert [block.text.place.line for block in found.blocks[:5]] == [1, 2, 4, 6, 7]


@pytest.mark.parametrize(
    "table",
    ["#table(columns: (1fr, 1fr, 1fr),", "#table(columns: (1fr, 1fr, 1fr), stroke: none,"],
    ids=["rules", "no rules"],
)
def test_pdf_table_over_two_pages(table):
    rows = [
        (f"Le Moulin {n}", "un lieu de rencontre au bord de la rivière.", f"mairie {n}", "connecteur") for n in range(5)
    ]
    found = printed(fiche_typst(rows, table, 'width: 16cm, height: 11cm, margin: 2cm, numbering: "1"'))
    blocks = outline(found)
    tables = [block for block in blocks if isinstance(block, list)]
    assert len(tables) == 2
    assert all(table[0] == ["Projet", "Acteurs mobilisés", "Contribution"] for table in tables)
    assert [row for table in tables for row in table[1:]] == [
        [f"Le Moulin {n}, un lieu de rencontre au bord de la rivière.", f"mairie {n}", "Un rôle de connecteur."]
        for n in range(5)
    ]
    # Page numbers stand at the end: between the tables they would part the halves of a row.
    assert blocks[-3:] == [("Fin.", 0, False), ("1", 0, False), ("2", 0, False)]
    assert {
        cell.place.page for block in found.blocks if not isinstance(block, Paragraph) for cell in block.rows[0]
    } == {1, 2}


def test_pdf_table_without_rules_goes_on_without_its_header():
    rows = "".join(f"[*Le Moulin {n}*, un lieu], [mairie {n}], [Un rôle de connecteur.]," for n in range(9))
    found = printed(
        "#set page(width: 16cm, height: 7cm, margin: 2cm)\n#grid(columns: (1fr, 1fr, 1fr), gutter: 10pt, "
        f"[*Projet*], [*Acteurs*], [*Contribution*], {rows})\n= Enjeu 2\nUne phrase."
    )
    tables = [block for block in outline(found) if isinstance(block, list)]
    assert len(tables) > 1
    assert [row[1] for table in tables for row in table] == ["Acteurs"] + [f"mairie {n}" for n in range(9)]
    assert outline(found)[-2:] == [("Enjeu 2", 1, False), ("Une phrase.", 0, False)]


@pytest.mark.parametrize(
    "table",
    [
        "stroke: (x: none, y: 0.5pt),",
        "stroke: none, align: horizon, fill: (x, y) => if calc.odd(y) {luma(230)},",
        "stroke: none, fill: (x, y) => if y == 0 {aqua},",
        "fill: (x, y) => if y == 0 {aqua},",
    ],
    ids=["lines across", "coloured rows", "coloured header", "all rules"],
)
def test_pdf_kinds_of_tables(table):
    rows = [("Le Moulin", "un lieu où l'on se retrouve chaque jour de la semaine.", "mairie", "relais")] * 3
    small = '#set text(size: 8pt, lang: "fr")\n#table(columns: (1fr, 1fr, 1fr), ' + table
    blocks = outline(
        printed(fiche_typst(rows, small, "width: 14cm, height: 20cm").replace("Fin.", "#text(11pt)[Fin.]"))
    )
    assert (
        blocks[5]
        == [["Projet", "Acteurs mobilisés", "Contribution"]]
        + [["Le Moulin, un lieu où l’on se retrouve chaque jour de la semaine.", "mairie", "Un rôle de relais."]] * 3
    )
    assert len(blocks) == 7


@pytest.mark.parametrize("size", [8, 11, 14])
def test_pdf_header_of_several_lines_on_each_page(size):
    names = "Le Moulin est un lieu inventé", "mairie, SCIC des Prés", "Le projet relie des voisins qui s'ignoraient."
    rows = ", ".join(f"[{part}]" for part in names * 9)
    header = "table.header([Projet], [Acteurs mobilisés], [Contribution à la transition de toutes les vallées])"
    found = printed(
        f"#set page(width: 15cm, height: 10cm, margin: 2cm)\n#set text(size: {size}pt, hyphenate: false)\n"
        f"#show table.cell: set block(breakable: false)\n#table(columns: (1fr,) * 3, stroke: none, {header}, {rows})"
    )
    rows = [row for block in outline(found) for row in block]
    assert len(found.blocks) > 1
    assert rows.count(["Projet", "Acteurs mobilisés", "Contribution à la transition de toutes les vallées"]) == len(
        found.blocks
    )
    whole = [row for row in rows if row[0] != "Projet"]
    assert " ".join(row[0] for row in whole) == " ".join([names[0]] * 9)
    assert " ".join(row[2] for row in whole).replace("’", "'") == " ".join([names[2]] * 9)


def test_pdf_text_larger_than_its_tables_is_no_heading():
    phrase = "une phrase qui passe à la ligne parce qu'elle est longue, "
    cells = f"[{phrase * 4}], [{phrase * 4}], " * 3
    found = printed(f"#set text(12pt)\n= Titre\n{phrase * 3}\n#text(8pt)[#table(columns: (1fr, 1fr), {cells})]")
    assert [block[1] for block in outline(found)[:2]] == [1, 0]


def test_pdf_spans_and_breaks_in_cells():
    cells = (
        "[A], [B], [C], table.cell(colspan: 3)[tout], table.cell(rowspan: 2)[x], [y], [z], [v], [w], "
        "table.cell(colspan: 2)[large], [• p \\ • q], [SCIC \\ ONF \\ Mairie], [], [d'un mot]"
    )
    found = printed(f"#table(columns: (4cm, 4cm, 4cm), {cells})\n#rect[Un cadre n'est pas un tableau.]")
    assert outline(found) == [
        [
            ["A", "B", "C"],
            ["tout"],
            ["x", "y", "z"],
            ["x", "v", "w"],
            ["large", "", "p\nq"],
            ["SCIC\nONF\nMairie", "", "d’un mot"],
        ],
        ("Un cadre n’est pas un tableau.", 0, False),
    ]


def test_pdf_hyphens():
    found = printed(
        '#set page(width: 5cm, height: 9cm, margin: 1cm)\n#set text(size: 10pt, lang: "fr", hyphenate: true)\n'
        "Une transformation agroécologique incontestablement territoriale, intergénérationnelle."
    )
    text = "Une transformation agroécologique incontestablement territoriale, intergénérationnelle."
    assert [block.text.text for block in found.blocks] == [text]


@pytest.mark.parametrize(
    ("left", "right", "known", "joined"),
    [
        ("agroé-", "cologie", "", "agroécologie"),
        ("agroé\u00ad", "cologie", "", "agroécologie"),
        ("Nouvelle-", "Aquitaine", "", "Nouvelle-Aquitaine"),
        ("2020-", "2024", "", "2020-2024"),
        ("savoir-", "faire", "", "savoir-faire"),
        ("est-", "il", "", "est-il"),
        ("éco-", "lieu", "éco-lieu", "éco-lieu"),
        ("éco-", "lieu", "écolieu", "écolieu"),
        ("centre-", "bourg", "centre bourg", "centre-bourg"),
        ("un", "mot", "", "un mot"),
    ],
)
def test_line_end_hyphens(left, right, known, joined):
    group = [
        layout.Line(at, (layout.Word(0, 50, 12 * at, 12 * at + 9, 10, ((word, False),)),))
        for at, word in enumerate((left, right))
    ]
    found = "".join(letters for letters, _ in layout.joined_runs(group, frozenset(known.split())))
    assert found.replace("\u00ad", "") == joined


def test_line_end_hyphens_are_of_the_words_where_the_document_cuts_none():
    def line(letters):
        return layout.Line(1, (layout.Word(0, 9, 0, 9, 9, ((letters, False),)),))

    assert layout.hyphenates([[line("camion-"), line("cuisine")]])  # too short to tell
    assert not layout.hyphenates([[line("mot")] * 99 + [line("camion-"), line("cuisine")]])
    assert not layout.hyphenates([[line("trans\u00ad"), line("formation"), line("camion-"), line("cuisine")]])
    assert layout.hyphenates([[line("trans-"), line("formation"), *[line("mot")] * 9] * 9])
    pair = [line("camion-"), line("cuisine")]
    assert [run[0] for run in layout.joined_runs(pair, frozenset(), hyphenated=False)] == ["camion-", "cuisine"]


def test_a_header_line_needs_all_three_names():
    def line(*names):
        words = [layout.Word(99 * at, 99 * at + 60, 0, 9, 9, ((name, False),)) for at, name in enumerate(names)]
        return layout.header_columns(layout.Line(1, tuple(words)))

    assert line("Projet", "Acteurs", "Contribution", "Rôle") == (0, 99, 198, 297)
    assert line("Acteurs", "PROJETS", "Contributions") == (0, 99, 198)
    assert line("Projet", "Acteurs") == ()
    assert line("Projet", "Rôle", "Contribution") == ()


# What all share


def test_importing_is_light():
    heavy = "{'lxml', 'docx', 'pdfplumber', 'pdfminer', 'pandas', 'openpyxl'}"
    code = f"import sys, neoterra_analysis.fiches.documents; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_word_of_a_refusal_is_used_and_known(repo):
    folder = repo / "src" / "neoterra_analysis" / "fiches" / "documents"
    code = "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.py")))
    keys = [key for key in labels.words() if key.startswith(("document.", "form."))]
    unused = [key for key in keys if f'"{key.partition(".")[2]}"' not in code and not key.startswith("document.form_")]
    assert set(unused) <= {"document.refused"}
