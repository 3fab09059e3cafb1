"""One folding for all comparisons: each word that the package matches is matched in each of its variants."""

import re
import unicodedata

import pytest

from neoterra_analysis.fiches import actors_cell, contribution_cell, project_cell, rows
from neoterra_analysis.fiches.documents.blocks import Place, text
from neoterra_analysis.fiches.french import DEPARTMENTS, HEADS, TAILS
from neoterra_analysis.words import folding, labels
from neoterra_analysis.words.codes import ROLES
from neoterra_analysis.words.folding import APOSTROPHES, DASHES, HYPHENS, QUOTES, SPACES, fold

HERE = Place(0, 1)
JOINTS = [*HYPHENS, *DASHES, *SPACES, "-\n", " – ", "- "]
NAMES = {code: labels.t(f"department.{code}", "fr") for code in DEPARTMENTS.values()}


def cell(words):
    return text([(words, False)], HERE)


def department(words):
    """Return what a cell states as département."""
    return project_cell.read(cell(words), cell(""))[0].department_stated


def test_the_sets_are_all_of_unicode():
    letters = [chr(point) for point in range(0x110000)]
    dashes = {one for one in letters if unicodedata.category(one) == "Pd"} - set(
        "-\u05be\u1400\u2e17\u2e1a\u2e40\u2e5d"
    )
    assert dashes - set("\u30a0\ufe31\ufe32\u10ead\U00010ead\U00010d6e") <= set(HYPHENS + DASHES)
    assert {one for one in letters if one.isspace()} - {" "} == set(SPACES)
    sets = (APOSTROPHES, HYPHENS, DASHES, QUOTES, SPACES, folding.UNSEEN)
    assert sum(map(len, sets)) == len(set("".join(sets)))


@pytest.mark.parametrize("code", NAMES)
def test_each_department_in_each_variant(code):
    name = NAMES[code]
    variants = {name, unicodedata.normalize("NFD", name)}
    for joint in JOINTS if "-" in name else ():
        variants.add(name.replace("-", joint))
        variants.add(unicodedata.normalize("NFD", name).replace("-", joint))
    wrong = {one for one in variants if department(f"Rive plante en {one}, au bord.") != code}
    assert not wrong


def test_each_role_in_each_variant():
    wrong = []
    for role in ROLES:
        for apostrophe in APOSTROPHES + "'":
            for space in (*SPACES, " "):
                said = f"Elle{space}joue{space}un{space}rôle{space}d{apostrophe}{role}."
                for form in ("NFC", "NFD"):
                    printed = cell(unicodedata.normalize(form, said)).text
                    if [one.role for one in contribution_cell.roles(printed)[0]] != [role]:
                        wrong.append(said)
    assert not wrong


def test_each_first_word_of_a_name_in_each_variant():
    wrong = []
    for head in sorted(HEADS - TAILS):
        for hyphen in [*HYPHENS, *DASHES] if "-" in head else ["-"]:
            for form in ("NFC", "NFD"):
                word = unicodedata.normalize(form, head.replace("-", hyphen).capitalize())
                if actors_cell.unseparated(f"Mairie TRIOLO {word} Lune") != ["Mairie TRIOLO", f"{word} Lune"]:
                    wrong.append(word)
    assert not wrong


@pytest.mark.parametrize("column", ["nom du projet", "parties prenantes", "départements"])
def test_heads_of_columns_in_each_variant(column):
    pattern = {"nom du projet": "project", "parties prenantes": "actors", "départements": "where"}[column]
    for joint in (*SPACES, *HYPHENS, " "):
        for form in ("NFC", "NFD"):
            word = folding.unaccented(unicodedata.normalize(form, column.replace(" ", joint)))
            assert rows.HEADS[pattern].fullmatch(word), (column, joint)


PAIRS = [
    ("L’École d’Art", "l'e\u0301cole d\u02bcart"),
    ("Charente\u2011Maritime", "charente–maritime"),
    ("« Fil\u00a0commun »", "\u201c fil  commun \u201e"),
    ("tiers\u00adlieu", "TIERSLIEU"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_what_reads_the_same_folds_the_same(one, other):
    for way in (fold, folding.unaccented, folding.bare_words, folding.unnumbered):
        assert way(one) == way(other), way
    assert folding.normalise(one)[0].casefold() == folding.normalise(other)[0].casefold()
    assert len(folding.straight(one)) == len(one)


@pytest.mark.parametrize("apostrophe", APOSTROPHES)
def test_a_known_actor_is_found_with_each_apostrophe_and_dash(apostrophe):
    known = actors_cell.registry([{"actor_id": "a", "name": "L'École-Haute d'Art", "aliases": ""}])
    for dash in HYPHENS + DASHES + "-":
        assert actors_cell.find_actor(known, f"L{apostrophe}École{dash}Haute d{apostrophe}Art") == ("a", True)
        assert actors_cell.find_actor(known, f"école{dash}haute d{apostrophe}art") == ("a", False)
    assert folding.find("d'Art", folding.normalise(f"un d{apostrophe}Art")[0]) == [(3, 8)]


def test_no_module_folds_in_its_own_way(repo):
    """Comparisons take their apostrophes and dashes from the one place; signs of layout may be listed."""
    own = re.compile(r"""replace\(["'](?:[’‘]|\\u20)""")
    files = sorted((repo / "src" / "neoterra_analysis").rglob("*.py"))
    assert not [file.name for file in files if own.search(file.read_text("utf-8")) and "figures" not in file.parts]
