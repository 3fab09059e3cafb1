// What the picture holds. Beyond DATA.whole points nobody can read it: then what laureates share, or the strongest ties.

const STRONGEST = 100; // links between an enjeu and an actor that can be told apart

/** How often each key occurs among some things. */
function tally(things, keyOf) {
  const made = new Map();
  for (const one of things) made.set(keyOf(one), (made.get(keyOf(one)) || 0) + 1);
  return made;
}

/** These links, with what they join. */
function joined(links) {
  const [laureates, actors] = [new Set(links.map((link) => link.laureate)), new Set(links.map((link) => link.actor))];
  return { laureates: DATA.laureates.filter((one) => laureates.has(one.id)), actors: DATA.actors.filter((one) => actors.has(one.id)), links };
}

function fits({ laureates, actors }) {
  return laureates.length + actors.length <= DATA.whole;
}

/** The part of what is shown that can be drawn, and in which form. */
function drawable(shown) {
  if (DATA.placed || fits(shown)) return { ...shown, form: "whole" };
  const among = tally(shown.links, (link) => link.actor);
  const shared = shown.actors.filter((one) => among.get(one.id) > 1);
  const part = { laureates: shown.laureates, actors: shared, links: shown.links.filter((link) => among.get(link.actor) > 1), form: "shared" };
  return fits(part) ? part : strongest(shown);
}

/** Laureates gathered by enjeu: the links that so many laureates make that few enough remain. */
function strongest(shown) {
  const ties = tally(shown.links, (link) => `${laureateBy.get(link.laureate).enjeu}>${link.actor}`);
  const sizes = [...ties.values()].sort((a, b) => b - a);
  const least = sizes.length > STRONGEST ? sizes[STRONGEST] + 1 : 1;
  const links = [...ties].filter(([, count]) => count >= least).map(([key, count]) => {
    const [enjeu, actor] = key.split(">");
    return { enjeu, actor, count };
  });
  const kept = new Set(links.map((link) => link.actor));
  return { enjeux: tally(shown.laureates, (one) => one.enjeu), actors: shown.actors.filter((one) => kept.has(one.id)), links, least, form: "enjeux" };
}

/** An open record with its neighbours, and with theirs where that can still be drawn. */
function around(shown, key) {
  const [side, other] = key.startsWith("laureate-") ? ["laureate", "actor"] : ["actor", "laureate"];
  const own = shown.links.filter((link) => `${side}-${link[side]}` === key);
  const near = new Set(own.map((link) => link[other]));
  const wider = joined(shown.links.filter((link) => near.has(link[other])));
  return fits(wider) ? wider : joined(own);
}

/** The picture of a view. */
function portrayed(shown, key) {
  const all = drawable(shown);
  const near = all.form !== "whole" && key ? around(shown, key) : null;
  return near?.links.length ? { ...drawable(near), name: record(key).name } : all;
}

/** What the picture holds and how, where it is not all. */
function partInWords(part, shown) {
  const words = [];
  if (part.name) words.push(say("part.around", { name: part.name }));
  if (part.form === "shared") words.push(say("part.shared"));
  if (part.form === "enjeux") words.push(counted("part.enjeux", part.least));
  if (words.length) words.push(say("part.counts", { counts: countsInWords(sizesOf(part), sizesOf(shown)) }), say("part.rest"));
  if (part.muted) words.push(counted("part.muted", part.muted));
  return words.join(" ");
}

/** How many laureates, actors and links something holds, also where laureates are gathered. */
function sizesOf({ form, laureates, enjeux, actors, links }) {
  const sum = (counts) => counts.reduce((one, other) => one + other, 0);
  if (form === "enjeux") return { laureates: sum([...enjeux.values()]), actors: actors.length, links: sum(links.map((link) => link.count)) };
  return { laureates: laureates.length, actors: actors.length, links: links.length };
}
