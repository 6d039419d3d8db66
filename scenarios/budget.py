"""What a run may cost: caps that it stops before, and the prices that money is counted by."""

from typing import Annotated

from pydantic import Field, model_validator

from scenarios.frozen import Frozen

Amount = Annotated[float, Field(ge=0)]


class Price(Frozen):
    """Of a model, in money per million tokens."""

    prompt: Amount
    cached_prompt: Amount | None = (
        None  # of what the server has read before; as dear as the rest unless given
    )
    completion: Amount


class Budget(Frozen):
    """Caps on a whole run, however often it goes on. It stops before it would exceed one; none changes data.

    `hours` is about one command: going on gives them anew, as batch queues do.
    """

    calls: Annotated[int, Field(ge=0)] | None = None  # requests sent, those tried again included
    tokens: Annotated[int, Field(ge=0)] | None = None  # read and written
    money: Amount | None = None  # in `currency`
    hours: Amount | None = None  # after which no further call is made
    currency: str = "USD"
    prices: dict[str, Price] = {}  # by model; beside the shipped table, agents/gateway/prices.yaml

    @model_validator(mode="after")
    def _one_currency(self) -> "Budget":
        if self.currency != "USD" and not self.prices:
            raise ValueError("the shipped prices are in USD; another currency needs prices of your own")
        return self
