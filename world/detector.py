"""Sensors of what is or is not: movement in a room, an open door, somebody at home."""

from collections.abc import Callable
from math import log

from scenarios.sensing import WORDS
from world.clock import HOUR, MINUTE
from world.event import NOBODY, Origin
from world.sensor import Sensor
from world.timeline import Later

DOOR = (3.0, 9.0)  # seconds for which a door stays open behind somebody
BLIP = 5_000  # ms that a false report stands uncorrected
STILL = 40 * MINUTE  # mean time that people awake sit in a room before they move so that it is seen


class Detector:
    """What is on or off. Whoever knows the truth tells it with `become`."""

    def __init__(self, sensor: Sensor, *, on: bool = False) -> None:
        self.sensor, self.on = sensor, on
        self._words = WORDS[sensor.sensing.quantity]
        self._falsely = BLIP
        self._false = 0  # reports expected so far that never were
        if sensor.sensing.false_triggers:
            self._expect_false()

    def become(self, on: bool, origin: Origin, now: int) -> None:
        """From *now* on it is so."""
        if on is not self.on:
            self.on = on
            self.sensor.tell(self._words[on], origin, now, self.sensor.delay())

    def _expect_false(self) -> None:
        """The next one is drawn by its number, so that nothing else that is drawn can put it off."""
        self._false += 1
        luck = self.sensor.chance.uniform("false", self._false)
        days = -log(1 - luck) / self.sensor.sensing.false_triggers
        self.sensor.env.later(int(days * 24 * HOUR), self._trigger)

    def _trigger(self, _: Later) -> None:
        """Report the opposite of what is, and take it back a little later."""
        self._expect_false()
        if self.sensor.sensing.quantity == "motion" and self.on:
            return  # movement hides it
        self.sensor.tell_falsely(self._words[not self.on], self.sensor.house.env.now)
        was = self.on
        self.sensor.env.later(self._falsely, lambda _: self._take_back(was))

    def _take_back(self, was: bool) -> None:
        if was is self.on:  # else the truth has been told meanwhile
            self.sensor.tell_falsely(self._words[self.on], self.sensor.house.env.now)


class Pulse(Detector):
    """What ends by itself: a door falls shut some seconds after the last one has passed."""

    def __init__(self, sensor: Sensor) -> None:
        super().__init__(sensor)
        self._until, self._origin = 0, NOBODY  # when the hub knows that it is over, unless it goes on
        self._late = 0  # of that, the way to the hub

    def touch(self, origin: Origin, now: int) -> None:
        """It begins, or goes on."""
        hold, self._origin = self._hold(), origin
        if not self.on:
            self.become(True, origin, now)
            self._late = self.sensor.delay()
            self.sensor.env.later(hold + self._late, self._rest)
        self._until = now + hold + self._late

    def _hold(self) -> int:
        least, most = DOOR
        return int(1000 * (least + (most - least) * self.sensor.draws.uniform()))

    def _rest(self, _: Later) -> None:
        now = self.sensor.house.env.now
        if now < self._until:
            self.sensor.env.later(self._until - now, self._rest)
        else:
            self.on = False
            self.sensor.tell(self._words[False], self._origin, now)


class Motion(Pulse):
    """Movement within view. *somebody* says who is awake in the room, if anybody is."""

    def __init__(self, sensor: Sensor, coverage: float, somebody: Callable[[], Origin | None]) -> None:
        super().__init__(sensor)
        self._coverage, self._somebody, self._uniform = coverage, somebody, sensor.draws.uniform
        self._stirs = False  # whether somebody's next movement is awaited
        self._falsely = self._still = round(1000 * sensor.sensing.hold)

    def move(self, origin: Origin, now: int) -> None:
        """Somebody moves in the room."""
        if self._uniform() < self._coverage:
            if self.on:  # as at most of the times
                self._origin, self._until = origin, now + self._still + self._late
            else:
                self.touch(origin, now)
        if not self._stirs:
            self._stirs = True
            self.sensor.env.later(int(-log(1 - self._uniform()) * STILL), self._stir)

    def _hold(self) -> int:
        return self._still

    def _stir(self, _: Later) -> None:
        self._stirs = False
        if who := self._somebody():
            self.move(who, self.sensor.house.env.now)
