import csv
import io

import pytest

import invented
from neoterra_analysis import DataError, load
from neoterra_analysis.analysis import claims, findings, fragility
from neoterra_analysis.analysis import themes as synthesis
from neoterra_analysis.dataset import rules as contract
from neoterra_analysis.dataset.problems import as_text
from neoterra_analysis.words.codes import CLAIM_VERDICTS

HEAD = invented.TABLES["claims"][0]


def claim(rule, subject, expected=""):
    return {"claim_id": "x", "rule": rule, "subject": subject, "expected": expected}


def line(rule, subject, expected="", number=1, name="x"):
    cells = [name, "a-1", "doc", str(number), "announced", "Dit", "Said", rule, subject, expected, "dit"]
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow(cells)
    return stream.getvalue()


def held(dataset, *rule):
    return {laureate: strength for laureate, (strength, _) in claims.cases(dataset, claim(*rule)).items()}


@pytest.fixture(scope="module")
def table(shipped):
    return claims.ledger(shipped, progress=False)


@pytest.mark.parametrize(
    ("rule", "subject", "expected", "verdict"),
    [
        ("count", "laureates", "4", "supported"),
        ("count", "laureates", "5", "contradicted"),
        ("count", "laureates", "0", "contradicted"),
        ("count", "enjeux", "2", "supported"),
        ("count", "roles_occurring", "3", "supported"),
        ("count", "roles_occurring", "2", "contradicted"),
        ("about", "laureates", "4", "supported"),
        ("about", "laureates", "5", "contradicted"),
        ("about", "laureates", "3", "contradicted"),
        ("majority", "carriers_ess", "", "partly"),  # one of two: exactly half
        ("enjeu", "1.1", "", "supported"),
        ("enjeu", "9.9", "", "no_case"),
        ("role", "aiguillon", "", "supported"),
        ("role", "inspirateur", "", "partly"),
        ("means", "aiguillon", "offer", "supported"),
        ("means", "aiguillon", "dialogue", "partly"),
        ("means", "aiguillon", "research|identity", "no_case"),
        ("means", "connecteur", "dialogue|offer", "supported"),  # one of the one connecteur
        ("means", "inspirateur", "offer", "no_case"),
        ("actor_type", "local_authority", "", "supported"),
        ("actor_type", "company", "", "partly"),
        ("actor_type", "research", "", "no_case"),
        ("actor", "town", "direct", "supported"),
        ("actor", "town", "indirect", "indirect_only"),
        ("actor", "school", "direct", "partly"),
        ("principal", "beta/connecteur", "", "supported"),
        ("principal", "beta/aiguillon", "", "indirect_only"),  # stated, but not as the main one
        ("principal", "delta/aiguillon", "", "no_case"),
        ("evidence", "pushed", "", "supported"),
        ("evidence", "held", "", "indirect_only"),
        ("evidence", "eased", "", "no_case"),
    ],
)
def test_each_rule_by_hand(small, rule, subject, expected, verdict):
    assert claims.judge(small, claim(rule, subject, expected)) == verdict


@pytest.mark.parametrize(
    ("announced", "found", "verdict"),
    [
        (10, 9, "supported"),  # exactly a tenth
        (10, 11, "supported"),
        (10, 8, "contradicted"),
        (10, 12, "contradicted"),
        (30, 27, "supported"),
        (30, 26, "contradicted"),
        (19, 18, "supported"),
        (19, 17, "contradicted"),
        (15, 11, "contradicted"),
        (12, 11, "supported"),
        (9, 8, "contradicted"),
        (0, 0, "supported"),
        *((10 * n, 9 * n, "supported") for n in (2, 7, 23, 110)),
        *((10 * n, 9 * n - 1, "contradicted") for n in (2, 7, 23, 110)),
    ],
)
def test_about_is_within_a_tenth(small, monkeypatch, announced, found, verdict):
    monkeypatch.setitem(claims.NUMBERS, "laureates", lambda dataset: {"laureates": found})
    assert claims.judge(small, claim("about", "laureates", str(announced))) == verdict
    exact = "supported" if announced == found else "contradicted"
    assert claims.judge(small, claim("count", "laureates", str(announced))) == exact


@pytest.mark.parametrize(
    ("statuses", "verdict"),
    [
        (["", "", "", ""], "no_case"),
        (["company", "company", "", ""], "no_case"),
        (["association", "company", "company", ""], "partly"),
        (["association", "company", "", ""], "partly"),  # exactly half
        (["association", "association", "company", ""], "supported"),
        (["association", "", "", ""], "supported"),
        (["association"] * 4, "supported"),
    ],
)
def test_a_majority_is_more_than_half_of_what_is_stated(tmp_path, statuses, verdict):
    lines = [row.replace(",association,", ",,").replace(",company,", ",,") for row in invented.TABLES["laureates"]]
    rows = list(csv.DictReader(lines))
    for row, status in zip(rows, statuses, strict=True):
        row["carrier_status"], row["carrier_anchor"] = status, status
    stream = io.StringIO()
    writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    dataset = load(invented.write(tmp_path, laureates=stream.getvalue().splitlines()))
    assert claims.judge(dataset, claim("majority", "carriers_ess")) == verdict
    assert len(held(dataset, "majority", "carriers_ess")) == statuses.count("association")


def test_cases_by_hand(small):
    assert held(small, "count", "laureates", "4") == dict.fromkeys(("alpha", "beta", "gamma", "delta"), "direct")
    assert held(small, "count", "roles_occurring", "3") == dict.fromkeys(("alpha", "beta", "gamma"), "direct")
    assert held(small, "majority", "carriers_ess") == {"beta": "direct"}
    assert held(small, "enjeu", "1.2") == dict.fromkeys(("gamma", "delta"), "direct")
    assert held(small, "role", "aiguillon") == dict.fromkeys(("alpha", "beta"), "direct")
    assert held(small, "principal", "beta/aiguillon") == {"beta": "indirect"}
    assert held(small, "means", "aiguillon", "dialogue|offer") == dict.fromkeys(("alpha", "beta"), "direct")
    assert held(small, "actor", "town", "indirect") == dict.fromkeys(("alpha", "beta"), "indirect")
    assert held(small, "evidence", "held") == {"beta": "indirect"}
    anchors = claims.cases(small, claim("actor_type", "company"))
    assert anchors == {"alpha": ("direct", ["Moulins", "Fours Martin"])}
    assert claims.cases(small, claim("means", "aiguillon", "dialogue|offer"))["beta"][1] == ["deux mots", "trois mots"]
    assert claims.cases(small, claim("majority", "carriers_ess")) == {"beta": ("direct", ["une association"])}


def test_what_is_not_an_actor_is_no_case(tmp_path):
    actors = invented.replaced("actors", "not_an_actor,,", "not_an_actor,chamber,")
    dataset = load(invented.write(tmp_path, actors=actors))
    assert held(dataset, "actor_type", "chamber") == {}


def test_of_counts_those_that_could_be_cases(small):
    found = [
        claims.of(small, claim(*rule))
        for rule in (("means", "aiguillon", "offer"), ("principal", "beta/connecteur"), ("evidence", "held"))
    ]
    assert found == [2, 1, 4]


@pytest.mark.parametrize(
    ("rule", "subject", "expected", "verdicts"),
    [
        ("evidence", "pushed", "", ["supported", "supported", "partly", "partly"]),
        ("role", "inspirateur", "", ["supported", "partly", "partly", "partly"]),
        ("means", "aiguillon", "offer", ["supported"] * 4),  # all there are
        ("means", "aiguillon", "dialogue", ["supported", "partly", "partly", "partly"]),
        ("principal", "beta/connecteur", "", ["supported"] * 4),
        ("evidence", "held", "", ["indirect_only"] * 4),
        ("evidence", "eased", "", ["no_case"] * 4),
        ("count", "laureates", "4", ["supported"] * 4),
        ("majority", "carriers_ess", "", ["partly"] * 4),
    ],
)
def test_thresholds(small, rule, subject, expected, verdicts):
    assert [claims.judge(small, claim(rule, subject, expected), enough) for enough in (1, 2, 3, 9)] == verdicts


def test_the_invented_ledger_by_hand(small):
    found = claims.ledger(small, progress=False).set_index("claim_id")
    assert found.index.tolist() == ["four", "dozen", "mainly", "eased", "held", "pushed"]
    columns = ["count", "indirect", "of", "verdict", "laureates_direct", "laureates_indirect"]
    everyone = "alpha; beta; gamma; delta"
    assert found[columns].values.tolist() == [
        [4, 0, 4, "supported", everyone, ""],
        [4, 0, 12, "contradicted", everyone, ""],
        [1, 0, 1, "supported", "beta", ""],
        [0, 0, 4, "no_case", "", ""],
        [0, 1, 4, "indirect_only", "", "beta"],
        [2, 0, 4, "supported", "alpha; beta", ""],
    ]
    assert found["fragility"].tolist() == [
        "laureate",  # three are no longer four
        "robust",
        "laureate; code",
        "code; reading",
        "laureate; code",
        "laureate; code; threshold",
    ]


def test_fragility_is_that_of_each_claim_alone(small):
    found = claims.ledger(small, progress=False).set_index("claim_id")["fragility"]
    for row in small.claims.to_dict("records"):
        numbers = row["rule"] in ("count", "about", "majority")

        def verdict(dataset, enough=2, row=row):
            return claims.judge(dataset, row, enough)

        choices = {} if numbers else {"enough": findings.ENOUGH}
        # with nothing said about what the rule reads, everything is tried: the same comes out
        alone = fragility.assess(small, verdict, None, choices)["verdict"].tolist()
        assert alone == [found[row["claim_id"]]]


def test_parts_add_up(small, shipped, table):
    for dataset, found in ((small, claims.ledger(small, progress=False)), (shipped, table)):
        counted = claims.ledger_verdicts(dataset)
        assert counted["verdict"].tolist() == list(CLAIM_VERDICTS)
        assert counted["count"].sum() == len(found) == len(dataset.claims) and set(counted["of"]) == {len(found)}
        for row in counted.to_dict("records"):
            named = [name for name in row["claims"].split("; ") if name]
            assert named == found.loc[found["verdict"] == row["verdict"], "claim_id"].tolist()
            assert len(named) == row["count"]
        judged = found[~found["rule"].isin(["count", "about", "majority"])]
        assert (judged["count"] + judged["indirect"] <= judged["of"]).all()
        assert list(found["number"]) == sorted(dataset.claims["number"])


def test_each_theme_of_the_synthesis_is_a_claim_with_the_same_verdict(shipped, table):
    verdicts = synthesis.themes(shipped).set_index("theme_id")["verdict"]
    evidence = table[table["rule"] == "evidence"].set_index("claim_id")
    subjects = shipped.claims.set_index("claim_id")["subject"]
    assert sorted(subjects[evidence.index]) == sorted(shipped.themes["theme_id"])
    for name, verdict in evidence["verdict"].items():
        assert verdict == verdicts[subjects[name]]


def test_a_claim_without_any_case_is_shown_as_such(small, shipped, table):
    for dataset, found in ((small, claims.ledger(small, progress=False)), (shipped, table)):
        places = claims.ledger_where(dataset)
        none = found[found["verdict"] == "no_case"]
        assert len(none) and not set(none["claim_id"]) & set(places["claim_id"])
        assert (none[["count", "indirect"]] == 0).all(axis=None)
        assert (none[["laureates_direct", "laureates_indirect"]] == "").all(axis=None)


def test_every_other_claim_has_its_rows_and_anchors(shipped, table):
    places = claims.ledger_where(shipped)
    row_of = shipped.laureates.set_index("laureate_id")["source_row"]
    printed = {
        anchor
        for name, column in (
            ("laureates", "row_anchor"),
            ("laureates", "carrier_anchor"),
            ("contributions", "anchor"),
            ("roles", "anchor"),
            ("mentions", "mention"),
            ("evidence", "anchor"),
        )
        for anchor in getattr(shipped, name)[column]
    } - {""}
    for row in table.to_dict("records"):
        mine = places[places["claim_id"] == row["claim_id"]]
        told = {
            strength: list(dict.fromkeys(mine.loc[mine["strength"] == strength, "laureate_id"]))
            for strength in ("direct", "indirect")
        }
        assert {s: "; ".join(ids) for s, ids in told.items()} == {s: row[f"laureates_{s}"] for s in told}
        assert len(mine) or row["verdict"] == "no_case"
        assert set(mine["anchor"]) <= printed
        assert mine["source_row"].tolist() == row_of[mine["laureate_id"]].tolist()
        assert not mine.duplicated().any()


def test_a_claim_s_kind_is_in_the_contract_and_every_rule_in_the_ledger(shipped):
    rules = contract.codes(contract.tables(invented.DATA)["claims"], "rule")
    assert sorted(rules) == sorted(claims.READS) == sorted(claims._FINDERS)


def test_the_contract_names_what_a_number_can_be(shipped):
    (field,) = [f for f in contract.tables(invented.DATA)["claims"]["schema"]["fields"] if f["name"] == "subject"]
    assert sorted(field["statistics"]) == sorted(claims.NUMBERS)
    kinds = {name: fragility.measure(claims.number(shipped, {"subject": name})) for name in claims.NUMBERS}
    assert sorted(field["shares"]) == sorted(name for name, kind in kinds.items() if kind == "share")
    values = findings.values(shipped)
    assert {name: claims.number(shipped, {"subject": name}) for name in kinds} == {name: values[name] for name in kinds}
    with pytest.raises(KeyError, match="top_role"):
        claims.number(shipped, {"subject": "top_role"})


# rule, subject, expected, what is refused, nearest
REFUSED = [
    ("count", "laureats", "4", "subject", "laureates"),
    ("count", "carriers_ess", "1", "subject", ""),
    ("count", "top_role", "1", "subject", ""),
    ("about", "enjeus", "4", "subject", "enjeux"),
    ("majority", "laureates", "", "subject", ""),
    ("majority", "carrier_ess", "", "subject", "carriers_ess"),
    ("enjeu", "1.3", "", "subject", ""),
    ("role", "conecteur", "", "subject", "connecteur"),
    ("means", "aiguilon", "offer", "subject", "aiguillon"),
    ("actor_type", "comapny", "", "subject", "company"),
    ("actor", "twon", "direct", "subject", "town"),
    ("principal", "beta", "", "subject", ""),
    ("principal", "beta/conecteur", "", "subject", "beta/connecteur"),
    ("evidence", "pushd", "", "subject", "pushed"),
    ("count", "laureates", "", "expected", ""),
    ("count", "laureates", "-4", "expected", ""),
    ("count", "laureates", "4.0", "expected", ""),
    ("about", "laureates", "douze", "expected", ""),
    ("majority", "carriers_ess", "2", "expected", ""),
    ("enjeu", "1.1", "1", "expected", ""),
    ("role", "aiguillon", "direct", "expected", ""),
    ("means", "aiguillon", "", "expected", ""),
    ("means", "aiguillon", "offer|ofer", "expected", ""),
    ("means", "aiguillon", "offer|", "expected", ""),
    ("actor_type", "company", "direct", "expected", ""),
    ("actor", "town", "", "expected", ""),
    ("actor", "town", "principal", "expected", ""),
    ("principal", "beta/connecteur", "principal", "expected", ""),
    ("evidence", "pushed", "direct", "expected", ""),
]


@pytest.mark.parametrize(("rule", "subject", "expected", "column", "nearest"), REFUSED)
def test_a_claim_is_refused(tmp_path, rule, subject, expected, column, nearest):
    folder = invented.write(tmp_path, claims=[*invented.TABLES["claims"], line(rule, subject, expected, 7)])
    with pytest.raises(DataError) as refusal:
        load(folder)
    (problem,) = [one for one in refusal.value.problems if one.code not in ("other_kind", "same_label", "number_twice")]
    assert (problem.file, problem.line, problem.column) == ("claims.csv", 8, column)
    assert problem.code == {"subject": "no_subject", "expected": "not_expected"}[column]
    value = {"subject": subject, "expected": expected}[column]
    assert problem.value == value and problem.other == rule
    if nearest:
        assert problem.nearest == nearest
    for lang in ("fr", "en"):
        told = as_text(problem, lang)
        assert "claims.csv" in told and "8" in told and column in told and rule in told and value in told
        assert "{" not in told


def test_each_rule_is_refused_for_its_subject_and_for_what_it_expects():
    rules = set(claims.READS)
    for column in ("subject", "expected"):
        assert {rule for rule, _, _, refused, _ in REFUSED if refused == column} == rules


def test_a_claim_is_not_refused_for_what_another_file_spoils(tmp_path):
    roles = invented.replaced("roles", "beta,connecteur", "beta,conecteur")
    themes = invented.replaced("themes", "pushed,", "Pushed,")
    with pytest.raises(DataError) as refusal:
        load(invented.write(tmp_path, roles=roles, themes=themes))
    assert "claims.csv" not in {problem.file for problem in refusal.value.problems}


def test_a_corrected_code_reaches_the_ledger(tmp_path, small):
    evidence = [*invented.TABLES["evidence"], "eased,delta,direct,facile,"]
    after = claims.ledger(load(invented.write(tmp_path / "after", evidence=evidence)), progress=False)
    before = claims.ledger(small, progress=False)
    changed = (before["verdict"] != after["verdict"]).tolist()
    assert before.loc[changed, "claim_id"].tolist() == ["eased"]
    assert after.loc[changed, "verdict"].tolist() == ["partly"]
