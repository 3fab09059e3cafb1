"""Proof-reading of drafts: what is found, where it is marked, that nothing else of the document changes."""

import io
import os
import random
import re
import time
import zipfile
from collections import defaultdict
from copy import deepcopy
from functools import cache
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

import drafts
from fiche_formats import runs
from neoterra_analysis import cli, load
from neoterra_analysis.coding.proofreading import comments, proofread
from neoterra_analysis.fiches import documents
from neoterra_analysis.words import labels

THOROUGH = os.environ.get("NEOTERRA_THOROUGH") == "1"
SOURCE = Path(__file__).resolve().parents[2] / "shared" / "source" / "fiche-ambition-4.txt"
FICHES = sorted([*drafts.fiche_formats.FICHES.glob("*.md"), *drafts.fiche_formats.FICHES.glob("*.txt")])
MARKS = [qn(f"w:{name}") for name in ("commentRangeStart", "commentRangeEnd")]

HEAD = "Projet\tActeurs mobilisés\tContribution à la transition"
ROWS = (
    "En Creuse, l'association **Bief Clair** nettoie les étangs du bourg.\tHabitants, CRESS, Mission locale de Valmont"
    "\tBief Clair joue un rôle **d'aiguillon**, par ses relevés.",
    "En Gironde, **Haute Sève** plante des haies avec les écoles.\tÉcoles, CRESS, Fondation Ormeau"
    "\tHaute Sève joue un rôle de **connecteur** entre voisins.",
    "Dans les Landes, l'entreprise **Fil de Brande** tisse la laine.\tArtisans, INRAE, Cercle Mirande"
    "\tL'entreprise joue un rôle **d'inspirateur** pour le pays.",
    "En Dordogne, **La Cuve** loge des apprentis. Son projet « Toit neuf » dure.\tCommunes, INRAE, URSSAF"
    "\tLa Cuve joue un rôle de **connecteur** entre métiers.",
)
TEXT = """Fiche Ambition n°2

# Vivre en pays sobre et fertile

La fiche présente quatre projets lauréats, au regard de 2 enjeux :

- 1. Soigner les eaux vives
- 2. Transmettre les gestes anciens

## Enjeu 1 : Soigner les eaux vives

{head}
{rows[0]}
{rows[1]}

## Enjeu 2 : Transmettre les gestes anciens

{head}
{rows[2]}
{rows[3]}

## Les leviers et les défis

Le temps manque aux équipes.
"""


def blocks(*changes, last=""):
    """Return the small draft as blocks, with words replaced and words more in its last section."""
    text = TEXT.format(head=HEAD, rows=ROWS)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    made = drafts.fiche_formats.blocks_of(text)
    return [*made, ("paragraph", runs(last))] if last else made


# The kind, the words of the comment, and what makes them: words replaced, or a sentence more.
CASES = {
    "count_rows": ("sept projets lauréats", [("quatre projets", "sept projets")], ""),
    "count_enjeu": ("trois projets", [], "L'enjeu 1 compte trois projets."),
    "count_role": ("Trois lauréats sont connecteurs", [], "Trois lauréats sont connecteurs."),
    "count_enjeux": ("3 enjeux", [("de 2 enjeux", "de 3 enjeux")], ""),
    "count_departments": ("six départements", [], "Ils viennent de six départements."),
    "count_department": ("deux projets lauréats", [], "On y trouve deux projets lauréats en Creuse."),
    "count_actors": ("douze partenaires", [("plante des haies", "réunit douze partenaires")], ""),
    "title": ("Soigner les eaux vives", [("## Enjeu 1 : Soigner les eaux vives", "## Enjeu 1 : Soigner les eaux")], ""),
    "enjeu_no_heading": ("1. Soigner les eaux vives", [("\n- 2.", "\n- 3. Rire\n- 2.")], None),
    "enjeu_empty": ("Rire", [("## Les", "## Enjeu 3 : Rire\n\n## Les"), ("anciens\n", "anciens\n- 3. Rire\n")], ""),
    "role_other": ("inspirateur", [], "Bief Clair agit en inspirateur."),
    "role_denied": ("aiguillon", [], "Bief Clair ne joue pas un rôle d'aiguillon."),
    "role_quantity": ("Tous les lauréats sont connecteurs", [], "Tous les lauréats sont connecteurs."),
    "role_word": ("conecteur", [("de **connecteur** entre voisins", "de **connecteur** et de conecteur")], ""),
    "role_no_row": ("inspirateur", [("un rôle **d'inspirateur**", "un rôle **d'aiguillon**")], "Qui est inspirateur ?"),
    "role_one_row": ("inspirateur", [], "Qui est inspirateur ?"),
    "actors_no_row": ("les hôpitaux", [], "Ils travaillent avec les écoles, les hôpitaux."),
    "actor_one_row": ("URSSAF", [], "Plusieurs lauréats parlent de URSSAF."),
    "name_no_row": ("ANCT", [], "Sans l'ANCT, rien ne se fait."),
    "kind": ("association", [("L'entreprise joue", "L'association joue")], ""),
    "place_number": ("Gironde (47)", [("En Gironde,", "En Gironde (47),")], ""),
    "place_town": ("Limoges", [], "À Limoges, en Creuse, on débat."),
    "place_row": ("Creuse", [], "Haute Sève, en Creuse, en témoigne."),
    "place_spelt": ("Girondde", [], "On débat en Girondde."),
    "place_no_row": ("Vienne", [], "On débat dans la Vienne."),
    "place_one_row": ("Creuse", [], "Plusieurs projets sont en Creuse."),
    "name": ("Haute Sèvre", [], "Haute Sèvre en témoigne."),
    "proper": ("Néo-Terra", [], "Néo Terra, oui ; Néo Terra, encore ; Néo-Terra, non."),
    "name_cut": ("AMI Sociale", [], "AMI Sociale nouvelle. " * 3 + "AMI Sociale dont on parle."),
    "acronym": ("INREA", [("Artisans, INRAE", "Artisans, INREA")], ""),
    "acronym_twice": ("la Maison du Bief Vert (MBV)", [], "Le Musée du Bois Vieux (MBV), la Maison du Bief Vert (MBV)"),
    "word": ("Metropole", [("Fondation Ormeau", "Mtropole d'Ormeau")], None),
    "land": ("plateau des Milles Vaches", [], "Rien sur le plateau des Milles Vaches."),
    "doubled": ("de de", [("de **connecteur** entre voisins", "de de **connecteur** entre voisins")], ""),
    "prepositions": ("à de la", [], "Ils contribuent à de la feuille."),
    "agreement": ("l'association Bief Clair nettoient", [("nettoie", "portent")], None),
    "parenthesis": ("(souvent", [], "Les équipes (souvent petites sont là."),
    "separator": ("CRESS, , Mission", [("CRESS, Mission", "CRESS, , Mission")], ""),
    "not_an_actor": ("Qualiopi", [("Communes, INRAE", "Communes, Qualiopi, INRAE")], ""),
    "no_separators": ("CAF Atelier Ronce École Bru", [("Communes, INRAE, URSSAF", "CAF Atelier Ronce École Bru")], ""),
    "one_or_two": ("Fondation Alba et Cercle Mirande", [("Artisans,", "Fondation Alba et Cercle Mirande,")], ""),
    "actor_spelt": ("Fondation Ormaeu", [("Communes, INRAE", "Communes, Fondation Ormaeu, INRAE")], ""),
    "actor_acronym": ("MLV", [("Communes, INRAE", "Communes, MLV, INRAE")], ""),
    "cell_empty": ("En Dordogne", [("\tCommunes, INRAE, URSSAF\t", "\t\t")], None),
    "cell_cut": ("entre", [("connecteur** entre métiers.", "connecteur** entre les")], None),
    "cell_end": ("un rôle d'aiguillon, par", [("par ses relevés.", "par ses rel")], None),
    "row_twice": ("En Gironde, Haute Sève plante des haies avec", [(ROWS[2], f"{ROWS[2]}\n{ROWS[1]}")], ""),
    "text_twice": ("La Cuve joue", [(ROWS[3].split("\t")[2], ROWS[1].split("\t")[2])], None),
    "table_cut": ("Projet", [(f"\n{ROWS[1]}", f"\n\nLa suite :\n\n{HEAD}\n{ROWS[1]}")], ""),
    "count_list": ("Trois leviers", [("Le temps manque aux équipes.", "Trois leviers :\n\n- du temps\n- un lieu")], ""),
    "ambition": ("pays sobre et ouvert", [], "Cette ambition vise un pays sobre et ouvert."),
    "ambition_number": ("Cette sixième ambition", [], "Cette sixième ambition est vaste."),
    "enjeu_twice": ("", [("## Enjeu 2 : ", "## Enjeu 1 : ")], None),
    "role_main": ("aiguillon", [("La Cuve joue un", "La Cuve joue principalement un"),
        ("entre métiers.", "entre métiers. Elle est également **aiguillon**.")],
        "La Cuve joue d'abord un rôle d'aiguillon."),
    "laureate_no_row": ("Clos Joli", [], "Le lauréat Clos Joli le confirme."),
    "name_enjeu": ("Haute Sève", [], "Sous l'enjeu 2, Haute Sève plante."),
    "provisional": ("à compléter", [("Habitants, CRESS, Mission locale de Valmont", "à compléter")], ""),
    "cell_start": ("et joue un rôle", [("Haute Sève joue un", "et joue un")], ""),
    "row_cut": ("", [(f"\n{ROWS[1]}", "\n\n\tMission locale de Valmont\trelevés."),
        ("CRESS, Mission locale de Valmont", "CRESS,"), ("par ses relevés.", "par ses")], None),
    "row_detached": ("En Gironde, Haute Sève plante des haies avec",
        [(f"\n{ROWS[1]}", f"\n\nLa suite :\n\n{ROWS[1]}")], ""),
    "apostrophes": ("l'association", [], "Dans l’eau, l’air, l’herbe, l’ombre, l’été, l’hiver."),
}  # fmt: skip


def written(made, tmp_path, name="draft.docx"):
    """Write blocks as a Word document."""
    drafts.fiche_formats.docx(made, tmp_path / name)
    return tmp_path / name


def marked(raw):
    """Return the words that each comment stands on, by its id."""
    found, opened = defaultdict(str), []
    for one in docx.Document(io.BytesIO(raw)).element.body.iter():
        if one.tag == MARKS[0]:
            opened.append(one.get(qn("w:id")))
        elif one.tag == MARKS[1]:
            opened.remove(one.get(qn("w:id")))
        elif one.tag == qn("w:t"):
            for key in opened:
                found[key] += one.text
    assert not opened
    return found


def test_a_draft_that_agrees_with_itself(tmp_path):
    file = written(blocks(), tmp_path)
    found, _ = proofread.findings(documents.read(file))
    assert [each.kind for each in found] == []
    assert cli.main(["proofread", str(file)]) == 0
    assert (tmp_path / "draft-relu.docx").read_bytes() == file.read_bytes()


@pytest.mark.parametrize("kind", CASES)
def test_each_kind(kind):
    words, changes, last = CASES[kind]
    found, one = drafts.found(blocks(*changes, last=last or ""))
    mine = [each for each in found if each.kind == kind]
    assert mine, [each.kind for each in found]
    if last is not None:
        said = [one.units[each.at].flat[each.start : each.end] for each in mine]
        assert words in said or words in [one.units[each.at].text.text[each.start : each.end] for each in mine], said
    for lang in ("fr", "en"):
        told = proofread.lines(mine[0], one, lang)
        assert (
            len(told) >= 3
            and told[-1].startswith(("À faire", "To do"))
            and not re.search(r"[{}]|\bNone\b", "".join(told))
        )


def test_each_kind_has_a_case():
    kinds = {
        key.removeprefix("proof.").removesuffix(".do") for key in labels.words() if re.fullmatch(r"proof\..*\.do", key)
    }
    of_data = {kind for kind in kinds if kind.startswith(("claim_", "known"))}
    assert kinds - of_data == set(CASES)


def test_a_comment_says_what_where_which_rows_and_what_to_do(tmp_path, capsys):
    file = written(blocks(last="Bief Clair agit en inspirateur."), tmp_path)
    assert cli.main(["proofread", str(file), "--out", str(tmp_path / "out.docx"), "--lang", "en"]) == 1
    told = capsys.readouterr().out
    assert (
        "4 rows of projects: 1 comment, of which 1 certain." in told and "1: role that the row does not state" in told
    )
    (comment,) = docx.Document(tmp_path / "out.docx").comments
    assert (comment.author, comment.timestamp) == ("neoterra", None)
    assert comment.text.split("\n") == [
        "Certain – role that the row does not state",
        "The text gives Bief Clair the role “inspirer”; its row states: spur.",
        "Elsewhere: row Bief Clair, column contribution (“Bief Clair joue un rôle d'aiguillon, par ses relevés.”)",
        "Rows: 1 of 4 (Bief Clair)",
        "To do: correct the text or the row.",
    ]
    assert list(marked((tmp_path / "out.docx").read_bytes()).values()) == ["inspirateur"]


# Nothing else of the document changes


def bare(raw, kept=""):
    """Return the canonical form of the text of a document, without comments, its runs joined again."""
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(raw)).read("word/document.xml"))
    for one in list(root.iter(*MARKS)):
        one.getparent().remove(one)
    for one in list(root.iter(qn("w:commentReference"))):
        if one.get(qn("w:id")) != kept:
            one.getparent().getparent().remove(one.getparent())
    for run in list(root.iter(qn("w:r"))):
        before = run.getprevious()
        like = before is not None and before.tag == run.tag and dict(before.attrib) == dict(run.attrib)
        shape = [b"".join(etree.tostring(p) for p in r.findall(qn("w:rPr"))) for r in (before, run)] if like else [0, 1]
        if like and shape[0] == shape[1]:
            before.extend(one for one in run if one.tag != qn("w:rPr"))
            run.getparent().remove(run)
    for one in list(root.iter(qn("w:t"))):
        before = one.getprevious()
        one.attrib.pop(comments.SPACE, None)
        if before is not None and before.tag == one.tag:
            before.text += one.text
            one.getparent().remove(one)
    return etree.tostring(root, method="c14n")


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def laden(tmp_path):
    """Return a draft with what a Word document may hold beside its text, and words to be marked in the midst of it."""
    file = written(blocks(last="Bief Clair agit en inspirateur. On débat en Girondde (souvent."), tmp_path)
    parts = {name: zipfile.ZipFile(file).read(name) for name in zipfile.ZipFile(file).namelist()}
    text = parts["word/document.xml"].decode()
    inner = (
        '<w:r w:rsidR="00AB"><w:rPr><w:i/></w:rPr><w:t xml:space="preserve">Bief Clair agit </w:t></w:r>'
        '<w:ins w:id="50" w:author="a"><w:r><w:t xml:space="preserve">en inspi</w:t></w:r></w:ins>'
        '<w:del w:id="51" w:author="a"><w:r><w:delText>xx</w:delText></w:r></w:del>'
        '<w:hyperlink w:anchor="x"><w:r><w:rPr><w:b/></w:rPr><w:t>rateur.</w:t></w:r></w:hyperlink>'
        '<w:r><w:footnoteReference w:id="2"/></w:r><w:commentRangeStart w:id="7"/>'
        '<w:r><w:t xml:space="preserve"> On </w:t>'
        '<w:tab/><w:t>débat en Girondde (souvent.</w:t></w:r><w:commentRangeEnd w:id="7"/>'
        '<w:r><w:commentReference w:id="7"/></w:r>'
    )
    old = "<w:r><w:rPr/><w:t>Bief Clair agit en inspirateur. On débat en Girondde (souvent.</w:t></w:r>"
    assert text.count(old) == 1
    text = text.replace(old, inner)
    parts["word/document.xml"] = text.encode()
    parts["word/comments.xml"] = (
        f'<w:comments xmlns:w="{W}"><w:comment w:id="7" w:author="Anne" w:initials="A"><w:p><w:r>'
        "<w:t>à revoir</w:t></w:r></w:p></w:comment></w:comments>"
    ).encode()
    parts["word/footnotes.xml"] = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2"><w:p><w:r><w:t>Une note.</w:t></w:r></w:p></w:footnote>'
        "</w:footnotes>"
    ).encode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    more = "".join(f'<Relationship Id="x{n}" Type="{kind}{n}" Target="{n}.xml"/>' for n in ("comments", "footnotes"))
    name = "word/_rels/document.xml.rels"
    parts[name] = parts[name].replace(b"</Relationships>", more.encode() + b"</Relationships>")
    types = "".join(
        f'<Override PartName="/word/{n}.xml" ContentType="{comments.TYPE.replace("comments", n)}"/>'
        for n in ("comments", "footnotes")
    )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", types.encode() + b"</Types>")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return file


@pytest.mark.parametrize("form", ["plain", "laden"])
def test_the_document_is_otherwise_unchanged(form, tmp_path):
    file = laden(tmp_path) if form == "laden" else written(drafts_with_errors(), tmp_path)
    raw = file.read_bytes()
    made, found, _, counts = proofread.proofread(raw, file.name, None, "fr")
    assert counts == [len(found), 0, 0, 0] and found
    before, after = (zipfile.ZipFile(io.BytesIO(one)) for one in (raw, made))
    may = {"word/document.xml", "word/comments.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"}
    may -= {"[Content_Types].xml", "word/_rels/document.xml.rels"} if form == "laden" else set()
    assert set(after.namelist()) == {*before.namelist(), "word/comments.xml"}
    assert {n for n in before.namelist() if before.read(n) != after.read(n)} <= may
    kept = "7" if form == "laden" else ""
    assert bare(raw, kept) == bare(made, kept)
    document = docx.Document(io.BytesIO(made))
    ids = [one.comment_id for one in document.comments]
    assert len(ids) == len(set(ids)) == len(found) + (form == "laden")
    assert not re.search(r"w:date", after.read("word/comments.xml").decode())
    told = documents.sandbox.read("docx", made, "")
    assert told.blocks == documents.sandbox.read("docx", raw, "").blocks
    if form == "laden":
        assert {"inspirateur.", "Girondde", "(souvent."} >= {w for key, w in marked(made).items() if key != "7"} - {
            "inspirateur"
        }
        assert {(one.author, one.text) for one in document.comments} >= {("Anne", "à revoir")}
    # Done again: the same bytes; on what came of it: nothing more.
    assert proofread.proofread(raw, file.name, None, "fr")[0] == made
    again, _, _, counts = proofread.proofread(made, file.name, None, "fr")
    assert again == made and counts == [0, len(found), 0, 0]


def drafts_with_errors():
    """Return a draft with many errors."""
    draft = drafts.Draft(2).blocks
    for name in (
        "total",
        "role_count",
        "acronym",
        "kind",
        "parenthesis",
        "town",
        "name",
        "separator",
        "row_twice",
        "title",
    ):
        facts = drafts.facts(draft)
        drafts.PLANTS[name](draft, facts, random.Random(name))
    return draft


def more(raw, text=None, parts=(), comment=None):
    """Return a document with its text changed, with parts more, and with comments of others before ours."""
    kept = {name: zipfile.ZipFile(io.BytesIO(raw)).read(name) for name in zipfile.ZipFile(io.BytesIO(raw)).namelist()}
    if text:
        old, new = (one.encode() for one in text)
        assert kept["word/document.xml"].count(old) == 1
        kept["word/document.xml"] = kept["word/document.xml"].replace(old, new)
    kept |= {name: content.encode() for name, content in parts}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in kept.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return made.getvalue()


def part(raw, name="word/document.xml"):
    return zipfile.ZipFile(io.BytesIO(raw)).read(name).decode()


def test_headers_footers_boxes_and_tracked_changes_stay(tmp_path):
    file = tmp_path / "headed.docx"
    drafts.fiche_formats.docx(blocks(last="On débat en Girondde."), file)
    document = docx.Document(file)
    document.sections[0].header.paragraphs[0].text = "En tête (ouverte, en Girondde"
    document.sections[0].footer.paragraphs[0].text = "Au pied, en Girondde"
    document.save(file)
    box = (
        '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r><w:t>'
        "Dans un cadre (ouvert</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        '<w:del w:id="90" w:author="a"><w:r><w:delText>en Girondde</w:delText></w:r></w:del>'
        '<w:ins w:id="91" w:author="a"><w:r><w:t xml:space="preserve"> On </w:t></w:r></w:ins>'
        "<w:r><w:t>débat en Girondde."
    )
    raw = more(file.read_bytes(), ("<w:r><w:rPr/><w:t>On débat en Girondde.", box))
    made, found, _, counts = proofread.proofread(raw, file.name, None, "fr")
    before, after = (zipfile.ZipFile(io.BytesIO(one)) for one in (raw, made))
    may = {"word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"}
    assert any("header" in name for name in before.namelist()) and any("footer" in name for name in before.namelist())
    assert {name for name in before.namelist() if before.read(name) != after.read(name)} == may
    assert bare(raw) == bare(made) and counts[0] == len(found) - counts[2] >= 1
    assert "Girondde" in marked(made).values() and part(made).count("<w:delText>en Girondde</w:delText>") == 1


def test_a_strict_document_with_comments_of_a_person(tmp_path):
    space = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    name = "word/comments.xml"
    raw = laden(tmp_path).read_bytes()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/", "http://purl.oclc.org/ooxml/officeDocument/"
    names = ("word/document.xml", name, "word/_rels/document.xml.rels", "_rels/.rels")
    strict = more(raw, parts=[(each, part(raw, each).replace(W, space).replace(*kind)) for each in names])
    made, found, _, counts = proofread.proofread(strict, "strict.docx", None, "fr")
    assert found and counts == [len(found), 0, 0, 0]
    assert W not in part(made) + part(made, name)
    book = etree.fromstring(part(made, name).encode())
    authors = [one.get(f"{{{space}}}author") for one in book]
    assert authors == ["Anne", *["neoterra"] * len(found)] and "à revoir" in part(made, name)
    assert proofread.proofread(made, "strict.docx", None, "fr")[0] == made


def test_comments_that_no_longer_hold_are_taken_out(tmp_path):
    """What is mended loses its comment; what is not keeps it; those of people, and what they answered, stay."""
    raw = laden(tmp_path).read_bytes()
    made, found, _, _ = proofread.proofread(raw, "a.docx", None, "fr")
    text = part(made)
    assert text.count("Girondde") == 1
    mended = more(made, ("Girondde", "Gironde"))
    again, left, _, counts = proofread.proofread(mended, "a.docx", None, "fr")
    assert (counts, len(left)) == ([0, len(found) - 1, 0, 1], len(found) - 1)
    assert bare(again, "7") == bare(mended, "7")
    told = [(one.author, one.text.split("\n")[0]) for one in docx.Document(io.BytesIO(again)).comments]
    assert (
        ("Anne", "à revoir") in told
        and len(told) == len(found)
        and not any("nom d'un département" in b for _, b in told)
    )
    assert set(re.findall(r'comment\w+ w:id="(\d+)"', part(again))) == set(
        re.findall(r'w:comment w:id="(\d+)"', part(again, "word/comments.xml"))
    )
    # Answered: it stays, though it no longer holds.
    space = "http://schemas.microsoft.com/office/word/2012/wordml"
    old = "http://schemas.microsoft.com/office/word/2010/wordml"
    book, at = part(mended, "word/comments.xml"), "nom d'un département"
    cut = book.rindex("<w:p>", 0, book.index(at))
    book = f'{book[:cut]}<w:p xmlns:v="{old}" v:paraId="0A">{book[cut + 5 :]}'
    rels = part(mended, "word/_rels/document.xml.rels").replace(
        "</Relationships>",
        '<Relationship Id="z" Type="http://schemas.microsoft.com/office/2011/relationships/commentsExtended"'
        ' Target="commentsExtended.xml"/></Relationships>',
    )
    thread = f'<a:commentsEx xmlns:a="{space}"><a:commentEx a:paraId="0A"/>{{}}</a:commentsEx>'
    for answer, kept in (('<a:commentEx a:paraId="0B" a:paraIdParent="0A"/>', 1), ("", 0)):
        parts = {"word/comments.xml": book, "word/_rels/document.xml.rels": rels}
        parts["word/commentsExtended.xml"] = thread.format(answer)
        again, *_, counts = proofread.proofread(more(mended, parts=parts.items()), "a.docx", None, "fr")
        assert counts[3] == 1 - kept and (at in part(again, "word/comments.xml")) == bool(kept)
        assert ("0A" in part(again, "word/commentsExtended.xml")) == bool(kept)


SHAPES = ("a", "A", "(", "ABCD ", "Aa Bb, ", "Pau, en Creuse ", "la maison (ABC) ", "trois projets ", "...", "enjeu 1 ",
    "Le lauréat Haute Sève (enjeu 2) joue un rôle d'aiguillon, ", "Plusieurs lauréats mobilisent des ")  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES if THOROUGH else SHAPES[::4])
def test_long_paragraphs_are_bounded(shape):
    """Twice as long a paragraph takes no more than two and a half times as long, where the time says something."""

    def seconds(size):
        made = blocks(last=(shape * size)[:size])
        start = time.process_time()
        drafts.found(made)
        return time.process_time() - start

    size = 200_000 if THOROUGH else 12_000
    for _ in range(3):
        short, long = seconds(size), seconds(2 * size)
        if long <= 2.5 * max(short, 0.15):
            return
    raise AssertionError(f"{short:.2f} {long:.2f}")


# What is refused


def refused(capsys, *arguments):
    assert cli.main(["proofread", *map(str, arguments)]) == 1
    told = capsys.readouterr().err.strip()
    assert told and "\n" not in told and "Traceback" not in told
    return told


def test_refusals(tmp_path, capsys):
    file = written(blocks(last="On débat en Girondde."), tmp_path)
    raw = file.read_bytes()
    assert "--out" in refused(capsys, file, "--out", file)
    (tmp_path / "link.docx").symlink_to(file)
    assert "--out" in refused(capsys, file, "--out", tmp_path / "link.docx")
    assert file.read_bytes() == raw
    (tmp_path / "a.txt").write_text("Un texte.", encoding="utf-8")
    assert ".docx" in refused(capsys, tmp_path / "a.txt")
    assert "nowhere.docx" in refused(capsys, tmp_path / "nowhere.docx")
    for name, content in (("cut.docx", raw[:-900]), ("text.docx", b"Un texte."), ("empty.docx", b"")):
        (tmp_path / name).write_bytes(content)
        assert name in refused(capsys, tmp_path / name)
    with zipfile.ZipFile(tmp_path / "entity.docx", "w") as made:
        for name in zipfile.ZipFile(file).namelist():
            content = zipfile.ZipFile(file).read(name)
            made.writestr(name, b'<!DOCTYPE a [<!ENTITY b "c">]>' + content if name == "word/document.xml" else content)
    assert "entity.docx" in refused(capsys, tmp_path / "entity.docx")
    assert sorted(one.name for one in tmp_path.glob("*-relu*")) == []


def test_a_document_that_is_no_fiche(tmp_path, capsys):
    made = [("paragraph", runs("On débat en Gironde (47) et (partout."))]
    assert cli.main(["proofread", str(written(made, tmp_path)), "--lang", "fr"]) == 1
    told = capsys.readouterr().out
    assert "aucun tableau de projets" in told and "2 commentaires ajoutés" in told


# Measured: the known discrepancies of fiche 4, errors planted, false alarms

# Without a grammar or a dictionary of French: a word for another one (d10, d14, d15), an adjective's agreement (d17).
NOT_FOUND = {"d10", "d14", "d15", "d17"}
FOUND = {
    "d01": "count_rows", "d02": "title", "d03": "title", "d04": "ambition", "d05": "count_actors",
    "d06": "not_an_actor",
    "d07": "proper", "d08": "name_cut", "d09": "prepositions", "d11": "word", "d12": "acronym", "d13": "land",
    "d16": "agreement", "d18": "row_detached", "d19": "table_cut", "d20": "no_separators", "d21": "no_separators",
    "d22": "apostrophes",
}  # fmt: skip


@pytest.mark.skipif(not SOURCE.is_file(), reason="the fiche is not part of the project")
def test_the_known_discrepancies_of_fiche_4(tmp_path):
    draft = list(drafts.blocks_of(documents.read(SOURCE)))
    known = {row["discrepancy_id"]: row for row in load().discrepancies.to_dict("records")}
    found, one = drafts.found(draft)
    kinds = [each.kind for each in found]
    assert {key for key in known if FOUND.get(key) in kinds} == set(known) - NOT_FOUND and len(known) == 22
    assert 22 <= len(found) <= 30
    file = written(draft, tmp_path)
    _, found, _, counts = proofread.proofread(
        file.read_bytes(), file.name, Path(__file__).resolve().parents[1] / "data", "fr"
    )
    told = {each.known["discrepancy_id"] for each in found if each.known}
    assert told | {each.told["discrepancy_id"] for each in found if each.kind == "known"} == set(known)
    assert {"claim_no_case", "claim_one", "claim_indirect"} <= {each.kind for each in found} and not counts[2]


@cache
def corpus():
    """Return drafts with what is found in them: some that agree with themselves, and the fiches of the tests."""
    made = [drafts.Draft(seed).blocks for seed in range(30 if THOROUGH else 4)]
    if THOROUGH:
        made += [list(drafts.blocks_of(documents.read(file))) for file in FICHES]
    return [(one, drafts.found(one)) for one in made]


def test_errors_planted():
    """Of 33 kinds of error planted one at a time, 19 in 20 are told by their kind."""
    told, missed = defaultdict(int), defaultdict(list)
    for number, (draft, clean) in enumerate(corpus()):
        for rank, (kind, plant) in enumerate(drafts.PLANTS.items()):
            if not THOROUGH and rank % 6 != number % 6:
                continue
            made = deepcopy(draft)
            try:
                expected = plant(made, clean[1], random.Random(f"{number} {kind}"))
            except (IndexError, StopIteration, ValueError):
                continue
            if expected and drafts.told(clean, made) & expected:
                told[kind] += 1
            elif expected:
                missed[kind].append(number)
    count, all_of = sum(told.values()), sum(told.values()) + sum(map(len, missed.values()))
    print(f"{count} of {all_of}", {kind: numbers for kind, numbers in missed.items()})
    assert count >= 0.95 * all_of and all_of > (800 if THOROUGH else 16), missed


def test_false_alarms():
    """Of drafts that agree with themselves, fewer than one comment in two pages of 400 words."""
    mine = [clean for _, clean in corpus()[: 30 if THOROUGH else 4]]
    pages = sum(len(unit.flat.split()) for _, one in mine for unit in one.units) / 400
    found = [each.kind for each_found, _ in mine for each in each_found]
    assert len(found) <= 0.5 * pages, found


def test_sentences_that_are_true():
    """Numbers, places and roles that are of something else, or right."""
    draft, clean = corpus()[0]
    row = clean[1].rows[0]
    role = row.roles[0].role
    made = deepcopy(draft)
    for text in (
        "Deux projets sur trois manquent de temps.", "Trois des lauréats ont changé de nom.",
        "440 projets ont été financés.",
        f"{row.name} joue un rôle {drafts.ROLES[role]}.", f"{row.name} n'est pas seulement {role}.",
        "Une équipe de vingt personnes, dont trois salariés, y travaille.", "Le collectif a) plante, b) taille.",
        "Nous nous sommes réunis.", "Un connecteur électrique ne suffit pas.",
        "Il faut dix ans et trois réunions par an.",
        "La commission a identifié deux projets semblables en Espagne.",
        "En 2019, 12 projets du pays ont reçu une aide.",
    ):  # fmt: skip
        drafts.in_last(made, text)
    assert drafts.told(clean, made) == set()


def test_a_part_of_all_laureates_is_no_count_of_an_enjeu():
    draft, clean = corpus()[0]
    first = next(at for at, block in enumerate(draft) if block[0] == "table")
    for words, kinds in (("", {"count_enjeu"}), (f" sur {len(clean[1].rows)}", set())):
        made = deepcopy(draft)
        made.insert(first, ("paragraph", runs(f"La fiche présente sans nom de projet 9 lauréats{words}.")))
        assert {kind for kind in drafts.told(clean, made) if kind.startswith("count")} == kinds


@pytest.mark.parametrize("name", ["fiche", "annex"] if THOROUGH else ["fiche"])
def test_our_own_documents(name, repo):
    """Our own documents are read, too: less than one remark in two pages of 400 words, none of them certain."""
    file = repo / "site" / "ambition-4" / f"{name}-fr.docx"
    if not file.is_file():
        pytest.skip("not built")
    found, one = proofread.findings(documents.read(file))
    found = [each for each in found if each.kind != "apostrophes"]  # those of what is quoted as printed are straight
    assert len(found) < sum(len(unit.flat.split()) for unit in one.units) / 800
    assert not [each for each in found if each.certain]
