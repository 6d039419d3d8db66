"""The hub of a fleet: the one socket over which workers get households, ask the model and report.

Journal, budget, pace and the embedded model stay with the parent; a worker anywhere has a `Line` to it
(`runner.line`). A line of JSON a message: a worker's has an `id` and says what to `do`, the answer has the
same `id`. Who cannot sign the hub's challenge with the key of the run is not heard.
"""

import asyncio
import hmac
import json
import secrets
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from agents.gateway.port import Gateway, PortError
from dataset.atomic import replacing
from runner.fleet import Fleet
from scenarios.errors import RunFailed, UserError

LONGEST = 1 << 28  # bytes of a message: the files of a household, where they are carried
PATIENCE = 20.0  # seconds in which a worker has to sign
SIGNATURE = 64  # hex digits
LASTING = ("take", "ask")  # what is answered while the worker goes on talking
Message = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where the hub of a run listens: at a path of this machine, or for others at a host and port."""

    path: str = ""
    host: str = ""
    port: int = 0
    mark: str  # a file in the run's folder: who finds it shares the folder
    key: bytes = field(repr=False)


def signed(key: bytes, challenge: bytes) -> bytes:
    """The answer to a hub's challenge by who knows the key."""
    return hmac.digest(key, challenge, "sha256").hex().encode()


class Hub:
    """The parent's end. `broken` is done when the run has to stop, with the reason."""

    def __init__(self, fleet: Fleet, gateway: Gateway | None, out: Path) -> None:
        self.fleet, self.gateway, self.out = fleet, gateway, out
        self.key = secrets.token_bytes(32)
        self._answering: set[asyncio.Task[None]] = set()
        self.broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._does: dict[str, Callable[..., Awaitable[Message]]] = {
            "ask": self._ask, "finish": self._finish, "fail": self._fail, "stop": self._stop,
        }  # fmt: skip

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One worker, from its signature to its end; what it leaves undone is for others."""
        taken: set[int] = set()
        try:
            if await self._knows_the_key(reader, writer):
                await self._hear(reader, writer, taken)
        except (OSError, ValueError, asyncio.IncompleteReadError, TimeoutError):
            pass  # gone, or no worker of ours
        finally:
            for index in sorted(taken & self.fleet.under_way, reverse=True):
                await self.fleet.lose(index)
            writer.close()

    async def _knows_the_key(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        challenge = secrets.token_hex(16).encode()
        writer.write(challenge + b"\n")
        said = await asyncio.wait_for(reader.readexactly(SIGNATURE), PATIENCE)
        return hmac.compare_digest(said, signed(self.key, challenge))

    async def _hear(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, taken: set[int]
    ) -> None:
        """All that a worker says. What it asked the model is answered even if it is gone: for the journal."""
        wanting: set[asyncio.Task[None]] = set()
        try:
            while line := await reader.readline():
                message = json.loads(line)
                if message["do"] == "note":
                    self._note(message["notes"], taken)
                elif message["do"] in LASTING:
                    kept = wanting if message["do"] == "take" else self._answering
                    task = asyncio.create_task(self._answer(message, writer, taken))
                    kept.add(task)
                    task.add_done_callback(kept.discard)
                else:  # before anything that is said later, not least that the worker is gone
                    await self._answer(message, writer, taken)
        finally:
            for task in wanting:
                task.cancel()
            await asyncio.gather(*wanting, return_exceptions=True)

    async def _answer(self, message: Any, writer: asyncio.StreamWriter, taken: set[int]) -> None:
        number, do = message.pop("id"), message.pop("do")
        try:
            answer = await (self._take(taken) if do == "take" else self._does[do](**message))
        except Exception as error:  # of the journal, the budget, the disk: it is everybody's
            self._break(error)
            return
        with suppress(ConnectionError):
            writer.write(json.dumps({"id": number, **answer}).encode() + b"\n")
            await writer.drain()

    async def _take(self, taken: set[int]) -> Message:
        index = await self.fleet.take()
        if index is not None:
            taken.add(index)
        return {"index": index}

    def _note(self, notes: Message, taken: set[int]) -> None:
        for index, (now, events) in notes.items():
            if int(index) in taken & self.fleet.under_way:
                self.fleet.note(int(index), now, events)

    async def _ask(self, request: Message, purpose: str, resident: str, household: str) -> Message:
        assert self.gateway is not None  # noqa: S101  minds of habit ask nothing
        try:
            key, answer, cached = await self.gateway.ask(
                request, purpose=purpose, resident=resident, household=household
            )
        except PortError as error:
            return {"failed": str(error)}
        return {"key": key, "answer": answer, "cached": cached}

    async def _finish(self, index: int, events: int, files: Mapping[str, str]) -> Message:
        """A household is done; its *files*, where they were carried, are written in their order."""
        for name, content in files.items():
            place = (self.out / name).resolve()
            if self.out.resolve() not in place.parents:
                raise RunFailed(f"a worker sent {name!r}, which is no file of the run")
            with replacing(place) as temporary:
                temporary.write_bytes(b64decode(content))
        await self.fleet.finish(index, events)
        return {}

    async def _fail(self, index: int, why: str) -> Message:
        await self.fleet.fail(index, why)
        return {}

    async def _stop(self, why: str, kind: str) -> Message:
        self._break(UserError(why) if kind == UserError.__name__ else RunFailed(why))
        return {}

    def _break(self, error: Exception) -> None:
        if not self.broken.done():
            self.broken.set_exception(error)


@asynccontextmanager
async def open_hub(
    fleet: Fleet, gateway: Gateway | None, out: Path, host: str = ""
) -> AsyncIterator[tuple[Hub, Address]]:
    """A hub that listens while inside: on a socket that only this user sees, or on a port of *host*."""
    hub = Hub(fleet, gateway, out)
    with TemporaryDirectory(prefix="homefolk-") as private, _marked(out) as mark:
        path = "" if host else str(Path(private) / "hub")
        if host:
            server = await asyncio.start_server(hub.serve, host, 0, limit=LONGEST)
        else:
            server = await asyncio.start_unix_server(hub.serve, path, limit=LONGEST)
        port = server.sockets[0].getsockname()[1] if host else 0
        try:
            yield hub, Address(path=path, host=host, port=port, mark=mark, key=hub.key)
        finally:
            server.close()


@contextmanager
def _marked(out: Path) -> Iterator[str]:
    """The name of a file by which the folder *out* is known for the same."""
    mark = out / f".fleet.{secrets.token_hex(8)}.tmp"
    mark.touch()
    try:
        yield mark.name
    finally:
        mark.unlink(missing_ok=True)
