"""Which row of a draft is which row of the data: by primary key, and mentions by their text.

Every pairing is the same from either side, whatever the order of the rows in the files.
"""

from collections import defaultdict
from difflib import SequenceMatcher

from ..contract import fold


def by_key(draft, data, key):
    """Pair rows by primary key; of a key that stands several times, equal rows first.

    Parameters
    ----------
    draft, data : list of Row
        Rows of a table.
    key : list of str
        Columns of its primary key.

    Yields
    ------
    tuple of Row or None
        A row of each side; None where one side has none.

    Examples
    --------
    >>> from neoterra_analysis.reading import Row
    >>> rows = [Row(line, {"id": id_}, {}) for line, id_ in enumerate("ab", 2)]
    >>> [(a and a.line, b and b.line) for a, b in by_key(rows, rows[1:], ["id"])]
    [(2, None), (3, 3)]
    """
    sides = []
    for rows in (draft, data):
        by_key = defaultdict(list)
        for row in sorted(rows, key=lambda row: tuple(row.cells.values())):
            by_key[tuple(row.cells[column] for column in key)].append(row)
        sides.append(by_key)
    for value in sorted(set(sides[0]) | set(sides[1])):
        yield from _same_key(sides[0].get(value, []), sides[1].get(value, []))


def _same_key(ours, theirs):
    left, right = list(ours), list(theirs)
    for row in ours:
        equal = next((other for other in right if other.cells == row.cells), None)
        if equal is not None:
            left.remove(row)
            right.remove(equal)
            yield row, equal
    for i in range(max(len(left), len(right))):
        yield (left[i] if i < len(left) else None, right[i] if i < len(right) else None)


def mentions(draft, data, key=None):
    """Pair mentions within each laureate by their text, in order; then those that moved.

    Parameters
    ----------
    draft, data : list of Row
        Rows of ``mentions.csv``.
    key : list of str, optional
        Not looked at: positions shift when a mention is put in.

    Yields
    ------
    tuple of Row or None
        As `by_key`; of two paired mentions, a position or a parent's number that only shifted is the same.

    Examples
    --------
    >>> from neoterra_analysis.reading import Row
    >>> def row(position, mention):
    ...     cells = {"laureate_id": "alpha", "position": position, "mention": mention, "parent_position": ""}
    ...     return Row(int(position) + 1, cells, {})
    >>> data = [row("1", "Ville"), row("2", "Lac")]
    >>> draft = [row("1", "Pays"), row("2", "Ville"), row("3", "Lac")]
    >>> [(a and a.cells["mention"], b and b.cells["mention"]) for a, b in mentions(draft, data)]
    [('Ville', 'Ville'), ('Lac', 'Lac'), ('Pays', None)]
    """
    sides = []
    for rows in (draft, data):
        by_laureate = defaultdict(list)
        for row in sorted(rows, key=lambda row: [in_order(v) for v in (row.cells["position"], *row.cells.values())]):
            by_laureate[row.cells["laureate_id"]].append(row)
        sides.append(by_laureate)
    for laureate in sorted(set(sides[0]) | set(sides[1])):
        ours, theirs = sides[0].get(laureate, []), sides[1].get(laureate, [])
        pairs = list(_aligned(ours, theirs))
        same = {id(a): b for a, b, _ in pairs if a and b}
        parents = [{row.cells["position"]: row for row in rows} for rows in (ours, theirs)]
        for a, b, moved in pairs:
            yield _settled(a, b, moved, same, *parents) if a and b else (a, b)


def _settled(a, b, moved, same, ours, theirs):
    """Take away from two paired mentions what only shifted: positions, and the number of one and the same parent."""
    cells = {} if moved else {"position": a.cells["position"]}
    mine, other = ours.get(a.cells["parent_position"]), theirs.get(b.cells["parent_position"])
    if mine and other and same.get(id(mine)) is other:
        cells["parent_position"] = a.cells["parent_position"]
    elif mine and other:  # two parents, perhaps of one number: only their words tell them apart
        a = a._replace(cells=a.cells | {"parent_position": _told(mine)})
        cells["parent_position"] = _told(other)
    return a, b._replace(cells=b.cells | cells)


def _told(row):
    return f"{row.cells['position']} ({row.cells['mention']})"


def _aligned(ours, theirs):
    """Yield pairs of mentions, and whether they moved; blocks of one length that replace each other go in order."""
    texts = [[fold(row.cells["mention"]) for row in rows] for rows in (ours, theirs)]
    if texts[0] > texts[1]:  # the matcher is not symmetric: from either side, the same one is asked
        yield from ((b, a, moved) for a, b, moved in _aligned(theirs, ours))
        return
    left, right = [], []
    for kind, a, b, c, d in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from ((x, y, False) for x, y in zip(ours[a:b], theirs[c:d], strict=True))
        else:
            left.append(ours[a:b])
            right.append(theirs[c:d])
    for block, other in [(x, y) for x in left for y in right]:
        for row in list(block):
            same = next((o for o in other if fold(o.cells["mention"]) == fold(row.cells["mention"])), None)
            if same is not None:
                block.remove(row)
                other.remove(same)
                yield row, same, True
    for block, other in zip(left, right, strict=True):
        if len(block) == len(other):
            yield from ((x, y, False) for x, y in zip(block, other, strict=True))
        else:
            yield from ((x, None, False) for x in block)
            yield from ((None, y, False) for y in other)


def in_order(part):
    """Return by what to sort a part of a key: numbers as numbers, before words.

    Parameters
    ----------
    part : str
        A cell.

    Returns
    -------
    tuple

    Examples
    --------
    >>> sorted(["b", "10", "9"], key=in_order)
    ['9', '10', 'b']
    """
    return (0, int(part), "") if part.isdecimal() else (1, 0, part)
