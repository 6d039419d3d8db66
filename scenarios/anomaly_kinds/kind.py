"""What a kind of anomaly is, as data: which devices or people it is about, when, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from scenarios.device import DeviceType

About = Literal["device", "person", "home"]
NIGHT_OVER = 36 * 60.0  # minutes: whoever was disturbed has slept, and the day after is its own
WEATHERED = 3 * 24 * 60.0  # and rooms that were made warm, cold or damp are as they would have been


class Part(NamedTuple):
    """A device that an anomaly needs: of a type or domain, if it says so, and with the commands of a way."""

    noun: str  # 'a light'
    ways: tuple[tuple[str, ...], ...] = ((),)  # the first that a type has is used; the act knows the order
    types: tuple[str, ...] = ()
    domain: str = ""
    senses: bool = False

    def fits(self, kind: DeviceType) -> bool:
        """Whether a device of this type will do."""
        named = kind.type in self.types or kind.domain == self.domain or not (self.types or self.domain)
        return kind.connected and named and bool(kind.senses) >= self.senses and self._way(kind) is not None

    def way(self, kind: DeviceType) -> tuple[str, ...]:
        """The commands by which a device of a type that fits is operated."""
        return self._way(kind) or ()

    def _way(self, kind: DeviceType) -> tuple[str, ...] | None:
        by_person = {name for name, command in kind.commands.items() if command.by == "person"}
        return next((way for way in self.ways if by_person.issuperset(way)), None)


@dataclass(frozen=True, kw_only=True)
class AnomalyKind:
    """One kind. What it does is code, in `world.anomaly`, under the same name."""

    family: str
    says: str  # what happens, in words
    about: About = "device"
    parts: tuple[Part, ...] = ()  # the devices it needs; `device` in a scenario names the first
    hours: tuple[int, int] = (0, 24 * 60)  # minutes of the day between which it begins where no `at` is given
    minutes: float = 30.0  # of its window
    lasting: bool = False  # a window of days, from `day` to the end of `until`
    wears_off: float = 60.0  # minutes after the window in which consequences may still be seen
    consequences: str = ""  # what they are, in words


Kinds = Mapping[str, AnomalyKind]
