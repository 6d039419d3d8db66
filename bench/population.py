"""Whether people of a population differ more than one person's weeks do, and cover what real people do.

    bench/population.py [FOLDER] [--homes 40] [--people 200] [--embedded]

FOLDER holds raw_10x5/ (unless given: HOMEFOLK_DATA).

Collapse: `bench/collapse.py`. Coverage: held-out sequences of a log are clustered; a cluster is covered when
somebody has lived a sequence that is as like its centre as nine in ten of its own are. All minds are of
habit, unless `--embedded` has the embedded model asked; then collapse alone is shown, of one week, beside the
same people by habit.
"""

import argparse
import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.collapse import CATALOGUE, WEEK, Memories, lived, print_collapse, print_real
from dataset.importing import import_routines
from dataset.routines import Behaviour, Routine, Routines
from dataset.vocabulary import Vocabulary
from evaluation.cutting import behaviours, cut, evenly, logged
from runner.personas import Personas
from scenarios.chance import Chance
from scenarios.including import SHIPPED
from scenarios.loading import load_scenario
from scenarios.population import HouseholdType
from scenarios.population_draw import household
from scenarios.resident import MemorySource
from scenarios.scenario import PopulationScenario
from sppc.compress import remember
from sppc.personas import clustered, features_of
from world.clock import Clock

CLUSTERS = 30
EACH = 4  # sequences of a person that are compared, at most
WITHIN = 0.1  # share of a cluster's own sequences that lie farther from its centre


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default=os.environ.get("HOMEFOLK_DATA", "../shared/data"))
    parser.add_argument("--homes", type=int, default=40)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--embedded", action="store_true")
    asked = parser.parse_args()
    scenario = _shipped(asked.seed)
    if asked.embedded:
        print_collapse("authored weeks", scenario, asked.homes, weeks=(1,))
        told = "authored weeks, the embedded model asked"
        print_collapse(told, scenario, asked.homes, weeks=(1,), embedded=True)
        return
    print_collapse("authored weeks", scenario, asked.homes)
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
            print_real(name.upper(), Personas(CATALOGUE).ways(str(file)))
            print_coverage(name, alone, logs, asked.people)


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


# Shipped and real


def _shipped(seed: int) -> PopulationScenario:
    scenario = load_scenario(SHIPPED / "population.yaml", {"seed": seed, "days": WEEK})
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
