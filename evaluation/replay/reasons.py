"""Why it was decided, how conflicts were settled, and what deserves a look."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from dataset.manifest import is_complete, read_manifest
from evaluation.reading import Log, Run, Taken, words
from evaluation.replay.packing import Texts, columns
from evaluation.spans import OUTSIDE, befallen
from scenarios.anomaly_kinds import KINDS
from world.changing import CAUSE as CHANGE
from world.contention import Conflict
from world.rooms import where

CAUSES = {
    "start": "the simulation begins", "woke": "a new day begins", "next": "the step before has ended",
    "need": "something is uncomfortable", "visitor": "a visitor has come", "message": "a message has come",
    "device_fault": "something has stopped working", "power_cut": "the power is out",
    "network_outage": "the network is down", "conflict": "somebody wants the same",
    "guest": "somebody has let a visitor in", "talk": "somebody proposes how to settle it",
}  # fmt: skip
BASES = {
    "schedule": "regular hours", "memory": "a routine remembered", "intent": "something meant to be done",
    "plan": "a plan that the model wrote", "reflex": "habit of the hand", "family": "fixed with the others",
    "choice": "memory weighed with the model's evidence", "fallback": "habit, as the model failed",
    "idle": "nothing else to do",
}  # fmt: skip
OUTCOMES = {
    "waited": "waited, then had it", "gave_up": "waited in vain and gave up",
    "yielded": "left it to the other", "shared": "shared it", "overrode": "took it all the same",
    "agreed": "they agreed", "compromised": "they met half-way",
}  # fmt: skip
DECIMALS = 3  # of what was weighed

Mark = tuple[str, int, int, str, int, Sequence[tuple[str, str]]]

DECISION = (
    "time", "who", "cause", "basis", "activity", "place", "lasts", "reason", "fallback", "thoughts",
)  # fmt: skip
NO_DECISION: tuple[Any, ...] = (0, -1, 0, 0, 0, 0, 0, 0, 0, [])


def decisions(run: Run, log: Log, texts: Texts) -> dict[str, list[Any]]:
    """Every decision; its number is its place."""
    who = {resident: number for number, resident in enumerate(log.residents)}
    numbers = range(max(log.decisions, default=-1) + 1)
    taken = (log.decisions.get(number) for number in numbers)
    return columns((NO_DECISION if it is None else _decision(run, it, who, texts) for it in taken), *DECISION)


def conflicts(run: Run, log: Log, texts: Texts) -> list[list[Any]]:
    """[others, what about, outcome, policy, ms waited, what was said, the decision] of each."""
    return [_conflict(run, it, texts) for it in log.conflicts]


def marks(run: Run, log: Log, texts: Texts) -> list[list[Any]]:
    """[kind, from, until, words, until when consequences last, facts] of what deserves a look; ms.

    In order of time; facts are pairs of what they are about and what they say.
    """
    windows = list(_anomalies(run, log))
    labelled = {start for _, start, *_ in windows}  # faults are anomalies, too
    fates = [
        ("change" if it.cause == CHANGE else "happening", it.start, it.end, it.text, it.end, ())
        for it in befallen(run, log)
        if it.start not in labelled
    ]
    disputes = [
        ("conflict", it.time, end, f"{_name(run, it.resident)} {wanted(run, it)}", end, ())
        for it in log.conflicts
        for end in (it.time + it.wait_ms,)
    ]
    found = sorted([*fates, *disputes, *windows], key=itemgetter(1))
    return [
        [kind, start, end, texts.number(said), over, [[texts.number(it) for it in fact] for fact in facts]]
        for kind, start, end, said, over, facts in found
    ]


def _anomalies(run: Run, log: Log) -> Iterator[Mark]:
    """The windows of the household's anomalies, which the manifest of a complete run tells."""
    told = {it.start: it.text for it in befallen(run, log)}
    for row in read_manifest(run.folder).anomalies if is_complete(run.folder) else ():
        if row["household"] != log.household:
            continue
        kind = KINDS.get(row["kind"])
        start, end, over = (_elapsed(run, row[name]) for name in ("start", "end", "over"))
        facts = [
            ("Label", row["anomaly"]), ("Difficulty", row["difficulty"]),
            ("Devices", ", ".join(map(run.device_name, row["devices"]))),
            ("Who", _name(run, row["who"])), ("What follows", row["consequences"]),
            ("Its rows", f"{row['rows']}, of which an installation would log {row['observable']}"),
        ]  # fmt: skip
        said = told.get(start) or (kind.says if kind else words(row["kind"]))
        yield "anomaly", start, end, said, over, [fact for fact in facts if fact[1]]


def _elapsed(run: Run, instant: str) -> int:
    """Local time with its offset as ms of simulation."""
    return round(datetime.fromisoformat(instant).timestamp() * 1000) - run.clock.epoch


def wanted(run: Run, conflict: Conflict) -> str:
    """'wants the bathroom, which Ben has'."""
    others = " and ".join(_name(run, other) for other in conflict.others)
    has = "has" if len(conflict.others) == 1 else "have"
    return f"wants {run.called(conflict.resource)}, which {others} {has}"


def _decision(run: Run, taken: Taken, who: Mapping[str, int], texts: Texts) -> tuple[Any, ...]:
    place = "out" if taken.room == OUTSIDE else where(taken.room)
    told = (
        CAUSES.get(taken.cause, words(taken.cause)), BASES.get(taken.basis, words(taken.basis)),
        run.phrase(taken.activity), place,
    )  # fmt: skip
    return (
        taken.time, who.get(taken.resident, -1), *map(texts.number, told), taken.until - taken.time,
        texts.number(taken.reason), texts.number(taken.fallback),
        [_thought(thought, texts) for thought in taken.thoughts],
    )  # fmt: skip


def _thought(thought: Mapping[str, Any], texts: Texts) -> list[Any]:
    """[question, options, their prior and evidence in nats, which was chosen]."""
    weights = ([round(it, DECIMALS) for it in thought[name] or ()] for name in ("prior", "evidence"))
    options = [texts.number(option) for option in thought["options"]]
    return [texts.number(words(thought["question"])), options, *weights, thought["chosen"]]


def _conflict(run: Run, it: Conflict, texts: Texts) -> list[Any]:
    others = [texts.number(_name(run, other)) for other in it.others]
    about = map(texts.number, (run.called(it.resource), OUTCOMES[it.outcome], words(it.policy)))
    said = [
        [texts.number(text) for text in (_name(run, turn.who), words(turn.answer), turn.words)]
        for turn in it.said
    ]
    return [others, *about, it.wait_ms, said, it.decision]


def _name(run: Run, who: str) -> str:
    return run.names.get(who, who)
