"""Two cells of one column exchanged between two rows: who sees it, the check, the trace or nobody."""

from collections import Counter
from itertools import combinations

from neoterra_analysis.dataset import loading, rules
from neoterra_analysis.dataset.check import check_tables
from neoterra_analysis.dataset.csvfile import read
from neoterra_analysis.fiches import trace

SEEN = ("found", "unchecked")  # statuses of a trace that tell nothing wrong


class Folder:
    """A data folder held in memory, with the text that it was coded from."""

    def __init__(self, folder, text):
        self.folder, self.text = folder, text
        self.contract = rules.tables(folder)
        self.tables = {name: read(folder, resource) for name, resource in self.contract.items()}
        self.before = self.told(self.tables)

    def told(self, tables):
        """Return what the check refuses, what it asks about, and what the trace of sound tables does not find."""
        report = check_tables(self.contract, tables)
        brief = [[(one.file, one.column, one.code) for one in found] for found in (report.problems, report.notices)]
        if brief[0]:
            return Counter(brief[0]), Counter(brief[1]), Counter()
        frames = {n: loading._frame(report.content[n], self.contract[n]["schema"]) for n in loading.TABLES}
        dataset = loading.Dataset(**frames, path=self.folder, digest="", notices=())
        places = trace.trace(dataset, self.text)
        wrong = places[~places["status"].isin(SEEN)]
        return Counter(), Counter(brief[1]), Counter(zip(wrong["table"], wrong["column"], wrong["status"], strict=True))

    def exchanged(self, table, column, one, other):
        """Tell who sees that two rows have exchanged their cells of a column."""
        rows = list(self.tables[table].rows)
        values = rows[other].cells[column], rows[one].cells[column]
        for at, value in zip((one, other), values, strict=True):
            rows[at] = rows[at]._replace(cells=rows[at].cells | {column: value})
        now = self.told(self.tables | {table: self.tables[table]._replace(rows=rows)})
        more = [after - before for after, before in zip(now, self.before, strict=True)]
        return next((who for who, seen in zip(("refused", "asked", "traced"), more, strict=True) if seen), "silent")

    def pairs(self, table, column):
        """Return the pairs of rows whose cells of a column differ, so that an exchange changes something."""
        cells = [row.cells[column] for row in self.tables[table].rows]
        return [(a, b) for a, b in combinations(range(len(cells)), 2) if cells[a] != cells[b]]
