"""One quantity that a device senses, on its way to the log: each candidate is emitted or lost for one cause.

What is a candidate depends on the home alone; failures, batteries and the network only decide what becomes
of it. So every candidate takes the same draws, whatever happens to it.
"""

from collections import Counter
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from scenarios.chance import Chance
from scenarios.sensing import Sensing
from world.clock import HOUR
from world.devices import Device
from world.draws import Draws
from world.event import NOBODY, Kind, Origin, new_event
from world.wire import WITHHELD

if TYPE_CHECKING:
    from world.house import House

SPREAD = 0.15  # standard deviation of a battery's life, as a share of its mean
WEAK = 0.1  # the last share of its life, in which ever more reports fail
FAINT = 0.5  # share of reports lost at its end

FALSE_TRIGGER, STUCK = "false_trigger", "stuck"  # causes of readings that are not the truth
FAULTY = ("failure", STUCK, "offline", "network")  # causes of readings that a fault loses


class Sensor:
    """One quantity of one device, with its errors and its ledger. Times are in ms."""

    def __init__(self, house: "House", device: Device, sensing: Sensing, chance: Chance) -> None:
        self.house, self.env = house, house.env
        self.device, self.sensing = device, sensing
        self.chance = chance.branch(sensing.quantity)
        self.draws = Draws(self.chance)
        self._uniform, self._normal = self.draws.uniform, self.draws.normal
        self.silent = False  # it is not there yet
        self.failures: list[str] = []  # 'dead' or 'stuck', those that last now
        self._named = device.room, device.id, device.type.type
        self._quantity, self._drop_out = sensing.quantity, sensing.drop_out
        self._latency, self._jitter = 1000 * sensing.latency, 1000 * sensing.jitter
        self._cool_down = 1000 * sensing.cool_down
        self._weakens, self._dies = _battery(sensing.battery_days, chance.rng("battery"))
        self._arrives = 0  # when the last report sent reaches the hub: reports keep their order
        self._word = ""  # the last one sent
        self._kept = ""  # the last one kept back, until what it began has ended
        self._sent: dict[str, int] = {}  # word -> when it was last sent
        self.candidates = self.emitted = self.in_flight = self.false_triggers = 0
        self.lost: Counter[str] = Counter()

    def tell(self, word: str, origin: Origin, now: int, delay: int = 0, why: str = "") -> None:
        """A candidate: *word* is due, because of *why*, to be at the hub in *delay* ms."""
        if self.silent:
            return
        self.candidates += 1
        if cause := self._loss(word, why, now):
            self.lost[cause] += 1
            if cause in FAULTY:
                origin = origin._replace(anomaly=self._fault("network" if cause == "network" else ""))
            self._write(Kind.LOST, word, origin, cause, now)
        else:
            self.in_flight += 1
            self._send(word, origin, why, now, delay)

    def repeat(self, now: int) -> bool:
        """A candidate that a stuck sensor answers with its last word; False where it does not stick."""
        if self.failures != [STUCK] or not self._word:
            return False
        self.tell(self._word, Origin(anomaly=self._fault()), now, why=STUCK)
        return True

    def tell_falsely(self, word: str, now: int) -> None:
        """Report what never was, unless something keeps the sensor from it. No candidate."""
        delay = self.delay()
        if not self.silent and not self._loss(word, "", now):
            self._send(word, NOBODY, FALSE_TRIGGER, now, delay)

    def delay(self) -> int:
        """What one report takes to the hub, drawn."""
        return max(0, int(self._latency + self._jitter * self._normal()))

    def ledger(self) -> dict[str, int]:
        """Candidates, what became of them, and false triggers apart; what never happened is left out."""
        fates = {"emitted": self.emitted, **self.lost, "in_flight": self.in_flight}
        counts = {"candidates": self.candidates, **fates, "false_triggers": self.false_triggers}
        return {name: count for name, count in sorted(counts.items()) if count}

    def _fault(self, of: str = "") -> str:
        """The label of the fault *of* this sensor or of the network, where it has one."""
        return self.house.at_fault.get(of or self.device.id, "")

    def _loss(self, word: str, why: str, now: int) -> str:
        """The one cause for which a report, made because of *why*, is lost now; '' when it gets through."""
        luck = self._uniform()
        if not self.device.online:
            return "offline"
        if now >= self._dies:
            return "battery"
        if self.failures and why != STUCK:
            return "failure" if "dead" in self.failures else STUCK
        if self._cool_down and self._kept_back(word, now):
            return "cool_down"
        self._word, self._kept = word, ""
        if luck < self._drop_out:
            return "drop_out"
        if now > self._weakens and luck < self._drop_out + self._weakness(now):
            return "battery"
        return "network" if self.house.outages else ""

    def _kept_back(self, word: str, now: int) -> bool:
        """The same word was sent a moment ago, or the beginning of what it ends was kept back."""
        if self._kept and word != self._kept:
            self._kept = ""
            return True
        if now < self._sent.get(word, -inf) + self._cool_down:
            self._kept = word
            return True
        self._sent[word] = now
        return False

    def _weakness(self, now: int) -> float:
        return FAINT * (now - self._weakens) / (self._dies - self._weakens)

    def _send(self, word: str, origin: Origin, cause: str, now: int, delay: int) -> None:
        arrives = now + delay
        if arrives < self._arrives:
            arrives = self._arrives
        self._arrives = arrives
        if arrives == now:
            self._heard(word, origin, cause, now)
        else:
            self.env.later(arrives - now, lambda _: self._heard(word, origin, cause, arrives))

    def _heard(self, word: str, origin: Origin, cause: str, now: int) -> None:
        arrives = self._write(Kind.READING, word, origin, cause, now)
        if cause == FALSE_TRIGGER:
            self.false_triggers += 1
        else:
            self.in_flight -= 1
            self.emitted += arrives
            self.lost.update([] if arrives else [WITHHELD])
        if arrives and self.house.automations.listens:
            self.house.automations.heard(self.device.id, self._quantity, word, origin.anomaly)

    def _write(self, kind: Kind, word: str, origin: Origin, cause: str, now: int) -> bool:
        """Write it down; whether it comes through as what it is."""
        actor, _, activity, decision, anomaly = origin
        room, device, of_type = self._named
        what = room, device, of_type, self._quantity, word
        event = new_event((now, kind, actor, *what, activity, cause, decision, anomaly))
        if self.house.wire.taps:
            event = self.house.wire.passed(event)
        self.house.record(event)
        return event.kind is kind


def _battery(mean_days: float, rng: np.random.Generator) -> tuple[float, float]:
    """(ms at which it begins to weaken, ms at which it is dead); part of its life is behind it."""
    if not mean_days:
        return inf, inf
    life = mean_days * 24 * HOUR * max(0.3, 1 + SPREAD * rng.standard_normal())
    dies = life * (1 - rng.random())
    return dies - WEAK * life, dies
