"""The probe of good sense: labelled situations (`situations.yaml`), and days held out from memory.

Habit's prior for each is the program's own: shipped people (`household.yaml`), their memory, `choice`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from agents.choice import MOST, prior
from agents.person import Person
from agents.words import moment
from dataset.authored import from_authored
from dataset.routines import Behaviour, Routines
from scenarios.activity import Activity
from scenarios.catalogue import Catalogue, load_catalogue
from scenarios.chance import Chance
from scenarios.frozen import minute_of_day
from scenarios.loading import load_routines_file, load_scenario
from scenarios.resident import Profile
from scenarios.scenario import Scenario
from sppc.compress import remember
from sppc.memory import Memory
from world.clock import Clock
from world.layout import Layout
from world.mind import Affordance, Cause, Observation

FOLDER = Path(__file__).parent
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CAUSES = {"routine": Cause.NEXT, "fault": Cause.FAULT} | {
    cause.value: cause for cause in (Cause.NEED, Cause.VISITOR, Cause.MESSAGE, Cause.POWER_CUT)
}
HELD_OUT = 2  # Wednesday
EVERY = 2  # of the moments held out, one in so many is asked about
RECENT = 6  # actions that one is aware of


@dataclass(frozen=True, kw_only=True)
class Situation:
    """One item: what a model reads and may choose from, what is right, and what habit makes of it."""

    cause: str  # need, visitor, message, fault, power_cut, or routine
    text: str
    actions: tuple[str, ...]  # sorted, so that their order says nothing
    plausible: frozenset[str]
    prior: tuple[float, ...]  # log-probabilities


@cache
def situations() -> tuple[Situation, ...]:
    """The labelled situations, in the order of the file."""
    raw = yaml.safe_load((FOLDER / "situations.yaml").read_text(encoding="utf-8"))
    people = _people()
    return tuple(_situation(item, people[item["who"]], raw["commands"]) for item in raw["situations"])


@cache
def held_out() -> tuple[Situation, ...]:
    """What the people of the probe did next on a day that their memory is not told of, one label each."""
    return tuple(item for person, day in _held_out_people() for item in _moments(person, day))


def _situation(item: Mapping[str, Any], person: Person, commands: Mapping[str, Any]) -> Situation:
    offered = [_option(name, item, person, commands) for name in item["plausible"] + item["others"]]
    right = {option.text for option in offered[: len(item["plausible"])]}
    day, at = item["at"].split()
    seen = Observation(
        time=0, weekday=WEEKDAYS.index(day), minute=minute_of_day(at), resident=person.profile.id,
        room=person.bedroom, cause=CAUSES[item["cause"]], need=item.get("need"), activity=item["doing"],
    )  # fmt: skip
    return _weighed(item["cause"], item["text"], offered, right, seen, person)


def _weighed(
    cause: str, text: str, offered: list[Affordance], right: set[str], seen: Observation, person: Person
) -> Situation:
    offered.sort(key=lambda option: option.text)
    return Situation(
        cause=cause, text=text, actions=tuple(option.text for option in offered), plausible=frozenset(right),
        prior=prior(seen, offered, person),
    )  # fmt: skip


def _option(name: str, item: Mapping[str, Any], person: Person, commands: Mapping[str, Any]) -> Affordance:
    activities, layout = person.layout.catalogue.activities, person.layout
    if name in commands:
        how = commands[name]
        order = layout.order_for(how["action"], person.bedroom)
        return Affordance(
            key=f"{name}:", text=how["text"], activity="adjust_home", room="", minutes=1.0,
            orders=(order,) if order else (), relieves={how["relieves"]: 1.0} if "relieves" in how else {},
        )  # fmt: skip
    if name == "carry_on":
        text = f"carry on and {activities[item['doing']].phrase}"
        return Affordance(key=name, text=text, activity=item["doing"], room="", minutes=0.0)
    custom = person.customs.custom(name)
    orders = custom.begin if custom else ()
    return Affordance(
        key=name, text=activities[name].phrase, activity=name, room="", minutes=0.0, orders=orders
    )


def _moments(person: Person, day: Sequence[Behaviour]) -> Iterator[Situation]:
    """Every other time that the person took up something new."""
    activities = person.layout.catalogue.activities
    chosen = [(name, it) for name, it in sorted(activities.items()) if _free(it)]
    begun = [n for n in range(1, len(day)) if day[n].activity != day[n - 1].activity]
    for number in begun[::EVERY]:
        now, before = day[number], day[:number]
        if not _free(activities[now.activity]):
            continue
        custom = person.customs.custom(before[-1].activity)
        seen = Observation(
            time=0, weekday=now.day, minute=now.minute, resident=person.profile.id,
            room=custom.room if custom else person.bedroom, cause=Cause.NEXT, activity=before[-1].activity,
            recent=tuple(it.action for it in before[-RECENT:]),
        )  # fmt: skip
        offered = [_option(name, {}, person, {}) for name, _ in chosen if name != seen.activity]
        ranked = sorted(
            zip(prior(seen, offered, person), offered, strict=True), key=lambda it: (-it[0], it[1].key)
        )
        right = next(option for option in offered if option.activity == now.activity)
        best = [option for _, option in ranked if option is not right][: MOST - 1]
        yield _weighed("routine", moment(seen, person), [right, *best], {right.text}, seen, person)


def _free(activity: Activity) -> bool:
    """Whether one may do it of one's own accord, at home, and nothing has to come up first."""
    return activity.chosen and not activity.outside and not activity.answers


def _people() -> dict[str, Person]:
    scenario, catalogue = _household()
    return {it.id: _person(it, scenario, catalogue, _lived(it, catalogue)) for it in scenario.residents}


def _held_out_people() -> Iterator[tuple[Person, list[Behaviour]]]:
    """Each person without the memory of one weekday, and that day."""
    scenario, catalogue = _household()
    for profile in scenario.residents:
        lived = _lived(profile, catalogue)
        known = [it for it in lived.sequences() if it[0].day != HELD_OUT]
        day = [behaviour for it in lived.sequences() if it[0].day == HELD_OUT for behaviour in it]
        less = Routines.of(known, source=lived.source, provenance=lived.provenance, weeks=lived.weeks)
        yield _person(profile, scenario, catalogue, less), sorted(day, key=lambda it: it.minute)


def _household() -> tuple[Scenario, Catalogue]:
    household = load_scenario(FOLDER / "household.yaml")
    assert isinstance(household, Scenario)  # noqa: S101  and no population
    return household, load_catalogue()


def _lived(profile: Profile, catalogue: Catalogue) -> Routines:
    assert profile.memory is not None  # noqa: S101  the household is ours
    file = Path(profile.memory.routines)
    return from_authored(load_routines_file(file, catalogue), source=file.name)


def _person(profile: Profile, scenario: Scenario, catalogue: Catalogue, lived: Routines) -> Person:
    memory: Memory = remember(lived, 100_000, 0, catalogue.polling())
    clock = Clock(scenario.start, scenario.home.address.zone)
    return Person(profile, memory, Layout(scenario.home, catalogue), clock, Chance(scenario.seed))
