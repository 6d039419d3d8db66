"""The window of an anomaly: when, where and to whom it happens, and until when its consequences are seen."""

from typing import NamedTuple

from scenarios.anomaly import Difficulty
from scenarios.chance import Chance
from scenarios.scenario import Happening
from world.clock import HOUR
from world.event import Origin

CAUSE = "anomaly"  # in the oracle, of what an anomaly does itself


class Window(NamedTuple):
    """One occurrence. Times in ms; what differs from a life without it differs between `start` and `over`."""

    id: str  # 'light_flicker#0': the label of all that it causes
    kind: str
    start: int
    end: int
    over: int  # its declared consequences have worn off
    devices: tuple[str, ...] = ()  # as the parts of its kind
    who: str = ""
    difficulty: Difficulty = "medium"
    name: tuple[int, int] = (0, 0)  # which anomaly of the scenario, on which day: what its draws are named by
    happening: Happening | None = None  # of the scenario, where it is one

    def moment(self, chance: Chance) -> int:
        """When it begins, drawn, as nothing is on the minute: in the first half, or hour, of the window."""
        return self.start + int(min(HOUR, (self.end - self.start) / 2) * chance.uniform("moment"))

    @property
    def origin(self) -> Origin:
        """Of what nobody at home does."""
        return Origin(cause=CAUSE, anomaly=self.id)
