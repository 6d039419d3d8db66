"""What a household was told: a digest of the replies that its life rests on, wherever they came from."""

from hashlib import sha256

from agents.gateway.journal import Answer, Request, canonical
from agents.gateway.port import Gateway


class Heard:
    """A gateway that takes note of every answer that passes."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._sums: dict[str, str] = {}

    async def ask(
        self, request: Request, *, purpose: str, resident: str, household: str = ""
    ) -> tuple[str, Answer, bool]:
        """As the gateway does."""
        key, answer, cached = await self._gateway.ask(
            request, purpose=purpose, resident=resident, household=household
        )
        if key not in self._sums:
            self._sums[key] = sha256(canonical(answer).encode()).hexdigest()
        return key, answer, cached

    def digest(self) -> str:
        """SHA-256 over the keys and sums of the answers, in the order of the keys."""
        return sha256(
            "".join(f"{key} {self._sums[key]}\n" for key in sorted(self._sums)).encode()
        ).hexdigest()
