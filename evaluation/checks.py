"""Common sense, checked over the truth of a run: what no household does, or seldom.

A check counts what it looked at and what offends; it proves nothing, it says where to look. All are in
`CHECKS`; each takes a `Case` and returns a `Finding`.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from evaluation import manners, togetherness
from evaluation.case import EXAMPLES, Case, Finding, finding
from evaluation.outdoors import weather
from evaluation.reading import Run, words
from evaluation.spans import (
    ON,
    OUTSIDE,
    Span,
    Use,
    merged,
    nobody_in,
    overlap,
    together,
)
from scenarios.activity import WAITING
from scenarios.course import later_devices
from scenarios.device import DeviceType
from scenarios.kin import LED
from world.audit import PROGRAMME, audit
from world.automations import CAUSE as RULE
from world.clock import HOUR, MINUTE
from world.event import Kind
from world.mind import Basis
from world.rooms import Rooms

EXECUTED = frozenset({Kind.COMMAND, Kind.DEED, Kind.REPORT})
SLEEP = (4, 12)  # hours in 24
OF_CHILDREN = 17  # the same at most, of small ones
NIGHT = 18 * 60  # a sleeper's 24 hours run from 18:00, so that nights and days of night workers are whole
SEEN_TO = frozenset({"Television", "Projector", "Oven", "Microwave"})  # switched off before bed
FORGOTTEN = 60 * MINUTE  # at work for nobody
RUNNING = frozenset({"Shower", "WashBasin", "Hob", "Oven", "CookerHood"})  # nobody lets run for hours
LONG = 3 * HOUR
AIRING = 2 * HOUR  # of an open window in an empty home
AIRED = 6 * HOUR  # whoever is there
COLD = 10.0  # °C outdoors, below which whoever goes out shuts the windows
HOT = 33.0  # °C outdoors, hotter than people have it indoors
MEALS = frozenset({"breakfast", "cook", "eat", "reheat"})
ERRANDS = 4 * HOUR  # out, on a day that still counts as spent at home
GRACE = 30  # minutes outside the usual hours that nobody would mind
SHORTENED = 0.5  # of an activity's least minutes
OFTEN = 8  # times a day of one activity


def sleep_hours(case: Case) -> Finding:
    """Hours of sleep in each 24 from 18:00 to 18:00."""
    looked, wrong, clock = 0, [], case.run.clock
    small = {person.id for person in case.run.people if person.age < LED}
    for who, spans in case.asleep.items():
        for day in range(case.run.scenario.days - 1):
            if not case.lives_at_home(who, day, day + 1):
                continue
            looked += 1
            hours = overlap(clock.ms(day, NIGHT), clock.ms(day + 1, NIGHT), spans) / HOUR
            if not SLEEP[0] <= hours <= (OF_CHILDREN if who in small else SLEEP[1]):
                wrong.append(f"{case.name(who)} sleeps {hours:.1f} h in the night after day {day}")
    return finding(wrong, looked, f"everybody sleeps {SLEEP[0]} to {SLEEP[1]} hours in 24")


def whereabouts(case: Case) -> Finding:
    """Rooms one after the other have a door between them."""
    rooms, looked, wrong = Rooms(case.run.scenario.home), 0, []
    for who, track in case.where.items():
        for before, after in pairwise(track):
            looked += 1
            if after.room not in rooms.neighbours(before.room):
                way = f"from {words(before.room)} to {words(after.room)}"
                wrong.append(f"{case.at(after.start)}: {case.name(who)} {way}")
    return finding(wrong, looked, "nobody is in two places or walks through walls")


def left_on(case: Case) -> Finding:
    """Screens and ovens at work while everybody at home sleeps; what a rule switched on is meant to be on."""
    quiet = (merged(spans + _spans_out(case, who)) for who, spans in case.asleep.items())
    nights = [span for span in together(quiet, case.run.end) if _anybody_asleep(case, span[0])]
    places, wrong, looked = case.run.scenario.home.devices, [], 0
    for device, used in case.used.items():
        if places[device].type in SEEN_TO:
            by_hand = [use for use in used if not use.cause.startswith(RULE)]
            looked += len(by_hand)
            wrong += _too_long(case, device, by_hand, nights, "while everybody sleeps")
    return finding(wrong, looked, "no screen and no oven stays on for an hour while everybody sleeps")


def _too_long(case: Case, device: str, used: list[Use], spans: list[Span], when: str) -> list[str]:
    """A sentence for each stretch of *spans* in which *device* was at work for longer than an hour."""
    both = together([[(use.start, use.end) for use in used], spans], case.run.end)
    name = case.run.device_name(device)
    return [
        f"{case.at(start)}: {name}, {(end - start) / HOUR:.1f} h {when}"
        for start, end in both
        if end - start > FORGOTTEN
    ]


def _spans_out(case: Case, who: str) -> list[Span]:
    return [(stay.start, stay.end) for stay in case.where.get(who, []) if stay.room == OUTSIDE]


def _anybody_asleep(case: Case, time: int) -> bool:
    return any(start <= time < end for spans in case.asleep.values() for start, end in spans)


def empty_light(case: Case) -> Finding:
    """Lamps that burn where nobody is, but for those that a rule has lit: at dusk, or against thieves."""
    places, types, looked, wrong = case.run.scenario.home.devices, case.run.catalogue.devices, 0, []
    for device, used in case.used.items():
        if types[places[device].type].domain == "light":
            by_hand = [use for use in used if not use.cause.startswith(RULE)]
            looked += len(by_hand)
            empty = nobody_in(places[device].room, case.where, case.run.end)
            wrong += _too_long(case, device, by_hand, empty, "for nobody")
    return finding(wrong, looked, "no lamp burns for more than an hour in an empty room")


def left_running(case: Case) -> Finding:
    """Taps, hobs and ovens at work for hours on end."""
    places, looked, wrong = case.run.scenario.home.devices, 0, []
    for device, used in case.used.items():
        if places[device].type in RUNNING:
            looked += len(used)
            wrong += [
                f"{case.at(use.start)}: {case.run.device_name(device)}, {(use.end - use.start) / HOUR:.1f} h"
                for use in used
                if use.state == ON and use.end - use.start > LONG
            ]
    return finding(wrong, looked, f"no shower, tap, hob or oven is on for more than {LONG // HOUR} hours")


def window_open(case: Case) -> Finding:
    """Windows open for hours of cold weather: two while nobody is at home, six whoever is there."""
    sky, types = weather(case.run, case.log), case.run.catalogue.devices
    gone = together((merged(_spans_out(case, who)) for who in case.where), case.run.end) if case.where else []
    looked, wrong = 0, []
    for device, used in case.used.items():
        if not _lets_air_in(types[case.run.scenario.home.devices[device].type]) or sky is None:
            continue
        looked += len(used)
        whole = merged((use.start, use.end) for use in used)
        empty = [(*span, AIRING) for span in together([whole, gone], case.run.end)]
        for start, end, most in [*empty, *((*span, AIRED) for span in whole)]:
            celsius = (sky.temperature(start) + sky.temperature(end)) / 2
            if end - start > most and celsius < COLD:
                lasted = f"{(end - start) / HOUR:.1f} h, {celsius:.0f} °C outdoors"
                wrong.append(f"{case.at(start)}: {case.run.device_name(device)} open, {lasted}")
    hours = f"{AIRED // HOUR} hours below {COLD:g} °C, or {AIRING // HOUR} while nobody is at home"
    return finding(wrong, looked, f"no window is open for {hours}")


def open_in_heat(case: Case) -> Finding:
    """Windows open for two hours while it is hotter outdoors than people have it."""
    sky, types = weather(case.run, case.log), case.run.catalogue.devices
    looked, wrong = 0, []
    for device, used in case.used.items():
        if not _lets_air_in(types[case.run.scenario.home.devices[device].type]) or sky is None:
            continue
        looked += len(used)
        for start, end in merged((use.start, use.end) for use in used):
            hours = [time for time in range(start, end, HOUR) if sky.temperature(time) > HOT]
            if len(hours) * HOUR > AIRING:
                wrong.append(f"{case.at(hours[0])}: {case.run.device_name(device)} open, {len(hours)} h")
    return finding(wrong, looked, f"no window is open for {AIRING // HOUR} hours above {HOT:g} °C outdoors")


def _lets_air_in(kind: DeviceType) -> bool:
    """Whether it is a window, rather than what blows air with power."""
    return any(draw.fresh_air and not draw.watts for draw in kind.draws)


def meals(case: Case) -> Finding:
    """Whoever hardly goes out all day eats at home."""
    looked, wrong, clock = 0, [], case.run.clock
    for who, done in case.doing.items():
        out = _spans_out(case, who)
        eaten = [doing.start for doing in done if doing.activity in MEALS]
        for day in range(case.run.scenario.days):
            start, end = clock.midnight(day), clock.midnight(day + 1)
            if overlap(start, end, out) > ERRANDS or not case.lives_at_home(who, day):
                continue
            looked += 1
            if not any(start <= time < end for time in eaten):
                wrong.append(f"{case.name(who)} eats nothing on day {day}")
    return finding(
        wrong, looked, f"whoever is out for less than {ERRANDS // HOUR} hours has a meal at home that day"
    )


def odd_hours(case: Case) -> Finding:
    """Activities begun far outside the hours when people usually do them; who works by night has others."""
    looked, wrong = 0, []
    by_night = {who for who in case.doing if _sleeps_by_day(case, who)}
    for doing in case.begun():
        activity = case.run.catalogue.activities.get(doing.activity)
        if activity is None or not activity.between or doing.resident in by_night:
            continue
        looked += 1
        minute = case.run.clock.local(doing.start)[2]
        if not any(_within(minute, first, last) for first, last in activity.between):
            text = (
                f"{case.at(doing.start)}: {case.name(doing.resident)}, to {activity.phrase} ({doing.basis})"
            )
            wrong.append(text)
    return finding(wrong, looked, f"nothing begins more than {GRACE} minutes outside its usual hours")


def _sleeps_by_day(case: Case, who: str) -> bool:
    """Whether more of the sleep falls between 8 and 20 o'clock than in the other half of the day."""
    clock, spans = case.run.clock, case.asleep[who]
    days = range(case.run.scenario.days)
    by_day = sum(overlap(clock.ms(day, 8 * 60), clock.ms(day, 20 * 60), spans) for day in days)
    return 2 * by_day > overlap(0, case.run.end, spans)


def _within(minute: int, first: int, last: int) -> bool:
    """Whether *minute* lies in the hours, which may go past midnight, give or take the grace."""
    return (minute - first + GRACE) % 1440 <= (last - first) % 1440 + 2 * GRACE


def cut_short(case: Case) -> Finding:
    """What is begun and at once dropped; the time before and after an interruption counts together.

    To pass the time until the next thing may take no time at all.
    """
    lasted: Counter[int] = Counter()
    for done in case.doing.values():
        for doing in done:
            if doing.activity not in WAITING:
                lasted[doing.decision] += doing.end - doing.start
    looked, wrong = 0, []
    for doing in case.begun():
        activity = case.run.catalogue.activities.get(doing.activity)
        if activity is None or doing.end == case.run.end or doing.basis == Basis.IDLE:
            continue
        looked += 1
        if lasted[doing.decision] < activity.minutes[0] * MINUTE * SHORTENED:
            minutes = lasted[doing.decision] / MINUTE
            what = f"{case.name(doing.resident)}, to {activity.phrase}, {minutes:.1f} minutes"
            wrong.append(f"{case.at(doing.start)}: {what}")
    return finding(wrong, looked, "nothing lasts less than half of the least time that it takes")


def repetition(case: Case) -> Finding:
    """The same again and again on one day."""
    clock = case.run.clock
    times = Counter((it.resident, clock.local(it.start)[0], it.activity) for it in case.begun())
    wrong = [
        f"{case.name(who)}, day {day}: to {case.run.phrase(activity)}, {count} times"
        for (who, day, activity), count in times.items()
        if count > OFTEN
    ]
    return finding(wrong, len(times), f"nobody does the same thing more than {OFTEN} times a day")


def reach(case: Case) -> Finding:
    """Whoever operates a device by hand stands in its room."""
    places, types = case.run.scenario.home.devices, case.run.catalogue.devices
    room, looked, wrong = dict[str, str](), 0, []
    for event in case.log.events:
        if event.kind in (Kind.MOVE, Kind.ACTIVITY):
            room[event.actor] = event.room
        if event.kind not in EXECUTED or event.device not in places or not event.actor:
            continue
        place = places[event.device]
        if types[place.type].reach == "home":
            continue
        looked += 1
        here = room.get(event.actor, place.room)
        if here != place.room:
            name = case.run.device_name(event.device)
            wrong.append(f"{case.at(event.time)}: {case.name(event.actor)}, {words(here)}, operates {name}")
    return finding(wrong, looked, "nobody operates from elsewhere what has to be touched")


def impossible(case: Case) -> Finding:
    """Every event replayed on fresh devices, and who had which room and device at the same time."""
    catalogue, log = case.run.catalogue, case.log
    asleep = [name for name, activity in catalogue.activities.items() if activity.asleep]
    awaited = later_devices(case.run.scenario)
    wrong = audit(log.events, case.run.scenario.home, catalogue.devices, log.conflicts, asleep, awaited)
    looked = sum(event.kind in EXECUTED or event.cause == PROGRAMME for event in log.events)
    return finding(wrong, looked, "every executed command was possible at that moment")


def alone(case: Case) -> Finding:
    """Small children at home, or passing the door, without anybody who looks after them."""
    people, clock, end = case.run.people, case.run.clock, case.run.end
    looked, wrong = togetherness.left_alone(case.log.events, people, clock, end)
    passed, out = togetherness.brought(case.log.events, people)
    means = "no small child is alone at home, or passes the door by itself"
    return finding([*wrong, *out], looked + passed, means)


def shared_meals(case: Case) -> Finding:
    """Meals with others."""
    looked, wrong = togetherness.at_table(case.log.events, case.log.decisions, case.run.clock, case.run.end)
    return finding(wrong, looked, "whoever has a meal with others sits with one of them")


def by_day(case: Case) -> Finding:
    """The sleep of those who work at night."""
    people, clock, end = case.run.people, case.run.clock, case.run.end
    looked, wrong = togetherness.by_day(case.log.events, people, clock, end)
    hours = togetherness.BY_DAY // HOUR
    return finding(wrong, looked, f"whoever works at night sleeps {hours} hours or more by day")


CHECKS: Mapping[str, Callable[[Case], Finding]] = {
    "sleep": sleep_hours,
    "whereabouts": whereabouts,
    "left on overnight": left_on,
    "light for nobody": empty_light,
    "left running": left_running,
    "window left open": window_open,
    "window open in the heat": open_in_heat,
    "meals": meals,
    "odd hours": odd_hours,
    "cut short": cut_short,
    "repetition": repetition,
    "out of reach": reach,
    "small children": alone,
    "meals together": shared_meals,
    "sleep by day": by_day,
    "locked doors": manners.locked_doors,
    "screens": manners.dark_screens,
    "toilet": manners.held_in,
    "impossible commands": impossible,
}


def check(run: Run) -> dict[str, Finding]:
    """All checks over all households, added up."""
    cases = [Case(run.of(log), log) for log in run.logs]
    return {name: _sum([one(case) for case in cases], run) for name, one in CHECKS.items()}


def _sum(findings: Sequence[Finding], run: Run) -> Finding:
    many = len(findings) > 1
    examples = [
        f"{log.household}: {example}" if many else example
        for log, finding in zip(run.logs, findings, strict=True)
        for example in finding.examples
    ]
    return Finding(
        sum(finding.violations for finding in findings),
        sum(finding.looked_at for finding in findings),
        findings[0].means,
        tuple(examples[:EXAMPLES]),
    )
