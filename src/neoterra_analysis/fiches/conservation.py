"""Each word of a document accounted for: in the draft, on the review list, in the story or of the layout; else told.

Two levels are held to each other, word by word, folded: what prints (``raw``) to the blocks that a format was read
into, and the blocks to what became of them. Words are counted, so that one lost among many alike is found, and placed
by their neighbours.
"""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from itertools import count
from typing import NamedTuple

from ..words.folding import sort_key
from .documents.blocks import READINGS, UNSEEN, Paragraph, Place
from .doubts import ASKED, CODED, FATES, LOST, Doubt, Fate, first_words

WORD = re.compile(r"[^\W_]+")
# Words between the mentions of a cell, and before the examples of a parenthesis.
JOINING = frozenset("et ainsi que dont notamment par exemple ex comme tels telles tel telle etc".split())
NEAR = 3  # words: a stretch of lost words goes on over so many that were found
LONGEST_WORD = 60  # letters of a word that may have been cut or joined
MOST_TRIED = 5000  # beginnings of a word that are looked up
LONGEST = 300  # letters of a stretch that are shown
TWO_LETTERS = str.maketrans({"œ": "oe", "æ": "ae"})


class Word(NamedTuple):
    """A word: as it is compared and as it is printed; its place is that of its block, or where it stands in a text."""

    key: str
    printed: str
    at: tuple


class Balance(NamedTuple):
    """How many words each fate has; ``doubts`` are those about words that have none."""

    counts: dict
    doubts: tuple


def words(text):
    r"""Return the words of a text, as they are compared.

    >>> words("L\u2019ate\u00adlier ﬁn"), words("Écoles, n°2")
    (['l', 'atelier', 'fin'], ['ecoles', 'n', '2'])
    """
    return [word.key for word in _placed(text)]


def _placed(text):
    """Return the words of a text with where they stand in what `clean` makes of it."""
    found = ((_key(match.group()), match) for match in WORD.finditer(clean(text)))
    return [Word(key, match.group(), match.span()) for key, match in found if key]


def clean(text):
    """Return a text composed, without what nobody sees and without what cuts a word at the end of a line."""
    text = re.sub("\u00ad[^\\S\n]*\n\\s*", "", unicodedata.normalize("NFC", text))
    return UNSEEN.sub("", text)


def _key(word):
    key = sort_key(unicodedata.normalize("NFKC", word).translate(TWO_LETTERS).casefold())
    return "".join(WORD.findall(key))


def missing(wanted, had):
    r"""Return the positions in a list of words of those that another list lacks, cut and joined words made good.

    >>> missing(words("la CAF, la Région et la CAF"), words("la CAF la Région"))
    [4, 5, 6]
    >>> missing(words("accueil-\nlant des enfants"), words("accueillant des enfants"))
    []
    """
    lacking, spare = Counter(wanted), Counter(had)
    lacking, spare = lacking - spare, spare - lacking
    if not lacking:
        return []
    for whole, parts in ((spare, lacking), (lacking, spare)):
        for word in sorted(whole, key=len, reverse=True):
            while len(word) <= LONGEST_WORD and whole[word] > 0 and (pieces := _pieces(word, parts)):
                whole[word] -= 1
                parts.subtract(pieces)
    ends = ("",)
    pairs = set(zip([*ends, *had], [*had, *ends], strict=True))
    around = list(zip([*ends, *wanted], wanted, [*wanted[1:], *ends], strict=False))
    found = [at for at, word in enumerate(wanted) if lacking[word] > 0]
    torn = {at: ((around[at][:2] not in pairs) + (around[at][1:] not in pairs)) for at in found}
    chosen = set()

    def choose(positions):
        for at in positions:
            if at not in chosen and lacking[wanted[at]] > 0:
                chosen.add(at)
                lacking[wanted[at]] -= 1

    # First where both neighbours are others, then one, then beside those, then anywhere.
    for most in (2, 1):
        choose(at for at in found if torn[at] == most)
    choose(at for at in found if at - 1 in chosen)
    choose(at for at in reversed(found) if at + 1 in chosen)
    choose(found)
    return sorted(chosen)


def _pieces(word, pool, depth=6, tried=None):
    """Return words of a pool that make up a word when they are put together, or an empty list."""
    tried = count() if tried is None else tried
    if depth and pool.get(word, 0) > 0 and depth < 6:
        return [word]
    for end in range(len(word) - 1, 0, -1) if depth > 1 else ():
        if pool.get(word[:end], 0) > 0 and next(tried) < MOST_TRIED:
            pool[word[:end]] -= 1
            rest = _pieces(word[end:], pool, depth - 1, tried)
            pool[word[:end]] += 1
            if rest:
                return [word[:end], *rest]
    return []


def of_actors(printed, mentions, asked):
    """Return the fates of actors cells of a row: words in its mentions, words asked about, and joining words."""
    cells = [word._replace(at=text.place) for text in printed for word in _placed(text.text)]
    keys = [word.key for word in cells]
    outside = set(missing(keys, [word for mention in mentions for word in words(mention)]))
    left = sorted(outside)
    told = [word for passage in asked for word in words(passage)]
    lost = {left[at] for at in missing([keys[at] for at in left], told)} if left else set()
    lost = {at for at in lost if keys[at] not in JOINING}
    for at, word in enumerate(cells):
        if at not in lost:
            yield Fate(ASKED if at in outside and keys[at] not in JOINING else CODED, word.printed, word.at)


def balance(document, fates):
    """Hold what prints to the blocks, and the blocks to their fates."""
    blocks = [word._replace(at=text.place) for text in texts(document) for word in _placed(text.text)]
    asides = [word for aside in document.asides if aside.kind not in READINGS for word in words(aside.text)]
    counts = Counter({ASKED: len(asides)})
    waiting = defaultdict(deque)
    for at, word in enumerate(blocks):
        waiting[word.at, word.key].append(at)
    for fate in fates:
        for word in words(fate.text):
            if waiting[fate.place, word]:
                waiting[fate.place, word].popleft()
                counts[fate.fate] += 1
    left = sorted(at for places in waiting.values() for at in places)
    counts[LOST] += len(left)
    doubts = [
        _line(" ".join(blocks[at].printed for at in stretch), blocks[stretch[0]].at) for stretch in _stretches(left)
    ]
    if document.raw:
        printed = _placed(document.raw)
        lost = missing([word.key for word in printed], [*(word.key for word in blocks), *asides])
        counts[LOST] += len(lost)
        text, near = clean(document.raw), _neighbours(printed, blocks)
        for stretch in _stretches(lost):
            start, end = printed[stretch[0]].at[0], printed[stretch[-1]].at[1]
            doubts.append(_line(text[start:end], near(stretch[0])))
    return Balance({fate: counts[fate] for fate in FATES}, tuple(doubts))


def texts(document):
    """Yield the texts of a document in order."""
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            yield from (cell for row in block.rows for cell in row)


def _stretches(positions):
    """Put positions that are near each other together."""
    found = []
    for at in positions:
        if found and at - found[-1][-1] <= NEAR:
            found[-1].append(at)
        else:
            found.append([at])
    return found


def _line(text, place):
    """Make the doubt about a stretch of words."""
    flat = " ".join(text.split())
    return Doubt("left_over", first_words(flat), proposals=(flat[:LONGEST],), place=place)


def _neighbours(printed, blocks):
    """Return a function from a position among the printed words to the place of the block before it."""
    pairs = {(a.key, b.key): b.at for a, b in zip(blocks, blocks[1:], strict=False)}
    known = [
        (at, pairs[a.key, b.key])
        for at, (a, b) in enumerate(zip(printed, printed[1:], strict=False), 1)
        if (a.key, b.key) in pairs
    ]
    positions = [at for at, _ in known]

    def near(at):
        before = bisect_left(positions, at)
        return known[before - 1][1] if before else (blocks[0].at if blocks else Place(0, 1))

    return near
