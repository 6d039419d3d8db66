"""The sun: where it stands, and how bright it makes the sky.

The position follows the NOAA solar calculator as `astral` implements it: astral gives declination and
equation of time once a day, the hour angle is worked out here, because asking astral for every
instant would cost ten times as much. What works on one instant works on an array of them.
"""

from functools import lru_cache
from math import acos, cos, pi, radians, sin, tan
from typing import Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from scenarios.home import Address
from world.clock import HOUR, MINUTE, Clock

DAY = 24 * HOUR
TURN = pi / 720  # radians a minute
MOST_DAYS = 256  # kept in the almanac
UNIX_EPOCH = 2_440_587.5  # Julian day of 1970-01-01 00:00 UTC

EFFICACY = 110.0  # lm/W of daylight (Littlefair 1985 gives 105 to 120)
SUNSET_LUX = 400.0  # outdoors, with the sun on a clear horizon
DUSK = 0.345  # decades of lux lost with each degree below it: 3.4 lux at the end of civil twilight
BELOW = 1e-6  # of a sine: so low a sun gives nothing
OVERCAST, CLOUD_POWER = 0.75, 3.4  # of the radiation that a full cover of cloud keeps (Kasten & Czeplak 1980)


Floats = npt.NDArray[np.float64]
Real = TypeVar("Real", float, Floats)
"""One instant, or an array of them."""


class Sky(NamedTuple, Generic[Real]):
    """The sky at one instant, or at many. Angles in degrees, azimuth clockwise from north."""

    elevation: Real
    azimuth: Real
    total: Real  # W/m² on the level ground
    diffuse: Real  # W/m² of it from the sky alone
    twilight: Real  # lux on the level ground that are left, or there already, without the sun

    @property
    def lux(self) -> Real:
        """Daylight outdoors on the level ground."""
        return self.twilight + EFFICACY * self.total


class Sun:
    """The sun over one address."""

    def __init__(self, address: Address, clock: Clock) -> None:
        self._clock, self._longitude = clock, address.longitude
        latitude = radians(address.latitude)
        self._tan, self._sin, self._cos = tan(latitude), sin(latitude), cos(latitude)

    def position(self, ms: int) -> tuple[float, float]:
        """(elevation, azimuth) in degrees, without refraction."""
        elevation, azimuth = self._stands(*self._ephemeris(self._clock.epoch + ms))
        return float(elevation), float(azimuth)

    def positions(self, ms: Floats) -> tuple[Floats, Floats]:
        """The same at many instants of about a day."""
        utc = (ms + self._clock.epoch) / DAY
        days = range(int(utc[0] // 1), int(utc[-1] // 1) + 2)
        sines, cosines, leads = zip(*[self._at_midnight(day) for day in days], strict=True)
        whole = [lead + 1440 * number for number, lead in enumerate(leads)]
        return self._stands(*(np.interp(utc, days, values) for values in (sines, cosines, whole)))

    def noon(self, day: int) -> int:
        """The instant of *day* when the sun stands highest."""
        midday = self._clock.midnight(day) + 12 * HOUR
        minutes = self._ephemeris(self._clock.epoch + midday)[2]
        return midday - round(((minutes + 720) % 1440 - 720) * MINUTE)

    def sunrise(self, day: int) -> int:
        """The instant of *day* when the sun's centre rises; midnight or noon where it never sets or rises."""
        noon = self.noon(day)
        sine, cosine, _ = self._ephemeris(self._clock.epoch + noon)
        half_day = acos(min(1.0, max(-1.0, -self._tan * sine / cosine)))
        return noon - round(half_day / TURN * MINUTE)

    def sunset(self, day: int) -> int:
        """The instant of *day* when the sun's centre sets: as long after noon as it rose before."""
        return 2 * self.noon(day) - self.sunrise(day)

    def _ephemeris(self, utc: int) -> tuple[float, float, float]:
        """(sine and cosine of the declination, minutes of true solar time since noon), by interpolation."""
        day, rest = divmod(utc, DAY)
        one, two, share = self._at_midnight(day), self._at_midnight(day + 1), rest / DAY
        sine, cosine, lead = (a + (b - a) * share for a, b in zip(one, two, strict=True))
        return sine, cosine, lead + 1440 * share

    def _at_midnight(self, day: int) -> tuple[float, float, float]:
        """The same at 00:00 UTC of *day*, counted from 1970."""
        declination, equation = _declination_and_equation(day)
        return sin(declination), cos(declination), 4 * self._longitude + equation - 720

    def _stands(self, sine: Real, cosine: Real, minutes: Real) -> tuple[Real, Real]:
        hour_angle = minutes * TURN
        towards = cosine * np.cos(hour_angle)  # the meridian
        height = self._sin * sine + self._cos * towards
        azimuth = np.arctan2(cosine * np.sin(hour_angle), towards * self._sin - sine * self._cos)
        return np.degrees(np.arcsin(np.clip(height, -1.0, 1.0))), np.degrees(azimuth) + 180


@lru_cache(maxsize=MOST_DAYS)
def _declination_and_equation(day: int) -> tuple[float, float]:
    """(declination in radians, equation of time in minutes) at 00:00 UTC, *day* days after 1970 began."""
    from astral.julian import julianday_to_juliancentury
    from astral.sun import eq_of_time, sun_declination

    century = julianday_to_juliancentury(UNIX_EPOCH + day)
    return radians(sun_declination(century)), eq_of_time(century)


def sky(elevation: Real, azimuth: Real, cloud: Real) -> Sky[Real]:
    """The sky under a cloud cover of 0..1.

    Clouds and the diffuse share after Kasten & Czeplak (1980).
    """
    dimming = 1 - OVERCAST * cloud**CLOUD_POWER
    total = clear_sky(elevation) * dimming
    twilight = SUNSET_LUX * dimming * 10 ** (DUSK * np.minimum(elevation, 0.0))
    return Sky(elevation, azimuth, total, total * (0.3 + 0.7 * cloud**2), twilight)


def clear_sky(elevation: Real) -> Real:
    """W/m² on the level ground under no cloud (Haurwitz 1945); none from a sun below the horizon."""
    height = np.maximum(np.sin(np.radians(elevation)), BELOW)
    level: Real = 1098 * height * np.exp(-0.057 / height)
    return level


def cloud_under(radiation: float, elevation: float) -> float:
    """The cloud cover that leaves *radiation* (W/m², level ground): `sky` the other way round."""
    dimmed = 1 - radiation / clear_sky(elevation)
    return float(min(1.0, max(0.0, dimmed) / OVERCAST) ** (1 / CLOUD_POWER))
