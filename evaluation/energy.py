"""Electricity, replayed from the log: what each device draws in each state, by the time spent in it."""

from typing import Any

from evaluation.reading import Log, Run
from evaluation.spans import fresh, led
from world.clock import HOUR
from world.meter import Meter


def energy(run: Run, log: Log) -> dict[str, float]:
    """What each device of a household has drawn from the first midnight to the last, Wh."""
    run = run.of(log)
    devices, now = fresh(run), 0
    meter = Meter(devices.values(), lambda: now)
    for event, device in led(devices, log.events):
        now = event.time
        meter.changed(device)
    now = run.end
    return {name: meter.energy(name) for name in devices}


def by_type(run: Run) -> dict[str, Any]:
    """By device type and in total: kWh a day of the home's own clock, the mean over days and households."""
    drawn = dict[str, float]()
    share = 24 * HOUR / run.end / max(1, len(run.logs)) / 1000
    for log in run.logs:
        places = run.of(log).scenario.home.devices
        for device, used in energy(run, log).items():
            kind = places[device].type
            drawn[kind] = drawn.get(kind, 0.0) + used * share
    total = sum(drawn.values())
    rows = [
        {"name": name, "kwh": kwh, "share": kwh / total}
        for name, kwh in sorted(drawn.items(), key=lambda item: (-item[1], item[0]))
        if kwh > 0
    ]
    return {"total": total, "rows": rows}
