"""What a PDF hides, turns, prints twice or says beside its text: read, asked about, never silent."""

import re
from io import BytesIO
from pathlib import Path

import pytest
import typst
from pypdf import PdfWriter
from pypdf.annotations import FreeText, Text

from neoterra_analysis.fiches import draft
from neoterra_analysis.fiches.documents import layout, pdf
from neoterra_analysis.fiches.documents.blocks import Paragraph
from test_ingest import NOTHING_KNOWN

REPO = Path(__file__).resolve().parents[1]
CASES = Path(__file__).parent / "fiches" / "cases"
NAMES = ["Filature Brumaire", "Roulotte Verte", "Table Ronde", "Le Bocal"]
# A page of 300 by 200 points with two Helvetica fonts, one of them bold.
FONTS = b"<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> "
FONTS += b"/F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >> >>"


def page(stream, extra=b"", fonts=FONTS):
    """Return a PDF of one page that holds a stream of drawing commands."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Resources << /Font "
        + fonts
        + b" >> /Contents 4 0 R "
        + extra
        + b" >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
    return made + end % (len(parts) + 1, table, len(parts) + 1, len(made))


def words(found):
    return [block.text.text for block in found.blocks if isinstance(block, Paragraph)]


def bold(found):
    return [block.text.text[a:b] for block in found.blocks for a, b in block.text.bold]


def asides(found):
    return [(aside.kind, aside.text) for aside in found.asides]


@pytest.mark.parametrize("name", ["fakebold", "rotate90", "same-without-rotate", "anonfont"])
def test_one_fiche_in_four_pdfs_gives_one_draft(name, in_process):
    """Letters printed twice, pages turned by 90 degrees, fonts without names: the same draft."""
    made = draft.ingest(CASES / f"{name}.pdf", REPO / "data", "2026-01-31")
    tables = made.tables
    assert [row["name"] for row in tables["laureates"]] == NAMES
    assert [len(tables[name]) for name in ("enjeux", "roles", "mentions")] == [2, 6, 16]
    assert len(made.passages) == 4 and "no_header" not in {doubt.kind for doubt in made.doubts}
    assert tables["mentions"][0]["mention"] == "Habitants"


PLAIN = b"BT /F1 12 Tf 20 150 Td (Du texte qui se lit) Tj ET "


@pytest.mark.parametrize(
    ("stream", "kind", "said"),
    [
        (b"BT /F1 12 Tf 3 Tr 20 100 Td (un mot cach\xe9) Tj ET", "hidden", "un mot caché"),
        (b"BT /F1 12 Tf 1 1 1 rg 20 100 Td (blanc sur blanc) Tj ET", "hidden", "blanc sur blanc"),
        (b"BT /F1 12 Tf 20 300 Td (hors de la page) Tj ET", "hidden", "hors de la page"),
        (b"BT /F1 0.5 Tf 20 100 Td (bien trop petit) Tj ET", "hidden", "bien trop petit"),
        (b"BT /F1 12 Tf 0 1 -1 0 280 20 Tm (sur le bord) Tj ET", "rotated", "sur le bord"),
        (b"BT /F1 12 Tf 0.7 0.7 -0.7 0.7 150 20 Tm (PROJET) Tj ET", "rotated", "PROJET"),
    ],
)
def test_text_that_does_not_stand_in_the_lines_is_an_aside(stream, kind, said):
    found = pdf.read(page(PLAIN + stream), "")
    assert words(found) == ["Du texte qui se lit"]
    assert asides(found) == [(kind, said)]
    assert said in found.raw and "Du texte qui se lit" in found.raw


def test_white_text_on_a_ground_is_text():
    found = pdf.read(page(b"0 0 0.5 rg 10 90 200 30 re f BT /F1 12 Tf 1 1 1 rg 20 100 Td (un titre blanc) Tj ET"), "")
    assert words(found) == ["un titre blanc"] and found.asides == ()


@pytest.mark.parametrize(
    "stream",
    [
        b"BT /F2 12 Tf 20 150 Td (gras) Tj /F1 12 Tf ( maigre) Tj ET",
        b"BT /F1 12 Tf 0.4 w 2 Tr 20 150 Td (gras) Tj 0 Tr ( maigre) Tj ET",
        b"BT /F1 12 Tf 20 150 Td (gras) Tj ( maigre) Tj 1 0 0 1 20.3 150 Tm (gras) Tj ET",
    ],
    ids=["by its name", "by a stroke", "printed twice"],
)
def test_bold_is_told_by(stream):
    found = pdf.read(page(stream), "")
    assert words(found) == ["gras maigre"] and bold(found) == ["gras"]


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (b"/Flags 32 /StemV 80", b"/Flags 262176 /StemV 80", ["gras"]),
        (b"/Flags 32 /FontWeight 400", b"/Flags 32 /FontWeight 700", ["gras"]),
        (b"/Flags 32 /StemV 80", b"/Flags 32 /StemV 140", ["gras"]),
        (b"/Flags 32 /StemV 80", b"/Flags 32 /StemV 80", ["gras"]),
    ],
    ids=["flag", "weight", "stems", "second font"],
)
def test_bold_of_fonts_without_names(one, other, told):
    fonts = b"<< "
    for name, descriptor in ((b"F1", one), (b"F2", other)):
        fonts += b"/%s << /Type /Font /Subtype /TrueType /BaseFont /%s /FirstChar 32 /LastChar 122 /Widths [%s] " % (
            name,
            name,
            b"500 " * 91,
        )
        fonts += (
            b"/Encoding /WinAnsiEncoding /FontDescriptor << /Type /FontDescriptor /FontName /%s %s /Ascent 700 "
            % (name, descriptor)
        )
        fonts += b"/Descent -200 /FontBBox [0 -200 1000 800] /ItalicAngle 0 >> >> "
    stream = b"BT /F2 12 Tf 20 150 Td (gras) Tj /F1 12 Tf ( puis tout le reste) Tj ET"
    assert bold(pdf.read(page(stream, fonts=fonts + b">>"), "")) == told


def test_a_page_whose_letters_all_lie_on_their_side_is_turned():
    stream = b"BT /F1 12 Tf 0 1 -1 0 100 20 Tm (Une page couch\xe9e) Tj ET"
    found = pdf.read(page(stream), "")
    assert words(found) == ["Une page couchée"] and found.asides == ()


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_pages_read_as_upright_ones(turn):
    source = typst.compile(b"= Un titre\nUne phrase *grasse* sur la page.\n- un point")
    writer = PdfWriter(clone_from=BytesIO(source))
    for one in writer.pages:
        one.rotate(turn)  # only shown turned: its letters lie on their side
    turned = BytesIO()
    writer.write(turned)
    assert words(pdf.read(turned.getvalue(), "")) == words(pdf.read(source, ""))


def test_notes_are_asides():
    writer = PdfWriter(clone_from=BytesIO(page(PLAIN)))
    writer.add_annotation(0, Text(rect=(50, 50, 90, 90), text="À revoir avec la Région"))
    writer.add_annotation(0, FreeText(rect=(50, 20, 200, 60), text="Encadré libre"))
    made = BytesIO()
    writer.write(made)
    found = pdf.read(made.getvalue(), "")
    assert asides(found) == [("comment", "À revoir avec la Région"), ("comment", "Encadré libre")]
    assert words(found) == ["Du texte qui se lit"] and "Encadré libre" in found.raw


def test_words_that_a_font_does_not_name_are_asked_about():
    fonts = FONTS[:-2] + b"/F3 << /Type /Font /Subtype /Type1 /BaseFont /X /FirstChar 1 /LastChar 2 /Widths [500 500] "
    fonts += b"/Encoding << /Type /Encoding /Differences [1 /g77 /g78] >> >> >>"
    stream = (
        PLAIN + b"BT /F1 12 Tf 20 100 Td (et encore un mot qui suit) Tj ET BT /F3 12 Tf 20 60 Td (\\001\\002) Tj ET"
    )
    found = pdf.read(page(stream, fonts=fonts), "")
    assert [kind for kind, _ in asides(found)] == ["other"] and "(cid:1)" in found.asides[0].text


def test_ligatures_are_letters():
    found = pdf.read(typst.compile(b'#set text(font: "Libertinus Serif")\nLes officines difficiles finissent'), "")
    assert words(found) == ["Les officines difficiles finissent"]
    assert re.sub(r"\s+", " ", found.raw).strip() == "Les officines difficiles finissent"


def test_hyphens_that_may_be_of_the_word_are_asked_about():
    heads, cells = "[Projet], [Acteurs], [Contribution]", "[structures médico- \\ sociales du bord de mer], [Un relais]"
    source = f"#set text(size: 10pt)\n#table(columns: (3cm, 3cm, 3cm), {heads}, [*Rivage*, un lieu], {cells})"
    found = pdf.read(typst.compile(source.encode()), "")
    assert found.blocks[0].rows[1][1].text == "structures médicosociales du bord de mer"
    assert asides(found) == [("hyphen", "médicosociales / médico-sociales")]


def test_words_cut_at_line_ends_are_asked_about_at_the_laureate_in_whose_record_they_stand():
    told = (("En Creuse, ", False), ("HU-", True)), (("MUS 9", True), (" soigne la petite faune.", False))
    project = " \\ ".join(
        "".join(f'#{"strong" if bold else "text"}("{words}")' for words, bold in line) for line in told
    )
    cells = f"[{project}], [Syn- \\ dicat apicole, CAF], [Le lieu joue un rôle d'aiguil- \\ lon, par des mi- \\ roirs.]"
    heads = "[Projet], [Acteurs], [Contribution]"
    source = f"Fiche Ambition n°2\n\nEnjeu 1 : Soigner\n\n#table(columns: (4cm, 4cm, 5cm), {heads}, {cells})"
    made = draft.draft(pdf.read(typst.compile(source.encode()), ""), NOTHING_KNOWN, "2026-01-31")
    asked = [doubt for doubt in made.doubts if doubt.kind == "aside_hyphen"]
    name = made.tables["laureates"][0]
    assert [(doubt.table, doubt.key) for doubt in asked] == [("laureates", name["laureate_id"])]
    wanted = {"HUMUS / HU-MUS", "Syndicat / Syn-dicat", "d’aiguillon / d’aiguil-lon"}
    assert {" / ".join(sorted(one.split(" / "), key=len)) for one in asked[0].proposals} == wanted


def test_the_end_of_a_full_line_in_a_list_is_asked_about():
    heads = "[Projet], [Acteurs], [Contribution]"
    lines = "CFA du bâtiment", "Maison des Aulnes", "et des eaux", "Scierie du grand bois", "Région"
    cells = f"[*Rivage* plante.], [{' #linebreak() '.join(lines)}], [Il est aiguillon.]"
    source = f"Fiche Ambition n°2\n\nEnjeu 1 : Soigner\n\n#table(columns: (3cm, 3.9cm, 5cm), {heads}, {cells})"
    made = draft.draft(pdf.read(typst.compile(source.encode()), ""), NOTHING_KNOWN, "2026-01-31")
    asked = [(doubt.key, doubt.proposals) for doubt in made.doubts if doubt.kind == "aside_line_end"]
    assert asked == [("rivage", ("bâtiment Maison / bâtiment | Maison", "bois Région / bois | Région"))]


@pytest.mark.parametrize(("first", "columns"), [("Projet", 3), ("projet", 4)])
def test_a_word_of_a_justified_header_is_no_head(first, columns):
    words = ((first, 0), ("Acteurs", 100), ("Contribution", 200), ("des", 290))
    words = (layout.Word(x, x + 6 * len(word), 0, 10, 10, ((word, True),), 8) for word, x in words)
    assert len(layout.header_cells(layout.Line(1, tuple(words)))) == columns


def test_soft_hyphens_that_stand_inside_lines_are_hyphens():
    chars = [
        {"text": sign, "base": base, "x0": at, "x1": at + 5, "size": 10, "tag": [0, font]}
        for sign, base, at, font in (
            ("a", 0, 0, 1),
            ("\u00ad", 0, 5, 1),
            ("b", 0, 10, 1),
            ("\u00ad", 0, 15, 1),
            ("c", 9, 0, 2),
            ("\u00ad", 9, 5, 2),
            ("d", 20, 0, 2),
        )
    ]
    pdf._harden([chars])
    assert "".join(char["text"] for char in chars) == "a-b-c\u00add"


# Tables without rules


def table_of(source):
    found = pdf.read(typst.compile(source.encode()), "")
    return [[cell.text for cell in row] for block in found.blocks if hasattr(block, "rows") for row in block.rows]


ROWS = "[*Le Moulin*, un lieu qui réunit des voisins de la vallée], [mairie, CAF], [Un rôle de relais.], " * 3


@pytest.mark.parametrize(
    "style",
    [
        "align: (x, y) => if y == 0 {center} else {left}",
        "align: (x, y) => if y == 0 {horizon} else {top}",
        "gutter: 6pt",
    ],
    ids=["heads centred", "heads in the middle", "wide"],
)
def test_columns_are_told_by_the_text_below_the_header(style):
    heads = "[*Projet*], [*Acteurs mobilisés*], [*Contribution aux filières et aux territoires*], "
    source = "#set page(width: 16cm, height: 20cm)\n#set text(size: 9pt, hyphenate: false)\n"
    rows = table_of(source + f"#table(columns: (1fr,) * 3, {style}, stroke: none, {heads}{ROWS})")
    assert (
        rows[1:]
        == [["Le Moulin, un lieu qui réunit des voisins de la vallée", "mairie, CAF", "Un rôle de relais."]] * 3
    )


def test_rules_part_rows_that_stand_close():
    source = "#set page(width: 16cm, height: 20cm)\n#set text(size: 9pt, hyphenate: false)\n#set par(leading: 6pt)\n"
    source += "#table(columns: (1fr,) * 3, inset: (x: 5pt, y: 3pt), stroke: (x: none, y: 0.5pt), "
    rows = table_of(source + "[*Projet*], [*Acteurs mobilisés*], [*Contribution*], " + ROWS + ")")
    assert (
        rows[1:]
        == [["Le Moulin, un lieu qui réunit des voisins de la vallée", "mairie, CAF", "Un rôle de relais."]] * 3
    )


def test_a_bullet_at_the_top_of_a_page_stays():
    """It tells that the list of the page before goes on."""
    items = ", ".join(f"[structure {n}]" for n in range(9))
    heads = "table.header([Projet], [Acteurs], [Contribution])"
    source = f"#set page(width: 16cm, height: 7cm, margin: 2cm)\n#table(columns: (1fr,) * 3, {heads}, "
    rows = table_of(source + f"[*Rivage*, un lieu], list({items}), [Un rôle de relais.])")
    halves = [row[1] for row in rows if row[0] != "Projet"]
    assert len(halves) > 1 and not halves[0].startswith("•") and all(half.startswith("• ") for half in halves[1:])
