"""One household as checks look at it, and what a check finds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from evaluation.reading import Log, Run
from evaluation.spans import Doing, Span, Stay, Use, doings, stays, uses
from scenarios.activity import WAITING
from scenarios.frozen import clock_text

EXAMPLES = 3


@dataclass(frozen=True)
class Finding:
    """How much offends, of how much looked at; what that means; a few examples in words."""

    violations: int
    looked_at: int
    means: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """One household with its spans, worked out once for all checks."""

    run: Run
    log: Log

    @cached_property
    def where(self) -> Mapping[str, list[Stay]]:
        """Whereabouts by resident."""
        return stays(self.run, self.log)

    @cached_property
    def doing(self) -> Mapping[str, list[Doing]]:
        """Activities by resident."""
        return doings(self.run, self.log)

    @cached_property
    def used(self) -> Mapping[str, list[Use]]:
        """Devices at work."""
        return uses(self.run, self.log)

    @cached_property
    def asleep(self) -> Mapping[str, list[Span]]:
        """When each resident sleeps."""
        return {
            who: [(doing.start, doing.end) for doing in done if doing.asleep]
            for who, done in self.doing.items()
        }

    def begun(self) -> Iterator[Doing]:
        """Every activity begun, without those gone back to and without waiting for one's turn."""
        every = (doing for done in self.doing.values() for doing in done)
        return (doing for doing in every if not doing.again and doing.activity not in WAITING)

    def name(self, who: str) -> str:
        """What a resident is called."""
        return self.run.names.get(who, who)

    def lives_at_home(self, who: str, *days: int) -> bool:
        """Whether *who* is neither away nor ill, and sleeps at home, on all of *days*, as changes have it."""
        life = self.run.lives.get(who)
        return life is None or all(life.as_usual(day) for day in days)

    def at(self, time: int) -> str:
        """'day 3, 07:10'."""
        day, _, minute = self.run.clock.local(time)
        return f"day {day}, {clock_text(minute)}"


def finding(wrong: Sequence[str], looked: int, means: str) -> Finding:
    """What *wrong*, in words, says of so much looked at."""
    return Finding(len(wrong), looked, means, tuple(wrong[:EXAMPLES]))
