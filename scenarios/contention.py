"""What people do when two want the same: a bathroom, the washer, another temperature."""

from typing import Annotated, Literal

from pydantic import Field

from scenarios.frozen import Frozen

Policy = Literal["wait", "yield", "share", "override"]
"""wait until it is free; yield and do something else; share it; override whoever has it."""


class Contention(Frozen):
    """How this household settles conflicts, by room, device or device type; the most specific name wins."""

    policies: dict[str, Policy] = {}  # room id, device id, or device type -> policy
    rooms: Policy = "wait"
    devices: Policy = "wait"
    settings: Policy = "override"
    patience: Annotated[float, Field(gt=0, le=240)] = 20.0  # minutes that one waits before giving up
    memory: Annotated[float, Field(ge=0, le=24)] = 2.0  # hours that a shared setting is somebody's
