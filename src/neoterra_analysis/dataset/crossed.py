"""Texts that have changed places: those of two rows, or the French and the English of one.

A row says one thing in several columns, in French, in English and as printed, so that their words and names are akin;
and the words of a language stand in the columns of that language in other rows too.
"""

import re
from collections import Counter, defaultdict

from ..words.folding import bare_words
from .problems import Problem

# Words that tell nothing alone, and those by which a text is told to be French or English.
FRENCH = frozenset(
    "le la les un une des du de en au aux et ou par pour sur dans avec qui que ce se son sa ses est".split()
)
ENGLISH = frozenset("the a an of in and or by for on with which that this its is are to from".split())
TOLD = ("_fr", "_en")  # columns that are held, by their ends or their names
NAMED = ("name", "anchor", "subject", "locator")
STEM = 5  # letters by which akin words are alike, across both languages too
COMMON = 50  # a word of more rows than these tells none of them


def check_crossed(contract, data, whole):
    """Tell the pairs of rows each of which has, in one column, the words of the other's columns rather than its own."""
    found = []
    for table, resource in contract.items():
        columns = [field["name"] for field in resource["schema"]["fields"]]
        texts = [column for column in columns if column.endswith(TOLD) or column in NAMED]
        rows = [row for row in data[table] if not row.bad] if texts else []
        best = {}
        for column, pairs in _crossed(rows, texts, columns).items():
            for pair, gain in pairs.items():
                best[pair] = max(best.get(pair, (0, "")), (gain, column))
        for (first, second), (_, column) in best.items():
            row, other = rows[second], rows[first]
            told = {"value": row.cells[column], "nearest": other.cells[column], "other": str(other.lines[column])}
            found.append(Problem(resource["path"], row.lines[column], column, "crossed", **told, notice=True))
    return found


def _crossed(rows, texts, columns):
    """Return by column the pairs of rows that are crossed in it, and how much better they fit so."""
    stems, where = {"": frozenset()}, defaultdict(lambda: defaultdict(set))
    for number, row in enumerate(rows):
        for column in columns:
            text = row.cells[column]
            if text not in stems:  # the same text stands in many rows
                stems[text] = {word[:STEM] for word in bare_words(text.replace("_", " ")).split() if len(word) > 2}
            for word in stems[text]:
                where[word][number].add(column)
    where = {word: rows for word, rows in where.items() if len(rows) <= COMMON}
    found = {}
    for column in texts:
        fits = []
        for row in rows:
            fits.append(defaultdict(float))
            for word in stems[row.cells[column]]:
                others = [at for at, standing in where.get(word, {}).items() if standing - {column}]
                for at in others:
                    fits[-1][at] += 1 / len(others)
        gains = {}
        for first, fit in enumerate(fits):
            for second, there in fit.items():
                if second > first and there > 2 * fit.get(first, 0):
                    back, own = fits[second].get(first, 0), fits[second].get(second, 0)
                    if back > 2 * own:
                        gains[first, second] = there + back - own - fit.get(first, 0)
        found[column] = gains
    return found


def check_languages(contract, data, whole):
    """Check that French and English stand in their own columns, both or neither."""
    found, pairs = [], []
    for table, resource in contract.items():
        columns = [field["name"] for field in resource["schema"]["fields"]]
        both = [(one, f"{one[:-3]}_en") for one in columns if one.endswith("_fr") and f"{one[:-3]}_en" in columns]
        for row in data[table] if both else ():
            for fr, en in both:
                french, english = row.cells[fr], row.cells[en]
                told = {"file": contract[table]["path"], "line": row.lines[fr]}
                if row.bad & {fr, en} or french == english:
                    continue
                if french and english:
                    words = [set(re.findall("[a-zà-ÿœ]+", text.lower())) for text in (french, english)]
                    pairs.append((words[0] - words[1], words[1] - words[0], fr, en, told | {"value": french}))
                else:
                    empty, full = (en, fr) if french else (fr, en)
                    more = {"column": empty, "code": "one_language", "other": full, "notice": True}
                    found.append(Problem(**told, **more))
    in_french, in_english = (Counter(word for pair in pairs for word in pair[at]) for at in (0, 1))

    def spoken(words, here, there, own, other):
        """Count the words of a cell that are of its language, less those of the other one, as other rows use them."""
        ours = sum(word in own - other or here[word] > 1 and not there[word] and word not in other for word in words)
        return ours - sum(word in other - own or there[word] and here[word] == 1 and word not in own for word in words)

    for french, english, fr, en, told in pairs:
        margins = (
            spoken(french, in_french, in_english, FRENCH, ENGLISH),
            spoken(english, in_english, in_french, ENGLISH, FRENCH),
        )
        if max(margins) < 0 and sum(margins) <= -2:
            sure = _speaks(french, ENGLISH, FRENCH) and _speaks(english, FRENCH, ENGLISH)
            found.append(Problem(**told, column=fr, code="exchanged", other=en, notice=not sure))
    return found


def _speaks(words, own, other):
    return len(words & (own - other)) >= 2 and not words & (other - own)
