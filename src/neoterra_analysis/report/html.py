"""The report as one page that stands alone: no request, read by keyboard and screen reader, printed as it is."""

import html as escaping
import re

from .. import labels
from . import html_svg
from .html_style import SHEET
from .html_svg import fit
from .model import Bullets, Paragraph, Picture, Table

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
WIDE = 3  # columns from which a table scrolls by itself on a narrow screen
LONG = re.compile(r"\S{32}(?=\S)")
BREAK = "\ufdd0"  # stands for a place to break a word; `html_svg.fit` lets none through
# Characters that turn the direction of what follows them.
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def write(report):
    """Write a report as HTML.

    Parameters
    ----------
    report : model.Report
        The content; see `content.make`.

    Returns
    -------
    str
        The whole page; the same report gives the same text.

    Raises
    ------
    ValueError
        If a figure is no SVG.

    Examples
    --------
    >>> from neoterra_analysis.report.model import Paragraph, Report, Run, Section
    >>> section = Section("a", "A", (Paragraph((Run("<1>", "a"),)),))
    >>> '<a href="#a">&lt;1&gt;</a>' in write(Report("fr", "T", "S", "source", "digest", (section,)))
    True
    """
    lang, numbers = report.lang, {"figure": 0, "table": 0}
    main = "\n".join(_section(section, 2, lang, numbers) for section in report.sections)
    source = labels.t("report.source_line", lang, source=report.source)
    return f"""<!DOCTYPE html>
<html lang="{text(lang)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{text(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{text(report.title)}</title>
<style>{SHEET}</style>
</head>
<body>
<a class="skip" href="#content">{text(labels.t("report.skip", lang))}</a>
<header>
<h1>{_isolated(report.title)}</h1>
<p class="lead">{_isolated(report.subtitle)}</p>
<p class="soft">{_isolated(source)}</p>
</header>
<nav aria-labelledby="contents">
<h2 id="contents">{text(labels.t("report.contents", lang))}</h2>
{_contents(report.sections)}
</nav>
<main id="content" tabindex="-1">
{main}
</main>
</body>
</html>
"""


def text(words):
    r"""Return words as they stand in HTML, in a text or an attribute: nothing in them is read as HTML.

    Parameters
    ----------
    words : str
        Any text.

    Returns
    -------
    str

    Examples
    --------
    >>> text("<b>\x00 & \"")
    '&lt;b&gt;\ufffd &amp; &quot;'
    """
    return escaping.escape(fit(words))


def _isolated(words):
    """Return words whose turns of direction end with them, and of which very long ones may be broken."""
    marked = LONG.sub(lambda found: found.group() + BREAK, fit(words))
    made = escaping.escape(marked).replace(BREAK, "<wbr>")
    return f"<bdi>{made}</bdi>" if TURNING.search(words) else made


def _runs(runs):
    made = []
    for run in runs:
        one = _isolated(run.text)
        one = f"<strong>{one}</strong>" if run.strong else one
        one = f'<span lang="{text(run.lang)}">{one}</span>' if run.lang else one
        made.append(f'<a href="#{text(run.target)}">{one}</a>' if run.target else one)
    return "".join(made)


def _contents(sections):
    items = []
    for section in sections:
        under = f"\n{_contents(section.sections)}" if section.sections else ""
        items.append(f'<li><a href="#{text(section.id)}">{_isolated(section.title)}</a>{under}</li>')
    return "<ol>\n" + "\n".join(items) + "\n</ol>"


def _section(section, level, lang, numbers):
    name = f"heading-{text(section.id)}"
    # Only the large parts are landmarks: one for each laureate would be too many to choose from.
    labelled = f' aria-labelledby="{name}"' if level == 2 else ""
    parts = [f'<section id="{text(section.id)}"{labelled}>']
    parts.append(f'<h{level} id="{name}">{_isolated(section.title)}</h{level}>')
    parts += [_block(block, lang, numbers) for block in section.blocks]
    parts += [_section(under, min(level + 1, 6), lang, numbers) for under in section.sections]
    return "\n".join([*parts, "</section>"])


def _block(block, lang, numbers):
    if isinstance(block, Paragraph):
        name = f' id="{text(block.id)}"' if block.id else ""
        return f"<p{name}>{_runs(block.runs)}</p>"
    if isinstance(block, Bullets):
        return "<ul>\n" + "\n".join(f"<li>{_runs(item)}</li>" for item in block.items) + "\n</ul>"
    if isinstance(block, Table):
        return _table(block, lang, numbers)
    if isinstance(block, Picture):
        return _figure(block, lang, numbers)
    raise TypeError(type(block).__name__)


def _scrolled(content, label, kind=""):
    """Let wide content scroll by itself, by keyboard too."""
    return f'<div class="scroll{kind}" role="group" tabindex="0" aria-label="{text(label)}">\n{content}\n</div>'


def _figure(picture, lang, numbers):
    numbers["figure"] += 1
    label = labels.t("report.figure", lang, number=numbers["figure"])
    drawn = _scrolled(html_svg.inline(picture), labels.t("report.scroll.figure", lang, title=label))
    key = f" <span>({text(picture.key)})</span>"
    caption = _isolated(labels.t("report.caption", lang, label=label, title=picture.title.rstrip(".")))
    return f'<figure id="figure-{text(picture.key)}">\n{drawn}\n<figcaption>{caption}.{key}</figcaption>\n</figure>'


def _table(table, lang, numbers):
    numbers["table"] += 1
    label = labels.t("report.table", lang, number=numbers["table"])
    caption = labels.t("report.caption", lang, label=label, title=table.caption)
    right = [' class="number"' if i in table.numeric else "" for i in range(len(table.head))]
    head = "".join(
        f'<th scope="col"{side}>{_isolated(name)}</th>' for name, side in zip(table.head, right, strict=True)
    )
    ids = table.ids or ("",) * len(table.rows)
    rows = []
    for name, (first, *others) in zip(ids, table.rows, strict=True):
        name = f' id="{text(name)}"' if name else ""
        cells = "".join(f"<td{side}>{_runs(runs)}</td>" for runs, side in zip(others, right[1:], strict=True))
        rows.append(f'<tr{name}><th scope="row"{right[0]}>{_runs(first)}</th>{cells}</tr>')
    wide = len(table.head) >= WIDE
    made = (
        f'<table id="{text(table.id)}">\n<caption><span>{_isolated(caption)}</span></caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{chr(10).join(rows)}\n</tbody>\n</table>"
    )
    return _scrolled(made, labels.t("report.scroll.table", lang, caption=label), " table") if wide else made
