import invented
from neoterra_analysis.analysis import roles


def test_counts_by_hand(small):
    table = roles.counts(small).set_index("role")
    assert table["count"].to_dict() == {"aiguillon": 2, "inspirateur": 1, "connecteur": 1}
    assert table["principal"].to_dict() == {"aiguillon": 0, "inspirateur": 0, "connecteur": 1}
    assert table.loc["aiguillon", "laureates"] == "alpha; beta"
    assert table.loc["connecteur", "principal_laureates"] == "beta"


def test_exact_combinations_by_hand(small):
    table = roles.combinations(small)
    found = table[table["count"] > 0].set_index("combination")["laureates"].to_dict()
    assert found == {
        "none": "delta",
        "aiguillon": "alpha",
        "inspirateur": "gamma",
        "aiguillon+connecteur": "beta",
    }


def test_each_laureate_is_in_exactly_one_combination():
    dataset = invented.shipped()
    table = roles.combinations(dataset)
    members = [name for cell in table["laureates"] if cell for name in cell.split("; ")]
    assert sorted(members) == sorted(dataset.laureates["laureate_id"])
    for role, count in roles.counts(dataset).set_index("role")["count"].items():
        assert table.loc[table[role], "count"].sum() == count


def test_pairs_are_sums_of_combinations():
    dataset = invented.shipped()
    table = roles.combinations(dataset)
    for pair in roles.pairs(dataset).to_dict("records"):
        assert table.loc[table[pair["role_a"]] & table[pair["role_b"]], "count"].sum() == pair["count"]


def test_enjeux_add_up_to_the_whole():
    dataset = invented.shipped()
    table = roles.by_enjeu(dataset)
    whole = roles.counts(dataset).set_index("role")["count"].to_dict()
    assert table.groupby("role")["count"].sum().to_dict() == whole
    assert table.drop_duplicates("enjeu_id")["of"].sum() == len(dataset.laureates)


def test_actor_types_by_hand(small):
    table = roles.by_actor_type(small).set_index(["actor_type", "role"])
    assert table.loc[("local_authority", "aiguillon"), ["count", "of", "laureates"]].tolist() == [
        2,
        2,
        "alpha; beta",
    ]
    assert table.loc[("company", "aiguillon"), "count"] == 1
    assert table.loc[("training", "connecteur"), ["count", "of"]].tolist() == [1, 1]
    assert table.xs("inspirateur", level="role")["count"].sum() == 0
    assert set(table.index.get_level_values(0)) == {"local_authority", "company", "training"}


def test_where_leads_back_to_row_and_anchor(small):
    row = roles.where(small).iloc[0]
    assert row[["laureate_id", "role", "anchor", "source_id", "source_row"]].tolist() == [
        "alpha",
        "aiguillon",
        "un aiguillon",
        "doc",
        1,
    ]
