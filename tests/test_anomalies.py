"""Anomalies: written in YAML, acted out in the house, labelled, and gone without a trace in the twin."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dataset.manifest import read_manifest
from dataset.store import read_table
from dataset.twins import ALIKE, Compared, Twins, compare, compare_rows
from scenarios.anomaly import Anomaly
from scenarios.anomaly_kinds import KINDS
from scenarios.chance import Chance
from scenarios.errors import UserError
from scenarios.home import Home
from scenarios.loading import load_scenario
from scenarios.population_draw import household
from scenarios.problems import ScenarioError
from scenarios.scenario import Happening, PopulationScenario
from tests.command import THINKER
from tests.command import said as sim
from tests.stories import CATALOGUE, FLAT, QUICKSTART, ROOT, lived
from tests.stub_server import stub_server
from world.anomaly.planning import windows_of
from world.anomaly.window import Window
from world.clock import Clock
from world.event import Kind
from world.layout import Layout

HOME = """
name: odd
start: 2026-01-12
days: 3
home: {include: homes/two_room_flat.yaml}
residents:
  - {include: profiles/office_worker.yaml, id: anna, name: Anna}
anomalies:
"""


def refused(tmp_path: Path, *anomalies: str) -> list[str]:
    """What is said of these anomalies, a line each."""
    file = tmp_path / "odd.yaml"
    file.write_text(HOME + "".join(f"  - {{{it}}}\n" for it in anomalies), encoding="utf-8")
    try:
        load_scenario(file)
    except ScenarioError as error:
        return [f"{it.where}: {it.message}" for it in error.problems]
    return []


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("kind: light_fliker, day: 1", "no kind of anomaly 'light_fliker'; did you mean 'light_flicker'?"),
        ("kind: light_flicker", "needs a `day`, or `every`, or a `share` of the days"),
        ("kind: light_flicker, day: 9", "day 9 comes after the last day, 2"),
        ("kind: light_flicker, day: 1, device: livin_lamp", "did you mean 'living_lamp'?"),
        ("kind: light_flicker, day: 1, device: television", "is not a light that can be switched on and off"),
        ("kind: light_flicker, day: 1, who: anna", "is about nobody in particular"),
        ("kind: light_flicker, every: 1, share: 0.2", "either `every` so many days or on a `share` of them"),
        ("kind: light_flicker, day: 1, until: 2", "say how often it comes until then"),
        ("kind: light_flicker, every: 1, day: 2, until: 1", "ends on day 1, before it begins on day 2"),
        ("kind: light_flicker, day: 1, at: '25:00'", "expected a time of day"),
        ("kind: light_flicker, day: 1, difficulty: eazy", "did you mean 'easy'?"),
        ("kind: light_flicker, share: 1.5", "expected 1 or less"),
        ("kind: light_flicker, day: 1, minutes: .inf", "finite number"),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(tmp_path: Path, written: str, said: str) -> None:
    (problem,) = refused(tmp_path, written)
    assert problem.startswith("anomalies.0")
    assert said in problem


SMARTGUARD = tuple(name for name, kind in KINDS.items() if kind.family in ("SD", "MD", "DM", "DD"))


def written(tmp_path: Path, days: int, *anomalies: str, home: str = "fr_home") -> Path:
    """A scenario of two people with these anomalies."""
    people = "  - {include: profiles/freelancer.yaml, id: ben, name: Ben}\n"
    text = HOME.replace("two_room_flat", home).replace("days: 3", f"days: {days}")
    file = tmp_path / "odd.yaml"
    file.write_text(
        text.replace("anomalies:", f"{people}anomalies:") + "".join(map("  - {{{}}}\n".format, anomalies))
    )
    return file


@pytest.fixture(scope="module", params=["easy", "hard"])
def ten(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Three weeks with SmartGuard's ten, two days apart, and their clean twin."""
    folder = tmp_path_factory.mktemp(request.param)
    anomalies = [
        f"kind: {kind}, day: {2 * number + 1}, difficulty: {request.param}"
        for number, kind in enumerate(SMARTGUARD)
    ]
    run, twin = folder / "run", folder / "run-twin"
    assert sim(written(folder, 22, *anomalies), "--mind", "habit", "--out", run).code == 0
    told = sim("twin", run)
    assert told.code == 0, told.out + told.err
    assert "every difference is labelled, or lies within a window" in told.out
    return run, twin


def test_without_the_ten_the_same_people_live_the_same_weeks(ten: tuple[Path, Path]) -> None:
    found = compare(*ten)
    assert [it.window["kind"] for it in found.windows] == list(SMARTGUARD)
    assert found.clean, found.strays[:5]
    acted = [it.window["kind"] for it in found.windows if it.labelled]
    least = 10 if found.windows[0].window["difficulty"] == "easy" else 6  # a fitting moment may never come
    assert len(acted) >= least, acted
    assert not any(it.shared for it in found.windows), "labels what would have happened anyhow"
    assert read_manifest(ten[1]).anomalies == ()
    assert not any(read_table(ten[1], "oracle")["anomaly"].to_pylist())


def test_labels_lie_in_their_windows_and_are_no_part_of_what_is_observed(ten: tuple[Path, Path]) -> None:
    windows = {it["anomaly"]: it for it in read_manifest(ten[0]).anomalies}
    for row in read_table(ten[0], "oracle").to_pylist():
        if row["anomaly"]:
            window = windows[row["anomaly"]]
            start, end = (datetime.fromisoformat(window[key]) for key in ("start", "end"))
            late = timedelta(hours=3 if window["kind"] == "shower_too_long" else 1)  # what began in it ends
            assert start <= row["time"] <= end + late, row
    assert "anomaly" not in read_table(ten[0], "events").column_names


def test_it_is_harder_with_fewer_commands(tmp_path: Path) -> None:
    flat = QUICKSTART.model_copy(update={"days": 2, "happenings": ()})
    counts = []
    for difficulty in ("easy", "medium", "hard"):
        anomaly = Anomaly(kind="light_flicker", day=1, difficulty=difficulty, device="hall_lamp")
        events = lived(flat.model_copy(update={"anomalies": (anomaly,)}), {}).events
        labelled = [it for it in events if it.anomaly]
        assert {it.device for it in labelled if it.kind is Kind.COMMAND} == {"hall_lamp"}
        counts.append(len(labelled))
    assert counts[0] > counts[1] > counts[2] > 0


def test_another_anomaly_moves_none_that_was_there(tmp_path: Path) -> None:
    flat = QUICKSTART.model_copy(update={"days": 6, "happenings": ()})
    clock, layout = Clock(flat.start, flat.home.address.zone), Layout(flat.home, CATALOGUE)
    often, once = Anomaly(kind="light_flicker", share=0.5), Anomaly(kind="shower_too_long", day=3)

    def planned(*anomalies: Anomaly) -> list[Window]:
        scenario = flat.model_copy(update={"anomalies": anomalies})
        return list(windows_of(scenario, layout, clock, Chance(7)))

    alone, both = planned(often), planned(often, once)
    assert 0 < len(alone) < 6
    assert [it for it in both if it.kind == "light_flicker"] == alone


def test_rules_that_answer_an_anomaly_are_labelled_with_it(tmp_path: Path) -> None:
    rule = {
        "when": [{"device": "hall_lamp", "attribute": "switch", "becomes": "on"}],
        "then": [{"device": "living_lamp", "command": "switch on"}],
    }
    home = Home.model_validate({**FLAT.model_dump(mode="json"), "automations": {"follow": rule}})
    flat = QUICKSTART.model_copy(update={"days": 1, "happenings": (), "home": home})
    anomaly = Anomaly(kind="light_flicker", day=0, device="hall_lamp")
    events = lived(flat.model_copy(update={"anomalies": (anomaly,)}), {}).events
    assert {it.anomaly for it in events if it.cause == "automation:follow"} >= {"light_flicker#0"}


def test_a_fault_is_an_anomaly_whether_it_is_drawn_or_happens(tmp_path: Path) -> None:
    stuck = {"day": 0, "at": "08:00", "kind": "sensor_failure", "device": "hall_motion", "minutes": 300}
    fault = Anomaly(kind="sensor_failure", day=1, at="08:00", device="hall_motion", difficulty="easy")
    flat = QUICKSTART.model_copy(
        update={"days": 2, "happenings": (Happening.model_validate(stuck),), "anomalies": (fault,)}
    )
    home = lived(flat, {})
    lost = [it for it in home.events if it.kind is Kind.LOST and it.cause == "failure"]
    assert {it.anomaly for it in lost} == {"sensor_failure#0", "sensor_failure#1"}
    assert [it.id for it in home.windows] == ["sensor_failure#0", "sensor_failure#1"]


def test_in_a_population_whoever_has_what_it_takes_is_befallen(tmp_path: Path) -> None:
    street = load_scenario(ROOT / "scenarios" / "population.yaml").model_copy(
        update={"anomalies": (Anomaly(kind="camera_flicker", share=0.5),), "days": 4}
    )
    having, counts = [], []
    for index in range(6):
        home = household(street, index)
        layout = Layout(home.home, CATALOGUE)
        clock = Clock(home.start, home.home.address.zone)
        windows = windows_of(home, layout, clock, Chance(street.seed).branch("household", index))
        having.append(any(place.type == "Camera" for place in home.home.devices.values()))
        counts.append(len(windows))
        assert all(home.home.devices[it.devices[0]].type == "Camera" for it in windows)
    assert all(has or not count for has, count in zip(having, counts, strict=True))
    with pytest.raises(ValueError, match="no two households of a population are alike"):
        PopulationScenario.model_validate(
            {
                **street.model_dump(mode="json"),
                "anomalies": [{"kind": "light_flicker", "day": 1, "device": "x"}],
            }
        )


def test_a_run_without_anomalies_has_no_twin(tmp_path: Path) -> None:
    file = written(tmp_path, 1, "kind: light_flicker, day: 0")
    file.write_text(file.read_text().partition("anomalies:")[0])
    assert sim(file, "--mind", "habit", "--out", tmp_path / "run").code == 0
    told = sim("twin", tmp_path / "run")
    assert told.code == 2
    assert "has no anomalies: it would be its own twin" in told.err
    assert not (tmp_path / "run-twin").exists()


def test_the_twin_asks_a_model_only_what_it_has_not_answered(tmp_path: Path) -> None:
    file = tmp_path / "thinker.yaml"
    file.write_text(THINKER + "anomalies:\n  - {kind: shower_too_long, day: 1, who: cleo}\n")
    with stub_server() as stub:
        told = sim(file, "--base-url", stub.url, "--out", tmp_path / "run")
        assert told.code == 0, told.err
        paid = stub.calls
        told = sim("twin", tmp_path / "run", "--out", tmp_path / "clean")
        assert told.code == 0, told.out + told.err
        assert stub.calls - paid < paid / 2
    assert compare(tmp_path / "run", tmp_path / "clean").clean


def test_what_is_no_twin_is_not_compared(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    file = written(tmp_path, 1, "kind: light_flicker, day: 0")
    for folder, seed in ((one, 1), (other, 2)):
        assert sim(file, "--mind", "habit", "--seed", seed, "--out", folder).code == 0
    with pytest.raises(UserError, match="no twin of"):
        compare(one, other)


def test_what_was_set_in_answer_is_a_consequence_as_long_as_it_stays() -> None:
    """A setpoint that came to differ in a window explains what differs weeks later; another does not."""
    start = datetime.fromisoformat("2026-07-01T00:00:00+00:00")

    def row(day: float, device: str, command: str, value: str, anomaly: str = "") -> dict[str, object]:
        time, kind = start + timedelta(days=day), "reading" if command == "temperature" else "command"
        given = {"time": time, "time_ms": int(day * 86_400_000), "kind": kind, "device": device}
        return {**dict.fromkeys(ALIKE, ""), **given, "command": command, "value": value, "anomaly": anomaly}

    cooler = ("cooler", "setCoolingSetpoint")
    window = {"anomaly": "odd#0", "start": str(start), "end": str(start), "over": str(start + timedelta(1))}
    warm, cool = row(20, "thermometer", "temperature", "24"), row(20, "thermometer", "temperature", "21")
    found = Twins([Compared(window)])
    compare_rows("", [row(0.5, *cooler, "22"), warm], [row(0.5, *cooler, "20"), cool], found.windows, found)
    assert found.clean
    assert [(it.device, it.here, it.there, count) for it, count in found.stayed.items()] == [
        ("cooler", "22", "20", 2)
    ]
    same_again = row(9, *cooler, "22")
    found = Twins([Compared(window)])
    compare_rows("", [row(0.5, *cooler, "22"), same_again, warm], [row(0.5, *cooler, "20"), same_again, cool],
                 found.windows, found)  # fmt: skip
    assert [it.event[6] for it in found.strays] == ["temperature", "temperature"]
    found = Twins([Compared(window)])
    compare_rows("", [row(5, *cooler, "22"), warm], [row(5, *cooler, "20"), cool], found.windows, found)
    assert len(found.strays) == 4


def test_a_setting_that_never_agrees_again_does_not_excuse_what_it_cannot_reach() -> None:
    """Weeks later the front door is locked in one life only, while a cooler is set to another value."""
    start = datetime.fromisoformat("2026-07-01T00:00:00+00:00")

    def row(day: float, room: str, device: str, command: str, value: str = "") -> dict[str, object]:
        given = {"time": start + timedelta(days=day), "time_ms": int(day * 86_400_000), "kind": "command"}
        named = {"room": room, "device": device, "command": command, "value": value, "anomaly": ""}
        return {**dict.fromkeys(ALIKE, ""), **given, **named}

    window = {"anomaly": "odd#0", "start": str(start), "end": str(start), "over": str(start + timedelta(1))}
    found, cooler = Twins([Compared(window)]), ("bedroom", "cooler", "setCoolingSetpoint")
    answer, leak = row(20, "bedroom", "fan", "on"), row(20, "hall", "front_door_lock", "lock")
    compare_rows("", [row(0.5, *cooler, "22"), answer, leak], [row(0.5, *cooler, "20")], found.windows, found)
    assert [it.event[4] for it in found.strays] == ["front_door_lock"]
    assert sum(found.stayed.values()) == 1
