"""What a hub logged of a lived life, cut into windows for detectors, with what is anomalous in each.

The ids and the context of a window are of the observable log alone; labels come from the truth beside it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dataset.windows import SIZE, window_rows
from evaluation.context import contexts, word_of
from evaluation.detectors.windows import ACTION, DEVICE, Bools, Integers, Windows
from scenarios.home import Home
from scenarios.sensing import EVENTS
from world.clock import Clock
from world.event import BEHAVIOUR, OBSERVABLE, Event

SLOT = 180  # minutes
Kept = Callable[[Event], bool]


def deeds(event: Event) -> bool:
    """What is done, and what is opened: as the logs of the field have it, and by contact sensors."""
    return event.kind in BEHAVIOUR or event.command == "contact"


def sensed(event: Event) -> bool:
    """What is done, and what sensors tell of people: movements, doors, presence; no levels."""
    return event.kind in BEHAVIOUR or event.command in EVENTS


def everything(event: Event) -> bool:
    """All that is observable."""
    return True


@dataclass(frozen=True)
class Words:
    """Numbers of all devices and of all that they say, the same for all lives that are compared."""

    types: Mapping[str, int]
    words: Mapping[str, int]

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """How many days, slots, devices and actions there are."""
        return 7, 8, len(self.types), len(self.words)


def words_of(lives: Iterable[Iterable[Event]]) -> Words:
    """All that is said in *lives*, numbered in alphabetical order."""
    said = {(event.type, word_of(event)) for life in lives for event in life if event.kind in OBSERVABLE}
    types, words = sorted({type_ for type_, _ in said}), sorted({word for _, word in said})
    return Words({it: n for n, it in enumerate(types)}, {it: n for n, it in enumerate(words)})


class Watched(NamedTuple):
    """The windows of one life: when each begins and ends (ms), and the labels of what is in it."""

    windows: Windows
    start: Integers
    end: Integers
    labels: Sequence[frozenset[str]]

    def touched(self, start: int, end: int) -> Bools:
        """Which windows something from *start* to *end* falls into. (N,)."""
        found: Bools = (self.start <= end) & (self.end >= start)
        return found


def watched(
    events: Iterable[Event], home: Home, clock: Clock, words: Words, kept: Kept = deeds, step: int = SIZE
) -> Watched:
    """Windows of ten of the *kept* observable events, one every *step*."""
    seen = [event for event in events if event.kind in OBSERVABLE]
    rows = [number for number, event in enumerate(seen) if kept(event)]
    known = contexts(seen, rows, home, clock, words.words)
    ids = np.array([_ids(seen[row], clock, words) for row in rows], np.int64).reshape(-1, 4)
    cut = window_rows(len(rows), SIZE, step)  # (N, T) into rows
    times = np.array([seen[row].time for row in rows], np.int64)
    said = [seen[row].anomaly for row in rows]
    labels = [frozenset(filter(None, (said[it] for it in one))) for one in cut.tolist()]
    mask = np.ones(cut.shape, bool)
    own = ids[known.templates][..., (ACTION, DEVICE)]  # (E, FAKES, 2): what is imagined is done as it was
    imagined = np.concatenate([own, known.imagined], -1)
    whole = Windows(ids[cut], mask, words.sizes, known.real[cut], imagined[cut])
    return Watched(whole, times[cut[:, 0]], times[cut[:, -1]], labels)


def _ids(event: Event, clock: Clock, words: Words) -> tuple[int, int, int, int]:
    _, weekday, minute = clock.local(event.time)
    return weekday, minute // SLOT, words.types[event.type], words.words[word_of(event)]


def anomalous(life: Watched, label: str, start: int, end: int) -> Bools:
    """The windows that hold what *label* caused; where nothing of it was logged, those of its time. (N,)."""
    own = np.array([label in found for found in life.labels], bool)
    return own if own.any() else life.touched(start, end)
