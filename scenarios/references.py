"""Names that must mean something: rooms, devices, types, actions, activities, residents.

Checked on the tree, not on the model, so that each finding has its line and one does not hide another.
A pattern such as 'residents.*.bedroom' says where the names stand.
"""

from collections.abc import Collection, Iterator, Mapping

from pydantic import ValidationError

from scenarios.anomaly_checks import check_anomalies
from scenarios.device import DeviceType
from scenarios.problems import Problem, unknown
from scenarios.rules import check_automations
from scenarios.tree import Node, find, plain, problem

Types = Mapping[str, DeviceType | None]
"""Device types by name; None: there is one, but it cannot be read."""


def check_activities(tree: Node, types: Collection[str], actions: Collection[str]) -> Iterator[Problem]:
    """Activities need device types and actions of the catalogue."""
    yield from _check(tree, "activities.*.requires.*", types, "device type")
    yield from _check(tree, "activities.*.devices.*", types, "device type")
    yield from _check(tree, "activities.*.meanwhile.*.*", actions, "action")
    yield from _check(tree, "activities.*.start.*", actions, "action")
    yield from _check(tree, "activities.*.end.*", actions, "action")


def check_routines(
    tree: Node, activities: Collection[str], actions: Collection[str], at: str = ""
) -> Iterator[Problem]:
    """Authored routines are made of activities and actions of the catalogue."""
    yield from _check(tree, f"{at}routines.*.steps.*.activity", activities, "activity")
    yield from _check(tree, f"{at}routines.*.steps.*.start.*", actions, "action")
    yield from _check(tree, f"{at}routines.*.steps.*.end.*", actions, "action")


def check_home(tree: Node, types: Types, at: str = "") -> Iterator[Problem]:
    """In the home at *at*, doors and devices are in rooms that exist, devices of types that exist.

    Its rules can fire, and do not go round in circles.
    """
    if rooms := _keys(tree, f"{at}rooms"):
        yield from _check(tree, f"{at}doors.*.*", {*rooms, "outside"}, "room")
        yield from _check(tree, f"{at}devices.*.room", rooms, "room")
    yield from _check(tree, f"{at}devices.*.type", types, "device type")
    yield from _check_cameras(tree, types, at)
    yield from _check_customs(tree, types, at)
    yield from check_automations(tree, types, at)


def _check_cameras(tree: Node, types: Types, at: str) -> Iterator[Problem]:
    """Only what can be switched on and reports by itself notices people."""
    for path, node in find(tree, f"{at}devices.*"):
        said = plain(node)
        kind = types.get(str(said.get("type"))) if isinstance(said, dict) and said.get("notices") else None
        if kind is None:
            continue
        report = kind.commands.get("notification")
        if report is None or report.by != "device" or "switch" not in kind.attributes:
            yield problem(node, (*path, "notices"), f"a {kind.type} notices nobody; a Camera does")


def _check_customs(tree: Node, types: Types, at: str) -> Iterator[Problem]:
    """Whatever people have a custom for is at home."""
    known = {*_keys(tree, f"{at}rooms"), *_keys(tree, f"{at}devices"), *types}
    for path, policy in find(tree, f"{at}contention.policies.*"):
        if (name := str(path[-1])) not in known:
            yield problem(policy, path, unknown("room, device or device type", name, known))


def check_profile(tree: Node, types: Types, activities: Collection[str], at: str = "") -> Iterator[Problem]:
    """The residents at *at* mean to do activities that exist, and leave alone device types that exist."""
    yield from _check(tree, f"{at}intents.*.activity", activities, "activity")
    yield from _check(tree, f"{at}avoids.*", activities, "activity")
    yield from _check(tree, f"{at}forbidden.*", types, "device type")
    actions = {f"{name}:{command}" for name, kind in types.items() if kind for command in kind.commands}
    yield from check_routines(tree, activities, actions, at)


def check_tastes(tree: Node, activities: Collection[str]) -> Iterator[Problem]:
    """Tastes lean towards activities that exist."""
    for path, leans in find(tree, "tastes.*.leans.*"):
        if (name := str(path[-1])) not in activities:
            yield problem(leans, path, unknown("activity", name, activities))


def check_scenario(tree: Node, types: Types, activities: Collection[str]) -> Iterator[Problem]:
    """All that the parts of a scenario say of one another; *types* and *activities* are the catalogue's."""
    types = {**types, **dict(_own_types(tree))}
    yield from check_home(tree, types, "home.")
    for at in ("residents.*.", "changes.*.profile."):
        yield from check_profile(tree, types, activities, at)
    if rooms := _keys(tree, "home.rooms"):
        yield from _check(tree, "residents.*.bedroom", rooms, "room")
        yield from _check(tree, "changes.*.profile.bedroom", rooms, "room")
    if residents := [*_texts(tree, "residents.*.id"), *_texts(tree, "changes.*.profile.id")]:
        yield from _check(tree, "happenings.*.to.*", residents, "resident")
        yield from _check(tree, "residents.*.relationships.*.to", residents, "resident")
        yield from _check(tree, "changes.*.profile.relationships.*.to", residents, "resident")
    yield from _check(tree, "happenings.*.device", _keys(tree, "home.devices"), "device")
    yield from _check_failures(tree, types)
    yield from check_anomalies(tree, types)
    yield from _check_residents_differ(tree)
    yield from check_days(tree)


def _check_failures(tree: Node, types: Types) -> Iterator[Problem]:
    """Only what senses can fail as a sensor does."""
    for path, node in find(tree, "happenings.*"):
        happening = plain(node)
        if not isinstance(happening, dict) or happening.get("kind") != "sensor_failure":
            continue
        for _, placed in find(tree, f"home.devices.{happening.get('device')}.type"):
            kind = types.get(placed.value) if isinstance(placed.value, str) else None
            if kind is not None and not kind.senses:
                said = f"{happening['device']!r} is a {kind.type}, which senses nothing; use device_fault"
                yield problem(node, (*path, "kind"), said)


def _own_types(tree: Node) -> Iterator[tuple[str, DeviceType | None]]:
    for _, node in find(tree, "device_types.*"):
        for _, name in find(node, "type"):
            try:
                yield str(name.value), DeviceType.model_validate(plain(node))
            except ValidationError:
                yield str(name.value), None


def _check_residents_differ(tree: Node) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, node in find(tree, "residents.*.id"):
        if isinstance(node.value, str) and node.value in seen:
            yield problem(node, path, f"resident {node.value!r} exists already; every id must be its own")
        seen.add(str(node.value))


def check_days(tree: Node) -> Iterator[Problem]:
    """Happenings and anomalies fall into the scenario's days, unless the command line cut the days short."""
    days = next((days.value for _, days in find(tree, "days") if days.file), None)
    for path, day in (*find(tree, "happenings.*.day"), *find(tree, "anomalies.*.day")):
        if isinstance(days, int) and isinstance(day.value, int) and day.value >= days:
            yield problem(
                day, path, f"day {day.value} comes after the last day, {days - 1} (days count from 0)"
            )


def _check(tree: Node, pattern: str, known: Collection[str], noun: str) -> Iterator[Problem]:
    for path, name in find(tree, pattern):
        if isinstance(name.value, str) and name.value not in known:
            yield problem(name, path, unknown(noun, name.value, known))


def _keys(tree: Node, pattern: str) -> list[str]:
    return [key for _, found in find(tree, pattern) if isinstance(found.value, dict) for key in found.value]


def _texts(tree: Node, pattern: str) -> list[str]:
    return [found.value for _, found in find(tree, pattern) if isinstance(found.value, str)]
