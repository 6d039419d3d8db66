"""Somebody comes who does not live here."""

from scenarios.anomaly_kinds.kind import WEATHERED, AnomalyKind, Kinds

KINDS: Kinds = {
    "intruder": AnomalyKind(
        family="intruder",
        says="a stranger comes in while nobody is at home, goes through the rooms and leaves",
        about="home",
        hours=(9 * 60, 12 * 60),
        minutes=480,
        wears_off=WEATHERED,
        consequences="doors and things stay as they were left, rooms are a little warmer",
    )
}
