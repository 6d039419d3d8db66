"""Two want different things and talk it over: who says what, and what comes of it."""

from dataclasses import replace

import pytest

from agents.negotiation import read, speak
from agents.person import Person
from evaluation.reading import Said
from tests.stories import Doing, a_house, a_person, doing, events, order, someone, told, watch
from tests.test_contention import IDLE, after, conflicts, flat, shower
from world.audit import audit
from world.clock import MINUTE
from world.event import Kind
from world.loop import Record
from world.mind import Basis, Cause, Decision, Observation, Talk

HEATER = "living_heater"
WARMER = doing("read", "living", 60, order(HEATER, "thermostatHeatingSetpoint setHeatingSetpoint", "23"))


def saying(*answers: str) -> Doing:
    """Gives these answers, one a turn."""
    left = list(answers)

    def decide(seen: Observation) -> Decision:
        assert seen.talk is not None
        answer = left.pop(0)
        said = Said(seen.resident, answer, f"{answer}!")
        return Decision(
            activity=seen.activity, room=seen.room, until=seen.time, basis=Basis.MEMORY, resume=True,
            said=said,
        )  # fmt: skip

    return decide


def heat(celsius: int, *first: Doing, at: float = 0) -> tuple[Doing, ...]:
    command = next(it for it in a_house(someone()).devices[HEATER].type.commands if "etHeatingSetpoint" in it)
    return (*first, doing("read", "living", 60, order(HEATER, command, str(celsius), after=at)), IDLE)


def two(ann: tuple[str, ...], ben: tuple[str, ...]) -> tuple[list[Record], float]:
    """Ben sets the heater to 18; ten minutes later Ann would like 22."""
    home = flat(settings="negotiate")
    minds = {
        "ann": told(*heat(22, at=10), talk=saying(*ann)), "ben": told(*heat(18), talk=saying(*ben))
    }  # fmt: skip
    house = a_house(someone("ann"), someone("ben"), home=home)
    records = watch(house, minds, 30 * MINUTE)
    assert audit(events(records), home, house.catalogue.devices, conflicts(records)) == []
    state = house.devices[HEATER].state["heatingSetpoint"]
    assert not isinstance(state, str)
    return records, state


@pytest.mark.parametrize(
    ("ann", "ben", "outcome", "celsius"),
    [
        (("propose",), ("agree",), "agreed", 22),
        (("propose", "agree"), ("compromise",), "compromised", 20),
        (("propose", "let_be"), ("compromise",), "yielded", 18),
        (("compromise",), ("agree",), "compromised", 20),
        (("propose", "insist"), ("refuse", "agree"), "agreed", 22),
        (("propose", "insist"), ("refuse", "refuse"), "yielded", 18),
        (("let_be",), (), "yielded", 18),
        (("shout", "let_be"), ("agree",), "yielded", 18),
    ],
)
def test_what_is_said_decides_what_is_set(
    ann: tuple[str, ...], ben: tuple[str, ...], outcome: str, celsius: float
) -> None:
    records, state = two(ann, ben)
    (conflict,) = conflicts(records)
    assert (conflict.resident, conflict.others, conflict.resource) == ("ann", ("ben",), HEATER)
    assert (conflict.policy, conflict.outcome, state) == ("negotiate", outcome, celsius)
    assert len(conflict.said) <= 4
    assert [said.who for said in conflict.said] == ["ann", "ben", "ann", "ben"][: len(conflict.said)]
    assert not any(event.kind is Kind.REFUSED for event in events(records))


def test_nobody_talks_with_sleepers() -> None:
    home = flat(settings="negotiate")
    asleep = doing("sleep", "bedroom", 600, asleep=True)
    set_first = heat(18)[0]
    minds = {
        "ann": told(*heat(22, at=10)),
        "ben": told(replace_minutes(set_first, 5), asleep),
    }
    house = a_house(someone("ann"), someone("ben"), home=home)
    records = watch(house, minds, 30 * MINUTE)
    (conflict,) = conflicts(records)
    assert (conflict.outcome, conflict.said) == ("overrode", ())
    assert house.devices[HEATER].state["heatingSetpoint"] == 22


def replace_minutes(step: Doing, minutes: float) -> Doing:
    return lambda seen: step(seen)._replace(until=seen.time + round(minutes * MINUTE))


@pytest.mark.parametrize(
    ("answer", "outcome", "within"), [("agree", "agreed", 3.0), ("refuse", "waited", 27.0)]
)
def test_whoever_has_the_bathroom_may_be_asked_to_hurry(answer: str, outcome: str, within: float) -> None:
    home = flat(rooms="negotiate", patience=60)
    minds = {
        "ann": told(shower(30), IDLE, talk=saying(answer)),
        "ben": told(*after(5, shower(5)), IDLE, talk=saying("propose", "let_be")),
    }
    house = a_house(someone("ann"), someone("ben"), home=home)
    records = watch(house, minds, 60 * MINUTE)
    (conflict,) = conflicts(records)
    assert (conflict.resource, conflict.outcome) == ("bathroom", outcome)
    assert within - 3 < conflict.wait_ms / MINUTE < within
    assert conflict.said[1].answer == answer
    assert audit(events(records), home, house.catalogue.devices, conflicts(records)) == []


# What habit says


def exchange(person: Person, **about: object) -> list[str]:
    """What this person says a hundred times."""
    talk = Talk("the heater", "ben", asks=False, celsius=True, answers=("agree", "compromise", "refuse"))
    talk = talk._replace(**about)
    seen = Observation(
        time=0, weekday=0, minute=600, resident="ann", room="living", cause=Cause.TALK, talk=talk
    )
    moments = [replace(seen, time=1000 * moment) for moment in range(100)]
    return [said.answer for it in moments if (said := speak(it, person).said)]


def test_who_would_freeze_refuses_and_who_would_not_agrees() -> None:
    person = a_person(someone("ann", comfort={"temperature": [21.0, 25.0]}))
    freezing = exchange(person, wanted="16", current="22", between="19")
    at_ease = exchange(person, wanted="23", current="20", between="21.5")
    assert freezing.count("agree") < 5 < 55 < at_ease.count("agree")


def test_the_same_moment_gives_the_same_answer_whoever_else_there_is() -> None:
    one, two = (exchange(a_person(), wanted="19", current="22", between="20.5") for _ in range(2))
    assert one == two
    assert len(set(one)) > 1


# What a model may do to it

TALK = Talk("the heater", "ben", asks=False, wanted="19", current="22", answers=("agree", "refuse"))


@pytest.mark.parametrize(
    ("text", "answer", "words"),
    [
        ('{"answer": "agree", "words": "All right,\\n then."}', "agree", "All right, then."),
        ('Sure! {"answer": "refuse", "words": "No."} hope this helps', "refuse", "No."),
        ('{"answer": "agree", "words": "%s"}' % ("x" * 900), "agree", "x" * 200),
    ],
)
def test_a_reply_is_read(text: str, answer: str, words: str) -> None:
    assert read(text, TALK) == (answer, words, "")


@pytest.mark.parametrize(
    "text",
    ["", "agree", "{agree", '{"answer": "unlock the door", "words": ""}', '{"answer": "agree"}', "[1]", "{}"],
)
def test_what_is_no_answer_says_so(text: str) -> None:
    assert read(text, TALK)[2]
