"""The report as a page: well-formed, named, closed to the network, and harmless whatever the words."""

import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from lxml import etree
from lxml import html as lxml_html

import hand_made_report
import invented
from neoterra_analysis import build
from neoterra_analysis.analysis import claims, findings
from neoterra_analysis.figures.text import typeset
from neoterra_analysis.pages import annex as content
from neoterra_analysis.pages import as_html, model
from neoterra_analysis.pages.model import Picture, Report, Section
from neoterra_analysis.words import files, labels, palette

VOID = {"meta", "br", "hr", "img", "input", "link", "wbr"}
HOSTILE = (
    *hand_made_report.HOSTILE,
    hand_made_report.TURNED,
    "</title></style><svg onload=alert(1)>",
    "</bdi>&lt;b&gt; %s {0} --> ]]>",
    "nul\x00, half \ud800, bell\x07",
)
BREAK = "\u2060"
SVG = '<?xml version="1.0"?><!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'


class Balance(HTMLParser):
    """Notes every tag that is closed out of turn or never."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong = [], []

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        if len(names) != len(set(names)):
            self.wrong.append(f"{tag}: an attribute twice")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass


@pytest.fixture(scope="module")
def report(small, pictures):
    """Return the report of the invented records, with the project's own figures standing in for theirs."""
    return content.make(small, "fr", figures_folder=pictures / "fr" / "ambition-4")


@pytest.fixture(scope="module")
def page(report):
    return as_html.write(report)


@pytest.fixture(scope="module")
def tree(page):
    return lxml_html.document_fromstring(page.encode("utf-8"))


def test_every_tag_is_closed_in_turn(page):
    found = Balance()
    found.feed(page)
    assert (found.wrong, found.open) == ([], [])


def test_the_page_says_its_language_title_and_parts(tree, report):
    assert tree.get("lang") == "fr"
    assert tree.findtext(".//title") == report.title
    assert len(tree.findall(".//h1")) == len(tree.findall(".//main")) == len(tree.findall(".//nav")) == 1
    first = tree.xpath("//a")[0]
    assert (first.get("class"), first.get("href")) == ("skip", "#content")
    levels = [int(one.tag[1]) for one in tree.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
    assert levels[0] == 1
    assert max(b - a for a, b in zip(levels, levels[1:], strict=False)) == 1
    assert set(levels) == {1, 2, 3}
    names = {section.id for section in report.sections}
    assert names <= {link.get("href")[1:] for link in tree.xpath("//nav//a")}


def test_ids_are_unique_and_every_link_stays_in_the_page(tree):
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    for target in tree.xpath("//a/@href"):
        assert target.startswith("#")
        assert target[1:] in set(ids), target
    for name in ("aria-labelledby", "aria-describedby"):
        assert {part for value in tree.xpath(f"//@{name}") for part in value.split()} <= set(ids)


def test_nothing_is_asked_of_the_network(page, tree):
    assert not tree.xpath("//script|//link|//iframe|//img|//object|//embed|//base|//form")
    for value in tree.xpath("//@src|//@href|//@action|//@srcset|//@poster"):
        assert value.startswith(("#", "data:image/png;base64,"))
    assert "url(" not in as_html.SHEET
    assert "@import" not in page
    assert set(re.findall(r"url\((.)", page)) <= {"#"}
    assert set(re.findall(r"https?://[\w./]+", page)) <= {"http://www.w3.org/2000/svg"}
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")


def test_figures_and_tables_are_named(tree):
    svgs = tree.xpath("//*[local-name()='svg']")
    assert len(svgs) == len(tree.xpath("//figure")) > 3
    for svg in svgs:
        title, desc = svg[0], svg[1]
        assert (svg.get("role"), svg.get("aria-labelledby"), svg.get("aria-describedby")) == (
            "img",
            title.get("id"),
            desc.get("id"),
        )
        assert title.text.strip()
        assert len(desc.text) > len(title.text)
        assert svg.getparent().get("tabindex") == "0"
        assert svg.getparent().get("aria-label")
    for figure in tree.xpath("//figure"):
        assert figure.find("figcaption").text_content().startswith("Figure ")
    for table in tree.xpath("//table"):
        assert table.find("caption").text_content().startswith("Tableau ")
        assert table.xpath("./thead/tr/th/@scope") == ["col"] * len(table.xpath("./thead/tr/th"))
        assert all(row.xpath("./th/@scope") == ["row"] for row in table.xpath("./tbody/tr"))
        wide = len(table.xpath("./thead/tr/th")) >= as_html.WIDE
        assert (table.getparent().get("tabindex") == "0") == wide
    labels_of = tree.xpath("//*[@role='group']/@aria-label")
    assert len(labels_of) == len(set(labels_of))


def test_two_runs_give_the_same_bytes(report, page, small, pictures):
    assert as_html.write(report) == page
    again = content.make(small, "fr", figures_folder=pictures / "fr" / "ambition-4")
    assert as_html.write(again) == page
    assert "\r" not in page
    assert page.encode("utf-8").decode("utf-8") == page


def test_hostile_words_come_out_as_text_everywhere():
    for hostile in HOSTILE:
        made = as_html.write(hand_made_report.hostile(hostile))
        assert_harmless(made)
        found = parsed(made)
        shown = re.sub("[\x00\x07\ud800]", "\ufffd", hostile)
        assert found.findtext(".//title") == shown
        assert words(found.xpath("//p")[-1]) == shown * 2
        assert words(found.xpath("//td")[0]) == shown
        if "\u202e" in hostile:
            assert all("\u202e" not in (one.text or "") for one in found.xpath("//p|//td|//strong|//h1"))


def parsed(made):
    """Parse a page with a library that takes a place to break a word for an element that holds all that follows."""
    return lxml_html.document_fromstring(made.replace("<wbr>", BREAK).encode("utf-8"))


def words(element):
    return element.text_content().replace(BREAK, "")


def assert_harmless(made):
    found = Balance()
    found.feed(made)
    assert (found.wrong, found.open) == ([], [])
    tree = parsed(made)
    assert not tree.xpath("//script|//img|//@onerror|//@onload|//bdi//bdi")
    parts = tree.xpath("//body//text()[not(ancestor::*[local-name()='svg'])]")
    assert max(len(word) for text in parts for word in text.replace(BREAK, " ").split()) <= 33


def test_hostile_records_come_out_as_text(small):
    tables = {"fragility": findings.fragility(small), "claims": claims.ledger(small)}
    for hostile in HOSTILE[:-1]:
        changed = {}
        for name, columns in (
            ("laureates", ("name", "project_name", "place", "summary_fr", "inferred_from", "row_anchor")),
            ("actors", ("name", "short_fr")),
            ("mentions", ("mention",)),
            ("evidence", ("anchor", "note")),
            ("roles", ("anchor",)),
            ("contributions", ("label_fr", "anchor")),
            ("enjeux", ("title_fr", "short_fr")),
            ("themes", ("label_fr",)),
            ("readings", ("reason_fr",)),
            ("discrepancies", ("what_fr", "locator", "anchor")),
            ("sources", ("title", "publisher")),
            ("ambitions", ("title_fr",)),
        ):
            frame = getattr(small, name)
            changed[name] = frame.assign(**{column: hostile for column in columns})
        report = content.make(replace(small, **changed), "fr", **tables)
        made = as_html.write(report)
        assert_harmless(made)
        found = parsed(made)
        assert words(found.get_element_by_id("laureate-alpha").find("h3")) == typeset(labels.typography(hostile))


def test_figures_side_by_side_keep_their_own_ids():
    inside = (
        '<defs><clipPath id="c"><rect width="1"/></clipPath><style>*{fill:red}</style></defs><metadata>m</metadata>'
        '<!-- --> --><g id="a" clip-path="url(#c)" style="fill: url(#c)" onclick="x()"/><script>alert(1)</script>'
        '<use xmlns:x="http://www.w3.org/1999/xlink" x:href="#a"/><use href="https://example.org/x.svg#a"/>'
        '<a href="javascript:x()"><g/></a><foreignObject><p>x</p></foreignObject>'
    ).replace("<!-- --> -->", "<!-- a note -->")
    pictures = tuple(Picture(key, "Titre", "Texte", SVG.format(inside).encode(), b"png") for key in ("01-a", "02-b"))
    made = as_html.write(Report("fr", "T", "S", "source", "digest", (Section("part", "Partie", pictures),)))
    ids = re.findall(r'\bid="([^"]+)"', made)
    assert len(ids) == len(set(ids))
    for key in ("01-a", "02-b"):
        assert made.count(f'clip-path="url(#svg-{key}-c)"') == made.count(f'style="fill: url(#svg-{key}-c)"') == 1
        assert f'<use href="#svg-{key}-a"/>' in made
    for gone in ("alert", "onclick", "javascript", "example.org", "metadata", "fill:red", "a note", "foreignObject"):
        assert gone not in made
    assert "<?xml" not in made
    assert made.count("<!DOCTYPE") == 1


@pytest.mark.parametrize("content_of", [b"", b"<svg>", b"<html/>", b"\xff\xfe\x00"])
def test_what_is_no_svg_is_refused(content_of):
    with pytest.raises(ValueError, match=r"01-a\.svg"):
        as_html.inline(Picture("01-a", "T", "A", content_of, b""))


def test_a_figure_reads_no_file(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret words")
    svg = f'<!DOCTYPE svg [<!ENTITY e SYSTEM "{secret.as_uri()}">]><svg xmlns="{as_html.SVG}"><g>&e;</g></svg>'
    assert "secret words" not in as_html.inline(Picture("01-a", "T", "A", svg.encode(), b""))


def test_the_project_figures_lose_nothing_that_is_drawn(repo):
    for file in sorted((repo / "figures" / "fr" / "ambition-4").glob("*.svg"))[::6]:
        before = etree.fromstring(file.read_bytes())
        after = etree.fromstring(as_html.inline(Picture(file.stem, "T", "A", file.read_bytes(), b"")))
        for name in ("path", "use", "g", "clipPath", "image", "text"):
            path = f".//{{{as_html.SVG}}}{name}"
            assert len(before.findall(path)) == len(after.findall(path)), (file.name, name)


def test_colours_are_read_well_and_paper_has_its_own_sheet():
    colours = {found.upper() for found in re.findall(r"[{ ]color: (#[0-9A-Fa-f]{6})", as_html.SHEET)}
    grounds = {found.upper() for found in re.findall(r"background: (#[0-9A-Fa-f]{6})", as_html.SHEET)}
    assert colours
    assert all(palette.contrast(one, ground) >= 4.5 for one in colours for ground in {*grounds, palette.WHITE})
    lines = {found for found in re.findall(r"outline: 3px solid (#[0-9A-Fa-f]{6})", as_html.SHEET)}
    assert lines
    assert all(palette.contrast(one) >= 3 for one in lines)
    paper = as_html.SHEET.split("@media print")[1]
    assert "text-decoration: none" in paper
    assert "break-inside: avoid" in paper
    for needed in (":target", ":focus-visible", "overflow-x: auto", '"DejaVu Sans", Verdana, sans-serif'):
        assert needed in as_html.SHEET


@pytest.fixture
def only_html(monkeypatch):
    monkeypatch.setattr(build, "EDITIONS", (("as_html", "html"),))


def test_the_command_writes_the_editions(tmp_path, pictures, capsys, only_html):
    data = invented.write(tmp_path / "data")
    shutil.copytree(pictures / "en" / "ambition-4", tmp_path / "figures" / "en" / "a-1")
    assert build.report(data, tmp_path / "out", "en", ambition=1, figures=tmp_path / "figures") == 0
    files = sorted((tmp_path / "out" / "a-1").iterdir())
    assert [file.name for file in files] == ["annex-en.html", "fiche-en.html"]
    annex, fiche = (file.read_text(encoding="utf-8") for file in files)
    assert '<html lang="en">' in annex and '<html lang="en">' in fiche
    # What the fiche leads to is there.
    away = {link.partition("#")[2] for link in re.findall(r'href="annex-en\.html(#[^"]+)"', fiche)}
    assert away and away <= set(re.findall(r' id="([^"]+)"', annex))
    printed = capsys.readouterr().out
    assert all(file.name in printed for file in files)


def test_figures_of_other_data_are_refused(tmp_path, only_html):
    data = invented.write(tmp_path / "data")
    with pytest.raises(ValueError, match="neoterra build"):
        build.report(data, lang="fr")
    assert not (tmp_path / "site").exists()


def test_an_unknown_ambition_is_refused(tmp_path, only_html):
    with pytest.raises(ValueError, match="9"):
        build.report(invented.write(tmp_path / "data"), lang="fr", ambition=9)


def test_all_editions_are_written_or_none(tmp_path, monkeypatch):
    files.put_all(tmp_path, {"a": b"old", "b": b"old"})
    real = files.replace

    def full(path, written):
        if path.name == "b":
            raise OSError("no space left")
        return real(path, written)

    monkeypatch.setattr(files, "replace", full)
    with pytest.raises(OSError, match="no space"):
        files.put_all(tmp_path, {"a": b"new", "b": b"new"})
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"a": b"old", "b": b"old"}


def test_words_of_the_fiche_are_marked_as_french_in_the_english_page(small):
    """What a screen reader must read as French says so, and only there: anchors, mentions, notes."""
    tables = {"fragility": findings.fragility(small, progress=False), "claims": claims.ledger(small, progress=False)}
    english, french = (as_html.write(content.make(small, lang, **tables)) for lang in ("en", "fr"))
    assert '<span lang="fr">“surtout connecteur”</span>' in english
    assert english.count('<span lang="fr">') >= len(small.mentions) + len(small.roles) + len(small.evidence)
    assert '<span lang="' not in french


def test_a_fiche_leads_to_its_annex_and_has_no_contents():
    tree = parsed(as_html.write(hand_made_report.fiche()))
    assert tree.xpath("//a/@href") == ["#content", "annex-fr.html#claim-one", "annex-fr.html#table-roles"]
    assert not tree.xpath("//nav") and tree.xpath("//body/@class") == ["fiche"]
    (key,) = tree.xpath("//ul[@class='key']/li")
    assert [words(p) for p in key] == ["Cinq sur huit sont connecteurs.", "Tient à un codage près."]
    assert tree.xpath("//section[@class='fresh']/@id") == ["second"]
    assert len(tree.xpath("//td/br|//th/br")) == len(tree.xpath("//p/br")) == 1


def test_a_link_to_the_other_document_needs_one():
    with pytest.raises(ValueError, match="beside#claim-one, beside#table-roles"):
        model.ids(hand_made_report.fiche()._replace(beside=""))
