"""What layout does to rows and tables of a fiche: undone, or asked about, and never passed over."""

import io
import re
from pathlib import Path

import pytest

import document_mutants
import test_document_mutants
from neoterra_analysis.fiches import draft
from neoterra_analysis.fiches.documents.blocks import Place
from test_ingest import DATA, FICHES, NOTHING_KNOWN
from test_ingest_cells import HEAD, fiche, kinds
from test_ingest_cells import draft as draft_of

CASES = Path(__file__).parent / "fiches" / "cases"
pytestmark = pytest.mark.usefixtures("in_process")


def ingested(name):
    return draft.ingest(CASES / name, DATA, "2026-01-31")


def names(made):
    return [row["name"] for row in made.tables["laureates"]]


def mentions(made):
    return [row["mention"] for row in made.tables["mentions"]]


def roles(made):
    return [row["role"] for row in made.tables["roles"]]


def test_a_row_cut_before_an_article_is_one_row():
    made = ingested("cut-l-apostrophe.txt")
    assert names(made) == ["Roulotte Verte"]
    assert mentions(made) == ["Mission locale", "CIVAM", "Région"]
    assert roles(made) == ["aiguillon", "connecteur"]
    assert [doubt.place for doubt in made.doubts if doubt.kind == "row_cut"] == [Place(0, 10)]


def test_a_name_in_two_bold_pieces_is_one_name():
    made = ingested("split.docx")
    assert (names(made), mentions(made), roles(made)) == (["Roulotte Verte"], ["Habitants", "Région"], ["connecteur"])
    assert "two_laureates" not in kinds(made)


def test_headings_that_are_numbered_by_the_word_processor_are_enjeux():
    made = ingested("auto.docx")
    assert [(row["enjeu_id"], row["title_fr"]) for row in made.tables["enjeux"]] == [
        ("3.1", "Fabriquer ensemble"),
        ("3.2", "Manger ensemble"),
    ]
    assert [row["enjeu_id"] for row in made.tables["laureates"]] == ["3.1", "3.1", "3.2", "3.2"]


def test_headings_without_a_number_are_counted_and_asked_about():
    tables = [f"{HEAD}\n<b>Rive</b> a.\tX\tb", f"{HEAD}\n<b>Lac</b> c.\tY\td"]
    made = draft_of(f"Fiche Ambition n°2 : Vivre\n\n## Manger\n\n{tables[0]}\n\n## Loger\n\n{tables[1]}")
    assert [(row["enjeu_id"], row["title_fr"]) for row in made.tables["enjeux"]] == [
        ("2.1", "Manger"),
        ("2.2", "Loger"),
    ]
    assert kinds(made).count("heading_unnumbered") == 2


@pytest.mark.parametrize("name", ["guide.md", "multiline.md"])
def test_a_draft_of_nothing_is_a_refusal(name, tmp_path):
    told = io.StringIO()
    done = draft.run(CASES / name, tmp_path / "draft", DATA, ambition=5, lang="fr", to=told)
    if done == 0:  # its tables of text may be read after all
        assert len((tmp_path / "draft" / "laureates.csv").read_text(encoding="utf-8").splitlines()) == 5
    else:
        assert "aucun tableau de projets" in told.getvalue() and told.getvalue().count("\n") == 1
        assert list(tmp_path.iterdir()) == []


def test_rows_without_any_name_are_a_refusal_that_counts_them(tmp_path):
    (tmp_path / "fiche.txt").write_text(fiche("Sans nom.\tX\tb.", "Rien ici.\tY\tc."), encoding="utf-8")
    told = io.StringIO()
    assert draft.run(tmp_path / "fiche.txt", tmp_path / "draft", DATA, lang="fr", to=told) == 1
    assert "2 lignes de projets" in told.getvalue() and told.getvalue().count("\n") == 1
    assert not (tmp_path / "draft").exists()


ABOVE = "<b>Rive Douce</b> est née en Creuse. Elle plante"
WHOLE = ["Rive Douce", ["CAF", "écoles", "Région"], ["aiguillon", "connecteur"]]
CUTS = {
    "inside the name": (
        ("<b>Rive</b>", "CAF,", "Le projet joue un rôle"),
        ("<b>Douce</b> est née en Creuse.", "écoles, Région", "d'aiguillon. Il agit en connecteur."),
    ),
    "inside the name, the rest in its sentence": (
        ("Au bourg, l'association <b>Rive</b>", "CAF,", "Le projet joue un rôle d'aiguillon."),
        ("<b>Douce</b> plante.", "écoles, Région", "Il agit en connecteur."),
    ),
    "before the name": (
        ("Au bourg, l'association", "CAF,", "Le projet joue un rôle"),
        ("<b>Rive Douce</b> plante.", "écoles, Région", "d'aiguillon. Il agit en connecteur."),
    ),
    "before an article": (
        (ABOVE, "CAF, écoles,", "Le projet joue un rôle d'aiguillon et"),
        ("l'osier et le saule.", "Région", "agit aussi en connecteur."),
    ),
    "before a capital": (
        (f"{ABOVE} avec", "CAF, écoles,", "Le projet joue un rôle d'aiguillon dans le"),
        ("Marc et les siens.", "Région", "Limousin. Il agit en connecteur."),
    ),
    "between two sentences": (
        ("<b>Rive Douce</b> est née en Creuse.", "CAF, écoles,", "Le projet joue un rôle d'aiguillon."),
        ("Elle plante.", "Région", "Il agit en connecteur."),
    ),
    "in the actors alone": (
        ("<b>Rive Douce</b> plante.", "CAF, écoles,", "Il est aiguillon. Il agit en connecteur."),
        ("", "Région", ""),
    ),
    "in a role": (
        ("<b>Rive Douce</b> plante.", "CAF, écoles, Région", "Il est aiguillon. Il agit en connec-"),
        ("", "", "teur."),
    ),
    "before a sentence that names nobody": (
        (f"{ABOVE} avec les riverains", "CAF, écoles,", "Elle joue un rôle d'aiguillon."),
        ("L'entreprise, dont l'atelier est ouvert, forme ici.", "Région", "Il agit en connecteur."),
    ),
    "after a whole sentence without a name": (
        (
            "Au bourg, trois amis plantent.",
            "CAF (écoles,",
            "Ils jouent un rôle d'aiguillon. Ils agissent en connecteur.",
        ),
        ("C'est <b>Rive Douce</b>.", "Région)", ""),
    ),
    "in the project alone": (
        (ABOVE, "CAF, écoles, Région", "Il est aiguillon. Il agit en connecteur."),
        ("des saules.", "", ""),
    ),
}
BETWEEN = {"a header": f"{HEAD}\n", "a page": f"\nPage 3 / 9\n\n{HEAD}\n", "a page alone": "\nPage 3 / 9\n\n"}


@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("cut", CUTS)
def test_a_row_cut_by_a_page_is_joined_and_asked_about(cut, between):
    above, below = ("\t".join(cells) for cells in CUTS[cut])
    rest = "<b>Lac</b> pêche.\tX\tIl est inspirateur."
    made = draft_of(fiche("<b>Aube</b> luit.\tZ\tElle est aiguillon.", f"{above}\n{BETWEEN[between]}{below}", rest))
    of_row = [
        [row["name"] for row in made.tables["laureates"]][1],
        [row["mention"] for row in made.tables["mentions"] if row["laureate_id"] == "rive-douce"],
        sorted(row["role"] for row in made.tables["roles"] if row["laureate_id"] == "rive-douce"),
    ]
    assert of_row == WHOLE and names(made) == ["Aube", "Rive Douce", "Lac"]
    assert kinds(made).count("row_cut") == 1


KEPT_APART = {
    "a name after a whole row": ("<b>Rive</b> plante.\tX\tElle est aiguillon.", "<b>Lac</b> pêche.\tY\tb."),
    "an article and a name": ("<b>Rive</b> plante.\tX\tElle est aiguillon.", "l'<b>Escale</b> relie.\tY\tb."),
    "names alone in their cells": ("<b>Rive</b>\tX\tElle est aiguillon.", "<b>Lac</b>\tY\tIl est aiguillon."),
    "rows without full stops": ("<b>Rive</b> plante\tX\tElle plante", "<b>Lac</b> pêche\tY\tIl pêche"),
}


@pytest.mark.parametrize("between", ["", *BETWEEN.values()])
@pytest.mark.parametrize("rows", KEPT_APART)
def test_whole_rows_are_never_joined(rows, between):
    first, second = KEPT_APART[rows]
    made = draft_of(fiche(f"{first}\n{between}{second}"))
    assert len(names(made)) == 2 and "row_cut" not in kinds(made)


def test_a_row_without_a_name_is_asked_about_with_all_its_cells():
    made = draft_of(fiche("<b>Rive</b> plante.\tX\tElle est aiguillon.", "\tCAF, Région\tIl agit en connecteur."))
    assert (mentions(made), roles(made)) == (["X"], ["aiguillon"])
    (told,) = [doubt for doubt in made.doubts if doubt.kind == "row_left_out"]
    assert told.proposals == ("CAF, Région", "Il agit en connecteur.") and told.place.line == 7


GRANTS = (
    "Bénéficiaire\tMontant\tObjet\n<b>Rivage</b> (23)\t12 000 €\tun four\nLac\t8 000 €\tun toit\nAube\t900 €\tdu bois"
)


@pytest.mark.parametrize("where", ["alone", "below", "in the last section", "before"])
def test_another_table_is_asked_about_in_one_line(where):
    row, last = "<b>Rive</b> plante.\tX\tElle est aiguillon.", "\n\n## Leviers et défis\n\nDu temps.\n\n"
    content = {
        "alone": fiche(row) + f"\n\nEnjeu 2 : Loger\n\n{GRANTS}",
        "below": fiche(row) + f"\n\n{GRANTS}",
        "in the last section": fiche(row) + last + GRANTS,
        "before": fiche(row).replace("Enjeu 1", f"{GRANTS}\n\nEnjeu 1"),
    }[where]
    made = draft_of(content)
    assert names(made) == ["Rive"] and kinds(made).count("unread_table") == 1
    assert {"unread_row", "no_header"}.isdisjoint(kinds(made))
    (told,) = [doubt for doubt in made.doubts if doubt.kind == "unread_table"]
    assert len(told.proposals) == 4 and "12 000 €" in told.proposals[1]


def test_a_table_goes_on_without_its_header_in_the_same_enjeu_only():
    first, second = "<b>Rive</b> plante.\tX\tElle est aiguillon.", "<b>Lac</b> pêche.\tY\tIl est connecteur."
    made = draft_of(fiche(first) + f"\n\nPage 3 / 9\n\n{second}")
    assert names(made) == ["Rive", "Lac"] and "no_header" not in kinds(made)
    made = draft_of(fiche(first) + f"\n\nEnjeu 2 : Loger\n\n{second}")
    assert names(made) == ["Rive", "Lac"] and "no_header" in kinds(made)


def test_an_enjeu_without_a_laureate_is_asked_about():
    made = draft_of(fiche("<b>Rive</b> plante.\tX\tElle est aiguillon.", after="\n\nEnjeu 2 : Loger"))
    assert [doubt.key for doubt in made.doubts if doubt.kind == "enjeu_empty"] == ["2.2"]


def test_a_second_title_of_an_enjeu_is_asked_about():
    row = "<b>Lac</b> pêche.\tY\tIl est connecteur."
    made = draft_of(fiche("<b>Rive</b> a.\tX\tb.", after=f"\n\nEnjeu 1 : Loger\n\n{HEAD}\n{row}"))
    assert [doubt.proposals for doubt in made.doubts if doubt.kind == "enjeu_twice"] == [("Manger", "Loger")]
    made = draft_of(fiche("<b>Rive</b> a.\tX\tb.", after=f"\n\nEnjeu 1 : Manger (suite)\n\n{HEAD}\n{row}"))
    assert "enjeu_twice" not in kinds(made)


HEADS = {
    "misspelt": "Projt\tActeurs mobilisés\tContribution à la transition",
    "of other words": "Projet\tActeurs mobilisés\tCe qui change",
}


@pytest.mark.parametrize("head", HEADS)
def test_a_header_that_is_partly_known_is_read_and_asked_about(head):
    made = draft_of(fiche("<b>Rive</b> plante.\tX, Y\tElle est aiguillon.").replace(HEAD, HEADS[head]))
    assert (names(made), mentions(made), roles(made)) == (["Rive"], ["X", "Y"], ["aiguillon"])
    assert "header_unsure" in kinds(made)


def test_one_name_of_two_in_bold_is_taken_where_the_contribution_says_it():
    made = draft_of(fiche("<b>Rive</b> plante avec <b>Lac Bleu</b>.\tX\tRive est aiguillon."))
    assert names(made) == ["Rive"] and "name_in_doubt" in kinds(made)
    made = draft_of(fiche("<b>Aube</b> a.\tX\tb.", "<b>Rive</b> plante avec <b>Lac Bleu</b>.\tX\tElle est aiguillon."))
    assert names(made) == ["Aube"] and {"two_laureates", "row_left_out"} <= set(kinds(made))


LINES = [
    ("habitants, riverains<br>Région<br>CAF", ["habitants", "riverains", "Région", "CAF"]),
    ("Entreprises (Ceramo<br>Région", ["Entreprises (Ceramo", "Région"]),
    (
        "Communauté de communes du<br>Haut-Thaur<br>CAF, Région",
        ["Communauté de communes du Haut-Thaur", "CAF", "Région"],
    ),
]


@pytest.mark.parametrize(("cell", "wanted"), LINES)
def test_line_ends_in_a_cell_of_actors_separate(cell, wanted):
    assert mentions(draft_of(fiche(f"<b>Rive</b> plante.\t{cell}\tElle est aiguillon."))) == wanted


@pytest.mark.parametrize(
    ("above", "below", "wanted"),
    [
        ("Ville de Bord<br>CAF", "Région<br>ONF", ["Ville de Bord", "CAF", "Région", "ONF"]),
        ("Ville de Bord<br>CAF", "Région", ["Ville de Bord", "CAF", "Région"]),
        ("Ville de Bord<br>Maison de la", "Vallée<br>ONF", ["Ville de Bord", "Maison de la Vallée", "ONF"]),
        ("Ville de Bord<br>Maison", "de la Vallée", ["Ville de Bord", "Maison de la Vallée"]),
    ],
)
def test_lists_that_a_page_cuts_between_lines_go_on_with_the_next_line(above, below, wanted):
    made = draft_of(fiche(f"<b>Rive</b> plante avec\t{above}\tElle est\n{HEAD}\nles écoles.\t{below}\taiguillon."))
    assert mentions(made) == wanted and "row_cut" in kinds(made)


def test_a_list_without_its_bullets_still_nests_what_a_colon_names():
    made = draft_of(fiche("<b>Rive</b> plante.\tCAF<br>écoles<br>conseils : Orme, Aulne\tElle est aiguillon."))
    assert mentions(made) == ["CAF", "écoles", "conseils", "Orme", "Aulne"] and "parenthesis" in kinds(made)


@pytest.mark.parametrize("cell", ["CAF, conseils : Orme", "CAF, écoles Orme)"])
def test_a_colon_and_a_parenthesis_that_is_never_opened_are_asked_about(cell):
    made = draft_of(fiche(f"<b>Rive</b> plante.\t{cell}\tElle est aiguillon."))
    assert [doubt.key for doubt in made.doubts if doubt.kind == "parenthesis"] == ["rive/2"]


LISTED = "Fiche Ambition n°2 : Vivre mieux\n\nDeux enjeux :\n\n- 1. Manger\n- 2. Loger\n\nEnjeu 1 : Manger"


def test_a_heading_that_stands_at_the_end_of_a_cell_begins_its_enjeu():
    rows = (
        "<b>Rive</b> plante.<br>Enjeu 2 : Loger\tX\tElle est aiguillon.",
        HEAD,
        "<b>Lac</b> bâtit.\tY\tIl est aiguillon.",
    )
    made = draft_of(fiche(*rows, before=LISTED))
    assert [row["enjeu_id"] for row in made.tables["laureates"]] == ["2.1", "2.2"]
    assert [row["title_fr"] for row in made.tables["enjeux"]] == ["Manger", "Loger"]


def test_an_enjeu_that_lost_its_heading_is_asked_about_with_the_laureates_that_may_be_its():
    made = draft_of(fiche("<b>Rive</b> plante.\tX\ta", "<b>Lac</b> bâtit.\tY\tb", before=LISTED))
    asked = [(doubt.key, doubt.proposals) for doubt in made.doubts if doubt.kind == "no_heading"]
    assert asked == [("2.2", ("Rive", "Lac"))]


def test_rows_below_a_heading_that_is_not_read_are_asked_about():
    below = f"\n\n## 2.7 Partir\n\n{HEAD}\n<b>Lac</b> bâtit.\tY\tIl est aiguillon."
    made = draft_of(fiche("<b>Rive</b> plante.\tX\ta", before=LISTED, after=below))
    assert [(doubt.key, doubt.passage) for doubt in made.doubts if doubt.kind == "enjeu_unsure"] == [
        ("lac", "2.7 Partir")
    ]


def test_a_cell_too_long_for_a_list_is_asked_about_as_a_whole():
    made = draft_of(fiche(f"<b>Rive</b> plante.\t{'A et B, ' * 2000}fin\tElle est aiguillon."))
    assert mentions(made) == [] and "long_cell" in kinds(made) and made.words["lost"] == 0


# What the words of a doubt say that the draft did, held to the draft: a function of the doubt and of its rows.
def _role(doubt, tables):
    laureate, _, role = doubt.key.partition("/")
    return any((row["laureate_id"], row["role"]) == (laureate, role) for row in tables["roles"])


def _laureate(doubt, tables):
    return next((row for row in tables["laureates"] if row["laureate_id"] == doubt.key), None)


AGREES = {
    "bare_role": lambda d, t: not _role(d, t),
    "bare_role_taken": _role,
    "no_role": lambda d, t: not any(row["laureate_id"] == d.key for row in t["roles"] if row["anchor"] in d.passage),
    "no_mention": lambda d, t: d.value == "",
    "row_left_out": lambda d, t: not d.key and not d.value,
    "no_name": lambda d, t: not d.key,
    "two_laureates": lambda d, t: not d.key,
    "name_unmarked": lambda d, t: not d.key or _laureate(d, t)["name"] == d.value,
    "name_in_doubt": lambda d, t: _laureate(d, t)["name"] == d.value and d.value in d.proposals,
    "laureate_twice": lambda d, t: bool(_laureate(d, t)),
    "enjeu_empty": lambda d, t: not any(row["enjeu_id"] == d.key for row in t["laureates"]),
    "no_heading": lambda d, t: not any(row["enjeu_id"] == d.key for row in t["enjeux"]),
    "heading_unnumbered": lambda d, t: any(row["enjeu_id"] == d.key for row in t["enjeux"]),
    "no_enjeu": lambda d, t: not d.key or _laureate(d, t)["enjeu_id"] == "",
    "publisher": lambda d, t: t["sources"][0]["publisher"] == "",
    "actor_is_laureate": lambda d, t: any(r["actor_id"] == d.key and r["laureate_id"] == d.value for r in t["actors"]),
    "label": lambda d, t: not any(row["mention"].startswith(d.passage) for row in t["mentions"]),
    "project_name": lambda d, t: not d.key or _laureate(d, t)["project_name"] == "",
}


@pytest.mark.parametrize(
    "kind", ["", "name unbolded", "another name in bold", "role denied", "heading lost", "row doubled"]
)
def test_the_words_of_each_doubt_agree_with_the_draft(kind):
    seen = set()
    for file in FICHES:
        whole, made = test_document_mutants.sound(file)
        mutant = document_mutants.mutants(whole, kind, file.stem) if kind else None
        if mutant is not None:
            made = draft.draft(mutant.document, NOTHING_KNOWN, "2026-01-31")
        for doubt in made.doubts:
            if doubt.kind in AGREES:
                seen.add(doubt.kind)
                assert AGREES[doubt.kind](doubt, made.tables), (file.stem, doubt)
            assert draft.labels.t(f"doubt.{doubt.kind}", "fr")
    assert len(seen) > 8


def test_each_kind_of_doubt_in_the_code_has_its_words():
    folder = Path(draft.__file__).parent
    code = "\n".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    made = set(re.findall(r"""(?:Doubt|ask)\(\s*"([a-z_]+)\"""", code))
    assert len(made) > 40
    for kind in made:
        assert draft.labels.t(f"doubt.{kind}", "en")
