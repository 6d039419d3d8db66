"""How a resident declines, over days and with a slope: on the first day hardly, on the last in full."""

from scenarios.anomaly_kinds.kind import WEATHERED, AnomalyKind, Kinds

LATER = "the rest of the day is late, and what others fixed with the person goes on without them"


def _decline(says: str, consequences: str = LATER) -> AnomalyKind:
    return AnomalyKind(
        family="decline",
        says=says,
        about="person",
        lasting=True,
        wears_off=WEATHERED,
        consequences=consequences,
    )


KINDS: Kinds = {
    "falls": _decline("somebody falls, and lies where they fell"),
    "wandering": _decline("somebody walks from room to room, by night and in place of pastimes"),
    "forgetting": _decline(
        "somebody forgets to turn off, to shut and to lock",
        "what was left on runs until it is noticed; rooms are warmer, damper or colder for hours",
    ),
    "staying_in_bed": _decline("somebody stays in bed longer every morning"),
    "withdrawal": _decline("somebody sees, calls and visits nobody, and keeps to the bedroom"),
    "irregular_sleep": _decline("somebody goes to bed late, and is up for part of the night"),
}
