/* The floor plan: rooms, devices and people as they are at one instant. */

const OUTSIDE = "outside";
const APART = 26; // px between storeys
const WALK = 450; // ms on the viewer's clock that a walk takes at least
const CAPTION = 76; // px that the words below somebody need
const FLASH = 700; // ms on the viewer's clock for which a device that acts stands out
const COLD = 15, MILD = 20.5, WARM = 26; // °C
const ICONS = {
  light: "light", climate: "climate", water_heater: "climate", cover: "cover", media_player: "media", remote: "media",
  lock: "lock", camera: "camera", sensor: "sensor", binary_sensor: "binary", device_tracker: "person", person: "person",
  fan: "fan", humidifier: "water", valve: "water", vacuum: "vacuum", alarm_control_panel: "alarm", siren: "alarm",
  button: "button", scene: "button", select: "button", event: "button", number: "button",
};
const TYPES = {
  Window: "window", Refrigerator: "fridge", Oven: "oven", Microwave: "oven", Hob: "hob", Washer: "drum", Dryer: "drum",
  Dishwasher: "drum", ClothingCareMachine: "drum", Shower: "water", Bathtub: "water", WashBasin: "water", CookerHood: "fan",
  Computer: "media",
};
const calm = matchMedia("(prefers-reduced-motion: reduce)");

class Plan {
  constructor(holder, residents, ask) {
    Object.assign(this, { holder, residents, ask, occupied: occupancy(residents), only: new Set(), device: -1 });
    this.acted = data.devices.map(() => []);
    data.rows.device.forEach((device, place) => { if (device >= 0) this.acted[device].push(data.rows.time[place]); });
    new ResizeObserver(() => this.draw()).observe(holder);
    this.draw();
  }

  /** Draw everything anew for the width at hand. */
  draw() {
    const width = this.holder.clientWidth, narrow = innerWidth <= 820;
    const height = narrow ? Math.min(620, 0.68 * innerHeight) : this.holder.clientHeight;
    if (!width || (width === this.width && height === this.height)) return;
    Object.assign(this, { width, height, rooms: new Map(), drawn: new Map(), told: "" });
    const frames = framed(width, height);
    this.svg = element("svg:svg", {
      viewBox: `0 0 ${frames.width} ${frames.height}`, width: frames.width, height: frames.height,
      role: "group", "aria-label": `Floor plan of ${data.about.home}`,
    });
    this.svg.append(glow());
    this.scale = frames.scale;
    data.plan.storeys.forEach((storey, place) => this.storey(storey, frames.corners[place], place));
    this.devices = data.devices.map((device, number) => this.symbol(device, number));
    this.figures = this.residents.map((resident) => this.figure(resident));
    this.holder.replaceChildren(this.svg);
    if (this.time !== undefined) this.show(this.time, this.speed);
  }

  storey(storey, [left, top], level) {
    const [west, north] = storey.box, scale = this.scale;
    const px = (x, y) => ({ x: left + (x - west) * scale, y: top + (y - north) * scale, level });
    const floors = element("svg:g"), walls = element("svg:g"), inside = element("svg:g");
    if (storey.name) inside.append(element("svg:text", { x: left, y: top - 9, class: "storey" }, capital(storey.name)));
    for (const room of storey.rooms) {
      const { x, y } = px(room.box[0], room.box[1]);
      const place = { x, y, width: room.box[2] * scale, height: room.box[3] * scale };
      const layer = (kind, more) => floors.appendChild(element("svg:rect", { ...place, class: kind, ...more }));
      layer(`floor ${room.look}`);
      const layers = { tint: layer("tint", { fill: "none" }), night: layer("night"), lit: layer("lit") };
      const made = { ...room, ...layers, place, level, px };
      if (room.look !== "open") walls.append(element("svg:rect", { ...place, class: "wall" }));
      this.furnish(made, inside);
      this.rooms.set(room.id, made);
    }
    for (const [kind, ...ends] of storey.openings) {
      const one = px(ends[0], ends[1]), two = px(ends[2], ends[3]);
      const line = (look) => walls.append(element("svg:line", { x1: one.x, y1: one.y, x2: two.x, y2: two.y, class: look }));
      line(kind);
      if (kind === "window") line("pane");
    }
    this.svg.append(floors, walls, inside);
  }

  /** Name, temperature, and where devices and people go. */
  furnish(room, inside) {
    const { x, y, width, height } = room.place;
    const size = clamp(Math.min((width - 8) / (0.56 * room.name.length), height / 3.2), 6.5, 11.5);
    inside.append(element("svg:text", { x: x + 6, y: y + size + 4, class: "name", "font-size": size }, room.name));
    const head = size + 7, here = data.devices.filter((it) => text(it.room) === room.id);
    room.meter = here.flatMap((it) => it.sensed).find((sense) => sense.quantity === "temperature");
    if (room.meter) {
      const beside = width - 8 - 0.56 * size * room.name.length > 44;
      const at = { x: beside ? x + width - 41 : x + 5, y: y + (beside ? 5 : head) };
      room.pill = element("svg:rect", { ...at, width: 36, height: 15, rx: 7.5, class: "pill" });
      room.figure = element("svg:text", { x: at.x + 18, y: at.y + 11, class: "figure" });
      inside.append(room.pill, room.figure);
    }
    const stand = data.devices.map((it, number) => number).filter((number) => text(data.devices[number].room) === room.id);
    room.grid = gridOf(stand, { x, y, width, height }, head, this.scale, 0.58 * size * room.name.length + 6);
    room.people = room.grid.aside
      ? { x: x + 3, y: y + head - 3, width: room.grid.left - x - 3, height: height - head }
      : { x: x + 4, y: y + head, width: width - 8, height: Math.max(room.grid.top - 2 - y - head, 12) };
  }

  symbol(device, number) {
    const room = this.rooms.get(text(device.room)), grid = room?.grid;
    if (!grid) return null;
    const { x, y } = grid.at(number), icon = TYPES[text(device.type)] ?? ICONS[device.domain] ?? "switch";
    const look = `device is-${icon}${device.connected ? "" : " plain"}`;
    const title = element("svg:title", {}, text(device.name));
    const transform = `translate(${x} ${y}) scale(${grid.size / 16})`, asked = () => this.ask.device(number);
    const made = element("svg:g", { class: look, transform, role: "button", tabindex: -1, onclick: asked },
      title, element("svg:rect", { x: 0, y: 0, width: 16, height: 16, rx: 4 }),
      element("svg:use", { href: `#i-${icon}`, x: 2, y: 2, width: 12, height: 12 }));
    this.svg.append(made);
    return { made, title, lit: -1, look };
  }

  figure(resident) {
    const radius = radiusOf(this.scale);
    const title = element("svg:title", {}, resident.name);
    const asked = () => this.ask.person(resident.number), pressed = (event) => { if (event.key === "Enter") asked(); };
    const initial = element("svg:text", { class: "initial", y: radius * 0.36, "font-size": radius * 1.05 }, resident.initial);
    initial.style.fill = resident.ink;
    const made = element("svg:g", { class: "person", role: "button", tabindex: 0, onclick: asked, onkeydown: pressed },
      title, element("svg:circle", { r: radius, fill: resident.tint }), initial,
      element("svg:text", { x: radius * 0.75, y: -radius * 0.55, class: "sleeps", "font-size": radius * 0.95 }, "z"),
      element("svg:text", { y: radius + 10, class: "caption" }, ""));
    this.svg.append(made);
    return { made, title, radius, said: null };
  }

  /** Show the instant `time`, played `speed` times as fast as it was. */
  show(time, speed) {
    Object.assign(this, { time, speed });
    const dark = darkness(time);
    const lamps = new Set();
    data.devices.forEach((device, number) => this.showDevice(device, number, time, speed, lamps));
    for (const room of this.rooms.values()) this.showRoom(room, time, dark, lamps.has(room.id));
    this.residents.forEach((resident) => this.showPerson(resident, time, speed));
  }

  showDevice(device, number, time, speed, lamps) {
    const place = last(device.states.time, time), level = device.states.level[place] ?? 0;
    if (device.domain === "light" && level === 2) lamps.add(text(device.room));
    const symbol = this.devices[number];
    if (!symbol) return;
    const sensing = device.sensed.find((it) => it.said.length);
    const fires = sensing && sensing.level[last(sensing.time, time)] === 1;
    const acted = this.acted[number], moment = acted[last(acted, time)];
    const fresh = time - moment < Math.max(1500, FLASH * speed);
    const look = `${symbol.look} level${fires ? 2 : level}${fresh ? " fresh" : ""}${number === this.device ? " chosen" : ""}`;
    if (symbol.now === look && symbol.place === place) return;
    Object.assign(symbol, { now: look, place });
    symbol.made.setAttribute("class", look);
    symbol.title.textContent = stateOf(device, time);
  }

  showRoom(room, time, dark, lit) {
    const night = (room.look === "open" ? 0.5 : 0.34) * dark * (lit ? 0.3 : 1);
    set(room, room.night, "opacity", night.toFixed(2), "wasNight");
    set(room, room.lit, "class", lit ? "lit on" : "lit", "wasLit");
    if (!room.meter) return;
    const level = room.meter.level[last(room.meter.time, time)];
    if (level === room.wasLevel) return;
    room.wasLevel = level;
    const known = level !== undefined;
    room.figure.textContent = known ? `${level.toFixed(1)}°` : "";
    const colour = known ? warmth(level) : "none";
    room.pill.setAttribute("fill", colour);
    room.tint.setAttribute("fill", colour);
  }

  showPerson(resident, time, speed) {
    const figure = this.figures[resident.number], doing = resident.doing(time);
    const { x, y, out, wide = 0 } = this.whereabouts(resident, time, calm.matches ? 0 : WALK * speed, figure.radius);
    figure.made.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    const dimmed = this.only.size > 0 && !this.only.has(resident.number);
    const look = `person${resident.done.asleep[doing] ? " asleep" : ""}${out ? " gone" : ""}${dimmed ? " dimmed" : ""}`;
    if (look !== figure.look) figure.made.setAttribute("class", figure.look = look);
    if (doing !== figure.said) {
      figure.said = doing;
      figure.title.textContent = `${resident.name}: ${text(resident.done.text[doing] ?? 0)}`;
      figure.made.setAttribute("aria-label", figure.title.textContent);
    }
    this.caption(resident, figure, doing, wide);
  }

  /** What somebody does, below them, where the room is wide enough. */
  caption(resident, figure, doing, wide) {
    const said = text(resident.done.text[doing] ?? 0), most = Math.floor(wide / 6.2);
    const shown = most < 9 ? "" : said.length > most ? `${said.slice(0, most - 1)}…` : said;
    if (shown !== figure.shown) figure.made.lastChild.textContent = figure.shown = shown;
  }

  whereabouts(resident, time, least) {
    const { here, next, began, share } = resident.at(time, least);
    const room = this.rooms.get(here?.room);
    const start = room ? this.settled(room, here.room, resident, next ? began : time, least) : null;
    if (!next) return start ?? { x: -50, y: -50, out: true };
    const goal = this.rooms.get(next.room), points = start ? [start] : [];
    for (const { room: name, x, y } of passage([here.room, ...next.via, next.room])) {
      const by = this.rooms.get(name) ?? this.rooms.get(points.at(-1)?.name) ?? goal;
      if (by) points.push({ ...by.px(x, y), name, out: name === OUTSIDE });
    }
    if (goal) points.push(this.spot(goal, next.room, resident, next.start));
    points.forEach((point, place) => { point.jump = place > 0 && point.level !== points[place - 1].level; });
    return points.length ? along(points, eased(share)) : { x: -50, y: -50, out: true };
  }

  /** Where somebody stands who dwells in a room; others who come and go make them move a little. */
  settled(room, name, resident, time, least) {
    const track = this.occupied.get(name), place = last(track?.time ?? [], time);
    const now = this.spot(room, name, resident, time);
    const share = place < 1 ? 1 : clamp((time - track.time[place]) / Math.max(1500, least), 0, 1);
    if (share === 1 || !track.who[place - 1].includes(resident.number)) return now;
    const before = this.spot(room, name, resident, track.time[place - 1]), part = eased(share);
    return { ...now, x: before.x + (now.x - before.x) * part, y: before.y + (now.y - before.y) * part };
  }

  /** The place of somebody among all who dwell in a room at `time`: nobody stands on another. */
  spot(room, name, resident, time) {
    const track = this.occupied.get(name), who = track?.who[last(track.time, time)] ?? [];
    const order = Math.max(who.indexOf(resident.number), 0), count = Math.max(who.length, 1);
    const { x, y, width, height } = room.people, pitch = 2 * (this.figures?.[0].radius ?? 10) + 4;
    const roomy = clamp(Math.floor(width / CAPTION), 1, count), captioned = Math.ceil(count / roomy) * (pitch + 13) <= height;
    const columns = captioned ? roomy : clamp(Math.floor(width / pitch), 1, count), rows = Math.ceil(count / columns);
    const inRow = Math.min(columns, count - Math.floor(order / columns) * columns);
    const stepX = Math.min(width / inRow, 120), stepY = Math.min(height / rows, pitch + 14);
    return {
      x: x + width / 2 + ((order % columns) - (inRow - 1) / 2) * stepX,
      y: y + height / 2 + (Math.floor(order / columns) - (rows - 1) / 2) * stepY - (height > 50 ? 4 : 0),
      wide: captioned ? Math.min(stepX, 140) - 4 : 0, level: room.level, out: false,
    };
  }
}

/** Storeys side by side or one above the other, whichever makes rooms larger. */
function framed(width, height) {
  const boxes = data.plan.storeys.map((storey) => storey.box), head = boxes.length > 1 ? 22 : 6, edge = 5;
  const sum = (side) => boxes.reduce((total, box) => total + box[side], 0);
  const most = (side) => Math.max(...boxes.map((box) => box[side]));
  const gaps = APART * (boxes.length - 1), tops = (head + 8) * (boxes.length - 1);
  const beside = Math.min((width - 2 * edge - gaps) / sum(2), (height - head - edge) / most(3));
  const above = Math.min((width - 2 * edge) / most(2), (height - head - edge - tops) / sum(3));
  const scale = clamp(Math.max(beside, above), 8, 74), corners = [];
  let x = edge, y = head;
  for (const box of boxes) {
    corners.push([x, y]);
    if (beside >= above) x += box[2] * scale + APART; else y += box[3] * scale + head + 8;
  }
  const across = beside >= above ? sum(2) * scale + gaps : most(2) * scale;
  const down = beside >= above ? most(3) * scale : sum(3) * scale + tops;
  return { scale, corners, width: Math.ceil(across + 2 * edge), height: Math.ceil(down + head + edge) };
}

/** Symbols in rows at the bottom of a room, as large as fits; where that leaves people no aisle, at its right. */
function gridOf(stand, { x, y, width, height }, head, scale, name) {
  const aisle = 2 * radiusOf(scale) + 8;
  let size = Math.round(clamp(scale * 0.38, 16, 24)), columns = 1, rows = 0, aside = false;
  for (; size > 7; size -= 1) {
    columns = Math.max(1, Math.floor((width - 6) / (size + 3)));
    aside = stand.length > 0 && height - head - Math.ceil(stand.length / columns) * (size + 3) < aisle;
    if (aside) columns = Math.max(1, Math.floor((width - 6 - Math.max(aisle, name)) / (size + 3)));
    rows = Math.ceil(stand.length / columns);
    const below = Math.max((height - head) * 0.5, size + 3), narrow = columns * (size + 3) + name + 2 > width;
    if (rows * (size + 3) <= (aside ? height - (narrow ? head : 6) : below)) break;
  }
  const pitch = size + 3, top = y + height - rows * pitch - 2, across = Math.min(columns, stand.length);
  const left = aside ? x + width - across * pitch - 2 : x + (width - across * pitch) / 2;
  const at = (number) => {
    const order = stand.indexOf(number), row = Math.floor(order / columns);
    const inRow = Math.min(columns, stand.length - row * columns);
    return { x: left + ((order % columns) + (aside ? 0 : (across - inRow) / 2)) * pitch + 1.5, y: top + row * pitch };
  };
  return { size, top, left, aside, at };
}

const radiusOf = (scale) => clamp(scale * 0.3, 7.5, 16);

/** Set an attribute only where it changes: the browser then has nothing to do. */
function set(owner, node, name, value, memory) {
  if (owner[memory] !== value) node.setAttribute(name, owner[memory] = value);
}

/** A colour for a temperature: blue, pale, orange. */
function warmth(level) {
  const [from, share, to] = level < MILD
    ? [[96, 158, 214], clamp((level - COLD) / (MILD - COLD), 0, 1), [238, 226, 190]]
    : [[238, 226, 190], clamp((level - MILD) / (WARM - MILD), 0, 1), [233, 130, 74]];
  return `rgb(${from.map((part, place) => Math.round(part + (to[place] - part) * share)).join(" ")})`;
}

/** 'kitchen lamp: on'. */
function stateOf(device, time) {
  const place = last(device.states.time, time), said = [text(device.states.text[place] ?? 0)];
  for (const sense of device.sensed) {
    const level = sense.level[last(sense.time, time)];
    const words = sense.said.length ? sense.said[level] ?? sense.said[0] : `${level} ${sense.unit}`;
    if (level !== undefined) said.push(`${sense.quantity} ${words}`);
  }
  return `${text(device.name)}: ${said.filter(Boolean).join(", ") || "off or at rest"}`;
}

function glow() {
  const stop = (offset, opacity) => element("svg:stop", { offset, "stop-opacity": opacity, class: "ray" });
  const stops = [stop(0, 0.85), stop(0.55, 0.4), stop(1, 0.12)];
  return element("svg:defs", {}, element("svg:radialGradient", { id: "glow", r: 0.75 }, ...stops));
}
