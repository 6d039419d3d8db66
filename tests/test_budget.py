"""Money: no cap is ever exceeded, whatever the endpoint does; what is spent is known after a kill; prices."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.gateway import breaker as breaking
from agents.gateway import manners
from agents.gateway.breaker import Breaker
from agents.gateway.budget import Purse, most_of
from agents.gateway.journal import Answer, Journal, Request
from agents.gateway.ledger import Ledger
from agents.gateway.manners import Patience, guarded
from agents.gateway.pace import Pace
from agents.gateway.port import EndpointDown, PortError, Trouble
from agents.gateway.prices import FREE, cost, known_price, price_of, shipped_prices
from agents.gateway.recorder import Recorder
from agents.gateway.spending import Spending, Usage
from dataset.manifest import read_manifest
from scenarios.budget import Budget, Price
from scenarios.errors import BudgetSpent, UserError
from scenarios.tree import plain
from scenarios.yaml12 import parse
from tests.command import HERMIT, THINKER, said
from tests.stub_server import sensible, stub_server

PRICE = Price(prompt=2.0, cached_prompt=0.5, completion=8.0)
WORDS = "What would you do now? "


class Till:
    """An endpoint that writes its own bill: also for what it did for callers that had gone."""

    def __init__(self, fates: list[tuple[str, int, int]]) -> None:
        self.fates, self.calls, self.prompt, self.completion, self.now, self.most = fates, 0, 0, 0, 0, 0

    async def __call__(self, request: Request) -> Answer:
        fate, millis, wrote = self.fates[self.calls % len(self.fates)]
        self.calls, self.now = self.calls + 1, self.now + 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(millis / 5000)
        finally:
            self.now -= 1
        if fate == "busy":
            raise Trouble("429", busy=True)
        if fate == "refused":
            raise PortError("400")
        read = sum(len(text) for _, text in request["messages"]) // 4
        wrote = min(wrote, request["max_tokens"])
        self.prompt, self.completion = self.prompt + read, self.completion + wrote
        if fate == "late":  # it did the work, and nobody was there to take it
            raise Trouble("timed out", paid=True)
        if fate == "silent":
            return {"text": "x", "prompt_tokens": 0, "completion_tokens": 0}
        return {"text": "x", "prompt_tokens": read, "completion_tokens": wrote, "cached_tokens": read // 2}

    @property
    def money(self) -> float:
        return cost(PRICE, self.prompt, 0, self.completion)


def request(number: int, letters: int = 200) -> Request:
    text = (WORDS * (letters // len(WORDS) + 1))[:letters]
    return {"method": "chat", "model": "m", "messages": [["user", f"{number} {text}"]], "max_tokens": 40}


async def spend(
    till: Till, budget: Budget, folder: Path, asked: int, price: Price = PRICE, at_once: int = 64
) -> list[object]:
    with Journal(folder / "journal.sqlite") as journal, Spending(journal.path) as spending:
        breaker = Breaker("here", 0.05)
        patience, purse = Patience(breaker, 0.3, first_wait=0.001), Purse(budget, price, spending)
        call = patience.around(guarded(purse.around(till), Pace(at_once), breaker))
        recorder = Recorder(journal, Ledger(), {"chat": call})
        asking = (
            recorder.ask(request(it, 50 + 97 * it % 800), purpose="plan", resident=str(it))
            for it in range(asked)
        )
        found = await asyncio.gather(*asking, return_exceptions=True)
        await recorder.landed()
        assert till.now == 0
        return list(found)


@pytest.fixture(scope="module", autouse=True)
def _looking_often() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(breaking, "FIRST_LOOK", 0.002)
        patch.setattr(breaking, "LAST_LOOK", 0.01)
        patch.setattr(manners, "LONGEST_WAIT", 0.01)
        yield


FATE = st.tuples(
    st.sampled_from(["good", "good", "good", "busy", "late", "refused", "silent"]), st.integers(0, 9),
    st.integers(0, 60),
)  # fmt: skip


@settings(max_examples=int(os.environ.get("HOMEFOLK_CHAOS", "1")) * 25, deadline=None)
@given(
    fates=st.lists(FATE, min_size=1, max_size=40),
    calls=st.none() | st.integers(0, 120),
    tokens=st.none() | st.integers(0, 20_000),
    money=st.none() | st.floats(0, 0.03),
)
def test_no_cap_is_ever_exceeded_and_the_money_left_is_too_little_for_another_call(
    fates: list[tuple[str, int, int]], calls: int | None, tokens: int | None, money: float | None
) -> None:
    till, budget = Till(fates), Budget(calls=calls, tokens=tokens, money=money)
    with TemporaryDirectory() as folder:
        found = asyncio.run(spend(till, budget, Path(folder), 100))
        with Spending(Path(folder) / "journal.sqlite") as spending:
            booked = spending.total
    assert till.most <= 64
    assert till.calls <= (till.calls if calls is None else calls)
    assert tokens is None or till.prompt + till.completion <= tokens
    booked_money = cost(PRICE, booked.prompt, booked.cached, booked.completion)
    assert money is None or booked_money <= money
    if not any(fate == "good" for fate, _, _ in fates):
        assert money is None or till.money <= money
    # What was booked is what was billed, or more where nobody knows.
    assert booked.calls == till.calls
    assert booked.prompt >= till.prompt
    assert booked.completion >= till.completion
    stopped = [it for it in found if isinstance(it, BudgetSpent)]
    assert {type(it) for it in found} <= {tuple, PortError, BudgetSpent, EndpointDown}
    if stopped:
        most = most_of(request(100, 900))
        room = booked.plus(most)
        assert (
            (calls is not None and room.calls > calls)
            or (tokens is not None and room.prompt + room.completion > tokens)
            or (money is not None and cost(PRICE, *room[1:]) > money)
        )


def test_a_run_that_stops_goes_on_when_the_cap_is_raised_and_pays_for_nothing_twice(tmp_path: Path) -> None:
    till = Till([("good", 1, 10)])
    first = asyncio.run(spend(till, Budget(calls=30), tmp_path, 100))
    assert (till.calls, sum(isinstance(it, tuple) for it in first)) == (30, 30)
    sentence = str(next(it for it in first if isinstance(it, BudgetSpent)))
    assert sentence.startswith("the budget ends here: 30 calls, ")
    assert "the cap is 30 calls; raise it with --max-calls or budget.calls" in sentence
    again = asyncio.run(spend(till, Budget(calls=30), tmp_path, 100))
    assert till.calls == 30  # what was spent before counts
    assert sum(isinstance(it, tuple) for it in again) == 30
    rest = asyncio.run(spend(till, Budget(calls=100), tmp_path, 100))
    assert till.calls == 100
    assert all(isinstance(it, tuple) for it in rest)


def test_calls_wait_for_room_instead_of_stopping_early(tmp_path: Path) -> None:
    """Forty calls that may take forty tokens each take one: by what they may take at most, few would fit."""
    till = Till([("good", 3, 1)])
    most = most_of(request(1, 900))
    budget = Budget(tokens=3 * (most.prompt + most.completion) + till_tokens(40))
    assert all(isinstance(it, tuple) for it in asyncio.run(spend(till, budget, tmp_path, 40)))


def till_tokens(asked: int) -> int:
    return sum(len(request(it, 50 + 97 * it % 800)["messages"][0][1]) // 4 + 1 for it in range(asked))


def test_what_a_killed_run_had_under_way_counts_at_its_most(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from agents.gateway.spending import Spending, Usage\n"
        "book = Spending(Path(sys.argv[1]))\n"
        "book.end(book.begin(Usage(1, 100, 0, 50)), Usage(1, 90, 10, 5))\n"
        "book.begin(Usage(1, 1000, 0, 500))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    path = tmp_path / "journal.sqlite"
    assert subprocess.run([sys.executable, "-c", program, path], env=env).returncode == -signal.SIGKILL
    with Spending(path) as book:
        assert book.total == Usage(2, 1090, 10, 505)
    with Spending(path) as book:
        assert book.total == Usage(2, 1090, 10, 505)
    (tmp_path / "journal.spent").write_text("torn " * 99)
    with pytest.raises(UserError, match=r"journal\.spent is damaged"), Spending(path):
        pass


def test_who_is_cancelled_while_waiting_for_money_leaves_it_to_others(tmp_path: Path) -> None:
    async def cancelling() -> list[object]:
        till = Till([("good", 50, 1)])
        most = most_of(request(0))
        with Spending(tmp_path / "j") as spending:
            call = Purse(Budget(tokens=most.prompt + most.completion + 200), PRICE, spending).around(till)
            asking = [asyncio.create_task(call(request(it))) for it in range(3)]
            await asyncio.sleep(0.002)
            asking[1].cancel()
            return list(await asyncio.gather(*asking, return_exceptions=True))

    first, second, third = asyncio.run(cancelling())
    assert isinstance(second, asyncio.CancelledError)
    assert isinstance(first, dict)
    assert isinstance(third, dict)


def test_prices_are_the_users_then_the_shipped_ones_and_nothing_at_home() -> None:
    assert shipped_prices().currency == "USD"
    assert shipped_prices().source.startswith("https://")
    mini = price_of("gpt-4o-mini-2024-07-18", Budget(), at_home=False)
    assert mini == shipped_prices().models["gpt-4o-mini"]
    assert cost(mini, 1_000_000, 0, 1_000_000) == pytest.approx(0.75)
    assert cost(PRICE, 10, 4, 1) == pytest.approx((6 * 2.0 + 4 * 0.5 + 8.0) / 1e6)
    mine = Budget(currency="EUR", prices={"gpt-4o-mini": PRICE}, money=1.0)
    assert known_price("gpt-4o-mini", mine, at_home=False) == PRICE
    assert known_price("qwen2.5:7b", Budget(money=1.0), at_home=True) == FREE
    assert known_price("mystery", Budget(calls=5), at_home=False) == FREE
    with pytest.raises(UserError, match=r"nobody says what mystery costs; give budget\.prices"):
        known_price("mystery", Budget(money=1.0), at_home=False)
    with pytest.raises(ValueError, match="another currency needs prices"):
        Budget(currency="EUR")


def test_a_capped_run_ends_with_code_3_and_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    scenario, whole, part = tmp_path / "thinker.yaml", tmp_path / "whole", tmp_path / "part"
    scenario.write_text(THINKER.replace("plans: choose", "plans: write"), encoding="utf-8")
    with stub_server() as stub:
        stub.reply, stub.letters_a_token = sensible, 4
        assert said(scenario, "--base-url", stub.url, "--out", whole).code == 0
        asked = stub.calls
        capped = said(scenario, "--base-url", stub.url, "--out", part, "--max-calls", 3)
        assert (capped.code, stub.calls - asked) == (3, 3)
        assert "the cap is 3 calls; raise it with --max-calls" in capped.err
        again = said(part, "--max-calls", 4)
        assert (again.code, stub.calls - asked) == (3, 4)
        rest = said(part, "--max-calls", 1000)
    assert (rest.code, stub.calls) == (0, 2 * asked), rest.err
    assert read_manifest(part).digest == read_manifest(whole).digest


def test_hours_end_any_run_and_are_given_anew(tmp_path: Path) -> None:
    scenario = tmp_path / "hermit.yaml"
    scenario.write_text(HERMIT.replace("days: 2", "days: 300"), encoding="utf-8")
    stopped = said(scenario, "--out", tmp_path / "run", "--max-hours", "0.0001")
    assert stopped.code == 3
    assert "may run for 0.0001 hours; the same command goes on from here" in stopped.err


def test_a_cap_on_money_wants_a_price(tmp_path: Path) -> None:
    (tmp_path / "thinker.yaml").write_text(THINKER, encoding="utf-8")
    where = ("--base-url", "http://models.example/v1", "--out", tmp_path / "run")
    refused = said(tmp_path / "thinker.yaml", *where, "--max-money", "1")
    assert refused.code == 2
    assert "nobody says what stub costs" in refused.err


def test_the_budget_of_the_guide_is_sound() -> None:
    guide = (Path(__file__).parents[1] / "docs" / "cost.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", guide, flags=re.DOTALL)
    told = plain(parse(block, Path("cost.md")))["budget"]
    assert Budget.model_validate(told).money == 5.0
    assert set(told) | {"currency"} == set(Budget.model_fields)
    assert [
        name for name in ("concurrency", "timeout", "deadline", "outage") if f"| `{name}` |" not in guide
    ] == []
