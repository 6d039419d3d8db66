"""The ten anomalies of SmartGuard (KDD 2024, arXiv 2406.10928), by its four families.

SD: one device operated again and again; MD: two devices in a wrong order; DM: a device at a wrong moment;
DD: a device on for too long.
"""

from scenarios.anomaly_kinds.kind import AnomalyKind, Kinds, Part

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

EVENING, NIGHT, DAYTIME = (17 * 60, 22 * 60), (0, 5 * 60), (9 * 60, 16 * 60)
SEEN = "meters and light sensors of the room; whoever is there may look up"

KINDS: Kinds = {
    "light_flicker": AnomalyKind(
        family="SD",
        says="a light goes on and off again and again",
        parts=(LAMP,),
        hours=EVENING,
        minutes=20,
        consequences=SEEN,
    ),
    "camera_flicker": AnomalyKind(
        family="SD",
        says="a camera goes off and on again and again",
        parts=(CAMERA,),
        hours=EVENING,
        minutes=20,
        consequences="meters",
    ),
    "television_flicker": AnomalyKind(
        family="SD",
        says="the television goes on and off again and again",
        parts=(TELEVISION,),
        hours=EVENING,
        minutes=20,
        consequences=SEEN,
    ),
}
