// Places of a part of the network: steps along its edges become distances, and names are given room.

const PAPER = [1500, 900]; // so large that points with their names fill the half
const EVEN = 0.55; // how far points are moved to where they fill the paper evenly
const STEP = 100; // between neighbours
const ROUNDS = 40; // in which places are improved

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

/** Every pair of a connected part with the number of steps between them, in an order that looks like chance. */
function pairsOf(part, neighbours) {
  const pairs = [];
  const steps = new Int32Array(neighbours.length);
  for (const start of part) {
    steps.fill(-1);
    steps[start] = 0;
    const queue = [start];
    for (const point of queue) {
      if (start < point) pairs.push({ start, point, steps: steps[point] });
      for (const next of neighbours[point]) {
        if (steps[next] < 0) {
          steps[next] = steps[point] + 1;
          queue.push(next);
        }
      }
    }
  }
  let seed = 1; // the same order each time
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
  const pairs = pairsOf(part, neighbours);
  const longest = pairs.reduce((most, pair) => Math.max(most, pair.steps), 1);
  for (let round = 0; round < ROUNDS; round += 1) {
    const rate = longest ** 2 * (0.1 / longest ** 2) ** (round / (ROUNDS - 1));
    for (const { start, point, steps } of pairs) {
      const one = places[start];
      const other = places[point];
      const x = one[0] - other[0];
      const y = one[1] - other[1];
      const apart = Math.sqrt(x * x + y * y) || 1;
      const move = (Math.min(rate / (steps * steps), 1) * (apart - STEP * steps)) / 2 / apart;
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
  const grown = Math.max(0.25, (2 * asked) / (PAPER[0] * PAPER[1])) ** 0.5;
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
  const across = (room[0] + otherRoom[0]) / 2 - Math.abs(one[0] - other[0]);
  if (across <= 0) return false;
  const down = (room[1] + otherRoom[1]) / 2 - Math.abs(one[1] - other[1]);
  if (down <= 0) return false;
  const axis = down <= across ? 1 : 0;
  const push = (Math.min(across, down) / 2 + 0.5) * (one[axis] >= other[axis] ? 1 : -1);
  one[axis] += push;
  other[axis] -= push;
  return true;
}

function pushedApart(places, rooms) {
  for (let round = 0; round < ROUNDS; round += 1) {
    let moved = false;
    for (let i = 1; i < places.length; i += 1) {
      for (let j = 0; j < i; j += 1) moved = parted(places[i], places[j], rooms[i], rooms[j]) || moved;
    }
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
