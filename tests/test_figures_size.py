"""The figures other than networks at any size: from bare rows to a hundred laureates, on one page."""

import dataclasses
import io
import os
import random
from functools import cache

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from PIL import Image

import figure_checks as checks
import invented
from neoterra_analysis import figures, load
from neoterra_analysis.figures import publish, sheet, stability, text
from neoterra_analysis.words import labels, palette
from neoterra_analysis.words.codes import ROLES

NAMES = (
    *("enjeux", "stated", "places", "contributions", "role_counts", "role_combinations", "role_by_enjeu"),
    *("role_by_actor_type", "framework_matrix", "theme_cases", "roles_by_lever", "coverage_by_ambition"),
    *("roles_by_ambition", "combinations_by_ambition", "means_by_ambition", "actor_types_by_ambition"),
    *(
        "shared_actors",
        "actors_overlap",
        "levers_by_ambition",
        "fragility_by_ambition",
        "leave_one_out",
        "specification_curve",
        "ledger",
        "null_models",
        "saturation",
    ),
)
COLOURED = ("stated", "places", "contributions", "role_counts", "role_combinations", "role_by_enjeu") + (
    *("role_by_actor_type", "framework_matrix", "theme_cases", "roles_by_lever", "leave_one_out", "ledger"),
)
HOSTILE = {
    "words": "Coopérative intercommunale des artisans et des habitants des hautes vallées {}",
    "whole": "Coopérativeintercommunaledesartisansetdeshabitantsdeshautesvallées{}",
    "signs": "A & B <i>« {} »</i> % $x_2$",
    "short": "{}",
}
THOROUGH = os.environ.get("NEOTERRA_THOROUGH") == "1"
SIZES = (0, 1, 2, 3, 11, 22, 40, 100) if THOROUGH else (0, 2, 22)
FIRST = ("Atelier", "Fabrique", "Maison", "Réseau", "Compagnie", "Coopérative", "Fédération régionale")
LAST = ("des rives", "du grand pré", "des communs", "de la haute lisière", "du bief", "des trois chênes du plateau")
MEANS = ("governance", "agency", "methods", "research", "alliances", "training", "diffusion", "identity", "offer")
SECTORS, LANDS = ("culture", "training", "companies", "farming", "tourism"), ("rural", "territory", "millevaches")
TYPES = [actor_type for actor_type in palette.FAMILY if actor_type]
KINDS = ("condition", "challenge", "lever")


@cache
def made(folder, size, seed, ambitions=1):
    """Load records of so many laureates; with 0, of a dozen of whom nothing is coded."""
    chance = random.Random(f"{size} {seed} {ambitions}")
    tables = {name: lines[:1] for name, lines in invented.TABLES.items()}
    for a in range(1, ambitions + 1):
        tables["sources"].append(f"doc-{a},Doc,Somebody,a-{a},{str(a) * 64},2026-01-31,,")
        tables["ambitions"].append(f"a-{a},{a},One,Une")
        for e in range(1, 5 if seed == 1 else 7):
            word = f"Enjeu {LAST[e - 1]}"
            tables["enjeux"].append(f"{a}.{e},a-{a},{e},{word},{word},,{word},{word}")
        for i, kind in enumerate(KINDS * 3 if size else ()):
            word = f"Thème {LAST[i % 6]} {i}"
            tables["themes"].append(f"t-{a}-{i},a-{a},doc-{a},{i + 1},{kind},{word},{word},Def,Def,le thème {i}")
    for i in range(3 * size):
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)} {i}"
        kind = "generic" if i % 3 else "named"
        tables["actors"].append(f"actor-{i},{name},{name},{name},{kind},{chance.choice(TYPES)},,,acteur {i},")
    for i in range(size or 12):
        a, laureate = i % ambitions + 1, f"l-{i}"
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)} {i}"
        place = chance.choice(["33", "64", "86", "75", ""]) if size else ""
        project, status = (
            (chance.choice(["Pain", ""]), chance.choice(["company", "association", ""])) if size else ("", "")
        )
        enjeu = f"{a}.{chance.randint(1, 4)}"
        tables["laureates"].append(
            f"{laureate},{name},{project},{status},{enjeu},,{place},,,Un,One,doc-{a},{i + 1},Ligne {i},,"
        )
        if not size:
            continue
        for role in chance.sample(ROLES, chance.choice([0, 1, 1, 2, 3])):
            tables["roles"].append(f"{laureate},{role},stated,un rôle {i}")
        for code in chance.sample(MEANS, 3):
            dimension, targets = chance.choice([("filiere", SECTORS), ("territoire", LANDS)])
            tables["contributions"].append(f"{laureate},{dimension},{chance.choice(targets)},{code},Un,One,un mot {i}")
        for place, actor in enumerate(chance.sample(range(3 * size), min(4, 3 * size)), 1):
            actor = actor if place > 2 else actor % max(3, size // 8)
            tables["mentions"].append(f"{laureate},{place},acteur {actor},actor-{actor},")
        for theme in chance.sample(range(9), 3):
            strength = chance.choice(["direct", "indirect"])
            tables["evidence"].append(f"t-{a}-{theme},{laureate},{strength},un mot {theme},")
    return load(invented.write(folder / f"{size}-{seed}-{ambitions}", **tables))


@pytest.fixture(scope="module")
def of(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sizes")
    return lambda size, seed=1, ambitions=1: made(folder, size, seed, ambitions)


def many_claims(number, seed):
    """Return a ledger of so many claims, of all kinds and verdicts."""
    chance = random.Random(seed)
    rows = [
        {"claim_id": f"c-{i}", "group": f"Genre {i % 8}", "statement": f"Un énoncé {chance.choice(LAST)} {i}"}
        | {"count": i % 5, "of": 11, "indirect": i % 3, "verdict": chance.choice([*stability.VERDICT])}
        | {"fragility": "; ".join(chance.sample(stability.FRAGILE, chance.randint(0, 3))) or "robust"}
        for i in range(number)
    ]
    return pd.DataFrame(
        rows, columns=["claim_id", "group", "statement", "count", "of", "indirect", "verdict", "fragility"]
    )


def many_readings(number, seed):
    """Return a specification curve of so many readings, and their names."""
    chance, names = random.Random(seed), [f"r{i}" for i in range(number)]
    rows = [{name: i > 0 and chance.random() < 0.4 for name in names} for i in range(min(2**number, 300))]
    made = [{"value": sum(list(row.values())[::3]), "coded": not i, "enough": 2} | row for i, row in enumerate(rows)]
    return pd.DataFrame(made), pd.DataFrame(
        {"option": names, "label": [f"Une lecture {LAST[i % 6]}" for i in range(number)]}
    )


def many_removals(data, seed, statistics=60):
    """Return what each removal does to so many statistics."""
    chance = random.Random(seed)
    rows = [
        {
            "statistic": f"s{s}",
            "notebook": f"0{1 + s * 4 // statistics}",
            "label": f"Constat {LAST[s % 6]} {s}",
            "base": "3",
        }
        | {"measure": "number", "laureate_id": i, "value": "2", "change": change, "moved": abs(change) > 1}
        for s in range(statistics)
        for i in data.laureates["laureate_id"]
        for change in [chance.choice([0, 0, 0, s % 3, -(s % 4)]) if s % 5 else 0]
    ]
    return pd.DataFrame(rows)


def drawn(name, data, size, seed, lang):
    context = figures.context(data, lang)
    if name == "ledger":
        return figures.ledger(many_claims(size, seed), context)
    if name == "specification_curve":
        return figures.specification_curve(*many_readings(size, seed), context, "Thèmes étayés")
    if name == "leave_one_out" and size >= 22 and not THOROUGH:
        return figures.leave_one_out(many_removals(data, seed), context)
    return checks.draw(name, data, lang)


def reading_lines(figure):
    """Return how many lines of the footer the reading takes."""
    words = {t.get_text(): t.get_position()[1] for t in checks.texts(figure)}
    if (head := labels.t("frame.reading", figure.lang)) not in words:
        return 0
    return round((words[labels.t("frame.source", figure.lang)] - words[head]) / text.line_height(text.FOOT))


def check(figure, laureates):
    checks.check_layout(figure)
    checks.check_marks(figure)
    checks.check_words(figure)
    assert figure.canvas.get_figheight() * text.CM <= sheet.PAGE
    assert len(figure.alt) <= sheet.ALT
    two = laureates in sheet.TWO_LINES or (figure.key.startswith("06-") and laureates <= sheet.NAMED)
    assert reading_lines(figure) <= (2 if two else 1)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_right_at_any_size(name, size, seed, of):
    if not THOROUGH and (name == "null_models" and size >= 22 or seed == 2 and size < 22):
        return
    lang = labels.LANGUAGES[(seed + size) % 2]
    check(drawn(name, of(size, seed), size, seed, lang), size or 12)


@pytest.mark.parametrize("lang", labels.LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_six_ambitions(name, lang, of):
    size = 100 if THOROUGH else 48
    data = of(size, 2, 6)
    if name == "null_models" or (not THOROUGH and lang == "en"):
        return
    check(drawn(name, data, size, 2, lang), size)


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_a_bare_fiche_is_told_what_is_missing(lang, of):
    for name in NAMES:
        figure = drawn(name, of(0), 0, 1, lang)
        if name in ("contributions", "role_counts", "framework_matrix", "ledger"):
            assert ".csv" in figure.alt and not figure.marks


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_beyond_the_limits_the_note_says_so(lang, of):
    beyond = labels.t("frame.counted", lang, limit=40).split("40")[0].strip().lower()
    data = of(48, 2, 6)
    for name in ("enjeux", "stated", "role_by_enjeu", "framework_matrix", "roles_by_lever"):
        assert text.typeset(beyond) in checks.shown(checks.draw(name, data, lang)).lower(), name


def test_what_is_not_drawn_is_counted(of):
    data = of(22)
    context = figures.context(data, "fr")
    table = many_removals(data, 1)
    figure = figures.leave_one_out(table, context)
    moved = table.groupby("statistic")["moved"].sum()
    assert figure.marks == {"bar": (moved > 0).sum()}
    assert f"et {(moved == 0).sum()} constats que nul retrait" in checks.shown(figure)
    ledger = many_claims(80, 1)
    figure = figures.ledger(ledger, context)
    others = (ledger["fragility"] != "robust").sum() - figure.marks["verdict"]
    assert f"et {others} autres énoncés" in checks.shown(figure)
    curve, options = many_readings(70, 1)
    figure = figures.specification_curve(curve, options, context, "Thèmes")
    others = len(options) - (len({m.get_gid().split("--")[2].split(".")[0] for m in checks.marks(figure)["row"]}) - 1)
    assert f"et {others} autres lectures" in checks.shown(figure)


def test_the_same_words_of_two_ambitions_are_told_apart(of):
    context = figures.context(of(48, 2, 6), "fr")
    for words in (context.enjeux, context.themes):
        assert len(set(words.values())) == len(words)
        assert all("(ambition " in word for word in words.values())


def test_tiles_stay_legible_where_many_share_a_cell(of):
    data = of(22)
    table, context = checks.given("contributions", data)
    for most in (1, 8, 60):
        figure = figures.contributions(table.assign(count=most), context)
        check(figure, 22)
        for tile in checks.marks(figure)["cell"]:
            red, green, blue, _ = tile.get_facecolor()
            face = "#" + "".join(f"{round(part * 255):02X}" for part in (red, green, blue))
            assert palette.contrast(palette.INK, face) >= 4.5


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_titles_agree_with_none_and_one(lang, of):
    zero = {"fr": ("aucun", "aucune", "chacun", "chaque"), "en": ("no ", "not one", "none", "each")}[lang]
    data = of(22)
    context = figures.context(data, lang)
    for name, column in (("theme_cases", "direct"), ("roles_by_lever", "direct")):
        table, _ = checks.given(name, data, lang)
        none = getattr(figures, name)(table.assign(**{column: 0}), context).title.lower()
        assert any(word in none for word in zero), none
    roles, _ = checks.given("role_combinations", data, lang)
    title = figures.role_combinations(roles.assign(count=2), context).title
    assert {"fr": "chacune des 7", "en": "each of the 7"}[lang] in title.replace("\u00a0", " ")


@pytest.mark.parametrize("name", COLOURED)
def test_the_preview_keeps_the_colours_of_the_legend(name, of):
    for size in (11, 22, 40) if THOROUGH else (22,):
        figure = drawn(name, of(size), size, 1, "fr")
        marks = [mark for mark in figure.canvas.findobj(lambda a: isinstance(a, Line2D | Patch))]
        used = {
            to_hex(m.get_markeredgecolor()).upper() for m in marks if isinstance(m, Line2D) and m.get_marker() != "None"
        }
        used |= {
            to_hex(color).upper()
            for m in marks
            if isinstance(m, Patch)
            for color in (m.get_facecolor(), m.get_edgecolor())
        }
        wanted = used & publish.CODED
        with Image.open(io.BytesIO(publish.png_bytes(figure, palette.PREVIEW_DPI))) as image:
            kept = {f"#{r:02X}{g:02X}{b:02X}" for _, (r, g, b) in image.convert("RGB").getcolors(1 << 24)}
        assert wanted and wanted <= kept


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_names_stay_on_the_sheet(kind, of):
    data = of(22 if kind == "words" else 11)
    context = figures.context(data, "fr")
    given = {i: HOSTILE[kind].format(k) for k, i in enumerate(context.names)}
    named = {"names": given, "themes": dict.fromkeys(context.themes, HOSTILE[kind].format("thème"))}
    for name in (
        "enjeux",
        "stated",
        "role_combinations",
        "role_by_enjeu",
        "framework_matrix",
        "theme_cases",
        "roles_by_lever",
    ):
        *tables, _ = checks.given(name, data)
        figure = getattr(figures, name)(*tables, dataclasses.replace(context, **named))
        checks.check_layout(figure)
        assert figure.canvas.get_figheight() * text.CM <= sheet.PAGE and len(figure.alt) <= sheet.ALT, name
