"""A fleet: the same bytes however it is spread, one household's failure its own, nobody left behind."""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fleets import (
    alive,
    children,
    contents,
    eventually,
    full_only,
    here,
    lived,
    street,
    thinking_street,
)

from agents.gateway.journal import Answer, Request
from dataset.manifest import is_complete, read_manifest
from dataset.schema import Origin
from evaluation import console
from runner.fleet import TRIES, Fleet
from runner.hub import open_hub, signed
from runner.processes import on_processes
from runner.run import Job
from runner.single import Run
from runner.turns import Turns
from runner.worker import order_for, work
from scenarios.errors import RunFailed
from scenarios.loading import load_scenario
from scenarios.scenario import Scenario
from sppc.memory import Memory
from tests.command import ended, said, start
from tests.stories import CATALOGUE, QUICKSTART
from tests.stub_server import of_hash, sensible, stub_server


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a street, and the run `alone` of it: its homes lived one after the other."""
    folder = tmp_path_factory.mktemp("homes")
    lived(street(folder), folder / "alone")
    return folder


@pytest.fixture
def alone(homes: Path, tmp_path: Path) -> dict[str, bytes]:
    """What they leave behind; the street's scenario is at hand."""
    shutil.copyfile(homes / "street.yaml", tmp_path / "street.yaml")
    return contents(homes / "alone")


def test_workers_order_and_shards_change_no_byte(
    homes: Path, tmp_path: Path, alone: dict[str, bytes]
) -> None:
    digest = read_manifest(homes / "alone").digest
    assert lived(tmp_path / "street.yaml", tmp_path / "two", "--workers", 2)["digest"] == digest
    turned = here(
        tmp_path / "street.yaml", tmp_path / "turned", lambda job: replace(job, indices=(3, 0, 5, 1, 4, 2))
    )
    assert turned["digest"] == digest
    parts = [tmp_path / f"part{number}" for number in (1, 2)]
    for number, part in enumerate(parts, 1):
        assert said(tmp_path / "street.yaml", "--shard", f"{number}/2", "--out", part).code == 0
        assert [int(record.household[1:]) for record in read_manifest(part).households] == list(
            range(number - 1, 6, 2)
        )
    assert said("merge", tmp_path / "merged", *reversed(parts)).code == 0
    assert all((tmp_path / "merged" / name).is_file() for name in ("report.html", "timeline.svg"))
    for run in ("two", "turned", "merged"):
        assert contents(tmp_path / run) == alone, run
        assert _manifest(tmp_path / run) == _manifest(homes / "alone"), run
    assert said("verify", tmp_path / "merged").code == 0
    again = said("merge", tmp_path / "merged", *parts)
    assert (again.code, digest[:16] in again.out) == (0, True)


def _manifest(run: Path) -> bytes:
    return (run / "manifest.json").read_bytes()


@full_only
def test_four_workers_and_three_shards(tmp_path: Path) -> None:
    scenario = street(tmp_path, households=12, days=2)
    digests = {lived(scenario, tmp_path / f"by{n}", "--workers", n)["digest"] for n in (1, 2, 4)}
    parts = [tmp_path / f"part{number}" for number in (1, 2, 3)]
    for number, part in enumerate(parts, 1):
        lived(scenario, part, "--shard", f"{number}/3")
    assert said("merge", tmp_path / "merged", *parts).code == 0
    assert digests == {read_manifest(tmp_path / "merged").digest}


def test_with_a_model_every_way_pays_the_same_calls_and_lives_the_same(tmp_path: Path) -> None:
    scenario, answers = thinking_street(tmp_path), {}
    with stub_server("json") as stub:
        stub.reply = sensible
        for way in ((), ("--workers", 2)):
            stub.asked.clear()
            run = tmp_path / f"run{len(way)}"
            told = lived(scenario, run, "--base-url", stub.url, *way)
            assert told["llm"]["calls"] == stub.calls > 8
            asked = [json.dumps(body, sort_keys=True) for body in stub.asked]
            assert len(set(asked)) >= len(asked) - 1, "a question is asked once (the probe of letters twice)"
            answers[way] = (told["digest"], sorted(asked), contents(run))
    assert answers[()] == answers["--workers", 2]


def test_parts_that_were_told_different_things_are_replayed_as_each_was_told(tmp_path: Path) -> None:
    scenario = thinking_street(tmp_path, 8)  # some are asked the same
    parts = [tmp_path / f"part{number}" for number in (1, 2)]
    with stub_server("json") as stub:
        for number, part in enumerate(parts, 1):
            stub.reply = lambda body, number=number: _one_of(body, number)
            lived(scenario, part, "--base-url", stub.url, "--shard", f"{number}/2")
    assert said("merge", tmp_path / "merged", *parts).code == 0
    with sqlite3.connect(tmp_path / "merged" / "journal.sqlite") as journal:
        told = journal.execute('SELECT count(*) FROM replies WHERE request LIKE \'%"method":"part"%\'')
        assert told.fetchone()[0] > 0
    again = said(tmp_path / "merged", "--replay", "--json")
    assert again.code == 0, again.err
    assert (again.summary["digest"], again.summary["llm"]["calls"]) == (
        read_manifest(tmp_path / "merged").digest,
        0,
    )


def _one_of(body: dict[str, Any], number: int) -> str:
    """Another of the options each time round, as a model at a temperature might."""
    if "response_format" not in body:
        return "A"
    options = body["response_format"]["json_schema"]["schema"]["properties"]["action"]["enum"]
    return json.dumps({"action": options[(int(of_hash(body) * len(options)) + number) % len(options)]})


def test_one_household_fails_alone_and_is_all_that_is_tried_again(tmp_path: Path) -> None:
    town = tmp_path / "town.yaml"
    town.write_text(
        "name: town\nstart: 2026-03-02\ndays: 1\nhouseholds: 4\n"
        "population: {table: populations/europe.csv}\n", encoding="utf-8",
    )  # fmt: skip

    def broken(job: Job) -> Job:
        def memories(scenario: Scenario) -> Mapping[str, Memory]:
            if scenario.first == 2:
                raise ZeroDivisionError("nobody can remember that")
            return job.memories(scenario)

        return replace(job, memories=memories)

    with pytest.raises(RunFailed, match=r"^1 of 4 households.* again: h00002: ZeroDivisionError: nobody can"):
        here(town, tmp_path / "run", broken)
    assert not is_complete(tmp_path / "run")
    before = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "run" / "done").iterdir()}
    assert sorted(before) == ["h00000.json", "h00001.json", "h00003.json"]
    assert here(town, tmp_path / "run")["households"] == 4
    after = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "run" / "done").iterdir()}
    assert {name: after[name] for name in before} == before


def test_a_worker_that_is_killed_is_replaced_and_its_household_lived_again(
    tmp_path: Path, alone: dict[str, bytes]
) -> None:
    command = start("street.yaml", "--workers", 2, "--out", "run", cwd=tmp_path)
    eventually(lambda: list((tmp_path / "run" / "done").glob("*.json")))
    workers = eventually(lambda: children(command.pid))
    os.kill(workers[0], signal.SIGKILL)
    done = ended(command)
    assert done.code == 0, done.err
    assert contents(tmp_path / "run") == alone
    assert not list((tmp_path / "run").rglob(".fleet*"))


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "kill -9"])
def test_who_ends_the_parent_ends_all(tmp_path: Path, by: signal.Signals) -> None:
    scenario = street(tmp_path, households=500)
    command = start(scenario, "--workers", 2, "--out", "run", cwd=tmp_path)
    eventually(lambda: list((tmp_path / "run" / "done").glob("*.json")))
    workers = children(command.pid)
    assert len(workers) == 2
    command.send_signal(by)
    stopped = ended(command)
    eventually(lambda: not alive(workers), seconds=10)
    assert not is_complete(tmp_path / "run")
    if by == signal.SIGINT:
        assert (stopped.code, stopped.sentence) == (130, "stopped; the same command goes on from here")


def a_run(out: Path, days: int = 1) -> Run:
    """A run of the quickstart's home, without routines."""
    return Run(
        out=out, scenario=QUICKSTART.model_copy(update={"days": days}), catalogue=CATALOGUE,
        memories=_nothing, origin=Origin(scenario="street", fingerprint="", seed=7),
    )  # fmt: skip


def _nothing(_: Scenario) -> Mapping[str, Memory]:
    return {}


def test_who_is_there_whenever_a_worker_dies_is_lived_alone_and_then_given_up(tmp_path: Path) -> None:
    async def story() -> dict[int, str]:
        fleet = Fleet(a_run(tmp_path), range(3))
        for _ in range(TRIES - 1):  # household 0 kills whoever lives it, and 1 happens to be there
            assert {await fleet.take(), await fleet.take()} == {0, 1}
            for index in (1, 0):
                await fleet.lose(index)
        assert await fleet.take() == 2, "others come first"
        assert await fleet.take() == 0
        waiting = asyncio.create_task(fleet.take())
        await asyncio.sleep(0)
        assert not waiting.done(), "one suspect at a time"
        await fleet.lose(0)
        assert await waiting == 1
        for index in (1, 2):
            await fleet.finish(index, 10)
        assert await fleet.take() is None
        assert (fleet.progress().share, fleet.progress().done) == (1.0, 2)
        return fleet.failed

    assert asyncio.run(story()) == {0: f"its worker died, {TRIES} times"}


HOMES = [f"h{index:05d}" for index in range(5)]


def test_each_is_heard_then_who_has_most_left_asks_first_and_who_gives_up_leaves_the_turn_to_others() -> None:
    class Model:
        """Answers when it is told to."""

        def __init__(self) -> None:
            self.asked: list[str] = []
            self.free = asyncio.Semaphore(0)

        async def ask(self, request: Request, **who: str) -> tuple[str, Answer, bool]:
            self.asked.append(who["household"])
            await self.free.acquire()
            return "", {}, False

    async def story() -> list[str]:
        model = Model()
        turns = Turns(model, 1, dict(zip(HOMES, (0.5, 0.6, 0.3, 0.5, 0.0), strict=True)).__getitem__)
        asking = []
        for index in (0, 1, 2, 3, 4, 1, 0, 0):  # the second has lived more, so it has fewer left
            call = turns.ask({}, purpose="plan", resident="ann", household=HOMES[index])
            asking.append(asyncio.create_task(call))
            await asyncio.sleep(0)
        asking[2].cancel()
        for _ in range(7):
            model.free.release()
            await asyncio.sleep(0.01)
        await asyncio.gather(*asking, return_exceptions=True)
        return model.asked

    first, second, _, fourth, fifth = HOMES
    assert asyncio.run(story()) == [first, second, fourth, fifth, first, first, second]


def test_a_folder_that_is_not_shared_gets_its_files_carried(tmp_path: Path, alone: dict[str, bytes]) -> None:
    """As on another machine: the worker cannot see the folder that the hub writes into."""
    run = replace(a_run(tmp_path / "run"), scenario=load_scenario(tmp_path / "street.yaml"))
    (tmp_path / "run").mkdir()

    async def story() -> int:
        fleet = Fleet(run, (0, 1))
        async with open_hub(fleet, None, run.out) as (_, address):
            order = order_for(replace(run, out=tmp_path / "not there"), address, 2)
            await asyncio.to_thread(work, order)
        return fleet.progress().done

    assert asyncio.run(story()) == 2
    carried = contents(run.out)
    assert len(carried) == 2 * 7
    assert carried.keys() == {name for name in alone if "00000" in name or "00001" in name}
    done = [json.loads(run["done/h00001.json"])["record"]["digest"] for run in (carried, alone)]
    assert done[0] == done[1]
    assert not (tmp_path / "not there").exists()


def test_nobody_is_heard_without_the_key(tmp_path: Path) -> None:
    async def story() -> tuple[bytes, bytes]:
        fleet = Fleet(a_run(tmp_path), range(1))
        async with open_hub(fleet, None, tmp_path) as (_, address):
            assert Path(address.path).parent.stat().st_mode & 0o077 == 0, "the socket is nobody else's"
            heard = []
            for key in (b"a guess", address.key):
                reader, writer = await asyncio.open_unix_connection(address.path)
                challenge = (await reader.readline()).strip()
                writer.write(signed(key, challenge) + b'{"do": "take", "id": 1}\n')
                heard.append(await reader.readline())
                writer.close()
            return heard[0], heard[1]

    assert asyncio.run(story()) == (b"", b'{"id": 1, "index": 0}\n')
    assert "key" not in repr(tmp_path)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--workers", 0), "--workers 0: expected at least 1"),
        (("--shard", "4/3"), "--shard 4/3: expected a part of so many, such as 2/3"),
        (("--shard", "x"), "expected a part of so many"),
        (("--shard", "1/7"), "--shard 1/7: of 6 households at most as many parts are made"),
        (("--engine", "slurm"), "'slurm' is not one of 'local', 'ray'"),
        (("--ray-address", "here:1"), "only --engine ray has one"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, options: tuple[object, ...], sentence: str) -> None:
    refused = said(street(tmp_path), "--out", tmp_path / "run", *options)
    assert refused.code == 2
    assert sentence in refused.sentence
    assert not (tmp_path / "run").exists()


def test_parts_that_make_no_run_are_not_merged(tmp_path: Path) -> None:
    scenario = street(tmp_path, households=3)
    one, two, three = (tmp_path / f"part{number}" for number in (1, 2, 3))
    for number, part in ((1, one), (2, two)):
        assert said(scenario, "--shard", f"{number}/3", "--out", part).code == 0
    assert said(scenario, "--shard", "3/3", "--seed", 8, "--out", three).code == 0
    whole = tmp_path / "whole"
    assert said(scenario, "--out", whole, "--days", 1).code == 0

    def refused(*parts: Path) -> str:
        told = said("merge", tmp_path / "out", *parts)
        assert told.code == 2
        assert not (tmp_path / "out").exists()
        return told.err

    assert "3/3 is missing" in refused(one, two)
    assert "are both 1/3; name it once" in refused(one, one, two)
    assert "scenario.seed: 7 → 8" in refused(one, two, three)
    assert "is a whole run" in refused(one, two, whole)
    (two / "manifest.json").unlink()
    assert "is not complete; give its command again" in refused(one, two)
    other = said(scenario, "--shard", "2/3", "--out", one)
    assert other.code == 2
    assert 'shard: "1/3" → "2/3"' in other.err


def test_a_log_file_gets_calm_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "CALM", 0.0)
    told = said(street(tmp_path, households=3), "--out", tmp_path / "run").err
    lines = [line for line in told.splitlines() if "households" in line]
    assert lines
    assert "\r" not in told and "\x1b" not in told
    assert all("/3 households" in line and "events (" in line for line in lines)
    shares = [float(line.split("%")[0]) for line in lines]
    assert shares == sorted(shares)
    assert all("to go" in line for share, line in zip(shares, lines, strict=True) if shares[0] < share < 100)


def test_with_more_homes_than_slots_the_process_that_asks_lives_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spread: list[int] = []

    async def counted(run: Run, fleet: Fleet, gateway: Any, workers: int) -> None:
        spread.append(workers)
        await on_processes(run, fleet, gateway, workers)

    monkeypatch.setattr("runner.run.on_processes", counted)
    scenario, digests = thinking_street(tmp_path, 3), []
    text = scenario.read_text(encoding="utf-8")
    with stub_server("json") as stub:
        stub.reply = sensible
        for slots in (4, 2):
            scenario.write_text(text.replace("stub,", f"stub, concurrency: {slots},"), encoding="utf-8")
            digests.append(lived(scenario, tmp_path / f"run{slots}", "--base-url", stub.url)["digest"])
    assert digests[0] == digests[1]
    assert contents(tmp_path / "run4") == contents(tmp_path / "run2")
    assert spread == [1]
