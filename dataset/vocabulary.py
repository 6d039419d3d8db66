"""The ids that datasets of the field give to days, slots, devices and actions.

The shipped lists are the id-to-name facts of the SmartThings and AN logs as SmartGuard publishes them.
SmartThings names an action by device and command, 'Light:switch on'; so do we. AN's names have no colon,
'bathheater_light_on', and its logs name the first device of the list that occurs anywhere in the action's
name: `heater` here, and `ac` for what the washing m-ac-hine does. SmartThings' logs name `Other` where the
home's location mode is set, 'None:location'. A `Behaviour` has the action's own device; ids are the logs'.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from dataset.json_file import read_json
from dataset.routines import Behaviour
from scenarios.errors import UserError
from scenarios.frozen import WEEKDAYS

SHIPPED = Path(__file__).parent / "vocabularies"

ALIASES = {"Heater": "Thermostat", "airconditioner": "ac"}
"""SmartGen's copies rename these devices, and Thermostat in its actions; the ids are equal."""

LOGGED_AS = {"None:location": "Other"}
"""Actions of SmartThings that the logs give to another device."""

Ids = tuple[int, int, int, int]
"""(day, slot, device, action)."""


def canonical(name: str) -> str:
    """The name of a device or an action without SmartGen's renaming: 'Heater:setHeaterMode'."""
    device, colon, command = name.partition(":")
    if device not in ALIASES:
        return name
    return f"{ALIASES[device]}{colon}{command.replace(device, ALIASES[device])}"


@dataclass(frozen=True)
class Vocabulary:
    """Names by id: the place in the tuple is the id. Days and slots are numbered as in `Behaviour`."""

    name: str
    devices: tuple[str, ...]
    actions: tuple[str, ...]
    stand_ins: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Action -> the device that the logs name with it, where that is not its own."""

    @classmethod
    def named(cls, name: str) -> "Vocabulary":
        """The shipped one of that name, or a file of the user's own (*.json)."""
        return cls.read(Path(name)) if name.endswith(".json") else cls.shipped(name)

    @classmethod
    def shipped(cls, name: str) -> "Vocabulary":
        """A vocabulary that comes with Homefolk: 'fr'."""
        path = SHIPPED / f"{name}.json"
        if not path.is_file():
            known = ", ".join(sorted(file.stem for file in SHIPPED.glob("*.json")))
            raise UserError(f"no vocabulary {name!r} is shipped, only {known}; give a file of your own")
        return cls.read(path)

    @classmethod
    def read(cls, path: Path) -> "Vocabulary":
        """A vocabulary file: JSON with `day`, `hour_bucket`, `device`, `action`, each id to name."""
        try:
            content = read_json(path)
        except (OSError, ValueError) as error:
            raise UserError(f"{path} cannot be read as a vocabulary: JSON was expected ({error})") from error
        days, slots, devices, actions = (
            _names(path, content, key) for key in ("day", "hour_bucket", "device", "action")
        )
        starts = tuple(day.removeprefix("day:")[:3].lower() for day in days)
        if starts != WEEKDAYS or len(slots) != 8:
            raise UserError(f"{path}: days must be Monday to Sunday and slots eight of three hours")
        owned = tuple(_owned(action, devices) for action in actions)
        stand_ins = dict(_stand_ins(zip(actions, owned, strict=True), devices))
        return cls(str(content.get("dataset", path.stem)), devices, owned, stand_ins)

    @property
    def device_types(self) -> frozenset[str]:
        """The device types that the actions are of: 'Light' for 'Light:switch on'."""
        return frozenset(action.partition(":")[0] for action in self.actions)

    @cached_property
    def device_ids(self) -> Mapping[str, int]:
        """Id by name."""
        return {name: number for number, name in enumerate(self.devices)}

    @cached_property
    def action_ids(self) -> Mapping[str, int]:
        """Id by name."""
        return {name: number for number, name in enumerate(self.actions)}

    def ids(self, device: str, action: str) -> tuple[int, int]:
        """The ids of a device and its action; -1 for what has none."""
        action = canonical(action)
        device = self._stand_in(canonical(device), action)
        return self.device_ids.get(device, -1), self.action_ids.get(action, -1)

    def knows(self, device: str, action: str) -> bool:
        """Whether both have an id here."""
        return min(self.ids(device, action)) >= 0

    def encode(self, behaviour: Behaviour) -> Ids:
        """The ids of *behaviour*."""
        self.check([behaviour])
        return behaviour.day, behaviour.slot, *self.ids(behaviour.device, behaviour.action)

    def decode(self, ids: Ids) -> Behaviour:
        """The behaviour that *ids* stand for."""
        day, slot, device, action = ids
        sizes = zip(("day", "slot", "device", "action"), ids, self.sizes, strict=True)
        for name, value, size in sizes:
            if not 0 <= value < size:
                raise UserError(f"{name} {value} is not in vocabulary {self.name} (0..{size - 1})")
        own = self._stand_in(self.devices[device], self.actions[action])
        return Behaviour(day, slot, own, self.actions[action])

    def _stand_in(self, device: str, action: str) -> str:
        """The device that the logs name in the place of an action's own, and the other way round."""
        other = self.stand_ins.get(action)
        if other is None:
            return device
        own = action.partition(":")[0]
        return {own: other, other: own}.get(device, device)

    @property
    def sizes(self) -> Ids:
        """How many days, slots, devices and actions there are."""
        return 7, 8, len(self.devices), len(self.actions)

    def check(self, behaviours: Iterable[Behaviour]) -> None:
        """Raise a sentence that names every device and action without an id here, and how many rows."""
        unknown = Counter(b.action for b in behaviours if not self.knows(b.device, b.action))
        if unknown:
            raise UserError(f"vocabulary {self.name} has no id for {self.describe(unknown)}")

    def describe(self, unknown: Mapping[str, int]) -> str:
        """'Kettle:switch on (3 rows; nearest: Light:switch on)' for each, most rows first."""
        return ", ".join(
            f"{name} ({rows} row{'s' * (rows != 1)}{self._hint(name)})"
            for name, rows in sorted(unknown.items(), key=lambda item: (-item[1], item[0]))
        )

    def nearest(self, name: str) -> str:
        """The action here whose name is nearest to *name*, '' where none is near."""
        return next(iter(get_close_matches(name, self.actions, n=1)), "")

    def _hint(self, name: str) -> str:
        close = self.nearest(name)
        return f"; nearest: {close}" if close else ""


def _names(path: Path, content: Any, key: str) -> tuple[str, ...]:
    entries = content.get(key) if isinstance(content, dict) else None
    if not isinstance(entries, dict) or not entries:
        raise UserError(f"{path} has no {key!r}: an object from id to name was expected")
    if sorted(entries) != sorted(str(number) for number in range(len(entries))):
        raise UserError(f"{path}: the ids of {key!r} must be 0..{len(entries) - 1}, each once")
    return tuple(canonical(str(entries[str(number)])) for number in range(len(entries)))


def _owned(action: str, devices: Iterable[str]) -> str:
    """'bathheater_light_on' -> 'bathheater:light_on'; a name with a colon stays."""
    owners = [] if ":" in action else [device for device in devices if action.startswith(f"{device}_")]
    if not owners:
        return action
    own = max(owners, key=len)
    return f"{own}:{action[len(own) + 1 :]}"


def _stand_ins(actions: Iterable[tuple[str, str]], devices: Collection[str]) -> Iterator[tuple[str, str]]:
    """Action -> the device that the logs name with it, where that is not its own."""
    for logged, action in actions:
        if LOGGED_AS.get(logged) in devices:
            yield action, LOGGED_AS[logged]
        elif logged != action:
            first = next(device for device in devices if device in logged)
            if first != action.partition(":")[0]:
                yield action, first
