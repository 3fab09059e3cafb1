import csv
import io
from collections import Counter
from itertools import product

import pandas as pd
import pytest

import invented
from neoterra_analysis import load
from neoterra_analysis.analysis import variants
from neoterra_analysis.dataset import rules
from neoterra_analysis.dataset.loading import TABLES
from neoterra_analysis.words.codes import ROLES

CONTRACT = rules.tables(invented.DATA)
READINGS = {
    "set": "roles,alpha/aiguillon,salience,stated,principal",
    "other role": "roles,gamma/inspirateur,role,inspirateur,aiguillon",
    "same role": "roles,beta/aiguillon,role,aiguillon,connecteur",
    "drop role": "roles,gamma/inspirateur,role,inspirateur,",
    "drop": "evidence,pushed/beta,strength,direct,",
    "add": "evidence,eased/gamma,strength,,indirect",
    "means": "contributions,alpha/filiere/culture/offer,code,offer,dialogue",
    "no means": "contributions,alpha/filiere/culture/offer,code,offer,",
    "type": "actors,school,actor_type,training,",
    "status": "laureates,gamma,carrier_status,,company",
    "actor": "mentions,beta/2,actor_id,school,town",
    "parent": "mentions,beta/2,parent_position,,1",
    "no parent": "mentions,alpha/3,parent_position,2,",
    "split": "mentions,alpha/2,mention,Moulins,Moulins à eau|École",
}


def reading(name):
    columns = ("table", "key", "column", "value", "alternative")
    return dict(zip(columns, READINGS[name].split(","), strict=True))


def frames(dataset):
    return {name: getattr(dataset, name).copy() for name in TABLES}


def same(a, b, names=TABLES):
    for name in names:
        pd.testing.assert_frame_equal(getattr(a, name), getattr(b, name), obj=name)
    return True


def rows(frame):
    return Counter(tuple("" if pd.isna(cell) else str(cell) for cell in row) for row in frame.itertuples(index=False))


def edited(folder, table, change):
    """Load the invented folder with the rows of one table changed, as an evaluator would in a sheet."""
    head, *body = csv.reader(invented.TABLES[table])
    cells = change([dict(zip(head, row, strict=True)) for row in body])
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([head, *([row[name] for name in head] for row in cells)])
    nothing = invented.TABLES["readings"][:1]  # the readings would be stale
    return load(invented.write(folder, **{"readings": nothing, table: stream.getvalue().splitlines()}))


def test_a_laureate_left_out_is_gone_everywhere(small):
    left = variants.without(small, "beta")
    for name in ("laureates", "contributions", "roles", "mentions", "evidence"):
        assert "beta" not in set(getattr(left, name)["laureate_id"])
    assert not len(left.relations) and list(left.laureates["laureate_id"]) == ["alpha", "gamma", "delta"]
    sizes = {name: len(getattr(left, name)) for name in ("contributions", "roles", "mentions", "evidence")}
    assert sizes == {"contributions": 1, "roles": 2, "mentions": 4, "evidence": 1}
    assert not len(variants.without(small, "alpha").relations)  # alpha is only its end
    assert len(variants.without(small, "gamma").relations) == 1
    others = ("sources", "ambitions", "enjeux", "actors", "themes", "claims", "readings", "discrepancies")
    assert same(left, small, others) and left.digest == ""


def test_an_actor_that_is_the_laureate_left_out_stays_an_actor(tmp_path):
    actors = invented.replaced("actors", "ovens,Fours Martin,Fours Martin,Fours Martin,named,company,,,", "OVENS")
    actors = [
        line.replace("OVENS", "ovens,Fours Martin,Fours Martin,Fours Martin,named,company,,gamma,") for line in actors
    ]
    dataset = load(invented.write(tmp_path, actors=actors))
    left = variants.without(dataset, "gamma")
    assert left.actors.set_index("actor_id").loc["ovens", ["name", "laureate_id"]].tolist() == ["Fours Martin", ""]
    assert "ovens" in set(left.mentions["actor_id"]) and len(left.actors) == len(dataset.actors)
    assert same(variants.without(dataset, "beta"), dataset, ("actors",))


def test_no_such_laureate(small):
    with pytest.raises(KeyError, match="omega"):
        variants.without(small, "omega")


def expected_flips(dataset):
    """Count the flips of each table and column that the rule of `variants.flips` asks for, from the tables alone."""
    count = Counter()
    coded = {(r.laureate_id, r.role): r.salience for r in dataset.roles.itertuples()}
    chief = {laureate for (laureate, _), salience in coded.items() if salience == "principal"}
    for laureate, role in product(dataset.laureates["laureate_id"], ROLES):
        now = coded.get((laureate, role))
        others = {None, "stated", "principal"} - {now} - ({"principal"} if laureate in chief else set())
        count["roles", "salience"] += len(others)
        count["roles", "role"] += sum((laureate, other) not in coded for other in ROLES) if now else 0
    ambition = dataset.enjeux.set_index("enjeu_id")["ambition_id"]
    homes = dataset.laureates["enjeu_id"].map(ambition)
    count["evidence", "strength"] = 2 * sum((homes == of).sum() for of in dataset.themes["ambition_id"])
    for table, column, extra in (
        ("contributions", "code", 0),
        ("contributions", "dimension", 0),
        ("actors", "actor_type", 1),
        ("actors", "kind", 0),
    ):
        allowed = len(rules.codes(CONTRACT[table], column)) + extra
        count[table, column] = len(getattr(dataset, table)) * (allowed - 1)
    return count


@pytest.mark.parametrize("which", ["small", "shipped"])
def test_flips_are_as_many_as_the_tables_say(which, request):
    dataset = request.getfixturevalue(which)
    made = list(variants.flips(dataset, None))
    assert Counter((table, column) for table, _, column, _, _ in made) == expected_flips(dataset)
    assert len(made) == len(set(made))


def test_flips_by_hand(small):
    found = expected_flips(small)
    # 12 cells of roles: beta's chief role may go or become stated (2), its other role go (1), its empty cell be stated
    # (1); the 9 cells of the others have 2 each. Roles to another: alpha 2, gamma 2, beta 1 for each of its two.
    assert found["roles", "salience"] == 4 + 18 and found["roles", "role"] == 6
    assert found["evidence", "strength"] == 24 and found["contributions", "dimension"] == 3
    assert found["actors", "kind"] == 18 and found["actors", "actor_type"] == 6 * 13


@pytest.mark.parametrize("which", ["small", "shipped"])
def test_each_flip_changes_exactly_what_it_names(which, request):
    dataset = request.getfixturevalue(which)
    base = {name: rows(getattr(dataset, name)) for name in TABLES}
    for flip in variants.flips(dataset, None):
        (table, key, column, before, after), variant = flip, variants.flipped(dataset, flip)
        names = CONTRACT[table]["schema"]["primaryKey"]
        columns = list(getattr(dataset, table).columns)
        assert all(getattr(variant, name) is getattr(dataset, name) for name in TABLES if name != table)
        frame = getattr(variant, table)
        gone, come = base[table] - rows(frame), rows(frame) - base[table]
        assert not frame.duplicated(names).any() and frame.dtypes.equals(getattr(dataset, table).dtypes)
        assert gone.total() <= 1 and come.total() <= 1 and gone.total() + come.total() > 0
        old, new = (dict(zip(columns, *part, strict=True)) if part else None for part in (gone, come))
        told = key.split("/")
        if old:
            assert [old[name] for name in names] == told and old[column] == before
        if old and new:
            assert {name for name in columns if old[name] != new[name]} == {column} and new[column] == after
        elif new:
            assert before == variants.NONE and [new[name] for name in names] == told and new[column] == after
        elif after != variants.NONE:  # the row now says what another one said before
            assert table == "contributions"
            moved = {**old, column: after}
            assert "/".join(moved[name] for name in names) in variants._keys(getattr(dataset, table), names)
        if table == "roles":
            assert not frame.loc[frame["salience"] == "principal", "laureate_id"].duplicated().any()
        assert variant.digest == ""


def test_flips_follow_what_a_statistic_reads(small):
    assert not list(variants.flips(small, {}))
    kinds = list(variants.flips(small, {"actors.kind": (("named", "institution", "generic"),)}))
    assert len(kinds) == 5 + 3 and all("not_an_actor" in flip[3:] for flip in kinds)
    saliences = list(variants.flips(small, {"roles.role": ()}))
    assert all(variants.NONE in flip[3:] for flip in saliences if flip[2] == "salience")


def test_a_reading_sets_a_cell(small, tmp_path):
    after = variants.reread(small, reading("set"))
    assert after.roles.set_index(["laureate_id", "role"]).loc[("alpha", "aiguillon"), "salience"] == "principal"
    assert (rows(after.roles) - rows(small.roles)).total() == 1 and after.digest == ""
    assert variants.reread(small, reading("status")).laureates.set_index("laureate_id").loc[
        "gamma", "carrier_status"
    ] == ("company")
    assert variants.reread(small, reading("type")).actors.set_index("actor_id").loc["school", "actor_type"] == ""


def test_a_reading_drops_and_adds_a_row(small):
    assert rows(small.evidence) - rows(variants.reread(small, reading("drop")).evidence) == Counter(
        [("pushed", "beta", "direct", "ce levier", "")]
    )
    added = variants.reread(small, reading("add")).evidence
    assert rows(added) - rows(small.evidence) == Counter([("eased", "gamma", "indirect", "", "")])
    assert list(added["theme_id"]) == sorted(added["theme_id"]) and added.dtypes.equals(small.evidence.dtypes)
    assert "gamma" not in set(variants.reread(small, reading("drop role")).roles["laureate_id"])
    assert len(variants.reread(small, reading("no means")).contributions) == 2


def test_a_reading_of_a_key_keeps_keys_single_and_sorted(small):
    roles = variants.reread(small, reading("same role")).roles
    assert roles[["laureate_id", "role"]].values.tolist() == [
        ["alpha", "aiguillon"],
        ["beta", "connecteur"],
        ["gamma", "inspirateur"],
    ]
    moved = variants.reread(small, reading("means")).contributions
    assert moved["code"].tolist() == ["dialogue", "offer", "dialogue"]


def test_a_reading_of_a_whole_number(small):
    frame = variants.reread(small, reading("parent")).mentions.set_index(["laureate_id", "position"])
    assert frame.loc[("beta", 2), "parent_position"] == 1 and frame["parent_position"].dtype == "Int64"
    frame = variants.reread(small, reading("no parent")).mentions.set_index(["laureate_id", "position"])
    assert frame.loc[("alpha", 3), "parent_position"] is pd.NA and frame["parent_position"].isna().all()


def test_a_reading_splits_a_mention(small):
    after = variants.reread(small, reading("split"))
    mine = after.mentions[after.mentions["laureate_id"] == "alpha"]
    assert mine[["position", "mention", "actor_id"]].values.tolist() == [
        [1, "La Ville", "town"],
        [2, "Moulins à eau", "moulins-a-eau"],
        [3, "Fours Martin", "ovens"],
        [4, "École", "school"],
    ]
    made = after.actors.set_index("actor_id").loc["moulins-a-eau"]
    assert made[["name", "short_fr", "kind", "actor_type", "aliases"]].tolist() == [
        "Moulins à eau",
        "Moulins à eau",
        "generic",
        "company",
        "",
    ]
    assert len(after.actors) == len(small.actors) + 1 and not after.actors["actor_id"].duplicated().any()
    # the example of the category keeps its parent's place, and other laureates their mentions
    assert mine.set_index("position").loc[3, "parent_position"] == 2
    assert len(after.mentions) == len(small.mentions) + 1


def test_parts_that_share_an_id_are_one_actor(small):
    part = {**reading("split"), "alternative": "Ecole|Ecole"}
    actors = variants.reread(small, part).actors["actor_id"]
    assert actors.tolist().count("ecole") == 1 and not actors.duplicated().any()
    part = {**reading("split"), "alternative": "Town|School"}  # ids of the town and of the school
    assert variants.reread(small, part).actors["actor_id"].tolist() == small.actors["actor_id"].tolist()


@pytest.mark.parametrize(
    ("table", "key", "column", "value", "alternative"),
    [
        ("roles", "alpha/connecteur", "salience", "stated", "principal"),
        ("roles", "alpha/connecteur", "salience", "", "principal"),
        ("evidence", "held/gamma", "strength", "direct", "indirect"),
        ("mentions", "alpha/9", "mention", "Moulins", "Moulins|Fours"),
        ("laureates", "omega", "carrier_status", "", "company"),
    ],
)
def test_a_reading_of_a_row_that_does_not_exist(small, table, key, column, value, alternative):
    row = {"table": table, "key": key, "column": column, "value": value, "alternative": alternative}
    with pytest.raises(KeyError, match=key):
        variants.reread(small, row)


@pytest.mark.parametrize("name", [name for name in READINGS if name not in ("split", "actor", "same role", "add")])
def test_a_reading_is_what_an_edited_file_gives(small, tmp_path, incoherent, name):
    row = reading(name)
    names = CONTRACT[row["table"]]["schema"]["primaryKey"]

    def change(cells):
        at = next(cell for cell in cells if "/".join(cell[key] for key in names) == row["key"])
        if row["alternative"] or variants.ROW_IS_CODE.get(row["table"]) != row["column"]:
            at[row["column"]] = row["alternative"]
            return cells
        return [cell for cell in cells if cell is not at]

    assert same(variants.reread(small, row), edited(tmp_path / "edited", row["table"], change), (row["table"],))


def test_all_patterns_equal_one_reading_after_the_other(small):
    chosen = [{**reading(name), "reading_id": name} for name in ("set", "drop", "add", "parent", "split", "type")]
    patterns = list(product((False, True), repeat=len(chosen)))
    for order in (patterns, patterns[::-1], patterns[::3] + patterns[1::3]):
        seen = []
        for pattern, variant in variants.rereadings(small, chosen, order):
            plain = small
            for row, otherwise in zip(chosen, pattern, strict=True):
                plain = variants.reread(plain, row) if otherwise else plain
            assert same(variant, plain)
            seen.append(pattern)
        assert seen == order
    assert [variant is small for _, variant in variants.rereadings(small, [], [()])] == [True]


def test_the_shipped_readings_apply_alone_and_all_together(shipped):
    readings = shipped.readings.to_dict("records")
    patterns = [tuple(i == j for j in range(len(readings))) for i in range(len(readings))]
    for pattern, variant in variants.rereadings(shipped, readings, [*patterns, (True,) * len(readings)]):
        changed = [name for name in TABLES if not getattr(variant, name).equals(getattr(shipped, name))]
        touched = {row["table"] for row, otherwise in zip(readings, pattern, strict=True) if otherwise}
        assert touched <= set(changed) <= touched | {"actors"}
        for name in TABLES:
            frame = getattr(variant, name)
            assert not frame.duplicated(CONTRACT[name]["schema"]["primaryKey"]).any()
            assert frame.dtypes.equals(getattr(shipped, name).dtypes)


def test_arguments_are_never_changed(small):
    before = frames(small)
    for laureate in small.laureates["laureate_id"]:
        variants.without(small, laureate)
    list(variants.flips(small, None))
    for name in READINGS:
        variants.reread(small, reading(name))
    rereadings = [reading(name) for name in ("set", "drop", "split")]
    list(variants.rereadings(small, rereadings, product((False, True), repeat=3)))
    for name, frame in before.items():
        pd.testing.assert_frame_equal(getattr(small, name), frame)
