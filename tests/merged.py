"""One data folder of the project's records and those of one invented ambition."""

import csv
import shutil

from invented import DATA
from neoterra_analysis.dataset import invented_example, loading

# Rows of these that both sides hold, by id, are taken once.
ONCE = ("ambitions", "actors")


def rows(frame):
    """Return the rows of a table as the texts of its file."""
    plain = frame.astype(object).where(frame.notna(), "")
    return [[str(cell) for cell in row] for row in plain.itertuples(index=False, name=None)]


def write(folder, ambition=8, base=DATA):
    """Write the project's tables with the rows of one invented ambition after them."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(base / "datapackage.json", folder)
    part = invented_example.load().only(ambition)
    for name in loading.TABLES:
        frame = getattr(part, name)
        if name == "ambitions":
            frame = frame[frame["number"] == ambition]
        with (base / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            head, *ours = csv.reader(stream)
        assert head == list(frame.columns)
        known = {row[0] for row in ours} if name in ONCE else set()
        theirs = [row for row in rows(frame) if row[0] not in known]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows([head, *ours, *theirs])
    return folder
