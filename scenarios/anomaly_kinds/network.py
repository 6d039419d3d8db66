"""Attacks on the way from devices to the hub: what is observed is no longer what is true.

Spoof, replay, delay and drop change what the hub is told; an injected command acts in the home.
"""

from scenarios.anomaly_kinds.kind import NIGHT_OVER, WEATHERED, AnomalyKind, Kinds, Part

SWITCHED = (("switch on", "switch off"), ("on", "off"))
OPENED = (
    ("windowShade open", "windowShade close"),
    ("valve open", "valve close"),
    ("lock unlock", "lock lock"),
)
WATCHER = Part(
    "a motion or contact sensor", SWITCHED, types=("MotionSensor", "ContactSensor", "MultiFunctionalSensor")
)
OPERATED = Part(
    "a device that can be switched or opened",
    SWITCHED + OPENED,
    types=("Light", "Television", "Camera", "Blind", "WaterValve", "SmartLock", "SmartPlug", "Switch"),
)
HUB = "what the hub does by what it is told: its rules"

KINDS: Kinds = {
    "spoof": AnomalyKind(
        family="network",
        says="a sensor is made to tell of movements and doors that never were",
        parts=(WATCHER,),
        hours=(8 * 60, 12 * 60),
        minutes=480,
        wears_off=NIGHT_OVER,
        consequences=HUB,
    ),
    "replay": AnomalyKind(
        family="network",
        says="an old stretch of reports is sent again",
        hours=(8 * 60, 20 * 60),
        about="home",
        minutes=180,
        wears_off=NIGHT_OVER,
        consequences=HUB,
    ),
    "delay": AnomalyKind(
        family="network",
        says="reports are held back and come late",
        hours=(8 * 60, 18 * 60),
        about="home",
        minutes=180,
        wears_off=NIGHT_OVER,
        consequences=HUB,
    ),
    "drop": AnomalyKind(
        family="network",
        says="reports never arrive",
        hours=(8 * 60, 18 * 60),
        about="home",
        minutes=180,
        wears_off=NIGHT_OVER,
        consequences=HUB,
    ),
    "injected_command": AnomalyKind(
        family="network",
        says="a command that nobody gave reaches a device, and is obeyed",
        parts=(OPERATED,),
        hours=(8 * 60, 12 * 60),
        minutes=480,
        wears_off=WEATHERED,
        consequences="the device stays as it was made to be until somebody, or a rule, sees to it",
    ),
}
