(() => {
"use strict";
const every = (query, within = document) => [...within.querySelectorAll(query)];
const one = id => document.getElementById(id);
const calls = new Map(every("main a[data-n]").map(a => [a.dataset.n, a]));
const marks = every("main [data-c]").map(e => [e, e.dataset.c.split(" ")]);
const trails = every("nav [data-to]");
const boxes = every("nav input[data-k]");
let trail = null, from = null, at = -1;

const numbers = link => link.dataset.to.split(" ").filter(n => calls.has(n));
const shown = () => [...calls.keys()].filter(n => !calls.get(n).hidden);

function filter() {
  const on = new Set(boxes.filter(b => b.checked).map(b => b.dataset.k));
  every("main [data-k]").forEach(e => { e.hidden = !on.has(e.dataset.k); });
  marks.forEach(([e, own]) => e.classList.toggle("off", own.every(n => calls.get(n).hidden)));
  every("nav input[data-kind]").forEach(b => {
    const mine = boxes.filter(x => x.dataset.k.startsWith(b.dataset.kind + ":"));
    b.checked = mine.every(x => x.checked);
    b.indeterminate = !b.checked && mine.some(x => x.checked);
  });
}

function show(n) {
  const call = calls.get(n);
  if (call.hidden) {
    boxes.filter(b => b.dataset.k === call.dataset.k).forEach(b => { b.checked = true; });
    filter();
  }
  every(".now").forEach(e => e.classList.remove("now"));
  marks.filter(([e, own]) => own.includes(n) && e.matches(".s")).forEach(([e]) => e.classList.add("now"));
  one("m" + n).classList.add("now");
  call.focus({preventScroll: true});
  call.scrollIntoView({block: "center"});
  const of = trail || shown(), what = from ? from.textContent : one("where").dataset.all;
  const words = {n: call.textContent, i: of.indexOf(n) + 1, of: of.length, what};
  one("where").textContent = one("where").dataset.at.replace(/\[(\w+)\]/g, (_, key) => words[key]);
  const counts = one("counts");
  counts.textContent = counts.dataset.head;
  trails.filter(t => /^[fe]-/.test(t.id) && numbers(t).includes(n)).forEach((t, i) => {
    const link = document.createElement("a");
    link.href = "#" + t.id;
    link.textContent = t.textContent;
    link.addEventListener("click", event => { event.preventDefault(); t.closest("details").open = true; t.focus(); });
    counts.append(i ? " · " : " ", link);
  });
}

function go(step) {
  const of = trail || shown();
  if (!of.length) return;
  const held = document.activeElement && document.activeElement.dataset.n;
  if (held && of.includes(held)) at = of.indexOf(held);
  at = Math.min(at, of.length);
  at = at < 0 ? (step > 0 ? 0 : of.length - 1) : (at + step + of.length) % of.length;
  show(of[at]);
}

function follow(link) {
  [trail, from, at] = [numbers(link), link, 0];
  if (trail.length) show(trail[0]);
}

function back() {
  if (!from) return;
  for (let d = from.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
  from.focus();
}

trails.forEach(link => link.addEventListener("click", event => { event.preventDefault(); follow(link); }));
calls.forEach((call, n) => call.addEventListener("click", () => { if (!trail || !trail.includes(n)) [trail, from] = [null, null]; }));
boxes.forEach(box => box.addEventListener("change", filter));
every("nav input[data-kind]").forEach(box => box.addEventListener("change", () => {
  boxes.filter(x => x.dataset.k.startsWith(box.dataset.kind + ":")).forEach(x => { x.checked = box.checked; });
  filter();
}));
for (const [id, on] of [["all", true], ["none", false]])
  one(id).addEventListener("click", () => { boxes.forEach(b => { b.checked = on; }); filter(); });
one("signs").addEventListener("change", event => document.body.classList.toggle("signs", event.target.checked));
one("previous").addEventListener("click", () => go(-1));
one("next").addEventListener("click", () => go(1));
one("back").addEventListener("click", back);
one("every").addEventListener("click", () => { [trail, from, at] = [null, null, -1]; one("where").textContent = one("where").dataset.all; });
document.addEventListener("keydown", event => {
  if (!one("keys").checked || event.ctrlKey || event.metaKey || event.altKey) return;
  const does = {n: () => go(1), p: () => go(-1), b: back}[event.key];
  if (does) { event.preventDefault(); does(); }
});
if (innerWidth < 960) every("nav > details").forEach(d => { d.open = false; });
filter();
})();
