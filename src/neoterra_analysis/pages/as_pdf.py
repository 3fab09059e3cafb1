"""The report as a tagged PDF (PDF/UA-1), set by typst: the data go beside the markup, never into it."""

import json
import re
import xml.etree.ElementTree as ET
from functools import cache
from importlib import resources
from pathlib import Path

from ..words import labels, palette
from . import model
from .model import Bullets, Paragraph, Picture, Run, Table

WIDTH, HEIGHT = 160.0, 225.0  # millimetres that a picture may take
LINK = "#1F4E79"
CUT = 6  # letters of a long word between two places where a line may end
LONG = re.compile(r"(\S{24,})")
LONG_CELL = 1200  # letters of a cell that may not fit on one page
REGION = {"fr": "FR", "en": "GB"}
# PDF/UA allows no byte order mark; changes of reading direction would turn what follows.
UNSEEN = set("\ufeff\ufffe\uffff\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
FOOT = 110  # letters of the title that the foot of a page has room for
MARK = "\x00"  # stands for a page number: no text holds it
AUTHOR = "neoterra_analysis"


def write(report):
    """Write a report as PDF."""
    import typst

    model.ids(report)
    files = {"main.typ": (resources.files(__package__) / "pdf.typ").read_bytes()}
    data = content(report)
    files["data.json"] = json.dumps(data, ensure_ascii=False, sort_keys=True).encode("utf-8")
    files |= _pictures(report.sections)
    return typst.compile(
        files, format="pdf", pdf_standards=["ua-1"], font_paths=[str(_fonts())], ignore_system_fonts=True
    )


def content(report):
    """Return what the page is filled with, ready for JSON."""
    lang = report.lang
    title = shown(report.title)
    foot = title if len(title) <= FOOT else f"{title[:FOOT]}…"
    first, rest = labels.t("edition.page", lang, title=foot, page=MARK, pages=MARK).split(MARK, 1)
    middle, last = rest.split(MARK)
    lines = []
    if report.source:
        lines.append(labels.t("edition.source", lang, source=report.source))
    if report.digest:
        lines.append(labels.t("edition.digest", lang, digest=report.digest))
    return {
        "title": title,
        "lang": lang,
        "region": REGION[lang],
        "ink": palette.INK,
        "soft": palette.SOFT,
        "mark": palette.MARK,
        "rule": palette.RULE,
        "band": palette.BAND,
        "link": LINK,
        "footer": {"first": pieces(first), "middle": middle, "last": last},
        "words": {
            "author": AUTHOR,
            "contents": labels.t("edition.contents", lang),
            "figure": labels.t("edition.figure", lang),
            "table": labels.t("edition.table", lang),
        },
        "shown": {
            "title": _said(report.title),
            "subtitle": _said(report.subtitle) if report.subtitle else [],
            "lines": [_said(line) for line in lines],
        },
        "sections": [_section(section) for section in report.sections],
    }


def _section(section):
    return {
        "id": section.id,
        "title": _said(section.title),
        "blocks": [_block(block) for block in section.blocks],
        "sections": [_section(under) for under in section.sections],
    }


def _block(block):
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "id": block.id, "runs": _runs(block.runs)}
    if isinstance(block, Bullets):
        return {"kind": "bullets", "items": [_runs(item) for item in block.items]}
    if isinstance(block, Table):
        return _table(block)
    return {
        "kind": "picture",
        "id": model.picture_id(block),
        "file": f"{model.picture_id(block)}.svg",
        "caption": _said(block.title),
        "alt": shown(block.alt),
        "height": _height(block.svg),
    }


def _table(table):
    ids = table.ids or ("",) * len(table.rows)
    rows = [{"id": name, "cells": [_runs(cell) for cell in row]} for name, row in zip(ids, table.rows, strict=True)]
    return {
        "kind": "table",
        "id": table.id,
        "caption": _said(table.caption),
        "head": [_said(head) for head in table.head],
        "rows": rows,
        "numeric": list(table.numeric),
        "shares": model.shares(table),
        "wide": model.wide(table),
        "long": any(len(text) > LONG_CELL for row in model.texts(table) for text in row),
    }


def _said(text):
    return _runs([Run(text)])


def _runs(runs):
    return [{"pieces": pieces(run.text), "strong": run.strong, "target": run.target, "lang": run.lang} for run in runs]


def pieces(text):
    """Cut a text where a line may end inside words that no line holds.

    >>> pieces("un mot"), [len(piece) for piece in pieces("a" * 40)]
    (['un mot'], [6, 6, 6, 6, 6, 6, 4])
    """
    made = [""]
    for part in LONG.split(shown(text)):
        cut = [part[at : at + CUT] for at in range(0, len(part), CUT)] if LONG.fullmatch(part) else [part]
        made[-1] += cut[0]
        made += cut[1:]
    return made


def shown(text):
    r"""Return a text as the page can show it: a letter that the font lacks, or that turns others, as its code.

    >>> shown("œuvre \u4e2d")
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
    return min(WIDTH * high / wide, HEIGHT)


def _pictures(sections):
    files = {}
    for section in sections:
        drawn = [block for block in section.blocks if isinstance(block, Picture)]
        files |= {f"{model.picture_id(block)}.svg": block.svg for block in drawn}
        files |= _pictures(section.sections)
    return files
