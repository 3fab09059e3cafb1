"""REFI-QDA projects: out and back, held to the order of the schema; a second coder's; and those that mean harm."""

import csv
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import unicodedata
import uuid
import zipfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from lxml import etree

from neoterra_analysis import cli, load
from neoterra_analysis.exchange import refi, refi_file, write
from neoterra_analysis.fiches.documents.limits import DocumentError

REPO = Path(__file__).resolve().parents[1]
EXAMPLE = REPO / "examples" / "fiche-ambition-2.md"
REAL = Path(os.environ.get("NEOTERRA_FICHE") or REPO.parent / "shared" / "source" / "fiche-ambition-4.txt")
SPACE = "{urn:QDA-XML:project:1.0}"
CODED = ("roles", "contributions", "evidence", "mentions")
# What may stand in what, in this order, and which attributes each must have; in our own words.
CHILDREN = {
    "Project": "Users CodeBook Variables Cases Sources Notes Links Sets Graphs Description NoteRef",
    "Code": "Description NoteRef Code",
    "Case": "Description CodeRef VariableValue SourceRef SelectionRef",
    "VariableValue": "VariableRef TextValue",
    "TextSource": "Description PlainTextContent PlainTextSelection Coding NoteRef VariableValue",
    "Note": "Description PlainTextContent PlainTextSelection Coding NoteRef VariableValue",
    "PlainTextSelection": "Description Coding NoteRef",
    "Coding": "CodeRef NoteRef",
    "Users": "User",
    "CodeBook": "Codes",
    "Codes": "Code",
    "Variables": "Variable",
    "Cases": "Case",
    "Sources": "TextSource",
    "Notes": "Note",
    "Variable": "Description",
}
REQUIRED = {
    "Project": "name origin",
    "User": "guid",
    "Code": "guid name isCodable",
    "Variable": "guid name typeOfVariable",
    "PlainTextSelection": "guid startPosition endPosition",
    **dict.fromkeys(("Case", "TextSource", "Note", "Coding"), "guid"),
    **dict.fromkeys(("CodeRef", "NoteRef", "SourceRef", "SelectionRef", "VariableRef"), "targetGUID"),
}


def command(*words):
    """Run a command line in this process, quietly."""
    return cli.main([str(word) for word in words])


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    """Return a data folder that holds the example fiche too, with codings of its own."""
    folder = tmp_path_factory.mktemp("refi")
    data, draft, book = folder / "data", folder / "draft", folder / "draft.xlsx"
    subprocess.run(["cp", "-r", REPO / "data", data], check=True)
    assert command("ingest", EXAMPLE, "--out", draft, "--data", data) == 0
    assert command("workbook", "export", book, "--data", draft) == 0
    subprocess.run([sys.executable, REPO / "examples" / "settle.py", book], check=True, stdout=subprocess.DEVNULL)
    assert command("workbook", "import", book, "--out", draft) == 0
    added = {
        "themes": [
            "time,ambition-2,fiche-ambition-2,1,challenge,Temps à soi,Time,Le temps manque.,Short.,manquent de temps"
        ],
        "evidence": ["time,horaire-libre,indirect,rouvre la question des horaires,Le temps y est en jeu."],
        "contributions": [
            "quatre-bras,filiere,farming,alliances,Salariés partagés,Shared staff,partage des salariés entre plusieurs"
        ],
        "readings": [
            "r01,roles,quatre-bras/connecteur,salience,principal,stated,« Principalement » est un mot.,A word."
        ],
    }
    for table, lines in added.items():
        with (draft / f"{table}.csv").open("a", encoding="utf-8") as stream:
            stream.write("\n".join(lines) + "\n")
    if (REPO / "data" / "readings.csv").read_text(encoding="utf-8").count("\nr01,"):
        text = (draft / "readings.csv").read_text(encoding="utf-8")
        (draft / "readings.csv").write_text(text.replace("\nr01,", "\nr99,"), encoding="utf-8")
    assert command("add", draft, "--data", data) == 0
    return data


def parts(file):
    """Return the XML and the text of a project."""
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        assert names[0] == "project.qde" and len(names) == 2
        return etree.fromstring(archive.read("project.qde")), archive.read(names[1]).decode()


def rows(folder, table):
    with (Path(folder) / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def home(folder, ambition, table):
    """Return the rows of the laureates of a fiche."""
    own = {one["laureate_id"] for one in rows(folder, "laureates") if one["source_id"] == f"fiche-{ambition}"}
    return [one for one in rows(folder, table) if one["laureate_id"] in own]


def back(file, fiche, data, out, *words):
    return command("import", "refi-qda", file, "--fiche", fiche, "--out", out, "--data", data, *words)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_went_out_comes_back(trial, tmp_path, lang, capsys):
    file, *_ = write(load(trial), "refi-qda", tmp_path / "coded.qdpx", lang, fiche=EXAMPLE)
    assert back(file, EXAMPLE, trial, tmp_path / "draft", "--lang", lang) == 0
    for table in CODED:
        expected = home(trial, "ambition-2", table)
        assert expected and rows(tmp_path / "draft", table) == expected, table
    assert rows(tmp_path / "draft", "review") == []
    load(tmp_path / "draft")
    again, *_ = write(load(trial), "refi-qda", tmp_path / "again", lang, fiche=EXAMPLE)
    assert again.read_bytes() == file.read_bytes()
    (day,) = (one["retrieved"] for one in rows(trial, "sources") if one["source_id"] == "fiche-ambition-2")
    dates = {one.get("creationDateTime") for one in parts(file)[0].iter()} - {None}
    assert dates == {f"{day}T00:00:00Z"}
    told = (tmp_path / "coded.refi-qda.losses.txt").read_text(encoding="utf-8")
    nested = sum(bool(one["parent_position"]) for one in home(trial, "ambition-2", "mentions"))
    assert nested and re.search(rf"\[refi_nested\]\W+{nested}\W", told)


@pytest.mark.skipif(not REAL.exists(), reason="the fiche is not in this checkout")
def test_the_published_fiche_comes_back(repo, tmp_path):
    file, *_ = write(load(), "refi-qda", tmp_path / "coded", fiche=REAL)
    assert back(file, REAL, repo / "data", tmp_path / "draft") == 0
    for table in CODED:
        assert (tmp_path / "draft" / f"{table}.csv").read_bytes() == (repo / "data" / f"{table}.csv").read_bytes()
    assert rows(tmp_path / "draft", "review") == []


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_another_tool_wrote_anew_comes_back(trial, tmp_path, lang):
    """As QualCoder does: identifiers of its own, memos as descriptions, no notes, no rows of laureates, a BOM."""
    file, *_ = write(load(trial), "refi-qda", tmp_path / "coded", lang, fiche=EXAMPLE)
    root, text = parts(file)
    cases = {one.get("guid") for one in root.iter(SPACE + "Case")}
    gone = [*root.iter(SPACE + "Notes", SPACE + "NoteRef", SPACE + "Cases")]
    gone += [one for one in root.iter(SPACE + "Code") if one.get("guid") in cases]
    gone += [one.getparent().getparent() for one in root.iter(SPACE + "CodeRef") if one.get("targetGUID") in cases]
    for one in gone:
        one.getparent().remove(one)
    (source,) = root.iter(SPACE + "TextSource")
    source.set("plainTextPath", "internal://own.txt")
    for one in root.iter():
        for name in ("guid", "targetGUID", "creatingUser"):
            if one.get(name):
                one.set(name, str(uuid.uuid5(uuid.NAMESPACE_DNS, one.get(name))).upper())
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("other.qde", etree.tostring(root))
        archive.writestr("Sources/OWN.txt", "\ufeff" + text)
    assert back(file, EXAMPLE, trial, tmp_path / "draft") == 0
    for table in CODED:
        assert rows(tmp_path / "draft", table) == home(trial, "ambition-2", table), table
    assert rows(tmp_path / "draft", "review") == []


def test_a_project_keeps_the_order_of_the_schema(trial, tmp_path):
    file, *_ = write(load(trial), "refi-qda", tmp_path / "coded", "fr", fiche=EXAMPLE)
    root, text = parts(file)
    assert root.tag == SPACE + "Project"
    for element in root.iter():
        name = element.tag.removeprefix(SPACE)
        order = CHILDREN.get(name, "").split()
        found = [order.index(child.tag.removeprefix(SPACE)) for child in element]
        assert found == sorted(found), name
        assert set(REQUIRED.get(name, "").split()) <= set(element.attrib), name
        assert name not in ("Users", "Codes", "Cases", "Variables", "Notes", "Sources") or len(element), name
    own = [one.get("guid") for one in root.iter() if one.get("guid") and one.tag != SPACE + "Case"]
    assert len(own) == len(set(own)) and all(str(uuid.UUID(one)) == one for one in own)
    for tag, target in (
        ("CodeRef", "Code"),
        ("NoteRef", "Note"),
        ("VariableRef", "Variable"),
        ("SourceRef", "TextSource"),
    ):
        known = {one.get("guid") for one in root.iter(SPACE + target)}
        refs = [one.get("targetGUID") for one in root.iter(SPACE + tag)]
        assert refs and set(refs) <= known, tag
    cases, codes = ({one.get("guid") for one in root.iter(SPACE + name)} for name in ("Case", "Code"))
    assert len(cases) == 3 and cases <= codes
    names = [one.get("name").casefold() for one in root.iter(SPACE + "Code")]
    assert len(names) == len(set(names))
    assert "\r" not in text and not text.startswith("\ufeff")
    (source,) = root.iter(SPACE + "TextSource")
    assert source.get("plainTextPath") == f"internal://{source.get('guid')}.txt"
    for one in root.iter(SPACE + "PlainTextSelection"):
        words = text[int(one.get("startPosition")) : int(one.get("endPosition"))]
        assert words.strip() == words and " ".join(words.split())[:80] == one.get("name")
    reasons = [one.findtext(SPACE + "PlainTextContent") for one in root.iter(SPACE + "Note")]
    assert {"« Principalement » est un mot.", "Le temps y est en jeu.", "Salariés partagés"} <= set(reasons)
    (value,) = (one for one in root.iter(SPACE + "Case") if one.get("name") == "Quatre Bras")
    assert {"association", "Creuse", "Connecteur"} <= {one.text for one in value.iter(SPACE + "TextValue")}


def test_the_codebook_alone(tmp_path):
    file, report = write(load(), "refi-qda", tmp_path / "codes.qdc", "en")
    root = etree.fromstring(file.read_bytes())
    assert root.tag == "{urn:QDA-XML:codebook:1.0}CodeBook" and [one.tag.partition("}")[2] for one in root] == ["Codes"]
    codes = list(root.iter("{urn:QDA-XML:codebook:1.0}Code"))
    assert {one.get("guid") for one in codes} == {refi.guid("code", one.key) for one in refi.walk(refi.book(load()))}
    dataset = load()
    leaves = 3 * 2 + 2 * len(dataset.themes) + len(dataset.actors)
    leaves += 11 * len(dataset.contributions[["dimension", "target"]].drop_duplicates())
    assert sum(one.get("isCodable") == "true" for one in codes) == leaves
    assert f"[refi_codings]: {sum(len(getattr(dataset, name)) for name in CODED)};" in report.read_text(
        encoding="utf-8"
    )


def test_two_folders_two_coders(trial, tmp_path, capsys):
    for name in ("Anne", "Zoé"):
        assert command("export", "refi-qda", tmp_path / name, "--fiche", EXAMPLE, "--data", trial, "--coder", name) == 0
    users = [parts(tmp_path / f"{name}.qdpx")[0].find(f"{SPACE}Users/{SPACE}User").attrib for name in ("Anne", "Zoé")]
    assert [one["name"] for one in users] == ["Anne", "Zoé"] and users[0]["guid"] != users[1]["guid"]
    assert command("export", "gexf", tmp_path / "g", "--fiche", EXAMPLE) == 1


def test_a_copy_of_something_else_is_refused(tmp_path):
    (tmp_path / "other.txt").write_text("Rien de tout cela.", encoding="utf-8")
    with pytest.raises(ValueError, match=r"other\.txt"):
        write(load(), "refi-qda", tmp_path / "coded", "en", fiche=tmp_path / "other.txt")
    assert [one.name for one in tmp_path.iterdir()] == ["other.txt"]


TEXT = EXAMPLE.read_text(encoding="utf-8")
WORDS = "un rôle **d'aiguillon"
NUMBER = (str(uuid.UUID(int=at)) for at in range(1, 10**9))


def coding(words, code, user="anne", memo="", text=TEXT, at=0, name=None, more=0):
    """Return a coded passage as other tools write it; ``at``: which of the places of its words."""
    start = -1
    for _ in range(at + 1):
        start = text.index(words, start + 1)
    inner = f"<Description>{memo}</Description>" if memo else ""
    inner += f'<Coding guid="{next(NUMBER)}" creatingUser={quoteattr(_id(user))}>'
    inner += f'<CodeRef targetGUID="{_id(code)}"/></Coding>'
    named = "" if name is None else f" name={quoteattr(name or words)}"
    where = f'startPosition="{start}" endPosition="{start + len(words) + more}"'
    return f'<PlainTextSelection guid="{next(NUMBER)}" {where}{named}>{inner}</PlainTextSelection>'


def _id(name):
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


def project(file, passages, codes, users=("anne",), text=TEXT, encoded=None, more="", members=()):
    """Write a project of other tools."""
    xml = (
        '<?xml version="1.0" encoding="utf-8"?><Project xmlns="urn:QDA-XML:project:1.0" name="p" origin="other"><Users>'
    )
    xml += "".join(f'<User guid="{_id(one)}" name={quoteattr(one)}/>' for one in users) + "</Users><CodeBook><Codes>"
    xml += "".join(f'<Code guid="{_id(one)}" name={quoteattr(one)} isCodable="true"/>' for one in codes)
    xml += f'</Codes></CodeBook><Sources><TextSource guid="{_id("text")}" name="ma fiche" '
    xml += f'plainTextPath="internal://text.txt">{"".join(passages)}{more}</TextSource></Sources></Project>'
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", xml)
        archive.writestr("Sources/text.txt", text.encode() if encoded is None else encoded)
        for name, content in members:
            archive.writestr(name, content)
    return file


def test_a_second_coder(trial, tmp_path, capsys):
    """Codes by name, whatever case and accents; what is doubtful is asked, nothing is lost."""
    codes = [
        "CONNECTEUR",
        "aiguillon : ÉNONCÉ",
        "Temps a soi: direct",
        "quatre-bras ?",
        "filiere/farming/outlook",
        "ARACT",
    ]
    codes += ["Temps à soi : Direct"]
    passages = [
        coding("Quatre Bras joue principalement un rôle **de connecteur", "CONNECTEUR", memo="Vu deux fois."),
        coding("un rôle **d'aiguillon", "aiguillon : ÉNONCÉ"),
        coding("dont les équipes écrivent leur planning", "Temps a soi: direct", memo="Une note &amp; 🌱"),
        coding("équipes écrivent", "quatre-bras ?"),  # overlaps the one before
        coding("redonne des meubles aux familles", "filiere/farming/outlook"),
        coding("ARACT", "ARACT", at=1),
        coding("Prêter un salarié", "CONNECTEUR"),  # of no laureate
        coding("rouvre la question des horaires", "Temps à soi : Direct"),  # again the same theme
        coding("Le projet", "nowhere"),  # a code that the project has not
    ]
    whole = (
        f'<Coding guid="{next(NUMBER)}" creatingUser="{_id("anne")}"><CodeRef targetGUID="{_id("ARACT")}"/></Coding>'
    )
    file = project(tmp_path / "p.qdpx", passages, codes, more=whole)
    assert back(file, EXAMPLE, trial, tmp_path / "draft", "--lang", "en") == 0
    told = capsys.readouterr().out
    assert "coder anne" in told and "5 of 10 codings found" in told
    found = {name: rows(tmp_path / "draft", name) for name in (*CODED, "review", "laureates")}
    assert [tuple(one.values()) for one in found["roles"]] == [
        ("horaire-libre", "aiguillon", "stated", "un rôle d'aiguillon"),
        ("quatre-bras", "connecteur", "stated", "Quatre Bras joue principalement un rôle de connecteur"),
    ]
    (seen,) = found["evidence"]
    assert (seen["laureate_id"], seen["strength"], seen["note"]) == ("horaire-libre", "direct", "Une note & 🌱")
    assert [tuple(one.values())[:4] for one in found["contributions"]] == [
        ("chaise-neuve", "filiere", "farming", "outlook")
    ]
    assert [(one["laureate_id"], one["mention"]) for one in found["mentions"]] == [("horaire-libre", "ARACT")]
    assert len(found["laureates"]) == 3  # also the one of whom nothing was coded
    kinds = [(one["kind"], one["value"]) for one in found["review"]]
    assert kinds == [
        ("memo", "Vu deux fois."),
        ("unknown_code", "quatre-bras ?"),
        ("outside", "CONNECTEUR"),
        ("twice", "Temps à soi : Direct"),
        ("refi_no_code", _id("nowhere")),
        ("refi_not_text", "ARACT"),
    ]
    assert all(one["question"] and one["place"] for one in found["review"])
    load(tmp_path / "draft")
    assert command("diff", tmp_path / "draft", trial) == 0
    first = tmp_path / "first"
    assert back(write(load(trial), "refi-qda", tmp_path / "a", fiche=EXAMPLE)[0], EXAMPLE, trial, first) == 0
    assert command("agreement", first, tmp_path / "draft") == 0


@pytest.mark.parametrize("named", [None, ""])
@pytest.mark.parametrize(
    ("stored", "counted"),
    [
        ("\ufeff" + TEXT, TEXT),
        (TEXT.replace("\n", "\r\n"), TEXT),
        (TEXT.replace("\n", "\r\n"), TEXT.replace("\n", "\r\n")),
        ("\ufeff" + TEXT.replace("\n", "\r\n"), "\ufeff" + TEXT.replace("\n", "\r\n")),
        ("\ufeff" + TEXT, "\ufeff" + TEXT),
        (unicodedata.normalize("NFD", TEXT), unicodedata.normalize("NFD", TEXT)),
        ("🌱🌱 " + TEXT, "🌱🌱 " + TEXT),
    ],
    ids=["bom", "crlf-as-one", "crlf", "bom-crlf-counted", "bom-counted", "nfd", "emoji"],
)
def test_positions_as_tools_count_them(trial, tmp_path, stored, counted, named):
    words = [
        unicodedata.normalize("NFD", one) if "\u0301" in stored else one for one in (WORDS, "également **connecteur")
    ]
    passages = [
        coding(one, code, text=counted, name=named)
        for one, code in zip(words, ("Aiguillon", "Connecteur"), strict=True)
    ]
    file = project(tmp_path / "p.qdpx", passages, ["Aiguillon", "Connecteur"], encoded=stored.encode())
    assert back(file, EXAMPLE, trial, tmp_path / "draft") == 0
    assert [(one["laureate_id"], one["role"]) for one in rows(tmp_path / "draft", "roles")] == [
        ("chaise-neuve", "connecteur"),
        ("horaire-libre", "aiguillon"),
    ]


def test_nothing_is_moved_to_what_looks_alike(trial, tmp_path):
    other = TEXT.replace("rouvre la question des horaires", "rouvre les questions des horaires")
    passages = [
        coding("rouvre les questions des horaires", "Aiguillon", text=other),
        coding("forme des menuisiers", "Inspirateur", text=other),
        coding("d'inspi", "Inspirateur", text=other),
    ]
    file = project(tmp_path / "p.qdpx", passages, ["Aiguillon", "Inspirateur"], text=other)
    assert back(file, EXAMPLE, trial, tmp_path / "draft") == 0
    assert [one["anchor"] for one in rows(tmp_path / "draft", "roles")] == ["forme des menuisiers"]
    asked = [(one["kind"], one["passage"]) for one in rows(tmp_path / "draft", "review")]
    assert asked == [("altered", "rouvre les questions des horaires"), ("altered", "d'inspi")]


def test_the_place_tells_which_of_the_same_words(trial, tmp_path):
    """In its row, « fermes » stands twice: the first is taken as it is, the second with more words."""
    for at, anchor in enumerate(("fermes", "fermes voisines")):
        start = TEXT.index("plusieurs fermes")
        place = [TEXT.index("fermes", start), TEXT.index("fermes voisines")][at]
        which = TEXT[:place].count("fermes")
        file = project(tmp_path / f"{at}.qdpx", [coding("fermes", "Connecteur", at=which)], ["Connecteur"])
        assert back(file, EXAMPLE, trial, tmp_path / f"draft{at}") == 0
        assert [one["anchor"].rstrip(".") for one in rows(tmp_path / f"draft{at}", "roles")] == [anchor]


def test_the_same_words_in_a_row_that_reads_otherwise_are_asked(trial, tmp_path):
    other = TEXT.replace("entre des fermes voisines", "entre des fermes proches")
    which = other[: other.index("fermes", other.index("plusieurs fermes"))].count("fermes")
    file = project(
        tmp_path / "p.qdpx", [coding("fermes", "Connecteur", text=other, at=which)], ["Connecteur"], text=other
    )
    assert back(file, EXAMPLE, trial, tmp_path / "draft") == 0
    assert not rows(tmp_path / "draft", "roles")
    assert [one["kind"] for one in rows(tmp_path / "draft", "review")] == ["ambiguous"]


def test_two_coders_two_drafts(trial, tmp_path, capsys):
    passages = [coding(WORDS, "Aiguillon"), coding(WORDS, "Connecteur", "Zoé Ñ")]
    file = project(tmp_path / "p.qdpx", passages, ["Aiguillon", "Connecteur"], ("anne", "Zoé Ñ"))
    assert back(file, EXAMPLE, trial, tmp_path / "draft", "--lang", "en") == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "Zoé Ñ, anne" in told and not (tmp_path / "draft").exists()
    assert back(file, EXAMPLE, trial, tmp_path / "draft", "--coder", "bob") == 1
    assert "bob" in capsys.readouterr().err and not (tmp_path / "draft").exists()
    for name, role in ("Anne", "aiguillon"), ("zoé ñ", "connecteur"):
        assert back(file, EXAMPLE, trial, tmp_path / role, "--coder", name) == 0
        assert [one["role"] for one in rows(tmp_path / role, "roles")] == [role]
        assert rows(tmp_path / role, "review") == []


def test_a_code_of_ours_under_another_name_is_asked(trial, tmp_path):
    own, other = (refi.guid("code", f"roles/{role}/stated") for role in ("aiguillon", "inspirateur"))
    file = project(tmp_path / "p.qdpx", [coding(WORDS, "a"), coding("forme des menuisiers", "b")], ["a", "b"])
    with zipfile.ZipFile(file) as archive:
        xml, text = archive.read("project.qde").decode(), archive.read("Sources/text.txt")
    xml = xml.replace(_id("a"), own).replace(_id("b"), other).replace('name="b"', 'name="Connecteur : Énoncé"')
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("project.qde", xml)
        archive.writestr("sources/text.txt", text)
    assert back(file, EXAMPLE, trial, tmp_path / "draft") == 0
    assert [one["role"] for one in rows(tmp_path / "draft", "roles")] == ["aiguillon"]  # renamed, and ours all the same
    assert [one["kind"] for one in rows(tmp_path / "draft", "review")] == ["refi_renamed"]


def test_memos_without_a_code_are_lines_to_review(trial, tmp_path):
    """As MAXQDA writes them (on a passage), as QualCoder does (in a note, with the passage), and journals."""
    start = TEXT.index("Tissages Roc")
    where = f'startPosition="{start}" endPosition="{start + 8}"'
    notes, passage = "", f'<PlainTextSelection guid="{next(NUMBER)}" {where}/>'
    for one, inner in ("annotation", passage), ("journal", ""):
        notes += f'<Note guid="{_id(one)}" modifyingUser="{_id("bob")}">'
        notes += f"<PlainTextContent>{one}</PlainTextContent>{inner}</Note>"
    more = f'<PlainTextSelection guid="{next(NUMBER)}" {where}><Description>alone</Description></PlainTextSelection>'
    more += f'<NoteRef targetGUID="{_id("annotation")}"/>'
    file = project(tmp_path / "p.qdpx", [coding(WORDS, "Aiguillon")], ["Aiguillon"], ("anne", "bob"), more=more)
    rewritten(file, lambda xml: xml.replace(b"</Sources>", b"</Sources><Notes>" + notes.encode() + b"</Notes>"))
    assert back(file, EXAMPLE, trial, tmp_path / "draft") == 0
    asked = [(one["kind"], one["value"], one["passage"]) for one in rows(tmp_path / "draft", "review")]
    assert asked == [("memo", "alone", "Tissages"), ("memo", "annotation", "Tissages"), ("memo", "journal", "")]


def test_each_coding_is_in_the_draft_or_asked(trial, tmp_path, capsys):
    """Passages anywhere, of any length, overlapping, with codes of ours and others: as many lines as codings."""
    chance = random.Random(7)
    codes = ["Aiguillon", "Connecteur : Principal", "ARACT", "Temps à soi : Indirect", "Autre chose", "Levier"]
    count = 600 if os.environ.get("NEOTERRA_THOROUGH") == "1" else 80
    words, passages = list(re.finditer(r"[\w'-]+", TEXT)), []
    for _ in range(count):
        first = chance.choice(words)
        last = chance.choice([one for one in words if 0 <= one.start() - first.start() < 40])
        start, end = first.start() + (chance.random() < 0.2), last.end()
        at = sum(TEXT.startswith(TEXT[start:end], before) for before in range(start))
        passages.append(coding(TEXT[start:end], chance.choice(codes), at=at))
    file = project(tmp_path / "p.qdpx", passages, codes)
    assert back(file, EXAMPLE, trial, tmp_path / "draft") == 0
    taken = sum(len(rows(tmp_path / "draft", table)) for table in CODED)
    assert taken and taken + len(rows(tmp_path / "draft", "review")) == count
    load(tmp_path / "draft")


def test_the_readme_does_what_it_says(repo, trial, tmp_path, monkeypatch, capsys):
    text = (repo / "README.md").read_text(encoding="utf-8")
    section = text.partition("## Other tools for coding\n")[2].partition("\n## ")[0]
    (block,) = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    shutil.copytree(trial, tmp_path / "trial")
    shutil.copytree(repo / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    for line in block.splitlines():
        program, *words = shlex.split(line)
        assert program == ".venv/bin/neoterra" and command(*words) == 0, line
    assert {"codes.qdc", "coded.qdpx", "coded.refi-qda.losses.txt", "again"} <= {one.name for one in tmp_path.iterdir()}
    told = capsys.readouterr().out.partition("Brouillon again")[2]
    assert told and not {f"\n{table}\n" for table in CODED if f"\n{table}\n" in told}


def test_what_is_there_already_is_left_alone(trial, tmp_path, capsys):
    (tmp_path / "draft").mkdir()
    (tmp_path / "draft" / "mine.txt").write_text("mine")
    file = project(tmp_path / "p.qdpx", [coding(WORDS, "Aiguillon")], ["Aiguillon"])
    assert back(file, EXAMPLE, trial, tmp_path / "draft") == 1
    assert [one.name for one in (tmp_path / "draft").iterdir()] == ["mine.txt"]
    assert capsys.readouterr().err.count("\n") == 1


def rewritten(file, change):
    """Write a project again with its XML changed."""
    with zipfile.ZipFile(file) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, one in content.items():
            archive.writestr(name, change(one) if name == "project.qde" else one)
    return file


XXE = b'<?xml version="1.0"?><!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
TWICE = f'<Codes><Code guid="{_id("Aiguillon")}" name="b" isCodable="true"/>'.encode()
HOSTILE = {
    "entities": lambda xml: XXE + xml.partition(b"?>")[2],
    "not_xml": lambda xml: xml[:-20],
    "not_qda": lambda xml: b"<html/>",
    "utf_7": lambda xml: xml.replace(b'"utf-8"', b'"utf-7"'),
    "huge": lambda xml: xml.replace(b'endPosition="', b'endPosition="9999'),
    "huger": lambda xml: xml.replace(b'endPosition="', b'endPosition="' + b"9" * 5000),
    "negative": lambda xml: xml.replace(b'startPosition="', b'startPosition="-'),
    "reversed": lambda xml: xml.replace(b"startP", b"#").replace(b"endP", b"startP").replace(b"#", b"endP"),
    "no_number": lambda xml: xml.replace(b'endPosition="', b'endPosition="x'),
    "no_source": lambda xml: xml.replace(b"internal://text", b"internal://other"),
    "outside": lambda xml: xml.replace(b"internal://text.txt", b"absolute:///etc/hostname"),
    "upwards": lambda xml: xml.replace(b"internal://text.txt", b"internal://../../../../../etc/hostname"),
    "code_twice": lambda xml: xml.replace(b"<Codes>", TWICE),
    "no_coding": lambda xml: xml.replace(b"Coding", b"Other"),
    "deep": lambda xml: xml.replace(b"</Codes>", b"<Code>" * 9000 + b"</Code>" * 9000 + b"</Codes>"),
}


@pytest.mark.parametrize("harm", HOSTILE)
def test_what_means_harm_is_refused_in_one_line(trial, tmp_path, capsys, harm):
    file = project(tmp_path / "p.qdpx", [coding(WORDS, "Aiguillon")], ["Aiguillon"])
    rewritten(file, HOSTILE[harm])
    assert back(file, EXAMPLE, trial, tmp_path / "draft", "--lang", "en") == 1
    told = capsys.readouterr()
    assert told.err.count("\n") == 1 and told.err.startswith("p.qdpx") and not told.out
    assert sorted(one.name for one in tmp_path.iterdir()) == ["p.qdpx"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("../../out.txt", b"x"), ("/out.txt", b"x"), ("two.qde", b"<a/>"), ("sources/bomb.txt", bytes(120_000_000))],
    ids=["slip", "absolute", "two", "bomb"],
)
def test_members_that_mean_harm(trial, tmp_path, capsys, name, content):
    file = project(tmp_path / "p.qdpx", [coding(WORDS, "Aiguillon")], ["Aiguillon"], members=[(name, content)])
    assert back(file, EXAMPLE, trial, tmp_path / "draft", "--lang", "en") == 1
    assert capsys.readouterr().err.count("\n") == 1 and not (tmp_path / "draft").exists()


def test_more_codings_than_a_fiche_can_have(trial, tmp_path, capsys):
    most = refi_file.MOST_CODINGS
    file = project(tmp_path / "p.qdpx", [coding(WORDS, "Aiguillon")] * (most + 1), ["Aiguillon"])
    assert back(file, EXAMPLE, trial, tmp_path / "draft", "--lang", "en") == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "3,000 codings" in told.replace("\u202f", ",")


def test_longer_passages_than_a_fiche_can_have_in_all(trial, tmp_path, capsys):
    long, most = TEXT[: min(len(TEXT), 2000)], refi_file.MOST_LETTERS
    file = project(tmp_path / "p.qdpx", [coding(long, "Aiguillon")] * (most // len(long) + 1), ["Aiguillon"])
    assert back(file, EXAMPLE, trial, tmp_path / "draft", "--lang", "en") == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "500,000 characters" in told.replace("\u202f", ",")
    assert not (tmp_path / "draft").exists()


def test_a_damaged_archive_is_refused(tmp_path):
    """Every 31st byte changed, one at a time: one line, or the very codings that were there."""
    file = project(tmp_path / "p.qdpx", [coding(WORDS, "Aiguillon")], ["Aiguillon"])
    whole, found, refused = file.read_bytes(), refi_file.read(file, "en")["codings"], 0
    for at in range(0, len(whole), 31):
        raw = bytearray(whole)
        raw[at] ^= 0x55
        file.write_bytes(raw)
        try:
            assert refi_file.read(file, "en")["codings"] == found
        except DocumentError as error:
            refused += 1
            assert "\n" not in str(error)
    assert refused > len(whole) / 31 / 2
