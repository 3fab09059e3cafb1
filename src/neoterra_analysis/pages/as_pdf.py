"""The report as a tagged PDF (PDF/UA-1), set by typst: the data go beside the markup, never into it."""

import json
import pickle
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from importlib import resources
from pathlib import Path

from ..words import labels, palette
from . import model
from .model import Bullets, Paragraph, Picture, Section, Table

LONG = re.compile(r"\S{24,}")
SOME = re.compile(r"\S{6}(?=\S)")  # letters of a long word after which a line may end
LONG_CELL = 1200  # letters of a cell that may not fit on one page
UNSEEN = {*"\ufeff\ufffe\uffff", *model.TURNING}  # PDF/UA allows no byte order mark
COLORS = ("ink", "soft", "mark", "rule", "band")
SET = """
import pickle, sys, typst
files, fonts = pickle.load(sys.stdin.buffer)
made = typst.compile(files, format="pdf", pdf_standards=["ua-1"], font_paths=[fonts], ignore_system_fonts=True)
sys.stdout.buffer.write(made)
"""
FOOT = 110  # letters of the title that the foot of a page has room for


def write(report):
    """Write a report as PDF."""
    model.ids(report)
    parts = [part for part, _ in model.walk(report.sections)]
    files = {_file(part): part.svg for part in parts if isinstance(part, Picture)}
    files["main.typ"] = (resources.files(__package__) / "pdf.typ").read_bytes()
    files["data.json"] = json.dumps(content(report), ensure_ascii=False, sort_keys=True).encode("utf-8")
    # In a process of its own: typst keeps what it set, hundreds of megabytes a report, for as long as a process lives.
    done = subprocess.run([sys.executable, "-c", SET], input=pickle.dumps((files, str(_fonts()))), capture_output=True)
    if done.returncode:
        raise RuntimeError(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout


def content(report):
    """Return what the page is filled with, ready for JSON."""
    title = printable(report.title)
    before, between, after = model.footer(report, title if len(title) <= FOOT else f"{title[:FOOT]}…")
    return {
        "lang": report.lang,
        "region": model.REGION[report.lang],
        "author": model.AUTHOR,
        "colors": {name: getattr(palette, name.upper()) for name in COLORS} | {"link": model.LINK},
        "words": {key: labels.t(f"edition.{key}", report.lang) for key in ("contents", "figure", "table")},
        "footer": {"before": breakable(before), "between": between, "after": after},
        "title": title,
        "front": {
            "title": breakable(report.title),
            "subtitle": breakable(report.subtitle) if report.subtitle else None,
            "about": [breakable(line) for line in model.about(report)],
        },
        "parts": [_part(part, level) for part, level in model.walk(report.sections)],
    }


def _part(part, level):
    if isinstance(part, Section):
        return {"kind": "heading", "id": part.id, "level": level, "title": breakable(part.title)}
    if isinstance(part, Paragraph):
        return {"kind": "paragraph", "id": part.id, "runs": _runs(part.runs)}
    if isinstance(part, Bullets):
        return {"kind": "bullets", "items": [_runs(item) for item in part.items]}
    if isinstance(part, Table):
        return _table(part)
    return {
        "kind": "picture",
        "id": part.id,
        "file": _file(part),
        "caption": breakable(part.title),
        "alt": printable(part.alt),
        "height": _height(part.svg),
    }


def _file(picture):
    return f"{picture.id}.svg"


def _table(table):
    return {
        "kind": "table",
        "id": table.id,
        "caption": breakable(table.caption),
        "head": [breakable(head) for head in table.head],
        "rows": [{"id": name, "cells": [_runs(cell) for cell in row]} for name, row in table.named_rows],
        "numeric": table.numeric,
        "shares": model.shares(table),
        "wide": model.wide(table),
        "long": any(len(text) > LONG_CELL for column in model.columns(table) for text in column),
    }


def _runs(runs):
    return [run._asdict() | {"text": breakable(run.text)} for run in runs]


def breakable(text):
    """Cut a text where a line may end inside words that no line holds.

    >>> breakable("un mot"), [len(part) for part in breakable("a" * 40)]
    (['un mot'], [6, 6, 6, 6, 6, 6, 4])
    """
    mark = "\x00"  # stands for the end of a part: nothing printable holds it
    return LONG.sub(lambda word: SOME.sub(rf"\g<0>{mark}", word[0]), printable(text)).split(mark)


def printable(text):
    r"""Return a text as the page can show it: a letter that the font lacks, or that turns others, as its code.

    >>> printable("œuvre \u4e2d")
    'œuvre [U+4E2D]'
    """
    known = _letters()
    text = text.replace("\t", " ")
    return "".join(c if c in known or c == "\n" else f"[U+{ord(c):04X}]" for c in text)


@cache
def _letters():
    """Return the letters that both weights of the font have, but for marks that show nothing and change the rest."""
    from matplotlib.ft2font import FT2Font

    maps = [set(FT2Font(str(_fonts() / name)).get_charmap()) for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")]
    return {chr(code) for code in maps[0] & maps[1] if code >= 32} - UNSEEN


@cache
def _fonts():
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def _height(svg):
    """Return the height in millimetres of a picture set as wide as the text, or as high as the page allows."""
    wide, high = (float(part) for part in ET.fromstring(svg).attrib["viewBox"].split()[2:])
    return min(model.WIDTH * high / wide, model.HEIGHT)
