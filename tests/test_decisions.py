"""The log of decisions: what it refuses, what holds, and what it does to readings and to the confidence in claims."""

import pytest

import invented
from neoterra_analysis import claims, load
from neoterra_analysis.analysis import fragility
from neoterra_analysis.coding.add import add
from neoterra_analysis.dataset.check import check
from neoterra_analysis.dataset.decisions import PARTS, latest
from neoterra_analysis.dataset.loading import open_readings
from neoterra_analysis.sentences import fragility_words

HEAD = "decision_id,date,person,about,key,column,decided,reason"
# The reading r01 asks whether alpha's role is the main one; the claim eased has no case.
SOUND = ("k001,2026-01-31,Ada,reading,r01,,open,Pas tranché", "k002,2026-02-01,Ada,reading,r01,,stated,Relu à deux")
JUDGED = (
    "k011,2026-02-01,Ada,judgement,held,limits,minor,Une seule lecture",
    "k012,2026-02-01,Ada,judgement,held,relevance,none,Dans le sujet",
    "k013,2026-02-01,Ada,judgement,held,level,moderate,Deux lauréats seulement",
)
SETTLED = ("k021,2026-02-01,Bo,settlement,roles/beta/connecteur,salience,principal,Le mot surtout",)
SETTLED += ("k022,2026-02-01,Bo,settlement,roles/delta/aiguillon,,absent,Rien ne le dit",)


def folder(tmp_path, *lines, **tables):
    made = invented.write(tmp_path / "data", **tables)
    (made / "decisions.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    return made


def test_what_is_sound_loads(tmp_path):
    report = check(folder(tmp_path, *SOUND, *JUDGED, *SETTLED))
    assert not report.problems and not [one for one in report.notices if one.file == "decisions.csv"]


REFUSED = [
    ("decision_nowhere", "k001,2026-01-31,Ada,reading,r09,,stated,Relu", "key"),
    ("decision_nowhere", "k001,2026-01-31,Ada,judgement,hold,limits,minor,Relu", "key"),
    ("decision_nowhere", "k001,2026-01-31,Ada,settlement,rules/alpha,,absent,Relu", "key"),
    ("decision_nowhere", "k001,2026-01-31,Ada,settlement,roles/delta/aiguillon,salience,stated,Relu", "key"),
    ("decision_column", "k001,2026-01-31,Ada,judgement,held,quality,minor,Relu", "column"),
    ("decision_column", "k001,2026-01-31,Ada,settlement,roles/alpha/aiguillon,weight,stated,Relu", "column"),
    ("decision_column", "k001,2026-01-31,Ada,reading,r01,salience,stated,Relu", "column"),
    ("decision_value", "k001,2026-01-31,Ada,judgement,held,limits,high,Relu", "decided"),
    ("decision_value", "k001,2026-01-31,Ada,judgement,held,level,minor,Relu", "decided"),
    ("decision_value", "k001,2026-01-31,Ada,reading,r01,,peut-être,Relu", "decided"),
    ("decision_value", "k001,2026-01-31,Ada,settlement,roles/alpha/aiguillon,,stated,Relu", "decided"),
    ("not_as_decided", "k001,2026-01-31,Ada,reading,r01,,principal,Relu", "decided"),
    ("not_as_decided", "k001,2026-01-31,Ada,settlement,roles/alpha/aiguillon,,absent,Relu", "decided"),
    ("not_as_decided", "k001,2026-01-31,Ada,settlement,roles/alpha/aiguillon,salience,principal,Relu", "decided"),
    ("required", "k001,2026-01-31,Ada,judgement,held,limits,minor,", "reason"),
    ("required", "k001,2026-01-31,,judgement,held,limits,minor,Relu", "person"),
    ("required", "k001,,Ada,judgement,held,limits,minor,Relu", "date"),
    ("future", "k001,2999-01-31,Ada,judgement,held,limits,minor,Relu", "date"),
    ("unknown_code", "k001,2026-01-31,Ada,opinion,held,limits,minor,Relu", "about"),
]
CODES = {code for code, *_ in REFUSED} - {"required", "unknown_code"} | {"decided_twice", "level_alone"}


@pytest.mark.parametrize(("code", "line", "column"), REFUSED)
def test_what_cannot_be_decided_is_refused_in_its_cell(tmp_path, code, line, column):
    found = check(folder(tmp_path, line)).problems
    assert [(p.file, p.line, p.column, p.code) for p in found] == [("decisions.csv", 2, column, code)]
    for lang in ("fr", "en"):
        told = found[0].words(lang)
        assert told["rule"] and told["fix"] and not any("{" in text for text in told.values())


def test_two_ways_on_one_day_are_refused_and_a_level_alone_is_told(tmp_path):
    other = JUDGED[0].replace("k011", "k014").replace("minor", "serious")
    assert [(p.line, p.code) for p in check(folder(tmp_path, *JUDGED, other)).problems] == [(5, "decided_twice")]
    told = [n for n in check(folder(tmp_path / "alone", JUDGED[2])).notices if n.file == "decisions.csv"]
    assert [(n.code, n.other) for n in told] == [("level_alone", "limits, relevance")]


def test_only_the_last_decision_must_be_that_of_the_data(tmp_path):
    first = "k001,2026-01-01,Ada,settlement,roles/beta/connecteur,salience,stated,Avis premier"
    assert not check(folder(tmp_path, first, *SETTLED)).problems
    late = first.replace("2026-01-01", "2026-03-01")
    assert [p.line for p in check(folder(tmp_path / "late", late, *SETTLED)).problems] == [2]


def test_a_decided_reading_is_open_no_more(tmp_path):
    before, after = load(folder(tmp_path, SOUND[0])), load(folder(tmp_path / "after", *SOUND))
    ids = [[row["reading_id"] for row in open_readings(dataset)] for dataset in (before, after)]
    assert ids == [["r01", "r02"], ["r02"]]

    def principal(dataset):
        return int((dataset.roles["salience"] == "principal").sum())

    made = [fragility.specifications(dataset, principal, progress=iter) for dataset in (before, after)]
    assert [len(table) for table in made] == [4, 2] and before.digest != after.digest


def test_no_log_and_an_empty_one_are_the_same_data(tmp_path):
    none = load(invented.write(tmp_path / "none"))
    (invented.write(tmp_path / "none") / "decisions.csv").unlink(missing_ok=True)
    assert load(tmp_path / "none").digest == load(folder(tmp_path)).digest == none.digest
    assert load(folder(tmp_path)).decisions.empty


def test_nothing_is_guessed_and_what_a_person_says_stands(tmp_path):
    dataset = load(folder(tmp_path))
    table = claims.confidence(dataset, claims.ledger(dataset, progress=False))
    assert (table[["limits", "relevance", "level", "judged", "person", "reason"]] == "").all(axis=None)
    empty = fragility_words.confidence(table, "fr")
    assert set(empty["confidence"]) | set(empty["limits"]) | set(empty["relevance"]) == {"non renseigné"}
    judged = load(folder(tmp_path / "judged", *JUDGED, JUDGED[0].replace("k011", "k014").replace("limits", "adequacy")))
    made = claims.confidence(judged, claims.ledger(judged, progress=False)).set_index("claim_id")
    assert made.loc["held", ["limits", "relevance", "level", "person"]].tolist() == ["minor", "none", "moderate", "Ada"]
    assert made.loc["held", "adequacy"] == "minor" and "adequacy" in made.loc["held", "judged"]
    others = [claim for claim in made.index if claim != "held"]
    assert (made.loc[others, "level"] == "").all()
    said = fragility_words.confidence(made.reset_index(), "en").set_index("claim")
    row = next(said.loc[claim] for claim in said.index if "not filled in" != said.loc[claim, "confidence"])
    assert row["confidence"] == "moderate" and row["adequacy"] == "minor concern"
    assert row["reason"] == "Deux lauréats seulement (Ada, 1 February 2026)"


def test_a_proposal_follows_the_rows(small):
    made = claims.confidence(small, claims.ledger(small, progress=False)).set_index("claim_id")
    ledger = claims.ledger(small, progress=False).set_index("claim_id")
    for claim, row in ledger.iterrows():
        if row["rule"] in ("count", "about", "majority"):
            assert made.loc[claim, "adequacy"] == ""
        else:  # two laureates are enough, four leave no concern
            wanted = "serious" if not row["count"] else "moderate" if row["count"] < 2 else "minor"
            assert made.loc[claim, "adequacy"] == (wanted if row["count"] < 4 else "none")
        assert (made.loc[claim, "coherence"] == "") == (row["verdict"] == "no_case")
    assert set(PARTS) <= set(made.columns)


def test_a_selection_keeps_the_decisions_about_it(tmp_path):
    dataset = load(folder(tmp_path, *SOUND, *JUDGED, *SETTLED))
    assert len(dataset.only("a-1").decisions) == len(dataset.decisions) == 7
    assert list(latest(dataset.decisions.to_dict("records"))["reading", "r01", ""].values())[0] == "k002"


def test_a_folder_without_a_log_is_added_to(tmp_path, in_process):
    data, draft = folder(tmp_path), invented.write(tmp_path / "draft")
    (data / "decisions.csv").unlink()
    laureates = invented.replaced("laureates", "Quatre,Four", "Quatre lignes,Four")
    (draft / "laureates.csv").write_text("\n".join(laureates) + "\n", encoding="utf-8")
    assert add(draft, data, update=True).written and not (data / "decisions.csv").exists()
    (draft / "decisions.csv").write_text("\n".join([HEAD, *JUDGED]) + "\n", encoding="utf-8")
    add(draft, data, update=True)
    assert (data / "decisions.csv").read_text(encoding="utf-8") == "\n".join([HEAD, *JUDGED]) + "\n"
