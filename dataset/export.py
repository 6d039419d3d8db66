"""A run in the form that models of the field are trained on: windows of ids."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataset.atomic import replacing
from dataset.clock import Ints, day_and_slot
from dataset.parquet import write_parquet
from dataset.store import read_events
from dataset.vocabulary import Vocabulary
from dataset.windows import SIZE, window_rows
from scenarios.errors import UserError
from world.event import BEHAVIOUR


@dataclass(frozen=True, kw_only=True)
class ExportReport:
    """What became of every behaviour: in a window, in a rest too short for one, or without an id."""

    vocabulary: Vocabulary
    windows: int
    rest: int
    unknown: Mapping[str, int]  # action -> rows
    files: tuple[Path, ...]

    def __str__(self) -> str:
        kept = f"{self.windows} windows of {SIZE} behaviours; {self.rest} left over at the ends"
        if not self.unknown:
            return kept
        missing = f"vocabulary {self.vocabulary.name} has no id for"
        return f"{kept}; left out because {missing} {self.vocabulary.describe(self.unknown)}"


def export_smartguard(folder: Path, vocabulary: Vocabulary, out: Path) -> ExportReport:
    """Write the run in *folder* as SmartGuard's N x 40 ids to *out*/smartguard.parquet and .npy.

    Every observable behaviour that *vocabulary* knows counts, commands and what devices report by
    themselves alike, as in the real logs; readings of sensors do not. Day and slot follow the home's
    own clock.
    """
    events = read_events(folder)
    events = events.filter(pc.is_in(events["kind"], pa.array(sorted(BEHAVIOUR))))
    ids, known, unknown = _encode(events, vocabulary)
    households = events["household"].combine_chunks().dictionary_encode().indices.to_numpy()
    blocks, rest = _blocks(ids[known], households[known])
    if not len(blocks):
        reason = vocabulary.describe(unknown) if unknown else "there are too few events"
        raise UserError(f"{folder} gives no window in vocabulary {vocabulary.name}: {reason}")
    files = (out / "smartguard.parquet", out / "smartguard.npy")
    write_parquet(files[0], _table(blocks))
    with replacing(files[1]) as temporary, temporary.open("wb") as file:
        np.save(file, blocks.reshape(len(blocks), -1), allow_pickle=False)
    return ExportReport(vocabulary=vocabulary, windows=len(blocks), rest=rest, unknown=unknown, files=files)


def _encode(
    events: pa.Table, vocabulary: Vocabulary
) -> tuple[Ints, np.ndarray[Any, np.dtype[np.bool_]], dict[str, int]]:
    """Ids a row (n, 4); which rows have all of them; and the actions that have none, with their rows."""
    day, slot = day_and_slot(np.asarray(events["local"]).astype("datetime64[ms]"))
    actions = pc.binary_join_element_wise(events["type"], events["command"], ":")
    device, action = _look_up(actions, vocabulary).T
    known = (device >= 0) & (action >= 0)
    unknown = Counter(actions.filter(pa.array(~known)).to_pylist())
    return np.stack([day, slot, device, action], axis=1), known, dict(sorted(unknown.items()))


def _look_up(actions: pa.ChunkedArray, vocabulary: Vocabulary) -> Ints:
    """The ids of device and action a row (n, 2); -1 for what has none."""
    encoded = actions.combine_chunks().dictionary_encode()
    names = encoded.dictionary.to_pylist()
    ids = [vocabulary.ids(name.partition(":")[0], name) for name in names]
    found: Ints = np.array(ids, dtype=np.int64).reshape(-1, 2)[encoded.indices.to_numpy()]
    return found


def _blocks(ids: Ints, households: Ints) -> tuple[Ints, int]:
    """Windows (n, 10, 4), none across two households, and how many rows are in none."""
    bounds = np.flatnonzero(np.diff(households, prepend=-1, append=-1)).tolist()
    rows = [window_rows(end - start) + start for start, end in pairwise(bounds)]
    windows = np.concatenate(rows) if rows else np.zeros((0, SIZE), dtype=np.int64)
    return ids[windows], len(ids) - windows.size


def _table(blocks: Ints) -> pa.Table:
    """The layout that `importing` reads: seq_id, pos, day, hour, device, action."""
    count = len(blocks)
    day, hour, device, action = blocks.reshape(-1, 4).T
    return pa.table(
        {
            "seq_id": pa.array(np.repeat(np.arange(count), SIZE), pa.int32()),
            "pos": pa.array(np.tile(np.arange(SIZE), count), pa.int16()),
            "day": pa.array(day, pa.int16()),
            "hour": pa.array(hour, pa.int16()),
            "device": pa.array(device, pa.int16()),
            "action": pa.array(action, pa.int32()),
        }
    )
