"""README.md of a dataset folder: the card that people read and `datasets.load_dataset` obeys."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from string import Template

import pyarrow as pa
import pyarrow.compute as pc

from dataset.atomic import write_text
from dataset.manifest import FALSE_TRIGGERS, Ledgers, Manifest
from dataset.store import read_decisions, read_events
from world.event import BEHAVIOUR

TEMPLATE = Path(__file__).parent / "card.md"
MOST_ACTIONS = 10

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def write_card(folder: Path, manifest: Manifest, *, about: str, license: str = "unknown") -> Path:  # noqa: A002
    """Write README.md from the tables in *folder*. *license* is an identifier of the Hugging Face hub."""
    events, origin = read_events(folder), manifest.origin
    times = pc.min_max(events["local"]).as_py()
    done = events.filter(pc.is_in(events["kind"], pa.array(sorted(BEHAVIOUR))))
    actions = pc.binary_join_element_wise(done["type"], done["command"], ":")
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        manifest.counts,
        pretty_name=f"Homefolk {origin.scenario}",
        license=license,
        size=_size(events.num_rows),
        about=" ".join(about.split()) or "A simulated smart home.",
        configs=_configs(manifest.counts),
        mind=_mind(origin.model),
        scenario=origin.scenario,
        seed=origin.seed,
        households=len(manifest.households),
        first=_day(times["min"]),
        last=_day(times["max"]),
        actions=_frequent(actions, MOST_ACTIONS),
        sensors=_sensors(manifest.sensors),
        bases=_frequent(read_decisions(folder)["basis"], MOST_ACTIONS),
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


def _frequent(column: pa.ChunkedArray, most: int) -> str:
    """A Markdown table of the most frequent values; ties in order of the alphabet."""
    counts = Counter(column.to_pylist())
    frequent = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]
    if not frequent:
        return "none"
    lines = ["| | rows | share |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {rows} | {rows / len(column):.1%} |" for name, rows in frequent]
    return "\n".join(lines)
