"""How the Word report looks: its page, its language, its styles; and nothing of the template's own colours."""

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from .. import style
from .word_parts import element, ordered

FONT = "Arial"
LINK = "#1F4E79"
LANG = {"fr": "fr-FR", "en": "en-GB"}
TABLE = "Report Table"
CELL = "TableText"
WIDTH = 160  # millimetres between the margins of an upright page
LENGTH = 247
# name: size, colour, strong, space before and after, kept with the next paragraph
LOOKS = {
    "Normal": (10, style.INK, False, 0, 6, False),
    "Title": (20, style.MARK, True, 0, 6, True),
    "Subtitle": (12, style.INK, False, 0, 8, False),
    "Heading 1": (16, style.MARK, True, 20, 8, True),
    "Heading 2": (13, style.MARK, True, 16, 6, True),
    "Heading 3": (11, style.MARK, True, 12, 5, True),
    "Heading 4": (10, style.MARK, True, 10, 4, True),
    "TOC Heading": (16, style.MARK, True, 16, 8, True),
    "List Bullet": (10, style.INK, False, 0, 3, False),
    "Caption": (9, style.SOFT, False, 4, 12, False),
    "Table Caption": (9, style.SOFT, False, 12, 4, True),
    "Table Text": (8.5, style.INK, False, 1, 1, False),
    "Picture": (10, style.INK, False, 10, 0, True),
    "Break": (1, style.INK, False, 0, 0, False),
    "Source": (9, style.SOFT, False, 0, 3, False),
    "toc 1": (9, style.INK, True, 4, 1, False),
    "toc 2": (9, style.INK, False, 0, 1, False),
    "Footer": (8, style.SOFT, False, 0, 0, False),
}
BASED = {"Table Caption": "Caption"}
NEW = {"Table Caption", "Table Text", "Picture", "Source", "Break"}


def prepare(document, lang):
    """Give a new document its page, language and styles.

    Parameters
    ----------
    document : docx.document.Document
        As python-docx makes it.
    lang : {"fr", "en"}

    Examples
    --------
    >>> import docx
    >>> document = docx.Document()
    >>> prepare(document, "fr")
    >>> document.styles["Heading 1"].font.name
    'Arial'
    """
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
    document.styles.element.append(parse_xml(_table()))


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


def _table():
    """Return the style of tables: lines between rows, a band and bold for the header row, bold for what heads a row."""
    mark, rule, band = (color.lstrip("#") for color in (style.MARK, style.RULE, style.BAND))
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
