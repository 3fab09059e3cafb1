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
from .model import Bullets, KeyPoints, Paragraph, Picture, Section, Table

LONG = re.compile(r"\S{24,}")
SOME = re.compile(r"\S{6}(?=\S)")  # letters of a long word after which a line may end
UNSEEN = {*"\ufeff\ufffe\uffff", *model.TURNING}  # PDF/UA allows no byte order mark
COLORS = ("ink", "soft", "mark", "rule", "band", "hint")
SET = """
import json, pickle, sys, typst
files, fonts, write = pickle.load(sys.stdin.buffer)
given = {"font_paths": [fonts], "ignore_system_fonts": True}
made = write and typst.compile(files, format="pdf", pdf_standards=["ua-1"], **given)
places = json.loads(typst.query(files, "<places>", field="value", one=True, **given))
sys.stdout.buffer.write(pickle.dumps((made, places)))
"""
# Sizes in points; margins (sides, head and foot) in millimetres; `tight` and `line` in heights of letters.
LOOKS = {
    "annex": {
        "size": 9, "leading": 6.3, "spacing": 9, "item": 7.2, "margins": (18, 18, 20), "title": 19, "subtitle": 12,
        "about": 9, "tight": 0.5, "heads": ((15, 25.5, 12.7), (11.5, 18.4, 9.2), (10, 13, 7)), "caption": 8, "gap": 5.9,
        "figure": 12.6, "entry": 8, "entries": (4.8, 7.2), "column": 60, "letters": 7.5, "small": 7.5, "line": 0.52,
        "inset": (4, 3.8), "floating": True,
    },
    "fiche": {
        "size": 10, "leading": 7, "spacing": 11, "item": 8, "margins": (22, 20, 22), "title": 17, "subtitle": 11,
        "about": 8, "tight": 0.5, "heads": ((13.5, 23, 11.5), (11.5, 15, 9.2), (10, 13, 7)), "caption": 8, "gap": 6.5,
        "figure": 14, "entry": 8, "entries": (4.8, 7.2), "column": 60, "letters": 8.5, "small": 7.5, "line": 0.52,
        "inset": (4, 4.5), "floating": True,
    },
}  # fmt: skip
FOOT = 110  # letters of the title that the foot of a page has room for


def write(report):
    """Write a report as PDF."""
    raw, places = _set(report, LOOKS[report.kind])
    return completed(raw, places, model.names(report))


def pages(report, look):
    """Return the page of each place that others can lead to, in a document of some look."""
    return {name: page for name, page, *_ in _set(report, look, write=False)[1]}


def _set(report, look, write=True):
    """Set a report: the PDF, if asked for, and where its places stand."""
    model.ids(report)
    parts = [part for part, _ in model.walk(report.sections)]
    files = {_file(part): part.svg for part in parts if isinstance(part, Picture)}
    files["main.typ"] = (resources.files(__package__) / "pdf.typ").read_bytes()
    files["data.json"] = json.dumps(content(report) | {"look": look}, ensure_ascii=False, sort_keys=True).encode(
        "utf-8"
    )
    # In a process of its own: typst keeps what it set, hundreds of megabytes a report, for as long as a process lives.
    given = pickle.dumps((files, str(_fonts()), write))
    done = subprocess.run([sys.executable, "-c", SET], input=given, capture_output=True)
    if done.returncode:
        raise RuntimeError(done.stderr.decode("utf-8", "replace").strip())
    return pickle.loads(done.stdout)


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
        "kind": report.kind,
        "contents": len(model.contents(report)),
        "long": model.LONG,
        "beside": f"{report.beside}.pdf",
        "front": {
            "title": breakable(report.title),
            "subtitle": breakable(report.subtitle) if report.subtitle else None,
            "about": [breakable(line) for line in model.about(report)],
        },
        "places": model.places(report.sections),
        "parts": [_part(part, level, report.kind) for part, level in model.walk(report.sections)],
    }


def _part(part, level, kind):
    if isinstance(part, Section):
        return {"kind": "heading", "id": part.id, "level": level, "fresh": part.fresh, "title": breakable(part.title)}
    if isinstance(part, Paragraph):
        return {"kind": "paragraph", "id": part.id, "runs": _runs(part.runs)}
    if isinstance(part, Bullets):
        return {"kind": "bullets", "items": [_runs(item) for item in part.items]}
    if isinstance(part, KeyPoints):
        return {"kind": "key", "items": [[_runs(runs) for runs in item] for item in part.items]}
    if isinstance(part, Table):
        return _table(part, kind)
    sides = (float(side) for side in ET.fromstring(part.svg).attrib["viewBox"].split()[2:])
    width, height = model.size(*sides, kind, part.stays)
    return {
        "kind": "picture",
        "id": part.id,
        "file": _file(part),
        # In a fiche its title, which is drawn in it, is not said again.
        "caption": breakable(part.title) if kind == "annex" else [""],
        "alt": printable(part.alt),
        "stays": part.stays,
        "width": width,
        "height": height,
    }


def _file(picture):
    return f"{picture.id}.svg"


def _table(table, kind):
    set_as = model.columns(table, kind)
    return {
        "kind": "table",
        "id": table.id,
        "caption": breakable(table.caption),
        "head": [breakable(head) for head in table.head],
        "rows": [{"id": name, "cells": [_runs(cell) for cell in row]} for name, row in table.named_rows],
        "numeric": table.numeric,
        "shares": set_as.shares,
        "cut": set_as.cut,
        "small": set_as.small,
        "wide": set_as.wide,
        "bold": not table.widths,
        "long": model.is_long(table),
    }


def _runs(runs):
    return [run._asdict() | {"text": breakable(run.text), "away": model.outside(run.target)} for run in runs]


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


ROW = re.compile(rb"<</Type/StructElem/S/TR/P \d+ 0 R/K\[(\d+) 0 R")
CELL = re.compile(rb"(<</Type/StructElem/S)/TD(/P \d+ 0 R/A\[)<</O/Table/Headers\[[^]]*\]>>")
PAGES = re.compile(rb"/Type/Pages/Count \d+/Kids\[([\d R]+)\]")
NAMES = re.compile(rb"/Names<</Dests<</Names\[.*?\]>>>>", re.S)
LINK = re.compile(rb"/A<</Type/Action/S/URI/URI\(#([\w.-]+)\)>>(/F 4/StructParent \d+)/Contents\(#[\w.-]+\)")
FACE = re.compile(rb"/MediaBox ?\[ ?\S+ \S+ \S+ (\S+?) ?\]")


def completed(raw, places, names):
    """Return a PDF with what typst does not say: which cells head rows, where links lead, what others can lead to.

    Typst writes plain objects one after the other and their offsets at the end: a few are said anew, all keep their
    numbers.
    """
    start = int(re.search(rb"startxref\s+(\d+)", raw[-64:])[1])
    count, table = re.match(rb"xref\s+0 (\d+)\s+", raw[start:]), raw[start:]
    entries = table[count.end() : count.end() + 20 * int(count[1])]
    offsets = {number: int(entries[20 * number : 20 * number + 10]) for number in range(1, int(count[1]))}
    order = sorted(offsets, key=offsets.get)
    ends = [*(offsets[number] for number in order[1:]), start]
    parts = {number: raw[offsets[number] : end] for number, end in zip(order, ends, strict=True)}
    heads = {int(found[1]) for part in parts.values() if (found := ROW.search(part[:120]))}
    for number, part in parts.items():
        if CELL.search(part[:200]):
            # A cell of a plain table is headed by its column and its row, which both say so.
            said = rb"\1/TH\2<</O/Table/Scope/Row>>" if number in heads else rb"\1/TD\2"
            parts[number] = CELL.sub(said, part, count=1).replace(b"/A[]", b"", 1)
        elif found := LINK.search(part):
            name = names[found[1].decode()].encode("utf-16-be").hex().encode()
            parts[number] = LINK.sub(rb"/Dest(\1)\2/Contents<feff%s>" % name, part)
    pages = [int(number) for number in PAGES.search(raw)[1].split()[::3]]
    root = next(number for number in reversed(order) if b"/Type/Catalog" in parts[number])
    named = b"".join(
        b"(%s)[%d 0 R/XYZ %.2f %.2f 0]" % (name.encode(), number, x, float(FACE.search(parts[number])[1]) - y)
        for name, page, x, y in sorted(places, key=lambda place: place[0].encode())
        for number in [pages[page - 1]]
    )
    said = b"/Names<</Dests<</Names[%s]>>>>" % named
    parts[root] = NAMES.sub(lambda _: said, parts[root])
    written, at = [raw[: min(offsets.values())]], {}
    position = len(written[0])
    for number in order:
        at[number] = position
        written.append(parts[number])
        position += len(parts[number])
    lines = b"".join(b"%010d 00000 n\r\n" % at[number] for number in range(1, len(at) + 1))
    trailer = table[count.end() + 20 * int(count[1]) :].rpartition(b"startxref")[0]
    return b"".join(
        [*written, table[: count.end()], entries[:20], lines, trailer, b"startxref\n%d\n%%%%EOF" % position]
    )
