"""The coding workbook after LibreOffice has opened and saved it."""

import shutil
import subprocess

import openpyxl
import pytest

import invented
from neoterra_analysis.coding import sheets, workbook
from workbook_tools import edited, files


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
def test_saved_by_libreoffice_it_comes_back_with_its_lists_anew(tmp_path, monkeypatch):
    """A new laureate is in the lists once LibreOffice has computed them: openpyxl leaves it no values to start from."""

    def change(book):
        book["lauréats"]["A6"].value, book["lauréats"]["B6"].value = "omega", "Oméga [sic]"
        book["acteurs"]["B2"].value = None

    monkeypatch.setattr(sheets, "NEW_LISTED", 2)
    folder = invented.write(tmp_path / "data")
    file = workbook.write(folder, tmp_path / "grid.xlsx", "fr")
    more = edited(file, tmp_path / "more.xlsx", change)
    command = ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to"]
    subprocess.run([*command, "xlsx", "--outdir", tmp_path / "out", file, more], check=True, capture_output=True)
    outcome = workbook.read(tmp_path / "out" / file.name, tmp_path / "back", data=folder)
    assert not outcome.changed and files(tmp_path / "back") == files(folder)
    lists = openpyxl.load_workbook(tmp_path / "out" / "more.xlsx", data_only=True)[sheets.LISTS]
    columns = [[cell for cell in column if cell] for column in lists.iter_cols(values_only=True)]
    laureates = ["Alpha [alpha]", "Beta [beta]", "Gamma [gamma]", "Delta [delta]", "Oméga [sic] [omega]"]
    actors = [line.split(",")[:2] for line in invented.TABLES["actors"][1:]]
    actors = [f"{name} [{one}]" if at else one for at, (one, name) in enumerate(actors)]
    assert [found for found in columns if found[0] == laureates[0]] == [laureates, laureates + actors]
    assert actors in columns
