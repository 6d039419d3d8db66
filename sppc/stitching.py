"""Windows that slid over a log, laid end to end again, so that memory knows what came after each.

SmartSense's logs of several countries are windows of ten events, each a few events after the one before:
what a home did in weeks lies there in pieces, shuffled. Where a window ends with what another begins with,
word for word, that one goes on. The longest overlaps are joined first (greedy superstring: Tarhio & Ukkonen
1988; shotgun fragments: Staden 1979). A log of sequences that share nothing stays as it is.
"""

from collections import defaultdict
from collections.abc import Sequence, Set

from dataset.routines import Behaviour, Routine, Routines

LEAST = 4  # behaviours, polling among them, that two windows share: fewer are shared by chance
VARIED = 3  # different ones among them

Overlaps = dict[int, tuple[int, int]]
"""Of a window the one that goes on, and how many behaviours they share."""


def stitched(log: Routines, polling: Set[str]) -> tuple[Routines, tuple[int, ...]]:
    """*log* in streams as long as its windows allow, and how many windows each was; *polling* left out.

    Polling tells, like anything else, which window goes on. Windows that hold nothing else do not count.
    """
    windows = list(log.sequences())
    chains = _chains(windows)
    behaving = [any(it.action not in polling for it in window) for window in windows]
    streams: list[Routine] = []
    often: list[int] = []
    for chain in chains:
        if count := sum(behaving[row] for row, _ in chain):
            whole = [it for row, shared in chain for it in windows[row][shared:]]
            streams.append(tuple(it for it in whole if it.action not in polling))
            often.append(count)
    known = Routines.of(streams, source=log.source, provenance=log.provenance, weeks=log.weeks)
    return known, tuple(often)


def _chains(windows: Sequence[Routine]) -> list[list[tuple[int, int]]]:
    """Each window once: in its chain its number, and how much of it the one before has already."""
    goes_on = _overlaps(windows)
    chains = []
    for row in sorted({*range(len(windows))} - {after for after, _ in goes_on.values()}):
        chain, at = [(row, 0)], row
        while at in goes_on:
            at, shared = goes_on[at]
            chain.append((at, shared))
        chains.append(chain)
    return chains


def _overlaps(windows: Sequence[Routine]) -> Overlaps:
    """Which window goes on where another ends, the longest overlaps first; none comes back to itself."""
    found: Overlaps = {}
    joined: set[int] = set()
    first = list(range(len(windows)))  # of the chain that ends with a window
    last = list(range(len(windows)))  # of the chain that begins with one
    for size in range(max(map(len, windows), default=0) - 1, LEAST - 1, -1):
        begins = _beginnings(windows, size, joined)
        for row, window in enumerate(windows):
            shared = window[-size:]
            if row in found or len(window) <= size or len(set(shared)) < VARIED:
                continue
            after = next((it for it in begins.get(shared, ()) if it not in joined and it != first[row]), None)
            if after is not None:
                found[row] = after, size
                joined.add(after)
                first[last[after]], last[first[row]] = first[row], last[after]
    return found


def _beginnings(
    windows: Sequence[Routine], size: int, joined: Set[int]
) -> dict[Sequence[Behaviour], list[int]]:
    """The windows that nothing goes on to yet, by their first *size* behaviours."""
    found: dict[Sequence[Behaviour], list[int]] = defaultdict(list)
    for row, window in enumerate(windows):
        if len(window) > size and row not in joined:
            found[window[:size]].append(row)
    return found
