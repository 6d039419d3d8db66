"""A stream of behaviours is cut into sequences, by silence and by day.

A sequence ends after three hours of silence (one slot of SmartSense's day), and at four in the morning, when
the days of time-use diaries begin (ATUS, HETUS): cutting at midnight would part going to bed from the
evening. SPPC splits further.
"""

from typing import Any

import numpy as np

from dataset.clock import Ints

HOUR = 3_600_000_000  # microseconds
DAY = 24 * HOUR
SILENCE = 3 * HOUR
MORNING = 4 * HOUR
LONGEST_SEQUENCE = 10_000  # behaviours


def clock_columns(wall: Ints) -> dict[str, Any]:
    """Day, slot and minute of microseconds on the wall's clock."""
    minute = wall % DAY // (60 * 1_000_000)
    return {"day": (wall // DAY + 3) % 7, "slot": minute // 180, "minute": minute}


class Cutter:
    """Numbers of sequences for behaviours that come in order, block by block."""

    def __init__(self) -> None:
        self._sequence, self._length = -1, 0
        self._last: tuple[int, int] | None = None  # time and day of the behaviour before

    def cut(self, times: Ints, wall: Ints) -> Ints:
        """The sequence of each behaviour; *wall* tells the day. Sequences count from 0, without a gap."""
        days = (wall - MORNING) // DAY
        time, day = self._last or (int(times[0]) - DAY, int(days[0]))
        starts = (np.diff(times, prepend=time) > SILENCE) | (np.diff(days, prepend=day) != 0)
        starts |= self._place(starts) % LONGEST_SEQUENCE == 0
        numbers: Ints = self._sequence + np.cumsum(starts)
        self._sequence, self._last = int(numbers[-1]), (int(times[-1]), int(days[-1]))
        self._length = int((numbers == numbers[-1]).sum()) + (0 if starts.any() else self._length)
        return numbers

    def _place(self, starts: np.ndarray[Any, np.dtype[np.bool_]]) -> Ints:
        """How many behaviours of the same day and noise came before each."""
        rows = np.arange(starts.size)
        since = np.maximum.accumulate(np.where(starts, rows, -self._length - 1))
        place: Ints = np.where(since < 0, rows + self._length, rows - since)
        return place
