"""The workbook of a second coder: nothing of the first coding in its bytes; filled in, it is a data folder."""

import zipfile

import openpyxl
import pytest

import invented
from neoterra_analysis import cli, load
from neoterra_analysis.coding import agreement, blind
from neoterra_analysis.dataset import rules
from neoterra_analysis.words.codes import ROLES

pytestmark = pytest.mark.usefixtures("in_process")

CODED = ("contributions", "roles", "actors", "relations", "evidence", "claims", "readings", "discrepancies")

# Another coding of the same units: every code, anchor, note, actor, relation, claim and reading is another one.
OTHER = {
    "laureates": [
        line.replace("company", "").replace(",33,", ",64,").replace("Un,One", "Autre,Other")
        for line in invented.TABLES["laureates"]
    ],
    "contributions": invented.TABLES["contributions"][:1]
    + ["gamma,territoire,rural,training,Sept,Seven,sept mots tout autres"],
    "roles": invented.TABLES["roles"][:1] + ["delta,connecteur,principal,delta surtout connecteur"],
    "actors": [
        invented.TABLES["actors"][0],
        "all,Tous,Tous,All,generic,citizens,national,,La Ville|Moulins|Fours Martin|mairie|École|Inconnu,une note",
        "mark,Un label,Un label,Label,named,support,,,,",
    ],
    "mentions": [
        invented.TABLES["mentions"][0],
        *(f"{who},{i},{what},all," for who, i, what in (("alpha", 1, "La Ville"), ("alpha", 2, "Moulins"))),
        *(f"{who},{i},{what},all," for who, i, what in (("alpha", 3, "Fours Martin"), ("beta", 1, "mairie"))),
        *(f"{who},{i},{what},all," for who, i, what in (("beta", 2, "École"), ("beta", 3, "Inconnu"))),
        "gamma,1,Un label,mark,",
    ],
    "relations": [invented.TABLES["relations"][0], "gamma,delta,carries,gamma,porte Delta"],
    "evidence": [invented.TABLES["evidence"][0], "eased,gamma,direct,tout est facile,une autre note"],
    "readings": invented.TABLES["readings"][:1],
    "discrepancies": invented.TABLES["discrepancies"][:1],
}


def export(data, file, lang="en"):
    assert cli.main(["workbook", "export", "--blind", str(file), "--data", str(data), "--lang", lang]) == 0
    return file


def parts(file):
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_two_codings_of_the_same_units_give_the_same_bytes(tmp_path, lang):
    folders = invented.write(tmp_path / "a"), invented.write(tmp_path / "b", **OTHER)
    codings = [load(folder) for folder in folders]
    assert all(len(one.mentions) == 7 for one in codings)
    made = [export(folder, tmp_path / f"{folder.name}.xlsx", lang).read_bytes() for folder in folders]
    assert made[0] == made[1]
    # The order of rows in the first coder's tables tells nothing either.
    for seed in range(3):
        turned = invented.shuffled(folders[0], tmp_path / f"turned-{seed}", seed)
        assert export(turned, tmp_path / "turned.xlsx", lang).read_bytes() == made[0]


def test_no_coded_text_of_the_project_is_in_any_part(tmp_path, repo):
    dataset = invented.shipped()
    inside = "\n".join(parts(export(repo / "data", tmp_path / "second.xlsx")).values()).replace("&amp;", "&")
    units = {*dataset.mentions["mention"], *dataset.laureates["name"], *dataset.laureates["project_name"]}
    units |= {*dataset.enjeux["title_fr"], *dataset.themes["label_en"], *dataset.sources["title"]}
    known = " ".join([*units, *dataset.themes["definition_en"], *dataset.laureates["laureate_id"]])
    texts = set()
    for table in CODED:
        for name in getattr(dataset, table).columns:
            if name.startswith(("anchor", "label", "note", "reason", "statement", "what", "short", "name", "aliases")):
                texts |= {part for text in getattr(dataset, table)[name] for part in text.split("|")}
    for name in ("summary_fr", "summary_en", "place", "inferred_from", "row_anchor", "carrier_anchor", "place_anchor"):
        texts |= set(dataset.laureates[name])
    texts |= {*dataset.actors["actor_id"], *dataset.themes["anchor"]} - {"x"}
    codebook = (repo / "data" / "datapackage.json").read_text(encoding="utf-8")
    told = {text for text in texts if len(text) > 4 and text in inside and text not in known + codebook}
    assert len(texts) > 300 and told == set()
    guide = parts(tmp_path / "second.xlsx")["xl/sharedStrings.xml"]
    assert "aiguillon" in guide  # the codebook is there


def test_its_sheets_as_a_coder_sees_them(tmp_path):
    book = openpyxl.load_workbook(export(invented.write(tmp_path / "a"), tmp_path / "second.xlsx"))
    shown = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    assert shown == ["How to use", "laureates", "themes", "roles", "evidence", "contributions", "mentions"]
    rows = {name: list(book[name].iter_rows(min_row=2, values_only=True)) for name in shown[1:]}
    assert [len(rows[name]) for name in shown[1:]] == [4, 3, 12, 12, 0, 7]
    assert [row[:4] for row in rows["roles"][:3]] == [("Alpha [alpha]", role, "", "") for role in ROLES]
    assert rows["laureates"][1] == ("beta", "Beta", "", "1.1 Premier", "Doc", "2")
    assert rows["mentions"][2] == ("Alpha [alpha]", "3", "Fours Martin", *[""] * 5)
    assert all(set(row[2:]) == {""} for name in ("roles", "evidence") for row in rows[name])
    lists = {str(one.sqref).split(":")[0]: one.formula1 for one in book["evidence"].data_validations.dataValidation}
    assert lists["C2"] == '"direct,indirect,none"'
    locked = {cell.column_letter: cell.protection.locked for cell in book["mentions"][2]}
    assert [letter for letter, is_so in locked.items() if is_so] == ["A", "B", "C"]
    guide = [cell.value for cell in book["How to use"]["A"]]
    assert guide[0] == "Workbook of a second, blind coding" and "holds nothing of the first coding" in guide[1]


# --- filled in, it comes back as a data folder


def identity(cell):
    text = str(cell.value)
    return text[text.rindex("[") + 1 : -1] if text.endswith("]") else text


def fill(file, dataset, answers=None):
    """Stand in for the second coder: write a coding into the workbook."""
    book = openpyxl.load_workbook(file)
    roles = {(r["laureate_id"], r["role"]): r for r in dataset.roles.to_dict("records")}
    passages = {(r["laureate_id"], r["theme_id"]): r for r in dataset.evidence.to_dict("records")}
    actors = {r["actor_id"]: r for r in dataset.actors.to_dict("records")}
    mentions = {(r["laureate_id"], str(r["position"])): r for r in dataset.mentions.to_dict("records")}
    titles = {sheet.table: sheet.title for sheet in blind.planned(rules.tables(dataset.path), "en")}
    for row in book[titles["roles"]].iter_rows(min_row=2):
        found = roles.get((identity(row[0]), row[1].value))
        row[2].value = "no" if not found else "principal" if found["salience"] == "principal" else "yes"
        row[3].value = found["anchor"] if found else None
    for row in book[titles["evidence"]].iter_rows(min_row=2):
        found = passages.get((identity(row[0]), identity(row[1])))
        row[2].value, row[3].value = (found["strength"], found["anchor"]) if found else ("none", None)
    sheet = book[titles["contributions"]]
    for line, one in enumerate(dataset.contributions.to_dict("records"), 2):
        names = ("laureate_id", "dimension", "target", "code", "label_en", "anchor")
        for column, name in enumerate(names, 1):
            sheet.cell(line, column, one[name])
    for row in book[titles["mentions"]].iter_rows(min_row=2):
        one = mentions[identity(row[0]), row[1].value]
        actor = actors[one["actor_id"]]
        parent = one["parent_position"]
        texts = [
            actor["kind"],
            actor["actor_type"],
            actor["scale"],
            actor["name"],
            "" if parent is None else str(parent),
        ]
        for cell, text in zip(row[3:], texts, strict=True):
            cell.value = text.replace("<NA>", "") or None
    for (name, spot), text in (answers or {}).items():
        book[titles[name]][spot] = text
    book.save(file)
    return file


def back(file, data, out, *more):
    return cli.main(["workbook", "import", str(file), "--data", str(data), "--out", str(out), "--lang", "en", *more])


def test_the_same_coding_comes_back_as_it_was(tmp_path, repo, own_process, capsys):
    for data in (repo / "data", invented.write(tmp_path / "a")):
        file = fill(export(data, tmp_path / "second.xlsx"), load(data))
        out = tmp_path / f"out-{data.name}"
        assert back(file, data, out) == 0, capsys.readouterr().out
        first, second = load(data), load(out)
        for name in ("roles", "contributions", "mentions", "sources", "laureates", "themes", "claims", "relations"):
            columns = [c for c in getattr(first, name).columns if not c.startswith("label") or name == "themes"]
            assert getattr(second, name)[columns].equals(getattr(first, name)[columns]), name
        assert second.evidence.drop(columns="note").equals(first.evidence.drop(columns="note"))
        said = ["actor_id", "kind", "actor_type", "scale", "laureate_id"]
        assert second.actors[said].equals(first.actors[said]) and second.readings.empty
        assert agreement.differing(agreement.pairs(first, second)).empty
        capsys.readouterr()


def test_another_coding_comes_back_as_another_folder(tmp_path, capsys):
    data = invented.write(tmp_path / "a")
    answers = {("roles", "C2"): "no", ("roles", "D2"): "des mots", ("evidence", "C2"): "indirect"}
    answers |= {("evidence", "D2"): "facile ici", ("evidence", "E2"): "une note", ("mentions", "G5"): "Mairie"}
    file = fill(export(data, tmp_path / "second.xlsx"), load(data), answers)
    assert back(file, data, tmp_path / "b") == 0
    told = capsys.readouterr().out
    assert "roles!D2, column anchor: “des mots”" in told and "it is not taken over" in told
    second = load(tmp_path / "b")
    found = agreement.differing(agreement.pairs(load(data), second))
    assert found[["item", "unit", "value_a", "value_b", "anchor_b"]].values.tolist() == [
        ["aiguillon", "alpha", "yes", "no", ""],
        ["eased", "alpha", "none", "indirect", "facile ici"],
    ]
    assert second.evidence.set_index("anchor")["note"]["facile ici"] == "une note"
    # The town is two actors now: the mention that the first coding took for one is another actor here.
    assert second.mentions["actor_id"].tolist()[:4] == ["town", "mill", "ovens", "mairie"]
    assert second.actors.set_index("actor_id").loc["mairie", ["kind", "actor_type"]].tolist() == [
        "institution",
        "local_authority",
    ]


REFUSED = {
    "not coded yet": ({("roles", "C3"): None}, "roles!C3, column coded", "[required]"),
    "no such code": ({("evidence", "C3"): "often"}, "evidence!C3, column coded: “often”", "[unknown_code]"),
    "no anchor": ({("roles", "D2"): None}, "roles!D2, column anchor", "[required]"),
    "a long anchor": ({("roles", "D2"): "un deux trois quatre cinq six sept huit neuf"}, "roles!D2", "[long_anchor]"),
    "two main roles": ({("roles", "C5"): "principal", ("roles", "D5"): "mot"}, "roles!C7", "[two_principals]"),
    "a unit changed": ({("mentions", "C2"): "Une autre"}, "mentions!A2", "[blind_unknown]"),
    "a unit missing": ({("mentions", "C2"): "Une autre"}, "Alpha / 1".lower(), "[blind_missing]"),
    "a unit twice": ({("roles", "B3"): "aiguillon"}, "roles!A3", "[blind_twice]"),
    "two kinds": ({("mentions", "G2"): "Ville", ("mentions", "D2"): "generic"}, "mentions!D5", "[blind_two]"),
    "no kind": ({("mentions", "D3"): None}, "mentions!D3, column kind", "[required]"),
    "no parent": ({("mentions", "H4"): "9"}, "mentions!H4, column parent_position: “9”", "[no_parent]"),
    "a formula": ({("roles", "C2"): "=1+1"}, "roles!C2", "[formula_cell]"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_told_with_its_cell(name, tmp_path, capsys):
    answers, place, rule = REFUSED[name]
    data = invented.write(tmp_path / "a")
    file = fill(export(data, tmp_path / "second.xlsx"), load(data), answers)
    capsys.readouterr()
    assert back(file, data, tmp_path / "b") == 1
    told = capsys.readouterr().out
    blocks = [block for block in told.split("\n\n") if rule in block]
    assert any(place in block for block in blocks), told
    assert not (tmp_path / "b").exists()


def test_a_coding_that_is_not_finished_is_a_draft(tmp_path, capsys):
    data = invented.write(tmp_path / "a")
    file = fill(export(data, tmp_path / "second.xlsx"), load(data), {("roles", "C3"): None})
    assert back(file, data, tmp_path / "b", "--draft") == 0
    assert "problems: 1" in capsys.readouterr().out and (tmp_path / "b" / "roles.csv").is_file()
    book = openpyxl.load_workbook(file)
    book["roles"]["B3"] = "aiguillon"  # a unit twice is no matter of being finished
    book.save(file)
    assert back(file, data, tmp_path / "c", "--draft") == 1 and not (tmp_path / "c").exists()


def test_codes_may_be_read_by_their_labels(tmp_path, capsys):
    data = invented.write(tmp_path / "a")
    file = fill(
        export(data, tmp_path / "second.xlsx"), load(data), {("roles", "C2"): "Oui", ("evidence", "C2"): "Aucun"}
    )
    assert back(file, data, tmp_path / "b") == 0
    assert "read as “yes”" in capsys.readouterr().out


def test_data_that_are_not_sound_give_no_blind_workbook(tmp_path, capsys):
    data = invented.write(tmp_path / "a", roles=invented.replaced("roles", "connecteur,", "conecteur,"))
    arguments = ["workbook", "export", "--blind", str(tmp_path / "x.xlsx"), "--data", str(data), "--lang", "en"]
    assert cli.main(arguments) == 1
    assert "roles.csv, line 4, column role" in capsys.readouterr().err and not (tmp_path / "x.xlsx").exists()
