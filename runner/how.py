"""How a fleet is lived: on which engine, by how many. Nothing of it reaches the data."""

from dataclasses import dataclass
from typing import Literal

from scenarios.errors import UserError
from scenarios.problems import printable

EngineName = Literal["local", "ray"]


@dataclass(frozen=True, kw_only=True)
class How:
    """Processes of this machine, or of a Ray cluster."""

    engine: EngineName = "local"
    workers: int | None = None  # None = this process alone; with Ray every core of the cluster
    ray_address: str | None = None  # None = a Ray of this machine, started and stopped with the run

    def __post_init__(self) -> None:
        if self.workers is not None and self.workers < 1:
            raise UserError(f"--workers {self.workers}: expected at least 1")
        if self.ray_address is not None and self.engine != "ray":
            raise UserError(f"--ray-address {printable(self.ray_address)}: only --engine ray has one")


ALONE = How()
