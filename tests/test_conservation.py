"""No word of a document is lost in silence: the words of each fate add up to the document, and what is left is told."""

import random
import re
from collections import Counter

import pytest

from neoterra_analysis.fiches import conservation, documents, draft, outline
from neoterra_analysis.fiches.documents import plain
from neoterra_analysis.fiches.documents.blocks import READINGS, Aside, Document, Paragraph, Place, text
from neoterra_analysis.fiches.doubts import ASKED, FATES
from test_ingest import DATA, FICHE, FICHES, FORMS, NOTHING_KNOWN, PUBLISHED, document
from test_ingest_cells import HEAD, fiche

pytestmark = pytest.mark.usefixtures("in_process")


def made_of(read):
    return draft.draft(read, NOTHING_KNOWN, "2026-01-31")


def left_over(made):
    return [doubt for doubt in made.doubts if doubt.kind == "left_over"]


def counted(read):
    """Count the words of a document by themselves."""
    flat = " ".join(one.text for one in conservation.texts(read))
    beside = [one.text for one in read.asides if one.kind not in READINGS]  # the words of the others are in the text
    return sum(len(re.findall(r"[^\W_]+", text)) for text in (flat, *beside))


@pytest.mark.parametrize(("file", "form"), FORMS, ids=[f"{file.stem}-{form}" for file, form in FORMS])
def test_the_words_of_each_fate_add_up_to_the_document(file, form, tmp_path):
    read = documents.read(document(file, form, tmp_path))
    made = made_of(read)
    assert set(made.words) == set(FATES) and sum(made.words.values()) == counted(read)
    assert made.words["lost"] == 0 and left_over(made) == []
    assert min(made.words[fate] for fate in ("coded", "narrative", "furniture")) > 0
    places = {doubt.place for doubt in made.doubts}
    told = " ".join(words for doubt in made.doubts for words in doubt.proposals)
    asked = [fate for fate in outline.outline(read).fates if fate.fate == ASKED]
    assert [fate for fate in asked if fate.place not in places and fate.text not in told] == []


@PUBLISHED
@pytest.mark.parametrize("form", ["text", "html", "docx", "pdf", "pdf-unruled"])
def test_the_published_fiche_is_accounted_for_with_few_questions(form, tmp_path, record_property):
    file = document(FICHE, form, tmp_path)
    read, made = documents.read(file), draft.ingest(file, DATA, "2026-01-31")
    record_property("told", f"published fiche as {form}: {made.words}, {len(made.doubts)} lines to review")
    assert sum(made.words.values()) == counted(read) and made.words["lost"] == 0
    assert len(made.doubts) <= 25


@pytest.mark.parametrize("file", FICHES, ids=[file.stem for file in FICHES])
def test_a_text_that_the_reader_forgets_is_told(file, monkeypatch):
    """Whatever block or cell has no fate is a line of the review list, with its place and first words."""
    read = documents.read(file)
    give, chance = outline._Walk.give, random.Random(4)
    total = len(outline.outline(read).fates)
    for forgotten in chance.sample(range(total), 5):
        seen, lost = [], []

        def forget(walk, fate, *texts, forgotten=forgotten, seen=seen, lost=lost):
            for one in texts:
                seen.append(one)
                if len(seen) == forgotten + 1:
                    lost.append(one)
                else:
                    give(walk, fate, one)

        monkeypatch.setattr(outline._Walk, "give", forget)
        made = made_of(read)
        words = conservation.words(lost[0].text)
        assert made.words["lost"] == len(words)
        assert len(left_over(made)) == bool(words)
        if words:
            (told,) = left_over(made)
            assert told.place == lost[0].place
            assert conservation.words(told.passage)[:3] == words[:3]


def raw_of(file):
    """Return what a text file prints, by taking its marks away."""
    bare = re.sub(r"</?[a-z]+>|\*\*|^\s*\|?[\s|:-]+\|?$", " ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return bare.replace("|", " ")


@pytest.mark.parametrize("file", FICHES, ids=[file.stem for file in FICHES])
def test_what_prints_is_held_to_what_was_read(file):
    """A sound document gives no line; a paragraph, a cell or a word that a format's reader lost gives one."""
    read = documents.read(file)._replace(raw=raw_of(file))
    assert left_over(made_of(read)) == []
    blocks, chance = list(read.blocks), random.Random(file.stem)
    for _ in range(4):
        at = chance.choice([i for i, block in enumerate(blocks) if isinstance(block, Paragraph)])
        made = made_of(read._replace(blocks=(*blocks[:at], *blocks[at + 1 :])))
        lost = conservation.words(blocks[at].text.text)
        assert made.words["lost"] == len(lost)
        told = Counter(word for doubt in left_over(made) for word in conservation.words(doubt.proposals[0]))
        assert not Counter(lost) - told or len(" ".join(lost)) > conservation.LONGEST


def balance(printed, *read, asides=()):
    paragraphs = tuple(Paragraph(text([(words, False)], Place(0, line))) for line, words in enumerate(read, 1))
    fates = [conservation.Fate("narrative", one.text.text, one.text.place) for one in paragraphs]
    return conservation.balance(Document("text", "", paragraphs, asides=asides, raw=printed), fates)


SAME = {
    "a word cut at the end of a line": ("des com-\nmunes rurales", "des communes rurales"),
    "a word cut, another column between": ("accueil- Mairie\nlant CAF", "accueillant Mairie CAF"),
    "a word with its own hyphen": ("porte-\nparole", "porte-parole"),
    "a soft hyphen": ("com\u00admunes, ate\u00ad\nlier", "communes, atelier"),
    "ligatures": ("ﬁnancer l’eﬀort, cœur", "financer l'effort, coeur"),
    "apostrophes and dashes": ("L’Arban – l'Étang", "l'arban - L\u2019étang"),
    "decomposed letters": ("e\u0301cole", "école"),
    "letters apart": ("P r o j e t", "Projet"),
    "words run together": ("CAFMairie du bourg", "CAF Mairie du bourg"),
    "spaces without a width": ("in\u200bvisible\u00a0: oui", "invisible : oui"),
    "another order": ("Projet Acteurs\nRivage CAF", "Projet Rivage", "Acteurs CAF"),
}


@pytest.mark.parametrize("case", SAME)
def test_what_only_looks_different_is_not_told(case):
    found = balance(*SAME[case])
    assert found.doubts == () and found.counts["lost"] == 0


def test_a_word_lost_once_among_many_is_found():
    found = balance(
        "la CAF et la Région ; puis la Mairie et la CAF, enfin", "la CAF et la Région", "puis la Mairie et enfin"
    )
    assert found.counts["lost"] == 2
    (told,) = found.doubts
    assert (told.kind, told.passage, told.place) == ("left_over", "la CAF", Place(0, 2))


def test_near_words_are_one_stretch_and_far_ones_are_two():
    kept = "Les habitants du bourg vont au marché chaque samedi matin"
    found = balance(f"Une note perdue. {kept} Une autre note perdue", kept)
    assert [doubt.passage for doubt in found.doubts] == ["Une note perdue", "Une autre note perdue"]


def test_asides_are_asked_about_and_are_not_lost():
    aside = Aside("footnote", "Avec le soutien de la Fondation Hortense", Place(0, 9))
    read = plain.read(fiche("<b>Rive</b> plante.\tX\tIl est aiguillon."), "0" * 64)
    printed = " ".join(one.text for one in conservation.texts(read)) + " " + aside.text
    assert [doubt.passage for doubt in left_over(made_of(read._replace(raw=printed)))] == [aside.text]
    made = made_of(read._replace(raw=printed, asides=(aside,)))
    assert left_over(made) == [] and made.words["asked"] == 7
    assert [(d.passage, d.place) for d in made.doubts if d.kind == "aside_footnote"] == [(aside.text, aside.place)]


def test_each_kind_of_aside_has_its_words():
    kinds = re.search(r"``kind`` is (.*?);", Aside.__doc__, re.DOTALL)[1]
    kinds = re.findall(r"[a-z_]+", re.sub(r"\([^)]*\)|\bor\b", "", kinds))
    assert len(kinds) == 12
    for kind in kinds:
        assert draft.labels.t(f"doubt.aside_{kind}", "en")


def test_words_of_an_actors_cell_that_no_mention_holds_are_told(monkeypatch):
    split = draft.actors_cell.split
    monkeypatch.setattr(draft.actors_cell, "split", lambda *given: (split(*given)[0][:-1], []))
    made = made_of(plain.read(fiche("<b>Rive</b> plante.\tHabitants, Fondation Orme\tIl est aiguillon."), "0" * 64))
    assert [doubt.passage for doubt in left_over(made)] == ["Fondation Orme"]


def test_the_command_counts_words_in_one_line(tmp_path, capsys):
    (tmp_path / "fiche.txt").write_text(fiche("<b>Rive</b> plante.\tX, Y\tIl est aiguillon."), encoding="utf-8")
    assert draft.run(tmp_path / "fiche.txt", tmp_path / "draft", DATA, lang="fr") == 0
    assert len(HEAD.split()) == 7
    wanted = "  23 mots : 16 dans le brouillon, 0 dans le récit, 0 à relire, 7 de mise en page, 0 nulle part"
    assert wanted in capsys.readouterr().out.replace("\u202f", " ").splitlines()
