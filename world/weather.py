"""The weather at one address: drawn around a climate's normals or recorded, and the scenario's spells."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import pi
from typing import NamedTuple

import numpy as np

from scenarios.chance import Chance
from scenarios.home import Address, Climate
from scenarios.scenario import OF_WEATHER, Happening
from scenarios.weather_file import Hour
from world.clock import HOUR, MINUTE, Clock
from world.normals import Hours, Normals
from world.recorded import Recorded
from world.sun import Floats, Real, Sky, Sun, sky
from world.vapour import saturation
from world.weather_strays import HOURS

RAMP = 12 * HOUR  # in which a spell sets in, and the same to fade; a quarter of a short one
GLANCE = 10 * MINUTE  # for which the weather is as it was, to people and to the air of rooms
CLEARING = 0.5  # of the clouds dissolve in a heat wave: it comes with high pressure


class Spell(NamedTuple):
    """A heat wave, or a cold spell of negative degrees."""

    start: int  # ms
    end: int
    degrees: float

    def strength(self, ms: Real) -> Real:
        """0..1: nothing until it starts, smoothly up to all of it, and back to nothing at its end."""
        ramp = min(RAMP, (self.end - self.start) / 4)
        risen = np.clip(np.minimum(ms - self.start, self.end - ms) / ramp, 0.0, 1.0)
        strength: Real = (1 - np.cos(pi * risen)) / 2
        return strength


class Course(NamedTuple):
    """The weather of a local day from its midnight to the next, at every GLANCE."""

    start: int  # ms
    end: int
    temperature: list[float]  # °C
    vapour: list[float]  # g/m³
    sky: Sky[Floats]


def spells_of(happenings: Iterable[Happening], clock: Clock) -> list[Spell]:
    """The heat waves and cold spells among *happenings*."""
    return [
        Spell(start, start + round(it.minutes * MINUTE), it.degrees * (1 if it.kind == "heat_wave" else -1))
        for it in happenings
        if it.kind in OF_WEATHER
        for start in [clock.ms(it.day, it.at)]
    ]


class Weather:
    """Asked for any instant in any order. *chance* is its own branch; a *record* takes the normals' place."""

    def __init__(
        self,
        climate: Climate,
        address: Address,
        clock: Clock,
        chance: Chance,
        spells: Sequence[Spell] = (),
        record: Sequence[Hour] = (),
    ) -> None:
        self.sun = Sun(address, clock)
        normals = Normals(climate, self.sun, clock, chance)
        source = Recorded(record, normals, self.sun, clock) if record else normals
        self._clock, self._spells = clock, spells
        self._tables = lru_cache(maxsize=4)(source.hours)
        self._today, self._under = Hours(0, 0, (), (), ()), [*spells]

    def temperature(self, ms: int) -> float:
        """Outdoors, °C."""
        hours, part, share = self._at(ms)
        one = hours.temperature[part]
        value = one + (hours.temperature[part + 1] - one) * share
        for spell in self._under:
            value += spell.degrees * spell.strength(ms)
        return value

    def cloud(self, ms: int) -> float:
        """Cloud cover, 0..1."""
        hours, part, share = self._at(ms)
        one = hours.cloud[part]
        value = one + (hours.cloud[part + 1] - one) * share
        for spell in self._under:
            if spell.degrees > 0:
                value *= 1 - CLEARING * spell.strength(ms)
        return value

    def vapour(self, ms: int) -> float:
        """Water vapour in the air, g/m³; what it cannot hold is dew or fog."""
        return self.air(ms)[1]

    def air(self, ms: int) -> tuple[float, float]:
        """(temperature, vapour), as above."""
        celsius = self.temperature(ms)
        return celsius, min(self._vapour(ms), saturation(celsius))

    def humidity(self, ms: int) -> float:
        """Relative humidity, 0..1."""
        return min(1.0, self._vapour(ms) / saturation(self.temperature(ms)))

    def sky(self, ms: int) -> Sky[float]:
        """Sun and daylight at that instant."""
        return sky(*self.sun.position(ms), self.cloud(ms))

    def course(self, ms: int) -> Course:
        """All of the above, of the day in which that instant lies."""
        hours = self._at(ms)[0]
        times = np.arange(hours.start, hours.end, GLANCE, dtype=float)
        parts = np.linspace(hours.start, hours.end, HOURS + 1)
        celsius, cloud, vapour = (np.interp(times, parts, values) for values in hours[2:])
        for spell in self._under:
            strength = spell.strength(times)
            celsius += spell.degrees * strength
            cloud *= 1 - CLEARING * strength * (spell.degrees > 0)
        held = np.minimum(vapour, saturation(celsius))
        above = sky(*self.sun.positions(times), cloud)
        return Course(hours.start, hours.end, celsius.tolist(), held.tolist(), above)

    def _vapour(self, ms: int) -> float:
        hours, part, share = self._at(ms)
        one = hours.vapour[part]
        return one + (hours.vapour[part + 1] - one) * share

    def _at(self, ms: int) -> tuple[Hours, int, float]:
        """The day, the part of it, and how much of that part has passed."""
        hours = self._today
        if not hours.start <= ms < hours.end:
            hours = self._turn(ms)
        passed = HOURS * (ms - hours.start) / (hours.end - hours.start)
        part = int(passed)
        return hours, part, passed - part

    def _turn(self, ms: int) -> Hours:
        self._today = hours = self._tables(self._clock.local(ms)[0])
        self._under = [spell for spell in self._spells if spell.start < hours.end and spell.end > hours.start]
        return hours
