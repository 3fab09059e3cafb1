"""The command ``neoterra ingest``: a document in, a folder of draft tables out, or one line that says why not."""

import csv
import io
import os
import re
import shutil
import sys
from collections import Counter
from datetime import date
from pathlib import Path

from .. import aside, documents, labels
from ..contract import find, tables
from ..dataset import load
from ..documents.blocks import Paragraph
from .doubts import COLUMNS
from .draft import draft
from .french import language

PASSAGES = ("passage_id", "place", "kind", "anchor", "theme_id", "note")
FEW = 40  # words: below, a language cannot be told


class IngestError(ValueError):
    """The document cannot be made into a draft; the message says why in one line."""


def ingest(file, data=None, retrieved=None, ambition=None, lang=None):
    """Read a fiche and make its draft; nothing is written.

    Parameters
    ----------
    file : path-like
        Text, Markdown, HTML, Word or PDF.
    data : path-like, optional
        Data folder whose actors are known; see `contract.find`.
    retrieved : str, optional
        The day on which the copy was read, ``YYYY-MM-DD``; today without it.
    ambition : int, optional
        Number of the ambition, where the document does not say it.
    lang : {"fr", "en"}, optional
        Of the messages.

    Returns
    -------
    Draft

    Raises
    ------
    documents.DocumentError
        If the file cannot be read, or may do harm.
    IngestError
        If it is not a fiche in French with a table of projects.
    """
    document = documents.read(file, lang)
    words = " ".join(_words(document.blocks))
    spoken, _ = language(words)
    if len(words.split()) >= FEW and spoken != "fr":
        named = labels.t(f"ingest.language.{spoken}", lang)
        raise IngestError(labels.t("ingest.other_language", lang, file=Path(file).name, language=named))
    dataset = load(data)
    known = {
        name: getattr(dataset, name).astype("str").replace("<NA>", "").to_dict("records")
        for name in ("actors", "ambitions", "laureates")
    }
    made = draft(document, known, retrieved or date.today().isoformat(), ambition)
    if not made.tables["laureates"] and not any(doubt.table == "laureates" for doubt in made.doubts):
        raise IngestError(labels.t("ingest.no_table", lang, file=Path(file).name))
    if made.tables["ambitions"][0]["number"] == "0":
        raise IngestError(labels.t("ingest.no_ambition_number", lang, file=Path(file).name))
    return made


def _words(blocks):
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text.text
        else:
            yield from (cell.text for row in block.rows for cell in row)


def write(made, out, data=None, lang=None):
    """Write a draft into a new folder: all of it, or nothing.

    Parameters
    ----------
    made : Draft
    out : path-like
        A folder that does not exist yet, or is empty.
    data : path-like, optional
        Data folder whose contract the draft follows.
    lang : {"fr", "en"}, optional
        Of the places and the messages.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    IngestError
        If the folder exists and holds anything.
    OSError
        If it cannot be written; what was there is then as it was.
    """
    out, source = Path(out), find(data)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise IngestError(labels.t("ingest.out_exists", lang, folder=out))
    staged = out.absolute().parent / f".{out.name}.{os.getpid()}.new"
    shutil.rmtree(staged, ignore_errors=True)
    try:
        for name, resource in tables(source).items():
            columns = [field["name"] for field in resource["schema"]["fields"]]
            aside.replace(staged / resource["path"], _csv(columns, made.tables.get(name, [])))
        aside.replace(staged / "review.csv", _csv(COLUMNS, _review(made.doubts, lang)))
        aside.replace(staged / "passages.csv", _csv(PASSAGES, _passages(made.passages, lang)))
        aside.replace(staged / "datapackage.json", (source / "datapackage.json").read_bytes())
        if out.exists():
            out.rmdir()
        os.replace(staged, out)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return out


def _csv(columns, rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _review(doubts, lang):
    for number, doubt in enumerate(doubts, 1):
        names = ("kind", "table", "key", "column", "value", "passage", "confidence")
        row = {name: getattr(doubt, name) for name in names} | {"question": labels.t(f"doubt.{doubt.kind}", lang)}
        row["review_id"], row["place"] = f"q{number:03d}", where(doubt.place, lang)
        yield row | {"proposals": " || ".join(doubt.proposals), "decision": ""}


def _passages(passages, lang):
    for number, passage in enumerate(passages, 1):
        yield {"passage_id": f"p{number:02d}", **passage, "place": where(passage["place"], lang)}


def where(place, lang=None):
    """Say where a passage stands.

    Examples
    --------
    >>> where((2, 14), "en"), where((0, 14), "en"), where((2, 0), "en"), where((0, 0), "en")
    ('page 2, line 14', 'line 14', 'page 2', '')
    """
    page, line = place
    if not page and not line:
        return ""
    form = "page_line" if page and line else "page" if page else "line"
    return labels.t(f"ingest.place.{form}", lang, page=page, line=line)


def run(file, out, data=None, retrieved=None, ambition=None, lang=None, to=None):
    """Read a fiche, write its draft and tell what was found, for ``neoterra ingest``.

    Parameters
    ----------
    file, out, data, retrieved, ambition, lang
        See `ingest` and `write`.
    to : file, optional
        Where to tell it; standard output without it.

    Returns
    -------
    int
        0 when a draft was written, 1 when not.
    """
    to = to or sys.stdout
    lang = labels.language(lang)
    if retrieved and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", retrieved):
        print(labels.t("ingest.not_a_day", lang, value=retrieved), file=to)
        return 1
    try:
        made = ingest(file, data, retrieved, ambition, lang)
        folder = write(made, out, data, lang)
    except (IngestError, documents.DocumentError) as error:
        print(error, file=to)
        return 1
    sizes = {name: len(rows) for name, rows in made.tables.items()}
    sizes["actors"] = len({row["actor_id"] for row in made.tables["mentions"]})
    new = sum(doubt.kind in ("unknown_actor", "actor_is_laureate") for doubt in made.doubts)
    title = made.tables["ambitions"][0]
    print(labels.t("ingest.read", lang, number=title["number"], title=title["title_fr"]), file=to)
    print(labels.t("ingest.sizes", lang, **sizes, new=new, passages=len(made.passages)), file=to)
    print(labels.t("ingest.doubts", lang, count=len(made.doubts)), file=to)
    kinds = Counter(doubt.kind for doubt in made.doubts)
    for kind, count in sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0])):
        print(labels.t("ingest.doubt", lang, count=count, what=labels.t(f"doubt.{kind}", lang)), file=to)
    print(labels.t("ingest.next", lang, folder=folder), file=to)
    return 0
