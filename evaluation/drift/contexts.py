"""SmartGen's three shifts of context, as its released files define them: rules over one month of a log.

Winter is what holds neither air conditioner nor fan, spring what holds one of them and no heater; daytime is
what is done from 6 to 18 h alone, night from 18 to 6 h; single is one device, multiple three or more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dataset.routines import Routine
from evaluation.detectors.windows import ACTION, DEVICE, SLOT
from scenarios.errors import UserError
from scenarios.problems import unknown

COOLING = frozenset({"AirConditioner", "Fan", "ac", "fan"})
HEATING = frozenset({"Thermostat", "Heater", "heater"})
NIGHT = frozenset({0, 1, 6, 7})  # slots: 18 to 6 h
MANY = 3  # devices


@dataclass(frozen=True)
class Context:
    """A shift: from which source, what holds in every sequence of the target, what the detector looks at."""

    name: str
    source: str
    attack: str  # part of the name of its attack's file
    field: int  # that SmartGen's detector sees: the one that the attack changes
    scenarios: tuple[str, str]  # shipped: the source's, the target's
    held: Callable[[Routine], bool]  # in every sequence of the source
    holds: Callable[[Routine], bool]
    kept_out: frozenset[str] = frozenset()  # device types that the source's rule excludes
    whole: bool = False  # SmartGen validates this detector on what it is trained on


def _winter(sequence: Routine) -> bool:
    return not {it.device for it in sequence} & COOLING


def _spring(sequence: Routine) -> bool:
    types = {it.device for it in sequence}
    return bool(types & COOLING) and not types & HEATING


def _daytime(sequence: Routine) -> bool:
    return not any(it.slot in NIGHT for it in sequence)


def _night(sequence: Routine) -> bool:
    return all(it.slot in NIGHT for it in sequence)


def _single(sequence: Routine) -> bool:
    return len({it.device for it in sequence}) == 1


def _multiple(sequence: Routine) -> bool:
    return len({it.device for it in sequence}) >= MANY


CONTEXTS: Mapping[str, Context] = {
    it.name: it
    for it in (
        Context("spring", "winter", "heater", ACTION, ("winter", "spring"), _winter, _spring, COOLING),
        Context("night", "daytime", "time", SLOT, ("day", "night"), _daytime, _night),
        Context("multiple", "single", "tv", DEVICE, ("single", "multiple"), _single, _multiple, whole=True),
    )
}


def context_named(name: str) -> Context:
    """One of CONTEXTS."""
    if name not in CONTEXTS:
        raise UserError(unknown("context", name, CONTEXTS))
    return CONTEXTS[name]
