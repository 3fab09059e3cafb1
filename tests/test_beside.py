import math
import re
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

import invented
from neoterra_analysis import load
from neoterra_analysis.analysis import findings, variants
from neoterra_analysis.analysis import fragility as robustness
from neoterra_analysis.analysis.fragility import Share
from neoterra_analysis.dataset import rules
from neoterra_analysis.sentences import fragility_words
from neoterra_analysis.words import labels

LANGS = ("fr", "en")
CONTRACT = rules.tables(invented.DATA)


@pytest.fixture(scope="module")
def fragility(shipped):
    return findings.fragility(shipped, progress=False)


@cache
def raw(dataset):
    """Return an expression of the ids and codes that no reader should meet: those that are no words themselves."""
    ids = set()
    for table, column in (("laureates", "laureate_id"), ("actors", "actor_id"), ("themes", "theme_id")):
        ids |= set(getattr(dataset, table)[column])
    coded = {code for resource in CONTRACT.values() for f in resource["schema"]["fields"] for code in codes_of(f)}
    coded |= {"indirect_only", "no_case", "none", "robust", "reading_id", "salience", "actor_type", "parent_position"}
    names = " ".join([*dataset.actors["short_fr"], *dataset.actors["name"], *dataset.laureates["name"]]).casefold()
    codes = [x for x in sorted(ids | coded) if ("-" in x or "_" in x) and x not in names]
    readings = sorted(set(dataset.readings["reading_id"]))
    words = [*(rf"(?<![\w-]){re.escape(x)}(?![\w-])" for x in codes), *(rf"\b{x}\b" for x in readings)]
    return re.compile("|".join(words))


def codes_of(field):
    return field.get("constraints", {}).get("enum", [])


def is_for_readers(text, dataset):
    """Tell that a text holds no id, no code, no placeholder and nothing of the machine."""
    found = raw(dataset).findall(text)
    found += re.findall(r"[{}]|Share\(|\b(?:None|nan|NaN)\b|<NA>|[(\[]'", text)
    assert text.strip() and not found, (text, found)
    return True


@pytest.mark.parametrize("lang", LANGS)
def test_each_headline_is_told(shipped, fragility, lang):
    assert sorted(fragility["statistic"]) == sorted(findings.values(shipped))
    shown = fragility_words.show(fragility, shipped, lang=lang).frame
    assert len(shown) == len(fragility) and not shown.duplicated(shown.columns[0]).any()
    for row in shown.itertuples(index=False):
        assert all(is_for_readers(text, shipped) for text in row)
    assert list(shown.columns) == [
        labels.t(f"beside.{name}", lang) for name in ("statistic", "value", "loo", "flip", "spec", "verdict")
    ]


@pytest.mark.parametrize("lang", LANGS)
def test_each_value_that_a_headline_can_take_is_told(shipped, lang):
    readings = shipped.readings.to_dict("records")
    made = [shipped, *(variants.without(shipped, i) for i in shipped.laureates["laureate_id"])]
    made += [variants.reread(shipped, row) for row in readings]
    for dataset in made:
        for name, value in findings.values(dataset).items():
            assert is_for_readers(fragility_words.words(name, value, shipped, lang), shipped)


@pytest.mark.parametrize("lang", LANGS)
def test_a_section_shows_only_its_own(shipped, fragility, lang):
    seen = 0
    for section in dict.fromkeys(fragility["section"]):
        shown = fragility_words.show(fragility, shipped, section, lang).frame
        mine = fragility.loc[fragility["section"] == section, "statistic"]
        assert shown.iloc[:, 0].tolist() == [fragility_words.label(name, shipped, lang) for name in mine]
        seen += len(shown)
    assert seen == len(fragility)


@pytest.mark.parametrize("lang", LANGS)
def test_each_flip_is_told(shipped, lang):
    told = {}
    for how in variants.flips(shipped, None):
        text = fragility_words.flip(how, shipped, lang)
        assert is_for_readers(text, shipped) and text.count("→") == 1, how
        before, after = (part.strip() for part in text.rsplit(" : " if lang == "fr" else ": ", 1)[-1].split("→"))
        assert before.casefold() != after.casefold(), how
        told.setdefault((how[0], how[2], how[3], how[4]), text)
    columns = {(table, column) for table, column, _, _ in told}
    assert columns == {
        ("roles", "salience"),
        ("roles", "role"),
        ("evidence", "strength"),
        ("contributions", "code"),
        ("contributions", "dimension"),
        ("actors", "actor_type"),
        ("actors", "kind"),
    }


@pytest.mark.parametrize("lang", LANGS)
def test_each_shipped_reading_is_told(shipped, lang):
    told = [fragility_words.reading(name, shipped, lang) for name in shipped.readings["reading_id"]]
    assert all(is_for_readers(text, shipped) and text.count("→") == 1 for text in told)
    assert len(set(told)) == len(told)


KINDS = [
    ("roles", "alpha/aiguillon", "salience", "stated", "principal"),
    ("roles", "alpha/aiguillon", "role", "aiguillon", "connecteur"),
    ("roles", "alpha/aiguillon", "role", "aiguillon", ""),
    ("evidence", "pushed/alpha", "strength", "direct", "indirect"),
    ("evidence", "pushed/alpha", "strength", "direct", ""),
    ("evidence", "eased/gamma", "strength", "", "indirect"),
    ("evidence", "pushed/alpha", "theme_id", "pushed", "held"),
    ("evidence", "pushed/alpha", "laureate_id", "alpha", "gamma"),
    ("contributions", "alpha/filiere/culture/offer", "code", "offer", "dialogue"),
    ("contributions", "alpha/filiere/culture/offer", "code", "offer", ""),
    ("contributions", "alpha/filiere/culture/offer", "dimension", "filiere", "territoire"),
    ("contributions", "alpha/filiere/culture/offer", "target", "culture", "rural"),
    ("actors", "school", "actor_type", "training", ""),
    ("actors", "unknown", "actor_type", "", "company"),
    ("actors", "school", "kind", "institution", "not_an_actor"),
    ("mentions", "beta/2", "actor_id", "school", "town"),
    ("mentions", "beta/2", "parent_position", "", "1"),
    ("mentions", "alpha/3", "parent_position", "2", ""),
    ("mentions", "alpha/2", "mention", "Moulins", "Moulins à eau|Moulins à vent"),
    ("laureates", "gamma", "carrier_status", "", "company"),
    ("laureates", "beta", "carrier_status", "association", "company"),
    ("laureates", "beta", "carrier_status", "association", ""),
    ("laureates", "gamma", "department_inferred", "", "23"),
    ("laureates", "gamma", "enjeu_id", "1.2", "1.1"),
]


@pytest.mark.parametrize(("table", "key", "column", "value", "alternative"), KINDS)
@pytest.mark.parametrize("lang", LANGS)
def test_each_kind_of_reading_is_told(small, lang, table, key, column, value, alternative):
    cells = ("r77", table, key, column, value, alternative, "Doute", "Doubt")
    dataset = replace(small, readings=pd.DataFrame([cells], columns=small.readings.columns, dtype="str"))
    text = fragility_words.reading("r77", dataset, lang)
    assert is_for_readers(text, dataset) and text.count("→") == 1
    codes = ["alpha", "beta", "gamma", "school", "town", "pushed", "filiere", "enjeu", "1.1", "rural|"]
    for bare in [*codes, "offer"] if lang == "fr" else codes:  # a means is called an offer in English
        assert not re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", text) or column == "target"
    before, after = text.rsplit(" : " if lang == "fr" else ": ", 1)[-1].split("→")
    assert before.strip() and after.strip() and before.strip().casefold() != after.strip().casefold()
    assert "|" not in text


@pytest.mark.parametrize(
    ("lang", "how", "expected"),
    [
        (
            "fr",
            ("roles", "beta/connecteur", "salience", "principal", "none"),
            "Beta, Connecteur : dit principal → non énoncé",
        ),
        ("en", ("roles", "alpha/aiguillon", "role", "aiguillon", "connecteur"), "Alpha, Spur: Spur → Connector"),
        ("en", ("evidence", "held/beta", "strength", "indirect", "none"), "Held, Beta: indirect → no passage"),
        (
            "en",
            ("actors", "town", "kind", "institution", "not_an_actor"),
            "Ville: institution known by its function → not an actor",
        ),
    ],
)
def test_flips_by_hand(small, lang, how, expected):
    assert fragility_words.flip(how, small, lang).replace("\u202f", " ").casefold() == expected.casefold()


@pytest.mark.parametrize(
    ("statistic", "value", "fr", "en"),
    [
        ("share_connecteur", Share(8, 11), "8 sur 11 (73 %)", "8 of 11 (73%)"),
        ("share_connecteur", Share(0, 0), "n'existe pas", "does not exist"),
        ("types_connecteurs", None, "n'existe pas", "does not exist"),
        ("types_connecteurs", math.nan, "n'existe pas", "does not exist"),
        ("types_connecteurs", 4.5, "4,5", "4.5"),
        ("types_connecteurs", 4.0, "4", "4"),
        ("edges", 1328, "1 328", "1,328"),
        ("pairs_never", [], "aucun", "none"),
        ("pairs_never", ["aiguillon+inspirateur"], "Aiguillon + Inspirateur", "Spur + Inspirer"),
        ("repeated_pairs", ["town+mill"], "Ville – Moulins", "Ville – Moulins"),
        ("repeated_pairs", ["town+made-by-a-split"], "Ville – made-by-a-split", "Ville – made-by-a-split"),
        ("largest_enjeu", ["1.1", "1.2"], "Premier, Second", "First, Second"),
        ("connecteurs_varied", "unknown", "sans comparaison", "no comparison"),
        ("verdict_held", "indirect_only", "seulement indirect", "indirect only"),
    ],
)
def test_values_by_hand(small, statistic, value, fr, en):
    told = {lang: fragility_words.words(statistic, value, small, lang).replace("\u202f", " ") for lang in LANGS}
    assert told["en"] == en
    if statistic != "verdict_held":
        assert told["fr"] == fr


def told_beside(dataset, function, name, lang, **more):
    table = robustness.assess(dataset, function, **more)
    table["statistic"], table["section"] = name, "x"
    return fragility_words.show(table, dataset, "x", lang).frame.iloc[0].tolist()


@pytest.mark.parametrize(
    ("lang", "missing", "same"), [("fr", "n'existe pas", "inchangé"), ("en", "does not exist", "unchanged")]
)
def test_what_is_missing_is_told(small, lang, missing, same):
    def gamma(dataset):
        return 1.0 if "gamma" in set(dataset.laureates["laureate_id"]) else None

    _, value, loo, *_ = told_beside(small, gamma, "types_others", lang, reads={})
    assert value == "1" and missing in loo and "Gamma" in loo

    def share(dataset):
        return Share(1, 1) if "gamma" in set(dataset.laureates["laureate_id"]) else Share(0, 0)

    _, value, loo, *_ = told_beside(small, share, "principal", lang, reads={})
    assert missing in loo and "Gamma" in loo
    # the coded value itself is the missing one
    _, value, loo, *_ = told_beside(small, lambda d: None if gamma(d) else 2.0, "types_others", lang, reads={})
    assert value == missing and loo.startswith("2") and "Gamma" in loo
    _, value, loo, *_ = told_beside(small, lambda d: None, "types_others", lang, reads={})
    assert (value, loo) == (missing, same)


@pytest.mark.parametrize("lang", LANGS)
def test_drawn_specifications_and_thresholds_are_told(shipped, lang):
    cells = told_beside(
        shipped, lambda d, enough=2: enough, "edges", lang, reads={"evidence": ()}, choices={"enough": (2, 3)}, most=8
    )
    assert labels.t("beside.drawn", lang, of=8, possible=64) in cells[4]
    assert labels.t("beside.threshold", lang, enough=3) in cells[4]
    assert cells[5] == labels.t("fragility.threshold", lang)


@pytest.mark.parametrize("lang", LANGS)
def test_an_invented_folder_is_told(small, tmp_path, lang):
    for dataset in (small, load(invented.write(tmp_path / "bare", mentions=invented.TABLES["mentions"][:1]))):
        shown = fragility_words.show(findings.fragility(dataset, progress=False), dataset, lang=lang).frame
        for row in shown.itertuples(index=False):
            assert all(is_for_readers(text, dataset) for text in row)


def test_each_verdict_and_headline_has_its_words(shipped):
    for lang in LANGS:
        parts = [fragility_words.verdict(code, lang) for code in ("robust", "laureate", "code", "reading", "threshold")]
        assert len(set(parts)) == 5
        assert fragility_words.verdict("laureate; code", lang) == f"{parts[1]}, {parts[2]}"
    for name in findings.values(shipped):
        assert (
            fragility_words.label(name, shipped, "fr") != fragility_words.label(name, shipped, "en")
            or name == "enjeux"
            or (name.startswith(("share_", "verdict_")))
        )
    with pytest.raises(KeyError, match="no_such"):
        fragility_words.label("no_such", shipped, "fr")
