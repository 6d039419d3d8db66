"""Habits of the AN logs are lived on AN's own devices, and what is done goes out under AN's ids."""

from dataset.vocabulary import Vocabulary
from scenarios.home import Home
from tests.stories import CATALOGUE, FLAT, a_house, a_memory, a_person, at, did, events, habits, watch
from world.audit import audit
from world.event import BEHAVIOUR

AN = Vocabulary.shipped("an")
LOGGED = (  # (device, action) ids as the logs have them: `heater` and `ac` stand for other devices
    ("bedlight1", "bedlight1_on"),
    ("heater", "bathheater_light_on"),
    ("kettle", "kettle_heat"),
    ("ac", "washing_machine_wash"),
    ("heater", "bathheater_light_off"),
    ("xiaodu_bulb", "xiaodu_bulb_on"),
)
PLACES = {
    "bedlight1": "bedroom", "bathheater": "bathroom", "kettle": "kitchen", "washing_machine": "bathroom",
    "xiaodu_bulb": "living", "heater": "living", "ac": "living",
}  # fmt: skip


def pair(device: str, action: str) -> tuple[int, int]:
    actions = [name.replace(":", "_") for name in AN.actions]
    return AN.device_ids[device], actions.index(action)


def test_imported_habits_happen_on_the_devices_that_they_mean() -> None:
    devices = {name: {"type": name, "room": room} for name, room in PLACES.items()}
    home = Home.model_validate({**FLAT.model_dump(mode="json", by_alias=True), "devices": devices})
    pairs = [pair(*logged) for logged in LOGGED]
    routine = [
        did(day, slot, AN.decode((day, slot, *ids)).action)
        for day in range(7)
        for slot, ids in zip((2, 2, 3, 4, 5, 6), pairs, strict=True)
    ]
    ann = a_person(memory=a_memory(routine), home=home)
    house = a_house(ann.profile, home=home)
    lived = events(watch(house, habits(ann), at(3, "00:00")))
    assert audit(lived, home, CATALOGUE.devices) == []
    done = [event for event in lived if event.kind in BEHAVIOUR]
    assert {event.device for event in done} >= {"bathheater", "kettle", "washing_machine", "bedlight1"}
    assert {AN.ids(event.type, event.action) for event in done} >= set(pairs)
    assert all(AN.knows(event.type, event.action) for event in done)
    ends = {event.action for event in done if event.cause == "programme"}
    assert ends == {"kettle:end", "washing_machine:finish"}
