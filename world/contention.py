"""Conflicts: two people want the same room, device or setting. What came of it is a row of the dataset."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One conflict, written down when it is settled."""

    time: int  # ms since the scenario's start, when it arose
    resident: str  # who wanted it
    others: tuple[str, ...]  # who had it
    resource: str  # id of a room or device; 'device.attribute' of a setting
    kind: Literal["room", "device", "setting"]
    policy: str  # `scenarios.contention.Policy`
    wait_ms: int
    outcome: str
    decision: int  # of who wanted it
