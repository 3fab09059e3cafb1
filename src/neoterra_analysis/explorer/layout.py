"""Where the nodes of the explorer's network stand: computed here, so that the page draws the same each time."""

import math
from itertools import islice, takewhile

PAGE = (1500, 900)  # the picture of about a hundred nodes, in the page's units; more nodes take more room
ROOM = (118, 44)  # least distance between two nodes, across and down, so that names can be told apart
EVEN = 0.55  # how far nodes are moved from where they fall to where they fill the picture evenly


def positions(graph):
    """Place each node of a graph: every connected part by Kamada and Kawai, the parts side by side.

    Nothing is drawn at random: the nodes start from a circle, in the order of the graph.

    Parameters
    ----------
    graph : networkx.Graph
        As made by `twomode.two_mode_graph`.

    Returns
    -------
    dict of str to (int, int)

    References
    ----------
    T. Kamada and S. Kawai, "An algorithm for drawing general undirected graphs", Information Processing Letters 31,
    1989, 7-15.

    Examples
    --------
    >>> import networkx as nx
    >>> places = positions(nx.Graph([("a", "b"), ("c", "d")]))
    >>> len(set(places.values())), places == positions(nx.Graph([("a", "b"), ("c", "d")]))
    (4, True)
    """
    import networkx as nx

    order = {node: i for i, node in enumerate(graph)}
    parts = [sorted(part, key=order.get) for part in nx.connected_components(graph)]
    parts.sort(key=lambda part: (-len(part), order[part[0]]))
    places = _apart(_evened(_packed([_drawn(graph, part) for part in parts])))
    return {node: (round(places[node][0]), round(places[node][1])) for node in graph}


def _drawn(graph, part):
    """Place one connected part around the origin."""
    import igraph

    index = {node: i for i, node in enumerate(part)}
    edges = sorted(tuple(sorted((index[a], index[b]))) for a, b in graph.subgraph(part).edges)
    net = igraph.Graph(n=len(part), edges=edges)
    circle = [[math.cos(2 * math.pi * i / len(part)), math.sin(2 * math.pi * i / len(part))] for i in range(len(part))]
    found = net.layout_kamada_kawai(seed=circle) if len(part) > 2 else [[i, 0] for i in range(len(part))]
    # Whole numbers hide the last digits of the arithmetic.
    return {node: (round(100 * x), round(100 * y)) for node, (x, y) in zip(part, found, strict=True)}


def _evened(places):
    """Stretch the picture to the page, and move nodes a part of the way to even ranks across and down."""
    grown = max(1.0, len(places) / 100) ** 0.5
    axes = []
    for axis, room in enumerate(PAGE):
        values = {node: place[axis] for node, place in places.items()}
        low, high = min(values.values(), default=0), max(values.values(), default=1)
        order = sorted(values, key=lambda node: values[node])
        rank = {node: i / max(len(order) - 1, 1) for i, node in enumerate(order)}
        share = {node: (value - low) / ((high - low) or 1) for node, value in values.items()}
        axes.append({n: room * grown * ((1 - EVEN) * share[n] + EVEN * rank[n]) for n in places})
    return {node: (axes[0][node], axes[1][node]) for node in places}


def _apart(places, rounds=60):
    """Push nodes that are too near each other apart, a little at a time."""
    places = dict(places)
    for _ in range(rounds):
        # From left to right: only neighbours can be too near.
        order = sorted(places, key=lambda node: places[node][0])
        near = [pair for i, one in enumerate(order) for pair in _beside(one, order, i, places)]
        moved = [_pushed(places, one, other) for one, other in near]
        if not any(moved):
            break
    return places


def _beside(one, order, i, places):
    """List the nodes to the right of one that may be too near it."""
    limit = places[one][0] + ROOM[0]
    return [(one, other) for other in takewhile(lambda node: places[node][0] < limit, islice(order, i + 1, None))]


def _pushed(places, one, other):
    """Part two nodes along the shorter way, and tell whether that was needed."""
    (x, y), (u, v) = places[one], places[other]
    lack_x, lack_y = ROOM[0] - abs(x - u), ROOM[1] - abs(y - v)
    if lack_x <= 0 or lack_y <= 0:
        return False
    if lack_y <= lack_x:
        push = (lack_y / 2 + 0.5) * (1 if y >= v else -1)
        places[one], places[other] = (x, y + push), (u, v - push)
    else:
        push = (lack_x / 2 + 0.5) * (1 if x >= u else -1)
        places[one], places[other] = (x + push, y), (u - push, v)
    return True


def _packed(parts, gap=100):
    """Set the first part down, and the others in columns to its right, as high as it."""
    done, left, top, column, tall = {}, 0, 0, 0, 0
    for number, part in enumerate(parts):
        xs, ys = [x for x, _ in part.values()], [y for _, y in part.values()]
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        if number == 0:
            tall = high
        elif top and top + high > tall:
            left, top, column = left + column + gap, 0, 0
        done |= {node: (left + x - min(xs), top + y - min(ys)) for node, (x, y) in part.items()}
        if number == 0:
            left = wide + gap
        else:
            top, column = top + high + gap, max(column, wide)
    return done
