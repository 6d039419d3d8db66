"""A home played to a real MQTT broker: whole, in order, through the broker's death; and to Home Assistant."""

import csv
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from socket import create_connection, socket
from typing import Any

import pytest

from dataset.exporters.home_assistant_states import entities
from dataset.exporting import export_run
from dataset.live.broker import PASSWORD, USER, Address, read_address
from dataset.live.discovery import KINDS, Names, configs
from dataset.live.stream import Pace, read_speed
from dataset.store import read_table
from scenarios.catalogue import load_catalogue
from scenarios.errors import UserError
from scenarios.home import Home
from scenarios.loading import load_scenario
from tests.command import QUICKSTART, ended, said, start

MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
needs_broker = pytest.mark.skipif(MOSQUITTO is None, reason="no mosquitto here (Debian: mosquitto)")
HOME = "homefolk_quickstart_h00000"
OPEN = ("allow_anonymous true",)
REMEMBERS = (*OPEN, "persistence true")  # what it was told, if it ends well
SAVES = (*REMEMBERS, "autosave_interval 1", "autosave_on_changes true")  # each message, whatever ends it


@pytest.fixture(scope="module")
def day_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of the flat: enough where only the way there counts."""
    out = tmp_path_factory.mktemp("runs") / "day"
    told = said(QUICKSTART, "--mind", "habit", "--days", 1, "--out", out)
    assert told.code == 0, told.err
    return out


@dataclass
class Mosquitto:
    """A real broker in a folder of its own, at a port of its own."""

    folder: Path
    port: int
    settings: tuple[str, ...]
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def begin(self) -> None:
        lines = [
            "user root", f"listener {self.port} 127.0.0.1", *self.settings, "max_inflight_messages 0",
            "max_queued_messages 0", f"persistence_location {self.folder}/",
        ]  # fmt: skip
        (self.folder / "mosquitto.conf").write_text("\n".join(lines))
        with (self.folder / "log").open("ab") as log:
            command = [str(MOSQUITTO), "-c", str(self.folder / "mosquitto.conf")]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(self.answers)

    def answers(self) -> bool:
        try:
            create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(10)


@dataclass
class Listener:
    """A real subscriber that the broker knows again when it comes back."""

    port: int
    topic: str
    messages: list[tuple[str, str]] = field(default_factory=list)

    def __enter__(self) -> "Listener":
        mqtt = pytest.importorskip("paho.mqtt.client", reason="no paho-mqtt here")
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "listener", clean_session=False)
        self.client.on_connect = lambda client, *_: client.subscribe(self.topic, qos=1)
        self.ready = False
        self.client.on_subscribe = self._on_subscribe
        self.client.on_message = lambda _c, _d, it: self.messages.append((it.topic, it.payload.decode()))
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("127.0.0.1", self.port)
        self.client.loop_start()
        wait_until(lambda: self.ready)
        return self

    def _on_subscribe(self, *_: Any) -> None:
        self.ready = True

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def last(self) -> dict[str, str]:
        return dict(self.messages)


def wait_until(found: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)


def free_port() -> int:
    """One below those that systems give away, so that nobody is given it before the broker has it."""
    for port in range(20_000 + os.getpid() % 8_000, 32_000):
        with closing(socket()) as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


@contextmanager
def broker(folder: Path, *settings: str) -> Iterator[Mosquitto]:
    folder.mkdir()
    one = Mosquitto(folder, free_port(), settings or OPEN)
    one.begin()
    try:
        yield one
    finally:
        one.end(signal.SIGKILL)


@needs_broker
def test_every_event_arrives_in_order_though_the_broker_dies(day_run: Path, tmp_path: Path) -> None:
    events = read_table(day_run, "events").to_pylist()
    with broker(tmp_path / "mq", *SAVES) as mosquitto, Listener(mosquitto.port, f"{HOME}/events") as listener:
        playing = start(
            "stream", day_run, "--mqtt", mosquitto.address, "--speed", "20000x", "--once", cwd=tmp_path
        )
        for share, how in ((0.2, signal.SIGKILL), (0.5, signal.SIGTERM)):  # seconds before the day is over
            wait_until(lambda share=share: len(listener.messages) > share * len(events))
            mosquitto.end(how)
            time.sleep(0.3)
            mosquitto.begin()
        told = ended(playing)
        assert (told.code, told.out) == (0, f"{len(events)} events told\n"), told.err
        assert told.err.count("is gone") == told.err.count("is back after") == 2
        wait_until(lambda: json.loads(listener.messages[-1][1])["id"] == events[-1]["id"])
    heard = [json.loads(payload) for _, payload in listener.messages]
    # a broker that was killed tells again what it does not know to have told: ids say so
    once = list({row["id"]: row for row in heard}.values())
    assert [row["id"] for row in once] == [row["id"] for row in events]
    for row, event in zip(once, events, strict=True):
        for key in ("kind", "device", "type", "room", "command", "value", "household"):
            assert row[key] == event[key]


@needs_broker
def test_who_comes_later_finds_the_home_as_the_export_leaves_it(day_run: Path, tmp_path: Path) -> None:
    with broker(tmp_path / "mq", *REMEMBERS) as mosquitto:
        told = said("stream", day_run, "--mqtt", mosquitto.address, "--speed", "max", "--once")
        assert told.code == 0, told.err
        mosquitto.end()
        mosquitto.begin()
        with Listener(mosquitto.port, "#") as listener:
            wait_until(lambda: f"{HOME}/availability" in listener.last())
            time.sleep(0.3)
    found = listener.last()
    assert found[f"{HOME}/availability"] == "offline"  # nobody plays it any more
    announced = [json.loads(text) for topic, text in found.items() if topic.startswith("homeassistant/")]
    assert len({it["unique_id"] for it in announced}) == len(announced)
    assert f"{len(announced)} entities as {HOME} at {mosquitto.address}" in told.err
    export_run(day_run, "homeassistant", tmp_path / "export")
    with (tmp_path / "export" / "h00000" / "history.csv").open() as file:
        history = {row["entity_id"]: row["state"] for row in csv.DictReader(file)}
    shown = {
        topic.removeprefix(f"{HOME}/").removesuffix("/state").replace("/", "."): text
        for topic, text in found.items()
        if topic.endswith("/state")
    }
    pressed = {it for it in history if it.startswith(("event.", "button.", "scene."))}
    cleaner = shown["vacuum.robot_cleaner"]
    assert shown | {"vacuum.robot_cleaner": json.loads(cleaner)["state"]} == {
        name: state for name, state in history.items() if name not in pressed
    }


@needs_broker
def test_a_stream_that_dies_or_is_stopped_leaves_the_home_offline(day_run: Path, tmp_path: Path) -> None:
    with broker(tmp_path / "mq") as mosquitto, Listener(mosquitto.port, f"{HOME}/#") as listener:

        def said_of_itself() -> str | None:
            return listener.last().get(f"{HOME}/availability")

        command = ("stream", day_run, "--mqtt", mosquitto.address, "--speed")
        killed = start(*command, "1x", cwd=tmp_path)
        wait_until(lambda: said_of_itself() == "online")
        killed.kill()
        assert ended(killed).code == -signal.SIGKILL
        wait_until(lambda: said_of_itself() == "offline")
        playing = start(*command, "max", cwd=tmp_path)
        first = f'"id":{read_table(day_run, "events")["id"][0]},'
        wait_until(lambda: sum(first in text for _, text in listener.messages) == 2)  # its days begin anew
        assert said_of_itself() == "online"
        playing.send_signal(signal.SIGINT)
        stopped = ended(playing)
        assert (stopped.code, stopped.sentence) == (130, "stopped; the home is offline")
        wait_until(lambda: said_of_itself() == "offline")


@needs_broker
def test_a_password_comes_from_the_environment_and_goes_nowhere(
    day_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = subprocess.run(
        ["mosquitto_passwd", "-b", "-c", str(tmp_path / "users"), "hal", "open-the-doors"], check=False
    )
    assert hashed.returncode == 0
    with broker(tmp_path / "mq", "allow_anonymous false", f"password_file {tmp_path / 'users'}") as mosquitto:
        command = ("stream", day_run, "--mqtt", mosquitto.address, "--speed", "max", "--once")
        monkeypatch.setenv(USER, "hal")
        for password, code in (("wrong-word", 2), ("open-the-doors", 0)):
            monkeypatch.setenv(PASSWORD, password)
            told = said(*command)
            assert told.code == code, told.err
            assert password not in told.err + told.out
            assert code == 0 or "refuses (not authorized); user and password are those in" in told.sentence
        assert "open-the-doors" not in (mosquitto.folder / "log").read_text()


@needs_broker
@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_tls_by_a_certificate_that_is_trusted_and_by_none_that_is_not(
    day_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    settings = (f"certfile {certificate}", f"keyfile {key}", "allow_anonymous true")
    with broker(tmp_path / "mq", *settings) as mosquitto:
        command = ("stream", day_run, "--mqtt", mosquitto.address, "--speed", "max", "--once", "--tls")
        told = said(*command)
        assert (told.code, "certificate verify failed" in told.sentence) == (2, True)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert said(*command).code == 0


def test_what_cannot_be_streamed_gets_a_sentence(day_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("paho.mqtt.client", reason="no paho-mqtt here")
    with closing(socket()) as deaf:
        deaf.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{deaf.getsockname()[1]}"
    wrong = {
        ("--mqtt", nobody): f"no MQTT broker answers at {nobody} (Connection refused)",
        ("--mqtt", nobody, "--household", "h00001"): "no household 'h00001'; did you mean 'h00000'?",
        ("--mqtt", nobody, "--prefix", "a/#"): "--prefix a/#: expected a topic such as homeassistant",
        ("--mqtt", nobody, "--speed", "0"): "--speed 0: expected 1x, 60x or another number, or max",
        ("--mqtt", "hal:secret@lan"): f"--mqtt is HOST or HOST:PORT; user and password come from {USER} and",
        ("--mqtt", "lan:99999"): "--mqtt lan:99999: expected HOST or HOST:PORT, such as localhost:1883",
    }
    for arguments, sentence in wrong.items():
        told = said("stream", day_run, *arguments)
        assert (told.code, told.sentence.startswith(sentence)) == (2, True), told.err
        assert "secret@" not in told.err
    monkeypatch.setitem(__import__("sys").modules, "paho.mqtt.client", None)
    told = said("stream", day_run, "--mqtt", nobody)
    assert told.sentence == "streams need an MQTT client: .venv/bin/pip install 'paho-mqtt>=2.1'"


@pytest.mark.parametrize(
    ("text", "tls", "address"),
    [
        ("lan", False, Address("lan", 1883)),
        ("lan", True, Address("lan", 8883, True)),
        ("10.0.0.2:1884", False, Address("10.0.0.2", 1884)),
        ("[::1]:1884", False, Address("::1", 1884)),
        ("[::1]", True, Address("::1", 8883, True)),
    ],
)
def test_where_a_broker_is(text: str, tls: bool, address: Address) -> None:
    assert read_address(text, tls) == address


@pytest.mark.parametrize("text", ["", "0x", "-1x", "fast", "1e9", "60 x", "NaN"])
def test_what_is_no_speed(text: str) -> None:
    with pytest.raises(UserError, match="--speed"):
        read_speed(text)


def test_the_clock_of_the_home_keeps_its_speed_and_stands_still_while_nobody_listens() -> None:
    clock, rests = [100.0], list[float]()

    def rest(seconds: float) -> None:
        rests.append(seconds)
        clock[0] += seconds

    pace = Pace(60.0, rest, lambda: clock[0])
    pace.begin(0.0)
    pace.wait(600.0)
    clock[0] += 0.5  # a slow broker: made up for
    pace.wait(1200.0)
    clock[0] += 50.0  # a broker that was away: its time does not count
    pace.wait(1800.0)
    pace.wait(2400.0)
    assert rests == pytest.approx([10.0, 9.5, 10.0])


def test_every_type_of_the_catalogue_is_announced_as_home_assistant_wants_it() -> None:
    """By the tables of https://www.home-assistant.io/integrations/mqtt/ and its pages on each kind."""
    catalogue = load_catalogue()
    one = load_scenario(QUICKSTART).home
    room = next(iter(one.rooms))
    placed = next(iter(one.devices.values()))
    devices = {
        f"device_{number}": placed.model_copy(update={"type": kind, "room": room, "name": f"Lamp <{number}>"})
        for number, kind in enumerate(catalogue.devices)
    }
    home: Home = one.model_copy(update={"devices": devices})
    known = entities(home, catalogue)
    ids, seen = set(), set()
    for topic, payload in configs(Names("Ünïcode Höme h00000", "ha"), home, catalogue, known):
        prefix, component, node, own, last = topic.split("/")
        assert (prefix, node, last) == ("ha", "homefolk_n_code_h_me_h00000", "config")
        assert topic.isascii() and own.replace("_", "").isalnum()
        content: dict[str, Any] = json.loads(payload)
        ids.add(content["unique_id"])
        seen.add(component)
        assert content["default_entity_id"].startswith(f"{component}.")
        assert set(KINDS[component]) <= set(content)
        assert (component in OPERATED) == ("command_topic" in content)
        assert content["device"]["identifiers"] and content["device"]["name"]
        if component in ("climate", "select"):
            assert len(content["modes" if component == "climate" else "options"]) > 1
        if "device_class" in content:
            assert component in ("binary_sensor", "sensor", "cover", "valve", "switch", "event")
    assert len(ids) == len(known)
    assert seen == set(KINDS)


OPERATED = {"alarm_control_panel", "fan", "humidifier", "light", "lock", "select", "siren", "switch"}
"""Kinds that must name a topic for commands."""
