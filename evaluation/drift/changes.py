"""Who lives in a household, by which memory and from when on: as in the source, and after the change.

Winter becomes spring by the date alone: people keep their habits, and the weather does the rest. Who lives
by night does at night, twelve hours later, what they did by day. Where one becomes several, two move in whose
habits no log tells: one lives an authored week, one uses every device of the log as much as any other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dataset.routines import Routine, Routines
from runner.memories import read_routines
from scenarios.catalogue import Catalogue
from scenarios.chance import Chance
from scenarios.including import SHIPPED
from scenarios.resident import MemorySource, Profile
from sppc.compress import pieces_of, remember
from sppc.memory import Memory
from sppc.personas import Ways, memory_like, ways_of
from sppc.shifting import rises, shifted

BUDGET = 100_000  # tokens of memory: a way of life fits, so nothing is left out and nothing trained
DAY = 24 * 60
JANUARY, MARCH, JUNE = date(2026, 1, 12), date(2026, 3, 2), date(2026, 5, 25)
STARTS: Mapping[str, date] = {"winter": JANUARY, "spring": JUNE}
OWNER, NEWCOMERS = "camille", ("louis", "zoe")
AUTHORED = ("office_worker", "parent_at_home", "retired", "freelancer", "student", "shift_worker")
SLEEP = 7.5  # hours
GOLDEN = (5**0.5 - 1) / 2  # its multiples spread evenly over 0 to 1, however many are taken
EACH = 30  # behaviours with each device that those who move in remember
A_DAY = 8.0  # routines of each, where several live


@dataclass(frozen=True)
class Household:
    """People, what they remember, who of them by the log, and the day on which they are first looked at."""

    people: tuple[Profile, ...]
    memories: Mapping[str, Memory]
    by_log: frozenset[str]
    start: date


@dataclass(frozen=True)
class Lives:
    """What anybody in the households of one context may remember."""

    ways: Ways
    newcomers: Sequence[tuple[Memory, ...]]  # who moves in, in turn; empty where nobody does
    start: date


def lives_in(context: str, log: Routines, catalogue: Catalogue, chance: Chance) -> Lives:
    """The lives of *context*, from the *log* of its source."""
    polling, own = catalogue.polling(), shifted(log, DAY // 2) if context == "night" else log
    ways = ways_of(pieces_of(own, frozenset(), chance.branch("ways")))
    newcomers: list[tuple[Memory, ...]] = []
    if context == "multiple":
        even = remember(evenly(log), BUDGET, chance.branch("even"), frozenset())
        up = rises(log, frozenset(), SLEEP)
        for name in AUTHORED:
            week = read_routines(SHIPPED / "routines" / f"{name}.yaml", catalogue)
            later = (up - rises(week, polling, SLEEP) + DAY // 2) % DAY - DAY // 2
            newcomers.append((remember(shifted(week, later), BUDGET, chance, polling), even))
    return Lives(ways, newcomers, STARTS.get(context, MARCH))


def household(lives: Lives, index: int) -> Household:
    """Number *index*: one who lives by a way of the log, ways by their share; and who moved in.

    Alone, one walks through that way at the pace of the log (`agents.walking`). It is not known how much is
    done in a day, so where several live, all do as much.
    """
    like = (index + 0.5) * GOLDEN % 1
    own = memory_like(lives.ways, *lives.ways.variant(like), BUDGET)
    if not lives.newcomers:
        walks = MemorySource(routines=own.source, budget=BUDGET, like=like)
        alone = Profile(id=OWNER, name=OWNER.title(), memory=walks)
        return Household((alone,), {OWNER: own}, frozenset({OWNER}), lives.start)
    as_busy = replace(own, weeks=own.pieces / (7 * A_DAY))
    moved_in = lives.newcomers[index % len(lives.newcomers)]
    memories = dict(zip((OWNER, *NEWCOMERS), (as_busy, *moved_in), strict=True))
    people = tuple(Profile(id=name, name=name.title()) for name in memories)
    return Household(people, memories, frozenset({OWNER, NEWCOMERS[-1]}), lives.start)


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
