"""SmartGen's drift attacks (arXiv 2508.03484): what is odd only since life has changed, told to the hub.

Heater: a heater is told to be switched on, in place of one behaviour in ten, where it is spring.
Night: what is done by night is told as done by day, where people live by night.
Television: whatever is done is told as a television that goes on and off, where several live.
"""

from scenarios.anomaly_kinds.kind import AnomalyKind, Kinds, Part

SWITCHED = (("switch on", "switch off"), ("on", "off"))
HEATER = Part("a heater", SWITCHED, types=("Thermostat", "Heater", "heater"))
TELEVISION = Part("a television", SWITCHED, types=("Television", "TV"))


def _drift(says: str, *parts: Part) -> AnomalyKind:
    return AnomalyKind(
        family="drift",
        says=says,
        about="device" if parts else "home",
        parts=parts,
        lasting=True,
        wears_off=24 * 60,
        consequences="none in the home; rules are not told of what was withheld",
    )


KINDS: Kinds = {
    "heater_in_spring": _drift("now and then a heater is told to be on in place of what was done", HEATER),
    "night_by_day": _drift("what is done by night is told as done by day"),
    "only_television": _drift("what is done is told as a television going on and off", TELEVISION),
}
