"""Time that goes round: minutes of a day, days of a week."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from dataset.routines import Behaviour

DAY = 1440  # minutes
SLOT = 180
BIN = 30
BINS = DAY // BIN
Floats = npt.NDArray[np.float64]


def minute_of(behaviour: Behaviour) -> float:
    """Minute of the day: the exact one where known, else the middle of the three-hour slot."""
    return behaviour.minute if behaviour.minute >= 0 else behaviour.slot * SLOT + SLOT / 2


def hours_between(first: Behaviour, then: Behaviour) -> float:
    """Hours from one behaviour to a later one, at most a week (SmartGen's TSS).

    24 Δday + 3 Δslot, or exact minutes where both are known; a week more when *then* lies earlier in
    the week.
    """
    if first.minute >= 0 and then.minute >= 0:
        within_day = (then.minute - first.minute) / 60
    else:
        within_day = 3.0 * (then.slot - first.slot)
    hours = 24.0 * (then.day - first.day) + within_day
    return hours + 168.0 if hours < 0 else hours


def histogram(behaviours: Iterable[Behaviour]) -> Floats:
    """How many behaviours fall in each half hour; one known only by its slot is spread over the slot."""
    bins = np.zeros(BINS)
    for behaviour in behaviours:
        if behaviour.minute >= 0:
            bins[behaviour.minute // BIN] += 1
        else:
            first = behaviour.slot * SLOT // BIN
            bins[first : first + SLOT // BIN] += BIN / SLOT
    return bins


def quietest(clock: Floats, hours: float, later: int = 0) -> int:
    """Minute at which the *hours* with the fewest behaviours begin, of a histogram by half hours.

    Of equally quiet windows, the one whose middle is nearest to three in the morning, or *later* minutes.
    """
    length = max(1, min(BINS, round(hours * 60 / BIN)))
    busy = np.array([np.roll(clock, -start)[:length].sum() for start in range(BINS)]).round(6)
    starts = np.flatnonzero(busy == busy.min()) * BIN
    off = (starts + length * BIN / 2 - 180 - later) % DAY
    return int(starts[np.argmin(np.minimum(off, DAY - off))])


def circular_mean(minutes: Iterable[float]) -> tuple[float, float]:
    """Mean minute of the day and concentration, 0 (all round the clock) to 1 (always the same minute).

    Mean direction and mean resultant length (Mardia & Jupp, Directional Statistics, §2.2).
    """
    return _direction(np.exp(2j * np.pi * np.array(list(minutes)) / DAY).mean())


def mean_direction(means: Sequence[tuple[float, float]], weights: Sequence[float]) -> tuple[float, float]:
    """The circular mean of all minutes, from that of each part and how many it had."""
    minutes, lengths = np.array(means).T
    return _direction(np.average(lengths * np.exp(2j * np.pi * minutes / DAY), weights=weights))


def _direction(resultant: complex) -> tuple[float, float]:
    mean = round(float(np.angle(resultant)) % (2 * np.pi) * DAY / (2 * np.pi), 3) % DAY
    return mean, round(min(1.0, float(abs(resultant))), 6)
