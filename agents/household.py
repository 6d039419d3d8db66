"""What the people of one home fix with each other, day by day: a pure function of schedules and one chance.

Everybody's mind asks the same `Household` and finds the same appointments, whoever asks first. Where somebody
will be held up, there are two versions of a day: what all expect, and what comes of it once those whom it
concerns have been told.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agents.children import nurse, see_to_children
from agents.circle import Circle, circles
from agents.fixed import Draft, Fixed, Hours
from agents.meals import lay_tables
from agents.person import Person, in_household
from agents.rising import risen
from agents.schedule import Waking, waking
from agents.step import Step
from scenarios.chance import Chance
from scenarios.frozen import clock_text
from scenarios.kin import GROWN
from scenarios.resident import Profile
from world.clock import MINUTE
from world.mind import Company, Message

HELD_UP = 0.05  # of working days, by
DELAY = (20, 80)  # minutes
WARNING = 20 * MINUTE  # before one is expected, one says that it will be later
WRITES = 9  # years from which somebody has a phone
KEPT = 4  # days
WITH_CHILD = 13  # years below which one is played with


class Household:
    """The calendar of one home."""

    def __init__(self, people: Sequence[Person], chance: Chance) -> None:
        self._people = {person.profile.id: person for person in sorted(people, key=lambda it: it.profile.id)}
        self._chance = chance
        self._circles = circles(self._people)
        self._fixes = any(circle.fixes for _, circle in self._circles)
        self._wakings: dict[tuple[str, int], Waking] = {}
        self._undisturbed: dict[tuple[str, int], Waking] = {}
        self._days: dict[tuple[int, bool], Draft] = {}

    def fixed(self, who: str, today: Waking, *, told: bool = False) -> Fixed:
        """What *who*'s waking day is laid around; *told* once they know who is held up.

        Who is held up, and a child who is led, live what comes of it.
        """
        if not self._fixes:
            return Fixed([Hours(*out) for out in today.away])
        circle = self._circle(today.day)
        if who not in circle.people or not circle.fixes:
            return Fixed([Hours(*out) for out in today.away])
        told = told or who in circle.led or bool(self._late(who, today.day))
        drafts = [self._day(day, told=told) for day in (today.day, today.day + 1)]
        mine = [step for draft in drafts for step in draft.steps.get(who, ())]
        steps = [step for step in mine if today.wake <= step.start < today.bed]
        return Fixed(self._with_message(who, today, drafts[0].hours[who]), steps)

    def profile(self, who: str) -> Profile:
        """Whom the others see in *who*."""
        return self._people[who].profile

    def related(self, who: str, other: str) -> bool:
        """Whether the two are family."""
        return any(who in circle.family and other in circle.family for _, circle in self._circles)

    def has_children(self, day: int) -> bool:
        """Whether a child lives here on *day*."""
        return any(it.profile.age < WITH_CHILD for it in self._circle(day).people.values())

    def names(self, whom: Sequence[str]) -> str:
        """'Karin and Elias'."""
        return " and ".join(self._people[who].profile.name for who in whom)

    def asleep(self, who: str, today: Waking) -> Sequence[tuple[int, int]]:
        """When others sleep around this waking day."""
        days = (today.day - 1, today.day)
        others = [self.waking(other, day) for other in self._people if other != who for day in days]
        return sorted((waking.bed, waking.wake_again) for waking in others if not waking.elsewhere)

    def sleepers(self, who: str, room: str, now: int) -> list[str]:
        """Who else sleeps in *room*, by their hours."""
        day = self._people[who].clock.local(now)[0]
        others = [it for it, other in self._people.items() if it != who and other.bedroom == room]
        nights = [(it, self.waking(it, night)) for it in others for night in (day - 1, day)]
        return [it for it, night in nights if night.bed <= now < night.wake_again and not night.elsewhere]

    def _circle(self, day: int) -> Circle:
        """Who is there on *day*."""
        if len(self._circles) == 1:
            return self._circles[0][1]
        return self._circles[max(0, bisect_right(self._circles, day, key=_first) - 1)][1]

    def _day(self, day: int, *, told: bool) -> Draft:
        told = told and any(self._late(who, day) for who in self._circle(day).people)
        if (day, told) not in self._days:
            if len(self._days) >= KEPT:
                self._days.pop(min(self._days))
            self._days[day, told] = self._draft(day, told=told)
        return self._days[day, told]

    def _draft(self, day: int, *, told: bool) -> Draft:
        wakings, circle = {}, self._circle(day)
        for who in circle.people:
            before, today = self.waking(who, day - 1), self.waking(who, day)
            late = self._late(who, day) if told else 0
            wakings[who] = (before, _later(today, late) if late else today)
        draft = Draft(day, circle.people, wakings, self._chance.branch("day", day), self._chance)
        nurse(draft, circle.children)
        see_to_children(draft, circle.children)
        if circle.family:
            lay_tables(draft, circle.family)
        return draft

    def waking(self, who: str, day: int) -> Waking:
        """The waking day of *who* that begins on *day*, worked out once for all who ask."""
        key = (who, day)
        if key not in self._wakings:
            if len(self._wakings) > 6 * len(self._people):
                self._wakings = {it: known for it, known in self._wakings.items() if it[1] >= day - 2}
            today = self._by_schedule(who, day)
            ups = (self._up(who, day, today.wake), self._up(who, day + 1, today.wake_again))
            self._wakings[key] = today if ups == (today.wake, today.wake_again) else _woken(today, *ups)
        return self._wakings[key]

    def _by_schedule(self, who: str, day: int) -> Waking:
        """The waking day of *who* as nobody disturbs it."""
        key = (who, day)
        if key not in self._undisturbed:
            if len(self._undisturbed) > 6 * len(self._people):
                self._undisturbed = {it: known for it, known in self._undisturbed.items() if it[1] >= day - 2}
            self._undisturbed[key] = waking(self._people[who], day)
        return self._undisturbed[key]

    def _up(self, who: str, day: int, wake: int) -> int:
        """When *who*, who would rise at *wake*, is up on *day*."""
        return risen(self._circle(day), who, day, wake, self._by_schedule, self._chance)

    def _late(self, who: str, day: int) -> int:
        """By how many ms *who* is held up at the end of the day's last hours out; mostly 0."""
        circle = self._circle(day)
        if who not in circle.people or circle.people[who].profile.age < GROWN or len(circle.family) < 2:
            return 0
        if (life := self._people[who].life) is not None and not life.as_usual(day):
            return 0
        if self._chance.uniform("held up", who, day) >= HELD_UP or not self.waking(who, day).away:
            return 0
        least, most = DELAY
        return round((least + (most - least) * self._chance.uniform("delay", who, day)) * MINUTE)

    def _with_message(self, who: str, today: Waking, hours: Sequence[Hours]) -> Sequence[Hours]:
        """The hours out, with what one writes who will be later."""
        if not self._late(who, today.day) or not hours or not (to := self._concerned(who, today.day)):
            return hours
        *before, last = hours
        when = max(self.waking(who, today.day).away[-1][1] - WARNING, last.leave + MINUTE)
        message = Message(to, self._words(who, today.day, last.back), when)
        return [*before, last._replace(company=(last.company or Company())._replace(message=message))]

    def _concerned(self, late: str, day: int) -> tuple[str, ...]:
        """Whose day is another one once they know."""
        expected, real = self._day(day, told=False), self._day(day, told=True)
        return tuple(
            who
            for who, person in self._circle(day).people.items()
            if who != late and person.profile.age >= WRITES and expected.steps[who] != real.steps[who]
        )

    def _words(self, late: str, day: int, back: int) -> str:
        expected, real = self._day(day, told=False), self._day(day, told=True)
        when = clock_text(self._people[late].clock.local(back)[2])
        words = f"I am held up and shall be home at {when}."
        if meal := _shared(expected.steps[late]):
            words += " Can dinner wait?" if _shared(real.steps[late]) else f" Begin {meal} without me."
        children = self._circle(day).children
        fetched = [child for child in children if _brings(expected, late) > _brings(real, late)]
        return f"{words} Can you fetch {expected.names(fetched)}?" if fetched else words


def _woken(today: Waking, wake: int, wake_again: int) -> Waking:
    return replace(today, wake=wake, wake_again=wake_again)


def _shared(steps: Sequence[Step]) -> str:
    """The last meal with others, in a word."""
    return next((step.reason.split()[0] for step in reversed(steps) if " with " in step.reason), "")


def _brings(draft: Draft, who: str) -> int:
    companies = [*(it.company for it in draft.hours[who]), *(it.company for it in draft.steps[who])]
    return sum(len(company.brings) for company in companies if company)


def _later(today: Waking, late: int) -> Waking:
    *before, (leave, back, place) = today.away
    return replace(
        today, away=(*before, (leave, back + late, place)), bed=max(today.bed, back + late + MINUTE)
    )


def _first(circle: tuple[int, Circle]) -> int:
    return circle[0]


def shared_home(people: Mapping[str, Person], chance: Chance) -> dict[str, Person]:
    """The same people, who know of each other; as they are, where they fix nothing."""
    if len(people) < 2:
        return dict(people)
    household = Household(list(people.values()), chance)
    return {who: in_household(person, household) for who, person in people.items()}
