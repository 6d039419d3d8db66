"""Which vocabulary a log of ids is in.

Ids are numbers, and those of one country have a name in another too. But a row names a device and an action,
and the action has a device of its own: in the wrong vocabulary the two seldom agree.
"""

import numpy as np

from dataset.importers.ordered import Ints
from dataset.vocabulary import SHIPPED, Vocabulary


def fit(rows: Ints, vocabulary: Vocabulary) -> int:
    """How many rows of ids make sense: all four within range, the device the one logged with the action."""
    device, action = rows[:, 2], rows[:, 3]
    own = np.array([vocabulary.ids(name.partition(":")[0], name)[0] for name in vocabulary.actions])
    inside = ((rows >= 0) & (rows < np.array(vocabulary.sizes))).all(axis=1)
    return int((own[action[inside]] == device[inside]).sum())


def fits(rows: Ints, chosen: Vocabulary, *, only_better: bool = False) -> str:
    """'; rows that fit: an 3, fr 20, …; try --vocabulary fr' over all that are shipped, or ''.

    *only_better*: '' unless another one fits more rows than *chosen*.
    """
    counts = {path.stem: fit(rows, Vocabulary.shipped(path.stem)) for path in sorted(SHIPPED.glob("*.json"))}
    ours = fit(rows, chosen)
    best = max(counts, key=lambda name: counts[name])
    better = counts[best] > ours
    if only_better and not better:
        return ""
    shown = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    advice = f"; try --vocabulary {best}" if better else ""
    return f"; of {len(rows):,} rows fit: {shown}{advice}"
