"""What memory foresees, and what a life with it is like, against held-out logs.

    bench/recall.py next [--data FOLDER]     the next action of held-out days: FR, AN, FR winter
    bench/recall.py days [--data FOLDER]     four weeks of the mind of habit with memory and without
    bench/recall.py year [--days 365]        how large a memory grows: two weeks of a family, and a year
    bench/recall.py text [--data FOLDER]     tokens of routines as nested lists and as we write them

Settings of `sppc.recall` were tuned on the validation days of FR and AN; the test days are counted here.
Intervals are 95 %, bootstrap over sequences. Tokens are those of the embedded model.
"""

import argparse
import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numpy as np

from agents.gateway.embedded import embedded_server
from agents.gateway.native import Native
from agents.gateway.weights import find_weights
from agents.words import DAYS
from dataset.importing import import_routines
from dataset.routines import Behaviour, Routine, Routines
from dataset.vocabulary import Vocabulary
from runner.household import Lived, whole_life
from runner.memories import read_routines, sources
from scenarios.catalogue import Catalogue, load_catalogue
from scenarios.chance import Chance
from scenarios.loading import load_scenario
from scenarios.scenario import Scenario
from sppc.absorb import absorb
from sppc.clock import DAY, SLOT, Floats
from sppc.compress import memory_of, pieces_of, remember
from sppc.memory import Memory
from sppc.patterns import read, write
from sppc.split import split
from sppc.text import line
from sppc.transitions import Transitions, transitions
from world.clock import Clock
from world.event import BEHAVIOUR
from world.mind import Cause, Observation

SCENARIOS = Path(__file__).parents[1] / "scenarios"
BUDGETS = (300, 1500, 6000)  # tokens
WINTER = (508, 768)  # SmartGen's FR winter: trn and vld in the collection of its files
RESAMPLES = 1000
EVERYTHING = 10**6  # tokens; nothing is folded away

Foresight = Callable[[Behaviour, Sequence[str]], Floats]


class Asked(NamedTuple):
    """A position of a held-out sequence: which sequence, what was done next, what had been done."""

    sequence: int
    done: Behaviour
    recent: tuple[str, ...]


def main() -> None:
    """Run one of the four."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("next", "days", "year", "text"), nargs="?", default="next")
    parser.add_argument("--data", type=Path, default=os.environ.get("HOMEFOLK_DATA", "../shared/data"))
    parser.add_argument("--part", choices=("test", "vld"), default="test", help="vld is for tuning")
    parser.add_argument("--days", type=int, default=365)
    given = parser.parse_args()
    if given.what == "year":
        asyncio.run(print_year(given.days))
    elif not Path(given.data).is_dir():
        print(f"{given.data}: no real logs here; nothing to measure")
    elif given.what == "days":
        asyncio.run(print_days(given.data))
    elif given.what == "text":
        asyncio.run(print_text(given.data))
    else:
        for name in ("fr", "an", "fr_winter"):
            print_next(name, *logs(given.data, name, given.part))


def logs(data: Path, name: str, part: str) -> tuple[Routines, Routines]:
    """What is known and what is held out, status polling left out."""
    if name == "fr_winter":
        path, words = data / "smartgen" / "sequences.parquet", Vocabulary.shipped("fr")
        both = [import_routines("smartgen", path, words, content).routines for content in WINTER]
    else:
        paths = [data / "raw_10x5" / f"{name}_{which}.parquet" for which in ("trn", part)]
        both = [import_routines("smartsense", it, Vocabulary.shipped(name), None).routines for it in paths]
    known, unseen = (log.without(load_catalogue().polling()) for log in both)
    return known, unseen


def print_next(name: str, known: Routines, unseen: Routines) -> None:
    """Top-1 and top-3 accuracy and log-loss of each way to foresee."""
    cut = pieces_of(known, frozenset(), Chance(0))
    memories = {budget: memory_of(cut, budget) for budget in BUDGETS}
    whole = transitions(cut.sequences, cut.cut, EVERYTHING)
    actions, asked, new = whole.actions, [], 0
    for number, sequence in enumerate(unseen.sequences()):
        done = tuple(behaviour.action for behaviour in sequence)
        positions = [Asked(number, sequence[at], done[:at]) for at in range(1, len(sequence))]
        asked += [it for it in positions if it.done.action in actions]
        new += len(positions)
    print(f"\n{name.upper()}: {len(asked)} next actions; {new - len(asked)} more were never seen before\n")
    print("| foreseen by | top-1 | top-3 | log-loss, nats | top-1 above first-order Markov |")
    print("| --- | --- | --- | --- | --- |")
    column = {action: number for number, action in enumerate(actions)}
    right = np.array([column[it.done.action] for it in asked])
    groups = np.array([it.sequence for it in asked])
    found = {
        way: scores(np.array([foresee(it.done, it.recent) for it in asked]), right)
        for way, foresee in ways(memories, whole, cut.sequences).items()
    }
    for way, score in found.items():
        cells = [interval(score[:, at], groups) for at in range(3)]
        gain = interval(score[:, 0] - found["first-order Markov"][:, 0], groups)
        print(f"| {way} | {cells[0]} | {cells[1]} | {cells[2]} | {gain} |", flush=True)


def ways(
    memories: Mapping[int, Memory], whole: Transitions, known: Sequence[Routine]
) -> dict[str, Foresight]:
    """Each gives a probability of every action that *whole* knows."""
    by_time = np.stack([at_slot(known, whole, slot) for slot in range(DAY // SLOT)])

    def by(memory: Memory) -> Foresight:
        return lambda now, recent: np.array([*memory.recall(seen(now, recent)).values()])

    return {
        **{f"memory of {budget:,} tokens": by(memory) for budget, memory in memories.items()},
        "first-order Markov": lambda now, recent: whole.backed_off([(), recent[-1:]]),
        "second-order Markov": lambda now, recent: whole.backed_off([(), recent[-1:], recent[-2:]]),
        "time of day alone": lambda now, recent: by_time[now.slot],
        "most frequent": lambda now, recent: whole.backed_off([()]),
        "no memory": lambda now, recent: np.full(len(whole.actions), 1 / len(whole.actions)),
    }


def at_slot(known: Sequence[Routine], whole: Transitions, slot: int) -> Floats:
    """How likely each action is in a three-hour slot, drawn to how likely it is at all by five counts."""
    done = Counter(b.action for sequence in known for b in sequence if b.slot == slot)
    often: Floats = np.array([done[action] for action in whole.actions]) + 5 * whole.backed_off([()])
    share: Floats = often / often.sum()
    return share


def seen(now: Behaviour, recent: Sequence[str]) -> Observation:
    """What a resident observes when *now* is about to be done."""
    return Observation(
        time=0, weekday=now.day, minute=now.slot * SLOT + SLOT // 2, resident="", room="",
        cause=Cause.NEXT, recent=tuple(recent),
    )  # fmt: skip


def scores(p: Floats, right: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Floats:
    """(N, 3): whether the *right* action came first, and among the first three; loss. Ties share a place."""
    own = p[np.arange(len(p)), right][:, None]
    before, level = (p > own).sum(1), (p == own).sum(1)
    hits = [np.clip((places - before) / level, 0, 1) for places in (1, 3)]
    return np.stack([*hits, -np.log(own[:, 0])], axis=1)


def interval(values: Floats, groups: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> str:
    """The mean, and the half width of its interval, sequences drawn again with replacement."""
    totals, counts = np.bincount(groups, values), np.bincount(groups)
    draws = np.random.default_rng(0).integers(len(totals), size=(RESAMPLES, len(totals)))
    means = totals[draws].sum(1) / counts[draws].sum(1)
    low, high = np.quantile(means, (0.025, 0.975))
    return f"{values.mean():.3f} ± {(high - low) / 2:.3f}"


async def print_days(data: Path) -> None:
    """Four simulated weeks beside the held-out log: total variation distance, 0 (same) to 1."""
    known, unseen = logs(data, "fr", "test")
    truth, validation = [*unseen.sequences()], [*logs(data, "fr", "vld")[1].sequences()]
    catalogue = load_catalogue()
    scenario = one_household("fr_home")
    print("| FR, against the test days | device by slot | steps from action to action |")
    print("| --- | --- | --- |")
    print_distances("real: the training days", [*known.sequences()], truth)
    print_distances("real: the validation days", validation, truth)
    for budget in BUDGETS:
        memory = remember(known, budget, 0, frozenset())
        days = await habit_days(scenario, catalogue, {scenario.residents[0].id: memory})
        print_distances(f"habit with a memory of {budget:,} tokens", days, truth)
    print_distances("habit without memory", await habit_days(scenario, catalogue, {}), truth)
    who, memory = scenario.residents[0].id, remember(known, BUDGETS[1], 0, frozenset())
    for month in ("second", "third"):
        lived = as_routines(await habit_days(scenario, catalogue, {who: memory}))
        memory = absorb(memory, lived, catalogue.polling())
        days = await habit_days(scenario, catalogue, {who: memory})
        print_distances(f"habit, {month} four weeks, had it absorbed those before", days, truth)


def one_household(name: str) -> Scenario:
    """A shipped scenario."""
    scenario = load_scenario(SCENARIOS / f"{name}.yaml")
    assert isinstance(scenario, Scenario)
    return scenario


def print_distances(way: str, days: Sequence[Routine], truth: Sequence[Routine]) -> None:
    """One row."""
    cells = [f"{apart(of(days), of(truth)):.3f}" for of in (by_slot, steps)]
    print(f"| {way} | {' | '.join(cells)} |", flush=True)


def by_slot(days: Sequence[Routine]) -> Counter[object]:
    """How often which device in which slot."""
    return Counter((b.device, b.slot) for day in days for b in day)


def steps(days: Sequence[Routine]) -> Counter[object]:
    """How often which action after which."""
    return Counter((a.action, b.action) for day in days for a, b in pairwise(day))


def apart(some: Counter[object], others: Counter[object]) -> float:
    """Total variation distance of two distributions; nothing is as far as can be from something."""
    one, other = some.total(), others.total()
    if not one or not other:
        return float(one != other)
    return sum(abs(some[it] / one - others[it] / other) for it in some | others) / 2


async def habit_days(
    scenario: Scenario, catalogue: Catalogue, memories: Mapping[str, Memory]
) -> list[Routine]:
    """What the devices of a home log, day by day."""
    whole = await whole_life(scenario, catalogue, memories, None, 0)
    return [*days_of(whole, Clock(scenario.start, scenario.home.address.zone))]


def days_of(lived: Lived, clock: Clock) -> Iterator[Routine]:
    """The behaviours that residents caused, one sequence a calendar day."""
    days: dict[int, list[Behaviour]] = {}
    for event in lived.events:
        if event.kind in BEHAVIOUR and event.actor:
            day, weekday, minute = clock.local(event.time)
            behaviour = Behaviour(weekday, minute // SLOT, event.type, event.action, minute, event.activity)
            days.setdefault(day, []).append(behaviour)
    return (tuple(days[day]) for day in sorted(days))


async def print_year(days: int) -> None:
    """Tokens and bytes of a memory, of 1,500 tokens, of the family's first weeks and of all its days."""
    catalogue = load_catalogue()
    scenario = one_household("family").model_copy(update={"days": days})
    own = {
        who: remember(read_routines(Path(it.routines), catalogue), it.budget, 0, catalogue.polling())
        for who, it in sources(scenario).items()
    }
    sequences = await habit_days(scenario, catalogue, own)
    print("| the memory of | behaviours | kept | tokens | transitions | bytes | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for many in sorted({14, 56, days}):
        log, started = as_routines(sequences[:many]), perf_counter()
        print_size(f"{many} days", remember(log, BUDGETS[1], 0, frozenset()), perf_counter() - started)
    memory, slowest = remember(as_routines(sequences[:14]), BUDGETS[1], 0, frozenset()), 0.0
    for first in range(14, days, 7):
        started = perf_counter()
        memory = absorb(memory, as_routines(sequences[first : first + 7]), frozenset())
        slowest = max(slowest, perf_counter() - started)
    print_size("two weeks, then week by week", memory, slowest)


async def print_text(data: Path) -> None:
    """Tokens of the same routines as SmartGen's nested lists, a line each, and as patterns."""
    weights = find_weights()
    with embedded_server(weights.path, weights.model) as endpoint:
        server = Native(endpoint, 60)

        async def count(text: str) -> int:
            return len((await server.post("/tokenize", {"content": text}, "tokens"))["tokens"])

        print("| routines | nested lists | a line each | patterns | times fewer |")
        print("| --- | --- | --- | --- | --- |")
        for name in ("fr", "an", "fr_winter"):
            pieces = split([*logs(data, name, "test")[0].sequences()])
            distinct = [*dict.fromkeys(pieces)]
            for what, some in (("all", pieces), ("distinct", distinct[:100]), ("distinct", distinct[:20])):
                ours = write(Counter(some))
                assert read(ours) == Counter(some)
                lists, lines = str([nested(it) for it in some]), "\n".join(map(line, some))
                costs = [await count(text) for text in (lists, lines, ours)]
                cells = " | ".join(f"{cost:,}" for cost in costs)
                print(f"| {name.upper()}, {what} ({len(some):,}) | {cells} | {costs[0] / costs[2]:.1f} |")


def nested(routine: Routine) -> list[list[str]]:
    """SmartGen's form: [['Monday', '(6~9)', 'Light', 'Light:switch on'], ...]."""
    return [[DAYS[b.day], f"({b.slot * 3}~{b.slot * 3 + 3})", b.device, b.action] for b in routine]


def as_routines(sequences: Sequence[Routine]) -> Routines:
    """A log of so many days."""
    return Routines.of(sequences, source="family", provenance="simulated", weeks=len(sequences) / 7)


def print_size(name: str, memory: Memory, seconds: float) -> None:
    """One row."""
    report = memory.report
    print(
        f"| {name} | {report.behaviours:,} | {report.kept} | {report.tokens_after:,} "
        f"| {memory.transitions.edges:,} | {len(memory.to_json().encode()):,} | {seconds:.1f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
