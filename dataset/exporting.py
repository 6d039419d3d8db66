"""Runs become what other tools read: the formats, and the way out."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from dataset.card import write_card
from dataset.exporters.casas import write_casas
from dataset.exporters.croissant import write_croissant
from dataset.exporters.folder import new_folder, write_contents
from dataset.exporters.home_assistant import write_home_assistant
from dataset.exporters.ids import write_ids
from dataset.exporters.mapping import Mapped, read_mapping
from dataset.exporters.report import ExportReport, Tally
from dataset.exporters.source import Source, opened
from dataset.exporters.tables import write_csv_tables, write_jsonl_tables, write_parquet_tables
from dataset.exporters.xes import write_xes
from dataset.importers.ids import IdFormat
from dataset.leaks import leaks
from dataset.splits import Splits, Whole
from dataset.vocabulary import Vocabulary
from scenarios.errors import UserError
from scenarios.problems import unknown

__all__ = ["FORMATS", "Choices", "ExportReport", "export_run"]


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a format may want to know besides the run; None is not given."""

    vocabulary: Vocabulary | None = None  # the names of ids
    map: Path | None = None  # what stands for actions that the vocabulary lacks
    license: str | None = None  # an identifier of the Hugging Face hub
    splits: Splits | None = None


NOTHING = Choices()
MOST_LEAKS = 20  # told of an export; the first says enough


class Format(NamedTuple):
    """A format: what it is, which choices it has, and how a run, or one split of it, is written."""

    words: str
    choices: frozenset[str]
    write: Callable[[Source, Path, Choices, Tally], None]


def _ids(form: IdFormat, words: str) -> Format:
    def write(source: Source, out: Path, choices: Choices, tally: Tally) -> None:
        vocabulary = choices.vocabulary or Vocabulary.shipped("fr")
        mapped = Mapped(vocabulary) if choices.map is None else read_mapping(choices.map, vocabulary)
        write_ids(form, source, out, mapped, tally)

    return Format(words, frozenset({"vocabulary", "map"}), write)


def _plain(words: str, write: Callable[[Source, Path, Tally], None]) -> Format:
    return Format(words, frozenset(), lambda source, out, _, tally: write(source, out, tally))


def _croissant(source: Source, out: Path, choices: Choices, tally: Tally) -> None:
    write_croissant(source, out, tally, _about(source), choices.license or "unknown")


FORMATS: Mapping[str, Format] = {
    "hf": Format(
        "a folder for the Hugging Face hub: a Parquet file a table, and the card",
        frozenset({"license"}),
        lambda source, out, _, tally: write_parquet_tables(source, out, tally),
    ),
    "smartsense": _ids("smartsense", "windows of ten as N x 10 x 5 ids"),
    "smartguard": _ids("smartguard", "windows of ten as N x 40 ids"),
    "smartgen": _ids("smartgen", "sequences of any length as lists of ids"),
    "casas": _plain("text, `date time sensor value [activity begin|end]`", write_casas),
    "homeassistant": _plain("state history as CSV and as the recorder's database", write_home_assistant),
    "xes": _plain("event logs for process mining", write_xes),
    "jsonl": _plain("JSON lines, a file a table", write_jsonl_tables),
    "croissant": Format("Parquet described in croissant.json", frozenset({"license"}), _croissant),
    "csv": _plain("CSV, a file a table", write_csv_tables),
}


def export_run(run: Path, to: str, out: Path, choices: Choices = NOTHING) -> ExportReport:
    """Write the complete run in folder *run* to the new folder *out*, whole or not at all."""
    form = _known(to, choices)
    if run.resolve() in (out.resolve(), *out.resolve().parents):
        raise UserError(f"--out {out} lies in the run itself; choose another folder")
    sources, tally = opened(run, choices.splits), Tally()
    with new_folder(out) as folder:
        for name, source in sources.items():
            part = folder / name
            part.mkdir(exist_ok=True)
            form.write(source, part, choices, tally)
        first = next(iter(sources.values()))
        if to == "hf":
            licence = choices.license or "unknown"
            write_card(folder, first.manifest, about=_about(first), license=licence, parts=list(sources))
        whole = Source(run, first.manifest, Whole())
        tally.remarks += [str(leak) for leak in islice(leaks(whole), MOST_LEAKS)]
        report = _report(to, out, tally, sources)
        write_contents(folder, _contents(report, first))
    return report


def _known(to: str, choices: Choices) -> Format:
    if to not in FORMATS:
        raise UserError(f"--to {to}: {unknown('format', to, FORMATS)}")
    for name in ("vocabulary", "map", "license"):
        if getattr(choices, name) is not None and name not in FORMATS[to].choices:
            raise UserError(f"--{name}: {to} has no such choice")
    return FORMATS[to]


def _about(source: Source) -> str:
    scenario = source.manifest.settings.get("scenario", {})
    return " ".join(str(scenario.get("about", "")).split()) or "A simulated smart home."


def _report(to: str, out: Path, tally: Tally, sources: Mapping[str, Source]) -> ExportReport:
    told = {name: source.split.told() for name, source in sources.items() if name}
    written = {what: count for what, count in tally.written.items() if count}
    return ExportReport(to, out, written, dict(sorted(tally.left_out.items())), tuple(tally.remarks), told)


def _contents(report: ExportReport, source: Source) -> dict[str, Any]:
    """What `export.json` says besides the files; nothing of where or when it was made."""
    return {
        "format": report.form,
        "run": {**asdict(source.manifest.origin), "digest": source.manifest.digest},
        "written": report.written,
        "left_out": report.left_out,
        "remarks": report.remarks,
        "splits": report.splits,
    }
