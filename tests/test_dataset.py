import pandas as pd
import pytest

import invented
from neoterra_analysis import DataError, contract, labels, load
from neoterra_analysis.dataset import TABLES, find

# rule, table, text to replace, replacement, physical line, column named in the problem
REFUSED = [
    ("missing_column", "roles", "salience", "weight", 1, "salience"),
    ("unknown_column", "roles", "anchor", "anchor,extra", 1, "extra"),
    ("duplicate_column", "roles", "salience,anchor", "role,anchor", 1, "role"),
    ("cell_count", "roles", "un aiguillon", "un aiguillon,trop", 2, ""),
    ("bad_csv", "roles", "un aiguillon", '"un aiguillon', 2, ""),
    ("required", "roles", "un aiguillon", "", 2, "anchor"),
    ("outer_space", "roles", "un aiguillon", " un aiguillon", 2, "anchor"),
    ("not_integer", "mentions", "alpha,1,", "alpha,un,", 2, "position"),
    ("too_small", "mentions", "alpha,1,", "alpha,0,", 2, "position"),
    ("not_date", "sources", "2026-01-31", "31/01/2026", 2, "retrieved"),
    ("unknown_code", "roles", "inspirateur,stated", "inspirator,stated", 5, "role"),
    ("pattern", "laureates", "Ville,33", "Ville,1", 2, "department_stated"),
    ("long_anchor", "roles", "un aiguillon", "un deux trois quatre cinq six sept d'huit", 2, "anchor"),
    ("duplicate_key", "roles", "beta,connecteur", "beta,aiguillon", 4, "role"),
    ("orphan", "roles", "gamma", "omega", 5, "laureate_id"),
    ("orphan", "relations", "beta,alpha", "beta,omega", 2, "to_id"),
    ("hole", "mentions", "beta,2,", "beta,4,", 7, "position"),
    ("no_parent", "mentions", "ovens,2", "ovens,9", 4, "parent_position"),
    ("nested_twice", "mentions", "Moulins,mill,", "Moulins,mill,1", 4, "parent_position"),
    ("shared_alias", "actors", "school,École,", "school,La Ville,", 5, "aliases"),
    ("unknown_form", "mentions", "Moulins", "Moulin", 3, "mention"),
    ("two_principals", "roles", "aussi aiguillon", "aussi aiguillon", 4, "salience"),
    ("other_ambition", "themes", "held,a-1", "held,a-2", 4, "theme_id"),
    ("stated_twice", "laureates", "Ville,33,,", "Ville,33,64,un indice", 2, "department_inferred"),
    ("no_clue", "laureates", "64,un indice", "64,", 3, "inferred_from"),
    ("no_such_column", "readings", "salience", "weight", 2, "column"),
    ("no_such_row", "readings", "alpha/aiguillon", "alpha/connecteur", 2, "key"),
    ("stale_reading", "readings", "salience,stated,principal", "salience,principal,stated", 2, "value"),
]


def changed_lines(code, table, old, new):
    if code == "two_principals":
        return invented.replaced(table, "aiguillon,stated,aussi", "aiguillon,principal,aussi")
    if code == "duplicate_column":
        return [line if i else "laureate_id,role,role,anchor" for i, line in enumerate(invented.TABLES[table])]
    return invented.replaced(table, old, new)


@pytest.mark.parametrize(("code", "table", "old", "new", "line", "column"), REFUSED)
def test_each_rule_refuses(tmp_path, code, table, old, new, line, column):
    folder = invented.write(tmp_path, **{table: changed_lines(code, table, old, new)})
    with pytest.raises(DataError) as refusal:
        load(folder)
    found = [problem for problem in refusal.value.problems if problem.code == code]
    assert found, refusal.value.problems
    file = "evidence.csv" if code == "other_ambition" else f"{table}.csv"
    assert (file, line, column) in [(p.file, p.line, p.column) for p in found]
    for lang in ("fr", "en"):
        assert f"{file}:{line}" in found[0].sentence(lang)


def test_every_rule_has_its_refusal():
    here = {code for code, *_ in REFUSED} | {"missing_file", "not_utf8", "no_data"}
    worded = {key.removeprefix("problem.") for key in labels.words() if key.startswith("problem.")}
    assert here == {code for code in worded if not code.startswith("total")}


def test_missing_file_and_wrong_encoding_are_named(tmp_path):
    folder = invented.write(tmp_path)
    (folder / "roles.csv").unlink()
    (folder / "actors.csv").write_bytes((folder / "actors.csv").read_text(encoding="utf-8").encode("cp1252"))
    _, problems = contract.check(folder)
    assert [(p.file, p.line, p.code, p.value) for p in problems] == [
        ("actors.csv", 5, "not_utf8", "0xC9"),
        ("roles.csv", 0, "missing_file", ""),
    ]


def test_all_problems_come_at_once_in_order(tmp_path):
    roles = invented.replaced("roles", "stated", "statd")
    folder = invented.write(tmp_path, roles=roles, enjeux=invented.replaced("enjeux", "Second,Second,,", ",Second,,"))
    with pytest.raises(DataError) as refusal:
        load(folder)
    places = [(p.file, p.line) for p in refusal.value.problems]
    assert places == sorted(places) and len(places) == 4


def test_no_contract_is_a_clear_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="datapackage.json"):
        load(tmp_path)


def test_folder_found_by_environment_and_by_parents(tmp_path, monkeypatch):
    folder = invented.write(tmp_path / "data")
    below = tmp_path / "notebooks"
    below.mkdir()
    monkeypatch.delenv("NEOTERRA_DATA", raising=False)
    monkeypatch.chdir(below)
    assert find() == folder
    monkeypatch.setenv("NEOTERRA_DATA", str(invented.DATA))
    assert find() == invented.DATA


def test_order_of_rows_and_columns_does_not_count(tmp_path):
    plain = load(invented.DATA)
    mixed = load(invented.shuffled(invented.DATA, tmp_path / "mixed", seed=3))
    assert plain.digest == mixed.digest
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(plain, name), getattr(mixed, name))


def test_digest_changes_with_any_cell(tmp_path):
    before = load(invented.write(tmp_path / "a")).digest
    after = load(invented.write(tmp_path / "b", roles=invented.replaced("roles", "un aiguillon", "un autre"))).digest
    assert before != after


def test_codes_like_na_and_leading_zero_stay_text(tmp_path):
    laureates = invented.replaced("laureates", "Alpha,Pain,company,1.1,Ville,33", "NA,null,company,1.1,NaN,01")
    row = load(invented.write(tmp_path, laureates=laureates)).laureates.iloc[0]
    assert row[["name", "project_name", "place", "department_stated"]].tolist() == ["NA", "null", "NaN", "01"]


def test_labels_and_contract_say_the_same():
    resources = contract.tables(invented.DATA)
    prefixes = {
        ("roles", "role"): "role",
        ("roles", "salience"): None,
        ("actors", "actor_type"): "type",
        ("contributions", "target"): "target",
        ("contributions", "code"): "mode",
        ("contributions", "dimension"): "dimension",
        ("themes", "kind"): "theme",
    }
    for (table, column), prefix in prefixes.items():
        field = next(f for f in resources[table]["schema"]["fields"] if f["name"] == column)
        assert [c["value"] for c in field["categories"]] == contract.codes(resources[table], column)
        for category in field["categories"]:
            if prefix:
                words = labels.words()[f"{prefix}.{category['value']}"]
                assert words == {"fr": category["label"], "en": category["label_en"]}


def test_data_dictionary_is_current():
    from neoterra_analysis import dictionary

    assert (invented.DATA / "README.md").read_text(encoding="utf-8") == dictionary.update(invented.DATA)
