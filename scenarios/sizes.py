"""How large homes are that are made up: rooms to live and sleep in, and what kind each more is."""

from collections.abc import Sequence

from scenarios.frozen import RoomKind

SMALLEST, LARGEST = 1, 8  # rooms to live and sleep in; 1 is a studio

MORE_ROOMS: Sequence[tuple[str, RoomKind]] = (
    ("bedroom", "bedroom"), ("child_room", "child"), ("office", "office"), ("second_bedroom", "bedroom"),
    ("second_child_room", "child"), ("guest_room", "bedroom"), ("study", "office"),
)  # fmt: skip
"""What comes beside the living room, in this order."""
