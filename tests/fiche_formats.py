"""The invented fiches of `tests/fiches` laid out as HTML, DOCX, ODT, PDF and in the dialects of Markdown."""

import html as markup
import io
import re
import textwrap
import zipfile
from itertools import groupby
from pathlib import Path

import docx as word
import typst
from docx.oxml import OxmlElement

FICHES = Path(__file__).parent / "fiches"
SIMPLE = ("a-markdown.md", "b-tabulations.txt")
SEPARATOR = re.compile(r"[\s|:]*-[\s|:-]*")
BARE = re.compile(r"Enjeu \d+")
BOLD = re.compile(r"\*\*|</?b>")


def runs(text):
    """Return a text as runs, pairs of words and whether they are bold.

    >>> runs("un <b>rôle</b> d'**aiguillon**")
    (('un ', False), ('rôle', True), (" d'", False), ('aiguillon', True))
    """
    pieces = BOLD.split(re.sub(r"</?p>", "", text).strip())
    return tuple((piece, bool(i % 2)) for i, piece in enumerate(pieces) if piece)


def plain(text):
    """Return the words of runs, without their bold."""
    return "".join(words for words, _ in text)


def cells(line):
    """Return the cells of a line as runs, or None if the line is no row of a table."""
    if "\t" in line:
        return [runs(cell) for cell in line.split("\t")]
    return [runs(cell) for cell in line.strip("|").split("|")] if line.startswith("|") else None


def blocks_of(text):
    """Return the blocks of a fiche with pipe or tab tables: heading, paragraph, item, table.

    >>> blocks_of("## A\\n\\n- b\\n\\nEnjeu 2\\n\\nTitre\\n\\nProjet\\tQui\\n--\\t--\\nx\\ty")[1:4]
    [('item', (('b', False),)), ('heading', 2, (('Enjeu 2', False),)), ('heading', 2, (('Titre', False),))]
    """
    found, table, bare = [], False, False
    for line in text.splitlines():
        if not line.strip():
            table = False
        elif "-" in line and SEPARATOR.fullmatch(line):
            continue
        elif (row := cells(line)) is not None:
            if not table:
                found.append(("table", []))
            found[-1][1].append(row)
            table = True
        elif mark := re.match(r"(#+) ", line):
            found.append(("heading", len(mark[1]), runs(line[mark.end() :])))
        elif line.startswith("- "):
            found.append(("item", runs(line[2:])))
        elif bare or BARE.fullmatch(line):  # "Enjeu 2" stands alone; its title is the line after it
            found.append(("heading", 2, runs(line)))
            bare = not bare
        else:
            found.append(("paragraph", runs(line)))
    return found


def parts(rows):
    """Return the header of a table, None for the rows that were cut off from theirs, and its other rows."""
    return (rows[0], rows[1:]) if plain(rows[0][0]) == "Projet" else (None, rows)


def number_of(blocks):
    """Return the number that a fiche gives itself."""
    return next(re.search(r"Fiche Ambition n°(\d+)", plain(block[-1]))[1] for block in blocks if says_number(block))


def says_number(block):
    """Return whether a block is the line with the number of the fiche."""
    return block[0] == "paragraph" and plain(block[1]).startswith("Fiche Ambition n°")


# HTML


def strong(text):
    """Return runs as HTML."""
    words = "".join(f"<strong>{markup.escape(w)}</strong>" if bold else markup.escape(w) for w, bold in text)
    return words.replace("\n", "<br>")


def html_table(rows, rank):
    """Return a table as HTML, with a line over its header that spans the columns."""
    header, body = parts(rows)
    lines = ["<table>"]
    if header:
        heads = "".join(f'<th scope="col">{strong(cell)}</th>' for cell in header)
        over = f'<tr><th colspan="{len(header)}">Tableau {rank}</th></tr>'
        lines += ["<thead>", over, f"<tr>{heads}</tr>", "</thead>"]
    lines += ["<tbody>", *("<tr>" + "".join(f"<td>{strong(c)}</td>" for c in row) + "</tr>" for row in body)]
    return "\n".join([*lines, "</tbody>", "</table>"])


def html(blocks):
    """Return a fiche as an HTML page."""
    lines, rank = [], 0
    for kind, group in groupby(blocks, key=lambda block: block[0]):
        group = list(group)
        if kind == "item":
            lines += ["<ul>", *(f"<li>{strong(text)}</li>" for _, text in group), "</ul>"]
        elif kind == "heading":
            lines += [f"<h{level}>{strong(text)}</h{level}>" for _, level, text in group]
        elif kind == "paragraph":
            lines += [f"<p>{strong(text)}</p>" for _, text in group]
        else:
            for _, rows in group:
                rank += 1
                lines.append(html_table(rows, rank))
    head = '<!DOCTYPE html>\n<html lang="fr">\n<head><meta charset="utf-8"><title>Fiche</title></head>\n<body>'
    return "\n".join([head, *lines, "</body>", "</html>", ""])


# DOCX


def write_runs(paragraph, text, bold=False):
    """Write runs into a paragraph of a Word document."""
    for words, own in text:
        paragraph.add_run(words).bold = True if own or bold else None


def word_table(document, rows):
    """Add a table to a Word document; its header, if it has one, is repeated on each page."""
    table = document.add_table(rows=0, cols=max(map(len, rows)), style="Table Grid")
    for rank, row in enumerate(rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            write_runs(cell.paragraphs[0], text)
        if rank == 0 and parts(rows)[0]:
            table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.add_paragraph()  # or Word would join two tables that follow each other


def docx(blocks, path, headings=True):
    """Write a fiche as a Word document, with heading styles or, without them, headings that are only bold."""
    document = word.Document()
    for kind, *content in blocks:
        if kind == "table":
            word_table(document, content[0])
        elif kind == "heading" and headings:
            write_runs(document.add_heading(level=content[0]), content[1])
        else:
            style = "List Bullet" if kind == "item" else None
            write_runs(document.add_paragraph(style=style), content[-1], bold=kind == "heading")
    buffer = io.BytesIO()
    document.save(buffer)
    undated(buffer, path)


def undated(buffer, path):
    """Write the parts of a zip archive again, all of one date: the same content has the same bytes."""
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), old.read(name), zipfile.ZIP_DEFLATED)


# ODT

ODT = "application/vnd.oasis.opendocument.text"
SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in [
        *((name, name) for name in ("office", "text", "table", "style", "manifest")),
        ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
    ]
)
SPACES += ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
STRONG = '<style:style style:name="Strong" style:family="text"><style:text-properties fo:font-weight="bold"/>'
NAMED = f'{STRONG}</style:style><style:style style:name="T1" style:family="text" style:parent-style-name="Strong"/>'
LISTS = '<text:list-style style:name="L1"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/>'


def odt_archive(path, body, automatic="", named="", pages=""):
    """Write an OpenDocument text from the XML of its body and styles."""
    content = (
        f"<office:document-content {SPACES}><office:automatic-styles>{NAMED}{LISTS}</text:list-style>{automatic}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    styles = (
        f"<office:document-styles {SPACES}><office:styles>{named}</office:styles>"
        f"<office:master-styles>{pages}</office:master-styles></office:document-styles>"
    )
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODT}"/>'
    manifest = f"<manifest:manifest {SPACES}>{entry}</manifest:manifest>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(zipfile.ZipInfo("mimetype", (1980, 1, 1, 0, 0, 0)), ODT)
        for name, xml in (("content", content), ("styles", styles), ("META-INF/manifest", manifest)):
            info = zipfile.ZipInfo(f"{name}.xml", (1980, 1, 1, 0, 0, 0))
            made.writestr(info, '<?xml version="1.0" encoding="UTF-8"?>' + xml, zipfile.ZIP_DEFLATED)


def spanned(text, bold=False):
    """Return runs as spans of OpenDocument."""
    pieces = [
        (re.sub("  +", lambda m: f' <text:s text:c="{len(m[0]) - 1}"/>', markup.escape(w)), own) for w, own in text
    ]
    words = "".join(f'<text:span text:style-name="T1">{w}</text:span>' if own or bold else w for w, own in pieces)
    return words.replace("\n", "<text:line-break/>")


def odt_table(rows):
    """Return a table as OpenDocument; its header, if it has one, is repeated on each page."""
    lines = [
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{spanned(cell)}</text:p></table:table-cell>" for cell in row)
        for row in rows
    ]
    lines = [f"{line}</table:table-row>" for line in lines]
    head = f"<table:table-header-rows>{lines.pop(0)}</table:table-header-rows>" if parts(rows)[0] else ""
    columns = f'<table:table-column table:number-columns-repeated="{len(rows[0])}"/>'
    return f"<table:table>{columns}{head}{''.join(lines)}</table:table>"


def odt(blocks, path, headings=True):
    """Write a fiche as an OpenDocument text, with headings or, without them, headings that are only bold."""
    lines = []
    for kind, *content in blocks:
        if kind == "table":
            lines.append(odt_table(content[0]))
        elif kind == "heading" and headings:
            lines.append(f'<text:h text:outline-level="{content[0]}">{spanned(content[1])}</text:h>')
        elif kind == "item":
            item = f"<text:list-item><text:p>{spanned(content[0])}</text:p></text:list-item>"
            lines.append(f'<text:list text:style-name="L1">{item}</text:list>')
        else:
            lines.append(f"<text:p>{spanned(content[-1], bold=kind == 'heading')}</text:p>")
    odt_archive(path, "".join(lines))


# PDF


def quoted(text):
    """Return runs as Typst content; strings, so that no sign of a fiche is read as markup; lines are paragraphs."""
    found = []
    for words, bold in text:
        strings = [line.replace("\\", "\\\\").replace('"', '\\"') for line in words.split("\n")]
        found.append("#parbreak()".join(f'#strong("{line}")' if bold else f'#"{line}"' for line in strings))
    return "[" + "".join(found) + "]"


def typst_table(rows, rules):
    """Return a table as Typst; its header, if it has one, is repeated on each page."""
    header, body = parts(rows)
    heads = [f"table.header({', '.join(map(quoted, header))})"] if header else []
    content = [*heads, *(quoted(cell) for row in body for cell in row)]
    columns, stroke = ", ".join(["1fr"] * len(rows[0])), "0.5pt" if rules else "none"
    return ",\n".join([f"#table(columns: ({columns}), stroke: {stroke}", *content]) + ")"


def typst_source(blocks, rules, size):
    """Return a fiche as a Typst document."""
    foot = f"Fiche Ambition n°{number_of(blocks)} – page "
    lines = [
        f'#set page(paper: "a4", margin: 2cm, footer: context [#"{foot}"#counter(page).display()])',
        f'#set text(lang: "fr", size: {size}pt, hyphenate: false)',
    ]
    for kind, *content in blocks:
        if kind == "heading":
            lines.append(f"#heading(level: {content[0]}, {quoted(content[1])})")
        elif kind == "table":
            lines.append(typst_table(content[0], rules))
        else:
            lines.append(f"#{'list' if kind == 'item' else 'par'}({quoted(content[0])})")
    return "\n\n".join(lines) + "\n"


def pdf(blocks, path, rules=True, size=14):
    """Write a fiche as a PDF: A4, headers repeated over the pages, the page's number at its foot."""
    source = typst_source(blocks, rules, size).encode()
    fonts = typst.Fonts(include_system_fonts=False)  # the embedded ones are the same on each machine
    Path(path).write_bytes(typst.compile(source, font_paths=fonts, timestamp=0))


# Markdown, from the blocks of any fiche as they are read: tables as each tool writes them

DIALECTS = ("pipe", "open pipe", "grid", "multiline", "simple", "html")


def marked(words, bold, escape=False):
    r"""Return a text with its bold stretches marked, and what could be a mark escaped, as pandoc does.

    >>> print(marked("l'art d'ici", ((0, 5),), escape=True))
    **l\'art** d\'ici
    """
    pieces, at = [], 0
    for start, end in (*bold, (len(words), len(words))):
        for piece, mark in ((words[at:start], ""), (words[start:end], "**")):
            piece = re.sub(r"([\\`*_\[\]<>~^|'\"])", r"\\\1", piece) if escape else piece
            pieces.append(f"{mark}{piece}{mark}" if piece else "")
        at = end
    return "".join(pieces)


def lines_of(cell, width):
    """Return a cell as lines of at most a width, those that end a meant line with a backslash, all but the last."""
    found = []
    for rank, line in enumerate(cell.split("\n"), 1):
        pieces = textwrap.wrap(line, width - 2, break_long_words=False, break_on_hyphens=False) or [""]
        found += [*pieces[:-1], pieces[-1] + ("\\" if rank < len(cell.split("\n")) else "")]
    return found


def drawn(rows, dialect, size=26):
    """Return rows of marked cells as a table of a dialect."""
    if dialect in ("pipe", "open pipe"):
        ends = ("| ", " |") if dialect == "pipe" else ("", "")
        texts = [[cell.replace("\n", "<br>") for cell in row] for row in rows]
        outer = [ends if row[0] and row[-1] else ("| ", " |") for row in texts]
        lines = [left + " | ".join(row) + right for row, (left, right) in zip(texts, outer, strict=True)]
        return [lines[0], ends[0] + " | ".join(["---"] * len(rows[0])) + ends[1], *lines[1:]]
    if dialect == "simple":
        texts = [[cell.replace("\n", "<br>") or "&nbsp;" for cell in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
        lines = ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in texts]
        return [lines[0], "  " + "  ".join("-" * width for width in widths), *lines[1:]]
    laid = [[lines_of(cell, size) for cell in row] for row in rows]
    width = max(size, 2 + max(len(line) for row in laid for cell in row for line in cell))
    full = [[cell + [""] * (max(map(len, row)) - len(cell)) for cell in row] for row in laid]

    def pad(line):
        return line.ljust(width)

    if dialect == "grid":
        rule = "+" + ("-" * width + "+") * len(rows[0])
        lines = [rule]
        for rank, row in enumerate(full):
            lines += [
                "|" + "|".join(f" {line}".ljust(width) for line in level) + "|" for level in zip(*row, strict=True)
            ]
            lines.append(rule.replace("-", "=") if rank == 0 else rule)
        return lines
    rule = "  " + " ".join(["-" * (width - 1)] * len(rows[0]))
    if len(rows) == 1:  # without a header
        return [rule, *("  " + "".join(map(pad, level)) for level in zip(*full[0], strict=True)), "", rule]
    lines = ["  " + "-" * (width * len(rows[0]) - 1)]
    for rank, row in enumerate(full):
        lines += ["  " + "".join(map(pad, level)).rstrip() for level in zip(*row, strict=True)]
        lines.append(rule if rank == 0 else "")
    return [*lines[:-1], lines[0]]


def markdown(document, dialect, escape=False, setext=False, wrap=0):
    """Return the blocks of a document in a dialect of Markdown; a row that is shorter than its table is filled up."""
    lines = []
    for block in document.blocks:
        if hasattr(block, "rows"):
            rows = [row for row in block.rows if not all(re.fullmatch(r"[\s:|–-]*", cell.text) for cell in row)]
            if not rows:
                continue
            width = max(map(len, rows))
            empty = [""] * width
            if dialect == "html":
                cells = [[(cell.text, cell.bold) for cell in row] for row in rows]
                lines += [
                    "<table>",
                    *("<tr>" + "".join(map(html_cell, row)) + "</tr>" for row in cells),
                    "</table>",
                    "",
                ]
                continue
            texts = [([marked(cell.text, cell.bold, escape) for cell in row] + empty)[:width] for row in rows]
            lines += [*drawn(texts, dialect), ""]
            continue
        words = marked(block.text.text, block.text.bold, escape)
        if block.level and setext and block.level < 3:
            words = " ".join(words.split("\n"))
            lines += [words, "=-"[block.level - 1] * len(words), ""]
        elif block.level:
            lines += ["#" * block.level + " " + " ".join(words.split("\n")), ""]
        else:
            is_bullet = block.item and not re.match(r"\d{1,2}[.)] ", words)
            words = re.sub(r"^(\d+)([.)])", r"\1\\\2", words) if is_bullet and escape else words
            words = re.sub(r"^([*+-] )", r"\\\1", words)
            whole = {"break_long_words": False, "break_on_hyphens": False}
            pieces = textwrap.wrap(words, wrap, **whole) if wrap else words.split("\n")
            lines += [("- " if is_bullet else "") + "\n  ".join(pieces) if block.item else "\n".join(pieces), ""]
    return "\n".join(lines)


def html_cell(cell):
    """Return the words of a cell and its bold stretches as a cell of an HTML table."""
    words, bold = cell
    pieces, at = [], 0
    for start, end in (*bold, (len(words), len(words))):
        pieces += [(words[at:start], False), (words[start:end], True)]
        at = end
    return "<td>" + strong(piece for piece in pieces if piece[0]) + "</td>"
