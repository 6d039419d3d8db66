"""How fast a fleet is, in words: for whoever watches a run. The wall clock is looked at here alone."""

import time
from dataclasses import dataclass, field

from runner.fleet import Progress

FEW = 3  # households that are named one by one


@dataclass
class Pace:
    """What has come to pass since one began to watch; what was done before counts for nothing."""

    began: float = field(default_factory=time.monotonic)
    first: Progress | None = None

    def of(self, step: Progress) -> tuple[float, float | None]:
        """(events a second, seconds to go), the latter once there is something to go by."""
        self.first = self.first or step
        seconds = max(1e-3, time.monotonic() - self.began)
        gained = step.share - self.first.share
        to_go = seconds * (1 - step.share) / gained if gained > 0 else None
        return (step.events - self.first.events) / seconds, to_go


def households(step: Progress) -> str:
    """Who is done and who is under way."""
    few = ", ".join(f"{name} day {days:.1f}" for name, days in step.under_way[:FEW])
    if step.households == 1:
        return few or "h00000"
    now = few if len(step.under_way) <= FEW else f"{len(step.under_way)} under way"
    failed = f", {step.failed} failed" if step.failed else ""
    return f"{step.done}/{step.households} households{failed}" + (f" ({now})" if now else "")


def note(step: Progress, pace: Pace) -> str:
    """Events, calls and what is to come."""
    rate, to_go = pace.of(step)
    asked = f", {step.calls} LLM calls, {step.tokens} tokens" if step.calls else ""
    left = f", {duration(to_go)} to go" if to_go is not None else ""
    return f"{step.events} events ({rate:.0f}/s){asked}{left}"


def duration(seconds: float) -> str:
    """'2 h 05 min', '4 min 10 s', '12 s'."""
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {whole % 60:02} s" if minutes else f"{whole} s"
