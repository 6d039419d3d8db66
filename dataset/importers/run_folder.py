"""Our own datasets: what the devices of a simulated household logged, as routines."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataset.importers.cutting import Cutter, clock_columns
from dataset.importers.report import Columns, Incoming, Tally
from dataset.manifest import Manifest, read_manifest
from dataset.parquet import read_parquet
from dataset.schema import SCHEMAS, TableName
from dataset.store import part_file
from scenarios.errors import UserError
from scenarios.problems import unknown
from world.event import BEHAVIOUR

READINGS = "a sensor's reading, nobody's behaviour"


def read_run(folder: Path, household: str | None, activities: bool) -> Incoming:
    """The behaviours of one *household* of the run in *folder*, as `export` counts them.

    *activities*: with the activity of whoever acted, which only the oracle knows.
    """
    manifest = read_manifest(folder)
    names = {record.household: record.index for record in manifest.households}
    if household is None and len(names) > 1:
        raise UserError(
            f"{folder} holds {len(names)} households; choose one: --household {next(iter(names))}"
        )
    if household is not None and household not in names:
        raise UserError(f"{folder}: {unknown('household', household, names)}")
    name = household or next(iter(names))
    index = names[name]
    events = _part(folder, "events", index)
    tally = Tally("events")
    tally.read = events.num_rows
    done = np.asarray(pc.is_in(events["kind"], pa.array(sorted(BEHAVIOUR))))
    if not done.all():
        tally.skip(READINGS, int((~done).sum()))
    labels = _activities(folder, index) if activities else pa.repeat(pa.scalar(""), events.num_rows)
    columns = _columns(events.filter(pa.array(done)), labels.filter(pa.array(done)))
    source = f"homefolk {folder.name} {name}"
    return Incoming(source, "simulated", _weeks(manifest), iter([columns] if done.any() else []), tally)


def _weeks(manifest: Manifest) -> float | None:
    scenario = manifest.settings.get("scenario", {})
    days = scenario.get("days") if isinstance(scenario, dict) else None
    return days / 7 if isinstance(days, int) else None


def _part(folder: Path, name: TableName, index: int) -> pa.Table:
    return read_parquet(part_file(folder, name, index), SCHEMAS[name].names)


def _activities(folder: Path, index: int) -> Any:
    """The activity behind each observable event, in their order."""
    oracle = _part(folder, "oracle", index)
    seen = oracle.filter(pc.is_valid(oracle["event"])).sort_by("event")
    return pc.coalesce(seen["activity"], pa.scalar(""))


def _columns(events: pa.Table, labels: Any) -> Columns:
    times, wall = (
        np.asarray(events[name]).astype("datetime64[us]").astype(np.int64) for name in ("time", "local")
    )
    return {
        "seq_id": Cutter().cut(times, wall) if times.size else times,
        **clock_columns(wall),
        "device": events["type"],
        "action": pc.binary_join_element_wise(events["type"], events["command"], ":"),
        "activity": labels,
    }
