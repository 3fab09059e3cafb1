"""Coded records of the Néo Terra fiches, and what can be counted, drawn and traced from them."""

import importlib
import sys

LEAST = (3, 11)
if sys.version_info < LEAST:  # run without having been installed; the words are read with a library of 3.11
    sys.exit("neoterra : il faut Python 3.11 au moins / Python 3.11 or later is needed")

__version__ = "0.1.0"
__all__ = ["DataError", "Dataset", "load", "loaded"]

# What notebooks import from the top, and where it lives.
_HOME = {
    **dict.fromkeys(__all__, "dataset.loading"),
    **dict.fromkeys(("claims", "comparison", "findings", "fragility", "network", "nulls"), "analysis"),
    **dict.fromkeys(("records", "roles", "saturation", "survival", "themes"), "analysis"),
    "explorer": "pages",
    **dict.fromkeys(("fragility_words", "programme", "prose", "tables"), "sentences"),
}
# Names that stood here once, and what took their place.
_NOW = {
    "ambitions": "loaded, and dataset.only(4)",
    "beside": "fragility_words",
    "comparison_words": "programme",
    "headlines": "findings",
    "robustness": "fragility",
    "synthesis": "themes and claims",
}


def __getattr__(name):
    # Submodules load on first use: pandas, matplotlib and scipy are slow to import.
    if name in _NOW:
        raise ImportError(f"neoterra_analysis.{name} is gone; import instead: {_NOW[name]}")
    home = _HOME.get(name)
    if name in __all__:
        return getattr(importlib.import_module(f".{home}", __name__), name)
    try:
        return importlib.import_module(f".{home}.{name}" if home else f".{name}", __name__)
    except ModuleNotFoundError as error:
        if error.name != f"{__name__}.{name}":
            raise
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
