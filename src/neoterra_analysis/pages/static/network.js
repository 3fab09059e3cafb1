// The picture of the network, at places that were computed beforehand.

const CY_SHAPES = {
  "^": { shape: "triangle" },
  o: { shape: "ellipse" },
  s: { shape: "rectangle" },
  D: { shape: "diamond" },
  v: { shape: "polygon", "shape-polygon-points": "0 0.9 0.95 -0.8 -0.95 -0.8" },
  X: { shape: "polygon", "shape-polygon-points": "-0.9 -0.5 -0.5 -0.9 0 -0.4 0.5 -0.9 0.9 -0.5 0.4 0 0.9 0.5 0.5 0.9 0 0.4 -0.5 0.9 -0.9 0.5 -0.4 0" },
};
let cy = null;
let drawn = null; // the filters that the elements were made for

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

function laureateNode(one) {
  const { width, image } = badge(rolesOf(one));
  const data = { id: `L:${one.id}`, key: `laureate-${one.id}`, label: short(one.name), wide: width, image };
  return { data, position: { x: one.x, y: one.y }, classes: "laureate" };
}

function actorNode(one) {
  const color = DATA.looks.family[one.family].color;
  const data = { id: `A:${one.id}`, key: `actor-${one.id}`, label: short(one.short), color, fill: one.kind === "generic" ? "#FFFFFF" : color };
  return { data, position: { x: one.x, y: one.y }, classes: `actor family-${one.family}` };
}

/** The node that stands for an actor: the laureate's own where that laureate is shown. */
function nodeOf(actor, laureates) {
  const same = actorBy.get(actor).laureate;
  return same && laureates.has(same) ? `L:${same}` : `A:${actor}`;
}

function elements(shown) {
  const laureates = new Set(shown.laureates.map((one) => one.id));
  const alone = shown.actors.filter((one) => nodeOf(one.id, laureates).startsWith("A:"));
  const edges = shown.links.map((link) => ({
    data: { id: `${link.laureate}>${link.actor}`, source: `L:${link.laureate}`, target: nodeOf(link.actor, laureates) },
  }));
  return [...shown.laureates.map(laureateNode), ...alone.map(actorNode), ...edges];
}

function looks() {
  const words = {
    label: "data(label)", color: INK, "font-family": "system-ui, sans-serif", "text-wrap": "wrap",
    "text-background-color": "#FFFFFF", "text-background-opacity": 0.85, "text-background-padding": 1, "text-valign": "bottom", "text-margin-y": 2,
  };
  const families = Object.entries(DATA.looks.family).map(([name, look]) => ({ selector: `.family-${name}`, style: CY_SHAPES[look.marker] }));
  return [
    { selector: "edge", style: { width: 1.7, "line-color": "#7A838C", "curve-style": "straight" } },
    { selector: ".laureate", style: {
      ...words, shape: "round-rectangle", width: "data(wide)", height: 26, "background-color": "#FFFFFF", "background-image": "data(image)",
      "background-fit": "contain", "background-image-crossorigin": "null", "border-width": 2.2, "border-color": INK,
      "font-weight": "bold", "font-size": 19, "text-max-width": 135, "z-index": 10,
    } },
    { selector: ".actor", style: { width: 17, height: 17, "background-color": "data(fill)", "border-width": 2.2, "border-color": "data(color)" } },
    { selector: ".actor.named", style: { ...words, "font-size": 14, "text-max-width": 130, "line-height": 0.95 } },
    ...families,
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
  made.on("tap", "node", ({ target }) => open(target.data("key")));
  return made;
}

function drawNetwork(shown, state, filters) {
  const box = byId("network");
  cy ??= started(box);
  if (drawn !== filters) {
    cy.batch(() => {
      cy.elements().remove();
      cy.add(elements(shown));
    });
    drawn = filters;
  }
  cy.resize();
  drawNames(shown, state);
  highlight(state.open);
  frame();
  const words = say("network.alt", { counts: countsInWords(shown) });
  box.setAttribute("aria-label", words);
  byId("print-picture").alt = words;
}

/** Names of actors: all when asked for or few, else of those that several laureates share. */
function drawNames(shown, state) {
  const all = state.names === "all" || shown.actors.length <= 25;
  cy.nodes(".actor").forEach((node) => node.toggleClass("named", all || node.degree() > 1));
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
  cy.fit(cy.elements().not(".faded"), 24);
}

function fit() {
  cy.resize();
  cy.fit(cy.elements(), 24);
}

function zoom(factor) {
  cy.userPanningEnabled(true);
  cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
}

function legendEntries() {
  const families = [...new Set(DATA.actors.filter((one) => one.kind !== "not_an_actor").map((one) => one.family))];
  const label = (family) => DATA.actors.find((one) => one.family === family).family_label;
  return [
    ...ROLES.map((role) => ({ look: DATA.looks.role[role], words: say("legend.role", { role: say(`role.${role}`) }) })),
    ...Object.keys(DATA.looks.family).filter((name) => families.includes(name)).map((name) => ({ look: DATA.looks.family[name], words: label(name) })),
    { look: { color: MARK, marker: "o" }, words: say("legend.named") },
    { look: { color: MARK, marker: "o" }, hollow: true, words: say("legend.generic") },
  ];
}

function drawLegend() {
  const box = el("li", {}, el("span", { class: "box", "aria-hidden": "true" }), " ", say("legend.laureate"));
  fill(byId("legend"), box, ...legendEntries().map((one) => el("li", {}, mark(one.look, one.hollow), " ", one.words)));
}
