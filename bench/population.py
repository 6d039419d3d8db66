"""Whether people of a population differ more than one person's weeks do, and cover what real people do.

    bench/population.py [FOLDER] [--homes 40] [--people 200] [--embedded]

FOLDER holds raw_10x5/ (unless given: HOMEFOLK_DATA).

Collapse: every household lives the same week several times, by other chance. The variance between persons
over that within a person (one-way analysis of variance, random effects) is above 1 where the person matters
more than chance. Coverage: held-out sequences of a log are clustered; a cluster is covered when somebody has
lived a sequence that is as like its centre as nine in ten of its own are. All minds are of habit, unless
`--embedded` has the embedded model asked; then collapse alone is shown, beside the same people by habit.
"""

import argparse
import asyncio
import os
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from agents.gateway.connect import open_port
from agents.gateway.journal import Journal
from agents.gateway.ledger import Ledger
from agents.thinking import Thinking
from dataset.importing import import_routines
from dataset.routines import Behaviour, Routine, Routines
from dataset.vocabulary import Vocabulary
from evaluation.cutting import behaviours, cut, evenly, logged
from runner.household import lives
from runner.personas import Personas
from scenarios.catalogue import load_catalogue
from scenarios.chance import Chance
from scenarios.including import SHIPPED
from scenarios.loading import load_scenario
from scenarios.population import HouseholdType
from scenarios.population_draw import household
from scenarios.resident import MemorySource
from scenarios.scenario import LLM, PopulationScenario, Scenario
from sppc.compress import remember
from sppc.memory import Memory
from sppc.personas import clustered, features_of
from world.clock import HOUR, Clock
from world.event import Event, Kind

DAYS, RERUNS = 7, 4
CLUSTERS = 30
EACH = 4  # sequences of a person that are compared, at most
WITHIN = 0.1  # share of a cluster's own sequences that lie farther from its centre
SLOTS = {"small hours": (0, 6), "morning": (6, 12), "afternoon": (12, 18), "evening": (18, 24)}
SHARE, MOST_USED = "share of ", 6  # device types that are told of: those with the largest shares
OPERATED = (Kind.COMMAND, Kind.DEED)
CATALOGUE = load_catalogue()
Person = tuple[int, str]
Figures = Mapping[str, float]
Memories = Callable[[Scenario], Mapping[str, Memory]]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default=os.environ.get("HOMEFOLK_DATA", "../shared/data"))
    parser.add_argument("--homes", type=int, default=40)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--embedded", action="store_true")
    asked = parser.parse_args()
    scenario = _shipped(asked.seed)
    print_collapse("authored weeks", scenario, asked.homes)
    if asked.embedded:
        print_collapse("authored weeks, the embedded model asked", scenario, asked.homes, embedded=True)
        return
    logs = Path(asked.folder) / "raw_10x5"
    if not logs.is_dir():
        print(f"{logs}: no real logs here; coverage was not measured")
        return
    for name in ("fr", "an"):
        with TemporaryDirectory() as folder:
            file = Path(folder) / f"{name}.parquet"
            _log(logs, name, ("trn",)).write(file)
            alone = _alone(scenario, name, str(file))
            print_collapse(f"ways of life of {name.upper()}, alone", alone, asked.homes)
            print_coverage(name, alone, logs, asked.people)


# Collapse


def print_collapse(title: str, scenario: PopulationScenario, homes: int, *, embedded: bool = False) -> None:
    """Variance between persons over variance within, for every statistic, with a 95 % bootstrap interval."""
    weeks = asyncio.run(weeks_of(scenario, homes, embedded))
    adults = [runs for runs in weeks.values() if len(runs) == RERUNS]
    print(f"\n{title}: {homes} households, {len(adults)} adults, {RERUNS} × {DAYS} days each")
    print(f"{'':28}{'mean':>9}{'between':>10}{'within':>10}{'ratio':>9}   95 %")
    rng = Chance(0).rng("bootstrap")
    everything = {name: np.array([[it[name] for it in runs] for runs in adults]) for name in adults[0][0]}
    shares = sorted((it for it in everything if it.startswith(SHARE)), key=lambda it: -everything[it].mean())
    for name in [*(it for it in everything if not it.startswith(SHARE)), *shares[:MOST_USED]]:
        values = everything[name]
        draws = [ratio(values[rng.integers(len(values), size=len(values))]) for _ in range(500)]
        low, high = np.nanquantile(draws, (0.025, 0.975))
        between, within = components(values)
        row = f"{name:28}{values.mean():9.3f}{between:10.4f}{within:10.4f}{ratio(values):9.1f}"
        print(f"{row}   {low:.1f} to {high:.1f}")


async def weeks_of(scenario: PopulationScenario, homes: int, embedded: bool) -> dict[Person, list[Figures]]:
    """The figures of every adult's week, each lived RERUNS times by other chance."""
    weeks: dict[Person, list[Figures]] = defaultdict(list)
    personas, ledger = Personas(CATALOGUE), Ledger()
    async with _asked(ledger) if embedded else nullcontext() as thinking:
        for index in range(homes):
            drawn = household(scenario, index)
            for rerun in range(RERUNS):
                again = drawn.model_copy(update={"seed": scenario.seed + 1000 * rerun})
                for who, figures in (await week(again, personas, index, thinking)).items():
                    weeks[index, who].append(figures)
    if embedded:
        print(f"\n{ledger.total.calls:,} calls")
    return weeks


@asynccontextmanager
async def _asked(ledger: Ledger) -> AsyncIterator[Thinking]:
    """The embedded model, asked when something comes up; its replies are kept nowhere."""
    with TemporaryDirectory() as folder, Journal(Path(folder) / "journal.sqlite") as journal:
        async with open_port(LLM(), journal, ledger) as port:
            settings = port.settings
            yield Thinking(
                port=port, deliberation="interrupts", writes=settings.plans == "write",
                weight=settings.weight, routine_weight=settings.routine_weight,
            )  # fmt: skip


def components(values: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> tuple[float, float]:
    """Variance between persons, without what re-runs add to it, and within; rows are persons."""
    within = float(values.var(axis=1, ddof=1).mean())
    return float(values.mean(axis=1).var(ddof=1)) - within / values.shape[1], within


def ratio(values: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> float:
    """Between over within."""
    between, within = components(values)
    return between / within if within else float("inf")


async def week(
    scenario: Scenario, personas: Personas, index: int, thinking: Thinking | None
) -> dict[str, Figures]:
    """What each adult did in a week, in figures."""
    clock = Clock(scenario.start, scenario.home.address.zone)
    events = await lived(scenario, personas.of, index, thinking)
    adults = [who.id for who in scenario.residents if who.age >= 18]
    return {who: figures_of([it for it in events if it.actor == who], clock) for who in adults}


def figures_of(events: Sequence[Event], clock: Clock) -> Figures:
    """Hours asleep and away a day, actions a day and their entropy, when and with what they are done."""
    end = clock.midnight(DAYS)
    doing = [it for it in events if it.kind is Kind.ACTIVITY]
    asleep = away = 0
    for step, after in zip(doing, [*(it.time for it in doing[1:]), end], strict=True):
        activity = CATALOGUE.activities.get(step.activity)
        asleep += (after - step.time) * (activity is not None and activity.asleep)
        away += (after - step.time) * (step.room == "outside")
    done = [it for it in events if it.kind in OPERATED]
    devices, total = Counter(it.type for it in done), max(1, len(done))
    hours = Counter(clock.local(it.time)[2] // 60 for it in done)
    shares = np.array(list(Counter(it.action for it in done).values())) / total
    return {
        "hours asleep a day": asleep / HOUR / DAYS,
        "hours away a day": away / HOUR / DAYS,
        "actions a day": len(done) / DAYS,
        "activities a day": len(doing) / DAYS,
        "entropy of actions, bits": float(-(shares * np.log2(shares)).sum()),
        **{
            f"actions in the {name}": sum(hours[hour] for hour in range(*span)) / total
            for name, span in SLOTS.items()
        },
        **{f"{SHARE}{name}": devices[name] / total for name in sorted(CATALOGUE.devices)},
    }


# Coverage


def print_coverage(name: str, scenario: PopulationScenario, logs: Path, people: int) -> None:
    """How many clusters of held-out sequences are lived by residents, and by what they are held against."""
    known, unseen = (_sequences(_log(logs, name, parts)) for parts in (("trn",), ("vld", "test")))
    rng = Chance(scenario.seed).rng("coverage", name)
    polling = CATALOGUE.polling()
    whole = remember(_log(logs, name, ("trn",)), MemorySource(routines="").budget, 0, polling)
    by_ways = Personas(CATALOGUE).of
    rows = {
        f"{people} people by ways of life": _weeks(scenario, by_ways, people, known, rng),
        f"{people} people, each of the whole log": _weeks(
            scenario, lambda one: {who.id: whole for who in one.residents}, people, known, rng
        ),
        f"{people} shares of the training log": _dealt(known, people, rng),
        f"{people} times independent draws": _dealt(_independent(known, rng), people, rng),
    }
    print(f"\ncoverage of {CLUSTERS} clusters of {len(unseen)} held-out {name.upper()} sequences")
    print(f"{'':40}{'clusters':>9}{'of mass':>9}{'a person':>9}{'sequences':>10}{'overlap':>9}")
    for title, lived_ in rows.items():
        print(f"{title:40}" + "{:9.0f}{:9.2f}{:9.1f}{:10.0f}{:9.2f}".format(*covered(unseen, lived_)))


def covered(real: Sequence[Routine], people: Sequence[Sequence[Routine]]) -> tuple[float, ...]:
    """Clusters covered, the share of real sequences in these, clusters a person, sequences a person, overlap.

    Overlap is 1 less the total variation distance between the shares of clusters, real and lived.
    """
    mine = [sequence for person in people for sequence in person]
    features = features_of([*real, *mine])
    of, centres = clustered(features[: len(real)], CLUSTERS)
    own = (features[: len(real)] * centres[of]).sum(axis=1)
    radius = np.array([np.quantile(own[of == it], WITHIN) for it in range(len(centres))])
    like = features[len(real) :] @ centres.T
    nearest = like.argmax(axis=1)
    inside = like[np.arange(len(mine)), nearest] >= radius[nearest]
    found = np.unique(nearest[inside])
    shares = np.bincount(of, minlength=len(centres)) / len(real)
    lived_ = np.bincount(nearest[inside], minlength=len(centres)) / max(1, len(mine))
    owner = np.repeat(np.arange(len(people)), [len(person) for person in people])
    each = [len(np.unique(nearest[inside & (owner == it)])) for it in range(len(people))]
    return (
        len(found), float(shares[found].sum()), float(np.mean(each)), len(mine) / len(people),
        float(np.minimum(shares, lived_).sum()),
    )  # fmt: skip


def _weeks(
    scenario: PopulationScenario,
    memories: Memories,
    people: int,
    known: Sequence[Routine],
    rng: np.random.Generator,
) -> list[list[Routine]]:
    """A week of each person, heard and cut as the log was (`evaluation.cutting`): at most EACH sequences."""
    streams = [asyncio.run(heard(scenario, memories, index)) for index in range(people)]
    sequences, owners = cut(streams, known, rng)
    found: list[list[Routine]] = [[] for _ in streams]
    for row in evenly(owners, EACH, rng):
        found[owners[row]].append(sequences[row])
    return found


async def heard(scenario: PopulationScenario, memories: Memories, index: int) -> list[Behaviour]:
    """What an installation like those of the log tells of household *index*."""
    one = household(scenario, index)
    remembered = memories(one)
    routines = [kept.behaviours for memory in remembered.values() for kept in memory.routines]
    known = {behaviour.action for routine in routines for behaviour in routine}
    events = await lived(one, lambda _: remembered, index, None)
    return behaviours(logged(events, known), Clock(one.start, one.home.address.zone))


def _dealt(sequences: Sequence[Routine], people: int, rng: np.random.Generator) -> list[list[Routine]]:
    order = rng.permutation(len(sequences)).tolist()
    return [[sequences[row] for row in order[number::people]] for number in range(people)]


def _independent(sequences: Sequence[Routine], rng: np.random.Generator) -> list[Routine]:
    """As many and as long, slot and action each drawn for itself."""
    steps = [step for sequence in sequences for step in sequence]
    drawn = iter(rng.integers(len(steps), size=(len(steps), 2)).tolist())
    return [
        tuple(steps[what]._replace(slot=steps[when].slot) for _ in sequence for what, when in [next(drawn)])
        for sequence in sequences
    ]


# What both live


async def lived(scenario: Scenario, memories: Memories, index: int, thinking: Thinking | None) -> list[Event]:
    """All events of the household."""
    async for so_far in lives(scenario, CATALOGUE, memories(scenario), thinking, index):
        last = so_far
    return last.events


def _shipped(seed: int) -> PopulationScenario:
    scenario = load_scenario(SHIPPED / "population.yaml", {"seed": seed, "days": DAYS})
    assert isinstance(scenario, PopulationScenario)
    return scenario


def _alone(scenario: PopulationScenario, name: str, log: str) -> PopulationScenario:
    """Adults who live alone by the ways of life of *log*, in homes with all its devices."""
    singles = HouseholdType(type="single", roles=("single",), ages=("20-80",), rooms="2-4")
    devices = tuple(sorted(Vocabulary.shipped(name).device_types))
    population = scenario.population.model_copy(update={"table": (singles,), "devices": devices})
    population.__dict__.pop("ladder", None)
    return scenario.model_copy(update={"population": population, "routines": log})


def _log(folder: Path, name: str, parts: Sequence[str]) -> Routines:
    files = [folder / f"{name}_{part}.parquet" for part in parts]
    logs = [import_routines("smartsense", file, Vocabulary.shipped(name), None).routines for file in files]
    if len(logs) == 1:
        return logs[0]
    return Routines.of(
        [it for log in logs for it in log.sequences()], source=name, provenance="observed", weeks=None
    )


def _sequences(log: Routines) -> list[Routine]:
    return list(log.without(CATALOGUE.polling()).sequences())


if __name__ == "__main__":
    main()
