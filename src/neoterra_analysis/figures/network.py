"""All figures of notebook 03."""

from .chords import co_occurrence_all, co_occurrence_named
from .edges import indices, row_shares, type_co_occurrence
from .laureates import laureate_projection
from .mix import ties, type_mix
from .twomode import two_mode

__all__ = [
    "co_occurrence_all",
    "co_occurrence_named",
    "indices",
    "laureate_projection",
    "row_shares",
    "ties",
    "two_mode",
    "type_co_occurrence",
    "type_mix",
]
