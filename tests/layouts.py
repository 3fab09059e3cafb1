"""Fiches laid out in many ways: pages that end at each row and inside rows, with and without rules, and so on.

Each layout is drafted and held to the draft of the text: right, asked (each difference has a new line on the review
list), refused (one line), or silent, which is the fault.
"""

import random
import re
from collections import Counter
from typing import NamedTuple

import typst

import fiche_formats
from fiche_formats import parts, plain, quoted
from neoterra_analysis.fiches.documents.blocks import Paragraph
from neoterra_analysis.words.folding import fold

SERIF, ROMAN, MONO = "Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono"
STROKES = {
    "all": "stroke: 0.5pt",
    "across": "stroke: (x: none, y: 0.5pt)",
    "none": "stroke: none",
    "shaded": "stroke: none, fill: (x, y) => if calc.odd(y) {luma(230)}",
    "head": "stroke: none, fill: (x, y) => if y == 0 {aqua}",
}
FONTS = typst.Fonts(include_system_fonts=False)


class Design(NamedTuple):
    """How a fiche is laid out as a PDF; `joined` tables stand under one head, which may come again on each page."""

    height: float = 29.7
    width: float = 21.0
    size: float = 10
    font: str = SERIF
    rules: str = "all"
    repeat: bool = True
    joined: bool = True
    whole: bool = False  # rows are not cut by the end of a page
    bullets: bool = False
    hyphens: bool = False
    running: bool = True
    widths: str = "1fr, 1fr, 1fr"
    plain: bool = False  # headings are bold and no larger than the text


def designs(number, seed=4):
    """Return so many designs; page ends move by a few millimetres."""
    draw = random.Random(seed)
    features = {
        "rules": ["all", "none", "all", "across", "all", "shaded", "none", "head"],
        "repeat": [True, True, True, False],
        "joined": [True, True, False],
        "whole": [False, False, False, False, True],
        "bullets": [False, False, False, False, False, True],
        "hyphens": [False, True],
        "running": [True, False, True],
        "widths": ["1fr, 1fr, 1fr", "2fr, 1fr, 2fr", "5cm, 3fr, 4fr"],
        "plain": [False, False, False, True],
        "font": [SERIF, ROMAN, SERIF, ROMAN, MONO],
        "size": [8, 9, 10, 11, 12],
    }
    for at in range(number):
        chosen = {name: draw.choice(values) for name, values in features.items()}
        wide = at % 4 == 3
        height = (14 if wide else 18) + draw.random() * 12
        chosen["size"] = min(chosen["size"], 9) if chosen["font"] == MONO else chosen["size"]
        yield Design(round(height, 2), 29.7 if wide else 21.0, **chosen)


def filled(rows):
    """Return the rows of a table with as many cells each."""
    width = max(map(len, rows))
    return [[*row, *[()] * (width - len(row))] for row in rows]


def joined(blocks):
    """Join the tables that follow each other under one heading, as they were before they were laid out on pages."""
    found = []
    for block in blocks:
        if block[0] == "table" and found and found[-1][0] == "table":
            header, body = parts(block[1])
            found[-1] = ("table", found[-1][1] + (body if header else block[1]))
        else:
            found.append(block)
    return found


def content(cell, bullets):
    """Return a cell as Typst; with bullets, what stands between commas becomes a list."""
    words = plain(cell)
    if bullets and words.count(",") > 1 and "(" not in words and not any(bold for _, bold in cell):
        items = ", ".join(quoted(((item.strip(), False),)) for item in words.split(",") if item.strip())
        return f"list({items})"
    return quoted(cell)


def typst_table(rows, design):
    """Return a table as Typst."""
    header, body = parts(rows)
    again = str(design.repeat).lower()
    heads = [f"table.header(repeat: {again}, {', '.join(quoted(cell) for cell in header)})"] if header else []
    actors = [(at == 1 and design.bullets) for at in range(len(rows[0]))]
    lines = [*heads, *(content(cell, listed) for row in body for cell, listed in zip(row, actors, strict=False))]
    widths = design.widths if len(rows[0]) == 3 else ", ".join(["1fr"] * len(rows[0]))
    return ",\n".join([f"#table(columns: ({widths}), {STROKES[design.rules]}", *lines]) + ")"


def typst_source(blocks, design):
    """Return a fiche as a Typst document of a design."""
    head = 'header: [#"Région – Les innovations sociales"#h(1fr)#"Fiche de synthèse"], ' if design.running else ""
    foot = 'footer: context [#"Document de travail – page "#counter(page).display()], ' if design.running else ""
    hyphens = str(design.hyphens).lower()
    lines = [
        f"#set page(width: {design.width}cm, height: {design.height}cm, {head}{foot}margin: 2cm)",
        f'#set text(lang: "fr", font: "{design.font}", size: {design.size}pt, hyphenate: {hyphens})',
    ]
    if design.hyphens:
        lines.append("#set par(justify: true)")
    if design.whole:
        lines.append("#show table.cell: set block(breakable: false)")
    if design.plain:
        lines.append(f"#show heading: it => block(text(size: {design.size}pt, weight: 700, it.body))")
    for kind, *content in joined(blocks) if design.joined else blocks:
        if kind == "heading":
            lines.append(f"#heading(level: {content[0]}, {quoted(content[1])})")
        elif kind == "table":
            lines.append(typst_table(content[0], design))
        else:
            lines.append(f"#{'list' if kind == 'item' else 'par'}({quoted(content[0])})")
    return "\n\n".join(lines) + "\n"


def pdf(blocks, design):
    """Return a fiche as the bytes of a PDF of a design."""
    return typst.compile(typst_source(blocks, design).encode(), font_paths=FONTS, timestamp=0)


def blocks_of(document):
    """Return a document that was read as the blocks that the writers take."""
    found = []
    for block in document.blocks:
        if not isinstance(block, Paragraph):
            found.append(("table", filled([[runs_of(cell) for cell in row] for row in block.rows])))
        elif block.level:
            found.append(("heading", block.level, runs_of(block.text)))
        else:
            found.append(("item" if block.item else "paragraph", runs_of(block.text)))
    return found


def words_of(table):
    """Return the words of each cell of a table."""
    return [plain(cell) for row in table[1] for cell in row]


def runs_of(text):
    """Return a text as runs."""
    found, at = [], 0
    for start, end in (*text.bold, (len(text.text), len(text.text))):
        found += [(text.text[at:start], False), (text.text[start:end], True)]
        at = end
    return tuple(run for run in found if run[0])


# Other formats: tables parted before each row and inside it, with and without their header again


class Cut(NamedTuple):
    """Where a fiche is cut in two: before a row, counted over all tables, or inside it; 0 is nowhere."""

    row: int = 0
    share: float = 0  # of the words of each cell, which stand in the upper half
    again: bool = True  # the header stands again above the lower half


def cut(blocks, where):
    """Return the blocks of a fiche with one of its tables parted."""
    found, before = [], 0
    for block in blocks:
        header, body = parts(block[1]) if block[0] == "table" else (None, [])
        at = where.row - before - 1
        before += len(body)
        if where.row and 0 <= at < len(body):
            upper, lower = halves(body[at], where.share) if where.share else ([], [body[at]])
            head = [header] if header else []
            found.append(("table", head + body[:at] + upper))
            found.append(("table", (head if where.again else []) + lower + body[at + 1 :]))
        else:
            found.append(block)
    return [block for block in found if block[0] != "table" or (block[1] and parts(block[1])[1])]


def halves(row, share):
    """Return a row as two, each cell parted at a space."""
    upper, lower = [], []
    for cell in row:
        spaces = [match.start() for match in re.finditer(" ", plain(cell))]
        at = spaces[int(share * len(spaces))] if spaces else len(plain(cell))
        upper.append(stretch(cell, 0, at))
        lower.append(stretch(cell, at + 1, len(plain(cell))))
    return [upper], [lower]


def stretch(cell, start, end):
    """Return a part of a text as runs."""
    found, at = [], 0
    for words, bold in cell:
        piece = words[max(start - at, 0) : max(end - at, 0)]
        found += [(piece, bold)] if piece else []
        at += len(words)
    return tuple(found)


def cuts(number, rows, seed=4):
    """Return so many cuts."""
    draw = random.Random(seed)
    for at in range(number):
        share = draw.choice([0, 0.1, 0.3, 0.5, 0.7, 0.9])
        yield Cut(at % rows + 1, share, draw.random() < 0.7)


def tabbed(blocks):
    """Return a fiche as text with tabs between cells, bold in tags."""
    lines = []
    for kind, *content in blocks:
        if kind == "table":
            lines += ["\t".join(marked(cell, "<b>", "</b>") for cell in row) for row in content[0]] + [""]
        else:
            mark = "#" * content[0] + " " if kind == "heading" else "- " if kind == "item" else ""
            lines += [mark + marked(content[-1], "**", "**"), ""]
    return "\n".join(lines)


def piped(blocks):
    """Return a fiche as Markdown with pipe tables."""
    lines = []
    for kind, *content in blocks:
        if kind == "table":
            rows = ["| " + " | ".join(marked(cell, "**", "**") for cell in row) + " |" for row in content[0]]
            lines += [rows[0], "|" + "---|" * len(content[0][0]), *rows[1:], ""]
        else:
            mark = "#" * content[0] + " " if kind == "heading" else "- " if kind == "item" else ""
            lines += [mark + marked(content[-1], "**", "**"), ""]
    return "\n".join(lines)


def marked(cell, on, off):
    """Return runs with marks around what is bold; spaces stand outside."""
    found = []
    for words, bold in cell:
        bare = words.strip()
        found.append(words.replace(bare, f"{on}{bare}{off}", 1) if bold and bare else words)
    return "".join(found)


def write(blocks, way, folder, name):
    """Write a fiche in a format and a layout, and return the file."""
    form, where = way
    file = folder / f"{name}.{ENDINGS[form]}"
    if form == "pdf":
        file.write_bytes(pdf(blocks, where))
        return file
    made = cut(joined(blocks), where)
    if form == "docx":
        fiche_formats.docx(made, file)
    elif form == "odt":
        fiche_formats.odt(made, file)
    else:
        file.write_text({"html": fiche_formats.html, "tabs": tabbed, "pipes": piped}[form](made), encoding="utf-8")
    return file


ENDINGS = {"pdf": "pdf", "docx": "docx", "html": "html", "tabs": "txt", "pipes": "md", "odt": "odt"}
FORMS = [form for form in ENDINGS if form != "odt" or hasattr(fiche_formats, "odt")]


def ways(number, rows):
    """Return formats with layouts: two thirds are PDF."""
    found = [("pdf", design) for design in designs(2 * number // 3)]
    others = [form for form in FORMS if form != "pdf"]
    each = -(-(number - len(found)) // len(others))
    return found + [(form, where) for seed, form in enumerate(others) for where in cuts(each, rows, seed)]


# What a draft says, held to that of the text

LOST = {"unread_row", "unread_text", "unread_table", "name_unmarked", "two_laureates", "row_cut", "left_over"}


def silent(found, true, made, usual):
    """Return the facts that differ and that no new doubt is about; drafts with the facts of each."""
    new = list((Counter(map(about, made.doubts)) - Counter(map(about, usual.doubts))).elements())
    ids = {}
    for draft in (usual, made):
        ids |= {fold(row["name"]): row["laureate_id"] for row in draft.tables["laureates"]}
    # The lower half of a row that was taken for a row of its own, and asked about under its own name.
    known = {name for (name,) in true["laureates"]}
    halves_asked = {
        name for (name,) in found["laureates"] - true["laureates"] if ids.get(fold(name)) in {k for _, k, _ in new}
    }
    kept = {fold(row["name"]) for row in made.tables["laureates"]}
    wrong = []
    for what in true:
        for fact in found[what] ^ true[what]:
            named = ids.get(fold(fact[0]), fact[0])
            is_lost = what != "titles" and fold(fact[0]) not in kept
            if fact[0] in known and any(one[0] in halves_asked and one[-1] == fact[-1] for one in found[what]):
                continue
            words = long_words(" ".join(map(str, fact)))
            if not any(
                named == key.split("/")[0]
                or named == key.split(".")[-1]
                or (is_lost and kind in LOST)
                or (not key and words & long_words(passage))
                for kind, key, passage in new
            ):
                wrong.append((what, *fact))
    return sorted(wrong)


def about(doubt):
    """Return what a doubt asks, and about what."""
    return doubt.kind, doubt.key, " ".join((doubt.passage, *doubt.proposals))


def long_words(words):
    """Return the words of a text that tell it from others, with hyphens and without."""
    folded = fold(words)
    every = re.findall(r"\w+", f"{folded} {folded.replace('-', '')}")
    return {word for word in every if len(word) > 3 or word.isdigit()}
