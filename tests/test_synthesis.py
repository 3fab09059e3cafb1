import pytest

import invented
from neoterra_analysis import load
from neoterra_analysis.analysis import themes


def test_framework_by_hand(small):
    cells = themes.framework(small).set_index(["theme_id", "laureate_id"])
    assert len(cells) == 12
    assert (cells["strength"] == "direct").sum() == 2 and (cells["strength"] == "indirect").sum() == 1
    assert cells.loc[("held", "beta"), ["strength", "anchor", "source_row"]].tolist() == [
        "indirect",
        "une réponse",
        2,
    ]


def test_a_theme_of_another_ambition_has_no_cells(tmp_path, incoherent):
    lines = [*invented.TABLES["themes"], "other,a-2,doc,4,lever,Autre,Other,Def,Def,autre"]
    dataset = load(invented.write(tmp_path, themes=lines))
    assert "other" not in set(themes.framework(dataset)["theme_id"])


def test_themes_and_verdicts_by_hand(small):
    table = themes.themes(small).set_index("theme_id")
    assert table.index.tolist() == ["eased", "held", "pushed"]
    assert table.loc["pushed", ["direct", "indirect", "none", "of", "verdict"]].tolist() == [
        2,
        0,
        2,
        4,
        "supported",
    ]
    assert table.loc["held", "verdict"] == "indirect_only" and table.loc["eased", "verdict"] == "no_case"
    counts = themes.verdicts(small).set_index("verdict")["count"].to_dict()
    assert counts == {"supported": 1, "partly": 0, "indirect_only": 1, "no_case": 1}


@pytest.mark.parametrize(
    ("direct", "indirect", "enough", "expected"),
    [
        (3, 0, 3, "supported"),
        (2, 0, 3, "partly"),
        (1, 9, 2, "partly"),
        (0, 9, 1, "indirect_only"),
        (0, 0, 1, "no_case"),
    ],
)
def test_verdict_rule(direct, indirect, enough, expected):
    assert themes.verdict(direct, indirect, enough) == expected


def test_roles_by_lever_by_hand(small):
    table = themes.roles_by_lever(small).set_index(["theme_id", "role"])
    assert table.loc[("pushed", "aiguillon"), ["direct", "indirect", "count", "of"]].tolist() == [2, 0, 2, 2]
    assert table.loc[("pushed", "connecteur"), "laureates"] == "beta"
    assert table.loc[("pushed", "inspirateur"), "count"] == 0


def test_every_passage_is_a_cell_and_every_cell_has_its_place():
    dataset = invented.shipped()
    table = themes.where(dataset)
    assert sorted(table["anchor"]) == sorted(dataset.evidence["anchor"])
    assert (table["source_row"] > 0).all()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_sentences_carry_counts_denominator_and_names(small, lang):
    sentences = themes.sentences(small, lang).set_index("theme_id")["sentence"]
    assert "2" in sentences["pushed"] and "Alpha" in sentences["pushed"] and "4" in sentences["pushed"]
    assert "Alpha" not in sentences["held"] and "Beta" in sentences["held"]


def test_a_changed_passage_changes_the_sentence(tmp_path, small):
    evidence = invented.replaced("evidence", "pushed,beta,direct", "pushed,beta,indirect")
    other = load(invented.write(tmp_path / "other", evidence=evidence))
    before, after = (themes.sentences(d).set_index("theme_id")["sentence"] for d in (small, other))
    assert before["pushed"] != after["pushed"] and before["held"] == after["held"]
