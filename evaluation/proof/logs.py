"""Real logs that a run is held against: what it was made from, if that is at hand, and what it never saw."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataset.routines import ACTIVITY_ONLY, Routine, Routines
from evaluation.wording import LIVED
from runner.differences import flat
from scenarios.chance import Chance
from scenarios.errors import UserError

FEW = 20  # sequences that a log must have to be held against anything


@dataclass(frozen=True)
class Logs:
    """`known` makes the references, and is the source where that is at hand; `unseen` is held against."""

    known: list[Routine]
    unseen: list[Routine]
    about: Mapping[str, str]  # names and what is known of them, in words
    control: bool  # whether `known` is the source and `unseen` was no part of it
    source: bool  # whether what is held against is the source itself

    @property
    def everything(self) -> list[Routine]:
        """All sequences."""
        return [*self.known, *self.unseen]


def read_logs(
    real: Path, source: Path | None, settings: Mapping[str, Any], polling: frozenset[str], chance: Chance
) -> Logs:
    """Two logs as they are; one alone in random halves, for then nothing says what was held back."""
    log, named = Routines.read(real), _made_from(settings)
    unseen = _sequences(log, real, polling)
    about = {"real": f"{log.source} ({real.name}; {LIVED[log.provenance]})"}
    if source is not None:
        made_from = Routines.read(source)
        if made_from.digest == log.digest:
            raise UserError(
                f"--source {source} is --real {real} itself; give a log that the run has not seen"
            )
        known = _sequences(made_from, source, polling)
        about["source"] = f"{made_from.source} ({source.name}; {LIVED[made_from.provenance]})"
        if named and made_from.digest[:16] not in named:
            about["source"] += ", which is not what the run says it was made from"
        return Logs(known, unseen, about, control=True, source=False)
    order = chance.rng("halves").permutation(len(unseen)).tolist()
    half = len(order) // 2
    parts = [[unseen[row] for row in sorted(rows)] for rows in (order[:half], order[half:])]
    return Logs(parts[0], parts[1], about, control=False, source=log.digest[:16] in named)


def _sequences(log: Routines, path: Path, polling: frozenset[str]) -> list[Routine]:
    """The sequences without polling, and without what no device shows."""
    kept = [
        tuple(it for it in sequence if it.device != ACTIVITY_ONLY and it.action not in polling)
        for sequence in log.sequences()
    ]
    found = [sequence for sequence in kept if sequence]
    if len(found) < FEW:
        told = f"{len(found)} sequences" if found else "no behaviour of a device"
        raise UserError(f"{path} holds {told} besides status polling; {FEW} at least are compared")
    return found


def _made_from(settings: Mapping[str, Any]) -> set[str]:
    """The digests of the routines that a run says it was made from: 'fr.parquet@0123...'"""
    texts = (str(value) for key, value in flat(settings).items() if key.endswith("routines"))
    return {text.rpartition("@")[2] for text in texts if "@" in text}
