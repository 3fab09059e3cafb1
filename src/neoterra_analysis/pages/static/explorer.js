// State in, page out: every change makes a new state, writes it to the address and draws anew.

let state = fromHash(location.hash);
let shown = selection(state);
let tabled = null; // the filters that the tables were drawn for, and those that the counts were
let told = null;
let opened = null; // what was pressed to open a record, to go back to

function option(group, value) {
  const id = `${group}-${value.id}`;
  const sign = group === "role" ? roleMark(value.id) : group === "type" ? familyMark(value.family) : "";
  const box = el("input", { type: "checkbox", id, "data-group": group, value: value.id });
  return el("label", { class: "check", for: id }, box, " ", sign, el("span", {}, text(value.label), ` (${number(value.count)})`));
}

function drawGroups() {
  const made = GROUPS.filter((group) => DATA.groups[group].length).map((group) =>
    el("fieldset", {}, el("legend", {}, say(`group.${group}`)), ...DATA.groups[group].map((value) => option(group, value))),
  );
  fill(byId("groups"), ...made);
}

function drawControls() {
  for (const box of document.querySelectorAll("[data-group]")) box.checked = state[box.dataset.group].includes(box.value);
  byId("all-names").checked = state.names === "all";
  if (byId("search").value !== state.q) byId("search").value = state.q;
  byId("show-network").setAttribute("aria-pressed", state.show === "network");
  byId("show-tables").setAttribute("aria-pressed", state.show === "tables");
  byId("network-view").hidden = state.show !== "network";
  byId("tables-view").hidden = state.show !== "tables";
}

function drawFound() {
  const hits = found(state.q);
  const visible = new Set(hits.length ? [...shown.laureates.map((one) => `laureate-${one.id}`), ...shown.actors.map((one) => `actor-${one.id}`)] : []);
  const item = ({ key, name }) =>
    el("li", {}, opener(key, name), ` ${say(key.startsWith("laureate-") ? "laureate" : "actor")}`, visible.has(key) ? "" : ` ${say("found.hidden")}`);
  byId("search-count").textContent = state.q.trim() ? counted("found", hits.length) : "";
  const more = hits.length > PAGE.found ? [el("li", {}, say("found.first", { count: number(PAGE.found) }))] : [];
  fill(byId("search-found"), ...hits.slice(0, PAGE.found).map(item), ...more);
}

function drawAll() {
  shown = selection(state);
  drawControls();
  drawFound();
  byId("counts").textContent = countsInWords(sizesOf(shown));
  byId("active").textContent = filtersInWords(state);
  showDetail(state.open, shown);
  const filters = JSON.stringify(GROUPS.map((group) => state[group]));
  const pages = JSON.stringify([filters, state.more]);
  if (state.show === "network") {
    drawNetwork(shown, state, filters);
    readyForPrint();
  } else if (tabled !== pages) {
    drawTables(shown);
    tabled = pages;
  }
  if (told !== pages) {
    drawCombinations(shown);
    drawMatrix(shown);
    told = pages;
  }
}

/** Write the state to the address, as a new entry of the history or in place of the last. */
function keep(how) {
  const hash = toHash(state);
  const page = location.protocol === "data:" ? "#" : location.pathname + location.search; // below a notebook's cell
  history[how](null, "", page + (hash ? `#${hash}` : "").slice(page === "#" ? 1 : 0));
}

function change(part) {
  state = { ...state, ...part };
  keep("pushState");
  drawAll();
}

/** What is typed changes the list of what is found, nothing else. */
function type(query) {
  state = { ...state, q: query.slice(0, MOST) };
  keep("replaceState");
  drawFound();
}

function toggle(group, id, on) {
  const chosen = new Set(state[group]);
  chosen[on ? "add" : "delete"](id);
  change({ [group]: DATA.groups[group].map((value) => value.id).filter((value) => chosen.has(value)), more: {} });
}

/** Show one more page of a list, and go to the first of what is new. */
function showMore(list) {
  const shownOf = () => byId(list).querySelectorAll(":scope > tbody > tr, :scope > li:not(.rest)");
  const before = shownOf().length;
  change({ more: { ...state.more, [list]: (state.more[list] || 1) + 1 } });
  (shownOf()[before]?.querySelector("button") || byId("view")).focus();
}

/** Open a record; where it was asked for is kept, to go back there. */
function open(key) {
  const from = document.activeElement;
  const fresh = !from?.closest("#detail");
  if (fresh) opened = from && from.dataset.open ? { key: from.dataset.open, home: from.closest("[id]")?.id } : { home: from?.id };
  change({ open: key });
  byId("detail-title")?.focus();
}

/** Close the record and go back to where it was opened from; what was pressed may have been drawn anew. */
function close() {
  change({ open: "" });
  const home = opened?.home ? byId(opened.home) : null;
  const again = opened?.key ? [...(home || document).querySelectorAll("[data-open]")].find((one) => one.dataset.open === opened.key) : home;
  (again || byId("view")).focus();
}

function reset() {
  change({ ...emptyState(), show: state.show });
  byId("reset").focus();
}

function listen() {
  byId("groups").addEventListener("change", ({ target }) => toggle(target.dataset.group, target.value, target.checked));
  byId("search").addEventListener("input", ({ target }) => type(target.value));
  byId("reset").addEventListener("click", reset);
  byId("show-network").addEventListener("click", () => change({ show: "network" }));
  byId("show-tables").addEventListener("click", () => change({ show: "tables" }));
  byId("all-names").addEventListener("change", ({ target }) => change({ names: target.checked ? "all" : "" }));
  byId("copy").addEventListener("click", () => copyFigure(shown, state));
  byId("zoom-in").addEventListener("click", () => zoom(1.3));
  byId("zoom-out").addEventListener("click", () => zoom(1 / 1.3));
  byId("fit").addEventListener("click", fit);
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-open]");
    if (button) open(button.dataset.open);
    else if (target.dataset.more) showMore(target.dataset.more);
    else if (target.id === "close") close();
  });
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address holds the view: it must not become that of a place in the page
    byId("view").focus();
  });
  document.addEventListener("keydown", ({ key, target }) => {
    if (key === "Escape" && state.open && target.id !== "search") close();
  });
  for (const event of ["popstate", "hashchange"]) addEventListener(event, follow);
  addEventListener("resize", () => state.show === "network" && frame());
}

/** The address was changed: by the reader, by a link, or by going back. */
function follow() {
  const asked = fromHash(location.hash);
  if (toHash(asked) === toHash(state)) return;
  state = asked;
  drawAll();
}

byId("source").textContent = say("footer.source", { source: DATA.source, digest: DATA.digest });
document.body.classList.toggle("many", !DATA.placed);
drawGroups();
drawAll();
listen();
if (state.open) byId("detail").scrollIntoView({ block: "nearest" });
