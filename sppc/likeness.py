"""How alike two pieces are: what is done, at what time of day, on which day of the week."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from dataset.routines import Routine
from sppc.clock import BIN, BINS, SLOT, Floats, histogram
from sppc.encode import vocabulary

_SHARES = (1.0, 0.6, 0.35)  # of actions, time of day and weekday in likeness


def describe(pieces: Sequence[Routine], shares: Sequence[float] = _SHARES) -> Floats:
    """Feature vectors (N, F) whose inner product is the likeness of two pieces, 0 to 1.

    Three unit vectors side by side: actions (square roots of counts), time of day (smoothed), weekday.
    """
    actions = {name: column for column, name in enumerate(vocabulary(pieces).actions)}
    what = np.zeros((len(pieces), len(actions)))
    when = np.zeros((len(pieces), BINS))
    day = np.full((len(pieces), 7), 0.1)
    for row, piece in enumerate(pieces):
        for action, count in Counter(b.action for b in piece).items():
            what[row, actions[action]] = np.sqrt(count)
        when[row] = histogram(piece)
        for behaviour in piece:
            day[row, behaviour.day] += 1
    when = np.sqrt(sum(np.roll(when, shift, 1) for shift in range(-SLOT // BIN // 2, SLOT // BIN // 2 + 1)))
    blocks = [
        np.sqrt(share / sum(shares)) * block / np.linalg.norm(block, axis=1, keepdims=True)
        for share, block in zip(shares, (what, when, day), strict=True)
    ]
    return np.hstack(blocks)
