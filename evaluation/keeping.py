"""Whether people keep to what their profiles say: hours out, sleep after nights, intents, devices let alone.

Everything is judged by the profiles of the run's scenario, whatever the log was lived by.
"""

from collections import Counter
from collections.abc import Iterator

from evaluation.case import Case
from evaluation.spans import OUTSIDE, Doing, Span, merged, overlap
from scenarios.kin import BROUGHT
from scenarios.resident import MINDER, Profile
from scenarios.rhythm import rhythm_of
from scenarios.schedule import DAY
from world.clock import HOUR, MINUTE
from world.event import Kind

Share = tuple[float, float]
"""How much was kept, of how much there was to keep."""

TABLE = frozenset({"eat", "breakfast"})
SIT = 3 * MINUTE  # together at table, or all of a shorter meal
AFTER_NIGHT = 14 * HOUR  # after a night at work, in which it is slept off
STEP = 10 * MINUTE  # between two who go out or come in together
ERRAND = 2 * MINUTE  # outside, below which one has only gone round the house


def regular_hours(case: Case) -> Share:
    """Hours of the schedules, kept outside; and all of them."""
    kept = due = 0.0
    for person in case.run.scenario.residents:
        out = _out(case, person.id)
        for span in _away(case, person):
            kept, due = kept + overlap(*span, out) / HOUR, due + (span[1] - span[0]) / HOUR
    return kept, due


def slept_off(case: Case) -> Share:
    """Hours asleep in the fourteen after a night's work, and how many nights there were."""
    slept = nights = 0.0
    for person in case.run.scenario.residents:
        for _, back in _nights(case, person):
            slept += overlap(back, back + AFTER_NIGHT, case.asleep.get(person.id, [])) / HOUR
            nights += 1
    return slept, nights


def intents_kept(case: Case) -> Share:
    """Intents of the profiles done at most as often as meant, in times; and times meant."""
    weeks = case.run.scenario.days / 7
    done = Counter((doing.resident, doing.activity) for doing in case.begun())
    kept = meant = 0.0
    for person in case.run.scenario.residents:
        for intent in person.intents:
            kept += min(done[person.id, intent.activity], intent.per_week * weeks)
            meant += intent.per_week * weeks
    return kept, meant


def forbidden_used(case: Case) -> Share:
    """Commands to devices that the profile keeps somebody from, and weeks of those who have such."""
    barred = {who.id: frozenset(who.forbidden) for who in case.run.scenario.residents if who.forbidden}
    used = sum(
        event.kind in (Kind.COMMAND, Kind.DEED) and event.type in barred.get(event.actor, ())
        for event in case.log.events
    )
    return used, len(barred) * case.run.scenario.days / 7


def meals_shared(case: Case) -> Share:
    """Meals at home of people who live with others at which somebody else sits, and all such meals."""
    every = [doing for done in case.doing.values() for doing in done if doing.activity in TABLE]
    sat = [doing for doing in every if doing.room != OUTSIDE] if len(case.run.scenario.residents) > 1 else []
    return sum(any(_together(one, two) for two in sat) for one in sat), len(sat)


def led_by_hand(case: Case) -> Share:
    """Times that children below ten pass the door with a grown-up or older child, and all times they do."""
    ages = {person.id: person.age for person in case.run.scenario.residents}
    passes = list(_passes(case))
    older = [(time, out) for time, who, out in passes if ages[who] >= MINDER]
    mine = [(time, out) for time, who, out in passes if ages[who] < BROUGHT]
    led = sum(any(out == way and abs(time - at) <= STEP for at, way in older) for time, out in mine)
    return led, len(mine)


def _together(one: Doing, two: Doing) -> bool:
    """Whether *one* sits with *two* for a while."""
    shared = min(one.end, two.end) - max(one.start, two.start)
    return one.resident != two.resident and one.room == two.room and shared >= min(SIT, one.end - one.start)


def _passes(case: Case) -> Iterator[tuple[int, str, bool]]:
    """(ms, who, whether out) of every time somebody passes the door, but for the bin round the house."""
    for who, track in case.where.items():
        for stay in track[1:-1]:
            if stay.room == OUTSIDE and stay.end - stay.start > ERRAND:
                yield from ((stay.start, who, True), (stay.end, who, False))


def _out(case: Case, who: str) -> list[Span]:
    return merged((stay.start, stay.end) for stay in case.where.get(who, []) if stay.room == OUTSIDE)


def _away(case: Case, person: Profile) -> Iterator[Span]:
    """The regular hours out of all days, as written."""
    clock, rhythm = case.run.clock, rhythm_of(person)
    for day in range(case.run.scenario.days):
        for leave, back, _ in rhythm.days[rhythm.kind(day, clock.date_of(day))].away:
            if clock.ms(day, back) <= case.run.end:
                yield clock.ms(day, leave), clock.ms(day, back)


def _nights(case: Case, person: Profile) -> Iterator[Span]:
    """Those that reach from one day into the next."""
    for start, end in _away(case, person):
        days = case.run.clock.local(start)[0], case.run.clock.local(end)[0]
        if days[0] < days[1] and end + AFTER_NIGHT <= case.run.end and end - start < DAY * MINUTE:
            yield start, end
