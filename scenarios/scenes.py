"""Scenes: one command, or one moment, sets several devices. They name types, so that any home can take them.

A scene that a home takes is an automation of its own devices; `world.automations` runs it like any other.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field, RootModel

from scenarios.automation import Act, Automation, Condition, Text, Trigger
from scenarios.device import DeviceType
from scenarios.frozen import Frozen, Identifier
from scenarios.home import Home, Placement
from scenarios.problems import Problem, unknown
from scenarios.tree import Node, find, plain, problem

MODES = "None"
"""The type of the device that holds a home's mode: `None:location` sets it."""
FEWEST = 2  # commands; fewer are no scene


class Setting(Frozen):
    """A command to a device of a type: that in the living room, if one stands there."""

    type: str
    command: str
    value: Text = ""


class Scene(Frozen):
    """Begins when the home's mode becomes `mode`, or at one of the moments `when`."""

    about: str = ""
    mode: str | None = None
    when: Annotated[tuple[Trigger, ...], Field(max_length=7)] = ()
    provided: tuple[Condition, ...] = ()  # at the moments of `when`; a mode that somebody sets is meant
    then: Annotated[tuple[Setting, ...], Field(min_length=FEWEST, max_length=16)]


class Scenes(RootModel[dict[Identifier, Scene]]):
    """Scenes by id, in a file of their own."""


def check_scenes(tree: Node, types: Mapping[str, DeviceType]) -> Iterator[Problem]:
    """Scenes set types of the catalogue by commands that people give."""
    for path, node in find(tree, "*.then.*"):
        said = plain(node)
        if not isinstance(said, dict) or not {"type", "command"} <= said.keys():
            continue  # told by the model
        kind = types.get(str(said["type"]))
        if kind is None:
            yield problem(node, (*path, "type"), unknown("device type", str(said["type"]), types))
            continue
        by_people = [name for name, it in kind.commands.items() if it.by == "person"]
        if said["command"] not in by_people:
            yield problem(node, (*path, "command"), unknown("command", str(said["command"]), by_people))


def with_scenes(home: Home, scenes: Scenes, notices: float | None = None) -> Home:
    """*home* with what it can do of *scenes*, and cameras that tell of people every *notices* minutes."""
    devices = {
        name: it.model_copy(update={"notices": notices}) if it.type == "Camera" and notices else it
        for name, it in home.devices.items()
    }
    rules = {**home.automations, **dict(_rules(home, scenes))}
    return home.model_copy(update={"devices": devices, "automations": rules})


def _rules(home: Home, scenes: Scenes) -> Iterator[tuple[str, Automation]]:
    """Of each scene one rule by the mode and one by its moments, where enough of its devices are there."""
    devices = {placed.type: name for name, placed in sorted(home.devices.items(), key=_last_choice)}
    for name, scene in scenes.root.items():
        acts = tuple(
            Act(device=devices[it.type], command=it.command, value=it.value)
            for it in scene.then
            if it.type in devices
        )
        if len(acts) < FEWEST:
            continue
        if scene.mode and MODES in devices:
            begins = Trigger(device=devices[MODES], attribute="mode", becomes=scene.mode)
            yield f"{name}_mode", Automation(about=scene.about, when=(begins,), then=acts)
        if scene.when:
            yield name, Automation(about=scene.about, when=scene.when, provided=scene.provided, then=acts)


def _last_choice(device: tuple[str, Placement]) -> tuple[bool, str]:
    """What stands where people live comes last, and so stands for its type."""
    return device[1].room == "living", device[0]
