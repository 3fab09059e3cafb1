"""The pieces of a Word document that python-docx has no words for: bookmarks, links inside, fields, header rows."""

import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.run import Run

from ..words import labels, palette
from . import model
from .model import Bullets, Paragraph, Table


def element(name, /, **attributes):
    """Make an element of the ``w`` namespace.

    >>> element("lang", val="fr-FR").tag.endswith("}lang")
    True
    """
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def ordered(parent, child):
    """Put a child where the schema wants it, before those of the parent that must follow."""
    names = [qn(f"w:{name}") for name in ORDER[parent.tag.split("}")[1]]]
    after = set(names[names.index(child.tag) + 1 :])
    at = next((place for place, other in enumerate(parent) if other.tag in after), len(parent))
    parent.insert(at, child)
    return child


# The parts of the schema's sequences that are used here, or stand in the template.
ORDER = {
    "trPr": ("cantSplit", "tblHeader"),
    "tblPr": (
        "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
        "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription"
    ).split(),
    "settings": (
        "zoom bordersDoNotSurroundHeader bordersDoNotSurroundFooter proofState stylePaneFormatFilter "
        "defaultTabStop autoHyphenation drawingGridHorizontalSpacing drawingGridVerticalSpacing "
        "displayHorizontalDrawingGridEvery displayVerticalDrawingGridEvery characterSpacingControl "
        "savePreviewPicture compat rsids mathPr themeFontLang clrSchemeMapping shapeDefaults decimalSymbol "
        "listSeparator"
    ).split(),
}


def mark(paragraph, name, number):
    """Put a bookmark around what stands in a paragraph; links lead to it."""
    content = paragraph._p
    at = 1 if content.pPr is not None else 0
    content.insert(at, element("bookmarkStart", id=number, name=name))
    content.append(element("bookmarkEnd", id=number))


def say(paragraph, text, strong=False, target="", lang=""):
    """Add a run to a paragraph, as a link inside the document if it has a target."""
    run = paragraph.add_run(text)
    if strong:
        run.bold = True
    if lang:
        run._r.get_or_add_rPr().append(element("lang", val=lang))
    if target:
        link = element("hyperlink", anchor=target, history=1)
        paragraph._p.append(link)
        link.append(run._r)
        properties = run._r.get_or_add_rPr()
        properties.insert(0, element("rStyle", val="Hyperlink"))


def field(paragraph, code, shown):
    """Add a field to a paragraph: what is shown until it is brought up to date, and how that is done."""
    begin(paragraph, code)
    paragraph.add_run(shown)
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))


def begin(paragraph, code, first=False):
    """Open a field whose result follows, over several paragraphs if need be; `end` closes it."""
    instruction = element("instrText")
    instruction.text = f" {code} "
    instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    parts = (element("fldChar", fldCharType="begin"), instruction, element("fldChar", fldCharType="separate"))
    at = (1 if paragraph._p.pPr is not None else 0) if first else len(paragraph._p)
    for offset, part in enumerate(parts):
        run = Run(OxmlElement("w:r"), paragraph)
        run._r.append(part)
        paragraph._p.insert(at + offset, run._r)


def end(paragraph):
    """Close a field that `begin` opened."""
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))


def head(row):
    """Make a row of a table its header: said to be one, and repeated on each page."""
    ordered(row._tr.get_or_add_trPr(), element("tblHeader"))


def whole(row):
    """Keep a row of a table on one page."""
    ordered(row._tr.get_or_add_trPr(), element("cantSplit"))


def describe(table, title):
    """Say what a table is about, where screen readers look for it."""
    ordered(table._tbl.tblPr, element("tblCaption", val=title))


FONT = "Arial"
LINK = "#1F4E79"
LANG = {"fr": "fr-FR", "en": "en-GB"}
TABLE = "Report Table"
CELL = "TableText"
WIDTH = 160  # millimetres between the margins of an upright page
LENGTH = 247
# name: size, colour, strong, space before and after, kept with the next paragraph
LOOKS = {
    "Normal": (10, palette.INK, False, 0, 6, False),
    "Title": (20, palette.MARK, True, 0, 6, True),
    "Subtitle": (12, palette.INK, False, 0, 8, False),
    "Heading 1": (16, palette.MARK, True, 20, 8, True),
    "Heading 2": (13, palette.MARK, True, 16, 6, True),
    "Heading 3": (11, palette.MARK, True, 12, 5, True),
    "Heading 4": (10, palette.MARK, True, 10, 4, True),
    "TOC Heading": (16, palette.MARK, True, 16, 8, True),
    "List Bullet": (10, palette.INK, False, 0, 3, False),
    "Caption": (9, palette.SOFT, False, 4, 12, False),
    "Table Caption": (9, palette.SOFT, False, 12, 4, True),
    "Table Text": (8.5, palette.INK, False, 1, 1, False),
    "Picture": (10, palette.INK, False, 10, 0, True),
    "Break": (1, palette.INK, False, 0, 0, False),
    "Source": (9, palette.SOFT, False, 0, 3, False),
    "toc 1": (9, palette.INK, True, 4, 1, False),
    "toc 2": (9, palette.INK, False, 0, 1, False),
    "Footer": (8, palette.SOFT, False, 0, 0, False),
}
BASED = {"Table Caption": "Caption"}
NEW = {"Table Caption", "Table Text", "Picture", "Source", "Break"}


def prepare(document, lang):
    """Give a new document its page, language and styles."""
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(25)
    page.header_distance = page.footer_distance = Mm(12)
    _language(document, LANG[lang])
    for name, look in LOOKS.items():
        _paragraphs(document.styles, name, *look)
    for level in (1, 2):
        document.styles[f"toc {level}"].paragraph_format.left_indent = Mm(6 * (level - 1))
    document.styles["Footer"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.styles["Table Text"].paragraph_format.line_spacing = 1.0
    link = document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER, builtin=True)
    link.font.color.rgb, link.font.underline = _rgb(LINK), True
    document.styles.element.append(parse_xml(_table_style()))


def _paragraphs(styles, name, size, color, strong, before, after, kept):
    try:
        made = styles[name]
    except KeyError:
        made = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name not in NEW)
        made.base_style = styles[BASED.get(name, "Normal")]
    made.quick_style, made.hidden, made.unhide_when_used = True, False, False
    properties = made.element.get_or_add_rPr()
    for tag in ("rFonts", "color", "spacing", "kern", "i", "iCs", "b", "bCs", "sz", "szCs"):
        for found in properties.findall(qn(f"w:{tag}")):
            properties.remove(found)
    font, paragraph = made.font, made.paragraph_format
    # Bold is asked for or left open: a style that refuses it would take it from the header rows.
    font.name, font.size, font.bold, font.color.rgb = FONT, Pt(size), strong or None, _rgb(color)
    fonts = properties.find(qn("w:rFonts"))
    fonts.set(qn("w:cs"), FONT)
    fonts.set(qn("w:eastAsia"), FONT)
    borders = made.element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:
        made.element.pPr.remove(borders)
    paragraph.space_before, paragraph.space_after, paragraph.keep_with_next = Pt(before), Pt(after), kept
    paragraph.line_spacing = 1.0 if size > 10 or name.startswith("toc") else 1.15
    paragraph.widow_control = True


def _language(document, tag):
    """Say the language where the spelling checker, the screen reader and the converter look for it."""
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for found in defaults.findall(qn("w:lang")):
        defaults.remove(found)
    defaults.append(element("lang", val=tag, eastAsia=tag, bidi="ar-SA"))
    settings = document.settings.element
    for found in settings.findall(qn("w:themeFontLang")) + settings.findall(qn("w:compat")):
        settings.remove(found)
    ordered(settings, element("themeFontLang", val=tag))
    # Without it Word opens the file as one of 2007, "in compatibility mode".
    now = ordered(settings, element("compat"))
    now.append(
        element("compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word", val=15)
    )


def _rgb(color):
    return RGBColor.from_string(color.lstrip("#"))


def _table_style():
    """Return the style of tables: lines between rows, a band and bold for the header row, bold for what heads a row."""
    mark, rule, band = (color.lstrip("#") for color in (palette.MARK, palette.RULE, palette.BAND))
    return (
        f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="ReportTable">'
        f'<w:name w:val="{TABLE}"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:qFormat/>'
        f'<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="4" w:space="0" w:color="{rule}"/>'
        f'<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{mark}"/>'
        f'<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{rule}"/></w:tblBorders>'
        '<w:tblCellMar><w:top w:w="30" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
        '<w:bottom w:w="30" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr>'
        f'<w:tcBorders><w:bottom w:val="single" w:sz="8" w:space="0" w:color="{mark}"/></w:tcBorders>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{band}"/></w:tcPr></w:tblStylePr>'
        '<w:tblStylePr w:type="firstCol"><w:rPr><w:b/></w:rPr></w:tblStylePr></w:style>'
    )


AUTHOR = "neoterra_analysis"
MADE = datetime(2000, 1, 1)  # a date of today would make other bytes of the same report
HEIGHT = 225  # millimetres that a picture may be high, its caption under it
DEEPEST = 4
# Entries lead to the headings and show no page number: what Word has not yet laid out cannot be right.
CONTENTS = 'TOC \\o "1-2" \\n \\h \\z \\u'


class Page(NamedTuple):
    """What is written on, and what its parts need: bookmark and number of each id, number of each caption, language."""

    document: Any
    places: dict
    numbers: dict
    lang: str


def write(report):
    """Write a report as a Word document."""
    names = model.bookmarks(model.ids(report))
    places = {name: (bookmark, number) for number, (name, bookmark) in enumerate(names.items(), 1)}
    page = Page(docx.Document(), places, model.numbers(report.sections), report.lang)
    prepare(page.document, report.lang)
    _front(page, report)
    for section in report.sections:
        _section(page, section, 1)
    _footer(page, report)
    _properties(page.document, report)
    file = BytesIO()
    page.document.save(file)
    return _steady(file.getvalue())


def _front(page, report):
    """Write title, source and contents, which end their page."""
    document, lang = page.document, report.lang
    document.add_paragraph(model.closed(report.title), "Title")
    if report.subtitle:
        document.add_paragraph(model.closed(report.subtitle), "Subtitle")
    if report.source:
        document.add_paragraph(model.closed(labels.t("edition.source", lang, source=report.source)), "Source")
    if report.digest:
        document.add_paragraph(model.closed(labels.t("edition.digest", lang, digest=report.digest)), "Source")
    if not report.sections:
        return
    document.add_paragraph(labels.t("edition.contents", lang), "TOC Heading")
    lines = []
    for section in report.sections:
        for level, one in ((1, section), *((2, under) for under in section.sections)):
            lines.append(document.add_paragraph(style=f"toc {level}"))
            say(lines[-1], model.closed(one.title), target=page.places[one.id][0])
    begin(lines[0], CONTENTS, first=True)
    end(lines[-1])


def _section(page, section, level):
    heading = page.document.add_paragraph(model.closed(section.title), f"Heading {min(level, DEEPEST)}")
    mark(heading, *page.places[section.id])
    if page.places[section.id][1] == 1:
        heading.paragraph_format.page_break_before = True
    for block in section.blocks:
        _block(page, block)
    for under in section.sections:
        _section(page, under, level + 1)


def _block(page, block):
    if isinstance(block, Paragraph):
        paragraph = page.document.add_paragraph()
        before = paragraph._p.getprevious()
        if before is not None and before.tag == qn("w:tbl"):
            paragraph.paragraph_format.space_before = Pt(12)
        _fill(page, paragraph, block.runs)
        if block.id:
            mark(paragraph, *page.places[block.id])
    elif isinstance(block, Bullets):
        for item in block.items:
            _fill(page, page.document.add_paragraph(style="List Bullet"), item)
    elif isinstance(block, Table):
        _table(page, block)
    else:
        _picture(page, block)


def _fill(page, paragraph, runs):
    for run in runs:
        target = page.places[run.target][0] if run.target else ""
        say(paragraph, model.closed(run.text), run.strong, target, LANG.get(run.lang, ""))


def _caption(page, kind, name, title, look):
    kind = labels.t(f"edition.{kind}", page.lang)
    paragraph = page.document.add_paragraph(f"{kind} ", look)
    field(paragraph, f"SEQ {kind} \\* ARABIC", str(page.numbers[name]))
    paragraph.add_run(f" – {model.closed(title)}")
    return paragraph


def _picture(page, picture):
    name = model.picture_id(picture)
    paragraph = page.document.add_paragraph(style="Picture")
    drawn = paragraph.add_run().add_picture(BytesIO(picture.png), width=Mm(WIDTH))
    if drawn.height > Mm(HEIGHT):
        drawn.width, drawn.height = int(drawn.width * Mm(HEIGHT) / drawn.height), Mm(HEIGHT)
    said = drawn._inline.docPr
    said.set("name", name)
    said.set("descr", model.closed(picture.alt))
    said.set("title", model.closed(picture.title))
    mark(paragraph, *page.places[name])
    _caption(page, "figure", name, picture.title, "Caption")


def _table(page, table):
    wide = model.wide(table)
    if wide:
        _turn(page.document, WD_ORIENT.LANDSCAPE)
    caption = _caption(page, "table", table.id, table.caption, "Table Caption")
    mark(caption, *page.places[table.id])
    room = LENGTH if wide else WIDTH
    made = page.document.add_table(1 + len(table.rows), len(table.head), style=TABLE)
    made.autofit = False
    describe(made, model.closed(table.caption))
    columns = [Mm(room * share) for share in model.shares(table)]
    for column, width in zip(made.columns, columns, strict=True):
        column.width = width
    for at, (row, ids) in enumerate(zip(made.rows, ("", *(table.ids or ("",) * len(table.rows))), strict=True)):
        _row(page, table, at, row.cells, columns)
        whole(row)
        if ids:
            mark(row.cells[0].paragraphs[0], *page.places[ids])
    head(made.rows[0])
    if wide:
        _turn(page.document, WD_ORIENT.PORTRAIT)


def _row(page, table, at, cells, columns):
    for place, (cell, width) in enumerate(zip(cells, columns, strict=True)):
        cell.width = width
        paragraph = cell.paragraphs[0]
        paragraph._p.style = CELL  # by id: python-docx looks names up anew for each cell
        if place in table.numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if at:
            _fill(page, paragraph, table.rows[at - 1][place])
        else:
            paragraph.paragraph_format.keep_with_next = True
            paragraph.add_run(model.closed(table.head[place]))


def _turn(document, orient):
    """Turn the pages that follow; the break stands in the last paragraph, unless a table is last."""
    section = document.add_section()
    if section.orientation != orient:
        section.orientation = orient
        section.page_width, section.page_height = section.page_height, section.page_width
    broken = document.paragraphs[-1]._p
    before = broken.getprevious()
    if before.tag == qn("w:p") and (before.pPr is None or before.pPr.sectPr is None):
        before.get_or_add_pPr()._insert_sectPr(broken.pPr.sectPr)
        broken.getparent().remove(broken)
    else:
        document.paragraphs[-1].style = "Break"


def _footer(page, report):
    paragraph = page.document.sections[0].footer.paragraphs[0]
    words = labels.t("edition.page", report.lang, title="\x00", page="\x01", pages="\x02")
    codes = {"\x01": "PAGE", "\x02": "NUMPAGES"}
    for part in words.replace("\x01", "\x03\x01\x03").replace("\x02", "\x03\x02\x03").split("\x03"):
        if part in codes:
            field(paragraph, codes[part], "1")
        else:
            paragraph.add_run(part.replace("\x00", model.closed(report.title)))


def _properties(document, report):
    said = document.core_properties
    said.title, said.subject, said.language = report.title[:255], report.subtitle[:255], LANG[report.lang]
    said.author = said.last_modified_by = AUTHOR
    said.created = said.modified = MADE
    said.comments, said.revision = "", 1
    # The template's picture of its own first page.
    package = document.part.package
    for name in [name for name, rel in package.rels.items() if rel.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del package.rels[name]


def _steady(raw):
    """Return the same archive without the time at which it was made, its parts in one order."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(raw)) as old, zipfile.ZipFile(file, "w") as new:
        # Readers expect the list of contents first.
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return file.getvalue()
