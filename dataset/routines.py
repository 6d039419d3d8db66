"""Routines: ordered behaviours of one household, the interchange with the field's real logs.

A behaviour is (day of week, 3-hour slot, device, action) as in SmartSense, SmartGuard and SmartGen;
the minute and the activity are kept where the source knows them.
"""

from typing import NamedTuple


class Behaviour(NamedTuple):
    """One action of a routine."""

    day: int  # 0..6, Monday = 0
    slot: int  # 0..7, three hours each from midnight
    device: str  # 'Light'
    action: str  # 'Light:switch on'
    minute: int = -1  # of the day; -1 = unknown
    activity: str = ""  # '' = unknown


Routine = tuple[Behaviour, ...]
