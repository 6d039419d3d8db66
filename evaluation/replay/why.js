/* Why: the decision, its options and what they weighed; a conflict and what was said; a device and its state. */

const MOST = 14; // options shown of a choice

const soft = (words) => element("p", { class: "soft" }, words);
const heading = (words) => element("h2", { id: "why-title" }, words);

/** Pairs of a name and what it says; what says nothing is left out. */
function list(pairs) {
  const said = pairs.filter(([, words]) => words);
  return element("dl", {}, ...said.flatMap(([name, words]) => [element("dt", {}, name), element("dd", {}, words)]));
}

class Why {
  constructor(panel, holder, residents) {
    Object.assign(this, { panel, holder, residents });
  }

  open(...content) {
    this.before ??= document.activeElement;
    this.holder.replaceChildren(...content.flat().filter(Boolean));
    this.panel.hidden = false;
    this.panel.scrollTop = 0;
    this.panel.focus({ preventScroll: true });
  }

  shut() {
    if (this.panel.hidden) return;
    this.panel.hidden = true;
    this.before?.focus?.({ preventScroll: true });
    this.before = null;
  }

  person(number, time) {
    const resident = this.residents[number], place = resident.doing(time), { done } = resident;
    if (place < 0) return this.open(heading(resident.name), element("p", {}, "Nothing is known yet."));
    const since = soft(`since ${dateOf(dayOf(done.time[place]), SHORT)} ${clockOf(done.time[place])}`);
    return this.open(heading(`${resident.name} ${text(done.text[place])}`), since, this.decision(done.decision[place]));
  }

  row(row) {
    const { time, who, device, text: words, note, about, anomaly } = data.rows, resident = this.residents[who[row]];
    const when = soft(`${dateOf(dayOf(time[row]))}, ${clockOf(time[row])}`);
    const label = anomaly[row] ? element("p", { class: "label" }, `Anomaly: ${text(anomaly[row])}`) : null;
    const title = heading(resident ? `${resident.name} ${text(words[row])}` : capital(text(words[row])));
    const remark = note[row] ? element("p", {}, capital(text(note[row]))) : null;
    if (kindOf(row) === "conflict") return this.open(title, when, label, this.conflict(about[row]));
    const state = device[row] >= 0 ? soft(capital(stateOf(data.devices[device[row]], time[row]))) : null;
    return this.open(title, when, label, remark, state, about[row] >= 0 ? this.decision(about[row]) : null);
  }

  mark(place) {
    const [kind, start, end, words, over, facts] = data.marks[place];
    if (!facts.length) return this.shut();
    const [from, to, later] = [start, end, over].map((time) => `${dateOf(dayOf(time), SHORT)} ${clockOf(time)}`);
    const label = element("p", { class: "label" }, capital(kind));
    const after = over > end ? soft(`What follows is over by ${later}`) : null;
    const told = list(facts.map((fact) => fact.map(text)));
    return this.open(heading(capital(text(words))), label, soft(`${from} to ${to}`), after, told);
  }

  device(number, time) {
    const device = data.devices[number], state = stateOf(device, time), kind = text(device.kind);
    const told = element("p", {}, capital(state.slice(state.indexOf(": ") + 2)));
    const plain = device.connected ? null : soft("Not connected: no log of an installation would show it.");
    return this.open(heading(capital(text(device.name))), soft(`${kind}, ${clockOf(time)}`), told, plain);
  }

  decision(number) {
    const table = data.decisions, of = (name) => table[name][number];
    if (number < 0 || of("who") === undefined || of("who") < 0) return [soft("Nobody decided this.")];
    const rows = [
      ["Why", text(of("reason"))], ["Rests on", text(of("basis"))], ["Asked because", text(of("cause"))],
      ["Decided", `to ${text(of("activity"))}, ${text(of("place"))}`],
      ["When", `${clockOf(of("time"))}, to last ${span(of("lasts"))}`],
      ["The model failed", text(of("fallback"))],
    ];
    return [list(rows), ...of("thoughts").map(thought)];
  }

  conflict(number) {
    const [others, about, outcome, policy, waited, said, decided] = data.conflicts[number];
    const rows = [
      ["About", text(about)], ["With", others.map(text).join(" and ")], ["Outcome", text(outcome)],
      ["Policy", text(policy)], ["Waited", waited ? span(waited) : ""],
    ];
    const talk = said.map(([who, answer, words]) => {
      const name = element("b", {}, text(who)), note = element("small", {}, text(answer));
      return element("p", { class: "said" }, name, ` «${text(words)}» `, note);
    });
    return [list(rows), ...talk, ...this.decision(decided)];
  }
}

/** What was weighed: of each option the share that memory gives it, and what the model's evidence says of it. */
function thought([question, options, prior, evidence, chosen]) {
  if (!options.length) return soft(`Thought about: ${text(question)}`);
  const shares = prior.map(Math.exp), most = Math.max(...shares, 1e-9);
  const worth = (place) => (place === chosen ? 2 : shares[place] ?? 0);
  const order = options.map((_, place) => place).sort((one, two) => worth(two) - worth(one));
  const rows = order.slice(0, MOST).map((place) => element("tr", { class: place === chosen ? "chosen" : false },
    element("td", {}, text(options[place]), place === chosen ? element("em", {}, " chosen") : null),
    element("td", { class: "bar" }, prior.length ? bar(shares[place] / most) : null, prior.length ? percent(shares[place]) : ""),
    evidence.length ? element("td", { class: "number" }, signed(evidence[place])) : null));
  const more = options.length > MOST ? soft(`and ${options.length - MOST} more`) : null;
  const model = evidence.length ? element("th", { title: "the model's evidence, in nats" }, "Model") : null;
  const head = element("tr", {}, element("th", {}, "Option"), element("th", {}, "Memory"), model);
  const title = element("h3", {}, `${capital(text(question))}: ${options.length} options`);
  return element("section", { class: "thought" }, title, element("table", {}, head, ...rows), more);
}

const percent = (share) => (share >= 0.995 ? "100 %" : share < 0.01 ? "< 1 %" : `${Math.round(100 * share)} %`);
const signed = (nats) => `${nats < 0 ? "−" : "+"}${Math.abs(nats).toFixed(1)}`;

function bar(share) {
  const made = element("i");
  made.style.width = `${Math.round(100 * clamp(share, 0, 1) * 0.5)}px`;
  return made;
}
