"""What of a prompt a server has read before: those that cache prefixes read only the rest."""

from collections import OrderedDict

from agents.gateway.journal import Request

MOST_READ = 4096  # residents whose last prompts are remembered


class Prefixes:
    """The last prompt of every resident, by purpose."""

    def __init__(self) -> None:
        self._read: OrderedDict[tuple[str, str], dict[str, str]] = OrderedDict()

    def fresh(self, request: Request, purpose: str, who: tuple[str, str], tokens: int) -> int:
        """Of the *tokens* of a prompt, those behind what it shares with earlier ones of *who*, by letters."""
        prompt = "\n".join(f"{role}: {text}" for role, text in request["messages"])
        read = self._read.setdefault(who, {})
        self._read.move_to_end(who)
        if len(self._read) > MOST_READ:
            self._read.popitem(last=False)
        shared = max((_shared(prompt, before) for before in read.values()), default=0)
        read[purpose] = prompt
        return round(tokens * (1 - shared / max(1, len(prompt))))


def _shared(one: str, two: str) -> int:
    """How many letters both begin with."""
    same, most = 0, min(len(one), len(two))
    while same < most:
        middle = (same + most + 1) // 2
        same, most = (middle, most) if one[:middle] == two[:middle] else (same, middle - 1)
    return same
