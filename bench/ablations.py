"""What each part of Homefolk is worth: the same lives without memory, profile, physics, coordination.

    bench/ablations.py [--data FOLDER] [--seeds 8] [--jobs N]     (else: HOMEFOLK_DATA)

Fidelity (`bench/like_real.py`): one person who remembers the training days of a real log lives four weeks;
distances to its held-out days. Plausibility (`bench/sensible.py`): three shipped households live two weeks;
what they do is judged by their whole profiles, and by physics laid over the log, however it was lived.

A cell is the mean over the seeds ± half its 95 % interval (Student's t); bold is worse than `full` at the
same seeds, paired, at 95 %. `other seeds` is `full` once more: what is bold there is chance. `real` is the
validation days of a log. Minds of habit. Ends with 1 if a part that is left out does not show where it must.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from math import isnan, sqrt
from pathlib import Path
from statistics import fmean, stdev
from typing import NamedTuple

from bench.ablated import CONDITIONS
from bench.like_real import apart_from_real, fidelity
from bench.sensible import plausibility

SEEDS, FIRST, OTHER = 8, 101, 201
STUDENT = {3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262}
"""The 97.5 % point of Student's t for so many values."""

Figures = Mapping[str, float]


class Measure(NamedTuple):
    """A figure, in words; whether more of it is better."""

    says: str
    more: bool
    shows: str = ""  # the condition that must be worse


FAITHFUL = (
    ("slots", "device by slot"), ("actions", "actions"), ("pairs", "pairs of actions"),
    ("next", "action after action"),
)  # fmt: skip
MEASURES: Mapping[str, Measure] = {
    **{
        f"{log} {what}": Measure(f"{days}: {says}, distance", False, must)
        for log, days, must in (
            ("fr", "FR test days", "without memory"), ("an", "AN test days", "without memory"),
            ("spring", "FR spring by a winter's memory", "without physics"),
        )
        for what, says in FAITHFUL
    },
    "own": Measure("own authored week: activity by slot, distance", False, "without memory"),
    "out": Measure("regular hours spent out, share", True, "without profile"),
    "intents": Measure("intents done as often as meant, share", True, "without profile"),
    "forbidden": Measure("commands to forbidden devices, a person and week", False, "without profile"),
    "operates": Measure("commands by a child of two, a week", False, "without profile"),
    "alone": Measure("small child alone at home or at the door, times a week", False),
    "nights": Measure("hours asleep after a night at work", True, "without profile"),
    "sleep": Measure("24 hours with under 4 or over 12 h of sleep, share", False),
    "odd": Measure("activities begun at odd hours, share", False),
    "eats": Measure("days at home without a meal, share", False),
    "thermal": Measure("hours too cold or hot, a resident-day", False, "without physics"),
    "dark": Measure("hours in the dark, a resident-day", False, "without physics"),
    "season": Measure("lamp-hours a day, January less July", True, "without physics"),
    "meals": Measure("meals at home with somebody, share", True, "without coordination"),
    "led": Measure("children below 10 who pass the door with somebody, share", True, "without coordination"),
    "waits": Measure("hours waiting for others, a resident-week", False),
    "conflicts": Measure("conflicts, a resident-week", False),
}  # fmt: skip


def main() -> None:
    """Live everything under every condition, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("HOMEFOLK_DATA", "../shared/data"))
    parser.add_argument("--seeds", type=int, default=SEEDS, choices=STUDENT, help="(default %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: all cores)")
    given = parser.parse_args()
    data = Path(given.data) if (Path(given.data) / "raw_10x5").is_dir() else None
    if data is None:
        print(f"{given.data}: no real logs here; fidelity was not measured\n")
    asked = [(condition, number) for condition in CONDITIONS for number in range(given.seeds)]
    with ProcessPoolExecutor(given.jobs) as pool:
        figures = list(pool.map(partial(figures_of, data), asked))
    found = {
        name: [it for (of, _), it in zip(asked, figures, strict=True) if of == name] for name in CONDITIONS
    }
    print(table(found, apart_from_real(data) if data else {}))
    measured = [(name, measure) for name, measure in MEASURES.items() if name in found["full"][0]]
    if silent := [name for name, measure in measured if not shows(found, name, measure)]:
        sys.exit(f"does not show where it must: {', '.join(silent)}")


def figures_of(data: Path | None, asked: tuple[str, int]) -> Figures:
    """All measures of one condition at one seed; without real logs, plausibility alone."""
    condition, number = CONDITIONS[asked[0]], asked[1]
    seed = number + (OTHER if asked[0] == "other seeds" else FIRST)
    return {**(fidelity(data, condition, seed) if data else {}), **plausibility(condition, seed)}


def table(found: Mapping[str, Sequence[Figures]], real: Figures) -> str:
    """One row a measure, one column a condition."""
    lines = [f"| | better | {' | '.join(found)} | real |", "| --- |" + " --- |" * (len(found) + 2)]
    for name, measure in MEASURES.items():
        if name not in found["full"][0]:
            continue
        cells = [cell(found, condition, name, measure) for condition in found]
        floor = f"{real[name]:.3f}" if name in real else ""
        lines.append(
            f"| {measure.says} | {'more' if measure.more else 'less'} | {' | '.join(cells)} | {floor} |"
        )
    return "\n".join(lines)


def cell(found: Mapping[str, Sequence[Figures]], condition: str, name: str, measure: Measure) -> str:
    """Mean and interval; bold where worse than full."""
    values = [it[name] for it in found[condition]]
    if any(map(isnan, values)):
        return "none"
    text = f"{fmean(values):.3f} ± {half_width(values):.3f}"
    return f"**{text}**" if condition != "full" and worse(found, condition, name, measure) else text


def worse(found: Mapping[str, Sequence[Figures]], condition: str, name: str, measure: Measure) -> bool:
    """Whether the mean loss against full at the same seeds is above 0 by more than its half interval."""
    losses = [
        (full[name] - other[name]) * (1 if measure.more else -1)
        for full, other in zip(found["full"], found[condition], strict=True)
    ]
    return fmean(losses) > half_width(losses)


def shows(found: Mapping[str, Sequence[Figures]], name: str, measure: Measure) -> bool:
    """Whether the condition that must be worse here is."""
    return not measure.shows or worse(found, measure.shows, name, measure)


def half_width(values: Sequence[float]) -> float:
    """Of the 95 % interval of the mean, by Student's t."""
    return STUDENT[len(values)] * stdev(values) / sqrt(len(values))


if __name__ == "__main__":
    main()
