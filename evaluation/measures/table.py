"""The measures of fidelity by name: what the report shows, in this order."""

from collections.abc import Mapping
from functools import partial

from evaluation.corpus import Corpus, grams
from evaluation.measures import marginals, times
from evaluation.measures.figure import Counted, Measure, divergence, precision, recall

SIZES = (2, 4, 8)  # of n-grams


def _runs(size: int, sample: Corpus) -> Counted:
    return grams(sample, size, sample.action)


MEASURES: Mapping[str, Measure] = {
    "hours": Measure("when things are done, in slots of three hours", marginals.hours, divergence),
    "days": Measure("on which day of the week", marginals.days, divergence),
    "devices": Measure("what is used", marginals.devices, divergence),
    "actions": Measure("what is done", marginals.actions, divergence),
    "devices by hour": Measure("what is used when", marginals.devices_by_hour, divergence),
    "rhythm": Measure("when in the week", marginals.rhythm, divergence),
    "transitions": Measure("what is done after what", marginals.transitions, divergence),
    "together": Measure("what is used in one sequence", marginals.together, divergence),
    "gaps": Measure("how long until the next behaviour", times.gaps, divergence),
    "lengths": Measure("how many behaviours a sequence has", times.lengths, divergence),
    "spans": Measure("how long a sequence takes", times.spans, divergence),
    "durations": Measure("how long a device is on", times.durations, divergence),
    **{
        f"{size}-gram precision": Measure(
            f"different runs of {size} actions of ours that are real",
            partial(_runs, size),
            precision,
            True,
        )
        for size in SIZES
    },
    **{
        f"{size}-gram recall": Measure(
            f"different real runs of {size} actions that we have",
            partial(_runs, size),
            recall,
            True,
        )
        for size in SIZES
    },
}
