"""Quotes of fiches and what becomes of quotes: each class is a small change, after which a quote is the same or is not.

A quote of a fiche is a stretch of words of one cell that its row has once. A mutant says to which laureate it is given;
a harmless one is the same quote as another keyboard, program or page prints it.
"""

import os
import random
import re
import unicodedata
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from neoterra_analysis.coding.diff import rows_of
from neoterra_analysis.fiches import documents, draft, quotes
from neoterra_analysis.words.folding import one_line

HERE = Path(__file__).parent
REPO = HERE.parent
PUBLISHED = Path(os.environ.get("NEOTERRA_FICHE") or REPO.parent / "shared" / "source" / "fiche-ambition-4.txt")
INVENTED = [
    REPO / "examples" / "fiche-ambition-2.md",
    *sorted(file for file in (HERE / "fiches").glob("*.*") if file.suffix != ".json"),
]
NOTHING_KNOWN = {"actors": [], "ambitions": [], "laureates": []}
TWINS = dict(zip("aeopcyx", "\u0430\u0435\u043e\u0440\u0441\u0443\u0445", strict=True))
PLAIN = str.maketrans({"\u2019": "'", "\u00a0": " ", "\u202f": " "})
ENGLISH = {"un": "a", "une": "a", "le": "the", "la": "the", "les": "the", "de": "of", "des": "of", "et": "and"}
ENGLISH |= {"dans": "in", "pour": "for", "avec": "with", "rôle": "role", "joue": "plays", "en": "in", "sur": "on"}
OTHER_WORDS = {"joue": "tient", "rôle": "fonction", "projet": "dispositif", "fait": "rend", "entre": "parmi"}
OTHER_WORDS |= {"association": "structure", "également": "aussi", "habitants": "riverains", "permet": "rend possible"}
ROLES = ("aiguillon", "inspirateur", "connecteur")


class Quote(NamedTuple):
    """A stretch of a cell that its row has once: the laureate, the column, the words as printed."""

    laureate: str
    column: str
    text: str


class Mutant(NamedTuple):
    """A quote given to a laureate, after a change of a class."""

    kind: str
    laureate: str
    column: str | None
    text: str
    harmless: bool = False


class Source:
    """A fiche with its rows and its coded anchors."""

    def __init__(self, file, laureates=None, anchors=()):
        document = documents.read(file)
        if laureates is None:
            made = draft.draft(document, NOTHING_KNOWN, "2026-01-01", 5)
            laureates = made.tables["laureates"]
            anchors = [(row["laureate_id"], row["anchor"]) for row in made.tables["roles"]]
        self.name, self.anchors = file.name, anchors
        self.fiche = quotes.fiche_of(document, laureates)
        self.rows = {
            laureate: {cell.column: one_line(cell.text) for cell, *_ in zone.parts}
            for laureate, zone in self.fiche.rows.items()
        }
        self.outside = [one_line(cell.text) for cell, *_ in self.fiche.outside.parts]

    def whole(self, laureate):
        return " ".join(self.rows[laureate].values())

    def has(self, laureate, text):
        """Tell whether a row has a text, as whole words or not, whatever its ends, by a look of its own."""
        bare, whole = text.translate(PLAIN).strip('«»"“”….[] '), self.whole(laureate).translate(PLAIN)
        return any(one in whole for one in (bare, bare[:1].swapcase() + bare[1:]))

    def quotes(self, rng, each):
        """Return the coded anchors, and so many stretches of each cell of sentences."""
        found = []
        for laureate, text in self.anchors:
            for column, cell in self.rows.get(laureate, {}).items():
                if one_line(text).translate(PLAIN) in cell.translate(PLAIN):
                    found.append(Quote(laureate, column, one_line(text)))
        for laureate, cells in self.rows.items():
            for column in ("project", "contribution"):
                words = cells.get(column, "").split()
                for _ in range(each if len(words) > 9 else 0):
                    size = rng.randint(5, min(14, len(words) - 2))
                    at = rng.randrange(len(words) - size)
                    found.append(Quote(laureate, column, " ".join(words[at : at + size]).strip(" ,;:.")))
        return [one for one in dict.fromkeys(found) if self.is_whole(one)]

    def is_whole(self, one):
        """Tell whether a stretch stands once in its row, and is not cut from its negation."""
        before, _, after = self.whole(one.laureate).translate(PLAIN).partition(one.text.translate(PLAIN))
        is_cut = re.search(r"\b(?:ne|n'|pas|non|sans|ni)\s?$", before) or re.match(r"\s?(?:pas|jamais|aucun)", after)
        return self.whole(one.laureate).count(one.text) == 1 and not is_cut


@cache
def sources():
    """Return the fiches: the invented ones with their drafts, and the published one where a copy of it is."""
    found = [Source(file) for file in INVENTED]
    if PUBLISHED.is_file():
        tables = rows_of(REPO / "data")
        coded = [row.cells for name in ("roles", "contributions", "evidence") for row in tables[name]]
        anchors = [(cells["laureate_id"], cells["anchor"]) for cells in coded]
        found.append(Source(PUBLISHED, [row.cells for row in tables["laureates"]], anchors))
    return found


def _each(pattern, text, change, first=1):
    """Yield a text with one match of a pattern changed, in turn, from the second word on."""
    start = len(text.split(" ", 1)[0]) if first else 0
    for found in re.finditer(pattern, text):
        if found.start() >= start:
            yield text[: found.start()] + change(found) + text[found.end() :]


def word_changed(one, source, rng):
    others = [word for word in source.whole(rng.choice(list(source.rows))).split() if len(word) > 3]
    yield from _each(r"[^\W\d_]{4,}", one.text, lambda found: rng.choice(others), 0)


def other_words(one, source, rng):
    yield from _each(r"\w+", one.text, lambda found: OTHER_WORDS.get(found[0], found[0]), 0)


def accent(one, source, rng):
    strip = lambda found: unicodedata.normalize("NFD", found[0])[0]  # noqa: E731
    yield from _each("[àâçéèêëîïôûùü]", one.text, strip, 0)
    yield from _each(r"\ba\b|\bou\b", one.text, lambda found: {"a": "à", "ou": "où"}[found[0]], 0)
    yield from _each(
        r"\bdes\b|\bla\b|e(?=r\b)", one.text, lambda found: found[0].replace("e", "é").replace("a", "à"), 0
    )


def negation_dropped(one, source, rng):
    yield from _each(r"\bn['\u2019](?=\w)|\bne |\b(?:pas|non|sans|jamais) ", one.text, lambda found: "", 0)
    for found in re.finditer(r"(?<=\bn['\u2019])\w.*|(?<=\bne ).*|(?<=\bsans ).*|(?<=\bnon ).*", one.text):
        yield found[0]


def negation_added(one, source, rng):
    yield from _each(r"\b(?:est|sont|a|ont|joue|fait|permet)\b", one.text, lambda found: f"ne {found[0]} pas", 0)
    yield from _each(r"(?<= )(?=d['\u2019e])", one.text, lambda found: "pas ")


def number_changed(one, source, rng):
    yield from _each(r"\d", one.text, lambda found: str((int(found[0]) + 1) % 10), 0)
    yield from _each(r"\b(?:deux|trois|quatre|dix|cent|mille)\b", one.text, lambda found: "cinq", 0)
    yield from _each(r"(?<=\d)[  \u202f](?=\d{3})", one.text, lambda found: "", 0)


def number_cut(one, source, rng):
    text = source.whole(one.laureate)
    for found in re.finditer(r"\d{1,3}(?:[,.]\d+|[ \u00a0\u202f]\d{3})", text):
        yield re.split(r"[,. \u00a0\u202f]", found[0])[1] + text[found.end() :][:25].rpartition(" ")[0]


def order(one, source, rng):
    words = one.text.split()
    for at in range(len(words) - 1):
        if words[at] != words[at + 1]:
            yield " ".join([*words[:at], words[at + 1], words[at], *words[at + 2 :]])


def plural(one, source, rng):
    yield from _each(r"(?<=\w\w)s\b", one.text, lambda found: "", 0)
    yield from _each(r"(?<=\w\w[bcdéfglmnprt])\b", one.text, lambda found: "s", 0)


def gender(one, source, rng):
    yield from _each(r"\b[Uu]n\b|\b[Uu]ne\b", one.text, lambda found: "un" if found[0][-1] == "e" else "une", 0)
    yield from _each(r"\ble\b|\bla\b", one.text, lambda found: "la" if found[0] == "le" else "le", 0)
    yield from _each(r"(?<=\w[éln])\b", one.text, lambda found: "e", 0)


def tense(one, source, rng):
    ends = {"est": "était", "sont": "étaient", "joue": "jouait", "a": "avait", "ont": "avaient", "fait": "faisait"}
    yield from _each(rf"\b(?:{'|'.join(ends)})\b", one.text, lambda found: ends[found[0]], 0)
    yield from _each(r"(?<=\w\w)ent\b", one.text, lambda found: "aient", 0)
    yield from _each(r"(?<=\w\w)e\b", one.text, lambda found: "a", 0)


def omitted(one, source, rng):
    words = one.text.split()
    for at in range(1, len(words) - 1):
        yield " ".join([*words[:at], *words[at + 1 :]])


def added(one, source, rng):
    words = one.text.split()
    for at in range(1, len(words)):
        yield " ".join([*words[:at], rng.choice(["bien", "très", "aussi", "fort", words[at]]), *words[at:]])


def _others(one, source, rng, same_row):
    for laureate in [one.laureate] if same_row else source.rows:
        for column, text in source.rows[laureate].items():
            words = text.split()
            if (laureate == one.laureate) == same_row and len(words) > 8 and column != "actors":
                at = rng.randrange(len(words) - 5)
                yield " ".join(words[at : at + 5])


def left_out(one, source, rng):
    for other in _others(one, source, rng, True):
        for mark in ("[…]", "(...)", "…", "[...]"):
            yield f"{one.text} {mark} {other}"


def glued(one, source, rng):
    for other in _others(one, source, rng, True):
        yield f"{one.text} {other}"
        yield f"{other} {one.text}"


def two_rows(one, source, rng):
    for other in _others(one, source, rng, False):
        yield f"{one.text} {other}"
    rows = list(source.rows)
    for above, below in zip(rows, rows[1:], strict=False):
        if one.laureate == above:
            yield " ".join([*source.whole(above).split()[-4:], *source.whole(below).split()[:4]])


def two_cells(one, source, rng):
    cells = list(source.rows[one.laureate].values())
    for above, below in zip(cells, cells[1:], strict=False):
        for a, b in ((1, 4), (4, 1), (3, 3), (2, 6)):
            yield " ".join([*above.split()[-a:], *below.split()[:b]])


def translated(one, source, rng):
    found = re.sub(r"\w+", lambda word: ENGLISH.get(word[0].lower(), word[0]), one.text)
    yield found
    yield f"The project {found}"


def paraphrase(one, source, rng):
    words = one.text.split()
    yield " ".join(words[len(words) // 2 :] + ["que"] + words[: len(words) // 2])
    yield " ".join(word for word in words if len(word) > 3) + " notamment"
    yield f"le projet contribue à {one.text}"


def moved(one, source, rng):
    yield one.text


def headings(one, source, rng):
    yield from source.outside


def empty(one, source, rng):
    yield from ("", " ", "…", "« »", "--", "[...]", "\n")


def one_function_word(one, source, rng):
    yield from ("de", "un", "et", "l'", "de la", "qui", "d'un", "« les »", "pour")


def whole_cell(one, source, rng):
    yield from (text for text in source.rows[one.laureate].values() if len(re.findall(r"[^\W_]+", text)) > 8)


def homoglyph(one, source, rng):
    yield from _each("[aeopcyx]", one.text, lambda found: TWINS[found[0]], 0)


def zero_width(one, source, rng):
    for char in "\u200b\u200c\u200d\u2060\ufeff\u00ad":
        at = rng.randrange(1, len(one.text))
        yield one.text[:at] + char + one.text[at:]


def bidi(one, source, rng):
    for char in "\u202e\u200f\u2066\u061c\u202a":
        at = rng.randrange(1, len(one.text))
        yield one.text[:at] + char + one.text[at:]
        yield char + one.text


def call_swallowed(one, source, rng):
    yield from _each(r"(?<=[^\W\d_])\b(?=[ ,.;])|(?<=\w)$", one.text, lambda found: rng.choice("123"), 0)
    yield from _each(r"(?<=[^\W\d_])\b(?=[ ,.;])", one.text, lambda found: rng.choice("¹²³"), 0)


def later_capital(one, source, rng):
    yield from _each(r"(?<=[ '\u2019])[a-zéèà]", one.text, lambda found: found[0].upper())
    yield from _each(r"(?<=\w)[A-Z](?=\w)", one.text, lambda found: found[0].lower(), 0)


def half_word(one, source, rng):
    if one.text[-2:].isalpha():
        yield one.text[:-1]
    if one.text[:2].isalpha():
        yield one.text[1:]


def compound_cut(one, source, rng):
    for found in re.finditer(r"\w+(?:-\w+)+", source.whole(one.laureate)):
        text = source.whole(one.laureate)
        yield found[0].partition("-")[2] + text[found.end() :][:25].rpartition(" ")[0]
        yield text[: found.start()][-25:].partition(" ")[2] + found[0].partition("-")[0]


def hyphen_dropped(one, source, rng):
    yield from _each(r"(?<=\w)-(?=\w)", one.text, lambda found: rng.choice(["", " "]), 0)
    yield from _each(r"(?<=[a-z]{3})(?=[a-z]{3})", one.text, lambda found: "-", 0)


def ligature(one, source, rng):
    yield from _each("œ|oe|æ|ae", one.text, lambda found: {"œ": "oe", "oe": "œ", "æ": "ae"}.get(found[0], "æ"), 0)
    yield from _each("(?<=[a-z])[.,](?=[ a-z])", one.text, lambda found: "", 0)


def other_role(one, source, rng):
    for role in ROLES:
        yield from _each("|".join(ROLES), one.text, lambda found, role=role: role, 0)
    absent = [role for role in ROLES if role[:6] not in source.whole(one.laureate).lower()]
    yield from (f"joue un rôle de {role}".replace("de a", "d'a").replace("de i", "d'i") for role in absent)


def twice(one, source, rng):
    """Give words that stand in a row more than once."""
    words = source.whole(one.laureate).split()
    pairs = {" ".join(words[at : at + 2]) for at in range(len(words) - 1)}
    for pair in sorted(pairs):
        text = source.whole(one.laureate)
        if len(re.findall(rf"(?<![\w-]){re.escape(pair)}(?![\w-])", text)) > 1 and re.search(r"\w{4}", pair):
            yield pair.strip(" ,;:.")


NOT_THE_SAME = (
    [word_changed, other_words, accent, negation_dropped, negation_added, number_changed, number_cut, order, plural]
    + [gender, tense, omitted, added, left_out, glued, two_rows, two_cells, translated, paraphrase, moved, headings]
    + [empty, one_function_word, whole_cell, homoglyph, zero_width, bidi, call_swallowed, later_capital, half_word]
    + [compound_cut, hyphen_dropped, ligature, other_role, twice]
)
# What may turn out to be words of the row all the same is no mutant then; of the others that is the point.
MEANT = {negation_dropped, number_cut, empty, one_function_word, whole_cell, half_word, compound_cut, twice}


def spaces(one, rng):
    yield re.sub(" ", lambda _: rng.choice(["  ", "\n", "\t", "\u00a0", "\u202f", " \r\n ", "\u2009"]), one)
    yield f"  {one}\n"


def apostrophes(one, rng):
    yield one.replace("'", "\u2019") if "'" in one else one.replace("\u2019", "'")
    yield one.replace("\u2019", "\u02bc").replace("'", "\u2018")


def quotation_marks(one, rng):
    yield re.sub("[«»“”]", '"', one)
    yield re.sub("« ?|“", "«\u00a0", re.sub(" ?[»”]", "\u00a0»", one))
    yield from (f"« {one} »", f"“{one}”", f'"{one}"', f"«\u202f{one}\u202f»", f"„{one}“", f"‘{one}’")


def composed(one, rng):
    yield unicodedata.normalize("NFD", one)
    yield unicodedata.normalize("NFC", one)


def line_ends(one, rng):
    for mark in ("-\n", "\u00ad\n", "\u2010\n  ", "-\r\n"):
        yield from _each(r"(?<=[a-zà-ÿ]{3})(?=[a-zà-ÿ]{3})", one, lambda found, mark=mark: mark, 0)
        yield from _each(r"(?<=[a-zà-ÿ])-(?=[a-zà-ÿ])", one, lambda found, mark=mark: mark, 0)


def dashes(one, rng):
    yield from (re.sub("(?<= )[–—-](?= )", dash, one) for dash in "–—―-")
    yield from (re.sub(r"(?<=\w)-(?=\w)", hyphen, one) for hyphen in "\u2010\u2011")


def first_letter(one, rng):
    yield one[0].swapcase() + one[1:]


def ends(one, rng):
    yield from (f"{one}.", f"{one}…", f"…{one}", f"{one}...", f"[…] {one}", f"{one} […]", f"« {one}. »", f"“…{one}…”.")


THE_SAME = (spaces, apostrophes, quotation_marks, composed, line_ends, dashes, first_letter, ends)


def mutants(source, each=3, seed=8, of_a_class=None):
    """Yield the mutants of a fiche, at most so many of a class; each has been looked for in its row by other means."""
    rng = random.Random(seed)
    stretches = source.quotes(rng, each)
    rng.shuffle(stretches)
    for change in (*NOT_THE_SAME, *THE_SAME):
        yield from islice(_of_class(change, source, stretches, rng, of_a_class), of_a_class)


def _of_class(change, source, stretches, rng, few):
    """Yield the mutants of a class once each; of a few, one of each stretch first."""
    seen = set()
    for one in stretches:
        harmless = change in THE_SAME
        texts = list(change(one.text, rng) if harmless else change(one, source, rng))
        column = one.column if change is moved and rng.random() < 0.2 else None
        for text in rng.sample(texts, min(len(texts), 1)) if few else texts:
            to = rng.choice(list(source.rows)) if change in (moved, headings) else one.laureate
            is_new = one_line(text) != one_line(one.text) or change in (moved, headings, whole_cell)
            is_new = is_new and (change in MEANT or not source.has(to, one_line(text)))
            mutant = Mutant(change.__name__, to, column, text, harmless)
            if (harmless or is_new) and mutant not in seen:
                seen.add(mutant)
                yield mutant
