"""What a fleet makes of its model and its machine.

    PYTHONPATH=. python bench/fleet.py slots    # 200 homes on a server of 32 slots; one at a time beside it
    PYTHONPATH=. python bench/fleet.py size     # minds of habit: seconds, memory and bytes a household
    PYTHONPATH=. python bench/fleet.py serve    # the server alone

The server answers every question after the same time, so many at once. Its use is the time its slots were
busy, of the time from the first question of a home to the last answer, or, `with start`, from the probe for
letters before; and of the time in which there were at least as many homes as slots: a home's own questions
follow one another, so the home with the most ends last, alone.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.request import urlopen

import numpy as np

from dataset.store import read_table
from runner.how import How
from runner.run import Outcome, carry_out
from runner.start import started
from tests.stub_server import sensible

ROOT = Path(__file__).parents[1]
TOWN = ROOT / "scenarios" / "population.yaml"


@dataclass
class Server:
    """An OpenAI-compatible server of so many slots that take *latency* seconds a question."""

    latency: float
    slots: asyncio.Semaphore
    probe: float = 0.0  # when a run began to ask, by the machine's clock
    first: float = 0.0  # when a home did
    ends: list[float] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1].decode()
                length = next(
                    (int(it[15:]) for it in head.lower().split(b"\r\n") if it.startswith(b"content-length:")),
                    0,
                )
                answer = await self.answer(path, await reader.readexactly(length))
                text = json.dumps(answer).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                    % len(text)
                    + text
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def answer(self, path: str, body: bytes) -> dict[str, Any]:
        """A reply, or how busy one has been."""
        if path == "/stats":
            return {"probe": self.probe, "first": self.first, "ends": self.ends}
        if not body:
            return {"object": "list", "data": [{"id": "stub"}]}
        self.probe = self.probe or time.monotonic()
        if not (probing := b"A or B?" in body):
            self.first = self.first or time.monotonic()
        async with self.slots:
            await asyncio.sleep(self.latency)
        if not probing:
            self.ends.append(time.monotonic())
        message = {"role": "assistant", "content": sensible(json.loads(body))}
        return {
            "id": "1", "object": "chat.completion", "created": 0, "model": "stub",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {
                "prompt_tokens": len(body) // 4, "completion_tokens": len(message["content"]) // 4 + 1,
                "total_tokens": 0,
            },
        }  # fmt: skip


async def serve(latency: float, slots: int) -> None:
    """Tell the port, then serve until killed."""
    served = Server(latency, asyncio.Semaphore(slots))
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0, limit=1 << 22)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def server(latency: float, slots: int) -> Iterator[str]:
    """The root of a server in a process of its own."""
    command = [sys.executable, __file__, "serve", "--latency", str(latency), "--slots", str(slots)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


def live(overrides: dict[str, object], how: How, out: Path) -> tuple[Outcome, list[tuple[int, int, float]]]:
    """The outcome of a run; (households done, kB resident, time) whenever one more was done."""
    seen: list[tuple[int, int, float]] = []

    async def whole() -> Outcome:
        with started(TOWN, overrides, out, "go_on", lambda _: None, how) as job:
            async for step in carry_out(job):
                if isinstance(step, Outcome):
                    return step
                if not seen or seen[-1][0] < step.done:
                    seen.append((step.done, resident(), time.monotonic()))
        raise AssertionError

    return asyncio.run(whole()), seen


def resident() -> int:
    """Memory of this process now, in kB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * (os.sysconf("SC_PAGE_SIZE") // 1024)


def cpu() -> float:
    """Seconds of CPU that this process and its ended children took."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(it.ru_utime + it.ru_stime for it in used)


def slots(options: argparse.Namespace) -> None:
    """Use of the server's capacity by a fleet, and by one home at a time."""
    print(
        f"{options.slots} slots of {options.latency:g} s; homes of {TOWN.name}, {options.days} days, "
        f"--deliberation {options.deliberation}; {options.workers} worker(s)"
    )
    print(
        f"{'':<20} {'homes':>6} {'calls':>6} {'seconds':>8} {'calls/s':>8} {'used':>6} {'with start':>10} "
        f"{'while homes > slots':>20} {'CPU ms a call':>14} {'most of a home':>14} {'prompt':>7} {'reply':>5}"
    )
    row("a fleet", options.households, How(workers=options.workers), options)
    if options.alone:
        with patch("runner.run.at_once", lambda _: 1):
            row("one home at a time", options.alone, How(), options)


def row(name: str, households: int, how: How, options: argparse.Namespace) -> None:
    """What so many households make of a server."""
    with server(options.latency, options.slots) as root, tempfile.TemporaryDirectory() as folder:
        overrides = {
            "households": households, "days": options.days, "mind.kind": "llm", "mind.llm.model": "stub",
            "mind.deliberation": options.deliberation, "mind.llm.base_url": f"{root}/v1",
            "mind.llm.concurrency": options.at_once or options.slots,
        }  # fmt: skip
        before = cpu()
        outcome, seen = live(overrides, how, Path(folder) / "run")
        used, most = cpu() - before, most_asked(Path(folder) / "run")
        with urlopen(f"{root}/stats") as reply:  # noqa: S310  our own server
            it = json.load(reply)
    spent = outcome.ledger.total
    calls, seconds = len(it["ends"]), it["ends"][-1] - it["first"]
    many = [now for done, _, now in seen if households - done >= options.slots]
    full = f"{use(it, many[-1], options):.1%}" if many else "-"
    print(
        f"{name:<20} {households:>6} {calls:>6} {seconds:>8.1f} {calls / seconds:>8.1f} "
        f"{use(it, it['ends'][-1], options):>6.1%} "
        f"{use({**it, 'first': it['probe']}, it['ends'][-1], options):>10.1%} "
        f"{full:>20} {1000 * used / calls:>14.1f} {most:>14} "
        f"{spent.prompt_tokens / calls:>7.0f} {spent.completion_tokens / calls:>5.0f}"
    )
    print(f"{'of each tenth':>20} " + " ".join(f"{share:.0%}" for share in tenths(it, options)))


def most_asked(run: Path) -> int:
    """How many replies the home has that has the most: they follow one another, so a run takes as long."""
    decisions = read_table(run, "decisions")
    asked = Counter[str]()
    columns = (decisions[name].to_pylist() for name in ("household", "thoughts"))
    for household, thoughts in zip(*columns, strict=True):
        asked[household] += sum(len(thought["replies"]) for thought in thoughts)
    return max(asked.values(), default=0)


def tenths(told: dict[str, Any], options: argparse.Namespace) -> list[float]:
    """Share of the slots' time that was busy in each tenth of the time."""
    first, ends = told["first"], np.array(told["ends"])
    length = (ends[-1] - first) / 10
    begins, found = np.maximum(ends - options.latency, first), []
    for start in first + length * np.arange(10):
        inside = np.minimum(ends, start + length) - np.maximum(begins, start)
        found.append(float(inside.clip(0).sum() / (options.slots * length)))
    return found


def use(told: dict[str, Any], until: float, options: argparse.Namespace) -> float:
    """Share of the slots' time that was busy, from the first question to *until*."""
    busy = sum(options.latency for end in told["ends"] if end <= until)
    return float(busy / (options.slots * (until - told["first"])))


def size(options: argparse.Namespace) -> None:
    """Seconds, memory and bytes of households with minds of habit."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        before = cpu()
        overrides = {"households": options.households, "days": options.days}
        outcome, seen = live(overrides, How(workers=options.workers), run)
        used = cpu() - before
        files = [it for it in run.rglob("*") if it.is_file()]
        by_table = {
            it.name: sum(file.stat().st_size for file in it.rglob("*") if file.is_file())
            for it in sorted(run.iterdir())
            if it.is_dir()
        }
        manifest = (run / "manifest.json").stat().st_size
    homes = options.households
    slopes = [slope([it for it in seen if it[0] >= share * homes]) for share in (0.25, 0.75)]
    print(f"{homes} households, {options.days} days, {options.workers} worker(s)")
    print(f"CPU {used:.1f} s, {used / homes:.3f} s a household; wall {outcome.seconds:.1f} s")
    print(
        f"memory {seen[-1][1] / 1024:.0f} MB at the end; a household after the first quarter "
        f"{slopes[0]:+.1f} kB, in the last {slopes[1]:+.1f} kB"
    )
    total = sum(by_table.values()) + manifest
    print(
        f"bytes {total / homes:,.0f} a household in {len(files) / homes:.1f} files: "
        + ", ".join(f"{name} {size / homes:,.0f}" for name, size in by_table.items())
        + f", manifest {manifest / homes:,.0f}"
    )
    events = outcome.manifest.counts["events"]
    print(f"events {events:,}, {events / homes:,.0f} a household")


def slope(seen: list[tuple[int, int, float]]) -> float:
    """Memory that a further household takes, in kB."""
    done, memory = np.array([it[:2] for it in seen]).T
    return float(np.polyfit(done, memory, 1)[0]) if len(seen) > 2 else float("nan")


def main() -> None:
    """As the arguments say."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["slots", "size", "serve"])
    parser.add_argument("--households", type=int, default=200)
    parser.add_argument("--alone", type=int, default=3, help="homes to live one at a time; 0: none")
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--latency", type=float, default=2.0, help="seconds a question")
    parser.add_argument("--slots", type=int, default=32)
    parser.add_argument("--at-once", type=int, help="questions on their way; as many as slots unless given")
    parser.add_argument("--deliberation", default="interrupts")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    if options.what == "serve":
        asyncio.run(serve(options.latency, options.slots))
    else:
        {"slots": slots, "size": size}[options.what](options)


if __name__ == "__main__":
    main()
