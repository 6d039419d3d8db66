"""README.md of a dataset folder: the card that people read and `datasets.load_dataset` obeys."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dataset.atomic import write_text
from dataset.manifest import FALSE_TRIGGERS, Ledgers, Manifest
from dataset.store import parts, read_table
from world.event import BEHAVIOUR

TEMPLATE = Path(__file__).parent / "card.md"
MOST_ACTIONS = 10

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def write_card(folder: Path, manifest: Manifest, *, about: str, license: str = "unknown") -> Path:  # noqa: A002
    """Write README.md from the tables in *folder*. *license* is an identifier of the Hugging Face hub."""
    origin, rows = manifest.origin, 0
    actions, bases, days = Counter[str](), Counter[str](), set[Any]()
    for index in parts(folder, "events").values():  # one after the other: there may be very many
        events = read_table(folder, "events", [index])
        done = events.filter(pc.is_in(events["kind"], pa.array(sorted(BEHAVIOUR))))
        actions.update(pc.binary_join_element_wise(done["type"], done["command"], ":").to_pylist())
        bases.update(read_table(folder, "decisions", [index])["basis"].to_pylist())
        rows += events.num_rows
        days.update(pc.min_max(events["local"]).as_py().values())
    days.discard(None)
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        manifest.counts,
        pretty_name=f"Homefolk {origin.scenario}",
        license=license,
        size=_size(rows),
        about=" ".join(about.split()) or "A simulated smart home.",
        configs=_configs(manifest.counts),
        mind=_mind(origin.model),
        scenario=origin.scenario,
        seed=origin.seed,
        households=len(manifest.households),
        first=_day(min(days, default=None)),
        last=_day(max(days, default=None)),
        actions=_frequent(actions, MOST_ACTIONS),
        sensors=_sensors(manifest.sensors),
        bases=_frequent(bases, MOST_ACTIONS),
        fingerprint=origin.fingerprint,
        digest=manifest.digest,
    )
    write_text(folder / "README.md", text)
    return folder / "README.md"


def _configs(counts: Mapping[str, int]) -> str:
    """One configuration a table, the first the default; `datasets` cannot load a table without rows."""
    filled = [name for name, rows in counts.items() if rows]
    lines = [f"- config_name: {name}\n  data_files: {name}/*.parquet" for name in filled]
    return "\n".join([f"{lines[0]}\n  default: true", *lines[1:]]) if lines else "[]"


def _mind(model: str) -> str:
    return f"Residents were steered by habit and by the LLM `{model}`." if model else "No LLM was asked."


def _sensors(ledgers: Ledgers) -> str:
    """A Markdown table of what became of the sensors' reports, a row a quantity."""
    total: dict[str, Counter[str]] = {}
    for quantities in ledgers.values():
        for quantity, counts in quantities.items():
            total.setdefault(quantity, Counter()).update(counts)
    if not total:
        return "There are none."
    lines = ["| | due | logged | lost | false |", "| --- | ---: | ---: | ---: | ---: |"]
    for quantity, counts in sorted(total.items()):
        due, logged, false = counts["candidates"], counts["emitted"], counts[FALSE_TRIGGERS]
        lines.append(f"| {quantity} | {due} | {logged} | {due - logged} | {false} |")
    return "\n".join(lines)


def _size(rows: int) -> str:
    return next((words for limit, words in _SIZES if rows < limit), "n>1M")


def _day(instant: object) -> str:
    return f"{instant:%Y-%m-%d}" if instant is not None else "-"


def _frequent(counts: Counter[str], most: int) -> str:
    """A Markdown table of the most frequent values; ties in order of the alphabet."""
    frequent = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]
    if not frequent:
        return "none"
    lines = ["| | rows | share |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {rows} | {rows / counts.total():.1%} |" for name, rows in frequent]
    return "\n".join(lines)
