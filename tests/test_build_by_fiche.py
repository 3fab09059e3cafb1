"""The fiche is what is built: three ambitions, one published and two invented, and the overview of them."""

import csv
import json
import shutil

import pytest

import invented
import merged
from neoterra_analysis import build, load
from test_build import DRAW, notebook, run, tree

FICHES = ("ambition-4", "exemple-8", "exemple-9")
PARTS = (*FICHES, "programme")
NOTED = shutil.ignore_patterns(build.SUMS)
OF_FICHE = """\
from neoterra_analysis import load
dataset = load(ambition=AMBITION)
print(len(dataset.laureates), dataset)
"""


def lay(folder):
    """Lay a project of one notebook a fiche and one of the overview, on the records of three ambitions."""
    root = folder / "project"
    (root / "notebooks").mkdir(parents=True)
    merged.write(root / "data", 9, base=merged.write(folder / "two", 8))
    draw = DRAW.replace("table.csv", "roles.csv")
    fiche = root / "notebooks" / "01-fiche.ipynb"
    notebook(fiche, "AMBITION = 4  # one place", OF_FICHE, draw.format(key="01-one"))
    raw = json.loads(fiche.read_text())
    raw["cells"][1]["metadata"]["tags"] = ["parameters"]
    fiche.write_text(json.dumps(raw))
    notebook(root / "notebooks" / "00-all.ipynb", OF_FICHE.replace("ambition=AMBITION", ""), draw.format(key="00-all"))
    return root


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """Return a project that was built, and what the build told; tests take a copy."""
    root = lay(tmp_path_factory.mktemp("fiches"))
    return root, run(root)


@pytest.fixture
def built(once, tmp_path):
    return shutil.copytree(once[0], tmp_path / "project")


@pytest.fixture
def asked(monkeypatch):
    """Return what a build would execute, for each time it is asked to, in place of executing it."""
    calls = []
    monkeypatch.setattr(build, "_stale", lambda *given: calls.append([part.name for part in given[3]]) or ["stopped"])

    def would(root, **options):
        calls.clear()
        try:
            run(root, **options)
        except build.BuildError:
            return calls[0]
        return []

    return would


def change(root, table, where, column, value):
    """Write another value into a row of a table."""
    path = root / "data" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    (row,) = [row for row in rows if where.items() <= row.items()]
    row[column] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.DictWriter(stream, rows[0], lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def without(root, ambition):
    """Take the laureates of an ambition, and all that its document states, out of the data."""
    part = load(root / "data").only([one for one in FICHES if one != ambition])
    for name in ("sources", "enjeux", "laureates", "themes", "claims", "actors", "readings", "discrepancies"):
        merged_rows(root / "data" / f"{name}.csv", getattr(part, name))
    for name in ("contributions", "roles", "mentions", "relations", "evidence"):
        merged_rows(root / "data" / f"{name}.csv", getattr(part, name))


def merged_rows(path, frame):
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([list(frame.columns), *merged.rows(frame)])


def printed(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "".join(text for cell in cells for output in cell.get("outputs", []) for text in output.get("text", []))


def sizes(root):
    """Return how many laureates the executed notebooks say, by part."""
    homes = {one: root / "notebooks" / "fr" / one / "01-fiche.ipynb" for one in FICHES}
    homes |= {"ambition-4": root / "notebooks" / "01-fiche.ipynb", "programme": root / "notebooks" / "00-all.ipynb"}
    return {part: int(printed(path).split()[0]) for part, path in homes.items()}


def test_each_fiche_has_its_own_figures_and_notebooks_and_the_overview_has_all(once):
    root, told = once
    assert sorted(folder.name for folder in (root / "figures" / "fr").iterdir()) == sorted(PARTS)
    assert sizes(root) == {"ambition-4": 11, "exemple-8": 6, "exemple-9": 7, "programme": 24}
    assert not (root / "notebooks" / "fr" / "ambition-4").exists()
    assert "AMBITION = 8  # one place" in (root / "notebooks" / "fr" / "exemple-8" / "01-fiche.ipynb").read_text()
    assert "AMBITION = 4  # one place" in (root / "notebooks" / "01-fiche.ipynb").read_text()
    assert all(f"figures/fr/{part}/" in told for part in PARTS)


def test_one_changed_record_builds_its_fiche_and_the_overview_only(built):
    before = {part: (built / "figures" / "fr" / part / "SHA256SUMS").stat().st_mtime_ns for part in PARTS}
    change(built, "laureates", {"laureate_id": "exemple-nord"}, "summary_fr", "Autre résumé inventé.")
    told = run(built)
    executed = {line.split("(fr/")[1].split(")")[0] for line in told.splitlines() if "(fr/" in line}
    assert executed == {"exemple-8", "programme"}
    assert all(f"figures/fr/{part}/\u202f: rien n’a changé" in told for part in ("ambition-4", "exemple-9"))
    after = {part: (built / "figures" / "fr" / part / "SHA256SUMS").stat().st_mtime_ns for part in PARTS}
    assert {part for part in PARTS if after[part] != before[part]} == {"exemple-8", "programme"}
    assert "figures/fr/\u202f: rien n’a changé" in run(built)


def test_a_record_that_two_fiches_share_builds_both(built, asked):
    four, eight, nine = (set(load(built / "data").only(number).actors["actor_id"]) for number in (4, 8, 9))
    change(built, "actors", {"actor_id": min((eight & nine) - four)}, "short_fr", "Autre nom")
    assert asked(built) == ["exemple-8", "exemple-9", "programme"]


def test_a_change_that_is_taken_back_is_seen(built):
    before = tree(built / "figures"), (built / "data" / "laureates.csv").read_bytes()
    change(built, "laureates", {"laureate_id": "exemple-nord"}, "summary_fr", "Autre résumé inventé.")
    run(built, ambition="8")
    (built / "data" / "laureates.csv").write_bytes(before[1])
    told = run(built)
    assert "(fr/exemple-8)" in told and "(fr/programme)" not in told
    assert tree(built / "figures") == before[0]


def test_rows_in_another_order_build_nothing(built, asked):
    path = built / "data" / "roles.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8")
    assert asked(built) == []


def test_a_part_of_the_fiches(tmp_path, built, asked, monkeypatch):
    root = lay(tmp_path / "new")
    assert asked(root) == [*PARTS]
    assert asked(root, ambition="8,9") == ["exemple-8", "exemple-9"]
    assert asked(root, ambition="all") == [*PARTS] and asked(built, ambition="8,9") == []
    assert asked(built, ambition="8,9", force=True) == ["exemple-8", "exemple-9"]
    monkeypatch.setenv("NEOTERRA_AMBITION", "9")
    assert asked(root) == ["exemple-9"] and asked(root, ambition="4") == ["ambition-4"]
    with pytest.raises(ValueError, match="7"):
        run(root, ambition="7")


def test_what_is_of_an_ambition_that_left_the_data_is_removed_and_said(built):
    before = tree(built / "figures" / "fr" / "exemple-9")
    mine = built / "figures" / "fr" / "exemple-8" / "my-chart.png"
    mine.write_text("mine")
    without(built, "exemple-8")
    told = run(built)
    assert [file.name for file in (built / "figures" / "fr" / "exemple-8").iterdir()] == ["my-chart.png"]
    assert not (built / "notebooks" / "fr" / "exemple-8").exists()
    assert "figures/fr/exemple-8/01-one.csv\u202f: retiré" in told and "my-chart" not in told
    assert tree(built / "figures" / "fr" / "exemple-9") == before
    assert "figures/fr/exemple-9/\u202f: rien n’a changé" in told
    assert "figures/fr/\u202f: rien n’a changé" in run(built)


def test_a_fiche_that_fails_holds_back_neither_others_nor_its_own_last_build(built):
    change(built, "laureates", {"laureate_id": "exemple-nord"}, "summary_fr", "Autre résumé inventé.")
    path = built / "notebooks" / "01-fiche.ipynb"
    raw = json.loads(path.read_text())
    raw["cells"][2]["source"] += "\nassert AMBITION != 8, 'not this one'"
    path.write_text(json.dumps(raw))
    before = tree(built / "figures" / "fr" / "exemple-8")
    with pytest.raises(build.BuildError, match=r"not this one[\s\S]*fr/exemple-8"):
        run(built)
    assert tree(built / "figures" / "fr" / "exemple-8") == before
    assert "rien n’a changé" in run(built, ambition="4,9") and "(fr/" not in run(built, ambition="4,9")


def test_the_parameters_cell_says_which_fiche_is_the_projects_own(built):
    path = built / "notebooks" / "01-fiche.ipynb"
    path.write_text(path.read_text().replace("AMBITION = 4", 'AMBITION = \\"exemple-9\\"'))
    run(built)
    assert printed(path).startswith("7 ")
    assert printed(built / "notebooks" / "fr" / "ambition-4" / "01-fiche.ipynb").startswith("11 ")
    assert not (built / "notebooks" / "fr" / "exemple-9").exists()


def test_the_digest_of_a_fiche_is_that_of_its_rows(tmp_path):
    one = load(invented.DATA)
    several = load(merged.write(tmp_path / "data", 9, base=merged.write(tmp_path / "two", 8)))
    assert several.only(8).digest != several.only(9).digest
    before = {ambition: several.only(ambition).digest for ambition in (8, 9)}
    path = tmp_path / "data" / "roles.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, *rows[:3], *rows[4:]]) + "\n", encoding="utf-8")
    assert {ambition: load(tmp_path / "data").only(ambition).digest for ambition in (8, 9)} == before
    assert load(tmp_path / "data").only(4).digest != several.only(4).digest
    assert several.only(4).left_out == ("exemple-8", "exemple-9") and one.only(4).left_out == ()


def test_the_reports_find_the_figures_of_a_build_elsewhere(built, tmp_path, pictures, monkeypatch):
    monkeypatch.setattr(build, "EDITIONS", (("as_html", "html"),))
    monkeypatch.chdir(built)
    data, out = shutil.copytree(built / "data", tmp_path / "elsewhere" / "data"), tmp_path / "out"
    change(data.parent, "laureates", {"laureate_id": "exemple-nord"}, "summary_fr", "Autre résumé inventé.")
    page, note = out / "site" / "exemple-8" / "report-fr.html", out / "build" / "state-fr-exemple-8.json"
    for file, text in ((page, "page"), (note, json.dumps({"outputs": {page.relative_to(out).as_posix(): ""}}))):
        file.parent.mkdir(parents=True)
        file.write_text(text)
    told = run(built, data=data, out=out, ambition="8")
    # A page that the last build noted and this one does not write any more is gone.
    assert not page.exists() and "site/exemple-8/report-fr.html" in told
    # What a real notebook would have made.
    shutil.copytree(
        pictures / "fr" / "ambition-4", out / "figures" / "fr" / "exemple-8", ignore=NOTED, dirs_exist_ok=True
    )
    with pytest.raises(ValueError, match="neoterra build"):
        build.report(data, lang="fr", ambition="8")
    assert build.report(data, out, lang="fr", ambition="8") == 0
    assert build.report(data, tmp_path / "other", lang="fr", ambition="8", figures=out / "figures") == 0
    first, second = (folder / "exemple-8" / "fiche-fr.html" for folder in (out, tmp_path / "other"))
    assert first.read_bytes() == second.read_bytes() and b"<svg" in first.read_bytes()
    assert not list(out.rglob("*ambition-4*"))
