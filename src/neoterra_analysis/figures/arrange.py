"""Where the nodes of a network stand: deterministic, and without two labels in one place."""

import math
from itertools import accumulate, combinations, pairwise

from ..words import palette
from .text import FOOT, PLOT, balanced, line_height, measure

GAP = 0.18  # cm, from a node to its label
WIDEST = 5.0  # cm, half the width of the ring: beyond, it becomes an oval, so that labels keep room on both sides


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


def strongest(edges, most):
    """Return the edges, by their ends, between so many ends of the strongest, and these ends in `seriate`'s order."""
    nodes = {}
    for e in sorted(edges, key=lambda e: (-e["count"], -e.get("named", 0), e["source"], e["target"])):
        more = nodes | dict.fromkeys([e["source"], e["target"]])
        nodes = more if len(more) <= most else nodes
    kept = {(e["source"], e["target"]): e for e in edges if {e["source"], e["target"]} <= nodes.keys()}
    return kept, seriate({ends: e["count"] for ends, e in kept.items()})


def seriate(weights):
    """Order the ends of weighted pairs for a matrix: each is, of those left, the most tied to those before it.

    >>> seriate({("a", "b"): 1, ("c", "d"): 3, ("b", "d"): 2})
    ['d', 'c', 'b', 'a']
    """
    tied = {}
    for (one, other), weight in weights.items():
        tied.setdefault(one, {})[other] = tied.setdefault(other, {})[one] = weight
    order, left = [], set(tied)
    while left:
        follows = {i: sum(tied[i].get(other, 0) for other in order) for i in left}
        best = min(left, key=lambda i: (-follows[i], -sum(tied[i].values()), i))
        order.append(best)
        left.remove(best)
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


def labelled_ring(groups, ctx):
    """Lay labels out around a ring: its half axes, (node, lines, weight, angle) of each, room above and below."""

    def order(actor):
        return list(palette.FAMILY).index(ctx.actor_types[actor]), ctx.actors[actor].casefold(), actor

    step = line_height(FOOT) * 0.92
    texts = []
    for name, nodes in groups:
        nodes = sorted(nodes, key=order)
        texts += [(None, name, "bold"), *((n, ctx.actors[n], "normal") for n in nodes), (None, "", "")]
    rooms = [4.1] * len(texts)
    length = 0.0
    for _ in range(12):
        words = [balanced(t, room, FOOT, w) if t else [] for (_, t, w), room in zip(texts, rooms, strict=True)]
        slots = [len(lines) or 0.7 for lines in words]
        # The ring only grows: that is what makes this end.
        length = max(length, 2 * math.pi * (3.6 + GAP), sum(slots) * step)
        radius, angles = length / (2 * math.pi) - GAP, around(slots)
        axes = radius, radius
        if radius > WIDEST:
            axes = WIDEST, taller(length, WIDEST + GAP) - GAP
            passed = accumulate(slots, initial=0)
            angles = oval([(p + s / 2) / sum(slots) for p, s in zip(passed, slots, strict=False)], *axes)
        rooms = []
        for angle in angles:
            across = abs(math.cos(math.radians(outwards(axes, angle))))
            side = abs(axes[0] * math.cos(math.radians(angle)))
            rooms.append(min(4.1, (PLOT / 2 - 0.15 - side) / max(across, 0.01) - 0.2))
        long = [
            max((measure(line, FOOT, w) for line in lines), default=0.0)
            for (_, _, w), lines in zip(texts, words, strict=True)
        ]
        if all(have <= room for have, room in zip(long, rooms, strict=True)):
            break
    sines = [(math.sin(math.radians(a)), math.sin(math.radians(outwards(axes, a)))) for a in angles]
    reach = [0.0] + [axes[1] * at + (0.2 + have) * out for have, (at, out) in zip(long, sines, strict=True)]
    entries = [
        (node, lines, weight, angle)
        for (node, _, weight), lines, angle in zip(texts, words, angles, strict=True)
        if lines
    ]
    return axes, entries, max(axes[1], *reach) + 0.3, max(axes[1], *(-r for r in reach)) + 0.3


def polar(centre, axes, angle, depth=1.0):
    """Return the point of an oval at an angle, or nearer to its middle."""
    turn = math.radians(angle)
    return centre[0] + depth * axes[0] * math.cos(turn), centre[1] - depth * axes[1] * math.sin(turn)


def outwards(axes, angle):
    """Return the direction that leaves the ring at a point of it, in degrees."""
    if axes[0] == axes[1]:
        return angle
    turn = math.radians(angle)
    return math.degrees(math.atan2(math.sin(turn) / axes[1], math.cos(turn) / axes[0]))
