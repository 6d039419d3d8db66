"""The sun: where it stands, and how bright it makes the sky.

The position follows the NOAA solar calculator as `astral` implements it: astral gives declination and
equation of time once a day, the hour angle is worked out here, because asking astral for every
instant would cost ten times as much.
"""

from functools import lru_cache
from math import acos, asin, atan2, cos, degrees, exp, pi, radians, sin, tan
from typing import NamedTuple

from scenarios.home import Address
from world.clock import HOUR, MINUTE, Clock

DAY = 24 * HOUR
TURN = pi / 720  # radians a minute
MOST_DAYS = 64  # kept in the almanac
UNIX_EPOCH = 2_440_587.5  # Julian day of 1970-01-01 00:00 UTC

EFFICACY = 110.0  # lm/W of daylight (Littlefair 1985 gives 105 to 120)
SUNSET_LUX = 400.0  # outdoors, with the sun on a clear horizon
DUSK = 0.345  # decades of lux lost with each degree below it: 3.4 lux at the end of civil twilight
OVERCAST, CLOUD_POWER = 0.75, 3.4  # of the radiation that a full cover of cloud keeps (Kasten & Czeplak 1980)


class Sky(NamedTuple):
    """The sky at one instant. Angles in degrees, azimuth clockwise from north."""

    elevation: float
    azimuth: float
    total: float  # W/m² on the level ground
    diffuse: float  # W/m² of it from the sky alone
    twilight: float  # lux on the level ground that are left, or there already, without the sun

    @property
    def lux(self) -> float:
        """Daylight outdoors on the level ground."""
        return self.twilight + EFFICACY * self.total


class Sun:
    """The sun over one address."""

    def __init__(self, address: Address, clock: Clock) -> None:
        self._clock, self._longitude = clock, address.longitude
        latitude = radians(address.latitude)
        self._tan, self._sin, self._cos = tan(latitude), sin(latitude), cos(latitude)
        self._almanac: dict[int, tuple[float, ...]] = {}

    def position(self, ms: int) -> tuple[float, float]:
        """(elevation, azimuth) in degrees, without refraction."""
        sine, cosine, minutes = self._ephemeris(self._clock.epoch + ms)
        hour_angle = minutes * TURN
        towards = cosine * cos(hour_angle)  # the meridian
        height = self._sin * sine + self._cos * towards
        azimuth = atan2(cosine * sin(hour_angle), towards * self._sin - sine * self._cos)
        return degrees(asin(min(1.0, max(-1.0, height)))), degrees(azimuth) + 180

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
        sine, cosine, lead, more_sine, more_cosine, more_lead = self._almanac.get(day) or self._look_up(day)
        share = rest / DAY
        return sine + more_sine * share, cosine + more_cosine * share, lead + more_lead * share

    def _look_up(self, day: int) -> tuple[float, ...]:
        """The values at 00:00 UTC, and what the day adds to them."""
        if len(self._almanac) > MOST_DAYS:
            self._almanac.clear()
        today, tomorrow = _declination_and_equation(day), _declination_and_equation(day + 1)
        sine, cosine = sin(today[0]), cos(today[0])
        lead = 4 * self._longitude + today[1] - 720
        found = self._almanac[day] = (
            sine, cosine, lead,
            sin(tomorrow[0]) - sine, cos(tomorrow[0]) - cosine, 1440 + tomorrow[1] - today[1],
        )  # fmt: skip
        return found


@lru_cache(maxsize=4 * MOST_DAYS)
def _declination_and_equation(day: int) -> tuple[float, float]:
    """(declination in radians, equation of time in minutes) at 00:00 UTC, *day* days after 1970 began."""
    from astral.julian import julianday_to_juliancentury
    from astral.sun import eq_of_time, sun_declination

    century = julianday_to_juliancentury(UNIX_EPOCH + day)
    return radians(sun_declination(century)), eq_of_time(century)


def sky(elevation: float, azimuth: float, cloud: float) -> Sky:
    """The sky under a cloud cover of 0..1.

    Clouds and the diffuse share after Kasten & Czeplak (1980).
    """
    dimming = 1 - OVERCAST * cloud**CLOUD_POWER
    if elevation <= 0:
        return Sky(elevation, azimuth, 0.0, 0.0, SUNSET_LUX * dimming * 10 ** (DUSK * elevation))
    total = clear_sky(elevation) * dimming
    return Sky(elevation, azimuth, total, total * (0.3 + 0.7 * cloud**2), SUNSET_LUX * dimming)


def clear_sky(elevation: float) -> float:
    """W/m² on the level ground under a sun above the horizon and no cloud (Haurwitz 1945)."""
    height = sin(radians(elevation))
    return 1098 * height * exp(-0.057 / height)


def cloud_under(radiation: float, elevation: float) -> float:
    """The cloud cover that leaves *radiation* (W/m², level ground): `sky` the other way round."""
    dimmed = 1 - radiation / clear_sky(elevation)
    return float(min(1.0, max(0.0, dimmed) / OVERCAST) ** (1 / CLOUD_POWER))
