// What is shown for a choice of filters, and the choice as an address. Nothing here touches the page.

const DATA = JSON.parse(document.getElementById("data").textContent);
const GROUPS = ["ambition", "enjeu", "role", "type"];
const MOST = 200; // letters of a search
const ROLES = ["aiguillon", "inspirateur", "connecteur"];
const laureateBy = new Map(DATA.laureates.map((one) => [one.id, one]));
const actorBy = new Map(DATA.actors.map((one) => [one.id, one]));
const SOURCES = new Set(DATA.laureates.map((one) => one.source));
const labelOf = Object.fromEntries(
  GROUPS.map((group) => [group, new Map(DATA.groups[group].map((value) => [value.id, value.label]))]),
);

/** Words for a key, with named values filled in by one pass. */
function say(key, values = {}) {
  return DATA.words[key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? isolated(String(values[name])) : whole));
}

/** A text that turns the direction of writing is closed in, so that it turns its own words only. */
function isolated(value) {
  return /[\u202a-\u202e\u2066-\u2069]/.test(value) ? `\u2068${value}\u2069` : value;
}

/** A count with its noun: French takes the singular for 0 and 1. */
function counted(key, count, values = {}) {
  const single = DATA.lang === "fr" ? count < 2 : count === 1;
  return say(`${key}.${single ? "one" : "many"}`, { count: number(count), ...values });
}

function number(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, DATA.lang === "fr" ? "\u202f" : ",");
}

/** A label followed by a value, with the colon of the language. */
function colon(label, value) {
  return say("pair", { label, value });
}

function rolesOf(laureate) {
  return laureate.roles.map((one) => one.role);
}

function emptyState() {
  return { ambition: [], enjeu: [], role: [], type: [], show: "network", open: "", q: "", names: "", more: {} };
}

/** What is shown: laureates that fit every group, the actors they mention, the links between these. */
function selection(state) {
  const wantsType = (actor) => !state.type.length || state.type.includes(actorBy.get(actor).type);
  const links = DATA.links.filter((link) => wantsType(link.actor));
  const reaching = new Set(links.map((link) => link.laureate));
  const wanted = (group, values) => !state[group].length || values.some((value) => state[group].includes(value));
  const laureates = DATA.laureates.filter(
    (one) =>
      wanted("ambition", [one.ambition]) &&
      wanted("enjeu", [one.enjeu]) &&
      wanted("role", one.roles.length ? rolesOf(one) : ["none"]) &&
      (!state.type.length || reaching.has(one.id)),
  );
  const shown = new Set(laureates.map((one) => one.id));
  const kept = links.filter((link) => shown.has(link.laureate));
  const mentioned = new Set(kept.map((link) => link.actor));
  return { laureates, actors: DATA.actors.filter((one) => mentioned.has(one.id)), links: kept };
}

/** Things by a key, in their order. */
function grouped(things, keyOf) {
  const made = new Map();
  for (const one of things) {
    const key = keyOf(one);
    if (made.has(key)) made.get(key).push(one);
    else made.set(key, [one]);
  }
  return made;
}

/** All eight exact combinations of roles, the single ones first, with the laureates of each. */
function combinations(laureates) {
  const sets = [[], [0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]].map((set) => set.map((i) => ROLES[i]));
  const having = grouped(laureates, (one) => rolesOf(one).join("+"));
  return sets.map((roles) => ({ name: roles.join("+") || "none", roles, laureates: having.get(roles.join("+")) || [] }));
}

/** The strength of each coded passage of a laureate, by theme. */
const strengths = new Map(DATA.laureates.map((one) => [one.id, new Map(one.evidence.map((other) => [other.theme, other.strength]))]));

/** For each ambition with laureates shown: its themes, its laureates and the counts of each theme. */
function matrices(laureates) {
  const home = grouped(laureates, (one) => one.ambition);
  const made = DATA.groups.ambition.map(({ id, label }) => {
    const rows = (home.get(id) || []).map((one) => ({ one, cells: strengths.get(one.id) }));
    const themes = DATA.themes.filter((theme) => theme.ambition === id);
    const count = (theme, strength) => rows.filter((row) => row.cells.get(theme.id) === strength).length;
    const counts = themes.map((theme) => ({ direct: count(theme, "direct"), indirect: count(theme, "indirect") }));
    return { id, label, rows, themes, counts };
  });
  return made.filter((matrix) => matrix.rows.length && matrix.themes.length);
}

/** Letters without case or accents, to search by. */
function folded(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/’/g, "'");
}

let searched = null;

/** All that can be found, with its texts; made when first asked for. */
function searchable() {
  const printed = grouped(DATA.laureates.flatMap((one) => one.mentions), (one) => one.actor);
  const entry = (key, one, texts) => ({ key, name: one.name, folded: [...new Set([one.name, ...texts])].map(folded) });
  return [
    ...DATA.laureates.map((one) => entry(`laureate-${one.id}`, one, [one.project, one.place])),
    ...DATA.actors.map((one) => entry(`actor-${one.id}`, one, [one.short, ...one.aliases, ...(printed.get(one.id) || []).map((other) => other.mention)])),
  ];
}

function found(query) {
  const wanted = folded(query.trim());
  if (!wanted) return [];
  searched ??= searchable();
  return searched.filter((entry) => entry.folded.some((text) => text.includes(wanted)));
}

/** The record that a key such as actor-town stands for, or null. */
function record(key) {
  if (key.startsWith("laureate-")) return laureateBy.get(key.slice(9)) || null;
  if (key.startsWith("actor-")) return actorBy.get(key.slice(6)) || null;
  return null;
}

/** The state as the part of an address after "#"; what is as at the start is left out. */
function toHash(state) {
  const parts = GROUPS.filter((group) => state[group].length).map(
    (group) => `${group}=${state[group].map(encodeURIComponent).join(",")}`,
  );
  if (state.show !== "network") parts.push(`show=${state.show}`);
  for (const name of ["names", "open", "q"]) if (state[name]) parts.push(`${name}=${encodeURIComponent(state[name])}`);
  const more = Object.entries(state.more);
  if (more.length) parts.push(`more=${more.map(([list, pages]) => `${list}:${pages}`).join(",")}`);
  return parts.join("&");
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** A list and how far it is shown, as written in an address. */
function pagesOf(text) {
  const [, list, pages] = /^([\w.+-]+):([2-9])$/.exec(text) || [];
  return list ? [[list, Number(pages)]] : [];
}

/** Read an address; what it does not know is passed over. Its own keys alone, such as laureate-ID, open a record. */
function fromHash(hash) {
  const state = emptyState();
  const text = hash.replace(/^#/, "");
  if (record(decoded(text))) return { ...state, open: decoded(text) };
  for (const part of text.split("&")) {
    const [name, raw = ""] = part.split("=");
    if (GROUPS.includes(name)) {
      const asked = raw.split(",").map(decoded);
      state[name] = DATA.groups[name].map((value) => value.id).filter((id) => asked.includes(id));
    } else if (name === "show") state.show = raw === "tables" ? "tables" : "network";
    else if (name === "names") state.names = raw === "all" ? "all" : "";
    else if (name === "open") state.open = record(decoded(raw)) ? decoded(raw) : "";
    else if (name === "q") state.q = decoded(raw).slice(0, MOST);
    else if (name === "more") state.more = Object.fromEntries(raw.split(",").flatMap(pagesOf));
  }
  return state;
}

/** The filters in words, for print and for copied figures. */
function filtersInWords(state) {
  const parts = GROUPS.filter((group) => state[group].length).map((group) =>
    colon(say(`group.${group}`), state[group].map((id) => labelOf[group].get(id)).join(say("or"))),
  );
  return parts.length ? say("active", { filters: parts.join(say("and")) }) : say("active.none");
}

const ALL = { laureates: DATA.laureates.length, actors: new Set(DATA.links.map((link) => link.actor)).size, links: DATA.links.length };

function countsInWords(sizes, of = ALL) {
  return ["laureates", "actors", "links"].map((name) => counted(`counts.${name}`, sizes[name], { of: number(of[name]) })).join(say("and"));
}
