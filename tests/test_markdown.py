"""Markdown as tools write it: the same blocks and records in each dialect, asides told, no word lost."""

import re
from functools import cache

import pytest

from fiche_formats import DIALECTS, FICHES, markdown
from neoterra_analysis import load
from neoterra_analysis.fiches import draft
from neoterra_analysis.fiches.documents import plain
from neoterra_analysis.fiches.documents.blocks import Paragraph
from neoterra_analysis.words.folding import one_line
from test_ingest import DATA, facts

TEXTS = sorted(file for file in FICHES.glob("*.*") if file.suffix != ".json")
CASES = FICHES / "cases"
WAYS = [(dialect, False, False, 0) for dialect in DIALECTS] + [("grid", True, True, 72), ("pipe", True, False, 60)]


def shapes(document):
    """Return the blocks as simple values, wraps of paragraphs undone, lines drawn across a table left out."""
    found = []
    for block in document.blocks:
        if isinstance(block, Paragraph):
            found.append((one_line(block.text.text), block.level, block.item, bold(block.text)))
            continue
        rows = [[(cell.text, bold(cell)) for cell in row] for row in block.rows]
        rows = [row for row in rows if not all(re.fullmatch(r"[\s:|–-]*", words) for words, _ in row)]
        for row in rows:
            while row[-1][0] == "":
                del row[-1]
        found += [rows] if rows else []
    return found


def bold(text):
    return [one_line(text.text[start:end]) for start, end in text.bold]


def words(text):
    return re.findall(r"\w+", text)


@cache
def known():
    dataset = load(DATA)
    tables = {name: getattr(dataset, name) for name in ("actors", "ambitions", "laureates")}
    return {name: table.astype("str").replace("<NA>", "").to_dict("records") for name, table in tables.items()}


@pytest.mark.parametrize(("dialect", "escape", "setext", "wrap"), WAYS)
@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.stem)
def test_each_dialect_holds_the_same_blocks_and_records(file, dialect, escape, setext, wrap):
    given = plain.read(file.read_text("utf-8"), "")
    text = markdown(given, dialect, escape, setext, wrap)
    found = plain.read(text, "")
    assert shapes(found) == shapes(given)
    records = known()
    first, second = (draft.draft(one, records, "2026-01-01") for one in (given, found))
    assert facts(second.tables) == facts(first.tables)
    assert [one["anchor"] for one in second.passages] == [one["anchor"] for one in first.passages]
    assert not found.asides
    printed = [
        block.text.text if isinstance(block, Paragraph) else " ".join(c.text for r in block.rows for c in r)
        for block in found.blocks
    ]
    assert sorted(words(found.raw.replace("\u00ad", ""))) == sorted(words(" ".join(printed)))


# What stands inside a text


def of(content):
    """Return what a file is read into: texts of paragraphs, rows of tables."""
    found = plain.read(content, "")
    texts = [
        one.text.text if isinstance(one, Paragraph) else [[c.text for c in row] for row in one.rows]
        for one in found.blocks
    ]
    return texts, [(aside.kind, aside.text, aside.place.line) for aside in found.asides]


INSIDE = {
    r"Chambre d\'agriculture, \*CAF\*": "Chambre d'agriculture, *CAF*",
    "[CAF](https://exemple.invalid 'titre'), <https://exemple.invalid>": "CAF, https://exemple.invalid",
    '[CAF][1], [Région], [MSA][]\n\n[1]: https://exemple.invalid\n[Région]: <#r> "x"\n[msa]: /m': "CAF, Région, MSA",
    "[Autre][2] et [ceci]: cela": "[Autre][2] et [ceci]: cela",
    "Le *rôle* **d'**aiguillon": "Le rôle d'aiguillon",
    "l'__école__ du ***bourg*** nom_de_fichier 2 * 3": "l'école du bourg nom_de_fichier 2 * 3",
    "une\\\nligne  \ndure\nmolle": "une\nligne\ndure\nmolle",
    "caf&eacute; &amp; th&#233; `d'ici`": "café & thé d'ici",
    "[Mairie]{.underline} du 1^er^ [lieu]{#ici .mark}![](x.png){width=2cm}": "Mairie du 1er lieu",
    "un <u>rôle</u> <Nom> <o:p></o:p>a < b": "un rôle <Nom> a < b",
    "A<br>B<br/>C": "A\nB\nC",
    "Mairie\\ du bourg": "Mairie du bourg",
    "> Citée ici\n> et là": "Citée ici\net là",
    "Une astérisque ** seule": "Une astérisque ** seule",
}


@pytest.mark.parametrize("source", INSIDE)
def test_marks_inside_a_text(source):
    assert of(source)[0] == [INSIDE[source]]
    assert sorted(words(plain.read(source, "").raw)) == sorted(words(INSIDE[source]))


BOLD = {
    "**Nom **est une **grande** chose": ["Nom", "grande"],
    "un rôle **d'**aiguillon": ["d'"],
    "__Nom__ du <b>lieu</b> *dit*": ["Nom", "lieu"],
    "**un *rôle* d'aiguillon**": ["un rôle d'aiguillon"],
    r"\*\*rien\*\* de tel": [],
}


@pytest.mark.parametrize("source", BOLD)
def test_bold_inside_a_text(source):
    assert bold(plain.read(source, "").blocks[0].text) == BOLD[source]


ASIDES = {
    "Habitants, ~~Mairie~~, Région": ("struck", "Mairie"),
    "Habitants, <del>Mairie **du** Bel</del>, Région": ("struck", "Mairie du Bel"),
    "Habitants[^1], , Région\n\n[^1]: Une note\n    sur *deux* lignes.": ("footnote", "Une note\nsur deux lignes."),
    "Habitants^[Une note.], , Région": ("footnote", "Une note."),
    "Habitants, ![Un tableau](data:image/png;base64," + "Qk" * 90 + "), Région": ("picture_table", "Un tableau"),
    'Habitants, <img src="a.png" alt="Un tableau">, Région': ("picture_table", "Un tableau"),
    "Habitants, <!-- à\nvoir -->, Région": ("comment", "à\nvoir"),
    'Habitants, [Mairie]{.deletion author="A B"}, Région': ("deleted", "Mairie"),
    'Habitants, [à voir]{.comment-start id="1"}[]{.comment-end id="1"}, Région': ("comment", "à voir"),
}


@pytest.mark.parametrize("source", ASIDES)
def test_asides_are_told_and_not_taken(source):
    (text,), ((kind, told, line),) = of(source)
    assert (kind, told) == ASIDES[source] and line in (1, 3)
    assert words(text) == ["Habitants", "Région"]
    raw = plain.read(source, "").raw
    assert sorted(words(raw)) == sorted([*words(text), *words(told)])


def test_a_picture_is_told_once():
    assert len(of("![a](x.png) et ![a](x.png)\n\n| ![b](y.png) | c |\n|---|---|\n| ![b](y.png) | d |")[1]) == 2


# Blocks


def levels(content):
    return [(one.text.text, one.level, one.item) for one in plain.read(content, "").blocks]


def test_headings_of_all_kinds():
    text = "Un titre\nlong\n===\n\nUn autre\n---\n\n"
    text += "## Enjeu 1 : Ici {#e1 .x} ##\n\n# L\\'art #\ntexte\n\n***\n\n- un\n- 1\\. deux\n  suite\n- - -\n"
    assert levels(text) == [
        ("Un titre long", 1, False),
        ("Un autre", 2, False),
        ("Enjeu 1 : Ici", 2, False),
        ("L'art", 1, False),
        ("texte", 0, False),
        ("un", 0, True),
        ("1. deux\nsuite", 0, True),
    ]


def test_front_matter_fences_and_definitions():
    text = '---\ntitle: "Fiche Ambition n°3"\nauthor: Une personne\n---\n\n'
    text += "::: {.boite}\n```markdown\nTexte\n```\n:::\n\nTerme\n:   sa définition\n"
    assert levels(text) == [
        ("Fiche Ambition n°3", 1, False),
        ("Texte", 0, False),
        ("Terme", 0, False),
        ("sa définition", 0, False),
    ]
    assert of(text)[1] == [("other", "author: Une personne", 1)]
    assert levels("---\n\nUn texte : voici.\n\n---\n") == [("Un texte : voici.", 0, False)]


TABLES = {
    "pipes without outer ones": "Projet|Acteurs|Contribution\n:--|:-:|--:\nA|b \\| c|d\ne|f|",
    "pipes right below a text": "Un texte.\n| A | b | c |\n|---|---|---|\n| d<br>e | f | g |\nUn autre, plus loin",
    "grid with spans": """\
+-----+-------------+
| A   | B           |
|     +------+------+
|     | C    | D    |
+=====+======+======+
| E   | F\\   | - g  |
|     | f,   | - h  |
|     | f    |   h  |
|     |      |      |
|     |      | i    |
+-----+------+------+
| 日本| J    | K    |
+-----+------+------+""",
    "multiline without header": " ----- ----- -----\n A     B     C\n       b\n\n D           F\n ----- ----- -----",
    "simple": "  A     B     C\n ---- ----- -----\n  D     e f   G\n  H           I\n\nFin.",
    "html": "<table>\n<tr><td><b>A</b> &amp; a</td><td>B<br>b</td></tr>\n<tr><td colspan=2>C</td></tr>\n</table>\nFin.",
}
READ = {
    "pipes without outer ones": [
        [["Projet", "Acteurs", "Contribution"], [":--", ":-:", "--:"], ["A", "b | c", "d"], ["e", "f"]]
    ],
    "pipes right below a text": [
        "Un texte.",
        [["A", "b", "c"], ["---", "---", "---"], ["d\ne", "f", "g\nUn autre, plus loin"]],
    ],
    "grid with spans": [
        [["A", "B", ""], ["A", "C", "D"], ["E", "F\nf, f", "- g\n- h h\ni"], ["日本", "J", "K"]],
    ],
    "multiline without header": [[["A", "B b", "C"], ["D", "", "F"]]],
    "simple": [[["A", "B", "C"], ["D", "e f", "G"], ["H", "", "I"]], "Fin."],
    "html": [[["A & a", "B\nb"], ["C"]], "Fin."],
}


@pytest.mark.parametrize("kind", TABLES)
def test_tables_of_all_kinds(kind):
    assert of(TABLES[kind])[0] == READ[kind]


def test_lines_that_are_no_table_stay_text():
    for text in ("-----\n\nUn texte\n\n## Titre\n", "--- ---\nUn texte", "+-- ceci", "Un | deux", "<table sans fin"):
        found = " ".join(one if isinstance(one, str) else str(one) for one in of(text)[0])
        assert words(found) == words(text), text


RIGHT = {
    "strike.md": (1, ["Habitants", "Région"]),
    "grid.md": (4, None),
    "multiline.md": (4, None),
    "escapes.md": (1, ["Chambre d'agriculture", "Mission locale", "CAF"]),
}


@pytest.mark.parametrize("name", RIGHT)
def test_small_files_of_tools(name):
    made = draft.ingest(CASES / name, DATA)
    number, mentions = RIGHT[name]
    assert len(made.tables["laureates"]) == number
    printed = [row["mention"] for row in made.tables["mentions"]]
    kinds = [doubt.kind for doubt in made.doubts]
    assert printed == mentions if mentions else len(printed) == 16 and len(made.tables["roles"]) == 6
    assert ("aside_struck" in kinds) == (name == "strike.md")
    if name == "escapes.md":
        assert [row["role"] for row in made.tables["roles"]] == ["aiguillon"]
        assert made.tables["enjeux"][0]["title_fr"] == "Fabriquer ensemble"
        assert "unknown_actor" not in kinds
    if number == 4:
        assert len(made.passages) == 4 and all(row["department_stated"] for row in made.tables["laureates"])
