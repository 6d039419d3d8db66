"""Would a person live so? What people see to without thinking: doors, screens, children, heat, the body."""

from datetime import timedelta
from itertools import pairwise

from agents.agenda import compose, draw
from agents.departing import OUTING, dressed
from agents.health import relieved
from agents.meals import MEALS
from agents.schedule import waking
from agents.sharing import dried
from agents.step import Step
from scenarios.building import generate
from scenarios.catalogue import load_catalogue
from scenarios.chance import Chance
from scenarios.home import Address
from scenarios.including import SHIPPED
from scenarios.resident import Profile
from scenarios.validating import load_climate, load_home
from tests.stories import (
    SUMMER,
    WINTER,
    a_house,
    a_person,
    account,
    at,
    doing,
    events,
    order,
    someone,
    told,
    watch,
)
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


def a_family() -> tuple[Profile, Profile]:
    """Ann and her son, who is four."""
    kin = [{"to": "ann", "kind": "parent"}]
    child = someone("max", age=4, role="child", relationships=kin)
    return someone("ann", relationships=[{"to": "max", "kind": "child"}]), child


def test_somebody_puts_the_set_on_for_a_small_child_and_off_again() -> None:
    film = doing("watch_television", "living", 30)
    minds = {"ann": told(IDLE), "max": told(film, doing("play", "bedroom", 1e4))}
    records = watch(a_house(*a_family()), minds, HOUR)
    used = [line.split(maxsplit=3)[1:] for line in account(records, Kind.COMMAND) if "television" in line]
    assert used == [["ann", "command", f"television switch {word}"] for word in ("on", "off")]
    child = [it for it in events(records) if it.actor == "max" and it.kind is Kind.ACTIVITY]
    assert [it.activity for it in child] == ["watch_television", "play"]
    off = next(it for it in events(records) if it.device == "television" and it.command == "switch off")
    assert 0 <= off.time - child[1].time < 2 * MINUTE
    assert [it.room for it in events(records) if it.actor == "ann"][-1] == "kitchen"  # back where she was


def test_nobody_switches_off_what_a_small_child_watches_and_where_nobody_is_up_it_plays() -> None:
    film = doing("watch_television", "living", 60)
    minds = {"ann": told(watching(20), IDLE), "max": told(film, doing("play", "bedroom", 1e4))}  # type: ignore[arg-type]
    records = watch(a_house(*a_family()), minds, 50 * MINUTE)
    assert not [it for it in events(records) if it.command == "switch off" and it.device == "television"]
    asleep = {"ann": told(doing("sleep", "bedroom", 300, asleep=True)), "max": told(film)}
    records = watch(a_house(*a_family()), asleep, HOUR)
    assert {it.activity for it in events(records) if it.actor == "max" and it.activity} == {"play"}


def test_windows_are_shut_while_it_is_hotter_outdoors() -> None:
    home = load_home(SHIPPED / "homes" / "madrid_flat.yaml")
    airs = doing("potter", "kitchen", 60, order("kitchen_window", "open"))
    minds = {"ann": told(doing("sleep", "bedroom", 300, asleep=True), airs, doing("read", "living", 1e4))}
    records = watch(a_house(someone(), start=SUMMER, home=home), minds, 20 * HOUR)
    (shut,) = [it for it in events(records) if it.device == "kitchen_window" and it.command == "close"]
    assert (shut.cause, shut.activity) == (Basis.REFLEX, "read")
    assert 8 * HOUR < shut.time < 15 * HOUR
    cool = watch(a_house(someone(), start=SUMMER - timedelta(days=120), home=home), minds, 20 * HOUR)
    assert not [it for it in events(cool) if it.command == "close"]


def test_kitchens_of_made_up_homes_are_warm_in_winter() -> None:
    climate = load_climate(SHIPPED / "climates" / "oslo.yaml")
    place = Address(latitude=59.91, longitude=10.75, zone="Europe/Oslo")
    home = generate(["Thermostat", "Light"], 4, climate, place, Chance(3))
    house = a_house(someone(), start=WINTER, home=home)
    watch(house, {"ann": told(doing("read", "living", 1e4))}, 30 * HOUR)
    rooms = {name: it.kind for name, it in home.rooms.items() if it.kind in ("kitchen", "toilet", "hall")}
    assert "kitchen" in rooms.values()
    assert all(house.physics.temperature(name, house.env.now) > 17 for name in rooms)


def test_who_goes_out_alone_puts_on_a_coat_and_takes_it_off() -> None:
    ann = a_person(someone())

    def step(activity: str, room: str, start: str, end: str) -> Step:
        return Step(at(0, start), at(0, end), activity, room, Basis.INTENT)

    read, walk = step("read", "living", "09:00", "10:00"), step("go_out", "outside", "10:00", "11:00")
    day = dressed(ann, [read, walk, step("read", "living", "12:00", "13:00")])
    assert [it.activity for it in day] == ["read", "leave_home", "go_out", "come_home", "read"]
    assert all(one.end <= two.start for one, two in pairwise(day))
    coat = step("leave_home", "hall", "09:57", "10:00")
    assert [it.activity for it in dressed(ann, [coat, walk])] == ["leave_home", "go_out", "come_home"]
    assert dressed(ann, [walk._replace(end=at(0, "10:15"))]) == [walk._replace(end=at(0, "10:15"))]


def test_who_goes_out_to_pass_the_time_does_so_in_a_coat() -> None:
    ann = a_person(someone(tastes=("walking", "friends", "hiking")))
    days = [draw(ann, waking(ann, day)) for day in range(60)]
    out = [
        (before.activity, after.activity)
        for day in days
        for before, it, after in zip(day, day[1:], day[2:], strict=False)
        if it.activity == "go_out" and it.basis is Basis.IDLE and it.minutes >= OUTING / MINUTE
    ]
    assert len(out) > 3
    assert set(out) == {("leave_home", "come_home")}


def test_the_old_watch_more() -> None:
    known = load_catalogue().activities["watch_television"]
    assert known.idle_at(30) == known.idle_at(64) < known.idle_at(65)
