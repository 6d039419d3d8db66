"""README.md of a dataset folder: the card that people read and `datasets.load_dataset` obeys."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dataset.atomic import write_text
from dataset.manifest import FALSE_TRIGGERS, Ledgers, Manifest
from dataset.schema import TableName
from world.event import BEHAVIOUR

TEMPLATE = Path(__file__).parent / "card.md"
MOST_ACTIONS = 10
FIRST: tuple[TableName, ...] = ("events", "oracle", "decisions", "conflicts", "sequences", "behaviours")
"""The order of the configurations; the first that has rows is the default."""

_SIZES = (
    (10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M"),
    (10**8, "10M<n<100M"), (10**9, "100M<n<1B"),
)  # fmt: skip

NOBODYS = """No person lived these days, so nothing here is personal; routines that were learned from
somebody's log may still resemble that log."""
THEIRS = """**Not to be given away.** It was lived for those whose log it learned from (`private: false`):
whole routines of that log are here as they were."""


@dataclass
class _Figures:
    """What is counted over the tables, file by file: there may be very many."""

    rows: dict[str, Counter[str]] = field(default_factory=dict)  # table -> split -> rows
    actions: Counter[str] = field(default_factory=Counter)
    bases: Counter[str] = field(default_factory=Counter)
    anomalies: Counter[str] = field(default_factory=Counter)
    days: set[Any] = field(default_factory=set)
    people: set[tuple[str, str]] = field(default_factory=set)
    asked: Counter[str] = field(default_factory=Counter)  # of decisions: all, with a model, fallen back

    def total(self, name: TableName) -> int:
        """Rows of a table in all splits."""
        return self.rows[name].total()


def write_card(
    folder: Path,
    manifest: Manifest,
    *,
    about: str,
    license: str = "unknown",  # noqa: A002 - as the hub calls it
    parts: Sequence[str] = (),
) -> Path:
    """Write README.md from the tables in *folder*. *license* is an identifier of the Hugging Face hub.

    *parts*: the splits of an export, each with a file a table ('' where there are none); a run has neither.
    """
    figures, files = _Figures(), _files(folder, parts)
    for name, by_split in files.items():
        counts = figures.rows.setdefault(name, Counter())
        for split, paths in by_split.items():
            for path in paths:
                counts[split] += pq.read_metadata(path).num_rows
                _count(name, path, figures)
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        _words(manifest, figures, about, license), configs=_configs(folder, figures, files)
    )
    write_text(folder / "README.md", text)
    return folder / "README.md"


def _files(folder: Path, parts: Sequence[str]) -> dict[TableName, dict[str, list[Path]]]:
    """Table -> split -> its files; what is not divided is 'train', as the hub has it."""
    if not parts:
        return {name: {"train": sorted((folder / name).glob("part-*.parquet"))} for name in FIRST}
    return {name: {part or "train": [folder / part / f"{name}.parquet"] for part in parts} for name in FIRST}


def _count(name: TableName, path: Path, figures: _Figures) -> None:
    """Add what *path* holds of the tables that the card tells more of."""
    wanted: Mapping[TableName, tuple[str, ...]] = {
        "events": ("kind", "type", "command", "local"),
        "oracle": ("anomaly",),
        "decisions": ("household", "resident", "basis", "thoughts", "fallback"),
    }
    if name not in wanted:
        return
    for rows in _batches(path, wanted[name]):
        if name == "events":
            done = rows.filter(pc.is_in(rows["kind"], pa.array(sorted(BEHAVIOUR))))
            figures.actions.update(
                pc.binary_join_element_wise(done["type"], done["command"], ":").to_pylist()
            )
            figures.days.update(set(pc.min_max(rows["local"]).as_py().values()) - {None})
        elif name == "oracle":
            figures.anomalies.update(it for it in rows["anomaly"].to_pylist() if it)
        else:
            figures.bases.update(rows["basis"].to_pylist())
            figures.people.update(
                zip(*(rows[it].to_pylist() for it in ("household", "resident")), strict=True)
            )
            asked = pc.sum(pc.greater(pc.list_value_length(rows["thoughts"]), 0)).as_py() or 0
            fallen = pc.sum(pc.not_equal(rows["fallback"], "")).as_py() or 0
            figures.asked.update(all=rows.num_rows, asked=asked, fallen=fallen)


def _batches(path: Path, columns: Sequence[str]) -> Iterator[pa.Table]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(2**16, columns=list(columns)):
            yield pa.Table.from_batches([batch])


def _words(manifest: Manifest, figures: _Figures, about: str, licence: str) -> dict[str, Any]:
    origin, days = manifest.origin, figures.days
    return {
        **{name: figures.total(name) for name in FIRST},
        "pretty_name": f"Homefolk {origin.scenario}",
        "pretty_name_quoted": json.dumps(f"Homefolk {origin.scenario}", ensure_ascii=False),
        "license": licence,
        "license_quoted": json.dumps(licence),
        "size": _size(figures.total("events")),
        "about": " ".join(about.split()).replace("<", "&lt;") or "A simulated smart home.",
        "mind": _mind(origin.model),
        "scenario": origin.scenario,
        "seed": origin.seed,
        "households": len(manifest.households),
        "residents": len(figures.people),
        "first": _day(min(days, default=None)),
        "last": _day(max(days, default=None)),
        "splits": _splits(figures),
        "actions": _frequent(figures.actions, MOST_ACTIONS),
        "sensors": _sensors(manifest.sensors),
        "bases": _frequent(figures.bases, MOST_ACTIONS),
        "anomalies": _anomalies(figures),
        "changes": _changes(manifest),
        "fallbacks": _fallbacks(figures.asked, origin.model),
        "privacy": _privacy(manifest.settings.get("scenario", {})),
        "packages": ", ".join(f"{name} {version}" for name, version in sorted(manifest.packages.items())),
        "fingerprint": origin.fingerprint,
        "digest": manifest.digest,
    }


def _configs(folder: Path, figures: _Figures, files: Mapping[TableName, Mapping[str, Sequence[Path]]]) -> str:
    """One configuration a table, the first the default; `datasets` cannot load a table without rows."""
    filled = [name for name in FIRST if figures.total(name)]
    return "\n".join(_config(folder, name, figures.rows[name], files[name]) for name in filled) or "[]"


def _config(folder: Path, name: TableName, rows: Counter[str], files: Mapping[str, Sequence[Path]]) -> str:
    lines = [f"- config_name: {name}", "  data_files:"]
    for split in (it for it in files if rows[it]):
        one = len(files[split]) == 1 and not files[split][0].name.startswith("part-")
        path = files[split][0].relative_to(folder).as_posix() if one else f"{name}/*.parquet"
        lines += [f"  - split: {split}", f"    path: {path}"]
    return "\n".join([*lines, "  default: true"] if name == "events" else lines)


def _splits(figures: _Figures) -> str:
    """A Markdown table of the rows of each split, where there are several."""
    names = list(figures.rows["events"])
    if names == ["train"]:
        return "The run is not divided; `run_sim.py export RUN --to hf --split household` divides it."
    lines = [f"| table | {' | '.join(names)} |", f"| --- |{' ---: |' * len(names)}"]
    lines += [
        f"| {table} | {' | '.join(str(rows[it]) for it in names)} |" for table, rows in figures.rows.items()
    ]
    told = "No household, day or person is in two of them; `export.json` says which are in which."
    return "\n".join([*lines, "", told])


def _mind(model: str) -> str:
    return f"Residents were steered by habit and by the LLM `{model}`." if model else "No LLM was asked."


def _privacy(scenario: Mapping[str, Any]) -> str:
    """Whether routines of a log may be told from these days, by the scenario or anybody's memory."""
    memories = (who.get("memory") or {} for who in scenario.get("residents", ()))
    if all(it.get("private", True) for it in (scenario, *memories)):
        return NOBODYS
    return THEIRS


def _fallbacks(asked: Counter[str], model: str) -> str:
    if not model:
        return ""
    told = f"The model was asked about {asked['asked']} of {asked['all']} decisions"
    return f"{told}; in {asked['fallen']} its answer could not be used, and habit decided."


def _anomalies(figures: _Figures) -> str:
    if not figures.anomalies:
        return "No event is labelled anomalous."
    share = figures.anomalies.total() / max(figures.total("oracle"), 1)
    told = f"{figures.anomalies.total()} events ({share:.1%} of the oracle) are labelled anomalous:"
    return f"{told}\n\n{_frequent(figures.anomalies, len(figures.anomalies))}"


def _changes(manifest: Manifest) -> str:
    """The change points of life, by kind."""
    if not manifest.changes:
        return "Nobody's life changes."
    kinds = Counter(str(it["kind"]).replace("_", " ") for it in manifest.changes)
    told = "Lives change, and rows of the oracle with the cause `change` say when and whose:"
    return f"{told}\n\n{_frequent(kinds, len(kinds))}"


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
    """The hub's category of size."""
    return next((words for limit, words in _SIZES if rows < limit), "1B<n<10B")


def _day(instant: object) -> str:
    return f"{instant:%Y-%m-%d}" if instant is not None else "-"


def _frequent(counts: Counter[str], most: int) -> str:
    """A Markdown table of the most frequent values; ties in order of the alphabet."""
    frequent = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]
    if not frequent:
        return "none"
    lines = ["| | rows | share |", "| --- | ---: | ---: |"]
    lines += [f"| {_plain(name)} | {rows} | {rows / counts.total():.1%} |" for name, rows in frequent]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """*text* as it may stand in a cell of a Markdown table: nothing in it is markup."""
    kept = "".join(it if it.isprintable() else "?" for it in text)
    return "".join(f"&#{ord(it)};" if it in "|<>&[]`*$" else it for it in kept)
