"""The invented fiches of `tests/fiches` laid out as HTML, DOCX and PDF, from the two simplest of their layouts."""

import html as markup
import io
import re
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
    return "".join(f"<strong>{markup.escape(w)}</strong>" if bold else markup.escape(w) for w, bold in text)


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


# PDF


def quoted(text):
    """Return runs as Typst content; strings, so that no sign of a fiche is read as markup."""
    strings = [(w.replace("\\", "\\\\").replace('"', '\\"'), bold) for w, bold in text]
    return "[" + "".join(f'#strong("{w}")' if bold else f'#"{w}"' for w, bold in strings) + "]"


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
