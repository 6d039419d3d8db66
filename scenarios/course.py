"""The course of a household's life: who is there on which day, and by which profile each then lives.

Worked out once from `changes`; nothing of it is looked up while nobody's life changes.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from scenarios.change import ALTERS, JOINS, Change
from scenarios.composing import laid
from scenarios.resident import Profile
from scenarios.scenario import Scenario
from scenarios.schedule import DAY
from scenarios.tree import Node, node_of, plain

NEVER = 10**6  # a day that no run reaches
BEFORE = -2  # a day before any
CLOCKS = ("wake", "bed", "free_wake", "free_bed")  # of a schedule, which can change slowly


class Absence(NamedTuple):
    """Somebody is away from the morning of day `first` to the afternoon of day `last`."""

    first: int  # BEFORE: was never there before
    last: int  # NEVER: for good
    place: str


class Era(NamedTuple):
    """Days from `first` on that are lived by one profile; `passing` on the way to another."""

    first: int
    profile: Profile
    passing: bool = False


class Life(NamedTuple):
    """One person's course of life."""

    eras: tuple[Era, ...]  # in order; the first holds from the beginning
    absences: tuple[Absence, ...] = ()
    ill: tuple[tuple[int, int], ...] = ()  # (first, last) days on which regular hours out are not kept
    told: tuple[tuple[int, str], ...] = ()  # (day, what is new then, in words)

    def on(self, day: int) -> Profile:
        """By which profile *day* is lived."""
        return self.eras[max(0, bisect_right([era.first for era in self.eras], day) - 1)].profile

    def news(self, day: int) -> tuple[str, ...]:
        """In words what is new on *day*."""
        return tuple(words for first, words in self.told if first == day)

    def there(self, day: int) -> bool:
        """Whether the person is at home at some hour of *day*, as far as changes go."""
        return not any(gone.first < day < gone.last for gone in self.absences)

    def sleeps_here(self, day: int) -> bool:
        """Whether the night after *day* is spent at home, as far as changes go."""
        return not any(gone.first <= day < gone.last for gone in self.absences)

    def ails(self, day: int) -> bool:
        """Whether the person is ill on *day*."""
        return any(first <= day <= last for first, last in self.ill)

    def as_usual(self, day: int) -> bool:
        """Whether regular hours out are kept on *day*."""
        return not self.ails(day) and not any(gone.first <= day <= gone.last for gone in self.absences)

    @property
    def comes(self) -> int | None:
        """The day on which the person comes for the first time; None: was always there."""
        return next((gone.last for gone in self.absences if gone.first == BEFORE), None)

    @property
    def leaves(self) -> int | None:
        """The day on which the person leaves for good; None: stays."""
        return next((gone.first for gone in self.absences if gone.last == NEVER), None)


def lives_of(scenario: Scenario) -> Mapping[str, Life]:
    """Everybody's course of life by id, those who join included; sorted."""
    joining = [it for it in scenario.changes if it.joins]
    people = {who.id: who for who in scenario.residents}
    people |= {it.joins: Profile.model_validate(it.profile) for it in joining}
    return {who: _life(people[who], scenario) for who in sorted(people)}


def remembering(scenario: Scenario) -> Iterator[tuple[str, Profile]]:
    """(key, profile) of everybody who may remember something, once for every way in which they do.

    A person who comes to live by other hours or routines has another memory from that day: 'anna@14'.
    """
    if not scenario.changes:
        yield from ((who.id, who) for who in scenario.residents)
        return
    for who, life in lives_of(scenario).items():
        yield who, life.eras[0].profile
        for before, era in pairwise(it for it in life.eras if not it.passing):
            if _remembers_otherwise(before.profile, era.profile, scenario.routines):
                yield f"{who}@{era.first}", era.profile


def later_devices(scenario: Scenario) -> Mapping[str, int]:
    """The day from which each device is there that is not there from the beginning."""
    return {it.device: it.day for it in scenario.changes if it.device}


def change_words(change: Change, name: str, device: str) -> str:
    """A change as it is told: 'Anna falls ill', unless it has words of its own."""
    if change.text:
        return change.text
    said = {
        "illness": f"{name} falls ill", "holiday": f"{name} goes on holiday",
        "visitor": f"{name} comes to stay", "new_shift": f"{name} has new working hours",
        "season": f"{name} lives by the season", "new_habits": f"{name} takes up new habits",
        "new_device": f"{device} is new", "new_baby": f"{name} is born",
        "moving_out": f"{name} moves out", "moving_in": f"{name} moves in",
    }[change.kind]  # fmt: skip
    return f"{said}, over {change.gradual} days" if change.gradual else said


def eras_of(base: Node, changes: Sequence[tuple[Change, Node]]) -> Iterator[tuple[int, Node, bool]]:
    """(first day, profile as a tree, whether it is passing) of somebody whose profile changes.

    Of all that holds on a day, what began later is laid over what began before.
    """
    days = {0, *(it.day for it, _ in changes), *(it.until + 1 for it, _ in changes if it.until is not None)}
    slow = [(it, it.day + step) for it, _ in changes for step in range(1, it.gradual + 1)]
    for day in sorted(days | {day for _, day in slow}):
        tree, passing = base, False
        for change, over in sorted(changes, key=lambda it: it[0].day):
            if not change.day <= day <= (NEVER if change.until is None else change.until):
                continue
            under, tree = tree, laid(tree, over)
            if day < change.day + change.gradual:
                passing = True
                tree = _on_the_way(under, tree, (day - change.day) / change.gradual)
        yield day, tree, passing


def _on_the_way(under: Node, over: Node, share: float) -> Node:
    """*over*, but with hours that have come only so far on the shorter way round the clock."""
    before, after = (_schedule(Profile.model_validate(plain(tree))) for tree in (under, over))
    held = plain(over)
    for name in CLOCKS:
        one, two = before[name], after[name]
        if one is not None and two is not None and one != two:
            way = (two - one + DAY // 2) % DAY - DAY // 2
            minute = round(one + share * way) % DAY
            held["schedule"][name] = f"{minute // 60:02d}:{minute % 60:02d}"
    return node_of(held)


def _schedule(profile: Profile) -> dict[str, int | None]:
    schedule = profile.schedule
    return {name: getattr(schedule, name) if schedule else None for name in CLOCKS}


def sound(who: Profile) -> Profile:
    """Whoever comes to avoid something no longer means to do it."""
    return who.model_copy(
        update={"intents": tuple(it for it in who.intents if it.activity not in who.avoids)}
    )


def _life(who: Profile, scenario: Scenario) -> Life:
    comes = next((it.day for it in scenario.changes if it.joins == who.id), BEFORE)
    mine = [it for it in scenario.changes if _concerns(it, who.id) and (it.concerns or it.day > comes)]
    over = [(it, node_of(it.profile)) for it in mine if it.profile and it.kind not in JOINS]
    eras: tuple[Era, ...] = (Era(0, who),)
    if over:
        base = node_of(who.model_dump(mode="json"))
        eras = tuple(
            Era(day, sound(Profile.model_validate(plain(tree))), passing)
            for day, tree, passing in eras_of(base, over)
        )
    ill = tuple((it.day, NEVER if it.until is None else it.until) for it in mine if it.kind == "illness")
    told = [(it.day, change_words(it, who.name, "")) for it in mine]
    told += [(it.until + 1, f"{it.kind} is over") for it in mine if it.until is not None]
    return Life(eras, tuple(sorted(_absences(mine))), ill, tuple(told))


def _concerns(change: Change, who: str) -> bool:
    if change.joins or change.kind == "new_device":
        return change.joins == who
    return who in change.who if change.who else change.kind == "holiday" or change.kind in ALTERS


def _absences(changes: Sequence[Change]) -> Iterator[Absence]:
    for change in changes:
        if change.kind == "holiday" and change.until is not None:
            yield Absence(change.day, change.until, "a holiday home")
        if change.joins:
            yield Absence(BEFORE, change.day, "another home")
        if change.kind == "visitor" and change.until is not None:
            yield Absence(change.until, NEVER, "another home")
        if change.kind == "moving_out":
            yield Absence(change.day, NEVER, "another home")


def _remembers_otherwise(before: Profile, after: Profile, shared: str | None) -> bool:
    """Whether *after* has other routines, or lives them by other hours."""
    if not (after.routines or after.memory or shared):
        return False
    one, two = ((it.memory, it.routines, it.schedule, it.shift) for it in (before, after))
    return one != two
