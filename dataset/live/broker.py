"""An MQTT broker that is told one thing after the other, and is waited for where it goes away.

Each message is acknowledged (QoS 1) before the next is sent: so their order is kept, and none is lost
whatever happens to the broker in between; the last one before it went may arrive twice. Nothing queues up:
who speaks waits, and with them the clock of the home. What is retained is told again to a broker that comes
back, for it may have forgotten.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scenarios.errors import UserError
from scenarios.problems import printable

if TYPE_CHECKING:
    from paho.mqtt.client import Client

USER, PASSWORD = "HOMEFOLK_MQTT_USER", "HOMEFOLK_MQTT_PASSWORD"
_ADDRESS = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+))(?::(\d{1,5}))?")
PATIENCE = 10.0  # seconds in which a broker answers
WAITS = (0.25, 30.0)  # seconds from one try to reach it to the next: at first, at most


@dataclass(frozen=True)
class Address:
    """Where a broker listens."""

    host: str
    port: int
    tls: bool = False

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read_address(text: str, tls: bool = False) -> Address:
    """'localhost', 'broker.lan:1884', '[::1]:1883'."""
    if "@" in text:  # not repeated: there may be a password in it
        raise UserError(f"--mqtt is HOST or HOST:PORT; user and password come from {USER} and {PASSWORD}")
    match = _ADDRESS.fullmatch(text)
    if match is None or not 0 < int(match[3] or 1) < 2**16:
        raise UserError(f"--mqtt {printable(text)}: expected HOST or HOST:PORT, such as localhost:1883")
    return Address(match[1] or match[2], int(match[3] or (8883 if tls else 1883)), tls)


class Broker:
    """A broker that is connected to."""

    def __init__(self, client: "Client", address: Address, tell: Callable[[str], None]) -> None:
        self._client, self._address, self._tell = client, address, tell
        self._refused: str | None = ""  # why; '' before an answer, None once it is welcome
        self._acknowledged: set[int] = set()
        self._retained: dict[str, str] = {}
        self._forgot = False  # perhaps: it was away
        client.on_connect, client.on_publish = self._on_connect, self._on_publish

    def say(self, topic: str, payload: str, *, retain: bool = False) -> None:
        """Tell the broker; returns when it has acknowledged."""
        if retain:
            self._retained[topic] = payload
        self._send(topic, payload, retain)
        self._remind()

    def rest(self, seconds: float) -> None:
        """Let time go by, and keep the line alive."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._turn(min(left, 1.0))
            self._remind()

    def connect(self) -> None:
        """Connect for the first time; UserError where that cannot be."""
        try:
            self._client.connect(self._address.host, self._address.port, keepalive=30)
            self._hear_answer()
        except OSError as error:
            raise UserError(f"no MQTT broker answers at {self._address} ({_why(error)})") from None

    def leave(self, topic: str, payload: str) -> None:
        """Say one last thing, if the broker is there to hear it, and go."""
        number = self._client.publish(topic, payload, qos=1, retain=True).mid
        end = time.monotonic() + 2.0
        while number not in self._acknowledged and time.monotonic() < end and not self._client.loop(0.1):
            pass
        self._client.disconnect()

    def _send(self, topic: str, payload: str, retain: bool) -> None:
        number = self._client.publish(topic, payload, qos=1, retain=retain).mid
        while number not in self._acknowledged:
            self._turn(1.0)
        self._acknowledged.remove(number)

    def _remind(self) -> None:
        while self._forgot:
            self._forgot = False
            for topic, payload in list(self._retained.items()):
                self._send(topic, payload, True)

    def _turn(self, seconds: float) -> None:
        if self._client.loop(seconds):
            self._reach_again()

    def _reach_again(self) -> None:
        began, (wait, most) = time.monotonic(), WAITS
        self._tell(f"the broker at {self._address} is gone; the home stands still until it is back")
        while True:
            time.sleep(wait)
            wait = min(2 * wait, most)
            try:
                self._client.reconnect()
                self._hear_answer()
                break
            except OSError:
                continue
        self._forgot = True
        self._tell(f"the broker is back after {time.monotonic() - began:.0f} s")

    def _hear_answer(self) -> None:
        self._refused, end = "", time.monotonic() + PATIENCE
        while self._refused == "":
            if self._client.loop(0.5) and self._refused == "":
                raise ConnectionError("it hangs up")
            if time.monotonic() > end:
                raise TimeoutError("it does not speak MQTT")
        if self._refused:
            raise UserError(
                f"the broker at {self._address} refuses ({self._refused.lower()}); user and password are "
                f"those in {USER} and {PASSWORD}"
            )

    def _on_connect(self, _client: Any, _data: Any, _flags: Any, code: Any, _more: Any) -> None:
        self._refused = str(code) if code.is_failure else None

    def _on_publish(self, _client: Any, _data: Any, number: int, _code: Any, _more: Any) -> None:
        self._acknowledged.add(number)


@contextmanager
def connected(address: Address, availability: str, tell: Callable[[str], None]) -> Iterator[Broker]:
    """A broker that reads 'offline' at *availability* when we go, and also when we are cut off."""
    client = _client(address)
    client.will_set(availability, "offline", qos=1, retain=True)
    broker = Broker(client, address, tell)
    broker.connect()
    try:
        yield broker
    finally:
        broker.leave(availability, "offline")


def _client(address: Address) -> "Client":
    try:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion
    except ImportError:
        raise UserError("streams need an MQTT client: .venv/bin/pip install 'paho-mqtt>=2.1'") from None
    client = Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
    client.connect_timeout = PATIENCE
    if address.tls:
        client.tls_set()  # by the certificates that this machine trusts, or those in SSL_CERT_FILE
    if user := os.environ.get(USER):
        client.username_pw_set(user, os.environ.get(PASSWORD))
    return client


def _why(error: OSError) -> str:
    return error.strerror or str(error)
