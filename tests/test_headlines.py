"""Headline statistics: counted twice, on the shipped data and many others; blind to what they do not say they read."""

import ast
import csv
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from functools import cache
from itertools import combinations

import pandas as pd
import pytest

import invented
import second_count
from neoterra_analysis import load
from neoterra_analysis.analysis import findings
from neoterra_analysis.analysis.fragility import Share, evaluate
from neoterra_analysis.analysis.variants import reread, touches
from neoterra_analysis.dataset import rules
from neoterra_analysis.sentences import fragility_words, prose

MUTANTS = range(40)
SCRAMBLES = 25
KINDS = ("named", "institution", "generic", "not_an_actor")
# Shown by a figure and a table of the notebook; `prose` has no sentence of this name.
NO_SENTENCE = {("04", "themes"), ("04", "levers")}


@cache
def shipped():
    return invented.shipped()


@cache
def allowed(table, column):
    return tuple(rules.codes(rules.tables(invented.DATA)[table], column))


# Counted twice


def agree(folder):
    """Count a data folder twice; return what was found, and the loaded records."""
    dataset = load(folder)
    found, again = findings.values(dataset), second_count.count(folder)
    assert sorted(found) == sorted(again)
    assert {name: (found[name], again[name]) for name in found if found[name] != again[name]} == {}
    return found, dataset


def test_the_second_count_stands_by_itself(repo):
    tree = ast.parse((repo / "tests" / "second_count.py").read_text(encoding="utf-8"))
    imported = {name for node in ast.walk(tree) for name in names_of(node)}
    assert imported == {"csv", "collections", "itertools", "statistics"}


def names_of(node):
    if isinstance(node, ast.ImportFrom):
        return [node.module]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def test_by_hand(tmp_path):
    """Held to the invented records as their comment tells them."""
    found, _ = agree(invented.write(tmp_path / "small"))
    assert {name: found[name] for name in BY_HAND} == BY_HAND


BY_HAND = {
    "laureates": 4,
    "largest_enjeu": ["1.1", "1.2"],
    "carriers_ess": (1, 2),
    "department_known": (2, 4),
    "both_dimensions": (1, 4),
    "top_means": ["offer"],
    "role_order": ["aiguillon", "inspirateur", "connecteur"],
    "principal": (1, 4),
    "combinations_found": 4,  # aiguillon, inspirateur, aiguillon with connecteur, none
    "pairs_never": ["aiguillon+inspirateur", "inspirateur+connecteur"],
    "top_type_connecteur": ["local_authority", "training"],
    "actors": 5,
    "links": 6,
    "most_shared": ["town"],
    "components": 3,
    "edges": 6,  # three in alpha's row, three in beta's
    "edges_named": 4,
    "nested_pairs": 1,
    "top_row": ["alpha", "beta"],
    "top_row_share_named": (3, 4),
    "laureate_pairs": (1, 6),
    "isolated": ["gamma", "delta"],
    "types_connecteurs": 2,
    "types_others": 0,
    "supported": (1, 3),
    "levers_all_roles": (0, 1),
    "lever_roles_direct": (2, 3),
}


def test_counted_twice_on_the_shipped_data():
    agree(invented.DATA)


def test_values_are_plain():
    """Plain values are written to JSON alike by every version of the libraries."""
    for name, value in findings.values(shipped()).items():
        assert type(value) in (Share, int, float, str, list), name
        if type(value) in (Share, list):
            assert {type(entry) for entry in value} <= {int if type(value) is Share else str}, name


@pytest.mark.parametrize(
    "empty",
    [
        "roles",
        "mentions",
        "evidence",
        "contributions",
        "relations",
        "mentions evidence contributions relations",
    ],
)
def test_counted_twice_with_a_table_without_rows(tmp_path, empty):
    without = {name: invented.TABLES[name][:1] for name in (*empty.split(), "claims", "readings")}
    agree(invented.write(tmp_path / "small", **without))


def test_nobody_is_tied_by_a_tie_with_itself(tmp_path, incoherent):
    relations = [invented.TABLES["relations"][0], "gamma,gamma,carries,gamma,un mot"]
    found, _ = agree(invented.write(tmp_path / "small", relations=relations))
    assert found["isolated"] == ["gamma", "delta"]


def test_counted_twice_without_any_laureate(tmp_path):
    tables = ("laureates", "roles", "mentions", "evidence", "contributions", "relations", "claims", "readings")
    agree(invented.write(tmp_path / "small", **{name: invented.TABLES[name][:1] for name in tables}))


@pytest.mark.parametrize("enough", findings.ENOUGH)
def test_counted_twice_with_each_threshold(enough):
    again = second_count.count(invented.DATA, enough)
    found = findings.theme_verdicts(shipped(), enough)
    assert found == {name: again[name] for name in found}


def test_counted_twice_on_mutants(tmp_path, incoherent):
    taken = defaultdict(set)
    for seed in MUTANTS:
        found, dataset = agree(mutant(tmp_path / str(seed), seed))
        for name, value in found.items():
            taken[name].add(str(value))
            for lang in ("fr", "en"):
                assert fragility_words.words(name, value, dataset, lang).strip()
    # An agreement on values that never vary would say little.
    assert [name for name, values in taken.items() if len(values) < 2] == []


def mutant(folder, seed):
    """Write a data folder with the shipped ids and names, laureates and codes drawn at random, rows shuffled."""
    rng = random.Random(seed)
    head, rows = {}, {}
    for file in sorted(invented.DATA.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            rows[file.stem], head[file.stem] = list(reader), reader.fieldnames
    rows["claims"], rows["readings"] = [], []  # they tell of codes that are about to change

    def some(codes, empty=0.0):
        return "" if rng.random() < empty else rng.choice(list(codes))

    if rng.random() < 0.5:
        rows["enjeux"].append({**rows["enjeux"][0], "enjeu_id": "5.1", "ambition_id": "ambition-5", "number": "1"})
    home = {row["enjeu_id"]: row["ambition_id"] for row in rows["enjeux"]}
    rows["laureates"] = rng.sample(rows["laureates"], len(rows["laureates"]) - rng.choice([0, 0, 1, 2, 6]))
    places = rng.sample(range(1, 40), len(rows["laureates"]))
    for row, place in zip(rows["laureates"], places, strict=True):
        row |= {"enjeu_id": some(home), "source_row": str(place)}
        row |= {"carrier_status": some(allowed("laureates", "carrier_status"), 0.4)}
        row |= rng.choice([NOWHERE, {**NOWHERE, "department_stated": "33"}, {**NOWHERE, **CLUE}])
    ids = [row["laureate_id"] for row in rows["laureates"]]
    ambition = {row["laureate_id"]: home[row["enjeu_id"]] for row in rows["laureates"]}

    numbers = rng.sample(range(1, 40), len(rows["themes"]))
    for row, number in zip(rows["themes"], numbers, strict=True):
        row |= {"kind": some(allowed("themes", "kind")), "number": str(number)}
        row |= {"ambition_id": some(["ambition-4", "ambition-4", "ambition-5"])}
    often = rng.choice([0.1, 0.3])
    rows["evidence"] = [
        {"theme_id": theme["theme_id"], "laureate_id": who, "strength": some(allowed("evidence", "strength"))}
        for theme in rows["themes"]
        for who in ids
        if ambition[who] == theme["ambition_id"] and rng.random() < often
    ]

    likely = [rng.choice([0, 0.3, 0.6]), rng.choice([0.3, 0.6]), rng.choice([0.2, 0.6, 1])]
    chance = dict(zip(allowed("roles", "role"), likely, strict=True))
    rows["roles"] = [{"laureate_id": w, "role": r} for w in ids for r in chance if rng.random() < chance[r]]
    chief = dict.fromkeys(ids)
    for row in rng.sample(rows["roles"], len(rows["roles"])):
        first = chief[row["laureate_id"]] is None and rng.random() < 0.2
        row["salience"] = "principal" if first else "stated"
        chief[row["laureate_id"]] = row if first else chief[row["laureate_id"]]

    made = {
        tuple([who, *(some(allowed("contributions", name)) for name in ("dimension", "target", "code"))])
        for who in ids
        for _ in range(rng.randint(0, 3))
    }
    names = ("laureate_id", "dimension", "target", "code")
    rows["contributions"] = [dict(zip(names, row, strict=True)) for row in sorted(made)]

    for row in rows["actors"]:
        row |= {"kind": some((*KINDS, "named", "generic")), "actor_type": some(allowed("actors", "actor_type"), 0.2)}
        linked = row["actor_id"] in ids or rng.random() < 0.05
        row["laureate_id"] = (row["actor_id"] if row["actor_id"] in ids else some(ids)) if linked else ""
    pool = rng.sample(rows["actors"], rng.choice([12, 30, len(rows["actors"])]))
    rows["mentions"] = []
    for who in ids:
        parents = {}
        for position in range(1, rng.choice([0, 1, 4, 8, 16]) + 1):
            actor = rng.choice([actor for actor in pool if actor["laureate_id"] != who])
            roots = [place for place, parent in parents.items() if not parent]
            parents[position] = rng.choice(roots) if roots and rng.random() < 0.3 else ""
            row = {"laureate_id": who, "position": str(position), "parent_position": str(parents[position])}
            rows["mentions"].append({**row, "mention": actor["name"], "actor_id": actor["actor_id"]})
    actors = {row["actor_id"]: row["laureate_id"] for row in rows["actors"]}
    nodes = sorted({*ids, *actors})
    ties = {tuple(rng.sample(ids if rng.random() < 0.5 else nodes, 2)) for _ in range(rng.choice([0, 0, 2, 6]))}
    rows["relations"] = [
        {"from_id": one, "to_id": other, "kind": some(allowed("relations", "kind")), "laureate_id": some(ids)}
        for one, other in sorted(ties)
        if actors.get(one, one) != actors.get(other, other)
    ]

    folder.mkdir(parents=True)
    shutil.copy(invented.DATA / "datapackage.json", folder)
    for name, records in rows.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, head[name], restval="x", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rng.sample(records, len(records)))
    return folder


NOWHERE = {"department_stated": "", "department_inferred": "", "inferred_from": ""}
CLUE = {"department_inferred": "64", "inferred_from": "un indice"}


# What a family does not read, it does not see

# All that a coder decides; not drawn here is the frame: which laureates, enjeux, themes and relations there are.
CODES = (
    "laureates.enjeu_id",
    "laureates.carrier_status",
    "laureates.department_stated",
    "laureates.department_inferred",
    "contributions.dimension",
    "contributions.target",
    "contributions.code",
    "roles.role",
    "roles.salience",
    "actors.kind",
    "actors.actor_type",
    "actors.scale",
    "actors.laureate_id",
    "mentions.actor_id",
    "mentions.mention",
    "mentions.parent_position",
    "evidence.strength",
)
TEXTS = re.compile("anchor|note|name|place|aliases|inferred_from|.+_(fr|en)|.+_anchor")
FAMILIES = [pytest.param(family, id=family.name) for family in findings.FAMILIES]


def seen(family):
    """Return the codes that a family reads, column by column."""
    return [name for name in CODES if name in family.reads or name.partition(".")[0] in family.reads]


def scrambled(dataset, rng, drawn, groups=(KINDS,)):
    """Draw these codes anew, kinds each from its own group. Where all codes of a table are drawn, so are its rows."""
    ids = dataset.laureates["laureate_id"].tolist()
    changed = {name: getattr(dataset, name) for name in ("laureates", "actors", *WHOLE)}
    for name, make in WHOLE.items():
        if all(code in drawn for code in CODES if code.startswith(f"{name}.")):
            frame = changed[name]
            rows = [{**dict.fromkeys(frame.columns, "x"), **row} for row in make(dataset, ids, rng)]
            changed[name] = pd.DataFrame(rows, columns=frame.columns).astype(frame.dtypes.to_dict())
    for code in drawn:
        name, column = code.split(".")
        frame = changed[name]
        if code == "mentions.parent_position":  # only even places have parents, which stand at odd ones
            made = [
                rng.randrange(1, place, 2) if place % 2 == 0 and rng.random() < 0.7 else None
                for place in frame["position"]
            ]
        elif code == "mentions.actor_id":
            made = [rng.choice(dataset.actors["actor_id"].tolist()) for _ in range(len(frame))]
        elif code == "actors.kind":
            among = {kind: group for group in groups for kind in group}
            made = [rng.choice(among.get(kind, (kind,))) for kind in frame["kind"]]
        elif code == "actors.laureate_id":  # an actor with a laureate's id is that laureate
            made = [actor if actor in ids else rng.choice(["", "", *ids]) for actor in frame["actor_id"]]
        elif code == "roles.role":  # as many roles as before
            number = frame["laureate_id"].value_counts()
            own = {who: rng.sample(allowed(*code.split(".")), number[who]) for who in sorted(number.index)}
            made = [own[who].pop() for who in frame["laureate_id"]]
        elif code == "roles.salience":
            chief = {who: rng.choice([*allowed("roles", "role"), ""]) for who in ids}
            pairs = zip(frame["laureate_id"], frame["role"], strict=True)
            made = ["principal" if chief[who] == role else "stated" for who, role in pairs]
        elif code == "evidence.strength":
            made = frame["strength"].tolist()  # the rows are the codes
        elif code == "mentions.mention":
            made = [f"x{rng.random()}" for _ in range(len(frame))]
        else:
            made = [rng.choice(choices(dataset, name, column)) for _ in range(len(frame))]
        changed[name] = frame.assign(**{column: pd.Series(made, dtype=frame[column].dtype)})
    key = ["laureate_id", "dimension", "target", "code"]
    changed["contributions"] = changed["contributions"].drop_duplicates(key, ignore_index=True)
    for name, frame in changed.items():
        texts = [c for c in frame.columns if TEXTS.fullmatch(c)]
        changed[name] = frame.assign(**{c: pd.Series([f"{rng.random()}"] * len(frame), dtype="str") for c in texts})
    return replace(dataset, digest="", **changed)


def choices(dataset, name, column):
    """Return what a cell may hold."""
    if column == "enjeu_id":
        return dataset.enjeux["enjeu_id"].tolist()
    if column.startswith("department"):
        return ["", "33", "64"]
    codes = list(allowed(name, column))
    return ["", *codes] if column in ("carrier_status", "actor_type", "scale") else codes


def drawn_contributions(dataset, ids, rng):
    columns = ("dimension", "target", "code")
    return [
        {"laureate_id": who, **{c: rng.choice(allowed("contributions", c)) for c in columns}}
        for who in ids
        for _ in range(rng.randint(0, 4))
    ]


def drawn_roles(dataset, ids, rng):
    often = {role: rng.choice([0, 0.4, 0.8]) for role in allowed("roles", "role")}
    return [{"laureate_id": who, "role": role} for who in ids for role in often if rng.random() < often[role]]


def drawn_mentions(dataset, ids, rng):
    return [
        {"laureate_id": who, "position": i + 1, "parent_position": None}
        for who in ids
        for i in range(rng.randint(0, 12))
    ]


def drawn_evidence(dataset, ids, rng):
    often, strengths = rng.choice([0.1, 0.4]), allowed("evidence", "strength")
    cells = [(theme, who) for theme in dataset.themes["theme_id"] for who in ids if rng.random() < often]
    return [{"theme_id": theme, "laureate_id": who, "strength": rng.choice(strengths)} for theme, who in cells]


WHOLE = {
    "contributions": drawn_contributions,
    "roles": drawn_roles,
    "mentions": drawn_mentions,
    "evidence": drawn_evidence,
}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_blind_to_what_it_does_not_read(family):
    rest = [code for code in CODES if code not in seen(family)]
    groups = (KINDS,) if "actors.kind" in rest else family.reads.get("actors.kind", ())
    drawn = rest if "actors.kind" in rest else [*rest, "actors.kind"]
    base = family.function(shipped())
    for seed in range(SCRAMBLES):
        assert family.function(scrambled(shipped(), random.Random(seed), drawn, groups)) == base, seed


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_sees_all_that_it_reads(family):
    assert set(family.reads) <= {*CODES, *(code.partition(".")[0] for code in CODES)}
    base = family.function(shipped())
    for code in seen(family):
        if code == "mentions.mention":  # what a reading changes there is how many actors it names
            found = [reread(shipped(), reading) for reading in split_readings()]
        else:
            found = (scrambled(shipped(), random.Random(seed), [code]) for seed in range(SCRAMBLES))
        assert any(family.function(dataset) != base for dataset in found), code


def split_readings():
    """Read each mention as two actors: itself, and one that is named elsewhere."""
    names = dict(zip(shipped().actors["actor_id"], shipped().actors["name"], strict=True))
    for row in shipped().mentions.to_dict("records"):
        key = f"{row['laureate_id']}/{row['position']}"
        alternative = f"{row['mention']}|{names['collectivites']}"
        yield {
            "table": "mentions",
            "key": key,
            "column": "mention",
            "value": row["mention"],
            "alternative": alternative,
        }


@pytest.mark.parametrize("family", [param for param in FAMILIES if "actors.kind" in param.values[0].reads])
@pytest.mark.parametrize("kinds", list(combinations(KINDS, 2)), ids="-".join)
def test_kinds_are_told_apart_as_said(family, kinds):
    mixed = scrambled(shipped(), random.Random(0), ["actors.kind", "mentions.parent_position"])  # examples of all kinds
    base = family.function(mixed)
    tried = (scrambled(mixed, random.Random(seed), ["actors.kind"], (kinds,)) for seed in range(SCRAMBLES))
    told = any(family.function(dataset) != base for dataset in tried)
    assert told == touches(family.reads, "actors", "kind", *kinds)


@pytest.mark.parametrize("family", [param for param in FAMILIES if param.values[0].choices])
def test_the_usual_choice_comes_first_and_each_choice_matters(family):
    base = family.function(shipped())
    for name, values in family.choices.items():
        made = [evaluate(family.function, shipped(), **{name: value}) for value in values]
        assert made[0] == base and all(other != base for other in made[1:])


# Where a statistic stands, and its words


def test_each_statistic_has_its_place():
    made = findings.values(shipped())
    verdicts = {name for name in made if name.startswith("verdict_")}
    assert set(made) - verdicts == {name for finding in findings.FINDINGS for name in finding.statistics}
    assert len(made) == sum(len(family.function(shipped())) for family in findings.FAMILIES)
    assert verdicts == {f"verdict_{theme}" for theme in shipped().themes["theme_id"]}
    with pytest.raises(KeyError):
        findings.of_statistic("nothing")


def test_each_place_exists(repo):
    places = {(place.notebook, place.key) for place in map(findings.of_statistic, findings.values(shipped()))}
    for notebook, section in sorted(places):
        (file,) = (repo / "notebooks").glob(f"{notebook}-*.ipynb")
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        code = "".join(line for cell in cells if cell["cell_type"] == "code" for line in cell["source"])
        if (notebook, section) not in NO_SENTENCE:
            assert callable(getattr(prose, section)) and f"prose.{section}(" in code, (notebook, section)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_statistic_has_words(lang):
    values = findings.values(shipped())
    names = [fragility_words.label(name, shipped(), lang) for name in values]
    assert len(set(names)) == len(names) and all(names)
    assert all(fragility_words.words(name, value, shipped(), lang) for name, value in values.items())


# The same data give the same values


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_rows_does_not_count(tmp_path, seed):
    assert findings.values(load(invented.shuffled(invented.DATA, tmp_path / "real", seed))) == findings.values(
        shipped()
    )
    small = invented.write(tmp_path / "small")
    shuffled = invented.shuffled(small, tmp_path / "shuffled", seed)
    assert findings.values(load(shuffled)) == findings.values(load(small))


def test_the_seed_of_hashes_does_not_count():
    code = "import json; from neoterra_analysis import findings, load; print(json.dumps(findings.values(load())))"
    told = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "NEOTERRA_DATA": str(invented.DATA)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1] == json.dumps(findings.values(shipped())) + "\n"
