"""What the readings of a log mean: each distinct one is understood once."""

from typing import NamedTuple

import numpy as np

from dataset.importers.ordered import Ints
from scenarios.errors import UserError

MOST_CODES = 200_000  # different readings: a home has some hundreds


class Meaning(NamedTuple):
    """What one sort of reading says: a behaviour, or why it is none, and where an activity begins or ends."""

    source: str  # sensor or entity
    state: str
    action: str = ""  # 'MotionSensor:M003 active'; '' = nobody's behaviour
    reason: str = ""  # why it is none; '' with an action, and where no row of the log stands for it
    begins: str = ""  # activities
    ends: str = ""
    momentary: bool = False  # a press: the same again is another one

    @property
    def is_row(self) -> bool:
        """Whether a row of the log stands for it."""
        return bool(self.action or self.reason)


class Codebook:
    """Meanings by number, in order of appearance."""

    def __init__(self) -> None:
        self.meanings: list[Meaning] = []
        self._codes: dict[Meaning, int] = {}

    def code(self, meaning: Meaning) -> int:
        """The number of *meaning*."""
        code = self._codes.setdefault(meaning, len(self.meanings))
        if code == len(self.meanings):
            if code == MOST_CODES:
                raise UserError(f"more than {MOST_CODES:,} different sensors and states are no log of a home")
            self.meanings.append(meaning)
        return code

    @property
    def rank(self) -> Ints:
        """Place by name of each code: the order of what has the same time, whatever the order of the file."""
        order = sorted(range(len(self.meanings)), key=self.meanings.__getitem__)
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return rank
