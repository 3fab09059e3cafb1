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
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from ..words import labels, palette
from . import as_pdf, model
from .model import Bullets, KeyPoints, Paragraph, Picture, Run, Section, Table


def element(name, /, **attributes):
    """Make an element of the ``w`` namespace."""
    found = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        found.set(qn(f"w:{key}"), str(value))
    return found


# The order in which the properties of a paragraph stand.
ORDER = [
    f"w:{name}" for name in "pBdr shd tabs suppressAutoHyphens spacing ind contextualSpacing jc outlineLvl".split()
]


def put(properties, child):
    """Put a property of paragraphs in its place among the others."""
    after = ORDER[ORDER.index(f"w:{child.tag.rpartition('}')[2]}") + 1 :]
    properties.insert_element_before(child, *after, "w:rPr", "w:sectPr")


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
TABLE, PLAIN = "Report Table", "Report Table Plain"  # in the second what heads a row is not bold by itself
MARGIN = {"annex": 20, "fiche": 22}  # millimetres on all sides
# What a line of a table holds where Arial is not there and a wider font stands in for it, as it does under Linux.
LINE = {"annex": 59, "fiche": 52}
# name: size, colour, strong, space before and after, kept with the next paragraph
LOOKS = {
    "Normal": (10, palette.INK, False, 0, 6, False),
    "Title": (20, palette.MARK, True, 0, 6, True),
    "Subtitle": (12, palette.INK, False, 0, 8, False),
    "Heading 1": (16, palette.MARK, True, 18, 6, True),
    "Heading 2": (13, palette.MARK, True, 12, 4, True),
    "Heading 3": (11, palette.MARK, True, 12, 5, True),
    "Heading 4": (10, palette.MARK, True, 10, 4, True),
    "TOC Heading": (16, palette.MARK, True, 12, 4, True),
    "List Bullet": (10, palette.INK, False, 0, 3, False),
    "Key Point": (10, palette.INK, False, 0, 1, True),
    "Key Note": (9, palette.SOFT, False, 0, 7, False),
    "Caption": (9, palette.SOFT, False, 4, 10, False),
    "Table Caption": (9, palette.SOFT, False, 10, 3, True),
    "Table Text": (8, palette.INK, False, 1, 1, False),
    "Table Small": (8, palette.INK, False, 1, 1, False),
    "Picture": (10, palette.INK, False, 8, 0, True),
    "Break": (1, palette.INK, False, 0, 0, False),
    "Source": (9, palette.SOFT, False, 0, 3, False),
    "toc 1": (9, palette.INK, True, 3, 0, False),
    "toc 2": (9, palette.INK, False, 0, 0, False),
    "Footer": (8, palette.SOFT, False, 0, 0, False),
}
BASED = {"Table Caption": "Caption", "Key Note": "Key Point", "Table Small": "Table Text"}
# A fiche is read from its first line to its last, on few pages.
IN_FICHE = {
    "Title": 17,
    "Subtitle": 11,
    "Table Text": 9,
    "Heading 1": 14,
    "Heading 2": 12,
    "Source": 8,
    "Key Note": 8.5,
}
UNCUT = {"Title", "Heading 1", "Heading 2", "Heading 3", "Heading 4", "TOC Heading", "Table Text", "toc 1", "toc 2"}
NEW = {"Table Small", "Key Point", "Key Note", "Table Caption", "Table Text", "Picture", "Source", "Break"}


def prepare(document, lang, kind="annex"):
    """Give a new document its page, language and styles."""
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(MARGIN[kind])
    page.header_distance = page.footer_distance = Mm(12)
    _language(document, LANG[lang])
    for name, look in LOOKS.items():
        size, *others = look
        _paragraph_style(document.styles, name, IN_FICHE.get(name, size) if kind == "fiche" else size, *others)
    for name in UNCUT:
        put(document.styles[name].element.get_or_add_pPr(), element("suppressAutoHyphens"))
    for name in ("Key Point", "Key Note"):
        _framed(document.styles[name])
    for level in (1, 2):
        form = document.styles[f"toc {level}"].paragraph_format
        form.left_indent = Mm(6 * (level - 1))
        form.tab_stops.add_tab_stop(Mm(210 - 2 * MARGIN[kind]), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    document.styles["Footer"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    link = document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER, builtin=True)
    link.font.color.rgb, link.font.underline = _rgb(model.LINK), kind == "annex"
    document.styles.element.append(parse_xml(_table_style(TABLE, "<w:b/>")))
    document.styles.element.append(parse_xml(_table_style(PLAIN, "")))


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
    paragraph.line_spacing = _spaced(name, size)
    paragraph.widow_control = True


def _spaced(name, size):
    """Return how many lines high a line of a style is."""
    return 1.0 if size > 10 or name in ("Picture", "Table Text", "Table Small", "toc 1", "toc 2") else 1.15


def _framed(style):
    """Set a style apart from the text by a bar before it and a band behind it."""
    properties = style.element.get_or_add_pPr()
    border, band = element("pBdr"), palette.BAND.lstrip("#")
    border.append(element("left", val="single", sz=24, space=8, color=palette.MARK.lstrip("#")))
    put(properties, border)
    put(properties, element("shd", val="clear", color="auto", fill=band))
    style.paragraph_format.left_indent = Mm(4)


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
    # Two lines that follow each other may end in a cut word, none of those that have room for it.
    tab = settings.find(qn("w:defaultTabStop"))
    for child in (
        element("hyphenationZone", val=425),
        element("consecutiveHyphenLimit", val=2),
        element("autoHyphenation"),
    ):
        tab.addnext(child)


def _rgb(color):
    return RGBColor.from_string(color.lstrip("#"))


def _table_style(name, first):
    """Return the style of tables: lines between rows, a band and bold for the header row, bold for what heads a row."""
    mark, rule, band = (color.lstrip("#") for color in (palette.MARK, palette.RULE, palette.BAND))
    return (
        f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="{name.replace(" ", "")}">'
        f'<w:name w:val="{name}"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:qFormat/>'
        f'<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="4" w:space="0" w:color="{rule}"/>'
        f'<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{mark}"/>'
        f'<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{rule}"/></w:tblBorders>'
        '<w:tblCellMar><w:top w:w="30" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
        '<w:bottom w:w="30" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr>'
        f'<w:tcBorders><w:bottom w:val="single" w:sz="8" w:space="0" w:color="{mark}"/></w:tcBorders>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{band}"/></w:tcPr></w:tblStylePr>'
        f'<w:tblStylePr w:type="firstCol"><w:rPr>{first}</w:rPr></w:tblStylePr></w:style>'
    )


# Of Arial: how wide its letters are beside those of our figures, about, and how far lines go down and up; and how high
# capitals are in the font of our figures.
NARROW, DOWN, UP, CAPITAL = 0.878, 0.212, 0.938, 0.76


def _look():
    """Return the look by which the pages are, as far as can be, those that Word shows: see `as_pdf.LOOKS`."""

    def of(name):
        """Return the size of a style's letters, what stands between its lines, before and after it."""
        size, _, _, before, after, _ = LOOKS[name]
        return NARROW * size, (DOWN + UP) * size * _spaced(name, size) - CAPITAL * NARROW * size, before, after

    def heading(name):
        size, _, _, before, after, _ = LOOKS[name]
        normal, rise = LOOKS["Normal"][0], UP - CAPITAL * NARROW
        above = before + leading - rise * normal + rise * size
        return NARROW * size, above, after + DOWN * size + rise * normal

    size, leading, _, after = of("Normal")
    letters, line, *_ = of("Table Text")
    entry, between, above, _ = of("toc 1")
    caption, _, before, _ = of("Table Caption")
    return {
        "size": size, "leading": leading, "spacing": after + leading, "item": LOOKS["List Bullet"][4] + leading,
        "margins": (MARGIN["annex"],) * 3, "title": of("Title")[0], "subtitle": of("Subtitle")[0],
        "about": of("Source")[0], "tight": of("Heading 1")[1] / of("Heading 1")[0],
        "heads": [heading(f"Heading {level}") for level in (1, 2, 3)],
        "caption": caption, "gap": 6.3, "figure": before + 4, "entry": entry, "entries": (between, above + between),
        "column": 10**6, "letters": letters, "small": letters, "line": line / letters,
        "inset": (3.5, (line + 5.5) / 2), "floating": False,
    }  # fmt: skip


DATE = datetime(2000, 1, 1)  # a date of today would make other bytes of the same report


class Page(NamedTuple):
    """What is written on, and what its parts need by id: name and number of the bookmark, kind and number."""

    document: Any
    report: Any
    bookmarks: dict
    captions: dict


def write(report):
    """Write a report as a Word document."""
    names = bookmarks(model.ids(report))
    numbered = {place: (name, number) for number, (place, name) in enumerate(names.items(), 1)}
    page = Page(docx.Document(), report, numbered, model.captions(report))
    prepare(page.document, report.lang, report.kind)
    _front(page, report)
    writers = {Paragraph: _paragraph, Bullets: _bullets, KeyPoints: _key, Table: _table, Picture: _picture}
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
    """Write title, source and, where there are, contents, which end their page."""
    _add(page, "Title", [Run(report.title)])
    _add(page, "Subtitle", [Run(report.subtitle)])
    for line in model.about(report):
        _add(page, "Source", [Run(line)])
    entries = model.contents(report)
    if entries:
        numbers = as_pdf.pages(report, _look())
        _add(page, "TOC Heading", [Run(labels.t("edition.contents", report.lang))])
    for section, level in entries:
        # Not a field of contents: LibreOffice brings the numbers of pages up to date only outside of one.
        line = page.document.add_paragraph(style=f"toc {level}")
        line.add_run(f"{closed(section.title)}\t")
        add_field(line, f"PAGEREF {page.bookmarks[section.id][0]} \\h", str(numbers[section.id]))
        link = _link(page, section.id)
        link.extend(line._p.r_lst)
        line._p.append(link)


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
            link = _link(page, run.target)
            paragraph._p.append(link)
            link.append(written._r)
            written._r.get_or_add_rPr().insert(0, element("rStyle", val="Hyperlink"))
    if place:
        _bookmark(page, paragraph, place)


def _link(page, target):
    """Return an empty link to a place of the document, or of the one beside it."""
    if away := model.outside(target):
        # Names of bookmarks follow from ids, but for ids that differ by signs or case alone.
        (name,) = bookmarks([away]).values()
        file = page.document.part.relate_to(f"{page.report.beside}.docx", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = element("hyperlink", anchor=name, history=1)
        link.set(qn("r:id"), file)
        return link
    return element("hyperlink", anchor=page.bookmarks[target][0], history=1)


def _bookmark(page, paragraph, place):
    """Put a bookmark around what stands in a paragraph; links lead to it."""
    name, number = page.bookmarks[place]
    content = paragraph._p
    content.insert(0 if content.pPr is None else 1, element("bookmarkStart", id=number, name=name))
    content.append(element("bookmarkEnd", id=number))


def _heading(page, section, level):
    heading = _add(page, f"Heading {level}", [Run(section.title)], section.id)
    long = len(model.contents(page.report)) >= model.LONG
    if section.fresh or (page.bookmarks[section.id][1] == 1 and long):
        heading.paragraph_format.page_break_before = True


def _paragraph(page, block):
    paragraph = _add(page, None, block.runs, block.id)
    before = paragraph._p.getprevious()
    if before.tag == qn("w:tbl"):
        paragraph.paragraph_format.space_before = Pt(10)


def _bullets(page, block):
    for item in block.items:
        _add(page, "List Bullet", item)


def _key(page, block):
    for said, note in block.items:
        _add(page, "Key Point", said)
        _add(page, "Key Note", note)


def _caption(page, place, title, look):
    kind, number = page.captions[place]
    paragraph = page.document.add_paragraph(f"{kind} ", look)
    add_field(paragraph, f"SEQ {kind} \\* ARABIC", str(number))
    if title:
        paragraph.add_run(f" – {closed(title)}")
    return paragraph


def _picture(page, picture):
    paragraph = page.document.add_paragraph(style="Picture")
    drawn = paragraph.add_run().add_picture(BytesIO(picture.png))
    size = model.size(drawn.width, drawn.height, page.report.kind, picture.stays)
    drawn.width, drawn.height = map(Mm, size)
    for name, text in (("name", picture.id), ("descr", picture.alt), ("title", picture.title)):
        drawn._inline.docPr.set(name, closed(text))
    _bookmark(page, paragraph, picture.id)
    # In a fiche the title, which is drawn in the figure, is not said again.
    _caption(page, picture.id, picture.title if page.report.kind == "annex" else "", "Caption")


def _table(page, table):
    set_as = model.columns(table, page.report.kind, LINE[page.report.kind])
    if set_as.wide:
        _turn(page.document, WD_ORIENT.LANDSCAPE)
    _bookmark(page, _caption(page, table.id, table.caption, "Table Caption"), table.id)
    long = model.is_long(table)
    rows = [("", [(Run(text),) for text in table.head]), *table.named_rows]
    grid = page.document.add_table(len(rows), len(table.head), style=PLAIN if table.widths else TABLE)
    grid.autofit = False
    # What the table is about, where screen readers look for it.
    grid._tbl.tblPr.append(element("tblCaption", val=closed(table.caption)))
    line = (297 if set_as.wide else 210) - 2 * MARGIN[page.report.kind]
    widths = [Mm(line * share) for share in set_as.shares]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    for number, (row, (place, texts)) in enumerate(zip(grid.rows, rows, strict=True)):
        for at, (cell, runs) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = widths[at]
            paragraph = cell.paragraphs[0]
            paragraph._p.style = (
                "TableSmall" if set_as.small else "TableText"
            )  # by id: python-docx looks names up anew for each cell
            if at in table.numeric:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if number == 0:
                paragraph.paragraph_format.keep_with_next = True
            if set_as.cut[at]:
                put(paragraph._p.get_or_add_pPr(), element("suppressAutoHyphens", val=0))
            _fill(page, paragraph, runs, "" if at else place)
        row._tr.get_or_add_trPr()
        if number == 0 or not long:
            row._tr.trPr.append(element("cantSplit"))
    grid.rows[0]._tr.trPr.append(element("tblHeader"))  # it is repeated on each page
    if set_as.wide:
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
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            new.writestr(entry, old.read(name))
    return file.getvalue()
