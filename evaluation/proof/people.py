"""Whether the people of a run differ, from each other and from day to day, and whether one changes.

A person's sequence is a day: what they did, as far as the home logged it. Without real logs nobody can say
whether people differ *enough*; with them coverage tells.
"""

from typing import Any

import numpy as np

from evaluation.corpus import Corpus, Ints, Words
from evaluation.diversity import differences, drift, entropies
from evaluation.proof.seen import DAY, Seen
from scenarios.chance import Chance

FEW_PEOPLE, FEW_DAYS = 4, 4
WEEK = 7
MOST_PEOPLE = 400  # of more, those are compared whom chance draws
FOLLOWED = 20  # people whose weeks are compared with their first


def people(seen: Seen, chance: Chance) -> dict[str, Any]:
    """How much people differ beyond chance, of how many bits what they do is, and how far they drift."""
    days = by_person(seen)
    owners, counts = np.unique(days.owner, return_counts=True)
    enough = int((counts >= FEW_DAYS).sum()) >= FEW_PEOPLE
    some = _some(days, chance.rng("some"))
    return {
        "people": len(owners),
        "days": int(np.median(counts)) if len(counts) else 0,
        "differ": differences(some, chance.rng("differ"))._asdict() if enough else None,
        "entropies": dict(entropies(days)) if len(days) else {},
        "drift": _drift(days, chance),
    }


def by_person(seen: Seen) -> Corpus:
    """A sequence for each person and day: what a command says that they did."""
    mine = seen.rows(np.flatnonzero(seen.done & (seen.actor != "")))
    who = np.unique([f"{home:06}/{name}" for home, name in _pairs(mine)], return_inverse=True)[1]
    return _days(mine, np.asarray(who, np.int64))


def _pairs(seen: Seen) -> Any:
    return zip(seen.household.tolist(), seen.actor.tolist(), strict=True)


def _days(mine: Seen, owner: Ints) -> Corpus:
    order = np.lexsort((np.arange(len(mine)), mine.local // DAY, owner))
    mine, owner = mine.rows(order), owner[order]
    devices, device = _coded(mine.type)
    actions, action = _coded(mine.action)
    day = mine.local // DAY
    starts = np.flatnonzero((np.diff(owner, prepend=-1) != 0) | (np.diff(day, prepend=-1) != 0))
    bounds = np.append(starts, len(mine)).astype(np.int64)
    return Corpus(Words(devices, actions), bounds, owner[starts], mine.weekday, mine.slot, device, action)


def _coded(names: Any) -> tuple[tuple[str, ...], Ints]:
    if not len(names):
        return (), np.zeros(0, np.int64)
    known, codes = np.unique(names.astype(str), return_inverse=True)
    return tuple(known.tolist()), codes


def _some(days: Corpus, rng: np.random.Generator) -> Corpus:
    owners = np.unique(days.owner)
    chosen = rng.permutation(owners)[:MOST_PEOPLE]
    return days.rows(np.flatnonzero(np.isin(days.owner, chosen)))


def _drift(days: Corpus, chance: Chance) -> dict[str, Any] | None:
    """How far the weeks of people are from their first, in bits, beside what chance alone would make."""
    far, floor = list[float](), list[float]()
    for owner in np.unique(days.owner)[:FOLLOWED].tolist():
        rows = np.flatnonzero(days.owner == owner)
        weeks = [days.rows(rows[at : at + WEEK]) for at in range(0, len(rows) - WEEK + 1, WEEK)]
        if len(weeks) > 1:
            moved, still = drift(weeks, chance.rng("drift", owner))
            far.append(float(moved.mean()))
            floor.append(float(still.mean()))
    if not far:
        return None
    return {"people": len(far), "bits": float(np.mean(far)), "by chance": float(np.mean(floor))}
