"""Catalogue phrases as sentences about a third person: 'get up' -> 'gets up'."""

import re
from collections.abc import Set

from scenarios.catalogue import Catalogue
from world.changing import CAUSE as CHANGE
from world.changing import COME_ABOUT
from world.devices import describe
from world.event import Event
from world.happening import OVER, WORKS_AGAIN

IRREGULAR = {"be": "is", "have": "has", "do": "does", "go": "goes"}
NAMED = {
    "power_cut": "the power", "network_outage": "the network", "heating_fault": "the heating",
    "heat_wave": "the heat wave", "cold_spell": "the cold spell",
}  # fmt: skip
"""What is over, or works again."""
FURTHER = frozenset({"air", "brush", "change", "fold", "tinker"})
"""Verbs that stand in phrases only after another; all others begin some phrase of the catalogue."""

LIVED = {
    "observed": "logs of people",
    "authored": "written by hand, nobody lived them",
    "simulated": "made by a simulation",
}
"""What routines are, by their provenance."""


def verbs(catalogue: Catalogue) -> frozenset[str]:
    """The verbs that phrases and commands begin with."""
    phrases = [activity.phrase for activity in catalogue.activities.values()]
    commands = [how.says for kind in catalogue.devices.values() for how in kind.commands.values() if how.says]
    return FURTHER | {text.split()[0] for text in [*phrases, *commands]}


def third_person(phrase: str, known: Set[str]) -> str:
    """'make the bed and raise the blind' -> 'makes the bed and raises the blind'."""
    first, rest = re.split(r"(?=[\s,]|$)", phrase, maxsplit=1)
    rest = re.sub(
        r"((?:,|\band|\bor) )(\w+)",
        lambda match: match[1] + (_inflected(match[2]) if match[2] in known else match[2]),
        rest,
    )
    return _inflected(first) + rest


def command_words(event: Event, catalogue: Catalogue, name: str) -> str:
    """What operating the device means, in words that follow 'to'."""
    kind = catalogue.devices.get(event.type)
    command = kind.commands.get(event.command) if kind else None
    if command is None or not command.says:
        return f"use {name} ({event.command})"
    return describe(command, name, event.value)


def happening_words(event: Event, device: str) -> str:
    """What befell the household: in its own words, or what of it is over; *device*, or who, is called so."""
    if event.cause == CHANGE and event.value in (OVER, COME_ABOUT):
        return f"the {event.command.replace('_', ' ')} of {device} {event.value}"
    if event.value not in (WORKS_AGAIN, OVER):
        return event.value
    return f"{NAMED.get(event.command, device)} {event.value}"


def _inflected(verb: str) -> str:
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"
