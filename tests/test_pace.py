"""Manners towards an endpoint: as many calls at once as it bears, patience with an end."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count

import pytest

from agents.gateway import breaker as breaking
from agents.gateway.breaker import Breaker
from agents.gateway.chat import asked_wait
from agents.gateway.journal import Answer, Request
from agents.gateway.manners import TRIES, Patience, guarded
from agents.gateway.pace import Pace
from agents.gateway.port import EndpointDown, PortError, Trouble
from agents.gateway.recorder import Call

QUESTION: Request = {"method": "chat", "messages": [["user", "What now?"]], "max_tokens": 9}
GOOD: Answer = {"text": "sleep", "prompt_tokens": 3, "completion_tokens": 1}
Act = Callable[[int], Awaitable[Answer]]


class Server:
    """Does as it is told with its first, second, ... call, and counts those under way."""

    def __init__(self, act: Act) -> None:
        self.act, self.numbers, self.now, self.most, self.calls = act, count(), 0, 0, 0

    async def __call__(self, _: Request) -> Answer:
        self.calls, self.now = self.calls + 1, self.now + 1
        self.most = max(self.most, self.now)
        try:
            return await self.act(next(self.numbers))
        finally:
            self.now -= 1


@pytest.fixture
def breaker(monkeypatch: pytest.MonkeyPatch) -> Breaker:
    """One that looks every few milliseconds, and for half a second."""
    monkeypatch.setattr(breaking, "FIRST_LOOK", 0.01)
    monkeypatch.setattr(breaking, "LAST_LOOK", 0.05)
    return Breaker("the model at http://here/v1", 0.5)


def mannered(server: Server, breaker: Breaker, pace: Pace | None = None, deadline: float = 5.0) -> Call:
    patience = Patience(breaker, deadline, first_wait=0.005)
    return patience.around(guarded(server, pace or Pace(64), breaker))


async def ask(call: Call) -> Answer:
    return await call(dict(QUESTION))


async def ask_often(call: Call, times: int) -> list[Answer | BaseException]:
    return await asyncio.gather(*(ask(call) for _ in range(times)), return_exceptions=True)


def test_a_busy_and_a_broken_server_are_asked_again_and_the_busy_one_as_late_as_it_wants(
    breaker: Breaker,
) -> None:
    async def act(number: int) -> Answer:
        if number == 0:
            raise Trouble("busy", busy=True, wait=0.15)
        if number == 1:
            raise Trouble("broken")
        return GOOD

    server, began = Server(act), time.monotonic()
    assert asyncio.run(ask(mannered(server, breaker))) == GOOD
    assert server.calls == 3
    assert time.monotonic() - began >= 0.15


def test_a_question_that_breaks_the_server_falls_back_alone(breaker: Breaker) -> None:
    async def act(_: int) -> Answer:
        raise Trouble("500: this very question")

    server = Server(act)
    with pytest.raises(PortError, match="this very question") as caught:
        asyncio.run(ask(mannered(server, breaker)))
    assert not isinstance(caught.value, Trouble)
    assert server.calls == TRIES


def test_a_refusal_is_no_reason_to_ask_again(breaker: Breaker) -> None:
    async def act(_: int) -> Answer:
        raise PortError("400: too long")

    server = Server(act)
    with pytest.raises(PortError, match="too long"):
        asyncio.run(ask(mannered(server, breaker)))
    assert server.calls == 1


def test_a_server_that_dies_and_returns_is_waited_for_and_nobody_falls_back(breaker: Breaker) -> None:
    back = time.monotonic() + 0.25

    async def act(number: int) -> Answer:
        await asyncio.sleep(0.001)
        if number > 20 and time.monotonic() < back:
            raise Trouble("connection refused", gone=True)
        return GOOD

    server = Server(act)
    pace = Pace(8)
    assert asyncio.run(ask_often(mannered(server, breaker, pace), 200)) == [GOOD] * 200
    assert server.calls < 200 + 8 + breaking.IN_A_ROW + 0.25 / 0.005  # looked at now and then, not hammered


def test_a_server_that_stays_away_ends_the_run_in_a_sentence(breaker: Breaker) -> None:
    async def act(_: int) -> Answer:
        raise Trouble("connection refused", gone=True)

    found = asyncio.run(ask_often(mannered(Server(act), breaker), 50))
    assert {type(it) for it in found} == {EndpointDown}
    assert "http://here/v1 has not answered for" in str(found[0])
    assert "the same command goes on from here" in str(found[0])


def test_one_who_is_only_ever_busy_ends_the_run_too(breaker: Breaker) -> None:
    async def act(_: int) -> Answer:
        raise Trouble("429", busy=True)

    found = asyncio.run(ask_often(mannered(Server(act), breaker, deadline=0.2), 20))
    assert {type(it) for it in found} == {EndpointDown}
    assert "more patience than mind.llm.deadline" in str(found[0])


def test_a_run_that_ends_waits_for_no_server(breaker: Breaker) -> None:
    async def act(_: int) -> Answer:
        raise Trouble("connection refused", gone=True)

    async def ending() -> BaseException | Answer:
        patience = Patience(breaker, 5.0, first_wait=0.005)
        call = patience.around(guarded(Server(act), Pace(8), breaker))
        asking = asyncio.gather(ask(call), return_exceptions=True)
        await asyncio.sleep(0.1)
        patience.end()
        return (await asyncio.wait_for(asking, 3.0))[0]

    assert isinstance(asyncio.run(ending()), EndpointDown)


def test_the_server_sets_the_pace() -> None:
    """A server that bears eight at once, asked by two hundred who may be sixty-four."""
    pace = Pace(64)

    async def act(_: int) -> Answer:
        if server.now > 8:
            raise Trouble("429", busy=True)
        await asyncio.sleep(0.002)
        return GOOD

    server = Server(act)
    refused: list[int] = []

    async def asking() -> None:
        call = mannered(server, Breaker("here", 5.0), pace)
        for _ in range(3):
            before = server.calls
            assert await ask_often(call, 200) == [GOOD] * 200
            refused.append(server.calls - before - 200)

    asyncio.run(asking())
    assert server.most <= 64
    assert pace.limit <= 16
    assert refused[-1] < 100


def test_it_grows_again_but_not_while_the_server_queues() -> None:
    pace, seconds = Pace(16), 0.001

    async def act(_: int) -> Answer:
        await asyncio.sleep(seconds)
        return GOOD

    server = Server(act)
    call = guarded(server, pace, Breaker("here", 5.0))

    async def many(times: int) -> None:
        await asyncio.gather(*(call(QUESTION) for _ in range(times)))

    async def growing() -> tuple[int, int, int]:
        nonlocal seconds
        await many(50)
        for _ in range(8):
            pace.troubled(Trouble("429", busy=True), time.monotonic())
        least = pace.limit
        seconds = 0.02
        await many(30)
        queueing = pace.limit
        seconds = 0.001
        await many(300)
        return least, queueing, pace.limit

    least, queueing, most = asyncio.run(growing())
    assert least == 1
    assert queueing <= 5  # a few before the mean has noticed
    assert most > 10


def test_who_is_cancelled_gives_the_slot_back() -> None:
    async def act(_: int) -> Answer:
        await asyncio.sleep(0.01)
        return GOOD

    async def cancelling() -> Answer:
        call = guarded(Server(act), Pace(1), Breaker("here", 5.0))
        asking = [asyncio.create_task(call(QUESTION)) for _ in range(9)]
        await asyncio.sleep(0.005)
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        return await asyncio.wait_for(call(QUESTION), 10.0)

    assert asyncio.run(cancelling()) == GOOD


def test_waits_are_asked_for_in_seconds_or_as_a_date_on_the_servers_own_clock() -> None:
    wrong_clock = datetime(1999, 1, 1, tzinfo=UTC)
    later = format_datetime(wrong_clock + timedelta(seconds=40), usegmt=True)
    assert asked_wait({"retry-after": "2.5"}) == 2.5
    assert asked_wait({"retry-after": later, "date": format_datetime(wrong_clock, usegmt=True)}) == 40.0
    assert asked_wait({"retry-after": later}) == 0.0
    assert {asked_wait({"retry-after": it}) for it in ("", "soon", "nan", "inf")} == {None}
    assert asked_wait({"retry-after": "-5"}) == 0.0
