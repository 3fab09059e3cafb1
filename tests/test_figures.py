"""Each figure, from its notebook's tables and from others; the sheet; what is written."""

import base64
import dataclasses
import hashlib
import inspect
import io
import json
import os
import re
import subprocess
import sys
from functools import cache
from html import unescape
from pathlib import Path

import pandas as pd
import pypdf
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from lxml import html
from PIL import Image

import figure_checks as checks
import invented
from neoterra_analysis import figures
from neoterra_analysis.analysis import findings, roles
from neoterra_analysis.dataset import invented_example, loading
from neoterra_analysis.figures import marks, publish, text
from neoterra_analysis.figures import sheet as frame
from neoterra_analysis.words import codes, labels, palette

NAMES = list(checks.TABLES)
COMPARED = (
    *("coverage_by_ambition", "roles_by_ambition", "combinations_by_ambition", "means_by_ambition"),
    *("actor_types_by_ambition", "shared_actors", "actors_overlap", "levers_by_ambition", "fragility_by_ambition"),
)
ACTORS = [
    *("two_mode", "co_occurrence_named", "co_occurrence_all", "laureate_projection", "type_co_occurrence"),
    *("row_shares", "ties", "type_mix", "indices"),
]
# What to change in a table to see another drawing.
CHANGED = {
    "enjeux": {"count": 1},
    "stated": {"state": "inferred"},
    "contributions": {"count": 5},
    "role_counts": {"count": 1},
    "role_combinations": {"count": 3},
    "role_by_enjeu": {"of": 9},
    "role_by_actor_type": {"count": 0},
    "framework_matrix": {"strength": "indirect"},
    "theme_cases": {"direct": 0},
    "roles_by_lever": {"of": 9},
    "coverage_by_ambition": {"count": 3},
    "roles_by_ambition": {"count": 0},
    "combinations_by_ambition": {"count": 1},
    "means_by_ambition": {"count": 1},
    "actor_types_by_ambition": {"count": 1},
    "shared_actors": {"count": 0},
    "actors_overlap": {"shared": 3},
    "fragility_by_ambition": {"count": 1},
    "levers_by_ambition": {"direct": 0},
}


@cache
def real():
    return invented.shipped()


@cache
def two():
    return invented_example.load()


def of(name):
    """Return the records that the notebook of a figure draws."""
    return two() if name in COMPARED else real()


def differ(one, other):
    """Assert that two figures differ in their data, in their drawing and in what they say."""
    assert publish.csv_bytes(one.data) != publish.csv_bytes(other.data)
    assert publish.svg_bytes(one) != publish.svg_bytes(other)
    assert one.alt != other.alt


def test_every_figure_is_looked_at():
    assert sorted(NAMES) == sorted(name for finding in findings.FINDINGS for name in finding.figures)
    others = {"Context", "Figure", "Published", "context", "save"}
    assert set(figures.__all__) == {*NAMES, *others} and set(figures.__all__) <= set(dir(figures))


@pytest.mark.parametrize("lang", labels.LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_fit_for_print(name, lang):
    """In French; in English every third figure, all of them in a thorough run."""
    if lang == "en" and NAMES.index(name) % 3 and os.environ.get("NEOTERRA_THOROUGH") != "1":
        return
    data = of(name)
    figure = checks.draw(name, data, lang)
    checks.check(figure, name, data)
    assert figure.canvas.get_figheight() * 2.54 <= (22 if name in (*ACTORS, "null_models") else 28.5)
    shown = checks.shown(figure)
    for head in ("scope", "reading", "source"):
        assert labels.t(f"frame.{head}", lang) in shown
    assert (labels.t("frame.note", lang) in shown) == (name != "enjeux")
    each = name in COMPARED and name not in ("actors_overlap", "fragility_by_ambition")
    for row in loading.loaded(data).to_dict("records") if each else ():
        assert f"mbition {row['number']} (n = {row['count']})" in shown
    assert each or name == "ledger" or f"(n = {len(data.laureates)})" in shown


@pytest.mark.parametrize("name", NAMES)
def test_other_data_fit_too(name, small):
    checks.check(checks.draw(name, small), name, small)


# Column heads of these two have no more than two lines.
@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("framework_matrix", "leave_one_out")])
def test_long_names_fit(name, small):
    long = "Fédération des ateliers coopératifs de la vallée et des plateaux du nord"
    laureates = small.laureates.assign(name=[f"{long} {i}" for i in range(len(small.laureates))])
    actors = small.actors.assign(short_fr=[f"{long} {i}" for i in range(len(small.actors))])
    other = dataclasses.replace(small, laureates=laureates, actors=actors)
    checks.check(checks.draw(name, other), name, other)


@pytest.mark.parametrize("name", ACTORS)
def test_no_actor_at_all(name, small):
    other = dataclasses.replace(small, mentions=small.mentions.iloc[:0], relations=small.relations.iloc[:0])
    checks.check(checks.draw(name, other), name, other)


@pytest.mark.parametrize("name", CHANGED)
def test_a_changed_value_changes_the_figure(name):
    before, *more, context = checks.given(name, of(name))
    column, value = next(iter(CHANGED[name].items()))
    after = before.copy()
    row = next(i for i in range(len(before)) if before.loc[i, column] not in (value, "none", 0))
    after.loc[row, column] = value
    differ(checks.draw(name, of(name)), getattr(figures, name)(after, *more, context))


@pytest.mark.parametrize("name", ACTORS)
def test_one_mention_less_changes_the_figure(name):
    # The Region is mobilised by two laureates; without one of them it ties nothing.
    gone = (real().mentions["laureate_id"] == "vivance") & (real().mentions["mention"] == "Région")
    assert gone.sum() == 1
    other = dataclasses.replace(real(), mentions=real().mentions[~gone])
    differ(checks.draw(name, real()), checks.draw(name, other))


@pytest.mark.parametrize("name", ACTORS)
def test_the_order_of_the_data_does_not_show(name):
    names = [f.name for f in dataclasses.fields(real()) if isinstance(getattr(real(), f.name), pd.DataFrame)]
    mixed = {table: getattr(real(), table).sample(frac=1, random_state=7) for table in names if table != "laureates"}
    one, other = checks.draw(name, real()), checks.draw(name, dataclasses.replace(real(), **mixed))
    assert publish.csv_bytes(one.data) == publish.csv_bytes(other.data)
    assert checks.svg(name, real()) == publish.svg_bytes(other)


def test_alt_texts_hold_the_numbers(small):
    # alpha: town, mill, ovens; beta: town, school, unknown; beta stems from alpha.
    expected = {
        "enjeux": ["« Premier », 2 lauréats sur 4 (Alpha et Beta)", "« Second », 2 lauréats sur 4"],
        "stated": ["« Département », énoncé pour 1, déduit pour 1, non énoncé pour 2"],
        "contributions": ["Offre nouvelle, 2 lauréats sur 4", "Dialogue et concertation, 1 lauréat sur 4"],
        "role_counts": ["aiguillon, 2 lauréats sur 4", "connecteur, 1 lauréat sur 4, dont 1 dit principal"],
        "role_combinations": ["aucun rôle énoncé, 1 (Delta)", "4 des 7 combinaisons n’apparaissent jamais"],
        "role_by_enjeu": ["« Premier » : aiguillon 2 sur 2, inspirateur 0 sur 2, connecteur 1 sur 2"],
        "role_by_actor_type": ["Formation : aiguillon 1/2, inspirateur 0/1, connecteur 1/1"],
        "two_mode": ["4 lauréats et leurs acteurs, 6 liens", "Beta : Inconnu, Ville, École", "Gamma : –"],
        "co_occurrence_named": ["4 acteurs, 4 liens", "Alpha, 1 ; Beta, 3"],
        "co_occurrence_all": ["5 acteurs, 6 liens", "Alpha, 3 ; Beta, 3"],
        "laureate_projection": ["Alpha et Beta (Ville) ; Beta est issu de Alpha", "Gamma et Delta"],
        "type_co_occurrence": ["2 paires chez 1 lauréat et 1 paire chez 0 lauréat"],
        "row_shares": ["Alpha, 1 et 3 ; Beta, 3 et 3 ; Gamma, 0 et 0"],
        "ties": ["Ville, 2 lauréats sur 4 (Alpha et Beta)"],
        "type_mix": ["Alpha, 2 types d’acteurs pour 3 acteurs", "Delta, 0 type d’acteurs pour 0 acteur"],
        "indices": ["Jaccard : 2 valeurs, la plus haute (1) pour 2 paires"],
        "framework_matrix": ["« Levier », 2 en direct et 0 en indirect"],
        "theme_cases": ["« Levier », étayé (2 directs)", "« Facile », aucun cas dans les lignes (aucun passage)"],
        "roles_by_lever": ["aiguillon 2 sur 2 (2 directs)", "inspirateur 0 sur 2 (aucun passage)"],
    }
    for name, pieces in expected.items():
        checks.check_words(checks.draw(name, small), *[labels.typography(piece) for piece in pieces])


def test_titles_state_the_finding(small):
    def title(name, data=small):
        return checks.draw(name, data, "en").title

    assert title("role_counts") == "Spur is the most frequent role: 2 of 4 laureates"
    assert title("enjeux").startswith("All enjeux are equally illustrated: 2 of 4")
    assert title("ties").startswith("1 actor is common to several laureates: Ville (2 of 4")
    assert title("co_occurrence_all").startswith("No pair of actors, out of 6")
    tied = figures.role_counts(roles.counts(small).assign(count=[2, 2, 1]), figures.context(small, "en"))
    assert tied.title == "Spur and inspirer are the most frequent roles: 2 of 4 laureates each"
    assert len({title(name, of(name)) for name in NAMES}) == len(NAMES)


def test_each_laureate_is_in_one_row_of_the_combinations():
    figure = checks.draw("role_combinations", real())
    drawn = sum(int(t.get_text()) for t in checks.marks(figure)["row"])
    assert drawn == len(real().laureates)
    shown = checks.shown(figure)
    for name in real().laureates["name"]:
        assert text.typeset(name) in shown


def test_the_palette_is_one():
    bars = checks.marks(checks.draw("role_counts", real()))["bar"]
    drawn = {bar.get_gid().rpartition("--")[2]: bar.get_facecolor() for bar in bars}
    dots = checks.marks(checks.draw("role_by_enjeu", real()))["dot"]
    for role, look in palette.ROLE.items():
        code = tuple(int(look.color[i : i + 2], 16) / 255 for i in (1, 3, 5))
        assert drawn[role][:3] == pytest.approx(code)
        mine = [dot for dot in dots if f".{role}." in dot.get_gid()]
        assert mine
        assert {(dot.get_markerfacecolor(), dot.get_marker()) for dot in mine} == {(look.color, look.marker)}


def test_context_names_everything_once():
    ctx = figures.context(real(), "fr")
    assert ctx.n == len(real().laureates) == len(ctx.names)
    assert set(ctx.actors) == set(ctx.actor_types) == set(real().actors["actor_id"])
    assert set(ctx.themes) == set(real().themes["theme_id"])
    assert "ambition 4" in ctx.source
    assert not [words for words in ctx.enjeux.values() if " :" in words]
    with pytest.raises(ValueError, match="language"):
        figures.context(real(), "de")
    with pytest.raises(dataclasses.FrozenInstanceError):
        ctx.n = 12


def test_context_language_from_the_environment(monkeypatch):
    monkeypatch.setenv("NEOTERRA_LANG", "en")
    assert figures.context(real()).lang == "en"


def sheet(ctx, subtitle="", **more):
    """Return a one-bar figure."""
    with palette.drawing():
        ax = ctx.sheet(2, "A title of this sheet", subtitle=subtitle, **{"note": "", **more})
        marks.tag(marks.box(ax, 0, 0.5, 5, 0.5, facecolor=palette.MARK), "bar", "one code/é")
        data = pd.DataFrame({"code": ["=1+1", "b"], "share": [-0.5, 0.25], "count": [1, 2]})
        return ctx.finish(ax, "A title of this sheet", data, ["Bar"])


@pytest.fixture
def ctx(monkeypatch):
    alt = "{title}. {parts}."
    monkeypatch.setitem(labels.words(), "sheet.alt", {"fr": alt, "en": alt})
    codes = {name: {} for name in ("names", "actors", "actor_types", "enjeux", "themes")}
    source = "somebody, <a document> & more."
    return frame.Drawing(lang="en", n=3, source=source, key="00-sheet", tells=(), words="sheet", **codes)


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
            ax = ctx.sheet(2, "A title", subtitle="", note="")
            text.put(ax, 1, 0.75, "inside")
            marks.tag(marks.box(ax, 0, 0.5, 5, 0.5), "bar", "x")
            text.put(ax, *place, "a longer text")
            figure = ctx.finish(ax, "A title", pd.DataFrame(), ())
        with pytest.raises(AssertionError):
            checks.check_layout(figure)


def test_turned_texts_are_compared_as_turned(ctx):
    with palette.drawing():
        ax = ctx.sheet(4, "A title", subtitle="", note="")
        for x in (2.0, 2.6):
            ax.text(x, 3.5, "a slanted name", rotation=45, fontsize=7, rotation_mode="anchor")
        text.upright(ax, 8, 3.5, ["two upright", "lines"])
        figure = ctx.finish(ax, "A title", pd.DataFrame(), ())
    checks.check_layout(figure)


def test_what_is_written(ctx, tmp_path):
    figure = sheet(ctx)
    published = figures.save(figure, tmp_path)
    folder = tmp_path / "en" / "programme"
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


def test_the_palette_of_a_png_keeps_its_colours(tmp_path):
    figure = checks.draw("role_counts", real())
    with Image.open(io.BytesIO(publish.png_bytes(figure, 100))) as image:
        colors = image.convert("RGB").getcolors(1 << 24)
    often = {f"#{r:02X}{g:02X}{b:02X}" for count, (r, g, b) in colors if count > 300}
    assert {palette.WHITE, *(look.color for look in palette.ROLE.values())} <= often


def test_what_a_notebook_shows(ctx, tmp_path):
    published = figures.save(sheet(ctx), tmp_path)
    (picture,) = html.fragments_fromstring(published._repr_html_())
    assert picture.tag == "img" and picture.get("lang") == "en" and picture.get("alt") == "A title of this sheet. Bar."
    digests = [
        hashlib.sha256((tmp_path / "en" / "programme" / f"00-sheet.{e}").read_bytes()).hexdigest()[:12]
        for e in ("csv", "svg")
    ]
    first, second = repr(published).split("\n")
    assert first == "Figure: A title of this sheet. Bar."
    assert second == f"data sha256 {digests[0]} · drawing sha256 {digests[1]} · marks: 1 bar"
    assert str(tmp_path) not in repr(published)
    kind, written = picture.get("src").split(",")
    assert kind == "data:image/png;base64" and base64.b64decode(written) == published.png
    assert (
        dataclasses.replace(published, alt='"<&')._repr_html_().startswith('<img lang="en" alt="&quot;&lt;&amp;" src=')
    )


def test_ipython_shows_the_picture_and_the_alt_text(ctx, tmp_path):
    formatter = pytest.importorskip("IPython.core.formatters").DisplayFormatter()
    data, metadata = formatter.format(figures.save(sheet(ctx), tmp_path))
    assert set(data) == {"text/html", "text/plain"} and not metadata


def test_default_folder(ctx, tmp_path, monkeypatch):
    monkeypatch.setenv("NEOTERRA_FIGURES", str(tmp_path / "elsewhere"))
    assert figures.save(sheet(ctx)).files[0] == tmp_path / "elsewhere" / "en" / "programme" / "00-sheet.svg"
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
    assert {path: path.read_bytes() for path in (tmp_path / "en" / "programme").iterdir()} == before


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_runs_as_a_formula(start):
    data = pd.DataFrame({"a": [f"{start}cmd"], "b": [-1], "c": ["x=1"], f"{start}d": [True]})
    again = pd.read_csv(io.BytesIO(publish.csv_bytes(data)))
    assert again.iloc[0, 0] == f"'{start}cmd".replace("\r", "\n")
    assert list(again.columns) == ["a", "b", "c", f"'{start}d".replace("\r", "\n")]
    assert again.loc[0, "b"] == -1 and again.loc[0, "c"] == "x=1"


def test_another_process_gives_the_same_bytes_without_pyplot(tmp_path):
    """With other settings, and with the rows of every table in another order."""
    code = (
        "import sys; from neoterra_analysis import figures, load, roles; d = load();"
        "figures.save(figures.role_by_actor_type(roles.by_actor_type(d), figures.context(d)), sys.argv[1]);"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    data = invented.shuffled(invented.DATA, tmp_path / "data", 7)
    env = {**os.environ, "NEOTERRA_DATA": str(data), "NEOTERRA_MEMORY": ""}
    env |= {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-c", code, str(tmp_path / "other")]
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    assert (done.stdout, done.stderr) == ("False\n", "")
    figure = checks.draw("role_by_actor_type", real())
    made = {file.suffix: file.read_bytes() for file in (tmp_path / "other" / "fr" / "ambition-4").iterdir()}
    assert made == {
        ".svg": publish.svg_bytes(figure),
        ".png": publish.png_bytes(figure, palette.PRINT_DPI),
        ".pdf": publish.pdf_bytes(figure),
        ".csv": publish.csv_bytes(figure.data),
        ".txt": f"{figure.alt}\n".encode(),
    }


def test_the_text_of_a_pdf_is_found_and_its_fonts_are_small():
    before = list(subset.Options().drop_tables)
    figure = checks.draw("role_counts", real())
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


def test_readers_settings_do_not_matter():
    import matplotlib

    plain = publish.svg_bytes(checks.draw("role_counts", real()))
    with matplotlib.rc_context({"font.size": 20, "svg.fonttype": "none", "lines.color": "red", "hatch.color": "red"}):
        assert publish.svg_bytes(checks.draw("role_counts", real())) == plain


def test_all_words_stand_in_both_languages_with_the_same_placeholders():
    for key, (file, entry) in checks.words().items():
        assert set(entry) == {"fr", "en"}, key
        found = {lang: sorted(set(re.findall(r"{(\w*)[:}]", text))) for lang, text in entry.items()}
        assert found["fr"] == found["en"], f"{file}: {key}"
        assert all(text.strip() for text in entry.values()), key


def test_every_word_of_the_figures_is_used():
    folder = Path(figures.__file__).parent
    whole = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    # What a figure says stands in its module, without what its keys begin with, or on the sheet.
    shared = inspect.getsource(frame) + inspect.getsource(codes)
    own = {"missing": shared}
    for function in frame.FIGURES.values():
        module = Path(inspect.getsourcefile(inspect.unwrap(function))).read_text(encoding="utf-8")
        words = re.search(rf'@figure\((?:words="(\w+)")?\)\ndef {function.__name__}\(', module)
        own[words[1] or function.__name__] = module + shared
    for key, (file, _) in checks.words().items():
        first, _, rest = key.partition(".")
        if file == "figures.toml" and first != "noun":
            source, name = (own[first], rest) if first in own else (whole, key)
            stem = re.sub(r"\.(zero|one|many)$|_brief(est)?$", "", name)
            parents = {name, stem, stem.rpartition(".")[0] + ".{"}
            assert any(f'"{parent}' in source for parent in parents if parent != ".{"), f"{key} is used nowhere"


@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_letters_tell_what_a_measure_would(weight):
    """A line is measured where its letters leave a doubt; elsewhere they say the same."""
    words = [label for entry in labels.words().values() for label in entry.values() if "\n" not in label]
    lines = [label[:end] for label in words for end in (9, 40, 90) if label[:end].strip()][::7]
    assert len(lines) > 500
    for line in lines:
        width = text.measure(line, 7, weight)
        for room in (0.9 * width, width - 0.01, width + 0.01, 1.1 * width):
            assert text._is_wider(line, room, 7, weight) == (width > room), line


def test_nbval_compares_all_of_a_picture_but_its_bytes(repo, tmp_path):
    from nbval.plugin import get_sanitize_patterns

    ((pattern, put),) = get_sanitize_patterns((repo / "tests" / "nbval.cfg").read_text(encoding="utf-8"))
    one, other, lacking = (
        publish.Published("", alt, png, (), "fr") for alt, png in (("A", b"1"), ("A", b"22"), ("B", b"1"))
    )
    kept = [re.sub(pattern, put, shown._repr_html_()) for shown in (one, other, lacking)]
    assert kept[0] == kept[1] == '<img lang="fr" alt="A" src="PNG">' and kept[2] != kept[0]
    assert re.sub(pattern, put, one.text or "data sha256 0a") == "data sha256 0a"


def test_notebooks_hold_each_picture_once_with_its_alternative_text(repo):
    for file in sorted((repo / "notebooks").glob("*.ipynb")):
        found = []
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", ()):
                assert not {"image/png", "image/svg+xml"} & set(output.get("data", ()))
                page = "".join(output.get("data", {}).get("text/html", ()))
                found += re.findall(r'<img lang="fr" alt="([^"]+)" src="data:image/png;base64,', page)
        kept = (repo / "figures" / "fr").glob(f"*/{file.name[:2]}-*.txt")
        texts = [one.read_text(encoding="utf-8").strip() for one in kept]
        assert sorted(map(unescape, found)) == sorted(texts) and texts, file.name
