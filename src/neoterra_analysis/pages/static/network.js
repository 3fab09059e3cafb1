// The picture of the network, at places that were computed beforehand.

const CY_SHAPES = {
  "^": { shape: "triangle" },
  o: { shape: "ellipse" },
  s: { shape: "rectangle" },
  D: { shape: "diamond" },
  v: { shape: "polygon", "shape-polygon-points": "0 0.9 0.95 -0.8 -0.95 -0.8" },
  X: { shape: "polygon", "shape-polygon-points": "-0.9 -0.5 -0.5 -0.9 0 -0.4 0.5 -0.9 0.9 -0.5 0.4 0 0.9 0.5 0.5 0.9 0 0.4 -0.5 0.9 -0.9 0.5 -0.4 0" },
};
const LETTERS = { box: 19, actor: DATA.placed ? 14 : 17, wide: DATA.placed ? 135 : 180 }; // sizes of names, and their width
let cy = null;
let drawn = null; // the filters and the record that the elements were made for
let part = null; // what of them is in the picture

/** The box of a laureate with the marks of its roles, made of codes only. */
function badge(roles) {
  const width = Math.max(roles.length, 1) * 20 + 8;
  const marks = roles.map((role, i) => {
    const { color, marker } = DATA.looks.role[role];
    return `<path transform="translate(${6 + i * 20} 5) scale(1.6)" d="${SHAPES[marker]}" fill="${color}"/>`;
  });
  const svg = `<svg xmlns="${SVG}" width="${width * 3}" height="78" viewBox="0 0 ${width} 26">${marks.join("")}</svg>`;
  return { width, image: `data:image/svg+xml;utf8,${encodeURIComponent(svg)}` };
}

/** A label of the picture; the full name stands in the tables and the record. */
function short(name) {
  const cut = (text, most) => ([...text].length > most ? `${[...text].slice(0, most - 1).join("")}…` : text);
  return cut(name.split(" ").map((word) => cut(word, 24)).join(" "), 60);
}

/** A node at its place, where places were computed beforehand. */
function node(one, data, classes) {
  return { data, position: { x: one.x ?? 0, y: one.y ?? 0 }, classes };
}

/** A laureate; where only shared actors are drawn, its others are counted after its name. */
function laureateNode(one, others) {
  const { width, image } = badge(rolesOf(one));
  const label = others ? `${short(one.name)} (+${number(others)})` : short(one.name);
  return node(one, { id: `L:${one.id}`, key: `laureate-${one.id}`, label, wide: width, image }, "box laureate");
}

/** An enjeu, with the number of its laureates. */
function enjeuNode([id, count]) {
  return node({}, { id: `E:${id}`, enjeu: id, label: `${short(labelOf.enjeu.get(id) || id)} (${number(count)})` }, "box enjeu");
}

function actorNode(one) {
  const color = DATA.looks.family[one.family].color;
  const data = { id: `A:${one.id}`, key: `actor-${one.id}`, label: short(one.short), color, fill: one.kind === "generic" ? "#FFFFFF" : color };
  return node(one, data, `actor family-${one.family}`);
}

/** The node that stands for an actor: the laureate's own where that laureate is shown. */
function nodeOf(actor, laureates) {
  const same = actorBy.get(actor).laureate;
  return same && laureates.has(same) ? `L:${same}` : `A:${actor}`;
}

function elements(part, shown) {
  const laureates = new Set((part.laureates || []).map((one) => one.id));
  const alone = part.actors.filter((one) => nodeOf(one.id, laureates).startsWith("A:"));
  const most = Math.max(...part.links.map((link) => link.count || 0));
  const edges = part.links.map(({ laureate, enjeu, actor, count }) => {
    const from = enjeu ? `E:${enjeu}` : `L:${laureate}`;
    const wide = count ? Math.max(1.2, (7 * count) / most) : 1.7;
    return { data: { id: `${laureate || from}>${actor}`, source: from, target: nodeOf(actor, laureates), wide } };
  });
  const [all, kept] = [shown, part].map(({ links }) => tally(links, (link) => link.laureate));
  const boxes = part.enjeux ? [...part.enjeux].map(enjeuNode) : part.laureates.map((one) => laureateNode(one, all.get(one.id) - kept.get(one.id)));
  const nodes = [...boxes, ...alone.map(actorNode)];
  if (!DATA.placed) place(nodes, edges);
  return [...nodes, ...edges];
}

function place(nodes, edges) {
  const at = new Map(nodes.map((one, i) => [one.data.id, i]));
  const room = nodes.map(({ classes }) => (classes.startsWith("box") ? [190, 96] : [150, 56]));
  const found = placed(room, edges.map(({ data }) => [at.get(data.source), at.get(data.target)]));
  nodes.forEach((one, i) => {
    one.position = found[i];
  });
}

function looks() {
  const words = {
    label: "data(label)", color: INK, "font-family": "system-ui, sans-serif", "text-wrap": "wrap",
    "text-background-color": "#FFFFFF", "text-background-opacity": 0.85, "text-background-padding": 1, "text-valign": "bottom", "text-margin-y": 2,
  };
  const families = Object.entries(DATA.looks.family).map(([name, look]) => ({ selector: `.family-${name}`, style: CY_SHAPES[look.marker] }));
  return [
    { selector: "edge", style: { width: "data(wide)", "line-color": "#7A838C", "curve-style": "straight" } },
    { selector: ".box", style: {
      ...words, shape: "round-rectangle", height: 26, "background-color": "#FFFFFF", "border-width": 2.2, "border-color": INK,
      "font-weight": "bold", "font-size": LETTERS.box, "text-max-width": LETTERS.wide, "z-index": 10,
    } },
    { selector: ".laureate", style: { width: "data(wide)", "background-image": "data(image)", "background-fit": "contain", "background-image-crossorigin": "null" } },
    { selector: ".enjeu", style: { width: 40, "background-color": "#E3E7EB" } },
    { selector: ".actor", style: { width: 17, height: 17, "background-color": "data(fill)", "border-width": 2.2, "border-color": "data(color)" } },
    { selector: ".actor.named", style: { ...words, "font-size": LETTERS.actor, "text-max-width": LETTERS.wide - 5, "line-height": 0.95 } },
    ...families,
    { selector: ".mute", style: { "text-opacity": 0, "text-background-opacity": 0 } },
    { selector: ".faded", style: { opacity: 0.2 } },
    { selector: ".open", style: { "border-width": 4, "border-color": INK } },
  ];
}

/** The mouse moves the picture; fingers scroll the page until they ask for a larger picture; the wheel is the page's. */
function started(box) {
  const made = cytoscape({
    container: box, style: looks(), minZoom: 0.1, maxZoom: 2.5, autoungrabify: true, boxSelectionEnabled: false,
    userZoomingEnabled: false, userPanningEnabled: matchMedia("(pointer: fine)").matches,
  });
  made.on("tap", "node", ({ target }) => (target.data("enjeu") ? toggle("enjeu", target.data("enjeu"), true) : open(target.data("key"))));
  return made;
}

function drawNetwork(shown, state, filters) {
  const box = byId("network");
  cy ??= started(box);
  const wanted = DATA.placed ? filters : JSON.stringify([filters, state.open]);
  cy.batch(() => {
    if (drawn !== wanted) {
      part = portrayed(shown, state.open);
      cy.elements().remove();
      cy.add(elements(part, shown));
      drawn = wanted;
    }
    drawNames(state);
    highlight(state.open);
    const covering = DATA.placed || state.names === "all" ? new Set() : coveringNames();
    cy.nodes().forEach((one) => one.toggleClass("mute", covering.has(one.id())));
    part.muted = covering.size;
  });
  frame();
  const about = partInWords(part, shown);
  const words = [say("network.alt", { counts: countsInWords(sizesOf(shown)) }), about].join(" ").trim();
  box.setAttribute("aria-label", words);
  byId("print-picture").alt = words;
  byId("part").textContent = about;
  byId("part").hidden = !about;
  drawLegend();
}

/** Names of actors: all when asked for or few, else of those that several laureates share. */
function drawNames(state) {
  const all = state.names === "all" || part.actors.length <= 25 || part.form === "enjeux";
  cy.nodes(".actor").forEach((one) => one.toggleClass("named", all || one.degree() > 1));
}

/** Names that would cover others or another point; those of points with fewer links give way. */
function coveringNames() {
  const pen = document.createElement("canvas").getContext("2d");
  const nodes = cy.nodes().map((one) => {
    const [box, named, opened] = ["box", "named", "open"].map((name) => one.hasClass(name));
    return { id: one.id(), data: one.data(), ...one.position(), box, named: box || named, rank: one.degree() + 1e4 * box + 1e5 * opened };
  });
  const points = nodes.map(({ id, x, y, box, data }) => {
    const [wide, high] = box ? [(data.wide || 40) / 2, 13] : [9, 9];
    return { id, x1: x - wide, x2: x + wide, y1: y - high, y2: y + high };
  });
  const taken = [...points];
  const covering = new Set();
  for (const one of nodes.filter((other) => other.named).sort((a, b) => b.rank - a.rank)) {
    const size = one.box ? LETTERS.box : LETTERS.actor;
    pen.font = `${one.box ? "bold " : ""}${size}px system-ui, sans-serif`;
    const made = lines(pen, one.data.label, one.box ? LETTERS.wide : LETTERS.wide - 5);
    const half = Math.max(...made.map((line) => pen.measureText(line).width)) / 2 + 2;
    const top = one.y + (one.box ? 15 : 11);
    const name = { x1: one.x - half, x2: one.x + half, y1: top, y2: top + made.length * size };
    const meets = (other) => other.id !== one.id && name.x1 < other.x2 && other.x1 < name.x2 && name.y1 < other.y2 && other.y1 < name.y2;
    if (taken.some(meets)) covering.add(one.id);
    else taken.push(name);
  }
  return covering;
}

/** Set one record and its neighbours off from the others. */
function highlight(key) {
  cy.elements().removeClass("faded open");
  const node = cy.nodes().filter((one) => one.data("key") === key || (key.startsWith("actor-") && one.id() === `L:${actorBy.get(key.slice(6))?.laureate}`));
  if (!key || node.empty()) return;
  const near = node.closedNeighborhood();
  cy.elements().not(near).addClass("faded");
  node.addClass("open");
  near.nodes(".actor").addClass("named");
}

/** Show all, or what is set off from the others. */
function frame() {
  cy.resize();
  cy.fit(cy.nodes().not(".faded"), 24);
}

function fit() {
  cy.resize();
  cy.fit(cy.nodes(), 24);
}

function zoom(factor) {
  cy.userPanningEnabled(true);
  cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
}

function roleEntries() {
  return ROLES.map((role) => ({ look: DATA.looks.role[role], words: say("legend.role", { role: say(`role.${role}`) }) }));
}

function legendEntries() {
  const families = [...new Set(DATA.actors.filter((one) => one.kind !== "not_an_actor").map((one) => one.family))];
  const label = (family) => DATA.actors.find((one) => one.family === family).family_label;
  return [
    ...(part.form === "enjeux" ? [] : roleEntries()),
    ...Object.keys(DATA.looks.family).filter((name) => families.includes(name)).map((name) => ({ look: DATA.looks.family[name], words: label(name) })),
    { look: { color: MARK, marker: "o" }, words: say("legend.named") },
    { look: { color: MARK, marker: "o" }, hollow: true, words: say("legend.generic") },
  ];
}

function drawLegend() {
  const box = el("li", {}, el("span", { class: "box", "aria-hidden": "true" }), " ", part.form === "enjeux" ? say("legend.enjeu") : say("legend.laureate"));
  fill(byId("legend"), box, ...legendEntries().map((one) => el("li", {}, mark(one.look, one.hollow), " ", one.words)));
}
