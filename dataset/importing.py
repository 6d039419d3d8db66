"""Real logs become routines: the formats, and the two ways in, to memory and to a file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from dataset.atomic import make_place
from dataset.importers.casas import read_casas
from dataset.importers.home_assistant import read_home_assistant
from dataset.importers.ids import IdFormat, read_ids
from dataset.importers.kasteren import read_kasteren
from dataset.importers.report import Columns, ImportReport, Incoming
from dataset.importers.run_folder import read_run
from dataset.routines import Routines, write_blocks
from dataset.vocabulary import Vocabulary
from scenarios.errors import UserError
from scenarios.problems import unknown

__all__ = ["FORMATS", "Choices", "ImportReport", "Imported", "import_into", "import_log", "import_routines"]


class Choices(NamedTuple):
    """What a format may want to know besides the path; None is not given."""

    vocabulary: Vocabulary | None = None  # the names of ids
    content: int | None = None  # which file of a collection
    household: str | None = None  # which house of several
    zone: str | None = None  # where the clock on the wall is
    activities: bool | None = None  # what only the oracle knows


NOTHING = Choices()


class Format(NamedTuple):
    """A format: what it is, which choices it has, and how it is read; the folder is for what is spooled."""

    words: str
    choices: frozenset[str]
    read: Callable[[Path, Choices, Path | None], Incoming]


class Imported(NamedTuple):
    """The routines of a log, and what became of every row."""

    routines: Routines
    report: ImportReport


def _ids(form: IdFormat, words: str) -> Format:
    def read(path: Path, choices: Choices, _: Path | None) -> Incoming:
        return read_ids(form, path, choices.vocabulary or Vocabulary.shipped("fr"), choices.content)

    return Format(words, frozenset({"vocabulary", "content"}), read)


FORMATS: Mapping[str, Format] = {
    "smartsense": _ids("smartsense", "tensors of ids, N x 10 x 5, Parquet or pickle"),
    "smartguard": _ids("smartguard", "sequences of ids, N x 40, Parquet or pickle"),
    "smartgen": _ids("smartgen", "sequences of ids of any length, Parquet or pickle"),
    "casas": Format(
        "text, `date time sensor value [activity begin|end]`",
        frozenset(),
        lambda path, _, scratch: read_casas(path, scratch),
    ),
    "kasteren": Format(
        "sensors.csv and activities.csv, or one of them",
        frozenset({"household"}),
        lambda path, choices, scratch: read_kasteren(path, choices.household, scratch),
    ),
    "home-assistant": Format(
        "state history, CSV or JSON",
        frozenset({"zone"}),
        lambda path, choices, scratch: read_home_assistant(path, choices.zone, scratch),
    ),
    "homefolk": Format(
        "the folder of a run",
        frozenset({"household", "activities"}),
        lambda path, choices, _: read_run(path, choices.household, bool(choices.activities)),
    ),
}


def import_into(out: Path, form: str, path: Path, choices: Choices = NOTHING) -> ImportReport:
    """Write the log at *path* to the routines file *out*, block by block: it need not fit in memory."""
    make_place(out)
    log = _opened(form, path, choices, out.parent)
    write_blocks(out, _some(path, log), source=log.source, provenance=log.provenance, weeks=log.weeks)
    return log.tally.report


def import_log(form: str, path: Path, choices: Choices = NOTHING) -> Imported:
    """The log at *path* in memory."""
    log = _opened(form, path, choices, None)
    blocks = list(_some(path, log))
    columns = {name: _joined([block[name] for block in blocks]) for name in blocks[0]}
    routines = Routines.from_columns(columns, source=log.source, provenance=log.provenance, weeks=log.weeks)
    return Imported(routines, log.tally.report)


def import_routines(form: str, path: Path, vocabulary: Vocabulary, content: int | None = None) -> Imported:
    """A log of ids at *path* in memory, in the names of *vocabulary*."""
    return import_log(form, path, Choices(vocabulary=vocabulary, content=content))


def _opened(form: str, path: Path, choices: Choices, scratch: Path | None) -> Incoming:
    if form not in FORMATS:
        raise UserError(unknown("format", form, FORMATS))
    known = FORMATS[form]
    for name, value in choices._asdict().items():
        if value is not None and name not in known.choices:
            raise UserError(f"--{name}: {form} has no such choice")
    return known.read(path, choices, scratch)


def _some(path: Path, log: Incoming) -> Iterator[Columns]:
    """The blocks, counted; a log without a behaviour is the user's to look at."""
    for block in log.blocks:
        log.tally.kept += len(block["action"])
        yield block
    if not log.tally.kept:
        raise UserError(f"{path} holds no behaviours: {log.tally.losses}")


def _joined(parts: Sequence[Any]) -> Any:
    """Parts of one column as one."""
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    chunks = [it.chunks if isinstance(it, pa.ChunkedArray) else [it] for it in parts]
    return pa.chunked_array([array for part in chunks for array in part])
