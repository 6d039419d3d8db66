"""When a mind thinks, and what it learns: deliberation, being late, looking back, habits that drift."""

import asyncio
import json
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from agents import reflecting
from agents.choice import weighed
from agents.daytype import day_type
from agents.experience import FIRST, MOST, Experience
from agents.gateway.port import Ask, Malformed, Reply, Weighed
from agents.habit import HabitMind
from agents.lived import behaviours
from agents.person import Person, living_by
from agents.settling import ways_on
from agents.step import Step
from agents.thinking import OVERTAKEN, REFLECTS, TICK, Thinking, ThinkingMind
from scenarios.scenario import Happening
from sppc.absorb import HALF_LIFE
from tests.stories import a_house, a_memory, a_person, at, decisions, did, someone, watch
from world.affordances import affordances
from world.clock import MINUTE
from world.mind import Basis, Cause, Decided, Decision, Observation, Order, Thought

WORKS = {
    "wake": "07:00", "bed": "23:00", "free_wake": "07:00", "free_bed": "23:00",
    "away": [{"days": "mon-fri", "leave": "13:00", "back": "17:00", "place": "office"}],
}  # fmt: skip
PLAN = json.dumps({"steps": [
    {"at": "07:40", "activity": "breakfast", "minutes": 20, "why": ""},
    {"at": "09:00", "activity": "read", "minutes": 60, "why": ""},
    {"at": "20:00", "activity": "relax", "minutes": 60, "why": ""},
]})  # fmt: skip


@dataclass
class Model:
    """A port that is fond of the option of some number, and writes what it is given."""

    favourite: int = 0
    insight: str = '{"insight": "She reads more than she used to."}'
    model: str = "made up"
    weighed: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    written: list[Ask] = field(default_factory=list)
    garbled: int = 0  # replies to begin with

    async def generate(self, ask: Ask) -> Reply:
        self.written.append(ask)
        text = self.insight if "insight" in str(ask.schema) else PLAN
        return Reply(key=f"w{len(self.written)}", text=text, prompt_tokens=9, completion_tokens=2)

    async def weigh(
        self, situation: str, candidates: Sequence[str], purpose: str, resident: str, attempt: int = 0
    ) -> Weighed:
        self.weighed.append((purpose, situation, tuple(candidates)))
        if len(self.weighed) <= self.garbled:
            reply = Reply(key="bad", text="blah", prompt_tokens=9, completion_tokens=2)
            raise Malformed("blah is none of the options", (reply,))
        nats = [90.0 * (n == self.favourite) for n in range(len(candidates))]
        return Weighed(evidence=tuple(nats), replies=(f"k{len(self.weighed)}",))


def minded(person: Person, model: Model, deliberation: str, *, writes: bool = True) -> ThinkingMind:
    how = Thinking(port=model, deliberation=deliberation, writes=writes, weight=1.0, routine_weight=1.0)  # type: ignore[arg-type]
    return ThinkingMind(person, how)


def days(
    person: Person, model: Model, deliberation: str, until: int, happenings: Sequence[Happening] = ()
) -> list[Decided]:
    house = a_house(person.profile, happenings=happenings)
    return decisions(
        watch(house, {person.profile.id: minded(person, model, deliberation)}, at(until, "00:00"))
    )


def thoughts(found: Sequence[Decided], question: str) -> list[Thought]:
    return [it for decided in found for it in decided.decision.thoughts if it.question == question]


def ann(**more: object) -> Person:
    memory = a_memory(*[[did(day, 2, "Activity:breakfast", 465, "breakfast")] for day in range(7)])
    return a_person(someone(schedule=WORKS, **more), memory)


# Every step, every quarter of an hour


def test_every_step_is_a_question_but_sleep_and_the_hours_out() -> None:
    model = Model()
    found = days(ann(), model, "every_action", 2)
    habit = decisions(watch(a_house(ann().profile), {"ann": HabitMind(ann())}, at(2, "00:00")))
    assert [it.decision.activity for it in found] == [it.decision.activity for it in habit]  # all as was due
    assert {it.decision.basis for it in found if it.decision.thoughts} == {Basis.CHOICE}
    assert {it.decision.activity for it in found if not it.decision.thoughts} <= {
        "sleep",
        "use_toilet",
        "leave_home",  # the coat goes with the hours out
        "away",
        "come_home",
        "potter",
        "get_up",
    }
    assert {purpose for purpose, _, _ in model.weighed} == {"step"}
    assert all("The last thing done was" in text for _, text, _ in model.weighed[1:])


def test_what_is_done_instead_makes_what_was_due_late_and_both_are_said() -> None:
    found = days(ann(), Model(favourite=1), "every_action", 1)
    others = [it.decision for it in found if it.decision.reason.startswith("rather than")]
    assert others
    assert all(it.basis is Basis.CHOICE and not it.resume for it in others)


def test_a_tick_asks_every_quarter_of_an_hour_awake_and_at_home() -> None:
    model = Model()
    found = days(ann(), model, "tick", 2)
    asked = [it for it in found if it.decision.thoughts]
    assert max(it.decision.until - it.time for it in asked) <= TICK
    assert len(asked) > 2 * 30
    assert any(options[0].startswith("carry on and ") for _, _, options in model.weighed)
    out = [it for it in found if it.decision.activity in ("sleep", "away")]
    assert all(not it.decision.thoughts for it in out)


def test_a_tick_gives_each_command_of_a_step_once() -> None:
    film = [
        [did(day, 6, "Television:switch on", 1140, "watch_television"),
         did(day, 6, "Television:switch off", 1230, "watch_television")]
        for day in range(7)
    ]  # fmt: skip
    person = a_person(someone(schedule=WORKS), a_memory(*film))
    given = {
        deliberation: [
            order.command
            for it in days(person, Model(), deliberation, 3)
            for order in it.decision.orders
            if order.device == "television"
        ]
        for deliberation in ("every_action", "tick")
    }
    assert given["tick"].count("switch on") == given["every_action"].count("switch on") > 1
    assert given["tick"].count("switch off") == given["every_action"].count("switch off") > 1


def test_a_model_whose_word_on_ordinary_days_is_worth_nothing_is_not_asked_about_them() -> None:
    model, person = Model(), ann()
    deaf = minded(person, model, "interrupts", writes=False)
    mind = ThinkingMind(person, replace(deaf.thinking, routine_weight=0.0))
    found = decisions(watch(a_house(person.profile), {"ann": mind}, at(3, "00:00")))
    habit = decisions(watch(a_house(person.profile), {"ann": HabitMind(person)}, at(3, "00:00")))
    assert [it.decision.activity for it in found] == [it.decision.activity for it in habit]
    assert not model.weighed


# A plan overtaken by events


def a_step(start: int, minutes: int, activity: str, basis: Basis = Basis.MEMORY) -> Step:
    return Step(start=start, end=start + minutes * MINUTE, activity=activity, room="living", basis=basis)


def test_what_was_missed_is_caught_up_on_or_left() -> None:
    agenda = [a_step(0, 20, "breakfast"), a_step(20 * MINUTE, 20, "read"), a_step(90 * MINUTE, 60, "cook")]
    missed, ways = ways_on(agenda, 45 * MINUTE)
    assert [it.activity for it in missed] == ["breakfast", "read"]
    assert [[it.activity for it in way] for way in ways] == [["breakfast", "read", "cook"], ["cook"]]
    assert ways_on(agenda[2:], 45 * MINUTE) == ([], [agenda[2:]])


@pytest.mark.parametrize(("favourite", "eats"), [(0, True), (1, False)])
def test_a_plan_overtaken_by_events_is_thought_over(favourite: int, eats: bool) -> None:
    class Held(ThinkingMind):
        async def _answer(self, seen: Observation) -> Decision:
            late = at(0, "08:20")
            return Decision(activity="relax", room="living", until=late, basis=Basis.CHOICE, resume=True)

    person, model = ann(), Model(favourite=favourite)
    model_days = minded(person, model, "interrupts")
    held = Held(person, model_days.thinking)
    note = Happening.model_validate({"day": 0, "at": "07:20", "kind": "message", "text": "a message: wait"})
    found = decisions(watch(a_house(person.profile, happenings=[note]), {"ann": held}, at(1, "00:00")))
    (late,) = thoughts(found, "late")
    assert late.options[0].startswith("catch up on what was missed: ")
    (asked,) = [text for purpose, text, _ in model.weighed if purpose == "late"]
    assert "minutes behind the day's plan" in asked
    assert any(it.decision.activity == "breakfast" for it in found if it.time > at(0, "08:20")) is eats
    assert OVERTAKEN == 30 * MINUTE


# Repair


def test_an_answer_that_cannot_be_read_is_asked_for_once_more() -> None:
    note = Happening.model_validate({"day": 0, "at": "10:00", "kind": "message", "text": "a message: hello"})
    for garbled, replies, fell in (
        (1, ("bad", "k2"), ""),
        (2, ("bad", "bad"), "blah is none of the options"),
    ):
        found = days(ann(), Model(garbled=garbled), "interrupts", 1, [note])
        (thought,) = thoughts(found, "choice")
        assert (thought.replies, thought.fallback, thought.repairs) == (replies, fell, 1)
        assert thought.prompt_tokens == 9 * garbled


# Kinds of day


def test_a_plan_holds_for_a_kind_of_day() -> None:
    person = ann()
    assert [day_type(person, day) for day in (0, 5)] == ["office from 13:00 to 17:00", "a day off"]
    at_home = a_person(someone(schedule={"wake": "07:00", "bed": "23:00", "free_days": "sun"}))
    assert [day_type(at_home, day) for day in (5, 6)] == ["a day at home", "a day off"]
    assert [day_type(a_person(), day) for day in (4, 5)] == ["a weekday", "a day of the weekend"]


def test_a_rota_has_a_plan_for_each_shift() -> None:
    rota = {
        "cycle": ["early", "early", "late", "off"],
        "shifts": {"early": {"leave": "06:00", "back": "14:00"}, "late": {"leave": "14:00", "back": "22:00"}},
    }
    person, model = a_person(someone(schedule={"rota": rota})), Model()
    assert [day_type(person, day) for day in range(5)] == ["early", "early", "late", "off", "early"]
    days(person, model, "daily_plan", 6)
    assert [ask.purpose for ask in model.written] == ["plan"] * 3


# Looking back


def test_once_a_week_a_sentence_is_made_for_later_plans() -> None:
    model = Model()
    note = Happening.model_validate(
        {"day": 2, "at": "10:00", "kind": "message", "text": "a message: the cat is ill"}
    )
    found = days(ann(), model, "interrupts", 2 * REFLECTS + 2, [note])
    assert len(thoughts(found, "reflection")) == 2
    back = [ask for ask in model.written if ask.purpose == "reflection"]
    assert all(ask.max_tokens <= 80 for ask in back)
    assert "came up: «a message: the cat is ill»" in back[0].messages[1][1]
    assert "came up" not in back[1].messages[1][1]
    plans = [ask for ask in model.written if ask.purpose == "plan"]
    told = ["Lately: «She reads more than she used to.»" in ask.messages[1][1] for ask in plans]
    assert told == sorted(told) and told[0] is False and told[-1] is True
    assert len(model.written) / (2 * REFLECTS + 2) < 1


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"insight": ""}', json.dumps({"insight": "word " * 90}), "{" * 5000]
)
def test_an_insight_that_is_none_is_refused(text: str) -> None:
    said, problems = reflecting.read(text)
    assert said == "" and problems


def test_an_insight_that_cannot_be_used_leaves_things_as_they_were() -> None:
    model = Model(insight="nothing")
    found = days(ann(), model, "interrupts", REFLECTS + 2)
    (thought,) = thoughts(found, "reflection")
    assert (thought.repairs, "not JSON" in thought.fallback) == (1, True)
    assert not any("Lately" in ask.messages[1][1] for ask in model.written)


# Memory that goes on


def told(model: Model) -> list[str]:
    """What each plan was told of such days."""
    plans = [ask.messages[1][1] for ask in model.written if ask.purpose == "plan"]
    return [text[text.index("at half past.") : text.index("One such day")] for text in plans]


def test_what_was_planned_and_done_is_remembered_after_a_week() -> None:
    model = Model()
    days(ann(), model, "interrupts", REFLECTS + 3)
    first, *_, last = told(model)
    assert "=breakfast" in first and "=read" not in first
    assert "=breakfast" in last and "=read" in last and "=sleep" not in last


def test_what_is_recalled_is_within_the_budget_and_habit_lives_by_what_it_came_with() -> None:
    person = ann()
    mind = minded(person, Model(), "interrupts")
    watch(a_house(person.profile), {"ann": mind}, at(3 * REFLECTS + 2, "00:00"))
    assert (
        person.memory is not None and mind.person.memory is person.memory and person.recalled is person.memory
    )
    recalled = mind.person.recalled
    assert recalled is not None and recalled.report.tokens_after <= person.memory.report.budget
    assert recalled.weeks == pytest.approx(
        1.0 * 0.5 ** (3 / HALF_LIFE) + sum(0.5 ** (n / HALF_LIFE) for n in range(3))
    )
    assert (
        max(map(len, mind.person.experience.lived.values())) < 30
        and len(mind.person.experience.lived) <= REFLECTS
    )
    evening = Observation(
        time=0,
        weekday=0,
        minute=1210,
        resident="ann",
        room="living",
        cause=Cause.NEXT,
        recent=("Activity:read",),
    )
    assert recalled.recall(evening)["Activity:relax"] > 0.1
    habit = HabitMind(person)
    watch(a_house(person.profile), {"ann": habit}, at(REFLECTS + 2, "00:00"))
    assert not habit.person.experience.lived and habit.person.recalled is person.memory


def test_whoever_comes_to_live_by_other_routines_recalls_those() -> None:
    before = ann()
    later = replace(ann(), memory=a_memory([did(0, 3, "Activity:read", 600, "read")]))
    mind = HabitMind(living_by([(0, before), (2, later)]))
    experience = mind.person.experience
    experience.keep([did(0, 3, "Activity:cook", 610, "cook")])
    assert before.memory is not None
    experience.look_back(before.memory, 7)
    mind.next_day(at(1, "06:00"))
    assert mind.person.recalled is experience.memory is not before.memory
    mind.next_day(at(2, "06:00"))
    mind.next_day(at(3, "06:00"))
    assert mind.person.recalled is later.memory


def test_commands_are_taken_in_as_memory_knows_them() -> None:
    person = ann()
    seen = Observation(
        time=at(1, "19:50"), weekday=1, minute=1190, resident="ann", room="living", cause=Cause.NEXT
    )
    device = next(iter(person.layout.home.devices))
    kind = person.layout.home.devices[device].type
    film = Decision(
        activity="watch_television", room="living", until=at(1, "21:00"), basis=Basis.PLAN,
        orders=(Order(device, "switch on"), Order(device, "switch off", after=20 * MINUTE)),
    )  # fmt: skip
    assert behaviours(person, seen, film) == (
        did(1, 6, f"{kind}:switch on", 1190, "watch_television"),
        did(1, 6, f"{kind}:switch off", 1210, "watch_television"),
    )
    assert behaviours(person, seen, film._replace(orders=())) == (
        did(1, 6, "Activity:watch_television", 1190, "watch_television"),
    )
    assert behaviours(person, seen, film._replace(basis=Basis.IDLE)) == ()


# Habits that drift


def after(weeks: Sequence[Callable[[Experience], None]]) -> Experience:
    lived = Experience()
    for day in weeks:
        day(lived)
        lived.sleep_on_it()
    return lived


def reads(lived: Experience) -> None:
    lived.note("read", 6)


def nothing(lived: Experience) -> None:
    pass


def test_what_is_done_more_grows_slowly_and_what_stays_the_same_stays() -> None:
    same = after([reads] * 60)
    assert abs(same.learned["read", 6]) < 1e-9
    week, month, year = (after([nothing] * FIRST + [reads] * n).learned["read", 6] for n in (7, 30, 365))
    assert 0 < week < month < year <= MOST
    assert week < 0.25
    assert after([reads] * FIRST + [nothing] * 60).learned["read", 6] < -0.3
    assert after([reads] * FIRST).learned == {}  # a week is too short to learn from


def test_the_order_within_a_day_does_not_matter() -> None:
    dice = random.Random(4)
    done = [[("read", 6), ("cook", 5), ("read", 6), ("tidy", 4)][: dice.randrange(5)] for _ in range(30)]
    lives = []
    for shuffled in (False, True):
        lived = Experience()
        for day in done:
            for name, slot in dice.sample(day, len(day)) if shuffled else day:
                lived.note(name, slot)
            lived.sleep_on_it()
        lives.append(lived)
    assert lives[0] == lives[1]


def test_what_was_learned_tells_where_there_is_a_choice() -> None:
    person, house = a_person(), a_house(someone())
    body = house.bodies["ann"]
    seen = Observation(
        time=0, weekday=0, minute=600, resident="ann", room="living", cause=Cause.MESSAGE, about="a message",
        afford=lambda need: affordances(house, body, need),
    )  # fmt: skip
    offered, before = weighed(seen, person)
    row = next(n for n, it in enumerate(offered) if it.activity == "answer_message")
    person.experience.learned["answer_message", seen.slot] = 0.7
    offered, later = weighed(seen, person)
    assert later[row] > before[row]
    assert math.isclose(sum(map(math.exp, later)), 1)


def test_a_life_begins_without_experience() -> None:
    person = a_person()
    person.experience.note("read", 3)
    assert HabitMind(person).person.experience == Experience()
    mind = HabitMind(person)
    asyncio.run(
        mind.decide(
            Observation(
                time=at(0, "00:00"), weekday=0, minute=0, resident="ann", room="living", cause=Cause.START
            )
        )
    )
    assert mind.person.experience.days == 1 and person.experience.days == 0


def test_days_lived_are_slept_on() -> None:
    person = ann()
    mind = HabitMind(person)
    watch(a_house(person.profile), {"ann": mind}, at(9, "00:00"))
    lived = mind.person.experience
    assert lived.days >= 9
    assert lived.mean["breakfast", 2] > 0.5
    assert all(abs(nats) <= MOST for nats in lived.learned.values())
    assert replace(person).experience == Experience()
