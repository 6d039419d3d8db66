"""Somebody comes who does not live here."""

from scenarios.anomaly_kinds.kind import AnomalyKind, Kinds

FOUND_OUT = 7 * 24 * 60.0  # minutes: people may be away for days, and find only then how things were left

KINDS: Kinds = {
    "intruder": AnomalyKind(
        family="intruder",
        says="a stranger comes in while nobody is at home, goes through the rooms and leaves",
        about="home",
        hours=(9 * 60, 12 * 60),
        minutes=480,
        wears_off=FOUND_OUT,
        consequences="doors and things stay as they were left, rooms are a little warmer",
    )
}
