"""What happens in a home, as it is written down. The event log is the dataset."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import NamedTuple


class Kind(StrEnum):
    """What sort of thing happened."""

    COMMAND = "command"  # a device was operated: observable
    REPORT = "report"  # a device changed or reported by itself: observable
    READING = "reading"  # a sensor told what it senses: observable
    LOST = "lost"  # a reading that never arrived; the cause says why: oracle only
    DEED = "deed"  # a person operated something that no network knows, a plain window: oracle only
    MOVE = "move"  # a person entered a room: oracle only
    ACTIVITY = "activity"  # a person began an activity: oracle only
    HAPPENING = "happening"  # something befell the household: oracle only
    REFUSED = "refused"  # a person tried what cannot be done; nothing changed: oracle only


OBSERVABLE = frozenset({Kind.COMMAND, Kind.REPORT, Kind.READING})
"""What a real installation would log. It carries no identity, activity or cause."""

BEHAVIOUR = frozenset({Kind.COMMAND, Kind.REPORT})
"""What counts in windows of behaviour: readings say what is, not what is done."""


class Origin(NamedTuple):
    """Who is behind an event, and why."""

    actor: str = ""  # a resident, or '' for the home itself
    cause: str = ""
    activity: str = ""
    decision: int = -1
    anomaly: str = ""  # the window of the anomaly that it comes from


new_origin: Callable[[tuple[str, str, str, int, str]], Origin]
new_origin = partial(tuple.__new__, Origin)
"""An origin of all its values."""

NOBODY = Origin()


class Event(NamedTuple):
    """One row. Times are integer milliseconds since the scenario's first local midnight.

    A tuple, because it is made at every turn: a frozen dataclass takes four times as long, and even a named
    tuple's own constructor twice as long as `new_event`.
    """

    time: int
    kind: Kind
    actor: str  # resident id, or '' when the home or the world acted
    room: str  # where the device stands; where no device is involved, where the person is
    device: str = ""
    type: str = ""  # the device's type, as in the vocabularies
    command: str = ""  # 'switch on'
    value: str = ""  # the argument, or the words of a happening
    activity: str = ""
    cause: str = ""  # a `world.mind.Basis` for people; 'programme', 'thermostat', 'scenario', ...
    decision: int = -1  # number of the decision that led here, within the household
    anomaly: str = ""  # the window of the anomaly that caused it, 'light_flicker#0'

    @property
    def action(self) -> str:
        """The behaviour as the vocabularies name it: 'Light:switch on'."""
        return f"{self.type}:{self.command}"


new_event: Callable[[tuple[int, Kind, str, str, str, str, str, str, str, str, int, str]], Event]
new_event = partial(tuple.__new__, Event)
"""An event of all its values."""
