"""The content of the annex: its numbers, counted by hand, change with the records and lead to what they rest on."""

import re
from dataclasses import replace

import pandas as pd
import pytest

import invented
from neoterra_analysis import load
from neoterra_analysis.analysis import claims
from neoterra_analysis.dataset import invented_example
from neoterra_analysis.figures.text import typeset
from neoterra_analysis.pages import annex as content
from neoterra_analysis.pages import linked
from neoterra_analysis.pages.model import Bullets, Paragraph, Picture, Table, places
from neoterra_analysis.words import labels

DIGIT = re.compile(r"\d")


def walk(sections):
    """Yield every section, however deep."""
    for section in sections:
        yield section
        yield from walk(section.sections)


def blocks(report, kind):
    return [block for section in walk(report.sections) for block in section.blocks if isinstance(block, kind)]


def part(report, name):
    return next(section for section in walk(report.sections) if section.id == name)


def written(runs):
    return "".join(run.text for run in runs)


def prose_of(sections):
    """Return the runs of all paragraphs and lists."""
    for section in walk(sections):
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield block.runs
            elif isinstance(block, Bullets):
                yield from block.items


def first(report, name):
    """Return the first paragraph of a section, as text."""
    return written(next(block for block in part(report, name).blocks if isinstance(block, Paragraph)).runs)


def table(report, name):
    """Return the cells of a table, as texts."""
    found = next(block for block in blocks(report, Table) if block.id == f"table-{name}")
    return [[written(cell) for cell in row] for row in found.rows]


def everything(report):
    """Return all words of a report."""
    cells = [written(cell) for one in blocks(report, Table) for row in one.rows for cell in row]
    return "\n".join([report.title, report.subtitle, *map(written, prose_of(report.sections)), *cells])


@pytest.fixture(scope="module")
def french(small):
    return content.make(small, "fr")


@pytest.fixture(scope="module")
def english(small):
    return content.make(small, "en")


@pytest.fixture(scope="module")
def fragility(small):
    """Return tables that are not what a test looks at, computed once."""
    from neoterra_analysis.analysis import claims as ledger
    from neoterra_analysis.analysis import findings

    return {"fragility": findings.fragility(small), "claims": ledger.ledger(small)}


def test_numbers_are_those_counted_by_hand(english):
    assert first(english, "enjeux-covered") == "4 laureates under 2 enjeux: “First” (2) and “Second” (2)."
    assert first(english, "contributions").startswith("3 contributions are coded. Of 4 laureates, 1 changes both")
    assert "Spur 2/4 (50%)" in first(english, "roles-counts")
    assert first(english, "actors-network").startswith("4 laureates and 5 actors, 6 links. 1 actor is mobilised")
    assert first(english, "claims-ledger").startswith("6 claims recorded")
    assert table(english, "enjeux") == [["First", "2", "4", "Alpha, Beta"], ["Second", "2", "4", "Gamma, Delta"]]
    assert table(english, "roles")[0] == ["Spur", "2", "0", "4", "Alpha, Beta", ""]
    assert table(english, "ties")[0][2:] == ["2", "Alpha, Beta"]
    assert [row[3] for row in table(english, "actors")] == ["1", "1", "1", "1", "2", "1"]


def test_a_laureate_stands_with_all_that_is_coded_for_it(french, english):
    beta = part(english, "laureate-beta")
    text = "\n".join(written(item) for block in beta.blocks if isinstance(block, Bullets) for item in block.items)
    assert text.splitlines() == [
        "Project: not stated",
        "Enjeu: First",
        "Status of the carrier: association (“une association”)",
        "Place: not stated",
        "Département: Pyrénées-Atlantiques (64), inferred: un indice",
        "Source: Doc, row 2 (“Beta fait”)",
        "Stated tie: Beta stems from Alpha (“issu de Alpha”)",
    ]
    assert table(english, "of-beta")[:2] == [
        ["Role: Spur", "stated", "“aussi aiguillon”"],
        ["Role: Connector", "said to be the main one", "“surtout connecteur”"],
    ]
    mentions = [row for row in table(english, "of-alpha") if row[0].startswith("Actor: ")]
    assert mentions[2] == ["Actor: Fours Martin", "example of “Moulins”", "“Fours Martin”"] and mentions[0][1] == ""
    assert ["Challenge: Held", "indirect", "“une réponse”"] in table(english, "of-beta")
    heads = [row[0].partition("\u202f: ")[::2] for row in table(french, "of-beta")]
    assert [what for kind, what in heads if kind == "Contribution"] == ["Deux", "Trois"]
    assert table(french, "of-beta")[0][2] == "«\u202faussi aiguillon\u202f»"
    assert [section.id for section in part(english, "laureates").sections] == [
        f"laureate-{name}" for name in ("alpha", "beta", "gamma", "delta")
    ]


CHANGES = {
    "roles": (["roles-counts", "roles-combinations"], "roles", "beta,aiguillon,stated,aussi aiguillon", None),
    "mentions": (["actors-network"], "mentions", "beta,1,mairie,town,", "beta,1,École,school,"),
    "evidence": (["levers-themes"], "evidence", "pushed,beta,direct,ce levier,", None),
    "contributions": (
        ["contributions"],
        "contributions",
        "beta,territoire,rural,dialogue,Trois,Three,trois mots",
        None,
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_one_changed_record_changes_the_text(tmp_path, name, english, fragility):
    places, changed, old, new = CHANGES[name]
    lines = [new if line == old else line for line in invented.TABLES[changed]]
    if changed == "mentions":
        lines = [line for line in lines if line != "beta,2,École,school,"]
        lines = [line.replace("beta,3,", "beta,2,") for line in lines]
    dataset = load(invented.write(tmp_path / "data", **{changed: [line for line in lines if line]}))
    made = content.make(dataset, "en", **fragility)
    for place in places:
        assert first(made, place) != first(english, place)
    assert part(made, "laureate-beta") != part(english, "laureate-beta")
    assert part(made, "laureate-gamma") == part(english, "laureate-gamma")


def claimed(dataset, fragility):
    """Return a report with a ledger of its own."""
    claims = judged_without_fragility(dataset)
    return content.make(dataset, "en", fragility=fragility["fragility"], claims=claims)


def test_one_changed_record_changes_a_verdict_and_its_count(tmp_path, english, fragility):
    lines = [line for line in invented.TABLES["evidence"] if not line.startswith("pushed,beta")]
    made = claimed(load(invented.write(tmp_path / "data", evidence=lines)), fragility)
    assert table(english, "ledger")[5][2:4] == ["supported", "2 of 4 direct, 0 indirect"]
    assert table(made, "ledger")[5][2:4] == ["partly supported", "1 of 4 direct, 0 indirect"]
    assert first(made, "claims-ledger") != first(english, "claims-ledger")


def test_one_changed_claim_changes_the_ledger(tmp_path, english, fragility):
    lines = invented.replaced("claims", "count,laureates,4", "count,laureates,5")
    made = claimed(load(invented.write(tmp_path / "data", claims=lines)), fragility)
    assert table(english, "ledger")[0][2:4] == ["supported", "4 found, 4 announced"]
    assert table(made, "ledger")[0][2:4] == ["contradicted", "4 found, 5 announced"]
    assert "They are four" in first(made, "claims-ledger")


@pytest.fixture(scope="module", params=["shipped", "invented", "made up"])
def any_report(request, shipped, small):
    """Return a report of each data set; the fragility of the larger ones is that of one notebook, which is quick."""
    from neoterra_analysis.analysis import findings

    dataset = {"shipped": shipped, "invented": small, "made up": invented_example.load()}[request.param]
    if request.param == "invented":
        return content.make(dataset, "fr")
    claims = judged_without_fragility(dataset)
    return content.make(dataset, "fr", fragility=findings.fragility(dataset, "01"), claims=claims)


def judged_without_fragility(dataset):
    """Return the ledger with every verdict called robust: its fragility takes long and is not looked at here."""
    from unittest.mock import patch

    from neoterra_analysis.analysis import claims as ledger

    robust = dict.fromkeys(dataset.claims["claim_id"], "robust")
    with patch.object(ledger, "_fragile", lambda home, progress=None: robust):
        return ledger.ledger(dataset)


def test_every_number_of_the_analyses_leads_to_something_that_the_report_holds(any_report):
    known = set(places(any_report.sections))
    analyses = [section for section in any_report.sections if section.id not in ("laureates", "methods")]
    assert [section.id for section in analyses] == ["enjeux", "contributions", "roles", "levers", "actors", "claims"]
    numbers = 0
    for runs in prose_of(analyses):
        for run in runs:
            if run.target:
                assert run.target in known, run
                numbers += bool(DIGIT.search(run.text))
            else:
                assert not DIGIT.search(run.text.replace("k(k−1)/2", "")), run
    assert numbers > 50


def test_ids_are_unique_and_every_record_has_its_place(any_report):
    ids = places(any_report.sections)
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z][\w.-]*", one, re.ASCII) for one in ids)


def test_every_record_has_its_place(english, small):
    ids = set(places(english.sections))
    for family, frame in (("laureate", "laureates"), ("actor", "actors"), ("theme", "themes"), ("claim", "claims")):
        for key in getattr(small, frame)[f"{family}_id"]:
            assert linked.place(family, key) in ids
    assert "enjeu-1-1" in ids


def test_tables_are_whole(any_report):
    for one in blocks(any_report, Table):
        assert one.caption
        assert {len(row) for row in one.rows} <= {len(one.head)}
        assert len(one.ids) in (0, len(one.rows))
        assert all(written(row[0]) for row in one.rows), one.id
        assert len(set(one.head)) == len(one.head) or one.id == "table-direct-ties"


def test_french_is_set_as_french_and_english_as_english(any_report, english):
    text = re.sub("«\u202f.*?\u202f»", "", everything(any_report))  # what is printed in the source stays as it is
    assert not re.search(r" [;:?!%»]|« ", text)
    assert "\u202f:" in text
    assert "\u202f" not in everything(english).replace("«\u202f", "")


def test_fragility_stands_beside_the_numbers(english, fragility):
    """Each section says how much of it is robust, and that leads to its rows of the one table of fragility."""
    robust = {}
    for row in fragility["fragility"].to_dict("records"):
        robust.setdefault(row["section"], []).append(row["verdict"] == "robust")
    said = {}
    for runs in prose_of(english.sections):
        if written(runs).startswith("Robust findings"):
            target = next(run.target for run in runs if run.target)
            said[target] = written(runs).split(";")[0]
    first = {row["section"]: row["statistic"] for row in reversed(fragility["fragility"].to_dict("records"))}
    assert said == {
        linked.place("fragility", first[section]): f"Robust findings: {sum(held)} of {len(held)}"
        for section, held in robust.items()
    }
    assert len(table(english, "fragility-all")) == len(fragility["fragility"])
    assert sum(int(row[1]) for row in table(english, "fragility")) >= int(table(english, "fragility")[0][2])


def test_the_invented_are_said_to_be_invented(english):
    made = content.make(invented_example.load().only(8), "fr", fragility=FEW, claims=pd.DataFrame())
    assert typeset(labels.t("frame.invented", "fr")) in made.subtitle
    assert labels.t("frame.invented", "en") not in english.subtitle


FEW = pd.DataFrame(columns=["section", "statistic", "verdict"])


def test_several_ambitions_are_named(small):
    other = small.ambitions.assign(title_fr="Une\u00a0: deux")
    titled = linked.titled("annex", replace(small, ambitions=other), "fr")
    assert titled.endswith("ambition 1\u202f: Une\u202f: deux")
    assert linked.titled("fiche", invented_example.load(), "en") == "Fiche of ambitions 8 and 9"


def test_records_without_actors_contributions_and_themes_give_a_report(tmp_path):
    bare = {
        name: invented.TABLES[name][:1]
        for name in ("contributions", "roles", "mentions", "relations", "themes", "evidence", "claims", "readings")
    }
    made = content.make(load(invented.write(tmp_path / "data", **bare)), "fr")
    known = set(places(made.sections))
    assert all(run.target in known for runs in prose_of(made.sections) for run in runs if run.target)
    assert first(made, "contributions") == typeset(labels.t("report.no_contributions", "fr"))


def test_figures_come_with_their_words_and_a_missing_one_is_refused(tmp_path, monkeypatch, small, fragility, pictures):
    shown = content.make(small, "fr", figures_folder=pictures / "fr" / "ambition-4", **fragility)
    found = blocks(shown, Picture)
    assert not {picture.key[3:].replace("-", "_") for picture in found} & content.ELSEWHERE
    assert len(found) >= 5
    assert all(picture.title and picture.alt and picture.svg and picture.png for picture in found)
    assert len({picture.key for picture in found}) == len(found)
    monkeypatch.setattr(linked.findings, "fragility", lambda *_, **__: pytest.fail("computed before it is refused"))
    with pytest.raises(FileNotFoundError, match=r"01-enjeux\.svg.*neoterra build"):
        content.make(small, "en", figures_folder=tmp_path)


def test_numbers_and_names_are_found_in_a_sentence():
    names = {"a": "Cargo 209", "b": "Cargo"}
    runs = linked.linked("1\u202f234 acteurs, 12,5\u202f% : Cargo 209 (3), Cargo.", "t", names, {"Cargo": "r"})
    assert [(run.text, run.target) for run in runs if run.target] == [
        ("1\u202f234", "t"),
        ("12,5\u202f%", "t"),
        ("Cargo 209", "laureate-a"),
        ("3", "t"),
    ]
    assert written(runs) == "1\u202f234 acteurs, 12,5\u202f% : Cargo 209 (3), Cargo."


def test_confidence_shows_what_is_said_and_counts_the_rest(small):
    """A claim stands in the table if a concern is proposed for it; what nobody judged is told once."""
    ledger = claims.ledger(small)
    ledger.loc[ledger["rule"] == "count", ["fragility", "verdict"]] = ["robust", "supported"]
    found = claims.confidence(small, ledger)
    said = found[found[["adequacy", "coherence"]].isin(["minor", "moderate", "serious"]).any(axis=1)]
    assert 0 < len(said) < len(found) == 6
    made = content.make(small, "en", fragility=FEW, claims=ledger)
    rows = table(made, "confidence")
    assert [int(row[0].partition(".")[0]) for row in rows] == said["number"].tolist()
    text = first(made, "claims-confidence")
    assert f"For {len(found) - len(said)} of 6 claims" in text and "filled in: method" in text
    assert "not filled in" not in {cell for row in rows for cell in row}
