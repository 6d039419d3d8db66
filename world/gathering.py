"""What several begin together: a meal waits for those who are to come, but not for ever."""

from typing import TYPE_CHECKING

from world.clock import MINUTE
from world.mind import Company

if TYPE_CHECKING:
    from world.body import Body
    from world.house import House

PATIENT = 12 * MINUTE  # that those who have come wait for the others


class Gatherings:
    """Who has come to what, and what has begun."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._come: dict[str, set[str]] = {}
        self._begun: set[str] = set()

    def come(self, body: "Body", company: Company) -> None:
        """*body* is there; whoever waits for it looks up."""
        self._come.setdefault(company.gathering, set()).add(body.id)
        for other in company.others:
            if other in self._come[company.gathering]:
                self._house.bodies[other].stir()

    def begun(self, company: Company) -> bool:
        """Whether all have come, or the others have begun."""
        return company.gathering in self._begun or self._come[company.gathering].issuperset(company.others)

    def begin(self, company: Company) -> None:
        """Whoever comes now comes late."""
        self._begun.add(company.gathering)
