"""The pieces of a Word document that python-docx has no words for: bookmarks, links inside, fields, header rows."""

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.run import Run


def element(name, /, **attributes):
    """Make an element of the ``w`` namespace.

    Parameters
    ----------
    name : str
        Without its prefix.
    **attributes
        Of the same namespace; numbers are written as text.

    Returns
    -------
    lxml.etree.Element

    Examples
    --------
    >>> element("lang", val="fr-FR").tag.endswith("}lang")
    True
    """
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def ordered(parent, child):
    """Put a child where the schema wants it, before those of the parent that must follow.

    Parameters
    ----------
    parent, child : lxml.etree.Element
        The parent is a paragraph's, row's or cell's properties, or the settings.

    Returns
    -------
    lxml.etree.Element
        The child.

    Examples
    --------
    >>> row = element("trPr")
    >>> _ = ordered(row, element("tblHeader")), ordered(row, element("cantSplit"))
    >>> [child.tag.split("}")[1] for child in row]
    ['cantSplit', 'tblHeader']
    """
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
    """Put a bookmark around what stands in a paragraph; links lead to it.

    Parameters
    ----------
    paragraph : docx.text.paragraph.Paragraph
    name : str
        See `anchors.bookmarks`.
    number : int
        Unique in the document.

    Examples
    --------
    >>> import docx
    >>> paragraph = docx.Document().add_paragraph("a")
    >>> mark(paragraph, "here", 1)
    >>> [child.tag.split("}")[1] for child in paragraph._p]
    ['bookmarkStart', 'r', 'bookmarkEnd']
    """
    content = paragraph._p
    at = 1 if content.pPr is not None else 0
    content.insert(at, element("bookmarkStart", id=number, name=name))
    content.append(element("bookmarkEnd", id=number))


def say(paragraph, text, strong=False, target="", lang=""):
    """Add a run to a paragraph, as a link inside the document if it has a target.

    Parameters
    ----------
    paragraph : docx.text.paragraph.Paragraph
    text : str
    strong : bool
    target : str
        Name of a bookmark, or ``""``.
    lang : str
        Language of the text, such as ``fr-FR``, where it is not the document's.

    Examples
    --------
    >>> import docx
    >>> paragraph = docx.Document().add_paragraph()
    >>> say(paragraph, "8", target="here")
    >>> paragraph.text, paragraph.hyperlinks[0].fragment
    ('8', 'here')
    """
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
    """Add a field to a paragraph: what is shown until it is brought up to date, and how that is done.

    Parameters
    ----------
    paragraph : docx.text.paragraph.Paragraph
    code : str
        Such as ``PAGE`` or ``SEQ Figure``.
    shown : str

    Examples
    --------
    >>> import docx
    >>> paragraph = docx.Document().add_paragraph("p. ")
    >>> field(paragraph, "PAGE", "1")
    >>> paragraph.text
    'p. 1'
    """
    begin(paragraph, code)
    paragraph.add_run(shown)
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))


def begin(paragraph, code, first=False):
    """Open a field whose result follows, over several paragraphs if need be; `end` closes it.

    Parameters
    ----------
    paragraph : docx.text.paragraph.Paragraph
    code : str
    first : bool
        Whether the field stands before what the paragraph holds.

    Examples
    --------
    >>> import docx
    >>> paragraph = docx.Document().add_paragraph("a")
    >>> begin(paragraph, "TOC", first=True)
    >>> paragraph._p[0][0].tag.split("}")[1], paragraph.text
    ('fldChar', 'a')
    """
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
    """Close a field that `begin` opened.

    Parameters
    ----------
    paragraph : docx.text.paragraph.Paragraph
        The last that the field shows.

    Examples
    --------
    >>> import docx
    >>> paragraph = docx.Document().add_paragraph("a")
    >>> end(paragraph)
    >>> paragraph.text
    'a'
    """
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))


def head(row):
    """Make a row of a table its header: said to be one, and repeated on each page.

    Parameters
    ----------
    row : docx.table._Row

    Examples
    --------
    >>> import docx
    >>> row = docx.Document().add_table(1, 1).rows[0]
    >>> head(row)
    >>> [child.tag.split("}")[1] for child in row._tr.trPr]
    ['tblHeader']
    """
    ordered(row._tr.get_or_add_trPr(), element("tblHeader"))


def whole(row):
    """Keep a row of a table on one page.

    Parameters
    ----------
    row : docx.table._Row

    Examples
    --------
    >>> import docx
    >>> row = docx.Document().add_table(1, 1).rows[0]
    >>> whole(row)
    >>> [child.tag.split("}")[1] for child in row._tr.trPr]
    ['cantSplit']
    """
    ordered(row._tr.get_or_add_trPr(), element("cantSplit"))


def describe(table, title):
    """Say what a table is about, where screen readers look for it.

    Parameters
    ----------
    table : docx.table.Table
    title : str

    Examples
    --------
    >>> import docx
    >>> table = docx.Document().add_table(1, 1)
    >>> describe(table, "Rôles")
    >>> table._tbl.tblPr[-1].get(qn("w:val"))
    'Rôles'
    """
    ordered(table._tbl.tblPr, element("tblCaption", val=title))
