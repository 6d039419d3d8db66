"""What Home Assistant shows of a device: its entities, and the state that follows from its attributes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scenarios.catalogue import Catalogue
from scenarios.device import DeviceType, State
from scenarios.home import Home

LONGEST = 255  # characters of an entity_id, and of a state

_SENSED_APART = {"binary_sensor", "device_tracker"}
"""Domains of sensors: whatever else such a device can be told is a switch."""

PRESSED = {"button", "event", "scene"}
"""Domains whose state is the time of the last press."""

_SHOWN: Mapping[str, tuple[str, ...]] = {
    "alarm_control_panel": ("alarmMode",),
    "climate": ("switch", "heat", "mode"),
    "cover": ("door", "opening", "level"),
    "lock": ("lock",),
    "media_player": ("switch", "playback"),
    "select": ("mode",),
    "sensor": ("operation", "machine", "switch", "door"),
    "siren": ("alarm", "switch"),
    "vacuum": ("movement",),
    "valve": ("valve", "water", "switch"),
}
"""Domain -> attributes that make its state: the first that a device has, and where that is on, the next."""

_ELSE = ("switch", "light", "heating", "plug")

_OPEN = {"off": "closed", "empty": "closed", "on": "open", "full": "open", "tilted": "open"}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "alarm_control_panel": {"armedStay": "armed_home", "armedAway": "armed_away"},
    "camera": {"on": "recording", "off": "idle"},
    "climate": {
        "on": "heat", "heating": "heat", "cooling": "cool", "wind": "fan_only", "dehumidification": "dry",
        "automatic": "auto",
    },
    "cover": _OPEN,
    "media_player": {"stopped": "idle"},
    "siren": {"both": "on", "siren": "on", "strobe": "on"},
    "vacuum": {
        "charging": "docked", "sweeping": "cleaning", "point": "cleaning", "homing": "returning",
        "after": "returning", "reserve": "idle", "powerOff": "idle", "stopped": "idle",
    },
    "valve": _OPEN,
}  # fmt: skip
"""Domain -> a value of ours -> Home Assistant's word, where it is another."""

_CLASSES: Mapping[str, str] = {
    "Television": "tv", "TV": "tv", "Projector": "tv", "projector": "tv", "NetworkAudio": "speaker",
    "SmartPlug": "outlet", "outlet": "outlet", "gree_plug": "outlet", "Blind": "blind", "curtains": "curtain",
    "GarageDoor": "garage", "Window": "window", "WaterValve": "water", "GasValve": "gas",
}  # fmt: skip

SENSED: Mapping[str, tuple[str, str, str]] = {
    "motion": ("binary_sensor", "motion", ""), "contact": ("binary_sensor", "door", ""),
    "presence": ("device_tracker", "", ""), "button": ("event", "button", ""),
    "temperature": ("sensor", "temperature", "°C"), "humidity": ("sensor", "humidity", "%"),
    "illuminance": ("sensor", "illuminance", "lx"), "co2": ("sensor", "carbon_dioxide", "ppm"),
    "noise": ("sensor", "sound_pressure", "dB"), "power": ("sensor", "power", "W"),
    "energy": ("sensor", "energy", "Wh"),
}  # fmt: skip
"""Quantity -> domain, device class, unit."""

READ: Mapping[str, str] = {
    "active": "on", "inactive": "off", "open": "on", "closed": "off", "present": "home",
    "not present": "not_home",
}  # fmt: skip
AT_FIRST: Mapping[str, str] = {"motion": "off", "contact": "off"}
"""What an event sensor showed before it told anything; the others are unknown."""


@dataclass(frozen=True)
class Entity:
    """One thing that Home Assistant would show."""

    entity_id: str
    name: str
    device_class: str = ""
    unit: str = ""

    @property
    def domain(self) -> str:
        """'light' of light.kitchen."""
        return self.entity_id.partition(".")[0]

    @property
    def about(self) -> dict[str, str]:
        """Its attributes that never change."""
        said = {
            "friendly_name": self.name,
            "device_class": self.device_class,
            "unit_of_measurement": self.unit,
        }
        if self.unit:
            said["state_class"] = "total_increasing" if self.device_class == "energy" else "measurement"
        return {key: value for key, value in said.items() if value}


def entities(home: Home, catalogue: Catalogue) -> dict[tuple[str, str], Entity]:
    """By device and quantity ('' for what is operated), of every device that a network knows."""
    found: dict[tuple[str, str], Entity] = {}
    taken: set[str] = set()
    for device, placed in sorted(home.devices.items()):
        kind = catalogue.devices[placed.type]
        name = placed.name or kind.label
        for quantity, domain, device_class, unit in _shown(kind):
            own = device if not quantity or device.endswith(quantity) else f"{device}_{quantity}"
            words = name if not quantity else f"{name} {quantity}"
            found[device, quantity] = Entity(entity_id(domain, own, taken), words, device_class, unit)
    return found


def entity_id(domain: str, name: str, taken: set[str]) -> str:
    """'light.kitchen_lamp': lower case, single underscores, at most 255 characters, unlike any *taken*."""
    own = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "device"
    number, made = 1, f"{domain}.{own}"[:LONGEST].rstrip("_")
    while made in taken:
        number += 1
        made = f"{f'{domain}.{own}'[: LONGEST - 6].rstrip('_')}_{number}"
    taken.add(made)
    return made


def shown_state(kind: DeviceType, state: State) -> str:
    """What Home Assistant shows of a device of *kind* in *state*; '' where it has no state to show."""
    domain = operated_domain(kind)
    text = ""
    for name in (name for name in _SHOWN.get(domain, _ELSE) if name in state):
        value = state[name]
        text = value if isinstance(value, str) else ("open" if value > 0 else "closed")
        if text != "on":
            break
    return _WORDS.get(domain, {}).get(text, text)


def may_show(kind: DeviceType) -> list[str]:
    """Every word that `shown_state` may say of a device of *kind*."""
    domain = operated_domain(kind)
    names = [name for name in _SHOWN.get(domain, _ELSE) if name in kind.attributes]
    values = [
        value
        for name in names
        for value in kind.attributes[name].values or ("open", "closed")
        if value != "on" or name == names[-1]
    ]
    words = _WORDS.get(domain, {})
    return list(dict.fromkeys(words.get(value, value) for value in values))


def operated_domain(kind: DeviceType) -> str:
    """The domain of what is operated of a device."""
    return "switch" if kind.domain in _SENSED_APART else kind.domain


def _shown(kind: DeviceType) -> Iterator[tuple[str, str, str, str]]:
    """Quantity, domain, device class and unit of each entity."""
    domain, state = operated_domain(kind), {name: it.initial for name, it in kind.attributes.items()}
    if kind.connected and kind.commands and (domain in PRESSED or shown_state(kind, state)):
        yield "", domain, _CLASSES.get(kind.type, ""), ""
    for sensing in kind.senses:
        yield sensing.quantity, *SENSED[sensing.quantity]
