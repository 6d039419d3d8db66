"""Who lives in a household, by which memory and from when on: as in the source, and after the change.

Winter becomes spring by the date alone: people keep their habits, and the weather does the rest. Who lives
by night does at night, twelve hours later, what they did by day. Where one becomes several, two more whom the
log knows move in, and one who uses every device of the log as much as any other: who uses several at once
is left out of a log of single devices.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from dataset.routines import Routine, Routines
from scenarios.chance import Chance
from scenarios.resident import MemorySource, Profile
from sppc.compress import pieces_of, remember
from sppc.memory import Memory
from sppc.personas import Ways, memory_like, ways_of
from sppc.shifting import shifted

BUDGET = 100_000  # tokens of memory: a way of life fits, so nothing is left out and nothing trained
DAY = 24 * 60
JANUARY, MARCH, JUNE = date(2026, 1, 12), date(2026, 3, 2), date(2026, 5, 25)
STARTS: Mapping[str, date] = {"winter": JANUARY, "spring": JUNE}
OWNER, ALIKE, OTHER = "camille", ("camille", "louis", "zoe"), "robin"
GOLDEN = (5**0.5 - 1) / 2  # its multiples spread evenly over 0 to 1, however many are taken
EACH = 30  # behaviours with each device that who uses all of them remembers
A_DAY = 8.0  # routines of each, where several live


@dataclass(frozen=True)
class Household:
    """People, what they remember, and the day on which they are first looked at."""

    people: tuple[Profile, ...]
    memories: Mapping[str, Memory]
    start: date


@dataclass(frozen=True)
class Lives:
    """What anybody in the households of one context may remember."""

    ways: Ways
    even: Memory | None  # of who uses every device, where several live
    start: date


def lives_in(context: str, log: Routines, chance: Chance) -> Lives:
    """The lives of *context*, from the *log* of its source."""
    own = shifted(log, DAY // 2) if context == "night" else log
    ways = ways_of(pieces_of(own, frozenset(), chance.branch("ways")))
    several = context == "multiple"
    even = remember(evenly(log), BUDGET, chance.branch("even"), frozenset()) if several else None
    return Lives(ways, even, STARTS.get(context, MARCH))


def household(lives: Lives, index: int) -> Household:
    """Number *index*: who lives by a way of the log, ways by their share; and who moved in.

    Alone, one walks through that way at the pace of the log (`agents.walking`). It is not known how much is
    done in a day, so where several live, all do as much.
    """
    if lives.even is None:
        like = _like(index)
        own = memory_like(lives.ways, *lives.ways.variant(like), BUDGET)
        walks = MemorySource(routines=own.source, budget=BUDGET, like=like)
        alone = Profile(id=OWNER, name=OWNER.title(), memory=walks)
        return Household((alone,), {OWNER: own}, lives.start)
    numbers = range(len(ALIKE) * index, len(ALIKE) * (index + 1))
    memories = {name: _as_busy(lives.ways, it) for name, it in zip(ALIKE, numbers, strict=True)}
    memories[OTHER] = lives.even
    people = tuple(Profile(id=name, name=name.title()) for name in memories)
    return Household(people, memories, lives.start)


def _as_busy(ways: Ways, number: int) -> Memory:
    """By the way of life of person *number*, as much in a day as anybody."""
    own = memory_like(ways, *ways.variant(_like(number)), BUDGET)
    return replace(own, weeks=own.pieces / (7 * A_DAY))


def _like(number: int) -> float:
    """Where person *number* lies, 0 to 1, among the ways of the log."""
    return (number + 0.5) * GOLDEN % 1


def evenly(log: Routines) -> Routines:
    """The single-device parts of *log*, so often that every device is used as much."""
    parts: dict[str, Counter[Routine]] = defaultdict(Counter)
    for whole in log.sequences():
        for device, part in _by_device(whole):
            parts[device][part] += 1
    even = [part for device in sorted(parts) for part in _filled(parts[device])]
    weeks = len(even) / (7 * A_DAY)
    return Routines.of(even, source=f"{log.source}, evenly", provenance=log.provenance, weeks=weeks)


def _by_device(whole: Routine) -> Iterator[tuple[str, Routine]]:
    for device in sorted({it.device for it in whole}):
        yield device, tuple(it for it in whole if it.device == device)


def _filled(parts: Counter[Routine]) -> Iterator[Routine]:
    """Parts in turn, the most frequent first, until there are EACH behaviours."""
    done, ranked = 0, [part for part, _ in parts.most_common()]
    while done < EACH:
        for part in ranked:
            yield part
            done += len(part)
            if done >= EACH:
                return
