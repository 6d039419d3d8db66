"""Home Assistant's domains and states, and what the catalogue calls the act that brings them about.

A state of several words in one key is one state here: a television that pauses was on before. `{}` is the
entity's own name, for sensors: which door it was matters, and no catalogue has it.
"""

from collections.abc import Collection, Mapping

NOBODY = ""  # a state that nobody brings about, such as a motion sensor at rest

_ON_OFF = "switch on", "switch off"


def _switched(device: str) -> dict[str, str]:
    return {"on": f"{device}:{_ON_OFF[0]}", "off": f"{device}:{_ON_OFF[1]}"}


ACTIONS: Mapping[str, Mapping[str, str]] = {
    "light": _switched("Light"),
    "switch": _switched("Switch"),
    "plug": _switched("SmartPlug"),
    "fan": _switched("Fan"),
    "purifier": _switched("AirPurifier"),
    "humidifier": _switched("Humidifier"),
    "siren": _switched("Siren"),
    "remote": _switched("RemoteController"),
    "tv": {
        "on idle playing paused buffering": "Television:switch on",
        "off standby": "Television:switch off",
    },
    "media_player": {
        "on idle": "NetworkAudio:switch on",
        "playing buffering": "NetworkAudio:mediaPlayback play",
        "paused": "NetworkAudio:mediaPlayback pause",
        "off standby": "NetworkAudio:switch off",
    },
    "cover": {"open opening": "Blind:windowShade open", "closed closing": "Blind:windowShade close"},
    "garage": {
        "open opening": "GarageDoor:doorControl open",
        "closed closing": "GarageDoor:doorControl close",
    },
    "window": {"open opening": "Window:open", "closed closing": "Window:close"},
    "valve": {"open opening": "WaterValve:valve open", "closed closing": "WaterValve:valve close"},
    "lock": {
        "locked locking": "SmartLock:lock lock",
        "unlocked unlocking open opening": "SmartLock:lock unlock",
    },
    "climate": {
        "off": "Thermostat:switch off",
        "heat": "Thermostat:setThermostatMode",
        "auto": "Thermostat:setThermostatMode",
        "heat_cool": "Thermostat:setThermostatMode",
        "cool": "AirConditioner:setAirConditionerMode",
        "dry": "AirConditioner:setAirConditionerMode",
        "fan_only": "AirConditioner:setAirConditionerMode",
    },
    "vacuum": {
        "cleaning": "RobotCleaner:setRobotCleanerMovement cleaning",
        "returning": "RobotCleaner:setRobotCleanerMovement homing",
        "docked": "RobotCleaner:setRobotCleanerMovement charging",
        "idle": "RobotCleaner:setRobotCleanerMovement idle",
        "paused": "RobotCleaner:setRobotCleanerMovement idle",
    },
    "alarm_control_panel": {
        f"{state}": "SecurityPanel:platinummassive43262.alarmMode setAlarmMode"
        for state in ("disarmed", "armed_home", "armed_away", "armed_night", "armed_vacation")
    },
    "motion": {"on": "MotionSensor:{} active", "off": NOBODY},
    "contact": {"on": "ContactSensor:{} open", "off": "ContactSensor:{} closed"},
    "presence": {"on": "PresenceSensor:{} present", "off": "PresenceSensor:{} absent"},
    "person": {"home": "PresenceSensor:{} present", "not_home": "PresenceSensor:{} absent"},
}
"""Kind of entity -> state -> action. A kind is a domain, or what `kind_of` makes of one."""

MOMENTARY: Mapping[str, str] = {
    "button": "Button:push", "input_button": "Button:push", "event": "Button:push", "scene": "None:scene",
}  # fmt: skip
"""Domains whose state is the time of the last press."""

NARROWER: Mapping[str, Mapping[str, str]] = {
    "binary_sensor": {
        **dict.fromkeys(("motion", "pir", "occupancy", "moving"), "motion"),
        **dict.fromkeys(
            ("door", "window", "contact", "opening", "garage", "fridge", "drawer", "lid"), "contact"
        ),
        **dict.fromkeys(("presence", "bed", "seat", "pressure"), "presence"),
    },
    "cover": {"garage": "garage", "gate": "garage", "window": "window"},
    "media_player": {"tv": "tv", "television": "tv", "receiver": "tv"},
    "switch": {"plug": "plug", "outlet": "plug", "socket": "plug"},
    "fan": {"purifier": "purifier"},
    "device_tracker": {"": "person"},
}
"""Domain -> word of the device class, else of the entity's name -> kind; '' stands for any."""


def kind_of(domain: str, name: str, device_class: str) -> str:
    """What sort of thing an entity is: 'contact' for binary_sensor.front_door."""
    narrower = NARROWER.get(domain, {})
    words = [*device_class.split("_"), *name.split("_"), ""]
    return next((narrower[word] for word in words if word in narrower), domain)


def meant(states: Collection[str], state: str) -> str | None:
    """The key among *states* that *state* is one word of."""
    return next((key for key in states if state in key.split()), None)
