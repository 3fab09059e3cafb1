"""Tracing, on an invented fiche with the quirks of a real one, and on the real one when it is there."""

import hashlib
import io
import os
import unicodedata
from pathlib import Path

import pandas as pd
import pytest

from invented import Tables
from neoterra_analysis import load
from neoterra_analysis.fiches import trace
from neoterra_analysis.words.folding import find, in_order, normalise

REPO = Path(__file__).resolve().parents[1]
REAL = Path(os.environ.get("NEOTERRA_FICHE") or REPO.parent / "shared" / "source" / "fiche-ambition-4.txt")

CLAIM = "claim_id source_id kind rule subject expected anchor"
HEAD = "Projet\tActeurs mobilisés\tContribution"
FICHE = f"""
Fiche Ambition n°9

## Prendre soin des rivières

Les exemples du moment répondent à 2 enjeux, et la Région les suit :

- 1. Rendre l’eau aux berges
- 2. Nager en ville au printemps

## Enjeu 1 Rendre l’eau aux berges

{HEAD}
À Brume, l’atelier <b>Loutre</b> répare des barques.\tMoulin Sereine Forge Aubier\tIl tient <b>un rôle \
d’aiguillon</b> , en douceur.

<p><b>Roselière</b> est née de l'atelier Loutre, avec son plan « Radeau ».</p>\t<p>Fermes riveraines \
(Val Clair, Haute Île...), le SIVU, Région ,pêcheurs (au filet)</p>\t<p>Elle joue surtout un rôle de \
<b>connecteur</b>, entre amont et aval – et au-delà.</p>
--\t---\t---

Enjeu 2

Nager en ville

{HEAD}
<p>Sur le quai, <b>l'Héron</b> ouvre un bassin.</p>\t<p>Nageurs, écoles et clubs, Régional Sport</p>\t\
<p>Le lieu agit <b>en inspirateur</b>.</p>

{HEAD}
Dans le Marais, <b>Grande Crue</b> raconte les eaux.\tHabitants, l’atelier Loutre et Région.\tElle agit \
<b>en connecteur</b> , comme la Région.

## Les leviers et les défis

Les porteurs manquent de barques ; la fête du fleuve rassemble.
"""


def frame(columns, *rows):
    return pd.DataFrame([row.split("|") for row in rows], columns=columns.split(), dtype="str")


def dataset():
    """Return what is coded from the invented fiche: 44 anchors, counted by table in `test_all_found`."""
    tables = Tables(
        sources=frame("source_id ambition_id sha256", "doc|a-9|"),
        ambitions=frame("ambition_id number title_fr", "a-9|9|Prendre soin des rivières", "a-1|1|"),
        enjeux=frame(
            "enjeu_id ambition_id number title_fr listed_title_fr",
            "9.1|a-9|1|Rendre l'eau aux berges|",
            "9.2|a-9|2|Nager en ville|… ville au printemps",
        ),
        laureates=frame(
            "laureate_id enjeu_id name project_name source_id source_row row_anchor carrier_anchor place_anchor",
            "crue|9.2|Grande Crue||doc|4|Dans le Marais, Grande Crue||Dans le Marais",
            "heron|9.2|L'Héron||doc|3|Sur le quai, l'Héron||",
            "loutre|9.1|Loutre||doc|1|À Brume, l’atelier Loutre|l’atelier Loutre|À Brume",
            "roseliere|9.1|Roselière|radeau|doc|2|Roselière est née||",
        ),
        contributions=frame("laureate_id dimension target code anchor", "heron|territoire|town|offer|ouvre un bassin"),
        roles=frame(
            "laureate_id role anchor",
            "loutre|aiguillon|un rôle d’aiguillon",
            "roseliere|connecteur|un rôle de connecteur, entre amont",
            "heron|inspirateur|en inspirateur",
            "crue|connecteur|en connecteur",
        ),
        mentions=frame(
            "laureate_id position mention parent_position",
            "loutre|1|Moulin Sereine|",
            "loutre|2|Forge Aubier|",
            "roseliere|1|Fermes riveraines|",
            "roseliere|2|Val Clair|1",
            "roseliere|3|Haute Île|1",
            "roseliere|4|SIVU|",
            "roseliere|5|Région|",
            "roseliere|6|pêcheurs (au filet)|",
            "heron|1|Nageurs|",
            "heron|2|écoles|",
            "heron|3|clubs|",
            "heron|4|Régional Sport|",
            "crue|1|Habitants|",
            "crue|2|atelier Loutre|",
            "crue|3|Région|",
        ),
        relations=frame("from_id to_id kind laureate_id anchor", "roseliere|loutre|origin|roseliere|née de l'atelier"),
        themes=frame(
            "theme_id ambition_id source_id number anchor",
            "boats|a-9|doc|1|manquent de barques",
            "feast|a-9|doc|2|la fête du fleuve",
        ),
        evidence=frame("theme_id laureate_id anchor", "boats|loutre|répare des barques"),
        claims=frame(CLAIM, "waves|doc|announced|majority|laureates||au-delà"),
        discrepancies=frame(
            "discrepancy_id source_id locator anchor",
            "d1|doc|ligne Roselière|au-delà",
            "d2|doc|têtes de tableau|Projet",
            "d3|doc|ligne Loutre|",
        ),
        actors=frame("actor_id name short_fr aliases", "bief|Le Grand Bief|Bief|Bief de Brume", "clubs|Clubs|Clubs|"),
    )
    for table, column in (
        ("enjeux", "number"),
        ("laureates", "source_row"),
        ("themes", "number"),
        ("mentions", "position"),
        ("mentions", "parent_position"),
    ):
        rows = getattr(tables, table)
        rows[column] = rows[column].replace("", None).astype("Int64")
    return tables


def changed(table, row, column, value):
    """Return the dataset with one cell changed."""
    tables = dataset()
    getattr(tables, table).loc[row, column] = value
    return tables


def without(table, row):
    tables = dataset()
    setattr(tables, table, getattr(tables, table).drop(row).reset_index(drop=True))
    return tables


def problems(tables, text=FICHE):
    """Return what is wrong, ``{(table, key, column, status, place's laureate)}``."""
    places = trace.trace(tables, text)
    wrong = places[~places["status"].isin(["found", "unchecked"])]
    columns = ["table", "key", "column", "status", "found_in"]
    return [tuple(row) for row in wrong[columns].itertuples(index=False)]


def decided(places):
    return places[["table", "key", "column", "anchor", "laureate_id", "status", "found_in"]]


def check_places(places, text):
    """Check that each place in the text is indeed where its anchor begins, in the line and column given."""
    for row in places[places["status"] == "found"].to_dict("records"):
        at = row["offset"]
        named = row["column"] in ("name", "project_name")
        assert find(row["anchor"].removeprefix("… "), normalise(text[at : at + 400])[0], name=named)[0][0] == 0, row
        assert text[at] not in "\n<* "
        before = text[:at].replace("\r\n", " \n").replace("\r", "\n")
        assert row["line"] == before.count("\n") + 1
        assert row["line_column"] == at - before.rfind("\n")


def test_all_found():
    places = trace.trace(dataset(), FICHE)
    assert problems(dataset()) == []
    assert "unchecked" not in set(places["status"])
    assert places["table"].value_counts(sort=False).to_dict() == {
        "ambitions": 1,
        "enjeux": 3,
        "laureates": 12,
        "contributions": 1,
        "roles": 4,
        "mentions": 15,
        "relations": 2,
        "themes": 2,
        "evidence": 1,
        "claims": 1,
        "discrepancies": 2,
    }
    check_places(places, FICHE)


@pytest.mark.parametrize(
    ("claim", "status"),
    [
        ("c|doc|lever|evidence|feast||la fête du fleuve", "found"),
        ("c|doc|lever|evidence|feast||fleuve rassemble", "found"),
        ("c|doc|lever|evidence|feast||Les porteurs manquent", "of_another"),
        ("c|doc|lever|evidence|feast||raconte les eaux", "wrong_row"),
        ("c|doc|lever|evidence|feast||du moment", "outside"),
        ("c|doc|enjeu|enjeu|9.1||Rendre l'eau aux berges", "found"),
        ("c|doc|enjeu|enjeu|9.1||Nager en ville", "outside"),
        ("c|doc|principal|principal|heron/inspirateur||en inspirateur", "found"),
        ("c|doc|principal|principal|heron/inspirateur||en connecteur", "wrong_row"),
        ("c|doc|principal|principal|heron/inspirateur||la fête du fleuve", "outside"),
        ("c|doc|role|role|connecteur||en connecteur", "found"),
        ("c|doc|role|role|connecteur||en inspirateur", "of_another"),
        ("c|doc|role|means|connecteur|alliances|comme la Région", "found"),
        ("c|doc|role|means|aiguillon|offer|comme la Région", "of_another"),
        ("c|doc|role|role|aiguillon||raconte les eaux", "found"),
        ("c|doc|role|role|connecteur||en capitaine", "missing"),
        ("c|doc|announced|count|enjeux|2|répondent à 2 enjeux", "found"),
        ("c|doc|announced|count|enjeux|3|répondent à 2 enjeux", "other_number"),
        ("c|doc|announced|about|laureates|4|Les exemples du moment", "found"),
    ],
)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_claim_is_looked_for_where_it_belongs(monkeypatch, tmp_path, claim, status, lang):
    tables = dataset()
    tables.claims = frame(CLAIM, claim)
    places = trace.trace(tables, FICHE)
    assert places.loc[places["table"] == "claims", "status"].tolist() == [status]
    code, text = run(monkeypatch, tmp_path, tables, lang=lang)
    assert (code, text.count("\n- claims c, anchor ")) == ((0, 0) if status == "found" else (1, 1))


def test_places_counted_by_hand():
    places = trace.trace(dataset(), "Été\n" + FICHE.lstrip("\n").replace("Fiche ", "", 1)).set_index("key")
    place = places[places["column"] == "title_fr"].loc["a-9"]
    # "Été" and "Ambition n°9" and an empty line go before "## Prendre".
    assert (place["line"], place["line_column"], place["offset"]) == (4, 4, 4 + 13 + 1 + 3)


def test_second_heading_is_not_the_item_of_the_list():
    places = trace.trace(dataset(), FICHE).set_index(["key", "column"])["line"]
    lines = FICHE.split("\n")
    assert lines[places["9.2", "title_fr"] - 1] == "Nager en ville"
    assert lines[places["9.1", "title_fr"] - 1] == "## Enjeu 1 Rendre l’eau aux berges"
    assert lines[places["9.2", "listed_title_fr"] - 1] == "- 2. Nager en ville au printemps"


def test_heading_is_the_last_before_its_rows():
    text = FICHE.replace("## Enjeu 1", "Rappel : Rendre l’eau aux berges\n\n## Enjeu 1")
    places = trace.trace(dataset(), text).set_index(["key", "column"])["line"]
    assert text.split("\n")[places["9.1", "title_fr"] - 1].startswith("## Enjeu 1")


COPIES = {
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "straight apostrophes": lambda text: text.replace("’", "'"),
    "curly apostrophes": lambda text: text.replace("'", "’"),
    "other quotation marks": lambda text: text.replace("« ", "“").replace(" »", "”"),
    "no-break spaces": lambda text: text.replace("« ", "«\u00a0").replace(" de ", "\u202fde\u00a0 "),
    "markdown": lambda text: text.replace("<b>", "**").replace("</b>", "**"),
    "no tags": lambda text: text.replace("<b>", "").replace("</b>", "").replace("<p>", "").replace("</p>", ""),
    "no space before punctuation": lambda text: text.replace("</b> ,", "</b>,").replace(" ,", ","),
    "windows": lambda text: text.replace("\n", "\r\n"),
    "byte-order mark": lambda text: "\ufeff" + text,
    "invisible": lambda text: text.replace("barques", "bar\u00adques").replace("Val", "V\u200bal"),
    "one word a line": lambda text: text.replace(" ", "\n"),
    "cells on lines": lambda text: text.replace("\t", "\n\t\n"),
    "spaced apostrophes": lambda text: text.replace("’", "’ "),
    "old line ends": lambda text: text.replace("\n", "\r"),
    "pipes": lambda text: "\n".join(
        f"| {line} |".replace("\t", " | ") if "\t" in line else line for line in text.split("\n")
    ),
    "html": lambda text: "\n".join(
        f"<tr><td>{line}</td></tr>".replace("\t", "</td><td>") if "\t" in line else line for line in text.split("\n")
    ),
    "broken words": lambda text: (
        text.replace("barques", "bar-\nques")
        .replace("Sereine", "Se\u00ad\nreine")
        .replace("Île", "Î-\nle")
        .replace("au-delà", "au-\ndelà")
    ),
    "broken decomposed words": lambda text: unicodedata.normalize("NFD", text.replace("Héron", "Hé-\nron")),
}


@pytest.mark.parametrize("copy", COPIES)
def test_another_copy_gives_the_same(copy):
    text = COPIES[copy](FICHE)
    assert text != FICHE
    places = trace.trace(dataset(), text)
    pd.testing.assert_frame_equal(decided(places), decided(trace.trace(dataset(), FICHE)))
    check_places(places, text)


@pytest.mark.parametrize("copy", COPIES)
def test_another_copy_gives_the_same_problems(copy):
    tables = changed("mentions", 3, "mention", "Val Claire")
    tables.evidence.loc[0, "laureate_id"] = "heron"
    assert problems(tables, COPIES[copy](FICHE)) == problems(tables)
    assert len(problems(tables)) == 3


def test_copy_without_cell_marks_is_not_complete():
    text = FICHE.replace("\t", " ")
    places = trace.trace(dataset(), text)
    assert problems(dataset(), text) == []
    assert list(places.loc[places["status"] == "unchecked", "key"]) == [
        "crue",
        "heron",
        "loutre",
        "roseliere",
    ]
    check_places(places, text)
    # The mentions that follow each other closely are the cell's, not those of the sentences.
    place = places.set_index(["table", "key"]).loc[("mentions", "crue/3")]
    assert text[: place["offset"]].endswith("atelier Loutre et ")


def test_brackets_of_sentences_are_not_those_of_a_cell():
    text = FICHE.replace("avec son plan", "avec son (plan")
    assert problems(dataset(), text) == problems(dataset(), text.replace("\t", " ")) == []


def test_row_order_of_the_tables_does_not_count():
    tables = dataset()
    for name, rows in vars(tables).items():
        setattr(tables, name, rows.iloc[::-1].reset_index(drop=True))
    pd.testing.assert_frame_equal(trace.trace(tables, FICHE), trace.trace(dataset(), FICHE))


def test_arguments_are_not_changed():
    tables = dataset()
    trace.trace(tables, FICHE)
    for name, rows in vars(dataset()).items():
        pd.testing.assert_frame_equal(getattr(tables, name), rows)


ERRORS = {
    "letter": (
        changed("roles", 0, "anchor", "un rôle d’aiguilon"),
        [("roles", "loutre/aiguillon", "missing")],
    ),
    "case": (changed("roles", 2, "anchor", "En inspirateur"), [("roles", "heron/inspirateur", "missing")]),
    "part of a word": (changed("evidence", 0, "anchor", "barque"), [("evidence", "boats/loutre", "missing")]),
    "across cells": (
        changed("evidence", 0, "anchor", "barques. Moulin"),
        [("evidence", "boats/loutre", "missing")],
    ),
    "no word": (changed("evidence", 0, "anchor", "…"), [("evidence", "boats/loutre", "empty")]),
    "role elsewhere": (
        changed("roles", 3, "laureate_id", "loutre"),
        [("roles", "loutre/connecteur", "wrong_row")],
    ),
    "contribution elsewhere": (
        changed("contributions", 0, "laureate_id", "crue"),
        [("contributions", "crue/territoire/town/offer", "wrong_row")],
    ),
    "evidence elsewhere": (
        changed("evidence", 0, "laureate_id", "crue"),
        [("evidence", "boats/crue", "wrong_row")],
    ),
    "relation elsewhere": (
        changed("relations", 0, "laureate_id", "loutre"),
        [("relations", "roseliere/loutre/origin", "wrong_row")],
    ),
    "place elsewhere": (
        changed("laureates", 1, "place_anchor", "À Brume"),
        [("laureates", "heron", "wrong_row")],
    ),
    "name elsewhere": (changed("laureates", 1, "name", "Roselière"), [("laureates", "heron", "wrong_row")]),
    "evidence from the synthesis": (
        changed("evidence", 0, "anchor", "la fête"),
        [("evidence", "boats/loutre", "outside")],
    ),
    "theme from a row": (changed("themes", 0, "anchor", "raconte"), [("themes", "boats", "wrong_row")]),
    "theme from the introduction": (
        changed("themes", 0, "anchor", "du moment"),
        [("themes", "boats", "outside")],
    ),
    "title": (changed("enjeux", 1, "title_fr", "Ramer en ville"), [("enjeux", "9.2", "missing")]),
    "title of the list only": (
        changed("enjeux", 1, "title_fr", "Nager en ville au printemps"),
        [("enjeux", "9.2", "outside")],
    ),
    "listed title": (
        changed("enjeux", 1, "listed_title_fr", "… ville en hiver"),
        [("enjeux", "9.2", "missing")],
    ),
    "enjeu of a row": (changed("laureates", 1, "enjeu_id", "9.1"), [("enjeux", "9.2", "outside")]),
    "ambition": (
        changed("ambitions", 0, "title_fr", "Prendre soin du lac"),
        [("ambitions", "a-9", "missing")],
    ),
    "discrepancy": (
        changed("discrepancies", 0, "anchor", "nulle part"),
        [("discrepancies", "d1", "missing")],
    ),
    "discrepancy of another row": (
        changed("discrepancies", 0, "locator", "ligne Loutre"),
        [("discrepancies", "d1", "wrong_row")],
    ),
    "discrepancy of the synthesis": (
        changed("discrepancies", 0, "anchor", "la fête"),
        [("discrepancies", "d1", "outside")],
    ),
    "discrepancy of the list": (
        changed("discrepancies", 0, "locator", "liste des enjeux, 2"),
        [("discrepancies", "d1", "wrong_row")],
    ),
    "relation to another": (
        changed("relations", 0, "to_id", "bief"),
        [("relations", "roseliere/bief/origin", "missing")],
    ),
    "relation to one of another row": (
        changed("relations", 0, "to_id", "clubs"),
        [("relations", "roseliere/clubs/origin", "wrong_row")],
    ),
    "relation to a laureate of another row": (
        changed("relations", 0, "to_id", "heron"),
        [("relations", "roseliere/heron/origin", "wrong_row")],
    ),
    "order of the themes": (changed("themes", 0, "number", 3), [("themes", "boats", "out_of_order")]),
    "mention misspelt": (
        changed("mentions", 8, "mention", "Nageuses"),
        [("mentions", "heron/1", "missing"), ("mentions", "heron", "uncoded")],
    ),
    "parent misspelt": (
        changed("mentions", 2, "mention", "Fermes riverines"),
        [("mentions", "roseliere/1", "missing"), ("mentions", "roseliere", "uncoded")],
    ),
    "mention dropped": (without("mentions", 9), [("mentions", "heron", "uncoded")]),
    "mention elsewhere": (
        changed("mentions", 8, "mention", "Habitants"),
        [("mentions", "heron/1", "wrong_row"), ("mentions", "heron", "uncoded")],
    ),
    "mention in another cell": (
        changed("mentions", 8, "mention", "bassin"),
        [("mentions", "heron/1", "wrong_cell"), ("mentions", "heron", "uncoded")],
    ),
    "part of a mention": (
        changed("mentions", 11, "mention", "Région"),
        [("mentions", "heron/4", "wrong_row"), ("mentions", "heron", "uncoded")],
    ),
    "mention twice": (
        changed("mentions", 9, "mention", "Nageurs"),
        [("mentions", "heron/2", "taken"), ("mentions", "heron", "uncoded")],
    ),
    "order": (changed("mentions", 8, "position", 9), [("mentions", "heron/9", "out_of_order")]),
    "nested elsewhere": (
        changed("mentions", 4, "parent_position", 4),
        [("mentions", "roseliere/3", "not_nested")],
    ),
    "nested without parent": (
        changed("mentions", 4, "parent_position", pd.NA),
        [("mentions", "roseliere/3", "unparented")],
    ),
    "parent of what follows": (
        changed("mentions", 5, "parent_position", 1),
        [("mentions", "roseliere/4", "not_nested")],
    ),
    "row order": (changed("laureates", 2, "source_row", 9), [("laureates", "loutre", "out_of_order")]),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case):
    tables, wrong = ERRORS[case]
    assert [(table, key, status) for table, key, _, status, _ in problems(tables)] == wrong


def swapped(text, *starts):
    """Return a text whose two lines that start so have changed places."""
    lines = text.split("\n")
    a, b = (next(n for n, line in enumerate(lines) if line.startswith(start)) for start in starts)
    lines[a], lines[b] = lines[b], lines[a]
    return "\n".join(lines)


TEXTS = {
    "row twice": (
        FICHE.replace("raconte les eaux", "raconte « À Brume, l'atelier Loutre »"),
        [("laureates", "loutre", "repeated")],
    ),
    "new actor": (FICHE.replace("Région ,", "Région et Écluse,"), [("mentions", "roseliere", "uncoded")]),
    "actors swapped": (
        FICHE.replace("Habitants, l’atelier Loutre", "l’atelier Loutre, Habitants"),
        [("mentions", "crue/2", "out_of_order")],
    ),
    "empty actors cell": (
        FICHE.replace("Moulin Sereine Forge Aubier", ""),
        [("mentions", "loutre/1", "missing"), ("mentions", "loutre/2", "missing")],
    ),
    "rows swapped": (
        swapped(FICHE, "À Brume", "<p><b>Roselière"),
        [("laureates", "roseliere", "out_of_order")],
    ),
    "heading cut": (FICHE.replace("## Enjeu 1 Rendre l’eau aux berges", ""), [("enjeux", "9.1", "outside")]),
    "no list": (FICHE.replace("au printemps", ""), [("enjeux", "9.2", "missing")]),
    "synthesis cut": (
        FICHE[: FICHE.index("## Les leviers")],
        [("themes", "boats", "missing"), ("themes", "feast", "missing")],
    ),
    "synthesis without heading": (FICHE.replace("## Les leviers et les défis", ""), []),
}


@pytest.mark.parametrize("case", TEXTS)
def test_errors_of_the_text(case):
    text, wrong = TEXTS[case]
    found = [(table, key, status) for table, key, _, status, _ in problems(dataset(), text)]
    assert found == wrong


def test_uncoded_text_is_given_with_its_place():
    text = FICHE.replace("Nageurs,", "Nageurs, le Grand Chêne, Ponton et")
    places = trace.trace(dataset(), text)
    left = places[places["status"] == "uncoded"]
    assert list(left["anchor"]) == ["Grand Chêne", "Ponton"]
    assert [text[offset:].split()[0] for offset in left["offset"]] == ["Grand", "Ponton"]
    assert set(left["laureate_id"]) == {"heron"}


def test_uncoded_text_is_cut_to_eight_words():
    text = FICHE.replace("Nageurs,", "Nageurs, un deux trois quatre cinq six sept huit neuf dix,")
    places = trace.trace(dataset(), text)
    assert list(places.loc[places["status"] == "uncoded", "anchor"]) == ["un deux trois quatre cinq six sept huit"]


@pytest.mark.parametrize("row", range(4))
@pytest.mark.parametrize("copy", ["decomposed", "pipes", "html", "cells on lines"])
def test_row_that_is_not_coded(row, copy):
    tables = without("laureates", row)
    assert [(key, status) for _, key, _, status, _ in problems(tables, COPIES[copy](FICHE))] == [("", "uncoded_row")]


@pytest.mark.parametrize("row", range(4))
def test_row_whose_first_words_are_lost(row):
    tables = changed("laureates", row, "row_anchor", "Autrefois, au bord")
    lost = tables.laureates.at[row, "laureate_id"]
    places = trace.trace(tables, FICHE)
    own = places[places["laureate_id"] == lost]
    assert list(own["status"].value_counts().sort_index().index) == ["missing", "no_row"]
    assert (own["status"] == "missing").sum() == 1
    rest = places[places["laureate_id"] != lost]
    assert set(rest["status"]) <= {"found", "outside"} and (rest["status"] == "outside").sum() <= 1


def test_nearest_text_is_given():
    places = trace.trace(changed("roles", 0, "anchor", "un role d'aiguilon"), FICHE).set_index("status")
    assert places.at["missing", "instead"] == "un rôle d’aiguillon"
    assert FICHE[places.at["missing", "offset"] :].startswith("un rôle d’")


def test_fiche_is_recognised_among_several():
    tables = dataset()
    other = tables.sources.assign(source_id="an-other")
    tables.sources = pd.concat([other, tables.sources], ignore_index=True)
    row = tables.laureates.iloc[[0]].assign(laureate_id="x", source_id="an-other")
    tables.laureates = pd.concat([row, tables.laureates], ignore_index=True)
    assert trace.recognise(tables, FICHE) == "doc"
    assert "x" not in set(trace.trace(tables, FICHE)["laureate_id"])
    assert trace.recognise(tables, "Autre chose.") is None
    with pytest.raises(ValueError, match="none of the sources"):
        trace.trace(tables, "Autre chose.")
    with pytest.raises(ValueError, match="'doc'|doc"):
        trace.trace(tables, FICHE, "docs")


def run(monkeypatch, tmp_path, tables, content=FICHE, **how):
    file = tmp_path / "copie.txt"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    monkeypatch.setattr(trace, "load", lambda data: tables)
    out = io.StringIO()
    return trace.run(file, out=out, **how), out.getvalue()


@pytest.mark.parametrize("lang, last", [("fr", "Les 44 repères"), ("en", "All 44 anchors")])
def test_run(monkeypatch, tmp_path, lang, last):
    code, text = run(monkeypatch, tmp_path, dataset(), lang=lang)
    lines = text.splitlines()
    assert code == 0 and lines[-1].startswith(last)
    assert [line.split()[1] for line in lines if line.startswith("  mentions")] == ["15"]
    assert len(lines) == 1 + len(trace.TABLES) + 2 + 1
    assert "discrepancies d2, anchor" in lines[-3] and lines[-3].count("23") == lines[-3].count("26") == 1
    assert lines[-2].endswith((": 1 (--list dit lesquels, et comment les allonger).", "how to lengthen them)."))


def test_run_lists_every_place(monkeypatch, tmp_path):
    _, text = run(monkeypatch, tmp_path, dataset(), lang="en", listing=True)
    assert sum(line.startswith("  line ") for line in text.splitlines()) == 44
    assert "mentions roseliere/2, mention “Val Clair”" in text


def test_an_anchor_twice_in_its_row_is_told_with_its_places(monkeypatch, tmp_path):
    text = FICHE.replace("ouvre un bassin.", "ouvre un bassin, puis ouvre un bassin.")
    places = trace.trace(dataset(), text).set_index("table")
    assert problems(dataset(), text) == []
    (again,) = places.at["contributions", "again"]
    assert text[again[1] :].startswith("ouvre un bassin.")
    code, said = run(monkeypatch, tmp_path, dataset(), text, lang="en")
    assert code == 0 and "“ouvre un bassin” stands 2 times where it is expected: line" in said
    assert f"line {again[0]}, column {again[2]}, offset {again[1]}." in said


LONGER = {
    "to the right": ("en connecteur", "en connecteur , comme"),
    "to the left": ("la Région", "comme la Région"),
    "both ways": ("agit en", "Elle agit en"),
    "unique already": ("connecteur , comme la Région", ""),
}


@pytest.mark.parametrize("case", LONGER)
def test_an_anchor_of_two_rows_is_counted_and_a_longer_one_is_given(monkeypatch, tmp_path, case):
    anchor, longer = LONGER[case]
    text = FICHE.replace("ouvre un bassin", "ouvre un bassin en connecteur de la Région, agit en connecteur et agit en")
    tables = changed("roles", 3, "anchor", anchor)
    places = trace.trace(tables, text)
    own = places[(places["table"] == "roles") & (places["laureate_id"] == "crue")].iloc[0]
    assert own["status"] == "found" and ("heron" in own["also_in"]) == bool(longer)
    assert own["longer"] == longer
    if longer:
        assert problems(changed("roles", 3, "anchor", longer), text) == []
        assert not trace.trace(changed("roles", 3, "anchor", longer), text)["also_in"].str.len()[own.name]
    code, said = run(monkeypatch, tmp_path, tables, text, lang="fr", listing=True)
    assert code == 0 and (f"« {longer} »" in said.replace("\u202f", " ")) == bool(longer)


def test_no_longer_anchor_is_given_where_rows_agree():
    text = FICHE.replace("en connecteur</b> , comme la Région.", "en inspirateur</b>.").replace(
        "Elle agit", "Le lieu agit"
    )
    tables = changed("roles", 3, "anchor", "en inspirateur")
    own = trace.trace(tables, text).query("table == 'roles' and laureate_id == 'crue'").iloc[0]
    assert own["also_in"] == ["heron"] and own["longer"] == ""


def test_exchanged_list_titles_are_told():
    tables = dataset()
    tables.enjeux["listed_title_fr"] = ["… ville au printemps", "Rendre l’eau aux berges"]
    assert [(key, column) for _, key, column, status, _ in problems(tables) if status == "out_of_order"] in (
        [("9.1", "listed_title_fr")],
        [("9.2", "listed_title_fr")],
    )


@pytest.mark.parametrize(
    ("code", "printed", "status"),
    [
        ("47", "en Lot-et-Garonne", "found"),
        ("47", "dans le Lot et Garonne", "found"),
        ("47", "en Gironde", "missing"),
        ("33", "en Gironde", "found"),
        ("", "en Gironde", None),
        ("75", "à Paris", None),
    ],
)
def test_a_departement_stated_is_named_in_its_row(code, printed, status):
    tables = dataset()
    tables.laureates["department_stated"] = ["", code, "", ""]
    places = trace.trace(tables, FICHE.replace("ouvre un bassin", f"ouvre un bassin {printed}"))
    told = places.loc[places["column"] == "department_stated", ["laureate_id", "status"]].values.tolist()
    assert told == ([["heron", status]] if status else [])


def test_an_enjeu_without_listed_title_is_listed_by_its_heading():
    tables = changed("enjeux", 1, "listed_title_fr", "")
    assert problems(tables, FICHE.replace("Nager en ville au printemps", "Nager en ville")) == []
    listed = ("enjeux", "9.2", "listed_title_fr")
    assert [row[:4] for row in problems(tables, FICHE.replace("Nager en ville au printemps", "Nager"))] == [
        (*listed, "outside")
    ]
    assert problems(tables, FICHE.replace("- 1. Rendre l’eau aux berges\n- 2. Nager en ville au printemps\n", "")) == []


def test_run_tells_the_copy_of_another_source(monkeypatch, tmp_path):
    tables = changed("sources", 0, "sha256", "0" * 64)
    digest = hashlib.sha256(FICHE.encode()).hexdigest()
    tables.sources = pd.concat([tables.sources, frame("source_id ambition_id sha256", f"next|a-1|{digest}")])
    code, text = run(monkeypatch, tmp_path, tables, lang="en")
    assert code == 0 and "the one coded as next, but its rows are coded as doc" in text


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("case", ERRORS)
def test_run_says_every_problem(monkeypatch, tmp_path, case, lang):
    tables, wrong = ERRORS[case]
    code, text = run(monkeypatch, tmp_path, tables, lang=lang)
    said = [line for line in text.splitlines() if line.startswith("- ")]
    assert code == 1 and len(said) == len(wrong)
    for line, (table, key, _) in zip(said, wrong, strict=True):
        assert line.startswith(f"- {table} {key}, ")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_run_says_every_problem_of_the_text(monkeypatch, tmp_path, lang):
    for text, wrong in TEXTS.values():
        code, said = run(monkeypatch, tmp_path, dataset(), text, lang=lang)
        assert code == int(wrong != [])
        assert said.count("\n- ") == len(wrong)


def test_run_says_where_it_was_found_instead(monkeypatch, tmp_path):
    tables = changed("roles", 3, "laureate_id", "loutre")
    _, text = run(monkeypatch, tmp_path, tables, lang="en")
    line = FICHE[: FICHE.index("en connecteur")].count("\n") + 1
    assert f"expected in the row of Loutre, found only in the row of Grande Crue, line {line}, column" in text


def test_run_says_once_that_a_row_is_lost(monkeypatch, tmp_path):
    tables = changed("laureates", 2, "row_anchor", "Autrefois, au bord")
    code, text = run(monkeypatch, tmp_path, tables, lang="en")
    assert code == 1 and text.count("\n- Loutre: its row was not found, 7 anchors") == 1
    assert text.endswith("8 problems.\n")


def test_run_tells_another_copy(monkeypatch, tmp_path):
    tables = changed("sources", 0, "sha256", "0" * 64)
    code, text = run(monkeypatch, tmp_path, tables, lang="en")
    assert code == 0 and "differs from the one that was coded" in text


def test_run_tells_that_completeness_is_unknown(monkeypatch, tmp_path):
    code, text = run(monkeypatch, tmp_path, dataset(), FICHE.replace("\t", " "), lang="en")
    assert code == 0 and "cannot be told: Grande Crue, L'Héron, Loutre and Roselière." in text


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "this file is empty"),
        (b" \n\t", "this file is empty"),
        ("Été".encode("latin-1"), "this is not UTF-8 text (byte 0)"),
        (FICHE.encode("utf-16"), "this is not UTF-8 text (byte 0)"),
        (b"Une recette.", "no coded row begins in it"),
    ],
)
def test_run_refuses_what_is_no_copy(monkeypatch, tmp_path, content, said):
    code, text = run(monkeypatch, tmp_path, dataset(), content, lang="en")
    assert code == 1 and said in text and text.count("\n") == 1


def test_offsets_are_counted_after_a_byte_order_mark(tmp_path):
    file = tmp_path / "copie.txt"
    file.write_bytes(FICHE.encode("utf-8-sig"))
    assert trace.read(file)[0] == FICHE


def test_run_without_a_file(monkeypatch, tmp_path):
    monkeypatch.setattr(trace, "load", lambda data: dataset())
    for path, said in ((tmp_path / "none.txt", "there is no such file"), (tmp_path, "cannot be read")):
        out = io.StringIO()
        assert trace.run(path, lang="en", out=out) == 1
        assert said in out.getvalue() and out.getvalue().count("\n") == 1


def test_find_takes_whole_words_only():
    assert find("ADI", "ADIEU, LADI, ADI_2, ADI") == [(20, 23)]
    assert find("Région", "Régional Région") == [(9, 15)]
    assert find("", "text") == find("...", "text...") == []
    assert find("un pré", "un\tpré") == find("un\tpré", "un\tpré") == []


def test_normalise_is_idempotent():
    once, _ = normalise(FICHE)
    assert normalise(once)[0] == once


def test_offsets_grow_and_point_to_what_they_come_from():
    text = unicodedata.normalize("NFD", FICHE)
    normal, offsets = normalise(text)
    assert len(normal) == len(offsets) and offsets == sorted(offsets)
    for letter, offset in zip(normal, offsets, strict=True):
        if letter.isalnum():
            assert unicodedata.normalize("NFC", text[offset : offset + 2])[0] == letter or text[offset] == letter


def test_in_order_prefers_many_then_close():
    assert in_order([]) == []
    assert in_order([[], []]) == [None, None]
    assert in_order([[(0, 1), (8, 9)], [(10, 11)]]) == [(8, 9), (10, 11)]
    assert in_order([[(50, 51)], [(0, 1)], [(2, 3)]]) == [None, (0, 1), (2, 3)]
    assert in_order([[(0, 4)], [(2, 6)]]) in ([(0, 4), None], [None, (2, 6)])


@pytest.mark.skipif(not REAL.is_file(), reason="no copy of the fiche here: set NEOTERRA_FICHE to yours")
def test_real_data_are_all_found_in_the_real_fiche():
    out = io.StringIO()
    assert trace.run(REAL, REPO / "data", "fr", out=out) == 0, out.getvalue()
    places = trace.trace(load(REPO / "data"), trace.read(REAL)[0])
    assert set(places["status"]) == {"found"}
    check_places(places, REAL.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "anchor, status", [("répondent à 2 enjeux", "found"), ("440 projets", "missing"), ("", "empty")]
)
def test_a_number_of_funded_projects_has_its_anchor(monkeypatch, tmp_path, anchor, status):
    tables = dataset()
    tables.sources = tables.sources.assign(funded=pd.array([440], dtype="Int64"), funded_anchor=anchor)
    places = trace.trace(tables, FICHE)
    assert places.loc[places["table"] == "sources", ["key", "status"]].values.tolist() == [["doc", status]]
    code, said = run(monkeypatch, tmp_path, tables, lang="fr")
    assert code == (status != "found") and ("- sources doc, funded_anchor" in said) == (status != "found")
    tables.sources["funded"] = pd.array([None], dtype="Int64")
    assert "sources" not in set(trace.trace(tables, FICHE)["table"])
