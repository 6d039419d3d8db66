"""From a command to a job: the scenario read, its folder claimed, its memories made."""

import gc
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Literal

from dataset.atomic import replacing
from runner.differences import HOW_IT_IS_ASKED, differences
from runner.folder import RunFolder, beside, claimed, opened, recorded_scenario, recorded_settings
from runner.how import ALONE, How
from runner.memories import memories
from runner.provenance import at_hand, program, run_name, settings_of
from runner.run import Job, indices_of
from runner.shard import SHARD, Shard, shard_of, shared_out
from scenarios.catalogue import Catalogue, load_catalogue
from scenarios.errors import UserError
from scenarios.loading import load_scenario
from scenarios.scenario import PopulationScenario, Scenario
from sppc.memory import Memory

RUNS = Path("runs")
Manner = Literal["go_on", "resume", "fork", "replay"]
"""Go on or begin; go on alone; begin beside what is there; derive again what is there."""


@contextmanager
def started(
    source: Path,
    overrides: Mapping[str, object],
    out: Path | None,
    manner: Manner,
    tell: Callable[[str], None],
    how: How = ALONE,
    shard: Shard | None = None,
) -> Iterator[Job]:
    """The job for *source*, a scenario file or the folder of a run; its folder is locked meanwhile."""
    again, replay = source.is_dir(), manner == "replay"
    named = {
        key: value for key, value in {**overrides, "out": out, SHARD: shard}.items() if value is not None
    }
    asked = {key: value for key, value in named.items() if HOW_IT_IS_ASKED.fullmatch(f"scenario.{key}")}
    if again and (given := [key for key in named if key not in asked]):
        raise UserError(f"{source} is a run: it goes on as it began, without {', '.join(given)}")
    if again and manner == "fork":
        raise UserError(f"{source} is a run; --fork wants the scenario that it was begun with")
    scenario = recorded_scenario(source, asked) if again else load_scenario(source, overrides)
    catalogue = load_catalogue(scenario.device_types)
    settings = _recorded(source, scenario, catalogue) if again else _settings(scenario, catalogue, shard)
    indices = shared_out(indices_of(scenario), shard_of(settings))
    path, replies = source if again else out or RUNS / run_name(settings), None
    if manner in ("replay", "resume") and not RunFolder(path).begun:
        raise UserError(
            f"{path} holds no run to {manner}; make it once without --{manner}{_nearest(path, settings)}"
        )
    if manner == "fork":
        path, replies = beside(path, settings)
    with opened(path, settings) if replay else claimed(path, settings, replies) as folder:
        done = folder.complete and not replay
        if not done and isinstance(scenario, PopulationScenario):
            scenario = at_hand(scenario, catalogue)
        job = Job(
            folder=folder,
            scenario=_with_own_weather(folder, scenario) if not done else scenario,
            settings=recorded_settings(path) if replay else settings,  # the program may be another since
            catalogue=catalogue,
            memories=_memories(folder, scenario, catalogue, tell) if not done else _none,
            replay=replay,
            indices=indices,
            how=how,
        )
        with _spared_collector():
            yield job


def _settings(
    scenario: Scenario | PopulationScenario, catalogue: Catalogue, shard: Shard | None
) -> dict[str, Any]:
    settings = settings_of(scenario, catalogue)
    return settings if shard is None else {**settings, SHARD: str(shard)}


def _recorded(source: Path, scenario: Scenario | PopulationScenario, catalogue: Catalogue) -> dict[str, Any]:
    """The settings of a run that goes on with the program of today; of a complete one, its own."""
    recorded = recorded_settings(source)
    if RunFolder(source).complete:
        return recorded
    return {**recorded, "scenario": scenario.model_dump(mode="json"), **program(catalogue)}


def _nearest(path: Path, settings: Mapping[str, Any]) -> str:
    """In what the run of that scenario differs that is most like the one asked for."""
    found = []
    for other in path.parent.glob(f"{settings['scenario']['name']}-*"):
        with suppress(UserError):  # no run, or a damaged one
            found.append((differences(recorded_settings(other), settings), other))
    if not found:
        return ""
    lines, nearest = min(found, key=lambda it: len(it[0]))
    return f"\n{nearest} holds another run; before → now:" + "".join(f"\n  {line}" for line in lines)


def _memories(
    folder: RunFolder,
    scenario: Scenario | PopulationScenario,
    catalogue: Catalogue,
    tell: Callable[[str], None],
) -> Callable[[Scenario], Mapping[str, Memory]]:
    """What the people of each household remember: of one home made now, of a population when it is drawn."""
    if isinstance(scenario, PopulationScenario):
        from runner.personas import Personas

        return Personas(catalogue).of
    found = memories(folder, scenario, catalogue, tell)
    return partial(_theirs, found)


def _theirs(found: Mapping[str, Memory], _: Scenario) -> Mapping[str, Memory]:
    return found


def _none(_: Scenario) -> Mapping[str, Memory]:
    return {}


@contextmanager
def _spared_collector() -> Iterator[None]:
    """What is loaded stays to the end, and records are no cycles: there is little to look through.

    Afterwards all is as it was: libraries that were loaded before (DuckDB) would else end uncollected, and
    complain of leaks.
    """
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 10, 10)
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*usual)


def _with_own_weather(
    folder: RunFolder, scenario: Scenario | PopulationScenario
) -> Scenario | PopulationScenario:
    """The scenario with its weather file in the run's folder, where it is kept for replays."""
    if isinstance(scenario, PopulationScenario) or not scenario.weather:
        return scenario
    if not folder.weather.is_file():
        if not Path(scenario.weather).is_absolute():
            raise UserError(
                f"{folder.path} lacks {folder.weather.name}; go on with the command that began the run"
            )
        with replacing(folder.weather) as temporary:
            shutil.copyfile(scenario.weather, temporary)
    return scenario.model_copy(update={"weather": str(folder.weather)})
