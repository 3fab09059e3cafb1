"""Where the nodes of a network stand: deterministic, and without two labels in one place."""

import math
from itertools import combinations, pairwise


def sides(blocks, shared):
    """Share blocks of single actors, and shared actors, out between two columns of about equal height.

    >>> sides([(0, [("a", 1), ("b", 1)]), (1, [("c", 1)])], [(0.5, [("s", 1)])])
    ([[('a', 1), ('b', 1)]], [[('s', 1)], [('c', 1)]])
    """
    columns, filled = ([], []), [0.0, 0.0]
    for rank, block in [*blocks, *sorted(shared)]:
        if block:
            side = 0 if filled[0] <= filled[1] else 1
            columns[side].append((rank, block))
            filled[side] += sum(height for _, height in block)
    return tuple([block for _, block in sorted(column, key=lambda entry: entry[0])] for column in columns)


def stack(column, height, least=0.15):
    """Place blocks of labels under one another so that they fill a height; return the middle of each label."""
    taken = sum(tall for block in column for _, tall in block)
    gap = max(least, (height - taken) / max(len(column) - 1, 1))
    places, y = {}, 0.0
    for block in column:
        for name, tall in block:
            places[name] = y + tall / 2
            y += tall
        y += gap
    return places


def spread(wanted, tall, gap, low, high):
    """Move boxes apart, by a pass down and a pass up, until a gap parts neighbours."""
    names = sorted(wanted, key=lambda name: wanted[name])
    half = [tall[name] / 2 for name in names]
    at = [wanted[name] for name in names]
    for i, place in enumerate(at):
        at[i] = max(place, low + half[i] if i == 0 else at[i - 1] + half[i - 1] + gap + half[i])
    for i in reversed(range(len(at))):
        last = i == len(at) - 1
        at[i] = min(at[i], high - half[i] if last else at[i + 1] - half[i + 1] - gap - half[i])
    return dict(zip(names, at, strict=True))


def ring(nodes, edges):
    """Order nodes around a circle with few crossings: pairs are swapped as long as that helps."""
    edges = sorted({tuple(sorted(edge)) for edge in edges})
    order = list(nodes)
    best = _cost(order, edges)
    better = True
    while better:
        better = False
        for i, j in combinations(range(1, len(order)), 2):
            trial = order.copy()
            trial[i], trial[j] = trial[j], trial[i]
            cost = _cost(trial, edges)
            if cost < best:
                order, best, better = trial, cost, True
    return order


def _cost(order, edges):
    """Count crossings, then the length of the edges around the circle."""
    place = {node: i for i, node in enumerate(order)}
    ends = [tuple(sorted((place[a], place[b]))) for a, b in edges]
    crossings = sum(a < c < b < d or c < a < d < b for (a, b), (c, d) in combinations(ends, 2))
    return crossings, sum(min(b - a, len(order) - b + a) for a, b in ends)


def free(candidates, taken, width, height):
    """Return the first candidate place where a box of this size touches no box that is taken; else the last.

    >>> free([(0, 0), (3, 0)], [(0.5, 0, 1, 1)], 1, 1)
    (3, 0)
    """
    for x, y in candidates:
        if all(abs(x - a) >= (width + w) / 2 or abs(y - b) >= (height + h) / 2 for a, b, w, h in taken):
            return x, y
    return candidates[-1]


def around(slots, start=90.0):
    """Return the angle in degrees, anticlockwise from the right, of the middle of each slot of a ring.

    >>> around([1, 1, 2])
    [45.0, -45.0, -180.0]
    """
    whole, passed, angles = math.fsum(slots), 0.0, []
    for slot in slots:
        angles.append(start - 360 * (passed + slot / 2) / whole)
        passed += slot
    return angles


def oval(shares, wide, high, across=1.0, down=1.0):
    """Find points of an oval that stand at given shares of its length, clockwise from the top."""
    ends = [math.radians(90 - i / 4) for i in range(1441)]
    points = [(wide * math.cos(t) / across, high * math.sin(t) / down) for t in ends]
    passed = [0.0]
    for one, other in pairwise(points):
        passed.append(passed[-1] + math.dist(one, other))
    found, i = [], 0
    for share in shares:
        while i < 1439 and passed[i + 1] < share * passed[-1]:
            i += 1
        part = (share * passed[-1] - passed[i]) / ((passed[i + 1] - passed[i]) or 1)
        found.append(90 - (i + part) / 4)
    return found


def taller(length, wide, across=1.0, down=1.0):
    """Return half the height of the oval of a given half width and length, at least the half width."""

    def around_it(high):
        points = [
            (wide * math.cos(i * math.pi / 360) / across, high * math.sin(i * math.pi / 360) / down) for i in _TURN
        ]
        return sum(math.dist(one, other) for one, other in pairwise(points))

    low, high = wide, wide
    while around_it(high) < length * 0.9999:
        low, high = high, high * 2
    for _ in range(40 if high > wide else 0):
        middle = (low + high) / 2
        low, high = (middle, high) if around_it(middle) < length else (low, middle)
    return high


_TURN = range(721)
