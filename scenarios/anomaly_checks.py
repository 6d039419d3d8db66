"""Anomalies need what the home has: a device that fits, somebody who lives there, a day that is lived."""

from collections.abc import Iterator, Mapping

from scenarios.anomaly_kinds import KINDS
from scenarios.anomaly_kinds.kind import Part
from scenarios.device import DeviceType
from scenarios.problems import Problem, nearest, printable, unknown
from scenarios.tree import KeyPath, Node, find, plain, problem

Types = Mapping[str, DeviceType | None]
PEOPLE = ("residents.*.id", "changes.*.profile.id")


def check_anomalies(tree: Node, types: Types) -> Iterator[Problem]:
    """What the anomalies of a scenario say of its home, people and days."""
    devices = dict(_devices(tree, types))
    people = {str(node.value) for pattern in PEOPLE for _, node in find(tree, pattern)}
    for path, node in find(tree, "anomalies.*"):
        written = plain(node)
        if not isinstance(written, dict):
            continue
        if people and isinstance(who := written.get("who"), str) and who not in people:
            yield problem(node, (*path, "who"), unknown("resident", who, people))
        if (kind := KINDS.get(str(written.get("kind")))) is not None and devices:
            yield from _check_parts(node, path, kind.parts, written, devices)


def _check_parts(
    node: Node, path: KeyPath, parts: tuple[Part, ...], written: dict[str, object], devices: Types
) -> Iterator[Problem]:
    for number, part in enumerate(parts):
        able = [name for name, kind in devices.items() if kind is None or part.fits(kind)]
        named = written.get("device") if number == 0 else None
        if not able:
            said = f"{written['kind']} needs {part.noun}, and the home has none"
            yield problem(node, (*path, "kind"), said)
        elif isinstance(named, str) and named not in devices:
            yield problem(node, (*path, "device"), unknown("device", named, able))
        elif isinstance(named, str) and named not in able:
            said = f"{printable(named)!r} is not {part.noun}{nearest(named, able) or _choice(able)}"
            yield problem(node, (*path, "device"), said)


def _choice(able: list[str]) -> str:
    return f"; there is {', '.join(sorted(able)[:6])}"


def _devices(tree: Node, types: Types) -> Iterator[tuple[str, DeviceType | None]]:
    for path, node in find(tree, "home.devices.*.type"):
        yield str(path[-2]), types.get(str(node.value))
