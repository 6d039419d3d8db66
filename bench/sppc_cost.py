"""What SPPC costs: importance exact and approximate, a log from import to memory, and growth with its length.

    bench/sppc_cost.py agreement [--data FOLDER] [--pieces 80]    rank agreement with exact leave-one-out
    bench/sppc_cost.py time [--data FOLDER] [--published]         FR winter to memory, beside SSC as published
    bench/sppc_cost.py growth [--data FOLDER]                     1, 10, 100 times FR winter, the same budget

Times are seconds of CPU, which other programs disturb less than the clock on the wall.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time
from typing import TypeVar

import numpy as np
import torch
from scipy.stats import kendalltau, spearmanr

from dataset.importing import import_routines
from dataset.routines import Behaviour, Routine, Routines
from dataset.vocabulary import Vocabulary
from scenarios.catalogue import load_catalogue
from sppc.clock import Floats
from sppc.compress import remember
from sppc.importance import cross_fitted, distinct_pieces, exact, nearest_other, single_model
from sppc.split import split
from sppc.ssc import EPOCHS, released, released_vectors, sparse
from sppc.text import cost

T = TypeVar("T")
SHARE = 0.10  # of the tokens, kept
FR_WINTER = 506  # split_trn in the collection of SmartGen's files


def main() -> None:
    """Run one of the three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("agreement", "time", "growth"))
    parser.add_argument("--data", type=Path, default=os.environ.get("HOMEFOLK_DATA", "../shared/data"))
    parser.add_argument("--pieces", type=int, default=80, help="of each set, for agreement")
    parser.add_argument("--published", action="store_true", help="all epochs of SSC, which takes minutes")
    given = parser.parse_args()
    if not Path(given.data).is_dir():
        print(f"{given.data}: no real logs here; nothing to measure")
        return
    torch.set_num_threads(1)
    if given.what == "agreement":
        for name in ("fr", "an"):
            print_agreement(name, some(given.data, name, given.pieces))
    elif given.what == "time":
        print_time(given.data, EPOCHS if given.published else 1)
    else:
        print_growth(given.data)


def some(data: Path, name: str, count: int) -> list[Routine]:
    """*count* pieces of the training days of a log, drawn at random, in order."""
    path = data / "raw_10x5" / f"{name}_trn.parquet"
    log = import_routines("smartsense", path, Vocabulary.shipped(name), None).routines
    pieces = split([*log.without(load_catalogue().polling()).sequences()])
    rows = np.random.default_rng(0).choice(len(pieces), count, replace=False)
    return [pieces[row] for row in np.sort(rows)]


def print_agreement(name: str, pieces: Sequence[Routine]) -> None:
    """Rank correlation with exact leave-one-out, and seconds."""
    truth, _ = timed(lambda: exact(pieces, seed=0))
    ways: dict[str, Callable[[], Floats]] = {
        "exact, another seed": lambda: exact(pieces, seed=1),
        "10 folds": lambda: cross_fitted(pieces, folds=10, seed=1),
        "5 folds (default)": lambda: cross_fitted(pieces, seed=1),
        "2 folds": lambda: cross_fitted(pieces, folds=2, seed=1),
        "one model, stopped early": lambda: single_model(pieces, seed=1),
        "nearest other, untrained": lambda: nearest_other(pieces),
    }
    print(f"\n{name.upper()}: {len(pieces)} pieces, {len(distinct_pieces(pieces)[0])} distinct\n")
    print("| importance | Spearman | Kendall | CPU seconds |\n| --- | --- | --- | --- |")
    for way, function in ways.items():
        found, seconds = timed(function)
        rho, tau = spearmanr(truth, found).statistic, kendalltau(truth, found).statistic
        print(f"| {way} | {rho:.2f} | {tau:.2f} | {seconds:.2f} |", flush=True)


def print_time(data: Path, epochs: int) -> None:
    """SmartGen's FR winter from import to memory, and SSC as published on the same pieces."""
    routines, importing = timed(lambda: winter(data))
    pieces = [*routines.sequences()]
    budget = round(SHARE * sum(map(cost, pieces)))
    memory, remembering = timed(lambda: remember(routines, budget, 0, frozenset()))
    print(f"import {importing:.1f} s, memory {remembering:.1f} s: {memory.report.note}")
    (model, ids), training = timed(lambda: released(pieces, epochs))
    kept, selecting = timed(lambda: sparse(released_vectors(model, ids, 0), pieces, budget))
    whole = training * EPOCHS / epochs
    print(
        f"SSC as published: training {whole:.0f} s ({epochs} of {EPOCHS} epochs run), selection "
        f"{selecting:.1f} s: {len(kept)} kept, {len({pieces[row] for row in kept})} of them distinct"
    )


def winter(data: Path) -> Routines:
    """SmartGen's FR winter as released, 1,728 split sequences."""
    path = data / "smartgen" / "sequences.parquet"
    return import_routines("smartgen", path, Vocabulary.shipped("fr"), FR_WINTER).routines


def print_growth(data: Path) -> None:
    """Seconds from routines to memory at 1, 10 and 100 times FR winter, within the same budget."""
    pieces = [*winter(data).sequences()]
    print("| times | pieces | distinct | kept | CPU seconds |\n| --- | --- | --- | --- | --- |")
    for times in (1, 10, 100):
        log = Routines.of(varied(pieces, times), source="fr_winter", provenance="observed")
        budget = round(SHARE * sum(map(cost, pieces)))
        memory, seconds = timed(lambda: remember(log, budget, 0, frozenset()))  # noqa: B023
        report = memory.report
        print(
            f"| {times} | {report.pieces} | {report.distinct} | {report.kept} | {seconds:.1f} |", flush=True
        )


def varied(pieces: Sequence[Routine], times: int) -> list[Routine]:
    """The log, and again with a tenth of the slots one earlier or later, so that distinct pieces grow too."""
    rng = np.random.default_rng(0)

    def shifted(b: Behaviour) -> Behaviour:
        return b._replace(slot=int(np.clip(b.slot + rng.choice((-1, 0, 1), p=(0.05, 0.9, 0.05)), 0, 7)))

    again = [tuple(map(shifted, piece)) for _ in range(times - 1) for piece in pieces]
    return [*pieces, *again]


def timed(function: Callable[[], T]) -> tuple[T, float]:
    """What *function* returns, and the seconds of CPU it took."""
    start = process_time()
    found = function()
    return found, process_time() - start


if __name__ == "__main__":
    main()
