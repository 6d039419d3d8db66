"""Routines as integers: four fields a behaviour, padded to one length."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dataset.routines import Routine
from sppc.split import LONGEST

UNKNOWN = 0  # id of a device or action outside the vocabulary
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Vocabulary:
    """The devices and actions of a set of routines; ids count from 1."""

    devices: tuple[str, ...]
    actions: tuple[str, ...]


class Encoded(NamedTuple):
    """N pieces of up to T behaviours. All (N, T); `mask` is True where there is a behaviour."""

    day: Integers
    slot: Integers
    device: Integers
    action: Integers
    mask: npt.NDArray[np.bool_]

    def rows(self, chosen: Integers) -> "Encoded":
        """The pieces at these rows."""
        day, slot, device, action, mask = self
        return Encoded(day[chosen], slot[chosen], device[chosen], action[chosen], mask[chosen])


def vocabulary(pieces: Sequence[Routine]) -> Vocabulary:
    """Devices and actions that occur, in alphabetical order."""
    devices = {behaviour.device for piece in pieces for behaviour in piece}
    actions = {behaviour.action for piece in pieces for behaviour in piece}
    return Vocabulary(tuple(sorted(devices)), tuple(sorted(actions)))


def encode(pieces: Sequence[Routine], words: Vocabulary, longest: int = LONGEST) -> Encoded:
    """Integer arrays of *pieces*, none of which may be longer than *longest*."""
    device = {name: number for number, name in enumerate(words.devices, 1)}
    action = {name: number for number, name in enumerate(words.actions, 1)}
    fields = np.zeros((4, len(pieces), longest), np.int64)
    mask = np.zeros((len(pieces), longest), bool)
    for row, piece in enumerate(pieces):
        if len(piece) > longest:
            raise ValueError(
                f"piece {row} has {len(piece)} behaviours; split it into pieces of {longest} first"
            )
        mask[row, : len(piece)] = True
        for column, b in enumerate(piece):
            ids = (b.day, b.slot, device.get(b.device, UNKNOWN), action.get(b.action, UNKNOWN))
            fields[:, row, column] = ids
    return Encoded(fields[0], fields[1], fields[2], fields[3], mask)
