"""Where a report can be led to: its ids, and the shorter names that Word gives them."""

import hashlib
import re

from .. import labels
from .model import Bullets, Paragraph, Picture, Table

LONGEST = 40  # characters of a bookmark's name in Word
OPENED = {"\u202a": "\u202c", "\u202b": "\u202c", "\u202d": "\u202c", "\u202e": "\u202c"}
OPENED |= {"\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069"}


def picture_id(picture):
    """Return the id of a picture.

    Parameters
    ----------
    picture : model.Picture

    Returns
    -------
    str

    Examples
    --------
    >>> picture_id(Picture("02-role-counts", "", "", b"", b""))
    'figure-02-role-counts'
    """
    return f"figure-{picture.key}"


def _walk(sections):
    """Yield the ids of sections and the targets of their runs, in order: ``(id, targets)``."""
    for section in sections:
        yield section.id, ()
        for block in section.blocks:
            if isinstance(block, Picture):
                yield picture_id(block), ()
            elif isinstance(block, Table):
                yield block.id, _targets(block.head)
                ids = block.ids or ("",) * len(block.rows)
                for name, row in zip(ids, block.rows, strict=True):
                    yield name, _targets(row)
            elif isinstance(block, Bullets):
                yield "", _targets(block.items)
            elif isinstance(block, Paragraph):
                yield block.id, _targets([block.runs])
            else:
                raise TypeError(f"{section.id}: no writer knows a {type(block).__name__}")
        yield from _walk(section.sections)


def _targets(groups):
    return [run.target for runs in groups if not isinstance(runs, str) for run in runs if run.target]


def ids(report):
    """Return the ids of a report in its order, once it is sure that every link has its place.

    Parameters
    ----------
    report : model.Report

    Returns
    -------
    list of str

    Raises
    ------
    ValueError
        If an id stands twice, or a run leads to an id that does not stand in the report.
    TypeError
        If a section holds something else than the blocks of `model`.

    Examples
    --------
    >>> from neoterra_analysis.report.model import Report, Run, Section
    >>> here = Section("roles", "Rôles", (Paragraph((Run("8", "roles"),), "said"),))
    >>> ids(Report("fr", "", "", "", "", (here,)))
    ['roles', 'said']
    """
    walked = list(_walk(report.sections))
    found = [name for name, _ in walked if name]
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        raise ValueError(labels.t("edition.same_place", report.lang, ids=", ".join(twice)))
    lost = sorted({target for _, targets in walked for target in targets} - set(found))
    if lost:
        raise ValueError(labels.t("edition.no_place", report.lang, ids=", ".join(lost)))
    return found


def numbers(sections):
    """Give pictures and tables their numbers, each kind by itself, in the order of the report.

    Parameters
    ----------
    sections : sequence of model.Section

    Returns
    -------
    dict of str to int
        By id.

    Examples
    --------
    >>> from neoterra_analysis.report.model import Section
    >>> two = Picture("a", "", "", b"", b""), Table("table-b", "", (), ())
    >>> numbers((Section("one", "Un", two),))
    {'figure-a': 1, 'table-b': 1}
    """
    blocks = list(_blocks(sections))
    pictures = [picture_id(block) for block in blocks if isinstance(block, Picture)]
    tables = [block.id for block in blocks if isinstance(block, Table)]
    return {name: number for kind in (pictures, tables) for number, name in enumerate(kind, 1)}


def _blocks(sections):
    for section in sections:
        yield from section.blocks
        yield from _blocks(section.sections)


def bookmarks(names):
    """Give each id a bookmark's name as Word takes it: letters, digits, ``_``, at most 40, unique whatever the case.

    Parameters
    ----------
    names : sequence of str
        The ids.

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> bookmarks(["laureate-cargo-209", "enjeu-4-1"])
    {'laureate-cargo-209': 'laureate_cargo_209', 'enjeu-4-1': 'enjeu_4_1'}
    """
    plain = {name: re.sub("[^A-Za-z0-9_]", "_", name) for name in names}
    folded = [text.lower() for text in plain.values()]
    made = {}
    for name, text in plain.items():
        if not re.match("[A-Za-z]", text) or len(text) > LONGEST or folded.count(text.lower()) > 1:
            digest = hashlib.sha256(name.encode("utf-8")).hexdigest()[:12]
            text = f"at_{text[: LONGEST - 16]}_{digest}"
        made[name] = text
    return made


def closed(text):
    r"""Return a text whose changes of reading direction end with it: what follows keeps its own.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> closed("ab\u202ecd") == "ab\u202ecd\u202c", closed("ab")
    (True, 'ab')
    """
    waiting = []
    for letter in text:
        if letter in OPENED:
            waiting.append(OPENED[letter])
        elif waiting and letter == waiting[-1]:
            waiting.pop()
    return text + "".join(reversed(waiting))
