"""A lived log as an installation like that of the real log would have logged it, cut as that one was cut.

A comparison is unfair where the home logs what no home of the log does, or where its sequences begin and end
by another rule. Both are read off the log that people live by, and never off what is held out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import pairwise

import numpy as np

from dataset.routines import Behaviour, Routine
from world.clock import Clock
from world.event import BEHAVIOUR, Event
from world.mind import Basis

WEEK = 56  # slots
USUAL = 0.99  # share of a log's pauses within sequences that do not part two sequences


def logged(events: Iterable[Event], known: Set[str]) -> list[Event]:
    """What an installation that logs the actions *known* would tell of a household's *events*.

    Of each type it has the one device that routines operate: a lamp in the app does not put all lamps there.
    """
    seen = [it for it in events if it.kind in BEHAVIOUR and it.action in known]
    used: dict[str, Counter[str]] = defaultdict(Counter)
    for event in seen:
        if event.cause == Basis.MEMORY:
            used[event.type][event.device] += 1
    device = {kind: max(counts, key=lambda it: (counts[it], it)) for kind, counts in used.items()}
    return [it for it in seen if it.device == device.get(it.type)]


def behaviours(events: Iterable[Event], clock: Clock) -> list[Behaviour]:
    """*events* as the field logs them: day of the week, slot, device, action."""
    found = []
    for event in events:
        _, weekday, minute = clock.local(event.time)
        found.append(Behaviour(weekday, minute // 180, event.type, event.action, minute))
    return found


def cut(
    streams: Sequence[Sequence[Behaviour]], like: Sequence[Routine], rng: np.random.Generator
) -> tuple[list[Routine], list[int]]:
    """Each household's stream as sequences like those of the log, and whose each is.

    A sequence is as long as one of the log that begins with the same action: how many behaviours a window of
    the log holds depends on how much its home polls in between. A pause that the log has in no sequence ends
    one; the unfinished rest of a stream is left, and so is every one that is cut short where the log has only
    full ones.
    """
    lengths, pause = _lengths(like), _pause(like)
    everything = np.array([len(it) for it in like])
    full = len(set(everything.tolist())) == 1
    found: list[Routine] = []
    owners: list[int] = []
    for owner, stream in enumerate(streams):
        at = 0
        while at < len(stream):
            known = lengths.get(stream[at].action, everything)
            wanted = int(known[int(rng.random() * len(known))])
            end = _end(stream, at, wanted, pause)
            if end - at == wanted or (not full and end < len(stream)):
                found.append(tuple(stream[at:end]))
                owners.append(owner)
            at = end
    return found, owners


def evenly(owners: Sequence[int], most: int, rng: np.random.Generator) -> list[int]:
    """Rows of at most so many sequences of each owner.

    People are drawn by how many sequences of the log are like theirs, so each gives as many.
    """
    rows: dict[int, list[int]] = defaultdict(list)
    for row, owner in enumerate(owners):
        rows[owner].append(row)
    return [it for own in rows.values() for it in sorted(rng.permutation(own)[:most].tolist())]


def _end(stream: Sequence[Behaviour], at: int, wanted: int, pause: float) -> int:
    end = at + 1
    while end < len(stream) and end - at < wanted and _slots(stream[end - 1], stream[end]) <= pause:
        end += 1
    return end


def _lengths(like: Sequence[Routine]) -> Mapping[str, "np.ndarray[tuple[int], np.dtype[np.int64]]"]:
    found: dict[str, list[int]] = defaultdict(list)
    for sequence in like:
        found[sequence[0].action].append(len(sequence))
    return {action: np.array(lengths) for action, lengths in found.items()}


def _pause(like: Sequence[Routine]) -> float:
    pauses = [_slots(one, two) for it in like for one, two in pairwise(it)]
    return float(np.quantile(pauses, USUAL)) if pauses else 0.0


def _slots(one: Behaviour, two: Behaviour) -> int:
    return ((two.day - one.day) * 8 + two.slot - one.slot) % WEEK
