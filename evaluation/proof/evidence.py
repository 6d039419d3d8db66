"""All that a report says, as plain values: the run by itself, and beside real logs where they are given."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataset.exporters.source import Source
from dataset.manifest import read_manifest
from evaluation.proof.effort import Effort
from evaluation.proof.facts import MOST_HOUSEHOLDS, facts
from evaluation.proof.graph import flows
from evaluation.proof.heard import heard, words_of_log
from evaluation.proof.likeness import likeness, profiles, samples
from evaluation.proof.logs import read_logs
from evaluation.proof.people import people
from evaluation.proof.seen import Read, read, spread
from evaluation.proof.trust import trust
from evaluation.proof.utility import utility
from evaluation.proof.verdict import verdict
from evaluation.reading import Run, read_run
from evaluation.two_sample import JUDGES
from scenarios.chance import Chance

Tell = Callable[[str], None]
QUICK = "logistic regression"  # the classifier that takes no seconds


@dataclass(frozen=True)
class Against:
    """The real logs that a run is held against: one that it never saw, and the one that it was made from."""

    real: Path
    source: Path | None = None
    mapping: Path | None = None
    effort: Effort = "usual"


def evidence(folder: Path, against: Against | None = None, tell: Tell = lambda _: None) -> dict[str, Any]:
    """The verdict and all that it rests on. *tell* hears which stage begins.

    On one thread: the matrices are small, and on busy cores threads that wait for each other cost most.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1):
        return _evidence(folder, against, tell)


def _evidence(folder: Path, against: Against | None, tell: Tell) -> dict[str, Any]:
    manifest = read_manifest(folder)
    source, chance = Source(folder, manifest, spread(manifest)), Chance(0).branch("evaluate")
    found = read(source)
    beside = None
    if against is not None:  # first, for it may refuse
        beside = _beside(against, found, manifest.settings, read_run(folder, most=1), chance, tell)
    tell("what is done, by whom, and what is odd")
    parts = facts(read_run(folder, most=MOST_HOUSEHOLDS), found, manifest)
    tell("people, labels, copies")
    parts |= {"people": people(found.seen, chance), "trust": trust(source, found, chance), "beside": beside}
    return {"verdict": verdict(parts), **parts}


def _beside(
    against: Against, found: Read, settings: Any, run: Run, chance: Chance, tell: Tell
) -> dict[str, Any]:
    """Likeness, privacy and utility."""
    polling = run.catalogue.polling()
    logs = read_logs(against.real, against.source, settings, polling, chance.branch("logs"))
    words = words_of_log(against.real.name, logs.everything)
    own = heard(found.seen, words, against.mapping, polling)
    compared = samples(own, logs, chance.branch("samples"))
    judges = (QUICK,) if against.effort == "quick" else tuple(JUDGES)
    tell(f"{len(compared.mine)} sequences beside {len(compared.unseen)} real ones that were not used")
    like = likeness(compared, logs, chance.branch("likeness"), judges)
    tell("models trained on each, tested on what is real")
    worth = utility(compared, chance.branch("utility"), against.effort)
    return {
        "logs": {**logs.about, "control": logs.control, "is source": logs.source},
        "heard": {"behaviours": own.behaviours, "kept": own.kept, "left out": dict(own.left_out)},
        "profiles": profiles(compared),
        "flows": flows(compared.mine, compared.unseen),
        "likeness": like,
        "utility": worth,
    }
