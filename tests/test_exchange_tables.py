"""The exports as tables, codebook and deposit, read back by others: pandas, openpyxl, rdflib, python-docx, rocrate."""

import csv
import hashlib
import html
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date

import docx
import openpyxl
import pandas as pd
import pytest
import rdflib
import yaml
from markdown_it import MarkdownIt
from rdflib.namespace import DCTERMS, RDF, SKOS
from rocrate.rocrate import ROCrate

import invented
from neoterra_analysis import cli, load
from neoterra_analysis.analysis import records, roles, themes
from neoterra_analysis.dataset import rules
from neoterra_analysis.dataset.loading import TABLES
from neoterra_analysis.exchange import FORMATS, codebook, deposit, tables, write
from neoterra_analysis.words import labels
from test_trace import REAL

MINE = ["matrix", "quotes", "codebook", "ro-crate", "ro-crate-zip"]
ODD = ["é\"'", "a|b", "c;d", "<i>&amp;", "deux\nlignes", "שלום", "=cmd|' /C calc'!A0", "+1", "-1", "@x", "\\ *_`#~$"]


@pytest.fixture(scope="module")
def odd(small):
    """Return the invented records with a text of its own, and odd, in each cell that takes any text."""
    contract, frames, number = rules.tables(small.path), {}, 0
    for name in TABLES:
        frame = getattr(small, name).copy()
        linked = {one["fields"][0] for one in contract[name]["schema"].get("foreignKeys", [])} | {"from_id", "to_id"}
        for field in contract[name]["schema"]["fields"]:
            free = field["type"] == "string" and field["name"] not in linked
            held = name in ("readings", "decisions") or field["name"] in ("subject", "expected", "aliases")
            if not free or held or set(field.get("constraints", {})) & {"enum", "pattern"}:
                continue
            values = []
            for _ in range(len(frame)):
                number += 1
                values.append(f"{ODD[number % len(ODD)]} {name} {field['name']} {number}")
            frame[field["name"]] = pd.array(values, dtype="str")
        if "number" in frame:  # no other column has these
            frame["number"] = pd.array(range(900 + 20 * number, 900 + 20 * number + len(frame)), dtype="Int64")
        frames[name] = frame
    return replace(small, **frames)


def made(dataset, format, tmp_path, **options):
    path = tmp_path / ("out" if FORMATS[format].endings else "folder")
    *files, report = write(dataset, format, path, "en", **options)
    return {file.name: file for file in files}, report.read_text(encoding="utf-8")


def read_back(files):
    """Return every text of some files, each read by another library than wrote it."""
    found = set()
    for name, file in files.items():
        if name.endswith(".csv"):
            frame = pd.read_csv(file, dtype="str", keep_default_na=False)
            cells = frame.to_numpy().ravel().tolist()
            found |= {cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@") else cell for cell in cells}
            found |= {part for cell in cells for part in re.split(r"[/>=] ?", cell.replace(" >", ">")) if part}
            found |= {part.strip() for cell in cells for part in re.split("[>=/]", cell)}
        elif name.endswith(".ttl"):
            graph = rdflib.Graph().parse(file, format="turtle")
            found |= {str(value) for value in graph.objects()}
            found |= {str(value).rpartition(".")[2] for value in graph.objects(None, SKOS.broader)}
    return found


def reported(report):
    return {name: int(count) for name, count in re.findall(r"^- .+ \[([\w.]+)\]: (\d+); .", report, re.MULTILINE)}


@pytest.mark.parametrize("format", MINE)
def test_each_attribute_is_in_the_file_or_in_the_report(odd, format, tmp_path):
    files, report = made(odd, format, tmp_path)
    if format == "ro-crate-zip":
        zipfile.ZipFile(files["out.zip"]).extractall(tmp_path / "unzipped")
        files = {file.name: file for file in (tmp_path / "unzipped").iterdir()}
    found, told, looked = read_back(files), reported(report), 0
    if format == "matrix":  # said by columns, Main and Direct; their sums are proved below
        found |= {"principal", "stated", "direct", "indirect"}
    for table in TABLES:
        frame = getattr(odd, table)
        for column in frame:
            values = [str(value) for value in frame[column] if not pd.isna(value) and value != ""]
            missing = [value for value in values if value not in found]
            assert len(missing) <= told.get(f"{table}.{column}", 0), (table, column, missing)
            looked += len(values)
    assert looked > 300 and (format.startswith("ro") or len(told) > 20)
    assert (
        not set(told)
        - {f"{n}.{c}" for n in TABLES for c in getattr(odd, n)}
        - {*"types_unmentioned contributions_apart formula_cells fiche other_ambitions".split()}
    )


@pytest.mark.parametrize("format", MINE)
def test_a_loss_is_told_only_of_what_is_there(small, format, tmp_path):
    _, report = made(small, format, tmp_path)
    counts = tables.cells(small)
    told = reported(report)
    assert all(0 < count <= counts.get(name, count) for name, count in told.items())
    assert [name for name, count in counts.items() if not count and name in told] == []


@pytest.mark.parametrize("format", MINE)
def test_same_bytes_each_time(small, format, tmp_path):
    one, _ = made(small, format, tmp_path / "one")
    again = load(invented.shuffled(small.path, tmp_path / "shuffled", 3))
    two, _ = made(replace(again, path=small.path), format, tmp_path / "two")
    assert {n: f.read_bytes() for n, f in one.items()} == {n: f.read_bytes() for n, f in two.items()}


@pytest.fixture(params=["shipped", "small"])
def dataset(request):
    return request.getfixturevalue(request.param)


def test_sums_of_the_matrix_are_the_counts_of_the_package(dataset, tmp_path):
    files, _ = made(dataset, "matrix", tmp_path)
    matrix = pd.read_csv(files["out.csv"], index_col="Case")
    dictionary = pd.read_csv(files["out.columns.csv"], dtype={"code": "str"}, keep_default_na=False)
    assert list(matrix.index) == list(dataset.laureates["laureate_id"])
    assert list(dictionary["column"]) == list(matrix.columns)
    assert matrix.isin([0, 1]).to_numpy().sum() == dictionary["of"].sum()
    assert matrix.sum().astype(int).tolist() == dictionary["ones"].tolist()
    column = {(row.kind, row.code): matrix[row.column] for row in dictionary.itertuples()}
    for row in roles.counts(dataset).to_dict("records"):
        assert column["Role", row["role"]].sum() == row["count"]
        assert column["Main", row["role"]].sum() == row["principal"]
        assert list(matrix.index[column["Role", row["role"]] == 1]) == [x for x in row["laureates"].split("; ") if x]
    for row in themes.themes(dataset).to_dict("records"):
        for strength in ("direct", "indirect"):
            assert column[strength.capitalize(), row["theme_id"]].sum() == row[strength]
            assert column[strength.capitalize(), row["theme_id"]].count() == row["of"]
    for row in records.means(dataset).to_dict("records"):
        assert column["Means", row["code"]].sum() == row["count"]
    for row in records.coverage(dataset).to_dict("records"):
        assert column["Enjeu", row["enjeu_id"]].sum() == row["count"]
    for row in records.places(dataset).to_dict("records"):
        assert not row["department"] or column["Dep", row["department"]].sum() == row["count"]
    cases = {row["case"]: row["count"] for row in records.dimensions(dataset).to_dict("records")}
    assert column["Dimension", "filiere"].sum() == cases["filiere_only"] + cases["both"]
    assert (column["Dimension", "filiere"] & column["Dimension", "territoire"]).sum() == cases["both"]
    for row in roles.by_actor_type(dataset).to_dict("records"):
        both = (column["Type", row["actor_type"]] == 1) & (column["Role", row["role"]] == 1)
        assert both.sum() == row["count"]
    assert column["DepInferred", ""].sum() == records.places(dataset)["inferred"].sum()


def test_matrix_counted_by_hand(small):
    matrix, dictionary = tables.cases(small)
    rows = matrix.set_index("Case")
    assert rows.loc["beta", ["RoleAiguillon", "RoleConnecteur", "MainConnecteur", "MainAiguillon"]].tolist() == [
        1,
        1,
        1,
        0,
    ]
    assert rows.loc["alpha", ["DirectPushed", "IndirectHeld", "TypeLocalAuthority", "TypeCompany"]].tolist() == [
        1,
        0,
        1,
        1,
    ]
    assert rows.loc["gamma", [c for c in rows if c.startswith("Type")]].sum() == 0  # a label is no actor
    assert rows.loc["beta", ["Dep64", "DepInferred", "StatusAssociation", "Enjeu1x1"]].tolist() == [1, 1, 1, 1]
    assert rows.loc["delta"].sum() == rows.loc["delta", "Enjeu1x2"] == 1
    assert set(dictionary["empty"]) == {0}


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Return invented records of two ambitions, the second with one laureate and a later document."""
    enjeux = [*invented.TABLES["enjeux"], "2.1,a-2,1,Other,Autre,,Autre,Other"]
    sources = [*invented.TABLES["sources"], f"doc2,Doc,Somebody,a-2,{'1' * 64},2026-02-01,,"]
    laureates = [*invented.TABLES["laureates"], "eps,Eps,,,2.1,,,,,Cinq,Five,doc2,1,Eps fait,,"]
    folder = tmp_path_factory.mktemp("two") / "data"
    return load(invented.write(folder, enjeux=enjeux, laureates=laureates, sources=sources))


def test_a_theme_is_not_asked_of_another_ambition(two):
    rows = tables.cases(two)[0].set_index("Case")
    assert rows.loc["eps", "DirectPushed"] is pd.NA and rows.loc["gamma", "DirectPushed"] == 0
    assert rows["DirectPushed"].count() == 4 and rows["RoleAiguillon"].count() == 5


def test_column_names_are_safe_and_different(dataset):
    names = list(tables.cases(dataset)[0].columns)
    assert all(re.fullmatch("[A-Za-z][A-Za-z0-9]*", name) for name in names)
    assert len({name.lower() for name in names}) == len(names)


def test_a_type_of_what_is_no_actor_is_told_as_lost(small, tmp_path):
    assert "types_unmentioned" not in reported(made(small, "matrix", tmp_path / "before")[1])
    types = small.actors["actor_type"].where(~small.actors["actor_id"].isin(["label", "unknown"]), "ess")
    both = replace(small, actors=small.actors.assign(actor_type=types))
    rows = tables.cases(both)[0].set_index("Case")
    assert rows["TypeEss"].to_dict() == {"alpha": 0, "beta": 1, "gamma": 0, "delta": 0}
    assert reported(made(both, "matrix", tmp_path / "after")[1])["types_unmentioned"] == 1


def test_codes_that_give_one_name_stay_apart(small):
    twins = pd.concat([small.themes, small.themes.assign(theme_id=small.themes["theme_id"] + "-")], ignore_index=True)
    matrix, dictionary = tables.cases(replace(small, themes=twins))
    assert matrix["DirectPushed"].sum() == 2 and matrix["DirectPushedb"].sum() == 0
    assert dictionary["column"].is_unique


def test_quotes_are_all_there_with_laureate_source_and_row(dataset, tmp_path):
    files, _ = made(dataset, "quotes", tmp_path)
    quotes = pd.read_csv(files["out.csv"], dtype="str", keep_default_na=False)
    assert quotes["table"].value_counts()[["roles", "contributions", "evidence", "mentions"]].tolist() == [
        len(getattr(dataset, name)) for name in ("roles", "contributions", "evidence", "mentions")
    ]
    direct = quotes[(quotes["table"] == "evidence") & (quotes["value"] == "direct")]["code"].value_counts()
    assert {
        r["theme_id"]: r["direct"] for r in themes.themes(dataset).to_dict("records") if r["direct"]
    } == direct.to_dict()
    place = dataset.laureates.set_index("laureate_id")
    for row in quotes[quotes["laureate_id"] != ""].to_dict("records"):
        assert row["source_row"] == str(place.at[row["laureate_id"], "source_row"])
        assert row["source_id"] == place.at[row["laureate_id"], "source_id"] and row["source"] and row["laureate"]
    assert not quotes.duplicated(["table", "key", "column"]).any()
    assert (quotes["quote"] != "").all() and (quotes["label_fr"] != "").mean() > 0.6


@pytest.mark.skipif(not REAL.is_file(), reason="no copy of the fiche here: set NEOTERRA_FICHE to yours")
def test_each_quote_stands_where_it_is_said_to(shipped):
    text = REAL.read_bytes().decode("utf-8")
    quotes = tables.listed(shipped, REAL)
    assert len(quotes) == len(tables.listed(shipped))
    anchored = quotes[quotes["table"].isin(["roles", "contributions", "evidence", "mentions"])]
    assert (anchored["status"] == "found").all()
    for row in anchored.to_dict("records"):
        there = text[row["offset"] : row["offset"] + len(row["quote"])]
        first = re.match(r"\w+", there).group()
        assert row["quote"].startswith(first) and text[: row["offset"]].count("\n") + 1 == row["line"]


def test_another_text_is_refused(small, tmp_path):
    (tmp_path / "other.txt").write_text("Rien de tel.", encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(str(tmp_path / "other.txt"))):
        tables.quotes(small, {"fiche": tmp_path / "other.txt", "lang": "fr"})
    with pytest.raises(ValueError, match="fiche"):
        write(small, "matrix", tmp_path / "m", "en", fiche=tmp_path / "other.txt")


def test_no_cell_runs_as_a_formula_and_the_workbook_keeps_the_texts(odd, tmp_path):
    files, report = made(odd, "quotes", tmp_path)
    with files["out.csv"].open(encoding="utf-8", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    guarded = [cell for cell in cells if cell.startswith("'")]
    sheet = openpyxl.load_workbook(files["out.xlsx"])["quotes"]
    kept = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in kept} <= {"s", "n"}
    texts = [cell.value for cell in kept if cell.data_type == "s"]
    assert reported(report)["formula_cells"] == len(guarded) > 5
    assert sorted(cell[1:] for cell in guarded) == sorted(t for t in texts if t.startswith(("=", "+", "-", "@")))
    frame = tables.listed(odd)
    assert {text for text in frame["quote"]} <= set(texts)


@pytest.mark.parametrize("which", ["shipped", "odd"])
def test_skos_says_each_code_in_both_languages(which, request, tmp_path):
    dataset = request.getfixturevalue(which)
    files, _ = made(dataset, "codebook", tmp_path)
    graph = rdflib.Graph().parse(files["out.ttl"], format="turtle")
    code = rdflib.Namespace("urn:neoterra:codebook:")

    def said(concept, name):
        return {one.language: str(one) for one in graph.objects(concept, SKOS[name])}

    looked = 0
    for table, resource in rules.tables(dataset.path).items():
        for field in resource["schema"]["fields"]:
            scheme = code[f"{table}.{field['name']}"]
            for one in field.get("categories", []):
                concept = code[f"{table}.{field['name']}.{one['value']}"]
                assert str(graph.value(concept, SKOS.notation)) == one["value"]
                assert said(concept, "prefLabel") == {"fr": one["label"], "en": one["label_en"]}
                wanted = {"fr": one["description"], "en": one["description_en"]}
                assert said(concept, "definition") == {lang: text for lang, text in wanted.items() if text}
                assert (scheme, SKOS.hasTopConcept, concept) in graph and (concept, SKOS.inScheme, scheme) in graph
                looked += 1
    for row in dataset.themes.to_dict("records"):
        concept = code[f"themes.{row['theme_id']}"]
        assert said(concept, "prefLabel") == {"fr": row["label_fr"], "en": row["label_en"]}
        assert said(concept, "definition") == {"fr": row["definition_fr"], "en": row["definition_en"]}
        assert (concept, SKOS.broader, code[f"themes.kind.{row['kind']}"]) in graph
        assert said(concept, "example") == {"fr": row["anchor"]}
        assert str(graph.value(concept, DCTERMS.source)) == row["source_id"]
    kinds = {code[f"themes.kind.{kind}"] for kind in dataset.themes["kind"]}
    assert set(graph.objects(code["themes"], SKOS.hasTopConcept)) == kinds
    assert set(graph.subjects(SKOS.topConceptOf, code["themes"])) == kinds
    assert len(set(graph.subjects(RDF.type, SKOS.Concept))) == looked + len(dataset.themes)
    for concept in graph.subjects(RDF.type, SKOS.Concept):  # integrity conditions S9, S13, S14
        assert (concept, RDF.type, SKOS.ConceptScheme) not in graph
        languages = [one.language for one in graph.objects(concept, SKOS.prefLabel)]
        assert len(set(languages)) == len(languages) == 2
        assert (graph.value(concept, SKOS.inScheme), RDF.type, SKOS.ConceptScheme) in graph


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_codebook_for_people_has_the_same_rows(odd, lang, tmp_path):
    files, _ = codebook.codebook(odd, {"lang": lang})
    wanted = [[*codebook._rows(scheme, lang)] for scheme in codebook.schemes(odd)]
    wanted = [[heads, *rows] for heads, rows in wanted]
    read = docx.Document(io.BytesIO(files[".docx"]))
    assert [[[cell.text for cell in row.cells] for row in table.rows] for table in read.tables] == wanted
    shown = MarkdownIt("commonmark").enable("table").render(files[".md"].decode("utf-8"))
    found = []
    for table in re.findall("<table>(.*?)</table>", shown, re.DOTALL):
        rows = [re.findall("<t[hd]>(.*?)</t[hd]>", row, re.DOTALL) for row in table.split("</tr>")]
        found.append([[html.unescape(cell.replace("<br>", "\n")) for cell in row] for row in rows if row])
    assert found == wanted
    assert labels.t("exchange.codebook.title", lang) in shown


@pytest.fixture(params=["shipped", "small", "odd"])
def crate(request, tmp_path):
    dataset = request.getfixturevalue(request.param)
    files, _ = made(dataset, "ro-crate", tmp_path)
    return dataset, next(iter(files.values())).parent, files


def test_deposit_is_an_ro_crate(crate):
    dataset, folder, files = crate
    read = ROCrate(folder)
    root = read.root_dataset
    for name in ("name", "description", "datePublished", "license"):  # required by the specification
        assert root[name], name
    assert date.fromisoformat(root["datePublished"][:10])
    assert read.metadata["conformsTo"] == "https://w3id.org/ro/crate/1.1"
    assert read.metadata["about"].id == "./"
    parts = {part.id: part for part in root["hasPart"]}
    assert set(parts) == set(files) - {"ro-crate-metadata.json"}
    for name, part in parts.items():
        content = files[name].read_bytes()
        assert part["sha256"] == hashlib.sha256(content).hexdigest() and part["contentSize"] == str(len(content))
        assert (
            part["name"]
            and part["encodingFormat"]
            and part["license"].id == "https://creativecommons.org/licenses/by/4.0/"
        )
    assert read.get("#digest")["value"] == dataset.digest
    assert read.get("#neoterra_analysis")["softwareVersion"] and read.get("#neoterra_analysis")["license"].id.endswith(
        "MIT"
    )
    for source in dataset.sources.to_dict("records"):
        entity = read.get(f"#source-{source['source_id']}")
        assert entity["sha256"] == source["sha256"] and entity["name"] == source["title"]
        assert entity["publisher"]["name"] == source["publisher"]
        assert entity in root["isBasedOn"]
    actions = {one.id: one for one in read.get_entities() if one.type == "CreateAction"}
    done = {one.id for action in actions.values() for one in action["result"]}
    assert done == {n for n in parts if n.split(".")[0] not in ("datapackage", "DICTIONARY", "CITATION", "LICENSE")}
    assert {one.id for one in read.get("#coding")["object"]} == {
        f"#source-{one}" for one in dataset.sources["source_id"]
    }
    used = {one.id for one in read.get("#export")["object"]}
    assert used == {one.id for one in read.get("#coding")["result"]} | {"datapackage.json"}
    graph = json.loads(files["ro-crate-metadata.json"].read_text(encoding="utf-8"))["@graph"]
    ids = [one["@id"] for one in graph]
    pointed = set(re.findall(r'{\s*"@id": "([^"]+)"\s*}', json.dumps(graph, ensure_ascii=False)))
    assert len(set(ids)) == len(ids) and pointed - set(ids) == {"https://w3id.org/ro/crate/1.1"}


def test_deposit_is_a_data_folder_again(dataset, tmp_path):
    files, _ = made(dataset, "ro-crate", tmp_path)
    assert load(files["datapackage.json"].parent).digest == dataset.digest


def test_deposit_of_a_selection_holds_that_only(two, tmp_path):
    files, report = made(two.only(1), "ro-crate", tmp_path)
    assert "eps" not in files["laureates.csv"].read_text() and "2.1" not in files["enjeux.csv"].read_text()
    assert load(files["laureates.csv"].parent).digest == two.only(1).digest
    assert reported(report)["other_ambitions"] == 1
    everything, _ = made(two, "ro-crate", tmp_path / "all")
    assert ROCrate(everything["laureates.csv"].parent).root_dataset["datePublished"] == "2026-02-01"


def test_citation_is_that_of_the_data(odd, tmp_path):
    files, _ = made(odd, "ro-crate", tmp_path)
    said = yaml.safe_load(files["CITATION.cff"].read_text(encoding="utf-8"))
    assert said["cff-version"] == "1.2.0" and said["license"] == "CC-BY-4.0" and said["type"] == "dataset"
    assert said["message"] and said["title"] and said["authors"][0]["name"]
    assert [one["title"] for one in said["references"]] == odd.sources["title"].tolist()
    assert "CC BY 4.0" in files["LICENSE.txt"].read_text() and "MIT" in files["LICENSE.txt"].read_text()


@pytest.mark.skipif(not REAL.is_file(), reason="no copy of the fiche here: set NEOTERRA_FICHE to yours")
def test_no_sentence_of_the_fiche_is_in_the_deposit(shipped, tmp_path):
    files, _ = made(shipped, "ro-crate", tmp_path)
    flat = " ".join(REAL.read_text(encoding="utf-8").split())
    words = flat.split(" ")
    runs = {" ".join(words[i : i + 14]) for i in range(len(words) - 14)}
    for name, file in files.items():
        if not name.endswith(".docx"):
            said = " ".join(file.read_text(encoding="utf-8").split())
            assert not [run for run in runs if run in said][:1], name


def test_the_archive_holds_the_same_files(small, tmp_path):
    folder, _ = deposit.folder(small, {"lang": "fr"})
    with zipfile.ZipFile(io.BytesIO(deposit.zipped(small, {"lang": "fr"})[0][".zip"])) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == folder


@pytest.mark.parametrize("day", ["2026", "2026-13-01", "01/02/2026", "2026-02-30", "20260203"])
def test_a_day_that_is_none_is_refused(small, day, tmp_path):
    with pytest.raises(ValueError, match=re.escape(day)):
        write(small, "ro-crate", tmp_path / "out", "en", published=day)
    assert not (tmp_path / "out").exists()


def test_data_without_a_day_ask_for_one(small, tmp_path):
    dayless = replace(small, sources=small.sources.iloc[:0])
    with pytest.raises(ValueError, match="--published"):
        deposit.folder(dayless, {"lang": "fr"})
    assert "2026-03-04" in deposit.folder(dayless, {"published": "2026-03-04"})[0]["ro-crate-metadata.json"].decode()


def test_the_command_writes_and_tells(small, tmp_path, capsys):
    assert (
        cli.main(["export", "ro-crate", str(tmp_path / "d"), "--data", str(small.path), "--published", "2026-03-04"])
        == 0
    )
    told = capsys.readouterr().out
    assert "ro-crate-metadata.json" in told and "[fiche] : 1" in told.replace("\u202f", " ")
    assert ROCrate(tmp_path / "d").root_dataset["datePublished"] == "2026-03-04"
    assert cli.main(["export", "quotes", str(tmp_path / "q"), "--data", str(small.path), "--fiche", "nowhere.txt"]) == 1
    assert "nowhere.txt" in capsys.readouterr().err and not list(tmp_path.glob("q*"))
