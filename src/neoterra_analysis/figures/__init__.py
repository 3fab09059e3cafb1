"""Figures: one function each, ``fn(table, ctx) -> Figure``; `save` writes them.

A figure draws the table that it is given, which is also its CSV, and computes no statistic. matplotlib is
imported when a figure is drawn, not before.
"""

from .cases import roles_by_lever, theme_cases
from .comparison import levers_by_ambition, roles_by_ambition, shared_actors
from .frame import Context, Figure, context
from .ledger import ledger
from .network import (
    co_occurrence_all,
    co_occurrence_named,
    indices,
    laureate_projection,
    row_shares,
    ties,
    two_mode,
    type_co_occurrence,
    type_mix,
)
from .nulls import null_models
from .places import places
from .publish import Published, save
from .records import contributions, enjeux, stated
from .robustness import leave_one_out, specification_curve
from .role_tables import role_by_actor_type, role_by_enjeu
from .roles import role_combinations, role_counts
from .synthesis import framework_matrix

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
