"""The verdict: what a dataset is good for, what not, and the one figure that decides each, in plain words.

Each answer is yes, partly, no or not known, and says why. Limits stand here, beside the words that use them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from evaluation.proof.likeness import figure
from evaluation.standing import MINE, REAL

Answer = Literal["yes", "partly", "no", "not known"]
Parts = Mapping[str, Any]

LIKE, ALMOST = 0.65, 0.80  # AUC of telling ours from real, up to which it is alike, or nearly
MOST_OF, SOME_OF = 0.8, 0.4  # of the way from independent draws to real data
COPIED = 0.005  # share of households that may be the same as another: none, rounded
SENSE = 0.02  # share of what was looked at that may be odd
FEW = 200  # commands and reports below which chance alone may tell as much as the time of day
APART = 1.2  # times that people must differ more than halves of one person's days
CONTROL, FLOOR = "independent draws", "Markov chain"


class Judgement(NamedTuple):
    """One use, and what is said of it."""

    use: str
    answer: Answer
    says: str
    figure: str


def verdict(parts: Parts) -> dict[str, Any]:
    """A sentence of what it is, the judgements, and what all comes to."""
    whole = _itself(parts)
    found = [_sense(parts), _labels(parts), _people(parts), _hours(parts)]
    beside = parts["beside"]
    found += [_unknown()] if beside is None else _compared(beside)
    return {
        "what": _what(parts["about"]),
        "how": _how(parts["model"]),
        "in short": _short(whole, found),
        "judgements": [it._asdict() for it in (whole, *found)],
    }


def _short(whole: Judgement, found: Sequence[Judgement]) -> str:
    """All uses in a few lines, by answer."""
    words = {"yes": "Good for", "partly": "With care for", "no": "Not good for", "not known": "Not known for"}
    told = [] if whole.answer == "yes" else [f"Do not trust these files: {whole.says.removeprefix('No: ')}"]
    for answer, begins in words.items():
        uses = [it.use for it in found if it.answer == answer]
        if uses:
            told.append(f"{begins} {', '.join(uses[:-1]) + ' and ' if uses[1:] else ''}{uses[-1]}.")
    return " ".join(told)


def _what(about: Parts) -> str:
    homes = f"{about['households']:,} households" if about["households"] > 1 else "one household"
    who = ", ".join(about["residents"])
    if about["looked at"] < about["households"]:
        who = f"in the first {about['looked at']}: {who}"
    readings = f", {about['readings']:,} of them readings of sensors," if about["readings"] else ""
    anomalies = f" {about['anomalies']:,} rows are labelled anomalous." if about["anomalies"] else ""
    some = ""
    if about["read"] < about["households"]:
        sample = f"{about['read']:,} households, spread evenly, were read: {about['rows']:,} events"
        readings, some = "", f" For this page {sample}{readings.removesuffix(',')}."
    return (
        f"A simulated log of {homes} ({about['home']}; {who}) over {about['days']} days, {about['first']} to "
        f"{about['last']}: {about['events']:,} observable events{readings} from "
        f"{about['decisions']:,} decisions. Nobody lived these days.{some}{anomalies}"
    )


def _how(model: Parts) -> str:
    if not model["thoughts"]:
        return "Residents follow schedules, remembered routines and chance. No language model was asked."
    return (
        f"Residents follow habits, and the language model {model['name'] or 'of the run'} where they had to "
        f"think: {model['thoughts']:,} thoughts, {model['replies']:,} replies, {model['prompt_tokens']:,} + "
        f"{model['completion_tokens']:,} tokens. It decided {model['decided']:,} steps; "
        f"{model['fallback']:,} thoughts ({model['fallback'] / model['thoughts']:.0%}) failed and fell back "
        "to habit."
    )


# By itself


def _itself(parts: Parts) -> Judgement:
    """Whether the tables are what the run wrote, and each household lives a life of its own."""
    found, use = parts["trust"], "the files are what the run wrote"
    rows, alike = found["rows"], found["copies"]["alike"]
    wrong = []
    if found["changed"]:
        wrong.append(f"the tables of {_some(found['changed'])} were changed after the run")
    if rows["differ"] or rows["missing"]:
        wrong.append(
            f"{rows['differ']:,} rows of events are not the oracle's, {rows['missing']:,} are missing"
        )
    if rows["windows"]:
        wrong.append(f"{rows['windows']:,} windows in sequences are not those of the events")
    if len(alike) > COPIED * found["copies"]["households"]:
        wrong.append(f"{len(alike)} households are copies of each other, action by action ({_some(alike)})")
    deciding = f"{rows['differ'] + rows['missing']:,} of {rows['looked at']:,} rows differ from the truth"
    if wrong:
        return Judgement(use, "no", f"No: {'; '.join(wrong)}.", deciding)
    return Judgement(
        use, "yes", "Every row is the oracle's, every file as it was written, no household a copy.", deciding
    )


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _sense(parts: Parts) -> Judgement:
    """Physics and common sense."""
    use, checks = "testing software, rules and pipelines", parts["checks"]
    impossible = checks["impossible commands"]
    odd = {name: it for name, it in checks.items() if it["violations"] and name != "impossible commands"}
    count, looked = (
        sum(it["violations"] for it in odd.values()),
        sum(it["looked_at"] for it in checks.values()),
    )
    worst = sorted(odd, key=lambda it: -odd[it]["violations"])[:3]
    told = ", ".join(f"{name} {odd[name]['violations']:,} of {odd[name]['looked_at']:,}" for name in worst)
    deciding = f"{impossible['violations']:,} of {impossible['looked_at']:,} commands were impossible"
    oddly = f" Odd by common sense: {count:,} of {looked:,} looked at ({told})." if odd else ""
    refused = (
        f" {parts['refused']:,} attempts at what cannot be done took no effect." if parts["refused"] else ""
    )
    if impossible["violations"]:
        return Judgement(use, "partly", f"Some things happened that could not.{oddly}{refused}", deciding)
    if count > SENSE * looked:
        return Judgement(use, "partly", f"Possible, but often odd.{oddly}{refused}", deciding)
    sound = oddly or f" None of {len(checks)} checks of common sense found anything amiss."
    return Judgement(use, "yes", f"All that was done was possible at its moment.{sound}{refused}", deciding)


def _labels(parts: Parts) -> Judgement:
    """Whether labels show through in what is observable."""
    anomalies = " and anomalies" if parts["about"]["anomalies"] else ""
    use, found = f"training on its labels of who and what{anomalies}", parts["trust"]
    marks = found["marks"]
    if found["leaks"] or marks:
        told = [
            f"column {it['column']} tells {it['says']:.0%} of what is open about {it['label']}"
            for it in marks
        ]
        return Judgement(
            use, "no",
            f"No: labels show through in what is observable, so a model would learn to cheat. "
            f"{'; '.join([*told, *found['leaks'][:3]])}.",
            f"{len(marks)} columns and {len(found['leaks'])} texts give labels away",
        )  # fmt: skip
    return Judgement(
        use, "yes",
        "Who did what and why stands in the oracle alone; no observable column, text or digit of a time says "
        "more of it than device, command and hour do.",
        "0 columns give labels away",
    )  # fmt: skip


def _people(parts: Parts) -> Judgement:
    """Whether people differ beyond chance."""
    use, found = "studying how people differ", parts["people"]
    if found["differ"] is None:
        told = f"{found['people']} people over {found['days']} days are too few to tell."
        return Judgement(use, "not known", f"Not known: {told}", f"{found['people']} people")
    ratio = figure(found["differ"])
    deciding = f"people differ {ratio.value:.2f} times as much as halves of one person's days (1 = clones)"
    interval = f"95 %: {ratio.low:.2f} to {ratio.high:.2f}"
    if ratio.low <= 1.0 or ratio.value < APART:
        return Judgement(
            use, "no",
            f"No: people differ hardly more than chance makes one person differ ({interval}), as if one "
            "resident were given out for all.",
            deciding,
        )  # fmt: skip
    return Judgement(
        use, "yes", f"People differ from each other more than from themselves ({interval}).", deciding
    )


def _hours(parts: Parts) -> Judgement:
    """Whether the time of day says anything of what is done."""
    use, found = "studying rhythms of the day", parts["trust"]["hours"]
    deciding = (
        f"time of day tells {found['says']:.1%} of what is done; shuffled it tells {found['shuffled']:.1%}"
    )
    done = parts["about"]["rows"] - parts["about"]["readings"]
    if found["says"] <= found["most"] and done < FEW:
        says = f"Not known: {done} commands and reports are too few to tell. Live longer, or more homes."
        return Judgement(use, "not known", says, deciding)
    if found["says"] <= found["most"]:
        return Judgement(
            use, "no",
            "No: the time of day tells no more of what is done than shuffled times do. Hours look shuffled.",
            deciding,
        )  # fmt: skip
    return Judgement(use, "yes", "Things are done at their times of day.", deciding)


# Beside real logs


def _unknown() -> Judgement:
    """Whatever is about real homes."""
    return Judgement(
        "anything about real homes", "not known",
        "Not known: no real log was compared. Whether these data can stand in for real ones, train models "
        "for real homes, or be published without giving a log away, "
        "`run_sim.py evaluate RUN --real LOG` tells.",
        "no real log",
    )  # fmt: skip


def _compared(beside: Parts) -> list[Judgement]:
    found = [_alike(beside), *_worth(beside), _private(beside)]
    if beside["logs"]["is source"]:
        remark = " It was made from this very log, so this flatters: compare with one that it has not seen."
        found = [it._replace(says=it.says + remark) for it in found[:-1]] + found[-1:]
    return found


def _alike(beside: Parts) -> Judgement:
    """By whichever classifier tells them apart best."""
    use, rows = "standing in for real logs", beside["likeness"]["rows"]
    names = [f"told apart by {it}" for it in beside["likeness"]["judges"]]
    worst = max(names, key=lambda it: rows[MINE][it]["value"])
    own, real, floor = (rows[it][worst]["value"] for it in (MINE, REAL, FLOOR))
    deciding = (
        f"AUC {own:.2f} of a {worst.removeprefix('told apart by ')} (.5 = cannot tell; real {real:.2f}, "
        f"Markov chain {floor:.2f})"
    )
    when = rows[MINE]["devices by hour"]["value"]
    hours = (
        f" What is used when diverges by {when:.2f} bits (real {rows[REAL]['devices by hour']['value']:.2f}, "
        f"independent draws {rows[CONTROL]['devices by hour']['value']:.2f})."
    )
    if own <= LIKE:
        return Judgement(use, "yes", f"A classifier hardly tells them from real sequences.{hours}", deciding)
    if own <= ALMOST:
        return Judgement(
            use, "partly", f"A classifier tells them from real ones, not always.{hours}", deciding
        )
    chain = "is told apart less easily" if own > floor else "is told apart more easily still"
    says = f"No: a classifier tells them from real ones. A Markov chain made of the log {chain}.{hours}"
    return Judgement(use, "no", says, deciding)


def _worth(beside: Parts) -> list[Judgement]:
    """Of predictors and of detectors: how far from useless to real."""
    found = []
    for use, what, measure in (
        ("training predictors of behaviour", "predictors", "HR@1"),
        ("training detectors of anomalies", "detectors", "AUC"),
    ):
        best = {row: best_of(own, measure) for row, own in beside["utility"][what].items()}
        own, real, none, chain = (best[it] for it in (MINE, REAL, CONTROL, FLOOR))
        deciding = (
            f"{measure} {own:.2f} on real sequences, trained on these alone (on real {real:.2f}, on a "
            f"Markov chain {chain:.2f}, independent draws {none:.2f})"
        )
        share = (own - none) / (real - none) if real - none > 0.01 else float("nan")
        found.append(Judgement(use, *_of_the_way(share, own - chain), deciding))
    return found


def best_of(methods: Parts, measure: str) -> float:
    """The best of several methods by one measure."""
    return max(float(it[measure]) for it in methods.values())


def _of_the_way(share: float, over_chain: float) -> tuple[Answer, str]:
    if share != share:  # nan
        return "not known", "Not known: real data of this size teach no more than independent draws do."
    way = f"{min(1.0, max(0.0, share)):.0%} of the way from independent draws to real data"
    chain = "" if over_chain >= 0 else " A Markov chain made of the log does better, and needs no simulation."
    if share >= MOST_OF:
        return "yes", f"They teach nearly what real data do: {way}.{chain}"
    if share >= SOME_OF:
        return "partly", f"They teach part of what real data do: {way}.{chain}"
    return "no", f"No: they teach little of what real data do: {way}.{chain}"


def _private(beside: Parts) -> Judgement:
    """The gate; and how near ours lie to what they were made from."""
    use, gate = "publishing without giving a real log away", beside["likeness"]["gate"][MINE]
    row = beside["likeness"]["rows"][MINE]
    deciding = (
        f"{gate['known_hit']} of {gate['known']} telling sequences are there word for word (control: "
        f"{gate['unseen_hit']} of {gate['unseen']}; by chance {gate['chance']:.2g})"
    )
    if gate["leaks"]:
        return Judgement(use, "no", f"No: it fails the gate; the log shows through. {gate['says']}", deciding)
    if not beside["logs"]["control"]:
        words = (
            "It passes the gate, but nothing was held back as a control: give the log it was made from as "
        )
        return Judgement(
            use, "partly", f"{words}--source, and with --real one that it has not seen.", deciding
        )
    near = figure(row["closer to the source"])
    nearer = (
        f"{near.value:.2f} nearer to the source than to what was held out ({near.low:.2f} to {near.high:.2f})"
    )
    if near.low > 0.5:
        return Judgement(
            use,
            "partly",
            f"It passes the gate, but lies near its source: {nearer}; .5 would be no nearer.",
            deciding,
        )
    return Judgement(use, "yes", f"It passes the gate, and lies no nearer to its source: {nearer}.", deciding)
