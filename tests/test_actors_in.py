"""A list of actors from elsewhere: what it proposes, asks and refuses; nothing is merged or dropped silently."""

import csv
import io
import random
import re

import pytest

import invented
from neoterra_analysis import cli, load
from neoterra_analysis.coding import actors_in, add
from neoterra_analysis.dataset import identifiers


def written(tmp_path, rows, head="nom,type,siren,remarque", encoding="utf-8", name="list.csv"):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head.split(","), *rows])
    (tmp_path / name).write_bytes(text.getvalue().encode(encoding))
    return tmp_path / name


def review(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def imported(small, tmp_path, rows, **how):
    out = tmp_path / "review.csv"
    assert actors_in.run(written(tmp_path, rows, **how), out, small.path, lang="en", to=io.StringIO()) == 0
    return review(out)


@pytest.mark.parametrize(
    ("name", "kind", "actor", "offered"),
    [
        ("Ville", "list_known", "town", "town"),
        ("la ville", "list_known", "town", "town"),  # an alias
        ("MAIRIE", "list_known", "town", "town"),
        ("l’école", "near_form", "school", "school"),
        ("ecole", "near_form", "school", "school"),
        ("Four Martin", "unknown_actor", "four-martin", r"ovens \(\d+ %\)"),
        ("Fours Martin et fils", "unknown_actor", "fours-martin-et-fils", r"ovens \(\d+ %\)"),
        ("Tout autre chose", "unknown_actor", "tout-autre-chose", ""),
        ("Alpha", "actor_is_laureate", "alpha", ""),
        ("École normale", "unknown_actor", "ecole-normale", ".*"),
    ],
)
def test_a_name_is_known_like_others_or_new(small, tmp_path, name, kind, actor, offered):
    (row,) = imported(small, tmp_path, [(name, "", "", "")])
    assert (row["kind"], row["key"]) == (kind, actor)
    assert re.fullmatch(offered, row["proposals"]) and row["decision"] == "" and row["place"] == "line 2"


def test_codes_and_numbers_that_differ_are_asked(small, tmp_path):
    rows = [
        ("Ville", "local_authority", "", ""),  # as in the data
        ("Ville", "Company", "", ""),
        ("Inconnu", "Formation", "732829320", ""),  # nothing in the data
        ("École", "banane", "732829321", ""),
        ("Halle", "compny", "732 829 320", ""),
    ]
    found = [(r["place"], r["kind"], r["column"], r["value"], r["proposals"]) for r in imported(small, tmp_path, rows)]
    assert ("line 3", "list_other_code", "actor_type", "local_authority", "company") in found
    assert ("line 4", "list_other_code", "actor_type", "", "training") in found
    assert ("line 4", "list_number", "siren", "", "732829320") in found
    assert ("line 5", "list_unknown_code", "actor_type", "training", "") in found
    assert ("line 5", "list_bad_number", "siren", "", "") in found
    assert ("line 6", "list_unknown_code", "actor_type", "", "company") in found
    (halle,) = [one for one in found if one[:2] == ("line 6", "unknown_actor")]
    assert "unknown (siren 732829320)" in halle[4]
    assert [one for one in found if one[0] == "line 2"] == [("line 2", "list_known", "actor_id", "town", "town")]


def test_twice_in_a_list_and_two_of_one_number(small, tmp_path):
    rows = [
        ("Halle", "company", "732829320", ""),
        ("la halle", "ess", "", "b"),
        ("Ville", "", "732829320", ""),
        ("", "company", "", "orphan"),
    ]
    found = [(r["place"], r["kind"], r["key"], r["proposals"]) for r in imported(small, tmp_path, rows)]
    assert ("line 3", "list_twice", "halle", "halle") in found and (
        "line 3",
        "list_other_code",
        "halle",
        "ess",
    ) in found
    assert ("line 4", "list_same_number", "town", "halle") in found
    assert ("line 5", "list_no_name", "", "") in found


def test_an_alias_is_that_of_one_actor(small):
    rows = [
        actors_in.Row(2, {"name": "Halle", "aliases": "Grande halle|mairie"}, ""),
        actors_in.Row(3, {"name": "Marché", "aliases": "halle|Le marché couvert"}, ""),
    ]
    actors, review = actors_in.propose(rows, small)
    aliases = {one["actor_id"]: one["aliases"] for one in actors}
    assert (aliases["halle"], aliases["marche"]) == ("Grande halle", "Le marché couvert")
    assert [one["proposals"] for one in review] == [("town (mairie)",), ()]


ODD = [
    "é\"'",
    "a|b",
    "c;d",
    "<i>&amp;",
    "deux\nlignes",
    "שלום",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@x",
    "..",
    "\u202eab",
]


def test_nothing_of_a_list_is_dropped_and_no_cell_is_a_formula(small, tmp_path):
    draw = random.Random(4)
    names = ["Ville", "mairie", "ecole", "Alpha", "", *ODD, *ODD]
    rows = [[name, *(f"{draw.choice(ODD)} {i}{c}" for c in "abc")] for i, name in enumerate(names)]
    found = imported(small, tmp_path, rows, head="nom,type,=sum(1),remarque")
    for line, row in enumerate(rows):
        told = [one["passage"] for one in found if (one["passage"].endswith(row[-1]))]
        assert told, (line, row)
        assert all(cell in told[0] for cell in row if cell.strip())
    assert not [cell for row in found for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_draft_keeps_the_known_and_is_added_once_reviewed(tmp_path):
    data = invented.write(tmp_path / "data")
    before = load(data)
    rows = [("l'école", "", "", ""), ("Halle", "company", "", ""), ("Ville", "", "", "")]
    out = tmp_path / "draft"
    file = written(tmp_path, rows)
    assert cli.main(["import", "actors", str(file), "--out", str(out), "--data", str(data), "--lang", "en"]) == 0
    with (out / "actors.csv").open(encoding="utf-8", newline="") as stream:
        actors = {row["actor_id"]: row for row in csv.DictReader(stream)}
    assert set(actors) == {*before.actors["actor_id"], "halle"}
    for row in before.actors.to_dict("records"):
        more = {"aliases": "l'école"} if row["actor_id"] == "school" else {}
        assert actors[row["actor_id"]] == row | more
    assert actors["halle"]["actor_type"] == "company" and actors["halle"]["kind"] == ""
    with pytest.raises(add.MergeError):  # nothing is reviewed
        add.add(out, data)
    assert load(data).digest == before.digest
    for name, old, new in (("review.csv", r",$", ",ok"), ("actors.csv", "Halle,,company", "Halle,named,company")):
        text = (out / name).read_text(encoding="utf-8")
        head, body = text.split("\n", 1)
        (out / name).write_text(head + "\n" + re.sub(old, new, body, flags=re.MULTILINE), encoding="utf-8")
    add.add(out, data)
    after = load(data).actors.set_index("actor_id")
    assert set(after.index) == set(actors) and after.at["school", "aliases"] == "l'école"
    assert after.at["halle", "kind"] == "named"


def test_same_bytes_each_time(small, tmp_path):
    file = written(tmp_path, [("Ville", "x", "1", ""), ("Neuf", "", "", "é")])
    for out in ("one.csv", "two.csv", "one", "two"):
        actors_in.run(file, tmp_path / out, small.path, to=io.StringIO())
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    both = [{one.name: one.read_bytes() for one in (tmp_path / name).iterdir()} for name in ("one", "two")]
    assert both[0] == both[1] and both[0]["review.csv"] == (tmp_path / "one.csv").read_bytes()


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "list.csv"),
        (b"nom\n", "list.csv"),
        (b"ville,type\nTulle,state\n", "type, ville"),
        (b"nom,nom\na,b\n", "nom"),
        (b"nom,type\na,b,c\n", "list.csv"),
        (b'nom,type\n"a,b\n', "list.csv"),
        ("nom,type\né,b\n".encode("cp1252"), "list.csv"),
        ("nom,type\né,b\n".encode("utf-16"), "list.csv"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_and_nothing_written(small, tmp_path, capsys, content, told, lang):
    (tmp_path / "list.csv").write_bytes(content)
    for out in ("draft", "review.csv"):
        path = [str(tmp_path / "list.csv"), "--out", str(tmp_path / out), "--data", str(small.path), "--lang", lang]
        assert cli.main(["import", "actors", *path]) == 1
        assert told in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["list.csv"]


def test_what_is_there_is_not_replaced(small, tmp_path, capsys):
    file = written(tmp_path, [("Ville", "", "", "")])
    (tmp_path / "review.csv").write_text("mine")
    (tmp_path / "draft").mkdir()
    (tmp_path / "draft" / "x").write_text("mine")
    for out in ("review.csv", "draft"):
        assert cli.main(["import", "actors", str(file), "--out", str(tmp_path / out), "--data", str(small.path)]) == 1
        assert out in capsys.readouterr().err
    assert (tmp_path / "review.csv").read_text() == (tmp_path / "draft" / "x").read_text() == "mine"


def test_lists_as_excel_saves_them(small, tmp_path):
    for encoding, text in (
        ("cp1252", "Nom;Type\r\nÉcole;Formation\r\n"),
        ("utf-8-sig", "NOM;TYPE\r\nÉcole;Formation\r\n"),
    ):
        (tmp_path / "list.csv").write_bytes(text.encode(encoding))
        (row,) = actors_in.sheet(tmp_path / "list.csv", encoding)
        assert row.cells == {"name": "École", "actor_type": "Formation"}
        _, found = actors_in.propose([row], small)
        assert [(one["kind"], one["key"]) for one in found] == [("list_known", "school")]


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        (
            "siren",
            ["732829320", "356000000", "000000000"],
            ["732829321", "73282932", "7328293200", "73282932a", "٧٣٢٨٢٩٣٢٠"],
        ),
        ("rna", ["W332012345", "W2A1000123", "W9R1004567"], ["W33201234", "332012345", "w332012345", "W3320123456"]),
        ("wikidata", ["Q1", "Q90"], ["Q0", "Q", "90", "Q01", "P31", "Q1 "]),
        (
            "insee",
            ["33063", "2A004", "2B033", "97105", "98735", "01001"],
            ["20004", "00001", "3306", "2C004", "97901", "99001"],
        ),
    ],
)
def test_identifiers(name, good, bad):
    assert [identifiers.fault(name, one) for one in good] == [""] * len(good)
    assert all(identifiers.fault(name, one) in (f"{name}_form", "siren_key") for one in bad)


def test_one_digit_wrong_or_two_exchanged_is_seen():
    for at in range(9):
        for digit in set("0123456789") - {"732829320"[at]}:
            assert not identifiers.luhn("732829320"[:at] + digit + "732829320"[at + 1 :])
    swapped = [("732829320"[:i] + "732829320"[i + 1] + "732829320"[i] + "732829320"[i + 2 :]) for i in range(8)]
    assert [one for one in swapped if one != "732829320" and identifiers.luhn(one)] == []
