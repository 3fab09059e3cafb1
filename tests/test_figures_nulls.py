"""The figure of the null models: it fits, follows its data, and its bars are as high as their shares."""

import dataclasses
import re
from functools import cache
from itertools import pairwise

import pandas as pd
import pytest

import figure_checks as checks
import invented
from neoterra_analysis import figures
from neoterra_analysis.analysis import nulls
from neoterra_analysis.figures import publish
from neoterra_analysis.words import labels


@pytest.fixture(scope="module")
def real():
    return invented.shipped()


@cache
def draw(ds, lang="fr"):
    return figures.null_models(nulls.distributions(ds), figures.context(ds, lang))


def check(figure):
    checks.check_layout(figure)
    checks.check_marks(figure)
    checks.check_words(figure)
    assert figure.key == "03-null-models"
    expected = {"bar": int((figure.data["share"] > 0).sum()), "pointer": int(figure.data["is_observed"].sum())}
    assert figure.marks == {name: number for name, number in expected.items() if number}


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_figure_fits_for_print(real, lang):
    figure = draw(real, lang)
    check(figure)
    assert figure.canvas.get_figheight() * 2.54 <= 22
    shown = " ".join(text.get_text() for text in checks.texts(figure)).replace("\u00a0", " ")
    for name in ("scope", "reading", "source", "note"):
        assert labels.t(f"frame.{name}", lang) in shown
    assert f"(n = {len(real.laureates)})" in shown
    assert not re.search(r"\bp\b", figure.title) and "9" in figure.title


def test_figure_of_other_data(small):
    check(draw(small))
    none = dataclasses.replace(small, mentions=small.mentions.iloc[:0], roles=small.roles.iloc[:0])
    for lang in labels.LANGUAGES:
        check(draw(none, lang))
    one = small.laureates.iloc[:1]
    alone = dataclasses.replace(small, laureates=one, **{
        name: getattr(small, name)[getattr(small, name)["laureate_id"] == "alpha"] for name in ("mentions", "roles")
    })  # fmt: skip
    check(draw(alone))


def test_figure_of_an_observation_far_out(real):
    # All laureates but two hold the same four actors: draws and observation lie far apart.
    rows = {
        i: "town mill ovens school".split() if k % 2 else ["label"] for k, i in enumerate(real.laureates["laureate_id"])
    }
    actors = sorted(real.actors.loc[real.actors["kind"] == "named", "actor_id"])[:8]
    mentions = [
        (laureate, j, actor)
        for k, laureate in enumerate(rows)
        for j, actor in enumerate(actors[4 * (k % 2) : 4 * (k % 2) + 4], 1)
    ]
    mentions = pd.DataFrame(mentions, columns=["laureate_id", "position", "actor_id"]).assign(parent_position=pd.NA)
    mentions = mentions.assign(mention=mentions["actor_id"]).astype({"parent_position": "Int64"})
    other = dataclasses.replace(real, mentions=mentions, relations=real.relations.iloc[:0])
    figure = draw(other, "en")
    check(figure)
    assert re.match(r"\d of \d observations", figure.title)


def test_figure_follows_the_data(real):
    spread, ctx = nulls.distributions(real), figures.context(real, "fr")
    before = spread.copy()
    one = figures.null_models(spread, ctx)
    pd.testing.assert_frame_equal(spread, before)
    changed = spread.assign(observed=spread["observed"] + (spread["statement"] == "components"))
    other = figures.null_models(changed, ctx)
    assert publish.csv_bytes(one.data) != publish.csv_bytes(other.data)
    assert publish.svg_bytes(one) != publish.svg_bytes(other) and one.alt != other.alt
    again = figures.null_models(nulls.distributions(real), ctx)
    assert publish.svg_bytes(one) == publish.svg_bytes(again)


def test_bars_are_as_high_as_their_shares(real):
    bars = {bar.get_gid().split("--")[2]: bar for bar in checks.marks(draw(real))["bar"]}
    rows = {f"{r.statement}.{r.value:g}": r for r in draw(real).data.itertuples() if r.share > 0}
    assert {re.sub(r"[^\w.-]", "_", code) for code in rows} == set(bars)
    heights = {code: bars[re.sub(r"[^\w.-]", "_", code)].get_height() / row.share for code, row in rows.items()}
    assert max(heights.values()) == pytest.approx(min(heights.values()))
    for (code, row), (after, _) in pairwise(rows.items()):
        if code.split(".")[0] == after.split(".")[0]:
            assert bars[code].get_x() < bars[after].get_x(), row
