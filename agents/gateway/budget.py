"""The budget of a run: reserved before every call, settled after it, so that no cap is ever exceeded.

What a call may cost at most is known before it is made: a token is at least a byte of the prompt, and no
more is written than was asked for. A call that fits once those under way have settled waits for them; one
that would not even then ends the run, which goes on from there when the cap is raised.
"""

import asyncio
from collections import deque

from agents.gateway.journal import Answer, Request, canonical
from agents.gateway.port import EndpointDown, PortError
from agents.gateway.prices import cost
from agents.gateway.recorder import Call
from agents.gateway.spending import Spending, Usage
from scenarios.budget import Budget, Price
from scenarios.errors import BudgetSpent

OVERHEAD = 16  # tokens a message beyond its text: roles and separators of chat templates, generously
HOUR = 3600.0
GO_ON = "raise it with --max-{cap} or budget.{cap} and run the same command again: it goes on from here"


class Purse:
    """What one run may still spend."""

    def __init__(self, budget: Budget, price: Price, spending: Spending) -> None:
        self._budget, self._price, self._spending = budget, price, spending
        self._reserved = Usage()
        self._waiting: deque[tuple[Usage, asyncio.Future[None]]] = deque()
        self._spent: BudgetSpent | None = None  # once said, it stays said

    def around(self, call: Call) -> Call:
        """*call*, paid for."""

        async def paid(request: Request) -> Answer:
            most = most_of(request)
            await self._reserve(most)
            row = self._spending.begin(most)
            used = most  # what is cut off in the middle may have been paid for
            try:
                answer = await call(request)
                used = _used(answer, most)
            except (PortError, EndpointDown) as error:
                used = most if error.paid else Usage(calls=1)
                raise
            finally:
                self._settle(row, most, used)
            return answer

        return paid

    async def _reserve(self, most: Usage) -> None:
        self._check(most)
        if self._waiting or self._over(self._spending.total.plus(self._reserved).plus(most)):
            granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append((most, granted))
            try:
                await granted
            except asyncio.CancelledError:
                if granted.done() and not granted.cancelled() and granted.exception() is None:
                    self._reserved = self._reserved.less(most)
                    self._grant()
                raise
        else:
            self._reserved = self._reserved.plus(most)

    def _settle(self, row: int, most: Usage, used: Usage) -> None:
        self._spending.end(row, used)
        self._reserved = self._reserved.less(most)
        self._grant()

    def _grant(self) -> None:
        """Let in who waits, in turn, as long as there is room; tell all when there never will be."""
        while self._waiting:
            most, granted = self._waiting[0]
            if not granted.done():
                try:
                    self._check(most)
                except BudgetSpent as spent:
                    granted.set_exception(spent)
                else:
                    if self._over(self._spending.total.plus(self._reserved).plus(most)):
                        return
                    self._reserved = self._reserved.plus(most)
                    granted.set_result(None)
            self._waiting.popleft()

    def _check(self, most: Usage) -> None:
        """BudgetSpent when *most* does not fit beside what is settled, or once did not."""
        if self._spent is None and (cap := self._over(self._spending.total.plus(most))):
            self._spent = BudgetSpent(self._sentence(cap))
        if self._spent is not None:
            raise self._spent

    def _over(self, usage: Usage) -> str:
        """The cap that *usage* exceeds, if any."""
        for cap, amount in self._amounts(usage).items():
            most = getattr(self._budget, cap)
            if most is not None and amount > most:
                return cap
        return ""

    def _amounts(self, usage: Usage) -> dict[str, float]:
        return {
            "calls": usage.calls,
            "tokens": usage.prompt + usage.completion,
            "money": cost(self._price, usage.prompt, usage.cached, usage.completion),
        }

    def _sentence(self, cap: str) -> str:
        spent = self._amounts(self._spending.total)
        told = (
            f"{spent['calls']:,} calls, {spent['tokens']:,} tokens and {spent['money']:.4g} "
            f"{self._budget.currency} are spent"
        )
        most = getattr(self._budget, cap)
        told_cap = f"{most:g} {self._budget.currency}" if cap == "money" else f"{most:,} {cap}"
        return f"the budget ends here: {told}, and the cap is {told_cap}; {GO_ON.format(cap=cap)}"


def in_time(budget: Budget, seconds: float) -> None:
    """BudgetSpent when a command that has run for *seconds* has used up its hours."""
    if budget.hours is not None and seconds >= budget.hours * HOUR:
        raise BudgetSpent(
            f"the budget ends here: this command may run for {budget.hours:g} hours; the same command "
            "goes on from here, for as long again"
        )


def most_of(request: Request) -> Usage:
    """What one try at *request* can take at most: an upper bound, not an estimate."""
    texts = [text for _, text in request["messages"]]
    if request.get("schema") is not None:
        texts.append(canonical(request["schema"]))
    forced = request.get("text", "") + request.get("lead", "")
    read = sum(len(text.encode(errors="replace")) + OVERHEAD for text in [*texts, forced]) + OVERHEAD
    return Usage(1, read, 0, request.get("max_tokens", len(forced.encode(errors="replace"))))


def _used(answer: Answer, most: Usage) -> Usage:
    """What the server counted; one that counts nothing is taken to have done all it could."""
    cached = int(answer.pop("cached_tokens", 0))
    prompt, completion = int(answer.get("prompt_tokens", 0)), int(answer.get("completion_tokens", 0))
    if not prompt and not completion:
        return most
    return Usage(1, prompt, min(cached, prompt), completion)
