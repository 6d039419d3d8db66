"""Readings with dates become routines: put in order, labelled with activities, and cut into sequences."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from dataset.clock import Ints, local
from dataset.importers.codebook import Codebook, Meaning
from dataset.importers.cutting import Cutter, clock_columns
from dataset.importers.labels import Labels
from dataset.importers.ordered import Records, Spool
from dataset.importers.report import Columns, Incoming, Tally

ROWS = 2**17  # behaviours a block, about
LONGEST_GAP = 7  # days without a reading that still count as lived in

Labelled = tuple[Records, Ints]
"""Behaviours, and the number of the activity of each."""

TWICE = "the same again at the same time"
AS_BEFORE = "the state it was in already"
AT_FIRST = "the state at the beginning, which nobody brought about here"


def timed_log(
    readings: Iterator[tuple[int, int]],
    book: Codebook,
    tally: Tally,
    *,
    source: str,
    zone: str | None = None,
    changes: bool = False,
    scratch: Path | None = None,
) -> Incoming:
    """The log of *readings*, (microseconds, code), in any order; the tally counts what they are made of.

    Times are UTC and shown as in *zone*, or the wall clock's where it is None. *changes*: a reading tells
    a state, and only a change of state is a behaviour. *scratch*: where to spool.
    """
    spool = Spool(readings, scratch)
    tally.note("readings stood out of the order of time and were sorted", spool.disorder)
    blocks: Iterator[Records] = spool.blocks(book.rank)
    if changes:
        blocks = _changes(blocks, book.meanings, tally)
    labels = Labels(book.meanings)
    behaviours = _grouped(_labelled(blocks, labels, book.meanings, tally))
    columns = _columns(behaviours, labels.names, book.meanings, zone)
    return Incoming(
        source, "observed", _weeks(spool.days), _counted(columns, spool, book.meanings, tally), tally
    )


def _weeks(days: Iterable[int]) -> float | None:
    """From the first day to the last; of a longer silence, when nothing was logged, a week counts."""
    ordered = sorted(days)
    return (1 + sum(min(b - a, LONGEST_GAP) for a, b in pairwise(ordered))) / 7 if ordered else None


def _changes(blocks: Iterator[Records], meanings: Sequence[Meaning], tally: Tally) -> Iterator[Records]:
    """Without the first state of each source, and without what repeats a state."""
    last: dict[str, str] = {}
    for block in blocks:
        keep = np.zeros(block.size, dtype=bool)
        for row, code in enumerate(block["code"].tolist()):
            meaning = meanings[code]
            before = last.get(meaning.source)
            last[meaning.source] = meaning.state
            keep[row] = before is not None and (meaning.momentary or before != meaning.state)
            if not keep[row]:
                tally.skip(AT_FIRST if before is None else AS_BEFORE)
        yield block[keep]


def _labelled(
    blocks: Iterator[Records], labels: Labels, meanings: Sequence[Meaning], tally: Tally
) -> Iterator[Labelled]:
    """The behaviours of each block, and the number of each one's activity."""
    is_behaviour = np.array([bool(meaning.action) for meaning in meanings], dtype=bool)
    for block in blocks:
        activity = labels.of(block)
        kept = is_behaviour[block["code"]]
        codes, counts = np.unique(block["code"][~kept], return_counts=True)
        for code, count in zip(codes.tolist(), counts.tolist(), strict=True):
            if meanings[code].reason:
                tally.skip(meanings[code].reason, count)
        yield block[kept], activity[kept]
    tally.note("activities begin and never end", len(labels.open))


def _grouped(parts: Iterator[Labelled]) -> Iterator[Labelled]:
    """The same in blocks of about `ROWS`: a row group of a Parquet file each, none without a row."""
    held: list[Labelled] = []
    for part in chain(parts, [None]):
        held += [part] if part else []
        if held and (part is None or sum(block.size for block, _ in held) >= ROWS):
            block, activity = (np.concatenate(it) for it in zip(*held, strict=True))
            held = []
            if block.size:
                yield block, activity


def _columns(
    behaviours: Iterator[Labelled], names: Sequence[str], meanings: Sequence[Meaning], zone: str | None
) -> Iterator[Columns]:
    actions = pa.array([meaning.action for meaning in meanings], pa.string())
    devices = pa.array([meaning.action.partition(":")[0] for meaning in meanings], pa.string())
    cutter = Cutter()
    for block, activity in behaviours:
        wall = block["time"] if zone is None else _wall(block["time"], zone)
        codes = pa.array(block["code"])
        yield {
            "seq_id": cutter.cut(block["time"], wall),
            **clock_columns(wall),
            "device": pa.DictionaryArray.from_arrays(codes, devices),
            "action": pa.DictionaryArray.from_arrays(codes, actions),
            "activity": pa.DictionaryArray.from_arrays(pa.array(activity), pa.array(names)),
        }


def _counted(
    blocks: Iterator[Columns], spool: Spool, meanings: Sequence[Meaning], tally: Tally
) -> Iterator[Columns]:
    yield from blocks
    for code, count in spool.repeats.items():
        if meanings[code].is_row:
            tally.skip(TWICE, count)


def _wall(times: Ints, zone: str) -> Ints:
    milliseconds = (times // 1000).astype("datetime64[ms]")
    wall: Ints = local(milliseconds, zone).astype(np.int64) * 1000
    return wall
