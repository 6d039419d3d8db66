/* The list of events: only the rows in view exist, whatever the length of the run. */

const SENSED = new Set(["reading", "lost"]);
const kindOf = (row) => data.kinds[data.rows.kind[row]];
const sensedKind = (row) => SENSED.has(kindOf(row));

class Events {
  constructor(holder, residents, ask) {
    Object.assign(this, { holder, residents, ask, rows: holder.firstElementChild, follow: true, shown: new Map() });
    this.tall = matchMedia("(pointer: coarse)").matches ? 40 : 30;
    holder.addEventListener("scroll", () => this.paint());
    for (const event of ["wheel", "touchmove", "keydown"])
      holder.addEventListener(event, () => this.release(), { passive: true });
    holder.addEventListener("pointerdown", (event) => { if (event.target === holder) this.release(); });
    new ResizeObserver(() => this.paint()).observe(holder);
  }

  /** Keep what the filters let through; a heading for each day is the day's number below zero. */
  choose({ only, device, sensed }) {
    const kept = [], { who, device: devices, time } = data.rows;
    let day = -1;
    for (let row = 0; row < time.length; row += 1) {
      if (device >= 0 ? devices[row] !== device : !sensed && sensedKind(row)) continue;
      if (only.size && !only.has(who[row])) continue;
      const today = dayOf(time[row]);
      if (today !== day) kept.push(-1 - (day = today));
      kept.push(row);
    }
    this.kept = kept;
    this.times = Float64Array.from(kept, (row) => (row < 0 ? data.calendar.midnights[-1 - row] : time[row]));
    this.rows.style.height = `${kept.length * this.tall}px`;
    this.clear();
  }

  clear() {
    for (const node of this.shown.values()) node.remove();
    this.shown.clear();
    this.current = undefined;
  }

  release() {
    if (!this.follow) return;
    this.follow = false;
    this.ask.followed(false);
  }

  /** Make the row of `time` the current one, in view if the list follows. */
  show(time) {
    const current = last(this.times, time);
    if (current === this.current && !this.moved) return;
    this.current = current;
    this.moved = false;
    if (this.follow) this.holder.scrollTop = Math.max(0, current * this.tall - this.holder.clientHeight * 0.62);
    this.paint();
  }

  /** Make the rows in view, and no others. */
  paint() {
    if (!this.kept) return;
    const first = Math.max(0, Math.floor(this.holder.scrollTop / this.tall) - 2);
    const until = Math.min(this.kept.length, first + Math.ceil(this.holder.clientHeight / this.tall) + 4);
    for (const [place, node] of this.shown) if (place < first || place >= until) { node.remove(); this.shown.delete(place); }
    for (let place = first; place < until; place += 1) {
      if (!this.shown.has(place)) this.shown.set(place, this.rows.appendChild(this.row(place)));
      const when = place === this.current ? " now" : place > this.current ? " later" : "", node = this.shown.get(place);
      if (node.dataset.when !== when) { node.className = node.dataset.look + when; node.dataset.when = when; }
      if (place === this.current) node.setAttribute("aria-current", "time"); else node.removeAttribute("aria-current");
    }
  }

  row(place) {
    const row = this.kept[place], top = `translateY(${place * this.tall}px)`;
    const made = row < 0 ? element("h3", {}, dateOf(-1 - row)) : this.line(row);
    made.dataset.look = row < 0 ? "heading" : `row ${kindOf(row)}`;
    made.style.transform = top;
    made.style.height = `${this.tall}px`;
    return made;
  }

  line(row) {
    const { time, who, text: words, note, anomaly } = data.rows, resident = this.residents[who[row]];
    const told = element("span", { class: "told" });
    if (resident) told.append(element("b", {}, resident.name), ` ${text(words[row])}`);
    else told.append(capital(text(words[row])));
    if (note[row]) told.append(element("small", {}, ` ${text(note[row])}`));
    const dot = element("i", { class: "dot" });
    if (resident) dot.style.background = resident.tint;
    return element("button", { title: told.textContent.trim(), onclick: () => this.ask.row(row) },
      element("time", {}, clockOf(time[row])), dot, told, anomaly[row] ? element("em", {}, "anomaly") : null);
  }
}

/** The jump list of whatever deserves a look. */
function listMarks(holder, go) {
  holder.replaceChildren(...data.marks.map(([kind, start, end, words], place) => {
    const when = element("time", {}, `${dateOf(dayOf(start), SHORT)} ${clockOf(start)}`);
    const lasts = end > start ? element("small", {}, ` ${span(end - start)}`) : null;
    const what = element("span", {}, element("em", {}, kind), ` ${text(words)}`, lasts);
    return element("li", {}, element("button", { class: `mark ${kind}`, onclick: () => go(place) }, when, what));
  }));
  if (!data.marks.length) holder.append(element("li", { class: "soft none" }, "No conflict, happening or anomaly in this run."));
}
