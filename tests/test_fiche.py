"""The fiche: what it says is counted by hand, leads to the very records in its annex, and is a few pages."""

import dataclasses
import io
import re

import docx
import pandas as pd
import pypdf
import pytest

import invented
import merged
from neoterra_analysis import load
from neoterra_analysis.analysis import claims as ledgers
from neoterra_analysis.analysis import comparison, findings
from neoterra_analysis.dataset import invented_example
from neoterra_analysis.figures.text import typeset
from neoterra_analysis.pages import as_html, as_pdf, as_word, fiche, model, programme
from neoterra_analysis.pages.model import BESIDE, Bullets, KeyPoints, Paragraph, Picture, Table, outside, places, walk
from neoterra_analysis.sentences import overview, synthesis
from neoterra_analysis.words import labels

NUMBER = re.compile(r"\d+")


@pytest.fixture(scope="module")
def held(small):
    """Return the fragility and the ledger of the records counted by hand."""
    return {"fragility": findings.fragility(small, progress=False), "claims": ledgers.ledger(small, progress=False)}


@pytest.fixture(scope="module")
def pair(small, held):
    return list(fiche.pair(small, "fr", **held).values())


@pytest.fixture(scope="module")
def real(shipped, pictures):
    """Return the fiche and the annex of the project's own records."""
    return list(fiche.pair(shipped, "fr", figures_folder=pictures / "fr" / "ambition-4").values())


def runs(report, kinds=(Paragraph, Bullets, KeyPoints, Table)):
    """Yield the runs of each paragraph, item and cell."""
    for block, _ in walk(report.sections):
        if not isinstance(block, kinds):
            continue
        if isinstance(block, Paragraph):
            yield block.runs
        elif isinstance(block, Table):
            yield from (cell for row in block.rows for cell in row)
        else:
            yield from (part for item in block.items for part in (item if isinstance(block, KeyPoints) else [item]))


def said(sentences):
    return "".join(one.text for one in sentences)


def written(cell):
    return "".join(run.text for run in cell)


def plain(text):
    return text.replace("\u202f", " ")


def rows_of(annex):
    """Return the laureates that each row of the annex names, by the row's id."""
    found = {}
    for block, _ in walk(annex.sections):
        if isinstance(block, Table):
            for name, row in zip(block.ids, block.rows, strict=False):
                found[name] = {run.target for cell in row for run in cell if run.target.startswith("laureate-")}
    return found


def test_sentences_are_those_counted_by_hand(small, held):
    points = synthesis.points(small, **{"fragility": held["fragility"], "ledger": held["claims"]}, lang="fr")
    told = [(plain(said(sentence)), plain(said(note))) for sentence, note in points]
    assert [sentence for sentence, _ in told] == [
        "4 lauréats sont présentés sous 2 enjeux, 2 sous chacun.",
        "Le statut du porteur est énoncé pour 2 lauréats sur 4 ; le département est connu pour 2, dont 1 par "
        "déduction.",
        "1 lauréat sur 4 transforme à la fois une filière et un territoire ; « Offre nouvelle » est la voie la plus "
        "empruntée (2 lauréats).",
        "Le rôle le plus fréquent est celui d'aiguillon (2 lauréats sur 4), devant ceux d'inspirateur (1) et "
        "de connecteur (1).",
        "3 combinaisons de rôles se rencontrent sur 7 possibles ; 3 sont ex æquo en tête, chacune chez 1 lauréat sur "
        "4. Ne sont jamais réunis chez un même lauréat : aiguillon et inspirateur ; inspirateur et connecteur.",
        "5 acteurs sont cités par les lauréats, dont 1 par plusieurs d'entre eux. Le plus cité est « Ville » (2 "
        "lauréats).",
        "Les 3 conditions, défis et leviers de la fiche publiée, confrontés aux lignes des lauréats : 1 étayé, 1 étayé "
        "par des indices indirects seulement et 1 sans aucun cas (« Facile »).",
        "Les 6 énoncés relevés dans la fiche publiée, confrontés aux lignes des lauréats : 3 étayés, 1 étayé par des "
        "indices indirects seulement, 1 sans aucun cas et 1 contredit (« Ils sont une douzaine »).",
    ]
    assert told[3][1].startswith(
        "Rôle le plus fréquent : fragile ; ce seraient « Aiguillon », « Inspirateur » et « Connecteur », ex æquo, sans"
    )
    assert [plain(said(one)) for one in synthesis.levers(small, "fr")] == [
        "La fiche publiée énonce une condition favorable. Aucun des 4 lauréats ne parle du thème « Facile » : la fiche "
        "publiée l'affirme sans qu'une ligne en montre un cas.",
        "La fiche publiée relève un défi. « Frein » ne se lit qu'indirectement, chez 1 lauréat sur 4 (Beta).",
        "Un levier est cité. 2 lauréats sur 4 parlent directement du thème « Levier » (Alpha et Beta).",
    ]
    assert plain(said(synthesis.capacity(small, "fr")[0])) == (
        "1 lauréat sur 4 transforme à la fois une filière et un territoire (Beta) ; 1 ne transforme qu'une filière "
        "(Alpha) ; pour 2, aucune transformation n'est codée (Gamma et Delta)."
    )
    assert [plain(said(one)) for one in synthesis.played(small, "fr")] == [
        "1 lauréat sur 4 cumule plusieurs rôles (Beta) ; 2 n'en jouent qu'un (Alpha et Gamma) ; pour 1, aucun rôle "
        "n'est énoncé (Delta).",
        "La fiche publiée désigne un rôle principal pour 1 lauréat : Beta (connecteur). Les rôles d'aiguillon, "
        "d'inspirateur et de connecteur se rencontrent dans 1 enjeu sur 2.",
    ]
    assert [plain(said(one)) for one in synthesis.rest(small, "en")[:2]] == [
        "4 laureates are analysed: all those that the published fiche presents, chosen examples, not a sample. "
        "What is coded: 4 roles, 3 contributions, 7 mentions of actors and 3 passages on a theme, each with the few "
        "printed words by which the passage is found again.",
        "2 readings stay open, where another coder could decide otherwise: passages on a theme (1) and roles (1).",
    ]


def test_a_laureate_stands_with_its_actors_and_contributions_and_what_is_blank(pair):
    tables = [block for block, _ in walk(pair[0].sections) if isinstance(block, Table) and block.widths]
    cells = {name: [plain(written(cell)) for cell in row] for one in tables for name, row in one.named_rows if name}
    assert cells["fiche-laureate-alpha"] == [
        "Alpha\nProjet : Pain.\nUn\nPorteur : entreprise. Lieu : Ville, Gironde (33).",
        "La Ville, Moulins (Fours Martin)",
        "Aiguillon\nFilière – Culture :\n–\u00a0Un",
    ]
    assert cells["fiche-laureate-beta"][0].endswith("Porteur : association. Lieu : Pyrénées-Atlantiques (64), déduit.")
    assert cells["fiche-laureate-beta"][2].startswith("Connecteur (dit principal), aiguillon\n")
    assert cells["fiche-laureate-gamma"][1:] == [
        "Un label [n’est pas un acteur]",
        "Inspirateur\nContribution non renseignée.",
    ]
    assert cells["fiche-laureate-delta"] == [
        "Delta\nQuatre",
        "Acteurs non renseignés.",
        "Rôle non renseigné.\nContribution non renseignée.",
    ]
    (told,) = [line for line in runs(pair[0], (Paragraph,)) if "ne donne pas" in written(line)]
    assert plain(written(told)) == (
        "La fiche publiée ne donne pas le nom du projet pour 3 lauréats sur 4 (Beta, Gamma et Delta), ni le statut du "
        "porteur pour 2 (Gamma et Delta), ni le lieu pour 2 (Gamma et Delta)."
    )
    assert {run.text for run in told if outside(run.target).startswith("laureate-")} == {"Beta", "Gamma", "Delta"}


def test_what_no_row_gives_or_all_do_is_told_in_few_names(small):
    def told(**columns):
        laureates = small.laureates.assign(**{"place": "Ville", "project_name": "Pain", **columns})
        return plain(said(synthesis.blanks(dataclasses.replace(small, laureates=laureates), "fr")))

    assert told(carrier_status="company") == ""
    assert told(carrier_status="") == "La fiche publiée ne donne pas le statut du porteur pour 4 lauréats sur 4."
    many = pd.concat([small.laureates] * 6, ignore_index=True)
    many = many.assign(laureate_id=[f"l{n}" for n in range(24)], name=[f"L{n}" for n in range(24)], place="Ville")
    many = dataclasses.replace(
        small, laureates=many.assign(carrier_status="company", project_name=["Pain"] + [""] * 23)
    )
    assert said(synthesis.blanks(many, "fr")).endswith("pour 23 lauréats sur 24 (tous sauf L0).")


def test_only_what_is_printed_keeps_straight_apostrophes(pair, small):
    mentions = small.mentions.assign(mention="l'Ademe")
    changed = dataclasses.replace(small, mentions=mentions, laureates=small.laureates.assign(summary_fr="l'eau"))
    made = fiche.pair(changed, "fr", fragility=pd.DataFrame(columns=["section"]), claims=pd.DataFrame())
    for report in made.values():
        straight = {run.text.strip("«» \u202f") for line in runs(report) for run in line if "'" in run.text}
        assert straight == {"l'Ademe"}
        assert any(written(line) == "l’eau" or "\nl’eau" in written(line) for line in runs(report))
        assert "'" not in report.title + report.subtitle + report.source


def test_links_of_a_fiche_are_light_and_those_of_an_annex_are_not(pair):
    underlined = []
    for report in pair:
        styles = docx.Document(io.BytesIO(as_word.write(report))).styles
        underlined.append(styles["Hyperlink"].font.underline)
        assert styles["Hyperlink"].font.color.rgb == docx.shared.RGBColor.from_string(model.LINK.lstrip("#"))
    assert underlined == [False, True]
    page = as_html.write(pair[0])
    assert (
        '<body class="fiche">' in page
        and ".fiche main a:focus-visible { text-decoration-color: currentcolor; }" in page
    )


def test_pictures_of_the_overview_stand_in_full_size_those_of_a_fiche_go_to_the_foot(real, shipped, pictures):
    drawn = [block for block, _ in walk(real[0].sections) if isinstance(block, Picture)]
    assert len(drawn) == 3 and not any(picture.stays for picture in drawn)
    one = programme.pair(shipped, "fr", pictures / "fr" / "programme")["overview-fr"]
    assert [block.stays for block, _ in walk(one.sections) if isinstance(block, Picture)] == [True]
    assert model.size(160, 100, "fiche", stays=True)[0] == 160 > model.size(160, 100, "fiche")[0]


def test_dates_stand_in_the_language_of_the_reader(real, shipped):
    retrieved = shipped.sources["retrieved"].iloc[0]
    for report in real:
        text = "\n".join(written(line) for line in runs(report))
        assert labels.date(retrieved, "fr") in text and retrieved not in text


def test_what_ties_is_said_to_tie(small, held):
    told = [plain(said(note)) for _, note in synthesis.points(small, held["fragility"], held["claims"], "en")]
    assert any("it would be “Spur”, “Inspirer” and “Connector”, tied," in note for note in told)
    assert not any("tied" in note.split("Pairs that never meet")[1] for note in told if "Pairs that never" in note)


def test_laureates_add_up_and_so_do_themes(real, shipped):
    """Every laureate stands once in the tables of enjeux, every theme in one sentence of the synthesis."""
    ids = [one for one in places(real[0].sections) if one.startswith("fiche-laureate-")]
    assert sorted(ids) == sorted(f"fiche-laureate-{one}" for one in shipped.laureates["laureate_id"])
    told = [one for paragraph in synthesis.levers(shipped, "fr") for one in paragraph[1:]]
    themes = [key[1] for one in told for key in one.rows.values()]
    assert sorted(themes) == sorted(shipped.themes["theme_id"])


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_the_numbers_of_a_theme_are_those_of_its_row_in_the_annex(real, shipped, lang):
    rows = rows_of(real[1])
    for paragraph in synthesis.levers(shipped, lang):
        for one in paragraph[1:]:
            theme = one.target[1]
            row = rows[f"theme-{theme}"]
            spoken = shipped.evidence[shipped.evidence["theme_id"] == theme]
            assert row == {f"laureate-{laureate}" for laureate in spoken["laureate_id"]}
            names = shipped.laureates[shipped.laureates["laureate_id"].isin(spoken["laureate_id"])]["name"]
            assert all(name in one.text for name in names)
            counts = [
                int(n) for n in NUMBER.findall(re.sub("|".join(map(re.escape, names)), "", one.text)) if names.size
            ]
            counts = [count for count in counts if count != len(shipped.laureates)]
            assert sum(counts) == len(row)


def test_each_role_means_and_case_leads_to_the_laureates_that_it_counts(real, shipped):
    """The number before a name, or in brackets behind it, is that of the laureates in the row that it leads to."""
    rows, checked = rows_of(real[1]), 0
    for line in runs(real[0], (Paragraph, KeyPoints)):
        for run in line:
            row = rows.get(outside(run.target), None)
            family = outside(run.target).rpartition("row-")[2].partition("-")[0]
            if row is not None and NUMBER.fullmatch(run.text) and family in ("roles", "means", "dimensions", "places"):
                if int(run.text) != len(shipped.laureates):  # the whole
                    assert int(run.text) == len(row), (run, row)
                    checked += 1
    assert checked > 20


def test_what_leads_out_is_there_and_every_number_leads_somewhere(real, pair):
    for report, annex in (real, pair):
        outward = [run.target for line in runs(report) for run in line if run.target.startswith(BESIDE)]
        assert {outside(one) for one in outward} <= set(places(annex.sections)) and len(outward) > 60
        points = report.sections[0].blocks[1]
        for sentence, note in points.items:
            assert any(run.target for run in sentence) and (not note or any(run.target for run in note))
        assert report.kind == "fiche" and report.beside.startswith("annex-") and annex.beside.startswith("fiche-")


def test_the_fiche_is_a_few_pages(real):
    reader = pypdf.PdfReader(io.BytesIO(as_pdf.write(real[0])))
    assert 4 <= len(reader.pages) <= 7
    first = plain(reader.pages[0].extract_text())
    assert labels.t("fiche.part.points", "fr") in first and "1. Les enjeux couverts" not in first


def test_the_order_of_rows_does_not_matter(small, held, pair, tmp_path):
    other = load(invented.shuffled(small.path, tmp_path / "data", 5))
    made = fiche.pair(other, "fr", **held)
    assert [as_html.write(one) for one in made.values()] == [as_html.write(one) for one in pair]


def bare(data):
    names = ("roles", "contributions", "mentions", "actors", "themes", "evidence", "claims", "readings", "relations")
    return dataclasses.replace(data, digest="", **{name: getattr(data, name).iloc[:0] for name in names})


def alone(data):
    """Return the records of one laureate and one enjeu."""
    enjeu = data.enjeux["enjeu_id"].iloc[0]
    first = data.laureates[data.laureates["enjeu_id"] == enjeu]["laureate_id"].iloc[0]
    kept = {"laureates": data.laureates[data.laureates["laureate_id"] == first]}
    kept["enjeux"] = data.enjeux[data.enjeux["enjeu_id"] == enjeu]
    return bare(dataclasses.replace(data, **{name: frame.reset_index(drop=True) for name, frame in kept.items()}))


WRONG = re.compile(
    r"[{}]|\bnan\b|\bNone\b|  |\.\.| [,.)]|(?:[dD]e|[qQ]ue) (?:aiguillon|inspirateur)|« | »| :|"
    r"\b0 (?:lauréat|rôle|contribution|mention|passage)|"
    r"\b1 (?:lauréats|acteurs|rôles|enjeux|passages|mentions|énoncés|lectures|ambitions)\b"
)


@pytest.mark.parametrize("kind", ["shipped", "small", "bare", "alone", "example"])
def test_french_is_fit_to_print_whatever_the_records(kind, shipped, small, held, real, pair):
    """Nothing is said of what is not there; agreement, elision and no-break spaces are right."""
    if kind in ("shipped", "small"):
        report = (real if kind == "shipped" else pair)[0]
    else:
        data = {"bare": bare(small), "alone": alone(small), "example": invented_example.load().only(8)}[kind]
        few = findings.fragility(data, progress=False)
        report = fiche.pair(data, "fr", fragility=few, claims=ledgers.ledger(data, progress=False))["fiche-fr"]
    for line in runs(report, (Paragraph, Bullets, KeyPoints)):
        assert not WRONG.search(written(line)), written(line)
        assert written(line)[-1:] in ".:", written(line)
    if kind in ("bare", "alone"):
        text = "\n".join(written(line) for line in runs(report))
        words = ("report.no_contributions", "prose.no_role", "prose.no_theme", "report.no_actors", "rest.not_coded")
        assert all(typeset(labels.t(word, "fr")) in text for word in words)
        assert text.count(labels.t("fiche.roles.none", "fr")) == (4 if kind == "bare" else 1)


def test_many_laureates_stand_by_enjeu(small, held, monkeypatch):
    monkeypatch.setattr(synthesis, "LARGE", 3)
    report = fiche.pair(small, "fr", **held)["fiche-fr"]
    table = next(block for block, _ in walk(report.sections) if isinstance(block, Table))
    assert [plain(written(row[1])) for row in table.rows] == ["2 lauréats\nAlpha, Beta", "2 lauréats\nGamma, Delta"]
    assert plain(written(table.rows[0][2])) == "Aiguillon 2\nInspirateur 0\nConnecteur 1"
    assert not [one for one in places(report.sections) if one.startswith("fiche-laureate-")]
    text = "\n".join(written(line) for line in runs(report))
    assert typeset(labels.t("fiche.aggregated", "fr", most=3)) in text


@pytest.fixture(scope="module")
def two():
    """Return invented records of two ambitions."""
    return invented_example.load()


def test_the_overview_tells_where_ambitions_agree(two):
    level = comparison.fragility_by_ambition(two, "section", progress=False)
    told = [(plain(said(sentence)), plain(said(note))) for sentence, note in overview.points(two, level, "fr")]
    assert told[0] == (
        "13 lauréats sont présentés par les fiches de 2 ambitions, de 6 (ambition 8) à 7 (ambition 9). "
        "Aucun document n'énonce combien de projets sont financés.",
        "Constats robustes : 5 sur 10, de 2 sur 5 (ambition 8) à 3 sur 5 (ambition 9).",
    )
    assert told[1][0] == (
        "Le rôle en tête, sur 2 ambitions : connecteur dans 1 (ambition 8) ; inspirateur dans 1 (ambition 9)."
    )
    assert told[2][0].startswith("4 combinaisons de rôles sur 7 se rencontrent dans toutes les ambitions.")
    assert told[4][0].startswith("7 acteurs sont cités dans plus d'une ambition (5 nommés et 2 catégories)")
    assert all(not WRONG.search(said(part)) for point in overview.points(two, level, "fr") for part in point)


def test_the_overview_leads_to_its_annex(two, tmp_path):
    one = load(merged.write(tmp_path / "data")).only("4")
    for data, langs in ((two, labels.LANGUAGES), (one, ["fr"]), (bare(two), ["fr"])):
        for lang in langs:
            report, annex = programme.pair(data, lang).values()
            outward = {outside(run.target) for line in runs(report) for run in line if run.target}
            assert outward <= set(places(annex.sections)) | {""} and outward
            as_html.write(report)
            for line in runs(report, (Paragraph, Bullets, KeyPoints)):
                assert lang == "en" or not re.search(r"[{}]|\bnan\b|  |\.\.|« ", written(line)), written(line)
    table = next(
        block for block, _ in walk(programme.pair(two, "fr")["overview-fr"].sections) if isinstance(block, Table)
    )
    frame = pd.DataFrame([[written(cell) for cell in row] for row in table.rows])
    assert frame[1].astype(int).sum() == len(two.laureates)
