"""World to words, the only place: what a mind tells a language model about its person and the moment."""

from collections.abc import Sequence

from agents.agenda import Agenda
from agents.person import Person
from agents.schedule import Waking
from agents.step import Step
from scenarios.frozen import clock_text
from scenarios.resident import Profile
from sppc.text import line
from world.mind import Observation
from world.rooms import where

MOST_ROUTINES = 20  # told for a plan
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def introduce(profile: Profile) -> str:
    """'Anna, 34, software developer. Likes strong coffee, crime series.'"""
    parts = [profile.name, str(profile.age), profile.occupation or profile.role]
    likes = f" Likes {', '.join(profile.tastes)}." if profile.tastes else ""
    about = f" {profile.about.strip()}" if profile.about else ""
    return f"{', '.join(part for part in parts if part)}.{about}{likes}"


def situation(seen: Observation, person: Person) -> str:
    """The moment in three short sentences, what matters most last."""
    catalogue = person.layout.catalogue.activities
    doing = f", about to {catalogue[seen.activity].phrase}" if seen.activity in catalogue else ""
    others = seen.senses.company
    company = f" {' and '.join(others)} {'is' if len(others) == 1 else 'are'} here too." if others else ""
    return (
        f"It is {DAYS[seen.weekday]}, {clock_text(seen.minute)}. {person.profile.name} is "
        f"{where(seen.room)}{doing}.{company} {seen.about[:1].upper()}{seen.about[1:]}."
    )


def morning(seen: Observation, person: Person, today: Waking) -> str:
    """The beginning of a day: weekday, weather, hours away."""
    weekday = person.clock.date_of(today.day).weekday()
    hours = [
        f"out at {place} from {_at(person, leave)} to {_at(person, back)}"
        for leave, back, place in today.away
    ]
    return (
        f"{DAYS[weekday]}, {person.clock.date_of(today.day):%d %B}. {seen.senses.outdoors:.0f} °C outdoors. "
        f"{person.profile.name} wakes at {_at(person, today.wake)}, goes to bed at {_at(person, today.bed)}"
        f"{', ' if hours else ''}{' and '.join(hours)}."
    )


def routines(person: Person, today: Waking) -> list[str]:
    """What memory has kept of such a weekday, most lived first, then in order of time; one line each."""
    if person.memory is None:
        return []
    weekday = person.clock.date_of(today.day).weekday()
    known = sorted(person.memory.on(weekday), key=lambda kept: -kept.days[weekday])[:MOST_ROUTINES]
    return [line(kept.behaviours) for kept in sorted(known, key=lambda kept: kept.behaviours[0][1:])]


def diary(person: Person, steps: Sequence[Step]) -> str:
    """Steps as lines '07:10 have breakfast (18 min)'."""
    activities = person.layout.catalogue.activities
    return "\n".join(
        f"{_at(person, step.start)} {activities[step.activity].phrase} ({step.minutes:.0f} min)"
        for step in steps
    )


def particulars(person: Person, agendas: Sequence[Agenda]) -> list[str]:
    """What each agenda has that not all have, as a phrase; all the same gives 'an ordinary day'."""
    days = [tuple(dict.fromkeys(step.activity for step in agenda)) for agenda in agendas]
    common = set(days[0]).intersection(*days[1:]) if days else set()
    activities = person.layout.catalogue.activities
    return [
        ", ".join(activities[name].phrase for name in day if name not in common) or "have an ordinary day"
        for day in days
    ]


def _at(person: Person, ms: int) -> str:
    return clock_text(person.clock.local(ms)[2])
