"""Memory that goes on: new days come in, older ones fade into what they have in common.

What memory kept stands for the days it was made of, so the kept routines, each as often as it stands for,
take the place of the days themselves (merge and reduce: Bentley & Saxe 1980; for summaries of data,
Har-Peled & Mazumdar 2004). Nothing is trained and nothing is drawn.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from hashlib import sha256

import numpy as np

from dataset.routines import Routine, Routines
from sppc.clock import Floats
from sppc.habits import FADED, Use, action_habits, activity_habits, merged, uses
from sppc.likeness import describe
from sppc.memory import Kept, Memory
from sppc.patterns import write
from sppc.selection import informative
from sppc.split import split
from sppc.text import cost, tokens
from sppc.transitions import Context, Transitions, counted, kept

HALF_LIFE = 66 / 7
"""Weeks after which a day counts half, so that what is done anew has by then the weight of all before.

It takes 66 days, in the median, until something new is done without thinking (Lally et al. 2010, 12 weeks
of 96 people).
"""
RECENT = 0.25  # of the budget, for the latest pieces as they were


def absorb(memory: Memory, routines: Routines, polling: Set[str]) -> Memory:
    """*memory* after *routines* too, within the same budget; the same if they hold nothing but *polling*.

    What was known fades with the weeks that *routines* cover (HALF_LIFE); without dates nothing fades.
    """
    behaving = routines.without(polling)
    sequences = list(behaving.sequences())
    if not sequences:
        return memory
    pieces, was = split(sequences), memory.report
    fade = 0.5 ** ((routines.weeks or 0.0) / HALF_LIFE)
    weeks = None if memory.weeks is None or routines.weeks is None else memory.weeks * fade + routines.weeks
    spans = fade * (memory.weeks or 1.0), weeks or 1.0
    size, known = _routines(memory, pieces, fade)
    return replace(
        memory,
        digest=sha256(f"{memory.digest} {routines.digest}".encode()).hexdigest(),
        weeks=weeks,
        pieces=memory.pieces * fade + len(pieces),
        routines=known,
        habits=merged(memory.habits, action_habits(sequences, None), fade, *spans),
        activities=merged(memory.activities, activity_habits(sequences, None), fade, *spans),
        uses=_uses(memory, sequences, fade),
        transitions=_transitions(memory.transitions, sequences, pieces, fade, was.budget),
        report=replace(
            was,
            method="absorbed",
            sequences=was.sequences + len(routines),
            behaviours=was.behaviours + routines.events,
            polling=was.polling + routines.events - behaving.events,
            emptied=was.emptied + len(routines) - len(sequences),
            pieces=was.pieces + len(pieces),
            distinct=len({*(it.behaviours for it in memory.routines), *pieces}),
            kept=len(known),
            tokens_before=was.tokens_before + sum(map(cost, pieces)),
            tokens_after=size,
        ),
    )


def _routines(memory: Memory, pieces: Sequence[Routine], fade: float) -> tuple[int, tuple[Kept, ...]]:
    """Routines of both, chosen again, and their tokens; each stands for its likes, so no piece is lost."""
    days: defaultdict[Routine, Floats] = defaultdict(lambda: np.zeros(7))
    importance = dict.fromkeys(pieces, float(np.mean([it.importance for it in memory.routines])))
    for it in memory.routines:
        days[it.behaviours] += fade * np.array(it.days)
        importance[it.behaviours] = it.importance
    for piece in pieces:
        days[piece][piece[0].day] += 1
    often = {kind: float(on.sum()) for kind, on in days.items()}
    chosen = _chosen(often, importance, pieces, memory.report.budget)
    features = describe([*chosen, *days])
    nearest = np.argmax(features[len(chosen) :] @ features[: len(chosen)].T, axis=1)
    weights = np.zeros((len(chosen), 7))
    np.add.at(weights, nearest, np.array([*days.values()]))
    return _size(chosen, often), tuple(
        Kept(kind, tuple(row), round(importance[kind], 6))
        for kind, row in zip(chosen, weights.round(6).tolist(), strict=True)
    )


def _chosen(
    often: Mapping[Routine, float],
    importance: Mapping[Routine, float],
    pieces: Sequence[Routine],
    budget: int,
) -> list[Routine]:
    """The latest pieces, and of the other kinds the informative ones; all that has not faded if it fits."""
    alive = [kind for kind, times in often.items() if times >= FADED]
    if _size(alive, often) <= budget:
        return alive
    recent = _latest(pieces, often, round(RECENT * budget))
    others = [kind for kind in alive if kind not in recent]
    lived = [kind for kind in others for _ in range(max(1, round(often[kind])))]

    def fits(rows: Sequence[int]) -> bool:
        return _size([*recent, *{lived[row] for row in rows}], often) <= budget

    weighed = np.array([importance[it] for it in lived])
    chosen = {*recent}
    if lived:  # without a draw
        chosen |= {lived[row] for row in informative(lived, weighed, fits, np.random.default_rng(0))}
    chosen = chosen or {min(alive, key=lambda it: _size([it], often))}
    return [kind for kind in alive if kind in chosen]


def _latest(pieces: Sequence[Routine], often: Mapping[Routine, float], room: int) -> list[Routine]:
    """The last pieces that fit *room* tokens, latest first."""
    latest: list[Routine] = []
    for piece in dict.fromkeys(reversed(pieces)):
        if _size([*latest, piece], often) > room:
            break
        latest.append(piece)
    return latest


def _size(kinds: Sequence[Routine], often: Mapping[Routine, float]) -> int:
    """Tokens of their text, each with how often it was done."""
    return tokens(write({kind: max(1, round(often[kind])) for kind in sorted(kinds)}))


def _transitions(
    before: Transitions, sequences: Sequence[Routine], pieces: Sequence[Routine], fade: float, budget: int
) -> Transitions:
    counts: defaultdict[Context, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for context, followers in counted(sequences, pieces).items():
        counts[context] = defaultdict(float, followers)
    for context, known, _ in before.followers:
        for action, count in known:
            counts[context][action] += count * fade
    alive = {
        context: {action: count for action, count in row.items() if count >= FADED}
        for context, row in counts.items()
    }
    return kept(alive, budget, {row.context: row.folded * fade for row in before.followers})


def _uses(memory: Memory, sequences: Sequence[Routine], fade: float) -> tuple[Use, ...]:
    """How each activity is begun and ended, by whichever of the two has seen more of it."""
    seen = {habit.name: habit.count * fade for habit in memory.activities}
    done = {habit.name: habit.count for habit in activity_habits(sequences, None)}
    of = {use.activity: use for use in memory.uses}
    newer = {u.activity: u for u in uses(sequences) if done.get(u.activity, 0) >= seen.get(u.activity, 0)}
    return tuple(use for _, use in sorted({**of, **newer}.items()))
