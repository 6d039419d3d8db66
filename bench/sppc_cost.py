"""What SPPC costs: importance exact and approximate, a log from import to memory, and growth with its length.

    bench/sppc_cost.py agreement [--data FOLDER] [--pieces 80]    rank agreement with exact leave-one-out
    bench/sppc_cost.py time [--data FOLDER] [--published]         FR winter to memory, beside SSC as published
    bench/sppc_cost.py growth [--data FOLDER]                     1, 10, 100 times FR winter, the same budget

Times are seconds of CPU, which other programs disturb less than the clock on the wall.
"""

import argparse
import math
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
from sppc.selection import line_by_line
from sppc.split import split, split_as_released
from sppc.ssc import BATCH, EPOCHS, released, released_vectors, sparse
from sppc.text import cost

T = TypeVar("T")
SHARE = 0.05  # of the tokens, kept; a tenth would hold all of FR winter, and choose nothing
UNSPLIT, SPLIT = 508, 506  # FR winter's trn and split_trn in the collection of SmartGen's files


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
    whole, _ = timed(lambda: winter(data, UNSPLIT))
    routines, importing = timed(lambda: winter(data, SPLIT))
    pieces = [*routines.sequences()]
    again, splitting = timed(lambda: split_as_released([*whole.sequences()]))
    assert [*again] == pieces
    budget = round(SHARE * sum(map(cost, pieces)))
    memory, remembering = timed(lambda: remember(routines, budget, 0, frozenset()))
    (model, ids), training = timed(lambda: released(pieces, epochs))
    kept, selecting = timed(
        lambda: sparse(released_vectors(model, ids, 0), pieces, line_by_line(pieces, budget))
    )
    print("| | import | split | training and selection | pieces kept |\n| --- | --- | --- | --- | --- |")
    print(f"| SPPC | {importing:.1f} | in memory's | {remembering:.1f} | {memory.report.kept} |")
    print(
        f"| SmartGen's TSS and SSC | {importing:.1f} | {splitting:.2f} "
        f"| {training * EPOCHS / epochs:.0f} ({epochs} of {EPOCHS} epochs run) + {selecting:.1f} "
        f"| {len(kept)}, {len({pieces[row] for row in kept})} distinct |"
    )


def winter(data: Path, which: int) -> Routines:
    """SmartGen's FR winter as released."""
    path = data / "smartgen" / "sequences.parquet"
    return import_routines("smartgen", path, Vocabulary.shipped("fr"), which).routines


def print_growth(data: Path) -> None:
    """CPU seconds at 1, 10 and 100 times FR winter, within the same budget.

    Training of SSC as published is that of one batch, times batches, times epochs.
    """
    sequences = [*winter(data, UNSPLIT).sequences()]
    pieces = split_as_released(sequences)
    budget = round(SHARE * sum(map(cost, pieces)))
    _, batch = timed(lambda: released(pieces[:BATCH], 1))
    print("| times | pieces | distinct | kept | split as released | to memory | SSC's training, projected |")
    print("| --- |" + " --- |" * 6)
    for times in (1, 10, 100):
        lived = varied(sequences, times)
        more, splitting = timed(lambda: split_as_released(lived))  # noqa: B023
        log = Routines.of(more, source="fr_winter", provenance="observed")
        memory, seconds = timed(lambda: remember(log, budget, 0, frozenset()))  # noqa: B023
        report, training = memory.report, batch * EPOCHS * math.ceil(len(more) / BATCH)
        print(
            f"| {times} | {report.pieces} | {report.distinct} | {report.kept} | {splitting:.1f} "
            f"| {seconds:.1f} | {training:,.0f} |",
            flush=True,
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
