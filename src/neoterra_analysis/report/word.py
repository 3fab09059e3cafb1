"""The report as a Word document that is edited on: real styles, captions, header rows, alternative texts."""

import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from .. import labels
from . import anchors, widths, word_parts, word_styles
from .model import Bullets, Paragraph, Table

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
    """Write a report as a Word document.

    Parameters
    ----------
    report : model.Report

    Returns
    -------
    bytes
        The same for the same report.

    Raises
    ------
    ValueError
        If an id stands twice, a link leads nowhere, or a text holds control characters.

    Examples
    --------
    >>> from neoterra_analysis.report.model import Report, Section
    >>> write(Report("fr", "Titre", "", "", "", (Section("one", "Un", ()),)))[:2]
    b'PK'
    """
    names = anchors.bookmarks(anchors.ids(report))
    places = {name: (bookmark, number) for number, (name, bookmark) in enumerate(names.items(), 1)}
    page = Page(docx.Document(), places, anchors.numbers(report.sections), report.lang)
    word_styles.prepare(page.document, report.lang)
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
    document.add_paragraph(anchors.closed(report.title), "Title")
    if report.subtitle:
        document.add_paragraph(anchors.closed(report.subtitle), "Subtitle")
    if report.source:
        document.add_paragraph(anchors.closed(labels.t("edition.source", lang, source=report.source)), "Source")
    if report.digest:
        document.add_paragraph(anchors.closed(labels.t("edition.digest", lang, digest=report.digest)), "Source")
    if not report.sections:
        return
    document.add_paragraph(labels.t("edition.contents", lang), "TOC Heading")
    lines = []
    for section in report.sections:
        for level, one in ((1, section), *((2, under) for under in section.sections)):
            lines.append(document.add_paragraph(style=f"toc {level}"))
            word_parts.say(lines[-1], anchors.closed(one.title), target=page.places[one.id][0])
    word_parts.begin(lines[0], CONTENTS, first=True)
    word_parts.end(lines[-1])


def _section(page, section, level):
    heading = page.document.add_paragraph(anchors.closed(section.title), f"Heading {min(level, DEEPEST)}")
    word_parts.mark(heading, *page.places[section.id])
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
            word_parts.mark(paragraph, *page.places[block.id])
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
        word_parts.say(paragraph, anchors.closed(run.text), run.strong, target, word_styles.LANG.get(run.lang, ""))


def _caption(page, kind, name, title, look):
    kind = labels.t(f"edition.{kind}", page.lang)
    paragraph = page.document.add_paragraph(f"{kind} ", look)
    word_parts.field(paragraph, f"SEQ {kind} \\* ARABIC", str(page.numbers[name]))
    paragraph.add_run(f" – {anchors.closed(title)}")
    return paragraph


def _picture(page, picture):
    name = anchors.picture_id(picture)
    paragraph = page.document.add_paragraph(style="Picture")
    drawn = paragraph.add_run().add_picture(BytesIO(picture.png), width=Mm(word_styles.WIDTH))
    if drawn.height > Mm(HEIGHT):
        drawn.width, drawn.height = int(drawn.width * Mm(HEIGHT) / drawn.height), Mm(HEIGHT)
    said = drawn._inline.docPr
    said.set("name", name)
    said.set("descr", anchors.closed(picture.alt))
    said.set("title", anchors.closed(picture.title))
    word_parts.mark(paragraph, *page.places[name])
    _caption(page, "figure", name, picture.title, "Caption")


def _table(page, table):
    wide = widths.wide(table)
    if wide:
        _turn(page.document, WD_ORIENT.LANDSCAPE)
    caption = _caption(page, "table", table.id, table.caption, "Table Caption")
    word_parts.mark(caption, *page.places[table.id])
    room = word_styles.LENGTH if wide else word_styles.WIDTH
    made = page.document.add_table(1 + len(table.rows), len(table.head), style=word_styles.TABLE)
    made.autofit = False
    word_parts.describe(made, anchors.closed(table.caption))
    columns = [Mm(room * share) for share in widths.shares(table)]
    for column, width in zip(made.columns, columns, strict=True):
        column.width = width
    for at, (row, ids) in enumerate(zip(made.rows, ("", *(table.ids or ("",) * len(table.rows))), strict=True)):
        _row(page, table, at, row.cells, columns)
        word_parts.whole(row)
        if ids:
            word_parts.mark(row.cells[0].paragraphs[0], *page.places[ids])
    word_parts.head(made.rows[0])
    if wide:
        _turn(page.document, WD_ORIENT.PORTRAIT)


def _row(page, table, at, cells, columns):
    for place, (cell, width) in enumerate(zip(cells, columns, strict=True)):
        cell.width = width
        paragraph = cell.paragraphs[0]
        paragraph._p.style = word_styles.CELL  # by id: python-docx looks names up anew for each cell
        if place in table.numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if at:
            _fill(page, paragraph, table.rows[at - 1][place])
        else:
            paragraph.paragraph_format.keep_with_next = True
            paragraph.add_run(anchors.closed(table.head[place]))


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
            word_parts.field(paragraph, codes[part], "1")
        else:
            paragraph.add_run(part.replace("\x00", anchors.closed(report.title)))


def _properties(document, report):
    said = document.core_properties
    said.title, said.subject, said.language = report.title[:255], report.subtitle[:255], word_styles.LANG[report.lang]
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
