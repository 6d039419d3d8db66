"""What is counted of time: how long until the next behaviour, how long a sequence, how long a device is on.

Logs of the field tell a day of the week and a slot of three hours, so times are in slots, 0 to 55.
"""

import numpy as np

from evaluation.corpus import WEEK, Corpus, Ints
from evaluation.measures.figure import Counted
from sppc.split import is_closing


def lengths(sample: Corpus) -> Counted:
    """How many behaviours each sequence has."""
    return sample.lengths, np.arange(len(sample))


def gaps(sample: Corpus) -> Counted:
    """Slots between a behaviour and the next of its sequence."""
    return sample.gaps, sample.row[sample.pairs]


def spans(sample: Corpus) -> Counted:
    """Slots from the first to the last behaviour of each sequence; a week and more is a week."""
    totals = np.bincount(sample.row[sample.pairs], sample.gaps, len(sample)).astype(np.int64)
    return np.minimum(totals, WEEK), np.arange(len(sample))


def durations(sample: Corpus) -> Counted:
    """Slots from a device's being used to its being closed, with the device: how long it was on."""
    order = np.lexsort((sample.position, sample.device, sample.row))
    row, device, closes = sample.row[order], sample.device[order], _closing(sample)[order]
    ends = np.flatnonzero((row[1:] == row[:-1]) & (device[1:] == device[:-1]) & closes[1:] & ~closes[:-1])
    elapsed = _elapsed(sample)[order]
    lasting = np.minimum(elapsed[ends + 1] - elapsed[ends], WEEK)
    return device[ends] * (WEEK + 1) + lasting, row[ends]


def _closing(sample: Corpus) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    known = np.array([is_closing(action) for action in sample.words.actions], dtype=bool)
    return known[sample.action] if len(known) else np.zeros(0, bool)


def _elapsed(sample: Corpus) -> Ints:
    """(E,) slots since the first behaviour of the sequence."""
    steps = np.zeros(sample.events, dtype=np.int64)
    steps[sample.pairs + 1] = sample.gaps
    total = np.cumsum(steps)
    return total - total[sample.bounds[:-1]][sample.row]
