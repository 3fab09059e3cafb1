"""One cell, one block at a time: what an ingest reads of it, what it asks, and that nothing gets lost."""

import io
import random
import re

import pytest

from neoterra_analysis.fiches import actors_cell, contribution_cell, french, project_cell
from neoterra_analysis.fiches import draft as ingest
from neoterra_analysis.fiches.documents import plain
from neoterra_analysis.fiches.documents.blocks import Place, Text, text
from neoterra_analysis.fiches.outline import outline
from neoterra_analysis.words.folding import fold

HERE = Place(0, 1)
HEAD = "Projet\tActeurs mobilisés\tContribution à la transition"


def fiche(*rows, before="Fiche Ambition n°2 : Vivre mieux\n\nEnjeu 1 : Manger", after=""):
    return before + "\n\n" + "\n".join([HEAD, *rows]) + after


def draft(content, **known):
    data = {"actors": [], "ambitions": [], "laureates": []} | known
    return ingest.draft(plain.read(content, "0" * 64), data, "2026-01-31")


def kinds(made):
    return [doubt.kind for doubt in made.doubts]


CELLS = [
    ("Rivage, Usine Claire; CAF • habitants", ["Rivage", "Usine Claire", "CAF", "habitants"]),
    ("offices de tourisme. Chambre d'agriculture.", ["offices de tourisme", "Chambre d'agriculture"]),
    ("Mairie / CAF", ["Mairie", "CAF"]),
    ("Habitants\nMairie\nCAF", ["Habitants", "Mairie", "CAF"]),
    ("Habitants de la vallée,\nMairie", ["Habitants de la vallée", "Mairie"]),
    ("- Habitants\n- Mairie", ["Habitants", "Mairie"]),
    ("acteurs du tourisme et du sport", ["acteurs du tourisme et du sport"]),
    ("CAF, Rivage et Usine Claire", ["CAF", "Rivage", "Usine Claire"]),
    ("CAF, artistes et habitants", ["CAF", "artistes", "habitants"]),
    ("CAF, acteurs sociaux et éducatifs", ["CAF", "acteurs sociaux et éducatifs"]),
    ("écoles, etc.", ["écoles"]),
    ("A.R.S. - CPAM 23 - Mairie", ["A.R.S.", "CPAM 23", "Mairie"]),
    ("S.M.I.D.O., C.C.I.", ["S.M.I.D.O.", "C.C.I."]),
    ("Logis Marins & Cie, CCAS & CIAS", ["Logis Marins & Cie", "CCAS", "CIAS"]),
    ("CAF, écoles ainsi que le PETR et la Région", ["CAF", "écoles", "le PETR", "la Région"]),
    ("Partenaires : Région, CAF", ["Région", "CAF"]),
    ("Partenaires :\n- scieries\n- Région", ["scieries", "Région"]),
    ("Fondation ORME VEXALIS Atelier Lune", ["Fondation ORME", "VEXALIS", "Atelier Lune"]),
]


@pytest.mark.parametrize(("cell", "mentions"), CELLS)
def test_what_separates_mentions(cell, mentions):
    found, _ = actors_cell.split(cell)
    assert [piece.text for piece in found] == mentions
    assert all(piece.parent is None for piece in found)


NESTED = [
    ("entreprises (Ceramo, Vexia...)", [("entreprises", None), ("Ceramo", 0), ("Vexia", 0)]),
    ("chercheurs (INRAE)", [("chercheurs", None), ("INRAE", 0)]),
    ("tissu local (clubs de foot, clubs d'aînés)", [("tissu local", None), ("clubs de foot", 0), ("clubs d'aînés", 0)]),
    ("réseaux (notamment la Toile)", [("réseaux", None), ("la Toile", 0)]),
    ("communes (propriétaires des terrains)", [("communes (propriétaires des terrains)", None)]),
    ("Chambre d'agriculture (CA 17)", [("Chambre d'agriculture (CA 17)", None)]),
    ("écoles (A et B)", [("écoles", None), ("A", 0), ("B", 0)]),
    ("écoles, dont l'École du Port (publique)", [("écoles", None), ("l'École du Port (publique)", 0)]),
    ("- prescripteurs : Cap, CAF\n- Région", [("prescripteurs", None), ("Cap", 0), ("CAF", 0), ("Région", None)]),
    (
        "associations (clubs (Voile 33), chasseurs)",
        [("associations", None), ("clubs", 0), ("Voile 33", 0), ("chasseurs", 0)],
    ),
    ("ferme (non close", [("ferme (non close", None)]),
]


@pytest.mark.parametrize(("cell", "mentions"), NESTED)
def test_what_a_parenthesis_does_is_always_asked(cell, mentions):
    found, questions = actors_cell.split(cell)
    assert [tuple(piece) for piece in found] == mentions
    assert "parenthesis" in [question.kind for question in questions]


def test_a_known_form_is_never_split():
    known = frozenset(map(fold, ["Fer, Bois et Cie", "communes (propriétaires)", "Arts et Métiers", "Lune Claire"]))
    found, questions = actors_cell.split("Fer, Bois et Cie, communes (propriétaires), Arts et Métiers", known)
    assert [piece.text for piece in found] == ["Fer, Bois et Cie", "communes (propriétaires)", "Arts et Métiers"]
    assert questions == []
    found, questions = actors_cell.split("Rivage Lune Claire Atelier Brique", known)
    assert [piece.text for piece in found] == ["Rivage", "Lune Claire", "Atelier Brique"]
    assert [question.kind for question in questions] == ["no_separators"]


WORDS = (
    "habitants CAF Atelier Fondation école Région Lune d'art de la locaux ONF (exemples Ceramo) et associations".split()
)


@pytest.mark.parametrize("seed", range(60))
def test_no_word_of_a_cell_is_lost(seed):
    """Whatever the cell: each of its words stands in a mention, in the same order, or only joins or opens a list."""
    chance = random.Random(seed)
    cell = ""
    for _ in range(chance.randint(1, 14)):
        cell += chance.choice(WORDS) + chance.choice([" ", " ", ", ", "; ", "\n", " / ", ". ", " (", ") ", "… "])
    found, _ = actors_cell.split(cell)
    kept = [word for piece in found for word in re.findall(r"\w+", piece.text)]
    wanted = re.findall(r"\w+", cell)
    left = iter(kept)
    lost = [word for word in wanted if word not in ("et", "exemples") and not any(word == one for one in left)]
    assert not lost or lost[0] in ("la",), (cell, found)
    assert all(piece.parent is None or piece.parent < i for i, piece in enumerate(found))


ROLES = [
    ("Il joue un rôle d’aiguillon.", [("aiguillon", "stated")], []),
    ("Elle joue principalement une fonction de connecteur", [("connecteur", "principal")], []),
    ("Il agit en connecteur. Il est également aiguillon.", [("connecteur", "stated"), ("aiguillon", "stated")], []),
    ("Elle joue les rôles d'aiguillon et de connecteur.", [("aiguillon", "stated"), ("connecteur", "stated")], []),
    (
        "Elle est à la fois inspiratrice et connectrice.",
        [("inspirateur", "stated"), ("connecteur", "stated")],
        ["role_word"],
    ),
    ("Elle ne joue pas un rôle de connecteur.", [], ["negated_role", "no_role"]),
    ("Sans être connecteur, il agit en inspirateur.", [("inspirateur", "stated")], ["negated_role"]),
    ("Il n'est ni aiguillon ni connecteur.", [], ["negated_role", "no_role"]),
    ("Il pourrait jouer un rôle de connecteur.", [], ["hypothetical_role", "no_role"]),
    ("Il souhaite devenir un connecteur.", [], ["hypothetical_role", "no_role"]),
    ("À terme, il sera inspirateur.", [], ["hypothetical_role", "no_role"]),
    ("Il joue un rôle de facilitateur.", [], ["role_word", "no_role"]),
    ("Des connecteurs électriques sont posés.", [], ["bare_role", "no_role"]),
    ("Il joue avant tout un rôle d'inspirateur.", [("inspirateur", "stated")], ["salience"]),
    ("Il plante des arbres.", [], ["no_role"]),
    ("Le rôle d'aiguillon revient aux sauniers ; il agit en connecteur.", [("connecteur", "stated")], ["bare_role"]),
    ("Il joue moins un rôle de connecteur que d'aiguillon.", [("aiguillon", "stated")], ["negated_role", "salience"]),
    ("Ce n'est pas tant un aiguillon qu'un connecteur.", [("connecteur", "stated")], ["negated_role", "salience"]),
    ("Davantage inspirateur que connecteur, il montre.", [("inspirateur", "stated")], ["negated_role", "salience"]),
]

# Silent, each would be a role that the laureate does not have.
OF_OTHERS = [
    "Plus qu'un rôle de connecteur, Zéphine joue un rôle d'aiguillon",
    "Si la Région joue un rôle de connecteur, Zéphine joue celui d'aiguillon",
    "Grâce à son partenaire, qui joue un rôle de connecteur, Zéphine est aiguillon",
    "Elle a longtemps joué un rôle de connecteur ; elle est aujourd'hui aiguillon",
    "Zéphine peine encore à jouer un rôle de connecteur",
    "La commune joue le rôle de connecteur, Zéphine celui d'aiguillon",
    "Les habitants jouent un rôle de connecteur. Zéphine joue un rôle d'aiguillon.",
]


@pytest.mark.parametrize("cell", OF_OTHERS)
def test_a_role_of_another_is_asked(cell):
    _, unsure = contribution_cell.roles(cell, name="Zéphine")
    assert [doubt.kind for doubt in unsure if doubt.key == "connecteur"]
    assert not [doubt.kind for doubt in unsure if doubt.key == "aiguillon" and doubt.kind == "role_subject"]


def test_a_role_word_in_bold_is_taken_and_asked():
    cell = "Deux rôles : aiguillon, pour la vase ; connecteur, entre pêcheurs."
    bold = [(cell.index(word), cell.index(word) + len(word)) for word in ("aiguillon", "connecteur")]
    found, unsure = contribution_cell.roles(cell, bold)
    assert [one.role for one in found] == ["aiguillon", "connecteur"]
    assert "bare_role_taken" in [doubt.kind for doubt in unsure if doubt.key == "connecteur"]


@pytest.mark.parametrize(("cell", "stated", "asked"), ROLES)
def test_which_roles_a_cell_states(cell, stated, asked):
    found, unsure = contribution_cell.roles(cell)
    assert [(one.role, one.salience) for one in found] == stated
    assert sorted({doubt.kind for doubt in unsure}) == sorted(asked)
    for one in found:
        assert one.anchor in cell
        assert 1 <= len(re.findall(r"[^\W_]+", one.anchor)) <= 8
        assert contribution_cell.code(re.findall(r"[a-zA-Z]+", one.anchor)[-1]) == one.role


def test_a_role_said_twice_is_one_and_the_main_one_counts():
    found, _ = contribution_cell.roles("Il joue un rôle de connecteur. Il joue principalement un rôle de connecteur.")
    assert [(one.role, one.salience) for one in found] == [("connecteur", "principal")]


CARRIERS = [
    ("En Gironde, l’entreprise <b>Rive</b> innove.", ("Rive", "company", "", "33", "")),
    (
        "<b>L'association Rive</b>, basée sur le Plateau du Cerf, plante.",
        ("Association Rive", "association", "Plateau du Cerf", "", ""),
    ),
    (
        "Dans la commune du Fol, en Nord Gironde, <b>l'Escale</b> relie.",
        ("L'Escale", "", "Le Fol, Nord Gironde", "33", ""),
    ),
    ("<b>Rive</b> est une société du Lot-et-Garonne.", ("Rive", "company", "", "47", "")),
    ("A Bourg Neuf, en Corrèze, <b>Rive</b> porte le projet « Bulles ».", ("Rive", "", "Bourg Neuf", "19", "Bulles")),
    ("<b>Rive</b> plante en Creuse et en Haute-Vienne.", ("Rive", "", "", "", "")),
    ("<b>Rive</b> plante.", ("Rive", "", "", "", "")),
]


@pytest.mark.parametrize(("cell", "wanted"), CARRIERS)
def test_what_a_project_cell_states(cell, wanted):
    found, unclear = project_cell.read(plain._text(cell, 1), text([], HERE))
    assert (found.name, found.carrier_status, found.place, found.department_stated, found.project_name) == wanted
    if "Creuse et" in cell:
        assert [(doubt.kind, doubt.proposals) for doubt in unclear] == [("several_departments", ("23", "87"))]
    else:
        assert [doubt for doubt in unclear if doubt.kind != "department"] == []
    for anchor in (found.carrier_anchor, found.place_anchor, found.row_anchor):
        assert anchor in re.sub("</?b>", "", cell)


def test_département_names_and_codes_are_those_of_the_region():
    assert sorted(french.DEPARTMENTS.values()) == "16 17 19 23 24 33 40 47 64 79 86 87".split()


@pytest.mark.parametrize(
    ("word", "value"), [("quinzaine", (15, True)), ("11", (11, False)), ("Onze", (11, False)), ("arbre", None)]
)
def test_numbers_in_words(word, value):
    assert french.number(word) == value


def test_what_is_like_a_known_actor_is_proposed_and_never_taken():
    known = [{"actor_id": "caf-23", "name": "Caisse familiale de la Creuse", "short_fr": "CAF", "aliases": ""}]
    row = "<b>Rive</b> plante.\tCaisse familiale Creuse, caisse familiale de la Creuse\tIl agit en connecteur."
    made = draft(fiche(row), actors=known)
    assert [mention["actor_id"] for mention in made.tables["mentions"]] == ["caisse-familiale-creuse", "caf-23"]
    (doubt,) = [doubt for doubt in made.doubts if doubt.kind == "unknown_actor"]
    assert doubt.proposals[0].startswith("caf-23 (")
    assert actors_cell.proposals(actors_cell.registry(known), "Zorglub") == []


def test_an_id_in_use_is_not_given_to_another_actor():
    known = [{"actor_id": "rivage", "name": "Le grand rivage", "short_fr": "", "aliases": ""}]
    made = draft(fiche("<b>Rive</b> plante.\tRivage\tIl agit en connecteur."), actors=known)
    assert [row["actor_id"] for row in made.tables["actors"]] == ["rivage", "rivage-2"]
    assert [row["actor_id"] for row in made.tables["mentions"]] == ["rivage-2"]


def test_an_actor_that_is_a_laureate_is_linked():
    made = draft(
        fiche("<b>Rive</b> plante.\tHabitants\tIl agit en connecteur.", "<b>Lac</b> pêche.\tRive\tIl est aiguillon.")
    )
    linked = {row["actor_id"]: row["laureate_id"] for row in made.tables["actors"]}
    assert linked == {"habitants": "", "rive": "rive"}


LAYOUTS = {
    "a table cut in two": fiche("<b>Rive</b> a.\tX, Y\tb") + f"\n\n{HEAD}\n<b>Lac</b> c.\tZ, T\td",
    "a row cut off": fiche("<b>Rive</b> a.\tX, Y\tb") + "\n\n<b>Lac</b> c.\tZ, T\td\n--\t---\t---",
    "a page number between": fiche("<b>Rive</b> a.\tX, Y\tb") + "\n\nPage 3 / 9\n\n<b>Lac</b> c.\tZ, T\td",
    "a page number right between": fiche("<b>Rive</b> a.\tX, Y\tb", "4", "<b>Lac</b> c.\tZ, T\td"),
    "running lines": fiche(
        "<b>Rive</b> a.\tX, Y\tb", "Ma région, page 3", "<b>Lac</b> c.\tZ, T\td", "Ma région, page 4"
    ),
    "a row in two halves": fiche("<b>Rive</b> a.\tX, Y\tb", "<b>Lac</b> c.\tZ,\td", "\tT\t"),
    "pipes": fiche("<b>Rive</b> a.\tX, Y\tb", "<b>Lac</b> c.\tZ, T\td").replace("\t", " | "),
    "bold by asterisks": fiche("**Rive** a.\tX, Y\tb", "**Lac** c.\tZ, T\td"),
    "the heading on two lines": fiche("<b>Rive</b> a.\tX, Y\tb", "<b>Lac</b> c.\tZ, T\td").replace(
        " : Manger", "\n\nManger"
    ),
    "another level and number": fiche("<b>Rive</b> a.\tX, Y\tb", "<b>Lac</b> c.\tZ, T\td").replace(
        "Enjeu 1 :", "#### ENJEU n°1 –"
    ),
    "columns in another order": fiche("b\t<b>Rive</b> a.\tX, Y", "d\t<b>Lac</b> c.\tZ, T").replace(
        HEAD, "Contribution\tProjet\tActeurs"
    ),
    "a header in capitals": fiche("<b>Rive</b> a.\tX, Y\tb", "<b>Lac</b> c.\tZ, T\td").replace(HEAD, HEAD.upper()),
    "a line break in a cell": fiche("<b>Rive</b> a.\tX,\nY\tb", "<b>Lac</b> c.\tZ, T\td"),
    "invisible characters": fiche("<b>Ri\u00adve</b> a.\tX, Y\tb", "<b>L\u200bac</b> c.\tZ, T\td"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_changes_nothing(layout):
    made = draft(LAYOUTS[layout])
    assert [(row["name"], row["enjeu_id"]) for row in made.tables["laureates"]] == [("Rive", "2.1"), ("Lac", "2.1")]
    assert [row["mention"] for row in made.tables["mentions"]] == ["X", "Y", "Z", "T"]
    assert [row["title_fr"] for row in made.tables["enjeux"]] == ["Manger"]
    assert ("row_cut" in kinds(made)) == (layout == "a row in two halves")


ASKED = [
    ("two_laureates", fiche("<b>Rive</b> et <b>Lac</b> plantent.\tX\tIl est aiguillon.")),
    ("laureate_twice", fiche("<b>Rive</b> a.\tX\tIl est aiguillon.", "<b>Rive</b> b.\tY\tIl agit en connecteur.")),
    ("unread_row", fiche("<b>Rive</b> a.")),
    ("extra_cell", fiche("<b>Rive</b> a.\tX\tb\tune note")),
    ("no_header", fiche("<b>Rive</b> a.\tX\tb").replace(HEAD + "\n", "")),
    ("no_enjeu", fiche("<b>Rive</b> a.\tX\tb", before="Fiche Ambition n°2 : Vivre mieux")),
    ("unread_text", fiche("<b>Rive</b> a.\tX\tb", after="\n\nUn paragraphe perdu entre deux tableaux.")),
    ("no_mention", fiche("<b>Rive</b> a.\t\tIl est aiguillon.")),
    ("name_unmarked", fiche("Rive plante des arbres.\tX\tRive est aiguillon.")),
    (
        "number_differs",
        fiche("<b>Rive</b> a.\tX\tb", before="Fiche Ambition n°2 : Oui\n\nHuit projets lauréats.\n\nEnjeu 1 : M"),
    ),
    ("open_list", fiche("<b>Rive</b> a.\tX, Y, etc.\tb")),
    ("no_title", fiche("<b>Rive</b> a.\tX\tb").replace(" : Manger", "")),
]


@pytest.mark.parametrize(("kind", "content"), ASKED, ids=[kind for kind, _ in ASKED])
def test_what_is_not_certain_is_asked(kind, content):
    made = draft(content)
    assert kind in kinds(made)
    doubt = next(doubt for doubt in made.doubts if doubt.kind == kind)
    assert doubt.place.line >= 1


def test_a_page_that_is_a_picture_is_asked():
    document = plain.read(fiche("<b>Rive</b> a.\tX\tb"), "0" * 64)._replace(form="pdf", pictures=(3,))
    made = ingest.draft(document, {"actors": [], "ambitions": [], "laureates": []}, "2026-01-31")
    assert [doubt.place.page for doubt in made.doubts if doubt.kind == "page_picture"] == [3]


def test_each_row_is_a_laureate_or_a_line_of_the_review_list():
    made = draft(fiche("<b>Rive</b> a.\tX\tb.", "<b>Aube</b> et <b>Lac</b> c.\tY\td.", "Sans nom ni verbe.\tZ\te."))
    assert [row["name"] for row in made.tables["laureates"]] == ["Rive"]
    assert {(doubt.kind, doubt.place.line) for doubt in made.doubts if doubt.table == "laureates"} >= {
        ("two_laureates", 7),
        ("no_name", 8),
        ("row_left_out", 8),
    }


def test_listed_titles_are_found_again_without_a_mark():
    content = "Fiche Ambition n°2 : Vivre mieux\n\nDeux enjeux :\n\n- 1. Bien manger ici\n- 2. Apprendre à tout âge\n\n"
    tables = [f"{HEAD}\n<b>Rive</b> a.\tX\tb", f"{HEAD}\n<b>Lac</b> c.\tY\td"]
    found = outline(
        plain.read(content + f"BIEN MANGER ICI\n\n{tables[0]}\n\n2. Apprendre a tout age\n\n{tables[1]}", "")
    )
    assert [row.enjeu for row in found.rows] == [1, 2]
    assert [enjeu.listed for enjeu in found.enjeux] == ["Bien manger ici", "Apprendre à tout âge"]


REFUSED = {
    "anglais": "# Fact sheet, ambition 2\n\n"
    + "The people of the valley and the town work with the school for the land. " * 6,
    "aucun tableau": "Fiche Ambition n°2 : Vivre mieux\n\n"
    + "Les habitants du village vont à l'école avec leur maire. " * 8,
    "--ambition": fiche("<b>Rive</b> plante.\tX\tb", before="Enjeu 1 : Manger"),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_is_no_fiche_is_refused_in_one_line(words, tmp_path):
    (tmp_path / "fiche.txt").write_text(REFUSED[words], encoding="utf-8")
    told = io.StringIO()
    assert ingest.run(tmp_path / "fiche.txt", tmp_path / "draft", lang="fr", to=told) == 1
    assert words in told.getvalue() and told.getvalue().count("\n") == 1
    assert [file.name for file in tmp_path.iterdir()] == ["fiche.txt"]


def test_the_ambition_can_be_given(tmp_path):
    (tmp_path / "fiche.txt").write_text(REFUSED["--ambition"], encoding="utf-8")
    assert ingest.run(tmp_path / "fiche.txt", tmp_path / "draft", ambition=3, lang="fr", to=io.StringIO()) == 0
    assert "3.1,ambition-3,1" in (tmp_path / "draft" / "enjeux.csv").read_text(encoding="utf-8")


def test_a_folder_in_use_is_left_alone(tmp_path):
    (tmp_path / "fiche.txt").write_text(fiche("<b>Rive</b> a.\tX\tb"), encoding="utf-8")
    (tmp_path / "draft").mkdir()
    (tmp_path / "draft" / "mine.csv").write_text("mine")
    told = io.StringIO()
    assert ingest.run(tmp_path / "fiche.txt", tmp_path / "draft", lang="fr", to=told) == 1
    assert "n'est pas un dossier vide" in told.getvalue()
    assert [file.name for file in (tmp_path / "draft").iterdir()] == ["mine.csv"]
    assert ingest.run(tmp_path / "fiche.txt", tmp_path / "other", retrieved="hier", lang="fr", to=told) == 1


def test_a_draft_that_cannot_be_written_leaves_nothing(tmp_path, monkeypatch):
    made = draft(fiche("<b>Rive</b> a.\tX\tb"))
    calls = []

    def full(path, content):
        calls.append(path)
        if len(calls) == 4:
            raise OSError(28, "No space left on device")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    monkeypatch.setattr(ingest.files, "replace", full)
    with pytest.raises(OSError, match="No space"):
        ingest.write(made, tmp_path / "draft")
    assert list(tmp_path.iterdir()) == []


def test_text_of_cells_is_never_empty_of_place():
    found = outline(plain.read(fiche("<b>Rive</b> a.\tX\tb"), ""))
    assert all(isinstance(row.project, Text) and row.project.place == Place(0, 6) for row in found.rows)
