"""The weather of a run: derived once more from its scenario and seed, or from the file it kept."""

from typing import Any

from evaluation.reading import Log, Run
from runner.folder import RunFolder
from scenarios.chance import Chance
from scenarios.weather_file import Hour, read_weather
from world.weather import Weather, spells_of

HOURS = 24
DAILY = 14  # days that are told one by one; a longer run is told by the month


def weather(run: Run, log: Log) -> Weather | None:
    """The weather in which the household of *log* lived; None where its file is not at hand."""
    run = run.of(log)
    scenario = run.scenario
    if scenario.weather and not RunFolder(run.folder).weather.is_file():
        return None
    chance = Chance(scenario.seed).branch("household", log.index).branch("weather")
    spells = spells_of(scenario.happenings, run.clock)
    home = scenario.home
    return Weather(home.climate, home.address, run.clock, chance, spells, _recorded(run))


def outdoors(run: Run, log: Log) -> list[dict[str, Any]]:
    """Lowest, mean and highest hourly temperature outdoors, °C: a row a day, or a month of a long run."""
    sky, rows = weather(run, log), dict[str, list[float]]()
    if sky is None:
        return []
    for day in range(run.scenario.days):
        start, end = run.clock.midnight(day), run.clock.midnight(day + 1)
        name = f"{run.clock.date_of(day):{'%a %-d %b' if run.scenario.days <= DAILY else '%b %Y'}}"
        hours = [sky.temperature(start + (end - start) * hour // HOURS) for hour in range(HOURS)]
        rows.setdefault(name, []).extend(hours)
    return [
        {"name": name, "low": min(hours), "mean": sum(hours) / len(hours), "high": max(hours)}
        for name, hours in rows.items()
    ]


def _recorded(run: Run) -> tuple[Hour, ...]:
    scenario = run.scenario
    if not scenario.weather:
        return ()
    return read_weather(RunFolder(run.folder).weather, scenario.home.address, scenario.start, scenario.days)
