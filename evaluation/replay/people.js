/* Where people are: dwelling in a room, or on the way through doors to the next. Lengths in metres. */

const PASSING = 45_000; // ms; whoever is in a room for less only walks through
const RISING = 3000; // ms from a place in a room to its door
const TINTS = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#e69f00", "#8d8d99"];
const STRANGE = "#cf3550"; // whoever does not live here
const PALE = [1, 3, 4, 6]; // tints on which dark letters read better

/** A person with the rooms dwelt in and the ways between them. */
class Resident {
  constructor(found, number) {
    Object.assign(this, { id: found.id, number, name: text(found.name), done: found.done });
    this.initial = [...this.name][0] ?? "";
    this.stranger = Boolean(found.stranger);
    this.tint = this.stranger ? STRANGE : TINTS[number % TINTS.length];
    this.ink = PALE.includes(number % TINTS.length) && !this.stranger ? "#16161a" : "#ffffff";
    this.dwelt = dwellings(found.rooms, data.about.end);
    this.starts = Float64Array.from(this.dwelt, (it) => it.start);
  }

  /** What the person does at `time`: the place of the activity in `done`. */
  doing(time) { return last(this.done.time, time); }

  /** {here} while dwelling; {here, next, share} on the way, which takes at least `least` ms. */
  at(time, least) {
    const place = last(this.starts, time), here = this.dwelt[place], next = this.dwelt[place + 1];
    if (!here || !next) return { here }; // who has yet to come is nowhere
    const began = Math.max(Math.min(next.left - RISING, next.start - least), here.start);
    return time < began ? { here } : { here, next, began, share: (time - began) / (next.start - began || 1) };
  }
}

/** Rooms in which somebody stays; `via` are those passed on the way there, from `left` on. */
function dwellings(visits, end) {
  const found = [];
  let via = [], left = null;
  visits.time.forEach((start, place) => {
    const until = visits.time[place + 1] ?? end, room = text(visits.room[place]);
    if (found.length && until < end && until - start < PASSING) {
      left ??= start;
      via.push(room);
      return;
    }
    found.push({ room, start, via, left: left ?? start });
    via = [];
    left = null;
  });
  return found;
}

/** For each room, who dwells there after each change: {time: [...], who: [[numbers], ...]}. */
function occupancy(residents) {
  const changes = [];
  for (const resident of residents)
    resident.dwelt.forEach((it, place) => {
      changes.push([it.start, it.room, resident.number, true]);
      const next = resident.dwelt[place + 1];
      if (next) changes.push([Math.max(next.left, it.start), it.room, resident.number, false]);
    });
  changes.sort((one, two) => one[0] - two[0]);
  const found = new Map();
  for (const [time, room, number, comes] of changes) {
    if (!found.has(room)) found.set(room, { time: [], who: [] });
    const track = found.get(room), before = track.who.at(-1) ?? [];
    track.time.push(time);
    track.who.push([...before.filter((it) => it !== number), ...(comes ? [number] : [])].sort((a, b) => a - b));
  }
  return found;
}

/** The doors passed from room to room: [{room, x, y}], two points a door. */
function passage(rooms) {
  return rooms.slice(1).flatMap((room, place) => {
    const from = rooms[place];
    for (const [one, two, x1, y1, x2, y2] of data.plan.ways) {
      if (one === from && two === room) return [{ room: from, x: x1, y: y1 }, { room, x: x2, y: y2 }];
      if (two === from && one === room) return [{ room: from, x: x2, y: y2 }, { room, x: x1, y: y1 }];
    }
    return [];
  });
}

/** The point after `share` of the way along `points` (px); steps marked `jump` take no time. */
function along(points, share) {
  const lengths = points.slice(1).map((to, place) => (to.jump ? 0 : Math.hypot(to.x - points[place].x, to.y - points[place].y)));
  let rest = share * lengths.reduce((sum, length) => sum + length, 0);
  for (let place = 0; place < lengths.length; place += 1) {
    if (rest < lengths[place]) {
      const from = points[place], to = points[place + 1], part = rest / lengths[place];
      return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part, out: false };
    }
    rest -= lengths[place];
  }
  return points.at(-1);
}

/** Slow at both ends. */
const eased = (share) => share * share * (3 - 2 * share);
