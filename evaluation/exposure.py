"""What the rooms were like for those in them: physics laid over a log afterwards, whatever it was lived by.

So a life without physics is judged by the same weather, walls and lamps as one with it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evaluation.case import Case
from evaluation.outdoors import weather
from evaluation.spans import OUTSIDE, fresh, led
from scenarios.errors import UserError
from scenarios.home import OPEN_AIR
from scenarios.resident import Profile
from world.clock import HOUR, MINUTE
from world.event import Event, Kind
from world.physics import Physics

SAMPLE = 15 * MINUTE  # between two looks into the rooms
DARK = 10.0  # lux in a room, less than any one lamp gives it; who wants light and has less is in the dark


@dataclass
class Exposure:
    """Somebody in the rooms, and what they have been exposed to so far; hours awake, indoors at home."""

    id: str
    room: str = OUTSIDE
    asleep: bool = False
    lux: float = 0.0  # that the activity takes
    awake: float = 0.0
    cold: float = 0.0
    hot: float = 0.0
    dark: float = 0.0


def exposures(case: Case) -> Mapping[str, Exposure]:
    """Hours that each resident was too cold, too hot, in the dark, by the comfort of their profile."""
    indoors = {name for name, room in case.run.scenario.home.rooms.items() if room.kind not in OPEN_AIR}
    profiles = {profile.id: profile for profile in case.run.scenario.residents}
    people: Mapping[str, Exposure] = {}
    for now, physics, people in replayed(case):
        for who in people.values():
            if not who.asleep and who.room in indoors:
                _feel(who, profiles[who.id], physics, now)
    return people


def replayed(case: Case) -> Iterator[tuple[int, Physics, Mapping[str, Exposure]]]:
    """Every quarter of an hour (ms): the rooms as they then were, and who was where."""
    run, log = case.run, case.log
    if (sky := weather(run, log)) is None:
        raise UserError(f"{run.folder} lacks its weather; what the rooms were like is not known")
    devices = fresh(run)
    physics = Physics(run.scenario.home, devices, sky)
    people = {person.id: Exposure(person.id) for person in run.scenario.residents}
    due = SAMPLE
    for event in log.events:
        while due <= event.time:
            physics.advance(due, people.values())
            yield due, physics, people
            due += SAMPLE
        for _, device in led(devices, [event]):
            physics.changed(device, event.time)
        if event.actor in people and event.kind in (Kind.MOVE, Kind.ACTIVITY):
            _follow(case, people[event.actor], event)
            physics.moved(people[event.actor], event.time)


def _follow(case: Case, who: Exposure, event: Event) -> None:
    who.room = event.room
    if event.kind is Kind.ACTIVITY:
        taken = case.log.decisions.get(event.decision)
        activity = case.run.catalogue.activities.get(event.activity)
        who.asleep, who.lux = bool(taken and taken.asleep), activity.lux if activity else 0.0


def _feel(who: Exposure, profile: Profile, physics: Physics, now: int) -> None:
    celsius, hours = physics.temperature(who.room, now), SAMPLE / HOUR
    lowest, highest = profile.comfort.temperature
    who.awake += hours
    who.cold += hours * (celsius < lowest)
    who.hot += hours * (celsius > highest)
    who.dark += hours * (who.lux > 0 and physics.lux(who.room, now) < DARK)
