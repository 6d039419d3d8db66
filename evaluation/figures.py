"""The figures of a run, counted from its tables: what is used, who spends time on what, what decided."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from dataset.manifest import FALSE_TRIGGERS, Ledgers
from evaluation.reading import Log, Run, Taken, words
from evaluation.spans import OUTSIDE, befallen, doings, stays
from scenarios.frozen import clock_text
from world.automations import CAUSE as RULE
from world.changing import CAUSE as CHANGE
from world.clock import MINUTE
from world.contention import Conflict
from world.event import BEHAVIOUR, Event, Kind

TOP = 12  # lines of a ranking
CONFLICTS = 30  # told one by one
DAY_MINUTES = 1440
MODEL = frozenset({"plan", "choice"})  # bases that a model decides


def behaviours(run: Run) -> list[Event]:
    """What an installation would have logged of things done, of all households."""
    return [event for log in run.logs for event in log.events if event.kind in BEHAVIOUR]


def ranking(names: Iterable[str]) -> list[dict[str, Any]]:
    """The most frequent names, with counts and shares; ties in order of the alphabet."""
    counts = Counter(names)
    total = sum(counts.values())
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"name": name, "count": count, "share": count / total} for name, count in order[:TOP]]


def minutes(run: Run) -> list[dict[str, Any]]:
    """For each resident, minutes a day by room and by activity, the mean over days and households.

    Of households drawn from a population, for everybody in a role.
    """
    rooms: dict[str, Counter[str]] = {}
    activities: dict[str, Counter[str]] = {}
    for log in run.logs:
        one = run.of(log)
        called = _roles(one) if run.drawn else {}
        for who, track in stays(one, log).items():
            name = called.get(who, who)
            for stay in track:
                place = "out" if stay.room == OUTSIDE else words(stay.room)
                rooms.setdefault(name, Counter())[place] += stay.end - stay.start
        for who, done in doings(one, log).items():
            for doing in done:
                spent = activities.setdefault(called.get(who, who), Counter())
                spent[run.phrase(doing.activity)] += doing.end - doing.start
    return [
        {
            "name": run.names.get(who, who),
            "rooms": _a_day(rooms[who]),
            "activities": _a_day(activities.get(who, Counter())),
        }
        for who in sorted(rooms)
    ]


def _roles(run: Run) -> Mapping[str, str]:
    return {person.id: f"{person.role}, of all" for person in run.scenario.residents}


def _a_day(times: Counter[str]) -> list[dict[str, Any]]:
    total = sum(times.values()) or 1
    ranked = sorted(times.items(), key=lambda item: (-item[1], item[0]))
    shown = [(name, time / total) for name, time in ranked[:TOP]]
    if rest := sum(time for _, time in ranked[TOP:]):
        shown.append((f"{len(ranked) - TOP} others", rest / total))
    return [{"name": name, "share": share, "minutes": round(share * DAY_MINUTES)} for name, share in shown]


def decisions(run: Run) -> dict[str, Any]:
    """How many decisions rest on what, by why the mind was asked."""
    counts = Counter((taken.cause, taken.basis) for taken in _taken(run.logs))
    causes = ranking(taken.cause for taken in _taken(run.logs))
    bases = ranking(taken.basis for taken in _taken(run.logs))
    table = [
        {"name": words(cause["name"]), "count": cause["count"],
         "by": [counts[cause["name"], basis["name"]] for basis in bases]}
        for cause in causes
    ]  # fmt: skip
    return {"total": sum(counts.values()), "bases": bases, "causes": table}


def model(run: Run, name: str) -> dict[str, Any]:
    """What the language model was asked and what it cost, with the replies that a journal served."""
    thoughts = list(chain.from_iterable(taken.thoughts for taken in _taken(run.logs)))
    asked = [thought for thought in thoughts if thought["replies"] or thought["fallback"]]
    return {
        "name": name,
        "thoughts": len(asked),
        "replies": sum(len(thought["replies"]) for thought in asked),
        "prompt_tokens": sum(thought["prompt_tokens"] for thought in asked),
        "completion_tokens": sum(thought["completion_tokens"] for thought in asked),
        "repairs": sum(thought["repairs"] for thought in asked),
        "fallbacks": ranking(thought["fallback"] for thought in asked if thought["fallback"]),
        "fallback": sum(bool(thought["fallback"]) for thought in asked),
        "decided": sum(taken.basis in MODEL for taken in _taken(run.logs)),
    }


def refused(run: Run) -> int:
    """Attempts at what could not be done."""
    return sum(event.kind is Kind.REFUSED for log in run.logs for event in log.events)


def devices(run: Run) -> list[dict[str, Any]]:
    """The devices most used."""
    return ranking(
        run.of(log).device_name(event.device)
        for log in run.logs for event in log.events if event.kind in BEHAVIOUR
    )  # fmt: skip


def actions(run: Run) -> list[dict[str, Any]]:
    """The actions most frequent, as the vocabularies name them."""
    return ranking(event.action for event in behaviours(run))


def rules(run: Run) -> list[dict[str, Any]]:
    """How many commands each rule has given, those in vain included."""
    given = (event for log in run.logs for event in log.events if event.cause.startswith(RULE))
    return ranking(words(event.cause.removeprefix(RULE)) for event in given)


def sensors(run: Run, ledgers: Ledgers) -> dict[str, Any]:
    """What became of every report that was due, a row a sensor and quantity, a column a cause of loss."""
    counts = [(name, what, tally) for name, kinds in ledgers.items() for what, tally in kinds.items()]
    apart = {"candidates", "emitted", FALSE_TRIGGERS, "in_flight"}
    causes = sorted({cause for _, _, tally in counts for cause in tally} - apart)
    rows = [
        {
            "name": run.device_name(name),
            "quantity": quantity,
            "candidates": tally.get("candidates", 0),
            "emitted": tally.get("emitted", 0),
            "lost": [tally.get(cause, 0) for cause in causes],
            "in_flight": tally.get("in_flight", 0),
            "false": tally.get(FALSE_TRIGGERS, 0),
        }
        for name, quantity, tally in counts
    ]
    return {"causes": causes, "rows": rows}


def conflicts(run: Run) -> dict[str, Any]:
    """Who wanted what others had, one by one as far as there is room; counts and mean wait by resource."""
    settled = [(log, conflict) for log in run.logs for conflict in log.conflicts]
    by_resource: dict[str, list[Conflict]] = {}
    for _, conflict in settled:
        by_resource.setdefault(conflict.resource, []).append(conflict)
    return {
        "total": len(settled),
        "rows": [_told(run.of(log), log, conflict) for log, conflict in settled[:CONFLICTS]],
        "resources": [_summed(run, of_one) for of_one in sorted(by_resource.values(), key=_most_first)],
    }


def _told(run: Run, log: Log, conflict: Conflict) -> dict[str, Any]:
    day, _, minute = run.clock.local(conflict.time)
    taken = log.decisions.get(conflict.decision)
    return {
        "household": log.household,
        "when": f"day {day}, {clock_text(minute)}",
        "who": run.names.get(conflict.resident, conflict.resident),
        "others": ", ".join(run.names.get(other, other) for other in conflict.others),
        "resource": run.called(conflict.resource),
        "for": run.phrase(taken.activity) if taken else "",
        "policy": conflict.policy,
        "wait": conflict.wait_ms / MINUTE,
        "outcome": words(conflict.outcome),
        "said": [(run.names.get(it.who, it.who), it.words) for it in conflict.said],
    }


def _most_first(of_one: list[Conflict]) -> tuple[int, str]:
    return -len(of_one), of_one[0].resource


def _summed(run: Run, of_one: list[Conflict]) -> dict[str, Any]:
    outcomes = Counter(words(it.outcome) for it in of_one)
    return {
        "name": run.called(of_one[0].resource),
        "kind": of_one[0].kind,
        "count": len(of_one),
        "wait": sum(it.wait_ms for it in of_one) / len(of_one) / MINUTE,
        "outcomes": ", ".join(f"{name} {count}" for name, count in sorted(outcomes.items())),
    }


def _taken(logs: Iterable[Log]) -> Iterable[Taken]:
    return (taken for log in logs for taken in _values(log.decisions))


def _values(decided: Mapping[int, Taken]) -> Iterable[Taken]:
    return decided.values()


def changes(run: Run) -> list[dict[str, str]]:
    """What changes in the life of the household that is shown, in order of time: from, until, what."""
    found = [it for it in befallen(run, run.logs[0]) if it.cause == CHANGE]
    return [
        {
            "day": _date_of(run, it.start),
            "until": _date_of(run, it.end - 1) if it.end > it.start else "",
            "what": it.text,
            "kind": words(it.kind),
        }
        for it in found
    ]


def _date_of(run: Run, time: int) -> str:
    day = run.clock.local(time)[0]
    return f"day {day}, {run.clock.date_of(day):%-d %B}"
