"""Fiches laid out in many ways: pages that end at each row and inside rows, with and without rules, and so on.

Each layout is drafted and held to the draft of the text: right, asked (each difference has a new line on the review
list), refused (one line), or silent, which is the fault.
"""

import random
import re
from collections import Counter, defaultdict
from itertools import pairwise
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


PAGE = re.compile(r"(?:^|\bpage )\d+(?:\s?/\s?\d+)?$", re.IGNORECASE)


def meant(blocks):
    """Return the blocks that a fiche means: without what its pages carry, and the rows that they cut put together."""
    often = Counter(plain(block[1]) for block in blocks if block[0] == "paragraph")
    pages = {words for words, count in often.items() if count > 1 or PAGE.search(words)}
    kept = joined([block for block in blocks if block[0] != "paragraph" or plain(block[1]) not in pages])
    return [("table", whole(block[1])) if block[0] == "table" else block for block in kept]


def whole(rows):
    """Return the rows of a table without empty ones; one without a first cell goes on with the one above."""
    found = []
    for row in rows:
        if found and not plain(row[0]):
            found[-1] = [(*above, (" ", False), *below) for above, below in zip(found[-1], row, strict=True)]
        elif re.search(r"\w", "".join(map(plain, row))):
            found.append(row)
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
            rows = [row.replace("\n", "<br>") for row in rows]
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

NAME = {"name_unmarked", "name_in_doubt"}
ROW = {"row_cut", "row_open", "laureate_twice", "two_laureates"}  # these question all cells of a row
SPLIT = {
    "parenthesis",
    "one_or_two",
    "no_separators",
    "open_list",
    "label",
    "long_cell",
    "no_mention",
    "aside_line_end",
}
ROLE = {"bare_role", "bare_role_taken", "hypothetical_role", "negated_role", "role_subject", "role_word", "no_role"}
WHERE = {"extra_cell", "place", "department", "several_departments"}
KINDS = {
    "laureates": NAME,
    "enjeux": {"no_enjeu", "enjeu_unsure"},
    "départements": WHERE,
    "places": WHERE,
    "projects": {"project_name"},
    "mentions": SPLIT,
    "nesting": SPLIT,
    "roles": ROLE,
    "salience": {*ROLE, "salience"},
}
LEFT = {"row_left_out", "unread_row"}  # they give the cells of a whole row
UNDER = {"no_heading", "enjeu_empty"}  # of an enjeu: they name the laureates that may be under it
TITLE = {"title_differs", "no_title", "enjeu_twice", "no_heading", "heading_unnumbered", "enjeu_empty"}
# These question what they are the words of.
WORDS = {"unread_row", "row_left_out", "unread_text", "unread_table", "left_over", "extra_cell"}


def silent(found, true, made, usual):
    """Return the facts that differ and that no new doubt questions, by its laureate and its kind or by its words."""
    new = list((Counter(map(about, made.doubts)) - Counter(map(about, usual.doubts))).elements())
    ids = {row["laureate_id"]: row["name"] for row in made.tables["laureates"]}
    names = {fold(name): key for key, name in ids.items()}
    kinds, hyphens = defaultdict(set), defaultdict(set)
    for kind, key, words in new:
        kinds[key.split("/")[0]].add(kind)
        hyphens[key] |= set(re.split(r" [/|] | ", words)) if kind == "aside_hyphen" else set()
    for above, key in pairwise(ids):
        kinds[above] |= kinds[key] & {"row_open"}  # it asks whether the row is the rest of the one above
    outside = [words for kind, _, words in new if kind in WORDS | ROW]
    # A laureate whose name is in doubt may have any of the names that are proposed.
    lost = [name for (name,) in true["laureates"] - found["laureates"]]
    named = [(key, words) for kind, key, words in new if kind in NAME]
    named += [(key, with_hyphen(ids[key], forms)) for key, forms in hyphens.items() if key in ids]
    other = {name: ids[key] for name in lost for key, words in named if fold(name) in words}
    # So may the one of the same row, where its own name is not proposed.
    place = {row["source_row"]: row for row in made.tables["laureates"]}
    same = {row["name"]: place.get(row["source_row"]) for row in usual.tables["laureates"] if row["name"] in lost}
    other |= {name: row["name"] for name, row in same.items() if row and kinds[row["laureate_id"]] & NAME}
    # A mention that is asked about as an actor: it may be two, or part of one.
    actors = [words for kind, _, words in new if kind == "unknown_actor"]

    under = defaultdict(set)  # of each enjeu, what is asked of the laureates that it has in truth
    for name, number in true["enjeux"]:
        under[number] |= kinds[names.get(fold(name))]

    def is_asked(what, fact):
        if what == "titles":
            told = any(kind in TITLE and key.split(".")[-1] == fact[0] for kind, key, _ in new)
            return told or bool(under[fact[0]] & KINDS["enjeux"])
        key = names.get(fold(fact[0]))
        if any(kind in LEFT and fold(fact[0]) in words for kind, _, words in new):
            return True
        if key is None:  # no row of the draft has its name
            return any(fold(fact[0]) in words for words in outside)
        if what == "enjeux" and any(kind in UNDER and fold(fact[0]) in words for kind, _, words in new):
            return True
        if what in ("mentions", "nesting") and not odd_mentions(fact[0], found, true, actors):
            return True
        value = fold(fact[2 if what in ("mentions", "nesting") else 1] if len(fact) > 1 else "")
        told = len(value) > 3 and any(value in words for words in outside)
        return told or bool(kinds[key] & (ROW | KINDS[what])) or any(form in value for form in hyphens[key] if form)

    def renamed(what):
        return {fact if what == "titles" else (other.get(fact[0], fact[0]), *fact[1:]) for fact in true[what]}

    return sorted((what, *fact) for what in true for fact in found[what] ^ renamed(what) if not is_asked(what, fact))


def odd_mentions(name, found, true, asked):
    """Return the mentions of a laureate that only one of two drafts has, and that are in no question about an actor."""
    both = [{fold(fact[2]) for fact in facts["mentions"] if fact[0] == name} for facts in (found, true)]
    return [words for words in both[0] ^ both[1] if not any(words in question for question in asked)]


def with_hyphen(name, forms):
    """Return a name as it may be meant, where a word of it is one of two forms."""
    return " | ".join(fold(name).replace(one, two) for one in forms for two in forms if one)


def about(doubt):
    """Return what a doubt asks, about what, and its words."""
    return doubt.kind, doubt.key, fold(" ".join((doubt.passage, *doubt.proposals)))
