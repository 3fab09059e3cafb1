"""The report as a Word document: real styles, bookmarks and links, fields, header rows, alternative texts."""

import hashlib
import re
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

from ..words import labels, palette
from . import model
from .model import Bullets, Paragraph, Picture, Run, Section, Table


def element(name, /, **attributes):
    """Make an element of the ``w`` namespace."""
    found = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        found.set(qn(f"w:{key}"), str(value))
    return found


def add_field(paragraph, code, result):
    """Add a field to a paragraph: what stands there until it is brought up to date, and how that is done."""
    open_field(paragraph, code)
    paragraph.add_run(result)
    close_field(paragraph)


def open_field(paragraph, code):
    """Open a field whose result follows, over several paragraphs if need be."""
    instruction = element("instrText")
    instruction.text = f" {code} "
    instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    for part in (element("fldChar", fldCharType="begin"), instruction, element("fldChar", fldCharType="separate")):
        paragraph.add_run()._r.append(part)


def close_field(paragraph):
    """Close a field that `open_field` opened."""
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))


# Signs that change the direction of reading, each with the one that ends it.
OPENING = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys("\u2066\u2067\u2068", "\u2069")


def closed(text):
    r"""Return a text whose changes of reading direction end with it: what follows keeps its own.

    >>> closed("ab\u202ecd") == "ab\u202ecd\u202c", closed("ab")
    (True, 'ab')
    """
    waiting = []
    for letter in text:
        if letter in OPENING:
            waiting.append(OPENING[letter])
        elif waiting and letter == waiting[-1]:
            waiting.pop()
    return text + "".join(reversed(waiting))


LONGEST = 40  # characters of a bookmark's name in Word


def bookmarks(ids):
    """Give each id a bookmark's name as Word takes it: letters, digits, ``_``, at most 40, unique whatever the case.

    >>> bookmarks(["laureate-cargo-209", "enjeu-4-1"])
    {'laureate-cargo-209': 'laureate_cargo_209', 'enjeu-4-1': 'enjeu_4_1'}
    """
    names = {place: re.sub("[^A-Za-z0-9_]", "_", place) for place in ids}
    folded = [name.lower() for name in names.values()]
    for place, name in names.items():
        if not re.match("[A-Za-z]", name) or len(name) > LONGEST or folded.count(name.lower()) > 1:
            digest = hashlib.sha256(place.encode("utf-8")).hexdigest()[:12]
            names[place] = f"at_{name[: LONGEST - 16]}_{digest}"
    return names


FONT = "Arial"
LANG = {lang: f"{lang}-{region}" for lang, region in model.REGION.items()}
TABLE = "Report Table"
CELL = "TableText"
LENGTH = 247  # millimetres between the margins of a page on its side
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
        _paragraph_style(document.styles, name, *look)
    for level in (1, 2):
        document.styles[f"toc {level}"].paragraph_format.left_indent = Mm(6 * (level - 1))
    document.styles["Footer"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.styles["Table Text"].paragraph_format.line_spacing = 1.0
    link = document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER, builtin=True)
    link.font.color.rgb, link.font.underline = _rgb(model.LINK), True
    document.styles.element.append(parse_xml(_table_style()))


def _paragraph_style(styles, name, size, color, strong, before, after, kept):
    try:
        style = styles[name]
    except KeyError:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name not in NEW)
        style.base_style = styles[BASED.get(name, "Normal")]
    style.quick_style, style.hidden, style.unhide_when_used = True, False, False
    style.element.get_or_add_pPr().remove_all("w:pBdr")
    properties = style.element.get_or_add_rPr()
    properties.remove_all(*(f"w:{tag}" for tag in "rFonts color spacing kern i iCs b bCs sz szCs".split()))
    font, paragraph = style.font, style.paragraph_format
    # Bold is asked for or left open: a style that refuses it would take it from the header rows.
    font.name, font.size, font.bold, font.color.rgb = FONT, Pt(size), strong or None, _rgb(color)
    for script in ("cs", "eastAsia"):
        properties.find(qn("w:rFonts")).set(qn(f"w:{script}"), FONT)
    paragraph.space_before, paragraph.space_after, paragraph.keep_with_next = Pt(before), Pt(after), kept
    paragraph.line_spacing = 1.0 if size > 10 or name.startswith("toc") else 1.15
    paragraph.widow_control = True


def _language(document, tag):
    """Say the language where the spelling checker, the screen reader and the converter look for it."""
    # Without it Word opens the file as one of 2007, "in compatibility mode".
    uri = "http://schemas.microsoft.com/office/word"
    compatibility = element("compat")
    compatibility.append(element("compatSetting", name="compatibilityMode", uri=uri, val=15))
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    settings = document.settings.element
    for parent, child in (
        (defaults, element("lang", val=tag, eastAsia=tag, bidi="ar-SA")),
        (settings, element("themeFontLang", val=tag)),
        (settings, compatibility),
    ):
        parent.replace(parent.find(child.tag), child)


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


DATE = datetime(2000, 1, 1)  # a date of today would make other bytes of the same report
# Entries lead to the headings and show no page number: what Word has not yet laid out cannot be right.
CONTENTS = 'TOC \\o "1-2" \\n \\h \\z \\u'


class Page(NamedTuple):
    """What is written on, and what its parts need by id: name and number of the bookmark, kind and number."""

    document: Any
    bookmarks: dict
    captions: dict


def write(report):
    """Write a report as a Word document."""
    names = bookmarks(model.ids(report))
    numbered = {place: (name, number) for number, (place, name) in enumerate(names.items(), 1)}
    page = Page(docx.Document(), numbered, model.captions(report))
    prepare(page.document, report.lang)
    _front(page, report)
    writers = {Paragraph: _paragraph, Bullets: _bullets, Table: _table, Picture: _picture}
    for part, level in model.walk(report.sections):
        if isinstance(part, Section):
            _heading(page, part, level)
        else:
            writers[type(part)](page, part)
    _footer(page, report)
    _properties(page.document, report)
    file = BytesIO()
    page.document.save(file)
    return _steady(file.getvalue())


def _front(page, report):
    """Write title, source and contents, which end their page."""
    _add(page, "Title", [Run(report.title)])
    _add(page, "Subtitle", [Run(report.subtitle)])
    for line in model.about(report):
        _add(page, "Source", [Run(line)])
    _add(page, "TOC Heading", [Run(labels.t("edition.contents", report.lang))])
    entries = [(part, level) for part, level in model.walk(report.sections) if isinstance(part, Section) and level < 3]
    for number, (section, level) in enumerate(entries):
        line = page.document.add_paragraph(style=f"toc {level}")
        if number == 0:
            open_field(line, CONTENTS)
        _fill(page, line, [Run(section.title, section.id)])
    close_field(line)


def _add(page, style, runs, place=""):
    """Write a paragraph of runs, to which others may lead."""
    paragraph = page.document.add_paragraph(style=style)
    _fill(page, paragraph, runs, place)
    return paragraph


def _fill(page, paragraph, runs, place=""):
    """Write runs into a paragraph; those that lead somewhere become links inside the document."""
    for run in runs:
        written = paragraph.add_run(closed(run.text))
        if run.strong:
            written.bold = True
        if run.lang:
            written._r.get_or_add_rPr().append(element("lang", val=LANG[run.lang]))
        if run.target:
            link = element("hyperlink", anchor=page.bookmarks[run.target][0], history=1)
            paragraph._p.append(link)
            link.append(written._r)
            written._r.get_or_add_rPr().insert(0, element("rStyle", val="Hyperlink"))
    if place:
        _bookmark(page, paragraph, place)


def _bookmark(page, paragraph, place):
    """Put a bookmark around what stands in a paragraph; links lead to it."""
    name, number = page.bookmarks[place]
    content = paragraph._p
    content.insert(0 if content.pPr is None else 1, element("bookmarkStart", id=number, name=name))
    content.append(element("bookmarkEnd", id=number))


def _heading(page, section, level):
    heading = _add(page, f"Heading {level}", [Run(section.title)], section.id)
    if page.bookmarks[section.id][1] == 1:
        heading.paragraph_format.page_break_before = True


def _paragraph(page, block):
    paragraph = _add(page, None, block.runs, block.id)
    before = paragraph._p.getprevious()
    if before.tag == qn("w:tbl"):
        paragraph.paragraph_format.space_before = Pt(12)


def _bullets(page, block):
    for item in block.items:
        _add(page, "List Bullet", item)


def _caption(page, place, title, look):
    kind, number = page.captions[place]
    paragraph = page.document.add_paragraph(f"{kind} ", look)
    add_field(paragraph, f"SEQ {kind} \\* ARABIC", str(number))
    paragraph.add_run(f" – {closed(title)}")
    return paragraph


def _picture(page, picture):
    paragraph = page.document.add_paragraph(style="Picture")
    drawn = paragraph.add_run().add_picture(BytesIO(picture.png), width=Mm(model.WIDTH))
    if drawn.height > Mm(model.HEIGHT):
        drawn.width, drawn.height = int(drawn.width * Mm(model.HEIGHT) / drawn.height), Mm(model.HEIGHT)
    for name, text in (("name", picture.id), ("descr", picture.alt), ("title", picture.title)):
        drawn._inline.docPr.set(name, closed(text))
    _bookmark(page, paragraph, picture.id)
    _caption(page, picture.id, picture.title, "Caption")


def _table(page, table):
    wide = model.wide(table)
    if wide:
        _turn(page.document, WD_ORIENT.LANDSCAPE)
    _bookmark(page, _caption(page, table.id, table.caption, "Table Caption"), table.id)
    rows = [("", [(Run(text),) for text in table.head]), *table.named_rows]
    grid = page.document.add_table(len(rows), len(table.head), style=TABLE)
    grid.autofit = False
    # What the table is about, where screen readers look for it.
    grid._tbl.tblPr.append(element("tblCaption", val=closed(table.caption)))
    widths = [Mm((LENGTH if wide else model.WIDTH) * share) for share in model.shares(table)]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    for number, (row, (place, texts)) in enumerate(zip(grid.rows, rows, strict=True)):
        for at, (cell, runs) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = widths[at]
            paragraph = cell.paragraphs[0]
            paragraph._p.style = CELL  # by id: python-docx looks names up anew for each cell
            if at in table.numeric:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if number == 0:
                paragraph.paragraph_format.keep_with_next = True
            _fill(page, paragraph, runs, "" if at else place)
        row._tr.get_or_add_trPr().append(element("cantSplit"))
    grid.rows[0]._tr.trPr.append(element("tblHeader"))  # it is repeated on each page
    if wide:
        _turn(page.document, WD_ORIENT.PORTRAIT)


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
    before, between, after = model.footer(report, closed(report.title))
    for words, code in ((before, "PAGE"), (between, "NUMPAGES")):
        paragraph.add_run(words)
        add_field(paragraph, code, "1")
    paragraph.add_run(after)


def _properties(document, report):
    properties = document.core_properties
    properties.title, properties.subject = report.title[:255], report.subtitle[:255]
    properties.language = LANG[report.lang]
    properties.author = properties.last_modified_by = model.AUTHOR
    properties.created = properties.modified = DATE
    properties.comments, properties.revision = "", 1
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
