"""The catalogue: every device type and every activity that a scenario may speak of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from scenarios.activity import Activities, Activity
from scenarios.device import DeviceType
from scenarios.explaining import parsed, settled
from scenarios.including import SHIPPED, read_tree
from scenarios.problems import Problem, ScenarioError, shown
from scenarios.references import check_activities


@dataclass(frozen=True)
class Catalogue:
    """Device types by type name, activities by key."""

    devices: Mapping[str, DeviceType]
    activities: Mapping[str, Activity]

    def actions(self) -> frozenset[str]:
        """Every action there is: 'Light:switch on'."""
        return _actions(self.devices)

    def polling(self) -> frozenset[str]:
        """The actions that are status polling, nobody's behaviour."""
        return frozenset(
            f"{name}:{command}"
            for name, kind in self.devices.items()
            for command, how in kind.commands.items()
            if how.by == "poll"
        )


def load_catalogue(extra: Sequence[DeviceType] = ()) -> Catalogue:
    """The shipped catalogue with *extra* device types; one of a shipped name takes its place."""
    shipped = _shipped()
    if not extra:
        return shipped
    return Catalogue({**shipped.devices, **{kind.type: kind for kind in extra}}, shipped.activities)


def load_device_type(path: Path) -> DeviceType:
    """The device type in the file at *path*."""
    tree, _ = read_tree(path)
    return settled(*parsed(DeviceType, tree))


def load_activities(path: Path) -> Activities:
    """The activities in the file at *path*, which may speak of shipped devices."""
    tree, devices = read_tree(path)[0], _shipped_devices()
    return settled(*parsed(Activities, tree), check_activities(tree, devices, _actions(devices)))


@cache
def _shipped() -> Catalogue:
    activities: dict[str, Activity] = {}
    for path in _files("activities"):
        for name, activity in load_activities(path).activities.items():
            if name in activities:
                raise ScenarioError([Problem(shown(path), 0, name, "stands in another file too")])
            activities[name] = activity
    return Catalogue(_shipped_devices(), activities)


@cache
def _shipped_devices() -> Mapping[str, DeviceType]:
    devices: dict[str, DeviceType] = {}
    for path in _files("devices"):
        kind = load_device_type(path)
        if kind.type in devices:
            raise ScenarioError([Problem(shown(path), 0, kind.type, "stands in another file too")])
        devices[kind.type] = kind
    return devices


def _files(folder: str) -> list[Path]:
    return sorted((SHIPPED / folder).rglob("*.yaml"))


def _actions(devices: Mapping[str, DeviceType]) -> frozenset[str]:
    return frozenset(f"{name}:{command}" for name, kind in devices.items() for command in kind.commands)
