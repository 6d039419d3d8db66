"""A share of a run's households for a batch queue: every so many-th, by index."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scenarios.errors import UserError
from scenarios.problems import printable

SHARD = "shard"  # the setting that tells a part from the whole run


@dataclass(frozen=True, order=True)
class Shard:
    """Part *part* of *of*, counted from 1: of all households those whose index leaves part - 1."""

    part: int
    of: int

    def __str__(self) -> str:
        return f"{self.part}/{self.of}"

    def among(self, indices: Sequence[int]) -> list[int]:
        """Its own of *indices*."""
        return [index for index in indices if index % self.of == self.part - 1]


def read_shard(text: str) -> Shard:
    """'2/3' as a shard."""
    match = re.fullmatch(r"(\d{1,9})/(\d{1,9})", text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise UserError(f"--shard {printable(text)}: expected a part of so many, such as 2/3")
    return Shard(int(match[1]), int(match[2]))


def shard_of(settings: Mapping[str, Any]) -> Shard | None:
    """Which part the run of *settings* is; None for a whole one."""
    return read_shard(str(settings[SHARD])) if SHARD in settings else None


def shared_out(indices: Sequence[int], shard: Shard | None) -> Sequence[int]:
    """The households of *shard*; each has at least one."""
    if shard is None:
        return indices
    if shard.of > len(indices):
        raise UserError(f"--shard {shard}: of {len(indices)} households at most as many parts are made")
    return shard.among(indices)
