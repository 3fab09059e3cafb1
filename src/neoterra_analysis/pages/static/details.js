// What is known of one laureate or one actor, each piece with its anchor and its row in the source.

function sourceOf(laureate) {
  return say("row.full", { source: laureate.source, row: number(laureate.row) });
}

/** The row alone where all are of one document. */
function rowOf(laureate) {
  return SOURCES.size > 1 ? sourceOf(laureate) : say("row", { row: number(laureate.row) });
}

function notStated() {
  return el("span", { class: "note" }, say("not_stated"));
}

/** An anchor as printed, and where. */
function printedAt(anchor, laureate) {
  return el("span", { class: "anchor" }, quoted(anchor), " (", text(rowOf(laureate)), ")");
}

function term(label, ...value) {
  return [el("dt", {}, label), el("dd", {}, ...value)];
}

function block(title, items, list = "") {
  const { made, more } = paged(list, items, PAGE.table, (item) => el("li", {}, ...item));
  return [el("h3", {}, title), items.length ? el("ul", { id: list || null }, ...made) : el("p", {}, none()), ...(more.length ? [el("p", { class: "note" }, ...more)] : [])];
}

function placeOf(one) {
  const parts = [];
  if (one.place) parts.push(text(one.place));
  if (one.stated) parts.push(say("place.stated", { code: one.stated }));
  if (one.inferred) parts.push(text(say("place.inferred", { code: one.inferred, from: one.inferred_from })));
  const made = parts.length ? listed(parts) : [notStated()];
  return one.place_anchor ? [...made, " ", printedAt(one.place_anchor, one)] : made;
}

function roleItem(one, laureate) {
  return [roleMark(one.role), " ", el("strong", {}, labelOf.role.get(one.role)), ", ", one.salience_label, " ", printedAt(one.anchor, laureate)];
}

function mentionItem(one, laureate) {
  const actor = actorBy.get(one.actor);
  const outer = laureate.mentions.find((other) => other.position === one.within);
  const about = actor.kind === "not_an_actor" ? actor.kind_label : `${actor.type_label}, ${actor.kind_label}`;
  const made = [
    actor.kind === "not_an_actor" ? "" : familyMark(actor.family, actor.kind === "generic"), " ",
    actorButton(actor.id), say("colon"), quoted(one.mention), " (", text(say("position", { position: one.position, row: rowOf(laureate) })), "). ", about,
  ];
  return outer ? [...made, ". ", text(say("within", { mention: outer.mention }))] : made;
}

function evidenceItem(one, laureate) {
  const theme = DATA.themes.find((other) => other.id === one.theme);
  const made = [
    mark({ ...DATA.looks.kind[theme.kind], marker: "o" }, one.strength === "indirect"), " ",
    text(colon(theme.kind_label, theme.label)), ", ", el("strong", {}, say(`strength.${one.strength}`)), " ", printedAt(one.anchor, laureate),
  ];
  return one.note ? [...made, " ", text(one.note)] : made;
}

function laureateDetail(one) {
  const mentions = one.mentions;
  return [
    el("p", {}, text(one.summary)),
    el(
      "dl", {},
      ...term(say("group.enjeu"), text(labelOf.enjeu.get(one.enjeu) || one.enjeu)),
      ...term(say("group.ambition"), text(labelOf.ambition.get(one.ambition) || one.ambition)),
      ...term(say("project"), one.project ? text(one.project) : notStated()),
      ...term(say("status"), ...(one.status ? [one.status, " ", printedAt(one.status_anchor, one)] : [notStated()])),
      ...term(say("place"), ...placeOf(one)),
      ...term(say("source"), quoted(one.anchor), " (", text(sourceOf(one)), ")"),
    ),
    ...block(counted("roles", one.roles.length), one.roles.map((role) => roleItem(role, one))),
    ...block(counted("mentions", mentions.length), mentions.map((mention) => mentionItem(mention, one))),
    ...block(counted("passages", one.evidence.length), one.evidence.map((passage) => evidenceItem(passage, one))),
    ...block(
      counted("contributions", one.contributions.length),
      one.contributions.map((other) => [text(colon(other.where, other.label)), " ", printedAt(other.anchor, one)]),
    ),
    ...block(
      counted("relations", one.relations.length),
      one.relations.map((other) => [text(other.from), " ", other.kind.toLowerCase(), " ", text(other.to), " ", printedAt(other.anchor, one)]),
    ),
  ];
}

function actorDetail(one) {
  const rows = DATA.laureates.flatMap((laureate) =>
    laureate.mentions.filter((mention) => mention.actor === one.id).map((mention) => [laureate, mention]),
  );
  const known = [];
  if (one.kind !== "not_an_actor") known.push(...term(say("group.type"), familyMark(one.family), " ", one.type_label));
  known.push(...term(say("kind"), one.kind_label));
  if (one.scale) known.push(...term(say("scale"), one.scale));
  if (one.aliases.length) known.push(...term(say("aliases"), ...listed(one.aliases.map(text))));
  if (one.laureate && laureateBy.has(one.laureate)) known.push(...term(say("same"), laureateButton(one.laureate)));
  if (one.note) known.push(...term(say("note"), text(one.note)));
  const items = rows.map(([laureate, mention]) => [
    laureateButton(laureate.id), say("colon"), quoted(mention.mention), " (",
    text(say("position", { position: mention.position, row: rowOf(laureate) })), "), ", say("place"), say("colon"), ...placeOf(laureate),
    ...(laureate.roles.length ? [". ", ...listed(laureate.roles.map((role) => labelOf.role.get(role.role)))] : []),
  ]);
  return [el("dl", {}, ...known), ...block(counted("mentioned", rows.length), items, `at-${one.id}`)];
}

/** Show the record of a key, or nothing. */
function showDetail(key, shown) {
  const target = byId("detail");
  const one = key ? record(key) : null;
  target.hidden = !one;
  document.body.classList.toggle("opened", !!one);
  if (!one) return fill(target);
  const laureate = key.startsWith("laureate-");
  const visible = (laureate ? shown.laureates : shown.actors).includes(one);
  const title = el("h2", { id: "detail-title", tabindex: "-1" }, text(one.name));
  const close = el("button", { type: "button", id: "close" }, say("close"));
  const outside = visible || one.kind === "not_an_actor" ? "" : el("p", { class: "note" }, say("outside"));
  fill(
    target,
    el("div", { class: "bar" }, el("p", { class: "kicker" }, say(laureate ? "laureate" : "actor")), close),
    title,
    ...(outside ? [outside] : []),
    ...(laureate ? laureateDetail(one) : actorDetail(one)),
  );
}
