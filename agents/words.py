"""World to words, the only place: what a mind tells a language model about its person and the moment."""

import re
from collections.abc import Sequence

from agents.agenda import Agenda
from agents.person import Person
from agents.schedule import Waking
from agents.step import Step
from scenarios.frozen import clock_text
from scenarios.resident import Profile
from sppc.patterns import write
from world.mind import Observation
from world.rooms import where

MOST_ROUTINES = 40  # told for a plan
MOST_DONE = 12  # activities of a day, told when looking back
MOST_LETTERS, MOST_OF_A_NAME = 240, 40  # of what one person, message or device says; of what it is called
_MARKS = re.compile(r"[<>\[\]{}|`«»]+|-{3,}|#{2,}")  # templates, JSON, our own quotation marks, headings
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def plain(text: str, most: int = MOST_LETTERS) -> str:
    """Somebody's words as one line: no marks that divide a prompt or a model's template, and not too many."""
    spaced = "".join(letter if letter.isprintable() else " " for letter in text)
    flat = " ".join(_MARKS.sub(" ", spaced).split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def introduce(profile: Profile) -> str:
    """'Anna, 34, software developer. Likes strong coffee, crime series.'"""
    parts = [plain(profile.name), str(profile.age), plain(profile.occupation or profile.role)]
    likes = f" Likes {plain(', '.join(profile.tastes))}." if profile.tastes else ""
    about = f" {plain(profile.about)}" if profile.about else ""
    ill = f" Lives with {plain(', '.join(profile.health.conditions))}." if profile.health.conditions else ""
    return f"{', '.join(part for part in parts if part)}.{about}{ill}{likes}{_ties(profile)}"


def _ties(profile: Profile) -> str:
    """' To the others here: partner of Johan, parent of Elias.'"""
    ties = [f"{it.kind} of {it.to.title()}".replace("_", " ") for it in profile.relationships]
    return f" To the others here: {', '.join(ties)}." if ties else ""


def situation(seen: Observation, person: Person) -> str:
    """The moment in three short sentences, what matters most last."""
    catalogue = person.layout.catalogue.activities
    doing = f", about to {catalogue[seen.activity].phrase}" if seen.activity in catalogue else ""
    others = [plain(name, MOST_OF_A_NAME) for name in seen.senses.company]
    about = plain(seen.about)
    company = f" {' and '.join(others)} {'is' if len(others) == 1 else 'are'} here too." if others else ""
    return (
        f"It is {DAYS[seen.weekday]}, {clock_text(seen.minute)}. {_name(person)} is "
        f"{where(seen.room)}{doing}.{company} {about[:1].upper()}{about[1:]}."
    )


def moment(seen: Observation, person: Person) -> str:
    """A moment at which nothing has come up: when, where, and what has just been done."""
    catalogue = person.layout.catalogue.activities
    done = (
        f" The last thing done was to {catalogue[seen.activity].phrase}."
        if seen.activity in catalogue
        else ""
    )
    return (
        f"It is {DAYS[seen.weekday]}, {clock_text(seen.minute)}. {_name(person)} is {where(seen.room)}.{done}"
    )


def morning(seen: Observation, person: Person, today: Waking) -> str:
    """The beginning of a day: weekday, weather, hours away."""
    weekday = person.clock.date_of(today.day).weekday()
    hours = [
        f"out at {plain(place, MOST_OF_A_NAME)} from {_at(person, leave)} to {_at(person, back)}"
        for leave, back, place in today.away
    ]
    return (
        f"{DAYS[weekday]}, {person.clock.date_of(today.day):%d %B}. {seen.senses.outdoors:.0f} °C outdoors. "
        f"{_name(person)} wakes at {_at(person, today.wake)}, goes to bed at {_at(person, today.bed)}"
        f"{', ' if hours else ''}{' and '.join(hours)}.{_appointments(person, today)}"
    )


def _appointments(person: Person, today: Waking) -> str:
    """' Fixed with the others: 18:30 dinner with Karin.'"""
    if person.household is None:
        return ""
    fixed = person.household.fixed(person.profile.id, today).steps
    told = [f"{_at(person, step.start)} {plain(step.reason)}" for step in fixed]
    return f" Fixed with the others: {', '.join(told)}." if told else ""


def routines(person: Person, today: Waking) -> str:
    """What memory has kept of such a day as a page of patterns (`sppc.patterns`), the most lived at most."""
    if person.recalled is None:
        return "nothing"
    kind = person.kind(today.day)
    known = sorted(person.recalled.on(kind), key=lambda kept: -kept.days[kind])[:MOST_ROUTINES]
    return write({kept.behaviours: max(1, round(kept.days[kind])) for kept in known}).strip() or "nothing"


def diary(person: Person, steps: Sequence[Step]) -> str:
    """Steps as lines '07:10 have breakfast (18 min)'."""
    activities = person.layout.catalogue.activities
    return "\n".join(
        f"{_at(person, step.start)} {activities[step.activity].phrase} ({step.minutes:.0f} min)"
        for step in steps
    )


def phrases(person: Person, steps: Sequence[Step]) -> str:
    """'have breakfast, take a shower'."""
    activities = person.layout.catalogue.activities
    return ", ".join(dict.fromkeys(activities[step.activity].phrase for step in steps))


def step(person: Person, seen: Observation, due: Step) -> str:
    """The step that is due as an option: to begin it, or to go on with it."""
    phrase = person.layout.catalogue.activities[due.activity].phrase
    return f"carry on and {phrase}" if due.activity == seen.activity else f"{phrase} {where(due.room)}"


def lived(person: Person, seen: Observation, came_up: Sequence[str]) -> str:
    """A day that is over, in one line: what was done, in order of time, and what came up."""
    activities = person.layout.catalogue.activities
    done = sorted(person.experience.today, key=lambda it: (it[1], it[0]))
    names = dict.fromkeys(activities[name].phrase for name, _ in done if not activities[name].asleep)
    news = f"; came up: {', '.join(f'«{plain(it)}»' for it in came_up)}" if came_up else ""
    return f"{DAYS[(seen.weekday - 1) % 7]}: {', '.join(list(names)[:MOST_DONE])}{news}"


def particulars(person: Person, agendas: Sequence[Agenda]) -> list[str]:
    """What each agenda has that not all have, as a phrase; all the same gives 'an ordinary day'."""
    days = [tuple(dict.fromkeys(step.activity for step in agenda)) for agenda in agendas]
    common = set(days[0]).intersection(*days[1:]) if days else set()
    activities = person.layout.catalogue.activities
    return [
        ", ".join(activities[name].phrase for name in day if name not in common) or "have an ordinary day"
        for day in days
    ]


def _name(person: Person) -> str:
    return plain(person.profile.name, MOST_OF_A_NAME)


def _at(person: Person, ms: int) -> str:
    return clock_text(person.clock.local(ms)[2])
