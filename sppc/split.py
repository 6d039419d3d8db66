"""Split by time and meaning: long sequences become pieces that belong together (SmartGen's TSS, corrected).

As released, TSS never recognises a closing action and does not reset its clock after a cut, so more than
half of its pieces are single behaviours. This is what it set out to do.
"""

import re
from collections.abc import Callable, Sequence
from itertools import chain

from dataset.routines import Routine
from sppc.clock import hours_between

GAP_HOURS = 9.0  # tau 1: a longer silence ends a piece
SPAN_HOURS = 24.0  # tau 2: a piece lasts no longer
LONGEST = 10  # behaviours, the window of SmartSense and SmartGuard

_CLOSING = frozenset({"off", "close", "closed", "stop", "lock", "pause", "end", "finish"})


def is_closing(action: str) -> bool:
    """Whether an action ends something, by its last word: 'Light:switch off', 'curtains_close'."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", action)
    return bool(words) and words[-1].lower() in _CLOSING


def split(
    sequences: Sequence[Routine], gap: float = GAP_HOURS, span: float = SPAN_HOURS, longest: int = LONGEST
) -> tuple[Routine, ...]:
    """Cut after a silence of more than *gap* hours, or when a piece has lasted more than *span* hours.

    A closing action stays with what it closes, however late. Pieces of more than *longest* behaviours
    are cut into pieces of that length.
    """
    pieces = chain.from_iterable(_cut(sequence, gap, span) for sequence in sequences)
    return tuple(piece[at : at + longest] for piece in pieces for at in range(0, len(piece), longest))


def split_as_released(sequences: Sequence[Routine]) -> tuple[Routine, ...]:
    """SmartGen's TSS as its released code behaves, defects and all: for comparison with its files alone.

    Closing actions are cut off like any other. A second pass measures from the start of a piece and never
    starts anew, so past SPAN_HOURS every behaviour stands alone.
    """
    return tuple(
        whole
        for sequence in sequences
        for piece in _pieces(sequence, lambda at, seq: hours_between(seq[at - 1], seq[at]) > GAP_HOURS)
        for whole in _pieces(piece, lambda at, seq: hours_between(seq[0], seq[at]) > SPAN_HOURS)
    )


def _pieces(sequence: Routine, cut: Callable[[int, Routine], bool]) -> list[Routine]:
    starts = [0, *(at for at in range(1, len(sequence)) if cut(at, sequence))]
    return [sequence[a:b] for a, b in zip(starts, [*starts[1:], len(sequence)], strict=True) if a < b]


def _cut(sequence: Routine, gap: float, span: float) -> list[Routine]:
    starts, elapsed = [0], 0.0
    for at in range(1, len(sequence)):
        silence = hours_between(sequence[at - 1], sequence[at])
        elapsed += silence
        if (silence > gap or elapsed > span) and not is_closing(sequence[at].action):
            starts.append(at)
            elapsed = 0.0
    return [sequence[a:b] for a, b in zip(starts, [*starts[1:], len(sequence)], strict=True) if a < b]
