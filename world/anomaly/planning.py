"""Which anomalies befall a household, and when: a pure function of scenario, home and chance."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scenarios.anomaly import Anomaly
from scenarios.anomaly_kinds import KINDS
from scenarios.anomaly_kinds.kind import Part
from scenarios.chance import Chance
from scenarios.kin import LED
from scenarios.scenario import FAULTS, Happening, Scenario
from world.anomaly.window import Window
from world.clock import MINUTE, Clock
from world.layout import Layout


class _Setting(NamedTuple):
    scenario: Scenario
    layout: Layout
    clock: Clock
    chance: Chance


def windows_of(scenario: Scenario, layout: Layout, clock: Clock, chance: Chance) -> tuple[Window, ...]:
    """All windows in the order of time; none where a home of a population lacks what an anomaly needs."""
    setting = _Setting(scenario, layout, clock, chance)
    found = [
        window
        for number, anomaly in enumerate(scenario.anomalies)
        for day in _days(anomaly, scenario.days, chance.branch(number))
        if (window := _window(setting, anomaly, number, day))
    ]
    found += [_befallen(it, clock) for it in scenario.happenings if it.kind in FAULTS]
    return tuple(_labelled(sorted(found, key=lambda it: (it.start, it.kind, it.name))))


def _befallen(happening: Happening, clock: Clock) -> Window:
    """A fault that the scenario has among its happenings."""
    start = clock.ms(happening.day, happening.at)
    end = start + round(happening.minutes * MINUTE)
    over = end + round(KINDS[happening.kind].wears_off * MINUTE)
    devices = (happening.device,) if happening.device else ()
    return Window("", happening.kind, start, end, over, devices, happening=happening)


def fitting(layout: Layout, part: Part) -> list[str]:
    """The devices of the home that *part* of an anomaly can be, sorted."""
    types = layout.catalogue.devices
    return [name for name, place in sorted(layout.home.devices.items()) if part.fits(types[place.type])]


def _days(anomaly: Anomaly, days: int, chance: Chance) -> Iterator[int]:
    """On which days it happens."""
    first = anomaly.day or 0
    last = days - 1 if anomaly.until is None else min(anomaly.until, days - 1)
    if anomaly.every is not None:
        yield from range(first, last + 1, anomaly.every)
    elif anomaly.share is not None:
        yield from (day for day in range(first, last + 1) if chance.uniform("day", day) < anomaly.share)
    elif first < days:
        yield first


def _window(setting: _Setting, anomaly: Anomaly, number: int, day: int) -> Window | None:
    """Its occurrence on *day*; None where the home has not what it takes."""
    scenario, layout, clock, chance = setting
    drawn = chance.branch(number, day)
    devices = _devices(anomaly, layout, drawn)
    who = _who(anomaly, scenario, drawn)
    if devices is None or who is None:
        return None
    kind = anomaly.of
    if kind.lasting:
        start = clock.midnight(day)
        end = clock.midnight((scenario.days - 1 if anomaly.until is None else anomaly.until) + 1)
    else:
        start = clock.ms(day, _minute(anomaly, drawn))
        end = start + round((anomaly.minutes or kind.minutes) * MINUTE)
    over = end + round(kind.wears_off * MINUTE)
    return Window("", anomaly.kind, start, end, over, devices, who, anomaly.difficulty, (number, day))


def _minute(anomaly: Anomaly, chance: Chance) -> int:
    if anomaly.at is not None:
        return anomaly.at
    first, last = anomaly.of.hours
    return first + int((last - first) * chance.uniform("at"))


def _devices(anomaly: Anomaly, layout: Layout, chance: Chance) -> tuple[str, ...] | None:
    """A device for every part; the first is the one that the scenario names, if it names one."""
    found = []
    for number, part in enumerate(anomaly.of.parts):
        named = [anomaly.device] if number == 0 and anomaly.device else None
        able = named or fitting(layout, part)
        if not able:
            return None
        found.append(able[int(chance.uniform("device", number) * len(able))])
    return tuple(found)


def _who(anomaly: Anomaly, scenario: Scenario, chance: Chance) -> str | None:
    """Whom it is about: the one named, else somebody who is not led by the hand; '' where it is nobody."""
    if anomaly.of.about != "person":
        return ""
    able = [anomaly.who] if anomaly.who else [it.id for it in scenario.residents if it.age >= LED]
    return able[int(chance.uniform("who") * len(able))] if able else None


def _labelled(windows: Sequence[Window]) -> Iterator[Window]:
    """Numbered within their kind."""
    seen: Counter[str] = Counter()
    for window in windows:
        yield window._replace(id=f"{window.kind}#{seen[window.kind]}")
        seen[window.kind] += 1
