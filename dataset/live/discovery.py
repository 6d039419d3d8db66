"""What makes a Home Assistant show a simulated home: a retained message for each of its entities.

MQTT discovery, https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery. One device for each device of
ours, the entities of `dataset.exporters.home_assistant_states`. Nobody listens to what Home Assistant would
command: a home is lived already.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dataset.exporters.home_assistant_shown import Shown
from dataset.exporters.home_assistant_states import PRESSED, Entity, may_show
from scenarios.catalogue import Catalogue
from scenarios.device import DeviceType
from scenarios.home import Home

STATE, ATTRIBUTES, NOBODY = "~/state", "~/attributes", "~/set"
"""Topics of an entity; `~` stands for its own. To NOBODY's nobody listens, but some kinds must have one."""

ON_OFF = {"payload_on": "on", "payload_off": "off"}
_OPERATED: Mapping[str, Any] = {"state_topic": STATE, "command_topic": NOBODY}

KINDS: Mapping[str, Mapping[str, Any]] = {
    "alarm_control_panel": {
        **_OPERATED, "supported_features": ["arm_home", "arm_away"], "code_arm_required": False,
    },
    "binary_sensor": {"state_topic": STATE, **ON_OFF},
    "climate": {"mode_state_topic": STATE},
    "cover": {"state_topic": STATE},
    "device_tracker": {"state_topic": STATE, "source_type": "router"},
    "event": {"state_topic": STATE, "event_types": ["press"]},
    "fan": {**_OPERATED, **ON_OFF},
    "humidifier": {**_OPERATED, **ON_OFF, "target_humidity_command_topic": f"{NOBODY}/humidity"},
    "light": {**_OPERATED, **ON_OFF},
    "lock": {**_OPERATED, "state_locked": "locked", "state_unlocked": "unlocked"},
    "select": _OPERATED,
    "sensor": {"state_topic": STATE},
    "siren": {**_OPERATED, **ON_OFF},
    "switch": {**_OPERATED, **ON_OFF},
    "vacuum": {"state_topic": STATE},
    "valve": {"state_topic": STATE},
}  # fmt: skip
"""Kinds of entity that MQTT can show, and what Home Assistant has to be told of each."""

_INSTEAD: Mapping[str, str] = {"button": "event", "remote": "switch", "scene": "event"}
"""Domains that MQTT cannot show, and what does; a sensor shows the words of any other."""

_SETPOINTS = ("setpoint", "heatingSetpoint", "coolingSetpoint")
Topics = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Names:
    """What the home called *home* is called in topics and ids."""

    home: str
    prefix: str = "homeassistant"

    @property
    def node(self) -> str:
        """'homefolk_family_h00000': letters, digits, single underscores."""
        return f"homefolk_{re.sub('[^a-z0-9]+', '_', self.home.lower()).strip('_')}"

    @property
    def availability(self) -> str:
        """Where 'online' and 'offline' are said."""
        return f"{self.node}/availability"

    @property
    def events(self) -> str:
        """Where each event is told as it is in the dataset."""
        return f"{self.node}/events"

    def of(self, entity: Entity) -> str:
        """Where all that is said of *entity* is said."""
        return f"{self.node}/{entity.entity_id.replace('.', '/')}"


def configs(
    names: Names, home: Home, catalogue: Catalogue, entities: Mapping[tuple[str, str], Entity]
) -> Topics:
    """The topic and payload that announce each of the *entities*."""
    for (device, quantity), entity in entities.items():
        placed = home.devices[device]
        kind = catalogue.devices[placed.type]
        component, (_, _, own) = component_of(entity), entity.entity_id.partition(".")
        content = {
            "~": names.of(entity),
            "unique_id": "_".join(filter(None, (names.node, device, quantity))),
            "default_entity_id": f"{component}.{own}",
            "name": _title(quantity) or None,  # None: as the device
            "availability_topic": names.availability,
            "json_attributes_topic": ATTRIBUTES,
            "qos": 1,
            **KINDS[component],
            **_particular(component, entity, kind),
            "device": {
                "identifiers": [f"{names.node}_{device}"],
                "name": _title(placed.name or kind.label),
                "manufacturer": "Homefolk (simulated)",
                "model": kind.type,
                "suggested_area": _title(placed.room.replace("_", " ")),
            },
            "origin": {"name": "Homefolk"},
        }
        yield f"{names.prefix}/{component}/{names.node}/{own}/config", json.dumps(content, ensure_ascii=False)


def component_of(entity: Entity) -> str:
    """The kind of entity by which MQTT shows it."""
    domain = _INSTEAD.get(entity.domain, entity.domain)
    return domain if domain in KINDS else "sensor"


def payload(shown: Shown) -> str:
    """The state as Home Assistant wants it told."""
    component = component_of(shown.entity)
    if component == "event":
        return json.dumps({"event_type": "press"})
    return json.dumps({"state": shown.state}) if component == "vacuum" else shown.state


def is_kept(entity: Entity) -> bool:
    """Whether who comes later is told its state; a press is over once it is told."""
    return entity.domain not in PRESSED


def attributes(shown: Shown, local: str) -> str:
    """The attributes of the device and the clock on its wall; what never changes is announced once."""
    changing = {key: it for key, it in shown.attributes.items() if key not in shown.entity.about}
    return json.dumps({**changing, "simulated_time": local}, ensure_ascii=False)


def _title(words: str) -> str:
    """'the reading lamp' as the head of a card: 'Reading lamp'."""
    words = words.removeprefix("the ")
    return words[:1].upper() + words[1:]


def _particular(component: str, entity: Entity, kind: DeviceType) -> dict[str, Any]:
    """What hangs on the type of the device."""
    about = entity.about if component == entity.domain else {}
    said: dict[str, Any] = {key: it for key, it in about.items() if key != "friendly_name"}
    if component == "select":
        said["options"] = may_show(kind)
    if component == "climate":
        said |= {"modes": may_show(kind), **_setpoint(kind)}
    if component == "light" and "level" in kind.attributes:
        said |= _topic("brightness", "level") | {"brightness_scale": 100}
        said["brightness_command_topic"] = f"{NOBODY}/brightness"
    return said


def _setpoint(kind: DeviceType) -> dict[str, Any]:
    name = next((it for it in _SETPOINTS if it in kind.attributes), None)
    if name is None:
        return {}
    least, most = kind.attributes[name].range or (7, 35)
    return {**_topic("temperature", name), "min_temp": least, "max_temp": most}


def _topic(what: str, attribute: str) -> dict[str, Any]:
    """Where *what* is told, as one of the attributes."""
    template = "brightness_value_template" if what == "brightness" else f"{what}_state_template"
    return {f"{what}_state_topic": ATTRIBUTES, template: f"{{{{ value_json.{attribute} }}}}"}
