"""A published fiche, as text, HTML, Word or PDF, made into the draft of its records.

Data flow one way: `documents` (any format into blocks) -> `outline` (parts of a fiche) -> `carrier`, `said`, `pieces`
(one cell each) -> `draft` (tables, doubts) -> `writing` (a folder). What is certain is filled in; the rest is on the
review list, and nothing is left out without a line there.
"""

from .draft import Draft, draft
from .outline import Outline, outline
from .writing import IngestError, ingest, run, write

__all__ = ["Draft", "IngestError", "Outline", "draft", "ingest", "outline", "run", "write"]
