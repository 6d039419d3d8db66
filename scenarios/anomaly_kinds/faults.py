"""What breaks: the faults among a scenario's happenings, as anomalies that can be drawn and repeated."""

from scenarios.anomaly_kinds.kind import WEATHERED, AnomalyKind, Kinds, Part

SENSOR, DEVICE = Part("a sensor", senses=True), Part("a connected device")


def _fault(says: str, consequences: str, *parts: Part) -> AnomalyKind:
    return AnomalyKind(
        family="fault", says=says, about="device" if parts else "home", parts=parts, minutes=180,
        wears_off=WEATHERED, consequences=consequences,
    )  # fmt: skip


KINDS: Kinds = {
    "sensor_failure": _fault(
        "a sensor says nothing (easy) or never changes its word",
        "rules that listen to it do not fire",
        SENSOR,
    ),
    "device_fault": _fault(
        "a device neither obeys nor works nor reports", "people notice, and do without it", DEVICE
    ),
    "heating_fault": _fault("nothing heats", "rooms cool down, and people answer that"),
    "power_cut": _fault("what is on the mains stops, and so does the network", "people notice; rooms change"),
    "network_outage": _fault("no app, no rules, readings are lost", "people notice"),
}
