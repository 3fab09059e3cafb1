import csv
import errno
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import invented
from neoterra_analysis import load
from neoterra_analysis.coding import add as merging
from neoterra_analysis.coding.add import MergeError, add, run
from neoterra_analysis.coding.diff import compare
from neoterra_analysis.coding.merging import match_actors
from neoterra_analysis.dataset.check import check
from neoterra_analysis.dataset.csvfile import Row
from neoterra_analysis.words import files as placing
from neoterra_analysis.words import labels
from test_workbook_folder import CALLS, FULL, cut, killed, quick, stopped  # noqa: F401

# A draft of the fiche of ambition a-2: zeta and yeta. Of its actors, town is ours under our id, moulin is our mill
# under another id and two forms, and the lake is new; Alpha, a laureate of ours, is an actor here.
DRAFT = {
    "sources": [invented.TABLES["sources"][0], f"tel,Tel,Somebody,a-2,{'1' * 64},2026-02-01,,"],
    "ambitions": ["ambition_id,number,title_en,title_fr", "a-1,1,,", "a-2,2,Two,Deux"],
    "enjeux": [invented.TABLES["enjeux"][0], "2.1,a-2,1,Third,Tiers,,Tiers,Third"],
    "laureates": [
        invented.TABLES["laureates"][0],
        "zeta,Zeta,,,2.1,,,,,Six,Six,tel,1,Zeta fait,,",
        'yeta,"Eta, la vraie",,,2.1,,,,,Sept,Seven,tel,2,Eta fait,,',
    ],
    "contributions": [invented.TABLES["contributions"][0], "zeta,territoire,rural,offer,Un,One,un mot"],
    "roles": [invented.TABLES["roles"][0], "zeta,aiguillon,stated,un aiguillon", "yeta,connecteur,stated,un lien"],
    "actors": [
        invented.TABLES["actors"][0],
        "town,Ville,Ville,Ville,institution,local_authority,local,,La Ville|mairie,",
        "moulin,moulins,Moulin,Mill,generic,company,,,Les Moulins,",
        "lake,Lac,Lac,Lake,named,,,,,",
        "the-alpha,ALPHA,Alpha,Alpha,named,,,,,",
    ],
    "mentions": [
        invented.TABLES["mentions"][0],
        "zeta,1,mairie,town,",
        "zeta,2,Les Moulins,moulin,",
        "zeta,3,Lac,lake,2",
        "yeta,1,ALPHA,the-alpha,",
    ],
    "relations": [invented.TABLES["relations"][0], "zeta,moulin,carries,zeta,porte les Moulins"],
    "themes": [invented.TABLES["themes"][0], "wet,a-2,tel,1,lever,Eau,Water,Def,Def,de l'eau"],
    "evidence": [invented.TABLES["evidence"][0], "wet,zeta,direct,cette eau,"],
    "claims": [
        invented.TABLES["claims"][0],
        "wet,a-2,tel,1,lever,Eau,Water,evidence,wet,,de l'eau",
        "with-mills,a-2,tel,2,ecosystem,Des moulins,Mills,actor,moulin,direct,moulins",
    ],
    "readings": [
        invented.TABLES["readings"][0],
        "r01,mentions,zeta/2,actor_id,moulin,lake,Doute,Doubt",
        "r03,actors,moulin,kind,generic,named,Doute,Doubt",
    ],
    "discrepancies": [invented.TABLES["discrepancies"][0], "d01,tel,misprint,là,un mto,Coquille,Slip"],
}
REVIEW = "review_id,kind,table,key,column,value,place,passage,proposals,confidence,decision"


def draft_of(folder, **changed):
    return invented.write(folder, **{**DRAFT, **changed})


def edited(name, old, new):
    """Return the lines of a table of the draft with one text replaced."""
    lines = [line.replace(old, new) for line in DRAFT[name]]
    assert lines != DRAFT[name], f"{old!r} does not stand in {name}"
    return lines


def files(folder):
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def beside(folder):
    return sorted(f.name for f in folder.parent.iterdir())


def left(folder):
    """Return what a run left in the folder that is not of the tables."""
    return [f.name for f in folder.iterdir() if f.name.startswith(".")]


@pytest.fixture
def data(tmp_path):
    return invented.write(tmp_path / "data")


@pytest.fixture
def draft(tmp_path):
    return draft_of(tmp_path / "draft")


# What the merged tables hold beyond those of the data: the lines that come at the end, or in their place.
MERGED = {
    "sources": [*invented.TABLES["sources"], DRAFT["sources"][1]],
    "ambitions": [*invented.TABLES["ambitions"][:2], "a-2,2,Two,Deux"],
    "enjeux": [*invented.TABLES["enjeux"], DRAFT["enjeux"][1]],
    "laureates": [*invented.TABLES["laureates"], *DRAFT["laureates"][1:]],
    "contributions": [*invented.TABLES["contributions"], DRAFT["contributions"][1]],
    "roles": [*invented.TABLES["roles"], DRAFT["roles"][2], DRAFT["roles"][1]],
    "actors": [
        *invented.TABLES["actors"][:2],
        "mill,Moulins,Moulins,Moulins,generic,company,,,Les Moulins,",
        *invented.TABLES["actors"][3:],
        "lake,Lac,Lac,Lake,named,,,,,",
        "the-alpha,ALPHA,Alpha,Alpha,named,,,alpha,,",
    ],
    "mentions": [
        *invented.TABLES["mentions"],
        "yeta,1,ALPHA,the-alpha,",
        "zeta,1,mairie,town,",
        "zeta,2,Les Moulins,mill,",
        "zeta,3,Lac,lake,2",
    ],
    "relations": [*invented.TABLES["relations"], "zeta,mill,carries,zeta,porte les Moulins"],
    "themes": [*invented.TABLES["themes"], DRAFT["themes"][1]],
    "evidence": [*invented.TABLES["evidence"], DRAFT["evidence"][1]],
    "claims": [*invented.TABLES["claims"], DRAFT["claims"][1], DRAFT["claims"][2].replace("moulin,", "mill,")],
    "readings": [
        *invented.TABLES["readings"],
        "r03,actors,mill,kind,generic,named,Doute,Doubt",
        "r04,mentions,zeta/2,actor_id,mill,lake,Doute,Doubt",
    ],
    "discrepancies": [*invented.TABLES["discrepancies"], "d02,tel,misprint,là,un mto,Coquille,Slip"],
}


def test_the_draft_is_sound(draft, data):
    assert check(draft).problems == [] and check(data).problems == []


def test_merged_by_hand(draft, data):
    told = add(draft, data)
    merged = {name: (data / f"{name}.csv").read_bytes().decode() for name in MERGED}
    for name, lines in MERGED.items():
        assert merged[name].splitlines() == lines, name
    assert all(text.endswith("\n") and "\r" not in text for text in merged.values())
    assert told.written and told.added == ("Zeta", "Eta, la vraie") and told.updated == ()
    assert told.actors_new == (("lake", "Lac"), ("the-alpha", "ALPHA"))
    assert told.actors_merged == (("moulin", "mill", ("Les Moulins",)),)
    assert told.linked == (("the-alpha", "alpha"),)
    assert told.filled == (("ambitions", "a-2", "title_en", "Two"), ("ambitions", "a-2", "title_fr", "Deux"))
    assert told.renumbered == (("readings", "r01", "r04"), ("discrepancies", "d01", "d02"))
    assert told.rows["actors"] == (8, 2, 1, 0) and told.rows["mentions"] == (11, 4, 0, 0)
    assert beside(data) == ["data", "draft"]
    assert load(data).laureates["laureate_id"].tolist() == ["alpha", "beta", "gamma", "delta", "zeta", "yeta"]


def test_the_same_again(draft, data):
    add(draft, data)
    once = files(data)
    with pytest.raises(MergeError) as refusal:
        add(draft, data)
    assert [p.code for p in refusal.value.problems] == ["laureate_there"] * 2
    told = add(draft, data, update=True)
    assert not told.written and files(data) == once and told.renumbered == () and told.actors_new == ()


@pytest.mark.parametrize("seed", range(3))
def test_the_same_again_from_rows_in_another_order(tmp_path, draft, data, seed):
    add(draft, data)
    once = files(data)
    assert not add(invented.shuffled(draft, tmp_path / "shuffled", seed), data, update=True).written
    assert files(data) == once


def test_the_data_added_to_themselves(tmp_path, data):
    once = files(data)
    other = shutil.copytree(data, tmp_path / "copy")
    assert not add(other, data, update=True).written and not add(data, data, update=True).written
    assert files(data) == once


def test_nothing_of_the_draft_is_missing_after_it(draft, data):
    add(draft, data)
    found = compare(draft, data)
    assert set(found[~found["table"].isin(["actors", "readings", "discrepancies", "mentions"])]["table"]) == {
        "relations",  # zeta carries our mill, no longer the draft's
        "claims",
        "ambitions",  # a-1 has a title in the data
    }


def without(folder, laureate):
    """Copy the shipped data without one laureate, and without the actors that it alone mentions."""
    shutil.copytree(invented.DATA, folder)
    tables, heads = {}, {}
    for file in folder.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as stream:
            heads[file.stem], *rows = list(csv.reader(stream))
        tables[file.stem] = [dict(zip(heads[file.stem], row, strict=True)) for row in rows]
    for name, rows in tables.items():
        ends = [row for row in rows if laureate not in (row.get("laureate_id"), row.get("from_id"), row.get("to_id"))]
        tables[name] = ends if name != "actors" else rows
    named = {row["actor_id"] for row in tables["mentions"]} | {row["to_id"] for row in tables["relations"]}
    named |= {row["alternative"] for row in tables["readings"] if row["column"] == "actor_id"}
    tables["actors"] = [row for row in tables["actors"] if row["actor_id"] in named and row["laureate_id"] != laureate]
    gone = {row["actor_id"] for row in tables["mentions"]} - {row["actor_id"] for row in tables["actors"]}
    keys = {row["actor_id"] for row in tables["actors"]}
    tables["readings"] = [
        row
        for row in tables["readings"]
        if laureate not in row["key"].split("/") and (row["table"] != "actors" or row["key"] in keys)
    ]
    tables["claims"] = [row for row in tables["claims"] if row["subject"] in keys or row["rule"] not in OF_IDS]
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows([heads[name], *(row.values() for row in rows)])
    return gone


OF_IDS = ("principal", "actor")


@pytest.mark.parametrize("laureate", ["adam", "carbouey", "permatrek", "maison-forte"])
def test_a_laureate_taken_out_comes_back_to_the_byte(tmp_path, laureate):
    gone = without(tmp_path / "data", laureate)
    assert not gone and check(tmp_path / "data").problems == []
    told = add(invented.DATA, tmp_path / "data", update=True)
    assert len(told.added) == 1 and told.updated == () and told.renumbered == ()
    assert told.rows["laureates"] == (11, 1, 0, 0) and told.rows["roles"][2:] == (0, 0)
    assert files(tmp_path / "data") == files(invented.DATA)


def test_two_drafts_in_either_order(tmp_path, draft, data):
    plain = {"readings": DRAFT["readings"][:1], "discrepancies": DRAFT["discrepancies"][:1]}
    lines = {"themes": DRAFT["themes"][:1], "evidence": DRAFT["evidence"][:1], "claims": DRAFT["claims"][:1]}
    one = draft_of(tmp_path / "one", **plain, **lines)
    lines |= {
        "sources": [DRAFT["sources"][0], f"third,Third,Somebody,a-3,{'2' * 64},2026-02-01,,"],
        "ambitions": [DRAFT["ambitions"][0], "a-3,3,Three,Trois"],
        "enjeux": [DRAFT["enjeux"][0], "3.1,a-3,1,Last,Dernier,,Dernier,Last"],
        "laureates": [DRAFT["laureates"][0], "iota,Iota,,,3.1,,,,,Huit,Eight,third,1,Iota fait,,"],
        "roles": [DRAFT["roles"][0], "iota,connecteur,stated,un lien"],
        "contributions": DRAFT["contributions"][:1],
        "relations": DRAFT["relations"][:1],
        "actors": [DRAFT["actors"][0], "lac,Le Lac,Lac,Lake,named,,,,,"],
        "mentions": [DRAFT["mentions"][0], "iota,1,Le Lac,lac,"],
    }
    two = draft_of(tmp_path / "two", **plain, **lines)
    digests = set()
    for order in ((one, two), (two, one)):
        folder = invented.write(tmp_path / f"into-{order[0].name}")
        for folder_of_draft in order:
            add(folder_of_draft, folder)
        digests.add(load(folder).digest)
    assert len(digests) == 1


# code, table, text to replace in the draft, what it becomes, line and column of the problem
REFUSED = [
    ("laureate_there", "laureates", "zeta,Zeta", "zeta,Zeta", 2, "laureate_id"),
    ("laureate_clash", "", "zeta", "gamma", 2, "laureate_id"),
    ("actor_differs", "actors", "local,,La Ville", "national,,La Ville", 2, "scale"),
    ("actor_differs", "actors", "generic,company", "generic,ess", 3, "actor_type"),
    ("actor_differs", "actors", "town,Ville,Ville", "town,Ville,Cité", 2, "short_fr"),
    ("actor_clash", "", "lake", "school", 4, "actor_id"),
    ("actor_between", "actors", "Les Moulins", "Les Moulins|École", 3, "aliases"),
    ("row_differs", "ambitions", "a-1,1,,", "a-1,1,Uno,", 2, "title_en"),
    ("row_clash", "", "wet", "held", 2, "theme_id"),
]


@pytest.mark.parametrize(("code", "table", "old", "new", "line", "column"), REFUSED)
@pytest.mark.parametrize("update", [False, True])
def test_each_rule_refuses(tmp_path, data, code, table, old, new, line, column, update):
    lines = {n: [text.replace(old, new) for text in ls] for n, ls in DRAFT.items() if not table or n == table}
    draft = draft_of(tmp_path / "draft", **lines)
    if code == "laureate_there":
        add(draft, data)
    before = files(data)
    if update and code in ("laureate_there", "actor_differs", "row_differs"):
        add(draft, data, update=True)
        assert check(data).problems == []
        return
    with pytest.raises(MergeError) as refusal:
        add(draft, data, update=update)
    assert refusal.value.stage == "merge"
    found = [p for p in refusal.value.problems if (p.code, p.line, p.column) == (code, line, column)]
    assert found, refusal.value.problems
    assert found[0].file == f"{table or found[0].file[:-4]}.csv" and found[0].other
    assert files(data) == before and beside(data) == ["data", "draft"]


def test_every_rule_has_its_test_and_its_words():
    from tomllib import loads

    text = (Path(merging.__file__).parents[1] / "words" / "merging.toml").read_text(encoding="utf-8")
    rules = {key.removeprefix("rule.") for key in loads(text) if key.startswith("rule.")}
    assert rules == {code for code, *_ in REFUSED} | {"review_open", "other_contract"}
    assert all(f"fix.{rule}" in labels.words() for rule in rules)


UPDATE = {
    "laureates": [*DRAFT["laureates"][:1], "zeta,Zêta,,company,2.1,,,,,Six,Six,tel,1,Zeta fait,une société,"],
    "roles": [DRAFT["roles"][0], "zeta,inspirateur,principal,surtout lui", "zeta,connecteur,stated,un lien"],
    "contributions": DRAFT["contributions"][:1],
    "mentions": [DRAFT["mentions"][0], "zeta,1,Lac,lake,", "zeta,2,mairie,town,", "zeta,3,Les Moulins,moulin,"],
    "relations": DRAFT["relations"][:1],
    "readings": [DRAFT["readings"][0], "r01,mentions,zeta/3,actor_id,moulin,lake,Doute,Doubt", DRAFT["readings"][2]],
}


def test_an_update_replaces_the_rows_of_the_laureate(tmp_path, draft, data):
    add(draft, data)
    newer = draft_of(tmp_path / "newer", **UPDATE, claims=DRAFT["claims"][:2])
    before = files(data)
    with pytest.raises(MergeError) as refusal:  # the reading of zeta/2 now points at another actor
        add(newer, data, update=True)
    assert refusal.value.stage == "merged"
    assert [(p.file, p.line, p.code) for p in refusal.value.problems] == [("readings.csv", 5, "stale_reading")]
    assert files(data) == before and beside(data) == ["data", "draft", "newer"]
    lines = (data / "readings.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (data / "readings.csv").write_text("".join(lines[:4]), encoding="utf-8")
    told = add(newer, data, update=True)
    assert told.updated == ("Zêta",) and told.added == ()
    assert told.rows["roles"] == (7, 2, 0, 1) and told.rows["mentions"] == (11, 0, 3, 0)
    text = {name: (data / f"{name}.csv").read_text(encoding="utf-8").splitlines() for name in MERGED}
    assert text["roles"] == [*MERGED["roles"][:-1], "zeta,connecteur,stated,un lien", UPDATE["roles"][1]]
    assert text["laureates"] == [*MERGED["laureates"][:5], UPDATE["laureates"][1], MERGED["laureates"][6]]
    assert text["contributions"] == invented.TABLES["contributions"]
    assert text["relations"] == invented.TABLES["relations"]
    assert text["mentions"][-3:] == ["zeta,1,Lac,lake,", "zeta,2,mairie,town,", "zeta,3,Les Moulins,mill,"]


def test_an_update_lets_the_draft_win(tmp_path, draft, data):
    add(draft, data)
    actors = edited("actors", "town,Ville,Ville,Ville,institution", "town,La Ville,Ville,Town,named")
    actors = [line.replace("La Ville|mairie", "mairie") for line in actors]
    claims = edited(
        "claims", "ecosystem,Des moulins,Mills,actor,moulin,direct", "lever,Des moulins,Mills,evidence,wet,"
    )
    told = add(draft_of(tmp_path / "newer", actors=actors, claims=claims), data, update=True)
    text = (data / "actors.csv").read_text(encoding="utf-8").splitlines()
    assert text[1] == "town,La Ville,Ville,Town,named,local_authority,local,,La Ville|mairie|Ville,"
    assert (data / "claims.csv").read_text(encoding="utf-8").splitlines()[-1].endswith("evidence,wet,,moulins")
    assert told.rows["actors"][1:] == (0, 1, 0)
    again = files(data)
    assert not add(tmp_path / "newer", data, update=True).written and files(data) == again


def test_a_laureate_known_by_its_name_or_its_row_keeps_its_id(tmp_path, draft, data):
    add(draft, data)
    renamed = {
        n: [line.replace("zeta", "dzeta").replace('yeta,"Eta, la', 'theta,"Thêta, la') for line in lines]
        for n, lines in DRAFT.items()
    }
    renamed["roles"] = [line.replace("yeta,conn", "theta,conn") for line in renamed["roles"]]
    renamed["mentions"] = [line.replace("yeta,1,ALPHA", "theta,1,ALPHA") for line in renamed["mentions"]]
    other = draft_of(tmp_path / "other", **renamed)
    assert check(other).problems == []
    with pytest.raises(MergeError) as refusal:
        add(other, data)
    there = [(p.value, p.other) for p in refusal.value.problems if p.code == "laureate_there"]
    assert there == [("Zeta", "zeta"), ("Thêta, la vraie", "yeta")]
    add(other, data, update=True)
    text = (data / "laureates.csv").read_text(encoding="utf-8")
    assert "dzeta" not in text and "theta" not in text and 'yeta,"Thêta, la vraie"' in text
    for name in MERGED:
        if name not in ("laureates",):
            assert (data / f"{name}.csv").read_text(encoding="utf-8").splitlines() == MERGED[name], name


def test_an_actor_of_ours_that_the_draft_makes_a_laureate_is_linked(tmp_path, data):
    laureates = edited("laureates", "zeta,Zeta,", "zeta,Fours martin,")
    told = add(draft_of(tmp_path / "draft", laureates=laureates), data)
    assert ("ovens", "zeta") in told.linked
    actors = {row["actor_id"]: row for row in load(data).actors.to_dict("records")}
    assert actors["ovens"]["laureate_id"] == "zeta" and actors["label"]["laureate_id"] == ""


def test_what_only_the_draft_fills_is_filled(tmp_path, data):
    actors = [*DRAFT["actors"], "school,École,École,École,institution,training,local,,,Une note"]
    told = add(draft_of(tmp_path / "draft", actors=actors), data)
    assert {("actors", "school", "scale", "local"), ("actors", "school", "note", "Une note")} <= set(told.filled)
    assert "school,École,École,École,institution,training,local,,,Une note\n" in (data / "actors.csv").read_text(
        "utf-8"
    )


def test_accents_do_not_make_another_actor(tmp_path, data):
    actors = edited("actors", "lake,Lac,Lac,Lake,named", "ecole,Ecole,Ecole,School,institution")
    mentions = edited("mentions", "Lac,lake", "Ecole,ecole")
    readings = edited("readings", "moulin,lake", "moulin,ecole")
    told = add(draft_of(tmp_path / "draft", actors=actors, mentions=mentions, readings=readings), data)
    assert ("ecole", "school", ("Ecole",)) in told.actors_merged
    assert "school,École,École,École,institution,training,,,Ecole,\n" in (data / "actors.csv").read_text("utf-8")


def row(actor, name, aliases=""):
    return Row(2, {"actor_id": actor, "name": name, "aliases": aliases}, {"actor_id": 2, "aliases": 2})


@pytest.mark.parametrize(
    ("actor", "same", "code"),
    [
        (row("x", "L’ETE"), "a", ""),  # exactly a, though b is near
        (row("x", "L’èté"), "", "actor_between"),  # as near to a as to b
        (row("b", "L’èté"), "b", ""),  # its id says which
        (row("b", "l'ete", "Hiver"), "", "actor_between"),  # exactly a, nearly b, and b's id
        (row("a", "Hiver", "Neige"), "c", ""),  # our c under an id that is another actor's here
        (row("a", "Pluie"), "", "actor_clash"),
        (row("x", "Pluie"), "", ""),
    ],
)
def test_who_is_who(actor, same, code):
    ours = [row("a", "L'ete"), row("b", "L'été"), row("c", "hiver", "L'hiver")]
    found, problems = match_actors([actor], ours)
    assert list(found.values()) == ([same] if same else [])
    assert [problem.code for problem in problems] == ([code] if code else [])


def test_the_style_of_the_files_is_kept(draft, data):
    old = {}
    for name, lines in invented.TABLES.items():
        text = "\r\n".join(line.replace(",", ";") for line in lines)
        old[name] = b"\xef\xbb\xbf" + text.encode()
        (data / f"{name}.csv").write_bytes(old[name])
    assert check(data).problems == []
    add(draft, data)
    for name in invented.TABLES:
        raw = (data / f"{name}.csv").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\n") == raw.count(b"\r\n"), name
        if name not in ("actors", "ambitions"):
            assert raw.startswith(old[name]), name
    assert "Eta, la vraie;" in (data / "laureates.csv").read_bytes().decode()
    assert check(data).problems == [] and len(load(data).mentions) == 11


def test_untouched_rows_and_files_keep_their_bytes(draft, data):
    quoted = '"alpha","aiguillon",stated,"un aiguillon"'
    lines = [invented.TABLES["roles"][0], quoted, *invented.TABLES["roles"][2:]]
    (data / "roles.csv").write_text("\n".join(lines), encoding="utf-8")  # no line end at the end
    (data / "README.md").write_text("Mes notes", encoding="utf-8")
    (data / "mine").mkdir()
    (data / "mine" / "photo.bin").write_bytes(b"\x00\xff")
    (data / "link.csv").symlink_to("roles.csv")
    (data / "actors.csv").chmod(0o640)
    add(draft, data)
    assert (data / "actors.csv").stat().st_mode & 0o777 == 0o640
    assert (data / "roles.csv").read_text("utf-8").splitlines() == [*lines, MERGED["roles"][-2], MERGED["roles"][-1]]
    assert (data / "README.md").read_text("utf-8") == "Mes notes"
    assert (data / "mine" / "photo.bin").read_bytes() == b"\x00\xff"
    assert os.readlink(data / "link.csv") == "roles.csv"


def test_cells_with_line_ends_stay_whole(tmp_path, data, draft):
    note = 'school,École,École,École,institution,training,,,,"deux\nlignes, ici"'
    lines = [*invented.TABLES["actors"][:4], note, *invented.TABLES["actors"][5:]]
    invented.write(data, actors=lines)
    assert check(data).problems == []
    add(draft, data)
    assert note in (data / "actors.csv").read_text("utf-8")


def test_a_link_to_the_folder_stays_a_link(tmp_path, draft, data):
    link = tmp_path / "link"
    link.symlink_to(data)
    add(draft, link)
    assert link.is_symlink() and len(load(data).laureates) == 6


def test_the_draft_is_checked_first(tmp_path, data, capsys):
    draft = draft_of(tmp_path / "draft", roles=edited("roles", "stated", "statd"))
    before = files(data)
    assert run(draft, data, lang="en") == 1
    told = capsys.readouterr()
    assert told.out == "" and "roles.csv, line 2" in told.err and "statd" in told.err and str(draft) in told.err
    assert "Nothing was written." in told.err and files(data) == before


def test_the_data_are_checked_too(tmp_path, draft, data, capsys):
    invented.write(data, roles=invented.replaced("roles", "stated", "statd"))
    assert run(draft, data, lang="en") == 1
    assert "must be corrected first" in capsys.readouterr().err


def test_another_contract_is_refused(draft, data):
    package = json.loads((draft / "datapackage.json").read_text("utf-8"))
    package["resources"] = package["resources"][:-1]
    (draft / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    with pytest.raises(MergeError) as refusal:
        add(draft, data)
    assert [p.code for p in refusal.value.problems] == ["other_contract"]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_open_cells_of_the_review_are_refused(draft, data, capsys, lang):
    rows = [f"q{i},role_word,roles,zeta/aiguillon,role,aiguillon,lieu {i},p1,,0.5," for i in range(1, 9)]
    rows[2] += "ok"
    (draft / "review.csv").write_text("\n".join([REVIEW, *rows]) + "\n", encoding="utf-8")
    before = files(data)
    assert run(draft, data, lang=lang) == 1
    text = capsys.readouterr().err
    assert text.count("[review_open]") == 5 and "lieu 1" in text and "role_word" in text and "lieu 7" not in text
    assert "7" in text.splitlines()[0] and " 2." in text.replace("\u202f", " ") and files(data) == before
    closed = [row if row.endswith("ok") else f"{row}ok" for row in rows]
    (draft / "review.csv").write_text("\n".join([REVIEW, *closed]) + "\n", encoding="utf-8")
    assert run(draft, data, lang=lang) == 0


def test_a_review_saved_by_excel_is_read(draft, data):
    text = f"{REVIEW}\nq1,role_word,roles,k,role,v,ici,p1,,0.5,\n".replace(",", ";").replace("\n", "\r\n")
    (draft / "review.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert [(p.line, p.value) for p in merging.review(draft)] == [(2, "ici")]
    (draft / "review.csv").write_bytes(b"")
    assert [p.code for p in merging.review(draft)] == ["empty_file"]
    (draft / "review.csv").write_text("review_id,kind\nq1,x\n", encoding="utf-8")
    assert {p.code for p in merging.review(draft)} == {"missing_column"}


@pytest.mark.parametrize(("lang", "words"), [("fr", "Ensuite\u202f: neoterra build"), ("en", "Next: neoterra build")])
def test_what_was_done_is_told(draft, data, lang, words):
    out = io.StringIO()
    assert run(draft, data, lang=lang, out=out) == 0
    text = out.getvalue()
    for piece in (
        "Zeta",
        "Eta, la vraie",
        "lake",
        "moulin",
        "Les Moulins",
        "the-alpha",
        "r04",
        "d02",
        "mentions",
        words,
    ):
        assert piece in text, piece
    assert "{" not in text
    out = io.StringIO()
    assert run(draft, data, update=True, lang=lang, out=out) == 0 and words not in out.getvalue()


def test_no_folder_is_told(tmp_path, draft, data, capsys):
    assert run(tmp_path / "nowhere", data, lang="en") == 1
    assert "nowhere" in capsys.readouterr().err
    assert run(draft, tmp_path / "nowhere" / "data", lang="en") == 1
    assert "datapackage.json" in capsys.readouterr().err


OWN = ((shutil, "copy"), (merging, "check"))  # steps of an add itself


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()], ids=repr)
def test_a_step_that_fails_changes_nothing(tmp_path, quick, draft, data, capsys, error):  # noqa: F811
    def fail():
        raise error

    steps = (*[call for call in FULL if call[1] != "open"], *OWN)
    before, interrupted = files(data), isinstance(error, KeyboardInterrupt)
    n, seen = 0, []
    while len(seen) >= n:
        n += 7  # each call in turn: test_workbook_folder
        with stopped(n, fail, steps) as seen:
            code = run(draft, data, lang="en")
        told = capsys.readouterr()
        if code:
            assert code == (130 if interrupted else 1)
            assert told.out == "" and len(told.err.splitlines()) == 1
            assert ("Interrupted" if interrupted else "the disk is full") in told.err
        if files(data) != before:
            assert (not code or interrupted) and len(load(data).laureates) == 6
            shutil.rmtree(data)
            invented.write(data)
        assert beside(data) == ["data", "draft"] and left(data) in ([], [placing.STAGED], [placing.LOCK]), seen
    assert n > 40 and {name for _, name in steps} == set(seen)


def test_the_old_tables_that_cannot_be_removed_are_told(monkeypatch, draft, data):
    monkeypatch.setattr(shutil, "rmtree", lambda *args, **more: None)
    out = io.StringIO()
    assert run(draft, data, lang="en", out=out) == 0
    assert left(data) == [placing.STAGED] and placing.STAGED in out.getvalue() and len(load(data).laureates) == 6
    monkeypatch.undo()
    add(draft, data, update=True)
    assert left(data) == []


def test_a_read_only_folder_is_told(monkeypatch, draft, data, capsys):
    real = os.mkdir

    def refused(path, *args, **more):
        if Path(path).parent == data:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        real(path, *args, **more)

    monkeypatch.setattr(os, "mkdir", refused)
    before = files(data)
    assert run(draft, data, lang="en") == 1
    assert "Nothing was changed" in capsys.readouterr().err and files(data) == before


def test_data_that_change_meanwhile_are_left_alone(monkeypatch, draft, data, capsys):
    real = shutil.copy2

    def slow(*args, **more):
        (data / "note.txt").write_text("saved meanwhile", encoding="utf-8")
        return real(*args, **more)

    monkeypatch.setattr(shutil, "copy2", slow)
    assert run(draft, data, lang="en") == 1
    assert "changed during the add" in capsys.readouterr().err and len(load(data).laureates) == 4
    assert left(data) == []


def test_two_at_once(draft, data, capsys):
    with placing.locked(data):
        assert run(draft, data, lang="en") == 1
    assert "Another add is running" in capsys.readouterr().err
    assert run(draft, data, lang="en", out=io.StringIO()) == 0


def half_way(draft, data):
    """Cut an add that is putting its tables in place; return the tables from before."""
    before = files(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placing, "put_locked", lambda folder, texts, _: before.update(texts=texts))
        add(draft, data)
    cut(data, 3, before.pop("texts"))
    assert [files(data)[name] == content for name, content in before.items()].count(False) == 3
    return before


def test_an_add_cut_half_way_is_undone(draft, data, monkeypatch):
    half_way(draft, data)
    monkeypatch.chdir(data.parent)
    out = io.StringIO()
    assert run(draft, None, lang="en", out=out) == 0
    assert "cut half way" in out.getvalue().splitlines()[0]
    assert left(data) == [] and len(load(data).laureates) == 6


def test_whoever_reads_the_tables_undoes_it_too(draft, data, capsys):
    before = half_way(draft, data)
    assert len(load(data).laureates) == 4 and files(data) == before
    assert "coupée à mi-chemin" in capsys.readouterr().err


def test_what_changed_since_is_told_on_one_line(draft, data, capsys):
    half_way(draft, data)
    (data / "sources.csv").write_text("by hand", encoding="utf-8")
    now = files(data)
    assert run(draft, data, lang="en") == 1
    told = capsys.readouterr().err
    assert "sources.csv changed since" in told and len(told.splitlines()) == 1 and files(data) == now


def kill_everywhere(root):
    """Kill an add at each thirteenth call; `test_workbook_folder` does it at each."""
    labels.words()
    os.fsync = lambda handle: None
    calls = (*[call for call in CALLS if call[1] != "open"], *OWN)
    draft, n, going = draft_of(root / "draft"), 1, True
    while going:
        n += 13
        data = invented.write(root / f"{n:03}" / "data")
        going = killed(n, lambda: add(draft, data), calls)  # noqa: B023


def test_a_killed_run_leaves_the_old_tables_or_the_new(tmp_path, quick):  # noqa: F811
    pytest.importorskip("fcntl")
    script = "import sys, pathlib, test_merging as t; t.kill_everywhere(pathlib.Path(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=Path(__file__).parent, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    draft, seen = tmp_path / "draft", []
    old = files(invented.write(tmp_path / "old" / "data"))
    new_folder = invented.write(tmp_path / "new" / "data")
    add(draft, new_folder)
    new = files(new_folder)
    for case in sorted(folder for folder in tmp_path.iterdir() if folder.name[0].isdigit()):
        data = case / "data"
        tables = {name: content for name, content in files(data).items() if not name.startswith(".")}
        seen.append("old" if tables == old else "new" if tables == new else "cut")
        undone = add(draft, data, update=True).undone
        assert undone or seen[-1] != "cut", case.name
        assert files(data) == new and beside(data) == ["data"], case.name
    assert {"old", "new", "cut"} == set(seen) and len(seen) > 15
