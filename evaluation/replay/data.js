/* What the page knows: unpacked once; the state at any instant is found by binary search. */

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const TICK = 100; // ms, in which times are kept

let data;

/** Decode what the page carries: base64, deflated, JSON; columns called `time` are steps. */
async function unpack(text) {
  const bytes = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const found = JSON.parse(await new Response(stream).text());
  const tracks = [found.rows, found.decisions];
  for (const person of found.people) tracks.push(person.rooms, person.done);
  for (const device of found.devices) tracks.push(device.states, ...device.sensed);
  for (const track of tracks) track.time = summed(track.time);
  return found;
}

/** Times in ms from the steps between them. */
function summed(steps) {
  const times = new Float64Array(steps.length);
  let ticks = 0;
  steps.forEach((step, place) => { times[place] = (ticks += step) * TICK; });
  return times;
}

/** The place of the last of `times` at or before `time`; -1 where all are later. */
function last(times, time) {
  let low = 0, high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] <= time) low = middle + 1; else high = middle;
  }
  return low - 1;
}

const text = (number) => data.texts[number];
const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

/** Which day of the run it is, from 0. */
const dayOf = (time) => clamp(last(data.calendar.midnights, time), 0, data.calendar.midnights.length - 2);

/** What the clock on the wall shows, in ms since the first midnight. */
function wall(time) {
  const jumps = data.calendar.jumps;
  let place = jumps.length - 1;
  while (jumps[place][0] > time) place -= 1;
  return time + jumps[place][1];
}

/** '07:25'. */
function clockOf(time) {
  const minutes = Math.floor((wall(time) % DAY) / MINUTE);
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

const LONG = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
const NUMBER = new Intl.DateTimeFormat("en-GB", { day: "numeric", timeZone: "UTC" });
const SHORT = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });

/** 'Tuesday 13 January', or the same in short. */
function dateOf(day, how = LONG) {
  const date = new Date(Date.parse(data.calendar.start) + day * DAY);
  return how.format(date).replace(",", "");
}

/** What a room is called. */
function roomName(id) {
  const rooms = data.plan.storeys.flatMap((storey) => storey.rooms);
  return rooms.find((room) => room.id === id)?.name ?? (id === "outside" ? "out" : id);
}

const weekendOf = (day) => [0, 6].includes(new Date(Date.parse(data.calendar.start) + day * DAY).getUTCDay());

/** How dark it is outdoors: 0 by day, 1 by night, in between for half an hour around sunrise and sunset. */
function darkness(time) {
  const [rise, set] = data.calendar.sun[dayOf(time)];
  const light = Math.min(time - rise, set - time) / (30 * MINUTE);
  return clamp(0.5 - light / 2, 0, 1);
}

/** '12 min', '1 h 05 min'. */
function span(ms) {
  const minutes = Math.round(ms / MINUTE);
  if (minutes < 1) return `${Math.round(ms / 1000)} s`;
  if (minutes < 60) return `${minutes} min`;
  const days = Math.floor(minutes / 1440);
  if (days > 1) return `${days} days`;
  if (minutes % 60 === 0) return `${minutes / 60} h`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** An element with attributes and children; strings become text, never markup. */
function element(name, attributes = {}, ...children) {
  const made = name.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", name.slice(4))
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== false && value != null) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

const $ = (id) => document.getElementById(id);
