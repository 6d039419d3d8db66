"""A worker's line to the hub: a desk to get households from, and a gateway to the model."""

import asyncio
import json
import platform
import time
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from agents.gateway.journal import Answer, Request
from agents.gateway.port import PortError
from runner.done import DONE
from runner.hub import LONGEST, Address, Message, signed
from scenarios.errors import RunFailed

EVERY = 0.2  # seconds between two notes


class Gone(Exception):
    """The hub is not there any more, so nobody waits for what is done here."""


class Line:
    """The worker's end. Where the run's folder is not shared, what is written at *here* is carried over."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, here: Path | None) -> None:
        self._reader, self._writer, self._here = reader, writer, here
        self._asked: dict[int, asyncio.Future[Message]] = {}
        self._numbers = count()
        self._notes: dict[int, tuple[int, int]] = {}
        self._noted = 0.0

    async def take(self) -> int | None:
        """The next household."""
        index: int | None = (await self._call("take"))["index"]
        return index

    def note(self, index: int, now: int, events: int) -> None:
        """How far household *index* is, told together with others now and then."""
        self._notes[index] = (now, events)
        if time.monotonic() - self._noted > EVERY:
            self._noted = time.monotonic()
            self._send(do="note", notes=self._notes)
            self._notes = {}

    async def finish(self, index: int, events: int) -> None:
        """Household *index* is done."""
        self._notes.pop(index, None)
        files = {} if self._here is None else _taken_out(self._here, index)
        await self._call("finish", index=index, events=events, files=files)

    async def fail(self, index: int, why: str) -> None:
        """Household *index* failed."""
        self._notes.pop(index, None)
        await self._call("fail", index=index, why=why)

    async def stop(self, error: BaseException) -> None:
        """What befell us here befalls everybody."""
        self._send(do="stop", id=next(self._numbers), kind=type(error).__name__, why=str(error))
        await self._writer.drain()

    async def ask(
        self, request: Request, *, purpose: str, resident: str, household: str = ""
    ) -> tuple[str, Answer, bool]:
        """The (key, answer, cached) of *request*, from the recorder behind the hub."""
        said = await self._call(
            "ask", request=request, purpose=purpose, resident=resident, household=household
        )
        if "failed" in said:
            raise PortError(said["failed"])
        return said["key"], said["answer"], said["cached"]

    async def listen(self) -> None:
        """Hear the answers, to the end of the hub."""
        while line := await self._reader.readline():
            said = json.loads(line)
            self._asked.pop(said.pop("id")).set_result(said)
        raise Gone

    async def _call(self, do: str, **what: Any) -> Message:
        number = next(self._numbers)
        self._asked[number] = asyncio.get_running_loop().create_future()
        self._send(do=do, id=number, **what)
        await self._writer.drain()
        return await self._asked[number]

    def _send(self, **message: Any) -> None:
        self._writer.write(json.dumps(message).encode() + b"\n")


@asynccontextmanager
async def line_to(address: Address, here: Path | None) -> AsyncIterator[Line]:
    """A line to the hub at *address*; Gone when there is none."""
    try:
        if address.path:
            reader, writer = await asyncio.open_unix_connection(address.path, limit=LONGEST)
        else:
            reader, writer = await asyncio.open_connection(address.host, address.port, limit=LONGEST)
    except OSError as error:
        if address.path:
            raise Gone from error
        where = f"{address.host}:{address.port}"
        raise RunFailed(f"{platform.node()} has no way to the hub at {where} ({error})") from error
    try:
        challenge = (await reader.readline()).strip()
        writer.write(signed(address.key, challenge))
        yield Line(reader, writer, here)
    finally:
        writer.close()


def _taken_out(folder: Path, index: int) -> dict[str, str]:
    """The files of household *index* by their path in *folder*, the record last; they are there no more."""
    named = (f"part-{index:05d}.parquet", f"h{index:05d}.json")
    files = sorted(
        (it for it in folder.rglob("*") if it.name in named), key=lambda it: it.parent.name == DONE
    )
    return {it.relative_to(folder).as_posix(): b64encode(_moved(it)).decode() for it in files}


def _moved(file: Path) -> bytes:
    content = file.read_bytes()
    file.unlink()
    return content
