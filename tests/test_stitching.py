"""Windows that slid over a log are laid end to end again; a log of anything else stays as it is."""

import numpy as np
import pytest

from dataset.routines import Behaviour, Routine, Routines
from sppc.stitching import stitched

POLLING = frozenset({"Light:refresh"})
Windows = list[Routine]


def home(number: int, events: int) -> Routine:
    """Weeks of a home: what is done in every other slot, with polling in between."""
    rng = np.random.default_rng(number)
    actions = [f"Device{number}:{it}" for it in "abcdef"]
    return tuple(
        Behaviour(at // 8 % 7, at % 8, f"Device{number}", actions[rng.integers(6)])
        if at % 2
        else Behaviour(at // 8 % 7, at % 8, "Light", "Light:refresh")
        for at in range(events)
    )


def windows(stream: Routine, size: int = 10) -> Windows:
    return [stream[at : at + size] for at in range(len(stream) - size + 1)]


def log(sequences: Windows) -> Routines:
    return Routines.of(sequences, source="windows", provenance="observed")


def behaving(stream: Routine) -> Routine:
    return tuple(it for it in stream if it.action not in POLLING)


@pytest.mark.parametrize("lost", [0.0, 0.3])
def test_the_streams_of_all_homes_come_back_from_shuffled_windows(lost: float) -> None:
    homes = [home(number, 40) for number in range(12)]
    cut = [it for one in homes for it in windows(one)]
    rng = np.random.default_rng(3)
    kept = [cut[row] for row in rng.permutation(len(cut))[: round(len(cut) * (1 - lost))]]
    found, often = stitched(log(kept), POLLING)
    streams = list(found.sequences())
    assert sum(often) == len(kept)
    whole = {behaving(one) for one in homes}
    if not lost:
        assert set(streams) == whole and set(often) == {31}
    texts = [tuple(it.action for it in one) for one in whole]
    for stream in streams:
        actions = tuple(it.action for it in stream)
        assert any(actions == text[at : at + len(actions)] for text in texts for at in range(len(text)))
    assert np.mean([len(it) for it in streams]) > 12, "a window holds five"


def test_sequences_that_share_little_stay_as_they_are() -> None:
    alike = [home(1, 10), (*home(1, 10)[7:], *home(2, 7))]
    found, often = stitched(log(alike), frozenset())
    assert list(found.sequences()) == alike and often == (1, 1)


def test_what_only_polls_is_left_out_and_what_comes_back_to_itself_ends() -> None:
    ring = tuple(Behaviour(0, 1, "Lamp", f"Lamp:{it % 5}") for it in range(15))
    polls = tuple(Behaviour(0, slot, "Light", "Light:refresh") for slot in range(8))
    found, often = stitched(log([polls, ring[:10], ring[5:]]), POLLING)
    assert [len(it) for it in found.sequences()] == [15] and often == (2,)
