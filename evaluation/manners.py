"""Common sense about doors, screens and bodies: what a home's people see to without thinking of it.

Who lives by a real log does what the log has, and is left out.
"""

from collections.abc import Iterator

from evaluation.case import Case, Finding, finding
from evaluation.spans import ON, OUTSIDE, merged, overlap
from scenarios.device import Value
from scenarios.kin import LED
from scenarios.resident import Profile
from world.clock import HOUR, MINUTE
from world.event import Event, Kind
from world.happening import WORKS_AGAIN
from world.rooms import Rooms

JUST = MINUTE  # a lock that has fallen so lately was open for whoever was on the way
OUTAGES = frozenset({"power_cut", "network_outage", "device_fault"})  # while they last there is a key
WATCHING, SCREENS = "watch_television", frozenset({"Television", "Projector", "TV", "projector"})
DARK = 15 * MINUTE  # of a screen that somebody watches
HELD = 10 * HOUR  # awake at home
TOILET, TRAINED = "use_toilet", 3  # years


def locked_doors(case: Case) -> Finding:
    """Front doors that are passed although they are locked."""
    able = {it.id for it in _by_themselves(case) if "SmartLock" not in it.forbidden}
    looked, wrong = 0, []
    for event, locked in _passed(case):
        if event.actor in able:
            looked += 1
            if locked:
                wrong.append(f"{case.at(event.time)}: {case.name(event.actor)} passes the locked front door")
    return finding(wrong, looked, "nobody passes a locked door")


def _passed(case: Case) -> Iterator[tuple[Event, bool]]:
    """Every time that somebody passes the front door, and whether it has been locked for a while."""
    home, types = case.run.scenario.home, case.run.catalogue.devices
    entry = Rooms(home).entry[0]
    locks = {
        name: 0 for name, it in home.devices.items() if types[it.type].domain == "lock" and it.room == entry
    }
    since, lasting, room = dict[str, int](locks), 0, dict[str, str]()
    for event in case.log.events:
        if event.kind is Kind.HAPPENING and event.command in OUTAGES:
            lasting += -1 if event.value == WORKS_AGAIN else 1
        elif event.device in locks and (state := _set(case, event)) is not None:
            since[event.device] = event.time if state == "locked" else -1
        elif event.kind is Kind.MOVE:
            before, room[event.actor] = room.get(event.actor, ""), event.room
            if OUTSIDE in (before, event.room) and before and not lasting:
                yield event, any(0 <= time < event.time - JUST for time in since.values())


def _set(case: Case, event: Event) -> Value | None:
    """What an executed command makes of a lock; None where it concerns something else."""
    if event.kind not in (Kind.COMMAND, Kind.REPORT):
        return None
    command = case.run.catalogue.devices[event.type].commands.get(event.command)
    return command.set.get("lock") if command else None


def dark_screens(case: Case) -> Finding:
    """Whoever watches television watches one that is on; for small children somebody puts it on."""
    looked, wrong = 0, []
    able = {it.id for it in _by_themselves(case, 0)}
    watched = (it for who in sorted(able & case.doing.keys()) for it in case.doing[who])
    for doing in watched:
        screens = _screens(case, doing.room) if doing.activity == WATCHING else []
        if not screens:
            continue
        looked += 1
        uses = (use for it in screens for use in case.used.get(it, ()) if use.state == ON)
        on = merged((use.start, use.end) for use in uses)
        if doing.end - doing.start - overlap(doing.start, doing.end, on) > DARK:
            wrong.append(f"{case.at(doing.start)}: {case.name(doing.resident)} watches a screen that is off")
    return finding(wrong, looked, f"nobody watches a screen that is off for {DARK // MINUTE} minutes")


def _screens(case: Case, room: str) -> list[str]:
    """The screens that stand in *room*."""
    home = case.run.scenario.home.devices.items()
    return [name for name, it in home if it.room == room and it.type in SCREENS]


def held_in(case: Case) -> Finding:
    """Whoever is at home and awake for most of a day goes to the toilet."""
    looked, wrong, clock = 0, [], case.run.clock
    able = [it for it in _by_themselves(case, TRAINED) if TOILET not in it.avoids]
    for who in sorted(it.id for it in able if it.id in case.doing):
        times = [it.start for it in case.doing[who] if it.activity == TOILET]
        away = [(stay.start, stay.end) for stay in case.where.get(who, []) if stay.room == OUTSIDE]
        for day in range(case.run.scenario.days):
            start, end = clock.midnight(day), clock.midnight(day + 1)
            awake = end - start - overlap(start, end, away) - overlap(start, end, case.asleep[who])
            if awake < HELD or not case.lives_at_home(who, day):
                continue
            looked += 1
            if not any(start <= time < end for time in times):
                wrong.append(f"{case.name(who)} never goes to the toilet on day {day}")
    return finding(wrong, looked, f"whoever is up at home for {HELD // HOUR} hours goes to the toilet")


def _by_themselves(case: Case, least: int = LED) -> list[Profile]:
    """Who operates things, and whose life was not recorded."""
    return [it for it in case.run.people if it.age >= least and not it.lives_by_log]
