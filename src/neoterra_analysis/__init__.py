"""Coded records of the Néo Terra fiches, and what can be counted, drawn and traced from them."""

import importlib

__version__ = "0.1.0"
__all__ = ["DataError", "Dataset", "load"]

_HOME = {"DataError": "dataset", "Dataset": "dataset", "load": "dataset"}


def __getattr__(name):
    # Submodules load on first use: pandas, matplotlib and scipy are slow to import.
    if name in _HOME:
        return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    try:
        return importlib.import_module(f".{name}", __name__)
    except ModuleNotFoundError as error:
        if error.name != f"{__name__}.{name}":
            raise
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
