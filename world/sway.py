"""What comes between a mind and its body: an illness, or the script of somebody whom no mind steers."""

from typing import Protocol

from world.mind import Decision, Observation


class Sway(Protocol):
    """What governs one body for some time."""

    def instead(self, seen: Observation) -> Decision | None:
        """What the body does without its mind being asked; None: the mind is asked."""
        ...

    def after(self, seen: Observation, meant: Decision) -> Decision:
        """What becomes of what the mind has decided."""
        ...
