"""A home as the YAML that people write: one line a room, a door, a device."""

import json
from collections.abc import Iterator
from itertools import chain

from scenarios.home import Home, Placement, Room

WIDE = 118  # characters a line


def home_yaml(home: Home, climate: str, about: str) -> str:
    """The file of *home*: *climate* names the file of its climate, *about* says in a line what it is."""
    parts = _head(home, climate, about), _rooms(home), _doors(home), _devices(home), _rules(home)
    return "\n".join((*chain.from_iterable(parts), ""))


def _head(home: Home, climate: str, about: str) -> Iterator[str]:
    place, shell = home.address, home.envelope
    yield "# yaml-language-server: $schema=../schema/home.json"
    yield f"# {about}"
    yield f"name: {home.name}"
    yield f"address: {{latitude: {place.latitude:g}, longitude: {place.longitude:g}, zone: {place.zone}}}"
    yield f"climate: {{include: {climate}}}"
    yield (
        f"envelope: {{insulation: {shell.insulation}, shared: {shell.shared:g}, "
        f"air_changes: {shell.air_changes:g}}}"
    )


def _rooms(home: Home) -> Iterator[str]:
    yield "rooms:  # x runs east, y south, in m from a corner of the house"
    for name, room in home.rooms.items():
        line = f"  {name}: {{{', '.join(_room(room))}}}"
        yield line if len(line) <= WIDE else line.replace(" windows:", f"\n{' ' * (len(name) + 5)}windows:")


def _room(room: Room) -> Iterator[str]:
    yield f"kind: {room.kind}"
    if room.storey:
        yield f"storey: {room.storey}"
    if box := room.box:
        yield f"box: {{x: {box.x:g}, y: {box.y:g}, width: {box.width:g}, depth: {box.depth:g}}}"
    else:
        yield f"area: {room.area:g}"
    if room.windows:
        panes = (f"{{facing: {window.facing}, area: {window.area:g}}}" for window in room.windows)
        yield f"windows: [{', '.join(panes)}]"


def _doors(home: Home) -> Iterator[str]:
    yield "doors:"
    for one, two in home.doors:
        apart = one in home.rooms and two in home.rooms and home.rooms[one].storey != home.rooms[two].storey
        yield f"  - [{one}, {two}]" + "  # the stairs" * apart


def _devices(home: Home) -> Iterator[str]:
    yield "devices:  # rename them as people here would call them"
    for room in home.rooms:
        for device, placement in home.devices.items():
            if placement.room == room:
                yield f"  {device}: {{{', '.join(_device(placement))}}}"


def _device(placement: Placement) -> Iterator[str]:
    yield f"type: {_word(placement.type)}"
    yield f"room: {placement.room}"
    if placement.name:
        yield f"name: {placement.name}"
    if isinstance(placement.watches, tuple):
        yield f"watches: [{', '.join(placement.watches)}]"
    elif placement.watches:
        yield f"watches: {placement.watches}"
    if placement.notices is not None:
        yield f"notices: {placement.notices:g}"


def _rules(home: Home) -> Iterator[str]:
    if home.automations:
        yield "automations:"
    for name, rule in home.automations.items():
        yield f"  {name}:"
        for key, said in rule.model_dump(mode="json", exclude_defaults=True).items():
            if isinstance(said, list):
                yield f"    {key}:"
                yield from (f"      - {json.dumps(it, ensure_ascii=False)}" for it in said)
            else:
                yield f"    {key}: {json.dumps(said, ensure_ascii=False)}"


def _word(text: str) -> str:
    """Quoted where a YAML reader might take it for nothing."""
    return f"'{text}'" if text == "None" else text
