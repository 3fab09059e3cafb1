"""The report as one page of HTML, for a screen from 320 pixels on and for paper; figures stand in it as SVG."""

import html
import re
from importlib import resources

from lxml import etree

from ..words import labels, palette
from . import model
from .model import Bullets, KeyPoints, Paragraph, Table

# The look, in the colours of the palette.
SHEET = re.sub(
    r"\[\[(\w+)\]\]",
    lambda name: getattr(palette, name[1].upper()),
    (resources.files(__package__) / "static" / "report.css").read_text(encoding="utf-8"),
)
SVG = "http://www.w3.org/2000/svg"
# Characters that neither a page nor an SVG may hold.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
UNWANTED = ("metadata", "style", "script", "title", "desc", "foreignObject", "a")
# matplotlib says this of every element, in a style sheet that would reach the whole page.
STYLE = "stroke-linejoin: round; stroke-linecap: butt"


def inline(picture):
    """Return the SVG of a figure, ready to stand in a page beside others."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(picture.svg, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"{picture.key}.svg: {error}") from error
    if root.tag != f"{{{SVG}}}svg":
        raise ValueError(f"{picture.key}.svg: {root.tag}")
    prefix = f"svg-{picture.key}-"
    for element in list(root.iter(*(f"{{{SVG}}}{name}" for name in UNWANTED))):
        element.getparent().remove(element)
    for element in root.iter(etree.Element):
        _prefix_ids(element, prefix)
    # The page decides how wide the figure stands.
    for name in ("width", "height", "version", "aria-labelledby", "lang"):
        root.attrib.pop(name, None)
    for position, (name, words) in enumerate((("title", picture.title), ("desc", picture.alt))):
        element = etree.Element(f"{{{SVG}}}{name}", id=f"{prefix}{name}")
        element.text = allowed(words)
        root.insert(position, element)
    named = {"aria-labelledby": f"{prefix}title", "aria-describedby": f"{prefix}desc"}
    root.attrib.update({"role": "img", **named, "style": STYLE})
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode", with_tail=False)


def _prefix_ids(element, prefix):
    """Put the prefix before an element's id and the ids that it uses; it keeps no handler and no link to elsewhere."""
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
            element.set(name, re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}\1)", value))


POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
WIDE = 3  # columns from which a table scrolls by itself on a narrow screen
LONG = re.compile(r"\S{32}(?=\S)")
BREAK = "\ufdd0"  # stands for a place to break a word; `allowed` lets none through
BESIDE = "\ufdd1"  # stands for the file of the document beside this one, in the same way


def write(report):
    """Write a report as HTML."""
    lang = report.lang
    captions = {name: f"{word} {number}" for name, (word, number) in model.captions(report).items()}
    beside = escaped(f"{report.beside}.html")
    main = "\n".join(_section(section, 2, report, captions) for section in report.sections).replace(BESIDE, beside)
    contents = f"""<nav aria-labelledby="contents">
<h2 id="contents">{escaped(labels.t("edition.contents", lang))}</h2>
{_contents(report.sections)}
</nav>
"""
    return f"""<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escaped(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escaped(report.title)}</title>
<style>
{SHEET}</style>
</head>
<body class="{report.kind}">
<a class="skip" href="#content">{escaped(labels.t("report.skip", lang))}</a>
<header>
<h1>{_isolated(report.title)}</h1>
<p class="lead">{_isolated(report.subtitle)}</p>
<p class="soft">{_isolated(labels.t("edition.source", lang, source=report.source))}</p>
</header>
{contents if model.contents(report) else ""}<main id="content" tabindex="-1">
{main}
</main>
</body>
</html>
"""


def allowed(words):
    """Return words with what no page may hold replaced by the sign for a lost character."""
    return FORBIDDEN.sub("\ufffd", words)


def escaped(words):
    r"""Return words as they stand in HTML, in a text or an attribute: nothing in them is read as HTML.

    >>> escaped("<b>\x00 & \"")
    '&lt;b&gt;\ufffd &amp; &quot;'
    """
    return html.escape(allowed(words))


def _isolated(words):
    """Return words whose turns of direction end with them, and of which very long ones may be broken."""
    marked = LONG.sub(lambda found: found.group() + BREAK, allowed(words))
    written = html.escape(marked).replace(BREAK, "<wbr>")
    return f"<bdi>{written}</bdi>" if set(words) & set(model.TURNING) else written


def _runs(runs):
    parts = []
    for run in runs:
        words = _isolated(run.text)
        words = f"<strong>{words}</strong>" if run.strong else words
        words = f'<span lang="{escaped(run.lang)}">{words}</span>' if run.lang else words
        place = f"{BESIDE}#{escaped(away)}" if (away := model.outside(run.target)) else f"#{escaped(run.target)}"
        words = "<br>" if run.text == "\n" else words
        parts.append(f'<a href="{place}">{words}</a>' if run.target else words)
    return "".join(parts)


def _id(name):
    """Return the attribute by which others lead to an element, if it has a name."""
    return f' id="{escaped(name)}"' if name else ""


def _contents(sections):
    items = []
    for section in sections:
        under = f"\n{_contents(section.sections)}" if section.sections else ""
        items.append(f'<li><a href="#{escaped(section.id)}">{_isolated(section.title)}</a>{under}</li>')
    return "<ol>\n" + "\n".join(items) + "\n</ol>"


def _section(section, level, report, captions):
    heading = f"heading-{escaped(section.id)}"
    # Only the large parts are landmarks: one for each laureate would be too many to choose from.
    labelled = f' aria-labelledby="{heading}"' if level == 2 else ""
    fresh = ' class="fresh"' if section.fresh else ""
    parts = [f"<section{_id(section.id)}{fresh}{labelled}>"]
    parts += [f'<h{level} id="{heading}">{_isolated(section.title)}</h{level}>']
    parts += [_block(block, report, captions) for block in section.blocks]
    parts += [_section(under, level + 1, report, captions) for under in section.sections]
    return "\n".join([*parts, "</section>"])


def _block(block, report, captions):
    if isinstance(block, Paragraph):
        return f"<p{_id(block.id)}>{_runs(block.runs)}</p>"
    if isinstance(block, Bullets):
        return "<ul>\n" + "\n".join(f"<li>{_runs(item)}</li>" for item in block.items) + "\n</ul>"
    if isinstance(block, KeyPoints):
        items = [f'<li><p>{_runs(said)}</p>\n<p class="note">{_runs(note)}</p></li>' for said, note in block.items]
        return '<ul class="key">\n' + "\n".join(items) + "\n</ul>"
    write_block = _table if isinstance(block, Table) else _figure
    return write_block(block, report, captions[block.id])


def _scrolled(content, label, kind=""):
    """Let wide content scroll by itself, by keyboard too."""
    return f'<div class="scroll{kind}" role="group" tabindex="0" aria-label="{escaped(label)}">\n{content}\n</div>'


def _figure(picture, report, label):
    drawn = _scrolled(inline(picture), labels.t("report.scroll.figure", report.lang, title=label))
    caption = escaped(label)
    if report.kind == "annex":  # in a fiche the title, which is drawn in the figure, is not said again
        caption = _isolated(labels.t("report.caption", report.lang, label=label, title=picture.title.rstrip(".")))
        caption += f". <span>({escaped(picture.key)})</span>"
    return f"<figure{_id(picture.id)}>\n{drawn}\n<figcaption>{caption}</figcaption>\n</figure>"


def _table(table, report, label):
    caption = _isolated(labels.t("report.caption", report.lang, label=label, title=table.caption))
    sides = [' class="number"' if i in table.numeric else "" for i in range(len(table.head))]
    head = "".join(
        f'<th scope="col"{side}>{_isolated(name)}</th>' for name, side in zip(table.head, sides, strict=True)
    )
    rows = []
    for name, (first, *others) in table.named_rows:
        cells = "".join(f"<td{side}>{_runs(runs)}</td>" for runs, side in zip(others, sides[1:], strict=True))
        rows.append(f'<tr{_id(name)}><th scope="row"{sides[0]}>{_runs(first)}</th>{cells}</tr>')
    columns = "".join(f'<col style="width: {100 * width / sum(table.widths):.1f}%">' for width in table.widths)
    columns = f"<colgroup>{columns}</colgroup>\n" if columns else ""
    written = (
        f"<table{_id(table.id)}>\n<caption><span>{caption}</span></caption>\n{columns}"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{chr(10).join(rows)}\n</tbody>\n</table>"
    )
    if len(table.head) < WIDE:
        return written
    return _scrolled(written, labels.t("report.scroll.table", report.lang, caption=label), " table")
