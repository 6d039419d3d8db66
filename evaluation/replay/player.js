/* The player: one time for all of the page, moved by play, pointer and keys. */

const HURRIED = 80; // ms between two looks of the list while somebody scrubs
const SPEEDS = [1, 10, 60, 300, 900, 3600];
const state = { time: 0, speed: 300, playing: false, only: new Set(), device: -1, sensed: false };
let residents, plan, events, why, dayStrip, runStrip, cards;
let drawnDay = -1, pending = false, before = 0, listed = 0;

function seek(time) {
  state.time = clamp(time, 0, data.about.end - 1);
  if (!events.follow) followed(true);
  events.moved = true;
  request();
}

function request() {
  if (pending) return;
  pending = true;
  requestAnimationFrame(frame);
}

/** One frame: time goes on if it plays, and everything shows it. */
function frame(now) {
  pending = false;
  if (state.playing) {
    state.time += Math.min(now - before, 100) * state.speed;
    if (state.time >= data.about.end - 1) { state.time = data.about.end - 1; play(false); }
  }
  before = now;
  show();
  if (state.playing) request();
}

function show() {
  const { time } = state, day = dayOf(time);
  if (day !== drawnDay) { drawDay(dayStrip, drawnDay = day, residents, state.only, state.device); told($("date"), dateOf(day)); }
  told($("clock"), clockOf(time));
  told($("sky"), sky(time));
  plan.show(time, state.speed);
  const now = performance.now();
  if (!document.body.classList.contains("scrubbing") || now - listed > HURRIED) { events.show(time); listed = now; }
  dayStrip.point(time);
  runStrip.point(time);
  cards.forEach((card) => card.show(time));
  showOut(time);
  showNote(time);
}

/** Change a text only where it is another. */
function told(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

function sky(time) {
  const degrees = data.outdoors[Math.floor(time / HOUR)], dark = darkness(time);
  const light = dark > 0.95 ? "night" : dark > 0.05 ? "twilight" : "daylight";
  return degrees === undefined ? light : `${(degrees / 10).toFixed(0).replace("-", "−")} °C outdoors, ${light}`;
}

function play(on) {
  if (on && state.time >= data.about.end - 2) state.time = 0;
  state.playing = on;
  before = performance.now();
  $("play").setAttribute("aria-label", on ? "Pause" : "Play");
  $("play").querySelector("use").setAttribute("href", on ? "#i-pause" : "#i-play");
  if (on) { followed(true); request(); } else if (location.hash || state.time) history.replaceState(null, "", `#t=${Math.round(state.time / 1000)}`);
}

function followed(on) {
  events.follow = on;
  events.moved = true;
  $("follow").hidden = on;
  if (on) request();
}

/** A card a person: what they do, where, since when; pressed, it says why. */
function cardOf(resident) {
  const dot = element("button", { class: "who", "aria-pressed": "false", title: `Only ${resident.name}`, "aria-label": `Show only what concerns ${resident.name}`, onclick: () => toggle(resident) }, [...resident.name][0] ?? "");
  dot.style.background = resident.tint;
  dot.style.color = resident.ink;
  const name = element("b", {}, resident.name), does = element("span"), where = element("small");
  const made = element("li", {}, dot, element("button", { class: "does", title: "Why?", onclick: () => why.person(resident.number, state.time) }, name, does, where));
  $("people").append(made);
  let shown = -2;
  return {
    resident, made, dot,
    show(time) {
      const place = resident.doing(time);
      if (place === shown) return;
      shown = place;
      const { done } = resident, room = text(done.room[place] ?? 0);
      told(does, ` ${text(done.text[place] ?? 0)}`);
      told(where, place < 0 ? "" : `${roomName(room)}, since ${clockOf(done.time[place])}`);
      made.classList.toggle("asleep", Boolean(done.asleep[place]));
      made.classList.toggle("away", room === OUTSIDE);
    },
  };
}

/** Show only the people chosen; nobody chosen means everybody. */
function toggle(resident) {
  if (!state.only.delete(resident.number)) state.only.add(resident.number);
  for (const card of cards) card.dot.setAttribute("aria-pressed", String(state.only.has(card.resident.number)));
  filtered();
}

function filtered() {
  plan.only = state.only;
  plan.device = state.device;
  $("people").classList.toggle("some", state.only.size > 0);
  events.choose(state);
  $("none").hidden = events.kept.length > 0;
  $("device").value = String(state.device);
  drawnDay = -1;
  followed(true);
}

function showOut(time) {
  const out = residents.filter((resident) => text(resident.done.room[resident.doing(time)] ?? 0) === OUTSIDE);
  const words = out.map((resident) => `${resident.number}:${resident.doing(time)}`).join();
  if (words === showOut.words) return;
  showOut.words = words;
  $("out").replaceChildren(...(out.length ? ["Out: "] : []), ...out.map((resident) => {
    const decided = resident.done.decision[resident.doing(time)], reason = text(data.decisions.reason[decided] ?? 0);
    const chip = element("button", { class: "chip", onclick: () => why.person(resident.number, state.time) }, element("i", { class: "dot" }), resident.name, reason ? element("small", {}, ` ${reason}`) : null);
    chip.querySelector("i").style.background = resident.tint;
    return chip;
  }));
}

/** What is going on that deserves a look. */
function showNote(time) {
  const on = data.marks.filter(([, start, end]) => start <= time && time < Math.max(end, start + 5 * MINUTE)).slice(-2);
  const words = on.map(([kind, , , number]) => `${kind}: ${text(number)}`).join(" · ");
  if (words === showNote.words) return;
  showNote.words = words;
  $("note").replaceChildren(...on.map(([kind, , , number]) => element("span", { class: `mark ${kind}` }, element("em", {}, kind), ` ${text(number)}`)));
}

/** To the mark before (-1) or after (1) now. */
function jump(way) {
  const starts = data.marks.map((mark) => mark[1]), place = last(starts, state.time - (way < 0 ? 1000 : 0));
  const mark = data.marks[way > 0 ? place + 1 : place];
  if (mark) seek(mark[1]);
}

function tab(name) {
  for (const it of ["events", "marks"]) {
    $(it).hidden = it !== name;
    $(`tab-${it}`).setAttribute("aria-selected", String(it === name));
    $(`tab-${it}`).tabIndex = it === name ? 0 : -1;
  }
  why.shut();
}

const KEYS = {
  " ": () => play(!state.playing), n: () => jump(1), p: () => jump(-1), Escape: () => why.shut(),
  ArrowLeft: (event) => seek(state.time - (event.shiftKey ? HOUR : MINUTE)),
  ArrowRight: (event) => seek(state.time + (event.shiftKey ? HOUR : MINUTE)),
  PageUp: () => seek(state.time - DAY), PageDown: () => seek(state.time + DAY),
  Home: () => seek(data.calendar.midnights[dayOf(state.time)]), End: () => seek(data.calendar.midnights[dayOf(state.time) + 1] - MINUTE),
};

function pressed(event) {
  const { target } = event, does = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!does || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.matches("select, input") || (event.key === " " && target.matches("button, [role=button]"))) return;
  if (target.role === "tab" && event.key.startsWith("Arrow")) return;
  event.preventDefault();
  does(event);
}

function options() {
  const rooms = Map.groupBy ? Map.groupBy(data.devices.map((device, number) => ({ device, number })), (it) => text(it.device.room)) : new Map([["", data.devices.map((device, number) => ({ device, number }))]]);
  $("device").append(element("option", { value: -1 }, "All devices"), ...[...rooms].map(([room, all]) => element("optgroup", { label: roomName(room) }, ...all.map(({ device, number }) => element("option", { value: number }, text(device.name))))));
  $("speed").append(...SPEEDS.map((speed) => element("option", { value: speed, selected: speed === state.speed }, speed === 3600 ? "1 h / s" : speed < 60 ? `${speed} ×` : `${speed / 60} min / s`)));
}

function listen() {
  $("play").addEventListener("click", () => play(!state.playing));
  $("before").addEventListener("click", () => jump(-1));
  $("after").addEventListener("click", () => jump(1));
  $("speed").addEventListener("change", (event) => { state.speed = Number(event.target.value); });
  $("device").addEventListener("change", (event) => { state.device = Number(event.target.value); filtered(); });
  $("sensed").addEventListener("change", (event) => { state.sensed = event.target.checked; filtered(); });
  $("follow").addEventListener("click", () => followed(true));
  $("shut").addEventListener("click", () => why.shut());
  for (const name of ["events", "marks"]) $(`tab-${name}`).addEventListener("click", () => tab(name));
  document.querySelector(".tabs").addEventListener("keydown", (event) => {
    if (!event.key.startsWith("Arrow")) return;
    const other = $("events").hidden ? "events" : "marks";
    tab(other);
    $(`tab-${other}`).focus();
  });
  document.addEventListener("keydown", pressed);
  addEventListener("hashchange", fromHash);
  const again = () => { colours.clear(); drawnDay = -1; drawRun(runStrip, busyness()); request(); };
  new ResizeObserver(again).observe($("run"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
}

/** '#t=3600': one hour after the first midnight. */
function fromHash() {
  const found = /^#t=(\d+)/.exec(location.hash);
  if (found) seek(Number(found[1]) * 1000);
  return Boolean(found);
}

/** When somebody first does anything but sleep. */
function firstMorning() {
  const up = residents.map(({ done }) => done.time[done.asleep.findIndex((asleep, place) => !asleep && done.time[place] > 4 * HOUR)] ?? 0);
  return Math.max(0, Math.min(...up.filter(Boolean), DAY / 2) - MINUTE);
}

async function start() {
  data = await unpack($("data").textContent);
  const { about } = data;
  told($("title"), capital(about.name));
  told($("about"), [about.home, about.place, about.household && `household ${about.household}`, `${residentsOf()}`, about.complete ? "" : "the run has not come to its end"].filter(Boolean).join(" · "));
  residents = data.people.map((found, number) => new Resident(found, number));
  why = new Why($("why"), $("told"), residents);
  const ask = {
    person: (number) => why.person(number, state.time), row: (row) => { seek(data.rows.time[row]); why.row(row); }, followed,
    device: (number) => { state.device = state.device === number ? -1 : number; filtered(); if (state.device >= 0) why.device(number, state.time); },
  };
  dayStrip = new Strip($("day"), seek, request);
  runStrip = new Strip($("run"), seek, request);
  plan = new Plan($("plan"), residents, ask);
  events = new Events($("list"), residents, ask);
  cards = residents.map(cardOf);
  options();
  listMarks($("jumps"), (place) => { seek(data.marks[place][1]); why.mark(place); });
  told($("count"), String(data.marks.length));
  drawRun(runStrip, busyness());
  filtered();
  listen();
  if (!fromHash()) seek(firstMorning());
  show();
  document.documentElement.dataset.ready = "yes";
}

const residentsOf = () => `${data.people.length} ${data.people.length === 1 ? "person" : "people"}, ${data.calendar.midnights.length - 1} days`;

start().catch((error) => {
  $("failed").hidden = false;
  $("failed").textContent = `This replay cannot be shown: ${error.message}. A browser of 2023 or later is needed.`;
});
