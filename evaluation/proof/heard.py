"""A run as an installation like that of a real log would have logged it: the same names, the same devices.

What the log has no name for is left out and counted; a mapping, as `export` takes it, can give it one.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dataset.exporters.mapping import Mapped, read_mapping
from dataset.routines import Behaviour, Routine
from dataset.vocabulary import Vocabulary
from evaluation.cutting import logged
from evaluation.proof.seen import Seen
from scenarios.errors import UserError
from world.event import Event, Kind
from world.mind import Basis

LEAST = 0.1  # share of the behaviours that the log must have names for
NAMED = 6  # device types in a sentence


@dataclass(frozen=True)
class Heard:
    """What was heard, by household; how many behaviours there are in all, and those without a name."""

    streams: Sequence[Routine]
    whole: Sequence[Routine]  # the same with all devices of a type: what a copy would be found in
    behaviours: int
    left_out: Mapping[str, int]  # device type -> behaviours

    @property
    def kept(self) -> int:
        """How many behaviours were heard."""
        return sum(map(len, self.streams))


def words_of_log(name: str, sequences: Sequence[Routine]) -> Vocabulary:
    """The devices and actions of a log as a vocabulary."""
    found = {(it.device, it.action) for sequence in sequences for it in sequence}
    devices, actions = (tuple(sorted({it[part] for it in found})) for part in (0, 1))
    return Vocabulary(name, devices, actions, {})


def heard(seen: Seen, words: Vocabulary, mapping: Path | None, polling: frozenset[str]) -> Heard:
    """The behaviours of each household in the words of the log; one sentence where these are too few."""
    mapped = Mapped(words) if mapping is None else read_mapping(mapping, words)
    done = seen.rows(np.flatnonzero(seen.done & ~np.isin(seen.action, sorted(polling))))
    if not len(done):
        raise UserError(
            "the run holds no behaviour: nobody operated anything, so there is nothing to compare"
        )
    named = {action: _named(mapped, action) for action in sorted(set(done.action.tolist()))}
    missing = Counter(action for action in done.action.tolist() if not named[action])
    unknown = {action: rows for action, rows in missing.items() if not mapped.silenced(action)}
    if len(done) - sum(missing.values()) < LEAST * len(done):
        raise UserError(_another(words, unknown))
    streams = _streams(done, named)
    left_out = Counter[str]()
    for action, rows in missing.items():
        left_out[action.partition(":")[0]] += rows
    return Heard(*streams, len(done), dict(left_out.most_common()))


def _named(mapped: Mapped, action: str) -> str:
    """What the log calls *action*; '' where it has no name for it."""
    device, number = mapped.ids(action)
    return mapped.vocabulary.actions[number] if min(device, number) >= 0 else ""


def _streams(done: Seen, named: Mapping[str, str]) -> tuple[list[Routine], list[Routine]]:
    """Of each household what its installation tells, in order of time; and all that has a name."""
    rows = zip(
        done.household.tolist(), done.local.tolist(), done.device.tolist(), done.action.tolist(),
        done.cause.tolist(), strict=True,
    )  # fmt: skip
    remembered = bool((done.cause == Basis.MEMORY).any())
    events: dict[int, list[Event]] = {}
    for home, time, device, action, cause in rows:
        if name := named[action]:
            kind, _, command = name.partition(":")
            why = cause if remembered and cause else str(Basis.MEMORY)
            event = Event(time, Kind.COMMAND, "", "", device, kind, command, cause=why)
            events.setdefault(home, []).append(event)
    known = frozenset(filter(None, named.values()))
    heard_, whole = (
        [tuple(map(_behaviour, own)) for own in some]
        for some in ([logged(own, known) for own in events.values()], events.values())
    )
    return heard_, whole


def _behaviour(event: Event) -> Behaviour:
    """As the field logs it; the event's time is that on the wall."""
    minute = event.time // 60_000
    return Behaviour((minute // 1440 + 3) % 7, minute % 1440 // 180, event.type, event.action, minute % 1440)


def _another(words: Vocabulary, unknown: Mapping[str, int]) -> str:
    """Which devices have no name in the log, how many behaviours, and how to give them one."""
    rows = Counter[str]()
    for action, count in unknown.items():
        rows[action.partition(":")[0]] += count
    told = ", ".join(f"{device} ({count:,} rows)" for device, count in rows.most_common(NAMED))
    more = f" and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    most = sorted(unknown, key=lambda it: (-unknown[it], it))[:NAMED]
    draft = {action: words.nearest(action) or words.actions[0] for action in most[:2]}
    return (
        f"{words.name} has another vocabulary: it has no action of this run's {told}{more}; put what stands "
        f"for them there into a file, such as {json.dumps(draft)}, and give it as --map FILE"
    )
