"""Word, OpenDocument and HTML: what prints is read, what stands beside it is asked about, and nothing is lost."""

import io
import re
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import html as page_of

import fiche_formats
from neoterra_analysis.fiches import documents, draft
from neoterra_analysis.fiches.documents import beside, odt, stylesheet, web, word
from neoterra_analysis.fiches.documents.blocks import Paragraph, Place, text
from neoterra_analysis.fiches.documents.limits import DocumentError

REPO = Path(__file__).resolve().parents[1]
CASES = Path(__file__).parent / "fiches" / "cases"
W = nsdecls("w")
DRAWING = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
DRAWING += 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
DRAWING += 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
DRAWING += 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
DRAWING += 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'


def outline(found):
    return [line(block) for block in found.blocks]


def line(block):
    if isinstance(block, Paragraph):
        return block.text.text
    return [[cell.text for cell in row] for row in block.rows]


def asides(found):
    return [(one.kind, one.text) for one in found.asides]


def bold(text):
    return [text.text[start:end] for start, end in text.bold]


def words(text):
    return Counter(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold()))


def lost(found):
    """Return the words of the second extraction that stand neither in the blocks nor in the asides."""
    told = [one.text for one in found.asides]
    for block in found.blocks:
        told += [block.text.text] if isinstance(block, Paragraph) else [cell.text for row in block.rows for cell in row]
    return words(found.raw) - words("\n".join(told))


# Each case through the whole reading


RIGHT = {
    "altchunk.docx": (4, "Maraîchers", None),
    "footnote.docx": (4, "EHPAD du Marais", "aside_footnote"),
    "sup.html": (1, "CAF", "aside_footnote"),
    "mark.docx": (1, "Mission locale", None),
    "strike.docx": (1, "Région", "aside_struck"),
    "strike.html": (1, "Région", "aside_struck"),
    "gdocs.html": (4, "EHPAD du Marais", None),
    "split.docx": (1, "Habitants", None),
    "auto.docx": (4, "Mission locale", None),
    "strict.docx": (4, "Mission locale", None),
}


@pytest.mark.parametrize("name", RIGHT)
def test_cases(name, in_process):
    laureates, mention, doubt = RIGHT[name]
    made = draft.ingest(CASES / name, REPO / "data", "2026-01-31")
    assert len(made.tables["laureates"]) == laureates
    assert "Roulotte Verte" in {row["name"] for row in made.tables["laureates"]}
    mentions = [row["mention"] for row in made.tables["mentions"]]
    assert mention in mentions
    assert not {"CAF1", "Mission", "locale", "Mairie de Bel", "1"} & set(mentions)
    assert {one.kind for one in made.doubts if one.kind.startswith("aside_")} == ({doubt} if doubt else set())
    if laureates == 4:
        titles = {row["enjeu_id"]: row["title_fr"] for row in made.tables["enjeux"]}
        assert titles == {"3.1": "Fabriquer ensemble", "3.2": "Manger ensemble"}
        assert all(row["enjeu_id"] for row in made.tables["laureates"])


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_cases_keep_each_word(name, in_process):
    assert not lost(documents.read(CASES / name))


# Calls of notes, pictures, numbers


@pytest.mark.parametrize(
    ("before", "raised", "after", "printed"),
    [
        ("CAF", "1", ", Région", "CAF, Région"),
        ("CAF", "(12)", "", "CAF"),
        ("CAF", "*", " et Région", "CAF et Région"),
        ("CAF", "a", "", "CAF"),
        ("CAF", "1,2", "", "CAF"),
        ("90 m", "2", " de jardin", "90 m2 de jardin"),
        ("9 km", "2", "", "9 km2"),
        ("1", "er", " lauréat", "1er lauréat"),
        ("2", "e", " lieu", "2e lieu"),
        ("n", "o", " 3", "no 3"),
        ("M", "me", " Roc", "Mme Roc"),
        ("à 9 h", "30", "", "à 9 h30"),
    ],
)
def test_calls_are_no_part_of_a_name(before, raised, after, printed):
    found = web.read(f"<!doctype html><p>{before}<sup>{raised}</sup>{after}".encode(), "")
    assert outline(found) == [printed]
    assert {kind for kind, _ in asides(found)} <= {"footnote"}  # a call that no note explains is asked about
    assert bool(found.asides) == (raised not in printed)
    assert not lost(found)


def test_small_digits_are_calls_too():
    found = web.read("<!doctype html><p>CAF¹, 80 m², Région²<p>¹ avec l'État".encode(), "")
    assert outline(found) == ["CAF, 80 m², Région"]
    assert asides(found) == [("footnote", "¹ avec l'État"), ("footnote", "2")]


@pytest.mark.parametrize(
    ("runs", "marked"),
    [
        (["*Roulotte", " ", "*Verte"], ["Roulotte Verte"]),
        (["*L", "’", "*Escale", " est"], ["L’Escale"]),
        (["*Un", "\n", "*Deux"], ["Un", "Deux"]),
        (["*Un", ", ", "*Deux"], ["Un", "Deux"]),
        (["*Un", " ", "deux"], ["Un"]),
    ],
)
def test_a_space_between_bold_words_is_of_the_name(runs, marked):
    pieces = [beside.Piece(run.lstrip("*"), run.startswith("*")) for run in runs]
    made = text(beside.Calls().runs(pieces, Place(0, 1))[0], Place(0, 1))
    assert bold(made) == marked


# Word


def read(body, parts=(), relations=(), styles=""):
    """Read a Word document of some paragraphs in XML, with more parts, relations and styles."""
    made = docx.Document()
    for style in parse_xml(f"<w:styles {W}>{styles}</w:styles>"):
        made.styles.element.append(style)
    spaces = f'{W} {DRAWING} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    for at, element in enumerate(parse_xml(f"<w:body {spaces}>{body}</w:body>")):
        made.element.body.insert(at, element)
    return word.read(_packed(made, parts, relations), "")


def _packed(made, parts, relations):
    buffer, out = io.BytesIO(), io.BytesIO()
    made.save(buffer)
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/_rels/document.xml.rels":
                more = "".join(f'<Relationship Id="{i}" Type="{kinds}{k}" Target="{t}"/>' for i, k, t in relations)
                content = content.replace(b"</Relationships>", f"{more}</Relationships>".encode())
            new.writestr(name, content)
        for name, content in dict(parts).items():
            new.writestr(f"word/{name}", content)
    return out.getvalue()


def p(runs, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def r(words, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


BOX = "<w:txbxContent>{}</w:txbxContent>"
SHAPE = "<w:r><w:pict><v:shape><v:textbox>{}</v:textbox></v:shape></w:pict></w:r>"
DELETED_MARK = "<w:rPr><w:del w:id='1'/></w:rPr>"
FIELD = "<w:r><w:fldChar w:fldCharType='{}'/></w:r>"


def cell(inner, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


@pytest.mark.parametrize(
    ("body", "texts", "told"),
    [
        (p(r("a ") + r("b", "<w:strike/>") + r(" c")), ["a c"], [("struck", "b")]),
        (p(r("a ") + r("b", "<w:dstrike/>")), ["a"], [("struck", "b")]),
        (p(r("a ") + r("b", "<w:strike w:val='0'/>")), ["a b"], []),
        (p(r("a ") + r("mor", "<w:vanish/>") + r("due", "<w:vanish/>")), ["a"], [("hidden", "mordue")]),
        (p(f"<w:del><w:r><w:delText>vieux</w:delText></w:r></w:del>{r('neuf')}"), ["neuf"], [("deleted", "vieux")]),
        (p(r("Mission "), DELETED_MARK) + p(r("locale")) + p(r("CIVAM")), ["Mission locale", "CIVAM"], []),
        (p(r("L"), "<w:framePr w:dropCap='drop'/>") + p(r("a Forge")), ["La Forge"], []),
        (p(r("a") + r("1", "<w:vertAlign w:val='superscript'/>") + r(" b")), ["a b"], [("footnote", "1")]),
        (p(r("a") + r("1", "<w:position w:val='6'/>") + r(" b")), ["a b"], [("footnote", "1")]),
        (p(f"<w:r><w:object><o:OLEObject/></w:object></w:r>{r('a')}"), ["a"], [("embedded", "")]),
        (p(SHAPE.format(BOX.format(p(r("dans la boîte")))) + r("a")), ["a"], [("text_box", "dans la boîte")]),
        (p(SHAPE.format(BOX.format(p(r("Enjeu 1 : a"))))) + p(r("b")), ["Enjeu 1 : a", "b"], []),
        (
            p(
                f"{FIELD.format('begin')}<w:r><w:instrText>IF </w:instrText></w:r>{FIELD.format('begin')}{r('7 ')}"
                f"{FIELD.format('separate')}{r('8 ')}{FIELD.format('end')}{FIELD.format('separate')}{r('dit')}"
                f"{FIELD.format('end')}"
            ),
            ["dit"],
            [],
        ),
        (p("<w:r><w:sym w:font='Symbol' w:char='F0B7'/></w:r>" + r(" a")), ["• a"], []),
        (p(r("x = ") + "<m:oMath><m:r><m:t>9</m:t></m:r></m:oMath>"), ["x = 9"], []),
        (
            p("<w:r><w:pict><v:shape><v:textpath string='En arc'/></v:shape></w:pict></w:r>" + r("a")),
            ["a"],
            [("text_box", "En arc")],
        ),
        (
            p(
                "<w:r><mc:AlternateContent><mc:Choice/><mc:Fallback><w:t>☺</w:t></mc:Fallback></mc:AlternateContent></w:r>"
            ),
            ["☺"],
            [],
        ),
        (p(r("Enjeu 1 12"), "<w:pStyle w:val='TOC1'/>") + p(r("a")), ["a"], [("other", "Enjeu 1 12")]),
    ],
)
def test_word_text_and_asides(body, texts, told):
    found = read(
        body,
        styles='<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>',
    )
    assert outline(found) == texts
    assert asides(found) == told
    assert lost(found) <= words("7 8")  # the instruction of a field does not print


def test_word_notes_and_comments_where_they_are_called():
    notes = "<w:{0}s {1}>{3}<w:{0} w:id='2'><w:p><w:r><w:t>{2}</w:t></w:r></w:p></w:{0}></w:{0}s>"
    separator = "<w:{} w:type='separator' w:id='0'><w:p><w:r><w:t>x</w:t></w:r></w:p></w:{}>"
    kinds = ("footnote", "endnote", "comment")
    parts = {f"{kind}s.xml": notes.format(kind, W, f"une {kind}", separator.format(kind, kind)) for kind in kinds[:2]}
    parts["comments.xml"] = notes.format("comment", W, "à revoir", "")
    called = "".join(f"<w:r><w:{kind}Reference w:id='2'/></w:r>" for kind in kinds)
    relations = [(f"x{kind}", f"{kind}s", f"{kind}s.xml") for kind in kinds]
    found = read(p(r("rien")) + p(r("CAF") + called + r(", Région")), parts, relations)
    assert outline(found) == ["rien", "CAF, Région"]
    assert found.asides == (
        ("footnote", "une footnote", (0, 2)),
        ("endnote", "une endnote", (0, 2)),
        ("comment", "à revoir", (0, 2)),
    )
    assert not lost(found) and "une endnote" in found.raw


def test_word_a_note_by_hand_is_a_note():
    raised = "<w:vertAlign w:val='superscript'/>"
    found = read(p(r("CAF") + r("1", raised)) + p(r("1", raised) + r(" avec la Banque")))
    assert (outline(found), asides(found)) == (["CAF"], [("footnote", "1 avec la Banque")])


def test_word_cells():
    rows = [
        cell(p(r("a")) + p(r("b", "<w:strike/>")) + p(r("c")))
        + cell(p(r("d") + SHAPE.format(BOX.format(p(r("boîte")))))),
        cell(p(r("e")), "<w:cellDel w:id='1'/>") + cell(p(r("f"))),
    ]
    deleted = f"<w:tr><w:trPr><w:del w:id='3'/></w:trPr>{cell(p(r('g')))}{cell(p(r('h')))}</w:tr>"
    grid = "<w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>"
    found = read(f"<w:tbl>{grid}{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}{deleted}</w:tbl>")
    assert outline(found) == [[["a\nc", "d"], ["", "f"]]]
    assert asides(found) == [("struck", "b"), ("text_box", "boîte"), ("deleted", "e"), ("deleted", "g\nh")]
    assert not lost(found)


def test_word_row_of_one_cell_behind_the_margin():
    held = cell(p(r("c")), "<w:gridSpan w:val='2'/>")
    wide = f"<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>{held}</w:tr>"
    grid = "<w:tblGrid><w:gridCol/><w:gridCol/><w:gridCol/></w:tblGrid>"
    assert outline(read(f"<w:tbl>{grid}{wide}</w:tbl>")) == [[["c"]]]


def test_word_bold_of_two_styles_is_plain():
    styles = (
        '<w:style w:type="paragraph" w:styleId="Loud"><w:name w:val="Loud"/><w:rPr><w:b/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Firm"><w:name w:val="Firm"/><w:rPr><w:b/></w:rPr></w:style>'
    )
    firm = "<w:rStyle w:val='Firm'/>"
    found = read(p(r("a ") + r("b", firm), "<w:pStyle w:val='Loud'/>") + p(r("c ") + r("d", firm)), styles=styles)
    assert [bold(block.text) for block in found.blocks] == [["a"], ["d"]]
    found = read(p(r("e ") + r("f", "<w:rFonts w:ascii='Marianne ExtraBold'/>")))
    assert bold(found.blocks[0].text) == ["f"]


NUMBERS = """<w:abstractNum {0} w:abstractNumId="90">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="Enjeu %1 : "/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="o"/></w:lvl></w:abstractNum>"""


def test_word_automatic_numbers():
    made = docx.Document()
    numbering = made.part.numbering_part.element
    numbering.insert(0, parse_xml(NUMBERS.format(W)))
    for key, override in (("90", ""), ("91", '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>')):
        numbering.append(parse_xml(f'<w:num {W} w:numId="{key}"><w:abstractNumId w:val="90"/>{override}</w:num>'))

    def add(paragraph, depth, number=90):
        xml = f'<w:numPr {W}><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(xml))

    for item, depth in (("un", 0), ("aa", 1), ("bb", 1), ("point", 2), ("deux", 0), ("cc", 1)):
        add(made.add_paragraph(item), depth)
    add(made.add_paragraph("sept"), 0, 91)
    table = made.add_table(1, 2)
    for at, depth in enumerate((0, 1)):
        table.cell(0, at).text = "dans"
        add(table.cell(0, at).paragraphs[0], depth)
    found = word.read(_packed(made, (), ()), "")
    assert outline(found) == [
        *("Enjeu 1 : un", "1.a) aa", "1.b) bb", "point", "Enjeu 2 : deux", "2.a) cc", "Enjeu 7 : sept"),
        [["Enjeu 8 : dans", "dans"]],
    ]
    assert not lost(found)


def test_word_headers_say_more_than_a_number(tmp_path):
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "Fiche inventée, version de travail"
    made.sections[0].footer.paragraphs[0].text = "Page 3 sur 9"
    made.add_paragraph("a")
    found = word.read(_packed(made, (), ()), "")
    assert asides(found) == [("header", "Fiche inventée, version de travail")]
    assert not lost(found)


@pytest.mark.parametrize(
    ("width", "under", "told"),
    [(16, "", True), (7, "", True), (2, "", False), (7, "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>", False)],
)
def test_word_picture_in_the_place_of_a_table(width, under, told):
    extent = f"<wp:extent cx='{width * 360000}' cy='{6 * 360000}'/><wp:docPr id='1' name='x' descr='tableau'/>"
    drawing = f"<w:r><w:drawing><wp:inline>{extent}<a:blip/></wp:inline></w:drawing></w:r>"
    found = read(p(r("Enjeu 1 : a")) + p(drawing) + under + p(r("Enjeu 2 : b")))
    assert asides(found) == ([("picture_table", "tableau")] if told else [])


def test_word_parts_in_other_formats():
    chunk = '<w:altChunk r:id="xa"/>'
    html = "<!doctype html><p>dedans <del>dehors</del><table><tr><td>x<td>y</table>"
    found = read(p(r("a")) + chunk + p(r("b")), {"c.html": html}, [("xa", "aFChunk", "c.html")])
    assert outline(found) == ["a", "dedans", [["x", "y"]], "b"]
    assert [block.text.place.line for block in found.blocks if isinstance(block, Paragraph)] == [1, 3, 5]
    assert asides(found) == [("struck", "dehors")] and not lost(found)
    found = read(p(r("a")) + chunk, {"c.rtf": "{\\rtf1 x}"}, [("xa", "aFChunk", "c.rtf")])
    assert (outline(found), asides(found)) == (["a"], [("embedded", "")])


def test_word_diagrams_and_charts_are_told():
    space = 'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    body = p(f'<w:r><w:drawing><wp:inline><dgm:relIds {space} r:dm="xd"/></wp:inline></w:drawing></w:r>' + r("a"))
    data = f"<dgm:dataModel {space} {DRAWING}><a:t>Quatre Bras</a:t></dgm:dataModel>"
    found = read(body, {"d.xml": data}, [("xd", "diagramData", "d.xml")])
    assert (outline(found), asides(found)) == (["a"], [("embedded", "Quatre Bras")])


def test_a_table_around_tables_only_lays_out(tmp_path):
    inner = "".join(f"<tr>{''.join(f'<td>{r}{c}' for c in 'xyz')}" for r in "ab")
    found = web.read(f"<!doctype html><table><tr><td>menu<td><h2>t</h2><table>{inner}</table></table>".encode(), "")
    assert outline(found) == ["menu", "t", [["ax", "ay", "az"], ["bx", "by", "bz"]]]


def test_word_oracle():
    """All words that python-docx finds in the paragraphs and tables of the cases stand in the blocks and asides."""
    for file in sorted(CASES.glob("*.docx")):
        if file.name == "strict.docx":  # it does not open this one
            continue
        oracle = docx.Document(file)
        texts = [one.text for one in oracle.paragraphs]
        texts += [one.text for table in oracle.tables for row in table.rows for one in row.cells]
        found = word.read(file.read_bytes(), "")
        told = [one.text for one in found.asides] + [text for block in found.blocks for text in flat(block)]
        assert not words("\n".join(texts)) - words("\n".join(told)) - words("Mission locale"), file.name


def flat(block):
    return [block.text.text] if isinstance(block, Paragraph) else [cell.text for row in block.rows for cell in row]


# HTML


def page(body, sheet=""):
    return web.read(f"<!doctype html><meta charset=utf-8><style>{sheet}</style>\n{body}".encode(), "")


@pytest.mark.parametrize(
    ("sheet", "body", "marked"),
    [
        (".c5{font-weight:700}", "a <span class='c1 c5'>b</span>", ["b"]),
        ("span.c5, i {font-weight: BOLD !important}", "a <span class='c5'>b</span> <i>c</i>", ["b c"]),
        (".c5{font-weight:700} .c6{font-weight:400}", "<b class='c6'>a</b> <span class='c5'>b</span>", ["b"]),
        (".x .c5 {font-weight:700}", "<span class='c5'>a</span> <i class=x><u class='c5'>b</u></i>", ["b"]),
        ("#n {font: bold 12pt Arial}", "a <span id=n>b</span>", ["b"]),
        (".c5{font-weight:700} p .c5{font-weight:400}", "<span class='c5'>a</span>", []),
        ("@media print {.c5{font-weight:700}}", "<span class='c5'>a</span>", []),
        ("/* .c5{font-weight:700} */", "<span class='c5'>a</span>", []),
        ("", "a <span style=\"font-family:'Marianne ExtraBold'\">b</span>", ["b"]),
    ],
)
def test_html_bold_by_style_sheets(sheet, body, marked):
    assert bold(page(f"<p>{body}", sheet).blocks[0].text) == marked


def test_html_bold_of_row_headings():
    found = page("<table><tr><th>Projet<th>Qui<tr><th>Le Moulin<td>CAF</table>").blocks[0]
    assert [[bold(cell) for cell in row] for row in found.rows] == [[[], []], [["Le Moulin"], []]]


@pytest.mark.parametrize(
    ("body", "texts", "told"),
    [
        ("<p>a <s>b</s> c", ["a c"], [("struck", "b")]),
        ("<p>a <span class=out>b</span>", ["a"], [("struck", "b")]),
        ("<p>a <strike>b <b>c</b></strike>", ["a"], [("struck", "b c")]),
        ("<p>a<p hidden>b", ["a"], [("hidden", "b")]),
        ("<p>a<p class=off>b", ["a"], [("hidden", "b")]),
        ("<p>a<template><p>b</template><noscript>c</noscript>", ["a"], [("hidden", "b c")]),
        ("<p>a<iframe src=x>b</iframe><embed src=y>", ["a"], [("embedded", "b"), ("embedded", "")]),
        ("<p>a<object data=x>b</object>", ["a"], [("embedded", "b")]),
        ("<p>a<svg><text>b</text></svg>", ["a"], [("text_box", "b")]),
        ("<p>a<select><option>b<option>c</select>", ["a"], [("other", "b\nc")]),
        ("<p>CAF<a href='#_ftn1'>[1]</a>, État<p><a name='_ftn1' href='#_r'>[1]</a> b", ["CAF, État"], 1),
        ("<p>CAF<a href='#fn1'><sup>1</sup></a><ol><li id=fn1>b <a href='#r'>↩</a></ol>", ["CAF"], 1),
        ("<p>a<sup><a href='#cmnt1'>[d]</a></sup><div><p><a id=cmnt1 href='#r'>[d]</a> b</div>", ["a"], 1),
        ("<main><h1>a</h1>b</main>", ["a", "b"], []),
        ("<details><summary>a</summary><p>b</details>", ["a", "b"], []),
        ("<p>Nou<wbr>velle &amp; l&rsquo;&eacute;t&eacute; <q>b</q><!-- c -->", ["Nouvelle & l’été « b »"], []),
        ("<ol start=3 type=a><li>x<li value=7>y<li>8. z</ol>", ["c. x", "g. y", "8. z"], []),
        ("<ul><li>x</ul><ol style='list-style:none'><li>y</ol>", ["x", "y"], []),
        ("<table><tr><td>a<ol><li>b<li>c</ol><td>d</table>", [[["a\nb\nc", "d"]]], []),
        ("<table>perdu<tr><td>a<td>b</table>", ["perdu", [["a", "b"]]], []),
        ("<table><tr><td>a<td>b<tr class=off><td>c<td>d</table>", [[["a", "b"]]], [("hidden", "c\nd")]),
        ("<table><tr><td>a<td>b<tr class=out><td>c<td>d</table>", [[["a", "b"], ["", ""]]], [("struck", "c d")]),
        ("<table class=out><tr><td>c<td>d</table>", [[["", ""]]], [("struck", "c d")]),
        ("<h2>t</h2><img src=x alt=tableau><h2>u</h2>", ["t", "u"], [("picture_table", "tableau")]),
        ("<h2>t</h2><img src=x width=20 height=20><h2>u</h2>", ["t", "u"], []),
        ("<h2>t</h2><img src=x><table><tr><td>a<td>b</table>", ["t", [["a", "b"]]], []),
        ("<table><tr><td>a<td><img alt=logos></table>", [[["a", ""]]], [("picture_table", "logos")]),
    ],
)
def test_html_text_and_asides(body, texts, told):
    found = page(body, ".out {text-decoration: line-through} .off {display:none}")
    assert outline(found) == texts
    if told == 1:  # the note that a link calls
        assert [words for _, words in asides(found)][0].endswith("b" if "fn1" not in body or "ftn" in body else "↩")
        assert {kind for kind, _ in asides(found)} == {"comment" if "cmnt" in body else "footnote"}
        assert len(found.asides) == 1
    else:
        assert asides(found) == told
    assert not lost(found)


def test_html_oracle():
    """All words of the pages, but for those of their heads, stand in the blocks and asides."""
    files = {file.name: file.read_bytes() for file in CASES.glob("*.html")}
    for name in fiche_formats.SIMPLE:
        made = fiche_formats.html(fiche_formats.blocks_of((fiche_formats.FICHES / name).read_text("utf-8")))
        files[name] = made.encode()
    for name, raw in files.items():
        tree = page_of.fromstring(raw.decode())
        for node in [*tree.iter("style", "script", "title", "sup")]:
            node.drop_tree()
        oracle = "\n".join(tree.itertext())
        found = web.read(raw, "")
        told = [one.text for one in found.asides] + [text for block in found.blocks for text in flat(block)]
        assert not words(oracle) - words("\n".join(told)), name


def test_style_sheets_of_a_large_page_end():
    sheet = "".join(f".a .b{number} {{font-weight:700}}" for number in range(9000))
    assert sum(map(len, stylesheet.rules([sheet]).values())) == stylesheet.MOST_RULES


# OpenDocument


def odf(tmp_path, body, **more):
    fiche_formats.odt_archive(tmp_path / "made.odt", body, **more)
    return odt.read((tmp_path / "made.odt").read_bytes(), "")


def tp(inner, style=""):
    return f'<text:p text:style-name="{style}">{inner}</text:p>'


def ts(inner, style="T1"):
    return f'<text:span text:style-name="{style}">{inner}</text:span>'


def text_style(name, properties, family="text", more=""):
    properties = f"<style:text-properties {properties}/>"
    return f'<style:style style:name="{name}" style:family="{family}" {more}>{properties}</style:style>'


ODT_STYLES = (
    text_style("Struck", 'style:text-line-through-style="solid"')
    + text_style("Gone", 'text:display="none"')
    + text_style("Up", 'style:text-position="super 58%"')
    + text_style("Loud", 'fo:font-weight="bold"', "paragraph", 'style:default-outline-level="2"')
    + text_style("Calm", 'fo:font-weight="normal"')
)
NOTE = '<text:note text:note-class="{}"><text:note-citation>1</text:note-citation>'
NOTE += "<text:note-body><text:p>avec la Banque</text:p></text:note-body></text:note>"
FRAME = '<draw:frame svg:width="{0}cm" svg:height="{1}cm">{2}</draw:frame>'


@pytest.mark.parametrize(
    ("body", "texts", "told"),
    [
        (tp("a<text:s text:c='3'/>b<text:tab/>c<text:line-break/>d"), ["a b c\nd"], []),
        (tp(f"a {ts('b', 'Struck')} c"), ["a c"], [("struck", "b")]),
        (tp(f"a {ts('b', 'Gone')}"), ["a"], [("hidden", "b")]),
        (tp(f"CAF{ts('1', 'Up')}, 9 m{ts('2', 'Up')}"), ["CAF, 9 m2"], [("footnote", "1")]),
        (tp(f"CAF{NOTE.format('footnote')}, État"), ["CAF, État"], [("footnote", "avec la Banque")]),
        (tp(f"CAF{NOTE.format('endnote')}"), ["CAF"], [("endnote", "avec la Banque")]),
        (tp("a<office:annotation><dc:creator>B</dc:creator><text:p>c</text:p></office:annotation>"), ["a"], 1),
        (tp('a<text:hidden-text text:string-value="b" text:is-hidden="true"/>'), ["a"], [("hidden", "b")]),
        (tp('a<text:hidden-paragraph text:is-hidden="true"/>') + tp("b"), ["b"], [("hidden", "a")]),
        (f'<text:section text:display="none">{tp("a")}</text:section>{tp("b")}', ["b"], [("hidden", "a")]),
        (f"<text:section>{tp('a')}</text:section>", ["a"], []),
        (tp("<text:a>a</text:a> <text:page-number>7</text:page-number>"), ["a 7"], []),
        (tp(FRAME.format(9, 9, f"<draw:text-box>{tp('b')}</draw:text-box>") + "a"), ["a"], [("text_box", "b")]),
        (tp(f"<draw:custom-shape>{tp('b')}</draw:custom-shape>a"), ["a"], [("text_box", "b")]),
        (FRAME.format(9, 9, f"<draw:text-box>{tp('Enjeu 1 : a')}</draw:text-box>"), ["Enjeu 1 : a"], []),
        (tp("Enjeu 1 : a") + tp(FRAME.format(16, 9, "<draw:image/><svg:desc>b</svg:desc>")), ["Enjeu 1 : a"], 1),
        (tp("Enjeu 1 : a") + tp(FRAME.format(1, 1, "<draw:image/>")), ["Enjeu 1 : a"], []),
        (tp(FRAME.format(9, 9, "<draw:object/><draw:image/>") + "a"), ["a"], [("embedded", "")]),
        (f"<text:table-of-content><text:index-body>{tp('b 3')}</text:index-body></text:table-of-content>", [], 1),
    ],
)
def test_odt_text_and_asides(tmp_path, body, texts, told):
    found = odf(tmp_path, body, automatic=ODT_STYLES)
    assert outline(found) == texts
    kinds = {"annotation": ("comment", "c"), "draw:image": ("picture_table", "b"), "index": ("other", "b 3")}
    assert asides(found) == ([next(kinds[key] for key in kinds if key in body)] if told == 1 else told)
    assert not lost(found)


def test_odt_headings_and_bold(tmp_path):
    heading = '<text:h text:outline-level="3">a</text:h>'
    found = odf(tmp_path, heading + tp(f"b {ts('c', 'Calm')}", "Loud") + tp(f"d {ts('e')}"), automatic=ODT_STYLES)
    assert [block.level for block in found.blocks] == [3, 2, 0]
    assert [bold(block.text) for block in found.blocks] == [[], ["b"], ["e"]]


def test_odt_tracked_changes(tmp_path):
    gone = (
        '<text:changed-region text:id="c1"><text:deletion><text:p>vieux</text:p></text:deletion></text:changed-region>'
    )
    new = '<text:changed-region text:id="c2"><text:insertion/></text:changed-region>'
    mark = '<text:change-start text:change-id="c2"/>neuf<text:change-end text:change-id="c2"/>'
    body = f"<text:tracked-changes>{gone}{new}</text:tracked-changes>" + tp(
        f'a <text:change text:change-id="c1"/>{mark}'
    )
    found = odf(tmp_path, body)
    assert (outline(found), asides(found)) == (["a neuf"], [("deleted", "vieux")])
    assert not lost(found)


def test_odt_numbers(tmp_path):
    level = '<text:list-level-style-number text:level="{}" style:num-format="{}" style:num-suffix="{}" {}/>'
    named = '<text:list-style style:name="N">{}{}</text:list-style><text:outline-style>{}</text:outline-style>'
    headed = '<text:outline-level-style text:level="2" style:num-format="1" style:num-prefix="Enjeu " '
    headed += 'style:num-suffix=" : "/>'
    named = named.format(level.format(1, "1", ".", ""), level.format(2, "a", ")", 'text:display-levels="2"'), headed)
    inner = f"<text:list><text:list-item>{tp('b')}</text:list-item></text:list>"
    items = f"<text:list-item>{tp('a')}{tp('suite')}{inner}</text:list-item><text:list-item>{tp('c')}</text:list-item>"
    again = f'<text:list text:style-name="N" text:continue-numbering="true"><text:list-item>{tp("d")}</text:list-item>'
    body = f'<text:list text:style-name="N">{items}</text:list>{tp("entre")}{again}</text:list>'
    heads = "".join(f'<text:h text:outline-level="2">{title}</text:h>' for title in ("x", "y"))
    bullet = f'<text:list text:style-name="L1"><text:list-item>{tp("z")}</text:list-item></text:list>'
    found = odf(tmp_path, body + heads + bullet, named=named)
    assert outline(found) == ["1. a", "suite", "1.a) b", "2. c", "entre", "3. d", "Enjeu 1 : x", "Enjeu 2 : y", "z"]
    assert found.blocks[-1].item and not found.blocks[-2].item
    assert not lost(found)


def tc(inner, properties=""):
    return f"<table:table-cell {properties}>{tp(inner)}</table:table-cell>"


def test_odt_tables(tmp_path):
    covered = "<table:covered-table-cell/>"
    rows = [
        tc("tout", 'table:number-columns-spanned="3"') + covered * 2,
        tc("a", 'table:number-rows-spanned="2"') + tc("b") + tc("", 'table:number-columns-repeated="1000000000"'),
        covered + f"<table:table-cell>{tp('c')}{tp(ts('d'))}</table:table-cell>" + tc("e"),
        tc("x", 'table:number-columns-repeated="2"') + tc("y"),
    ]
    rows = [f"<table:table-row>{row}</table:table-row>" for row in rows]
    hidden = f'<table:table-row table:visibility="collapse">{tc("f")}{tc("g")}</table:table-row>'
    head = f"<table:table-header-rows>{rows[0]}</table:table-header-rows>"
    found = odf(tmp_path, f"<table:table>{head}{''.join(rows[1:])}{hidden}</table:table>{tp('fin')}")
    table, end = found.blocks
    assert [[cell.text for cell in row if cell.text] for row in table.rows] == [
        *(["tout"], ["a", "b"], ["a", "c\nd", "e"], ["x", "x", "y"])
    ]
    assert bold(table.rows[2][1]) == ["d"]
    assert [row[-1].place.line for row in table.rows] == [1, 2, 3, 4]
    assert end.text.place.line == 6
    assert asides(found) == [("hidden", "f\ng")]
    assert not lost(found)


def test_odt_headers_and_inserted_documents(tmp_path):
    pages = f"<style:master-page style:name='S'><style:header>{tp('Version de travail')}</style:header>"
    pages += f"<style:footer>{tp('Page 2')}</style:footer></style:master-page>"
    body = tp(FRAME.format(9, 9, '<draw:object xlink:href="./Object 1"/>') + "a")
    fiche_formats.odt_archive(tmp_path / "a.odt", body, pages=pages)
    with zipfile.ZipFile(tmp_path / "a.odt", "a") as archive:
        inner = f"<office:document-content {fiche_formats.SPACES}><office:body>{tp('CAF')}</office:body>"
        archive.writestr("Object 1/content.xml", f"{inner}</office:document-content>")
    found = documents.read(tmp_path / "a.odt")
    assert (found.form, outline(found)) == ("odt", ["a"])
    assert asides(found) == [("header", "Version de travail"), ("embedded", "CAF")]
    assert not lost(found)


def changed(file, **parts):
    """Write an OpenDocument text, some of its members changed."""
    fiche_formats.odt_archive(file, tp("a"))
    with zipfile.ZipFile(file) as old:
        members = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(file, "w") as new:
        for name, content in (members | {key.replace("__", "/"): value for key, value in parts.items()}).items():
            new.writestr(name, content)
    return file


REFUSED = {
    "sheet.ods": ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument file other than"),
    "sheet.odt": ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument file other than"),
    "locked.odt": (
        {"META-INF__manifest.xml": b"<manifest><encryption-data/></manifest>", "content.xml": b"\x99\x01"},
        "the document is encrypted",
    ),
    "bomb.odt": ({"content.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "declares a document type or entities"),
    "hollow.odt": ({"content.xml": b"<a/>"}, "cannot be read"),
    "rows.odt": (
        {
            "content.xml": (
                f"<office:document-content {fiche_formats.SPACES}><office:body><office:text><table:table>"
                f'<table:table-row table:number-rows-repeated="99999999">{tc("a") * 20}</table:table-row>'
                "</table:table></office:text></office:body></office:document-content>"
            ).encode()
        },
        "more than 200,000 cells",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_odt_refused_in_one_line(tmp_path, name, in_process):
    parts, why = REFUSED[name]
    with pytest.raises(DocumentError, match=why) as caught:
        documents.read(changed(tmp_path / name, **parts), "en")
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.fodt", b"<?xml version='1.0'?><office:document>a</office:document>", "OpenDocument file other than"),
        ("a.txt", b"<?xml version='1.0'?><pkg:package>a</pkg:package>", "something else: XML data"),
        ("a.mht", b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "single-file web page"),
    ],
)
def test_other_forms_are_refused_by_their_name(tmp_path, name, content, why):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DocumentError, match=why):
        documents.read(tmp_path / name, "en")


def test_a_picture_in_an_archive_may_declare_its_type(tmp_path):
    svg = b"<?xml version='1.0'?><!DOCTYPE svg><svg/>"
    empty = {"Configurations2__accelerator__current.xml": b""}
    file = changed(tmp_path / "a.odt", **empty, **{"Pictures__a.svg": svg, "META-INF__manifest.xml": b"<!DOCTYPE m>"})
    assert outline(documents.read(file)) == ["a"]
