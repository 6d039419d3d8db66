"""The token ledger: what was asked for which purpose by which resident, and what it cost."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Calls made and what they cost, and calls that the journal served for nothing."""

    calls: int = 0  # that reached a model
    cached: int = 0  # that the journal answered
    failed: int = 0  # that no reply came of
    prompt_tokens: int = 0  # of the calls made, as the model counted them
    fresh_tokens: int = 0  # of these, about how many the server has not read before for the same resident
    completion_tokens: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(**{name: count + getattr(other, name) for name, count in vars(self).items()})


class Ledger:
    """Adds up what is spent, by (purpose, resident)."""

    def __init__(self) -> None:
        self._spent: dict[tuple[str, str], Spent] = {}
        self._total = Spent()

    def record(self, purpose: str, resident: str, spent: Spent) -> None:
        """Add *spent* to the account of *purpose* and *resident*."""
        account = (purpose, resident)
        self._spent[account] = self._spent.get(account, Spent()) + spent
        self._total += spent  # asked for again and again while a fleet of thousands is lived

    @property
    def total(self) -> Spent:
        """Everything together."""
        return self._total

    def summary(self) -> dict[str, dict[str, dict[str, int]]]:
        """{purpose: {resident: counts}}, sorted by name."""
        purposes = sorted({purpose for purpose, _ in self._spent})
        return {
            purpose: {
                resident: asdict(spent)
                for (of, resident), spent in sorted(self._spent.items())
                if of == purpose
            }
            for purpose in purposes
        }
