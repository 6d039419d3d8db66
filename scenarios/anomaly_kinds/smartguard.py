"""The ten anomalies of SmartGuard (KDD 2024, arXiv 2406.10928), by its four families.

SD: one device operated again and again; MD: two devices in a wrong order; DM: a device at a wrong moment;
DD: a device on for too long.
"""

from scenarios.anomaly_kinds.kind import NIGHT_OVER, WEATHERED, AnomalyKind, Kinds, Part

SWITCHED = (("switch on", "switch off"), ("on", "off"))
OPENED = (("windowShade open", "windowShade close"), ("open", "close"))
LAMP = Part("a light that can be switched on and off", SWITCHED, domain="light")
CAMERA = Part("a camera that can be switched on and off", SWITCHED, domain="camera")
TELEVISION = Part("a television", SWITCHED, types=("Television", "TV"))
LOCK = Part("a lock", (("lock lock", "lock unlock"), ("close", "open")), domain="lock")
BLIND = Part("a blind or a curtain", OPENED, types=("Blind", "curtains"))
COOLER = Part("an air conditioner", SWITCHED, types=("AirConditioner", "ac"))
VALVE = Part("a water valve", (("valve open", "valve close"),), types=("WaterValve",))
MICROWAVE = Part("a microwave", SWITCHED, types=("Microwave",))

EVENING, MORNING, NIGHT = (17 * 60, 18 * 60), (6 * 60, 7 * 60), (0, 4 * 60)
SEEN = "meters and light sensors of the room; whoever is there may look up from what they do"
AT_ODDS = "the device stays as it was left until somebody sees to it"


def _flicker(says: str, part: Part) -> AnomalyKind:
    return AnomalyKind(
        family="SD", says=says, parts=(part,), hours=EVENING, minutes=300, wears_off=NIGHT_OVER,
        consequences=SEEN,
    )  # fmt: skip


def _after_locking(says: str, part: Part) -> AnomalyKind:
    return AnomalyKind(
        family="MD", says=says, parts=(part, LOCK), hours=MORNING, minutes=14 * 60, wears_off=NIGHT_OVER,
        consequences=AT_ODDS,
    )  # fmt: skip


def _wrong_moment(says: str, part: Part, hours: tuple[int, int], consequences: str) -> AnomalyKind:
    return AnomalyKind(
        family="DM", says=says, parts=(part,), hours=hours, minutes=20 * 60, wears_off=WEATHERED,
        consequences=consequences,
    )  # fmt: skip


KINDS: Kinds = {
    "light_flicker": _flicker("a light goes on and off again and again", LAMP),
    "camera_flicker": _flicker("a camera goes off and on again and again", CAMERA),
    "television_flicker": _flicker("the television goes on and off again and again", TELEVISION),
    "lock_then_window": _after_locking("the door is locked, then a blind or curtain is opened", BLIND),
    "lock_then_camera_off": _after_locking("the door is locked, then the camera is switched off", CAMERA),
    "cooling_wrong_time": _wrong_moment(
        "the air conditioner cools while nobody is there or awake to want it",
        COOLER,
        NIGHT,
        "the rooms stay colder for hours, and people answer that with heaters and windows",
    ),
    "blind_wrong_time": _wrong_moment(
        "a blind or curtain is opened while nobody is there or awake",
        BLIND,
        NIGHT,
        "daylight and sun come in early, and somebody may close it again",
    ),
    "water_valve_wrong_time": _wrong_moment(
        "a water valve is opened while nobody is there or awake", VALVE, NIGHT, AT_ODDS
    ),
    "microwave_too_long": AnomalyKind(
        family="DD",
        says="the microwave runs for far too long",
        parts=(MICROWAVE,),
        hours=MORNING,
        minutes=16 * 60,
        wears_off=WEATHERED,
        consequences="the kitchen stays warmer and damper for hours, and people answer that",
    ),
    "shower_too_long": AnomalyKind(
        family="DD",
        says="somebody stays under the shower for far too long",
        about="person",
        hours=(5 * 60, 5 * 60),
        minutes=18 * 60,
        wears_off=WEATHERED,
        consequences="they are late for the rest of the day, others wait, the bathroom stays damp for hours",
    ),
}
