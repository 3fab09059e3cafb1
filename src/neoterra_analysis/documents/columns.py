"""Tables without rules: the header line tells where the columns start."""

HEADERS = ("projet", "acteur", "contribution")


def starts(line):
    """Return where the columns start, if a line is the header line of a table; else an empty tuple.

    Parameters
    ----------
    line : lines.Line
        A line of a page.

    Returns
    -------
    tuple of float

    Examples
    --------
    >>> from .lines import Line, Word
    >>> names = "Projet", "Acteurs", "Contribution"
    >>> starts(Line(1, tuple(Word(99 * n, 99 * n + 50, 0, 9, 9, ((name, True),)) for n, name in enumerate(names))))
    (0, 99, 198)
    """
    cells = []
    for word in line.words:
        if not cells or word.x0 - cells[-1][-1].x1 > 0.7 * word.size:
            cells.append([])
        cells[-1].append(word)
    texts = [" ".join(word.letters for word in cell).casefold() for cell in cells]
    found = [{number for number, text in enumerate(texts) if text.startswith(name)} for name in HEADERS]
    return tuple(cell[0].x0 for cell in cells) if all(found) else ()


def column(word, edges):
    """Return the number of the column that a word starts in.

    Examples
    --------
    >>> from .lines import Word
    >>> column(Word(101, 120, 0, 9, 9, ()), (0, 99, 198))
    1
    """
    return max((number for number, edge in enumerate(edges) if edge <= word.x0 + 3), default=0)


def fits(line, edges):
    """Tell whether a line keeps to the columns: no words run on from one column into the next.

    Parameters
    ----------
    line : lines.Line
        A line below the header line.
    edges : tuple of float
        Where the columns start.

    Returns
    -------
    bool

    Examples
    --------
    >>> from .lines import Line, Word
    >>> fits(Line(1, (Word(80, 98, 0, 9, 9, ()), Word(100, 120, 0, 9, 9, ()))), (0, 99))
    False
    """
    if line.left < edges[0] - 3:
        return False
    for left, right in zip(line.words, line.words[1:], strict=False):
        if column(left, edges) != column(right, edges) and right.x0 - left.x1 < 0.45 * right.size:
            return False
    return all(word.x1 <= (*edges, float("inf"))[column(word, edges) + 1] + 1 for word in line.words)


def rows(group, edges, usual, header=True):
    """Split the lines of a table without rules into rows, as far as the table goes.

    A row starts after a gap, if its first column has text; without any gap, where the first column starts again.

    Parameters
    ----------
    group : list of lines.Line
        From the header line, or from the first line on a later page.
    edges : tuple of float
        Where the columns start.
    usual : dict
        See `lines.pitches`.
    header : bool
        Whether the first line is the header line.

    Returns
    -------
    list of list of lines.Line
        The rows; what is left of the group stands below the table.

    Examples
    --------
    >>> from .lines import Line, Word
    >>> boxes = [[Word(x, x + 9, top, top + 9, 9, (("a", False),), top) for x in (0, 99)] for top in (0, 30)]
    >>> group = [Line(n, tuple(pair)) for n, pair in enumerate(boxes, 1)]
    >>> [len(row) for row in rows(group, (0, 99), {}, header=False)]
    [1, 1]
    """
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
