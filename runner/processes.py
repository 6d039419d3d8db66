"""A fleet on several processes of this machine: they die with their parent; who dies alone is replaced."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from math import ceil
from pathlib import Path
from typing import Any

from agents.gateway.port import Gateway
from runner.fleet import TRIES, Fleet, at_once, together
from runner.hub import Hub, open_hub
from runner.single import Run
from runner.worker import order_for
from scenarios.errors import RunFailed

ROOT = Path(__file__).resolve().parents[1]
MOST = 2 * TRIES  # deaths of workers in a row with no household done or failed meanwhile


async def on_processes(run: Run, fleet: Fleet, gateway: Gateway | None, workers: int) -> None:
    """Live the *fleet* on *workers* processes that ask *gateway* through a hub of this one."""
    workers = min(workers, fleet.waiting)
    if not workers:
        return
    async with open_hub(fleet, gateway, run.out) as (hub, address):
        order = order_for(run, address, ceil(at_once(run) / workers))
        await unless_broken(hub, together(_employed(fleet, order) for _ in range(workers)))


async def unless_broken(hub: Hub, work: Coroutine[Any, Any, None]) -> None:
    """See *work* through, or end it with the reason why the run has to stop."""
    working = asyncio.create_task(work)
    try:
        await asyncio.wait([working, hub.broken], return_when=asyncio.FIRST_COMPLETED)
        await (hub.broken if hub.broken.done() else working)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def _employed(fleet: Fleet, order: bytes) -> None:
    """One worker after the other, until one comes to the end of all households."""
    deaths, settled = 0, fleet.settled
    while code := await _lifetime(order):
        deaths = deaths + 1 if fleet.settled == settled else 1
        settled = fleet.settled
        if deaths > MOST:
            raise RunFailed(f"workers die one after the other (exit code {code}), and nothing gets done")


async def _lifetime(order: bytes) -> int:
    """The exit code of a worker that is given *order*; it never outlives whoever waits for it."""
    known = {key: value for key, value in os.environ.items() if not key.endswith("_API_KEY")}
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "runner.worker",
        stdin=asyncio.subprocess.PIPE, env={**known, "PYTHONPATH": path}, start_new_session=True,
    )  # fmt: skip
    try:
        await process.communicate(order)
        return process.returncode or 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
