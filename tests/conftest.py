"""What many tests start from. Stories about living people are told with `tests.stories`."""

from pathlib import Path

import pytest

from scenarios.catalogue import Catalogue
from scenarios.home import Home
from scenarios.scenario import Scenario
from sppc.memory import Memory
from tests.command import SCENARIOS, said
from tests.stories import CATALOGUE, FLAT, QUICKSTART, WINTER, ZONE, a_house, memory_of, someone
from world.clock import Clock
from world.house import House


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return CATALOGUE


@pytest.fixture(scope="session")
def quickstart() -> Scenario:
    return QUICKSTART


@pytest.fixture(scope="session")
def memories(quickstart: Scenario) -> dict[str, Memory]:
    """What the people of the quickstart remember."""
    return {person.id: memory_of(person) for person in quickstart.residents}


@pytest.fixture
def home() -> Home:
    return FLAT


@pytest.fixture
def clock() -> Clock:
    return Clock(WINTER, ZONE)


@pytest.fixture
def house() -> House:
    """The flat on a winter Monday, Ann in it."""
    return a_house(someone())


@pytest.fixture(scope="session")
def flat_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete run: three days of Anna and Ben by habit, with conflicts."""
    return _run(tmp_path_factory.mktemp("runs") / "flat", SCENARIOS / "quickstart.yaml")


@pytest.fixture(scope="session")
def street_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete run of four households drawn from a population, four days by habit."""
    out = tmp_path_factory.mktemp("runs") / "street"
    return _run(out, SCENARIOS / "population.yaml", "--households", 4, "--days", 4)


def _run(out: Path, scenario: Path, *more: object) -> Path:
    told = said(scenario, "--mind", "habit", "--out", out, *more)
    assert told.code == 0, told.err
    return out
