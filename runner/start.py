"""From a command to a job: the scenario read, its folder claimed, its memories made."""

import gc
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dataset.atomic import replacing
from runner.folder import RunFolder, claimed, recorded_scenario, recorded_settings
from runner.memories import memories
from runner.provenance import fingerprint, program, settings_of
from runner.run import Job
from scenarios.catalogue import load_catalogue
from scenarios.errors import UserError
from scenarios.loading import load_scenario
from scenarios.scenario import Scenario

RUNS = Path("runs")


@contextmanager
def started(
    source: Path,
    overrides: Mapping[str, object],
    out: Path | None,
    replay: bool,
    tell: Callable[[str], None],
) -> Iterator[Job]:
    """The job for *source*, a scenario file or the folder of a run; its folder is locked meanwhile."""
    again = source.is_dir()
    if again and (given := [key for key, value in {**overrides, "out": out}.items() if value is not None]):
        raise UserError(f"{source} is a run: it goes on as it began, without {', '.join(given)}")
    scenario = recorded_scenario(source) if again else load_scenario(source, overrides)
    catalogue = load_catalogue(scenario.device_types)
    settings = (
        {**recorded_settings(source), **program(catalogue)} if again else settings_of(scenario, catalogue)
    )
    path = source if again else out or RUNS / f"{scenario.name}-{fingerprint(settings)[:8]}"
    if replay and not RunFolder(path).begun:
        raise UserError(f"{path} holds no run to replay; make it once without --replay")
    with claimed(path, settings) as folder:
        done = folder.complete and not replay
        job = Job(
            folder=folder,
            scenario=scenario if done else _with_own_weather(folder, scenario),
            settings=settings,
            catalogue=catalogue,
            memories={} if done else memories(folder, scenario, catalogue, tell),
            replay=replay,
        )
        _spare_the_collector()
        yield job


def _spare_the_collector() -> None:
    """What is loaded stays to the end, and records are no cycles: there is little to look through."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 10, 10)


def _with_own_weather(folder: RunFolder, scenario: Scenario) -> Scenario:
    """The scenario with its weather file in the run's folder, where it is kept for replays."""
    if not scenario.weather:
        return scenario
    if not folder.weather.is_file():
        if not Path(scenario.weather).is_absolute():
            raise UserError(
                f"{folder.path} lacks {folder.weather.name}; go on with the command that began the run"
            )
        with replacing(folder.weather) as temporary:
            shutil.copyfile(scenario.weather, temporary)
    return scenario.model_copy(update={"weather": str(folder.weather)})
