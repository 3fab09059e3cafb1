// Building the page: every text of the data goes in as a text node, never as markup.

const SVG = "http://www.w3.org/2000/svg";
// Shapes in a box of 10 by 10, by the markers of the package's palette.
const SHAPES = {
  "^": "M5 .8 9.6 9.2H.4Z",
  v: "M5 9.2 9.6 .8H.4Z",
  o: "M5 .7a4.3 4.3 0 1 0 .01 0Z",
  s: "M1.1 1.1h7.8v7.8H1.1Z",
  D: "M5 .2 9.8 5 5 9.8 .2 5Z",
  X: "M1 2.6 2.6 1 5 3.4 7.4 1 9 2.6 6.6 5 9 7.4 7.4 9 5 6.6 2.6 9 1 7.4 3.4 5Z",
};
const PAGE = { table: 100, matrix: 25, list: 12, found: 100 }; // rows or entries at first
const INK = "#1A1A1A";
const MARK = "#3B4754";

function byId(id) {
  return document.getElementById(id);
}

/** An element with attributes and children; a child that is text becomes a text node. */
function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
    else if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

/** Text of the data: kept apart from its surroundings, whatever direction it is written in. */
function text(value) {
  return el("bdi", {}, value);
}

function quoted(anchor) {
  return el("q", {}, text(anchor));
}

function fill(target, ...children) {
  target.replaceChildren(...children);
}

/** A small mark: shape and colour of a code; hollow for what is a category or indirect. */
function mark(look, hollow = false) {
  const key = `${look.marker}${look.color}${hollow}`;
  if (!marks.has(key)) marks.set(key, drawnMark(look, hollow));
  return marks.get(key).cloneNode(true);
}

const marks = new Map(); // made once, then copied

function drawnMark(look, hollow) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "-0.5 -0.5 11 11");
  svg.setAttribute("class", "mark");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[look.marker]);
  path.setAttribute("fill", hollow ? "#FFFFFF" : look.color);
  path.setAttribute("stroke", look.color);
  path.setAttribute("stroke-width", hollow ? "1.5" : "0.5");
  svg.append(path);
  return svg;
}

function roleMark(role) {
  return role === "none" ? "" : mark(DATA.looks.role[role]);
}

/** The mark of a type is that of its family. */
function familyMark(family, hollow = false) {
  return mark(DATA.looks.family[family], hollow);
}

function opener(key, label) {
  return el("button", { type: "button", class: "link", "data-open": key }, text(label));
}

function laureateButton(id) {
  return opener(`laureate-${id}`, laureateBy.get(id).name);
}

function actorButton(id, name = actorBy.get(id).short) {
  return opener(`actor-${id}`, name);
}

/** Children set apart by a comma. */
function listed(children) {
  return children.flatMap((child, i) => (i ? [", ", child] : [child]));
}

/** The first of a list, four times as many for each time that the reader asked for more; made only when shown. */
function paged(list, things, most, make) {
  const shownAt = (pages) => Math.min(things.length, most * 4 ** (pages - 1));
  const pages = state.more[list] || 1;
  const count = shownAt(pages);
  const made = things.slice(0, count).map(make);
  if (count === things.length) return { made, more: [] };
  const button = el("button", { type: "button", class: "more", "data-more": list }, counted("more", shownAt(pages + 1) - count));
  return { made, more: [say("more.shown", { count: number(count), of: number(things.length) }), " ", button] };
}

/** A table in a frame that scrolls by itself, in pages; the first cell of each row heads it. */
function table(id, caption, heads, things, most, cellsOf, feet = []) {
  const line = (cells) =>
    el("tr", {}, ...cells.map((cell, i) => (i ? el("td", {}, ...[cell].flat()) : el("th", { scope: "row" }, ...[cell].flat()))));
  const head = el("tr", {}, ...heads.map((cell) => el("th", { scope: "col" }, ...[cell].flat())));
  const { made: rows, more } = paged(id, things, most, (one) => line(cellsOf(one)));
  const made = el("table", { id }, el("caption", {}, el("span", { class: "stay" }, caption)), el("thead", {}, head), el("tbody", {}, ...rows));
  if (feet.length) made.append(el("tfoot", {}, ...feet.map(line)));
  const frame = el("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": caption }, made);
  if (more.length) frame.append(el("p", { class: "note stay" }, ...more));
  return frame;
}

/** Buttons beside one another, as a list. */
function row(list, ids, buttonOf) {
  const { made, more } = paged(list, ids, PAGE.list, buttonOf);
  return el("ul", { class: "row", id: list }, ...made.map((button) => el("li", {}, button)), more.length ? el("li", { class: "rest" }, ...more) : "");
}

function none() {
  return el("span", { class: "note" }, say("none"));
}
