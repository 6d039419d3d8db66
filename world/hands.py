"""What a body does with its hands: it reaches out, looks whether it has to, and operates a device."""

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from scenarios.resident import Profile
from world.draws import Draws
from world.light import is_so
from world.looking import needless
from world.mind import Basis, Order
from world.timeline import Process

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House

REACH = (1500, 6000)  # ms to reach out and operate something


class Hands:
    """The hands of one person in the house."""

    house: "House"
    profile: Profile
    basis: Basis
    used: set[str]
    recent: deque[str]
    pace: Draws
    errands: deque[Order]

    @property
    def _body(self) -> "Body":
        """Whose hands they are."""
        return cast("Body", self)

    def _operate(self, order: Order) -> Process:
        """Reach out and operate a device; takes a few seconds. People look whether they have to."""
        if order.unless_so and needless(self.house, self._body, order):
            return
        yield from self._reach()
        if order.unless_so and needless(self.house, self._body, order):  # somebody, or the home, was quicker
            return
        agreed: Order | None = order
        if self.house.settings.negotiable:
            agreed = yield from self.house.settings.agree(self._body, self.house.meant(order))
        if agreed is not None:
            self._act(agreed)

    def _act(self, order: Order) -> None:
        if self.house.operate(self._body, order):
            kind = self.house.devices[order.device].type
            self.used.add(order.device)
            self.recent.append(f"{kind.type}:{order.command}")
            if kind.shade:
                self.house.drawn[order.device] = self.house.env.now

    def _reach(self) -> Process:
        yield self.house.env.pause(self._between(*REACH))
        self.house.stirred(self._body)

    def _between(self, least: int, most: int) -> int:
        return least + int((most - least) * self.pace.uniform())

    def _unless_done(self, order: Order) -> Process:
        """Operate something unless somebody is quicker; whether one did."""
        yield from self._reach()
        if can := self._can(order):
            self._act(order)
        return can

    def _can(self, order: Order) -> bool:
        return not self.house.devices[order.device].refusal(order.command)

    def _reflexes(self, orders: Iterable[Order]) -> Process:
        for order in orders:
            yield from self._reflex(order)

    def _reflex(self, order: Order) -> Process:
        """Reach for a lamp or a blind, unless somebody else, or the home, has been quicker."""
        yield from self._reach()
        if is_so(self.house.devices[order.device], order.command):
            return
        basis, self.basis = self.basis, Basis.REFLEX
        self._act(order)
        self.basis = basis

    def send(self, order: Order) -> None:
        """Have *order* seen to before long, whatever one is at; then one goes on with it."""
        self.errands.append(order)
        self._body.stir()
