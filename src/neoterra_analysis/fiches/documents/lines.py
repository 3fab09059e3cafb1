"""From words at places on a page to lines, and from lines to text: wraps joined, hyphens taken out, breaks kept."""

import re
from collections import Counter
from typing import NamedTuple

BULLETS = "•▪‣◦●○■□–➤►▶❖✓➢→\uf0b7\uf0a7\uf0d8\uf0fc"
DASHES = "-–—"
OPENING, CLOSING = ("«", "–", "n°"), (":", ";", "!", "?", "»", "%", "€", "–")
NUMBERED = re.compile(r"\d{1,2}[.)]")
# After these, a hyphen at the end of a line is one of the word; before these too.
KEPT_AFTER = frozenset(
    "sous non demi semi ex vice porte savoir rendez peut celui celle ceux celles grand arrière au là tiers chef "
    "avant après contre".split()
)
KEPT_BEFORE = frozenset(
    "t ce il elle on ils elles là ci même mêmes à vis faire être ouest est dire delà dessus dessous".split()
)


class Word(NamedTuple):
    """A word of a page: its box, its size, and its runs, ``(letters, bold)``; ``base`` is where its letters stand."""

    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    runs: tuple
    base: float = 0

    @property
    def letters(self):
        """The word without its weight."""
        return "".join(letters for letters, _ in self.runs)


class Line(NamedTuple):
    """Words side by side, from left to right, and the number of their line on the page."""

    number: int
    words: tuple

    @property
    def letters(self):
        """The line as text."""
        return " ".join(word.letters for word in self.words)

    @property
    def left(self):
        """Where it starts."""
        return self.words[0].x0

    @property
    def right(self):
        """Where it ends."""
        return max(word.x1 for word in self.words)

    @property
    def base(self):
        """Where the letters of its largest word stand."""
        return max(self.words, key=lambda word: word.size).base

    @property
    def size(self):
        """Size that most of its letters have."""
        sizes = Counter()
        for word in self.words:
            sizes[word.size] += len(word.letters)
        return max(sizes, key=lambda size: (sizes[size], size))

    @property
    def bold(self):
        """Whether all of it is bold."""
        return all(bold for word in self.words for _, bold in word.runs)


def lines(words, numbers=None):
    """Put words into lines, from top to bottom.

    >>> a, b = Word(0, 9, 0, 10, 10, (("one", False),)), Word(12, 20, 1, 10, 9, (("two", False),))
    >>> [line.letters for line in lines([b, a])]
    ['one two']
    """
    found = []
    for word in sorted(words, key=lambda word: ((word.top + word.bottom) / 2, word.x0)):
        last = found[-1] if found else None
        if last and min(last["bottom"], word.bottom) - max(last["top"], word.top) > 0.5 * min(
            last["bottom"] - last["top"], word.bottom - word.top
        ):
            last["words"].append(word)
            # A small raised word does not stretch the line that it stands in.
            if word.size > last["size"]:
                last.update(top=word.top, bottom=word.bottom, size=word.size)
        else:
            found.append({"top": word.top, "bottom": word.bottom, "size": word.size, "words": [word]})
    result = []
    for count, line in enumerate(found, 1):
        words = tuple(sorted(line["words"], key=lambda word: word.x0))
        result.append(Line(min(numbers[word] for word in words) if numbers else count, words))
    return result


def pitches(groups):
    """Return the usual distance from one line to the next for each size of letter.

    >>> row = [Line(n, (Word(0, 9, 12 * n, 12 * n + 10, 10, (("a", False),), 12 * n),)) for n in range(3)]
    >>> pitches([row])
    {10: 12}
    """
    sure, likely = {}, {}
    for group in groups:
        for above, below in zip(group, group[1:], strict=False):
            step, size = round(below.base - above.base, 1), below.size
            if above.size == size and 0.9 * size <= step <= 2.5 * size:
                # A line that starts in lower case goes on with the one above; any other may be a new row or paragraph.
                if below.letters[0].islower():
                    sure.setdefault(size, Counter())[step] += 1
                elif step <= 1.5 * size:
                    likely.setdefault(size, Counter())[step] += 1
    # Of two distances as frequent, the smaller one is that inside paragraphs.
    return {
        size: min(steps, key=lambda step, steps=steps: (-steps[step], step)) for size, steps in (likely | sure).items()
    }


def is_gap(above, below, usual):
    """Tell whether there is more room between two lines than between lines of a paragraph.

    >>> a, b = (Line(n, (Word(0, 9, 20 * n, 20 * n + 10, 10, (("a", False),), 20 * n),)) for n in range(2))
    >>> is_gap(a, b, {10: 12.0}), is_gap(a, b, {10: 19.0})
    (True, False)
    """
    size = below.size
    return below.base - above.base > 1.15 * usual.get(size, 1.25 * size) + 0.05 * size


def is_wrap(above, below, right):
    """Tell whether a line goes on in the next only because it is full.

    >>> a, b = (Line(n, (Word(0, 20, 12 * n, 12 * n + 10, 10, (("Abc", False),)),)) for n in range(2))
    >>> is_wrap(a, b, 40), is_wrap(a, b, 60)
    (True, False)
    """
    # Signs that may not start a line, or end one, move with the word beside them.
    glued = 1
    while glued < len(below.words) and (
        below.words[glued].letters in CLOSING or below.words[glued - 1].letters in OPENING
    ):
        glued += 1
    first, last = below.words[0], below.words[glued - 1]
    fits = above.right + 0.3 * below.size + (last.x1 - first.x0) + 0.5 * below.size < right
    return not fits or first.letters[:1].islower()


def bullet(line):
    """Return the mark that a line starts with as an item of a list: a bullet, a dash, a number; else an empty text.

    >>> words = [Word(0, 5, 0, 9, 9, (("•", False),)), Word(9, 20, 0, 9, 9, (("one", False),))]
    >>> bullet(Line(1, tuple(words)))
    '•'
    """
    first = line.words[0].letters
    if first[0] in BULLETS and first[0] not in DASHES:
        return first[0]
    if len(line.words) > 1 and first in DASHES:
        return first
    return "#" if len(line.words) > 1 and NUMBERED.fullmatch(first) else ""


def starts_item(above, below, mark, right, usual):
    """Tell whether a line is a new item; a dash or a number in the middle of a sentence is not.

    >>> starts_item(None, Line(1, (Word(0, 5, 0, 9, 9, (("•one", False),)),)), "", 99, {})
    True
    """
    own = bullet(below)
    if not own:
        return False
    if above is None or own not in DASHES + "#" or own == mark or is_gap(above, below, usual):
        return True
    return above.letters[-1] in ".:;!?" or not is_wrap(above, below, right)


def runs(group, vocabulary, breaks=(), hyphenated=True):
    r"""Join the lines of a paragraph or of a cell.

    >>> a, b = (Line(1, (Word(0, 9, 0, 9, 9, ((part, False),)),)) for part in ("agroé-", "cologie"))
    >>> runs([a, b], frozenset())
    [('agroé', False), ('cologie', False)]
    """
    found = []
    for position, line in enumerate(group):
        last = None
        for word in line.words:
            if last and word.x0 - last.x1 > 0.12 * min(word.size, last.size):
                found.append((" ", _both(last, word)))
            elif not last and found:
                before = group[position - 1].words[-1]
                if position in breaks:
                    found.append(("\n", False))
                else:
                    found = _joined(found, before, word, vocabulary, hyphenated)
            found += word.runs
            last = word
    return found


def _both(left, right):
    return left.runs[-1][1] and right.runs[0][1]


def _joined(found, before, word, vocabulary, hyphenated):
    """Join the end of a line with the word that starts the next."""
    ended, begun = before.letters, word.letters
    if ended.endswith("\u00ad"):
        return found
    if ended[-1] not in "-\u2010" or len(ended) < 2 or not ended[-2].isalnum():
        return [*found, (" ", _both(before, word))]
    if _keeps_hyphen(ended[:-1], begun, vocabulary, hyphenated):
        return found
    letters, bold = found[-1]
    return [*found[:-1], (letters[:-1], bold)]


def _keeps_hyphen(ended, begun, vocabulary, hyphenated):
    if not begun[0].islower():
        return True
    left, right = (core(part) for part in (ended, begun))
    if left + right in vocabulary or f"{left}-{right}" in vocabulary:
        return left + right not in vocabulary
    if not hyphenated:
        return True
    stem, follower = left.rpartition("-")[2].rpartition("'")[2], right.partition("-")[0]
    if stem in KEPT_AFTER or follower in KEPT_BEFORE or "-" in right:
        return True
    return len(stem) > 2 and len(follower) > 2 and stem in vocabulary and follower in vocabulary


def hyphenates(groups):
    """Tell whether a document cuts words at the ends of lines by ordinary hyphens.

    >>> a, b = (Line(n, (Word(0, 9, 0, 9, 9, ((part, False),)),)) for n, part in enumerate(("a\u00ad", "b")))
    >>> hyphenates([[a, b]]), hyphenates([[b, b]])
    (False, True)
    """
    ends = [line.letters for group in groups for line in group[:-1]]
    if any(end.endswith("\u00ad") for end in ends):
        return False
    cut = sum(end[-1] in "-\u2010" and end[-2:-1].isalpha() for end in ends)
    return len(ends) < 60 or cut > 0.03 * len(ends)


def core(word):
    """Return a word in lower case without the signs around it.

    >>> core("(Vienne),")
    'vienne'
    """
    return word.casefold().replace("’", "'").strip("«»“”\"'().,;:!?…[] ")
