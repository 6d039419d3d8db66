"""The clean twin of a run: its lives once more, from the same seed and replies, without what went wrong."""

import shutil
from pathlib import Path

from runner.differences import differences
from runner.folder import RunFolder, claimed, recorded_scenario, recorded_settings
from runner.provenance import program
from scenarios.catalogue import load_catalogue
from scenarios.errors import UserError
from scenarios.scenario import FAULTS

COPIED = ("memory", "weather.csv")  # what a run has made or been given before it lives


def begin_twin(run: Path, out: Path) -> None:
    """Make *out* the folder of a run that has yet to be lived: *run* without anomalies and faults."""
    scenario, settings = recorded_scenario(run), recorded_settings(run)
    if not RunFolder(run).complete:
        raise UserError(f"{run} is not complete; go on with it first: run_sim.py {run}")
    catalogue = load_catalogue(scenario.device_types)
    if since := differences(settings, {**settings, **program(catalogue)}):
        raise UserError(f"{run} was made by another version of Homefolk: make it again first; {since[0]}")
    sound = [it for it in scenario.happenings if it.kind not in FAULTS]
    if not scenario.anomalies and len(sound) == len(scenario.happenings):
        raise UserError(f"{run} has no anomalies: it would be its own twin")
    without = scenario.model_copy(update={"anomalies": (), "happenings": tuple(sound)})
    clean = {**settings, "scenario": without.model_dump(mode="json")}
    journal = RunFolder(run).journal
    with claimed(out, clean, journal if journal.is_file() else None) as folder:
        for name in COPIED:
            source, target = run / name, folder.path / name
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            elif source.is_file():
                shutil.copyfile(source, target)
