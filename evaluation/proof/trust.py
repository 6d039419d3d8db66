"""Whether a dataset is what it says: written by its run, nothing copied within it, labels where they belong.

Every test is one that some cheat fails: tables changed after the run, one household given out for many, hours
shuffled, labels that show through in what is observable.
"""

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from itertools import islice
from typing import Any

import numpy as np

from dataset.exporters.source import Source
from dataset.leaks import leaks
from dataset.store import digest_files
from evaluation.corpus import SLOTS, Ints
from evaluation.leaking import marks
from evaluation.proof.seen import Read, Seen
from scenarios.chance import Chance

HOUR = 3_600_000
LABELS = ("actor", "activity", "anomaly")
MARKED = 50_000  # rows in which marks are looked for; of more, those that chance draws
SHOWN = 8  # leaks told one by one
SHUFFLES = 40
ENOUGH = 20  # behaviours of a household that can be told from another's copy


def trust(source: Source, found: Read, chance: Chance) -> dict[str, Any]:
    """What each test found."""
    seen = found.seen
    every = [str(it) for it in islice(leaks(source), SHOWN)]
    return {
        "changed": [it.household for it in source.manifest.households if _changed(source, it)],
        "rows": {
            "looked at": len(seen), "differ": int(seen.differs.sum()), "missing": found.unseen,
            "windows": found.foreign,
        },
        "leaks": every,
        "marks": [it._asdict() for it in _marks(seen, chance)],
        "copies": _copies(found),
        "hours": hours(seen, chance),
    }  # fmt: skip


def _changed(source: Source, record: Any) -> bool:
    return bool(record.files) and digest_files(source.folder, record.index) != record.files


def _marks(seen: Seen, chance: Chance) -> Any:
    """Columns that say more of a label than what is done where and at which hour."""
    rows = np.flatnonzero(seen.done)
    rows = np.sort(chance.rng("marks").permutation(rows)[:MARKED])
    mine = seen.rows(rows)
    happens = list(zip(mine.household, mine.device, mine.command, mine.local // HOUR % 24, strict=True))
    labels = {name: getattr(mine, name) for name in LABELS if len(set(getattr(mine, name))) > 1}
    observable = {name: getattr(mine, name) for name in ("value", "room", "kind")}
    return marks(observable, mine.time, [str(it) for it in happens], labels)


def _copies(found: Read) -> dict[str, Any]:
    """Households whose behaviour is another's, action by action at the same minutes."""
    names, digests = list[str](), list[str]()
    done = found.seen.rows(np.flatnonzero(found.seen.done))
    edges = np.searchsorted(done.household, np.arange(len(found.names) + 1))
    for name, first, end in zip(found.names, edges, edges[1:], strict=False):
        own = done.rows(slice(first, end))
        if len(own) >= ENOUGH:
            text = "\n".join(map(str, zip(own.local // 60_000, own.action, strict=True)))
            names.append(name)
            digests.append(sha256(text.encode()).hexdigest())
    count = Counter(digests)
    return {
        "households": len(found.names),
        "alike": [name for name, it in zip(names, digests, strict=True) if count[it] > 1],
    }


def hours(seen: Seen, chance: Chance) -> Mapping[str, float]:
    """Share of what is open about an action that the time of day tells, and what shuffled times tell.

    Theil's U within households, over slots of three hours. `shuffled` is the mean of shuffles and `most` the
    largest: real hours say more than any.
    """
    done = seen.rows(np.flatnonzero(seen.done))
    action = _codes(np.array([f"{home}|{what}" for home, what in _pairs(done)], dtype=object))
    home, slot = done.household, done.slot
    rng = chance.rng("hours")
    said = _told(action, home, slot)
    drawn = [_told(action, home, _within(home, slot, rng)) for _ in range(SHUFFLES)]
    return {"says": said, "shuffled": float(np.mean(drawn)), "most": float(np.max(drawn))}


def _pairs(done: Seen) -> Any:
    return zip(done.household.tolist(), done.action.tolist(), strict=True)


def _told(action: Ints, home: Ints, slot: Ints) -> float:
    open_ = _bits(action) - _bits(home)
    left = _bits(action * SLOTS + slot) - _bits(home * SLOTS + slot)
    return 0.0 if open_ < 1e-9 else float(1 - left / open_)


def _within(home: Ints, slot: Ints, rng: np.random.Generator) -> Ints:
    """*slot* shuffled among the rows of each household."""
    shuffled = np.empty_like(slot)
    shuffled[np.argsort(home, kind="stable")] = slot[np.lexsort((rng.random(len(slot)), home))]
    return shuffled


def _bits(values: Ints) -> float:
    if not len(values):
        return 0.0
    shares = np.unique(values, return_counts=True)[1] / len(values)
    return float(-(shares * np.log2(shares)).sum())


def _codes(names: Any) -> Ints:
    return np.unique(names.astype(str), return_inverse=True)[1] if len(names) else np.zeros(0, np.int64)
