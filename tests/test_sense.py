"""Would a person live so? What people see to without thinking: doors, screens, children, heat, the body."""

from agents.agenda import compose
from agents.health import relieved
from agents.meals import MEALS
from agents.schedule import waking
from agents.sharing import dried
from agents.step import Step
from scenarios.catalogue import load_catalogue
from scenarios.including import SHIPPED
from scenarios.validating import load_home
from tests.stories import SUMMER, a_house, a_person, account, at, doing, events, order, someone, told, watch
from world.clock import HOUR, MINUTE
from world.event import Kind
from world.layout import Layout
from world.mind import Basis

ON = order("television", "switch on")._replace(unless_so=True)
OFF = order("television", "switch off")._replace(unless_so=True)
IDLE = doing("potter", "kitchen", 1e4)


def watching(minutes: float) -> object:
    return doing("watch_television", "living", minutes, ON, OFF.at(round(minutes * MINUTE)))


def test_of_two_who_watch_one_switches_on_and_the_last_one_off() -> None:
    minds = {"ann": told(watching(20), IDLE), "ben": told(doing("wrap_up", "hall", 5), watching(40), IDLE)}  # type: ignore[arg-type]
    records = watch(a_house(someone("ann"), someone("ben")), minds, HOUR)
    used = [line for line in account(records, Kind.COMMAND) if "television" in line]
    assert used == ["00:00 ann command television switch on", "00:45 ben command television switch off"]


def test_the_door_is_unlocked_to_go_out_and_the_last_one_out_locks_it() -> None:
    out = doing("away", "outside", 10)
    minds = {"ann": told(out, IDLE), "ben": told(doing("read", "living", 5), out, IDLE)}
    records = watch(a_house(someone("ann"), someone("ben")), minds, HOUR)
    used = [line.split()[1:] for line in account(records, Kind.COMMAND) if "door_lock" in line]
    assert [(it[0], it[-1]) for it in used][:3] == [("ann", "unlock"), ("ben", "lock"), ("ann", "unlock")]


def test_a_child_that_is_cared_for_is_there_and_sleeps_on_afterwards() -> None:
    small = someone("mia", age=1, role="child", relationships=[{"to": "ann", "kind": "parent"}])
    parent = someone("ann", relationships=[{"to": "mia", "kind": "child"}])
    minds = {
        "ann": told(doing("read", "living", 10), doing("care_for_child", "bedroom", 20), IDLE),
        "mia": told(doing("sleep", "bedroom", 120, asleep=True)),
    }
    records = watch(a_house(parent, small), minds, HOUR)
    done = [it.activity for it in events(records) if it.actor == "mia" and it.kind is Kind.ACTIVITY]
    assert done == ["sleep", "be_cared_for", "sleep"]


def test_a_hot_bedroom_is_seen_to_before_sleep() -> None:
    hot = someone(comfort={"temperature": (10.0, 15.0)})
    mind = told(doing("read", "living", 10), doing("sleep", "bedroom", 300, asleep=True))
    records = watch(a_house(hot, start=SUMMER), {"ann": mind}, 2 * HOUR)
    (asleep,) = [it for it in events(records) if it.activity == "sleep" and it.kind is Kind.ACTIVITY]
    before = [it for it in events(records) if it.room == "bedroom" and it.device and it.time <= asleep.time]
    assert before
    assert {it.cause for it in before} == {Basis.REFLEX}


def test_people_go_to_the_toilet_every_few_hours_and_who_lives_by_a_log_as_it_says() -> None:
    ann = a_person(someone(schedule={"wake": "07:00", "bed": "23:00"}))
    times = [len(relieved(ann, waking(ann, day), ())) for day in range(30)]
    assert min(times) >= 4
    assert 5.5 <= sum(times) / 30 <= 8
    agenda = compose(ann, waking(ann, 1), ())
    assert sum(it.activity == "use_toilet" for it in agenda) >= 4


def test_the_washing_is_hung_up_when_the_machine_has_done() -> None:
    def step(activity: str, start: str) -> Step:
        return Step(at(0, start), at(0, start) + 10 * MINUTE, activity, "bathroom", Basis.MEMORY)

    _, hung = dried(a_person(someone()), [step("laundry", "10:00"), step("hang_laundry", "10:30")])
    assert hung.start == at(0, "10:10") + 110 * MINUTE


def test_nobody_works_in_the_room_of_another() -> None:
    layout = Layout(load_home(SHIPPED / "homes" / "london_terrace.yaml"), load_catalogue())
    ann, strange = someone(bedroom="bedroom"), {"child_room"}
    assert strange <= layout.home.rooms.keys()
    used = {
        name
        for name, activity in layout.catalogue.activities.items()
        if strange & set(layout.rooms_for(activity, ann, "living"))
    }
    assert used == {"care_for_child", "put_to_bed"}


def test_a_late_dinner_is_a_meal_together_too() -> None:
    dinner = MEALS[-1]
    assert dinner.window[0] <= 21 * 60 + 30 <= dinner.window[1]
