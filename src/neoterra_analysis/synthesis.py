"""The levers-and-challenges synthesis: the framework matrix, the verdicts, and the ledger of the fiche's claims."""

from .framework import (
    ENOUGH,
    KINDS,
    framework,
    roles_by_lever,
    sentences,
    themes,
    verdict,
    verdicts,
    where,
)
from .ledger import VERDICTS, cases, judge, ledger, ledger_verdicts, ledger_where

__all__ = [
    "ENOUGH",
    "KINDS",
    "VERDICTS",
    "cases",
    "framework",
    "judge",
    "ledger",
    "ledger_verdicts",
    "ledger_where",
    "roles_by_lever",
    "sentences",
    "themes",
    "verdict",
    "verdicts",
    "where",
]
