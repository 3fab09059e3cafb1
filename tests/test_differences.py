import io
import json
import random
import shutil

import pytest

import invented
from neoterra_analysis.coding import diff
from neoterra_analysis.coding.diff import compare, run

SWAPPED = {"added": "missing", "missing": "added", "changed": "changed"}


def told(frame):
    """Return what a comparison found, without lines."""
    return [tuple(row) for row in frame[["table", "key", "column", "status", "draft", "data"]].values.tolist()]


def mirrored(frame):
    """Return what a comparison found, seen from the other side; mentions are known by their lines."""
    rows = set()
    for row in frame.fillna(0).to_dict("records"):
        key = "" if row["table"] == "mentions" else row["key"]
        ends = (row["data"], row["draft"], row["data_line"], row["draft_line"])
        rows.add((row["table"], key, row["column"], SWAPPED[row["status"]], *ends))
    return rows


def straight(frame):
    rows = set()
    for row in frame.fillna(0).to_dict("records"):
        key = "" if row["table"] == "mentions" else row["key"]
        ends = (row["draft"], row["data"], row["draft_line"], row["data_line"])
        rows.add((row["table"], key, row["column"], row["status"], *ends))
    return rows


@pytest.fixture
def data(tmp_path):
    return invented.write(tmp_path / "data")


CHANGED = {
    "roles": [*invented.TABLES["roles"][:-1], "delta,connecteur,stated,x"],
    "laureates": invented.replaced("laureates", "Beta fait", "Beta refait"),
    "mentions": invented.replaced("mentions", "beta,1,mairie,town,", "beta,1,mairie,label,"),
}


def test_a_folder_has_no_difference_with_itself(data):
    assert compare(data, data).empty


def test_by_hand(tmp_path, data):
    draft = invented.write(tmp_path / "draft", **CHANGED)
    assert told(compare(draft, data)) == [
        ("laureates", "beta", "row_anchor", "changed", "Beta refait", "Beta fait"),
        ("roles", "delta/connecteur", "", "added", "salience = stated · anchor = x", ""),
        ("roles", "gamma/inspirateur", "", "missing", "", "salience = stated · anchor = un inspirateur"),
        ("mentions", "beta/1", "actor_id", "changed", "label", "town"),
    ]


def test_lines_are_those_of_each_file(tmp_path, data):
    draft = invented.write(tmp_path / "draft", **CHANGED)
    lines = compare(draft, data)[["draft_line", "data_line"]].fillna(0).values.tolist()
    assert lines == [[3, 3], [5, 0], [0, 5], [5, 5]]


def test_seen_from_the_other_side(tmp_path, data):
    more = {"readings": invented.TABLES["readings"][:2], "themes": invented.replaced("themes", "Facile", "Aisé")}
    mentions = ["laureate_id,position,mention,actor_id,parent_position"]
    mentions += ["alpha,1,Moulins,mill,", "alpha,2,Fours Martin,ovens,1", "alpha,3,La Ville,town,", "gamma,1,X,label,"]
    draft = invented.write(tmp_path / "draft", **{**CHANGED, **more, "mentions": mentions})
    one, two = compare(draft, data), compare(data, draft)
    assert len(one) > 8 and mirrored(one) == straight(two) and mirrored(two) == straight(one)


def test_any_two_drafts_mirror_each_other(tmp_path):
    chance = random.Random(20261123)
    for case in range(12):
        folders = []
        for side in "ab":
            lines = {}
            for name in chance.sample(["roles", "mentions", "actors", "evidence", "readings", "contributions"], 3):
                head, *rows = invented.TABLES[name]
                rows = [chance.choice([row, row, row, "", row.replace("a", "o", 1), row + "x"]) for row in rows]
                rows = [row for row in rows if row]
                chance.shuffle(rows)
                lines[name] = [head, *rows]
            folders.append(invented.write(tmp_path / f"{case}{side}", **lines))
        one, two = compare(*folders), compare(*reversed(folders))
        assert mirrored(one) == straight(two), case


def test_the_order_of_rows_does_not_matter(tmp_path, data):
    draft = invented.write(tmp_path / "draft", **CHANGED)
    shuffled = invented.shuffled(draft, tmp_path / "shuffled", 1)
    assert compare(shuffled, draft).empty
    assert told(compare(shuffled, data)) == told(compare(draft, invented.shuffled(data, tmp_path / "other", 2)))


def test_counts_add_up(tmp_path, data):
    draft = invented.write(tmp_path / "draft", **CHANGED)
    found = compare(draft, data)
    for name in invented.TABLES:
        ours, theirs = (len(diff.rows_of(folder)[name]) for folder in (draft, data))
        status = list(found[found["table"] == name]["status"])
        assert ours - status.count("added") == theirs - status.count("missing"), name


HEAD = invented.TABLES["mentions"][0]
MENTIONS = ["alpha,1,A,town,", "alpha,2,B,mill,", "alpha,3,C,ovens,2"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["alpha,1,New,town,", "alpha,2,A,town,", "alpha,3,B,mill,", "alpha,4,C,ovens,3"], [("alpha/1", "", "added")]),
        (["alpha,1,B,mill,", "alpha,2,C,ovens,1"], [("alpha/1", "", "missing")]),
        (["alpha,1,B,mill,", "alpha,2,A,town,", "alpha,3,C,ovens,1"], [("alpha/1", "position", "changed")]),
        (["alpha,1,A,town,", "alpha,2,Bb,mill,", "alpha,3,C,ovens,2"], [("alpha/2", "mention", "changed")]),
        (["alpha,1,A,town,", "alpha,2,B,mill,", "alpha,3,C,ovens,1"], [("alpha/3", "parent_position", "changed")]),
        (["alpha,1,A,town,", "alpha,2,B,mill,", "alpha,3,C,ovens,"], [("alpha/3", "parent_position", "changed")]),
        (["alpha,1,a,town,", "alpha,2,B,mill,", "alpha,3,C,ovens,2"], [("alpha/1", "mention", "changed")]),
        (
            ["alpha,1,New,town,", "alpha,2,A,town,", "alpha,3,B,mill,", "alpha,4,C,ovens,2"],
            [("alpha/1", "", "added"), ("alpha/4", "parent_position", "changed")],
        ),
    ],
)
def test_mentions_are_aligned_by_their_text(tmp_path, rows, expected):
    data = invented.write(tmp_path / "data", mentions=[HEAD, *MENTIONS])
    draft = invented.write(tmp_path / "draft", mentions=[HEAD, *rows])
    found = compare(draft, data)
    assert [(r["key"], r["column"], r["status"]) for r in found.to_dict("records")] == expected
    assert mirrored(found) == straight(compare(data, draft))


def test_two_parents_of_one_number_are_told_apart(tmp_path):
    data = invented.write(tmp_path / "data", mentions=[HEAD, *MENTIONS])
    rows = ["alpha,1,New,town,", "alpha,2,A,town,", "alpha,3,B,mill,", "alpha,4,C,ovens,2"]
    found = compare(invented.write(tmp_path / "draft", mentions=[HEAD, *rows]), data)
    assert told(found)[-1][-2:] == ("2 (A)", "2 (B)")


OTHER = {  # a second ambition in the data, of which the draft knows nothing
    "sources": f"tel,Tel,Somebody,a-2,{'1' * 64},2026-01-31,,",
    "enjeux": "2.1,a-2,1,Third,Tiers,,Tiers,Third",
    "laureates": "zeta,Zeta,,,2.1,,,,,Six,Six,tel,1,Zeta fait,,",
    "roles": "zeta,aiguillon,stated,un aiguillon",
    "actors": "pond,Étang,Étang,Pond,named,,,,,",
    "mentions": "zeta,1,Étang,pond,",
    "relations": "zeta,pond,carries,zeta,porte un étang",
    "themes": "wet,a-2,tel,1,lever,Eau,Water,Def,Def,de l'eau",
    "evidence": "wet,zeta,direct,cette eau,",
    "claims": "wet,a-2,tel,1,lever,Eau,Water,evidence,wet,,de l'eau",
    "contributions": "zeta,territoire,rural,offer,Un,One,un mot",
    "readings": "r03,roles,zeta/aiguillon,salience,stated,principal,Doute,Doubt",
    "discrepancies": "d02,tel,misprint,là,un mto,Coquille,Slip",
}


def test_rows_of_other_ambitions_are_not_missing(tmp_path, data):
    both = invented.write(tmp_path / "both", **{n: [*invented.TABLES[n], line] for n, line in OTHER.items()})
    assert compare(data, both).empty
    assert set(compare(both, data)["status"]) == {"added"} and len(compare(both, data)) == len(OTHER)


def test_a_row_of_the_draft_s_own_ambition_is_missing(tmp_path, data):
    lines = {"laureates": "zeta,Zeta,,,1.2,,,,,Six,Six,doc,5,Zeta fait,,", "actors": OTHER["actors"]}
    lines["mentions"] = OTHER["mentions"]
    more = invented.write(tmp_path / "more", **{n: [*invented.TABLES[n], line] for n, line in lines.items()})
    assert [(row[0], row[3]) for row in told(compare(data, more))] == [
        ("laureates", "missing"),
        ("actors", "missing"),
        ("mentions", "missing"),
    ]


def test_an_actor_elsewhere_that_shares_a_name_is_shown(tmp_path, data):
    both = invented.write(tmp_path / "both", **{n: [*invented.TABLES[n], line] for n, line in OTHER.items()})
    actors = [*invented.TABLES["actors"], "etang,Etang,Etang,Pond,named,,,,,"]
    draft = invented.write(tmp_path / "draft", actors=actors)
    assert [row[:4] for row in told(compare(draft, both))] == [
        ("actors", "etang", "", "added"),
        ("actors", "pond", "", "missing"),
    ]


def test_an_unfinished_draft_is_compared(tmp_path, data):
    lines = {
        "roles": [*invented.TABLES["roles"], ",,,", "omega,chef,,", "alpha,aiguillon,principal,encore"],
        "laureates": invented.replaced("laureates", "Un,One", ","),
        "mentions": [*invented.TABLES["mentions"], ",,,,", "gamma,deux,Encore,,neuf"],
    }
    draft = invented.write(tmp_path / "draft", **lines)
    found = compare(draft, data)
    assert [(row[0], row[1], row[3]) for row in told(found)] == [
        ("laureates", "alpha", "changed"),
        ("laureates", "alpha", "changed"),
        ("roles", "alpha/aiguillon", "added"),
        ("roles", "omega/chef", "added"),
        ("mentions", "gamma/deux", "added"),
    ]
    assert mirrored(found) == straight(compare(data, draft))


def test_harmless_differences_are_none(tmp_path, data):
    draft = tmp_path / "draft"
    shutil.copytree(data, draft)
    text = (data / "roles.csv").read_text(encoding="utf-8").replace(",", ";").replace("\n", " \r\n")
    (draft / "roles.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert compare(draft, data).empty


@pytest.mark.parametrize(("lang", "words"), [("fr", "En tout\u202f:"), ("en", "In all:")])
def test_text(tmp_path, data, lang, words):
    draft, out = invented.write(tmp_path / "draft", **CHANGED), io.StringIO()
    assert run(draft, data, lang, out=out) == 0
    text = out.getvalue()
    assert words in text and "delta/connecteur" in text and "gamma/inspirateur" in text and "Beta refait" in text
    assert "{" not in text and "<NA>" not in text
    same = io.StringIO()
    assert run(data, data, lang, out=same) == 0 and len(same.getvalue().splitlines()) == 2


def test_cells_that_are_filled_or_emptied_are_told_so(tmp_path, data):
    ambitions = ["ambition_id,number,title_en,title_fr", "a-1,1,,Une", "a-2,2,,Deux"]
    out = io.StringIO()
    run(invented.write(tmp_path / "draft", ambitions=ambitions), data, "en", out=out)
    assert "a-1, title_en: empty (line 2) instead of “One”" in out.getvalue()
    assert "a-2, title_fr: “Deux” (line 3); empty in the data" in out.getvalue()


def test_csv_and_json_hold_the_same(tmp_path, data):
    import pandas as pd

    draft, texts = invented.write(tmp_path / "draft", **CHANGED), {}
    for form in ("csv", "json"):
        out = io.StringIO()
        assert run(draft, data, "fr", form, out) == 0
        texts[form] = out.getvalue()
    rows = json.loads(texts["json"])
    assert [row["status"] for row in rows] == ["changed", "added", "missing", "changed"]
    assert rows[1]["data_line"] is None and rows[1]["draft_line"] == 5
    frame = pd.read_csv(io.StringIO(texts["csv"]), keep_default_na=False, dtype="str")
    assert frame.to_dict("records") == [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows]


def test_the_data_of_the_reader_by_default(data, monkeypatch, capsys):
    monkeypatch.setenv("NEOTERRA_DATA", str(data))
    assert run(data, lang="en") == 0
    assert "No difference." in capsys.readouterr().out


def test_a_table_that_cannot_be_read_is_told(tmp_path, data):
    draft = invented.write(tmp_path / "draft")
    (draft / "roles.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match="roles.csv, line 1") as refusal:
        run(draft, data, "en")
    assert str(draft) in str(refusal.value)
    with pytest.raises(FileNotFoundError):
        run(tmp_path / "nowhere", data)
