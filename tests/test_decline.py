"""Decline of a resident: a mind that plans as before, a body that follows less and less."""

from functools import cache

import pytest

from runner.household import Lived
from scenarios.anomaly import Anomaly
from scenarios.loading import load_scenario
from scenarios.scenario import Scenario
from tests.stories import CATALOGUE, ROOT, lived
from world.clock import Clock
from world.event import Event, Kind

DAYS = 9
DECIDED = Event._fields.index("decision")  # which decision and anomaly it comes of is not what happened
KINDS = ("falls", "wandering", "forgetting", "staying_in_bed", "withdrawal", "irregular_sleep")


@cache
def home() -> Scenario:
    whole = load_scenario(ROOT / "scenarios" / "watched.yaml")
    assert isinstance(whole, Scenario)
    return whole.model_copy(update={"days": DAYS})


@cache
def life(*kinds: str, difficulty: str = "easy") -> Lived:
    anomalies = tuple(
        Anomaly.model_validate({"kind": it, "day": 0, "who": "anna", "difficulty": difficulty})
        for it in kinds
    )
    return lived(home().model_copy(update={"anomalies": anomalies}), {})


def of(so: Lived, kind: str) -> list[Event]:
    return [it for it in so.events if it.anomaly.startswith(kind)]


def days(events: list[Event]) -> list[int]:
    clock = Clock(home().start, home().home.address.zone)
    return [clock.local(it.time)[0] for it in events]


@pytest.mark.parametrize("kind", KINDS)
def test_decline_grows_and_is_whose_it_is(kind: str) -> None:
    so = life(kind)
    rows = of(so, kind)
    assert {it.actor for it in rows} <= {"anna", ""}
    found = days(rows)
    early, late = (sum(lo <= it < lo + 3 for it in found) for lo in (0, DAYS - 3))
    assert late >= early, (early, late)
    assert late > 0
    assert not so.impossible(home(), CATALOGUE)


@pytest.mark.parametrize("kind", ["wandering", "irregular_sleep", "withdrawal"])
def test_nothing_is_labelled_that_would_have_happened_anyhow(kind: str) -> None:
    """A night that will be broken begins as ever; whoever turns elsewhere leaves at another instant."""
    anyhow = {it[:DECIDED] for it in life().events}
    assert not [it for it in of(life(kind), kind) if it[:DECIDED] in anyhow]


def test_staying_in_bed_lasts_longer_every_week() -> None:
    so = life("staying_in_bed")
    lain = []
    for at, event in enumerate(so.events):
        if event.kind is Kind.ACTIVITY and event.activity == "stay_in_bed":
            up = next(it for it in so.events[at + 1 :] if it.actor == "anna" and it.kind is Kind.ACTIVITY)
            lain.append(up.time - event.time)
    assert len(lain) >= DAYS - 2
    assert sum(lain[-3:]) > 2 * sum(lain[:3])


def test_what_is_forgotten_is_said_and_comes_to_be_noticed() -> None:
    rows = of(life("forgetting"), "forgetting")
    forgotten = [it for it in rows if it.kind is Kind.HAPPENING]
    assert forgotten
    assert all(it.value.startswith("forgets to") for it in forgotten)
    seen_to = {(it.device, it.command) for it in rows if it.kind in (Kind.COMMAND, Kind.DEED)}
    assert seen_to


def test_whoever_withdraws_goes_out_less() -> None:
    def outings(so: Lived) -> int:
        return sum(
            it.actor == "anna" and it.kind is Kind.ACTIVITY and it.activity == "go_out" for it in so.events
        )

    assert outings(life("withdrawal")) < outings(life())


def test_less_at_hard_than_at_easy() -> None:
    easy, hard = (len(of(life("wandering", difficulty=it), "wandering")) for it in ("easy", "hard"))
    assert hard < easy / 2


def test_declines_of_one_person_go_together() -> None:
    so = life("falls", "forgetting", "irregular_sleep")
    assert {it.anomaly for it in so.events if it.anomaly} == {"falls#0", "forgetting#0", "irregular_sleep#0"}
    assert not so.impossible(home(), CATALOGUE)


def test_the_other_lives_on() -> None:
    def nights(so: Lived) -> int:
        return sum(it.actor == "ben" and it.activity == "sleep" for it in so.events)

    assert abs(nights(life("staying_in_bed")) - nights(life())) < nights(life()) / 4
