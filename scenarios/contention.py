"""What people do when two want the same: a bathroom, the washer, another temperature."""

from typing import Annotated, Literal

from pydantic import Field

from scenarios.frozen import Frozen

Policy = Literal["wait", "yield", "share", "override", "negotiate"]
"""What whoever comes second does.

wait: do something else until it is free, or give up. yield: leave it at once. share: use it together; of a
setting, the mean of two numbers. override: ask whoever has it to make way; of a setting, the last one wins.
negotiate: talk it over, two turns each: to be let first, or to agree on the setting; with nobody up to talk
to, wait; a setting is made. Who waits for a setting yields.
"""


class Contention(Frozen):
    """How this household settles conflicts: by room id, by device id, else by device type, else as usual."""

    policies: dict[str, Policy] = {}  # room id, device id, or device type -> policy
    rooms: Policy = "wait"
    devices: Policy = "wait"
    settings: Policy = "override"
    patience: Annotated[float, Field(gt=0, le=240)] = 20.0  # minutes that one waits before giving up
    memory: Annotated[float, Field(ge=0, le=24)] = 2.0  # hours that a shared setting is somebody's

    def of_room(self, room: str) -> Policy:
        """What whoever finds *room* full does."""
        return self.policies.get(room, self.rooms)

    def of_device(self, device: str, type: str) -> Policy:  # noqa: A002
        """What whoever finds *device* in use does."""
        return self._of(device, type, self.devices)

    def of_setting(self, device: str, type: str) -> Policy:  # noqa: A002
        """What whoever wants *device* set otherwise than somebody else just set it does."""
        return self._of(device, type, self.settings)

    def _of(self, device: str, kind: str, default: Policy) -> Policy:
        return self.policies.get(device) or self.policies.get(kind, default)
