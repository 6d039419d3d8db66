"""What a compression keeps and loses: memory.json, the text for a model, report.json, a page for people."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from dataset.atomic import write_text
from dataset.routines import ACTIVITY_ONLY, Routines
from evaluation.compression.counts import (
    backwards,
    by_slot,
    by_weekday,
    farthest,
    habits,
    heaviest,
    histogram,
    rhythms,
    tallied,
    transitions,
    yardsticks,
)
from evaluation.compression.coverage import Coverage, Log, compared, coverage, skipped
from evaluation.compression.page import html, picture
from evaluation.compression.words import verdict
from runner.memories import chance_of, read_routines
from scenarios.catalogue import Catalogue, load_catalogue
from scenarios.errors import RunFailed, UserError
from sppc.compress import Pieces, check, memory_of, pieces_of
from sppc.memory import Memory
from sppc.text import DAYS

MEMORY, TEXT, JSON, HTML, PICTURE = "memory.json", "kept.txt", "report.json", "report.html", "coverage.svg"
FILES = (TEXT, PICTURE, HTML, JSON, MEMORY)  # in the order of being written
_NO_DEVICE = f"{ACTIVITY_ONLY}:"


class Compressed(NamedTuple):
    """A memory, its routines as text, and all that the report says."""

    memory: Memory
    text: str
    found: dict[str, Any]


def compress(pieces: Pieces, budget: int, method: str, catalogue: Catalogue) -> Compressed:
    """The memory of *pieces* within *budget* tokens, and how it fares beside them and other methods."""
    check(pieces, budget, method)
    log, memory = Log(pieces), memory_of(pieces, budget, method)
    number = {piece: row for row, piece in enumerate(pieces.distinct)}
    covered = coverage(log, np.array([number[kept.behaviours] for kept in memory.routines]))
    sums = _sums(pieces, memory, covered, catalogue)
    if wrong := [row["says"] for row in sums if row["in"] != sum(row["out"].values())]:
        raise RunFailed(f"the counts do not add up: {'; '.join(wrong)}")
    found = {
        "about": _about(pieces, memory, method),
        "counts": _counts(pieces, memory, covered),
        "sums": sums,
        "coverage": {
            "mean": round(covered.mean, 4),
            "within": {share: covered.within(float(share)) for share in ("0.5", "0.9", "0.99")},
            "farthest": float(covered.distance.max()),
            "histogram": histogram(covered),
            "yardsticks": yardsticks(),
        },
        "methods": [] if pieces.fit(budget) else compared(covered, budget, method),
        "skipped": skipped(log, method),
        "rhythm": rhythms(log, memory),
        "weekdays": sorted(tallied(log, covered, by_weekday), key=lambda row: DAYS.index(row["name"])),
        "slots": sorted(tallied(log, covered, by_slot), key=lambda row: str(row["name"])),
        "devices": tallied(log, covered, lambda behaviour: behaviour.device),
        "actions": tallied(log, covered, lambda behaviour: behaviour.action),
        "heaviest": heaviest(memory),
        "lost": farthest(covered),
        "transitions": transitions(log, memory),
        "habits": habits(memory),
        "strange": _strange(log, catalogue),
    }
    return Compressed(memory, pieces.text(covered.kept.tolist()), {"verdict": verdict(found), **found})


def compressed(routines: Path, out: Path, budget: int, method: str, seed: int, page: bool) -> dict[str, Any]:
    """Compress the file *routines* into the folder *out*; what its report says. Nothing is written before
    all is made. With seed 0 the memory is the one that a run makes of the same routines.
    """
    refuse_strangers(out)
    catalogue = load_catalogue()
    log = read_routines(routines, catalogue)
    pieces = pieces_of(log, catalogue.polling(), chance_of(log, seed))
    done = compress(pieces, budget, method, catalogue)
    write(out, files(done, page))
    return done.found


def files(done: Compressed, page: bool) -> dict[str, str]:
    """The files of a compression by name; with the *page* for people and its picture, or without."""
    made = {
        MEMORY: done.memory.to_json(),
        TEXT: done.text,
        JSON: json.dumps(done.found, indent=1, sort_keys=True, ensure_ascii=False) + "\n",
    }
    return made | ({HTML: html(done.found), PICTURE: picture(done.found)} if page else {})


def refuse_strangers(out: Path) -> None:
    """UserError unless *out* can hold a compression: it is new, empty, or holds an earlier one."""
    if out.exists() and not out.is_dir():
        raise UserError(f"--out {out} is a file; a folder to write into was expected")
    strangers = sorted({path.name for path in out.iterdir()} - set(FILES)) if out.exists() else []
    if strangers:
        raise UserError(f"--out {out} holds other things ({strangers[0]}); choose a folder of its own")


def write(out: Path, made: dict[str, str]) -> None:
    """Write *made* into *out*, each whole or not at all, the memory last; of an earlier one nothing stays."""
    for name in FILES:
        (out / name).unlink(missing_ok=True)
    for name in sorted(made, key=FILES.index):
        write_text(out / name, made[name])


def _about(pieces: Pieces, memory: Memory, method: str) -> dict[str, Any]:
    return {
        "source": memory.source,
        "provenance": pieces.routines.provenance,
        "digest": memory.digest,
        "weeks": memory.weeks,
        "asked": method,
        "seed": pieces.chance.seed,
    }


def _counts(pieces: Pieces, memory: Memory, covered: Coverage) -> dict[str, Any]:
    return {
        **asdict(memory.report),
        "verbatim": covered.verbatim,
        "lost": len(pieces.cut) - covered.verbatim,
        "tokens_distinct": pieces.whole,
    }


def _sums(pieces: Pieces, memory: Memory, covered: Coverage, catalogue: Catalogue) -> list[dict[str, Any]]:
    """What went in and where all of it is, each number counted on its own."""
    polling, emptied = _polled(pieces.routines, catalogue)
    stood_for = sum(kept.weight for kept in memory.routines)
    sums: list[tuple[str, float, dict[str, float]]] = [
        ("sequences read", len(pieces.routines),
         {"nothing but status polling": emptied, "cut into pieces": len(pieces.sequences)}),
        ("behaviours read", pieces.routines.events,
         {"status polling": polling, "in pieces": sum(map(len, pieces.cut))}),
        ("pieces", len(pieces.cut), {"kept word for word": covered.verbatim,
         "lost": int(covered.log.copies[covered.lost].sum())}),
        ("pieces", len(pieces.cut), {"for which a kept routine stands": stood_for}),
        ("distinct pieces", len(pieces.distinct), {"kept": len(memory.routines), "lost": len(covered.lost)}),
    ]  # fmt: skip
    return [{"says": says, "in": went_in, "out": out} for says, went_in, out in sums]


def _polled(routines: Routines, catalogue: Catalogue) -> tuple[int, int]:
    """How many behaviours are status polling, and how many sequences nothing else."""
    actions = routines.table["action"].combine_chunks()
    names = actions.dictionary.to_pylist()
    polling = np.isin(actions.indices, [at for at, name in enumerate(names) if name in catalogue.polling()])
    of = np.asarray(routines.table["seq_id"])
    return int(polling.sum()), len(np.unique(of)) - len(np.unique(of[~polling]))


def _strange(log: Log, catalogue: Catalogue) -> dict[str, Any]:
    """What may be wrong with the log."""
    known = {name for name in log.actions if name in catalogue.actions() or name.startswith(_NO_DEVICE)}
    unknown = {name: count for name, count in log.actions.items() if name not in known}
    return {
        "unknown": sorted(unknown, key=lambda name: (-unknown[name], name)),
        "unknown_share": sum(unknown.values()) / log.actions.total(),
        "backwards": backwards(log.pieces.sequences),
    }
