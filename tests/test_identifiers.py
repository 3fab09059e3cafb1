"""Columns for public identifiers: wanted by a folder, held to their forms, and nothing to a folder without them."""

import csv
import io
import shutil

import pytest

import invented
from neoterra_analysis import cli, exchange, load
from neoterra_analysis.coding import actors_in, add
from neoterra_analysis.dataset import identifiers
from neoterra_analysis.dataset.check import check
from neoterra_analysis.dataset.loading import DataError


@pytest.fixture
def wanting(tmp_path):
    folder = invented.write(tmp_path / "data")
    assert identifiers.add_columns(folder)
    return folder


def fill(folder, **cells):
    """Fill in identifiers, ``actor__column=value``; return the problems of the folder."""
    with (folder / "actors.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for name, value in cells.items():
        actor, column = name.split("__")
        next(row for row in rows if row["actor_id"] == actor)[column] = value
    with (folder / "actors.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return [(one.file, one.line, one.column, one.code, one.value) for one in check(folder).problems]


def test_columns_are_added_at_the_end_once_and_the_digest_stays(tmp_path, small, wanting):
    after = load(wanting)
    assert list(after.actors.columns) == [*small.actors.columns, "siren", "rna", "wikidata", "insee"]
    assert after.digest == small.digest and after.only(1).digest == small.only(1).digest
    assert (after.actors[["siren", "rna", "wikidata", "insee"]] == "").all(axis=None)
    before = (wanting / "actors.csv").read_bytes()
    assert not identifiers.add_columns(wanting) and (wanting / "actors.csv").read_bytes() == before
    assert fill(wanting, town__siren="217500016") == [] and load(wanting).digest != small.digest


def test_the_shipped_folder_takes_them(tmp_path, shipped, capsys):
    shutil.copytree(invented.DATA, tmp_path / "data")
    assert cli.main(["identifiers", "--data", str(tmp_path / "data"), "--lang", "en"]) == 0
    assert "siren, rna, wikidata and insee" in capsys.readouterr().out
    assert load(tmp_path / "data").digest == shipped.digest
    assert cli.main(["check", str(tmp_path / "data"), "--lang", "en"]) == 0
    assert "changed" not in capsys.readouterr().out


def test_sound_ones_are_taken(wanting):
    cells = {"town__siren": "217500016", "town__insee": "33063", "school__insee": "2A004", "mill__rna": "W332012345"}
    assert fill(wanting, **cells, ovens__wikidata="Q42", ovens__siren="732829320") == []
    assert load(wanting).actors.set_index("actor_id").at["ovens", "wikidata"] == "Q42"


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("siren", "732829321", "siren_key"),
        ("siren", "73282932", "pattern"),
        ("rna", "332012345", "pattern"),
        ("wikidata", "Q0", "pattern"),
        ("insee", "20004", "pattern"),
    ],
)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_that_is_not_is_refused_with_its_place(wanting, column, value, code, lang, capsys):
    assert fill(wanting, **{f"mill__{column}": value}) == [("actors.csv", 3, column, code, value)]
    with pytest.raises(DataError):
        load(wanting)
    assert cli.main(["check", str(wanting), "--lang", lang]) == 1
    told = capsys.readouterr().out
    assert f"[{code}]" in told and value in told and column in told


@pytest.mark.parametrize("column", identifiers.FORMS)
def test_one_that_two_actors_have_is_refused(wanting, column):
    value = identifiers.EXAMPLES[column]
    assert fill(wanting, **{f"mill__{column}": value, f"ovens__{column}": value}) == [
        ("actors.csv", 4, column, "identifier_twice", value)
    ]
    assert fill(wanting, **{f"mill__{column}": ""}) == []


def test_a_list_fills_in_new_actors_and_asks_of_known_ones(wanting, tmp_path):
    assert fill(wanting, town__siren="217500016") == []
    text = "nom,siren,kind\nHalle,732 829 320,named\nVille,356000000,\nÉcole,552100554,\nMairie bis,217500016,named\n"
    (tmp_path / "list.csv").write_text(text, encoding="utf-8")
    out = tmp_path / "draft"
    actors_in.run(tmp_path / "list.csv", out, wanting, lang="en", to=io.StringIO())
    with (out / "review.csv").open(encoding="utf-8", newline="") as stream:
        asked = [(r["place"], r["kind"], r["key"], r["value"], r["proposals"]) for r in csv.DictReader(stream)]
    assert ("line 3", "list_number", "town", "217500016", "356000000") in asked
    assert ("line 4", "list_number", "school", "", "552100554") in asked
    assert any(one[:2] == ("line 5", "unknown_actor") and "town (siren 217500016)" in one[4] for one in asked)
    with (out / "actors.csv").open(encoding="utf-8", newline="") as stream:
        actors = {row["actor_id"]: row for row in csv.DictReader(stream)}
    assert (actors["halle"]["siren"], actors["school"]["siren"]) == ("732829320", "")
    # A person decides: the school has its number, the last row is the town.
    del actors["mairie-bis"]
    actors["school"]["siren"] = "552100554"
    with (out / "actors.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, actors["halle"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(actors.values())
    (out / "review.csv").unlink()
    add.add(out, wanting)
    added = load(wanting).actors.set_index("actor_id")["siren"]
    assert added[["halle", "school", "town"]].tolist() == ["732829320", "552100554", "217500016"]


def test_they_go_out_and_come_back(wanting, tmp_path, capsys):
    fill(wanting, ovens__siren="732829320", school__insee="2A004")
    dataset = load(wanting)
    exchange.write(dataset, "ro-crate", tmp_path / "crate")
    assert load(tmp_path / "crate").digest == dataset.digest
    *_, report = exchange.write(dataset, "quotes", tmp_path / "q", "en")
    assert "SIREN (Actors) [actors.siren]: 1" in report.read_text(encoding="utf-8")
    assert cli.main(["workbook", "export", str(tmp_path / "w.xlsx"), "--data", str(wanting)]) == 0
    back = ["workbook", "import", str(tmp_path / "w.xlsx"), "--data", str(wanting), "--out", str(tmp_path / "back")]
    assert cli.main(back) == 0
    assert (tmp_path / "back" / "actors.csv").read_bytes() == (wanting / "actors.csv").read_bytes()


def test_an_unsound_table_is_left_as_it_is(tmp_path):
    folder = invented.write(
        tmp_path / "data", actors=[*invented.TABLES["actors"], "one,cell,more,than,a,row,has,x,y,z,!"]
    )
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    with pytest.raises(ValueError, match="actors|acteurs"):
        identifiers.add_columns(folder)
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before
