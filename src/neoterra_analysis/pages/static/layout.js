// Places of a part of the network: steps along its edges become distances, and names are given room.

const PAPER = [1500, 900]; // more where the points with their names would fill more than the half
const EVEN = 0.55; // how far points are moved to where they fill the paper evenly
const STEP = 100; // between neighbours

/** The connected parts of a graph, the largest first, each with its points in order. */
function components(neighbours) {
  const seen = new Set();
  const parts = neighbours.map((_, start) => {
    const part = [];
    for (const queue = [start]; queue.length; ) {
      const point = queue.pop();
      if (seen.has(point)) continue;
      seen.add(point);
      part.push(point);
      queue.push(...neighbours[point]);
    }
    return part.sort((a, b) => a - b);
  });
  return parts.filter((part) => part.length).sort((a, b) => b.length - a.length);
}

/** Every pair of a connected part, with the number of steps between them. */
function pairsOf(part, neighbours) {
  const pairs = [];
  for (const start of part) {
    const steps = new Map([[start, 0]]);
    for (const point of steps.keys()) for (const next of neighbours[point]) if (!steps.has(next)) steps.set(next, steps.get(point) + 1);
    for (const [point, count] of steps) if (start < point) pairs.push([start, point, count]);
  }
  return pairs;
}

/** Put pairs in an order that looks like chance and is the same each time. */
function shuffled(pairs) {
  let seed = 1;
  for (let i = pairs.length - 1; i > 0; i -= 1) {
    seed = (seed * 48271) % 2147483647;
    const j = seed % (i + 1);
    [pairs[i], pairs[j]] = [pairs[j], pairs[i]];
  }
  return pairs;
}

/** Move each pair towards its distance, less and less (Zheng, Pawar and Goodman 2018). */
function settled(part, neighbours, places) {
  part.forEach((point, i) => {
    const angle = (2 * Math.PI * i) / part.length;
    places[point] = [STEP * Math.cos(angle), STEP * Math.sin(angle)];
  });
  const pairs = shuffled(pairsOf(part, neighbours));
  const longest = Math.max(...pairs.map((pair) => pair[2]), 1);
  const ROUNDS = 40;
  for (let round = 0; round < ROUNDS; round += 1) {
    const rate = longest ** 2 * (0.1 / longest ** 2) ** (round / (ROUNDS - 1));
    for (const [a, b, count] of pairs) {
      const [one, other] = [places[a], places[b]];
      const [x, y] = [one[0] - other[0], one[1] - other[1]];
      const apart = Math.hypot(x, y) || 1;
      const move = (Math.min(rate / count ** 2, 1) * (apart - STEP * count)) / 2 / apart;
      one[0] -= move * x;
      one[1] -= move * y;
      other[0] += move * x;
      other[1] += move * y;
    }
  }
}

/** Set the first part down, and the others in columns to its right, as high as it. */
function packed(parts, places) {
  let [left, top, column, tall] = [0, 0, 0, 0];
  for (const [i, part] of parts.entries()) {
    const [xs, ys] = [0, 1].map((axis) => part.map((point) => places[point][axis]));
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    const [wide, high] = [Math.max(...xs) - x, Math.max(...ys) - y];
    if (!i) tall = Math.max(high, 6 * STEP);
    else if (top + high > tall) [left, top, column] = [left + column + STEP, 0, 0];
    for (const point of part) places[point] = [places[point][0] - x + left, places[point][1] - y + top];
    [top, column] = [top + high + STEP, Math.max(column, wide)];
  }
}

/** Stretch the picture to the paper, and move points a part of the way to even ranks across and down. */
function spread(places, rooms) {
  const asked = rooms.reduce((sum, [wide, high]) => sum + wide * high, 0);
  const grown = Math.max(1, (2 * asked) / (PAPER[0] * PAPER[1])) ** 0.5;
  for (const [axis, room] of PAPER.entries()) {
    const order = [...places].sort((a, b) => a[axis] - b[axis]);
    const [low, high] = [order[0][axis], order.at(-1)[axis]];
    order.forEach((place, i) => {
      const share = (place[axis] - low) / (high - low || 1);
      place[axis] = room * grown * ((1 - EVEN) * share + (EVEN * i) / Math.max(order.length - 1, 1));
    });
  }
}

/** Part two places along the shorter way, and tell whether that was needed. */
function parted(one, other, room, otherRoom) {
  const lacks = room.map((own, axis) => (own + otherRoom[axis]) / 2 - Math.abs(one[axis] - other[axis]));
  if (Math.min(...lacks) <= 0) return false;
  const axis = lacks[1] <= lacks[0] ? 1 : 0;
  const push = (lacks[axis] / 2 + 0.5) * (one[axis] >= other[axis] ? 1 : -1);
  one[axis] += push;
  other[axis] -= push;
  return true;
}

function pushedApart(places, rooms) {
  for (let round = 0; round < 60; round += 1) {
    let moved = false;
    places.forEach((one, i) => {
      for (let j = 0; j < i; j += 1) moved = parted(one, places[j], rooms[i], rooms[j]) || moved;
    });
    if (!moved) return;
  }
}

/** The place of each point, by the room that it needs across and down; edges are pairs of points. */
function placed(rooms, edges) {
  const neighbours = rooms.map(() => []);
  for (const [a, b] of edges) {
    neighbours[a].push(b);
    neighbours[b].push(a);
  }
  const parts = components(neighbours);
  const places = [];
  for (const part of parts) settled(part, neighbours, places);
  packed(parts, places);
  if (places.length) spread(places, rooms);
  pushedApart(places, rooms);
  return places.map(([x, y]) => ({ x, y }));
}
