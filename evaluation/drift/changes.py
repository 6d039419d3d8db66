"""Who lives in a household, by which memory and from when on: as in the source, and after the change.

Winter becomes spring by the date alone: people keep their habits, and the weather does the rest. Who lives
by night does at night, twelve hours later, what they did by day. Where one becomes several, two more whom the
log knows move in, and one who uses every device of the home as much as any other: who uses several at once
is left out of a log of single devices. A home's mode is nobody's habit, so they do not bring it along.

Which devices a home has beside those that its people use, such a log does not tell: each of the log's is
there or not, as a coin falls.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date

from dataset.routines import Routine, Routines
from scenarios.chance import Chance
from scenarios.resident import MemorySource, Profile
from scenarios.scenes import MODES
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
    """People, what they remember, the types of device they have, the day they are first looked at."""

    people: tuple[Profile, ...]
    memories: Mapping[str, Memory]
    types: Set[str]
    start: date


@dataclass(frozen=True)
class Lives:
    """What anybody in the households of one context may remember, and have at home."""

    log: Routines  # of people
    ways: Ways
    several: bool
    start: date
    chance: Chance

    @property
    def types(self) -> frozenset[str]:
        """The types of device that the log names."""
        return frozenset(it.device for whole in self.log.sequences() for it in whole)


def lives_in(context: str, log: Routines, chance: Chance) -> Lives:
    """The lives of *context*, from the *log* of its source."""
    several = context == "multiple"
    own = shifted(log, DAY // 2) if context == "night" else _of_people(log) if several else log
    ways = ways_of(pieces_of(own, frozenset(), chance.branch("ways")))
    return Lives(own, ways, several, STARTS.get(context, MARCH), chance)


def _of_people(log: Routines) -> Routines:
    """Without the changes of a home's mode."""
    return log.without({it.action for whole in log.sequences() for it in whole if it.device == MODES})


def household(lives: Lives, index: int) -> Household:
    """Number *index*: who lives by a way of the log, ways by their share; and who moved in.

    Alone, one walks through that way at the pace of the log (`agents.walking`). It is not known how much is
    done in a day, so where several live, all do as much.
    """
    if not lives.several:
        like = _like(index)
        own = memory_like(lives.ways, *lives.ways.variant(like), BUDGET)
        walks = MemorySource(routines=own.source, budget=BUDGET, like=like)
        alone = Profile(id=OWNER, name=OWNER.title(), memory=walks)
        return Household((alone,), {OWNER: own}, lives.types, lives.start)
    numbers = range(len(ALIKE) * index, len(ALIKE) * (index + 1))
    memories = {name: _as_busy(lives.ways, it) for name, it in zip(ALIKE, numbers, strict=True)}
    types, chance = _owned(lives, memories, index), lives.chance.branch("even", index)
    memories[OTHER] = remember(evenly(lives.log, types), BUDGET, chance, frozenset())
    people = tuple(Profile(id=name, name=name.title()) for name in memories)
    return Household(people, memories, types, lives.start)


def _owned(lives: Lives, memories: Mapping[str, Memory], index: int) -> frozenset[str]:
    """What people who remember *memories* use, and of the log's other types each as a coin falls."""
    used = {done.device for it in memories.values() for kept in it.routines for done in kept.behaviours}
    rng = lives.chance.rng("owned", index)
    return frozenset(used | {it for it in sorted(lives.types - used) if rng.random() < 0.5})


def _as_busy(ways: Ways, number: int) -> Memory:
    """By the way of life of person *number*, as much in a day as anybody."""
    own = memory_like(ways, *ways.variant(_like(number)), BUDGET)
    return replace(own, weeks=own.pieces / (7 * A_DAY))


def _like(number: int) -> float:
    """Where person *number* lies, 0 to 1, among the ways of the log."""
    return (number + 0.5) * GOLDEN % 1


def evenly(log: Routines, types: Set[str]) -> Routines:
    """The single-device parts of *log*, so often that every device of *types* is used as much."""
    parts: dict[str, Counter[Routine]] = defaultdict(Counter)
    for whole in log.sequences():
        for device, part in _by_device(whole):
            parts[device][part] += 1
    even = [part for device in sorted(parts.keys() & types) for part in _filled(parts[device])]
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
