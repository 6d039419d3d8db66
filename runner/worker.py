"""A worker: a process that lives households as long as its hub has any, on this machine or another."""

import asyncio
import gc
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from runner.fleet import STOPS, crew
from runner.hub import Address
from runner.line import Gone, Line, line_to
from runner.single import Run


def work(run: Run, address: Address, size: int) -> None:
    """Live *size* households at a time, until there are none or the hub is gone."""
    gc.freeze()
    with _place(run, address) as (run, here):
        asyncio.run(_work(run, address, size, here))


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
        await crew(run, line, line, size)
    except STOPS as error:
        await line.stop(error)


@contextmanager
def _place(run: Run, address: Address) -> Iterator[tuple[Run, Path | None]]:
    """The run, where it can be written from here; the folder whose files have to be carried, if any."""
    if (run.out / address.mark).is_file():
        yield run, None
        return
    with TemporaryDirectory(prefix="homefolk-") as folder:
        yield replace(run, out=Path(folder)), Path(folder)


if __name__ == "__main__":
    work(*pickle.load(sys.stdin.buffer))  # noqa: S301  from our parent's hand
