"""What is made from a share of a real log and from nothing else: lives, and what these are held against."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import numpy as np

from agents.ordering import Orders
from dataset.routines import Routine, Routines
from evaluation.corpus import BEHAVIOUR, NOBODY, Corpus, Words
from evaluation.cutting import behaviours, cut, logged
from evaluation.drift.thinking import life_of
from evaluation.references import independent, markov
from evaluation.uses.logs import Real, Sequences
from runner.personas import Personas
from scenarios.catalogue import Catalogue
from scenarios.chance import Chance
from scenarios.including import SHIPPED
from scenarios.loading import load_scenario
from scenarios.population import HouseholdType
from scenarios.population_draw import household
from scenarios.scenario import PopulationScenario
from sppc.compress import remember
from world.clock import Clock
from world.mind import Basis

PEOPLE, DAYS = 240, 10
EVERYTHING = 10**9  # tokens
MEMORY = Basis.MEMORY.value  # in the place of an activity: why it is done
ALONE = HouseholdType(type="single", roles=("single",), ages=("20-80",), rooms="2-4")


def lived(real: Real, known: Sequences, catalogue: Catalogue, chance: Chance) -> Sequences:
    """What the homes of PEOPLE tell who live alone, by habit, by the ways of life in *known*; cut as it was.

    Whose log it is learns from it beside the log itself, so nothing is hidden (`PopulationScenario.private`).
    What they do from memory is told. What they do besides, such as a lamp for the dark, is told as seldom as
    the log tells it.
    """
    log = real.routines(known)
    with TemporaryDirectory() as place:
        file = Path(place) / "known.parquet"
        log.write(file)
        streams = [*_streams(_population(log, file, catalogue, chance), catalogue)]
    like = [*log.sequences()]
    shares = besides(streams, like)
    told = [_told(it, shares, chance.branch("told", number)) for number, it in enumerate(streams)]
    sequences, _ = cut(told, like, chance.rng("cut"))
    return real.numbered(sequences)


def besides(lived: Sequence[Routine], like: Sequence[Routine]) -> Mapping[str, float]:
    """Action -> how much is told of it where memory is not why it is done, 0 to 1: as much as *like* has.

    The actions that *like* never has are together as likely as its next behaviour is one that it has not had
    yet, which is the share of those it had once (Good 1953, Biometrika 40), and each as likely as any other.
    """
    theirs = Counter(it.action for whole in like for it in whole)
    own, others = (
        Counter(it.action for whole in lived for it in whole if (it.activity == MEMORY) is by_memory)
        for by_memory in (True, False)
    )
    times = own.total() / theirs.total()  # so much more is lived than was logged
    new = others.keys() - theirs.keys()
    once = sum(count == 1 for count in theirs.values()) / max(1, len(new))
    return {
        action: min(1.0, max(0.0, times * (theirs[action] or once) - own[action]) / count)
        for action, count in others.items()
    }


def _told(life: Routine, shares: Mapping[str, float], chance: Chance) -> Routine:
    rng = chance.rng()
    return tuple(it for it in life if it.activity == MEMORY or rng.random() < shares[it.action])


def _population(log: Routines, file: Path, catalogue: Catalogue, chance: Chance) -> PopulationScenario:
    """Adults who live alone, in homes with all devices of the *log* in *file*."""
    seed = int(chance.rng("population").integers(2**31))
    shipped = load_scenario(SHIPPED / "population.yaml", {"seed": seed, "days": DAYS})
    scenario = cast("PopulationScenario", shipped)
    types = {it.device for whole in log.sequences() for it in whole} & catalogue.devices.keys()
    homes = {"table": (ALONE,), "devices": tuple(sorted(types))}
    population = scenario.population.model_copy(update=homes)
    own = {"population": population, "routines": str(file), "private": False}
    return scenario.model_copy(update=own)


def _streams(scenario: PopulationScenario, catalogue: Catalogue) -> Iterator[Routine]:
    """What an installation like the log's tells of one household after the other."""
    personas, types = Personas(catalogue), scenario.population.devices
    for index in range(PEOPLE):
        one = household(scenario, index)
        memories = personas.of(one)
        known = {f"{name}:{it}" for name in types for it in catalogue.devices[name].commands}
        events = life_of(one, catalogue, memories, index).events
        heard = logged(events, known)
        done = behaviours(heard, Clock(one.start, one.home.address.zone))
        yield tuple(it._replace(activity=event.cause) for it, event in zip(done, heard, strict=True))


def copied(real: Real, known: Sequences, count: int, chance: Chance) -> Sequences:
    """The same sequences again."""
    return [known[row] for row in chance.rng("copied").integers(len(known), size=count)]


def reordered(real: Real, known: Sequences, count: int, chance: Chance) -> Sequences:
    """The same sequences again, what is done within one slot in another of the orders that it may have."""
    memory = remember(real.routines(known), EVERYTHING, chance, frozenset())
    orders, rng = Orders(memory), chance.rng("reordered")
    again = (real.named(known[row]) for row in rng.integers(len(known), size=count))
    return real.numbered(orders.anew(it, rng) for it in again)


def by_chain(real: Real, known: Sequences, count: int, chance: Chance) -> Sequences:
    """Walks of a first-order chain over slot and action."""
    return _sequences(markov(_corpus(real, known), count, chance.rng("chain")))


def by_chance(real: Real, known: Sequences, count: int, chance: Chance) -> Sequences:
    """Day, slot and action each drawn for itself."""
    return _sequences(independent(_corpus(real, known), count, chance.rng("independent")))


REFERENCES: Mapping[str, Callable[[Real, Sequences, int, Chance], Sequences]] = {
    "copies": copied, "another order": reordered, "Markov chain": by_chain, "independent draws": by_chance,
}  # fmt: skip
"""As many sequences as asked for, of what is known alone."""


def _corpus(real: Real, known: Sequences) -> Corpus:
    bounds = np.cumsum([0, *map(len, known)])
    words = Words(real.words.devices, real.words.actions)
    return Corpus(words, bounds, np.full(len(known), NOBODY), *np.concatenate(known).T)


def _sequences(made: Corpus) -> Sequences:
    rows = np.stack([getattr(made, name) for name in BEHAVIOUR], 1)
    return np.split(rows, made.bounds[1:-1])
