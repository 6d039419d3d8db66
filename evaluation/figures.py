"""The figures of a run, counted from its tables: what is used, who spends time on what, what decided."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from evaluation.reading import Log, Run, Taken, words
from evaluation.spans import OUTSIDE, doings, stays
from world.event import BEHAVIOUR, Event, Kind

TOP = 12  # lines of a ranking
DAY_MINUTES = 1440
MODEL = frozenset({"plan", "choice"})  # bases that a model decides


def observable(run: Run) -> list[Event]:
    """What an installation would have logged of things done, of all households."""
    return [event for log in run.logs for event in log.events if event.kind in BEHAVIOUR]


def ranking(names: Iterable[str]) -> list[dict[str, Any]]:
    """The most frequent names, with counts and shares; ties in order of the alphabet."""
    counts = Counter(names)
    total = sum(counts.values())
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"name": name, "count": count, "share": count / total} for name, count in order[:TOP]]


def minutes(run: Run) -> list[dict[str, Any]]:
    """For each resident, minutes a day by room and by activity, the mean over days and households."""
    rooms: dict[str, Counter[str]] = {}
    activities: dict[str, Counter[str]] = {}
    for log in run.logs:
        for who, track in stays(run, log).items():
            for stay in track:
                place = "out" if stay.room == OUTSIDE else words(stay.room)
                rooms.setdefault(who, Counter())[place] += stay.end - stay.start
        for who, done in doings(run, log).items():
            for doing in done:
                activities.setdefault(who, Counter())[run.phrase(doing.activity)] += doing.end - doing.start
    return [
        {
            "name": run.names.get(who, who),
            "rooms": _a_day(rooms[who]),
            "activities": _a_day(activities.get(who, Counter())),
        }
        for who in sorted(rooms)
    ]


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
    return ranking(run.device_name(event.device) for event in observable(run))


def actions(run: Run) -> list[dict[str, Any]]:
    """The actions most frequent, as the vocabularies name them."""
    return ranking(event.action for event in observable(run))


def _taken(logs: Iterable[Log]) -> Iterable[Taken]:
    return (taken for log in logs for taken in _values(log.decisions))


def _values(decided: Mapping[int, Taken]) -> Iterable[Taken]:
    return decided.values()
