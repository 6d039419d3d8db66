"""A worker: a process that lives households as long as its hub has any, on this machine or another."""

import asyncio
import gc
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from runner.fleet import STOPS, crew
from runner.hub import Address
from runner.line import Gone, Line, line_to
from runner.single import Run
from scenarios.scenario import Scenario


@dataclass(frozen=True, kw_only=True)
class Order:
    """All that a worker is given."""

    run: Run
    address: Address
    size: int  # households at a time
    weather: bytes  # the file that the user brought


def order_for(run: Run, address: Address, size: int) -> bytes:
    """An order that can be sent."""
    brought = run.scenario.weather if isinstance(run.scenario, Scenario) else None
    weather = Path(brought).read_bytes() if brought else b""
    return pickle.dumps(Order(run=run, address=address, size=size, weather=weather))


def work(sent: bytes) -> None:
    """Do what was ordered, until there are no households or the hub is gone."""
    order: Order = pickle.loads(sent)  # noqa: S301  from the parent of the run
    gc.freeze()
    with _place(order) as (run, here):
        asyncio.run(_work(run, order.address, order.size, here))


async def _work(run: Run, address: Address, size: int, here: Path | None) -> None:
    try:
        async with line_to(address, here) as line, asyncio.TaskGroup() as group:
            hearing = group.create_task(line.listen())
            await _live(run, line, size)
            hearing.cancel()
    except* Gone:
        pass  # nobody waits for what would be done here


async def _live(run: Run, line: Line, size: int) -> None:
    try:
        await crew(run, line, line if run.model else None, size)
    except STOPS as error:
        await line.stop(error)


@contextmanager
def _place(order: Order) -> Iterator[tuple[Run, Path | None]]:
    """The run, where it can be written from here; the folder whose files have to be carried, if any."""
    run = order.run
    if (run.out / order.address.mark).is_file():
        yield run, None
        return
    with TemporaryDirectory(prefix="homefolk-") as folder:
        here, scenario = Path(folder), run.scenario
        if order.weather:
            (here / "weather.csv").write_bytes(order.weather)
            scenario = scenario.model_copy(update={"weather": str(here / "weather.csv")})
        yield replace(run, out=here, scenario=scenario), here


if __name__ == "__main__":
    work(sys.stdin.buffer.read())
