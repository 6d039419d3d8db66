"""Who holds what: all or nothing, first come first served, nobody forgotten."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from world.claims import Claims, Resource

BATHROOM, KITCHEN = Resource("room", "bathroom"), Resource("room", "kitchen")
WASHER, OVEN = Resource("device", "washer"), Resource("device", "oven")
PLACES = {BATHROOM: 1, KITCHEN: 2, WASHER: 1, OVEN: 1}
PEOPLE = ("ann", "ben", "cat", "dan", "eve")


def these(*resources: Resource) -> frozenset[Resource]:
    return frozenset(resources)


@pytest.fixture
def claims() -> Claims:
    return Claims(PLACES)


def test_the_first_gets_it_and_the_next_when_it_is_given_back(claims: Claims) -> None:
    assert claims.ask("ann", these(BATHROOM))
    assert not claims.ask("ben", these(BATHROOM))
    assert not claims.ask("cat", these(BATHROOM))
    assert claims.obstacles("cat") == {BATHROOM: ("ann", "ben")}
    assert claims.leave("ann") == ["ben"]
    assert claims.leave("ben") == ["cat"]
    assert claims.holders(BATHROOM) == ("cat",)


def test_all_or_nothing(claims: Claims) -> None:
    claims.ask("ann", these(WASHER))
    assert not claims.ask("ben", these(BATHROOM, WASHER))
    assert claims.held("ben") == these()
    assert claims.holders(BATHROOM) == ()
    assert claims.leave("ann") == ["ben"]
    assert claims.held("ben") == these(BATHROOM, WASHER)


def test_a_big_request_is_not_starved_by_small_ones(claims: Claims) -> None:
    claims.ask("ann", these(WASHER))
    claims.ask("ben", these(BATHROOM, WASHER))
    assert not claims.ask("cat", these(BATHROOM)), "free, but Ben came first"
    assert claims.obstacles("cat") == {BATHROOM: ("ben",)}
    assert claims.leave("ann") == ["ben"]
    assert claims.leave("ben") == ["cat"]


def test_whoever_is_in_nobodys_way_does_not_wait(claims: Claims) -> None:
    claims.ask("ann", these(WASHER))
    claims.ask("ben", these(BATHROOM, WASHER))
    assert claims.ask("cat", these(KITCHEN, OVEN))
    assert claims.ask("dan", these(KITCHEN))
    assert not claims.ask("eve", these(KITCHEN))


def test_giving_up_lets_the_next_in(claims: Claims) -> None:
    claims.ask("ann", these(WASHER))
    claims.ask("ben", these(BATHROOM, WASHER))
    claims.ask("cat", these(BATHROOM))
    assert claims.leave("ben") == ["cat"]
    assert claims.waiting() == ()


def test_nobody_holds_and_waits(claims: Claims) -> None:
    claims.ask("ann", these(BATHROOM))
    claims.ask("ben", these(BATHROOM))
    for who in ("ann", "ben"):
        with pytest.raises(ValueError, match=f"{who} asks while holding or waiting"):
            claims.ask(who, these(WASHER))
    with pytest.raises(ValueError, match=r"nobody can hold .*attic"):
        claims.ask("cat", these(Resource("room", "attic")))


def test_a_swap_is_no_way_past_those_who_wait(claims: Claims) -> None:
    claims.ask("ann", these(BATHROOM))
    assert claims.could_swap("ann", these(BATHROOM, WASHER))
    claims.ask("ben", these(BATHROOM))
    assert not claims.could_swap("ann", these(BATHROOM))
    assert claims.could_swap("ann", these(WASHER))
    assert not claims.could_swap("cat", these(BATHROOM))


class Household(RuleBasedStateMachine):
    """Five people ask, give back and give up as they like; the model is the order in which they asked."""

    def __init__(self) -> None:
        super().__init__()
        self.claims = Claims(PLACES)
        self.asked: list[tuple[str, frozenset[Resource]]] = []  # and neither granted nor given up
        self.has: dict[str, frozenset[Resource]] = {}

    @rule(who=st.sampled_from(PEOPLE), wanted=st.frozensets(st.sampled_from(sorted(PLACES)), min_size=1))
    def ask(self, who: str, wanted: frozenset[Resource]) -> None:
        if who in self.has or who in dict(self.asked):
            return
        foreseen = self.claims.could_swap(who, wanted)
        self.asked.append((who, wanted))
        granted = self.claims.ask(who, wanted)
        assert foreseen <= granted
        if granted:
            self.take(who)

    @rule(who=st.sampled_from(PEOPLE))
    def leave(self, who: str) -> None:
        self.has.pop(who, None)
        self.asked = [it for it in self.asked if it[0] != who]
        for granted in self.claims.leave(who):
            self.take(granted)

    @precondition(lambda self: self.has)
    @rule()
    def all_holders_leave_and_the_first_in_line_has_what_it_takes(self) -> None:
        first = next(iter(self.asked), None)
        for who in sorted(self.has):
            self.leave(who)
        assert first is None or first[0] in self.has

    def take(self, who: str) -> None:
        self.has[who] = dict(self.asked)[who]
        self.asked = [it for it in self.asked if it[0] != who]

    @invariant()
    def no_more_holders_than_places(self) -> None:
        for resource, places in PLACES.items():
            holders = self.claims.holders(resource)
            assert len(set(holders)) == len(holders) <= places
            assert set(holders) == {who for who, held in self.has.items() if resource in held}

    @invariant()
    def nobody_is_forgotten_and_the_order_is_kept(self) -> None:
        assert self.claims.waiting() == tuple(who for who, _ in self.asked)
        assert {who: self.claims.held(who) for who in PEOPLE if self.claims.held(who)} == self.has

    @invariant()
    def whoever_waits_has_a_reason(self) -> None:
        before: list[str] = []
        for who, wanted in self.asked:
            obstacles = self.claims.obstacles(who)
            assert obstacles
            assert obstacles.keys() <= wanted
            for resource, others in obstacles.items():
                assert len(others) >= PLACES[resource]
                assert set(others) <= {*self.has, *before}
            before.append(who)

    def teardown(self) -> None:
        """Everybody who asked gets it, when those who hold give back: no deadlock."""
        for _ in range(len(PEOPLE)):
            for who in sorted(self.has):
                self.leave(who)
        assert not self.asked


TestHousehold = Household.TestCase
TestHousehold.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)
