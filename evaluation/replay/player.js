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
  if (on) followed(true);
  else history.replaceState(null, "", `#t=${Math.round(state.time / 1000)}`);
}

function followed(on) {
  events.follow = on;
  events.moved = true;
  $("follow").hidden = on;
  if (on) request();
}

/** A card a person: what they do, where, since when; pressed, it says why. */
function cardOf(resident) {
  const only = `Show only what concerns ${resident.name}`, ask = () => why.person(resident.number, state.time);
  const dot = element("button", { class: "who", "aria-pressed": "false", title: only, "aria-label": only }, resident.initial);
  dot.addEventListener("click", () => toggle(resident));
  dot.style.background = resident.tint;
  dot.style.color = resident.ink;
  const name = element("b", {}, resident.name), does = element("span"), where = element("small");
  const made = element("li", {}, dot, element("button", { class: "does", title: "Why?", onclick: ask }, name, does, where));
  $("people").append(made);
  let shown = -2;
  made.hidden = resident.stranger;
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
      made.hidden = resident.stranger && (place < 0 || room === OUTSIDE);
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
  const out = residents.filter((resident) => !resident.stranger && text(resident.done.room[resident.doing(time)] ?? 0) === OUTSIDE);
  const words = out.map((resident) => `${resident.number}:${resident.doing(time)}`).join();
  if (words === showOut.words) return;
  showOut.words = words;
  $("out").replaceChildren(...(out.length ? ["Out: "] : []), ...out.map((resident) => {
    const decided = resident.done.decision[resident.doing(time)], reason = text(data.decisions.reason[decided] ?? 0);
    const dot = element("i", { class: "dot" }), ask = () => why.person(resident.number, state.time);
    dot.style.background = resident.tint;
    return element("button", { class: "chip", onclick: ask }, dot, resident.name, element("small", {}, ` ${reason}`));
  }));
}

/** What is going on that deserves a look. */
function showNote(time) {
  const on = data.marks.filter(([, start, end]) => start <= time && time < Math.max(end, start + 5 * MINUTE)).slice(-2);
  const words = on.map(([kind, , , number]) => `${kind}: ${text(number)}`).join(" · ");
  if (words === showNote.words) return;
  showNote.words = words;
  $("note").replaceChildren(...on.map(([kind, , , number]) =>
    element("span", { class: `mark ${kind}` }, element("em", {}, kind), ` ${text(number)}`)));
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
  Home: () => seek(data.calendar.midnights[dayOf(state.time)]),
  End: () => seek(data.calendar.midnights[dayOf(state.time) + 1] - MINUTE),
};

function pressed(event) {
  const { target } = event, does = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!does || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target.matches("select, input") || (event.key === " " && target.matches("button, [role=button]"))) return;
  if (target.role === "tab" && event.key.startsWith("Arrow")) return;
  event.preventDefault();
  does(event);
}

/** The devices room by room, and the speeds. */
function options() {
  const rooms = new Map();
  data.devices.forEach((device, number) => {
    const room = text(device.room);
    if (!rooms.has(room)) rooms.set(room, element("optgroup", { label: roomName(room) }));
    rooms.get(room).append(element("option", { value: number }, text(device.name)));
  });
  $("device").append(element("option", { value: -1 }, "All devices"), ...rooms.values());
  const named = (speed) => (speed >= HOUR / 1000 ? "1 h / s" : speed < 60 ? `${speed} ×` : `${speed / 60} min / s`);
  for (const speed of SPEEDS) $("speed").append(element("option", { value: speed, selected: speed === state.speed }, named(speed)));
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

/** A minute before somebody first does anything but sleep. */
function firstMorning() {
  const up = residents.map(({ done }) => done.time.find((time, place) => time > 4 * HOUR && !done.asleep[place]) ?? DAY / 2);
  return Math.max(0, Math.min(...up, DAY / 2) - MINUTE);
}

const counted = (number, one, many) => `${number} ${number === 1 ? one : many}`;

/** Where, who, how long. */
function aboutIt() {
  const { home, place, household, complete } = data.about;
  const people = counted(data.people.filter((it) => !it.stranger).length, "person", "people");
  const days = counted(data.calendar.midnights.length - 1, "day", "days");
  const whose = household && `household ${household}`, cut = complete ? "" : "the run has not come to its end";
  return [home, place, whose, `${people}, ${days}`, cut].filter(Boolean).join(" · ");
}

/** What is done when something is pressed. */
const ask = {
  followed,
  person: (number) => why.person(number, state.time),
  row(row) {
    seek(data.rows.time[row]);
    why.row(row);
  },
  device(number) {
    state.device = state.device === number ? -1 : number;
    filtered();
    if (state.device >= 0) why.device(number, state.time);
  },
};

async function start() {
  data = await unpack($("data").textContent);
  told($("title"), capital(data.about.name));
  told($("about"), aboutIt());
  residents = data.people.map((found, number) => new Resident(found, number));
  why = new Why($("why"), $("told"), residents);
  dayStrip = new Strip($("day"), seek, request);
  runStrip = new Strip($("run"), seek, request);
  plan = new Plan($("plan"), residents, ask);
  events = new Events($("list"), residents, ask);
  cards = residents.map(cardOf);
  options();
  listMarks($("jumps"), (place) => {
    seek(data.marks[place][1]);
    why.mark(place);
  });
  told($("count"), String(data.marks.length));
  drawRun(runStrip, busyness());
  filtered();
  listen();
  if (!fromHash()) seek(firstMorning());
  show();
  document.documentElement.dataset.ready = "yes";
}

start().catch((error) => {
  $("failed").hidden = false;
  $("failed").textContent = `This replay cannot be shown: ${error.message}. A browser of 2023 or later is needed.`;
});
