"""The site of the documentation: whole, with every link leading somewhere, the same bytes from the same sources."""

import ast
import functools
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from neoterra_analysis import findings, fragility, load, roles
from neoterra_analysis.words import files

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "build" / "site-checked"  # the browser tests open it too
LOADED = ("src", "href", "data", "poster", "srcset")


@functools.cache
def make_site():
    """Return the module that makes the site, which is no part of the package."""
    found = importlib.util.spec_from_file_location("make_site", ROOT / "docs" / "make_site.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def run(out, *more, seed="1"):
    command = [sys.executable, ROOT / "docs" / "make_site.py", "--out", out, *more]
    settings = {**os.environ, "PYTHONHASHSEED": seed, "NEOTERRA_LANG": "fr"}
    return subprocess.run(list(map(str, command)), env=settings, capture_output=True, text=True, timeout=300)


def built():
    """Make the site beside two documents that stand for the reports, unless it is as its sources want it."""
    folder = OUT / "ambition-4"
    folder.mkdir(parents=True, exist_ok=True)
    page = '<!DOCTYPE html><html lang="{}"><title>{}</title><p>Essai</p></html>'
    contents = {
        "essai-fr.html": page.format("fr", "Fiche d'essai &amp; suite"),
        "essai-en.html": page.format("en", "Trial sheet"),
        "essai-fr.pdf": "%PDF-1.7",
    }
    for name, text in contents.items():
        if not (folder / name).is_file():  # another worker may be reading them
            files.replace(folder / name, text)
    done = run(OUT)
    assert done.returncode == 0, done.stdout + done.stderr
    return OUT / "docs"


@pytest.fixture(scope="module")
def site():
    return built()


class Page(HTMLParser):
    """The ids of a page, what it loads and links to, its pictures, headings and language."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.links, self.pictures, self.headings, self.lang = [], [], [], [], None
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        if "id" in told:
            self.ids.append(told["id"])
        if tag == "html":
            self.lang = told.get("lang")
        if tag == "img":
            self.pictures.append(told)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.links += [value for name, value in attributes if name in LOADED and value]


@pytest.fixture(scope="module")
def pages(site):
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


def lost(pages):
    """Return what pages link to that is not there: files, and places inside them."""
    found = []
    for path, page in pages.items():
        for link in page.links:
            address = urlsplit(link)
            if address.scheme or address.netloc:
                continue
            there = Path(os.path.normpath(path.parent / unquote(address.path))) if address.path else path
            if not there.is_file():
                found.append((path.name, link))
            elif address.fragment and there.suffix == ".html":
                ids = pages[there].ids if there in pages else Page(there).ids
                found += [(path.name, link)] if unquote(address.fragment) not in ids else []
    return found


def test_every_link_leads_to_a_page_a_place_or_a_file(pages):
    assert len(pages) > 25
    assert lost(pages) == []


def test_a_lost_link_is_seen(tmp_path):
    for name, text in (("a.html", '<a href="b.html#x">b</a><a href="c.html">c</a><a href="#y">y</a>'), ("b.html", "")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert [link for _, link in lost({tmp_path / "a.html": Page(tmp_path / "a.html")})] == ["b.html#x", "c.html", "#y"]


def test_nothing_is_loaded_from_elsewhere(site, pages):
    """Links that a reader may follow are no loads; scripts, styles and pictures are files of the site."""
    for path in pages:
        text = path.read_text(encoding="utf-8")
        loads = re.findall(
            r"<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc=\"([^\"]*)|<link\b[^>]*href=\"([^\"]*)", text
        )
        assert not [one for pair in loads for one in pair if re.match(r"(https?:)?//", one)], path
        assert "mathjax" not in text.lower() and "require.js" not in text
    for style in site.glob("_static/*.css"):
        assert not re.search(r"@import|url\(['\"]?(https?:)?//", style.read_text(encoding="utf-8")), style


def test_pages_have_a_language_a_title_of_their_own_and_names_for_pictures(site, pages):
    titles = []
    for path, page in pages.items():
        text = path.read_text(encoding="utf-8")
        titles.append(re.search(r"<title>(.*?)</title>", text, re.DOTALL)[1])
        assert page.lang == "fr" and page.headings.count(1) == 1, path
        assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False)), path
        assert all(len(picture.get("alt", "")) > 20 for picture in page.pictures), path
        assert len(page.ids) == len(set(page.ids)), path
        english = str(path.relative_to(site)).startswith(("en/", "api/"))
        assert ('<main id="content" tabindex="-1" lang="en">' in text) == english, path
    assert len(set(titles)) == len(titles)


def test_notebooks_keep_what_they_stored(site):
    for file in sorted(ROOT.glob("notebooks/*.ipynb")):
        page = (site / "carnets" / f"{file.stem}.html").read_text(encoding="utf-8")
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        outputs = [output for cell in cells if cell["cell_type"] == "code" for output in cell["outputs"]]
        tables = sum("".join(o.get("data", {}).get("text/html", "")).startswith("<table") for o in outputs)
        assert page.count("<table") == tables > 0
        assert page.count('<div class="scroll" role="region" tabindex="0"') == tables
        figures = len(list(ROOT.glob(f"figures/fr/*/{file.name[:2]}-*.svg")))
        assert len(re.findall(r"<img\b", page)) == figures > 0


def test_the_gallery_shows_every_figure_with_its_text_and_what_there_is_of_it(site):
    for folder in sorted(ROOT.glob("figures/fr/*/")):
        page = Page(site / "galerie" / f"{folder.name}.html")
        text = (site / "galerie" / f"{folder.name}.html").read_text(encoding="utf-8")
        drawn = {Path(picture["src"]).stem: picture["alt"] for picture in page.pictures}
        told = {file.stem: file.read_text(encoding="utf-8").strip() for file in folder.glob("*.txt")}
        plain = {key: alt.replace("\u202f", " ") for key, alt in drawn.items()}
        assert plain == {key: alt.replace("\u202f", " ") for key, alt in told.items()}
        assert text.count("<strong>Champ") == text.count("<strong>Source") == len(told)
        for file in folder.iterdir():
            listed = file.suffix in (".svg", ".png", ".pdf", ".csv")
            assert (f"../figures/{folder.name}/{file.name}" in page.links) == listed, file


def test_the_page_of_a_number_tells_what_the_data_say(site):
    dataset = load(ROOT / "data")
    counts = roles.counts(dataset)
    most = counts.loc[counts["count"].idxmax()]
    text = re.sub(r"\s+", " ", (site / "nombre.html").read_text(encoding="utf-8"))
    assert f"<strong>{most['count']}</strong>" in text and f"<strong>{most['of']}</strong>" in text
    coded = dataset.roles[dataset.roles["role"] == most["role"]]
    assert len(coded) == most["count"]
    for anchor in coded["anchor"]:
        assert anchor.replace("'", "&#39;") in text or anchor in text
    tried = fragility.leave_one_out(dataset, findings.role_patterns)
    for value in tried.loc[tried["statistic"] == f"share_{most['role']}", "value"]:
        assert f"<p>{value.count} sur {value.of}</p>" in text
    typed = (ROOT / "docs" / "nombre.md").read_text(encoding="utf-8")
    outside = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|^## \d", "", typed, flags=re.MULTILINE)
    assert set(re.findall(r"\d+", outside)) <= {"4"}, "no number of the data is typed (4 is a step of the page)"


def test_the_dictionary_leads_to_every_table(site, pages):
    told = {Path(link).name for link in pages[site / "donnees.html"].links if link.startswith("data/")}
    assert told == {"datapackage.json", *(file.name for file in ROOT.glob("data/*.csv"))}


def test_documents_are_listed_whatever_they_are_called(site):
    text = (site / "index.html").read_text(encoding="utf-8")
    assert "Fiche d’essai" in text or "Fiche d'essai &amp; suite" in text or "Fiche d&#39;essai &amp; suite" in text
    for name in ("essai-fr.html", "essai-fr.pdf", "essai-en.html"):
        assert f'href="../ambition-4/{name}"' in text
    assert 'url=docs/index.html"' in (site.parent / "index.html").read_text(encoding="utf-8")


def test_functions_are_those_that_notebooks_call(site):
    made, called = make_site(), make_site()._called()
    public = made.public()
    import neoterra_analysis

    modules = {name: getattr(neoterra_analysis, name) for name in public if name}
    for module, name in sorted(called):
        if module in modules and callable(getattr(modules[module], name)) and name != "NAMED":
            text = (site / "api" / f"{module}.html").read_text(encoding="utf-8")
            assert f'id="neoterra_analysis.{module}.{name}"' in text, (module, name)
    assert len(public["figures"]) > 30 and "Dataset" in public[""]


def test_links_of_the_projects_texts():
    linked = functools.partial(make_site().linked, folder=Path("data"), page="donnees")
    assert linked("[a](../README.md#cite)") == "[a](/en/readme.md#cite)"
    assert linked("[`d`](datapackage.json)") == '<a href="data/datapackage.json"><code>d</code></a>'
    assert linked("[x](../tests/mutants.py) [y](#z) [w](https://example.org)") == "x [y](#z) [w](https://example.org)"
    assert linked("```sh\n[a](../README.md)\n```") == "```sh\n[a](../README.md)\n```"
    assert linked("![A “b”](../figures/fr/p/02-x.svg)") == '<img src="figures/p/02-x.svg" alt="A “b”">'
    assert linked("[x](../figures/fr/p/02-x.svg)") == "[x](/galerie/p.md#figure-02-x)"


def test_what_a_figure_says_of_itself():
    footer = make_site().footer
    drawn = (
        "<!-- Titre --> <!-- Champ\u202f: --> <!-- tous, sur --> <!-- deux lignes (n = 3). --> <!-- Source\u202f: -->"
    )
    assert footer(f"{drawn} <!-- A &amp; B. --> <!-- 12 -->") == {
        "scope": "tous, sur deux lignes (n = 3).",
        "source": "A & B.",
    }


def test_nothing_else_is_written_beside_it(site):
    assert sorted(path.name for path in OUT.iterdir()) == ["ambition-4", "docs", "index.html"]


def test_nothing_is_made_again_where_nothing_changed(site):
    before = site.stat().st_ino
    assert "rien n’a changé" in run(OUT).stdout.replace("'", "’") and site.stat().st_ino == before


def test_a_cut_run_leaves_the_old_site(tmp_path, monkeypatch, capsys):
    made, place = make_site(), tmp_path / "docs"
    place.mkdir()
    (place / "index.html").write_text("before")
    monkeypatch.setattr(made, "gather", lambda *_: None)
    monkeypatch.setattr(made, "_sphinx", lambda folder, new: 2)
    assert made.main(["--out", str(tmp_path)]) == 1
    assert "est resté tel quel" in capsys.readouterr().err

    def killed(folder, new):
        new.mkdir(parents=True)
        raise KeyboardInterrupt

    monkeypatch.setattr(made, "_sphinx", killed)
    with pytest.raises(KeyboardInterrupt):
        made.main(["--out", str(tmp_path)])
    os.replace(place, tmp_path / made.BEFORE)  # as a kill between the two steps leaves it
    with pytest.raises(KeyboardInterrupt):
        made.main(["--out", str(tmp_path)])
    assert (place / "index.html").read_text() == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["docs"]


def test_without_figures_it_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(make_site(), "ROOT", tmp_path)
    assert make_site().main(["--out", str(tmp_path / "site")]) == 1
    assert "neoterra build" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("NEOTERRA_THOROUGH") != "1", reason="a second site: make thorough")
def test_the_same_sources_give_the_same_bytes(site, tmp_path):
    shutil.copytree(OUT / "ambition-4", tmp_path / "ambition-4")
    assert run(tmp_path, seed="2").returncode == 0
    first, second = (
        {path.relative_to(one): path.read_bytes() for path in one.rglob("*") if path.is_file()}
        for one in (site, tmp_path / "docs")
    )
    assert first.pop(Path(".made")) and second.pop(Path(".made"))  # it is of the documents' places too
    assert first == second


def test_the_sources_are_small_and_of_the_site():
    tracked = [file for file in (ROOT / "docs").rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    assert {file.suffix for file in tracked} == {".py", ".md", ".css", ".html"}
    assert sum(file.stat().st_size for file in tracked) < 100_000
    for file in tracked:
        if file.suffix == ".py":
            ast.parse(file.read_text(encoding="utf-8"))
