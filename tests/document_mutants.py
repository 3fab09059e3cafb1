"""What happens to documents on their way: each class is a small change to a sound fiche, made on its blocks.

A mutant says what its facts are now (None: nobody could tell them for certain), and which laureates, places and words
the change meets.
"""

import random
import re
from typing import NamedTuple

from neoterra_analysis.fiches import project_cell
from neoterra_analysis.fiches.documents.blocks import Aside, Document, Paragraph, Place, Table, Text, text
from neoterra_analysis.fiches.rows import header
from neoterra_analysis.words.folding import one_line, sort_key

ELSEWHERE = Place(0, 9000)
PAGE = Paragraph(Text("Page 3 / 9", (), ELSEWHERE))


class Mutant(NamedTuple):
    kind: str
    document: Document
    facts: dict | None
    names: frozenset
    places: frozenset
    words: str = ""


class Fiche:
    """A fiche to be changed: its blocks, the facts read of it, and where its rows stand."""

    def __init__(self, document, facts, same, halves):
        self.document, self.facts, self.same = document, facts, same
        self.blocks = list(document.blocks)
        self.rows, self.heads = [], []
        columns = None
        for at, block in enumerate(self.blocks):
            for index, row in enumerate(block.rows if isinstance(block, Table) else ()):
                found = header([one_line(cell.text) for cell in row])
                if found:
                    columns = found
                    self.heads.append((at, index))
                elif columns and all(place < len(row) for place in columns.values()):
                    name = self.name(row, columns)
                    if name and name not in halves:
                        self.rows.append((at, index, columns, name))

    def name(self, row, columns):
        found, _ = project_cell.read(row[columns["project"]], row[columns["contribution"]])
        name = self.same(found.name)
        return name if (name,) in self.facts["laureates"] else ""

    def row(self, at, index):
        return self.blocks[at].rows[index]

    def with_rows(self, at, rows):
        """Return the blocks with another table in the place of one; several tables where it is cut."""
        parts = rows if rows and isinstance(rows[0], Table | Paragraph) else [Table(tuple(rows))]
        return [*self.blocks[:at], *parts, *self.blocks[at + 1 :]]

    def with_row(self, at, index, *rows):
        old = self.blocks[at].rows
        return self.with_rows(at, [*old[:index], *rows, *old[index + 1 :]])

    def with_cell(self, at, index, column, cell):
        row = list(self.row(at, index))
        row[column] = cell
        return self.with_row(at, index, tuple(row))

    def without(self, *names, parts=None):
        """Return the facts without those of some laureates, or without some kinds of their facts."""
        gone = lambda what, fact: fact[0] in names and (parts is None or what in parts)  # noqa: E731
        return {what: {fact for fact in facts if not gone(what, fact)} for what, facts in self.facts.items()}


def runs(cell):
    at, found = 0, []
    for start, end in cell.bold:
        found += [(cell.text[at:start], False), (cell.text[start:end], True)]
        at = end
    return [*found, (cell.text[at:], False)]


def piece(cell, start, end, place=None):
    """Return a part of a cell with its bold."""
    bold = tuple((max(a, start) - start, min(b, end) - start) for a, b in cell.bold if a < end and b > start)
    words = cell.text[start:end]
    lead = len(words) - len(words.lstrip())
    kept = words.strip()
    bold = tuple((max(0, a - lead), min(len(kept), b - lead)) for a, b in bold)
    return Text(kept, tuple((a, b) for a, b in bold if a < b), place or cell.place)


def changed(cell, pattern, new):
    """Return a cell with the first letters that fit replaced, and its bold kept."""
    seen, made = False, []
    for words, bold in runs(cell):
        if not seen and re.search(pattern, words):
            words, seen = re.sub(pattern, new, words, count=1), True
        made.append((words, bold))
    return text(made, cell.place)


def cuts(cell):
    """Return where a cell can be cut between words, its two ends included."""
    return [0, *(m.start() for m in re.finditer(r"(?<=\S) (?=\S)", cell.text)), len(cell.text)]


def halves(row, chance, columns, at=None):
    """Cut a row as a page does: each cell at about the same part of its length; ``at`` says where in the project."""
    share = chance.uniform(0.15, 0.85)
    project = row[columns["project"]]
    if at is not None:
        share = max(0.05, at / len(project.text))
    above, below = [], []
    for index, cell in enumerate(row):
        wanted = at if at is not None and index == columns["project"] else share * len(cell.text)
        cut = min(cuts(cell), key=lambda place: abs(place - wanted)) if cell.text else 0
        above.append(piece(cell, 0, cut))
        below.append(piece(cell, cut, len(cell.text), Place(0, 9001)))
    return tuple(above), tuple(below)


def lines_cut(row, chance, columns):
    """Cut a row after a line of its cells, as wide as they happen to be: short cells stand above the cut as a whole."""
    widths = [chance.randint(12, 45) for _ in row]
    most = max(len(cell.text) // width for cell, width in zip(row, widths, strict=True))
    line, above, below = chance.randint(1, max(1, most)), [], []
    for cell, width in zip(row, widths, strict=True):
        places = [place for place in cuts(cell) if place <= line * width] if len(cell.text) > line * width else []
        cut = max(places, default=0) or len(cell.text)
        above.append(piece(cell, 0, cut))
        below.append(piece(cell, cut, len(cell.text), Place(0, 9001)))
    return (tuple(above), tuple(below)) if any(cell.text for cell in below) else None


def _cut(fiche, chance, between, at=None):
    block, index, columns, name = chance.choice(fiche.rows)
    row = fiche.row(block, index)
    where = at(row[columns["project"]], chance) if at and at != "lines" else None
    parts = lines_cut(row, chance, columns) if at == "lines" else halves(row, chance, columns, where)
    if parts is None or at and at != "lines" and where is None:
        return None
    above, below = parts
    rows = fiche.blocks[block].rows
    head = next((r for r in rows if header([one_line(c.text) for c in r])), None)
    if between == "header":
        blocks = fiche.with_row(block, index, above, *([head] if head else []), below)
    elif between == "page":
        parts = [Table((*rows[:index], above)), PAGE, Table((below, *rows[index + 1 :]))]
        blocks = fiche.with_rows(block, parts)
    else:
        blocks = fiche.with_row(block, index, above, below)
    return blocks, fiche.facts, {name}, {row[0].place, Place(0, 9001)}


def _in_name(project, chance):
    spaces = [a + m.start() for a, b in project.bold for m in re.finditer(" ", project.text[a:b])]
    return chance.choice(spaces) if spaces else None


def _before_article(project, chance):
    places = [m.start() for m in re.finditer(r" (?=l['’])", project.text)]
    return chance.choice(places) if places else None


def _row(change):
    """Make a class of a change to one row: it returns new rows, and facts."""

    def make(fiche, chance):
        at, index, columns, name = chance.choice(fiche.rows)
        row = fiche.row(at, index)
        done = change(fiche, chance, row, columns, name)
        if done is None:
            return None
        rows, facts = done
        return fiche.with_row(at, index, *rows), facts, {name}, {row[0].place}

    return make


def _cell(column, change):
    """Make a class of a change to one cell of a row: it returns the new cell, and facts."""

    def make(fiche, chance):
        at, index, columns, name = chance.choice(fiche.rows)
        cell = fiche.row(at, index)[columns[column]]
        done = change(fiche, chance, cell, name)
        if done is None or done[0] == cell:
            return None
        return fiche.with_cell(at, index, columns[column], done[0]), done[1], {name}, {cell.place}

    return make


def _head(change):
    """Make a class of a change to a header line."""

    def make(fiche, chance):
        at, index = chance.choice(fiche.heads)
        row = fiche.row(at, index)
        new = change(chance, row)
        names = {name for block, _, _, name in fiche.rows if block == at}
        places = {cell.place for line in fiche.blocks[at].rows for cell in line}
        return fiche.with_row(at, index, *new), fiche.facts, names, places

    return make


def _block(test, change):
    """Make a class of a change to a paragraph that fits: it returns new blocks, and facts."""

    def make(fiche, chance):
        fitting = [i for i, b in enumerate(fiche.blocks) if isinstance(b, Paragraph) and test(b.text.text)]
        if not fitting:
            return None
        at = chance.choice(fitting)
        old = fiche.blocks[at]
        done = change(fiche, chance, old)
        if done is None:
            return None
        new, facts = done
        title = re.sub(r"(?i)^\W*(enjeu\s+\w+|[\dIVX.]+)\W*", "", old.text.text)
        # A heading tells the enjeu of all rows below it.
        names = {name for block, *_, name in fiche.rows if block > at}
        return [*fiche.blocks[:at], *new, *fiche.blocks[at + 1 :]], facts, names, {old.text.place}, title

    return make


def is_heading(line):
    return bool(re.match(r"\W*(?:enjeu\s|[IVX]+\. |5\.\d )", line, re.IGNORECASE))


def is_last(line):
    return bool(re.search(r"leviers\b.*\bdéfis", line, re.IGNORECASE)) and len(line) < 80


def _swap(a, b):
    def change(fiche, chance, row, columns, name):
        row = list(row)
        row[columns[a]], row[columns[b]] = row[columns[b]], row[columns[a]]
        return [tuple(row)], None

    return change


def _dropped(fiche, chance, row, columns, name):
    twice = sum(one[-1] == name for one in fiche.rows) > 1
    return [], None if twice else fiche.without(name)


def _merged(fiche, chance):
    pairs = [(one, two) for one, two in zip(fiche.rows, fiche.rows[1:], strict=False) if one[0] == two[0]]
    if not pairs:
        return None
    (at, i, _, first), (_, j, _, second) = chance.choice(pairs)
    rows = fiche.blocks[at].rows
    both = tuple(text([*runs(a), ("\n", False), *runs(b)], a.place) for a, b in zip(rows[i], rows[j], strict=False))
    return fiche.with_rows(at, [*rows[:i], both, *rows[j + 1 :]]), None, {first, second}, {rows[i][0].place}


def _picture(fiche, chance):
    at = chance.choice([at for at, *_ in fiche.rows])
    names = {name for block, _, _, name in fiche.rows if block == at}
    blocks = [*fiche.blocks[:at], *fiche.blocks[at + 1 :]]
    place = fiche.blocks[at].rows[0][0].place
    return blocks, None, names, {place}, "", (Aside("picture_table", "", place),)


def _struck(fiche, chance):
    at, index, columns, name = chance.choice(fiche.rows)
    cell = fiche.row(at, index)[columns["contribution"]]
    words = cell.text.split(". ")[0]
    new = piece(cell, len(words), len(cell.text))
    blocks = fiche.with_cell(at, index, columns["contribution"], new)
    return blocks, None, {name}, {cell.place}, "", (Aside("struck", words, cell.place),)


def _columns(fiche, chance):
    tables = [block for block in fiche.blocks if isinstance(block, Table)]
    wide = {len(row) for block in tables for row in block.rows}
    if len(wide) > 1:
        return None
    order = list(range(*wide))
    chance.shuffle(order)
    blocks = [
        Table(tuple(tuple(row[at] for at in order) for row in block.rows)) if isinstance(block, Table) else block
        for block in fiche.blocks
    ]
    return blocks, fiche.facts, {row[-1] for row in fiche.rows}, set()


def _all(change, facts=lambda facts: facts):
    """Make a class of a change to each text of the document."""

    def make(fiche, chance):
        def new(cell):
            return text([(change(words), bold) for words, bold in runs(cell)], cell.place)

        blocks = [
            block._replace(text=new(block.text))
            if isinstance(block, Paragraph)
            else Table(tuple(tuple(map(new, row)) for row in block.rows))
            for block in fiche.blocks
        ]
        wanted = facts(fiche.facts)
        return (
            blocks,
            wanted,
            {row[-1] for row in fiche.rows},
            {b.text.place for b in blocks if isinstance(b, Paragraph)},
        )

    return make


def _unaccented(words):
    return "".join(sort_key(c).upper() if c.isupper() else sort_key(c) if c.isalpha() else c for c in words)


def _insert(make_block, before=False):
    """Make a class of a block put in after a table of projects, or before it."""

    def make(fiche, chance):
        at = chance.choice([at for at, *_ in fiche.rows])
        new = make_block(chance, fiche)
        place = at if before else at + 1
        return [*fiche.blocks[:place], *new, *fiche.blocks[place:]], fiche.facts, set(), {ELSEWHERE}, "must ask"

    return make


def made_text(words, bold=()):
    return Text(words, bold, ELSEWHERE)


def grants(chance, fiche):
    rows = [("Bénéficiaire", "Montant", "Année"), ("Filature Sable", "12 000 €", "2023"), ("Le Roc", "8 500 €", "2024")]
    return [Table(tuple(tuple(map(made_text, row)) for row in rows))]


def other_columns(chance, fiche):
    rows = [
        ("Structure", "Montant accordé", "Objet"),
        ("Moulin Gris, à Bordes", "12 000 €, 3 000 €", "Un atelier est ouvert aux habitants."),
        ("Le Roc", "8 500 €", "Il joue un rôle de connecteur."),
    ]
    return [Table(tuple(tuple(map(made_text, row)) for row in rows))]


def _one(pattern, new, **kinds):
    """Change a cell by a pattern; the facts stay, or lose some kinds."""

    def change(fiche, chance, cell, name):
        facts = fiche.without(name, parts=kinds["loses"]) if "loses" in kinds else fiche.facts
        return changed(cell, pattern, new), None if kinds.get("open") else facts

    return change


def _letter_twice(match):
    return match.group()[:3] + match.group()[2:]


def _letter_lost(match):
    return match.group()[0] + match.group()[2:]


def _doubled(words):
    return re.sub(r"(\w)", r"\1\1", words)


def _without_bold(fiche, chance, cell, name):
    return (cell._replace(bold=()), fiche.facts) if cell.bold else None


def _all_bold(fiche, chance, cell, name):
    return cell._replace(bold=((0, len(cell.text)),)), fiche.facts


def _space_unbolded(fiche, chance, cell, name):
    bold = []
    for a, b in cell.bold:
        at = a
        for space in re.finditer(r"\s", cell.text[a:b]):
            bold.append((at, a + space.start()))
            at = a + space.end()
        bold.append((at, b))
    return cell._replace(bold=tuple(bold)), fiche.facts


def _emptied(column, loses):
    def change(fiche, chance, cell, name):
        twice = sum(one[-1] == name for one in fiche.rows) > 1
        facts = None if twice or loses is None else fiche.without(name, parts=loses)
        return Text("", (), cell.place), facts

    return change


def _two_in_one(fiche, chance, row, columns, name):
    at = chance.randrange(len(row) - 1)
    both = text([*runs(row[at]), (" ", False), *runs(row[at + 1])], row[at].place)
    return [(*row[:at], both, *row[at + 2 :])], None


def _side_by_side(fiche, chance):
    pairs = [(one, two) for one, two in zip(fiche.rows, fiche.rows[1:], strict=False) if one[0] == two[0]]
    if not pairs:
        return None
    (at, i, _, first), (_, j, _, second) = chance.choice(pairs)
    rows = fiche.blocks[at].rows
    blocks = fiche.with_rows(at, [*rows[:i], (*rows[i], *rows[j]), *rows[j + 1 :]])
    return blocks, None, {first, second}, {rows[i][0].place}


def _table_as(change, stays=False):
    """Make a class of another form of a whole table."""

    def make(fiche, chance):
        at = chance.choice([at for at, *_ in fiche.rows])
        rows = fiche.blocks[at].rows
        new = change(rows)
        if new is None:
            return None
        names = {name for block, _, _, name in fiche.rows if block == at}
        places = {cell.place for row in rows for cell in row}
        return fiche.with_rows(at, new), fiche.facts if stays else None, names, places

    return make


def _late_heading(fiche, chance):
    pairs = [
        i
        for i, (a, b) in enumerate(zip(fiche.blocks, fiche.blocks[1:], strict=False))
        if isinstance(a, Paragraph) and is_heading(a.text.text) and isinstance(b, Table)
    ]
    if not pairs:
        return None
    at = chance.choice(pairs)
    blocks = list(fiche.blocks)
    blocks[at], blocks[at + 1] = blocks[at + 1], blocks[at]
    names = {name for block, _, _, name in fiche.rows if block == at + 1}
    return blocks, None, names, {cell.place for row in fiche.blocks[at + 1].rows for cell in row}


def _list_lost(fiche, chance):
    first = min(at for at, *_ in fiche.rows)
    items = [i for i, b in enumerate(fiche.blocks[:first]) if isinstance(b, Paragraph) and b.item]
    blocks = [b for i, b in enumerate(fiche.blocks) if i not in items]
    facts = fiche.facts | {"titles": {(n, title, "") for n, title, _ in fiche.facts["titles"]}}
    return blocks, facts, {row[-1] for row in fiche.rows}, {fiche.blocks[i].text.place for i in items}


def _note_row(fiche, chance, row, columns, name):
    note = tuple(Text(words, (), ELSEWHERE) for words in ("* Chiffres de 2024", *[""] * (len(row) - 1)))
    return [row, note], fiche.facts


def _empty_row(fiche, chance, row, columns, name):
    return [row, tuple(Text("", (), ELSEWHERE) for _ in row)], fiche.facts


def _extra_column(fiche, chance, row, columns, name):
    return [(*row, Text("Vu en mars", (), row[0].place))], fiche.facts


def _lines(fiche, chance, cell, name):
    if re.search(r"[()/:;.•\n]|\bet\b| - ", cell.text):
        return None
    return Text(re.sub(r",\s*", "\n", cell.text), (), cell.place), fiche.facts


def _glued(fiche, chance, cell, name):
    parts = re.split(r",\s+", cell.text)
    if len(parts) < 3 or re.search(r"[()\n]", cell.text):
        return None
    return Text("\n".join([f"{parts[0]}, {parts[1]}", *parts[2:]]), (), cell.place), fiche.facts


def _note_in_cell(fiche, chance, cell, name):
    return Text(f"{cell.text} (1) voir la note", cell.bold, cell.place), None


KINDS = {
    "row dropped": _row(_dropped),
    "row doubled": _row(lambda f, c, row, *_: ([row, row], None)),
    "rows merged": _merged,
    "row cut, header again": lambda f, c: _cut(f, c, "header"),
    "row cut by a page": lambda f, c: _cut(f, c, "page"),
    "row cut, nothing between": lambda f, c: _cut(f, c, ""),
    "row cut inside the name": lambda f, c: _cut(f, c, c.choice(["header", "page"]), _in_name),
    "row cut before l'": lambda f, c: _cut(f, c, c.choice(["header", "page"]), _before_article),
    "row cut after a line, header again": lambda f, c: _cut(f, c, "header", "lines"),
    "row cut after a line, by a page": lambda f, c: _cut(f, c, "page", "lines"),
    "row cut after a line, nothing between": lambda f, c: _cut(f, c, "", "lines"),
    "table as picture": _picture,
    "text struck": _struck,
    "columns in another order": _columns,
    "header misspelt": _head(lambda c, row: [_misspelt(c, row)]),
    "header with another word": _head(lambda c, row: [_renamed(c, row)]),
    "header lost": _head(lambda c, row: []),
    "header twice": _head(lambda c, row: [row, row]),
    "heads swapped": _head(lambda c, row: [(*row[1::-1], *row[2:])]),
    "letters doubled in the header": _head(lambda c, row: [tuple(r._replace(text=_doubled(r.text)) for r in row)]),
    "letters doubled everywhere": lambda f, c: (*_all(_doubled)(f, c)[:1], None, *_all(_doubled)(f, c)[2:]),
    "heading lost": _block(is_heading, lambda f, c, old: ([], f.facts)),
    "heading misspelt": _block(is_heading, lambda f, c, old: ([_typo(old)], f.facts)),
    "heading of another number": _block(is_heading, lambda f, c, old: _renumbered(f, old)),
    "heading as text": _block(is_heading, lambda f, c, old: ([old._replace(level=0)], f.facts)),
    "heading in capitals": _block(is_heading, lambda f, c, old: ([_capitals(old)], f.facts)),
    "last heading lost": _block(is_last, lambda f, c, old: ([], f.facts)),
    "name unbolded": _cell("project", _without_bold),
    "name in pieces": _cell("project", _space_unbolded),
    "all of the cell bold": _cell(
        "project", lambda f, c, cell, n: (cell._replace(bold=((0, len(cell.text)),)), f.facts)
    ),
    "another name in bold": _cell("project", lambda f, c, cell, n: (_another(cell), f.facts)),
    "project emptied": _cell("project", _emptied("project", None)),
    "actors emptied": _cell("actors", _emptied("actors", ("mentions", "nesting"))),
    "contribution emptied": _cell("contribution", _emptied("contribution", ("roles", "salience"))),
    "project and actors swapped": _row(_swap("project", "actors")),
    "actors and contribution swapped": _row(_swap("actors", "contribution")),
    "accents lost": _all(_unaccented, lambda facts: facts),
    "no-break spaces": _all(lambda words: words.replace(" ", "\u00a0"), lambda facts: facts),
    "soft hyphens": _all(lambda words: re.sub(r"(\w{4})(?=\w{3})", "\\1\u00ad", words), lambda facts: facts),
    "comma lost": _cell("actors", _one(r",\s+", " ")),
    "commas to line ends": _cell("actors", _lines),
    "one comma left": _cell("actors", _glued),
    "parenthesis not closed": _cell("actors", _one(r"\)", "")),
    "parenthesis not opened": _cell("actors", _one(r" \(", " ")),
    "note in a cell": _cell("actors", _note_in_cell),
    "role misspelt": _cell("contribution", _one(r"nnecteur|spirateur|guillon", _letter_lost, open=True)),
    "role denied": _cell("contribution", _one(r"\bjoue\b", "ne joue pas", open=True)),
    "département misspelt": _cell("project", _one(r"Gironde|Corrèze|Creuse|Dordogne|Landes|Charente", _letter_twice)),
    "cell lost": _row(lambda f, c, row, *_: ([row[:-1]], None)),
    "cells shifted": _row(lambda f, c, row, *_: ([(Text("", (), row[0].place), *row)], None)),
    "cells shifted and cut off": _row(lambda f, c, row, *_: ([(Text("", (), row[0].place), *row[:-1])], None)),
    "two cells in one": _row(_two_in_one),
    "two rows on one line": _side_by_side,
    "table in one column": _table_as(lambda rows: [Table(tuple((cell,) for row in rows for cell in row))]),
    "table as paragraphs": _table_as(lambda rows: [Paragraph(cell) for row in rows for cell in row if cell.text]),
    "table in two": _table_as(lambda rows: [Table(rows[:2]), Table(rows[2:])] if len(rows) > 2 else None, stays=True),
    "heading after its table": _late_heading,
    "list lost": _list_lost,
    "ambition lost": _all(lambda words: re.sub(r"(?i)ambition\s*(n\s?°)?\s*\d", "Ambition", words)),
    "note below": _insert(lambda c, f: [Paragraph(made_text("* Le centre a rouvert en mars."))]),
    "text before a table": _insert(
        lambda c, f: [Paragraph(made_text("Ces projets ont été vus en mars."))], before=True
    ),
    "table of grants": _insert(grants),
    "table of other columns": _insert(other_columns),
    "note as a row": _row(_note_row),
    "empty row": _row(_empty_row),
    "cell too many": _row(_extra_column),
}


def _misspelt(chance, row):
    at = chance.randrange(len(row))
    words = row[at].text
    place = chance.randrange(1, min(5, len(words)))
    new = words[:place] + words[place + 1 :]
    return (*row[:at], row[at]._replace(text=new), *row[at + 1 :])


def _renamed(chance, row):
    at = chance.randrange(len(row))
    return (*row[:at], row[at]._replace(text="Ce qui change"), *row[at + 1 :])


def _typo(old):
    return old._replace(text=old.text._replace(text=re.sub(r"(?i)enjeu", "Enjue", old.text.text), bold=()))


def _renumbered(fiche, old):
    new = re.sub(r"(?i)(?<=enjeu )(\d)", lambda m: str(int(m[1]) + 5), old.text.text)
    return None if new == old.text.text else ([old._replace(text=old.text._replace(text=new))], None)


def _capitals(old):
    return old._replace(text=old.text._replace(text=old.text.text.upper()))


def _another(cell):
    end = cell.text.rstrip(" .")
    return text([*runs(cell._replace(text=end)), (" avec ", False), ("Atelier Zéphyr", True), (".", False)], cell.place)


def mutants(fiche, kind, seed):
    """Return a mutant of a class, or None where the class does not fit the fiche."""
    done = KINDS[kind](fiche, random.Random(f"{seed} {kind}"))
    if done is None:
        return None
    blocks, facts, names, places, *more = done
    words, asides = (*more, "", ())[:2] if len(more) < 2 else more
    document = fiche.document._replace(blocks=tuple(blocks), asides=asides)
    return Mutant(kind, document, facts, frozenset(names), frozenset(places), words)
