/* The day and the whole run as strips in which one scrubs. Drawn when they change; a line moves over them. */

const MARKS = { conflict: "--conflict", happening: "--happening", change: "--change", anomaly: "--anomaly" };
const HEAD = 15, LANE_GAP = 4, FOOT = 15; // px

const LANE = innerWidth <= 820 ? 8 : 11;

/** One strip: a canvas, a line for now, and what a pointer does on it. */
class Strip {
  constructor(holder, seek, released) {
    Object.assign(this, { holder, canvas: holder.firstElementChild, line: holder.lastElementChild, from: 0, until: 1 });
    this.context = this.canvas.getContext("2d");
    const to = (event) => {
      const { left } = this.canvas.getBoundingClientRect();
      const share = (event.clientX - left - this.left) / this.inner;
      seek(this.from + clamp(share * (this.until - this.from), 0, this.until - this.from - 1));
    };
    const held = (on) => document.body.classList.toggle("scrubbing", on);
    holder.addEventListener("pointerdown", (event) => { holder.setPointerCapture(event.pointerId); held(true); to(event); });
    holder.addEventListener("lostpointercapture", () => { held(false); released(); });
    holder.addEventListener("pointermove", (event) => { if (holder.hasPointerCapture(event.pointerId)) to(event); });
  }

  /** Begin to draw the span from `from` to `until`. */
  fresh(from, until, height, left) {
    const width = this.holder.clientWidth, ratio = devicePixelRatio || 1;
    Object.assign(this, { from, until, left, inner: width - left - 6 });
    const wide = Math.round(width * ratio), tall = Math.round(height * ratio);
    if (this.canvas.width !== wide || this.canvas.height !== tall) {
      Object.assign(this.canvas, { width: wide, height: tall });
      this.holder.style.height = `${height}px`;
    }
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.clearRect(0, 0, width, height);
    Object.assign(this.context, { font: "11px system-ui, sans-serif", textAlign: "left", globalAlpha: 1 });
    return this.context;
  }

  x(time) { return this.left + ((clamp(time, this.from, this.until) - this.from) / (this.until - this.from)) * this.inner; }

  point(time) {
    this.line.style.transform = `translateX(${this.x(time).toFixed(1)}px)`;
    const words = `${dateOf(dayOf(time))}, ${clockOf(time)}`;
    if (words === this.words) return;
    this.words = words;
    const said = { valuemin: this.from, valuemax: this.until, valuenow: Math.round(time), valuetext: words };
    for (const [name, value] of Object.entries(said)) this.holder.setAttribute(`aria-${name}`, value);
  }
}

const colours = new Map(); // as the style has them; asked once, for asking is slow

function colour(name) {
  if (!colours.has(name)) colours.set(name, getComputedStyle(document.documentElement).getPropertyValue(name).trim());
  return colours.get(name);
}

/** A lane for each person, what happens above, hours below. */
function drawDay(strip, day, residents, only, device) {
  const { midnights, sun } = data.calendar, from = midnights[day], until = midnights[day + 1];
  const lanes = residents.length + (device >= 0 ? 1 : 0), foot = HEAD + lanes * (LANE + LANE_GAP);
  const gutter = strip.holder.clientWidth > 640 ? 74 : 6;
  const pen = strip.fresh(from, until, foot + FOOT, gutter), ink = colour("--soft");
  const fill = (style, start, end, y, height) => {
    pen.fillStyle = style;
    pen.fillRect(strip.x(start), y, Math.max(strip.x(end) - strip.x(start), 1), height);
  };
  const write = (words, style, x, y) => {
    pen.fillStyle = style;
    pen.fillText(words, x, y);
  };
  const [rise, set] = sun[day], night = colour("--dusk");
  fill(night, from, rise, HEAD - 3, foot - HEAD + 3);
  fill(night, set, until, HEAD - 3, foot - HEAD + 3);
  pen.textAlign = "center";
  for (let time = from; time <= until; time += HOUR) {
    const hour = Math.floor((wall(time) % DAY) / HOUR), every = strip.inner > 700 ? 2 : 6;
    fill(colour("--line"), time, time, foot, hour % every ? 3 : 5);
    const x = clamp(strip.x(time), gutter + 14, gutter + strip.inner - 16);
    if (hour % every === 0 && time < until) write(clockOf(time), ink, x, foot + FOOT - 2);
  }
  pen.textAlign = "left";
  residents.forEach((resident, place) => {
    const y = HEAD + place * (LANE + LANE_GAP);
    pen.globalAlpha = only.size && !only.has(resident.number) ? 0.25 : 1;
    drawLane(pen, strip, resident, y, from, until, fill);
    if (gutter > 10) write(cut(resident.name, 11), colour("--ink"), 4, y + LANE - 2);
  });
  pen.globalAlpha = 1;
  if (device >= 0) {
    drawUse(data.devices[device], foot - LANE - LANE_GAP, from, until, fill);
    if (gutter > 10) write(cut(text(data.devices[device].name), 11), colour("--accent"), 4, foot - LANE_GAP - 2);
  }
  for (const mark of data.marks) if (mark[1] < until && mark[4] >= from) {
    drawMark(pen, strip, mark, 2, HEAD - 6);
    if (mark[0] === "anomaly") drawWindow(pen, strip, mark, HEAD - 3, foot - HEAD + 3);
  }
}

/** At home full, asleep pale, out a thin line. */
function drawLane(pen, strip, resident, y, from, until, fill) {
  const { done } = resident;
  for (let place = Math.max(last(done.time, from), 0); place < done.time.length && done.time[place] < until; place += 1) {
    const start = Math.max(done.time[place], from), end = Math.min(done.time[place + 1] ?? until, until);
    const out = text(done.room[place]) === OUTSIDE, before = pen.globalAlpha;
    pen.globalAlpha = before * (done.asleep[place] ? 0.28 : 0.92);
    fill(resident.tint, start, end, out ? y + LANE / 2 - 1 : y, out ? 2 : LANE);
    pen.globalAlpha = before;
    if (!out && !done.asleep[place] && end - start > 4 * MINUTE) fill(colour("--card"), start, start, y, LANE);
  }
}

/** When a device was at work, or sensed something. */
function drawUse(device, y, from, until, fill) {
  const { time, level } = device.sensed.find((it) => it.said.length) ?? device.states;
  for (let place = Math.max(last(time, from), 0); place < time.length && time[place] < until; place += 1) {
    const start = Math.max(time[place], from), end = Math.min(time[place + 1] ?? until, until);
    if (level[place] > 0) fill(colour("--accent"), start, end, y + 1, LANE - 2);
  }
}

/** An anomaly's window, across all lanes. */
function drawWindow(pen, strip, [, start, end], y, height) {
  pen.globalAlpha = 0.16;
  pen.fillStyle = colour("--anomaly");
  pen.fillRect(strip.x(start), y, Math.max(strip.x(end) - strip.x(start), 2), height);
  pen.globalAlpha = 1;
}

function drawMark(pen, strip, [kind, start, end, , over], y, height) {
  const x = strip.x(start), wide = Math.max(strip.x(end) - x, 0);
  pen.fillStyle = colour(MARKS[kind] ?? MARKS.happening);
  pen.globalAlpha = 0.3;
  pen.fillRect(x, y, wide, height);
  if (over > end) pen.fillRect(x, y + height - 2, Math.max(strip.x(over) - x, 0), 2);
  pen.globalAlpha = 1;
  pen.beginPath();
  pen.moveTo(x - 4, y);
  pen.lineTo(x + 4, y);
  pen.lineTo(x, y + height);
  pen.fill();
}

/** A bar for what happens each hour, a tick for each mark, the names of days. */
function drawRun(strip, busy) {
  const { midnights } = data.calendar, days = midnights.length - 1, height = 46, foot = 31;
  const gutter = strip.holder.clientWidth > 640 ? 74 : 6;
  const pen = strip.fresh(midnights[0], midnights[days], height, gutter), most = Math.max(...busy, 1);
  if (gutter > 10) { pen.fillStyle = colour("--soft"); pen.fillText(days > 1 ? `${days} days` : "the day", 4, foot - 3); }
  for (let day = 0; day < days; day += 1) {
    const x = strip.x(midnights[day]), wide = strip.x(midnights[day + 1]) - x;
    pen.fillStyle = colour(weekendOf(day) ? "--weekend" : "--week");
    pen.fillRect(x, 8, wide - 1, foot - 8);
    const every = Math.ceil(34 / wide), name = dateOf(day, wide > 70 ? SHORT : NUMBER);
    pen.fillStyle = colour("--soft");
    pen.textAlign = "center";
    if (day % every === 0) pen.fillText(name, x + wide / 2, height - 3);
  }
  pen.fillStyle = colour("--bar");
  busy.forEach((count, hour) => {
    const x = strip.x(hour * HOUR), tall = (count / most) * (foot - 11);
    pen.fillRect(x, foot - tall, Math.max(strip.inner / busy.length - 0.4, 0.5), tall);
  });
  for (const mark of data.marks) drawMark(pen, strip, mark, 0, 7);
}

/** How many things are done in each hour of the run; readings tell what is. */
function busyness() {
  const found = new Array(Math.ceil(data.about.end / HOUR)).fill(0);
  data.rows.time.forEach((time, row) => {
    if (!sensedKind(row) && time < data.about.end) found[Math.floor(time / HOUR)] += 1;
  });
  return found;
}

const cut = (words, most) => (words.length > most ? `${words.slice(0, most - 1)}…` : words);
