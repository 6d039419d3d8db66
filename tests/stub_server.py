"""A small OpenAI-compatible server on loopback that answers as a test tells it to."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Stub:
    """What the server answers next; the last behaviour stays. `asked` holds the bodies that came in."""

    behaviours: list[str] = field(default_factory=lambda: ["json"])
    text: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""
    pause: float = 1.0  # seconds that 'slow' takes
    decide: Callable[[dict[str, Any]], str] | None = (
        None  # the behaviour by what is asked, instead of in turn
    )
    reply: Callable[[dict[str, Any]], str] | None = None  # the text, instead of `text` or obedience
    retry_after: str = "0.05"  # what a 429 asks for
    raw: Callable[[dict[str, Any]], bytes] | None = None  # the body itself, instead of a completion
    letters_a_token: int = 0  # by which tokens are counted; 0 = always 40 and 5

    @property
    def calls(self) -> int:
        return len(self.asked)

    def next(self) -> str:
        return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]


@contextmanager
def stub_server(*behaviours: str, text: str = "") -> Iterator[Stub]:
    """Behaviours: json, text, letters, nonsense, html, 429, 500, 503, 401, refusal, slow, cut, hang_up."""
    stub = Stub(behaviours=list(behaviours) or ["json"], text=text)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._send(200, json.dumps({"object": "list", "data": [{"id": "stub"}]}))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            stub.asked.append(body)
            behaviour = stub.decide(body) if stub.decide else stub.next()
            if behaviour == "hang_up":
                self.close_connection = True
                return None
            if behaviour in ("400", "401", "429", "500", "503"):
                words = f"no, not with key {self.headers['Authorization']}"
                return self._send(int(behaviour), json.dumps({"error": {"message": words}}))
            if behaviour == "html":
                return self._send(200, "<html><body>Welcome to nginx!</body></html>", "text/html")
            if behaviour == "slow":
                time.sleep(stub.pause)
            self._send(200, _body(stub, behaviour, body))
            return None

        def _send(self, status: int, text: str | bytes, kind: str = "application/json") -> None:
            data = text if isinstance(text, bytes) else text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            if status == 429:
                self.send_header("Retry-After", stub.retry_after)
            with suppress(ConnectionError):  # who asked may have tired of waiting
                self.end_headers()
                self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    stub.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()


def _body(stub: Stub, behaviour: str, body: dict[str, Any]) -> str | bytes:
    if stub.raw:
        return stub.raw(body)
    text = stub.reply(body) if stub.reply else stub.text
    return json.dumps(_completion(behaviour, body, text, stub.letters_a_token))


def _completion(behaviour: str, body: dict[str, Any], text: str, letters: int) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text or _obedient(body)}
    choice: dict[str, Any] = {"index": 0, "message": message, "finish_reason": "stop"}
    if behaviour == "nonsense":
        message["content"] = "{make coffee make coffee"
    if behaviour == "refusal":
        message |= {"content": None, "refusal": "I would rather not."}
    if behaviour == "cut":
        message["content"], choice["finish_reason"] = '{"action": "tur', "length"
    if behaviour == "letters" and body.get("logprobs"):
        choice["logprobs"] = {"content": [_position(body)]}
    read, wrote = 40, 5
    if letters:
        read = sum(len(it["content"]) for it in body["messages"]) // letters
        wrote = len(message["content"] or "") // letters + 1
    usage = {"prompt_tokens": read, "completion_tokens": wrote, "total_tokens": read + wrote}
    return {
        "id": "1", "object": "chat.completion", "created": 0, "model": "stub", "choices": [choice],
        "usage": usage,
    }  # fmt: skip


def _position(body: dict[str, Any]) -> dict[str, Any]:
    """Always fond of A; fond of the heater too, where it is cold."""
    asked = body["messages"][-1]["content"]
    nats = {"A": -0.5, "B": -3.0, " C": -3.0}
    for line in asked.splitlines():
        if "heater" in line and "cold" in asked:
            nats[line[0]] = -1.0
    tops = [{"token": token, "logprob": value, "bytes": None} for token, value in nats.items()]
    return {"token": "A", "logprob": -0.5, "bytes": None, "top_logprobs": tops}


def _obedient(body: dict[str, Any]) -> str:
    """The first member of every enum; 'fine' without a schema."""
    form = body.get("response_format")
    if form is None:
        return "fine"
    properties = form["json_schema"]["schema"]["properties"]
    return json.dumps({name: rule["enum"][0] for name, rule in properties.items() if "enum" in rule})


def of_hash(body: dict[str, Any]) -> float:
    """A number in 0..1 that hangs on what is asked and on nothing else."""
    asked = json.dumps([body["messages"], body.get("seed")], sort_keys=True)
    return int.from_bytes(blake2b(asked.encode(), digest_size=4).digest(), "big") / 2**32


def sensible(body: dict[str, Any]) -> str:
    """A plan within waking hours, a sentence to look back, or one of the options, as a good model might."""
    properties = (
        body["response_format"]["json_schema"]["schema"]["properties"] if "response_format" in body else {}
    )
    if "insight" in properties:
        return json.dumps({"insight": "The days have been much alike, and that is as it should be."})
    if "steps" not in properties:
        options = next((rule["enum"] for rule in properties.values() if "enum" in rule), ["A"])
        return json.dumps({"action": options[int(of_hash(body) * len(options))]})
    known = properties["steps"]["items"]["properties"]["activity"]["enum"]
    wake = re.search(r"wakes at (\d\d):(\d\d), goes to bed at (\d\d):(\d\d)", str(body["messages"]))
    if wake is None:
        return "{}"
    first, bed = int(wake[1]) * 60 + int(wake[2]), int(wake[3]) * 60 + int(wake[4])
    hours = (bed - first) % 1440
    wanted = [
        it for it in ("breakfast", "shower", "tidy", "cook", "eat", "read", "relax", "dishes") if it in known
    ]
    steps = [
        {"at": f"{at // 60:02}:{at % 60:02}", "activity": name, "minutes": 20, "why": "as usual"}
        for number, name in enumerate(wanted)
        if (at := (first + 15 + number * (hours - 60) // len(wanted)) % 1440) >= 0
    ]
    return json.dumps({"steps": steps})
