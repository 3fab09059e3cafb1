"""Records as integers: each variant made of arrays is the one made of tables, for every family and claim."""

import os
import random

import pytest

from neoterra_analysis.analysis import claims, coded, findings, variants
from test_headlines import CODES, scrambled

THOROUGH = os.environ.get("NEOTERRA_THOROUGH")


@pytest.fixture(params=["shipped", "small", "scrambled"])
def dataset(request, shipped, small):
    if request.param == "scrambled":
        return scrambled(shipped, random.Random(7), CODES)
    return {"shipped": shipped, "small": small}[request.param]


def counted(records):
    """Return every headline statistic and every verdict of some records."""
    found = {}
    for family in findings.FAMILIES:
        found |= family.function(records)
    return found


def judged(records, dataset):
    return [claims.judge(records, claim, 2) for claim, _ in claims._claims(dataset)]


def test_each_laureate_left_out(dataset):
    arrays = coded.encode(dataset)
    laureates = list(enumerate(dataset.laureates["laureate_id"]))
    for place, laureate in laureates if THOROUGH else laureates[::4]:
        tables = variants.without(dataset, laureate)
        assert counted(coded.without(arrays, place)) == counted(tables), laureate
        assert judged(coded.without(arrays, place), dataset) == judged(tables, dataset), laureate


def test_codes_flipped(dataset):
    arrays = coded.encode(dataset)
    flips = list(variants.flips(dataset, None))
    for flip in random.Random(1).sample(flips, len(flips) if THOROUGH else 30):
        tables = variants.flipped(dataset, flip)
        assert counted(coded.flipped(arrays, flip)) == counted(tables), flip
        assert judged(coded.flipped(arrays, flip), dataset) == judged(tables, dataset), flip


def test_readings_decided_otherwise(shipped, small):
    for dataset in (shipped, small):
        arrays, readings = coded.encode(dataset), dataset.readings.to_dict("records")
        assert all(map(coded.follows, readings))
        draw = random.Random(2)
        patterns = [[i == j for j in range(len(readings))] for i in range(len(readings))]
        patterns += [[draw.random() < 0.5 for _ in readings] for _ in range(60 if THOROUGH else 4)]
        for pattern, tables in variants.rereadings(dataset, readings, map(tuple, patterns)):
            taken = [reading for reading, otherwise in zip(readings, pattern, strict=True) if otherwise]
            assert counted(coded.reread(arrays, taken)) == counted(tables), pattern
            assert judged(coded.reread(arrays, taken), dataset) == judged(tables, dataset), pattern


def test_a_variant_leaves_the_records_as_they_were(shipped):
    arrays = coded.encode(shipped)
    before = counted(arrays)
    coded.without(arrays, 0)
    coded.reread(arrays, shipped.readings.to_dict("records"))
    assert counted(arrays) == before


def test_pairs_by_hand():
    assert coded.distinct(coded.pairs(*map(coded.np.array, ([0, 0, 0, 1, 1], [2, 5, 7, 2, 5])), 10))[0].tolist() == [
        25,
        27,
        57,
    ]
