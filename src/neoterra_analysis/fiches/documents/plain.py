"""Plain text and Markdown: lines, tables by tabs or pipes, bold and inline tags; what a page carries besides."""

import html
import re
from collections import Counter

from ...words.folding import one_line, unnumbered
from .blocks import Document, Paragraph, Place, Table, text

NUMBER = re.compile(r"(?:page|p\.)?\s*[-–—]?\s*\d{1,3}\s*(?:(?:/|sur|of)\s*\d{1,3})?\s*[-–—]?", re.IGNORECASE)
HEADING = re.compile(r"[\W_]*(?:\*\*|<b>)?\s*(?:enjeu|ambition)\b", re.IGNORECASE)
LONGEST = 120


def is_page_number(line):
    """Tell whether a line is a page number and nothing else.

    >>> [is_page_number(line) for line in ("7", "Page 4 / 9", "- 3 -", "440 projets")]
    [True, True, True, False]
    """
    # Spaces are folded first: a very long run of them would take the pattern for ever.
    return bool(len(line) <= 2000 and NUMBER.fullmatch(one_line(line)))


def running_lines(lines):
    """Return the lines that stand several times, whatever their numbers: running headers and footers.

    >>> running_lines(["Ma fiche, page 1", "Un texte", "Ma fiche, page 2", "Enjeu 1", "Enjeu 2"])
    {'ma fiche, page #'}
    """
    counted = Counter(unnumbered(line) for line in lines if not HEADING.match(line))
    return {line for line, number in counted.items() if number > 1 and len(line) <= LONGEST and line.strip("# .")}


INLINE = re.compile(
    r"(?P<on><(?:b|strong)\b[^<>]*>)|(?P<off></(?:b|strong)\s*>)|(?P<mark>\*\*|__(?=\S)|(?<=\S)__)"
    r"|(?P<line><br\s*/?>)|(?P<end></(?:p|div|li)\s*>)|(?P<tag></?[A-Za-z][^<>]*>)",
    re.IGNORECASE,
)
RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*")
TITLE = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
ITEM = re.compile(r"\s*(?:[-*+•▪◦‣➤►–]|\d{1,2}[.)])\s+(?=\S)")


def read(content, digest):
    r"""Read plain text or Markdown."""
    lines = re.split(r"\r\n|\r|\n|\f|\u2028|\u2029", content)
    repeated = running_lines(line for line in lines if line.strip() and not _is_row(line))
    blocks, rows, paragraph = [], [], []

    def close():
        if rows:
            blocks.append(Table(tuple(tuple(_text(cell, line) for cell in cells) for line, cells in rows)))
            rows.clear()
        if paragraph:
            start = paragraph[0][0]
            blocks.append(_paragraph("\n".join(line for _, line in paragraph), start))
            paragraph.clear()

    for number, line in enumerate(lines, 1):
        if not line.strip():
            close()
        elif _is_row(line) and not TITLE.match(line):
            if paragraph and not rows and not _stands_alone(paragraph[-1][1], repeated):
                # The first cell began on the line above.
                above = paragraph.pop()
                close()
                rows.append((above[0], _cells(above[1] + "\n" + line)))
            elif rows and _unfinished(rows, line):
                start, cells = rows.pop()
                joined = _cells(line)
                rows.append((start, [*cells[:-1], f"{cells[-1]}\n{joined[0]}", *joined[1:]]))
            else:
                if paragraph:
                    close()
                rows.append((number, _cells(line)))
        elif rows and not _stands_alone(line, repeated):
            rows[-1][1][-1] += "\n" + line
        else:
            if rows or _stands_alone(line, repeated) or (paragraph and _stands_alone(paragraph[-1][1], repeated)):
                close()
            paragraph.append((number, line))
    close()
    return Document("text", digest, tuple(blocks))


def _is_row(line):
    return "\t" in line.strip(" ") or line.lstrip().startswith("|") or (line.count("|") >= 2 and " | " in line)


def _stands_alone(line, repeated):
    """Tell whether a line stands by itself: a heading, an item, a page number, a running line."""
    bare = re.sub(r"<[^<>]*>|\*\*", "", line).strip()
    marked = TITLE.match(line) or ITEM.match(line) or re.match(r"enjeu\s+(n°\s*)?(\d+|[IVX]+)\b", bare, re.IGNORECASE)
    return bool(marked) or is_page_number(bare) or unnumbered(line) in repeated


def _unfinished(rows, line):
    """Tell whether a row goes on in the next line: both together have just the cells of the table's first row."""
    width, have, more = len(rows[0][1]), len(rows[-1][1]), len(_cells(line))
    return len(rows) > 1 and have < width and more < width and have + more - 1 == width


def _cells(line):
    """Split a row into its cells."""
    if "\t" in line:
        return line.strip(" ").split("\t")
    inner = line.strip()
    inner = inner[1:] if inner.startswith("|") else inner
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner)]


def _paragraph(line, number):
    title = TITLE.match(line)
    if title and "\n" not in line:
        return Paragraph(_text(title.group(2), number), len(title.group(1)))
    item = ITEM.match(line)
    marked = bool(item) and not re.match(r"\s*\d", line)
    return Paragraph(_text(line[item.end() :] if marked else line, number), 0, bool(item))


def _text(source, number):
    """Take the markup out of a piece of text; its first line stands on a line of this number."""
    runs, bold, at = [], False, 0
    for mark in INLINE.finditer(source):
        runs.append((html.unescape(source[at : mark.start()]), bold))
        at = mark.end()
        kind = mark.lastgroup
        if kind in ("on", "off"):
            bold = kind == "on"
        elif kind == "mark":
            bold = not bold
        elif kind in ("line", "end"):
            runs.append(("\n", bold))
    runs.append((html.unescape(source[at:]), bold))
    return text(runs, Place(0, number))
