"""Detectors on the sets that SmartGuard was published on, and what training it costs.

    bench/detectors.py run [--data FOLDER] [--sets an fr] [--detectors NAME ...] [--seeds 5] [--out FOLDER]
    bench/detectors.py table [--sets an fr] [--percentile 95] [--out FOLDER]
    bench/detectors.py noise [--data FOLDER] [--sets an fr] [--out FOLDER]
    bench/detectors.py cost [--data FOLDER] [--sets an fr] [--epochs 2]

`run` fits detectors to the normal windows and scores validation, test and attacks: one line of
OUT/detectors.jsonl for each set, detector and seed; a run goes on where the last one stopped. `table` puts
the threshold at a percentile of the validation scores and prints F1 by family beside the published figure.
`noise` compares ways of NWRL on the models that `run` has left (`bench/detectors_noise.py`).
`cost` measures an epoch of SmartGuard as it is and in two versions with loops (`bench/detectors_loop.py`).
"""

import argparse
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from time import process_time
from typing import Any

import numpy as np
import torch

from bench.detectors_loop import print_cost
from bench.detectors_noise import print_noise
from evaluation.detectors.detector import Detector
from evaluation.detectors.methods import CLASSICAL, FLOORS, METHODS, SMARTGUARD
from evaluation.detectors.published import FAMILIES, Published, read_published
from evaluation.detectors.scoring import Rates, f1_at, flag_all, judge, threshold
from evaluation.detectors.windows import Floats, Windows

DATA = Path(os.environ.get("HOMEFOLK_DATA", Path(__file__).parents[2] / "shared" / "data"))
WHOLE, LESS = "SmartGuard", "SmartGuard without NWRL"  # one training gives both
CERTAIN = {*FLOORS, *CLASSICAL} - {"isolation forest"}  # seeds change nothing
COLUMNS = (*FAMILIES, "ALL")

PUBLISHED: Mapping[tuple[str, str], Sequence[float]] = {
    ("an", "SmartGuard"): (0.9967, 0.9832, 0.9941, 0.9951, 0.9928),
    ("an", "TransAE"): (0.9908, 0.7557, 0.7452, 0.6818, 0.7970),
    ("fr", "SmartGuard"): (0.9932, 0.9907, 0.9912, 0.9921, 0.9919),
    ("fr", "TransAE"): (0.9921, 0.9874, 0.7779, 0.7479, 0.8842),
}
"""F1 of SmartGuard's table (KDD 2024), in the order of COLUMNS."""

TESTED: Mapping[str, Sequence[int]] = {"an": (765, 510, 510, 510, 2295), "fr": (1923, 1282, 1357, 1576, 6138)}
"""How many anomalies its result files count; some of their sets were not released."""


def main() -> None:
    """Run one of the four."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("run", "table", "noise", "cost"))
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sets", nargs="+", default=["an", "fr"])
    parser.add_argument("--detectors", nargs="+", choices=METHODS, default=[*METHODS], metavar="NAME")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--percentile", type=float, default=95.0)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("runs/detectors"))
    given = parser.parse_args()
    if given.what == "table":
        for name in given.sets:
            print_table(name, [*done(given.out)], given.percentile)
    elif not given.data.is_dir():
        print(f"{given.data}: no real logs here; nothing to measure")
    elif given.what == "run":
        run(given.data, given.out, given.sets, given.detectors, given.seeds)
    elif given.what == "noise":
        print_noise(given.data, given.out, given.sets, given.percentile)
    else:
        print_cost(given.data, given.sets, given.epochs)


def run(data: Path, out: Path, sets: Sequence[str], names: Sequence[str], seeds: int) -> None:
    """Fit and score what is not yet written down: seed by seed, so that a broken run has whole seeds."""
    out.mkdir(parents=True, exist_ok=True)
    known = {(row["set"], row["detector"], row["seed"]) for row in done(out)}
    for seed in range(seeds):
        for name in sets:
            logs = read_published(data, name)
            for method in names:
                if (name, method, seed) in known or (seed and method in CERTAIN):
                    continue
                if method == LESS and WHOLE in names:
                    continue
                for row in rows(out, name, logs, method, seed):
                    with (out / "detectors.jsonl").open("a", encoding="utf-8") as file:
                        file.write(json.dumps(row) + "\n")
                    print(name, method, seed, f"{row['seconds']:.0f} s", flush=True)


def rows(out: Path, name: str, logs: Published, method: str, seed: int) -> Iterator[dict[str, Any]]:
    """The scores of a detector; of SmartGuard those without NWRL too, which training knows nothing of."""
    started = process_time()
    detector = METHODS[method](logs.train, logs.validation, seed)
    row = {"set": name, "seed": seed, "seconds": process_time() - started}
    yield {"detector": method, **row, "scores": scores(detector, logs)}
    if method in SMARTGUARD:
        torch.save(detector.state_dict(), out / f"{method} {name} {seed}.pt")  # type: ignore[attr-defined]
    if method == WHOLE:
        detector.log_weight.zero_()  # type: ignore[attr-defined]
        yield {"detector": LESS, **row, "scores": scores(detector, logs)}


def scores(detector: Detector, logs: Published) -> dict[str, list[float]]:
    """Of every window, by part and by family."""
    parts: dict[str, Windows] = {"validation": logs.validation, "test": logs.test}
    parts |= {family: logs.family(family) for family in FAMILIES}
    return {part: [*map(float, detector.score(windows))] for part, windows in parts.items()}


def done(out: Path) -> Iterator[dict[str, Any]]:
    """The rows of earlier runs."""
    if (path := out / "detectors.jsonl").is_file():
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def print_table(name: str, known: Sequence[dict[str, Any]], percentile: float) -> None:
    """F1 by family, mean and range over seeds, with what was published in brackets."""
    mine = [row for row in known if row["set"] == name]
    print(f"\n{name.upper()}, threshold at the {percentile:g}th percentile of validation\n")
    print(f"| detector | seeds | {' | '.join(COLUMNS)} | recall | precision | FPR | AUC |")
    print("| --- |" + " --- |" * (len(COLUMNS) + 5))
    for method in METHODS:
        found = [by_family(row["scores"], percentile) for row in mine if row["detector"] == method]
        if found:
            print_row(method, found, PUBLISHED.get((name, method)))
            if method in (WHOLE, LESS):
                print_row(
                    f"{method}, as many anomalies as published", [as_many(it, name) for it in found], None
                )
    if mine:
        sizes = {part: len(values) for part, values in mine[0]["scores"].items()}
        sizes["ALL"] = sum(sizes[family] for family in FAMILIES)
        print_row("flag all", [{it: flag_all(sizes["test"], sizes[it]) for it in COLUMNS}], None)
        print("\nwindows: " + ", ".join(f"{part} {size}" for part, size in sizes.items()))


def print_row(method: str, found: Sequence[Mapping[str, Rates]], published: Sequence[float] | None) -> None:
    """F1 by family; recall, precision, false positives and AUC of all families together."""
    cells = [f1_cell(found, column, published) for column in COLUMNS]
    figures = ("recall", "precision", "fpr", "auc")
    cells += [f"{fmean(getattr(rates['ALL'], it) for rates in found):.3f}" for it in figures]
    print(f"| {method} | {len(found)} | {' | '.join(cells)} |")


def as_many(rates: Mapping[str, Rates], name: str) -> dict[str, Rates]:
    """The rates with F1 as it would be had there been as many anomalies as published."""
    normal = {"an": 255, "fr": 641}[name]
    return {
        column: it._replace(f1=f1_at(it, normal, many))
        for (column, it), many in zip(rates.items(), TESTED[name], strict=True)
    }


def by_family(found: Mapping[str, Sequence[float]], percentile: float) -> dict[str, Rates]:
    """The rates of each family and of all, at one threshold."""
    parts: dict[str, Floats] = {part: np.array(values) for part, values in found.items()}
    limit = threshold(parts["validation"], percentile)
    parts["ALL"] = np.concatenate([parts[family] for family in FAMILIES])
    return {column: judge(parts["test"], parts[column], limit) for column in COLUMNS}


def f1_cell(found: Sequence[Mapping[str, Rates]], column: str, published: Sequence[float] | None) -> str:
    """'.9967 (.9941 to .9987) [.9967]'."""
    values = [rates[column].f1 for rates in found]
    spread = f" ({min(values):.4f} to {max(values):.4f})" if len(values) > 1 else ""
    beside = f" [{published[COLUMNS.index(column)]:.4f}]" if published else ""
    return f"{fmean(values):.4f}{spread}{beside}"


if __name__ == "__main__":
    main()
