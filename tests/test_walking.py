"""People who live by one way of a log without dates: walks through memory, and what they do at home."""

import asyncio
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from agents.ordering import Orders, shuffled
from agents.walking import GOES_ON, Walk
from dataset.routines import Behaviour, Routine, Routines
from runner.household import whole_life
from runner.personas import Personas
from scenarios.chance import Chance
from scenarios.population_draw import household
from scenarios.resident import Profile
from scenarios.scenario import Scenario
from sppc.compress import pieces_of, remember
from sppc.personas import memory_like, ways_of
from tests.test_population import CATALOGUE, TOWN, loaded, town
from world.event import BEHAVIOUR
from world.mind import Basis


def done(day: int, slot: int, action: str) -> Behaviour:
    return Behaviour(day, slot, action.partition(":")[0], action)


def evening(day: int, *actions: str) -> Routine:
    return tuple(done(day, 6, action) for action in actions)


def walk(*routines: Routine, weeks: float = 1.0, pace: float = 1.0, who: int = 0) -> Walk:
    log = Routines.of(routines, source="a log", provenance="observed", weeks=weeks)
    return Walk(remember(log, 10_000, Chance(0), frozenset()), pace, Chance(who))


def weeks_of(walked: Walk, many: int = 40) -> list[list[Behaviour]]:
    return [
        [it for day in walked.days(np.random.default_rng(seed))[:7] for it in day] for seed in range(many)
    ]


def test_what_follows_is_what_followed_and_as_much_later() -> None:
    routine = (done(1, 7, "TV:on"), done(1, 7, "Lamp:off"), done(2, 2, "Kettle:on"), done(2, 2, "Lamp:on"))
    for week in weeks_of(walk(routine)):
        assert [it.day * 8 + it.slot for it in week] == [15, 15, 18, 18][: len(week)]
        assert [it.action for it in week] == [it.action for it in routine][: len(week)] != []


def test_one_routine_goes_on_as_another_that_has_come_to_the_same() -> None:
    alike = ("Lamp:on", "TV:on", "Blind:close")
    stays = evening(0, *alike, "Fan:on", "Fan:off")
    leaves = evening(3, *alike, "Door:lock", "Lamp:off")
    near = evening(5, "Radio:on", *alike[1:], "Oven:on", "Oven:off")
    grams: Counter[tuple[str, ...]] = Counter()
    for week in weeks_of(walk(stays, leaves, near), 200):
        for day in range(7):
            actions = [it.action for it in week if it.day == day]
            grams.update(zip(*(actions[at:] for at in range(4)), strict=False))
    known = [it.action for it in stays[3:]], [it.action for it in leaves[3:]]
    assert all(grams[(*alike, first)] for first, _ in known)
    assert not grams[(*alike, "Oven:on")], "three actions are alike, or each goes on as it does"


def test_people_of_different_homes_cross_where_three_actions_are_alike_and_often() -> None:
    """So every four actions on end stand in the log, and hardly a week is that of one home."""
    shared = ["Lamp:on", "TV:on", "TV:off"]
    homes = [
        tuple(
            done(at // 8, at % 8, shared[at % 4] if at % 4 < 3 else f"Thing{home}:{at}") for at in range(56)
        )
        for home in range(14)
    ]
    log = Routines.of(homes, source="homes", provenance="observed")
    ways = ways_of(pieces_of(log, frozenset(), Chance(0)), often=[20] * len(homes))
    memory = memory_like(ways, 0, 0, 10_000)
    known = {tuple(it.action for it in home[at : at + 4]) for home in homes for at in range(53)}
    crossed = weeks = 0
    for week in weeks_of(Walk(memory, 1.0, Chance(0)), 20):
        lived = [it.action for it in week]
        whose = [it.device for it in week if it.device.startswith("Thing")]
        weeks += len(whose) > 4
        crossed += len(set(whose)) > 1
        assert sum(tuple(lived[at : at + 4]) in known for at in range(len(lived) - 3)) >= len(lived) - 6
    assert crossed >= 0.9 * weeks > 8


def test_what_would_tell_whose_it_was_is_not_lived_word_for_word_and_hardly_repeats_itself() -> None:
    rng = np.random.default_rng(5)
    everything = [f"Device{number}:on" for number in range(14)]
    routines = [
        evening(number % 7, *(everything[it] for it in rng.permutation(14)[:10])) for number in range(21)
    ]
    lived = [
        tuple(it.action for it in week if it.day == day)
        for week in weeks_of(walk(*routines, weeks=3), 30)
        for day in range(7)
    ]
    lived = [it for it in lived if len(it) >= 8]
    known = {tuple(it.action for it in routine) for routine in routines}
    assert len(lived) > 50
    assert sum(it[:10] in known for it in lived) < 0.05 * len(lived)
    assert np.mean([len(set(it[:10])) / len(it[:10]) for it in lived]) > 0.8


def test_what_would_tell_goes_on_as_whatever_is_done_in_that_slot_but_not_for_oneself() -> None:
    def many(day: int, slot: int, kind: str) -> Routine:
        return tuple(done(day, slot, f"{kind}{number}:on") for number in range(8))

    log = Routines.of(
        [many(0, 6, "Oven"), many(2, 6, "Lamp"), many(4, 2, "Fan")], source="", provenance="observed", weeks=1
    )
    memory = remember(log, 10**5, Chance(0), frozenset())

    def mixed(private: bool) -> list[set[str]]:
        weeks = weeks_of(Walk(memory, 1.0, Chance(0), private=private))
        days = [[it for it in week if it.day == day] for week in weeks for day in range(7)]
        return [{it.device[:3] for it in day} for day in days if len(day) >= 6]

    assert {"Ove", "Lam"} in mixed(private=True)
    assert not [kinds for kinds in mixed(private=True) if "Fan" in kinds and len(kinds) > 1]
    assert all(len(kinds) == 1 for kinds in mixed(private=False))


def test_people_of_one_way_of_life_take_to_things_of_their_own() -> None:
    kinds = ("Lamp:on", "TV:on", "Kettle:on", "Blind:open")
    days = [evening(day, kind) for day in range(7) for kind in kinds]

    def often(who: int) -> list[int]:
        lived = Counter(it.action for week in weeks_of(walk(*days, who=who)) for it in week)
        return [lived[kind] for kind in kinds]

    one, same, other = often(1), often(1), often(2)
    assert one == same
    assert sum(abs(mine - its) for mine, its in zip(one, other, strict=True)) > 0.1 * sum(one)


def test_a_home_is_met_in_the_midst_of_its_weeks_and_nothing_follows_their_end() -> None:
    weeks = [
        tuple(
            done((at // 2 + number) % 7, at % 2 * 4 + number % 3, f"Thing{number}:{at}") for at in range(40)
        )
        for number in range(14)
    ]
    streams = {routine[0].device: [it.action for it in routine] for routine in weeks}
    log = Routines.of(weeks, source="homes", provenance="observed")
    ways = ways_of(pieces_of(log, frozenset(), Chance(0)), often=[20] * len(weeks))
    memory = memory_like(ways, 0, 0, 10_000)
    first = set()
    for seed in range(30):
        walked = Walk(memory, 1.0, Chance(0)).days(np.random.default_rng(seed))
        lived = [(day * 8 + it.slot, it) for day, today in enumerate(walked) for it in today]
        first.add(lived[0][1].action)
        for (time, one), (later, two) in pairwise(lived):
            known = streams[one.device]
            if one.action != known[-1]:
                assert two.action == known[known.index(one.action) + 1]
            else:
                assert later - time >= 40, "for days, nobody knows what came next"
    assert len(first) > 8


def test_few_windows_that_join_do_not_make_a_log_one_of_streams() -> None:
    pieces = pieces_of(a_log(), frozenset(), Chance(0))
    of = len(pieces.sequences)
    assert not ways_of(pieces, [2] * 10 + [1] * (of - 10)).streams
    assert ways_of(pieces, [1] * 10 + [2] * (of - 10)).streams


def test_pace_is_how_often_something_new_is_begun() -> None:
    routines = [evening(day, "Lamp:on", "Lamp:off") for day in range(7)]
    slow, usual, quick = (
        np.mean([len(week) for week in weeks_of(walk(*routines, pace=pace))]) for pace in (0.4, 1.0, 3.0)
    )
    assert slow < 0.8 * usual and usual < quick <= 2 * 7 / GOES_ON


def test_nothing_lives_longer_than_its_week() -> None:
    ever = tuple(done(day, slot, "Lamp:on") for day in range(7) for slot in (2, 6))
    for week in weeks_of(walk(ever, evening(2, *["TV:up"] * 9))):
        assert all(one.day * 8 + one.slot <= two.day * 8 + two.slot for one, two in pairwise(week))
        assert all(0 <= it.day < 7 for it in week)


def a_log() -> Routines:
    on, off = "Light:switch on", "Light:switch off"
    kinds = [(on, "Television:switch on", off), (on, "Television:switch off", on, off), (off, on)]
    routines = [evening((number + seen) % 7, *kinds[number % 3]) for number in range(30) for seen in range(2)]
    return Routines.of(routines, source="evenings", provenance="observed")


def _adults(one: Scenario) -> list[Profile]:
    return [who for who in one.residents if who.age >= 18]


def test_in_a_home_with_many_lamps_a_way_of_life_is_lived_in_its_order_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    a_log().write(tmp_path / "log.parquet")
    scenario = loaded(town(tmp_path, text=TOWN + "routines: log.parquet\n"))
    personas = Personas(CATALOGUE)
    one = next(it for it in (household(scenario, index) for index in range(12)) if len(_adults(it)) < 3)
    adult = _adults(one)[0]
    assert adult.memory is not None and adult.memory.like is not None and adult.memory.pace != 1.0
    assert sum(it.type == "Light" for it in one.home.devices.values()) > 1
    at_ease = one.model_copy(update={"days": 10, "physics": False})  # nobody answers to heat or cold
    events = asyncio.run(whole_life(at_ease, CATALOGUE, personas.of(at_ease), None, 0)).events
    own = [
        it for it in events
        if it.kind in BEHAVIOUR and it.cause == Basis.MEMORY and it.actor == adult.id and it.type != "Other"
    ]  # fmt: skip
    assert len(own) >= 6
    assert len({it.device for it in own if it.type == "Light"}) == 1, "of several, one always means the same"
    assert {it.action for it in own} <= {it.action for each in a_log().sequences() for it in each}
    idle = [it for it in events if it.kind in BEHAVIOUR and it.cause == Basis.IDLE and it.actor == adult.id]
    assert not [it for it in idle if it.type == "Television"], "of the television memory tells all"


def test_for_oneself_the_order_within_a_slot_is_the_logs_where_it_has_one_and_given_away_it_is_any() -> None:
    first, free = "Oven:on", [f"Device{number}:on" for number in range(7)]
    rng = np.random.default_rng(2)
    routines = [evening(0, first, *rng.permutation(free).tolist()) for _ in range(40)]
    memory = remember(
        Routines.of(routines, source="", provenance="observed", weeks=40), 10**5, 0, frozenset()
    )

    def begun(private: bool) -> float:
        anew = shuffled if private else Orders(memory).anew
        lived = [[it.action for it in anew(routines[0], rng)] for _ in range(50)]
        assert all(sorted(it) == sorted(lived[0]) for it in lived)
        assert len({tuple(it) for it in lived}) > 40
        return float(np.mean([it[0] == first for it in lived]))

    assert begun(private=False) > 0.8
    assert begun(private=True) < 0.4


def test_for_oneself_nothing_goes_on_as_another_and_short_slots_change_their_order(tmp_path: Path) -> None:
    few = [evening(0, *(f"{room}{number}:on" for number in range(3))) for room in ("Attic", "Cellar")]
    log = Routines.of(few, source="own", provenance="observed", weeks=1)
    memory = remember(log, 10**5, Chance(0), frozenset())
    orders, known = set(), {frozenset(it.action for it in routine) for routine in log.sequences()}
    for seed in range(40):
        for day in Walk(memory, 1.0, Chance(0), private=False).days(np.random.default_rng(seed)):
            if len({it.slot for it in day}) == 1 and len(day) == 3:
                assert frozenset(it.action for it in day) in known
                orders.add(tuple(it.action for it in day))
    assert len(orders) > 4
    log.write(tmp_path / "log.parquet")
    scenario = loaded(town(tmp_path, text=TOWN + "routines: log.parquet\nprivate: false\n"))
    adults = [who for index in range(6) for who in _adults(household(scenario, index))]
    assert adults and not any(who.memory is None or who.memory.private for who in adults)


def test_a_device_keeps_its_order_and_so_does_a_short_or_repeating_slot() -> None:
    pairs = evening(0, *(f"Device{number}:{what}" for number in range(4) for what in ("on", "off")))
    again = evening(1, *["Camera:notification", "Blind:open", "Blind:close"] * 4)
    log, rng = (
        Routines.of([pairs, again], source="", provenance="observed", weeks=1),
        np.random.default_rng(3),
    )
    assert all(shuffled(it, rng) == it for it in (pairs[:5], again))
    for anew in (shuffled, Orders(remember(log, 10**5, 0, frozenset())).anew):
        for _ in range(20):
            lived = [it.action for it in anew(pairs, rng)]
            assert all(lived.index(f"Device{at}:on") < lived.index(f"Device{at}:off") for at in range(4))
