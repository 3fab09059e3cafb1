"""Plain text and Markdown: lines, tables by tabs, pipes or drawn lines; what a page carries besides."""

import re

from ...words.folding import unnumbered
from . import markdown, web
from .beside import LONGEST, is_page_number, running_lines
from .blocks import Document, Paragraph, Place, Table, text

RULE = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?")
TITLE = re.compile(r"\s{0,3}(#{1,6})\s+(?=\S)")
UNDER = re.compile(r"\s{0,3}(?:={3,}|-{3,})\s*")
BREAK = re.compile(r"\s{0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})")
ITEM = re.compile(r"\s*(?:[-*+•▪◦‣➤►–]|\d{1,2}[.)])\s+(?=\S)")
DEFINED = re.compile(r":(?:\s{2,}|\t)(?=\S)")
OPEN_ENDS = 20  # tables of HTML that are never closed
PIPE = re.compile(r"(?<!\\)\|")


def read(content, digest):
    r"""Read plain text or Markdown."""
    lines, notes = markdown.prepare(content)
    repeated = running_lines(line for line in lines if line and line.strip() and not _is_row(line))
    blocks, rows, paragraph, piped, at, open_ends = [], [], [], False, 0, 0

    def close():
        if rows:
            found = (tuple(_text(cell, line, notes, True) for cell in cells) for line, cells in rows)
            blocks.append(Table(tuple(found)))
            rows.clear()
        if paragraph:
            start, first = paragraph[0]
            made = _paragraph("\n".join([first, *(line for _, line in paragraph[1:])]), start, notes)
            if made.text.text:
                blocks.append(made)
            paragraph.clear()

    while at < len(lines):
        line, number = lines[at], at + 1
        at += 1
        if line is None:
            continue
        drawn = None if paragraph and UNDER.fullmatch(line) else markdown.table_at(lines, number - 1)
        if drawn:
            close()
            at, found = drawn
            made = (tuple(text(markdown.cell_runs(*cell, notes), Place(0, cell[1])) for cell in row) for row in found)
            blocks.append(Table(tuple(made)))
            continue
        piped = piped and bool(rows)
        below = lines[at] if at < len(lines) else None
        is_row = _is_row(line) or (piped and PIPE.search(line)) or _is_rule(line)
        is_row = is_row or ("|" in line and below and _is_rule(below))
        piped = piped or _is_rule(line)
        end = 0
        if "<table" in line.lower() and open_ends < OPEN_ENDS:
            end = _table_end(lines, number - 1)
            open_ends += not end
        if end:
            close()
            blocks += _page_table(lines, number, end, notes)
            at = end
        elif not line.strip():
            close()
        elif paragraph and not rows and UNDER.fullmatch(line):
            start, words = paragraph[0][0], " ".join(one.strip() for _, one in paragraph)
            if len(words) <= LONGEST and not ITEM.match(words):
                paragraph.clear()
                blocks.append(Paragraph(_text(_unmarked(words), start, notes), 1 if "=" in line else 2))
            close()
        elif BREAK.fullmatch(line) and not rows:
            close()
        elif is_row and not TITLE.match(line):
            begun = paragraph and not rows and not line.lstrip().startswith("|")
            if begun and below and _is_rule(below):
                begun = False
            if begun and not _stands_alone(paragraph[-1][1], repeated):
                # The first cell began on the line above.
                above = paragraph.pop()
                close()
                rows.append((above[0], _cells(_joined(above[1], line))))
            elif rows and _unfinished(rows, line):
                start, cells = rows.pop()
                joined = _cells(line)
                rows.append((start, [*cells[:-1], _joined(cells[-1], joined[0]), *joined[1:]]))
            else:
                if paragraph:
                    close()
                rows.append((number, _cells(line)))
        elif rows and not _stands_alone(line, repeated):
            rows[-1][1][-1] = _joined(rows[-1][1][-1], line)
        elif rows or _stands_alone(line, repeated) or (paragraph and _is_ended(paragraph, line, repeated)):
            close()
            paragraph.append((number, line))
        elif paragraph and DEFINED.match(line):
            close()
            paragraph.append((number, DEFINED.sub("", line)))
        else:
            paragraph.append((number, line))
    close()
    raw = markdown.raw_text(content, notes.references)
    return Document("text", digest, tuple(blocks), (), tuple(notes.asides), raw)


def _is_row(line):
    return "\t" in line.strip(" ") or line.lstrip().startswith("|") or (line.count("|") >= 2 and " | " in line)


def _is_rule(line):
    return "|" in line and bool(RULE.fullmatch(line.strip()))


def _stands_alone(line, repeated):
    """Tell whether a line stands by itself: a heading, an item, a page number, a running line."""
    bare = re.sub(r"<[^<>]*>|\*\*", "", line).strip()
    marked = TITLE.match(line) or ITEM.match(line) or re.match(r"enjeu\s+(n°\s*)?(\d+|[IVX]+)\b", bare, re.IGNORECASE)
    return bool(marked) or is_page_number(bare) or unnumbered(line) in repeated


def _is_ended(paragraph, line, repeated):
    """Tell whether a paragraph ends before a line: it stands by itself, unless it is an item that goes on indented."""
    is_item = any(ITEM.match(one) for _, one in paragraph[:1])
    return _stands_alone(paragraph[-1][1], repeated) and not (is_item and re.match(r"\s{2,}", line))


def _unfinished(rows, line):
    """Tell whether a row goes on in the next line: both together have just the cells of the table's first row."""
    width, have, more = len(rows[0][1]), len(rows[-1][1]), len(_cells(line))
    return len(rows) > 1 and have < width and more < width and have + more - 1 == width


def _joined(above, line):
    """Join two lines of a cell: what follows a comma or an open parenthesis, or goes on in lower case, only wraps."""
    opened = len(re.findall(r"[(\[]", above)) > len(re.findall(r"[)\]]", above))
    wraps = above.rstrip().endswith(",") or opened or line.lstrip()[:1].islower()
    return above + (" " if wraps else "  \n") + line.lstrip()


def _cells(line):
    """Split a row into its cells."""
    if "\t" in line:
        return line.strip(" ").split("\t")
    inner = line.strip()
    inner = inner[1:] if inner.startswith("|") else inner
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.replace("\\|", "|") for cell in PIPE.split(inner)]


def _unmarked(line):
    """Return the words of a heading without the attributes that end it."""
    return re.sub(rf"{markdown.ATTRIBUTES.pattern}$", "", line.rstrip()).rstrip()


def _paragraph(line, number, notes):
    title = TITLE.match(line)
    if title and "\n" not in line:
        words = _unmarked(re.sub(r"(?<=\s)#+$", "", line[title.end() :].rstrip()))
        return Paragraph(_text(words, number, notes), len(title.group(1)))
    item = ITEM.match(line)
    marked = bool(item) and not re.match(r"\s*\d", line)
    return Paragraph(_text(line[item.end() :] if marked else line, number, notes), 0, bool(item))


def _text(source, number, notes=None, cell=False):
    """Take the marks out of a piece of text; its first line stands on a line of this number."""
    return text(markdown.inline(source, number, notes or markdown.Notes({}, [], set()), cell), Place(0, number))


def _table_end(lines, at):
    """Return the line after the one that closes an HTML table, 0 where none does."""
    depth = 0
    for end in range(at, len(lines)):
        line = (lines[end] or "").lower()
        depth += len(re.findall(r"<table\b", line)) - line.count("</table")
        if depth <= 0:
            return end + 1
    return 0


def _page_table(lines, number, end, notes):
    """Read the lines of an HTML table as a page is read; its places are those of the file."""
    page = "\n".join(line or "" for line in lines[number - 1 : end])
    found = web.read(f'<meta charset="utf-8">{page}'.encode(), "")

    def moved(place):
        return Place(0, place.line + number - 1)

    def placed(one):
        return one._replace(place=moved(one.place))

    notes.asides.extend(map(placed, found.asides))
    for block in found.blocks:
        if isinstance(block, Paragraph):
            yield block._replace(text=placed(block.text))
        else:
            yield Table(tuple(tuple(map(placed, row)) for row in block.rows))
