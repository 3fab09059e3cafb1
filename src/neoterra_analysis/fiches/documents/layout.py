"""From words at their places on pages to paragraphs and tables, in the order of reading."""

from collections import Counter
from typing import NamedTuple

from .blocks import Paragraph, Place, Table, text
from .lines import bullet, core, hyphenates, is_gap, is_wrap, lines, pitches, runs, starts_item
from .plain import is_page_number, mould

HEADERS = ("projet", "acteur", "contribution")


def starts(line):
    """Return where the columns start, if a line is the header line of a table; else an empty tuple."""
    cells = []
    for word in line.words:
        if not cells or word.x0 - cells[-1][-1].x1 > 0.7 * word.size:
            cells.append([])
        cells[-1].append(word)
    texts = [" ".join(word.letters for word in cell).casefold() for cell in cells]
    found = [{number for number, text in enumerate(texts) if text.startswith(name)} for name in HEADERS]
    return tuple(cell[0].x0 for cell in cells) if all(found) else ()


def column(word, edges):
    """Return the number of the column that a word starts in."""
    return max((number for number, edge in enumerate(edges) if edge <= word.x0 + 3), default=0)


def fits(line, edges):
    """Tell whether a line keeps to the columns: no words run on from one column into the next."""
    if line.left < edges[0] - 3:
        return False
    for left, right in zip(line.words, line.words[1:], strict=False):
        if column(left, edges) != column(right, edges) and right.x0 - left.x1 < 0.45 * right.size:
            return False
    return all(word.x1 <= (*edges, float("inf"))[column(word, edges) + 1] + 1 for word in line.words)


def table_rows(group, edges, usual, header=True):
    """Split the lines of a table without rules into rows, as far as the table goes."""
    clusters = []
    for line in group:
        if not fits(line, edges) or (clusters and starts(line)):
            break
        if not clusters or _is_gap(clusters[-1][-1], line, usual) or _below_header(clusters, line, header):
            clusters.append([])
        clusters[-1].append(line)
    # What has only a first column is no row but the next heading, unless a row of the page before goes on.
    ending = len(clusters)
    for number, cluster in enumerate(clusters[1 + header :], 1 + header):
        if not _has_others(cluster, edges) and not cluster[0].letters[0].islower():
            ending = number
            break
    clusters = clusters[:ending]
    body = clusters[1:] if header else clusters
    if len(body) == 1:
        body = _tight(body[0], edges)
    merged = [clusters[0]] if header else []
    for cluster in body:
        if len(merged) > int(header) and not any(_has_first(line, edges) for line in cluster):
            merged[-1] = merged[-1] + cluster
        else:
            merged.append(cluster)
    return merged


def _is_gap(above, below, usual):
    """Tell a gap between rows; all columns stand on the same lines, so a little more room is enough."""
    return below.base - above.base > usual.get(below.size, 1.4 * below.size) + 0.6


def _below_header(clusters, line, header):
    """Tell the end of the header, when no gap does: it is bold, and the line is not."""
    return header and len(clusters) == 1 and all(above.bold for above in clusters[0]) and not line.bold


def _tight(cluster, edges):
    parts = [[cluster[0]]]
    for above, line in zip(cluster, cluster[1:], strict=False):
        if (
            _has_first(line, edges)
            and not _has_first(above, edges)
            and any(_has_first(one, edges) for one in parts[-1])
        ):
            parts.append([])
        parts[-1].append(line)
    return parts


def _has_first(line, edges):
    return column(line.words[0], edges) == 0


def _has_others(cluster, edges):
    return any(column(word, edges) > 0 for line in cluster for word in line.words)


EDGE = 0.12  # the part of a page, above and below, where page numbers and running lines stand
LARGER = 1.15  # a heading's letters, compared with those of the text


class Page(NamedTuple):
    """A page: its height, its words, and its tables with rules, each as rows of boxes."""

    height: float
    words: tuple
    grids: tuple


class Layout(NamedTuple):
    """What the whole document tells: usual distances of lines, heading sizes, all words, running lines."""

    usual: dict
    levels: dict
    vocabulary: frozenset
    repeated: frozenset
    hyphenated: bool


def blocks(pages):
    """Put the words of pages together."""
    laid = [_laid(page) for page in pages]
    layout = _layout(pages, laid)
    found, edges = [], ()
    for number, (page, (numbers, free)) in enumerate(zip(pages, laid, strict=True), 1):
        pieces, edges = _pieces(page, number, numbers, free, layout, edges)
        found += pieces
    return found


def _laid(page):
    """Return the line number of each word of a page, and the lines outside its tables with rules."""
    numbers = {word: line.number for line in lines(page.words) for word in line.words}
    boxes = [_outline(grid) for grid in page.grids]
    return numbers, lines([word for word in page.words if not any(_is_in(word, box) for box in boxes)], numbers)


def _outline(grid):
    boxes = [box for row in grid for box in row if box]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _is_in(word, box):
    across, down = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    return box[0] <= across <= box[2] and box[1] <= down <= box[3]


def _layout(pages, laid):
    groups = [free for _, free in laid]
    groups += [lines(_inside(page, box)) for page in pages for grid in page.grids for row in grid for box in row if box]
    usual = pitches(groups)
    repeated = Counter()
    for page, (_, free) in zip(pages, laid, strict=True):
        repeated.update({_place(line) for line in free if _is_marginal(line, page)})
    running = frozenset(place for place, count in repeated.items() if count > 1)
    vocabulary = frozenset(core(word.letters) for page in pages for word in page.words)
    return Layout(usual, _levels(pages, [free for _, free in laid], usual), vocabulary, running, hyphenates(groups))


def _inside(page, box):
    return [word for word in page.words if _is_in(word, box)]


def _is_marginal(line, page):
    if starts(line):
        return False  # the header line of a table stands again on each page, too
    return line.base < EDGE * page.height or line.base > (1 - EDGE) * page.height


def _place(line):
    return mould(line.letters), round(line.base / 4)


def _levels(pages, groups, usual):
    """Return the level of each size of letters that is clearly larger than the text's."""
    everywhere, wrapped = Counter(), Counter()
    for page in pages:
        for word in page.words:
            everywhere[word.size] += len(word.letters)
    # The text is what goes over several lines outside tables; where there is none, what there is most of.
    for group in groups:
        right = max((line.right for line in group), default=0)
        for above, below in zip(group, group[1:], strict=False):
            together = above.size == below.size and not is_gap(above, below, usual) and is_wrap(above, below, right)
            if together and _is_prose(above) and _is_prose(below):
                wrapped[above.size] += len(above.letters)
    body = (wrapped if wrapped else everywhere).most_common(1)[0][0]
    larger = sorted((size for size in everywhere if size > LARGER * body), reverse=True)
    return {size: min(level, 6) for level, size in enumerate(larger, 1)}


def _is_prose(line):
    """Tell a line of text from one across the columns of a table."""
    return all(right.x0 - left.x1 < right.size for left, right in zip(line.words, line.words[1:], strict=False))


def _pieces(page, number, numbers, free, layout, edges):
    """Return the blocks of a page from top to bottom, and the columns of a table that may go on overleaf."""
    found, waiting = [], sorted(page.grids, key=lambda grid: _outline(grid)[1])
    group, is_running = [], False

    def close():
        nonlocal edges
        if group:
            pieces, edges = _split(group, number, layout, edges)
            found.extend(pieces)
        group.clear()

    for line in free:
        while waiting and _outline(waiting[0])[1] < line.words[0].top:
            close()
            found.append(_table(page, number, numbers, waiting.pop(0), layout))
            edges = ()
        # Above the text or below it, not in it: a table's header may go over several lines.
        is_outer = line.base > page.height / 2 or is_running or not (group or found)
        is_repeated = _place(line) in layout.repeated or is_page_number(line.letters)
        is_running = is_outer and is_repeated and _is_marginal(line, page)
        if is_running:
            close()
            found.append(_paragraph([line], number, layout, line.right))
        else:
            group.append(line)
    close()
    for grid in waiting:
        found.append(_table(page, number, numbers, grid, layout))
        edges = ()
    return found, edges


def _split(group, number, layout, edges):
    """Split lines into paragraphs and tables without rules."""
    found, loose, at = [], [], 0
    if edges and _goes_on(group, edges):
        rows = table_rows(group, edges, layout.usual, header=False)
        found.append(_columns(rows, number, edges, layout))
        at = sum(map(len, rows))
    while at < len(group):
        edges_here = starts(group[at])
        if edges_here:
            found += _paragraphs(loose, number, layout)
            loose, edges = [], edges_here
            rows = table_rows(group[at:], edges, layout.usual)
            found.append(_columns(rows, number, edges, layout))
            at += sum(map(len, rows))
        else:
            loose.append(group[at])
            at += 1
    # Only a table that nothing follows on its page can go on overleaf.
    return found + _paragraphs(loose, number, layout), () if loose else edges


def _goes_on(group, edges):
    first = group[0]
    if starts(first) or not fits(first, edges):
        return False
    return first.letters[0].islower() or len({column(word, edges) for word in first.words}) > 1


def _columns(rows, number, edges, layout):
    cells = []
    for row in rows:
        parts = [[word for line in row for word in line.words if column(word, edges) == at] for at in range(len(edges))]
        numbers = {word: line.number for line in row for word in line.words}
        rights = [*(edge - row[0].size for edge in edges[1:]), max(line.right for each in rows for line in each)]
        place = Place(number, row[0].number)
        cells.append(
            tuple(_cell(lines(part, numbers), place, right, layout) for part, right in zip(parts, rights, strict=True))
        )
    return Table(tuple(cells))


def _table(page, number, numbers, grid, layout):
    """Read a table with rules; a cell over several columns or rows is told by its box."""
    rows, above = [], ()
    for boxes in grid:
        known = [box for box in boxes if box]
        inside = [lines(_inside(page, box), numbers) if box else [] for box in boxes]
        first = min((line.number for cell in inside for line in cell), default=rows[-1][0].place.line if rows else 1)
        place, row = Place(number, first), []
        for at, box in enumerate(boxes):
            if box:
                left = min((line.left for line in inside[at]), default=box[0])
                row.append((box, _cell(inside[at], place, box[2] - (left - box[0]), layout)))
            elif at < len(above) and above[at] and known and above[at][0][3] > known[0][1] + 1:
                row.append(above[at])
            else:
                row.append(None)
        above = row
        printed = [cell[1] if cell else text((), place) for cell in row]
        rows.append(tuple(printed[:1] if len(known) == 1 and row[0] and not any(row[1:]) else printed))
    return Table(tuple(rows))


def _cell(group, place, right, layout):
    """Make the text of a cell; a new line only where a wrap cannot explain it."""
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
        pieces.append(_unmarked(line) if is_item else line)
    # A list of names, one a line: where one line ends early, and none goes on in lower case, all are meant.
    if sure and not any(line.letters[0].islower() for line in group):
        breaks = set(range(1, len(group)))
    return text(runs(pieces, layout.vocabulary, breaks, layout.hyphenated), place)


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
        if above is None or is_item or _is_apart(above, line, right, layout):
            parts.append([])
            mark = bullet(line) if is_item else ""
        parts[-1].append(line)
    return [_paragraph(part, number, layout, right) for part in parts]


def _is_apart(above, line, right, layout):
    if is_gap(above, line, layout.usual) or abs(above.size - line.size) > 0.1 * line.size:
        return True
    if line.size in layout.levels:
        return False  # a heading may be centred
    return not is_wrap(above, line, right) and (above.letters[-1] in ".:;!?" or above.bold != line.bold)


def _paragraph(group, number, layout, right):
    level = layout.levels.get(group[0].size, 0)
    mark = bullet(group[0])
    breaks = {at for at in range(1, len(group)) if not level and not is_wrap(group[at - 1], group[at], right)}
    pieces = [_unmarked(group[0]), *group[1:]] if mark else group
    made = text(runs(pieces, layout.vocabulary, breaks, layout.hyphenated), Place(number, group[0].number))
    return Paragraph(made, level, bool(mark) and not level)
