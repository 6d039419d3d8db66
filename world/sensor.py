"""One quantity that a device senses, on its way to the log: each candidate is emitted or lost for one cause.

What is a candidate depends on the home alone; failures, batteries and the network only decide what becomes
of it. So every candidate takes the same draws, whatever happens to it.
"""

from collections import Counter
from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING

import numpy as np
import simpy

from scenarios.chance import Chance
from scenarios.sensing import Sensing
from world.clock import HOUR
from world.devices import Device
from world.event import NOBODY, Event, Kind, Origin

if TYPE_CHECKING:
    from world.house import House

BLOCK = 64  # draws made at once: one by one they would cost ten times as much
SPREAD = 0.15  # standard deviation of a battery's life, as a share of its mean
WEAK = 0.1  # the last share of its life, in which ever more reports fail
FAINT = 0.5  # share of reports lost at its end

FALSE_TRIGGER, STUCK = "false_trigger", "stuck"  # causes of readings that are not the truth


class Draws:
    """A stream of random numbers, taken in blocks."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._uniform: list[float] = []
        self._normal: list[float] = []

    def uniform(self) -> float:
        """From [0, 1)."""
        if not self._uniform:
            self._uniform = self._rng.random(BLOCK).tolist()
        return self._uniform.pop()

    def normal(self) -> float:
        """Mean 0, standard deviation 1."""
        if not self._normal:
            self._normal = self._rng.standard_normal(BLOCK).tolist()
        return self._normal.pop()


class Sensor:
    """One quantity of one device, with its errors and its ledger."""

    def __init__(self, house: "House", device: Device, sensing: Sensing, chance: Chance) -> None:
        self.house, self.env = house, house.env
        self.device, self.sensing = device, sensing
        self.draws = Draws(chance.rng(sensing.quantity))
        self.failures: list[str] = []  # 'dead' or 'stuck', those that last now
        self._weakens, self._dies = _battery(sensing.battery_days, chance.rng("battery"))
        self._arrives = 0  # ms at which the last report sent reaches the hub: reports keep their order
        self._word = ""  # the last one sent
        self._kept = ""  # the last one kept back, until what it began has ended
        self._sent: dict[str, int] = {}  # word -> ms at which it was last sent
        self.candidates = self.emitted = self.in_flight = self.false_triggers = 0
        self.lost: Counter[str] = Counter()

    def tell(self, word: str, origin: Origin = NOBODY) -> None:
        """A candidate: *word* is due to be reported."""
        self._candidate(word, origin._replace(cause=""), self.delay())

    def tell_level(self, word: str, origin: Origin, *, heartbeat: bool) -> None:
        """A candidate whose delay is over already. While stuck, heartbeats repeat the last word."""
        if heartbeat and self._word and self.failures == [STUCK]:
            self._candidate(self._word, Origin(cause=STUCK), 0)
        else:
            self._candidate(word, origin._replace(cause=""), 0)

    def tell_falsely(self, word: str) -> None:
        """Report what never was, unless something keeps the sensor from it. No candidate."""
        delay = self.delay()
        if not self._loss(word):
            self._send(word, Origin(cause=FALSE_TRIGGER), delay)

    def delay(self) -> int:
        """Milliseconds that one report takes to the hub, drawn."""
        sensing = self.sensing
        seconds = sensing.latency + (sensing.jitter * self.draws.normal() if sensing.jitter else 0.0)
        return max(0, round(seconds * 1000))

    def ledger(self) -> dict[str, int]:
        """Candidates, what became of them, and false triggers apart; what never happened is left out."""
        fates = {"emitted": self.emitted, **self.lost, "in_flight": self.in_flight}
        counts = {"candidates": self.candidates, **fates, "false_triggers": self.false_triggers}
        return {name: count for name, count in sorted(counts.items()) if count}

    def _candidate(self, word: str, origin: Origin, delay: int) -> None:
        self.candidates += 1
        if cause := self._loss(word, frozen=origin.cause == STUCK):
            self.lost[cause] += 1
            self._record(Kind.LOST, word, origin, cause)
        else:
            self.in_flight += 1
            self._send(word, origin, delay)

    def _loss(self, word: str, *, frozen: bool = False) -> str:
        """The one cause for which a report is lost now; '' when it gets through."""
        luck = self.draws.uniform()
        now, sensing = int(self.env.now), self.sensing
        if not self.device.online:
            return "offline"
        if now >= self._dies:
            return "battery"
        if self.failures and not frozen:
            return "failure" if "dead" in self.failures else STUCK
        if sensing.cool_down and self._kept_back(word, now):
            return "cool_down"
        self._word, self._kept = word, ""
        self._sent[word] = now
        if luck < sensing.drop_out:
            return "drop_out"
        if now > self._weakens and luck < sensing.drop_out + self._weakness(now):
            return "battery"
        return "network" if self.house.outages else ""

    def _kept_back(self, word: str, now: int) -> bool:
        """The same word was sent a moment ago, or the beginning of what it ends was kept back."""
        if self._kept and word != self._kept:
            self._kept = ""
            return True
        if now < self._sent.get(word, -inf) + 1000 * self.sensing.cool_down:
            self._kept = word
            return True
        return False

    def _weakness(self, now: int) -> float:
        return FAINT * (now - self._weakens) / (self._dies - self._weakens)

    def _send(self, word: str, origin: Origin, delay: int) -> None:
        now = int(self.env.now)
        self._arrives = max(self._arrives, now + delay)
        if self._arrives == now:
            self._heard(word, origin)
            return
        later(self.env, self._arrives - now, lambda: self._heard(word, origin))

    def _heard(self, word: str, origin: Origin) -> None:
        if origin.cause == FALSE_TRIGGER:
            self.false_triggers += 1
        else:
            self.in_flight -= 1
            self.emitted += 1
        self._record(Kind.READING, word, origin, origin.cause)
        self.house.automations.heard(self.device.id, self.sensing.quantity, word)

    def _record(self, kind: Kind, word: str, origin: Origin, cause: str) -> None:
        device = self.device
        event = Event(
            time=int(self.env.now), kind=kind, actor=origin.actor, room=device.room, device=device.id,
            type=device.type.type, command=self.sensing.quantity, value=word, activity=origin.activity,
            cause=cause, decision=origin.decision,
        )  # fmt: skip
        self.house.record(event)


def later(env: simpy.Environment, delay: int, then: Callable[[], None]) -> None:
    """Do something *delay* ms from now, without the price of a process."""
    env.timeout(delay).callbacks.append(lambda _: then())


def _battery(mean_days: float, rng: np.random.Generator) -> tuple[float, float]:
    """(ms at which it begins to weaken, ms at which it is dead); part of its life is behind it."""
    if not mean_days:
        return inf, inf
    life = mean_days * 24 * HOUR * max(0.3, 1 + SPREAD * rng.standard_normal())
    dies = life * (1 - rng.random())
    return dies - WEAK * life, dies
