"""Windows of a fixed number of behaviours: the sequences that models of the field are trained on."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataset.clock import Ints, day_and_slot
from world.event import BEHAVIOUR

SIZE = 10  # behaviours a window, in SmartSense and SmartGuard


def window_rows(count: int, size: int = SIZE, step: int = SIZE) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The row numbers of each window over *count* rows, a line a window; a rest too short for one is left."""
    starts = np.arange(0, max(count - size + 1, 0), step)
    return starts[:, None] + np.arange(size)


def sequence_columns(observed: Mapping[str, Any]) -> dict[str, Any]:
    """The table `sequences` of observable events: what is done counts, what sensors say does not."""
    done = pc.is_in(observed["kind"], pa.array(sorted(BEHAVIOUR)))
    time, wall = (np.asarray(observed[name]).astype("datetime64[ms]") for name in ("time", "local"))
    mask = np.asarray(done)
    day, slot = day_and_slot(wall[mask])
    device = observed["type"].filter(done)
    action = pc.binary_join_element_wise(device, observed["command"].filter(done), ":")
    rows = window_rows(len(day))
    columns = {"day": day, "slot": slot, "device": device, "action": action}
    return {
        "start": time[mask][rows[:, 0]],
        **{name: _lists(values, rows) for name, values in columns.items()},
    }


def _lists(values: Any, rows: Ints) -> pa.Array:
    flat = pa.array(values).take(pa.array(rows.ravel()))
    return pa.ListArray.from_arrays(pa.array(np.arange(len(rows) + 1) * SIZE, pa.int32()), flat)
