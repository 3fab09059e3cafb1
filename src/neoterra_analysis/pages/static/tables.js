// Everything as tables: laureates, actors, links, role combinations, the framework matrix.

function roleNames(one) {
  if (!one.roles.length) return [none()];
  return one.roles.map((role) => el("span", { class: "tag" }, roleMark(role.role), " ", labelOf.role.get(role.role)));
}

function laureateCells(one, links) {
  const place = [one.place && text(one.place), one.stated, one.inferred && say("place.short", { code: one.inferred })].filter(Boolean);
  return [
    laureateButton(one.id), text(labelOf.enjeu.get(one.enjeu) || one.enjeu), roleNames(one),
    place.length ? listed(place) : notStated(), number(links.length), number(one.evidence.length), text(rowOf(one)),
  ];
}

function actorCells(one, links) {
  const type = [familyMark(one.family, one.kind === "generic"), " ", one.type_label];
  const laureates = row(`of-${one.id}`, links, (link) => laureateButton(link.laureate));
  return [actorButton(one.id, one.name), type, one.kind_label, number(links.length), laureates];
}

function linkCells(link) {
  const laureate = laureateBy.get(link.laureate);
  const mentions = laureate.mentions.filter((one) => one.actor === link.actor);
  return [laureateButton(laureate.id), actorButton(link.actor), listed(mentions.map((one) => quoted(one.mention))), text(rowOf(laureate))];
}

function heads(...keys) {
  return keys.map((key) => say(`head.${key}`));
}

function drawTables(shown) {
  const byLaureate = grouped(shown.links, (link) => link.laureate);
  const byActor = grouped(shown.links, (link) => link.actor);
  fill(
    byId("tables-view"),
    table(
      "table-laureates", counted("caption.laureates", shown.laureates.length, { of: number(DATA.laureates.length) }),
      heads("laureate", "enjeu", "roles", "place", "links", "passages", "source"),
      shown.laureates, PAGE.table, (one) => laureateCells(one, byLaureate.get(one.id) || []),
    ),
    table(
      "table-actors", counted("caption.actors", shown.actors.length),
      heads("actor", "type", "kind", "count", "laureates"), shown.actors, PAGE.table, (one) => actorCells(one, byActor.get(one.id)),
    ),
    table("table-links", counted("caption.links", shown.links.length), heads("laureate", "actor", "printed", "source"), shown.links, PAGE.table, linkCells),
  );
}

/** A bar whose length is the share; the number beside it says the same. */
function bar(count, of) {
  const made = el("span", { class: "share", "aria-hidden": "true" });
  made.style.width = `${of ? (6 * count) / of : 0}rem`;
  return made;
}

function drawCombinations(shown) {
  const of = shown.laureates.length;
  const cells = ({ name, roles, laureates }) => [
    roles.length ? roles.map((role) => el("span", { class: "tag" }, roleMark(role), " ", DATA.words[`role.${role}`])) : say("role.none"),
    [el("span", { class: "count", "data-combination": name }, number(laureates.length)), " ", bar(laureates.length, of)],
    number(of),
    laureates.length ? row(`having-${name}`, laureates, (one) => laureateButton(one.id)) : none(),
  ];
  const caption = counted("caption.combinations", of);
  fill(byId("combinations"), table("table-combinations", caption, heads("combination", "count", "of", "laureates"), combinations(shown.laureates), PAGE.table, cells));
}

function cell(strength, kind) {
  if (!strength) return el("span", { class: "nothing" }, el("span", { "aria-hidden": "true" }, "–"), el("span", { class: "hidden" }, say("strength.none")));
  const look = { ...DATA.looks.kind[kind], marker: "o" };
  return el("span", {}, mark(look, strength === "indirect"), el("span", { class: "hidden" }, say(`strength.${strength}`)));
}

function themeHead(theme) {
  return [el("span", { class: "theme" }, mark(DATA.looks.kind[theme.kind]), " ", text(colon(theme.kind_label, theme.label)))];
}

function footRow(matrix, strength) {
  const share = (theme, i) =>
    el("span", { "data-theme": theme.id, "data-strength": strength }, say("share", { count: number(matrix.counts[i][strength]), of: number(matrix.rows.length) }));
  return [say(`total.${strength}`), ...matrix.themes.map(share)];
}

function drawMatrix(shown) {
  const made = matrices(shown.laureates).map((matrix) =>
    table(
      `table-matrix-${matrix.id}`,
      counted("caption.matrix", matrix.rows.length, { ambition: matrix.label, themes: number(matrix.themes.length) }),
      [say("head.laureate"), ...matrix.themes.map(themeHead)],
      matrix.rows, PAGE.matrix, ({ one, cells }) => [laureateButton(one.id), ...matrix.themes.map((theme) => cell(cells.get(theme.id), theme.kind))],
      [footRow(matrix, "direct"), footRow(matrix, "indirect")],
    ),
  );
  made.forEach((frame) => frame.classList.add("matrix"));
  fill(byId("matrix"), ...(made.length ? [matrixLegend(), ...made] : [el("p", {}, none())]));
}

function matrixLegend() {
  const look = { color: MARK, marker: "o" };
  const entry = (...children) => el("li", {}, ...children);
  return el(
    "ul", { class: "legend" },
    entry(mark(look), " ", say("strength.direct")),
    entry(mark(look, true), " ", say("strength.indirect")),
    entry("– ", say("strength.none")),
  );
}
