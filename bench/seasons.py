"""Whether a season reaches the log through the world: other months, other climates, and without physics.

The flat and the two people of scenarios/quickstart.yaml, minds of habit, nothing said to anybody about the
season. Counts are per resident-day, mean and standard error over households that differ by chance alone.
"""

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from pathlib import Path
from statistics import mean, stdev

from runner.household import whole_life
from runner.memories import fresh_memories
from scenarios.catalogue import load_catalogue
from scenarios.home import Address
from scenarios.including import SHIPPED
from scenarios.loading import load_scenario
from scenarios.scenario import Scenario
from scenarios.validating import load_climate
from sppc.memory import Memory
from world.event import Event, Kind

SCENARIO = Path("scenarios/quickstart.yaml")
DAYS, HOUSEHOLDS = 14, 8
HOUR = 3_600_000

DONE: Mapping[str, frozenset[str]] = {
    "heating turned up": frozenset({"Thermostat:setHeatingSetpoint", "Thermostat:switch on"}),
    "cooling": frozenset({"AirConditioner:switch on", "AirConditioner:setCoolingSetpoint", "Fan:switch on"}),
    "windows opened": frozenset({"Window:open", "Window:tilt"}),
    "blinds opened": frozenset({"Blind:windowShade open"}),
    "blinds closed": frozenset({"Blind:windowShade close"}),
    "lamps lit": frozenset({"Light:switch on"}),
}


@dataclass(frozen=True)
class Place:
    """Where and when: a shipped climate at its address, a month; or no physics at all."""

    climate: str
    address: Address
    month: int
    physics: bool = True

    @property
    def name(self) -> str:
        """'Paris, January'."""
        still = "" if self.physics else ", no physics"
        return f"{self.climate.replace('_', ' ').title()}, {date(2026, self.month, 1):%B}{still}"


PARIS = Address()
STOCKHOLM = Address(latitude=59.33, longitude=18.07, zone="Europe/Stockholm")
MADRID = Address(latitude=40.42, longitude=-3.70, zone="Europe/Madrid")
PLACES = (
    Place("paris", PARIS, 1),
    Place("paris", PARIS, 7),
    Place("stockholm", STOCKHOLM, 1),
    Place("madrid", MADRID, 7),
    Place("paris", PARIS, 1, physics=False),
    Place("paris", PARIS, 7, physics=False),
)


def main() -> None:
    """Measure every place, then print a table or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=DAYS, help="of each household (default %(default)s)")
    parser.add_argument(
        "--households", type=int, default=HOUSEHOLDS, help="of each place (default %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    given = parser.parse_args()
    found = {place.name: measured(place, given.days, given.households) for place in PLACES}
    print(json.dumps(found) if given.json else table(found))


def measured(place: Place, days: int, households: int) -> dict[str, tuple[float, float]]:
    """Every count per resident-day: (mean, standard error) over households."""
    scenario = the_household(place, days)
    memories = fresh_memories(scenario, load_catalogue())
    counted = [_counted(scenario, memories, index) for index in range(households)]
    resident_days = days * len(scenario.residents)
    return {
        name: _summary([counts[name] / resident_days for counts in counted]) for name in [*DONE, "lamp-hours"]
    }


def the_household(place: Place, days: int) -> Scenario:
    """The household of the quickstart, moved to *place*, with nothing befalling it."""
    scenario = load_scenario(SCENARIO, {"mind.kind": "habit", "days": days})
    assert isinstance(scenario, Scenario)
    climate = load_climate(SHIPPED / "climates" / f"{place.climate}.yaml")
    home = scenario.home.model_copy(update={"climate": climate, "address": place.address})
    start = date(2026, place.month, 5)
    return scenario.model_copy(
        update={"home": home, "happenings": (), "physics": place.physics, "start": start}
    )


def _counted(scenario: Scenario, memories: Mapping[str, Memory], index: int) -> Counter[str]:
    """What one household did, by DONE's names, and for how many hours lamps burned."""
    counts: Counter[str] = Counter()
    lit: dict[str, int] = {}
    burned = 0
    for event in _lived(scenario, memories, index):
        action = f"{event.type}:{event.command}"
        counts.update(name for name, actions in DONE.items() if action in actions)
        if event.type == "Light":
            burned += event.time - lit.pop(event.device, event.time)
            if event.command != "switch off":
                lit[event.device] = event.time
    counts["lamp-hours"] = round(burned / HOUR)
    return counts


def _lived(scenario: Scenario, memories: Mapping[str, Memory], index: int) -> list[Event]:
    """What people operated in household *index*."""
    whole = asyncio.run(whole_life(scenario, load_catalogue(), memories, None, index))
    return [event for event in whole.events if event.kind in (Kind.COMMAND, Kind.DEED)]


def _summary(values: Sequence[float]) -> tuple[float, float]:
    return mean(values), stdev(values) / sqrt(len(values)) if len(values) > 1 else 0.0


def table(found: Mapping[str, Mapping[str, tuple[float, float]]]) -> str:
    """One row a place, one column a count."""
    names = list(next(iter(found.values())))
    width = max(map(len, found))
    lines = [" " * width + "".join(f"{name:>20}" for name in names)]
    for place, counts in found.items():
        cells = "".join(f"{f'{value:.2f} ± {error:.2f}':>20}" for value, error in counts.values())
        lines.append(f"{place:<{width}}{cells}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
