"""The coding workbook: the tables of a data folder as an Excel file for people, and back without loss."""

from .commands import run_export, run_import
from .sheets import EXTRA, VERSION, WorkbookError
from .transfer import Outcome, read, write

__all__ = ["EXTRA", "VERSION", "Outcome", "WorkbookError", "read", "run_export", "run_import", "write"]
