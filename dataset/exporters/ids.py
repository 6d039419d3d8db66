"""SmartSense, SmartGuard and SmartGen: behaviours as ids of a vocabulary, in windows or as whole sequences.

Every observable behaviour that the vocabulary knows counts, commands and what devices report by themselves
alike, as in the real logs; readings of sensors do not. Day and slot follow the home's own clock. Each form is
written as Parquet (the layout that `import` reads, with the household, the event behind each row and whether
the sequence holds an anomaly) and as upstream's own pickle of lists; tensors as .npy too.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataset.clock import Ints, day_and_slot
from dataset.exporters.id_files import Arrays, Lists
from dataset.exporters.mapping import Mapped
from dataset.exporters.report import Tally
from dataset.exporters.source import Household, Source
from dataset.importers.cutting import Cutter
from dataset.importers.ids import IdFormat
from dataset.parquet import write_tables
from dataset.windows import SIZE, window_rows
from scenarios.errors import UserError

Bools = np.ndarray[Any, np.dtype[np.bool_]]

SCHEMA = pa.schema(
    [
        ("seq_id", pa.int32()), ("pos", pa.int16()), ("day", pa.int16()), ("hour", pa.int16()),
        ("device", pa.int16()), ("control", pa.int16()), ("action", pa.int32()), ("label", pa.int8()),
        ("household", pa.string()), ("event", pa.int32()),
    ]
)  # fmt: skip
"""As `dataset.importers.ids` reads it; `label` is 1 in sequences that hold an anomaly."""

REST = "behaviours at the end of a household, too few for a window"


@dataclass(frozen=True)
class _Block:
    """The behaviours of one household that have ids, in order."""

    household: str
    ids: Ints  # (n, 5): day, slot, device, control, action
    event: Ints  # (n,)
    anomalous: Bools  # (n,)
    sequence: Ints  # (n,), from 0; -1 = in none


def write_ids(form: IdFormat, source: Source, out: Path, words: Mapped, tally: Tally) -> None:
    """Write the run as *form*'s ids to *out*/*form*.parquet, .pkl and, where all are of one size, .npy."""
    unknown: Counter[str] = Counter()
    with ExitStack() as files:
        writers: list[Lists | Arrays] = [files.enter_context(Lists(out / f"{form}.pkl"))]
        if form != "smartgen":
            shape = (SIZE, 5) if form == "smartsense" else (SIZE * 4,)
            writers.append(files.enter_context(Arrays(out / f"{form}.npy", shape)))
        tables = _tables(form, source, words, writers, tally, unknown)
        write_tables(out / f"{form}.parquet", SCHEMA, tables)
    words.report(unknown, tally, out)
    if not tally.written[UNITS[form]]:
        reason = words.missing(unknown) if unknown else "there are too few events"
        raise UserError(f"{source.folder} gives no {UNITS[form][:-1]}: {reason}")


UNITS: Mapping[IdFormat, str] = {
    "smartsense": "windows", "smartguard": "windows", "smartgen": "sequences",
}  # fmt: skip


def _tables(
    form: IdFormat,
    source: Source,
    words: Mapped,
    writers: list[Lists | Arrays],
    tally: Tally,
    unknown: Counter[str],
) -> Iterator[pa.Table]:
    """The Parquet rows household by household, after the other files have had theirs."""
    first = 0
    for household in source.households():
        block = _block(household, words, unknown, whole=form == "smartgen")
        inside = block.sequence >= 0
        tally.leave_out(REST, int((~inside).sum()))
        count = int(block.sequence.max(initial=-1)) + 1
        tally.written[UNITS[form]] += count
        tally.written["behaviours"] += int(inside.sum())
        numbers = block.ids[inside][:, [0, 1, 2, 3, 4] if form == "smartsense" else [0, 1, 2, 4]]
        for writer in writers:
            writer.add(numbers, np.bincount(block.sequence[inside], minlength=count))
        if count:
            yield _rows(block, inside, first)
        first += count


def _block(household: Household, words: Mapped, unknown: Counter[str], *, whole: bool) -> _Block:
    events = household.behaviours()
    ids, known = _encode(events, words, unknown)
    event = np.asarray(events["id"])[known].astype(np.int64)
    truth = household.truth()
    odd = truth.filter(pc.not_equal(truth["anomaly"], ""))["event"]
    times, wall = (
        np.asarray(events[name]).astype("datetime64[us]").astype(np.int64)[known]
        for name in ("time", "local")
    )
    sequence = _whole(times, wall) if whole else _windows(len(event))
    return _Block(household.name, ids[known], event, np.isin(event, np.asarray(odd)), sequence)


def _whole(times: Ints, wall: Ints) -> Ints:
    """Sequences as `import` cuts dated logs: by silence and by day."""
    return Cutter().cut(times, wall) if times.size else times


def _windows(count: int) -> Ints:
    found = np.full(count, -1, dtype=np.int64)
    rows = window_rows(count)
    found[rows] = np.arange(len(rows))[:, None]
    return found


def _encode(events: pa.Table, words: Mapped, unknown: Counter[str]) -> tuple[Ints, Bools]:
    """Ids a row (n, 5), and which rows have all of them; the actions of the others are counted."""
    day, slot = day_and_slot(np.asarray(events["local"]).astype("datetime64[ms]"))
    actions = pc.binary_join_element_wise(events["type"], events["command"], ":")
    device, action = look_up(actions, words).T
    known = (device >= 0) & (action >= 0)
    unknown.update(actions.filter(pa.array(~known)).to_pylist())
    control = np.where(known, words.controls[action], 0)
    return np.stack([day, slot, device, control, action], axis=1), known


def look_up(actions: pa.ChunkedArray, words: Mapped) -> Ints:
    """The ids of device and action a row (n, 2); -1 for what has none."""
    encoded = actions.combine_chunks().dictionary_encode()
    ids = [words.ids(name) for name in encoded.dictionary.to_pylist()]
    found: Ints = np.array(ids, dtype=np.int64).reshape(-1, 2)[encoded.indices.to_numpy()]
    return found


def _rows(block: _Block, inside: Bools, first: int) -> pa.Table:
    sequence = block.sequence[inside]
    starts = np.flatnonzero(np.diff(sequence, prepend=-1))
    lengths = np.diff(starts, append=len(sequence))
    odd = np.bincount(sequence, weights=block.anomalous[inside]) > 0
    day, hour, device, control, action = block.ids[inside].T
    columns = {
        "seq_id": sequence + first,
        "pos": np.arange(len(sequence)) - np.repeat(starts, lengths),
        "day": day, "hour": hour, "device": device, "control": control, "action": action,
        "label": odd[sequence],
        "household": pa.repeat(pa.scalar(block.household), len(sequence)),
        "event": block.event[inside],
    }  # fmt: skip
    return pa.table([pa.array(columns[field.name]).cast(field.type) for field in SCHEMA], schema=SCHEMA)
