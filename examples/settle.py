"""Stand in for a person's hour in Excel: write the decisions of decisions.csv into the workbook of the example's draft.

Usage: python examples/settle.py draft.xlsx
"""

import csv
import sys
from pathlib import Path

from openpyxl import load_workbook


def identity(cell):
    """Return the id of a cell: “Name [id]” names it in brackets."""
    text = str(cell.value or "")
    return text[text.rindex("[") + 1 : -1] if text.endswith("]") else text


def settle(file):
    """Write each decision into its cell; an empty column takes the whole row out."""
    book = load_workbook(file)
    with (Path(__file__).parent / "decisions.csv").open(encoding="utf-8", newline="") as stream:
        decisions = list(csv.DictReader(stream))
    for decision in decisions:
        sheet = book[decision["sheet"]]
        columns = {cell.value: cell.column for cell in sheet[1]}
        wanted = decision["row"].split("/")
        (row,) = (r for r in range(2, sheet.max_row + 1) if [identity(c) for c in sheet[r][: len(wanted)]] == wanted)
        if decision["column"]:
            sheet.cell(row, columns[decision["column"]], decision["value"])
        else:
            sheet.delete_rows(row)
    review = book["à relire"]
    columns = {cell.value: cell.column for cell in review[1]}
    for row in range(2, review.max_row + 1):
        if review.cell(row, columns["review_id"]).value:
            review.cell(row, columns["decision"], "ok")
    book.save(file)
    print(f"{file}: {len(decisions)} decisions, review list settled")


settle(sys.argv[1])
