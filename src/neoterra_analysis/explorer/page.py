"""The page: one file that holds its data, its words, its style, its script and the library that draws."""

import json
import re
from html import escape
from importlib import resources

from .. import labels, style
from ..ambitions import scoped
from . import data

SCRIPTS = ("model.js", "dom.js", "details.js", "tables.js", "network.js", "picture.js", "explorer.js")
LIBRARY = "cytoscape.min.js"


@scoped
def make(dataset, lang=None):
    """Write the explorer as one HTML page that asks the network for nothing.

    Parameters
    ----------
    dataset : Dataset
        The loaded records.
    lang : {"fr", "en"}, optional
        See `labels.language`.

    Returns
    -------
    str
        The page; the same records give the same text.

    Raises
    ------
    ValueError
        If the language is unknown.

    Examples
    --------
    >>> from neoterra_analysis import load
    >>> text = make(load(), "en", ambition=4)
    >>> text.startswith("<!doctype html>"), len(text.encode()) < 1_500_000
    (True, True)
    """
    lang = labels.language(lang)
    parts = {
        "lang": lang,
        "style": _colours() + _file("static", "explorer.css"),
        "data": embedded(data.made(dataset, lang)),
        "library": _file("vendor", LIBRARY),
        "script": "\n".join(_file("static", name) for name in SCRIPTS),
    }

    def filled(place):
        name = place[1]
        return parts[name] if name in parts else escape(labels.t(f"explorer.{name}", lang))

    # One pass: what is put in is never looked at again, whatever it holds.
    return re.sub(r"\[\[([a-z_.]+)\]\]", filled, _file("static", "page.html"))


def embedded(value):
    r"""Write a value as JSON that can stand inside a script element, whatever its texts hold.

    Parameters
    ----------
    value : dict
        Texts, numbers, lists.

    Returns
    -------
    str

    Examples
    --------
    >>> embedded({"a": "</script>"})
    '{"a":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _file(folder, name):
    return (resources.files(__package__) / folder / name).read_text(encoding="utf-8")


def _colours():
    """Write the package's colours as properties of the style sheet."""
    named = {"ink": style.INK, "soft": style.SOFT, "mark": style.MARK, "faint": style.FAINT, "rule": style.RULE}
    return ":root{" + "".join(f"--{name}:{value};" for name, value in named.items()) + f"--band:{style.BAND}}}\n"
