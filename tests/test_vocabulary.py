"""Five vocabularies: every device and action has a type and a command, and keeps its ids both ways."""

import json
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dataset.exporters.ids import look_up
from dataset.exporters.mapping import Mapped
from dataset.importing import import_routines
from dataset.routines import Behaviour
from dataset.vocabulary import SHIPPED, Vocabulary
from scenarios.catalogue import load_catalogue
from scenarios.errors import UserError
from world.devices import Device

DATA = Path(os.environ.get("HOMEFOLK_DATA", Path(__file__).parents[1] / "../shared/data"))
NAMES = ("an", "fr", "kr", "sp", "us")
SIZES = {"an": (37, 141), "fr": (33, 222), "kr": (38, 272), "sp": (34, 234), "us": (40, 268)}
TYPES = load_catalogue().devices
UNUSED = {"xiaodu-bulb", "water_cooler"}  # AN's list names the bulb and the cooler twice, its actions once

vocabularies = pytest.mark.parametrize("name", NAMES)
needs_logs = pytest.mark.skipif(not DATA.is_dir(), reason="the real logs are not here (HOMEFOLK_DATA)")


def own(action: str) -> str:
    return action.partition(":")[0]


@vocabularies
def test_every_device_and_action_is_in_the_catalogue(name: str) -> None:
    words = Vocabulary.shipped(name)
    assert words.sizes[2:] == SIZES[name]
    assert set(words.devices) - TYPES.keys() == (UNUSED if name == "an" else set())
    for action in words.actions:
        kind, _, command = action.partition(":")
        assert command in TYPES[kind].commands, action
    assert {own(action) for action in words.actions} == set(words.devices) - UNUSED


@vocabularies
def test_what_a_fresh_device_does_is_exported_to_the_id_it_came_from(name: str) -> None:
    """Each action: given on a device as far as its state allows, and back to the numbers of the log."""
    words = Vocabulary.shipped(name)
    for number, action in enumerate(words.actions):
        device = Device("it", TYPES[own(action)], "living")
        logged = Behaviour(2, 6, device.type.type, f"{device.type.type}:{action.partition(':')[2]}")
        assert logged.action == action
        assert words.encode(logged)[3] == number
        assert words.decode(words.encode(logged)) == logged


@vocabularies
def test_any_pair_of_ids_comes_back_as_it_was(name: str) -> None:
    """Even a device with another's action, which only a forged log holds."""
    words = Vocabulary.shipped(name)
    for device in range(len(words.devices)):
        for action in range(len(words.actions)):
            ids = (0, 0, device, action)
            assert words.encode(words.decode(ids)) == ids


@vocabularies
def test_the_exporter_finds_the_ids_that_encoding_finds(name: str) -> None:
    words = Vocabulary.shipped(name)
    actions = pa.chunked_array([[*words.actions, "Kettle:boil", "Light:swich on"]])
    found = look_up(actions, Mapped(words))
    behaviours = [Behaviour(0, 0, own(action), action) for action in words.actions]
    assert found[:-2].tolist() == [list(words.encode(behaviour)[2:]) for behaviour in behaviours]
    assert found[-2:, 1].tolist() == [-1, -1]


def test_an_names_the_first_device_that_occurs_in_the_action() -> None:
    words = Vocabulary.shipped("an")
    raw = json.loads((SHIPPED / "an.json").read_text(encoding="utf-8"))
    for number, action in raw["action"].items():
        device = words.encode(Behaviour(0, 0, own(words.actions[int(number)]), words.actions[int(number)]))[2]
        assert device == min(int(it) for it, text in raw["device"].items() if text in action)
    assert words.stand_ins["bathheater:light_on"] == "heater"
    assert words.stand_ins["washing_machine:wash"] == "ac"
    assert "heater:on" not in words.stand_ins


def test_what_smartgen_renames_is_the_same() -> None:
    words = Vocabulary.shipped("an")
    assert words.encode(Behaviour(0, 0, "airconditioner", "ac:on")) == words.encode(
        Behaviour(0, 0, "ac", "ac:on")
    )


def test_only_what_is_shipped_has_a_name() -> None:
    assert sorted(path.stem for path in SHIPPED.glob("*.json")) == sorted(NAMES)
    with pytest.raises(UserError, match="only an, fr, kr, sp, us"):
        Vocabulary.shipped("de")


# The real ones


@needs_logs
@vocabularies
def test_the_shipped_facts_are_those_of_the_sources(name: str) -> None:
    shipped = json.loads((SHIPPED / f"{name}.json").read_text(encoding="utf-8"))
    source = json.loads((DATA / "vocab" / f"{name}.json").read_text(encoding="utf-8"))
    assert shipped == {key: source[key] for key in shipped}
    assert shipped.keys() == {"dataset", "day", "hour_bucket", "device", "action"}


@needs_logs
@pytest.mark.parametrize("name", ["an", "fr"])
def test_every_row_of_the_real_logs_has_a_device_that_can_do_it_and_returns_to_its_ids(name: str) -> None:
    words = Vocabulary.shipped(name)
    for part in ("trn", "vld", "test"):
        path = DATA / "raw_10x5" / f"{name}_{part}.parquet"
        routines = import_routines("smartsense", path, words).routines
        table = pq.read_table(path).sort_by([("seq_id", "ascending"), ("pos", "ascending")])
        pairs = np.stack([np.asarray(table["device"]), np.asarray(table["action"])], axis=1)
        assert look_up(routines.table["action"].cast(pa.string()), Mapped(words)).tolist() == pairs.tolist()
        assert routines.table["device"].to_pylist() == [
            own(it) for it in routines.table["action"].to_pylist()
        ]
        assert {own(it) for it in routines.table["action"].unique().to_pylist()} <= TYPES.keys()
