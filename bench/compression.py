"""What memory foresees: the next action of held-out days. (What each method keeps: bench/sppc_figures.py.)

    bench/compression.py [FOLDER]    with raw_10x5/fr_trn.parquet and fr_vld.parquet (else: HOMEFOLK_DATA)

Recall's next action is held against a first-order Markov chain and the most frequent.
"""

import os
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from dataset.importing import import_routines
from dataset.routines import Routine
from dataset.vocabulary import Vocabulary
from scenarios.catalogue import load_catalogue
from sppc.clock import SLOT
from sppc.compress import remember
from sppc.memory import Memory
from world.mind import Cause, Observation

BUDGET = 1500  # tokens of the memory whose foresight is measured


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    folder = (
        Path(arguments[0] if arguments else os.environ.get("HOMEFOLK_DATA", "../shared/data")) / "raw_10x5"
    )
    if not folder.is_dir():
        print(f"{folder}: no real logs here; nothing to measure")
        return
    polling = load_catalogue().polling()
    logs = [
        import_routines("smartsense", folder / f"fr_{part}.parquet", Vocabulary.shipped("fr"), None).routines
        for part in ("trn", "vld")
    ]
    known, unseen = ([*log.without(polling).sequences()] for log in logs)
    print_foresight(remember(logs[0], BUDGET, 0, polling), known, unseen)


def print_foresight(memory: Memory, known: Sequence[Routine], unseen: Sequence[Routine]) -> None:
    """Share of next actions of *unseen* that come first, among actions that were ever seen."""
    counts = Counter(behaviour.action for routine in known for behaviour in routine)
    follow: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for routine in known:
        for before, after in pairwise(routine):
            follow[before.action][after.action] += 1
    often = counts.most_common(1)[0][0]
    hits: Counter[str] = Counter()
    for routine in unseen:
        for place in range(1, len(routine)):
            now, past = routine[place], tuple(behaviour.action for behaviour in routine[:place])
            if now.action not in counts:
                continue
            seen = Observation(
                time=0, weekday=now.day, minute=now.slot * SLOT + SLOT // 2, resident="", room="",
                cause=Cause.NEXT, recent=past,
            )  # fmt: skip
            foreseen = memory.recall(seen).next
            hits["positions"] += 1
            hits["memory"] += max(foreseen, key=foreseen.__getitem__) == now.action
            hits["Markov"] += (follow[past[-1]].most_common(1) or [(often, 0)])[0][0] == now.action
            hits["most frequent"] += often == now.action
    print(f"\nnext action, {hits['positions']} positions; {memory.report.note}")
    for name in ("memory", "Markov", "most frequent"):
        print(f"{name:28} {hits[name] / hits['positions']:6.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
