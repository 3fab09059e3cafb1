"""Figures: one function each, ``fn(table, ctx) -> Figure``; `save` writes them.

A figure draws the table that it is given, which is also its CSV, and computes no statistic. matplotlib is
imported when a figure is drawn, not before.
"""

from .coverage import contributions, enjeux, places, stated
from .edges import indices, row_shares, ties, type_co_occurrence, type_mix
from .graphs import co_occurrence_all, co_occurrence_named, laureate_projection, two_mode
from .matrices import framework_matrix, roles_by_lever, theme_cases
from .publish import Published, save
from .role_charts import role_by_actor_type, role_by_enjeu, role_combinations, role_counts
from .sheet import Context, Figure, context
from .side_by_side import levers_by_ambition, roles_by_ambition, shared_actors
from .stability import leave_one_out, ledger, null_models, specification_curve

__all__ = [
    "Context",
    "Figure",
    "Published",
    "co_occurrence_all",
    "co_occurrence_named",
    "context",
    "contributions",
    "enjeux",
    "framework_matrix",
    "indices",
    "laureate_projection",
    "leave_one_out",
    "ledger",
    "levers_by_ambition",
    "null_models",
    "places",
    "role_by_actor_type",
    "role_by_enjeu",
    "role_combinations",
    "role_counts",
    "roles_by_ambition",
    "roles_by_lever",
    "row_shares",
    "save",
    "shared_actors",
    "specification_curve",
    "stated",
    "theme_cases",
    "ties",
    "two_mode",
    "type_co_occurrence",
    "type_mix",
]
