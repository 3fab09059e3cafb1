"""From words at their places on pages to paragraphs and tables, in the order of reading.

Words make lines; lines make paragraphs, cells and tables without rules: wraps joined, hyphens taken out, breaks kept.
"""

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from ...words.folding import fold, unnumbered
from .beside import is_page_number
from .blocks import Aside, Paragraph, Place, Table, text

HEADERS = ("projet", "acteur", "contribution")
EDGE = 0.12  # the part of a page, above and below, where page numbers and running lines stand
REACH = 40  # lines below a header that tell where its columns are
LARGER = 1.15  # a heading's letters, compared with those of the text
BULLETS = "•▪‣◦●○■□➤►▶❖✓➢→\uf0b7\uf0a7\uf0d8\uf0fc"
DASHES = "-–—"
OPENING, CLOSING = ("«", "–", "n°"), (":", ";", "!", "?", "»", "%", "€", "–")
HYPHENS = ("-", "\u2010")
# These are written with a hyphen or without: whoever cut a word after one of them, may have meant either.
PREFIXES = frozenset("médico socio éco agro co multi inter pluri auto bio micro anti ultra infra supra trans".split())
SIGNS = "«»“”\"'().,;:!?…[] "
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


def lines_of(words, numbers=None):
    """Put words into lines, from top to bottom."""
    found = []  # of each line its largest word so far, which a small raised one does not stretch, and all its words
    for word in sorted(words, key=lambda word: ((word.top + word.bottom) / 2, word.x0)):
        largest = found[-1][0] if found else None
        lowest = min(largest.bottom - largest.top, word.bottom - word.top) if found else 0
        if found and min(largest.bottom, word.bottom) - max(largest.top, word.top) > 0.5 * lowest:
            found[-1] = (max(largest, word, key=lambda one: one.size), [*found[-1][1], word])
        else:
            found.append((word, [word]))
    result = []
    for count, (_, words) in enumerate(found, 1):
        words = tuple(sorted(words, key=lambda word: word.x0))
        result.append(Line(min(numbers[word] for word in words) if numbers else count, words))
    return result


def pitches(groups):
    """Return the usual distance from one line to the next for each size of letter."""
    sure, likely = {}, {}
    for group in groups:
        for above, below in pairwise(group):
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
    """Tell whether there is more room between two lines than between lines of a paragraph."""
    size = below.size
    return below.base - above.base > 1.15 * usual.get(size, 1.25 * size) + 0.05 * size


def is_wrap(above, below, right):
    """Tell whether a line goes on in the next only because it is full."""
    # Signs that may not start a line, or end one, move with the word beside them.
    first = last = below.words[0]
    for word in below.words[1:]:
        if word.letters not in CLOSING and last.letters not in OPENING:
            break
        last = word
    fits = above.right + 0.3 * below.size + (last.x1 - first.x0) + 0.5 * below.size < right
    return not fits or first.letters[:1].islower()


def bullet(line):
    """Return the mark that a line starts with as an item of a list: a bullet, a dash, a number; else an empty text."""
    first = line.words[0].letters
    if first[0] in BULLETS:
        return first[0]
    if len(line.words) < 2:
        return ""
    return first if first in DASHES else "#" if NUMBERED.fullmatch(first) else ""


def starts_item(above, below, mark, right, usual):
    """Tell whether a line is a new item; a dash or a number in the middle of a sentence is not."""
    own = bullet(below)
    if above is None or not own or own not in DASHES + "#" or own == mark or is_gap(above, below, usual):
        return bool(own)
    return above.letters[-1] in ".:;!?" or not is_wrap(above, below, right)


def joined_runs(group, vocabulary, breaks=(), hyphenated=True, unsure=None):
    """Join the lines of a paragraph or of a cell; ``unsure`` gathers words whose hyphen may be one of the word."""
    found = []
    for position, line in enumerate(group):
        last = None
        for word in line.words:
            if last and word.x0 - last.x1 > 0.12 * min(word.size, last.size):
                found.append((" ", last.runs[-1][1] and word.runs[0][1]))
            elif not last and found:
                if position in breaks:
                    found.append(("\n", False))
                else:
                    found = _joined(found, word, vocabulary, hyphenated, unsure)
            found += word.runs
            last = word
    return found


def _joined(found, word, vocabulary, hyphenated, unsure):
    """Join the end of a line with the word that starts the next."""
    ended = "".join(letters for letters, _ in found[-9:]).split()[-1:] or [""]
    ended, begun = ended[0], word.letters
    if ended.endswith("\u00ad"):
        letters, bold = found[-1]
        is_name = begun[:1].isupper() and not ended[:-1].isupper()
        return [*found[:-1], (letters[:-1] + "-", bold)] if is_name else found
    if ended[-1:] == "/" and ended[:-1].isalpha():
        return found
    if ended[-1:] not in HYPHENS or len(ended) < 2 or not ended[-2].isalnum():
        return [*found, (" ", found[-1][1] and word.runs[0][1])]
    kept, sure = _keeps_hyphen(ended[:-1], begun, vocabulary, hyphenated)
    if not sure and unsure is not None:
        # As it is taken, and as it may be meant.
        unsure.append(tuple((ended[: len(ended) - cut] + begun).strip(SIGNS) for cut in (not kept, kept)))
    if kept:
        return found
    letters, bold = found[-1]
    return [*found[:-1], (letters[:-1], bold)]


def _keeps_hyphen(ended, begun, vocabulary, hyphenated):
    """Tell whether a hyphen at the end of a line is one of the word, and whether that is sure."""
    left, right = bare_word(ended), bare_word(begun)
    parted = f"{left}-{right}" in vocabulary
    if parted != (left + right in vocabulary):
        return parted, True
    if not begun[0].islower():
        # Capitals alone may be an acronym that was cut; a name such as Saint-Denis keeps its hyphen.
        capitals = begun[:2].isupper()
        return not (hyphenated and capitals and ended.isupper()), not capitals
    if not hyphenated:
        return True, False
    stem, follower = left.rpartition("-")[2].rpartition("'")[2], right.partition("-")[0]
    if stem in KEPT_AFTER or follower in KEPT_BEFORE:
        return True, False
    if "-" in right:
        return False, False
    if stem in PREFIXES:
        return follower in vocabulary, False
    return len(stem) > 2 and len(follower) > 2 and stem in vocabulary and follower in vocabulary, False


def hyphenates(groups):
    """Tell whether a document cuts words at the ends of lines by ordinary hyphens."""
    ends = [line.letters for group in groups for line in group[:-1]]
    cut = sum(end[-1] in HYPHENS and end[-2:-1].isalpha() for end in ends)
    # Some programs write a soft hyphen for one font and an ordinary one for another.
    soft = sum(end.endswith("\u00ad") for end in ends)
    return soft < max(cut, 1) and (len(ends) < 60 or cut > 0.03 * len(ends))


def bare_word(word):
    """Return a word in lower case without the signs around it.

    >>> bare_word("(Vienne),")
    'vienne'
    """
    return fold(word).strip(SIGNS)


def header_cells(line):
    """Split a line at its wide gaps, and where a word begins as the head of a column does."""
    cells = []
    for word in line.words:
        gap = word.x0 - max(one.x1 for one in cells[-1]) if cells else 0
        named = fold(word.letters).startswith(HEADERS) and gap > 0.35 * word.size
        # A head begins with a capital where the first one does: what does not is one of a justified line.
        goes_on = word.letters[0].islower() and not line.words[0].letters[0].islower()
        if not cells or named or gap > 0.7 * word.size and not goes_on:
            cells.append([])
        cells[-1].append(word)
    return cells


def header_columns(line):
    """Return where the columns start, if a line is the header line of a table; else an empty tuple."""
    cells = header_cells(line)
    texts = [" ".join(word.letters for word in cell).casefold() for cell in cells]
    found = [{number for number, text in enumerate(texts) if text.startswith(name)} for name in HEADERS]
    return tuple(cell[0].x0 for cell in cells) if all(found) else ()


def table_edges(group, at=0):
    """Return where the columns of the table start whose header begins with a line; empty without such a header."""
    head = _head(group, at)
    if not head:
        return ()
    cells = header_cells(head)
    # A head may stand in the middle of its column: the columns are what the lines below leave free between them.
    heads = {number: cell[0].x0 for number, cell in enumerate(cells) if number}
    free = {number: [(above[-1].x1, heads[number])] for number, (above, _) in enumerate(pairwise(cells), 1)}
    left, read = cells[0][0].x0, 0
    for line in (line for line in group[at + 1 :][:REACH] if line.base > head.base):
        less = {number: _without(gaps, line.words) for number, gaps in free.items()}
        ended = any(not gaps and _is_named(cells[number]) for number, gaps in less.items())
        # Where heads stand at the left of their columns for a line, they do so for all.
        moved = read > 0 and any(_at_head(free[n], heads[n]) and not _at_head(less[n], heads[n]) for n in free)
        if header_columns(line) or ended or moved:
            break
        # A wide gap in the header that the text below runs over is one of a justified line, not of two columns.
        free = {number: gaps for number, gaps in less.items() if gaps}
        left, read = min(left, line.left), read + (line.left < heads[1])
    ends = [max(gaps, key=lambda gap: (gap[1] > heads[n] - 1, gap[1] - gap[0]))[1] for n, gaps in free.items()]
    return (left, *ends)


def _at_head(gaps, head):
    return any(high > head - 1 for _, high in gaps)


def _is_named(cell):
    return fold(cell[0].letters).startswith(HEADERS)


def _head(group, at):
    """Return a header as one line, also where its cells stand on two or three lines, in the middle of their row."""
    words = ()
    for number, line in enumerate(group[at : at + 3]):
        if number and line.base - group[at + number - 1].base > 1.6 * line.size:
            return None
        words += line.words
        whole = Line(line.number, tuple(sorted(words, key=lambda word: word.x0)))
        if header_columns(whole):
            return whole
    return None


def _without(gaps, words):
    """Return what words leave of stretches that were free, as far as it is wide enough to part two columns."""
    for word in words:
        cut = [part for low, high in gaps for part in ((low, min(high, word.x0)), (max(low, word.x1), high))]
        gaps = [(low, high) for low, high in cut if high - low > 2]
    return gaps


def column(word, edges):
    """Return the number of the column that a word starts in."""
    return max((number for number, edge in enumerate(edges) if edge <= word.x0 + 3), default=0)


def keeps_to(line, edges):
    """Tell whether a line keeps to the columns: no words run on from one column into the next."""
    if line.left < edges[0] - 3:
        return False
    pairs = [(left, right, column(left, edges) == column(right, edges)) for left, right in pairwise(line.words)]
    space = min((right.x0 - left.x1 for left, right, same in pairs if same and right.x0 > left.x1), default=0)
    for left, right, same in pairs:
        room, starts = right.x0 - left.x1, abs(right.x0 - edges[column(right, edges)]) < 1
        # A long word may reach over a narrow column, if the next one still starts where it should.
        narrow, usual = room < 0.45 * right.size, 0.15 * right.size < room < min(1.1 * space, 0.8 * right.size)
        if not same and (narrow and usual if starts else narrow or usual):
            return False
    ends = (*edges[1:], float("inf"))
    last = line.words[-1]
    return last.x1 <= ends[column(last, edges)] + 3 * last.size and not any(
        same and left.x1 > ends[column(left, edges)] + 1 for left, _, same in pairs
    )


def table_rows(group, edges, usual, header=True, rules=()):
    """Split the lines of a table without columns of rules into rows, as far as the table goes."""
    head = _head(group, 0) if header else None
    lines = []
    for line in group:
        in_head = head and line.base <= head.base
        is_title = lines and not in_head and line.bold and line.size > 1.1 * lines[-1].size
        if is_title or not keeps_to(line, edges) or (lines and not in_head and header_columns(line)):
            break
        lines.append(line)
    ruled = [_is_ruled(above, line, rules, edges) for above, line in pairwise(lines)]
    by_rules = sum(ruled) > int(header)  # the one below the header tells nothing of rows
    clusters, first = [], int(header)
    for at, line in enumerate(lines):
        # The header also ends where bold does. All columns stand on the same lines: a little more room is a gap.
        below_header = header and len(clusters) == 1 and all(above.bold for above in clusters[0]) and not line.bold
        room = usual.get(line.size, 1.4 * line.size) + 0.6
        loose = at and line.base - lines[at - 1].base > room
        columns = {column(word, edges) for word in line.words}
        # Between rules a gap parts paragraphs of a cell; but all cells of a row begin on one line, as a heading does.
        begun = not by_rules or len(clusters) == first or len(columns) == len(edges)
        begun = begun or (line.bold and columns == {0})
        apart = at and (ruled[at - 1] or (loose and begun))
        if at and line.base <= (head.base if head else 0):
            apart = below_header = False
        if not clusters or below_header or apart:
            clusters.append([])
        clusters[-1].append(line)
    # What has only a first column is no row but the next heading, unless a row of the page before goes on.
    body = clusters[first : first + 1]
    for cluster in clusters[first + 1 :]:
        has_others = any(column(word, edges) > 0 for line in cluster for word in line.words)
        if not has_others and not cluster[0].letters[0].islower():
            break
        body.append(cluster)
    merged = []
    for cluster in body if by_rules else [part for one in body for part in _tight(one, edges)]:
        if merged and not any(_has_first(line, edges) for line in cluster):
            merged[-1] = merged[-1] + cluster
        else:
            merged.append(cluster)
    return clusters[:first] + merged


def _is_ruled(above, below, rules, edges):
    """Tell whether a rule across most of a table, or the edge of a coloured ground, stands between two lines."""
    wide = 0.6 * (max(above.right, below.right) - edges[0])
    high, low = above.base - 0.1 * above.size, below.base - 0.4 * below.size
    return sum(x1 - x0 for x0, x1, y in rules if high < y < low and x1 > edges[0]) > wide


def _tight(cluster, edges):
    """Split lines without gaps into rows: where a column that had ended begins again, and the first one is there."""
    parts = [[cluster[0]]]
    for above, line in pairwise(cluster):
        had = {column(word, edges) for one in parts[-1] for word in one.words}
        new = {column(word, edges) for word in line.words} - {column(word, edges) for word in above.words}
        if 0 in new & had or (new & had and _has_first(line, edges) and _begins(line)):
            parts.append([])
        parts[-1].append(line)
    return parts


def _begins(line):
    """Tell whether a line may be the first of a cell."""
    first = line.words[0]
    return first.runs[0][1] or not first.letters[:1].islower()


def _has_first(line, edges):
    return column(line.words[0], edges) == 0


class Page(NamedTuple):
    """A page: its height, its words, its tables with rules, each as rows of boxes, and all rules across."""

    height: float
    words: tuple
    grids: tuple
    rules: tuple = ()


class Layout(NamedTuple):
    """What the whole document tells: usual distances of lines, heading sizes, all words, running lines."""

    usual: dict
    levels: dict
    vocabulary: frozenset
    repeated: frozenset
    hyphenated: bool
    unsure: list


def blocks(pages):
    """Put the words of pages together; return the blocks, and asides about what is not sure in them."""
    laid = [_laid(page) for page in pages]
    layout = _layout(pages, laid)
    found, running, edges = [], [], ()
    for number, (page, (numbers, free)) in enumerate(zip(pages, laid, strict=True), 1):
        of_page, beside, edges = _page_blocks(page, number, numbers, free, layout, edges)
        found += of_page
        running += beside
    # Between two halves of a list or a sentence, running lines and page numbers would part them.
    return [*found, *running], [Aside(*one) for one in layout.unsure]


def _laid(page):
    """Return the line number of each word of a page, and the lines outside its tables with rules."""
    numbers = {word: line.number for line in lines_of(page.words) for word in line.words}
    boxes = [_outline(grid) for grid in page.grids]
    return numbers, lines_of([word for word in page.words if not any(_is_in(word, box) for box in boxes)], numbers)


def _boxes(grid):
    return [box for row in grid for box in row if box]


def _outline(grid):
    boxes = _boxes(grid)
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _is_in(word, box):
    across, down = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    return box[0] <= across <= box[2] and box[1] <= down <= box[3]


def _layout(pages, laid):
    outside = [free for _, free in laid]
    groups = outside + [lines_of(_inside(page, b)) for page in pages for grid in page.grids for b in _boxes(grid)]
    usual = pitches(groups)
    repeated = Counter()
    for page, free in zip(pages, outside, strict=True):
        repeated.update({_place(line) for line in free if _is_marginal(line, page)})
    running = frozenset(place for place, count in repeated.items() if count > 1)
    vocabulary = frozenset(bare_word(word) for page in pages for word in _whole_words(page.words))
    return Layout(usual, _levels(pages, outside, usual), vocabulary, running, hyphenates(groups), [])


def _whole_words(words):
    """Yield the words of a page, in the order of printing, but for those that the end of a line may have cut."""
    for before, word in zip((None, *words), words, strict=False):
        cut = before and before.letters[-1] in (*HYPHENS, "\u00ad") and abs(before.base - word.base) > 1
        if not cut and word.letters[-1] not in HYPHENS:
            yield word.letters


def _inside(page, box):
    return [word for word in page.words if _is_in(word, box)]


def _is_marginal(line, page):
    if header_columns(line):
        return False  # the header line of a table stands again on each page, too
    return line.base < EDGE * page.height or line.base > (1 - EDGE) * page.height


def _place(line):
    return unnumbered(line.letters), round(line.base / 4)


def _levels(pages, groups, usual):
    """Return the level of each size of letters that is clearly larger than the text's."""
    everywhere, wrapped = Counter(), Counter()
    for page in pages:
        for word in page.words:
            everywhere[word.size] += len(word.letters)
    # The text is what goes over several lines outside tables; where there is none, what there is most of.
    for group in groups:
        right = max((line.right for line in group), default=0)
        for above, below in pairwise(group):
            together = above.size == below.size and not is_gap(above, below, usual) and is_wrap(above, below, right)
            if together and _is_prose(above) and _is_prose(below):
                wrapped[above.size] += len(above.letters)
    body = (wrapped if wrapped else everywhere).most_common(1)[0][0]
    larger = sorted((size for size in everywhere if size > LARGER * body), reverse=True)
    return {size: min(level, 6) for level, size in enumerate(larger, 1)}


def _is_prose(line):
    """Tell a line of text from one across the columns of a table."""
    return all(right.x0 - left.x1 < right.size for left, right in pairwise(line.words))


def _page_blocks(page, number, numbers, free, layout, edges):
    """Return the blocks of a page from top to bottom, its running lines, and the columns of a table that may go on."""
    found, running, waiting = [], [], sorted(page.grids, key=lambda grid: _outline(grid)[1])
    group, is_running = [], False

    def is_top():
        return number > 1 and not found

    def close():
        nonlocal edges
        if group:
            blocks, edges = _split(group, number, layout, edges, page.rules, is_top())
            found.extend(blocks)
        group.clear()

    def add_table():
        nonlocal edges
        close()
        found.append(_table(page, number, numbers, waiting.pop(0), layout, is_top()))
        edges = ()

    for line in free:
        while waiting and _outline(waiting[0])[1] < line.words[0].top:
            add_table()
        # Above the text or below it, not in it: a table's header may go over several lines.
        is_outer = line.base > page.height / 2 or not (group or found)
        is_repeated = _place(line) in layout.repeated or is_page_number(line.letters)
        is_running = is_outer and is_repeated and _is_marginal(line, page)
        if is_running:
            close()
            running.append(_paragraph([line], number, layout, line.right))
        else:
            group.append(line)
    close()
    while waiting:
        add_table()
    return found, running, edges


def _split(group, number, layout, edges, rules, is_top):
    """Split lines into paragraphs and tables without rules."""
    found, loose, at, first = [], [], 0, group[0]
    goes_on = first.letters[0].islower() or len({column(word, edges) for word in first.words}) > 1
    if edges and goes_on and keeps_to(first, edges) and not header_columns(first):
        rows = table_rows(group, edges, layout.usual, False, rules)
        found.append(_columns(rows, number, edges, layout, is_top))
        at = sum(map(len, rows))
    while at < len(group):
        edges_here = table_edges(group, at)
        if edges_here:
            found += _paragraphs(loose, number, layout)
            loose, edges = [], edges_here
            rows = table_rows(group[at:], edges, layout.usual, True, rules)
            found.append(_columns(rows, number, edges, layout, is_top and not found))
            at += max(sum(map(len, rows)), 1)
        else:
            loose.append(group[at])
            at += 1
    # Only a table that nothing follows on its page can go on overleaf.
    return found + _paragraphs(loose, number, layout), () if loose else edges


def _columns(rows, number, edges, layout, is_top):
    cells = []
    for rank, row in enumerate(rows):
        parts = [[word for line in row for word in line.words if column(word, edges) == at] for at in range(len(edges))]
        numbers = {word: line.number for line in row for word in line.words}
        rights = [*(edge - 1.2 * row[0].size for edge in edges[1:]), max(line.right for each in rows for line in each)]
        place = Place(number, row[0].number)
        pairs = zip(parts, rights, strict=True)
        kept = is_top and rank < 2
        cells.append(tuple(_cell(lines_of(part, numbers), place, right, layout, kept) for part, right in pairs))
    return Table(tuple(cells))


def _table(page, number, numbers, grid, layout, is_top):
    """Read a table with rules; a cell over several columns or rows is told by its box."""
    rows, above = [], ()
    for boxes in grid:
        known = [box for box in boxes if box]
        inside = [lines_of(_inside(page, box), numbers) if box else [] for box in boxes]
        first = min((line.number for cell in inside for line in cell), default=rows[-1][0].place.line if rows else 1)
        place, row = Place(number, first), []
        for at, box in enumerate(boxes):
            hanging = above[at] if at < len(above) and known else None
            if box:
                left = min((line.left for line in inside[at]), default=box[0])
                row.append((box, _cell(inside[at], place, box[2] - (left - box[0]), layout, is_top and len(rows) < 2)))
            else:
                row.append(hanging if hanging and hanging[0][3] > known[0][1] + 1 else None)
        above = row
        printed = [cell[1] if cell else text((), place) for cell in row]
        rows.append(tuple(printed[:1] if len(known) == 1 and row[0] and not any(row[1:]) else printed))
    return Table(tuple(rows))


def _cell(group, place, right, layout, kept=False):
    """Make the text of a cell; a new line only where a wrap cannot explain it.

    ``kept`` is for the first rows of a page: there, a bullet tells that the list of the page before goes on.
    """
    breaks, sure, mark, pieces = set(), False, "", []
    for at, line in enumerate(group):
        above = group[at - 1] if at else None
        is_item = starts_item(above, line, mark, right, layout.usual)
        mark = bullet(line) if is_item else mark
        if at and (is_item or is_gap(above, line, layout.usual)):
            breaks.add(at)
        elif at and not is_wrap(above, line, right):
            breaks.add(at)
            sure = True
        pieces.append(_unmarked(line) if is_item and not (kept and at == 0) else line)
    # A list of names, one a line: where one line ends early, and none goes on in lower case, all are meant.
    if sure and not any(line.letters[0].islower() for line in group):
        breaks = set(range(1, len(group)))
    elif breaks:  # where others are meant, the end of a full line may be
        for at in set(range(1, len(pieces))) - breaks:
            end, begin = pieces[at - 1].words[-1].letters, pieces[at].words[0].letters
            if end[-1].isalnum() and begin[:1].isupper():
                layout.unsure.append(("line_end", f"{end} {begin} / {end} | {begin}", place))
    return _put_together(pieces, breaks, place, layout)


def _put_together(pieces, breaks, place, layout):
    """Make a text of its lines, and note which of its words may have a hyphen or not."""
    unsure = []
    made = text(joined_runs(pieces, layout.vocabulary, breaks, layout.hyphenated, unsure), place)
    layout.unsure.extend(("hyphen", " / ".join(forms), place) for forms in unsure)
    return made


def _unmarked(line):
    """Take the bullet or dash away from an item; a number stays."""
    mark, (first, *others) = bullet(line), line.words
    if mark == "#":
        return line
    letters, bold = first.runs[0]
    rest = tuple(run for run in ((letters[len(mark) :], bold), *first.runs[1:]) if run[0])
    words = (first._replace(runs=rest), *others) if rest else tuple(others)
    return line._replace(words=words) if words else line


def _paragraphs(group, number, layout):
    """Split lines into paragraphs: at gaps, items, other sizes, and where a line ends early on purpose."""
    right = max((line.right for line in group), default=0)
    parts, mark = [], ""
    for line in group:
        above = parts[-1][-1] if parts else None
        is_item = starts_item(above, line, mark, right, layout.usual)
        if above is None or is_item or _starts_paragraph(above, line, right, layout):
            parts.append([])
            mark = bullet(line) if is_item else ""
        parts[-1].append(line)
    return [_paragraph(part, number, layout, right) for part in parts]


def _starts_paragraph(above, line, right, layout):
    if is_gap(above, line, layout.usual) or abs(above.size - line.size) > 0.1 * line.size:
        return True
    ends = line.size not in layout.levels and not is_wrap(above, line, right)  # a heading may be centred
    return ends and (above.letters[-1] in ".:;!?" or above.bold != line.bold)


def _paragraph(group, number, layout, right):
    level = layout.levels.get(group[0].size, 0)
    mark = bullet(group[0])
    breaks = {at for at in range(1, len(group)) if not level and not is_wrap(group[at - 1], group[at], right)}
    pieces = [_unmarked(group[0]), *group[1:]] if mark else group
    made = _put_together(pieces, breaks, Place(number, group[0].number), layout)
    return Paragraph(made, level, bool(mark) and not level)
