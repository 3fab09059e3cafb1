"""Sentences whose numbers and names lead somewhere; the tables and pictures of the report."""

import html
import re
from numbers import Integral
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ..analysis import findings
from ..analysis.claims import ledger
from ..dataset import invented_example, loading
from ..figures.text import typeset
from ..sentences import prose, tables
from ..words import labels
from .model import BESIDE, Bullets, Paragraph, Picture, Report, Run, Table, places

# A number as a sentence writes it: 8/11, 1 234, 0,73, 73 %. The formula k(k−1)/2 counts nothing.
NUMBER = r"\d(?:[\d.,/\u202f]*\d)?(?:\u202f?%)?"
FORMULA = r"k\(k−1\)/2"
BREAK = r"[.;:?!](?=\s|$)"


class Given(NamedTuple):
    """What all parts of the report are made from."""

    dataset: object
    lang: str
    fragility: pd.DataFrame
    claims: pd.DataFrame
    figures: Path | None

    def t(self, key, **values):
        """Return the words for a key in the report's language."""
        return labels.t(key, self.lang, **values)

    def said(self, text):
        """Return a text of the data with the spaces that the report's language wants."""
        return said(text, self.lang)

    def number(self, value):
        """Return a number as the report's language writes it."""
        return labels.number(value, self.lang)

    def names(self, table, column):
        """Return the texts of a column of a table by its id (its first column)."""
        return _names(self.dataset, table, column, self.lang)


def gathered(dataset, lang=None, ambition=None, figures_folder=None, fragility=None, claims=None):
    """Gather what a fiche and its annex are made from; what takes long is computed once for both."""
    dataset, lang = dataset.only(ambition), labels.language(lang)
    given = Given(dataset, lang, fragility, claims, None if figures_folder is None else Path(figures_folder))
    for name in findings.of_key("coverage").figures:
        picture(given, name)  # a folder without figures is told before what takes long
    return given._replace(
        fragility=findings.fragility(dataset, progress=False) if fragility is None else fragility,
        claims=ledger(dataset, progress=False) if claims is None else claims,
    )


@loading.once
def _names(dataset, table, column, lang):
    frame = getattr(dataset, table)
    return {key: said(text, lang) for key, text in zip(frame.iloc[:, 0], frame[column], strict=True)}


def place(family, key):
    """Return the id of a record inside the report.

    >>> place("enjeu", "4.1")
    'enjeu-4-1'
    """
    return f"{family}-{key.replace('.', '-').replace('+', '-')}"


def said(text, lang):
    """Return a text of the data with the spaces that its language wants.

    >>> said("a : b", "fr") == "a\u202f: b"
    True
    """
    return labels.typography(text) if lang == "fr" else text


def french(text, lang):
    """Return words of the source, or of its coder, as a run that is marked as French in a report that is not.

    >>> french("un rôle", "en").lang, french("un rôle", "fr").lang
    ('fr', '')
    """
    return Run(said(text, lang), lang="" if lang == "fr" else "fr")


def printed(text, lang):
    """Return words of the source between quotation marks, marked as French in a report that is not.

    >>> printed("un rôle", "en")
    Run(text='“un rôle”', target='', strong=False, lang='fr', printed=True)
    """
    if lang == "fr":
        return Run(f"«{labels.NARROW}{text}{labels.NARROW}»", printed=True)
    return Run(f"“{text}”", lang="fr", printed=True)


def people(given):
    """Return the name of each laureate, as it is written in the report, by id."""
    return given.names("laureates", "name")


def linked(text, target, names=None, rows=None, named=False):
    """Cut a sentence into runs: its numbers lead to a target, the names of laureates to the laureates.

    From a word of ``rows`` to the next break, numbers lead to the place of that word; ``named``: the word does too.

    >>> [run.target for run in linked("In all 3: A 1, B 2.", "table-x", rows={"B": "row-b"}) if run.target]
    ['table-x', 'table-x', 'row-b']
    >>> linked("3 for Ann", "table-x", {"ann": "Ann"})[-1]
    Run(text='Ann', target='laureate-ann', strong=False, lang='', printed=False)
    """
    ids = {}
    for laureate, name in (names or {}).items():
        ids.setdefault(name, place("laureate", laureate))
    rows = rows or {}
    known = sorted({word for word in (*ids, *rows) if word}, key=lambda word: (-len(word), word))
    parts = [rf"(?<!\w){re.escape(word)}(?!\w)" for word in known]
    pattern = re.compile("|".join([*parts, FORMULA, NUMBER, BREAK]))
    runs, end, now = [], 0, target
    for found in pattern.finditer(text):
        word = found.group()
        if word in rows:
            now = rows[word]
        elif word in tuple(".;:?!"):
            now = target
        leads = ids.get(word, "") or (now if re.fullmatch(NUMBER, word) else "")
        if word in rows:
            leads = now if named else ""
        if leads:
            runs += [Run(text[end : found.start()]), Run(word, leads)]
            end = found.end()
    runs.append(Run(text[end:]))
    return tuple(run for run in runs if run.text)


def paragraph(given, text, target, rows=None, first=None):
    """Make a paragraph of a sentence or several; see `linked`."""
    names, end = people(given), text.find(". ") + 2 if first else 0
    return Paragraph(linked(text[:end], first, names, rows) + linked(text[end:], target, names, rows))


def told(given, sentences):
    """Make the runs of sentences of `synthesis`, each leading to its own records."""
    names, runs = people(given), ()
    for one in sentences:
        rows = {given.said(word): place(*key) for word, key in one.rows.items()}
        target = one.target if isinstance(one.target, str) else place(*one.target)
        runs += linked(given.said(one.text), target, names, rows, named=True)
    return runs


def bullets(given, items):
    """Make a list of sentences, each with what its numbers lead to."""
    names = people(given)
    return Bullets(tuple(linked(text, target, names) for text, target in items))


def who(given, cell):
    """Return the laureates of a cell, each leading to its own place."""
    names = people(given)
    return listed((names[one], place("laureate", one)) for one in cell.split("; ") if one)


def listed(pairs):
    """Return words that lead somewhere as a list with commas.

    >>> "".join(run.text for run in listed([("A", "a"), ("B", "b")]))
    'A, B'
    """
    runs = []
    for text, target in pairs:
        runs += [Run(", ")] if runs else []
        runs.append(Run(text, target))
    return tuple(runs)


# Columns that hold ids, and where these lead.
PLACES = {
    "actor_id": "actor",
    "claim_id": "claim",
    "claims": "claim",
    "end_a": "actor",
    "end_b": "actor",
    "enjeu_id": "enjeu",
    "laureate_id": "laureate",
    "laureates": "laureate",
    "laureates_direct": "laureate",
    "laureates_indirect": "laureate",
    "principal_laureates": "laureate",
    "theme_id": "theme",
    "themes": "theme",
    "top": "laureate",
}


def grid(given, name, frame, ids=None, heads=None):
    """Make a table of results: names for ids, words for codes; every record leads to its place."""
    ends = {"source": "end_a", "target": "end_b"} if {"source", "target"} <= set(frame.columns) else {}
    columns, numeric = [], []
    for position, column in enumerate(frame.columns):
        values = frame[column].tolist()
        if values and all(isinstance(value, int) and not isinstance(value, bool) for value in values):
            numeric.append(position)
        if heads and column in heads:
            head, texts = heads[column], [said(str(value), given.lang) for value in values]
        else:
            made = tables.show(frame[[column]].rename(columns=ends), given.dataset, given.lang).frame
            head, texts = made.columns[0], made.iloc[:, 0].tolist()
        column = ends.get(column, column)
        columns.append((head, [_cell(given, column, *cell) for cell in zip(values, texts, strict=True)]))
    rows = tuple(zip(*(cells for _, cells in columns), strict=True))
    if ids:  # what heads a row does not lead to that very row
        rows = tuple((_still(first, own), *others) for (first, *others), own in zip(rows, ids, strict=True))
    caption = given.t(f"report.table.{name}")
    return Table(f"table-{name}", caption, tuple(h for h, _ in columns), rows, tuple(numeric), tuple(ids or ()))


def _still(runs, own):
    return tuple(run._replace(target="") if run.target == own else run for run in runs)


def _cell(given, column, value, text):
    family = PLACES.get(column)
    if family == "laureate":
        return who(given, value)
    if family and value:
        parts = value.split("; ")
        if len(parts) == 1:
            return (Run(said(str(text), given.lang), place(family, value)),)
        shown = [tables.show(pd.DataFrame({column: [part]}), given.dataset, given.lang) for part in parts]
        pairs = zip(shown, parts, strict=True)
        return listed((said(str(one.frame.iloc[0, 0]), given.lang), place(family, part)) for one, part in pairs)
    if isinstance(text, int) and not isinstance(text, bool):
        text = labels.number(text, given.lang)
    return (Run(said(str(text), given.lang)),) if str(text) else ()


def plain(given, name, head, rows, numeric=(), ids=(), table_id=None, **values):
    """Make a table of cells that are texts or runs; a head is a word of ``report.head``, or the key of any words."""
    words = [given.t(one if "." in one else f"report.head.{one}") for one in head]
    return _table(given, name, words, rows, numeric, ids, table_id, **values)


def _table(given, name, head, rows, numeric=(), ids=(), table_id=None, **values):
    made = tuple(tuple(_runs(cell, given.lang) for cell in row) for row in rows)
    caption = given.t(f"report.table.{name}", **values)
    return Table(table_id or f"table-{name}", caption, tuple(head), made, tuple(numeric), tuple(ids))


def _runs(cell, lang):
    if isinstance(cell, str):
        return (Run(said(cell, lang)),) if cell else ()
    return (cell,) if isinstance(cell, Run) else tuple(cell)


def shown(given, name, frame, ids=(), **values):
    """Make a table of results that are words for the reader already; whole numbers stay numbers."""
    columns = [frame[column].tolist() for column in frame.columns]
    numeric = [i for i, column in enumerate(columns) if all(isinstance(cell, Integral) for cell in column)]
    texts = [[given.number(cell) if isinstance(cell, Integral) else cell for cell in column] for column in columns]
    return _table(given, name, frame.columns, list(zip(*texts, strict=True)), numeric, ids, **values)


def fragile(given, key):
    """Say how many numbers of a finding hold, which leads to what moves each of them."""
    mine = given.fragility[given.fragility["section"] == key]
    if mine.empty:
        return ()
    robust = sum(verdict == "robust" for verdict in mine["verdict"])
    text = given.t("report.fragile", robust=robust, of=len(mine))
    return (Paragraph(linked(text, place("fragility", mine["statistic"].iloc[0]))),)


def picture(given, name):
    """Return the built figure of a function of `figures`, its words and its bytes."""
    if given.figures is None:
        return ()
    key, content = findings.figure_key(name), {}
    for ending in ("svg", "png", "txt"):
        file = given.figures / f"{key}.{ending}"
        if not file.is_file():
            raise FileNotFoundError(given.t("report.no_figure", file=file.name, folder=given.figures))
        content[ending] = file.read_bytes()
    found = re.search(r"<title[^>]*>(.*?)</title>", content["svg"].decode("utf-8"), re.DOTALL)
    title = html.unescape(found.group(1)).strip() if found else key
    return (Picture(key, title, content["txt"].decode("utf-8").strip(), content["svg"], content["png"]),)


def sources(given):
    """Name the documents that the laureates stand in, each with its digest, then that of the data: items of a list."""
    used, items = set(given.dataset.laureates["source_id"]), []
    for source in given.dataset.sources.to_dict("records"):
        if source["source_id"] in used:
            values = {name: source[name] for name in ("title", "publisher", "sha256")}
            values["retrieved"] = labels.date(source["retrieved"], given.lang)
            key = "fiche.sources" if source["retrieved"] else "fiche.sources.undated"
            items.append((Run(given.said(given.t(key, **values))),))
    digest = given.dataset.digest  # records that no file holds have none
    return [*items, (Run(given.t("fiche.digest", digest=digest)),)] if digest else items


def resolved(part, inside, beside=frozenset()):
    """Let each run lead inside, else to the document beside, else nowhere; curve the apostrophes of our own words.

    >>> [run[:2] for run in resolved((Run("l'annexe", "nowhere"), Run("l'ESS", printed=True)), frozenset())]
    [('l’annexe', ''), ("l'ESS", '')]
    """
    if isinstance(part, Run):
        part = part if part.printed else part._replace(text=typeset(part.text))
        if not part.target or part.target in inside:
            return part
        return part._replace(target=f"{BESIDE}{part.target}" if part.target in beside else "")
    if isinstance(part, str):
        return typeset(part)  # no id holds an apostrophe
    if not isinstance(part, tuple):
        return part
    made = [resolved(one, inside, beside) for one in part]
    return type(part)(*made) if hasattr(part, "_fields") else tuple(made)


def titled(family, dataset, lang):
    """Name the ambitions of a document; one alone with its title, where that is known."""
    table = loading.loaded(dataset)
    numbers = [labels.number(number, lang) for number in table["number"]]
    if len(table) != 1:
        return labels.t(f"{family}.title.many", lang, numbers=labels.join(numbers, lang))
    title = said(table[f"title_{lang}"].iloc[0] or table["title_fr"].iloc[0], lang)
    return labels.t(f"{family}.title.{'titled' if title else 'one'}", lang, number=numbers[0], title=title)


def document(given, kind, title, subtitle, sections, beside="", others=frozenset()):
    """Make a document of its sections, each link led to its place; under the title stands what is invented."""
    dataset, lang = given.dataset, given.lang
    text = labels.t(subtitle, lang, total=labels.count(len(dataset.laureates), "laureate", lang))
    if invented_example.within(dataset):
        text = f"{labels.t('frame.invented', lang)}. {text}"
    sections = tuple(section for section in sections if section)
    sections = resolved(sections, frozenset(places(sections)), others)
    front = (typeset(words) for words in (title, text, prose.source_line(dataset, lang)))
    return Report(lang, *front, dataset.digest, sections, kind, beside)
