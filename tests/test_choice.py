"""A choice is prior x evidence: what this person does at such times, times what the moment speaks for."""

import math
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.choice import MOST, NO_EVIDENCE, options, prior, settle
from agents.habit import HabitMind, carry_out
from agents.person import Person
from scenarios.chance import Chance
from tests.stories import a_house, a_memory, a_person, at, did, doing, let_it_be, order, someone, told, watch
from world.affordances import affordances
from world.clock import MINUTE
from world.mind import Affordance, Basis, Cause, Observation, Senses

ANN = someone(comfort={"temperature": (20.0, 25.5)})


def seen(
    cause: Cause, about: str = "", *, room: str = "living", hour: str = "15:00", **more: object
) -> Observation:
    """What Ann perceives who sits in *room* in January."""
    house = a_house(ANN)
    watch(house, {"ann": told(doing("wrap_up", room, 1e4), need=let_it_be)}, at(0, hour))
    body = house.bodies["ann"]
    moment = Observation(
        time=house.now, weekday=0, minute=at(0, hour) // MINUTE, resident="ann", room=room, cause=cause,
        about=about, activity="relax", afford=lambda need: affordances(house, body, need),
    )  # fmt: skip
    return replace(moment, **more)  # type: ignore[arg-type]


COLD = seen(Cause.NEED, "it is cold in the living room, 16 °C", need="cold")
BELL = seen(Cause.VISITOR, "a friend rings the doorbell", lasts=45.0)
NOTE = seen(Cause.MESSAGE, "a message: call me")
FAULT = seen(Cause.FAULT, "the heater stops working")


def weighed(observation: Observation, person: Person) -> dict[str, float]:
    offered = options(observation, person)
    found = prior(observation, offered, person)
    assert math.fsum(map(math.exp, found)) == pytest.approx(1)
    return dict(zip((option.key for option in offered), found, strict=True))


def test_the_worse_the_heat_the_less_a_drink_will_do() -> None:
    def drinks(celsius: float) -> float:
        hot = replace(COLD, need="hot", sense=lambda: Senses(temperature=celsius))
        tool = next(it for it in hot.afford("hot") if it.key == "cool_off")
        fan = tool._replace(key="fan:on:", activity="adjust_home", relieves={"hot": 1.0})
        drink, blow = prior(hot, [tool, fan], a_person(ANN))
        return math.exp(drink - blow)

    assert drinks(25.5) == pytest.approx(1.0)
    assert drinks(28.0) < 0.5
    assert drinks(34.0) < drinks(28.0) / 2


@pytest.mark.parametrize("observation", [COLD, BELL, NOTE, FAULT])
def test_there_is_always_the_choice_to_let_it_be_among_at_most_twelve(observation: Observation) -> None:
    offered = options(observation, a_person())
    assert offered[0].key == "carry_on"
    assert offered[0].text == "carry on and relax"
    stay = offered[0]
    assert (stay.activity, stay.room, stay.minutes, stay.orders) == ("relax", "living", 0, ())
    assert 2 <= len(offered) <= MOST
    assert len({option.key for option in offered}) == len(offered)


def test_whoever_is_cold_does_something_about_it() -> None:
    found = weighed(COLD, a_person())
    here, next_door = (f"{room}_heater:setHeatingSetpoint:21.5" for room in ("living", "kitchen"))
    assert set(found) == {"wrap_up", "carry_on", here, next_door}  # nobody bakes because it is cold
    assert found[here] == pytest.approx(found["wrap_up"])
    assert found[here] > found[next_door]
    assert not [key for key in found if key.startswith("air_conditioner")]


@pytest.mark.parametrize(
    ("observation", "answers"),
    [
        (BELL, {"receive_visitor"}),
        (NOTE, {"answer_message", "call_someone"}),
        (FAULT, {"fix_device", "call_someone"}),
    ],
)
def test_every_occasion_has_its_answers_and_no_other(observation: Observation, answers: set[str]) -> None:
    found = weighed(observation, a_person())
    assert {key for key in found if key != "carry_on" and found[key] > found["carry_on"]} == answers
    everywhere = {"receive_visitor", "answer_message", "call_someone", "fix_device", "wrap_up", "cool_off"}
    assert everywhere & found.keys() == answers
    assert not [key for key in found if ":" in key]  # nobody reaches for a switch because a friend rings


def test_an_occasion_without_an_answer_is_mostly_let_be() -> None:
    """In the kitchen nobody can cool, but for a drink; a person who may not even do that carries on."""
    hot = seen(Cause.NEED, "it is hot", room="kitchen", need="hot")
    without = [it for it in hot.affordances if it.key != "cool_off" and "hot" not in it.relieves]
    bare = replace(hot, afford=lambda need: tuple(without))
    found = weighed(bare, a_person())
    assert max(found, key=lambda key: found[key]) == "carry_on"
    assert math.exp(found["carry_on"]) > 0.5
    nothing = replace(hot, afford=lambda need: ())
    assert weighed(nothing, a_person()) == {"carry_on": 0.0}
    assert prior(nothing, [], a_person()) == ()


def test_what_is_out_of_its_hours_is_less_likely() -> None:
    def eating_against_reading(hour: str) -> float:
        moment = seen(Cause.MESSAGE, hour=hour)
        both = [it for it in moment.affordances if it.key in ("eat", "read")]
        eating, reading = prior(moment, both, a_person())
        return eating - reading

    assert eating_against_reading("12:00") == pytest.approx(0)
    assert eating_against_reading("03:00") == pytest.approx(-1.5)


def test_what_memory_has_come_next_is_likelier() -> None:
    """Whose coffee is always followed by a look at the door opens it sooner."""
    coffee_then_door = [did(0, 5, action, 900 + n) for n, action in enumerate(DOOR)]
    memory = a_memory(*[[it._replace(day=day) for it in coffee_then_door] for day in range(7)])
    bell = replace(BELL, recent=(DOOR[0],))

    def letting_in(person: Person) -> float:
        found = weighed(bell, person)
        return found["receive_visitor"] - found["carry_on"]

    assert letting_in(a_person(memory=memory)) > letting_in(a_person()) + 1


DOOR = ("SmartPlug:switch on", "SmartLock:lock unlock")


# The draw


def test_the_option_is_drawn_in_proportion() -> None:
    """Chi-square over 2000 draws from the tree: 16.3 is the 99.9 % point with three degrees of freedom."""
    shares = [0.5, 0.3, 0.15, 0.05]
    log_prior = [math.log(share) for share in shares]
    draws = [float(Chance(7).rng("choice", number, "message").random()) for number in range(2000)]
    counts = Counter(settle(log_prior, NO_EVIDENCE, 0.0, draw) for draw in draws)
    chi_square = sum((counts[i] - 2000 * share) ** 2 / (2000 * share) for i, share in enumerate(shares))
    assert chi_square < 16.3


def test_evidence_shifts_the_choice_as_much_as_its_weight() -> None:
    log_prior, evidence = [math.log(0.5)] * 2, [0.0, 4.0]

    def share(weight: float) -> float:
        draws = [(number + 0.5) / 1000 for number in range(1000)]
        return sum(settle(log_prior, evidence, weight, draw) for draw in draws) / 1000

    assert share(0.0) == pytest.approx(0.5, abs=0.002)
    assert share(0.5) == pytest.approx(1 / (1 + math.exp(-2)), abs=0.002)
    assert share(1.0) == pytest.approx(1 / (1 + math.exp(-4)), abs=0.002)


NATS = st.lists(st.floats(-60, 20), min_size=1, max_size=MOST)


@settings(max_examples=200, deadline=None)
@given(NATS, st.floats(0, 1), st.floats(0, 5))
def test_the_draw_always_falls_on_an_option(nats: list[float], draw: float, weight: float) -> None:
    assert 0 <= settle(nats, nats, weight, draw) < len(nats)
    assert settle(nats, NO_EVIDENCE, weight, 0.0) == 0
    assert settle([-800.0, 0.0, -800.0], NO_EVIDENCE, weight, max(draw, 0.001)) == 1


# Habit's answer


def test_habit_answers_from_its_prior_and_says_so() -> None:
    answer = HabitMind(a_person()).react(BELL)
    (thought,) = answer.thoughts
    assert (answer.basis, answer.resume) == (Basis.MEMORY, True)
    assert (thought.question, thought.evidence, thought.fallback) == ("choice", (), "")
    assert answer.reason == f"a friend rings the doorbell: to {thought.options[thought.chosen]}"
    assert len(thought.options) == len(thought.prior) == len(options(BELL, a_person()))
    assert HabitMind(a_person()).react(BELL) == answer


def test_two_moments_are_two_draws_and_people_differ() -> None:
    minds = [HabitMind(a_person(seed=seed)) for seed in range(40)]
    assert len({mind.react(BELL).activity for mind in minds}) > 1
    assert len({mind.chance(BELL) for mind in minds}) == 40
    assert minds[0].chance(BELL) != minds[0].chance(NOTE)


def test_what_is_chosen_is_carried_out_and_closed() -> None:
    chosen = Affordance(
        key="listen", text="listen to music in the living room", activity="listen_to_music", room="living",
        minutes=30.5, orders=(order("speaker", "mediaPlayback play"),),
        closing=(order("speaker", "mediaPlayback stop"),),
    )  # fmt: skip
    decision = carry_out(NOTE, chosen, Basis.CHOICE)
    assert (decision.until, decision.orders, decision.closing) == (
        NOTE.time + round(30.5 * MINUTE), chosen.orders, chosen.closing,
    )  # fmt: skip
    assert decision.reason == "a message: call me: to listen to music in the living room"
    assert decision.thoughts == ()


def test_a_visitor_stays_as_long_as_the_scenario_says() -> None:
    by_key = {option.key: option for option in options(BELL, a_person())}
    assert by_key["receive_visitor"].minutes == 45
    assert {
        option.minutes for key, option in by_key.items() if key not in ("receive_visitor", "carry_on")
    } != {45}
