"""A built figure as a part of a page: its ids its own, its name and description told, nothing that asks for a file."""

import re

from lxml import etree

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
# Characters that neither a page nor an SVG may hold.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
KEPT_TARGET = re.compile(r"url\(#([^)]+)\)")
# matplotlib says this of every element, in a style sheet that would reach the whole page.
STYLE = "stroke-linejoin: round; stroke-linecap: butt"


def inline(picture):
    """Return the SVG of a figure, ready to stand in a page beside others.

    Every id gets the figure's key before it, and so do all that lead to it; the XML prolog, comments, metadata, style
    sheet and scripts are left out; title and description are those of the picture.

    Parameters
    ----------
    picture : model.Picture
        A figure.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the bytes are no SVG.

    Examples
    --------
    >>> from neoterra_analysis.report.model import Picture
    >>> made = inline(Picture("01-a", "T", "A", b'<svg xmlns="http://www.w3.org/2000/svg"><g id="b"/></svg>', b""))
    >>> 'id="svg-01-a-b"' in made, "<title" in made
    (True, True)
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(picture.svg, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"{picture.key}.svg: {error}") from error
    if root.tag != f"{{{SVG}}}svg":
        raise ValueError(f"{picture.key}.svg: {root.tag}")
    prefix = f"svg-{picture.key}-"
    unwanted = ("metadata", "style", "script", "title", "desc", "foreignObject", "a")
    for name in unwanted:
        for element in list(root.iter(f"{{{SVG}}}{name}")):
            element.getparent().remove(element)
    for element in root.iter(etree.Element):
        _own(element, prefix)
    _name(root, picture, prefix)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode", with_tail=False)


def fit(words):
    r"""Return words with what no page may hold replaced by the sign for a lost character.

    Parameters
    ----------
    words : str
        Any text.

    Returns
    -------
    str

    Examples
    --------
    >>> fit("a\x00b")
    'a\ufffdb'
    """
    return UNFIT.sub("\ufffd", words)


def _own(element, prefix):
    """Put the prefix before an element's id and before the ids that it uses."""
    for name, value in list(element.attrib.items()):
        local = etree.QName(name).localname
        if local.startswith("on"):
            del element.attrib[name]
        elif name == "id":
            element.set(name, prefix + value)
        elif local == "href":
            del element.attrib[name]
            if value.startswith("#"):
                element.set("href", f"#{prefix}{value[1:]}")
            elif value.startswith("data:image/png;base64,"):
                element.set("href", value)
        elif "url(" in value:
            element.set(name, KEPT_TARGET.sub(rf"url(#{prefix}\1)", value))


def _name(root, picture, prefix):
    """Tell what the figure shows, and let the page decide how wide it stands."""
    for name in ("width", "height", "version", "aria-labelledby", "lang"):
        root.attrib.pop(name, None)
    ids = {}
    for position, (name, words) in enumerate((("title", picture.title), ("desc", picture.alt))):
        element = etree.Element(f"{{{SVG}}}{name}")
        ids[name] = f"{prefix}{name}"
        element.set("id", ids[name])
        element.text = fit(words)
        root.insert(position, element)
    root.set("role", "img")
    root.set("aria-labelledby", ids["title"])
    root.set("aria-describedby", ids["desc"])
    root.set("style", STYLE)
