"""What a model's tokens cost: the user's prices, the shipped table; what runs on this machine is free."""

import re
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from scenarios.budget import Budget, Price
from scenarios.errors import UserError
from scenarios.tree import plain
from scenarios.yaml12 import read

FREE = Price(prompt=0.0, completion=0.0)
MILLION = 1_000_000


class PriceTable(BaseModel):
    """The shipped prices, and where they were read and when."""

    source: str
    date: str
    currency: str
    models: dict[str, Price]


@cache
def shipped_prices() -> PriceTable:
    """The table in agents/gateway/prices.yaml."""
    return PriceTable.model_validate(plain(read(Path(__file__).with_name("prices.yaml"))))


def price_of(model: str, budget: Budget, *, at_home: bool) -> Price | None:
    """The price of *model*, the date in its name or not; None if unknown, but *at_home* it costs nothing."""
    known = {**(shipped_prices().models if budget.currency == "USD" else {}), **budget.prices}
    undated = re.sub(r"-\d{4}-\d\d-\d\d$", "", model)
    return known.get(model) or known.get(undated) or (FREE if at_home else None)


def known_price(model: str, budget: Budget, *, at_home: bool) -> Price:
    """The price of *model*; without a cap on money it may be unknown, and counts as nothing."""
    price = price_of(model, budget, at_home=at_home)
    if price is None and budget.money is not None:
        raise UserError(
            f"budget.money: nobody says what {model} costs; give budget.prices, such as "
            f"prices: {{{model}: {{prompt: 0.15, completion: 0.60}}}} per million tokens"
        )
    return price or FREE


def cost(price: Price, prompt: int, cached: int, completion: int) -> float:
    """Of *prompt* tokens read, *cached* of them known before, and *completion* tokens written."""
    reread = price.prompt if price.cached_prompt is None else price.cached_prompt
    return ((prompt - cached) * price.prompt + cached * reread + completion * price.completion) / MILLION
