"""The sheet, what is written, and each figure of the notebooks (the network ones are tested apart)."""

import dataclasses
import hashlib
import io
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pandas as pd
import pypdf
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image

import figure_checks as checks
import invented
from neoterra_analysis import figures, load
from neoterra_analysis.analysis import records, roles, themes
from neoterra_analysis.figures import marks, publish
from neoterra_analysis.figures import sheet as frame
from neoterra_analysis.words import labels, palette

# Key, table, function, marks to be expected from the table, and what to change in it to see another drawing.
CASES = {
    "01-enjeux": (records.coverage, figures.enjeux),
    "01-stated": (records.stated, figures.stated),
    "01-contributions": (records.contributions, figures.contributions),
    "02-role-counts": (roles.counts, figures.role_counts),
    "02-role-combinations": (roles.combinations, figures.role_combinations),
    "02-role-by-enjeu": (roles.by_enjeu, figures.role_by_enjeu),
    "02-role-by-actor-type": (roles.by_actor_type, figures.role_by_actor_type),
    "04-framework-matrix": (themes.framework, figures.framework_matrix),
    "04-theme-cases": (themes.themes, figures.theme_cases),
    "04-roles-by-lever": (themes.roles_by_lever, figures.roles_by_lever),
}
MARKS = {
    "01-enjeux": lambda t: {"tile": t["count"].sum()},
    "01-stated": lambda t: {"cell": len(t)},
    "01-contributions": lambda t: {"cell": len(t)},
    "02-role-counts": lambda t: {"bar": len(t), "part": (t["principal"] > 0).sum()},
    "02-role-combinations": lambda t: {"row": len(t), "dot": 3 * len(t), "bar": (t["count"] > 0).sum()},
    "02-role-by-enjeu": lambda t: {"dot": t["count"].sum()},
    "02-role-by-actor-type": lambda t: {"cell": len(t)},
    "04-framework-matrix": lambda t: {
        "full": (t["strength"] == "direct").sum(),
        "hollow": (t["strength"] == "indirect").sum(),
    },
    "04-theme-cases": lambda t: {
        "row": len(t),
        "bar": (t["direct"] > 0).sum(),
        "part": (t["indirect"] > 0).sum(),
    },
    "04-roles-by-lever": lambda t: {
        "row": t["theme_id"].nunique(),
        "full": t["direct"].sum(),
        "hollow": t["indirect"].sum(),
    },
}
CHANGED = {
    "01-enjeux": {"count": 1},
    "01-stated": {"state": "inferred"},
    "01-contributions": {"count": 5},
    "02-role-counts": {"count": 1},
    "02-role-combinations": {"count": 3},
    "02-role-by-enjeu": {"of": 9},
    "02-role-by-actor-type": {"count": 0},
    "04-framework-matrix": {"strength": "indirect"},
    "04-theme-cases": {"direct": 0},
    "04-roles-by-lever": {"of": 9},
}


@pytest.fixture(scope="module")
def real():
    return load(invented.DATA)


@cache
def draw(key, dataset, lang="fr"):
    table, function = CASES[key]
    return function(table(dataset), figures.context(dataset, lang))


def text_of(figure):
    """Return the words of a figure, lines joined, as a reader sees them."""
    return " ".join(t.get_text() for t in checks.texts(figure)).replace("\u00a0", " ")


@pytest.mark.parametrize("lang", labels.LANGUAGES)
@pytest.mark.parametrize("key", CASES)
def test_fit_for_print(key, lang, real):
    figure = draw(key, real, lang)
    checks.check_layout(figure)
    checks.check_marks(figure)
    checks.check_words(figure)
    assert figure.key == key
    assert {k: int(v) for k, v in MARKS[key](figure.data).items() if v} == figure.marks
    shown = text_of(figure)
    for name in ("scope", "reading", "source"):
        assert labels.t(f"frame.{name}", lang) in shown
    assert f"(n = {len(real.laureates)})" in shown


@pytest.mark.parametrize("key", CASES)
def test_other_data_fit_too(key, small):
    figure = draw(key, small)
    checks.check_layout(figure)
    checks.check_marks(figure)
    checks.check_words(figure)
    assert {k: int(v) for k, v in MARKS[key](figure.data).items() if v} == figure.marks


def test_long_names_fit(small):
    long = "Fédération des ateliers coopératifs de la vallée et des plateaux du nord"
    laureates = small.laureates.assign(name=[f"{long} {i}" for i in range(len(small.laureates))])
    other = dataclasses.replace(small, laureates=laureates)
    for key in CASES:
        if key != "04-framework-matrix":  # its column heads have no more than two lines
            checks.check_layout(draw(key, other))


@pytest.mark.parametrize("key", CASES)
def test_a_changed_value_changes_both_digests(key, real):
    table, function = CASES[key]
    before = table(real)
    column, value = next(iter(CHANGED[key].items()))
    after = before.copy()
    row = next(i for i in range(len(before)) if before.loc[i, column] not in (value, "none", 0))
    after.loc[row, column] = value
    ctx = figures.context(real, "fr")
    one, other = function(before, ctx), function(after, ctx)
    assert publish.csv_bytes(one.data) != publish.csv_bytes(other.data)
    assert publish.svg_bytes(one) != publish.svg_bytes(other)
    assert one.alt != other.alt


@pytest.mark.parametrize("key", CASES)
def test_arguments_are_left_alone(key, real):
    table, function = CASES[key]
    data = table(real)
    before = data.copy()
    figure = function(data, figures.context(real, "en"))
    pd.testing.assert_frame_equal(data, before)
    pd.testing.assert_frame_equal(figure.data, before)


def test_alt_texts_hold_the_numbers(small):
    expected = {
        "01-enjeux": ["« Premier », 2 lauréats sur 4 (Alpha et Beta)", "« Second », 2 lauréats sur 4"],
        "01-stated": ["« Département », énoncé pour 1, déduit pour 1, non énoncé pour 2"],
        "01-contributions": ["Offre nouvelle, 2 lauréats sur 4", "Dialogue et concertation, 1 lauréat sur 4"],
        "02-role-counts": [
            "aiguillon, 2 lauréats sur 4",
            "connecteur, 1 lauréat sur 4, dont 1 dit principal",
        ],
        "02-role-combinations": [
            "aucun rôle énoncé, 1 (Delta)",
            "4 des 7 combinaisons n’apparaissent jamais",
        ],
        "02-role-by-enjeu": ["« Premier » : aiguillon 2 sur 2, inspirateur 0 sur 2, connecteur 1 sur 2"],
        "02-role-by-actor-type": ["Formation : aiguillon 1/2, inspirateur 0/1, connecteur 1/1"],
        "04-framework-matrix": ["« Levier », 2 en direct et 0 en indirect"],
        "04-theme-cases": [
            "« Levier », étayé (2 directs)",
            "« Facile », aucun cas dans les lignes (aucun passage)",
        ],
        "04-roles-by-lever": ["aiguillon 2 sur 2 (2 directs)", "inspirateur 0 sur 2 (aucun passage)"],
    }
    assert set(expected) == set(CASES)
    for key, pieces in expected.items():
        checks.check_words(draw(key, small), *[labels.typography(piece) for piece in pieces])


def test_titles_state_the_finding(small, real):
    assert draw("02-role-counts", small, "en").title == "Spur is the most frequent role: 2 of 4 laureates"
    assert draw("01-enjeux", small, "en").title.startswith("All enjeux are equally illustrated: 2 of 4")
    tied = roles.counts(small).assign(count=[2, 2, 1])
    figure = figures.role_counts(tied, figures.context(small, "en"))
    assert figure.title == "Spur and inspirer are the most frequent roles: 2 of 4 laureates each"
    assert len({draw(key, real).title for key in CASES}) == len(CASES)


def test_each_laureate_is_in_one_row_of_the_combinations(real):
    figure = draw("02-role-combinations", real)
    drawn = sum(int(t.get_text()) for t in checks.marks(figure)["row"])
    assert drawn == len(real.laureates)
    shown = text_of(figure)
    for name in real.laureates["name"]:
        assert marks.typeset(name) in shown


def test_the_palette_is_one(real):
    bars = checks.marks(draw("02-role-counts", real))["bar"]
    drawn = {bar.get_gid().rpartition("--")[2]: bar.get_facecolor() for bar in bars}
    dots = checks.marks(draw("02-role-by-enjeu", real))["dot"]
    for role, look in palette.ROLE.items():
        code = tuple(int(look.color[i : i + 2], 16) / 255 for i in (1, 3, 5))
        assert drawn[role][:3] == pytest.approx(code)
        mine = [dot for dot in dots if f".{role}." in dot.get_gid()]
        assert mine
        assert {(dot.get_markerfacecolor(), dot.get_marker()) for dot in mine} == {(look.color, look.marker)}


def test_every_figure_function_is_at_hand():
    drawn = {f.__name__ for _, f in CASES.values()} | set(figures.__all__)
    assert drawn <= set(figures.__all__)
    assert all(callable(getattr(figures, name)) for name in figures.__all__)


def test_context_names_everything_once(real):
    ctx = figures.context(real, "fr")
    assert ctx.n == len(real.laureates) == len(ctx.names)
    assert set(ctx.actors) == set(ctx.actor_types) == set(real.actors["actor_id"])
    assert set(ctx.kinds) == set(ctx.themes)
    assert "ambition 4" in ctx.source
    assert not [words for words in ctx.enjeux.values() if " :" in words]
    with pytest.raises(ValueError, match="language"):
        figures.context(real, "de")
    with pytest.raises(dataclasses.FrozenInstanceError):
        ctx.n = 12


def test_context_language_from_the_environment(real, monkeypatch):
    monkeypatch.setenv("NEOTERRA_LANG", "en")
    assert figures.context(real).lang == "en"


def sheet(ctx, **more):
    """Return a one-bar figure."""
    with palette.drawing():
        canvas, ax = frame.canvas(ctx, 2, "A title of this sheet", **more)
        marks.tag(marks.box(ax, 0, 0.5, 5, 0.5, facecolor=palette.MARK), "bar", "one code/é")
        data = pd.DataFrame({"code": ["=1+1", "b"], "share": [-0.5, 0.25], "count": [1, 2]})
        return frame.finish(canvas, "00-sheet", ctx, "A title of this sheet", "A title of this sheet. Bar.", data)


@pytest.fixture
def ctx():
    codes = {name: {} for name in ("names", "actors", "actor_types", "enjeux", "themes", "kinds")}
    return frame.Context(lang="en", n=3, source="somebody, <a document> & more.", **codes)


def test_footer_of_any_length_fits(ctx):
    short, long = (
        sheet(ctx),
        sheet(ctx, subtitle="many words " * 30, reading="one word " * 60, note="x" * 50 + " y" * 90),
    )
    for figure in (short, long):
        checks.check_layout(figure)
        checks.check_marks(figure)
    assert long.canvas.get_figheight() > short.canvas.get_figheight() + 1
    assert long.marks == {"bar": 1}


def test_the_checks_can_fail(ctx):
    for place in [(1, 0.72), (15, 1.9), (4.5, 0.75)]:  # on a text, off the sheet, across the edge of the bar
        with palette.drawing():
            canvas, ax = frame.canvas(ctx, 2, "A title")
            marks.put(ax, 1, 0.75, "inside")
            marks.tag(marks.box(ax, 0, 0.5, 5, 0.5), "bar", "x")
            marks.put(ax, *place, "a longer text")
            figure = frame.finish(canvas, "00-bad", ctx, "A title", "A title.", pd.DataFrame())
        with pytest.raises(AssertionError):
            checks.check_layout(figure)


def test_turned_texts_are_compared_as_turned(ctx):
    with palette.drawing():
        canvas, ax = frame.canvas(ctx, 4, "A title")
        for x in (2.0, 2.6):
            ax.text(x, 3.5, "a slanted name", rotation=45, fontsize=7, rotation_mode="anchor")
        marks.upright(ax, 8, 3.5, ["two upright", "lines"])
        figure = frame.finish(canvas, "00-turned", ctx, "A title", "A title.", pd.DataFrame())
    checks.check_layout(figure)


def test_what_is_written(ctx, tmp_path):
    figure = sheet(ctx)
    published = figures.save(figure, tmp_path)
    folder = tmp_path / "en"
    assert sorted(p.name for p in folder.iterdir()) == [f"00-sheet.{e}" for e in ("csv", "pdf", "png", "svg", "txt")]
    assert {Path(p) for p in published.files} == set(folder.iterdir())
    assert (folder / "00-sheet.csv").read_bytes() == b"code,share,count\n'=1+1,-0.5,1\nb,0.25,2\n"
    assert (folder / "00-sheet.txt").read_text(encoding="utf-8") == "A title of this sheet. Bar.\n"
    svg = (folder / "00-sheet.svg").read_text(encoding="utf-8")
    assert '<title id="fig-00-sheet-title">A title of this sheet</title>' in svg
    assert '<desc id="fig-00-sheet-desc">A title of this sheet. Bar.</desc>' in svg
    assert 'role="img"' in svg and 'id="fig-00-sheet--bar--one_code__"' in svg
    assert "<dc:date>" not in svg and "<text" not in svg
    for kind in ("svg", "pdf"):
        assert not re.search(
            rb"CreationDate|20\d\d-\d\d-\d\d|matplotlib", (folder / f"00-sheet.{kind}").read_bytes(), re.I
        )
    with Image.open(folder / "00-sheet.png") as image:
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        assert image.width == pytest.approx(16 / 2.54 * 300, abs=1)
        assert "Software" not in image.info
        assert image.text == {"Title": "A title of this sheet", "Description": "A title of this sheet. Bar."}


def test_the_palette_of_a_png_keeps_its_colours(real, tmp_path):
    figure = draw("02-role-counts", real)
    with Image.open(io.BytesIO(publish.png_bytes(figure, 100))) as image:
        colors = image.convert("RGB").getcolors(1 << 24)
    often = {f"#{r:02X}{g:02X}{b:02X}" for count, (r, g, b) in colors if count > 300}
    assert {palette.WHITE, *(look.color for look in palette.ROLE.values())} <= often


def test_what_a_notebook_shows(ctx, tmp_path):
    published = figures.save(sheet(ctx), tmp_path)
    data, metadata = published._repr_mimebundle_(include=None, exclude=None)
    assert metadata == {"image/png": {"alt": "A title of this sheet. Bar."}}
    assert set(data) == {"image/png", "text/plain"}
    digests = [
        hashlib.sha256((tmp_path / "en" / f"00-sheet.{e}").read_bytes()).hexdigest()[:12] for e in ("csv", "svg")
    ]
    assert data["text/plain"] == repr(published)
    first, second = repr(published).split("\n")
    assert first == "Figure: A title of this sheet. Bar."
    assert second == f"data sha256 {digests[0]} · drawing sha256 {digests[1]} · marks: 1 bar"
    assert str(tmp_path) not in repr(published)
    assert data["image/png"].startswith(b"\x89PNG")


def test_ipython_shows_the_picture_and_the_alt_text(ctx, tmp_path):
    formatter = pytest.importorskip("IPython.core.formatters").DisplayFormatter()
    data, metadata = formatter.format(figures.save(sheet(ctx), tmp_path))
    assert set(data) == {"image/png", "text/plain"}
    assert metadata["image/png"]["alt"].endswith("Bar.")


def test_default_folder(ctx, tmp_path, monkeypatch):
    monkeypatch.setenv("NEOTERRA_FIGURES", str(tmp_path / "elsewhere"))
    assert figures.save(sheet(ctx)).files[0] == tmp_path / "elsewhere" / "en" / "00-sheet.svg"
    monkeypatch.delenv("NEOTERRA_FIGURES")
    monkeypatch.setenv("NEOTERRA_DATA", str(invented.write(tmp_path / "project" / "data")))
    assert publish.default_folder() == tmp_path / "project" / "figures"


def test_a_failed_write_leaves_the_previous_file(ctx, tmp_path, monkeypatch):
    files = figures.save(sheet(ctx), tmp_path).files
    before = {path: path.read_bytes() for path in files}

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publish.os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        figures.save(sheet(ctx, note="another drawing"), tmp_path)
    assert {path: path.read_bytes() for path in (tmp_path / "en").iterdir()} == before


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_runs_as_a_formula(start):
    data = pd.DataFrame({"a": [f"{start}cmd"], "b": [-1], "c": ["x=1"], f"{start}d": [True]})
    again = pd.read_csv(io.BytesIO(publish.csv_bytes(data)))
    assert again.iloc[0, 0] == f"'{start}cmd".replace("\r", "\n")
    assert list(again.columns) == ["a", "b", "c", f"'{start}d".replace("\r", "\n")]
    assert again.loc[0, "b"] == -1 and again.loc[0, "c"] == "x=1"


def test_nothing_reaches_pyplot(ctx, tmp_path):
    code = (
        "import sys; from neoterra_analysis import figures, load, roles; d = load();"
        "figures.save(figures.role_counts(roles.counts(d), figures.context(d)), sys.argv[1]);"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    env = {**os.environ, "NEOTERRA_DATA": str(invented.DATA), "NEOTERRA_MEMORY": ""}
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, env=env)
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_same_data_same_bytes(real, tmp_path):
    """Two processes, with other settings and with the rows of every table in another order."""
    code = (
        "import sys; from neoterra_analysis import figures as f, load, records, roles, themes; d = load();"
        "c = f.context(d);"
        "made = [f.enjeux(records.coverage(d), c), f.role_by_actor_type(roles.by_actor_type(d), c),"
        " f.framework_matrix(themes.framework(d), c), f.contributions(records.contributions(d), c)];"
        "[f.save(x, sys.argv[1]) for x in made]"
    )
    runs = [
        ("one", invented.DATA, {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"}),
        (
            "other",
            invented.shuffled(invented.DATA, tmp_path / "data", 7),
            {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"},
        ),
    ]
    going = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / name)],
            env={**os.environ, "NEOTERRA_DATA": str(data), "NEOTERRA_MEMORY": "", **env},
        )
        for name, data, env in runs
    ]
    assert [process.wait(120) for process in going] == [0, 0]
    one, other = (
        {p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*.*") if p.is_file()}
        for name, _, _ in runs
    )
    assert len(one) == 20
    assert one == other


def test_the_text_of_a_pdf_is_found_and_its_fonts_are_small(real):
    before = list(subset.Options().drop_tables)
    figure = draw("02-role-counts", real)
    (page,) = pypdf.PdfReader(io.BytesIO(publish.pdf_bytes(figure))).pages
    assert subset.Options().drop_tables == before
    words = "".join(page.extract_text().split())
    assert all(word in words for word in (*figure.title.split(), labels.t("role.aiguillon", "fr")))
    fonts = [
        font["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile2"] for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    for font in fonts:
        tables = set(TTFont(io.BytesIO(font.get_data())).keys())
        assert "glyf" in tables and not tables & {"GDEF", "GPOS", "GSUB", "kern"}


def test_readers_settings_do_not_matter(real):
    import matplotlib

    plain = publish.svg_bytes(draw("02-role-counts", real))
    with matplotlib.rc_context({"font.size": 20, "svg.fonttype": "none", "lines.color": "red", "hatch.color": "red"}):
        assert publish.svg_bytes(draw("02-role-counts", real)) == plain


def test_all_words_stand_in_both_languages_with_the_same_placeholders():
    for key, (file, entry) in checks.words().items():
        assert set(entry) == {"fr", "en"}, key
        found = {lang: sorted(set(re.findall(r"{(\w*)[^}]*}", text))) for lang, text in entry.items()}
        assert found["fr"] == found["en"], f"{file}: {key}"
        assert all(text.strip() for text in entry.values()), key


def test_every_word_of_the_figures_is_used():
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(figures.__file__).parent.glob("*.py")))
    for key, (file, _) in checks.words().items():
        if file == "figures.toml" and not key.startswith("noun."):
            stem = re.sub(r"\.(one|many)$", "", key)
            parents = {key, stem, stem.rpartition(".")[0] + ".{"}
            assert any(f'"{name}' in source for name in parents), f"{key} is used nowhere"
