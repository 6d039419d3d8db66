"""An activity: what people do, where, for how long, and with which devices unless memory knows better."""

from typing import Literal

from pydantic import model_validator

from scenarios.frozen import Clock, Frozen, Need, RoomKind

SLEEP, AWAY, LEAVE, COME, WAIT, ADJUST = "sleep", "away", "leave_home", "come_home", "wait", "adjust_home"
GATHER, ALONG, MINDING = "wait_for_others", "go_along", "wait_for_relief"
PLAY, RELAX = "play", "relax"
CARE, TENDED, TO_BED = "care_for_child", "be_cared_for", "go_to_bed"
WAITING = frozenset({WAIT, GATHER, ALONG, MINDING})  # what comes before what one is at
"""The activities that the program itself speaks of; every other is data."""

Occasion = Literal["visitor", "guest", "message", "device_fault", "power_cut", "network_outage"] | Need
"""What can break into a plan."""


class Activity(Frozen):
    """One kind of doing. Actions are written as in the logs: 'Television:switch on'."""

    phrase: str  # 'watch television', follows 'to'
    rooms: tuple[RoomKind, ...] = ()  # in order of preference; empty = where the person is
    minutes: tuple[int, int, int]  # least, typical, most
    between: tuple[tuple[Clock, Clock], ...] = ()  # when people usually do it; empty = any time
    requires: tuple[str, ...] = ()  # device types that must stand in the room
    devices: tuple[str, ...] = ()  # device types whose use in a log without labels means this activity
    start: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    meanwhile: tuple[tuple[str, str], ...] = ()  # (what starts it, what ends it): runs while it is done
    answers: tuple[Occasion, ...] = ()  # what this activity is a natural answer to
    chosen: bool = True  # False: makes sense only within a routine, as coming home does
    idle: float = 0.0  # weight among the ways to fill an hour without plans
    idle_later: tuple[tuple[int, float], ...] = ()  # (from which age on, the weight then), youngest first
    lux: float = 0.0  # light wanted while doing it
    asleep: bool = False
    outside: bool = False
    with_child: bool = False  # done for a child, and in its room by those who sleep elsewhere
    loud: bool = False  # not done while somebody at home sleeps
    serves: float = 0.0  # hours for which it is done for the whole family
    ages: tuple[int, int] = (0, 130)  # from and up to which years somebody does it by themself

    @model_validator(mode="after")
    def _minutes_in_order(self) -> "Activity":
        least, typical, most = self.minutes
        if not 0 < least <= typical <= most:
            raise ValueError(
                f"minutes are [least, typical, most], in order and above 0; got {list(self.minutes)}"
            )
        return self

    def idle_at(self, age: int) -> float:
        """The weight with which somebody of *age* years fills an hour so."""
        return next((weight for first, weight in reversed(self.idle_later) if age >= first), self.idle)

    def usual_at(self, minute: int) -> bool:
        """Whether people usually do it at this *minute* of the day."""
        for opens, closes in self.between:
            if _within(minute, opens, closes):
                return True
        return not self.between


def _within(minute: int, opens: int, closes: int) -> bool:
    """Hours such as 22:00 to 02:00 pass midnight."""
    return opens <= minute <= closes if opens <= closes else minute >= opens or minute <= closes


class Activities(Frozen):
    """A file of activities."""

    activities: dict[str, Activity]
