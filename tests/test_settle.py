"""Two codings settled: what they disagree on, which findings survive, the folder that follows from decisions."""

import csv
import io
import json
import os
import random
import shutil
from itertools import combinations, product

import pytest

import invented
from neoterra_analysis import cli, load
from neoterra_analysis.analysis import claims, coded, findings, survival, variants
from neoterra_analysis.analysis.fragility import moved
from neoterra_analysis.coding import agreement, settle
from neoterra_analysis.dataset.check import check

THOROUGH = os.environ.get("NEOTERRA_THOROUGH")
NO_READINGS = invented.TABLES["readings"][:1]


def rows_of(name):
    return [dict(row) for row in csv.DictReader(io.StringIO("\n".join(invented.TABLES[name])))]


def lines(name, rows):
    file = io.StringIO()
    writer = csv.DictWriter(file, invented.TABLES[name][0].split(","), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().splitlines()


def drawn(seed, number):
    """Return the tables of a second coding that differs from the invented one in some cells, drawn at random."""
    rng = random.Random(seed)
    tables = {name: rows_of(name) for name in ("roles", "evidence", "contributions", "laureates", "actors", "mentions")}
    roles = {(one["laureate_id"], one["role"]): one for one in tables["roles"]}
    passages = {(one["theme_id"], one["laureate_id"]): one for one in tables["evidence"]}
    laureates, ways = ("alpha", "beta", "gamma", "delta"), []
    for laureate, role in product(laureates, ("aiguillon", "inspirateur", "connecteur")):
        one = {"laureate_id": laureate, "role": role, "salience": "stated", "anchor": f"second {role} {laureate}"}
        ways.append(lambda key=(laureate, role), one=one: roles.pop(key) if key in roles else roles.update({key: one}))
    for theme, laureate in product(("eased", "held", "pushed"), laureates):
        for strength in ("direct", "indirect", "none"):
            one = {"theme_id": theme, "laureate_id": laureate, "strength": strength, "anchor": f"second {laureate}"}
            ways.append(lambda key=(theme, laureate), one=one: passages.update({key: one | {"note": "une note"}}))
    gone = tables["contributions"][rng.randrange(3)]
    ways.append(lambda: tables["contributions"].remove(gone))
    more = {"laureate_id": "gamma", "dimension": "territoire", "target": "rural", "code": "training"}
    more |= {"label_fr": "Sept", "label_en": "Seven", "anchor": "sept mots"}
    ways.append(lambda: tables["contributions"].append(more))
    ways.append(lambda: tables["laureates"][3].update(carrier_status="company", carrier_anchor="une autre entreprise"))
    ways.append(lambda: tables["laureates"][0].update(department_stated="64"))
    ways.append(lambda: tables["actors"][1].update(actor_type="ess"))
    ways.append(lambda: tables["actors"][4].update(kind="generic"))
    ways.append(lambda: tables["mentions"][2].update(parent_position=""))
    for way in rng.sample(ways, number):
        way()
    if rng.random() < 0.5:
        for one in roles.values():
            one["salience"] = "stated"
        rng.choice(list(roles.values()))["salience"] = "principal"
    tables["roles"] = list(roles.values())
    tables["evidence"] = [one for one in passages.values() if one["strength"] != "none"]
    return {name: lines(name, rows) for name, rows in tables.items()} | {"readings": NO_READINGS}


@pytest.fixture
def codings(tmp_path):
    """Return a function that gives the invented coding, without open readings, and a second one."""

    def made(seed, number=4):
        a = invented.write(tmp_path / "a", readings=NO_READINGS)
        return load(a), load(invented.write(tmp_path / f"b{seed}", **drawn(seed, number)))

    return made


def judged(dataset):
    return {claim["claim_id"]: claims.judge(home, claim) for claim, home in claims._claims(dataset)}


def counted(dataset):
    return findings.values(dataset) | {("claim", name): verdict for name, verdict in judged(dataset).items()}


def named(row):
    return ("claim", row["name"]) if row["kind"] == "claim" else row["name"]


@pytest.mark.parametrize("seed", range(8))
def test_disagreements_on_roles_and_themes_are_those_of_agreement(codings, seed):
    a, b = codings(seed, 8)
    found = survival.disagreements(a, b)
    mine = set()
    for row in found[found["table"].isin(["roles", "evidence"])].to_dict("records"):
        one, _, two = row["key"].partition("/")
        key = (
            ("main_role", "", one)
            if not two
            else ("role", two, one)
            if row["table"] == "roles"
            else ("theme", one, two)
        )
        mine.add((*key, *(row[f"{name}_{side}"] for side in "ab" for name in ("value", "anchor"))))
    assert mine == set(map(tuple, agreement.differing(agreement.pairs(a, b)).values.tolist()))
    turned = survival.disagreements(b, a)
    assert {(*row[1:4], row[6], row[4]) for row in turned.values.tolist()} == {
        (*row[1:4], row[4], row[6]) for row in found.values.tolist()
    }


def test_notes_labels_and_anchors_are_no_disagreement(tmp_path):
    other = {
        "evidence": invented.replaced("evidence", "le levier,", "un autre passage,une note"),
        "roles": invented.replaced("roles", "un aiguillon", "des mots"),
        "contributions": invented.replaced("contributions", "Un,One,un mot", "Autre,Other,mot pour mot"),
        "laureates": invented.replaced("laureates", "Un,One", "Autre,Other"),
        "actors": invented.replaced("actors", "generic,company,,,", "generic,company,,,,une note", line=3)
        and [line.replace("generic,company,,,,", "generic,company,,,,une note") for line in invented.TABLES["actors"]],
    }
    a, b = load(invented.write(tmp_path / "a")), load(invented.write(tmp_path / "b", **other))
    assert survival.disagreements(a, b).empty
    found = survival.survival(a, b)
    assert found["survives"].all() and set(found["tried"]) == {1}


@pytest.mark.parametrize("seed", range(6))
def test_each_side_is_what_its_own_folder_gives(codings, seed):
    a, b = codings(seed, 9)
    found, first, second = survival.survival(a, b), counted(a), counted(b)
    assert len(found) == len(first)
    for row in found.to_dict("records"):
        assert (row["value_a"], row["value_b"]) == (first[named(row)], second[named(row)]), row["name"]


def outcomes_of(table, chosen):
    """Decide each disagreement for B if it is chosen, else for A."""
    made = {}
    for row in table.to_dict("records"):
        side = "b" if row["disagreement_id"] in chosen else "a"
        told = {"person": "Anna", "date": "2026-01-31", "reason": "relu"}
        made[row["disagreement_id"]] = told | {n: row[f"{n}_{side}"] for n in ("value", "anchor")} | {"side": side}
    roles = table[(table["table"] == "roles") & (table["column"] == "role")].set_index("key")["disagreement_id"]
    for row in table[(table["table"] == "roles") & (table["column"] == "salience")].to_dict("records"):
        one = made[row["disagreement_id"]]  # whoever does not have the role has no main role
        role = roles.get(f"{row['key']}/{one['value']}")
        if role and made[role]["value"] == "no":
            one |= {"value": "none", "anchor": ""}
    return made


def folder(a, b, table, outcomes, place):
    """Write the folder that follows from decisions, and load it."""
    texts, told, _ = settle.settled(a, b, table, outcomes)
    assert told == []
    settle.put(a, place, texts)
    return load(place)


@pytest.mark.parametrize("seed", range(40 if THOROUGH else 2))
def test_survival_is_that_of_every_folder_that_could_follow(codings, seed, tmp_path):
    """Brute force: each way of settling is written as tables, loaded and counted anew."""
    a, b = codings(seed, 3)
    table = survival.disagreements(a, b)
    ids, base = table["disagreement_id"].tolist(), counted(a)
    assert 1 <= len(ids) <= 6
    every = {}
    for size in range(len(ids) + 1):
        for chosen in combinations(ids, size):
            every[frozenset(chosen)] = counted(folder(a, b, table, outcomes_of(table, chosen), tmp_path / "c"))
    for row in survival.survival(a, b).to_dict("records"):
        moving = [chosen for chosen, values in every.items() if moved(base[named(row)], values[named(row)])]
        assert row["survives"] == (not moving), row["name"]
        least = min(map(len, moving), default=None)
        assert row["size"] == least
        smallest = {frozenset(one.split("+")) for one in row["smallest"].split("; ") if one}
        assert smallest == {chosen for chosen in moving if len(chosen) == least}
        hinges = {one for one in ids for chosen in every if (chosen in moving) != (chosen ^ {one} in moving)}
        assert set(filter(None, row["can_move"].split("; "))) == hinges


def test_both_and_either_by_hand(tmp_path):
    roles = ["laureate_id,role,salience,anchor", "alpha,connecteur,stated,un connecteur", *invented.TABLES["roles"][2:]]
    evidence = [
        "theme_id,laureate_id,strength,anchor,note",
        "pushed,alpha,indirect,le levier,",
        "eased,beta,direct,ici,",
    ]
    other = {"roles": roles, "evidence": evidence, "readings": NO_READINGS}
    a, b = load(invented.write(tmp_path / "a")), load(invented.write(tmp_path / "b", **other))
    found = survival.survival(a, b).set_index("name")
    ends = ["value_a", "value_b", "value_both", "value_either"]
    # alpha: aiguillon in A, connecteur in B; beta both; so aiguillons 2, 1, 1, 2 and connecteurs 1, 2, 1, 2 of 4.
    assert [value.count for value in found.loc["share_aiguillon", ends]] == [2, 1, 1, 2]
    assert [value.count for value in found.loc["share_connecteur", ends]] == [1, 2, 1, 2]
    # pushed: alpha and beta direct in A; alpha indirect in B; both: alpha indirect; either: two direct.
    assert found.loc["verdict_pushed", ends].tolist() == ["supported", "indirect_only", "indirect_only", "supported"]
    # held: beta in A alone; eased: beta in B alone.
    assert found.loc["verdict_held", ends].tolist() == ["indirect_only", "no_case", "no_case", "indirect_only"]
    assert found.loc["verdict_eased", ends].tolist() == ["no_case", "partly", "no_case", "partly"]


@pytest.mark.parametrize("seed", range(4))
def test_a_sample_says_no_more_than_it_knows(codings, seed):
    a, b = codings(seed, 9)
    whole, part = survival.survival(a, b), survival.survival(a, b, most=6)
    assert part.equals(survival.survival(a, b, most=6)) and not part["complete"].all()
    for full, few in zip(whole.to_dict("records"), part.to_dict("records"), strict=True):
        assert few["value_a"] == full["value_a"] and (few["tried"] <= 12 or few["complete"])
        assert few["survives"] or not full["survives"]  # what moves in a sample moves
        if few["size"] is not None and few["exact"]:
            assert (few["size"], few["smallest"]) == (full["size"], full["smallest"])
        elif few["size"] is not None:
            assert few["size"] >= full["size"]
        if few["complete"]:
            assert few == full


def test_what_to_settle_first(codings):
    a, b = codings(1, 6)
    table, found = survival.disagreements(a, b), survival.survival(a, b)
    first = survival.to_settle_first(table, found)
    assert sorted(first["disagreement_id"]) == table["disagreement_id"].tolist()
    assert first["alone"].is_monotonic_decreasing
    # What can move nothing moves nothing: all of these settled for B at once leave every finding where it was.
    still = set(first.loc[first["moves"] == 0, "disagreement_id"])
    values = [row["value_b" if row["disagreement_id"] in still else "value_a"] for row in table.to_dict("records")]
    arrays = coded.encode(survival.union(a, b, table))
    settled = coded.reread(arrays, survival.decisions(a, table.to_dict("records"), values))
    base = findings.values(a)
    for family in findings.FAMILIES:
        assert not any(moved(base[name], value) for name, value in family.function(settled).items())


# --- decisions


def sheet(a, b, folder, decisions, name="s.csv", **edits):
    """Write a settlement as the command does, and fill in decisions: a text, or the cells of the five columns."""
    file = folder / name
    assert cli.main(["settle", str(a.path), str(b.path), "--out", str(file), "--lang", "en"]) == 0
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    for row in rows:
        decided = decisions.get(row["disagreement_id"], {}) if isinstance(decisions, dict) else {"decision": decisions}
        signed = {"person": "Anna", "date": "2026-01-31", "reason": "relu ensemble"}
        row |= signed | decided if decided.get("decision") else decided
    head = list(rows[0])
    text = io.StringIO()
    writer = csv.DictWriter(text, head, lineterminator="\n", **edits)
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(text.getvalue(), encoding="utf-8")
    return file


def settled(a, b, file, out, *more):
    return cli.main(
        ["settle", str(a.path), str(b.path), "--decided", str(file), "--out", str(out), "--lang", "en", *more]
    )


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("side", ["a", "b"])
def test_all_decided_for_one_side_is_that_side(codings, tmp_path, capsys, seed, side):
    a, b = codings(seed, 9)
    assert settled(a, b, sheet(a, b, tmp_path, side), tmp_path / "c") == 0
    made, won = load(tmp_path / "c"), {"a": a, "b": b}[side]
    first, second = survival.cells(made), survival.cells(won)
    assert {cell: end[0] for cell, end in first.items()} == {cell: end[0] for cell, end in second.items()}
    assert survival.disagreements(won, made).empty and made.readings.empty
    assert len(made.decisions) == len(survival.disagreements(a, b)) and set(made.decisions["about"]) == {"settlement"}
    assert set(made.decisions["person"]) == {"Anna"} and (made.decisions["decided"] != "open").all()
    # The words of what was decided are those of the side that won.
    for row in survival.disagreements(a, b).to_dict("records"):
        cell = row["table"], row["key"], row["column"]
        if row["table"] != "actors" and cell in first:
            assert first[cell][1] == row[f"anchor_{side}"], cell
    assert "Left open" not in capsys.readouterr().out


@pytest.mark.parametrize("seed", range(6))
def test_what_is_left_open_is_an_open_reading(codings, tmp_path, seed):
    a, b = codings(seed, 9)
    assert settled(a, b, sheet(a, b, tmp_path, ""), tmp_path / "c") == 0
    made = load(tmp_path / "c")
    assert survival.disagreements(a, made).empty  # the first coding stands
    table, readings = survival.disagreements(a, b), made.readings.to_dict("records")
    mains = table[(table["table"] == "roles") & (table["column"] == "salience")]
    assert len(table) - len(mains) <= len(readings) <= len(table)
    # Decided otherwise, all of them, they give the second coding, but for who is the main role of whom.
    ((_, otherwise),) = list(variants.rereadings(made, readings, [(True,) * len(readings)]))
    after = survival.disagreements(otherwise, b)
    assert (after["column"] == "salience").all() and (after["table"] == "roles").all()
    arrays = coded.reread(coded.encode(made), readings)
    for family in findings.FAMILIES:
        assert family.function(arrays) == family.function(otherwise)


def test_what_is_not_decided_otherwise_stays_byte_for_byte(repo, tmp_path):
    """The project's own tables, against a copy with three codes changed: decided for A, only readings can differ."""
    second = tmp_path / "second"
    shutil.copytree(repo / "data", second)
    for name, old, new in (
        ("evidence", ",indirect,", ",direct,"),
        ("roles", "adam,aiguillon", "adam,inspirateur"),
        ("actors", "named,farming", "named,tourism"),
    ):
        rows = (second / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        place = next(i for i, row in enumerate(rows) if old in row)
        rows[place] = rows[place].replace(old, new).replace("rôle d’aiguillon", "rôle d’inspirateur")
        text = "\n".join([rows[0], *dict.fromkeys(rows[1:])]) + "\n"
        (second / f"{name}.csv").write_text(text, encoding="utf-8")
    (second / "readings.csv").write_text((second / "readings.csv").read_text(encoding="utf-8").splitlines()[0] + "\n")
    a, b = load(repo / "data"), load(second)
    assert len(survival.disagreements(a, b)) >= 3
    for decision in ("a", ""):
        assert settled(a, b, sheet(a, b, tmp_path, decision, f"s{decision}.csv"), tmp_path / f"c{decision}") == 0
        for table in (repo / "data").glob("*.csv"):
            same = (tmp_path / f"c{decision}" / table.name).read_bytes() == table.read_bytes()
            assert same or table.name in ("readings.csv", "decisions.csv"), table.name


def test_some_decided_some_open_some_not_yet(tmp_path, capsys):
    from test_codings import SECOND

    a, b = load(invented.write(tmp_path / "a")), load(invented.write(tmp_path / "b", **SECOND))
    decided = {"d01": {"decision": "B"}, "d02": {"decision": "open", "reason": "à revoir"}}
    decided["d01"]["anchor"] = "un autre mot"
    decided["d04"] = {"decision": "none"}
    capsys.readouterr()
    assert settled(a, b, sheet(a, b, tmp_path, decided), tmp_path / "c") == 0
    told, noticed = capsys.readouterr()
    assert "column anchor: “un autre mot”" in noticed and "it is not taken over" in noticed
    assert "2 disagreements settled (A 0, B 1, another code 1)" in told
    assert "Left open: 2, 1 of them undecided" in told and "4 disagreements, 4 can move a finding." in told
    made = load(tmp_path / "c")
    assert made.roles[["laureate_id", "role"]].values.tolist() == [
        ["beta", "aiguillon"],
        ["beta", "connecteur"],
        ["gamma", "inspirateur"],
    ]
    assert made.evidence[["theme_id", "laureate_id"]].values.tolist() == [["held", "beta"], ["pushed", "alpha"]]
    found = made.readings.drop(columns="reading_id").values.tolist()
    assert ["roles", "gamma/inspirateur", "salience", "stated", "principal"] in [row[:5] for row in found]
    assert [
        *("roles", "alpha/connecteur", "role", "", "connecteur"),
        *["à revoir (Anna, 2026-01-31)"] * 2,
    ] in found
    assert ["evidence", "eased/gamma", "strength", "", "indirect", "Doute", "Doubt"] in found  # A's own stays open
    assert not any(row[1] == "alpha/aiguillon" for row in found)  # its row is gone


def test_another_code_has_an_anchor_of_its_own(codings, tmp_path, capsys):
    evidence = invented.replaced("evidence", "pushed,beta,direct,ce levier", "pushed,beta,indirect,autre levier")
    roles = invented.replaced("roles", "connecteur,principal", "connecteur,stated")
    a = load(invented.write(tmp_path / "a", readings=NO_READINGS))
    b = load(invented.write(tmp_path / "b", evidence=evidence, roles=roles, readings=NO_READINGS))
    table = survival.disagreements(a, b).set_index("key")["disagreement_id"]
    decided = {table["beta"]: {"decision": "aiguillon", "anchor": "surtout aiguillon"}}
    assert settled(a, b, sheet(a, b, tmp_path, decided), tmp_path / "c") == 0
    row = load(tmp_path / "c").roles.set_index(["laureate_id", "role"]).loc[("beta", "aiguillon")]
    assert row.tolist() == ["principal", "surtout aiguillon"]
    capsys.readouterr()
    decided = {table["beta"]: {"decision": "inspirateur", "anchor": "un mot"}}
    assert settled(a, b, sheet(a, b, tmp_path, decided, "t.csv"), tmp_path / "d") == 1
    assert "[settle_main]" in capsys.readouterr().err and not (tmp_path / "d").exists()


REFUSED = {
    "no person": ({"decision": "a", "person": ""}, "column person", "[settle_unsigned]"),
    "no date": ({"decision": "b", "date": ""}, "column date", "[settle_unsigned]"),
    "no reason": ({"decision": "open", "reason": ""}, "column reason", "[settle_unsigned]"),
    "no day": ({"decision": "a", "date": "in May"}, "column date: “in May”", "[not_date]"),
    "a day to come": ({"decision": "a", "date": "2999-01-01"}, "column date: “2999-01-01”", "[future]"),
    "no code": ({"decision": "c"}, "column decision: “c”", "[settle_code]"),
    "no words": ({"decision": "direct"}, "column anchor: “direct”", "[settle_anchor]"),
    "many words": ({"decision": "direct", "anchor": "a b c d e f g h i"}, "column anchor", "[long_anchor]"),
    "no such cell": ({"decision": "a", "key": "held/delta"}, "column key", "[settle_unknown]"),
    "another value": ({"decision": "a", "value_b": "direct"}, "column value_b: “direct”", "[settle_stale]"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_decision_that_does_not_do_is_told_with_its_place(name, tmp_path, capsys):
    cells, place, rule = REFUSED[name]
    evidence = [*invented.TABLES["evidence"], "held,alpha,indirect,un frein,"]
    a = load(invented.write(tmp_path / "a", readings=NO_READINGS))
    b = load(invented.write(tmp_path / "b", evidence=evidence, readings=NO_READINGS))
    file = sheet(a, b, tmp_path, {"d01": cells})
    capsys.readouterr()
    assert settled(a, b, file, tmp_path / "c") == 1
    told = capsys.readouterr()
    assert told.out == "" and f"s.csv, line 2, {place}" in told.err and rule in told.err, told.err
    assert "Nothing is written" in told.err and not (tmp_path / "c").exists()


def test_a_settlement_that_stands_twice_or_lacks_a_column_is_told(codings, tmp_path, capsys):
    a, b = codings(2)
    file = sheet(a, b, tmp_path, "a")
    text = file.read_text(encoding="utf-8")
    file.write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    assert settled(a, b, file, tmp_path / "c") == 1 and "[settle_twice]" in capsys.readouterr().err
    file.write_text(text.replace("person", "who"), encoding="utf-8")
    assert settled(a, b, file, tmp_path / "c") == 1 and "no column “person”" in capsys.readouterr().err


def test_codings_in_the_encoding_of_windows(tmp_path, capsys):
    from test_codings import SECOND

    paths = [invented.write(tmp_path / "a"), invented.write(tmp_path / "b", **SECOND)]
    a, b = map(load, paths)
    file = sheet(a, b, tmp_path, "b")
    assert settled(a, b, file, tmp_path / "c") == 0
    for table in (table for path in paths for table in path.glob("*.csv")):
        table.write_bytes(table.read_text(encoding="utf-8").encode("cp1252"))
    assert settled(a, b, file, tmp_path / "d", "--encoding", "cp1252") == 0
    for table in (tmp_path / "c").iterdir():
        assert (tmp_path / "d" / table.name).read_bytes() == table.read_bytes()


def test_what_excel_does_to_a_settlement_is_harmless(codings, tmp_path, capsys):
    a, b = codings(3)
    plain = sheet(a, b, tmp_path, "b")
    assert settled(a, b, plain, tmp_path / "c") == 0
    cells = {one: {"decision": "b", "date": "31/01/2026"} for one in survival.disagreements(a, b)["disagreement_id"]}
    file = sheet(a, b, tmp_path, cells, "t.csv", delimiter=";")
    file.write_bytes(file.read_text(encoding="utf-8").replace("\n", "\r\n").encode("cp1252"))
    capsys.readouterr()
    assert settled(a, b, file, tmp_path / "d", "--encoding", "cp1252") == 0
    assert "read as 2026-01-31" in capsys.readouterr().err
    for table in (tmp_path / "c").iterdir():
        assert (tmp_path / "d" / table.name).read_bytes() == table.read_bytes()


def test_two_readings_of_one_cell_are_in_an_order_that_can_be_read(tmp_path):
    readings = [*NO_READINGS, "r01,evidence,held/beta,strength,indirect,,Doute,Doubt"]
    evidence = invented.replaced("evidence", "indirect,une réponse", "direct,un frein")
    a = load(invented.write(tmp_path / "a", readings=readings))
    b = load(invented.write(tmp_path / "b", evidence=evidence, readings=NO_READINGS))
    assert settled(a, b, sheet(a, b, tmp_path, ""), tmp_path / "c") == 0
    made = load(tmp_path / "c")
    assert made.readings[["reading_id", "alternative"]].values.tolist() == [["r02", "direct"], ["r03", ""]]
    rows, arrays = made.readings.to_dict("records"), coded.encode(made)
    for pattern, tables in variants.rereadings(made, rows, product((False, True), repeat=2)):
        taken = [row for row, otherwise in zip(rows, pattern, strict=True) if otherwise]
        assert findings.theme_verdicts(coded.reread(arrays, taken)) == findings.theme_verdicts(tables)


# --- actors: who is meant by a mention

APART = {
    "actors": [
        invented.TABLES["actors"][0],
        "town,Ville,Ville,Ville,institution,local_authority,local,,La Ville,",
        *invented.TABLES["actors"][2:],
        "mairie,Mairie,Mairie,Mairie,institution,state,,,,",
    ],
    "mentions": invented.replaced("mentions", "beta,1,mairie,town,", "beta,1,mairie,mairie,"),
    "readings": NO_READINGS,
}


@pytest.mark.parametrize(("decision", "actor"), [("a", "town"), ("b", "mairie"), ("", "town"), ("mill", "mill")])
def test_an_actor_that_only_one_coder_has(tmp_path, decision, actor):
    a, b = load(invented.write(tmp_path / "a", readings=NO_READINGS)), load(invented.write(tmp_path / "b", **APART))
    table = survival.disagreements(a, b)
    assert table[["table", "key", "value_a", "value_b", "anchor_a"]].values.tolist() == [
        ["mentions", "beta/1", "town", "mairie", "mairie"]
    ]
    assert settled(a, b, sheet(a, b, tmp_path, decision), tmp_path / "c") == 0
    made = load(tmp_path / "c")
    assert made.mentions.set_index(["laureate_id", "position"]).loc[("beta", 1), "actor_id"] == actor
    actors = made.actors.set_index("actor_id")
    assert ("mairie" in actors.index) == (decision in ("b", ""))
    assert ("mairie" in actors.loc["town", "aliases"]) == (actor == "town")
    if not decision:  # the reading needs the other actor, and has it
        assert made.readings[["key", "value", "alternative"]].values.tolist() == [["beta/1", "town", "mairie"]]
    shared = survival.survival(a, b).set_index("name").loc["shared_actors"]
    assert (shared["value_a"].count, shared["value_b"].count, shared["smallest"]) == (1, 0, "d01")


# --- the command


def test_the_command_tells_what_survives(tmp_path, capsys):
    from test_codings import SECOND

    paths = [str(invented.write(tmp_path / "a")), str(invented.write(tmp_path / "b", **SECOND))]
    assert cli.main(["settle", *paths, "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "Disagreements: 4 (roles 3, evidence 1)" in told
    assert (
        ": A 1 of 4 (25%); B 2 of 4 (50%); both 1 of 4 (25%); either 2 of 4 (50%). Smallest set that moves it: 1 (d02)"
        in told
    )
    assert "- d02, Connector, Alpha: A no; B yes (“un connecteur”) — findings at stake: 8, 7 by itself" in told
    assert "4 disagreements, 4 can move a finding. To settle first:" in told
    assert cli.main(["settle", *paths, "--lang", "en", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert (found["count"], found["can_move"], found["survive"], found["of"]) == (4, 4, 45, 59)
    share = next(row for row in found["findings"] if row["name"] == "share_connecteur")
    assert (share["value_a"], share["value_b"], share["size"], share["smallest"]) == ([1, 4], [2, 4], 1, "d02")
    assert cli.main(["settle", *paths, "--lang", "en", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["record"] for row in rows].count("finding") == 59
    assert next(row for row in rows if row["name"] == "share_connecteur")["value_b"] == "2/4"
    assert cli.main(["settle", *paths, "--lang", "fr"]) == 0
    assert "4 désaccords, 4 peuvent changer un résultat. À régler d'abord\u202f:" in capsys.readouterr().out


def test_the_shipped_data_against_themselves(repo, capsys):
    assert cli.main(["settle", str(repo / "data"), str(repo / "data"), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "Disagreements: 0" in told and "0 disagreements, 0 can move a finding." in told


def test_what_is_there_is_not_written_over(codings, tmp_path, capsys):
    a, b = codings(1)
    file = sheet(a, b, tmp_path, "a")
    before = file.read_bytes()
    assert cli.main(["settle", str(a.path), str(b.path), "--out", str(file), "--lang", "en"]) == 1
    assert "is there already" in capsys.readouterr().err and file.read_bytes() == before
    for coding in (a, b):
        assert settled(a, b, file, coding.path) == 1 and "one of the two codings" in capsys.readouterr().err
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.docx").write_text("x")
    assert settled(a, b, file, tmp_path / "full") == 1 and len(list((tmp_path / "full").iterdir())) == 1
    with pytest.raises(SystemExit) as stopped:
        cli.main(["settle", str(a.path), str(b.path), "--decided", str(file)])
    assert stopped.value.code == 2


def test_what_only_one_coding_has_is_left_out_and_told(tmp_path, capsys):
    more = {
        "laureates": [*invented.TABLES["laureates"], "epsilon,Epsilon,,,1.2,,,,,Cinq,Five,doc,5,Epsilon fait,,"],
        "relations": invented.TABLES["relations"][:1],
    }
    paths = [str(invented.write(tmp_path / "a")), str(invented.write(tmp_path / "b", **more))]
    assert cli.main(["settle", *paths, "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "Left out: laureates, epsilon, only in B." in told and "Disagreements: 0" in told
    assert "Left out: relations, beta/alpha/origin, only in A." in told
    assert cli.main(["settle", paths[0], str(invented.DATA), "--lang", "en"]) == 1
    assert "no laureate in common" in capsys.readouterr().err


# --- open readings of rows that are not there


def test_a_reading_may_add_or_take_away_a_row_that_is_a_code(tmp_path):
    readings = [
        *NO_READINGS,
        "r01,roles,delta/connecteur,role,,connecteur,Doute,Doubt",
        "r02,roles,alpha/aiguillon,role,aiguillon,,Doute,Doubt",
        "r03,contributions,gamma/territoire/rural/training,code,,training,Doute,Doubt",
        "r04,contributions,alpha/filiere/culture/offer,code,offer,,Doute,Doubt",
    ]
    dataset = load(invented.write(tmp_path / "a", readings=readings))
    rows, arrays = dataset.readings.to_dict("records"), coded.encode(dataset)
    for pattern, tables in variants.rereadings(dataset, rows, product((False, True), repeat=4)):
        taken = [row for row, otherwise in zip(rows, pattern, strict=True) if otherwise]
        for family in findings.FAMILIES:
            assert family.function(coded.reread(arrays, taken)) == family.function(tables), pattern


@pytest.mark.parametrize(
    "reading",
    [
        "roles,nobody/connecteur,role,,connecteur",
        "roles,delta/conecteur,role,,connecteur",
        "roles,delta,role,,connecteur",
        "roles,delta/connecteur,salience,,stated",
        "contributions,gamma/territoire/rural/nothing,code,,training",
        "evidence,nothing/gamma,strength,,direct",
    ],
)
def test_a_reading_of_a_row_that_could_not_be_there_is_refused(tmp_path, reading):
    bad = invented.write(tmp_path / "a", readings=[*NO_READINGS, f"r01,{reading},Doute,Doubt"])
    assert {problem.code for problem in check(bad).problems} & {"no_such_row"}
